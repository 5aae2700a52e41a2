//! The module `bisect`: places in sorted sequences.

use runtime_gc::{Borrowed, Ref};

use crate::args::{Args, NativeDef, bind_named};
use crate::cx::{Cx, Res};
use crate::int::IntObject;
use crate::late::finish_module;
use crate::list;
use crate::protocol;
use crate::ty::{Compare, Type};
use crate::view::Look;

const FUNCTIONS: &[NativeDef] = &[
    NativeDef::any("bisect_right", |cx, args| find(cx, args, "bisect_right", Side::Right)),
    NativeDef::any("bisect_left", |cx, args| find(cx, args, "bisect_left", Side::Left)),
    NativeDef::any("insort_right", |cx, args| insert(cx, args, "insort_right", Side::Right)),
    NativeDef::any("insort_left", |cx, args| insert(cx, args, "insort_left", Side::Left)),
];

/// The module.
///
/// # Errors
/// `MemoryError`.
pub fn make_module(cx: &mut Cx<'_>) -> Res {
    let dict = crate::dict::new(cx)?;
    crate::module::add_functions(cx, dict.borrow(), "_bisect", FUNCTIONS)?;
    for (name, of) in [("bisect", "bisect_right"), ("insort", "insort_right")] {
        let (name, of) = (cx.name(name)?, cx.name(of)?);
        if let Some(function) = crate::dict::get(cx, dict.borrow(), of.borrow())? {
            crate::dict::set_name(cx, dict.borrow(), name.borrow(), function)?;
        }
    }
    finish_module(cx, "bisect", dict)
}

/// On which side of equal items.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

/// The arguments of all four.
struct Search<'a> {
    items: Borrowed<'a>,
    value: Borrowed<'a>,
    low: isize,
    high: Option<isize>,
    key: Option<Borrowed<'a>>,
}

fn arguments<'a>(cx: &mut Cx<'_>, args: &Args<'a>, name: &str) -> Res<Search<'a>> {
    let names = ["a", "x", "lo", "hi", "key"];
    let [items, value, low, high, key] = bind_named(cx, name, args, names, 2, 4)?;
    let (Some(items), Some(value)) = (items, value) else {
        return Err(cx.type_error(format_args!("{name}() needs two arguments")));
    };
    let low = match low {
        Some(low) => list::position(cx, low)?,
        None => 0,
    };
    let high = match high.filter(|high| !cx.is_none(*high)) {
        Some(high) => {
            if !high.is_a::<IntObject>() && Type::of(high).slots.index.is_none() {
                let name = Type::of(high).name();
                return Err(
                    cx.type_error(format_args!("argument should be integer or None, not '{name}'"))
                );
            }
            Some(list::position(cx, high)?)
        }
        None => None,
    };
    let key = key.filter(|key| !cx.is_none(*key));
    Ok(Search { items, value, low, high, key })
}

/// Where `value` belongs; items are looked at through the key, the value is not.
fn place(cx: &mut Cx<'_>, search: &Search<'_>, value: Borrowed<'_>, side: Side) -> Res<isize> {
    if search.low < 0 {
        return Err(cx.value_error(format_args!("lo must be non-negative")));
    }
    let mut low = search.low;
    let mut high = match search.high.filter(|high| *high != -1) {
        Some(high) => high,
        None => protocol::len(cx, search.items)? as isize,
    };
    while low < high {
        let middle = ((low as usize + high as usize) / 2) as isize;
        let at = cx.int(middle as i64)?;
        if Type::of(search.items).slots.subscript.is_none() {
            let name = Type::of(search.items).name();
            return Err(cx.type_error(format_args!("'{name}' object does not support indexing")));
        }
        let mut item: Ref = protocol::subscript(cx, search.items, at.borrow())?;
        if let Some(key) = search.key {
            item = protocol::call(cx, key, Args::positional(&[item.borrow()]))?;
        }
        let below = match side {
            Side::Left => protocol::holds(cx, item.borrow(), value, Compare::Lt)?,
            Side::Right => !protocol::holds(cx, value, item.borrow(), Compare::Lt)?,
        };
        if below {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(low)
}

fn find(cx: &mut Cx<'_>, args: Args<'_>, name: &str, side: Side) -> Res {
    let search = arguments(cx, &args, name)?;
    let at = place(cx, &search, search.value, side)?;
    cx.int(at as i64)
}

fn insert(cx: &mut Cx<'_>, args: Args<'_>, name: &str, side: Side) -> Res {
    let search = arguments(cx, &args, name)?;
    let value = match search.key {
        None => search.value.owned(),
        Some(key) => protocol::call(cx, key, Args::positional(&[search.value]))?,
    };
    let at = place(cx, &search, value.borrow(), side)?;
    if list::is_exact(cx, search.items) {
        list::insert(cx, search.items, at, search.value.owned())?;
        return Ok(cx.none());
    }
    let insert = protocol::get_attr_str(cx, search.items, "insert")?;
    let at = cx.int(at as i64)?;
    protocol::call(cx, insert.borrow(), Args::positional(&[at.borrow(), search.value]))?;
    Ok(cx.none())
}
