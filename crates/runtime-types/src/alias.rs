//! What annotations are made of: `list[int]` and `int | None`.
//!
//! An alias hands on nearly everything to its origin; a union only says what it is made of. CPython:
//! `Objects/genericaliasobject.c`, `unionobject.c`.

use runtime_core::{Object, TypeFlags, TypeSpec};
use runtime_gc::{Borrowed, Ref, clear, track};
use smallvec::SmallVec;

use crate::args::{Args, NativeDef};
use crate::cx::{Cx, OrRaise, Res};
use crate::exception::Exc;
use crate::field::Field;
use crate::iter::caught;
use crate::list::two;
use crate::native::{container, fixed};
use crate::protocol;
use crate::string::{StrObject, text_of};
use crate::tuple::{TupleObject, items_of};
use crate::ty::{Binary, Compare, GetSetDef, Slots, Type, TypeDef};
use crate::view::{Layout, Look, View};

/// `list[int]`: 48 bytes with the collector head.
#[repr(C)]
pub(crate) struct AliasObject {
    object: Object,
    origin: Field,
    /// A tuple.
    args: Field,
}

/// `int | None`: 40 bytes with the collector head.
#[repr(C)]
pub(crate) struct UnionObject {
    object: Object,
    /// A tuple.
    args: Field,
}

macro_rules! view {
    ($ty:ty, $layout:ident, $name:literal) => {
        // SAFETY: only the type of that name carries the number; the fields are cells.
        unsafe impl View for $ty {
            const LAYOUT: u16 = Layout::$layout as u16;
            const NAME: &'static str = $name;
        }
    };
}

view!(AliasObject, Alias, "types.GenericAlias");
view!(UnionObject, Union, "types.UnionType");
container!(AliasObject, |this| [this.origin, this.args]);
container!(UnionObject, |this| [this.args]);

pub(crate) const ALIAS: TypeDef = TypeDef {
    spec: TypeSpec {
        flags: TypeFlags::GC.with(TypeFlags::BASE),
        tp_clear: Some(clear::<AliasObject>),
        ..fixed::<AliasObject>("GenericAlias", Layout::Alias)
    },
    slots: Slots {
        repr: Some(alias_repr),
        hash: Some(|cx, op| {
            let (origin, args) = alias_parts(cx, op)?;
            let hash = protocol::hash(cx, origin.borrow())?;
            Ok(hash ^ protocol::hash(cx, args.borrow())?)
        }),
        compare: Some(compare_aliases),
        call: Some(call_alias),
        get_attr: Some(alias_attribute),
        subscript: Some(alias_subscript),
        new: Some(|cx, _, args| match args.positionals() {
            [origin, of] => alias(cx, *origin, *of),
            other => {
                let given = other.len();
                Err(cx.type_error(format_args!("GenericAlias expected 2 arguments, got {given}")))
            }
        }),
        ..Slots::NONE
    }
    .with_binary([(Binary::Or, join)]),
    methods: &[
        NativeDef::exactly("__mro_entries__", 1, |cx, args| {
            let (op, _) = two(cx, &args)?;
            let (origin, _) = alias_parts(cx, op)?;
            cx.tuple([origin])
        }),
        NativeDef::exactly("__instancecheck__", 1, |cx, _| {
            Err(cx.type_error(format_args!(
                "isinstance() argument 2 cannot be a parameterized generic"
            )))
        }),
        NativeDef::exactly("__subclasscheck__", 1, |cx, _| {
            Err(cx.type_error(format_args!(
                "issubclass() argument 2 cannot be a parameterized generic"
            )))
        }),
    ],
    getset: &[
        GetSetDef { name: "__origin__", get: |cx, op| Ok(alias_parts(cx, op)?.0), set: None },
        GetSetDef { name: "__args__", get: |cx, op| Ok(alias_parts(cx, op)?.1), set: None },
        GetSetDef {
            name: "__parameters__",
            get: |cx, op| {
                let args = alias_parts(cx, op)?.1;
                parameters(cx, args.borrow())
            },
            set: None,
        },
    ],
    module: "types",
    ..TypeDef::EMPTY
};

pub(crate) const UNION: TypeDef = TypeDef {
    spec: TypeSpec {
        tp_clear: Some(clear::<UnionObject>),
        ..fixed::<UnionObject>("UnionType", Layout::Union)
    },
    slots: Slots {
        repr: Some(union_repr),
        hash: Some(|cx, op| {
            let args = union_args(cx, op)?;
            let set = crate::set::frozen_from(cx, args.borrow())?;
            protocol::hash(cx, set.borrow())
        }),
        compare: Some(compare_unions),
        ..Slots::NONE
    }
    .with_binary([(Binary::Or, join)]),
    methods: &[
        NativeDef::exactly("__instancecheck__", 1, |cx, args| {
            let (union, op) = two(cx, &args)?;
            let types = union_args(cx, union)?;
            let holds = protocol::is_instance(cx, op, types.borrow())?;
            Ok(cx.bool(holds))
        }),
        NativeDef::exactly("__subclasscheck__", 1, |cx, args| {
            let (union, op) = two(cx, &args)?;
            let types = union_args(cx, union)?;
            let holds = protocol::is_subclass(cx, op, types.borrow())?;
            Ok(cx.bool(holds))
        }),
    ],
    getset: &[
        GetSetDef { name: "__args__", get: union_args, set: None },
        GetSetDef {
            name: "__parameters__",
            get: |cx, op| {
                let args = union_args(cx, op)?;
                parameters(cx, args.borrow())
            },
            set: None,
        },
    ],
    module: "types",
    ..TypeDef::EMPTY
};

/// `C[k]` for built-in types that know nothing of it beside what annotations say.
pub(crate) const CLASS_GETITEM: NativeDef =
    NativeDef::exactly("__class_getitem__", 1, |cx, args| {
        let (class, of) = two(cx, &args)?;
        alias(cx, class, of)
    });

fn alias_parts(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<(Ref, Ref)> {
    let this = op.expect::<AliasObject>(cx)?;
    let origin = this.origin.get().unwrap_or_else(|| cx.none());
    Ok((origin, this.args.get().unwrap_or_else(|| cx.empty_tuple())))
}

fn union_args(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let args = op.expect::<UnionObject>(cx)?.args.get();
    Ok(args.unwrap_or_else(|| cx.empty_tuple()))
}

/// `origin[of]`; several arguments come as a tuple.
///
/// # Errors
/// `MemoryError`.
pub(crate) fn alias(cx: &Cx<'_>, origin: Borrowed<'_>, of: Borrowed<'_>) -> Res {
    let args = if of.is_a::<TupleObject>() { of.owned() } else { cx.tuple_from(&[of])? };
    let ty = cx.ty(cx.types.generic_alias);
    let op = ty.mem.alloc_sized::<true>(size_of::<AliasObject>()).or_raise(cx)?;
    // SAFETY: the block holds an `AliasObject` whose header is written; the rest is now.
    unsafe {
        let p = op.cast::<AliasObject>().as_ptr();
        (&raw mut (*p).origin).write(Field::new(Some(origin.owned())));
        (&raw mut (*p).args).write(Field::new(Some(args)));
        track(op);
        Ok(Ref::steal(op))
    }
}

/// One argument as it is written.
fn shown(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<String> {
    if op.is(cx.ellipsis().borrow()) {
        return Ok("...".to_owned());
    }
    if op.is_a::<crate::list::ListObject>() {
        let items = protocol::to_tuple(cx, op)?;
        return Ok(format!("[{}]", shown_all(cx, items.borrow(), ", ")?));
    }
    let is_type = op.is_a::<Type>();
    let text = if is_type {
        let ty = op.expect::<Type>(cx)?;
        crate::type_type::full_name(cx, ty)?
    } else {
        protocol::repr(cx, op)?
    };
    Ok(text_of(cx, text.borrow())?.to_string())
}

fn shown_all(cx: &mut Cx<'_>, args: Borrowed<'_>, between: &str) -> Res<String> {
    let mut words: Vec<String> = Vec::new();
    for arg in items_of(cx, args)?.to_vec() {
        words.push(shown(cx, arg)?);
    }
    Ok(words.join(between))
}

fn alias_repr(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let (origin, args) = alias_parts(cx, op)?;
    let origin = shown(cx, origin.borrow())?;
    let args = match items_of(cx, args.borrow())? {
        [] => "()".to_owned(),
        _ => protocol::nested(cx, " in repr", |cx| shown_all(cx, args.borrow(), ", "))?,
    };
    cx.format(format_args!("{origin}[{args}]"))
}

fn union_repr(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let args = union_args(cx, op)?;
    let none = cx.ty(cx.types.none).as_borrowed().as_obj();
    let mut words: Vec<String> = Vec::new();
    for arg in items_of(cx, args.borrow())?.to_vec() {
        words.push(if arg.as_obj() == none { "None".to_owned() } else { shown(cx, arg)? });
    }
    cx.format(format_args!("{}", words.join(" | ")))
}

fn compare_aliases(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>, op: Compare) -> Res {
    let both = a.is_a::<AliasObject>() && b.is_a::<AliasObject>();
    if !both || !matches!(op, Compare::Eq | Compare::Ne) {
        return Ok(cx.not_implemented());
    }
    let ((a, of_a), (b, of_b)) = (alias_parts(cx, a)?, alias_parts(cx, b)?);
    let equal = protocol::equal(cx, a.borrow(), b.borrow())?
        && protocol::equal(cx, of_a.borrow(), of_b.borrow())?;
    Ok(cx.bool(equal == (op == Compare::Eq)))
}

/// Unions are equal when they are of the same types, in whatever order.
fn compare_unions(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>, op: Compare) -> Res {
    let both = a.is_a::<UnionObject>() && b.is_a::<UnionObject>();
    if !both || !matches!(op, Compare::Eq | Compare::Ne) {
        return Ok(cx.not_implemented());
    }
    let (a, b) = (union_args(cx, a)?, union_args(cx, b)?);
    let (a, b) =
        (crate::set::frozen_from(cx, a.borrow())?, crate::set::frozen_from(cx, b.borrow())?);
    protocol::compare(cx, a.borrow(), b.borrow(), op)
}

/// `list[int](...)`: an object of the origin that knows, if it can, what it was made by.
fn call_alias(cx: &mut Cx<'_>, op: Borrowed<'_>, args: Args<'_>) -> Res {
    let (origin, _) = alias_parts(cx, op)?;
    let made = protocol::call(cx, origin.borrow(), args)?;
    let name = cx.name("__orig_class__")?;
    if let Err(raised) = protocol::set_attr(cx, made.borrow(), name.borrow(), Some(op)) {
        caught(cx, raised, &[Exc::AttributeError, Exc::TypeError])?;
    }
    Ok(made)
}

/// Attributes of an alias itself; all others are the origin's.
fn alias_attribute(cx: &mut Cx<'_>, op: Borrowed<'_>, name: Borrowed<'_>) -> Res {
    const OWN: [&str; 7] = [
        "__origin__",
        "__args__",
        "__parameters__",
        "__mro_entries__",
        "__instancecheck__",
        "__subclasscheck__",
        "__class__",
    ];
    let text = text_of(cx, name)?;
    if OWN.iter().any(|own| text.eq_str(own)) {
        return crate::object::get_attr(cx, op, name);
    }
    let (origin, _) = alias_parts(cx, op)?;
    protocol::nested(cx, "", |cx| protocol::get_attr(cx, origin.borrow(), name))
}

/// Whether an argument is a parameter that can be given later: it says so itself.
fn is_parameter(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<bool> {
    if op.is_a::<Type>() || op.is_a::<StrObject>() {
        return Ok(false);
    }
    let name = cx.name("__typing_subst__")?;
    Ok(crate::type_type::lookup(cx, Type::of(op), name.borrow())?.is_some())
}

/// The parameters in these arguments, each once, in their order.
fn parameters(cx: &mut Cx<'_>, args: Borrowed<'_>) -> Res {
    let found = crate::list::empty(cx)?;
    let add = |cx: &mut Cx<'_>, op: Borrowed<'_>| -> Res<()> {
        if protocol::contains(cx, found.borrow(), op)? {
            return Ok(());
        }
        crate::list::append(cx, found.borrow(), op.owned())
    };
    for arg in items_of(cx, args)?.to_vec() {
        if is_parameter(cx, arg)? {
            add(cx, arg)?;
        } else if !arg.is_a::<Type>()
            && let Ok(inner) = own_parameters(cx, arg)
        {
            for parameter in items_of(cx, inner.borrow())?.to_vec() {
                add(cx, parameter)?;
            }
        }
    }
    crate::list::to_tuple(cx, found.borrow())
}

/// The `__parameters__` of an argument; none when it has none.
fn own_parameters(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    match protocol::nested(cx, "", |cx| protocol::get_attr_str(cx, op, "__parameters__")) {
        Ok(found) if found.borrow().is_a::<TupleObject>() => Ok(found),
        Ok(_) => Ok(cx.empty_tuple()),
        Err(raised) => {
            caught(cx, raised, &[Exc::AttributeError])?;
            Ok(cx.empty_tuple())
        }
    }
}

/// `list[T][int]`: parameters are put in.
fn alias_subscript(cx: &mut Cx<'_>, op: Borrowed<'_>, of: Borrowed<'_>) -> Res {
    let (origin, args) = alias_parts(cx, op)?;
    let wanted = parameters(cx, args.borrow())?;
    let wanted = items_of(cx, wanted.borrow())?.to_vec();
    if wanted.is_empty() {
        let text = alias_repr(cx, op)?;
        let text = text_of(cx, text.borrow())?;
        return Err(cx.type_error(format_args!("{text} is not a generic class")));
    }
    let given = if of.is_a::<TupleObject>() { of.owned() } else { cx.tuple_from(&[of])? };
    let given = items_of(cx, given.borrow())?.to_vec();
    if given.len() != wanted.len() {
        let text = alias_repr(cx, op)?;
        let text = text_of(cx, text.borrow())?;
        let few = if given.len() > wanted.len() { "many" } else { "few" };
        let (given, wanted) = (given.len(), wanted.len());
        return Err(cx.type_error(format_args!(
            "Too {few} arguments for {text}; actual {given}, expected {wanted}"
        )));
    }
    let mut made: Vec<Ref> = Vec::new();
    for arg in items_of(cx, args.borrow())?.to_vec() {
        let place = wanted.iter().position(|parameter| parameter.is(arg));
        let inner = if arg.is_a::<Type>() { cx.empty_tuple() } else { own_parameters(cx, arg)? };
        let inner = items_of(cx, inner.borrow())?.to_vec();
        made.push(if let Some(value) = place.and_then(|place| given.get(place)) {
            value.owned()
        } else if inner.is_empty() {
            arg.owned()
        } else {
            let mut values: SmallVec<[Borrowed<'_>; 4]> = SmallVec::new();
            for parameter in &inner {
                let place = wanted.iter().position(|known| known.is(*parameter));
                values.push(place.and_then(|at| given.get(at)).copied().unwrap_or(*parameter));
            }
            let values = cx.tuple_from(&values)?;
            protocol::nested(cx, "", |cx| protocol::subscript(cx, arg, values.borrow()))?
        });
    }
    let borrowed: SmallVec<[Borrowed<'_>; 4]> = made.iter().map(Ref::borrow).collect();
    let args = cx.tuple_from(&borrowed)?;
    alias(cx, origin.borrow(), args.borrow())
}

/// Whether an operand of `|` is a type, or stands for one.
fn is_joinable(cx: &Cx<'_>, op: Borrowed<'_>) -> bool {
    cx.is_none(op) || op.is_a::<Type>() || op.is_a::<AliasObject>() || op.is_a::<UnionObject>()
}

/// `int | None`: of the types on both sides, each once; one alone stays what it is.
///
/// # Errors
/// `MemoryError`, those of comparing.
pub(crate) fn join(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>) -> Res {
    if !is_joinable(cx, a) || !is_joinable(cx, b) || (cx.is_none(a) && cx.is_none(b)) {
        return Ok(cx.not_implemented());
    }
    let found = crate::list::empty(cx)?;
    for side in [a, b] {
        let parts = match side.view::<UnionObject>() {
            Some(_) => union_args(cx, side)?,
            None if cx.is_none(side) => cx.tuple([cx.ty(cx.types.none).as_borrowed().owned()])?,
            None => cx.tuple_from(&[side])?,
        };
        for part in items_of(cx, parts.borrow())?.to_vec() {
            if !protocol::contains(cx, found.borrow(), part)? {
                crate::list::append(cx, found.borrow(), part.owned())?;
            }
        }
    }
    let args = crate::list::to_tuple(cx, found.borrow())?;
    if let [only] = items_of(cx, args.borrow())? {
        return Ok(only.owned());
    }
    let ty = cx.ty(cx.types.union);
    let op = ty.mem.alloc_sized::<true>(size_of::<UnionObject>()).or_raise(cx)?;
    // SAFETY: as in `alias`.
    unsafe {
        let p = op.cast::<UnionObject>().as_ptr();
        (&raw mut (*p).args).write(Field::new(Some(args)));
        track(op);
        Ok(Ref::steal(op))
    }
}
