//! Applying a specifier to integers and floats.

use super::super::float::{Layout, Style};
use super::super::integer::{self, IntRef};
use super::super::{NoMemory, Out, TextBuf, Work};
use super::{Align, FormatError, Grouping, Sign, Spec};

/// Writes `format(value, spec)` for an integer; `spec` was parsed with [`Kind::Int`](super::Kind::Int).
///
/// `max_digits` is the limit of decimal text, 0 for none. Cost: that of the conversion.
///
/// # Errors
/// `UnknownCode`; the refusals for integers; the integer's own.
pub fn write_int(
    spec: &Spec,
    value: IntRef,
    max_digits: usize,
    out: &mut dyn Out,
    work: &mut Work,
) -> Result<(), FormatError> {
    let code = spec.code.unwrap_or(u32::from('d'));
    let bits = match char::from_u32(code) {
        Some('d' | 'n') => 0,
        Some('b') => 1,
        Some('o') => 3,
        Some('x' | 'X') => 4,
        Some('c') => return write_char(spec, value, out),
        Some('e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%') => {
            return write_float(spec, integer::to_float(value)?, out);
        }
        _ => return Err(FormatError::UnknownCode(code)),
    };
    check_int(spec)?;
    let upper = code == u32::from('X');
    let mut text = TextBuf::new();
    if bits == 0 {
        integer::write_decimal(value.abs(), max_digits, &mut text, work)?;
    } else {
        integer::write_radix(value, bits, upper, &mut text, work)?;
    }
    let prefix = match char::from_u32(code) {
        _ if !spec.alternate => "",
        Some('b') => "0b",
        Some('o') => "0o",
        Some('x') => "0x",
        Some('X') => "0X",
        _ => "",
    };
    let number = Number {
        negative: value.is_negative(),
        prefix,
        whole: text.len(),
        tail: 0,
        group: spec.grouping.map_or(0, |_| if bits == 0 { 3 } else { 4 }),
    };
    let digits = text.as_str();
    number.write(
        spec,
        out,
        &|range, out| out.push_str(digits.get(range).unwrap_or_default()),
        &|_| Ok(()),
    )
}

fn check_int(spec: &Spec) -> Result<(), FormatError> {
    if spec.precision.is_some() {
        return Err(FormatError::PrecisionForInt);
    }
    if spec.no_negative_zero { Err(FormatError::NegativeZeroForInt) } else { Ok(()) }
}

fn write_char(spec: &Spec, value: IntRef, out: &mut dyn Out) -> Result<(), FormatError> {
    check_int(spec)?;
    if spec.sign.is_some() {
        return Err(FormatError::SignForChar);
    }
    if spec.alternate {
        return Err(FormatError::AlternateForChar);
    }
    let value = value.to_i64().ok_or(FormatError::TooLargeForC)?;
    let code = u32::try_from(value).ok().filter(|&code| code < 0x11_0000);
    let code = code.ok_or(FormatError::NotACodePoint)?;
    let number = Number { negative: false, prefix: "", whole: 0, tail: 1, group: 0 };
    number.write(spec, out, &|_, _| Ok(()), &|out| out.push_code(code))
}

/// Writes `format(value, spec)` for a float; `spec` was parsed with
/// [`Kind::Float`](super::Kind::Float), or for an integer.
///
/// # Errors
/// `UnknownCode`; `PrecisionTooBig`; `NoMemory`, before a huge precision or width is tried.
pub fn write_float(spec: &Spec, value: f64, out: &mut dyn Out) -> Result<(), FormatError> {
    let code = spec.code.map_or(Some('\0'), char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER);
    let (value, upper) = match code {
        '%' => (value * 100.0, false),
        'e' | 'f' | 'g' | 'n' | '\0' => (value, false),
        'E' | 'F' | 'G' => (value, true),
        _ => return Err(FormatError::UnknownCode(spec.code.unwrap_or(0))),
    };
    let given = match spec.precision.map(i32::try_from) {
        Some(Err(_)) => return Err(FormatError::PrecisionTooBig),
        Some(Ok(given)) => Some(given.unsigned_abs()),
        None => None,
    };
    let precision = given.unwrap_or(6);
    let style = match code {
        'e' | 'E' => Style::Exponent(precision),
        'f' | 'F' | '%' => Style::Fixed(precision),
        '\0' if given.is_none() => Style::Repr,
        _ => Style::General(precision),
    };
    let mut layout = Layout::new(value, style, code == '\0', spec.alternate)?.uppercase(upper);
    if spec.no_negative_zero {
        layout = layout.without_negative_zero();
    }
    if code == '%' {
        layout = layout.with_percent();
    }
    let number = Number {
        negative: layout.is_negative(),
        prefix: "",
        whole: layout.whole_len(),
        tail: layout.tail_len(),
        group: if spec.grouping.is_some() { 3 } else { 0 },
    };
    let whole = |range: std::ops::Range<usize>, out: &mut dyn Out| {
        if range.len() == layout.whole_len() {
            return layout.write_whole(out);
        }
        range.into_iter().try_for_each(|at| out.push_char(char::from(layout.whole_digit(at))))
    };
    number.write(spec, out, &whole, &|out| layout.write_tail(out))
}

/// The measures of a number's text, whose digits are written by the caller's functions.
struct Number {
    negative: bool,
    prefix: &'static str,
    /// Digits before the point, which are grouped.
    whole: usize,
    /// Characters behind them.
    tail: usize,
    /// Digits in a group; 0 for no groups.
    group: usize,
}

type WriteDigits<'a> = &'a dyn Fn(std::ops::Range<usize>, &mut dyn Out) -> Result<(), NoMemory>;
type WriteTail<'a> = &'a dyn Fn(&mut dyn Out) -> Result<(), NoMemory>;

impl Number {
    fn write(
        &self,
        spec: &Spec,
        out: &mut dyn Out,
        digits: WriteDigits,
        tail: WriteTail,
    ) -> Result<(), FormatError> {
        let sign = match spec.sign {
            _ if self.negative => "-",
            Some(Sign::Plus) => "+",
            Some(Sign::Space) => " ",
            Some(Sign::Minus) | None => "",
        };
        let width = spec.width.unwrap_or(0);
        let around = sign.len().saturating_add(self.prefix.len()).saturating_add(self.tail);
        let zero_fill = spec.fill == u32::from('0') && spec.align == Align::Inside;
        let least = if zero_fill { width.saturating_sub(around) } else { 0 };
        let total = if self.whole == 0 { 0 } else { self.padded_digits(least) };
        let grouped = total.saturating_add(separators(total, self.group));
        let shown = around.saturating_add(grouped);
        let padding = width.saturating_sub(shown);
        let (left, inside, right) = match spec.align {
            Align::Left => (0, 0, padding),
            Align::Right => (padding, 0, 0),
            Align::Centre => (padding / 2, 0, padding - padding / 2),
            Align::Inside => (0, padding, 0),
        };
        out.reserve(shown.saturating_add(padding))?;
        out.push_fill_code(spec.fill, left)?;
        out.push_str(sign)?;
        out.push_str(self.prefix)?;
        out.push_fill_code(spec.fill, inside)?;
        self.write_grouped(spec.grouping, total, out, digits)?;
        tail(out)?;
        Ok(out.push_fill_code(spec.fill, right)?)
    }

    /// Digits, zeros in front included, so that they and their separators fill `least` characters.
    fn padded_digits(&self, least: usize) -> usize {
        if self.group == 0 {
            return self.whole.max(least);
        }
        // total + (total - 1) / group >= least, from a start that is at most two short.
        let mut total = least - least / (self.group + 1);
        total = total.saturating_sub(1).max(1);
        while total.saturating_add(separators(total, self.group)) < least {
            total += 1;
        }
        total.max(self.whole)
    }

    fn write_grouped(
        &self,
        grouping: Option<Grouping>,
        total: usize,
        out: &mut dyn Out,
        digits: WriteDigits,
    ) -> Result<(), NoMemory> {
        let zeros = total.saturating_sub(self.whole);
        if self.group == 0 {
            out.push_fill('0', zeros)?;
            return digits(0..self.whole, out);
        }
        let separator = if grouping == Some(Grouping::Underscore) { "_" } else { "," };
        let mut at = 0;
        while at < total {
            if at > 0 {
                out.push_str(separator)?;
            }
            // The first group takes what the full groups leave.
            let len = match (total - at) % self.group {
                0 => self.group,
                rest => rest,
            };
            let end = at + len;
            out.push_fill('0', zeros.saturating_sub(at).min(len))?;
            let (from, to) = (at.max(zeros) - zeros, end.max(zeros) - zeros);
            if from < to {
                digits(from..to, out)?;
            }
            at = end;
        }
        Ok(())
    }
}

fn separators(digits: usize, group: usize) -> usize {
    digits.saturating_sub(1).checked_div(group).unwrap_or(0)
}
