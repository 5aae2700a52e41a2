//! Owned and borrowed references.
//!
//! [`Ref`] owns one unit of an object's count; [`Borrowed`] owns nothing and lives no longer than
//! somebody who does. [`Obj`] is the bare pointer below both, for code that keeps its own books.

use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ptr::NonNull;

use runtime_core::{Obj, Object, TypeFlags, TypeObject, type_of};

/// Adds one reference.
///
/// # Safety
/// `op` is alive.
#[inline(always)]
pub unsafe fn incref(op: Obj) {
    // SAFETY: per contract.
    unsafe { op.as_ref() }.incref();
}

/// Takes one reference off; the last one deallocates the object at once.
///
/// # Safety
/// `op` is alive and the caller owns one of its references, which it gives up. No reference to the
/// inside of any object is held, since anything may happen before this returns.
#[inline(always)]
pub unsafe fn decref(op: Obj) {
    // SAFETY: per contract.
    unsafe {
        // The last reference has just gone, which is what `tp_dealloc` asks.
        if op.as_ref().drop_reference() {
            type_of(op).as_ref().end(op);
        }
    }
}

/// Takes one reference off, unless something else might go with it; tells whether it was taken off.
/// What dies by that is an object whose type is [`TypeFlags::INERT`]: no code runs, and nothing is
/// taken apart but this.
///
/// # Safety
/// As [`decref`], if it was taken off.
#[inline(always)]
#[must_use = "a reference that was not taken off must be, some other way"]
pub unsafe fn decref_inert(op: Obj) -> bool {
    // SAFETY: per contract.
    unsafe {
        if op.as_ref().drop_shared() {
            return true;
        }
        let ty = type_of(op).as_ref();
        let inert = ty.flags().has(TypeFlags::INERT);
        if inert {
            // Its count still says one; its memory goes back without a look at it.
            ty.end(op);
        }
        inert
    }
}

/// An owned reference: one unit of the object's count.
///
/// Dropping it may deallocate the object, and with it whatever only that object held. It must not
/// outlive the runtime that made the object; inside the runtime crates that is a rule, outside them
/// the facade's handles enforce it.
#[repr(transparent)]
pub struct Ref(Obj);

impl Ref {
    /// Takes over a reference that the caller owns.
    ///
    /// # Safety
    /// `op` is alive and one of its references is the caller's to give.
    #[inline(always)]
    pub const unsafe fn steal(op: Obj) -> Self {
        Self(op)
    }

    /// Makes a new reference to an object.
    ///
    /// # Safety
    /// `op` is alive.
    #[inline(always)]
    pub unsafe fn new(op: Obj) -> Self {
        // SAFETY: per contract.
        unsafe { incref(op) };
        Self(op)
    }

    /// The object, borrowed.
    #[inline(always)]
    pub fn borrow(&self) -> Borrowed<'_> {
        Borrowed(self.0, PhantomData)
    }

    /// The bare pointer.
    #[inline(always)]
    pub fn as_obj(&self) -> Obj {
        self.0
    }

    /// Gives up the handle but not the reference, which is the caller's now.
    #[inline(always)]
    pub fn into_raw(self) -> Obj {
        ManuallyDrop::new(self).0
    }
}

impl Drop for Ref {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: the handle owns one reference.
        unsafe { decref(self.0) }
    }
}

impl Clone for Ref {
    #[inline(always)]
    fn clone(&self) -> Self {
        // SAFETY: the handle keeps the object alive.
        unsafe { Self::new(self.0) }
    }
}

/// A borrowed reference: the object is alive for `'a` because somebody else owns a reference.
#[repr(transparent)]
#[derive(Clone, Copy)]
pub struct Borrowed<'a>(Obj, PhantomData<&'a Object>);

impl<'a> Borrowed<'a> {
    /// Borrows a bare pointer.
    ///
    /// # Safety
    /// The object is alive for all of `'a`.
    #[inline(always)]
    pub const unsafe fn new(op: Obj) -> Self {
        Self(op, PhantomData)
    }

    /// The bare pointer.
    #[inline(always)]
    pub const fn as_obj(self) -> Obj {
        self.0
    }

    /// A new owned reference to the same object.
    #[inline(always)]
    pub fn owned(self) -> Ref {
        // SAFETY: the object is alive for `'a`.
        unsafe { Ref::new(self.0) }
    }

    /// The header.
    #[inline(always)]
    pub fn header(self) -> &'a Object {
        // SAFETY: the object is alive for `'a`, and a header's fields are cells.
        unsafe { &*self.0.as_ptr() }
    }

    /// The memory half of the object's type.
    #[inline(always)]
    pub fn ty(self) -> &'a TypeObject {
        // SAFETY: a type outlives its objects.
        unsafe { &*self.header().ty().as_ptr() }
    }

    /// The object's type, as a pointer to compare with.
    #[inline(always)]
    pub fn ty_ptr(self) -> NonNull<TypeObject> {
        self.header().ty()
    }

    /// Whether both are one object.
    #[inline(always)]
    pub fn is(self, other: Borrowed<'_>) -> bool {
        self.0 == other.0
    }
}
