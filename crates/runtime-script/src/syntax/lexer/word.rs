//! Names, keywords, and the prefixes of strings.

use ruff_python_parser::parse_expression;

use super::super::token::Kind;
use super::{Lexed, Lexer, Stop};

impl Lexer<'_> {
    /// A word: a string's prefix, a keyword or a name.
    pub(super) fn word(&mut self) -> Lexed<()> {
        let start = self.at;
        if let Some(length) = self.string_prefix() {
            self.at += length;
            return self.text(start);
        }
        let mut ascii = true;
        while matches!(
            self.peek(0),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | 0x80..
        ) {
            ascii &= self.peek(0).is_ascii();
            self.at += 1;
        }
        let word = self.source.text().get(start..self.at).unwrap_or("");
        if !ascii {
            self.check_characters(start, word)?;
        }
        self.push(Kind::of_word(word), start, self.line);
        Ok(())
    }

    /// Length of the string prefix at `at`, where a quote follows it.
    fn string_prefix(&self) -> Option<usize> {
        let (mut b, mut u, mut r, mut f) = (false, false, false, false);
        for length in 0..3 {
            match self.peek(length) {
                b'"' | b'\'' => return (length > 0).then_some(length),
                b'b' | b'B' if !(b || u || f) => b = true,
                b'u' | b'U' if !(b || u || r || f) => u = true,
                b'r' | b'R' if !(r || u) => r = true,
                b'f' | b'F' if !(f || b || u) => f = true,
                _ => return None,
            }
        }
        None
    }

    fn check_characters(&self, start: usize, word: &str) -> Result<(), Stop> {
        for (at, c) in word.char_indices() {
            if c.is_ascii() || belongs(c, at == 0) {
                continue;
            }
            let end = super::offset_of(start + at + c.len_utf8());
            let code = u32::from(c);
            let message = if is_printable(c) {
                format!("invalid character '{c}' (U+{code:04X})")
            } else {
                format!("invalid non-printable character U+{code:04X}")
            };
            return Err(self.error_at(end, message));
        }
        Ok(())
    }
}

/// Whether `c`, which is not ASCII, may begin or continue a name.
fn belongs(c: char, first: bool) -> bool {
    // Letters of every script, without a look at the tables behind the parser's lexer.
    if matches!(c, '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2C1}'
        | '\u{3A3}'..='\u{3E1}' | '\u{410}'..='\u{44F}' | '\u{4E00}'..='\u{9FA5}'
        | '\u{AC00}'..='\u{D7A3}')
    {
        return true;
    }
    let name = if first { String::from(c) } else { format!("a{c}") };
    parse_expression(&name).is_ok()
}

/// As `str.isprintable`.
fn is_printable(c: char) -> bool {
    // Behind another character, only what is not printable is escaped.
    c == '\u{FFFD}' || !format!("a{c}").escape_debug().to_string().contains("\\u{")
}
