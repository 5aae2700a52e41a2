//! `a[k]`, `a[k] = v`, `del a[k]`, for positions and slices.

use runtime_gc::Borrowed;

use super::{ArrayObject, make};
use crate::cx::{Cx, OrRaise, Res};
use crate::exception::Exc;
use crate::int::IntObject;
use crate::protocol;
use crate::slice::{Bounds, SliceObject};
use crate::ty::Type;
use crate::view::Look;

/// The place that an index means, as far as it goes.
fn index(cx: &mut Cx<'_>, op: Borrowed<'_>, key: Borrowed<'_>) -> Res<Option<usize>> {
    if !key.is_a::<IntObject>() && Type::of(key).slots.index.is_none() {
        return Err(cx.type_error(format_args!("array indices must be integers")));
    }
    let at = protocol::to_index(cx, key, Exc::IndexError)?;
    let len = op.expect::<ArrayObject>(cx)?.len();
    let at = if at < 0 { at.saturating_add(len as isize) } else { at };
    Ok(usize::try_from(at).ok().filter(|at| *at < len))
}

pub(super) fn subscript(cx: &mut Cx<'_>, op: Borrowed<'_>, key: Borrowed<'_>) -> Res {
    if key.is_a::<SliceObject>() {
        let slice = crate::slice::unpack(cx, key)?;
        let this = op.expect::<ArrayObject>(cx)?;
        let (kind, bounds) = (this.kind(), slice.fit(this.len()));
        let made = make(cx, kind, bounds.count)?;
        let into = made.borrow().expect::<ArrayObject>(cx)?;
        for (to, from) in bounds.positions().enumerate() {
            into.write(to, item_bytes(cx, this, from));
        }
        return Ok(made);
    }
    let at = index(cx, op, key)?;
    let item = match at {
        Some(at) => op.expect::<ArrayObject>(cx)?.get(cx, at)?,
        None => None,
    };
    item.ok_or_else(|| cx.raise(Exc::IndexError, format_args!("array index out of range")))
}

/// The bytes of one item.
fn item_bytes<'a>(cx: &'a Cx<'_>, this: &'a ArrayObject, at: usize) -> &'a [u8] {
    let size = this.kind().size();
    this.bytes(cx).get(at * size..(at + 1) * size).unwrap_or_default()
}

pub(super) fn set_subscript(
    cx: &mut Cx<'_>,
    op: Borrowed<'_>,
    key: Borrowed<'_>,
    value: Option<Borrowed<'_>>,
) -> Res<()> {
    if key.is_a::<SliceObject>() {
        let slice = crate::slice::unpack(cx, key)?;
        let bounds = slice.fit(op.expect::<ArrayObject>(cx)?.len());
        return match value {
            Some(value) => assign(cx, op, bounds, value),
            None => delete(cx, op, bounds),
        };
    }
    let Some(at) = index(cx, op, key)? else {
        return Err(cx.raise(Exc::IndexError, format_args!("array assignment index out of range")));
    };
    let kind = op.expect::<ArrayObject>(cx)?.kind();
    match value {
        Some(value) => {
            let bytes = kind.pack(cx, value)?;
            // Making the item may have changed the array; then it is not put anywhere.
            op.expect::<ArrayObject>(cx)?.put(at, bytes);
            Ok(())
        }
        None => op.expect::<ArrayObject>(cx)?.splice(cx, at, at + 1, &[]),
    }
}

fn assign(cx: &Cx<'_>, op: Borrowed<'_>, bounds: Bounds, value: Borrowed<'_>) -> Res<()> {
    let this = op.expect::<ArrayObject>(cx)?;
    let Some(other) = value.view::<ArrayObject>() else {
        let name = Type::of(value).name();
        return Err(
            cx.type_error(format_args!("can only assign array (not \"{name}\") to array slice"))
        );
    };
    if other.kind() != this.kind() {
        return Err(super::methods::bad_argument(cx));
    }
    let mut new = cx.byte_buffer();
    new.extend_from_slice(other.bytes(cx)).or_raise(cx)?;
    if bounds.step == 1 {
        let (start, stop) = (bounds.start.max(0) as usize, bounds.stop.max(0) as usize);
        return this.splice(cx, start, stop.max(start), &new);
    }
    let (given, count) = (other.len(), bounds.count);
    if given != count {
        return Err(cx.value_error(format_args!(
            "attempt to assign array of size {given} to extended slice of size {count}"
        )));
    }
    for (at, item) in bounds.positions().zip(new.chunks(this.kind().size())) {
        this.write(at, item);
    }
    Ok(())
}

fn delete(cx: &Cx<'_>, op: Borrowed<'_>, bounds: Bounds) -> Res<()> {
    let this = op.expect::<ArrayObject>(cx)?;
    if bounds.count == 0 {
        return Ok(());
    }
    if bounds.step == 1 {
        let start = bounds.low();
        return this.splice(cx, start, start + bounds.count, &[]);
    }
    this.check_resizable(cx)?;
    let size = this.kind().size();
    let mut gone: Vec<usize> = bounds.positions().collect();
    gone.sort_unstable();
    let mut kept = cx.byte_buffer();
    let mut next = gone.into_iter().peekable();
    for (at, item) in this.bytes(cx).chunks(size).enumerate() {
        if next.peek() == Some(&at) {
            next.next();
        } else {
            kept.extend_from_slice(item).or_raise(cx)?;
        }
    }
    this.write(0, &kept);
    this.resize(cx, kept.len() / size)
}
