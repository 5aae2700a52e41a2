//! What the language does with an object of an own type: calls it, takes its items, walks over it,
//! compares and adds it.
//!
//! Each part is a constant of [`OwnType`] that is `None` or empty unless the type has it. A function
//! is given handles of its own, so whatever it does with the runtime, its operands live as long as it.

use runtime_gc::Borrowed;
use runtime_types::args::Args as RawArgs;
use runtime_types::ty::{self, Binary, Compare, Slots};
use runtime_types::{Cx, Res};

use super::glue::{enter, own_result};
use super::{Args, Own, OwnType};
use crate::embed::error::Error;
use crate::embed::handle::Ref;

/// `x(...)`
pub type CallFn<T> = for<'b, 'a, 'rt> fn(&'b Own<'rt, T>, Args<'a, 'rt>) -> Result<Ref<'rt>, Error>;
/// `iter(x)`, `-x`: asked of an object, it answers with another, or the same.
pub type ObjectFn<T> = for<'b, 'rt> fn(&'b Own<'rt, T>) -> Result<Ref<'rt>, Error>;
/// `next(x)`: `None` at the end.
pub type NextFn<T> = for<'b, 'rt> fn(&'b Own<'rt, T>) -> Result<Option<Ref<'rt>>, Error>;
/// `x[key]`
pub type ItemFn<T> = for<'b, 'rt> fn(&'b Own<'rt, T>, Ref<'rt>) -> Result<Ref<'rt>, Error>;
/// `x[key] = value`; without a value `del x[key]`.
pub type SetItemFn<T> =
    for<'b, 'rt> fn(&'b Own<'rt, T>, Ref<'rt>, Option<Ref<'rt>>) -> Result<(), Error>;
/// `item in x`
pub type ContainsFn<T> = for<'b, 'rt> fn(&'b Own<'rt, T>, Ref<'rt>) -> Result<bool, Error>;
/// `x < y`, `x == y`, ...: `None` when the other is none of its business, and is asked instead.
pub type CompareFn<T> =
    for<'b, 'rt> fn(&'b Own<'rt, T>, Ref<'rt>, Compare) -> Result<Option<bool>, Error>;
/// `x + y`, ...: `None` when the other is none of its business, and is asked instead.
pub type BinaryFn<T> =
    for<'b, 'rt> fn(&'b Own<'rt, T>, Ref<'rt>, Side) -> Result<Option<Ref<'rt>>, Error>;

/// On which side of an operator the object stands; the other operand stands on the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// `this + other`
    Left,
    /// `other + this`
    Right,
}

/// An operator with one operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unary {
    /// `-x`
    Neg,
    /// `+x`
    Pos,
    /// `~x`
    Invert,
    /// `abs(x)`
    Abs,
}

/// The slots of all this.
pub(super) fn slots<T: OwnType>() -> Slots {
    let walks = T::ITER.is_some() || T::NEXT.is_some();
    Slots {
        call: T::CALL.is_some().then_some(call::<T>),
        subscript: T::GET_ITEM.is_some().then_some(get_item::<T>),
        set_subscript: T::SET_ITEM.is_some().then_some(set_item::<T>),
        contains: T::CONTAINS.is_some().then_some(contains::<T>),
        iter: walks.then_some(iter::<T>),
        next: T::NEXT.is_some().then_some(next::<T>),
        compare: T::COMPARE.is_some().then_some(compare::<T>),
        hash: T::HASH.is_some().then_some(hash::<T>),
        bool: T::BOOL.is_some().then_some(truth::<T>),
        neg: unary_of::<T>(Unary::Neg).is_some().then_some(unary::<T, { Unary::Neg as u8 }>),
        pos: unary_of::<T>(Unary::Pos).is_some().then_some(unary::<T, { Unary::Pos as u8 }>),
        invert: unary_of::<T>(Unary::Invert)
            .is_some()
            .then_some(unary::<T, { Unary::Invert as u8 }>),
        abs: unary_of::<T>(Unary::Abs).is_some().then_some(unary::<T, { Unary::Abs as u8 }>),
        binary: binaries::<T>(),
        ..Slots::NONE
    }
}

fn unary_of<T: OwnType>(op: Unary) -> Option<ObjectFn<T>> {
    T::UNARY.iter().find(|(own, _)| *own == op).map(|(_, f)| *f)
}

fn binary_of<T: OwnType>(op: Binary) -> Option<BinaryFn<T>> {
    T::BINARY.iter().find(|(own, _)| *own == op).map(|(_, f)| *f)
}

/// A function for each binary operator that the type has.
fn binaries<T: OwnType>() -> [Option<ty::BinaryFn>; ty::BINARY_COUNT] {
    macro_rules! each {
        ($($op:ident)*) => {
            [$((Binary::$op, binary::<T, { Binary::$op as u8 }> as ty::BinaryFn)),*]
        };
    }
    let all = each! {
        Add Sub Mul TrueDiv FloorDiv Mod Pow Lshift Rshift And Or Xor DivMod
    };
    all.map(|(op, call)| binary_of::<T>(op).is_some().then_some(call))
}

/// A handle to an operand.
///
/// # Safety
/// The operand is of the runtime that is borrowed for `'rt`.
unsafe fn handle<'rt>(op: Borrowed<'_>) -> Ref<'rt> {
    // SAFETY: per contract.
    unsafe { Ref::adopt(op.owned()) }
}

fn call<T: OwnType>(_: &mut Cx<'_>, op: Borrowed<'_>, args: RawArgs<'_>) -> Res {
    enter::<T, _>(op, |this| match T::CALL {
        // SAFETY: arguments of a call are of the runtime that calls, which runs as long as it.
        Some(call) => own_result(this.runtime(), call(this, unsafe { Args::new(T::NAME, args) })?),
        None => Err(unsupported::<T>("is not callable")),
    })
}

/// A slot that the type does not have is not filled; should it be called all the same.
#[cold]
fn unsupported<T: OwnType>(what: &str) -> Error {
    Error::type_error(format!("'{}' object {what}", T::NAME))
}

fn get_item<T: OwnType>(_: &mut Cx<'_>, op: Borrowed<'_>, key: Borrowed<'_>) -> Res {
    enter::<T, _>(op, |this| match T::GET_ITEM {
        // SAFETY: operands are of the runtime that does the operation, here and below.
        Some(get) => own_result(this.runtime(), get(this, unsafe { handle(key) })?),
        None => Err(unsupported::<T>("is not subscriptable")),
    })
}

fn set_item<T: OwnType>(
    _: &mut Cx<'_>,
    op: Borrowed<'_>,
    key: Borrowed<'_>,
    value: Option<Borrowed<'_>>,
) -> Res<()> {
    enter::<T, _>(op, |this| match T::SET_ITEM {
        // SAFETY: as in `get_item`.
        Some(set) => unsafe { set(this, handle(key), value.map(|value| handle(value))) },
        None => Err(unsupported::<T>("does not support item assignment")),
    })
}

fn contains<T: OwnType>(_: &mut Cx<'_>, op: Borrowed<'_>, item: Borrowed<'_>) -> Res<bool> {
    enter::<T, _>(op, |this| match T::CONTAINS {
        // SAFETY: as in `get_item`.
        Some(contains) => contains(this, unsafe { handle(item) }),
        None => Ok(false),
    })
}

/// `iter(x)`; an object that gives the next item is its own iterator.
fn iter<T: OwnType>(_: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    match T::ITER {
        Some(iter) => enter::<T, _>(op, |this| own_result(this.runtime(), iter(this)?)),
        None => Ok(op.owned()),
    }
}

fn next<T: OwnType>(_: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Option<runtime_gc::Ref>> {
    enter::<T, _>(op, |this| match T::NEXT {
        Some(next) => next(this)?.map(|item| own_result(this.runtime(), item)).transpose(),
        None => Ok(None),
    })
}

fn compare<T: OwnType>(
    cx: &mut Cx<'_>,
    a: Borrowed<'_>,
    b: Borrowed<'_>,
    question: Compare,
) -> Res {
    let answer = enter::<T, _>(a, |this| match T::COMPARE {
        // SAFETY: as in `get_item`.
        Some(compare) => compare(this, unsafe { handle(b) }, question),
        None => Ok(None),
    })?;
    Ok(answer.map_or_else(|| cx.not_implemented(), |answer| cx.bool(answer)))
}

/// `hash(x)`, which is never -1, as everywhere in the language.
fn hash<T: OwnType>(_: &mut Cx<'_>, op: Borrowed<'_>) -> Res<i64> {
    let hash = enter::<T, _>(op, |this| T::HASH.map_or(Ok(0), |hash| hash(this)))?;
    Ok(if hash == -1 { -2 } else { hash })
}

fn truth<T: OwnType>(_: &mut Cx<'_>, op: Borrowed<'_>) -> Res<bool> {
    enter::<T, _>(op, |this| T::BOOL.map_or(Ok(true), |truth| truth(this)))
}

fn unary<T: OwnType, const OP: u8>(_: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let own = T::UNARY.iter().find(|(own, _)| *own as u8 == OP);
    enter::<T, _>(op, |this| match own {
        Some((_, own)) => own_result(this.runtime(), own(this)?),
        None => Err(unsupported::<T>("has no such operator")),
    })
}

/// `a + b`, ...: one of the operands is of the type, and the left one is asked when both are.
fn binary<T: OwnType, const OP: u8>(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>) -> Res {
    let Some((_, own)) = T::BINARY.iter().find(|(own, _)| *own as u8 == OP) else {
        return Ok(cx.not_implemented());
    };
    let (this, other, side) = match ty::Type::of(a).is_own::<T>() {
        true => (a, b, Side::Left),
        false => (b, a, Side::Right),
    };
    let result = enter::<T, _>(this, |this| {
        // SAFETY: as in `get_item`.
        let result = own(this, unsafe { handle(other) }, side)?;
        result.map(|result| own_result(this.runtime(), result)).transpose()
    })?;
    Ok(result.unwrap_or_else(|| cx.not_implemented()))
}
