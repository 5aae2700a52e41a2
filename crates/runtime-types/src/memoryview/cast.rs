//! `m.cast(format, shape)`: the same bytes as other items.

use runtime_gc::Borrowed;

use super::area::Area;
use super::{DIMENSIONS_MAX, MemoryViewObject, again};
use crate::args::{Args, bind};
use crate::buffer::Format;
use crate::bytes::BytesObject;
use crate::cx::{Cx, Raised, Res};
use crate::exception::Exc;
use crate::int::IntObject;
use crate::list::ListObject;
use crate::string::StrObject;
use crate::tuple::TupleObject;
use crate::ty::Type;
use crate::view::Look;

pub(super) fn cast(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let op = crate::list::this(cx, &args)?;
    let [format, shape] = bind(cx, "cast", &args.rest(), ["format", "shape"], 1)?;
    let this = op.expect::<MemoryViewObject>(cx)?;
    let format = match format {
        Some(format) if format.is_a::<StrObject>() => format,
        other => {
            let name = other.map_or("None", |other| Type::of(other).name());
            let name = if other.is_some_and(|other| cx.is_none(other)) { "None" } else { name };
            return Err(
                cx.type_error(format_args!("cast() argument 'format' must be str, not {name}"))
            );
        }
    };
    this.check(cx)?;
    let area = this.area();
    if !area.is_contiguous() {
        return Err(refused(cx, "casts are restricted to C-contiguous views"));
    }
    let has_zeros = area.shape.contains(&0) || area.strides.contains(&0);
    if (shape.is_some() || area.dimensions() != 1) && has_zeros {
        return Err(refused(cx, "cannot cast view with zeros in shape or strides"));
    }
    let dimensions = match shape {
        None => None,
        Some(shape) => Some(count_of(cx, shape)?),
    };
    if let Some(dimensions) = dimensions {
        if dimensions > DIMENSIONS_MAX {
            return Err(cx.value_error(format_args!(
                "memoryview: number of dimensions must not exceed {DIMENSIONS_MAX}"
            )));
        }
        if area.dimensions() != 1 && dimensions != 1 {
            return Err(refused(cx, "cast must be 1D -> ND or ND -> 1D"));
        }
    }
    let format = destination(cx, &area, format)?;
    let item = format.item_size() as isize;
    let (mut counts, mut distances) = ([0_isize; DIMENSIONS_MAX], [0_isize; DIMENSIONS_MAX]);
    let dimensions = match (shape, dimensions) {
        (Some(shape), Some(dimensions)) => {
            fill_shape(cx, shape, dimensions, area.len, format, &mut counts)?;
            dimensions
        }
        _ => {
            let [count, ..] = &mut counts;
            *count = area.len as isize / item;
            1
        }
    };
    let shape = counts.get(..dimensions).unwrap_or_default();
    let mut distance = item;
    for (to, count) in distances.iter_mut().take(dimensions).rev().zip(shape.iter().rev()) {
        *to = distance;
        distance = distance.wrapping_mul(*count);
    }
    this.check(cx)?;
    let strides = distances.get(..dimensions).unwrap_or_default();
    again(cx, this, Area { format, shape, strides, ..area })
}

fn refused(cx: &Cx<'_>, why: &str) -> Raised {
    cx.type_error(format_args!("memoryview: {why}"))
}

/// The format that is cast to, which must fit the bytes.
fn destination(cx: &Cx<'_>, area: &Area<'_>, text: Borrowed<'_>) -> Res<Format> {
    let encoding = cx.str("ascii")?;
    let ascii = crate::string::encode(cx, text, Some(encoding.borrow()), None)?;
    let ascii = ascii.borrow().expect::<BytesObject>(cx)?.bytes();
    let Some(format) = Format::parse(ascii) else {
        return Err(cx.value_error(format_args!("memoryview: {NOT_NATIVE}")));
    };
    if !area.format.is_byte() && !format.is_byte() {
        return Err(refused(cx, "cannot cast between two non-byte formats"));
    }
    if area.len.checked_rem(format.item_size()) != Some(0) {
        return Err(refused(cx, "length is not a multiple of itemsize"));
    }
    Ok(format)
}

const NOT_NATIVE: &str =
    "destination format must be a native single character format prefixed with an optional '@'";

/// Number of items of a shape.
fn count_of(cx: &Cx<'_>, shape: Borrowed<'_>) -> Res<usize> {
    match (shape.view::<ListObject>(), shape.view::<TupleObject>()) {
        (Some(list), _) => Ok(list.len()),
        (_, Some(tuple)) => Ok(tuple.len()),
        _ => Err(cx.type_error(format_args!("shape must be a list or a tuple"))),
    }
}

/// Reads a shape, whose product must be that of the bytes. Runs nobody's code: only ints are taken.
fn fill_shape(
    cx: &Cx<'_>,
    shape: Borrowed<'_>,
    dimensions: usize,
    len: usize,
    format: Format,
    counts: &mut [isize; DIMENSIONS_MAX],
) -> Res<()> {
    let mut product = format.item_size() as isize;
    for (at, to) in counts.iter_mut().enumerate().take(dimensions) {
        let item = match (shape.view::<ListObject>(), shape.view::<TupleObject>()) {
            (Some(list), _) => list.get(at),
            (_, Some(tuple)) => tuple.items().get(at).map(|item| item.owned()),
            _ => None,
        };
        let count = item.as_ref().and_then(|item| item.borrow().view::<IntObject>());
        let Some(count) = count else {
            return Err(cx.type_error(format_args!(
                "memoryview.cast(): elements of shape must be integers"
            )));
        };
        let Some(count) = count.to_i64().map(|count| count as isize) else {
            return Err(cx.raise(
                Exc::OverflowError,
                format_args!("Python int too large to convert to C ssize_t"),
            ));
        };
        if count <= 0 {
            return Err(cx.value_error(format_args!(
                "memoryview.cast(): elements of shape must be integers > 0"
            )));
        }
        product = product.checked_mul(count).ok_or_else(|| {
            cx.value_error(format_args!("memoryview.cast(): product(shape) > SSIZE_MAX"))
        })?;
        *to = count;
    }
    if product as usize != len {
        return Err(refused(cx, "product(shape) * itemsize != buffer size"));
    }
    Ok(())
}
