//! Attributes that are words of the object: what `__slots__` names, what CPython has as a member of
//! a built-in type's struct, `__dict__` and `__weakref__`.

use std::cell::Cell;

use runtime_core::{Object, TypeFlags, TypeSpec};
use runtime_gc::{Borrowed, Ref, clear, track, weak};

use crate::cx::{Cx, OrRaise, Res};
use crate::documentation::{self, Part};
use crate::exception::Exc;
use crate::field::Field;
use crate::native::{container, fixed, member};
use crate::string::text_of;
use crate::ty::{GetSetDef, Slots, Type, TypeDef};
use crate::view::{Layout, Look, View};
use crate::world::World;

/// A word of the objects of one class: 64 bytes with the collector head.
#[repr(C)]
pub(crate) struct MemberObject {
    object: Object,
    owner: Field,
    name: Field,
    /// Where the word lies in objects of a class.
    offset: Cell<usize>,
    /// How the attribute of a built-in type is read and written.
    def: Cell<Option<&'static GetSetDef>>,
}

const _: () = assert!(size_of::<MemberObject>() == 48);

// SAFETY: only `member_descriptor` carries the number; the fields are cells.
unsafe impl View for MemberObject {
    const LAYOUT: u16 = Layout::Member as u16;
    const NAME: &'static str = "member_descriptor";
}

container!(MemberObject, |this| [this.owner, this.name]);

pub(crate) const MEMBER: TypeDef = TypeDef {
    spec: TypeSpec {
        tp_clear: Some(clear::<MemberObject>),
        flags: TypeFlags::GC,
        ..fixed::<MemberObject>("member_descriptor", Layout::Member)
    },
    slots: Slots { repr: Some(repr), descr_get: Some(read), descr_set: Some(write), ..Slots::NONE },
    members: &[
        member!(MemberObject, "__objclass__", owner),
        member!(MemberObject, "__name__", name),
    ],
    getset: &[GetSetDef::read_only("__qualname__", qualname), GetSetDef::read_only("__doc__", doc)],
    ..TypeDef::EMPTY
};

/// The descriptor of the word at `offset` of the objects of `owner`, a class.
///
/// # Errors
/// `MemoryError`.
pub(crate) fn new_member(cx: &Cx<'_>, owner: Ref, name: Ref, offset: usize) -> Res {
    make(cx, owner, name, offset, None)
}

/// The descriptor of an attribute of `owner`, a built-in type.
///
/// # Errors
/// `MemoryError`.
pub(crate) fn member_of_type(world: &World, owner: Ref, name: Ref, def: &'static GetSetDef) -> Res {
    make(world, owner, name, 0, Some(def))
}

fn make(
    world: &World,
    owner: Ref,
    name: Ref,
    offset: usize,
    def: Option<&'static GetSetDef>,
) -> Res {
    let ty = world.ty(world.types.member);
    let op = ty.mem.alloc_sized::<true>(size_of::<MemberObject>()).or_raise(world)?;
    // SAFETY: the block holds the object whose header is written; the rest is now.
    unsafe {
        let p = op.cast::<MemberObject>().as_ptr();
        (&raw mut (*p).owner).write(Field::new(Some(owner)));
        (&raw mut (*p).name).write(Field::new(Some(name)));
        (&raw mut (*p).offset).write(Cell::new(offset));
        (&raw mut (*p).def).write(Cell::new(def));
        track(op);
        Ok(Ref::steal(op))
    }
}

/// The offset of the word that `descriptor` stands for in the object `of`, when it is a member of
/// its class.
pub(crate) fn member_offset(descriptor: Borrowed<'_>, of: Borrowed<'_>) -> Option<usize> {
    let this = descriptor.view::<MemberObject>().filter(|this| this.def.get().is_none())?;
    let owner = this.owner.get()?;
    let owner = owner.borrow().view::<Type>()?;
    Type::of(of).is_subtype(owner).then(|| this.offset.get())
}

fn repr(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let this = op.expect::<MemberObject>(cx)?;
    let name = this.name.get().unwrap_or_else(|| cx.empty_str());
    let name = text_of(cx, name.borrow())?;
    let owner = this.owner.get();
    let owner = owner.as_ref().and_then(|owner| owner.borrow().view::<Type>());
    let owner = owner.map_or("?", Type::name);
    cx.format(format_args!("<member '{name}' of '{owner}' objects>"))
}

fn qualname(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let this = op.expect::<MemberObject>(cx)?;
    let (name, owner) = (this.name(cx), this.owner.get().unwrap_or_else(|| cx.none()));
    let owner = crate::protocol::get_attr_str(cx, owner.borrow(), "__qualname__")?;
    let (name, owner) = (text_of(cx, name.borrow())?, text_of(cx, owner.borrow())?);
    cx.format(format_args!("{owner}.{name}"))
}

fn doc(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let this = op.expect::<MemberObject>(cx)?;
    let owner = this.owner.get().unwrap_or_else(|| cx.none());
    match (this.def.get(), owner.borrow().view::<Type>()) {
        (Some(def), Some(ty)) => documentation::of_attribute(cx, ty, def.name, Part::Text),
        _ => Ok(cx.none()),
    }
}

impl MemberObject {
    fn name(&self, cx: &Cx<'_>) -> Ref {
        self.name.get().unwrap_or_else(|| cx.empty_str())
    }

    /// Refuses objects of other types.
    fn check(&self, cx: &Cx<'_>, of: Borrowed<'_>) -> Res<()> {
        let owner = self.owner.get();
        let owner = owner.as_ref().and_then(|owner| owner.borrow().view::<Type>());
        if owner.is_some_and(|owner| Type::of(of).is_subtype(owner)) {
            return Ok(());
        }
        let name = self.name(cx);
        let name = text_of(cx, name.borrow())?;
        let (owner, got) = (owner.map_or("?", Type::name), Type::of(of).name());
        Err(cx.type_error(format_args!(
            "descriptor '{name}' for '{owner}' objects doesn't apply to a '{got}' object"
        )))
    }

    /// The word of an object, which is one of the descriptor's class.
    fn word<'a>(&self, of: Borrowed<'a>) -> &'a Field {
        // SAFETY: callers have checked the object; those of the class have a field at that offset,
        // which no other struct shares.
        unsafe { of.as_obj().byte_add(self.offset.get()).cast::<Field>().as_ref() }
    }
}

fn read(cx: &mut Cx<'_>, op: Borrowed<'_>, of: Option<Borrowed<'_>>, _: &Type) -> Res {
    let Some(of) = of else { return Ok(op.owned()) };
    let this = op.expect::<MemberObject>(cx)?;
    this.check(cx, of)?;
    if let Some(def) = this.def.get() {
        return (def.get)(cx, of);
    }
    match this.word(of).get() {
        Some(value) => Ok(value),
        None => Err(unset(cx, op, of)),
    }
}

/// `AttributeError` for a word that holds nothing.
fn unset(cx: &mut Cx<'_>, op: Borrowed<'_>, of: Borrowed<'_>) -> crate::cx::Raised {
    let name = match op.expect::<MemberObject>(cx) {
        Ok(this) => this.name.get().unwrap_or_else(|| cx.empty_str()),
        Err(raised) => return raised,
    };
    let told = (|| {
        let class = crate::type_type::full_name(cx, Type::of(of))?;
        let class = text_of(cx, class.borrow())?.to_string();
        Ok((class, text_of(cx, name.borrow())?))
    })();
    match told {
        Ok((class, text)) => {
            // CPython names the class in full here, but for the main module.
            let class = class.strip_prefix("__main__.").unwrap_or(&class);
            let message = format_args!("'{class}' object has no attribute '{text}'");
            crate::object::attribute_error(cx, of, name.borrow(), message)
        }
        Err(raised) => raised,
    }
}

fn write(
    cx: &mut Cx<'_>,
    op: Borrowed<'_>,
    of: Borrowed<'_>,
    value: Option<Borrowed<'_>>,
) -> Res<()> {
    let this = op.expect::<MemberObject>(cx)?;
    this.check(cx, of)?;
    if let Some(def) = this.def.get() {
        return match def.set {
            Some(set) => set(cx, of, value),
            None => Err(cx.raise(Exc::AttributeError, format_args!("readonly attribute"))),
        };
    }
    let word = this.word(of);
    if value.is_none() && word.is_empty() {
        let name = this.name(cx);
        let text = text_of(cx, name.borrow())?;
        return Err(cx.raise(Exc::AttributeError, format_args!("{text}")));
    }
    word.set(value.map(Borrowed::owned));
    Ok(())
}

/// `x.__dict__` of the objects of classes.
pub(crate) const INSTANCE_DICT: GetSetDef = GetSetDef {
    name: "__dict__",
    get: crate::protocol::instance_dict,
    set: Some(|cx, op, value| {
        let dict = match value {
            None => None,
            Some(dict) if dict.is_a::<crate::dict::DictObject>() => Some(dict.owned()),
            Some(other) => {
                let ty = Type::of(other).name();
                return Err(cx.type_error(format_args!(
                    "__dict__ must be set to a dictionary, not a '{ty}'"
                )));
            }
        };
        crate::protocol::replace_instance_dict(cx, op, dict)
    }),
};

/// `x.__dict__` of the objects of built-in types that have one: it cannot be deleted.
pub(crate) const STRUCT_DICT: GetSetDef = GetSetDef {
    set: Some(|cx, op, value| match (value, INSTANCE_DICT.set) {
        (Some(value), Some(set)) => set(cx, op, Some(value)),
        _ => Err(cx.type_error(format_args!("cannot delete __dict__"))),
    }),
    ..INSTANCE_DICT
};

/// `x.__weakref__`: the first weak reference, or `None`.
pub(crate) const INSTANCE_WEAKREF: GetSetDef = GetSetDef {
    name: "__weakref__",
    get: |cx, op| {
        let mut found = None;
        // SAFETY: the object is alive, and nothing is changed.
        unsafe {
            weak::each(op.as_obj(), &mut |weak| {
                if found.is_none() {
                    found = Some(Ref::new(weak));
                }
            });
        }
        Ok(found.unwrap_or_else(|| cx.none()))
    },
    set: None,
};
