//! The rules at the edges: nothing, null, overflow, too much; the same in every domain and door.

use std::ptr::NonNull;

use super::heap;
use crate::{
    AllocError, Block, Domain, Family, HeapVec, Mem, ObjectMemory, REQUEST_MAX, Raw, RawBlock, raw,
};

#[test]
fn requests_for_nothing_get_addresses_of_their_own() {
    let heap = heap();
    for domain in Domain::ALL {
        let (a, b) = (heap.malloc(domain, 0).unwrap(), heap.malloc(domain, 0).unwrap());
        let c = heap.calloc(domain, 0, 8).unwrap();
        assert!(a != b && b != c && a != c);
        for block in [a, b, c] {
            unsafe { heap.free_block(domain, Some(block)) };
        }
    }
    let (a, b) = (raw::alloc(0).unwrap(), raw::alloc_zeroed(0, 7).unwrap());
    assert_ne!(a, b);
    unsafe {
        raw::free(Some(a));
        raw::free(Some(b));
        raw::free(None);
    }
    heap.verify().unwrap();
}

#[test]
fn no_domain_gives_more_than_the_largest_size_or_an_overflowing_product() {
    let heap = heap();
    for domain in Domain::ALL {
        for too_large in [REQUEST_MAX + 1, usize::MAX] {
            assert_eq!(heap.malloc(domain, too_large), Err(AllocError::TooLarge));
        }
        for (n, size) in [(1 << 62, 4), (1 << 61, 4), (REQUEST_MAX / 8 + 1, 8), (2, REQUEST_MAX)] {
            assert_eq!(heap.calloc(domain, n, size), Err(AllocError::TooLarge));
            assert_eq!(raw::alloc_zeroed(n, size), Err(AllocError::TooLarge));
        }
        let block = heap.malloc(domain, 100).unwrap();
        unsafe {
            let moved = heap.realloc_block(domain, Some(block), REQUEST_MAX + 1);
            assert_eq!(moved, Err(AllocError::TooLarge));
            block.write_bytes(1, 100);
            heap.free_block(domain, Some(block));
        }
    }
    assert_eq!(raw::alloc(usize::MAX), Err(AllocError::TooLarge));
    // Below the limit of sizes, but more than there is. (Hidden from the compiler, which may leave
    // out a malloc whose block nobody uses.)
    let taken = [
        raw::alloc(REQUEST_MAX),
        raw::alloc_zeroed(1, REQUEST_MAX),
        heap.raw_alloc(REQUEST_MAX),
        heap.raw_alloc_zeroed(REQUEST_MAX),
        heap.malloc(Domain::Object, REQUEST_MAX),
    ];
    for taken in std::hint::black_box(taken) {
        assert_eq!(taken, Err(AllocError::System { bytes: REQUEST_MAX }));
    }
    heap.verify().unwrap();
}

#[test]
fn null_is_freed_as_nothing_and_resized_as_malloc() {
    let heap = heap();
    for domain in Domain::ALL {
        unsafe {
            heap.free_block(domain, None);
            let block = heap.realloc_block(domain, None, 40).unwrap();
            let block = heap.realloc_block(domain, Some(block), 0).unwrap();
            heap.free_block(domain, Some(block));
        }
    }
    unsafe {
        let block = raw::realloc(None, 10).unwrap();
        block.write_bytes(7, 10);
        let block = raw::realloc(Some(block), 2000).unwrap();
        assert_eq!(block.read(), 7);
        assert_eq!(raw::realloc(Some(block), REQUEST_MAX + 1), Err(AllocError::TooLarge));
        raw::free(Some(block));
    }
    assert_eq!(heap.allocated_blocks(), 0);
}

/// CPython 3.13's table of what `realloc` does, measured there.
#[test]
fn realloc_follows_cpythons_table() {
    let heap = heap();
    let stays = |have: usize, new: usize| {
        let block = heap.malloc(Domain::Object, have).unwrap();
        let moved = unsafe { heap.realloc_block(Domain::Object, Some(block), new) }.unwrap();
        let (same, pool) = (moved == block, heap.owns(moved));
        unsafe { heap.free_block(Domain::Object, Some(moved)) };
        (same, pool)
    };
    for have in (16..=512).step_by(16) {
        for new in 1..=have {
            assert_eq!(stays(have, new).0, 4 * new > 3 * have, "{have} -> {new}");
        }
        assert_eq!(stays(have, have + 1), (false, have < 512), "{have} + 1 moves");
    }
    assert_eq!(stays(16, 12), (false, true));
    assert_eq!(stays(64, 49), (true, true));
    assert_eq!(stays(512, 385), (true, true));
    // A block that pools do not own stays with the system however small it gets.
    assert!(!stays(600, 100).1 && !stays(600, 601).1);
    heap.verify().unwrap();
    assert_eq!(heap.allocated_blocks(), 0);
}

#[test]
fn calloc_gives_zeroes_where_a_used_block_lay() {
    let heap = heap();
    for (domain, size) in Domain::ALL.into_iter().flat_map(|d| [(d, 64), (d, 512), (d, 5000)]) {
        unsafe {
            let block = heap.malloc(domain, size).unwrap();
            block.write_bytes(0xAA, size);
            heap.free_block(domain, Some(block));
            let block = heap.calloc(domain, size / 4, 4).unwrap();
            assert!(super::holds(block, size, 0));
            heap.free_block(domain, Some(block));
        }
    }
}

#[test]
fn typed_blocks_go_back_where_they_came_from() {
    let heap = heap();
    let mut object = Block::<ObjectMemory>::zeroed(&heap, 100).unwrap();
    object[99] = 1;
    object.resize(5000).unwrap();
    assert_eq!((object[99], object[4999], object.len()), (1, 0, 5000));
    object.resize(50).unwrap();
    assert!(object.resize(usize::MAX).is_err() && object.len() == 50);
    let mem = Block::<Mem>::zeroed(&heap, 0).unwrap();
    let in_raw = Block::<Raw>::zeroed(&heap, 10).unwrap();
    assert_eq!(heap.allocated_blocks(), 2);
    ObjectMemory::free(object);
    Mem::free(mem);
    Raw::free(in_raw);
    let mut early = RawBlock::zeroed(16).unwrap();
    early[3] = 3;
    std::thread::spawn(move || assert_eq!(early.iter().sum::<u8>(), 3)).join().unwrap();
    heap.verify().unwrap();
    assert_eq!((heap.allocated_blocks(), heap.accounting().raw_blocks), (0, 0));
}

#[test]
fn raw_memory_serves_any_thread() {
    let blocks: Vec<usize> = std::thread::scope(|scope| {
        let takers = (0..4).map(|n| {
            scope.spawn(move || {
                let block = raw::alloc(100 + n).unwrap();
                unsafe { block.write_bytes(n as u8, 100) };
                block.as_ptr().expose_provenance()
            })
        });
        let takers: Vec<_> = takers.collect();
        takers.into_iter().map(|taker| taker.join().unwrap()).collect()
    });
    for address in blocks {
        unsafe { raw::free(NonNull::new(std::ptr::with_exposed_provenance_mut(address))) };
    }
}

#[test]
fn a_vector_grows_in_the_heap_and_fails_without_a_change() {
    let heap = heap();
    let mut items = unsafe { HeapVec::<u64>::new(NonNull::from(&heap)) };
    for n in 0..1000 {
        items.push(n).unwrap();
    }
    items.extend_from_slice(&[7; 20]).unwrap();
    assert!(items.reserve(usize::MAX / 8).is_err());
    assert_eq!((items.len(), items.pop(), items[999]), (1020, Some(7), 999));
    items[0] = 5;
    items.clear();
    assert!(items.is_empty());
    drop(items);
    assert_eq!(heap.allocated_blocks(), 0);
}

#[test]
fn realloc_keeps_what_was_written_whatever_the_sizes() {
    let heap = heap();
    // A pool of each class at hand, so that the short way is taken.
    let pinned: Vec<_> =
        (1..=32).map(|class| (heap.alloc(class * 16).unwrap(), class * 16)).collect();
    let sizes: Vec<usize> =
        (1..=9).map(|n| n * 16).chain([200, 512, 513, 700, 4096, 5000]).collect();
    for (&old, &new) in sizes.iter().flat_map(|old| sizes.iter().map(move |new| (old, new))) {
        let block = heap.alloc(old).unwrap();
        unsafe {
            (0..old).for_each(|at| block.add(at).write(at as u8));
            let moved = heap.realloc(block, old, new).unwrap();
            for at in 0..old.min(new) {
                assert_eq!(moved.add(at).read(), at as u8, "byte {at} of {old} -> {new}");
            }
            heap.free(moved, new);
        }
    }
    for (block, size) in pinned {
        unsafe { heap.free(block, size) };
    }
    heap.verify().unwrap();
    assert_eq!(heap.allocated_blocks(), 0);
}
