//! Iterators over dicts, forwards and backwards: 72 bytes with the collector head.

use std::cell::Cell;

use runtime_core::Object;
use runtime_gc::{Borrowed, Ref, track};

use super::DictObject;
use super::views::What;
use crate::args::NativeDef;
use crate::cx::{Cx, OrRaise, Res};
use crate::exception::Exc;
use crate::field::Field;
use crate::native::{container, fixed};
use crate::tuple;
use crate::ty::{NextFn, Slots, Type, TypeDef};
use crate::view::{Layout, Look, View};
use crate::world::World;

/// Walks over a dict; raises when the dict changed size.
#[repr(C)]
pub struct DictIterObject {
    object: Object,
    dict: Field,
    /// Entries of the dict when it began; an impossible number once that changed.
    used: Cell<usize>,
    /// The next entry; backwards, one above it.
    next: Cell<usize>,
    /// The tuple given last, for items.
    result: Field,
    left: Cell<usize>,
}

const _: () = assert!(size_of::<DictIterObject>() == 56);

// SAFETY: only the dicts' iterators carry the number; all fields are cells.
unsafe impl View for DictIterObject {
    const LAYOUT: u16 = Layout::DictIter as u16;
    const NAME: &'static str = "dict_keyiterator";
}

container!(DictIterObject, |this| [this.dict, this.result]);

const METHODS: &[NativeDef] = &[NativeDef::exactly("__length_hint__", 0, |cx, args| {
    let hint = match args.get(0) {
        Some(op) => op.expect::<DictIterObject>(cx)?.length_hint(),
        None => 0,
    };
    cx.int(hint as i64)
})];

const fn def(name: &'static str, next: NextFn) -> TypeDef {
    TypeDef {
        spec: fixed::<DictIterObject>(name, Layout::DictIter),
        slots: Slots { iter: Some(|_, op| Ok(op.owned())), next: Some(next), ..Slots::NONE },
        methods: METHODS,
        ..TypeDef::EMPTY
    }
}

pub(crate) const KEY_ITER: TypeDef =
    def("dict_keyiterator", |cx, op| next(cx, op, What::Keys, false));
pub(crate) const VALUE_ITER: TypeDef =
    def("dict_valueiterator", |cx, op| next(cx, op, What::Values, false));
pub(crate) const ITEM_ITER: TypeDef =
    def("dict_itemiterator", |cx, op| next(cx, op, What::Items, false));
pub(crate) const REVERSE_KEY_ITER: TypeDef =
    def("dict_reversekeyiterator", |cx, op| next(cx, op, What::Keys, true));
pub(crate) const REVERSE_VALUE_ITER: TypeDef =
    def("dict_reversevalueiterator", |cx, op| next(cx, op, What::Values, true));
pub(crate) const REVERSE_ITEM_ITER: TypeDef =
    def("dict_reverseitemiterator", |cx, op| next(cx, op, What::Items, true));

/// An iterator over keys, values or items.
///
/// # Errors
/// `MemoryError`.
pub(super) fn make(cx: &mut Cx<'_>, dict: Borrowed<'_>, what: What, backwards: bool) -> Res {
    let this = dict.expect::<DictObject>(cx)?;
    let types = &cx.types;
    let ty = match (what, backwards) {
        (What::Keys, false) => types.dict_key_iter,
        (What::Values, false) => types.dict_value_iter,
        (What::Items, false) => types.dict_item_iter,
        (What::Keys, true) => types.dict_reverse_key_iter,
        (What::Values, true) => types.dict_reverse_value_iter,
        (What::Items, true) => types.dict_reverse_item_iter,
    };
    let result = match what {
        What::Items => Some(cx.tuple([cx.none(), cx.none()])?),
        _ => None,
    };
    let ty: &Type = cx.ty(ty);
    let op = ty.mem.alloc_sized::<true>(size_of::<DictIterObject>()).or_raise(cx)?;
    let start = if backwards { this.table(cx).entries() } else { 0 };
    // SAFETY: the block holds the iterator whose header is written; its fields are now.
    unsafe {
        let p = op.cast::<DictIterObject>().as_ptr();
        (&raw mut (*p).dict).write(Field::new(Some(dict.owned())));
        (&raw mut (*p).used).write(Cell::new(this.len()));
        (&raw mut (*p).next).write(Cell::new(start));
        (&raw mut (*p).result).write(Field::new(result));
        (&raw mut (*p).left).write(Cell::new(this.len()));
        track(op);
        Ok(Ref::steal(op))
    }
}

impl DictIterObject {
    /// How many entries are left; 0 once the dict has changed size.
    pub fn length_hint(&self) -> usize {
        let Some(dict) = self.dict.get() else { return 0 };
        if super::len(dict.borrow()) == self.used.get() { self.left.get() } else { 0 }
    }

    /// The list of what is left, which the iterator does not give by that.
    ///
    /// # Errors
    /// `MemoryError`; `RuntimeError` when the dict changed size.
    pub(crate) fn rest(&self, cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
        let (dict, used) = (self.dict.get(), self.used.get());
        let (next, left) = (self.next.get(), self.left.get());
        let rest = crate::list::from_iterable(cx, op);
        self.dict.set(dict);
        self.used.set(used);
        self.next.set(next);
        self.left.set(left);
        rest
    }

    /// The next entry in either direction.
    fn step(&self, dict: &DictObject, backwards: bool) -> Option<(Ref, Ref)> {
        let mut at = self.next.get();
        if !backwards {
            let entry = dict.next_entry(&mut at);
            if entry.is_some() {
                self.next.set(at);
            }
            return entry;
        }
        while let Some(below) = at.checked_sub(1) {
            at = below;
            if let Some(entry) = dict.entry_at(at) {
                self.next.set(at);
                return Some(entry);
            }
        }
        None
    }
}

fn next(cx: &mut Cx<'_>, op: Borrowed<'_>, what: What, backwards: bool) -> Res<Option<Ref>> {
    let this = op.expect::<DictIterObject>(cx)?;
    let Some(owner) = this.dict.get() else { return Ok(None) };
    let dict = owner.borrow().expect::<DictObject>(cx)?;
    if this.used.get() != dict.len() {
        this.used.set(usize::MAX);
        return Err(
            cx.raise(Exc::RuntimeError, format_args!("dictionary changed size during iteration"))
        );
    }
    let Some((key, value)) = this.step(dict, backwards) else {
        this.dict.set(None);
        return Ok(None);
    };
    match this.left.get().checked_sub(1) {
        Some(left) => this.left.set(left),
        // An entry more than there were: one was deleted behind the iterator and another added.
        None if !backwards => {
            this.dict.set(None);
            return Err(cx.raise(
                Exc::RuntimeError,
                format_args!("dictionary keys changed during iteration"),
            ));
        }
        None => {}
    }
    match what {
        What::Keys => Ok(Some(key)),
        What::Values => Ok(Some(value)),
        What::Items => item(cx, this, key, value).map(Some),
    }
}

/// The pair as a tuple: the one given last, when nobody else has it any more.
fn item(world: &World, this: &DictIterObject, key: Ref, value: Ref) -> Res {
    if let Some(last) = this.result.get() {
        // One reference is the iterator's, one `last`.
        // SAFETY: the tuple is alive.
        if unsafe { last.as_obj().as_ref() }.count() == 2 {
            let old = [tuple::replace(&last, 0, key), tuple::replace(&last, 1, value)];
            // A collection may have taken it out of sight for having harmless items.
            tuple::watch(&last);
            drop(old);
            return Ok(last);
        }
    }
    world.tuple([key, value])
}
