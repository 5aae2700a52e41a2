//! String literals with lone surrogates.
//!
//! The parser's trees hold text as Rust does, where a surrogate cannot stand by itself: it puts
//! U+FFFD in its place. So a literal whose value has that character is read again from the source.

use ruff_python_ast as ast;
use ruff_text_size::{Ranged, TextRange};
use runtime_types::OrRaise;
use runtime_types::string::TextBuilder;

use super::constants::ConstId;
use super::{Compiled, Compiler};
use crate::syntax::Source;

/// What stands in the trees where a surrogate was.
const STAND_IN: char = '\u{FFFD}';

/// Characters of a string, lone surrogates among them.
#[derive(Debug, Default)]
pub(super) struct Characters(Vec<u32>);

impl Characters {
    pub(super) fn push_str(&mut self, text: &str) {
        self.0.extend(text.chars().map(u32::from));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// Adds the value of a literal of this range, which is read from the source when it must be.
    pub(super) fn push_literal(&mut self, source: &Source, range: TextRange, value: &str) {
        let token = source.text().get(range.to_std_range()).unwrap_or("");
        let body = token.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        let prefix = token.get(..token.len() - body.len()).unwrap_or("");
        let quotes = if body.starts_with("'''") || body.starts_with("\"\"\"") { 3 } else { 1 };
        let body = body.get(quotes..body.len().saturating_sub(quotes)).unwrap_or("");
        self.push_body(body, prefix.contains(['r', 'R']), value);
    }

    /// Adds a stretch of a literal: `body` as it is written, `value` as the parser read it.
    pub(super) fn push_body(&mut self, body: &str, raw: bool, value: &str) {
        if raw || !value.contains(STAND_IN) || !body.contains('\\') {
            return self.push_str(value);
        }
        // Value and body are the same but for escapes: each stand-in is the next surrogate that is
        // written as an escape, or a character that stands there itself or by its own number.
        let mut stand_ins = stand_ins(body).into_iter();
        self.0.extend(value.chars().map(|c| match c {
            STAND_IN => stand_ins.next().unwrap_or(u32::from(c)),
            c => u32::from(c),
        }));
    }
}

/// What is written where the parser reads U+FFFD, in order: surrogates by their escapes, and the
/// character itself.
fn stand_ins(body: &str) -> Vec<u32> {
    let mut found = Vec::new();
    let mut rest = body;
    while let Some(c) = rest.chars().next() {
        let mut next = rest.get(c.len_utf8()..).unwrap_or("");
        if c == STAND_IN {
            found.push(u32::from(c));
        }
        if c == '\\' {
            let kind = next.chars().next();
            let digits = match kind {
                Some('u') => 4,
                Some('U') => 8,
                _ => 0,
            };
            let hex = next.get(1..=digits).and_then(|hex| u32::from_str_radix(hex, 16).ok());
            match hex.filter(|_| digits > 0) {
                Some(code) if char::from_u32(code).is_none_or(|c| c == STAND_IN) => {
                    found.push(code)
                }
                _ if next.starts_with("N{REPLACEMENT CHARACTER}") => found.push(STAND_IN.into()),
                _ => {}
            }
            let passed = kind.map_or(0, |kind| if digits > 0 { 1 } else { kind.len_utf8() });
            next = next.get(passed + digits..).unwrap_or("");
        }
        rest = next;
    }
    found
}

impl Compiler<'_, '_, '_> {
    /// The constant of a string literal.
    pub(super) fn string_literal(&mut self, literal: &ast::ExprStringLiteral) -> Compiled<ConstId> {
        let value = literal.value.to_str();
        if !value.contains(STAND_IN) {
            return self.str_const(value);
        }
        let mut text = Characters::default();
        for part in &literal.value {
            text.push_literal(self.source, part.range(), &part.value);
        }
        self.characters_const(&text)
    }

    pub(super) fn characters_const(&mut self, text: &Characters) -> Compiled<ConstId> {
        let plain: Option<String> = text.0.iter().map(|c| char::from_u32(*c)).collect();
        if let Some(plain) = plain {
            return self.str_const(&plain);
        }
        let mut builder = TextBuilder::new(self.cx.world());
        text.0.iter().try_for_each(|c| builder.push(*c)).or_raise(self.cx)?;
        let str = builder.finish()?;
        self.const_id(str)
    }
}

#[cfg(test)]
mod tests {
    use super::Characters;

    #[test]
    fn surrogates_come_back_from_their_escapes_in_order() {
        let cases: [(&str, &str, &[u32]); 4] = [
            (r"a\ud800b", "a\u{FFFD}b", &[97, 0xD800, 98]),
            (r"\\ud800\udfff", "\\ud800\u{FFFD}", &[92, 117, 100, 56, 48, 48, 0xDFFF]),
            ("\u{FFFD}\\U0000dc00", "\u{FFFD}\u{FFFD}", &[0xFFFD, 0xDC00]),
            (r"\ufffd\ud801", "\u{FFFD}\u{FFFD}", &[0xFFFD, 0xD801]),
        ];
        for (body, value, expected) in cases {
            let mut text = Characters::default();
            text.push_body(body, false, value);
            assert_eq!(text.0, expected, "{body}");
        }
    }
}
