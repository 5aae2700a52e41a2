//! The methods, operators and constructors of sets.

use runtime_core::HeapVec;
use runtime_gc::Borrowed;

use super::{SetIterObject, SetObject, contains, iter, make, make_from, ops, with_hashable};
use crate::args::{Args, NativeDef};
use crate::cx::{Cx, OrRaise, Res};
use crate::dict::{hash_key, key_error};
use crate::exception::Exc;
use crate::kernel::hash::SetHash;
use crate::string::TextBuilder;
use crate::ty::{Binary, Compare, Slots, Type};
use crate::view::Look;
use crate::world::World;

const COMMON: Slots = Slots {
    repr: Some(repr),
    compare: Some(compare),
    iter: Some(iter),
    bool: Some(|cx, op| Ok(!op.expect::<SetObject>(cx)?.is_empty())),
    len: Some(|cx, op| Ok(op.expect::<SetObject>(cx)?.len())),
    contains: Some(contains),
    ..Slots::NONE
}
.with_binary([
    (Binary::Or, |cx, a, b| operator(cx, a, b, union)),
    (Binary::And, |cx, a, b| operator(cx, a, b, ops::intersection)),
    (Binary::Sub, |cx, a, b| operator(cx, a, b, ops::difference)),
    (Binary::Xor, |cx, a, b| operator(cx, a, b, ops::symmetric_difference)),
]);

pub(super) const SET_SLOTS: Slots = Slots { new: Some(new), init: Some(init), ..COMMON }
    .with_in_place([
        (Binary::Or, |cx, a, b| in_place(cx, a, b, ops::update)),
        (Binary::And, |cx, a, b| in_place(cx, a, b, intersection_update)),
        (Binary::Sub, |cx, a, b| in_place(cx, a, b, ops::difference_update)),
        (Binary::Xor, |cx, a, b| in_place(cx, a, b, ops::symmetric_difference_update)),
    ]);

pub(super) const FROZEN_SLOTS: Slots = Slots { new: Some(new_frozen), hash: Some(hash), ..COMMON };

macro_rules! method {
    ($name:literal, $n:literal, $this:ident, $args:ident, $cx:ident, $body:expr) => {
        NativeDef::exactly($name, $n, |$cx, args| {
            let ($this, $args) = receiver($cx, &args)?;
            $body
        })
    };
}

macro_rules! variadic {
    ($name:literal, $this:ident, $args:ident, $cx:ident, $body:expr) => {
        NativeDef::any($name, |$cx, args| {
            let ($this, $args) = receiver($cx, &args)?;
            no_keywords($cx, &args, $this, $name)?;
            $body
        })
    };
}

const SHARED: [NativeDef; 9] = [
    method!("__contains__", 1, this, args, cx, {
        let there = contains(cx, this.as_borrowed(), one(&args, this))?;
        Ok(cx.bool(there))
    }),
    method!("isdisjoint", 1, this, args, cx, {
        let disjoint = ops::is_disjoint(cx, this, one(&args, this))?;
        Ok(cx.bool(disjoint))
    }),
    method!("issubset", 1, this, args, cx, {
        let subset = ops::is_subset(cx, this, one(&args, this))?;
        Ok(cx.bool(subset))
    }),
    method!("issuperset", 1, this, args, cx, {
        let superset = ops::is_superset(cx, this, one(&args, this))?;
        Ok(cx.bool(superset))
    }),
    method!("symmetric_difference", 1, this, args, cx, {
        ops::symmetric_difference(cx, this, one(&args, this))
    }),
    variadic!("union", this, args, cx, {
        let result = ops::copy(cx, this)?;
        for items in args.positionals() {
            if !items.is(this.as_borrowed()) {
                super::update(cx, result.borrow(), *items)?;
            }
        }
        Ok(result)
    }),
    variadic!("intersection", this, args, cx, {
        ops::intersection_of_all(cx, this, args.positionals())
    }),
    variadic!("difference", this, args, cx, {
        let Some((first, rest)) = args.positionals().split_first() else {
            return ops::copy(cx, this);
        };
        let result = ops::difference(cx, this, *first)?;
        for items in rest {
            ops::difference_update(cx, result.borrow().expect(cx)?, *items)?;
        }
        Ok(result)
    }),
    method!("copy", 0, this, _args, cx, {
        let frozen = std::ptr::eq(Type::of(this.as_borrowed()), cx.types.frozenset.as_ptr());
        if frozen { Ok(this.as_borrowed().owned()) } else { ops::copy(cx, this) }
    }),
];

pub(super) const FROZEN: &[NativeDef] = &SHARED;

pub(super) const SET: &[NativeDef] = &{
    let [a, b, c, d, e, f, g, h, i] = SHARED;
    [
        a,
        b,
        c,
        d,
        e,
        f,
        g,
        h,
        i,
        method!("add", 1, this, args, cx, {
            super::add(cx, this.as_borrowed(), one(&args, this))?;
            Ok(cx.none())
        }),
        method!("discard", 1, this, args, cx, {
            discard(cx, this, one(&args, this))?;
            Ok(cx.none())
        }),
        method!("remove", 1, this, args, cx, {
            let item = one(&args, this);
            if discard(cx, this, item)? { Ok(cx.none()) } else { Err(key_error(cx, item)) }
        }),
        method!("pop", 0, this, _args, cx, {
            match this.pop() {
                Some(member) => Ok(member),
                None => Err(cx.raise(Exc::KeyError, format_args!("pop from an empty set"))),
            }
        }),
        method!("clear", 0, this, _args, cx, {
            this.clear(cx);
            Ok(cx.none())
        }),
        variadic!("update", this, args, cx, {
            for items in args.positionals() {
                ops::update(cx, this, *items)?;
            }
            Ok(cx.none())
        }),
        variadic!("intersection_update", this, args, cx, {
            let result = ops::intersection_of_all(cx, this, args.positionals())?;
            this.swap(result.borrow().expect(cx)?);
            Ok(cx.none())
        }),
        variadic!("difference_update", this, args, cx, {
            for items in args.positionals() {
                ops::difference_update(cx, this, *items)?;
            }
            Ok(cx.none())
        }),
        method!("symmetric_difference_update", 1, this, args, cx, {
            ops::symmetric_difference_update(cx, this, one(&args, this))?;
            Ok(cx.none())
        }),
    ]
};

pub(super) const ITER: &[NativeDef] = &[NativeDef::exactly("__length_hint__", 0, |cx, args| {
    let hint = match args.get(0) {
        Some(op) => op.expect::<SetIterObject>(cx)?.length_hint(),
        None => 0,
    };
    cx.int(hint as i64)
})];

/// The object of a method, and the other arguments.
fn receiver<'a>(cx: &Cx<'_>, args: &Args<'a>) -> Res<(&'a SetObject, Args<'a>)> {
    match args.get(0) {
        Some(this) => Ok((this.expect(cx)?, args.rest())),
        None => Err(cx.type_error(format_args!("unbound method needs an argument"))),
    }
}

/// The only argument, whose presence was checked by the method's arity.
fn one<'a>(args: &Args<'a>, this: &'a SetObject) -> Borrowed<'a> {
    args.get(0).unwrap_or_else(|| this.as_borrowed())
}

fn no_keywords(cx: &Cx<'_>, args: &Args<'_>, this: &SetObject, name: &str) -> Res<()> {
    if args.names().is_empty() {
        return Ok(());
    }
    let owner = Type::of(this.as_borrowed()).name();
    Err(cx.type_error(format_args!("{owner}.{name}() takes no keyword arguments")))
}

fn discard(cx: &mut Cx<'_>, this: &SetObject, item: Borrowed<'_>) -> Res<bool> {
    with_hashable(cx, item, |cx, item| {
        let hash = hash_key(cx, item)?;
        this.discard_hashed(cx, item, hash)
    })
}

fn union(cx: &mut Cx<'_>, this: &SetObject, items: Borrowed<'_>) -> Res {
    let result = ops::copy(cx, this)?;
    if !items.is(this.as_borrowed()) {
        super::update(cx, result.borrow(), items)?;
    }
    Ok(result)
}

fn intersection_update(cx: &mut Cx<'_>, this: &SetObject, items: Borrowed<'_>) -> Res<()> {
    let result = ops::intersection(cx, this, items)?;
    this.swap(result.borrow().expect(cx)?);
    // What was in the set goes with the result.
    Ok(())
}

/// An operator between two sets; others it leaves to them.
fn operator(
    cx: &mut Cx<'_>,
    a: Borrowed<'_>,
    b: Borrowed<'_>,
    f: fn(&mut Cx<'_>, &SetObject, Borrowed<'_>) -> Res,
) -> Res {
    match (ops::as_set(a), ops::as_set(b)) {
        (Some(this), Some(_)) => f(cx, this, b),
        _ => Ok(cx.not_implemented()),
    }
}

fn in_place(
    cx: &mut Cx<'_>,
    a: Borrowed<'_>,
    b: Borrowed<'_>,
    f: fn(&mut Cx<'_>, &SetObject, Borrowed<'_>) -> Res<()>,
) -> Res {
    match (ops::as_set(a), ops::as_set(b)) {
        (Some(this), Some(_)) => {
            f(cx, this, b)?;
            Ok(a.owned())
        }
        _ => Ok(cx.not_implemented()),
    }
}

fn compare(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>, op: Compare) -> Res {
    let (Some(this), Some(other)) = (ops::as_set(a), ops::as_set(b)) else {
        return Ok(cx.not_implemented());
    };
    let (len, other_len) = (this.len(), other.len());
    let holds = match op {
        Compare::Eq => equal(cx, this, other)?,
        Compare::Ne => !equal(cx, this, other)?,
        Compare::Le => ops::is_subset(cx, this, b)?,
        Compare::Ge => ops::is_subset(cx, other, a)?,
        Compare::Lt => len < other_len && ops::is_subset(cx, this, b)?,
        Compare::Gt => len > other_len && ops::is_subset(cx, other, a)?,
    };
    Ok(cx.bool(holds))
}

fn equal(cx: &mut Cx<'_>, this: &SetObject, other: &SetObject) -> Res<bool> {
    let (a, b) = (this.hash.get(), other.hash.get());
    let differ = this.len() != other.len() || (a != -1 && b != -1 && a != b);
    if differ { Ok(false) } else { ops::is_subset(cx, this, other.as_borrowed()) }
}

fn hash(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<i64> {
    let this = op.expect::<SetObject>(cx)?;
    let known = this.hash.get();
    if known != -1 {
        return Ok(known);
    }
    let mut hash = SetHash::new();
    for at in 0..=this.mask.get() {
        let entry = this.entry(at);
        if entry.key.is_some() {
            hash.add(entry.hash);
        }
    }
    let hash = hash.finish(this.len());
    this.hash.set(hash);
    Ok(hash)
}

fn repr(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let name = Type::of(op).name();
    let exact = std::ptr::eq(Type::of(op), cx.types.set.as_ptr());
    let plain = super::is_exact(cx, op);
    let Some(_guard) = crate::repr_guard::enter(cx, op)? else {
        return cx.format(format_args!("{name}(...)"));
    };
    let this = op.expect::<SetObject>(cx)?;
    if this.is_empty() {
        return cx.format(format_args!("{name}()"));
    }
    let mut text = TextBuilder::new(cx.world());
    if !exact {
        let name = cx.str(name)?;
        text.push_text(crate::string::text_of(cx, name.borrow())?).or_raise(cx)?;
        text.push(u32::from(b'(')).or_raise(cx)?;
    }
    text.push(u32::from(b'{')).or_raise(cx)?;
    // A list of the members, as in CPython: what a `__repr__` does to the set does not show.
    let members = if plain { snapshot(cx, this)? } else { crate::protocol::to_tuple(cx, op)? };
    for (i, member) in crate::tuple::items_of(cx, members.borrow())?.iter().enumerate() {
        if i > 0 {
            text.push(u32::from(b',')).or_raise(cx)?;
            text.push(u32::from(b' ')).or_raise(cx)?;
        }
        crate::repr_guard::push_repr(cx, &mut text, *member)?;
    }
    text.push(u32::from(b'}')).or_raise(cx)?;
    if !exact {
        text.push(u32::from(b')')).or_raise(cx)?;
    }
    text.finish()
}

/// A tuple of the members as they are now.
fn snapshot(world: &World, this: &SetObject) -> Res {
    // SAFETY: the scratch does not outlive this call, in which the heap is alive.
    let mut members = unsafe { HeapVec::new(world.heap_ptr()) };
    members.reserve(this.len()).or_raise(world)?;
    for at in 0..=this.mask.get() {
        if let Some(key) = this.entry(at).key {
            // SAFETY: the set keeps its members alive, and nothing runs here.
            members.push(unsafe { Borrowed::new(key) }).or_raise(world)?;
        }
    }
    world.tuple_from(&members)
}

/// The one argument of a constructor, if any.
fn argument<'a>(
    cx: &Cx<'_>,
    args: &Args<'a>,
    name: &str,
    class: &str,
) -> Res<Option<Borrowed<'a>>> {
    if !args.names().is_empty() {
        return Err(cx.type_error(format_args!("{name}() takes no keyword arguments")));
    }
    match args.len() {
        0 | 1 => Ok(args.get(0)),
        n => Err(cx.type_error(format_args!("{class} expected at most 1 argument, got {n}"))),
    }
}

fn new(cx: &mut Cx<'_>, ty: &Type, args: Args<'_>) -> Res {
    // Checked before anything is made, as for the built-in type itself; a subclass may take more.
    if std::ptr::eq(ty, cx.types.set.as_ptr()) {
        argument(cx, &args, "set", "set")?;
    }
    make(cx, ty).or_raise(cx)
}

fn init(cx: &mut Cx<'_>, op: Borrowed<'_>, args: Args<'_>) -> Res<()> {
    let items = argument(cx, &args, "set", Type::of(op).name())?;
    let this = op.expect::<SetObject>(cx)?;
    this.clear(cx);
    this.hash.set(-1);
    match items {
        Some(items) => ops::update(cx, this, items),
        None => Ok(()),
    }
}

fn new_frozen(cx: &mut Cx<'_>, ty: &Type, args: Args<'_>) -> Res {
    let own = cx.ty(cx.types.frozenset);
    let exact = std::ptr::eq(ty, own);
    let args = match ty.inits_unlike(own) {
        true => Args::positional(args.positionals()),
        false => args,
    };
    let items = argument(cx, &args, "frozenset", ty.name())?;
    match items {
        Some(items) if exact => super::frozen_from(cx, items),
        _ => make_from(cx, ty, items),
    }
}
