//! The methods and attributes of views.

use runtime_gc::{Borrowed, Ref};

use super::area::Area;
use super::item::Value;
use super::{MemoryViewObject, again, cast};
use crate::args::{Args, NativeDef, bind};
use crate::bytes::{Grouping, hex_text};
use crate::cx::{Cx, OrRaise, Res};
use crate::exception::Exc;
use crate::list::this;
use crate::string::StrObject;
use crate::ty::{GetSetDef, Type};
use crate::view::Look;

pub(super) const METHODS: &[NativeDef] = &[
    NativeDef::any("cast", cast::cast),
    NativeDef::any("hex", hex),
    NativeDef::exactly("release", 0, release),
    NativeDef::any("tobytes", tobytes),
    NativeDef::exactly("tolist", 0, tolist),
    NativeDef::exactly("toreadonly", 0, toreadonly),
    NativeDef::exactly("__enter__", 0, |cx, args| {
        let op = this(cx, &args)?;
        op.expect::<MemoryViewObject>(cx)?.check(cx)?;
        Ok(op.owned())
    }),
    NativeDef::any("__exit__", release),
];

pub(super) const GETSET: &[GetSetDef] = &[
    GetSetDef {
        name: "obj",
        get: |cx, op| {
            let view = open(cx, op)?;
            Ok(view.exporter().unwrap_or_else(|| cx.none()))
        },
        set: None,
    },
    GetSetDef { name: "nbytes", get: |cx, op| number(cx, op, |area| area.len), set: None },
    GetSetDef { name: "readonly", get: |cx, op| truth(cx, op, |area| area.readonly), set: None },
    GetSetDef {
        name: "itemsize",
        get: |cx, op| number(cx, op, |area| area.item_size()),
        set: None,
    },
    GetSetDef {
        name: "format",
        get: |cx, op| {
            let format = open(cx, op)?.area().format;
            cx.str(format.text().as_str())
        },
        set: None,
    },
    GetSetDef { name: "ndim", get: |cx, op| number(cx, op, |area| area.dimensions()), set: None },
    GetSetDef { name: "shape", get: |cx, op| numbers(cx, open(cx, op)?.area().shape), set: None },
    GetSetDef {
        name: "strides",
        get: |cx, op| numbers(cx, open(cx, op)?.area().strides),
        set: None,
    },
    GetSetDef {
        name: "suboffsets",
        get: |cx, op| {
            open(cx, op)?;
            Ok(cx.empty_tuple())
        },
        set: None,
    },
    GetSetDef {
        name: "c_contiguous",
        get: |cx, op| truth(cx, op, |area| area.is_contiguous()),
        set: None,
    },
    GetSetDef {
        name: "f_contiguous",
        get: |cx, op| truth(cx, op, |area| area.is_fortran_contiguous()),
        set: None,
    },
    GetSetDef {
        name: "contiguous",
        get: |cx, op| truth(cx, op, |area| area.is_contiguous() || area.is_fortran_contiguous()),
        set: None,
    },
];

/// The view, which must not be released.
fn open<'a>(cx: &Cx<'_>, op: Borrowed<'a>) -> Res<&'a MemoryViewObject> {
    let view = op.expect::<MemoryViewObject>(cx)?;
    view.check(cx)?;
    Ok(view)
}

fn number(cx: &Cx<'_>, op: Borrowed<'_>, get: fn(&Area<'_>) -> usize) -> Res {
    cx.int(get(&open(cx, op)?.area()) as i64)
}

fn truth(cx: &Cx<'_>, op: Borrowed<'_>, get: fn(&Area<'_>) -> bool) -> Res {
    Ok(cx.bool(get(&open(cx, op)?.area())))
}

/// A tuple of ints.
fn numbers(cx: &Cx<'_>, values: &[isize]) -> Res {
    let mut tuple = crate::tuple::Filler::new(cx, values.len())?;
    for value in values {
        tuple.push(cx.int(*value as i64)?);
    }
    Ok(tuple.finish())
}

/// `len(m)`: items along the first dimension.
pub(super) fn len(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<usize> {
    match open(cx, op)?.area().shape.first() {
        Some(count) => Ok(*count as usize),
        None => Err(cx.type_error(format_args!("0-dim memory has no length"))),
    }
}

fn release(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let view = this(cx, &args)?.expect::<MemoryViewObject>(cx)?;
    let exports = view.exports.get();
    if exports > 0 && !view.is_released() {
        let plural = if exports == 1 { "" } else { "s" };
        return Err(cx.raise(
            Exc::BufferError,
            format_args!("memoryview has {exports} exported buffer{plural}"),
        ));
    }
    // The exporter may die of this; the view is released by then.
    drop(view.let_go(cx));
    Ok(cx.none())
}

fn toreadonly(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let view = open(cx, this(cx, &args)?)?;
    again(cx, view, Area { readonly: true, ..view.area() })
}

fn hex(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let op = this(cx, &args)?;
    let given = Grouping::given(cx, &args.rest())?;
    open(cx, op)?;
    let grouping = Grouping::new(cx, given)?;
    let view = open(cx, op)?;
    let mut bytes = cx.byte_buffer();
    let len = view.area().len;
    bytes.reserve(len).or_raise(cx)?;
    (0..len).try_for_each(|_| bytes.push(0)).or_raise(cx)?;
    view.gather(&mut bytes);
    hex_text(cx, &bytes, grouping)
}

/// `m.tobytes(order='C')`
fn tobytes(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let op = this(cx, &args)?;
    let [order] = bind(cx, "tobytes", &args.rest(), ["order"], 0)?;
    let order = match order.filter(|&order| !cx.is_none(order)) {
        None => b'C',
        Some(order) => {
            let Some(str) = order.view::<StrObject>() else {
                let name = Type::of(order).name();
                return Err(cx.type_error(format_args!(
                    "tobytes() argument 'order' must be str or None, not {name}"
                )));
            };
            if str.text().chars().any(|c| c == 0) {
                return Err(cx.value_error(format_args!("embedded null character")));
            }
            match str.text().as_ascii() {
                Some([order @ (b'C' | b'F' | b'A')]) => *order,
                _ => {
                    return Err(cx.value_error(format_args!("order must be 'C', 'F' or 'A'")));
                }
            }
        }
    };
    let area = open(cx, op)?.area();
    let fortran = order == b'F' || (order == b'A' && area.is_fortran_contiguous());
    if !fortran {
        return cx.bytes_with(area.len, |out| area.gather(out));
    }
    // The dimensions the other way round.
    let (mut shape, mut strides) = ([0; super::DIMENSIONS_MAX], [0; super::DIMENSIONS_MAX]);
    let dimensions = area.dimensions();
    for (to, from) in shape.iter_mut().zip(area.shape.iter().rev()) {
        *to = *from;
    }
    for (to, from) in strides.iter_mut().zip(area.strides.iter().rev()) {
        *to = *from;
    }
    let area = Area {
        shape: shape.get(..dimensions).unwrap_or_default(),
        strides: strides.get(..dimensions).unwrap_or_default(),
        ..area
    };
    cx.bytes_with(area.len, |out| area.gather(out))
}

fn tolist(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let area = open(cx, this(cx, &args)?)?.area();
    listed(cx, &area, area.start, 0)
}

/// The items from `at` on along the dimensions from `dimension` on, as lists in lists. A view has at
/// most 64 dimensions, so the nesting is bounded. Runs nobody's code.
fn listed(cx: &Cx<'_>, area: &Area<'_>, at: *mut u8, dimension: usize) -> Res<Ref> {
    let (Some(count), Some(stride)) = (area.shape.get(dimension), area.strides.get(dimension))
    else {
        // SAFETY: the caller found the view open, and `at` is the address of one of its items.
        return unsafe { Value::read(at, area.format) }.object(cx);
    };
    let list = crate::list::with_capacity(cx, *count as usize)?;
    for index in 0..*count {
        let at = at.wrapping_offset(stride.wrapping_mul(index));
        crate::list::append(cx, list.borrow(), listed(cx, area, at, dimension + 1)?)?;
    }
    Ok(list)
}
