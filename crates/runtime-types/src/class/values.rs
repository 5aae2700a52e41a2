//! Attributes of instances.
//!
//! ```text
//! in front of the header:  | weak list | dict | GC head |        a dict, once somebody asked for one
//! behind it:               | room 1, used 1, ..., valid 1 | value 0 | value 1 | ... | order bytes |
//! ```
//!
//! An object of a class derived from `object` keeps its values in itself; the class knows which name
//! has which place. `order` says in which order this object got them. When a dict is asked for, or
//! an attribute finds no room, the values move to a dict and stay there. CPython 3.13's layout and
//! sizes, but for the dict, which there shares the values.

use std::cell::Cell;
use std::ptr::NonNull;

use runtime_core::{Obj, TypeFlags};
use runtime_gc::{Borrowed, Ref};

use crate::cx::{Cx, Res};
use crate::field::Field;
use crate::string::{Interning, StrObject};
use crate::ty::Type;
use crate::view::Look;
use crate::world::World;

/// Most attributes that objects keep in themselves (CPython 3.13's `SHARED_KEYS_MAX_SIZE`).
pub(crate) const VALUES_MAX: usize = 30;
/// Bytes in front of the header where the instance dict is.
const DICT_BEFORE: usize = 24;

/// The head of the values inside an object.
#[repr(C)]
pub(super) struct ValuesHead {
    room: u8,
    used: Cell<u8>,
    _embedded: u8,
    valid: Cell<bool>,
    _pad: u32,
}

const _: () = assert!(size_of::<ValuesHead>() == 8);

/// Bytes that `room` values take, with their head and order.
pub(super) const fn values_bytes(room: usize) -> usize {
    size_of::<ValuesHead>() + room * size_of::<Obj>() + room.next_multiple_of(8)
}

/// How many values a new object of the class gets room for.
///
/// A class begins with room for [`VALUES_MAX`], and each object that it makes takes one away, until
/// there is room for the names that are known and one more. So the first objects of a class are larger
/// than those after them, and no two of one size: it shows in what becomes of their blocks. CPython:
/// `_PyObject_InitInlineValues`, and `_PyDict_NewKeysForClass` for the names that methods assign.
pub(super) fn room_of(ty: &Type) -> usize {
    let class = &ty.class;
    let room = class.room.get();
    let known = class.key_count.get().max(class.expected.get());
    if room > known + 1 {
        class.room.set(room - 1);
    }
    room as usize
}

/// The values inside an object.
#[derive(Clone, Copy)]
pub(super) struct Values<'a> {
    head: &'a ValuesHead,
    values: NonNull<Field>,
}

impl<'a> Values<'a> {
    /// The values of an object whose class keeps them in it; they may have moved to a dict.
    ///
    /// # Safety
    /// `op` is alive, or dead and not freed, and its type has [`TypeFlags::INLINE_VALUES`].
    #[inline(always)]
    pub(super) unsafe fn at(op: Obj) -> Self {
        // SAFETY: per contract the head lies behind the header, the values behind the head.
        unsafe {
            let head = op.add(1).cast::<ValuesHead>();
            Self { head: &*head.as_ptr(), values: head.add(1).cast() }
        }
    }

    /// Writes the head of an object whose block is zero.
    ///
    /// # Safety
    /// `op` is new, and has room for so many values.
    pub(super) unsafe fn begin(op: Obj, room: usize) {
        // SAFETY: per contract.
        unsafe {
            let head = op.add(1).cast::<ValuesHead>();
            head.write(ValuesHead {
                room: room as u8,
                used: Cell::new(0),
                _embedded: 1,
                valid: Cell::new(true),
                _pad: 0,
            });
        }
    }

    pub(super) fn room(self) -> usize {
        usize::from(self.head.room)
    }

    #[inline(always)]
    pub(super) fn is_valid(self) -> bool {
        self.head.valid.get()
    }

    /// The value at a place below the room.
    #[inline(always)]
    pub(super) fn field(self, place: usize) -> Option<&'a Field> {
        // SAFETY: the fields lie in the object, one for each place below the room.
        (place < self.room()).then(|| unsafe { &*self.values.add(place).as_ptr() })
    }

    fn order(self) -> &'a [Cell<u8>] {
        // SAFETY: the order bytes lie behind the values, as many as there is room.
        unsafe {
            let order = self.values.add(self.room()).cast::<Cell<u8>>();
            std::slice::from_raw_parts(order.as_ptr(), self.room())
        }
    }

    /// Notes that the value at `place` is the newest.
    fn push_order(self, place: usize) {
        let used = usize::from(self.head.used.get());
        if let Some(slot) = self.order().get(used) {
            slot.set(place as u8);
            self.head.used.set(used as u8 + 1);
        }
    }

    /// Forgets that there was a value at `place`.
    fn drop_order(self, place: usize) {
        let used = usize::from(self.head.used.get());
        let order = self.order().get(..used).unwrap_or_default();
        let Some(at) = order.iter().position(|one| usize::from(one.get()) == place) else { return };
        for (to, from) in order.iter().skip(at).zip(order.iter().skip(at + 1)) {
            to.set(from.get());
        }
        self.head.used.set(used as u8 - 1);
    }

    /// Forgets the order of values that are gone.
    pub(super) fn forget_order(self) {
        self.head.used.set(0);
    }

    /// Places of the values, in the order in which the object got them.
    fn places(self) -> impl Iterator<Item = usize> + use<'a> {
        let used = usize::from(self.head.used.get());
        self.order().get(..used).unwrap_or_default().iter().map(|one| usize::from(one.get()))
    }
}

/// The place of a name among the attributes of the class's objects.
#[inline]
pub(crate) fn place_of(ty: &Type, name: Borrowed<'_>) -> Option<usize> {
    let count = ty.class.key_count.get() as usize;
    if count == 0 {
        return None;
    }
    // SAFETY: the class owns so many names; the list moves only when one is added.
    let keys = unsafe { std::slice::from_raw_parts(ty.class.keys.get(), count) };
    if let Some(place) = keys.iter().position(|key| *key == name.as_obj()) {
        return Some(place);
    }
    // Interned names are one object each, so most names that are not found are not there.
    let wanted = name.view::<StrObject>()?;
    if wanted.interning() != Interning::Not {
        return None;
    }
    keys.iter().position(|&key| {
        // SAFETY: the class owns its names.
        let key = unsafe { Borrowed::new(key) };
        key.view::<StrObject>().is_some_and(|key| crate::string::equal(key, wanted))
    })
}

/// Gives a name a place among the attributes of the class's objects, when there is room for one more.
fn add_place(world: &World, ty: &Type, name: Borrowed<'_>) -> Option<usize> {
    let class = &ty.class;
    let (count, room) = (class.key_count.get() as usize, class.key_room.get() as usize);
    if count >= class.room.get() as usize || name.view::<StrObject>()?.interning() == Interning::Not
    {
        return None;
    }
    if count == room {
        let wide = (room * 2).clamp(4, VALUES_MAX);
        let bytes = |n: usize| n * size_of::<Obj>();
        let keys = world.heap().raw_alloc(bytes(wide)).ok()?.cast::<Obj>();
        if let Some(old) = NonNull::new(class.keys.get()) {
            // SAFETY: the new list is longer and apart; the old one has this size.
            unsafe {
                keys.copy_from_nonoverlapping(old, count);
                world.heap().raw_free(old.cast(), bytes(room));
            }
        }
        class.keys.set(keys.as_ptr());
        class.key_room.set(wide as u32);
    }
    // SAFETY: there is room for one more.
    unsafe { class.keys.get().add(count).write(name.owned().into_raw()) };
    class.key_count.set(count as u32 + 1);
    Some(count)
}

/// The place where an object's dict is kept: in front of it, or where its native struct has it.
#[inline(always)]
pub(super) fn dict_field(op: Borrowed<'_>) -> Option<&Field> {
    if !op.ty().flags().has(TypeFlags::MANAGED_DICT) {
        let offset = op.ty().dict_offset;
        // SAFETY: the type says that its objects have a field there.
        return (offset != 0)
            .then(|| unsafe { op.as_obj().byte_add(offset).cast::<Field>().as_ref() });
    }
    // SAFETY: the type says that its objects have the word, which is a field.
    Some(unsafe { op.as_obj().byte_sub(DICT_BEFORE).cast::<Field>().as_ref() })
}

/// The values in an object, while they are there.
#[inline(always)]
fn values_of(op: Borrowed<'_>) -> Option<Values<'_>> {
    if !op.ty().flags().has(TypeFlags::INLINE_VALUES) {
        return None;
    }
    // SAFETY: the type has the flag, and the object is alive.
    let values = unsafe { Values::at(op.as_obj()) };
    values.is_valid().then_some(values)
}

/// Names of the values that objects of a class keep in themselves, owned by the class.
pub(crate) fn key_names(ty: &Type) -> Vec<Obj> {
    let count = ty.class.key_count.get() as usize;
    // SAFETY: the class owns so many names.
    (0..count).map(|place| unsafe { ty.class.keys.get().add(place).read() }).collect()
}

/// Names of the values that an object keeps in itself, by place; empty when it keeps none there.
pub(crate) fn value_names(op: Borrowed<'_>) -> Vec<Option<String>> {
    if !op.ty().flags().has(TypeFlags::INLINE_VALUES) {
        return Vec::new();
    }
    // SAFETY: the type has the flag, and the object is alive.
    let room = unsafe { Values::at(op.as_obj()) }.room();
    let class = &Type::of(op).class;
    let known = class.key_count.get() as usize;
    let name = |place: usize| {
        // SAFETY: the class owns so many names.
        let key =
            (place < known).then(|| unsafe { Borrowed::new(class.keys.get().add(place).read()) });
        key?.view::<StrObject>().map(|name| name.text().to_string())
    };
    (0..room).map(name).collect()
}

/// The dict of an instance, when it has one already.
fn existing_dict(op: Borrowed<'_>) -> Option<Ref> {
    dict_field(op)?.get()
}

/// The dict of an instance of a class with dicts, made now if need be; `None` for others.
///
/// # Errors
/// `MemoryError`; nothing has changed then.
pub(crate) fn dict_of(cx: &Cx<'_>, op: Borrowed<'_>) -> Res<Option<Ref>> {
    let Some(field) = dict_field(op) else { return Ok(None) };
    if let Some(dict) = field.get() {
        return Ok(Some(dict));
    }
    let dict = crate::dict::new(cx)?;
    if let Some(values) = values_of(op) {
        let ty = Type::of(op);
        for place in values.places() {
            // SAFETY: places in the order are those of names of the class.
            let name = unsafe { Borrowed::new(ty.class.keys.get().add(place).read()) };
            if let Some(value) = values.field(place).and_then(Field::get) {
                crate::dict::set_name(cx, dict.borrow(), name, value)?;
            }
        }
        values.head.valid.set(false);
        values.head.used.set(0);
        crate::dict::set_shared(dict.borrow(), ty.class.room.get() as usize);
        field.set(Some(dict.clone()));
        // The dict holds them all, so none dies here.
        for place in 0..values.room() {
            drop(values.field(place).and_then(Field::take));
        }
    } else {
        field.set(Some(dict.clone()));
    }
    Ok(Some(dict))
}

/// Puts another dict in the place of an instance's own; what was there goes last. Gives `false` for
/// objects without one.
pub(crate) fn replace_dict(op: Borrowed<'_>, dict: Option<Ref>) -> bool {
    let Some(field) = dict_field(op) else { return false };
    let mut old = [const { None }; VALUES_MAX];
    if let Some(values) = values_of(op) {
        values.head.valid.set(false);
        values.head.used.set(0);
        for (place, old) in old.iter_mut().enumerate().take(values.room()) {
            *old = values.field(place).and_then(Field::take);
        }
    }
    field.set(dict);
    drop(old);
    true
}

/// An instance's own attribute.
///
/// # Errors
/// Those of comparing keys of a dict.
#[inline]
pub(crate) fn get_value(cx: &mut Cx<'_>, op: Borrowed<'_>, name: Borrowed<'_>) -> Res<Option<Ref>> {
    if let Some(values) = values_of(op) {
        let place = place_of(Type::of(op), name);
        return Ok(place.and_then(|place| values.field(place)).and_then(Field::get));
    }
    match existing_dict(op) {
        Some(dict) => crate::dict::get(cx, dict.borrow(), name),
        None => Ok(None),
    }
}

/// Sets an instance's own attribute. `false` when objects of the type have none.
///
/// # Errors
/// `MemoryError`, those of comparing keys of a dict.
#[inline]
pub(crate) fn set_value(
    cx: &mut Cx<'_>,
    op: Borrowed<'_>,
    name: Borrowed<'_>,
    value: Borrowed<'_>,
) -> Res<bool> {
    // Names of attributes are interned, whoever made them.
    let interned = match name.view::<StrObject>() {
        Some(str) if str.interning() == Interning::Not && crate::string::is_exact(cx, name) => {
            Some(cx.intern(name.owned(), Interning::Mortal)?)
        }
        _ => None,
    };
    let name = interned.as_ref().map_or(name, Ref::borrow);
    if let Some(values) = values_of(op) {
        let ty = Type::of(op);
        let place = place_of(ty, name).or_else(|| add_place(cx, ty, name));
        if let Some(place) = place
            && let Some(field) = values.field(place)
        {
            let old = field.replace(Some(value.owned()));
            if old.is_none() {
                values.push_order(place);
            }
            drop(old);
            return Ok(true);
        }
    }
    match dict_of(cx, op)? {
        Some(dict) => crate::dict::set(cx, dict.borrow(), name, value).map(|()| true),
        None => Ok(false),
    }
}

/// Deletes an instance's own attribute; `false` when it has none of the name.
///
/// # Errors
/// Those of comparing keys of a dict.
pub(crate) fn delete_value(cx: &mut Cx<'_>, op: Borrowed<'_>, name: Borrowed<'_>) -> Res<bool> {
    if let Some(values) = values_of(op) {
        let Some(place) = place_of(Type::of(op), name) else { return Ok(false) };
        let Some(old) = values.field(place).and_then(Field::take) else { return Ok(false) };
        values.drop_order(place);
        drop(old);
        return Ok(true);
    }
    match existing_dict(op) {
        Some(dict) => Ok(crate::dict::remove(cx, dict.borrow(), name)?.is_some()),
        None => Ok(false),
    }
}

/// Frees the list of names of a class that dies.
///
/// # Safety
/// No object of the class is alive.
pub(super) unsafe fn free_keys(world: &World, ty: &Type) {
    let class = &ty.class;
    let (count, room) = (class.key_count.replace(0), class.key_room.replace(0));
    let Some(keys) = NonNull::new(class.keys.replace(std::ptr::null_mut())) else { return };
    // SAFETY: the class owned so many names in a list of this size.
    unsafe {
        for i in 0..count as usize {
            drop(Ref::steal(keys.add(i).read()));
        }
        world.heap().raw_free(keys.cast(), room as usize * size_of::<Obj>());
    }
}
