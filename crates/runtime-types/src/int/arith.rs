//! Arithmetic and comparison. Each operator takes the first way that fits: both operands of one
//! digit (also offered to the VM, as `add_fast` and so on), both within 64 bits, any size.

use std::cmp::Ordering;

use runtime_gc::Borrowed;

use super::compute::{compute, compute_int};
use super::{IntObject, is_exact};
use crate::cx::{Cx, Res};
use crate::exception::Exc;
use crate::kernel::integer::{self, IntError, IntRef};
use crate::ty::Compare;
use crate::view::Look;
use crate::world::World;

/// Bits that a one-digit operand may be shifted to the left by and stay within 64.
const SHIFT_FAST: i64 = 32;

macro_rules! fast {
    ($(#[$doc:meta])* $name:ident, |$a:ident, $b:ident| $value:expr) => {
        $(#[$doc])*
        ///
        /// `None` when an operand has more than one digit or the operator raises for these.
        #[inline(always)]
        pub fn $name(world: &World, a: &IntObject, b: &IntObject) -> Option<Res> {
            let ($a, $b) = (a.compact()?, b.compact()?);
            Some(world.int($value))
        }
    };
}

// One digit is below 2³⁰, so sums, products and shifts by up to 32 stay within 64 bits.
fast!(/** `a + b` for operands of one digit. */ add_fast, |a, b| a.wrapping_add(b));
fast!(/** `a - b` for operands of one digit. */ sub_fast, |a, b| a.wrapping_sub(b));
fast!(/** `a * b` for operands of one digit. */ mul_fast, |a, b| a.wrapping_mul(b));
fast!(/** `a // b` for operands of one digit. */ floordiv_fast, |a, b| floor_div(a, b)?);
fast!(/** `a % b` for operands of one digit. */ modulo_fast, |a, b| floor_mod(a, b)?);
fast!(/** `a & b` for operands of one digit. */ and_fast, |a, b| a & b);
fast!(/** `a | b` for operands of one digit. */ or_fast, |a, b| a | b);
fast!(/** `a ^ b` for operands of one digit. */ xor_fast, |a, b| a ^ b);
fast!(/** `a << b` for operands of one digit and small shifts. */ lshift_fast, |a, b| shift_left(a, b)?);
fast!(/** `a >> b` for operands of one digit. */ rshift_fast, |a, b| shift_right(a, b)?);

/// How two ints of one digit compare.
#[inline(always)]
pub fn compare_fast(a: &IntObject, b: &IntObject) -> Option<Ordering> {
    Some(a.compact()?.cmp(&b.compact()?))
}

/// `a // b`, rounded down; none when `b` is zero or the quotient needs 65 bits.
#[inline(always)]
fn floor_div(a: i64, b: i64) -> Option<i64> {
    let quotient = a.checked_div(b)?;
    let inexact = quotient.wrapping_mul(b) != a;
    Some(quotient - i64::from(inexact && (a < 0) != (b < 0)))
}

/// `a % b`, with the sign of `b`; none when `b` is zero or the quotient needs 65 bits.
#[inline(always)]
fn floor_mod(a: i64, b: i64) -> Option<i64> {
    let rest = a.checked_rem(b)?;
    Some(if rest != 0 && (rest < 0) != (b < 0) { rest.wrapping_add(b) } else { rest })
}

#[inline(always)]
fn shift_left(a: i64, by: i64) -> Option<i64> {
    if (0..=SHIFT_FAST).contains(&by) { Some(a << by) } else { None }
}

#[inline(always)]
fn shift_right(a: i64, by: i64) -> Option<i64> {
    if by < 0 { None } else { Some(a >> by.min(63)) }
}

/// Both operands as ints; `NotImplemented` otherwise.
macro_rules! operands {
    ($cx:ident, $a:ident, $b:ident) => {
        match ($a.view::<IntObject>(), $b.view::<IntObject>()) {
            (Some(x), Some(y)) => (x, y),
            _ => return Ok($cx.not_implemented()),
        }
    };
}
pub(super) use operands;

macro_rules! operator {
    ($name:ident, $fast:ident, |$a:ident, $b:ident| $narrow:expr, $wide:expr) => {
        pub(super) fn $name(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>) -> Res {
            let (x, y) = operands!(cx, a, b);
            if let Some(result) = $fast(cx, x, y) {
                return result;
            }
            if let (Some($a), Some($b)) = (x.to_i64(), y.to_i64())
                && let Some(value) = $narrow
            {
                return cx.int_of_size(value);
            }
            $wide(cx, x.kernel(), y.kernel())
        }
    };
}

operator!(add, add_fast, |a, b| a.checked_add(b), |cx: &World, a, b| {
    compute_int(cx, |work| integer::add(a, b, work))
});
operator!(sub, sub_fast, |a, b| a.checked_sub(b), |cx: &World, a, b| {
    compute_int(cx, |work| integer::sub(a, b, work))
});
operator!(mul, mul_fast, |a, b| a.checked_mul(b), |cx: &World, a, b| {
    compute_int(cx, |work| integer::mul(a, b, work))
});
operator!(and, and_fast, |a, b| Some(a & b), |cx: &World, a, b| {
    compute_int(cx, |work| integer::and(a, b, work))
});
operator!(or, or_fast, |a, b| Some(a | b), |cx: &World, a, b| {
    compute_int(cx, |work| integer::or(a, b, work))
});
operator!(xor, xor_fast, |a, b| Some(a ^ b), |cx: &World, a, b| {
    compute_int(cx, |work| integer::xor(a, b, work))
});
operator!(floordiv, floordiv_fast, |a, b| floor_div(a, b), wide_floordiv);
operator!(modulo, modulo_fast, |a, b| floor_mod(a, b), wide_modulo);
operator!(rshift, rshift_fast, |a, b| shift_right(a, b), |cx: &World, a, b| {
    compute_int(cx, |work| integer::shr(a, b, work))
});
operator!(lshift, lshift_fast, |a, b| shift_left(a, b).filter(|&c| c >> b == a), wide_lshift);

fn wide_floordiv(cx: &World, a: IntRef<'_>, b: IntRef<'_>) -> Res {
    compute_int(cx, |work| integer::floordiv(a, b, work))
}

fn wide_modulo(cx: &World, a: IntRef<'_>, b: IntRef<'_>) -> Res {
    if b.is_zero() {
        let text = format_args!("integer modulo by zero");
        return Err(cx.raise(Exc::ZeroDivisionError, text));
    }
    compute_int(cx, |work| integer::modulo(a, b, work))
}

fn wide_lshift(cx: &World, a: IntRef<'_>, by: IntRef<'_>) -> Res {
    // CPython counts the digits that the shift adds in a `Py_ssize_t`, in bytes; beyond that it says
    // so, and below it tries to get the memory.
    const TOO_MANY: u128 = ((1 << 61) - 1) * integer::DIGIT_BITS as u128;
    let count = match by.digits() {
        [low, middle, high] => {
            u128::from(*low) | u128::from(*middle) << 30 | u128::from(*high) << 60
        }
        digits if digits.len() > 3 => TOO_MANY,
        _ => 0,
    };
    if count >= TOO_MANY && !a.is_zero() && !by.is_negative() {
        return Err(cx.raise(Exc::OverflowError, format_args!("too many digits in integer")));
    }
    match by.to_u64() {
        Some(by) if by >= MOSTLY_ZEROS && !a.is_zero() => {
            let (upper, zeros) = compute(cx, |work| integer::shl_upper(a, by, work))?;
            cx.int_above(cx.ty(cx.types.int), zeros, upper.as_ref())
        }
        _ => compute_int(cx, |work| integer::shl(a, by, work)),
    }
}

/// Bits from which on the zeros of `a << bits` are written right where they belong.
const MOSTLY_ZEROS: u64 = 1 << 12;

/// `-x`
pub(super) fn neg(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let this = op.expect::<IntObject>(cx)?;
    if let Some(value) = this.to_i64().and_then(i64::checked_neg) {
        return cx.int(value);
    }
    let negated = IntRef::new(!this.is_negative(), this.digits());
    cx.int_of_type(cx.ty(cx.types.int), negated)
}

/// `abs(x)`
pub(super) fn abs(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    if op.expect::<IntObject>(cx)?.is_negative() { neg(cx, op) } else { whole(cx, op) }
}

/// `~x`
pub(super) fn invert(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let this = op.expect::<IntObject>(cx)?;
    match this.to_i64() {
        Some(value) => cx.int(!value),
        None => compute_int(cx, |work| integer::invert(this.kernel(), work)),
    }
}

/// `+x`, `int(x)`, `operator.index(x)`: itself, or an exact int of the same value.
pub(crate) fn whole(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    if is_exact(cx, op) {
        return Ok(op.owned());
    }
    exact(cx, op.expect::<IntObject>(cx)?)
}

/// An exact int of this value.
pub(super) fn exact(cx: &World, this: &IntObject) -> Res {
    match this.to_i64() {
        Some(value) => cx.int(value),
        None => cx.int_of_type(cx.ty(cx.types.int), this.kernel()),
    }
}

/// The float nearest to an int.
///
/// # Errors
/// `OverflowError`.
pub(crate) fn float_of(cx: &World, this: &IntObject) -> Res<f64> {
    if let Some(value) = this.compact() {
        return Ok(value as f64);
    }
    integer::to_float(this.kernel()).map_err(|error| super::raise_int(cx, error))
}

/// `float(x)`
pub(super) fn to_float(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let value = float_of(cx, op.expect::<IntObject>(cx)?)?;
    cx.float(value)
}

/// `hash(x)`
pub(super) fn hash(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<i64> {
    hash_of(cx, op.expect::<IntObject>(cx)?)
}

/// The value modulo `2**61 - 1` with its sign, and -2 in place of -1.
///
/// # Errors
/// Only what stops the world.
#[inline]
pub fn hash_of(world: &World, this: &IntObject) -> Res<i64> {
    match this.compact() {
        Some(-1) => Ok(-2),
        Some(value) => Ok(value),
        None => compute(world, |work| integer::hash(this.kernel(), work)),
    }
}

/// Comparisons with other ints; floats know how to compare with ints.
pub(super) fn compare(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>, op: Compare) -> Res {
    let (x, y) = operands!(cx, a, b);
    let order = match compare_fast(x, y) {
        Some(order) => order,
        None => integer::compare(x.kernel(), y.kernel()),
    };
    Ok(cx.bool(op.holds(order)))
}

/// `ZeroDivisionError` in CPython's words for `//` and `divmod`.
pub(super) fn by_zero(cx: &World) -> crate::cx::Raised {
    super::raise_int(cx, IntError::ZeroDivision)
}
