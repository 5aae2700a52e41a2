//! Text to bytes.

use runtime_core::HeapVec;
use runtime_gc::Borrowed;

use super::super::Text;
use super::{Encoding, Handler, unknown_handler};
use crate::cx::{Cx, OrRaise, Res};
use crate::unicode_error::encode_error;
use crate::world::World;

pub(super) fn run(cx: &Cx<'_>, str: Borrowed<'_>, encoding: Encoding, handler: Handler<'_>) -> Res {
    let text = super::super::text_of(cx, str)?;
    match (encoding, text) {
        (Encoding::Utf8 | Encoding::Ascii | Encoding::Latin1, Text::Ascii(units))
        | (Encoding::Latin1, Text::Latin1(units)) => return cx.bytes(units),
        _ => {}
    }
    let mut out = cx.byte_buffer();
    out.reserve(text.len()).or_raise(cx)?;
    if encoding == Encoding::Utf16 {
        out.extend_from_slice(&[0xff, 0xfe]).or_raise(cx)?;
    }
    let mut at = 0;
    while let Some(code) = text.get(at) {
        if push(cx, encoding, code, &mut out)? {
            at += 1;
            continue;
        }
        let end = end_of_fault(encoding, text, at);
        match handler {
            Handler::Strict => {
                return Err(encode_error(cx, encoding.name(), str, at, end, reason(encoding)));
            }
            Handler::Ignore => {}
            Handler::Replace => {
                for _ in at..end {
                    push(cx, encoding, u32::from(b'?'), &mut out)?;
                }
            }
            Handler::Unknown(name) => return Err(unknown_handler(cx, name)),
        }
        at = end;
    }
    cx.bytes(&out)
}

/// Adds one character; `false`, and nothing added, when the encoding has none for it.
fn push(world: &World, encoding: Encoding, code: u32, out: &mut HeapVec<u8>) -> Res<bool> {
    let limit = match encoding {
        Encoding::Ascii => 0x80,
        Encoding::Latin1 => 0x100,
        _ => 0x11_0000,
    };
    let Some(c) = char::from_u32(code).filter(|_| code < limit) else { return Ok(false) };
    let (mut narrow, mut wide) = ([0; 4], [0; 2]);
    match encoding {
        Encoding::Utf8 => out.extend_from_slice(c.encode_utf8(&mut narrow).as_bytes()),
        Encoding::Ascii | Encoding::Latin1 => out.push(code as u8),
        Encoding::Utf16 | Encoding::Utf16Le => c
            .encode_utf16(&mut wide)
            .iter()
            .try_for_each(|unit| out.extend_from_slice(&unit.to_le_bytes())),
        Encoding::Utf16Be => c
            .encode_utf16(&mut wide)
            .iter()
            .try_for_each(|unit| out.extend_from_slice(&unit.to_be_bytes())),
    }
    .or_raise(world)?;
    Ok(true)
}

/// Where the run of characters ends that are reported together. UTF-16 reports each alone.
fn end_of_fault(encoding: Encoding, text: Text<'_>, at: usize) -> usize {
    let is_fault = |code: u32| match encoding {
        Encoding::Ascii => code >= 0x80,
        Encoding::Latin1 => code >= 0x100,
        Encoding::Utf8 => char::from_u32(code).is_none(),
        _ => false,
    };
    let tail = text.slice(at, text.len());
    at + tail.chars().take_while(|&code| is_fault(code)).count().max(1)
}

const fn reason(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Ascii => "ordinal not in range(128)",
        Encoding::Latin1 => "ordinal not in range(256)",
        _ => "surrogates not allowed",
    }
}
