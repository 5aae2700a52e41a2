//! A growable array whose memory lives, fails and is counted in a heap.

use std::ptr::NonNull;

use crate::error::AllocError;
use crate::heap::Heap;

/// A vector in the Mem domain of a heap. Every growth may fail, and fails without a change.
///
/// The heap must outlive it; it is meant for structures that the heap's own runtime owns and for
/// scratch inside one call.
pub struct HeapVec<T> {
    heap: NonNull<Heap>,
    items: NonNull<T>,
    len: usize,
    cap: usize,
}

impl<T> HeapVec<T> {
    /// An empty vector; takes no memory yet.
    ///
    /// # Safety
    /// The heap outlives the vector and keeps its address.
    pub const unsafe fn new(heap: NonNull<Heap>) -> Self {
        Self { heap, items: NonNull::dangling(), len: 0, cap: 0 }
    }

    /// Bytes of the block that it has from the heap.
    pub const fn bytes(&self) -> usize {
        self.cap * size_of::<T>()
    }

    /// Makes room for `more` items.
    ///
    /// # Errors
    /// [`AllocError`] from the heap.
    #[track_caller]
    pub fn reserve(&mut self, more: usize) -> Result<(), AllocError> {
        let need = self.len.checked_add(more).ok_or(AllocError::TooLarge)?;
        if need <= self.cap {
            return Ok(());
        }
        self.grow(need.max(self.cap.saturating_mul(2)).max(8))
    }

    /// Makes room for `more` items and not one more.
    ///
    /// # Errors
    /// [`AllocError`] from the heap.
    pub fn reserve_exact(&mut self, more: usize) -> Result<(), AllocError> {
        let need = self.len.checked_add(more).ok_or(AllocError::TooLarge)?;
        if need <= self.cap { Ok(()) } else { self.grow(need) }
    }

    /// Moves to a block for `wide` items, more than there is room for.
    fn grow(&mut self, wide: usize) -> Result<(), AllocError> {
        let bytes = wide.checked_mul(size_of::<T>()).ok_or(AllocError::TooLarge)?;
        // SAFETY: the heap is alive; the block, if there is one, has `cap` items.
        let block = unsafe {
            let heap = self.heap.as_ref();
            if self.cap == 0 {
                heap.alloc(bytes)?
            } else {
                heap.realloc(self.items.cast(), self.cap * size_of::<T>(), bytes)?
            }
        };
        self.items = block.cast();
        self.cap = wide;
        Ok(())
    }

    /// Adds one item at the end.
    ///
    /// # Errors
    /// [`AllocError`] from the heap; the item is dropped then.
    #[inline]
    #[track_caller]
    pub fn push(&mut self, item: T) -> Result<(), AllocError> {
        if self.len == self.cap {
            self.reserve(1)?;
        }
        // SAFETY: there is room for one more.
        unsafe { self.items.add(self.len).write(item) };
        self.len += 1;
        Ok(())
    }

    /// Takes the last item off.
    pub fn pop(&mut self) -> Option<T> {
        self.len = self.len.checked_sub(1)?;
        // SAFETY: the item was within the length and now is not.
        Some(unsafe { self.items.add(self.len).read() })
    }

    /// Adds copies of `items` at the end.
    ///
    /// # Errors
    /// [`AllocError`] from the heap; nothing is added then.
    #[track_caller]
    pub fn extend_from_slice(&mut self, items: &[T]) -> Result<(), AllocError>
    where
        T: Copy,
    {
        self.reserve(items.len())?;
        // SAFETY: there is room, and a slice from elsewhere does not overlap memory we own.
        unsafe {
            let end = self.items.add(self.len).as_ptr();
            std::ptr::copy_nonoverlapping(items.as_ptr(), end, items.len());
        }
        self.len += items.len();
        Ok(())
    }

    /// Drops all items and keeps the memory.
    pub fn clear(&mut self) {
        while self.pop().is_some() {}
    }
}

impl<T> std::ops::Deref for HeapVec<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        // SAFETY: `len` items are initialised.
        unsafe { std::slice::from_raw_parts(self.items.as_ptr(), self.len) }
    }
}

impl<T> std::ops::DerefMut for HeapVec<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        // SAFETY: as above, and `&mut self` is the only way in.
        unsafe { std::slice::from_raw_parts_mut(self.items.as_ptr(), self.len) }
    }
}

impl<T> Drop for HeapVec<T> {
    fn drop(&mut self) {
        self.clear();
        if self.cap > 0 {
            // SAFETY: the block came from this heap with this size.
            unsafe { self.heap.as_ref().free(self.items.cast(), self.cap * size_of::<T>()) };
        }
    }
}
