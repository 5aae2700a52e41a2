//! Selections out of pools of items, in the order of their places: `product`, `combinations`,
//! `combinations_with_replacement`, `permutations`.
//!
//! Each keeps the places that were chosen last and the tuple that was given last. The tuple is used
//! again when nobody else holds it; else a copy takes its place.

use std::cell::Cell;

use runtime_gc::{Borrowed, Ref};

use super::words::Words;
use super::{blank, iterator};
use crate::args::{Args, NativeDef, bind, unexpected_keyword};
use crate::cx::{Cx, OrRaise, Raised, Res};
use crate::exception::Exc;
use crate::field::Field;
use crate::int::IntObject;
use crate::list::{position, this};
use crate::native::object;
use crate::string::text_of;
use crate::ty::{Type, TypeDef};
use crate::view::{Layout, Look};
use crate::{protocol, tuple};

object! {
    /// `product(xs, ...)`: a tuple of pools, and a place in each.
    ProductObject as Product, "itertools.product", 48 {
        pools: Field,
        places: Words,
        result: Field,
        ended: Cell<usize>,
    } owns [pools, result] frees [places]
}

object! {
    /// `combinations(xs, r)`, with replacement or without.
    CombinationsObject as Combinations, "itertools.combinations", 56 {
        pool: Field,
        places: Words,
        result: Field,
        length: Cell<usize>,
        ended: Cell<usize>,
    } owns [pool, result] frees [places]
}

object! {
    /// `permutations(xs, r)`: an order of all places, and how far each of the first `r` has turned.
    PermutationsObject as Permutations, "itertools.permutations", 64 {
        pool: Field,
        places: Words,
        cycles: Words,
        result: Field,
        length: Cell<usize>,
        ended: Cell<usize>,
    } owns [pool, result] frees [places, cycles]
}

const WORD: usize = size_of::<usize>();

pub(crate) const PRODUCT: TypeDef = TypeDef {
    methods: &[NativeDef::exactly("__sizeof__", 0, |cx, args| {
        let op = this(cx, &args)?;
        sized(cx, op, op.expect::<ProductObject>(cx)?.places.len())
    })],
    ..iterator::<ProductObject>("itertools.product", Layout::Product, new_product, next_product)
};

pub(crate) const COMBINATIONS: TypeDef = TypeDef {
    methods: COMBINATIONS_METHODS,
    ..iterator::<CombinationsObject>(
        "itertools.combinations",
        Layout::Combinations,
        |cx, ty, args| new_combinations(cx, ty, &args, "combinations"),
        next_combination,
    )
};

pub(crate) const COMBINATIONS_WITH_REPLACEMENT: TypeDef = TypeDef {
    methods: COMBINATIONS_METHODS,
    ..iterator::<CombinationsObject>(
        "itertools.combinations_with_replacement",
        Layout::Combinations,
        |cx, ty, args| new_combinations(cx, ty, &args, "combinations_with_replacement"),
        next_with_replacement,
    )
};

const COMBINATIONS_METHODS: &[NativeDef] = &[NativeDef::exactly("__sizeof__", 0, |cx, args| {
    let op = this(cx, &args)?;
    sized(cx, op, op.expect::<CombinationsObject>(cx)?.places.len())
})];

pub(crate) const PERMUTATIONS: TypeDef = TypeDef {
    methods: &[NativeDef::exactly("__sizeof__", 0, |cx, args| {
        let op = this(cx, &args)?;
        let this = op.expect::<PermutationsObject>(cx)?;
        sized(cx, op, this.places.len() + this.cycles.len())
    })],
    ..iterator::<PermutationsObject>(
        "itertools.permutations",
        Layout::Permutations,
        new_permutations,
        next_permutation,
    )
};

/// `x.__sizeof__()` of an iterator with so many places.
fn sized(cx: &Cx<'_>, op: Borrowed<'_>, words: usize) -> Res {
    cx.int((op.ty().basic_size + words * WORD) as i64)
}

/// The tuple that is given next: the last one, when nobody else has it, or a copy of it.
fn reusable(cx: &Cx<'_>, result: &Field) -> Res<Option<Ref>> {
    if let Some(tuple) = crate::iter::idle(result) {
        tuple::watch(&tuple);
        return Ok(Some(tuple));
    }
    let Some(last) = result.get() else { return Ok(None) };
    let copy = cx.tuple_from(tuple::items_of(cx, last.borrow())?)?;
    result.set(Some(copy.clone()));
    Ok(Some(copy))
}

/// The item at a place of a pool.
fn item_of(cx: &Cx<'_>, pool: Borrowed<'_>, at: usize) -> Res {
    let item = tuple::items_of(cx, pool)?.get(at).map(|item| item.owned());
    Ok(item.unwrap_or_else(|| cx.none()))
}

/// Puts the items at the places from `from` on into the tuple.
fn put(
    cx: &Cx<'_>,
    result: &Ref,
    pool: Borrowed<'_>,
    places: &Words,
    range: std::ops::Range<usize>,
) -> Res<()> {
    for i in range {
        let item = item_of(cx, pool, places.get(i))?;
        drop(tuple::replace(result, i, item));
    }
    Ok(())
}

fn new_product(cx: &mut Cx<'_>, ty: &Type, args: Args<'_>) -> Res {
    let mut repeat = 1;
    let names = args.names().len();
    if names > 1 {
        return Err(cx.type_error(format_args!(
            "product() takes at most 1 keyword argument ({names} given)"
        )));
    }
    for (name, value) in args.keywords() {
        let text = text_of(cx, name)?;
        if !text.eq_str("repeat") {
            return Err(unexpected_keyword(cx, "product", text, &["repeat"]));
        }
        repeat = position(cx, value)?;
        if repeat < 0 {
            return Err(cx.value_error(format_args!("repeat argument cannot be negative")));
        }
    }
    let repeat = repeat as usize;
    let given = if repeat == 0 { &[] } else { args.positionals() };
    let Some(count) =
        given.len().checked_mul(repeat).filter(|count| *count <= isize::MAX as usize / WORD)
    else {
        return Err(cx.raise(Exc::OverflowError, format_args!("repeat argument too large")));
    };
    let made = blank(cx, ty)?;
    let this = made.borrow().expect::<ProductObject>(cx)?;
    this.places.fill(cx.heap(), count, |_| 0).or_raise(cx)?;
    let mut pools = tuple::Filler::new(cx, count)?;
    let mut first = Vec::new();
    for items in given {
        first.push(protocol::to_tuple(cx, *items)?);
    }
    for pool in first.iter().cycle().take(count) {
        pools.push(pool.clone());
    }
    this.pools.set(Some(pools.finish()));
    Ok(made)
}

fn next_product(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Option<Ref>> {
    let this = op.expect::<ProductObject>(cx)?;
    if this.ended.get() == 1 {
        return Ok(None);
    }
    let Some(all) = this.pools.get() else { return Ok(None) };
    let pools = tuple::items_of(cx, all.borrow())?;
    let len = |pool: &Borrowed<'_>| tuple::items_of(cx, *pool).map_or(0, <[_]>::len);
    if this.result.is_empty() {
        if pools.iter().any(|pool| len(pool) == 0) {
            this.ended.set(1);
            return Ok(None);
        }
        let mut result = tuple::Filler::new(cx, pools.len())?;
        for pool in pools {
            result.push(item_of(cx, *pool, 0)?);
        }
        let result = result.finish();
        this.result.set(Some(result.clone()));
        return Ok(Some(result));
    }
    let Some(result) = reusable(cx, &this.result)? else { return Ok(None) };
    for (i, pool) in pools.iter().enumerate().rev() {
        let at = this.places.get(i) + 1;
        let at = if at == len(pool) { 0 } else { at };
        this.places.set(i, at);
        drop(tuple::replace(&result, i, item_of(cx, *pool, at)?));
        if at != 0 {
            return Ok(Some(result));
        }
    }
    this.ended.set(1);
    Ok(None)
}

fn not_negative(cx: &Cx<'_>) -> Raised {
    cx.value_error(format_args!("r must be non-negative"))
}

fn new_combinations(cx: &mut Cx<'_>, ty: &Type, args: &Args<'_>, name: &str) -> Res {
    let [items, length] = bind(cx, name, args, ["iterable", "r"], 2)?;
    let none = cx.none();
    let length = position(cx, length.unwrap_or(none.borrow()))?;
    let pool = protocol::to_tuple(cx, items.unwrap_or(none.borrow()))?;
    let Ok(length) = usize::try_from(length) else { return Err(not_negative(cx)) };
    let count = tuple::items_of(cx, pool.borrow())?.len();
    let replacing = name != "combinations";
    let made = blank(cx, ty)?;
    let this = made.borrow().expect::<CombinationsObject>(cx)?;
    let first = |i| if replacing { 0 } else { i };
    this.places.fill(cx.heap(), length, first).or_raise(cx)?;
    this.pool.set(Some(pool));
    this.length.set(length);
    let none_at_all = if replacing { count == 0 && length > 0 } else { length > count };
    this.ended.set(usize::from(none_at_all));
    Ok(made)
}

/// The first selection, of an iterator that has given none.
fn first(cx: &Cx<'_>, this: &CombinationsObject, pool: &Ref) -> Res<Option<Ref>> {
    let mut result = tuple::Filler::new(cx, this.length.get())?;
    for i in 0..this.length.get() {
        result.push(item_of(cx, pool.borrow(), this.places.get(i))?);
    }
    let result = result.finish();
    this.result.set(Some(result.clone()));
    Ok(Some(result))
}

fn next_combination(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Option<Ref>> {
    let this = op.expect::<CombinationsObject>(cx)?;
    let Some(pool) = this.pool.get().filter(|_| this.ended.get() == 0) else { return Ok(None) };
    if this.result.is_empty() {
        return first(cx, this, &pool);
    }
    let Some(result) = reusable(cx, &this.result)? else { return Ok(None) };
    let (length, count) = (this.length.get(), tuple::items_of(cx, pool.borrow())?.len());
    // The last place that can still move on.
    let Some(at) = (0..length).rev().find(|&i| this.places.get(i) != i + count - length) else {
        this.ended.set(1);
        return Ok(None);
    };
    this.places.set(at, this.places.get(at) + 1);
    for i in at + 1..length {
        this.places.set(i, this.places.get(i - 1) + 1);
    }
    put(cx, &result, pool.borrow(), &this.places, at..length)?;
    Ok(Some(result))
}

fn next_with_replacement(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Option<Ref>> {
    let this = op.expect::<CombinationsObject>(cx)?;
    let Some(pool) = this.pool.get().filter(|_| this.ended.get() == 0) else { return Ok(None) };
    if this.result.is_empty() {
        return first(cx, this, &pool);
    }
    let Some(result) = reusable(cx, &this.result)? else { return Ok(None) };
    let (length, count) = (this.length.get(), tuple::items_of(cx, pool.borrow())?.len());
    let Some(at) = (0..length).rev().find(|&i| this.places.get(i) + 1 != count) else {
        this.ended.set(1);
        return Ok(None);
    };
    let place = this.places.get(at) + 1;
    (at..length).for_each(|i| this.places.set(i, place));
    put(cx, &result, pool.borrow(), &this.places, at..length)?;
    Ok(Some(result))
}

fn new_permutations(cx: &mut Cx<'_>, ty: &Type, args: Args<'_>) -> Res {
    let [items, length] = bind(cx, "permutations", &args, ["iterable", "r"], 1)?;
    let none = cx.none();
    let pool = protocol::to_tuple(cx, items.unwrap_or(none.borrow()))?;
    let count = tuple::items_of(cx, pool.borrow())?.len();
    let length = match length.filter(|length| !cx.is_none(*length)) {
        None => count,
        Some(length) => {
            if !length.is_a::<IntObject>() {
                return Err(cx.type_error(format_args!("Expected int as r")));
            }
            usize::try_from(position(cx, length)?).map_err(|_| not_negative(cx))?
        }
    };
    let made = blank(cx, ty)?;
    let this = made.borrow().expect::<PermutationsObject>(cx)?;
    this.places.fill(cx.heap(), count, |i| i).or_raise(cx)?;
    this.cycles.fill(cx.heap(), length, |i| count.wrapping_sub(i)).or_raise(cx)?;
    this.pool.set(Some(pool));
    this.length.set(length);
    this.ended.set(usize::from(length > count));
    Ok(made)
}

fn next_permutation(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Option<Ref>> {
    let this = op.expect::<PermutationsObject>(cx)?;
    let Some(pool) = this.pool.get().filter(|_| this.ended.get() == 0) else { return Ok(None) };
    let (length, count) = (this.length.get(), this.places.len());
    if this.result.is_empty() {
        let mut result = tuple::Filler::new(cx, length)?;
        for i in 0..length {
            result.push(item_of(cx, pool.borrow(), this.places.get(i))?);
        }
        let result = result.finish();
        this.result.set(Some(result.clone()));
        return Ok(Some(result));
    }
    if count == 0 {
        this.ended.set(1);
        return Ok(None);
    }
    let Some(result) = reusable(cx, &this.result)? else { return Ok(None) };
    for i in (0..length).rev() {
        let left = this.cycles.get(i) - 1;
        this.cycles.set(i, left);
        if left == 0 {
            // Turned all the way: the place goes behind those after it.
            let place = this.places.get(i);
            for j in i..count - 1 {
                this.places.set(j, this.places.get(j + 1));
            }
            this.places.set(count - 1, place);
            this.cycles.set(i, count - i);
            continue;
        }
        this.places.swap(i, count - left);
        put(cx, &result, pool.borrow(), &this.places, i..length)?;
        return Ok(Some(result));
    }
    this.ended.set(1);
    Ok(None)
}
