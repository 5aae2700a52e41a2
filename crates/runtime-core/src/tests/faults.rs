//! Failures, planned and real: each entry point is refused once, takes the same way up, and leaves
//! everything as it was.

use std::ptr::NonNull;

use allocator_api2::alloc::{Allocator, Layout};

use super::{fill, heap, holds};
use crate::{
    AllocError, ArenaSource, Block, Domain, FaultPlan, Floor, Heap, HeapConfig, HeapVec, Mem,
    Region, TypeFlags, TypeObject, TypeSpec, VarObject, generic_alloc,
};

/// Runs `entry` with request 0 refused, and then for real.
fn refused_once<T>(heap: &Heap, entry: impl Fn() -> Result<T, AllocError>) -> T {
    heap.plan_faults(Some(FaultPlan::nth(0)));
    let before = (heap.taken(), heap.allocated_blocks());
    match entry() {
        Err(AllocError::Planned { request: 0, site: Some(site) }) => {
            assert!(site.file().ends_with("faults.rs"), "{site}");
        }
        other => panic!("not refused by plan: {:?}", other.err()),
    }
    assert_eq!((heap.taken(), heap.allocated_blocks()), before);
    heap.verify().unwrap();
    let taken = entry().unwrap();
    assert_eq!(heap.plan_faults(None).refused, 1);
    taken
}

#[test]
fn every_entry_point_can_be_refused_and_changes_nothing_then() {
    let heap = heap();
    for size in [40, 512, 0, 513, 100_000] {
        let mem = refused_once(&heap, || heap.alloc(size));
        let object = refused_once(&heap, || heap.object_alloc(size));
        let in_raw = refused_once(&heap, || heap.raw_alloc(size));
        let zeroed = refused_once(&heap, || heap.alloc_zeroed(size));
        let raw_zeroed = refused_once(&heap, || heap.raw_alloc_zeroed(size));
        let in_c = refused_once(&heap, || heap.malloc(Domain::Object, size));
        let in_c_zeroed = refused_once(&heap, || heap.calloc(Domain::Mem, size, 1));
        for block in [mem, object, in_raw, in_c] {
            fill(block, size, 9);
        }
        let new = size + 600;
        unsafe {
            let kept = |block: NonNull<u8>| assert!(holds(block, size, 9));
            let mem =
                refused_once(&heap, || heap.realloc(mem, size, new).inspect_err(|_| kept(mem)));
            let object = refused_once(&heap, || heap.object_realloc(object, size, new));
            let in_raw = refused_once(&heap, || heap.raw_realloc(in_raw, size, new));
            let in_c = refused_once(&heap, || heap.realloc_block(Domain::Object, Some(in_c), new));
            for block in [mem, object, in_raw, in_c] {
                kept(block);
            }
            heap.free(mem, new);
            heap.object_free(object, new);
            heap.raw_free(in_raw, new);
            heap.free(zeroed, size);
            heap.raw_free(raw_zeroed, size);
            heap.free_block(Domain::Object, Some(in_c));
            heap.free_block(Domain::Mem, Some(in_c_zeroed));
        }
    }
    let null = refused_once(&heap, || unsafe { heap.realloc_block(Domain::Mem, None, 9) });
    unsafe { heap.free_block(Domain::Mem, Some(null)) };
    drop(refused_once(&heap, || Block::<Mem>::zeroed(&heap, 99)));
    let mut block = Block::<Mem>::zeroed(&heap, 99).unwrap();
    heap.plan_faults(Some(FaultPlan::nth(0)));
    assert!(block.resize(2000).is_err() && block.len() == 99);
    heap.plan_faults(None);
    drop(block);
    let mut vector = unsafe { HeapVec::<u8>::new(NonNull::from(&heap)) };
    heap.plan_faults(Some(FaultPlan::nth(0)));
    assert!(vector.push(1).is_err() && vector.push(2).is_ok());
    heap.plan_faults(Some(FaultPlan::nth(0)));
    assert!(vector.extend_from_slice(&[3; 100]).is_err());
    assert_eq!(&*vector, [2]);
    heap.plan_faults(None);
    drop(vector);
    let handle = heap.allocator_for::<Mem>();
    heap.plan_faults(Some(FaultPlan::nth(0)));
    assert!(handle.allocate(Layout::new::<[u64; 4]>()).is_err());
    heap.plan_faults(None);
    heap.verify().unwrap();
    assert_eq!((heap.allocated_blocks(), heap.accounting().raw_blocks), (0, 0));
}

#[test]
fn types_and_objects_can_be_refused() {
    let heap = heap();
    let mut place = std::mem::MaybeUninit::<TypeObject>::uninit();
    let spec = TypeSpec {
        name: "pair",
        basic_size: size_of::<VarObject>(),
        item_size: 8,
        flags: TypeFlags::GC,
        free_lists: &[2, 2],
        ..TypeSpec::LEAF
    };
    let ty = NonNull::new(place.as_mut_ptr()).unwrap();
    unsafe {
        let here = NonNull::from(&heap);
        heap.plan_faults(Some(FaultPlan::nth(0)));
        assert!(TypeObject::stamp(ty, &spec, here, ty).is_err());
        assert_eq!(heap.types().count(), 0);
        heap.plan_faults(None);
        TypeObject::stamp(ty, &spec, here, ty).unwrap();
        heap.plan_faults(Some(FaultPlan::from(0).in_domain(Domain::Object)));
        assert!(generic_alloc(ty, 2).is_err());
        assert!(ty.as_ref().alloc_uninit(40).is_err());
        assert!(ty.as_ref().alloc_sized::<true>(40).is_err());
        assert!(heap.alloc(64).map(|block| heap.free(block, 64)).is_ok(), "not the mem domain");
        assert_eq!(heap.plan_faults(None).refused, 3);
        let op = generic_alloc(ty, 2).unwrap();
        ty.as_ref().retire(op, 1);
        TypeObject::unstamp(ty);
    }
    heap.verify().unwrap();
    assert_eq!(heap.allocated_blocks(), 0);
}

#[test]
fn a_plan_refuses_what_it_says_and_nothing_else() {
    let heap = heap();
    let outcomes = |plan| {
        heap.plan_faults(Some(plan));
        let mut seen = String::new();
        for n in 0..7 {
            let taken = if n % 2 == 0 { heap.alloc(32) } else { heap.object_alloc(32) };
            seen.push(if taken.is_ok() { '.' } else { 'x' });
            if let Ok(block) = taken {
                unsafe { heap.free_block(Domain::Mem, Some(block)) };
            }
        }
        heap.plan_faults(None);
        seen
    };
    assert_eq!(outcomes(FaultPlan::nth(3)), "...x...");
    assert_eq!(outcomes(FaultPlan::from(3)), "...xxxx");
    // CPython: set_nomemory(2, 5) and set_nomemory(2, 0).
    assert_eq!(outcomes(FaultPlan::between(2, 5)), "..xxx..");
    assert_eq!(outcomes(FaultPlan::between(2, 0)), "..xxxxx");
    assert_eq!(outcomes(FaultPlan::nth(1).in_domain(Domain::Object)), "...x...");
    assert_eq!(outcomes(FaultPlan::from(0).in_domain(Domain::Raw)), ".......");
    let here = |plan: FaultPlan| {
        let line = line!() + 4;
        heap.plan_faults(Some(plan.at("tests/faults.rs", line)));
        let elsewhere = heap.alloc(8).is_ok();
        let mut taken = 0;
        (0..3).for_each(|_| taken += u32::from(heap.alloc(8).is_ok()));
        heap.plan_faults(None);
        (elsewhere, taken)
    };
    assert_eq!(here(FaultPlan::nth(1)), (true, 2));
    assert_eq!(here(FaultPlan::from(0)), (true, 0));
}

/// A source that has only so many spans of two arenas.
struct Few(std::cell::Cell<u32>);

unsafe impl ArenaSource for Few {
    fn take(&self, len: usize, align: usize) -> Option<Region> {
        self.0.set(self.0.get().checked_sub(1)?);
        crate::Mmap.take(len, align)
    }

    unsafe fn give(&self, region: Region) {
        unsafe { crate::Mmap.give(region) }
    }
}

#[test]
fn a_real_refusal_of_an_arena_takes_the_same_way_up() {
    let few = Box::new(Few(std::cell::Cell::new(2)));
    let heap = Heap::with_source(HeapConfig::default(), Floor::Heap, few);
    let mut blocks = Vec::new();
    let refused = loop {
        match heap.alloc(512) {
            Ok(block) => blocks.push(block),
            Err(error) => break error,
        }
    };
    assert_eq!(refused, AllocError::System { bytes: 2 * ((1 << 20) + 4096) });
    assert_eq!(blocks.len(), 4 * 64 * 31);
    heap.verify().unwrap();
    let last = blocks.pop().unwrap();
    unsafe { heap.free(last, 512) };
    assert_eq!(heap.alloc(500), Ok(last), "what is there still serves");
    blocks.push(last);
    for block in blocks {
        unsafe { heap.free(block, 512) };
    }
    heap.verify().unwrap();
}

#[test]
fn each_of_the_heaps_own_tables_can_be_refused() {
    // The marks, the table of arenas, the root of the map, a leaf of it.
    for refused in 0..4 {
        let heap = heap();
        heap.plan_faults(Some(FaultPlan::nth(refused).in_side_tables()));
        let taken = heap.alloc(100);
        assert_eq!(taken, Err(AllocError::Planned { request: refused, site: None }));
        heap.verify().unwrap();
        let block = heap.alloc(100).unwrap();
        heap.verify().unwrap();
        unsafe { heap.free(block, 100) };
    }
    // Traces: the first block traced needs room in four tables.
    for refused in 0..4 {
        let heap = heap();
        unsafe { heap.start_tracing(None, 4) };
        let warm = heap.raw_alloc(1);
        assert!(warm.is_ok());
        heap.stop_tracing();
        unsafe { heap.start_tracing(None, 4) };
        heap.plan_faults(Some(FaultPlan::nth(refused).in_side_tables()));
        assert!(matches!(heap.raw_alloc(100), Err(AllocError::Planned { site: None, .. })));
        assert_eq!(heap.traced_memory(), (0, 0));
        heap.plan_faults(None);
        heap.verify().unwrap();
        unsafe { heap.raw_free(warm.unwrap(), 1) };
    }
    let config = HeapConfig { debug: Some(crate::DebugHooks::default()), ..HeapConfig::default() };
    let heap = Heap::new(config, Floor::Heap);
    heap.plan_faults(Some(FaultPlan::nth(0).in_side_tables()));
    assert!(matches!(heap.raw_alloc(100), Err(AllocError::Planned { site: None, .. })));
    heap.plan_faults(None);
    heap.verify().unwrap();
}

#[test]
fn a_limit_is_charged_where_arenas_and_raw_blocks_are_taken() {
    let limit = 4 << 20;
    let heap = Heap::new(HeapConfig { limit: Some(limit), ..HeapConfig::default() }, Floor::Heap);
    let small = heap.alloc(16).unwrap();
    let taken = heap.taken();
    let second = heap.alloc(16).unwrap();
    assert_eq!(heap.taken(), taken, "a block in a pool costs nothing more");
    let large = heap.alloc(1 << 20).unwrap();
    assert_eq!(heap.taken(), taken + (1 << 20));
    unsafe {
        let refused = heap.realloc(large, 1 << 20, limit).unwrap_err();
        let AllocError::Limit { bytes, limit: told, taken: then } = refused else {
            panic!("{refused}")
        };
        assert_eq!((bytes, told, then), (limit - (1 << 20), limit, heap.taken()));
        assert!(refused.to_string().contains("of the limit of 4194304 bytes"));
        heap.free(large, 1 << 20);
        heap.free(small, 16);
        heap.free(second, 16);
    }
    assert_eq!((heap.taken(), heap.taken_peak()), (taken, taken + (1 << 20)));
    heap.verify().unwrap();
}

#[test]
fn errors_say_what_was_refused_in_a_sentence() {
    let site = std::panic::Location::caller();
    let planned = AllocError::Planned { request: 3, site: Some(site) };
    assert!(planned.to_string().starts_with("request 3 was planned to fail, at "));
    let side = AllocError::Planned { request: 3, site: None };
    assert_eq!(side.to_string(), "request 3 was planned to fail");
    assert_eq!(AllocError::System { bytes: 7 }.to_string(), "the system refused 7 bytes");
}
