//! Places: blocks named by where they lie, the same on every run.

use std::fmt;
use std::ptr::NonNull;

use crate::arena;
use crate::heap::Heap;
use crate::pool::{POOL_HEADER, Pool};
use crate::size_class::SizeClass;

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

impl Heap {
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
