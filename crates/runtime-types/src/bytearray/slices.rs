//! `b[k]`, `b[k] = v`, `del b[k]`, for positions and slices.
//!
//! Bounds, positions and values may run a program's code; they are fitted to the array's length only
//! after all of them are known. CPython: `bytearray_ass_subscript`.

use runtime_gc::Borrowed;

use super::ByteArrayObject;
use crate::bytes::{Flavor, at, byte_arg, part, position};
use crate::cx::{Cx, Res};
use crate::exception::Exc;
use crate::slice::{Bounds, SliceObject};
use crate::string::StrObject;
use crate::ty::Type;
use crate::view::Look;

/// `b[k]`
pub(super) fn subscript(cx: &mut Cx<'_>, op: Borrowed<'_>, key: Borrowed<'_>) -> Res {
    let this = op.expect::<ByteArrayObject>(cx)?;
    if key.is_a::<SliceObject>() {
        let slice = crate::slice::unpack(cx, key)?;
        return part(cx, Flavor::Array, this.bytes(cx), slice.fit(this.len()));
    }
    let index = position(cx, key, "bytearray")?;
    match at(index, this.len()).and_then(|at| this.get(at)) {
        Some(byte) => cx.int(i64::from(byte)),
        None => Err(out_of_range(cx)),
    }
}

fn out_of_range(cx: &Cx<'_>) -> crate::cx::Raised {
    cx.raise(Exc::IndexError, format_args!("bytearray index out of range"))
}

/// `b[k] = v`, `del b[k]`
pub(super) fn set_subscript(
    cx: &mut Cx<'_>,
    op: Borrowed<'_>,
    key: Borrowed<'_>,
    value: Option<Borrowed<'_>>,
) -> Res<()> {
    let this = op.expect::<ByteArrayObject>(cx)?;
    if key.is_a::<SliceObject>() {
        return set_slice(cx, op, key, value);
    }
    let index = position(cx, key, "bytearray")?;
    let byte = value.map(|value| byte_arg(cx, value)).transpose()?;
    let Some(at) = at(index, this.len()) else { return Err(out_of_range(cx)) };
    match byte {
        Some(byte) => {
            this.write(at, &[byte]);
            Ok(())
        }
        None => this.splice(cx, at, at + 1, &[]),
    }
}

fn set_slice(
    cx: &mut Cx<'_>,
    op: Borrowed<'_>,
    key: Borrowed<'_>,
    value: Option<Borrowed<'_>>,
) -> Res<()> {
    let this = op.expect::<ByteArrayObject>(cx)?;
    let slice = crate::slice::unpack(cx, key)?;
    let Some(value) = value else {
        return delete(cx, this, slice.fit(this.len()));
    };
    let Some(other) = value.view::<ByteArrayObject>().filter(|_| !value.is(op)) else {
        let slots = &Type::of(value).slots;
        let number = slots.index.is_some() || slots.int.is_some() || slots.float.is_some();
        if number || value.is_a::<StrObject>() {
            return Err(cx.type_error(format_args!(
                "can assign only bytes, buffers, or iterables of ints in range(0, 256)"
            )));
        }
        // Bytes of its own, and the key once more: both may have run code by now.
        let copy = super::methods::from_object(cx, value)?;
        return set_slice(cx, op, key, Some(copy.borrow()));
    };
    let bounds = slice.fit(this.len());
    let bytes = other.bytes(cx);
    if bounds.step == 1 {
        let start = bounds.low();
        return this.splice(cx, start, start + bounds.count, bytes);
    }
    if bytes.is_empty() {
        return delete(cx, this, bounds);
    }
    if bytes.len() != bounds.count {
        return Err(cx.value_error(format_args!(
            "attempt to assign bytes of size {} to extended slice of size {}",
            bytes.len(),
            bounds.count
        )));
    }
    for (at, byte) in bounds.positions().zip(bytes) {
        this.write(at, std::slice::from_ref(byte));
    }
    Ok(())
}

/// `del b[i:j:k]`
fn delete(cx: &Cx<'_>, this: &ByteArrayObject, bounds: Bounds) -> Res<()> {
    let (start, step) = (bounds.low(), bounds.step.unsigned_abs());
    if bounds.step == 1 {
        return this.splice(cx, start, start + bounds.count, &[]);
    }
    this.check_resizable(cx)?;
    if bounds.count == 0 {
        return Ok(());
    }
    let len = this.len();
    this.change(|bytes| {
        // The runs between the bytes that go move down, each by one byte more than the last.
        for gone in 0..bounds.count {
            let from = start + gone * step + 1;
            let to = if gone + 1 == bounds.count { len } else { from + step - 1 };
            bytes.copy_within(from..to, from - gone - 1);
        }
    });
    this.resize(cx, len - bounds.count)
}
