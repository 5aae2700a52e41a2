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
    /// Whether CPython finds this with the line read from the file again, and not in the tokenizer.
    pub(super) read_again: bool,
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
            read_again: true,
        }
    }

    /// A `SyntaxError` at one place of `line`; `column` is 1-based.
    pub(super) fn at(line: u32, column: u32, message: impl Into<String>) -> Self {
        let message = message.into();
        let kind = SyntaxKind::SyntaxError;
        // CPython leaves the end open; the carets are then one.
        Self { kind, message, line, column, end_line: line, end_column: 0, read_again: false }
    }

    /// The same as an `IndentationError`, or another kind.
    pub(super) fn of_kind(self, kind: SyntaxKind) -> Self {
        Self { kind, ..self }
    }

    /// The same, with its line read again to be shown.
    pub(super) fn read_again(self) -> Self {
        Self { read_again: true, ..self }
    }

    /// The fault in `source`.
    pub(super) fn in_source(mut self, source: &Source) -> Fault {
        let mut text = source.line_text(self.line).to_owned();
        if self.read_again
            && let Some(read) = source.line_read_again(self.line)
        {
            for column in [&mut self.column, &mut self.end_column] {
                *column = column_in(&text, &read, *column);
            }
            text = read;
        }
        Fault::Syntax(SyntaxFault {
            kind: self.kind,
            message: self.message,
            file: source.name().to_owned(),
            line: self.line,
            column: self.column,
            end_line: self.end_line,
            end_column: self.end_column,
            text: Some(text),
        })
    }
}

/// The column that CPython shows in what it read again of a line, for one in the line itself: it counts
/// the characters of as many bytes there.
fn column_in(line: &str, read: &str, column: u32) -> u32 {
    let Some(before) = column.checked_sub(1) else { return column };
    let bytes: usize = line.chars().take(before as usize).map(char::len_utf8).sum();
    // The line end, and the null byte behind the text, can be counted too.
    let text = format!("{read}\n\0");
    let counted = text.as_bytes().get(..bytes).unwrap_or(text.as_bytes());
    let chars = String::from_utf8_lossy(counted).chars().count();
    u32::try_from(chars).unwrap_or(u32::MAX).saturating_add(1)
}
