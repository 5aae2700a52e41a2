//! Arenas: 1 MiB of pools; they come in spans of two, with one table that describes both.
//!
//! ```text
//! base (aligned to 2 MiB)              + 1 MiB                       + 2 MiB
//! +--------+--------+-- ... --+--------+--------+-- ... --+----------+---------------------------+
//! | pool 0 | pool 1 |         |pool 63 | pool 0 |         | pool 63  | table: 2 Arenas, 128 Pools |
//! +--------+--------+-- ... --+--------+--------+-- ... --+----------+---------------------------+
//!   arena, the lower half                arena, the upper half
//! ```
//!
//! The table is two more pages of the same region. Because the span is aligned to its size, the
//! pool header of any block is found by masking the block's address, without a look-up
//! ([`crate::geometry`]); whether an address is ours at all is the question of
//! [`crate::arena_map`]. Pool headers stand side by side there: 16 KiB apart, inside their pools,
//! they would all fall into the same few cache sets.
//!
//! A span is as long as what processors call a huge page, so that a heap that grows can have one
//! behind it ([`crate::arenas`]); each of its arenas lives and ends on its own.

use std::ptr::{NonNull, null_mut};

use crate::geometry::Geometry;
use crate::poison;
use crate::pool::Pool;
use crate::source::Region;

/// Bytes of an arena in the default geometry, and its alignment.
pub const ARENA_SIZE: usize = Geometry::DEFAULT.arena_size();
/// Pools in an arena of the default geometry.
pub const POOLS_PER_ARENA: usize = Geometry::DEFAULT.pools_per_arena();

/// What an arena is at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum State {
    /// In the table of arenas and in the map.
    Live,
    /// Empty, and kept with its pages for the next one that is needed.
    Cached,
    /// Addresses without a use: the other half of a span that has one.
    Spare,
}

/// The head of an arena. Both of a span lie right behind the span's last pool, and behind them the
/// pool headers of both.
#[repr(C)]
pub(crate) struct Arena {
    base: NonNull<u8>,
    /// Neighbours in the list of usable arenas, or of spare ones; `next` also links the cache.
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
    /// Bytes that the source gave for the span.
    len: usize,
    /// 0 for the lower half of the span, 1 for the upper one.
    half: u8,
    pub(crate) state: State,
    /// Whether the source was told that its pages will be needed.
    pub(crate) prepared: bool,
    _pad: [u8; 5],
}

const _: () = assert!(size_of::<Arena>() == 64, "pool headers share cache lines");
const _: () = assert!(POOLS_PER_ARENA == 64);

impl Arena {
    /// Writes the heads of a new span's arenas, both spare; gives the lower one.
    ///
    /// # Safety
    /// The region is ours, aligned to the span size, and holds a span with its table.
    pub(crate) unsafe fn lay_span(region: Region, geometry: Geometry) -> NonNull<Arena> {
        // SAFETY: per contract the table lies inside the region; a span's alignment is more than
        // `Arena` needs.
        unsafe {
            let table = region.base.add(geometry.span_size()).cast::<Arena>();
            for half in 0..2 {
                table.add(half).write(Arena {
                    base: region.base.add(half * geometry.arena_size()),
                    next: null_mut(),
                    prev: null_mut(),
                    empty: null_mut(),
                    free_pools: 0,
                    carved: 0,
                    pools: geometry.pools_per_arena() as u32,
                    number: 0,
                    len: region.len,
                    half: half as u8,
                    state: State::Spare,
                    prepared: false,
                    _pad: [0; 5],
                });
            }
            table
        }
    }

    /// Makes an arena that is in no list a live one, all its pools free.
    ///
    /// # Safety
    /// The arena's span is ours, and nothing borrows its head.
    pub(crate) unsafe fn begin(arena: NonNull<Arena>, geometry: Geometry, number: u32) {
        let arena = arena.as_ptr();
        // SAFETY: per contract.
        unsafe {
            poison::poison((*arena).base.as_ptr(), geometry.arena_size());
            (*arena).next = null_mut();
            (*arena).prev = null_mut();
            (*arena).empty = null_mut();
            (*arena).free_pools = (*arena).pools;
            (*arena).carved = 0;
            (*arena).number = number;
            (*arena).state = State::Live;
        }
    }

    pub(crate) fn base(&self) -> NonNull<u8> {
        self.base
    }

    /// Whether it is the lower half of its span.
    pub(crate) fn is_lower(&self) -> bool {
        self.half == 0
    }
}

/// The other arena of the span.
///
/// # Safety
/// `arena` is the head of an arena whose span is ours; nothing borrows it.
pub(crate) unsafe fn twin(arena: NonNull<Arena>) -> NonNull<Arena> {
    // SAFETY: per contract; the two heads lie side by side.
    unsafe { if (*arena.as_ptr()).half == 0 { arena.add(1) } else { arena.sub(1) } }
}

/// The memory that the source gave for the span of `arena`.
///
/// # Safety
/// As [`twin`].
pub(crate) unsafe fn region_of(arena: NonNull<Arena>, geometry: Geometry) -> Region {
    // SAFETY: per contract; the table stands right behind the span.
    unsafe {
        let Arena { half, len, .. } = *arena.as_ptr();
        let table = arena.sub(usize::from(half)).cast::<u8>();
        Region { base: table.sub(geometry.span_size()), len }
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
        let pool = headers_of(arena).add(index as usize);
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
        std::slice::from_raw_parts(headers_of(arena.as_ptr()), carved)
    }
}

/// The first of the arena's pool headers: behind both heads, the lower half's before the upper's.
///
/// # Safety
/// As [`twin`].
unsafe fn headers_of(arena: *mut Arena) -> *mut Pool {
    // SAFETY: per contract; the table has a header for each pool of both arenas.
    unsafe {
        let half = usize::from((*arena).half);
        arena.add(2 - half).cast::<Pool>().add(half * (*arena).pools as usize)
    }
}

/// The table that holds the pool header `pool`: it begins where its span ends, and so at a multiple
/// of the span size, which no table is longer than.
///
/// # Safety
/// `pool` is a pool header of a live arena of this geometry, and its pointer is made from the span's
/// region.
#[inline(always)]
unsafe fn table_of_pool(pool: *mut Pool, geometry: Geometry) -> *mut Arena {
    pool.map_addr(|address| address & !(geometry.span_size() - 1)).cast()
}

/// Place of a pool in its span.
///
/// # Safety
/// As [`table_of_pool`].
#[inline(always)]
unsafe fn index_in_span(pool: *mut Pool, geometry: Geometry) -> usize {
    let offset = pool.addr() & (geometry.span_size() - 1);
    (offset - 2 * size_of::<Arena>()) / size_of::<Pool>()
}

/// The arena of a pool.
///
/// # Safety
/// As [`table_of_pool`].
#[inline(always)]
pub(crate) unsafe fn arena_of_pool(pool: *mut Pool, geometry: Geometry) -> *mut Arena {
    // SAFETY: per contract; the table begins with the heads of both arenas.
    unsafe {
        let half = index_in_span(pool, geometry) / geometry.pools_per_arena();
        table_of_pool(pool, geometry).add(half)
    }
}

/// Place of a pool in its arena.
///
/// # Safety
/// As [`table_of_pool`].
#[inline(always)]
pub(crate) unsafe fn index_of(pool: *mut Pool, geometry: Geometry) -> usize {
    // SAFETY: per contract.
    unsafe { index_in_span(pool, geometry) & (geometry.pools_per_arena() - 1) }
}

/// Start of the memory that `pool` describes.
///
/// # Safety
/// As [`table_of_pool`].
#[inline(always)]
pub(crate) unsafe fn memory_of(pool: *mut Pool, geometry: Geometry) -> *mut u8 {
    // SAFETY: per contract; the span lies right before its table, and the index is below the number
    // of its pools.
    unsafe {
        let span = table_of_pool(pool, geometry).cast::<u8>().sub(geometry.span_size());
        span.add(index_in_span(pool, geometry) << geometry.pool_shift())
    }
}
