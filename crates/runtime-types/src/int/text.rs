//! Ints as text: `repr` and `format`.

use runtime_gc::Borrowed;

use super::IntObject;
use super::compute::compute_or;
use crate::cx::{Cx, Res};
use crate::kernel::format_spec::{self, Kind, Spec};
use crate::kernel::integer;
use crate::string::TextBuilder;
use crate::view::Look;
use crate::world::World;

pub(super) fn repr(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    decimal(cx, op.expect::<IntObject>(cx)?)
}

/// The decimal text of an int.
///
/// # Errors
/// `ValueError` when it has more digits than the world allows; `MemoryError`.
pub fn decimal(cx: &World, this: &IntObject) -> Res {
    if let Some(value) = this.compact() {
        let mut digits = [0_u8; 12];
        let text = compact_decimal(value, &mut digits);
        // The shared character is not used even for one digit, as in CPython.
        return cx.fresh_ascii(text);
    }
    let mut text = TextBuilder::new(cx);
    let max_digits = cx.int_max_str_digits.get();
    super::compute(cx, |work| integer::write_decimal(this.kernel(), max_digits, &mut text, work))?;
    text.finish()
}

/// Writes a value of one digit at the end of a buffer that has room for it.
fn compact_decimal(value: i64, digits: &mut [u8; 12]) -> &[u8] {
    let mut left = value.unsigned_abs();
    let mut start = digits.len();
    for to in digits.iter_mut().rev() {
        *to = b'0' + (left % 10) as u8;
        left /= 10;
        start -= 1;
        if left == 0 {
            break;
        }
    }
    if value < 0
        && let Some(at) = start.checked_sub(1)
        && let Some(to) = digits.get_mut(at)
    {
        *to = b'-';
        start = at;
    }
    digits.get(start..).unwrap_or_default()
}

/// `format(x, spec)`
pub(super) fn format(cx: &mut Cx<'_>, op: Borrowed<'_>, spec: Borrowed<'_>) -> Res {
    let text = crate::string::text_of(cx, spec)?;
    if text.is_empty() {
        return crate::protocol::str(cx, op);
    }
    let this = op.expect::<IntObject>(cx)?;
    let name = crate::ty::Type::of(op).name();
    let refuse = |error| crate::string::raise_format(cx, error, text, name);
    let spec = Spec::parse(text.chars(), Kind::Int).map_err(refuse)?;
    let mut out = TextBuilder::new(cx);
    let max_digits = cx.int_max_str_digits.get();
    compute_or(
        cx,
        |work| format_spec::write_int(&spec, this.kernel(), max_digits, &mut out, work),
        refuse,
    )?;
    out.finish()
}
