//! Views: `d.keys()`, `d.values()`, `d.items()`, 40 bytes with the collector head.

use runtime_core::{HeapVec, Object};
use runtime_gc::{Borrowed, Ref, track};

use super::{DictObject, get, iter, merge};
use crate::args::{Args, NativeDef};
use crate::cx::{Cx, OrRaise, Res};
use crate::field::Field;
use crate::native::{container, fixed};
use crate::repr_guard::{self, push_repr};
use crate::set::{self, SetObject};
use crate::string::{Text, TextBuilder};
use crate::tuple::TupleObject;
use crate::ty::{Binary, Compare, GetSetDef, Slots, Type, TypeDef};
use crate::view::{Layout, Look, View};
use crate::world::World;

/// Which part of the entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    Keys,
    Values,
    Items,
}

/// A view of a dict.
#[repr(C)]
pub struct DictViewObject {
    object: Object,
    dict: Field,
}

const _: () = assert!(size_of::<DictViewObject>() == 24);

// SAFETY: only the dicts' views carry the number; the field is a cell.
unsafe impl View for DictViewObject {
    const LAYOUT: u16 = Layout::DictView as u16;
    const NAME: &'static str = "dict_keys";
}

container!(DictViewObject, |this| [this.dict]);

impl DictViewObject {
    /// The dict that it shows.
    pub(crate) fn dict(&self) -> Option<Ref> {
        self.dict.get()
    }

    /// Has a view that was just made show a dict.
    pub(crate) fn show(&self, dict: Borrowed<'_>) {
        self.dict.set(Some(dict.owned()));
    }
}

const COMMON: Slots = Slots { repr: Some(repr), len: Some(|cx, op| len(cx, op)), ..Slots::NONE };

const SET_LIKE: Slots = Slots { compare: Some(compare), ..COMMON }.with_binary([
    (Binary::Sub, |cx, a, b| changed(cx, a, b, "difference_update")),
    (Binary::Or, |cx, a, b| changed(cx, a, b, "update")),
    (Binary::And, intersection),
    (Binary::Xor, symmetric_difference),
]);

pub(crate) const KEYS_VIEW: TypeDef = TypeDef {
    spec: fixed::<DictViewObject>("dict_keys", Layout::DictView),
    slots: Slots {
        iter: Some(|cx, op| iter::make(cx, dict_of(cx, op)?.borrow(), What::Keys, false)),
        contains: Some(|cx, op, key| super::contains(cx, dict_of(cx, op)?.borrow(), key)),
        ..SET_LIKE
    },
    methods: &[IS_DISJOINT, back(|cx, args| reversed_view(cx, args, What::Keys))],
    getset: &[MAPPING],
    ..TypeDef::EMPTY
};

pub(crate) const VALUES_VIEW: TypeDef = TypeDef {
    spec: fixed::<DictViewObject>("dict_values", Layout::DictView),
    slots: Slots {
        iter: Some(|cx, op| iter::make(cx, dict_of(cx, op)?.borrow(), What::Values, false)),
        ..COMMON
    },
    methods: &[back(|cx, args| reversed_view(cx, args, What::Values))],
    getset: &[MAPPING],
    ..TypeDef::EMPTY
};

pub(crate) const ITEMS_VIEW: TypeDef = TypeDef {
    spec: fixed::<DictViewObject>("dict_items", Layout::DictView),
    slots: Slots {
        iter: Some(|cx, op| iter::make(cx, dict_of(cx, op)?.borrow(), What::Items, false)),
        contains: Some(contains_item),
        ..SET_LIKE
    },
    methods: &[IS_DISJOINT, back(|cx, args| reversed_view(cx, args, What::Items))],
    getset: &[MAPPING],
    ..TypeDef::EMPTY
};

const IS_DISJOINT: NativeDef = NativeDef::exactly("isdisjoint", 1, |cx, args| {
    let [view, other] = args.positionals() else { return Ok(cx.none()) };
    let disjoint = is_disjoint(cx, *view, *other)?;
    Ok(cx.bool(disjoint))
});

/// The dict, to be looked at only.
const MAPPING: GetSetDef = GetSetDef {
    name: "mapping",
    get: |cx, op| {
        let dict = dict_of(cx, op)?;
        crate::class::new_proxy(cx, dict)
    },
    set: None,
};

const fn back(call: crate::args::NativeFn) -> NativeDef {
    NativeDef::exactly("__reversed__", 0, call)
}

/// A view of a dict.
///
/// # Errors
/// `MemoryError`.
pub(super) fn view(cx: &mut Cx<'_>, dict: Borrowed<'_>, what: What) -> Res {
    dict.expect::<DictObject>(cx)?;
    let ty = match what {
        What::Keys => cx.types.dict_keys,
        What::Values => cx.types.dict_values,
        What::Items => cx.types.dict_items,
    };
    let ty: &Type = cx.ty(ty);
    let op = ty.mem.alloc_sized::<true>(size_of::<DictViewObject>()).or_raise(cx)?;
    // SAFETY: the block holds a view whose header is written; its field is now.
    unsafe {
        let p = op.cast::<DictViewObject>().as_ptr();
        (&raw mut (*p).dict).write(Field::new(Some(dict.owned())));
        track(op);
        Ok(Ref::steal(op))
    }
}

/// An iterator from the last entry to the first.
pub(super) fn reversed(cx: &mut Cx<'_>, dict: Borrowed<'_>, what: What) -> Res {
    iter::make(cx, dict, what, true)
}

fn reversed_view(cx: &mut Cx<'_>, args: Args<'_>, what: What) -> Res {
    let Some(view) = args.get(0) else { return Ok(cx.none()) };
    let dict = dict_of(cx, view)?;
    reversed(cx, dict.borrow(), what)
}

fn dict_of(cx: &Cx<'_>, view: Borrowed<'_>) -> Res {
    match view.expect::<DictViewObject>(cx)?.dict.get() {
        Some(dict) => Ok(dict),
        None => Err(cx.type_error(format_args!("the view has no dict"))),
    }
}

fn len(cx: &Cx<'_>, view: Borrowed<'_>) -> Res<usize> {
    Ok(super::len(dict_of(cx, view)?.borrow()))
}

/// Whether it is a view of keys or of items.
fn is_set_like(world: &World, op: Borrowed<'_>) -> bool {
    let ty = std::ptr::from_ref(Type::of(op));
    let types = &world.types;
    [types.dict_keys, types.dict_items].iter().any(|known| std::ptr::eq(known.as_ptr(), ty))
}

fn contains_item(cx: &mut Cx<'_>, view: Borrowed<'_>, item: Borrowed<'_>) -> Res<bool> {
    let dict = dict_of(cx, view)?;
    let Some(tuple) = item.view::<TupleObject>() else { return Ok(false) };
    let [key, value] = tuple.items() else { return Ok(false) };
    match get(cx, dict.borrow(), *key)? {
        Some(found) => crate::protocol::equal(cx, found.borrow(), *value),
        None => Ok(false),
    }
}

fn repr(cx: &mut Cx<'_>, view: Borrowed<'_>) -> Res {
    let Some(_guard) = repr_guard::enter(cx, view)? else { return cx.str("...") };
    let name = cx.format(format_args!("{}([", Type::of(view).name()))?;
    let mut text = TextBuilder::new(cx.world());
    text.push_text(crate::string::text_of(cx, name.borrow())?).or_raise(cx)?;
    // All of them first, as CPython does: what a `__repr__` does to the dict does not show.
    // SAFETY: the scratch does not outlive this call, in which the heap is alive.
    let mut items = unsafe { HeapVec::<Ref>::new(cx.heap_ptr()) };
    let iterator = crate::protocol::iter(cx, view)?;
    while let Some(item) = crate::protocol::next(cx, iterator.borrow())? {
        items.push(item).or_raise(cx)?;
    }
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            text.push_text(Text::Ascii(b", ")).or_raise(cx)?;
        }
        push_repr(cx, &mut text, item.borrow())?;
    }
    text.push_text(Text::Ascii(b"])")).or_raise(cx)?;
    text.finish()
}

fn compare(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>, op: Compare) -> Res {
    if !b.is_a::<SetObject>() && !is_set_like(cx, b) {
        return Ok(cx.not_implemented());
    }
    let (len, other_len) = (len(cx, a)?, crate::protocol::len(cx, b)?);
    let holds = match op {
        Compare::Eq => len == other_len && all_in(cx, a, b)?,
        Compare::Ne => !(len == other_len && all_in(cx, a, b)?),
        Compare::Lt => len < other_len && all_in(cx, a, b)?,
        Compare::Le => len <= other_len && all_in(cx, a, b)?,
        Compare::Gt => len > other_len && all_in(cx, b, a)?,
        Compare::Ge => len >= other_len && all_in(cx, b, a)?,
    };
    Ok(cx.bool(holds))
}

/// Whether each item of `a` is in `b`.
fn all_in(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>) -> Res<bool> {
    let iterator = crate::protocol::iter(cx, a)?;
    while let Some(item) = crate::protocol::next(cx, iterator.borrow())? {
        if !crate::protocol::contains(cx, b, item.borrow())? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A set of the left operand, changed by one of the set's methods with the right one.
fn changed(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>, method: &str) -> Res {
    let result = as_new_set(cx, a)?;
    let method = crate::protocol::get_attr_str(cx, result.borrow(), method)?;
    crate::protocol::call(cx, method.borrow(), Args::positional(&[b]))?;
    Ok(result)
}

fn as_new_set(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let result = set::new(cx)?;
    // Of a plain dict's keys the hashes are known, when the dict itself is the source.
    let keys = std::ptr::eq(Type::of(op), cx.types.dict_keys.as_ptr());
    let dict = if keys { Some(dict_of(cx, op)?) } else { None };
    let source = match &dict {
        Some(dict) if super::is_exact(cx, dict.borrow()) => dict.borrow(),
        _ => op,
    };
    set::update(cx, result.borrow(), source)?;
    Ok(result)
}

fn intersection(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>) -> Res {
    // A view may be on either side.
    let (mut view, mut other) = if is_set_like(cx, a) { (a, b) } else { (b, a) };
    let own = len(cx, view)?;
    let plain_set = std::ptr::eq(Type::of(other), cx.types.set.as_ptr());
    if plain_set && own <= crate::protocol::len(cx, other)? {
        return set::intersection(cx, other, view);
    }
    if is_set_like(cx, other) && len(cx, other)? > own {
        (view, other) = (other, view);
    }
    let result = set::new(cx)?;
    let iterator = crate::protocol::iter(cx, other)?;
    while let Some(item) = crate::protocol::next(cx, iterator.borrow())? {
        if crate::protocol::contains(cx, view, item.borrow())? {
            set::add(cx, result.borrow(), item.borrow())?;
        }
    }
    Ok(result)
}

fn symmetric_difference(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>) -> Res {
    let items = |op: Borrowed<'_>| std::ptr::eq(Type::of(op), cx.types.dict_items.as_ptr());
    if !(items(a) && items(b)) {
        return changed(cx, a, b, "symmetric_difference_update");
    }
    // Without making tuples of the entries that both have.
    let left = merge::copy(cx, dict_of(cx, a)?.borrow())?;
    let right = dict_of(cx, b)?;
    let result = set::new(cx)?;
    let mut cursor = 0;
    while let Some((key, value)) = super::entry(right.borrow(), &mut cursor) {
        let both = match get(cx, left.borrow(), key.borrow())? {
            Some(found) => crate::protocol::equal(cx, found.borrow(), value.borrow())?,
            None => false,
        };
        if both {
            drop(super::remove(cx, left.borrow(), key.borrow())?);
        } else {
            let pair = cx.tuple([key, value])?;
            set::add(cx, result.borrow(), pair.borrow())?;
        }
    }
    let rest = view(cx, left.borrow(), What::Items)?;
    set::update(cx, result.borrow(), rest.borrow())?;
    Ok(result)
}

fn is_disjoint(cx: &mut Cx<'_>, view: Borrowed<'_>, other: Borrowed<'_>) -> Res<bool> {
    let own = len(cx, view)?;
    if view.is(other) {
        return Ok(own == 0);
    }
    let (mut walked, mut asked) = (other, view);
    let sized = set::is_exact(cx, other) || is_set_like(cx, other);
    if sized && crate::protocol::len(cx, other)? > own {
        (walked, asked) = (asked, walked);
    }
    let iterator = crate::protocol::iter(cx, walked)?;
    while let Some(item) = crate::protocol::next(cx, iterator.borrow())? {
        if crate::protocol::contains(cx, asked, item.borrow())? {
            return Ok(false);
        }
    }
    Ok(true)
}
