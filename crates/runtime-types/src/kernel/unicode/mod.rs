//! Unicode as CPython 3.13 knows it (15.1): what a code point is, and its mappings of case.
//!
//! ```text
//!   code point -> INDEX[code >> SHIFT] -> block in BLOCKS -> record in RECORDS
//!                                                            flags, digit, four case mappings
//! ```
//!
//! Code points are `u32`, since a `str` may hold lone surrogates; beyond U+10FFFF everything is false.
//! The tables are made by `tools/make_unicode_tables.py`; a test compares every code point with digests
//! that the script took from the interpreter without passing through the tables.

mod case;
mod tables;

pub use case::{
    CaseMap, Mapped, capitalize, is_identifier, is_lower_text, is_title_text, is_upper_text, lower,
    swapcase, title,
};

/// What many code points have in common.
struct Record {
    flags: u16,
    /// Digit value, or `NO_DIGIT`.
    digit: u8,
    upper: i32,
    lower: i32,
    title: i32,
    fold: i32,
}

const NO_DIGIT: u8 = 255;

const ALPHA: u16 = 1;
const DECIMAL: u16 = 1 << 1;
const DIGIT: u16 = 1 << 2;
const NUMERIC: u16 = 1 << 3;
const SPACE: u16 = 1 << 4;
const PRINTABLE: u16 = 1 << 5;
const UPPER: u16 = 1 << 6;
const LOWER: u16 = 1 << 7;
const TITLE: u16 = 1 << 8;
const XID_START: u16 = 1 << 9;
const XID_CONTINUE: u16 = 1 << 10;
const CASED: u16 = 1 << 11;
const CASE_IGNORABLE: u16 = 1 << 12;

static NOTHING: Record =
    Record { flags: 0, digit: NO_DIGIT, upper: 0, lower: 0, title: 0, fold: 0 };

fn record(code: u32) -> &'static Record {
    let found = || {
        let block = usize::from(*tables::INDEX.get((code >> tables::SHIFT) as usize)?);
        let at = (block << tables::SHIFT) | (code & ((1 << tables::SHIFT) - 1)) as usize;
        tables::RECORDS.get(usize::from(*tables::BLOCKS.get(at)?))
    };
    found().unwrap_or(&NOTHING)
}

fn has(code: u32, flags: u16) -> bool {
    record(code).flags & flags != 0
}

/// A letter: categories Lm, Lt, Lu, Ll, Lo.
#[must_use]
pub fn is_alpha(code: u32) -> bool {
    has(code, ALPHA)
}

/// A decimal digit, as `str.isdecimal`.
#[must_use]
pub fn is_decimal(code: u32) -> bool {
    has(code, DECIMAL)
}

/// A digit, superscripts included, as `str.isdigit`.
#[must_use]
pub fn is_digit(code: u32) -> bool {
    has(code, DIGIT)
}

/// Of numeric value, fractions and ideographs included, as `str.isnumeric`.
#[must_use]
pub fn is_numeric(code: u32) -> bool {
    has(code, NUMERIC)
}

/// A letter or of numeric value, as `str.isalnum`.
#[must_use]
pub fn is_alnum(code: u32) -> bool {
    has(code, ALPHA | DECIMAL | DIGIT | NUMERIC)
}

/// White space, as `str.isspace`, `strip` and `split`.
#[must_use]
pub fn is_space(code: u32) -> bool {
    has(code, SPACE)
}

/// Shown as itself by `repr`: neither other nor separator, but for the space.
#[must_use]
pub fn is_printable(code: u32) -> bool {
    has(code, PRINTABLE)
}

/// Uppercase.
#[must_use]
pub fn is_upper(code: u32) -> bool {
    has(code, UPPER)
}

/// Lowercase.
#[must_use]
pub fn is_lower(code: u32) -> bool {
    has(code, LOWER)
}

/// Titlecase: category Lt, such as `ǅ`.
#[must_use]
pub fn is_title(code: u32) -> bool {
    has(code, TITLE)
}

/// May start an identifier; the underscore included.
#[must_use]
pub fn is_xid_start(code: u32) -> bool {
    has(code, XID_START)
}

/// May continue an identifier.
#[must_use]
pub fn is_xid_continue(code: u32) -> bool {
    has(code, XID_CONTINUE)
}

/// Upper, lower or titlecase in the wide sense of Unicode's `Cased`.
#[must_use]
pub fn is_cased(code: u32) -> bool {
    has(code, CASED)
}

/// Skipped when the end of a word is looked for, for the final sigma.
#[must_use]
pub fn is_case_ignorable(code: u32) -> bool {
    has(code, CASE_IGNORABLE)
}

/// The value of a decimal digit of any script, 0 to 9.
#[must_use]
pub fn decimal_value(code: u32) -> Option<u8> {
    if code < 128 {
        return u8::try_from(code).ok()?.checked_sub(b'0').filter(|&value| value < 10);
    }
    if is_decimal(code) { digit_value(code) } else { None }
}

/// The value of a digit, superscripts and the like included, 0 to 9.
#[must_use]
pub fn digit_value(code: u32) -> Option<u8> {
    Some(record(code).digit).filter(|&digit| digit != NO_DIGIT)
}
