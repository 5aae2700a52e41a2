//! Changing a block's size.
//!
//! ```text
//! block of class size c, to n bytes        CPython's rule
//! n <= c and 4n > 3c                       stays where it is
//! n <= c otherwise                         a new block of n; n bytes are copied
//! n >  c                                   a new block of n; c bytes are copied
//! raw block, to any n                      the system's realloc
//! ```
//!
//! With sizes told (the sized door) a raw block that shrinks to a small size moves into a pool,
//! because from then on its size says where it lives. Without ([`crate::c_door`]) it stays raw
//! however small it gets, as in CPython.

use std::mem::MaybeUninit;
use std::panic::Location;
use std::ptr::NonNull;

use crate::domain::{Domain, REQUEST_MAX};
use crate::error::AllocError;
use crate::events::Event;
use crate::geometry::Geometry;
use crate::heap::{Heap, add, flag};
use crate::poison;
use crate::size_class::{ALIGNMENT, SizeClass};
use crate::slow::Request;

/// Whether a block of `have` bytes is kept for `new` bytes: it holds them, and they fill more than
/// three quarters of it.
#[inline(always)]
pub(crate) const fn stays(have: usize, new: usize) -> bool {
    new <= have && 4 * new > 3 * have
}

/// Copies whole granules: a few pairs of registers for small blocks, where a call of `memcpy` would
/// cost more than what it does. What of them was never written is copied as it is.
///
/// # Safety
/// `bytes` is a positive multiple of [`ALIGNMENT`], and as many can be read and written.
#[inline(always)]
unsafe fn copy_granules(from: NonNull<u8>, to: NonNull<u8>, bytes: usize) {
    type Granule = MaybeUninit<[u64; 2]>;
    const _: () = assert!(size_of::<Granule>() == ALIGNMENT);
    debug_assert!(bytes > 0 && bytes.is_multiple_of(ALIGNMENT), "{bytes} bytes are no granules");
    // SAFETY: per contract; every offset is a multiple of the granule below `bytes`.
    unsafe {
        if bytes > 4 * ALIGNMENT {
            to.copy_from_nonoverlapping(from, bytes);
            return;
        }
        let read = |at: usize| from.add(at).cast::<Granule>().read();
        let write = |at: usize, granule| to.add(at).cast::<Granule>().write(granule);
        // The first and the last, which are the same of one, and the two between of three and four.
        let last = bytes - ALIGNMENT;
        if bytes > 2 * ALIGNMENT {
            let (second, third) = (read(ALIGNMENT), read(last - ALIGNMENT));
            write(ALIGNMENT, second);
            write(last - ALIGNMENT, third);
        }
        let (head, tail) = (read(0), read(last));
        write(0, head);
        write(last, tail);
    }
}

impl Heap {
    /// Changes the size of a mem block, moving it when it does not fit or would be wastefully
    /// large.
    ///
    /// A small block stays when the new size fits it and fills more than three quarters of it, as
    /// in CPython. Contents are kept up to the smaller size.
    ///
    /// # Errors
    /// [`AllocError`] as for [`Heap::alloc`]; the old block is untouched and still owned.
    ///
    /// # Safety
    /// The block is one of this heap's mem domain, alive, and of `old` bytes; on success it is used
    /// only through the address returned, with size `new`.
    #[inline(always)]
    #[track_caller]
    pub unsafe fn realloc(
        &self,
        block: NonNull<u8>,
        old: usize,
        new: usize,
    ) -> Result<NonNull<u8>, AllocError> {
        // SAFETY: per contract.
        unsafe { self.realloc_in(Domain::Mem, block, old, new) }
    }

    /// Changes the size of an object block; otherwise as [`Heap::realloc`].
    ///
    /// # Errors
    /// As [`Heap::realloc`].
    ///
    /// # Safety
    /// As [`Heap::realloc`], for the object domain.
    #[inline(always)]
    #[track_caller]
    pub unsafe fn object_realloc(
        &self,
        block: NonNull<u8>,
        old: usize,
        new: usize,
    ) -> Result<NonNull<u8>, AllocError> {
        // SAFETY: per contract.
        unsafe { self.realloc_in(Domain::Object, block, old, new) }
    }

    #[inline(always)]
    #[track_caller]
    unsafe fn realloc_in(
        &self,
        domain: Domain,
        block: NonNull<u8>,
        old: usize,
        new: usize,
    ) -> Result<NonNull<u8>, AllocError> {
        // SAFETY: per contract of the callers.
        unsafe {
            if self.attention.get() == 0 {
                // The short ways know nothing of errors: whatever they do not manage goes the long
                // way from the start.
                let moved = match (SizeClass::of(old), SizeClass::of(new)) {
                    (Some(_), Some(class)) => self.realloc_small(block, new, class),
                    (None, None) => self.raw_grow(block, old, new),
                    (Some(_), None) => self.realloc_out(domain, block, old, new),
                    (None, Some(_)) => None,
                };
                if let Some(moved) = moved {
                    return Ok(moved);
                }
            }
            self.resize(domain, block, Some(old), new, true, Location::caller())
        }
    }

    /// Keeps or moves a pool block, as long as a pool of the new class is at hand.
    ///
    /// # Safety
    /// The block is alive, in a pool of the default geometry; when one is returned, it dies here or
    /// is the same.
    #[inline(never)]
    unsafe fn realloc_small(
        &self,
        block: NonNull<u8>,
        new: usize,
        class: SizeClass,
    ) -> Option<NonNull<u8>> {
        // SAFETY: per contract.
        let have = unsafe { (*Geometry::DEFAULT.pool_of(block)).block_size() };
        if stays(have, new) {
            return Some(block);
        }
        let fresh = self.pop(class)?;
        // SAFETY: both blocks hold as many whole granules, and a new block overlaps no live one.
        unsafe {
            copy_granules(block, fresh, have.min(class.block_size()));
            self.push(block, Geometry::DEFAULT);
        }
        Some(fresh)
    }

    /// Moves a pool block to raw memory; `None` when that is refused.
    ///
    /// # Safety
    /// The block is alive, in a pool of the default geometry, of `old` bytes, and dies here when one
    /// is returned; `new` is no size of pools.
    #[inline(never)]
    unsafe fn realloc_out(
        &self,
        domain: Domain,
        block: NonNull<u8>,
        old: usize,
        new: usize,
    ) -> Option<NonNull<u8>> {
        let fresh = self.raw_take(Request::new(domain, new, false)).ok()?;
        // SAFETY: per contract; both hold the smaller size, and a new block overlaps no live one.
        unsafe {
            fresh.copy_from_nonoverlapping(block, old.min(new));
            self.push(block, Geometry::DEFAULT);
        }
        Some(fresh)
    }

    /// Changes a block's size through whatever stands above the pools.
    ///
    /// # Safety
    /// As [`Heap::release_block`] for the old block on success.
    #[inline(never)]
    pub(crate) unsafe fn resize(
        &self,
        domain: Domain,
        block: NonNull<u8>,
        old: Option<usize>,
        new: usize,
        sized: bool,
        site: &'static Location<'static>,
    ) -> Result<NonNull<u8>, AllocError> {
        let attention = self.attention.get();
        let request = Request { domain, size: new, zeroed: false, sized };
        // SAFETY: per contract.
        unsafe {
            if attention & flag::OVERSEEN == 0 {
                return self.base_realloc(request, block, old);
            }
            if new > REQUEST_MAX {
                return Err(AllocError::TooLarge);
            }
            if attention & flag::PLANNED != 0 {
                self.plan.pass(domain, site)?;
            }
            if attention & flag::TRACED != 0 {
                self.reserve_trace()?;
            }
            let moved = match self.hooks.get(domain) {
                Some(hook) => hook.realloc(request, block, old)?,
                None => self.domain_realloc(request, block, old)?,
            };
            if attention & flag::TRACED != 0 {
                self.untrace(block);
                // Room was made before anything changed, so this cannot fail.
                let traced = self.trace(moved, new);
                debug_assert!(traced.is_ok());
            }
            Ok(moved)
        }
    }

    /// # Safety
    /// As [`Heap::resize`].
    pub(crate) unsafe fn domain_realloc(
        &self,
        request: Request,
        block: NonNull<u8>,
        old: Option<usize>,
    ) -> Result<NonNull<u8>, AllocError> {
        // SAFETY: per contract.
        unsafe {
            if self.attention.get() & flag::DEBUG != 0 {
                self.debug_realloc(request, block, old)
            } else {
                self.base_realloc(request, block, old)
            }
        }
    }

    /// # Safety
    /// As [`Heap::resize`].
    pub(crate) unsafe fn base_realloc(
        &self,
        request: Request,
        block: NonNull<u8>,
        old: Option<usize>,
    ) -> Result<NonNull<u8>, AllocError> {
        let Request { domain, size: new, sized, .. } = request;
        let in_pool = match old {
            Some(old) => self.pool_class(domain, old).is_some(),
            None => domain != Domain::Raw && self.owns(block),
        };
        // SAFETY: per contract.
        unsafe {
            if !in_pool {
                return match old {
                    Some(old) if self.pool_class(domain, new).is_some() => {
                        self.base_move(request, block, old, Some(old))
                    }
                    _ => self.raw_resize(domain, block, old, new, sized),
                };
            }
            let have = self.granted(block);
            let was = old.unwrap_or(have);
            // CPython never gives a block back for a size of nothing, nor keeps it: a new one.
            if stays(have, new) {
                if self.attention.get() != 0 {
                    if sized {
                        let requested = &self.counters.requested;
                        requested.set(requested.get().saturating_sub(was));
                        add(requested, new);
                        let (old, now) = (was, block);
                        self.emit(|| Event::Resized { domain, block, now, old, new });
                    }
                    // Both sizes lie within the block. Where the old one is not known, all of the new
                    // one counts as written.
                    let end = block.add(was.min(new)).as_ptr();
                    poison::poison(end, have - was.min(new));
                    poison::hand_out(end, new.saturating_sub(was));
                    if old.is_none() {
                        poison::unpoison(block.as_ptr(), new);
                    }
                }
                return Ok(block);
            }
            self.base_move(request, block, was, old)
        }
    }

    /// Takes a new block, copies, and gives the old one back.
    ///
    /// # Safety
    /// As [`Heap::resize`]; the old block holds `have` bytes.
    unsafe fn base_move(
        &self,
        request: Request,
        block: NonNull<u8>,
        have: usize,
        old: Option<usize>,
    ) -> Result<NonNull<u8>, AllocError> {
        let fresh = self.base_alloc(request)?;
        // SAFETY: both blocks hold the smaller size, and a new block overlaps no live one.
        unsafe {
            if old.is_none() {
                // All that was granted is copied, and nobody knows how much of it was asked for.
                poison::unpoison(block.as_ptr(), have);
            }
            std::ptr::copy_nonoverlapping(block.as_ptr(), fresh.as_ptr(), have.min(request.size));
            self.base_free(request.domain, block, old);
        }
        Ok(fresh)
    }
}
