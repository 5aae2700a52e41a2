//! Functions of whole numbers of any size.
//!
//! Products of many factors are multiplied as a tree, so that large numbers meet numbers as large.

use runtime_gc::{Borrowed, Ref};

use crate::args::Args;
use crate::cx::{Cx, Res};
use crate::exception::Exc;
use crate::int::{IntObject, compute};
use crate::kernel::Work;
use crate::kernel::integer::{self, Int, IntError, IntRef};
use crate::list::this;
use crate::protocol;
use crate::view::Look;

/// `gcd(*integers)`
pub(super) fn gcd(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    fold(cx, "gcd", &args, 0, integer::gcd)
}

/// `lcm(*integers)`
pub(super) fn lcm(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    fold(cx, "lcm", &args, 1, |a, b, work| {
        if a.is_zero() || b.is_zero() {
            return Ok(Int::zero());
        }
        let common = integer::gcd(a, b, work)?;
        let share = integer::floordiv(a.abs(), common.as_ref(), work)?;
        integer::mul(share.as_ref(), b.abs(), work)
    })
}

fn fold(
    cx: &mut Cx<'_>,
    name: &str,
    args: &Args<'_>,
    start: i64,
    step: fn(IntRef<'_>, IntRef<'_>, &mut Work<'_>) -> Result<Int, IntError>,
) -> Res {
    if !args.names().is_empty() {
        return Err(cx.type_error(format_args!("math.{name}() takes no keyword arguments")));
    }
    let mut result = Int::from_i64(start);
    for &op in args.positionals() {
        let int = protocol::index(cx, op)?;
        let int = int.borrow().expect::<IntObject>(cx)?;
        result = compute(cx, |work| step(result.as_ref(), int.kernel(), work))?;
    }
    match result.as_ref().to_i64() {
        Some(value) => cx.int(value),
        None => cx.int_from(&result),
    }
}

/// `isqrt(n)`
pub(super) fn isqrt(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let n = whole(cx, this(cx, &args)?)?;
    let n = n.borrow().expect::<IntObject>(cx)?;
    if n.is_negative() {
        return Err(cx.value_error(format_args!("isqrt() argument must be nonnegative")));
    }
    let root = compute(cx, |work| integer::isqrt(n.kernel(), work))?;
    cx.int_from(&root)
}

/// `factorial(n)`
pub(super) fn factorial(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let n = whole(cx, this(cx, &args)?)?;
    factorial_of(cx, &n)
}

fn factorial_of(cx: &Cx<'_>, n: &Ref) -> Res {
    let n = n.borrow().expect::<IntObject>(cx)?;
    if n.is_negative() {
        return Err(cx.value_error(format_args!("factorial() not defined for negative values")));
    }
    let Some(n) = n.to_i64() else {
        return Err(cx.raise(
            Exc::OverflowError,
            format_args!("factorial() argument should not exceed {}", i64::MAX),
        ));
    };
    let value = compute(cx, |work| rising(1, n.unsigned_abs(), work))?;
    cx.int_from(&value)
}

/// `perm(n, k=None)`
pub(super) fn perm(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let n = whole(cx, this(cx, &args)?)?;
    let Some(k) = args.get(1).filter(|&k| !cx.is_none(k)) else { return factorial_of(cx, &n) };
    let k = whole(cx, k)?;
    let (n, k) = not_negative(cx, &n, &k)?;
    if integer::compare(n.kernel(), k.kernel()).is_lt() {
        return cx.int(0);
    }
    let Some(k) = k.to_i64() else {
        let message = format_args!("k must not exceed {}", i64::MAX);
        return Err(cx.raise(Exc::OverflowError, message));
    };
    let value = compute(cx, |work| falling(n.kernel(), k.unsigned_abs(), work))?;
    cx.int_from(&value)
}

/// `comb(n, k)`
pub(super) fn comb(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (n, k) = crate::list::two(cx, &args)?;
    let n = whole(cx, n)?;
    let k = whole(cx, k)?;
    let (n, k) = not_negative(cx, &n, &k)?;
    let others = compute(cx, |work| integer::sub(n.kernel(), k.kernel(), work))?;
    if others.is_negative() {
        return cx.int(0);
    }
    let fewer = match (k.to_i64(), others.as_ref().to_i64()) {
        (Some(k), Some(others)) => k.min(others),
        (Some(k), None) | (None, Some(k)) => k,
        (None, None) => {
            return Err(cx.raise(
                Exc::OverflowError,
                format_args!("min(n - k, k) must not exceed {}", i64::MAX),
            ));
        }
    };
    let value = compute(cx, |work| {
        let fewer = fewer.unsigned_abs();
        let ordered = falling(n.kernel(), fewer, work)?;
        let orders = rising(1, fewer, work)?;
        integer::floordiv(ordered.as_ref(), orders.as_ref(), work)
    })?;
    cx.int_from(&value)
}

fn whole(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    protocol::index(cx, op)
}

fn not_negative<'a>(cx: &Cx<'_>, n: &'a Ref, k: &'a Ref) -> Res<(&'a IntObject, &'a IntObject)> {
    let (n, k) = (n.borrow().expect::<IntObject>(cx)?, k.borrow().expect::<IntObject>(cx)?);
    for (name, int) in [("n", n), ("k", k)] {
        if int.is_negative() {
            return Err(cx.value_error(format_args!("{name} must be a non-negative integer")));
        }
    }
    Ok((n, k))
}

/// `first * (first + 1) * ... * last`; 1 when that is no factor. Factors are gathered in machine
/// words as long as they fit.
fn rising(first: u64, last: u64, work: &mut Work<'_>) -> Result<Int, IntError> {
    /// So few that some of them fit a word together.
    const FEW: u64 = 16;
    if last < first {
        return Ok(Int::from_u64(1));
    }
    if last - first >= FEW {
        let middle = first + (last - first) / 2;
        let low = rising(first, middle, work)?;
        let high = rising(middle + 1, last, work)?;
        return integer::mul(low.as_ref(), high.as_ref(), work);
    }
    let (mut product, mut word) = (Int::from_u64(1), 1_u64);
    for factor in first..=last {
        match word.checked_mul(factor) {
            Some(more) => word = more,
            None => {
                let gathered = Int::from_u64(word);
                product = integer::mul(product.as_ref(), gathered.as_ref(), work)?;
                word = factor;
            }
        }
    }
    let gathered = Int::from_u64(word);
    integer::mul(product.as_ref(), gathered.as_ref(), work)
}

/// `n * (n - 1) * ... * (n - k + 1)`
fn falling(n: IntRef<'_>, k: u64, work: &mut Work<'_>) -> Result<Int, IntError> {
    if k == 0 {
        return Ok(Int::from_u64(1));
    }
    if let Some(n) = n.to_u64() {
        return rising(n - k + 1, n, work);
    }
    if k == 1 {
        return n.to_int().map_err(IntError::from);
    }
    let half = k / 2;
    let high = falling(n, half, work)?;
    let rest = integer::sub(n, Int::from_u64(half).as_ref(), work)?;
    let low = falling(rest.as_ref(), k - half, work)?;
    integer::mul(high.as_ref(), low.as_ref(), work)
}
