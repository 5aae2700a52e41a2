//! Bytes as pairs of hexadecimal digits, and back: `hex`, `fromhex`.

use runtime_core::AllocError;
use runtime_gc::{Borrowed, Ref};

use super::edit::is_space;
use super::{BytesObject, data, this};
use crate::args::{Args, bind};
use crate::cx::{Cx, OrRaise, Res};
use crate::int::to_c;
use crate::string::{Kind, StrObject};
use crate::ty::Type;
use crate::view::Look;
use crate::world::World;

/// `b.hex(sep, bytes_per_sep=1)`
pub(super) fn hex(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let op = this(cx, &args)?;
    let grouping = Grouping::of(cx, &args.rest())?;
    hex_text(cx, data(cx, op)?, grouping)
}

/// Where separators go.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Grouping {
    separator: Option<u8>,
    /// Bytes of a group: counted from the end, or from the start when negative.
    size: isize,
}

impl Grouping {
    /// From the arguments of `hex`.
    ///
    /// # Errors
    /// `TypeError`, `ValueError` for what is no separator.
    pub(crate) fn of(cx: &mut Cx<'_>, args: &Args<'_>) -> Res<Self> {
        let given = Self::given(cx, args)?;
        Self::new(cx, given)
    }

    /// The first half of that: what is given for the separator, and the size of a group.
    ///
    /// # Errors
    /// `TypeError`, `OverflowError`.
    pub(crate) fn given<'a>(
        cx: &mut Cx<'_>,
        args: &Args<'a>,
    ) -> Res<(Option<Borrowed<'a>>, isize)> {
        let [separator, size] = bind(cx, "hex", args, ["sep", "bytes_per_sep"], 0)?;
        let size = match size {
            Some(size) => to_c(cx, size, 32)?,
            None => 1,
        };
        Ok((separator, size))
    }

    /// The second half: whether that is a separator.
    ///
    /// # Errors
    /// `TypeError`, `ValueError`.
    pub(crate) fn new(
        cx: &mut Cx<'_>,
        (separator, size): (Option<Borrowed<'_>>, isize),
    ) -> Res<Self> {
        let separator = match separator {
            Some(separator) => Some(one_ascii(cx, separator)?),
            None => None,
        };
        Ok(Self { separator, size })
    }
}

/// A separator: one ASCII character or byte.
fn one_ascii(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<u8> {
    if crate::protocol::len(cx, op)? != 1 {
        return Err(cx.value_error(format_args!("sep must be length 1.")));
    }
    let code = if let Some(str) = op.view::<StrObject>() {
        str.text().get(0)
    } else if let Some(bytes) = op.view::<BytesObject>() {
        bytes.bytes().first().map(|&byte| u32::from(byte))
    } else {
        return Err(cx.type_error(format_args!("sep must be str or bytes.")));
    };
    match code.and_then(|code| u8::try_from(code).ok()).filter(u8::is_ascii) {
        Some(byte) => Ok(byte),
        None => Err(cx.value_error(format_args!("sep must be ASCII."))),
    }
}

/// The hexadecimal digits of bytes, with separators.
///
/// # Errors
/// `MemoryError`.
pub(crate) fn hex_text(world: &World, bytes: &[u8], grouping: Grouping) -> Res {
    let group = grouping.size.unsigned_abs();
    let separator = grouping.separator.filter(|_| group > 0 && group < bytes.len());
    let separators = if separator.is_some() { (bytes.len() - 1) / group } else { 0 };
    let Some(len) = bytes.len().checked_mul(2).and_then(|len| len.checked_add(separators)) else {
        return Err(world.raise_no_memory(AllocError::TooLarge));
    };
    // Groups are whole at the end that they are counted from.
    let offset = if grouping.size > 0 && group > 0 { bytes.len() % group } else { 0 };
    let digits = bytes.iter().enumerate().flat_map(|(at, byte)| {
        let begins = at > 0 && (at + group - offset).checked_rem(group) == Some(0);
        let between = separator.filter(|_| begins).map(u32::from);
        between.into_iter().chain([byte >> 4, byte & 15].map(digit))
    });
    world.str_from_chars(Kind::Ascii, len, digits)
}

fn digit(value: u8) -> u32 {
    char::from_digit(u32::from(value), 16).map_or(0, u32::from)
}

/// `bytes.fromhex(text)`, with the type in front.
pub(super) fn fromhex(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let ty = super::this(cx, &args)?;
    let count = args.len().saturating_sub(1);
    let name = ty.view::<Type>().map_or("bytes", Type::name);
    if !args.names().is_empty() {
        return Err(cx.type_error(format_args!("{name}.fromhex() takes no keyword arguments")));
    }
    let Some(text) = args.get(1).filter(|_| count == 1) else {
        return Err(cx.type_error(format_args!(
            "{name}.fromhex() takes exactly one argument ({count} given)"
        )));
    };
    let Some(str) = text.view::<StrObject>() else {
        let found = if cx.is_none(text) { "None" } else { Type::of(text).name() };
        return Err(cx.type_error(format_args!("fromhex() argument must be str, not {found}")));
    };
    let text = str.text();
    let bytes = match text.as_ascii() {
        Some(text) => parse(cx, text)?,
        None => Err(text.chars().position(|code| code > 0x7f).unwrap_or(0)),
    };
    let bytes = bytes.map_err(|at| {
        cx.value_error(format_args!(
            "non-hexadecimal number found in fromhex() arg at position {at}"
        ))
    })?;
    let is = |exact: std::ptr::NonNull<Type>| ty.as_obj().addr() == exact.addr();
    if is(cx.types.bytes) {
        return cx.bytes(&bytes);
    }
    if is(cx.types.bytearray) {
        return crate::bytearray::from_bytes(cx, &bytes);
    }
    let made: Ref = cx.bytes(&bytes)?;
    crate::protocol::call(cx, ty, Args::positional(&[made.borrow()]))
}

/// The bytes that pairs of digits spell, white space between pairs left out; or the position of the
/// first character that is wrong.
fn parse(world: &World, text: &[u8]) -> Res<Result<runtime_core::HeapVec<u8>, usize>> {
    let mut bytes = super::scratch(world);
    bytes.reserve(text.len() / 2).or_raise(world)?;
    let value = |at: usize| text.get(at).and_then(|&byte| char::from(byte).to_digit(16)).ok_or(at);
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        if is_space(byte) {
            at += 1;
            continue;
        }
        match (value(at), value(at + 1)) {
            (Ok(high), Ok(low)) => bytes.push((high << 4 | low) as u8).or_raise(world)?,
            (Err(at), _) | (_, Err(at)) => return Ok(Err(at)),
        }
        at += 2;
    }
    Ok(Ok(bytes))
}
