//! A type's traversal, compiled once for each pass of a collection.
//!
//! The passes go over millions of objects, and what they do for one reference is a handful of
//! instructions; so each has its own copy of the traversal with those instructions in line.

use std::cell::Cell;
use std::ptr::{NonNull, null_mut};

use runtime_core::{Obj, Object, Traversal, TypeObject};

use crate::dealloc::Container;
use crate::head::Head;
use crate::trial::Trial;

/// `tp_traverse` of a [`Container`].
pub const fn traversal<C: Container>() -> &'static Traversal {
    &Of::<C>::TRAVERSAL
}

struct Of<C>(std::marker::PhantomData<C>);

impl<C: Container> Of<C> {
    const TRAVERSAL: Traversal =
        Traversal { visit: visit::<C>, subtract: subtract::<C>, reach: reach::<C> };
}

/// # Safety
/// As [`Container::traverse`].
unsafe fn visit<C: Container>(op: Obj, visit: &mut dyn FnMut(Obj)) {
    // SAFETY: per contract.
    unsafe { C::traverse(op, &mut |child| visit(child)) }
}

/// # Safety
/// As [`Container::traverse`]; the context is a [`Subtract`].
unsafe fn subtract<C: Container>(op: Obj, pass: NonNull<()>) {
    // SAFETY: per contract; what a live object owns is alive.
    unsafe {
        let pass = pass.cast::<Subtract>().as_ref();
        if pass.far {
            subtract_far::<C>(op, &pass.window);
        } else {
            C::traverse(op, &mut |child| explain(child));
        }
    }
}

/// # Safety
/// As [`Container::traverse`].
#[inline(never)]
unsafe fn subtract_far<C: Container>(op: Obj, window: &Window) {
    // SAFETY: per contract; what waits is still alive.
    unsafe {
        C::traverse(op, &mut |child| {
            if let Some(before) = window.put(child) {
                explain(before);
            }
        });
    }
}

/// # Safety
/// As [`Container::traverse`]; the context is a [`Reach`].
unsafe fn reach<C: Container>(op: Obj, pass: NonNull<()>) {
    // SAFETY: per contract; what a live object owns is alive.
    unsafe {
        let pass = pass.cast::<Reach>().as_ref();
        if pass.far {
            reach_far::<C>(op, pass);
        } else {
            C::traverse(op, &mut |child| found(child, pass.scanned));
        }
    }
}

/// # Safety
/// As [`Container::traverse`].
#[inline(never)]
unsafe fn reach_far<C: Container>(op: Obj, pass: &Reach) {
    // SAFETY: per contract; what waits is still alive.
    unsafe {
        C::traverse(op, &mut |child| {
            if let Some(before) = pass.window.put(child) {
                found(before, pass.scanned);
            }
        });
    }
}

/// Objects from which on a collection is *far*: they do not fit into a core's own caches, so that
/// most references lead to memory that must be waited for. Tests are far with a handful.
pub(crate) const FAR: usize = if cfg!(test) { 4 } else { 1 << 17 };

/// The pass that takes inner references out of the trial counts.
pub(crate) struct Subtract {
    window: Window,
    far: bool,
}

impl Subtract {
    pub(crate) const fn new(far: bool) -> Self {
        Self { window: Window::new(), far }
    }

    /// As the context of [`Traversal::subtract`].
    pub(crate) fn context(&self) -> NonNull<()> {
        NonNull::from(self).cast()
    }

    /// Takes out what still waits.
    pub(crate) fn finish(&self) {
        // SAFETY: what members of the ring own is alive, and nothing died since.
        self.window.drain(|op| unsafe { explain(op) });
    }
}

/// What a collection leaves alive.
#[derive(Clone, Copy)]
pub(crate) struct Survivors {
    pub(crate) count: usize,
    /// Whether any is of a type whose objects may be untracked.
    pub(crate) may_untrack: bool,
}

/// The pass that finds what is reachable, in its order.
pub(crate) struct Reach {
    window: Window,
    scanned: Head,
    far: bool,
    survivors: Cell<usize>,
    may_untrack: Cell<bool>,
}

impl Reach {
    pub(crate) const fn new(scanned: Head, far: bool) -> Self {
        Self {
            window: Window::new(),
            scanned,
            far,
            survivors: Cell::new(0),
            may_untrack: Cell::new(false),
        }
    }

    /// Counts an object of this type that stays.
    #[inline(always)]
    pub(crate) fn stays(&self, ty: &TypeObject) {
        self.survivors.set(self.survivors.get() + 1);
        self.may_untrack.set(self.may_untrack.get() | ty.tp_untrack.is_some());
    }

    /// What stayed.
    pub(crate) fn survivors(&self) -> Survivors {
        Survivors { count: self.survivors.get(), may_untrack: self.may_untrack.get() }
    }

    /// As the context of [`Traversal::reach`].
    pub(crate) fn context(&self) -> NonNull<()> {
        NonNull::from(self).cast()
    }

    /// Whether references wait that were seen already. They change nothing but objects whose count
    /// is zero, and the end of the ring: before either is judged, they are to be looked at. So the
    /// order is the same as if none had ever waited.
    #[inline(always)]
    pub(crate) fn waits(&self) -> bool {
        self.window.waits.get()
    }

    /// Looks at all that wait.
    #[inline(never)]
    pub(crate) fn catch_up(&self) {
        // SAFETY: as in `Subtract::finish`.
        self.window.drain(|op| unsafe { found(op, self.scanned) });
    }
}

/// References that wait while their objects are asked for.
const WIDTH: usize = 16;

/// The references that were seen last, oldest first.
///
/// To look at one means to touch the object at its other end, which in a large heap lies anywhere.
/// So each object is asked for as soon as it is known, and touched some references later.
struct Window {
    slots: [Cell<*mut Object>; WIDTH],
    at: Cell<usize>,
    waits: Cell<bool>,
}

impl Window {
    const fn new() -> Self {
        Self {
            slots: [const { Cell::new(null_mut()) }; WIDTH],
            at: Cell::new(0),
            waits: Cell::new(false),
        }
    }

    /// Lets a reference wait, and gives the one whose place it takes.
    #[inline(always)]
    fn put(&self, op: Obj) -> Option<Obj> {
        prefetch(op);
        let at = self.at.get();
        self.at.set(at.wrapping_add(1));
        self.waits.set(true);
        // SAFETY: the remainder is below WIDTH.
        let slot = unsafe { self.slots.get_unchecked(at % WIDTH) };
        NonNull::new(slot.replace(op.as_ptr()))
    }

    /// Takes out all that wait, oldest first.
    #[inline(always)]
    fn drain(&self, mut each: impl FnMut(Obj)) {
        self.waits.set(false);
        let (newer, older) = self.slots.split_at(self.at.get() % WIDTH);
        for slot in older.iter().chain(newer) {
            if let Some(op) = NonNull::new(slot.replace(null_mut())) {
                each(op);
            }
        }
    }
}

/// # Safety
/// `op` is alive.
#[inline(always)]
unsafe fn explain(op: Obj) {
    // SAFETY: per contract.
    Trial::of(unsafe { op.as_ref() }).explain();
}

/// # Safety
/// `op` is alive.
#[inline(always)]
unsafe fn found(op: Obj, scanned: Head) {
    // SAFETY: per contract; what is on trial is in a ring, and so has a head.
    unsafe {
        let trial = Trial::of(op.as_ref());
        if trial.is_in_doubt() {
            trial.note_reachable();
            Head::of(op).move_back(scanned);
        }
    }
}

/// Asks for the cache line of an object's header.
#[inline(always)]
fn prefetch(op: Obj) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: a prefetch of any address is harmless; the instruction is part of x86-64.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(op.as_ptr().cast::<i8>()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = op;
}
