//! Arenas: 1 MiB of pools, and the table that describes them.
//!
//! ```text
//! base (aligned to 1 MiB)                                base + 1 MiB
//! +--------+--------+--------+-- ... --+---------+---------+------------------------+
//! | pool 0 | pool 1 | pool 2 |         | pool 62 | pool 63 | table: Arena, 64 Pools |
//! +--------+--------+--------+-- ... --+---------+---------+------------------------+
//! ```
//!
//! The table is one more page of the same region. Because the arena is aligned to its size, the
//! pool header of any block is found by masking the block's address, without a look-up
//! ([`crate::geometry`]); whether an address is ours at all is the question of
//! [`crate::arena_map`]. Pool headers stand side by side there: 16 KiB apart, inside their pools,
//! they would all fall into the same few cache sets.

use std::ptr::{NonNull, null_mut};

use crate::geometry::Geometry;
use crate::poison;
use crate::pool::Pool;
use crate::source::Region;

/// Bytes of an arena in the default geometry, and its alignment.
pub const ARENA_SIZE: usize = Geometry::DEFAULT.arena_size();
/// Pools in an arena of the default geometry.
pub const POOLS_PER_ARENA: usize = Geometry::DEFAULT.pools_per_arena();

/// The head of an arena's table; lives right behind the arena's last pool, and its pool headers
/// right behind it.
#[repr(C)]
pub(crate) struct Arena {
    base: NonNull<u8>,
    /// Neighbours in the list of usable arenas; `next` also links the cache of empty ones.
    pub(crate) next: *mut Arena,
    pub(crate) prev: *mut Arena,
    /// Pools that were used and are empty now, last emptied first.
    pub(crate) empty: *mut Pool,
    /// Pools not in use: the empty ones and those never carved off.
    pub(crate) free_pools: u32,
    /// Pools carved off so far; the next one to carve.
    pub(crate) carved: u32,
    /// Pools in all.
    pub(crate) pools: u32,
    /// Place of the arena in reports; the lowest number free when it was taken.
    pub(crate) number: u32,
    /// Bytes that the source gave.
    len: usize,
    _pad: usize,
}

const _: () = assert!(size_of::<Arena>() == 64, "pool headers share cache lines");
const _: () = assert!(POOLS_PER_ARENA == 64);

impl Arena {
    /// Writes the table of a new arena into its region.
    ///
    /// # Safety
    /// The region is ours, aligned to the arena size, and holds an arena with its table.
    pub(crate) unsafe fn lay(region: Region, geometry: Geometry, number: u32) -> NonNull<Arena> {
        let pools = geometry.pools_per_arena() as u32;
        // SAFETY: per contract the table lies inside the region; an arena's alignment is more than
        // `Arena` needs.
        unsafe {
            poison::poison(region.base.as_ptr(), geometry.arena_size());
            let arena = region.base.add(geometry.arena_size()).cast::<Arena>();
            arena.write(Arena {
                base: region.base,
                next: null_mut(),
                prev: null_mut(),
                empty: null_mut(),
                free_pools: pools,
                carved: 0,
                pools,
                number,
                len: region.len,
                _pad: 0,
            });
            arena
        }
    }

    pub(crate) fn base(&self) -> NonNull<u8> {
        self.base
    }

    /// The memory that the source gave.
    pub(crate) fn region(&self) -> Region {
        Region { base: self.base, len: self.len }
    }
}

/// Takes the next pool of `arena` that was never used.
///
/// # Safety
/// The arena is alive, not borrowed, and has such a pool.
pub(crate) unsafe fn carve_pool(arena: *mut Arena) -> *mut Pool {
    // SAFETY: per contract; the table has a header for each of the arena's pools.
    unsafe {
        let index = (*arena).carved;
        debug_assert!(index < (*arena).pools, "pool {index} of {}", (*arena).pools);
        (*arena).carved = index + 1;
        let pool = arena.add(1).cast::<Pool>().add(index as usize);
        pool.write(Pool::unused());
        pool
    }
}

/// The pool headers of an arena that have been carved off.
///
/// # Safety
/// The arena is alive, and none of its pools changes while the slice is looked at.
pub(crate) unsafe fn pools_of<'a>(arena: NonNull<Arena>) -> &'a [Pool] {
    // SAFETY: per contract; `carved` headers behind the table's head have been written.
    unsafe {
        let carved = (*arena.as_ptr()).carved as usize;
        std::slice::from_raw_parts(arena.as_ptr().add(1).cast::<Pool>(), carved)
    }
}

/// The table that holds the pool header `pool`: it begins where its arena ends, and so at a multiple
/// of the arena size, which no table is longer than.
///
/// # Safety
/// `pool` is a pool header of a live arena of this geometry, and its pointer is made from the arena's
/// region.
#[inline(always)]
pub(crate) unsafe fn arena_of_pool(pool: *mut Pool, geometry: Geometry) -> *mut Arena {
    pool.map_addr(|address| address & !(geometry.arena_size() - 1)).cast()
}

/// Place of a pool in its arena.
///
/// # Safety
/// As [`arena_of_pool`].
#[inline(always)]
pub(crate) unsafe fn index_of(pool: *mut Pool, geometry: Geometry) -> usize {
    let offset = pool.addr() & (geometry.arena_size() - 1);
    (offset - size_of::<Arena>()) / size_of::<Pool>()
}

/// Start of the memory that `pool` describes.
///
/// # Safety
/// As [`arena_of_pool`].
#[inline(always)]
pub(crate) unsafe fn memory_of(pool: *mut Pool, geometry: Geometry) -> *mut u8 {
    // SAFETY: per contract; the index is below the number of pools.
    unsafe {
        let arena = arena_of_pool(pool, geometry);
        (*arena).base.as_ptr().add(index_of(pool, geometry) << geometry.pool_shift())
    }
}
