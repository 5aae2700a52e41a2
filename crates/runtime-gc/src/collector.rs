//! The collector's floor: where tracked objects are linked, and what deallocation needs to know.
//!
//! ```text
//! generation 0:  head <-> newest objects ... <-> head      (a ring through the objects' GC heads)
//! generation 1:  head <-> survivors of one collection
//! generation 2:  head <-> survivors of two
//! permanent:     head <-> frozen
//! ```
//!
//! Invariant: an object is in exactly one ring from the moment its fields are whole (`track`) until
//! it begins to die (`untrack`), and in none before and after; `next` is null exactly then.

use std::cell::Cell;
use std::ptr::{NonNull, null_mut};

use runtime_core::{GcHead, Heap, Obj, gc_head, type_of};

/// Rings of tracked objects: young, middle, old, and the frozen ones.
pub(crate) const GENERATIONS: usize = 4;

/// Bits in the low end of `GcHead::prev` that are flags, not address.
const FLAG_BITS: usize = 0b11;

/// The second floor of a runtime: the heap, the generations, and the depth of deallocation.
#[repr(C)]
pub struct Collector {
    /// The floor below.
    pub heap: Heap,
    generations: [GcHead; GENERATIONS],
    /// Deallocations nested on the native stack right now.
    pub(crate) nesting: Cell<u32>,
}

impl Collector {
    /// A collector on this heap. It may be moved until [`Collector::start`].
    pub fn new(heap: Heap) -> Self {
        Self {
            heap,
            generations: [const { GcHead { next: Cell::new(null_mut()), prev: Cell::new(null_mut()) } };
                GENERATIONS],
            nesting: Cell::new(0),
        }
    }

    /// Closes the rings of the generations, now that the runtime has its final address.
    ///
    /// # Safety
    /// `this` will not move again and is made from the whole runtime's allocation.
    pub unsafe fn start(this: NonNull<Collector>) {
        for index in 0..GENERATIONS {
            // SAFETY: per contract; the projection stays inside the allocation.
            let head = unsafe { Self::ring(this, index) };
            // SAFETY: the head is a field of the live collector.
            let ends = unsafe { &*head };
            ends.next.set(head);
            ends.prev.set(head);
        }
    }

    /// The collector of the runtime that `op` belongs to.
    ///
    /// # Safety
    /// `op` is alive, and its type was stamped for this floor or a higher one, which the heap
    /// checked then.
    #[inline(always)]
    pub unsafe fn of<'a>(op: Obj) -> &'a Collector {
        // SAFETY: per contract the heap is the first field of a collector, and the pointer was made
        // from the whole allocation.
        unsafe { type_of(op).as_ref().heap_ptr().cast::<Collector>().as_ref() }
    }

    unsafe fn ring(this: NonNull<Collector>, generation: usize) -> *mut GcHead {
        // SAFETY: callers pass an index below GENERATIONS.
        unsafe { (&raw mut (*this.as_ptr()).generations).cast::<GcHead>().add(generation) }
    }

    /// Number of objects tracked in a generation (0, 1, 2; 3 is the frozen ones).
    pub fn tracked(&self, generation: usize) -> usize {
        let Some(ends) = self.generations.get(generation) else { return 0 };
        let mut count = 0;
        let mut head = ends.next.get();
        while !head.is_null() && !std::ptr::eq(head, ends) {
            count += 1;
            // SAFETY: heads in a ring belong to live objects.
            head = unsafe { (*head).next.get() };
        }
        count
    }
}

/// Links an object whose fields are whole into the young generation, as its newest.
///
/// # Safety
/// `op` is alive, collectable and not tracked.
#[inline(always)]
pub unsafe fn track(op: Obj) {
    // SAFETY: per contract; the ring's members are live heads.
    unsafe {
        let this = type_of(op).as_ref().heap_ptr().cast::<Collector>();
        let ends = Collector::ring(this, 0);
        let head = gc_head(op).as_ptr();
        debug_assert!((*head).next.get().is_null(), "an object is tracked once");
        let last = (*ends).prev.get();
        let flags = (*head).prev.get().addr() & FLAG_BITS;
        (*head).prev.set(last.map_addr(|a| a | flags));
        (*head).next.set(ends);
        (*last).next.set(head);
        (*ends).prev.set(head);
    }
}

/// Takes an object out of its generation, if it is in one. Its flags stay.
///
/// # Safety
/// `op` is collectable and its head is intact.
#[inline(always)]
pub unsafe fn untrack(op: Obj) {
    // SAFETY: per contract; neighbours in a ring are live heads.
    unsafe {
        let head = gc_head(op).as_ptr();
        let next = (*head).next.get();
        if next.is_null() {
            return;
        }
        let tagged = (*head).prev.get();
        let prev = tagged.map_addr(|a| a & !FLAG_BITS);
        (*prev).next.set(next);
        let flags = (*next).prev.get().addr() & FLAG_BITS;
        (*next).prev.set(prev.map_addr(|a| a | flags));
        (*head).next.set(null_mut());
        (*head).prev.set(std::ptr::without_provenance_mut(tagged.addr() & FLAG_BITS));
    }
}

/// Whether the collector sees the object.
///
/// # Safety
/// `op` is alive.
pub unsafe fn is_tracked(op: Obj) -> bool {
    // SAFETY: per contract; only collectable objects have a head.
    unsafe { type_of(op).as_ref().is_gc() && !gc_head(op).as_ref().next.get().is_null() }
}
