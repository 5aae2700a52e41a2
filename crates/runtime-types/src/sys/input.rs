//! `sys.stdin` and `input`: text that comes from the console.

use runtime_gc::{Borrowed, Ref};

use super::{StreamObject, c_int, nothing};
use crate::args::Args;
use crate::builtins::{io_error, write_text};
use crate::cx::{Cx, Raised, Res};
use crate::exception::Exc;
use crate::list::{self, this};
use crate::sys::Stream;
use crate::view::Look;

/// How far a read goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Until {
    LineEnd,
    End,
}

/// `stream.read(size=-1)`
pub(super) fn read(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let limit = prepare(cx, &args)?;
    take(cx, Until::End, limit)
}

/// `stream.readline(size=-1)`
pub(super) fn readline(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let limit = prepare(cx, &args)?;
    take(cx, Until::LineEnd, limit)
}

/// `stream.readlines()`
pub(super) fn readlines(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    readable(cx, this(cx, &args)?)?;
    let lines = list::empty(cx)?;
    while let Some(line) = line(cx)? {
        list::append(cx, lines.borrow(), line)?;
    }
    Ok(lines)
}

/// One step of `for line in stream`.
pub(super) fn next(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Option<Ref>> {
    readable(cx, op)?;
    line(cx)
}

/// `input(prompt='')`
pub(crate) fn input(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    if let Some(prompt) = args.get(0) {
        let prompt = crate::protocol::str(cx, prompt)?;
        write_text(cx, Stream::Out, prompt.borrow())?;
    }
    cx.console.flush().map_err(|error| io_error(cx, &error))?;
    match line(cx)? {
        None => Err(cx.raise(Exc::EOFError, format_args!("EOF when reading a line"))),
        Some(line) => {
            let text = crate::string::text_of(cx, line.borrow())?;
            let newline = text.len().checked_sub(1).filter(|&last| text.get(last) == Some(0x0a));
            match newline {
                Some(end) => cx.str_from(text.slice(0, end)),
                None => Ok(line),
            }
        }
    }
}

/// Checks the stream, and gives the most characters that may be read.
fn prepare(cx: &mut Cx<'_>, args: &Args<'_>) -> Res<Option<usize>> {
    readable(cx, this(cx, args)?)?;
    match args.get(1).filter(|&size| !cx.is_none(size)) {
        None => Ok(None),
        Some(size) => Ok(usize::try_from(c_int(cx, size)?).ok()),
    }
}

fn readable(cx: &Cx<'_>, op: Borrowed<'_>) -> Res<()> {
    match op.expect::<StreamObject>(cx)?.stream() {
        Stream::In => nothing(cx).map(drop),
        Stream::Out | Stream::Err => Err(cx.raise(Exc::OSError, format_args!("not readable"))),
    }
}

fn line(cx: &Cx<'_>) -> Res<Option<Ref>> {
    let line = take(cx, Until::LineEnd, None)?;
    let is_end = crate::string::text_of(cx, line.borrow())?.is_empty();
    Ok((!is_end).then_some(line))
}

/// Reads text: to the end, or that of the line, or so many characters.
fn take(cx: &Cx<'_>, until: Until, limit: Option<usize>) -> Res {
    let mut bytes = Vec::new();
    let stop = (until == Until::LineEnd).then_some(b'\n');
    let more = |max: usize, bytes: &mut Vec<u8>| {
        cx.console.read(max, stop, bytes).map_err(|error| io_error(cx, &error))
    };
    match limit {
        None => more(usize::MAX, &mut bytes)?,
        Some(limit) => {
            for _ in 0..limit {
                let start = bytes.len();
                more(1, &mut bytes)?;
                let Some(&first) = bytes.get(start) else { break };
                more(following(first), &mut bytes)?;
                if stop == Some(first) {
                    break;
                }
            }
        }
    }
    let text = String::from_utf8(bytes).map_err(|error| not_utf8(cx, &error))?;
    cx.str(&text)
}

/// Bytes that follow the first one of a character.
fn following(first: u8) -> usize {
    match first.leading_ones() {
        ones @ 2..=4 => ones as usize - 1,
        _ => 0,
    }
}

fn not_utf8(cx: &Cx<'_>, error: &std::string::FromUtf8Error) -> Raised {
    let at = error.utf8_error().valid_up_to();
    let byte = error.as_bytes().get(at).copied().unwrap_or_default();
    let why = match error.utf8_error().error_len() {
        None => "unexpected end of data",
        Some(_) if following(byte) == 0 => "invalid start byte",
        Some(_) => "invalid continuation byte",
    };
    cx.raise(
        Exc::UnicodeDecodeError,
        format_args!("'utf-8' codec can't decode byte 0x{byte:02x} in position {at}: {why}"),
    )
}
