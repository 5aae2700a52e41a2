//! Making lists and making them longer. Each way leaves the capacity that CPython 3.13 leaves.

use std::ptr::NonNull;

use runtime_core::{AllocError, Obj};
use runtime_gc::{Borrowed, Ref, track};

use super::{ListObject, alloc, view};
use crate::args::Args;
use crate::cx::{Cx, OrRaise, Res};
use crate::kernel::growth;
use crate::tuple::TupleObject;
use crate::ty::Type;
use crate::view::Look;
use crate::world::World;

/// How many items are expected of an iterator that does not say.
const UNKNOWN: usize = 8;

/// A list that takes over the references in `items`, which are null afterwards; its capacity is
/// exactly `len`.
///
/// # Errors
/// `MemoryError`; then `items` is unchanged.
///
/// # Safety
/// Each of the `len` words at `items` is an owned reference.
#[inline]
pub unsafe fn steal(world: &World, items: NonNull<Option<Obj>>, len: usize) -> Res {
    let list = super::with_capacity(world, len)?;
    let this = view(&list);
    for i in 0..len {
        // SAFETY: per contract the word is an owned reference, which goes to the list.
        if let Some(item) = unsafe { items.add(i).replace(None) } {
            // SAFETY: as above.
            this.push_within(unsafe { Ref::steal(item) });
        }
    }
    Ok(list)
}

/// A list of the items of a constant tuple: a display of three or more constants.
///
/// # Errors
/// `MemoryError`; `TypeError` when it is no tuple.
pub fn from_tuple(cx: &Cx<'_>, tuple: Borrowed<'_>) -> Res {
    let items = crate::tuple::items_of(cx, tuple)?;
    let list = alloc(cx).or_raise(cx)?;
    extend_with(cx, view(&list), items.len(), |i| items.get(i).map(|item| item.owned()))
        .or_raise(cx)?;
    Ok(list)
}

/// `list(xs)`, with the list from the free list: what `sorted` and unpacking do.
///
/// # Errors
/// `TypeError` when it cannot be iterated over, `MemoryError`, and those of the iterator.
pub fn from_iterable(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let list = alloc(cx).or_raise(cx)?;
    extend(cx, list.borrow(), op)?;
    Ok(list)
}

/// `tuple(list)`
///
/// # Errors
/// `MemoryError`; `TypeError` when it is no list.
pub fn to_tuple(cx: &Cx<'_>, op: Borrowed<'_>) -> Res {
    let this = op.expect::<ListObject>(cx)?;
    // SAFETY: the words below the length are references, which have the form of a `Borrowed` and
    // live at least until the list changes; making a tuple changes no list.
    let items: &[Borrowed<'_>] = match this.len() {
        0 => &[],
        // SAFETY: see above.
        len => unsafe { std::slice::from_raw_parts(this.items.get().cast(), len) },
    };
    cx.tuple_from(items)
}

/// `xs.extend(ys)`
///
/// # Errors
/// `TypeError` when `ys` cannot be iterated over, `MemoryError`, and those of the iterator; the
/// items that came before the error stay.
pub fn extend(cx: &mut Cx<'_>, list: Borrowed<'_>, items: Borrowed<'_>) -> Res<()> {
    let this = list.expect::<ListObject>(cx)?;
    if list.is(items) {
        return super::operators::repeat_here(cx, this, 2);
    }
    if super::is_exact(cx, items) {
        let other = items.expect::<ListObject>(cx)?;
        return extend_with(cx, this, other.len(), |i| other.get(i)).or_raise(cx);
    }
    if crate::tuple::is_exact(cx, items) {
        let other = items.expect::<TupleObject>(cx)?.items();
        return extend_with(cx, this, other.len(), |i| other.get(i).map(|item| item.owned()))
            .or_raise(cx);
    }
    extend_by_iterator(cx, this, items)
}

/// Adds `count` items at the end, from a source whose `get` runs nobody's code.
fn extend_with(
    world: &World,
    this: &ListObject,
    count: usize,
    get: impl Fn(usize) -> Option<Ref>,
) -> Result<(), AllocError> {
    if count == 0 {
        return Ok(());
    }
    reserve_more(world, this, count)?;
    (0..count).filter_map(get).for_each(|item| this.push_within(item));
    Ok(())
}

/// Makes room for `count` items more; without reserve when the list has no array yet.
fn reserve_more(world: &World, this: &ListObject, count: usize) -> Result<(), AllocError> {
    if this.items.get().is_null() {
        let capacity = growth::list_capacity_exact(count).ok_or(AllocError::TooLarge)?;
        return this.set_capacity(world.heap(), capacity);
    }
    let new = this.len().checked_add(count).ok_or(AllocError::TooLarge)?;
    this.resize(world.heap(), new)
}

fn extend_by_iterator(cx: &mut Cx<'_>, this: &ListObject, items: Borrowed<'_>) -> Res<()> {
    let counted = is_counted(cx, items);
    let iterator = crate::protocol::iter(cx, items)?;
    let hint = crate::iter::guess(cx, items)?;
    if counted {
        // Sets and dicts know their number, so CPython fits the list to it and asks no iterator.
        let new = this.len().saturating_add(hint.unwrap_or(0));
        this.resize(cx.heap(), new).or_raise(cx)?;
    } else if let count @ 1.. = hint.unwrap_or(UNKNOWN)
        && this.len().checked_add(count).is_some_and(|sum| isize::try_from(sum).is_ok())
    {
        reserve_more(cx, this, count).or_raise(cx)?;
    }
    while let Some(item) = crate::protocol::next(cx, iterator.borrow())? {
        this.push(cx.heap(), item).or_raise(cx)?;
    }
    if !counted && this.len() < this.capacity() {
        this.shrink(cx.heap());
    }
    Ok(())
}

/// Whether it is a set, a dict or a view of one, and of no subclass.
fn is_counted(world: &World, op: Borrowed<'_>) -> bool {
    let types = &world.types;
    [types.set, types.frozenset, types.dict, types.dict_keys, types.dict_values, types.dict_items]
        .into_iter()
        .any(|ty| op.ty_ptr() == ty.cast())
}

/// `list.__new__`: an empty list from the heap, never from the free list.
pub(super) fn new(cx: &mut Cx<'_>, ty: &Type, _: Args<'_>) -> Res {
    // SAFETY: the type is alive; a list whose fields are zero is an empty one, whole.
    unsafe {
        let op = (ty.mem.tp_alloc)(ty.mem.as_ptr(), 0).or_raise(cx)?;
        track(op);
        Ok(Ref::steal(op))
    }
}

/// `list.__init__`
pub(super) fn init(cx: &mut Cx<'_>, op: Borrowed<'_>, args: Args<'_>) -> Res<()> {
    let this = op.expect::<ListObject>(cx)?;
    if !args.names().is_empty() && !Type::of(op).news_unlike(cx.ty(cx.types.list)) {
        return Err(cx.type_error(format_args!("list() takes no keyword arguments")));
    }
    let items = match args.positionals() {
        [] => None,
        [items] => Some(*items),
        more => {
            let count = more.len();
            return Err(
                cx.type_error(format_args!("list expected at most 1 argument, got {count}"))
            );
        }
    };
    this.clear(cx.heap());
    match items {
        Some(items) => extend(cx, op, items),
        None => Ok(()),
    }
}
