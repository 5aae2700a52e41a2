//! Case mappings of code points and of texts, the final sigma included.

use super::{
    Record, has, is_case_ignorable, is_cased, is_lower, is_title, is_upper, is_xid_continue,
    is_xid_start, record, tables,
};

/// A mapping from here on stands for several code points of `EXTENDED`.
const SPECIAL: i32 = 1 << 24;
const CAPITAL_SIGMA: u32 = 0x3a3;
const SMALL_SIGMA: u32 = 0x3c3;
const FINAL_SIGMA: u32 = 0x3c2;

/// The code points, one to three, that one maps to.
#[derive(Debug, Clone)]
pub struct Mapped {
    first: Option<u32>,
    rest: std::slice::Iter<'static, u32>,
}

impl Mapped {
    fn one(code: u32) -> Self {
        Self { first: Some(code), rest: [].iter() }
    }

    fn from_record(code: u32, mapping: i32) -> Self {
        if mapping < SPECIAL {
            return Self::one(code.wrapping_add_signed(mapping));
        }
        let place = (mapping - SPECIAL).unsigned_abs() as usize;
        let (offset, len) = (place >> 2, (place & 3) + 1);
        let codes = tables::EXTENDED.get(offset..offset + len).unwrap_or_default();
        Self { first: None, rest: codes.iter() }
    }
}

impl Iterator for Mapped {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        self.first.take().or_else(|| self.rest.next().copied())
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let len = usize::from(self.first.is_some()) + self.rest.len();
        (len, Some(len))
    }
}

impl ExactSizeIterator for Mapped {}

/// The mappings that need no context.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CaseMap {
    /// `str.upper`.
    Upper,
    /// `str.lower` of a code point alone; a text's goes through [`lower`].
    Lower,
    /// The first letter of a word in `str.title`.
    Title,
    /// `str.casefold`.
    Fold,
}

impl CaseMap {
    /// The full mapping of `code`.
    #[must_use]
    pub fn map(self, code: u32) -> Mapped {
        let Record { upper, lower, title, fold, .. } = record(code);
        Mapped::from_record(
            code,
            match self {
                Self::Upper => *upper,
                Self::Lower => *lower,
                Self::Title => *title,
                Self::Fold => *fold,
            },
        )
    }
}

/// `str.lower`, code point by code point. Cost: linear, but for runs of ignorable marks behind sigmas.
pub fn lower<I>(text: I) -> impl Iterator<Item = u32>
where
    I: Iterator<Item = u32> + Clone,
{
    Walk::new(text).flat_map_codes(|walk, code| walk.lower_in_place(code))
}

/// `str.title`.
pub fn title<I>(text: I) -> impl Iterator<Item = u32>
where
    I: Iterator<Item = u32> + Clone,
{
    let mut in_word = false;
    Walk::new(text).flat_map_codes(move |walk, code| {
        let mapped = if in_word { walk.lower_in_place(code) } else { CaseMap::Title.map(code) };
        in_word = is_cased(code);
        mapped
    })
}

/// `str.capitalize`.
pub fn capitalize<I>(text: I) -> impl Iterator<Item = u32>
where
    I: Iterator<Item = u32> + Clone,
{
    let mut first = true;
    Walk::new(text).flat_map_codes(move |walk, code| {
        if std::mem::take(&mut first) {
            CaseMap::Title.map(code)
        } else {
            walk.lower_in_place(code)
        }
    })
}

/// `str.swapcase`.
pub fn swapcase<I>(text: I) -> impl Iterator<Item = u32>
where
    I: Iterator<Item = u32> + Clone,
{
    Walk::new(text).flat_map_codes(|walk, code| {
        if is_upper(code) {
            walk.lower_in_place(code)
        } else if is_lower(code) {
            CaseMap::Upper.map(code)
        } else {
            Mapped::one(code)
        }
    })
}

/// A text on the way, with what the final sigma asks of the part behind and the part ahead.
struct Walk<I> {
    ahead: I,
    /// Whether the last code point that is not ignorable, before the present one, is cased.
    after_cased: bool,
}

impl<I: Iterator<Item = u32> + Clone> Walk<I> {
    fn new(text: I) -> Self {
        Self { ahead: text, after_cased: false }
    }

    fn flat_map_codes(
        mut self,
        mut map: impl FnMut(&Self, u32) -> Mapped,
    ) -> impl Iterator<Item = u32> {
        std::iter::from_fn(move || {
            let code = self.ahead.next()?;
            let mapped = map(&self, code);
            if !is_case_ignorable(code) {
                self.after_cased = is_cased(code);
            }
            Some(mapped)
        })
        .flatten()
    }

    /// The lower case of `code`, which was just taken from `ahead`.
    fn lower_in_place(&self, code: u32) -> Mapped {
        if code != CAPITAL_SIGMA {
            return CaseMap::Lower.map(code);
        }
        let next = self.ahead.clone().find(|&code| !is_case_ignorable(code));
        let ends_word = self.after_cased && !next.is_some_and(is_cased);
        Mapped::one(if ends_word { FINAL_SIGMA } else { SMALL_SIGMA })
    }
}

/// `str.isupper`: something uppercase, nothing lower or titlecase.
pub fn is_upper_text(text: impl Iterator<Item = u32>) -> bool {
    one_case(text, super::UPPER, super::LOWER | super::TITLE)
}

/// `str.islower`: something lowercase, nothing upper or titlecase.
pub fn is_lower_text(text: impl Iterator<Item = u32>) -> bool {
    one_case(text, super::LOWER, super::UPPER | super::TITLE)
}

fn one_case(mut text: impl Iterator<Item = u32>, wanted: u16, other: u16) -> bool {
    let mut found = false;
    text.all(|code| {
        found |= has(code, wanted);
        !has(code, other)
    }) && found
}

/// `str.istitle`: words start with an upper or titlecase letter, and go on in lowercase.
pub fn is_title_text(mut text: impl Iterator<Item = u32>) -> bool {
    let (mut in_word, mut found) = (false, false);
    text.all(|code| {
        if is_upper(code) || is_title(code) {
            found = true;
            !std::mem::replace(&mut in_word, true)
        } else if is_lower(code) {
            in_word
        } else {
            in_word = false;
            true
        }
    }) && found
}

/// `str.isidentifier`; keywords are identifiers here.
pub fn is_identifier(mut text: impl Iterator<Item = u32>) -> bool {
    text.next().is_some_and(is_xid_start) && text.all(is_xid_continue)
}
