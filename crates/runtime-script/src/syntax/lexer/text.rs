//! Strings and f-strings.
//!
//! An f-string is cut into its start, its literal middles, the tokens of its replacement fields
//! and its end. While `in_field` is set the ordinary scan runs, and hands back at the `}` or `:`
//! that belongs to the field.

use super::super::token::Kind;
use super::{Lexed, Lexer, MAX_F_STRINGS, Stop, offset_of};

/// Replacement fields inside one another's format specs. Source: CPython's `MAX_EXPR_NESTING`.
const MAX_FIELDS: u32 = 3;

/// An f-string whose end has not come yet.
pub(super) struct FString {
    quote: u8,
    quotes: usize,
    raw: bool,
    start: usize,
    /// Whether the ordinary scan runs, inside a replacement field.
    pub(super) in_field: bool,
    in_format_spec: bool,
    /// Brackets open since its start, those of the fields included.
    pub(super) depth: u32,
    /// Replacement fields open.
    pub(super) fields: u32,
}

impl FString {
    /// A bracket inside it was closed by `byte`; hands back to the literal text at a field's end.
    pub(super) fn close_bracket(&mut self, byte: u8) {
        self.depth = self.depth.saturating_sub(1);
        if byte == b'}' && self.depth + 1 == self.fields {
            self.fields -= 1;
            self.in_field = false;
            self.in_format_spec = false;
        }
    }
}

impl Lexer<'_> {
    /// A string; `at` is at its quote, and its prefix begins at `start`.
    pub(super) fn text(&mut self, start: usize) -> Lexed<()> {
        let prefix = self.bytes.get(start..self.at).unwrap_or(&[]);
        let raw = prefix.iter().any(|byte| matches!(byte, b'r' | b'R'));
        let formatted = prefix.iter().any(|byte| matches!(byte, b'f' | b'F'));
        let quote = self.peek(0);
        let triple = self.peek(1) == quote && self.peek(2) == quote;
        let quotes = if triple { 3 } else { 1 };
        if formatted {
            self.at += quotes;
            if self.f_strings.len() + 1 >= MAX_F_STRINGS {
                return Err(self.error_here("too many nested f-strings"));
            }
            self.push(Kind::FStart, start, self.line);
            self.f_strings.push(FString {
                quote,
                quotes,
                raw,
                start,
                in_field: false,
                in_format_spec: false,
                depth: 0,
                fields: 0,
            });
            return Ok(());
        }
        let line = self.line;
        let mut escaped = false;
        self.at += quotes;
        loop {
            if self.ended() || (!triple && self.newline() > 0) {
                return Err(self.unterminated(start, quote, quotes, escaped && !triple));
            }
            if self.newline() > 0 {
                self.pass_newline();
            } else if self.peek(0) == b'\\' {
                self.at += 1;
                escaped |= self.peek(0) == quote;
                self.pass_escaped();
            } else if self.closes(quote, quotes) {
                self.at += quotes;
                break;
            } else {
                self.at += 1;
            }
        }
        self.push(Kind::Text, start, line);
        Ok(())
    }

    fn pass_newline(&mut self) {
        self.at += self.newline();
        self.line += 1;
    }

    /// The character behind a backslash, whatever it is.
    fn pass_escaped(&mut self) {
        if self.newline() > 0 {
            self.pass_newline();
        } else if !self.ended() {
            self.at += self.char_length();
        }
    }

    fn closes(&self, quote: u8, quotes: usize) -> bool {
        (0..quotes).all(|ahead| self.peek(ahead) == quote)
    }

    /// The line that an error "detected at" the current place names.
    fn detected(&self) -> u32 {
        // A file that ends with a line end has no line after it.
        let after_end = self.ended() && matches!(self.bytes.last(), Some(b'\n' | b'\r'));
        if after_end { self.line.saturating_sub(1).max(1) } else { self.line }
    }

    fn unterminated(&self, start: usize, quote: u8, quotes: usize, escaped: bool) -> Stop {
        let waiting = self.f_strings.last();
        if waiting.is_some_and(|open| open.quote == quote && open.quotes == quotes) {
            // The quote was meant to end the f-string: its field lacks a bracket.
            let at = offset_of(start + 1);
            return self.error_at(at, "f-string: expecting '}'");
        }
        let kind = if quotes == 3 { "triple-quoted string" } else { "string" };
        let detected = self.detected();
        let hint = if escaped { "; perhaps you escaped the end quote?" } else { "" };
        let message = format!("unterminated {kind} literal (detected at line {detected}){hint}");
        self.error_at(offset_of(start + 1), message)
    }

    /// Whether `byte` is the `:` that ends a field's expression; then literal text follows it.
    pub(super) fn opens_format_spec(&mut self, byte: u8) -> bool {
        let Some(f_string) = self.f_strings.last_mut() else { return false };
        let opens = byte == b':' && f_string.fields > 0 && f_string.depth == f_string.fields;
        if opens {
            f_string.in_field = false;
            f_string.in_format_spec = true;
        }
        opens
    }

    /// Literal text of the innermost f-string, a field's opening bracket, or its end.
    pub(super) fn f_string_part(&mut self) -> Lexed<()> {
        let Some(f_string) = self.f_strings.last() else { return Ok(()) };
        let (quote, quotes) = (f_string.quote, f_string.quotes);
        let start = self.at;
        if self.peek(0) == b'{' && self.peek(1) != b'{' {
            return self.open_field();
        }
        if self.closes(quote, quotes) {
            self.at += quotes;
            self.f_strings.pop();
            self.push(Kind::FEnd, start, self.line);
            return Ok(());
        }
        self.f_string_middle(start)
    }

    fn open_field(&mut self) -> Lexed<()> {
        if let Some(f_string) = self.f_strings.last_mut() {
            f_string.fields += 1;
            f_string.in_field = true;
            if f_string.fields > MAX_FIELDS {
                self.at += 1;
                return Err(self.error_here("f-string: expressions nested too deeply"));
            }
        }
        self.operator()
    }

    fn f_string_middle(&mut self, start: usize) -> Lexed<()> {
        let Some(f_string) = self.f_strings.last() else { return Ok(()) };
        let (quote, quotes, raw) = (f_string.quote, f_string.quotes, f_string.raw);
        let (begin, depth) = (f_string.start, f_string.depth);
        let in_spec = f_string.in_format_spec && f_string.fields > 0;
        let line = self.line;
        let mut named_escape = false;
        loop {
            if self.ended() || (quotes == 1 && self.newline() > 0) {
                if in_spec && !self.ended() {
                    self.push(Kind::FMiddle, start, line);
                    self.enter_field();
                    return Ok(());
                }
                let kind = if quotes == 3 { "triple-quoted f-string" } else { "f-string" };
                let detected = self.detected();
                let message = format!("unterminated {kind} literal (detected at line {detected})");
                return Err(self.error_at(offset_of(begin + 1), message));
            }
            if self.closes(quote, quotes) {
                break;
            }
            match self.peek(0) {
                b'{' if self.peek(1) == b'{' && !in_spec => {
                    self.at += 1;
                    self.push(Kind::FMiddle, start, line);
                    self.at += 1;
                    return Ok(());
                }
                b'{' => break,
                b'}' if named_escape => {
                    self.at += 1;
                    named_escape = false;
                }
                b'}' if self.peek(1) == b'}' && !in_spec && depth == 0 => {
                    self.at += 1;
                    self.push(Kind::FMiddle, start, line);
                    self.at += 1;
                    return Ok(());
                }
                b'}' => {
                    self.push(Kind::FMiddle, start, line);
                    self.enter_field();
                    return Ok(());
                }
                b'\\' => {
                    self.at += 1;
                    match (self.peek(0), self.peek(1)) {
                        (b'{' | b'}', _) => {}
                        (b'N', b'{') if !raw => {
                            self.at += 2;
                            named_escape = true;
                        }
                        _ => self.pass_escaped(),
                    }
                }
                _ if self.newline() > 0 => self.pass_newline(),
                _ => self.at += 1,
            }
        }
        self.push(Kind::FMiddle, start, line);
        if self.peek(0) == b'{' {
            return self.open_field();
        }
        Ok(())
    }

    fn enter_field(&mut self) {
        if let Some(f_string) = self.f_strings.last_mut() {
            f_string.in_field = true;
        }
    }
}
