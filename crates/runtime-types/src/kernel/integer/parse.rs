//! Text to integers, by CPython's rules of what is a literal.

use smallvec::SmallVec;

use super::super::{NoMemory, Work, unicode};
use super::decimal::STR_DIGITS_THRESHOLD;
use super::{DIGIT_BITS, DIGIT_MASK, Digits, Int, IntError, mag, mul};

/// Characters that make less than a digit in any base: `36**5 < 2**30`.
const GROUP: usize = 5;
/// Up to so many characters the plain quadratic loop is best; a multiple of `GROUP`.
const SHORT: usize = 1000;

const _: () = assert!(SHORT.is_multiple_of(GROUP) && 36_u32.pow(GROUP as u32) <= DIGIT_MASK);

/// Appends the ASCII form that `int(str)` and `float(str)` read: ASCII as it is, decimal digits of any
/// script as `0` to `9`, other white space as a space, any other character as `?`.
///
/// Text that is ASCII already need not come here. Source: `_PyUnicode_TransformDecimalAndSpaceToASCII`.
///
/// # Errors
/// `NoMemory`.
pub fn fold_numeric(codes: impl Iterator<Item = u32>, out: &mut Vec<u8>) -> Result<(), NoMemory> {
    for code in codes {
        out.try_reserve(1)?;
        out.push(match u8::try_from(code) {
            Ok(byte @ 0..=126) => byte,
            _ if unicode::is_space(code) => b' ',
            _ => unicode::decimal_value(code).map_or(b'?', |value| b'0' + value),
        });
    }
    Ok(())
}

/// The integer that `text` spells in `base`: 2 to 36, or 0 for the base that its prefix tells.
///
/// White space around it, one sign, a prefix that fits the base, and single underscores between
/// digits are allowed. `max_digits` (0: none) limits the digits in bases that are no powers of two.
/// Cost: linear in such bases, else as a few multiplications.
///
/// # Errors
/// `InvalidLiteral`, `BadBase`, `TooManyDigits`; `TooLarge`; `NoMemory`; `Stopped`.
pub fn parse(text: &[u8], base: u32, max_digits: usize, work: &mut Work) -> Result<Int, IntError> {
    if base == 1 || base > 36 {
        return Err(IntError::BadBase);
    }
    let invalid = Err(IntError::InvalidLiteral { base });
    let body = trimmed_ascii(text);
    let (negative, body) = match body {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, body),
    };
    let prefix = match body {
        [b'0', b'x' | b'X', ..] => 16,
        [b'0', b'o' | b'O', ..] => 8,
        [b'0', b'b' | b'B', ..] => 2,
        _ => 10,
    };
    let radix = if base == 0 { prefix } else { base };
    let mut body = body;
    if prefix != 10 && prefix == radix {
        body = body.get(2..).unwrap_or_default();
        if let [b'_', rest @ ..] = body {
            body = rest; // one underscore may stand between prefix and digits
        }
    }
    let Some(count) = digit_count(body, radix, work)? else { return invalid };
    // Without a base, `010` is refused, `00` is not.
    if base == 0
        && prefix == 10
        && body.first() == Some(&b'0')
        && body.iter().any(|byte| !matches!(byte, b'0' | b'_'))
    {
        return invalid;
    }
    if radix.is_power_of_two() {
        return power_of_two(negative, body, count, radix.trailing_zeros(), work);
    }
    if max_digits != 0 && count > STR_DIGITS_THRESHOLD && count > max_digits {
        return Err(IntError::TooManyDigits { limit: max_digits, found: Some(count) });
    }
    // Digits in front of which only zeros stand may not count, but they bound the size from above.
    let bits = (count as u64).saturating_mul(u64::from(radix.ilog2()));
    if bits > work.limits().max_bits.saturating_add(64) && !body.starts_with(b"0") {
        return Err(IntError::TooLarge { bits });
    }
    let mut plain: SmallVec<[u8; 64]> = SmallVec::new();
    plain.try_reserve_exact(count).map_err(NoMemory::from)?;
    plain.extend(body.iter().copied().filter(|&byte| byte != b'_'));
    Ok(Int::new(negative, number(&plain, radix, work)?))
}

fn trimmed_ascii(text: &[u8]) -> &[u8] {
    let mut text = text;
    while let [b' ' | 9..=13, rest @ ..] = text {
        text = rest;
    }
    while let [rest @ .., b' ' | 9..=13] = text {
        text = rest;
    }
    text
}

fn digit_of(byte: u8, radix: u32) -> Option<u32> {
    char::from(byte).to_digit(radix)
}

/// How many digits `body` has; none when it is not digits with single underscores between them.
fn digit_count(body: &[u8], radix: u32, work: &mut Work) -> Result<Option<usize>, IntError> {
    work.charge(body.len() as u64)?;
    let mut count = 0_usize;
    let mut after_digit = false;
    for &byte in body {
        if byte == b'_' && after_digit {
            after_digit = false;
        } else if digit_of(byte, radix).is_some() {
            after_digit = true;
            count = count.saturating_add(1);
        } else {
            return Ok(None);
        }
    }
    Ok(after_digit.then_some(count))
}

fn power_of_two(
    negative: bool,
    body: &[u8],
    count: usize,
    width: u32,
    work: &mut Work,
) -> Result<Int, IntError> {
    let bits = (count as u64).saturating_mul(u64::from(width));
    if bits > work.limits().max_bits.saturating_add(64) && !body.starts_with(b"0") {
        return Err(IntError::TooLarge { bits });
    }
    work.charge(body.len() as u64)?;
    let len = usize::try_from(bits.div_ceil(u64::from(DIGIT_BITS))).map_err(|_| NoMemory)?;
    let mut out = Digits::new();
    out.try_reserve_exact(len.saturating_add(1)).map_err(NoMemory::from)?;
    let (mut gathered, mut held) = (0_u64, 0_u32);
    for digit in body.iter().rev().filter_map(|&byte| digit_of(byte, 1 << width)) {
        gathered |= u64::from(digit) << held;
        held += width;
        if held >= DIGIT_BITS {
            out.push(mag::low_digit(gathered));
            gathered >>= DIGIT_BITS;
            held -= DIGIT_BITS;
        }
    }
    out.push(mag::low_digit(gathered));
    Ok(Int::new(negative, out))
}

/// The value of valid digits.
fn number(text: &[u8], radix: u32, work: &mut Work) -> Result<Digits, IntError> {
    if text.len() <= SHORT {
        return short(text, radix, work);
    }
    // radix**SHORT, squared until half of the text is below it.
    let mut powers: Vec<Digits> = Vec::new();
    let mut power = mag::small_power(radix.pow(GROUP as u32), SHORT / GROUP, work)?;
    let mut chars = SHORT;
    loop {
        chars = chars.saturating_mul(2);
        let enough = chars >= text.len();
        let next = if enough { Digits::new() } else { mul::product(&power, &power, work)? };
        powers.try_reserve(1).map_err(NoMemory::from)?;
        powers.push(power);
        if enough {
            return split(text, radix, &powers, work);
        }
        power = next;
    }
}

fn split(text: &[u8], radix: u32, powers: &[Digits], work: &mut Work) -> Result<Digits, IntError> {
    let Some((power, lower)) = powers.split_last() else { return short(text, radix, work) };
    let Some(cut) = text.len().checked_sub(SHORT << lower.len()).filter(|&cut| cut > 0) else {
        return split(text, radix, lower, work);
    };
    let Some((high, low)) = text.split_at_checked(cut) else { return Ok(Digits::new()) };
    let high = mul::product(&split(high, radix, lower, work)?, power, work)?;
    mag::sum(&high, &split(low, radix, lower, work)?, work)
}

fn short(text: &[u8], radix: u32, work: &mut Work) -> Result<Digits, IntError> {
    let mut out = Digits::new();
    for group in text.chunks(GROUP) {
        let (value, factor) = group.iter().fold((0, 1), |(value, factor), &byte| {
            (value * radix + digit_of(byte, radix).unwrap_or(0), factor * radix)
        });
        let carry = mag::mul_add_digit(&mut out, factor, value, work)?;
        if carry != 0 {
            mag::push(&mut out, carry)?;
        }
    }
    mag::trim(&mut out);
    Ok(out)
}
