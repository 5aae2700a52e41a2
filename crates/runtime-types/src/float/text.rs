//! Floats and text: `repr`, `format`, `float(x)`, hexadecimal.

use runtime_core::AllocError;
use runtime_gc::{Borrowed, Ref};

use super::{FloatObject, is_exact, raise_float};
use crate::args::Args;
use crate::buffer::is_bytes_like;
use crate::cx::{Cx, OrRaise, Res};
use crate::kernel::float;
use crate::kernel::format_spec::{self, Kind, Spec};
use crate::string::{StrObject, Text, TextBuilder};
use crate::ty::Type;
use crate::view::Look;
use crate::world::World;

pub(super) fn repr(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let value = op.expect::<FloatObject>(cx)?.value();
    let mut text = TextBuilder::new(cx);
    if float::write_repr(value, &mut text).is_err() {
        return Err(cx.raise_no_memory(AllocError::System { bytes: 0 }));
    }
    text.finish()
}

/// `format(x, spec)`
pub(super) fn format(cx: &mut Cx<'_>, op: Borrowed<'_>, spec: Borrowed<'_>) -> Res {
    let text = crate::string::text_of(cx, spec)?;
    if text.is_empty() {
        return crate::protocol::str(cx, op);
    }
    let value = op.expect::<FloatObject>(cx)?.value();
    let refuse = |error| crate::string::raise_format(cx, error, text, Type::of(op).name());
    let spec = Spec::parse(text.chars(), Kind::Float).map_err(refuse)?;
    let mut out = TextBuilder::new(cx);
    format_spec::write_float(&spec, value, &mut out).map_err(refuse)?;
    out.finish()
}

/// `float.__new__(T, x)`
pub(super) fn new(cx: &mut Cx<'_>, ty: &Type, args: Args<'_>) -> Res {
    if !args.names().is_empty() && !ty.inits_unlike(cx.ty(cx.types.float)) {
        return Err(cx.type_error(format_args!("float() takes no keyword arguments")));
    }
    let made = match args.positionals() {
        [] => cx.float(0.0)?,
        [op] => from_object(cx, *op)?,
        more => {
            let count = more.len();
            return Err(
                cx.type_error(format_args!("float expected at most 1 argument, got {count}"))
            );
        }
    };
    if std::ptr::eq(ty, cx.types.float.as_ptr()) {
        return Ok(made);
    }
    let value = made.borrow().expect::<FloatObject>(cx)?.value();
    // SAFETY: the type is derived from `float`, so its objects begin with one, filled here; the
    // allocation's one reference is ours.
    unsafe {
        let op = (ty.mem.tp_alloc)(ty.mem.as_ptr(), 0).or_raise(cx)?;
        op.cast::<FloatObject>().as_ref().value.set(value);
        let made = Ref::steal(op);
        crate::class::track_instance(&made);
        Ok(made)
    }
}

/// `float(x)`: by `__float__`, by `__index__`, or what a text spells. CPython: `PyNumber_Float`.
///
/// # Errors
/// `TypeError` when it is none of these, `ValueError` for texts, `OverflowError` for ints.
pub fn from_object(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    if is_exact(cx, op) {
        return Ok(op.owned());
    }
    let slots = &Type::of(op).slots;
    if let Some(slot) = slots.float {
        let made = slot(cx, op)?;
        return exact(cx, op, made.borrow());
    }
    if slots.index.is_some() {
        let int = crate::protocol::index(cx, op)?;
        let value = crate::int::float_of(cx, int.borrow().expect(cx)?)?;
        return cx.float(value);
    }
    if let Some(text) = op.view::<StrObject>() {
        return from_text(cx, text.text());
    }
    if is_bytes_like(op)
        && let Some(buffer) = crate::buffer::lent(cx, op)
    {
        let parsed = float::parse(buffer.bytes(cx));
        drop(buffer);
        return match parsed {
            Ok(Some(value)) => cx.float(value),
            Ok(None) => {
                let shown = crate::protocol::repr(cx, op)?;
                let shown = crate::string::text_of(cx, shown.borrow())?;
                Err(cx.value_error(format_args!("could not convert string to float: {shown}")))
            }
            Err(_) => Err(cx.raise_no_memory(AllocError::System { bytes: 0 })),
        };
    }
    Err(cx.type_error(format_args!(
        "float() argument must be a string or a real number, not '{}'",
        Type::of(op).name()
    )))
}

/// What a program's `__float__` returned, as an exact float.
fn exact(cx: &Cx<'_>, op: Borrowed<'_>, made: Borrowed<'_>) -> Res {
    if is_exact(cx, made) {
        return Ok(made.owned());
    }
    match made.view::<FloatObject>() {
        Some(float) => cx.float(float.value()),
        None => Err(cx.type_error(format_args!(
            "{}.__float__ returned non-float (type {})",
            Type::of(op).name(),
            Type::of(made).name()
        ))),
    }
}

fn from_text(cx: &World, text: Text<'_>) -> Res {
    match crate::int::with_ascii(cx, text, float::parse)? {
        Ok(Some(value)) => cx.float(value),
        Ok(None) => Err(crate::int::raise_shown(cx, text, usize::MAX, |shown| {
            cx.value_error(format_args!("could not convert string to float: {shown}"))
        })),
        Err(_) => Err(cx.raise_no_memory(AllocError::System { bytes: 0 })),
    }
}

/// `x.hex()`
pub(super) fn hex(cx: &World, value: f64) -> Res {
    let mut text = TextBuilder::new(cx);
    if float::write_hex(value, &mut text).is_err() {
        return Err(cx.raise_no_memory(AllocError::System { bytes: 0 }));
    }
    text.finish()
}

/// `float.fromhex(text)`
///
/// # Errors
/// `ValueError`, `OverflowError`; `TypeError` when it is no text.
pub fn from_hex(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let Some(text) = op.view::<StrObject>() else {
        return Err(cx.type_error(format_args!("bad argument type for built-in operation")));
    };
    // Text beyond ASCII is no hexadecimal float, whatever it is.
    let ascii = text.text().as_ascii().unwrap_or(b"?");
    match float::from_hex(ascii) {
        Ok(value) => cx.float(value),
        Err(error) => Err(raise_float(cx, error)),
    }
}
