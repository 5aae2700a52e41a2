//! `type`: the type of types. Looking attributes up along the bases, and calling a type to make an
//! object.

use std::ptr::NonNull;

use runtime_core::{AllocError, Floor, StampError, TypeFlags, TypeSpec};
use runtime_gc::{Borrowed, Ref};

use crate::args::{Args, NativeDef};
use crate::class;
use crate::cx::{Cx, Raised, Res};
use crate::exception::Exc;
use crate::list::two;
use crate::protocol;
use crate::string::StrObject;
use crate::tuple::TupleObject;
use crate::ty::{Binary, Slots, Type, TypeDef};
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
        flags: TypeFlags::TYPE.with(TypeFlags::GC).with(TypeFlags::BASE),
        layout: Layout::Type as u16,
        floor: Floor::World,
        weak_list_offset: (std::mem::offset_of!(Type, class) + class::WEAK_LIST) as isize,
        tp_dealloc: class::dealloc_type,
        tp_release: Some(class::type_release),
        tp_traverse: Some(class::type_traversal()),
        tp_clear: Some(class::type_clear),
        ..TypeSpec::LEAF
    },
    slots: Slots {
        repr: Some(repr),
        call: Some(call),
        get_attr: Some(get_attr),
        set_attr: Some(set_attr),
        new: Some(new),
        init: Some(init),
        ..Slots::NONE
    }
    .with_binary([(Binary::Or, crate::alias::join)]),
    methods: &[
        NativeDef::exactly("__sizeof__", 0, |cx, args| {
            let op = args.get(0).unwrap_or_else(|| cx.world().none_borrowed());
            let size = reported_size(op.expect::<Type>(cx)?);
            cx.int(size)
        }),
        NativeDef::exactly("mro", 0, |cx, args| {
            let op = args.get(0).unwrap_or_else(|| cx.world().none_borrowed());
            let order = mro(cx, op)?;
            crate::list::from_iterable(cx, order.borrow())
        }),
        NativeDef::exactly("__subclasses__", 0, |cx, args| {
            let op = args.get(0).unwrap_or_else(|| cx.world().none_borrowed());
            let ty = op.expect::<Type>(cx)?;
            class::subclass_list(cx, ty)
        }),
        NativeDef::exactly("__instancecheck__", 1, |cx, args| {
            let (class, op) = two(cx, &args)?;
            let ty = class.expect::<Type>(cx)?;
            let holds = protocol::is_instance_of(cx, op, ty)?;
            Ok(cx.bool(holds))
        }),
        NativeDef::exactly("__subclasscheck__", 1, |cx, args| {
            let (class, op) = two(cx, &args)?;
            let (ty, op) = (class.expect::<Type>(cx)?, op.view::<Type>());
            match op {
                Some(op) => Ok(cx.bool(op.is_subtype(ty))),
                None => Err(cx.type_error(format_args!("issubclass() arg 1 must be a class"))),
            }
        }),
    ],
    class_methods: &[NativeDef::any("__prepare__", |cx, _| crate::dict::new(cx))],
    members: &[
        crate::ty::GetSetDef::read_only("__basicsize__", |cx, op| {
            cx.int(op.expect::<Type>(cx)?.mem.basic_size as i64)
        }),
        crate::ty::GetSetDef::read_only("__itemsize__", |cx, op| {
            cx.int(op.expect::<Type>(cx)?.mem.item_size as i64)
        }),
        crate::ty::GetSetDef::read_only("__flags__", |cx, op| {
            cx.int(op.expect::<Type>(cx)?.flags_as_cpython())
        }),
        crate::ty::GetSetDef::read_only("__weakrefoffset__", |cx, op| {
            cx.int(op.expect::<Type>(cx)?.mem.weak_list_offset as i64)
        }),
        crate::ty::GetSetDef::read_only("__dictoffset__", |cx, op| {
            let mem = &op.expect::<Type>(cx)?.mem;
            let managed = mem.flags().has(TypeFlags::MANAGED_DICT);
            cx.int(if managed { -1 } else { mem.dict_offset as i64 })
        }),
        crate::ty::GetSetDef {
            name: "__base__",
            get: |cx, op| {
                let base = op.expect::<Type>(cx)?.base();
                Ok(base.map_or_else(|| cx.none(), |base| base.as_borrowed().owned()))
            },
            set: None,
        },
    ],
    getset: &[
        crate::ty::GetSetDef {
            name: "__bases__",
            get: |cx, op| {
                let ty = op.expect::<Type>(cx)?;
                if let Some(bases) = ty.class.bases.get() {
                    return Ok(bases);
                }
                let base = ty.base();
                let bases: Vec<Borrowed<'_>> = base.iter().map(|base| base.as_borrowed()).collect();
                cx.tuple_from(&bases)
            },
            set: Some(set_bases),
        },
        crate::ty::GetSetDef { name: "__mro__", get: mro, set: None },
        crate::ty::GetSetDef {
            name: "__doc__",
            get: |cx, op| {
                let ty = op.expect::<Type>(cx)?;
                if ty.is_class() {
                    return doc_of(cx, ty);
                }
                match crate::documentation::of_type(ty) {
                    Some(doc) => cx.str(doc),
                    None if ty.doc.is_empty() => Ok(cx.none()),
                    None => cx.str(ty.doc),
                }
            },
            set: Some(|cx, op, value| set_special(cx, op, "__doc__", value)),
        },
        crate::ty::GetSetDef {
            name: "__name__",
            get: |cx, op| {
                let ty = op.expect::<Type>(cx)?;
                match ty.class.name.get() {
                    Some(name) => Ok(name),
                    None => cx.name(ty.short_name()),
                }
            },
            set: Some(set_name),
        },
        crate::ty::GetSetDef {
            name: "__qualname__",
            get: |cx, op| {
                let ty = op.expect::<Type>(cx)?;
                match ty.class.qualname.get() {
                    Some(name) => Ok(name),
                    None => cx.name(ty.short_name()),
                }
            },
            set: Some(set_qualname),
        },
        crate::ty::GetSetDef {
            name: "__module__",
            get: |cx, op| {
                let ty = op.expect::<Type>(cx)?;
                if !ty.is_class() {
                    return cx.name(ty.module);
                }
                match own(cx, ty, "__module__")? {
                    Some(module) => Ok(module),
                    None => cx.name("builtins"),
                }
            },
            set: Some(|cx, op, value| set_special(cx, op, "__module__", value)),
        },
        crate::ty::GetSetDef {
            name: "__dict__",
            get: |cx, op| {
                let ty = op.expect::<Type>(cx)?;
                let dict = match ty.dict.get() {
                    // SAFETY: the type owns its dict.
                    Some(dict) => unsafe { Ref::new(dict) },
                    None => crate::dict::new(cx)?,
                };
                class::new_proxy(cx, dict)
            },
            set: None,
        },
        crate::ty::GetSetDef {
            name: "__annotations__",
            get: |cx, op| {
                let ty = op.expect::<Type>(cx)?;
                if let Some(known) = own(cx, ty, "__annotations__")? {
                    return Ok(known);
                }
                let made = crate::dict::new(cx)?;
                set_own(cx, op, "__annotations__", Some(made.borrow()))?;
                Ok(made)
            },
            set: Some(set_annotations),
        },
    ],
    ..TypeDef::EMPTY
};

impl Type {
    /// Its flags as CPython numbers them, as far as both have them.
    fn flags_as_cpython(&self) -> i64 {
        const FLAGS: [(TypeFlags, u32); 14] = [
            (TypeFlags::INLINE_VALUES, 2),
            (TypeFlags::MANAGED_DICT, 4),
            (TypeFlags::HEAP, 9),
            (TypeFlags::BASE, 10),
            (TypeFlags::GC, 14),
            (TypeFlags::METHOD, 17),
            (TypeFlags::INT, 24),
            (TypeFlags::LIST, 25),
            (TypeFlags::TUPLE, 26),
            (TypeFlags::BYTES, 27),
            (TypeFlags::STR, 28),
            (TypeFlags::DICT, 29),
            (TypeFlags::EXCEPTION, 30),
            (TypeFlags::TYPE, 31),
        ];
        let flags = self.mem.flags();
        let set = FLAGS.iter().filter(|(flag, _)| flags.has(*flag));
        // Every type is ready, and built-in ones cannot be changed.
        let always = 1 << 12 | i64::from(!self.is_class()) << 8;
        set.fold(always, |bits, (_, bit)| bits | 1 << bit)
    }
}

/// The types that attributes are looked up on, as a tuple.
fn mro(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let ty = op.expect::<Type>(cx)?;
    if let Some(mro) = ty.mro.get() {
        // SAFETY: the class owns its order.
        return Ok(unsafe { Ref::new(mro) });
    }
    let order = class::order_of(cx, ty)?;
    cx.tuple_from(&order)
}

fn repr(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let ty = op.expect::<Type>(cx)?;
    let name = full_name(cx, ty)?;
    cx.format(format_args!("<class '{}'>", crate::string::text_of(cx, name.borrow())?))
}

/// `module.qualname`, without the module for built-in ones.
///
/// # Errors
/// `MemoryError`.
pub fn full_name(cx: &mut Cx<'_>, ty: &Type) -> Res {
    if !ty.is_class() {
        let (module, dot) = if ty.module == "builtins" { ("", "") } else { (ty.module, ".") };
        return cx.format(format_args!("{module}{dot}{}", ty.short_name()));
    }
    let module = own(cx, ty, "__module__")?.filter(|module| module.borrow().is_a::<StrObject>());
    let name = ty.class.qualname.get().unwrap_or_else(|| cx.empty_str());
    let name = crate::string::text_of(cx, name.borrow())?;
    match &module {
        Some(module) if !crate::string::text_of(cx, module.borrow())?.eq_str("builtins") => {
            let module = crate::string::text_of(cx, module.borrow())?;
            cx.format(format_args!("{module}.{name}"))
        }
        _ => cx.format(format_args!("{name}")),
    }
}

/// What a type says that it occupies: CPython's figures, as programs that add sizes up expect them.
/// A class whose objects have attributes owns a table of their names.
fn reported_size(ty: &Type) -> i64 {
    const BUILT_IN: i64 = 416;
    const CLASS: i64 = 928;
    const KEYS: i64 = 768;
    /// Built-in types whose objects keep a dict of their own, as those of their classes then do.
    const WITH_DICT: [&str; 5] =
        ["type", "staticmethod", "classmethod", "functools.partial", "collections.OrderedDict"];
    let native = ty.native();
    let own_dict =
        native.mem.flags().has(TypeFlags::EXCEPTION) || WITH_DICT.contains(&native.name());
    match (ty.is_class(), ty.mem.flags().has(TypeFlags::MANAGED_DICT) && !own_dict) {
        (false, _) => BUILT_IN,
        (true, false) => CLASS,
        (true, true) => CLASS + KEYS,
    }
}

/// An attribute in the namespace of a class itself.
fn own(cx: &mut Cx<'_>, ty: &Type, name: &str) -> Res<Option<Ref>> {
    // SAFETY: the type owns its dict.
    let Some(dict) = ty.dict.get().map(|dict| unsafe { Ref::new(dict) }) else { return Ok(None) };
    let name = cx.name(name)?;
    crate::dict::get(cx, dict.borrow(), name.borrow())
}

fn set_own(cx: &mut Cx<'_>, op: Borrowed<'_>, name: &str, value: Option<Borrowed<'_>>) -> Res<()> {
    let ty = op.expect::<Type>(cx)?;
    let name = cx.name(name)?;
    write(cx, op, ty, name.borrow(), value)
}

fn doc_of(cx: &mut Cx<'_>, ty: &Type) -> Res {
    match own(cx, ty, "__doc__")? {
        Some(doc) => match Type::of(doc.borrow()).slots.descr_get {
            Some(get) => get(cx, doc.borrow(), None, ty),
            None => Ok(doc),
        },
        None => Ok(cx.none()),
    }
}

fn set_special(
    cx: &mut Cx<'_>,
    op: Borrowed<'_>,
    name: &'static str,
    value: Option<Borrowed<'_>>,
) -> Res<()> {
    let (_, value) = special(cx, op, name, value)?;
    set_own(cx, op, name, Some(value))
}

/// Classes keep their bases; what could not be bases is told as in CPython.
fn set_bases(cx: &mut Cx<'_>, op: Borrowed<'_>, value: Option<Borrowed<'_>>) -> Res<()> {
    let (ty, value) = special(cx, op, "__bases__", value)?;
    let (name, got) = (ty.name(), Type::of(value).name());
    let Some(bases) = value.view::<TupleObject>() else {
        return Err(
            cx.type_error(format_args!("can only assign tuple to {name}.__bases__, not {got}"))
        );
    };
    if bases.items().is_empty() {
        return Err(cx.type_error(format_args!(
            "can only assign non-empty tuple to {name}.__bases__, not ()"
        )));
    }
    if let Some(other) = bases.items().iter().find(|base| !base.is_a::<Type>()) {
        let got = Type::of(*other).name();
        return Err(
            cx.type_error(format_args!("{name}.__bases__ must be tuple of classes, not '{got}'"))
        );
    }
    Err(cx.raise(
        Exc::AttributeError,
        format_args!("attribute '__bases__' of 'type' objects is not writable"),
    ))
}

fn set_annotations(cx: &mut Cx<'_>, op: Borrowed<'_>, value: Option<Borrowed<'_>>) -> Res<()> {
    let name = "__annotations__";
    if value.is_none() && own(cx, op.expect::<Type>(cx)?, name)?.is_none() {
        return Err(cx.raise(Exc::AttributeError, format_args!("{name}")));
    }
    set_own(cx, op, name, value)
}

fn set_name(cx: &mut Cx<'_>, op: Borrowed<'_>, value: Option<Borrowed<'_>>) -> Res<()> {
    let (ty, value) = special(cx, op, "__name__", value)?;
    if !value.is_a::<StrObject>() {
        let (old, got) = (ty.name(), Type::of(value).name());
        return Err(
            cx.type_error(format_args!("can only assign string to {old}.__name__, not '{got}'"))
        );
    }
    class::rename(cx, ty, value)
}

fn set_qualname(cx: &mut Cx<'_>, op: Borrowed<'_>, value: Option<Borrowed<'_>>) -> Res<()> {
    let (ty, value) = special(cx, op, "__qualname__", value)?;
    if !value.is_a::<StrObject>() {
        let (name, got) = (ty.name(), Type::of(value).name());
        return Err(cx.type_error(format_args!(
            "can only assign string to {name}.__qualname__, not '{got}'"
        )));
    }
    ty.class.qualname.set(Some(value.owned()));
    Ok(())
}

/// The class whose attribute is to be set, and the value: these cannot be deleted.
/// CPython: `check_set_special_type_attr`.
fn special<'a, 'v>(
    cx: &Cx<'_>,
    op: Borrowed<'a>,
    name: &str,
    value: Option<Borrowed<'v>>,
) -> Res<(&'a Type, Borrowed<'v>)> {
    let ty = mutable(cx, op, name)?;
    value.map(|value| (ty, value)).ok_or_else(|| {
        let own = ty.name();
        cx.type_error(format_args!("cannot delete '{name}' attribute of immutable type '{own}'"))
    })
}

/// The class whose attribute is to be set; built-in types refuse.
fn mutable<'a>(cx: &Cx<'_>, op: Borrowed<'a>, name: impl std::fmt::Display) -> Res<&'a Type> {
    let ty = op.expect::<Type>(cx)?;
    if ty.is_class() {
        return Ok(ty);
    }
    let own = ty.name();
    Err(cx.type_error(format_args!("cannot set '{name}' attribute of immutable type '{own}'")))
}

/// `C.n = v`, `del C.n`: a data descriptor of the type of types first.
fn set_attr(
    cx: &mut Cx<'_>,
    op: Borrowed<'_>,
    name: Borrowed<'_>,
    value: Option<Borrowed<'_>>,
) -> Res<()> {
    let text = crate::string::text_of(cx, name)?;
    let ty = mutable(cx, op, text)?;
    if let Some(attr) = lookup(cx, Type::of(op), name)?
        && let Some(set) = Type::of(attr.borrow()).slots.descr_set
    {
        return set(cx, attr.borrow(), op, value);
    }
    write(cx, op, ty, name, value)
}

/// Writes to the namespace of a class, and has its slots follow.
fn write(
    cx: &mut Cx<'_>,
    op: Borrowed<'_>,
    ty: &Type,
    name: Borrowed<'_>,
    value: Option<Borrowed<'_>>,
) -> Res<()> {
    // SAFETY: the type owns its dict.
    let dict = match ty.dict.get().map(|dict| unsafe { Ref::new(dict) }) {
        Some(dict) => dict,
        None => return Err(no_attribute(cx, op, ty, name)),
    };
    ty.changed();
    // Names of attributes are interned, so that caches know them by address.
    let name = match name.view::<StrObject>() {
        Some(_) if crate::string::is_exact(cx, name) => {
            cx.intern(name.owned(), crate::string::Interning::Mortal)?
        }
        _ => name.owned(),
    };
    match value {
        Some(value) => crate::dict::set(cx, dict.borrow(), name.borrow(), value)?,
        None => {
            if crate::dict::remove(cx, dict.borrow(), name.borrow())?.is_none() {
                return Err(no_attribute(cx, op, ty, name.borrow()));
            }
        }
    }
    ty.changed();
    let text = crate::string::text_of(cx, name.borrow())?;
    if World::is_special_name(&text.to_string()) {
        class::update_slots(cx, ty)?;
    }
    Ok(())
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

/// `type(name, bases, namespace, ...)`
fn new(cx: &mut Cx<'_>, meta: &Type, args: Args<'_>) -> Res {
    let [name, bases, namespace] = args.positionals() else {
        if std::ptr::eq(meta, cx.types.type_.as_ptr()) {
            return Err(cx.type_error(format_args!("type() takes 1 or 3 arguments")));
        }
        let given = args.len();
        return Err(
            cx.type_error(format_args!("type.__new__() takes exactly 3 arguments ({given} given)"))
        );
    };
    let wrong = |cx: &Cx<'_>, n: u8, wanted: &str, got: Borrowed<'_>| {
        let got = if cx.is_none(got) { "None" } else { Type::of(got).name() };
        cx.type_error(format_args!("type.__new__() argument {n} must be {wanted}, not {got}"))
    };
    if !name.is_a::<StrObject>() {
        return Err(wrong(cx, 1, "str", *name));
    }
    if !bases.is_a::<crate::tuple::TupleObject>() {
        return Err(wrong(cx, 2, "tuple", *bases));
    }
    if !namespace.is_a::<crate::dict::DictObject>() {
        return Err(wrong(cx, 3, "dict", *namespace));
    }
    for base in crate::tuple::items_of(cx, *bases)? {
        let entries = cx.name("__mro_entries__")?;
        if !base.is_a::<Type>() && lookup(cx, Type::of(*base), entries.borrow())?.is_some() {
            return Err(cx.type_error(format_args!(
                "type() doesn't support MRO entry resolution; use types.new_class()"
            )));
        }
    }
    let winner = class::metaclass_of(cx, meta, *bases)?;
    if !std::ptr::eq(winner, meta)
        && let Some(theirs) = winner.slots.new
        && !std::ptr::fn_addr_eq(theirs, new as crate::ty::NewFn)
    {
        return theirs(cx, winner, args);
    }
    let keywords = args.rest().rest().rest();
    class::type_new(
        cx,
        &class::Parts { name: *name, bases: *bases, namespace: *namespace, keywords, meta: winner },
    )
}

/// `type.__init__`: nothing is left to do; keywords are those of the class.
fn init(cx: &mut Cx<'_>, _: Borrowed<'_>, args: Args<'_>) -> Res<()> {
    match args.len() {
        1 if !args.names().is_empty() => {
            Err(cx.type_error(format_args!("type.__init__() takes no keyword arguments")))
        }
        1 | 3 => Ok(()),
        _ => Err(cx.type_error(format_args!("type.__init__() takes 1 or 3 arguments"))),
    }
}

/// Makes a class: what the `class` statement ends with. `args` are the keywords of the statement.
///
/// # Errors
/// `TypeError`, `ValueError`, those of `__set_name__` and `__init_subclass__`.
pub fn make_class(
    cx: &mut Cx<'_>,
    name: Borrowed<'_>,
    bases: Borrowed<'_>,
    namespace: Borrowed<'_>,
    keywords: Args<'_>,
) -> Res {
    let meta = cx.world().ty(cx.types.type_);
    class::type_new(cx, &class::Parts { name, bases, namespace, keywords, meta })
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
    if let Some(mro) = ty.mro.get() {
        // Comparing keys may run code that changes the order: it is held.
        // SAFETY: the class owns its order.
        let mro = unsafe { Ref::new(mro) };
        for base in crate::tuple::items_of(cx, mro.borrow())? {
            if let Some(base) = base.view::<Type>()
                && let Some(found) = lookup_in(cx, base, name)?
            {
                return Ok(Some(found));
            }
        }
        return Ok(None);
    }
    let mut at = Some(ty);
    while let Some(here) = at {
        if let Some(found) = lookup_in(cx, here, name)? {
            return Ok(Some(found));
        }
        at = here.base();
    }
    Ok(None)
}

/// Looks a name up in the namespace of one type.
#[inline]
fn lookup_in(cx: &mut Cx<'_>, ty: &Type, name: Borrowed<'_>) -> Res<Option<Ref>> {
    // SAFETY: the type owns its dict.
    match ty.dict.get().map(|dict| unsafe { Ref::new(dict) }) {
        Some(dict) => crate::dict::get(cx, dict.borrow(), name),
        None => Ok(None),
    }
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
        // SAFETY: the type is alive.
        let owner = unsafe { ty.as_ref() }.as_borrowed();
        for member in def.members {
            let name = world.name(member.name)?;
            let descriptor = class::member_of_type(world, owner.owned(), name.clone(), member)?;
            crate::dict::set_name(world, dict.borrow(), name.borrow(), descriptor)?;
        }
        for getset in def.getset {
            let name = world.name(getset.name)?;
            let descriptor = crate::native::getset(world, owner.owned(), getset)?;
            crate::dict::set_name(world, dict.borrow(), name.borrow(), descriptor)?;
        }
        let doc = world.name("__doc__")?;
        if crate::dict::get_name(world, dict.borrow(), doc.borrow()).is_none() {
            let text = if def.doc.is_empty() { world.none() } else { world.str(def.doc)? };
            crate::dict::set_name(world, dict.borrow(), doc.borrow(), text)?;
        }
        // SAFETY: as above.
        let this = unsafe { ty.as_ref() };
        class::add_wrappers(world, this, &def.slots, dict.borrow())?;
        if def.slots.new.is_some() {
            let name = world.name("__new__")?;
            let function = crate::native::new_function(world, this)?;
            crate::dict::set_name(world, dict.borrow(), name.borrow(), function)?;
        }
        Ok(dict)
    };
    let dict = fill().map_err(refused)?;
    // SAFETY: the type is alive.
    unsafe { ty.as_ref() }.dict.set(Some(dict.into_raw()));
    Ok(())
}
