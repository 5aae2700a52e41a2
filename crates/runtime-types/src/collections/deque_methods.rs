//! What scripts do with a `deque`.

use std::cell::Cell;

use runtime_gc::{Borrowed, Ref};

use super::deque::{Block, DequeObject, Position, SPEC};
use crate::args::{Args, NativeDef, bind};
use crate::cx::{Cx, OrRaise, Raised, Res};
use crate::exception::Exc;
use crate::field::Field;
use crate::int::IntObject;
use crate::iter::{itself, step};
use crate::late::Late;
use crate::list::{self, this, two};
use crate::native::{fixed, object};
use crate::string::text_of;
use crate::ty::{Compare, GetSetDef, Slots, Type, TypeDef};
use crate::view::{Layout, Look};
use crate::{protocol, repr_guard};

object! {
    /// An iterator over a deque, either way round: `left` items are left, the next one at `place` of
    /// `block` as long as the deque's state is `state`.
    DequeIterObject as DequeIter, "collections._deque_iterator", 56 {
        deque: Field,
        block: Cell<*mut Block>,
        place: Cell<isize>,
        state: Cell<usize>,
        left: Cell<usize>,
    } owns [deque]
}

pub(crate) const DEQUE: TypeDef = TypeDef {
    spec: SPEC,
    slots: Slots {
        repr: Some(repr),
        compare: Some(compare),
        iter: Some(|cx, op| iterator(cx, op, false)),
        len: Some(|cx, op| Ok(op.expect::<DequeObject>(cx)?.len())),
        bool: Some(|cx, op| Ok(op.expect::<DequeObject>(cx)?.len() != 0)),
        contains: Some(contains),
        subscript: Some(subscript),
        set_subscript: Some(set_subscript),
        concat: Some(concat),
        repeat: Some(|cx, op, count| {
            let copied = copy(cx, op)?;
            repeat_in_place(cx, copied.borrow(), count)
        }),
        concat_in_place: Some(|cx, op, items| {
            extend(cx, op, items, false)?;
            Ok(op.owned())
        }),
        repeat_in_place: Some(repeat_in_place),
        new: Some(new),
        init: Some(init),
        ..Slots::NONE
    },
    methods: &[
        NativeDef::exactly("append", 1, |cx, args| {
            let (op, item) = two(cx, &args)?;
            let this = op.expect::<DequeObject>(cx)?;
            this.push_right(cx.heap(), item.owned()).or_raise(cx)?;
            trim(cx, this, false);
            Ok(cx.none())
        }),
        NativeDef::exactly("appendleft", 1, |cx, args| {
            let (op, item) = two(cx, &args)?;
            let this = op.expect::<DequeObject>(cx)?;
            this.push_left(cx.heap(), item.owned()).or_raise(cx)?;
            trim(cx, this, true);
            Ok(cx.none())
        }),
        NativeDef::exactly("clear", 0, |cx, args| {
            this(cx, &args)?.expect::<DequeObject>(cx)?.clear(cx.heap());
            Ok(cx.none())
        }),
        NativeDef::exactly("copy", 0, |cx, args| {
            let op = this(cx, &args)?;
            copy(cx, op)
        }),
        NativeDef::exactly("__copy__", 0, |cx, args| {
            let op = this(cx, &args)?;
            copy(cx, op)
        }),
        NativeDef::exactly("count", 1, count),
        NativeDef::exactly("extend", 1, |cx, args| {
            let (op, items) = two(cx, &args)?;
            extend(cx, op, items, false)?;
            Ok(cx.none())
        }),
        NativeDef::exactly("extendleft", 1, |cx, args| {
            let (op, items) = two(cx, &args)?;
            extend(cx, op, items, true)?;
            Ok(cx.none())
        }),
        NativeDef::between("index", 1, 3, index),
        NativeDef::exactly("insert", 2, insert),
        NativeDef::exactly("pop", 0, |cx, args| {
            let item = this(cx, &args)?.expect::<DequeObject>(cx)?.pop_right(cx.heap());
            item.ok_or_else(|| empty(cx))
        }),
        NativeDef::exactly("popleft", 0, |cx, args| {
            let item = this(cx, &args)?.expect::<DequeObject>(cx)?.pop_left(cx.heap());
            item.ok_or_else(|| empty(cx))
        }),
        NativeDef::exactly("remove", 1, remove),
        NativeDef::exactly("reverse", 0, |cx, args| {
            this(cx, &args)?.expect::<DequeObject>(cx)?.reverse();
            Ok(cx.none())
        }),
        NativeDef::between("rotate", 0, 1, |cx, args| {
            let by = match args.get(1) {
                Some(by) => list::position(cx, by)?,
                None => 1,
            };
            let this = this(cx, &args)?.expect::<DequeObject>(cx)?;
            this.rotate(cx.heap(), by).or_raise(cx)?;
            Ok(cx.none())
        }),
        NativeDef::exactly("__reversed__", 0, |cx, args| {
            let op = this(cx, &args)?;
            iterator(cx, op, true)
        }),
        NativeDef::exactly("__reduce__", 0, |cx, args| {
            let op = this(cx, &args)?;
            let empty = cx.empty_tuple();
            let args = match op.expect::<DequeObject>(cx)?.max_len.get() {
                ..0 => empty,
                most => {
                    let most = cx.int(most as i64)?;
                    cx.tuple([empty, most])?
                }
            };
            let state = protocol::get_attr_str(cx, op, "__getstate__")?;
            let state = protocol::call(cx, state.borrow(), Args::NONE)?;
            let items = protocol::iter(cx, op)?;
            cx.tuple([crate::iter::class_of(op), args, state, items])
        }),
        NativeDef::exactly("__sizeof__", 0, |cx, args| {
            let op = this(cx, &args)?;
            cx.int(op.expect::<DequeObject>(cx)?.size_of(op.ty().basic_size) as i64)
        }),
    ],
    getset: &[GetSetDef {
        name: "maxlen",
        get: |cx, op| match op.expect::<DequeObject>(cx)?.max_len.get() {
            ..0 => Ok(cx.none()),
            most => cx.int(most as i64),
        },
        set: None,
    }],
    doc: "A list-like sequence optimized for data accesses near its endpoints.",
    module: "collections",
    ..TypeDef::EMPTY
};

const fn deque_iterator(name: &'static str, next: crate::ty::NextFn) -> TypeDef {
    TypeDef {
        spec: fixed::<DequeIterObject>(name, Layout::DequeIter),
        slots: Slots { iter: Some(itself), next: Some(next), ..Slots::NONE },
        methods: HINT,
        module: "collections",
        ..TypeDef::EMPTY
    }
}

const HINT: &[NativeDef] = &[NativeDef::exactly("__length_hint__", 0, |cx, args| {
    let left = this(cx, &args)?.expect::<DequeIterObject>(cx)?.left.get();
    cx.int(left as i64)
})];

pub(crate) const DEQUE_ITER: TypeDef =
    deque_iterator("collections._deque_iterator", |cx, op| advance(cx, op, false));
pub(crate) const DEQUE_REVERSE_ITER: TypeDef =
    deque_iterator("collections._deque_reverse_iterator", |cx, op| advance(cx, op, true));

fn empty(cx: &Cx<'_>) -> Raised {
    cx.raise(Exc::IndexError, format_args!("pop from an empty deque"))
}

fn mutated(cx: &Cx<'_>) -> Raised {
    cx.raise(Exc::RuntimeError, format_args!("deque mutated during iteration"))
}

/// Lets an item go that is beyond the most that the deque holds: at the other end than the new one.
fn trim(cx: &Cx<'_>, this: &DequeObject, right: bool) {
    let most = this.max_len.get();
    if most >= 0 && this.len() as isize > most {
        drop(if right { this.pop_right(cx.heap()) } else { this.pop_left(cx.heap()) });
    }
}

fn new(cx: &mut Cx<'_>, ty: &Type, _: Args<'_>) -> Res {
    let made = crate::class::new_object(cx, ty)?;
    let this = made.borrow().expect::<DequeObject>(cx)?;
    this.max_len.set(-1);
    this.begin(cx.heap()).or_raise(cx)?;
    Ok(made)
}

fn init(cx: &mut Cx<'_>, op: Borrowed<'_>, args: Args<'_>) -> Res<()> {
    let [items, most] = bind(cx, "deque", &args, ["iterable", "maxlen"], 0)?;
    let most = match most.filter(|most| !cx.is_none(*most)) {
        None => -1,
        Some(most) => {
            if !most.is_a::<IntObject>() {
                return Err(cx.type_error(format_args!("an integer is required")));
            }
            match list::position(cx, most)? {
                ..0 => {
                    return Err(cx.value_error(format_args!("maxlen must be non-negative")));
                }
                most => most,
            }
        }
    };
    let this = op.expect::<DequeObject>(cx)?;
    this.max_len.set(most);
    this.clear(cx.heap());
    match items {
        Some(items) => extend(cx, op, items, false),
        None => Ok(()),
    }
}

fn extend(cx: &mut Cx<'_>, op: Borrowed<'_>, items: Borrowed<'_>, left: bool) -> Res<()> {
    let this = op.expect::<DequeObject>(cx)?;
    if op.is(items) {
        let items = list::from_iterable(cx, items)?;
        return extend(cx, op, items.borrow(), left);
    }
    let iterator = protocol::iter(cx, items)?;
    if this.max_len.get() == 0 {
        while step(cx, iterator.borrow())?.is_some() {}
        return Ok(());
    }
    this.lean(left);
    while let Some(item) = step(cx, iterator.borrow())? {
        match left {
            true => this.push_left(cx.heap(), item).or_raise(cx)?,
            false => this.push_right(cx.heap(), item).or_raise(cx)?,
        }
        trim(cx, this, left);
    }
    Ok(())
}

/// A copy; of a subclass what its class makes of it.
fn copy(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let ty = Type::of(op);
    let most = op.expect::<DequeObject>(cx)?.max_len.get();
    if !ty.is_class() {
        let made = new(cx, ty, Args::NONE)?;
        made.borrow().expect::<DequeObject>(cx)?.max_len.set(most);
        extend(cx, made.borrow(), op, false)?;
        return Ok(made);
    }
    let class = ty.as_borrowed().owned();
    let made = if most < 0 {
        protocol::call(cx, class.borrow(), Args::positional(&[op]))?
    } else {
        let most = cx.int(most as i64)?;
        protocol::call(cx, class.borrow(), Args::positional(&[op, most.borrow()]))?
    };
    if !made.borrow().is_a::<DequeObject>() {
        let (name, got) = (Type::of(op).name(), Type::of(made.borrow()).name());
        return Err(cx.type_error(format_args!("{name}() must return a deque, not {got}")));
    }
    Ok(made)
}

fn concat(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>) -> Res {
    if !b.is_a::<DequeObject>() {
        let name = Type::of(b).name();
        return Err(
            cx.type_error(format_args!("can only concatenate deque (not \"{name}\") to deque"))
        );
    }
    let both = copy(cx, a)?;
    extend(cx, both.borrow(), b, false)?;
    Ok(both)
}

fn repeat_in_place(cx: &mut Cx<'_>, op: Borrowed<'_>, count: Borrowed<'_>) -> Res {
    let count = protocol::to_index(cx, count, Exc::OverflowError)?;
    let this = op.expect::<DequeObject>(cx)?;
    let len = this.len();
    if len == 0 || count == 1 {
        return Ok(op.owned());
    }
    let Some(mut count) = usize::try_from(count).ok().filter(|count| *count > 0) else {
        this.clear(cx.heap());
        return Ok(op.owned());
    };
    let most = this.max_len.get();
    if most >= 0 && count.checked_mul(len).is_none_or(|all| all > most as usize) {
        count = (most as usize).div_ceil(len);
    }
    if count.checked_mul(len).is_none_or(|all| isize::try_from(all).is_err()) {
        return Err(cx.raise_no_memory(runtime_core::AllocError::TooLarge));
    }
    let items = list::from_iterable(cx, op)?;
    for _ in 1..count {
        extend(cx, op, items.borrow(), false)?;
    }
    Ok(op.owned())
}

/// Compares a value with each item until `found` says so; the place and the item.
fn search(
    cx: &mut Cx<'_>,
    op: Borrowed<'_>,
    value: Borrowed<'_>,
    range: std::ops::Range<usize>,
    changed: fn(&Cx<'_>) -> Raised,
    mut found: impl FnMut(usize) -> bool,
) -> Res<()> {
    let this = op.expect::<DequeObject>(cx)?;
    let state = this.state();
    for at in range {
        let Some(item) = this.get(at) else { break };
        let equal = protocol::equal(cx, item.borrow(), value)?;
        if this.state() != state {
            return Err(changed(cx));
        }
        if equal && found(at) {
            break;
        }
    }
    Ok(())
}

fn contains(cx: &mut Cx<'_>, op: Borrowed<'_>, value: Borrowed<'_>) -> Res<bool> {
    let len = op.expect::<DequeObject>(cx)?.len();
    let mut there = false;
    search(cx, op, value, 0..len, mutated, |_| {
        there = true;
        true
    })?;
    Ok(there)
}

fn count(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (op, value) = two(cx, &args)?;
    let len = op.expect::<DequeObject>(cx)?.len();
    let mut count = 0;
    search(cx, op, value, 0..len, mutated, |_| {
        count += 1;
        false
    })?;
    cx.int(count)
}

fn index(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (op, value) = two(cx, &args)?;
    let len = op.expect::<DequeObject>(cx)?.len();
    let (start, stop) = list::search_bounds(cx, &args, len)?;
    let stop = stop.min(len);
    let mut at = None;
    search(cx, op, value, start.min(stop)..stop, mutated, |found| {
        at = Some(found);
        true
    })?;
    match at {
        Some(at) => cx.int(at as i64),
        None => {
            let shown = protocol::repr(cx, value)?;
            let shown = text_of(cx, shown.borrow())?;
            Err(cx.value_error(format_args!("{shown} is not in deque")))
        }
    }
}

fn remove(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (op, value) = two(cx, &args)?;
    let len = op.expect::<DequeObject>(cx)?.len();
    let mut at = None;
    let changed =
        |cx: &Cx<'_>| cx.raise(Exc::IndexError, format_args!("deque mutated during iteration"));
    search(cx, op, value, 0..len, changed, |found| {
        at = Some(found);
        true
    })?;
    match at {
        Some(at) => {
            delete(cx, op, at)?;
            Ok(cx.none())
        }
        None => {
            let shown = protocol::repr(cx, value)?;
            let shown = text_of(cx, shown.borrow())?;
            Err(cx.value_error(format_args!("{shown} is not in deque")))
        }
    }
}

/// Takes an item out of the middle: turned to the front, taken there, and turned back.
fn delete(cx: &mut Cx<'_>, op: Borrowed<'_>, at: usize) -> Res<()> {
    let this = op.expect::<DequeObject>(cx)?;
    this.rotate(cx.heap(), -(at as isize)).or_raise(cx)?;
    let gone = this.pop_left(cx.heap());
    let turned = this.rotate(cx.heap(), at as isize).or_raise(cx);
    drop(gone);
    turned
}

fn insert(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (op, at) = two(cx, &args)?;
    let at = list::position(cx, at)?;
    let item = args.get(2).map_or_else(|| cx.none(), Borrowed::owned);
    let this = op.expect::<DequeObject>(cx)?;
    let len = this.len() as isize;
    if this.max_len.get() == len {
        return Err(cx.raise(Exc::IndexError, format_args!("deque already at its maximum size")));
    }
    let heap = cx.heap();
    if at >= len {
        this.push_right(heap, item).or_raise(cx)?;
    } else if at <= -len || at == 0 {
        this.push_left(heap, item).or_raise(cx)?;
    } else {
        this.rotate(heap, -at).or_raise(cx)?;
        match at < 0 {
            true => this.push_right(heap, item).or_raise(cx)?,
            false => this.push_left(heap, item).or_raise(cx)?,
        }
        this.rotate(heap, at).or_raise(cx)?;
    }
    Ok(cx.none())
}

/// The place that a subscript means.
fn place(cx: &mut Cx<'_>, op: Borrowed<'_>, key: Borrowed<'_>) -> Res<usize> {
    if !key.is_a::<IntObject>() && Type::of(key).slots.index.is_none() {
        let name = Type::of(key).name();
        return Err(cx.type_error(format_args!("sequence index must be integer, not '{name}'")));
    }
    let at = protocol::to_index(cx, key, Exc::IndexError)?;
    let len = op.expect::<DequeObject>(cx)?.len();
    let at = if at < 0 { at + len as isize } else { at };
    usize::try_from(at).ok().filter(|at| *at < len).ok_or_else(|| out_of_range(cx))
}

fn out_of_range(cx: &Cx<'_>) -> Raised {
    cx.raise(Exc::IndexError, format_args!("deque index out of range"))
}

fn subscript(cx: &mut Cx<'_>, op: Borrowed<'_>, key: Borrowed<'_>) -> Res {
    let at = place(cx, op, key)?;
    op.expect::<DequeObject>(cx)?.get(at).ok_or_else(|| out_of_range(cx))
}

fn set_subscript(
    cx: &mut Cx<'_>,
    op: Borrowed<'_>,
    key: Borrowed<'_>,
    value: Option<Borrowed<'_>>,
) -> Res<()> {
    let at = place(cx, op, key)?;
    match value {
        Some(value) => drop(op.expect::<DequeObject>(cx)?.replace(at, value.owned())),
        None => delete(cx, op, at)?,
    }
    Ok(())
}

fn repr(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let Some(_guard) = repr_guard::enter(cx, op)? else { return cx.str("[...]") };
    let items = list::from_iterable(cx, op)?;
    let shown = protocol::repr(cx, items.borrow())?;
    let shown = text_of(cx, shown.borrow())?;
    let name = Type::of(op).short_name();
    match op.expect::<DequeObject>(cx)?.max_len.get() {
        ..0 => cx.format(format_args!("{name}({shown})")),
        most => cx.format(format_args!("{name}({shown}, maxlen={most})")),
    }
}

fn compare(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>, op: Compare) -> Res {
    let (Some(x), Some(y)) = (a.view::<DequeObject>(), b.view::<DequeObject>()) else {
        return Ok(cx.not_implemented());
    };
    let by_equality = matches!(op, Compare::Eq | Compare::Ne);
    if by_equality && (a.is(b) || x.len() != y.len()) {
        return Ok(cx.bool(a.is(b) == (op == Compare::Eq)));
    }
    let (left, right) = (iterator(cx, a, false)?, iterator(cx, b, false)?);
    loop {
        let x = protocol::next(cx, left.borrow())?;
        let y = protocol::next(cx, right.borrow())?;
        let (Some(x), Some(y)) = (&x, &y) else {
            return Ok(cx.bool(op.holds(x.is_some().cmp(&y.is_some()))));
        };
        if !protocol::equal(cx, x.borrow(), y.borrow())? {
            let holds = protocol::holds(cx, x.borrow(), y.borrow(), op)?;
            return Ok(cx.bool(holds));
        }
    }
}

fn iterator(cx: &Cx<'_>, op: Borrowed<'_>, backwards: bool) -> Res {
    let this = op.expect::<DequeObject>(cx)?;
    let late = if backwards { Late::DequeReverseIter } else { Late::DequeIter };
    let made = crate::class::new_object(cx, late.ty(cx)?)?;
    let iterator = made.borrow().expect::<DequeIterObject>(cx)?;
    let (block, place) = if backwards { this.end() } else { this.start() }.parts();
    iterator.block.set(block);
    iterator.place.set(place);
    iterator.state.set(this.state());
    iterator.left.set(this.len());
    iterator.deque.set(Some(op.owned()));
    Ok(made)
}

fn advance(cx: &Cx<'_>, op: Borrowed<'_>, backwards: bool) -> Res<Option<Ref>> {
    let this = op.expect::<DequeIterObject>(cx)?;
    let Some(deque) = this.deque.get() else { return Ok(None) };
    let deque = deque.borrow().expect::<DequeObject>(cx)?;
    if !backwards && deque.state() != this.state.get() {
        this.left.set(0);
        return Err(mutated(cx));
    }
    let Some(left) = this.left.get().checked_sub(1) else { return Ok(None) };
    if deque.state() != this.state.get() {
        this.left.set(0);
        return Err(mutated(cx));
    }
    let mut at = Position::new(this.block.get(), this.place.get());
    // SAFETY: the deque is as it was when the place was noted, and items are left there.
    let item = unsafe {
        let item = at.item();
        if backwards {
            at.backward()
        } else {
            at.forward()
        }
        item
    };
    let (block, place) = at.parts();
    this.block.set(block);
    this.place.set(place);
    this.left.set(left);
    Ok(item)
}
