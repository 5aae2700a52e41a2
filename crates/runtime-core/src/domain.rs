//! Domains: which family of functions a block belongs to, and raw memory without a heap.
//!
//! ```text
//! raw      the system's malloc      needs no runtime, works from any thread
//! mem      pools up to 512 bytes    buffers and tables of the runtime
//! object   pools up to 512 bytes    objects
//! ```
//!
//! A block goes back to the domain that it came from. Through the typed door ([`crate::Block`])
//! anything else does not compile; through bare pointers the debug hooks report it.
//! CPython: `PyMemAllocatorDomain`.

use std::ptr::NonNull;

use crate::error::AllocError;
use crate::system;

/// A family of allocation functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Domain {
    /// Memory that needs no runtime.
    Raw,
    /// The runtime's buffers and tables.
    Mem,
    /// Objects.
    Object,
}

impl Domain {
    /// All domains, lowest first.
    pub const ALL: [Self; 3] = [Self::Raw, Self::Mem, Self::Object];

    /// The letter that stands for it in the debug hooks: `r`, `m`, `o`.
    pub const fn letter(self) -> u8 {
        match self {
            Self::Raw => b'r',
            Self::Mem => b'm',
            Self::Object => b'o',
        }
    }

    /// Its name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Raw => "raw",
            Self::Mem => "mem",
            Self::Object => "object",
        }
    }

    /// Place in tables, `0..3`.
    pub(crate) const fn index(self) -> usize {
        self as usize
    }
}

/// The most bytes that a request may be for, in any domain. CPython: `PY_SSIZE_T_MAX`.
pub const REQUEST_MAX: usize = isize::MAX as usize;

/// Bytes of `count` items of `size` bytes each.
///
/// # Errors
/// [`AllocError::TooLarge`] above [`REQUEST_MAX`], overflow included.
pub fn array_bytes(count: usize, size: usize) -> Result<usize, AllocError> {
    match count.checked_mul(size) {
        Some(bytes) if bytes <= REQUEST_MAX => Ok(bytes),
        _ => Err(AllocError::TooLarge),
    }
}

/// Raw memory before there is a heap, and from any thread: what CPython's `PyMem_Raw` functions are
/// without hooks. Nobody counts or limits it.
pub mod raw {
    use super::{AllocError, NonNull, REQUEST_MAX, array_bytes, system};

    fn checked(
        size: usize,
        take: impl FnOnce() -> Option<NonNull<u8>>,
    ) -> Result<NonNull<u8>, AllocError> {
        if size > REQUEST_MAX {
            return Err(AllocError::TooLarge);
        }
        take().ok_or(AllocError::System { bytes: size })
    }

    /// `size` bytes, uninitialised. A request for nothing gives an address of its own.
    ///
    /// # Errors
    /// [`AllocError`] when the size is above [`REQUEST_MAX`] or the system refuses.
    pub fn alloc(size: usize) -> Result<NonNull<u8>, AllocError> {
        checked(size, || system::malloc(size))
    }

    /// `count` items of `size` bytes, all zero.
    ///
    /// # Errors
    /// As [`alloc`]; also when the product overflows.
    pub fn alloc_zeroed(count: usize, size: usize) -> Result<NonNull<u8>, AllocError> {
        let bytes = array_bytes(count, size)?;
        checked(bytes, || system::calloc(bytes))
    }

    /// Changes the size of a block; without a block it is [`alloc`]. A new size of nothing keeps a
    /// block.
    ///
    /// # Errors
    /// As [`alloc`]; the old block is untouched and still owned.
    ///
    /// # Safety
    /// The block came from this module and is alive; on success it is used only through the
    /// address returned.
    pub unsafe fn realloc(
        block: Option<NonNull<u8>>,
        size: usize,
    ) -> Result<NonNull<u8>, AllocError> {
        match block {
            None => alloc(size),
            // SAFETY: per contract.
            Some(block) => checked(size, || unsafe { system::realloc(block, size) }),
        }
    }

    /// Bytes that the system's `malloc` holds from the operating system, for whomever: blocks in
    /// use with their headers, and what it keeps for later. `None` where it does not say.
    pub fn held() -> Option<usize> {
        system::malloc_holds()
    }

    /// Gives a block back; nothing happens without one.
    ///
    /// # Safety
    /// The block came from this module and is alive; it is not used again.
    pub unsafe fn free(block: Option<NonNull<u8>>) {
        if let Some(block) = block {
            // SAFETY: per contract.
            unsafe { system::free(block) }
        }
    }
}
