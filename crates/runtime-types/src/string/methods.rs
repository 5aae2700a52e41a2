//! The methods of `str`, by name.

use super::find::this;
use super::{Text, codec, edit, find, format, split};
use crate::args::{Args, NativeDef};
use crate::cx::{Cx, Res};
use crate::kernel::unicode;

pub(super) const METHODS: &[NativeDef] = &[
    NativeDef::exactly("capitalize", 0, edit::capitalize),
    NativeDef::exactly("casefold", 0, edit::casefold),
    NativeDef::between("center", 1, 2, edit::center),
    NativeDef::between("count", 1, 3, find::count),
    NativeDef::any("encode", codec::encode_method),
    NativeDef::between("endswith", 1, 3, find::endswith),
    NativeDef::any("expandtabs", edit::expandtabs),
    NativeDef::between("find", 1, 3, find::find),
    NativeDef::any("format", format::format),
    NativeDef::exactly("format_map", 1, format::format_map),
    NativeDef::between("index", 1, 3, find::index),
    NativeDef::exactly("isalnum", 0, |cx, args| all(cx, &args, unicode::is_alnum)),
    NativeDef::exactly("isalpha", 0, |cx, args| all(cx, &args, unicode::is_alpha)),
    NativeDef::exactly("isascii", 0, |cx, args| {
        let (_, text) = this(cx, &args)?;
        Ok(cx.bool(text.as_ascii().is_some()))
    }),
    NativeDef::exactly("isdecimal", 0, |cx, args| all(cx, &args, unicode::is_decimal)),
    NativeDef::exactly("isdigit", 0, |cx, args| all(cx, &args, unicode::is_digit)),
    NativeDef::exactly("isidentifier", 0, |cx, args| {
        says(cx, &args, |text| unicode::is_identifier(text.chars()))
    }),
    NativeDef::exactly("islower", 0, |cx, args| {
        says(cx, &args, |text| unicode::is_lower_text(text.chars()))
    }),
    NativeDef::exactly("isnumeric", 0, |cx, args| all(cx, &args, unicode::is_numeric)),
    NativeDef::exactly("isprintable", 0, |cx, args| {
        says(cx, &args, |text| text.chars().all(unicode::is_printable))
    }),
    NativeDef::exactly("isspace", 0, |cx, args| all(cx, &args, unicode::is_space)),
    NativeDef::exactly("istitle", 0, |cx, args| {
        says(cx, &args, |text| unicode::is_title_text(text.chars()))
    }),
    NativeDef::exactly("isupper", 0, |cx, args| {
        says(cx, &args, |text| unicode::is_upper_text(text.chars()))
    }),
    NativeDef::exactly("join", 1, split::join),
    NativeDef::between("ljust", 1, 2, edit::ljust),
    NativeDef::exactly("lower", 0, edit::lower),
    NativeDef::between("lstrip", 0, 1, edit::lstrip),
    NativeDef::exactly("partition", 1, find::partition),
    NativeDef::exactly("removeprefix", 1, find::removeprefix),
    NativeDef::exactly("removesuffix", 1, find::removesuffix),
    NativeDef::any("replace", find::replace),
    NativeDef::between("rfind", 1, 3, find::rfind_method),
    NativeDef::between("rindex", 1, 3, find::rindex),
    NativeDef::between("rjust", 1, 2, edit::rjust),
    NativeDef::exactly("rpartition", 1, find::rpartition),
    NativeDef::any("rsplit", split::rsplit),
    NativeDef::between("rstrip", 0, 1, edit::rstrip),
    NativeDef::any("split", split::split),
    NativeDef::any("splitlines", split::splitlines),
    NativeDef::between("startswith", 1, 3, find::startswith),
    NativeDef::between("strip", 0, 1, edit::strip),
    NativeDef::exactly("swapcase", 0, edit::swapcase),
    NativeDef::exactly("title", 0, edit::title),
    NativeDef::exactly("translate", 1, edit::translate),
    NativeDef::exactly("upper", 0, edit::upper),
    NativeDef::exactly("zfill", 1, edit::zfill),
];

/// Methods that are given the type first.
pub(super) const CLASS: &[NativeDef] = &[NativeDef::any("maketrans", |cx, args| {
    let count = args.len().saturating_sub(1);
    if count > 3 {
        return Err(
            cx.type_error(format_args!("maketrans expected at most 3 arguments, got {count}"))
        );
    }
    super::maketrans(cx, args.rest())
})];

fn says(cx: &mut Cx<'_>, args: &Args<'_>, ask: impl Fn(Text<'_>) -> bool) -> Res {
    let (_, text) = this(cx, args)?;
    Ok(cx.bool(ask(text)))
}

/// Whether there are characters, and all of them are such.
fn all(cx: &mut Cx<'_>, args: &Args<'_>, is: impl Fn(u32) -> bool) -> Res {
    says(cx, args, |text| !text.is_empty() && text.chars().all(&is))
}
