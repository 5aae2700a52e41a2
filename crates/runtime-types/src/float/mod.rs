//! `float`: 24 bytes, with a free list of 100.
//!
//! ```text
//! arith      operators, with ints mixed in; comparison, hash
//! text       repr, format, float(x), hex
//! methods    is_integer, as_integer_ratio, __round__, ...
//! ```

mod arith;
mod methods;
mod text;

use std::cell::Cell;

use runtime_core::{Floor, Obj, Object, TypeFlags, TypeSpec, type_of};
use runtime_gc::{Borrowed, Ref};

use crate::cx::{OrRaise, Res};
use crate::ty::{Binary, Slots, Type, TypeDef};
use crate::view::{Layout, Look, View};
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

/// Floats kept for reuse.
pub(crate) const KEPT: u32 = 100;

pub(crate) const DEF: TypeDef = TypeDef {
    spec: TypeSpec {
        name: "float",
        basic_size: size_of::<FloatObject>(),
        flags: TypeFlags::FLOAT.with(TypeFlags::BASE).with(TypeFlags::INERT),
        layout: Layout::Float as u16,
        floor: Floor::World,
        free_lists: &[KEPT],
        tp_dealloc: free,
        tp_free: free,
        ..TypeSpec::LEAF
    },
    slots: Slots {
        repr: Some(text::repr),
        format: Some(text::format),
        hash: Some(arith::hash),
        compare: Some(arith::compare),
        bool: Some(|cx, op| Ok(op.expect::<FloatObject>(cx)?.value() != 0.0)),
        pow: Some(arith::pow_mod),
        neg: Some(arith::neg),
        pos: Some(arith::same),
        abs: Some(arith::abs),
        int: Some(arith::to_int),
        float: Some(arith::same),
        new: Some(text::new),
        ..Slots::NONE
    }
    .with_binary([
        (Binary::Add, arith::add),
        (Binary::Sub, arith::sub),
        (Binary::Mul, arith::mul),
        (Binary::TrueDiv, arith::true_div),
        (Binary::FloorDiv, arith::floordiv),
        (Binary::Mod, arith::modulo),
        (Binary::Pow, arith::pow),
        (Binary::DivMod, arith::divmod),
    ]),
    methods: methods::METHODS,
    members: &[],
    getset: methods::GETSET,
    doc: "Convert a string or number to a floating-point number, if possible.",
    class_methods: methods::CLASS,
    module: "builtins",
};

pub(crate) use arith::{power, raise_float};
pub use methods::{round, to_whole};
pub use text::{from_hex, from_object};

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
    unsafe { type_of(op).as_ref().retire_first(op) }
}

impl World {
    /// A float of this value.
    ///
    /// # Errors
    /// `MemoryError`.
    #[inline]
    pub fn float(&self, value: f64) -> Res {
        let ty = self.ty(self.types.float);
        // SAFETY: every type has a first list, and that of floats holds floats; the block is a
        // float's.
        unsafe {
            match ty.mem.obtain_short::<false>(size_of::<FloatObject>()) {
                Some(op) => Ok(fill(op, value)),
                None => self.float_long(value),
            }
        }
    }

    #[cold]
    #[inline(never)]
    fn float_long(&self, value: f64) -> Res {
        let ty = self.ty(self.types.float);
        let op = ty.mem.obtain_long::<false>(0, size_of::<FloatObject>()).or_raise(self)?;
        // SAFETY: the block is a float's.
        let made = unsafe { fill(op, value) };
        ty.mem.filled(op);
        Ok(made)
    }
}

/// Makes a new block a float.
///
/// # Safety
/// The block is a float's, with a header, and its one reference the caller's to give.
#[inline(always)]
unsafe fn fill(op: Obj, value: f64) -> Ref {
    // SAFETY: per contract.
    unsafe {
        (&raw mut (*op.cast::<FloatObject>().as_ptr()).value).write(Cell::new(value));
        Ref::steal(op)
    }
}

/// Whether an object is exactly a `float`, not of a subclass.
#[inline(always)]
pub fn is_exact(world: &World, op: Borrowed<'_>) -> bool {
    std::ptr::eq(Type::of(op), world.types.float.as_ptr())
}
