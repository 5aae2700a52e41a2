//! The operators of `bytes`: `+`, `*`, `in`, `[]`, comparisons, `repr`.

use runtime_core::AllocError;
use runtime_gc::Borrowed;

use super::{BytesObject, Flavor, is_exact, too_long};
use crate::buffer::{Buffer, is_bytes_like};
use crate::cx::{Cx, OrRaise, Raised, Res};
use crate::exception::Exc;
use crate::int::IntObject;
use crate::kernel::{NoMemory, Out, repr as kernel_repr};
use crate::slice::{Bounds, SliceObject};
use crate::string::TextBuilder;
use crate::ty::{Compare, Type};
use crate::view::Look;
use crate::world::World;

/// `b'...'`
pub(super) fn repr(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    repr_of(cx, op.expect::<BytesObject>(cx)?.bytes(), None)
}

/// The `repr` of bytes, or of the bytearray type whose name is given.
///
/// # Errors
/// `MemoryError`.
pub(crate) fn repr_of(world: &World, bytes: &[u8], name: Option<&str>) -> Res {
    let mut out = TextBuilder::new(world);
    let written = (|| -> Result<(), NoMemory> {
        if let Some(name) = name {
            out.push_str(name)?;
            out.push_char('(')?;
        }
        Out::reserve(&mut out, bytes.len().saturating_add(3))?;
        match name {
            None => kernel_repr::write_bytes(bytes, &mut out),
            Some(_) => {
                kernel_repr::write_bytearray(bytes, &mut out)?;
                out.push_char(')')
            }
        }
    })();
    match written {
        Ok(()) => out.finish(),
        Err(NoMemory) => Err(crate::string::no_memory(world)),
    }
}

pub(super) fn compare(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>, op: Compare) -> Res {
    let (Some(x), Some(y)) = (a.view::<BytesObject>(), b.view::<BytesObject>()) else {
        return Ok(cx.not_implemented());
    };
    let holds = match op {
        Compare::Eq => x.bytes() == y.bytes(),
        Compare::Ne => x.bytes() != y.bytes(),
        _ => op.holds(x.bytes().cmp(y.bytes())),
    };
    Ok(cx.bool(holds))
}

/// `a + b`: one of them when the other is empty.
pub(super) fn concat(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>) -> Res {
    let left = a.expect::<BytesObject>(cx)?.bytes();
    let right = operand(cx, a, b)?;
    let right = right.bytes(cx);
    if left.is_empty() && is_exact(cx, b) {
        return Ok(b.owned());
    }
    if right.is_empty() && is_exact(cx, a) {
        return Ok(a.owned());
    }
    joined(cx, Flavor::Bytes, left, right)
}

/// The right operand of a `+`.
pub(crate) fn operand<'w>(cx: &Cx<'w>, a: Borrowed<'_>, b: Borrowed<'_>) -> Res<Buffer<'w>> {
    let refused = |cx: &Cx<'_>| -> Raised {
        let (left, right) = (Type::of(a).name(), Type::of(b).name());
        cx.type_error(format_args!("can't concat {right} to {left}"))
    };
    if !is_bytes_like(b) {
        return Err(refused(cx));
    }
    Buffer::get(cx.world(), b).map_err(|raised| {
        drop(cx.take_raised(raised));
        refused(cx)
    })
}

/// Two byte strings as one.
pub(crate) fn joined(world: &World, flavor: Flavor, left: &[u8], right: &[u8]) -> Res {
    let Some(len) = left.len().checked_add(right.len()) else {
        return Err(world.raise_no_memory(AllocError::TooLarge));
    };
    flavor.with(world, len, |out| {
        let (head, tail) = out.split_at_mut(left.len().min(len));
        head.copy_from_slice(left);
        tail.copy_from_slice(right);
    })
}

/// `b * n`; the object itself once.
pub(super) fn repeat(cx: &mut Cx<'_>, op: Borrowed<'_>, count: Borrowed<'_>) -> Res {
    let count = crate::protocol::to_index(cx, count, Exc::OverflowError)?.max(0) as usize;
    let bytes = op.expect::<BytesObject>(cx)?.bytes();
    let len = bytes.len().checked_mul(count).filter(|&len| len <= isize::MAX as usize);
    let Some(len) = len else {
        return Err(too_long(cx, format_args!("repeated bytes are too long")));
    };
    if len == bytes.len() && is_exact(cx, op) {
        return Ok(op.owned());
    }
    cx.bytes_with(len, |out| fill_with(out, bytes))
}

/// Fills bytes with copies of `unit`, of which there is a whole number.
pub(crate) fn fill_with(out: &mut [u8], unit: &[u8]) {
    if let [byte] = unit {
        return out.fill(*byte);
    }
    let Some(first) = out.get_mut(..unit.len()) else { return };
    first.copy_from_slice(unit);
    double_up(out, unit.len());
}

/// Fills bytes with copies of the first `len` of them, of which there is a whole number.
pub(crate) fn double_up(out: &mut [u8], len: usize) {
    let (mut have, whole) = (len, out.len());
    while have > 0 && have < whole {
        let now = have.min(whole - have);
        out.copy_within(..now, have);
        have += now;
    }
}

/// `x in b`
pub(super) fn contains(cx: &mut Cx<'_>, op: Borrowed<'_>, item: Borrowed<'_>) -> Res<bool> {
    in_bytes(cx, op, item)
}

/// Whether a byte or a run of bytes is in a `bytes` or `bytearray`.
pub(crate) fn in_bytes(cx: &mut Cx<'_>, op: Borrowed<'_>, item: Borrowed<'_>) -> Res<bool> {
    match number(cx, item) {
        Some(number) => match u8::try_from(number) {
            Ok(byte) => Ok(memchr::memchr(byte, super::data(cx, op)?).is_some()),
            Err(_) => Err(cx.value_error(format_args!("byte must be in range(0, 256)"))),
        },
        None => {
            let needle = Buffer::get(cx.world(), item)?;
            Ok(super::find::first(super::data(cx, op)?, needle.bytes(cx)).is_some())
        }
    }
}

/// An object as a number, cut to what a position can be; nothing, whatever was raised, when it is
/// none (CPython clears that exception too).
fn number(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Option<isize> {
    if !op.is_a::<IntObject>() && Type::of(op).slots.index.is_none() {
        return None;
    }
    match crate::protocol::index(cx, op) {
        Ok(int) => Some(crate::slice::clamped(int.borrow())),
        Err(raised) => {
            drop(cx.take_raised(raised));
            None
        }
    }
}

/// `b[k]`
pub(super) fn subscript(cx: &mut Cx<'_>, op: Borrowed<'_>, key: Borrowed<'_>) -> Res {
    let bytes = op.expect::<BytesObject>(cx)?.bytes();
    if key.is_a::<SliceObject>() {
        let bounds = crate::slice::unpack(cx, key)?.fit(bytes.len());
        if bounds.count == bytes.len() && bounds.step == 1 && is_exact(cx, op) {
            return Ok(op.owned());
        }
        return part(cx, Flavor::Bytes, bytes, bounds);
    }
    let index = position(cx, key, "byte")?;
    match at(index, bytes.len()).and_then(|at| bytes.get(at)) {
        Some(byte) => cx.int(i64::from(*byte)),
        None => Err(cx.raise(Exc::IndexError, format_args!("index out of range"))),
    }
}

/// A subscript that must be an integer.
pub(crate) fn position(cx: &mut Cx<'_>, key: Borrowed<'_>, what: &str) -> Res<isize> {
    if !key.is_a::<IntObject>() && Type::of(key).slots.index.is_none() {
        let name = Type::of(key).name();
        return Err(
            cx.type_error(format_args!("{what} indices must be integers or slices, not {name}"))
        );
    }
    crate::protocol::to_index(cx, key, Exc::IndexError)
}

/// The position that an index means, counted from the end when it is negative.
pub(crate) fn at(index: isize, len: usize) -> Option<usize> {
    let index = if index < 0 { index.checked_add(len as isize)? } else { index };
    usize::try_from(index).ok().filter(|&at| at < len)
}

/// The bytes of a slice.
pub(crate) fn part(world: &World, flavor: Flavor, bytes: &[u8], bounds: Bounds) -> Res {
    if bounds.step == 1 {
        let start = bounds.low();
        let run = bytes.get(start..start.saturating_add(bounds.count)).unwrap_or_default();
        return flavor.make(world, run);
    }
    flavor.with(world, bounds.count, |out| {
        for (to, at) in out.iter_mut().zip(bounds.positions()) {
            *to = bytes.get(at).copied().unwrap_or_default();
        }
    })
}

/// Adds bytes to scratch.
pub(crate) fn push(world: &World, out: &mut runtime_core::HeapVec<u8>, bytes: &[u8]) -> Res<()> {
    out.extend_from_slice(bytes).or_raise(world)
}
