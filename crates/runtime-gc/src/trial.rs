//! The trial count: the copy of an object's count that a collection reckons with.
//!
//! ```text
//!            outside a collection        during one, in the ring that is collected
//! header     0                           references not yet explained << 1 | COLLECTING
//! ```
//!
//! CPython keeps it in the collector's head, in place of the link back (`gc_refs`). Here it stands in
//! the half of the header's count word that counting does not use: to look at a reference then touches
//! one cache line and not two, the type need not be read to know whether there is a head at all, and the
//! ring keeps its links both ways. `docs/src/design/collector-passes.md` has the figures.

use runtime_core::Object;

/// The object is in the ring that is being collected, and not known to be reachable.
const COLLECTING: u32 = 1;
/// One reference. A mortal count is below 2³¹, so a copy of it has room beside the flag.
const ONE: u32 = 2;

/// The trial count of one object.
///
/// Objects that no collection looks at have none, whether they are collectable or not; all that is
/// done to those does nothing.
#[derive(Clone, Copy)]
pub(crate) struct Trial<'a>(&'a Object);

impl<'a> Trial<'a> {
    #[inline(always)]
    pub(crate) const fn of(op: &'a Object) -> Self {
        Self(op)
    }

    /// Copies the count of a mortal object.
    #[inline(always)]
    pub(crate) fn begin(self) {
        debug_assert!(!self.0.is_immortal(), "an immortal's count is none");
        self.0.set_trial(self.0.count().wrapping_mul(ONE) | COLLECTING);
    }

    /// References that are not explained yet.
    #[inline(always)]
    pub(crate) fn unexplained(self) -> u32 {
        self.0.trial() / ONE
    }

    /// Explains one reference: it comes from inside.
    #[inline(always)]
    pub(crate) fn explain(self) {
        let word = self.0.trial();
        if word & COLLECTING != 0 {
            debug_assert!(word >= ONE, "a traversal shows a reference that is not counted");
            self.0.set_trial(word.wrapping_sub(ONE));
        }
    }

    /// Whether it is on trial with no reference from outside: if something reachable refers to it after
    /// all, that has to be [noted](Trial::note_reachable).
    #[inline(always)]
    pub(crate) fn is_in_doubt(self) -> bool {
        self.0.trial() == COLLECTING
    }

    /// Something reachable refers to it: any count but zero will do.
    #[inline(always)]
    pub(crate) fn note_reachable(self) {
        self.0.set_trial(ONE | COLLECTING);
    }

    /// The trial is over for this object.
    #[inline(always)]
    pub(crate) fn end(self) {
        self.0.set_trial(0);
    }
}
