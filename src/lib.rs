//! Strata: a miniature object runtime, modelled on CPython's memory system, with every layer in
//! view.
//!
//! This is the facade: what a program that embeds the runtime needs, from whichever floor it comes.
//!
//! ```text
//! Runtime, Ref, OwnType        embed a runtime, in safe Rust          here, `embed`
//! Interp, Config, Outcome     run scripts                            runtime-script
//! Session, HeldBy             run one recorded; who holds what       runtime-script
//! Console, Stdio, Captured    where they write                       runtime-types
//! Heap, HeapConfig            the memory below, and its limits       runtime-core
//! Observer, Event, Layer      watching it                            runtime-core
//! Policy                      when the collector runs                runtime-gc
//! observe                     recording it, lifetimes, heap maps     runtime-observe
//! stats                       adding up what was seen                here
//! ```

extern crate self as strata;

#[cfg(doctest)]
mod book;
mod embed;
pub mod stats;

/// What `#[derive(Trace)]` names; nothing to be used by hand.
#[doc(hidden)]
pub mod own {
    pub use runtime_types::own::{MemBlock as RawBlock, Slot as RawSlot};
}

pub use embed::*;

pub use runtime_core::{
    Accounting, AllocError, DebugHooks, Domain, Event, FaultPlan, FullPools, Geometry,
    GeometryError, Heap, HeapConfig, HeapFault, Layer, Obj, Observer, SmallAllocator, StampError,
    Step,
};
pub use runtime_derive::Trace;
pub use runtime_gc::{GenerationStats, Imbalance, Policy};
pub use runtime_observe as observe;
pub use runtime_script::syntax::{
    Explanation, Fault, Origin, REFUSALS, Refusal, Source, SyntaxFault,
};
pub use runtime_script::{
    Answer, Bell, Config, Ended, HeldBy, Interp, NoAnswer, Outcome, Question, Reply, Session,
    Teardown, Unit,
};
pub use runtime_types::own::{Leaf, Plain, Trace};
pub use runtime_types::ty::{Binary, Compare};
pub use runtime_types::{
    Captured, Console, Exc, FreeListCaps, FreeListKind, Limit, NoFreeList, Quiet, Stdio,
};
