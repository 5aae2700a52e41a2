//! `super`: attributes as they are found behind a class in the order of an object's class.

use runtime_core::{Object, TypeFlags, TypeSpec};
use runtime_gc::{Borrowed, Ref, clear, track};

use crate::args::Args;
use crate::cx::{Cx, OrRaise, Res};
use crate::exception::Exc;
use crate::field::Field;
use crate::native::{container, fixed, member};
use crate::ty::{Slots, Type, TypeDef};
use crate::view::{Layout, Look, View};

/// `super(C, x)`: 56 bytes with the collector head.
#[repr(C)]
pub(crate) struct SuperObject {
    object: Object,
    /// Behind this class the search begins.
    class: Field,
    /// The object, or the class that attributes are bound to.
    this: Field,
    /// The class in whose order is searched.
    of: Field,
}

const _: () = assert!(size_of::<SuperObject>() == 40);

// SAFETY: only `super` carries the number; the fields are cells.
unsafe impl View for SuperObject {
    const LAYOUT: u16 = Layout::Super as u16;
    const NAME: &'static str = "super";
}

container!(SuperObject, |this| [this.this, this.class, this.of]);

pub(crate) const SUPER: TypeDef = TypeDef {
    spec: TypeSpec {
        flags: TypeFlags::GC.with(TypeFlags::BASE),
        tp_clear: Some(clear::<SuperObject>),
        ..fixed::<SuperObject>("super", Layout::Super)
    },
    slots: Slots { repr: Some(repr), get_attr: Some(get_attr), new: Some(new), ..Slots::NONE },
    members: &[
        member!(SuperObject, "__thisclass__", class),
        member!(SuperObject, "__self__", this),
        member!(SuperObject, "__self_class__", of),
    ],
    ..TypeDef::EMPTY
};

/// `super(C, x)`, `super(C, D)`. The form without arguments is the machine's, which knows the frame.
fn new(cx: &mut Cx<'_>, _: &Type, args: Args<'_>) -> Res {
    if !args.names().is_empty() {
        return Err(cx.type_error(format_args!("super() takes no keyword arguments")));
    }
    match args.positionals() {
        [] => (cx.zero_super.get())(cx),
        [class] => make(cx, *class, None),
        [class, this] => {
            let this = Some(*this).filter(|this| !cx.is_none(*this));
            make(cx, *class, this)
        }
        more => {
            Err(cx
                .type_error(format_args!("super expected at most 2 arguments, got {}", more.len())))
        }
    }
}

/// `super(class, this)`
///
/// # Errors
/// `TypeError` when `this` is neither an object of the class nor derived from it.
pub fn new_super(cx: &mut Cx<'_>, class: Borrowed<'_>, this: Borrowed<'_>) -> Res {
    make(cx, class, Some(this))
}

fn make(cx: &mut Cx<'_>, class: Borrowed<'_>, this: Option<Borrowed<'_>>) -> Res {
    let Some(ty) = class.view::<Type>() else {
        let name = Type::of(class).name();
        return Err(cx.type_error(format_args!("super() argument 1 must be a type, not {name}")));
    };
    let of = match this {
        None => None,
        Some(this) => Some(searched(cx, ty, this)?),
    };
    let own = cx.ty(cx.types.super_);
    let op = own.mem.alloc_sized::<true>(size_of::<SuperObject>()).or_raise(cx)?;
    // SAFETY: the block holds the object whose header is written; the rest is now.
    unsafe {
        let p = op.cast::<SuperObject>().as_ptr();
        (&raw mut (*p).class).write(Field::new(Some(class.owned())));
        (&raw mut (*p).this).write(Field::new(this.map(Borrowed::owned)));
        (&raw mut (*p).of).write(Field::new(of));
        track(op);
        Ok(Ref::steal(op))
    }
}

/// The class in whose order `super(ty, this)` searches. CPython: `supercheck`.
fn searched(cx: &mut Cx<'_>, ty: &Type, this: Borrowed<'_>) -> Res {
    if let Some(class) = this.view::<Type>()
        && class.is_subtype(ty)
    {
        return Ok(class.as_borrowed().owned());
    }
    let own = Type::of(this);
    if own.is_subtype(ty) {
        return Ok(own.as_borrowed().owned());
    }
    // Something that stands for another object says whose class it has.
    let held = (ty.as_borrowed().owned(), own.as_borrowed().owned());
    match crate::protocol::get_attr_str(cx, this, "__class__") {
        Ok(said) => {
            let class = said.borrow().view::<Type>();
            if class.is_some_and(|class| !std::ptr::eq(class, own) && class.is_subtype(ty)) {
                return Ok(said);
            }
        }
        Err(raised) => crate::iter::caught(cx, raised, &[Exc::AttributeError])?,
    }
    let (kind, name) = match this.view::<Type>() {
        Some(class) => ("type", class.name()),
        None => ("instance of", own.name()),
    };
    let class = ty.name();
    let refused = Err(cx.type_error(format_args!(
        "super(type, obj): obj ({kind} {name}) is not an instance or subtype of type ({class})."
    )));
    drop(held);
    refused
}

/// Looks a name up behind `class` in the order of `of`.
///
/// # Errors
/// Those of comparing keys of a namespace.
pub(crate) fn lookup_after(
    cx: &mut Cx<'_>,
    of: &Type,
    class: &Type,
    name: Borrowed<'_>,
) -> Res<Option<Ref>> {
    let order = crate::class::order_of(cx, of)?;
    // Looking up may run code that changes the classes: they are held.
    let held: smallvec::SmallVec<[Ref; 8]> = order.iter().map(|ty| ty.owned()).collect();
    let own = class.as_obj();
    let behind = held.iter().skip_while(|ty| ty.as_obj() != own).skip(1);
    for ty in behind {
        let Some(ty) = ty.borrow().view::<Type>() else { continue };
        // SAFETY: the type owns its dict.
        let Some(dict) = ty.dict.get().map(|dict| unsafe { Ref::new(dict) }) else { continue };
        if let Some(found) = crate::dict::get(cx, dict.borrow(), name)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

fn get_attr(cx: &mut Cx<'_>, op: Borrowed<'_>, name: Borrowed<'_>) -> Res {
    let this = op.expect::<SuperObject>(cx)?;
    let (class, to, of) = (this.class.get(), this.this.get(), this.of.get());
    let is_class = crate::string::text_of(cx, name)?.eq_str("__class__");
    if let (Some(class), Some(to), Some(of), false) = (class, to, of, is_class)
        && let (Some(class), Some(of)) = (class.borrow().view::<Type>(), of.borrow().view::<Type>())
        && let Some(found) = lookup_after(cx, of, class, name)?
    {
        return match Type::of(found.borrow()).slots.descr_get {
            Some(get) => {
                // Attributes of a class that is searched itself are not bound to it.
                let is_self = std::ptr::eq(of.as_obj().as_ptr(), to.as_obj().as_ptr());
                let bound = (!is_self).then(|| to.borrow());
                get(cx, found.borrow(), bound, of)
            }
            None => Ok(found),
        };
    }
    match crate::object::get_attr(cx, op, name) {
        Ok(value) => Ok(value),
        Err(raised) => {
            crate::iter::caught(cx, raised, &[Exc::AttributeError])?;
            Err(crate::object::no_attribute(cx, op, name))
        }
    }
}

fn repr(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let this = op.expect::<SuperObject>(cx)?;
    let name = |field: &Field| {
        let value = field.get();
        value.and_then(|value| value.borrow().view::<Type>().map(|ty| ty.name().to_owned()))
    };
    let class = name(&this.class).unwrap_or_else(|| "NULL".to_owned());
    match name(&this.of) {
        Some(of) => cx.format(format_args!("<super: <class '{class}'>, <{of} object>>")),
        None => cx.format(format_args!("<super: <class '{class}'>, NULL>")),
    }
}
