//! Replacing and wrapping the allocator of a domain.
//!
//! ```text
//! request --> wrapper 2 --> wrapper 1 --> the heap's own allocator of the domain
//!             (its own books, then on to the one that was there before)
//! ```
//!
//! - *Replaced* when the heap is built ([`crate::HeapConfig::allocators`]), or later while no block
//!   is alive: the new allocator serves everything itself.
//! - *Wrapped* at any time: the wrapper was given the allocator that was there before, and hands on
//!   to it at least what it did not make itself.
//!
//! The memory that a replacement gives is its own business: neither counted, limited nor checked by
//! the heap. CPython: `PyMem_GetAllocator`, `PyMem_SetAllocator`.

use std::cell::Cell;
use std::fmt;
use std::ptr::NonNull;

use crate::domain::Domain;
use crate::error::AllocError;
use crate::heap::{Heap, flag};
use crate::slow::Request;

/// The functions of a domain's allocator.
///
/// # Safety
/// Blocks are aligned to 16, as large as asked, zeroed where asked, and nobody else's while alive.
/// A wrapper hands on what it did not make.
pub unsafe trait AllocatorHook {
    /// Serves a request.
    ///
    /// # Errors
    /// [`AllocError`]; nothing has changed then.
    fn alloc(&self, request: Request) -> Result<NonNull<u8>, AllocError>;

    /// Changes a block's size to `request.size`; `old` is its size, when whoever asks knows it.
    ///
    /// # Errors
    /// [`AllocError`]; the old block is untouched and still owned.
    ///
    /// # Safety
    /// The block is alive and of the request's domain.
    unsafe fn realloc(
        &self,
        request: Request,
        block: NonNull<u8>,
        old: Option<usize>,
    ) -> Result<NonNull<u8>, AllocError>;

    /// Takes a block back.
    ///
    /// # Safety
    /// The block is alive and of that domain; it dies here.
    unsafe fn free(&self, domain: Domain, block: NonNull<u8>, size: Option<usize>);
}

/// An allocator of a domain, as it is got, set and restored.
#[derive(Clone, Copy)]
pub struct DomainAllocator(NonNull<dyn AllocatorHook>);

impl fmt::Debug for DomainAllocator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DomainAllocator")
    }
}

impl PartialEq for DomainAllocator {
    fn eq(&self, other: &Self) -> bool {
        self.0.cast::<()>() == other.0.cast::<()>()
    }
}

impl DomainAllocator {
    /// An allocator behind a pointer.
    ///
    /// # Safety
    /// The hook stays where it is and alive for as long as a heap may call it.
    pub const unsafe fn new<H: AllocatorHook + 'static>(hook: NonNull<H>) -> Self {
        Self(hook)
    }

    /// As [`AllocatorHook::alloc`].
    ///
    /// # Errors
    /// As the hook's.
    pub fn alloc(self, request: Request) -> Result<NonNull<u8>, AllocError> {
        // SAFETY: `new` promised that the hook is alive.
        unsafe { self.0.as_ref() }.alloc(request)
    }

    /// As [`AllocatorHook::realloc`].
    ///
    /// # Errors
    /// As the hook's.
    ///
    /// # Safety
    /// As the hook's.
    pub unsafe fn realloc(
        self,
        request: Request,
        block: NonNull<u8>,
        old: Option<usize>,
    ) -> Result<NonNull<u8>, AllocError> {
        // SAFETY: as above, and per contract.
        unsafe { self.0.as_ref().realloc(request, block, old) }
    }

    /// As [`AllocatorHook::free`].
    ///
    /// # Safety
    /// As the hook's.
    pub unsafe fn free(self, domain: Domain, block: NonNull<u8>, size: Option<usize>) {
        // SAFETY: as above, and per contract.
        unsafe { self.0.as_ref().free(domain, block, size) }
    }
}

/// A domain's allocator cannot be replaced while blocks are alive that the new one does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlocksAlive {
    /// The domain.
    pub domain: Domain,
    /// Blocks alive in it. Mem and object share pools, so for either it is those of both.
    pub blocks: usize,
}

impl fmt::Display for BlocksAlive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (domain, blocks) = (self.domain.name(), self.blocks);
        write!(f, "the {domain} allocator cannot be replaced while {blocks} blocks are alive")
    }
}

impl std::error::Error for BlocksAlive {}

/// What stands in front of each domain; `None` is the heap's own allocator.
pub(crate) struct Hooks([Cell<Option<DomainAllocator>>; 3]);

impl Hooks {
    pub(crate) fn new(replaced: [Option<DomainAllocator>; 3]) -> Self {
        Self(replaced.map(Cell::new))
    }

    pub(crate) fn get(&self, domain: Domain) -> Option<DomainAllocator> {
        self.0.get(domain.index()).and_then(Cell::get)
    }

    fn set(&self, domain: Domain, hook: Option<DomainAllocator>) {
        if let Some(place) = self.0.get(domain.index()) {
            place.set(hook);
        }
    }

    fn any(&self) -> bool {
        self.0.iter().any(|hook| hook.get().is_some())
    }
}

/// The heap's own allocator in the shape of a hook: what a wrapper hands on to. The request says
/// which domain is meant.
#[repr(transparent)]
struct Own(Heap);

// SAFETY: the heap's base keeps the promises, and serves whatever it made.
unsafe impl AllocatorHook for Own {
    fn alloc(&self, request: Request) -> Result<NonNull<u8>, AllocError> {
        self.0.domain_alloc(request)
    }

    unsafe fn realloc(
        &self,
        request: Request,
        block: NonNull<u8>,
        old: Option<usize>,
    ) -> Result<NonNull<u8>, AllocError> {
        // SAFETY: per contract.
        unsafe { self.0.domain_realloc(request, block, old) }
    }

    unsafe fn free(&self, domain: Domain, block: NonNull<u8>, size: Option<usize>) {
        // SAFETY: per contract.
        unsafe { self.0.domain_free(domain, block, size) }
    }
}

impl Heap {
    fn own_allocator(&self) -> DomainAllocator {
        // `Own` is the heap under another name (repr(transparent)).
        DomainAllocator(NonNull::from(self).cast::<Own>())
    }

    /// The allocator of a domain, to hand on to and to restore. The heap has its final address by
    /// now.
    pub fn allocator(&self, domain: Domain) -> DomainAllocator {
        self.hooks.get(domain).unwrap_or_else(|| self.own_allocator())
    }

    /// Sets a domain's allocator to one that hands on to the present one, or back to one that was
    /// there before; gives the one that was set.
    ///
    /// # Safety
    /// The allocator serves, by itself or by handing on, every block of the domain that is alive;
    /// it neither moves nor dies while it is set.
    pub unsafe fn wrap_allocator(
        &self,
        domain: Domain,
        allocator: DomainAllocator,
    ) -> DomainAllocator {
        let before = self.allocator(domain);
        let own = allocator == self.own_allocator();
        self.hooks.set(domain, if own { None } else { Some(allocator) });
        self.attend(flag::HOOKED, self.hooks.any());
        before
    }

    /// Sets a domain's allocator to one that hands nothing on; gives the one that was set.
    ///
    /// # Errors
    /// [`BlocksAlive`] while the heap's own allocator has blocks in use that may be of the domain.
    ///
    /// # Safety
    /// As [`Heap::wrap_allocator`], for the blocks that other hooks have made.
    pub unsafe fn replace_allocator(
        &self,
        domain: Domain,
        allocator: DomainAllocator,
    ) -> Result<DomainAllocator, BlocksAlive> {
        let large = self.counters.large_blocks.get();
        let blocks = match domain {
            Domain::Raw => self.counters.raw_blocks.get().saturating_sub(large),
            Domain::Mem | Domain::Object => self.allocated_blocks(),
        };
        if blocks > 0 {
            return Err(BlocksAlive { domain, blocks });
        }
        // SAFETY: per contract; the heap's own allocator has nothing alive there.
        Ok(unsafe { self.wrap_allocator(domain, allocator) })
    }
}
