//! What can go wrong below the language: a request for memory that was refused.

use std::fmt;
use std::panic::Location;

use crate::source::SourceFault;

/// A request for memory that could not be met. Nothing was changed by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AllocError {
    /// The size is more than any object may have (`isize::MAX` bytes), or overflowed.
    TooLarge,
    /// The system had no memory to give for this many bytes.
    System {
        /// Bytes asked of the system.
        bytes: usize,
    },
    /// The heap's memory limit refused it.
    Limit {
        /// Bytes asked for.
        bytes: usize,
        /// The limit in bytes.
        limit: usize,
        /// Bytes that were taken from the system when it was asked.
        taken: usize,
    },
    /// A [`crate::FaultPlan`] refused it on purpose.
    Planned {
        /// Its number among the requests that the plan looks at, from 0.
        request: u64,
        /// Where it was made; none for a table of the heap's own.
        site: Option<&'static Location<'static>>,
    },
    /// The arena source gave memory that cannot be used.
    Source(SourceFault),
}

impl fmt::Display for AllocError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::TooLarge => f.write_str("the size asked for is larger than any object may be"),
            Self::System { bytes } => write!(f, "the system refused {bytes} bytes"),
            Self::Limit { bytes, limit, taken } => {
                write!(f, "{bytes} bytes refused: {taken} of the limit of {limit} bytes are taken")
            }
            Self::Planned { request, site } => {
                write!(f, "request {request} was planned to fail")?;
                site.map_or(Ok(()), |site| write!(f, ", at {site}"))
            }
            Self::Source(fault) => fault.fmt(f),
        }
    }
}

impl std::error::Error for AllocError {}
