//! Text as Python's `str` methods and `textwrap` see it.

use super::wide::WIDE;

/// `str.isspace` of one character: Unicode's white space, and four separators of ASCII.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\x1c'..='\x1f')
}

/// `str.splitlines`: more line ends than a Python file has.
pub(super) fn split_lines(text: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(ends_line) {
        let (line, tail) = rest.split_at(at);
        lines.push(line);
        rest =
            tail.strip_prefix("\r\n").unwrap_or_else(|| tail.get(first_len(tail)..).unwrap_or(""));
    }
    if !rest.is_empty() {
        lines.push(rest);
    }
    lines
}

fn ends_line(c: char) -> bool {
    matches!(c, '\n'..='\r' | '\x1c'..='\x1e' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Bytes of the first character of `text`.
pub(super) fn first_len(text: &str) -> usize {
    text.chars().next().map_or(0, char::len_utf8)
}

/// `textwrap.dedent`: without the spaces and tabs that all lines begin with; blank ones are
/// emptied and do not count.
pub(super) fn dedent(text: &str) -> String {
    let blank = [' ', '\t'];
    let mut margin: Option<&str> = None;
    for line in text.split('\n') {
        let body = line.trim_start_matches(blank);
        if body.is_empty() {
            continue;
        }
        let indent = line.get(..line.len() - body.len()).unwrap_or("");
        let common = margin.map_or(indent, |margin| {
            let same = margin.bytes().zip(indent.bytes()).take_while(|(a, b)| a == b).count();
            margin.get(..same).unwrap_or("")
        });
        margin = Some(common);
    }
    let margin = margin.unwrap_or("");
    let mut dedented = String::with_capacity(text.len());
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            dedented.push('\n');
        }
        if !line.trim_start_matches(blank).is_empty() {
            dedented.push_str(line.strip_prefix(margin).unwrap_or(line));
        }
    }
    dedented
}

/// Columns that `text` takes up: two for each wide or full-width character, one for any other.
pub(super) fn width(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    text.chars().map(|c| 1 + usize::from(is_wide(c))).sum()
}

fn is_wide(c: char) -> bool {
    let c = u32::from(c);
    let after = WIDE.partition_point(|(first, _)| *first <= c);
    after.checked_sub(1).and_then(|at| WIDE.get(at)).is_some_and(|(_, last)| c <= *last)
}
