//! The characters of a string, in whichever form they are kept.

use std::cmp::Ordering;
use std::fmt;

use crate::kernel::hash::{HashKey, hash_bytes};

/// Borrowed text in one of the four forms.
#[derive(Debug, Clone, Copy)]
pub enum Text<'a> {
    /// Up to U+007F.
    Ascii(&'a [u8]),
    /// Up to U+00FF.
    Latin1(&'a [u8]),
    /// Up to U+FFFF.
    Ucs2(&'a [u16]),
    /// Any.
    Ucs4(&'a [u32]),
}

/// The characters of a text, as numbers; surrogates may be among them.
#[derive(Debug, Clone)]
pub enum Chars<'a> {
    /// One byte each.
    Narrow(std::slice::Iter<'a, u8>),
    /// Two bytes each.
    Ucs2(std::slice::Iter<'a, u16>),
    /// Four bytes each.
    Ucs4(std::slice::Iter<'a, u32>),
}

impl Iterator for Chars<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        match self {
            Self::Narrow(units) => units.next().map(|&c| u32::from(c)),
            Self::Ucs2(units) => units.next().map(|&c| u32::from(c)),
            Self::Ucs4(units) => units.next().copied(),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match self {
            Self::Narrow(units) => units.size_hint(),
            Self::Ucs2(units) => units.size_hint(),
            Self::Ucs4(units) => units.size_hint(),
        }
    }
}

impl DoubleEndedIterator for Chars<'_> {
    #[inline]
    fn next_back(&mut self) -> Option<u32> {
        match self {
            Self::Narrow(units) => units.next_back().map(|&c| u32::from(c)),
            Self::Ucs2(units) => units.next_back().map(|&c| u32::from(c)),
            Self::Ucs4(units) => units.next_back().copied(),
        }
    }
}

impl ExactSizeIterator for Chars<'_> {}

impl<'a> Text<'a> {
    /// Number of characters.
    #[inline]
    pub const fn len(self) -> usize {
        match self {
            Self::Ascii(units) | Self::Latin1(units) => units.len(),
            Self::Ucs2(units) => units.len(),
            Self::Ucs4(units) => units.len(),
        }
    }

    /// Whether there are none.
    pub const fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The characters as numbers.
    #[inline]
    pub fn chars(self) -> Chars<'a> {
        match self {
            Self::Ascii(units) | Self::Latin1(units) => Chars::Narrow(units.iter()),
            Self::Ucs2(units) => Chars::Ucs2(units.iter()),
            Self::Ucs4(units) => Chars::Ucs4(units.iter()),
        }
    }

    /// The character at `index`.
    pub fn get(self, index: usize) -> Option<u32> {
        match self {
            Self::Ascii(units) | Self::Latin1(units) => units.get(index).map(|&c| u32::from(c)),
            Self::Ucs2(units) => units.get(index).map(|&c| u32::from(c)),
            Self::Ucs4(units) => units.get(index).copied(),
        }
    }

    /// The characters `start..end`, which must be within the text and in order.
    #[must_use]
    pub fn slice(self, start: usize, end: usize) -> Self {
        match self {
            Self::Ascii(units) => Self::Ascii(units.get(start..end).unwrap_or_default()),
            Self::Latin1(units) => Self::Latin1(units.get(start..end).unwrap_or_default()),
            Self::Ucs2(units) => Self::Ucs2(units.get(start..end).unwrap_or_default()),
            Self::Ucs4(units) => Self::Ucs4(units.get(start..end).unwrap_or_default()),
        }
    }

    /// A bound of the characters that is in the same form as the largest: exact in that, and 0 for
    /// no text. A look at every character unless the text is ASCII.
    pub fn max_char(self) -> u32 {
        // All bits of all characters: as wide as the widest, since the forms end at powers of two.
        match self {
            Self::Ascii(_) => 0,
            Self::Latin1(units) => units.iter().fold(0, |all, &c| all | u32::from(c)),
            Self::Ucs2(units) => units.iter().fold(0, |all, &c| all | u32::from(c)),
            Self::Ucs4(units) => units.iter().fold(0, |all, &c| all | c),
        }
    }

    /// The bytes, when the text is ASCII.
    pub const fn as_ascii(self) -> Option<&'a [u8]> {
        match self {
            Self::Ascii(units) => Some(units),
            _ => None,
        }
    }

    /// Whether it is a name as Python writes them.
    pub fn is_identifier(self) -> bool {
        crate::kernel::unicode::is_identifier(self.chars())
    }

    /// Whether it is the same text as `other`.
    pub fn eq_str(self, other: &str) -> bool {
        match self {
            Self::Ascii(units) => units == other.as_bytes(),
            _ => self.chars().eq(other.chars().map(u32::from)),
        }
    }

    /// CPython's hash: SipHash-1-3 over the units as they lie in memory; 0 for no text.
    pub fn hash(self, secret: &HashKey) -> i64 {
        match self {
            Self::Ascii(units) | Self::Latin1(units) => hash_bytes(*secret, units),
            Self::Ucs2(units) => hash_bytes(*secret, bytes_of(units)),
            Self::Ucs4(units) => hash_bytes(*secret, bytes_of(units)),
        }
    }
}

/// The memory of integers as bytes.
fn bytes_of<T: Copy>(units: &[T]) -> &[u8] {
    // SAFETY: u16 and u32 have no padding, and any byte may be read.
    unsafe { std::slice::from_raw_parts(units.as_ptr().cast(), size_of_val(units)) }
}

impl PartialEq for Text<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (*self, *other) {
            (Text::Ascii(a) | Text::Latin1(a), Text::Ascii(b) | Text::Latin1(b)) => a == b,
            (Text::Ucs2(a), Text::Ucs2(b)) => a == b,
            (Text::Ucs4(a), Text::Ucs4(b)) => a == b,
            (a, b) => a.len() == b.len() && a.chars().eq(b.chars()),
        }
    }
}

impl Eq for Text<'_> {}

impl PartialOrd for Text<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        match (*self, *other) {
            (Text::Ascii(a) | Text::Latin1(a), Text::Ascii(b) | Text::Latin1(b)) => a.cmp(b),
            (a, b) => a.chars().cmp(b.chars()),
        }
    }
}

impl fmt::Display for Text<'_> {
    /// Writes the text; a lone surrogate as the replacement character.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Text::Ascii(bytes) = self
            && let Ok(text) = std::str::from_utf8(bytes)
        {
            return f.write_str(text);
        }
        for c in self.chars() {
            let c = char::from_u32(c).unwrap_or(char::REPLACEMENT_CHARACTER);
            fmt::Write::write_char(f, c)?;
        }
        Ok(())
    }
}
