//! The native part of the module `heapq`: a list as a heap, the smallest item first, or the largest.
//!
//! Comparing may run code that changes the list. So items are read again after each comparison, and a
//! list whose length has changed is an error. CPython: `Modules/_heapqmodule.c`.

use runtime_gc::{Borrowed, Ref};

use crate::args::{Args, NativeDef};
use crate::cx::{Cx, OrRaise, Raised, Res};
use crate::exception::Exc;
use crate::late::finish_module;
use crate::list::{self, ListObject, this, two};
use crate::protocol;
use crate::ty::{Compare, Type};
use crate::view::Look;

const FUNCTIONS: &[NativeDef] = &[
    NativeDef::exactly("heappush", 2, push),
    NativeDef::exactly("heappop", 1, |cx, args| pop(cx, args, "heappop", Order::Least)),
    NativeDef::exactly("heapreplace", 2, |cx, args| replace(cx, args, "heapreplace", Order::Least)),
    NativeDef::exactly("heappushpop", 2, push_pop),
    NativeDef::exactly("heapify", 1, |cx, args| heapify(cx, args, "heapify", Order::Least)),
    NativeDef::exactly("_heappop_max", 1, |cx, args| pop(cx, args, "_heappop_max", Order::Most)),
    NativeDef::exactly("_heapreplace_max", 2, |cx, args| {
        replace(cx, args, "_heapreplace_max", Order::Most)
    }),
    NativeDef::exactly("_heapify_max", 1, |cx, args| {
        heapify(cx, args, "_heapify_max", Order::Most)
    }),
];

/// The module.
///
/// # Errors
/// `MemoryError`.
pub fn make_module(cx: &mut Cx<'_>) -> Res {
    let dict = crate::dict::new(cx)?;
    crate::module::add_functions(cx, dict.borrow(), "_heapq", FUNCTIONS)?;
    finish_module(cx, "_heapq", dict)
}

/// Which item is first.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Least,
    Most,
}

impl Order {
    /// Whether `a` goes before `b`.
    fn before(self, cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>) -> Res<bool> {
        match self {
            Self::Least => protocol::holds(cx, a, b, Compare::Lt),
            Self::Most => protocol::holds(cx, b, a, Compare::Lt),
        }
    }
}

/// The list of a call. The function's name is for the message.
fn heap<'a>(cx: &Cx<'_>, args: &Args<'a>, name: &str) -> Res<&'a ListObject> {
    let op = this(cx, args)?;
    match op.view::<ListObject>() {
        Some(list) => Ok(list),
        None => {
            let got = if cx.is_none(op) { "None" } else { Type::of(op).name() };
            let which = if args.len() > 1 { " 1" } else { "" };
            Err(cx.type_error(format_args!("{name}() argument{which} must be list, not {got}")))
        }
    }
}

fn out_of_range(cx: &Cx<'_>) -> Raised {
    cx.raise(Exc::IndexError, format_args!("index out of range"))
}

fn item(cx: &Cx<'_>, heap: &ListObject, at: usize) -> Res {
    heap.get(at).ok_or_else(|| out_of_range(cx))
}

/// Swaps two items, both of which are there.
fn swap(cx: &Cx<'_>, heap: &ListObject, a: usize, b: usize) -> Res<()> {
    let (x, y) = (item(cx, heap, a)?, item(cx, heap, b)?);
    drop((heap.replace(a, y), heap.replace(b, x)));
    Ok(())
}

fn check_size(cx: &Cx<'_>, heap: &ListObject, size: usize) -> Res<()> {
    if heap.len() == size {
        return Ok(());
    }
    Err(cx.raise(Exc::RuntimeError, format_args!("list changed size during iteration")))
}

/// Moves the item at `at` up to where it belongs, not above `start`.
fn sift_down(
    cx: &mut Cx<'_>,
    heap: &ListObject,
    start: usize,
    mut at: usize,
    order: Order,
) -> Res<()> {
    let size = heap.len();
    if at >= size {
        return Err(out_of_range(cx));
    }
    while at > start {
        let above = (at - 1) / 2;
        let (new, parent) = (item(cx, heap, at)?, item(cx, heap, above)?);
        let before = order.before(cx, new.borrow(), parent.borrow())?;
        check_size(cx, heap, size)?;
        if !before {
            break;
        }
        swap(cx, heap, at, above)?;
        at = above;
    }
    Ok(())
}

/// Moves the item at `at` down to a leaf, its better child up each time, and from there back up.
fn sift_up(cx: &mut Cx<'_>, heap: &ListObject, start: usize, order: Order) -> Res<()> {
    let size = heap.len();
    if start >= size {
        return Err(out_of_range(cx));
    }
    let mut at = start;
    while at < size / 2 {
        let mut child = 2 * at + 1;
        if child + 1 < size {
            let (a, b) = (item(cx, heap, child)?, item(cx, heap, child + 1)?);
            let before = order.before(cx, a.borrow(), b.borrow())?;
            child += usize::from(!before);
            check_size(cx, heap, size)?;
        }
        swap(cx, heap, child, at)?;
        at = child;
    }
    sift_down(cx, heap, start, at, order)
}

fn push(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (_, new) = two(cx, &args)?;
    let heap = heap(cx, &args, "heappush")?;
    heap.push(cx.heap(), new.owned()).or_raise(cx)?;
    sift_down(cx, heap, 0, heap.len() - 1, Order::Least)?;
    Ok(cx.none())
}

fn pop(cx: &mut Cx<'_>, args: Args<'_>, name: &str, order: Order) -> Res {
    let heap = heap(cx, &args, name)?;
    if heap.is_empty() {
        return Err(out_of_range(cx));
    }
    let op = this(cx, &args)?;
    let last = list::pop_last(cx, op)?;
    let first: Ref = match heap.replace(0, last) {
        Ok(first) => first,
        // It was the only one.
        Err(last) => return Ok(last),
    };
    sift_up(cx, heap, 0, order)?;
    Ok(first)
}

fn replace(cx: &mut Cx<'_>, args: Args<'_>, name: &str, order: Order) -> Res {
    let (_, new) = two(cx, &args)?;
    let heap = heap(cx, &args, name)?;
    match heap.replace(0, new.owned()) {
        Ok(first) => {
            sift_up(cx, heap, 0, order)?;
            Ok(first)
        }
        Err(_) => Err(out_of_range(cx)),
    }
}

fn push_pop(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (_, new) = two(cx, &args)?;
    let heap = heap(cx, &args, "heappushpop")?;
    let Some(first) = heap.get(0) else { return Ok(new.owned()) };
    if !protocol::holds(cx, first.borrow(), new, Compare::Lt)? {
        return Ok(new.owned());
    }
    match heap.replace(0, new.owned()) {
        Ok(first) => {
            sift_up(cx, heap, 0, Order::Least)?;
            Ok(first)
        }
        Err(_) => Err(out_of_range(cx)),
    }
}

fn heapify(cx: &mut Cx<'_>, args: Args<'_>, name: &str, order: Order) -> Res {
    let heap = heap(cx, &args, name)?;
    for at in (0..heap.len() / 2).rev() {
        sift_up(cx, heap, at, order)?;
    }
    Ok(cx.none())
}
