//! The methods and attributes of `int`.

use runtime_gc::Borrowed;

use super::IntObject;
use super::arith::{exact, whole};
use super::compute::{compute, compute_int};
use crate::args::{Args, NativeDef};
use crate::cx::{Cx, Res};
use crate::kernel::integer::{self, Int, IntRef};
use crate::ty::GetSetDef;
use crate::view::Look;

pub(super) const METHODS: &[NativeDef] = &[
    NativeDef::exactly("bit_length", 0, |cx, args| {
        let bits = this(cx, &args)?.kernel().bit_length();
        cx.int_from(&Int::from_u64(bits))
    }),
    NativeDef::exactly("bit_count", 0, |cx, args| {
        let this = this(cx, &args)?;
        let ones = compute(cx, |work| integer::bit_count(this.kernel(), work))?;
        cx.int_from(&Int::from_u64(ones))
    }),
    NativeDef::exactly("conjugate", 0, same),
    NativeDef::exactly("as_integer_ratio", 0, |cx, args| {
        let numerator = same(cx, args)?;
        let denominator = cx.int(1)?;
        cx.tuple([numerator, denominator])
    }),
    NativeDef::exactly("is_integer", 0, |cx, args| {
        this(cx, &args)?;
        Ok(cx.bool(true))
    }),
    NativeDef::exactly("__trunc__", 0, same),
    NativeDef::exactly("__floor__", 0, same),
    NativeDef::exactly("__ceil__", 0, same),
    NativeDef::between("__round__", 0, 1, |cx, args| match args.positionals() {
        [op, places] => round(cx, *op, *places),
        _ => same(cx, args),
    }),
];

pub(super) const GETSET: &[GetSetDef] = &[
    GetSetDef { name: "real", get: whole, set: None },
    GetSetDef { name: "imag", get: |cx, _| cx.int(0), set: None },
    GetSetDef { name: "numerator", get: whole, set: None },
    GetSetDef { name: "denominator", get: |cx, _| cx.int(1), set: None },
];

fn this<'a>(cx: &Cx<'_>, args: &Args<'a>) -> Res<&'a IntObject> {
    match args.get(0) {
        Some(op) => op.expect(cx),
        None => Err(cx.type_error(format_args!("unbound method of int needs an argument"))),
    }
}

fn same(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    match args.get(0) {
        Some(op) => whole(cx, op),
        None => this(cx, &args).and_then(|this| exact(cx, this)),
    }
}

/// `round(x, places)`: to tens for negative places, ties to even.
///
/// # Errors
/// `TypeError` for places that are no integer.
pub fn round(cx: &mut Cx<'_>, op: Borrowed<'_>, places: Borrowed<'_>) -> Res {
    let places = crate::protocol::index(cx, places)?;
    let places = places.borrow().expect::<IntObject>(cx)?;
    if !places.is_negative() {
        return whole(cx, op);
    }
    let this = op.expect::<IntObject>(cx)?;
    let tens = IntRef::new(false, places.digits());
    compute_int(cx, |work| integer::round_tens(this.kernel(), tens, work))
}
