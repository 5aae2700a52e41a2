//! `xs[k]`, `xs[k] = v`, `del xs[k]`, for positions and slices.
//!
//! The bounds of a slice and the position of an index may run a program's code, so they are fitted
//! to the list's length only after they are known, and nothing runs from there until the list is
//! whole again.

use runtime_core::{AllocError, HeapVec, Obj};
use runtime_gc::{Borrowed, Ref};

use super::{ListObject, view};
use crate::cx::{Cx, OrRaise, Raised, Res};
use crate::exception::Exc;
use crate::slice::{Bounds, SliceObject};
use crate::ty::Type;
use crate::view::Look;
use crate::world::World;

/// `xs[k]`
pub(super) fn subscript(cx: &mut Cx<'_>, op: Borrowed<'_>, key: Borrowed<'_>) -> Res {
    let this = op.expect::<ListObject>(cx)?;
    if key.is_a::<SliceObject>() {
        let bounds = crate::slice::unpack(cx, key)?.fit(this.len());
        return copy(cx, this, bounds);
    }
    let index = index(cx, key)?;
    match at(this, index).and_then(|i| this.get(i)) {
        Some(item) => Ok(item),
        None => Err(cx.raise(Exc::IndexError, format_args!("list index out of range"))),
    }
}

/// The items of a slice as a list of their own: room for exactly them.
pub(super) fn copy(world: &World, this: &ListObject, bounds: Bounds) -> Res {
    let list = super::with_capacity(world, bounds.count)?;
    let mut positions = bounds.positions();
    world.in_pieces(bounds.count, |piece| {
        let positions = positions.by_ref().take(piece.len());
        positions.filter_map(|i| this.get(i)).for_each(|item| view(&list).push_within(item));
    })?;
    Ok(list)
}

fn index(cx: &mut Cx<'_>, key: Borrowed<'_>) -> Res<isize> {
    if let Some(index) = key.view::<crate::int::IntObject>().and_then(|int| int.compact()) {
        return Ok(index as isize);
    }
    if Type::of(key).slots.index.is_none() && !key.is_a::<crate::int::IntObject>() {
        let name = Type::of(key).name();
        return Err(
            cx.type_error(format_args!("list indices must be integers or slices, not {name}"))
        );
    }
    crate::protocol::to_index(cx, key, Exc::IndexError)
}

/// The position that an index means, counted from the end when it is negative.
fn at(this: &ListObject, index: isize) -> Option<usize> {
    let index = if index < 0 { index.checked_add(this.len() as isize)? } else { index };
    usize::try_from(index).ok()
}

/// `xs[k] = v`, `del xs[k]`
pub(super) fn set_subscript(
    cx: &mut Cx<'_>,
    op: Borrowed<'_>,
    key: Borrowed<'_>,
    value: Option<Borrowed<'_>>,
) -> Res<()> {
    let this = op.expect::<ListObject>(cx)?;
    if key.is_a::<SliceObject>() {
        let slice = crate::slice::unpack(cx, key)?;
        return match value {
            None => delete(cx, this, slice.fit(this.len())),
            Some(value) if slice.step == 1 => assign(cx, this, value, slice),
            Some(value) => assign_extended(cx, op, slice, value),
        };
    }
    let index = index(cx, key)?;
    let out_of_range =
        |cx: &Cx<'_>| cx.raise(Exc::IndexError, format_args!("list assignment index out of range"));
    let Some(i) = at(this, index).filter(|i| *i < this.len()) else { return Err(out_of_range(cx)) };
    let old = match value {
        Some(value) => this.replace(i, value.owned()).ok(),
        None => super::edit::take(cx, this, i),
    };
    // The list is whole; what it gave up goes now.
    drop(old);
    Ok(())
}

/// CPython says this of slices without a step too.
const COMPLAINT: &str = "must assign iterable to extended slice";

/// The items of a value that is assigned to a slice, in scratch of their own: nothing that the
/// program does to the value or to the list changes them.
fn values(cx: &mut Cx<'_>, value: Borrowed<'_>, complaint: &str) -> Res<HeapVec<Ref>> {
    let is_plain = !Type::of(value).is_class()
        && (value.is_a::<ListObject>() || value.is_a::<crate::tuple::TupleObject>());
    let sequence = if is_plain {
        value.owned()
    } else {
        match crate::protocol::iter(cx, value) {
            Ok(iterator) => super::from_iterable(cx, iterator.borrow())?,
            Err(raised) => {
                crate::iter::caught(cx, raised, &[Exc::TypeError])?;
                return Err(cx.type_error(format_args!("{complaint}")));
            }
        }
    };
    // SAFETY: scratch of this operation, during which the heap lives.
    let mut items = unsafe { HeapVec::new(cx.heap_ptr()) };
    if let Some(list) = sequence.borrow().view::<ListObject>() {
        items.reserve(list.len()).or_raise(cx)?;
        (0..list.len()).filter_map(|i| list.get(i)).try_for_each(|i| items.push(i)).or_raise(cx)?;
    } else {
        let tuple = crate::tuple::items_of(cx, sequence.borrow())?;
        items.reserve(tuple.len()).or_raise(cx)?;
        tuple.iter().try_for_each(|item| items.push(item.owned())).or_raise(cx)?;
    }
    Ok(items)
}

/// `xs[i:j] = ys`: the bounds are those of the list as it is once the values are made. What was in the
/// slice is released last, from its end.
fn assign(
    cx: &mut Cx<'_>,
    this: &ListObject,
    value: Borrowed<'_>,
    slice: crate::slice::Unpacked,
) -> Res<()> {
    let new = values(cx, value, COMPLAINT)?;
    let bounds = slice.fit(this.len());
    let start = (bounds.start.max(0) as usize).min(this.len());
    let stop = (bounds.stop.max(0) as usize).min(this.len()).max(start);
    let old = splice(cx, this, start, stop - start, new).or_raise(cx)?;
    drop(old);
    Ok(())
}

/// What a list gave up: some items, or all with their array. Dropping it releases them from the end.
enum Removed<'h> {
    Items { _items: HeapVec<Ref> },
    All { _array: super::Array<'h> },
}

/// Puts `new` in the place of the `count` items from `start` on, which are given.
fn splice<'w>(
    world: &'w World,
    this: &ListObject,
    start: usize,
    count: usize,
    mut new: HeapVec<Ref>,
) -> Result<Removed<'w>, AllocError> {
    let (len, added, end) = (this.len(), new.len(), start + count);
    if count == len && added == 0 && count > 0 {
        return Ok(Removed::All { _array: this.detach(world.heap(), 0) });
    }
    // SAFETY: scratch of the operation, during which the heap lives.
    let mut old = unsafe { HeapVec::new(world.heap_ptr()) };
    if count == 0 && added == 0 {
        return Ok(Removed::Items { _items: old });
    }
    old.reserve(count)?;
    if added > count {
        let total = (len - count).checked_add(added).ok_or(AllocError::TooLarge)?;
        this.resize(world.heap(), total)?;
    }
    // From here on nothing fails: `old` has room.
    let items = this.items.get();
    for i in start..end {
        // SAFETY: the position is below the length; its reference goes to `old`.
        old.push(unsafe { Ref::steal(items.add(i).read()) })?;
    }
    // SAFETY: the array has room for the new number of items; the tail moves, the new items go
    // between.
    unsafe {
        std::ptr::copy(items.add(end), items.add(start + added), len - end);
        while let Some(item) = new.pop() {
            items.add(start + new.len()).write(item.into_raw());
        }
    }
    this.var.size.set((len - count + added) as isize);
    if added < count {
        this.shrink(world.heap());
    }
    Ok(Removed::Items { _items: old })
}

/// `xs[i:j:k] = ys`
fn assign_extended(
    cx: &mut Cx<'_>,
    op: Borrowed<'_>,
    slice: crate::slice::Unpacked,
    value: Borrowed<'_>,
) -> Res<()> {
    let this = op.expect::<ListObject>(cx)?;
    let mut items = values(cx, value, COMPLAINT)?;
    let bounds = slice.fit(this.len());
    if items.len() != bounds.count {
        return Err(cx.value_error(format_args!(
            "attempt to assign sequence of size {} to extended slice of size {}",
            items.len(),
            bounds.count
        )));
    }
    for (i, item) in bounds.positions().zip(items.iter_mut()) {
        // Both are owned references; the list's goes to the scratch and the other way round.
        // SAFETY: the position is one of the list's.
        unsafe { std::ptr::swap(this.items.get().add(i).cast::<Ref>(), item) };
    }
    release_in_order(items);
    Ok(())
}

/// Releases items first to last.
fn release_in_order(mut items: HeapVec<Ref>) {
    items.reverse();
    drop(items);
}

/// `del xs[i:j:k]`
fn delete(cx: &Cx<'_>, this: &ListObject, bounds: Bounds) -> Res<()> {
    if bounds.count == 0 {
        return Ok(());
    }
    if bounds.step == 1 {
        // SAFETY: scratch of this operation, during which the heap lives.
        let none = unsafe { HeapVec::new(cx.heap_ptr()) };
        let old = splice(cx, this, bounds.low(), bounds.count, none).or_raise(cx)?;
        drop(old);
        return Ok(());
    }
    let old = take_apart(cx, this, bounds).or_raise(cx)?;
    release_in_order(old);
    Ok(())
}

/// Takes the items of an extended slice out, lowest first.
fn take_apart(
    world: &World,
    this: &ListObject,
    bounds: Bounds,
) -> Result<HeapVec<Ref>, AllocError> {
    // SAFETY: scratch of the operation, during which the heap lives.
    let mut old = unsafe { HeapVec::new(world.heap_ptr()) };
    old.reserve(bounds.count)?;
    let (len, step) = (this.len(), bounds.step.unsigned_abs());
    let (mut next, mut to) = (bounds.low(), bounds.low());
    for i in bounds.low()..len {
        // SAFETY: both positions are below the length, and `to` is not above `i`.
        unsafe {
            let items = this.items.get();
            let item: Obj = items.add(i).read();
            if i == next && old.len() < bounds.count {
                old.push(Ref::steal(item))?;
                next = next.saturating_add(step);
            } else {
                items.add(to).write(item);
                to += 1;
            }
        }
    }
    this.var.size.set(to as isize);
    this.shrink(world.heap());
    Ok(old)
}

/// `IndexError` of `pop`.
pub(super) fn pop_error(cx: &Cx<'_>, empty: bool) -> Raised {
    let what = if empty { "pop from empty list" } else { "pop index out of range" };
    cx.raise(Exc::IndexError, format_args!("{what}"))
}
