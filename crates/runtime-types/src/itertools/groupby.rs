//! `groupby`: runs of items with equal keys, each an iterator over the same source.

use std::cell::Cell;

use runtime_core::TypeSpec;
use runtime_gc::{Borrowed, Ref};

use super::{blank, call, exactly, iterator};
use crate::args::{Args, bind};
use crate::cx::{Cx, Res};
use crate::field::Field;
use crate::iter::{itself, step};
use crate::late::Late;
use crate::native::{fixed, object};
use crate::protocol;
use crate::ty::{Slots, Type, TypeDef};
use crate::view::{Layout, Look};

object! {
    /// `groupby(xs, key)`: the item read last and its key; the key of the group that is read.
    GroupByObject as GroupBy, "itertools.groupby", 72 {
        iterator: Field,
        key: Field,
        target_key: Field,
        current_key: Field,
        current: Field,
        /// Address of the newest group, which alone may read on.
        grouper: Cell<usize>,
        _reserved: Cell<usize>,
    } owns [iterator, key, target_key, current_key, current]
}

object! {
    /// One group.
    GrouperObject as Grouper, "itertools._grouper", 32 {
        parent: Field,
        target_key: Field,
    } owns [parent, target_key]
}

pub(crate) const GROUP_BY: TypeDef =
    iterator::<GroupByObject>("itertools.groupby", Layout::GroupBy, new, next);

pub(crate) const GROUPER: TypeDef = TypeDef {
    spec: TypeSpec { ..fixed::<GrouperObject>("itertools._grouper", Layout::Grouper) },
    slots: Slots {
        iter: Some(itself),
        next: Some(next_of_group),
        new: Some(|cx, ty, args| {
            let [parent, key] = exactly(cx, ty, "_grouper", &args)?;
            if !parent.is_a::<GroupByObject>() {
                let got = Type::of(parent).name();
                return Err(cx.type_error(format_args!(
                    "_grouper() argument 1 must be itertools.groupby, not {got}"
                )));
            }
            group(cx, parent, key.owned())
        }),
        ..Slots::NONE
    },
    module: "itertools",
    ..TypeDef::EMPTY
};

fn new(cx: &mut Cx<'_>, ty: &Type, args: Args<'_>) -> Res {
    let [items, key] = bind(cx, "groupby", &args, ["iterable", "key"], 1)?;
    let none = cx.none();
    let key = key.filter(|key| !cx.is_none(*key)).map(Borrowed::owned);
    let iterator = protocol::iter(cx, items.unwrap_or(none.borrow()))?;
    let made = blank(cx, ty)?;
    let this = made.borrow().expect::<GroupByObject>(cx)?;
    this.iterator.set(Some(iterator));
    this.key.set(key);
    Ok(made)
}

/// Reads one item on; `false` at the end.
fn read(cx: &mut Cx<'_>, this: &GroupByObject) -> Res<bool> {
    let Some(iterator) = this.iterator.get() else { return Ok(false) };
    let Some(item) = step(cx, iterator.borrow())? else { return Ok(false) };
    let key = match this.key.get() {
        None => item.clone(),
        Some(key) => call(cx, &key, [item.borrow()])?,
    };
    this.current.set(Some(item));
    this.current_key.set(Some(key));
    Ok(true)
}

fn next(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Option<Ref>> {
    let this = op.expect::<GroupByObject>(cx)?;
    this.grouper.set(0);
    // On to the first item with another key.
    loop {
        if let Some(current) = this.current_key.get() {
            match this.target_key.get() {
                None => break,
                Some(target) => {
                    if !protocol::equal(cx, target.borrow(), current.borrow())? {
                        break;
                    }
                }
            }
        }
        if !read(cx, this)? {
            return Ok(None);
        }
    }
    let key = this.current_key.get().unwrap_or_else(|| cx.none());
    this.target_key.set(Some(key.clone()));
    let grouper = group(cx, op, key.clone())?;
    cx.tuple([key, grouper]).map(Some)
}

fn group(cx: &mut Cx<'_>, parent: Borrowed<'_>, key: Ref) -> Res {
    let made = blank(cx, Late::Grouper.ty(cx)?)?;
    let this = made.borrow().expect::<GrouperObject>(cx)?;
    this.parent.set(Some(parent.owned()));
    this.target_key.set(Some(key));
    parent.expect::<GroupByObject>(cx)?.grouper.set(made.as_obj().addr().get());
    Ok(made)
}

fn next_of_group(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Option<Ref>> {
    let this = op.expect::<GrouperObject>(cx)?;
    let (Some(parent), Some(target)) = (this.parent.get(), this.target_key.get()) else {
        return Ok(None);
    };
    let from = parent.borrow().expect::<GroupByObject>(cx)?;
    if from.grouper.get() != op.as_obj().addr().get() {
        return Ok(None);
    }
    if from.current.is_empty() && !read(cx, from)? {
        return Ok(None);
    }
    let current = from.current_key.get().unwrap_or_else(|| cx.none());
    if !protocol::equal(cx, target.borrow(), current.borrow())? {
        return Ok(None);
    }
    let item = from.current.take();
    from.current_key.set(None);
    Ok(item)
}
