//! Shifts and bitwise operators, on two's complement of unlimited width, as Python defines them.

use super::super::{NoMemory, Work, work::CHUNK};
use super::{DIGIT_BITS, DIGIT_MASK, Digits, Int, IntError, IntRef, mag};

/// `a << by`. Cost: linear in the result.
///
/// # Errors
/// `NegativeShift`; `TooLarge`, also for counts beyond 64 bits unless `a` is zero; `NoMemory`; `Stopped`.
pub fn shl(a: IntRef, by: IntRef, work: &mut Work) -> Result<Int, IntError> {
    if by.is_negative() {
        return Err(IntError::NegativeShift);
    }
    if a.is_zero() {
        return Ok(Int::zero());
    }
    let by = by.to_u64().unwrap_or(u64::MAX);
    let bits = a.bit_length().saturating_add(by);
    if bits > work.limits().max_bits {
        return Err(IntError::TooLarge { bits });
    }
    if bits <= 4 * u64::from(DIGIT_BITS) {
        return Ok(Int::new(a.is_negative(), mag::from_u120(mag::low_u128(a.digits()) << by)));
    }
    Ok(Int::new(a.is_negative(), mag::shl(a.digits(), by, work)?))
}

/// `a << by` as its upper digits and how many zero digits are below them, so that a result that is
/// mostly zeros need not be made twice. Cost: linear in `a`; steps are charged for the whole result.
///
/// # Errors
/// As [`shl`].
pub fn shl_upper(a: IntRef, by: u64, work: &mut Work) -> Result<(Int, usize), IntError> {
    let bits = a.bit_length().saturating_add(by);
    if bits > work.limits().max_bits {
        return Err(IntError::TooLarge { bits });
    }
    let zeros = by / u64::from(DIGIT_BITS);
    work.charge(zeros / 4)?;
    let upper = mag::shl(a.digits(), by % u64::from(DIGIT_BITS), work)?;
    let zeros = usize::try_from(zeros).map_err(|_| NoMemory)?;
    Ok((Int::new(a.is_negative(), upper), zeros))
}

/// `a >> by`, rounded down. Cost: linear.
///
/// # Errors
/// `NegativeShift`; `NoMemory`; `Stopped`.
pub fn shr(a: IntRef, by: IntRef, work: &mut Work) -> Result<Int, IntError> {
    if by.is_negative() {
        return Err(IntError::NegativeShift);
    }
    let by = by.to_u64().unwrap_or(u64::MAX);
    let shifted = mag::shr(a.digits(), by, work)?;
    if a.is_negative() && mag::any_below(a.digits(), by) {
        return Ok(Int::new(true, mag::sum(&shifted, &[1], work)?));
    }
    Ok(Int::new(a.is_negative(), shifted))
}

/// `~a`, which is `-a - 1`.
///
/// # Errors
/// `NoMemory`; `Stopped`.
pub fn invert(a: IntRef, work: &mut Work) -> Result<Int, IntError> {
    let magnitude = if a.is_negative() {
        mag::difference(a.digits(), &[1], work)?
    } else {
        mag::sum(a.digits(), &[1], work)?
    };
    Ok(Int::new(!a.is_negative(), magnitude))
}

/// `a & b`. Cost: linear.
///
/// # Errors
/// `NoMemory`; `Stopped`.
pub fn and(a: IntRef, b: IntRef, work: &mut Work) -> Result<Int, IntError> {
    // Two operands without sign share no more digits than the shorter has.
    let width = match (a.is_negative(), b.is_negative()) {
        (false, false) => a.digits().len().min(b.digits().len()),
        _ => a.digits().len().max(b.digits().len()),
    };
    bitwise(a, b, width, a.is_negative() && b.is_negative(), |x, y| x & y, work)
}

/// `a | b`. Cost: linear.
///
/// # Errors
/// As [`and`].
pub fn or(a: IntRef, b: IntRef, work: &mut Work) -> Result<Int, IntError> {
    let width = a.digits().len().max(b.digits().len());
    bitwise(a, b, width, a.is_negative() || b.is_negative(), |x, y| x | y, work)
}

/// `a ^ b`. Cost: linear.
///
/// # Errors
/// As [`and`].
pub fn xor(a: IntRef, b: IntRef, work: &mut Work) -> Result<Int, IntError> {
    let width = a.digits().len().max(b.digits().len());
    bitwise(a, b, width, a.is_negative() != b.is_negative(), |x, y| x ^ y, work)
}

fn bitwise(
    a: IntRef,
    b: IntRef,
    width: usize,
    negative: bool,
    op: impl Fn(u32, u32) -> u32,
    work: &mut Work,
) -> Result<Int, IntError> {
    // One digit more holds the power of two that a negative result may be.
    let mut out: Digits = mag::zeroed(width.checked_add(1).ok_or(NoMemory)?, work)?;
    let (mut left, mut right) = (Complement::of(a), Complement::of(b));
    let mut back = Negation { negative, carry: 1 };
    for chunk in out.chunks_mut(CHUNK) {
        work.charge(chunk.len() as u64 * 2)?;
        for to in chunk {
            *to = back.digit(op(left.digit(), right.digit()));
        }
    }
    Ok(Int::new(negative, out))
}

/// Turns digits, low first, into those of the two's complement when the sign says so, and back.
struct Negation {
    negative: bool,
    carry: u32,
}

impl Negation {
    fn digit(&mut self, digit: u32) -> u32 {
        if !self.negative {
            return digit;
        }
        let wide = (!digit & DIGIT_MASK) + self.carry;
        self.carry = wide >> DIGIT_BITS;
        wide & DIGIT_MASK
    }
}

/// An endless run of an integer's two's complement digits, low first.
struct Complement<'a> {
    digits: std::slice::Iter<'a, u32>,
    negation: Negation,
}

impl<'a> Complement<'a> {
    fn of(number: IntRef<'a>) -> Self {
        Self {
            digits: number.digits().iter(),
            negation: Negation { negative: number.is_negative(), carry: 1 },
        }
    }

    fn digit(&mut self) -> u32 {
        self.negation.digit(self.digits.next().copied().unwrap_or(0))
    }
}

/// Ones in the magnitude: `int.bit_count()`. Cost: linear.
///
/// # Errors
/// `Stopped`.
pub fn bit_count(a: IntRef, work: &mut Work) -> Result<u64, IntError> {
    let mut ones = 0_u64;
    for chunk in a.digits().chunks(CHUNK) {
        work.charge(chunk.len() as u64)?;
        ones = ones.saturating_add(chunk.iter().map(|digit| u64::from(digit.count_ones())).sum());
    }
    Ok(ones)
}
