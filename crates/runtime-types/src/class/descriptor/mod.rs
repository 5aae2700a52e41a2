//! Objects that say how an attribute is read and written: members, `property`, `staticmethod`,
//! `classmethod`, `super`; and the view of a class's namespace.

mod bound_kinds;
mod member;
mod property;
mod proxy;
mod super_type;

pub(crate) use bound_kinds::{CLASS_METHOD, STATIC_METHOD, new_class_method, new_static_method};
pub(crate) use member::{
    INSTANCE_DICT, INSTANCE_WEAKREF, MEMBER, STRUCT_DICT, member_of_type, member_offset, new_member,
};
pub(crate) use property::PROPERTY;
pub(crate) use proxy::{MAPPING_PROXY, new_proxy};
pub use super_type::new_super;
pub(crate) use super_type::{SUPER, lookup_after};
