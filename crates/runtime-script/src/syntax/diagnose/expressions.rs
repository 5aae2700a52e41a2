//! Expressions: from a star expression down to an operand with its operators.

use super::super::token::Kind;
use super::node::{Id, Shape};
use super::{Miss, Parse, Parser, Rule};

impl Parser<'_> {
    /// `a, *b, c`: a tuple without brackets, or one expression.
    pub(super) fn star_expressions(&mut self) -> Parse<Id> {
        let from = self.at;
        let first = self.star_expression()?;
        if !self.ahead(|p| p.need(Kind::Comma))? {
            return Ok(first);
        }
        let mut parts = vec![first];
        while self.eat(Kind::Comma)? {
            match self.option(Self::star_expression)? {
                Some(part) => parts.push(part),
                None => break,
            }
        }
        Ok(self.node(Shape::Tuple, from, parts))
    }

    fn star_expression(&mut self) -> Parse<Id> {
        self.memo(Rule::StarExpression, |p| match p.option(Self::starred_bitwise_or)? {
            Some(starred) => Ok(starred),
            None => p.expression(),
        })
    }

    fn starred_bitwise_or(&mut self) -> Parse<Id> {
        let from = self.need(Kind::Star)?;
        let part = self.bitwise_or()?;
        Ok(self.node(Shape::Starred, from, vec![part]))
    }

    /// One item of a display: `*a`, `a := b` or `a`.
    pub(super) fn star_named_expression(&mut self) -> Parse<Id> {
        match self.option(Self::starred_bitwise_or)? {
            Some(starred) => Ok(starred),
            None => self.named_expression(),
        }
    }

    /// `a, *b, c,` between brackets.
    pub(super) fn star_named_expressions(&mut self) -> Parse<Vec<Id>> {
        let mut parts = vec![self.star_named_expression()?];
        while self.eat(Kind::Comma)? {
            match self.option(Self::star_named_expression)? {
                Some(part) => parts.push(part),
                None => break,
            }
        }
        Ok(parts)
    }

    /// `name := value`; past the operator there is no way back.
    pub(super) fn assignment_expression(&mut self) -> Parse<Id> {
        let from = self.need(Kind::Name)?;
        self.need(Kind::Walrus)?;
        self.expression()?;
        Ok(self.node(Shape::Named, from, Vec::new()))
    }

    /// `name := value` or a plain expression.
    pub(super) fn named_expression(&mut self) -> Parse<Id> {
        self.memo(Rule::NamedExpression, |p| {
            let named = p.option(|p| {
                p.need(Kind::Name)?;
                p.need(Kind::Walrus)
            })?;
            if named.is_some() {
                p.at -= 2;
                return p.assignment_expression();
            }
            if p.explain {
                let at = p.at;
                let _ = p.option(Self::invalid_named_expression)?;
                p.at = at;
            }
            p.plain_expression()
        })
    }

    /// An expression that `:=` does not follow.
    pub(super) fn plain_expression(&mut self) -> Parse<Id> {
        let found = self.expression()?;
        if self.peek()? == Kind::Walrus { Err(Miss::No) } else { Ok(found) }
    }

    /// `:=` behind something else than a name, or `=` where a value is wanted.
    fn invalid_named_expression(&mut self) -> Parse<Id> {
        self.memo(Rule::InvalidNamed, |p| {
            p.mistake(|p| {
                let target = p.expression()?;
                p.need(Kind::Walrus)?;
                p.expression()?;
                let words = p.nodes.shape(target).words();
                let message = format!("cannot use assignment expressions with {words}");
                Err::<(), _>(p.raise_at(target, message))
            })?;
            p.mistake(|p| {
                let name = p.need(Kind::Name)?;
                p.need(Kind::Assign)?;
                let value = p.bitwise_or()?;
                p.no_assignment_follows()?;
                let message = "invalid syntax. Maybe you meant '==' or ':=' instead of '='?";
                Err::<(), _>(p.raise(name, p.end_of(value), message))
            })?;
            p.mistake(|p| {
                if p.ahead(Self::display_or_constant)? {
                    return Err(Miss::No);
                }
                let target = p.bitwise_or()?;
                p.need(Kind::Assign)?;
                p.bitwise_or()?;
                p.no_assignment_follows()?;
                let words = p.nodes.shape(target).words();
                let message =
                    format!("cannot assign to {words} here. Maybe you meant '==' instead of '='?");
                Err::<(), _>(p.raise_at(target, message))
            })?;
            Err(Miss::No)
        })
    }

    fn no_assignment_follows(&mut self) -> Parse<()> {
        if matches!(self.peek()?, Kind::Assign | Kind::Walrus) { Err(Miss::No) } else { Ok(()) }
    }

    fn display_or_constant(&mut self) -> Parse<()> {
        match self.peek()? {
            Kind::True | Kind::None | Kind::False => Ok(()),
            Kind::LeftSquare => self.list().map(|_| ()),
            Kind::LeftParen => match self.option(Self::tuple)? {
                Some(_) => Ok(()),
                None => self.genexp().map(|_| ()),
            },
            _ => Err(Miss::No),
        }
    }

    /// A full expression: conditional, operation or lambda.
    pub(super) fn expression(&mut self) -> Parse<Id> {
        self.memo(Rule::Expression, |p| {
            if p.explain {
                p.mistake(Self::missing_comma)?;
                p.mistake(Self::missing_else)?;
                p.mistake(Self::bare_lambda)?;
                p.mistake(Self::legacy_statement)?;
            }
            p.valid_expression()
        })
    }

    fn valid_expression(&mut self) -> Parse<Id> {
        let from = self.at;
        let Some(first) = self.option(Self::disjunction)? else { return self.lambda() };
        let rest = self.option(|p| {
            p.need(Kind::If)?;
            p.disjunction()?;
            p.need(Kind::Else)?;
            p.expression()
        })?;
        Ok(match rest {
            Some(_) => self.node(Shape::Conditional, from, Vec::new()),
            None => first,
        })
    }

    /// Two expressions side by side, inside brackets.
    fn missing_comma(&mut self) -> Parse<()> {
        if self.peek()? == Kind::Name {
            // CPython compares only as many letters as the name has.
            let name = self.token_text(self.at);
            let soft = ["_", "case", "match", "type"].iter().any(|word| word.starts_with(name));
            if soft || self.ahead(|p| p.need(Kind::Name).and_then(|_| p.need(Kind::Text)))? {
                return Err(Miss::No);
            }
        }
        let first = self.disjunction()?;
        let explain = std::mem::replace(&mut self.explain, false);
        let second = self.valid_expression();
        self.explain = explain;
        let second = second?;
        let inside = self.token(self.at - 1).level > 0;
        if self.is_legacy_name(first) || !inside {
            return Err(Miss::No);
        }
        let message = "invalid syntax. Perhaps you forgot a comma?";
        Err(self.raise_between(first, second, message))
    }

    fn missing_else(&mut self) -> Parse<()> {
        let first = self.disjunction()?;
        self.need(Kind::If)?;
        let test = self.disjunction()?;
        if matches!(self.peek()?, Kind::Else | Kind::Colon) {
            return Err(Miss::No);
        }
        Err(self.raise_between(first, test, "expected 'else' after 'if' expression"))
    }

    /// A lambda whose colon an f-string takes for the start of a format.
    fn bare_lambda(&mut self) -> Parse<()> {
        let from = self.need(Kind::Lambda)?;
        self.option(Self::lambda_parameters)?;
        let colon = self.need(Kind::Colon)?;
        if self.peek()? != Kind::FMiddle {
            return Err(Miss::No);
        }
        let message = "f-string: lambda expressions are not allowed without parentheses";
        Err(self.raise(from, colon + 1, message))
    }

    /// `print x` and `exec x`.
    fn legacy_statement(&mut self) -> Parse<()> {
        let from = self.need(Kind::Name)?;
        let name = self.token_text(from).to_owned();
        if self.peek()? == Kind::LeftParen {
            return Err(Miss::No);
        }
        // Every name in a row makes the descent deeper; CPython gives up in time, too.
        if self.side_by_side >= MAX_SIDE_BY_SIDE {
            return Err(Miss::No);
        }
        self.side_by_side += 1;
        let rest = self.star_expressions();
        self.side_by_side -= 1;
        let rest = rest?;
        if !matches!(name.as_str(), "print" | "exec") {
            return Err(Miss::No);
        }
        let message = format!("Missing parentheses in call to '{name}'. Did you mean {name}(...)?");
        Err(self.raise(from, self.end_of(rest), message))
    }

    fn is_legacy_name(&self, id: Id) -> bool {
        self.nodes.shape(id) == Shape::Name
            && matches!(self.token_text(self.start_of(id)), "print" | "exec")
    }

    /// `yield`, `yield a, b`, `yield from a`.
    pub(super) fn yield_expression(&mut self) -> Parse<Id> {
        let from = self.need(Kind::Yield)?;
        let delegates = self.option(|p| {
            p.need(Kind::From)?;
            p.expression()
        })?;
        if delegates.is_none() {
            self.option(Self::star_expressions)?;
        }
        Ok(self.node(Shape::Yield, from, Vec::new()))
    }

    pub(super) fn disjunction(&mut self) -> Parse<Id> {
        self.memo(Rule::Disjunction, |p| p.chain(Kind::Or, Self::conjunction))
    }

    fn conjunction(&mut self) -> Parse<Id> {
        self.chain(Kind::And, Self::inversion)
    }

    fn chain(&mut self, kind: Kind, operand: fn(&mut Self) -> Parse<Id>) -> Parse<Id> {
        let from = self.at;
        let mut found = operand(self)?;
        loop {
            let next = self.option(|p| {
                p.need(kind)?;
                operand(p)
            })?;
            if next.is_none() {
                return Ok(found);
            }
            found = self.node(Shape::Operation, from, Vec::new());
        }
    }

    fn inversion(&mut self) -> Parse<Id> {
        let from = self.at;
        if !self.eat(Kind::Not)? {
            return self.comparison();
        }
        self.inversion()?;
        Ok(self.node(Shape::Operation, from, Vec::new()))
    }

    fn comparison(&mut self) -> Parse<Id> {
        let from = self.at;
        let left = self.bitwise_or()?;
        let mut shape = None;
        loop {
            let operator = self.at;
            let next = self.option(|p| {
                p.comparison_operator()?;
                p.bitwise_or()
            })?;
            if next.is_none() {
                break;
            }
            let is_in = self.token(operator).kind == Kind::In;
            shape = match shape {
                None if is_in => Some(Shape::CompareIn),
                None => Some(Shape::Compare),
                first => first,
            };
        }
        Ok(match shape {
            Some(shape) => self.node(shape, from, vec![left]),
            None => left,
        })
    }

    fn comparison_operator(&mut self) -> Parse<()> {
        match self.peek()? {
            Kind::Less
            | Kind::Greater
            | Kind::LessEqual
            | Kind::GreaterEqual
            | Kind::Equal
            | Kind::NotEqual
            | Kind::In => self.at += 1,
            Kind::Is => {
                self.at += 1;
                self.eat(Kind::Not)?;
            }
            Kind::Not => {
                self.at += 1;
                self.need(Kind::In)?;
            }
            _ => return Err(Miss::No),
        }
        Ok(())
    }

    /// An operation without comparisons.
    pub(super) fn bitwise_or(&mut self) -> Parse<Id> {
        self.memo(Rule::BitwiseOr, |p| p.binary(0))
    }

    fn binary(&mut self, above: u8) -> Parse<Id> {
        let from = self.at;
        let mut left = self.factor()?;
        while let Some(binding) = binding(self.peek()?)
            && binding > above
        {
            let operand = self.option(|p| {
                p.at += 1;
                p.binary(binding)
            })?;
            if operand.is_none() {
                if binding >= ARITHMETIC {
                    self.mistake(Self::negation_after_operator)?;
                }
                break;
            }
            left = self.node(Shape::Operation, from, Vec::new());
        }
        Ok(left)
    }

    /// `not` right behind an arithmetic operator.
    fn negation_after_operator(&mut self) -> Parse<()> {
        self.at += 1;
        let from = self.need(Kind::Not)?;
        let operand = self.inversion()?;
        let message = "'not' after an operator must be parenthesized";
        Err(self.raise(from, self.end_of(operand), message))
    }

    fn factor(&mut self) -> Parse<Id> {
        let from = self.at;
        if matches!(self.peek()?, Kind::Plus | Kind::Minus | Kind::Tilde) {
            self.at += 1;
            if self.option(Self::factor)?.is_none() {
                self.at = from;
                self.mistake(Self::negation_after_operator)?;
                return Err(Miss::No);
            }
            return Ok(self.node(Shape::Operation, from, Vec::new()));
        }
        let base = self.awaited()?;
        let power = self.option(|p| {
            p.need(Kind::DoubleStar)?;
            p.factor()
        })?;
        Ok(match power {
            Some(_) => self.node(Shape::Operation, from, Vec::new()),
            None => base,
        })
    }

    fn awaited(&mut self) -> Parse<Id> {
        let from = self.at;
        if !self.eat(Kind::Await)? {
            return self.primary();
        }
        self.primary()?;
        Ok(self.node(Shape::Await, from, Vec::new()))
    }

    /// An atom with attributes, calls and subscripts behind it.
    pub(super) fn primary(&mut self) -> Parse<Id> {
        self.memo(Rule::Primary, |p| {
            let from = p.at;
            let mut found = p.atom()?;
            loop {
                let next = match p.peek()? {
                    Kind::Dot => p.option(|p| {
                        p.at += 1;
                        p.need(Kind::Name)?;
                        Ok(Shape::Attribute)
                    })?,
                    Kind::LeftParen => p.option(|p| p.call().map(|()| Shape::Call))?,
                    Kind::LeftSquare => {
                        p.mistake(Self::invalid_comprehension)?;
                        p.option(|p| {
                            p.at += 1;
                            p.slices()?;
                            p.need(Kind::RightSquare)?;
                            Ok(Shape::Subscript)
                        })?
                    }
                    // CPython takes any bracket here for a generator expression gone wrong.
                    Kind::LeftBrace => {
                        p.mistake(Self::invalid_comprehension)?;
                        None
                    }
                    _ => None,
                };
                let Some(shape) = next else { return Ok(found) };
                found = p.node(shape, from, Vec::new());
            }
        })
    }

    fn slices(&mut self) -> Parse<()> {
        self.slice_or_starred()?;
        while self.eat(Kind::Comma)? {
            if self.option(Self::slice_or_starred)?.is_none() {
                break;
            }
        }
        Ok(())
    }

    fn slice_or_starred(&mut self) -> Parse<()> {
        if self.option(Self::slice)?.is_none() {
            self.starred_expression()?;
        }
        Ok(())
    }

    fn slice(&mut self) -> Parse<()> {
        let sliced = self.option(|p| {
            p.option(Self::expression)?;
            p.need(Kind::Colon)?;
            p.option(Self::expression)?;
            if p.eat(Kind::Colon)? {
                p.option(Self::expression)?;
            }
            Ok(())
        })?;
        if sliced.is_none() {
            self.named_expression()?;
        }
        Ok(())
    }
}

/// Names in a row behind which `print x` is still looked for.
const MAX_SIDE_BY_SIDE: u32 = 50;

/// From here on, [`binding`] is of arithmetic operators.
const ARITHMETIC: u8 = 5;

/// How tightly a binary operator binds; `**` is not among them.
fn binding(kind: Kind) -> Option<u8> {
    Some(match kind {
        Kind::Bar => 1,
        Kind::Caret => 2,
        Kind::Ampersand => 3,
        Kind::LeftShift | Kind::RightShift => 4,
        Kind::Plus | Kind::Minus => 5,
        Kind::Star | Kind::Slash | Kind::DoubleSlash | Kind::Percent | Kind::At => 6,
        _ => return None,
    })
}
