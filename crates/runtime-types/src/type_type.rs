//! `type`: the type of types. Looking attributes up along the bases, and calling a type to make an
//! object.

use std::ptr::NonNull;

use runtime_core::{AllocError, Floor, StampError, TypeFlags, TypeSpec};
use runtime_gc::{Borrowed, Ref};

use crate::args::Args;
use crate::cx::{Cx, Raised, Res};
use crate::exception::Exc;
use crate::ty::{Slots, Type, TypeDef};
use crate::view::{Layout, Look, View};
use crate::world::{Types, World};

// SAFETY: only `type` and metaclasses carry the number, and their objects are whole `Type`s.
unsafe impl View for Type {
    const LAYOUT: u16 = Layout::Type as u16;
    const NAME: &'static str = "type";
}

pub(crate) const DEF: TypeDef = TypeDef {
    spec: TypeSpec {
        name: "type",
        basic_size: size_of::<Type>(),
        flags: TypeFlags::TYPE.with(TypeFlags::BASE),
        layout: Layout::Type as u16,
        floor: Floor::World,
        ..TypeSpec::LEAF
    },
    slots: Slots {
        repr: Some(repr),
        call: Some(call),
        get_attr: Some(get_attr),
        new: Some(new),
        ..Slots::NONE
    },
    getset: &[
        crate::ty::GetSetDef {
            name: "__base__",
            get: |cx, op| {
                let base = op.expect::<Type>(cx)?.base();
                Ok(base.map_or_else(|| cx.none(), |base| base.as_borrowed().owned()))
            },
            set: None,
        },
        crate::ty::GetSetDef {
            name: "__bases__",
            get: |cx, op| {
                let base = op.expect::<Type>(cx)?.base();
                let bases: Vec<Borrowed<'_>> = base.iter().map(|base| base.as_borrowed()).collect();
                cx.tuple_from(&bases)
            },
            set: None,
        },
        crate::ty::GetSetDef { name: "__mro__", get: mro, set: None },
        crate::ty::GetSetDef {
            name: "__doc__",
            get: |cx, op| match op.expect::<Type>(cx)?.doc {
                "" => Ok(cx.none()),
                doc => cx.str(doc),
            },
            set: None,
        },
        crate::ty::GetSetDef {
            name: "__name__",
            get: |cx, op| {
                let name = op.expect::<Type>(cx)?.name();
                cx.name(name)
            },
            set: None,
        },
        crate::ty::GetSetDef {
            name: "__qualname__",
            get: |cx, op| {
                let name = op.expect::<Type>(cx)?.name();
                cx.name(name)
            },
            set: None,
        },
        crate::ty::GetSetDef {
            name: "__module__",
            get: |cx, op| {
                let module = op.expect::<Type>(cx)?.module;
                cx.name(module)
            },
            set: None,
        },
    ],
    ..TypeDef::EMPTY
};

/// The types that attributes are looked up on, as a tuple.
fn mro(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let mut bases = Vec::new();
    let mut at = Some(op.expect::<Type>(cx)?);
    while let Some(ty) = at {
        bases.push(ty.as_borrowed());
        at = ty.base();
    }
    cx.tuple_from(&bases)
}

fn repr(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let ty = op.expect::<Type>(cx)?;
    let dot = if ty.module == "builtins" { "" } else { "." };
    let module = if dot.is_empty() { "" } else { ty.module };
    cx.format(format_args!("<class '{module}{dot}{}'>", ty.name()))
}

/// `T(...)`: `T.__new__`, then `__init__` when the outcome is a `T`.
fn call(cx: &mut Cx<'_>, op: Borrowed<'_>, args: Args<'_>) -> Res {
    let ty = op.expect::<Type>(cx)?;
    if std::ptr::eq(ty, cx.types.type_.as_ptr())
        && let ([of], []) = (args.positionals(), args.names())
    {
        return Ok(Type::of(*of).as_borrowed().owned());
    }
    let Some(new) = ty.slots.new else {
        let name = ty.name();
        return Err(cx.type_error(format_args!("cannot create '{name}' instances")));
    };
    let made = new(cx, ty, args)?;
    let made_ty = Type::of(made.borrow());
    if made_ty.is_subtype(ty)
        && let Some(init) = made_ty.slots.init
    {
        init(cx, made.borrow(), args)?;
    }
    Ok(made)
}

fn new(cx: &mut Cx<'_>, _: &Type, _: Args<'_>) -> Res {
    Err(cx.type_error(format_args!("type() takes 1 or 3 arguments")))
}

/// `T.n`: along the bases of the type, then on the type of types.
fn get_attr(cx: &mut Cx<'_>, op: Borrowed<'_>, name: Borrowed<'_>) -> Res {
    let ty = op.expect::<Type>(cx)?;
    let meta = Type::of(op);
    let on_meta = lookup(cx, meta, name)?;
    if let Some(attr) = &on_meta {
        let slots = &Type::of(attr.borrow()).slots;
        if slots.descr_set.is_some()
            && let Some(get) = slots.descr_get
        {
            return get(cx, attr.borrow(), Some(op), meta);
        }
    }
    if let Some(attr) = lookup(cx, ty, name)? {
        return match Type::of(attr.borrow()).slots.descr_get {
            Some(get) => get(cx, attr.borrow(), None, ty),
            None => Ok(attr),
        };
    }
    match on_meta {
        Some(attr) => match Type::of(attr.borrow()).slots.descr_get {
            Some(get) => get(cx, attr.borrow(), Some(op), meta),
            None => Ok(attr),
        },
        None => Err(no_attribute(cx, op, ty, name)),
    }
}

fn no_attribute(cx: &Cx<'_>, op: Borrowed<'_>, ty: &Type, name: Borrowed<'_>) -> Raised {
    let Ok(text) = crate::string::text_of(cx, name) else {
        return cx.raise(Exc::TypeError, format_args!("attribute name must be string"));
    };
    let ty = ty.name();
    crate::object::attribute_error(
        cx,
        op,
        name,
        format_args!("type object '{ty}' has no attribute '{text}'"),
    )
}

/// Looks a name up on a type and its bases, without binding what is found.
///
/// # Errors
/// Those of comparing keys, when a dict of a type holds others than strs.
pub fn lookup(cx: &mut Cx<'_>, ty: &Type, name: Borrowed<'_>) -> Res<Option<Ref>> {
    let mut at = Some(NonNull::from(ty));
    while let Some(here) = at {
        // SAFETY: bases outlive the types derived from them.
        let here = unsafe { here.as_ref() };
        if let Some(dict) = here.dict.get() {
            // SAFETY: the type owns its dict.
            let dict = unsafe { Ref::new(dict) };
            if let Some(found) = crate::dict::get(cx, dict.borrow(), name)? {
                return Ok(Some(found));
            }
        }
        at = here.base.get();
    }
    Ok(None)
}

/// Fills the dicts of all built-in types with their methods and getters.
pub(crate) fn fill_dicts(world: &World) -> Result<(), StampError> {
    for (select, def) in Types::defs() {
        fill_dict(world, select(&world.types), &def)?;
    }
    for &kind in Exc::ALL {
        let ty = NonNull::from(world.exc_type(kind));
        fill_dict(world, ty, &kind.def())?;
    }
    Ok(())
}

/// Makes the dict of one type from its definition.
pub(crate) fn fill_dict(world: &World, ty: NonNull<Type>, def: &TypeDef) -> Result<(), StampError> {
    if def.methods.is_empty() && def.class_methods.is_empty() && def.getset.is_empty() {
        return Ok(());
    }
    let refused = |_: Raised| {
        // What was set is `MemoryError`; the caller reports the refusal behind it.
        world.drop_exceptions();
        let error = world.last_refusal.get();
        StampError::Alloc(error.unwrap_or(AllocError::System { bytes: 0 }))
    };
    let fill = || -> Res<Ref> {
        let dict = crate::dict::new(world)?;
        for method in def.methods {
            let name = world.name(method.name)?;
            let descriptor = crate::native::method_descriptor(world, ty, method)?;
            crate::dict::set_name(world, dict.borrow(), name.borrow(), descriptor)?;
        }
        for method in def.class_methods {
            let name = world.name(method.name)?;
            let descriptor = crate::native::class_method_descriptor(world, ty, method)?;
            crate::dict::set_name(world, dict.borrow(), name.borrow(), descriptor)?;
        }
        for getset in def.getset {
            let name = world.name(getset.name)?;
            let descriptor = crate::native::getset(world, ty, getset)?;
            crate::dict::set_name(world, dict.borrow(), name.borrow(), descriptor)?;
        }
        Ok(dict)
    };
    let dict = fill().map_err(refused)?;
    // SAFETY: the type is alive.
    unsafe { ty.as_ref() }.dict.set(Some(dict.into_raw()));
    Ok(())
}
