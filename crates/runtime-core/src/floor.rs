//! Floors: which struct stands on a heap.
//!
//! A runtime is built as its objects are, by prefix: `Interp { World { Collector { Heap } } }`, one
//! allocation, one address. A type's functions cast the heap pointer of their type up to the floor
//! they need; [`Floor`] is what makes that cast sound, because stamping a type onto a heap whose
//! top floor is lower than the type needs is refused, once per type.

/// How high the runtime is built that a heap belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Floor {
    /// A heap alone.
    Heap,
    /// Reference counts and the collector (`runtime-gc`).
    Collector,
    /// The built-in types (`runtime-types`).
    World,
    /// The machine that runs scripts (`runtime-script`).
    Interp,
}
