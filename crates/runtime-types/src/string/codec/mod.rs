//! Text as bytes and back: `str.encode` and `bytes.decode`, by name of the encoding.
//!
//! UTF-8, ASCII, Latin-1 and UTF-16, with the error handlers `strict`, `ignore` and `replace`. An
//! unknown handler is only noticed when it is needed, as in CPython.

mod decode;
mod encode;
#[cfg(test)]
mod tests;

use runtime_gc::Borrowed;

use super::{StrObject, Text};
use crate::args::{Args, bind};
use crate::bytes::{BytesObject, given_texts};
use crate::cx::{Cx, Raised, Res};
use crate::exception::Exc;
use crate::view::Look;
use crate::world::World;

/// An encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Utf8,
    Ascii,
    Latin1,
    /// With a byte-order mark, little-endian unless that says otherwise.
    Utf16,
    Utf16Le,
    Utf16Be,
}

impl Encoding {
    /// The encoding of a name; `None` when there is no such one.
    fn named(name: Text<'_>) -> Option<Self> {
        let mut buffer = [0; 24];
        let (mut len, mut gap) = (0, false);
        for code in name.chars() {
            let byte = u8::try_from(code).ok()?;
            if !byte.is_ascii_alphanumeric() && byte != b'.' {
                gap = len > 0;
                continue;
            }
            if std::mem::take(&mut gap) {
                *buffer.get_mut(len)? = b'-';
                len += 1;
            }
            *buffer.get_mut(len)? = byte.to_ascii_lowercase();
            len += 1;
        }
        Some(match buffer.get(..len)? {
            b"utf-8" | b"utf8" | b"u8" | b"utf" | b"cp65001" | b"utf8-ucs2" | b"utf8-ucs4" => {
                Self::Utf8
            }
            b"ascii" | b"us-ascii" | b"646" | b"us" | b"cp367" | b"ibm367" | b"csascii"
            | b"iso646-us" | b"iso-ir-6" | b"ansi-x3.4-1968" | b"ansi-x3-4-1968"
            | b"ansi-x3.4-1986" | b"iso-646.irv-1991" => Self::Ascii,
            b"latin-1" | b"latin1" | b"latin" | b"l1" | b"iso-8859-1" | b"iso8859-1"
            | b"iso8859" | b"8859" | b"cp819" | b"ibm819" | b"csisolatin1" | b"iso-ir-100"
            | b"iso-8859-1-1987" => Self::Latin1,
            b"utf-16" | b"utf16" | b"u16" => Self::Utf16,
            b"utf-16-le" | b"utf-16le" | b"unicodelittleunmarked" => Self::Utf16Le,
            b"utf-16-be" | b"utf-16be" | b"unicodebigunmarked" => Self::Utf16Be,
            _ => return None,
        })
    }

    /// The name that errors show.
    const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Ascii => "ascii",
            Self::Latin1 => "latin-1",
            Self::Utf16 => "utf-16",
            Self::Utf16Le => "utf-16-le",
            Self::Utf16Be => "utf-16-be",
        }
    }
}

/// What is done about what cannot be encoded or decoded.
#[derive(Clone, Copy)]
enum Handler<'a> {
    Strict,
    Ignore,
    Replace,
    Unknown(Text<'a>),
}

impl<'a> Handler<'a> {
    fn named(name: Option<Text<'a>>) -> Self {
        match name {
            None => Self::Strict,
            Some(name) if name.eq_str("strict") => Self::Strict,
            Some(name) if name.eq_str("ignore") => Self::Ignore,
            Some(name) if name.eq_str("replace") => Self::Replace,
            Some(name) => Self::Unknown(name),
        }
    }
}

fn unknown_handler(world: &World, name: Text<'_>) -> Raised {
    world.raise(Exc::LookupError, format_args!("unknown error handler name '{name}'"))
}

/// The encoding that was asked for; UTF-8 when none was.
fn encoding(cx: &Cx<'_>, name: Option<Borrowed<'_>>) -> Res<Encoding> {
    let Some(name) = name else { return Ok(Encoding::Utf8) };
    let text = super::text_of(cx, name)?;
    match Encoding::named(text) {
        Some(encoding) => Ok(encoding),
        None => Err(cx.raise(Exc::LookupError, format_args!("unknown encoding: {text}"))),
    }
}

fn handler<'a>(cx: &Cx<'_>, name: Option<Borrowed<'a>>) -> Res<Handler<'a>> {
    let name = name.map(|name| super::text_of(cx, name)).transpose()?;
    Ok(Handler::named(name))
}

/// The bytes of a string in an encoding.
///
/// # Errors
/// `LookupError` for unknown names, `UnicodeEncodeError`; `MemoryError`.
pub(crate) fn encode(
    cx: &Cx<'_>,
    str: Borrowed<'_>,
    encoding_name: Option<Borrowed<'_>>,
    errors: Option<Borrowed<'_>>,
) -> Res {
    let encoding = encoding(cx, encoding_name)?;
    encode::run(cx, str, encoding, handler(cx, errors)?)
}

/// The text of `bytes` in an encoding.
///
/// # Errors
/// `LookupError` for unknown names, `UnicodeDecodeError`; `MemoryError`; `TypeError` when the object
/// is no `bytes`.
pub(crate) fn decode(
    cx: &Cx<'_>,
    bytes: Borrowed<'_>,
    encoding_name: Option<Borrowed<'_>>,
    errors: Option<Borrowed<'_>>,
) -> Res {
    if bytes.expect::<BytesObject>(cx)?.is_empty() {
        return Ok(cx.empty_str());
    }
    let encoding = encoding(cx, encoding_name)?;
    decode::run(cx, bytes, encoding, handler(cx, errors)?)
}

/// `s.encode(encoding='utf-8', errors='strict')`
pub(super) fn encode_method(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let op = crate::list::this(cx, &args)?;
    let [encoding, errors] = bind(cx, "encode", &args.rest(), ["encoding", "errors"], 0)?;
    let (encoding, errors) = given_texts(cx, "encode", encoding, errors)?;
    op.expect::<StrObject>(cx)?;
    encode(cx, op, encoding, errors)
}
