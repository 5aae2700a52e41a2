//! `slice`: start, stop and step, any objects; and what they mean for a sequence of some length.

use runtime_core::{Floor, Obj, Object, TypeFlags, TypeSpec, type_of};
use runtime_gc::{Borrowed, Container, Ref, dealloc, release, track, traversal};

use crate::args::{Args, NativeDef};
use crate::cx::{Cx, OrRaise, Res};
use crate::field::Field;
use crate::int::IntObject;
use crate::ty::{Binary, Compare, GetSetDef, Slots, Type, TypeDef};
use crate::view::{Layout, Look, View};
use crate::world::World;

/// A slice: 56 bytes with the collector head. The last one to die is kept for the next.
#[repr(C)]
pub struct SliceObject {
    object: Object,
    /// Where it begins, or `None`.
    pub start: Field,
    /// Where it ends, or `None`.
    pub stop: Field,
    /// The distance of its items, or `None`.
    pub step: Field,
}

const _: () = assert!(size_of::<SliceObject>() == 40);

// SAFETY: only `slice` carries the number; the fields are cells.
unsafe impl View for SliceObject {
    const LAYOUT: u16 = Layout::Slice as u16;
    const NAME: &'static str = "slice";
}

impl SliceObject {
    fn fields(&self) -> [&Field; 3] {
        [&self.start, &self.stop, &self.step]
    }
}

// SAFETY: both walk `fields`; CPython releases step, start, stop.
unsafe impl Container for SliceObject {
    unsafe fn traverse(op: Obj, visit: &mut impl FnMut(Obj)) {
        // SAFETY: per contract.
        let this = unsafe { op.cast::<Self>().as_ref() };
        this.fields().into_iter().filter_map(Field::peek).for_each(visit);
    }

    unsafe fn release_next(op: Obj, cursor: &mut usize) -> Option<Obj> {
        // SAFETY: per contract.
        let this = unsafe { op.cast::<Self>().as_ref() };
        crate::native::release_fields([&this.step, &this.start, &this.stop], cursor)
    }

    unsafe fn free(op: Obj) {
        // SAFETY: per contract.
        unsafe { free(op) }
    }
}

/// # Safety
/// The slice is dead and owns nothing.
unsafe fn free(op: Obj) {
    // SAFETY: per contract.
    unsafe { type_of(op).as_ref().retire_first(op) }
}

/// Slices kept for reuse.
pub(crate) const KEPT: u32 = 1;

pub(crate) const DEF: TypeDef = TypeDef {
    spec: TypeSpec {
        name: "slice",
        basic_size: size_of::<SliceObject>(),
        flags: TypeFlags::GC,
        layout: Layout::Slice as u16,
        floor: Floor::World,
        free_lists: &[KEPT],
        tp_dealloc: dealloc::<SliceObject>,
        tp_free: free,
        tp_release: Some(release::<SliceObject>),
        tp_traverse: Some(traversal::<SliceObject>()),
        ..TypeSpec::LEAF
    },
    slots: Slots {
        repr: Some(repr),
        compare: Some(compare),
        hash: Some(hash),
        new: Some(construct),
        ..Slots::NONE
    },
    methods: &[NativeDef::exactly("indices", 1, indices)],
    members: &[
        GetSetDef::read_only("start", |cx, op| part(cx, op, 0)),
        GetSetDef::read_only("stop", |cx, op| part(cx, op, 1)),
        GetSetDef::read_only("step", |cx, op| part(cx, op, 2)),
    ],
    doc: "slice(stop)\nslice(start, stop[, step])\n\nCreate a slice object.",
    ..TypeDef::EMPTY
};

/// `slice(start, stop, step)`
///
/// # Errors
/// `MemoryError`; the references are released.
#[inline]
pub fn new(world: &World, start: Ref, stop: Ref, step: Ref) -> Res {
    let ty = world.ty(world.types.slice);
    // SAFETY: every type has a first list, and that of slices holds slices.
    let op = unsafe { ty.mem.obtain::<true>(size_of::<SliceObject>()) }.or_raise(world)?;
    // SAFETY: the block is a slice's; its fields are written before anybody sees it.
    unsafe {
        let p = op.cast::<SliceObject>().as_ptr();
        (&raw mut (*p).start).write(Field::new(Some(start)));
        (&raw mut (*p).stop).write(Field::new(Some(stop)));
        (&raw mut (*p).step).write(Field::new(Some(step)));
        track(op);
        Ok(Ref::steal(op))
    }
}

fn construct(cx: &mut Cx<'_>, _: &Type, args: Args<'_>) -> Res {
    if !args.names().is_empty() {
        return Err(cx.type_error(format_args!("slice() takes no keyword arguments")));
    }
    let none = cx.none();
    let (start, stop, step) = match args.positionals() {
        [] => {
            return Err(cx.type_error(format_args!("slice expected at least 1 argument, got 0")));
        }
        [stop] => (none.clone(), stop.owned(), none),
        [start, stop] => (start.owned(), stop.owned(), none),
        [start, stop, step] => (start.owned(), stop.owned(), step.owned()),
        more => {
            let count = more.len();
            return Err(
                cx.type_error(format_args!("slice expected at most 3 arguments, got {count}"))
            );
        }
    };
    new(cx, start, stop, step)
}

/// Start, stop and step of a slice as numbers, before they are fitted to a length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unpacked {
    /// Where it begins; negative ones count from the end.
    pub start: isize,
    /// Where it ends.
    pub stop: isize,
    /// The distance of its items; never 0 or `isize::MIN`.
    pub step: isize,
}

/// A slice of a sequence of known length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Position of its first item.
    pub start: isize,
    /// The position that is the first beyond it, in the direction of `step`.
    pub stop: isize,
    /// The distance of its items.
    pub step: isize,
    /// Number of its items.
    pub count: usize,
}

impl Unpacked {
    /// The slice of a sequence of `len` items. CPython: `PySlice_AdjustIndices`.
    #[must_use]
    pub fn fit(self, len: usize) -> Bounds {
        let (len, step) = (len as isize, self.step);
        let clamp = |at: isize| match at {
            ..0 => (at.saturating_add(len)).max(if step < 0 { -1 } else { 0 }),
            _ if at >= len => {
                if step < 0 {
                    len - 1
                } else {
                    len
                }
            }
            _ => at,
        };
        let (start, stop) = (clamp(self.start), clamp(self.stop));
        let distance = if step < 0 { start - stop } else { stop - start };
        let count = if distance > 0 { (distance - 1) / step.abs() + 1 } else { 0 };
        Bounds { start, stop, step, count: count as usize }
    }
}

impl Bounds {
    /// The lowest position in it; where it would begin when it is empty.
    #[must_use]
    pub fn low(&self) -> usize {
        let steps = self.count.saturating_sub(1) as isize;
        let low = if self.step < 0 { self.start + self.step * steps } else { self.start };
        low.max(0) as usize
    }

    /// Its positions, in its order.
    pub fn positions(&self) -> impl Iterator<Item = usize> + use<> {
        let (start, step) = (self.start, self.step);
        (0..self.count as isize).map(move |i| (start + i * step) as usize)
    }
}

/// The numbers of a slice, by `__index__`.
///
/// # Errors
/// `TypeError` for parts that are no integers, `ValueError` for a step of zero, and those of the
/// program's code.
pub fn unpack(cx: &mut Cx<'_>, slice: Borrowed<'_>) -> Res<Unpacked> {
    let this = slice.expect::<SliceObject>(cx)?;
    let step = match number(cx, &this.step)? {
        None => 1,
        Some(0) => return Err(cx.value_error(format_args!("slice step cannot be zero"))),
        Some(step) => step.max(-isize::MAX),
    };
    let (first, last) = if step < 0 { (isize::MAX, isize::MIN) } else { (0, isize::MAX) };
    let start = number(cx, &this.start)?.unwrap_or(first);
    let stop = number(cx, &this.stop)?.unwrap_or(last);
    Ok(Unpacked { start, stop, step })
}

/// Start, stop, step and number of items of a slice of a sequence of `len` items.
///
/// For sequences that cannot change; for others, `unpack` first and `fit` to the length after that.
///
/// # Errors
/// As [`unpack`].
pub fn bounds(
    cx: &mut Cx<'_>,
    slice: Borrowed<'_>,
    len: usize,
) -> Res<(isize, isize, isize, usize)> {
    let Bounds { start, stop, step, count } = unpack(cx, slice)?.fit(len);
    Ok((start, stop, step, count))
}

/// A part of a slice as a number, cut to what a position can be; nothing for `None`.
fn number(cx: &mut Cx<'_>, part: &Field) -> Res<Option<isize>> {
    let Some(part) = part.get() else { return Ok(None) };
    let part = part.borrow();
    if cx.is_none(part) {
        return Ok(None);
    }
    if !part.is_a::<IntObject>() && Type::of(part).slots.index.is_none() {
        return Err(cx.type_error(format_args!(
            "slice indices must be integers or None or have an __index__ method"
        )));
    }
    let int = crate::protocol::index(cx, part)?;
    Ok(Some(clamped(int.borrow())))
}

/// The value of an int, cut to what a position can be.
pub(crate) fn clamped(int: Borrowed<'_>) -> isize {
    match int.view::<IntObject>() {
        Some(int) => match int.to_i64() {
            Some(value) => value as isize,
            None if int.is_negative() => isize::MIN,
            None => isize::MAX,
        },
        None => 0,
    }
}

fn part(cx: &mut Cx<'_>, op: Borrowed<'_>, index: usize) -> Res {
    let field = op.expect::<SliceObject>(cx)?.fields().get(index).and_then(|field| field.get());
    Ok(field.unwrap_or_else(|| cx.none()))
}

/// The three parts as a tuple.
fn parts(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let [start, stop, step] = [part(cx, op, 0)?, part(cx, op, 1)?, part(cx, op, 2)?];
    cx.tuple([start, stop, step])
}

fn repr(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let mut text = crate::string::TextBuilder::new(cx.world());
    let parts = parts(cx, op)?;
    for (item, before) in
        crate::tuple::items_of(cx, parts.borrow())?.iter().zip(["slice(", ", ", ", "])
    {
        text.push_text(crate::string::Text::Ascii(before.as_bytes())).or_raise(cx)?;
        crate::list::push_repr(cx, &mut text, *item)?;
    }
    text.push(u32::from(b')')).or_raise(cx)?;
    text.finish()
}

fn compare(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>, op: Compare) -> Res {
    if !b.is_a::<SliceObject>() || !a.is_a::<SliceObject>() {
        return Ok(cx.not_implemented());
    }
    if a.is(b) {
        return Ok(cx.bool(matches!(op, Compare::Eq | Compare::Le | Compare::Ge)));
    }
    let (a, b) = (parts(cx, a)?, parts(cx, b)?);
    crate::protocol::compare(cx, a.borrow(), b.borrow(), op)
}

/// CPython 3.12's hash of a slice: that of a tuple of its parts, their number left out.
fn hash(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<i64> {
    /// Cancels what `TupleHash` makes of a length.
    const NO_LENGTH: usize = (2_870_177_450_012_600_261_u64 ^ 3_527_539) as usize;
    let mut hash = crate::kernel::hash::TupleHash::new();
    for index in 0..3 {
        let part = part(cx, op, index)?;
        let own = crate::protocol::nested(cx, "", |cx| crate::protocol::hash(cx, part.borrow()))?;
        hash.add(own);
    }
    Ok(hash.finish(NO_LENGTH))
}

/// Whether the parts are `None` or ints that fit a position, so that nothing of them is cut.
pub(crate) fn is_small(slice: Borrowed<'_>) -> bool {
    slice.view::<SliceObject>().is_some_and(|slice| {
        slice.fields().into_iter().all(|field| {
            let Some(part) = field.get() else { return true };
            let int = part.borrow().view::<IntObject>();
            int.map_or_else(|| part.borrow().header().is_immortal(), |int| int.compact().is_some())
        })
    })
}

/// Start, stop and step of a slice for a length of any size. CPython: `_PySlice_GetLongIndices`.
///
/// # Errors
/// As [`unpack`].
pub(crate) fn long_indices(cx: &mut Cx<'_>, slice: Borrowed<'_>, len: &Ref) -> Res<[Ref; 3]> {
    let this = slice.expect::<SliceObject>(cx)?;
    let zero = cx.int(0)?;
    let step = match long_number(cx, &this.step)? {
        None => cx.int(1)?,
        Some(step) if crate::int::to_i64(step.borrow()) == Some(0) => {
            return Err(cx.value_error(format_args!("slice step cannot be zero")));
        }
        Some(step) => step,
    };
    let down = step.borrow().view::<IntObject>().is_some_and(IntObject::is_negative);
    // The least and the greatest that start and stop may be.
    let (lower, upper) = if down {
        let minus_one = cx.int(-1)?;
        let last = crate::protocol::binary(cx, Binary::Add, len.borrow(), minus_one.borrow())?;
        (minus_one, last)
    } else {
        (zero, len.clone())
    };
    let clamp = |cx: &mut Cx<'_>, at: Ref| -> Res {
        let negative = at.borrow().view::<IntObject>().is_some_and(IntObject::is_negative);
        let (at, bound, beyond) = if negative {
            let at = crate::protocol::binary(cx, Binary::Add, at.borrow(), len.borrow())?;
            (at, &lower, Compare::Lt)
        } else {
            (at, &upper, Compare::Gt)
        };
        let cut = crate::protocol::holds(cx, at.borrow(), bound.borrow(), beyond)?;
        Ok(if cut { bound.clone() } else { at })
    };
    let start = match long_number(cx, &this.start)? {
        None => {
            if down {
                upper.clone()
            } else {
                lower.clone()
            }
        }
        Some(start) => clamp(cx, start)?,
    };
    let stop = match long_number(cx, &this.stop)? {
        None => {
            if down {
                lower.clone()
            } else {
                upper.clone()
            }
        }
        Some(stop) => clamp(cx, stop)?,
    };
    Ok([start, stop, step])
}

/// A part of a slice as an int; nothing for `None`.
fn long_number(cx: &mut Cx<'_>, part: &Field) -> Res<Option<Ref>> {
    let Some(part) = part.get() else { return Ok(None) };
    if cx.is_none(part.borrow()) {
        return Ok(None);
    }
    if !part.borrow().is_a::<IntObject>() && Type::of(part.borrow()).slots.index.is_none() {
        return Err(cx.type_error(format_args!(
            "slice indices must be integers or None or have an __index__ method"
        )));
    }
    plain_index(cx, part.borrow()).map(Some)
}

/// An int by `__index__`, and a plain one: a bool or an int of a class is none.
fn plain_index(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let number = crate::protocol::index(cx, op)?;
    let plain = match number.borrow().view::<IntObject>() {
        Some(int) if !crate::int::is_exact(cx, number.borrow()) => {
            Some(cx.int_of_type(cx.ty(cx.types.int), int.kernel())?)
        }
        _ => None,
    };
    Ok(plain.unwrap_or(number))
}

/// `slice.indices(len)`: start, stop and step as they are for that length, of any size.
fn indices(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (op, len) = crate::list::two(cx, &args)?;
    let len = plain_index(cx, len)?;
    if len.borrow().view::<IntObject>().is_some_and(IntObject::is_negative) {
        return Err(cx.value_error(format_args!("length should not be negative")));
    }
    match crate::int::to_i64(len.borrow()) {
        Some(len) if is_small(op) => {
            let bounds = unpack(cx, op)?.fit(len as usize);
            let parts = [bounds.start, bounds.stop, bounds.step].map(|part| cx.int(part as i64));
            let [start, stop, step] = parts;
            cx.tuple([start?, stop?, step?])
        }
        _ => {
            let parts = long_indices(cx, op, &len)?;
            cx.tuple(parts)
        }
    }
}
