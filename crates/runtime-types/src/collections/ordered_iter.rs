//! Iterators and views of an `OrderedDict`.

use std::cell::Cell;

use runtime_gc::{Borrowed, Ref};

use super::ordered::{End, of};
use crate::args::NativeDef;
use crate::cx::{Cx, Res};
use crate::dict::DictViewObject;
use crate::exception::Exc;
use crate::field::Field;
use crate::iter::{idle, itself};
use crate::late::Late;
use crate::list::this;
use crate::native::{fixed, object};
use crate::tuple;
use crate::ty::{Slots, TypeDef};
use crate::view::{Layout, Look};

/// Which part of the entries.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    Keys,
    Values,
    Items,
}

object! {
    /// An iterator over an `OrderedDict`: the place of its next entry, plus one; 0 when it has ended.
    OrderedIterObject as OrderedIter, "odict_iterator", 72 {
        dict: Field,
        result: Field,
        next: Cell<usize>,
        state: Cell<usize>,
        len: Cell<usize>,
        /// 0 for keys, 1 for values, 2 for items.
        what: Cell<usize>,
        backwards: Cell<bool>,
    } owns [dict, result]
}

pub(crate) const ORDERED_ITER: TypeDef = TypeDef {
    spec: fixed::<OrderedIterObject>("odict_iterator", Layout::OrderedIter),
    slots: Slots { iter: Some(itself), next: Some(next), ..Slots::NONE },
    ..TypeDef::EMPTY
};

macro_rules! view_type {
    ($name:literal, $what:ident) => {
        TypeDef {
            spec: fixed::<DictViewObject>($name, Layout::DictView),
            slots: Slots { iter: Some(|cx, op| walk(cx, op, What::$what, false)), ..Slots::NONE },
            methods: &[NativeDef::exactly("__reversed__", 0, |cx, args| {
                let op = this(cx, &args)?;
                walk(cx, op, What::$what, true)
            })],
            ..TypeDef::EMPTY
        }
    };
}

pub(crate) const ORDERED_KEYS: TypeDef = view_type!("odict_keys", Keys);
pub(crate) const ORDERED_VALUES: TypeDef = view_type!("odict_values", Values);
pub(crate) const ORDERED_ITEMS: TypeDef = view_type!("odict_items", Items);

/// A view of an `OrderedDict`.
pub(super) fn view(cx: &Cx<'_>, op: Borrowed<'_>, what: What) -> Res {
    of(cx, op)?;
    let late = match what {
        What::Keys => Late::OrderedKeys,
        What::Values => Late::OrderedValues,
        What::Items => Late::OrderedItems,
    };
    let made = crate::class::new_object(cx, late.ty(cx)?)?;
    made.borrow().expect::<DictViewObject>(cx)?.show(op);
    Ok(made)
}

fn walk(cx: &mut Cx<'_>, view: Borrowed<'_>, what: What, backwards: bool) -> Res {
    let dict = view.expect::<DictViewObject>(cx)?.dict();
    let dict = dict.unwrap_or_else(|| cx.none());
    make(cx, dict.borrow(), what, backwards)
}

/// `iter(d)`, `reversed(d)`
pub(super) fn keys(cx: &mut Cx<'_>, op: Borrowed<'_>, backwards: bool) -> Res {
    make(cx, op, What::Keys, backwards)
}

fn make(cx: &Cx<'_>, op: Borrowed<'_>, what: What, backwards: bool) -> Res {
    let this = of(cx, op)?;
    let result = match what {
        What::Items => Some(cx.tuple([cx.none(), cx.none()])?),
        _ => None,
    };
    let made = crate::class::new_object(cx, Late::OrderedIter.ty(cx)?)?;
    let iterator = made.borrow().expect::<OrderedIterObject>(cx)?;
    iterator.dict.set(Some(op.owned()));
    iterator.result.set(result);
    let first = this.at_end(if backwards { End::Last } else { End::First });
    iterator.next.set(first.map_or(0, |at| at + 1));
    iterator.state.set(this.state.get());
    iterator.len.set(this.dict().len());
    iterator.what.set(what as usize);
    iterator.backwards.set(backwards);
    Ok(made)
}

fn next(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Option<Ref>> {
    let this = op.expect::<OrderedIterObject>(cx)?;
    let Some(owner) = this.dict.get() else { return Ok(None) };
    let Some(at) = this.next.get().checked_sub(1) else {
        this.dict.set(None);
        return Ok(None);
    };
    let dict = of(cx, owner.borrow())?;
    let complaint = if dict.state.get() != this.state.get() {
        Some("OrderedDict mutated during iteration")
    } else if dict.dict().len() != this.len.get() {
        Some("OrderedDict changed size during iteration")
    } else {
        None
    };
    if let Some(complaint) = complaint {
        this.dict.set(None);
        return Err(cx.raise(Exc::RuntimeError, format_args!("{complaint}")));
    }
    let after = dict.dict().neighbour(at, this.backwards.get());
    this.next.set(after.map_or(0, |at| at + 1));
    let Some((key, value)) = dict.dict().entry_here(at) else { return Ok(None) };
    match this.what.get() {
        0 => Ok(Some(key)),
        1 => Ok(Some(value)),
        _ => match idle(&this.result) {
            Some(pair) => {
                let old = [tuple::replace(&pair, 0, key), tuple::replace(&pair, 1, value)];
                tuple::watch(&pair);
                drop(old);
                Ok(Some(pair))
            }
            None => cx.tuple([key, value]).map(Some),
        },
    }
}
