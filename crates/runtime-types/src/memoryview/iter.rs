//! `iter(m)`

use std::cell::Cell;

use runtime_core::Object;
use runtime_gc::{Borrowed, Ref, track};

use super::MemoryViewObject;
use super::item::Value;
use crate::cx::{Cx, OrRaise, Res};
use crate::exception::Exc;
use crate::field::Field;
use crate::native::{container, fixed};
use crate::ty::{Slots, TypeDef};
use crate::view::{Layout, Look, View};

/// The iterator of a view of one dimension: 64 bytes with the collector head.
#[repr(C)]
pub(super) struct MemoryIterObject {
    object: Object,
    index: Cell<isize>,
    view: Field,
    _reserved: [Cell<usize>; 2],
}

const _: () = assert!(size_of::<MemoryIterObject>() == 48);

// SAFETY: only the iterator of views carries the number; the fields are cells.
unsafe impl View for MemoryIterObject {
    const LAYOUT: u16 = Layout::MemoryIter as u16;
    const NAME: &'static str = "memory_iterator";
}

container!(MemoryIterObject, |this| [this.view]);

pub(crate) const ITER: TypeDef = TypeDef {
    spec: fixed::<MemoryIterObject>("memory_iterator", Layout::MemoryIter),
    slots: Slots { iter: Some(crate::iter::itself), next: Some(next), ..Slots::NONE },
    ..TypeDef::EMPTY
};

/// `iter(m)`
pub(super) fn over(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let this = op.expect::<MemoryViewObject>(cx)?;
    this.check(cx)?;
    match this.area().dimensions() {
        0 => return Err(cx.type_error(format_args!("invalid indexing of 0-dim memory"))),
        1 => {}
        _ => {
            return Err(cx.raise(
                Exc::NotImplementedError,
                format_args!("multi-dimensional sub-views are not implemented"),
            ));
        }
    }
    let ty = cx.ty(cx.types.memory_iter);
    let op_iter = ty.mem.alloc_sized::<true>(size_of::<MemoryIterObject>()).or_raise(cx)?;
    // SAFETY: the block holds an iterator whose header is written; the rest is now.
    unsafe {
        let p = op_iter.cast::<MemoryIterObject>().as_ptr();
        (&raw mut (*p).index).write(Cell::new(0));
        (&raw mut (*p).view).write(Field::new(Some(op.owned())));
        (&raw mut (*p)._reserved).write([const { Cell::new(0) }; 2]);
        track(op_iter);
        Ok(Ref::steal(op_iter))
    }
}

fn next(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Option<Ref>> {
    let this = op.expect::<MemoryIterObject>(cx)?;
    let Some(seq) = this.view.get() else { return Ok(None) };
    let view = seq.borrow().expect::<MemoryViewObject>(cx)?;
    let area = view.area();
    let (Some(count), Some(stride)) = (area.shape.first(), area.strides.first()) else {
        return Ok(None);
    };
    let index = this.index.get();
    if index >= *count {
        this.view.set(None);
        return Ok(None);
    }
    view.check(cx)?;
    this.index.set(index + 1);
    let item = area.start.wrapping_offset(stride.wrapping_mul(index));
    // SAFETY: the view is not released, and the address is that of one of its items.
    unsafe { Value::read(item, area.format) }.object(cx).map(Some)
}
