//! Strata: a runtime of two floors, with types of three slots and of one.

use std::cell::Cell;
use std::ptr::NonNull;

use runtime_core::{
    AllocError, Floor, Heap as CoreHeap, HeapConfig, Obj, Object, TypeFlags, TypeObject, TypeSpec,
    type_of,
};
use runtime_gc::{Collector, Container, Policy, Ref, clear, dealloc, release, track, traversal};

use crate::shapes::Heap;

/// An object of `N` slots.
#[repr(C)]
struct Node<const N: usize> {
    object: Object,
    slots: [Cell<Option<Obj>>; N],
}

// SAFETY: both walk the slots, first to last.
unsafe impl<const N: usize> Container for Node<N> {
    #[inline(always)]
    unsafe fn traverse(op: Obj, visit: &mut impl FnMut(Obj)) {
        unsafe { op.cast::<Self>().as_ref() }.slots.iter().filter_map(Cell::get).for_each(visit);
    }

    #[inline(always)]
    unsafe fn release_next(op: Obj, cursor: &mut usize) -> Option<Obj> {
        let slots = unsafe { &op.cast::<Self>().as_ref().slots };
        while let Some(slot) = slots.get(*cursor) {
            *cursor += 1;
            if let Some(child) = slot.take() {
                if *cursor == slots.len() {
                    *cursor = runtime_gc::EXHAUSTED;
                }
                return Some(child);
            }
        }
        None
    }

    #[inline(always)]
    unsafe fn free(op: Obj) {
        unsafe { type_of(op).as_ref().free_object(op, size_of::<Self>()) }
    }
}

impl<const N: usize> Node<N> {
    const SPEC: TypeSpec = TypeSpec {
        name: "node",
        basic_size: size_of::<Self>(),
        flags: TypeFlags::GC,
        floor: Floor::Collector,
        tp_dealloc: dealloc::<Self>,
        tp_free: <Self as Container>::free,
        tp_release: Some(release::<Self>),
        tp_traverse: Some(traversal::<Self>()),
        tp_clear: Some(clear::<Self>),
        ..TypeSpec::LEAF
    };

    fn make(ty: NonNull<TypeObject>, first: Option<Ref>) -> Result<Ref, AllocError> {
        unsafe {
            let op = ty.as_ref().alloc_sized::<true>(size_of::<Self>())?;
            let node = op.cast::<Self>().as_ptr();
            let slots = &raw mut (*node).slots;
            slots.write([const { Cell::new(None) }; N]);
            (*slots)[0].set(first.map(Ref::into_raw));
            track(op);
            Ok(Ref::steal(op))
        }
    }
}

pub struct Strata {
    collector: NonNull<Collector>,
    three: NonNull<TypeObject>,
    one: NonNull<TypeObject>,
}

impl Strata {
    pub fn new() -> Self {
        let heap = CoreHeap::new(HeapConfig::default(), Floor::Collector);
        let collector = NonNull::from(Box::leak(Box::new(Collector::new(heap))));
        let stamp = |spec: &TypeSpec| unsafe {
            let place = NonNull::from(Box::leak(Box::<TypeObject>::new_uninit())).cast();
            TypeObject::stamp(place, spec, collector.cast(), place).expect("the floors stand");
            place
        };
        unsafe { Collector::start(collector) };
        unsafe { collector.as_ref() }.set_policy(Policy::Off);
        Self { collector, three: stamp(&Node::<3>::SPEC), one: stamp(&Node::<1>::SPEC) }
    }
}

impl Heap for Strata {
    type Handle = Ref;

    #[inline(always)]
    fn make(&self) -> Ref {
        Node::<3>::make(self.three, None).expect("memory")
    }

    #[inline(always)]
    fn link(&self, from: &Ref, slot: usize, to: &Ref) {
        let node = unsafe { from.as_obj().cast::<Node<3>>().as_ref() };
        let old = node.slots[slot].replace(Some(to.clone().into_raw()));
        drop(old.map(|old| unsafe { Ref::steal(old) }));
    }

    #[inline(always)]
    fn nest(&self, inner: Option<Ref>) -> Option<Ref> {
        Node::<1>::make(self.one, inner).ok()
    }

    fn collect(&self) {
        unsafe { self.collector.as_ref() }.collect(2);
    }
}
