//! A syntax error with its place, before it is tied to a file's name and text.

use ruff_text_size::TextSize;

use super::fault::{Fault, SyntaxFault, SyntaxKind};
use super::source::Source;

/// A syntax error as the scan, the diagnosis and the checks find it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Report {
    pub(super) kind: SyntaxKind,
    pub(super) message: String,
    pub(super) line: u32,
    /// 1-based, in characters; 0 prints no carets.
    pub(super) column: u32,
    pub(super) end_line: u32,
    pub(super) end_column: u32,
}

impl Report {
    /// A `SyntaxError` over the text from byte `start` to byte `end`.
    pub(super) fn over(source: &Source, start: u32, end: u32, message: impl Into<String>) -> Self {
        let (line, column) = source.line_col(TextSize::new(start));
        let (end_line, end_column) = source.line_col(TextSize::new(end));
        Self {
            kind: SyntaxKind::SyntaxError,
            message: message.into(),
            line,
            column: column + 1,
            end_line,
            end_column: end_column + 1,
        }
    }

    /// A `SyntaxError` at one place of `line`; `column` is 1-based.
    pub(super) fn at(line: u32, column: u32, message: impl Into<String>) -> Self {
        let message = message.into();
        let kind = SyntaxKind::SyntaxError;
        // CPython leaves the end open; the carets are then one.
        Self { kind, message, line, column, end_line: line, end_column: 0 }
    }

    /// The same as an `IndentationError`, or another kind.
    pub(super) fn of_kind(self, kind: SyntaxKind) -> Self {
        Self { kind, ..self }
    }

    /// The fault in `source`.
    pub(super) fn in_source(self, source: &Source) -> Fault {
        Fault::Syntax(SyntaxFault {
            kind: self.kind,
            message: self.message,
            file: source.name().to_owned(),
            line: self.line,
            column: self.column,
            end_line: self.end_line,
            end_column: self.end_column,
            text: Some(source.line_text(self.line).to_owned()),
        })
    }
}
