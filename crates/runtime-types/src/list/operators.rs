//! What operators do with lists.

use runtime_gc::Borrowed;

use super::{ListObject, view};
use crate::cx::{Cx, OrRaise, Res};
use crate::exception::Exc;
use crate::string::TextBuilder;
use crate::ty::{Compare, Type};
use crate::view::Look;

/// `xs + ys`: room for exactly both.
pub(super) fn concat(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>) -> Res {
    let left = a.expect::<ListObject>(cx)?;
    let Some(right) = b.view::<ListObject>() else {
        let name = Type::of(b).name();
        return Err(
            cx.type_error(format_args!("can only concatenate list (not \"{name}\") to list"))
        );
    };
    let sum = super::with_capacity(cx, left.len().saturating_add(right.len()))?;
    for part in [left, right] {
        cx.in_pieces(part.len(), |piece| {
            piece.filter_map(|i| part.get(i)).for_each(|item| view(&sum).push_within(item));
        })?;
    }
    Ok(sum)
}

/// `xs += ys`
pub(super) fn concat_in_place(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>) -> Res {
    super::extend(cx, a, b)?;
    Ok(a.owned())
}

/// The count of a repetition: none below zero.
fn times(cx: &mut Cx<'_>, n: Borrowed<'_>) -> Res<usize> {
    Ok(crate::protocol::to_index(cx, n, Exc::OverflowError)?.max(0) as usize)
}

/// `xs * n`: room for exactly all.
pub(super) fn repeat(cx: &mut Cx<'_>, a: Borrowed<'_>, n: Borrowed<'_>) -> Res {
    let n = times(cx, n)?;
    let this = a.expect::<ListObject>(cx)?;
    let len = this.len();
    let Some(total) = len.checked_mul(n) else {
        return Err(cx.raise_no_memory(runtime_core::AllocError::TooLarge));
    };
    let product = super::with_capacity(cx, total)?;
    fill(cx, view(&product), this, len, total)?;
    Ok(product)
}

/// Pushes the first `len` items of `from` again and again until there are `total`; there is room.
fn fill(cx: &Cx<'_>, to: &ListObject, from: &ListObject, len: usize, total: usize) -> Res<()> {
    while to.len() < total {
        cx.in_pieces(len, |piece| {
            piece.filter_map(|i| from.get(i)).for_each(|item| to.push_within(item));
        })?;
    }
    Ok(())
}

/// `xs *= n`
pub(super) fn repeat_in_place(cx: &mut Cx<'_>, a: Borrowed<'_>, n: Borrowed<'_>) -> Res {
    let n = times(cx, n)?;
    repeat_here(cx, a.expect::<ListObject>(cx)?, n)?;
    Ok(a.owned())
}

/// Repeats the items of a list in its own array.
pub(super) fn repeat_here(cx: &mut Cx<'_>, this: &ListObject, n: usize) -> Res<()> {
    let len = this.len();
    if len == 0 || n == 1 {
        return Ok(());
    }
    if n == 0 {
        this.clear(cx.heap());
        return Ok(());
    }
    let Some(total) = len.checked_mul(n) else {
        return Err(cx.raise_no_memory(runtime_core::AllocError::TooLarge));
    };
    this.resize(cx.heap(), total).or_raise(cx)?;
    fill(cx, this, this, len, total)
}

/// `x in xs`: the list may change under the comparisons.
pub(super) fn contains(cx: &mut Cx<'_>, a: Borrowed<'_>, item: Borrowed<'_>) -> Res<bool> {
    let this = a.expect::<ListObject>(cx)?;
    Ok(find(cx, this, item, 0, usize::MAX)?.is_some())
}

/// The first place in `start..end` whose item is equal to `item`. Length and item are read again for
/// each step.
pub(super) fn find(
    cx: &mut Cx<'_>,
    this: &ListObject,
    item: Borrowed<'_>,
    start: usize,
    end: usize,
) -> Res<Option<usize>> {
    let mut i = start;
    while i < end
        && let Some(candidate) = this.get(i)
    {
        if crate::protocol::equal(cx, candidate.borrow(), item)? {
            return Ok(Some(i));
        }
        i += 1;
    }
    Ok(None)
}

/// `xs < ys`, ...: the first items that differ decide, then the lengths. Both lists may change under
/// the comparisons.
pub(super) fn compare(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>, op: Compare) -> Res {
    let (Some(left), Some(right)) = (a.view::<ListObject>(), b.view::<ListObject>()) else {
        return Ok(cx.not_implemented());
    };
    if left.len() != right.len() && matches!(op, Compare::Eq | Compare::Ne) {
        return Ok(cx.bool(op == Compare::Ne));
    }
    let mut i = 0;
    let differ = loop {
        let (Some(x), Some(y)) = (left.get(i), right.get(i)) else { break None };
        if !crate::protocol::equal(cx, x.borrow(), y.borrow())? {
            break Some((x, y));
        }
        i += 1;
    };
    match differ {
        // CPython compares the lengths as they are after the last comparison.
        Some(_) if i >= left.len() || i >= right.len() => {}
        Some((x, y)) => {
            return match op {
                Compare::Eq => Ok(cx.bool(false)),
                Compare::Ne => Ok(cx.bool(true)),
                _ => crate::protocol::compare(cx, x.borrow(), y.borrow(), op),
            };
        }
        None => {}
    }
    Ok(cx.bool(op.holds(left.len().cmp(&right.len()))))
}

/// `[1, 2]`; `[...]` inside itself. The items' own code may change the list.
pub(super) fn repr(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let this = op.expect::<ListObject>(cx)?;
    if this.is_empty() {
        return cx.str("[]");
    }
    let Some(_inside) = crate::repr_guard::enter(cx, op)? else { return cx.str("[...]") };
    let mut text = TextBuilder::new(cx.world());
    text.push(u32::from(b'[')).or_raise(cx)?;
    let mut i = 0;
    while let Some(item) = this.get(i) {
        if i > 0 {
            text.push(u32::from(b',')).or_raise(cx)?;
            text.push(u32::from(b' ')).or_raise(cx)?;
        }
        push_repr(cx, &mut text, item.borrow())?;
        i += 1;
    }
    text.push(u32::from(b']')).or_raise(cx)?;
    text.finish()
}

/// Adds the `repr` of an item.
pub(crate) fn push_repr(
    cx: &mut Cx<'_>,
    text: &mut TextBuilder<'_>,
    item: Borrowed<'_>,
) -> Res<()> {
    let repr = crate::protocol::repr(cx, item)?;
    let Some(repr) = repr.borrow().view::<crate::string::StrObject>() else {
        let name = Type::of(repr.borrow()).name();
        return Err(cx.type_error(format_args!("__repr__ returned non-string (type {name})")));
    };
    text.push_text(repr.text()).or_raise(cx)
}
