//! How iterators are taken apart, for `copy`: what `__reduce__` of each of them gives.
//!
//! The parts are a function, its arguments, and a state for `__setstate__` of what it makes. An iterator
//! made of others keeps those, so a shallow copy goes on with the same ones, as in CPython. Iterators
//! over dicts and sets give the list of what is left.

use runtime_gc::{Borrowed, Ref};

use super::SeqIterObject;
use super::adapters::{EnumerateObject, ReversedObject, ZipObject};
use super::chain::{CallIterObject, FilterObject, MapObject};
use crate::args::{Args, NativeDef};
use crate::bytearray::ByteArrayObject;
use crate::bytes::BytesObject;
use crate::cx::{Cx, Res};
use crate::dict::DictIterObject;
use crate::list::{ListObject, position, two};
use crate::range::RangeIterObject;
use crate::set::SetIterObject;
use crate::string::StrObject;
use crate::tuple::{self, TupleObject};
use crate::ty::Type;
use crate::view::Look;

/// The tuple of a function, its arguments, and a state where there is one.
pub(crate) fn apart<const N: usize>(
    cx: &Cx<'_>,
    maker: Ref,
    args: [Ref; N],
    state: Option<Ref>,
) -> Res<Option<Ref>> {
    let args = cx.tuple(args)?;
    match state {
        Some(state) => cx.tuple([maker, args, state]),
        None => cx.tuple([maker, args]),
    }
    .map(Some)
}

/// The type of an object, as the function that makes another one.
pub(crate) fn class_of(op: Borrowed<'_>) -> Ref {
    Type::of(op).as_borrowed().owned()
}

/// A function of the module `builtins`.
fn builtin(cx: &mut Cx<'_>, name: &str) -> Res {
    let module = cx.name("builtins")?;
    let module = (cx.module_of.get())(cx, module.borrow())?;
    crate::protocol::get_attr_str(cx, module.borrow(), name)
}

/// The parts of a built-in iterator; nothing for other objects.
///
/// # Errors
/// `MemoryError`.
pub(crate) fn parts(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Option<Ref>> {
    if let Some(this) = op.view::<SeqIterObject>() {
        return of_sequence(cx, op, this);
    }
    if let Some(this) = op.view::<ReversedObject>() {
        let Some(seq) = this.seq.get() else { return at_end(cx) };
        let index = cx.int(this.index.get() as i64)?;
        return apart(cx, class_of(op), [seq], Some(index));
    }
    if let Some(this) = op.view::<EnumerateObject>() {
        let Some(iterator) = this.iterator.get() else { return Ok(None) };
        let next = match this.long.get() {
            Some(long) => long,
            None => cx.int(this.index.get() as i64)?,
        };
        return apart(cx, class_of(op), [iterator, next], None);
    }
    if let Some(this) = op.view::<ZipObject>() {
        let Some(iterators) = this.iterators.get() else { return Ok(None) };
        let class = class_of(op);
        return if this.strict.get() {
            cx.tuple([class, iterators, cx.bool(true)])
        } else {
            cx.tuple([class, iterators])
        }
        .map(Some);
    }
    if let Some(this) = op.view::<MapObject>() {
        let (Some(function), Some(iterators)) = (this.function.get(), this.iterators.get()) else {
            return Ok(None);
        };
        let iterators = tuple::items_of(cx, iterators.borrow())?;
        let mut args = tuple::Filler::new(cx, iterators.len() + 1)?;
        args.push(function);
        iterators.iter().for_each(|iterator| args.push(iterator.owned()));
        return cx.tuple([class_of(op), args.finish()]).map(Some);
    }
    if let Some(this) = op.view::<FilterObject>() {
        let (Some(function), Some(iterator)) = (this.function.get(), this.iterator.get()) else {
            return Ok(None);
        };
        return apart(cx, class_of(op), [function, iterator], None);
    }
    if let Some(this) = op.view::<CallIterObject>() {
        let (Some(function), Some(end)) = (this.function.get(), this.end.get()) else {
            return at_end(cx);
        };
        let iter = builtin(cx, "iter")?;
        return apart(cx, iter, [function, end], None);
    }
    if let Some(this) = op.view::<RangeIterObject>() {
        let range = this.rest(cx)?;
        let iter = builtin(cx, "iter")?;
        return apart(cx, iter, [range], None);
    }
    let rest = if let Some(this) = op.view::<DictIterObject>() {
        this.rest(cx, op)?
    } else if let Some(this) = op.view::<SetIterObject>() {
        this.rest(cx, op)?
    } else {
        return Ok(None);
    };
    let iter = builtin(cx, "iter")?;
    apart(cx, iter, [rest], None)
}

/// The parts of an iterator that is used up.
fn at_end(cx: &mut Cx<'_>) -> Res<Option<Ref>> {
    let iter = builtin(cx, "iter")?;
    apart(cx, iter, [cx.empty_tuple()], None)
}

fn of_sequence(cx: &mut Cx<'_>, op: Borrowed<'_>, this: &SeqIterObject) -> Res<Option<Ref>> {
    let types = &cx.types;
    let backwards = op.ty_ptr() == types.list_reverse_iter.cast();
    let Some(seq) = this.seq.get() else {
        // Used up: an iterator over nothing, of the kind that it went over.
        let nothing = if backwards || op.ty_ptr() == types.list_iter.cast() {
            crate::list::empty(cx)?
        } else if [types.str_iter.cast(), types.ascii_iter.cast()].contains(&op.ty_ptr()) {
            cx.str("")?
        } else {
            cx.empty_tuple()
        };
        let iter = builtin(cx, "iter")?;
        return apart(cx, iter, [nothing], None);
    };
    let index = cx.int(this.index.get() as i64)?;
    let maker = builtin(cx, if backwards { "reversed" } else { "iter" })?;
    apart(cx, maker, [seq], Some(index))
}

/// `iterator.__setstate__(index)` of the iterators over sequences: the place where it goes on, within
/// the sequence.
pub(super) const SET_STATE: NativeDef =
    NativeDef::exactly("__setstate__", 1, |cx, args: Args<'_>| {
        let (op, state) = two(cx, &args)?;
        let index = position(cx, state)?;
        let last = |seq: Borrowed<'_>| {
            let list = seq.view::<ListObject>().map(ListObject::len);
            let len = list
                .or_else(|| seq.view::<TupleObject>().map(TupleObject::len))
                .or_else(|| seq.view::<BytesObject>().map(BytesObject::len))
                .or_else(|| seq.view::<ByteArrayObject>().map(ByteArrayObject::len))
                .or_else(|| seq.view::<StrObject>().map(StrObject::len));
            len.map_or(isize::MAX, |len| len as isize)
        };
        if let Some(this) = op.view::<SeqIterObject>() {
            if let Some(seq) = this.seq.get() {
                let len = last(seq.borrow());
                let ty = op.ty_ptr();
                this.index.set(if ty == cx.types.list_reverse_iter.cast() {
                    index.clamp(-1, len - 1)
                } else if ty == cx.types.list_iter.cast() {
                    // Below zero lies its end as well.
                    index.clamp(-1, len)
                } else {
                    index.clamp(0, len)
                });
            }
        } else if let Some(this) = op.view::<ReversedObject>()
            && let Some(seq) = this.seq.get()
        {
            let len = crate::protocol::len(cx, seq.borrow())? as isize;
            this.index.set(index.clamp(-1, len - 1));
        }
        Ok(cx.none())
    });

/// `zip.__setstate__(strict)`
pub(super) const SET_STRICT: NativeDef =
    NativeDef::exactly("__setstate__", 1, |cx, args: Args<'_>| {
        let (op, state) = two(cx, &args)?;
        let strict = crate::protocol::truth(cx, state)?;
        op.expect::<ZipObject>(cx)?.strict.set(strict);
        Ok(cx.none())
    });
