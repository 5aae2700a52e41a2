//! Iterators that walk other objects side by side or backwards: `reversed`, `enumerate`, `zip`.

use std::cell::Cell;

use runtime_core::Object;
use runtime_gc::{Borrowed, Ref, track};

use super::{caught, hint_method, itself, special, step};
use crate::args::{Args, NativeDef, bind, unexpected_keyword};
use crate::cx::{Cx, OrRaise, Res};
use crate::exception::Exc;
use crate::field::Field;
use crate::native::{container, fixed};
use crate::tuple;
use crate::ty::{Binary, Slots, Type, TypeDef};
use crate::view::{Layout, Look, View};

/// `reversed(x)` of an object with a length and positions: 48 bytes with the collector head.
#[repr(C)]
pub struct ReversedObject {
    object: Object,
    pub(super) index: Cell<isize>,
    pub(super) seq: Field,
}

/// `enumerate(xs)`: 72 bytes with the collector head.
#[repr(C)]
pub struct EnumerateObject {
    object: Object,
    /// The next number; `isize::MAX` when `long` has it.
    pub(super) index: Cell<isize>,
    pub(super) iterator: Field,
    /// The tuple that was given last.
    result: Field,
    /// The next number when it is too large for `index`.
    pub(super) long: Field,
    _one: Cell<usize>,
}

/// `zip(xs, ...)`: 64 bytes with the collector head.
#[repr(C)]
pub struct ZipObject {
    object: Object,
    _count: Cell<usize>,
    /// The tuple of iterators.
    pub(super) iterators: Field,
    /// The tuple that was given last.
    result: Field,
    pub(super) strict: Cell<bool>,
}

const _: () = assert!(size_of::<ReversedObject>() == 32);
const _: () = assert!(size_of::<EnumerateObject>() == 56);
const _: () = assert!(size_of::<ZipObject>() == 48);

// SAFETY: only `reversed` carries the number; the fields are cells.
unsafe impl View for ReversedObject {
    const LAYOUT: u16 = Layout::Reversed as u16;
    const NAME: &'static str = "reversed";
}
// SAFETY: only `enumerate` carries the number; the fields are cells.
unsafe impl View for EnumerateObject {
    const LAYOUT: u16 = Layout::Enumerate as u16;
    const NAME: &'static str = "enumerate";
}
// SAFETY: only `zip` carries the number; the fields are cells.
unsafe impl View for ZipObject {
    const LAYOUT: u16 = Layout::Zip as u16;
    const NAME: &'static str = "zip";
}

container!(ReversedObject, |this| [this.seq]);
container!(EnumerateObject, |this| [this.iterator, this.result, this.long]);
container!(ZipObject, |this| [this.iterators, this.result]);

pub(crate) const REVERSED: TypeDef = TypeDef {
    spec: fixed::<ReversedObject>("reversed", Layout::Reversed),
    slots: Slots {
        iter: Some(itself),
        next: Some(next_reversed),
        new: Some(new_reversed),
        ..Slots::NONE
    },
    methods: &[NativeDef::exactly("__length_hint__", 0, hint_method), super::parts::SET_STATE],
    ..TypeDef::EMPTY
};

pub(crate) const ENUMERATE: TypeDef = TypeDef {
    spec: fixed::<EnumerateObject>("enumerate", Layout::Enumerate),
    slots: Slots {
        iter: Some(itself),
        next: Some(next_enumerate),
        new: Some(new_enumerate),
        ..Slots::NONE
    },
    class_methods: &[crate::alias::CLASS_GETITEM],
    ..TypeDef::EMPTY
};

pub(crate) const ZIP: TypeDef = TypeDef {
    spec: fixed::<ZipObject>("zip", Layout::Zip),
    slots: Slots { iter: Some(itself), next: Some(next_zip), new: Some(new_zip), ..Slots::NONE },
    methods: &[super::parts::SET_STRICT],
    ..TypeDef::EMPTY
};

impl ReversedObject {
    /// Items that are left, for sequences whose length is known without their code.
    pub(super) fn left(&self) -> Option<usize> {
        if self.seq.is_empty() {
            return Some(0);
        }
        // SAFETY: the field owns the sequence.
        let seq = self.seq.peek().map(|op| unsafe { Borrowed::new(op) })?;
        let len = seq.view::<crate::tuple::TupleObject>()?.len();
        let left = (self.index.get() + 1).max(0) as usize;
        Some(if left > len { 0 } else { left })
    }
}

/// `reversed(x)`
///
/// # Errors
/// `TypeError` when it has no order to turn round.
pub fn reversed(cx: &mut Cx<'_>, seq: Borrowed<'_>) -> Res {
    let name = cx.name("__reversed__")?;
    if let Some(method) = special(cx, seq, name.borrow())? {
        if cx.is_none(method.borrow()) {
            return Err(not_reversible(cx, seq));
        }
        return crate::protocol::call(cx, method.borrow(), Args::NONE);
    }
    if Type::of(seq).slots.subscript.is_none() || seq.ty_ptr() == cx.types.dict.cast() {
        return Err(not_reversible(cx, seq));
    }
    let len = crate::protocol::len(cx, seq)?;
    let ty = cx.ty(cx.types.reversed);
    let op = ty.mem.alloc_sized::<true>(size_of::<ReversedObject>()).or_raise(cx)?;
    // SAFETY: the block holds a `ReversedObject` whose header is written; the rest is now.
    unsafe {
        let p = op.cast::<ReversedObject>().as_ptr();
        (&raw mut (*p).index).write(Cell::new(len as isize - 1));
        (&raw mut (*p).seq).write(Field::new(Some(seq.owned())));
        track(op);
        Ok(Ref::steal(op))
    }
}

fn not_reversible(cx: &Cx<'_>, op: Borrowed<'_>) -> crate::cx::Raised {
    cx.type_error(format_args!("'{}' object is not reversible", Type::of(op).name()))
}

fn new_reversed(cx: &mut Cx<'_>, _: &Type, args: Args<'_>) -> Res {
    if !args.names().is_empty() {
        return Err(cx.type_error(format_args!("reversed() takes no keyword arguments")));
    }
    match args.positionals() {
        [seq] => reversed(cx, *seq),
        more => {
            let count = more.len();
            Err(cx.type_error(format_args!("reversed expected 1 argument, got {count}")))
        }
    }
}

fn next_reversed(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Option<Ref>> {
    let this = op.expect::<ReversedObject>(cx)?;
    let Some(seq) = this.seq.get() else { return Ok(None) };
    let index = this.index.get();
    if index >= 0 {
        let key = cx.int(index as i64)?;
        match crate::protocol::subscript(cx, seq.borrow(), key.borrow()) {
            Ok(item) => {
                this.index.set(this.index.get() - 1);
                return Ok(Some(item));
            }
            Err(raised) => caught(cx, raised, &[Exc::IndexError, Exc::StopIteration])?,
        }
    }
    this.index.set(-1);
    this.seq.set(None);
    Ok(None)
}

fn new_enumerate(cx: &mut Cx<'_>, ty: &Type, args: Args<'_>) -> Res {
    if args.values().is_empty() {
        return Err(cx.type_error(format_args!("enumerate() missing required argument 'iterable'")));
    }
    let given = args.values().len();
    if given > 2 {
        return Err(
            cx.type_error(format_args!("enumerate() takes at most 2 arguments ({given} given)"))
        );
    }
    for (name, _) in args.keywords() {
        let text = crate::string::text_of(cx, name)?;
        let is_items = args.positionals().is_empty() && text.eq_str("iterable");
        let is_start = given == 2 && text.eq_str("start");
        if !is_items && !is_start {
            return Err(cx.type_error(format_args!(
                "'{text}' is an invalid keyword argument for enumerate()"
            )));
        }
    }
    let [items, start] = bind(cx, "enumerate", &args, ["iterable", "start"], 1)?;
    let items = items.map_or_else(|| cx.none(), Borrowed::owned);
    let start = start.map(|start| crate::protocol::index(cx, start)).transpose()?;
    let (index, long) = match start {
        None => (0, None),
        Some(start) => match crate::int::to_i64(start.borrow()) {
            Some(index) if index < i64::MAX => (index as isize, None),
            _ => (isize::MAX, Some(crate::int::whole(cx, start.borrow())?)),
        },
    };
    let iterator = crate::protocol::iter(cx, items.borrow())?;
    let result = cx.tuple([cx.none(), cx.none()])?;
    let op = ty.mem.alloc_uninit(ty.mem.basic_size).or_raise(cx)?;
    // SAFETY: as in `reversed`.
    unsafe {
        let p = op.cast::<EnumerateObject>().as_ptr();
        (&raw mut (*p).index).write(Cell::new(index));
        (&raw mut (*p).iterator).write(Field::new(Some(iterator)));
        (&raw mut (*p).result).write(Field::new(Some(result)));
        (&raw mut (*p).long).write(Field::new(long));
        (&raw mut (*p)._one).write(Cell::new(0));
        track(op);
        Ok(Ref::steal(op))
    }
}

fn next_enumerate(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Option<Ref>> {
    let this = op.expect::<EnumerateObject>(cx)?;
    let Some(iterator) = this.iterator.get() else { return Ok(None) };
    let Some(item) = step(cx, iterator.borrow())? else { return Ok(None) };
    let number = this.take_number(cx)?;
    let Some(tuple) = idle(&this.result) else { return cx.tuple([number, item]).map(Some) };
    // The old items go when the tuple is whole.
    let old = [tuple::replace(&tuple, 0, number), tuple::replace(&tuple, 1, item)];
    tuple::watch(&tuple);
    drop(old);
    Ok(Some(tuple))
}

impl EnumerateObject {
    fn take_number(&self, cx: &mut Cx<'_>) -> Res {
        let index = self.index.get();
        if index < isize::MAX {
            let number = cx.int_of_size(index as i64)?;
            self.index.set(index + 1);
            return Ok(number);
        }
        let number = match self.long.get() {
            Some(number) => number,
            None => cx.int(index as i64)?,
        };
        let one = cx.int(1)?;
        let next = crate::protocol::binary(cx, Binary::Add, number.borrow(), one.borrow())?;
        self.long.set(Some(next));
        Ok(number)
    }
}

/// The tuple that an iterator gave last, when nobody but the iterator holds it any more.
pub(crate) fn idle(result: &Field) -> Option<Ref> {
    let tuple = result.peek()?;
    // SAFETY: the field owns the tuple.
    if unsafe { tuple.as_ref() }.count() == 1 { result.get() } else { None }
}

fn new_zip(cx: &mut Cx<'_>, ty: &Type, args: Args<'_>) -> Res {
    let mut strict = false;
    for (name, value) in args.keywords() {
        let text = crate::string::text_of(cx, name)?;
        if !text.eq_str("strict") {
            return Err(unexpected_keyword(cx, "zip", text, &["strict"]));
        }
        strict = crate::protocol::truth(cx, value)?;
    }
    let mut iterators = tuple::Filler::new(cx, args.len())?;
    for items in args.positionals() {
        iterators.push(crate::protocol::iter(cx, *items)?);
    }
    let iterators = iterators.finish();
    let mut result = tuple::Filler::new(cx, args.len())?;
    (0..args.len()).for_each(|_| result.push(cx.none()));
    let result = result.finish();
    let op = ty.mem.alloc_uninit(ty.mem.basic_size).or_raise(cx)?;
    // SAFETY: as in `reversed`.
    unsafe {
        let p = op.cast::<ZipObject>().as_ptr();
        (&raw mut (*p)._count).write(Cell::new(args.len()));
        (&raw mut (*p).iterators).write(Field::new(Some(iterators)));
        (&raw mut (*p).result).write(Field::new(Some(result)));
        (&raw mut (*p).strict).write(Cell::new(strict));
        track(op);
        Ok(Ref::steal(op))
    }
}

fn next_zip(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Option<Ref>> {
    let this = op.expect::<ZipObject>(cx)?;
    let Some(all) = this.iterators.get() else { return Ok(None) };
    let iterators = tuple::items_of(cx, all.borrow())?;
    if iterators.is_empty() {
        return Ok(None);
    }
    if let Some(tuple) = idle(&this.result) {
        for (i, iterator) in iterators.iter().enumerate() {
            let Some(item) = step(cx, *iterator)? else {
                drop(tuple);
                return end_of_zip(cx, this, iterators, i);
            };
            drop(tuple::replace(&tuple, i, item));
        }
        tuple::watch(&tuple);
        return Ok(Some(tuple));
    }
    let mut tuple = tuple::Filler::new(cx, iterators.len())?;
    for (i, iterator) in iterators.iter().enumerate() {
        let Some(item) = step(cx, *iterator)? else {
            drop(tuple);
            return end_of_zip(cx, this, iterators, i);
        };
        tuple.push(item);
    }
    Ok(Some(tuple.finish()))
}

/// What follows when iterator `i` is at its end: nothing, unless all had to have the same length.
fn end_of_zip(
    cx: &mut Cx<'_>,
    this: &ZipObject,
    iterators: &[Borrowed<'_>],
    i: usize,
) -> Res<Option<Ref>> {
    if !this.strict.get() {
        return Ok(None);
    }
    let complain = |cx: &Cx<'_>, i: usize, what: &str| {
        let others = if i == 1 { " " } else { "s 1-" };
        let number = i + 1;
        cx.value_error(format_args!("zip() argument {number} is {what} than argument{others}{i}"))
    };
    if i > 0 {
        return Err(complain(cx, i, "shorter"));
    }
    for (i, iterator) in iterators.iter().enumerate().skip(1) {
        if step(cx, *iterator)?.is_some() {
            return Err(complain(cx, i, "longer"));
        }
    }
    Ok(None)
}
