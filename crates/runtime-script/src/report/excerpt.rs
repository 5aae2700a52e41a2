//! What stands below a frame's line: the failing lines and the carets under them.
//!
//! ```text
//!   text of the file          dedented, all lines alike    shown, 4 spaces in front
//! |    total = add(         | total = add(               |     total = add(
//! |        price,           |     price,                 |         price,
//! |        count)           |     count)                 |         count)
//! ```
//!
//! Offsets are bytes and counted within the dedented lines, which lose spaces and tabs only;
//! columns are what a terminal shows. Source: `StackSummary.format_frame_summary`.

use std::collections::HashMap;

use ruff_text_size::TextRange;

use super::FrameLine;
use super::carets::{self, Anchors, Place};
use super::text::{dedent, is_space, split_lines, width};
use crate::syntax::Source;

/// Excerpts that are kept; a chain of thousands comes from few places.
const KEPT: usize = 256;

/// Lays out excerpts, those of one place only once.
#[derive(Debug, Default)]
pub(super) struct Excerpts {
    kept: HashMap<(*const Source, u32, Option<TextRange>), String>,
}

impl Excerpts {
    /// Whole lines to show below `frame`'s, or nothing.
    pub(super) fn of(&mut self, frame: &FrameLine<'_>) -> String {
        let Some(source) = frame.source.filter(|source| source.is_shown()) else {
            return String::new();
        };
        let key = (std::ptr::from_ref(source), frame.line, frame.range);
        if let Some(excerpt) = self.kept.get(&key) {
            return excerpt.clone();
        }
        let range = frame.range.filter(|range| source.line_col(range.start()).0 == frame.line);
        let excerpt = match range {
            Some(range) => with_carets(source, frame.line, range),
            None => match source.line_text(frame.line).trim_matches(is_space) {
                "" => String::new(),
                line => format!("    {line}\n"),
            },
        };
        if self.kept.len() >= KEPT {
            self.kept.clear();
        }
        self.kept.insert(key, excerpt.clone());
        excerpt
    }
}

/// The line alone, as the interpreter itself shows it. Source: `_Py_DisplaySourceLine`.
pub(super) fn plain(frame: &FrameLine<'_>) -> String {
    let Some(source) = frame.source.filter(|source| source.is_shown()) else {
        return String::new();
    };
    if frame.line >= source.line_count() && source.line_text(frame.line).is_empty() {
        return String::new();
    }
    let line = source.line_text(frame.line).trim_start_matches([' ', '\t', '\x0c']);
    format!("    {line}\n")
}

/// The lines of `range`, which begins on line `first`, and the carets where they say something.
fn with_carets(source: &Source, first: u32, range: TextRange) -> String {
    let last = source.line_col(range.end()).0.max(first);
    let mut original = String::new();
    for line in first..=last {
        original.push_str(source.line_text(line).trim_end_matches(is_space));
        original.push('\n');
    }
    let dedented = dedent(&original);
    let offset_in = |line: u32, at: u32| at.saturating_sub(source.line_start(line).to_u32());
    let start = offset_in(first, range.start().to_u32()) as usize;
    let end = offset_in(last, range.end().to_u32()) as usize;
    let count = (last - first) as usize + 1;
    let originals = split_lines(&original);
    let mut lines = split_lines(&dedented);
    lines.truncate(count);
    if dedented.trim_matches(is_space).is_empty() || lines.len() < count {
        return String::new();
    }
    let ends = (originals.first(), originals.get(count - 1), lines.first(), lines.last());
    let (Some(first), Some(last), Some(shown), Some(shown_last)) = ends else {
        return String::new();
    };
    // Counted in characters, because a line behind a form feed was not dedented with the others.
    let margin = first.len().saturating_sub(shown.len());
    let dedented = |line: &str, at: usize, shown: &str| {
        let before = line.get(..line.ceil_char_boundary(at)).unwrap_or(line);
        let characters = before.chars().count().saturating_sub(margin);
        shown.char_indices().nth(characters).map_or(shown.len(), |(at, _)| at)
    };
    let start = dedented(first, start, shown);
    let end = dedented(last, end, shown_last);
    Excerpt { lines, start, end }.show().unwrap_or_default()
}

/// Lines with the failing range in them: from `start` of the first to `end` of the last.
struct Excerpt<'t> {
    lines: Vec<&'t str>,
    start: usize,
    end: usize,
}

impl Excerpt<'_> {
    /// The lines that matter, each with its carets; nothing if the range is not in the lines.
    fn show(&self) -> Option<String> {
        let joined = self.lines.join("\n");
        let after = self.lines.last()?.get(self.end..)?;
        let segment = joined.get(self.start..joined.len() - after.len())?;
        let anchors = carets::anchors(segment);
        let carets = self.has_carets(&joined, segment, anchors.is_some())?;
        let anchors = anchors.map(|anchors| self.columns(anchors));
        let mut block = String::new();
        let mut previous: Option<usize> = None;
        for line in self.significant(anchors.as_ref()) {
            match previous.map_or(1, |previous| line - previous) {
                0 | 1 => {}
                2 => self.show_line(line - 1, carets, anchors.as_ref(), &mut block)?,
                more => block.push_str(&format!("...<{} lines>...\n", more - 1)),
            }
            self.show_line(line, carets, anchors.as_ref(), &mut block)?;
            previous = Some(line);
        }
        let block = dedent(&block);
        let mut excerpt = String::with_capacity(block.len() + 4 * self.lines.len());
        for line in block.lines() {
            excerpt.push_str("    ");
            excerpt.push_str(line);
            excerpt.push('\n');
        }
        Some(excerpt)
    }

    /// Whether carets add to what the frame's line says already.
    fn has_carets(&self, joined: &str, segment: &str, anchors: bool) -> Option<bool> {
        let before = self.lines.first()?.get(..self.start)?;
        let after = self.lines.last()?.get(self.end..)?;
        if carets::is_only_call(joined, before, segment) {
            return Some(false);
        }
        let blank = |text: &str| text.chars().all(is_space);
        Some(anchors || !blank(before) || !blank(after))
    }

    /// `anchors`, counted from the first line's begin and in columns.
    fn columns(&self, anchors: Anchors) -> Anchors {
        let column = |place: Place| {
            let at = place.at + if place.line == 0 { self.start } else { 0 };
            let before = self.lines.get(place.line).and_then(|line| line.get(..at));
            Place { line: place.line, at: before.map_or(at, width) }
        };
        Anchors { left: column(anchors.left), right: column(anchors.right) }
    }

    /// Lines to show, ascending: the first, the last, and those around the anchors.
    fn significant(&self, anchors: Option<&Anchors>) -> Vec<usize> {
        let last = self.lines.len().saturating_sub(1);
        let mut lines = vec![0, last];
        for place in anchors.into_iter().flat_map(|anchors| [anchors.left, anchors.right]) {
            let around = place.line.saturating_sub(1)..=place.line + 1;
            lines.extend(around.filter(|line| *line <= last));
        }
        lines.sort_unstable();
        lines.dedup();
        lines
    }

    /// Appends one line and, with `carets`, the line that points into it.
    fn show_line(
        &self,
        index: usize,
        carets: bool,
        anchors: Option<&Anchors>,
        block: &mut String,
    ) -> Option<()> {
        let line = *self.lines.get(index)?;
        block.push_str(line);
        block.push('\n');
        if !carets {
            return Some(());
        }
        let indent = line.chars().take_while(|c| is_space(*c)).count();
        let from = if index == 0 { width(line.get(..self.start)?) } else { 0 };
        let is_last = index + 1 == self.lines.len();
        let upto = width(if is_last { line.get(..self.end)? } else { line });
        for column in 0..upto {
            let here = Place { line: index, at: column };
            block.push(match anchors {
                _ if column < indent || column < from => ' ',
                Some(anchors) if here < anchors.left || here >= anchors.right => '~',
                _ => '^',
            });
        }
        block.push('\n');
        Some(())
    }
}
