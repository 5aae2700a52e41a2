//! Raw memory of a heap: the raw domain, requests too large for pools, and the heap's own tables;
//! and the one place where bytes taken from the system are counted against the limit.
//!
//! ```text
//! taken = arenas with their tables + raw blocks + side tables  <=  limit
//! ```

use std::panic::Location;
use std::ptr::NonNull;

use crate::domain::{Domain, REQUEST_MAX};
use crate::error::AllocError;
use crate::heap::{Heap, add, sub};
use crate::slow::Request;
use crate::system;

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
        let size = request.size;
        self.charge(size)?;
        let taken = if request.zeroed { system::calloc(size) } else { system::malloc(size) };
        let Some(block) = taken else {
            self.uncharge(size);
            return Err(AllocError::System { bytes: size });
        };
        // SAFETY: the block has just come from there.
        let counted = if request.sized { size } else { unsafe { system::usable_size(block) } };
        self.charge_more(counted.saturating_sub(size));
        add(&self.counters.raw_blocks, 1);
        if request.domain != Domain::Raw {
            add(&self.counters.large_blocks, 1);
        }
        self.raw_grew(counted);
        Ok(block)
    }

    fn raw_grew(&self, bytes: usize) {
        let now = add(&self.counters.raw_bytes, bytes);
        self.counters.raw_bytes_peak.set(self.counters.raw_bytes_peak.get().max(now));
    }

    /// # Safety
    /// The block came from [`Heap::raw_take`] with that size, or without one, and dies here.
    pub(crate) unsafe fn raw_give(&self, domain: Domain, block: NonNull<u8>, size: Option<usize>) {
        // SAFETY: per contract.
        let counted = unsafe {
            let counted = size.unwrap_or_else(|| system::usable_size(block));
            system::free(block);
            counted
        };
        sub(&self.counters.raw_blocks, 1);
        if domain != Domain::Raw {
            sub(&self.counters.large_blocks, 1);
        }
        sub(&self.counters.raw_bytes, counted);
        self.uncharge(counted);
    }

    /// # Safety
    /// As [`Heap::raw_give`] for the old block on success.
    pub(crate) unsafe fn raw_resize(
        &self,
        _: Domain,
        block: NonNull<u8>,
        old: Option<usize>,
        new: usize,
        sized: bool,
    ) -> Result<NonNull<u8>, AllocError> {
        if new > REQUEST_MAX {
            return Err(AllocError::TooLarge);
        }
        // SAFETY: per contract.
        let was = old.unwrap_or_else(|| unsafe { system::usable_size(block) });
        let grown = new.saturating_sub(was);
        self.charge(grown)?;
        // SAFETY: per contract.
        let Some(moved) = (unsafe { system::realloc(block, new) }) else {
            self.uncharge(grown);
            return Err(AllocError::System { bytes: new });
        };
        // SAFETY: the block is alive under its new address.
        let counted = if sized { new } else { unsafe { system::usable_size(moved) } };
        self.charge_more(counted.saturating_sub(was + grown));
        self.uncharge((was + grown).saturating_sub(counted));
        sub(&self.counters.raw_bytes, was);
        self.raw_grew(counted);
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
    /// arenas go before anything is refused.
    ///
    /// # Errors
    /// [`AllocError::TooLarge`] or [`AllocError::Limit`].
    pub(crate) fn charge(&self, bytes: usize) -> Result<(), AllocError> {
        if bytes > REQUEST_MAX {
            return Err(AllocError::TooLarge);
        }
        if let Some(limit) = self.config().limit {
            let over = |taken: usize| taken.saturating_add(bytes) > limit;
            if over(self.counters.taken.get()) {
                self.drop_cached_arenas();
            }
            let taken = self.counters.taken.get();
            if over(taken) {
                return Err(AllocError::Limit { bytes, limit, taken });
            }
        }
        self.charge_more(bytes);
        if bytes > 0 {
            add(&self.counters.system_calls, 1);
            add(&self.counters.system_bytes, bytes as u64);
        }
        Ok(())
    }

    fn charge_more(&self, bytes: usize) {
        let now = add(&self.counters.taken, bytes);
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
