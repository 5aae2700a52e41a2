//! `staticmethod` and `classmethod`: functions that are bound to nothing, or to the class.

use runtime_core::{Object, TypeFlags, TypeSpec};
use runtime_gc::{Borrowed, Ref, clear};

use crate::args::Args;
use crate::cx::{Cx, OrRaise, Res};
use crate::field::Field;
use crate::native::{container, fixed, member, method};
use crate::protocol;
use crate::string::text_of;
use crate::ty::{GetSetDef, Slots, Type, TypeDef};
use crate::view::{Layout, Look, View};

/// `staticmethod(f)`: 48 bytes with the collector head.
#[repr(C)]
pub(crate) struct StaticMethodObject {
    object: Object,
    function: Field,
    dict: Field,
}

/// `classmethod(f)`: 48 bytes with the collector head.
#[repr(C)]
pub(crate) struct ClassMethodObject {
    object: Object,
    function: Field,
    dict: Field,
}

const _: () = assert!(size_of::<StaticMethodObject>() == 32);
const _: () = assert!(size_of::<ClassMethodObject>() == 32);

// SAFETY: only the type of that name carries the number; the fields are cells.
unsafe impl View for StaticMethodObject {
    const LAYOUT: u16 = Layout::StaticMethod as u16;
    const NAME: &'static str = "staticmethod";
}
// SAFETY: as above.
unsafe impl View for ClassMethodObject {
    const LAYOUT: u16 = Layout::ClassMethod as u16;
    const NAME: &'static str = "classmethod";
}

container!(StaticMethodObject, |this| [this.function, this.dict]);
container!(ClassMethodObject, |this| [this.function, this.dict]);

/// CPython reads a word of the object, and gives `None` before `__init__` has filled it.
macro_rules! members {
    ($ty:ty) => {
        &[member!($ty, "__func__", function), member!($ty, "__wrapped__", function)]
    };
}

macro_rules! getset {
    ($ty:ty) => {
        &[
            GetSetDef { name: "__name__", get: |cx, op| of::<$ty>(cx, op, "__name__"), set: None },
            GetSetDef {
                name: "__qualname__",
                get: |cx, op| of::<$ty>(cx, op, "__qualname__"),
                set: None,
            },
            GetSetDef { name: "__doc__", get: |cx, op| of::<$ty>(cx, op, "__doc__"), set: None },
        ]
    };
}

pub(crate) const STATIC_METHOD: TypeDef = TypeDef {
    spec: TypeSpec {
        flags: TypeFlags::GC.with(TypeFlags::BASE),
        tp_clear: Some(clear::<StaticMethodObject>),
        ..fixed::<StaticMethodObject>("staticmethod", Layout::StaticMethod)
    },
    slots: Slots {
        repr: Some(repr::<StaticMethodObject>),
        call: Some(|cx, op, args| {
            let function = wrapped::<StaticMethodObject>(cx, op)?;
            protocol::call(cx, function.borrow(), args)
        }),
        descr_get: Some(|cx, op, _, _| wrapped::<StaticMethodObject>(cx, op)),
        new: Some(new),
        init: Some(init::<StaticMethodObject>),
        ..Slots::NONE
    },
    members: members!(StaticMethodObject),
    getset: getset!(StaticMethodObject),
    ..TypeDef::EMPTY
};

pub(crate) const CLASS_METHOD: TypeDef = TypeDef {
    spec: TypeSpec {
        flags: TypeFlags::GC.with(TypeFlags::BASE),
        tp_clear: Some(clear::<ClassMethodObject>),
        ..fixed::<ClassMethodObject>("classmethod", Layout::ClassMethod)
    },
    slots: Slots {
        repr: Some(repr::<ClassMethodObject>),
        descr_get: Some(|cx, op, _, ty| {
            let function = wrapped::<ClassMethodObject>(cx, op)?;
            method(cx, function, ty.as_borrowed().owned())
        }),
        new: Some(new),
        init: Some(init::<ClassMethodObject>),
        ..Slots::NONE
    },
    members: members!(ClassMethodObject),
    getset: getset!(ClassMethodObject),
    ..TypeDef::EMPTY
};

/// The two kinds, which hold a function alike.
trait Wrapper: View + 'static {
    fn function(&self) -> &Field;
}

impl Wrapper for StaticMethodObject {
    fn function(&self) -> &Field {
        &self.function
    }
}

impl Wrapper for ClassMethodObject {
    fn function(&self) -> &Field {
        &self.function
    }
}

fn wrapped<W: Wrapper>(cx: &Cx<'_>, op: Borrowed<'_>) -> Res {
    match op.expect::<W>(cx)?.function().get() {
        Some(function) => Ok(function),
        None => Err(cx.raise(
            crate::exception::Exc::RuntimeError,
            format_args!("uninitialized {} object", W::NAME),
        )),
    }
}

fn of<W: Wrapper>(cx: &mut Cx<'_>, op: Borrowed<'_>, name: &str) -> Res {
    let function = wrapped::<W>(cx, op)?;
    protocol::nested(cx, "", |cx| protocol::get_attr_str(cx, function.borrow(), name))
}

fn repr<W: Wrapper>(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let function = wrapped::<W>(cx, op)?;
    let shown = protocol::repr(cx, function.borrow())?;
    cx.format(format_args!("<{}({})>", W::NAME, text_of(cx, shown.borrow())?))
}

fn new(cx: &mut Cx<'_>, ty: &Type, _: Args<'_>) -> Res {
    // SAFETY: the type is alive; zero is an empty wrapper.
    let op = unsafe { (ty.mem.tp_alloc)(ty.mem.as_ptr(), 0) }.or_raise(cx)?;
    // SAFETY: `tp_alloc` gave its one reference to us.
    let op = unsafe { Ref::steal(op) };
    crate::class::track_instance(&op);
    Ok(op)
}

fn init<W: Wrapper>(cx: &mut Cx<'_>, op: Borrowed<'_>, args: Args<'_>) -> Res<()> {
    if !args.names().is_empty() {
        return Err(cx.type_error(format_args!("{}() takes no keyword arguments", W::NAME)));
    }
    let [function] = args.positionals() else {
        return Err(cx.type_error(format_args!(
            "{} expected 1 argument, got {}",
            W::NAME,
            args.len()
        )));
    };
    op.expect::<W>(cx)?.function().set(Some(function.owned()));
    Ok(())
}

fn make(cx: &mut Cx<'_>, ty: &Type, function: Ref) -> Res {
    let made = new(cx, ty, Args::NONE)?;
    if let Some(view) = made.borrow().view::<StaticMethodObject>() {
        view.function.set(Some(function));
    } else if let Some(view) = made.borrow().view::<ClassMethodObject>() {
        view.function.set(Some(function));
    }
    Ok(made)
}

/// `staticmethod(function)`
///
/// # Errors
/// `MemoryError`.
pub(crate) fn new_static_method(cx: &mut Cx<'_>, function: Ref) -> Res {
    let ty = cx.world().ty(cx.types.staticmethod);
    make(cx, ty, function)
}

/// `classmethod(function)`
///
/// # Errors
/// `MemoryError`.
pub(crate) fn new_class_method(cx: &mut Cx<'_>, function: Ref) -> Res {
    let ty = cx.world().ty(cx.types.classmethod);
    make(cx, ty, function)
}
