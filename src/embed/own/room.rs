//! A type's own `tp_alloc` and `tp_free`, without a pointer in sight.
//!
//! `tp_alloc` is asked for room at a [`Place`], and finds it on the type's free list or on the heap.
//! `tp_free` is given what is left of a dead object, and puts it on the list or gives it back to the
//! heap. Rooms and dead objects cannot be copied, kept over the call or lost: what is let go goes back
//! to the heap.

use std::mem::ManuallyDrop;

use runtime_core::{AllocError, Obj, TypeObject};

/// Where `tp_alloc` looks for room.
pub struct Place<'p> {
    ty: &'p TypeObject,
}

/// Room for one object.
#[must_use = "room that is let go goes back to the heap"]
pub struct Room<'p>(Dead<'p>);

/// What is left of an object when it was taken apart: its block.
pub struct Dead<'p> {
    ty: &'p TypeObject,
    op: Obj,
}

impl<'p> Place<'p> {
    /// # Safety
    /// The type was stamped for payloads, with at most one free list.
    pub(super) const unsafe fn new(ty: &'p TypeObject) -> Self {
        Self { ty }
    }

    /// Bytes of an object, its header included.
    pub fn size(&self) -> usize {
        self.ty.basic_size
    }

    /// The newest object on the type's free list.
    pub fn reuse(&self) -> Option<Room<'p>> {
        self.ty.reuse(0).map(|op| Room(Dead { ty: self.ty, op }))
    }

    /// A new block from the heap.
    ///
    /// # Errors
    /// [`AllocError`]
    #[track_caller]
    pub fn fresh(&self) -> Result<Room<'p>, AllocError> {
        let op = self.ty.alloc_uninit(self.ty.basic_size)?;
        Ok(Room(Dead { ty: self.ty, op }))
    }

    /// What types do that do not say: the free list, then the heap.
    ///
    /// # Errors
    /// [`AllocError`]
    #[track_caller]
    pub fn usual(&self) -> Result<Room<'p>, AllocError> {
        match self.reuse() {
            Some(room) => Ok(room),
            None => self.fresh(),
        }
    }
}

impl Room<'_> {
    /// The block, if it is one of this type's.
    pub(super) fn into_block(self, ty: &TypeObject) -> Option<Obj> {
        if std::ptr::eq(self.0.ty, ty) { Some(ManuallyDrop::new(self).0.op) } else { None }
    }
}

impl<'p> Dead<'p> {
    /// # Safety
    /// `op` is a dead object of the type, taken apart, and the caller's to give away.
    pub(super) const unsafe fn new(ty: &'p TypeObject, op: Obj) -> Self {
        Self { ty, op }
    }

    /// Objects that the type's free list holds.
    pub fn kept(&self) -> usize {
        self.ty.free_list(0).map_or(0, runtime_core::FreeList::len)
    }

    /// Puts it on the type's free list, or gives it back to the heap when that is full.
    pub fn retire(self) {
        let this = ManuallyDrop::new(self);
        // SAFETY: the object is dead and ours; its block has the size of the type's only list.
        unsafe { this.ty.retire(this.op, 0) };
    }

    /// Gives it back to the heap.
    pub fn free(self) {
        drop(self);
    }
}

impl Drop for Dead<'_> {
    fn drop(&mut self) {
        // SAFETY: the object is dead and ours; all objects of the type have this size.
        unsafe { self.ty.free_object(self.op, self.ty.basic_size) };
    }
}
