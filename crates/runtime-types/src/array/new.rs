//! `array(kind, initial)`.

use runtime_gc::Borrowed;

use super::item::Kind;
use super::{ArrayObject, fit, methods};
use crate::args::Args;
use crate::buffer::Buffer;
use crate::bytearray::ByteArrayObject;
use crate::bytes::BytesObject;
use crate::cx::{Cx, Res};
use crate::list::ListObject;
use crate::string::StrObject;
use crate::tuple::TupleObject;
use crate::ty::Type;
use crate::view::Look;
use crate::{class, protocol};

pub(super) fn new(cx: &mut Cx<'_>, ty: &Type, args: Args<'_>) -> Res {
    if !ty.is_class() && !args.names().is_empty() {
        return Err(cx.type_error(format_args!("array.array() takes no keyword arguments")));
    }
    let (code, initial) = match args.positionals() {
        [code] => (*code, None),
        [code, initial] => (*code, Some(*initial)),
        [] => {
            return Err(cx.type_error(format_args!("array() takes at least 1 argument (0 given)")));
        }
        more => {
            let given = more.len();
            return Err(
                cx.type_error(format_args!("array() takes at most 2 arguments ({given} given)"))
            );
        }
    };
    let code = match code.view::<StrObject>() {
        Some(str) if str.len() == 1 => str.text().get(0),
        _ => {
            let name = Type::of(code).name();
            return Err(cx.type_error(format_args!(
                "array() argument 1 must be a unicode character, not {name}"
            )));
        }
    };
    let kind = code.and_then(Kind::parse);
    if let (Some(initial), Some(code)) = (initial, code)
        && kind.is_none_or(|kind| !kind.is_text())
    {
        check_text(cx, initial, code)?;
    }
    let Some(kind) = kind else {
        return Err(cx.value_error(format_args!(
            "bad typecode (must be b, B, u, h, H, i, I, l, L, q, Q, f or d)"
        )));
    };
    let made = class::new_object(cx, ty)?;
    fit(cx, made.borrow(), kind, 0)?;
    if let Some(initial) = initial {
        fill(cx, made.borrow(), kind, initial)?;
    }
    Ok(made)
}

/// Text is for arrays of text.
fn check_text(cx: &Cx<'_>, initial: Borrowed<'_>, code: u32) -> Res<()> {
    let what = if initial.is_a::<StrObject>() {
        "str"
    } else if initial.view::<ArrayObject>().is_some_and(|array| array.kind().is_text()) {
        "unicode array"
    } else {
        return Ok(());
    };
    let code = char::from_u32(code).unwrap_or('?');
    Err(cx.type_error(format_args!(
        "cannot use a {what} to initialize an array with typecode '{code}'"
    )))
}

fn fill(cx: &mut Cx<'_>, op: Borrowed<'_>, kind: Kind, initial: Borrowed<'_>) -> Res<()> {
    if initial.is_a::<BytesObject>() || initial.is_a::<ByteArrayObject>() {
        let buffer = Buffer::get(cx.world(), initial)?;
        return methods::append_bytes(cx, op, buffer.bytes(cx));
    }
    if kind.is_text() && initial.is_a::<StrObject>() {
        return methods::append_text(cx, op, initial);
    }
    if let Some(other) = initial.view::<ArrayObject>()
        && other.kind() == kind
    {
        fit(cx, op, kind, other.len())?;
        op.expect::<ArrayObject>(cx)?.write(0, other.bytes(cx));
        return Ok(());
    }
    let counted = initial.is_a::<ListObject>()
        || initial.is_a::<TupleObject>()
        || initial.is_a::<ArrayObject>();
    if !counted {
        return methods::extend_by_iterator(cx, op, initial);
    }
    let len = protocol::len(cx, initial)?;
    fit(cx, op, kind, len)?;
    for at in 0..len {
        let index = cx.int(at as i64)?;
        let value = protocol::subscript(cx, initial, index.borrow())?;
        let bytes = kind.pack(cx, value.borrow())?;
        op.expect::<ArrayObject>(cx)?.put(at, bytes);
    }
    Ok(())
}
