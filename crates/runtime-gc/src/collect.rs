//! A collection, from its start to its end.
//!
//! ```text
//!  merge younger rings --> copy counts --> take inner references out --> what is left is held from
//!                                                                        outside; what it reaches,
//!  next generation <-- untrack <-- survivors <---------------------------+ lives        | the rest
//!                                                                                       v
//!                                   freed <-- cleared <-- finalized <-- weak references cleared
//! ```
//!
//! The orders are CPython 3.13.0's wherever a program can see them: which generation comes first
//! in a merged ring, where an object goes that was thought unreachable, in which order finalizers
//! and callbacks run. The collector takes no memory. What was found dead is dealt with in
//! [`crate::garbage`].

use std::fmt;
use std::mem::ManuallyDrop;
use std::ptr::NonNull;
use std::time::Instant;

use runtime_core::{
    COLLECTION_DUE, Event, FreeList, GcHead, Obj, Phase, Step, TypeFlags, TypeObject, Untrack,
    type_of,
};

use crate::above::{CollectionInfo, Moment};
use crate::collector::{Collector, DebugFlags, GENERATIONS, Policy, untrack};
use crate::garbage::Garbage;
use crate::head::Head;
use crate::passes::{FAR, Reach, Subtract, Survivors};
use crate::trial::Trial;

/// The ends of a ring that lives as long as one collection.
pub(crate) struct Ends(GcHead);

impl Ends {
    pub(crate) const fn new() -> Self {
        use std::{cell::Cell, ptr::null_mut};
        Self(GcHead { next: Cell::new(null_mut()), prev: Cell::new(null_mut()) })
    }

    /// Closes the ring, empty.
    ///
    /// # Safety
    /// The ends stay where they are until the ring is empty again.
    pub(crate) unsafe fn close(&self) -> Head {
        // SAFETY: per contract.
        let head = unsafe { Head::new(NonNull::from(&self.0)) };
        head.make_ring();
        head
    }
}

/// Under stress one more safe point is missed for so many collections that there were: a program with a
/// hundred thousand safe points ends the same day.
const STRESS_COLLECTIONS: usize = 5_000;
/// And, by the square, for so many objects that are alive.
const STRESS_OBJECTS: usize = 5000;

/// Whoever asks for a collection.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    /// By a program, or by the policy.
    ForUse,
    /// By a runtime that ends: nobody is told.
    AtTheEnd,
}

impl Collector {
    /// Collects a generation and those younger than it (0, 1, 2); gives the number of objects found
    /// dead. Finalizers and callbacks run, and may do anything; a collection that they ask for does
    /// nothing and gives 0.
    ///
    /// Cost: proportional to the objects of these generations and their references. Takes no memory.
    pub fn collect(&self, generation: usize) -> usize {
        self.collect_for(generation.min(GENERATIONS - 1), Asked::ForUse)
    }

    /// Collects everything when a runtime ends: as [`Collector::collect`], but nobody is told.
    pub fn collect_at_the_end(&self) -> usize {
        self.collect_for(GENERATIONS - 1, Asked::AtTheEnd)
    }

    /// Collects the generation whose turn it is, if any: for safe points at which
    /// [`COLLECTION_DUE`] is raised. Gives the number of objects found dead.
    pub fn collect_due(&self) -> usize {
        self.heap.answer(COLLECTION_DUE);
        if !self.is_enabled() || self.collecting.get() {
            return 0;
        }
        let dead = match self.policy() {
            Policy::Off => 0,
            Policy::Stress => self.collect_under_stress(),
            Policy::Generational => self.due_generation().map_or(0, |due| self.collect(due)),
        };
        self.arm();
        dead
    }

    /// A full collection, unless one of the last safe points had one and that is enough: by then there
    /// were thousands, or there are many objects.
    fn collect_under_stress(&self) -> usize {
        if let Some(wait) = self.stress_wait.get().checked_sub(1) {
            self.stress_wait.set(wait);
            return 0;
        }
        let dead = self.collect(GENERATIONS - 1);
        let [.., old] = self.stats();
        let objects = self.tracked(GENERATIONS - 1) / STRESS_OBJECTS;
        let wait = old.collections / STRESS_COLLECTIONS + objects.saturating_mul(objects);
        self.stress_wait.set(wait);
        dead
    }

    /// The oldest generation whose count is above its threshold. The old one waits until a quarter
    /// of its objects are new to it, so that a growing heap costs linear time in all.
    fn due_generation(&self) -> Option<usize> {
        let rows = self.counts().into_iter().zip(self.thresholds()).enumerate();
        let mut over = rows.rev().filter(|(_, (count, threshold))| count > threshold);
        over.find_map(|(generation, _)| {
            let waits = generation == GENERATIONS - 1
                && self.long_lived_pending.get() < self.long_lived.get() / 4;
            (!waits).then_some(generation)
        })
    }

    fn collect_for(&self, generation: usize, asked: Asked) -> usize {
        if self.collecting.replace(true) {
            return 0;
        }
        self.arm();
        let done = Done(self);
        let dead = self.collect_now(generation, asked);
        drop(done);
        dead
    }

    fn collect_now(&self, generation: usize, asked: Asked) -> usize {
        self.tell(asked, Moment::Start, generation, 0);
        self.heap.emit(|| Event::CollectionBegan { generation: generation as u8 });
        let began = self.debug.get().has(DebugFlags::STATS).then(|| self.print_start(generation));
        self.count_collection(generation);

        let scanned = self.ring(generation);
        for younger in 0..generation {
            self.ring(younger).merge_into(scanned);
        }
        self.phase(Phase::Scanning, scanned);
        let ends = Ends::new();
        // SAFETY: `Garbage` leaves the ring empty before this returns.
        let unreachable = unsafe { ends.close() };
        let survivors = deduce_unreachable(scanned, unreachable);
        let old = self.promote(generation, scanned, survivors);

        let collected = Garbage::new(self, unreachable, old).collect();

        if let Some(began) = began {
            let seconds = began.elapsed().as_secs_f64();
            self.print(format_args!(
                "gc: done, {collected} unreachable, 0 uncollectable, {seconds:.4}s elapsed"
            ));
        }
        if generation == GENERATIONS - 1 {
            self.heap.emit(|| {
                let lists = self.heap.types().flat_map(TypeObject::free_lists);
                let objects = lists.map(FreeList::len).sum();
                Event::Phase { phase: Phase::EmptyingFreeLists, objects }
            });
            let types = self.heap.types();
            let types = types.filter(|ty| !ty.flags().has(TypeFlags::RESERVE));
            types.for_each(TypeObject::clear_free_lists);
            // SAFETY: the pointer is made from the whole runtime's allocation.
            self.ask("caches", |above| unsafe { above.drop_caches(self.whole()) });
        }
        let mut stats = self.stats.get();
        if let Some(row) = stats.get_mut(generation) {
            row.collections += 1;
            row.collected += collected;
        }
        self.stats.set(stats);
        self.heap.emit(|| Event::CollectionEnded { generation: generation as u8, collected });
        self.tell(asked, Moment::Stop, generation, collected);
        collected
    }

    /// Tells of a phase that is about the members of a ring.
    pub(crate) fn phase(&self, phase: Phase, ring: Head) {
        self.heap.emit(|| Event::Phase { phase, objects: ring.members().count() });
    }

    /// Tells of what was found unreachable.
    pub(crate) fn tell_found(&self, unreachable: Head) {
        if !self.heap.is_watched() {
            return;
        }
        self.phase(Phase::Found, unreachable);
        for member in unreachable.members() {
            let object = member.object();
            // SAFETY: members of a ring are alive.
            let ty = unsafe { type_of(object).as_ref() };
            self.heap.emit_step(Step::Unreachable, object, ty);
        }
    }

    fn tell(&self, asked: Asked, moment: Moment, generation: usize, collected: usize) {
        if asked == Asked::ForUse {
            let info = CollectionInfo { moment, generation, collected, uncollectable: 0 };
            // SAFETY: the pointer is made from the whole runtime's allocation.
            self.ask("collection callback", |above| unsafe {
                above.collection(self.whole(), info)
            });
        }
    }

    fn print_start(&self, generation: usize) -> Instant {
        let [young, middle, old] = [0, 1, 2].map(|index| self.tracked(index));
        let frozen = self.frozen();
        self.print(format_args!("gc: collecting generation {generation}..."));
        self.print(format_args!("gc: objects in each generation: {young} {middle} {old}"));
        self.print(format_args!("gc: objects in permanent generation: {frozen}"));
        Instant::now()
    }

    /// Prints a line that debugging asked for.
    pub(crate) fn print(&self, line: fmt::Arguments<'_>) {
        // SAFETY: the pointer is made from the whole runtime's allocation.
        self.ask("debug output", |above| unsafe { above.debug(self.whole(), line) });
    }

    /// The counts of the collected generations start again; the next older one has seen one more.
    fn count_collection(&self, generation: usize) {
        let mut counts = self.counts.get();
        for (index, count) in counts.iter_mut().enumerate() {
            if index <= generation {
                *count = 0;
            } else if index == generation + 1 {
                *count = count.saturating_add(1);
            }
        }
        self.counts.set(counts);
        self.heap.set_young(0);
    }

    /// Untracks what can be, and moves the survivors to the next generation, which is given.
    fn promote(&self, generation: usize, scanned: Head, survivors: Survivors) -> Head {
        let mut count = survivors.count;
        if survivors.may_untrack {
            count -= untrack_survivors(scanned, Untrack::Always);
        }
        if generation < GENERATIONS - 1 {
            if generation == GENERATIONS - 2 {
                self.long_lived_pending.set(self.long_lived_pending.get() + count);
            }
            let old = self.ring(generation + 1);
            scanned.merge_into(old);
            return old;
        }
        if survivors.may_untrack {
            // Only now, since a dict that is being built would be looked at again and again.
            count -= untrack_survivors(scanned, Untrack::Full);
        }
        self.long_lived_pending.set(0);
        self.long_lived.set(count);
        scanned
    }
}

/// Whatever happens in a collection, another may run after it.
struct Done<'a>(&'a Collector);

impl Drop for Done<'_> {
    fn drop(&mut self) {
        self.0.collecting.set(false);
        self.0.arm();
    }
}

/// Splits a ring: what is held from outside it, and all that this reaches, stays; the rest moves to
/// the empty ring `unreachable`, whose members are marked *collecting* and wait for [`Head::end_scan`].
///
/// What stays keeps its order, but for what was looked at before something that reaches it: that
/// goes to the end. CPython: `deduce_unreachable`.
fn deduce_unreachable(scanned: Head, unreachable: Head) -> Survivors {
    let no_way_out = NoUnwinding;
    let far = copy_counts(scanned) >= FAR;
    subtract_inner(scanned, far);
    let survivors = move_unreachable(scanned, unreachable, far);
    // It came to its end: the guard is let go without a word. A runtime may well be taken apart while
    // its thread unwinds.
    let _ = ManuallyDrop::new(no_way_out);
    survivors
}

/// While objects are on trial, half of them in a ring that nobody knows, none who come after could go
/// on: a traversal that panics ends the process.
struct NoUnwinding;

impl Drop for NoUnwinding {
    fn drop(&mut self) {
        std::process::abort();
    }
}

/// Puts the members of a ring on trial; gives their number.
fn copy_counts(scanned: Head) -> usize {
    let mut members = 0;
    let mut at = scanned.next_plain();
    while at != scanned {
        let next = at.next_plain();
        // SAFETY: members of a ring are alive.
        let header = unsafe { at.object().as_ref() };
        if header.is_immortal() {
            // Nothing it refers to can be seen to die; it is looked at by nobody again.
            at.unlink();
        } else {
            Trial::of(header).begin();
        }
        members += 1;
        at = next;
    }
    members
}

fn subtract_inner(scanned: Head, far: bool) {
    let pass = Subtract::new(far);
    let mut at = scanned.next_plain();
    while at != scanned {
        let op = at.object();
        // SAFETY: members of a ring are alive and whole; the context is the pass.
        unsafe {
            if let Some(traversal) = type_of(op).as_ref().tp_traverse {
                (traversal.subtract)(op, pass.context());
            }
        }
        at = at.next_plain();
    }
    pass.finish();
}

fn move_unreachable(scanned: Head, unreachable: Head, far: bool) -> Survivors {
    let pass = Reach::new(scanned, far);
    let mut prev = scanned;
    let mut at = scanned.next_plain();
    loop {
        // SAFETY: members of a ring are alive; its ends are asked for nothing but their address.
        if at == scanned || unsafe { Trial::of(at.object().as_ref()) }.unexplained() == 0 {
            if pass.waits() {
                pass.catch_up();
            } else if at == scanned {
                break;
            } else {
                at.move_to_unreachable(unreachable);
            }
        } else {
            let op = at.object();
            // SAFETY: as in `subtract_inner`.
            unsafe {
                Trial::of(op.as_ref()).end();
                let ty = type_of(op).as_ref();
                pass.stays(ty);
                if let Some(traversal) = ty.tp_traverse {
                    (traversal.reach)(op, pass.context());
                }
            }
            prev = at;
        }
        at = prev.next_plain();
    }
    unreachable.clear_unreachable();
    pass.survivors()
}

/// Untracks the members of a ring that cannot be part of a cycle; gives their number.
fn untrack_survivors(ring: Head, when: Untrack) -> usize {
    let mut count = 0;
    let mut at = ring.next();
    while at != ring {
        let next = at.next();
        let op = at.object();
        // SAFETY: members of a ring are alive and whole.
        let clean = unsafe {
            matches!(type_of(op).as_ref().tp_untrack, Some((w, is_clean)) if w == when && is_clean(op))
        };
        if clean {
            // SAFETY: as above.
            unsafe { untrack(op) };
            count += 1;
        }
        at = next;
    }
    count
}

/// The objects of `garbage` that are still unreachable after programs have run: they stay, the
/// others move to `old`.
pub(crate) fn drop_resurrected(garbage: Head, old: Head) {
    for member in garbage.members() {
        member.clear_collecting();
    }
    let ends = Ends::new();
    // SAFETY: the ring is emptied at the end.
    let still = unsafe { ends.close() };
    deduce_unreachable(garbage, still);
    still.members().for_each(Head::end_scan);
    garbage.merge_into(old);
    still.merge_into(garbage);
}

/// Whether an object that was found unreachable is of a type that debugging prints by name.
pub(crate) fn print_object(collector: &Collector, what: &str, op: Obj) {
    // SAFETY: members of a ring are alive.
    let name = unsafe { type_of(op).as_ref() }.name();
    collector.print(format_args!("gc: {what} <{name} {:#x}>", op.as_ptr().addr()));
}
