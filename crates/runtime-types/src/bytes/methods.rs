//! The methods of `bytes` and `bytearray`, by name.

use super::edit::{self, all, letters, says};
use super::{find, hex, split, this};
use crate::args::NativeDef;

/// Methods that both types have.
const SHARED: &[NativeDef] = &[
    NativeDef::exactly("capitalize", 0, edit::capitalize),
    NativeDef::between("center", 1, 2, edit::center),
    NativeDef::between("count", 1, 3, find::count),
    NativeDef::any("decode", edit::decode),
    NativeDef::between("endswith", 1, 3, find::endswith),
    NativeDef::any("expandtabs", edit::expandtabs),
    NativeDef::between("find", 1, 3, find::find),
    NativeDef::any("hex", hex::hex),
    NativeDef::between("index", 1, 3, find::index),
    NativeDef::exactly("isalnum", 0, |cx, args| {
        all(cx, &args, |byte| byte.is_ascii_alphanumeric())
    }),
    NativeDef::exactly("isalpha", 0, |cx, args| all(cx, &args, |byte| byte.is_ascii_alphabetic())),
    NativeDef::exactly("isascii", 0, |cx, args| says(cx, &args, <[u8]>::is_ascii)),
    NativeDef::exactly("isdigit", 0, |cx, args| all(cx, &args, |byte| byte.is_ascii_digit())),
    NativeDef::exactly("islower", 0, |cx, args| {
        says(cx, &args, |bytes| letters(bytes, u8::is_ascii_lowercase))
    }),
    NativeDef::exactly("isspace", 0, |cx, args| all(cx, &args, edit::is_space)),
    NativeDef::exactly("istitle", 0, |cx, args| says(cx, &args, edit::is_title)),
    NativeDef::exactly("isupper", 0, |cx, args| {
        says(cx, &args, |bytes| letters(bytes, u8::is_ascii_uppercase))
    }),
    NativeDef::exactly("join", 1, split::join),
    NativeDef::between("ljust", 1, 2, edit::ljust),
    NativeDef::exactly("lower", 0, edit::lower),
    NativeDef::between("lstrip", 0, 1, edit::lstrip),
    NativeDef::exactly("partition", 1, find::partition),
    NativeDef::exactly("removeprefix", 1, find::removeprefix),
    NativeDef::exactly("removesuffix", 1, find::removesuffix),
    NativeDef::between("replace", 2, 3, find::replace),
    NativeDef::between("rfind", 1, 3, find::rfind),
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
    NativeDef::any("translate", edit::translate),
    NativeDef::exactly("upper", 0, edit::upper),
    NativeDef::exactly("zfill", 1, edit::zfill),
];

/// The methods of `bytes` alone.
const OWN: &[NativeDef] = &[NativeDef::exactly("__bytes__", 0, |cx, args| {
    let op = this(cx, &args)?;
    super::Flavor::of(op).unchanged(cx, op)
})];

/// The methods of `bytes`.
pub(super) const BYTES: &[NativeDef] = &both::<{ SHARED.len() + OWN.len() }>(OWN);

/// Methods that are given the type first.
pub(crate) const CLASS: &[NativeDef] =
    &[NativeDef::any("fromhex", hex::fromhex), NativeDef::any("maketrans", edit::maketrans)];

/// The shared methods and those of one type, as one table of `N`.
#[expect(clippy::indexing_slicing, reason = "const code; an index out of bounds does not compile")]
pub(crate) const fn both<const N: usize>(own: &[NativeDef]) -> [NativeDef; N] {
    assert!(N == SHARED.len() + own.len(), "the table has a place for each method");
    let mut table = [SHARED[0]; N];
    let mut at = 0;
    while at < N {
        table[at] = if at < SHARED.len() { SHARED[at] } else { own[at - SHARED.len()] };
        at += 1;
    }
    table
}

/// Number of the shared methods.
pub(crate) const SHARED_COUNT: usize = SHARED.len();
