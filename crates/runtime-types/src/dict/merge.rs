//! Whole dicts at once: copying, updating, comparing, building from keys.

use runtime_core::AllocError;
use runtime_gc::{Borrowed, Ref};

use super::layout::Kind;
use super::table::Table;
use super::{DictObject, insert, is_exact, key_error, new, search, set, with_table};
use crate::args::Args;
use crate::cx::{Cx, OrRaise, Raised, Res};
use crate::exception::Exc;
use crate::kernel::growth;
use crate::list::ListObject;
use crate::set::SetObject;
use crate::tuple::TupleObject;
use crate::ty::{Compare, Type};
use crate::view::Look;
use crate::world::World;

/// What a merge does with a key that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Twice {
    /// The new value replaces the old one.
    Replace,
    /// `KeyError` with the key: for the keywords of a call.
    Refuse,
}

/// Whether a dict is walked as a dict: its type has not another `__iter__`.
#[must_use]
pub fn walks_plainly(world: &World, op: Borrowed<'_>) -> bool {
    let plain = world.ty(world.types.dict).slots.iter;
    match (Type::of(op).slots.iter, plain) {
        (Some(own), Some(plain)) => std::ptr::fn_addr_eq(own, plain),
        _ => false,
    }
}

/// `d.copy()`: a dict with a table of the same size, unless many entries were deleted.
///
/// # Errors
/// `MemoryError`.
pub fn copy(cx: &mut Cx<'_>, dict: Borrowed<'_>) -> Res {
    let this = dict.expect::<DictObject>(cx)?;
    if this.is_empty() {
        return new(cx);
    }
    let table = this.table(cx);
    if walks_plainly(cx, dict) && this.len() >= table.entries() * 2 / 3 {
        return duplicate(cx, this).or_raise(cx);
    }
    let copy = new(cx)?;
    merge(cx, copy.borrow(), dict, Twice::Replace)?;
    Ok(copy)
}

fn duplicate(world: &World, this: &DictObject) -> Result<Ref, AllocError> {
    let copy = with_table(world, this.table(world).duplicate(world)?, this.len())?;
    if this.is_tracked()
        && let Some(copy) = copy.borrow().view::<DictObject>()
    {
        copy.make_tracked();
    }
    Ok(copy)
}

/// `d.update(other)`, for a mapping or an iterable of pairs.
///
/// # Errors
/// `TypeError` and `ValueError` for what is neither, those of hashing and comparing, `MemoryError`.
/// What was entered before stays.
pub fn update(cx: &mut Cx<'_>, dict: Borrowed<'_>, other: Borrowed<'_>) -> Res<()> {
    if is_exact(cx, other) {
        return merge(cx, dict, other, Twice::Replace);
    }
    match keys_method(cx, other)? {
        Some(_) if other.is_a::<DictObject>() && walks_plainly(cx, other) => {
            merge(cx, dict, other, Twice::Replace)
        }
        Some(keys) => merge_mapping(cx, dict, other, keys, Twice::Replace),
        None => merge_pairs(cx, dict, other),
    }
}

/// The bound `keys` of a mapping; `None` for an object that has no such attribute.
fn keys_method(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Option<Ref>> {
    match crate::protocol::get_attr_str(cx, op, "keys") {
        Ok(keys) => Ok(Some(keys)),
        Err(raised) => {
            let exception = cx.take_raised(raised);
            if Type::of(exception.borrow()).is_subtype(cx.exc_type(Exc::AttributeError)) {
                return Ok(None);
            }
            Err(cx.restore_raised(exception))
        }
    }
}

/// Enters all entries of a mapping into a dict.
///
/// # Errors
/// As [`update`]; `KeyError` for a key that is there, when that is refused.
pub fn merge(cx: &mut Cx<'_>, dict: Borrowed<'_>, other: Borrowed<'_>, twice: Twice) -> Res<()> {
    if other.is_a::<DictObject>() && walks_plainly(cx, other) {
        return merge_dict(cx, dict.expect(cx)?, other.expect(cx)?, twice);
    }
    let keys = crate::protocol::get_attr_str(cx, other, "keys")?;
    merge_mapping(cx, dict, other, keys, twice)
}

/// CPython: `dict_dict_merge`.
fn merge_dict(cx: &mut Cx<'_>, this: &DictObject, other: &DictObject, twice: Twice) -> Res<()> {
    if std::ptr::eq(this, other) || other.is_empty() {
        return Ok(());
    }
    if this.is_empty() && takes_table_of(cx, other) {
        let table = other.table(cx).duplicate(cx.world()).or_raise(cx)?;
        if other.is_tracked() {
            this.make_tracked();
        }
        let old = this.swap_table(table, other.len());
        // SAFETY: the old table is out of the dict, and holds deleted entries at most.
        unsafe { old.discard(cx) };
        return Ok(());
    }
    if growth::dict_usable(this.table(cx).log2_slots()) < other.len() {
        let all = this.len().checked_add(other.len());
        let log2 = all.and_then(growth::dict_log2_presized).ok_or(AllocError::TooLarge);
        let kind = other.table(cx).kind();
        log2.and_then(|log2| this.resize(cx, log2, kind)).or_raise(cx)?;
    }
    let (len, mut cursor) = (other.len(), 0);
    let fresh = this.is_empty();
    while let Some((key, value)) = other.next_entry(&mut cursor) {
        let hash = other.table(cx).hash(cursor.saturating_sub(1), key.as_obj());
        if twice == Twice::Refuse && !fresh && search::find(cx, this, key.borrow(), hash)?.is_some()
        {
            return Err(key_error(cx, key.borrow()));
        }
        drop(insert(cx, this, key, hash, value)?);
        if other.len() != len {
            return Err(cx.raise(Exc::RuntimeError, format_args!("dict mutated during update")));
        }
    }
    Ok(())
}

/// Whether an empty dict takes over a copy of the table as it is: nothing was deleted, and the table
/// is no larger than it must be.
fn takes_table_of(world: &World, other: &DictObject) -> bool {
    let table = other.table(world);
    let log2 = table.log2_slots();
    other.len() == table.entries()
        && (log2 == growth::DICT_LOG2_LEAST || growth::dict_usable(log2 - 1) < other.len())
}

/// A mapping that is no dict, by its `keys()` and its subscripts.
fn merge_mapping(
    cx: &mut Cx<'_>,
    dict: Borrowed<'_>,
    other: Borrowed<'_>,
    keys: Ref,
    twice: Twice,
) -> Res<()> {
    let keys = crate::protocol::call(cx, keys.borrow(), Args::NONE)?;
    let keys = crate::protocol::iter(cx, keys.borrow())?;
    while let Some(key) = crate::protocol::next(cx, keys.borrow())? {
        if twice == Twice::Refuse && super::get(cx, dict, key.borrow())?.is_some() {
            return Err(key_error(cx, key.borrow()));
        }
        let value = crate::protocol::subscript(cx, other, key.borrow())?;
        set(cx, dict, key.borrow(), value.borrow())?;
    }
    Ok(())
}

/// CPython: `PyDict_MergeFromSeq2`.
fn merge_pairs(cx: &mut Cx<'_>, dict: Borrowed<'_>, pairs: Borrowed<'_>) -> Res<()> {
    let iterator = crate::protocol::iter(cx, pairs)?;
    let mut index = 0_usize;
    while let Some(item) = crate::protocol::next(cx, iterator.borrow())? {
        let [key, value] = pair_of(cx, item, index)?;
        set(cx, dict, key.borrow(), value.borrow())?;
        index += 1;
    }
    Ok(())
}

fn pair_of(cx: &mut Cx<'_>, item: Ref, index: usize) -> Res<[Ref; 2]> {
    let sequence = if item.borrow().is_a::<TupleObject>() || item.borrow().is_a::<ListObject>() {
        item
    } else {
        match crate::list::from_iterable(cx, item.borrow()) {
            Ok(list) => list,
            Err(raised) => return Err(no_sequence(cx, raised, index)),
        }
    };
    let sequence = sequence.borrow();
    if let Some(tuple) = sequence.view::<TupleObject>()
        && let [key, value] = tuple.items()
    {
        return Ok([key.owned(), value.owned()]);
    }
    let len = match sequence.view::<TupleObject>() {
        Some(tuple) => tuple.len(),
        None => crate::protocol::len(cx, sequence)?,
    };
    if len != 2 {
        return Err(cx.value_error(format_args!(
            "dictionary update sequence element #{index} has length {len}; 2 is required"
        )));
    }
    let (zero, one) = (cx.int(0)?, cx.int(1)?);
    let key = crate::protocol::subscript(cx, sequence, zero.borrow())?;
    Ok([key, crate::protocol::subscript(cx, sequence, one.borrow())?])
}

fn no_sequence(cx: &mut Cx<'_>, raised: Raised, index: usize) -> Raised {
    let exception = cx.take_raised(raised);
    if !Type::of(exception.borrow()).is_subtype(cx.exc_type(Exc::TypeError)) {
        return cx.restore_raised(exception);
    }
    drop(exception);
    cx.type_error(format_args!(
        "cannot convert dictionary update sequence element #{index} to a sequence"
    ))
}

/// A dict of keys and values that alternate in `items`: a display of up to 15 pairs, the keywords of
/// a call. CPython: `_PyDict_FromItems`.
///
/// # Errors
/// Those of hashing and comparing, and `MemoryError`.
pub fn from_items(cx: &mut Cx<'_>, items: &[Borrowed<'_>]) -> Res {
    let (pairs, _) = items.as_chunks::<2>();
    let all_str = pairs.iter().all(|[key, _]| crate::string::is_exact(cx, *key));
    let kind = if all_str { Kind::Str } else { Kind::General };
    let dict = super::presized(cx, pairs.len(), kind).or_raise(cx)?;
    for [key, value] in pairs {
        set(cx, dict.borrow(), *key, *value)?;
    }
    Ok(dict)
}

/// `dict.fromkeys(keys, value)`
///
/// # Errors
/// `TypeError` when the keys cannot be iterated over, those of hashing and comparing, `MemoryError`.
pub fn from_keys(
    cx: &mut Cx<'_>,
    class: Borrowed<'_>,
    keys: Borrowed<'_>,
    value: Borrowed<'_>,
) -> Res {
    let dict = if class.as_obj() == cx.types.dict.cast() {
        new(cx)?
    } else {
        crate::protocol::call(cx, class, Args::NONE)?
    };
    let this = dict.borrow().view::<DictObject>().filter(|_| is_exact(cx, dict.borrow()));
    let Some(this) = this else {
        let keys = crate::protocol::iter(cx, keys)?;
        while let Some(key) = crate::protocol::next(cx, keys.borrow())? {
            crate::protocol::set_subscript(cx, dict.borrow(), key.borrow(), Some(value))?;
        }
        return Ok(dict);
    };
    if is_exact(cx, keys)
        && let Some(source) = keys.view::<DictObject>()
    {
        let kind = source.table(cx).kind();
        make_presized(cx, this, source.len(), kind)?;
        let mut cursor = 0;
        while let Some((key, hash)) = super::key_and_hash(keys, &mut cursor) {
            drop(insert(cx, this, key, hash, value.owned())?);
        }
        return Ok(dict);
    }
    if let Some(source) = keys.view::<SetObject>()
        && crate::set::is_exact(cx, keys)
    {
        make_presized(cx, this, source.len(), Kind::General)?;
        let mut cursor = 0;
        while let Some((key, hash)) = source.next_member(&mut cursor) {
            drop(insert(cx, this, key, hash, value.owned())?);
        }
        return Ok(dict);
    }
    let keys = crate::protocol::iter(cx, keys)?;
    while let Some(key) = crate::protocol::next(cx, keys.borrow())? {
        set(cx, dict.borrow(), key.borrow(), value)?;
    }
    Ok(dict)
}

/// Gives a dict, which is empty unless its class is a strange one, a table for `count` entries more,
/// however few.
fn make_presized(world: &World, this: &DictObject, count: usize, kind: Kind) -> Res<()> {
    let all = this.len().checked_add(count);
    let log2 = all.and_then(growth::dict_log2_presized).ok_or(AllocError::TooLarge);
    log2.and_then(|log2| this.resize(world, log2, kind)).or_raise(world)
}

/// `a == b` of two dicts.
///
/// # Errors
/// Those of comparing keys and values.
pub(super) fn equal(cx: &mut Cx<'_>, a: &DictObject, b: &DictObject) -> Res<bool> {
    if a.len() != b.len() {
        return Ok(false);
    }
    let mut cursor = 0;
    while let Some((key, value)) = a.next_entry(&mut cursor) {
        let hash = a.table(cx).hash(cursor.saturating_sub(1), key.as_obj());
        let Some(at) = search::find(cx, b, key.borrow(), hash)? else { return Ok(false) };
        let Some((_, other)) = b.table(cx).entry(at) else { return Ok(false) };
        // SAFETY: the dict owns its value at this moment.
        let other = unsafe { Ref::new(other) };
        let same = value.borrow().is(other.borrow())
            || crate::protocol::holds(cx, value.borrow(), other.borrow(), Compare::Eq)?;
        if !same {
            return Ok(false);
        }
    }
    Ok(true)
}

/// `d.clear()`
///
/// # Errors
/// `TypeError` when it is no dict.
pub fn clear(cx: &mut Cx<'_>, dict: Borrowed<'_>) -> Res<()> {
    let old = dict.expect::<DictObject>(cx)?.swap_table(Table::empty(), 0);
    // SAFETY: the old table is out of the dict, and no view into any object is held.
    unsafe { old.discard(cx) };
    Ok(())
}
