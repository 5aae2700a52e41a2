//! Kept raw blocks: of each size one that was given back, for the next request.
//!
//! ```text
//! bytes   520  536  552  568  584  ...  4104
//! kept    [ ]  [x]  [ ]  [x]  [ ]       [ ]     at most one each, and 64 KiB in all
//! ```
//!
//! What grows passes through these sizes one after the other, and whatever grows next often does so
//! again. A kept block stays charged as taken; it goes back to the system before the memory limit
//! refuses anything, when too many others have come, and with the heap.
//!
//! Of two blocks of a size the lower one is kept. A system's heap shrinks from its upper end, and of
//! many blocks that are let go of it is then not the uppermost that stays and holds all the rest in
//! memory.

use std::cell::Cell;
use std::ptr::{NonNull, null_mut};

use crate::raw_memory::{ROUNDED_MAX, ROUNDED_MIN, ROUNDED_STEP, rounded};

const SIZES: usize = (ROUNDED_MAX - ROUNDED_MIN) / ROUNDED_STEP + 1;

/// The most bytes that are kept.
const KEPT_MAX: usize = 64 << 10;

/// The kept blocks of a heap.
pub(crate) struct Kept {
    blocks: [Cell<*mut u8>; SIZES],
    bytes: Cell<usize>,
    /// Whether raw blocks are rounded up, so that any may be kept.
    rounds: bool,
}

/// What becomes of a block that is given back.
pub(crate) enum Given {
    /// It is kept.
    Kept,
    /// This one, of the same size, is to go back to the system: the block itself or the one kept so far.
    Back(NonNull<u8>),
    /// Too much is kept: all of it is to go back ([`Kept::empty`]), and then this one may be given.
    Full,
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

    /// Whether raw blocks are rounded up, and none is watched to the byte.
    #[inline(always)]
    pub(crate) fn rounds(&self) -> bool {
        self.rounds
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
            self.blocks.get((size - ROUNDED_MIN) / ROUNDED_STEP)
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

    /// Keeps a block of this size, if there is a place for it; what this leaves to do is told.
    #[inline(always)]
    pub(crate) fn give(&self, block: NonNull<u8>, size: usize) -> Given {
        let Some(place) = self.place(size) else { return Given::Back(block) };
        match NonNull::new(place.get()) {
            Some(kept) if kept < block => Given::Back(block),
            Some(kept) => {
                place.set(block.as_ptr());
                Given::Back(kept)
            }
            None if self.bytes.get() + size > KEPT_MAX => Given::Full,
            None => {
                place.set(block.as_ptr());
                self.bytes.set(self.bytes.get() + size);
                Given::Kept
            }
        }
    }

    /// Takes all blocks out; gives each to `free` and their bytes to the caller.
    pub(crate) fn empty(&self, mut free: impl FnMut(NonNull<u8>)) -> usize {
        if self.bytes.get() > 0 {
            for place in &self.blocks {
                if let Some(block) = NonNull::new(place.replace(null_mut())) {
                    free(block);
                }
            }
        }
        self.bytes.replace(0)
    }
}
