//! The constants of a module: one object for each type and value, shared by all its functions.
//!
//! CPython merges equal constants within one compiled file (`_PyCode_ConstantKey`); so do we, through
//! a key that tells `1`, `1.0` and `True` apart, and `0.0` from `-0.0`.

use std::collections::HashMap;

use runtime_gc::{Borrowed, Ref};
use runtime_types::bytes::BytesObject;
use runtime_types::float::FloatObject;
use runtime_types::int::IntObject;
use runtime_types::string::{Interning, StrObject};
use runtime_types::tuple::TupleObject;
use runtime_types::{Cx, Look, Res};

/// Number of a constant in its module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct ConstId(u32);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    /// An object that exists once: `None`, `True`, `...`
    Single(usize),
    Int(bool, Vec<u32>),
    Float(u64),
    Str(Vec<u32>),
    Bytes(Vec<u8>),
    Tuple(Vec<ConstId>),
    /// Anything else is equal to nothing but itself.
    Own(u32),
}

/// All constants of a module.
#[derive(Default)]
pub(crate) struct Constants {
    objects: Vec<Ref>,
    by_key: HashMap<Key, ConstId>,
}

impl Constants {
    /// The constant equal to `object`: that one if there is one, else `object` itself.
    pub(crate) fn add(&mut self, cx: &Cx<'_>, object: Ref) -> Res<ConstId> {
        let key = self.key(cx, object.borrow())?;
        if let Some(&known) = self.by_key.get(&key) {
            return Ok(known);
        }
        let object = if is_name_like(object.borrow()) {
            cx.intern(object, Interning::Mortal)?
        } else {
            object
        };
        let id = ConstId(self.objects.len() as u32);
        self.objects.push(object);
        self.by_key.insert(key, id);
        Ok(id)
    }

    /// The objects that CPython's syntax tree keeps alive while the main module runs, once for each
    /// count of it: what is no code, and does not live for ever. A bytes literal is held by its parts
    /// too.
    pub(crate) fn of_tree(self, cx: &Cx<'_>) -> Vec<Ref> {
        let types = &cx.types;
        let plain = [types.int, types.float, types.str, types.bytes, types.tuple, types.frozenset];
        let mut held = self.objects;
        held.retain(|op| {
            !op.borrow().header().is_immortal()
                && plain.iter().any(|ty| op.borrow().ty_ptr() == ty.cast())
        });
        let bytes = held.iter().filter(|op| op.borrow().ty_ptr() == types.bytes.cast());
        let again: Vec<Ref> = bytes.cloned().collect();
        held.extend(again);
        held
    }

    /// The object of a constant.
    pub(crate) fn get(&self, id: ConstId) -> Option<&Ref> {
        self.objects.get(id.0 as usize)
    }

    fn key(&mut self, cx: &Cx<'_>, object: Borrowed<'_>) -> Res<Key> {
        let exact = |ty: std::ptr::NonNull<runtime_types::ty::Type>| {
            object.ty_ptr() == ty.cast::<runtime_core::TypeObject>()
        };
        let types = &cx.types;
        if exact(types.int)
            && let Some(int) = object.view::<IntObject>()
        {
            return Ok(Key::Int(int.is_negative(), int.digits().to_vec()));
        }
        if exact(types.float)
            && let Some(float) = object.view::<FloatObject>()
        {
            return Ok(Key::Float(float.value().to_bits()));
        }
        if exact(types.str)
            && let Some(str) = object.view::<StrObject>()
        {
            return Ok(Key::Str(str.text().chars().collect()));
        }
        if exact(types.bytes)
            && let Some(bytes) = object.view::<BytesObject>()
        {
            return Ok(Key::Bytes(bytes.bytes().to_vec()));
        }
        if exact(types.tuple)
            && let Some(tuple) = object.view::<TupleObject>()
        {
            let ids: Res<Vec<ConstId>> =
                tuple.items().iter().map(|item| self.add(cx, item.owned())).collect();
            return ids.map(Key::Tuple);
        }
        if object.header().is_immortal() {
            return Ok(Key::Single(object.as_obj().addr().get()));
        }
        Ok(Key::Own(self.objects.len() as u32))
    }
}

/// Whether a constant is a str of nothing but ASCII letters, digits and `_`: those are interned.
fn is_name_like(object: Borrowed<'_>) -> bool {
    object.view::<StrObject>().is_some_and(|str| match str.text().as_ascii() {
        Some(text) => text.iter().all(|&c| c.is_ascii_alphanumeric() || c == b'_'),
        None => false,
    })
}
