//! Many numbers in, one out, with no more than the last rounding between it and the true value.
//!
//! A float that is too short for an exact result is kept as a sum of two: the rounded value and what
//! rounding took from it.

use runtime_gc::Ref;

use super::float_of;
use crate::args::{Args, bind_named};
use crate::cx::{Cx, Res};
use crate::exception::Exc;
use crate::list::{this, two};
use crate::protocol;
use crate::ty::Binary;

/// `a + b` rounded, and what that differs from the true sum by.
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let (large, small) = if a.abs() < b.abs() { (b, a) } else { (a, b) };
    let sum = large + small;
    (sum, small - (sum - large))
}

/// `fsum(numbers)`: the sum, correctly rounded. Source: Shewchuk, "Adaptive Precision Floating-Point
/// Arithmetic and Fast Robust Geometric Predicates", 1997.
pub(super) fn fsum(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let numbers = this(cx, &args)?;
    let iterator = protocol::iter(cx, numbers)?;
    let mut sum = ExactSum::default();
    while let Some(number) = protocol::next(cx, iterator.borrow())? {
        let number = float_of(cx, number.borrow())?;
        if !sum.add(number) {
            let message = format_args!("intermediate overflow in fsum");
            return Err(cx.raise(Exc::OverflowError, message));
        }
    }
    match sum.rounded() {
        Some(value) => cx.float(value),
        None => Err(cx.value_error(format_args!("-inf + inf in fsum"))),
    }
}

/// A sum of floats with nothing lost: parts that do not overlap, the smallest first.
#[derive(Default)]
struct ExactSum {
    parts: Vec<f64>,
    /// What is no finite number, added up.
    special: f64,
    infinities: f64,
}

impl ExactSum {
    /// Adds a number; `false` when the sum is too large for a float though the number is not.
    fn add(&mut self, number: f64) -> bool {
        let mut carry = number;
        let mut kept = 0;
        for at in 0..self.parts.len() {
            let Some(&part) = self.parts.get(at) else { break };
            let (sum, rest) = two_sum(carry, part);
            if rest != 0.0 {
                if let Some(slot) = self.parts.get_mut(kept) {
                    *slot = rest;
                }
                kept += 1;
            }
            carry = sum;
        }
        self.parts.truncate(kept);
        if carry == 0.0 {
            return true;
        }
        if carry.is_finite() {
            self.parts.push(carry);
            return true;
        }
        if number.is_finite() {
            return false;
        }
        if number.is_infinite() {
            self.infinities += number;
        }
        self.special += number;
        self.parts.clear();
        true
    }

    /// The float nearest to the sum, ties to even; none for infinities of both signs.
    fn rounded(mut self) -> Option<f64> {
        if self.special != 0.0 {
            return (!self.infinities.is_nan()).then_some(self.special);
        }
        let Some(mut high) = self.parts.pop() else { return Some(0.0) };
        let mut low = 0.0;
        while let Some(part) = self.parts.pop() {
            (high, low) = two_sum(high, part);
            if low != 0.0 {
                break;
            }
        }
        // Exactly half way, and what is left decides: as far again as the error reaches, if that
        // is a float's distance.
        if let Some(&rest) = self.parts.last()
            && ((low < 0.0 && rest < 0.0) || (low > 0.0 && rest > 0.0))
        {
            let twice = low * 2.0;
            let up = high + twice;
            if up - high == twice {
                high = up;
            }
        }
        Some(high)
    }
}

/// `prod(items, *, start=1)`
pub(super) fn prod(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    if args.positionals().is_empty() {
        return Err(
            cx.type_error(format_args!("prod() takes exactly 1 positional argument (0 given)"))
        );
    }
    let [items, start] = bind_named(cx, "prod", &args, ["", "start"], 1, 1)?;
    let items = items.unwrap_or(cx.world().none_borrowed());
    let mut product = match start {
        Some(start) => start.owned(),
        None => cx.int(1)?,
    };
    let iterator = protocol::iter(cx, items)?;
    while let Some(item) = protocol::next(cx, iterator.borrow())? {
        product = protocol::binary(cx, Binary::Mul, product.borrow(), item.borrow())?;
    }
    Ok(product)
}

/// `hypot(*coordinates)`
pub(super) fn hypot(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    if !args.names().is_empty() {
        return Err(cx.type_error(format_args!("math.hypot() takes no keyword arguments")));
    }
    let mut sides = Vec::with_capacity(args.len());
    for &side in args.positionals() {
        sides.push(float_of(cx, side)?);
    }
    cx.float(length(&mut sides))
}

/// `dist(p, q)`
pub(super) fn dist(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (p, q) = two(cx, &args)?;
    let (p, q) = (protocol::to_tuple(cx, p)?, protocol::to_tuple(cx, q)?);
    let (p, q) = (coordinates(cx, &p)?, coordinates(cx, &q)?);
    if p.len() != q.len() {
        return Err(
            cx.value_error(format_args!("both points must have the same number of dimensions"))
        );
    }
    let mut sides = Vec::with_capacity(p.len());
    for (a, b) in p.iter().zip(q) {
        let a = float_of(cx, a.borrow())?;
        sides.push(a - float_of(cx, b.borrow())?);
    }
    cx.float(length(&mut sides))
}

fn coordinates(cx: &Cx<'_>, tuple: &Ref) -> Res<Vec<Ref>> {
    let items = crate::tuple::items_of(cx, tuple.borrow())?;
    Ok(items.iter().map(|item| item.owned()).collect())
}

/// The length of a vector. The squares are added as pairs of floats, and the root is corrected by
/// what its own square misses.
fn length(sides: &mut [f64]) -> f64 {
    let mut longest = 0.0_f64;
    for side in &mut *sides {
        *side = side.abs();
        longest = longest.max(*side);
    }
    if longest.is_infinite() {
        return longest;
    }
    if sides.iter().any(|side| side.is_nan()) {
        return f64::NAN;
    }
    if longest == 0.0 || sides.len() == 1 {
        return longest;
    }
    if longest < f64::MIN_POSITIVE {
        // Too small to be scaled by a power of two that is a float itself.
        sides.iter_mut().for_each(|side| *side /= f64::MIN_POSITIVE);
        return f64::MIN_POSITIVE * length(sides);
    }
    // With all sides below two, no square is too large, and those that vanish do not count.
    let exponent = (longest.to_bits() >> 52) & 0x7ff; // of a positive float that is not tiny
    let unit = f64::from_bits(exponent << 52);
    let mut sum = Pair::default();
    for side in &*sides {
        let side = side / unit;
        sum.add_product(side, side);
    }
    let root = sum.value().sqrt();
    sum.add_product(-root, root);
    (root + sum.value() / (2.0 * root)) * unit
}

/// A sum of products with twice a float's digits.
#[derive(Default)]
struct Pair {
    high: f64,
    low: f64,
}

impl Pair {
    fn add_product(&mut self, a: f64, b: f64) {
        let product = a * b;
        let product_rest = a.mul_add(b, -product);
        let (sum, sum_rest) = two_sum(self.high, product);
        self.high = sum;
        self.low += sum_rest + product_rest;
    }

    fn value(&self) -> f64 {
        self.high + self.low
    }
}

#[cfg(test)]
mod tests {
    use super::{ExactSum, length};

    fn sum(numbers: &[f64]) -> Option<f64> {
        let mut sum = ExactSum::default();
        assert!(numbers.iter().all(|&number| sum.add(number)));
        sum.rounded()
    }

    #[test]
    fn a_sum_is_rounded_once() {
        assert_eq!(sum(&[0.1; 10]), Some(1.0));
        assert_eq!(sum(&[1e100, 1.0, -1e100, 1e-100, 1e50, -1.0, -1e50]), Some(1e-100));
        // Half way between two floats, decided by the last of the parts.
        let half = 2.0_f64.powi(-53);
        assert_eq!(sum(&[1.0, half, 1e-300]), Some(1.0 + f64::EPSILON));
        assert_eq!(sum(&[1.0, half, -1e-300]), Some(1.0));
        assert_eq!(sum(&[f64::INFINITY, f64::NEG_INFINITY]), None);
    }

    #[test]
    fn lengths_neither_overflow_nor_vanish() {
        assert_eq!(length(&mut [3.0, 4.0]), 5.0);
        assert_eq!(length(&mut [3e300, 4e300]), 5e300);
        assert_eq!(length(&mut [3e-310, 4e-310]), 5e-310);
        assert_eq!(length(&mut [f64::MAX, f64::MAX]), f64::INFINITY);
        assert!(length(&mut [f64::NAN, 1.0]).is_nan());
        assert_eq!(length(&mut [f64::NAN, f64::INFINITY]), f64::INFINITY);
    }
}
