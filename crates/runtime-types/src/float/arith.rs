//! Operators of floats, with ints mixed in; comparison and hash.

use std::cmp::Ordering;

use runtime_core::AllocError;
use runtime_gc::Borrowed;

use super::{FloatObject, is_exact};
use crate::cx::{Cx, Raised, Res};
use crate::exception::Exc;
use crate::int::{IntObject, float_of};
use crate::kernel::float::{self, FloatError};
use crate::kernel::integer;
use crate::ty::Compare;
use crate::view::Look;
use crate::world::World;

/// The operand as a float; `None` when it is neither float nor int.
#[inline(always)]
fn operand(cx: &World, op: Borrowed<'_>) -> Res<Option<f64>> {
    if let Some(float) = op.view::<FloatObject>() {
        return Ok(Some(float.value()));
    }
    match op.view::<IntObject>() {
        Some(int) => float_of(cx, int).map(Some),
        None => Ok(None),
    }
}

/// Both operands as floats; `NotImplemented` otherwise.
macro_rules! operands {
    ($cx:ident, $a:ident, $b:ident) => {{
        let Some(x) = operand($cx, $a)? else { return Ok($cx.not_implemented()) };
        let Some(y) = operand($cx, $b)? else { return Ok($cx.not_implemented()) };
        (x, y)
    }};
}

macro_rules! operator {
    ($name:ident, $op:tt) => {
        pub(super) fn $name(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>) -> Res {
            let (x, y) = operands!(cx, a, b);
            cx.float(x $op y)
        }
    };
}

operator!(add, +);
operator!(sub, -);
operator!(mul, *);

fn by_zero(cx: &World, text: &str) -> Raised {
    cx.raise(Exc::ZeroDivisionError, format_args!("{text}"))
}

/// `a / b`
pub(super) fn true_div(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>) -> Res {
    let (x, y) = operands!(cx, a, b);
    if y == 0.0 {
        return Err(by_zero(cx, "float division by zero"));
    }
    cx.float(x / y)
}

/// `a // b`
pub(super) fn floordiv(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>) -> Res {
    let (x, y) = operands!(cx, a, b);
    match float::floordiv(x, y) {
        Ok(value) => cx.float(value),
        Err(_) => Err(by_zero(cx, "float floor division by zero")),
    }
}

/// `a % b`
pub(super) fn modulo(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>) -> Res {
    let (x, y) = operands!(cx, a, b);
    match float::modulo(x, y) {
        Ok(value) => cx.float(value),
        Err(_) => Err(by_zero(cx, "float modulo by zero")),
    }
}

/// `divmod(a, b)`
pub(super) fn divmod(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>) -> Res {
    let (x, y) = operands!(cx, a, b);
    let Ok((quotient, rest)) = float::divmod(x, y) else {
        return Err(by_zero(cx, "float divmod()"));
    };
    let quotient = cx.float(quotient)?;
    let rest = cx.float(rest)?;
    cx.tuple([quotient, rest])
}

/// `a ** b`
pub(super) fn pow(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>) -> Res {
    let (x, y) = operands!(cx, a, b);
    power(cx, x, y)
}

/// `pow(a, b, m)`: floats have no such thing.
pub(super) fn pow_mod(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>, m: Borrowed<'_>) -> Res {
    if cx.is_none(m) {
        return pow(cx, a, b);
    }
    Err(cx.type_error(format_args!(
        "pow() 3rd argument not allowed unless all arguments are integers"
    )))
}

/// `x ** y`
///
/// # Errors
/// `ZeroDivisionError` for zero to a negative power, `OverflowError`, `ValueError` where Python
/// would answer with a complex number, which Strata does not have.
pub(crate) fn power(cx: &World, x: f64, y: f64) -> Res {
    match float::pow(x, y) {
        Ok(value) => cx.float(value),
        Err(error) => Err(raise_float(cx, error)),
    }
}

/// The exception for an error of the kernel.
#[cold]
pub(crate) fn raise_float(cx: &World, error: FloatError) -> Raised {
    let kind = match error {
        FloatError::NoMemory => return cx.raise_no_memory(AllocError::System { bytes: 0 }),
        FloatError::ZeroToNegative => {
            return by_zero(cx, "0.0 cannot be raised to a negative power");
        }
        FloatError::PowerOverflow => return range_error(cx),
        FloatError::ZeroDivision => Exc::ZeroDivisionError,
        FloatError::RoundOverflow | FloatError::RatioOfInfinity | FloatError::HexTooLarge => {
            Exc::OverflowError
        }
        _ => Exc::ValueError,
    };
    cx.raise(kind, format_args!("{error}"))
}

/// `OverflowError(34, 'Numerical result out of range')`, as C's `errno` has it.
fn range_error(cx: &World) -> Raised {
    let raise = || -> Res {
        let number = cx.int(34)?;
        let text = cx.str("Numerical result out of range")?;
        let args = cx.tuple([number, text])?;
        cx.exception(cx.exc_type(Exc::OverflowError), args)
    };
    match raise() {
        Ok(exception) => cx.set_raised(exception),
        Err(raised) => raised,
    }
}

/// `-x`
pub(super) fn neg(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let value = op.expect::<FloatObject>(cx)?.value();
    cx.float(-value)
}

/// `abs(x)`
pub(super) fn abs(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let value = op.expect::<FloatObject>(cx)?.value();
    cx.float(value.abs())
}

/// `+x`, `float(x)`: itself, or an exact float of the same value.
pub(super) fn same(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    if is_exact(cx, op) {
        return Ok(op.owned());
    }
    let value = op.expect::<FloatObject>(cx)?.value();
    cx.float(value)
}

/// `int(x)`
pub(super) fn to_int(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    super::to_whole(cx, op.expect::<FloatObject>(cx)?.value())
}

/// `hash(x)`: that of an equal int; of what is not a number, that of the object.
pub(super) fn hash(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<i64> {
    let value = op.expect::<FloatObject>(cx)?.value();
    Ok(float::hash(value).unwrap_or_else(|| crate::object::hash_address(op)))
}

/// Comparisons, exact also with ints that no float equals.
pub(super) fn compare(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>, op: Compare) -> Res {
    let Some(x) = a.view::<FloatObject>() else { return Ok(cx.not_implemented()) };
    let x = x.value();
    let order = match (b.view::<FloatObject>(), b.view::<IntObject>()) {
        (Some(y), _) => x.partial_cmp(&y.value()),
        (None, Some(y)) => match y.compact() {
            Some(y) => x.partial_cmp(&(y as f64)),
            None => integer::compare_float(y.kernel(), x).map(Ordering::reverse),
        },
        _ => return Ok(cx.not_implemented()),
    };
    // Nothing but `!=` holds of what is not a number.
    Ok(cx.bool(order.map_or(op == Compare::Ne, |order| op.holds(order))))
}
