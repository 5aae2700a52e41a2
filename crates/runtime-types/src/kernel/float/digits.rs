//! The decimal digits of a float: shortest, rounded at a place, or all of them.

use std::fmt::Write as _;

use smallvec::SmallVec;

use super::super::NoMemory;

/// A float has at most 767 significant decimal digits; what is asked beyond are zeros.
const MOST_DIGITS: usize = 767;
/// The last decimal place that a float can reach: `2**-1074` ends there.
const LAST_PLACE: usize = 1074;

/// Decimal digits of a magnitude, `0.DIGITS * 10**point`, without zeros at the end.
///
/// Zero is the digit `0` with point 1, as in David Gay's `dtoa`; a rounding that leaves nothing has no
/// digits at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decimal {
    digits: SmallVec<[u8; 24]>,
    point: i32,
}

impl Decimal {
    /// The fewest digits that read back as `value`, of those the nearest. `value` is finite.
    ///
    /// # Errors
    /// Never in fact: 17 digits are inline.
    pub fn shortest(value: f64) -> Result<Self, NoMemory> {
        let mut buffer = zmij::Buffer::new();
        Collector::read(|to| to.write_str(buffer.format_finite(value.abs())))
    }

    /// `value` rounded to `count` significant digits, ties to even on the exact value; at least one.
    ///
    /// # Errors
    /// `NoMemory`, beyond 24 digits. At most 767 are ever made.
    pub fn significant(value: f64, count: usize) -> Result<Self, NoMemory> {
        let places = count.clamp(1, MOST_DIGITS).saturating_sub(1);
        Collector::read(|to| write!(to, "{:.places$e}", value.abs()))
    }

    /// `value` rounded to `places` after the decimal point, ties to even on the exact value.
    ///
    /// # Errors
    /// As [`significant`](Decimal::significant).
    pub fn fixed(value: f64, places: usize) -> Result<Self, NoMemory> {
        let places = places.min(LAST_PLACE);
        Collector::read(|to| write!(to, "{:.places$}", value.abs()))
    }

    /// Every digit of `value`.
    ///
    /// # Errors
    /// As [`significant`](Decimal::significant).
    pub fn exact(value: f64) -> Result<Self, NoMemory> {
        Self::significant(value, MOST_DIGITS)
    }

    /// The digits as ASCII.
    #[must_use]
    pub fn digits(&self) -> &[u8] {
        &self.digits
    }

    /// How many of the digits stand before the decimal point; negative for zeros after it.
    #[must_use]
    pub fn point(&self) -> i32 {
        self.point
    }

    /// Whether no digit but zero is left.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        matches!(*self.digits, [] | [b'0'])
    }

    /// Rounds half to even at `10**-places`; `places` may be negative.
    pub(super) fn round_at(&mut self, places: i32) {
        let keep = self.point.saturating_add(places);
        let Ok(keep) = usize::try_from(keep) else {
            self.digits.clear();
            return;
        };
        let Some(&next) = self.digits.get(keep) else { return };
        let odd =
            keep.checked_sub(1).and_then(|at| self.digits.get(at)).is_some_and(|d| d & 1 == 1);
        let tie = next == b'5' && self.digits.len() == keep.saturating_add(1);
        self.digits.truncate(keep);
        if next > b'5' || (next == b'5' && (!tie || odd)) {
            while self.digits.last() == Some(&b'9') {
                self.digits.pop();
            }
            if let Some(last) = self.digits.last_mut() {
                *last += 1;
            } else {
                self.digits.push(b'1'); // inline room: a digit was dropped or popped
                self.point += 1;
            }
        }
        while self.digits.last() == Some(&b'0') {
            self.digits.pop();
        }
    }
}

/// Reads `123.45`, `1.5e-7` and the like into digits and point, dropping zeros at both ends.
struct Collector {
    out: SmallVec<[u8; 24]>,
    /// Zeros that only count if another digit follows.
    zeros: usize,
    point: i32,
    seen_dot: bool,
    seen_digit: bool,
    exponent: Option<i32>,
    exponent_negative: bool,
    failed: bool,
}

impl Collector {
    fn read(write: impl FnOnce(&mut Self) -> std::fmt::Result) -> Result<Decimal, NoMemory> {
        let mut this = Self {
            out: SmallVec::new(),
            zeros: 0,
            point: 0,
            seen_dot: false,
            seen_digit: false,
            exponent: None,
            exponent_negative: false,
            failed: false,
        };
        if write(&mut this).is_err() || this.failed {
            return Err(NoMemory);
        }
        if this.out.is_empty() {
            // Nothing but zeros: a true zero has one digit; so has a rounding to nothing, as it looks.
            this.out.push(b'0');
            return Ok(Decimal { digits: this.out, point: 1 });
        }
        let exponent = this.exponent.unwrap_or(0);
        let exponent = if this.exponent_negative { -exponent } else { exponent };
        Ok(Decimal { digits: this.out, point: this.point + exponent })
    }

    fn digit(&mut self, byte: u8) -> Result<(), NoMemory> {
        if let Some(exponent) = self.exponent.as_mut() {
            *exponent = exponent.saturating_mul(10).saturating_add(i32::from(byte - b'0'));
            return Ok(());
        }
        if byte == b'0' && !self.seen_digit {
            self.point -= i32::from(self.seen_dot);
            return Ok(());
        }
        self.seen_digit = true;
        self.point += i32::from(!self.seen_dot);
        if byte == b'0' {
            self.zeros += 1;
            return Ok(());
        }
        self.out.try_reserve(self.zeros + 1)?;
        for _ in 0..std::mem::take(&mut self.zeros) {
            self.out.push(b'0');
        }
        self.out.push(byte);
        Ok(())
    }
}

impl std::fmt::Write for Collector {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        for byte in text.bytes() {
            match byte {
                b'0'..=b'9' if self.digit(byte).is_ok() => {}
                b'0'..=b'9' => {
                    self.failed = true;
                    return Err(std::fmt::Error);
                }
                b'.' => self.seen_dot = true,
                b'e' => self.exponent = Some(0),
                b'-' => self.exponent_negative = true,
                _ => {}
            }
        }
        Ok(())
    }
}
