//! `repr` of text and bytes: which quotes, and what is escaped.

use super::{NoMemory, Out, unicode};

/// The quote that `repr` puts around text: single, unless the text has single ones and no double ones.
pub fn quote_for(codes: impl Iterator<Item = u32>) -> char {
    let (mut single, mut double) = (false, false);
    for code in codes {
        single |= code == u32::from('\'');
        double |= code == u32::from('"');
    }
    if single && !double { '"' } else { '\'' }
}

/// Writes `repr(str)`. Cost: two passes.
///
/// # Errors
/// `NoMemory` of the sink.
pub fn write_str(
    codes: impl Iterator<Item = u32> + Clone,
    out: &mut dyn Out,
) -> Result<(), NoMemory> {
    write_quoted(codes, unicode::is_printable, out)
}

/// Writes `ascii(str)`: as `repr`, with everything beyond ASCII escaped.
///
/// # Errors
/// `NoMemory` of the sink.
pub fn write_ascii(
    codes: impl Iterator<Item = u32> + Clone,
    out: &mut dyn Out,
) -> Result<(), NoMemory> {
    write_quoted(codes, |_| false, out)
}

fn write_quoted(
    codes: impl Iterator<Item = u32> + Clone,
    printable: impl Fn(u32) -> bool,
    out: &mut dyn Out,
) -> Result<(), NoMemory> {
    let quote = quote_for(codes.clone());
    out.push_char(quote)?;
    for code in codes {
        write_escaped(code, quote, &printable, out)?;
    }
    out.push_char(quote)
}

/// Writes one code point of a `repr` within `quote`; `printable` is asked beyond ASCII.
///
/// # Errors
/// `NoMemory` of the sink.
pub fn write_escaped(
    code: u32,
    quote: char,
    printable: impl Fn(u32) -> bool,
    out: &mut dyn Out,
) -> Result<(), NoMemory> {
    match char::from_u32(code) {
        Some(ch) if ch == quote || ch == '\\' => {
            out.push_char('\\')?;
            out.push_char(ch)
        }
        Some('\t') => out.push_str("\\t"),
        Some('\n') => out.push_str("\\n"),
        Some('\r') => out.push_str("\\r"),
        Some(ch @ ' '..='~') => out.push_char(ch),
        Some(_) | None if code >= 0x80 && printable(code) => out.push_code(code),
        _ if code <= 0xff => write_hex("\\x", code, 2, out),
        _ if code <= 0xffff => write_hex("\\u", code, 4, out),
        _ => write_hex("\\U", code, 8, out),
    }
}

fn write_hex(prefix: &str, code: u32, digits: u32, out: &mut dyn Out) -> Result<(), NoMemory> {
    out.push_str(prefix)?;
    (0..digits).rev().try_for_each(|at| {
        let digit = (code >> (4 * at)) & 15;
        out.push_char(char::from_digit(digit, 16).unwrap_or('0'))
    })
}

/// Writes the `repr` of bytes, `b` included.
///
/// # Errors
/// `NoMemory` of the sink.
pub fn write_bytes(bytes: &[u8], out: &mut dyn Out) -> Result<(), NoMemory> {
    write_quoted_bytes(bytes, false, out)
}

/// Writes the bytes of a bytearray's `repr`, around which its name and parentheses go: single quotes
/// are escaped even within double ones.
///
/// # Errors
/// `NoMemory` of the sink.
pub fn write_bytearray(bytes: &[u8], out: &mut dyn Out) -> Result<(), NoMemory> {
    write_quoted_bytes(bytes, true, out)
}

fn write_quoted_bytes(bytes: &[u8], single: bool, out: &mut dyn Out) -> Result<(), NoMemory> {
    let quote = quote_for(bytes.iter().map(|&byte| u32::from(byte)));
    out.push_char('b')?;
    out.push_char(quote)?;
    for &byte in bytes {
        let quote = if single && byte == b'\'' { '\'' } else { quote };
        write_escaped(u32::from(byte), quote, |_| false, out)?;
    }
    out.push_char(quote)
}
