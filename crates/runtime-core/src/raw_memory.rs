//! Raw memory of a heap: the raw domain, requests too large for pools, and the heap's own tables;
//! and the one place where bytes taken from the system are counted against the limit.
//!
//! ```text
//! taken = arenas with their tables + raw blocks + side tables  <=  limit
//! ```
//!
//! Raw blocks between the pools' sizes and a page are rounded up to what malloc gives for them anyway,
//! where it keeps a word in front of its blocks and its blocks in steps of 16 bytes; and counted so.
//! Of each such size one that was given back is kept ([`crate::raw_kept`]), and what grows by small steps
//! gets more than it asks for ([`CREEPING`]): neither a list's items nor a text that is put together ask
//! the system each time.

use std::panic::Location;
use std::ptr::NonNull;

use crate::domain::{Domain, REQUEST_MAX};
use crate::error::AllocError;
use crate::events::Event;
use crate::heap::{Heap, add, sub};
use crate::raw_kept::Given;
use crate::size_class::SMALL_MAX;
use crate::slow::Request;
use crate::system;

/// The least that a rounded request is granted, and the most, and the step between.
pub(crate) const ROUNDED_MIN: usize = rounded(SMALL_MAX + 1);
pub(crate) const ROUNDED_MAX: usize = rounded(LARGEST_ROUNDED);
pub(crate) const ROUNDED_STEP: usize = 16;

/// What grows by less than this part of its size at a time is taken to go on so, and gets as much more
/// than it asks for as this part of what it has: a text to which a word is added again and again need not
/// ask the system each time. Lists and the like, which grow by an eighth, get what they ask for.
const CREEPING: usize = 16;
const GROWN_AHEAD: usize = 8;

const LARGEST_ROUNDED: usize = 4096;
/// What malloc keeps in front of a block, out of its steps.
const WORD: usize = size_of::<usize>();

/// Bytes that a request is granted where raw blocks are rounded up.
pub(crate) const fn rounded(size: usize) -> usize {
    if size <= SMALL_MAX || size > LARGEST_ROUNDED + WORD {
        return size;
    }
    (size + WORD).next_multiple_of(ROUNDED_STEP) - WORD
}

const _: () = assert!(rounded(512) == 512 && rounded(513) == 520 && rounded(520) == 520);
const _: () = assert!(rounded(521) == 536 && rounded(4096) == 4104 && rounded(4104) == 4104);
const _: () = assert!(rounded(4105) == 4105);

/// What a table of the heap's own is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SideUse {
    /// The map of arenas, their marks and numbers.
    Arenas,
    /// Traces and tracebacks.
    Tracing,
    /// The debug hooks' records.
    Debug,
}

impl SideUse {
    pub(crate) const COUNT: usize = 3;
}

impl Heap {
    /// Takes `size` bytes of the raw domain, whatever the size.
    ///
    /// # Errors
    /// As [`Heap::alloc`].
    #[track_caller]
    pub fn raw_alloc(&self, size: usize) -> Result<NonNull<u8>, AllocError> {
        self.serve(Request::new(Domain::Raw, size, false), Location::caller())
    }

    /// Takes `size` bytes of the raw domain, all zero.
    ///
    /// # Errors
    /// As [`Heap::alloc`].
    #[track_caller]
    pub fn raw_alloc_zeroed(&self, size: usize) -> Result<NonNull<u8>, AllocError> {
        self.serve(Request::new(Domain::Raw, size, true), Location::caller())
    }

    /// Gives back raw memory.
    ///
    /// # Safety
    /// The block came from a `raw_` function of this heap with that size, and is not used again.
    pub unsafe fn raw_free(&self, block: NonNull<u8>, size: usize) {
        // SAFETY: per contract.
        unsafe { self.release_block(Domain::Raw, block, Some(size)) }
    }

    /// Changes the size of a raw block.
    ///
    /// # Errors
    /// As [`Heap::alloc`]; the old block is untouched and still owned.
    ///
    /// # Safety
    /// As [`Heap::raw_free`] for the old block on success.
    #[track_caller]
    pub unsafe fn raw_realloc(
        &self,
        block: NonNull<u8>,
        old: usize,
        new: usize,
    ) -> Result<NonNull<u8>, AllocError> {
        let site = Location::caller();
        // SAFETY: per contract.
        unsafe { self.resize(Domain::Raw, block, Some(old), new, true, site) }
    }

    /// A block from the system, for the raw domain or in a pool's place.
    pub(crate) fn raw_take(&self, request: Request) -> Result<NonNull<u8>, AllocError> {
        let size = if request.sized { self.kept.granted(request.size) } else { request.size };
        let block = match request.sized.then(|| self.kept.take(size)).flatten() {
            Some(block) => {
                if request.zeroed {
                    // SAFETY: a kept block has that many bytes, and nobody uses it.
                    unsafe { block.write_bytes(0, size) };
                }
                block
            }
            None => self.raw_new(request, size)?,
        };
        let mut counted = size;
        if !request.sized {
            // SAFETY: the block has just come from there.
            counted = unsafe { system::usable_size(block) };
            self.charge_more(counted.saturating_sub(size));
        }
        add(&self.counters.raw_blocks, 1);
        if request.domain != Domain::Raw {
            add(&self.counters.large_blocks, 1);
        }
        self.raw_grew(counted);
        self.tell_taken(request.domain, block, counted);
        Ok(block)
    }

    /// A block of `size` bytes that the system gives, charged.
    fn raw_new(&self, request: Request, size: usize) -> Result<NonNull<u8>, AllocError> {
        self.charge(size)?;
        let taken = if request.zeroed { system::calloc(size) } else { system::malloc(size) };
        taken.ok_or_else(|| {
            self.uncharge(size);
            AllocError::System { bytes: request.size }
        })
    }

    /// Counts raw bytes; fewer when `bytes` is a negative number that wrapped.
    #[inline(always)]
    fn raw_grew(&self, bytes: usize) {
        let now = self.counters.raw_bytes.get().wrapping_add(bytes);
        self.counters.raw_bytes.set(now);
        self.counters.raw_bytes_peak.set(self.counters.raw_bytes_peak.get().max(now));
    }

    /// Counts raw bytes that are taken now, and that `taken` bytes are in all.
    #[inline(always)]
    fn took(&self, taken: usize, bytes: usize) {
        self.counters.taken.set(taken);
        self.counters.taken_peak.set(self.counters.taken_peak.get().max(taken));
        self.raw_grew(bytes);
    }

    /// # Safety
    /// The block came from [`Heap::raw_take`] with that size, or without one, and dies here.
    pub(crate) unsafe fn raw_give(&self, domain: Domain, block: NonNull<u8>, size: Option<usize>) {
        let counted = match size {
            Some(size) => self.kept.granted(size),
            // SAFETY: per contract.
            None => unsafe { system::usable_size(block) },
        };
        sub(&self.counters.raw_blocks, 1);
        if domain != Domain::Raw {
            sub(&self.counters.large_blocks, 1);
        }
        sub(&self.counters.raw_bytes, counted);
        self.tell_given(domain, block, counted);
        // SAFETY: per contract.
        unsafe {
            if size.is_some() {
                self.keep(block, counted);
            } else {
                system::free(block);
                self.uncharge(counted);
            }
        }
    }

    /// Keeps a block of this size, which is charged, or gives it back to the system.
    ///
    /// # Safety
    /// The block came from there, was asked for with that size, and is not used again.
    unsafe fn keep(&self, block: NonNull<u8>, size: usize) {
        let mut given = self.kept.give(block, size);
        if matches!(given, Given::Full) {
            self.drop_kept();
            given = self.kept.give(block, size);
        }
        if let Given::Back(back) = given {
            // SAFETY: per contract, or it was kept and so is nobody's.
            unsafe { system::free(back) };
            self.uncharge(size);
        }
    }

    /// Gives all kept blocks back to the system.
    pub(crate) fn drop_kept(&self) {
        // SAFETY: a kept block came from there, and nobody uses it.
        let bytes = self.kept.empty(|block| unsafe { system::free(block) });
        self.uncharge(bytes);
    }

    /// The short way of [`Heap::raw_resize`], for sizes told; `None` when that must look closer.
    ///
    /// # Safety
    /// As [`Heap::raw_give`] for the old block when one is returned.
    #[inline(never)]
    pub(crate) unsafe fn raw_grow(
        &self,
        block: NonNull<u8>,
        old: usize,
        new: usize,
    ) -> Option<NonNull<u8>> {
        let (old, new) = (self.kept.granted(old), self.kept.granted(new));
        if old == new {
            return Some(block);
        }
        if new > REQUEST_MAX {
            return None;
        }
        // Negative numbers wrap, here and below.
        let more = new.wrapping_sub(old);
        let counters = &self.counters;
        let now = counters.taken.get().wrapping_add(more);
        let creeps = more <= old / CREEPING && new <= ROUNDED_MAX && self.kept.rounds();
        // SAFETY: per contract; a kept block has its size and is nobody's.
        let moved = unsafe {
            if creeps && now <= counters.limit.get() && system::usable_size(block) >= new {
                self.took(now, more);
                return Some(block);
            }
            if !creeps && let Some(fresh) = self.kept.take(new) {
                self.raw_swap(block, old, fresh, new);
                return Some(fresh);
            }
            if now > counters.limit.get() {
                return None;
            }
            let ahead = if creeps { new / GROWN_AHEAD } else { 0 };
            system::realloc(block, new + ahead)?
        };
        // What the realloc took beyond the old block counts as one request for that much more.
        counters.system_calls.set(counters.system_calls.get() + u64::from(new > old));
        if new > old {
            counters.system_bytes.set(counters.system_bytes.get().wrapping_add(more as u64));
        }
        self.took(now, more);
        Some(moved)
    }

    /// Moves what a raw block holds to a kept one, and gives the old one back.
    ///
    /// # Safety
    /// Both are blocks of these granted sizes; the old one dies here, the fresh one is nobody's.
    #[inline(always)]
    unsafe fn raw_swap(&self, block: NonNull<u8>, old: usize, fresh: NonNull<u8>, new: usize) {
        // SAFETY: per contract.
        unsafe {
            fresh.copy_from_nonoverlapping(block, old.min(new));
            self.keep(block, old);
        }
        self.raw_grew(new.wrapping_sub(old));
    }

    /// # Safety
    /// As [`Heap::raw_give`] for the old block on success.
    pub(crate) unsafe fn raw_resize(
        &self,
        domain: Domain,
        block: NonNull<u8>,
        old: Option<usize>,
        new: usize,
        sized: bool,
    ) -> Result<NonNull<u8>, AllocError> {
        if new > REQUEST_MAX {
            return Err(AllocError::TooLarge);
        }
        let asked = new;
        let new = if sized { self.kept.granted(asked) } else { asked };
        let was = match old {
            Some(old) => self.kept.granted(old),
            // SAFETY: per contract.
            None => unsafe { system::usable_size(block) },
        };
        // As the short way does, so that looking closer changes nothing.
        if sized && old.is_some() {
            if was == new {
                return Ok(block);
            }
            if let Some(fresh) = self.kept.take(new) {
                // SAFETY: per contract; see `raw_grow`.
                unsafe { self.raw_swap(block, was, fresh, new) };
                self.emit(|| Event::Resized { domain, block, now: fresh, old: was, new });
                return Ok(fresh);
            }
        }
        let grown = new.saturating_sub(was);
        self.charge(grown)?;
        // SAFETY: per contract.
        let Some(moved) = (unsafe { system::realloc(block, new) }) else {
            self.uncharge(grown);
            return Err(AllocError::System { bytes: asked });
        };
        // SAFETY: the block is alive under its new address.
        let counted = if sized { new } else { unsafe { system::usable_size(moved) } };
        // What was charged is `was + grown`; what is there now is `counted`.
        self.charge_more(counted.wrapping_sub(was + grown));
        self.raw_grew(counted.wrapping_sub(was));
        self.emit(|| Event::Resized { domain, block, now: moved, old: was, new: counted });
        Ok(moved)
    }

    /// Zeroed memory for a table of the heap's own.
    pub(crate) fn side_alloc(
        &self,
        use_: SideUse,
        bytes: usize,
    ) -> Result<NonNull<u8>, AllocError> {
        self.plan.pass_side()?;
        self.charge(bytes)?;
        let Some(table) = system::calloc(bytes) else {
            self.uncharge(bytes);
            return Err(AllocError::System { bytes });
        };
        if let Some(side) = self.counters.side.get(use_ as usize) {
            add(side, bytes);
        }
        Ok(table)
    }

    /// # Safety
    /// The table came from [`Heap::side_alloc`] for that use and size; it dies here.
    pub(crate) unsafe fn side_free(&self, use_: SideUse, table: NonNull<u8>, bytes: usize) {
        // SAFETY: per contract.
        unsafe { system::free(table) };
        if let Some(side) = self.counters.side.get(use_ as usize) {
            sub(side, bytes);
        }
        self.uncharge(bytes);
    }

    /// Bytes of the heap's own tables of one kind.
    pub(crate) fn side_bytes(&self, use_: SideUse) -> usize {
        self.counters.side.get(use_ as usize).map_or(0, std::cell::Cell::get)
    }

    /// Counts `bytes` that are about to be taken from the system, if the limit allows. Cached
    /// arenas and kept blocks go before anything is refused.
    ///
    /// # Errors
    /// [`AllocError::TooLarge`] or [`AllocError::Limit`].
    #[inline]
    pub(crate) fn charge(&self, bytes: usize) -> Result<(), AllocError> {
        if bytes > REQUEST_MAX {
            return Err(AllocError::TooLarge);
        }
        let now = self.counters.taken.get() + bytes;
        if now > self.counters.limit.get() {
            return self.charge_at_limit(bytes);
        }
        self.count_taken(now, bytes);
        Ok(())
    }

    #[inline(always)]
    fn count_taken(&self, now: usize, bytes: usize) {
        let counters = &self.counters;
        counters.taken.set(now);
        counters.taken_peak.set(counters.taken_peak.get().max(now));
        add(&counters.system_calls, u64::from(bytes > 0));
        let sum = counters.system_bytes.get().saturating_add(bytes as u64);
        counters.system_bytes.set(sum);
    }

    #[cold]
    fn charge_at_limit(&self, bytes: usize) -> Result<(), AllocError> {
        self.drop_cached_arenas();
        self.drop_kept();
        let (taken, limit) = (self.counters.taken.get(), self.counters.limit.get());
        let now = taken + bytes;
        if now > limit {
            return Err(AllocError::Limit { bytes, limit, taken });
        }
        self.count_taken(now, bytes);
        Ok(())
    }

    /// Counts bytes taken that the limit is not asked about; fewer when `bytes` wrapped.
    #[inline(always)]
    fn charge_more(&self, bytes: usize) {
        let now = self.counters.taken.get().wrapping_add(bytes);
        self.counters.taken.set(now);
        self.counters.taken_peak.set(self.counters.taken_peak.get().max(now));
    }

    pub(crate) fn uncharge(&self, bytes: usize) {
        sub(&self.counters.taken, bytes);
    }

    /// Bytes taken from the system now: arenas with their tables, raw blocks, the heap's tables.
    pub fn taken(&self) -> usize {
        self.counters.taken.get()
    }

    /// The most bytes taken at once so far.
    pub fn taken_peak(&self) -> usize {
        self.counters.taken_peak.get()
    }
}
