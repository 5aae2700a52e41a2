//! Multiplication: digit rows, library blocks, and Karatsuba over blocks.

use super::super::{NoMemory, Work, work::CHUNK};
use super::{BLOCK, DIGIT_BITS, Digits, Int, IntError, IntRef, mag};

/// Up to this many digits in the shorter operand, rows of digits beat the way to the library.
const ROWS: usize = 24;

/// `a * b`. Cost: rows up to 24 digits, the library's up to [`BLOCK`], then `n**1.58`.
///
/// # Errors
/// `TooLarge` when the product certainly exceeds the limit; `NoMemory`; `Stopped`.
pub fn mul(a: IntRef, b: IntRef, work: &mut Work) -> Result<Int, IntError> {
    let negative = a.is_negative() != b.is_negative();
    if let ([] | [_] | [_, _], [] | [_] | [_, _]) = (a.digits(), b.digits())
        && let bits = a.bit_length().saturating_add(b.bit_length())
        && bits <= work.limits().max_bits
    {
        let wide = mag::low_u128(a.digits()) * mag::low_u128(b.digits()); // 60 bits by 60
        return Ok(Int::new(negative, mag::from_u120(wide)));
    }
    let bits = a.bit_length().saturating_add(b.bit_length()).saturating_sub(1);
    if bits > work.limits().max_bits {
        return Err(IntError::TooLarge { bits });
    }
    Ok(Int::new(negative, product(a.digits(), b.digits(), work)?))
}

/// The product of two magnitudes, trimmed.
pub(super) fn product(a: &[u32], b: &[u32], work: &mut Work) -> Result<Digits, IntError> {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if short.is_empty() {
        Ok(Digits::new())
    } else if short.len() <= ROWS {
        by_rows(short, long, work)
    } else if long.len() <= BLOCK {
        in_library(short, long, work)
    } else if short.len() <= BLOCK || short.len() <= long.len().div_ceil(2) {
        by_pieces(short, long, work)
    } else {
        karatsuba(short, long, work)
    }
}

/// Digit operations that the library is charged for `short` by `long` digits.
fn library_cost(short: usize, long: usize) -> u64 {
    // Measured 1 ms for 5000 by 5000, so about 0.08 of the rows' count.
    let (short, long) = (short as u64, long as u64);
    long.saturating_mul(short.min(64)).saturating_add(long.saturating_mul(short) / 12)
}

fn in_library(short: &[u32], long: &[u32], work: &mut Work) -> Result<Digits, IntError> {
    work.charge(library_cost(short.len(), long.len()))?;
    Ok(mag::library_product(short, long)?)
}

fn product_len(short: &[u32], long: &[u32]) -> Result<usize, NoMemory> {
    short.len().checked_add(long.len()).ok_or(NoMemory)
}

fn by_rows(short: &[u32], long: &[u32], work: &mut Work) -> Result<Digits, IntError> {
    let mut out = mag::zeroed(product_len(short, long)?, work)?;
    for (at, &factor) in short.iter().enumerate() {
        let mut carry = 0_u64;
        let mut row = mag::from_mut(&mut out, at);
        for chunk in long.chunks(CHUNK) {
            work.charge(chunk.len() as u64)?;
            let here = std::mem::take(&mut row);
            let Some((now, later)) = here.split_at_mut_checked(chunk.len()) else { break };
            for (to, &digit) in now.iter_mut().zip(chunk) {
                let wide = u64::from(digit) * u64::from(factor) + u64::from(*to) + carry;
                *to = mag::low_digit(wide);
                carry = wide >> DIGIT_BITS;
            }
            row = later;
        }
        if let Some(top) = row.first_mut() {
            *top = carry as u32; // this place is first reached by this row
        }
    }
    mag::trim(&mut out);
    Ok(out)
}

/// Cuts the longer operand into pieces about as long as the shorter one.
fn by_pieces(short: &[u32], long: &[u32], work: &mut Work) -> Result<Digits, IntError> {
    let mut out = mag::zeroed(product_len(short, long)?, work)?;
    let step = short.len().max(BLOCK);
    for (index, piece) in long.chunks(step).enumerate() {
        let part = product(short, mag::trimmed(piece), work)?;
        mag::add_into(mag::from_mut(&mut out, index.saturating_mul(step)), &part, work)?;
    }
    mag::trim(&mut out);
    Ok(out)
}

/// `(a1 B + a0) (b1 B + b0)` by three products of half the length.
fn karatsuba(a: &[u32], b: &[u32], work: &mut Work) -> Result<Digits, IntError> {
    let half = b.len().div_ceil(2);
    let square = std::ptr::eq(a, b);
    let parts = |of| (mag::trimmed(mag::below(of, half)), mag::from(of, half));
    let ((a0, a1), (b0, b1)) = (parts(a), parts(b));

    let mut middle = {
        let a_sum = mag::sum(a0, a1, work)?;
        if square {
            product(&a_sum, &a_sum, work)?
        } else {
            product(&a_sum, &mag::sum(b0, b1, work)?, work)?
        }
    };
    let low = product(a0, b0, work)?;
    let high = product(a1, b1, work)?;
    mag::sub_from(&mut middle, &low, work)?;
    mag::sub_from(&mut middle, &high, work)?;
    mag::trim(&mut middle);

    let mut out = mag::zeroed(product_len(a, b)?, work)?;
    mag::copy_into(&mut out, &low, work)?;
    mag::copy_into(mag::from_mut(&mut out, half.saturating_mul(2)), &high, work)?;
    mag::add_into(mag::from_mut(&mut out, half), &middle, work)?;
    mag::trim(&mut out);
    Ok(out)
}
