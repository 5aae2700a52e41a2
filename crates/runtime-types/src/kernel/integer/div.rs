//! Division: by one digit, by rows of digits (Knuth's algorithm D), and by Burnikel and Ziegler's
//! recursion, which leaves the work to multiplication.

use std::cmp::Ordering;

use super::super::{NoMemory, Work, work::CHUNK};
use super::mul::product;
use super::{DIGIT_BITS, DIGIT_MASK, Digits, Int, IntError, IntRef, mag};

/// Divisors or quotients of so few digits are divided by rows.
const ROWS: usize = 80;

/// `divmod(a, b)`: the quotient rounded down, and a remainder of the divisor's sign.
///
/// Cost: rows times columns when one of divisor and quotient is short, else a few products.
///
/// # Errors
/// `ZeroDivision`; `NoMemory`; `Stopped`. Results are never longer than the operands.
pub fn divmod(a: IntRef, b: IntRef, work: &mut Work) -> Result<(Int, Int), IntError> {
    if let ([] | [_] | [_, _], [_] | [_, _]) = (a.digits(), b.digits())
        && let (Some(a), Some(b)) = (a.to_i64(), b.to_i64())
    {
        // Two digits are 60 bits, so neither division overflows, nor does the correction.
        let (quotient, rest) = (a.wrapping_div_euclid(b), a.wrapping_rem_euclid(b));
        return Ok(if b < 0 && rest != 0 {
            (Int::from_i64(quotient.wrapping_sub(1)), Int::from_i64(rest.wrapping_add(b)))
        } else {
            (Int::from_i64(quotient), Int::from_i64(rest))
        });
    }
    let (quotient, rest) = div_rem(a.digits(), b.digits(), work)?;
    if a.is_negative() == b.is_negative() || rest.is_empty() {
        let negative = a.is_negative() != b.is_negative();
        return Ok((Int::new(negative, quotient), Int::new(b.is_negative(), rest)));
    }
    let quotient = mag::sum(&quotient, &[1], work)?;
    let rest = mag::difference(b.digits(), &rest, work)?;
    Ok((Int::new(true, quotient), Int::new(b.is_negative(), rest)))
}

/// `a // b`, rounded down.
///
/// # Errors
/// As [`divmod`].
pub fn floordiv(a: IntRef, b: IntRef, work: &mut Work) -> Result<Int, IntError> {
    Ok(divmod(a, b, work)?.0)
}

/// `a % b`, with the sign of `b`.
///
/// # Errors
/// As [`divmod`].
pub fn modulo(a: IntRef, b: IntRef, work: &mut Work) -> Result<Int, IntError> {
    Ok(divmod(a, b, work)?.1)
}

/// Quotient and remainder of magnitudes, both trimmed.
pub(super) fn div_rem(a: &[u32], b: &[u32], work: &mut Work) -> Result<(Digits, Digits), IntError> {
    let quotient_len = match (mag::cmp(a, b), b) {
        (_, []) => return Err(IntError::ZeroDivision),
        (Ordering::Less, _) => return Ok((Digits::new(), mag::copied(a, work)?)),
        (Ordering::Equal, _) => return Ok((mag::from_u64(1), Digits::new())),
        (Ordering::Greater, &[divisor]) => {
            let mut quotient = mag::copied(a, work)?;
            let rest = mag::div_digit(&mut quotient, divisor, work)?;
            mag::trim(&mut quotient);
            return Ok((quotient, mag::from_u64(u64::from(rest))));
        }
        (Ordering::Greater, _) => a.len().saturating_sub(b.len()).saturating_add(1),
    };
    if b.len().min(quotient_len) <= ROWS {
        by_rows(a, b, work)
    } else {
        // The recursion wants a divisor whose top bit is set.
        let room =
            u64::from(b.last().map_or(0, |top| top.leading_zeros() + DIGIT_BITS - u32::BITS));
        let divisor = mag::shl(b, room, work)?;
        let dividend = mag::shl(a, room, work)?;
        let (quotient, rest) = by_pieces(&dividend, &divisor, work)?;
        Ok((quotient, mag::shr(&rest, room, work)?))
    }
}

/// Knuth's algorithm D: `b` has two digits or more and is no more than `a`.
fn by_rows(a: &[u32], b: &[u32], work: &mut Work) -> Result<(Digits, Digits), IntError> {
    let room = u64::from(b.last().map_or(0, |top| top.leading_zeros() + DIGIT_BITS - u32::BITS));
    let divisor = mag::shl(b, room, work)?;
    let mut rest = mag::shl(a, room, work)?;
    rest.try_reserve_exact(1).map_err(NoMemory::from)?;
    rest.resize(a.len().saturating_add(1), 0);
    let [.., v2, v1] = *divisor.as_slice() else { return Err(IntError::ZeroDivision) };
    let (v1, v2) = (u64::from(v1), u64::from(v2));

    let columns = divisor.len();
    let mut quotient = mag::zeroed(rest.len().saturating_sub(columns), work)?;
    for (at, to) in quotient.iter_mut().enumerate().rev() {
        let Some(row) = mag::from_mut(&mut rest, at).get_mut(..=columns) else { continue };
        let [.., u2, u1, u0] = *row else { continue };
        let high = (u64::from(u0) << DIGIT_BITS) | u64::from(u1);
        let (mut guess, mut over) = (high / v1, high % v1);
        while guess > u64::from(DIGIT_MASK) || guess * v2 > ((over << DIGIT_BITS) | u64::from(u2)) {
            guess -= 1;
            over += v1;
            if over > u64::from(DIGIT_MASK) {
                break;
            }
        }
        if subtract_row(row, &divisor, guess, work)? {
            guess -= 1; // the guess was one too great, which is rare
            mag::add_into(row, &divisor, work)?;
            if let Some(top) = row.last_mut() {
                *top &= DIGIT_MASK;
            }
        }
        *to = mag::low_digit(guess);
    }
    mag::trim(&mut quotient);
    mag::trim(&mut rest);
    Ok((quotient, mag::shr(&rest, room, work)?))
}

/// Takes `factor * divisor` from `row`, one digit longer; says whether that went below zero.
fn subtract_row(
    row: &mut [u32],
    divisor: &[u32],
    factor: u64,
    work: &mut Work,
) -> Result<bool, IntError> {
    let mut carry = 0_u64; // of the products, plus the borrow: below 2**31
    let mut left = row;
    for chunk in divisor.chunks(CHUNK) {
        work.charge(chunk.len() as u64)?;
        let here = std::mem::take(&mut left);
        let Some((now, later)) = here.split_at_mut_checked(chunk.len()) else { break };
        for (to, &digit) in now.iter_mut().zip(chunk) {
            let wide = u64::from(digit) * factor + carry;
            let taken = to.wrapping_sub(mag::low_digit(wide));
            *to = taken & DIGIT_MASK;
            carry = (wide >> DIGIT_BITS) + u64::from(taken >> 31);
        }
        left = later;
    }
    let Some(top) = left.first_mut() else { return Ok(false) };
    let below = u64::from(*top) < carry;
    *top = (*top).wrapping_sub(carry as u32) & DIGIT_MASK;
    Ok(below)
}

/// Long division with pieces as long as the divisor for its digits; the top bit of `b` is set.
fn by_pieces(a: &[u32], b: &[u32], work: &mut Work) -> Result<(Digits, Digits), IntError> {
    let step = b.len();
    let mut quotient = mag::zeroed(a.len(), work)?;
    let mut rest = Digits::new();
    let mut at = a.len().next_multiple_of(step.max(1));
    for piece in PiecesFromTop::new(a, step) {
        at = at.saturating_sub(step);
        let dividend = joined(&rest, piece, step.min(a.len().saturating_sub(at)), work)?;
        let (part, left) = step_division(&dividend, b, work)?;
        mag::copy_into(mag::from_mut(&mut quotient, at), &part, work)?;
        rest = left;
    }
    mag::trim(&mut quotient);
    Ok((quotient, rest))
}

/// The pieces of a magnitude from its top; all have `step` digits but the first.
struct PiecesFromTop<'a> {
    digits: &'a [u32],
    step: usize,
}

impl<'a> PiecesFromTop<'a> {
    fn new(digits: &'a [u32], step: usize) -> Self {
        Self { digits, step: step.max(1) }
    }
}

impl<'a> Iterator for PiecesFromTop<'a> {
    type Item = &'a [u32];

    fn next(&mut self) -> Option<&'a [u32]> {
        let top = self.digits.len().checked_sub(1)? / self.step * self.step;
        let (rest, piece) = self.digits.split_at_checked(top)?;
        self.digits = rest;
        Some(piece)
    }
}

/// `high * B**len + low`, where `low` has `len` digits, zeros on top included.
fn joined(high: &[u32], low: &[u32], len: usize, work: &mut Work) -> Result<Digits, IntError> {
    if high.is_empty() {
        return mag::copied(mag::trimmed(mag::below(low, len)), work);
    }
    let mut out = mag::zeroed(len.checked_add(high.len()).ok_or(NoMemory)?, work)?;
    mag::copy_into(&mut out, mag::below(low, len), work)?;
    mag::copy_into(mag::from_mut(&mut out, len), high, work)?;
    Ok(out)
}

/// A division whose quotient has about as many digits as the divisor, or fewer.
fn step_division(a: &[u32], b: &[u32], work: &mut Work) -> Result<(Digits, Digits), IntError> {
    let quotient_len = a.len().saturating_sub(b.len());
    if mag::cmp(a, b) == Ordering::Less {
        Ok((Digits::new(), mag::copied(a, work)?))
    } else if b.len().min(quotient_len) <= ROWS {
        by_rows(a, b, work)
    } else if quotient_len.saturating_mul(4) > b.len().saturating_mul(3) {
        // Two quotients of half the length, the upper one first.
        let half = quotient_len / 2;
        let (high, rest) = step_division(mag::from(a, half), b, work)?;
        let (low, rest) = step_division(&joined(&rest, mag::below(a, half), half, work)?, b, work)?;
        Ok((joined_sum(&high, &low, half, work)?, rest))
    } else {
        short_quotient(a, b, quotient_len, work)
    }
}

/// `high * B**at + low`, where `low` may be a little longer than `at`.
fn joined_sum(high: &[u32], low: &[u32], at: usize, work: &mut Work) -> Result<Digits, IntError> {
    let len = at.checked_add(high.len().max(1)).and_then(|n| n.checked_add(2)).ok_or(NoMemory)?;
    let mut out = mag::zeroed(len.max(low.len()), work)?;
    mag::copy_into(mag::from_mut(&mut out, at), high, work)?;
    mag::add_into(&mut out, low, work)?;
    mag::trim(&mut out);
    Ok(out)
}

/// Burnikel and Ziegler's step: divide the tops, multiply back, correct at most twice. The divisor's
/// top bit is set, which is what bounds the corrections.
fn short_quotient(
    a: &[u32],
    b: &[u32],
    quotient_len: usize,
    work: &mut Work,
) -> Result<(Digits, Digits), IntError> {
    let tail = b.len().saturating_sub(quotient_len);
    let (b_tail, b_top) = (mag::trimmed(mag::below(b, tail)), mag::from(b, tail));
    let (mut quotient, top_rest) = step_division(mag::from(a, tail), b_top, work)?;
    let mut rest = joined(&top_rest, mag::below(a, tail), tail, work)?;
    mag::trim(&mut rest);
    let taken = product(&quotient, b_tail, work)?;
    while mag::cmp(&rest, &taken) == Ordering::Less {
        mag::sub_from(&mut quotient, &[1], work)?;
        rest = mag::sum(&rest, b, work)?;
    }
    mag::trim(&mut quotient);
    Ok((quotient, mag::difference(&rest, &taken, work)?))
}
