//! Looking for bytes in bytes, and the methods that do: `find`, `count`, `startswith`, `replace`, ...
//!
//! Searches are those of the `memchr` library, linear in the worst case.

use memchr::memmem;
use runtime_gc::{Borrowed, Ref};

use super::{Flavor, data, this, too_long};
use crate::args::Args;
use crate::buffer::{Buffer, is_bytes_like};
use crate::cx::{Cx, Res};
use crate::int::{IntObject, to_c};
use crate::memoryview::MemoryViewObject;
use crate::tuple::TupleObject;
use crate::ty::Type;
use crate::view::Look;
use crate::world::World;

/// Where `needle` first stands in `hay`.
pub(super) fn first(hay: &[u8], needle: &[u8]) -> Option<usize> {
    match needle {
        [byte] => memchr::memchr(*byte, hay),
        _ => memmem::find(hay, needle),
    }
}

/// Where `needle` last stands in `hay`.
pub(super) fn last(hay: &[u8], needle: &[u8]) -> Option<usize> {
    match needle {
        [byte] => memchr::memrchr(*byte, hay),
        _ => memmem::rfind(hay, needle),
    }
}

/// How often `needle` stands in `hay` without overlap, up to `most`.
pub(super) fn occurrences(hay: &[u8], needle: &[u8], most: usize) -> usize {
    match needle {
        [] => hay.len().saturating_add(1).min(most),
        [byte] => memchr::memchr_iter(*byte, hay).take(most).count(),
        _ => memmem::find_iter(hay, needle).take(most).count(),
    }
}

/// What is looked for: a number that is a byte, or bytes.
enum Needle<'w> {
    Byte(u8),
    Bytes(Buffer<'w>),
}

impl<'w> Needle<'w> {
    fn of(cx: &mut Cx<'w>, args: &Args<'_>) -> Res<Self> {
        let Some(op) = args.get(1) else {
            return Err(cx.type_error(format_args!("something to look for is missing")));
        };
        if is_bytes_like(op) {
            return Buffer::get(cx.world(), op).map(Self::Bytes);
        }
        if !op.is_a::<IntObject>() && Type::of(op).slots.index.is_none() {
            let name = Type::of(op).name();
            return Err(cx.type_error(format_args!(
                "argument should be integer or bytes-like object, not '{name}'"
            )));
        }
        super::byte_arg(cx, op).map(Self::Byte)
    }

    fn bytes<'a>(&'a self, world: &'a World) -> &'a [u8] {
        match self {
            Self::Byte(byte) => std::slice::from_ref(byte),
            Self::Bytes(buffer) => buffer.bytes(world),
        }
    }
}

/// The bounds of a search, as they were given.
#[derive(Clone, Copy)]
struct Range {
    start: isize,
    end: isize,
}

impl Range {
    /// From the arguments behind the first.
    fn of(cx: &mut Cx<'_>, args: &Args<'_>) -> Res<Self> {
        let start = bound(cx, args.get(2), 0)?;
        let end = bound(cx, args.get(3), isize::MAX)?;
        Ok(Self { start, end })
    }

    /// What lies within the bounds, and where it begins; `None` when not even nothing does.
    fn of_bytes<'a>(&self, bytes: &'a [u8]) -> Option<(usize, &'a [u8])> {
        let len = bytes.len();
        let fit = |at: isize| match at {
            ..0 => len.saturating_sub(at.unsigned_abs()),
            _ => at as usize,
        };
        let (start, end) = (fit(self.start), fit(self.end).min(len));
        Some((start, bytes.get(start..end)?))
    }
}

/// A bound of a search. CPython: `_PyEval_SliceIndex`.
fn bound(cx: &mut Cx<'_>, op: Option<Borrowed<'_>>, default: isize) -> Res<isize> {
    let Some(op) = op.filter(|&op| !cx.is_none(op)) else { return Ok(default) };
    if !op.is_a::<IntObject>() && Type::of(op).slots.index.is_none() {
        return Err(cx.type_error(format_args!(
            "slice indices must be integers or None or have an __index__ method"
        )));
    }
    let int = crate::protocol::index(cx, op)?;
    Ok(crate::slice::clamped(int.borrow()))
}

/// Where the first argument stands within the bounds of the others.
fn locate(
    cx: &mut Cx<'_>,
    args: &Args<'_>,
    search: fn(&[u8], &[u8]) -> Option<usize>,
) -> Res<Option<usize>> {
    let op = this(cx, args)?;
    let range = Range::of(cx, args)?;
    let needle = Needle::of(cx, args)?;
    let Some((start, hay)) = range.of_bytes(data(cx, op)?) else { return Ok(None) };
    Ok(search(hay, needle.bytes(cx)).map(|at| start + at))
}

fn found(cx: &Cx<'_>, at: Option<usize>) -> Res {
    cx.int_of_size(at.map_or(-1, |at| at as i64))
}

fn found_or_raise(cx: &Cx<'_>, at: Option<usize>) -> Res {
    match at {
        Some(at) => cx.int_of_size(at as i64),
        None => Err(cx.value_error(format_args!("subsection not found"))),
    }
}

pub(super) fn find(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let at = locate(cx, &args, first)?;
    found(cx, at)
}

pub(super) fn rfind(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let at = locate(cx, &args, last)?;
    found(cx, at)
}

pub(super) fn index(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let at = locate(cx, &args, first)?;
    found_or_raise(cx, at)
}

pub(super) fn rindex(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let at = locate(cx, &args, last)?;
    found_or_raise(cx, at)
}

pub(super) fn count(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let op = this(cx, &args)?;
    let range = Range::of(cx, &args)?;
    let needle = Needle::of(cx, &args)?;
    let count = match range.of_bytes(data(cx, op)?) {
        Some((_, hay)) => occurrences(hay, needle.bytes(cx), usize::MAX),
        None => 0,
    };
    cx.int_of_size(count as i64)
}

pub(super) fn startswith(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    affixed(cx, &args, "startswith", |bytes, affix| bytes.starts_with(affix))
}

pub(super) fn endswith(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    affixed(cx, &args, "endswith", |bytes, affix| bytes.ends_with(affix))
}

/// Whether the object begins or ends with the first argument, or with one of a tuple of them.
fn affixed(
    cx: &mut Cx<'_>,
    args: &Args<'_>,
    function: &str,
    test: fn(&[u8], &[u8]) -> bool,
) -> Res {
    let op = this(cx, args)?;
    let range = Range::of(cx, args)?;
    let Some(affixes) = args.get(1) else { return Ok(cx.bool(false)) };
    let holds = |cx: &Cx<'_>, affix: Borrowed<'_>| -> Res<bool> {
        let affix = Buffer::get(cx.world(), affix)?;
        let part = range.of_bytes(data(cx, op)?);
        Ok(part.is_some_and(|(_, part)| test(part, affix.bytes(cx))))
    };
    if let Some(tuple) = affixes.view::<TupleObject>() {
        for affix in tuple.items() {
            if holds(cx, *affix)? {
                return Ok(cx.bool(true));
            }
        }
        return Ok(cx.bool(false));
    }
    if !is_bytes_like(affixes) {
        let name = Type::of(affixes).name();
        return Err(cx.type_error(format_args!(
            "{function} first arg must be bytes or a tuple of bytes, not {name}"
        )));
    }
    let result = holds(cx, affixes)?;
    Ok(cx.bool(result))
}

/// An argument that must be bytes.
pub(super) fn bytes_arg<'w>(cx: &Cx<'w>, args: &Args<'_>, index: usize) -> Res<Buffer<'w>> {
    match args.get(index) {
        Some(op) => Buffer::get(cx.world(), op),
        None => Err(cx.type_error(format_args!("a bytes-like object is missing"))),
    }
}

pub(super) fn removeprefix(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let op = this(cx, &args)?;
    let prefix = bytes_arg(cx, &args, 1)?;
    match data(cx, op)?.strip_prefix(prefix.bytes(cx)) {
        Some(rest) if !prefix.is_empty() => Flavor::of(op).make(cx, rest),
        _ => Flavor::of(op).unchanged(cx, op),
    }
}

pub(super) fn removesuffix(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let op = this(cx, &args)?;
    let suffix = bytes_arg(cx, &args, 1)?;
    match data(cx, op)?.strip_suffix(suffix.bytes(cx)) {
        Some(rest) if !suffix.is_empty() => Flavor::of(op).make(cx, rest),
        _ => Flavor::of(op).unchanged(cx, op),
    }
}

pub(super) fn partition(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    parted(cx, &args, first, false)
}

pub(super) fn rpartition(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    parted(cx, &args, last, true)
}

/// The part before the separator, the separator, the part behind; the whole and twice nothing
/// without it. `bytes` give the separator as it came, a `bytearray` gives one of its own.
fn parted(
    cx: &mut Cx<'_>,
    args: &Args<'_>,
    search: fn(&[u8], &[u8]) -> Option<usize>,
    at_end: bool,
) -> Res {
    let op = this(cx, args)?;
    let (Some(sep_op), flavor) = (args.get(1), Flavor::of(op)) else {
        return Err(cx.type_error(format_args!("a separator is missing")));
    };
    let own;
    let sep_op = match flavor {
        // A copy, which views with gaps can give too.
        Flavor::Array if sep_op.is_a::<MemoryViewObject>() => {
            own = super::to_bytes(cx, sep_op)?;
            own.borrow()
        }
        _ => sep_op,
    };
    let sep = Buffer::get(cx.world(), sep_op)?;
    if sep.is_empty() {
        return Err(cx.value_error(format_args!("empty separator")));
    }
    let bytes = data(cx, op)?;
    let Some(at) = search(bytes, sep.bytes(cx)) else {
        let whole = flavor.unchanged(cx, op)?;
        let nothing = [flavor.make(cx, &[])?, flavor.make(cx, &[])?];
        let [a, b] = nothing;
        return if at_end { cx.tuple([a, b, whole]) } else { cx.tuple([whole, a, b]) };
    };
    let before = flavor.make(cx, bytes.get(..at).unwrap_or_default())?;
    let middle = match flavor {
        Flavor::Bytes => sep_op.owned(),
        Flavor::Array => flavor.make(cx, sep.bytes(cx))?,
    };
    let behind = flavor.make(cx, bytes.get(at + sep.len()..).unwrap_or_default())?;
    cx.tuple([before, middle, behind])
}

pub(super) fn replace(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let op = this(cx, &args)?;
    let old = bytes_arg(cx, &args, 1)?;
    let new = bytes_arg(cx, &args, 2)?;
    let most = match args.get(3) {
        Some(most) => usize::try_from(to_c(cx, most, 64)?).unwrap_or(usize::MAX),
        None => usize::MAX,
    };
    let made = replaced(cx, op, old.bytes(cx), new.bytes(cx), most)?;
    match made {
        Some(made) => Ok(made),
        None => Flavor::of(op).unchanged(cx, op),
    }
}

/// The object's bytes with `old` replaced by `new` up to `most` times; nothing when nothing changes.
fn replaced(
    cx: &Cx<'_>,
    op: Borrowed<'_>,
    old: &[u8],
    new: &[u8],
    most: usize,
) -> Res<Option<Ref>> {
    let bytes = data(cx, op)?;
    if old.is_empty() && new.is_empty() {
        return Ok(None);
    }
    let count = occurrences(bytes, old, most);
    if count == 0 {
        return Ok(None);
    }
    // Every occurrence lies in the bytes, so what they take away does not exceed those.
    let kept = bytes.len() - count * old.len();
    let len = count.checked_mul(new.len()).and_then(|added| added.checked_add(kept));
    let Some(len) = len.filter(|&len| isize::try_from(len).is_ok()) else {
        return Err(too_long(cx, format_args!("replace bytes is too long")));
    };
    let made = Flavor::of(op).with(cx, len, |out| {
        let mut out = out;
        let mut put = |piece: &[u8]| {
            let (head, rest) = std::mem::take(&mut out).split_at_mut(piece.len());
            head.copy_from_slice(piece);
            out = rest;
        };
        let mut from = 0;
        for i in 0..count {
            let rest = bytes.get(from..).unwrap_or_default();
            // Nothing stands before every byte, and at the end.
            let at = if old.is_empty() { i } else { from + first(rest, old).unwrap_or(rest.len()) };
            put(bytes.get(from..at).unwrap_or_default());
            put(new);
            from = at + old.len();
        }
        put(bytes.get(from..).unwrap_or_default());
    })?;
    Ok(Some(made))
}
