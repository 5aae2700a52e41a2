//! What has been tried where: the memory that keeps the diagnosis linear.
//!
//! A table with one row for each token of the statement at hand and one slot for each rule that is
//! remembered. A statement that lies behind is forgotten whole.

use super::node::Id;

/// Rules whose results are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Rule {
    Expression,
    StarExpression,
    NamedExpression,
    InvalidNamed,
    Disjunction,
    BitwiseOr,
    Primary,
    Lambda,
    StarTarget,
}

const RULES: usize = Rule::StarTarget as usize + 1;

/// What came of trying a rule at a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Missed,
    /// The node, and the token behind it.
    Found(Id, usize),
}

/// A slot holds the token behind the node, or one of these, and the node.
type Slot = (u32, Id);
const UNKNOWN: u32 = 0;
const MISSED: u32 = u32::MAX;

/// The table; its first row is that of token `base`.
#[derive(Debug, Default)]
pub(super) struct Memo {
    base: usize,
    rows: Vec<[Slot; RULES]>,
}

impl Memo {
    /// Forgets everything; what comes next begins at token `base`.
    pub(super) fn forget(&mut self, base: usize) {
        self.base = base;
        self.rows.clear();
    }

    pub(super) fn recall(&mut self, at: usize, rule: Rule) -> Option<Outcome> {
        let row = self.rows.get(at.checked_sub(self.base)?)?;
        let (next, id) = *row.get(rule as usize)?;
        match next {
            UNKNOWN => None,
            MISSED => Some(Outcome::Missed),
            next => Some(Outcome::Found(id, next as usize)),
        }
    }

    pub(super) fn keep(&mut self, at: usize, rule: Rule, outcome: Outcome) {
        if at < self.base {
            // The header of a compound statement is tried again after its block.
            self.forget(at);
        }
        let row = at - self.base;
        if row >= self.rows.len() {
            self.rows.resize(row + 1, [(UNKNOWN, 0); RULES]);
        }
        let slot = self.rows.get_mut(row).and_then(|row| row.get_mut(rule as usize));
        if let Some(slot) = slot {
            *slot = match outcome {
                Outcome::Missed => (MISSED, 0),
                Outcome::Found(id, next) => (u32::try_from(next).unwrap_or(MISSED), id),
            };
        }
    }
}
