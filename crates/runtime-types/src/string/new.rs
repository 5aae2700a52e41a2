//! `str(x)`, and `ascii(x)`.

use runtime_gc::{Borrowed, Ref};

use super::{Kind, StrObject, StrWriter, Text, TextBuilder, init, text_of};
use crate::args::{Args, bind};
use crate::bytes::BytesObject;
use crate::cx::{Cx, OrRaise, Res};
use crate::ty::Type;
use crate::view::Look;
use runtime_core::AllocError;

/// `str.__new__(T, object, encoding, errors)`
pub(super) fn new(cx: &mut Cx<'_>, ty: &Type, args: Args<'_>) -> Res {
    let given = args.len();
    if given > 3 && std::ptr::eq(ty, cx.types.str.as_ptr()) {
        return Err(cx.type_error(format_args!("str expected at most 3 arguments, got {given}")));
    }
    let [object, encoding, errors] = bind(cx, "str", &args, ["object", "encoding", "errors"], 0)?;
    let made = match object {
        None => cx.empty_str(),
        Some(object) if encoding.is_none() && errors.is_none() => {
            let made = crate::protocol::str(cx, object)?;
            checked(cx, made, "__str__")?
        }
        Some(object) => decoded(cx, object, encoding, errors)?,
    };
    if std::ptr::eq(ty, cx.types.str.as_ptr()) {
        return Ok(made);
    }
    of_type(cx, ty, text_of(cx, made.borrow())?)
}

/// Text of bytes, or of anything that lends its memory.
fn decoded(
    cx: &mut Cx<'_>,
    object: Borrowed<'_>,
    encoding: Option<Borrowed<'_>>,
    errors: Option<Borrowed<'_>>,
) -> Res {
    let (encoding, errors) = crate::bytes::given_texts(cx, "str", encoding, errors)?;
    if object.is_a::<BytesObject>() {
        return super::decode(cx, object, encoding, errors);
    }
    if object.is_a::<StrObject>() {
        return Err(cx.type_error(format_args!("decoding str is not supported")));
    }
    if let Some(buffer) = crate::buffer::lent(cx, object) {
        let bytes = cx.bytes(buffer.bytes(cx))?;
        return super::decode(cx, bytes.borrow(), encoding, errors);
    }
    let name = Type::of(object).name();
    Err(cx.type_error(format_args!("decoding to str: need a bytes-like object, {name} found")))
}

/// What a program's `__str__` or `__repr__` returned, which must be a string.
fn checked(cx: &Cx<'_>, made: Ref, by: &str) -> Res {
    if made.borrow().is_a::<StrObject>() {
        return Ok(made);
    }
    let name = Type::of(made.borrow()).name();
    Err(cx.type_error(format_args!("{by} returned non-string (type {name})")))
}

/// A string of a type derived from `str`.
fn of_type(cx: &Cx<'_>, ty: &Type, text: Text<'_>) -> Res {
    let kind = Kind::holding(text.max_char());
    let size = derived_size(kind, text.len()).ok_or(AllocError::TooLarge).or_raise(cx)?;
    // SAFETY: the type is a live class.
    let op = unsafe { crate::class::alloc_bytes(ty, size) }.or_raise(cx)?;
    // SAFETY: the block has the size of a string of this kind and length, filled here; the
    // allocation's one reference is ours.
    let made = unsafe {
        let next = init(op, kind, text.len());
        StrWriter::at(kind, next, text.len()).push(text);
        Ref::steal(op)
    };
    crate::class::track_instance(&made);
    Ok(made)
}

/// Bytes of a string of a class: CPython gives them the large header whatever their text.
pub(crate) const fn derived_size(kind: Kind, len: usize) -> Option<usize> {
    /// Bytes of CPython's `PyUnicodeObject`.
    const HEADER: usize = 64;
    match len.checked_add(1) {
        Some(units) => match units.checked_mul(kind.unit()) {
            Some(bytes) => bytes.checked_add(HEADER),
            None => None,
        },
        None => None,
    }
}

/// `ascii(x)`: the `repr` with everything beyond ASCII escaped.
///
/// # Errors
/// Those of the object's own `repr`.
pub fn ascii(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let made = crate::protocol::repr(cx, op)?;
    let made = checked(cx, made, "__repr__")?;
    let text = text_of(cx, made.borrow())?;
    if text.as_ascii().is_some() {
        return Ok(made);
    }
    let mut out = TextBuilder::new(cx.world());
    for code in text.chars() {
        // A failure is remembered by the builder.
        let _ = match code {
            0..=0x7f => {
                out.push(code).or_raise(cx)?;
                Ok(())
            }
            0x80..=0xff => std::fmt::Write::write_fmt(&mut out, format_args!("\\x{code:02x}")),
            0x100..=0xffff => std::fmt::Write::write_fmt(&mut out, format_args!("\\u{code:04x}")),
            _ => std::fmt::Write::write_fmt(&mut out, format_args!("\\U{code:08x}")),
        };
    }
    out.finish()
}
