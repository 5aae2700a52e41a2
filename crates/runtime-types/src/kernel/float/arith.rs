//! Python's float arithmetic where it is not the machine's: rounding down, powers, rounding, hash.

use super::super::integer::{HASH_MODULUS, Int, shl, split};
use super::super::{Limits, NoMemory, Work};
use super::Decimal;
use super::text::ascii;

/// Why a float operation gave no result. `Display` gives CPython's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FloatError {
    /// `x / 0.0` and its like: `ZeroDivisionError`, whose text depends on the operator.
    ZeroDivision,
    /// Zero to a negative power: `ZeroDivisionError`.
    ZeroToNegative,
    /// A negative base to a fraction, which Python answers with a complex number.
    Complex,
    /// A power beyond every float: `OverflowError` with `ERANGE`.
    PowerOverflow,
    /// A rounding beyond every float: `OverflowError`.
    RoundOverflow,
    /// No ratio: an infinity (`OverflowError`).
    RatioOfInfinity,
    /// No ratio: not a number (`ValueError`).
    RatioOfNan,
    /// No hexadecimal float: `ValueError`.
    InvalidHex,
    /// A hexadecimal float beyond every float: `OverflowError`.
    HexTooLarge,
    /// Memory was refused.
    NoMemory,
}

impl std::fmt::Display for FloatError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::ZeroDivision => "float division by zero",
            Self::ZeroToNegative => "0.0 cannot be raised to a negative power",
            Self::Complex => "a negative number cannot be raised to a fractional power",
            Self::PowerOverflow => "(34, 'Numerical result out of range')",
            Self::RoundOverflow => "rounded value too large to represent",
            Self::RatioOfInfinity => "cannot convert Infinity to integer ratio",
            Self::RatioOfNan => "cannot convert NaN to integer ratio",
            Self::InvalidHex => "invalid hexadecimal floating-point string",
            Self::HexTooLarge => "hexadecimal value too large to represent as a float",
            Self::NoMemory => "out of memory",
        })
    }
}

impl std::error::Error for FloatError {}

impl From<NoMemory> for FloatError {
    fn from(_: NoMemory) -> Self {
        Self::NoMemory
    }
}

/// `divmod(x, y)`: the quotient rounded down, and a remainder of the divisor's sign.
///
/// # Errors
/// `ZeroDivision`.
pub fn divmod(x: f64, y: f64) -> Result<(f64, f64), FloatError> {
    let rest = modulo(x, y)?;
    let truncated = x % y;
    let mut quotient = (x - truncated) / y;
    if truncated != 0.0 && (y < 0.0) != (truncated < 0.0) {
        quotient -= 1.0;
    }
    if quotient == 0.0 {
        return Ok((0.0_f64.copysign(x / y), rest));
    }
    let mut floor = quotient.floor();
    if quotient - floor > 0.5 {
        floor += 1.0;
    }
    Ok((floor, rest))
}

/// `x // y`.
///
/// # Errors
/// `ZeroDivision`.
pub fn floordiv(x: f64, y: f64) -> Result<f64, FloatError> {
    Ok(divmod(x, y)?.0)
}

/// `x % y`, with the sign of `y`, also for zero.
///
/// # Errors
/// `ZeroDivision`.
pub fn modulo(x: f64, y: f64) -> Result<f64, FloatError> {
    if y == 0.0 {
        return Err(FloatError::ZeroDivision);
    }
    let rest = x % y;
    Ok(if rest == 0.0 {
        0.0_f64.copysign(y)
    } else if (y < 0.0) != (rest < 0.0) {
        rest + y
    } else {
        rest
    })
}

/// `x ** y`, C99's special cases included.
///
/// # Errors
/// `ZeroToNegative`; `Complex`; `PowerOverflow`.
pub fn pow(x: f64, y: f64) -> Result<f64, FloatError> {
    if y == 0.0 || x == 1.0 {
        return Ok(1.0);
    }
    if x.is_nan() || y.is_nan() {
        return Ok(if x.is_nan() { x } else { y });
    }
    let odd = y.abs() % 2.0 == 1.0;
    if y.is_infinite() {
        let base = x.abs();
        return Ok(if base == 1.0 {
            1.0
        } else if (y > 0.0) == (base > 1.0) {
            f64::INFINITY
        } else {
            0.0
        });
    }
    if x.is_infinite() {
        let magnitude = if y > 0.0 { f64::INFINITY } else { 0.0 };
        return Ok(if odd { magnitude.copysign(x) } else { magnitude });
    }
    if x == 0.0 {
        if y < 0.0 {
            return Err(FloatError::ZeroToNegative);
        }
        return Ok(if odd { x } else { 0.0 });
    }
    if x < 0.0 && y != y.floor() {
        return Err(FloatError::Complex);
    }
    let magnitude = x.abs().powf(y);
    if magnitude.is_infinite() {
        return Err(FloatError::PowerOverflow);
    }
    Ok(if x < 0.0 && odd { -magnitude } else { magnitude })
}

/// The whole number nearest to `x`, ties to even: `round(x)` before it becomes an integer.
#[must_use]
pub fn round_half_even(x: f64) -> f64 {
    x.round_ties_even()
}

/// `round(x, places)`: the float nearest to the correctly rounded decimal. `places` beyond 64 bits may
/// be given as the nearest of 64.
///
/// # Errors
/// `RoundOverflow`; `NoMemory`.
pub fn round_digits(x: f64, places: i64) -> Result<f64, FloatError> {
    if !x.is_finite() || x == 0.0 || places > 323 {
        return Ok(x);
    }
    if places < -308 {
        return Ok(0.0 * x);
    }
    // Seventeen digits read back as the same float; one more makes up for the logarithm's error.
    if places as f64 + x.abs().log10() > 18.0 {
        return Ok(x);
    }
    let decimal = match usize::try_from(places) {
        Ok(places) => Decimal::fixed(x, places)?,
        Err(_) => {
            let mut decimal = Decimal::exact(x)?;
            decimal.round_at(i32::try_from(places).unwrap_or(0));
            decimal
        }
    };
    if decimal.is_zero() {
        return Ok(0.0_f64.copysign(x));
    }
    // `.DIGITSe+NNN`: 767 digits at most.
    let mut text = [0_u8; 784];
    let mut cursor = Cursor { text: &mut text, len: 0 };
    let digits = ascii(decimal.digits());
    if std::fmt::Write::write_fmt(&mut cursor, format_args!(".{digits}e{}", decimal.point()))
        .is_err()
    {
        return Err(FloatError::NoMemory);
    }
    let len = cursor.len;
    let magnitude = ascii(text.get(..len).unwrap_or_default()).parse::<f64>().unwrap_or(f64::NAN);
    if magnitude.is_infinite() {
        return Err(FloatError::RoundOverflow);
    }
    Ok(magnitude.copysign(x))
}

struct Cursor<'a> {
    text: &'a mut [u8],
    len: usize,
}

impl std::fmt::Write for Cursor<'_> {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        let end = self.len.checked_add(text.len()).ok_or(std::fmt::Error)?;
        self.text.get_mut(self.len..end).ok_or(std::fmt::Error)?.copy_from_slice(text.as_bytes());
        self.len = end;
        Ok(())
    }
}

/// `hash(x)`, equal to that of an equal integer; none when it is not a number, which hashes by its
/// address.
#[must_use]
pub fn hash(x: f64) -> Option<i64> {
    if x.is_nan() {
        return None;
    }
    if x.is_infinite() {
        return Some(if x > 0.0 { 314_159 } else { -314_159 });
    }
    let (mantissa, exponent) = split(x);
    // Powers of two turn the 61 bits; 53 bits are below the prime already.
    let turn = exponent.rem_euclid(61).unsigned_abs();
    let turned = ((mantissa << turn) & HASH_MODULUS) | (mantissa >> (61 - turn));
    let hash = if x < 0.0 { -turned.cast_signed() } else { turned.cast_signed() };
    Some(if hash == -1 { -2 } else { hash })
}

/// Numerator and positive denominator of `x`, in lowest terms.
///
/// # Errors
/// `RatioOfInfinity`; `RatioOfNan`; `NoMemory`.
pub fn as_integer_ratio(x: f64) -> Result<(Int, Int), FloatError> {
    if x.is_nan() {
        return Err(FloatError::RatioOfNan);
    }
    if x.is_infinite() {
        return Err(FloatError::RatioOfInfinity);
    }
    let (mantissa, exponent) = split(x);
    if mantissa == 0 {
        return Ok((Int::zero(), Int::from_u64(1)));
    }
    let zeros = mantissa.trailing_zeros();
    let exponent = exponent.saturating_add_unsigned(zeros);
    let odd = Int::from_u64(mantissa >> zeros);
    let shifted = |number: &Int| {
        let by = Int::from_u64(u64::from(exponent.unsigned_abs()));
        match shl(number.as_ref(), by.as_ref(), &mut Work::new(Limits::NONE, &mut |_| Ok(()))) {
            Ok(number) => Ok(number),
            Err(_) => Err(FloatError::NoMemory), // 1075 bits meet no other refusal
        }
    };
    let (numerator, denominator) = if exponent >= 0 {
        (shifted(&odd)?, Int::from_u64(1))
    } else {
        let one = Int::from_u64(1);
        (odd, shifted(&one)?)
    };
    Ok((if x < 0.0 { numerator.negated() } else { numerator }, denominator))
}
