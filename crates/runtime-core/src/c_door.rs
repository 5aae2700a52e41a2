//! The door of C: malloc, calloc, realloc and free by bare pointer, with no size told when a block
//! comes back; CPython's `PyMem_*` and `PyObject_*` to the letter.
//!
//! ```text
//! request            answer
//! malloc(0)          an address of its own
//! calloc(n, size)    refused when n * size is more than isize::MAX
//! realloc(null, n)   malloc(n)
//! realloc(p, 0)      an address, p is gone
//! free(null)         nothing
//! free(p)            p in an arena: to its pool; any other address: to the system's free
//! ```

use std::panic::Location;
use std::ptr::NonNull;

use crate::domain::{Domain, array_bytes};
use crate::error::AllocError;
use crate::heap::Heap;
use crate::slow::Request;

impl Heap {
    /// `size` bytes of a domain, uninitialised.
    ///
    /// # Errors
    /// [`AllocError`], above `isize::MAX` bytes in any case.
    #[track_caller]
    pub fn malloc(&self, domain: Domain, size: usize) -> Result<NonNull<u8>, AllocError> {
        if self.pool_class(domain, size).is_some() {
            return self.alloc_in(domain, size);
        }
        let request = Request { domain, size, zeroed: false, sized: false };
        self.serve(request, Location::caller())
    }

    /// `count` items of `size` bytes of a domain, all zero.
    ///
    /// # Errors
    /// As [`Heap::malloc`]; also when the product overflows.
    #[track_caller]
    pub fn calloc(
        &self,
        domain: Domain,
        count: usize,
        size: usize,
    ) -> Result<NonNull<u8>, AllocError> {
        let size = array_bytes(count, size)?;
        let request = Request { domain, size, zeroed: true, sized: false };
        self.serve(request, Location::caller())
    }

    /// Changes a block's size; contents are kept up to the smaller one.
    ///
    /// # Errors
    /// As [`Heap::malloc`]; the old block is untouched and still owned.
    ///
    /// # Safety
    /// The block came through this door, from this domain, and is alive; on success it is used
    /// only through the address returned.
    #[track_caller]
    pub unsafe fn realloc_block(
        &self,
        domain: Domain,
        block: Option<NonNull<u8>>,
        size: usize,
    ) -> Result<NonNull<u8>, AllocError> {
        let Some(block) = block else { return self.malloc(domain, size) };
        // SAFETY: per contract.
        unsafe { self.resize(domain, block, None, size, false, Location::caller()) }
    }

    /// Gives a block back.
    ///
    /// # Safety
    /// The block came through this door, from this domain, and is alive; it is not used again.
    pub unsafe fn free_block(&self, domain: Domain, block: Option<NonNull<u8>>) {
        if let Some(block) = block {
            // SAFETY: per contract.
            unsafe { self.release_block(domain, block, None) }
        }
    }

    /// `size` bytes of the mem domain, all zero, through the sized door: give them back with
    /// [`Heap::free`].
    ///
    /// # Errors
    /// As [`Heap::calloc`].
    #[track_caller]
    pub fn alloc_zeroed(&self, size: usize) -> Result<NonNull<u8>, AllocError> {
        self.serve(Request::new(Domain::Mem, size, true), Location::caller())
    }
}
