//! `sys.version_info`: a tuple whose items have names.

use runtime_core::{TypeFlags, TypeSpec};
use runtime_gc::{Borrowed, track};

use crate::cx::{Cx, OrRaise, Res};
use crate::tuple;
use crate::ty::{GetSetDef, Slots, TypeDef};
use crate::world::World;

pub(crate) const VERSION_INFO: TypeDef = TypeDef {
    spec: TypeSpec {
        name: "sys.version_info",
        flags: TypeFlags::TUPLE.with(TypeFlags::GC),
        free_lists: &[],
        ..tuple::DEF.spec
    },
    slots: Slots {
        repr: Some(repr),
        new: Some(|cx, _, _| {
            Err(cx.type_error(format_args!("cannot create 'sys.version_info' instances")))
        }),
        ..Slots::NONE
    },
    members: &[
        GetSetDef::read_only("major", |cx, op| item(cx, op, 0)),
        GetSetDef::read_only("minor", |cx, op| item(cx, op, 1)),
        GetSetDef::read_only("micro", |cx, op| item(cx, op, 2)),
        GetSetDef::read_only("releaselevel", |cx, op| item(cx, op, 3)),
        GetSetDef::read_only("serial", |cx, op| item(cx, op, 4)),
    ],
    module: "sys",
    ..TypeDef::EMPTY
};

/// The version of the language.
///
/// # Errors
/// `MemoryError`.
pub(super) fn info(world: &World) -> Res {
    let items = [world.int(3)?, world.int(13)?, world.int(0)?, world.str("final")?, world.int(0)?];
    let ty = world.ty(world.types.version_info);
    // SAFETY: the type is derived from `tuple`, so its objects have room for the items, which are
    // null before they are set; it is tracked once it is whole.
    unsafe {
        let op = (ty.mem.tp_alloc)(ty.mem.as_ptr(), items.len()).or_raise(world)?;
        let made = runtime_gc::Ref::steal(op);
        for (i, item) in items.into_iter().enumerate() {
            tuple::replace(&made, i, item);
        }
        track(op);
        Ok(made)
    }
}

fn item(cx: &mut Cx<'_>, op: Borrowed<'_>, index: usize) -> Res {
    let items = tuple::items_of(cx, op)?;
    Ok(items.get(index).map_or_else(|| cx.none(), |item| item.owned()))
}

fn repr(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let mut texts = Vec::with_capacity(VERSION_INFO.members.len());
    for (name, &item) in VERSION_INFO.members.iter().zip(tuple::items_of(cx, op)?) {
        let value = crate::protocol::repr(cx, item)?;
        texts.push(format!("{}={}", name.name, crate::string::text_of(cx, value.borrow())?));
    }
    cx.format(format_args!("sys.version_info({})", texts.join(", ")))
}
