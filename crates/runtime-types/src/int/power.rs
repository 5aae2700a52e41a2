//! `**`, `pow` with a modulus, `/` and `divmod`.

use runtime_gc::Borrowed;

use super::IntObject;
use super::arith::{by_zero, operands};
use super::compute::{compute, compute_int};
use crate::cx::{Cx, Res};
use crate::exception::Exc;
use crate::kernel::integer;
use crate::view::Look;

/// `a ** b`: an int, or a float when the exponent is negative.
pub(super) fn pow(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>) -> Res {
    let (x, y) = operands!(cx, a, b);
    if y.is_negative() {
        let base = super::arith::float_of(cx, x)?;
        let exponent = super::arith::float_of(cx, y)?;
        return crate::float::power(cx, base, exponent);
    }
    if let (Some(base), Some(exponent)) = (x.compact(), y.compact())
        && let Ok(exponent) = u32::try_from(exponent)
        && let Some(value) = base.checked_pow(exponent)
    {
        return cx.int(value);
    }
    compute_int(cx, |work| integer::pow(x.kernel(), y.kernel(), work))
}

/// `pow(a, b, m)`
pub(super) fn pow_mod(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>, m: Borrowed<'_>) -> Res {
    let (x, y) = operands!(cx, a, b);
    if cx.is_none(m) {
        return pow(cx, a, b);
    }
    let Some(m) = m.view::<IntObject>() else { return Ok(cx.not_implemented()) };
    compute_int(cx, |work| integer::pow_mod(x.kernel(), y.kernel(), m.kernel(), work))
}

/// `a / b`, correctly rounded.
pub(super) fn true_div(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>) -> Res {
    let (x, y) = operands!(cx, a, b);
    if y.is_zero() {
        return Err(cx.raise(Exc::ZeroDivisionError, format_args!("division by zero")));
    }
    let value = match (x.compact(), y.compact()) {
        // Both are exact as floats, so the machine's division is correctly rounded.
        (Some(a), Some(b)) => a as f64 / b as f64,
        _ => compute(cx, |work| integer::true_div(x.kernel(), y.kernel(), work))?,
    };
    cx.float(value)
}

/// `divmod(a, b)`
pub(super) fn divmod(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>) -> Res {
    let (x, y) = operands!(cx, a, b);
    if y.is_zero() {
        return Err(by_zero(cx));
    }
    let fast = super::floordiv_fast(cx, x, y).zip(super::modulo_fast(cx, x, y));
    if let Some((quotient, rest)) = fast {
        return cx.tuple([quotient?, rest?]);
    }
    let (quotient, rest) = compute(cx, |work| integer::divmod(x.kernel(), y.kernel(), work))?;
    let quotient = cx.int_from(&quotient)?;
    let rest = cx.int_from(&rest)?;
    cx.tuple([quotient, rest])
}
