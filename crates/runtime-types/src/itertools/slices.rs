//! Parts of what an iterator gives: `islice`, `pairwise`, `batched`.

use std::cell::Cell;

use runtime_gc::{Borrowed, Ref};

use super::{blank, exactly, iterator, no_keywords};
use crate::args::{Args, bind};
use crate::cx::{Cx, Res};
use crate::exception::Exc;
use crate::field::Field;
use crate::iter::step;
use crate::list;
use crate::native::object;
use crate::ty::{Type, TypeDef};
use crate::view::{Layout, Look};
use crate::{protocol, tuple};

object! {
    /// `islice(xs, start, stop, step)`: items read so far are `count`, and the next that is given is
    /// the one at `next`; `stop` is -1 without an end.
    ISliceObject as ISlice, "itertools.islice", 56 {
        iterator: Field,
        next: Cell<usize>,
        stop: Cell<isize>,
        step: Cell<usize>,
        count: Cell<usize>,
    } owns [iterator]
}

object! {
    /// `pairwise(xs)`: the item before, and the tuple that was given last.
    PairwiseObject as Pairwise, "itertools.pairwise", 40 {
        iterator: Field,
        old: Field,
        result: Field,
    } owns [iterator, old, result]
}

object! {
    /// `batched(xs, n)`
    BatchedObject as Batched, "itertools.batched", 40 {
        iterator: Field,
        size: Cell<usize>,
        strict: Cell<bool>,
    } owns [iterator]
}

pub(crate) const ISLICE: TypeDef =
    iterator::<ISliceObject>("itertools.islice", Layout::ISlice, new_islice, next_islice);
pub(crate) const PAIRWISE: TypeDef =
    iterator::<PairwiseObject>("itertools.pairwise", Layout::Pairwise, new_pairwise, next_pairwise);
pub(crate) const BATCHED: TypeDef =
    iterator::<BatchedObject>("itertools.batched", Layout::Batched, new_batched, next_batched);

/// A number of items; `Err(())` when it is none that fits.
fn bound(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Option<isize> {
    match protocol::to_index(cx, op, Exc::OverflowError) {
        Ok(value) => Some(value),
        Err(raised) => {
            drop(cx.take_raised(raised));
            None
        }
    }
}

fn new_islice(cx: &mut Cx<'_>, ty: &Type, args: Args<'_>) -> Res {
    const RANGE: &str = "must be None or an integer: 0 <= x <= sys.maxsize.";
    no_keywords(cx, ty, &args)?;
    let none = cx.none();
    let none = none.borrow();
    let (items, start, stop, by) = match args.positionals() {
        [items, stop] => (*items, none, *stop, none),
        [items, start, stop] => (*items, *start, *stop, none),
        [items, start, stop, by] => (*items, *start, *stop, *by),
        more => {
            let (given, few) = (more.len(), more.len() < 2);
            let (bound, n) = if few { ("at least", 2) } else { ("at most", 4) };
            return Err(
                cx.type_error(format_args!("islice expected {bound} {n} arguments, got {given}"))
            );
        }
    };
    let start = match cx.is_none(start) {
        true => 0,
        false => bound(cx, start).unwrap_or(-1),
    };
    let stop = match cx.is_none(stop) {
        true => -1,
        false => match bound(cx, stop) {
            None | Some(-1) => {
                return Err(cx.value_error(format_args!("Stop argument for islice() {RANGE}")));
            }
            Some(stop) => stop,
        },
    };
    if start < 0 || stop < -1 {
        return Err(cx.value_error(format_args!("Indices for islice() {RANGE}")));
    }
    let by = match cx.is_none(by) {
        true => 1,
        false => bound(cx, by).unwrap_or(-1),
    };
    if by < 1 {
        let what = "Step for islice() must be a positive integer or None.";
        return Err(cx.value_error(format_args!("{what}")));
    }
    let iterator = protocol::iter(cx, items)?;
    let made = blank(cx, ty)?;
    let this = made.borrow().expect::<ISliceObject>(cx)?;
    this.iterator.set(Some(iterator));
    this.next.set(start as usize);
    this.stop.set(stop);
    this.step.set(by as usize);
    Ok(made)
}

fn next_islice(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Option<Ref>> {
    let this = op.expect::<ISliceObject>(cx)?;
    let Some(iterator) = this.iterator.get() else { return Ok(None) };
    let item = slice_item(cx, this, iterator.borrow());
    if !matches!(item, Ok(Some(_))) {
        let exception = item.err().map(|raised| cx.take_raised(raised));
        this.iterator.set(None);
        return match exception {
            Some(exception) => Err(cx.restore_raised(exception)),
            None => Ok(None),
        };
    }
    let (next, stop) = (this.next.get(), this.stop.get());
    let after = next.wrapping_add(this.step.get());
    let beyond = after < next || (stop != -1 && after > stop as usize);
    this.next.set(if beyond { stop as usize } else { after });
    item
}

/// The item at `next`, when it lies before the stop.
fn slice_item(cx: &mut Cx<'_>, this: &ISliceObject, iterator: Borrowed<'_>) -> Res<Option<Ref>> {
    while this.count.get() < this.next.get() {
        if step(cx, iterator)?.is_none() {
            return Ok(None);
        }
        this.count.set(this.count.get() + 1);
    }
    let stop = this.stop.get();
    if stop != -1 && this.count.get() >= stop as usize {
        return Ok(None);
    }
    let item = step(cx, iterator)?;
    if item.is_some() {
        this.count.set(this.count.get() + 1);
    }
    Ok(item)
}

fn new_pairwise(cx: &mut Cx<'_>, ty: &Type, args: Args<'_>) -> Res {
    let [items] = exactly(cx, ty, "pairwise", &args)?;
    let iterator = protocol::iter(cx, items)?;
    let result = cx.tuple([cx.none(), cx.none()])?;
    let made = blank(cx, ty)?;
    let this = made.borrow().expect::<PairwiseObject>(cx)?;
    this.iterator.set(Some(iterator));
    this.result.set(Some(result));
    Ok(made)
}

fn next_pairwise(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Option<Ref>> {
    let this = op.expect::<PairwiseObject>(cx)?;
    let Some(mut iterator) = this.iterator.get() else { return Ok(None) };
    let old = match this.old.get() {
        Some(old) => old,
        None => {
            let Some(first) = step_or_end(cx, this, iterator.borrow())? else { return Ok(None) };
            this.old.set(Some(first.clone()));
            // Reading it may have come back here and ended everything.
            let Some(now) = this.iterator.get() else {
                this.old.set(None);
                return Ok(None);
            };
            iterator = now;
            first
        }
    };
    let Some(new) = step_or_end(cx, this, iterator.borrow())? else { return Ok(None) };
    let result = match crate::iter::idle(&this.result) {
        Some(tuple) => {
            let gone =
                [tuple::replace(&tuple, 0, old.clone()), tuple::replace(&tuple, 1, new.clone())];
            tuple::watch(&tuple);
            drop(gone);
            tuple
        }
        None => cx.tuple([old.clone(), new.clone()])?,
    };
    this.old.set(Some(new));
    Ok(Some(result))
}

/// The next item; at the end, or when that fails, nothing is kept.
fn step_or_end(cx: &mut Cx<'_>, this: &PairwiseObject, iterator: Borrowed<'_>) -> Res<Option<Ref>> {
    let next = step(cx, iterator);
    if matches!(next, Ok(Some(_))) {
        return next;
    }
    let exception = next.err().map(|raised| cx.take_raised(raised));
    this.iterator.set(None);
    this.old.set(None);
    match exception {
        Some(exception) => Err(cx.restore_raised(exception)),
        None => Ok(None),
    }
}

fn new_batched(cx: &mut Cx<'_>, ty: &Type, args: Args<'_>) -> Res {
    let given = args.values().len();
    if args.len() > 2 && given <= 3 {
        return Err(cx.type_error(format_args!(
            "batched() takes exactly 2 positional arguments ({given} given)"
        )));
    }
    let [items, size, strict] = bind(cx, "batched", &args, ["iterable", "n", "strict"], 2)?;
    let none = cx.none();
    let size = list::position(cx, size.unwrap_or(none.borrow()))?;
    let strict = match strict {
        Some(strict) => protocol::truth(cx, strict)?,
        None => false,
    };
    if size < 1 {
        return Err(cx.value_error(format_args!("n must be at least one")));
    }
    let iterator = protocol::iter(cx, items.unwrap_or(none.borrow()))?;
    let made = blank(cx, ty)?;
    let this = made.borrow().expect::<BatchedObject>(cx)?;
    this.iterator.set(Some(iterator));
    this.size.set(size as usize);
    this.strict.set(strict);
    Ok(made)
}

fn next_batched(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Option<Ref>> {
    let this = op.expect::<BatchedObject>(cx)?;
    let Some(iterator) = this.iterator.get() else { return Ok(None) };
    let size = this.size.get();
    let batch = list::empty(cx)?;
    let read = (|| {
        for read in 0..size {
            match step(cx, iterator.borrow())? {
                Some(item) => list::append(cx, batch.borrow(), item)?,
                None => return Ok(read),
            }
        }
        Ok(size)
    })();
    let read = match read {
        Ok(read) => read,
        Err(raised) => {
            let exception = cx.take_raised(raised);
            this.iterator.set(None);
            return Err(cx.restore_raised(exception));
        }
    };
    if read < size {
        if read == 0 {
            this.iterator.set(None);
            return Ok(None);
        }
        if this.strict.get() {
            this.iterator.set(None);
            return Err(cx.value_error(format_args!("batched(): incomplete batch")));
        }
    }
    list::to_tuple(cx, batch.borrow()).map(Some)
}
