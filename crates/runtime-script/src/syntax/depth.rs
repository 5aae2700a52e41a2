//! Bounds of nesting, counted on tokens before anything that recurses runs.
//!
//! ```text
//! x = [ a.b + -c ( not d ) ]        levels: the statement, [ ], ( )
//!       ^^^   ^^   ^^^ ^            a level's height: its operators, and the tallest operand
//! ```
//!
//! Two numbers are kept within [`MAX_DEPTH`]. The *height* of a level is at least that of the tree
//! which the parser makes of it, so that a tree may be walked and dropped recursively. The *depth*
//! of a place counts what stays open around it, so that a descent that never gets as far as a tree
//! is bounded too. Operators that associate to the left deepen the tree but not the descent.

use ruff_text_size::TextSize;

use super::token::{Kind, Token};

/// Levels of the deepest tree: an expression in the statements around it.
///
/// A walk that takes two frames of 500 bytes for each level then needs 400 KiB, which leaves a
/// fifth of a 512 KiB stack to its callers.
pub(super) const MAX_DEPTH: u32 = 400;

/// Statements and clauses that an indentation may add to a tree.
const PER_INDENT: u32 = 2;

/// The place at which `tokens` nest deeper than [`MAX_DEPTH`].
pub(super) fn too_deep(tokens: &[Token]) -> Option<TextSize> {
    let mut scan = Scan { outer: Vec::new(), level: Level::new(0) };
    let mut indents = 0u32;
    for token in tokens {
        match token.kind {
            Kind::Indent => indents += PER_INDENT,
            Kind::Dedent => indents = u32::saturating_sub(indents, PER_INDENT),
            kind => scan.pass(kind),
        }
        let level = &scan.level;
        if (level.depth().max(level.height()) + indents) > MAX_DEPTH {
            return Some(TextSize::new(token.start));
        }
    }
    None
}

struct Scan {
    outer: Vec<Level>,
    level: Level,
}

/// What has been counted between one pair of brackets, or in a statement outside all.
#[derive(Debug, Clone, Copy, Default)]
struct Level {
    /// Depth of its opening bracket.
    base: u32,
    /// Height of the items that are done.
    done: u32,
    /// Conditionals, lambdas and the like: they stay open to the end of the item.
    loose: u32,
    /// Lambdas whose colon has not come: their parameters' commas do not end them.
    waiting: u32,
    /// `for` clauses of a comprehension.
    clauses: u32,
    /// `not`: open up to the next `and` or `or`.
    negations: u32,
    most_negations: u32,
    /// Whether comparisons, `and` or `or` have come.
    tests: u32,
    /// Arithmetic operators since the last comparison or boolean one.
    operators: u32,
    most_operators: u32,
    /// Those of them that stay open: unary ones and `**`.
    prefixes: u32,
    /// Height of the operand at hand: attributes, calls and subscripts.
    operand: u32,
    tallest: u32,
    /// Whether an operand has ended, so that an operator follows.
    after_operand: bool,
}

impl Level {
    fn new(base: u32) -> Self {
        Self { base, ..Self::default() }
    }

    /// How deep a descent is here.
    fn depth(&self) -> u32 {
        self.base + self.loose + self.negations + self.prefixes
    }

    /// How tall the tree of this level is at most.
    fn height(&self) -> u32 {
        let operators = self.most_operators.max(self.operators);
        let negations = self.most_negations.max(self.negations);
        let tallest = self.tallest.max(self.operand);
        let clauses = 2 * self.clauses;
        self.done.max(clauses + self.loose + negations + self.tests + operators + tallest)
    }

    /// The next item begins: behind a comma, a colon or an assignment. A lambda whose parameters
    /// go on is still open.
    fn next_item(&mut self) {
        let Self { base, waiting, clauses, .. } = *self;
        let loose = if waiting > 0 { self.loose } else { 0 };
        let done = self.height();
        *self = Self { base, waiting, clauses, loose, done, ..Self::default() };
    }

    fn end_operand(&mut self) {
        self.tallest = self.tallest.max(self.operand);
        self.operand = 0;
        self.after_operand = false;
    }

    fn end_operators(&mut self) {
        self.end_operand();
        self.most_operators = self.most_operators.max(self.operators);
        self.operators = 0;
        self.prefixes = 0;
    }

    fn end_negations(&mut self) {
        self.end_operators();
        self.most_negations = self.most_negations.max(self.negations);
        self.negations = 0;
    }
}

impl Scan {
    fn pass(&mut self, kind: Kind) {
        let level = &mut self.level;
        match kind {
            Kind::LeftParen | Kind::LeftSquare | Kind::LeftBrace | Kind::FStart => {
                let inner = Level::new(level.depth() + 1);
                self.outer.push(std::mem::replace(level, inner));
            }
            Kind::RightParen | Kind::RightSquare | Kind::RightBrace | Kind::FEnd => {
                // Only a text that is refused anyway closes more than it opens.
                let inner = level.height() + 1;
                if let Some(outer) = self.outer.pop() {
                    *level = outer;
                }
                level.operand = inner.max(level.operand + 1);
                level.after_operand = true;
            }
            Kind::Dot => level.operand += 1,
            Kind::Plus | Kind::Minus | Kind::Tilde | Kind::Star | Kind::DoubleStar
                if !level.after_operand =>
            {
                level.operators += 1;
                level.prefixes += 1;
            }
            Kind::DoubleStar => {
                level.end_operand();
                level.operators += 1;
                level.prefixes += 1;
            }
            Kind::Plus
            | Kind::Minus
            | Kind::Star
            | Kind::Slash
            | Kind::DoubleSlash
            | Kind::Percent
            | Kind::At
            | Kind::Ampersand
            | Kind::Bar
            | Kind::Caret
            | Kind::LeftShift
            | Kind::RightShift => {
                level.end_operand();
                level.operators += 1;
            }
            Kind::Await => {
                level.operators += 1;
                level.prefixes += 1;
            }
            // Of `not in` and `is not` too: one more than needed, up to the next `and`.
            Kind::Not => {
                level.end_operators();
                level.negations += 1;
            }
            Kind::Less
            | Kind::Greater
            | Kind::LessEqual
            | Kind::GreaterEqual
            | Kind::Equal
            | Kind::NotEqual
            | Kind::In
            | Kind::Is => {
                level.end_operators();
                level.tests = 3;
            }
            Kind::And | Kind::Or => {
                level.end_negations();
                level.tests = 3;
            }
            Kind::Lambda => {
                level.end_negations();
                level.loose += 1;
                level.waiting += 1;
            }
            Kind::If | Kind::Else | Kind::Walrus | Kind::Yield | Kind::From => {
                level.end_negations();
                level.loose += 1;
            }
            Kind::Newline | Kind::Semicolon if self.outer.is_empty() => *level = Level::new(0),
            Kind::Comma | Kind::Assign | Kind::Augmented => level.next_item(),
            Kind::Colon if level.waiting > 0 => {
                level.waiting -= 1;
                level.end_negations();
            }
            Kind::Colon => level.next_item(),
            // Clauses of a comprehension count as nested, as code is made for them.
            Kind::For if !self.outer.is_empty() => {
                level.next_item();
                level.clauses += 1;
            }
            Kind::Name
            | Kind::Number
            | Kind::Text
            | Kind::Ellipsis
            | Kind::True
            | Kind::False
            | Kind::None => level.after_operand = true,
            _ => {}
        }
    }
}
