//! Built-in functions about attributes.

use runtime_core::Obj;
use runtime_gc::{Borrowed, Ref};

use super::{add, sorted_list};
use crate::args::Args;
use crate::cx::{Cx, Res};
use crate::dict::DictObject;
use crate::exception::Exc;
use crate::iter::{caught, special};
use crate::list::{this, two};
use crate::module::ModuleObject;
use crate::protocol;
use crate::string::StrObject;
use crate::ty::Type;
use crate::view::Look;

/// The object and the name of an attribute.
fn named<'a>(cx: &Cx<'_>, args: &Args<'a>) -> Res<(Borrowed<'a>, Borrowed<'a>)> {
    let (op, name) = two(cx, args)?;
    if name.is_a::<StrObject>() {
        return Ok((op, name));
    }
    let ty = Type::of(name).name();
    Err(cx.type_error(format_args!("attribute name must be string, not '{ty}'")))
}

/// `getattr(x, name[, default])`
pub(super) fn get(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (op, name) = named(cx, &args)?;
    match (protocol::get_attr(cx, op, name), args.get(2)) {
        (Err(raised), Some(default)) => {
            caught(cx, raised, &[Exc::AttributeError])?;
            Ok(default.owned())
        }
        (result, _) => result,
    }
}

/// `hasattr(x, name)`
pub(super) fn has(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (op, name) = named(cx, &args)?;
    match protocol::get_attr(cx, op, name) {
        Ok(_) => Ok(cx.bool(true)),
        Err(raised) => {
            caught(cx, raised, &[Exc::AttributeError])?;
            Ok(cx.bool(false))
        }
    }
}

/// `setattr(x, name, value)`
pub(super) fn set(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (op, name) = named(cx, &args)?;
    protocol::set_attr(cx, op, name, args.get(2))?;
    Ok(cx.none())
}

/// `delattr(x, name)`
pub(super) fn delete(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (op, name) = named(cx, &args)?;
    protocol::set_attr(cx, op, name, None)?;
    Ok(cx.none())
}

/// `dir(x)`
pub fn dir(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    if args.is_empty() {
        // The floor that has frames puts its own `dir` in this one's place.
        return Err(cx.raise(Exc::SystemError, format_args!("frame does not exist")));
    }
    let op = this(cx, &args)?;
    let name = cx.name("__dir__")?;
    if let Some(method) = special(cx, op, name.borrow())? {
        let names = protocol::call(cx, method.borrow(), Args::NONE)?;
        return sorted_list(cx, names.borrow());
    }
    let names = names_of(cx, op)?;
    sorted_list(cx, names.borrow())
}

/// A set of the names of an object's attributes: its own, its type's, those of the bases.
pub(crate) fn names_of(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let names = crate::set::new(cx)?;
    if let Some(module) = op.view::<ModuleObject>() {
        if let Some(dict) = module.dict.get() {
            crate::set::update(cx, names.borrow(), dict.borrow())?;
        }
        return Ok(names);
    }
    let ty = match op.view::<Type>() {
        Some(ty) => ty,
        None => {
            if protocol::has_attributes(op) {
                let dict = protocol::instance_dict(cx, op)?;
                crate::set::update(cx, names.borrow(), dict.borrow())?;
            } else {
                own_names(cx, op, names.borrow())?;
            }
            Type::of(op)
        }
    };
    let order: Vec<Ref> = crate::class::order_of(cx, ty)?.iter().map(|ty| ty.owned()).collect();
    for ty in &order {
        if let Some(dict) = ty.borrow().view::<Type>().and_then(|ty| ty.dict.get()) {
            let dict = own(dict);
            crate::set::update(cx, names.borrow(), dict.borrow())?;
        }
    }
    Ok(names)
}

/// The names in the dict of an object whose type gives it out otherwise: a function's.
fn own_names(cx: &mut Cx<'_>, op: Borrowed<'_>, names: Borrowed<'_>) -> Res<()> {
    match protocol::get_attr_str(cx, op, "__dict__") {
        Ok(dict) if dict.borrow().is_a::<DictObject>() => {
            crate::set::update(cx, names, dict.borrow())
        }
        Ok(_) => Ok(()),
        Err(raised) => crate::iter::caught(cx, raised, &[Exc::AttributeError]),
    }
}

fn own(dict: Obj) -> Ref {
    // SAFETY: the caller read it from a live type, which owns it.
    unsafe { Ref::new(dict) }
}

/// The names of an object's attributes, for suggestions. Errors give none.
pub fn attribute_names(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Vec<String> {
    let list = match names_of(cx, op) {
        Ok(names) => crate::list::empty(cx).and_then(|list| {
            let iterator = protocol::iter(cx, names.borrow())?;
            while let Some(name) = protocol::next(cx, iterator.borrow())? {
                if name.borrow().is_a::<StrObject>() {
                    add(cx, &list, name)?;
                }
            }
            crate::list::sort(cx, list.borrow(), None, false)?;
            Ok(list)
        }),
        Err(raised) => Err(raised),
    };
    let list = match list {
        Ok(list) => list,
        Err(raised) => {
            drop(cx.take_raised(raised));
            return Vec::new();
        }
    };
    let Some(list) = list.borrow().view::<crate::list::ListObject>() else { return Vec::new() };
    (0..list.len())
        .filter_map(|i| list.get(i))
        .filter_map(|name| Some(name.borrow().view::<StrObject>()?.text().to_string()))
        .collect()
}
