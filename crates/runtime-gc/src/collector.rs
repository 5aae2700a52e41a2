//! The collector's floor: where tracked objects are linked, and when they are collected.
//!
//! ```text
//! young (0):   ends <-> newest objects ... <-> ends      (a ring through the objects' heads)
//! middle (1):  ends <-> survivors of one collection
//! old (2):     ends <-> survivors of two
//! permanent:   ends <-> frozen
//! ```
//!
//! Invariant: an object is in exactly one ring from the moment its fields are whole (`track`) until
//! it begins to die (`untrack`), and in none before and after; `next` is null exactly then.
//!
//! A collection never runs inside an allocation. The heap counts young objects and raises
//! [`runtime_core::COLLECTION_DUE`]; whoever runs programs looks at it where anything may happen,
//! and calls [`Collector::collect_due`]. CPython 3.13.0: `Python/gc.c`.

use std::cell::Cell;
use std::ptr::{NonNull, null_mut};

use runtime_core::{COLLECTION_DUE, GcHead, Heap, Obj, Step, type_of};

use crate::above::{Above, Nobody};
use crate::finalize::survive;
use crate::head::Head;
use crate::immortal::Immortals;

/// Generations that are collected.
pub const GENERATIONS: usize = 3;
/// The ring of frozen objects.
const PERMANENT: usize = GENERATIONS;
/// CPython 3.13.0's thresholds.
pub const THRESHOLDS: [i32; GENERATIONS] = [2000, 10, 10];

/// When collections happen by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Policy {
    /// As CPython 3.13.0: a generation when its count is above its threshold.
    #[default]
    Generational,
    /// Never; only when somebody asks.
    Off,
    /// A full one at every safe point, for finding mistakes: slow. It misses ever more of them the
    /// longer it goes on and the more objects there are, so that it ends in reasonable time.
    Stress,
}

/// What the collections of one generation did since the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct GenerationStats {
    /// Collections of which this was the oldest generation.
    pub collections: usize,
    /// Objects collected by them.
    pub collected: usize,
    /// Objects found dead and kept.
    pub uncollectable: usize,
}

/// What to tell while collecting; the numbers are CPython's (`gc.set_debug`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DebugFlags(pub i32);

impl DebugFlags {
    /// Print what each collection did.
    pub const STATS: i32 = 1;
    /// Print each object found dead.
    pub const COLLECTABLE: i32 = 2;
    /// Print each object found dead and kept.
    pub const UNCOLLECTABLE: i32 = 4;
    /// Keep what is found dead instead of freeing it.
    pub const SAVE_ALL: i32 = 32;
    /// What shows leaks.
    pub const LEAK: i32 = Self::COLLECTABLE | Self::UNCOLLECTABLE | Self::SAVE_ALL;

    /// Whether any of these is set.
    pub(crate) const fn has(self, flag: i32) -> bool {
        self.0 & flag != 0
    }
}

/// The second floor of a runtime: the heap, the generations, and the depth of deallocation.
#[repr(C)]
pub struct Collector {
    /// The floor below.
    pub heap: Heap,
    rings: [GcHead; GENERATIONS + 1],
    /// Deallocations nested on the native stack right now.
    pub(crate) nesting: Cell<u32>,
    /// Last rites nested in each other right now, and the dead objects that wait for theirs.
    pub(crate) rites: Cell<u32>,
    pub(crate) line: Cell<Option<Head>>,
    /// Whether somebody is taking up those in the line.
    pub(crate) serving_line: Cell<bool>,
    /// The collector itself, as a pointer made from the whole runtime's allocation.
    whole: Cell<NonNull<Collector>>,
    above: Cell<NonNull<dyn Above>>,
    pub(crate) immortals: Immortals,
    policy: Cell<Policy>,
    /// Safe points that pass without a collection under [`Policy::Stress`].
    pub(crate) stress_wait: Cell<usize>,
    enabled: Cell<bool>,
    pub(crate) collecting: Cell<bool>,
    thresholds: Cell<[i32; GENERATIONS]>,
    /// Collections of the generation below since this one was collected; young objects are counted
    /// by the heap.
    pub(crate) counts: Cell<[i32; GENERATIONS]>,
    /// Objects that survived a full collection, and those that came to the old generation since.
    pub(crate) long_lived: Cell<usize>,
    pub(crate) long_lived_pending: Cell<usize>,
    pub(crate) debug: Cell<DebugFlags>,
    pub(crate) stats: Cell<[GenerationStats; GENERATIONS]>,
}

impl Collector {
    /// A collector on this heap. It may be moved until [`Collector::start`].
    pub fn new(heap: Heap) -> Self {
        Self {
            heap,
            rings: [const { GcHead { next: Cell::new(null_mut()), prev: Cell::new(null_mut()) } };
                GENERATIONS + 1],
            nesting: Cell::new(0),
            rites: Cell::new(0),
            line: Cell::new(None),
            serving_line: Cell::new(false),
            whole: Cell::new(NonNull::dangling()),
            above: Cell::new(NonNull::from(&Nobody)),
            immortals: Immortals::default(),
            policy: Cell::default(),
            stress_wait: Cell::new(0),
            enabled: Cell::new(true),
            collecting: Cell::new(false),
            thresholds: Cell::new(THRESHOLDS),
            counts: Cell::default(),
            long_lived: Cell::new(0),
            long_lived_pending: Cell::new(0),
            debug: Cell::default(),
            stats: Cell::default(),
        }
    }

    /// Closes the rings of the generations, now that the runtime has its final address.
    ///
    /// # Safety
    /// `this` will not move again and is made from the whole runtime's allocation.
    pub unsafe fn start(this: NonNull<Collector>) {
        // SAFETY: per contract.
        let collector = unsafe { this.as_ref() };
        collector.whole.set(this);
        for index in 0..=PERMANENT {
            collector.ring(index).make_ring();
        }
        collector.arm();
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

    /// The collector as a pointer made from the whole runtime's allocation.
    pub fn whole(&self) -> NonNull<Collector> {
        self.whole.get()
    }

    /// The ends of a ring; an index above the last gives the permanent one.
    #[inline(always)]
    pub(crate) fn ring(&self, index: usize) -> Head {
        let index = index.min(PERMANENT);
        // SAFETY: the index is in bounds, and the rings live as long as the collector.
        unsafe {
            let rings = (&raw mut (*self.whole.get().as_ptr()).rings).cast::<GcHead>();
            Head::new(NonNull::new_unchecked(rings.add(index)))
        }
    }

    /// Says who stands above.
    ///
    /// # Safety
    /// `above` outlives the collector, or is replaced before it ends.
    pub unsafe fn set_above(&self, above: NonNull<dyn Above>) {
        self.above.set(above);
    }

    pub(crate) fn above(&self) -> &dyn Above {
        // SAFETY: `set_above` promised that it is alive.
        unsafe { self.above.get().as_ref() }
    }

    /// Asks something of whoever stands above, and survives its panic.
    pub(crate) fn ask(&self, what: &str, ask: impl FnOnce(&dyn Above)) {
        survive(self, what, || ask(self.above()));
    }

    /// When collections happen by themselves.
    pub fn policy(&self) -> Policy {
        self.policy.get()
    }

    /// Sets when collections happen by themselves.
    pub fn set_policy(&self, policy: Policy) {
        self.policy.set(policy);
        self.arm();
    }

    /// Whether automatic collection is enabled (`gc.isenabled`).
    pub fn is_enabled(&self) -> bool {
        self.enabled.get()
    }

    /// Whether a collection is under way.
    pub fn is_collecting(&self) -> bool {
        self.collecting.get()
    }

    /// Enables or disables automatic collection. Young objects are counted all the same.
    pub fn set_enabled(&self, enabled: bool) {
        self.enabled.set(enabled);
        self.arm();
    }

    /// The thresholds of the generations.
    pub fn thresholds(&self) -> [i32; GENERATIONS] {
        self.thresholds.get()
    }

    /// Sets the thresholds; a first one of 0 stops automatic collection.
    pub fn set_thresholds(&self, thresholds: [i32; GENERATIONS]) {
        self.thresholds.set(thresholds);
        self.arm();
    }

    /// Young objects allocated less those freed, and collections of the generation below each of
    /// the others (`gc.get_count`).
    pub fn counts(&self) -> [i32; GENERATIONS] {
        let [_, middle, old] = self.counts.get();
        [i32::try_from(self.heap.young()).unwrap_or(i32::MAX), middle, old]
    }

    /// What collections did since the start, by generation.
    pub fn stats(&self) -> [GenerationStats; GENERATIONS] {
        self.stats.get()
    }

    /// What is told while collecting.
    pub fn debug_flags(&self) -> DebugFlags {
        self.debug.get()
    }

    /// Sets what is told while collecting.
    pub fn set_debug_flags(&self, flags: DebugFlags) {
        self.debug.set(flags);
    }

    /// Tells the heap when to ask for a collection.
    pub(crate) fn arm(&self) {
        let [first, ..] = self.thresholds.get();
        let on = self.enabled.get() && !self.collecting.get();
        let threshold = match self.policy.get() {
            Policy::Generational if on && first != 0 => u32::try_from(first).unwrap_or(0),
            _ => u32::MAX,
        };
        self.heap.set_young_threshold(threshold);
        if self.policy.get() == Policy::Stress && on {
            self.heap.ask(COLLECTION_DUE);
        }
    }

    /// Objects tracked in a generation (0, 1, 2; above that the frozen ones).
    pub fn tracked(&self, generation: usize) -> usize {
        self.ring(generation).members().count()
    }

    /// Shows the objects of a generation, or of all three, oldest first within each.
    ///
    /// `show` may allocate, but it lets nothing die and runs no program.
    pub fn each_tracked(&self, generation: Option<usize>, show: &mut dyn FnMut(Obj)) {
        for index in 0..GENERATIONS {
            if generation.is_none_or(|only| only == index) {
                self.ring(index).members().for_each(|head| show(head.object()));
            }
        }
    }

    /// Shows each tracked object that refers to one of `targets`, once (`gc.get_referrers`).
    ///
    /// `show` as in [`Collector::each_tracked`].
    pub fn each_referrer(&self, targets: &[Obj], show: &mut dyn FnMut(Obj)) {
        self.each_tracked(None, &mut |op| {
            let mut found = false;
            // SAFETY: members of a ring are alive.
            unsafe { each_referent(op, &mut |child| found |= targets.contains(&child)) };
            if found {
                show(op);
            }
        });
    }

    /// Moves everything that is tracked out of the collector's reach (`gc.freeze`).
    pub fn freeze(&self) {
        for index in 0..GENERATIONS {
            self.ring(index).merge_into(self.ring(PERMANENT));
        }
        self.counts.set([0; GENERATIONS]);
        self.heap.set_young(0);
    }

    /// Moves what is frozen to the old generation.
    pub fn unfreeze(&self) {
        self.ring(PERMANENT).merge_into(self.ring(GENERATIONS - 1));
    }

    /// Frozen objects.
    pub fn frozen(&self) -> usize {
        self.tracked(PERMANENT)
    }
}

/// Shows each reference that an object owns, in the order of its type (`gc.get_referents`).
///
/// # Safety
/// `op` is alive, and `show` lets nothing die.
pub unsafe fn each_referent(op: Obj, show: &mut dyn FnMut(Obj)) {
    // SAFETY: per contract.
    unsafe {
        if let Some(traversal) = type_of(op).as_ref().tp_traverse {
            (traversal.visit)(op, show);
        }
    }
}

/// Links an object whose fields are whole into the young generation, as its newest.
///
/// # Safety
/// `op` is alive, collectable and not tracked.
#[inline(always)]
pub unsafe fn track(op: Obj) {
    // SAFETY: per contract; the runtime's first floors are a heap and a collector, and its rings
    // are alive as long as its types.
    unsafe {
        let this = type_of(op).as_ref().heap_ptr().cast::<Collector>();
        let young =
            Head::new(NonNull::new_unchecked((&raw mut (*this.as_ptr()).rings).cast::<GcHead>()));
        let head = Head::of(op);
        debug_assert!(!head.is_tracked(), "an object is tracked once");
        debug_assert!(!head.is_collecting(), "an untracked object takes no part in a collection");
        young.append(head);
        if this.cast::<Heap>().as_ref().is_watched() {
            tell_tracked(op, true);
        }
    }
}

/// Says that an object was tracked, which makes it known to be whole, or untracked.
///
/// # Safety
/// The header of `op` is intact.
#[cold]
#[inline(never)]
pub(crate) unsafe fn tell_tracked(object: Obj, tracked: bool) {
    // SAFETY: per contract.
    let ty = unsafe { type_of(object).as_ref() };
    let step = if tracked { Step::Tracked } else { Step::Untracked };
    ty.heap().tell_step(step, object, ty);
}

/// As [`track`] for an object of a type without finalizer in a heap that nobody watches, when the
/// collector is at hand.
///
/// # Safety
/// As [`track`]; the object belongs to the runtime of this collector.
#[inline(always)]
pub unsafe fn track_unwatched(collector: &Collector, op: Obj) {
    debug_assert!(std::ptr::eq(&raw const collector.heap, {
        // SAFETY: per contract the object is alive.
        unsafe { type_of(op).as_ref() }.heap_ptr().as_ptr()
    }));
    // SAFETY: per contract; the rings are cells and alive as long as the collector.
    unsafe {
        let young = Head::new(NonNull::from(&collector.rings).cast());
        let head = Head::of(op);
        debug_assert!(!head.is_tracked(), "an object is tracked once");
        debug_assert!(!collector.heap.is_watched(), "nobody is told");
        young.append_plain(head);
    }
}

/// Takes an object out of its generation, if it is in one. Its flags stay.
///
/// # Safety
/// `op` is collectable and its head is intact.
#[inline(always)]
pub unsafe fn untrack(op: Obj) {
    // SAFETY: per contract.
    let head = unsafe { Head::of(op) };
    if head.is_tracked() {
        head.unlink();
        // SAFETY: as above.
        unsafe {
            if type_of(op).as_ref().heap().is_watched() {
                tell_tracked(op, false);
            }
        }
    }
}

/// The same when nobody is to be told, or somebody has been.
///
/// # Safety
/// As [`untrack`].
#[inline(always)]
pub(crate) unsafe fn untrack_untold(op: Obj) {
    // SAFETY: per contract.
    let head = unsafe { Head::of(op) };
    if head.is_tracked() {
        head.unlink();
    }
}

/// Whether the collector sees the object.
///
/// # Safety
/// `op` is alive.
pub unsafe fn is_tracked(op: Obj) -> bool {
    // SAFETY: per contract; only collectable objects have a head.
    unsafe { type_of(op).as_ref().is_gc() && Head::of(op).is_tracked() }
}

/// Whether the object's finalizer has run (`gc.is_finalized`).
///
/// # Safety
/// `op` is alive.
pub unsafe fn is_finalized(op: Obj) -> bool {
    // SAFETY: as above.
    unsafe { type_of(op).as_ref().is_gc() && Head::of(op).is_finalized() }
}
