//! The operations of the language on any object: each finds the slot and calls it.
//!
//! Operands are owned or otherwise kept alive by the caller for the whole call.

use std::cell::Cell;

use runtime_gc::{Borrowed, Ref};

use crate::args::Args;
use crate::class;
use crate::cx::{Cx, Raised, Res};
use crate::exception::{Exc, ExceptionObject};
use crate::int::IntObject;
use crate::list::ListObject;
use crate::native::NativeObject;
use crate::string::StrObject;
use crate::tuple::TupleObject;
use crate::ty::{Binary, BinaryFn, Compare, Type};
use crate::view::Look;
use crate::world::World;

/// Native calls that may nest in each other, whatever the limit on frames (CPython 3.13's
/// `Py_C_RECURSION_LIMIT`).
const NATIVE_LIMIT: u32 = 10_000;
/// Iterators that may ask each other for an item.
const ITERATOR_LIMIT: u32 = 50_000;
/// Bytes of stack that must be left before native code calls deeper, and bytes added when not.
const STACK_LEFT: usize = 128 * 1024;
const STACK_MORE: usize = 2 * 1024 * 1024;

/// Runs `f` one native level deeper, on more stack when little is left.
///
/// # Errors
/// `RecursionError` (`maximum recursion depth exceeded` and `doing`), and those of `f`.
pub fn nested<T>(cx: &mut Cx<'_>, doing: &str, f: impl FnOnce(&mut Cx<'_>) -> Res<T>) -> Res<T> {
    deeper(cx, |world| &world.native_depth, NATIVE_LIMIT, doing, f)
}

/// The same for an iterator that asks another. CPython does not count these: its bound is its stack,
/// which lasts for about so many.
///
/// # Errors
/// `RecursionError`, and those of `f`.
pub(crate) fn nested_iterator<T>(cx: &mut Cx<'_>, f: impl FnOnce(&mut Cx<'_>) -> Res<T>) -> Res<T> {
    deeper(cx, |world| &world.iterator_depth, ITERATOR_LIMIT, "", f)
}

#[inline(always)]
fn deeper<T>(
    cx: &mut Cx<'_>,
    depth: impl Fn(&World) -> &Cell<u32>,
    limit: u32,
    doing: &str,
    f: impl FnOnce(&mut Cx<'_>) -> Res<T>,
) -> Res<T> {
    cx.charge(1)?;
    let before = depth(cx.world()).get();
    if before >= limit {
        return Err(
            cx.raise(Exc::RecursionError, format_args!("maximum recursion depth exceeded{doing}"))
        );
    }
    depth(cx.world()).set(before + 1);
    let result = stacker::maybe_grow(STACK_LEFT, STACK_MORE, || f(cx));
    depth(cx.world()).set(before);
    result
}

/// `repr(x)`
///
/// # Errors
/// Those of the object's own code.
pub fn repr(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let Some(slot) = Type::of(op).slots.repr else { return cx.str("<object>") };
    nested(cx, " while getting the repr of an object", |cx| slot(cx, op))
}

/// `str(x)`
///
/// # Errors
/// Those of the object's own code.
pub fn str(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    if crate::string::is_exact(cx, op) {
        return Ok(op.owned());
    }
    match Type::of(op).slots.str {
        Some(slot) => nested(cx, " while getting the str of an object", |cx| slot(cx, op)),
        None => repr(cx, op),
    }
}

/// `format(x, spec)`
///
/// # Errors
/// Those of the object's own code.
pub fn format(cx: &mut Cx<'_>, op: Borrowed<'_>, spec: Borrowed<'_>) -> Res {
    match Type::of(op).slots.format {
        Some(slot) => slot(cx, op, spec),
        None => str(cx, op),
    }
}

/// `hash(x)`
///
/// # Errors
/// `TypeError` for unhashable types.
pub fn hash(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<i64> {
    match Type::of(op).slots.hash {
        Some(slot) => slot(cx, op),
        None => Err(cx.type_error(format_args!("unhashable type: '{}'", Type::of(op).name()))),
    }
}

/// The hash of an int's value, whatever its class says.
///
/// # Errors
/// Those of a long computation that was stopped.
pub(crate) fn native_int_hash(cx: &Cx<'_>, op: Borrowed<'_>) -> Res<i64> {
    op.view::<IntObject>().map_or(Ok(0), |int| crate::int::hash_of(cx, int))
}

/// `bool(x)`
///
/// # Errors
/// Those of the object's own code.
#[inline]
pub fn truth(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<bool> {
    let at = op.as_obj();
    if at == cx.true_obj() {
        return Ok(true);
    }
    if at == cx.false_obj() || cx.is_none(op) {
        return Ok(false);
    }
    let slots = &Type::of(op).slots;
    match (slots.bool, slots.len) {
        (Some(slot), _) => slot(cx, op),
        (None, Some(len)) => Ok(len(cx, op)? != 0),
        (None, None) => Ok(true),
    }
}

/// A rich comparison: the right operand first when its type is derived from the left one's, then the
/// left, then the right; identity when nobody knows. CPython: `do_richcompare`.
///
/// # Errors
/// `TypeError` for an order that neither side knows.
pub fn compare(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>, op: Compare) -> Res {
    nested(cx, " in comparison", |cx| compare_here(cx, a, b, op))
}

fn compare_here(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>, op: Compare) -> Res {
    let (left, right) = (Type::of(a), Type::of(b));
    let right_first = !std::ptr::eq(left, right) && right.is_subtype(left);
    if right_first && let Some(slot) = right.slots.compare {
        let result = slot(cx, b, a, op.reflected())?;
        if !cx.is_not_implemented(result.borrow()) {
            return Ok(result);
        }
    }
    if let Some(slot) = left.slots.compare {
        let result = slot(cx, a, b, op)?;
        if !cx.is_not_implemented(result.borrow()) {
            return Ok(result);
        }
    }
    if !right_first && let Some(slot) = right.slots.compare {
        let result = slot(cx, b, a, op.reflected())?;
        if !cx.is_not_implemented(result.borrow()) {
            return Ok(result);
        }
    }
    match op {
        Compare::Eq => Ok(cx.bool(a.is(b))),
        Compare::Ne => Ok(cx.bool(!a.is(b))),
        _ => Err(cx.type_error(format_args!(
            "'{}' not supported between instances of '{}' and '{}'",
            op.symbol(),
            left.name(),
            right.name()
        ))),
    }
}

/// Whether a comparison holds. Identical objects are equal without being asked.
///
/// # Errors
/// As [`compare`], and those of the truth of its outcome.
pub fn holds(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>, op: Compare) -> Res<bool> {
    if a.is(b) {
        match op {
            Compare::Eq => return Ok(true),
            Compare::Ne => return Ok(false),
            _ => {}
        }
    }
    let result = compare(cx, a, b, op)?;
    truth(cx, result.borrow())
}

/// `a == b`, or the same object: how containers look for what they hold.
///
/// # Errors
/// As [`holds`].
pub fn equal(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>) -> Res<bool> {
    cx.charge(1)?;
    if a.is(b) {
        return Ok(true);
    }
    if let (Some(x), Some(y)) = (a.view::<StrObject>(), b.view::<StrObject>())
        && crate::string::is_exact(cx, a)
        && crate::string::is_exact(cx, b)
    {
        return Ok(crate::string::equal(x, y));
    }
    holds(cx, a, b, Compare::Eq)
}

/// `iter(x)`
///
/// # Errors
/// `TypeError` when it cannot be iterated over.
pub fn iter(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let ty = Type::of(op);
    match (ty.slots.iter, ty.slots.subscript) {
        (Some(slot), _) => slot(cx, op),
        (None, Some(_)) if ty.is_class() => crate::iter::over_sequence(cx, op),
        _ => Err(cx.type_error(format_args!("'{}' object is not iterable", ty.name()))),
    }
}

/// Whether `iter(x)` has a way: the type's own, or items by position in a class.
#[inline]
pub fn is_iterable(op: Borrowed<'_>) -> bool {
    let ty = Type::of(op);
    ty.slots.iter.is_some() || (ty.is_class() && ty.slots.subscript.is_some())
}

/// A tuple of the items of an iterable, or a `TypeError` of these words where there is no iterator.
/// CPython: `PySequence_Fast`.
///
/// # Errors
/// `TypeError`, and those of the iterator.
pub(crate) fn to_tuple_or(cx: &mut Cx<'_>, op: Borrowed<'_>, otherwise: &str) -> Res {
    if op.is_a::<TupleObject>() || op.is_a::<ListObject>() {
        return to_tuple(cx, op);
    }
    match iter(cx, op) {
        Ok(iterator) => to_tuple(cx, iterator.borrow()),
        Err(raised) => {
            crate::iter::caught(cx, raised, &[Exc::TypeError])?;
            Err(cx.type_error(format_args!("{otherwise}")))
        }
    }
}

/// What an iterator gives when it is asked for its next item.
pub enum Step {
    /// An item.
    Item(Ref),
    /// The end, and the value that came with it: what a generator returned, when it was not `None`.
    End(Option<Ref>),
}

/// `next(x)`: the next item, or `None` at the end. A `StopIteration` that the iterator raised is
/// taken for the end.
///
/// # Errors
/// `TypeError` when it is no iterator, and those of the iterator.
pub fn next(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Option<Ref>> {
    match step(cx, op)? {
        Step::Item(item) => Ok(Some(item)),
        Step::End(_) => Ok(None),
    }
}

/// The same, with the value at the end.
///
/// # Errors
/// As [`next`].
#[inline]
pub fn step(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Step> {
    cx.charge(1)?;
    let ty = Type::of(op);
    match ty.slots.next {
        // Only classes end an iteration by raising.
        Some(slot) if ty.is_class() => match slot(cx, op) {
            Err(raised) => crate::iter::stopped(cx, raised).map(Step::End),
            Ok(Some(item)) => Ok(Step::Item(item)),
            Ok(None) => Ok(Step::End(cx.take_end_value())),
        },
        Some(slot) => match slot(cx, op)? {
            Some(item) => Ok(Step::Item(item)),
            None => Ok(Step::End(cx.take_end_value())),
        },
        None => Err(cx.type_error(format_args!("'{}' object is not an iterator", ty.name()))),
    }
}

/// `len(x)`
///
/// # Errors
/// `TypeError` when it has none.
pub fn len(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<usize> {
    match Type::of(op).slots.len {
        Some(slot) => slot(cx, op),
        None => {
            let name = Type::of(op).name();
            Err(cx.type_error(format_args!("object of type '{name}' has no len()")))
        }
    }
}

/// A guess of how many items an iteration will give: `len`, `__length_hint__`, or nothing.
///
/// # Errors
/// Those of the object's own code.
pub fn length_hint(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Option<usize>> {
    match Type::of(op).slots.len {
        Some(slot) => slot(cx, op).map(Some),
        None => Ok(crate::iter::length_hint(cx, op)),
    }
}

/// `x.name`
///
/// # Errors
/// `AttributeError`, and those of the object's own code.
pub fn get_attr(cx: &mut Cx<'_>, op: Borrowed<'_>, name: Borrowed<'_>) -> Res {
    match Type::of(op).slots.get_attr {
        Some(slot) => match slot(cx, op, name) {
            Ok(value) => Ok(value),
            Err(raised) => Err(crate::object::in_context(cx, op, name, raised)),
        },
        None => Err(crate::object::no_attribute(cx, op, name)),
    }
}

/// `x.name` with a name known to the runtime.
///
/// # Errors
/// As [`get_attr`].
pub fn get_attr_str(cx: &mut Cx<'_>, op: Borrowed<'_>, name: &str) -> Res {
    let name = cx.name(name)?;
    get_attr(cx, op, name.borrow())
}

/// `x.name = v`, or `del x.name` without a value.
///
/// # Errors
/// `AttributeError`, and those of the object's own code.
pub fn set_attr(
    cx: &mut Cx<'_>,
    op: Borrowed<'_>,
    name: Borrowed<'_>,
    value: Option<Borrowed<'_>>,
) -> Res<()> {
    match Type::of(op).slots.set_attr {
        Some(slot) => slot(cx, op, name, value),
        None => Err(crate::object::no_attribute(cx, op, name)),
    }
}

/// Whether an object can have attributes of its own.
pub(crate) fn has_attributes(op: Borrowed<'_>) -> bool {
    op.is_a::<ExceptionObject>() || Type::of(op).has_instance_dict()
}

/// An object's own attribute.
///
/// # Errors
/// Those of comparing keys of its dict.
#[inline]
pub(crate) fn own_attribute(
    cx: &mut Cx<'_>,
    op: Borrowed<'_>,
    name: Borrowed<'_>,
) -> Res<Option<Ref>> {
    match op.view::<ExceptionObject>() {
        Some(exception) => match exception.dict.get() {
            Some(dict) => crate::dict::get(cx, dict.borrow(), name),
            None => Ok(None),
        },
        None => class::get_value(cx, op, name),
    }
}

/// Sets an object's own attribute; `false` when it can have none.
///
/// # Errors
/// `MemoryError`, those of comparing keys of its dict.
pub(crate) fn set_own_attribute(
    cx: &mut Cx<'_>,
    op: Borrowed<'_>,
    name: Borrowed<'_>,
    value: Borrowed<'_>,
) -> Res<bool> {
    if op.is_a::<ExceptionObject>() {
        let dict = instance_dict(cx, op)?;
        return crate::dict::set(cx, dict.borrow(), name, value).map(|()| true);
    }
    class::set_value(cx, op, name, value)
}

/// Deletes an object's own attribute; `false` when it has none of the name.
///
/// # Errors
/// Those of comparing keys of its dict.
pub(crate) fn delete_own_attribute(
    cx: &mut Cx<'_>,
    op: Borrowed<'_>,
    name: Borrowed<'_>,
) -> Res<bool> {
    match op.view::<ExceptionObject>() {
        Some(exception) => match exception.dict.get() {
            Some(dict) => Ok(crate::dict::remove(cx, dict.borrow(), name)?.is_some()),
            None => Ok(false),
        },
        None => class::delete_value(cx, op, name),
    }
}

/// Puts another dict in the place of an object's own.
///
/// # Errors
/// `AttributeError` for objects without one.
pub(crate) fn replace_instance_dict(
    cx: &mut Cx<'_>,
    op: Borrowed<'_>,
    dict: Option<Ref>,
) -> Res<()> {
    if let Some(exception) = op.view::<ExceptionObject>() {
        exception.dict.set(dict);
        return Ok(());
    }
    if class::replace_dict(op, dict) {
        return Ok(());
    }
    let name = cx.name("__dict__")?;
    Err(crate::object::no_attribute(cx, op, name.borrow()))
}

/// The instance dict of an object, made now if need be.
///
/// # Errors
/// `AttributeError` for types whose objects have none; `MemoryError`.
pub fn instance_dict(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let Some(exception) = op.view::<ExceptionObject>() else {
        if let Some(dict) = class::dict_of(cx, op)? {
            return Ok(dict);
        }
        let name = cx.name("__dict__")?;
        return Err(crate::object::no_attribute(cx, op, name.borrow()));
    };
    if let Some(dict) = exception.dict.get() {
        return Ok(dict);
    }
    let dict = crate::dict::new(cx)?;
    exception.dict.set(Some(dict.clone()));
    Ok(dict)
}

/// A binary operator: the right operand first when its type is derived from the left one's and does
/// it differently, then left, then right, then what sequences do for `+` and `*`.
///
/// # Errors
/// `TypeError` when nobody knows how.
pub fn binary(cx: &mut Cx<'_>, op: Binary, a: Borrowed<'_>, b: Borrowed<'_>) -> Res {
    match try_binary(cx, op, a, b)? {
        Some(result) => Ok(result),
        None => sequence_or_error(cx, op, a, b, false),
    }
}

/// The in-place form: the left operand's own, else the plain operator.
///
/// # Errors
/// As [`binary`].
pub fn in_place(cx: &mut Cx<'_>, op: Binary, a: Borrowed<'_>, b: Borrowed<'_>) -> Res {
    let slots = &Type::of(a).slots;
    if let Some(slot) = slots.in_place(op) {
        let result = slot(cx, a, b)?;
        if !cx.is_not_implemented(result.borrow()) {
            return Ok(result);
        }
    }
    if let Some(result) = try_binary(cx, op, a, b)? {
        return Ok(result);
    }
    match op {
        Binary::Add if let Some(slot) = slots.concat_in_place => return slot(cx, a, b),
        Binary::Mul if let Some(slot) = slots.repeat_in_place => {
            return repeated(cx, slot, a, b);
        }
        // A sequence on the left that cannot be repeated: the right one is not asked.
        Binary::Mul if slots.repeat.is_none() && is_sequence(Type::of(a)) => {
            return Err(unsupported(cx, op.symbol(true), Type::of(a), Type::of(b)));
        }
        _ => {}
    }
    sequence_or_error(cx, op, a, b, true)
}

fn try_binary(cx: &mut Cx<'_>, op: Binary, a: Borrowed<'_>, b: Borrowed<'_>) -> Res<Option<Ref>> {
    let (left, right) = (Type::of(a), Type::of(b));
    let first = left.slots.binary(op);
    if std::ptr::eq(left, right) && first.is_none() {
        return Ok(None);
    }
    let mut second = right.slots.binary(op);
    if std::ptr::eq(left, right)
        || first.zip(second).is_some_and(|(first, second)| std::ptr::fn_addr_eq(first, second))
    {
        second = None;
    }
    if let (Some(_), Some(slot)) = (first, second)
        && right.is_subtype(left)
    {
        let result = slot(cx, a, b)?;
        if !cx.is_not_implemented(result.borrow()) {
            return Ok(Some(result));
        }
        second = None;
    }
    for slot in [first, second].into_iter().flatten() {
        let result = slot(cx, a, b)?;
        if !cx.is_not_implemented(result.borrow()) {
            return Ok(Some(result));
        }
    }
    Ok(None)
}

fn sequence_or_error(
    cx: &mut Cx<'_>,
    op: Binary,
    a: Borrowed<'_>,
    b: Borrowed<'_>,
    in_place: bool,
) -> Res {
    let (left, right) = (Type::of(a), Type::of(b));
    match op {
        Binary::Add => {
            if let Some(slot) = left.slots.concat {
                return slot(cx, a, b);
            }
        }
        Binary::Mul => {
            for (slot, sequence, count) in [(left.slots.repeat, a, b), (right.slots.repeat, b, a)] {
                if let Some(slot) = slot {
                    return repeated(cx, slot, sequence, count);
                }
            }
        }
        _ => {}
    }
    let is_print = |op: Borrowed<'_>| {
        op.view::<NativeObject>().is_some_and(|native| native.def().name == "print")
    };
    if matches!(op, Binary::Rshift) && !in_place && is_print(a) {
        return Err(cx.type_error(format_args!(
            "unsupported operand type(s) for >>: '{}' and '{}'. Did you mean \"print(<message>, \
             file=<output_stream>)\"?",
            left.name(),
            right.name()
        )));
    }
    Err(unsupported(cx, op.symbol(in_place), left, right))
}

/// Calls a slot that repeats a sequence.
fn repeated(cx: &mut Cx<'_>, slot: BinaryFn, sequence: Borrowed<'_>, count: Borrowed<'_>) -> Res {
    if Type::of(count).slots.index.is_none() {
        let name = Type::of(count).name();
        return Err(
            cx.type_error(format_args!("can't multiply sequence by non-int of type '{name}'"))
        );
    }
    slot(cx, sequence, count)
}

/// Whether a type has what CPython calls the sequence protocol, whichever part of it.
fn is_sequence(ty: &Type) -> bool {
    ty.is_class() || ty.slots.len.is_some()
}

fn unsupported(cx: &Cx<'_>, symbol: &str, left: &Type, right: &Type) -> Raised {
    cx.type_error(format_args!(
        "unsupported operand type(s) for {symbol}: '{}' and '{}'",
        left.name(),
        right.name()
    ))
}

/// `pow(a, b, m)`; two operands when `m` is `None`.
///
/// # Errors
/// `TypeError` when nobody knows how.
pub fn power(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>, m: Borrowed<'_>) -> Res {
    if cx.is_none(m) {
        return binary(cx, Binary::Pow, a, b);
    }
    for ty in [Type::of(a), Type::of(b), Type::of(m)] {
        if let Some(slot) = ty.slots.pow {
            let result = slot(cx, a, b, m)?;
            if !cx.is_not_implemented(result.borrow()) {
                return Ok(result);
            }
        }
    }
    Err(cx.type_error(format_args!(
        "unsupported operand type(s) for ** or pow(): '{}', '{}', '{}'",
        Type::of(a).name(),
        Type::of(b).name(),
        Type::of(m).name()
    )))
}

/// A unary operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unary {
    /// `-x`
    Neg,
    /// `+x`
    Pos,
    /// `~x`
    Invert,
}

/// `-x`, `+x`, `~x`
///
/// # Errors
/// `TypeError` when the type has no such operator.
pub fn unary(cx: &mut Cx<'_>, op: Unary, a: Borrowed<'_>) -> Res {
    let slots = &Type::of(a).slots;
    let (slot, symbol) = match op {
        Unary::Neg => (slots.neg, "-"),
        Unary::Pos => (slots.pos, "+"),
        Unary::Invert => (slots.invert, "~"),
    };
    match slot {
        Some(slot) => slot(cx, a),
        None => Err(cx.type_error(format_args!(
            "bad operand type for unary {symbol}: '{}'",
            Type::of(a).name()
        ))),
    }
}

/// `x[k]`
///
/// # Errors
/// `TypeError` when it has no items.
pub fn subscript(cx: &mut Cx<'_>, op: Borrowed<'_>, key: Borrowed<'_>) -> Res {
    match Type::of(op).slots.subscript {
        Some(slot) => slot(cx, op, key),
        None if let Some(class) = op.view::<Type>() => subscript_class(cx, class, key),
        None => {
            let name = Type::of(op).name();
            Err(cx.type_error(format_args!("'{name}' object is not subscriptable")))
        }
    }
}

/// `C[k]`: what `C.__class_getitem__(k)` gives.
fn subscript_class(cx: &mut Cx<'_>, class: &Type, key: Borrowed<'_>) -> Res {
    if std::ptr::eq(class, cx.types.type_.as_ptr()) {
        return crate::alias::alias(cx, class.as_borrowed(), key);
    }
    let name = cx.name("__class_getitem__")?;
    if crate::type_type::lookup(cx, class, name.borrow())?.is_none() {
        let name = class.name();
        return Err(cx.type_error(format_args!("type '{name}' is not subscriptable")));
    }
    let method = get_attr(cx, class.as_borrowed(), name.borrow())?;
    call(cx, method.borrow(), Args::positional(&[key]))
}

/// `x[k] = v`, or `del x[k]` without a value.
///
/// # Errors
/// `TypeError` when its items cannot be set or deleted.
pub fn set_subscript(
    cx: &mut Cx<'_>,
    op: Borrowed<'_>,
    key: Borrowed<'_>,
    value: Option<Borrowed<'_>>,
) -> Res<()> {
    match Type::of(op).slots.set_subscript {
        Some(slot) => slot(cx, op, key, value),
        None => {
            let name = Type::of(op).name();
            let by_place = is_sequence(Type::of(op)) && Type::of(key).slots.index.is_some();
            if by_place {
                to_index(cx, key, Exc::IndexError)?;
            }
            Err(match value {
                Some(_) => {
                    cx.type_error(format_args!("'{name}' object does not support item assignment"))
                }
                None if by_place => {
                    cx.type_error(format_args!("'{name}' object doesn't support item deletion"))
                }
                None => {
                    cx.type_error(format_args!("'{name}' object does not support item deletion"))
                }
            })
        }
    }
}

/// `y in x`
///
/// # Errors
/// `TypeError` when `x` is no container.
pub fn contains(cx: &mut Cx<'_>, container: Borrowed<'_>, item: Borrowed<'_>) -> Res<bool> {
    let slots = &Type::of(container).slots;
    if let Some(slot) = slots.contains {
        return slot(cx, container, item);
    }
    contains_by_iteration(cx, container, item)
}

/// The same for containers that do not say themselves.
pub(crate) fn contains_by_iteration(
    cx: &mut Cx<'_>,
    container: Borrowed<'_>,
    item: Borrowed<'_>,
) -> Res<bool> {
    if !is_iterable(container) {
        let name = Type::of(container).name();
        return Err(cx.type_error(format_args!("argument of type '{name}' is not iterable")));
    }
    let iterator = match iter(cx, container) {
        Ok(iterator) => iterator,
        Err(raised) => {
            crate::iter::caught(cx, raised, &[Exc::TypeError])?;
            let name = Type::of(container).name();
            return Err(cx.type_error(format_args!("argument of type '{name}' is not iterable")));
        }
    };
    while let Some(candidate) = next(cx, iterator.borrow())? {
        if equal(cx, candidate.borrow(), item)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// `f(...)`
///
/// # Errors
/// `TypeError` when it cannot be called, and those of the call.
pub fn call(cx: &mut Cx<'_>, function: Borrowed<'_>, args: Args<'_>) -> Res {
    match Type::of(function).slots.call {
        Some(slot) => nested(cx, " while calling a Python object", |cx| slot(cx, function, args)),
        None => {
            let name = Type::of(function).name();
            Err(cx.type_error(format_args!("'{name}' object is not callable")))
        }
    }
}

/// The object as an int, by `__index__`.
///
/// # Errors
/// `TypeError` when it is no integer.
pub fn index(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    if op.is_a::<IntObject>() {
        return Ok(op.owned());
    }
    match Type::of(op).slots.index {
        Some(slot) => slot(cx, op),
        None => {
            let name = Type::of(op).name();
            Err(cx.type_error(format_args!("'{name}' object cannot be interpreted as an integer")))
        }
    }
}

/// The object as a number of items or a position, by `__index__`.
///
/// # Errors
/// `TypeError` when it is no integer, `OverflowError` (or `kind`) when it does not fit.
pub fn to_index(cx: &mut Cx<'_>, op: Borrowed<'_>, kind: Exc) -> Res<isize> {
    let int = index(cx, op)?;
    match crate::int::to_i64(int.borrow()) {
        Some(value) => Ok(value as isize),
        None => Err(cx.raise(
            kind,
            format_args!("cannot fit '{}' into an index-sized integer", Type::of(op).name()),
        )),
    }
}

/// A tuple of the items of any iterable; an exact tuple is given as it is.
///
/// # Errors
/// `TypeError` when it cannot be iterated over.
pub fn to_tuple(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    if crate::tuple::is_exact(cx, op) {
        return Ok(op.owned());
    }
    // What is derived from them may be walked in a way of its own.
    let list = match op.is_a::<ListObject>() && !Type::of(op).is_class() {
        true => op.owned(),
        false => crate::list::from_iterable(cx, op)?,
    };
    crate::list::to_tuple(cx, list.borrow())
}

/// Whether an object is an instance of a type or of one of a tuple of types.
///
/// # Errors
/// `TypeError` when the second operand is neither.
pub fn is_instance(cx: &mut Cx<'_>, op: Borrowed<'_>, class: Borrowed<'_>) -> Res<bool> {
    if let Some(ty) = class.view::<Type>()
        && (std::ptr::eq(Type::of(op), ty) || !Type::of(class).is_class())
    {
        return is_instance_of(cx, op, ty);
    }
    if let Some(types) = class.view::<TupleObject>() {
        for ty in types.items() {
            if nested(cx, " in __instancecheck__", |cx| is_instance(cx, op, *ty))? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    match asked(cx, class, "__instancecheck__", " in __instancecheck__", op)? {
        Some(holds) => Ok(holds),
        None => Err(cx.type_error(format_args!(
            "isinstance() arg 2 must be a type, a tuple of types, or a union"
        ))),
    }
}

/// Whether a class is derived from another or from one of a tuple of classes.
///
/// # Errors
/// `TypeError` when the second operand is neither.
pub fn is_subclass(cx: &mut Cx<'_>, class: Borrowed<'_>, of: Borrowed<'_>) -> Res<bool> {
    let not_a_class =
        |cx: &Cx<'_>| cx.type_error(format_args!("issubclass() arg 1 must be a class"));
    if let Some(base) = of.view::<Type>()
        && !Type::of(of).is_class()
    {
        return match class.view::<Type>() {
            Some(class) => Ok(class.is_subtype(base)),
            None => Err(not_a_class(cx)),
        };
    }
    if let Some(bases) = of.view::<TupleObject>() {
        for base in bases.items() {
            if nested(cx, " in __subclasscheck__", |cx| is_subclass(cx, class, *base))? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    match asked(cx, of, "__subclasscheck__", " in __subclasscheck__", class)? {
        Some(holds) => Ok(holds),
        None if !class.is_a::<Type>() => Err(not_a_class(cx)),
        None => Err(cx.type_error(format_args!(
            "issubclass() arg 2 must be a class, a tuple of classes, or a union"
        ))),
    }
}

/// What a special method of one argument says; `None` when there is none.
fn asked(
    cx: &mut Cx<'_>,
    op: Borrowed<'_>,
    method: &str,
    doing: &str,
    arg: Borrowed<'_>,
) -> Res<Option<bool>> {
    let name = cx.name(method)?;
    let Some(method) = crate::iter::special(cx, op, name.borrow())? else { return Ok(None) };
    let answer = nested(cx, doing, |cx| call(cx, method.borrow(), Args::positional(&[arg])))?;
    truth(cx, answer.borrow()).map(Some)
}

/// The type of an object is a `ty`, or what it says its class is (a proxy says that of its object).
pub(crate) fn is_instance_of(cx: &mut Cx<'_>, op: Borrowed<'_>, ty: &Type) -> Res<bool> {
    let own = Type::of(op);
    if own.is_subtype(ty) {
        return Ok(true);
    }
    if crate::native::has_generic_get_attr(own) && !own.is_class() {
        return Ok(false);
    }
    match get_attr_str(cx, op, "__class__") {
        Ok(class) => Ok(class.borrow().view::<Type>().is_some_and(|class| class.is_subtype(ty))),
        Err(raised) => {
            crate::iter::caught(cx, raised, &[Exc::AttributeError])?;
            Ok(false)
        }
    }
}

impl World {
    /// Whether a name is one that the runtime gives meaning to: `__name__`.
    pub fn is_special_name(name: &str) -> bool {
        name.len() > 4 && name.starts_with("__") && name.ends_with("__")
    }
}
