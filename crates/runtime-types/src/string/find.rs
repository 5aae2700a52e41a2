//! Methods that look for text: `find`, `count`, `startswith`, `partition`, `removeprefix`, `replace`.

use runtime_gc::{Borrowed, Ref};

use super::search::rfind;
use super::{Kind, Searcher, Text, text_of, unchanged};
use crate::args::{Args, unexpected_keyword};
use crate::cx::{Cx, Res};
use crate::exception::Exc;
use crate::int::to_c;
use crate::string::StrObject;
use crate::tuple::TupleObject;
use crate::ty::Type;
use crate::view::Look;
use crate::world::World;

/// The string that a method was called on.
pub(super) fn this<'a>(cx: &Cx<'_>, args: &Args<'a>) -> Res<(Borrowed<'a>, Text<'a>)> {
    match args.get(0) {
        Some(op) => Ok((op, text_of(cx, op)?)),
        None => Err(cx.type_error(format_args!("unbound method of str needs an argument"))),
    }
}

/// An argument that must be a string, in the words of CPython's argument parser.
pub(super) fn text_arg<'a>(
    cx: &Cx<'_>,
    args: &Args<'a>,
    index: usize,
    function: &str,
) -> Res<Text<'a>> {
    let Some(op) = args.get(index) else { return Ok(Text::Ascii(&[])) };
    if let Some(str) = op.view::<StrObject>() {
        return Ok(str.text());
    }
    let name = Type::of(op).name();
    let name = if cx.is_none(op) { "None" } else { name };
    // One argument has no number.
    Err(if function.starts_with("remove") {
        cx.type_error(format_args!("{function}() argument must be str, not {name}"))
    } else {
        cx.type_error(format_args!("{function}() argument {index} must be str, not {name}"))
    })
}

/// The bounds of a search, `[start[, end]]` at the given index, fitted to a length. `None` when
/// nothing, not even no text, lies within them.
pub(super) fn bounds(
    cx: &mut Cx<'_>,
    args: &Args<'_>,
    index: usize,
    len: usize,
) -> Res<Option<(usize, usize)>> {
    let start = position(cx, args.get(index), 0)?;
    let end = position(cx, args.get(index + 1), isize::MAX)?;
    let fit = |at: isize| match at {
        ..0 => len.saturating_sub(at.unsigned_abs()),
        _ => at as usize,
    };
    let (start, end) = (fit(start), fit(end).min(len));
    Ok((start <= end).then_some((start, end)))
}

/// A position in a search, cut to what a position can be. CPython: `_PyEval_SliceIndex`.
fn position(cx: &mut Cx<'_>, op: Option<Borrowed<'_>>, default: isize) -> Res<isize> {
    let Some(op) = op.filter(|&op| !cx.is_none(op)) else { return Ok(default) };
    if Type::of(op).slots.index.is_none() {
        return Err(cx.type_error(format_args!(
            "slice indices must be integers or None or have an __index__ method"
        )));
    }
    let int = crate::protocol::index(cx, op)?;
    let int = int.borrow().expect::<crate::int::IntObject>(cx)?;
    Ok(match int.to_i64() {
        Some(value) => value as isize,
        None if int.is_negative() => isize::MIN,
        None => isize::MAX,
    })
}

/// Where the first argument stands in the string, within the bounds of the others.
fn locate(cx: &mut Cx<'_>, args: &Args<'_>, function: &str, last: bool) -> Res<Option<usize>> {
    let (_, text) = this(cx, args)?;
    let needle = text_arg(cx, args, 1, function)?;
    let Some((start, end)) = bounds(cx, args, 2, text.len())? else { return Ok(None) };
    let hay = text.slice(start, end);
    let at = if last { rfind(hay, needle) } else { Searcher::new(needle).find(hay, 0) };
    Ok(at.map(|at| start + at))
}

fn found(cx: &Cx<'_>, at: Option<usize>) -> Res {
    cx.int_of_size(at.map_or(-1, |at| at as i64))
}

fn found_or_raise(cx: &Cx<'_>, at: Option<usize>) -> Res {
    match at {
        Some(at) => cx.int_of_size(at as i64),
        None => Err(cx.value_error(format_args!("substring not found"))),
    }
}

pub(super) fn find(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let at = locate(cx, &args, "find", false)?;
    found(cx, at)
}

pub(super) fn rfind_method(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let at = locate(cx, &args, "rfind", true)?;
    found(cx, at)
}

pub(super) fn index(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let at = locate(cx, &args, "index", false)?;
    found_or_raise(cx, at)
}

pub(super) fn rindex(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let at = locate(cx, &args, "rindex", true)?;
    found_or_raise(cx, at)
}

pub(super) fn count(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (_, text) = this(cx, &args)?;
    let needle = text_arg(cx, &args, 1, "count")?;
    let count = match bounds(cx, &args, 2, text.len())? {
        Some((start, end)) => Searcher::new(needle).count(text.slice(start, end), usize::MAX),
        None => 0,
    };
    cx.int_of_size(count as i64)
}

pub(super) fn startswith(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    affix(cx, &args, "startswith", |text, affix| text.slice(0, affix.len()) == affix)
}

pub(super) fn endswith(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    affix(cx, &args, "endswith", |text, affix| {
        text.slice(text.len() - affix.len(), text.len()) == affix
    })
}

/// Whether the string, within bounds, has the affix or one of a tuple of them. `has` is only asked
/// about affixes that are not longer than the text.
fn affix(
    cx: &mut Cx<'_>,
    args: &Args<'_>,
    function: &str,
    has: impl Fn(Text<'_>, Text<'_>) -> bool,
) -> Res {
    let (_, text) = this(cx, args)?;
    let within = bounds(cx, args, 2, text.len())?;
    let Some(op) = args.get(1) else { return Ok(cx.bool(false)) };
    let matches = |affix: Text<'_>| {
        within.is_some_and(|(start, end)| {
            affix.len() <= end - start && has(text.slice(start, end), affix)
        })
    };
    if let Some(affixes) = op.view::<TupleObject>() {
        for affix in affixes.items() {
            let Some(affix) = affix.view::<StrObject>() else {
                let name = Type::of(*affix).name();
                return Err(cx.type_error(format_args!(
                    "tuple for {function} must only contain str, not {name}"
                )));
            };
            if matches(affix.text()) {
                return Ok(cx.bool(true));
            }
        }
        return Ok(cx.bool(false));
    }
    let Some(affix) = op.view::<StrObject>() else {
        let name = Type::of(op).name();
        return Err(cx.type_error(format_args!(
            "{function} first arg must be str or a tuple of str, not {name}"
        )));
    };
    Ok(cx.bool(matches(affix.text())))
}

pub(super) fn removeprefix(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (op, text) = this(cx, &args)?;
    let prefix = text_arg(cx, &args, 1, "removeprefix")?;
    if !prefix.is_empty() && prefix.len() <= text.len() && text.slice(0, prefix.len()) == prefix {
        return cx.str_from(text.slice(prefix.len(), text.len()));
    }
    unchanged(cx, op)
}

pub(super) fn removesuffix(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (op, text) = this(cx, &args)?;
    let suffix = text_arg(cx, &args, 1, "removesuffix")?;
    match text.len().checked_sub(suffix.len()) {
        Some(at) if !suffix.is_empty() && text.slice(at, text.len()) == suffix => {
            cx.str_from(text.slice(0, at))
        }
        _ => unchanged(cx, op),
    }
}

fn separator<'a>(cx: &Cx<'_>, args: &Args<'a>) -> Res<(Borrowed<'a>, Text<'a>)> {
    let Some(op) = args.get(1) else {
        return Err(cx.type_error(format_args!("a separator is missing")));
    };
    let Some(sep) = op.view::<StrObject>() else {
        let name = Type::of(op).name();
        return Err(cx.type_error(format_args!("must be str, not {name}")));
    };
    if sep.is_empty() {
        return Err(cx.value_error(format_args!("empty separator")));
    }
    Ok((op, sep.text()))
}

/// The part before, the separator, the part behind; the string itself and twice nothing without it.
fn parted(cx: &mut Cx<'_>, args: &Args<'_>, last: bool) -> Res {
    let (op, text) = this(cx, args)?;
    let (sep_op, sep) = separator(cx, args)?;
    let at = if last { rfind(text, sep) } else { Searcher::new(sep).find(text, 0) };
    let Some(at) = at else {
        // As it is, even where it is of a class.
        let (whole, nothing) = (op.owned(), || cx.empty_str());
        return if last {
            cx.tuple([nothing(), nothing(), whole])
        } else {
            cx.tuple([whole, nothing(), nothing()])
        };
    };
    let before = cx.str_from(text.slice(0, at))?;
    let behind = cx.str_from(text.slice(at + sep.len(), text.len()))?;
    cx.tuple([before, sep_op.owned(), behind])
}

/// Whether a part cannot be in a text, from its length and width alone: then what is split is given as
/// it is, even where it is of a class.
pub(super) fn cannot_hold(text: Text<'_>, part: Text<'_>) -> bool {
    let width = |text: Text<'_>| match text {
        Text::Ascii(_) | Text::Latin1(_) => 1,
        Text::Ucs2(_) => 2,
        Text::Ucs4(_) => 4,
    };
    text.len() < part.len() || width(text) < width(part)
}

pub(super) fn partition(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    parted(cx, &args, false)
}

pub(super) fn rpartition(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    parted(cx, &args, true)
}

pub(super) fn replace(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let given = args.values().len();
    if args.len() < 3 {
        let count = args.len().saturating_sub(1);
        return Err(cx.type_error(format_args!(
            "replace() takes at least 2 positional arguments ({count} given)"
        )));
    }
    if given > 4 {
        let count = given - 1;
        return Err(
            cx.type_error(format_args!("replace() takes at most 3 arguments ({count} given)"))
        );
    }
    let mut limit = args.get(3);
    for (name, value) in args.keywords() {
        let name = text_of(cx, name)?;
        if !name.eq_str("count") {
            return Err(unexpected_keyword(cx, "replace", name, &["count"]));
        }
        limit = Some(value);
    }
    let (op, text) = this(cx, &args)?;
    let old = text_arg(cx, &args, 1, "replace")?;
    let new = text_arg(cx, &args, 2, "replace")?;
    let limit = match limit {
        Some(limit) => usize::try_from(to_c(cx, limit, 64)?).unwrap_or(usize::MAX),
        None => usize::MAX,
    };
    match replaced(cx, text, old, new, limit)? {
        Some(made) => Ok(made),
        None => unchanged(cx, op),
    }
}

/// `text` with `old` replaced by `new` up to `limit` times; nothing when nothing would change.
fn replaced(
    cx: &World,
    text: Text<'_>,
    old: Text<'_>,
    new: Text<'_>,
    limit: usize,
) -> Res<Option<Ref>> {
    if old.is_empty() && new.is_empty() || old == new {
        return Ok(None);
    }
    let searcher = Searcher::new(old);
    let count = searcher.count(text, limit);
    if count == 0 {
        return Ok(None);
    }
    // Every occurrence lies in the text, so what they take away does not exceed it.
    let kept = text.len() - count * old.len();
    let len = count.checked_mul(new.len()).and_then(|added| added.checked_add(kept));
    let Some(len) = len.filter(|&len| isize::try_from(len).is_ok()) else {
        let text = format_args!("replace string is too long");
        return Err(cx.raise(Exc::OverflowError, text));
    };
    // The widest character may be among those that go away.
    let kind = match Kind::holding(text.max_char()) {
        Kind::Ascii => Kind::holding(new.max_char()),
        kind if old.max_char() < 0x80 => kind.max(Kind::holding(new.max_char())),
        _ => {
            let mut max = new.max_char();
            pieces(&searcher, text, old.len(), count, |piece| max |= piece.max_char());
            Kind::holding(max)
        }
    };
    let made = cx.str_with(kind, len, |writer| {
        let mut first = true;
        pieces(&searcher, text, old.len(), count, |piece| {
            if !std::mem::take(&mut first) {
                writer.push(new);
            }
            writer.push(piece);
        });
    })?;
    Ok(Some(made))
}

/// Shows what stands between `count` occurrences, from the start of the text to its end. No text
/// stands before every character and at the end.
fn pieces<'a>(
    searcher: &Searcher<'_>,
    text: Text<'a>,
    len: usize,
    count: usize,
    mut show: impl FnMut(Text<'a>),
) {
    let mut from = 0;
    for i in 0..count {
        let at = if len == 0 { i } else { searcher.find(text, from).unwrap_or(text.len()) };
        show(text.slice(from, at));
        from = at + len;
    }
    show(text.slice(from, text.len()));
}
