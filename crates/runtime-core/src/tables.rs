//! Hash tables of the heap's own: their memory is counted, limited and can be refused like any
//! other, and never passes through what stands in front of the domains.

use std::hash::{BuildHasherDefault, Hasher};
use std::ptr::NonNull;

use allocator_api2::alloc::{AllocError as Refused, Allocator, Layout};

use crate::error::AllocError;
use crate::heap::Heap;
use crate::raw_memory::SideUse;

/// Memory of one kind of side table.
#[derive(Clone, Copy)]
pub(crate) struct SideAlloc {
    heap: NonNull<Heap>,
    use_: SideUse,
}

impl SideAlloc {
    /// # Safety
    /// The heap stays where it is and outlives the table.
    pub(crate) unsafe fn new(heap: &Heap, use_: SideUse) -> Self {
        Self { heap: NonNull::from(heap), use_ }
    }
}

// SAFETY: blocks come from `calloc` with 16-byte alignment and live until they are given back.
unsafe impl Allocator for SideAlloc {
    fn allocate(&self, layout: Layout) -> Result<NonNull<[u8]>, Refused> {
        if layout.align() > 16 {
            return Err(Refused);
        }
        // SAFETY: `new` promised that the heap is alive.
        let heap = unsafe { self.heap.as_ref() };
        match heap.side_alloc(self.use_, layout.size()) {
            Ok(block) => Ok(NonNull::slice_from_raw_parts(block, layout.size())),
            Err(error) => {
                heap.counters.side_refusal.set(Some(error));
                Err(Refused)
            }
        }
    }

    unsafe fn deallocate(&self, block: NonNull<u8>, layout: Layout) {
        // SAFETY: as above, and per contract.
        unsafe { self.heap.as_ref().side_free(self.use_, block, layout.size()) }
    }
}

/// Hashes an address: the low bits that alignment keeps at zero go, and the rest is spread.
#[derive(Default)]
pub(crate) struct AddressHasher(u64);

impl Hasher for AddressHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(u64::from(byte));
        }
    }

    fn write_u32(&mut self, n: u32) {
        self.write_u64(u64::from(n));
    }

    fn write_u64(&mut self, n: u64) {
        let mixed = (self.0.rotate_left(5) ^ n).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ (mixed >> 32);
    }

    fn write_usize(&mut self, n: usize) {
        self.write_u64(n as u64);
    }
}

/// A side table by address.
pub(crate) type AddressMap<K, V> =
    hashbrown::HashMap<K, V, BuildHasherDefault<AddressHasher>, SideAlloc>;

impl Heap {
    /// Why a side table could not grow just now.
    pub(crate) fn side_refusal(&self) -> AllocError {
        self.counters.side_refusal.take().unwrap_or(AllocError::TooLarge)
    }
}
