//! Pools: 16 KiB of equal blocks, the step between an arena and a block.
//!
//! ```text
//! +----------+--------+--------+--------+-------------------------+
//! | reserved | in use | free --+-> free | virgin: never handed out |
//! +----------+--------+--------+--------+-------------------------+
//! 0          48       free chain        virgin                16384
//! ```
//!
//! A pool is *used* (some blocks out, some not), *full* or *empty*. The 48 bytes in front are where
//! CPython keeps a pool's header, so blocks fall on the same offsets here; the header itself lies
//! in the arena's table ([`crate::arena`]), side by side with its 63 neighbours, because headers
//! that are 16 KiB apart all fall into the same few cache sets.
//!
//! Invariants: blocks out, plus the free chain, plus virgin blocks, make [`blocks_per_pool`]. The
//! chain ends with [`VIRGIN_FOLLOWS`] while there are virgin blocks, then with null. A used pool's
//! chain is never empty, so a null chain means a full pool.

use std::ptr::{null_mut, without_provenance_mut};

use crate::geometry::Geometry;
use crate::poison;
use crate::size_class::{ALIGNMENT, SizeClass};

/// Bytes of a pool in the default geometry, and its alignment.
pub const POOL_SIZE: usize = Geometry::DEFAULT.pool_size();
/// Bytes in front of a pool's first block.
pub const POOL_HEADER: usize = 48;

/// Blocks of this class that a pool of the default geometry holds.
pub const fn blocks_per_pool(class: SizeClass) -> usize {
    Geometry::DEFAULT.blocks_per_pool(class)
}

/// The first word of a block that is not in use: the next such block of its pool.
#[repr(C)]
pub(crate) struct FreeBlock {
    pub(crate) next: *mut FreeBlock,
}

/// The end of a free chain whose pool still has virgin blocks. Telling so in the link itself spares
/// whoever takes the chain's last block the look at the pool's extent.
pub(crate) const VIRGIN_FOLLOWS: *mut FreeBlock = without_provenance_mut(1);

/// What the heap knows of one pool.
#[repr(C)]
pub(crate) struct Pool {
    /// Head of the chain of blocks that were freed, last freed first; null when full.
    pub(crate) free: *mut FreeBlock,
    /// The next pool in the list of used pools of this class, or of the arena's empty pools.
    pub(crate) next: *mut Pool,
    /// The previous pool in the list of used pools; of the first one, nothing to go by.
    pub(crate) prev: *mut Pool,
    /// Blocks handed out. As wide as compilers like to load: each request stores it and the next
    /// one loads it, and a load that is wider than the store before it stalls.
    pub(crate) count: u32,
    /// Offset of the first virgin block, in granules of 16 bytes.
    pub(crate) virgin: u16,
    /// Index of the class that the pool serves, or last served; [`NO_CLASS`] before the first.
    pub(crate) class: u8,
    _pad: u8,
}

const _: () = assert!(size_of::<Pool>() == 32, "two pool headers share a cache line");

/// Class of a pool that has served none yet.
pub(crate) const NO_CLASS: u8 = u8::MAX;

const FIRST_VIRGIN: u16 = (POOL_HEADER / ALIGNMENT) as u16;

impl Pool {
    pub(crate) const fn unused() -> Self {
        Self {
            free: null_mut(),
            next: null_mut(),
            prev: null_mut(),
            count: 0,
            virgin: 0,
            class: NO_CLASS,
            _pad: 0,
        }
    }

    /// Offset in bytes of the first virgin block.
    pub(crate) fn virgin_offset(&self) -> usize {
        usize::from(self.virgin) * ALIGNMENT
    }

    /// The class that it serves or last served.
    pub(crate) fn size_class(&self) -> Option<SizeClass> {
        SizeClass::from_index(usize::from(self.class))
    }

    /// Bytes of one of its blocks.
    pub(crate) fn block_size(&self) -> usize {
        (usize::from(self.class) + 1) * ALIGNMENT
    }
}

/// Bytes of virgin blocks that are put on the free chain at a time: few enough that a pool of which
/// little is used touches little of its memory.
const CARVED_AT_ONCE: usize = 1024;

/// Puts the next virgin blocks of `pool` on its empty free chain, in the order of their addresses.
///
/// CPython carves one at a time. Nobody can tell: what is freed goes in front of those carved ahead.
///
/// # Safety
/// `pool` is a pool of `pool_size` bytes of a live arena that serves a class and has a virgin block,
/// its memory begins at `base`, its free chain is empty, and nothing borrows the pool.
#[inline(never)] // It would make a frame for its callers, which mostly have another way to go.
pub(crate) unsafe fn carve(pool: *mut Pool, base: *mut u8, pool_size: usize) {
    // SAFETY: per contract the first block lies inside the pool, and those after it as far as `fit`
    // of them go.
    unsafe {
        let size = (*pool).block_size();
        let from = (*pool).virgin_offset();
        debug_assert!(from + size <= pool_size, "{size} bytes at {from} of {pool_size}");
        let fit = (pool_size - from).min(CARVED_AT_ONCE) / size;
        let first = base.add(from);
        let mut block = first;
        for _ in 1..fit {
            let next = block.add(size);
            link(block, next.cast());
            block = next;
        }
        let carved = block.byte_offset_from(base) as usize + size;
        link(block, if carved + size <= pool_size { VIRGIN_FOLLOWS } else { null_mut() });
        (*pool).virgin = (carved / ALIGNMENT) as u16;
        (*pool).free = first.cast();
    }
}

/// # Safety
/// A free block begins at `block`.
unsafe fn link(block: *mut u8, next: *mut FreeBlock) {
    poison::unpoison(block, size_of::<FreeBlock>());
    // SAFETY: per contract.
    unsafe { (*block.cast::<FreeBlock>()).next = next };
    poison::poison(block, size_of::<FreeBlock>());
}

/// Makes an empty pool ready to serve `class`: kept as it is when it last served the same class,
/// else wiped, with its first block on the free chain.
///
/// # Safety
/// As [`carve`], but the pool is empty and in no list.
pub(crate) unsafe fn assign(pool: *mut Pool, base: *mut u8, pool_size: usize, class: SizeClass) {
    // SAFETY: per contract; every class fits at least once behind the header.
    unsafe {
        if (*pool).class == class.index() as u8 {
            debug_assert!(!(*pool).free.is_null(), "an emptied pool has its blocks on the chain");
            return;
        }
        (*pool).class = class.index() as u8;
        (*pool).virgin = FIRST_VIRGIN;
        (*pool).free = null_mut();
        poison::poison(base, pool_size);
        carve(pool, base, pool_size);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pool_holds_as_many_blocks_as_cpythons() {
        let expected = [
            1021, 510, 340, 255, 204, 170, 145, 127, 113, 102, 92, 85, 78, 72, 68, 63, 60, 56, 53,
            51, 48, 46, 44, 42, 40, 39, 37, 36, 35, 34, 32, 31,
        ];
        let ours: Vec<usize> = SizeClass::all().map(blocks_per_pool).collect();
        assert_eq!(ours, expected);
    }
}
