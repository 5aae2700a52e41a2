//! The arguments of a call or of a class.

use super::super::token::Kind;
use super::node::{Id, Shape};
use super::{Miss, Parse, Parser};

/// Arguments that have been passed, as far as messages need them.
#[derive(Debug, Default)]
struct Arguments {
    positional: Vec<Id>,
    /// Whether there is a `**` among them.
    unpacks_mapping: bool,
}

const NEEDS_BRACKETS: &str = "Generator expression must be parenthesized";
const MAYBE_EQUAL: &str = "invalid syntax. Maybe you meant '==' or ':=' instead of '='?";

impl Parser<'_> {
    /// What follows the function of a call: a generator expression, or arguments in brackets.
    pub(super) fn call(&mut self) -> Parse<()> {
        if self.option(Self::genexp)?.is_some() {
            return Ok(());
        }
        self.need(Kind::LeftParen)?;
        self.option(Self::arguments)?;
        self.need(Kind::RightParen)?;
        Ok(())
    }

    /// Arguments up to the closing bracket, which stays.
    pub(super) fn arguments(&mut self) -> Parse<()> {
        let found = self.option(|p| {
            p.args()?;
            p.eat(Kind::Comma)?;
            if p.peek()? == Kind::RightParen { Ok(()) } else { Err(Miss::No) }
        })?;
        if found.is_some() {
            return Ok(());
        }
        self.mistake(Self::star_after_double_star)?;
        self.mistake(Self::leading_genexp)?;
        self.mistake(|p| p.assignment_in_genexp())?;
        self.mistake(Self::keyword_without_value)?;
        self.mistake(Self::genexp_among_others)?;
        self.mistake(Self::trailing_genexp)?;
        self.mistake(Self::positional_after_keyword)?;
        Err(Miss::No)
    }

    fn args(&mut self) -> Parse<Arguments> {
        let mut found = Arguments::default();
        if self.option(|p| p.positional(&mut found))?.is_some() {
            self.option(|p| {
                p.need(Kind::Comma)?;
                p.keywords(&mut found)
            })?;
            return Ok(found);
        }
        self.keywords(&mut found)?;
        Ok(found)
    }

    /// One item or more with commas between them; a comma that no item follows stays.
    pub(super) fn gather<T>(&mut self, mut item: impl FnMut(&mut Self) -> Parse<T>) -> Parse<()> {
        item(self)?;
        while self
            .option(|p| {
                p.need(Kind::Comma)?;
                item(p)
            })?
            .is_some()
        {}
        Ok(())
    }

    fn positional(&mut self, found: &mut Arguments) -> Parse<()> {
        let positional = &mut found.positional;
        self.gather(|p| {
            let id = match p.option(Self::starred_expression)? {
                Some(id) => id,
                None => {
                    let id = p.genexp_element()?;
                    if p.peek()? == Kind::Assign {
                        return Err(Miss::No);
                    }
                    id
                }
            };
            positional.push(id);
            Ok(())
        })
    }

    fn keywords(&mut self, found: &mut Arguments) -> Parse<()> {
        let positional = &mut found.positional;
        let single = self.option(|p| {
            p.gather(|p| {
                if let Some(starred) = p.keyword_or_starred()? {
                    positional.push(starred);
                }
                Ok(())
            })
        })?;
        let unpacks = &mut found.unpacks_mapping;
        let mut double = |p: &mut Self| {
            p.gather(|p| {
                *unpacks |= p.keyword_or_mapping()?;
                Ok(())
            })
        };
        if single.is_none() {
            return double(self);
        }
        self.option(|p| {
            p.need(Kind::Comma)?;
            double(p)
        })?;
        Ok(())
    }

    fn keyword(&mut self) -> Parse<()> {
        self.need(Kind::Name)?;
        self.need(Kind::Assign)?;
        self.expression()?;
        Ok(())
    }

    fn keyword_or_starred(&mut self) -> Parse<Option<Id>> {
        self.mistake(Self::invalid_keyword)?;
        if self.option(Self::keyword)?.is_some() {
            return Ok(None);
        }
        self.starred_expression().map(Some)
    }

    fn keyword_or_mapping(&mut self) -> Parse<bool> {
        self.mistake(Self::invalid_keyword)?;
        if self.option(Self::keyword)?.is_some() {
            return Ok(false);
        }
        self.need(Kind::DoubleStar)?;
        self.expression()?;
        Ok(true)
    }

    /// `*a`, as an argument or among subscripts.
    pub(super) fn starred_expression(&mut self) -> Parse<Id> {
        self.mistake(|p| {
            let from = p.need(Kind::Star)?;
            p.expression()?;
            p.need(Kind::Assign)?;
            let value = p.expression()?;
            let message = "cannot assign to iterable argument unpacking";
            Err::<(), _>(p.raise(from, p.end_of(value), message))
        })?;
        let starred = self.option(|p| {
            let from = p.need(Kind::Star)?;
            let part = p.expression()?;
            Ok(p.node(Shape::Starred, from, vec![part]))
        })?;
        if let Some(starred) = starred {
            return Ok(starred);
        }
        self.mistake(|p| {
            p.need(Kind::Star)?;
            Err::<(), _>(p.raise_last("Invalid star expression"))
        })?;
        Err(Miss::No)
    }

    fn invalid_keyword(&mut self) -> Parse<()> {
        self.mistake(|p| {
            let from = p.at;
            if !matches!(p.peek()?, Kind::True | Kind::False | Kind::None) {
                return Err(Miss::No);
            }
            p.at += 1;
            p.need(Kind::Assign)?;
            let message = format!("cannot assign to {}", p.token_text(from));
            Err::<(), _>(p.raise(from, p.at, message))
        })?;
        self.mistake(|p| p.assignment_in_genexp())?;
        self.mistake(|p| {
            if p.ahead(|p| p.need(Kind::Name).and_then(|_| p.need(Kind::Assign)))? {
                return Err(Miss::No);
            }
            let target = p.expression()?;
            let from = p.start_of(target);
            p.need(Kind::Assign)?;
            let message = "expression cannot contain assignment, perhaps you meant \"==\"?";
            Err::<(), _>(p.raise(from, p.at, message))
        })?;
        self.mistake(|p| {
            let from = p.need(Kind::DoubleStar)?;
            p.expression()?;
            p.need(Kind::Assign)?;
            let value = p.expression()?;
            let message = "cannot assign to keyword argument unpacking";
            Err::<(), _>(p.raise(from, p.end_of(value), message))
        })
    }

    fn star_after_double_star(&mut self) -> Parse<()> {
        let mut found = Arguments::default();
        let both = self.option(|p| {
            p.positional(&mut found)?;
            p.need(Kind::Comma)?;
            p.keywords(&mut found)
        })?;
        if both.is_none() {
            self.keywords(&mut found)?;
        }
        let comma = self.need(Kind::Comma)?;
        self.gather(|p| {
            p.starred_expression()?;
            if p.peek()? == Kind::Assign { Err(Miss::No) } else { Ok(()) }
        })?;
        let message = "iterable argument unpacking follows keyword argument unpacking";
        Err(self.raise_from(comma, message))
    }

    fn leading_genexp(&mut self) -> Parse<()> {
        let first = self.expression()?;
        let clauses = self.for_if_clauses()?;
        self.need(Kind::Comma)?;
        self.option(|p| {
            if p.option(Self::args)?.is_none() {
                p.expression()?;
                p.for_if_clauses()?;
            }
            Ok(())
        })?;
        Err(self.raise_between(first, clauses.last, NEEDS_BRACKETS))
    }

    fn assignment_in_genexp(&mut self) -> Parse<()> {
        let name = self.need(Kind::Name)?;
        let sign = self.need(Kind::Assign)?;
        self.expression()?;
        self.for_if_clauses()?;
        Err(self.raise(name, sign + 1, MAYBE_EQUAL))
    }

    fn keyword_without_value(&mut self) -> Parse<()> {
        self.option(|p| {
            p.args()?;
            p.need(Kind::Comma)
        })?;
        let name = self.need(Kind::Name)?;
        let sign = self.need(Kind::Assign)?;
        if !matches!(self.peek()?, Kind::Comma | Kind::RightParen) {
            return Err(Miss::No);
        }
        Err(self.raise(name, sign + 1, "expected argument value expression"))
    }

    fn genexp_among_others(&mut self) -> Parse<()> {
        let found = self.args()?;
        let clauses = self.for_if_clauses()?;
        match found.positional.as_slice() {
            [_, .., last] => Err(self.raise_between(*last, clauses.last, NEEDS_BRACKETS)),
            _ => Err(Miss::No),
        }
    }

    fn trailing_genexp(&mut self) -> Parse<()> {
        self.args()?;
        self.need(Kind::Comma)?;
        let last = self.expression()?;
        let clauses = self.for_if_clauses()?;
        Err(self.raise_between(last, clauses.last, NEEDS_BRACKETS))
    }

    fn positional_after_keyword(&mut self) -> Parse<()> {
        let found = self.args()?;
        self.need(Kind::Comma)?;
        self.args()?;
        let unpacking = if found.unpacks_mapping { " unpacking" } else { "" };
        let message = format!("positional argument follows keyword argument{unpacking}");
        Err(self.raise_last(message))
    }
}
