//! `object`: what every object does unless its type says otherwise.

use std::ptr::NonNull;

use runtime_core::{Floor, Object, TypeFlags, TypeSpec};
use runtime_gc::{Borrowed, Ref};

use crate::args::Args;
use crate::cx::{Cx, OrRaise, Res};
use crate::exception::Exc;
use crate::ty::{Compare, Slots, Type, TypeDef};
use crate::view::{Layout, Look};

pub(crate) const DEF: TypeDef = TypeDef {
    spec: TypeSpec {
        name: "object",
        basic_size: size_of::<Object>(),
        flags: TypeFlags::BASE,
        floor: Floor::World,
        ..TypeSpec::LEAF
    },
    slots: Slots {
        repr: Some(repr),
        str: Some(crate::protocol::repr),
        format: Some(format),
        hash: Some(|_, op| Ok(hash_address(op))),
        compare: Some(compare_identity),
        get_attr: Some(get_attr),
        set_attr: Some(set_attr),
        new: Some(new),
        ..Slots::NONE
    },
    ..TypeDef::EMPTY
};

fn repr(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let ty = Type::of(op);
    let dot = if ty.module == "builtins" { "" } else { "." };
    let module = if dot.is_empty() { "" } else { ty.module };
    cx.format(format_args!("<{module}{dot}{} object at {:#x}>", ty.name(), op.as_obj().addr()))
}

fn format(cx: &mut Cx<'_>, op: Borrowed<'_>, spec: Borrowed<'_>) -> Res {
    if crate::string::text_of(cx, spec)?.is_empty() {
        return crate::protocol::str(cx, op);
    }
    let name = Type::of(op).name();
    Err(cx.type_error(format_args!("unsupported format string passed to {name}.__format__")))
}

/// The hash of identity: the address with the bits that are always zero rotated away. CPython:
/// `_Py_HashPointer`.
pub(crate) fn hash_address(op: Borrowed<'_>) -> i64 {
    let hash = (op.as_obj().addr().get() as u64).rotate_right(4) as i64;
    if hash == -1 { -2 } else { hash }
}

/// `==` and `!=` by identity; `NotImplemented` for the rest and for different objects.
pub(crate) fn compare_identity(
    cx: &mut Cx<'_>,
    a: Borrowed<'_>,
    b: Borrowed<'_>,
    op: Compare,
) -> Res {
    Ok(match op {
        Compare::Eq if a.is(b) => cx.bool(true),
        Compare::Ne => {
            // The opposite of whatever the type says of equality.
            let equal = Type::of(a).slots.compare.map(|f| f(cx, a, b, Compare::Eq)).transpose()?;
            match equal {
                Some(equal) if !cx.is_not_implemented(equal.borrow()) => {
                    let truth = crate::protocol::truth(cx, equal.borrow())?;
                    cx.bool(!truth)
                }
                _ => cx.not_implemented(),
            }
        }
        _ => cx.not_implemented(),
    })
}

fn new(cx: &mut Cx<'_>, ty: &Type, args: Args<'_>) -> Res {
    if !args.is_empty() {
        return Err(cx.type_error(format_args!("{}() takes no arguments", ty.name())));
    }
    // SAFETY: the type is alive, and an `object` has no fields to fill.
    let op = unsafe { (ty.mem.tp_alloc)(NonNull::from(&ty.mem), 0) }.or_raise(cx)?;
    // SAFETY: `tp_alloc` gave its one reference to us.
    Ok(unsafe { Ref::steal(op) })
}

/// `x.n`: a data descriptor of the type, then the instance's dict, then anything else of the type.
/// CPython: `PyObject_GenericGetAttr`.
pub(crate) fn get_attr(cx: &mut Cx<'_>, op: Borrowed<'_>, name: Borrowed<'_>) -> Res {
    let ty = Type::of(op);
    let found = crate::type_type::lookup(cx, ty, name)?;
    if let Some(attr) = &found {
        let attr_ty = Type::of(attr.borrow());
        if attr_ty.slots.descr_set.is_some()
            && let Some(get) = attr_ty.slots.descr_get
        {
            return get(cx, attr.borrow(), Some(op), ty);
        }
    }
    if let Some(dict) = crate::protocol::existing_dict(op)
        && let Some(value) = crate::dict::get(cx, dict.borrow(), name)?
    {
        return Ok(value);
    }
    match found {
        Some(attr) => match Type::of(attr.borrow()).slots.descr_get {
            Some(get) => get(cx, attr.borrow(), Some(op), ty),
            None => Ok(attr),
        },
        None => Err(no_attribute(cx, op, name)),
    }
}

/// `AttributeError` for an attribute that is not there.
pub(crate) fn no_attribute(
    cx: &mut Cx<'_>,
    op: Borrowed<'_>,
    name: Borrowed<'_>,
) -> crate::cx::Raised {
    let Ok(text) = crate::string::text_of(cx, name) else {
        return cx.type_error(format_args!("attribute name must be string"));
    };
    let ty = Type::of(op).name();
    attribute_error(cx, op, name, format_args!("'{ty}' object has no attribute '{text}'"))
}

/// `AttributeError` with its `name` and `obj`.
pub(crate) fn attribute_error(
    cx: &Cx<'_>,
    op: Borrowed<'_>,
    name: Borrowed<'_>,
    message: std::fmt::Arguments<'_>,
) -> crate::cx::Raised {
    let exception = match cx.exception_from_text(Exc::AttributeError, message) {
        Ok(exception) => exception,
        Err(raised) => return raised,
    };
    if let Some(view) = exception.borrow().view::<crate::exception::ExceptionObject>()
        && let [obj, attr, ..] = view.extra()
    {
        obj.set(Some(op.owned()));
        attr.set(Some(name.owned()));
    }
    cx.set_raised(exception)
}

/// `x.n = v`, `del x.n`. CPython: `PyObject_GenericSetAttr`.
pub(crate) fn set_attr(
    cx: &mut Cx<'_>,
    op: Borrowed<'_>,
    name: Borrowed<'_>,
    value: Option<Borrowed<'_>>,
) -> Res<()> {
    let ty = Type::of(op);
    let found = crate::type_type::lookup(cx, ty, name)?;
    if let Some(attr) = &found
        && let Some(set) = Type::of(attr.borrow()).slots.descr_set
    {
        return set(cx, attr.borrow(), op, value);
    }
    if ty.mem.dict_offset != 0 || op.ty().layout == Layout::Exception as u16 {
        let dict = crate::protocol::instance_dict(cx, op)?;
        match value {
            Some(value) => return crate::dict::set(cx, dict.borrow(), name, value),
            None => {
                if crate::dict::remove(cx, dict.borrow(), name)?.is_some() {
                    return Ok(());
                }
                return Err(no_attribute(cx, op, name));
            }
        }
    }
    let text = crate::string::text_of(cx, name)?;
    let ty = ty.name();
    if found.is_some() {
        return Err(attribute_error(
            cx,
            op,
            name,
            format_args!("'{ty}' object attribute '{text}' is read-only"),
        ));
    }
    Err(attribute_error(
        cx,
        op,
        name,
        format_args!(
            "'{ty}' object has no attribute '{text}' and no __dict__ for setting new attributes"
        ),
    ))
}
