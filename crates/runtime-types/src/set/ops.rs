//! What sets do with each other and with any iterable.
//!
//! Each operation on two sets uses the hashes that the members have in them. Members are owned while
//! they are compared, and operands by the caller, so a comparison may do to either what it likes.

use runtime_gc::{Borrowed, Ref};

use super::{SetObject, make, make_from};
use crate::cx::{Cx, OrRaise, Res};
use crate::dict::{self, hash_key};
use crate::ty::Type;
use crate::view::Look;

/// The object as a set or frozenset.
pub(super) fn as_set<'a>(op: Borrowed<'a>) -> Option<&'a SetObject> {
    op.view()
}

/// The built-in type behind a set's type. CPython: `make_new_set_basetype`.
pub(super) fn base_type<'w>(cx: &Cx<'w>, this: &SetObject) -> &'w Type {
    let set = cx.world().ty(cx.types.set);
    if Type::of(this.as_borrowed()).is_subtype(set) {
        set
    } else {
        cx.world().ty(cx.types.frozenset)
    }
}

/// A set of the built-in type with the same members.
pub(super) fn copy(cx: &mut Cx<'_>, this: &SetObject) -> Res {
    let ty = base_type(cx, this);
    make_from(cx, ty, Some(this.as_borrowed()))
}

/// Runs `f` on each member with its hash, until it says that it is enough.
pub(super) fn each(
    cx: &mut Cx<'_>,
    this: &SetObject,
    mut f: impl FnMut(&mut Cx<'_>, Borrowed<'_>, i64) -> Res<bool>,
) -> Res<()> {
    let mut cursor = 0;
    while let Some((key, hash)) = this.next_member(&mut cursor) {
        if !f(cx, key.borrow(), hash)? {
            break;
        }
    }
    Ok(())
}

/// Runs `f` on each item of any iterable, until it says that it is enough.
pub(super) fn each_item(
    cx: &mut Cx<'_>,
    items: Borrowed<'_>,
    mut f: impl FnMut(&mut Cx<'_>, Borrowed<'_>, i64) -> Res<bool>,
) -> Res<()> {
    let iterator = crate::protocol::iter(cx, items)?;
    while let Some(item) = crate::protocol::next(cx, iterator.borrow())? {
        let hash = hash_key(cx, item.borrow())?;
        if !f(cx, item.borrow(), hash)? {
            break;
        }
    }
    Ok(())
}

/// `this |= items`, for any iterable.
pub(super) fn update(cx: &mut Cx<'_>, this: &SetObject, items: Borrowed<'_>) -> Res<()> {
    if let Some(other) = as_set(items) {
        return merge(cx, this, other);
    }
    if dict::is_exact(cx, items) {
        this.reserve(cx, dict::len(items)).or_raise(cx)?;
        let mut cursor = 0;
        while let Some((key, hash)) = dict::key_and_hash(items, &mut cursor) {
            this.add_hashed(cx, key.borrow(), hash)?;
        }
        return Ok(());
    }
    each_item(cx, items, |cx, item, hash| {
        this.add_hashed(cx, item, hash)?;
        Ok(true)
    })
}

/// CPython: `set_merge`.
fn merge(cx: &mut Cx<'_>, this: &SetObject, other: &SetObject) -> Res<()> {
    if std::ptr::eq(this, other) || other.is_empty() {
        return Ok(());
    }
    this.reserve(cx, other.len()).or_raise(cx)?;
    if this.is_fresh() {
        this.copy_from(other);
        return Ok(());
    }
    each(cx, other, |cx, key, hash| {
        this.add_hashed(cx, key, hash)?;
        Ok(true)
    })
}

/// `this & items`
pub(super) fn intersection(cx: &mut Cx<'_>, this: &SetObject, items: Borrowed<'_>) -> Res {
    let other = as_set(items);
    if other.is_some_and(|other| std::ptr::eq(this, other)) {
        return copy(cx, this);
    }
    let result = make(cx, base_type(cx, this)).or_raise(cx)?;
    let into = result.borrow().expect::<SetObject>(cx)?;
    let Some(other) = other else {
        each_item(cx, items, |cx, item, hash| {
            if this.contains_hashed(cx, item, hash)? {
                into.add_hashed(cx, item, hash)?;
            }
            Ok(true)
        })?;
        return Ok(result);
    };
    // The smaller one is walked.
    let (walked, asked) = if other.len() > this.len() { (this, other) } else { (other, this) };
    each(cx, walked, |cx, key, hash| {
        if asked.contains_hashed(cx, key, hash)? {
            into.add_hashed(cx, key, hash)?;
        }
        Ok(true)
    })?;
    Ok(result)
}

/// `this - items`
pub(super) fn difference(cx: &mut Cx<'_>, this: &SetObject, items: Borrowed<'_>) -> Res {
    let other = as_set(items);
    let other_len = match other {
        Some(other) => other.len(),
        None if dict::is_exact(cx, items) => dict::len(items),
        None => return copy_and_difference(cx, this, items),
    };
    // When much would stay, taking away is cheaper than building up.
    if this.len() >> 2 > other_len {
        return copy_and_difference(cx, this, items);
    }
    let result = make(cx, base_type(cx, this)).or_raise(cx)?;
    let into = result.borrow().expect::<SetObject>(cx)?;
    each(cx, this, |cx, key, hash| {
        let there = match other {
            Some(other) => other.contains_hashed(cx, key, hash)?,
            None => dict::get_hashed(cx, items, key, hash)?.is_some(),
        };
        if !there {
            into.add_hashed(cx, key, hash)?;
        }
        Ok(true)
    })?;
    Ok(result)
}

fn copy_and_difference(cx: &mut Cx<'_>, this: &SetObject, items: Borrowed<'_>) -> Res {
    let result = copy(cx, this)?;
    difference_update(cx, result.borrow().expect(cx)?, items)?;
    Ok(result)
}

/// `this -= items`
pub(super) fn difference_update(cx: &mut Cx<'_>, this: &SetObject, items: Borrowed<'_>) -> Res<()> {
    match as_set(items) {
        Some(other) if std::ptr::eq(this, other) => {
            this.clear(cx);
            return Ok(());
        }
        Some(other) => {
            // Of a much larger set only what both have matters.
            let common = if other.len() >> 3 > this.len() {
                Some(intersection(cx, this, items)?)
            } else {
                None
            };
            let other = common.as_ref().and_then(|set| as_set(set.borrow())).unwrap_or(other);
            each(cx, other, |cx, key, hash| {
                this.discard_hashed(cx, key, hash)?;
                Ok(true)
            })?;
        }
        None => each_item(cx, items, |cx, item, hash| {
            this.discard_hashed(cx, item, hash)?;
            Ok(true)
        })?,
    }
    this.purge(cx).or_raise(cx)
}

/// `this ^ items`: begins with the members of `items`.
pub(super) fn symmetric_difference(cx: &mut Cx<'_>, this: &SetObject, items: Borrowed<'_>) -> Res {
    let ty = base_type(cx, this);
    let result = make_from(cx, ty, Some(items))?;
    symmetric_difference_update(cx, result.borrow().expect(cx)?, this.as_borrowed())?;
    Ok(result)
}

/// `this ^= items`
pub(super) fn symmetric_difference_update(
    cx: &mut Cx<'_>,
    this: &SetObject,
    items: Borrowed<'_>,
) -> Res<()> {
    let toggle = |cx: &mut Cx<'_>, key: Borrowed<'_>, hash| {
        if !this.discard_hashed(cx, key, hash)? {
            this.add_hashed(cx, key, hash)?;
        }
        Ok(true)
    };
    if dict::is_exact(cx, items) {
        let mut cursor = 0;
        while let Some((key, hash)) = dict::key_and_hash(items, &mut cursor) {
            toggle(cx, key.borrow(), hash)?;
        }
        return Ok(());
    }
    match as_set(items) {
        Some(other) if std::ptr::eq(this, other) => {
            this.clear(cx);
            Ok(())
        }
        Some(other) => each(cx, other, toggle),
        None => {
            let ty = base_type(cx, this);
            let other = make_from(cx, ty, Some(items))?;
            each(cx, other.borrow().expect(cx)?, toggle)
        }
    }
}

/// Whether no item is a member.
pub(super) fn is_disjoint(cx: &mut Cx<'_>, this: &SetObject, items: Borrowed<'_>) -> Res<bool> {
    let mut disjoint = true;
    let Some(other) = as_set(items) else {
        each_item(cx, items, |cx, item, hash| {
            disjoint = !this.contains_hashed(cx, item, hash)?;
            Ok(disjoint)
        })?;
        return Ok(disjoint);
    };
    if std::ptr::eq(this, other) {
        return Ok(this.is_empty());
    }
    let (walked, asked) = if other.len() > this.len() { (this, other) } else { (other, this) };
    each(cx, walked, |cx, key, hash| {
        disjoint = !asked.contains_hashed(cx, key, hash)?;
        Ok(disjoint)
    })?;
    Ok(disjoint)
}

/// Whether all members are items.
pub(super) fn is_subset(cx: &mut Cx<'_>, this: &SetObject, items: Borrowed<'_>) -> Res<bool> {
    let Some(other) = as_set(items) else {
        let common = intersection(cx, this, items)?;
        return Ok(common.borrow().expect::<SetObject>(cx)?.len() == this.len());
    };
    if this.len() > other.len() {
        return Ok(false);
    }
    let mut subset = true;
    each(cx, this, |cx, key, hash| {
        subset = other.contains_hashed(cx, key, hash)?;
        Ok(subset)
    })?;
    Ok(subset)
}

/// Whether all items are members.
pub(super) fn is_superset(cx: &mut Cx<'_>, this: &SetObject, items: Borrowed<'_>) -> Res<bool> {
    if let Some(other) = as_set(items) {
        return is_subset(cx, other, this.as_borrowed());
    }
    let mut superset = true;
    each_item(cx, items, |cx, item, hash| {
        superset = this.contains_hashed(cx, item, hash)?;
        Ok(superset)
    })?;
    Ok(superset)
}

/// `this & a & b ...`; a copy for nothing.
pub(super) fn intersection_of_all(cx: &mut Cx<'_>, this: &SetObject, all: &[Borrowed<'_>]) -> Res {
    let Some((first, rest)) = all.split_first() else { return copy(cx, this) };
    let mut result: Ref = intersection(cx, this, *first)?;
    for items in rest {
        result = intersection(cx, result.borrow().expect(cx)?, *items)?;
    }
    Ok(result)
}
