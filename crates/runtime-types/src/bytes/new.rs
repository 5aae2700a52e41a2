//! Making bytes of things: `bytes(x)`, and what `bytearray(x)` makes of the same.

use runtime_core::HeapVec;
use runtime_gc::{Borrowed, Ref};

use super::{BytesObject, is_exact, of_type, scratch};
use crate::args::{Args, bind};
use crate::buffer::{Buffer, is_bytes_like};
use crate::cx::{Cx, OrRaise, Raised, Res};
use crate::exception::Exc;
use crate::iter::{caught, guess, special};
use crate::list::ListObject;
use crate::string::StrObject;
use crate::tuple::TupleObject;
use crate::ty::Type;
use crate::view::Look;

/// Bytes that are expected of an iterable which does not say.
const UNKNOWN: usize = 64;

/// `bytes.__new__(T, source, encoding, errors)`
pub(super) fn new(cx: &mut Cx<'_>, ty: &Type, args: Args<'_>) -> Res {
    let [source, encoding, errors] = bind(cx, "bytes", &args, ["source", "encoding", "errors"], 0)?;
    let given = given_texts(cx, "bytes", encoding, errors)?;
    let made = match (source, given) {
        (None, (None, None)) => cx.empty_bytes(),
        (Some(source), (Some(encoding), errors)) if source.is_a::<StrObject>() => {
            crate::string::encode(cx, source, Some(encoding), errors)?
        }
        (source, (Some(_), _)) => {
            let _ = source;
            return Err(cx.type_error(format_args!("encoding without a string argument")));
        }
        (source, (None, Some(_))) => {
            let is_text = source.is_some_and(|source| source.is_a::<StrObject>());
            return Err(cx.type_error(format_args!(
                "{}",
                if is_text {
                    "string argument without an encoding"
                } else {
                    "errors without a string argument"
                }
            )));
        }
        (Some(source), (None, None)) => of_object(cx, source)?,
    };
    if std::ptr::eq(ty, cx.types.bytes.as_ptr()) {
        return Ok(made);
    }
    of_type(cx, ty, made.borrow().expect::<BytesObject>(cx)?.bytes())
}

/// The encoding and the error handler that a call names, which must be strs.
pub(crate) fn given_texts<'a>(
    cx: &Cx<'_>,
    function: &str,
    encoding: Option<Borrowed<'a>>,
    errors: Option<Borrowed<'a>>,
) -> Res<(Option<Borrowed<'a>>, Option<Borrowed<'a>>)> {
    for (name, given) in [("encoding", encoding), ("errors", errors)] {
        if let Some(given) = given.filter(|given| !given.is_a::<StrObject>()) {
            let found = if cx.is_none(given) { "None" } else { Type::of(given).name() };
            return Err(cx.type_error(format_args!(
                "{function}() argument '{name}' must be str, not {found}"
            )));
        }
        let text = given.and_then(|given| given.view::<StrObject>());
        if text.is_some_and(|text| text.text().chars().any(|c| c == 0)) {
            return Err(cx.value_error(format_args!("embedded null character")));
        }
    }
    Ok((encoding, errors))
}

/// `bytes(x)` of one thing.
fn of_object(cx: &mut Cx<'_>, source: Borrowed<'_>) -> Res {
    if let Some(made) = by_method(cx, source)? {
        return Ok(made);
    }
    if source.is_a::<StrObject>() {
        return Err(cx.type_error(format_args!("string argument without an encoding")));
    }
    if Type::of(source).slots.index.is_some() {
        match crate::protocol::to_index(cx, source, Exc::OverflowError) {
            Ok(count) => return zeros(cx, count),
            Err(raised) => caught(cx, raised, &[Exc::TypeError])?,
        }
    }
    of_iterable(cx, source)
}

/// `bytes(n)`
fn zeros(cx: &Cx<'_>, count: isize) -> Res {
    let Ok(count) = usize::try_from(count) else {
        return Err(cx.value_error(format_args!("negative count")));
    };
    if count > isize::MAX as usize - super::EMPTY_SIZE {
        return Err(super::too_long(cx, format_args!("byte string is too large")));
    }
    if count == 1 {
        // Unlike a byte that comes from somewhere, this one is not the shared object.
        let op = cx.shared_bytes(&[0]).or_raise(cx)?;
        // SAFETY: it is new, and its one reference is ours.
        return Ok(unsafe { Ref::steal(op) });
    }
    cx.bytes_with(count, |_| ())
}

/// What `x.__bytes__()` gives, when there is such a method.
fn by_method(cx: &mut Cx<'_>, source: Borrowed<'_>) -> Res<Option<Ref>> {
    if is_exact(cx, source) {
        return Ok(Some(source.owned()));
    }
    let name = cx.name("__bytes__")?;
    let Some(method) = special(cx, source, name.borrow())? else { return Ok(None) };
    let made = crate::protocol::call(cx, method.borrow(), Args::NONE)?;
    if !made.borrow().is_a::<BytesObject>() {
        let name = Type::of(made.borrow()).name();
        return Err(cx.type_error(format_args!("__bytes__ returned non-bytes (type {name})")));
    }
    Ok(Some(made))
}

/// The bytes of any object but an int or a str: itself, by `__bytes__`, its memory, its items.
/// CPython: `PyObject_Bytes`.
///
/// # Errors
/// `TypeError` when it has none; `ValueError` for items that are no bytes; those of its own code.
pub fn to_bytes(cx: &mut Cx<'_>, source: Borrowed<'_>) -> Res {
    match by_method(cx, source)? {
        Some(made) => Ok(made),
        None => of_iterable(cx, source),
    }
}

/// CPython: `PyBytes_FromObject`.
fn of_iterable(cx: &mut Cx<'_>, source: Borrowed<'_>) -> Res {
    if is_bytes_like(source) {
        let buffer = Buffer::get_any(cx.world(), source)?;
        return cx.bytes_with(buffer.len(), |out| buffer.copy_to(out));
    }
    if source.is_a::<StrObject>() {
        return Err(cannot_convert(cx, source));
    }
    match gather(cx, source, ByteRange::OfBytes)? {
        Some(bytes) => cx.bytes(&bytes),
        None => Err(cannot_convert(cx, source)),
    }
}

fn cannot_convert(cx: &Cx<'_>, source: Borrowed<'_>) -> Raised {
    let name = Type::of(source).name();
    cx.type_error(format_args!("cannot convert '{name}' object to bytes"))
}

/// In whose words an int that is no byte is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ByteRange {
    OfBytes,
    OfByte,
}

/// The items of an iterable of ints as bytes; nothing when it is none.
///
/// # Errors
/// `TypeError`, `ValueError` for items that are no bytes; `MemoryError`; those of the program's code.
pub(crate) fn gather(
    cx: &mut Cx<'_>,
    source: Borrowed<'_>,
    range: ByteRange,
) -> Res<Option<HeapVec<u8>>> {
    let mut bytes = scratch(cx);
    if let Some(list) = source.view::<ListObject>().filter(|_| crate::list::is_exact(cx, source)) {
        // Items may shorten the list while they are asked, so each is fetched from what it is then.
        bytes.reserve(list.len()).or_raise(cx)?;
        let mut at = 0;
        while let Some(item) = list.get(at) {
            let byte = byte_of(cx, item.borrow(), range)?;
            bytes.push(byte).or_raise(cx)?;
            at += 1;
        }
        return Ok(Some(bytes));
    }
    if let Some(tuple) = source.view::<TupleObject>().filter(|_| crate::tuple::is_exact(cx, source))
    {
        bytes.reserve(tuple.len()).or_raise(cx)?;
        for item in tuple.items() {
            let byte = byte_of(cx, *item, range)?;
            bytes.push(byte).or_raise(cx)?;
        }
        return Ok(Some(bytes));
    }
    let iterator = match crate::protocol::iter(cx, source) {
        Ok(iterator) => iterator,
        Err(raised) => {
            caught(cx, raised, &[Exc::TypeError])?;
            return Ok(None);
        }
    };
    let hint = guess(cx, source)?.unwrap_or(UNKNOWN);
    bytes.reserve(hint).or_raise(cx)?;
    while let Some(item) = crate::protocol::next(cx, iterator.borrow())? {
        let byte = byte_of(cx, item.borrow(), range)?;
        bytes.push(byte).or_raise(cx)?;
    }
    Ok(Some(bytes))
}

/// An object as one byte, by `__index__`.
///
/// # Errors
/// `TypeError` when it is no integer, `ValueError` when it is none of 0 to 255.
pub(crate) fn byte_of(cx: &mut Cx<'_>, op: Borrowed<'_>, range: ByteRange) -> Res<u8> {
    let int = crate::protocol::index(cx, op)?;
    let value = crate::int::to_i64(int.borrow());
    value.and_then(|value| u8::try_from(value).ok()).ok_or_else(|| {
        let what = if range == ByteRange::OfBytes { "bytes" } else { "byte" };
        cx.value_error(format_args!("{what} must be in range(0, 256)"))
    })
}

/// An argument that is one byte.
///
/// # Errors
/// As [`byte_of`].
pub(crate) fn byte_arg(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<u8> {
    byte_of(cx, op, ByteRange::OfByte)
}
