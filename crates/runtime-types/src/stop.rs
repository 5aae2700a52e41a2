//! Limits on steps and time, and interrupts from the keyboard: what a safe point looks after besides
//! collections.
//!
//! ```text
//! Heap::safe_point   INTERRUPTED, TIME_UP    raised by anybody, on any thread
//!                    COUNTED                 steps have a limit, so each safe point counts
//!                    STOPPED                 a limit was reached: nothing of a script runs any more
//! ```
//!
//! A program passes a safe point on each turn of a loop and each call; native loops call
//! [`World::charge`] for each item. Both cost one look at the flag word while no flag is up.
//!
//! Invariant: once `STOPPED` is up it stays, each safe point and each charge raises again, frames
//! have no handlers and nothing is written to the console. So whoever swallows the exception that
//! carries the news gains nothing.

use std::ops::Range;
use std::time::Duration;

use runtime_core::{COUNTED, INTERRUPTED, STOPPED, TIME_UP};

use crate::cx::{Raised, Res};
use crate::exception::Exc;
use crate::world::World;

/// A limit that ended a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Limit {
    /// It did as many steps as it was given.
    Steps(u64),
    /// It had its time.
    Time,
}

/// The flags that a charge looks at; collections are due at safe points only.
const MINDED: u32 = INTERRUPTED | TIME_UP | COUNTED | STOPPED;

/// How long a native call may wait for something outside without a look at the flags.
pub const NAP: Duration = Duration::from_millis(10);

/// Items that a native loop handles between two charges, when handling one takes nanoseconds.
pub(crate) const PIECE: usize = 1 << 14;

impl World {
    /// Charges the steps of a native loop, and sees whether it must end.
    ///
    /// # Errors
    /// `KeyboardInterrupt`; and what cannot be caught when a limit is reached.
    #[inline(always)]
    pub fn charge(&self, steps: u64) -> Res<()> {
        if self.heap().is_asked(MINDED) { poll(self, steps) } else { Ok(()) }
    }

    /// Charges for a text or a buffer of `len` bytes that is about to be written in one go: a step for
    /// each KiB, from 64 of them on.
    ///
    /// # Errors
    /// As [`World::charge`].
    #[inline]
    pub fn charge_bytes(&self, len: usize) -> Res<()> {
        if len < 1 << 16 { Ok(()) } else { self.charge((len >> 10) as u64) }
    }

    /// Goes through `0..count` in pieces, and charges for each.
    ///
    /// # Errors
    /// As [`World::charge`]; what was done of it stays done.
    pub fn in_pieces(&self, count: usize, mut f: impl FnMut(Range<usize>)) -> Res<()> {
        let mut start = 0;
        while start < count {
            let end = count.min(start.saturating_add(PIECE));
            f(start..end);
            self.charge((end - start) as u64)?;
            start = end;
        }
        Ok(())
    }

    /// Limits the steps that scripts do from now on.
    pub fn limit_steps(&self, steps: u64) {
        self.steps_given.set(steps);
        self.steps_left.set(steps);
        self.heap().ask(COUNTED);
    }

    /// The limit that ended the script, if one did.
    #[inline]
    pub fn stopped(&self) -> Option<Limit> {
        self.stopped.get()
    }

    /// Whether no script code may run any more.
    #[inline(always)]
    pub fn is_stopped(&self) -> bool {
        self.heap().is_asked(STOPPED)
    }

    /// Raises again what ended the script.
    #[cold]
    pub fn raise_stopped(&self) -> Raised {
        self.raise(Exc::SystemExit, format_args!("a limit was reached"))
    }

    fn stop(&self, limit: Limit) -> Raised {
        self.stopped.set(Some(limit));
        self.heap().ask(STOPPED);
        self.raise_stopped()
    }
}

/// Charges steps, and looks after every flag but that of collections.
///
/// # Errors
/// As [`World::charge`].
#[cold]
#[inline(never)]
pub fn poll(world: &World, steps: u64) -> Res<()> {
    let heap = world.heap();
    if heap.is_asked(STOPPED) {
        return Err(world.raise_stopped());
    }
    if heap.is_asked(TIME_UP) {
        return Err(world.stop(Limit::Time));
    }
    if heap.is_asked(COUNTED) {
        match world.steps_left.get().checked_sub(steps) {
            Some(left) => world.steps_left.set(left),
            None => return Err(world.stop(Limit::Steps(world.steps_given.get()))),
        }
    }
    if heap.is_asked(INTERRUPTED) {
        heap.answer(INTERRUPTED);
        let ty = world.exc_type(Exc::KeyboardInterrupt);
        let exception = world.exception(ty, world.empty_tuple())?;
        return Err(world.set_raised(exception));
    }
    Ok(())
}
