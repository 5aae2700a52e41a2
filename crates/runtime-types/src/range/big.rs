//! Ranges whose parts do not fit 64 bits, by the operators of ints.

use runtime_gc::{Borrowed, Ref};

use super::LongRangeIterObject;
use crate::args::Args;
use crate::cx::{Cx, OrRaise, Res};
use crate::field::Field;
use crate::protocol::{Unary, binary, holds, unary};
use crate::ty::{Binary, Compare};
use crate::view::Look;

/// A value above `i64::MAX`.
pub(super) fn from_u64(cx: &mut Cx<'_>, value: u64) -> Res {
    let (half, rest) = (cx.int((value >> 1) as i64)?, cx.int((value & 1) as i64)?);
    let double = binary(cx, Binary::Add, half.borrow(), half.borrow())?;
    binary(cx, Binary::Add, double.borrow(), rest.borrow())
}

/// `a < 0`
pub(super) fn is_negative(a: &Ref) -> bool {
    a.borrow().view::<crate::int::IntObject>().is_some_and(|int| int.is_negative())
}

/// Number of items of a range.
pub(super) fn len(cx: &mut Cx<'_>, start: &Ref, stop: &Ref, step: &Ref) -> Res {
    let down = is_negative(step);
    let (low, high) = if down { (stop, start) } else { (start, stop) };
    if !holds(cx, low.borrow(), high.borrow(), Compare::Lt)? {
        return cx.int(0);
    }
    let step = if down { unary(cx, Unary::Neg, step.borrow())? } else { step.clone() };
    let one = cx.int(1)?;
    let distance = binary(cx, Binary::Sub, high.borrow(), low.borrow())?;
    let last = binary(cx, Binary::Sub, distance.borrow(), one.borrow())?;
    let steps = binary(cx, Binary::FloorDiv, last.borrow(), step.borrow())?;
    binary(cx, Binary::Add, steps.borrow(), one.borrow())
}

/// `start + i * step`
pub(super) fn item(cx: &mut Cx<'_>, start: &Ref, step: &Ref, i: Borrowed<'_>) -> Res {
    let distance = binary(cx, Binary::Mul, i, step.borrow())?;
    binary(cx, Binary::Add, start.borrow(), distance.borrow())
}

/// The place of an int, when it is one of the range's items.
pub(super) fn position(
    cx: &mut Cx<'_>,
    parts: &(Ref, Ref, Ref, Ref),
    value: Borrowed<'_>,
) -> Res<Option<Ref>> {
    let (start, _, step, length) = parts;
    let zero = cx.int(0)?;
    let distance = binary(cx, Binary::Sub, value, start.borrow())?;
    let rest = binary(cx, Binary::Mod, distance.borrow(), step.borrow())?;
    if !holds(cx, rest.borrow(), zero.borrow(), Compare::Eq)? {
        return Ok(None);
    }
    let at = binary(cx, Binary::FloorDiv, distance.borrow(), step.borrow())?;
    let inside = !is_negative(&at) && holds(cx, at.borrow(), length.borrow(), Compare::Lt)?;
    Ok(inside.then_some(at))
}

/// The iterator of such a range.
pub(super) fn iterator(cx: &Cx<'_>, next: Ref, step: Ref, left: Ref) -> Res {
    let ty = cx.ty(cx.types.long_range_iter);
    let op = ty.mem.alloc_sized::<false>(size_of::<LongRangeIterObject>()).or_raise(cx)?;
    // SAFETY: the block holds a `LongRangeIterObject` whose header is written; the rest is now.
    unsafe {
        let p = op.cast::<LongRangeIterObject>().as_ptr();
        (&raw mut (*p).next).write(Field::new(Some(next)));
        (&raw mut (*p).step).write(Field::new(Some(step)));
        (&raw mut (*p).left).write(Field::new(Some(left)));
        Ok(Ref::steal(op))
    }
}

/// `next(longrange_iterator)`
pub(super) fn next(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Option<Ref>> {
    let this = op.expect::<LongRangeIterObject>(cx)?;
    let (Some(value), Some(step), Some(left)) = (this.next.get(), this.step.get(), this.left.get())
    else {
        return Ok(None);
    };
    if !crate::protocol::truth(cx, left.borrow())? {
        return Ok(None);
    }
    let one = cx.int(1)?;
    let left = binary(cx, Binary::Sub, left.borrow(), one.borrow())?;
    let after = binary(cx, Binary::Add, value.borrow(), step.borrow())?;
    this.left.set(Some(left));
    this.next.set(Some(after));
    Ok(Some(value))
}

/// `longrange_iterator.__length_hint__()`
pub(super) fn hint(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let this = crate::list::this(cx, &args)?.expect::<LongRangeIterObject>(cx)?;
    Ok(this.left.get().unwrap_or_else(|| cx.none()))
}
