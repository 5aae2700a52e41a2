//! The methods and attributes of `float`.

use runtime_gc::Borrowed;

use super::arith::same;
use super::{FloatObject, raise_float};
use crate::args::{Args, NativeDef};
use crate::cx::{Cx, Res};
use crate::int::{IntObject, raise_int};
use crate::kernel::{float, integer};
use crate::ty::{GetSetDef, Type};
use crate::view::Look;
use crate::world::World;

pub(super) const METHODS: &[NativeDef] = &[
    NativeDef::exactly("is_integer", 0, |cx, args| {
        let value = value(cx, &args)?;
        Ok(cx.bool(value.is_finite() && value.floor() == value))
    }),
    NativeDef::exactly("as_integer_ratio", 0, |cx, args| {
        let value = value(cx, &args)?;
        let ratio = float::as_integer_ratio(value);
        let (numerator, denominator) = ratio.map_err(|error| raise_float(cx, error))?;
        let numerator = cx.int_from(&numerator)?;
        let denominator = cx.int_from(&denominator)?;
        cx.tuple([numerator, denominator])
    }),
    NativeDef::exactly("hex", 0, |cx, args| super::text::hex(cx, value(cx, &args)?)),
    NativeDef::exactly("conjugate", 0, |cx, args| match args.get(0) {
        Some(op) => same(cx, op),
        None => cx.float(value(cx, &args)?),
    }),
    NativeDef::exactly("__trunc__", 0, |cx, args| to_whole(cx, value(cx, &args)?)),
    NativeDef::exactly("__floor__", 0, |cx, args| to_whole(cx, value(cx, &args)?.floor())),
    NativeDef::exactly("__ceil__", 0, |cx, args| to_whole(cx, value(cx, &args)?.ceil())),
    NativeDef::between("__round__", 0, 1, |cx, args| {
        let value = value(cx, &args)?;
        round(cx, value, args.get(1))
    }),
];

/// Methods that are given the type first.
pub(super) const CLASS: &[NativeDef] = &[NativeDef::any("fromhex", from_hex)];

pub(super) const GETSET: &[GetSetDef] = &[
    GetSetDef { name: "real", get: same, set: None },
    GetSetDef { name: "imag", get: |cx, _| cx.float(0.0), set: None },
];

/// `float.fromhex(text)`, with the type in front.
fn from_hex(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let ty = crate::list::this(cx, &args)?;
    let count = args.len().saturating_sub(1);
    let name = ty.view::<Type>().map_or("float", Type::name);
    if !args.names().is_empty() {
        return Err(cx.type_error(format_args!("{name}.fromhex() takes no keyword arguments")));
    }
    let Some(text) = args.get(1).filter(|_| count == 1) else {
        return Err(cx.type_error(format_args!(
            "{name}.fromhex() takes exactly one argument ({count} given)"
        )));
    };
    let made = super::from_hex(cx, text)?;
    if ty.as_obj().addr() == cx.types.float.addr() {
        return Ok(made);
    }
    crate::protocol::call(cx, ty, Args::positional(&[made.borrow()]))
}

fn value(cx: &Cx<'_>, args: &Args<'_>) -> Res<f64> {
    match args.get(0) {
        Some(op) => Ok(op.expect::<FloatObject>(cx)?.value()),
        None => Err(cx.type_error(format_args!("unbound method of float needs an argument"))),
    }
}

/// The int that a float is, cut towards zero.
///
/// # Errors
/// `ValueError` and `OverflowError` for what is no number or infinite.
pub fn to_whole(cx: &World, value: f64) -> Res {
    let int = integer::from_float(value).map_err(|error| raise_int(cx, error))?;
    match int.as_ref().to_i64() {
        Some(value) => cx.int(value),
        None => cx.int_from(&int),
    }
}

/// `round(x)`, an int; `round(x, places)`, a float.
///
/// # Errors
/// `TypeError` for places that are no integer; `OverflowError`; as [`to_whole`].
pub fn round(cx: &mut Cx<'_>, value: f64, places: Option<Borrowed<'_>>) -> Res {
    let Some(places) = places.filter(|&places| !cx.is_none(places)) else {
        return to_whole(cx, float::round_half_even(value));
    };
    let places = crate::protocol::index(cx, places)?;
    let places = places.borrow().expect::<IntObject>(cx)?;
    let places = match places.to_i64() {
        Some(places) => places,
        None if places.is_negative() => i64::MIN,
        None => i64::MAX,
    };
    match float::round_digits(value, places) {
        Ok(value) => cx.float(value),
        Err(error) => Err(raise_float(cx, error)),
    }
}
