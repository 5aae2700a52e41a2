//! The collector's controls, and the proof that heap and counts are whole.

use std::fmt;

use runtime_core::COLLECTION_DUE;
use runtime_gc::{Collector, GENERATIONS, GenerationStats, Imbalance, Policy};

use super::runtime::Runtime;

/// The collector of a runtime: what the module `gc` gives scripts.
///
/// Collections happen by themselves at the safe points of a script that runs. A program that makes
/// cycles without running scripts calls [`Gc::collect_due`] where it can bear one.
#[derive(Clone, Copy)]
pub struct Gc<'rt>(&'rt Runtime);

/// What [`Runtime::verify`] found broken.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum VerifyError {
    /// An invariant of the heap.
    Heap(&'static str),
    /// The count of an object, or a generation's ring.
    Counts(Imbalance),
    /// A collection is under way: it uses the words that would be looked at.
    Collecting,
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Heap(why) => f.write_str(why),
            Self::Counts(why) => why.fmt(f),
            Self::Collecting => f.write_str("a collection is under way"),
        }
    }
}

impl std::error::Error for VerifyError {}

impl Runtime {
    /// The collector's controls.
    pub fn gc(&self) -> Gc<'_> {
        Gc(self)
    }

    /// Collects everything; gives the number of objects found dead. 0 inside a collection.
    pub fn collect(&self) -> usize {
        self.gc().collect(GENERATIONS - 1)
    }

    /// Proves again every invariant of the heap, of the generations and of the counts.
    ///
    /// # Errors
    /// The first that does not hold.
    pub fn verify(&self) -> Result<(), VerifyError> {
        let cx = self.cx();
        if cx.gc.is_collecting() {
            return Err(VerifyError::Collecting);
        }
        self.heap().verify().map_err(VerifyError::Heap)?;
        cx.gc.census(None).map_err(VerifyError::Counts)?;
        Ok(())
    }

    /// The collector, for as long as the runtime.
    fn collector(&self) -> &Collector {
        &self.cx().world().gc
    }
}

impl Gc<'_> {
    /// Collects a generation (0, 1, 2) and those younger; gives the number of objects found dead.
    pub fn collect(&self, generation: usize) -> usize {
        self.0.collector().collect(generation)
    }

    /// Collects the generation whose turn it is, if any.
    pub fn collect_due(&self) -> usize {
        if self.0.heap().safe_point.get() & COLLECTION_DUE == 0 {
            return 0;
        }
        self.0.collector().collect_due()
    }

    /// Whether collections happen by themselves.
    pub fn is_enabled(&self) -> bool {
        self.0.collector().is_enabled()
    }

    /// Says whether collections happen by themselves.
    pub fn set_enabled(&self, enabled: bool) {
        self.0.collector().set_enabled(enabled);
    }

    /// Says when they happen.
    pub fn set_policy(&self, policy: Policy) {
        self.0.collector().set_policy(policy);
    }

    /// When they happen.
    pub fn policy(&self) -> Policy {
        self.0.collector().policy()
    }

    /// The thresholds of the generations.
    pub fn thresholds(&self) -> [i32; GENERATIONS] {
        self.0.collector().thresholds()
    }

    /// Sets them; a first one of 0 stops automatic collection.
    pub fn set_thresholds(&self, thresholds: [i32; GENERATIONS]) {
        self.0.collector().set_thresholds(thresholds);
    }

    /// The counts that the thresholds are held against.
    pub fn counts(&self) -> [i32; GENERATIONS] {
        self.0.collector().counts()
    }

    /// What collections did since the start, by generation.
    pub fn stats(&self) -> [GenerationStats; GENERATIONS] {
        self.0.collector().stats()
    }

    /// Objects tracked in a generation; above 2, the frozen ones.
    pub fn tracked(&self, generation: usize) -> usize {
        self.0.collector().tracked(generation)
    }

    /// Moves all that is tracked out of the collector's reach.
    pub fn freeze(&self) {
        self.0.collector().freeze();
    }

    /// Brings it back.
    pub fn unfreeze(&self) {
        self.0.collector().unfreeze();
    }
}

impl fmt::Debug for Gc<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gc")
            .field("enabled", &self.is_enabled())
            .field("thresholds", &self.thresholds())
            .field("counts", &self.counts())
            .finish()
    }
}
