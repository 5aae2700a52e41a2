//! Failing each allocation of a story, to see that whoever asked can live with it.

use std::fmt;

use runtime_core::FaultPlan;
use runtime_script::Teardown;
use runtime_types::Exc;

use super::collect::VerifyError;
use super::error::Error;
use super::runtime::Runtime;

/// What was wrong after a request had been refused.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum RefusalFault {
    /// The story ended with something other than `MemoryError`.
    Other {
        /// Number of the request that was refused.
        request: u64,
        /// What it ended with.
        error: Error,
    },
    /// Heap or counts were not whole.
    Damaged {
        /// Number of the request that was refused.
        request: u64,
        /// What was broken.
        why: VerifyError,
    },
    /// The same story did not run any more when memory was there again.
    Lasting {
        /// Number of the request that was refused.
        request: u64,
        /// What it ended with.
        error: Error,
    },
    /// Something leaked.
    Leaked {
        /// Number of the request that was refused.
        request: u64,
        /// What was left when the runtime ended.
        left: Teardown,
    },
    /// There was no runtime to tell the story in, or it failed with nothing refused.
    Start(Error),
}

impl fmt::Display for RefusalFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Other { request, error } => {
                write!(f, "request {request} refused: the story ended with {error}")
            }
            Self::Damaged { request, why } => write!(f, "request {request} refused: {why}"),
            Self::Lasting { request, error } => {
                write!(f, "request {request} refused: later the story ended with {error}")
            }
            Self::Leaked { request, left } => {
                write!(f, "request {request} refused: {left:?}")
            }
            Self::Start(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for RefusalFault {}

/// Tells a story in a runtime of its own once for each memory request that it makes, and refuses that
/// one. Each time the outcome must be `MemoryError` or success, heap and counts be whole, the story
/// succeed when memory is there again, and nothing be left at the end.
///
/// Gives the number of requests that were refused.
///
/// # Errors
/// The first [`RefusalFault`].
pub fn refuse_each(story: impl Fn(&Runtime) -> Result<(), Error>) -> Result<u64, RefusalFault> {
    for request in 0.. {
        let rt = Runtime::new().map_err(RefusalFault::Start)?;
        rt.heap().plan_faults(Some(FaultPlan::nth(request)));
        let told = story(&rt);
        let refused = rt.heap().plan_faults(None).refused;
        match told {
            Err(error) if refused == 0 => return Err(RefusalFault::Start(error)),
            Err(error) if !error.is(Exc::MemoryError) => {
                return Err(RefusalFault::Other { request, error });
            }
            _ => {}
        }
        rt.verify().map_err(|why| RefusalFault::Damaged { request, why })?;
        story(&rt).map_err(|error| RefusalFault::Lasting { request, error })?;
        let left = rt.finish();
        if left != Teardown::default() {
            return Err(RefusalFault::Leaked { request, left });
        }
        if refused == 0 {
            return Ok(request);
        }
    }
    Ok(u64::MAX)
}
