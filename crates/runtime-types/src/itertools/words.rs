//! An array of numbers that an object owns: one word in the object, the numbers in the heap.

use std::cell::Cell;
use std::ptr::{NonNull, null_mut};

use runtime_core::{AllocError, Heap};

const WORD: usize = size_of::<usize>();

/// Null, or the address of a block: its number of words, then the words. All zero is an empty array.
#[repr(transparent)]
pub(super) struct Words(Cell<*mut usize>);

impl Words {
    /// Makes the array, which has not been made before, `len` words long, each with the value that
    /// `value` gives for its place.
    ///
    /// # Errors
    /// [`AllocError`] from the heap.
    pub(super) fn fill(
        &self,
        heap: &Heap,
        len: usize,
        value: impl Fn(usize) -> usize,
    ) -> Result<(), AllocError> {
        let bytes =
            len.checked_add(1).and_then(|n| n.checked_mul(WORD)).ok_or(AllocError::TooLarge)?;
        let block = heap.alloc(bytes)?.cast::<usize>();
        // SAFETY: the block has a word for the length and `len` more.
        unsafe {
            block.write(len);
            (0..len).for_each(|i| block.add(i + 1).write(value(i)));
        }
        debug_assert!(self.0.get().is_null());
        self.0.set(block.as_ptr());
        Ok(())
    }

    /// Number of words.
    pub(super) fn len(&self) -> usize {
        // SAFETY: a block begins with its number of words.
        NonNull::new(self.0.get()).map_or(0, |block| unsafe { block.read() })
    }

    /// The word at `at`; 0 beyond the end.
    pub(super) fn get(&self, at: usize) -> usize {
        if at >= self.len() {
            return 0;
        }
        // SAFETY: the place is below the length.
        unsafe { self.0.get().add(at + 1).read() }
    }

    /// Sets the word at `at`, if there is one.
    pub(super) fn set(&self, at: usize, value: usize) {
        if at < self.len() {
            // SAFETY: the place is below the length.
            unsafe { self.0.get().add(at + 1).write(value) };
        }
    }

    /// Swaps two words, if both are there.
    pub(super) fn swap(&self, a: usize, b: usize) {
        let (x, y) = (self.get(a), self.get(b));
        self.set(a, y);
        self.set(b, x);
    }

    /// Gives the block back.
    ///
    /// # Safety
    /// The array was made from this heap.
    pub(super) unsafe fn free(&self, heap: &Heap) {
        let len = self.len();
        if let Some(block) = NonNull::new(self.0.replace(null_mut())) {
            // SAFETY: per contract; that is how large it was made.
            unsafe { heap.free(block.cast(), (len + 1) * WORD) };
        }
    }
}
