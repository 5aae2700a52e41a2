//! What an event means, with names: what the state knows when it has applied a record.

use runtime_core::Layer;

use crate::code::{BlockCode, Record};
use crate::names::Name;

/// Why an object died.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// Its last reference went.
    LastReference,
    /// A collection dropped the references that kept it, or what held it.
    Collection,
}

impl Cause {
    /// The words for it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::LastReference => "last reference",
            Self::Collection => "collection",
        }
    }
}

/// An event, explained.
#[derive(Debug, Clone)]
pub struct Happening {
    /// Its number.
    pub event: u64,
    /// The line that it is the doing of: file and line.
    pub line: Option<(u32, u32)>,
    /// The event itself.
    pub record: Record,
    /// What it means for an object, if it is about one.
    pub what: Option<What>,
}

/// What an event means for an object.
#[derive(Debug, Clone)]
pub struct What {
    /// The object.
    pub name: Name,
    /// Where it lies.
    pub block: BlockCode,
    /// Bytes of its block, as asked for.
    pub size: usize,
    /// The layer that served its birth.
    pub layer: Layer,
    /// Who left the block that it was born in on the free list.
    pub left_by: Option<Name>,
    /// Why it died, from the event on that says so.
    pub cause: Cause,
    /// Whether this event is the first that says that its fields are whole.
    pub newly_filled: bool,
    /// The line that it was born on.
    pub born: Option<(u32, u32)>,
}
