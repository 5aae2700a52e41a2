//! The diagnosis: why CPython's parser refuses a text, in its words and at its place.
//!
//! It runs only when the parser proper has found an error. Like CPython it reads the text twice: a
//! first pass finds the furthest token that the grammar reaches, a second one tries the patterns of
//! known mistakes wherever an alternative fails. It builds no syntax tree, only the light one of
//! [`node`]. CPython: `Parser/pegen.c`, `Parser/pegen_errors.c`.
//!
//! Invariant: a rule that misses leaves the position where its caller finds it through `option`,
//! `ahead` or `memo`; `furthest` only grows within a pass.

mod arguments;
mod atoms;
mod clauses;
mod compound;
mod expressions;
mod memo;
mod node;
mod parameters;
mod patterns;
mod statements;
mod strings;
mod targets;

use std::collections::HashMap;

use ruff_text_size::TextSize;

use super::fault::SyntaxKind;
use super::lexer::{Scan, Stop};
use super::report::Report;
use super::source::Source;
use super::token::{Kind, Token};
use memo::{Memo, Outcome, Rule};
use node::{Id, Node, Nodes, Shape, Target};

/// The syntax error that CPython's tokenizer and parser report, if the grammar refuses the text.
pub(super) fn diagnose(source: &Source, scan: &Scan) -> Option<Report> {
    let mut parser = Parser {
        source,
        scan,
        at: 0,
        furthest: 0,
        explain: false,
        side_by_side: 0,
        raised_by_scan: false,
        nodes: Nodes::default(),
        memo: Memo::default(),
        blocks: HashMap::new(),
    };
    match parser.file() {
        Ok(()) => return None,
        Err(Miss::Raised(report)) => return Some(parser.outrank(*report)),
        Err(Miss::No) => {}
    }
    let last = parser.furthest;
    parser.restart();
    if let Err(Miss::Raised(report)) = parser.file() {
        return Some(parser.outrank(*report));
    }
    match parser.token(last).kind {
        Kind::Indent => Some(*parser.indentation_report("unexpected indent")),
        Kind::Dedent => Some(*parser.indentation_report("unexpected unindent")),
        _ => Some(parser.outrank(parser.report_over(last, last + 1, "invalid syntax"))),
    }
}

/// Why a rule gave nothing.
#[derive(Debug)]
enum Miss {
    /// It does not match here; another may.
    No,
    /// The text is wrong, and this is what to say.
    Raised(Box<Report>),
}

type Parse<T> = Result<T, Miss>;

struct Parser<'a> {
    source: &'a Source,
    scan: &'a Scan,
    /// Index of the next token.
    at: usize,
    /// Index of the furthest token looked at in this pass.
    furthest: usize,
    /// Whether this is the second pass, which tries the patterns of known mistakes.
    explain: bool,
    /// Names side by side that enclose the current place.
    side_by_side: u32,
    /// Whether the error came from the scan, which nothing later in the text outranks.
    raised_by_scan: bool,
    nodes: Nodes,
    memo: Memo,
    /// Where the block that begins at a token ends, if it is one.
    blocks: HashMap<usize, Option<usize>>,
}

// Tokens.
impl Parser<'_> {
    fn restart(&mut self) {
        self.at = 0;
        self.furthest = 0;
        self.explain = true;
        self.forget();
    }

    /// Drops what is known about expressions of the statement behind; nodes of it are gone too.
    fn forget(&mut self) {
        self.memo.forget(self.at);
        self.nodes.clear();
    }

    /// The token at `index`, or the last one.
    fn token(&self, index: usize) -> Token {
        let tokens = &self.scan.tokens;
        let end = Token { start: 0, end: 0, line: 1, level: 0, kind: Kind::End };
        tokens.get(index).or(tokens.last()).copied().unwrap_or(end)
    }

    /// The kind of the next token; past the last one the scan's error is raised.
    fn peek(&mut self) -> Parse<Kind> {
        match self.scan.tokens.get(self.at) {
            Some(token) => {
                self.furthest = self.furthest.max(self.at);
                Ok(token.kind)
            }
            None => {
                let Some(stop) = &self.scan.stop else { return Err(Miss::No) };
                self.raised_by_scan = true;
                let report = match stop {
                    Stop::Raised(report) | Stop::Noted(report) => report.clone(),
                    Stop::Open => self.never_closed().ok_or(Miss::No)?,
                };
                Err(Miss::Raised(Box::new(report)))
            }
        }
    }

    fn eat(&mut self, kind: Kind) -> Parse<bool> {
        let found = self.peek()? == kind;
        self.at += usize::from(found);
        Ok(found)
    }

    /// Passes a token of `kind`, and gives its index.
    fn need(&mut self, kind: Kind) -> Parse<usize> {
        if self.eat(kind)? { Ok(self.at - 1) } else { Err(Miss::No) }
    }

    /// Passes a token that nothing else could stand for: its absence is an error at once.
    fn force(&mut self, kind: Kind, shown: &str) -> Parse<usize> {
        if self.eat(kind)? {
            return Ok(self.at - 1);
        }
        let message = format!("expected '{shown}'");
        Err(self.raise(self.at, self.at + 1, message))
    }

    /// Whether the next token is a name spelled `word`.
    fn is_word(&mut self, word: &str) -> Parse<bool> {
        Ok(self.peek()? == Kind::Name && self.token_text(self.at) == word)
    }

    fn token_text(&self, index: usize) -> &str {
        let token = self.token(index);
        self.source.text().get(token.start as usize..token.end as usize).unwrap_or("")
    }
}

// Alternatives.
impl Parser<'_> {
    /// Tries `rule`; where it misses, nothing has been passed.
    fn option<T>(&mut self, rule: impl FnOnce(&mut Self) -> Parse<T>) -> Parse<Option<T>> {
        let at = self.at;
        match rule(self) {
            Ok(found) => Ok(Some(found)),
            Err(Miss::No) => {
                self.at = at;
                Ok(None)
            }
            Err(raised) => Err(raised),
        }
    }

    /// Whether `rule` matches here; passes nothing.
    fn ahead<T>(&mut self, rule: impl FnOnce(&mut Self) -> Parse<T>) -> Parse<bool> {
        let at = self.at;
        let found = self.option(rule)?.is_some();
        self.at = at;
        Ok(found)
    }

    /// Tries the pattern of a known mistake, which either raises or leaves no trace.
    fn mistake<T>(&mut self, pattern: impl FnOnce(&mut Self) -> Parse<T>) -> Parse<()> {
        if self.explain {
            self.ahead(pattern)?;
        }
        Ok(())
    }

    fn memo(&mut self, rule: Rule, parse: impl FnOnce(&mut Self) -> Parse<Id>) -> Parse<Id> {
        let at = self.at;
        match self.memo.recall(at, rule) {
            Some(Outcome::Missed) => return Err(Miss::No),
            Some(Outcome::Found(id, next)) => {
                self.at = next;
                return Ok(id);
            }
            None => {}
        }
        let found = parse(self);
        match &found {
            Ok(id) => self.memo.keep(at, rule, Outcome::Found(*id, self.at)),
            Err(Miss::No) => self.memo.keep(at, rule, Outcome::Missed),
            Err(Miss::Raised(_)) => {}
        }
        found
    }

    /// A node over the tokens from `from` to the current place.
    fn node(&mut self, shape: Shape, from: usize, parts: Vec<Id>) -> Id {
        let index = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        self.nodes.add(Node { shape, from: index(from), to: index(self.at), parts })
    }

    fn start_of(&self, id: Id) -> usize {
        self.nodes.get(id).map_or(0, |node| node.from as usize)
    }

    fn end_of(&self, id: Id) -> usize {
        self.nodes.get(id).map_or(0, |node| node.to as usize)
    }
}

// Errors.
impl Parser<'_> {
    /// A report over tokens `from..to`.
    fn report_over(&self, from: usize, to: usize, message: impl Into<String>) -> Report {
        let first = self.token(from);
        if matches!(first.kind, Kind::Indent | Kind::Dedent | Kind::End) {
            // These have no columns.
            return Report::at(first.line, 0, message);
        }
        let end = self.token(to.saturating_sub(1)).end;
        Report::over(self.source, first.start, end, message)
    }

    /// Raises over tokens `from..to`.
    fn raise(&self, from: usize, to: usize, message: impl Into<String>) -> Miss {
        Miss::Raised(Box::new(self.report_over(from, to, message)))
    }

    /// Raises over a node.
    fn raise_at(&self, id: Id, message: impl Into<String>) -> Miss {
        self.raise(self.start_of(id), self.end_of(id), message)
    }

    /// Raises from the start of one node to the end of another.
    fn raise_between(&self, first: Id, last: Id, message: impl Into<String>) -> Miss {
        self.raise(self.start_of(first), self.end_of(last), message)
    }

    /// Raises from a token to where the tokenizer has read, less one character: CPython takes the
    /// column there for one that counts from 1.
    fn raise_from(&self, from: usize, message: impl Into<String>) -> Miss {
        let mut report = self.report_over(from, self.furthest + 1, message);
        if self.token(self.furthest).kind != Kind::Newline {
            report.end_column = report.end_column.saturating_sub(1);
        }
        Miss::Raised(Box::new(report))
    }

    /// Raises at the furthest token looked at.
    fn raise_last(&self, message: impl Into<String>) -> Miss {
        let token = self.token(self.furthest);
        let mut report = self.report_over(self.furthest, self.furthest + 1, message);
        if matches!(token.kind, Kind::Indent | Kind::Dedent) {
            // These have no columns; CPython takes the place that the tokenizer has reached.
            let ends = token.start as usize >= self.source.text().len();
            let reached = self.source.line_col(TextSize::new(token.start)).1;
            report.column = if ends { 0 } else { reached };
        }
        Miss::Raised(Box::new(report))
    }

    /// Raises at the next token, looked at or not.
    fn raise_next(&mut self, message: impl Into<String>) -> Miss {
        match self.peek() {
            Err(raised @ Miss::Raised(_)) => raised,
            _ => self.raise(self.at, self.at + 1, message),
        }
    }

    fn indentation_report(&self, message: impl Into<String>) -> Box<Report> {
        match self.raise_last(message) {
            Miss::Raised(report) => Box::new(report.of_kind(SyntaxKind::IndentationError)),
            Miss::No => Box::new(Report::at(1, 0, "")),
        }
    }

    /// Raises `IndentationError` at the furthest token looked at.
    fn raise_indentation(&self, message: impl Into<String>) -> Miss {
        Miss::Raised(self.indentation_report(message))
    }

    /// Raises if `id` cannot be a target.
    fn check_target(&self, id: Id, target: Target) -> Parse<()> {
        let Some(culprit) = self.nodes.invalid_target(id, target) else { return Ok(()) };
        let verb = if target == Target::Delete { "delete" } else { "assign to" };
        let words = self.nodes.shape(culprit).words();
        Err(self.raise_at(culprit, format!("cannot {verb} {words}")))
    }

    fn never_closed(&self) -> Option<Report> {
        let open = self.scan.open.last()?;
        let (line, column) = self.source.line_col(TextSize::new(open.offset));
        let message = format!("'{}' was never closed", char::from(open.byte));
        Some(Report::at(line, column + 1, message).read_again())
    }

    /// What CPython reports in place of `report` after reading on to the end of the text.
    fn outrank(&self, report: Report) -> Report {
        if self.raised_by_scan {
            return report;
        }
        match &self.scan.stop {
            Some(Stop::Raised(worse)) => worse.clone(),
            Some(Stop::Open) => {
                let line = self.token(self.furthest).line;
                let open = self.scan.open.last();
                let earlier = open.is_some_and(|open| line > open.line);
                let closing = if earlier { self.never_closed() } else { None };
                closing.unwrap_or(report)
            }
            Some(Stop::Noted(_)) | None => report,
        }
    }
}
