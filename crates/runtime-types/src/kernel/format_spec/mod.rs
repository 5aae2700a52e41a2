//! The format mini-language: `[[fill]align][sign][z][#][0][width][grouping][.precision][type]`.
//!
//! ```text
//!   |left fill|sign|prefix|inner fill|grouped digits|point and tail|right fill|
//!    '>' '^'   + -   0x     '='        1_000_000      .5e+07         '<' '^'
//! ```
//!
//! [`Spec::parse`] reads it, [`write_int`], [`write_float`] and [`Spec::text_layout`] apply it. Errors
//! and their order are those of CPython's `formatter_unicode.c`.

mod number;
mod parse;

use super::integer::IntError;
use super::{NoMemory, Out};

pub use number::{write_float, write_int};

/// What kind of object is formatted: decides the default alignment and type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `int` and `bool`.
    Int,
    /// `float`.
    Float,
    /// `str`.
    Str,
}

/// Where the fill goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Align {
    /// `<`: text, then fill.
    Left,
    /// `>`: fill, then text.
    Right,
    /// `^`: fill on both sides, the odd one behind.
    Centre,
    /// `=`: fill between sign or prefix and digits.
    Inside,
}

/// What stands in front of a number that is not negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sign {
    /// `+`.
    Plus,
    /// `-`, the same as none for numbers, refused for text.
    Minus,
    /// A space.
    Space,
}

/// Separator between groups of digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Grouping {
    /// `,` every three digits.
    Comma,
    /// `_` every three digits, every four in bases 2, 8 and 16.
    Underscore,
}

/// A parsed format specifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spec {
    /// Code point of the fill; a space when none is given.
    pub fill: u32,
    /// Alignment, given or by default.
    pub align: Align,
    /// Sign option, if given.
    pub sign: Option<Sign>,
    /// `z`: no minus in front of what is shown as zero.
    pub no_negative_zero: bool,
    /// `#`.
    pub alternate: bool,
    /// Least number of characters.
    pub width: Option<usize>,
    /// Separator of digits.
    pub grouping: Option<Grouping>,
    /// Digits after the point, significant digits, or most characters of a text.
    pub precision: Option<usize>,
    /// Code point of the type letter, if given.
    pub code: Option<u32>,
}

/// Why a value could not be formatted.
///
/// [`write_message`](FormatError::write_message) gives CPython's text. All are `ValueError`, but for
/// the ones named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FormatError {
    /// More than one character is left where the type letter is expected.
    InvalidSpecifier,
    /// The type letter is not one of the object's.
    UnknownCode(u32),
    /// Width or precision exceeds the address space.
    TooManyDigits,
    /// A point without digits.
    MissingPrecision,
    /// `,` and `_` together.
    CommaAndUnderscore,
    /// A separator with a type letter that has none.
    SeparatorWith(Grouping, u32),
    /// A sign with text.
    SignForText,
    /// A space as sign with text.
    SpaceForText,
    /// `z` with text.
    NegativeZeroForText,
    /// `#` with text.
    AlternateForText,
    /// `=` with text.
    InsideForText,
    /// A precision with an integer.
    PrecisionForInt,
    /// `z` with an integer.
    NegativeZeroForInt,
    /// A sign with `c`.
    SignForChar,
    /// `#` with `c`.
    AlternateForChar,
    /// `c` of what is no code point: `OverflowError`.
    NotACodePoint,
    /// `c` of what exceeds 64 bits: `OverflowError`.
    TooLargeForC,
    /// A precision above `2**31 - 1`.
    PrecisionTooBig,
    /// Of the integer's own: its text limit, its conversion to a float, memory, a stop.
    Int(IntError),
    /// Memory was refused: `MemoryError`.
    NoMemory,
}

impl From<NoMemory> for FormatError {
    fn from(_: NoMemory) -> Self {
        Self::NoMemory
    }
}

impl From<IntError> for FormatError {
    fn from(error: IntError) -> Self {
        if error == IntError::NoMemory { Self::NoMemory } else { Self::Int(error) }
    }
}

impl FormatError {
    /// Writes the message; `spec` is the whole specifier, `type_name` the object's type.
    ///
    /// # Errors
    /// `NoMemory` of the sink.
    pub fn write_message(
        self,
        spec: impl Iterator<Item = u32>,
        type_name: &str,
        out: &mut dyn Out,
    ) -> Result<(), NoMemory> {
        match self {
            Self::InvalidSpecifier => {
                out.push_str("Invalid format specifier '")?;
                for code in spec {
                    out.push_code(code)?;
                }
            }
            Self::UnknownCode(code) => {
                out.push_str("Unknown format code '")?;
                write_code(code, out)?;
            }
            Self::SeparatorWith(grouping, code) => {
                let comma = grouping == Grouping::Comma;
                out.push_str(if comma {
                    "Cannot specify ',' with '"
                } else {
                    "Cannot specify '_' with '"
                })?;
                write_code(code, out)?;
                return out.push_str("'.");
            }
            Self::Int(error) => return write_display(&error, out),
            other => return out.push_str(other.text()),
        }
        out.push_str("' for object of type '")?;
        out.push_str(type_name)?;
        out.push_str("'")
    }

    /// Whether CPython raises `OverflowError`, not `ValueError`. Of [`Int`](FormatError::Int) errors
    /// the caller decides as for the integer's own operations.
    #[must_use]
    pub fn is_overflow(self) -> bool {
        matches!(self, Self::NotACodePoint | Self::TooLargeForC)
    }

    fn text(self) -> &'static str {
        match self {
            Self::TooManyDigits => "Too many decimal digits in format string",
            Self::MissingPrecision => "Format specifier missing precision",
            Self::CommaAndUnderscore => "Cannot specify both ',' and '_'.",
            Self::SignForText => "Sign not allowed in string format specifier",
            Self::SpaceForText => "Space not allowed in string format specifier",
            Self::NegativeZeroForText => {
                "Negative zero coercion (z) not allowed in string format specifier"
            }
            Self::AlternateForText => "Alternate form (#) not allowed in string format specifier",
            Self::InsideForText => "'=' alignment not allowed in string format specifier",
            Self::PrecisionForInt => "Precision not allowed in integer format specifier",
            Self::NegativeZeroForInt => {
                "Negative zero coercion (z) not allowed in integer format specifier"
            }
            Self::SignForChar => "Sign not allowed with integer format specifier 'c'",
            Self::AlternateForChar => {
                "Alternate form (#) not allowed with integer format specifier 'c'"
            }
            Self::NotACodePoint => "%c arg not in range(0x110000)",
            Self::TooLargeForC => "Python int too large to convert to C long",
            Self::PrecisionTooBig => "precision too big",
            Self::NoMemory => "out of memory",
            Self::InvalidSpecifier
            | Self::UnknownCode(_)
            | Self::SeparatorWith(..)
            | Self::Int(_) => "",
        }
    }
}

/// A type letter in a message: itself, or its number when it is not plain ASCII.
fn write_code(code: u32, out: &mut dyn Out) -> Result<(), NoMemory> {
    match char::from_u32(code) {
        Some(ch) if code > 32 && code < 128 => out.push_char(ch),
        _ => write_display(&format_args!("\\x{code:x}"), out),
    }
}

/// Writes what `Display` shows into a sink.
pub(super) fn write_display(
    shown: &dyn std::fmt::Display,
    out: &mut dyn Out,
) -> Result<(), NoMemory> {
    struct Adapter<'a>(&'a mut dyn Out);
    impl std::fmt::Write for Adapter<'_> {
        fn write_str(&mut self, text: &str) -> std::fmt::Result {
            self.0.push_str(text).map_err(|_| std::fmt::Error)
        }
    }
    std::fmt::write(&mut Adapter(out), format_args!("{shown}")).map_err(|_| NoMemory)
}

/// How a text is padded and cut: `left` fills, the first `shown` characters, `right` fills.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextLayout {
    /// Fill characters in front.
    pub left: usize,
    /// Characters of the text that are shown.
    pub shown: usize,
    /// Fill characters behind.
    pub right: usize,
}

impl Spec {
    /// How a `str` of `len` characters is laid out by `self`, parsed with [`Kind::Str`].
    ///
    /// # Errors
    /// `UnknownCode` for other letters than `s`; the refusals for text.
    pub fn text_layout(&self, len: usize) -> Result<TextLayout, FormatError> {
        if let Some(code) = self.code
            && code != u32::from('s')
        {
            return Err(FormatError::UnknownCode(code));
        }
        match self.sign {
            Some(Sign::Space) => return Err(FormatError::SpaceForText),
            Some(_) => return Err(FormatError::SignForText),
            None if self.no_negative_zero => return Err(FormatError::NegativeZeroForText),
            None if self.alternate => return Err(FormatError::AlternateForText),
            None if self.align == Align::Inside => return Err(FormatError::InsideForText),
            None => {}
        }
        let shown = self.precision.map_or(len, |most| most.min(len));
        let padding = self.width.unwrap_or(0).saturating_sub(shown);
        let (left, right) = match self.align {
            Align::Left | Align::Inside => (0, padding),
            Align::Right => (padding, 0),
            Align::Centre => (padding / 2, padding - padding / 2),
        };
        Ok(TextLayout { left, shown, right })
    }
}

/// Writes `text` as `format(text, spec)`. Cost: linear.
///
/// # Errors
/// Those of [`Spec::text_layout`]; `NoMemory` of the sink.
pub fn write_text(spec: &Spec, text: &str, out: &mut dyn Out) -> Result<(), FormatError> {
    let layout = spec.text_layout(text.chars().count())?;
    let end = text.char_indices().nth(layout.shown).map_or(text.len(), |(at, _)| at);
    out.push_fill_code(spec.fill, layout.left)?;
    out.push_str(text.get(..end).unwrap_or_default())?;
    Ok(out.push_fill_code(spec.fill, layout.right)?)
}
