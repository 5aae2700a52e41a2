//! `object`: what every object does unless its type says otherwise.

use runtime_core::{Floor, Object, TypeFlags, TypeSpec};
use runtime_gc::Borrowed;

use crate::args::{Args, NativeDef};
use crate::cx::{Cx, Res};
use crate::exception::Exc;
use crate::ty::{Compare, GetSetDef, Slots, Type, TypeDef};
use crate::view::Look;

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
        init: Some(init),
        ..Slots::NONE
    },
    methods: &[
        NativeDef::exactly("__sizeof__", 0, |cx, args| {
            let op = args.get(0).unwrap_or_else(|| cx.world().none_borrowed());
            let size = crate::sys::own_size(op);
            cx.int(size as i64)
        }),
        NativeDef::exactly("__dir__", 0, |cx, args| {
            let op = args.get(0).unwrap_or_else(|| cx.world().none_borrowed());
            let names = crate::builtins::names_of(cx, op)?;
            crate::list::from_iterable(cx, names.borrow())
        }),
        NativeDef::exactly("__getstate__", 0, |cx, args| by_module(cx, "_getstate", args)),
        NativeDef::exactly("__reduce__", 0, |cx, args| {
            let protocol = cx.int(0)?;
            reduce(cx, "_reduced", args.get(0), protocol.borrow())
        }),
        NativeDef::exactly("__reduce_ex__", 1, |cx, args| {
            let protocol = args.get(1).unwrap_or_else(|| cx.world().none_borrowed()).owned();
            reduce(cx, "_reduce_ex", args.get(0), protocol.borrow())
        }),
    ],
    class_methods: &[
        NativeDef::any("__init_subclass__", |cx, args| {
            crate::world::World::default_init_subclass(cx, args)
        }),
        NativeDef::any("__subclasshook__", |cx, _| Ok(cx.not_implemented())),
    ],
    getset: &[GetSetDef {
        name: "__class__",
        get: |_, op| Ok(Type::of(op).as_borrowed().owned()),
        set: Some(|cx, op, value| match value {
            Some(class) => crate::class::set_class(cx, op, class),
            None => Err(cx.type_error(format_args!("can't delete __class__ attribute"))),
        }),
    }],
    doc: "The base class of the class hierarchy.\n\nWhen called, it accepts no arguments and returns a \
          new featureless\ninstance that has no instance attributes and cannot be given any.\n",
    ..TypeDef::EMPTY
};

/// The parts of an object: a native one may give them itself, the rest the module `copyreg` knows.
fn reduce(
    cx: &mut Cx<'_>,
    function: &str,
    op: Option<Borrowed<'_>>,
    protocol: Borrowed<'_>,
) -> Res {
    let op = op.unwrap_or_else(|| cx.world().none_borrowed()).owned();
    let native = Type::of(op.borrow()).native().as_borrowed().owned();
    let parts = match crate::iter::parts(cx, op.borrow())? {
        Some(parts) => parts,
        None => crate::itertools::parts(cx, op.borrow())?.unwrap_or_else(|| cx.none()),
    };
    let args = [op.borrow(), protocol, native.borrow(), parts.borrow()];
    by_module(cx, function, Args::positional(&args))
}

/// What the module `copyreg` does for objects.
fn by_module(cx: &mut Cx<'_>, function: &str, args: Args<'_>) -> Res {
    let name = cx.name("copyreg")?;
    let module = (cx.module_of.get())(cx, name.borrow())?;
    let function = crate::protocol::get_attr_str(cx, module.borrow(), function)?;
    crate::protocol::call(cx, function.borrow(), args)
}

fn repr(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let name = crate::type_type::full_name(cx, Type::of(op))?;
    let name = crate::string::text_of(cx, name.borrow())?;
    cx.format(format_args!("<{name} object at {:#x}>", op.as_obj().addr()))
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
    if Type::of(ty.as_borrowed()).is_class() {
        crate::class::refuse_abstract(cx, ty)?;
    }
    let native = ty.native();
    if !std::ptr::eq(native, cx.types.object.as_ptr()) && !has_own_init(native) {
        // Its objects come from the runtime alone: one without its parts would not be whole.
        let name = native.name();
        return Err(cx.type_error(format_args!("cannot create '{name}' instances")));
    }
    if !args.is_empty() {
        if !has_own_new(ty) && has_own_init(ty) {
            return crate::class::new_object(cx, ty);
        }
        if has_own_new(ty) {
            return Err(cx.type_error(format_args!(
                "object.__new__() takes exactly one argument (the type to instantiate)"
            )));
        }
        return Err(cx.type_error(format_args!("{}() takes no arguments", ty.name())));
    }
    crate::class::new_object(cx, ty)
}

/// Whether objects of the type are made by more than `object.__new__`.
fn has_own_new(ty: &Type) -> bool {
    let plain: crate::ty::NewFn = new;
    !ty.slots.new.is_some_and(|slot| std::ptr::fn_addr_eq(slot, plain))
}

/// Whether objects of the type are filled by more than `object.__init__`.
fn has_own_init(ty: &Type) -> bool {
    let plain: crate::ty::InitFn = init;
    !ty.slots.init.is_some_and(|slot| std::ptr::fn_addr_eq(slot, plain))
}

/// `object.__init__`: nothing to do, and arguments only when somebody else may want them.
fn init(cx: &mut Cx<'_>, op: Borrowed<'_>, args: Args<'_>) -> Res<()> {
    if args.is_empty() {
        return Ok(());
    }
    let ty = Type::of(op);
    if has_own_init(ty) {
        return Err(cx.type_error(format_args!(
            "object.__init__() takes exactly one argument (the instance to initialize)"
        )));
    }
    if !has_own_new(ty) {
        let name = ty.name();
        return Err(cx.type_error(format_args!(
            "{name}.__init__() takes exactly one argument (the instance to initialize)"
        )));
    }
    Ok(())
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
    if let Some(value) = crate::protocol::own_attribute(cx, op, name)? {
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

/// What is raised, which is told the `name` and `obj` that were asked for if it is an `AttributeError`
/// that knows neither. CPython: `_PyObject_SetAttributeErrorContext`.
#[cold]
pub(crate) fn in_context(
    cx: &Cx<'_>,
    op: Borrowed<'_>,
    name: Borrowed<'_>,
    raised: crate::cx::Raised,
) -> crate::cx::Raised {
    let exception = cx.take_raised(raised);
    if Type::of(exception.borrow()).is_subtype(cx.exc_type(Exc::AttributeError))
        && let Some(view) = exception.borrow().view::<crate::exception::ExceptionObject>()
        && let [obj, attr, ..] = view.extra()
        && obj.is_empty()
        && attr.is_empty()
    {
        obj.set(Some(op.owned()));
        attr.set(Some(name.owned()));
    }
    cx.restore_raised(exception)
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
    let done = match value {
        Some(value) => crate::protocol::set_own_attribute(cx, op, name, value)?,
        None if crate::protocol::has_attributes(op) => {
            if !crate::protocol::delete_own_attribute(cx, op, name)? {
                return Err(no_attribute(cx, op, name));
            }
            true
        }
        None => false,
    };
    if done {
        return Ok(());
    }
    let text = crate::string::text_of(cx, name)?;
    let generic: crate::ty::AssignFn = set_attr;
    let is_plain = ty.slots.set_attr.is_some_and(|slot| std::ptr::fn_addr_eq(slot, generic));
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
            "'{ty}' object has no attribute '{text}'{}",
            if is_plain { " and no __dict__ for setting new attributes" } else { "" }
        ),
    ))
}
