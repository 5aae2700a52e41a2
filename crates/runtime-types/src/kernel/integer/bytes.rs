//! Integers from and to bytes.

use super::super::{NoMemory, Work, work::CHUNK};
use super::{DIGIT_BITS, Int, IntError, IntRef, mag};

/// Bits that two's complement needs for `a`, the sign bit included.
#[must_use]
pub fn signed_bits(a: IntRef) -> u64 {
    let bits = a.bit_length();
    // -2**n needs no bit more than its magnitude has.
    let power = a.is_negative() && !mag::any_below(a.digits(), bits.saturating_sub(1));
    if power { bits } else { bits.saturating_add(1) }
}

/// Fills all of `out` with `a`: `int.to_bytes(len(out), order, signed=…)`. Cost: linear.
///
/// # Errors
/// `NegativeToUnsigned`; `BytesTooFew`; `Stopped`.
pub fn to_bytes(
    a: IntRef,
    out: &mut [u8],
    little: bool,
    signed: bool,
    work: &mut Work,
) -> Result<(), IntError> {
    if a.is_negative() && !signed {
        return Err(IntError::NegativeToUnsigned);
    }
    let needed = if signed { signed_bits(a) } else { a.bit_length() };
    // No bytes at all have no sign bit: CPython lets them hold 0 and, if signed, -1.
    let needed = if out.is_empty() && signed { needed.saturating_sub(1) } else { needed };
    if !a.is_zero() && needed > (out.len() as u64).saturating_mul(8) {
        return Err(IntError::BytesTooFew);
    }
    let mut carry = u16::from(a.is_negative());
    let mut bytes = MagnitudeBytes { digits: a.digits().iter(), gathered: 0, held: 0 };
    let mut fill = |chunk: &mut dyn Iterator<Item = &mut u8>| {
        for to in chunk {
            let byte = bytes.byte();
            *to = if a.is_negative() {
                let wide = u16::from(!byte) + carry;
                carry = wide >> 8;
                wide as u8
            } else {
                byte
            };
        }
    };
    if little {
        for chunk in out.chunks_mut(CHUNK) {
            work.charge(chunk.len() as u64)?;
            fill(&mut chunk.iter_mut());
        }
    } else {
        for chunk in out.rchunks_mut(CHUNK) {
            work.charge(chunk.len() as u64)?;
            fill(&mut chunk.iter_mut().rev());
        }
    }
    Ok(())
}

/// The bytes of a magnitude, low first, then zeros for ever.
struct MagnitudeBytes<'a> {
    digits: std::slice::Iter<'a, u32>,
    gathered: u64,
    held: u32,
}

impl MagnitudeBytes<'_> {
    fn byte(&mut self) -> u8 {
        if self.held < 8 {
            let next = self.digits.next().copied().unwrap_or(0);
            self.gathered |= u64::from(next) << self.held;
            self.held += DIGIT_BITS;
        }
        let byte = self.gathered as u8;
        self.gathered >>= 8;
        self.held -= 8;
        byte
    }
}

/// The integer that `bytes` spell: `int.from_bytes(bytes, order, signed=…)`. Cost: linear.
///
/// # Errors
/// `TooLarge`; `NoMemory`; `Stopped`.
pub fn from_bytes(
    bytes: &[u8],
    little: bool,
    signed: bool,
    work: &mut Work,
) -> Result<Int, IntError> {
    let bits = (bytes.len() as u64).saturating_mul(8);
    if bits > work.limits().max_bits.saturating_add(7) {
        return Err(IntError::TooLarge { bits });
    }
    let top = if little { bytes.last() } else { bytes.first() };
    let negative = signed && top.is_some_and(|top| top & 0x80 != 0);

    let mut out = super::Digits::new();
    out.try_reserve_exact(bytes.len().div_ceil(3)).map_err(NoMemory::from)?; // 24 of 30 bits
    let (mut gathered, mut held) = (0_u64, 0_u32);
    let mut carry = u16::from(negative);
    let mut take = |byte: u8| {
        let byte = if negative {
            let wide = u16::from(!byte) + carry;
            carry = wide >> 8;
            wide as u8
        } else {
            byte
        };
        gathered |= u64::from(byte) << held;
        held += 8;
        if held >= DIGIT_BITS {
            out.push(mag::low_digit(gathered));
            gathered >>= DIGIT_BITS;
            held -= DIGIT_BITS;
        }
    };
    if little {
        for chunk in bytes.chunks(CHUNK) {
            work.charge(chunk.len() as u64)?;
            chunk.iter().copied().for_each(&mut take);
        }
    } else {
        for chunk in bytes.rchunks(CHUNK) {
            work.charge(chunk.len() as u64)?;
            chunk.iter().rev().copied().for_each(&mut take);
        }
    }
    // The magnitude of the least value of a width has one bit more than the carry reaches.
    let top = gathered | if carry != 0 && negative { 1 << held } else { 0 };
    mag::push(&mut out, mag::low_digit(top))?;
    mag::push(&mut out, mag::low_digit(top >> DIGIT_BITS))?;
    Ok(Int::new(negative, out))
}
