//! The native part of the module `collections`: `deque`, `defaultdict`, `OrderedDict`, and what
//! named tuples and counters stand on. The rest is written in the language itself.

mod default_dict;
mod deque;
mod deque_methods;
mod ordered;
mod ordered_iter;
mod ordered_methods;
mod tuple_getter;

use runtime_gc::{Borrowed, Ref};

use crate::args::{Args, NativeDef};
use crate::cx::{Cx, Res};
use crate::dict;
use crate::late::{Late, add_types, finish_module};
use crate::protocol;
use crate::ty::{Binary, Type};

pub(crate) use default_dict::DEFAULT_DICT;
pub(crate) use deque_methods::{DEQUE, DEQUE_ITER, DEQUE_REVERSE_ITER};
pub(crate) use ordered::ORDERED_DICT;
pub(crate) use ordered_iter::{ORDERED_ITEMS, ORDERED_ITER, ORDERED_KEYS, ORDERED_VALUES};
pub(crate) use tuple_getter::TUPLE_GETTER;

const FUNCTIONS: &[NativeDef] = &[NativeDef::exactly("_count_elements", 2, count_elements)];

/// The module, to which a floor above may add.
///
/// # Errors
/// `MemoryError`.
pub fn make_module(cx: &mut Cx<'_>, more: &'static [NativeDef]) -> Res {
    let dict = dict::new(cx)?;
    crate::module::add_functions(cx, dict.borrow(), "_collections", FUNCTIONS)?;
    crate::module::add_functions(cx, dict.borrow(), "_collections", more)?;
    let types = [
        Late::Deque,
        Late::DefaultDict,
        Late::OrderedDict,
        Late::TupleGetter,
        Late::DequeIter,
        Late::DequeReverseIter,
    ];
    add_types(cx, dict.borrow(), &types)?;
    finish_module(cx, "_collections", dict)
}

/// `_count_elements(mapping, iterable)`: `mapping[x] = mapping.get(x, 0) + 1` for each. A mapping
/// that reads and writes as a dict does is not asked for its methods.
fn count_elements(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (mapping, items) = crate::list::two(cx, &args)?;
    let iterator = protocol::iter(cx, items)?;
    let one = cx.int(1)?;
    let get = protocol::get_attr_str(cx, Type::of(mapping).as_borrowed(), "get")?;
    let plain_get = protocol::get_attr_str(cx, cx.world().ty(cx.types.dict).as_borrowed(), "get")?;
    let plain = get.as_obj() == plain_get.as_obj() && writes_as_dict(cx, mapping);
    while let Some(item) = protocol::next(cx, iterator.borrow())? {
        let item = item.borrow();
        let count = if plain {
            match dict::get(cx, mapping, item)? {
                Some(count) => count,
                None => cx.int(0)?,
            }
        } else {
            let zero = cx.int(0)?;
            let get = protocol::get_attr_str(cx, mapping, "get")?;
            protocol::call(cx, get.borrow(), Args::positional(&[item, zero.borrow()]))?
        };
        let count: Ref = protocol::binary(cx, Binary::Add, count.borrow(), one.borrow())?;
        match plain {
            true => dict::set(cx, mapping, item, count.borrow())?,
            false => protocol::set_subscript(cx, mapping, item, Some(count.borrow()))?,
        }
    }
    Ok(cx.none())
}

/// Whether `x[k] = v` is what it is for dicts.
fn writes_as_dict(cx: &Cx<'_>, op: Borrowed<'_>) -> bool {
    let slots = [&Type::of(op).slots, &cx.ty(cx.types.dict).slots];
    match slots.map(|slots| slots.set_subscript) {
        [Some(own), Some(plain)] => std::ptr::fn_addr_eq(own, plain),
        _ => false,
    }
}
