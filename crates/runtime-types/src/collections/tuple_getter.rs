//! A field of a named tuple: reads an item of the tuple as an attribute.

use std::cell::Cell;

use runtime_gc::{Borrowed, Ref};

use crate::args::Args;
use crate::cx::{Cx, Res};
use crate::exception::Exc;
use crate::field::Field;
use crate::native::{fixed, member, object};
use crate::string::text_of;
use crate::tuple::TupleObject;
use crate::ty::{Slots, Type, TypeDef};
use crate::view::{Layout, Look};
use crate::{list, protocol};

object! {
    /// The place of the item, and what the field is for.
    TupleGetterObject as TupleGetter, "collections._tuplegetter", 32 {
        index: Cell<isize>,
        doc: Field,
    } owns [doc]
}

pub(crate) const TUPLE_GETTER: TypeDef = TypeDef {
    spec: fixed::<TupleGetterObject>("collections._tuplegetter", Layout::TupleGetter),
    slots: Slots {
        new: Some(new),
        repr: Some(repr),
        descr_get: Some(get),
        descr_set: Some(|cx, _, _, value| {
            let what = if value.is_some() { "set" } else { "delete" };
            Err(cx.raise(Exc::AttributeError, format_args!("can't {what} attribute")))
        }),
        ..Slots::NONE
    },
    members: &[member!(mut TupleGetterObject, "__doc__", doc)],
    module: "collections",
    ..TypeDef::EMPTY
};

fn new(cx: &mut Cx<'_>, ty: &Type, args: Args<'_>) -> Res {
    let [index, doc] = args.positionals() else {
        let given = args.len();
        return Err(cx.type_error(format_args!("_tuplegetter expected 2 arguments, got {given}")));
    };
    let index = list::position(cx, *index)?;
    let made = crate::class::new_object(cx, ty)?;
    let this = made.borrow().expect::<TupleGetterObject>(cx)?;
    this.index.set(index);
    this.doc.set(Some(doc.owned()));
    Ok(made)
}

fn get(cx: &mut Cx<'_>, op: Borrowed<'_>, of: Option<Borrowed<'_>>, _: &Type) -> Res {
    let this = op.expect::<TupleGetterObject>(cx)?;
    let Some(of) = of.filter(|of| !cx.is_none(*of)) else { return Ok(op.owned()) };
    let index = this.index.get();
    let Some(tuple) = of.view::<TupleObject>() else {
        let name = Type::of(of).name();
        return Err(cx.type_error(format_args!(
            "descriptor for index '{index}' for tuple subclasses doesn't apply to '{name}' object"
        )));
    };
    let item: Option<Ref> =
        usize::try_from(index).ok().and_then(|at| tuple.items().get(at)).map(|item| item.owned());
    item.ok_or_else(|| cx.raise(Exc::IndexError, format_args!("tuple index out of range")))
}

fn repr(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let this = op.expect::<TupleGetterObject>(cx)?;
    let (index, doc) = (this.index.get(), this.doc.get().unwrap_or_else(|| cx.none()));
    let doc = protocol::repr(cx, doc.borrow())?;
    let name = Type::of(op).short_name();
    cx.format(format_args!("{name}({index}, {})", text_of(cx, doc.borrow())?))
}
