//! Numbers, and what is wrong with them.

use ruff_text_size::TextSize;

use super::super::report::Report;
use super::super::token::Kind;
use super::{Lexed, Lexer, Stop, offset_of};

impl Lexer<'_> {
    /// A number; `at` is at its first digit or at the point before it.
    pub(super) fn number(&mut self) -> Lexed<()> {
        let start = self.at;
        match (self.peek(0), self.peek(1)) {
            (b'0', b'x' | b'X') => self.radix("hexadecimal", 16)?,
            (b'0', b'o' | b'O') => self.radix("octal", 8)?,
            (b'0', b'b' | b'B') => self.radix("binary", 2)?,
            (b'0', _) => self.zeros(start)?,
            (b'.', _) => self.fraction()?,
            _ => {
                self.digits()?;
                self.fraction()?;
            }
        }
        self.push(Kind::Number, start, self.line);
        Ok(())
    }

    /// Digits of base `radix`, behind `0x` and the like.
    fn radix(&mut self, name: &str, radix: u32) -> Lexed<()> {
        self.at += 2;
        loop {
            if self.peek(0) == b'_' {
                self.at += 1;
            }
            if !char::from(self.peek(0)).is_digit(radix) {
                return Err(self.bad_digit(name));
            }
            while char::from(self.peek(0)).is_digit(radix) {
                self.at += 1;
            }
            if self.peek(0) != b'_' {
                break;
            }
        }
        if self.peek(0).is_ascii_digit() {
            return Err(self.bad_digit(name));
        }
        self.check_end(name)
    }

    fn bad_digit(&mut self, name: &str) -> Stop {
        let digit = self.peek(0);
        if digit.is_ascii_digit() {
            self.at += 1;
            let digit = char::from(digit);
            return self.error_here(format!("invalid digit '{digit}' in {name} literal"));
        }
        self.error_here(format!("invalid {name} literal"))
    }

    /// A number that begins with a zero: zero itself, or a float.
    fn zeros(&mut self, start: usize) -> Lexed<()> {
        while self.peek(0) == b'0' {
            self.at += 1;
            if self.peek(0) == b'_' {
                self.at += 1;
                if !self.peek(0).is_ascii_digit() {
                    return Err(self.error_here("invalid decimal literal"));
                }
            }
        }
        let zeros_end = self.at;
        let nonzero = self.peek(0).is_ascii_digit();
        if nonzero {
            self.digits()?;
        }
        let is_float = matches!(self.peek(0), b'.' | b'j' | b'J')
            || (matches!(self.peek(0), b'e' | b'E') && self.exponent_follows());
        if nonzero && !is_float {
            let (line, column) = self.source.line_col(TextSize::new(offset_of(start)));
            let (_, end) = self.source.line_col(TextSize::new(offset_of(zeros_end)));
            let message = "leading zeros in decimal integer literals are not permitted; use an \
                           0o prefix for octal integers";
            let report = Report::at(line, column + 1, message);
            return Err(Stop::Raised(Report { end_column: end + 1, ..report }));
        }
        self.fraction()
    }

    fn exponent_follows(&self) -> bool {
        let sign = usize::from(matches!(self.peek(1), b'+' | b'-'));
        sign == 1 || self.peek(1).is_ascii_digit()
    }

    /// Decimal digits with single underscores between them.
    fn digits(&mut self) -> Lexed<()> {
        loop {
            while self.peek(0).is_ascii_digit() {
                self.at += 1;
            }
            if self.peek(0) != b'_' {
                return Ok(());
            }
            self.at += 1;
            if !self.peek(0).is_ascii_digit() {
                return Err(self.error_here("invalid decimal literal"));
            }
        }
    }

    /// What may follow the whole part: a fraction, an exponent, the imaginary unit.
    fn fraction(&mut self) -> Lexed<()> {
        if self.peek(0) == b'.' {
            self.at += 1;
            if self.peek(0).is_ascii_digit() {
                self.digits()?;
            }
        }
        if matches!(self.peek(0), b'e' | b'E') && self.exponent_follows() {
            self.at += 1;
            if matches!(self.peek(0), b'+' | b'-') {
                self.at += 1;
            }
            if !self.peek(0).is_ascii_digit() {
                return Err(self.error_here("invalid decimal literal"));
            }
            self.digits()?;
        }
        if matches!(self.peek(0), b'j' | b'J') {
            self.at += 1;
            return self.check_end("imaginary");
        }
        self.check_end("decimal")
    }

    /// A number ends at anything that cannot continue a name, or at a keyword such as `if`.
    fn check_end(&mut self, name: &str) -> Lexed<()> {
        let rest = self.bytes.get(self.at..).unwrap_or(&[]);
        let keyword = ["and", "else", "for", "if", "in", "is", "or", "not"]
            .iter()
            .any(|keyword| rest.starts_with(keyword.as_bytes()));
        let byte = self.peek(0);
        if !keyword && (byte.is_ascii_alphanumeric() || byte == b'_') {
            return Err(self.error_here(format!("invalid {name} literal")));
        }
        Ok(())
    }
}
