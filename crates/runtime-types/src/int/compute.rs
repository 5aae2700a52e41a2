//! The way into the kernel: what bounds a result, who is told of long work, and what its errors are
//! in the language.

use runtime_core::AllocError;

use crate::cx::{Raised, Res};
use crate::exception::Exc;
use crate::kernel::integer::{DIGIT_BITS, Int, IntError};
use crate::kernel::{Limits, Stop, Work};
use crate::world::World;

/// Runs a computation of the kernel under the world's limits.
///
/// # Errors
/// Those of the kernel as exceptions; whatever the world's poll raised to stop it.
#[inline(never)]
pub(crate) fn compute<T>(
    world: &World,
    f: impl FnOnce(&mut Work<'_>) -> Result<T, IntError>,
) -> Res<T> {
    compute_or(world, f, |error| raise_int(world, error))
}

/// The same for kernels with errors of their own, which `raise` turns into exceptions.
///
/// # Errors
/// As [`compute`].
pub(crate) fn compute_or<T, E>(
    world: &World,
    f: impl FnOnce(&mut Work<'_>) -> Result<T, E>,
    raise: impl FnOnce(E) -> Raised,
) -> Res<T> {
    let mut stopped = None;
    let result = {
        let mut poll = |steps| {
            (world.work_poll.get())(world, steps).map_err(|raised| {
                stopped = Some(raised);
                Stop
            })
        };
        let mut work = Work::new(limits(world), &mut poll);
        let result = f(&mut work);
        // What is still owed is less than one poll's worth, but many such add up.
        let _ = work.settle();
        result
    };
    match (result, stopped) {
        (_, Some(raised)) => Err(raised),
        (Ok(value), None) => Ok(value),
        (Err(error), None) => Err(raise(error)),
    }
}

/// The same for a result that is an int.
///
/// # Errors
/// As [`compute`].
pub(super) fn compute_int(
    world: &World,
    f: impl FnOnce(&mut Work<'_>) -> Result<Int, IntError>,
) -> Res {
    let value = compute(world, f)?;
    world.int_from(&value)
}

/// What the heap's limit allows an int to be. The kernel works in memory of the host, so a result
/// that could not become an object is refused before it is tried.
fn limits(world: &World) -> Limits {
    let bytes = world.heap().config().limit.unwrap_or(usize::MAX).min(isize::MAX as usize);
    let digits = (bytes / size_of::<u32>()) as u64;
    Limits { max_bits: digits.saturating_mul(u64::from(DIGIT_BITS)).min(Limits::NONE.max_bits) }
}

/// The exception for an error of the kernel that has one text wherever it comes from.
#[cold]
pub(crate) fn raise_int(world: &World, error: IntError) -> Raised {
    let kind = match error {
        IntError::NoMemory => return world.raise_no_memory(AllocError::System { bytes: 0 }),
        IntError::TooLarge { .. } => return world.raise_no_memory(AllocError::TooLarge),
        IntError::ZeroDivision => Exc::ZeroDivisionError,
        IntError::TooLargeForFloat
        | IntError::QuotientTooLarge
        | IntError::FromInfinity
        | IntError::BytesTooFew
        | IntError::NegativeToUnsigned => Exc::OverflowError,
        _ => Exc::ValueError,
    };
    world.raise(kind, format_args!("{error}"))
}
