//! printf-style formats, `'%-5d' % x`: reading them, and the numbers' text.
//!
//! ```text
//!   %  (key)  # - 0 space +   width | *   . precision | *   h l L   conversion
//! ```
//!
//! [`Pieces`] walks the format and asks for keys and stars in the order in which CPython consumes
//! arguments, so that of two mistakes the same one is reported. The caller fetches each conversion's
//! argument; numbers go through [`write_int`], [`write_float`], [`write_char`], texts of `%s %r %a`
//! through [`Conversion::text_layout`].

use std::ops::Range;

use super::float::{Layout, Style};
use super::format_spec::{TextLayout, write_display};
use super::integer::{self, IntError, IntRef};
use super::{NoMemory, Out, TextBuf, Work};

/// A text that can be read at any place: Latin-1, UCS-2 or UCS-4 storage.
pub trait Codes {
    /// The code point at `index`; none behind the end.
    fn code(&self, index: usize) -> Option<u32>;
}

impl Codes for [u8] {
    fn code(&self, index: usize) -> Option<u32> {
        self.get(index).map(|&code| code.into())
    }
}

impl Codes for [u16] {
    fn code(&self, index: usize) -> Option<u32> {
        self.get(index).map(|&code| code.into())
    }
}

impl Codes for [u32] {
    fn code(&self, index: usize) -> Option<u32> {
        self.get(index).copied()
    }
}

/// What is wrong with a format, or with a number for it. `Display` gives CPython's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PercentError {
    /// The format ends within a conversion: `ValueError`.
    Incomplete,
    /// The format ends within a key: `ValueError`.
    IncompleteKey,
    /// `ValueError`.
    WidthTooBig,
    /// `ValueError`.
    PrecisionTooBig,
    /// An integer's precision near `2**31`: `OverflowError`.
    PrecisionTooLarge,
    /// No such conversion: `ValueError`.
    Unsupported {
        /// The code point in its place.
        code: u32,
        /// Its index in the format.
        index: usize,
    },
    /// `%c` of an integer that is no code point: `OverflowError`.
    NotACodePoint,
    /// Of the integer's own.
    Int(IntError),
    /// Memory was refused: `MemoryError`.
    NoMemory,
}

impl std::fmt::Display for PercentError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match *self {
            Self::Incomplete => "incomplete format",
            Self::IncompleteKey => "incomplete format key",
            Self::WidthTooBig => "width too big",
            Self::PrecisionTooBig => "precision too big",
            Self::PrecisionTooLarge => "precision too large",
            Self::Unsupported { code, index } => {
                let shown =
                    char::from_u32(code).filter(|ch| matches!(ch, ' '..='~')).unwrap_or('?');
                return write!(
                    f,
                    "unsupported format character '{shown}' (0x{code:x}) at index {index}"
                );
            }
            Self::NotACodePoint => "%c arg not in range(0x110000)",
            Self::Int(error) => return error.fmt(f),
            Self::NoMemory => "out of memory",
        })
    }
}

impl std::error::Error for PercentError {}

impl From<NoMemory> for PercentError {
    fn from(_: NoMemory) -> Self {
        Self::NoMemory
    }
}

impl From<IntError> for PercentError {
    fn from(error: IntError) -> Self {
        if error == IntError::NoMemory { Self::NoMemory } else { Self::Int(error) }
    }
}

impl PercentError {
    /// Writes the message into a sink.
    ///
    /// # Errors
    /// `NoMemory` of the sink.
    pub fn write_message(&self, out: &mut dyn Out) -> Result<(), NoMemory> {
        write_display(self, out)
    }
}

/// The arguments as the walk over the format consumes them.
pub trait Arguments {
    /// The caller's error, into which the format's own fit.
    type Error: From<PercentError>;

    /// A key begins: the caller raises `format requires a mapping`, unless it has one.
    ///
    /// # Errors
    /// The caller's.
    fn open_key(&mut self) -> Result<(), Self::Error>;

    /// A key was read, whose characters stand at `key` in the format; the item is what the conversion's
    /// argument is fetched from.
    ///
    /// # Errors
    /// The caller's.
    fn key(&mut self, key: Range<usize>) -> Result<(), Self::Error>;

    /// The value of a `*` width: the caller raises `* wants int` and what too large integers raise.
    ///
    /// # Errors
    /// The caller's.
    fn star_width(&mut self) -> Result<isize, Self::Error>;

    /// The value of a `*` precision, which must fit a C int.
    ///
    /// # Errors
    /// The caller's.
    fn star_precision(&mut self) -> Result<i32, Self::Error>;
}

/// One part of a format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Characters that stand for themselves, by their place in the format; `%%` gives one of them.
    Literal(Range<usize>),
    /// A conversion, for which an argument is to be fetched.
    Conversion(Conversion),
}

/// A conversion with its options. `code` may be any; see [`Conversion::kind`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conversion {
    /// The letter.
    pub code: u32,
    /// Its index in the format.
    pub index: usize,
    /// `#`.
    pub alternate: bool,
    /// `-`, or a negative `*` width.
    pub left: bool,
    /// `0`.
    pub zero: bool,
    /// A space.
    pub blank: bool,
    /// `+`.
    pub plus: bool,
    /// Least characters.
    pub width: usize,
    /// The precision, when one is given; at most `2**31 - 1`.
    pub precision: Option<u32>,
}

/// What a conversion wants of its argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ConversionKind {
    /// `%s`: `str`.
    Str,
    /// `%r`: `repr`.
    Repr,
    /// `%a`: `ascii`.
    Ascii,
    /// `%c`: an integer or a text of one character.
    Char,
    /// `%d %i %u`: a number, made an integer.
    Decimal,
    /// `%o %x %X`: an integer.
    Radix,
    /// `%e %f %g` and capitals: a number, made a float.
    Float,
}

/// The walk over a format.
#[derive(Debug)]
pub struct Pieces<'f, F: Codes + ?Sized> {
    format: &'f F,
    at: usize,
}

impl<'f, F: Codes + ?Sized> Pieces<'f, F> {
    /// At the start of `format`.
    pub fn new(format: &'f F) -> Self {
        Self { format, at: 0 }
    }

    /// The next piece; none at the end.
    ///
    /// # Errors
    /// Those of the format, and whatever `arguments` gives.
    pub fn next_piece<A: Arguments + ?Sized>(
        &mut self,
        arguments: &mut A,
    ) -> Result<Option<Piece>, A::Error> {
        let start = self.at;
        while self.peek().is_some_and(|ch| ch != '%') {
            self.at += 1;
        }
        if self.at > start {
            return Ok(Some(Piece::Literal(start..self.at)));
        }
        if self.peek().is_none() {
            return Ok(None);
        }
        self.at += 1;
        if self.take('%') {
            return Ok(Some(Piece::Literal(self.at - 1..self.at)));
        }
        self.conversion(arguments).map(|found| Some(Piece::Conversion(found)))
    }

    /// The character at hand; what is no character is no letter of a format either.
    fn peek(&self) -> Option<char> {
        let code = self.format.code(self.at)?;
        Some(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn take(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    fn conversion<A: Arguments + ?Sized>(
        &mut self,
        arguments: &mut A,
    ) -> Result<Conversion, A::Error> {
        let mut found = Conversion {
            code: 0,
            index: 0,
            alternate: false,
            left: false,
            zero: false,
            blank: false,
            plus: false,
            width: 0,
            precision: None,
        };
        if self.take('(') {
            arguments.open_key()?;
            let key = self.key()?;
            arguments.key(key)?;
        }
        while let Some(flag) = self.peek() {
            match flag {
                '-' => found.left = true,
                '+' => found.plus = true,
                ' ' => found.blank = true,
                '#' => found.alternate = true,
                '0' => found.zero = true,
                _ => break,
            }
            self.at += 1;
        }
        if self.take('*') {
            let width = arguments.star_width()?;
            found.left |= width < 0;
            // The least of all has no opposite: CPython takes it for no width.
            found.width = width.checked_abs().map_or(0, isize::unsigned_abs);
        } else {
            let most = isize::MAX.unsigned_abs();
            found.width = self.number(most).ok_or(PercentError::WidthTooBig)?;
        }
        if self.take('.') {
            let precision = if self.take('*') {
                usize::try_from(arguments.star_precision()?).unwrap_or(0)
            } else {
                let most = i32::MAX.unsigned_abs() as usize;
                self.number(most).ok_or(PercentError::PrecisionTooBig)?
            };
            found.precision = u32::try_from(precision).ok();
        }
        if let Some('h' | 'l' | 'L') = self.peek() {
            self.at += 1;
        }
        found.index = self.at;
        found.code = self.format.code(self.at).ok_or(PercentError::Incomplete)?;
        self.at += 1;
        Ok(found)
    }

    /// Up to the parenthesis that closes the one just taken.
    fn key(&mut self) -> Result<Range<usize>, PercentError> {
        let start = self.at;
        let mut open = 1_usize;
        loop {
            match self.peek() {
                None => return Err(PercentError::IncompleteKey),
                Some('(') => open += 1,
                Some(')') => open -= 1,
                Some(_) => {}
            }
            self.at += 1;
            if open == 0 {
                return Ok(start..self.at - 1);
            }
        }
    }

    /// Decimal digits, perhaps none; no value above `most`.
    fn number(&mut self, most: usize) -> Option<usize> {
        let mut value = 0_usize;
        while let Some(digit) = self.peek().and_then(|ch| ch.to_digit(10)) {
            self.at += 1;
            // The source's own test: too big when `value > (most - digit) / 10`.
            let digit = digit as usize;
            if value > (most - digit) / 10 {
                return None;
            }
            value = value * 10 + digit;
        }
        Some(value)
    }
}

impl Conversion {
    /// What the letter wants. The caller asks after it has fetched the argument.
    ///
    /// # Errors
    /// `Unsupported`.
    pub fn kind(&self) -> Result<ConversionKind, PercentError> {
        Ok(match char::from_u32(self.code) {
            Some('s') => ConversionKind::Str,
            Some('r') => ConversionKind::Repr,
            Some('a') => ConversionKind::Ascii,
            Some('c') => ConversionKind::Char,
            Some('d' | 'i' | 'u') => ConversionKind::Decimal,
            Some('o' | 'x' | 'X') => ConversionKind::Radix,
            Some('e' | 'E' | 'f' | 'F' | 'g' | 'G') => ConversionKind::Float,
            _ => return Err(PercentError::Unsupported { code: self.code, index: self.index }),
        })
    }

    /// How a text of `len` characters is cut and padded with spaces.
    #[must_use]
    pub fn text_layout(&self, len: usize) -> TextLayout {
        let most = self.precision.map_or(usize::MAX, |most| most as usize);
        let shown = len.min(most);
        let padding = self.width.saturating_sub(shown);
        let (left, right) = if self.left { (0, padding) } else { (padding, 0) };
        TextLayout { left, shown, right }
    }

    fn sign(&self, negative: bool) -> &'static str {
        if negative {
            "-"
        } else if self.plus {
            "+"
        } else if self.blank {
            " "
        } else {
            ""
        }
    }

    /// Writes sign, prefix and `body` characters by the caller's function, padded.
    fn write_number(
        &self,
        sign: &str,
        prefix: &str,
        body: usize,
        out: &mut dyn Out,
        write: &dyn Fn(&mut dyn Out) -> Result<(), NoMemory>,
    ) -> Result<(), NoMemory> {
        let shown = body.saturating_add(sign.len() + prefix.len());
        let padding = self.width.saturating_sub(shown);
        out.reserve(shown.saturating_add(padding))?;
        let inside = self.zero && !self.left;
        if !self.left && !inside {
            out.push_fill(' ', padding)?;
        }
        out.push_str(sign)?;
        out.push_str(prefix)?;
        if inside {
            out.push_fill('0', padding)?;
        }
        write(out)?;
        if self.left { out.push_fill(' ', padding) } else { Ok(()) }
    }
}

/// Writes an integer for `%d %i %u %o %x %X`. `max_digits` limits decimal text, 0 for none.
///
/// # Errors
/// `PrecisionTooLarge`; `NoMemory`, before a huge width or precision is tried; the integer's own.
pub fn write_int(
    conversion: &Conversion,
    value: IntRef,
    max_digits: usize,
    out: &mut dyn Out,
    work: &mut Work,
) -> Result<(), PercentError> {
    let precision = conversion.precision.unwrap_or(0);
    if precision > i32::MAX.unsigned_abs() - 3 {
        return Err(PercentError::PrecisionTooLarge);
    }
    let mut text = TextBuf::new();
    let prefix = match char::from_u32(conversion.code) {
        Some('o') => {
            integer::write_radix(value, 3, false, &mut text, work)?;
            "0o"
        }
        Some('x') => {
            integer::write_radix(value, 4, false, &mut text, work)?;
            "0x"
        }
        Some('X') => {
            integer::write_radix(value, 4, true, &mut text, work)?;
            "0X"
        }
        _ => {
            integer::write_decimal(value.abs(), max_digits, &mut text, work)?;
            ""
        }
    };
    let prefix = if conversion.alternate { prefix } else { "" };
    let zeros = (precision as usize).saturating_sub(text.len());
    let body = zeros.saturating_add(text.len());
    let sign = conversion.sign(value.is_negative());
    Ok(conversion.write_number(sign, prefix, body, out, &|out| {
        out.push_fill('0', zeros)?;
        out.push_str(text.as_str())
    })?)
}

/// Writes a float for `%e %f %g` and their capitals.
///
/// # Errors
/// `NoMemory`, before a huge width or precision is tried.
pub fn write_float(
    conversion: &Conversion,
    value: f64,
    out: &mut dyn Out,
) -> Result<(), PercentError> {
    let precision = conversion.precision.unwrap_or(6);
    let (style, upper) = match char::from_u32(conversion.code) {
        Some('e') => (Style::Exponent(precision), false),
        Some('E') => (Style::Exponent(precision), true),
        Some('g') => (Style::General(precision), false),
        Some('G') => (Style::General(precision), true),
        Some('F') => (Style::Fixed(precision), true),
        _ => (Style::Fixed(precision), false),
    };
    let layout = Layout::new(value, style, false, conversion.alternate)?.uppercase(upper);
    let body = layout.whole_len().saturating_add(layout.tail_len());
    let sign = conversion.sign(layout.is_negative());
    Ok(conversion.write_number(sign, "", body, out, &|out| {
        layout.write_whole(out)?;
        layout.write_tail(out)
    })?)
}

/// Writes the character of an integer for `%c`. A text of one character is the caller's, by
/// [`Conversion::text_layout`] without the precision.
///
/// # Errors
/// `NotACodePoint`; `NoMemory`.
pub fn write_char(
    conversion: &Conversion,
    value: IntRef,
    out: &mut dyn Out,
) -> Result<(), PercentError> {
    let code = value.to_u64().and_then(|value| u32::try_from(value).ok());
    let code = code.filter(|&code| code < 0x11_0000).ok_or(PercentError::NotACodePoint)?;
    let padding = conversion.width.saturating_sub(1);
    if !conversion.left {
        out.push_fill(' ', padding)?;
    }
    out.push_code(code)?;
    if conversion.left {
        out.push_fill(' ', padding)?;
    }
    Ok(())
}
