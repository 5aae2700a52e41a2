//! The allocator against a plain model: what is handed out does not overlap, holds what was written
//! to it, and leaves nothing behind.
#![expect(
    clippy::undocumented_unsafe_blocks,
    reason = "each test gives back exactly what it took, with the size it asked for"
)]

mod accounts;
mod arenas;
mod domains;
mod faults;
mod hooks;
mod misuse;
mod model;
mod objects;
mod raw;
mod tracing;

use std::ptr::NonNull;

use crate::{AllocError, Floor, Heap, HeapConfig, SMALL_MAX};

fn heap() -> Heap {
    Heap::new(HeapConfig::default(), Floor::Heap)
}

/// xorshift64: the same walk on every run.
fn random(state: &mut u64) -> usize {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state as usize
}

fn fill(block: NonNull<u8>, size: usize, mark: u8) {
    unsafe { block.write_bytes(mark, size) };
}

fn holds(block: NonNull<u8>, size: usize, mark: u8) -> bool {
    unsafe { std::slice::from_raw_parts(block.as_ptr(), size) }.iter().all(|&b| b == mark)
}

#[test]
fn a_freed_block_is_the_next_one_handed_out() {
    let heap = heap();
    let a = heap.alloc(48).unwrap();
    let b = heap.alloc(48).unwrap();
    unsafe {
        heap.free(a, 48);
        assert_eq!(heap.alloc(40).unwrap(), a);
        heap.free(a, 40);
        heap.free(b, 48);
    }
}

#[test]
fn a_pool_that_was_full_serves_first_again() {
    let heap = heap();
    let blocks: Vec<_> = (0..31 + 5).map(|_| heap.alloc(SMALL_MAX).unwrap()).collect();
    unsafe { heap.free(blocks[3], SMALL_MAX) };
    assert_eq!(heap.alloc(SMALL_MAX).unwrap(), blocks[3]);
    for block in blocks {
        unsafe { heap.free(block, SMALL_MAX) };
    }
}

#[test]
fn empty_arenas_go_back_but_for_the_last() {
    let heap = heap();
    let blocks: Vec<_> = (0..40_000).map(|_| heap.alloc(256).unwrap()).collect();
    let peak = heap.accounting().arenas;
    assert!(peak >= 10);
    for block in blocks {
        unsafe { heap.free(block, 256) };
    }
    let after = heap.accounting();
    assert_eq!((after.arenas, after.arenas_peak, after.arenas_released), (1, peak, peak - 1));
    heap.verify().unwrap();
}

#[test]
fn the_accounting_explains_every_byte_of_the_arenas() {
    let heap = heap();
    let mut seed = 7;
    let blocks: Vec<_> = (0..30_000)
        .map(|_| {
            let size = random(&mut seed) % 512 + 1;
            (heap.alloc(size).unwrap(), size)
        })
        .collect();
    for &(block, size) in blocks.iter().step_by(3) {
        unsafe { heap.free(block, size) };
    }
    let a = heap.accounting();
    let sum = a.alive
        + a.rounding
        + a.free_lists
        + a.free_blocks
        + a.pool_headers
        + a.pool_tails
        + a.unused_pools
        + a.alignment;
    assert_eq!(sum, a.arenas << 20);
}

#[test]
fn a_limit_refuses_with_its_numbers_and_changes_nothing() {
    let limit = 3 << 20;
    let config = HeapConfig { limit: Some(limit), ..HeapConfig::default() };
    let heap = Heap::new(config, Floor::Heap);
    let small = heap.alloc(10).unwrap();
    match heap.alloc(limit) {
        Err(AllocError::Limit { bytes, limit: told, .. }) => {
            assert_eq!((bytes, told), (limit, limit));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(heap.alloc(usize::MAX), Err(AllocError::TooLarge));
    heap.verify().unwrap();
    unsafe { heap.free(small, 10) };
}

#[test]
fn only_addresses_in_arenas_are_ours() {
    let heap = heap();
    let small = heap.alloc(100).unwrap();
    let large = heap.alloc(1000).unwrap();
    assert!(heap.owns(small) && !heap.owns(large));
    assert_eq!(heap.place(small).unwrap().to_string(), "a0/p0/b0");
    assert_eq!(heap.place(large), None);
    unsafe {
        heap.free(small, 100);
        heap.free(large, 1000);
    }
}
