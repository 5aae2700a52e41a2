//! Native slots as methods: `int.__add__`, `(3).__add__`, `list.__init__`.

use std::cell::Cell;
use std::ptr::NonNull;

use runtime_core::{Object, TypeFlags, TypeSpec};
use runtime_gc::{Borrowed, Ref, track};

use super::special::{SPECIALS, Slot, WITH_SLOTS, has, unary};
use crate::args::Args;
use crate::cx::{Cx, OrRaise, Res};
use crate::documentation::{self, Part};
use crate::exception::Exc;
use crate::field::Field;
use crate::int::IntObject;
use crate::native::{container, fixed};
use crate::string::StrObject;
use crate::ty::{Binary, GetSetDef, Slots, Type, TypeDef};
use crate::view::{Layout, Look, View};
use crate::world::World;

/// A slot of a built-in type, as it lies in the type's dict: 72 bytes.
#[repr(C)]
pub(crate) struct SlotWrapperObject {
    object: Object,
    owner: Cell<NonNull<Type>>,
    number: Cell<usize>,
    _reserved: [Cell<usize>; 3],
}

/// The same bound to an object: 48 bytes.
#[repr(C)]
pub(crate) struct MethodWrapperObject {
    object: Object,
    wrapper: Field,
    this: Field,
}

const _: () = assert!(size_of::<SlotWrapperObject>() == 56);
const _: () = assert!(size_of::<MethodWrapperObject>() == 32);

// SAFETY: only the type of that name carries the number; fields that change are cells.
unsafe impl View for SlotWrapperObject {
    const LAYOUT: u16 = Layout::SlotWrapper as u16;
    const NAME: &'static str = "wrapper_descriptor";
}

// SAFETY: as above.
unsafe impl View for MethodWrapperObject {
    const LAYOUT: u16 = Layout::MethodWrapper as u16;
    const NAME: &'static str = "method-wrapper";
}

container!(SlotWrapperObject, |this| []);
container!(MethodWrapperObject, |this| [this.wrapper, this.this]);

pub(crate) const SLOT_WRAPPER: TypeDef = TypeDef {
    spec: TypeSpec {
        flags: TypeFlags::GC.with(TypeFlags::METHOD),
        ..fixed::<SlotWrapperObject>("wrapper_descriptor", Layout::SlotWrapper)
    },
    slots: Slots { repr: Some(repr), call: Some(call), descr_get: Some(bind), ..Slots::NONE },
    members: &[
        GetSetDef {
            name: "__objclass__",
            get: |cx, op| Ok(op.expect::<SlotWrapperObject>(cx)?.owner().as_borrowed().owned()),
            set: None,
        },
        GetSetDef {
            name: "__name__",
            get: |cx, op| {
                let name = op.expect::<SlotWrapperObject>(cx)?.name();
                cx.name(name)
            },
            set: None,
        },
    ],
    getset: &[
        GetSetDef {
            name: "__qualname__",
            get: |cx, op| {
                let this = op.expect::<SlotWrapperObject>(cx)?;
                cx.format(format_args!("{}.{}", this.owner().name(), this.name()))
            },
            set: None,
        },
        GetSetDef { name: "__doc__", get: |cx, op| told(cx, op, Part::Text), set: None },
        GetSetDef {
            name: "__text_signature__",
            get: |cx, op| told(cx, op, Part::Signature),
            set: None,
        },
    ],
    ..TypeDef::EMPTY
};

pub(crate) const METHOD_WRAPPER: TypeDef = TypeDef {
    spec: fixed::<MethodWrapperObject>("method-wrapper", Layout::MethodWrapper),
    slots: Slots { repr: Some(bound_repr), call: Some(call_bound), ..Slots::NONE },
    members: &[GetSetDef {
        name: "__self__",
        get: |cx, op| {
            let this = op.expect::<MethodWrapperObject>(cx)?.this.get();
            Ok(this.unwrap_or_else(|| cx.none()))
        },
        set: None,
    }],
    getset: &[
        GetSetDef {
            name: "__name__",
            get: |cx, op| {
                let wrapper = op.expect::<MethodWrapperObject>(cx)?.wrapper.get();
                let wrapper = wrapper.unwrap_or_else(|| cx.none());
                let name = wrapper.borrow().expect::<SlotWrapperObject>(cx)?.name();
                cx.name(name)
            },
            set: None,
        },
        GetSetDef {
            name: "__qualname__",
            get: |cx, op| of_wrapper(cx, op, "__qualname__"),
            set: None,
        },
        GetSetDef {
            name: "__objclass__",
            get: |cx, op| of_wrapper(cx, op, "__objclass__"),
            set: None,
        },
        GetSetDef { name: "__doc__", get: |cx, op| of_wrapper(cx, op, "__doc__"), set: None },
        GetSetDef {
            name: "__text_signature__",
            get: |cx, op| of_wrapper(cx, op, "__text_signature__"),
            set: None,
        },
    ],
    ..TypeDef::EMPTY
};

/// What the method says of itself.
fn told(cx: &mut Cx<'_>, op: Borrowed<'_>, part: Part) -> Res {
    let this = op.expect::<SlotWrapperObject>(cx)?;
    documentation::of_attribute(cx, this.owner(), this.name(), part)
}

/// An attribute of the wrapper that is bound.
fn of_wrapper(cx: &mut Cx<'_>, op: Borrowed<'_>, name: &str) -> Res {
    let wrapper = op.expect::<MethodWrapperObject>(cx)?.wrapper.get();
    match wrapper {
        Some(wrapper) => crate::protocol::get_attr_str(cx, wrapper.borrow(), name),
        None => Ok(cx.none()),
    }
}

impl SlotWrapperObject {
    pub(crate) fn owner(&self) -> &Type {
        // SAFETY: built-in types live as long as their world, and only they have slot wrappers.
        unsafe { &*self.owner.get().as_ptr() }
    }

    pub(crate) fn slot(&self) -> Slot {
        SPECIALS.get(self.number.get()).map_or(Slot::Del, |special| special.slot)
    }

    /// Whether CPython has a method there in place of a slot's wrapper, which shows in messages.
    fn is_method(&self) -> bool {
        let has_items = matches!(self.owner().name(), "list" | "dict");
        matches!(self.slot(), Slot::Format) || (has_items && matches!(self.slot(), Slot::GetItem))
    }

    pub(crate) fn name(&self) -> &'static str {
        SPECIALS.get(self.number.get()).map_or("?", |special| special.name)
    }
}

/// Enters a slot wrapper into the dict of a built-in type for each slot of its own, where there is no
/// method of the name.
pub(crate) fn add_wrappers(world: &World, ty: &Type, own: &Slots, dict: Borrowed<'_>) -> Res<()> {
    for (number, special) in SPECIALS.iter().enumerate().take(WITH_SLOTS) {
        if !has(special.slot, own) || special.slot == Slot::New {
            continue;
        }
        // Containers have a slot for their truth to be quick: it is no method, but for `range`.
        if special.slot == Slot::Bool && own.len.is_some() && ty.name() != "range" {
            continue;
        }
        let name = super::special_name(world, number);
        if crate::dict::get_name(world, dict, name).is_none() {
            let wrapper = new_wrapper(world, ty, number)?;
            crate::dict::set_name(world, dict, name, wrapper)?;
        }
    }
    if own.compare.is_some() && own.hash.is_none() {
        let name = super::special_name(world, super::special::number("__hash__"));
        crate::dict::set_name(world, dict, name, world.none())?;
    }
    Ok(())
}

fn new_wrapper(world: &World, owner: &Type, number: usize) -> Res {
    let ty = world.ty(world.types.slot_wrapper);
    let op = ty.mem.alloc_sized::<true>(size_of::<SlotWrapperObject>()).or_raise(world)?;
    // SAFETY: the block holds the object whose header is written; the rest is now.
    unsafe {
        let p = op.cast::<SlotWrapperObject>().as_ptr();
        (&raw mut (*p).owner).write(Cell::new(owner.as_ptr()));
        (&raw mut (*p).number).write(Cell::new(number));
        (&raw mut (*p)._reserved).write([const { Cell::new(0) }; 3]);
        track(op);
        Ok(Ref::steal(op))
    }
}

fn bind(cx: &mut Cx<'_>, op: Borrowed<'_>, to: Option<Borrowed<'_>>, _: &Type) -> Res {
    let Some(to) = to else { return Ok(op.owned()) };
    let ty = cx.ty(cx.types.method_wrapper);
    let made = ty.mem.alloc_sized::<true>(size_of::<MethodWrapperObject>()).or_raise(cx)?;
    // SAFETY: as in `new_wrapper`.
    unsafe {
        let p = made.cast::<MethodWrapperObject>().as_ptr();
        (&raw mut (*p).wrapper).write(Field::new(Some(op.owned())));
        (&raw mut (*p).this).write(Field::new(Some(to.owned())));
        track(made);
        Ok(Ref::steal(made))
    }
}

fn repr(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let this = op.expect::<SlotWrapperObject>(cx)?;
    let (name, owner) = (this.name(), this.owner().name());
    cx.format(format_args!("<slot wrapper '{name}' of '{owner}' objects>"))
}

fn bound_repr(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let this = op.expect::<MethodWrapperObject>(cx)?;
    let (wrapper, to) = (this.wrapper.get(), this.this.get());
    let (Some(wrapper), Some(to)) = (wrapper, to) else { return cx.str("<method-wrapper>") };
    let name = wrapper.borrow().expect::<SlotWrapperObject>(cx)?.name();
    let (ty, at) = (Type::of(to.borrow()).name(), to.as_obj().addr());
    cx.format(format_args!("<method-wrapper '{name}' of {ty} object at {at:#x}>"))
}

fn call_bound(cx: &mut Cx<'_>, op: Borrowed<'_>, args: Args<'_>) -> Res {
    let this = op.expect::<MethodWrapperObject>(cx)?;
    let (wrapper, to) = (this.wrapper.get(), this.this.get());
    let (Some(wrapper), Some(to)) = (wrapper, to) else {
        return Err(cx.type_error(format_args!("unbound method-wrapper")));
    };
    let view = wrapper.borrow().expect::<SlotWrapperObject>(cx)?;
    call_slot(cx, view, to.borrow(), args)
}

fn call(cx: &mut Cx<'_>, op: Borrowed<'_>, args: Args<'_>) -> Res {
    let this = op.expect::<SlotWrapperObject>(cx)?;
    let (name, owner) = (this.name(), this.owner());
    let Some(to) = args.get(0) else {
        let owner = owner.name();
        return Err(cx.type_error(format_args!(
            "descriptor '{name}' of '{owner}' object needs an argument"
        )));
    };
    if !Type::of(to).is_subtype(owner) {
        let (owner, got) = (owner.name(), Type::of(to).name());
        return Err(if this.is_method() {
            cx.type_error(format_args!(
                "descriptor '{name}' for '{owner}' objects doesn't apply to a '{got}' object"
            ))
        } else {
            cx.type_error(format_args!(
                "descriptor '{name}' requires a '{owner}' object but received a '{got}'"
            ))
        });
    }
    call_slot(cx, this, to, args.rest())
}

/// The name of an attribute, which must be a str.
fn attribute_name<'a>(cx: &Cx<'_>, name: Borrowed<'a>) -> Res<Borrowed<'a>> {
    if name.is_a::<StrObject>() {
        return Ok(name);
    }
    let got = Type::of(name).name();
    Err(cx.type_error(format_args!("attribute name must be string, not '{got}'")))
}

/// Attributes of a type are not set by what `object` does: its slots would not follow. CPython:
/// `hackcheck`.
fn not_around_type(cx: &Cx<'_>, this: &SlotWrapperObject, op: Borrowed<'_>) -> Res<()> {
    if !op.is_a::<Type>() || !std::ptr::eq(this.owner(), cx.ty(cx.types.object)) {
        return Ok(());
    }
    let (name, ty) = (this.name(), Type::of(op).name());
    Err(cx.type_error(format_args!("can't apply this {name} to {ty} object")))
}

/// A number of times, which the slot itself asks for.
fn countable<'a>(cx: &Cx<'_>, count: Borrowed<'a>) -> Res<Borrowed<'a>> {
    if count.is_a::<IntObject>() || Type::of(count).slots.index.is_some() {
        return Ok(count);
    }
    let got = Type::of(count).name();
    Err(cx.type_error(format_args!("'{got}' object cannot be interpreted as an integer")))
}

/// The positional arguments, of which there must be `min` to `max`.
fn take<'a>(cx: &Cx<'_>, args: &Args<'a>, min: usize, max: usize) -> Res<&'a [Borrowed<'a>]> {
    if !args.names().is_empty() {
        return Err(cx.type_error(format_args!("wrapper takes no keyword arguments")));
    }
    let given = args.len();
    if given < min || given > max {
        let (bound, n) = if given < min { ("at least ", min) } else { ("at most ", max) };
        let bound = if min == max { "" } else { bound };
        let plural = if n == 1 { "" } else { "s" };
        // CPython unpacks two arguments for a function whose name is empty.
        let nameless = if max == 2 { " " } else { "" };
        return Err(cx.type_error(format_args!(
            "{nameless}expected {bound}{n} argument{plural}, got {given}"
        )));
    }
    Ok(args.positionals())
}

/// Calls the slot that a wrapper stands for.
fn call_slot(cx: &mut Cx<'_>, this: &SlotWrapperObject, op: Borrowed<'_>, args: Args<'_>) -> Res {
    let slots = &this.owner().slots;
    let missing = |cx: &Cx<'_>| cx.raise(Exc::SystemError, format_args!("empty slot"));
    macro_rules! slot {
        ($slot:expr) => {
            match $slot {
                Some(slot) => slot,
                None => return Err(missing(cx)),
            }
        };
    }
    macro_rules! arguments {
        ($n:literal) => {
            take(cx, &args, $n, $n)?
        };
    }
    let one = |cx: &Cx<'_>| -> Res<Borrowed<'_>> {
        match take(cx, &args, 1, 1)? {
            [one] => Ok(*one),
            _ => Err(missing(cx)),
        }
    };
    let two = |cx: &Cx<'_>| -> Res<(Borrowed<'_>, Borrowed<'_>)> {
        match take(cx, &args, 2, 2)? {
            [first, second] => Ok((*first, *second)),
            _ => Err(missing(cx)),
        }
    };
    match this.slot() {
        Slot::Repr => {
            arguments!(0);
            slot!(slots.repr)(cx, op)
        }
        Slot::Str => {
            arguments!(0);
            slot!(slots.str)(cx, op)
        }
        Slot::Format => {
            let spec = one(cx)?;
            if !spec.is_a::<StrObject>() {
                let got = if cx.is_none(spec) { "None" } else { Type::of(spec).name() };
                return Err(
                    cx.type_error(format_args!("__format__() argument must be str, not {got}"))
                );
            }
            slot!(slots.format)(cx, op, spec)
        }
        Slot::Hash => {
            arguments!(0);
            let hash = slot!(slots.hash)(cx, op)?;
            cx.int(hash)
        }
        Slot::Compare(how) => {
            let other = one(cx)?;
            slot!(slots.compare)(cx, op, other, how)
        }
        Slot::Call => slot!(slots.call)(cx, op, args),
        Slot::Iter => {
            arguments!(0);
            slot!(slots.iter)(cx, op)
        }
        Slot::Next => {
            arguments!(0);
            match slot!(slots.next)(cx, op)? {
                Some(item) => Ok(item),
                None => {
                    let value = cx.take_end_value();
                    Err(cx.raise_stop(value))
                }
            }
        }
        Slot::GetAttr => {
            let name = attribute_name(cx, one(cx)?)?;
            slot!(slots.get_attr)(cx, op, name)
        }
        Slot::SetAttr => {
            let (name, value) = two(cx)?;
            not_around_type(cx, this, op)?;
            let name = attribute_name(cx, name)?;
            slot!(slots.set_attr)(cx, op, name, Some(value))?;
            Ok(cx.none())
        }
        Slot::DelAttr => {
            let name = one(cx)?;
            not_around_type(cx, this, op)?;
            let name = attribute_name(cx, name)?;
            slot!(slots.set_attr)(cx, op, name, None)?;
            Ok(cx.none())
        }
        Slot::DescrGet => {
            let given = take(cx, &args, 1, 2)?;
            let none = |op: &Borrowed<'_>| cx.is_none(*op);
            let to = given.first().copied().filter(|to| !none(to));
            let ty = given.get(1).copied().filter(|ty| !none(ty));
            if to.is_none() && ty.is_none() {
                return Err(cx.type_error(format_args!("__get__(None, None) is invalid")));
            }
            // What is no type says nothing of the owner: the object does.
            let ty = ty.and_then(|ty| ty.view::<Type>()).or_else(|| to.map(Type::of));
            let world = cx.world();
            let ty = ty.unwrap_or_else(|| world.ty(world.types.none));
            slot!(slots.descr_get)(cx, op, to, ty)
        }
        Slot::DescrSet => {
            let (to, value) = two(cx)?;
            slot!(slots.descr_set)(cx, op, to, Some(value))?;
            Ok(cx.none())
        }
        Slot::DescrDelete => {
            let to = one(cx)?;
            slot!(slots.descr_set)(cx, op, to, None)?;
            Ok(cx.none())
        }
        Slot::Bool => {
            arguments!(0);
            let truth = slot!(slots.bool)(cx, op)?;
            Ok(cx.bool(truth))
        }
        Slot::Binary(Binary::Pow) if args.len() == 2 => {
            let (exponent, modulus) = two(cx)?;
            match slots.pow {
                Some(slot) => slot(cx, op, exponent, modulus),
                None => Ok(cx.not_implemented()),
            }
        }
        Slot::Binary(how) => {
            let other = match how {
                Binary::Pow => *take(cx, &args, 1, 2)?.first().unwrap_or(&op),
                _ => one(cx)?,
            };
            slot!(slots.binary(how))(cx, op, other)
        }
        Slot::Reflected(how) => {
            let other = one(cx)?;
            slot!(slots.binary(how))(cx, other, op)
        }
        Slot::InPlace(how) => {
            let other = one(cx)?;
            slot!(slots.in_place(how))(cx, op, other)
        }
        Slot::Unary(how) => {
            arguments!(0);
            slot!(unary(slots, how))(cx, op)
        }
        Slot::Len => {
            arguments!(0);
            let len = slot!(slots.len)(cx, op)?;
            cx.int(len as i64)
        }
        Slot::Concat => {
            let other = one(cx)?;
            slot!(slots.concat)(cx, op, other)
        }
        Slot::Repeat | Slot::RepeatReflected => {
            let count = countable(cx, one(cx)?)?;
            slot!(slots.repeat)(cx, op, count)
        }
        Slot::ConcatInPlace => {
            let other = one(cx)?;
            slot!(slots.concat_in_place)(cx, op, other)
        }
        Slot::RepeatInPlace => {
            let count = countable(cx, one(cx)?)?;
            slot!(slots.repeat_in_place)(cx, op, count)
        }
        Slot::Contains => {
            let item = one(cx)?;
            let there = slot!(slots.contains)(cx, op, item)?;
            Ok(cx.bool(there))
        }
        Slot::GetItem => {
            let key = one(cx)?;
            slot!(slots.subscript)(cx, op, key)
        }
        Slot::SetItem => {
            let (key, value) = two(cx)?;
            slot!(slots.set_subscript)(cx, op, key, Some(value))?;
            Ok(cx.none())
        }
        Slot::DelItem => {
            let key = one(cx)?;
            slot!(slots.set_subscript)(cx, op, key, None)?;
            Ok(cx.none())
        }
        Slot::Init => {
            slot!(slots.init)(cx, op, args)?;
            Ok(cx.none())
        }
        Slot::New | Slot::Del | Slot::GetAttrHook => Err(missing(cx)),
    }
}
