//! The methods of lists.

use runtime_gc::Borrowed;

use super::operators::find;
use super::{ListObject, edit, slices};
use crate::args::{Args, NativeDef, bind_named};
use crate::cx::{Cx, OrRaise, Raised, Res};
use crate::exception::Exc;
use crate::slice::Unpacked;
use crate::ty::Type;
use crate::view::Look;

pub(super) const METHODS: &[NativeDef] = &[
    NativeDef::exactly("append", 1, append),
    NativeDef::exactly("clear", 0, clear),
    NativeDef::exactly("copy", 0, copy),
    NativeDef::exactly("count", 1, count),
    NativeDef::exactly("extend", 1, extend),
    NativeDef::between("index", 1, 3, index),
    NativeDef::exactly("insert", 2, insert),
    NativeDef::between("pop", 0, 1, pop),
    NativeDef::exactly("remove", 1, remove),
    NativeDef::exactly("reverse", 0, reverse),
    NativeDef::any("sort", sort),
    NativeDef::exactly("__reversed__", 0, reversed),
];

/// The object of a method.
pub fn this<'a>(cx: &Cx<'_>, args: &Args<'a>) -> Res<Borrowed<'a>> {
    args.get(0).ok_or_else(|| missing(cx))
}

/// The object of a method and its first argument.
pub fn two<'a>(cx: &Cx<'_>, args: &Args<'a>) -> Res<(Borrowed<'a>, Borrowed<'a>)> {
    args.get(0).zip(args.get(1)).ok_or_else(|| missing(cx))
}

fn missing(cx: &Cx<'_>) -> Raised {
    cx.type_error(format_args!("method needs an argument"))
}

/// The bounds of a search, the second and third argument of `index`.
pub(crate) fn search_bounds(cx: &mut Cx<'_>, args: &Args<'_>, len: usize) -> Res<(usize, usize)> {
    let mut bounds = [0, isize::MAX];
    for (at, bound) in bounds.iter_mut().enumerate() {
        let Some(arg) = args.get(at + 2) else { continue };
        if !arg.is_a::<crate::int::IntObject>() && Type::of(arg).slots.index.is_none() {
            return Err(cx.type_error(format_args!(
                "slice indices must be integers or have an __index__ method"
            )));
        }
        let int = crate::protocol::index(cx, arg)?;
        *bound = crate::slice::clamped(int.borrow());
    }
    let [start, stop] = bounds.map(|at| if at < 0 { at.saturating_add(len as isize) } else { at });
    Ok((start.max(0) as usize, stop.max(0) as usize))
}

/// An argument that is a position or a number of items.
pub(crate) fn position(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<isize> {
    let int = crate::protocol::index(cx, op)?;
    match crate::int::to_i64(int.borrow()) {
        Some(value) => Ok(value as isize),
        None => Err(cx.raise(
            Exc::OverflowError,
            format_args!("Python int too large to convert to C ssize_t"),
        )),
    }
}

fn append(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (op, item) = two(cx, &args)?;
    op.expect::<ListObject>(cx)?.push(cx.heap(), item.owned()).or_raise(cx)?;
    Ok(cx.none())
}

fn clear(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    this(cx, &args)?.expect::<ListObject>(cx)?.clear(cx.heap());
    Ok(cx.none())
}

fn copy(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let list = this(cx, &args)?.expect::<ListObject>(cx)?;
    let all = Unpacked { start: 0, stop: isize::MAX, step: 1 };
    slices::copy(cx, list, all.fit(list.len()))
}

fn count(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (op, item) = two(cx, &args)?;
    let list = op.expect::<ListObject>(cx)?;
    let (mut from, mut count) = (0, 0);
    while let Some(at) = find(cx, list, item, from, usize::MAX)? {
        (from, count) = (at + 1, count + 1);
    }
    cx.int(count)
}

fn extend(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (op, items) = two(cx, &args)?;
    super::extend(cx, op, items)?;
    Ok(cx.none())
}

fn index(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (op, item) = two(cx, &args)?;
    let list = op.expect::<ListObject>(cx)?;
    let (start, end) = search_bounds(cx, &args, list.len())?;
    if let Some(at) = find(cx, list, item, start, end)? {
        return cx.int_of_size(at as i64);
    }
    let repr = crate::protocol::repr(cx, item)?;
    let repr = crate::string::text_of(cx, repr.borrow())?;
    Err(cx.value_error(format_args!("{repr} is not in list")))
}

fn insert(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (op, index) = two(cx, &args)?;
    let index = position(cx, index)?;
    let item = args.get(2).ok_or_else(|| missing(cx))?;
    edit::insert(cx, op, index, item.owned())?;
    Ok(cx.none())
}

fn pop(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let list = this(cx, &args)?.expect::<ListObject>(cx)?;
    let index = match args.get(1) {
        Some(index) => position(cx, index)?,
        None => -1,
    };
    let len = list.len();
    let index = if index < 0 { index.saturating_add(len as isize) } else { index };
    match usize::try_from(index).ok().and_then(|index| edit::take(cx, list, index)) {
        Some(item) => Ok(item),
        None => Err(slices::pop_error(cx, len == 0)),
    }
}

fn remove(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (op, item) = two(cx, &args)?;
    let list = op.expect::<ListObject>(cx)?;
    let Some(at) = find(cx, list, item, 0, usize::MAX)? else {
        return Err(cx.value_error(format_args!("list.remove(x): x not in list")));
    };
    drop(edit::take(cx, list, at));
    Ok(cx.none())
}

fn reverse(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    edit::reverse(cx, this(cx, &args)?)?;
    Ok(cx.none())
}

fn sort(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let list = this(cx, &args)?;
    sort_by(cx, list, &args)?;
    Ok(cx.none())
}

/// Sorts by the keyword arguments of `sort` and `sorted`.
pub(crate) fn sort_by(cx: &mut Cx<'_>, list: Borrowed<'_>, args: &Args<'_>) -> Res<()> {
    let [key, reverse] = bind_named(cx, "sort", &args.rest(), ["key", "reverse"], 0, 0)?;
    let key = key.filter(|key| !cx.is_none(*key));
    let reverse = match reverse {
        Some(reverse) => crate::protocol::truth(cx, reverse)?,
        None => false,
    };
    super::sort(cx, list, key, reverse)
}

fn reversed(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    crate::iter::over_list_backwards(cx, this(cx, &args)?)
}
