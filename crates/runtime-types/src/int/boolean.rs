//! `bool`: two ints with names.

use runtime_gc::Borrowed;

use crate::args::Args;
use crate::cx::{Cx, Res};
use crate::ty::Type;
use crate::world::World;

/// Whether an object is `True` or `False`, when it is one of them.
#[inline(always)]
pub fn truth_of(world: &World, op: Borrowed<'_>) -> Option<bool> {
    if op.as_obj() == world.true_obj() {
        Some(true)
    } else if op.as_obj() == world.false_obj() {
        Some(false)
    } else {
        None
    }
}

pub(super) fn repr(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    cx.name(if op.as_obj() == cx.true_obj() { "True" } else { "False" })
}

/// `bool(x)`
pub(super) fn new(cx: &mut Cx<'_>, _: &Type, args: Args<'_>) -> Res {
    if !args.names().is_empty() {
        return Err(cx.type_error(format_args!("bool() takes no keyword arguments")));
    }
    let value = match args.positionals() {
        [] => false,
        [op] => crate::protocol::truth(cx, *op)?,
        more => {
            let count = more.len();
            return Err(
                cx.type_error(format_args!("bool expected at most 1 argument, got {count}"))
            );
        }
    };
    Ok(cx.bool(value))
}

macro_rules! operator {
    ($name:ident, $op:tt) => {
        /// A bool of two bools; of a bool and an int an int.
        pub(super) fn $name(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>) -> Res {
            match (truth_of(cx, a), truth_of(cx, b)) {
                (Some(x), Some(y)) => Ok(cx.bool(x $op y)),
                _ => super::arith::$name(cx, a, b),
            }
        }
    };
}

operator!(and, &);
operator!(or, |);
operator!(xor, ^);
