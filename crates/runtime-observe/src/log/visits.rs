//! Visits of lines: what happens again and again is shown a few times, and then counted.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::hash::{BuildHasherDefault, Hasher};

use super::entry::{COLUMNS, Entry, INDENT, Shape};
use super::{LogOptions, SHOWN};
use crate::recorder::SourceText;
use crate::text::{base_name, grouped, shortened};

/// Rows of one visit that are shown, about.
const ROWS: usize = 60;
/// Entries that are looked at for a repetition.
const PERIOD: usize = 12;

/// The visits of a log, and its text.
pub(super) struct Visits<'a> {
    options: &'a LogOptions,
    sources: &'a [SourceText],
    pub(super) text: String,
    /// The line that is being visited, and what has happened there.
    at: Option<(u32, u32)>,
    entries: Vec<Entry>,
    /// The visit's shape: the line, then the entries. Kept between visits for its memory.
    shape: Vec<Shape>,
    /// What is known of each shape of a visit.
    shapes: HashMap<Box<[Shape]>, Seen, BuildHasherDefault<Mix>>,
    /// Visits that were only counted since something was shown, in order.
    counted: Vec<Counted>,
    heading: Option<Option<(u32, u32)>>,
    /// Title of the part that begins with what is shown next.
    title: Option<&'static str>,
    pub(super) shown: bool,
}

/// How often visits of a shape were met.
#[derive(Default)]
struct Seen {
    times: u64,
    /// One more than its index in the list of those that are counted; 0 when it is not there.
    counted: usize,
}

/// Visits of one shape that are counted and not shown.
struct Counted {
    shape: Box<[Shape]>,
    at: Option<(u32, u32)>,
    words: String,
    times: u64,
}

/// A hasher for shapes, which are looked up at every visit: a multiplication a word.
#[derive(Default)]
struct Mix(u64);

impl Hasher for Mix {
    fn finish(&self) -> u64 {
        self.0 ^ self.0 >> 32
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.write_u64(byte.into()));
    }

    fn write_u64(&mut self, n: u64) {
        self.0 = (self.0.rotate_left(5) ^ n).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn write_u32(&mut self, n: u32) {
        self.write_u64(n.into());
    }

    fn write_usize(&mut self, n: usize) {
        self.write_u64(n as u64);
    }
}

impl<'a> Visits<'a> {
    pub(super) fn new(options: &'a LogOptions, sources: &'a [SourceText]) -> Self {
        Self {
            options,
            sources,
            text: String::new(),
            at: None,
            entries: Vec::new(),
            shape: Vec::new(),
            shapes: HashMap::default(),
            counted: Vec::new(),
            heading: None,
            title: None,
            shown: false,
        }
    }

    pub(super) fn push(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    /// Shows or counts what happened since the line began, and begins another.
    pub(super) fn next(&mut self, next: Option<(u32, u32)>) {
        let at = std::mem::replace(&mut self.at, next);
        if self.entries.is_empty() {
            return;
        }
        let entries = std::mem::take(&mut self.entries);
        if self.options.repeated || self.is_to_be_shown(at, &entries) {
            self.show(at, &entries);
        }
        self.entries = entries;
        self.entries.clear();
    }

    /// Counts a visit that was shown often enough.
    fn is_to_be_shown(&mut self, at: Option<(u32, u32)>, entries: &[Entry]) -> bool {
        self.shape.clear();
        self.shape.push(Shape::of_line(at));
        self.shape.extend(entries.iter().map(Entry::shape));
        let seen = match self.shapes.get_mut(self.shape.as_slice()) {
            Some(seen) => seen,
            None => self.shapes.entry(self.shape.as_slice().into()).or_default(),
        };
        seen.times += 1;
        let (times, counted) = (seen.times, seen.counted);
        if times <= SHOWN {
            self.flush();
            return true;
        }
        if let Some(counted) = self.counted.get_mut(counted.wrapping_sub(1)) {
            counted.times += 1;
            return false;
        }
        let (shape, words) = (self.shape.as_slice().into(), words_of(entries));
        self.counted.push(Counted { shape, at, words, times: 1 });
        let counted = self.counted.len();
        if let Some(seen) = self.shapes.get_mut(self.shape.as_slice()) {
            seen.counted = counted;
        }
        false
    }

    fn show(&mut self, at: Option<(u32, u32)>, entries: &[Entry]) {
        self.heading(at);
        self.shown = true;
        if self.options.repeated {
            return entries.iter().for_each(|entry| entry.write(&mut self.text));
        }
        let mut left = entries;
        let mut rows = 0;
        while let [first, rest @ ..] = left {
            rows += 1;
            if rows > ROWS && left.len() > 1 {
                let more = grouped(left.len() as u64);
                let _ = writeln!(self.text, "{INDENT}... and {more} more of other kinds");
                return;
            }
            let (length, times) = repeats(left);
            if times <= SHOWN as usize + 1 {
                first.write(&mut self.text);
                left = rest;
                continue;
            }
            let (run, after) = left.split_at(length * times);
            let (shown, counted) = run.split_at(length * SHOWN as usize);
            shown.iter().for_each(|entry| entry.write(&mut self.text));
            rows += shown.len();
            let words = words_of(counted.get(..length).unwrap_or_default());
            let times = grouped(times as u64 - SHOWN);
            let line = format!("{INDENT}... and {times} times more: {words}");
            let _ = writeln!(self.text, "{}", shortened(&line, COLUMNS));
            left = after;
        }
    }

    /// Says what was counted and not shown.
    pub(super) fn flush(&mut self) {
        for Counted { shape, at, words, times } in std::mem::take(&mut self.counted) {
            if let Some(seen) = self.shapes.get_mut(&shape) {
                seen.counted = 0;
            }
            self.heading(at);
            let times =
                if times == 1 { "once".to_owned() } else { format!("{} times", grouped(times)) };
            let line = format!("{INDENT}... and {times} more: {words}");
            let _ = writeln!(self.text, "{}", shortened(&line, COLUMNS));
        }
    }

    fn heading(&mut self, at: Option<(u32, u32)>) {
        if let Some(title) = self.title.take() {
            self.section(title);
        }
        if self.heading.replace(at) == Some(at) {
            return;
        }
        let Some((source, line @ 1..)) = at else { return };
        let line = if source == 0 { line.saturating_sub(self.options.set_up) } else { line };
        let source = self.sources.get(source as usize);
        let text = source.and_then(|source| {
            let row = source.text.lines().nth((line as usize).saturating_sub(1))?;
            Some(row.trim_end().replace('\t', "    ").replace(char::is_control, "?"))
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
        let _ = writeln!(self.text, "{}", shortened(row.trim_end(), COLUMNS));
    }

    /// Begins a part of the log.
    pub(super) fn section(&mut self, title: &str) {
        self.heading = None;
        if !self.text.is_empty() && !self.options.bare {
            self.text.push('\n');
        }
        let _ = writeln!(self.text, "{title}");
    }

    /// Begins a part of the log with what is shown next, if anything is.
    pub(super) fn section_if_shown(&mut self, title: &'static str) {
        self.title = Some(title);
    }
}

/// How many entries at the beginning are what is repeated, and how often in a row; of several ways the
/// one that says most.
fn repeats(entries: &[Entry]) -> (usize, usize) {
    let mut best = (1, 1);
    for length in 1..=PERIOD.min(entries.len() / 2) {
        let same = entries.iter().zip(entries.iter().skip(length));
        let same = same.take_while(|(one, other)| one.shape() == other.shape()).count();
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
    let mut words = String::new();
    for entry in entries.iter().take(PERIOD) {
        if !words.is_empty() {
            words.push_str(", ");
        }
        entry.push_words(&mut words);
    }
    words
}
