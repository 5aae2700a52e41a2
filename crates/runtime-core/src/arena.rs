//! Arenas: 1 MiB of pools, and the table that describes them.
//!
//! ```text
//! base (aligned to 1 MiB)                                base + 1 MiB
//! +--------+--------+--------+-- ... --+---------+---------+------------------------+
//! | pool 0 | pool 1 | pool 2 |         | pool 62 | pool 63 | table: Arena, 64 Pools |
//! +--------+--------+--------+-- ... --+---------+---------+------------------------+
//! ```
//!
//! The table is one more page of the same mapping. Because the arena is aligned to its size, the
//! pool header of any block is found by masking the block's address, without a look-up; whether an
//! address is ours at all is the question of [`crate::arena_map`].
//!
//! Usable arenas (those with a free pool) form a list in ascending order of free pools, so that the
//! fullest is filled first and nearly empty ones drain and can be given back. CPython:
//! `usable_arenas` and `nfp2lasta` of `Objects/obmalloc.c`.

use std::cell::Cell;
use std::ptr::{NonNull, null_mut};

use crate::pool::{POOL_SIZE, Pool};
use crate::system::{self, Region};

/// Bytes of an arena, and its alignment.
pub const ARENA_SIZE: usize = 1 << 20;
/// Pools in an arena.
pub const POOLS_PER_ARENA: usize = ARENA_SIZE / POOL_SIZE;
/// Bytes of the table behind an arena: one page.
pub(crate) const ARENA_TABLE: usize = 4096;

/// The table of one arena; lives right behind the arena's last pool.
#[repr(C)]
pub(crate) struct Arena {
    base: NonNull<u8>,
    /// Neighbours in the list of usable arenas.
    next: *mut Arena,
    prev: *mut Arena,
    /// Pools that were used and are empty now, last emptied first.
    empty: *mut Pool,
    /// Pools not in use: the empty ones and those never carved off.
    free_pools: u32,
    /// Pools carved off so far; the next one to carve.
    carved: u32,
    /// Place of the arena in reports; the lowest number free when it was mapped.
    number: u32,
    _pad: [u32; 5],
    pub(crate) pools: [Pool; POOLS_PER_ARENA],
}

const _: () = assert!(size_of::<Arena>() <= ARENA_TABLE, "the table fits its page");
const _: () = assert!(std::mem::offset_of!(Arena, pools) == 64, "pool headers share cache lines");
const _: () = assert!(POOLS_PER_ARENA == 64);

impl Arena {
    /// Maps a new arena and writes its table.
    pub(crate) fn map(number: u32) -> Option<NonNull<Arena>> {
        let region = system::map_aligned(ARENA_SIZE + ARENA_TABLE, ARENA_SIZE)?;
        // SAFETY: the table begins one arena into the region, which is a page longer than an
        // arena; the memory is ours alone, and page alignment is more than `Arena` needs.
        unsafe {
            let arena = region.base.add(ARENA_SIZE).cast::<Arena>();
            let mut index = 0;
            arena.write(Arena {
                base: region.base,
                next: null_mut(),
                prev: null_mut(),
                empty: null_mut(),
                free_pools: POOLS_PER_ARENA as u32,
                carved: 0,
                number,
                _pad: [0; 5],
                pools: [const { Pool::unused(0) }; POOLS_PER_ARENA].map(|mut pool| {
                    pool.index = index;
                    index += 1;
                    pool
                }),
            });
            Some(arena)
        }
    }

    /// Gives the arena, its table included, back to the system.
    ///
    /// # Safety
    /// The arena is alive, in no list, and nothing in it is used again.
    pub(crate) unsafe fn unmap(arena: NonNull<Arena>) {
        // SAFETY: the region is the one `map` got.
        unsafe {
            let base = arena.as_ref().base;
            system::unmap(Region { base, len: ARENA_SIZE + ARENA_TABLE });
        }
    }

    pub(crate) fn base(&self) -> NonNull<u8> {
        self.base
    }

    pub(crate) fn number(&self) -> u32 {
        self.number
    }

    pub(crate) fn free_pools(&self) -> u32 {
        self.free_pools
    }

    /// Pools carved off so far.
    pub(crate) fn carved(&self) -> usize {
        self.carved as usize
    }
}

/// The pool header of `block`.
///
/// # Safety
/// `block` lies inside a live arena.
#[inline(always)]
pub(crate) unsafe fn pool_of(block: NonNull<u8>) -> *mut Pool {
    let index = (block.addr().get() >> POOL_SIZE.trailing_zeros()) & (POOLS_PER_ARENA - 1);
    // SAFETY: per contract; the arena's mapping spans the table, and `index` is below 64.
    unsafe { (*arena_of(block)).pools.as_mut_ptr().add(index) }
}

/// The table of the arena that `block` lies in.
///
/// # Safety
/// `block` lies inside a live arena.
#[inline(always)]
pub(crate) unsafe fn arena_of(block: NonNull<u8>) -> *mut Arena {
    block.as_ptr().map_addr(|a| (a & !(ARENA_SIZE - 1)) + ARENA_SIZE).cast()
}

/// The table that holds the pool header `pool`.
///
/// # Safety
/// `pool` is a pool header of a live arena.
pub(crate) unsafe fn arena_of_pool(pool: *mut Pool) -> *mut Arena {
    pool.map_addr(|a| a & !(ARENA_TABLE - 1)).cast()
}

/// Start of the memory that `pool` describes.
///
/// # Safety
/// `pool` is a pool header of a live arena.
pub(crate) unsafe fn memory_of(pool: *mut Pool) -> *mut u8 {
    // SAFETY: per contract; the index is below 64.
    unsafe {
        let arena = arena_of_pool(pool);
        (*arena).base.as_ptr().add(usize::from((*pool).index) * POOL_SIZE)
    }
}

/// Usable arenas, fullest first, and for each number of free pools the last arena that has it.
pub(crate) struct UsableArenas {
    first: Cell<*mut Arena>,
    last_with: [Cell<*mut Arena>; POOLS_PER_ARENA + 1],
}

/// What the caller is to do with an arena after one of its pools became empty.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Emptied {
    Kept,
    /// All its pools are free, it is out of the list, and another usable arena remains.
    Release(NonNull<Arena>),
}

impl UsableArenas {
    pub(crate) const fn new() -> Self {
        Self {
            first: Cell::new(null_mut()),
            last_with: [const { Cell::new(null_mut()) }; POOLS_PER_ARENA + 1],
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.first.get().is_null()
    }

    fn last(&self, free_pools: u32) -> &Cell<*mut Arena> {
        // An arena never has more free pools than pools; clamping spares a panic path.
        let index = (free_pools as usize).min(POOLS_PER_ARENA);
        let [.., last] = &self.last_with;
        self.last_with.get(index).unwrap_or(last)
    }

    /// Adds a new arena, all of whose pools are free.
    ///
    /// # Safety
    /// The list is empty; `arena` is alive and stays so while it is in the list.
    pub(crate) unsafe fn add_new(&self, arena: NonNull<Arena>) {
        debug_assert!(self.is_empty());
        let arena = arena.as_ptr();
        self.first.set(arena);
        // SAFETY: per contract.
        self.last(unsafe { (*arena).free_pools }).set(arena);
    }

    /// Takes a pool from the fullest usable arena: the one emptied last, else one never used.
    ///
    /// # Safety
    /// The list is not empty; its arenas are alive and not borrowed.
    pub(crate) unsafe fn take_pool(&self) -> *mut Pool {
        let arena = self.first.get();
        // SAFETY: an arena in the list is alive and has a free pool: an emptied one or, the counts
        // say, one not carved yet, whose index is then below 64.
        unsafe {
            let before = (*arena).free_pools;
            let pool = if (*arena).empty.is_null() {
                let pool = (*arena).pools.as_mut_ptr().add((*arena).carved as usize);
                (*arena).carved += 1;
                pool
            } else {
                let pool = (*arena).empty;
                (*arena).empty = (*pool).next;
                pool
            };
            // It stays the fullest, so only the marks of the two counts change.
            if self.last(before).get() == arena {
                self.last(before).set(null_mut());
            }
            (*arena).free_pools = before - 1;
            if before == 1 {
                self.unlink(arena);
            } else {
                let mark = self.last(before - 1);
                if mark.get().is_null() {
                    mark.set(arena);
                }
            }
            pool
        }
    }

    /// Takes back a pool whose last block was freed, and puts its arena where it now belongs.
    ///
    /// # Safety
    /// `pool` is an empty pool in no list; all arenas concerned are alive and not borrowed.
    pub(crate) unsafe fn give_pool(&self, pool: *mut Pool) -> Emptied {
        // SAFETY: per contract; the pointers followed are arenas of the list.
        unsafe {
            let arena = arena_of_pool(pool);
            (*pool).next = (*arena).empty;
            (*arena).empty = pool;
            let before = (*arena).free_pools;
            (*arena).free_pools = before + 1;

            if before == 0 {
                // It was in no list. One free pool is the least there is: the head is its place.
                (*arena).prev = null_mut();
                (*arena).next = self.first.get();
                if !(*arena).next.is_null() {
                    (*(*arena).next).prev = arena;
                }
                self.first.set(arena);
                let mark = self.last(1);
                if mark.get().is_null() {
                    mark.set(arena);
                }
                return Emptied::Kept;
            }

            let last = self.last(before).get();
            if last == arena {
                let prev = (*arena).prev;
                let still = !prev.is_null() && (*prev).free_pools == before;
                self.last(before).set(if still { prev } else { null_mut() });
            }
            if before as usize + 1 == POOLS_PER_ARENA && !(*arena).next.is_null() {
                self.unlink(arena);
                return Emptied::Release(NonNull::new_unchecked(arena));
            }
            let mark = self.last(before + 1);
            if mark.get().is_null() {
                mark.set(arena);
            }
            if last != arena {
                self.unlink(arena);
                (*arena).prev = last;
                (*arena).next = (*last).next;
                if !(*arena).next.is_null() {
                    (*(*arena).next).prev = arena;
                }
                (*last).next = arena;
            }
            Emptied::Kept
        }
    }

    unsafe fn unlink(&self, arena: *mut Arena) {
        // SAFETY: callers pass an arena of the list; its neighbours are in the list too.
        unsafe {
            let (prev, next) = ((*arena).prev, (*arena).next);
            if prev.is_null() {
                self.first.set(next);
            } else {
                (*prev).next = next;
            }
            if !next.is_null() {
                (*next).prev = prev;
            }
            (*arena).prev = null_mut();
            (*arena).next = null_mut();
        }
    }

    /// Checks order and marks; for tests and [`crate::Heap::verify`].
    pub(crate) fn verify(&self) -> Result<(), &'static str> {
        let mut arena = self.first.get();
        let mut least = 1;
        while !arena.is_null() {
            // SAFETY: arenas of the list are alive.
            let (free, next) = unsafe { ((*arena).free_pools, (*arena).next) };
            if free < least {
                return Err("usable arenas are not in ascending order of free pools");
            }
            // SAFETY: as above.
            let last_of_run = next.is_null() || unsafe { (*next).free_pools } != free;
            if last_of_run != (self.last(free).get() == arena) {
                return Err("the mark of the last arena with a number of free pools is wrong");
            }
            least = free;
            arena = next;
        }
        Ok(())
    }
}
