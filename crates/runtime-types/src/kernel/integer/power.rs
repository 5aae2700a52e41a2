//! Powers, plain and modular.

use super::super::Work;
use super::mul::product;
use super::{Digits, Int, IntError, IntRef, div, mag, roots};

/// `base ** exponent` for an exponent that is not negative.
///
/// Cost: that of the last squaring, about twice over.
///
/// # Errors
/// `NegativeExponent`; `TooLarge`, before anything is tried; `NoMemory`; `Stopped`.
pub fn pow(base: IntRef, exponent: IntRef, work: &mut Work) -> Result<Int, IntError> {
    if exponent.is_negative() {
        return Err(IntError::NegativeExponent);
    }
    if exponent.is_zero() {
        return Ok(Int::from_u64(1));
    }
    if let [] | [1] = base.digits() {
        let negative = base.is_negative() && exponent.is_odd();
        return Ok(Int::new(negative, mag::copied(base.digits(), work)?));
    }
    let Some(count) = exponent.to_u64() else {
        return Err(IntError::TooLarge { bits: u64::MAX });
    };
    let bits = power_bits(base, count);
    if bits > work.limits().max_bits {
        return Err(IntError::TooLarge { bits });
    }
    let negative = base.is_negative() && count & 1 == 1;
    // An even base is a shift away from an odd one.
    let twos = mag::trailing_zeros(base.digits());
    let odd = mag::shr(base.digits(), twos, work)?;
    let power = if odd.as_slice() == [1] { odd } else { odd_power(&odd, count, work)? };
    Ok(Int::new(negative, mag::shl(&power, twos.saturating_mul(count), work)?))
}

/// Bits of the power, from below: what `log2` of the base's top says, less a part in a billion.
fn power_bits(base: IntRef, count: u64) -> u64 {
    let bits = base.bit_length();
    let top = top_word(base.digits(), bits);
    // bits - 64 + log2(top) is the base's binary logarithm.
    let log2 = (top as f64).log2() + (bits as f64 - 64.0);
    ((log2 * count as f64 * (1.0 - 1e-9)) as u64).saturating_add(1) // the cast saturates
}

fn top_word(digits: &[u32], bits: u64) -> u64 {
    let top =
        digits.iter().rev().take(4).fold(0_u128, |sum, &digit| (sum << 30) | u128::from(digit));
    let held = u64::from(128 - top.leading_zeros()).min(bits);
    if held >= 64 { (top >> (held - 64)) as u64 } else { (top as u64) << (64 - held) }
}

fn odd_power(base: &[u32], count: u64, work: &mut Work) -> Result<Digits, IntError> {
    let mut power = mag::copied(base, work)?;
    for at in (0..count.ilog2()).rev() {
        power = product(&power, &power, work)?;
        if (count >> at) & 1 == 1 {
            power = product(&power, base, work)?;
        }
    }
    Ok(power)
}

/// `pow(base, exponent, modulus)`, with the sign of the modulus.
///
/// A negative exponent takes the inverse of the base. Cost: a modular product per exponent bit.
///
/// # Errors
/// `ZeroModulus`; `NotInvertible`; `NoMemory`; `Stopped`.
pub fn pow_mod(
    base: IntRef,
    exponent: IntRef,
    modulus: IntRef,
    work: &mut Work,
) -> Result<Int, IntError> {
    let ring = modulus.abs();
    match ring.digits() {
        [] => return Err(IntError::ZeroModulus),
        [1] => return Ok(Int::zero()),
        _ => {}
    }
    let base = if exponent.is_negative() {
        roots::inverse(base, ring, work)?
    } else {
        div::modulo(base, ring, work)?
    };
    let power = windowed_power(base.digits(), exponent.digits(), ring.digits(), work)?;
    if modulus.is_negative() && !power.is_empty() {
        return Ok(Int::new(true, mag::difference(ring.digits(), &power, work)?));
    }
    Ok(Int::new(false, power))
}

/// The bits of a magnitude below its top one, from the top.
fn lower_bits(digits: &[u32]) -> impl Iterator<Item = bool> {
    let top = mag::bits(digits).saturating_sub(1);
    let skipped = (digits.len() as u64).saturating_mul(30).saturating_sub(top);
    digits
        .iter()
        .rev()
        .flat_map(|&digit| (0..30).rev().map(move |at| (digit >> at) & 1 == 1))
        .skip(usize::try_from(skipped).unwrap_or(usize::MAX))
}

/// Left to right: bit by bit for an exponent of 64 bits, by windows of four for longer ones.
fn windowed_power(
    base: &[u32],
    exponent: &[u32],
    ring: &[u32],
    work: &mut Work,
) -> Result<Digits, IntError> {
    const WINDOW: u64 = 4;
    let mut times = |a: &[u32], b: &[u32]| -> Result<Digits, IntError> {
        Ok(div::div_rem(&product(a, b, work)?, ring, work)?.1)
    };
    if exponent.is_empty() {
        return Ok(mag::from_u64(1));
    }
    if mag::bits(exponent) <= 64 {
        let mut power = mag::copy(base)?;
        for bit in lower_bits(exponent) {
            power = times(&power, &power)?;
            if bit {
                power = times(&power, base)?;
            }
        }
        return Ok(power);
    }
    // The table holds base**0 to base**15.
    let mut table: [Digits; 1 << WINDOW] = Default::default();
    let mut power = mag::from_u64(1);
    for entry in &mut table {
        let next = times(&power, base)?;
        *entry = std::mem::replace(&mut power, next);
    }
    let mut power = mag::from_u64(1);
    for at in (0..mag::bits(exponent).div_ceil(WINDOW)).rev() {
        for _ in 0..WINDOW {
            power = times(&power, &power)?;
        }
        let window = four_bits(exponent, at.saturating_mul(WINDOW));
        if let Some(factor) = table.get(window).filter(|_| window != 0) {
            power = times(&power, factor)?;
        }
    }
    Ok(power)
}

fn four_bits(digits: &[u32], at: u64) -> usize {
    let index = usize::try_from(at / 30).unwrap_or(usize::MAX);
    let pair = mag::low_u128(mag::from(digits, index));
    ((pair >> (at % 30)) & 15) as usize
}
