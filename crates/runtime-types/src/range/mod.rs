//! `range`: start, stop, step and length, four ints of any size; and its iterators.
//!
//! Nearly every range has parts that fit 64 bits, and is handled in machine arithmetic ([`Small`]);
//! the others go through the operators of ints (`big`).

mod big;
mod methods;

use std::cell::Cell;

use runtime_core::{Floor, Obj, Object, TypeSpec, type_of};
use runtime_gc::{Borrowed, Ref};

use crate::args::{Args, NativeDef};
use crate::cx::{Cx, OrRaise, Res};
use crate::field::Field;
use crate::int::to_i64;
use crate::ty::{GetSetDef, Slots, Type, TypeDef};
use crate::view::{Layout, Look, View};
use crate::world::World;

/// A range: 48 bytes. Its parts are exact ints.
#[repr(C)]
pub struct RangeObject {
    object: Object,
    start: Field,
    stop: Field,
    step: Field,
    length: Field,
}

/// The iterator of a range whose parts fit 64 bits: 40 bytes.
#[repr(C)]
pub struct RangeIterObject {
    object: Object,
    next: Cell<i64>,
    step: Cell<i64>,
    left: Cell<u64>,
}

/// The iterator of any other range: 40 bytes.
#[repr(C)]
pub struct LongRangeIterObject {
    object: Object,
    next: Field,
    step: Field,
    left: Field,
}

const _: () = assert!(size_of::<RangeObject>() == 48);
const _: () = assert!(size_of::<RangeIterObject>() == 40);
const _: () = assert!(size_of::<LongRangeIterObject>() == 40);

// SAFETY: only `range` carries the number; the fields are cells.
unsafe impl View for RangeObject {
    const LAYOUT: u16 = Layout::Range as u16;
    const NAME: &'static str = "range";
}
// SAFETY: only `range_iterator` carries the number; the fields are cells.
unsafe impl View for RangeIterObject {
    const LAYOUT: u16 = Layout::RangeIter as u16;
    const NAME: &'static str = "range_iterator";
}
// SAFETY: only `longrange_iterator` carries the number; the fields are cells.
unsafe impl View for LongRangeIterObject {
    const LAYOUT: u16 = Layout::LongRangeIter as u16;
    const NAME: &'static str = "longrange_iterator";
}

pub(crate) const DEF: TypeDef = TypeDef {
    spec: TypeSpec {
        name: "range",
        basic_size: size_of::<RangeObject>(),
        layout: Layout::Range as u16,
        floor: Floor::World,
        tp_dealloc: dealloc_range,
        ..TypeSpec::LEAF
    },
    slots: Slots {
        repr: Some(methods::repr),
        hash: Some(methods::hash),
        compare: Some(methods::compare),
        iter: Some(iter),
        len: Some(methods::len),
        bool: Some(|cx, op| {
            let length = op.expect::<RangeObject>(cx)?.parts(cx)?.3;
            crate::protocol::truth(cx, length.borrow())
        }),
        contains: Some(methods::contains),
        subscript: Some(methods::subscript),
        new: Some(construct),
        ..Slots::NONE
    },
    methods: methods::METHODS,
    members: &[
        GetSetDef::read_only("start", |cx, op| part(cx, op, |r| &r.start)),
        GetSetDef::read_only("stop", |cx, op| part(cx, op, |r| &r.stop)),
        GetSetDef::read_only("step", |cx, op| part(cx, op, |r| &r.step)),
    ],
    ..TypeDef::EMPTY
};

pub(crate) const ITER: TypeDef = TypeDef {
    spec: TypeSpec {
        name: "range_iterator",
        basic_size: size_of::<RangeIterObject>(),
        layout: Layout::RangeIter as u16,
        floor: Floor::World,
        ..TypeSpec::LEAF
    },
    slots: Slots { iter: Some(crate::iter::itself), next: Some(next), ..Slots::NONE },
    methods: &[NativeDef::exactly("__length_hint__", 0, crate::iter::hint_method)],
    ..TypeDef::EMPTY
};

pub(crate) const LONG_ITER: TypeDef = TypeDef {
    spec: TypeSpec {
        name: "longrange_iterator",
        basic_size: size_of::<LongRangeIterObject>(),
        layout: Layout::LongRangeIter as u16,
        floor: Floor::World,
        tp_dealloc: dealloc_long,
        ..TypeSpec::LEAF
    },
    slots: Slots { iter: Some(crate::iter::itself), next: Some(big::next), ..Slots::NONE },
    methods: &[NativeDef::exactly("__length_hint__", 0, big::hint)],
    ..TypeDef::EMPTY
};

/// # Safety
/// The last reference to the range has just gone.
unsafe fn dealloc_range(op: Obj) {
    // SAFETY: per contract; the parts are ints, whose release runs nobody's code.
    unsafe {
        let this = op.cast::<RangeObject>().as_ref();
        for field in [&this.start, &this.stop, &this.step, &this.length] {
            field.set(None);
        }
        type_of(op).as_ref().free_object(op, size_of::<RangeObject>());
    }
}

/// # Safety
/// The last reference to the iterator has just gone.
unsafe fn dealloc_long(op: Obj) {
    // SAFETY: as in `dealloc_range`.
    unsafe {
        let this = op.cast::<LongRangeIterObject>().as_ref();
        for field in [&this.next, &this.step, &this.left] {
            field.set(None);
        }
        type_of(op).as_ref().free_object(op, size_of::<LongRangeIterObject>());
    }
}

/// A range in machine arithmetic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Small {
    pub(crate) start: i64,
    pub(crate) stop: i64,
    pub(crate) step: i64,
}

impl Small {
    /// Number of its items, which always fits.
    pub(crate) fn len(self) -> u64 {
        let (start, stop, step) = (self.start, self.stop, self.step);
        let (low, high) = if step > 0 { (start, stop) } else { (stop, start) };
        if low >= high || step == 0 {
            return 0;
        }
        (high.abs_diff(low) - 1) / step.unsigned_abs() + 1
    }

    /// Item `i`, also one beyond the end; `None` when it does not fit.
    pub(crate) fn item(self, i: i128) -> Option<i64> {
        let item = i128::from(self.start) + i.checked_mul(i128::from(self.step))?;
        i64::try_from(item).ok()
    }

    /// The place of a value, when it is an item.
    pub(crate) fn position(self, value: i64) -> Option<u64> {
        let distance = i128::from(value) - i128::from(self.start);
        let step = i128::from(self.step);
        if step == 0 || distance % step != 0 {
            return None;
        }
        u64::try_from(distance / step).ok().filter(|at| *at < self.len())
    }
}

impl RangeObject {
    /// The parts as machine ints, when all but the length fit.
    pub(crate) fn small(&self) -> Option<Small> {
        let [start, stop, step] = [&self.start, &self.stop, &self.step].map(|field| {
            // SAFETY: the field owns the int.
            field.peek().and_then(|op| to_i64(unsafe { Borrowed::new(op) }))
        });
        Some(Small { start: start?, stop: stop?, step: step? })
    }

    /// Start, stop, step and length.
    fn parts(&self, cx: &Cx<'_>) -> Res<(Ref, Ref, Ref, Ref)> {
        match (self.start.get(), self.stop.get(), self.step.get(), self.length.get()) {
            (Some(start), Some(stop), Some(step), Some(length)) => Ok((start, stop, step, length)),
            _ => Err(cx.type_error(format_args!("range without parts"))),
        }
    }
}

fn part(cx: &mut Cx<'_>, op: Borrowed<'_>, of: fn(&RangeObject) -> &Field) -> Res {
    let part = of(op.expect::<RangeObject>(cx)?).get();
    Ok(part.unwrap_or_else(|| cx.none()))
}

/// An int of a value that may be too large for a signed word.
fn int(cx: &mut Cx<'_>, value: u64) -> Res {
    match i64::try_from(value) {
        Ok(value) => cx.int(value),
        Err(_) => big::from_u64(cx, value),
    }
}

/// `range(start, stop, step)`
///
/// # Errors
/// `ValueError` for a step of zero, `TypeError` for parts that are no integers, `MemoryError`.
pub fn new(cx: &mut Cx<'_>, start: Borrowed<'_>, stop: Borrowed<'_>, step: Borrowed<'_>) -> Res {
    let [start, stop, step] = [exact(cx, start)?, exact(cx, stop)?, exact(cx, step)?];
    if to_i64(step.borrow()) == Some(0) {
        return Err(cx.value_error(format_args!("range() arg 3 must not be zero")));
    }
    let small = match (to_i64(start.borrow()), to_i64(stop.borrow()), to_i64(step.borrow())) {
        (Some(start), Some(stop), Some(step)) => Some(Small { start, stop, step }),
        _ => None,
    };
    let length = match small {
        Some(small) => int(cx, small.len())?,
        None => big::len(cx, &start, &stop, &step)?,
    };
    of_parts(cx, start, stop, step, length)
}

/// The object as an exact int.
fn exact(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let int = crate::protocol::index(cx, op)?;
    if int.borrow().ty_ptr() == cx.types.int.cast() {
        return Ok(int);
    }
    match to_i64(int.borrow()) {
        Some(value) => cx.int(value),
        None => Ok(int),
    }
}

fn of_parts(world: &World, start: Ref, stop: Ref, step: Ref, length: Ref) -> Res {
    let ty = world.ty(world.types.range);
    let op = ty.mem.alloc_sized::<false>(size_of::<RangeObject>()).or_raise(world)?;
    // SAFETY: the block holds a `RangeObject` whose header is written; the rest is now.
    unsafe {
        let p = op.cast::<RangeObject>().as_ptr();
        (&raw mut (*p).start).write(Field::new(Some(start)));
        (&raw mut (*p).stop).write(Field::new(Some(stop)));
        (&raw mut (*p).step).write(Field::new(Some(step)));
        (&raw mut (*p).length).write(Field::new(Some(length)));
        Ok(Ref::steal(op))
    }
}

fn construct(cx: &mut Cx<'_>, _: &Type, args: Args<'_>) -> Res {
    if !args.names().is_empty() {
        return Err(cx.type_error(format_args!("range() takes no keyword arguments")));
    }
    let (zero, one) = (cx.int(0)?, cx.int(1)?);
    match args.positionals() {
        [] => Err(cx.type_error(format_args!("range expected at least 1 argument, got 0"))),
        [stop] => new(cx, zero.borrow(), *stop, one.borrow()),
        [start, stop] => new(cx, *start, *stop, one.borrow()),
        [start, stop, step] => new(cx, *start, *stop, *step),
        more => {
            let count = more.len();
            Err(cx.type_error(format_args!("range expected at most 3 arguments, got {count}")))
        }
    }
}

/// `iter(range)`
fn iter(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let this = op.expect::<RangeObject>(cx)?;
    if let Some(small) = this.small() {
        return iterator(cx, small.start, small.step, small.len());
    }
    let (start, _, step, length) = this.parts(cx)?;
    big::iterator(cx, start, step, length)
}

/// A range iterator that gives `left` items from `next` on.
fn iterator(world: &World, next: i64, step: i64, left: u64) -> Res {
    let ty = world.ty(world.types.range_iter);
    let op = ty.mem.alloc_sized::<false>(size_of::<RangeIterObject>()).or_raise(world)?;
    // SAFETY: the block holds a `RangeIterObject` whose header is written; the rest is now.
    unsafe {
        let p = op.cast::<RangeIterObject>().as_ptr();
        (&raw mut (*p).next).write(Cell::new(next));
        (&raw mut (*p).step).write(Cell::new(step));
        (&raw mut (*p).left).write(Cell::new(left));
        Ok(Ref::steal(op))
    }
}

impl RangeIterObject {
    /// The next number.
    #[inline(always)]
    pub fn next_i64(&self) -> Option<i64> {
        let left = self.left.get();
        if left == 0 {
            return None;
        }
        self.left.set(left.wrapping_sub(1));
        let value = self.next.get();
        self.next.set(value.wrapping_add(self.step.get()));
        Some(value)
    }

    /// The range of what is left.
    ///
    /// # Errors
    /// `MemoryError`.
    pub(crate) fn rest(&self, cx: &mut Cx<'_>) -> Res {
        let (next, step) = (i128::from(self.next.get()), i128::from(self.step.get()));
        let stop = next + step * i128::from(self.left.get());
        let stop = match i64::try_from(stop) {
            Ok(stop) => cx.int(stop)?,
            // Beyond a word lies no number of the range: its largest or smallest bounds it as well.
            Err(_) => cx.int(if step < 0 { i64::MIN } else { i64::MAX })?,
        };
        let (next, step) = (cx.int(self.next.get())?, cx.int(self.step.get())?);
        let range = cx.ty(cx.types.range).as_borrowed().owned();
        let args = [next.borrow(), stop.borrow(), step.borrow()];
        crate::protocol::call(cx, range.borrow(), crate::args::Args::positional(&args))
    }

    /// Numbers that are left.
    pub fn left(&self) -> usize {
        self.left.get() as usize
    }
}

fn next(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Option<Ref>> {
    match op.expect::<RangeIterObject>(cx)?.next_i64() {
        Some(value) => cx.int(value).map(Some),
        None => Ok(None),
    }
}
