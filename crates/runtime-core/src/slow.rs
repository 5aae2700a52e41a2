//! The slow path: what a request goes through when the fast path cannot serve it.
//!
//! ```text
//! request --> planned failure? --> tracing --> the domain's allocator, if replaced or wrapped
//!                                                  --> debug hooks --> base: pools, raw memory
//! ```
//!
//! Each station but the last is passed only while its flag is raised.

use std::panic::Location;
use std::ptr::NonNull;

use crate::accounting::Layer;
use crate::domain::{Domain, REQUEST_MAX};
use crate::error::AllocError;
use crate::heap::{Heap, add, flag};
use crate::poison;
use crate::size_class::{ALIGNMENT, SizeClass};

/// A request for memory on its way down.
#[derive(Debug, Clone, Copy)]
pub struct Request {
    /// Whose block it will be.
    pub domain: Domain,
    /// Bytes asked for.
    pub size: usize,
    /// Whether they must be zero.
    pub zeroed: bool,
    /// Whether the size will be told when the block is given back. Raw blocks of those who will
    /// not tell are counted by what `malloc` really gave.
    pub(crate) sized: bool,
}

impl Request {
    /// A request of this many bytes, whose size will be told again when it is given back.
    pub const fn new(domain: Domain, size: usize, zeroed: bool) -> Self {
        Self { domain, size, zeroed, sized: true }
    }
}

impl Heap {
    #[cold]
    #[inline(never)]
    #[track_caller]
    pub(crate) fn alloc_slow(
        &self,
        domain: Domain,
        size: usize,
    ) -> Result<NonNull<u8>, AllocError> {
        let request = Request::new(domain, size, false);
        if self.attention.get() & flag::OVERSEEN == 0 {
            return self.base_alloc(request);
        }
        self.serve(request, Location::caller())
    }

    /// Serves a request through whatever stands above the pools.
    pub(crate) fn serve(
        &self,
        request: Request,
        site: &'static Location<'static>,
    ) -> Result<NonNull<u8>, AllocError> {
        let attention = self.attention.get();
        if attention & flag::OVERSEEN == 0 {
            return self.base_alloc(request);
        }
        if request.size > REQUEST_MAX {
            return Err(AllocError::TooLarge);
        }
        if attention & flag::PLANNED != 0 {
            self.plan.pass(request.domain, site)?;
        }
        let block = match self.hooks.get(request.domain) {
            Some(hook) => hook.alloc(request)?,
            None => self.domain_alloc(request)?,
        };
        if attention & flag::TRACED != 0
            && let Err(error) = self.trace(block, request.size)
        {
            let size = request.sized.then_some(request.size);
            // SAFETY: the block has just been taken and nobody knows it.
            unsafe { self.hooked_free(request.domain, block, size) };
            return Err(error);
        }
        Ok(block)
    }

    /// The heap's own allocator of a domain: the debug hooks, when they are on, and the base.
    pub(crate) fn domain_alloc(&self, request: Request) -> Result<NonNull<u8>, AllocError> {
        if self.attention.get() & flag::DEBUG != 0 {
            self.debug_alloc(request)
        } else {
            self.base_alloc(request)
        }
    }

    /// The class whose pools serve a request of this size; `None` when raw memory does.
    #[inline(always)]
    pub(crate) fn pool_class(&self, domain: Domain, size: usize) -> Option<SizeClass> {
        if domain != Domain::Raw && size.wrapping_sub(1) < self.small_max {
            SizeClass::of(size)
        } else {
            None
        }
    }

    /// Pools for small requests, raw memory for the rest.
    pub(crate) fn base_alloc(&self, request: Request) -> Result<NonNull<u8>, AllocError> {
        let Some(class) = self.pool_class(request.domain, request.size) else {
            self.counters.layer.set(Layer::Large);
            return self.raw_take(request);
        };
        self.counters.layer.set(Layer::Pool);
        let block = match self.pop(class) {
            Some(block) => block,
            None => {
                self.new_pool(class)?;
                // The new pool is at the front and has a block.
                self.pop(class).ok_or(AllocError::System { bytes: request.size })?
            }
        };
        if self.attention.get() != 0 {
            poison::poison(block.as_ptr(), class.block_size());
            poison::hand_out(block.as_ptr(), request.size);
            let counted = if request.sized { request.size } else { class.block_size() };
            add(&self.counters.requested, counted);
            self.tell_taken(request.domain, block, counted);
        }
        if request.zeroed {
            // SAFETY: the block has at least that many bytes.
            unsafe { block.write_bytes(0, request.size) };
        }
        Ok(block)
    }

    #[cold]
    #[inline(never)]
    pub(crate) unsafe fn free_slow(&self, domain: Domain, block: NonNull<u8>, size: usize) {
        // SAFETY: per contract of `free_in`; with nothing in the way, what is not small is raw.
        unsafe {
            if self.attention.get() == 0 {
                self.raw_give(domain, block, Some(size));
            } else {
                self.release_block(domain, block, Some(size));
            }
        }
    }

    /// Gives a block back through whatever stands above the pools.
    ///
    /// # Safety
    /// As [`Heap::free`] in that domain; without a size, the block came without one too or lies in
    /// a pool.
    pub(crate) unsafe fn release_block(
        &self,
        domain: Domain,
        block: NonNull<u8>,
        size: Option<usize>,
    ) {
        let attention = self.attention.get();
        // SAFETY: per contract.
        unsafe {
            if attention & flag::OVERSEEN == 0 {
                return self.base_free(domain, block, size);
            }
            if attention & flag::TRACED != 0 {
                self.untrace(block);
            }
            self.hooked_free(domain, block, size);
        }
    }

    unsafe fn hooked_free(&self, domain: Domain, block: NonNull<u8>, size: Option<usize>) {
        // SAFETY: per contract of `release_block`.
        unsafe {
            match self.hooks.get(domain) {
                Some(hook) => hook.free(domain, block, size),
                None => self.domain_free(domain, block, size),
            }
        }
    }

    /// # Safety
    /// As [`Heap::release_block`].
    pub(crate) unsafe fn domain_free(
        &self,
        domain: Domain,
        block: NonNull<u8>,
        size: Option<usize>,
    ) {
        // SAFETY: per contract.
        unsafe {
            if self.attention.get() & flag::DEBUG != 0 {
                self.debug_free(domain, block, size);
            } else {
                self.base_free(domain, block, size);
            }
        }
    }

    /// # Safety
    /// As [`Heap::release_block`].
    pub(crate) unsafe fn base_free(&self, domain: Domain, block: NonNull<u8>, size: Option<usize>) {
        let small = match size {
            Some(size) => self.pool_class(domain, size).is_some(),
            None => domain != Domain::Raw && self.owns(block),
        };
        if !small {
            // SAFETY: per contract; this is how such a size was allocated.
            return unsafe { self.raw_give(domain, block, size) };
        }
        debug_assert!(self.owns(block), "{block:p} of {size:?} bytes is not a block of this heap");
        // SAFETY: per contract the block lies in a live arena of this heap.
        unsafe {
            if self.attention.get() == 0 {
                self.push(block, self.geometry);
            } else {
                self.give_seen(domain, block, size);
            }
        }
    }

    /// Gives a block back to its pool, and keeps the books that are kept while somebody looks.
    ///
    /// # Safety
    /// As [`Heap::release_block`]; the block lies in a pool.
    #[inline]
    unsafe fn give_seen(&self, domain: Domain, block: NonNull<u8>, size: Option<usize>) {
        // SAFETY: per contract.
        unsafe {
            let pool = self.geometry.pool_of(block);
            let granted = (*pool).block_size();
            let counted = size.unwrap_or(granted);
            let requested = &self.counters.requested;
            requested.set(requested.get().saturating_sub(counted));
            poison::unpoison(block.as_ptr(), granted);
            // The last block of a pool is told of before the pool goes with it, others afterwards.
            let is_last = (*pool).count == 1;
            if is_last && self.is_watched() {
                self.giving.set(Some((domain, block, counted)));
            }
            self.push_into(pool, block);
            if !is_last {
                self.tell_given(domain, block, counted);
            }
        }
    }

    /// Tells of the block that is being given back, once: before its pool or its arena goes with it.
    pub(crate) fn tell_giving(&self) {
        if let Some((domain, block, size)) = self.giving.take() {
            self.tell_given(domain, block, size);
        }
    }

    /// Bytes of the pool block at `block`.
    ///
    /// # Safety
    /// The block lies in a live arena.
    pub(crate) unsafe fn granted(&self, block: NonNull<u8>) -> usize {
        // SAFETY: per contract.
        let size = unsafe { (*self.geometry.pool_of(block)).block_size() };
        debug_assert!(size.is_multiple_of(ALIGNMENT));
        size
    }
}
