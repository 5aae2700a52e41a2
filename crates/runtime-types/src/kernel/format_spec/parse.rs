//! Reading a format specifier, code point by code point.

use super::super::unicode;
use super::{Align, FormatError, Grouping, Kind, Sign, Spec};

impl Spec {
    /// Reads a specifier for an object of `kind`. An empty one leaves everything at its default.
    ///
    /// # Errors
    /// The refusals that CPython finds before it looks at the value.
    pub fn parse(
        codes: impl Iterator<Item = u32> + Clone,
        kind: Kind,
    ) -> Result<Self, FormatError> {
        let mut codes = Reader { codes };
        let default_align = if kind == Kind::Str { Align::Left } else { Align::Right };
        let mut spec = Self {
            fill: u32::from(' '),
            align: default_align,
            sign: None,
            no_negative_zero: false,
            alternate: false,
            width: None,
            grouping: None,
            precision: None,
            code: None,
        };
        let (mut fill_given, mut align_given) = (false, false);
        let (first, second) = codes.peek_two();
        if let (Some(fill), Some(align)) = (first, second.and_then(align)) {
            spec.fill = fill;
            spec.align = align;
            (fill_given, align_given) = (true, true);
            codes.skip();
            codes.skip();
        } else if let Some(align) = first.and_then(align) {
            spec.align = align;
            align_given = true;
            codes.skip();
        }
        spec.sign = codes.take_if(sign);
        spec.no_negative_zero = codes.take_char('z');
        spec.alternate = codes.take_char('#');
        if !fill_given && codes.take_char('0') {
            spec.fill = u32::from('0');
            if !align_given && default_align == Align::Right {
                spec.align = Align::Inside;
            }
        }
        spec.width = codes.number()?;
        if codes.take_char(',') {
            spec.grouping = Some(Grouping::Comma);
        }
        if codes.take_char('_') {
            if spec.grouping.is_some() {
                return Err(FormatError::CommaAndUnderscore);
            }
            spec.grouping = Some(Grouping::Underscore);
        }
        if codes.peek_two().0 == Some(u32::from(',')) && spec.grouping == Some(Grouping::Underscore)
        {
            return Err(FormatError::CommaAndUnderscore);
        }
        if codes.take_char('.') {
            spec.precision = codes.number()?;
            if spec.precision.is_none() {
                return Err(FormatError::MissingPrecision);
            }
        }
        spec.code = codes.codes.next();
        if codes.codes.next().is_some() {
            return Err(FormatError::InvalidSpecifier);
        }
        spec.check_grouping(kind)?;
        Ok(spec)
    }

    fn check_grouping(&self, kind: Kind) -> Result<(), FormatError> {
        let Some(grouping) = self.grouping else { return Ok(()) };
        let default = match kind {
            Kind::Int => 'd',
            Kind::Float => return self.check_grouping_of(grouping, self.code),
            Kind::Str => 's',
        };
        self.check_grouping_of(grouping, Some(self.code.unwrap_or(u32::from(default))))
    }

    fn check_grouping_of(&self, grouping: Grouping, code: Option<u32>) -> Result<(), FormatError> {
        let Some(code) = code else { return Ok(()) };
        let fits = match char::from_u32(code) {
            Some('d' | 'e' | 'f' | 'g' | 'E' | 'G' | '%' | 'F' | '\0') => true,
            Some('b' | 'o' | 'x' | 'X') => grouping == Grouping::Underscore,
            _ => false,
        };
        if fits { Ok(()) } else { Err(FormatError::SeparatorWith(grouping, code)) }
    }
}

fn align(code: u32) -> Option<Align> {
    match char::from_u32(code)? {
        '<' => Some(Align::Left),
        '>' => Some(Align::Right),
        '^' => Some(Align::Centre),
        '=' => Some(Align::Inside),
        _ => None,
    }
}

fn sign(code: u32) -> Option<Sign> {
    match char::from_u32(code)? {
        '+' => Some(Sign::Plus),
        '-' => Some(Sign::Minus),
        ' ' => Some(Sign::Space),
        _ => None,
    }
}

struct Reader<I> {
    codes: I,
}

impl<I: Iterator<Item = u32> + Clone> Reader<I> {
    fn peek_two(&self) -> (Option<u32>, Option<u32>) {
        let mut ahead = self.codes.clone();
        (ahead.next(), ahead.next())
    }

    fn skip(&mut self) {
        self.codes.next();
    }

    fn take_if<T>(&mut self, wanted: impl Fn(u32) -> Option<T>) -> Option<T> {
        let found = self.peek_two().0.and_then(wanted)?;
        self.skip();
        Some(found)
    }

    fn take_char(&mut self, wanted: char) -> bool {
        self.take_if(|code| (code == u32::from(wanted)).then_some(())).is_some()
    }

    /// Decimal digits of any script, below `2**63`.
    fn number(&mut self) -> Result<Option<usize>, FormatError> {
        let mut value: Option<usize> = None;
        while let Some(digit) = self.take_if(unicode::decimal_value) {
            let next = value
                .unwrap_or(0)
                .checked_mul(10)
                .and_then(|value| value.checked_add(usize::from(digit)))
                .filter(|&value| isize::try_from(value).is_ok());
            value = Some(next.ok_or(FormatError::TooManyDigits)?);
        }
        Ok(value)
    }
}
