//! What may stand left of `=`, behind `for` and behind `del`.

use super::super::token::Kind;
use super::node::{Id, Shape};
use super::{Miss, Parse, Parser, Rule};

impl Parser<'_> {
    /// `a, *b, c[d]`.
    pub(super) fn star_targets(&mut self) -> Parse<()> {
        self.counted_targets().map(|_| ())
    }

    /// The same; whether it is one target without a comma, and that one has a star.
    fn counted_targets(&mut self) -> Parse<bool> {
        let first = self.star_target()?;
        let from = self.at;
        while self
            .option(|p| {
                p.need(Kind::Comma)?;
                p.star_target()
            })?
            .is_some()
        {}
        self.eat(Kind::Comma)?;
        Ok(self.at == from && self.nodes.shape(first) == Shape::Starred)
    }

    /// One target, with a star perhaps.
    pub(super) fn star_target(&mut self) -> Parse<Id> {
        self.memo(Rule::StarTarget, |p| {
            let from = p.at;
            if p.eat(Kind::Star)? {
                if p.peek()? == Kind::Star {
                    return Err(Miss::No);
                }
                let part = p.star_target()?;
                return Ok(p.node(Shape::Starred, from, vec![part]));
            }
            match p.option(Self::place)? {
                Some(id) => Ok(id),
                None => p.star_atom(),
            }
        })
    }

    /// An attribute or a subscript.
    pub(super) fn place(&mut self) -> Parse<Id> {
        let id = self.primary()?;
        match self.nodes.shape(id) {
            // Not one in brackets, which is an atom of its own.
            Shape::Attribute | Shape::Subscript if self.end_of(id) == self.at => Ok(id),
            _ => Err(Miss::No),
        }
    }

    fn star_atom(&mut self) -> Parse<Id> {
        let from = self.at;
        let close = match self.peek()? {
            Kind::Name => {
                self.at += 1;
                return Ok(self.node(Shape::Name, from, Vec::new()));
            }
            Kind::LeftParen => Kind::RightParen,
            Kind::LeftSquare => Kind::RightSquare,
            _ => return Err(Miss::No),
        };
        self.at += 1;
        let lone_star = self.option(Self::counted_targets)?.unwrap_or(false);
        if lone_star && close == Kind::RightParen {
            return Err(Miss::No);
        }
        self.need(close)?;
        Ok(self.node(Shape::Tuple, from, Vec::new()))
    }

    /// A target without stars or commas: a name, a place, or one of them in brackets.
    pub(super) fn single_target(&mut self) -> Parse<()> {
        if self.option(Self::place)?.is_some() {
            return Ok(());
        }
        if self.eat(Kind::Name)? {
            return Ok(());
        }
        self.need(Kind::LeftParen)?;
        self.single_target()?;
        self.need(Kind::RightParen)?;
        Ok(())
    }

    /// `a, b.c, (d, e)` behind `del`.
    pub(super) fn del_targets(&mut self) -> Parse<()> {
        self.gather(Self::del_target)?;
        self.eat(Kind::Comma)?;
        Ok(())
    }

    fn del_target(&mut self) -> Parse<()> {
        if self.option(Self::place)?.is_some() {
            return Ok(());
        }
        let close = match self.peek()? {
            Kind::Name => {
                self.at += 1;
                return Ok(());
            }
            Kind::LeftParen => Kind::RightParen,
            Kind::LeftSquare => Kind::RightSquare,
            _ => return Err(Miss::No),
        };
        self.at += 1;
        self.option(Self::del_targets)?;
        self.need(close)?;
        Ok(())
    }
}
