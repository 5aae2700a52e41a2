//! Who holds an object, and when it dies: reference counts, immortality, deallocation.
//!
//! ```text
//! Ref          an owned reference: dropping it takes one off the count      refs
//! Borrowed     a reference that somebody else owns for its lifetime         refs
//! dealloc      depth first, in CPython's order, with a bounded stack        dealloc
//! Collector    the floor: the generations that tracked objects are in       collector
//! ```
//!
//! Any release of a reference can be the last, and the last one takes the object apart at once, which
//! in time may run a program's code. So whoever releases does it last, with everything else whole.

mod collector;
mod dealloc;
mod refs;

pub use collector::{Collector, is_tracked, track, untrack};
pub use dealloc::{Container, NESTED_MAX, dealloc, release, traverse};
pub use refs::{Borrowed, Ref, decref, incref};
