//! `tee`: several iterators over what one gives.
//!
//! ```text
//! tee --> data (57 items, the source) --> data --> ...
//! tee ------------------------------------^
//! ```
//!
//! What has been read lies in a chain of blocks; a reader holds the one that it is in, so what all
//! have passed goes by itself.

use std::cell::Cell;

use runtime_core::{Obj, Object, TypeFlags, TypeSpec};
use runtime_gc::{Borrowed, Container, Ref};

use super::{blank, exactly};
use crate::args::{Args, NativeDef};
use crate::cx::{Cx, Res};
use crate::exception::Exc;
use crate::field::Field;
use crate::iter::{itself, special, step};
use crate::late::Late;
use crate::list::{self, this};
use crate::native::{fixed, free_fixed, object};
use crate::ty::{Slots, Type, TypeDef};
use crate::view::{Layout, Look, View};
use crate::{protocol, tuple};

/// Items of a block: with them it fills a size class.
const ITEMS: usize = 57;

object! {
    /// One reader: its block and its place there.
    TeeObject as Tee, "itertools._tee", 48 {
        data: Field,
        index: Cell<usize>,
        weak_refs: Cell<usize>,
        _reserved: Cell<usize>,
    } owns [data]
}

/// A block of items that were read.
#[repr(C)]
pub(crate) struct TeeDataObject {
    object: Object,
    iterator: Field,
    read: Cell<u32>,
    running: Cell<bool>,
    next: Field,
    items: [Field; ITEMS],
}

const _: () = assert!(size_of::<TeeDataObject>() == 496);

// SAFETY: only `_tee_dataobject` carries the number; the fields are cells.
unsafe impl View for TeeDataObject {
    const LAYOUT: u16 = Layout::TeeData as u16;
    const NAME: &'static str = "itertools._tee_dataobject";
}

impl TeeDataObject {
    fn fields(&self) -> impl Iterator<Item = &Field> {
        std::iter::once(&self.iterator).chain(&self.items).chain(std::iter::once(&self.next))
    }
}

// SAFETY: both walk `fields`.
unsafe impl Container for TeeDataObject {
    unsafe fn traverse(op: Obj, visit: &mut impl FnMut(Obj)) {
        // SAFETY: per contract.
        let this = unsafe { op.cast::<Self>().as_ref() };
        this.fields().filter_map(Field::peek).for_each(visit);
    }

    unsafe fn release_next(op: Obj, cursor: &mut usize) -> Option<Obj> {
        // SAFETY: per contract.
        let this = unsafe { op.cast::<Self>().as_ref() };
        for field in this.fields().skip(*cursor) {
            *cursor += 1;
            if let Some(value) = field.take() {
                return Some(value.into_raw());
            }
        }
        None
    }

    unsafe fn free(op: Obj) {
        // SAFETY: per contract.
        unsafe { free_fixed(op) }
    }
}

pub(crate) const TEE: TypeDef = TypeDef {
    spec: TypeSpec {
        weak_list_offset: std::mem::offset_of!(TeeObject, weak_refs) as isize,
        ..fixed::<TeeObject>("itertools._tee", Layout::Tee)
    },
    slots: Slots { iter: Some(itself), next: Some(next), new: Some(new), ..Slots::NONE },
    methods: &[NativeDef::exactly("__copy__", 0, |cx, args| {
        let op = this(cx, &args)?;
        copy(cx, op)
    })],
    module: "itertools",
    ..TypeDef::EMPTY
};

pub(crate) const TEE_DATA: TypeDef = TypeDef {
    spec: TypeSpec {
        flags: TypeFlags::GC,
        ..fixed::<TeeDataObject>("itertools._tee_dataobject", Layout::TeeData)
    },
    module: "itertools",
    ..TypeDef::EMPTY
};

fn data_of(cx: &Cx<'_>, iterator: Ref) -> Res {
    let made = blank(cx, Late::TeeData.ty(cx)?)?;
    made.borrow().expect::<TeeDataObject>(cx)?.iterator.set(Some(iterator));
    Ok(made)
}

fn tee_of(cx: &Cx<'_>, data: Ref, index: usize) -> Res {
    let made = blank(cx, Late::Tee.ty(cx)?)?;
    let this = made.borrow().expect::<TeeObject>(cx)?;
    this.data.set(Some(data));
    this.index.set(index);
    Ok(made)
}

/// `_tee(xs)`: a reader of `xs`; a reader's own copy when it is one.
fn from_iterable(cx: &mut Cx<'_>, items: Borrowed<'_>) -> Res {
    let iterator = protocol::iter(cx, items)?;
    if iterator.borrow().is_a::<TeeObject>() {
        return copy(cx, iterator.borrow());
    }
    let data = data_of(cx, iterator)?;
    tee_of(cx, data, 0)
}

fn new(cx: &mut Cx<'_>, ty: &Type, args: Args<'_>) -> Res {
    let [items] = exactly(cx, ty, "_tee", &args)?;
    from_iterable(cx, items)
}

fn copy(cx: &Cx<'_>, op: Borrowed<'_>) -> Res {
    let this = op.expect::<TeeObject>(cx)?;
    let data = this.data.get().unwrap_or_else(|| cx.none());
    tee_of(cx, data, this.index.get())
}

fn next(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Option<Ref>> {
    let this = op.expect::<TeeObject>(cx)?;
    let Some(mut data) = this.data.get() else { return Ok(None) };
    if this.index.get() >= ITEMS {
        data = following(cx, data.borrow())?;
        this.data.set(Some(data.clone()));
        this.index.set(0);
    }
    let item = item_at(cx, data.borrow(), this.index.get())?;
    if item.is_some() {
        this.index.set(this.index.get() + 1);
    }
    Ok(item)
}

/// The block after a full one.
fn following(cx: &Cx<'_>, data: Borrowed<'_>) -> Res {
    let this = data.expect::<TeeDataObject>(cx)?;
    if let Some(next) = this.next.get() {
        return Ok(next);
    }
    let iterator = this.iterator.get().unwrap_or_else(|| cx.none());
    let next = data_of(cx, iterator)?;
    this.next.set(Some(next.clone()));
    Ok(next)
}

fn item_at(cx: &mut Cx<'_>, data: Borrowed<'_>, at: usize) -> Res<Option<Ref>> {
    let this = data.expect::<TeeDataObject>(cx)?;
    if at < this.read.get() as usize {
        return Ok(this.items.get(at).and_then(Field::get));
    }
    if this.running.get() {
        return Err(cx.raise(Exc::RuntimeError, format_args!("cannot re-enter the tee iterator")));
    }
    let Some(iterator) = this.iterator.get() else { return Ok(None) };
    this.running.set(true);
    let item = step(cx, iterator.borrow());
    this.running.set(false);
    let Some(item) = item? else { return Ok(None) };
    if let Some(field) = this.items.get(at) {
        field.set(Some(item.clone()));
        this.read.set(this.read.get() + 1);
    }
    Ok(Some(item))
}

/// `tee(xs, n=2)`: an iterator that can be copied is used as it is.
pub(super) fn tee(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    if !args.names().is_empty() {
        return Err(cx.type_error(format_args!("itertools.tee() takes no keyword arguments")));
    }
    let (items, count) = match args.positionals() {
        [] => return Err(cx.type_error(format_args!("tee expected at least 1 argument, got 0"))),
        [items] => (*items, 2),
        [items, count] => (*items, list::position(cx, *count)?),
        more => {
            let given = more.len();
            return Err(
                cx.type_error(format_args!("tee expected at most 2 arguments, got {given}"))
            );
        }
    };
    let Ok(count) = usize::try_from(count) else {
        return Err(cx.value_error(format_args!("n must be >= 0")));
    };
    if count == 0 {
        return Ok(cx.empty_tuple());
    }
    let mut readers = tuple::Filler::new(cx, count)?;
    let mut first = protocol::iter(cx, items)?;
    let name = cx.name("__copy__")?;
    let copier = match special(cx, first.borrow(), name.borrow())? {
        Some(copier) => copier,
        None => {
            first = from_iterable(cx, first.borrow())?;
            protocol::get_attr(cx, first.borrow(), name.borrow())?
        }
    };
    readers.push(first);
    for _ in 1..count {
        readers.push(protocol::call(cx, copier.borrow(), Args::NONE)?);
    }
    Ok(readers.finish())
}
