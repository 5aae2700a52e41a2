//! `OrderedDict`: a dict whose order programs change.
//!
//! Its order is that of the dict below; moving an entry is taking it out and putting it in at an
//! end, without looking at keys again. CPython has a list of nodes beside the dict, which
//! `__sizeof__` counts here as well. `state` counts what changes the order, by which iterators see
//! that they must not go on.

use std::cell::Cell;

use runtime_core::{Floor, Obj, TypeFlags, TypeSpec};
use runtime_gc::{Borrowed, Container, Ref, dealloc, release, traversal};

use super::ordered_methods as methods;
use crate::class::STRUCT_DICT;
use crate::cx::{Cx, OrRaise, Res};
use crate::dict::{self, DictObject, Front};
use crate::field::Field;
use crate::late::{Late, is_late};
use crate::native::free_fixed;
use crate::ty::{Binary, Slots, Type, TypeDef};
use crate::view::{Layout, Look};

/// An `OrderedDict`. Its objects are seen as dicts; [`of`] sees the rest.
#[repr(C)]
pub(crate) struct OrderedObject {
    dict: DictObject,
    pub(super) front: Front,
    pub(super) state: Cell<usize>,
    _reserved: [Cell<usize>; 3],
    /// The dict of its attributes.
    attributes: Field,
    weak_refs: Cell<usize>,
}

const _: () = assert!(size_of::<OrderedObject>() == 112);

/// Bytes of CPython's node, and of an entry of its table of nodes.
const NODE: usize = 32;
const NODE_SLOT: usize = 8;

// SAFETY: both see the attributes, and what the dict sees.
unsafe impl Container for OrderedObject {
    unsafe fn traverse(op: Obj, visit: &mut impl FnMut(Obj)) {
        // SAFETY: per contract; the object begins with a dict.
        unsafe {
            if let Some(attributes) = op.cast::<Self>().as_ref().attributes.peek() {
                visit(attributes);
            }
            DictObject::traverse(op, visit);
        }
    }

    unsafe fn release_next(op: Obj, cursor: &mut usize) -> Option<Obj> {
        // SAFETY: as above.
        unsafe {
            match op.cast::<Self>().as_ref().attributes.take() {
                Some(attributes) => Some(attributes.into_raw()),
                None => DictObject::release_next(op, cursor),
            }
        }
    }

    unsafe fn free(op: Obj) {
        // SAFETY: per contract.
        unsafe { free_fixed(op) }
    }
}

pub(crate) const ORDERED_DICT: TypeDef = TypeDef {
    spec: TypeSpec {
        name: "collections.OrderedDict",
        basic_size: size_of::<OrderedObject>(),
        flags: TypeFlags::GC.with(TypeFlags::BASE),
        layout: Layout::Dict as u16,
        floor: Floor::World,
        weak_list_offset: std::mem::offset_of!(OrderedObject, weak_refs) as isize,
        dict_offset: std::mem::offset_of!(OrderedObject, attributes),
        tp_dealloc: dealloc::<OrderedObject>,
        tp_free: free_fixed,
        tp_release: Some(release::<OrderedObject>),
        tp_traverse: Some(traversal::<OrderedObject>()),
        tp_clear: Some(clear_object),
        ..TypeSpec::LEAF
    },
    slots: Slots {
        repr: Some(methods::repr),
        compare: Some(methods::compare),
        iter: Some(|cx, op| super::ordered_iter::keys(cx, op, false)),
        set_subscript: Some(set_subscript),
        init: Some(methods::init),
        ..Slots::NONE
    }
    .with_binary([(Binary::Or, methods::or)])
    .with_in_place([(Binary::Or, |cx, a, b| {
        methods::update_from(cx, a, b)?;
        Ok(a.owned())
    })]),
    methods: methods::METHODS,
    class_methods: methods::CLASS_METHODS,
    members: &[],
    getset: &[STRUCT_DICT],
    doc: "Dictionary that remembers insertion order",
    module: "collections",
};

/// # Safety
/// `op` is a live object of the type, held by the caller.
unsafe fn clear_object(op: Obj) {
    // SAFETY: per contract.
    unsafe {
        let this = op.cast::<OrderedObject>().as_ref();
        this.changed();
        drop(this.attributes.take());
        dict::clear_object(op);
    }
}

/// An object as an `OrderedDict`, when it is one.
pub(super) fn seen<'a>(cx: &Cx<'_>, op: Borrowed<'a>) -> Option<&'a OrderedObject> {
    // SAFETY: objects of the type, and of those derived from it, begin with the struct, whose
    // fields are cells.
    is_late(cx, op, Late::OrderedDict)
        .then(|| unsafe { &*op.as_obj().cast::<OrderedObject>().as_ptr() })
}

/// The same for code that only an `OrderedDict` should reach.
pub(super) fn of<'a>(cx: &Cx<'_>, op: Borrowed<'a>) -> Res<&'a OrderedObject> {
    if let Some(this) = seen(cx, op) {
        return Ok(this);
    }
    let name = Type::of(op).name();
    Err(cx.type_error(format_args!(
        "descriptor requires a 'collections.OrderedDict' object but received a '{name}'"
    )))
}

/// Which end of the order.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    First,
    Last,
}

impl OrderedObject {
    /// Its entries.
    pub(super) fn dict(&self) -> &DictObject {
        &self.dict
    }

    /// Notes that the order has changed.
    pub(super) fn changed(&self) {
        self.state.set(self.state.get().wrapping_add(1));
    }

    /// Where the first or the last entry is.
    pub(super) fn at_end(&self, end: End) -> Option<usize> {
        match end {
            End::First => self.dict.first(&self.front),
            End::Last => self.dict.last(),
        }
    }

    /// Takes out the entry at a place.
    pub(super) fn take(&self, cx: &Cx<'_>, at: usize) -> Option<(Ref, Ref)> {
        let taken = self.dict.take_here(cx, at);
        self.changed();
        taken
    }

    /// Moves the entry at a place to an end, where it may be already.
    pub(super) fn move_to(&self, cx: &Cx<'_>, at: usize, end: End) -> Res<()> {
        if self.at_end(end) == Some(at) {
            return Ok(());
        }
        match end {
            End::First => self.dict.move_first(cx, at).or_raise(cx)?,
            End::Last => self.dict.move_last(cx, at).or_raise(cx)?,
        }
        self.changed();
        Ok(())
    }

    /// Bytes without the collector head, CPython's nodes counted in.
    pub(super) fn size_of(&self) -> usize {
        self.dict.size_of() + NODE_SLOT * self.dict.slots() + NODE * self.dict.len()
    }
}

/// `d[k] = v`, `del d[k]`
pub(super) fn set_subscript(
    cx: &mut Cx<'_>,
    op: Borrowed<'_>,
    key: Borrowed<'_>,
    value: Option<Borrowed<'_>>,
) -> Res<()> {
    let this = of(cx, op)?;
    match value {
        Some(value) => {
            let before = this.dict.len();
            dict::set(cx, op, key, value)?;
            if this.dict.len() != before {
                this.changed();
            }
        }
        None => match methods::take_key(cx, op, key)? {
            Some(gone) => drop(gone),
            None => return Err(dict::key_error(cx, key)),
        },
    }
    Ok(())
}

/// Whether an object is exactly an `OrderedDict`, not of a subclass.
pub(super) fn is_exact(cx: &Cx<'_>, op: Borrowed<'_>) -> bool {
    Late::OrderedDict.known(cx).is_some_and(|ty| std::ptr::eq(Type::of(op), ty))
}

/// Whether an object is a dict of any kind.
pub(super) fn is_dict(op: Borrowed<'_>) -> bool {
    op.is_a::<DictObject>()
}
