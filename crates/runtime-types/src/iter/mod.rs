//! Iterators: over sequences by position ([`SeqIterObject`]), and the ones made of others
//! ([`adapters`]).

mod adapters;
mod chain;
mod parts;

use std::cell::Cell;

use runtime_core::Object;
use runtime_gc::{Borrowed, Ref, track};

use crate::args::{Args, NativeDef};
use crate::bytearray::ByteArrayObject;
use crate::bytes::BytesObject;
use crate::cx::{Cx, OrRaise, Raised, Res};
use crate::exception::{Exc, ExceptionObject};
use crate::field::Field;
use crate::list::ListObject;
use crate::native::{container, fixed};
use crate::string::StrObject;
use crate::tuple::TupleObject;
use crate::ty::{NextFn, Slots, Type, TypeDef};
use crate::view::{Layout, Look, View};
use crate::world::World;

pub(crate) use adapters::idle;
pub(crate) use adapters::{ENUMERATE, REVERSED, ZIP};
pub use adapters::{EnumerateObject, ReversedObject, ZipObject, reversed};
pub(crate) use chain::{CALL_ITER, FILTER, MAP};
pub use chain::{CallIterObject, FilterObject, MapObject, over_calls};
pub(crate) use parts::{apart, class_of, parts};

/// The iterator of a sequence that is read by position: 48 bytes with the collector head.
///
/// Forwards, `index` is the next position; backwards too, and -1 at the end. At the end the sequence
/// is given up.
#[repr(C)]
pub struct SeqIterObject {
    object: Object,
    index: Cell<isize>,
    seq: Field,
}

const _: () = assert!(size_of::<SeqIterObject>() == 32);

// SAFETY: only the iterators of this file carry the number; the fields are cells.
unsafe impl View for SeqIterObject {
    const LAYOUT: u16 = Layout::SeqIter as u16;
    const NAME: &'static str = "iterator";
}

container!(SeqIterObject, |this| [this.seq]);

const METHODS: &[NativeDef] =
    &[NativeDef::exactly("__length_hint__", 0, hint_method), parts::SET_STATE];

const fn seq_iter(name: &'static str, next: NextFn) -> TypeDef {
    TypeDef {
        spec: fixed::<SeqIterObject>(name, Layout::SeqIter),
        slots: Slots { iter: Some(itself), next: Some(next), ..Slots::NONE },
        methods: METHODS,
        ..TypeDef::EMPTY
    }
}

pub(crate) const LIST_ITER: TypeDef =
    seq_iter("list_iterator", |cx, op| Ok(op.expect::<SeqIterObject>(cx)?.next_of_list()));
pub(crate) const TUPLE_ITER: TypeDef =
    seq_iter("tuple_iterator", |cx, op| Ok(op.expect::<SeqIterObject>(cx)?.next_of_tuple()));
pub(crate) const ASCII_ITER: TypeDef = seq_iter("str_ascii_iterator", next_of_str);
pub(crate) const STR_ITER: TypeDef = seq_iter("str_iterator", next_of_str);
pub(crate) const BYTES_ITER: TypeDef = seq_iter("bytes_iterator", next_of_bytes);
pub(crate) const BYTEARRAY_ITER: TypeDef = seq_iter("bytearray_iterator", next_of_bytes);
pub(crate) const SEQ_ITER: TypeDef = seq_iter("iterator", next_of_sequence);
pub(crate) const LIST_REVERSE_ITER: TypeDef = seq_iter("list_reverseiterator", |cx, op| {
    Ok(op.expect::<SeqIterObject>(cx)?.next_of_list_backwards())
});

/// `iter(iterator)`
pub(crate) fn itself(_: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    Ok(op.owned())
}

/// The next item of an iterator inside another. Only those that may have a third inside them are
/// counted as nested calls.
#[inline]
pub(crate) fn step(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Option<Ref>> {
    const LEAVES: [u16; 4] = [
        Layout::RangeIter as u16,
        Layout::SeqIter as u16,
        Layout::DictIter as u16,
        Layout::SetIter as u16,
    ];
    if LEAVES.contains(&op.ty().layout) {
        return crate::protocol::next(cx, op);
    }
    crate::protocol::nested_iterator(cx, |cx| crate::protocol::next(cx, op))
}

impl SeqIterObject {
    /// The sequence, while it is not used up.
    #[inline(always)]
    fn sequence(&self) -> Option<Borrowed<'_>> {
        // SAFETY: the field owns the sequence; callers that give it up do not look at it any more.
        self.seq.peek().map(|op| unsafe { Borrowed::new(op) })
    }

    fn finish(&self) {
        self.seq.set(None);
    }

    #[inline(always)]
    fn advance(&self) -> usize {
        let index = self.index.get();
        self.index.set(index.wrapping_add(1));
        index as usize
    }

    /// The next item of a list iterator.
    #[inline]
    pub fn next_of_list(&self) -> Option<Ref> {
        let list = self.sequence()?.view::<ListObject>()?;
        let item = list.get(self.index.get() as usize);
        if item.is_some() {
            self.advance();
        } else {
            self.finish();
        }
        item
    }

    /// The next item of a tuple iterator.
    #[inline]
    pub fn next_of_tuple(&self) -> Option<Ref> {
        let tuple = self.sequence()?.view::<TupleObject>()?;
        if let Some(item) = tuple.items().get(self.index.get() as usize) {
            self.advance();
            return Some(item.owned());
        }
        self.finish();
        None
    }

    fn next_of_list_backwards(&self) -> Option<Ref> {
        let list = self.sequence()?.view::<ListObject>()?;
        let index = self.index.get();
        if let Some(item) = usize::try_from(index).ok().and_then(|index| list.get(index)) {
            self.index.set(index - 1);
            return Some(item);
        }
        self.index.set(-1);
        self.finish();
        None
    }

    /// Items that are left, as far as the sequence is now.
    fn left(&self, cx: &Cx<'_>, op: Borrowed<'_>) -> Option<usize> {
        let Some(seq) = self.sequence() else { return Some(0) };
        let len = if let Some(list) = seq.view::<ListObject>() {
            list.len()
        } else if let Some(tuple) = seq.view::<TupleObject>() {
            tuple.len()
        } else if let Some(bytes) = seq.view::<BytesObject>() {
            bytes.len()
        } else if let Some(array) = seq.view::<ByteArrayObject>() {
            array.len()
        } else {
            seq.view::<StrObject>()?.len()
        };
        let index = self.index.get();
        if op.ty_ptr() == cx.types.list_reverse_iter.cast() {
            let left = (index + 1).max(0) as usize;
            return Some(if left > len { 0 } else { left });
        }
        Some(len.saturating_sub(index as usize))
    }
}

fn next_of_str(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Option<Ref>> {
    let this = op.expect::<SeqIterObject>(cx)?;
    let Some(str) = this.sequence().and_then(|seq| seq.view::<StrObject>()) else {
        return Ok(None);
    };
    let Some(c) = str.text().get(this.index.get() as usize) else {
        this.finish();
        return Ok(None);
    };
    let item = match u8::try_from(c) {
        Ok(c) => cx.latin1_char(c),
        Err(_) => {
            let kind = crate::string::Kind::holding(c);
            cx.str_from_chars(kind, 1, std::iter::once(c))?
        }
    };
    this.advance();
    Ok(Some(item))
}

fn next_of_bytes(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Option<Ref>> {
    let this = op.expect::<SeqIterObject>(cx)?;
    let Some(seq) = this.sequence() else { return Ok(None) };
    match crate::bytes::data(cx, seq)?.get(this.index.get() as usize) {
        Some(byte) => {
            let item = cx.int(i64::from(*byte))?;
            this.advance();
            Ok(Some(item))
        }
        None => {
            this.finish();
            Ok(None)
        }
    }
}

/// `x[0]`, `x[1]`, ... until `IndexError` or `StopIteration`.
fn next_of_sequence(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Option<Ref>> {
    let this = op.expect::<SeqIterObject>(cx)?;
    let Some(seq) = this.seq.get() else { return Ok(None) };
    let index = this.index.get();
    if index == isize::MAX {
        return Err(cx.raise(Exc::OverflowError, format_args!("iter index too large")));
    }
    let key = cx.int(index as i64)?;
    match crate::protocol::subscript(cx, seq.borrow(), key.borrow()) {
        Ok(item) => {
            this.index.set(this.index.get().saturating_add(1));
            Ok(Some(item))
        }
        Err(raised) => {
            caught(cx, raised, &[Exc::IndexError, Exc::StopIteration])?;
            this.finish();
            Ok(None)
        }
    }
}

/// Takes what is raised, when it is one of these kinds; else passes it on.
pub fn caught(cx: &Cx<'_>, raised: Raised, kinds: &[Exc]) -> Res<()> {
    let exception = cx.take_raised(raised);
    let ty = Type::of(exception.borrow());
    if kinds.iter().any(|kind| ty.is_subtype(cx.exc_type(*kind))) {
        return Ok(());
    }
    Err(cx.restore_raised(exception))
}

/// Takes a `StopIteration` that is raised and gives its value; else passes on what is raised.
///
/// # Errors
/// What is raised, unless it is `StopIteration`.
pub fn stopped(cx: &Cx<'_>, raised: Raised) -> Res<Option<Ref>> {
    let exception = cx.take_raised(raised);
    let ty = Type::of(exception.borrow());
    if !ty.is_subtype(cx.exc_type(Exc::StopIteration)) {
        return Err(cx.restore_raised(exception));
    }
    let value = exception.borrow().view::<ExceptionObject>();
    Ok(value.and_then(|exception| exception.extra().first()?.get()))
}

/// An iterator of this type over `seq`, which must be what the type's `next` expects.
fn make(world: &World, ty: &Type, seq: Borrowed<'_>, index: isize) -> Res {
    let op = ty.mem.alloc_sized::<true>(size_of::<SeqIterObject>()).or_raise(world)?;
    // SAFETY: the block holds a `SeqIterObject` whose header is written; the rest is now.
    unsafe {
        let p = op.cast::<SeqIterObject>().as_ptr();
        (&raw mut (*p).index).write(Cell::new(index));
        (&raw mut (*p).seq).write(Field::new(Some(seq.owned())));
        track(op);
        Ok(Ref::steal(op))
    }
}

/// `iter(list)`
///
/// # Errors
/// `MemoryError`.
pub fn over_list(cx: &mut Cx<'_>, list: Borrowed<'_>) -> Res {
    make(cx, cx.ty(cx.types.list_iter), list, 0)
}

/// `reversed(list)`
///
/// # Errors
/// `MemoryError`; `TypeError` when it is no list.
pub fn over_list_backwards(cx: &mut Cx<'_>, list: Borrowed<'_>) -> Res {
    let last = list.expect::<ListObject>(cx)?.len() as isize - 1;
    make(cx, cx.ty(cx.types.list_reverse_iter), list, last)
}

/// `iter(tuple)`
///
/// # Errors
/// `MemoryError`.
pub fn over_tuple(cx: &mut Cx<'_>, tuple: Borrowed<'_>) -> Res {
    make(cx, cx.ty(cx.types.tuple_iter), tuple, 0)
}

/// `iter(str)`
///
/// # Errors
/// `MemoryError`.
pub fn over_str(cx: &mut Cx<'_>, str: Borrowed<'_>) -> Res {
    let ascii = crate::string::is_exact(cx, str)
        && str.expect::<StrObject>(cx)?.kind() == crate::string::Kind::Ascii;
    let ty = if ascii { cx.types.ascii_iter } else { cx.types.str_iter };
    make(cx, cx.ty(ty), str, 0)
}

/// `iter(bytes)`
///
/// # Errors
/// `MemoryError`.
pub fn over_bytes(cx: &mut Cx<'_>, bytes: Borrowed<'_>) -> Res {
    make(cx, cx.ty(cx.types.bytes_iter), bytes, 0)
}

/// `iter(bytearray)`
///
/// # Errors
/// `MemoryError`.
pub fn over_bytearray(cx: &mut Cx<'_>, array: Borrowed<'_>) -> Res {
    make(cx, cx.ty(cx.types.bytearray_iter), array, 0)
}

/// `iter(x)` of an object that only has `x[0]`, `x[1]`, ...
///
/// # Errors
/// `MemoryError`.
pub fn over_sequence(cx: &mut Cx<'_>, seq: Borrowed<'_>) -> Res {
    make(cx, cx.ty(cx.types.seq_iter), seq, 0)
}

/// What a built-in iterator knows of how many items are left; nothing for other objects.
pub fn length_hint(cx: &Cx<'_>, op: Borrowed<'_>) -> Option<usize> {
    if let Some(this) = op.view::<SeqIterObject>() {
        return this.left(cx, op);
    }
    if let Some(this) = op.view::<crate::range::RangeIterObject>() {
        return Some(this.left());
    }
    op.view::<ReversedObject>().and_then(ReversedObject::left)
}

/// A guess of how many items an object will give: its length, else its `__length_hint__`.
/// CPython: `PyObject_LengthHint`.
///
/// # Errors
/// Those of the object's own code but `TypeError`; `TypeError` and `ValueError` for hints that are
/// none.
pub(crate) fn guess(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Option<usize>> {
    if let Some(len) = Type::of(op).slots.len {
        match len(cx, op) {
            Ok(len) => return Ok(Some(len)),
            Err(raised) => caught(cx, raised, &[Exc::TypeError])?,
        }
    }
    if let Some(left) = length_hint(cx, op) {
        return Ok(Some(left));
    }
    let name = cx.name("__length_hint__")?;
    let Some(method) = special(cx, op, name.borrow())? else { return Ok(None) };
    let hint = match crate::protocol::call(cx, method.borrow(), Args::NONE) {
        Ok(hint) => hint,
        Err(raised) => {
            caught(cx, raised, &[Exc::TypeError])?;
            return Ok(None);
        }
    };
    if cx.is_not_implemented(hint.borrow()) {
        return Ok(None);
    }
    if !hint.borrow().is_a::<crate::int::IntObject>() {
        let name = Type::of(hint.borrow()).name();
        return Err(cx.type_error(format_args!("__length_hint__ must be an integer, not {name}")));
    }
    match crate::int::to_i64(hint.borrow()) {
        Some(..0) => Err(cx.value_error(format_args!("__length_hint__() should return >= 0"))),
        Some(hint) => Ok(Some(hint as usize)),
        None => Err(cx.raise(
            Exc::OverflowError,
            format_args!("Python int too large to convert to C ssize_t"),
        )),
    }
}

/// A special method as the type has it, bound to the object.
///
/// # Errors
/// Those of looking it up.
pub(crate) fn special(cx: &mut Cx<'_>, op: Borrowed<'_>, name: Borrowed<'_>) -> Res<Option<Ref>> {
    let ty = Type::of(op);
    let Some(found) = crate::type_type::lookup(cx, ty, name)? else { return Ok(None) };
    match Type::of(found.borrow()).slots.descr_get {
        Some(get) => get(cx, found.borrow(), Some(op), ty).map(Some),
        None => Ok(Some(found)),
    }
}

/// `iterator.__length_hint__()` of the built-in iterators.
pub(crate) fn hint_method(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let Some(op) = args.get(0) else { return Ok(cx.not_implemented()) };
    if let Some(left) = length_hint(cx, op) {
        return cx.int(left as i64);
    }
    let Some(this) = op.view::<SeqIterObject>() else { return Ok(cx.not_implemented()) };
    let Some(seq) = this.seq.get() else { return cx.int(0) };
    if Type::of(seq.borrow()).slots.len.is_none() {
        return Ok(cx.not_implemented());
    }
    // The program's own `__len__`, which may use the iterator meanwhile.
    let len = crate::protocol::len(cx, seq.borrow())? as i64;
    cx.int(len.saturating_sub(this.index.get() as i64).max(0))
}
