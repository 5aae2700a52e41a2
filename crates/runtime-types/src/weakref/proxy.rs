//! Proxies: weak references that stand for their object in every operation.

use runtime_core::{Floor, TypeFlags, TypeSpec};
use runtime_gc::weak::{WEAK_REF, WeakObject};
use runtime_gc::{Borrowed, Ref};

use crate::args::Args;
use crate::cx::{Cx, Res};
use crate::exception::Exc;
use crate::protocol::{self, Unary};
use crate::ty::{Binary, Compare, Slots, Type, TypeDef};
use crate::view::{Layout, Look};

const SPEC: TypeSpec = TypeSpec {
    name: "weakref.ProxyType",
    layout: Layout::WeakRef as u16,
    floor: Floor::World,
    flags: TypeFlags::GC.with(TypeFlags::WEAK_REF),
    ..WEAK_REF
};

/// The object that a proxy stands for; other operands as they are.
fn real(cx: &Cx<'_>, op: Borrowed<'_>) -> Res {
    let types = &cx.types;
    let ty = op.ty_ptr();
    if ty != types.proxy.cast() && ty != types.callable_proxy.cast() {
        return Ok(op.owned());
    }
    match op.expect::<WeakObject>(cx)?.upgrade() {
        Some(referent) => Ok(referent),
        None => Err(cx
            .raise(Exc::ReferenceError, format_args!("weakly-referenced object no longer exists"))),
    }
}

/// Calls an operation with the object in place of the proxy.
fn one<T>(
    cx: &mut Cx<'_>,
    op: Borrowed<'_>,
    f: impl FnOnce(&mut Cx<'_>, Borrowed<'_>) -> Res<T>,
) -> Res<T> {
    let real = real(cx, op)?;
    f(cx, real.borrow())
}

fn two(
    cx: &mut Cx<'_>,
    a: Borrowed<'_>,
    b: Borrowed<'_>,
    f: impl FnOnce(&mut Cx<'_>, Borrowed<'_>, Borrowed<'_>) -> Res,
) -> Res {
    let (a, b): (Ref, Ref) = (real(cx, a)?, real(cx, b)?);
    f(cx, a.borrow(), b.borrow())
}

macro_rules! binaries {
    ($($op:ident)*) => {
        Slots::NONE
            .with_binary([$((Binary::$op, |cx, a, b| two(cx, a, b, |cx, a, b| {
                protocol::binary(cx, Binary::$op, a, b)
            }))),*])
            .with_in_place([$((Binary::$op, |cx, a, b| two(cx, a, b, |cx, a, b| {
                protocol::in_place(cx, Binary::$op, a, b)
            }))),*])
    };
}

const OPERATORS: Slots = binaries! {
    Add Sub Mul TrueDiv FloorDiv Mod Pow Lshift Rshift And Or Xor DivMod
};

const SLOTS: Slots = Slots {
    repr: Some(repr),
    str: Some(|cx, op| one(cx, op, protocol::str)),
    hash: Some(|cx, op| {
        let name = Type::of(op).name();
        Err(cx.type_error(format_args!("unhashable type: '{name}'")))
    }),
    compare: Some(compare),
    iter: Some(|cx, op| one(cx, op, protocol::iter)),
    next: Some(|cx, op| one(cx, op, protocol::next)),
    get_attr: Some(|cx, op, name| one(cx, op, |cx, op| protocol::get_attr(cx, op, name))),
    set_attr: Some(|cx, op, name, value| {
        one(cx, op, |cx, op| protocol::set_attr(cx, op, name, value))
    }),
    bool: Some(|cx, op| one(cx, op, protocol::truth)),
    neg: Some(|cx, op| one(cx, op, |cx, op| protocol::unary(cx, Unary::Neg, op))),
    pos: Some(|cx, op| one(cx, op, |cx, op| protocol::unary(cx, Unary::Pos, op))),
    invert: Some(|cx, op| one(cx, op, |cx, op| protocol::unary(cx, Unary::Invert, op))),
    abs: Some(|cx, op| one(cx, op, |cx, op| call_named(cx, op, "__abs__"))),
    int: Some(|cx, op| one(cx, op, |cx, op| call_named(cx, op, "__int__"))),
    float: Some(|cx, op| one(cx, op, |cx, op| call_named(cx, op, "__float__"))),
    index: Some(|cx, op| one(cx, op, protocol::index)),
    len: Some(|cx, op| one(cx, op, protocol::len)),
    contains: Some(|cx, op, item| one(cx, op, |cx, op| protocol::contains(cx, op, item))),
    subscript: Some(|cx, op, key| one(cx, op, |cx, op| protocol::subscript(cx, op, key))),
    set_subscript: Some(|cx, op, key, value| {
        one(cx, op, |cx, op| protocol::set_subscript(cx, op, key, value))
    }),
    ..OPERATORS
};

pub(crate) const PROXY: TypeDef =
    TypeDef { spec: SPEC, slots: SLOTS, module: "weakref", ..TypeDef::EMPTY };

pub(crate) const CALLABLE_PROXY: TypeDef = TypeDef {
    spec: TypeSpec { name: "weakref.CallableProxyType", ..SPEC },
    slots: Slots {
        call: Some(|cx, op, args| one(cx, op, |cx, op| protocol::call(cx, op, args))),
        ..SLOTS
    },
    module: "weakref",
    ..TypeDef::EMPTY
};

fn call_named(cx: &mut Cx<'_>, op: Borrowed<'_>, name: &str) -> Res {
    let method = protocol::get_attr_str(cx, op, name)?;
    protocol::call(cx, method.borrow(), Args::NONE)
}

fn compare(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>, op: Compare) -> Res {
    two(cx, a, b, |cx, a, b| protocol::compare(cx, a, b, op))
}

fn repr(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let at = op.as_obj().addr();
    match op.expect::<WeakObject>(cx)?.upgrade() {
        None => cx.format(format_args!("<weakproxy at {at:#x}; dead>")),
        Some(referent) => {
            let (ty, to) = (Type::of(referent.borrow()).name(), referent.as_obj().addr());
            cx.format(format_args!("<weakproxy at {at:#x}; to '{ty}' at {to:#x}>"))
        }
    }
}
