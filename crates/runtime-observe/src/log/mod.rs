//! The lifetimes log: which objects were born, by which layer and on which line, and how they died.
//!
//! ```text
//!    6 | for i in range(3):
//!        born       range#1                 48 B  pool in use
//!    7 |     x = (i, i + 1)
//!        reused     tuple#2                 56 B  left by tuple#1
//!        retired    tuple#2                       last reference
//! ```
//!
//! What happens again and again on a line is shown a few times and then counted.

mod entry;
mod visits;

use std::collections::{HashMap, HashSet};
use std::fmt::{self, Write};
use std::ops::ControlFlow;

use runtime_core::{Domain, Layer, Step};

use self::entry::{COLUMNS, Entry, INDENT, NOTE, Note, Subject, Word, placed};
use self::visits::Visits;
use crate::code::{BlockCode, Record};
use crate::happening::{Cause, Happening, What};
use crate::names::{Name, Series};
use crate::recorder::Recording;
use crate::state::HeapState;
use crate::text::{columns_of, grouped, shortened};

/// What a log is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scope {
    /// Everything.
    #[default]
    All,
    /// Pools and arenas only.
    Pools,
    /// Arenas only.
    Arenas,
}

/// What a log shows.
#[derive(Debug, Clone, Default)]
pub struct LogOptions {
    /// Objects of this type only.
    pub ty: Option<String>,
    /// Objects born on this line of the script only.
    pub line: Option<u32>,
    /// Every step of a birth and a death, not only the first and the last.
    pub steps: bool,
    /// What becomes of blocks that are no objects, of pools and arenas, and the phases of collections.
    pub memory: bool,
    /// The places of blocks.
    pub places: bool,
    /// The runtime's own objects too, and those that were there before.
    pub own: bool,
    /// Each repetition.
    pub repeated: bool,
    /// What it is about.
    pub scope: Scope,
    /// Lines up to this one are set-up: what was born there is not shown, and lines are counted from
    /// behind it.
    pub set_up: u32,
    /// Which of pools in use, fresh pools and fresh arenas served a birth. Without it they are all
    /// pools: which of them it is depends on what else lies in the heap, the runtime's own start
    /// included, and snapshots are not to change with that.
    pub layers: bool,
    /// No text of lines, no summary: for tests, whose snapshots stand beside the text.
    pub bare: bool,
}

impl LogOptions {
    /// Everything.
    pub fn all() -> Self {
        let (steps, memory, places) = (true, true, true);
        Self { steps, memory, places, own: true, repeated: true, layers: true, ..Self::default() }
    }
}

/// Who holds an object when the script has ended.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Alive {
    /// Something that is no object, in its own words: `the name x`.
    Root(String),
    /// Another object, and which part of it: `[0]`.
    Object(BlockCode, String),
}

/// How often the same is shown before it is only counted.
const SHOWN: u64 = 3;

/// A log, ready to be printed.
#[derive(Debug, Clone)]
pub struct Log {
    text: String,
    /// Objects that a program asked for, and that were still there when the runtime had ended.
    pub left: Vec<Name>,
    /// Whether nothing was shown.
    pub is_empty: bool,
}

impl fmt::Display for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Bytes of text that are gathered before they are handed on.
const PIECE: usize = 1 << 16;

impl Log {
    /// The log of a recording. `script_end` is the number of the first event after the script's last
    /// line; `holders` tells who held what then.
    pub fn new(
        recording: &Recording,
        script_end: u64,
        holders: &HashMap<BlockCode, Vec<Alive>>,
        options: &LogOptions,
    ) -> Self {
        let keep = &mut |_: &str| ControlFlow::Continue(());
        Self::in_pieces(recording, script_end, holders, options, usize::MAX, keep)
    }

    /// The same for logs that may be very long: what is more than the end of it is handed to `write`
    /// as soon as it is known, and only the end is in the log that this gives. Whoever breaks off gets
    /// no more.
    pub fn written(
        recording: &Recording,
        script_end: u64,
        holders: &HashMap<BlockCode, Vec<Alive>>,
        options: &LogOptions,
        write: &mut dyn FnMut(&str) -> ControlFlow<()>,
    ) -> Self {
        Self::in_pieces(recording, script_end, holders, options, PIECE, write)
    }

    fn in_pieces(
        recording: &Recording,
        script_end: u64,
        holders: &HashMap<BlockCode, Vec<Alive>>,
        options: &LogOptions,
        piece: usize,
        write: &mut dyn FnMut(&str) -> ControlFlow<()>,
    ) -> Self {
        let mut writer = Writer::new(recording, options);
        let mut replay = recording.replay();
        if recording.first_event() > 0 {
            let first = grouped(recording.first_event());
            let _ = writeln!(writer.visits.text, "The first {first} events were not kept.");
        }
        let mut broken_off = false;
        let mut hand_on = |text: &mut String| {
            if text.len() >= piece && !broken_off {
                broken_off = write(text).is_break();
                text.clear();
            }
            broken_off
        };
        while replay.state().events() < script_end && !hand_on(&mut writer.visits.text) {
            let wanted = |record: &Record| writer.may_show(record);
            let Some(happening) = replay.step_for(wanted) else { break };
            writer.happened(&happening, replay.state());
        }
        writer.visits.next(None);
        writer.visits.flush();
        writer.alive(replay.state(), holders);
        writer.summary();
        let mut left = Vec::new();
        if recording.events() > script_end {
            writer.ending = true;
            writer.visits.section_if_shown("when the runtime ends");
            while !hand_on(&mut writer.visits.text)
                && let Some(happening) = replay.step_for(|record| writer.may_show(record))
            {
                writer.happened(&happening, replay.state());
            }
            writer.visits.next(None);
            writer.visits.flush();
            let alive = replay.state().alive();
            let asked = alive.iter().filter(|(object, _)| object.name.series == Series::Asked);
            left.extend(asked.map(|(object, _)| object.name.clone()));
        }
        let Visits { mut text, shown, .. } = writer.visits;
        for name in &left {
            Entry::of(Word::Left, name, Note::Words("never died")).write(&mut text);
        }
        Self { text, left, is_empty: !shown }
    }

    /// What was alive after the last line, by type, and who held it.
    pub fn heap(
        recording: &Recording,
        script_end: u64,
        holders: &HashMap<BlockCode, Vec<Alive>>,
        options: &LogOptions,
    ) -> String {
        let mut replay = recording.replay();
        let state = replay.run_to(script_end);
        let mut writer = Writer::new(recording, options);
        writer.alive(state, holders);
        writer.visits.text
    }

    /// Who holds an object, in words.
    pub fn held_by(state: &HeapState, holders: &[Alive]) -> String {
        held_by(state, holders).0
    }
}

/// Chooses what of a recording is shown.
struct Writer<'a> {
    options: &'a LogOptions,
    visits: Visits<'a>,
    born: u64,
    reused: u64,
    died: u64,
    by_collection: u64,
    /// Whether the script has ended, and the runtime is being taken apart.
    ending: bool,
}

impl<'a> Writer<'a> {
    fn new(recording: &'a Recording, options: &'a LogOptions) -> Self {
        let visits = Visits::new(options, &recording.sources);
        let (born, reused, died, by_collection) = (0, 0, 0, 0);
        Self { options, visits, born, reused, died, by_collection, ending: false }
    }

    fn wants(&self, what: &What) -> bool {
        let LogOptions { ty, line, own, .. } = self.options;
        ty.as_ref().is_none_or(|ty| **ty == *what.name.ty)
            && line
                .is_none_or(|line| what.born.is_some_and(|(source, at)| source == 0 && at == line))
            && (self.options.set_up == 0
                || what.born.is_none_or(|(source, at)| source != 0 || at > self.options.set_up))
            && (*own || what.name.series == Series::Asked)
    }

    /// Whether an event of an object may be shown, or counts.
    fn may_show(&self, record: &Record) -> bool {
        let always = [Step::Freed, Step::Finalised, Step::WeakCleared, Step::CallingBack];
        match record {
            Record::Object { step, .. } => self.options.steps || always.contains(step),
            _ => true,
        }
    }

    fn happened(&mut self, happening: &Happening, state: &HeapState) {
        if let Record::Line { at } = happening.record {
            self.visits.next(at);
            return;
        }
        if let Some(what) = &happening.what {
            self.count(happening, what);
            if self.options.scope == Scope::All
                && self.wants(what)
                && let Some(entry) = self.entry(happening, what, state)
            {
                if what.newly_filled && entry.word == Word::Tracked {
                    // Nobody tracks an object before its fields are whole.
                    self.visits.push(Entry::of(Word::Filled, &what.name, Note::None));
                }
                self.visits.push(entry.because(what.cause));
            }
            return;
        }
        let filtered = self.options.ty.is_some() || self.options.line.is_some();
        if !filtered && let Some(entry) = self.about_memory(happening, state) {
            self.visits.push(entry);
        }
    }

    fn count(&mut self, happening: &Happening, what: &What) {
        if what.name.series != Series::Asked {
            return;
        }
        match happening.record {
            Record::Born { .. } => {
                self.born += 1;
                self.reused += u64::from(what.layer == Layer::FreeList);
            }
            Record::Object { step: Step::Freed, .. } | Record::Retired { .. } => {
                self.died += 1;
                self.by_collection += u64::from(what.cause == Cause::Collection);
            }
            _ => {}
        }
    }

    fn entry(&self, happening: &Happening, what: &What, state: &HeapState) -> Option<Entry> {
        let LogOptions { steps, places, .. } = *self.options;
        let place = || placed(places, state, what.block);
        let plain = |word, note| Some(Entry::of(word, &what.name, note));
        let step = |word, note| if steps { plain(word, note) } else { None };
        let cause = Note::Words(what.cause.words());
        match happening.record {
            Record::Born { .. } => {
                let (word, note) = match &what.left_by {
                    Some(name) => (Word::Reused, Note::LeftBy(name.clone())),
                    None => (Word::Born, Note::Words(self.layer_words(what.layer))),
                };
                Some(Entry::of(word, &what.name, note).with_size(what.size).at(place()))
            }
            Record::Retired { .. } => plain(Word::Retired, cause),
            Record::Moved { .. } => {
                let entry = Entry::of(Word::Resized, &what.name, Note::None);
                Some(entry.with_size(what.size).at(place()))
            }
            Record::Object { step: of, .. } => match of {
                Step::Filled => step(Word::Filled, Note::None),
                Step::Tracked => step(Word::Tracked, Note::None),
                Step::Untracked => step(Word::Untracked, Note::None),
                Step::Dying => step(Word::Dying, cause),
                Step::Unreachable => {
                    step(Word::Found, Note::Words("in a cycle that nothing outside holds"))
                }
                Step::Dropped => step(Word::Freed, Note::Words("off its free list")),
                Step::Finalised => plain(Word::Finalised, Note::None),
                Step::Finalising => step(Word::Finalising, Note::None),
                Step::WeakCleared => plain(Word::Cleared, Note::Words("its object died")),
                Step::CallingBack => plain(Word::Called, Note::Words("its callback")),
                Step::CalledBack => None,
                Step::Freed => plain(Word::Died, cause),
            },
            _ => None,
        }
    }

    fn layer_words(&self, layer: Layer) -> &'static str {
        match layer {
            Layer::Pool | Layer::NewPool | Layer::NewArena if !self.options.layers => "pool",
            layer => layer.words(),
        }
    }

    /// Collections are always shown, what becomes of memory itself only when all is.
    fn about_memory(&self, happening: &Happening, state: &HeapState) -> Option<Entry> {
        let LogOptions { places, scope, layers, .. } = *self.options;
        let place = |block| placed(places, state, block);
        let pool = |arena, pool| Subject::Pool(places.then_some((arena, pool)));
        let arena_name = |arena| Subject::Arena(places.then_some(arena));
        let wanted = match happening.record {
            Record::ArenaMapped { .. }
            | Record::ArenaCached { .. }
            | Record::ArenaReleased { .. } => true,
            Record::PoolTaken { .. } | Record::PoolEmptied { .. } => match scope {
                Scope::All => layers,
                Scope::Pools => true,
                Scope::Arenas => false,
            },
            _ => scope == Scope::All,
        };
        let collection = matches!(happening.record, Record::CollectionEnded { .. });
        // What no line asked for is the runtime's own: compiling, taking itself apart.
        let own = happening.line.is_none() && !collection && !self.options.own;
        if !wanted || own {
            return None;
        }
        let plain = |word, subject| Entry::new(word, subject, Note::None);
        let entry = match happening.record {
            Record::CollectionEnded { generation, collected } => {
                // Those at the end are the runtime's own.
                if self.ending && !self.options.own {
                    return None;
                }
                let dead = Note::Count(collected, "dead");
                Entry::new(Word::Collection, Subject::Generation(generation), dead)
            }
            _ if !self.options.memory => return None,
            Record::CollectionBegan { generation } => {
                Entry::new(Word::Collecting, Subject::Generation(generation), Note::None)
            }
            Record::Phase { phase, objects } => {
                Entry::new(Word::Phase, Subject::Phase(phase), Note::Count(objects, "objects"))
            }
            Record::Taken { domain, block, size } if domain != Domain::Object => {
                let entry = Entry::new(Word::Taken, Subject::Block(domain), Note::None);
                entry.with_size(size).at(place(block))
            }
            Record::Given { domain, block, size } if domain != Domain::Object => {
                let entry = Entry::new(Word::GivenBack, Subject::Block(domain), Note::None);
                entry.with_size(size).at(place(block))
            }
            Record::Resized { domain, now, old, new, .. } => {
                let entry = Entry::new(Word::Resized, Subject::Block(domain), Note::From(old));
                entry.with_size(new).at(place(now))
            }
            Record::PoolTaken { arena, pool: number, block_size } => {
                Entry::new(Word::Taken, pool(arena, number), Note::Each(block_size))
            }
            Record::PoolEmptied { arena, pool: number } => {
                Entry::new(Word::Emptied, pool(arena, number), Note::None)
            }
            Record::ArenaMapped { arena } => plain(Word::Taken, arena_name(arena)),
            Record::ArenaCached { arena } => plain(Word::Kept, arena_name(arena)),
            Record::ArenaReleased { arena } => plain(Word::GivenBack, arena_name(arena)),
            _ => return None,
        };
        Some(entry)
    }

    fn alive(&mut self, state: &HeapState, holders: &HashMap<BlockCode, Vec<Alive>>) {
        let alive = state.alive();
        let mut rows: Vec<(Entry, String)> = Vec::new();
        if self.options.scope != Scope::All {
            return;
        }
        for (object, block) in alive {
            let what_line = object.born;
            let LogOptions { ty, line, .. } = self.options;
            if object.name.series != Series::Asked
                || ty.as_ref().is_some_and(|ty| **ty != *object.name.ty)
                || what_line
                    .is_some_and(|(source, at)| source == 0 && at != 0 && at <= self.options.set_up)
                || line.is_some_and(|line| what_line.is_none_or(|(s, at)| s != 0 || at != line))
            {
                continue;
            }
            let (note, shape) = held_by(state, holders.get(&block).map_or(&[], Vec::as_slice));
            let shape = format!("{} {shape}", object.name.ty);
            let entry = Entry::of(Word::Alive, &object.name, Note::Held(note)).narrow();
            rows.push((entry, shape));
        }
        if rows.is_empty() {
            return;
        }
        self.visits.shown = true;
        self.visits.section("still alive after the last line");
        let mut counts: HashMap<String, u64> = HashMap::new();
        for (_, shape) in &rows {
            *counts.entry(shape.clone()).or_default() += 1;
        }
        let mut shown: HashMap<String, u64> = HashMap::new();
        for (entry, shape) in rows {
            let so_far = shown.entry(shape.clone()).or_default();
            *so_far += 1;
            let all = counts.get(&shape).copied().unwrap_or_default();
            if *so_far <= SHOWN || self.options.repeated {
                entry.write(&mut self.visits.text);
            } else if *so_far == SHOWN + 1 {
                let more = grouped(all - SHOWN);
                let line = format!("{INDENT}... and {more} more: {shape}");
                let _ = writeln!(self.visits.text, "{}", shortened(&line, COLUMNS));
            }
        }
    }

    fn summary(&mut self) {
        if self.options.bare || self.options.ty.is_some() || self.options.line.is_some() {
            return;
        }
        let Self { born, reused, died, by_collection, .. } = *self;
        let births = format!("{} born ({} of them reused),", grouped(born), grouped(reused));
        let deaths = format!(
            "{} died ({} by collections), {} alive",
            grouped(died),
            grouped(by_collection),
            grouped(born.saturating_sub(died)),
        );
        let one_row = births.len() + 1 + deaths.len() <= COLUMNS;
        let _ =
            writeln!(self.visits.text, "\n{births}{}{deaths}", if one_row { ' ' } else { '\n' });
    }
}

/// Who holds an object, in words, and the same without numbers.
fn held_by(state: &HeapState, holders: &[Alive]) -> (String, String) {
    let mut words = Vec::new();
    let mut shapes = Vec::new();
    let mut seen = HashSet::new();
    // Names say more than parts of objects.
    let mut holders: Vec<&Alive> = holders.iter().collect();
    holders.sort_by_key(|holder| matches!(holder, Alive::Object(..)));
    for holder in holders {
        if !seen.insert(holder) {
            continue;
        }
        match holder {
            Alive::Root(text) => {
                words.push(text.clone());
                shapes.push(text.clone());
            }
            Alive::Object(block, part) => {
                let Some(object) = state.object_at(*block) else { continue };
                words.push(format!("{}{part}", object.name));
                shapes.push(format!("a {}", object.name.ty));
            }
        }
    }
    if words.is_empty() {
        let nobody = "held by the runtime";
        return (nobody.to_owned(), nobody.to_owned());
    }
    shapes.truncate(2);
    // Two of them, if a row has room for both; a single one may be longer than that.
    let room = COLUMNS - NOTE - "held by ".len();
    let and_more = |shown: usize| match words.len().saturating_sub(shown) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let both = words.get(..2).map(|two| two.join(", ") + &and_more(2));
    let words = both.filter(|both| columns_of(both) <= room).unwrap_or_else(|| {
        let rest = and_more(1);
        let first = words.first().map_or("", String::as_str);
        shortened(first, room.saturating_sub(rest.len())) + &rest
    });
    (format!("held by {words}"), format!("held by {}", shapes.join(", ")))
}
