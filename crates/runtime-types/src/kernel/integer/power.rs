//! Powers, plain and modular.

use dashu_int::fast_div::ConstDivisor;
use dashu_int::modular::Reduced;

use super::super::Work;
use super::mul::{library_cost, product};
use super::{BLOCK, Digits, Int, IntError, IntRef, div, mag, roots};

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
        return Ok(Int::new(negative, mag::copy(base.digits())?));
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
    let power = if odd.as_slice() == [1] { odd } else { odd_power(&odd, count, bits, work)? };
    Ok(Int::new(negative, mag::shl(&power, twos.saturating_mul(count), work)?))
}

/// Bits of the power, from below: what `log2` of the base's top says, less a part in a billion.
fn power_bits(base: IntRef, count: u64) -> u64 {
    let bits = base.bit_length();
    let top = top_word(base.digits(), bits);
    // bits - 64 + log2(top) is the base's binary logarithm.
    let log2 = (top as f64).log2() + (bits as f64 - 64.0);
    (log2 * count as f64 * (1.0 - 1e-9)) as u64 // saturates
}

fn top_word(digits: &[u32], bits: u64) -> u64 {
    let top =
        digits.iter().rev().take(4).fold(0_u128, |sum, &digit| (sum << 30) | u128::from(digit));
    let held = u64::from(128 - top.leading_zeros()).min(bits);
    if held >= 64 { (top >> (held - 64)) as u64 } else { (top as u64) << (64 - held) }
}

fn odd_power(base: &[u32], count: u64, bits: u64, work: &mut Work) -> Result<Digits, IntError> {
    const BLOCK_BITS: u64 = BLOCK as u64 * 30;
    if bits < BLOCK_BITS
        && let Ok(count) = usize::try_from(count)
    {
        let len = usize::try_from(bits / 30).unwrap_or(BLOCK);
        work.charge(library_cost(len, len).saturating_mul(2))?;
        return Ok(mag::from_library(&mag::to_library(base)?.pow(count))?);
    }
    let mut power = mag::copy(base)?;
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
    let power = if ring.digits().len() <= BLOCK {
        in_library(base.digits(), exponent.digits(), ring.digits(), work)?
    } else {
        by_squares(base.digits(), exponent.digits(), ring.digits(), work)?
    };
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

fn in_library(
    base: &[u32],
    exponent: &[u32],
    ring: &[u32],
    work: &mut Work,
) -> Result<Digits, IntError> {
    const WINDOW: u32 = 4;
    let cost = library_cost(ring.len(), ring.len()).saturating_mul(4).saturating_add(64);
    let ring = ConstDivisor::new(mag::to_library(ring)?);
    let base = ring.reduce(mag::to_library(base)?);
    let one = ring.reduce(1_u8);
    if mag::bits(exponent) <= 64 {
        let mut power = if exponent.is_empty() { one } else { base.clone() };
        for bit in lower_bits(exponent) {
            work.charge(cost)?;
            power = power.sqr();
            if bit {
                work.charge(cost)?;
                power = power * &base;
            }
        }
        return Ok(mag::from_library(&power.residue())?);
    }
    // Windows of four bits from the top; the table holds base**0 to base**15.
    let mut table: [Option<Reduced>; 1 << WINDOW] = [const { None }; 1 << WINDOW];
    let mut power = one.clone();
    for entry in &mut table {
        work.charge(cost)?;
        let next = &power * &base;
        *entry = Some(std::mem::replace(&mut power, next));
    }
    let mut power = one;
    let windows = mag::bits(exponent).div_ceil(u64::from(WINDOW));
    for at in (0..windows).rev() {
        for _ in 0..WINDOW {
            work.charge(cost)?;
            power = power.sqr();
        }
        let window = four_bits(exponent, at.saturating_mul(u64::from(WINDOW)));
        if window != 0
            && let Some(Some(factor)) = table.get(window)
        {
            work.charge(cost)?;
            power = power * factor;
        }
    }
    Ok(mag::from_library(&power.residue())?)
}

fn four_bits(digits: &[u32], at: u64) -> usize {
    let index = usize::try_from(at / 30).unwrap_or(usize::MAX);
    let pair = mag::low_u128(mag::from(digits, index));
    ((pair >> (at % 30)) & 15) as usize
}

fn by_squares(
    base: &[u32],
    exponent: &[u32],
    ring: &[u32],
    work: &mut Work,
) -> Result<Digits, IntError> {
    let mut power = if exponent.is_empty() { mag::from_u64(1) } else { mag::copy(base)? };
    for bit in lower_bits(exponent) {
        power = div::div_rem(&product(&power, &power, work)?, ring, work)?.1;
        if bit {
            power = div::div_rem(&product(&power, base, work)?, ring, work)?.1;
        }
    }
    Ok(power)
}
