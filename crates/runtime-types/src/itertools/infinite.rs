//! Iterators without an end: `count`, `cycle`, `repeat`.

use std::cell::Cell;

use runtime_core::TypeSpec;
use runtime_gc::{Borrowed, Ref};

use super::{blank, exactly, iterator};
use crate::args::{Args, NativeDef, bind};
use crate::cx::{Cx, Res};
use crate::field::Field;
use crate::int::IntObject;
use crate::iter::{apart, class_of, step};
use crate::list::{self, ListObject, this};
use crate::native::object;
use crate::protocol;
use crate::string::text_of;
use crate::ty::{Binary, Slots, Type, TypeDef};
use crate::view::{Layout, Look};

object! {
    /// `count(start, step)`: counts in `next` while `long` is empty and `next` is not the largest
    /// word; else in objects.
    CountObject as Count, "itertools.count", 40 {
        next: Cell<isize>,
        long: Field,
        step: Field,
    } owns [long, step]
}

object! {
    /// `cycle(xs)`: what it has read is in the list `saved`.
    CycleObject as Cycle, "itertools.cycle", 48 {
        iterator: Field,
        saved: Field,
        index: Cell<usize>,
        _reserved: Cell<usize>,
    } owns [iterator, saved]
}

object! {
    /// `repeat(x)`, `repeat(x, n)`: `left` is -1 without an end.
    RepeatObject as Repeat, "itertools.repeat", 32 {
        element: Field,
        left: Cell<isize>,
    } owns [element]
}

pub(crate) const COUNT: TypeDef = TypeDef {
    slots: Slots {
        repr: Some(count_repr),
        ..iterator::<CountObject>("itertools.count", Layout::Count, new_count, next_count).slots
    },
    ..iterator::<CountObject>("itertools.count", Layout::Count, new_count, next_count)
};

pub(crate) const CYCLE: TypeDef =
    iterator::<CycleObject>("itertools.cycle", Layout::Cycle, new_cycle, next_cycle);

pub(crate) const REPEAT: TypeDef = TypeDef {
    spec: TypeSpec {
        ..iterator::<RepeatObject>("itertools.repeat", Layout::Repeat, new_repeat, next_repeat).spec
    },
    slots: Slots {
        repr: Some(repeat_repr),
        ..iterator::<RepeatObject>("itertools.repeat", Layout::Repeat, new_repeat, next_repeat)
            .slots
    },
    methods: &[NativeDef::exactly("__length_hint__", 0, |cx, args| {
        match this(cx, &args)?.expect::<RepeatObject>(cx)?.left.get() {
            -1 => Err(cx.type_error(format_args!("len() of unsized object"))),
            left => cx.int(left as i64),
        }
    })],
    ..iterator::<RepeatObject>("itertools.repeat", Layout::Repeat, new_repeat, next_repeat)
};

fn is_number(op: Borrowed<'_>) -> bool {
    let slots = &Type::of(op).slots;
    slots.index.is_some() || slots.int.is_some() || slots.float.is_some()
}

fn new_count(cx: &mut Cx<'_>, ty: &Type, args: Args<'_>) -> Res {
    let [start, step] = bind(cx, "count", &args, ["start", "step"], 0)?;
    if [start, step].into_iter().flatten().any(|op| !is_number(op)) {
        return Err(cx.type_error(format_args!("a number is required")));
    }
    let word = |op: Borrowed<'_>| {
        if op.is_a::<IntObject>() { crate::int::to_i64(op) } else { None }
    };
    let by_one = step.is_none_or(|step| word(step) == Some(1));
    let fast = start.map_or(Some(0), word).filter(|_| by_one).map(|next| next as isize);
    let long = match (fast, start) {
        (Some(_), _) => None,
        (None, Some(start)) => Some(start.owned()),
        (None, None) => Some(cx.int(0)?),
    };
    let step = match step {
        Some(step) => step.owned(),
        None => cx.int(1)?,
    };
    let made = blank(cx, ty)?;
    let this = made.borrow().expect::<CountObject>(cx)?;
    this.next.set(fast.unwrap_or(isize::MAX));
    this.long.set(long);
    this.step.set(Some(step));
    Ok(made)
}

fn next_count(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Option<Ref>> {
    let this = op.expect::<CountObject>(cx)?;
    let next = this.next.get();
    if next != isize::MAX {
        let number = cx.int_of_size(next as i64)?;
        this.next.set(next + 1);
        return Ok(Some(number));
    }
    let long = match this.long.get() {
        Some(long) => long,
        None => cx.int(next as i64)?,
    };
    let step = this.step.get().unwrap_or_else(|| cx.none());
    let up = protocol::binary(cx, Binary::Add, long.borrow(), step.borrow())?;
    this.long.set(Some(up));
    Ok(Some(long))
}

fn count_repr(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let name = Type::of(op).short_name().to_owned();
    let this = op.expect::<CountObject>(cx)?;
    let next = this.next.get();
    if next != isize::MAX {
        return cx.format(format_args!("{name}({next})"));
    }
    // At the largest word, before it goes on, CPython shows that it has no object yet.
    let Some(long) = this.long.get() else { return cx.format(format_args!("{name}(<NULL>)")) };
    let step = this.step.get().unwrap_or_else(|| cx.none());
    let by_one = step.borrow().is_a::<IntObject>() && crate::int::to_i64(step.borrow()) == Some(1);
    let long = protocol::repr(cx, long.borrow())?;
    if by_one {
        return cx.format(format_args!("{name}({})", text_of(cx, long.borrow())?));
    }
    let step = protocol::repr(cx, step.borrow())?;
    let (long, step) = (text_of(cx, long.borrow())?, text_of(cx, step.borrow())?);
    cx.format(format_args!("{name}({long}, {step})"))
}

/// The parts of the iterators of this file, but of `cycle`.
pub(super) fn parts(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Option<Ref>> {
    if let Some(this) = op.view::<CountObject>() {
        let next = this.next.get();
        if next != isize::MAX {
            let next = cx.int(next as i64)?;
            return apart(cx, class_of(op), [next], None);
        }
        let (Some(long), Some(step)) = (this.long.get(), this.step.get()) else {
            return Ok(None);
        };
        return apart(cx, class_of(op), [long, step], None);
    }
    let Some(this) = op.view::<RepeatObject>() else { return Ok(None) };
    let Some(element) = this.element.get() else { return Ok(None) };
    match this.left.get() {
        ..0 => apart(cx, class_of(op), [element], None),
        left => {
            let left = cx.int(left as i64)?;
            apart(cx, class_of(op), [element, left], None)
        }
    }
}

fn new_cycle(cx: &mut Cx<'_>, ty: &Type, args: Args<'_>) -> Res {
    let [items] = exactly(cx, ty, "cycle", &args)?;
    let iterator = protocol::iter(cx, items)?;
    let saved = list::empty(cx)?;
    let made = blank(cx, ty)?;
    let this = made.borrow().expect::<CycleObject>(cx)?;
    this.iterator.set(Some(iterator));
    this.saved.set(Some(saved));
    Ok(made)
}

fn next_cycle(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Option<Ref>> {
    let this = op.expect::<CycleObject>(cx)?;
    let Some(saved) = this.saved.get() else { return Ok(None) };
    if let Some(iterator) = this.iterator.get() {
        if let Some(item) = step(cx, iterator.borrow())? {
            list::append(cx, saved.borrow(), item.clone())?;
            return Ok(Some(item));
        }
        this.iterator.set(None);
    }
    let saved = saved.borrow().expect::<ListObject>(cx)?;
    let index = this.index.get();
    let Some(item) = saved.get(index) else { return Ok(None) };
    this.index.set(if index + 1 >= saved.len() { 0 } else { index + 1 });
    Ok(Some(item))
}

fn new_repeat(cx: &mut Cx<'_>, ty: &Type, args: Args<'_>) -> Res {
    let [element, times] = bind(cx, "repeat", &args, ["object", "times"], 1)?;
    let left = match times {
        Some(times) => list::position(cx, times)?.max(0),
        None => -1,
    };
    let made = blank(cx, ty)?;
    let this = made.borrow().expect::<RepeatObject>(cx)?;
    this.element.set(element.map(Borrowed::owned));
    this.left.set(left);
    Ok(made)
}

fn next_repeat(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Option<Ref>> {
    let this = op.expect::<RepeatObject>(cx)?;
    match this.left.get() {
        0 => return Ok(None),
        left @ 1.. => this.left.set(left - 1),
        _ => {}
    }
    Ok(this.element.get())
}

fn repeat_repr(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let name = Type::of(op).short_name().to_owned();
    let this = op.expect::<RepeatObject>(cx)?;
    let (element, left) = (this.element.get().unwrap_or_else(|| cx.none()), this.left.get());
    let element = protocol::repr(cx, element.borrow())?;
    let element = text_of(cx, element.borrow())?;
    match left {
        -1 => cx.format(format_args!("{name}({element})")),
        left => cx.format(format_args!("{name}({element}, {left})")),
    }
}
