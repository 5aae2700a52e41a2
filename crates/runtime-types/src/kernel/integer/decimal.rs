//! Integers to text: powers of two by bits, the rest by halving the number of digits.

use super::super::{NoMemory, Out, Work};
use super::{DIGIT_BITS, DIGIT_MASK, Digits, IntError, IntRef, div, mag, mul};

/// CPython's default for `sys.set_int_max_str_digits`.
pub const MAX_STR_DIGITS: usize = 4300;
/// Numbers of up to so many decimal digits are never refused by that limit.
pub const STR_DIGITS_THRESHOLD: usize = 640;

/// Decimal digits in one digit of base `10**9`.
const NINE: usize = 9;
const BILLION: u32 = 1_000_000_000;
/// Up to so many digits the plain quadratic loop is best.
const SHORT: usize = 150;
/// Decimal digits of the parts into which longer numbers are cut; they have `SHORT` digits at most.
const PART: usize = NINE * SHORT;

const _: () = assert!(BILLION < 1 << DIGIT_BITS, "a part has no more digits than nines");

/// Writes `a` in base ten. `max_digits` 0 is no limit.
///
/// Cost: quadratic up to 150 digits, then that of a few divisions.
///
/// # Errors
/// `TooManyDigits`, found before the work when the excess is great; `NoMemory`; `Stopped`.
pub fn write_decimal(
    a: IntRef,
    max_digits: usize,
    out: &mut dyn Out,
    work: &mut Work,
) -> Result<(), IntError> {
    if let Some(value) = mag::to_u64(a.digits()) {
        return Ok(write_u64(a.is_negative(), value, out)?);
    }
    let refused = Err(IntError::TooManyDigits { limit: max_digits, found: None });
    if max_digits != 0 {
        // CPython's own estimate: 3 bits a decimal digit, or so.
        let certain = max_digits.saturating_mul(10) / 90 + 2;
        if a.digits().len() >= 10 * STR_DIGITS_THRESHOLD / 90 + 2 && a.digits().len() >= certain {
            return refused;
        }
    }
    let mut text = Vec::new();
    append_decimal(a.digits(), 0, &mut text, work)?;
    if max_digits != 0 && text.len() > STR_DIGITS_THRESHOLD && text.len() > max_digits {
        return refused;
    }
    if a.is_negative() {
        out.push_str("-")?;
    }
    Ok(out.push_str(ascii(&text))?)
}

/// Digits and letters that were put together here are ASCII; anything else would be shown as nothing.
fn ascii(text: &[u8]) -> &str {
    debug_assert!(text.is_ascii());
    std::str::from_utf8(text).unwrap_or_default()
}

fn write_u64(negative: bool, value: u64, out: &mut dyn Out) -> Result<(), NoMemory> {
    let mut text = [0_u8; 21];
    let (mut left, mut start) = (value, text.len());
    for to in text.iter_mut().rev() {
        *to = b'0' + (left % 10) as u8;
        left /= 10;
        start -= 1;
        if left == 0 {
            break;
        }
    }
    if negative && let Some(to) = start.checked_sub(1).and_then(|at| text.get_mut(at)) {
        *to = b'-'; // 2**64 has twenty digits, so there is a place before the first
        start -= 1;
    }
    out.push_str(ascii(text.get(start..).unwrap_or_default()))
}

/// Appends the decimal digits of a magnitude, zeros in front up to `width`.
pub(super) fn append_decimal(
    digits: &[u32],
    width: usize,
    text: &mut Vec<u8>,
    work: &mut Work,
) -> Result<(), IntError> {
    if digits.len() <= SHORT {
        return append_short(digits, width, text, work);
    }
    // 10**PART, squared until half of the number is below it.
    let mut powers: Vec<Digits> = Vec::new();
    let mut power = mag::small_power(BILLION, SHORT, work)?;
    loop {
        powers.try_reserve(1).map_err(NoMemory::from)?;
        let enough = power.len().saturating_mul(2) > digits.len();
        let next = if enough { Digits::new() } else { mul::product(&power, &power, work)? };
        powers.push(power);
        if enough {
            break;
        }
        power = next;
    }
    split_decimal(digits, width, &powers, text, work)
}

fn split_decimal(
    digits: &[u32],
    width: usize,
    powers: &[Digits],
    text: &mut Vec<u8>,
    work: &mut Work,
) -> Result<(), IntError> {
    let Some((power, lower)) = powers.split_last() else {
        return append_short(digits, width, text, work);
    };
    // `powers` of length k + 1 ends with the power of PART << k decimals.
    let decimals = PART << lower.len();
    let (high, low) = div::div_rem(digits, power, work)?;
    if width == 0 && high.is_empty() {
        return split_decimal(&low, 0, lower, text, work);
    }
    split_decimal(&high, width.saturating_sub(decimals), lower, text, work)?;
    split_decimal(&low, decimals, lower, text, work)
}

/// Digits of little more than a part.
fn append_short(
    digits: &[u32],
    width: usize,
    text: &mut Vec<u8>,
    work: &mut Work,
) -> Result<(), IntError> {
    let decimals = mag::bits(digits).saturating_mul(30_103) / 100_000;
    let room = usize::try_from(decimals).map_err(|_| NoMemory)?.saturating_add(2).max(width);
    text.try_reserve(room).map_err(NoMemory::from)?;
    let start = text.len();
    let mut left = mag::copied(digits, work)?;
    while !left.is_empty() {
        let mut nine = mag::div_digit(&mut left, BILLION, work)?;
        mag::trim(&mut left);
        for _ in 0..NINE {
            text.push(b'0' + (nine % 10) as u8);
            nine /= 10;
            if left.is_empty() && nine == 0 {
                break;
            }
        }
    }
    while text.len().saturating_sub(start) < width {
        text.push(b'0');
    }
    text.get_mut(start..).unwrap_or_default().reverse();
    Ok(())
}

/// Writes the magnitude of `a`, without sign or prefix, in base 2, 4, 8, 16 or 32.
///
/// `bits` is the bits of one digit of that base, 1 to 5. Zero is `0`. Cost: linear in the text.
///
/// # Errors
/// `NoMemory`, refused before the text is built; `Stopped`.
pub fn write_radix(
    a: IntRef,
    bits: u32,
    upper: bool,
    out: &mut dyn Out,
    work: &mut Work,
) -> Result<(), IntError> {
    let bits = bits.clamp(1, 5);
    let count = a.bit_length().div_ceil(u64::from(bits)).max(1);
    out.reserve(usize::try_from(count).map_err(|_| NoMemory)?)?;
    let alphabet = if upper { UPPER } else { LOWER };
    let mut buffer = [0_u8; 256];
    let mut left = count;
    while left > 0 {
        let now = left.min(buffer.len() as u64);
        work.charge(now.saturating_mul(2))?;
        let part = buffer.get_mut(..now as usize).unwrap_or_default();
        for (to, at) in part.iter_mut().rev().zip(left - now..) {
            let digit = radix_digit(a.digits(), at.saturating_mul(u64::from(bits)), bits);
            *to = alphabet.get(digit).copied().unwrap_or(b'0');
        }
        out.push_str(ascii(part))?;
        left -= now;
    }
    Ok(())
}

const LOWER: &[u8; 32] = b"0123456789abcdefghijklmnopqrstuv";
const UPPER: &[u8; 32] = b"0123456789ABCDEFGHIJKLMNOPQRSTUV";

/// The `bits` bits from bit `at` on.
fn radix_digit(digits: &[u32], at: u64, bits: u32) -> usize {
    let index = usize::try_from(at / u64::from(DIGIT_BITS)).unwrap_or(usize::MAX);
    let part = (at % u64::from(DIGIT_BITS)) as u32;
    let low = digits.get(index).copied().unwrap_or(0);
    let high = index.checked_add(1).and_then(|next| digits.get(next)).copied().unwrap_or(0);
    let pair = u64::from(low) | (u64::from(high & DIGIT_MASK) << DIGIT_BITS);
    ((pair >> part) & ((1 << bits) - 1)) as usize
}
