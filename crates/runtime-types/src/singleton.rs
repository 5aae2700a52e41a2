//! `None`, `NotImplemented`, `Ellipsis`: types with one object each; and the end of immortals.

use runtime_core::{Floor, Obj, TypeSpec, type_of};

use crate::args::Args;
use crate::cx::{Cx, Res};
use crate::ty::{Slots, Type, TypeDef};

const fn only(name: &'static str, repr: crate::ty::UnaryFn) -> TypeDef {
    TypeDef {
        spec: TypeSpec { name, floor: Floor::World, ..TypeSpec::LEAF },
        slots: Slots { repr: Some(repr), ..Slots::NONE },
        ..TypeDef::EMPTY
    }
}

pub(crate) const NONE: TypeDef = TypeDef {
    slots: Slots {
        repr: Some(|cx, _| cx.str("None")),
        new: Some(|cx, ty, args| {
            only_one(cx, ty, &args)?;
            Ok(cx.none())
        }),
        bool: Some(|_, _| Ok(false)),
        hash: Some(|_, _| Ok(NONE_HASH)),
        compare: Some(|cx: &mut Cx<'_>, a, b, op| crate::object::compare_identity(cx, a, b, op)),
        ..Slots::NONE
    },
    ..only("NoneType", |cx, _| cx.str("None"))
};

/// CPython 3.13's `hash(None)`, the same in every process.
const NONE_HASH: i64 = 0xFCA8_6420;

pub(crate) const NOT_IMPLEMENTED: TypeDef = TypeDef {
    slots: Slots {
        repr: Some(|cx, _| cx.str("NotImplemented")),
        new: Some(|cx, ty, args| {
            only_one(cx, ty, &args)?;
            Ok(cx.not_implemented())
        }),
        ..Slots::NONE
    },
    ..only("NotImplementedType", |cx, _| cx.str("NotImplemented"))
};

pub(crate) const ELLIPSIS: TypeDef = TypeDef {
    slots: Slots {
        repr: Some(|cx, _| cx.str("Ellipsis")),
        new: Some(|cx, ty, args| {
            only_one(cx, ty, &args)?;
            Ok(cx.ellipsis())
        }),
        ..Slots::NONE
    },
    ..only("ellipsis", |cx, _| cx.str("Ellipsis"))
};

/// Calling the type of a single object gives the object, and takes no arguments.
fn only_one(cx: &Cx<'_>, ty: &Type, args: &Args<'_>) -> Res<()> {
    if args.is_empty() {
        return Ok(());
    }
    let name = if ty.name() == "ellipsis" { "EllipsisType" } else { ty.name() };
    Err(cx.type_error(format_args!("{name} takes no arguments")))
}

/// Frees the block of an immortal object when its world ends.
///
/// # Safety
/// Nobody uses the object any more, and what it owned has been released.
pub(crate) unsafe fn free_immortal(op: Obj) {
    // SAFETY: per contract. A mortal count lets the type's own functions free it.
    unsafe {
        op.as_ref().set_count(0);
        let ty = type_of(op).as_ref();
        if ty.tp_release.is_some() {
            (ty.tp_free)(op);
        } else {
            (ty.tp_dealloc)(op);
        }
    }
}
