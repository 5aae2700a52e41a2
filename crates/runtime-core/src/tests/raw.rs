//! Raw blocks between the pools and a page: rounded up, and one of each size kept.

use super::{heap, holds};
use crate::{AllocError, Floor, Heap, HeapConfig, REQUEST_MAX, SmallAllocator};

#[test]
#[cfg_attr(strata_asan, ignore = "a sanitizer is to see where blocks end and when they die")]
fn a_block_that_grows_within_its_granted_size_stays_where_it_is() {
    let heap = heap();
    let block = heap.alloc(521).unwrap();
    assert_eq!(heap.accounting().raw_bytes, 536);
    let calls = heap.accounting().system_calls;
    unsafe {
        assert_eq!(heap.realloc(block, 521, 536), Ok(block));
        assert_eq!(heap.realloc(block, 536, 530), Ok(block));
        assert_eq!(heap.accounting().system_calls, calls);
        heap.free(block, 530);
    }
    heap.verify().unwrap();
}

/// Grows a block from 600 bytes to 4000 in such steps; gives the steps, and how often the system was asked.
fn grow(step: impl Fn(usize) -> usize) -> (u64, u64) {
    let heap = heap();
    let (mut block, mut size, mut steps) = (heap.alloc(600).unwrap(), 600, 0);
    unsafe { block.write_bytes(7, size) };
    let calls = heap.accounting().system_calls;
    while size + step(size) <= 4000 {
        let new = size + step(size);
        block = unsafe { heap.realloc(block, size, new) }.unwrap();
        (size, steps) = (new, steps + 1);
        let wanted = (new + 8).next_multiple_of(16) - 8;
        assert_eq!(heap.accounting().raw_bytes, wanted, "what is had ahead is not counted");
    }
    assert!(holds(block, 600, 7));
    let asked = heap.accounting().system_calls - calls;
    unsafe { heap.free(block, size) };
    heap.verify().unwrap();
    (steps, asked)
}

#[test]
#[cfg_attr(strata_asan, ignore = "a sanitizer is to see where blocks end and when they die")]
fn what_creeps_asks_the_system_once_in_a_while() {
    let (steps, asked) = grow(|_| 16);
    assert!(steps == 212 && asked < 24, "{asked} requests for {steps} steps");
    // What grows by an eighth anyway gets no more than that.
    let (steps, asked) = grow(|size| size / 8);
    assert_eq!(steps, asked);
}

#[test]
#[cfg_attr(strata_asan, ignore = "a sanitizer is to see where blocks end and when they die")]
fn a_kept_block_serves_the_next_request_of_its_size_alone() {
    let heap = heap();
    let (a, b) = (heap.alloc(1000).unwrap(), heap.alloc(1000).unwrap());
    unsafe {
        a.write_bytes(7, 1000);
        heap.free(a, 1000);
        heap.free(b, 1000);
    }
    let now = heap.accounting();
    assert_eq!((now.raw_blocks, now.raw_bytes, now.raw_kept), (0, 0, 1000));
    let other = heap.alloc(1001).unwrap();
    assert_eq!(heap.accounting().raw_kept, 1000);
    let again = heap.alloc_zeroed(990).unwrap();
    assert_eq!(again, a.min(b), "990 bytes are granted 1000, and the lower such block was kept");
    assert!(holds(again, 990, 0));
    assert_eq!(heap.accounting().raw_kept, 0);
    unsafe {
        heap.free(other, 1001);
        heap.free(again, 990);
    }
    heap.verify().unwrap();
}

#[test]
#[cfg_attr(strata_asan, ignore = "a sanitizer is to see where blocks end and when they die")]
fn kept_blocks_go_before_anything_is_refused() {
    let limit = Some(64 << 10);
    let heap = Heap::new(HeapConfig { limit, ..HeapConfig::default() }, Floor::Heap);
    for size in [648, 1032, 4104] {
        let block = heap.alloc(size).unwrap();
        unsafe { heap.free(block, size) };
    }
    assert_eq!(heap.accounting().raw_kept, 648 + 1032 + 4104);
    let all = heap.alloc(64 << 10).unwrap();
    assert_eq!(heap.accounting().raw_kept, 0);
    let told = AllocError::Limit { bytes: 5000, limit: 64 << 10, taken: 64 << 10 };
    assert_eq!(heap.alloc(5000), Err(told));
    unsafe {
        let moved = heap.realloc(all, 64 << 10, REQUEST_MAX + 1);
        assert_eq!(moved, Err(AllocError::TooLarge));
        heap.free(all, 64 << 10);
    }
    heap.verify().unwrap();
}

#[test]
#[cfg_attr(strata_asan, ignore = "a sanitizer is to see where blocks end and when they die")]
fn no_more_is_kept_than_its_bound_and_what_is_asked_for_next_is() {
    let heap = heap();
    for size in (520..=4104).step_by(16) {
        let block = heap.alloc(size).unwrap();
        unsafe { heap.free(block, size) };
        let kept = heap.accounting().raw_kept;
        assert!((size..=64 << 10).contains(&kept), "{kept} bytes behind {size}");
    }
    heap.verify().unwrap();
}

#[test]
fn nothing_is_rounded_or_kept_where_the_system_serves_all() {
    let config = HeapConfig { small: SmallAllocator::System, ..HeapConfig::default() };
    let heap = Heap::new(config, Floor::Heap);
    let block = heap.alloc(1000).unwrap();
    assert_eq!(heap.accounting().raw_bytes, 1000);
    let grown = unsafe { heap.realloc(block, 1000, 1001) }.unwrap();
    unsafe { heap.free(grown, 1001) };
    assert_eq!((heap.accounting().raw_bytes, heap.accounting().raw_kept), (0, 0));
    heap.verify().unwrap();
}
