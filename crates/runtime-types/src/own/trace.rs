//! What the runtime must know of a Rust value to keep it in an object: where its slots are.

use std::cell::{Cell, RefCell};
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::Arc;

use runtime_core::Heap;

use super::{MemBlock, Slot};

/// A value that an object may hold: `#[derive(Trace)]` writes it, once, and the runtime compiles it for
/// each pass of the collector.
///
/// Not `unsafe` to use, but to write by hand.
///
/// # Safety
/// - `each_slot` and `slot` show exactly the slots that lie in the value itself, each once, in one
///   order, `SLOTS` in number, whatever happens; they do nothing else.
/// - `give_back` gives back each [`MemBlock`] that lies in the value.
/// - No slot or block that lies in the value can be moved through a shared reference to it.
pub unsafe trait Trace: 'static {
    /// Number of slots.
    const SLOTS: usize;

    /// Shows each slot.
    fn each_slot(&self, show: &mut impl FnMut(&Slot));

    /// The slot with this number.
    fn slot(&self, index: usize) -> Option<&Slot>;

    /// Gives back the memory blocks.
    fn give_back(&self, heap: &Heap);

    /// Whether the object lends a block to memoryviews.
    const LENDS: bool = false;

    /// The block that it lends (`#[buffer]`), always the same one.
    #[inline]
    fn buffer(&self) -> Option<&MemBlock> {
        None
    }
}

/// A value without slots and memory blocks of its own, which may therefore be swapped in a cell.
///
/// # Safety
/// Neither a [`Slot`] nor a [`MemBlock`] lies in the value itself. Behind a pointer of its own one
/// may: it lies in no object there, and so is empty.
pub unsafe trait Leaf: 'static {}

// SAFETY: the slot is itself, and a slot is moved by nobody who has not got it by value.
unsafe impl Trace for Slot {
    const SLOTS: usize = 1;

    #[inline(always)]
    fn each_slot(&self, show: &mut impl FnMut(&Slot)) {
        show(self);
    }

    #[inline(always)]
    fn slot(&self, index: usize) -> Option<&Slot> {
        (index == 0).then_some(self)
    }

    #[inline(always)]
    fn give_back(&self, _: &Heap) {}
}

// SAFETY: a block has no slots; it gives itself back.
unsafe impl Trace for MemBlock {
    const SLOTS: usize = 0;

    #[inline(always)]
    fn each_slot(&self, _: &mut impl FnMut(&Slot)) {}

    #[inline(always)]
    fn slot(&self, _: usize) -> Option<&Slot> {
        None
    }

    #[inline(always)]
    fn give_back(&self, heap: &Heap) {
        // SAFETY: whoever asks gives the heap of the object that the block lies in; one that lies
        // elsewhere has no memory.
        unsafe { MemBlock::give_back(self, heap) }
    }

    const LENDS: bool = true;

    #[inline(always)]
    fn buffer(&self) -> Option<&MemBlock> {
        Some(self)
    }
}

// SAFETY: the items are shown in their order.
unsafe impl<T: Trace, const N: usize> Trace for [T; N] {
    const SLOTS: usize = N * T::SLOTS;

    #[inline(always)]
    fn each_slot(&self, show: &mut impl FnMut(&Slot)) {
        if T::SLOTS > 0 {
            for item in self {
                item.each_slot(show);
            }
        }
    }

    #[inline]
    fn slot(&self, index: usize) -> Option<&Slot> {
        self.get(index.checked_div(T::SLOTS)?)?.slot(index.checked_rem(T::SLOTS)?)
    }

    #[inline]
    fn give_back(&self, heap: &Heap) {
        for item in self {
            item.give_back(heap);
        }
    }
}

/// A value of any type that may be sent to another thread: nothing of a runtime is in it, since slots
/// and blocks stay on theirs. For fields of types that know nothing of [`Trace`].
///
/// ```
/// use runtime_types::own::Plain;
///
/// let mut names = Plain(std::collections::HashMap::new());
/// names.insert("x", 1);
/// ```
///
/// ```compile_fail,E0277
/// use runtime_types::own::{Plain, Slot, Trace};
///
/// fn holds<T: Trace>() {}
/// holds::<Plain<std::cell::Cell<Slot>>>();
/// ```
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Plain<T>(pub T);

impl<T> std::ops::Deref for Plain<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> std::ops::DerefMut for Plain<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

macro_rules! leaves {
    ($(($($params:tt)*) $ty:ty;)*) => {$(
        // SAFETY: no slot or block lies in it.
        unsafe impl<$($params)*> Leaf for $ty {}

        // SAFETY: as above, so there is nothing to show, to give back or to move.
        unsafe impl<$($params)*> Trace for $ty {
            const SLOTS: usize = 0;

            #[inline(always)]
            fn each_slot(&self, _: &mut impl FnMut(&Slot)) {}

            #[inline(always)]
            fn slot(&self, _: usize) -> Option<&Slot> {
                None
            }

            #[inline(always)]
            fn give_back(&self, _: &Heap) {}
        }
    )*};
}

leaves! {
    () ();
    () bool;
    () char;
    () u8;
    () u16;
    () u32;
    () u64;
    () u128;
    () usize;
    () i8;
    () i16;
    () i32;
    () i64;
    () i128;
    () isize;
    () f32;
    () f64;
    () String;
    () &'static str;
    (T: ?Sized + 'static) PhantomData<T>;
    (T: Send + 'static) Plain<T>;
    (T: Leaf) Option<T>;
    (T: Leaf) Cell<T>;
    (T: Leaf) RefCell<T>;
    (T: 'static) Vec<T>;
    (T: ?Sized + 'static) Box<T>;
    (T: ?Sized + 'static) Rc<T>;
    (T: ?Sized + 'static) Arc<T>;
}
