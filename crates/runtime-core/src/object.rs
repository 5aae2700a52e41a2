//! Object headers, as CPython 3.13's default 64-bit build lays them out.
//!
//! ```text
//!                  Obj points here
//!                  v
//! +------+------+  +----------------+--------+  +------+ - - - -
//! | next | prev |  | count | trial  | type   |  | size | items
//! +------+------+  +----------------+--------+  +------+ - - - -
//!   GcHead, 16       Object, 16                   VarObject, 24
//! ```

use std::cell::Cell;
use std::ptr::NonNull;

use crate::debug::{CLEAN, DEAD};
use crate::types::TypeObject;

/// A borrowed pointer to an object's header. Copying it counts nothing.
pub type Obj = NonNull<Object>;

/// The count of an object that no count can free: the low half of the count word, all ones.
pub const IMMORTAL: u32 = u32::MAX;

/// The header of every object.
///
/// The count is the low half of CPython's 8-byte count word. Both directions count in 32 bits, because
/// a wide load right after a narrow store stalls. The high half is zero, but while a collector that
/// runs no program meanwhile reckons in it.
#[repr(C)]
#[derive(Debug)]
pub struct Object {
    count: Cell<u32>,
    trial: Cell<u32>,
    ty: Cell<NonNull<TypeObject>>,
}

/// The header of an object with a length: items, digits or bytes follow it.
#[repr(C)]
#[derive(Debug)]
pub struct VarObject {
    /// The plain header.
    pub object: Object,
    /// Number of items.
    pub size: Cell<isize>,
}

/// The collector's 16 bytes in front of a collectable object.
///
/// `next` is null while the object is untracked. Flag bits live in the low bits of `prev`.
#[repr(C)]
#[derive(Debug)]
pub struct GcHead {
    /// The next object of the generation.
    pub next: Cell<*mut GcHead>,
    /// The previous object of the generation, and flags in its low bits.
    pub prev: Cell<*mut GcHead>,
}

const _: () = assert!(size_of::<Object>() == 16);
const _: () = assert!(size_of::<VarObject>() == 24);
const _: () = assert!(size_of::<GcHead>() == 16);

impl Object {
    /// A header with one reference.
    #[inline(always)]
    pub const fn new(ty: NonNull<TypeObject>) -> Self {
        Self { count: Cell::new(1), trial: Cell::new(0), ty: Cell::new(ty) }
    }

    /// References to the object; at and above 2³¹ it is immortal.
    #[inline(always)]
    pub fn count(&self) -> u32 {
        self.count.get()
    }

    /// Sets the count; for allocation, the collector and the registry of immortals.
    #[inline(always)]
    pub fn set_count(&self, count: u32) {
        self.count.set(count);
        self.trial.set(0);
    }

    /// What a collector has written beside the count; zero outside a collection.
    #[inline(always)]
    pub fn trial(&self) -> u32 {
        self.trial.get()
    }

    /// Writes beside the count; for the collector, which leaves zero there.
    #[inline(always)]
    pub fn set_trial(&self, word: u32) {
        self.trial.set(word);
    }

    /// Adds one reference, unless the object is immortal. CPython: `Py_INCREF`.
    #[inline(always)]
    pub fn incref(&self) {
        self.assert_written();
        let count = self.count.get().wrapping_add(1);
        if count != 0 {
            self.count.set(count);
        }
    }

    /// Takes one reference off and tells whether it was the last. CPython: `Py_DECREF`, without
    /// the deallocation.
    #[inline(always)]
    #[must_use = "an object whose last reference went must be deallocated"]
    pub fn drop_reference(&self) -> bool {
        self.assert_written();
        let count = self.count.get();
        if (count as i32) < 0 {
            return false;
        }
        debug_assert!(count > 0, "an object without references lost one");
        self.count.set(count.wrapping_sub(1));
        count == 1
    }

    /// Takes one reference off unless it is the last, which is left; tells whether it was taken off.
    #[inline(always)]
    #[must_use = "a last reference is still there"]
    pub fn drop_shared(&self) -> bool {
        self.assert_written();
        let count = self.count.get();
        if (count as i32) < 0 {
            return true;
        }
        debug_assert!(count > 0, "an object without references lost one");
        if count == 1 {
            return false;
        }
        self.count.set(count.wrapping_sub(1));
        true
    }

    /// Whether no count can free it.
    #[inline(always)]
    pub fn is_immortal(&self) -> bool {
        (self.count.get() as i32) < 0
    }

    /// The object's type.
    #[inline(always)]
    pub fn ty(&self) -> NonNull<TypeObject> {
        self.assert_type_written();
        self.ty.get()
    }

    /// In builds with assertions: whether the count and the type are there, or only what the debug
    /// hooks fill memory with. Every way to an object's fields leads through its type.
    #[inline(always)]
    fn assert_written(&self) {
        debug_assert!(
            fill_of(self.count.get()).is_none(),
            "the count of {} is used",
            fill_of(self.count.get()).unwrap_or_default()
        );
        self.assert_type_written();
    }

    #[inline(always)]
    fn assert_type_written(&self) {
        debug_assert!(
            fill_of(self.ty.get().addr().get() as u32).is_none(),
            "the type of {} is used",
            fill_of(self.ty.get().addr().get() as u32).unwrap_or_default()
        );
    }

    /// Changes the type pointer; the layouts must agree.
    pub fn set_ty(&self, ty: NonNull<TypeObject>) {
        self.ty.set(ty);
    }
}

/// What a header is of that holds nothing but a fill of the debug hooks.
fn fill_of(word: u32) -> Option<&'static str> {
    const NEVER_WRITTEN: u32 = u32::from_ne_bytes([CLEAN; 4]);
    const FREED: u32 = u32::from_ne_bytes([DEAD; 4]);
    match word {
        NEVER_WRITTEN => Some("an object that nobody wrote"),
        FREED => Some("an object that was freed"),
        _ => None,
    }
}

impl VarObject {
    /// A header with one reference and a length.
    #[inline(always)]
    pub const fn new(ty: NonNull<TypeObject>, size: isize) -> Self {
        Self { object: Object::new(ty), size: Cell::new(size) }
    }

    /// The length as a number of items; for types whose `size` is one.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.size.get() as usize
    }

    /// Whether the length is zero.
    pub fn is_empty(&self) -> bool {
        self.size.get() == 0
    }
}

/// The type of an object.
///
/// # Safety
/// `op` is a live object, or a dead one whose header is still intact.
#[inline(always)]
pub unsafe fn type_of(op: Obj) -> NonNull<TypeObject> {
    // SAFETY: per contract.
    unsafe { op.as_ref().ty() }
}

/// The collector head in front of a collectable object.
///
/// # Safety
/// The type of `op` is collectable, so that the 16 bytes in front of it are its head.
#[inline(always)]
pub unsafe fn gc_head(op: Obj) -> NonNull<GcHead> {
    // SAFETY: per contract.
    unsafe { op.cast::<GcHead>().sub(1) }
}

/// The object behind a collector head.
///
/// # Safety
/// `head` stands in front of an object.
#[inline(always)]
pub unsafe fn of_gc_head(head: NonNull<GcHead>) -> Obj {
    // SAFETY: per contract.
    unsafe { head.add(1).cast() }
}
