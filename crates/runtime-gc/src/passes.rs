//! A type's traversal, compiled once for each pass of a collection.
//!
//! The passes go over millions of objects, and what they do for one reference is a handful of
//! instructions; so each has its own copy of the traversal with those instructions in line.

use std::cell::Cell;
use std::ptr::{NonNull, null_mut};

use runtime_core::{Obj, Object, Traversal, type_of};

use crate::dealloc::Container;
use crate::head::Head;

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
/// As [`Container::traverse`]; the context is a [`Window`].
unsafe fn subtract<C: Container>(op: Obj, window: NonNull<()>) {
    // SAFETY: per contract; what a live object owns is alive.
    unsafe {
        let window = window.cast::<Window>().as_ref();
        C::traverse(op, &mut |child| window.push(child));
    }
}

/// # Safety
/// As [`Container::traverse`]; the context is the [`Head`] that ends the ring being scanned.
unsafe fn reach<C: Container>(op: Obj, scanned: NonNull<()>) {
    // SAFETY: per contract; what a live object owns is alive.
    unsafe {
        let scanned = Head::new(scanned.cast());
        C::traverse(op, &mut |child| {
            if type_of(child).as_ref().is_gc() {
                Head::of(child).found_reachable(scanned);
            }
        });
    }
}

/// References that the subtracting pass looks at in vain while it asks for them.
const WIDTH: usize = 8;

/// The references that will be taken out next, in the order in which they were seen.
///
/// Taking one out means to touch the object at its other end, which in a large heap lies anywhere.
/// The order makes no difference to the sums, so each object is asked for as soon as it is known and
/// touched some references later.
pub(crate) struct Window {
    slots: [Cell<*mut Object>; WIDTH],
    at: Cell<usize>,
}

impl Window {
    pub(crate) const fn new() -> Self {
        Self { slots: [const { Cell::new(null_mut()) }; WIDTH], at: Cell::new(0) }
    }

    /// As the context of [`Traversal::subtract`].
    pub(crate) fn context(&self) -> NonNull<()> {
        NonNull::from(self).cast()
    }

    /// Takes a reference to `op` out, some time before [`Window::finish`] returns.
    ///
    /// # Safety
    /// `op` is alive until then.
    #[inline(always)]
    unsafe fn push(&self, op: Obj) {
        prefetch(op);
        let at = self.at.get();
        self.at.set(at.wrapping_add(1));
        // SAFETY: the remainder is below WIDTH.
        let slot = unsafe { self.slots.get_unchecked(at % WIDTH) };
        if let Some(before) = NonNull::new(slot.replace(op.as_ptr())) {
            // SAFETY: per contract of the earlier `push`.
            unsafe { take_one(before) };
        }
    }

    /// Takes out all that is left.
    pub(crate) fn finish(&self) {
        for slot in &self.slots {
            if let Some(op) = NonNull::new(slot.replace(null_mut())) {
                // SAFETY: per contract of `push`.
                unsafe { take_one(op) };
            }
        }
    }
}

/// # Safety
/// `op` is alive.
#[inline(always)]
unsafe fn take_one(op: Obj) {
    // SAFETY: per contract; only collectable objects have a head.
    unsafe {
        if type_of(op).as_ref().is_gc() {
            Head::of(op).take_one();
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
        unsafe { _mm_prefetch::<_MM_HINT_T0>(op.as_ptr().cast()) };
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = op;
}
