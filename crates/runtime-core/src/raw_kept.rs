//! Kept raw blocks: of each rounded size one that was given back, for the next request.
//!
//! ```text
//! bytes   640  768  896  1024  1280  ...  4096
//! kept    [ ]  [x]  [ ]  [x]   [ ]        [ ]     at most one each, 23 KiB in all
//! ```
//!
//! What grows passes through these sizes one after the other, and whatever grows next does so
//! again. A kept block stays charged as taken; it goes back to the system before the memory limit
//! refuses anything, and with the heap.

use std::cell::Cell;
use std::ptr::{NonNull, null_mut};

use crate::raw_memory::{ROUNDED_MAX, ROUNDED_MIN, rounded};

/// Four sizes for each power of two.
const SIZES: usize = 12;

const _: () = assert!(place_of(ROUNDED_MIN) == 0 && place_of(ROUNDED_MAX) == SIZES - 1);
const _: () = assert!(place_of(1024) == 3 && place_of(1280) == 4 && place_of(3584) == 10);

/// The place of a rounded size.
const fn place_of(size: usize) -> usize {
    let log = (size - 1).ilog2();
    (log as usize - 9) * 4 + (((size - 1) >> (log - 2)) & 3)
}

/// The kept blocks of a heap.
pub(crate) struct Kept {
    blocks: [Cell<*mut u8>; SIZES],
    bytes: Cell<usize>,
    /// Whether raw blocks are rounded up, so that any may be kept.
    rounds: bool,
}

impl Kept {
    pub(crate) const fn new(rounds: bool) -> Self {
        Self { blocks: [const { Cell::new(null_mut()) }; SIZES], bytes: Cell::new(0), rounds }
    }

    /// Bytes that the system is asked for when a raw block of this size is wanted through a door
    /// that tells sizes.
    #[inline(always)]
    pub(crate) fn granted(&self, size: usize) -> usize {
        if self.rounds { rounded(size) } else { size }
    }

    /// Bytes of the blocks that are kept.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes.get()
    }

    /// The place for blocks of this size, when it is a rounded one.
    #[inline(always)]
    fn place(&self, size: usize) -> Option<&Cell<*mut u8>> {
        if self.rounds && (ROUNDED_MIN..=ROUNDED_MAX).contains(&size) {
            debug_assert!(rounded(size) == size, "{size} is not a rounded size");
            self.blocks.get(place_of(size))
        } else {
            None
        }
    }

    /// Takes the block of this size that is kept, if one is.
    #[inline(always)]
    pub(crate) fn take(&self, size: usize) -> Option<NonNull<u8>> {
        let block = NonNull::new(self.place(size)?.replace(null_mut()))?;
        self.bytes.set(self.bytes.get() - size);
        Some(block)
    }

    /// Keeps a block of this size, if there is a place for it and none in it.
    #[inline(always)]
    pub(crate) fn give(&self, block: NonNull<u8>, size: usize) -> bool {
        match self.place(size) {
            Some(place) if place.get().is_null() => {
                place.set(block.as_ptr());
                self.bytes.set(self.bytes.get() + size);
                true
            }
            _ => false,
        }
    }

    /// Takes all blocks out; gives each to `free` and their bytes to the caller.
    pub(crate) fn empty(&self, mut free: impl FnMut(NonNull<u8>)) -> usize {
        for place in &self.blocks {
            if let Some(block) = NonNull::new(place.replace(null_mut())) {
                free(block);
            }
        }
        self.bytes.replace(0)
    }
}
