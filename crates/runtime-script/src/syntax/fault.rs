//! What can be wrong with a script before it runs, as facts with their place.
//!
//! A [`SyntaxFault`] is Python's own complaint, in CPython 3.13's words; a [`Refusal`] is valid
//! Python that lies outside the accepted subset or beyond a limit.

use std::fmt;

use super::refuse::Refusal;

/// Why a file is not run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// CPython would report a syntax error.
    Syntax(SyntaxFault),
    /// CPython would run it; Strata does not.
    Refused(Refusal),
}

/// Which exception type CPython raises for a syntax error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SyntaxKind {
    /// `SyntaxError`.
    SyntaxError,
    /// `IndentationError`, a subclass of `SyntaxError`.
    IndentationError,
    /// `TabError`, a subclass of `IndentationError`.
    TabError,
}

impl SyntaxKind {
    /// The exception type's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SyntaxError => "SyntaxError",
            Self::IndentationError => "IndentationError",
            Self::TabError => "TabError",
        }
    }
}

/// A syntax error, with the attributes that CPython's exception has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxFault {
    /// The exception's type.
    pub kind: SyntaxKind,
    /// `msg`.
    pub message: String,
    /// `filename`, as messages show it.
    pub file: String,
    /// `lineno`, 1-based; 0 where the error has no place.
    pub line: u32,
    /// `offset`, 1-based, in characters; 0 where only the line is known.
    pub column: u32,
    /// `end_lineno`.
    pub end_line: u32,
    /// `end_offset`, 1-based, in characters, one past the last.
    pub end_column: u32,
    /// `text`: the source line, without its line end.
    pub text: Option<String>,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax(fault) => fault.fmt(f),
            Self::Refused(refusal) => refusal.fmt(f),
        }
    }
}

impl std::error::Error for Fault {}

impl std::error::Error for SyntaxFault {}

impl fmt::Display for SyntaxFault {
    /// What CPython prints on standard error, every line ended. Source: `traceback.py`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            writeln!(f, "  File \"{}\", line {}", self.file, self.line)?;
        }
        if let Some(text) = &self.text {
            self.fmt_text(f, text)?;
        }
        writeln!(f, "{}: {}", self.kind.name(), self.message)
    }
}

impl SyntaxFault {
    /// The source line and, where the column is known, the carets under it.
    fn fmt_text(&self, f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
        let shown = text.trim_start_matches([' ', '\n', '\x0c']);
        writeln!(f, "    {shown}")?;
        let length = text.chars().count();
        let indent = length - shown.chars().count();
        // CPython's text holds its line end, which is one more character.
        let limit = length + 1;
        let mut start = self.column as usize;
        let mut end = match (self.line == self.end_line, self.end_column) {
            (true, 0) => start,
            (true, column) => column as usize,
            (false, _) => length + 1,
        };
        if start > limit {
            start = length + 1;
        }
        if end > limit {
            end = length + 1;
        }
        if start >= end {
            end = start + 1;
        }
        let Some(first) = start.checked_sub(1 + indent) else { return Ok(()) };
        f.write_str("    ")?;
        let mut before = shown.chars();
        for _ in 0..first {
            // A tab stays a tab, so that the carets line up below it.
            match before.next() {
                Some(c) if c.is_whitespace() => write!(f, "{c}")?,
                Some(_) => f.write_str(" ")?,
                None => break,
            }
        }
        writeln!(f, "{}", "^".repeat(end - start))
    }
}
