//! Allocators put in front of a domain: got, wrapped, restored, replaced; and the collections that
//! live in a heap.

use std::cell::Cell;
use std::ptr::NonNull;

use allocator_api2::alloc::{Allocator, Layout};
use hashbrown::HashMap;

use super::heap;
use crate::{
    AllocError, AllocatorHook, BlocksAlive, Domain, DomainAllocator, Floor, Heap, HeapConfig, Mem,
    ObjectMemory, Raw, Request, SmallAllocator, raw,
};

/// Counts, and hands everything on.
struct Counter {
    next: DomainAllocator,
    calls: Cell<[u32; 3]>,
}

impl Counter {
    fn on(heap: &Heap, domain: Domain) -> Box<Self> {
        Box::new(Self { next: heap.allocator(domain), calls: Cell::new([0; 3]) })
    }

    fn note(&self, which: usize) {
        let mut calls = self.calls.get();
        calls[which] += 1;
        self.calls.set(calls);
    }
}

unsafe impl AllocatorHook for Counter {
    fn alloc(&self, request: Request) -> Result<NonNull<u8>, AllocError> {
        self.note(0);
        self.next.alloc(request)
    }

    unsafe fn realloc(
        &self,
        request: Request,
        block: NonNull<u8>,
        old: Option<usize>,
    ) -> Result<NonNull<u8>, AllocError> {
        self.note(1);
        unsafe { self.next.realloc(request, block, old) }
    }

    unsafe fn free(&self, domain: Domain, block: NonNull<u8>, size: Option<usize>) {
        self.note(2);
        unsafe { self.next.free(domain, block, size) }
    }
}

#[test]
fn a_domain_is_wrapped_seen_through_and_restored() {
    for domain in Domain::ALL {
        let heap = heap();
        let early = heap.malloc(domain, 24).unwrap();
        let own = heap.allocator(domain);
        let inner = Counter::on(&heap, domain);
        unsafe {
            assert_eq!(heap.wrap_allocator(domain, DomainAllocator::new((&*inner).into())), own);
            let outer = Counter::on(&heap, domain);
            let before = heap.wrap_allocator(domain, DomainAllocator::new((&*outer).into()));
            // A block from before goes through both, and so does a new one by either door.
            let early = heap.realloc_block(domain, Some(early), 900).unwrap();
            heap.free_block(domain, Some(early));
            let block = heap.calloc(domain, 5, 5).unwrap();
            heap.free_block(domain, Some(block));
            assert_eq!((outer.calls.get(), inner.calls.get()), ([1, 1, 2], [1, 1, 2]));
            let other = Domain::ALL[(domain as usize + 1) % 3];
            let block = heap.malloc(other, 8).unwrap();
            heap.free_block(other, Some(block));
            assert_eq!(outer.calls.get(), [1, 1, 2], "other domains are not touched");
            heap.wrap_allocator(domain, before);
            let block = heap.malloc(domain, 8).unwrap();
            heap.wrap_allocator(domain, own);
            heap.free_block(domain, Some(block));
            assert_eq!((outer.calls.get(), inner.calls.get()), ([1, 1, 2], [2, 1, 2]));
        }
        assert_eq!(heap.attention.get(), super::heap().attention.get(), "the fast path is back");
        heap.verify().unwrap();
        assert_eq!((heap.allocated_blocks(), heap.accounting().raw_blocks), (0, 0));
    }
}

/// Serves everything itself, from the system.
#[derive(Default)]
struct Own(Cell<i32>);

unsafe impl AllocatorHook for Own {
    fn alloc(&self, request: Request) -> Result<NonNull<u8>, AllocError> {
        self.0.set(self.0.get() + 1);
        if request.zeroed { raw::alloc_zeroed(1, request.size) } else { raw::alloc(request.size) }
    }

    unsafe fn realloc(
        &self,
        request: Request,
        block: NonNull<u8>,
        _: Option<usize>,
    ) -> Result<NonNull<u8>, AllocError> {
        unsafe { raw::realloc(Some(block), request.size) }
    }

    unsafe fn free(&self, _: Domain, block: NonNull<u8>, _: Option<usize>) {
        self.0.set(self.0.get() - 1);
        unsafe { raw::free(Some(block)) }
    }
}

#[test]
fn a_domain_is_replaced_when_the_heap_is_built() {
    let own = Own::default();
    let replaced = unsafe { DomainAllocator::new(NonNull::from(&own)) };
    let config = HeapConfig { allocators: [None, None, Some(replaced)], ..HeapConfig::default() };
    let heap = Heap::new(config, Floor::Heap);
    let object = heap.object_alloc(40).unwrap();
    let mem = heap.alloc(40).unwrap();
    assert_eq!((own.0.get(), heap.owns(object), heap.owns(mem)), (1, false, true));
    unsafe {
        let object = heap.object_realloc(object, 40, 4000).unwrap();
        heap.object_free(object, 4000);
        heap.free(mem, 40);
    }
    assert_eq!((own.0.get(), heap.allocated_blocks()), (0, 0));
    heap.verify().unwrap();
}

#[test]
fn a_replacement_is_refused_while_blocks_are_alive() {
    let heap = heap();
    let own = Own::default();
    let replacement = unsafe { DomainAllocator::new(NonNull::from(&own)) };
    let (a, b, c) = (heap.alloc(10), heap.object_alloc(20), heap.raw_alloc(30));
    let (a, b, c) = (a.unwrap(), b.unwrap(), c.unwrap());
    let large = heap.alloc(3000).unwrap();
    unsafe {
        let refused = |domain| heap.replace_allocator(domain, replacement).map(drop);
        assert_eq!(refused(Domain::Raw), Err(BlocksAlive { domain: Domain::Raw, blocks: 1 }));
        let alive = BlocksAlive { domain: Domain::Object, blocks: 3 };
        assert_eq!(refused(Domain::Object), Err(alive));
        assert!(alive.to_string().contains("while 3 blocks are alive"));
        heap.raw_free(c, 30);
        assert_eq!(refused(Domain::Raw), Ok(()));
        heap.free(a, 10);
        heap.object_free(b, 20);
        heap.free(large, 3000);
        let before = heap.replace_allocator(Domain::Mem, replacement).unwrap();
        let block = heap.alloc(10).unwrap();
        assert!(!heap.owns(block) && own.0.get() == 1);
        heap.free(block, 10);
        heap.wrap_allocator(Domain::Mem, before);
    }
    heap.verify().unwrap();
}

#[test]
fn in_system_mode_no_request_reaches_a_pool() {
    let config = HeapConfig { small: SmallAllocator::System, ..HeapConfig::default() };
    let heap = Heap::new(config, Floor::Heap);
    let blocks: Vec<_> = (1..=600).map(|n| (heap.alloc(n).unwrap(), n)).collect();
    let now = heap.accounting();
    assert_eq!((now.arenas, now.raw_blocks, now.large_blocks), (0, 600, 600));
    for (block, size) in blocks {
        unsafe { heap.free(block, size) };
    }
    heap.verify().unwrap();
    assert_eq!(heap.accounting().raw_bytes, 0);
}

#[test]
fn collections_live_fail_and_are_counted_in_a_domain() {
    let limit = Some(3 << 20);
    let heap = Heap::new(HeapConfig { limit, ..HeapConfig::default() }, Floor::Heap);
    let state = std::hash::RandomState::new();
    let mut map = HashMap::with_hasher_in(state, heap.allocator_for::<ObjectMemory>());
    for n in 0..1000 {
        map.insert(n, n * n);
    }
    assert!(map.try_reserve(1 << 22).is_err());
    assert_eq!((map[&30], heap.allocated_blocks()), (900, 1));
    let mut list = allocator_api2::vec::Vec::new_in(heap.allocator_for::<Raw>());
    list.extend(0..100);
    assert_eq!((list[99], heap.accounting().raw_blocks), (99, 2));
    drop((map, list));
    let handle = heap.allocator_for::<Mem>();
    for align in [1, 16, 32, 64, 4096] {
        for size in [0, 1, 100, 512, 5000] {
            let layout = Layout::from_size_align(size, align).unwrap();
            let block = handle.allocate(layout).unwrap();
            let zeroed = handle.allocate_zeroed(layout).unwrap();
            let start = block.cast::<u8>();
            assert!(start.addr().get().is_multiple_of(align) && block.len() >= size);
            assert!(super::holds(zeroed.cast(), size, 0));
            super::fill(start, size, 3);
            unsafe {
                handle.deallocate(start, layout);
                handle.deallocate(zeroed.cast(), layout);
            }
        }
    }
    let huge = Layout::from_size_align(isize::MAX as usize - 4095, 4096).unwrap();
    assert!(handle.allocate(huge).is_err());
    heap.verify().unwrap();
    assert_eq!((heap.allocated_blocks(), heap.accounting().raw_blocks), (0, 0));
}
