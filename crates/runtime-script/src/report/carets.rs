//! Where in a failing expression the carets go, found by parsing it once more.
//!
//! ```text
//! total + price[key]      cart . add ( item )
//! ~~~~~~^~~~~~~~~~~~      ~~~~~~~~~^^^^^^^^^^
//!       left, right = the operator's ends; of a call or a subscript, the brackets'
//! ```
//!
//! The text is any slice of a script, so that parsing it may fail; then there are no anchors. It
//! never takes more stack than there is: long texts are parsed on a thread of their own, very long
//! ones not at all. Source: `_extract_caret_anchors_from_line_segment`, `_should_show_carets`.

use ruff_python_ast::{Expr, PythonVersion, Stmt};
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};
use ruff_text_size::{Ranged, TextSize};

use super::text::{first_len, is_space, split_lines};

/// Longest text that is parsed on the caller's stack, in bytes.
const SHORT: usize = 512;
/// Longest text that is parsed, in bytes: no tree of it is deeper than `STACK_BYTES` allows.
const LONG: usize = 64 << 10;
/// Stack of the thread that parses a long text; only the part in use takes memory.
const STACK_BYTES: usize = 32 << 20;

/// A line of a text, and a place in it: bytes, or columns once on display.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) line: usize,
    pub(super) at: usize,
}

/// The part of an expression that did not work: its first place, and the place behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Anchors {
    pub(super) left: Place,
    pub(super) right: Place,
}

/// What parsing tells of an expression that has anchors; offsets are into the parsed text.
enum Form {
    Operator { left_end: TextSize, right_start: TextSize },
    Brackets { open: char, after: TextSize, end: TextSize },
}

/// The anchors of `segment`, if it is a binary operation, a subscript or a call.
pub(super) fn anchors(segment: &str) -> Option<Anchors> {
    if !segment.contains(|c: char| c.is_ascii_punctuation() && c != '_' && c != '.') {
        return None; // a name or an attribute
    }
    // Brackets let an expression go on over line ends; the line end after the first keeps the
    // text's own first line apart.
    let form = with_statements(&format!("(\n{segment}\n)"), |statements| {
        let [Stmt::Expr(statement)] = statements else { return None };
        match &*statement.value {
            Expr::BinOp(op) => {
                Some(Form::Operator { left_end: op.left.end(), right_start: op.right.start() })
            }
            Expr::Subscript(item) => {
                Some(Form::Brackets { open: '[', after: item.value.end(), end: item.end() })
            }
            Expr::Call(call) => {
                Some(Form::Brackets { open: '(', after: call.func.end(), end: call.end() })
            }
            _ => None,
        }
    })??;
    let text = Segment { text: segment, lines: split_lines(segment) };
    match form {
        Form::Operator { left_end, right_start } => {
            let left = text.valid(text.place(left_end)?)?;
            let left = text.skip_until(left, |c| !is_space(c) && c != ')')?;
            let first = text.char_at(left)?;
            let mut right = Place { line: left.line, at: left.at + first.len_utf8() };
            if let Some(second) = text.char_at(right)
                && right < text.place(right_start)?
                && !is_space(second)
                && !matches!(second, '\\' | '#')
            {
                right.at += second.len_utf8();
            }
            Some(Anchors { left, right })
        }
        Form::Brackets { open, after, end } => {
            let left = text.valid(text.place(after)?)?;
            let left = text.skip_until(left, |c| c == open)?;
            Some(Anchors { left, right: text.place(end)? })
        }
    }
}

/// Whether `text` is `return NAME(...)` or `NAME = CALL` and the call is just what failed: then
/// the line itself says where. `before` and `segment` split `text`'s begin off what failed.
///
/// CPython compares bytes with characters here, and so finds the call only behind ASCII.
pub(super) fn is_only_call(text: &str, before: &str, segment: &str) -> bool {
    let lead = before.trim_end_matches(|c| is_space(c) || c == '(');
    if !(lead.ends_with("return") || lead.ends_with('=')) || !segment.ends_with(')') {
        return false;
    }
    let start = before.chars().count();
    let end = before.len() + segment.len();
    let last_line = |upto: usize| text.get(..upto).and_then(|text| text.rsplit('\n').next());
    let characters = last_line(end).map_or(0, |line| line.chars().count());
    let found = with_statements(text, |statements| match statements.first() {
        Some(Stmt::Return(statement)) => match statement.value.as_deref() {
            Some(Expr::Call(call)) if call.func.is_name_expr() => Some(call.range()),
            _ => None,
        },
        Some(Stmt::Assign(statement)) => match (&*statement.targets, &*statement.value) {
            ([Expr::Name(_)], Expr::Call(call)) => Some(call.range()),
            _ => None,
        },
        _ => None,
    });
    let Some(call) = found.flatten() else { return false };
    let call_end = call.end().to_usize();
    let on_first = text.get(..call.start().to_usize()).is_some_and(|text| !text.contains('\n'));
    let on_last = text.get(call_end..).is_some_and(|text| !text.contains('\n'));
    let bytes = last_line(call_end).map_or(0, str::len);
    on_first && on_last && call.start().to_usize() == start && bytes == characters
}

/// Calls `look` with the statements of `text`, unless that is no valid Python.
fn with_statements<R: Send>(text: &str, look: impl FnOnce(&[Stmt]) -> R + Send) -> Option<R> {
    let parse = || {
        let options = ParseOptions::from(Mode::Module).with_target_version(PythonVersion::PY313);
        let parsed = parse_unchecked(text, options).try_into_module()?;
        parsed.has_no_syntax_errors().then(|| look(parsed.suite()))
    };
    if text.len() <= SHORT {
        return parse();
    }
    if text.len() > LONG {
        return None;
    }
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK_BYTES);
        thread.spawn_scoped(scope, parse).ok()?.join().ok()?
    })
}

/// The text that was parsed, without the bracket lines around it.
struct Segment<'t> {
    text: &'t str,
    lines: Vec<&'t str>,
}

impl Segment<'_> {
    /// The place of the parsed text's `offset`.
    fn place(&self, offset: TextSize) -> Option<Place> {
        let before = self.text.get(..offset.to_usize().checked_sub(2)?)?;
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = before.bytes().filter(|byte| *byte == b'\n').count();
        Some(Place { line, at: before.len() - start })
    }

    fn char_at(&self, place: Place) -> Option<char> {
        self.lines.get(place.line)?.get(place.at..)?.chars().next()
    }

    /// `place`, or from a line's end the next character's; none behind the last.
    fn valid(&self, mut place: Place) -> Option<Place> {
        while place.at >= self.lines.get(place.line)?.len() {
            place = Place { line: place.line + 1, at: 0 };
        }
        Some(place)
    }

    /// The first place from `place` on whose character is `wanted`; comments are skipped.
    fn skip_until(&self, mut place: Place, wanted: impl Fn(char) -> bool) -> Option<Place> {
        loop {
            let rest = self.lines.get(place.line)?.get(place.at..)?;
            let c = rest.chars().next()?;
            place = match c {
                '\\' | '#' => self.valid(Place { line: place.line + 1, at: 0 })?,
                c if wanted(c) => return Some(place),
                _ => self.valid(Place { line: place.line, at: place.at + first_len(rest) })?,
            };
        }
    }
}
