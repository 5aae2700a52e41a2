//! What happened, ready to be held against a claim.

use std::collections::HashMap;

use runtime_core::{Event, Heap, Obj};
use runtime_observe::{
    Alive, BlockCode, Limits, Log, LogOptions, Record, Recorder, Recording, Replay, Scope, Series,
    Step,
};
use runtime_script::syntax::Source;
use runtime_script::{Config, HeldBy, Interp, Outcome, Session};
use runtime_types::Captured;

/// A runtime whose heap can be watched while Rust uses it.
pub trait Watchable {
    /// Its heap.
    fn heap(&self) -> &Heap;

    /// Shows each reference that anybody is known to hold; nobody when that cannot be told.
    fn each_reference(&self, show: &mut dyn FnMut(&HeldBy<'_>, Obj)) {
        let _ = show;
    }
}

impl Watchable for Interp {
    fn heap(&self) -> &Heap {
        Self::heap(self)
    }

    fn each_reference(&self, show: &mut dyn FnMut(&HeldBy<'_>, Obj)) {
        Self::each_reference(self, show);
    }
}

/// Something that has a log of lifetimes.
pub trait Lifetimes {
    /// The log.
    fn text(&self) -> String;
}

/// What happened in a runtime.
pub struct Story {
    recording: Recording,
    /// Number of the first event after the last line.
    end: u64,
    holders: HashMap<BlockCode, Vec<Alive>>,
    /// Lines up to this one are set-up.
    set_up: u32,
    out: String,
    /// Whether the story goes on until the runtime has ended.
    to_the_end: bool,
}

/// A part of a story.
pub struct PartOfStory<'s> {
    story: &'s Story,
    options: LogOptions,
}

impl PartOfStory<'_> {
    /// Only what becomes of pools and arenas.
    #[must_use]
    pub fn of_pools(mut self) -> Self {
        self.options.scope = Scope::Pools;
        self
    }

    /// Only what becomes of arenas.
    #[must_use]
    pub fn of_arenas(mut self) -> Self {
        self.options.scope = Scope::Arenas;
        self
    }

    /// Only the objects of a type.
    #[must_use]
    pub fn of_type(mut self, name: &str) -> Self {
        self.options.ty = Some(name.to_owned());
        self
    }

    /// Only the objects that were born on a line.
    #[must_use]
    pub fn of_line(mut self, line: u32) -> Self {
        self.options.line = Some(line);
        self
    }
}

impl Lifetimes for PartOfStory<'_> {
    fn text(&self) -> String {
        self.story.log(&self.options)
    }
}

impl Lifetimes for Story {
    fn text(&self) -> String {
        self.log(&LogOptions::default())
    }
}

impl<L: Lifetimes> Lifetimes for &L {
    fn text(&self) -> String {
        (**self).text()
    }
}

/// Runs a script in a runtime of its own, from its first line until nothing of it is left.
///
/// # Panics
/// When the script cannot be run at all: a syntax error, or a refusal.
pub fn script(text: &str) -> Story {
    run(text, 0)
}

/// The same for two pieces, of which the first is set-up.
///
/// # Panics
/// As [`script`].
pub fn script_with_set_up(set_up: &str, body: &str) -> Story {
    let set_up = set_up.trim_end();
    let lines = set_up.lines().count() as u32;
    run(&format!("{set_up}\n{body}\n"), lines)
}

#[expect(clippy::panic, reason = "a test that cannot go on has failed")]
fn run(text: &str, set_up: u32) -> Story {
    let kept = Captured::default();
    let console = Box::new(kept.clone());
    let source = match Source::new("story.py", text.as_bytes().to_vec()) {
        Ok(source) => source,
        Err(fault) => panic!("the script cannot be read: {fault:?}"),
    };
    let mut session = match Session::new(Config::default(), console, Limits::default()) {
        Ok(session) => session,
        Err(error) => panic!("no runtime: {error}"),
    };
    if let Outcome::Fault(fault) = session.run(source, &[]) {
        panic!("the script cannot be run: {fault:?}");
    }
    let holders = session.holders();
    let ended = session.finish();
    let out = kept.take();
    Story {
        recording: ended.recording,
        end: ended.script_end,
        holders,
        set_up,
        out,
        to_the_end: true,
    }
}

/// Watches a runtime while a block of Rust uses it; gives what happened, and what the block gave.
pub fn watch<R: Watchable, T>(runtime: &R, block: impl FnOnce() -> T) -> (Story, T) {
    /// Ends the watching whatever the block does.
    struct Watching<'h>(&'h Heap, Option<Box<Recorder>>);
    impl Drop for Watching<'_> {
        fn drop(&mut self) {
            if let Some(recorder) = &self.1 {
                recorder.end(self.0);
            }
        }
    }
    let heap = runtime.heap();
    // SAFETY: the guard ends the watching before the recorder is dropped, and the heap is borrowed for
    // as long.
    let mut watching = Watching(heap, Some(unsafe { Recorder::begin(heap, Limits::default()) }));
    // What Rust asks for counts as asked for, by a line that is in no file.
    heap.emit(|| Event::Line { at: Some((0, 0)) });
    let value = block();
    heap.emit(|| Event::Line { at: None });
    let mut holders: HashMap<BlockCode, Vec<Alive>> = HashMap::new();
    if let Some(recorder) = &watching.1 {
        runtime.each_reference(&mut |holder, op| {
            holders.entry(recorder.block_of(op)).or_default().push(holder.alive(recorder));
        });
        recorder.end(heap);
    }
    let recorder = watching.1.take();
    let recording = match recorder {
        Some(recorder) => recorder.finish(),
        None => unreachable!("the guard holds the recorder until here"),
    };
    let end = recording.events();
    let story = Story { recording, end, holders, set_up: 0, out: String::new(), to_the_end: false };
    (story, value)
}

impl Story {
    fn log(&self, options: &LogOptions) -> String {
        let options = LogOptions { bare: true, set_up: self.set_up, ..options.clone() };
        Log::new(&self.recording, self.end, &self.holders, &options).to_string()
    }

    /// The part about the objects of a type.
    pub fn of_type(&self, name: &str) -> PartOfStory<'_> {
        let options = LogOptions { ty: Some(name.to_owned()), ..LogOptions::default() };
        PartOfStory { story: self, options }
    }

    /// The part about the objects that were born on a line.
    pub fn of_line(&self, line: u32) -> PartOfStory<'_> {
        let options = LogOptions { line: Some(line), ..LogOptions::default() };
        PartOfStory { story: self, options }
    }

    /// All of it, with every step of births and deaths.
    pub fn steps(&self) -> PartOfStory<'_> {
        PartOfStory { story: self, options: LogOptions { steps: true, ..LogOptions::default() } }
    }

    /// All of it, with what becomes of arrays, pools and arenas.
    pub fn memory(&self) -> PartOfStory<'_> {
        PartOfStory { story: self, options: LogOptions { memory: true, ..LogOptions::default() } }
    }

    /// What the script wrote.
    pub fn out(&self) -> &str {
        &self.out
    }

    /// The recording behind it.
    pub fn recording(&self) -> &Recording {
        &self.recording
    }

    /// What is alive after the last line, and who holds it.
    pub fn heap(&self) -> String {
        let options = LogOptions { bare: true, set_up: self.set_up, ..LogOptions::default() };
        Log::heap(&self.recording, self.end, &self.holders, &options)
    }

    /// Objects that were left in cycles which nothing holds: what the first collection after the last
    /// line found.
    pub fn cycles(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut replay = self.at_end();
        while let Some(happening) = replay.step() {
            match (&happening.record, &happening.what) {
                (Record::CollectionEnded { .. }, _) => break,
                (Record::Object { step: Step::Unreachable, .. }, Some(what))
                    if what.name.series == Series::Asked =>
                {
                    found.push(what.name.to_string());
                }
                _ => {}
            }
        }
        found
    }

    /// Objects that the body made and that are alive when it has run, with their lines.
    pub fn survivors(&self) -> Vec<String> {
        let replay = self.at_end();
        let alive = replay.state().alive();
        let asked = alive.iter().filter(|(object, _)| {
            object.name.series == Series::Asked
                && object
                    .born
                    .is_some_and(|(source, line)| source != 0 || line == 0 || line > self.set_up)
        });
        asked
            .map(|(object, block)| {
                let line = object.born.map_or(0, |(_, line)| line.saturating_sub(self.set_up));
                let holders = self.holders.get(block).map_or(&[][..], Vec::as_slice);
                let held = Log::held_by(replay.state(), holders);
                format!("{}, born on line {line} of the body, {held}", object.name)
            })
            .collect()
    }

    fn at_end(&self) -> Replay<'_> {
        let mut replay = self.recording.replay();
        replay.run_to(self.end);
        replay
    }

    /// Most objects alive at once, of those that the body made.
    pub fn peak_objects(&self) -> usize {
        self.count().1
    }

    /// Objects born in the body.
    pub fn total_births(&self) -> usize {
        self.count().0
    }

    fn count(&self) -> (usize, usize) {
        let (mut born, mut alive, mut peak) = (0, 0_usize, 0);
        let mut replay = self.recording.replay();
        while replay.state().events() < self.end {
            let Some(happening) = replay.step() else { break };
            let Some(what) = happening.what else { continue };
            let of_body = what
                .born
                .is_some_and(|(source, line)| source != 0 || line == 0 || line > self.set_up);
            if what.name.series != Series::Asked || !of_body {
                continue;
            }
            match happening.record {
                Record::Born { .. } => {
                    born += 1;
                    alive += 1;
                    peak = peak.max(alive);
                }
                Record::Object { step: Step::Freed, .. } | Record::Retired { .. } => {
                    alive = alive.saturating_sub(1);
                }
                _ => {}
            }
        }
        (born, peak)
    }

    /// Whether the story goes on until the runtime has ended, so that what never died is a leak.
    pub fn is_whole(&self) -> bool {
        self.to_the_end
    }
}
