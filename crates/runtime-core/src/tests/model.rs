//! A million random requests against a plain model, through both doors and all domains, in every
//! kind of heap, while some requests are made to fail.

use std::ptr::NonNull;

use super::{fill, holds, random};
use crate::{
    AllocError, DebugHooks, Domain, FaultPlan, Floor, FullPools, Geometry, Heap, HeapConfig,
    SmallAllocator,
};

/// Requests of one run over all configurations.
const OPERATIONS: usize = 1_000_000;

/// A block as the model knows it.
struct Live {
    block: NonNull<u8>,
    size: usize,
    mark: u8,
    domain: Domain,
    /// Taken through the door of C.
    unsized_: bool,
}

fn configurations() -> Vec<HeapConfig> {
    let base = HeapConfig::default();
    let geometry = |pool, arena, small| Geometry::new(pool, arena, small).unwrap();
    vec![
        base,
        HeapConfig { full_pools: FullPools::Last, ..base },
        HeapConfig { geometry: geometry(4 << 10, 64 << 10, 256), ..base },
        HeapConfig { geometry: geometry(256 << 10, 4 << 20, 512), arena_cache: 3, ..base },
        HeapConfig { small: SmallAllocator::System, ..base },
        HeapConfig { debug: Some(DebugHooks::default()), ..base },
        HeapConfig { count_requests: true, arena_cache: 2, limit: Some(12 << 20), ..base },
        HeapConfig {
            debug: Some(DebugHooks::default()),
            small: SmallAllocator::System,
            limit: Some(8 << 20),
            ..base
        },
    ]
}

/// One request of a domain, by either door.
fn take(heap: &Heap, domain: Domain, unsized_: bool, size: usize) -> Result<Live, AllocError> {
    let block = match (unsized_, domain) {
        (true, _) => heap.malloc(domain, size),
        (false, Domain::Raw) => heap.raw_alloc(size),
        (false, Domain::Mem) => heap.alloc(size),
        (false, Domain::Object) => heap.object_alloc(size),
    }?;
    Ok(Live { block, size, mark: 0, domain, unsized_ })
}

unsafe fn resize(heap: &Heap, live: &Live, new: usize) -> Result<NonNull<u8>, AllocError> {
    let (block, old) = (live.block, live.size);
    unsafe {
        match (live.unsized_, live.domain) {
            (true, domain) => heap.realloc_block(domain, Some(block), new),
            (false, Domain::Raw) => heap.raw_realloc(block, old, new),
            (false, Domain::Mem) => heap.realloc(block, old, new),
            (false, Domain::Object) => heap.object_realloc(block, old, new),
        }
    }
}

unsafe fn give(heap: &Heap, live: Live) {
    let (block, size) = (live.block, live.size);
    assert!(holds(block, size, live.mark), "{size} bytes of {:?}", live.domain);
    unsafe {
        match (live.unsized_, live.domain) {
            (true, domain) => heap.free_block(domain, Some(block)),
            (false, Domain::Raw) => heap.raw_free(block, size),
            (false, Domain::Mem) => heap.free(block, size),
            (false, Domain::Object) => heap.object_free(block, size),
        }
    }
}

fn walk(config: HeapConfig, operations: usize) {
    let heap = Heap::new(config, Floor::Heap);
    let mut seed = 0x5eed_1234_abcd ^ operations as u64;
    let mut model: Vec<Live> = Vec::new();
    let mut refused = 0u64;
    for step in 0..operations {
        match step % 997 {
            0 => drop(heap.plan_faults(Some(FaultPlan::nth(random(&mut seed) as u64 % 900)))),
            500 if step % 3 == 0 => {
                let plan = FaultPlan::from(random(&mut seed) as u64 % 100).in_domain(Domain::Mem);
                refused += heap.plan_faults(Some(plan)).refused;
            }
            800 => refused += heap.plan_faults(None).refused,
            _ => {}
        }
        let size = random(&mut seed) % if step % 50 == 0 { 9000 } else { 560 };
        let domain = Domain::ALL[random(&mut seed) % 3];
        let unsized_ = random(&mut seed).is_multiple_of(2);
        match random(&mut seed) % 7 {
            0..3 if model.len() < 12_000 => {
                if let Ok(mut live) = take(&heap, domain, unsized_, size) {
                    assert!(live.block.addr().get().is_multiple_of(16));
                    // Never the fill of fresh memory: that means "never written".
                    live.mark = (step % 199) as u8;
                    fill(live.block, size, live.mark);
                    model.push(live);
                }
            }
            3..5 if !model.is_empty() => {
                let at = random(&mut seed) % model.len();
                let live = &mut model[at];
                match unsafe { resize(&heap, live, size) } {
                    Ok(moved) => {
                        assert!(holds(moved, live.size.min(size), live.mark));
                        (live.block, live.size) = (moved, size);
                        fill(moved, size, live.mark);
                    }
                    Err(_) => assert!(holds(live.block, live.size, live.mark)),
                }
            }
            _ if !model.is_empty() => {
                let live = model.swap_remove(random(&mut seed) % model.len());
                unsafe { give(&heap, live) };
            }
            _ => {}
        }
        if step % 1000 == 0 {
            heap.verify().unwrap();
        }
    }
    assert!(refused > 0, "some requests were made to fail");
    for live in model {
        unsafe { give(&heap, live) };
    }
    heap.plan_faults(None);
    heap.empty_quarantine();
    heap.verify().unwrap();
    assert_eq!((heap.fault_total(), heap.take_fault()), (0, None));
    assert_eq!((heap.allocated_blocks(), heap.accounting().raw_blocks), (0, 0), "{config:?}");
}

#[test]
fn a_million_requests_agree_with_the_model_in_every_kind_of_heap() {
    // For sanitizers, which know the blocks of the system's malloc: all of them there.
    let system = std::env::var("STRATA_TEST_ALLOCATOR").is_ok_and(|name| name == "system");
    let configurations = configurations();
    let each = OPERATIONS.div_ceil(configurations.len());
    for config in configurations {
        let small = if system { SmallAllocator::System } else { config.small };
        walk(HeapConfig { small, ..config }, each);
    }
}

#[test]
fn blocks_alive_do_not_overlap_in_any_geometry() {
    for config in configurations() {
        let heap = Heap::new(config, Floor::Heap);
        let mut seed = 99;
        let mut blocks: Vec<(usize, usize)> = Vec::new();
        for _ in 0..4000 {
            let size = random(&mut seed) % 600;
            let Ok(block) = heap.alloc(size) else { continue };
            blocks.push((block.addr().get(), size));
        }
        blocks.sort_unstable();
        for pair in blocks.windows(2) {
            assert!(pair[0].0 + pair[0].1.max(1) <= pair[1].0, "{pair:x?} in {config:?}");
        }
        heap.verify().unwrap();
        for (address, size) in blocks {
            let block = NonNull::new(std::ptr::with_exposed_provenance_mut(address)).unwrap();
            unsafe { heap.free(block, size) };
        }
        heap.empty_quarantine();
        heap.verify().unwrap();
    }
}
