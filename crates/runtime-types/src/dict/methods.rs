//! The methods, operators and the constructor of `dict`.

use runtime_gc::{Borrowed, Ref, track};

use super::table::Table;
use super::views::{What, reversed, view};
use super::{
    DictObject, fill, get, insert, is_exact, key_error, make_general_for, merge, remove, search,
    set,
};
use crate::args::{Args, NativeDef};
use crate::cx::{Cx, OrRaise, Res};
use crate::exception::Exc;
use crate::repr_guard::{self, push_repr};
use crate::string::TextBuilder;
use crate::ty::{Binary, Compare, Slots, Type};
use crate::view::Look;
use crate::world::World;

pub(super) const SLOTS: Slots = Slots {
    repr: Some(repr),
    compare: Some(compare),
    iter: Some(|cx, op| super::iter::make(cx, op, What::Keys, false)),
    bool: Some(|cx, op| Ok(!op.expect::<DictObject>(cx)?.is_empty())),
    len: Some(|cx, op| Ok(op.expect::<DictObject>(cx)?.len())),
    contains: Some(contains),
    subscript: Some(subscript),
    set_subscript: Some(set_subscript),
    new: Some(make),
    init: Some(init),
    ..Slots::NONE
}
.with_binary([(Binary::Or, or)])
.with_in_place([(Binary::Or, |cx, a, b| {
    merge::update(cx, a, b)?;
    Ok(a.owned())
})]);

macro_rules! method {
    ($name:literal, $min:literal..=$max:literal, |$cx:ident, $dict:ident, $args:ident| $body:expr) => {
        NativeDef::between($name, $min, $max, |$cx, args| {
            let ($dict, $args) = receiver($cx, &args)?;
            $body
        })
    };
    ($name:literal, $n:literal, |$cx:ident, $dict:ident, $args:ident| $body:expr) => {
        NativeDef::exactly($name, $n, |$cx, args| {
            let ($dict, $args) = receiver($cx, &args)?;
            $body
        })
    };
}

pub(super) const METHODS: &[NativeDef] = &[
    method!("__contains__", 1, |cx, dict, args| {
        let there = contains(cx, dict, arg(&args, 0, dict))?;
        Ok(cx.bool(there))
    }),
    method!("__getitem__", 1, |cx, dict, args| subscript(cx, dict, arg(&args, 0, dict))),
    method!("get", 1..=2, |cx, dict, args| {
        let found = get(cx, dict, arg(&args, 0, dict))?;
        Ok(found.unwrap_or_else(|| default(cx, &args)))
    }),
    method!("setdefault", 1..=2, |cx, dict, args| {
        let value = default(cx, &args);
        set_default(cx, dict, arg(&args, 0, dict), value)
    }),
    method!("pop", 1..=2, |cx, dict, args| pop(cx, dict, arg(&args, 0, dict), args.get(1))),
    method!("popitem", 0, |cx, dict, _args| pop_item(cx, dict)),
    method!("keys", 0, |cx, dict, _args| view(cx, dict, What::Keys)),
    method!("items", 0, |cx, dict, _args| view(cx, dict, What::Items)),
    method!("values", 0, |cx, dict, _args| view(cx, dict, What::Values)),
    NativeDef::any("update", |cx, args| {
        let (dict, args) = receiver(cx, &args)?;
        let other = only(cx, &args, "update")?;
        update_all(cx, dict, other, &args)?;
        Ok(cx.none())
    }),
    method!("clear", 0, |cx, dict, _args| {
        merge::clear(cx, dict)?;
        Ok(cx.none())
    }),
    method!("copy", 0, |cx, dict, _args| merge::copy(cx, dict)),
    method!("__reversed__", 0, |cx, dict, _args| reversed(cx, dict, What::Keys)),
];

/// `dict.fromkeys`, which gets the class first.
pub(super) const CLASS_METHODS: &[NativeDef] = &[
    crate::alias::CLASS_GETITEM,
    NativeDef::between("fromkeys", 1, 2, |cx, args| match args.positionals() {
        [class, keys] => {
            let none = cx.none();
            merge::from_keys(cx, *class, *keys, none.borrow())
        }
        [class, keys, value, ..] => merge::from_keys(cx, *class, *keys, *value),
        _ => Err(cx.type_error(format_args!("unbound method dict.fromkeys() needs an argument"))),
    }),
];

/// The object of a method, and the other arguments.
fn receiver<'a>(cx: &Cx<'_>, args: &Args<'a>) -> Res<(Borrowed<'a>, Args<'a>)> {
    match args.get(0) {
        Some(dict) => {
            dict.expect::<DictObject>(cx)?;
            Ok((dict, args.rest()))
        }
        None => Err(cx.type_error(format_args!("unbound method needs an argument"))),
    }
}

/// An argument whose presence was checked by the method's arity.
fn arg<'a>(args: &Args<'a>, index: usize, dict: Borrowed<'a>) -> Borrowed<'a> {
    args.get(index).unwrap_or(dict)
}

fn default(world: &World, args: &Args<'_>) -> Ref {
    args.get(1).map_or_else(|| world.none(), Borrowed::owned)
}

/// `k in d`
///
/// # Errors
/// Those of hashing and comparing.
pub fn contains(cx: &mut Cx<'_>, dict: Borrowed<'_>, key: Borrowed<'_>) -> Res<bool> {
    let hash = search::hash_key(cx, key)?;
    Ok(search::find(cx, dict.expect(cx)?, key, hash)?.is_some())
}

/// `d[k]`, with `__missing__` of a subclass.
///
/// # Errors
/// `KeyError`, and those of hashing and comparing.
pub(super) fn subscript(cx: &mut Cx<'_>, dict: Borrowed<'_>, key: Borrowed<'_>) -> Res {
    if let Some(value) = get(cx, dict, key)? {
        return Ok(value);
    }
    if !is_exact(cx, dict) {
        let name = cx.name("__missing__")?;
        let ty = Type::of(dict);
        if let Some(missing) = crate::type_type::lookup(cx, ty, name.borrow())? {
            let bound = match Type::of(missing.borrow()).slots.descr_get {
                Some(bind) => bind(cx, missing.borrow(), Some(dict), ty)?,
                None => missing,
            };
            return crate::protocol::call(cx, bound.borrow(), Args::positional(&[key]));
        }
    }
    Err(key_error(cx, key))
}

fn set_subscript(
    cx: &mut Cx<'_>,
    dict: Borrowed<'_>,
    key: Borrowed<'_>,
    value: Option<Borrowed<'_>>,
) -> Res<()> {
    match value {
        Some(value) => set(cx, dict, key, value),
        None => match remove(cx, dict, key)? {
            Some(value) => {
                drop(value);
                Ok(())
            }
            None => Err(key_error(cx, key)),
        },
    }
}

/// `d.setdefault(k, v)`
///
/// # Errors
/// As [`set`].
pub fn set_default(cx: &mut Cx<'_>, dict: Borrowed<'_>, key: Borrowed<'_>, value: Ref) -> Res {
    let hash = search::hash_key(cx, key)?;
    let this = dict.expect::<DictObject>(cx)?;
    make_general_for(cx, this, key).or_raise(cx)?;
    let found = search::find(cx, this, key, hash)?;
    if let Some((_, there)) = found.and_then(|at| this.table(cx).entry(at)) {
        // SAFETY: the dict owns its value at this moment.
        return Ok(unsafe { Ref::new(there) });
    }
    this.insert_new(cx, key.owned(), hash, value.clone()).or_raise(cx)?;
    Ok(value)
}

/// `d.pop(k)`, `d.pop(k, default)`
///
/// # Errors
/// `KeyError` without a default; those of hashing and comparing.
pub fn pop(
    cx: &mut Cx<'_>,
    dict: Borrowed<'_>,
    key: Borrowed<'_>,
    default: Option<Borrowed<'_>>,
) -> Res {
    // An empty dict does not even ask for the hash.
    if !dict.expect::<DictObject>(cx)?.is_empty()
        && let Some(value) = remove(cx, dict, key)?
    {
        return Ok(value);
    }
    match default {
        Some(default) => Ok(default.owned()),
        None => Err(key_error(cx, key)),
    }
}

/// `d.popitem()`: the last entry, as a tuple.
///
/// # Errors
/// `KeyError` for an empty dict, `MemoryError`.
pub fn pop_item(cx: &mut Cx<'_>, dict: Borrowed<'_>) -> Res {
    let this = dict.expect::<DictObject>(cx)?;
    if this.is_empty() {
        return Err(cx.raise(Exc::KeyError, format_args!("popitem(): dictionary is empty")));
    }
    let table = this.table(cx);
    let Some(at) = (0..table.entries()).rev().find(|&at| table.entry(at).is_some()) else {
        return Err(cx.raise(Exc::SystemError, format_args!("a dict has lost its entries")));
    };
    let Some((key, value)) = table.entry(at) else { return Ok(cx.none()) };
    // The tuple owns references of its own; those of the table go last. Making it runs no code.
    // SAFETY: the dict owns both at this moment.
    let item = unsafe { cx.tuple([Ref::new(key), Ref::new(value)])? };
    let taken = this.take_at(cx, at);
    // What was behind the entry is deleted, so its place and theirs are free again; not their room.
    this.table(cx).set_entries(at);
    drop(taken);
    Ok(item)
}

fn or(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>) -> Res {
    if !a.is_a::<DictObject>() || !b.is_a::<DictObject>() {
        return Ok(cx.not_implemented());
    }
    let both = merge::copy(cx, a)?;
    merge::update(cx, both.borrow(), b)?;
    Ok(both)
}

fn compare(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>, op: Compare) -> Res {
    let (Some(this), Some(other)) = (a.view::<DictObject>(), b.view::<DictObject>()) else {
        return Ok(cx.not_implemented());
    };
    match op {
        Compare::Eq => merge::equal(cx, this, other).map(|equal| cx.bool(equal)),
        Compare::Ne => merge::equal(cx, this, other).map(|equal| cx.bool(!equal)),
        _ => Ok(cx.not_implemented()),
    }
}

fn repr(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let Some(_guard) = repr_guard::enter(cx, op)? else { return cx.str("{...}") };
    let this = op.expect::<DictObject>(cx)?;
    if this.is_empty() {
        return cx.str("{}");
    }
    let mut text = TextBuilder::new(cx.world());
    let mut cursor = 0;
    text.push(u32::from(b'{')).or_raise(cx)?;
    while let Some((key, value)) = this.next_entry(&mut cursor) {
        if text.len() > 1 {
            text.push_text(crate::string::Text::Ascii(b", ")).or_raise(cx)?;
        }
        push_repr(cx, &mut text, key.borrow())?;
        text.push_text(crate::string::Text::Ascii(b": ")).or_raise(cx)?;
        push_repr(cx, &mut text, value.borrow())?;
    }
    text.push(u32::from(b'}')).or_raise(cx)?;
    text.finish()
}

/// The only positional argument of a function that takes at most one.
fn only<'a>(cx: &Cx<'_>, args: &Args<'a>, function: &str) -> Res<Option<Borrowed<'a>>> {
    match args.len() {
        0 | 1 => Ok(args.get(0)),
        n => Err(cx.type_error(format_args!("{function} expected at most 1 argument, got {n}"))),
    }
}

/// `T.__new__`: an empty dict, not from the free list.
fn make(cx: &mut Cx<'_>, ty: &Type, args: Args<'_>) -> Res {
    if std::ptr::eq(ty, cx.types.dict.as_ptr()) {
        only(cx, &args, "dict")?;
    }
    // SAFETY: the type is alive and one of dicts; its fields are written before anybody sees it.
    unsafe {
        let op = (ty.mem.tp_alloc)(ty.mem.as_ptr(), 0).or_raise(cx)?;
        fill(op, Table::empty(), 0);
        if !is_exact(cx, Borrowed::new(op)) {
            track(op);
        }
        Ok(Ref::steal(op))
    }
}

fn init(cx: &mut Cx<'_>, dict: Borrowed<'_>, args: Args<'_>) -> Res<()> {
    let other = only(cx, &args, "dict")?;
    if !is_exact(cx, dict) {
        return update_all(cx, dict, other, &args);
    }
    if let Some(other) = other {
        merge::update(cx, dict, other)?;
    }
    for (name, value) in args.keywords() {
        set(cx, dict, name, value)?;
    }
    Ok(())
}

/// `d.update(other, **keywords)`. The keywords are a dict of their own first, as in CPython, which
/// decides how large the table becomes.
fn update_all(
    cx: &mut Cx<'_>,
    dict: Borrowed<'_>,
    other: Option<Borrowed<'_>>,
    args: &Args<'_>,
) -> Res<()> {
    if let Some(other) = other {
        merge::update(cx, dict, other)?;
    }
    if args.names().is_empty() {
        return Ok(());
    }
    let keywords = super::with_room(cx, args.names().len())?;
    let into = keywords.borrow().expect::<DictObject>(cx)?;
    for (name, value) in args.keywords() {
        let hash = search::hash_key(cx, name)?;
        drop(insert(cx, into, name.owned(), hash, value.owned())?);
    }
    merge::merge(cx, dict, keywords.borrow(), merge::Twice::Replace)
}
