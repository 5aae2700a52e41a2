//! Traces: what is alive, where it was asked for, and what tracing costs.

use std::cell::Cell;
use std::ptr::NonNull;

use super::heap;
use crate::{Domain, Frame, HEAP_TRACES, Heap, TracebackSource, TypeObject, TypeSpec};

/// So many frames of file 7, the innermost on the line that is set.
#[derive(Default)]
struct Stack {
    line: Cell<u32>,
    depth: u32,
}

impl TracebackSource for Stack {
    fn walk(&self, see: &mut dyn FnMut(Frame)) {
        for n in 0..self.depth {
            see(Frame { file: 7, line: self.line.get() + n });
        }
    }
}

fn lines(heap: &Heap, block: NonNull<u8>) -> Option<(u32, Vec<u32>)> {
    let trace = heap.trace_of(block)?;
    heap.traceback(trace.traceback, |total, frames| {
        (total, frames.iter().map(|frame| frame.line).collect())
    })
}

#[test]
fn blocks_of_every_domain_and_door_are_traced_from_birth_to_death() {
    let heap = heap();
    let stack = Stack { line: Cell::new(10), depth: 5 };
    let early = heap.alloc(1000).unwrap();
    assert_eq!(heap.traced_memory(), (0, 0));
    unsafe {
        assert!(heap.start_tracing(Some(NonNull::from(&stack)), 2));
        assert!(!heap.start_tracing(None, 9), "it is on already, and stays as it was");
        assert_eq!(heap.traceback_limit(), 2);
        heap.free(early, 1000);
        let mut sum = 0;
        let mut blocks = Vec::new();
        for (n, domain) in Domain::ALL.into_iter().enumerate() {
            for size in [0, 24, 512, 5000] {
                stack.line.set(n as u32 * 100 + size as u32);
                let block = heap.malloc(domain, size).unwrap();
                let zeroed = heap.calloc(domain, size, 2).unwrap();
                sum += 3 * size;
                assert_eq!(heap.trace_of(block).unwrap().size, size);
                assert_eq!(heap.trace_of(block).unwrap().domain, HEAP_TRACES);
                let line = stack.line.get();
                assert_eq!(lines(&heap, zeroed), Some((5, vec![line, line + 1])));
                blocks.extend([(domain, block), (domain, zeroed)]);
            }
        }
        assert_eq!(heap.traced_memory(), (sum, sum));
        let mut seen = 0;
        heap.each_trace(|trace| seen += trace.size);
        assert_eq!(seen, sum);
        assert!(heap.tracing_memory() > 0);
        stack.line.set(1);
        let (domain, block) = blocks[2];
        let moved = heap.realloc_block(domain, Some(block), 3000).unwrap();
        assert_eq!(lines(&heap, moved), Some((5, vec![1, 2])), "traced where it was resized");
        assert!(moved == block || heap.trace_of(block).is_none());
        blocks[2].1 = moved;
        heap.verify().unwrap();
        for (domain, block) in blocks {
            heap.free_block(domain, Some(block));
        }
        assert_eq!(heap.traced_memory(), (0, sum + 3000 - 24));
        heap.reset_traced_peak();
        assert_eq!(heap.traced_memory(), (0, 0));
    }
    heap.verify().unwrap();
}

#[test]
fn stopping_forgets_all_and_costs_nothing_after() {
    let heap = heap();
    unsafe { heap.start_tracing(None, 1) };
    let block = heap.alloc(64).unwrap();
    assert!(heap.is_tracing() && heap.trace_of(block).is_some());
    let trace = heap.trace_of(block).unwrap();
    heap.clear_traces();
    assert_eq!((heap.traced_memory(), heap.trace_of(block)), ((0, 0), None));
    let again = heap.alloc(64).unwrap();
    heap.stop_tracing();
    assert_eq!(heap.traceback(trace.traceback, |_, _| ()), None);
    assert_eq!((heap.is_tracing(), heap.tracing_memory()), (false, 0));
    assert_eq!(heap.attention.get(), super::heap().attention.get(), "the fast path is back");
    unsafe {
        heap.free(block, 64);
        heap.free(again, 64);
        heap.start_tracing(None, 1);
    }
    heap.verify().unwrap();
}

#[test]
fn a_reused_object_is_traced_anew_only_if_its_memory_was_traced() {
    let heap = heap();
    let stack = Stack { line: Cell::new(1), depth: 1 };
    let mut place = std::mem::MaybeUninit::<TypeObject>::uninit();
    let spec = TypeSpec { name: "float", basic_size: 24, free_lists: &[9], ..TypeSpec::LEAF };
    let ty = NonNull::new(place.as_mut_ptr()).unwrap();
    unsafe {
        TypeObject::stamp(ty, &spec, NonNull::from(&heap), ty).unwrap();
        let ty_ref = ty.as_ref();
        let early = ty_ref.alloc_uninit(24).unwrap();
        heap.start_tracing(Some(NonNull::from(&stack)), 1);
        ty_ref.retire(early, 0);
        let again = ty_ref.reuse(0).unwrap();
        assert_eq!((again, heap.trace_of(again.cast())), (early, None), "never traced");
        let traced = ty_ref.alloc_uninit(24).unwrap();
        assert_eq!(lines(&heap, traced.cast()), Some((1, vec![1])));
        ty_ref.retire(traced, 0);
        stack.line.set(2);
        let again = ty_ref.reuse(0).unwrap();
        assert_eq!((again, lines(&heap, again.cast())), (traced, Some((1, vec![2]))));
        heap.stop_tracing();
        ty_ref.retire(again, 0);
        ty_ref.retire(early, 0);
        assert_eq!(ty_ref.free_list(0).unwrap().len(), 2);
        TypeObject::unstamp(ty);
    }
    heap.verify().unwrap();
    assert_eq!(heap.allocated_blocks(), 0);
}

#[test]
fn foreign_memory_is_traced_under_a_domain_of_its_own() {
    let heap = heap();
    heap.trace_foreign(5, 0x1000, 64).unwrap();
    assert_eq!(heap.traced_memory(), (0, 0), "tracing is off");
    unsafe { heap.start_tracing(None, 1) };
    heap.trace_foreign(5, 0x1000, 64).unwrap();
    heap.trace_foreign(5, 0x1000, 32).unwrap();
    heap.trace_foreign(6, 0x1000, 1).unwrap();
    assert_eq!(heap.traced_memory(), (33, 64));
    heap.untrace_foreign(5, 0x1000);
    assert_eq!(heap.traced_memory().0, 1);
    heap.verify().unwrap();
}

#[test]
fn each_different_traceback_is_kept_once() {
    let heap = heap();
    let stack = Stack { line: Cell::new(0), depth: 3 };
    unsafe { heap.start_tracing(Some(NonNull::from(&stack)), 3) };
    let blocks: Vec<_> = (0..1000)
        .map(|n| {
            stack.line.set(n % 10);
            heap.alloc(16).unwrap()
        })
        .collect();
    let mut ids: Vec<_> = blocks.iter().map(|&b| heap.trace_of(b).unwrap().traceback).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 10);
    let mut text = String::new();
    heap.write_traceback(ids[3], &mut text).unwrap();
    assert_eq!(text, "  File 7, line 3\n  File 7, line 4\n  File 7, line 5\n");
    for block in blocks {
        unsafe { heap.free(block, 16) };
    }
    heap.verify().unwrap();
}
