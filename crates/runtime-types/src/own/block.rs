//! A block of the mem domain that an object of the embedding program's type owns.
//!
//! The object's own block and this one have separate lives: the first comes and goes by `tp_alloc`
//! and `tp_free`, this one whenever the object likes. It may be lent to a memoryview, and while it is,
//! it keeps its length and its place.

use std::cell::Cell;
use std::marker::PhantomData;
use std::ptr::{NonNull, null_mut};

use runtime_core::{AllocError, Heap};

use crate::buffer::{Format, Span};

/// Bytes in the mem domain, in the payload of an object: 24 bytes there.
///
/// It is made empty and filled where it lies. One that lies in no object stays empty. Nobody is given
/// a slice of it, since a program may write to it at any time; bytes are copied in and out.
#[derive(Default)]
pub struct MemBlock {
    bytes: Cell<Bytes>,
    len: Cell<usize>,
    exports: Cell<usize>,
    /// Neither `Send` nor `Sync`: [`super::Plain`] relies on that.
    here: PhantomData<*const ()>,
}

/// The block's first byte, or null when there is none.
#[derive(Clone, Copy)]
struct Bytes(*mut u8);

impl Default for Bytes {
    fn default() -> Self {
        Self(null_mut())
    }
}

/// Why a block did not take a new length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResizeError {
    /// Somebody looks at it.
    Lent,
    /// No memory.
    Alloc(AllocError),
}

impl MemBlock {
    /// Number of bytes.
    pub fn len(&self) -> usize {
        self.len.get()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How often the bytes are lent right now.
    pub fn exports(&self) -> usize {
        self.exports.get()
    }

    /// The byte at `at`.
    pub fn get(&self, at: usize) -> Option<u8> {
        let mut byte = [0];
        (self.read_at(at, &mut byte) == 1).then_some(byte[0])
    }

    /// Copies bytes from `at` on into `out`; gives how many there were.
    pub fn read_at(&self, at: usize, out: &mut [u8]) -> usize {
        let count = out.len().min(self.len().saturating_sub(at));
        if count > 0 {
            // SAFETY: so many bytes of the block lie behind `at`; `out` is the caller's, and nobody
            // was ever given a slice of the block.
            unsafe {
                let from = self.bytes.get().0.add(at);
                std::ptr::copy_nonoverlapping(from, out.as_mut_ptr(), count);
            }
        }
        count
    }

    /// Copies bytes over those from `at` on, as far as they reach; gives how many that were.
    pub fn write_at(&self, at: usize, bytes: &[u8]) -> usize {
        let count = bytes.len().min(self.len().saturating_sub(at));
        if count > 0 {
            // SAFETY: as in `read_at`.
            unsafe {
                let to = self.bytes.get().0.add(at);
                std::ptr::copy_nonoverlapping(bytes.as_ptr(), to, count);
            }
        }
        count
    }

    /// A copy of the bytes, in the host's memory.
    pub fn to_vec(&self) -> Vec<u8> {
        let mut copy = vec![0; self.len()];
        let count = self.read_at(0, &mut copy);
        copy.truncate(count);
        copy
    }

    /// Makes it `new` bytes long; the bytes that it has more are zero. The block before is kept until
    /// the new one is there, so a failure changes nothing.
    ///
    /// # Errors
    /// [`ResizeError`].
    ///
    /// # Safety
    /// It lies in the payload of a live object of this heap's runtime, which gives it back when it
    /// dies.
    #[track_caller]
    pub unsafe fn resize(&self, heap: &Heap, new: usize) -> Result<(), ResizeError> {
        let old = self.len();
        if new == old {
            return Ok(());
        }
        if self.exports() > 0 {
            return Err(ResizeError::Lent);
        }
        // SAFETY: the block, if there is one, is of this heap with the old length, and is not used
        // again once it moved; bytes behind the old ones are written before anybody reads them.
        unsafe {
            let block = match NonNull::new(self.bytes.get().0) {
                Some(block) if new == 0 => {
                    heap.free(block, old);
                    null_mut()
                }
                Some(block) => heap.realloc(block, old, new).map_err(ResizeError::Alloc)?.as_ptr(),
                None => heap.alloc(new).map_err(ResizeError::Alloc)?.as_ptr(),
            };
            if new > old {
                block.add(old).write_bytes(0, new - old);
            }
            self.bytes.set(Bytes(block));
        }
        self.len.set(new);
        Ok(())
    }

    /// Lends the bytes: until [`MemBlock::take_back`] they neither move nor change their number.
    ///
    /// # Safety
    /// The borrower holds the object that the block lies in.
    pub unsafe fn lend(&self) -> Span {
        self.exports.set(self.exports().wrapping_add(1));
        Span {
            start: NonNull::new(self.bytes.get().0).unwrap_or(NonNull::dangling()),
            len: self.len(),
            readonly: false,
            format: Format::BYTES,
        }
    }

    /// Takes the bytes back, once for each time they were lent.
    ///
    /// # Safety
    /// They were lent that often, and this borrower does not look at them any more.
    pub unsafe fn take_back(&self) {
        debug_assert!(self.exports() > 0, "released more often than acquired");
        self.exports.set(self.exports().saturating_sub(1));
    }

    /// Gives the block back to the heap that it came from.
    ///
    /// # Safety
    /// The heap is that of the object that the block lies in.
    pub unsafe fn give_back(&self, heap: &Heap) {
        let (block, len) = (self.bytes.take(), self.len.take());
        if let Some(block) = NonNull::new(block.0) {
            // SAFETY: per contract; it is not used again.
            unsafe { heap.free(block, len) };
        }
    }
}
