//! Objects of classes: how they are laid out, allocated, walked and taken apart.
//!
//! ```text
//! | weak list | dict | GC head |  header  native struct  slots  items or values  |
//! ```
//!
//! A class derived from `list` has objects that begin with a list; what is in front and behind belongs
//! to the class. Such an object dies in CPython's order: slots by name, then attributes, then what
//! the native struct holds, then its reference to the class.

use std::ptr::NonNull;

use runtime_core::{AllocError, Obj, Object, TypeFlags, TypeObject, VarObject, type_of};
use runtime_gc::{Borrowed, Container, Ref, is_tracked, track};

use super::values::{Values, room_of, values_bytes};
use crate::cx::{Cx, OrRaise, Res};
use crate::field::Field;
use crate::int::IntObject;
use crate::string::{StrObject, derived_size};
use crate::ty::Type;
use crate::view::{Layout, Look};

/// The objects of classes, to the collector.
pub(super) struct Instance;

/// # Safety
/// `op` is an object of a class, alive or not freed yet.
#[inline(always)]
unsafe fn class_of<'a>(op: Obj) -> &'a Type {
    // SAFETY: per contract; its class is alive as long as it is, and the pointer in the header was
    // made from the whole type.
    unsafe { &*type_of(op).cast::<Type>().as_ptr() }
}

/// The part in front of the header that holds the dict, when the class has one there.
///
/// # Safety
/// As [`class_of`].
#[inline(always)]
unsafe fn managed_dict<'a>(op: Obj, class: &Type) -> Option<&'a Field> {
    let has = class.mem.flags().has(TypeFlags::MANAGED_DICT);
    // SAFETY: the type says that its objects have the word.
    has.then(|| unsafe { &*op.cast::<u8>().sub(24).cast::<Field>().as_ptr() })
}

/// # Safety
/// As [`class_of`]; `offset` is that of a member of the class.
#[inline(always)]
unsafe fn member_field<'a>(op: Obj, offset: u32) -> &'a Field {
    // SAFETY: per contract the word is a field of the object.
    unsafe { &*op.cast::<u8>().add(offset as usize).cast::<Field>().as_ptr() }
}

/// Parts of an object, in the order in which they are released.
mod part {
    pub(super) const MEMBERS: usize = 0;
    pub(super) const VALUES: usize = 1;
    pub(super) const DICT: usize = 2;
    pub(super) const NATIVE: usize = 3;
    /// Bits of a cursor that hold the part.
    pub(super) const BITS: u32 = 2;
}

// SAFETY: both see the members, the values or the dict, and what the native struct holds. The class
// itself is shown by the traversal and released by deallocation, when the memory has gone.
unsafe impl Container for Instance {
    #[inline]
    unsafe fn traverse(op: Obj, visit: &mut impl FnMut(Obj)) {
        // SAFETY: per contract.
        unsafe {
            let class = class_of(op);
            for member in class.class.members() {
                if let Some(value) = member_field(op, member.offset).peek() {
                    visit(value);
                }
            }
            if class.mem.flags().has(TypeFlags::INLINE_VALUES) {
                let values = Values::at(op);
                for place in 0..values.room() {
                    if let Some(value) = values.field(place).and_then(Field::peek) {
                        visit(value);
                    }
                }
            }
            if let Some(dict) = managed_dict(op, class).and_then(Field::peek) {
                visit(dict);
            }
            visit(type_of(op).cast());
            if let Some(native) = class.class.native.get()
                && let Some(traversal) = native.as_ref().mem.tp_traverse
            {
                (traversal.visit)(op, &mut |child| visit(child));
            }
        }
    }

    #[inline]
    unsafe fn release_next(op: Obj, cursor: &mut usize) -> Option<Obj> {
        // SAFETY: per contract; the cursor says how far each part has come.
        unsafe {
            let class = class_of(op);
            loop {
                let (at, next_part) = (*cursor >> part::BITS, (*cursor & 3) + 1);
                match *cursor & 3 {
                    part::MEMBERS => {
                        for member in class.class.members().iter().skip(at) {
                            *cursor += 1 << part::BITS;
                            if let Some(value) = member_field(op, member.offset).take() {
                                return Some(value.into_raw());
                            }
                        }
                    }
                    part::VALUES => {
                        if class.mem.flags().has(TypeFlags::INLINE_VALUES) {
                            let values = Values::at(op);
                            for place in at..values.room() {
                                *cursor += 1 << part::BITS;
                                if let Some(value) = values.field(place).and_then(Field::take) {
                                    return Some(value.into_raw());
                                }
                            }
                        }
                    }
                    part::DICT => {
                        *cursor = part::NATIVE;
                        if let Some(dict) = managed_dict(op, class).and_then(Field::take) {
                            return Some(dict.into_raw());
                        }
                        continue;
                    }
                    _ => {
                        if class.mem.flags().has(TypeFlags::WEAK_LATE) {
                            runtime_gc::weak::clear_and_call_back(op);
                        }
                        let release =
                            class.class.native.get().and_then(|ty| ty.as_ref().mem.tp_release)?;
                        let mut inner = at;
                        let child = release(op, &mut inner);
                        *cursor = inner << part::BITS | part::NATIVE;
                        return child;
                    }
                }
                *cursor = next_part;
            }
        }
    }

    unsafe fn free(op: Obj) {
        // SAFETY: per contract.
        unsafe { free_instance(op) }
    }
}

/// `tp_clear`: what may close a cycle goes; the object stays whole.
///
/// # Safety
/// `op` is alive and held by the caller.
pub(super) unsafe fn clear_instance(op: Obj) {
    // SAFETY: per contract; each reference that comes out is given up once, and an object with empty
    // fields is whole.
    unsafe {
        let class = class_of(op);
        if let Some(clear) = class.class.native.get().and_then(|ty| ty.as_ref().mem.tp_clear) {
            clear(op);
        }
        for member in class.class.members() {
            drop(member_field(op, member.offset).take());
        }
        if class.mem.flags().has(TypeFlags::INLINE_VALUES) {
            let values = Values::at(op);
            for place in 0..values.room() {
                drop(values.field(place).and_then(Field::take));
            }
            values.forget_order();
        }
        drop(managed_dict(op, class).and_then(Field::take));
    }
}

/// Items of an object of variable size, as it was allocated with.
///
/// # Safety
/// As [`class_of`].
unsafe fn items_of(op: Obj, class: &Type) -> usize {
    if class.mem.item_size == 0 {
        return 0;
    }
    // SAFETY: per contract objects with items have a length behind their header, which for an int
    // is its tag.
    unsafe {
        match class.mem.layout {
            layout if layout == Layout::Int as u16 => op.cast::<IntObject>().as_ref().len().max(1),
            _ => op.cast::<VarObject>().as_ref().len(),
        }
    }
}

/// Bytes of an instance from its header on, values in it included.
///
/// # Safety
/// As [`class_of`].
unsafe fn instance_bytes(op: Obj, class: &Type) -> usize {
    // SAFETY: per contract; it was allocated with this size, so nothing overflows.
    unsafe {
        let values = if class.mem.flags().has(TypeFlags::INLINE_VALUES) {
            values_bytes(Values::at(op).room())
        } else {
            0
        };
        native_bytes(op, class) + values
    }
}

/// Bytes of the native struct of an instance, and of the class's slots.
///
/// # Safety
/// As [`class_of`].
unsafe fn native_bytes(op: Obj, class: &Type) -> usize {
    // SAFETY: per contract; it was allocated with this size, so nothing overflows.
    unsafe {
        if class.mem.layout == Layout::Str as u16 {
            let str = op.cast::<StrObject>().as_ref();
            return derived_size(str.kind(), str.len()).unwrap_or(0);
        }
        class.mem.object_size(items_of(op, class)).unwrap_or(0)
    }
}

/// Bytes of an instance as `__sizeof__` counts them: values in it are not counted.
pub(crate) fn counted_bytes(op: Borrowed<'_>) -> usize {
    // SAFETY: the object is alive, and callers have one of a class.
    unsafe { native_bytes(op.as_obj(), class_of(op.as_obj())) }
}

/// Bytes of an instance's block from its header on, values in it included.
pub(crate) fn block_bytes(op: Borrowed<'_>) -> usize {
    // SAFETY: the object is alive, and callers have one of a class.
    unsafe { instance_bytes(op.as_obj(), class_of(op.as_obj())) }
}

/// Names and offsets of the slots of an instance that `__slots__` made, as far as the classes still
/// show them.
pub(crate) fn slot_places(op: Borrowed<'_>) -> Vec<(String, usize)> {
    let mut places = Vec::new();
    // SAFETY: the object is alive, and callers have one of a class.
    let class = unsafe { class_of(op.as_obj()) };
    let Some(mro) = class.mro() else { return places };
    for base in mro.items().iter().filter_map(|base| base.view::<Type>()) {
        // SAFETY: the type owns its dict.
        let Some(dict) = base.dict.get().map(|dict| unsafe { Ref::new(dict) }) else { continue };
        let mut cursor = 0;
        while let Some((name, value)) = crate::dict::entry(dict.borrow(), &mut cursor) {
            if let (Some(offset), Some(name)) = (
                super::descriptor::member_offset(value.borrow(), op),
                name.borrow().view::<StrObject>(),
            ) {
                places.push((name.text().to_string(), offset));
            }
        }
    }
    places
}

/// The attributes that lie in an instance itself: slots and values, each with its name.
pub(crate) fn attribute_values(op: Borrowed<'_>) -> Vec<(String, Obj)> {
    let mut found = Vec::new();
    if let Some(dict) = super::values::dict_field(op).and_then(Field::peek) {
        found.push(("__dict__".to_owned(), dict));
    }
    for (name, offset) in slot_places(op) {
        // SAFETY: the offset is that of a member of the object's class.
        if let Some(value) = unsafe { member_field(op.as_obj(), offset as u32) }.peek() {
            found.push((name, value));
        }
    }
    for (place, name) in super::values::value_names(op).into_iter().enumerate() {
        // SAFETY: an object that has names of values has values.
        let value = unsafe { Values::at(op.as_obj()) }.field(place).and_then(Field::peek);
        if let (Some(name), Some(value)) = (name, value) {
            found.push((name, value));
        }
    }
    found
}

/// `tp_free` of classes.
///
/// # Safety
/// `op` is a dead object of a class that owns nothing but its class.
pub(super) unsafe fn free_instance(op: Obj) {
    // SAFETY: per contract.
    unsafe {
        let class = class_of(op);
        let bytes = instance_bytes(op, class);
        if class.mem.layout == Layout::Str as u16 {
            crate::string::forget(op);
        } else if class.mem.layout == Layout::ByteArray as u16 {
            crate::bytearray::free_block(op);
        }
        class.mem.free_object(op, bytes);
    }
}

/// `tp_alloc` of classes: all fields zero, the class held, not tracked.
///
/// # Errors
/// [`AllocError`] from the heap.
///
/// # Safety
/// `ty` is a live class, as a pointer to the whole of it.
pub(crate) unsafe fn instance_alloc(ty: NonNull<TypeObject>, n: usize) -> Result<Obj, AllocError> {
    // SAFETY: per contract.
    let class = unsafe { ty.cast::<Type>().as_ref() };
    let size = class.mem.object_size(n).ok_or(AllocError::TooLarge)?;
    // SAFETY: per contract; a type with items has a length.
    unsafe {
        let op = alloc_bytes(class, size)?;
        if class.mem.item_size != 0 {
            op.cast::<VarObject>().as_ref().size.set(n as isize);
        }
        Ok(op)
    }
}

/// The same for a native struct of `size` bytes, slots included.
///
/// # Errors
/// [`AllocError`] from the heap.
///
/// # Safety
/// `class` is a live class whose native struct has this size.
pub(crate) unsafe fn alloc_bytes(class: &Type, size: usize) -> Result<Obj, AllocError> {
    let inline = class.mem.flags().has(TypeFlags::INLINE_VALUES);
    let room = if inline { room_of(class) } else { 0 };
    let values = if inline { values_bytes(room) } else { 0 };
    let size = size.checked_add(values).ok_or(AllocError::TooLarge)?;
    let op = class.mem.alloc_uninit(size)?;
    // SAFETY: the object has `size` bytes from its header on; a type with items has a length.
    unsafe {
        op.cast::<u8>().add(size_of::<Object>()).write_bytes(0, size - size_of::<Object>());
        if inline {
            Values::begin(op, room);
        }
        runtime_gc::incref(class.as_obj());
    }
    Ok(op)
}

/// Shows a new object to the collector, once it is whole, unless somebody did.
pub(crate) fn track_instance(op: &Ref) {
    // SAFETY: the object is alive.
    unsafe {
        if op.borrow().ty().is_gc() && !is_tracked(op.as_obj()) {
            track(op.as_obj());
        }
    }
}

/// Gives an object another class of the same layout (`x.__class__ = C`).
///
/// # Errors
/// `TypeError` when the layouts differ, or one is no class.
pub(crate) fn set_class(cx: &mut Cx<'_>, op: Borrowed<'_>, to: Borrowed<'_>) -> Res<()> {
    let Some(new) = to.view::<Type>() else {
        let name = Type::of(to).name();
        return Err(
            cx.type_error(format_args!("__class__ must be set to a class, not '{name}' object"))
        );
    };
    let old = Type::of(op);
    if !old.is_class() || !new.is_class() {
        return Err(cx.type_error(format_args!(
            "__class__ assignment only supported for mutable types or ModuleType subclasses"
        )));
    }
    if std::ptr::eq(old, new) {
        return Ok(());
    }
    if !same_layout(old, new) {
        return Err(cx.type_error(format_args!(
            "__class__ assignment: '{}' object layout differs from '{}'",
            new.name(),
            old.name()
        )));
    }
    // Values in the object are in the order of the old class's names.
    if old.mem.flags().has(TypeFlags::INLINE_VALUES) {
        super::values::dict_of(cx, op)?;
    }
    op.header().set_ty(to.owned().into_raw().cast());
    // SAFETY: the object held its old class, and does not any more.
    unsafe { runtime_gc::decref(old.as_obj()) };
    Ok(())
}

fn same_layout(a: &Type, b: &Type) -> bool {
    let shape = |ty: &Type| {
        let flags = TypeFlags::MANAGED.with(TypeFlags::MANAGED_DICT).with(TypeFlags::INLINE_VALUES);
        (
            ty.mem.basic_size,
            ty.mem.item_size,
            ty.mem.layout,
            ty.mem.flags().only(flags.with(TypeFlags::GC)),
            ty.mem.weak_list_offset,
            ty.class.members().len(),
        )
    };
    shape(a) == shape(b)
}

/// A new object of a class without fields of its own: what `object.__new__` gives.
///
/// # Errors
/// `MemoryError`.
pub(crate) fn new_object(cx: &Cx<'_>, ty: &Type) -> Res {
    // SAFETY: the type is alive, as a pointer to the whole of it.
    let op = unsafe { (ty.mem.tp_alloc)(ty.mem.as_ptr(), 0) }.or_raise(cx)?;
    // SAFETY: `tp_alloc` gave its one reference to us.
    let op = unsafe { Ref::steal(op) };
    track_instance(&op);
    Ok(op)
}
