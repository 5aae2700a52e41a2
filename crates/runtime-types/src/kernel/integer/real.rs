//! Between integers and floats: conversion, comparison, true division; exact or correctly rounded.

use std::cmp::Ordering;

use super::super::Work;
use super::{DIGIT_BITS, Digits, Int, IntError, IntRef, div, mag};

/// The float nearest to `mantissa * 2**exponent`, ties to even, where `sticky` tells that a little
/// more than `mantissa` is meant. None when that is beyond every float.
///
/// `mantissa` has at most 126 bits, and more than 54 when `sticky` is set.
pub(crate) fn nearest(mantissa: u128, exponent: i64, sticky: bool) -> Option<f64> {
    if mantissa == 0 {
        return Some(0.0);
    }
    let bits = i64::from(u128::BITS - mantissa.leading_zeros());
    let top = exponent.checked_add(bits)?; // the value is below 2**top
    if top > 1024 {
        return None;
    }
    let lowest = (top - 53).max(-1074); // exponent of the last bit that is kept
    let dropped = lowest - exponent;
    let kept = if dropped <= 0 {
        // At most 53 bits, so that the shift loses none.
        (mantissa << (-dropped).min(127)) as u64
    } else if dropped > 127 {
        0
    } else {
        let kept = (mantissa >> dropped) as u64;
        let rest = mantissa & ((1_u128 << dropped) - 1);
        let half = 1_u128 << (dropped - 1);
        let up = rest > half || (rest == half && (sticky || kept & 1 == 1));
        kept + u64::from(up)
    };
    // A carry out of 53 bits runs into the exponent field by itself.
    let field = if lowest == -1074 && kept < 1 << 52 { 0 } else { (lowest + 1075).cast_unsigned() };
    let bits = if field == 0 { kept } else { ((field - 1) << 52) + kept };
    let value = f64::from_bits(bits);
    value.is_finite().then_some(value)
}

/// The float nearest to `a`, ties to even. Cost: linear at worst.
///
/// # Errors
/// `TooLargeForFloat`.
pub fn to_float(a: IntRef) -> Result<f64, IntError> {
    let bits = a.bit_length();
    if bits > 1024 {
        return Err(IntError::TooLargeForFloat);
    }
    let top = mag::from(a.digits(), a.digits().len().saturating_sub(4));
    let below = (a.digits().len() - top.len()) as u64 * u64::from(DIGIT_BITS);
    let sticky = mag::any_below(a.digits(), below);
    let magnitude = nearest(mag::low_u128(top), below.cast_signed(), sticky)
        .ok_or(IntError::TooLargeForFloat)?;
    Ok(if a.is_negative() { -magnitude } else { magnitude })
}

/// The integer part of `value`, which is towards zero.
///
/// # Errors
/// `FromNan`; `FromInfinity`; `NoMemory`.
pub fn from_float(value: f64) -> Result<Int, IntError> {
    if value.is_nan() {
        return Err(IntError::FromNan);
    }
    if value.is_infinite() {
        return Err(IntError::FromInfinity);
    }
    let (mantissa, exponent) = split(value);
    if exponent <= 0 {
        let shift = exponent.unsigned_abs().min(63);
        return Ok(Int::new(value < 0.0, mag::from_u64(mantissa >> shift)));
    }
    // At most 1024 bits: a shift of the mantissa through inline digits.
    let exponent = exponent.unsigned_abs();
    let mut digits = Digits::new();
    for _ in 0..exponent / DIGIT_BITS {
        mag::push(&mut digits, 0)?;
    }

    let wide = u128::from(mantissa) << (exponent % DIGIT_BITS);
    for at in 0..3 {
        mag::push(&mut digits, mag::low_digit((wide >> (at * DIGIT_BITS)) as u64))?;
    }
    Ok(Int::new(value < 0.0, digits))
}

/// `|value|` as `mantissa * 2**exponent`, for a finite value.
pub(crate) fn split(value: f64) -> (u64, i32) {
    let bits = value.to_bits();
    let field = ((bits >> 52) & 0x7ff) as i32;
    let fraction = bits & ((1 << 52) - 1);
    if field == 0 { (fraction, -1074) } else { (fraction | (1 << 52), field - 1075) }
}

/// The exact order of an integer and a float; none when the float is not a number.
#[must_use]
pub fn compare_float(a: IntRef, b: f64) -> Option<Ordering> {
    if b.is_nan() {
        return None;
    }
    let sign = |negative: bool, zero: bool| {
        if zero {
            0
        } else if negative {
            -1
        } else {
            1
        }
    };
    let (sign_a, sign_b) = (sign(a.is_negative(), a.is_zero()), sign(b < 0.0, b == 0.0));
    if sign_a != sign_b || sign_a == 0 {
        return Some(sign_a.cmp(&sign_b));
    }
    let magnitudes = compare_magnitude(a, b.abs());
    Some(if sign_a < 0 { magnitudes.reverse() } else { magnitudes })
}

fn compare_magnitude(a: IntRef, b: f64) -> Ordering {
    if b.is_infinite() || a.bit_length() > 1024 {
        return if b.is_infinite() { Ordering::Less } else { Ordering::Greater };
    }
    let (mantissa, exponent) = split(b);
    let bits = i64::from(u64::BITS - mantissa.leading_zeros()) + i64::from(exponent);
    let by_bits = a.bit_length().cast_signed().cmp(&bits);
    if by_bits != Ordering::Equal {
        return by_bits;
    }
    // Bit for bit from the top, then whatever either has left below.
    if exponent <= 0 {
        let shift = exponent.unsigned_abs(); // the value has a bit, so the shift is below 53
        let whole = mantissa >> shift;
        let rest = mantissa & ((1 << shift) - 1);
        let value = mag::to_u64(a.digits()).unwrap_or(u64::MAX);
        return value.cmp(&whole).then(0.cmp(&rest));
    }
    let below = u64::from(exponent.unsigned_abs());
    top_bits(a.digits(), below).cmp(&mantissa).then(mag::any_below(a.digits(), below).cmp(&false))
}

/// The bits from bit `at` on, at most 64 of them.
fn top_bits(digits: &[u32], at: u64) -> u64 {
    let index = usize::try_from(at / u64::from(DIGIT_BITS)).unwrap_or(usize::MAX);
    (mag::low_u128(mag::from(digits, index)) >> (at % u64::from(DIGIT_BITS))) as u64
}

/// `a / b`, correctly rounded whatever the sizes. Cost: linear.
///
/// # Errors
/// `ZeroDivision`; `QuotientTooLarge`; `NoMemory`; `Stopped`.
pub fn true_div(a: IntRef, b: IntRef, work: &mut Work) -> Result<f64, IntError> {
    /// Bits of quotient that decide the rounding, with room.
    const WANTED: i64 = 66;
    if b.is_zero() {
        return Err(IntError::ZeroDivision);
    }
    let signed = |value: f64| if a.is_negative() == b.is_negative() { value } else { -value };
    if a.is_zero() {
        return Ok(signed(0.0));
    }
    if a.bit_length() <= 53
        && b.bit_length() <= 53
        && let (Some(x), Some(y)) = (mag::to_u64(a.digits()), mag::to_u64(b.digits()))
    {
        return Ok(signed(x as f64 / y as f64)); // both exact, so the division rounds once
    }
    let difference = a.bit_length().cast_signed().saturating_sub(b.bit_length().cast_signed());
    if difference > 1024 {
        return Err(IntError::QuotientTooLarge);
    }
    if difference < -1080 {
        return Ok(signed(0.0));
    }
    let shift = WANTED - difference;
    let below = if shift < 0 { shift.unsigned_abs() } else { 0 };
    let dividend = if shift < 0 {
        mag::shr(a.digits(), below, work)?
    } else {
        mag::shl(a.digits(), shift.unsigned_abs(), work)?
    };
    let (quotient, rest) = div::div_rem(&dividend, b.digits(), work)?;
    let sticky = !rest.is_empty() || mag::any_below(a.digits(), below);
    let value = nearest(mag::low_u128(&quotient), -shift, sticky);
    value.map(signed).ok_or(IntError::QuotientTooLarge)
}
