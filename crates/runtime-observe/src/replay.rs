//! Reading a recording from its beginning, event by event.

use crate::code::{Reader, Record};
use crate::happening::Happening;
use crate::recorder::Recording;
use crate::state::HeapState;

/// A heap that goes through what was recorded.
///
/// Cost: some 30 ns an event; the state takes about 40 bytes for each block of the heap.
pub struct Replay<'r> {
    recording: &'r Recording,
    state: HeapState,
    segment: usize,
    reader: Reader<'r>,
}

impl<'r> Replay<'r> {
    pub(crate) fn new(recording: &'r Recording) -> Self {
        let first = recording.segments.front().map_or(&[][..], Vec::as_slice);
        let state = recording.base.clone();
        Self { recording, state, segment: 0, reader: Reader::new(first) }
    }

    /// The heap as it was when the events so far had happened.
    pub fn state(&self) -> &HeapState {
        &self.state
    }

    /// Goes one event on and explains it; `None` at the end.
    pub fn step(&mut self) -> Option<Happening> {
        self.step_for(|_| true)
    }

    /// The same; what an event means for an object is said only of those that are wanted.
    pub(crate) fn step_for(&mut self, wanted: impl FnOnce(&Record) -> bool) -> Option<Happening> {
        let record = self.record()?;
        let wanted = wanted(&record);
        Some(self.state.apply(record, &self.recording.types, wanted))
    }

    /// Goes on until `events` have happened in all, or to the end.
    pub fn run_to(&mut self, events: u64) -> &HeapState {
        while self.state.events() < events && self.step_for(|_| false).is_some() {}
        &self.state
    }

    fn record(&mut self) -> Option<Record> {
        loop {
            if let Some(record) = self.reader.next() {
                return Some(record);
            }
            self.segment += 1;
            self.reader = Reader::new(self.recording.segments.get(self.segment)?);
        }
    }
}
