//! Slots of classes: functions that look a special method up and call it.

use runtime_core::Obj;
use runtime_gc::{Borrowed, Ref};

use super::special::{Slot, Unary, call_found, call_special, number, special_name};
use crate::args::Args;
use crate::cx::{Cx, Raised, Res};
use crate::exception::Exc;
use crate::int::IntObject;
use crate::string::StrObject;
use crate::ty::{Binary, BinaryFn, Compare, Slots, Type, UnaryFn};
use crate::view::Look;
use crate::world::World;

/// Calls the method of row `N`, which the class had when the slot was filled.
fn call<const N: usize>(cx: &mut Cx<'_>, op: Borrowed<'_>, args: &[Borrowed<'_>]) -> Res {
    match call_maybe::<N>(cx, op, args)? {
        Some(result) => Ok(result),
        None => {
            let name = special_name(cx.world(), N);
            Err(crate::object::no_attribute(cx, op, name))
        }
    }
}

/// The same; `None` when the class has it no more.
fn call_maybe<const N: usize>(
    cx: &mut Cx<'_>,
    op: Borrowed<'_>,
    args: &[Borrowed<'_>],
) -> Res<Option<Ref>> {
    let name = special_name(cx.world(), N);
    call_special(cx, op, name, Args::positional(args))
}

/// Fills a slot with the function that calls the method.
pub(crate) fn install(slot: Slot, slots: &mut Slots) {
    const REPR: usize = number("__repr__");
    const STR: usize = number("__str__");
    match slot {
        Slot::Repr => slots.repr = Some(|cx, op| text::<REPR>(cx, op, "__repr__")),
        Slot::Str => slots.str = Some(|cx, op| text::<STR>(cx, op, "__str__")),
        Slot::Format => slots.format = Some(format),
        Slot::Hash => slots.hash = Some(hash),
        Slot::Compare(_) => slots.compare = Some(compare),
        Slot::Call => slots.call = Some(call_object),
        Slot::Iter => slots.iter = Some(iter),
        Slot::Next => slots.next = Some(next),
        Slot::GetAttr | Slot::GetAttrHook => slots.get_attr = Some(get_attr),
        Slot::SetAttr | Slot::DelAttr => slots.set_attr = Some(set_attr),
        Slot::DescrGet => slots.descr_get = Some(descr_get),
        Slot::DescrSet | Slot::DescrDelete => slots.descr_set = Some(descr_set),
        Slot::Bool => slots.bool = Some(truth),
        Slot::Binary(op) | Slot::Reflected(op) => {
            if let Some(place) = slots.binary.get_mut(op as usize) {
                *place = Some(binary_of(op));
            }
            if op == Binary::Pow {
                slots.pow = Some(power);
            }
        }
        Slot::InPlace(op) => {
            if let Some(place) = slots.in_place.get_mut(op as usize) {
                *place = in_place_of(op);
            }
        }
        Slot::Unary(op) => install_unary(op, slots),
        Slot::Len => slots.len = Some(len),
        Slot::Contains => slots.contains = Some(contains),
        Slot::GetItem => slots.subscript = Some(get_item),
        Slot::SetItem | Slot::DelItem => slots.set_subscript = Some(set_item),
        Slot::New => slots.new = Some(new),
        Slot::Init => slots.init = Some(init),
        // Sequences' own are those of the native base; a method fills the number's slot.
        Slot::Repeat | Slot::RepeatReflected => slots.repeat = None,
        Slot::Concat | Slot::ConcatInPlace | Slot::RepeatInPlace | Slot::Del => {}
    }
}

fn install_unary(op: Unary, slots: &mut Slots) {
    macro_rules! plain {
        ($name:literal) => {{
            const N: usize = number($name);
            let slot: UnaryFn = |cx, op| call::<N>(cx, op, &[]);
            Some(slot)
        }};
    }
    match op {
        Unary::Neg => slots.neg = plain!("__neg__"),
        Unary::Pos => slots.pos = plain!("__pos__"),
        Unary::Invert => slots.invert = plain!("__invert__"),
        Unary::Abs => slots.abs = plain!("__abs__"),
        Unary::Int => slots.int = plain!("__int__"),
        Unary::Float => slots.float = plain!("__float__"),
        Unary::Index => slots.index = Some(index),
    }
}

/// `repr(x)`, `str(x)`: the method must give a str.
fn text<const N: usize>(cx: &mut Cx<'_>, op: Borrowed<'_>, name: &str) -> Res {
    let result = call::<N>(cx, op, &[])?;
    if result.borrow().is_a::<StrObject>() {
        return Ok(result);
    }
    let ty = Type::of(result.borrow()).name();
    Err(cx.type_error(format_args!("{name} returned non-string (type {ty})")))
}

fn format(cx: &mut Cx<'_>, op: Borrowed<'_>, spec: Borrowed<'_>) -> Res {
    const N: usize = number("__format__");
    let result = call::<N>(cx, op, &[spec])?;
    if result.borrow().is_a::<StrObject>() {
        return Ok(result);
    }
    let ty = Type::of(result.borrow()).name();
    Err(cx.type_error(format_args!("__format__ must return a str, not {ty}")))
}

fn hash(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<i64> {
    const N: usize = number("__hash__");
    let result = call::<N>(cx, op, &[])?;
    if !result.borrow().is_a::<IntObject>() {
        return Err(cx.type_error(format_args!("__hash__ method should return an integer")));
    }
    let hash = match crate::int::to_i64(result.borrow()) {
        Some(hash) => hash,
        None => crate::protocol::native_int_hash(cx, result.borrow())?,
    };
    Ok(if hash == -1 { -2 } else { hash })
}

fn compare(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>, op: Compare) -> Res {
    const FIRST: usize = number("__lt__");
    let name = special_name(cx.world(), FIRST + op as usize);
    let result = call_special(cx, a, name, Args::positional(&[b]))?;
    Ok(result.unwrap_or_else(|| cx.not_implemented()))
}

fn call_object(cx: &mut Cx<'_>, op: Borrowed<'_>, args: Args<'_>) -> Res {
    const N: usize = number("__call__");
    let name = special_name(cx.world(), N);
    match call_special(cx, op, name, args)? {
        Some(result) => Ok(result),
        None => {
            let ty = Type::of(op).name();
            Err(cx.type_error(format_args!("'{ty}' object is not callable")))
        }
    }
}

fn iter(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    const N: usize = number("__iter__");
    let name = special_name(cx.world(), N);
    let ty = Type::of(op);
    let method = crate::type_type::lookup(cx, ty, name)?;
    match method {
        Some(method) if cx.is_none(method.borrow()) => {
            Err(cx.type_error(format_args!("'{}' object is not iterable", ty.name())))
        }
        Some(method) => {
            let result = call_found(cx, op, ty, &method, Args::NONE)?;
            let result_ty = Type::of(result.borrow());
            if result_ty.slots.next.is_none() {
                let name = result_ty.name();
                return Err(
                    cx.type_error(format_args!("iter() returned non-iterator of type '{name}'"))
                );
            }
            Ok(result)
        }
        None => Err(cx.type_error(format_args!("'{}' object is not iterable", ty.name()))),
    }
}

/// `next(x)`. A `StopIteration` that the method raises is passed on, with its value.
fn next(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Option<Ref>> {
    const N: usize = number("__next__");
    call::<N>(cx, op, &[]).map(Some)
}

/// `x.n`: `__getattribute__`, or what `object` does; then `__getattr__` when that found nothing.
fn get_attr(cx: &mut Cx<'_>, op: Borrowed<'_>, name: Borrowed<'_>) -> Res {
    const GET: usize = number("__getattribute__");
    const HOOK: usize = number("__getattr__");
    let ty = Type::of(op);
    let method = crate::type_type::lookup(cx, ty, special_name(cx.world(), GET))?;
    let found = match method {
        Some(method) if super::special::native_owner(method.borrow(), Slot::GetAttr).is_none() => {
            call_found(cx, op, ty, &method, Args::positional(&[name]))
        }
        _ => native_get_attr(cx, ty, op, name),
    };
    let raised = match found {
        Ok(value) => return Ok(value),
        Err(raised) => raised,
    };
    let hook = special_name(cx.world(), HOOK);
    if crate::type_type::lookup(cx, Type::of(op), hook)?.is_none() {
        return Err(raised);
    }
    crate::iter::caught(cx, raised, &[Exc::AttributeError])?;
    match call_special(cx, op, hook, Args::positional(&[name]))? {
        Some(value) => Ok(value),
        None => Err(crate::object::no_attribute(cx, op, name)),
    }
}

/// What the built-in type beneath a class does for `x.n`.
fn native_get_attr(cx: &mut Cx<'_>, ty: &Type, op: Borrowed<'_>, name: Borrowed<'_>) -> Res {
    match ty.native().slots.get_attr {
        Some(slot) => slot(cx, op, name),
        None => crate::object::get_attr(cx, op, name),
    }
}

fn set_attr(
    cx: &mut Cx<'_>,
    op: Borrowed<'_>,
    name: Borrowed<'_>,
    value: Option<Borrowed<'_>>,
) -> Res<()> {
    const SET: usize = number("__setattr__");
    const DELETE: usize = number("__delattr__");
    match value {
        Some(value) => call::<SET>(cx, op, &[name, value])?,
        None => call::<DELETE>(cx, op, &[name])?,
    };
    Ok(())
}

fn descr_get(cx: &mut Cx<'_>, op: Borrowed<'_>, to: Option<Borrowed<'_>>, ty: &Type) -> Res {
    const N: usize = number("__get__");
    let none = cx.none();
    let to = to.unwrap_or(none.borrow());
    match call_maybe::<N>(cx, op, &[to, ty.as_borrowed()])? {
        Some(value) => Ok(value),
        None => Ok(op.owned()),
    }
}

fn descr_set(
    cx: &mut Cx<'_>,
    op: Borrowed<'_>,
    to: Borrowed<'_>,
    value: Option<Borrowed<'_>>,
) -> Res<()> {
    const SET: usize = number("__set__");
    const DELETE: usize = number("__delete__");
    match value {
        Some(value) => call_writer::<SET>(cx, op, &[to, value], "__set__"),
        None => call_writer::<DELETE>(cx, op, &[to], "__delete__"),
    }
}

fn call_writer<const N: usize>(
    cx: &mut Cx<'_>,
    op: Borrowed<'_>,
    args: &[Borrowed<'_>],
    name: &str,
) -> Res<()> {
    match call_maybe::<N>(cx, op, args)? {
        Some(_) => Ok(()),
        None => {
            let label = name;
            let name = cx.name(name)?;
            Err(crate::object::attribute_error(cx, op, name.borrow(), format_args!("{label}")))
        }
    }
}

fn truth(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<bool> {
    const N: usize = number("__bool__");
    let Some(result) = call_maybe::<N>(cx, op, &[])? else {
        return match Type::of(op).slots.len {
            Some(len) => Ok(len(cx, op)? != 0),
            None => Ok(true),
        };
    };
    if result.as_obj() == cx.true_obj() {
        return Ok(true);
    }
    if result.as_obj() == cx.false_obj() {
        return Ok(false);
    }
    let ty = Type::of(result.borrow()).name();
    Err(cx.type_error(format_args!("__bool__ should return bool, returned {ty}")))
}

fn index(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    const N: usize = number("__index__");
    let result = call::<N>(cx, op, &[])?;
    if result.borrow().is_a::<IntObject>() {
        return Ok(result);
    }
    let ty = Type::of(result.borrow()).name();
    Err(cx.type_error(format_args!("__index__ returned non-int (type {ty})")))
}

fn len(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<usize> {
    const N: usize = number("__len__");
    let result = call::<N>(cx, op, &[])?;
    let int = crate::protocol::index(cx, result.borrow())?;
    let negative = int.borrow().view::<IntObject>().is_some_and(IntObject::is_negative);
    if negative {
        return Err(cx.value_error(format_args!("__len__() should return >= 0")));
    }
    let len = crate::protocol::to_index(cx, int.borrow(), Exc::OverflowError)?;
    Ok(len as usize)
}

fn contains(cx: &mut Cx<'_>, op: Borrowed<'_>, item: Borrowed<'_>) -> Res<bool> {
    const N: usize = number("__contains__");
    let name = special_name(cx.world(), N);
    let ty = Type::of(op);
    match crate::type_type::lookup(cx, ty, name)? {
        Some(method) if cx.is_none(method.borrow()) => {
            Err(cx.type_error(format_args!("'{}' object is not a container", ty.name())))
        }
        Some(method) => {
            let result = call_found(cx, op, ty, &method, Args::positional(&[item]))?;
            crate::protocol::truth(cx, result.borrow())
        }
        None => crate::protocol::contains_by_iteration(cx, op, item),
    }
}

fn get_item(cx: &mut Cx<'_>, op: Borrowed<'_>, key: Borrowed<'_>) -> Res {
    const N: usize = number("__getitem__");
    call::<N>(cx, op, &[key])
}

fn set_item(
    cx: &mut Cx<'_>,
    op: Borrowed<'_>,
    key: Borrowed<'_>,
    value: Option<Borrowed<'_>>,
) -> Res<()> {
    const SET: usize = number("__setitem__");
    const DELETE: usize = number("__delitem__");
    match value {
        Some(value) => call_writer::<SET>(cx, op, &[key, value], "__setitem__"),
        None => call_writer::<DELETE>(cx, op, &[key], "__delitem__"),
    }
}

/// `T.__new__(T, ...)`
fn new(cx: &mut Cx<'_>, ty: &Type, args: Args<'_>) -> Res {
    const N: usize = number("__new__");
    let name = special_name(cx.world(), N);
    let function = crate::protocol::get_attr(cx, ty.as_borrowed(), name)?;
    crate::native::with_first(cx, ty.as_borrowed(), args, |cx, args| {
        crate::protocol::call(cx, function.borrow(), args)
    })
}

fn init(cx: &mut Cx<'_>, op: Borrowed<'_>, args: Args<'_>) -> Res<()> {
    const N: usize = number("__init__");
    let name = special_name(cx.world(), N);
    let Some(result) = call_special(cx, op, name, args)? else { return Ok(()) };
    if cx.is_none(result.borrow()) {
        return Ok(());
    }
    let ty = Type::of(result.borrow()).name();
    Err(cx.type_error(format_args!("__init__() should return None, not '{ty}'")))
}

/// Whether the slot of a type for an operator is the one that calls methods.
fn is_generic(ty: &Type, op: Binary) -> bool {
    let own = ty.slots.binary(op);
    own.is_some_and(|slot| std::ptr::fn_addr_eq(slot, binary_of(op)))
}

/// `a + b` where `a`, `b` or both are of classes with methods for it. CPython: `SLOT1BINFULL`.
fn binary<const N: usize, const R: usize>(
    cx: &mut Cx<'_>,
    op: Binary,
    a: Borrowed<'_>,
    b: Borrowed<'_>,
) -> Res {
    let (left, right) = (Type::of(a), Type::of(b));
    let mut try_right = !std::ptr::eq(left, right) && is_generic(right, op);
    if is_generic(left, op) {
        if try_right && right.is_subtype(left) && overrides::<R>(cx, left, right)? {
            let result = call_maybe::<R>(cx, b, &[a])?.unwrap_or_else(|| cx.not_implemented());
            if !cx.is_not_implemented(result.borrow()) {
                return Ok(result);
            }
            try_right = false;
        }
        let result = call_maybe::<N>(cx, a, &[b])?.unwrap_or_else(|| cx.not_implemented());
        if !cx.is_not_implemented(result.borrow()) || std::ptr::eq(left, right) {
            return Ok(result);
        }
    }
    if try_right {
        let result = call_maybe::<R>(cx, b, &[a])?;
        return Ok(result.unwrap_or_else(|| cx.not_implemented()));
    }
    Ok(cx.not_implemented())
}

/// Whether the right operand's class has another reflected method than the left one's.
fn overrides<const R: usize>(cx: &mut Cx<'_>, left: &Type, right: &Type) -> Res<bool> {
    let name = special_name(cx.world(), R);
    let theirs = crate::type_type::lookup(cx, right, name)?;
    let ours = crate::type_type::lookup(cx, left, name)?;
    Ok(match (theirs, ours) {
        (Some(theirs), Some(ours)) => !theirs.borrow().is(ours.borrow()),
        (Some(_), None) => true,
        (None, _) => false,
    })
}

macro_rules! binaries {
    ($($op:ident $method:literal $reflected:literal $in_place:literal;)*) => {
        /// The slot of an operator for classes.
        fn binary_of(op: Binary) -> BinaryFn {
            match op {
                $(Binary::$op => |cx, a, b| {
                    const N: usize = number($method);
                    const R: usize = number($reflected);
                    binary::<N, R>(cx, Binary::$op, a, b)
                },)*
            }
        }

        fn in_place_of(op: Binary) -> Option<BinaryFn> {
            match op {
                $(Binary::$op => Some(|cx, a, b| {
                    const N: usize = number($in_place);
                    let result = call_maybe::<N>(cx, a, &[b])?;
                    Ok(result.unwrap_or_else(|| cx.not_implemented()))
                }),)*
            }
        }
    };
}

binaries! {
    Add "__add__" "__radd__" "__iadd__";
    Sub "__sub__" "__rsub__" "__isub__";
    Mul "__mul__" "__rmul__" "__imul__";
    TrueDiv "__truediv__" "__rtruediv__" "__itruediv__";
    FloorDiv "__floordiv__" "__rfloordiv__" "__ifloordiv__";
    Mod "__mod__" "__rmod__" "__imod__";
    Pow "__pow__" "__rpow__" "__ipow__";
    Lshift "__lshift__" "__rlshift__" "__ilshift__";
    Rshift "__rshift__" "__rrshift__" "__irshift__";
    And "__and__" "__rand__" "__iand__";
    Or "__or__" "__ror__" "__ior__";
    Xor "__xor__" "__rxor__" "__ixor__";
    DivMod "__divmod__" "__rdivmod__" "__divmod__";
}

/// `pow(a, b, m)`: the first operand's method only.
fn power(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>, m: Borrowed<'_>) -> Res {
    const N: usize = number("__pow__");
    if !is_generic(Type::of(a), Binary::Pow) {
        return Ok(cx.not_implemented());
    }
    let result = call_maybe::<N>(cx, a, &[b, m])?;
    Ok(result.unwrap_or_else(|| cx.not_implemented()))
}

/// `tp_finalize` of classes with `__del__`.
///
/// # Safety
/// `op` is alive and held by the caller.
pub(crate) unsafe fn finalize(op: Obj) {
    const N: usize = number("__del__");
    // SAFETY: per contract; the object's world is alive.
    unsafe {
        crate::above::aside(World::ptr_of(op), |cx| {
            let this = Borrowed::new(op);
            let name = special_name(cx.world(), N);
            if let Err((source, raised)) = call_del(cx, this, name) {
                let exception = cx.take_raised(raised);
                let source = source.unwrap_or_else(|| cx.none());
                cx.report_unraisable(source.borrow(), exception);
            }
        });
    }
}

/// Calls `__del__`; with the exception comes the function, for the report.
fn call_del(
    cx: &mut Cx<'_>,
    op: Borrowed<'_>,
    name: Borrowed<'_>,
) -> Result<(), (Option<Ref>, Raised)> {
    let ty = Type::of(op);
    match crate::type_type::lookup(cx, ty, name) {
        Err(raised) => Err((None, raised)),
        Ok(None) => Ok(()),
        Ok(Some(method)) => match call_found(cx, op, ty, &method, Args::NONE) {
            Ok(_) => Ok(()),
            Err(raised) => Err((Some(method), raised)),
        },
    }
}
