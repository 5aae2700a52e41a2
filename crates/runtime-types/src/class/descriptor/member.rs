//! Attributes that are words of the object: what `__slots__` names, `__dict__` and `__weakref__`.

use std::cell::Cell;

use runtime_core::{Object, TypeFlags, TypeSpec};
use runtime_gc::{Borrowed, Ref, clear, track, weak};

use crate::cx::{Cx, OrRaise, Res};
use crate::field::Field;
use crate::native::{container, fixed};
use crate::string::text_of;
use crate::ty::{GetSetDef, Slots, Type, TypeDef};
use crate::view::{Layout, Look, View};

/// A word of the objects of one class: 64 bytes with the collector head.
#[repr(C)]
pub(crate) struct MemberObject {
    object: Object,
    owner: Field,
    name: Field,
    offset: Cell<usize>,
    _reserved: Cell<usize>,
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
    getset: &[
        GetSetDef {
            name: "__name__",
            get: |cx, op| {
                let name = op.expect::<MemberObject>(cx)?.name.get();
                Ok(name.unwrap_or_else(|| cx.none()))
            },
            set: None,
        },
        GetSetDef {
            name: "__objclass__",
            get: |cx, op| {
                let owner = op.expect::<MemberObject>(cx)?.owner.get();
                Ok(owner.unwrap_or_else(|| cx.none()))
            },
            set: None,
        },
    ],
    ..TypeDef::EMPTY
};

/// The descriptor of the word at `offset` of the objects of `owner`.
///
/// # Errors
/// `MemoryError`.
pub(crate) fn new_member(cx: &Cx<'_>, owner: Ref, name: Ref, offset: usize) -> Res {
    let ty = cx.ty(cx.types.member);
    let op = ty.mem.alloc_sized::<true>(size_of::<MemberObject>()).or_raise(cx)?;
    // SAFETY: the block holds the object whose header is written; the rest is now.
    unsafe {
        let p = op.cast::<MemberObject>().as_ptr();
        (&raw mut (*p).owner).write(Field::new(Some(owner)));
        (&raw mut (*p).name).write(Field::new(Some(name)));
        (&raw mut (*p).offset).write(Cell::new(offset));
        (&raw mut (*p)._reserved).write(Cell::new(0));
        track(op);
        Ok(Ref::steal(op))
    }
}

/// The offset of the word that `descriptor` stands for in the object `of`, when it is a member of
/// its class.
pub(crate) fn member_offset(descriptor: Borrowed<'_>, of: Borrowed<'_>) -> Option<usize> {
    let this = descriptor.view::<MemberObject>()?;
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

/// The word of an object, which must be one of the descriptor's class.
fn word<'a>(cx: &Cx<'_>, op: Borrowed<'_>, of: Borrowed<'a>) -> Res<&'a Field> {
    let this = op.expect::<MemberObject>(cx)?;
    let owner = this.owner.get();
    if let Some(owner) = owner.as_ref().and_then(|owner| owner.borrow().view::<Type>())
        && Type::of(of).is_subtype(owner)
    {
        // SAFETY: objects of the class have a field at that offset, which no other struct shares.
        return Ok(unsafe { of.as_obj().byte_add(this.offset.get()).cast::<Field>().as_ref() });
    }
    let name = this.name.get().unwrap_or_else(|| cx.empty_str());
    let name = text_of(cx, name.borrow())?;
    let owner = owner.as_ref().and_then(|owner| owner.borrow().view::<Type>());
    let (owner, got) = (owner.map_or("?", Type::name), Type::of(of).name());
    Err(cx.type_error(format_args!(
        "descriptor '{name}' for '{owner}' objects doesn't apply to a '{got}' object"
    )))
}

fn read(cx: &mut Cx<'_>, op: Borrowed<'_>, of: Option<Borrowed<'_>>, _: &Type) -> Res {
    let Some(of) = of else { return Ok(op.owned()) };
    match word(cx, op, of)?.get() {
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
    let word = word(cx, op, of)?;
    if value.is_none() && word.is_empty() {
        let name = op.expect::<MemberObject>(cx)?.name.get().unwrap_or_else(|| cx.empty_str());
        let text = text_of(cx, name.borrow())?;
        return Err(crate::object::attribute_error(cx, of, name.borrow(), format_args!("{text}")));
    }
    word.set(value.map(Borrowed::owned));
    Ok(())
}

/// `x.__dict__` of the objects of classes.
pub(crate) const INSTANCE_DICT: GetSetDef = GetSetDef {
    name: "__dict__",
    get: |cx, op| match crate::protocol::instance_dict(cx, op) {
        Ok(dict) => Ok(dict),
        Err(raised) => Err(raised),
    },
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
