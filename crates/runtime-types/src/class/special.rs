//! Special methods: which slot each stands for.
//!
//! Two directions. A native slot is shown to programs as a method: `int.__add__` is a *slot wrapper*
//! in the dict of `int` ([`super::wrapper`]). And a method of a class fills a slot: a function that
//! looks the method up and calls it ([`super::generic`]). Both follow one table. CPython:
//! `slotdefs` in `Objects/typeobject.c`.

use runtime_core::AllocError;
use runtime_gc::{Borrowed, Ref};

use super::wrapper::SlotWrapperObject;
use crate::args::Args;
use crate::cx::{Cx, Res};
use crate::native::{MethodDescriptorObject, NativeObject};
use crate::ty::{Binary, Compare, Slots, Type};
use crate::view::Look;
use crate::world::World;

/// A slot, or one of the names that share one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slot {
    Repr,
    Str,
    Format,
    Hash,
    Compare(Compare),
    Call,
    Iter,
    Next,
    GetAttr,
    GetAttrHook,
    SetAttr,
    DelAttr,
    DescrGet,
    DescrSet,
    DescrDelete,
    Bool,
    Binary(Binary),
    Reflected(Binary),
    InPlace(Binary),
    Unary(Unary),
    Len,
    Concat,
    Repeat,
    RepeatReflected,
    ConcatInPlace,
    RepeatInPlace,
    Contains,
    GetItem,
    SetItem,
    DelItem,
    New,
    Init,
    Del,
}

/// Slots of one operand and an object as the outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unary {
    Neg,
    Pos,
    Invert,
    Abs,
    Int,
    Float,
    Index,
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Special {
    /// The name of the method.
    pub(crate) name: &'static str,
    pub(crate) slot: Slot,
}

const fn row(name: &'static str, slot: Slot) -> Special {
    Special { name, slot }
}

/// Number of rows.
pub(crate) const COUNT: usize = SPECIALS.len();

/// The table. Where two rows have one name, numbers come before sequences.
pub(crate) const SPECIALS: [Special; 82] = [
    row("__repr__", Slot::Repr),
    row("__str__", Slot::Str),
    row("__format__", Slot::Format),
    row("__hash__", Slot::Hash),
    row("__lt__", Slot::Compare(Compare::Lt)),
    row("__le__", Slot::Compare(Compare::Le)),
    row("__eq__", Slot::Compare(Compare::Eq)),
    row("__ne__", Slot::Compare(Compare::Ne)),
    row("__gt__", Slot::Compare(Compare::Gt)),
    row("__ge__", Slot::Compare(Compare::Ge)),
    row("__call__", Slot::Call),
    row("__iter__", Slot::Iter),
    row("__next__", Slot::Next),
    row("__getattribute__", Slot::GetAttr),
    row("__getattr__", Slot::GetAttrHook),
    row("__setattr__", Slot::SetAttr),
    row("__delattr__", Slot::DelAttr),
    row("__get__", Slot::DescrGet),
    row("__set__", Slot::DescrSet),
    row("__delete__", Slot::DescrDelete),
    row("__bool__", Slot::Bool),
    row("__add__", Slot::Binary(Binary::Add)),
    row("__sub__", Slot::Binary(Binary::Sub)),
    row("__mul__", Slot::Binary(Binary::Mul)),
    row("__truediv__", Slot::Binary(Binary::TrueDiv)),
    row("__floordiv__", Slot::Binary(Binary::FloorDiv)),
    row("__mod__", Slot::Binary(Binary::Mod)),
    row("__pow__", Slot::Binary(Binary::Pow)),
    row("__lshift__", Slot::Binary(Binary::Lshift)),
    row("__rshift__", Slot::Binary(Binary::Rshift)),
    row("__and__", Slot::Binary(Binary::And)),
    row("__or__", Slot::Binary(Binary::Or)),
    row("__xor__", Slot::Binary(Binary::Xor)),
    row("__divmod__", Slot::Binary(Binary::DivMod)),
    row("__radd__", Slot::Reflected(Binary::Add)),
    row("__rsub__", Slot::Reflected(Binary::Sub)),
    row("__rmul__", Slot::Reflected(Binary::Mul)),
    row("__rtruediv__", Slot::Reflected(Binary::TrueDiv)),
    row("__rfloordiv__", Slot::Reflected(Binary::FloorDiv)),
    row("__rmod__", Slot::Reflected(Binary::Mod)),
    row("__rpow__", Slot::Reflected(Binary::Pow)),
    row("__rlshift__", Slot::Reflected(Binary::Lshift)),
    row("__rrshift__", Slot::Reflected(Binary::Rshift)),
    row("__rand__", Slot::Reflected(Binary::And)),
    row("__ror__", Slot::Reflected(Binary::Or)),
    row("__rxor__", Slot::Reflected(Binary::Xor)),
    row("__rdivmod__", Slot::Reflected(Binary::DivMod)),
    row("__iadd__", Slot::InPlace(Binary::Add)),
    row("__isub__", Slot::InPlace(Binary::Sub)),
    row("__imul__", Slot::InPlace(Binary::Mul)),
    row("__itruediv__", Slot::InPlace(Binary::TrueDiv)),
    row("__ifloordiv__", Slot::InPlace(Binary::FloorDiv)),
    row("__imod__", Slot::InPlace(Binary::Mod)),
    row("__ipow__", Slot::InPlace(Binary::Pow)),
    row("__ilshift__", Slot::InPlace(Binary::Lshift)),
    row("__irshift__", Slot::InPlace(Binary::Rshift)),
    row("__iand__", Slot::InPlace(Binary::And)),
    row("__ior__", Slot::InPlace(Binary::Or)),
    row("__ixor__", Slot::InPlace(Binary::Xor)),
    row("__neg__", Slot::Unary(Unary::Neg)),
    row("__pos__", Slot::Unary(Unary::Pos)),
    row("__invert__", Slot::Unary(Unary::Invert)),
    row("__abs__", Slot::Unary(Unary::Abs)),
    row("__int__", Slot::Unary(Unary::Int)),
    row("__float__", Slot::Unary(Unary::Float)),
    row("__index__", Slot::Unary(Unary::Index)),
    row("__len__", Slot::Len),
    row("__add__", Slot::Concat),
    row("__mul__", Slot::Repeat),
    row("__rmul__", Slot::RepeatReflected),
    row("__iadd__", Slot::ConcatInPlace),
    row("__imul__", Slot::RepeatInPlace),
    row("__contains__", Slot::Contains),
    row("__getitem__", Slot::GetItem),
    row("__setitem__", Slot::SetItem),
    row("__delitem__", Slot::DelItem),
    row("__init__", Slot::Init),
    row("__new__", Slot::New),
    row("__del__", Slot::Del),
    // Methods without a slot, which the runtime looks up by name.
    row("__missing__", Slot::Del),
    row("__set_name__", Slot::Del),
    row("__init_subclass__", Slot::Del),
];

/// Rows that stand for a slot; those behind have only a name.
pub(crate) const WITH_SLOTS: usize = COUNT - 3;

/// The number of the first row with this name; for constants.
pub(crate) const fn number(name: &str) -> usize {
    let mut i = 0;
    while i < SPECIALS.len() {
        #[expect(clippy::indexing_slicing, reason = "const code; the index is in bounds")]
        if same(SPECIALS[i].name.as_bytes(), name.as_bytes()) {
            return i;
        }
        i += 1;
    }
    COUNT
}

#[expect(clippy::indexing_slicing, reason = "const code; indices are below both lengths")]
const fn same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}

/// Makes the names of all special methods, which live as long as the world.
///
/// # Errors
/// [`AllocError`] from the heap.
pub(crate) fn make_special_names(world: &World) -> Result<(), AllocError> {
    for (special, name) in SPECIALS.iter().zip(&world.special_names) {
        let Ok(text) = world.name(special.name) else {
            world.drop_exceptions();
            return Err(world.last_refusal.get().unwrap_or(AllocError::System { bytes: 0 }));
        };
        // It is immortal, so the reference need not be kept.
        name.set(Some(text.as_obj()));
    }
    Ok(())
}

/// The interned name of a row.
pub fn special_name<'w>(world: &'w World, number: usize) -> Borrowed<'w> {
    let name = world.special_names.get(number).and_then(std::cell::Cell::get);
    // SAFETY: names are made at start-up and immortal; None stands in before that.
    unsafe { Borrowed::new(name.unwrap_or_else(|| world.none_obj())) }
}

/// Looks a special method up on an object's type, and binds it.
///
/// # Errors
/// Those of the descriptor.
pub fn lookup_special(cx: &mut Cx<'_>, op: Borrowed<'_>, name: Borrowed<'_>) -> Res<Option<Ref>> {
    let ty = Type::of(op);
    let Some(attr) = crate::type_type::lookup(cx, ty, name)? else { return Ok(None) };
    match Type::of(attr.borrow()).slots.descr_get {
        Some(get) => get(cx, attr.borrow(), Some(op), ty).map(Some),
        None => Ok(Some(attr)),
    }
}

/// Calls a special method of an object; `None` when its type has none. What is found on the type is
/// called with the object in front, without a bound method in between where that can be.
///
/// # Errors
/// Those of the call.
pub fn call_special(
    cx: &mut Cx<'_>,
    op: Borrowed<'_>,
    name: Borrowed<'_>,
    args: Args<'_>,
) -> Res<Option<Ref>> {
    let ty = Type::of(op);
    let Some(attr) = crate::type_type::lookup(cx, ty, name)? else { return Ok(None) };
    call_found(cx, op, ty, &attr, args).map(Some)
}

/// Calls what was found on the type of an object as a method of it.
pub(crate) fn call_found(
    cx: &mut Cx<'_>,
    op: Borrowed<'_>,
    ty: &Type,
    attr: &Ref,
    args: Args<'_>,
) -> Res {
    let attr_ty = Type::of(attr.borrow());
    if attr_ty.mem.flags().has(runtime_core::TypeFlags::METHOD) {
        return crate::native::with_first(cx, op, args, |cx, args| {
            crate::protocol::call(cx, attr.borrow(), args)
        });
    }
    match attr_ty.slots.descr_get {
        Some(get) => {
            let bound = get(cx, attr.borrow(), Some(op), ty)?;
            crate::protocol::call(cx, bound.borrow(), args)
        }
        None => crate::protocol::call(cx, attr.borrow(), args),
    }
}

/// The native type that provides a method, when it is one of a built-in type for just this slot: then
/// the slot itself can be taken over.
pub(crate) fn native_owner<'a>(attr: Borrowed<'a>, slot: Slot) -> Option<&'a Type> {
    if let Some(wrapper) = attr.view::<SlotWrapperObject>() {
        return (wrapper.slot() == slot).then(|| wrapper.owner());
    }
    if let Some(method) = attr.view::<MethodDescriptorObject>() {
        return has(slot, &method.owner().slots).then(|| method.owner());
    }
    if slot == Slot::New
        && let Some(function) = attr.view::<NativeObject>()
    {
        return function.type_of_new();
    }
    None
}

/// Whether a method is that of a built-in type for another slot of the same name: `list.__mul__` repeats
/// and does not multiply. Then this slot stays empty. CPython: `resolve_slotdups`.
pub(crate) fn is_for_twin(attr: Borrowed<'_>, special: &Special) -> bool {
    attr.view::<SlotWrapperObject>()
        .is_some_and(|it| it.name() == special.name && it.slot() != special.slot)
}

/// Whether a slot is filled.
pub(crate) fn has(slot: Slot, slots: &Slots) -> bool {
    match slot {
        Slot::Repr => slots.repr.is_some(),
        Slot::Str => slots.str.is_some(),
        Slot::Format => slots.format.is_some(),
        Slot::Hash => slots.hash.is_some(),
        Slot::Compare(_) => slots.compare.is_some(),
        Slot::Call => slots.call.is_some(),
        Slot::Iter => slots.iter.is_some(),
        Slot::Next => slots.next.is_some(),
        Slot::GetAttr => slots.get_attr.is_some(),
        Slot::SetAttr | Slot::DelAttr => slots.set_attr.is_some(),
        Slot::DescrGet => slots.descr_get.is_some(),
        Slot::DescrSet | Slot::DescrDelete => slots.descr_set.is_some(),
        Slot::Bool => slots.bool.is_some(),
        Slot::Binary(op) | Slot::Reflected(op) => slots.binary(op).is_some(),
        Slot::InPlace(op) => slots.in_place(op).is_some(),
        Slot::Unary(op) => unary(slots, op).is_some(),
        Slot::Len => slots.len.is_some(),
        Slot::Concat => slots.concat.is_some(),
        Slot::Repeat | Slot::RepeatReflected => slots.repeat.is_some(),
        Slot::ConcatInPlace => slots.concat_in_place.is_some(),
        Slot::RepeatInPlace => slots.repeat_in_place.is_some(),
        Slot::Contains => slots.contains.is_some(),
        Slot::GetItem => slots.subscript.is_some(),
        Slot::SetItem | Slot::DelItem => slots.set_subscript.is_some(),
        Slot::New => slots.new.is_some(),
        Slot::Init => slots.init.is_some(),
        Slot::GetAttrHook | Slot::Del => false,
    }
}

/// The slot of a unary operation.
pub(crate) fn unary(slots: &Slots, op: Unary) -> Option<crate::ty::UnaryFn> {
    match op {
        Unary::Neg => slots.neg,
        Unary::Pos => slots.pos,
        Unary::Invert => slots.invert,
        Unary::Abs => slots.abs,
        Unary::Int => slots.int,
        Unary::Float => slots.float,
        Unary::Index => slots.index,
    }
}

/// Takes a slot over from another type.
pub(crate) fn copy(slot: Slot, to: &mut Slots, from: &Slots) {
    let copy_in =
        |to: &mut [Option<crate::ty::BinaryFn>], of: Option<crate::ty::BinaryFn>, op: Binary| {
            if let Some(place) = to.get_mut(op as usize) {
                *place = of;
            }
        };
    match slot {
        Slot::Repr => to.repr = from.repr,
        Slot::Str => to.str = from.str,
        Slot::Format => to.format = from.format,
        Slot::Hash => to.hash = from.hash,
        Slot::Compare(_) => to.compare = from.compare,
        Slot::Call => to.call = from.call,
        Slot::Iter => to.iter = from.iter,
        Slot::Next => to.next = from.next,
        Slot::GetAttr => to.get_attr = from.get_attr,
        Slot::SetAttr | Slot::DelAttr => to.set_attr = from.set_attr,
        Slot::DescrGet => to.descr_get = from.descr_get,
        Slot::DescrSet | Slot::DescrDelete => to.descr_set = from.descr_set,
        Slot::Bool => to.bool = from.bool,
        Slot::Binary(op) | Slot::Reflected(op) => {
            copy_in(&mut to.binary, from.binary(op), op);
            if op == Binary::Pow {
                to.pow = from.pow;
            }
        }
        Slot::InPlace(op) => copy_in(&mut to.in_place, from.in_place(op), op),
        Slot::Unary(op) => {
            let of = unary(from, op);
            *match op {
                Unary::Neg => &mut to.neg,
                Unary::Pos => &mut to.pos,
                Unary::Invert => &mut to.invert,
                Unary::Abs => &mut to.abs,
                Unary::Int => &mut to.int,
                Unary::Float => &mut to.float,
                Unary::Index => &mut to.index,
            } = of;
        }
        Slot::Len => to.len = from.len,
        Slot::Concat => to.concat = from.concat,
        Slot::Repeat | Slot::RepeatReflected => to.repeat = from.repeat,
        Slot::ConcatInPlace => to.concat_in_place = from.concat_in_place,
        Slot::RepeatInPlace => to.repeat_in_place = from.repeat_in_place,
        Slot::Contains => to.contains = from.contains,
        Slot::GetItem => to.subscript = from.subscript,
        Slot::SetItem | Slot::DelItem => to.set_subscript = from.set_subscript,
        Slot::New => to.new = from.new,
        Slot::Init => to.init = from.init,
        Slot::GetAttrHook | Slot::Del => {}
    }
}
