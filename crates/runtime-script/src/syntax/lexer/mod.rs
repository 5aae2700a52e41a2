//! The token scan: one pass over the text, cutting tokens where CPython's tokenizer does.
//!
//! It needs no tree and does not recurse, so it can count nesting before anything that recurses
//! runs, and it gives CPython's tokenizer errors. CPython: `Parser/lexer/lexer.c`.
//!
//! Invariant: `at` lies on a character boundary, and every byte before it belongs to a token or to
//! blank space that has been passed.

mod number;
mod text;
mod word;

use ruff_text_size::TextSize;

use super::fault::SyntaxKind;
use super::report::Report;
use super::source::Source;
use super::token::{Kind, Token};
use text::FString;

/// Brackets that may be open at once. Source: CPython's `MAXLEVEL`.
pub(super) const MAX_BRACKETS: usize = 200;
/// Indentation levels, the outermost included. Source: CPython's `MAXINDENT`.
const MAX_INDENTS: usize = 100;
/// f-strings inside one another, the file included. Source: CPython's `MAXFSTRINGLEVEL`.
const MAX_F_STRINGS: usize = 150;

/// All tokens of a text, or those before the place where the scan stopped.
#[derive(Debug)]
pub(super) struct Scan {
    pub(super) tokens: Vec<Token>,
    /// Why the scan stopped, where it did not reach the end.
    pub(super) stop: Option<Stop>,
    /// Brackets still open when it ended.
    pub(super) open: Vec<Bracket>,
}

/// Why a scan stopped short.
#[derive(Debug, Clone)]
pub(super) enum Stop {
    /// An error that CPython raises as soon as the tokenizer meets it.
    Raised(Report),
    /// An error that CPython raises only when the parser asks for the token.
    Noted(Report),
    /// The text ends inside brackets.
    Open,
}

/// A bracket not closed yet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bracket {
    pub(super) byte: u8,
    pub(super) offset: u32,
    pub(super) line: u32,
}

/// Scans the whole of `source`.
pub(super) fn scan(source: &Source) -> Scan {
    let mut lexer = Lexer {
        source,
        bytes: source.text().as_bytes(),
        at: 0,
        line: 1,
        indents: vec![Indent { columns: 0, characters: 0 }],
        brackets: Vec::new(),
        f_strings: Vec::new(),
        tokens: Vec::new(),
        fresh_line: true,
    };
    let stop = lexer.run().err();
    Scan { tokens: lexer.tokens, stop, open: lexer.brackets }
}

struct Lexer<'a> {
    source: &'a Source,
    bytes: &'a [u8],
    at: usize,
    /// Line of `at`, 1-based.
    line: u32,
    indents: Vec<Indent>,
    brackets: Vec<Bracket>,
    f_strings: Vec<FString>,
    tokens: Vec<Token>,
    /// Whether `at` begins a line outside brackets and strings.
    fresh_line: bool,
}

/// A line's indentation, with tabs to multiples of 8 and with tabs as one character.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Indent {
    columns: u32,
    characters: u32,
}

type Lexed<T> = Result<T, Stop>;

impl Lexer<'_> {
    fn run(&mut self) -> Lexed<()> {
        loop {
            if self.f_strings.last().is_some_and(|f_string| !f_string.in_field) {
                self.f_string_part()?;
                continue;
            }
            if self.fresh_line {
                self.fresh_line = false;
                if self.indentation()? {
                    continue;
                }
            }
            if !self.token()? {
                return Ok(());
            }
        }
    }

    /// The byte `ahead` of the current one; 0 past the end (no text holds a null byte).
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn ended(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// Length of the line end at `at`, 0 where there is none.
    fn newline(&self) -> usize {
        match (self.peek(0), self.peek(1)) {
            (b'\r', b'\n') => 2,
            (b'\n' | b'\r', _) => 1,
            _ => 0,
        }
    }

    /// `at` as an offset. The text is below 4 GiB, so nothing is cut off.
    fn offset(&self) -> u32 {
        offset_of(self.at)
    }

    fn push(&mut self, kind: Kind, start: usize, line: u32) {
        let level = u16::try_from(self.brackets.len()).unwrap_or(u16::MAX);
        let (start, end) = (offset_of(start), self.offset());
        self.tokens.push(Token { start, end, line, level, kind });
    }

    /// An error whose caret stands under the last character read.
    fn error_here(&self, message: impl Into<String>) -> Stop {
        self.error_at(self.offset(), message)
    }

    /// An error whose caret stands under the character before byte `end`.
    fn error_at(&self, end: u32, message: impl Into<String>) -> Stop {
        let (line, column) = self.source.line_col(TextSize::new(end));
        Stop::Raised(Report::at(line, column, message))
    }

    /// Measures a line's indentation; whether it was a blank line, now passed.
    fn indentation(&mut self) -> Lexed<bool> {
        let mut indent = Indent { columns: 0, characters: 0 };
        // Of a line continued with a backslash, the first line's indentation counts.
        let mut first = None;
        loop {
            match self.peek(0) {
                b' ' => {
                    indent.columns += 1;
                    indent.characters += 1;
                }
                b'\t' => {
                    indent.columns = (indent.columns / 8 + 1) * 8;
                    indent.characters += 1;
                }
                b'\x0c' => indent = Indent { columns: 0, characters: 0 },
                b'\\' => {
                    first = first.or(Some(indent));
                    self.continuation()?;
                    continue;
                }
                _ => break,
            }
            self.at += 1;
        }
        if let Some(first) = first {
            indent = first;
        }
        if self.ended() && matches!(self.bytes.last(), Some(b'\n' | b'\r')) {
            // What ends with the text lies on its last line.
            self.line = self.line.saturating_sub(1).max(1);
        }
        let blank = self.peek(0) == b'#' || self.newline() > 0;
        if blank {
            while !self.ended() && self.newline() == 0 {
                self.at += 1;
            }
            let newline = self.newline();
            self.at += newline;
            self.line += u32::from(newline > 0);
            self.fresh_line = true;
            return Ok(true);
        }
        if self.ended() {
            indent = Indent { columns: 0, characters: 0 };
        }
        self.change_indent(indent)?;
        Ok(false)
    }

    fn change_indent(&mut self, indent: Indent) -> Lexed<()> {
        let top = self.indents.last().copied().unwrap_or(indent);
        if indent.columns > top.columns {
            if self.indents.len() >= MAX_INDENTS {
                return Err(Stop::Noted(block_report(
                    self.line,
                    SyntaxKind::IndentationError,
                    TOO_DEEP,
                )));
            }
            if indent.characters <= top.characters {
                return Err(Stop::Noted(block_report(self.line, SyntaxKind::TabError, MIXED_TABS)));
            }
            self.indents.push(indent);
            self.push(Kind::Indent, self.at, self.line);
            return Ok(());
        }
        let before = self.indents.len();
        while self.indents.last().is_some_and(|top| indent.columns < top.columns) {
            self.indents.pop();
        }
        let top = self.indents.last().copied().unwrap_or(indent);
        if indent.columns != top.columns {
            let end = self.source.line_text(self.line).chars().count();
            let column = u32::try_from(end).unwrap_or(u32::MAX).saturating_add(1);
            let report = Report::at(self.line, column, BAD_DEDENT);
            return Err(Stop::Noted(report.of_kind(SyntaxKind::IndentationError)));
        }
        if indent.characters != top.characters {
            return Err(Stop::Noted(block_report(self.line, SyntaxKind::TabError, MIXED_TABS)));
        }
        for _ in self.indents.len()..before {
            self.push(Kind::Dedent, self.at, self.line);
        }
        Ok(())
    }

    /// A backslash and the line end after it.
    fn continuation(&mut self) -> Lexed<()> {
        self.at += 1;
        let length = self.newline();
        if length == 0 && !self.ended() {
            self.at += self.char_length();
            let column = self.source.line_col(TextSize::new(self.offset())).1;
            let message = "unexpected character after line continuation character";
            return Err(Stop::Noted(Report::at(self.line, column, message)));
        }
        self.at += length;
        if self.ended() {
            if let Some(open) = self.brackets.last() {
                let (line, column) = self.source.line_col(TextSize::new(open.offset));
                let message = format!("'{}' was never closed", char::from(open.byte));
                return Err(Stop::Noted(Report::at(line, column + 1, message)));
            }
            let length = self.source.line_text(self.line).chars().count();
            let alone = self.tokens.last().is_none_or(|token| token.line != self.line);
            let column = if alone { 0 } else { u32::try_from(length + 1).unwrap_or(u32::MAX) };
            return Err(Stop::Noted(Report::at(self.line, column, "unexpected EOF while parsing")));
        }
        self.line += 1;
        Ok(())
    }

    /// Bytes of the character at `at`.
    fn char_length(&self) -> usize {
        match self.peek(0) {
            0..0x80 => 1,
            0x80..0xE0 => 2,
            0xE0..0xF0 => 3,
            _ => 4,
        }
    }

    /// Cuts one token; false at the end of the text.
    fn token(&mut self) -> Lexed<bool> {
        while matches!(self.peek(0), b' ' | b'\t' | b'\x0c') {
            self.at += 1;
        }
        let start = self.at;
        if self.peek(0) == b'#' {
            while !self.ended() && self.newline() == 0 {
                self.at += 1;
            }
        }
        if self.ended() {
            return self.end(start).map(|()| false);
        }
        let newline = self.newline();
        if newline > 0 {
            self.end_line(start, newline);
            return Ok(true);
        }
        match self.peek(0) {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80.. => self.word()?,
            b'0'..=b'9' => self.number()?,
            b'.' if self.peek(1).is_ascii_digit() => self.number()?,
            b'"' | b'\'' => self.text(start)?,
            b'\\' => self.continuation()?,
            _ => self.operator()?,
        }
        Ok(true)
    }

    /// A line end: a token outside brackets, unless the line holds nothing.
    fn end_line(&mut self, start: usize, length: usize) {
        if self.brackets.is_empty() {
            self.push(Kind::Newline, start, self.line);
            self.fresh_line = true;
        }
        self.at += length;
        self.line += 1;
    }

    fn end(&mut self, start: usize) -> Lexed<()> {
        if !self.brackets.is_empty() {
            return Err(Stop::Open);
        }
        // CPython reads a file as if its last line had an end.
        let last = self.tokens.last().map(|token| token.kind);
        if !matches!(last, None | Some(Kind::Newline | Kind::Dedent | Kind::Indent)) {
            self.push(Kind::Newline, start, self.line);
        }
        self.change_indent(Indent { columns: 0, characters: 0 })?;
        self.push(Kind::End, self.at, self.line);
        Ok(())
    }

    fn operator(&mut self) -> Lexed<()> {
        let start = self.at;
        let rest = self.bytes.get(start..).unwrap_or(&[]);
        let (mut kind, mut length) = Kind::of_operator(rest).unwrap_or((Kind::Stray, 1));
        let byte = self.peek(0);
        if self.opens_format_spec(byte) {
            (kind, length) = (Kind::Colon, 1);
        }
        match kind {
            Kind::LeftParen | Kind::LeftSquare | Kind::LeftBrace => {
                self.at += 1;
                return self.open(kind, start, byte);
            }
            Kind::RightParen | Kind::RightSquare | Kind::RightBrace => {
                self.at += 1;
                return self.close(kind, start, byte);
            }
            Kind::Stray if !(b'!'..=b'~').contains(&byte) => {
                self.at += 1;
                let message = format!("invalid non-printable character U+{byte:04X}");
                return Err(self.error_here(message));
            }
            _ => {}
        }
        self.at += length;
        self.push(kind, start, self.line);
        Ok(())
    }

    fn open(&mut self, kind: Kind, start: usize, byte: u8) -> Lexed<()> {
        if self.brackets.len() >= MAX_BRACKETS {
            return Err(self.error_here("too many nested parentheses"));
        }
        self.brackets.push(Bracket { byte, offset: offset_of(start), line: self.line });
        if let Some(f_string) = self.f_strings.last_mut() {
            f_string.depth += 1;
        }
        self.push(kind, start, self.line);
        Ok(())
    }

    fn close(&mut self, kind: Kind, start: usize, byte: u8) -> Lexed<()> {
        let shown = char::from(byte);
        let depth = self.f_strings.last().map(|f_string| (f_string.depth, f_string.fields));
        if byte == b'}' && depth.is_some_and(|(depth, _)| depth == 0) {
            return Err(self.error_here("f-string: single '}' is not allowed"));
        }
        let Some(open) = self.brackets.pop() else {
            return Err(self.error_here(format!("unmatched '{shown}'")));
        };
        if !matches!((open.byte, byte), (b'(', b')') | (b'[', b']') | (b'{', b'}')) {
            if open.byte == b'{' && depth.is_some_and(|(depth, fields)| depth == fields) {
                return Err(self.error_here(format!("f-string: unmatched '{shown}'")));
            }
            let mut message = format!(
                "closing parenthesis '{shown}' does not match opening parenthesis '{}'",
                char::from(open.byte)
            );
            if open.line != self.line {
                message.push_str(&format!(" on line {}", open.line));
            }
            return Err(self.error_here(message));
        }
        self.push(kind, start, self.line);
        if let Some(f_string) = self.f_strings.last_mut() {
            if f_string.depth == 0 {
                return Err(self.error_here(format!("f-string: unmatched '{shown}'")));
            }
            f_string.close_bracket(byte);
        }
        Ok(())
    }
}

const TOO_DEEP: &str = "too many levels of indentation";
const MIXED_TABS: &str = "inconsistent use of tabs and spaces in indentation";
const BAD_DEDENT: &str = "unindent does not match any outer indentation level";

/// An error about a line's indentation, shown without carets.
fn block_report(line: u32, kind: SyntaxKind, message: &str) -> Report {
    Report::at(line, 1, message).of_kind(kind)
}

/// A byte position as an offset; a [`Source`] is below 4 GiB.
fn offset_of(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
