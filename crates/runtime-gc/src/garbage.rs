//! What becomes of the objects that a collection found unreachable.
//!
//! ```text
//! weak references cleared --> their callbacks --> finalizers --> who came back? --> tp_clear, freed
//! ```
//!
//! All of it in the order of the ring. While a program's code runs, every ring is whole and every
//! object in it alive; what it makes goes to the young generation, and what dies by its doing
//! leaves its ring as always. When no object has a weak reference or a finalizer to run, no code
//! runs, nothing can have come back, and the first four steps are left out.

use runtime_core::{Event, Phase, TypeFlags, type_of};

use crate::collect::{Ends, drop_resurrected, print_object};
use crate::collector::{Collector, DebugFlags};
use crate::finalize::{awaits_finalizer, finalize, survive};
use crate::head::Head;
use crate::refs::{decref, incref};
use crate::weak::{self, WeakObject};

/// The unreachable objects of one collection.
pub(crate) struct Garbage<'a> {
    collector: &'a Collector,
    ring: Head,
    /// Where objects go that stay alive.
    old: Head,
}

impl<'a> Garbage<'a> {
    pub(crate) fn new(collector: &'a Collector, ring: Head, old: Head) -> Self {
        Self { collector, ring, old }
    }

    /// Does all of it; gives the number of objects that were dead. The ring is empty then.
    pub(crate) fn collect(self) -> usize {
        let debug = self.collector.debug.get();
        let (mut dead, has_rites) = self.survey();
        self.collector.tell_found(self.ring);
        if debug.has(DebugFlags::COLLECTABLE) {
            for member in self.ring.members() {
                print_object(self.collector, "collectable", member.object());
            }
        }
        let mut freed_by_callbacks = 0;
        if has_rites {
            let phase = |phase| self.collector.phase(phase, self.ring);
            phase(Phase::ClearingWeak);
            freed_by_callbacks = self.clear_weak_references();
            phase(Phase::Finalising);
            self.run_finalizers();
            let before = self.ring.members().count();
            drop_resurrected(self.ring, self.old);
            dead = self.ring.members().count();
            let objects = before.saturating_sub(dead);
            self.collector.heap.emit(|| Event::Phase { phase: Phase::Resurrected, objects });
        }
        self.collector.phase(Phase::Clearing, self.ring);
        self.clear(debug);
        dead + freed_by_callbacks
    }

    /// Makes the ring's links whole. Tells how many objects are in it, and whether any code may
    /// have to run for them.
    fn survey(&self) -> (usize, bool) {
        let (mut count, mut has_rites) = (0, false);
        for member in self.ring.members() {
            member.end_scan();
            count += 1;
            let op = member.object();
            // SAFETY: members of a ring are alive.
            unsafe {
                let ty = type_of(op).as_ref();
                if ty.flags().has(TypeFlags::LAST_RITES.with(TypeFlags::WEAK_REF)) {
                    has_rites |= ty.flags().has(TypeFlags::WEAK_REF)
                        || awaits_finalizer(op, ty)
                        || weak::has_any(op);
                }
            }
        }
        (count, has_rites)
    }

    /// Clears every weak reference to the garbage, and every one that is garbage itself; then calls
    /// the callbacks of those that are not. Gives the number of weak references that died by that.
    ///
    /// A weak reference that is garbage does not get its callback: that could see objects which are
    /// being taken apart.
    fn clear_weak_references(&self) -> usize {
        let ends = Ends::new();
        // SAFETY: the loop below empties the ring.
        let waiting = unsafe { ends.close() };
        for member in self.ring.members() {
            let op = member.object();
            // SAFETY: members of a ring are alive, and detaching frees nothing.
            unsafe {
                if type_of(op).as_ref().flags().has(TypeFlags::WEAK_REF) {
                    weak::detach(op.cast::<WeakObject>());
                }
                while let Some(weak) = weak::first(op) {
                    weak::detach(weak);
                    let head = Head::of(weak.cast());
                    if weak::is_to_be_called(weak) && head.is_tracked() && !head.is_collecting() {
                        incref(weak.cast());
                        head.move_to(waiting);
                    }
                }
            }
        }
        let mut freed = 0;
        while !waiting.is_empty() {
            let head = waiting.next();
            let weak = head.object();
            // SAFETY: the ring holds a reference to each of its members.
            unsafe {
                if let Some(callback) = weak.cast::<WeakObject>().as_ref().callback() {
                    let (collector, callback) = (self.collector, callback.as_obj());
                    weak::call_back(collector, weak.cast(), callback);
                }
                // The weak reference may be gone now, and something else in its place.
                head.move_to(self.old);
                let last = weak.as_ref().count() == 1;
                decref(weak);
                freed += usize::from(last);
            }
        }
        freed
    }

    /// Runs each finalizer that has not run yet.
    fn run_finalizers(&self) {
        let ends = Ends::new();
        // SAFETY: the ring is merged back below.
        let seen = unsafe { ends.close() };
        while !self.ring.is_empty() {
            let head = self.ring.next();
            head.move_to(seen);
            let op = head.object();
            // SAFETY: members of a ring are alive; the new reference keeps the object so.
            unsafe {
                if awaits_finalizer(op, type_of(op).as_ref()) {
                    incref(op);
                    head.set_finalized();
                    finalize(op);
                    decref(op);
                }
            }
        }
        seen.merge_into(self.ring);
    }

    /// Breaks the cycles: objects whose references from inside are gone die by their counts.
    fn clear(&self, debug: DebugFlags) {
        let save = debug.has(DebugFlags::SAVE_ALL);
        while !self.ring.is_empty() {
            let head = self.ring.next();
            let op = head.object();
            // SAFETY: members of a ring are alive; the new reference keeps the object so.
            unsafe {
                if save {
                    self.collector.ask("garbage", |above| above.save(op));
                } else if let Some(clear) = type_of(op).as_ref().tp_clear {
                    incref(op);
                    survive(self.collector, "tp_clear", || clear(op));
                    survive(self.collector, "tp_dealloc", || decref(op));
                }
            }
            if !self.ring.is_empty() && self.ring.next() == head {
                // It is still alive, and may die when others are cleared.
                head.clear_collecting();
                head.move_to(self.old);
            }
        }
    }
}
