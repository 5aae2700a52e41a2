//! Functions of two floats, and those that take a float apart.

use super::{argument, domain_error, float_of, range_error, two_floats};
use crate::args::{Args, bind_named};
use crate::cx::{Cx, Res};
use crate::int::IntObject;
use crate::kernel::integer;
use crate::list::two;
use crate::view::Look;

fn arguments(cx: &mut Cx<'_>, args: &Args<'_>) -> Res<(f64, f64)> {
    let (a, b) = two(cx, args)?;
    let a = float_of(cx, a)?;
    Ok((a, float_of(cx, b)?))
}

/// `atan2(y, x)`
pub(super) fn atan2(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (y, x) = arguments(cx, &args)?;
    cx.float(y.atan2(x))
}

/// `copysign(x, y)`
pub(super) fn copysign(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (x, y) = arguments(cx, &args)?;
    cx.float(x.copysign(y))
}

/// `fmod(x, y)`: the remainder with the sign of `x`.
pub(super) fn fmod(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (x, y) = arguments(cx, &args)?;
    let rest = x % y;
    if rest.is_nan() && !x.is_nan() && !y.is_nan() {
        return Err(domain_error(cx));
    }
    cx.float(rest)
}

/// `pow(x, y)`, of floats.
pub(super) fn pow(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (x, y) = arguments(cx, &args)?;
    let power = x.powf(y);
    if x.is_finite() && y.is_finite() && !power.is_finite() {
        // Infinity is what zero to a negative power would be, or else too large.
        let no_value = power.is_nan() || x == 0.0;
        return Err(if no_value { domain_error(cx) } else { range_error(cx) });
    }
    cx.float(power)
}

/// `frexp(x)`: a mantissa from a half to one, and the exponent.
pub(super) fn frexp(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let x = argument(cx, &args)?;
    if x == 0.0 || !x.is_finite() {
        return cx.tuple([cx.float(x)?, cx.int(0)?]);
    }
    let (mantissa, exponent) = integer::split(x);
    let bits = (u64::BITS - mantissa.leading_zeros()) as i32;
    let fraction = integer::nearest(mantissa.into(), -i64::from(bits), false).unwrap_or(0.5);
    cx.tuple([cx.float(fraction.copysign(x))?, cx.int((exponent + bits).into())?])
}

/// `ldexp(x, i)`: `x * 2**i`, correctly rounded.
pub(super) fn ldexp(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    /// Larger steps than this lead from every float to none, or to zero.
    const FAR: i64 = 4096;
    let (x, by) = two(cx, &args)?;
    let x = float_of(cx, x)?;
    let Some(by) = by.view::<IntObject>() else {
        return Err(cx.type_error(format_args!("Expected an int as second argument to ldexp.")));
    };
    if x == 0.0 || !x.is_finite() {
        return cx.float(x);
    }
    let far = if by.is_negative() { -FAR } else { FAR };
    let by = by.to_i64().map_or(far, |by| by.clamp(-FAR, FAR));
    let (mantissa, exponent) = integer::split(x);
    match integer::nearest(mantissa.into(), i64::from(exponent) + by, false) {
        Some(value) => cx.float(value.copysign(x)),
        None => Err(range_error(cx)),
    }
}

/// `modf(x)`: the fraction and the whole part, both with the sign of `x`.
pub(super) fn modf(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let x = argument(cx, &args)?;
    let fraction = if x.is_infinite() { 0.0 } else { x.fract() };
    let fraction = if x.is_nan() { x } else { fraction.copysign(x) };
    two_floats(cx, fraction, x.trunc())
}

/// `isclose(a, b, *, rel_tol=1e-09, abs_tol=0.0)`
pub(super) fn isclose(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let names = ["a", "b", "rel_tol", "abs_tol"];
    let [a, b, relative, absolute] = bind_named(cx, "isclose", &args, names, 2, 2)?;
    let mut numbers = [0.0, 0.0, 1e-9, 0.0];
    for (number, given) in numbers.iter_mut().zip([a, b, relative, absolute]) {
        if let Some(given) = given {
            *number = float_of(cx, given)?;
        }
    }
    let [a, b, relative, absolute] = numbers;
    if relative < 0.0 || absolute < 0.0 {
        return Err(cx.value_error(format_args!("tolerances must be non-negative")));
    }
    let close = || {
        let apart = (b - a).abs();
        apart <= (relative * b).abs() || apart <= (relative * a).abs() || apart <= absolute
    };
    let is_close = a == b || (a.is_finite() && b.is_finite() && close());
    Ok(cx.bool(is_close))
}
