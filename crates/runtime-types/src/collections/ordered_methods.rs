//! What scripts do with an `OrderedDict`.

use runtime_gc::{Borrowed, Ref};

use super::ordered::{End, is_dict, is_exact, of, seen};
use super::ordered_iter::{self, What};
use crate::args::{Args, NativeDef, bind};
use crate::cx::{Cx, Raised, Res};
use crate::dict::{self, DictObject};
use crate::exception::Exc;
use crate::iter::caught;
use crate::late::Late;
use crate::list::this;
use crate::string::text_of;
use crate::ty::{Compare, Type};
use crate::view::Look;
use crate::{list, protocol, repr_guard, tuple};

pub(super) const METHODS: &[NativeDef] = &[
    NativeDef::any("setdefault", |cx, args| {
        let op = this(cx, &args)?;
        let [key, default] = bind(cx, "setdefault", &args.rest(), ["key", "default"], 1)?;
        let none = cx.none();
        let (key, default) = (key.unwrap_or(none.borrow()), default.unwrap_or(none.borrow()));
        if dict::contains(cx, op, key)? {
            return protocol::subscript(cx, op, key);
        }
        protocol::set_subscript(cx, op, key, Some(default))?;
        Ok(default.owned())
    }),
    NativeDef::any("pop", |cx, args| {
        let op = this(cx, &args)?;
        let [key, default] = bind(cx, "pop", &args.rest(), ["key", "default"], 1)?;
        let none = cx.none();
        let key = key.unwrap_or(none.borrow());
        if let Some((_, value)) = take_key(cx, op, key)? {
            return Ok(value);
        }
        default.map(Borrowed::owned).ok_or_else(|| dict::key_error(cx, key))
    }),
    NativeDef::any("popitem", |cx, args| {
        let op = this(cx, &args)?;
        let [last] = bind(cx, "popitem", &args.rest(), ["last"], 0)?;
        let end = end(cx, last)?;
        let this = of(cx, op)?;
        let Some(at) = this.at_end(end) else {
            return Err(cx.raise(Exc::KeyError, format_args!("dictionary is empty")));
        };
        match this.take(cx, at) {
            Some((key, value)) => cx.tuple([key, value]),
            None => Err(cx.raise(Exc::KeyError, format_args!("dictionary is empty"))),
        }
    }),
    NativeDef::any("move_to_end", |cx, args| {
        let op = this(cx, &args)?;
        let [key, last] = bind(cx, "move_to_end", &args.rest(), ["key", "last"], 1)?;
        let none = cx.none();
        let key = key.unwrap_or(none.borrow());
        let end = end(cx, last)?;
        let hash = dict::hash_key(cx, key)?;
        let this = of(cx, op)?;
        let Some(at) = this.dict().place_of(cx, key, hash)? else {
            return Err(dict::key_error(cx, key));
        };
        this.move_to(cx, at, end)?;
        Ok(cx.none())
    }),
    NativeDef::any("update", |cx, args| {
        let op = this(cx, &args)?;
        let given = args.len() - 1;
        if given > 1 {
            return Err(cx.type_error(format_args!(
                "update() takes at most 1 positional argument ({given} given)"
            )));
        }
        update(cx, op, args.rest())?;
        Ok(cx.none())
    }),
    NativeDef::exactly("clear", 0, |cx, args| {
        let op = this(cx, &args)?;
        of(cx, op)?.changed();
        dict::clear(cx, op)?;
        Ok(cx.none())
    }),
    NativeDef::exactly("copy", 0, |cx, args| {
        let op = this(cx, &args)?;
        let class = Type::of(op).as_borrowed().owned();
        let copy = protocol::call(cx, class.borrow(), Args::NONE)?;
        let mut cursor = 0;
        while let Some((key, value)) = dict::entry(op, &mut cursor) {
            // A subclass may read its values in its own way.
            let value =
                if is_exact(cx, op) { value } else { protocol::subscript(cx, op, key.borrow())? };
            protocol::set_subscript(cx, copy.borrow(), key.borrow(), Some(value.borrow()))?;
        }
        Ok(copy)
    }),
    NativeDef::exactly("keys", 0, |cx, args| {
        let op = this(cx, &args)?;
        ordered_iter::view(cx, op, What::Keys)
    }),
    NativeDef::exactly("values", 0, |cx, args| {
        let op = this(cx, &args)?;
        ordered_iter::view(cx, op, What::Values)
    }),
    NativeDef::exactly("items", 0, |cx, args| {
        let op = this(cx, &args)?;
        ordered_iter::view(cx, op, What::Items)
    }),
    NativeDef::exactly("__reversed__", 0, |cx, args| {
        let op = this(cx, &args)?;
        ordered_iter::keys(cx, op, true)
    }),
    NativeDef::exactly("__sizeof__", 0, |cx, args| {
        let op = this(cx, &args)?;
        cx.int(of(cx, op)?.size_of() as i64)
    }),
];

pub(super) const CLASS_METHODS: &[NativeDef] = &[NativeDef::any("fromkeys", |cx, args| {
    let class = this(cx, &args)?.owned();
    let [keys, value] = bind(cx, "fromkeys", &args.rest(), ["iterable", "value"], 1)?;
    let none = cx.none();
    let (keys, value) = (keys.unwrap_or(none.borrow()), value.unwrap_or(none.borrow()));
    let made = protocol::call(cx, class.borrow(), Args::NONE)?;
    let iterator = protocol::iter(cx, keys)?;
    while let Some(key) = protocol::next(cx, iterator.borrow())? {
        protocol::set_subscript(cx, made.borrow(), key.borrow(), Some(value))?;
    }
    Ok(made)
})];

fn end(cx: &mut Cx<'_>, last: Option<Borrowed<'_>>) -> Res<End> {
    Ok(match last {
        Some(last) if !protocol::truth(cx, last)? => End::First,
        _ => End::Last,
    })
}

/// Takes a key out, when it is there.
pub(super) fn take_key(
    cx: &mut Cx<'_>,
    op: Borrowed<'_>,
    key: Borrowed<'_>,
) -> Res<Option<(Ref, Ref)>> {
    let hash = dict::hash_key(cx, key)?;
    let this = of(cx, op)?;
    let at = this.dict().place_of(cx, key, hash)?;
    Ok(at.and_then(|at| this.take(cx, at)))
}

/// `OrderedDict(...)`
pub(super) fn init(cx: &mut Cx<'_>, op: Borrowed<'_>, args: Args<'_>) -> Res<()> {
    let given = args.len();
    if given > 1 {
        return Err(cx.type_error(format_args!("expected at most 1 arguments, got {given}")));
    }
    update(cx, op, args)
}

fn update(cx: &mut Cx<'_>, op: Borrowed<'_>, args: Args<'_>) -> Res<()> {
    if let Some(other) = args.get(0) {
        update_from(cx, op, other)?;
    }
    for (name, value) in args.keywords() {
        protocol::set_subscript(cx, op, name, Some(value))?;
    }
    Ok(())
}

/// An attribute, when it is there.
fn attribute(cx: &mut Cx<'_>, op: Borrowed<'_>, name: &str) -> Res<Option<Ref>> {
    match protocol::get_attr_str(cx, op, name) {
        Ok(value) => Ok(Some(value)),
        Err(raised) => {
            caught(cx, raised, &[Exc::AttributeError])?;
            Ok(None)
        }
    }
}

/// Enters what a mapping or an iterable of pairs has, each by `d[k] = v`. CPython:
/// `mutablemapping_update_arg`.
pub(super) fn update_from(cx: &mut Cx<'_>, op: Borrowed<'_>, other: Borrowed<'_>) -> Res<()> {
    if dict::is_exact(cx, other) {
        let mut cursor = 0;
        while let Some((key, value)) = dict::entry(other, &mut cursor) {
            protocol::set_subscript(cx, op, key.borrow(), Some(value.borrow()))?;
        }
        return Ok(());
    }
    if let Some(keys) = attribute(cx, other, "keys")? {
        let keys = protocol::call(cx, keys.borrow(), Args::NONE)?;
        let keys = list::from_iterable(cx, keys.borrow())?;
        let iterator = protocol::iter(cx, keys.borrow())?;
        while let Some(key) = protocol::next(cx, iterator.borrow())? {
            let value = protocol::subscript(cx, other, key.borrow())?;
            protocol::set_subscript(cx, op, key.borrow(), Some(value.borrow()))?;
        }
        return Ok(());
    }
    let pairs = match attribute(cx, other, "items")? {
        Some(items) => protocol::call(cx, items.borrow(), Args::NONE)?,
        None => other.owned(),
    };
    let iterator = protocol::iter(cx, pairs.borrow())?;
    while let Some(pair) = protocol::next(cx, iterator.borrow())? {
        let pair = list::from_iterable(cx, pair.borrow())?;
        let pair = list::to_tuple(cx, pair.borrow())?;
        match tuple::items_of(cx, pair.borrow())? {
            [key, value] => protocol::set_subscript(cx, op, *key, Some(*value))?,
            few if few.len() < 2 => return Err(too_few(cx, few.len())),
            _ => {
                return Err(cx.value_error(format_args!("too many values to unpack (expected 2)")));
            }
        }
    }
    Ok(())
}

fn too_few(cx: &Cx<'_>, got: usize) -> Raised {
    let plural = if got == 1 { "" } else { "s" };
    cx.value_error(format_args!("need more than {got} value{plural} to unpack"))
}

/// Equal to another when the order is the same as well; to a dict as dicts are.
pub(super) fn compare(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>, op: Compare) -> Res {
    if !matches!(op, Compare::Eq | Compare::Ne) || !is_dict(a) || !is_dict(b) {
        return Ok(cx.not_implemented());
    }
    let equal = equal(cx, a, b)?;
    Ok(cx.bool(equal == (op == Compare::Eq)))
}

fn equal(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>) -> Res<bool> {
    let plain = match cx.ty(cx.types.dict).slots.compare {
        Some(compare) => compare(cx, a, b, Compare::Eq)?,
        None => return Ok(false),
    };
    if !protocol::truth(cx, plain.borrow())? {
        return Ok(false);
    }
    let (Some(x), Some(y)) = (seen(cx, a), seen(cx, b)) else { return Ok(true) };
    let states = (x.state.get(), y.state.get());
    let (mut left, mut right) = (0, 0);
    loop {
        match (dict::entry(a, &mut left), dict::entry(b, &mut right)) {
            (Some((k, _)), Some((l, _))) => {
                let same = protocol::equal(cx, k.borrow(), l.borrow())?;
                if (x.state.get(), y.state.get()) != states {
                    let what = "OrderedDict mutated during iteration";
                    return Err(cx.raise(Exc::RuntimeError, format_args!("{what}")));
                }
                if !same {
                    return Ok(false);
                }
            }
            (None, None) => return Ok(true),
            _ => return Ok(false),
        }
    }
}

pub(super) fn or(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>) -> Res {
    if !is_dict(a) || !is_dict(b) {
        return Ok(cx.not_implemented());
    }
    let class = if crate::late::is_late(cx, a, Late::OrderedDict) { a } else { b };
    let class = Type::of(class).as_borrowed().owned();
    let both = protocol::call(cx, class.borrow(), Args::positional(&[a]))?;
    update_from(cx, both.borrow(), b)?;
    Ok(both)
}

pub(super) fn repr(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let Some(_guard) = repr_guard::enter(cx, op)? else { return cx.str("...") };
    let name = Type::of(op).short_name().to_owned();
    if op.expect::<DictObject>(cx)?.is_empty() {
        return cx.format(format_args!("{name}()"));
    }
    let plain = dict::new(cx)?;
    if is_exact(cx, op) {
        let mut cursor = 0;
        while let Some((key, value)) = dict::entry(op, &mut cursor) {
            dict::set(cx, plain.borrow(), key.borrow(), value.borrow())?;
        }
    } else {
        let items = protocol::get_attr_str(cx, op, "items")?;
        let items = protocol::call(cx, items.borrow(), Args::NONE)?;
        dict::update(cx, plain.borrow(), items.borrow())?;
    }
    let shown = protocol::repr(cx, plain.borrow())?;
    cx.format(format_args!("{name}({})", text_of(cx, shown.borrow())?))
}
