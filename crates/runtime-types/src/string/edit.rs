//! Methods that give a changed copy: stripping, padding, tabs, case, translation.

use runtime_core::AllocError;
use runtime_gc::Borrowed;

use super::find::this;
use super::operators::padded;
use super::{Kind, StrObject, Text, TextBuilder, unchanged};
use crate::args::{Args, bind};
use crate::cx::{Cx, OrRaise, Res};
use crate::exception::Exc;
use crate::int::{IntObject, to_c};
use crate::kernel::unicode::{self, CaseMap};
use crate::ty::Type;
use crate::view::Look;
use crate::world::World;

/// Strips characters off the ends; which ones, says the first argument, or white space.
fn stripped(cx: &mut Cx<'_>, args: &Args<'_>, function: &str, left: bool, right: bool) -> Res {
    let (op, text) = this(cx, args)?;
    let (start, end) = match args.get(1).filter(|&chars| !cx.is_none(chars)) {
        None => ends(text, left, right, unicode::is_space),
        Some(chars) => match chars.view::<StrObject>() {
            Some(chars) => {
                let chars = chars.text();
                let set = CharSet::new(chars);
                ends(text, left, right, |code| set.has(chars, code))
            }
            None => {
                return Err(cx.type_error(format_args!("{function} arg must be None or str")));
            }
        },
    };
    if start == 0 && end == text.len() {
        return unchanged(cx, op);
    }
    cx.str_from(text.slice(start, end))
}

/// A set of characters with a filter in front, as CPython's bloom masks.
struct CharSet {
    ascii: u128,
    wide: bool,
}

impl CharSet {
    fn new(chars: Text<'_>) -> Self {
        let mut set = Self { ascii: 0, wide: false };
        for code in chars.chars() {
            match code {
                0..=127 => set.ascii |= 1 << code,
                _ => set.wide = true,
            }
        }
        set
    }

    fn has(&self, chars: Text<'_>, code: u32) -> bool {
        match code {
            0..=127 => self.ascii >> code & 1 == 1,
            _ => self.wide && chars.chars().any(|c| c == code),
        }
    }
}

/// What is left of a text without the characters that go.
fn ends(text: Text<'_>, left: bool, right: bool, goes: impl Fn(u32) -> bool) -> (usize, usize) {
    let len = text.len();
    let start = if left { text.chars().take_while(|&code| goes(code)).count() } else { 0 };
    let tail = text.slice(start, len);
    let gone = if right { tail.chars().rev().take_while(|&code| goes(code)).count() } else { 0 };
    (start, len - gone)
}

pub(super) fn strip(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    stripped(cx, &args, "strip", true, true)
}

pub(super) fn lstrip(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    stripped(cx, &args, "lstrip", true, false)
}

pub(super) fn rstrip(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    stripped(cx, &args, "rstrip", false, true)
}

/// Width and fill character of `center`, `ljust`, `rjust`, and how many fills are missing.
fn padding<'a>(cx: &mut Cx<'_>, args: &Args<'a>) -> Res<(Borrowed<'a>, Text<'a>, usize, u32)> {
    let (op, text) = this(cx, args)?;
    let width = match args.get(1) {
        Some(width) => to_c(cx, width, 64)?,
        None => 0,
    };
    let fill = match args.get(2) {
        None => u32::from(b' '),
        Some(fill) => {
            let Some(fill) = fill.view::<StrObject>() else {
                let name = Type::of(fill).name();
                return Err(cx.type_error(format_args!(
                    "The fill character must be a unicode character, not {name}"
                )));
            };
            match (fill.len(), fill.text().get(0)) {
                (1, Some(code)) => code,
                _ => {
                    return Err(cx.type_error(format_args!(
                        "The fill character must be exactly one character long"
                    )));
                }
            }
        }
    };
    let missing = usize::try_from(width).unwrap_or(0).saturating_sub(text.len());
    Ok((op, text, missing, fill))
}

pub(super) fn center(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (op, text, missing, fill) = padding(cx, &args)?;
    if missing == 0 {
        return unchanged(cx, op);
    }
    // The odd one goes to the left of texts of even length in an odd width.
    let width = text.len() + missing;
    let left = missing / 2 + (missing & width & 1);
    padded(cx, text, left, missing - left, fill)
}

pub(super) fn ljust(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (op, text, missing, fill) = padding(cx, &args)?;
    if missing == 0 { unchanged(cx, op) } else { padded(cx, text, 0, missing, fill) }
}

pub(super) fn rjust(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (op, text, missing, fill) = padding(cx, &args)?;
    if missing == 0 { unchanged(cx, op) } else { padded(cx, text, missing, 0, fill) }
}

pub(super) fn zfill(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (op, text) = this(cx, &args)?;
    let width = match args.get(1) {
        Some(width) => to_c(cx, width, 64)?,
        None => 0,
    };
    let missing = usize::try_from(width).unwrap_or(0).saturating_sub(text.len());
    if missing == 0 {
        return unchanged(cx, op);
    }
    let signed = matches!(text.get(0).and_then(char::from_u32), Some('+' | '-'));
    let sign = text.slice(0, usize::from(signed));
    let rest = text.slice(usize::from(signed), text.len());
    let Some(len) = text.len().checked_add(missing) else {
        return Err(cx.raise_no_memory(AllocError::TooLarge));
    };
    cx.str_with(Kind::holding(text.max_char()), len, |writer| {
        writer.push(sign);
        writer.fill(u32::from(b'0'), missing);
        writer.push(rest);
    })
}

pub(super) fn expandtabs(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (op, text) = this(cx, &args)?;
    let [size] = bind(cx, "expandtabs", &args.rest(), ["tabsize"], 0)?;
    let size = match size {
        Some(size) => usize::try_from(to_c(cx, size, 32)?).unwrap_or(0),
        None => 8,
    };
    if !text.chars().any(|code| code == u32::from(b'\t')) {
        return unchanged(cx, op);
    }
    let mut len: usize = 0;
    let measured = tabs_expanded(text, size, |_, count| {
        len = len.checked_add(count).filter(|&len| isize::try_from(len).is_ok())?;
        Some(())
    });
    if measured.is_none() {
        return Err(cx.raise(Exc::OverflowError, format_args!("new string is too long")));
    }
    cx.str_with(Kind::holding(text.max_char()), len, |writer| {
        tabs_expanded(text, size, |code, count| {
            writer.fill(code, count);
            Some(())
        });
    })
}

/// Shows each character and how often it stands in the text without tabs.
fn tabs_expanded(
    text: Text<'_>,
    size: usize,
    mut show: impl FnMut(u32, usize) -> Option<()>,
) -> Option<()> {
    let mut column = 0_usize;
    for code in text.chars() {
        if code == u32::from(b'\t') {
            let spaces = column.checked_rem(size).map_or(0, |rest| size - rest);
            column = column.checked_add(spaces)?;
            show(u32::from(b' '), spaces)?;
        } else {
            column = column.checked_add(1)?;
            if matches!(char::from_u32(code), Some('\n' | '\r')) {
                column = 0;
            }
            show(code, 1)?;
        }
    }
    Some(())
}

/// A new string of the characters that a mapping gives.
fn collected(cx: &World, chars: impl Iterator<Item = u32>) -> Res {
    let mut out = TextBuilder::new(cx);
    for code in chars {
        out.push(code).or_raise(cx)?;
    }
    out.finish()
}

/// An ASCII string, changed byte by byte; always a new object, as CPython's.
fn mapped_ascii(cx: &World, ascii: &[u8], map: impl Fn(u8) -> u8) -> Res {
    cx.str_from_chars(Kind::Ascii, ascii.len(), ascii.iter().map(|&c| u32::from(map(c))))
}

pub(super) fn lower(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (_, text) = this(cx, &args)?;
    match text.as_ascii() {
        Some(ascii) => mapped_ascii(cx, ascii, |c| c.to_ascii_lowercase()),
        None => collected(cx, unicode::lower(text.chars())),
    }
}

pub(super) fn upper(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (_, text) = this(cx, &args)?;
    match text.as_ascii() {
        Some(ascii) => mapped_ascii(cx, ascii, |c| c.to_ascii_uppercase()),
        None => collected(cx, text.chars().flat_map(|code| CaseMap::Upper.map(code))),
    }
}

pub(super) fn casefold(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (_, text) = this(cx, &args)?;
    match text.as_ascii() {
        Some(ascii) => mapped_ascii(cx, ascii, |c| c.to_ascii_lowercase()),
        None => collected(cx, text.chars().flat_map(|code| CaseMap::Fold.map(code))),
    }
}

pub(super) fn swapcase(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (_, text) = this(cx, &args)?;
    collected(cx, unicode::swapcase(text.chars()))
}

pub(super) fn title(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (_, text) = this(cx, &args)?;
    collected(cx, unicode::title(text.chars()))
}

pub(super) fn capitalize(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (_, text) = this(cx, &args)?;
    collected(cx, unicode::capitalize(text.chars()))
}

/// `s.translate(table)`: each character by `table[ord(c)]`, unchanged when that raises `LookupError`.
pub(super) fn translate(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (op, text) = this(cx, &args)?;
    let Some(table) = args.get(1) else { return unchanged(cx, op) };
    let mut out = TextBuilder::new(cx.world());
    for code in text.chars() {
        let key = cx.int(i64::from(code))?;
        let value = match crate::protocol::subscript(cx, table, key.borrow()) {
            Ok(value) => value,
            Err(raised) => {
                let exception = cx.take_raised(raised);
                let lookup = cx.exc_type(Exc::LookupError);
                if !Type::of(exception.borrow()).is_subtype(lookup) {
                    return Err(cx.restore_raised(exception));
                }
                out.push(code).or_raise(cx)?;
                continue;
            }
        };
        let value = value.borrow();
        if cx.is_none(value) {
            continue;
        }
        if let Some(str) = value.view::<StrObject>() {
            out.push_text(str.text()).or_raise(cx)?;
        } else if let Some(int) = value.view::<IntObject>() {
            let new = int.to_i64().and_then(|new| u32::try_from(new).ok());
            let Some(new) = new.filter(|&new| new < 0x11_0000) else {
                return Err(
                    cx.value_error(format_args!("character mapping must be in range(0x110000)"))
                );
            };
            out.push(new).or_raise(cx)?;
        } else {
            return Err(
                cx.type_error(format_args!("character mapping must return integer, None or str"))
            );
        }
    }
    out.finish()
}

/// `str.maketrans(x[, y[, z]])`, without the type in front.
///
/// # Errors
/// `TypeError` and `ValueError` for what is no table.
pub fn maketrans(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let table = crate::dict::new(cx)?;
    match args.positionals() {
        [from] => {
            if !crate::dict::is_exact(cx, *from) {
                return Err(cx.type_error(format_args!(
                    "if you give only one argument to maketrans it must be a dict"
                )));
            }
            let mut cursor = 0;
            while let Some((key, value)) = crate::dict::entry(*from, &mut cursor) {
                let key = match key.borrow().view::<StrObject>() {
                    Some(str) => match (str.len(), str.text().get(0)) {
                        (1, Some(code)) => cx.int(i64::from(code))?,
                        _ => {
                            return Err(cx.value_error(format_args!(
                                "string keys in translate table must be of length 1"
                            )));
                        }
                    },
                    None if key.borrow().is_a::<IntObject>() => key,
                    None => {
                        return Err(cx.type_error(format_args!(
                            "keys in translate table must be strings or integers"
                        )));
                    }
                };
                crate::dict::set(cx, table.borrow(), key.borrow(), value.borrow())?;
            }
        }
        [from, to, rest @ ..] => {
            for (index, given) in [(2, Some(to)), (3, rest.first())] {
                if let Some(given) = given.filter(|given| !given.is_a::<StrObject>()) {
                    let got = if cx.is_none(*given) { "None" } else { Type::of(*given).name() };
                    return Err(cx.type_error(format_args!(
                        "maketrans() argument {index} must be str, not {got}"
                    )));
                }
            }
            if !from.is_a::<StrObject>() {
                return Err(cx.type_error(format_args!(
                    "first maketrans argument must be a string if there is a second argument"
                )));
            }
            let (from, to) = (super::text_of(cx, *from)?, super::text_of(cx, *to)?);
            if from.len() != to.len() {
                return Err(cx.value_error(format_args!(
                    "the first two maketrans arguments must have equal length"
                )));
            }
            for (from, to) in from.chars().zip(to.chars()) {
                let (from, to) = (cx.int(i64::from(from))?, cx.int(i64::from(to))?);
                crate::dict::set(cx, table.borrow(), from.borrow(), to.borrow())?;
            }
            if let Some(gone) = rest.first() {
                let none = cx.none();
                for code in super::text_of(cx, *gone)?.chars() {
                    let code = cx.int(i64::from(code))?;
                    crate::dict::set(cx, table.borrow(), code.borrow(), none.borrow())?;
                }
            }
        }
        [] => {
            return Err(
                cx.type_error(format_args!("maketrans expected at least 1 argument, got 0"))
            );
        }
    }
    Ok(table)
}
