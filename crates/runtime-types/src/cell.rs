//! `cell`: a variable that a function shares with the functions inside it.

use runtime_core::{Object, TypeSpec};
use runtime_gc::{Ref, clear, track};

use crate::cx::{OrRaise, Res};
use crate::field::Field;
use crate::native::{container, fixed};
use crate::ty::{GetSetDef, Slots, Type, TypeDef};
use crate::view::{Layout, Look, View};
use crate::world::World;

/// One variable: 40 bytes with the collector head.
#[repr(C)]
pub struct CellObject {
    object: Object,
    /// Its value, or nothing while it is not bound.
    pub value: Field,
}

const _: () = assert!(size_of::<CellObject>() == 24);

// SAFETY: only `cell` carries the number; the field is a cell.
unsafe impl View for CellObject {
    const LAYOUT: u16 = Layout::Cell as u16;
    const NAME: &'static str = "cell";
}

container!(CellObject, |this| [this.value]);

pub(crate) const DEF: TypeDef = TypeDef {
    spec: TypeSpec {
        tp_clear: Some(clear::<CellObject>),
        ..fixed::<CellObject>("cell", Layout::Cell)
    },
    slots: Slots {
        repr: Some(|cx, op| {
            let at = op.as_obj().addr();
            match op.expect::<CellObject>(cx)?.value.get() {
                None => cx.format(format_args!("<cell at {at:#x}: empty>")),
                Some(value) => {
                    let ty = Type::of(value.borrow()).name();
                    let to = value.as_obj().addr();
                    cx.format(format_args!("<cell at {at:#x}: {ty} object at {to:#x}>"))
                }
            }
        }),
        ..Slots::NONE
    },
    getset: &[GetSetDef {
        name: "cell_contents",
        get: |cx, op| match op.expect::<CellObject>(cx)?.value.get() {
            Some(value) => Ok(value),
            None => Err(cx.value_error(format_args!("Cell is empty"))),
        },
        set: Some(|cx, op, value| {
            op.expect::<CellObject>(cx)?.value.set(value.map(|value| value.owned()));
            Ok(())
        }),
    }],
    ..TypeDef::EMPTY
};

/// A cell with this value, or with none.
///
/// # Errors
/// `MemoryError`.
pub fn new(world: &World, value: Option<Ref>) -> Res {
    let ty = world.ty(world.types.cell);
    let op = ty.mem.alloc_sized::<true>(size_of::<CellObject>()).or_raise(world)?;
    // SAFETY: the block holds a `CellObject` whose header is written; the field is now.
    unsafe {
        (&raw mut (*op.cast::<CellObject>().as_ptr()).value).write(Field::new(value));
        track(op);
        Ok(Ref::steal(op))
    }
}
