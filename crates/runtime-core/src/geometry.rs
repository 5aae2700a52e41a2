//! Geometry: how large pools and arenas are, and up to which size a request is small.
//!
//! ```text
//!              default     may be
//! pool          16 KiB     a power of two, 4 KiB to 256 KiB
//! arena          1 MiB     a power of two, 64 KiB to 64 MiB, at least 4 pools
//! threshold    512 bytes   a multiple of 16, 16 to 512
//! ```
//!
//! The fast paths know only the default, as constants. A heap of another geometry raises a flag
//! that sends every request to the slow path, so "what if pools were 4 KiB?" costs nobody who does
//! not ask.

use std::fmt;
use std::ptr::NonNull;

use crate::arena::Arena;
use crate::pool::{POOL_HEADER, Pool};
use crate::size_class::{ALIGNMENT, SMALL_MAX, SizeClass};

const PAGE: usize = 4096;
const POOL_MIN: usize = 4 << 10;
const POOL_MAX: usize = 256 << 10;
const ARENA_MIN: usize = 64 << 10;
const ARENA_MAX: usize = 64 << 20;
const POOLS_MIN: usize = 4;

/// Sizes of pools and arenas and the small-request threshold, checked for sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Geometry {
    pool_shift: u8,
    arena_shift: u8,
    small_max: u16,
}

/// Why a geometry makes no sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum GeometryError {
    /// The pool size is not a power of two from 4 KiB to 256 KiB.
    Pool(usize),
    /// The arena size is not a power of two from 64 KiB to 64 MiB.
    Arena(usize),
    /// The threshold is not a multiple of 16 from 16 to 512.
    Threshold(usize),
    /// Fewer than four pools fit an arena.
    FewPools {
        /// Bytes of a pool.
        pool: usize,
        /// Bytes of an arena.
        arena: usize,
    },
}

impl fmt::Display for GeometryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pool(n) => {
                write!(f, "a pool of {n} bytes is not a power of two from {POOL_MIN} to {POOL_MAX}")
            }
            Self::Arena(n) => write!(
                f,
                "an arena of {n} bytes is not a power of two from {ARENA_MIN} to {ARENA_MAX}"
            ),
            Self::Threshold(n) => {
                write!(f, "a small threshold of {n} is not a multiple of 16 from 16 to {SMALL_MAX}")
            }
            Self::FewPools { pool, arena } => write!(
                f,
                "an arena of {arena} bytes holds fewer than {POOLS_MIN} pools of {pool} bytes"
            ),
        }
    }
}

impl std::error::Error for GeometryError {}

impl Default for Geometry {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl Geometry {
    /// CPython 3.13's: pools of 16 KiB, arenas of 1 MiB, small up to 512 bytes.
    pub const DEFAULT: Self = Self { pool_shift: 14, arena_shift: 20, small_max: 512 };

    /// A geometry of these sizes in bytes.
    ///
    /// # Errors
    /// [`GeometryError`] names the size that is out of range.
    pub const fn new(pool: usize, arena: usize, small_max: usize) -> Result<Self, GeometryError> {
        if !pool.is_power_of_two() || pool < POOL_MIN || pool > POOL_MAX {
            return Err(GeometryError::Pool(pool));
        }
        if !arena.is_power_of_two() || arena < ARENA_MIN || arena > ARENA_MAX {
            return Err(GeometryError::Arena(arena));
        }
        if small_max == 0 || small_max > SMALL_MAX || !small_max.is_multiple_of(ALIGNMENT) {
            return Err(GeometryError::Threshold(small_max));
        }
        if arena / pool < POOLS_MIN {
            return Err(GeometryError::FewPools { pool, arena });
        }
        Ok(Self {
            pool_shift: pool.trailing_zeros() as u8,
            arena_shift: arena.trailing_zeros() as u8,
            small_max: small_max as u16,
        })
    }

    /// Bytes of a pool.
    #[inline(always)]
    pub const fn pool_size(self) -> usize {
        1 << self.pool_shift
    }

    /// Bytes of an arena, and its alignment.
    #[inline(always)]
    pub const fn arena_size(self) -> usize {
        1 << self.arena_shift
    }

    /// The largest request that pools serve.
    #[inline(always)]
    pub const fn small_max(self) -> usize {
        self.small_max as usize
    }

    /// Pools in an arena.
    #[inline(always)]
    pub const fn pools_per_arena(self) -> usize {
        1 << (self.arena_shift - self.pool_shift)
    }

    /// Blocks of this class that a pool holds.
    pub const fn blocks_per_pool(self, class: SizeClass) -> usize {
        (self.pool_size() - POOL_HEADER) / class.block_size()
    }

    /// Bytes behind the last block of a pool of this class.
    pub const fn pool_tail(self, class: SizeClass) -> usize {
        (self.pool_size() - POOL_HEADER) % class.block_size()
    }

    /// Bytes of a span, two arenas side by side, and its alignment.
    #[inline(always)]
    pub(crate) const fn span_size(self) -> usize {
        2 << self.arena_shift
    }

    /// Bytes of the table behind a span: whole pages.
    pub(crate) const fn table_bytes(self) -> usize {
        let one = size_of::<Arena>() + self.pools_per_arena() * size_of::<Pool>();
        (2 * one).next_multiple_of(PAGE)
    }

    /// Bytes of a span with its table, as asked of the arena source.
    pub(crate) const fn span_and_table(self) -> usize {
        self.span_size() + self.table_bytes()
    }

    /// What an arena is charged for: its bytes, and its half of the table.
    pub(crate) const fn arena_and_table(self) -> usize {
        self.span_and_table() / 2
    }

    pub(crate) const fn arena_bits(self) -> u32 {
        self.arena_shift as u32
    }

    pub(crate) const fn pool_shift(self) -> u32 {
        self.pool_shift as u32
    }

    /// The table of the span that `block` lies in.
    ///
    /// # Safety
    /// `block` lies inside a live arena of this geometry.
    #[inline(always)]
    unsafe fn table_of(self, block: NonNull<u8>) -> *mut Arena {
        let size = self.span_size();
        block.as_ptr().map_addr(|a| (a & !(size - 1)) + size).cast()
    }

    /// The arena that `block` lies in.
    ///
    /// # Safety
    /// `block` lies inside a live arena of this geometry.
    pub(crate) unsafe fn arena_of(self, block: NonNull<u8>) -> *mut Arena {
        let half = (block.addr().get() >> self.arena_shift) & 1;
        // SAFETY: per contract; a table begins with the heads of its two arenas.
        unsafe { self.table_of(block).add(half) }
    }

    /// The pool header of `block`.
    ///
    /// # Safety
    /// `block` lies inside a live arena of this geometry.
    #[inline(always)]
    pub(crate) unsafe fn pool_of(self, block: NonNull<u8>) -> *mut Pool {
        let index = (block.addr().get() >> self.pool_shift) & (2 * self.pools_per_arena() - 1);
        // SAFETY: per contract; the span's mapping holds the table, and `index` is below the number
        // of its pools.
        unsafe { self.table_of(block).add(2).cast::<Pool>().add(index) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_without_sense_are_refused_by_name() {
        let new = Geometry::new;
        assert_eq!(new(16 << 10, 1 << 20, 512), Ok(Geometry::DEFAULT));
        assert_eq!(new(5000, 1 << 20, 512), Err(GeometryError::Pool(5000)));
        assert_eq!(new(1 << 19, 1 << 20, 512), Err(GeometryError::Pool(1 << 19)));
        assert_eq!(new(16 << 10, 3 << 20, 512), Err(GeometryError::Arena(3 << 20)));
        assert_eq!(new(16 << 10, 1 << 20, 0), Err(GeometryError::Threshold(0)));
        assert_eq!(new(16 << 10, 1 << 20, 520), Err(GeometryError::Threshold(520)));
        let few = GeometryError::FewPools { pool: 32 << 10, arena: 64 << 10 };
        assert_eq!(new(32 << 10, 64 << 10, 512), Err(few));
    }

    #[test]
    fn the_default_table_is_a_page_for_each_arena_and_none_is_longer_than_its_span() {
        assert_eq!(Geometry::DEFAULT.table_bytes(), 2 * PAGE);
        assert_eq!(Geometry::DEFAULT.pools_per_arena(), 64);
        let smallest = Geometry::new(POOL_MIN, ARENA_MIN, 512).unwrap();
        let longest = Geometry::new(POOL_MIN, ARENA_MAX, 512).unwrap();
        for geometry in [smallest, longest] {
            assert!(geometry.table_bytes() <= geometry.span_size());
        }
    }
}
