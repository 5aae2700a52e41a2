//! How a float is laid out as text: CPython's `format_float_short` and `float_repr_style`.

use super::super::{NoMemory, Out};
use super::Decimal;

/// What to show of a float. Precisions are bounded by CPython's `INT_MAX`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// The shortest text that reads back, as `repr`.
    Repr,
    /// `e`: one digit, a point, `precision` digits, an exponent.
    Exponent(u32),
    /// `f`: `precision` digits after the point.
    Fixed(u32),
    /// `g`: `precision` significant digits (0 is 1), exponent only for the very large or small.
    General(u32),
}

/// A float cut into the parts of its text, ready to be measured and written.
#[derive(Debug, Clone)]
pub struct Layout {
    negative: bool,
    upper: bool,
    body: Body,
}

#[derive(Debug, Clone)]
enum Body {
    /// `inf` or `nan`.
    Word(&'static str),
    Number {
        decimal: Decimal,
        /// Digits before the point.
        point: i64,
        /// Index of the digit after the last one that is shown; beyond the digits come zeros.
        end: i64,
        dot: bool,
        exponent: Option<i32>,
        suffix: &'static str,
    },
}

impl Layout {
    /// Lays out `value`.
    ///
    /// `add_dot_0`: show `.0` after a whole number (and, with `General`, go to the exponent one digit
    /// earlier). `alternate` is `#`: keep the point, and the zeros of `General`.
    ///
    /// # Errors
    /// `NoMemory`, for more than 24 digits.
    pub fn new(
        value: f64,
        style: Style,
        add_dot_0: bool,
        alternate: bool,
    ) -> Result<Self, NoMemory> {
        let negative = value.is_sign_negative() && !value.is_nan();
        if !value.is_finite() {
            let word = if value.is_nan() { "nan" } else { "inf" };
            return Ok(Self { negative, upper: false, body: Body::Word(word) });
        }
        let size = |precision: u32| usize::try_from(precision).unwrap_or(usize::MAX);
        let decimal = match style {
            Style::Repr => Decimal::shortest(value)?,
            Style::Exponent(places) => Decimal::significant(value, size(places).saturating_add(1))?,
            Style::Fixed(places) => Decimal::fixed(value, size(places))?,
            Style::General(count) => Decimal::significant(value, size(count))?,
        };
        let shown = i64::try_from(decimal.digits().len()).unwrap_or(i64::MAX);
        let mut point = i64::from(decimal.point());
        let (scientific, end) = match style {
            Style::Repr => (point <= -4 || point > 16, shown),
            Style::Exponent(places) => (true, i64::from(places) + 1),
            Style::Fixed(places) => (false, point + i64::from(places)),
            Style::General(count) => {
                let count = i64::from(count.max(1));
                let scientific = point <= -4 || point > count - i64::from(add_dot_0);
                (scientific, if alternate { count } else { shown })
            }
        };
        let mut exponent = None;
        if scientific {
            exponent = Some(decimal.point() - 1);
            point = 1;
        }
        let least = if !scientific && add_dot_0 { point + 1 } else { point };
        let end = end.max(least);
        let dot = end > point || alternate;
        let body = Body::Number { decimal, point, end, dot, exponent, suffix: "" };
        Ok(Self { negative, upper: false, body })
    }

    /// The layout of `repr(value)`.
    ///
    /// # Errors
    /// As [`new`](Layout::new).
    pub fn repr(value: f64) -> Result<Self, NoMemory> {
        Self::new(value, Style::Repr, true, false)
    }

    /// Letters in capitals.
    #[must_use]
    pub fn uppercase(mut self, upper: bool) -> Self {
        self.upper = upper;
        self
    }

    /// A percent sign behind everything, words included.
    #[must_use]
    pub fn with_percent(mut self) -> Self {
        match &mut self.body {
            Body::Number { suffix, .. } => *suffix = "%",
            Body::Word(word) => *word = if *word == "nan" { "nan%" } else { "inf%" },
        }
        self
    }

    /// Drops the minus sign of what is shown as zero: the `z` option.
    #[must_use]
    pub fn without_negative_zero(mut self) -> Self {
        if let Body::Number { decimal, .. } = &self.body
            && decimal.is_zero()
        {
            self.negative = false;
        }
        self
    }

    /// Whether a minus sign belongs in front; the parts below never write it.
    #[must_use]
    pub fn is_negative(&self) -> bool {
        self.negative
    }

    /// Whether it is a number, not `inf` or `nan`.
    #[must_use]
    pub fn is_number(&self) -> bool {
        matches!(self.body, Body::Number { .. })
    }

    /// Digits before the point; 0 for a word.
    #[must_use]
    pub fn whole_len(&self) -> usize {
        match &self.body {
            Body::Word(_) => 0,
            Body::Number { point, .. } => usize::try_from((*point).max(1)).unwrap_or(usize::MAX),
        }
    }

    /// Characters from the point on, exponent and percent sign included; all of a word.
    #[must_use]
    pub fn tail_len(&self) -> usize {
        match &self.body {
            Body::Word(word) => word.len(),
            Body::Number { point, end, dot, exponent, suffix, .. } => {
                let fraction = usize::try_from(end - *point).unwrap_or(0);
                let (_, exponent) = exponent.map_or(([0; 6], 0), |e| exponent_text(e, false));
                fraction + usize::from(*dot) + exponent + suffix.len()
            }
        }
    }

    /// The digit at `index` of those before the point, counted from the left; for grouping.
    #[must_use]
    pub fn whole_digit(&self, index: usize) -> u8 {
        match &self.body {
            Body::Number { decimal, point, .. } if *point > 0 => {
                decimal.digits().get(index).copied().unwrap_or(b'0')
            }
            _ => b'0',
        }
    }

    /// Writes the digits before the point.
    ///
    /// # Errors
    /// `NoMemory` of the sink.
    pub fn write_whole(&self, out: &mut dyn Out) -> Result<(), NoMemory> {
        let Body::Number { decimal, point, .. } = &self.body else { return Ok(()) };
        let Ok(point) = usize::try_from((*point).max(0)) else { return Err(NoMemory) };
        if point == 0 {
            return out.push_str("0");
        }
        let digits = decimal.digits();
        let shown = digits.get(..point).unwrap_or(digits);
        out.push_str(ascii(shown))?;
        out.push_fill('0', point.saturating_sub(shown.len()))
    }

    /// Writes the point, what follows it, exponent and percent sign; all of a word.
    ///
    /// # Errors
    /// `NoMemory` of the sink, which is asked for the room first.
    pub fn write_tail(&self, out: &mut dyn Out) -> Result<(), NoMemory> {
        let (decimal, point, end, dot, exponent, suffix) = match &self.body {
            Body::Word(word) if self.upper => {
                return word.bytes().try_for_each(|b| out.push_char(b.to_ascii_uppercase().into()));
            }
            Body::Word(word) => return out.push_str(word),
            Body::Number { decimal, point, end, dot, exponent, suffix } => {
                (decimal, *point, *end, *dot, *exponent, *suffix)
            }
        };
        if dot {
            out.push_str(".")?;
        }
        let size = |count: i64| usize::try_from(count.max(0)).unwrap_or(usize::MAX);
        let fraction = size(end - point);
        let zeros = size(-point).min(fraction);
        out.push_fill('0', zeros)?;
        let digits = decimal.digits().get(size(point)..).unwrap_or_default();
        let shown = digits.get(..fraction - zeros).unwrap_or(digits);
        out.push_str(ascii(shown))?;
        out.push_fill('0', fraction - zeros - shown.len())?;
        if let Some(exponent) = exponent {
            let (text, len) = exponent_text(exponent, self.upper);
            out.push_str(ascii(text.get(..len).unwrap_or_default()))?;
        }
        out.push_str(suffix)
    }

    /// Writes all of it, with the minus sign.
    ///
    /// # Errors
    /// `NoMemory` of the sink.
    pub fn write(&self, out: &mut dyn Out) -> Result<(), NoMemory> {
        if self.negative {
            out.push_str("-")?;
        }
        self.write_whole(out)?;
        self.write_tail(out)
    }
}

/// `e+05`, `e-324`: two digits at least. A float's exponent has three at most.
fn exponent_text(exponent: i32, upper: bool) -> ([u8; 6], usize) {
    let value = exponent.unsigned_abs() % 1000;
    let digit = |unit: u32| b'0' + (value / unit % 10) as u8;
    let letter = if upper { b'E' } else { b'e' };
    let sign = if exponent < 0 { b'-' } else { b'+' };
    if value < 100 {
        ([letter, sign, digit(10), digit(1), 0, 0], 4)
    } else {
        ([letter, sign, digit(100), digit(10), digit(1), 0], 5)
    }
}

pub(super) fn ascii(text: &[u8]) -> &str {
    std::str::from_utf8(text).unwrap_or_default()
}

/// Writes `repr(value)`. Needs no memory but the sink's.
///
/// # Errors
/// `NoMemory` of the sink.
pub fn write_repr(value: f64, out: &mut dyn Out) -> Result<(), NoMemory> {
    Layout::repr(value)?.write(out)
}
