//! The budget of a long computation: a bound on its result, and a poll that may stop it.
//!
//! Kernels count *digit operations* (one multiply-add of 30-bit digits, about half a nanosecond) and
//! report them as steps of [`OPS_PER_STEP`] each. Polls are [`OPS_PER_POLL`] apart, a quarter of a
//! millisecond, or one library call, which takes a millisecond or two.

/// The caller's poll said stop: a limit was reached or a signal is pending. The caller knows which.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Stop;

impl std::fmt::Display for Stop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("stopped by the caller's poll")
    }
}

impl std::error::Error for Stop {}

/// Bounds on results, checked before the work is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Limits {
    /// Most bits an integer result may have.
    pub max_bits: u64,
}

impl Limits {
    /// No bound but the address space: digit counts still fit CPython's `Py_ssize_t`.
    pub const NONE: Self = Self { max_bits: i64::MAX.cast_unsigned() };
}

/// Digit operations in one step.
pub const OPS_PER_STEP: u64 = 64;

/// Digit operations after which the poll is called.
pub const OPS_PER_POLL: u64 = 1 << 18;

/// Elements that a plain pass handles between two charges.
pub(crate) const CHUNK: usize = 1 << 16;

/// The limits and the poll that one operation works under.
///
/// Small operations charge too little to reach the poll: the caller counts its own step for them.
pub struct Work<'p> {
    limits: Limits,
    poll: &'p mut dyn FnMut(u64) -> Result<(), Stop>,
    owed: u64,
}

impl<'p> Work<'p> {
    /// Works within `limits`, telling `poll` the steps done since its last call.
    pub fn new(limits: Limits, poll: &'p mut dyn FnMut(u64) -> Result<(), Stop>) -> Self {
        Self { limits, poll, owed: 0 }
    }

    /// The bound on results.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.limits
    }

    /// Counts `ops` digit operations, and polls when enough have gathered.
    ///
    /// # Errors
    /// `Stop` when the poll says so; the operation then leaves nothing behind.
    pub fn charge(&mut self, ops: u64) -> Result<(), Stop> {
        self.owed = self.owed.saturating_add(ops);
        if self.owed < OPS_PER_POLL { Ok(()) } else { self.settle() }
    }

    /// Reports the steps still owed, whole ones only.
    ///
    /// # Errors
    /// As [`charge`](Work::charge).
    pub fn settle(&mut self) -> Result<(), Stop> {
        let steps = self.owed / OPS_PER_STEP;
        self.owed %= OPS_PER_STEP;
        if steps == 0 { Ok(()) } else { (self.poll)(steps) }
    }
}

impl std::fmt::Debug for Work<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Work").field("limits", &self.limits).field("owed", &self.owed).finish()
    }
}
