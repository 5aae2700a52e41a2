//! The place of a syntax error that was raised while a script ran.

use std::fmt::{self, Write};

use super::text::is_space;

/// What a `SyntaxError` says of its place: attributes that a script may set to anything.
#[derive(Debug, Clone, Default)]
pub struct SyntaxSpot<'a> {
    /// `msg`.
    pub message: Option<&'a str>,
    /// `filename`.
    pub file: Option<&'a str>,
    /// `lineno`.
    pub line: Option<i64>,
    /// `offset`, 1-based, in characters.
    pub offset: Option<i64>,
    /// `end_lineno`.
    pub end_line: Option<i64>,
    /// `end_offset`, 1-based, in characters, one past the last.
    pub end_offset: Option<i64>,
    /// `text`: the source line, with or without its line end.
    pub text: Option<&'a str>,
}

/// Carets that are shown at most; only a made-up error has more.
const MAX_CARETS: usize = 1 << 20;

impl SyntaxSpot<'_> {
    /// Writes the place, the source line with carets, and the last line with the type.
    pub(super) fn write(&self, out: &mut dyn Write, type_name: &str) -> fmt::Result {
        let file = self.file.filter(|file| !file.is_empty()).unwrap_or("<string>");
        if let Some(line) = self.line {
            writeln!(out, "  File \"{file}\", line {line}")?;
        }
        if let Some(text) = self.text {
            self.write_text(out, text)?;
        }
        let message = self.message.filter(|message| !message.is_empty());
        write!(out, "{type_name}: {}", message.unwrap_or("<no detail available>"))?;
        match (self.line, self.file) {
            (None, Some(file)) => writeln!(out, " ({file})"),
            _ => writeln!(out),
        }
    }

    fn write_text(&self, out: &mut dyn Write, text: &str) -> fmt::Result {
        let whole = text.trim_end_matches('\n');
        let shown = whole.trim_start_matches([' ', '\n', '\x0c']);
        writeln!(out, "    {shown}")?;
        let Some(offset) = self.offset else { return Ok(()) };
        let count = |text: &str| i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
        let length = count(whole);
        let beyond = |offset: i64| !text.is_empty() && offset > count(text);
        let end = match self.end_offset {
            _ if self.line != self.end_line => length + 1,
            None | Some(0) => offset,
            Some(end) => end,
        };
        let start = if beyond(offset) { length + 1 } else { offset };
        let end = if beyond(end) { length + 1 } else { end };
        let end = if start >= end || end < 0 { start.saturating_add(1) } else { end };
        let first = start.saturating_sub(1 + length - count(shown));
        let Ok(first) = usize::try_from(first) else { return Ok(()) };
        out.write_str("    ")?;
        for c in shown.chars().take(first) {
            // A tab stays a tab, so that the carets line up below it.
            out.write_char(if is_space(c) { c } else { ' ' })?;
        }
        let carets = usize::try_from(end.saturating_sub(start)).unwrap_or(0);
        for _ in 0..carets.min(MAX_CARETS) {
            out.write_char('^')?;
        }
        writeln!(out)
    }
}
