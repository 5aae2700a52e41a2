//! `defaultdict`: a dict that makes the values of keys that are not there.

use runtime_core::{Floor, Obj, TypeFlags, TypeSpec};
use runtime_gc::{Borrowed, Container, Ref, dealloc, release, traversal};

use crate::args::{Args, NativeDef};
use crate::cx::{Cx, Res};
use crate::dict::{self, DictObject};
use crate::field::Field;
use crate::late::{Late, is_late};
use crate::list::{this, two};
use crate::native::free_fixed;
use crate::string::text_of;
use crate::ty::{Binary, GetSetDef, Slots, Type, TypeDef};
use crate::view::{Layout, Look};
use crate::{protocol, repr_guard};

/// A defaultdict. Its objects are seen as dicts; [`of`] sees the rest.
#[repr(C)]
pub(crate) struct DefaultDictObject {
    dict: DictObject,
    factory: Field,
}

const _: () = assert!(size_of::<DefaultDictObject>() == 56);

// SAFETY: both see the factory, and what the dict sees.
unsafe impl Container for DefaultDictObject {
    unsafe fn traverse(op: Obj, visit: &mut impl FnMut(Obj)) {
        // SAFETY: per contract; the object begins with a dict.
        unsafe {
            if let Some(factory) = op.cast::<Self>().as_ref().factory.peek() {
                visit(factory);
            }
            DictObject::traverse(op, visit);
        }
    }

    unsafe fn release_next(op: Obj, cursor: &mut usize) -> Option<Obj> {
        // SAFETY: as above.
        unsafe {
            match op.cast::<Self>().as_ref().factory.take() {
                Some(factory) => Some(factory.into_raw()),
                None => DictObject::release_next(op, cursor),
            }
        }
    }

    unsafe fn free(op: Obj) {
        // SAFETY: per contract.
        unsafe { free_fixed(op) }
    }
}

pub(crate) const DEFAULT_DICT: TypeDef = TypeDef {
    spec: TypeSpec {
        name: "collections.defaultdict",
        basic_size: size_of::<DefaultDictObject>(),
        flags: TypeFlags::GC.with(TypeFlags::BASE),
        layout: Layout::Dict as u16,
        floor: Floor::World,
        tp_dealloc: dealloc::<DefaultDictObject>,
        tp_free: free_fixed,
        tp_release: Some(release::<DefaultDictObject>),
        tp_traverse: Some(traversal::<DefaultDictObject>()),
        tp_clear: Some(clear_object),
        ..TypeSpec::LEAF
    },
    slots: Slots { repr: Some(repr), init: Some(init), ..Slots::NONE }
        .with_binary([(Binary::Or, or)]),
    methods: &[
        NativeDef::exactly("__missing__", 1, |cx, args| {
            let (op, key) = two(cx, &args)?;
            missing(cx, op, key)
        }),
        NativeDef::exactly("copy", 0, |cx, args| {
            let op = this(cx, &args)?;
            remade(cx, op, op)
        }),
        NativeDef::exactly("__reduce__", 0, |cx, args| {
            let op = this(cx, &args)?;
            let args = match of(cx, op)?.factory.get() {
                Some(factory) => cx.tuple([factory])?,
                None => cx.empty_tuple(),
            };
            let items = protocol::get_attr_str(cx, op, "items")?;
            let items = protocol::call(cx, items.borrow(), Args::NONE)?;
            let items = protocol::iter(cx, items.borrow())?;
            cx.tuple([crate::iter::class_of(op), args, cx.none(), cx.none(), items])
        }),
        NativeDef::exactly("__copy__", 0, |cx, args| {
            let op = this(cx, &args)?;
            remade(cx, op, op)
        }),
    ],
    members: &[GetSetDef {
        name: "default_factory",
        get: |cx, op| Ok(of(cx, op)?.factory.get().unwrap_or_else(|| cx.none())),
        set: Some(|cx, op, value| {
            let value = value.filter(|value| !cx.is_none(*value)).map(Borrowed::owned);
            of(cx, op)?.factory.set(value);
            Ok(())
        }),
    }],
    doc: "defaultdict(default_factory=None, /, [...]) --> dict with default factory",
    module: "collections",
    ..TypeDef::EMPTY
};

/// # Safety
/// `op` is a live defaultdict, held by the caller.
unsafe fn clear_object(op: Obj) {
    // SAFETY: per contract.
    unsafe {
        drop(op.cast::<DefaultDictObject>().as_ref().factory.take());
        dict::clear_object(op);
    }
}

/// An object as a defaultdict.
fn of<'a>(cx: &Cx<'_>, op: Borrowed<'a>) -> Res<&'a DefaultDictObject> {
    if is_late(cx, op, Late::DefaultDict) {
        // SAFETY: objects of the type, and of those derived from it, begin with the struct, whose
        // fields are cells.
        return Ok(unsafe { &*op.as_obj().cast::<DefaultDictObject>().as_ptr() });
    }
    let name = Type::of(op).name();
    Err(cx.type_error(format_args!(
        "descriptor requires a 'collections.defaultdict' object but received a '{name}'"
    )))
}

/// `defaultdict(factory, ...)`: the rest is what `dict` takes.
fn init(cx: &mut Cx<'_>, op: Borrowed<'_>, args: Args<'_>) -> Res<()> {
    let factory = match args.get(0) {
        Some(factory) if !cx.is_none(factory) => {
            if Type::of(factory).slots.call.is_none() {
                return Err(cx.type_error(format_args!("first argument must be callable or None")));
            }
            Some(factory.owned())
        }
        _ => None,
    };
    of(cx, op)?.factory.set(factory);
    match cx.ty(cx.types.dict).slots.init {
        Some(init) => init(cx, op, args.rest()),
        None => Ok(()),
    }
}

fn missing(cx: &mut Cx<'_>, op: Borrowed<'_>, key: Borrowed<'_>) -> Res {
    let Some(factory) = of(cx, op)?.factory.get() else { return Err(dict::key_error(cx, key)) };
    let value = protocol::call(cx, factory.borrow(), Args::NONE)?;
    protocol::set_subscript(cx, op, key, Some(value.borrow()))?;
    Ok(value)
}

/// An object of the same class with the same factory, and the entries of `entries`.
fn remade(cx: &mut Cx<'_>, op: Borrowed<'_>, entries: Borrowed<'_>) -> Res {
    let factory = of(cx, op)?.factory.get().unwrap_or_else(|| cx.none());
    let class = Type::of(op).as_borrowed().owned();
    protocol::call(cx, class.borrow(), Args::positional(&[factory.borrow(), entries]))
}

fn or(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>) -> Res {
    let (op, other) = if is_late(cx, a, Late::DefaultDict) { (a, b) } else { (b, a) };
    if !other.is_a::<DictObject>() {
        return Ok(cx.not_implemented());
    }
    let both: Ref = remade(cx, op, a)?;
    dict::update(cx, both.borrow(), b)?;
    Ok(both)
}

fn repr(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let base = match cx.ty(cx.types.dict).slots.repr {
        Some(repr) => repr(cx, op)?,
        None => cx.empty_str(),
    };
    let factory = match of(cx, op)?.factory.get() {
        None => cx.str("None")?,
        Some(factory) => match repr_guard::enter(cx, factory.borrow())? {
            None => cx.str("...")?,
            Some(_guard) => protocol::repr(cx, factory.borrow())?,
        },
    };
    let (base, factory) = (text_of(cx, base.borrow())?, text_of(cx, factory.borrow())?);
    let name = Type::of(op).short_name();
    cx.format(format_args!("{name}({factory}, {base})"))
}
