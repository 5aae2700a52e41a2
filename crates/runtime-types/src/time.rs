//! The module `time`: clocks, and waiting.
//!
//! The clocks that only go forward count from the start of the runtime.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use runtime_gc::Borrowed;

use crate::args::{Args, NativeDef};
use crate::cx::{Cx, Raised, Res};
use crate::exception::Exc;
use crate::float::FloatObject;
use crate::kernel::integer::Int;
use crate::list::this;
use crate::protocol;
use crate::stop::NAP;
use crate::view::Look;

const FUNCTIONS: &[NativeDef] = &[
    NativeDef::exactly("monotonic", 0, |cx, _| seconds(cx, cx.started.elapsed())),
    NativeDef::exactly("monotonic_ns", 0, |cx, _| nanoseconds(cx, cx.started.elapsed())),
    NativeDef::exactly("perf_counter", 0, |cx, _| seconds(cx, cx.started.elapsed())),
    NativeDef::exactly("perf_counter_ns", 0, |cx, _| nanoseconds(cx, cx.started.elapsed())),
    NativeDef::exactly("sleep", 1, sleep),
    NativeDef::exactly("time", 0, |cx, _| seconds(cx, since_epoch())),
    NativeDef::exactly("time_ns", 0, |cx, _| nanoseconds(cx, since_epoch())),
];

/// The module.
///
/// # Errors
/// `MemoryError`.
pub fn make_module(cx: &mut Cx<'_>) -> Res {
    let dict = crate::dict::new(cx)?;
    crate::module::add_functions(cx, dict.borrow(), "time", FUNCTIONS)?;
    let (key, name) = (cx.name("__name__")?, cx.name("time")?);
    crate::dict::set_name(cx, dict.borrow(), key.borrow(), name.clone())?;
    crate::module::new(cx, name, dict)
}

/// A clock that was set to before 1970 shows that it is 1970.
fn since_epoch() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

fn seconds(cx: &Cx<'_>, time: Duration) -> Res {
    cx.float(time.as_secs_f64())
}

fn nanoseconds(cx: &Cx<'_>, time: Duration) -> Res {
    cx.int_from(&Int::from_u64(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)))
}

/// `sleep(seconds)`
fn sleep(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let op = this(cx, &args)?;
    let time = duration(cx, op)?;
    let (began, mut left) = (Instant::now(), time);
    while !left.is_zero() {
        std::thread::sleep(left.min(NAP));
        cx.charge(1)?;
        left = time.saturating_sub(began.elapsed());
    }
    Ok(cx.none())
}

/// The longest time that CPython can tell.
const LONGEST: Duration = Duration::from_nanos(i64::MAX as u64);

fn duration(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Duration> {
    let negative = |cx: &Cx<'_>| cx.value_error(format_args!("sleep length must be non-negative"));
    let Some(float) = op.view::<FloatObject>() else {
        let int = protocol::index(cx, op)?;
        let Some(whole) = crate::int::to_i64(int.borrow()) else { return Err(too_long(cx)) };
        let time = u64::try_from(whole).map_err(|_| negative(cx))?;
        let time = Duration::from_secs(time);
        return if time <= LONGEST { Ok(time) } else { Err(too_long(cx)) };
    };
    let seconds = float.value();
    if seconds.is_nan() {
        return Err(cx.value_error(format_args!("Invalid value NaN (not a number)")));
    }
    if seconds < 0.0 && seconds.is_finite() {
        return Err(negative(cx));
    }
    match Duration::try_from_secs_f64(seconds.abs()) {
        Ok(time) if time <= LONGEST => Ok(time),
        _ => Err(cx
            .raise(Exc::OverflowError, format_args!("timestamp out of range for platform time_t"))),
    }
}

fn too_long(cx: &Cx<'_>) -> Raised {
    cx.raise(Exc::OverflowError, format_args!("timestamp too large to convert to C PyTime_t"))
}
