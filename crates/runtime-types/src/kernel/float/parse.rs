//! Text to floats, by CPython's grammar; the rounding is the standard library's, which is correct.

use smallvec::SmallVec;

use super::super::NoMemory;
use super::text::ascii;

/// The float that `text` spells, as `float(bytes)` reads it; none when it is no float.
///
/// White space around it, a sign, `inf`, `infinity` and `nan` in any case, and single underscores
/// between digits are allowed. Text beyond ASCII goes through
/// [`fold_numeric`](super::super::integer::fold_numeric) first. Cost: linear.
///
/// # Errors
/// `NoMemory`, only for text with underscores and more than 64 bytes.
pub fn parse(text: &[u8]) -> Result<Option<f64>, NoMemory> {
    let body = trimmed(text);
    if !body.contains(&b'_') {
        return Ok(number(body));
    }
    let mut plain: SmallVec<[u8; 64]> = SmallVec::new();
    plain.try_reserve_exact(body.len())?;
    let mut before = 0_u8;
    for &byte in body {
        if byte != b'_' {
            if before == b'_' && !byte.is_ascii_digit() {
                return Ok(None);
            }
            plain.push(byte);
        } else if !before.is_ascii_digit() {
            return Ok(None);
        }
        before = byte;
    }
    Ok(if before == b'_' { None } else { number(&plain) })
}

pub(super) fn trimmed(text: &[u8]) -> &[u8] {
    let mut text = text;
    while let [b' ' | 9..=13, rest @ ..] = text {
        text = rest;
    }
    while let [rest @ .., b' ' | 9..=13] = text {
        text = rest;
    }
    text
}

/// `inf`, `infinity` or `nan`, in any case.
pub(super) fn word(text: &[u8]) -> Option<f64> {
    if text.eq_ignore_ascii_case(b"inf") || text.eq_ignore_ascii_case(b"infinity") {
        Some(f64::INFINITY)
    } else if text.eq_ignore_ascii_case(b"nan") {
        Some(f64::NAN)
    } else {
        None
    }
}

pub(super) fn signed(text: &[u8]) -> (bool, &[u8]) {
    match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    }
}

fn number(text: &[u8]) -> Option<f64> {
    let (negative, body) = signed(text);
    let magnitude = match word(body) {
        Some(value) => value,
        None if is_decimal(body) => ascii(body).parse::<f64>().ok()?,
        None => return None,
    };
    Some(if negative { -magnitude } else { magnitude })
}

/// Digits with at most one point among them and at least one digit, then perhaps an exponent.
fn is_decimal(text: &[u8]) -> bool {
    let (whole, rest) = digits(text);
    let (fraction, rest) = match rest {
        [b'.', rest @ ..] => digits(rest),
        _ => (0, rest),
    };
    if whole == 0 && fraction == 0 {
        return false;
    }
    match rest {
        [] => true,
        [b'e' | b'E', rest @ ..] => {
            let (count, rest) = digits(signed(rest).1);
            count > 0 && rest.is_empty()
        }
        _ => false,
    }
}

fn digits(text: &[u8]) -> (usize, &[u8]) {
    let count = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    (count, text.get(count..).unwrap_or_default())
}
