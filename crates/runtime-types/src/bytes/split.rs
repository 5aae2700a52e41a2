//! Methods between bytes and lists of them: `split`, `rsplit`, `splitlines`, `join`.

use runtime_core::HeapVec;
use runtime_gc::{Borrowed, Ref};

use super::edit::is_space;
use super::find::{first, last};
use super::{Flavor, data, this, too_long};
use crate::args::{Args, bind};
use crate::buffer::Buffer;
use crate::cx::{Cx, OrRaise, Res};
use crate::int::to_c;
use crate::list;
use crate::tuple::items_of;
use crate::ty::Type;

/// Places that a list of pieces has from the start, at most.
const PREALLOCATED: usize = 12;

/// How bytes are to be split.
struct Plan<'w, 'a> {
    op: Borrowed<'a>,
    separator: Option<Buffer<'w>>,
    most: usize,
}

impl<'w, 'a> Plan<'w, 'a> {
    fn of(cx: &mut Cx<'w>, args: &Args<'a>, function: &str) -> Res<Self> {
        let op = this(cx, args)?;
        let [sep, most] = bind(cx, function, &args.rest(), ["sep", "maxsplit"], 0)?;
        let most = match most {
            Some(most) => usize::try_from(to_c(cx, most, 64)?).unwrap_or(usize::MAX),
            None => usize::MAX,
        };
        let separator = match sep.filter(|&sep| !cx.is_none(sep)) {
            None => None,
            Some(sep) => {
                let sep = Buffer::get(cx.world(), sep)?;
                if sep.is_empty() {
                    return Err(cx.value_error(format_args!("empty separator")));
                }
                Some(sep)
            }
        };
        Ok(Self { op, separator, most })
    }

    /// A list with the room that CPython gives it before anything is found.
    fn list(&self, cx: &Cx<'_>) -> Res {
        list::with_capacity(cx, self.most.saturating_add(1).min(PREALLOCATED))
    }

    /// Adds a piece; the object itself when that is the piece.
    fn add(&self, cx: &Cx<'_>, list: &Ref, start: usize, end: usize) -> Res<()> {
        let bytes = data(cx, self.op)?;
        let flavor = Flavor::of(self.op);
        let piece = if start == 0 && end == bytes.len() {
            flavor.unchanged(cx, self.op)?
        } else {
            flavor.make(cx, bytes.get(start..end).unwrap_or_default())?
        };
        list::append(cx, list.borrow(), piece)
    }
}

pub(super) fn split(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let plan = Plan::of(cx, &args, "split")?;
    let cx: &Cx<'_> = cx;
    let list = plan.list(cx)?;
    let bytes = data(cx, plan.op)?;
    let Some(separator) = &plan.separator else {
        let mut at = 0;
        for _ in 0..plan.most {
            let Some(start) = next(bytes, at, false) else { return Ok(list) };
            at = next(bytes, start, true).unwrap_or(bytes.len());
            plan.add(cx, &list, start, at)?;
        }
        if let Some(start) = next(bytes, at, false) {
            plan.add(cx, &list, start, bytes.len())?;
        }
        return Ok(list);
    };
    let mut from = 0;
    for _ in 0..plan.most {
        let rest = bytes.get(from..).unwrap_or_default();
        let Some(at) = first(rest, separator.bytes(cx)) else { break };
        plan.add(cx, &list, from, from + at)?;
        from += at + separator.len();
    }
    plan.add(cx, &list, from, bytes.len())?;
    Ok(list)
}

pub(super) fn rsplit(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let plan = Plan::of(cx, &args, "rsplit")?;
    let list = {
        let cx: &Cx<'_> = cx;
        let list = plan.list(cx)?;
        from_the_end(cx, &plan, &list)?;
        list
    };
    list::reverse(cx, list.borrow())?;
    Ok(list)
}

/// Adds the pieces, last one first.
fn from_the_end(cx: &Cx<'_>, plan: &Plan<'_, '_>, list: &Ref) -> Res<()> {
    let bytes = data(cx, plan.op)?;
    let head = |end: usize| bytes.get(..end).unwrap_or_default();
    let mut end = bytes.len();
    let Some(separator) = &plan.separator else {
        for _ in 0..plan.most {
            end = before(head(end), true);
            if end == 0 {
                return Ok(());
            }
            let start = before(head(end), false);
            plan.add(cx, list, start, end)?;
            end = start;
        }
        end = before(head(end), true);
        return if end > 0 { plan.add(cx, list, 0, end) } else { Ok(()) };
    };
    for _ in 0..plan.most {
        let Some(at) = last(head(end), separator.bytes(cx)) else { break };
        plan.add(cx, list, at + separator.len(), end)?;
        end = at;
    }
    plan.add(cx, list, 0, end)
}

/// The first place at or after `from` whose byte is white space, or is none.
fn next(bytes: &[u8], from: usize, space: bool) -> Option<usize> {
    let tail = bytes.get(from..)?;
    Some(from + tail.iter().position(|&byte| is_space(byte) == space)?)
}

/// The end without the bytes before it that are white space, or are none.
fn before(bytes: &[u8], space: bool) -> usize {
    bytes.iter().rposition(|&byte| is_space(byte) != space).map_or(0, |at| at + 1)
}

pub(super) fn splitlines(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let op = this(cx, &args)?;
    let [keep] = bind(cx, "splitlines", &args.rest(), ["keepends"], 0)?;
    let keep = match keep {
        Some(keep) => crate::protocol::truth(cx, keep)?,
        None => false,
    };
    let plan = Plan { op, separator: None, most: usize::MAX };
    let list = list::empty(cx)?;
    let bytes = data(cx, op)?;
    let mut start = 0;
    while let Some(tail) = bytes.get(start..).filter(|tail| !tail.is_empty()) {
        let end = memchr::memchr2(b'\n', b'\r', tail).map_or(bytes.len(), |at| start + at);
        let pair = bytes.get(end..).is_some_and(|rest| rest.starts_with(b"\r\n"));
        let next = bytes.len().min(end + 1 + usize::from(pair));
        plan.add(cx, &list, start, if keep { next } else { end })?;
        start = next;
    }
    Ok(list)
}

/// `b.join(xs)`
pub(super) fn join(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let op = this(cx, &args)?;
    let Some(items) = args.get(1) else { return Flavor::of(op).make(cx, &[]) };
    // A tuple of its own keeps the items whatever becomes of what they came from.
    let items = crate::protocol::to_tuple_or(cx, items, "can only join an iterable")?;
    let items = items_of(cx, items.borrow())?;
    let flavor = Flavor::of(op);
    if let [only] = items
        && flavor == Flavor::Bytes
        && super::is_exact(cx, *only)
    {
        return Ok(only.owned());
    }
    // SAFETY: scratch of this call, during which the heap lives.
    let mut pieces: HeapVec<Buffer<'_>> = unsafe { HeapVec::new(cx.heap_ptr()) };
    pieces.reserve(items.len()).or_raise(cx)?;
    let separator = data(cx, op)?;
    let mut len = separator.len().checked_mul(items.len().saturating_sub(1));
    for (index, item) in items.iter().enumerate() {
        let piece = Buffer::get(cx.world(), *item).map_err(|raised| {
            drop(cx.take_raised(raised));
            let name = Type::of(*item).name();
            cx.type_error(format_args!(
                "sequence item {index}: expected a bytes-like object, {name} found"
            ))
        })?;
        len = len.and_then(|len| len.checked_add(piece.len()));
        pieces.push(piece).or_raise(cx)?;
    }
    let Some(len) = len.filter(|&len| isize::try_from(len).is_ok()) else {
        return Err(too_long(cx, format_args!("join() result is too long for bytes")));
    };
    flavor.with(cx, len, |out| {
        let mut out = out;
        for (index, piece) in pieces.iter().enumerate() {
            let between = if index > 0 { separator } else { &[] };
            for part in [between, piece.bytes(cx)] {
                let (head, rest) = std::mem::take(&mut out).split_at_mut(part.len());
                head.copy_from_slice(part);
                out = rest;
            }
        }
    })
}
