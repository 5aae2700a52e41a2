//! What code that is not the runtime's may do to a block, for valgrind to see: `foreign overrun`,
//! `underrun`, `after-free`, `uninitialised`, `grown`, `moved`, or `nothing` at all. Built with the feature
//! `valgrind`, so that memcheck knows the blocks in the pools; `foreign overrun system` needs none.

use std::hint::black_box;
use std::ptr::NonNull;

use runtime_core::{AllocError, Floor, Heap, HeapConfig, SmallAllocator};

/// Reads as any C function might.
#[inline(never)]
fn foreign_read(block: NonNull<u8>, offset: isize) -> u8 {
    // SAFETY: there is memory of the heap at the address, though it may be nobody's, which is the
    // point.
    unsafe { block.offset(offset).read_volatile() }
}

#[inline(never)]
fn foreign_choice(byte: u8) {
    if byte > 7 {
        black_box(());
    }
}

fn main() -> Result<(), AllocError> {
    let mut args = std::env::args().skip(1);
    let what = args.next().unwrap_or_default();
    let small = match args.next().as_deref() {
        Some("system") => SmallAllocator::System,
        _ => SmallAllocator::Pools,
    };
    let heap = Heap::new(HeapConfig { small, ..HeapConfig::default() }, Floor::Heap);
    let (first, other) = (heap.alloc(40)?, heap.alloc(40)?);
    // SAFETY: each block is used with the size it has, and given back once.
    unsafe {
        first.write_bytes(1, 24);
        match what.as_str() {
            "overrun" => {
                black_box(foreign_read(first, 40));
            }
            "underrun" => {
                black_box(foreign_read(first, -1));
            }
            "uninitialised" => foreign_choice(foreign_read(first, 30)),
            "grown" => {
                first.write_bytes(1, 40);
                let first = heap.realloc(first, 40, 44)?;
                foreign_choice(foreign_read(first, 43));
            }
            "moved" => {
                let first = heap.realloc(first, 40, 100)?;
                foreign_choice(foreign_read(first, 20));
                foreign_choice(foreign_read(first, 30));
            }
            _ => foreign_choice(foreign_read(first, 20)),
        }
        if what == "after-free" {
            heap.free(other, 40);
            black_box(foreign_read(other, 16));
            return Ok(());
        }
        heap.free(other, 40);
    }
    Ok(())
}
