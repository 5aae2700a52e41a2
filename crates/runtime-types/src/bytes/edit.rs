//! Methods that give a changed copy: stripping, padding, tabs, case, translation; and the questions
//! about ASCII letters.

use runtime_gc::{Borrowed, Ref};

use super::find::bytes_arg;
use super::{BytesObject, Flavor, data, this, too_long};
use crate::args::{Args, bind};
use crate::buffer::Buffer;
use crate::bytearray::ByteArrayObject;
use crate::cx::{Cx, Res};
use crate::int::to_c;
use crate::ty::Type;
use crate::view::Look;

/// Whether a byte is ASCII white space, vertical tabs included.
pub(super) const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | 0x09..=0x0d)
}

pub(super) fn strip(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    stripped(cx, &args, true, true)
}

pub(super) fn lstrip(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    stripped(cx, &args, true, false)
}

pub(super) fn rstrip(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    stripped(cx, &args, false, true)
}

/// Strips bytes off the ends; which ones, says the first argument, or white space.
fn stripped(cx: &mut Cx<'_>, args: &Args<'_>, left: bool, right: bool) -> Res {
    let op = this(cx, args)?;
    let bytes = data(cx, op)?;
    let mut goes = [false; 256];
    match args.get(1).filter(|&set| !cx.is_none(set)) {
        None => goes.iter_mut().zip(0..=255).for_each(|(goes, byte)| *goes = is_space(byte)),
        Some(set) => {
            for &byte in Buffer::get(cx.world(), set)?.bytes(cx) {
                if let Some(goes) = goes.get_mut(usize::from(byte)) {
                    *goes = true;
                }
            }
        }
    }
    let stays = |byte: &u8| !goes.get(usize::from(*byte)).copied().unwrap_or(false);
    let len = bytes.len();
    let start = if left { bytes.iter().position(stays).unwrap_or(len) } else { 0 };
    let tail = bytes.get(start..).unwrap_or_default();
    let kept = if right { tail.iter().rposition(stays).map_or(0, |at| at + 1) } else { tail.len() };
    if kept == len {
        return Flavor::of(op).unchanged(cx, op);
    }
    Flavor::of(op).make(cx, tail.get(..kept).unwrap_or_default())
}

/// Width and fill byte of `center`, `ljust`, `rjust`.
fn padding<'a>(cx: &mut Cx<'_>, args: &Args<'a>, function: &str) -> Res<(Borrowed<'a>, usize, u8)> {
    let op = this(cx, args)?;
    let width = width(cx, args)?;
    let fill = match args.get(2) {
        None => b' ',
        Some(fill) => {
            let bytes = match (fill.view::<BytesObject>(), fill.view::<ByteArrayObject>()) {
                (Some(bytes), _) => Some(bytes.bytes()),
                (_, Some(array)) => Some(array.bytes(cx)),
                _ => None,
            };
            let Some([fill]) = bytes else {
                let name = if cx.is_none(fill) { "None" } else { Type::of(fill).name() };
                return Err(cx.type_error(format_args!(
                    "{function}() argument 2 must be a byte string of length 1, not {name}"
                )));
            };
            *fill
        }
    };
    Ok((op, width, fill))
}

fn width(cx: &mut Cx<'_>, args: &Args<'_>) -> Res<usize> {
    match args.get(1) {
        Some(width) => Ok(usize::try_from(to_c(cx, width, 64)?).unwrap_or(0)),
        None => Ok(0),
    }
}

/// The object's bytes with fill bytes on both sides; itself when it is wide enough.
fn padded(
    cx: &Cx<'_>,
    op: Borrowed<'_>,
    fill: u8,
    width: usize,
    left: impl Fn(usize) -> usize,
) -> Res {
    let bytes = data(cx, op)?;
    let Some(missing) = width.checked_sub(bytes.len()).filter(|&missing| missing > 0) else {
        return Flavor::of(op).unchanged(cx, op);
    };
    let left = left(missing);
    Flavor::of(op).with(cx, width, |out| {
        out.fill(fill);
        if let Some(middle) = out.get_mut(left..left + bytes.len()) {
            middle.copy_from_slice(bytes);
        }
    })
}

pub(super) fn center(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (op, width, fill) = padding(cx, &args, "center")?;
    // The odd one goes to the left in an odd width.
    padded(cx, op, fill, width, |missing| missing / 2 + (missing & width & 1))
}

pub(super) fn ljust(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (op, width, fill) = padding(cx, &args, "ljust")?;
    padded(cx, op, fill, width, |_| 0)
}

pub(super) fn rjust(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (op, width, fill) = padding(cx, &args, "rjust")?;
    padded(cx, op, fill, width, |missing| missing)
}

pub(super) fn zfill(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let op = this(cx, &args)?;
    let width = width(cx, &args)?;
    let bytes = data(cx, op)?;
    let Some(missing) = width.checked_sub(bytes.len()).filter(|&missing| missing > 0) else {
        return Flavor::of(op).unchanged(cx, op);
    };
    let (sign, rest) = bytes.split_at(usize::from(matches!(bytes, [b'+' | b'-', ..])));
    Flavor::of(op).with(cx, width, |out| {
        out.fill(b'0');
        let (head, tail) = out.split_at_mut(sign.len());
        head.copy_from_slice(sign);
        if let Some(tail) = tail.get_mut(missing..) {
            tail.copy_from_slice(rest);
        }
    })
}

pub(super) fn expandtabs(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let op = this(cx, &args)?;
    let [size] = bind(cx, "expandtabs", &args.rest(), ["tabsize"], 0)?;
    let size = match size {
        Some(size) => usize::try_from(to_c(cx, size, 32)?).unwrap_or(0),
        None => 8,
    };
    let bytes = data(cx, op)?;
    let mut len = 0_usize;
    let measured = tabs_expanded(bytes, size, |_, count| {
        len = len.checked_add(count).filter(|&len| isize::try_from(len).is_ok())?;
        Some(())
    });
    if measured.is_none() {
        return Err(too_long(cx, format_args!("result too long")));
    }
    Flavor::of(op).with(cx, len, |out| {
        let mut out = out.iter_mut();
        tabs_expanded(bytes, size, |byte, count| {
            out.by_ref().take(count).for_each(|to| *to = byte);
            Some(())
        });
    })
}

/// Shows each byte and how often it stands in the bytes without tabs.
fn tabs_expanded(
    bytes: &[u8],
    size: usize,
    mut show: impl FnMut(u8, usize) -> Option<()>,
) -> Option<()> {
    let mut column = 0_usize;
    for &byte in bytes {
        if byte == b'\t' {
            let spaces = column.checked_rem(size).map_or(0, |rest| size - rest);
            column = column.checked_add(spaces)?;
            show(b' ', spaces)?;
        } else {
            column = if matches!(byte, b'\n' | b'\r') { 0 } else { column.checked_add(1)? };
            show(byte, 1)?;
        }
    }
    Some(())
}

/// A new object of the bytes, changed one by one; the function also sees the byte before.
fn mapped(cx: &mut Cx<'_>, args: &Args<'_>, map: impl Fn(Option<u8>, u8) -> u8) -> Res {
    let op = this(cx, args)?;
    let bytes = data(cx, op)?;
    Flavor::of(op).with(cx, bytes.len(), |out| {
        let mut before = None;
        for (to, &byte) in out.iter_mut().zip(bytes) {
            *to = map(before, byte);
            before = Some(byte);
        }
    })
}

pub(super) fn lower(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    mapped(cx, &args, |_, byte| byte.to_ascii_lowercase())
}

pub(super) fn upper(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    mapped(cx, &args, |_, byte| byte.to_ascii_uppercase())
}

pub(super) fn swapcase(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    mapped(cx, &args, |_, byte| if byte.is_ascii_alphabetic() { byte ^ 0x20 } else { byte })
}

pub(super) fn title(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    mapped(cx, &args, |before, byte| match before {
        Some(before) if before.is_ascii_alphabetic() => byte.to_ascii_lowercase(),
        _ => byte.to_ascii_uppercase(),
    })
}

pub(super) fn capitalize(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    mapped(cx, &args, |before, byte| match before {
        None => byte.to_ascii_uppercase(),
        Some(_) => byte.to_ascii_lowercase(),
    })
}

/// What a question about the bytes is answered.
pub(super) fn says(cx: &mut Cx<'_>, args: &Args<'_>, ask: impl Fn(&[u8]) -> bool) -> Res {
    let op = this(cx, args)?;
    let answer = ask(data(cx, op)?);
    Ok(cx.bool(answer))
}

/// Whether there are bytes, and all of them are such.
pub(super) fn all(cx: &mut Cx<'_>, args: &Args<'_>, is: fn(u8) -> bool) -> Res {
    says(cx, args, |bytes| !bytes.is_empty() && bytes.iter().all(|&byte| is(byte)))
}

/// Whether there are letters, and all of them are such.
pub(super) fn letters(bytes: &[u8], is: fn(&u8) -> bool) -> bool {
    let mut letters = bytes.iter().filter(|byte| byte.is_ascii_alphabetic()).peekable();
    letters.peek().is_some() && letters.all(is)
}

/// Whether capitals stand where words begin, and only there.
pub(super) fn is_title(bytes: &[u8]) -> bool {
    let (mut inside, mut any) = (false, false);
    for &byte in bytes {
        let letter = byte.is_ascii_alphabetic();
        if letter && byte.is_ascii_uppercase() == inside {
            return false;
        }
        any |= letter;
        inside = letter;
    }
    any
}

/// `b.translate(table, delete=b'')`
pub(super) fn translate(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let op = this(cx, &args)?;
    let given = args.rest();
    if given.positionals().is_empty() {
        return Err(cx.type_error(format_args!(
            "translate() takes at least 1 positional argument (0 given)"
        )));
    }
    let [table, delete] = bind(cx, "translate", &given, ["", "delete"], 1)?;
    let table = match table.filter(|&table| !cx.is_none(table)) {
        None => None,
        Some(table) => {
            let table = Buffer::get(cx.world(), table)?;
            if table.len() != 256 {
                return Err(
                    cx.value_error(format_args!("translation table must be 256 characters long"))
                );
            }
            Some(table)
        }
    };
    let delete = delete.map(|delete| Buffer::get(cx.world(), delete)).transpose()?;
    let bytes = data(cx, op)?;
    let delete = delete.as_ref().map_or(&[][..], |delete| delete.bytes(cx));
    let map = |byte: u8| match &table {
        Some(table) => table.bytes(cx).get(usize::from(byte)).copied().unwrap_or(byte),
        None => byte,
    };
    let mut gone = [false; 256];
    for byte in delete {
        if let Some(gone) = gone.get_mut(usize::from(*byte)) {
            *gone = true;
        }
    }
    let kept = |byte: &&u8| !gone.get(usize::from(**byte)).copied().unwrap_or(false);
    let len = bytes.iter().filter(kept).count();
    let changes = bytes.iter().filter(kept).any(|&byte| map(byte) != byte);
    if len == bytes.len() && !changes {
        return Flavor::of(op).unchanged(cx, op);
    }
    Flavor::of(op).with(cx, len, |out| {
        for (to, &byte) in out.iter_mut().zip(bytes.iter().filter(kept)) {
            *to = map(byte);
        }
    })
}

/// `bytes.maketrans(from, to)`, with the type in front.
pub(super) fn maketrans(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let count = args.len().saturating_sub(1);
    if !args.names().is_empty() {
        return Err(cx.type_error(format_args!("bytes.maketrans() takes no keyword arguments")));
    }
    if count != 2 {
        return Err(cx.type_error(format_args!("maketrans expected 2 arguments, got {count}")));
    }
    let (from, to) = (bytes_arg(cx, &args, 1)?, bytes_arg(cx, &args, 2)?);
    if from.len() != to.len() {
        return Err(cx.value_error(format_args!("maketrans arguments must have same length")));
    }
    cx.bytes_with(256, |out| {
        out.iter_mut().zip(0..=255).for_each(|(to, byte)| *to = byte);
        for (from, to) in from.bytes(cx).iter().zip(to.bytes(cx)) {
            if let Some(place) = out.get_mut(usize::from(*from)) {
                *place = *to;
            }
        }
    })
}

/// `b.decode(encoding='utf-8', errors='strict')`
pub(super) fn decode(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let op = this(cx, &args)?;
    let [encoding, errors] = bind(cx, "decode", &args.rest(), ["encoding", "errors"], 0)?;
    let (encoding, errors) = super::given_texts(cx, "decode", encoding, errors)?;
    let bytes: Ref = match Flavor::of(op) {
        Flavor::Bytes => op.owned(),
        // What is decoded stays as it is while errors are handled.
        Flavor::Array => {
            let bytes = data(cx, op)?;
            cx.bytes(bytes)?
        }
    };
    crate::string::decode(cx, bytes.borrow(), encoding, errors)
}
