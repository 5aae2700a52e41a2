//! Escapes in string literals, and CPython's words for those that cannot be decoded.
//!
//! CPython: `Parser/string_parser.c` and the `unicode_escape` codec.

use ruff_python_parser::parse_expression;

/// Digits that a decimal integer may have. Source: `sys.int_info.default_max_str_digits`.
pub(super) const MAX_DIGITS: usize = 4300;

/// How many digits the number `text` has, if it is an integer with too many.
pub(super) fn too_many_digits(text: &str) -> Option<usize> {
    if text.len() <= MAX_DIGITS || !text.bytes().all(|b| b.is_ascii_digit() || b == b'_') {
        return None;
    }
    let digits = text.trim_start_matches(['0', '_']).bytes().filter(|byte| *byte != b'_').count();
    (digits > MAX_DIGITS).then_some(digits)
}

/// A string literal taken apart: what its prefix says, and what stands between the quotes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Literal<'a> {
    pub(super) bytes: bool,
    pub(super) raw: bool,
    pub(super) body: &'a str,
}

impl<'a> Literal<'a> {
    /// Takes apart the whole text of a literal.
    pub(super) fn new(text: &'a str) -> Self {
        let body = text.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        let prefix = text.get(..text.len() - body.len()).unwrap_or("");
        let has = |wanted: char| prefix.contains([wanted, wanted.to_ascii_uppercase()]);
        let triple = body.len() >= 6 && (body.starts_with("'''") || body.starts_with("\"\"\""));
        let quotes = if triple { 3 } else { 1 };
        let body = body.get(quotes..body.len().saturating_sub(quotes)).unwrap_or("");
        Self { bytes: has('b'), raw: has('r'), body }
    }

    /// What CPython says of a literal that has no value.
    pub(super) fn problem(self) -> Option<String> {
        if self.bytes && !self.body.is_ascii() {
            return Some("bytes can only contain ASCII literal characters".to_owned());
        }
        if self.raw {
            return None;
        }
        if self.bytes { bytes_problem(self.body) } else { text_problem(self.body) }
    }
}

fn bytes_problem(body: &str) -> Option<String> {
    let bytes = body.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if *byte != b'\\' {
            at += 1;
            continue;
        }
        let digits = bytes.get(at + 2..at + 4).unwrap_or(&[]);
        let whole = digits.len() == 2 && digits.iter().all(u8::is_ascii_hexdigit);
        if bytes.get(at + 1) == Some(&b'x') && !whole {
            return Some(format!("(value error) invalid \\x escape at position {at}"));
        }
        at += 2;
    }
    None
}

/// The first bad escape of `body`; positions count every character that is not ASCII as the ten
/// characters of its own escape, which CPython makes of it first.
pub(super) fn text_problem(body: &str) -> Option<String> {
    let mut position = 0usize;
    let mut rest = body;
    while let Some(c) = rest.chars().next() {
        if c != '\\' {
            position += if c.is_ascii() { 1 } else { 10 };
            rest = rest.get(c.len_utf8()..).unwrap_or("");
            continue;
        }
        let escape = rest.get(1..).unwrap_or("");
        let kind = escape.chars().next();
        let wanted = match kind {
            Some('x') => 2,
            Some('u') => 4,
            Some('U') => 8,
            Some('N') => {
                let (length, problem) = named_escape(escape);
                if let Some(problem) = problem {
                    return Some(decode_error(position, position + length, problem));
                }
                position += 1 + length;
                rest = escape.get(length..).unwrap_or("");
                continue;
            }
            _ => 0,
        };
        let digits = escape.bytes().skip(1).take(wanted);
        let found = digits.take_while(u8::is_ascii_hexdigit).count();
        if found < wanted {
            let problem = match kind {
                Some('x') => "truncated \\xXX escape",
                Some('u') => "truncated \\uXXXX escape",
                _ => "truncated \\UXXXXXXXX escape",
            };
            return Some(decode_error(position, position + 1 + found, problem));
        }
        let value = escape.get(1..=wanted).and_then(|hex| u32::from_str_radix(hex, 16).ok());
        if kind == Some('U') && value.is_some_and(|value| value > 0x10_FFFF) {
            let problem = "illegal Unicode character";
            return Some(decode_error(position, position + 9, problem));
        }
        // A backslash before a character that is not ASCII stays, and so does the character.
        let passed = if kind.is_some_and(|c| c.is_ascii()) { 1 + wanted } else { 0 };
        position += 1 + passed;
        rest = escape.get(passed..).unwrap_or("");
    }
    None
}

/// Length of the escape that begins with `N` in `escape`, and what is wrong with it.
fn named_escape(escape: &str) -> (usize, Option<&'static str>) {
    let malformed = Some("malformed \\N character escape");
    let Some(named) = escape.strip_prefix("N{") else { return (1, malformed) };
    let Some(length) = named.find('}') else { return (escape.len(), malformed) };
    if length == 0 {
        return (2, malformed);
    }
    let name = named.get(..length).unwrap_or("");
    let simple = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-');
    let known = name.chars().all(simple) && parse_expression(&format!("'\\N{{{name}}}'")).is_ok();
    (length + 3, if known { None } else { Some("unknown Unicode character name") })
}

fn decode_error(first: usize, last: usize, problem: &str) -> String {
    let place = if first == last {
        format!("byte 0x5c in position {first}")
    } else {
        format!("bytes in position {first}-{last}")
    };
    format!("(unicode error) 'unicodeescape' codec can't decode {place}: {problem}")
}
