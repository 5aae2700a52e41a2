//! `float`: 24 bytes, with a free list of 100.

use std::cell::Cell;

use runtime_core::{Floor, Obj, Object, TypeFlags, TypeSpec, type_of};
use runtime_gc::Ref;

use crate::cx::{OrRaise, Res};
use crate::ty::{Slots, TypeDef};
use crate::view::{Layout, View};
use crate::world::World;

/// A float.
#[repr(C)]
pub struct FloatObject {
    object: Object,
    value: Cell<f64>,
}

const _: () = assert!(size_of::<FloatObject>() == 24);

// SAFETY: only `float` and subclasses carry the number.
unsafe impl View for FloatObject {
    const LAYOUT: u16 = Layout::Float as u16;
    const NAME: &'static str = "float";
}

pub(crate) const DEF: TypeDef = TypeDef {
    spec: TypeSpec {
        name: "float",
        basic_size: size_of::<FloatObject>(),
        flags: TypeFlags::FLOAT.with(TypeFlags::BASE),
        layout: Layout::Float as u16,
        floor: Floor::World,
        free_lists: &[100],
        tp_dealloc: free,
        tp_free: free,
        ..TypeSpec::LEAF
    },
    slots: Slots { ..Slots::NONE },
    ..TypeDef::EMPTY
};

impl FloatObject {
    /// Its value.
    #[inline(always)]
    pub fn value(&self) -> f64 {
        self.value.get()
    }
}

/// # Safety
/// The last reference to the float has just gone.
pub(crate) unsafe fn free(op: Obj) {
    // SAFETY: per contract; all floats have one size, and a subclass has no free list.
    unsafe { type_of(op).as_ref().retire(op, 0) }
}

impl World {
    /// A float of this value.
    ///
    /// # Errors
    /// `MemoryError`.
    #[inline]
    pub fn float(&self, value: f64) -> Res {
        let ty = self.ty(self.types.float);
        let op = match ty.mem.reuse(0) {
            Some(op) => op,
            None => ty.mem.alloc_sized::<false>(size_of::<FloatObject>()).or_raise(self)?,
        };
        // SAFETY: the block is a float's, and the allocation's one reference is ours.
        unsafe {
            (&raw mut (*op.cast::<FloatObject>().as_ptr()).value).write(Cell::new(value));
            Ok(Ref::steal(op))
        }
    }
}
