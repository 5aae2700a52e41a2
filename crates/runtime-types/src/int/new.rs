//! `int(x)` and `int(text, base)`.

use runtime_gc::Borrowed;

use super::compute::{compute_or, raise_int};
use super::{IntObject, is_exact};
use crate::args::{Args, unexpected_keyword};
use crate::buffer::is_bytes_like;
use crate::bytearray::ByteArrayObject;
use crate::bytes::BytesObject;
use crate::cx::{Cx, Raised, Res};
use crate::exception::Exc;
use crate::kernel::integer::{self, Int, IntError};
use crate::kernel::{NoMemory, repr};
use crate::string::{StrObject, Text, TextBuilder};
use crate::ty::Type;
use crate::view::Look;
use crate::world::World;

/// Characters of the input that the error message of `int` shows.
const SHOWN: usize = 200;

/// `int.__new__(T, ...)`
pub(super) fn new(cx: &mut Cx<'_>, ty: &Type, args: Args<'_>) -> Res {
    let value = convert(cx, ty, args)?;
    if std::ptr::eq(ty, cx.types.int.as_ptr()) {
        return Ok(value);
    }
    let value = value.borrow().expect::<IntObject>(cx)?;
    cx.int_of_type(ty, value.kernel())
}

fn convert(cx: &mut Cx<'_>, ty: &Type, args: Args<'_>) -> Res {
    let given = args.values().len();
    if given > 2 {
        let exact = std::ptr::eq(ty, cx.types.int.as_ptr());
        return Err(if exact && args.names().is_empty() {
            cx.type_error(format_args!("int expected at most 2 arguments, got {given}"))
        } else {
            cx.type_error(format_args!("int() takes at most 2 arguments ({given} given)"))
        });
    }
    let mut base = args.get(1);
    for (name, value) in args.keywords() {
        let text = crate::string::text_of(cx, name)?;
        if !text.eq_str("base") {
            return Err(unexpected_keyword(cx, "int", text, &["base"]));
        }
        base = Some(value);
    }
    match (args.get(0), base) {
        (None, None) => cx.int(0),
        (None, Some(_)) => Err(cx.type_error(format_args!("int() missing string argument"))),
        (Some(op), None) => from_object(cx, op),
        (Some(op), Some(base)) => {
            let base = crate::protocol::index(cx, base)?;
            let base = super::to_i64(base.borrow()).and_then(|base| u32::try_from(base).ok());
            let Some(base) = base.filter(|&base| base != 1 && base <= 36) else {
                return Err(raise_int(cx, IntError::BadBase));
            };
            match op.view::<StrObject>() {
                Some(text) => from_text(cx, text.text(), base),
                None if op.is_a::<BytesObject>() || op.is_a::<ByteArrayObject>() => {
                    from_bytes(cx, crate::bytes::data(cx, op)?, base)
                }
                None => Err(cx
                    .type_error(format_args!("int() can't convert non-string with explicit base"))),
            }
        }
    }
}

/// `int(x)`: by `__int__`, by `__index__`, or what a text spells. CPython: `PyNumber_Long`.
///
/// # Errors
/// `TypeError` when it is none of these, `ValueError` for texts, and those of the program's code.
pub fn from_object(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    if is_exact(cx, op) {
        return Ok(op.owned());
    }
    let slots = &Type::of(op).slots;
    if let Some(slot) = slots.int {
        let made = slot(cx, op)?;
        return exact(cx, made.borrow(), "__int__");
    }
    if slots.index.is_some() {
        let made = crate::protocol::index(cx, op)?;
        return exact(cx, made.borrow(), "__index__");
    }
    if let Some(text) = op.view::<StrObject>() {
        return from_text(cx, text.text(), 10);
    }
    if is_bytes_like(op)
        && let Some(buffer) = crate::buffer::lent(cx, op)
    {
        return from_bytes(cx, buffer.bytes(cx), 10);
    }
    Err(cx.type_error(format_args!(
        "int() argument must be a string, a bytes-like object or a real number, not '{}'",
        Type::of(op).name()
    )))
}

/// What a program's `__int__` returned, as an exact int.
fn exact(cx: &Cx<'_>, made: Borrowed<'_>, by: &str) -> Res {
    if is_exact(cx, made) {
        return Ok(made.owned());
    }
    match made.view::<IntObject>() {
        Some(int) => super::arith::exact(cx, int),
        None => {
            let name = Type::of(made).name();
            Err(cx.type_error(format_args!("{by} returned non-int (type {name})")))
        }
    }
}

/// The int that a text spells in a base of 2 to 36, or 0 for what its prefix says.
///
/// # Errors
/// `ValueError`; `MemoryError`.
pub fn from_text(cx: &World, text: Text<'_>, base: u32) -> Res {
    let value = with_ascii(cx, text, |ascii| parse(cx, text, ascii, base))??;
    cx.int_from(&value)
}

fn parse(cx: &World, text: Text<'_>, ascii: &[u8], base: u32) -> Res<Int> {
    let max_digits = cx.int_max_str_digits.get();
    compute_or(
        cx,
        |work| integer::parse(ascii, base, max_digits, work),
        |error| match error {
            IntError::InvalidLiteral { base } => raise_shown(cx, text, SHOWN, |shown| {
                cx.value_error(format_args!("invalid literal for int() with base {base}: {shown}"))
            }),
            error => raise_int(cx, error),
        },
    )
}

/// The int that ASCII bytes spell.
fn from_bytes(cx: &World, bytes: &[u8], base: u32) -> Res {
    let max_digits = cx.int_max_str_digits.get();
    let value = compute_or(
        cx,
        |work| integer::parse(bytes, base, max_digits, work),
        |error| match error {
            IntError::InvalidLiteral { base } => {
                let shown = bytes.get(..bytes.len().min(SHOWN)).unwrap_or_default();
                match crate::bytes::repr_of(cx, shown, None) {
                    Ok(shown) => match shown.borrow().view::<StrObject>() {
                        Some(shown) => cx.value_error(format_args!(
                            "invalid literal for int() with base {base}: {}",
                            shown.text().slice(0, shown.len().min(SHOWN))
                        )),
                        None => raise_int(cx, IntError::NoMemory),
                    },
                    Err(raised) => raised,
                }
            }
            error => raise_int(cx, error),
        },
    )?;
    cx.int_from(&value)
}

/// Gives `f` the ASCII form of a number's text: digits of any script as ASCII digits.
///
/// # Errors
/// `MemoryError`.
pub(crate) fn with_ascii<T>(cx: &World, text: Text<'_>, f: impl FnOnce(&[u8]) -> T) -> Res<T> {
    if let Some(ascii) = text.as_ascii() {
        return Ok(f(ascii));
    }
    let mut folded = Vec::new();
    match integer::fold_numeric(text.chars(), &mut folded) {
        Ok(()) => Ok(f(&folded)),
        Err(NoMemory) => Err(raise_int(cx, IntError::NoMemory)),
    }
}

/// Raises with the repr of a text, cut to at most this many characters.
pub(crate) fn raise_shown(
    cx: &World,
    text: Text<'_>,
    most: usize,
    raise: impl FnOnce(Text<'_>) -> Raised,
) -> Raised {
    let mut shown = TextBuilder::new(cx);
    let start = text.slice(0, text.len().min(most));
    if repr::write_str(start.chars(), &mut shown).is_err() {
        return raise_int(cx, IntError::NoMemory);
    }
    let shown = shown.text();
    raise(shown.slice(0, shown.len().min(most)))
}

/// The value of an object as a C `int` or `ssize_t` of this many bits, in CPython's words.
///
/// # Errors
/// `TypeError` when it is no integer, `OverflowError` when it does not fit.
pub(crate) fn to_c(cx: &mut Cx<'_>, op: Borrowed<'_>, bits: u32) -> Res<isize> {
    let int = crate::protocol::index(cx, op)?;
    let value = super::to_i64(int.borrow());
    let fits = |value: &i64| bits == 64 || i32::try_from(*value).is_ok();
    match value.filter(fits) {
        Some(value) => Ok(value as isize),
        None => {
            let name = if bits == 64 { "ssize_t" } else { "int" };
            let text = format_args!("Python int too large to convert to C {name}");
            Err(cx.raise(Exc::OverflowError, text))
        }
    }
}
