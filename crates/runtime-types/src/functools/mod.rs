//! The native part of the module `functools`: `reduce`, `partial`, `cmp_to_key` and the cache behind
//! `lru_cache`. The rest is written in the language itself.

mod cache;
mod key;
mod partial;

use runtime_gc::Borrowed;

use crate::args::{Args, NativeDef};
use crate::cx::{Cx, Res};
use crate::exception::Exc;
use crate::iter::{caught, step};
use crate::late::{Late, add_types, finish_module};
use crate::protocol;
use crate::ty::Type;

pub(crate) use cache::LRU_CACHE;
pub(crate) use key::KEY_WRAPPER;
pub(crate) use partial::PARTIAL;

const FUNCTIONS: &[NativeDef] =
    &[NativeDef::any("reduce", reduce), NativeDef::any("cmp_to_key", key::cmp_to_key)];

/// The module.
///
/// # Errors
/// `MemoryError`.
pub fn make_module(cx: &mut Cx<'_>) -> Res {
    let dict = crate::dict::new(cx)?;
    crate::module::add_functions(cx, dict.borrow(), "_functools", FUNCTIONS)?;
    add_types(cx, dict.borrow(), &[Late::Partial, Late::LruCache])?;
    finish_module(cx, "_functools", dict)
}

/// `reduce(f, xs[, initial])`
fn reduce(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    if !args.names().is_empty() {
        return Err(cx.type_error(format_args!("reduce() takes no keyword arguments")));
    }
    let (function, items) = match args.positionals() {
        [function, items] | [function, items, _] => (*function, *items),
        other => {
            let (given, few) = (other.len(), other.len() < 2);
            let (bound, n) = if few { ("at least", 2) } else { ("at most", 3) };
            return Err(
                cx.type_error(format_args!("reduce expected {bound} {n} arguments, got {given}"))
            );
        }
    };
    let iterator = match protocol::iter(cx, items) {
        Ok(iterator) => iterator,
        Err(raised) => {
            caught(cx, raised, &[Exc::TypeError])?;
            return Err(cx.type_error(format_args!("reduce() arg 2 must support iteration")));
        }
    };
    let mut total = match args.get(2) {
        Some(initial) => initial.owned(),
        None => match step(cx, iterator.borrow())? {
            Some(first) => first,
            None => {
                return Err(
                    cx.type_error(format_args!("reduce() of empty iterable with no initial value"))
                );
            }
        },
    };
    while let Some(item) = step(cx, iterator.borrow())? {
        let both = [total.borrow(), item.borrow()];
        total = protocol::call(cx, function, Args::positional(&both))?;
    }
    Ok(total)
}

/// Whether an object can be called.
fn is_callable(op: Borrowed<'_>) -> bool {
    Type::of(op).slots.call.is_some()
}
