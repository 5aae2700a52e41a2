//! Ints from and to bytes: the arguments of `int.to_bytes` and `int.from_bytes`, and the way into the
//! kernel.

use runtime_gc::Borrowed;

use super::IntObject;
use super::compute::{compute, compute_int};
use crate::args::{Args, bind_named};
use crate::cx::{Cx, Res};
use crate::kernel::integer;
use crate::string::StrObject;
use crate::ty::Type;
use crate::view::Look;
use crate::world::World;

/// How an int lies in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByteLayout {
    /// Number of bytes; 1 unless given. Not used by `from_bytes`.
    pub len: usize,
    /// Whether the lowest byte comes first.
    pub little: bool,
    /// Whether negative ints are allowed, as two's complement.
    pub signed: bool,
}

/// Reads the arguments of `int.to_bytes`, without the int.
///
/// # Errors
/// `TypeError`, `ValueError` for a negative length or an unknown order, `OverflowError`.
pub fn to_bytes_layout(cx: &mut Cx<'_>, args: &Args<'_>) -> Res<ByteLayout> {
    let [len, order, signed] =
        bind_named(cx, "to_bytes", args, ["length", "byteorder", "signed"], 0, 2)?;
    let len = match len {
        Some(len) => super::new::to_c(cx, len, 64)?,
        None => 1,
    };
    let (little, signed) = order_and_sign(cx, "to_bytes", order, signed)?;
    match usize::try_from(len) {
        Ok(len) => Ok(ByteLayout { len, little, signed }),
        Err(_) => Err(cx.value_error(format_args!("length argument must be non-negative"))),
    }
}

/// What `byteorder` and `signed` say.
///
/// # Errors
/// `TypeError` and `ValueError` for an unknown order; those of the truth of `signed`.
pub fn order_and_sign(
    cx: &mut Cx<'_>,
    function: &str,
    order: Option<Borrowed<'_>>,
    signed: Option<Borrowed<'_>>,
) -> Res<(bool, bool)> {
    let little = match order {
        None => false,
        Some(order) => {
            let Some(order) = order.view::<StrObject>() else {
                let name = if cx.is_none(order) { "None" } else { Type::of(order).name() };
                return Err(cx.type_error(format_args!(
                    "{function}() argument 'byteorder' must be str, not {name}"
                )));
            };
            let order = order.text();
            if !order.eq_str("little") && !order.eq_str("big") {
                return Err(
                    cx.value_error(format_args!("byteorder must be either 'little' or 'big'"))
                );
            }
            order.eq_str("little")
        }
    };
    let signed = match signed {
        Some(signed) => crate::protocol::truth(cx, signed)?,
        None => false,
    };
    Ok((little, signed))
}

/// Fills all of `out` with an int.
///
/// # Errors
/// `OverflowError` when it does not fit.
pub fn write_bytes(world: &World, this: &IntObject, out: &mut [u8], layout: ByteLayout) -> Res<()> {
    compute(world, |work| integer::to_bytes(this.kernel(), out, layout.little, layout.signed, work))
}

/// The int that lies in bytes.
///
/// # Errors
/// `MemoryError`.
pub fn read_bytes(world: &World, bytes: &[u8], little: bool, signed: bool) -> Res {
    compute_int(world, |work| integer::from_bytes(bytes, little, signed, work))
}
