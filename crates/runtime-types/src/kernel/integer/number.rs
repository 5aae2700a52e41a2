//! The hash of an integer, and rounding to tens.

use super::super::{Work, work::CHUNK};
use super::{Digits, Int, IntError, IntRef, add, div, mag, power};

/// The prime `2**61 - 1`, by which numbers hash.
pub const HASH_MODULUS: u64 = (1 << 61) - 1;

/// `hash(a)`: the value modulo `2**61 - 1` with its sign, and -2 in place of -1. Cost: linear.
///
/// # Errors
/// `Stopped`.
pub fn hash(a: IntRef, work: &mut Work) -> Result<i64, IntError> {
    let mut rest = 0_u64;
    for chunk in a.digits().rchunks(CHUNK) {
        work.charge(chunk.len() as u64 * 2)?;
        for &digit in chunk.iter().rev() {
            // A turn of the 61 bits by 30 multiplies by 2**30 modulo the prime.
            rest = ((rest << 30) & HASH_MODULUS) | (rest >> 31);
            rest += u64::from(digit);
            if rest >= HASH_MODULUS {
                rest -= HASH_MODULUS;
            }
        }
    }
    let hash = if a.is_negative() { -rest.cast_signed() } else { rest.cast_signed() };
    Ok(if hash == -1 { -2 } else { hash })
}

/// `round(a, -places)`: to a multiple of `10**places`, ties to the even one.
///
/// # Errors
/// `TooLarge` when rounding up exceeds the limit; `NoMemory`; `Stopped`.
pub fn round_tens(a: IntRef, places: IntRef, work: &mut Work) -> Result<Int, IntError> {
    if places.is_negative() || places.is_zero() {
        return Ok(a.to_int()?);
    }
    // 10**places > 2 |a| from 3 places per 9 bits on: nothing is left.
    let places = places.to_u64().unwrap_or(u64::MAX);
    if places / 3 > a.bit_length() / 9 + 1 {
        return Ok(Int::zero());
    }
    let exponent = Int::from_u64(places);
    let unit = power::pow(Int::from_u64(10).as_ref(), exponent.as_ref(), work)?;
    let (quotient, rest) = div::div_rem(a.digits(), unit.digits(), work)?;
    let twice: Digits = mag::shl(&rest, 1, work)?;
    let odd = quotient.first().is_some_and(|low| low & 1 == 1);
    let up = match mag::cmp(&twice, unit.digits()) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Equal => odd,
        std::cmp::Ordering::Greater => true,
    };
    let down = mag::difference(a.digits(), &rest, work)?;
    let magnitude = Int::new(false, down);
    let magnitude = if up { add::add(magnitude.as_ref(), unit.as_ref(), work)? } else { magnitude };
    Ok(if a.is_negative() { magnitude.negated() } else { magnitude })
}
