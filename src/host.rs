//! The host's own memory: what the parser, the compiler and the reports take, as opposed to the heap.
//!
//! Objects never come from here: the heap takes its arenas and raw blocks from the system itself.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use strata::stats::HostMemory;

/// The system's allocator, counting the bytes in use and the most there were.
pub(crate) struct Counting {
    now: AtomicUsize,
    peak: AtomicUsize,
}

impl Counting {
    pub(crate) const fn new() -> Self {
        Self { now: AtomicUsize::new(0), peak: AtomicUsize::new(0) }
    }

    pub(crate) fn memory(&self) -> HostMemory {
        HostMemory { now: self.now.load(Relaxed), peak: self.peak.load(Relaxed) }
    }

    fn grew(&self, bytes: usize) {
        let now = self.now.fetch_add(bytes, Relaxed).wrapping_add(bytes);
        // Two threads at once may lose a few bytes of the peak; the sum itself stays exact.
        if now > self.peak.load(Relaxed) {
            self.peak.store(now, Relaxed);
        }
    }

    fn shrank(&self, bytes: usize) {
        self.now.fetch_sub(bytes, Relaxed);
    }
}

// SAFETY: every request goes to the system's allocator as it is; counting changes no block.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promises are the same; likewise below.
        let block = unsafe { System.alloc(layout) };
        if !block.is_null() {
            self.grew(layout.size());
        }
        block
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        let block = unsafe { System.alloc_zeroed(layout) };
        if !block.is_null() {
            self.grew(layout.size());
        }
        block
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(block, layout) };
        self.shrank(layout.size());
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as above.
        let moved = unsafe { System.realloc(block, layout, size) };
        if !moved.is_null() {
            self.shrank(layout.size());
            self.grew(size);
        }
        moved
    }
}
