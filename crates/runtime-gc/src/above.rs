//! What the collector asks of whoever stands above it: it knows no calls, no text and no lists.

use std::fmt;
use std::ptr::NonNull;

use runtime_core::Obj;

use crate::collector::Collector;

/// The two moments of a collection that are told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// Nothing was looked at yet.
    Start,
    /// All is done.
    Stop,
}

/// A collection, as the floor above is told of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CollectionInfo {
    /// Whether it begins or has ended.
    pub moment: Moment,
    /// 0, 1 or 2.
    pub generation: usize,
    /// Objects collected; 0 at the start.
    pub collected: usize,
    /// Objects found dead and kept; 0 at the start.
    pub uncollectable: usize,
}

/// The floor above. Each method may run a program's code, except where it says otherwise.
///
/// What a method does not do, nobody does: the default bodies are those of a runtime without a
/// language. A panic in one is caught, told to [`Above::panicked`], and the collector goes on.
pub trait Above {
    /// Calls the callback of a weak reference whose object is gone. Both are held by the caller.
    ///
    /// # Safety
    /// Both are alive until it returns.
    unsafe fn call_back(&self, weak: Obj, callback: Obj) {
        let _ = (weak, callback);
    }

    /// A collection begins, or has ended (`gc.callbacks`).
    ///
    /// # Safety
    /// The collector is alive; the pointer is made from the whole runtime's allocation.
    unsafe fn collection(&self, collector: NonNull<Collector>, info: CollectionInfo) {
        let _ = (collector, info);
    }

    /// A line that debugging asked for, for standard error. Runs no program.
    ///
    /// # Safety
    /// As [`Above::collection`].
    unsafe fn debug(&self, collector: NonNull<Collector>, line: fmt::Arguments<'_>) {
        let _ = (collector, line);
    }

    /// Keeps an object that was found dead (`gc.garbage`), with a new reference.
    ///
    /// # Safety
    /// `op` is alive.
    unsafe fn save(&self, op: Obj) {
        let _ = op;
    }

    /// A full collection has ended: what is kept for reuse beside the types' free lists goes back to
    /// the heap. Runs no program.
    ///
    /// # Safety
    /// As [`Above::collection`].
    unsafe fn drop_caches(&self, collector: NonNull<Collector>) {
        let _ = collector;
    }

    /// Whether finalizers may nest one deeper than `depth`, each let go by the one before. Where not,
    /// objects wait until the outermost is done. Runs no program.
    fn may_nest(&self, depth: u32) -> bool {
        depth < 64
    }

    /// A finalizer or a callback written in Rust panicked; `whose` is the name of the type or says
    /// what it was. Runs no program and does not panic.
    fn panicked(&self, whose: &str) {
        let _ = whose;
    }
}

/// Nobody stands above.
pub(crate) struct Nobody;

impl Above for Nobody {}
