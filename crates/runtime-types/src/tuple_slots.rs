//! What operators and methods do with tuples.

use runtime_core::HeapVec;
use runtime_gc::{Borrowed, Ref, track};

use crate::args::{Args, NativeDef};
use crate::cx::{Cx, OrRaise, Res};
use crate::exception::Exc;
use crate::int::IntObject;
use crate::kernel::hash::TupleHash;
use crate::slice::SliceObject;
use crate::string::{StrObject, TextBuilder};
use crate::tuple::{Filler, TupleObject, is_exact, items_of};
use crate::ty::{Compare, HashFn, Slots, Type};
use crate::view::Look;

pub(crate) const SLOTS: Slots = Slots {
    repr: Some(repr),
    hash: Some(hash),
    compare: Some(compare),
    iter: Some(crate::iter::over_tuple),
    concat: Some(concat),
    repeat: Some(repeat),
    contains: Some(|cx, op, item| Ok(find(cx, op, item, 0, usize::MAX)?.is_some())),
    subscript: Some(subscript),
    new: Some(new),
    ..Slots::NONE
};

pub(crate) const METHODS: &[NativeDef] =
    &[NativeDef::exactly("count", 1, count), NativeDef::between("index", 1, 3, index)];

/// `tuple(xs)`: an exact tuple as it is.
fn new(cx: &mut Cx<'_>, ty: &Type, args: Args<'_>) -> Res {
    if !args.names().is_empty() && !ty.inits_unlike(cx.ty(cx.types.tuple)) {
        return Err(cx.type_error(format_args!("tuple() takes no keyword arguments")));
    }
    let tuple = match args.positionals() {
        [] => cx.empty_tuple(),
        [items] => crate::protocol::to_tuple(cx, *items)?,
        more => {
            let count = more.len();
            return Err(
                cx.type_error(format_args!("tuple expected at most 1 argument, got {count}"))
            );
        }
    };
    if std::ptr::eq(ty, cx.types.tuple.as_ptr()) {
        return Ok(tuple);
    }
    let items = items_of(cx, tuple.borrow())?;
    // SAFETY: the type is alive and derived from `tuple`, so its objects have room for the items,
    // which are null before they are set; it is tracked once it is whole.
    unsafe {
        let op = (ty.mem.tp_alloc)(ty.mem.as_ptr(), items.len()).or_raise(cx)?;
        let made = Ref::steal(op);
        for (i, item) in items.iter().enumerate() {
            crate::tuple::replace(&made, i, item.owned());
        }
        track(op);
        Ok(made)
    }
}

/// `(1, 2)`, `(1,)`; `(...)` inside itself.
fn repr(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let items = items_of(cx, op)?;
    if items.is_empty() {
        return cx.str("()");
    }
    let Some(_inside) = crate::repr_guard::enter(cx, op)? else { return cx.str("(...)") };
    let mut text = TextBuilder::new(cx.world());
    text.push(u32::from(b'(')).or_raise(cx)?;
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            text.push(u32::from(b',')).or_raise(cx)?;
            text.push(u32::from(b' ')).or_raise(cx)?;
        }
        crate::list::push_repr(cx, &mut text, *item)?;
    }
    if items.len() == 1 {
        text.push(u32::from(b',')).or_raise(cx)?;
    }
    text.push(u32::from(b')')).or_raise(cx)?;
    text.finish()
}

fn hash(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<i64> {
    hash_items(cx, items_of(cx, op)?, 0)
}

/// A tuple on the way to its hash: its items, how many of them are in the hash, and the hash so far.
struct Level<'a> {
    items: &'a [Borrowed<'a>],
    at: usize,
    hash: TupleHash,
}

/// The hash of these items, which tuples hold that are `depth` deep in each other. CPython has no bound
/// for that but its stack; here the first are hashed on the native stack, the others on one of their own.
fn hash_items<'a>(cx: &mut Cx<'_>, items: &'a [Borrowed<'a>], depth: u32) -> Res<i64> {
    const NATIVE_DEPTH: u32 = 32;
    if depth == NATIVE_DEPTH {
        return hash_deep(cx, items);
    }
    cx.charge(items.len() as u64)?;
    let mut hash = TupleHash::new();
    for &item in items {
        hash.add(match inner_items(item) {
            Some(inner) => hash_items(cx, inner, depth + 1)?,
            None => hash_item(cx, item)?,
        });
    }
    Ok(hash.finish(items.len()))
}

fn hash_deep<'a>(cx: &mut Cx<'_>, items: &'a [Borrowed<'a>]) -> Res<i64> {
    // SAFETY: the scratch does not outlive this call, in which the heap is alive.
    let mut above = unsafe { HeapVec::<Level<'a>>::new(cx.heap_ptr()) };
    let mut level = Level { items, at: 0, hash: TupleHash::new() };
    loop {
        let Some(&item) = level.items.get(level.at) else {
            let hash = level.hash.finish(level.items.len());
            let Some(upper) = above.pop() else { return Ok(hash) };
            level = upper;
            level.hash.add(hash);
            level.at += 1;
            continue;
        };
        cx.charge(1)?;
        if let Some(items) = inner_items(item) {
            let inner = Level { items, at: 0, hash: TupleHash::new() };
            above.push(std::mem::replace(&mut level, inner)).or_raise(cx)?;
        } else {
            level.hash.add(hash_item(cx, item)?);
            level.at += 1;
        }
    }
}

/// The items of a tuple that is hashed as tuples are.
fn inner_items<'a>(op: Borrowed<'a>) -> Option<&'a [Borrowed<'a>]> {
    let own: HashFn = hash;
    let slot = Type::of(op).slots.hash?;
    op.view::<TupleObject>().filter(|_| std::ptr::fn_addr_eq(slot, own)).map(TupleObject::items)
}

fn hash_item(cx: &mut Cx<'_>, item: Borrowed<'_>) -> Res<i64> {
    if item.is_a::<StrObject>() || item.is_a::<IntObject>() {
        return crate::protocol::hash(cx, item);
    }
    crate::protocol::nested(cx, "", |cx| crate::protocol::hash(cx, item))
}

/// `t < u`, ...: the first items that differ decide, then the lengths.
fn compare(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>, op: Compare) -> Res {
    let (Some(left), Some(right)) = (a.view::<TupleObject>(), b.view::<TupleObject>()) else {
        return Ok(cx.not_implemented());
    };
    let (left, right) = (left.items(), right.items());
    for (x, y) in left.iter().zip(right) {
        if crate::protocol::equal(cx, *x, *y)? {
            continue;
        }
        return match op {
            Compare::Eq => Ok(cx.bool(false)),
            Compare::Ne => Ok(cx.bool(true)),
            _ => crate::protocol::compare(cx, *x, *y, op),
        };
    }
    Ok(cx.bool(op.holds(left.len().cmp(&right.len()))))
}

/// `t[k]`; `t[:]` is `t`.
fn subscript(cx: &mut Cx<'_>, op: Borrowed<'_>, key: Borrowed<'_>) -> Res {
    let items = items_of(cx, op)?;
    if key.is_a::<SliceObject>() {
        let bounds = crate::slice::unpack(cx, key)?.fit(items.len());
        if bounds.count == items.len() && bounds.step == 1 && is_exact(cx, op) {
            return Ok(op.owned());
        }
        let mut part = Filler::new(cx, bounds.count)?;
        bounds.positions().filter_map(|i| items.get(i)).for_each(|item| part.push(item.owned()));
        return Ok(part.finish());
    }
    let index = if key.is_a::<crate::int::IntObject>() || Type::of(key).slots.index.is_some() {
        crate::protocol::to_index(cx, key, Exc::IndexError)?
    } else {
        let name = Type::of(key).name();
        return Err(
            cx.type_error(format_args!("tuple indices must be integers or slices, not {name}"))
        );
    };
    let index = if index < 0 { index.saturating_add(items.len() as isize) } else { index };
    match usize::try_from(index).ok().and_then(|index| items.get(index)) {
        Some(item) => Ok(item.owned()),
        None => Err(cx.raise(Exc::IndexError, format_args!("tuple index out of range"))),
    }
}

/// `t + u`: one of them when the other is empty.
fn concat(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>) -> Res {
    let left = items_of(cx, a)?;
    if left.is_empty() && is_exact(cx, b) {
        return Ok(b.owned());
    }
    let Some(right) = b.view::<TupleObject>() else {
        let name = Type::of(b).name();
        return Err(
            cx.type_error(format_args!("can only concatenate tuple (not \"{name}\") to tuple"))
        );
    };
    let right = right.items();
    if right.is_empty() && is_exact(cx, a) {
        return Ok(a.owned());
    }
    let mut sum = Filler::new(cx, left.len().saturating_add(right.len()))?;
    let mut items = left.iter().chain(right);
    cx.in_pieces(left.len() + right.len(), |piece| {
        items.by_ref().take(piece.len()).for_each(|item| sum.push(item.owned()));
    })?;
    Ok(sum.finish())
}

/// `t * n`; `t * 1` is `t`.
fn repeat(cx: &mut Cx<'_>, a: Borrowed<'_>, n: Borrowed<'_>) -> Res {
    let n = crate::protocol::to_index(cx, n, Exc::OverflowError)?.max(0) as usize;
    let items = items_of(cx, a)?;
    if (items.is_empty() || n == 1) && is_exact(cx, a) {
        return Ok(a.owned());
    }
    let Some(total) = items.len().checked_mul(n) else {
        return Err(cx.raise_no_memory(runtime_core::AllocError::TooLarge));
    };
    let mut product = Filler::new(cx, total)?;
    if total > 0 {
        for _ in 0..n {
            items.iter().for_each(|item| product.push(item.owned()));
            cx.charge(items.len() as u64)?;
        }
    }
    Ok(product.finish())
}

/// The first place in `start..end` whose item is equal to `item`.
fn find(
    cx: &mut Cx<'_>,
    op: Borrowed<'_>,
    item: Borrowed<'_>,
    start: usize,
    end: usize,
) -> Res<Option<usize>> {
    let items = items_of(cx, op)?;
    for (i, candidate) in items.iter().enumerate().take(end).skip(start) {
        if crate::protocol::equal(cx, *candidate, item)? {
            return Ok(Some(i));
        }
    }
    Ok(None)
}

fn count(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (op, item) = crate::list::two(cx, &args)?;
    let mut count = 0;
    for candidate in items_of(cx, op)? {
        count += i64::from(crate::protocol::equal(cx, *candidate, item)?);
    }
    cx.int(count)
}

fn index(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (op, item) = crate::list::two(cx, &args)?;
    let (start, end) = crate::list::search_bounds(cx, &args, items_of(cx, op)?.len())?;
    match find(cx, op, item, start, end)? {
        Some(i) => cx.int(i as i64),
        None => Err(cx.value_error(format_args!("tuple.index(x): x not in tuple"))),
    }
}
