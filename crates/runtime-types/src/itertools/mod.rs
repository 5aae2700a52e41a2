//! The module `itertools`: iterators made of others.
//!
//! ```text
//! mod.rs        the table, and how an iterator is declared
//! infinite.rs   count, cycle, repeat
//! linear.rs     chain, accumulate, compress, dropwhile, takewhile, filterfalse, starmap
//! slices.rs     islice, pairwise, batched
//! products.rs   product, combinations, combinations_with_replacement, permutations
//! longest.rs    zip_longest
//! tee.rs        tee: one iterator read by several
//! groupby.rs    groupby and its groups
//! ```
//!
//! Sizes, order of evaluation and the reuse of result tuples are CPython's. Each `next` owns what it
//! asks before it asks: an inner iterator may run code that comes back to the same object.

mod groupby;
mod infinite;
mod linear;
mod longest;
mod products;
mod slices;
mod tee;
mod words;

use runtime_core::{TypeFlags, TypeSpec};
use runtime_gc::{Borrowed, Container, Ref};

use crate::args::{Args, NativeDef};
use crate::cx::{Cx, Res};
use crate::iter::itself;
use crate::late::{Late, add_types, finish_module};
use crate::native::fixed;
use crate::ty::{NewFn, NextFn, Slots, Type, TypeDef};
use crate::view::Layout;

pub(crate) use groupby::{GROUP_BY, GROUPER};
pub(crate) use infinite::{COUNT, CYCLE, REPEAT};
pub(crate) use linear::{
    ACCUMULATE, CHAIN, COMPRESS, DROP_WHILE, FILTER_FALSE, STAR_MAP, TAKE_WHILE,
};
pub(crate) use longest::ZIP_LONGEST;
pub(crate) use products::{COMBINATIONS, COMBINATIONS_WITH_REPLACEMENT, PERMUTATIONS, PRODUCT};
pub(crate) use slices::{BATCHED, ISLICE, PAIRWISE};
pub(crate) use tee::{TEE, TEE_DATA};

const FUNCTIONS: &[NativeDef] = &[NativeDef::any("tee", tee::tee)];

const TYPES: &[Late] = &[
    Late::Accumulate,
    Late::Batched,
    Late::Chain,
    Late::Combinations,
    Late::CombinationsWithReplacement,
    Late::Compress,
    Late::Count,
    Late::Cycle,
    Late::DropWhile,
    Late::FilterFalse,
    Late::GroupBy,
    Late::ISlice,
    Late::Pairwise,
    Late::Permutations,
    Late::Product,
    Late::Repeat,
    Late::StarMap,
    Late::TakeWhile,
    Late::ZipLongest,
    Late::Grouper,
    Late::Tee,
    Late::TeeData,
];

/// The module.
///
/// # Errors
/// `MemoryError`.
pub fn make_module(cx: &mut Cx<'_>) -> Res {
    let dict = crate::dict::new(cx)?;
    add_types(cx, dict.borrow(), TYPES)?;
    crate::module::add_functions(cx, dict.borrow(), "itertools", FUNCTIONS)?;
    finish_module(cx, "itertools", dict)
}

/// The parts of an iterator of this module, where it can be taken apart; nothing for other objects.
///
/// # Errors
/// `MemoryError`.
pub(crate) fn parts(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Option<Ref>> {
    match infinite::parts(cx, op)? {
        Some(parts) => Ok(Some(parts)),
        None => linear::parts(cx, op),
    }
}

/// `__setstate__` of the iterators that keep whether they have begun, or ended.
const SET_STATE: &[NativeDef] = &[NativeDef::exactly("__setstate__", 1, |cx, args| {
    let (op, state) = crate::list::two(cx, &args)?;
    linear::set_state(cx, op, state)?;
    Ok(cx.none())
})];

/// An iterator that programs can derive classes from.
const fn iterator<C: Container>(
    name: &'static str,
    layout: Layout,
    new: NewFn,
    next: NextFn,
) -> TypeDef {
    TypeDef {
        spec: TypeSpec { flags: TypeFlags::GC.with(TypeFlags::BASE), ..fixed::<C>(name, layout) },
        slots: Slots { iter: Some(itself), next: Some(next), new: Some(new), ..Slots::NONE },
        module: "itertools",
        ..TypeDef::EMPTY
    }
}

/// A new iterator whose fields are all empty.
fn blank(cx: &Cx<'_>, ty: &Type) -> Res {
    crate::class::new_object(cx, ty)
}

/// Refuses keywords for a type itself; a class derived from it may have an `__init__` that takes some.
fn no_keywords(cx: &Cx<'_>, ty: &Type, args: &Args<'_>) -> Res<()> {
    if args.names().is_empty() || ty.is_class() {
        return Ok(());
    }
    let name = ty.short_name();
    Err(cx.type_error(format_args!("{name}() takes no keyword arguments")))
}

/// Exactly `N` positional arguments.
fn exactly<'a, const N: usize>(
    cx: &Cx<'_>,
    ty: &Type,
    name: &str,
    args: &Args<'a>,
) -> Res<[Borrowed<'a>; N]> {
    no_keywords(cx, ty, args)?;
    match <[Borrowed<'a>; N]>::try_from(args.positionals()) {
        Ok(all) => Ok(all),
        Err(_) => {
            let (given, plural) = (args.len(), if N == 1 { "" } else { "s" });
            Err(cx.type_error(format_args!("{name} expected {N} argument{plural}, got {given}")))
        }
    }
}

/// `f(*args)` for a few arguments.
fn call<const N: usize>(cx: &mut Cx<'_>, f: &Ref, args: [Borrowed<'_>; N]) -> Res {
    crate::protocol::call(cx, f.borrow(), Args::positional(&args))
}
