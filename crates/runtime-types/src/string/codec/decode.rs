//! Bytes to text.

use runtime_gc::Borrowed;

use super::super::{Text, TextBuilder};
use super::{Encoding, Handler, unknown_handler};
use crate::bytes::BytesObject;
use crate::cx::{Cx, OrRaise, Res};
use crate::unicode_error::decode_error;
use crate::view::Look;

/// What comes next in the bytes.
enum Step<'b> {
    /// Text, up to the position given.
    Text(&'b str, usize),
    /// Bytes that are ASCII, up to the position given.
    Ascii(&'b [u8], usize),
    /// One character, up to the position given.
    Char(u32, usize),
    /// Bytes that mean nothing, up to the position given, and why.
    Fault(usize, &'static str),
}

pub(super) fn run(cx: &Cx<'_>, op: Borrowed<'_>, encoding: Encoding, handler: Handler<'_>) -> Res {
    let bytes = op.expect::<BytesObject>(cx)?.bytes();
    match encoding {
        Encoding::Latin1 => return cx.str_from(Text::Latin1(bytes)),
        Encoding::Utf8 | Encoding::Ascii if bytes.is_ascii() => {
            return cx.str_from(Text::Ascii(bytes));
        }
        Encoding::Utf8 => {
            if let Ok(text) = std::str::from_utf8(bytes) {
                return cx.str(text);
            }
        }
        _ => {}
    }
    // Without a mark, UTF-16 is little-endian.
    let (encoding, mut at) = match (encoding, bytes) {
        (Encoding::Utf16, [0xfe, 0xff, ..]) => (Encoding::Utf16Be, 2),
        (Encoding::Utf16, [0xff, 0xfe, ..]) => (Encoding::Utf16Le, 2),
        (Encoding::Utf16, _) => (Encoding::Utf16Le, 0),
        (encoding, _) => (encoding, 0),
    };
    let mut out = TextBuilder::new(cx.world());
    while at < bytes.len() {
        let step = match encoding {
            Encoding::Utf8 => utf8(bytes, at),
            Encoding::Utf16Be => utf16(bytes, at, u16::from_be_bytes),
            Encoding::Utf16 | Encoding::Utf16Le => utf16(bytes, at, u16::from_le_bytes),
            Encoding::Ascii | Encoding::Latin1 => ascii(bytes, at),
        };
        at = match step {
            Step::Text(text, end) => {
                text.chars().try_for_each(|c| out.push(u32::from(c))).or_raise(cx)?;
                end
            }
            Step::Ascii(run, end) => {
                out.push_text(Text::Ascii(run)).or_raise(cx)?;
                end
            }
            Step::Char(code, end) => {
                out.push(code).or_raise(cx)?;
                end
            }
            Step::Fault(end, why) => {
                match handler {
                    Handler::Strict => {
                        return Err(decode_error(cx, encoding.name(), op, at, end, why));
                    }
                    Handler::Ignore => {}
                    Handler::Replace => out.push(0xfffd).or_raise(cx)?,
                    Handler::Unknown(name) => return Err(unknown_handler(cx, name)),
                }
                end
            }
        };
    }
    out.finish()
}

fn ascii(bytes: &[u8], at: usize) -> Step<'_> {
    let rest = bytes.get(at..).unwrap_or_default();
    match rest.iter().position(|byte| !byte.is_ascii()).unwrap_or(rest.len()) {
        0 => Step::Fault(at + 1, "ordinal not in range(128)"),
        len => Step::Ascii(rest.get(..len).unwrap_or_default(), at + len),
    }
}

fn utf8(bytes: &[u8], at: usize) -> Step<'_> {
    let rest = bytes.get(at..).unwrap_or_default();
    let error = match std::str::from_utf8(rest) {
        Ok(text) => return Step::Text(text, bytes.len()),
        Err(error) => error,
    };
    let valid = rest.get(..error.valid_up_to()).unwrap_or_default();
    if let Ok(text @ [_, ..]) = std::str::from_utf8(valid).map(str::as_bytes)
        && let Ok(text) = std::str::from_utf8(text)
    {
        return Step::Text(text, at + valid.len());
    }
    match (error.error_len(), rest) {
        (None, _) => Step::Fault(bytes.len(), "unexpected end of data"),
        (Some(len), [0xc2..=0xf4, ..]) => Step::Fault(at + len, "invalid continuation byte"),
        (Some(len), _) => Step::Fault(at + len, "invalid start byte"),
    }
}

fn utf16(bytes: &[u8], at: usize, read: fn([u8; 2]) -> u16) -> Step<'_> {
    let unit = |at: usize| {
        bytes.get(at..).and_then(|rest| rest.first_chunk()).map(|unit| u32::from(read(*unit)))
    };
    match (unit(at), unit(at + 2)) {
        (None, _) => Step::Fault(bytes.len(), "truncated data"),
        (Some(high @ 0xd800..=0xdbff), Some(low @ 0xdc00..=0xdfff)) => {
            Step::Char(0x1_0000 + ((high & 0x3ff) << 10 | low & 0x3ff), at + 4)
        }
        (Some(0xd800..=0xdbff), None) => Step::Fault(bytes.len(), "unexpected end of data"),
        (Some(0xd800..=0xdbff), Some(_)) => Step::Fault(at + 2, "illegal UTF-16 surrogate"),
        (Some(0xdc00..=0xdfff), _) => Step::Fault(at + 2, "illegal encoding"),
        (Some(code), _) => Step::Char(code, at + 2),
    }
}
