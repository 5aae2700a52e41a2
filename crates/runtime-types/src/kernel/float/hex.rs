//! `float.hex` and `float.fromhex`.

use super::super::integer::nearest;
use super::super::{NoMemory, Out};
use super::FloatError;
use super::parse::{signed, trimmed, word};
use super::text::ascii;

/// Hex digits of the fraction: 52 bits.
const FRACTION_DIGITS: u32 = 13;
/// Hex digits that are kept of a long mantissa; what follows only breaks ties.
const KEPT_DIGITS: u32 = 30;

/// Writes `value.hex()`.
///
/// # Errors
/// `NoMemory` of the sink.
pub fn write_hex(value: f64, out: &mut dyn Out) -> Result<(), NoMemory> {
    if !value.is_finite() {
        return super::write_repr(value, out);
    }
    if value.is_sign_negative() {
        out.push_str("-")?;
    }
    if value == 0.0 {
        return out.push_str("0x0.0p+0");
    }
    let bits = value.to_bits();
    let field = ((bits >> 52) & 0x7ff) as i32;
    out.push_str(if field == 0 { "0x0." } else { "0x1." })?;
    let mut text = [0_u8; FRACTION_DIGITS as usize];
    for (to, at) in text.iter_mut().rev().zip(0_u32..) {
        let digit = ((bits >> (4 * at)) & 15) as u8;
        *to = if digit < 10 { b'0' + digit } else { b'a' - 10 + digit };
    }
    out.push_str(ascii(&text))?;
    let exponent = if field == 0 { -1022 } else { field - 1023 };
    out.push_str(if exponent < 0 { "p-" } else { "p+" })?;
    let mut left = exponent.unsigned_abs();
    let mut text = [0_u8; 4];
    let mut start = text.len();
    for to in text.iter_mut().rev() {
        *to = b'0' + (left % 10) as u8;
        left /= 10;
        start -= 1;
        if left == 0 {
            break;
        }
    }
    out.push_str(ascii(text.get(start..).unwrap_or_default()))
}

/// The float that hexadecimal `text` spells, correctly rounded. Cost: linear.
///
/// # Errors
/// `InvalidHex`; `HexTooLarge`.
pub fn from_hex(text: &[u8]) -> Result<f64, FloatError> {
    let (negative, body) = signed(trimmed(text));
    let magnitude = match word(body) {
        Some(value) => value,
        None => magnitude(body)?,
    };
    Ok(if negative { -magnitude } else { magnitude })
}

fn magnitude(body: &[u8]) -> Result<f64, FloatError> {
    let body = match body {
        [b'0', b'x' | b'X', rest @ ..] => rest,
        _ => body,
    };
    let mut mantissa = Mantissa::default();
    let mut rest = mantissa.take_digits(body, false);
    if let [b'.', fraction @ ..] = rest {
        rest = mantissa.take_digits(fraction, true);
    }
    if mantissa.seen == 0 {
        return Err(FloatError::InvalidHex);
    }
    let (exponent, rest) = match rest {
        [b'p' | b'P', rest @ ..] => exponent(rest).ok_or(FloatError::InvalidHex)?,
        _ => (0, rest),
    };
    let exponent = exponent.saturating_add(mantissa.exponent);
    let value = if mantissa.value == 0 || exponent < -5000 {
        0.0
    } else {
        nearest(mantissa.value, exponent.min(5000), mantissa.sticky)
            .ok_or(FloatError::HexTooLarge)?
    };
    // What follows the number is looked at last, so that an overflow is reported first.
    if rest.is_empty() { Ok(value) } else { Err(FloatError::InvalidHex) }
}

/// A sign and at least one digit, with what follows; saturates.
fn exponent(text: &[u8]) -> Option<(i64, &[u8])> {
    let (negative, text) = signed(text);
    let count = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = text.split_at_checked(count).filter(|_| count > 0)?;
    let value = digits
        .iter()
        .fold(0_i64, |value, byte| value.saturating_mul(10).saturating_add(i64::from(byte - b'0')));
    Some((if negative { -value } else { value }, rest))
}

#[derive(Default)]
struct Mantissa {
    value: u128,
    kept: u32,
    /// Binary exponent of the last kept digit.
    exponent: i64,
    sticky: bool,
    seen: u64,
}

impl Mantissa {
    fn take_digits<'a>(&mut self, text: &'a [u8], fraction: bool) -> &'a [u8] {
        let mut text = text;
        while let [byte, rest @ ..] = text
            && let Some(digit) = char::from(*byte).to_digit(16)
        {
            text = rest;
            self.seen += 1;
            let held = self.kept < KEPT_DIGITS;
            if held && (digit != 0 || self.value != 0) {
                self.value = (self.value << 4) | u128::from(digit);
                self.kept += 1;
            } else if !held {
                self.sticky |= digit != 0;
            }
            // A kept digit behind the point lowers the exponent, a dropped one before it raises it.
            self.exponent += match (held, fraction) {
                (true, true) => -4,
                (false, false) => 4,
                _ => 0,
            };
        }
        text
    }
}
