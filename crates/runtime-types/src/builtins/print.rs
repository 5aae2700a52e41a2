//! `print`, and text on its way to the console.

use runtime_gc::{Borrowed, Ref};

use crate::args::{Args, unexpected_keyword};
use crate::cx::{Cx, OrRaise, Raised, Res};
use crate::exception::Exc;
use crate::protocol;
use crate::string::{StrObject, Text};
use crate::sys::{Stream, StreamObject};
use crate::ty::Type;
use crate::view::Look;

/// `print(*objects, sep=' ', end='\n', file=None, flush=False)`
pub(super) fn print(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (mut sep, mut end, mut file, mut flush) = (None, None, None, None);
    for (name, value) in args.keywords() {
        let text = crate::string::text_of(cx, name)?;
        let known = [("sep", &mut sep), ("end", &mut end), ("file", &mut file)]
            .into_iter()
            .chain([("flush", &mut flush)])
            .find(|(known, _)| text.eq_str(known));
        match known {
            Some((_, place)) => *place = Some(value).filter(|value| !cx.is_none(*value)),
            None => {
                let known = ["sep", "end", "file", "flush"];
                return Err(unexpected_keyword(cx, "print", text, &known));
            }
        }
    }
    for (name, value) in [("sep", sep), ("end", end)] {
        if let Some(value) = value
            && !value.is_a::<StrObject>()
        {
            let ty = Type::of(value).name();
            return Err(cx.type_error(format_args!("{name} must be None or a string, not {ty}")));
        }
    }
    let standard = match file {
        Some(_) => None,
        None => (cx.standard_out.get())(cx)?,
    };
    if standard.as_ref().is_some_and(|standard| cx.is_none(standard.borrow())) {
        return Ok(cx.none());
    }
    let file = file.or(standard.as_ref().map(Ref::borrow));
    let to = match file.map(|file| (file, file.view::<StreamObject>())) {
        None => Target::Stream(Stream::Out),
        Some((_, Some(stream))) => Target::Stream(stream.stream()),
        Some((file, None)) => Target::Object(protocol::get_attr_str(cx, file, "write")?),
    };
    let (space, newline) = (cx.latin1_char(b' '), cx.latin1_char(b'\n'));
    for (i, item) in args.positionals().iter().enumerate() {
        if i > 0 {
            to.write(cx, sep.unwrap_or(space.borrow()))?;
        }
        let text = protocol::str(cx, *item)?;
        to.write(cx, text.borrow())?;
    }
    to.write(cx, end.unwrap_or(newline.borrow()))?;
    if let Some(flush) = flush
        && protocol::truth(cx, flush)?
    {
        match (&to, file) {
            (Target::Object(_), Some(file)) => {
                let flush = protocol::get_attr_str(cx, file, "flush")?;
                protocol::call(cx, flush.borrow(), Args::NONE)?;
            }
            _ => cx.console.flush().map_err(|error| io_error(cx, &error))?,
        }
    }
    Ok(cx.none())
}

/// Where `print` writes: the console, or the `write` of an object.
enum Target {
    Stream(Stream),
    Object(Ref),
}

impl Target {
    fn write(&self, cx: &mut Cx<'_>, text: Borrowed<'_>) -> Res<()> {
        match self {
            Self::Stream(stream) => write_text(cx, *stream, text),
            Self::Object(write) => {
                protocol::call(cx, write.borrow(), Args::positional(&[text])).map(drop)
            }
        }
    }
}

/// Writes a str to the console as UTF-8.
///
/// # Errors
/// `OSError` of the device, `UnicodeEncodeError` for surrogates, `MemoryError`.
pub(crate) fn write_text(cx: &Cx<'_>, to: Stream, text: Borrowed<'_>) -> Res<()> {
    let whole = text;
    let text = crate::string::text_of(cx, text)?;
    if cx.is_stopped() {
        return Err(cx.raise_stopped());
    }
    let send = |bytes: &[u8]| {
        let sent = match to {
            Stream::Out => cx.console.out(bytes),
            Stream::Err => cx.console.err(bytes),
            Stream::In => return Err(cx.raise(Exc::OSError, format_args!("not writable"))),
        };
        sent.map_err(|error| io_error(cx, &error))
    };
    if let Text::Ascii(bytes) = text {
        return if bytes.is_empty() { Ok(()) } else { send(bytes) };
    }
    let mut bytes = cx.byte_buffer();
    bytes.reserve(text.len()).or_raise(cx)?;
    for (at, code) in text.chars().enumerate() {
        let Some(c) = char::from_u32(code) else {
            let lone = text.chars().skip(at).take_while(|code| char::from_u32(*code).is_none());
            let end = at + lone.count();
            let why = "surrogates not allowed";
            return Err(crate::unicode_error::encode_error(cx, "utf-8", whole, at, end, why));
        };
        bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()).or_raise(cx)?;
    }
    send(&bytes)
}

/// Writes a str and a line end to standard output.
///
/// # Errors
/// As [`write_text`].
pub fn write_line(cx: &Cx<'_>, text: Borrowed<'_>) -> Res<()> {
    write_text(cx, Stream::Out, text)?;
    let newline = cx.latin1_char(b'\n');
    write_text(cx, Stream::Out, newline.borrow())
}

/// `OSError` for what the console's device said. A read that was given up because of an interrupt
/// or a limit raises those.
pub(crate) fn io_error(cx: &Cx<'_>, error: &std::io::Error) -> Raised {
    if error.kind() == std::io::ErrorKind::Interrupted
        && let Err(raised) = cx.charge(1)
    {
        return raised;
    }
    let Some(number) = error.raw_os_error() else {
        return cx.raise(Exc::OSError, format_args!("{error}"));
    };
    // The system's words stand before ` (os error 32)`.
    let (said, suffix) =
        match (cx.format(format_args!("{error}")), cx.format(format_args!(" (os error {number})")))
        {
            (Ok(said), Ok(suffix)) => (said, suffix),
            (Err(raised), _) | (_, Err(raised)) => return raised,
        };
    match (said.borrow().view::<StrObject>(), suffix.borrow().view::<StrObject>()) {
        (Some(said), Some(suffix)) => {
            let words = said.text().slice(0, said.len().saturating_sub(suffix.len()));
            cx.raise(Exc::OSError, format_args!("[Errno {number}] {words}"))
        }
        _ => cx.raise(Exc::OSError, format_args!("[Errno {number}]")),
    }
}
