//! Methods between strings and lists of them: `split`, `rsplit`, `splitlines`, `join`.

use runtime_gc::{Borrowed, Ref};

use super::find::{cannot_hold, this};
use super::search::rfind;
use super::{Kind, Searcher, StrObject, Text, is_exact, unchanged};
use crate::args::{Args, bind};
use crate::cx::{Cx, Res};
use crate::exception::Exc;
use crate::int::to_c;
use crate::kernel::unicode;
use crate::list;
use crate::tuple::items_of;
use crate::ty::Type;
use crate::view::Look;
use crate::world::World;

/// Places that a list of pieces has from the start, at most.
const PREALLOCATED: usize = 12;

/// How a string is to be split.
struct Plan<'a> {
    op: Borrowed<'a>,
    text: Text<'a>,
    separator: Option<Text<'a>>,
    most: usize,
}

fn plan<'a>(cx: &mut Cx<'_>, args: &Args<'a>, function: &str) -> Res<Plan<'a>> {
    let (op, text) = this(cx, args)?;
    let [sep, most] = bind(cx, function, &args.rest(), ["sep", "maxsplit"], 0)?;
    let most = match most {
        Some(most) => usize::try_from(to_c(cx, most, 64)?).unwrap_or(usize::MAX),
        None => usize::MAX,
    };
    let separator = match sep.filter(|&sep| !cx.is_none(sep)) {
        None => None,
        Some(sep) => match sep.view::<StrObject>() {
            None => {
                let name = Type::of(sep).name();
                return Err(cx.type_error(format_args!("must be str or None, not {name}")));
            }
            Some(sep) if sep.is_empty() => {
                return Err(cx.value_error(format_args!("empty separator")));
            }
            Some(sep) => Some(sep.text()),
        },
    };
    Ok(Plan { op, text, separator, most })
}

impl Plan<'_> {
    /// A list with the room that CPython gives it before anything is found.
    fn list(&self, cx: &World) -> Res {
        let (len, most) = (self.text.len(), self.most);
        let pieces = match self.separator {
            // The separator cannot be there, so the text is the one piece.
            Some(separator) if separator.len() > len => return list::with_capacity(cx, 1),
            Some(separator) if most == usize::MAX => len / separator.len().max(1) + 2,
            None if most == usize::MAX => len.saturating_sub(1) / 2 + 2,
            _ => most.saturating_add(1),
        };
        list::with_capacity(cx, pieces.min(PREALLOCATED))
    }

    /// Adds a piece; the string itself when that is the piece.
    fn add(&self, cx: &Cx<'_>, list: &Ref, start: usize, end: usize) -> Res<()> {
        let piece = if start == 0 && end == self.text.len() {
            unchanged(cx, self.op)?
        } else {
            cx.str_from(self.text.slice(start, end))?
        };
        list::append(cx, list.borrow(), piece)
    }
}

pub(super) fn split(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let plan = plan(cx, &args, "split")?;
    let list = plan.list(cx)?;
    let len = plan.text.len();
    let Some(separator) = plan.separator else {
        let mut at = 0;
        for _ in 0..plan.most {
            let Some(start) = next(plan.text, at, false) else { return Ok(list) };
            at = next(plan.text, start, true).unwrap_or(len);
            plan.add(cx, &list, start, at)?;
        }
        if let Some(start) = next(plan.text, at, false) {
            plan.add(cx, &list, start, len)?;
        }
        return Ok(list);
    };
    if cannot_hold(plan.text, separator) {
        list::append(cx, list.borrow(), plan.op.owned())?;
        return Ok(list);
    }
    let searcher = Searcher::new(separator);
    let mut from = 0;
    for _ in 0..plan.most {
        let Some(at) = searcher.find(plan.text, from) else { break };
        plan.add(cx, &list, from, at)?;
        from = at + separator.len();
    }
    plan.add(cx, &list, from, len)?;
    Ok(list)
}

pub(super) fn rsplit(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let plan = plan(cx, &args, "rsplit")?;
    let list = plan.list(cx)?;
    let mut end = plan.text.len();
    match plan.separator {
        None => {
            for _ in 0..plan.most {
                end = last(plan.text, end, false);
                if end == 0 {
                    break;
                }
                let start = last(plan.text, end, true);
                plan.add(cx, &list, start, end)?;
                end = start;
            }
            end = last(plan.text, end, false);
            if end > 0 {
                plan.add(cx, &list, 0, end)?;
            }
        }
        Some(separator) if cannot_hold(plan.text, separator) => {
            list::append(cx, list.borrow(), plan.op.owned())?;
        }
        Some(separator) => {
            for _ in 0..plan.most {
                let Some(at) = rfind(plan.text.slice(0, end), separator) else { break };
                plan.add(cx, &list, at + separator.len(), end)?;
                end = at;
            }
            plan.add(cx, &list, 0, end)?;
        }
    }
    list::reverse(cx, list.borrow())?;
    Ok(list)
}

/// The first place at or after `from` whose character is white space, or is none.
fn next(text: Text<'_>, from: usize, space: bool) -> Option<usize> {
    let tail = text.slice(from, text.len());
    let at = tail.chars().position(|code| unicode::is_space(code) == space)?;
    Some(from + at)
}

/// The place behind the last character before `end` that is white space, or is none; 0 without one.
fn last(text: Text<'_>, end: usize, space: bool) -> usize {
    let mut head = text.slice(0, end).chars();
    let after = head.by_ref().rev().take_while(|&code| unicode::is_space(code) != space).count();
    end - after
}

/// Whether a line ends here: CPython's `Py_UNICODE_ISLINEBREAK`.
const fn ends_line(code: u32) -> bool {
    matches!(code, 0x0a..=0x0d | 0x1c..=0x1e | 0x85 | 0x2028 | 0x2029)
}

pub(super) fn splitlines(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (op, text) = this(cx, &args)?;
    let [keep] = bind(cx, "splitlines", &args.rest(), ["keepends"], 0)?;
    let keep = match keep {
        Some(keep) => crate::protocol::truth(cx, keep)?,
        None => false,
    };
    let plan = Plan { op, text, separator: None, most: usize::MAX };
    let list = list::empty(cx)?;
    let mut start = 0;
    while start < text.len() {
        let tail = text.slice(start, text.len());
        let end = tail.chars().position(ends_line).map_or(text.len(), |at| start + at);
        let pair = text.get(end) == Some(0x0d) && text.get(end + 1) == Some(0x0a);
        let next = text.len().min(end + 1 + usize::from(pair));
        plan.add(cx, &list, start, if keep { next } else { end })?;
        start = next;
    }
    Ok(list)
}

/// `s.join(xs)`
pub(super) fn join(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (_, separator) = this(cx, &args)?;
    let Some(op) = args.get(1) else { return Ok(cx.empty_str()) };
    // A tuple of its own keeps the items whatever becomes of what they came from.
    let items = crate::protocol::to_tuple_or(cx, op, "can only join an iterable")?;
    join_items(cx, separator, items_of(cx, items.borrow())?)
}

/// The strings among `items` with a separator between them.
///
/// # Errors
/// `TypeError` when one is no string; `OverflowError`, `MemoryError`.
pub fn join_items(cx: &Cx<'_>, separator: Text<'_>, items: &[Borrowed<'_>]) -> Res {
    if let [only] = items
        && is_exact(cx, *only)
    {
        return Ok(only.owned());
    }
    let mut len = separator.len().checked_mul(items.len().saturating_sub(1));
    let mut kind = if items.len() > 1 { Kind::holding(separator.max_char()) } else { Kind::Ascii };
    for (index, item) in items.iter().enumerate() {
        let Some(item) = item.view::<StrObject>() else {
            let name = Type::of(*item).name();
            return Err(cx.type_error(format_args!(
                "sequence item {index}: expected str instance, {name} found"
            )));
        };
        kind = kind.max(item.kind());
        len = len.and_then(|len| len.checked_add(item.len()));
    }
    let Some(len) = len.filter(|&len| isize::try_from(len).is_ok()) else {
        let text = format_args!("join() result is too long for a Python string");
        return Err(cx.raise(Exc::OverflowError, text));
    };
    cx.str_with(kind, len, |writer| {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                writer.push(separator);
            }
            if let Some(item) = item.view::<StrObject>() {
                writer.push(item.text());
            }
        }
    })
}
