//! Class statements and `super()` at run time.

use runtime_core::Obj;
use runtime_gc::{Borrowed, Ref};
use runtime_types::args::Args;
use runtime_types::cell::CellObject;
use runtime_types::class::{metaclass_of, new_super};
use runtime_types::exception::Exc;
use runtime_types::string::text_of;
use runtime_types::tuple::TupleObject;
use runtime_types::ty::Type;
use runtime_types::{Cx, Look, Res, dict, iter, protocol, tuple, type_type};

use super::stack::Frame;
use crate::interp::Machine;

/// Runs a class body and makes the class.
pub(crate) fn build(
    cx: &mut Cx<'_>,
    body: Borrowed<'_>,
    name: Borrowed<'_>,
    bases: Borrowed<'_>,
    keywords: Option<Borrowed<'_>>,
) -> Res {
    let resolved = resolved_bases(cx, bases)?;
    let given = bases;
    let bases = resolved.borrow();
    let meta = metaclass(cx, keywords, bases)?;
    let (mut values, mut names) = (Vec::new(), Vec::new());
    if let Some(keywords) = keywords {
        let mut cursor = 0;
        while let Some((key, value)) = dict::entry(keywords, &mut cursor) {
            names.push(key);
            values.push(value);
        }
    }
    let values = crate::code::borrow_all(&values);
    let names = crate::code::borrow_all(&names);
    let is_plain = meta.borrow().is(cx.ty(cx.types.type_).as_borrowed());
    let namespace = match is_plain {
        true => dict::new(cx)?,
        false => prepared(cx, meta.borrow(), name, bases, (values, names))?,
    };
    let cell = protocol::call(cx, body, Args::positional(&[namespace.borrow()]))?;
    let set = |cx: &mut Cx<'_>, key: &str, value: Borrowed<'_>| {
        let key = cx.name(key)?;
        protocol::set_subscript(cx, namespace.borrow(), key.borrow(), Some(value))
    };
    if !bases.is(given) {
        set(cx, "__orig_bases__", given)?;
    }
    if cell.borrow().is_a::<CellObject>() {
        set(cx, "__classcell__", cell.borrow())?;
    }
    if is_plain {
        let args = Args::with_names(values, names);
        return type_type::make_class(cx, name, bases, namespace.borrow(), args);
    }
    let mut all = vec![name, bases, namespace.borrow()];
    all.extend(values.iter().copied());
    protocol::call(cx, meta.borrow(), Args::with_names(&all, names))
}

/// The bases, with what is no type replaced by what its `__mro_entries__` gives.
fn resolved_bases(cx: &mut Cx<'_>, bases: Borrowed<'_>) -> Res {
    let items = tuple::items_of(cx, bases)?;
    if items.iter().all(|base| base.is_a::<Type>()) {
        return Ok(bases.owned());
    }
    let mut found: Vec<Ref> = Vec::new();
    let mut replaced = false;
    for base in items {
        let method = match base.is_a::<Type>() {
            true => None,
            false => optional_attribute(cx, *base, "__mro_entries__")?,
        };
        let Some(method) = method else {
            found.push(base.owned());
            continue;
        };
        let entries = protocol::call(cx, method.borrow(), Args::positional(&[bases]))?;
        if !entries.borrow().is_a::<TupleObject>() {
            return Err(cx.type_error(format_args!("__mro_entries__ must return a tuple")));
        }
        found.extend(tuple::items_of(cx, entries.borrow())?.iter().map(|entry| entry.owned()));
        replaced = true;
    }
    if replaced { cx.tuple_from(crate::code::borrow_all(&found)) } else { Ok(bases.owned()) }
}

fn optional_attribute(cx: &mut Cx<'_>, op: Borrowed<'_>, name: &str) -> Res<Option<Ref>> {
    match protocol::get_attr_str(cx, op, name) {
        Ok(found) => Ok(Some(found)),
        Err(raised) => {
            iter::caught(cx, raised, &[Exc::AttributeError])?;
            Ok(None)
        }
    }
}

/// What makes the class: what `metaclass=` says, which is taken out of the keywords, or the type of
/// the first base; and among metaclasses the most derived one.
fn metaclass(cx: &mut Cx<'_>, keywords: Option<Borrowed<'_>>, bases: Borrowed<'_>) -> Res {
    let name = cx.name("metaclass")?;
    let given = match keywords {
        Some(keywords) => dict::remove(cx, keywords, name.borrow())?,
        None => None,
    };
    let meta = match given {
        Some(meta) => meta,
        None => match tuple::items_of(cx, bases)? {
            [first, ..] => Type::of(*first).as_borrowed().owned(),
            [] => cx.ty(cx.types.type_).as_borrowed().owned(),
        },
    };
    match meta.borrow().view::<Type>() {
        Some(ty) => Ok(metaclass_of(cx, ty, bases)?.as_borrowed().owned()),
        None => Ok(meta),
    }
}

/// The namespace in which a class body runs: what `__prepare__` of the metaclass gives.
fn prepared(
    cx: &mut Cx<'_>,
    meta: Borrowed<'_>,
    name: Borrowed<'_>,
    bases: Borrowed<'_>,
    (values, names): (&[Borrowed<'_>], &[Borrowed<'_>]),
) -> Res {
    let Some(prepare) = optional_attribute(cx, meta, "__prepare__")? else {
        return dict::new(cx);
    };
    let mut all = vec![name, bases];
    all.extend(values.iter().copied());
    let namespace = protocol::call(cx, prepare.borrow(), Args::with_names(&all, names))?;
    if Type::of(namespace.borrow()).slots.subscript.is_none() {
        let meta = meta.view::<Type>().map_or("<metaclass>", Type::name);
        let got = Type::of(namespace.borrow()).name();
        return Err(
            cx.type_error(format_args!("{meta}.__prepare__() must return a mapping, not {got}"))
        );
    }
    Ok(namespace)
}

/// A name of a class body, in its namespace.
pub(crate) fn load_name(
    cx: &mut Cx<'_>,
    namespace: Borrowed<'_>,
    name: Borrowed<'_>,
) -> Res<Option<Ref>> {
    if dict::is_exact(cx, namespace) {
        return dict::get(cx, namespace, name);
    }
    match protocol::subscript(cx, namespace, name) {
        Ok(value) => Ok(Some(value)),
        Err(raised) => {
            iter::caught(cx, raised, &[Exc::KeyError])?;
            Ok(None)
        }
    }
}

/// Binds a name of a class body, or unbinds it; tells whether it was there to be unbound.
pub(crate) fn store_name(
    cx: &mut Cx<'_>,
    namespace: Borrowed<'_>,
    name: Borrowed<'_>,
    value: Option<Borrowed<'_>>,
) -> Res<bool> {
    if dict::is_exact(cx, namespace) {
        return match value {
            Some(value) => dict::set(cx, namespace, name, value).map(|()| true),
            None => Ok(dict::remove(cx, namespace, name)?.is_some()),
        };
    }
    match protocol::set_subscript(cx, namespace, name, value) {
        Ok(()) => Ok(true),
        Err(raised) if value.is_none() => {
            iter::caught(cx, raised, &[Exc::KeyError])?;
            Ok(false)
        }
        Err(raised) => Err(raised),
    }
}

/// The `__name__` of the module whose code is running.
pub(crate) fn module_name(cx: &mut Cx<'_>) -> Option<Ref> {
    let frame = Machine::of(cx).frame.get();
    if frame.is_null() {
        return None;
    }
    // SAFETY: the newest frame is live and keeps its globals.
    let globals = unsafe { Ref::new((*frame).globals) };
    let name = cx.name("__name__").ok()?;
    dict::get_name(cx, globals.borrow(), name.borrow())
}

/// `super()`: the class from the cell, the object from the first parameter of the running function.
pub(crate) fn zero_super(cx: &mut Cx<'_>) -> Res {
    let machine = Machine::of(cx);
    let frame = machine.frame.get();
    let error =
        |cx: &Cx<'_>, why: &str| cx.raise(Exc::RuntimeError, format_args!("super(): {why}"));
    if frame.is_null() {
        return Err(error(cx, "no current frame"));
    }
    // SAFETY: the newest frame is live, and its code and registers with it; what is in them is held
    // here before anything else runs.
    let (class, this) = unsafe {
        let code = (*frame).code.as_ref();
        let registers = Frame::registers(frame);
        let parts = &code.parts;
        if parts.params.positional == 0 && !parts.params.var_args || parts.is_class {
            return Err(error(cx, "no arguments"));
        }
        let first =
            if parts.params.positional == 0 { usize::from(parts.params.keyword_only) } else { 0 };
        let this = held(*registers.add(first), parts.params.positional == 0);
        let Some(this) = this else { return Err(error(cx, "arg[0] deleted")) };
        let locals = usize::from(parts.locals);
        let cell = (locals..locals + usize::from(parts.free)).find(|&register| {
            let name = code.variable(register);
            name.and_then(|name| text_of(cx, name).ok())
                .is_some_and(|name| name.eq_str("__class__"))
        });
        let Some(cell) = cell.and_then(|register| *registers.add(register)) else {
            return Err(error(cx, "__class__ cell not found"));
        };
        (Ref::new(cell), this)
    };
    let class = class.borrow().view::<CellObject>().and_then(|cell| cell.value.get());
    match class {
        Some(class) => new_super(cx, class.borrow(), this.borrow()),
        None => Err(error(cx, "empty __class__ cell")),
    }
}

/// What a parameter's register holds: a value, or a cell with one; `*args` holds it first.
///
/// # Safety
/// The register's object is alive.
unsafe fn held(register: Option<Obj>, in_tuple: bool) -> Option<Ref> {
    // SAFETY: per contract.
    let value = register.map(|op| unsafe { Ref::new(op) })?;
    let value = match value.borrow().view::<CellObject>() {
        Some(cell) => cell.value.get()?,
        None => value,
    };
    if !in_tuple {
        return Some(value);
    }
    value.borrow().view::<TupleObject>().and_then(|args| args.items().first().map(|op| op.owned()))
}
