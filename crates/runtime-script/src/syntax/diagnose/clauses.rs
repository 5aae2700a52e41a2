//! The `for` and `if` clauses of comprehensions.

use super::super::token::Kind;
use super::node::{Id, Target};
use super::{Miss, Parse, Parser};

/// Clauses that have been passed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clauses {
    /// The last expression of the last clause.
    pub(super) last: Id,
}

impl Parser<'_> {
    /// One clause or more.
    pub(super) fn for_if_clauses(&mut self) -> Parse<Clauses> {
        let mut clauses = self.for_if_clause()?;
        while let Some(next) = self.option(Self::for_if_clause)? {
            clauses = next;
        }
        Ok(clauses)
    }

    fn for_if_clause(&mut self) -> Parse<Clauses> {
        self.eat(Kind::Async)?;
        let after_async = self.at;
        self.need(Kind::For)?;
        let targets = self.option(|p| {
            p.star_targets()?;
            p.need(Kind::In)
        })?;
        if targets.is_some() {
            // Past `in` there is no way back.
            let mut last = self.disjunction()?;
            while let Some(test) = self.option(|p| {
                p.need(Kind::If)?;
                p.disjunction()
            })? {
                last = test;
            }
            return Ok(Clauses { last });
        }
        self.at = after_async;
        // CPython looks for this mistake in both passes.
        self.ahead(|p| {
            p.need(Kind::For)?;
            p.gather(Self::bitwise_or)?;
            p.eat(Kind::Comma)?;
            if p.peek()? == Kind::In {
                return Err(Miss::No);
            }
            Err::<(), _>(p.raise_last("'in' expected after for-loop variables"))
        })?;
        self.mistake(Self::invalid_for_target)?;
        Err(Miss::No)
    }

    /// `for` before something that cannot be assigned to.
    pub(super) fn invalid_for_target(&mut self) -> Parse<()> {
        self.eat(Kind::Async)?;
        self.need(Kind::For)?;
        let target = self.star_expressions()?;
        self.check_target(target, Target::For)?;
        Err(Miss::No)
    }
}
