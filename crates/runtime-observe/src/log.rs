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

use std::collections::{HashMap, HashSet};
use std::fmt::{self, Write};

use runtime_core::{Domain, Layer, Phase};

use crate::code::{BlockCode, Record, Step};
use crate::happening::{Cause, Happening, What};
use crate::names::{Name, Series, place_text};
use crate::recorder::{Recording, SourceText};
use crate::state::HeapState;

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
/// Columns of a word, and of an object's name.
const WORD: usize = 10;
const NAME: usize = 20;

/// A log, ready to be printed.
#[derive(Debug, Clone)]
pub struct Log {
    text: String,
    /// Objects that a program asked for, and that were still there when the runtime had ended.
    pub left: Vec<Name>,
    /// Whether anything was shown.
    pub is_empty: bool,
}

impl fmt::Display for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// One line of the log.
struct Entry {
    word: &'static str,
    name: String,
    size: Option<usize>,
    note: String,
    /// What makes entries the same, without numbers.
    shape: String,
    /// Whether a column is kept for the size.
    sized: bool,
}

impl Entry {
    fn new(word: &'static str, name: impl fmt::Display, note: impl Into<String>) -> Self {
        Self {
            word,
            name: name.to_string(),
            size: None,
            note: note.into(),
            shape: String::new(),
            sized: true,
        }
    }

    fn write(&self, text: &mut String, indent: &str) {
        let Self { word, name, size, note, sized, .. } = self;
        let size = size.map_or_else(String::new, |size| format!("{size} B"));
        let size = if *sized { format!("{size:>10}  ") } else { String::new() };
        let line = format!("{indent}{word:<WORD$} {name:<NAME$} {size}{note}");
        // A long name pushes what follows it to the right, where there is room to give.
        let line = line.trim_end();
        if line.chars().count() > 80 && !note.is_empty() {
            let start = format!("{indent}{word:<WORD$} {name:<NAME$} {size}");
            let _ = writeln!(text, "{}", start.trim_end());
            let _ = writeln!(text, "{indent}{:<WORD$}   {note}", "");
        } else {
            let _ = writeln!(text, "{line}");
        }
    }
}

/// Rows of one visit that are shown, about.
const ROWS: usize = 60;
/// Entries that are looked at for a repetition.
const PERIOD: usize = 12;

/// How many entries at the beginning are what is repeated, and how often in a row; of several ways the
/// one that says most.
fn repeats(entries: &[Entry]) -> (usize, usize) {
    let mut best = (1, 1);
    for length in 1..=PERIOD.min(entries.len() / 2) {
        let same = entries.iter().zip(entries.iter().skip(length));
        let same = same.take_while(|(one, other)| one.shape == other.shape).count();
        let times = same / length + 1;
        if times > SHOWN as usize + 1 && length * times > best.0 * best.1 {
            best = (length, times);
        }
        // A run that reaches far is not bettered by a longer one.
        if best.1 > 64 {
            break;
        }
    }
    best
}

/// Entries in a few words.
fn words_of(entries: &[Entry]) -> String {
    let words: Vec<String> = entries
        .iter()
        .take(PERIOD)
        .map(|entry| {
            let ty = entry.name.split('#').next().unwrap_or_default();
            format!("{} {ty}", entry.word)
        })
        .collect();
    words.join(", ")
}

/// What happened on one visit of a line.
struct Visit {
    at: Option<(u32, u32)>,
    entries: Vec<Entry>,
}

/// Visits of one shape that are counted and not shown.
struct Counted {
    shape: String,
    at: Option<(u32, u32)>,
    words: String,
    times: u64,
}

struct Writer<'a> {
    options: &'a LogOptions,
    sources: &'a [SourceText],
    text: String,
    visit: Visit,
    /// How often a visit of this shape was met.
    shapes: HashMap<String, u64>,
    /// Shapes of the visits that were only counted since something was shown, in order.
    counted: Vec<Counted>,
    heading: Option<Option<(u32, u32)>>,
    born: u64,
    reused: u64,
    died: u64,
    by_collection: u64,
    shown: bool,
    /// Whether the script has ended, and the runtime is being taken apart.
    ending: bool,
}

impl Log {
    /// The log of a recording. `script_end` is the number of the first event after the script's last
    /// line; `holders` tells who held what then.
    pub fn new(
        recording: &Recording,
        script_end: u64,
        holders: &HashMap<BlockCode, Vec<Alive>>,
        options: &LogOptions,
    ) -> Self {
        let mut writer = Writer::new(recording, options);
        let mut replay = recording.replay();
        if recording.first_event() > 0 {
            let _ = writeln!(
                writer.text,
                "The first {} events were not kept.",
                grouped(recording.first_event())
            );
        }
        while replay.state().events() < script_end {
            let Some(happening) = replay.step() else { break };
            writer.happened(&happening, replay.state());
        }
        writer.end_visit(None);
        writer.flush_counted();
        writer.alive(replay.state(), holders);
        writer.summary();
        if recording.events() > script_end {
            writer.ending = true;
            let before = writer.text.len();
            writer.section("when the runtime ends");
            let title = writer.text.len();
            while let Some(happening) = replay.step() {
                writer.happened(&happening, replay.state());
            }
            writer.end_visit(None);
            writer.flush_counted();
            if writer.text.len() == title {
                writer.text.truncate(before);
            }
        }
        let left = if recording.events() > script_end {
            let alive = replay.state().alive();
            let asked = alive.iter().filter(|(object, _)| object.name.series == Series::Asked);
            asked.map(|(object, _)| object.name.clone()).collect()
        } else {
            Vec::new()
        };
        for name in &left {
            Entry::new("left", name, "never died").write(&mut writer.text, INDENT);
        }
        Self { text: writer.text, left, is_empty: !writer.shown }
    }
}

impl Log {
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
        writer.text
    }

    /// Who holds an object, in words.
    pub fn held_by(state: &HeapState, holders: &[Alive]) -> String {
        held_by(state, holders).0
    }
}

const INDENT: &str = "       ";

impl<'a> Writer<'a> {
    fn new(recording: &'a Recording, options: &'a LogOptions) -> Self {
        Self {
            options,
            sources: &recording.sources,
            text: String::new(),
            visit: Visit { at: None, entries: Vec::new() },
            shapes: HashMap::new(),
            counted: Vec::new(),
            heading: None,
            born: 0,
            reused: 0,
            died: 0,
            by_collection: 0,
            shown: false,
            ending: false,
        }
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

    fn happened(&mut self, happening: &Happening, state: &HeapState) {
        if let Record::Line { at } = happening.record {
            self.end_visit(at);
            return;
        }
        if let Some(what) = &happening.what {
            self.count(happening, what);
            if self.options.scope == Scope::All
                && self.wants(what)
                && let Some(mut entry) = self.entry(happening, what, state)
            {
                entry.shape = format!("{} {} {}", entry.word, what.name.ty, what.cause.words());
                if what.newly_filled && entry.word == "tracked" {
                    // Nobody tracks an object before its fields are whole.
                    let shape = format!("filled {}", what.name.ty);
                    let filled = Entry { shape, ..Entry::new("filled", &what.name, "") };
                    self.visit.entries.push(filled);
                }
                self.visit.entries.push(entry);
            }
            return;
        }
        let filtered = self.options.ty.is_some() || self.options.line.is_some();
        if !filtered && let Some(mut entry) = self.about_memory(happening, state) {
            entry.shape = format!("{} {}", entry.word, entry.name);
            self.visit.entries.push(entry);
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
        let place =
            if places { format!("{}  ", place_text(state, what.block)) } else { String::new() };
        let plain = |word, note: &str| Some(Entry::new(word, &what.name, note));
        let step = |word, note: &str| if steps { plain(word, note) } else { None };
        match happening.record {
            Record::Born { .. } => {
                let (word, note) = match &what.left_by {
                    Some(name) => ("reused", format!("{place}left by {name}")),
                    None => ("born", format!("{place}{}", self.layer_words(what.layer))),
                };
                Some(Entry { size: Some(what.size), ..Entry::new(word, &what.name, note) })
            }
            Record::Retired { .. } => plain("retired", what.cause.words()),
            Record::Moved { .. } => Some(Entry {
                size: Some(what.size),
                ..Entry::new("resized", &what.name, place.trim_end())
            }),
            Record::Object { step: of, .. } => match of {
                Step::Filled => step("filled", ""),
                Step::Tracked => step("tracked", ""),
                Step::Untracked => step("untracked", ""),
                Step::Dying => step("dying", what.cause.words()),
                Step::Unreachable => step("found", "in a cycle that nothing outside holds"),
                Step::Dropped => step("freed", "off its free list"),
                Step::Finalised => plain("finalised", ""),
                Step::Finalising => step("finalising", ""),
                Step::WeakCleared => plain("cleared", "its object died"),
                Step::CallingBack => plain("called", "its callback"),
                Step::CalledBack => None,
                Step::Freed => plain("died", what.cause.words()),
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
        let place = |block| if places { place_text(state, block) } else { String::new() };
        let pool_name =
            |arena, pool| if places { format!("a{arena}/p{pool}") } else { "pool".to_owned() };
        let arena_name = |arena| if places { format!("a{arena}") } else { "arena".to_owned() };
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
        let entry = match happening.record {
            Record::CollectionEnded { generation, collected } => {
                // Those at the end are the runtime's own.
                if self.ending && !self.options.own {
                    return None;
                }
                let found = format!("{} dead", grouped(collected as u64));
                Entry::new("collection", format!("generation {generation}"), found)
            }
            _ if !self.options.memory => return None,
            Record::CollectionBegan { generation } => {
                Entry::new("collecting", format!("generation {generation}"), "")
            }
            Record::Phase { phase, objects } => Entry::new(
                "phase",
                phase_words(phase),
                format!("{} objects", grouped(objects as u64)),
            ),
            Record::Taken { domain, block, size } if domain != Domain::Object => {
                Entry { size: Some(size), ..Entry::new("taken", domain.name(), place(block)) }
            }
            Record::Given { domain, block, size } if domain != Domain::Object => {
                Entry { size: Some(size), ..Entry::new("given back", domain.name(), place(block)) }
            }
            Record::Resized { domain, now, old, new, .. } => Entry {
                size: Some(new),
                ..Entry::new(
                    "resized",
                    domain.name(),
                    format!("{}  from {old} B", place(now)).trim_start().to_owned(),
                )
            },
            Record::PoolTaken { arena, pool, block_size } => {
                Entry::new("taken", pool_name(arena, pool), format!("{block_size} B each"))
            }
            Record::PoolEmptied { arena, pool } => {
                Entry::new("emptied", pool_name(arena, pool), "")
            }
            Record::ArenaMapped { arena } => Entry::new("taken", arena_name(arena), ""),
            Record::ArenaCached { arena } => Entry::new("kept", arena_name(arena), ""),
            Record::ArenaReleased { arena } => Entry::new("given back", arena_name(arena), ""),
            _ => return None,
        };
        Some(entry)
    }

    /// Shows or counts what happened since the line began, and begins another.
    fn end_visit(&mut self, next: Option<(u32, u32)>) {
        let visit = std::mem::replace(&mut self.visit, Visit { at: next, entries: Vec::new() });
        if visit.entries.is_empty() {
            return;
        }
        if self.options.repeated {
            self.show(&visit);
            return;
        }
        let shapes: Vec<&str> = visit.entries.iter().map(|entry| entry.shape.as_str()).collect();
        let shape = format!("{:?} {}", visit.at, shapes.join(","));
        let times = self.shapes.entry(shape.clone()).or_default();
        *times += 1;
        if *times <= SHOWN {
            self.flush_counted();
            self.show(&visit);
        } else if let Some(counted) = self.counted.iter_mut().find(|known| known.shape == shape) {
            counted.times += 1;
        } else {
            let words = words_of(&visit.entries);
            self.counted.push(Counted { shape, at: visit.at, words, times: 1 });
        }
    }

    fn show(&mut self, visit: &Visit) {
        self.heading(visit.at);
        self.shown = true;
        let mut left = visit.entries.as_slice();
        let mut rows = 0;
        while let [first, rest @ ..] = left {
            rows += 1;
            if rows > ROWS && left.len() > 1 && !self.options.repeated {
                let more = grouped(left.len() as u64);
                let _ = writeln!(self.text, "{INDENT}... and {more} more of other kinds");
                return;
            }
            let (length, times) = if self.options.repeated { (1, 1) } else { repeats(left) };
            if times <= SHOWN as usize + 1 {
                first.write(&mut self.text, INDENT);
                left = rest;
                continue;
            }
            let (run, after) = left.split_at(length * times);
            let (shown, counted) = run.split_at(length * SHOWN as usize);
            shown.iter().for_each(|entry| entry.write(&mut self.text, INDENT));
            rows += shown.len();
            let words = words_of(counted.get(..length).unwrap_or_default());
            let times = grouped(times as u64 - SHOWN);
            let line = format!("{INDENT}... and {times} times more: {words}");
            let _ = writeln!(self.text, "{}", shortened(&line, 80));
            left = after;
        }
    }

    fn flush_counted(&mut self) {
        for Counted { at, words, times, .. } in std::mem::take(&mut self.counted) {
            self.heading(at);
            let times =
                if times == 1 { "once".to_owned() } else { format!("{} times", grouped(times)) };
            let line = format!("{INDENT}... and {times} more: {words}");
            let _ = writeln!(self.text, "{}", shortened(&line, 80));
        }
    }

    fn heading(&mut self, at: Option<(u32, u32)>) {
        if self.heading.replace(at) == Some(at) {
            return;
        }
        let Some((source, line @ 1..)) = at else { return };
        let line = if source == 0 { line.saturating_sub(self.options.set_up) } else { line };
        let source = self.sources.get(source as usize);
        let text = source.and_then(|source| {
            let row = source.text.lines().nth((line as usize).saturating_sub(1))?;
            Some(row.trim_end().replace('\t', "    "))
        });
        let text = text.filter(|_| !self.options.bare).unwrap_or_default();
        let file = match (at, source) {
            (Some((1.., _)), Some(source)) => format!("{}:", base_name(&source.name)),
            _ => String::new(),
        };
        let row = if self.options.bare {
            format!("line {file}{line}")
        } else {
            format!("{file}{line:>4} | {text}")
        };
        let _ = writeln!(self.text, "{}", shortened(row.trim_end(), 80));
    }

    fn section(&mut self, title: &str) {
        self.heading = None;
        if !self.text.is_empty() && !self.options.bare {
            self.text.push('\n');
        }
        let _ = writeln!(self.text, "{title}");
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
            let entry = Entry { sized: false, ..Entry::new("alive", &object.name, note) };
            rows.push((entry, shape));
        }
        if rows.is_empty() {
            return;
        }
        self.shown = true;
        self.section("still alive after the last line");
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
                entry.write(&mut self.text, INDENT);
            } else if *so_far == SHOWN + 1 {
                let more = grouped(all - SHOWN);
                let line = format!("{INDENT}... and {more} more: {shape}");
                let _ = writeln!(self.text, "{}", shortened(&line, 80));
            }
        }
    }

    fn summary(&mut self) {
        if self.options.bare || self.options.ty.is_some() || self.options.line.is_some() {
            return;
        }
        let Self { born, reused, died, by_collection, .. } = *self;
        self.text.push('\n');
        let _ = writeln!(
            self.text,
            "{} born ({} of them reused), {} died ({} by collections), {} alive",
            grouped(born),
            grouped(reused),
            grouped(died),
            grouped(by_collection),
            grouped(born.saturating_sub(died)),
        );
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
    let more = words.len().saturating_sub(2);
    words.truncate(2);
    shapes.truncate(2);
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    (format!("held by {}{rest}", words.join(", ")), format!("held by {}", shapes.join(", ")))
}

/// The words for a phase.
fn phase_words(phase: Phase) -> &'static str {
    match phase {
        Phase::Scanning => "scanning",
        Phase::Found => "found unreachable",
        Phase::ClearingWeak => "weak references",
        Phase::Finalising => "finalizers",
        Phase::Resurrected => "brought back",
        Phase::Clearing => "clearing",
        Phase::EmptyingFreeLists => "emptying free lists",
    }
}

/// The last part of a path.
pub(crate) fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// A line cut to this many columns.
pub(crate) fn shortened(line: &str, columns: usize) -> String {
    if line.chars().count() <= columns {
        return line.to_owned();
    }
    let start: String = line.chars().take(columns - 3).collect();
    format!("{}...", start.trim_end())
}

/// A number with its thousands marked.
pub(crate) fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
