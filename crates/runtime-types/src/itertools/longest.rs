//! `zip_longest`: side by side until the last one ends.

use std::cell::Cell;

use runtime_gc::{Borrowed, Ref};

use super::{blank, iterator};
use crate::args::Args;
use crate::cx::{Cx, Res};
use crate::field::Field;
use crate::iter::{idle, step};
use crate::native::object;
use crate::string::text_of;
use crate::ty::{Type, TypeDef};
use crate::view::{Layout, Look};
use crate::{protocol, tuple};

object! {
    /// `zip_longest(xs, ..., fillvalue=x)`: an iterator that has ended is `None` in the tuple.
    ZipLongestObject as ZipLongest, "itertools.zip_longest", 56 {
        count: Cell<usize>,
        active: Cell<usize>,
        iterators: Field,
        result: Field,
        fill: Field,
    } owns [iterators, result, fill]
}

pub(crate) const ZIP_LONGEST: TypeDef =
    iterator::<ZipLongestObject>("itertools.zip_longest", Layout::ZipLongest, new, next);

fn new(cx: &mut Cx<'_>, ty: &Type, args: Args<'_>) -> Res {
    let mut fill = cx.none();
    for (name, value) in args.keywords() {
        if args.names().len() > 1 || !text_of(cx, name)?.eq_str("fillvalue") {
            return Err(
                cx.type_error(format_args!("zip_longest() got an unexpected keyword argument"))
            );
        }
        fill = value.owned();
    }
    let count = args.len();
    let mut iterators = tuple::Filler::new(cx, count)?;
    for items in args.positionals() {
        iterators.push(protocol::iter(cx, *items)?);
    }
    let result = tuple::Filler::new(cx, count)?.finish();
    let made = blank(cx, ty)?;
    let this = made.borrow().expect::<ZipLongestObject>(cx)?;
    this.count.set(count);
    this.active.set(count);
    this.iterators.set(Some(iterators.finish()));
    this.result.set(Some(result));
    this.fill.set(Some(fill));
    Ok(made)
}

fn next(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Option<Ref>> {
    let this = op.expect::<ZipLongestObject>(cx)?;
    if this.count.get() == 0 || this.active.get() == 0 {
        return Ok(None);
    }
    let Some(iterators) = this.iterators.get() else { return Ok(None) };
    let fill = this.fill.get().unwrap_or_else(|| cx.none());
    if let Some(result) = idle(&this.result) {
        for at in 0..this.count.get() {
            let Some(item) = item_of(cx, this, &iterators, at, &fill)? else { return Ok(None) };
            drop(tuple::replace(&result, at, item));
        }
        tuple::watch(&result);
        return Ok(Some(result));
    }
    let mut result = tuple::Filler::new(cx, this.count.get())?;
    for at in 0..this.count.get() {
        let Some(item) = item_of(cx, this, &iterators, at, &fill)? else { return Ok(None) };
        result.push(item);
    }
    Ok(Some(result.finish()))
}

/// The next item of one of the iterators, or what fills its place; nothing when that was the last.
fn item_of(
    cx: &mut Cx<'_>,
    this: &ZipLongestObject,
    iterators: &Ref,
    at: usize,
    fill: &Ref,
) -> Res<Option<Ref>> {
    let iterator = tuple::items_of(cx, iterators.borrow())?.get(at).map(|op| op.owned());
    let Some(iterator) = iterator.filter(|op| !cx.is_none(op.borrow())) else {
        return Ok(Some(fill.clone()));
    };
    match step(cx, iterator.borrow()) {
        Ok(Some(item)) => Ok(Some(item)),
        Ok(None) => {
            this.active.set(this.active.get().saturating_sub(1));
            if this.active.get() == 0 {
                return Ok(None);
            }
            drop(tuple::replace(iterators, at, cx.none()));
            Ok(Some(fill.clone()))
        }
        Err(raised) => {
            this.active.set(0);
            Err(raised)
        }
    }
}
