//! Magnitudes: passes over slices of 30-bit digits, and the bridge to the library's words.
//!
//! A digit is below `2**30`, so a sum of two and a carry fits `u32`, and a product of two with two
//! more digits added fits `u64`: that is why the plain operators here cannot overflow.

use std::cmp::Ordering;

use num_bigint::BigUint;

use super::super::{NoMemory, Work, work::CHUNK};
use super::{DIGIT_BITS, DIGIT_MASK, Digits, IntError};

const _: () = assert!(DIGIT_MASK.checked_add(DIGIT_MASK + 1).is_some(), "a digit sum fits u32");
const MASK64: u64 = DIGIT_MASK as u64;

pub(super) fn trimmed(digits: &[u32]) -> &[u32] {
    let mut digits = digits;
    while let [rest @ .., 0] = digits {
        digits = rest;
    }
    digits
}

pub(super) fn trim(digits: &mut Digits) {
    let len = trimmed(digits).len();
    digits.truncate(len);
}

/// `len` zero digits.
pub(super) fn zeroed(len: usize, work: &mut Work) -> Result<Digits, IntError> {
    let mut out = Digits::new();
    out.try_reserve_exact(len).map_err(NoMemory::from)?;
    while out.len() < len {
        let next = len.min(out.len().saturating_add(CHUNK));
        work.charge((next - out.len()) as u64 / 4)?;
        out.resize(next, 0); // within what was reserved
    }
    Ok(out)
}

/// A copy of digits that are few, or that are copied once for a handle.
pub(super) fn copy(digits: &[u32]) -> Result<Digits, NoMemory> {
    let mut out = Digits::new();
    out.try_reserve_exact(digits.len())?;
    out.extend_from_slice(digits);
    Ok(out)
}

/// A copy of digits that may be many.
pub(super) fn copied(digits: &[u32], work: &mut Work) -> Result<Digits, IntError> {
    let mut out = Digits::new();
    out.try_reserve_exact(digits.len()).map_err(NoMemory::from)?;
    for chunk in digits.chunks(CHUNK) {
        work.charge(chunk.len() as u64 / 4)?;
        out.extend_from_slice(chunk);
    }
    Ok(out)
}

/// Appends within capacity that was reserved, or asks for more.
pub(super) fn push(digits: &mut Digits, digit: u32) -> Result<(), NoMemory> {
    digits.try_reserve(1)?;
    digits.push(digit);
    Ok(())
}

/// The digits from `at` on; none when there are fewer.
pub(super) fn from(digits: &[u32], at: usize) -> &[u32] {
    digits.get(at..).unwrap_or_default()
}

/// The digits below `at`.
pub(super) fn below(digits: &[u32], at: usize) -> &[u32] {
    digits.get(..at).unwrap_or(digits)
}

pub(super) fn from_mut(digits: &mut [u32], at: usize) -> &mut [u32] {
    digits.get_mut(at..).unwrap_or_default()
}

pub(super) fn bits(digits: &[u32]) -> u64 {
    let Some((&top, rest)) = digits.split_last() else { return 0 };
    // A slice of u32 has fewer than 2**61 items, so this stays below 2**66 / 2: saturating is enough.
    (rest.len() as u64)
        .saturating_mul(u64::from(DIGIT_BITS))
        .saturating_add(u64::from(u32::BITS - top.leading_zeros()))
}

pub(super) fn from_u64(value: u64) -> Digits {
    from_u120(value.into())
}

/// A value below `2**120`, in digits that need no memory.
pub(super) fn from_u120(value: u128) -> Digits {
    debug_assert!(value >> (4 * DIGIT_BITS) == 0, "more digits than are inline");
    let parts = [0, 1, 2, 3].map(|at| low_digit((value >> (at * DIGIT_BITS)) as u64));
    let mut out = Digits::new();
    out.extend_from_slice(trimmed(&parts));
    out
}

/// The lowest 30 bits.
pub(super) fn low_digit(value: u64) -> u32 {
    (value & MASK64) as u32
}

pub(super) fn to_u64(digits: &[u32]) -> Option<u64> {
    if bits(digits) > 64 { None } else { Some(low_u128(digits) as u64) }
}

/// The value of the lowest four digits.
pub(super) fn low_u128(digits: &[u32]) -> u128 {
    below(digits, 4).iter().rev().fold(0, |sum, &digit| (sum << DIGIT_BITS) | u128::from(digit))
}

pub(super) fn cmp(a: &[u32], b: &[u32]) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.iter().rev().cmp(b.iter().rev()))
}

/// Adds `addend` to the low end of `sum`, which has room for the carry. Returns the carry if not.
pub(super) fn add_into(sum: &mut [u32], addend: &[u32], work: &mut Work) -> Result<u32, IntError> {
    let (low, high) = sum.split_at_mut(addend.len().min(sum.len()));
    let mut carry = 0;
    for (to, from) in low.chunks_mut(CHUNK).zip(addend.chunks(CHUNK)) {
        work.charge(from.len() as u64)?;
        for (digit, &other) in to.iter_mut().zip(from) {
            let wide = *digit + other + carry;
            *digit = wide & DIGIT_MASK;
            carry = wide >> DIGIT_BITS;
        }
    }
    for digit in high {
        if carry == 0 {
            break;
        }
        let wide = *digit + carry;
        *digit = wide & DIGIT_MASK;
        carry = wide >> DIGIT_BITS;
    }
    Ok(carry)
}

/// Takes `other` from the low end of `left`. Returns 1 when `left` was less.
pub(super) fn sub_from(left: &mut [u32], other: &[u32], work: &mut Work) -> Result<u32, IntError> {
    let (low, high) = left.split_at_mut(other.len().min(left.len()));
    let mut borrow = 0_u32;
    for (to, from) in low.chunks_mut(CHUNK).zip(other.chunks(CHUNK)) {
        work.charge(from.len() as u64)?;
        for (digit, &other) in to.iter_mut().zip(from) {
            let wide = digit.wrapping_sub(other).wrapping_sub(borrow);
            *digit = wide & DIGIT_MASK;
            borrow = wide >> 31;
        }
    }
    for digit in high {
        if borrow == 0 {
            break;
        }
        let wide = digit.wrapping_sub(borrow);
        *digit = wide & DIGIT_MASK;
        borrow = wide >> 31;
    }
    Ok(borrow)
}

/// `a + b`, trimmed.
pub(super) fn sum(a: &[u32], b: &[u32], work: &mut Work) -> Result<Digits, IntError> {
    let (long, short) = if a.len() < b.len() { (b, a) } else { (a, b) };
    let mut out = zeroed(long.len().checked_add(1).ok_or(NoMemory)?, work)?;
    copy_into(&mut out, long, work)?;
    add_into(&mut out, short, work)?;
    trim(&mut out);
    Ok(out)
}

/// `a - b`, trimmed; `b` is no more than `a`.
pub(super) fn difference(a: &[u32], b: &[u32], work: &mut Work) -> Result<Digits, IntError> {
    let mut out = zeroed(a.len(), work)?;
    copy_into(&mut out, a, work)?;
    let borrow = sub_from(&mut out, b, work)?;
    debug_assert_eq!(borrow, 0, "a difference of magnitudes is taken from the greater");
    trim(&mut out);
    Ok(out)
}

/// Copies `from` to the low end of `to`.
pub(super) fn copy_into(to: &mut [u32], from: &[u32], work: &mut Work) -> Result<(), IntError> {
    for (to, from) in to.chunks_mut(CHUNK).zip(from.chunks(CHUNK)) {
        work.charge(from.len() as u64 / 4)?;
        for (to, &from) in to.iter_mut().zip(from) {
            *to = from;
        }
    }
    Ok(())
}

/// Multiplies in place by `factor` and adds `addend`; returns the digit that was carried out.
pub(super) fn mul_add_digit(
    digits: &mut [u32],
    factor: u32,
    addend: u32,
    work: &mut Work,
) -> Result<u32, IntError> {
    let mut carry = u64::from(addend);
    for chunk in digits.chunks_mut(CHUNK) {
        work.charge(chunk.len() as u64)?;
        for digit in chunk {
            let wide = u64::from(*digit) * u64::from(factor) + carry;
            *digit = low_digit(wide);
            carry = wide >> DIGIT_BITS;
        }
    }
    Ok(carry as u32)
}

/// Divides in place by `divisor`, which is not zero; returns the remainder.
pub(super) fn div_digit(
    digits: &mut [u32],
    divisor: u32,
    work: &mut Work,
) -> Result<u32, IntError> {
    let divisor = u64::from(divisor.max(1));
    let mut rest = 0_u64;
    for chunk in digits.rchunks_mut(CHUNK) {
        work.charge(chunk.len() as u64 * 4)?;
        for digit in chunk.iter_mut().rev() {
            let wide = (rest << DIGIT_BITS) | u64::from(*digit);
            *digit = (wide / divisor) as u32; // rest < divisor, so the quotient is a digit
            rest = wide % divisor;
        }
    }
    Ok(rest as u32)
}

/// `digits << by`, trimmed.
pub(super) fn shl(digits: &[u32], by: u64, work: &mut Work) -> Result<Digits, IntError> {
    if digits.is_empty() {
        return Ok(Digits::new());
    }
    let (whole, part) = (by / u64::from(DIGIT_BITS), (by % u64::from(DIGIT_BITS)) as u32);
    let whole = usize::try_from(whole).map_err(|_| NoMemory)?;
    let len = digits.len().checked_add(whole).and_then(|n| n.checked_add(1)).ok_or(NoMemory)?;
    work.charge(whole as u64 / 4)?;
    let mut out = zeroed(len, work)?;
    let mut carry = 0_u64;
    let high = from_mut(&mut out, whole);
    for (to, from) in high.chunks_mut(CHUNK).zip(digits.chunks(CHUNK)) {
        work.charge(from.len() as u64)?;
        for (to, &from) in to.iter_mut().zip(from) {
            let wide = (u64::from(from) << part) | carry;
            *to = low_digit(wide);
            carry = wide >> DIGIT_BITS;
        }
    }
    if let Some(top) = out.last_mut() {
        *top = carry as u32;
    }
    trim(&mut out);
    Ok(out)
}

/// `digits >> by`, trimmed.
pub(super) fn shr(digits: &[u32], by: u64, work: &mut Work) -> Result<Digits, IntError> {
    let (whole, part) = (by / u64::from(DIGIT_BITS), (by % u64::from(DIGIT_BITS)) as u32);
    let high = from(digits, usize::try_from(whole).unwrap_or(usize::MAX));
    let mut out = zeroed(high.len(), work)?;
    let mut carry = 0_u64;
    for (to, from) in out.rchunks_mut(CHUNK).zip(high.rchunks(CHUNK)) {
        work.charge(from.len() as u64)?;
        for (to, &from) in to.iter_mut().rev().zip(from.iter().rev()) {
            let wide = (carry << DIGIT_BITS) | u64::from(from);
            *to = low_digit(wide >> part);
            carry = wide & ((1 << part) - 1);
        }
    }
    trim(&mut out);
    Ok(out)
}

/// Whether any of the lowest `count` bits is set.
pub(super) fn any_below(digits: &[u32], count: u64) -> bool {
    let whole = usize::try_from(count / u64::from(DIGIT_BITS)).unwrap_or(usize::MAX);
    let part = (count % u64::from(DIGIT_BITS)) as u32;
    below(digits, whole).iter().any(|&digit| digit != 0)
        || digits.get(whole).is_some_and(|digit| digit & ((1 << part) - 1) != 0)
}

/// Zero bits below the lowest set one; 0 for zero.
pub(super) fn trailing_zeros(digits: &[u32]) -> u64 {
    let zeros = digits.iter().take_while(|&&digit| digit == 0).count();
    digits
        .get(zeros)
        .map_or(0, |digit| zeros as u64 * u64::from(DIGIT_BITS) + u64::from(digit.trailing_zeros()))
}

/// The product by the library, of at most a block of digits each.
pub(super) fn library_product(a: &[u32], b: &[u32]) -> Result<Digits, NoMemory> {
    let product = to_library(a)? * to_library(b)?;
    let mut out = Digits::new();
    out.try_reserve_exact(a.len().saturating_add(b.len()).saturating_add(3))?;
    let (mut gathered, mut held) = (0_u128, 0_u32);
    for word in product.iter_u64_digits() {
        gathered |= u128::from(word) << held;
        held += u64::BITS;
        while held >= DIGIT_BITS {
            out.push(low_digit(gathered as u64));
            gathered >>= DIGIT_BITS;
            held -= DIGIT_BITS;
        }
    }
    if held > 0 {
        out.push(low_digit(gathered as u64));
    }
    trim(&mut out);
    Ok(out)
}

fn to_library(digits: &[u32]) -> Result<BigUint, NoMemory> {
    let mut words: Vec<u32> = Vec::new();
    words.try_reserve_exact(digits.len())?; // each holds 32 bits to a digit's 30
    let (mut gathered, mut held) = (0_u64, 0_u32);
    for &digit in digits {
        gathered |= u64::from(digit) << held;
        held += DIGIT_BITS;
        if held >= u32::BITS {
            words.push(gathered as u32);
            gathered >>= u32::BITS;
            held -= u32::BITS;
        }
    }
    if held > 0 {
        words.push(gathered as u32);
    }
    Ok(BigUint::new(words))
}

/// `factor` to the power of `times`, for powers of a few hundred digits.
pub(super) fn small_power(factor: u32, times: usize, work: &mut Work) -> Result<Digits, IntError> {
    let mut power = from_u64(1);
    for _ in 0..times {
        let carry = mul_add_digit(&mut power, factor, 0, work)?;
        if carry != 0 {
            push(&mut power, carry)?;
        }
    }
    Ok(power)
}
