//! Which of the common patterns of allocation a script shows, by the bytes that each asked for.
//!
//! ```text
//! small tuples    births of tuples that free lists and pools served
//! large bytes     births of bytes served by raw memory; buffers of bytearrays as large
//! growing lists   item arrays of lists, made or moved to more room
//! large dicts     tables of dicts, each time one was made
//! frames          frames of functions, on the stack of frames
//! exceptions      births of exceptions, tracebacks, and frames as objects
//! strings         births of texts
//! ```
//!
//! They are the rows of section 27 of the memory document. What is in none of them is `other`.

use runtime_core::Layer;
use serde::Serialize;

/// Requests of one kind, and their bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Requests {
    /// How many there were.
    pub count: u64,
    /// What they asked for, in all.
    pub bytes: u64,
}

impl Requests {
    pub(super) fn add(&mut self, bytes: usize) {
        self.count += 1;
        self.bytes += bytes as u64;
    }
}

/// The patterns; see the module.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Patterns {
    /// Births of tuples served by free lists and pools.
    pub small_tuples: Requests,
    /// Births of bytes served by raw memory, and buffers of bytearrays as large.
    pub large_bytes: Requests,
    /// Item arrays of lists, made or moved to more room.
    pub growing_lists: Requests,
    /// Tables of dicts.
    pub large_dicts: Requests,
    /// Frames that began.
    pub frames: Requests,
    /// Births of exceptions, tracebacks and frame objects.
    pub exceptions: Requests,
    /// Births of texts.
    pub strings: Requests,
    /// All other births.
    pub other: Requests,
}

impl Patterns {
    /// The seven patterns with their names in the JSON, in the document's order.
    pub fn each(&self) -> [(&'static str, Requests); 7] {
        [
            ("small_tuples", self.small_tuples),
            ("large_bytes", self.large_bytes),
            ("growing_lists", self.growing_lists),
            ("large_dicts", self.large_dicts),
            ("frames", self.frames),
            ("exceptions", self.exceptions),
            ("strings", self.strings),
        ]
    }

    /// The pattern that asked for the most bytes; none where none asked for any.
    pub fn dominant(&self) -> Option<&'static str> {
        let mut most = ("", 0);
        for (name, requests) in self.each() {
            if requests.bytes > most.1 {
                most = (name, requests.bytes);
            }
        }
        (most.1 > 0).then_some(most.0)
    }

    /// Counts a birth.
    pub(super) fn born(&mut self, kind: BirthKind, layer: Layer, bytes: usize) {
        let requests = match kind {
            BirthKind::Tuple if layer != Layer::Large => &mut self.small_tuples,
            BirthKind::Bytes if layer == Layer::Large => &mut self.large_bytes,
            BirthKind::Text => &mut self.strings,
            BirthKind::Exception => &mut self.exceptions,
            _ => &mut self.other,
        };
        requests.add(bytes);
    }
}

/// What a type is to the patterns.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum BirthKind {
    Tuple,
    Bytes,
    Text,
    /// Exceptions of all kinds, and what they hold of where they came from.
    Exception,
    #[default]
    Other,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_bytes_dominate_and_other_births_are_no_pattern() {
        let mut patterns = Patterns::default();
        assert_eq!(patterns.dominant(), None);
        patterns.born(BirthKind::Other, Layer::Pool, 1000);
        assert_eq!(patterns.dominant(), None);
        for _ in 0..3 {
            patterns.born(BirthKind::Tuple, Layer::FreeList, 56);
        }
        patterns.born(BirthKind::Text, Layer::Pool, 100);
        patterns.born(BirthKind::Tuple, Layer::Large, 9000);
        assert_eq!(patterns.dominant(), Some("small_tuples"));
        patterns.born(BirthKind::Bytes, Layer::Large, 1 << 20);
        assert_eq!(patterns.dominant(), Some("large_bytes"));
        assert_eq!(patterns.other, Requests { count: 2, bytes: 10_000 });
    }
}
