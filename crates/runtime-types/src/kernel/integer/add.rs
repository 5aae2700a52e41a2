//! Comparison, addition and subtraction.

use std::cmp::Ordering;

use super::super::Work;
use super::{Int, IntError, IntRef, mag};

/// The order of two integers. Cost: linear in the equal leading digits.
#[must_use]
pub fn compare(a: IntRef, b: IntRef) -> Ordering {
    match (a.is_negative(), b.is_negative()) {
        (false, true) => Ordering::Greater,
        (true, false) => Ordering::Less,
        (false, false) => mag::cmp(a.digits(), b.digits()),
        (true, true) => mag::cmp(b.digits(), a.digits()),
    }
}

/// `a + b`. Cost: linear.
///
/// # Errors
/// `TooLarge` when the longer operand with one bit more exceeds the limit, and only for operands of
/// one sign; `NoMemory`; `Stopped`.
pub fn add(a: IntRef, b: IntRef, work: &mut Work) -> Result<Int, IntError> {
    if let (&[], _) | (&[_], &[_] | &[]) | (&[_, _], &[_, _] | &[_] | &[]) =
        (a.digits(), b.digits())
        && let (Some(a), Some(b)) = (a.to_i64(), b.to_i64())
        && let Some(sum) = a.checked_add(b)
    {
        return Ok(Int::from_i64(sum));
    }
    if a.is_negative() == b.is_negative() {
        let bits = a.bit_length().max(b.bit_length());
        if bits > work.limits().max_bits {
            return Err(IntError::TooLarge { bits });
        }
        return Ok(Int::new(a.is_negative(), mag::sum(a.digits(), b.digits(), work)?));
    }
    Ok(match mag::cmp(a.digits(), b.digits()) {
        Ordering::Equal => Int::zero(),
        Ordering::Greater => {
            Int::new(a.is_negative(), mag::difference(a.digits(), b.digits(), work)?)
        }
        Ordering::Less => Int::new(b.is_negative(), mag::difference(b.digits(), a.digits(), work)?),
    })
}

/// `a - b`. Cost: linear.
///
/// # Errors
/// As [`add`].
pub fn sub(a: IntRef, b: IntRef, work: &mut Work) -> Result<Int, IntError> {
    add(a, b.negated(), work)
}
