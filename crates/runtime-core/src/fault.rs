//! Planned failures: refusing a request on purpose, to see that whoever asked can live with it.
//!
//! ```text
//! request number     0   1   2   3   4   5   6
//! FaultPlan::nth(3)              x
//! FaultPlan::from(3)             x   x   x   x  ...
//! between(2, 5)          x   x   x           (CPython's set_nomemory(2, 5): 3rd to 5th request)
//! ```
//!
//! Requests are counted from 0 when the plan is set; malloc, calloc and realloc count, free does
//! not. A plan may look at one domain only, or at one call site only: then nothing else is counted
//! either. A refusal is [`AllocError::Planned`] and takes the same way up as a real one.

use std::cell::Cell;
use std::panic::Location;

use crate::domain::Domain;
use crate::error::AllocError;
use crate::heap::{Heap, add, flag};

/// Which requests to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Among {
    All,
    Domain(Domain),
    /// Requests made from this line of a file whose path ends so.
    Site(&'static str, u32),
    /// Memory for the heap's own tables.
    Side,
}

/// Which requests are to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FaultPlan {
    first: u64,
    /// One past the last to fail.
    end: u64,
    among: Among,
}

impl FaultPlan {
    /// Only request number `n`, counted from 0.
    pub const fn nth(n: u64) -> Self {
        Self { first: n, end: n.saturating_add(1), among: Among::All }
    }

    /// Request number `n` and all after it.
    pub const fn from(n: u64) -> Self {
        Self { first: n, end: u64::MAX, among: Among::All }
    }

    /// Requests `start` up to but not including `stop`; for ever when `stop` is 0. CPython:
    /// `_testcapi.set_nomemory(start, stop)`.
    pub const fn between(start: u64, stop: u64) -> Self {
        Self { first: start, end: if stop == 0 { u64::MAX } else { stop }, among: Among::All }
    }

    /// The same among the requests of one domain.
    #[must_use]
    pub const fn in_domain(self, domain: Domain) -> Self {
        Self { among: Among::Domain(domain), ..self }
    }

    /// The same among the requests made from one line of a source file, whose path ends in `file`.
    /// The site is where the heap's function is called, or the type's that allocates.
    #[must_use]
    pub const fn at(self, file: &'static str, line: u32) -> Self {
        Self { among: Among::Site(file, line), ..self }
    }

    /// The same among the heap's requests for tables of its own (the map of arenas, traces, debug
    /// records), which no other plan looks at.
    #[must_use]
    pub const fn in_side_tables(self) -> Self {
        Self { among: Among::Side, ..self }
    }
}

/// The plan in force, and what it has seen.
#[derive(Default)]
pub(crate) struct Plan {
    plan: Cell<Option<FaultPlan>>,
    seen: Cell<u64>,
    refused: Cell<u64>,
}

impl Plan {
    /// Lets a request pass, or refuses it.
    pub(crate) fn pass(
        &self,
        domain: Domain,
        site: &'static Location<'static>,
    ) -> Result<(), AllocError> {
        let Some(plan) = self.plan.get() else { return Ok(()) };
        let looked_at = match plan.among {
            Among::All => true,
            Among::Domain(only) => only == domain,
            Among::Site(file, line) => site.line() == line && site.file().ends_with(file),
            Among::Side => false,
        };
        if looked_at { self.count(plan, Some(site)) } else { Ok(()) }
    }

    /// The same for a table of the heap's own.
    pub(crate) fn pass_side(&self) -> Result<(), AllocError> {
        match self.plan.get() {
            Some(plan) if plan.among == Among::Side => self.count(plan, None),
            _ => Ok(()),
        }
    }

    fn count(
        &self,
        plan: FaultPlan,
        site: Option<&'static Location<'static>>,
    ) -> Result<(), AllocError> {
        let request = self.seen.get();
        self.seen.set(request + 1);
        if (plan.first..plan.end).contains(&request) {
            add(&self.refused, 1);
            return Err(AllocError::Planned { request, site });
        }
        Ok(())
    }
}

/// What a plan has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FaultCount {
    /// Requests that it looked at.
    pub seen: u64,
    /// Those that it refused.
    pub refused: u64,
}

impl Heap {
    /// Makes requests fail by plan from now on, or ends that; gives what the plan before has done.
    pub fn plan_faults(&self, plan: Option<FaultPlan>) -> FaultCount {
        let count = self.fault_count();
        self.plan.plan.set(plan);
        self.plan.seen.set(0);
        self.plan.refused.set(0);
        self.attend(flag::PLANNED, plan.is_some());
        count
    }

    /// What the plan in force has done so far.
    pub fn fault_count(&self) -> FaultCount {
        FaultCount { seen: self.plan.seen.get(), refused: self.plan.refused.get() }
    }
}
