//! Classes: types that programs make, and the objects of such types.
//!
//! ```text
//! make       type(name, bases, namespace): checks, layout, slots
//! meta       metaclasses: types whose objects are classes
//! mro        the order in which bases are searched (C3)
//! special    special methods: which slot each stands for
//! wrapper    native slots as methods            generic    methods as slots
//! descriptor property, staticmethod, super, ... what stands in namespaces
//! instance   objects of classes: memory, life and death
//! values     their attributes, in the object itself or in a dict
//! type_life  class objects: what they hold, how they die
//! ```

mod descriptor;
mod generic;
mod instance;
mod make;
mod meta;
mod mro;
mod special;
mod type_life;
mod values;
mod wrapper;

use std::cell::Cell;
use std::ptr::{NonNull, null_mut};

use runtime_core::Obj;

use crate::field::Field;
use crate::ty::{Slots, Type};

pub use descriptor::new_super;
pub(crate) use descriptor::{
    CLASS_METHOD, MAPPING_PROXY, MEMBER, PROPERTY, STATIC_METHOD, STRUCT_DICT, SUPER,
    member_of_type, new_proxy,
};
pub(crate) use instance::{
    alloc_bytes, attribute_values, block_bytes, counted_bytes, new_object, set_class, slot_places,
    track_instance,
};
pub(crate) use make::{Parts, rename, type_new, update_slots};
pub use meta::metaclass_of;
pub(crate) use meta::refuse_abstract;
pub(crate) use mro::order_of;
pub(crate) use special::{COUNT as SPECIAL_COUNT, make_special_names};
pub use special::{call_special, lookup_special, special_name};
pub(crate) use type_life::{
    dealloc_type, drop_class_parts, link_subclass, subclass_list, type_clear, type_release,
    type_traversal,
};
pub(crate) use values::{
    delete_value, dict_of, get_value, key_names, replace_dict, set_value, value_names,
};
pub(crate) use wrapper::{METHOD_WRAPPER, SLOT_WRAPPER, add_wrappers};

/// A slot of a class's objects: one word, named in `__slots__`.
#[derive(Clone, Copy)]
pub(crate) struct Member {
    /// Bytes from the header.
    pub(crate) offset: u32,
}

/// A table of slots that took over from another; see [`crate::ty::LiveSlots`].
pub(crate) struct SlotsBlock {
    pub(crate) slots: Slots,
    pub(crate) before: *mut SlotsBlock,
}

/// What a class has beyond what every type has.
pub(crate) struct ClassPart {
    /// Its name and qualified name, strs; empty for built-in types.
    pub(crate) name: Field,
    pub(crate) qualname: Field,
    /// The tuple of bases.
    pub(crate) bases: Field,
    /// The built-in type whose struct its objects begin with.
    pub(crate) native: Cell<Option<NonNull<Type>>>,
    /// The words of its objects that `__slots__` names, its own and those of its bases, in the order
    /// in which they are released.
    pub(crate) members: Cell<(*mut Member, usize)>,
    /// Names of attributes that its objects were given, in the order in which they were first; the
    /// values of an object are in the same order.
    pub(crate) keys: Cell<*mut Obj>,
    pub(crate) key_count: Cell<u32>,
    pub(crate) key_room: Cell<u32>,
    /// Attributes that its methods assign, as far as the compiler saw: room for them is made at once.
    pub(crate) expected: Cell<u32>,
    /// Values that the next object gets room for.
    pub(crate) room: Cell<u32>,
    /// The UTF-8 of its name, in raw memory.
    pub(crate) text: Cell<(*mut u8, usize)>,
    pub(crate) old_slots: Cell<*mut SlotsBlock>,
    /// Types derived from it, newest first, held by none.
    pub(crate) first_subclass: Cell<*mut Type>,
    pub(crate) next_sibling: Cell<*mut Type>,
    /// The sibling before this one in that list; null for the first.
    pub(crate) previous_sibling: Cell<*mut Type>,
    /// Whether some class has this type among its bases, but not as the one whose list it is in.
    pub(crate) has_side_classes: Cell<bool>,
    /// Weak references to the type.
    pub(crate) weak_list: Cell<usize>,
    /// Changes whenever an attribute of the type or of one of its bases may have; 0 when nobody has
    /// asked since.
    pub(crate) version: Cell<u32>,
}

/// Where the weak list lies in a class's part.
pub(crate) const WEAK_LIST: usize = std::mem::offset_of!(ClassPart, weak_list);

impl ClassPart {
    pub(crate) const fn new() -> Self {
        Self {
            name: Field::empty(),
            qualname: Field::empty(),
            bases: Field::empty(),
            native: Cell::new(None),
            members: Cell::new((null_mut(), 0)),
            keys: Cell::new(null_mut()),
            key_count: Cell::new(0),
            key_room: Cell::new(0),
            expected: Cell::new(0),
            room: Cell::new(values::VALUES_MAX as u32),
            text: Cell::new((null_mut(), 0)),
            old_slots: Cell::new(null_mut()),
            first_subclass: Cell::new(null_mut()),
            next_sibling: Cell::new(null_mut()),
            previous_sibling: Cell::new(null_mut()),
            has_side_classes: Cell::new(false),
            weak_list: Cell::new(0),
            version: Cell::new(0),
        }
    }

    pub(crate) fn members(&self) -> &[Member] {
        let (members, count) = self.members.get();
        if count == 0 {
            return &[];
        }
        // SAFETY: so many were written when the class was made, and they do not change.
        unsafe { std::slice::from_raw_parts(members, count) }
    }
}
