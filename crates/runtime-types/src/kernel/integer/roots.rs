//! Greatest common divisor, modular inverse and integer square root.

use std::cmp::Ordering;

use super::super::{NoMemory, Work, work::CHUNK};
use super::mul::product;
use super::{DIGIT_BITS, DIGIT_MASK, Digits, Int, IntError, IntRef, add, div, mag, mul};

/// The greatest common divisor, never negative; 0 for two zeros. Cost: quadratic (Lehmer's method).
///
/// # Errors
/// `NoMemory`; `Stopped`.
pub fn gcd(a: IntRef, b: IntRef, work: &mut Work) -> Result<Int, IntError> {
    let (mut a, mut b) = match mag::cmp(a.digits(), b.digits()) {
        Ordering::Less => (mag::copied(b.digits(), work)?, mag::copied(a.digits(), work)?),
        _ => (mag::copied(a.digits(), work)?, mag::copied(b.digits(), work)?),
    };
    while a.len() > 2 {
        if b.is_empty() {
            return Ok(Int::new(false, a));
        }
        let Some(step) = lehmer_step(&a, &b) else {
            let rest = div::div_rem(&a, &b, work)?.1;
            (a, b) = (b, rest);
            continue;
        };
        apply(&mut a, &mut b, step, work)?;
    }
    let (Some(mut x), Some(mut y)) = (mag::to_u64(&a), mag::to_u64(&b)) else {
        return Ok(Int::zero()); // two digits are 60 bits
    };
    while y != 0 {
        (x, y) = (y, x % y);
    }
    Ok(Int::from_u64(x))
}

/// What several Euclidean steps do to `a` and `b`: `(x a - y b, w b - z a)`.
struct LehmerStep {
    x: i64,
    y: i64,
    z: i64,
    w: i64,
}

/// As many steps as the top 60 bits decide; none when they decide nothing. `a >= b`, three digits.
/// Source: CPython's `_PyLong_GCD`.
fn lehmer_step(a: &[u32], b: &[u32]) -> Option<LehmerStep> {
    let at = a.len().checked_sub(3)?;
    let [a2, a1, a0] = *a.get(at..)? else { return None };
    let digit = |index| b.get(index).copied().map_or(0, i64::from);
    let (b2, b1, b0) = (digit(at), digit(at + 1), digit(at + 2));
    let high = u32::BITS - a0.leading_zeros(); // 1 to 30
    let top = |low: i64, mid: i64, top: i64| {
        (top << (2 * DIGIT_BITS - high)) | (mid << (DIGIT_BITS - high)) | (low >> high)
    };
    let mut x = top(i64::from(a2), i64::from(a1), i64::from(a0));
    let mut y = top(b2, b1, b0);
    let (mut ca, mut cb, mut cc, mut cd) = (1_i64, 0_i64, 0_i64, 1_i64);
    let mut odd = false;
    for steps in 0.. {
        // The cofactors stay below 2**31, and x and y below 2**60.
        let fits = y != cc;
        let quotient = if fits { (x + (ca - 1)) / (y - cc) } else { 0 };
        let s = cb.saturating_add(quotient.saturating_mul(cd));
        let t = x.saturating_sub(quotient.saturating_mul(y));
        if !fits || s > t {
            if steps == 0 {
                return None;
            }
            break;
        }
        (x, y) = (y, t);
        let t = ca.saturating_add(quotient.saturating_mul(cc));
        (ca, cb, cc, cd) = (cd, cc, s, t);
        odd = !odd;
    }
    // After an odd number of steps the roles are exchanged.
    Some(if odd {
        LehmerStep { x: -cb, y: -ca, z: -cd, w: -cc }
    } else {
        LehmerStep { x: ca, y: cb, z: cc, w: cd }
    })
}

fn apply(
    a: &mut Digits,
    b: &mut Digits,
    step: LehmerStep,
    work: &mut Work,
) -> Result<(), IntError> {
    let missing = a.len().saturating_sub(b.len()); // at most two, or no step was decided
    b.try_reserve(missing).map_err(NoMemory::from)?;
    b.resize(a.len(), 0);
    let (mut carry_a, mut carry_b) = (0_i64, 0_i64);
    for (low_a, low_b) in a.chunks_mut(CHUNK).zip(b.chunks_mut(CHUNK)) {
        work.charge(low_a.len() as u64 * 4)?;
        for (to_a, to_b) in low_a.iter_mut().zip(low_b) {
            let (x, y) = (i64::from(*to_a), i64::from(*to_b));
            carry_a += step.x * x - step.y * y;
            carry_b += step.w * y - step.z * x;
            *to_a = (carry_a & i64::from(DIGIT_MASK)) as u32;
            *to_b = (carry_b & i64::from(DIGIT_MASK)) as u32;
            carry_a >>= DIGIT_BITS;
            carry_b >>= DIGIT_BITS;
        }
    }
    mag::trim(a);
    mag::trim(b);
    Ok(())
}

/// The inverse of `a` modulo the positive `modulus`, in `0..modulus`. Cost: quadratic and worse.
///
/// # Errors
/// `NotInvertible`; `ZeroModulus`; `NoMemory`; `Stopped`.
pub fn inverse(a: IntRef, modulus: IntRef, work: &mut Work) -> Result<Int, IntError> {
    if modulus.is_zero() {
        return Err(IntError::ZeroModulus);
    }
    let modulus = modulus.abs();
    let reduced = div::modulo(a, modulus, work)?;
    // Euclid's steps, keeping the factor of `a` in each remainder.
    let (mut high, mut low) = (modulus.to_int()?, reduced);
    let (mut factor_high, mut factor_low) = (Int::zero(), Int::from_u64(1));
    while !low.as_ref().is_zero() {
        let (quotient, rest) = div::divmod(high.as_ref(), low.as_ref(), work)?;
        let taken = mul::mul(quotient.as_ref(), factor_low.as_ref(), work)?;
        let next = add::sub(factor_high.as_ref(), taken.as_ref(), work)?;
        (high, low) = (low, rest);
        (factor_high, factor_low) = (factor_low, next);
    }
    if high.as_ref() != IntRef::ONE {
        return Err(IntError::NotInvertible);
    }
    div::modulo(factor_high.as_ref(), modulus, work)
}

/// The greatest integer whose square is at most `a`. Cost: a few divisions.
///
/// # Errors
/// `NegativeRoot`; `NoMemory`; `Stopped`.
pub fn isqrt(a: IntRef, work: &mut Work) -> Result<Int, IntError> {
    if a.is_negative() {
        return Err(IntError::NegativeRoot);
    }
    Ok(Int::new(false, root(a.digits(), work)?))
}

fn root(a: &[u32], work: &mut Work) -> Result<Digits, IntError> {
    if a.len() <= 4 {
        return Ok(mag::from_u64(mag::low_u128(a).isqrt() as u64)); // of 120 bits: 60
    }
    // The root of the top half starts one step of Newton, which doubles what is right; the start is
    // rounded up so that the step comes from above and falls at most a little short.
    let bits = mag::bits(a);
    let shift = bits / 4;
    let top = root(&mag::shr(a, shift.saturating_mul(2), work)?, work)?;
    let mut guess = mag::shl(&mag::sum(&top, &[1], work)?, shift, work)?;
    loop {
        let quotient = div::div_rem(a, &guess, work)?.0;
        if mag::cmp(&quotient, &guess) != Ordering::Less {
            break;
        }
        guess = mag::shr(&mag::sum(&guess, &quotient, work)?, 1, work)?;
    }
    debug_assert!(mag::cmp(&product(&guess, &guess, work)?, a) != Ordering::Greater);
    Ok(guess)
}
