//! The typed door: a block carries its domain in its type.
//!
//! ```
//! use runtime_core::{Block, Family, Floor, Heap, HeapConfig, Mem, RawBlock};
//!
//! let heap = Heap::new(HeapConfig::default(), Floor::Heap);
//! let mut name = Block::<Mem>::zeroed(&heap, 5)?;
//! name.copy_from_slice(b"spam!");
//! Mem::free(name);                                  // or just let it go
//!
//! let early = RawBlock::zeroed(100)?;               // raw memory needs no runtime,
//! std::thread::spawn(move || drop(early)).join().ok(); // and any thread may free it
//! # Ok::<(), runtime_core::AllocError>(())
//! ```
//!
//! A block freed into another family does not compile:
//!
//! ```compile_fail,E0308
//! # use runtime_core::{Block, Family, Floor, Heap, HeapConfig, Mem, ObjectMemory};
//! # let heap = Heap::new(HeapConfig::default(), Floor::Heap);
//! let block = Block::<ObjectMemory>::zeroed(&heap, 64)?;
//! Mem::free(block);                                 // wrong family
//! # Ok::<(), runtime_core::AllocError>(())
//! ```
//!
//! nor does one that outlives its heap,
//!
//! ```compile_fail,E0597
//! # use runtime_core::{Block, Floor, Heap, HeapConfig, Mem};
//! let block = {
//!     let heap = Heap::new(HeapConfig::default(), Floor::Heap);
//!     Block::<Mem>::zeroed(&heap, 128)?
//! };
//! drop(block);
//! # Ok::<(), runtime_core::AllocError>(())
//! ```
//!
//! nor mem or object memory without the runtime in hand,
//!
//! ```compile_fail,E0061
//! # use runtime_core::{Block, Mem};
//! let block = Block::<Mem>::zeroed(128)?;
//! # Ok::<(), runtime_core::AllocError>(())
//! ```
//!
//! nor taking them to another thread,
//!
//! ```compile_fail,E0277
//! # use runtime_core::{Block, Floor, Heap, HeapConfig, Mem};
//! let heap = Heap::new(HeapConfig::default(), Floor::Heap);
//! let block = Block::<Mem>::zeroed(&heap, 128)?;
//! std::thread::scope(|scope| {
//!     scope.spawn(move || drop(block));
//! });
//! # Ok::<(), runtime_core::AllocError>(())
//! ```
//!
//! nor freeing it twice.
//!
//! ```compile_fail,E0382
//! # use runtime_core::{Block, Family, Floor, Heap, HeapConfig, Mem};
//! # let heap = Heap::new(HeapConfig::default(), Floor::Heap);
//! let block = Block::<Mem>::zeroed(&heap, 128)?;
//! Mem::free(block);
//! Mem::free(block);
//! # Ok::<(), runtime_core::AllocError>(())
//! ```

use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::ptr::NonNull;

use crate::domain::{Domain, raw};
use crate::error::AllocError;
use crate::heap::Heap;
use crate::slow::Request;

/// A domain as a type.
pub trait Family: sealed::Sealed + Sized {
    /// The domain.
    const DOMAIN: Domain;

    /// Gives a block of this family back. So does dropping it.
    fn free(block: Block<'_, Self>) {
        drop(block);
    }
}

/// The raw domain.
#[derive(Debug)]
pub struct Raw;
/// The mem domain.
#[derive(Debug)]
pub struct Mem;
/// The object domain.
#[derive(Debug)]
pub struct ObjectMemory;

impl Family for Raw {
    const DOMAIN: Domain = Domain::Raw;
}
impl Family for Mem {
    const DOMAIN: Domain = Domain::Mem;
}
impl Family for ObjectMemory {
    const DOMAIN: Domain = Domain::Object;
}

mod sealed {
    /// Families are the three of this module.
    pub trait Sealed {}
    impl Sealed for super::Raw {}
    impl Sealed for super::Mem {}
    impl Sealed for super::ObjectMemory {}
}

/// A block of bytes of one domain. It goes back when it is dropped.
#[derive(Debug)]
pub struct Block<'h, F: Family> {
    bytes: NonNull<u8>,
    len: usize,
    heap: &'h Heap,
    family: PhantomData<F>,
}

impl<'h, F: Family> Block<'h, F> {
    /// `len` bytes of zero from a heap.
    ///
    /// # Errors
    /// As [`Heap::malloc`].
    #[track_caller]
    pub fn zeroed(heap: &'h Heap, len: usize) -> Result<Self, AllocError> {
        let bytes = heap.serve(Request::new(F::DOMAIN, len, true), Location::caller())?;
        Ok(Self { bytes, len, heap, family: PhantomData })
    }

    /// Changes the length; new bytes are zero.
    ///
    /// # Errors
    /// As [`Heap::malloc`]; the block is as it was.
    #[track_caller]
    pub fn resize(&mut self, len: usize) -> Result<(), AllocError> {
        let site = Location::caller();
        // SAFETY: the block is ours, from that door, with that length.
        let bytes =
            unsafe { self.heap.resize(F::DOMAIN, self.bytes, Some(self.len), len, true, site)? };
        if len > self.len {
            // SAFETY: the block holds `len` bytes now.
            unsafe { bytes.add(self.len).write_bytes(0, len - self.len) };
        }
        self.bytes = bytes;
        self.len = len;
        Ok(())
    }
}

impl<F: Family> Deref for Block<'_, F> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        // SAFETY: the block is ours, and every byte of it was written.
        unsafe { std::slice::from_raw_parts(self.bytes.as_ptr(), self.len) }
    }
}

impl<F: Family> DerefMut for Block<'_, F> {
    fn deref_mut(&mut self) -> &mut [u8] {
        // SAFETY: as above, and `&mut self` is the only way in.
        unsafe { std::slice::from_raw_parts_mut(self.bytes.as_ptr(), self.len) }
    }
}

impl<F: Family> Drop for Block<'_, F> {
    fn drop(&mut self) {
        // SAFETY: the block is ours, from that door, with that length, and gone after this.
        unsafe { self.heap.release_block(F::DOMAIN, self.bytes, Some(self.len)) }
    }
}

/// Raw memory without a heap: counted by nobody, and free to go to any thread.
#[derive(Debug)]
pub struct RawBlock {
    bytes: NonNull<u8>,
    len: usize,
}

// SAFETY: the block is this handle's alone, and the system's malloc serves any thread.
unsafe impl Send for RawBlock {}

impl RawBlock {
    /// `len` bytes of zero from the system.
    ///
    /// # Errors
    /// [`AllocError`] when the system refuses, or above [`crate::REQUEST_MAX`].
    pub fn zeroed(len: usize) -> Result<Self, AllocError> {
        Ok(Self { bytes: raw::alloc_zeroed(len, 1)?, len })
    }
}

impl Deref for RawBlock {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        // SAFETY: the block is ours, and every byte of it was written.
        unsafe { std::slice::from_raw_parts(self.bytes.as_ptr(), self.len) }
    }
}

impl DerefMut for RawBlock {
    fn deref_mut(&mut self) -> &mut [u8] {
        // SAFETY: as above, and `&mut self` is the only way in.
        unsafe { std::slice::from_raw_parts_mut(self.bytes.as_ptr(), self.len) }
    }
}

impl Drop for RawBlock {
    fn drop(&mut self) {
        // SAFETY: the block is ours and gone after this.
        unsafe { raw::free(Some(self.bytes)) }
    }
}
