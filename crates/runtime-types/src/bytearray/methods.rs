//! The methods of `bytearray`: those of `bytes`, and those that change it.

use runtime_gc::Borrowed;

use super::{ByteArrayObject, from_bytes};
use crate::args::{Args, NativeDef};
use crate::buffer::{Buffer, is_bytes_like};
use crate::bytes::methods::{SHARED_COUNT, both};
use crate::bytes::{ByteRange, byte_arg, gather};
use crate::cx::{Cx, Res};
use crate::exception::Exc;
use crate::int::to_c;
use crate::iter::caught;
use crate::list::{this, two};
use crate::string::StrObject;
use crate::ty::Type;
use crate::view::Look;

const OWN: &[NativeDef] = &[
    NativeDef::exactly("__alloc__", 0, |cx, args| {
        let allocated = this(cx, &args)?.expect::<ByteArrayObject>(cx)?.allocated();
        cx.int(allocated as i64)
    }),
    NativeDef::exactly("append", 1, append),
    NativeDef::exactly("clear", 0, clear),
    NativeDef::exactly("copy", 0, copy),
    NativeDef::exactly("extend", 1, extend),
    NativeDef::exactly("insert", 2, insert),
    NativeDef::between("pop", 0, 1, pop),
    NativeDef::exactly("remove", 1, remove),
    NativeDef::exactly("reverse", 0, reverse),
];

pub(super) const METHODS: &[NativeDef] = &both::<{ SHARED_COUNT + OWN.len() }>(OWN);

fn append(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (op, item) = two(cx, &args)?;
    let byte = byte_arg(cx, item)?;
    let array = op.expect::<ByteArrayObject>(cx)?;
    let len = array.len();
    array.splice(cx, len, len, &[byte])?;
    Ok(cx.none())
}

fn clear(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    this(cx, &args)?.expect::<ByteArrayObject>(cx)?.resize(cx, 0)?;
    Ok(cx.none())
}

fn copy(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    from_bytes(cx, this(cx, &args)?.expect::<ByteArrayObject>(cx)?.bytes(cx))
}

fn extend(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (op, items) = two(cx, &args)?;
    let array = op.expect::<ByteArrayObject>(cx)?;
    if is_bytes_like(items) {
        if items.is(op) {
            let own = from_bytes(cx, array.bytes(cx))?;
            let own = own.borrow().expect::<ByteArrayObject>(cx)?.bytes(cx);
            let len = array.len();
            array.splice(cx, len, len, own)?;
            return Ok(cx.none());
        }
        let buffer = Buffer::get(cx.world(), items).map_err(|raised| {
            drop(cx.take_raised(raised));
            let name = Type::of(items).name();
            cx.type_error(format_args!("can't set bytearray slice from {name}"))
        })?;
        let len = array.len();
        array.splice(cx, len, len, buffer.bytes(cx))?;
        return Ok(cx.none());
    }
    let bytes = match gather(cx, items, ByteRange::OfByte) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => {
            let name = Type::of(items).name();
            return Err(cx.type_error(format_args!("can't extend bytearray with {name}")));
        }
        Err(raised) if items.is_a::<StrObject>() => {
            caught(cx, raised, &[Exc::TypeError])?;
            return Err(cx.type_error(format_args!("expected iterable of integers; got: 'str'")));
        }
        Err(raised) => return Err(raised),
    };
    let len = array.len();
    array.splice(cx, len, len, &bytes)?;
    Ok(cx.none())
}

fn insert(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (op, index) = two(cx, &args)?;
    let index = to_c(cx, index, 64)?;
    let byte = match args.get(2) {
        Some(item) => byte_arg(cx, item)?,
        None => 0,
    };
    let array = op.expect::<ByteArrayObject>(cx)?;
    let len = array.len();
    let at = if index < 0 { index.saturating_add(len as isize).max(0) } else { index };
    let at = (at as usize).min(len);
    array.splice(cx, at, at, &[byte])?;
    Ok(cx.none())
}

fn pop(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let index = match args.get(1) {
        Some(index) => to_c(cx, index, 64)?,
        None => -1,
    };
    let array = this(cx, &args)?.expect::<ByteArrayObject>(cx)?;
    let index_error = |what: &str| cx.raise(Exc::IndexError, format_args!("{what}"));
    if array.is_empty() {
        return Err(index_error("pop from empty bytearray"));
    }
    let at = crate::bytes::at(index, array.len());
    let Some((at, byte)) = at.and_then(|at| Some((at, array.get(at)?))) else {
        return Err(index_error("pop index out of range"));
    };
    take(cx, array, at)?;
    cx.int(i64::from(byte))
}

/// Takes one byte out. Unlike `del b[0]` this moves the bytes behind it, never the start.
fn take(cx: &Cx<'_>, array: &ByteArrayObject, at: usize) -> Res<()> {
    array.check_resizable(cx)?;
    let len = array.len();
    array.shift(at + 1, at, len - at - 1);
    array.resize(cx, len - 1)
}

fn remove(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (op, item) = two(cx, &args)?;
    let byte = byte_arg(cx, item)?;
    let array = op.expect::<ByteArrayObject>(cx)?;
    match memchr::memchr(byte, array.bytes(cx)) {
        Some(at) => take(cx, array, at)?,
        None => return Err(cx.value_error(format_args!("value not found in bytearray"))),
    }
    Ok(cx.none())
}

fn reverse(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    this(cx, &args)?.expect::<ByteArrayObject>(cx)?.change(<[u8]>::reverse);
    Ok(cx.none())
}

/// `bytearray(x)` of one object.
///
/// # Errors
/// As `bytearray(x)`.
pub(super) fn from_object(cx: &mut Cx<'_>, source: Borrowed<'_>) -> Res {
    let made = from_bytes(cx, &[])?;
    super::new::init(cx, made.borrow(), Args::positional(&[source]))?;
    Ok(made)
}
