//! The lines of a log, as facts: text only when one is shown.

use std::rc::Rc;

use runtime_core::{Domain, Phase};

use crate::code::BlockCode;
use crate::happening::Cause;
use crate::names::{Name, Placed};
use crate::text::{columns_of, grouped_into, number_into};

/// Columns of a word, and of an object's name.
const WORD: usize = 10;
const NAME: usize = 20;
/// Columns of a size with its unit.
const SIZE: usize = 10;
/// Columns of a line.
pub(super) const COLUMNS: usize = 80;

pub(super) const INDENT: &str = "       ";

/// Where the rest of a row begins that has a line of its own.
pub(super) const NOTE: usize = INDENT.len() + WORD + 3;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub(super) enum Word {
    Born,
    Reused,
    Filled,
    Tracked,
    Untracked,
    Dying,
    Found,
    Finalising,
    Finalised,
    Cleared,
    Called,
    Resized,
    Retired,
    Died,
    Freed,
    Alive,
    Left,
    Collecting,
    Phase,
    Collection,
    Taken,
    GivenBack,
    Emptied,
    Kept,
}

impl Word {
    pub(super) const fn text(self) -> &'static str {
        match self {
            Self::Born => "born",
            Self::Reused => "reused",
            Self::Filled => "filled",
            Self::Tracked => "tracked",
            Self::Untracked => "untracked",
            Self::Dying => "dying",
            Self::Found => "found",
            Self::Finalising => "finalising",
            Self::Finalised => "finalised",
            Self::Cleared => "cleared",
            Self::Called => "called",
            Self::Resized => "resized",
            Self::Retired => "retired",
            Self::Died => "died",
            Self::Freed => "freed",
            Self::Alive => "alive",
            Self::Left => "left",
            Self::Collecting => "collecting",
            Self::Phase => "phase",
            Self::Collection => "collection",
            Self::Taken => "taken",
            Self::GivenBack => "given back",
            Self::Emptied => "emptied",
            Self::Kept => "kept",
        }
    }
}

/// To what.
#[derive(Debug, Clone)]
pub(super) enum Subject {
    Object(Name),
    /// A block that is no object, by its domain.
    Block(Domain),
    /// A pool, by its arena and number where places are shown.
    Pool(Option<(u32, u32)>),
    /// An arena.
    Arena(Option<u32>),
    Generation(u8),
    Phase(Phase),
}

impl Subject {
    fn push(&self, text: &mut String) {
        match self {
            Self::Object(name) => name.push(text),
            Self::Block(domain) => text.push_str(domain.name()),
            Self::Pool(None) => text.push_str("pool"),
            Self::Pool(Some((arena, pool))) => {
                text.push('a');
                number_into(text, (*arena).into());
                text.push_str("/p");
                number_into(text, (*pool).into());
            }
            Self::Arena(None) => text.push_str("arena"),
            Self::Arena(Some(arena)) => {
                text.push('a');
                number_into(text, (*arena).into());
            }
            Self::Generation(generation) => {
                text.push_str("generation ");
                number_into(text, (*generation).into());
            }
            Self::Phase(phase) => text.push_str(phase_words(*phase)),
        }
    }

    /// What of it counts for being the same as others: an object's type.
    fn push_kind(&self, text: &mut String) {
        match self {
            Self::Object(name) => text.push_str(&name.ty),
            other => other.push(text),
        }
    }

    /// The same as a number.
    fn kind(&self) -> usize {
        const GENERATIONS: usize = 8;
        const PHASES: usize = 300;
        const POOLS: usize = 1 << 16;
        match self {
            // Types of one name share it.
            Self::Object(name) => Rc::as_ptr(&name.ty).addr(),
            Self::Block(domain) => *domain as usize,
            Self::Pool(None) => 4,
            Self::Arena(None) => 5,
            Self::Generation(generation) => GENERATIONS + usize::from(*generation),
            Self::Phase(phase) => PHASES + *phase as usize,
            Self::Pool(Some((arena, pool))) => POOLS + ((*arena as usize) << 16 | *pool as usize),
            Self::Arena(Some(arena)) => POOLS + ((*arena as usize) << 16),
        }
    }
}

/// What else there is to say.
#[derive(Debug, Clone)]
pub(super) enum Note {
    None,
    Words(&'static str),
    LeftBy(Name),
    /// So many of what the words say.
    Count(usize, &'static str),
    /// Bytes before.
    From(usize),
    /// Bytes of each block.
    Each(usize),
    /// Who holds it.
    Held(String),
}

impl Note {
    fn push(&self, text: &mut String) {
        match self {
            Self::None => {}
            Self::Words(words) => text.push_str(words),
            Self::LeftBy(name) => {
                text.push_str("left by ");
                name.push(text);
            }
            Self::Count(count, words) => {
                grouped_into(text, *count as u64);
                text.push(' ');
                text.push_str(words);
            }
            Self::From(bytes) => {
                text.push_str("from ");
                number_into(text, *bytes as u64);
                text.push_str(" B");
            }
            Self::Each(bytes) => {
                number_into(text, *bytes as u64);
                text.push_str(" B each");
            }
            Self::Held(words) => text.push_str(words),
        }
    }
}

/// What makes entries the same: all but serials, sizes and places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Shape {
    /// A word and a cause; of a line, a mark.
    what: u32,
    subject: usize,
}

impl Shape {
    /// The shape that stands for a line.
    pub(super) fn of_line(at: Option<(u32, u32)>) -> Self {
        let subject = at.map_or(0, |(source, line)| (source as usize) << 32 | line as usize);
        Self { what: 1 << 16 | u32::from(at.is_some()), subject }
    }
}

/// One line of the log.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) word: Word,
    subject: Subject,
    size: Option<usize>,
    place: Option<Placed>,
    note: Note,
    cause: Option<Cause>,
    /// Whether a column is kept for the size.
    sized: bool,
}

impl Entry {
    pub(super) fn new(word: Word, subject: Subject, note: Note) -> Self {
        Self { word, subject, size: None, place: None, note, cause: None, sized: true }
    }

    pub(super) fn of(word: Word, name: &Name, note: Note) -> Self {
        Self::new(word, Subject::Object(name.clone()), note)
    }

    pub(super) fn with_size(self, size: usize) -> Self {
        Self { size: Some(size), ..self }
    }

    /// With the place of the block.
    pub(super) fn at(self, place: Option<Placed>) -> Self {
        Self { place, ..self }
    }

    pub(super) fn because(self, cause: Cause) -> Self {
        Self { cause: Some(cause), ..self }
    }

    /// Without a column for its size.
    pub(super) fn narrow(self) -> Self {
        Self { sized: false, ..self }
    }

    pub(super) fn shape(&self) -> Shape {
        let cause = self.cause.map_or(0, |cause| cause as u32 + 1);
        Shape { what: cause << 8 | self.word as u32, subject: self.subject.kind() }
    }

    /// Puts the line behind a text.
    pub(super) fn write(&self, text: &mut String) {
        let start = text.len();
        text.push_str(INDENT);
        let at = text.len();
        text.push_str(self.word.text());
        pad(text, at, WORD);
        text.push(' ');
        let at = text.len();
        self.subject.push(text);
        pad(text, at, NAME);
        text.push(' ');
        if self.sized {
            self.push_size(text);
        }
        let note = text.len();
        self.push_note(text);
        let noted = text.len() > note;
        trim(text, start);
        // A long name pushes what follows it to the right, where there is room to give.
        let long = text.len() - start > COLUMNS && columns_from(text, start) > COLUMNS;
        if long && noted {
            text.truncate(note);
            trim(text, start);
            text.push('\n');
            let start = text.len();
            text.push_str(INDENT);
            pad(text, start, NOTE);
            self.push_note(text);
        }
        text.push('\n');
    }

    fn push_size(&self, text: &mut String) {
        if let Some(size) = self.size {
            let digits = size.checked_ilog10().unwrap_or(0) as usize + 1;
            let blank = SIZE.saturating_sub(digits + " B".len());
            pad(text, text.len(), blank);
            number_into(text, size as u64);
            text.push_str(" B");
        } else {
            pad(text, text.len(), SIZE);
        }
        text.push_str("  ");
    }

    fn push_note(&self, text: &mut String) {
        if let Some(place) = &self.place {
            place.push(text);
            if !matches!(self.note, Note::None) {
                text.push_str("  ");
            }
        }
        self.note.push(text);
    }

    /// Word and kind, for what is only counted.
    pub(super) fn push_words(&self, text: &mut String) {
        text.push_str(self.word.text());
        text.push(' ');
        self.subject.push_kind(text);
    }
}

/// Where a block lies, if that is to be shown.
pub(super) fn placed(
    shown: bool,
    state: &crate::state::HeapState,
    block: BlockCode,
) -> Option<Placed> {
    shown.then(|| Placed::of(state, block))
}

/// Columns of a text from a byte on.
fn columns_from(text: &str, start: usize) -> usize {
    text.get(start..).map_or(0, columns_of)
}

/// Fills up with blanks what was written from `at` on.
fn pad(text: &mut String, at: usize, columns: usize) {
    const BLANKS: &str = "                                ";
    let missing = columns.saturating_sub(columns_from(text, at));
    match BLANKS.get(..missing) {
        Some(blanks) => text.push_str(blanks),
        None => text.extend(std::iter::repeat_n(' ', missing)),
    }
}

/// Takes blanks off the end, not beyond `start`.
fn trim(text: &mut String, start: usize) {
    let kept = text.get(start..).map_or(0, |line| line.trim_end().len());
    text.truncate(start + kept);
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
