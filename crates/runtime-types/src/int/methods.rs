//! The methods and attributes of `int`.

use runtime_gc::Borrowed;

use super::IntObject;
use super::arith::{exact, whole};
use super::compute::{compute, compute_int};
use crate::args::{Args, NativeDef, bind_named};
use crate::bytes::BytesObject;
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
    NativeDef::any("to_bytes", to_bytes),
    NativeDef::exactly("__trunc__", 0, same),
    NativeDef::exactly("__floor__", 0, same),
    NativeDef::exactly("__ceil__", 0, same),
    NativeDef::between("__round__", 0, 1, |cx, args| match args.positionals() {
        [op, places] => round(cx, *op, *places),
        _ => same(cx, args),
    }),
];

/// Methods that are given the type first.
pub(super) const CLASS: &[NativeDef] = &[NativeDef::any("from_bytes", from_bytes)];

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

/// `n.to_bytes(length=1, byteorder='big', signed=False)`
fn to_bytes(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let layout = super::to_bytes_layout(cx, &args.rest())?;
    let this = this(cx, &args)?;
    let mut written = Ok(());
    let made = crate::bytes::Flavor::Bytes.with(cx, layout.len, |out| {
        written = super::write_bytes(cx, this, out, layout);
    })?;
    written.map(|()| made)
}

/// `int.from_bytes(bytes, byteorder='big', signed=False)`, with the type in front.
fn from_bytes(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let ty = crate::list::this(cx, &args)?;
    let names = ["bytes", "byteorder", "signed"];
    let [bytes, order, signed] = bind_named(cx, "from_bytes", &args.rest(), names, 1, 2)?;
    let (little, signed) = super::order_and_sign(cx, "from_bytes", order, signed)?;
    let bytes = match bytes {
        Some(bytes) => crate::bytes::to_bytes(cx, bytes)?,
        None => cx.empty_bytes(),
    };
    let bytes = bytes.borrow().expect::<BytesObject>(cx)?.bytes();
    let int = super::read_bytes(cx, bytes, little, signed)?;
    if ty.as_obj().addr() == cx.types.int.addr() {
        return Ok(int);
    }
    crate::protocol::call(cx, ty, Args::positional(&[int.borrow()]))
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
