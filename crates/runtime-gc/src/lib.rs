//! Who holds an object, and when it dies: reference counts, weak references, finalizers, deallocation,
//! and the cycle collector.
//!
//! ```text
//! Ref, Borrowed   an owned reference; one that somebody else owns           refs
//! dealloc         depth first, in CPython's order, with a bounded stack     dealloc
//! last rites      finalizer, weak references; then it is taken apart        finalize, weak
//! immortals       what no count can free                                    immortal
//! ------------------------------------------------------------------------------------------
//! Collector       the floor: generations, thresholds, policies              collector
//! a collection    which objects only hold each other                        collect, passes, head
//! garbage         what becomes of them                                      garbage
//! ------------------------------------------------------------------------------------------
//! Above           what it asks of the floor above                           above
//! census, leaks   the books proved; what is left when a runtime ends        census, leaks
//! ```
//!
//! Any release of a reference can be the last, and the last one takes the object apart at once, which
//! in time may run a program's code. So whoever releases does it last, with everything else whole.

mod above;
mod census;
mod collect;
mod collector;
mod dealloc;
mod finalize;
mod garbage;
mod head;
mod immortal;
mod leaks;
mod passes;
mod refs;
mod trial;
pub mod weak;

#[cfg(test)]
mod tests;

pub use above::{Above, CollectionInfo, Moment};
pub use census::{Census, Holder, Imbalance, Roots};
pub use collector::{
    Collector, DebugFlags, GENERATIONS, GenerationStats, Policy, THRESHOLDS, each_referent,
    is_finalized, is_tracked, track, track_unwatched, untrack,
};
pub use dealloc::{Container, EXHAUSTED, NESTED_MAX, clear, dealloc, dealloc_plain, release};
pub use leaks::{Births, Leak, LeakHolder};
pub use passes::traversal;
pub use refs::{Borrowed, Ref, decref, decref_inert, incref};
