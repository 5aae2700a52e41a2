//! The module `math`: functions of floats, and of whole numbers of any size.
//!
//! ```text
//! mod.rs      the table; one number in, one number out
//! pairs.rs    powers, remainders, parts of a float
//! sums.rs     many numbers in: fsum, prod, hypot, dist
//! whole.rs    gcd, factorial, comb and their like
//! ```
//!
//! Sines, logarithms and powers are the system's own, as CPython's are, so that they agree to the
//! last bit. A result that is no number, or infinite, of numbers that are neither, is an error.

mod pairs;
mod sums;
mod whole;

use runtime_gc::{Borrowed, Ref};

use crate::args::{Args, NativeDef};
use crate::cx::{Cx, Raised, Res};
use crate::exception::Exc;
use crate::float::FloatObject;
use crate::int::IntObject;
use crate::iter::special;
use crate::kernel::integer::{self, IntRef};
use crate::list::this;
use crate::protocol;
use crate::ty::Type;
use crate::view::Look;

const FUNCTIONS: &[NativeDef] = &[
    NativeDef::exactly("acos", 1, |cx, args| bounded(cx, &args, f64::acos)),
    NativeDef::exactly("asin", 1, |cx, args| bounded(cx, &args, f64::asin)),
    NativeDef::exactly("atan", 1, |cx, args| bounded(cx, &args, f64::atan)),
    NativeDef::exactly("atan2", 2, pairs::atan2),
    NativeDef::exactly("ceil", 1, |cx, args| rounded(cx, &args, "__ceil__", f64::ceil)),
    NativeDef::exactly("comb", 2, whole::comb),
    NativeDef::exactly("copysign", 2, pairs::copysign),
    NativeDef::exactly("cos", 1, |cx, args| bounded(cx, &args, f64::cos)),
    NativeDef::exactly("cosh", 1, |cx, args| growing(cx, &args, f64::cosh)),
    NativeDef::exactly("degrees", 1, |cx, args| {
        let x = argument(cx, &args)?;
        cx.float(x * (180.0 / std::f64::consts::PI))
    }),
    NativeDef::exactly("dist", 2, sums::dist),
    NativeDef::exactly("exp", 1, |cx, args| growing(cx, &args, f64::exp)),
    NativeDef::exactly("exp2", 1, |cx, args| growing(cx, &args, f64::exp2)),
    NativeDef::exactly("expm1", 1, |cx, args| growing(cx, &args, f64::exp_m1)),
    NativeDef::exactly("fabs", 1, |cx, args| bounded(cx, &args, f64::abs)),
    NativeDef::exactly("factorial", 1, whole::factorial),
    NativeDef::exactly("floor", 1, |cx, args| rounded(cx, &args, "__floor__", f64::floor)),
    NativeDef::exactly("fmod", 2, pairs::fmod),
    NativeDef::exactly("frexp", 1, pairs::frexp),
    NativeDef::exactly("fsum", 1, sums::fsum),
    NativeDef::any("gcd", whole::gcd),
    NativeDef::any("hypot", sums::hypot),
    NativeDef::any("isclose", pairs::isclose),
    NativeDef::exactly("isfinite", 1, |cx, args| asked(cx, &args, f64::is_finite)),
    NativeDef::exactly("isinf", 1, |cx, args| asked(cx, &args, f64::is_infinite)),
    NativeDef::exactly("isnan", 1, |cx, args| asked(cx, &args, f64::is_nan)),
    NativeDef::exactly("isqrt", 1, whole::isqrt),
    NativeDef::any("lcm", whole::lcm),
    NativeDef::exactly("ldexp", 2, pairs::ldexp),
    NativeDef::between("log", 1, 2, log),
    NativeDef::exactly("log10", 1, |cx, args| {
        let op = this(cx, &args)?;
        let value = logarithm(cx, op, f64::log10)?;
        cx.float(value)
    }),
    NativeDef::exactly("log1p", 1, |cx, args| bounded(cx, &args, f64::ln_1p)),
    NativeDef::exactly("log2", 1, |cx, args| {
        let op = this(cx, &args)?;
        let value = logarithm(cx, op, f64::log2)?;
        cx.float(value)
    }),
    NativeDef::exactly("modf", 1, pairs::modf),
    NativeDef::between("perm", 1, 2, whole::perm),
    NativeDef::exactly("pow", 2, pairs::pow),
    NativeDef::any("prod", sums::prod),
    NativeDef::exactly("radians", 1, |cx, args| {
        let x = argument(cx, &args)?;
        cx.float(x * (std::f64::consts::PI / 180.0))
    }),
    NativeDef::exactly("sin", 1, |cx, args| bounded(cx, &args, f64::sin)),
    NativeDef::exactly("sinh", 1, |cx, args| growing(cx, &args, f64::sinh)),
    NativeDef::exactly("sqrt", 1, |cx, args| bounded(cx, &args, f64::sqrt)),
    NativeDef::exactly("tan", 1, |cx, args| bounded(cx, &args, f64::tan)),
    NativeDef::exactly("tanh", 1, |cx, args| bounded(cx, &args, f64::tanh)),
    NativeDef::exactly("trunc", 1, trunc),
];

/// The module.
///
/// # Errors
/// `MemoryError`.
pub fn make_module(cx: &mut Cx<'_>) -> Res {
    use std::f64::consts::{E, PI, TAU};
    let dict = crate::dict::new(cx)?;
    crate::module::add_functions(cx, dict.borrow(), "math", FUNCTIONS)?;
    for (name, value) in
        [("pi", PI), ("e", E), ("tau", TAU), ("inf", f64::INFINITY), ("nan", f64::NAN)]
    {
        let name = cx.name(name)?;
        crate::dict::set_name(cx, dict.borrow(), name.borrow(), cx.float(value)?)?;
    }
    let (key, name) = (cx.name("__name__")?, cx.name("math")?);
    crate::dict::set_name(cx, dict.borrow(), key.borrow(), name.clone())?;
    crate::module::new(cx, name, dict)
}

/// A number as a float: by `__float__`, or by `__index__`. CPython: `PyFloat_AsDouble`.
///
/// # Errors
/// `TypeError` for what is no number; `OverflowError`; what the program's code raises.
fn float_of(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<f64> {
    if let Some(float) = op.view::<FloatObject>() {
        return Ok(float.value());
    }
    if let Some(int) = op.view::<IntObject>() {
        return crate::int::float_of(cx, int);
    }
    let slots = &Type::of(op).slots;
    if slots.float.is_none() && slots.index.is_none() {
        let name = Type::of(op).name();
        return Err(cx.type_error(format_args!("must be real number, not {name}")));
    }
    let float = crate::float::from_object(cx, op)?;
    Ok(float.borrow().expect::<FloatObject>(cx)?.value())
}

/// The only argument as a float.
fn argument(cx: &mut Cx<'_>, args: &Args<'_>) -> Res<f64> {
    let op = this(cx, args)?;
    float_of(cx, op)
}

fn domain_error(cx: &Cx<'_>) -> Raised {
    cx.value_error(format_args!("math domain error"))
}

fn range_error(cx: &Cx<'_>) -> Raised {
    cx.raise(Exc::OverflowError, format_args!("math range error"))
}

/// A function that finite numbers lead to infinity only where it has no value.
fn bounded(cx: &mut Cx<'_>, args: &Args<'_>, f: fn(f64) -> f64) -> Res {
    let x = argument(cx, args)?;
    let y = f(x);
    if (y.is_nan() && !x.is_nan()) || (y.is_infinite() && x.is_finite()) {
        return Err(domain_error(cx));
    }
    cx.float(y)
}

/// A function whose values become too large for a float.
fn growing(cx: &mut Cx<'_>, args: &Args<'_>, f: fn(f64) -> f64) -> Res {
    let x = argument(cx, args)?;
    let y = f(x);
    if y.is_infinite() && x.is_finite() {
        return Err(range_error(cx));
    }
    cx.float(y)
}

fn asked(cx: &mut Cx<'_>, args: &Args<'_>, f: fn(f64) -> bool) -> Res {
    let x = argument(cx, args)?;
    Ok(cx.bool(f(x)))
}

/// `floor(x)` and `ceil(x)`: what the type's method says, or the int that the float is rounded to.
fn rounded(cx: &mut Cx<'_>, args: &Args<'_>, method: &str, f: fn(f64) -> f64) -> Res {
    let op = this(cx, args)?;
    if !crate::float::is_exact(cx, op) {
        let name = cx.name(method)?;
        if let Some(method) = special(cx, op, name.borrow())? {
            return protocol::call(cx, method.borrow(), Args::NONE);
        }
    }
    let x = float_of(cx, op)?;
    crate::float::to_whole(cx, f(x))
}

/// `trunc(x)`
fn trunc(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let op = this(cx, &args)?;
    let name = cx.name("__trunc__")?;
    match special(cx, op, name.borrow())? {
        Some(method) => protocol::call(cx, method.borrow(), Args::NONE),
        None => {
            let name = Type::of(op).name();
            Err(cx.type_error(format_args!("type {name} doesn't define __trunc__ method")))
        }
    }
}

/// `log(x[, base])`
fn log(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let op = this(cx, &args)?;
    let value = logarithm(cx, op, f64::ln)?;
    let Some(base) = args.get(1) else { return cx.float(value) };
    let base = logarithm(cx, base, f64::ln)?;
    if base == 0.0 {
        return Err(cx.raise(Exc::ZeroDivisionError, format_args!("float division by zero")));
    }
    cx.float(value / base)
}

/// A logarithm of any positive number; an int beyond all floats is taken apart first.
fn logarithm(cx: &mut Cx<'_>, op: Borrowed<'_>, f: fn(f64) -> f64) -> Res<f64> {
    if let Some(int) = op.view::<IntObject>() {
        let int = int.kernel();
        if int.is_negative() || int.is_zero() {
            return Err(domain_error(cx));
        }
        return Ok(match integer::to_float(int) {
            Ok(x) => f(x),
            Err(_) => {
                let (mantissa, exponent) = parts(int);
                f(mantissa) + f(2.0) * exponent as f64
            }
        });
    }
    let x = float_of(cx, op)?;
    if x <= 0.0 {
        return Err(domain_error(cx));
    }
    Ok(f(x))
}

/// A positive int as `mantissa * 2**exponent`, the mantissa from a half to one, correctly rounded.
fn parts(int: IntRef<'_>) -> (f64, u64) {
    /// Digits that 126 bits hold.
    const KEPT: usize = 4;
    let digits = int.digits();
    let low = digits.len().saturating_sub(KEPT);
    let (rest, top) = digits.split_at(low);
    let mantissa =
        top.iter().rev().fold(0, |m: u128, &digit| m << integer::DIGIT_BITS | u128::from(digit));
    let bits = u128::BITS - mantissa.leading_zeros();
    let sticky = rest.iter().any(|&digit| digit != 0);
    // At most one, which no exponent here makes too large.
    let mantissa = integer::nearest(mantissa, -i64::from(bits), sticky).unwrap_or(1.0);
    (mantissa, int.bit_length())
}

/// Both numbers as objects.
fn two_floats(cx: &Cx<'_>, a: f64, b: f64) -> Res<Ref> {
    cx.tuple([cx.float(a)?, cx.float(b)?])
}
