//! Source text of one file, decoded as CPython decodes it, with its line table.
//!
//! Offsets are bytes into [`Source::text`]; lines are 1-based; columns count characters, as
//! CPython shows them. Lines end with `\n`, `\r\n` or a lone `\r`, and with nothing else.

use ruff_text_size::TextSize;

use super::fault::{Fault, SyntaxFault, SyntaxKind};
use super::refuse::{self, Refusal};

/// Source text of one file, with its line table.
#[derive(Debug, Clone)]
pub struct Source {
    name: String,
    text: String,
    /// Byte offset of the first character of every line; never empty.
    starts: Vec<u32>,
    ascii: bool,
    /// Whether the file begins with a byte order mark.
    marked: bool,
    origin: Origin,
}

/// Where a script's text is from, as far as the script can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Origin {
    /// A file: it has a `__file__`, and tracebacks show its lines.
    #[default]
    File,
    /// A stream that was read to its end: it has a `__file__`, and no lines are left to show.
    Stream,
    /// A text that was given: it has no `__file__`, and tracebacks show its lines.
    Text,
}

/// Largest accepted file: offsets are 32 bits wide, and some are one or two past the end.
const MAX_BYTES: usize = u32::MAX as usize - 16;

/// The byte order mark.
const MARK: &str = "\u{feff}";

/// Bytes that CPython reads of a line at once when it shows one.
const READ_AT_ONCE: usize = 999;

impl Source {
    /// Decodes `bytes`, the contents of the file that messages call `name`.
    ///
    /// - Shape: UTF-8, with or without a byte order mark, which is not part of the text.
    /// - Errors: CPython's syntax errors for null bytes and for bytes that are not UTF-8; a
    ///   refusal for a declared encoding other than UTF-8 or ASCII, and beyond 4 GiB.
    pub fn new(name: impl Into<String>, bytes: Vec<u8>) -> Result<Self, Fault> {
        let name = name.into();
        if bytes.len() > MAX_BYTES {
            return Err(Fault::Refused(Refusal::new(&refuse::TOO_LARGE, name, 1, 1)));
        }
        let mut bytes = bytes;
        let marked = bytes.starts_with(MARK.as_bytes());
        if marked {
            bytes.drain(..3);
        }
        if let Some(label) = declared_encoding(&bytes)
            && !matches!(label.as_str(), "utf-8" | "utf8" | "ascii" | "us-ascii")
            && !label.starts_with("utf-8-")
        {
            return Err(Fault::Refused(Refusal::new(&refuse::ENCODING, name, 1, 1)));
        }
        match String::from_utf8(bytes) {
            Ok(text) => {
                let source = Self { marked, ..Self::from_text(name, text) };
                match source.text.find('\0') {
                    Some(at) => Err(null_byte(&source, at)),
                    None => Ok(source),
                }
            }
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                Err(not_utf8(name, error.as_bytes(), at))
            }
        }
    }

    fn from_text(name: String, text: String) -> Self {
        let mut starts = vec![0];
        let bytes = text.as_bytes();
        for (at, byte) in (0u32..).zip(bytes) {
            let ends = match byte {
                b'\n' => true,
                b'\r' => bytes.get(at as usize + 1) != Some(&b'\n'),
                _ => false,
            };
            if ends {
                starts.push(at + 1);
            }
        }
        let ascii = text.is_ascii();
        Self { name, text, starts, ascii, marked: false, origin: Origin::File }
    }

    /// The same text from elsewhere than a file.
    #[must_use]
    pub fn from_origin(mut self, origin: Origin) -> Self {
        self.origin = origin;
        self
    }

    /// Where the text is from.
    pub fn origin(&self) -> Origin {
        self.origin
    }

    /// The same source, whose lines tracebacks don't show: nobody has it as a file.
    pub(crate) fn without_excerpts(self) -> Self {
        self.from_origin(Origin::Stream)
    }

    /// Whether lines may be shown in tracebacks.
    pub(crate) fn is_shown(&self) -> bool {
        self.origin != Origin::Stream
    }

    /// The file's name as messages show it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The decoded text, without a byte order mark; line ends are as in the file.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How many lines there are; text that ends with a line end has an empty one after it.
    pub fn line_count(&self) -> u32 {
        u32::try_from(self.starts.len()).unwrap_or(u32::MAX)
    }

    /// Line (1-based) of the character at `offset`.
    pub fn line(&self, offset: TextSize) -> u32 {
        let offset = offset.to_u32();
        self.starts.partition_point(|start| *start <= offset).max(1) as u32
    }

    /// Line (1-based) and column (0-based, in characters) of the character at `offset`.
    pub fn line_col(&self, offset: TextSize) -> (u32, u32) {
        let line = self.line(offset);
        let offset = offset.to_u32();
        let start = self.starts.get(line as usize - 1).copied().unwrap_or(0);
        let bytes = offset.saturating_sub(start);
        let column = if self.ascii {
            bytes
        } else {
            let upto = self.text.as_bytes().get(start as usize..offset as usize);
            upto.map_or(bytes, count_chars)
        };
        (line, column)
    }

    /// The text of `line` (1-based) without its line end; empty past the last line.
    pub fn line_text(&self, line: u32) -> &str {
        let Some(index) = (line as usize).checked_sub(1) else { return "" };
        let Some(start) = self.starts.get(index) else { return "" };
        let end = self.starts.get(index + 1).map_or(self.text.len(), |end| *end as usize);
        let text = self.text.get(*start as usize..end).unwrap_or("");
        text.trim_end_matches(['\n', '\r'])
    }

    /// What CPython shows of a line that it reads from the file again: the byte order mark is in it, and
    /// only the last piece of what it does not get at once. Nothing where that is the line itself.
    /// CPython: `_PyErr_ProgramDecodedTextObject`.
    pub(super) fn line_read_again(&self, line: u32) -> Option<String> {
        let text = self.line_text(line);
        let mark = if self.marked && line == 1 { MARK } else { "" };
        // The line end is read too.
        let bytes = mark.len() + text.len() + 1;
        if self.origin != Origin::File || (mark.is_empty() && bytes <= READ_AT_ONCE) {
            return None;
        }
        let whole = format!("{mark}{text}\n");
        let piece = (bytes - 1) / READ_AT_ONCE * READ_AT_ONCE;
        let last = whole.as_bytes().get(piece..).unwrap_or_default();
        Some(String::from_utf8_lossy(last).trim_end_matches('\n').to_owned())
    }

    /// Byte offset at which `line` (1-based) begins; the text's end past the last line.
    pub fn line_start(&self, line: u32) -> TextSize {
        let index = (line as usize).saturating_sub(1);
        let end = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        TextSize::new(self.starts.get(index).copied().unwrap_or(end))
    }
}

/// Characters in UTF-8 `bytes`: those bytes that do not continue one.
fn count_chars(bytes: &[u8]) -> u32 {
    let count = bytes.iter().filter(|byte| **byte & 0xC0 != 0x80).count();
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// The encoding that a comment on one of the first two lines names (PEP 263), in lower case.
fn declared_encoding(bytes: &[u8]) -> Option<String> {
    for line in bytes.split(|byte| *byte == b'\n').take(2) {
        let text = line.trim_ascii_start();
        if text.first() != Some(&b'#') {
            if text.is_empty() {
                continue;
            }
            return None;
        }
        let comment = String::from_utf8_lossy(text);
        let Some((_, rest)) = comment.split_once("coding") else { continue };
        let Some(rest) = rest.strip_prefix([':', '=']) else { continue };
        let rest = rest.trim_start_matches([' ', '\t']);
        let wanted = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let label: String = rest.chars().take_while(|c| wanted(*c)).collect();
        if !label.is_empty() {
            return Some(label.to_ascii_lowercase().replace('_', "-"));
        }
    }
    None
}

fn null_byte(source: &Source, at: usize) -> Fault {
    let offset = TextSize::new(u32::try_from(at).unwrap_or(u32::MAX));
    let (line, _) = source.line_col(offset);
    let shown = source.line_text(line).split('\0').next().unwrap_or("").to_owned();
    Fault::Syntax(SyntaxFault {
        kind: SyntaxKind::SyntaxError,
        message: "source code cannot contain null bytes".to_owned(),
        file: source.name.clone(),
        line,
        column: 0,
        end_line: line,
        end_column: 0,
        text: Some(shown),
    })
}

fn not_utf8(name: String, bytes: &[u8], at: usize) -> Fault {
    let byte = bytes.get(at).copied().unwrap_or(0);
    let before = bytes.get(..at).unwrap_or(&[]);
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let message = format!(
        "Non-UTF-8 code starting with '\\x{byte:02x}' in file {name} on line {line}, but no \
         encoding declared; see https://peps.python.org/pep-0263/ for details"
    );
    Fault::Syntax(SyntaxFault {
        kind: SyntaxKind::SyntaxError,
        message,
        file: name,
        line: 0,
        column: 0,
        end_line: 0,
        end_column: 0,
        text: None,
    })
}
