//! Metaclasses: types whose objects are classes.
//!
//! Such a type is laid out as `type` is, and its classes live and die as those of `type` do; beyond
//! that they hold their metaclass, as every object of a class holds its class. CPython:
//! `_PyType_CalculateMetaclass`, and the ends of `type_new` and `object_new`.

use runtime_core::TypeSpec;
use runtime_gc::{Borrowed, Ref};

use crate::cell::CellObject;
use crate::cx::{Cx, Res};
use crate::dict;
use crate::ty::Type;
use crate::view::Look;

/// The metaclass of a class with these bases: the most derived of `meta` and theirs.
///
/// # Errors
/// `TypeError` when none of them is derived from all others.
pub fn metaclass_of<'a>(cx: &Cx<'_>, meta: &'a Type, bases: Borrowed<'a>) -> Res<&'a Type> {
    let mut winner = meta;
    for base in crate::tuple::items_of(cx, bases)? {
        let theirs = Type::of(*base);
        if winner.is_subtype(theirs) {
            continue;
        }
        if !theirs.is_subtype(winner) {
            return Err(cx.type_error(format_args!(
                "metaclass conflict: the metaclass of a derived class must be a (non-strict) \
                 subclass of the metaclasses of all its bases"
            )));
        }
        winner = theirs;
    }
    Ok(winner)
}

/// The memory half of a metaclass: its objects are types, which live and die as `type` has it.
pub(super) const fn of_classes(spec: TypeSpec) -> TypeSpec {
    let of = crate::type_type::DEF.spec;
    TypeSpec {
        tp_alloc: of.tp_alloc,
        tp_free: of.tp_free,
        tp_dealloc: of.tp_dealloc,
        tp_traverse: of.tp_traverse,
        tp_untrack: of.tp_untrack,
        tp_clear: of.tp_clear,
        tp_release: of.tp_release,
        ..spec
    }
}

/// Puts the class into the cell from which its methods know it (`super()`, `__class__`).
pub(super) fn fill_cell(cx: &mut Cx<'_>, class: &Type) -> Res<()> {
    let name = cx.name("__classcell__")?;
    // SAFETY: the class owns its dict.
    let Some(namespace) = class.dict.get().map(|dict| unsafe { Ref::new(dict) }) else {
        return Ok(());
    };
    let Some(cell) = dict::remove(cx, namespace.borrow(), name.borrow())? else { return Ok(()) };
    let Some(cell) = cell.borrow().view::<CellObject>() else {
        let got = Type::of(cell.borrow()).name();
        return Err(cx.type_error(format_args!(
            "type.__new__(): __classcell__ must be a nonlocal cell, not '{got}'"
        )));
    };
    cell.value.set(Some(class.as_borrowed().owned()));
    Ok(())
}

/// `TypeError` for a class whose metaclass says that it has abstract methods.
pub(crate) fn refuse_abstract(cx: &mut Cx<'_>, ty: &Type) -> Res<()> {
    let name = cx.name("__abstractmethods__")?;
    // SAFETY: the type owns its dict.
    let Some(dict) = ty.dict.get().map(|dict| unsafe { Ref::new(dict) }) else { return Ok(()) };
    let Some(methods) = dict::get(cx, dict.borrow(), name.borrow())? else {
        return Ok(());
    };
    if !crate::protocol::truth(cx, methods.borrow())? {
        return Ok(());
    }
    let names = crate::list::from_iterable(cx, methods.borrow())?;
    crate::list::sort(cx, names.borrow(), None, false)?;
    let names = crate::list::to_tuple(cx, names.borrow())?;
    let mut shown: Vec<String> = Vec::new();
    for name in crate::tuple::items_of(cx, names.borrow())? {
        shown.push(format!("'{}'", crate::string::text_of(cx, *name)?));
    }
    let (class, plural) = (ty.name(), if shown.len() == 1 { "" } else { "s" });
    let shown = shown.join(", ");
    Err(cx.type_error(format_args!(
        "Can't instantiate abstract class {class} without an implementation for abstract \
         method{plural} {shown}"
    )))
}
