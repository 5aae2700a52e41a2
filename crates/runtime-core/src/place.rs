//! Places: blocks named by where they lie, the same on every run.

use std::fmt;
use std::ptr::NonNull;

use crate::arena;
use crate::heap::Heap;
use crate::object::Obj;
use crate::poison;
use crate::pool::{FreeBlock, POOL_HEADER, Pool, VIRGIN_FOLLOWS};
use crate::size_class::{ALIGNMENT, SizeClass};
use crate::types::TypeObject;

/// Where a block lies: `a0/p3/b17`. The same on every run, unlike its address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Number of the arena.
    pub arena: u32,
    /// Index of the pool in its arena.
    pub pool: u16,
    /// Index of the block in its pool.
    pub block: u16,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a{}/p{}/b{}", self.arena, self.pool, self.block)
    }
}

/// Where a block lies, as found from its address alone: quick, and enough to tell blocks apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlockSpot {
    /// Number of the arena.
    pub arena: u32,
    /// Distance from the arena's first byte, in units of 16.
    pub granule: u32,
}

/// A pool as a heap's own books have it: which of its blocks are in use.
#[derive(Debug, Clone, Copy)]
pub struct PoolMap<'a> {
    /// Place of its first block.
    pub place: Place,
    /// Bytes of each block; 0 for a pool that has not been used yet.
    pub block_size: usize,
    /// For each block, whether it is handed out; those of retired objects are.
    pub in_use: &'a [bool],
}

impl Heap {
    /// Where the block lies that `p` points into; `None` when that is in none of this heap's arenas.
    #[inline]
    pub fn spot(&self, p: NonNull<u8>) -> Option<BlockSpot> {
        if !self.owns(p) {
            return None;
        }
        // SAFETY: `owns` says that `p` lies in a live arena.
        let arena = unsafe { (*self.geometry.arena_of(p)).number };
        let granule = (p.addr().get() & (self.geometry.arena_size() - 1)) / ALIGNMENT;
        Some(BlockSpot { arena, granule: granule as u32 })
    }

    /// Shows each pool that was ever used, arena by arena. `scratch` is the caller's, since looking
    /// takes no memory of this heap.
    ///
    /// Cost: linear in blocks.
    pub fn each_pool_map(&self, scratch: &mut Vec<bool>, mut see: impl FnMut(PoolMap<'_>)) {
        for arena in self.arenas.iter() {
            // SAFETY: the table lists live arenas, and nothing changes them during the walk.
            let (table, pools) = unsafe { (arena.as_ref(), arena::pools_of(arena)) };
            for (index, pool) in pools.iter().enumerate() {
                let place = Place { arena: table.number, pool: index as u16, block: 0 };
                scratch.clear();
                let Some(class) = pool.size_class() else {
                    see(PoolMap { place, block_size: 0, in_use: scratch });
                    continue;
                };
                let size = class.block_size();
                let base = table.base().addr().get() + (index << self.geometry.pool_shift());
                let index_of = |offset: usize| offset.saturating_sub(POOL_HEADER) / size;
                let carved = index_of(pool.virgin_offset());
                scratch.resize(self.geometry.blocks_per_pool(class), false);
                scratch.iter_mut().take(carved).for_each(|used| *used = true);
                let mut next = pool.free;
                while next != VIRGIN_FOLLOWS
                    && let Some(free) = NonNull::new(next)
                {
                    if let Some(used) = scratch.get_mut(index_of(free.addr().get() - base)) {
                        *used = false;
                    }
                    poison::unpoison(free.as_ptr().cast(), size_of::<FreeBlock>());
                    // SAFETY: a block on the chain lies in its live pool and holds the link.
                    next = unsafe { (*free.as_ptr()).next };
                    poison::poison(free.as_ptr().cast(), size_of::<FreeBlock>());
                }
                see(PoolMap { place, block_size: size, in_use: scratch });
            }
        }
    }

    /// Shows each retired object: its type, the number of its free list, and the object, those of a
    /// list from the one that was retired last.
    pub fn each_retired(&self, mut see: impl FnMut(&TypeObject, usize, Obj)) {
        for ty in self.types() {
            for (index, list) in ty.free_lists().iter().enumerate() {
                list.each(|op| see(ty, index, op));
            }
        }
    }

    /// Bytes that the blocks of pools in use were asked for; those that were in use when counting
    /// began count as what they hold.
    pub fn requested(&self) -> usize {
        self.counters.requested.get()
    }

    /// Whether `p` points into one of this heap's arenas. Constant time; touches no memory at `p`.
    pub fn owns(&self, p: NonNull<u8>) -> bool {
        self.map.contains(p)
    }

    /// The place of a block in a pool, or `None` when `p` is not in one of this heap's pools.
    pub fn place(&self, p: NonNull<u8>) -> Option<Place> {
        if !self.owns(p) {
            return None;
        }
        // SAFETY: `owns` says that `p` lies in a live arena; nothing changes while we look.
        let (arena, index) = unsafe {
            let arena = &*self.geometry.arena_of(p);
            let offset = p.addr().get() & (self.geometry.arena_size() - 1);
            (arena, offset >> self.geometry.pool_shift())
        };
        if index >= arena.carved as usize {
            return None;
        }
        // SAFETY: as above, and the pool's header has been written.
        let pool = unsafe { &*self.geometry.pool_of(p) };
        let class = SizeClass::from_index(usize::from(pool.class))?;
        let offset = p.addr().get() & (self.geometry.pool_size() - 1);
        let block = offset.checked_sub(POOL_HEADER)? / class.block_size();
        let (pool, block) = (u16::try_from(index).ok()?, u16::try_from(block).ok()?);
        Some(Place { arena: arena.number, pool, block })
    }

    /// The place of a pool, as that of its first block.
    ///
    /// # Safety
    /// `pool` is a pool header of a live arena of this heap.
    pub(crate) unsafe fn place_of_pool(&self, pool: *mut Pool) -> Place {
        // SAFETY: per contract.
        unsafe {
            let arena = (*arena::arena_of_pool(pool, self.geometry)).number;
            Place { arena, pool: arena::index_of(pool, self.geometry) as u16, block: 0 }
        }
    }
}
