//! Iterators that call functions: `map`, `filter`, `iter(f, end)`.

use runtime_core::{HeapVec, Object};
use runtime_gc::{Borrowed, Ref, track};

use super::{caught, itself, step};
use crate::args::Args;
use crate::cx::{Cx, OrRaise, Res};
use crate::exception::Exc;
use crate::field::Field;
use crate::native::{container, fixed};
use crate::tuple;
use crate::ty::{Slots, Type, TypeDef};
use crate::view::{Layout, Look, View};

/// `map(f, xs, ...)`: 48 bytes with the collector head.
#[repr(C)]
pub struct MapObject {
    object: Object,
    /// The tuple of iterators.
    pub(super) iterators: Field,
    pub(super) function: Field,
}

/// `filter(f, xs)`: 48 bytes with the collector head.
#[repr(C)]
pub struct FilterObject {
    object: Object,
    pub(super) function: Field,
    pub(super) iterator: Field,
}

/// `iter(f, end)`: 48 bytes with the collector head.
#[repr(C)]
pub struct CallIterObject {
    object: Object,
    pub(super) function: Field,
    pub(super) end: Field,
}

const _: () = assert!(size_of::<MapObject>() == 32);
const _: () = assert!(size_of::<FilterObject>() == 32);
const _: () = assert!(size_of::<CallIterObject>() == 32);

// SAFETY: only `map` carries the number; the fields are cells.
unsafe impl View for MapObject {
    const LAYOUT: u16 = Layout::Map as u16;
    const NAME: &'static str = "map";
}
// SAFETY: only `filter` carries the number; the fields are cells.
unsafe impl View for FilterObject {
    const LAYOUT: u16 = Layout::Filter as u16;
    const NAME: &'static str = "filter";
}
// SAFETY: only `callable_iterator` carries the number; the fields are cells.
unsafe impl View for CallIterObject {
    const LAYOUT: u16 = Layout::CallIter as u16;
    const NAME: &'static str = "callable_iterator";
}

container!(MapObject, |this| [this.iterators, this.function]);
container!(FilterObject, |this| [this.function, this.iterator]);
container!(CallIterObject, |this| [this.function, this.end]);

pub(crate) const MAP: TypeDef = TypeDef {
    spec: fixed::<MapObject>("map", Layout::Map),
    slots: Slots { iter: Some(itself), next: Some(next_map), new: Some(new_map), ..Slots::NONE },
    ..TypeDef::EMPTY
};

pub(crate) const FILTER: TypeDef = TypeDef {
    spec: fixed::<FilterObject>("filter", Layout::Filter),
    slots: Slots {
        iter: Some(itself),
        next: Some(next_filter),
        new: Some(new_filter),
        ..Slots::NONE
    },
    ..TypeDef::EMPTY
};

pub(crate) const CALL_ITER: TypeDef = TypeDef {
    spec: fixed::<CallIterObject>("callable_iterator", Layout::CallIter),
    slots: Slots { iter: Some(itself), next: Some(next_call), ..Slots::NONE },
    ..TypeDef::EMPTY
};

fn new_map(cx: &mut Cx<'_>, ty: &Type, args: Args<'_>) -> Res {
    if !args.names().is_empty() {
        return Err(cx.type_error(format_args!("map() takes no keyword arguments")));
    }
    let [function, items @ ..] = args.positionals() else {
        return Err(cx.type_error(format_args!("map() must have at least two arguments.")));
    };
    if items.is_empty() {
        return Err(cx.type_error(format_args!("map() must have at least two arguments.")));
    }
    let mut iterators = tuple::Filler::new(cx, items.len())?;
    for items in items {
        iterators.push(crate::protocol::iter(cx, *items)?);
    }
    let iterators = iterators.finish();
    let op = ty.mem.alloc_uninit(ty.mem.basic_size).or_raise(cx)?;
    // SAFETY: the block holds a `MapObject` whose header is written; the rest is now.
    unsafe {
        let p = op.cast::<MapObject>().as_ptr();
        (&raw mut (*p).iterators).write(Field::new(Some(iterators)));
        (&raw mut (*p).function).write(Field::new(Some(function.owned())));
        track(op);
        Ok(Ref::steal(op))
    }
}

fn next_map(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Option<Ref>> {
    let this = op.expect::<MapObject>(cx)?;
    let (Some(all), Some(function)) = (this.iterators.get(), this.function.get()) else {
        return Ok(None);
    };
    let iterators = tuple::items_of(cx, all.borrow())?;
    if let [only] = iterators {
        let Some(item) = step(cx, *only)? else {
            return Ok(None);
        };
        let args = [item.borrow()];
        return crate::protocol::call(cx, function.borrow(), Args::positional(&args)).map(Some);
    }
    // SAFETY: scratch of this call, during which the heap lives.
    let mut items = unsafe { HeapVec::<Ref>::new(cx.heap_ptr()) };
    items.reserve(iterators.len()).or_raise(cx)?;
    for iterator in iterators {
        match step(cx, *iterator)? {
            Some(item) => items.push(item).or_raise(cx)?,
            None => return Ok(None),
        }
    }
    // SAFETY: as above.
    let mut args = unsafe { HeapVec::new(cx.heap_ptr()) };
    args.reserve(items.len()).or_raise(cx)?;
    items.iter().try_for_each(|item| args.push(item.borrow())).or_raise(cx)?;
    crate::protocol::call(cx, function.borrow(), Args::positional(&args)).map(Some)
}

fn new_filter(cx: &mut Cx<'_>, ty: &Type, args: Args<'_>) -> Res {
    if !args.names().is_empty() {
        return Err(cx.type_error(format_args!("filter() takes no keyword arguments")));
    }
    let [function, items] = args.positionals() else {
        let count = args.len();
        return Err(cx.type_error(format_args!("filter expected 2 arguments, got {count}")));
    };
    let iterator = crate::protocol::iter(cx, *items)?;
    let op = ty.mem.alloc_uninit(ty.mem.basic_size).or_raise(cx)?;
    // SAFETY: the block holds a `FilterObject` whose header is written; the rest is now.
    unsafe {
        let p = op.cast::<FilterObject>().as_ptr();
        (&raw mut (*p).function).write(Field::new(Some(function.owned())));
        (&raw mut (*p).iterator).write(Field::new(Some(iterator)));
        track(op);
        Ok(Ref::steal(op))
    }
}

fn next_filter(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Option<Ref>> {
    let this = op.expect::<FilterObject>(cx)?;
    let (Some(iterator), Some(function)) = (this.iterator.get(), this.function.get()) else {
        return Ok(None);
    };
    let by_truth = cx.is_none(function.borrow()) || function.as_obj() == cx.types.bool.cast();
    while let Some(item) = step(cx, iterator.borrow())? {
        let good = if by_truth {
            crate::protocol::truth(cx, item.borrow())?
        } else {
            let args = [item.borrow()];
            let good = crate::protocol::call(cx, function.borrow(), Args::positional(&args))?;
            crate::protocol::truth(cx, good.borrow())?
        };
        if good {
            return Ok(Some(item));
        }
    }
    Ok(None)
}

/// `iter(f, end)`: what `f()` gives, until that equals `end` or `StopIteration` is raised.
///
/// # Errors
/// `MemoryError`.
pub fn over_calls(cx: &Cx<'_>, function: Ref, end: Ref) -> Res {
    let ty = cx.ty(cx.types.call_iter);
    let op = ty.mem.alloc_sized::<true>(size_of::<CallIterObject>()).or_raise(cx)?;
    // SAFETY: the block holds a `CallIterObject` whose header is written; the rest is now.
    unsafe {
        let p = op.cast::<CallIterObject>().as_ptr();
        (&raw mut (*p).function).write(Field::new(Some(function)));
        (&raw mut (*p).end).write(Field::new(Some(end)));
        track(op);
        Ok(Ref::steal(op))
    }
}

fn next_call(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Option<Ref>> {
    let this = op.expect::<CallIterObject>(cx)?;
    let (Some(function), Some(end)) = (this.function.get(), this.end.get()) else {
        return Ok(None);
    };
    match crate::protocol::call(cx, function.borrow(), Args::NONE) {
        Ok(item) => {
            if !crate::protocol::equal(cx, end.borrow(), item.borrow())? {
                return Ok(Some(item));
            }
        }
        Err(raised) => caught(cx, raised, &[Exc::StopIteration])?,
    }
    this.function.set(None);
    this.end.set(None);
    Ok(None)
}
