//! Built-in functions over iterables.

use runtime_gc::Ref;

use super::call_one;
use crate::args::{Args, unexpected_keyword};
use crate::cx::{Cx, Res};
use crate::list::this;
use crate::protocol::{self, Step};
use crate::ty::{Compare, Type};

/// `any` (looking for true) and `all` (looking for false).
pub(super) fn every(cx: &mut Cx<'_>, args: Args<'_>, looking_for: bool) -> Res {
    let items = this(cx, &args)?;
    let iterator = protocol::iter(cx, items)?;
    while let Some(item) = protocol::next(cx, iterator.borrow())? {
        if protocol::truth(cx, item.borrow())? == looking_for {
            return Ok(cx.bool(looking_for));
        }
    }
    Ok(cx.bool(!looking_for))
}

/// `iter(x)`, `iter(f, end)`
pub(super) fn iter(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let op = this(cx, &args)?;
    let Some(end) = args.get(1) else { return protocol::iter(cx, op) };
    if Type::of(op).slots.call.is_none() {
        return Err(cx.type_error(format_args!("iter(v, w): v must be callable")));
    }
    crate::iter::over_calls(cx, op.owned(), end.owned())
}

/// `next(iterator[, default])`
pub(super) fn next(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let op = this(cx, &args)?;
    match (protocol::step(cx, op)?, args.get(1)) {
        (Step::Item(item), _) => Ok(item),
        (Step::End(_), Some(default)) => Ok(default.owned()),
        (Step::End(value), None) => Err(cx.raise_stop(value)),
    }
}

/// `sorted(xs, key=, reverse=)`
pub(super) fn sorted(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let [items] = args.positionals() else {
        let count = args.len();
        return Err(cx.type_error(format_args!("sorted expected 1 argument, got {count}")));
    };
    let list = crate::list::from_iterable(cx, *items)?;
    crate::list::sort_by(cx, list.borrow(), &args)?;
    Ok(list)
}

/// `max` and `min`, of an iterable or of several arguments: the first of those that none exceeds.
pub(super) fn extreme(cx: &mut Cx<'_>, args: Args<'_>, most: bool) -> Res {
    let (name, better) = if most { ("max", Compare::Gt) } else { ("min", Compare::Lt) };
    if args.is_empty() {
        return Err(cx.type_error(format_args!("{name} expected at least 1 argument, got 0")));
    }
    let given = args.names().len();
    if given > 2 {
        return Err(cx.type_error(format_args!(
            "{name}() takes at most 2 keyword arguments ({given} given)"
        )));
    }
    let (mut key, mut default) = (None, None);
    for (keyword, value) in args.keywords() {
        let text = crate::string::text_of(cx, keyword)?;
        if text.eq_str("key") {
            key = Some(value).filter(|key| !cx.is_none(*key));
        } else if text.eq_str("default") {
            default = Some(value);
        } else {
            return Err(unexpected_keyword(cx, name, text, &["key", "default"]));
        }
    }
    if default.is_some() && args.len() > 1 {
        return Err(cx.type_error(format_args!(
            "Cannot specify a default for {name}() with multiple positional arguments"
        )));
    }
    let iterator = match args.positionals() {
        [items] => Some(protocol::iter(cx, *items)?),
        _ => None,
    };
    let mut rest = args.positionals().iter();
    let mut best: Option<(Ref, Ref)> = None;
    loop {
        let item = match &iterator {
            Some(iterator) => protocol::next(cx, iterator.borrow())?,
            None => rest.next().map(|item| item.owned()),
        };
        let Some(item) = item else { break };
        let value = match key {
            Some(key) => call_one(cx, key, item.borrow())?,
            None => item.clone(),
        };
        let take = match &best {
            None => true,
            Some((_, than)) => protocol::holds(cx, value.borrow(), than.borrow(), better)?,
        };
        if take {
            best = Some((item, value));
        }
    }
    match (best, default) {
        (Some((item, _)), _) => Ok(item),
        (None, Some(default)) => Ok(default.owned()),
        (None, None) => Err(cx.value_error(format_args!("{name}() iterable argument is empty"))),
    }
}
