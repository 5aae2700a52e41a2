//! One allocation and one release, as often as asked: `pair 1000`. The tests look at the machine
//! code of its functions and count the instructions of a pair.

use std::hint::black_box;
use std::ptr::NonNull;

use runtime_core::{Floor, Heap, HeapConfig};

/// A block of any size.
#[unsafe(no_mangle)]
#[inline(never)]
pub extern "C" fn strata_alloc(heap: &Heap, size: usize) -> Option<NonNull<u8>> {
    heap.alloc(size).ok()
}

/// A block of a size that the compiler knows.
#[unsafe(no_mangle)]
#[inline(never)]
pub extern "C" fn strata_alloc_48(heap: &Heap) -> Option<NonNull<u8>> {
    heap.object_alloc(48).ok()
}

/// # Safety
/// The block is alive and of that size.
#[unsafe(no_mangle)]
#[inline(never)]
pub unsafe extern "C" fn strata_free(heap: &Heap, block: NonNull<u8>, size: usize) {
    // SAFETY: per contract.
    unsafe { heap.free(block, size) }
}

/// # Safety
/// The block is alive and has 48 bytes.
#[unsafe(no_mangle)]
#[inline(never)]
pub unsafe extern "C" fn strata_free_48(heap: &Heap, block: NonNull<u8>) {
    // SAFETY: per contract.
    unsafe { heap.object_free(block, 48) }
}

fn main() {
    let mut args = std::env::args().skip(1);
    let pairs = args.next().and_then(|n| n.parse().ok()).unwrap_or(1000);
    let heap = Heap::new(HeapConfig::default(), Floor::Heap);
    // Another block keeps the pool in use.
    let Some(pinned) = strata_alloc_48(&heap) else { return };
    if let Some(block) = strata_alloc(&heap, 48) {
        // SAFETY: the block is alive and has 48 bytes.
        unsafe { strata_free(&heap, block, 48) };
    }
    for _ in 0..pairs {
        if let Ok(block) = heap.object_alloc(48) {
            // SAFETY: as above.
            unsafe { heap.object_free(black_box(block), 48) };
        }
    }
    // SAFETY: as above.
    unsafe { strata_free_48(&heap, pinned) };
}
