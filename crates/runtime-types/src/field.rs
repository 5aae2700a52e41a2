//! A field of an object that owns one reference, or none.

use std::cell::Cell;

use runtime_core::Obj;
use runtime_gc::Ref;

/// One word: an owned reference or null. All zero is an empty field.
///
/// Setting it stores first and releases what was there last.
#[repr(transparent)]
#[derive(Default)]
pub struct Field(Cell<Option<Obj>>);

impl Field {
    /// A field that holds nothing.
    pub const fn empty() -> Self {
        Self(Cell::new(None))
    }

    /// A field that owns `value`.
    pub fn new(value: Option<Ref>) -> Self {
        Self(Cell::new(value.map(Ref::into_raw)))
    }

    /// A new reference to what it holds.
    #[inline]
    pub fn get(&self) -> Option<Ref> {
        // SAFETY: the field owns a reference, so the object is alive.
        self.0.get().map(|op| unsafe { Ref::new(op) })
    }

    /// What it holds, borrowed: dead as soon as somebody sets the field.
    #[inline]
    pub fn peek(&self) -> Option<Obj> {
        self.0.get()
    }

    /// Stores a value; the one before is released after that.
    #[inline]
    pub fn set(&self, value: Option<Ref>) {
        drop(self.replace(value));
    }

    /// Stores a value and gives the one before.
    #[inline]
    pub fn replace(&self, value: Option<Ref>) -> Option<Ref> {
        // SAFETY: the field owned what it held, and gives that reference away.
        self.0.replace(value.map(Ref::into_raw)).map(|op| unsafe { Ref::steal(op) })
    }

    /// Empties the field.
    #[inline]
    pub fn take(&self) -> Option<Ref> {
        self.replace(None)
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.0.get().is_none()
    }
}
