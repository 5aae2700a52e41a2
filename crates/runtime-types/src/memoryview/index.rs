//! `m[k]`, `m[k] = v`, for positions, slices, and tuples of positions.

use runtime_gc::Borrowed;

use super::item::{Value, pack};
use super::{MemoryViewObject, Open, view_through};
use crate::buffer::Buffer;
use crate::cx::{Cx, OrRaise, Raised, Res};
use crate::exception::Exc;
use crate::int::IntObject;
use crate::memoryview::area::Area;
use crate::slice::{Bounds, SliceObject};
use crate::tuple::TupleObject;
use crate::ty::Type;
use crate::view::Look;
use crate::world::World;

/// Whether an object may be a position.
fn is_index(op: Borrowed<'_>) -> bool {
    op.is_a::<IntObject>() || Type::of(op).slots.index.is_some()
}

/// A tuple of positions.
fn indices(key: Borrowed<'_>) -> Option<&[Borrowed<'_>]> {
    let items = key.view::<TupleObject>()?.items();
    items.iter().all(|item| is_index(*item)).then_some(items)
}

fn is_slices(key: Borrowed<'_>) -> bool {
    key.view::<TupleObject>().is_some_and(|tuple| {
        !tuple.items().is_empty() && tuple.items().iter().all(|item| item.is_a::<SliceObject>())
    })
}

fn unsupported(cx: &Cx<'_>, what: &str) -> Raised {
    cx.raise(Exc::NotImplementedError, format_args!("{what}"))
}

/// `m[k]`
pub(super) fn subscript(cx: &mut Cx<'_>, op: Borrowed<'_>, key: Borrowed<'_>) -> Res {
    let this = op.expect::<MemoryViewObject>(cx)?;
    this.check(cx)?;
    let area = this.area();
    if area.dimensions() == 0 {
        if key.view::<TupleObject>().is_some_and(|tuple| tuple.items().is_empty()) {
            return read(cx, this, area.start);
        }
        if key.is(cx.ellipsis().borrow()) {
            return Ok(op.owned());
        }
        return Err(cx.type_error(format_args!("invalid indexing of 0-dim memory")));
    }
    if is_index(key) {
        let index = crate::protocol::to_index(cx, key, Exc::IndexError)?;
        this.check(cx)?;
        if area.dimensions() > 1 {
            return Err(unsupported(cx, "multi-dimensional sub-views are not implemented"));
        }
        let item = step(cx, &area, area.start, 0, index)?;
        return read(cx, this, item);
    }
    if key.is_a::<SliceObject>() {
        return slice(cx, this, key);
    }
    if let Some(indices) = indices(key) {
        if indices.len() < area.dimensions() {
            return Err(unsupported(cx, "sub-views are not implemented"));
        }
        let item = at(cx, &area, indices)?;
        return read(cx, this, item);
    }
    if is_slices(key) {
        return Err(unsupported(cx, "multi-dimensional slicing is not implemented"));
    }
    Err(cx.type_error(format_args!("memoryview: invalid slice key")))
}

/// The item at an address within the window, once more sure that the view is not released.
fn read(cx: &Cx<'_>, this: &MemoryViewObject, item: *const u8) -> Res {
    this.check(cx)?;
    // SAFETY: the view is not released, and the address is that of one of its items.
    unsafe { Value::read(item, this.area().format) }.object(cx)
}

/// Goes along one dimension.
fn step(
    world: &World,
    area: &Area<'_>,
    from: *mut u8,
    dimension: usize,
    index: isize,
) -> Res<*mut u8> {
    let count = area.shape.get(dimension).copied().unwrap_or(0);
    let stride = area.strides.get(dimension).copied().unwrap_or(0);
    let index = if index < 0 { index.saturating_add(count) } else { index };
    if index < 0 || index >= count {
        return Err(world.raise(
            Exc::IndexError,
            format_args!("index out of bounds on dimension {}", dimension + 1),
        ));
    }
    Ok(from.wrapping_offset(stride.wrapping_mul(index)))
}

/// The address of the item at a position along each dimension.
fn at(cx: &mut Cx<'_>, area: &Area<'_>, indices: &[Borrowed<'_>]) -> Res<*mut u8> {
    if indices.len() > area.dimensions() {
        return Err(cx.type_error(format_args!(
            "cannot index {}-dimension view with {}-element tuple",
            area.dimensions(),
            indices.len()
        )));
    }
    let mut item = area.start;
    for (dimension, index) in indices.iter().enumerate() {
        let index = crate::protocol::to_index(cx, *index, Exc::IndexError)?;
        item = step(cx, area, item, dimension, index)?;
    }
    Ok(item)
}

/// The part of the first dimension that a slice is.
fn sliced<'s>(
    area: &Area<'_>,
    bounds: Bounds,
    shape: &'s mut [isize; super::DIMENSIONS_MAX],
    strides: &'s mut [isize; super::DIMENSIONS_MAX],
) -> Area<'s> {
    for (to, from) in shape.iter_mut().zip(area.shape) {
        *to = *from;
    }
    for (to, from) in strides.iter_mut().zip(area.strides) {
        *to = *from;
    }
    let mut start = area.start;
    if let (Some(count), Some(stride)) = (shape.first_mut(), strides.first_mut()) {
        start = start.wrapping_offset(stride.wrapping_mul(bounds.start));
        *count = bounds.count as isize;
        *stride = stride.wrapping_mul(bounds.step);
    }
    let dimensions = area.dimensions();
    let shape = shape.get(..dimensions).unwrap_or_default();
    let items = shape.iter().fold(1_usize, |product, count| product * *count as usize);
    Area {
        start,
        len: items * area.item_size(),
        format: area.format,
        readonly: area.readonly,
        shape,
        strides: strides.get(..dimensions).unwrap_or_default(),
    }
}

/// `m[i:j:k]`
fn slice(cx: &mut Cx<'_>, this: &MemoryViewObject, key: Borrowed<'_>) -> Res {
    // The part looks through the managed buffer before its bounds are known, as CPython's, so that
    // it is there even if their code releases the view.
    let open = Open::of(cx, this)?;
    let slice = crate::slice::unpack(cx, key)?;
    let area = this.area();
    let count = area.shape.first().copied().unwrap_or(0);
    let (mut shape, mut strides) = ([0; super::DIMENSIONS_MAX], [0; super::DIMENSIONS_MAX]);
    let part = sliced(&area, slice.fit(count as usize), &mut shape, &mut strides);
    view_through(cx, &open.managed, part)
}

/// `m[k] = v`
pub(super) fn set_subscript(
    cx: &mut Cx<'_>,
    op: Borrowed<'_>,
    key: Borrowed<'_>,
    value: Option<Borrowed<'_>>,
) -> Res<()> {
    let this = op.expect::<MemoryViewObject>(cx)?;
    this.check(cx)?;
    let area = this.area();
    if area.readonly {
        return Err(cx.type_error(format_args!("cannot modify read-only memory")));
    }
    let Some(value) = value else {
        return Err(cx.type_error(format_args!("cannot delete memory")));
    };
    if area.dimensions() == 0 {
        let nothing = key.view::<TupleObject>().is_some_and(|tuple| tuple.items().is_empty());
        if nothing || key.is(cx.ellipsis().borrow()) {
            return write(cx, this, area.start, value);
        }
        return Err(cx.type_error(format_args!("invalid indexing of 0-dim memory")));
    }
    if is_index(key) {
        if area.dimensions() > 1 {
            return Err(unsupported(cx, "sub-views are not implemented"));
        }
        let index = crate::protocol::to_index(cx, key, Exc::IndexError)?;
        let item = step(cx, &area, area.start, 0, index)?;
        return write(cx, this, item, value);
    }
    if key.is_a::<SliceObject>() && area.dimensions() == 1 {
        return assign(cx, this, key, value);
    }
    if let Some(indices) = indices(key) {
        if indices.len() < area.dimensions() {
            return Err(unsupported(cx, "sub-views are not implemented"));
        }
        let item = at(cx, &area, indices)?;
        return write(cx, this, item, value);
    }
    if key.is_a::<SliceObject>() || is_slices(key) {
        return Err(unsupported(
            cx,
            "memoryview slice assignments are currently restricted to ndim = 1",
        ));
    }
    Err(cx.type_error(format_args!("memoryview: invalid slice key")))
}

/// Writes an item at an address within the window.
fn write(cx: &mut Cx<'_>, this: &MemoryViewObject, item: *mut u8, value: Borrowed<'_>) -> Res<()> {
    let format = this.area().format;
    let bytes = pack(cx, value, format)?;
    this.check(cx)?;
    // SAFETY: the view is not released, so the memory is where it was when the address was reckoned;
    // an item has so many bytes.
    unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), item, format.item_size()) };
    Ok(())
}

/// `m[i:j:k] = v`: the bytes of `v`, which may be those of `m`, go by a copy of their own.
fn assign(
    cx: &mut Cx<'_>,
    this: &MemoryViewObject,
    key: Borrowed<'_>,
    value: Borrowed<'_>,
) -> Res<()> {
    let source = Buffer::get_any(cx.world(), value)?;
    let slice = crate::slice::unpack(cx, key)?;
    this.check(cx)?;
    let area = this.area();
    let count = area.shape.first().copied().unwrap_or(0);
    let (mut shape, mut strides) = ([0; super::DIMENSIONS_MAX], [0; super::DIMENSIONS_MAX]);
    let to = sliced(&area, slice.fit(count as usize), &mut shape, &mut strides);
    let view = source.exporter().view::<MemoryViewObject>();
    let dimensions = view.map_or(1, |view| view.area().dimensions());
    let format = source.span().format;
    let same_kind = format.code() == to.format.code() && dimensions == 1;
    if !same_kind || source.len() != to.len {
        return Err(cx.value_error(format_args!(
            "memoryview assignment: lvalue and rvalue have different structures"
        )));
    }
    let mut bytes = cx.byte_buffer();
    bytes.reserve(source.len()).or_raise(cx)?;
    (0..source.len()).try_for_each(|_| bytes.push(0)).or_raise(cx)?;
    source.copy_to(&mut bytes);
    let size = to.item_size();
    let mut items = bytes.chunks_exact(size);
    to.each(|place| {
        if let Some(item) = items.next() {
            // SAFETY: the view is not released, and the address is that of one of its items; the
            // bytes lie in a block of their own.
            unsafe { std::ptr::copy_nonoverlapping(item.as_ptr(), place, size) };
        }
    });
    Ok(())
}
