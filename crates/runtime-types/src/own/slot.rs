//! A reference that an object of the embedding program's type owns.

use std::cell::Cell;
use std::marker::PhantomData;
use std::ptr::NonNull;

use runtime_core::Obj;
use runtime_gc::Ref;

/// One word in the payload of an object: an owned reference, or nothing.
///
/// A slot is made empty and filled where it lies. One that lies in no object stays empty.
#[derive(Default)]
pub struct Slot {
    held: Cell<Option<Obj>>,
    /// Neither `Send` nor `Sync`: [`super::Plain`] relies on that.
    here: PhantomData<*const ()>,
}

impl Slot {
    /// A slot that holds nothing.
    pub const fn empty() -> Self {
        Self { held: Cell::new(None), here: PhantomData }
    }

    /// Whether it holds nothing.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.held.get().is_none()
    }

    /// A new reference to what it holds.
    ///
    /// # Safety
    /// The reference does not outlive the slot's runtime.
    #[inline]
    pub unsafe fn share(&self) -> Option<Ref> {
        // SAFETY: the slot owns a reference, so the object is alive.
        self.held.get().map(|op| unsafe { Ref::new(op) })
    }

    /// Stores a value and gives back the one before, to be released when all else is done.
    ///
    /// # Safety
    /// The slot lies in the payload of a live object, whose traversal shows it, and the value is of
    /// the same runtime; what is given back does not outlive it.
    #[inline]
    pub unsafe fn replace(&self, value: Option<Ref>) -> Option<Ref> {
        // SAFETY: the slot owned what it held.
        self.held.replace(value.map(Ref::into_raw)).map(|op| unsafe { Ref::steal(op) })
    }

    /// What it holds, unprotected.
    #[inline(always)]
    pub(super) fn peek(&self) -> Option<Obj> {
        self.held.get()
    }

    /// Empties the slot.
    #[inline(always)]
    pub(super) fn take(&self) -> Option<Ref> {
        // SAFETY: the slot owned what it held.
        self.held.take().map(|op| unsafe { Ref::steal(op) })
    }
}

/// Whether a field lies inside a payload.
#[inline]
pub fn lies_in<F, T>(field: &F, payload: &T) -> bool {
    let (field, payload) = (NonNull::from(field).addr().get(), NonNull::from(payload).addr().get());
    let end = payload.saturating_add(size_of::<T>());
    field >= payload && field.saturating_add(size_of::<F>()) <= end
}
