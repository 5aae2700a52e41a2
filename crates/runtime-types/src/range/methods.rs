//! What operators and methods do with ranges.

use runtime_gc::{Borrowed, Ref};

use super::{RangeObject, Small, big};
use crate::args::{Args, NativeDef};
use crate::cx::{Cx, OrRaise, Res};
use crate::exception::Exc;
use crate::int::{IntObject, to_i64};
use crate::protocol::{binary, holds};
use crate::slice::SliceObject;
use crate::string::{Text, TextBuilder};
use crate::ty::{Binary, Compare, Type};
use crate::view::Look;

pub(super) const METHODS: &[NativeDef] = &[
    NativeDef::exactly("__reversed__", 0, reversed),
    NativeDef::exactly("count", 1, count),
    NativeDef::exactly("index", 1, index),
];

/// `range(0, 3)`, `range(0, 3, 2)`
pub(super) fn repr(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let (start, stop, step, _) = op.expect::<RangeObject>(cx)?.parts(cx)?;
    let mut text = TextBuilder::new(cx.world());
    text.push_text(Text::Ascii(b"range(")).or_raise(cx)?;
    crate::list::push_repr(cx, &mut text, start.borrow())?;
    text.push_text(Text::Ascii(b", ")).or_raise(cx)?;
    crate::list::push_repr(cx, &mut text, stop.borrow())?;
    if to_i64(step.borrow()) != Some(1) {
        text.push_text(Text::Ascii(b", ")).or_raise(cx)?;
        crate::list::push_repr(cx, &mut text, step.borrow())?;
    }
    text.push_text(Text::Ascii(b")")).or_raise(cx)?;
    text.finish()
}

pub(super) fn len(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<usize> {
    let (_, _, _, length) = op.expect::<RangeObject>(cx)?.parts(cx)?;
    match to_i64(length.borrow()) {
        Some(len) => Ok(len as usize),
        None => Err(cx.raise(
            Exc::OverflowError,
            format_args!("Python int too large to convert to C ssize_t"),
        )),
    }
}

/// Two ranges are equal when they give the same items.
pub(super) fn compare(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>, op: Compare) -> Res {
    let (Some(x), Some(y)) = (a.view::<RangeObject>(), b.view::<RangeObject>()) else {
        return Ok(cx.not_implemented());
    };
    if !matches!(op, Compare::Eq | Compare::Ne) {
        return Ok(cx.not_implemented());
    }
    let same = a.is(b) || {
        let (x, y) = (key(cx, x)?, key(cx, y)?);
        holds(cx, x.borrow(), y.borrow(), Compare::Eq)?
    };
    Ok(cx.bool(same == (op == Compare::Eq)))
}

/// What equal ranges have in common: length, start when there are items, step when there are two.
fn key(cx: &mut Cx<'_>, this: &RangeObject) -> Res {
    let (start, _, step, length) = this.parts(cx)?;
    let (start, step) = match to_i64(length.borrow()) {
        Some(0) => (cx.none(), cx.none()),
        Some(1) => (start, cx.none()),
        _ => (start, step),
    };
    cx.tuple([length, start, step])
}

pub(super) fn hash(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<i64> {
    let key = key(cx, op.expect::<RangeObject>(cx)?)?;
    crate::protocol::hash(cx, key.borrow())
}

/// Whether an object is exactly an int or a bool, whose place can be reckoned.
fn is_plain_int(cx: &Cx<'_>, op: Borrowed<'_>) -> bool {
    op.ty_ptr() == cx.types.int.cast() || op.ty_ptr() == cx.types.bool.cast()
}

/// The place of an int in a range.
fn position(cx: &mut Cx<'_>, this: &RangeObject, value: Borrowed<'_>) -> Res<Option<Ref>> {
    if let (Some(small), Some(value)) = (this.small(), to_i64(value)) {
        return small.position(value).map(|at| super::int(cx, at)).transpose();
    }
    let parts = this.parts(cx)?;
    big::position(cx, &parts, value)
}

pub(super) fn contains(cx: &mut Cx<'_>, op: Borrowed<'_>, item: Borrowed<'_>) -> Res<bool> {
    let this = op.expect::<RangeObject>(cx)?;
    if is_plain_int(cx, item) {
        return Ok(position(cx, this, item)?.is_some());
    }
    Ok(search(cx, op, item, true)?.0.is_some())
}

/// Walks a range for items that are equal to an object: the place of the first and the number of
/// all.
fn search(
    cx: &mut Cx<'_>,
    op: Borrowed<'_>,
    item: Borrowed<'_>,
    only_first: bool,
) -> Res<(Option<i64>, i64)> {
    let iterator = crate::protocol::iter(cx, op)?;
    let (mut at, mut first, mut count) = (0, None, 0);
    while let Some(candidate) = crate::protocol::next(cx, iterator.borrow())? {
        if crate::protocol::equal(cx, candidate.borrow(), item)? {
            first = first.or(Some(at));
            count += 1;
            if only_first {
                break;
            }
        }
        at += 1;
    }
    Ok((first, count))
}

fn count(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (op, item) = crate::list::two(cx, &args)?;
    let count = if is_plain_int(cx, item) {
        let this = op.expect::<RangeObject>(cx)?;
        i64::from(position(cx, this, item)?.is_some())
    } else {
        search(cx, op, item, false)?.1
    };
    cx.int(count)
}

fn index(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (op, item) = crate::list::two(cx, &args)?;
    if !is_plain_int(cx, item) {
        return match search(cx, op, item, true)?.0 {
            Some(at) => cx.int(at),
            None => Err(cx.value_error(format_args!("sequence.index(x): x not in sequence"))),
        };
    }
    let this = op.expect::<RangeObject>(cx)?;
    if let Some(at) = position(cx, this, item)? {
        return Ok(at);
    }
    let repr = crate::protocol::repr(cx, item)?;
    let repr = crate::string::text_of(cx, repr.borrow())?;
    Err(cx.value_error(format_args!("{repr} is not in range")))
}

/// `reversed(range)`
fn reversed(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let this = crate::list::this(cx, &args)?.expect::<RangeObject>(cx)?;
    if let Some(small) = this.small()
        && let Some(step) = small.step.checked_neg()
    {
        let len = small.len();
        let last = small.item(i128::from(len) - 1).unwrap_or(small.start);
        return super::iterator(cx, last, step, len);
    }
    let (start, _, step, length) = this.parts(cx)?;
    let one = cx.int(1)?;
    let last = binary(cx, Binary::Sub, length.borrow(), one.borrow())?;
    let last = big::item(cx, &start, &step, last.borrow())?;
    let step = crate::protocol::unary(cx, crate::protocol::Unary::Neg, step.borrow())?;
    big::iterator(cx, last, step, length)
}

/// `r[i]`, `r[i:j:k]`
pub(super) fn subscript(cx: &mut Cx<'_>, op: Borrowed<'_>, key: Borrowed<'_>) -> Res {
    let this = op.expect::<RangeObject>(cx)?;
    if key.is_a::<SliceObject>() {
        return slice(cx, this, key);
    }
    if !key.is_a::<IntObject>() && Type::of(key).slots.index.is_none() {
        let name = Type::of(key).name();
        return Err(
            cx.type_error(format_args!("range indices must be integers or slices, not {name}"))
        );
    }
    let key = crate::protocol::index(cx, key)?;
    if let (Some(small), Some(index)) = (this.small(), to_i64(key.borrow())) {
        let (len, index) = (i128::from(small.len()), i128::from(index));
        let index = if index < 0 { index + len } else { index };
        return match small.item(index).filter(|_| (0..len).contains(&index)) {
            Some(item) => cx.int(item),
            None => Err(out_of_range(cx)),
        };
    }
    let (start, _, step, length) = this.parts(cx)?;
    let index = match big::is_negative(&key) {
        true => binary(cx, Binary::Add, key.borrow(), length.borrow())?,
        false => key,
    };
    if big::is_negative(&index) || !holds(cx, index.borrow(), length.borrow(), Compare::Lt)? {
        return Err(out_of_range(cx));
    }
    big::item(cx, &start, &step, index.borrow())
}

fn out_of_range(cx: &Cx<'_>) -> crate::cx::Raised {
    cx.raise(Exc::IndexError, format_args!("range object index out of range"))
}

fn slice(cx: &mut Cx<'_>, this: &RangeObject, key: Borrowed<'_>) -> Res {
    let (start, _, step, length) = this.parts(cx)?;
    if let Some(small) = this.small()
        && crate::slice::is_small(key)
        && let Some(len) = to_i64(length.borrow())
    {
        let bounds = crate::slice::unpack(cx, key)?.fit(len as usize);
        let part = part_of(small, bounds.start, bounds.stop, bounds.step);
        if let Some(Small { start, stop, step }) = part {
            let (start, stop, step) = (cx.int(start)?, cx.int(stop)?, cx.int(step)?);
            return super::new(cx, start.borrow(), stop.borrow(), step.borrow());
        }
    }
    let [low, high, stride] = crate::slice::long_indices(cx, key, &length)?;
    let first = big::item(cx, &start, &step, low.borrow())?;
    let end = big::item(cx, &start, &step, high.borrow())?;
    let stride = binary(cx, Binary::Mul, step.borrow(), stride.borrow())?;
    super::new(cx, first.borrow(), end.borrow(), stride.borrow())
}

fn part_of(range: Small, start: isize, stop: isize, step: isize) -> Option<Small> {
    Some(Small {
        start: range.item(start as i128)?,
        stop: range.item(stop as i128)?,
        step: range.step.checked_mul(step as i64)?,
    })
}
