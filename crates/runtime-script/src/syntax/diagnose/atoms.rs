//! Atoms: names, constants, and everything in brackets.

use super::super::literals::{MAX_DIGITS, too_many_digits};
use super::super::report::Report;
use super::super::token::Kind;
use super::node::{Id, Shape};
use super::{Miss, Parse, Parser};

const BRACKETS_WANTED: &str = "did you forget parentheses around the comprehension target?";

impl Parser<'_> {
    /// The smallest expression.
    pub(super) fn atom(&mut self) -> Parse<Id> {
        let from = self.at;
        let shape = match self.peek()? {
            Kind::Name => Shape::Name,
            Kind::True => Shape::True,
            Kind::False => Shape::False,
            Kind::None => Shape::None,
            Kind::Ellipsis => Shape::Ellipsis,
            Kind::Number => {
                if let Some(digits) = too_many_digits(self.token_text(from)) {
                    let message = format!(
                        "Exceeds the limit ({MAX_DIGITS} digits) for integer string \
                         conversion: value has {digits} digits; use \
                         sys.set_int_max_str_digits() to increase the limit - Consider \
                         hexadecimal for huge integer literals to avoid decimal conversion \
                         limits."
                    );
                    let report = Report::at(self.token(from).line, 0, message).read_again();
                    return Err(Miss::Raised(Box::new(report)));
                }
                Shape::Literal
            }
            Kind::Text | Kind::FStart => return self.strings(),
            Kind::LeftParen => {
                return self.first_of(&[Self::tuple, Self::group, Self::genexp]);
            }
            Kind::LeftSquare => return self.first_of(&[Self::list, Self::listcomp]),
            Kind::LeftBrace => {
                let rules = [Self::dict, Self::set, Self::dictcomp, Self::setcomp];
                return self.first_of(&rules);
            }
            _ => return Err(Miss::No),
        };
        self.at += 1;
        Ok(self.node(shape, from, Vec::new()))
    }

    fn first_of(&mut self, rules: &[fn(&mut Self) -> Parse<Id>]) -> Parse<Id> {
        for rule in rules {
            if let Some(found) = self.option(rule)? {
                return Ok(found);
            }
        }
        Err(Miss::No)
    }

    /// `()`, `(a,)`, `(a, b)`.
    pub(super) fn tuple(&mut self) -> Parse<Id> {
        let from = self.need(Kind::LeftParen)?;
        let parts = self.option(|p| {
            let mut parts = vec![p.star_named_expression()?];
            p.need(Kind::Comma)?;
            if let Some(rest) = p.option(Self::star_named_expressions)? {
                parts.extend(rest);
            }
            Ok(parts)
        })?;
        self.need(Kind::RightParen)?;
        Ok(self.node(Shape::Tuple, from, parts.unwrap_or_default()))
    }

    /// `(a)`: the node of what it holds.
    fn group(&mut self) -> Parse<Id> {
        let found = self.option(|p| {
            p.need(Kind::LeftParen)?;
            let inner = match p.option(Self::yield_expression)? {
                Some(inner) => inner,
                None => p.named_expression()?,
            };
            p.need(Kind::RightParen)?;
            Ok(inner)
        })?;
        if let Some(found) = found {
            return Ok(found);
        }
        self.mistake(|p| {
            p.need(Kind::LeftParen)?;
            let starred = p.starred_expression()?;
            p.need(Kind::RightParen)?;
            Err::<(), _>(p.raise_at(starred, "cannot use starred expression here"))
        })?;
        self.mistake(|p| {
            p.need(Kind::LeftParen)?;
            let stars = p.need(Kind::DoubleStar)?;
            p.expression()?;
            p.need(Kind::RightParen)?;
            let message = "cannot use double starred expression here";
            Err::<(), _>(p.raise(stars, stars + 1, message))
        })?;
        Err(Miss::No)
    }

    /// `(a for b in c)`.
    pub(super) fn genexp(&mut self) -> Parse<Id> {
        let from = self.at;
        let found = self.option(|p| {
            p.need(Kind::LeftParen)?;
            p.genexp_element()?;
            p.for_if_clauses()?;
            p.need(Kind::RightParen)
        })?;
        if found.is_none() {
            self.mistake(Self::invalid_comprehension)?;
            return Err(Miss::No);
        }
        Ok(self.node(Shape::Genexp, from, Vec::new()))
    }

    /// `a := b` or a plain expression.
    pub(super) fn genexp_element(&mut self) -> Parse<Id> {
        match self.option(Self::assignment_expression)? {
            Some(named) => Ok(named),
            None => self.plain_expression(),
        }
    }

    /// `[a, b]`.
    pub(super) fn list(&mut self) -> Parse<Id> {
        let from = self.need(Kind::LeftSquare)?;
        let parts = self.option(Self::star_named_expressions)?;
        self.need(Kind::RightSquare)?;
        Ok(self.node(Shape::List, from, parts.unwrap_or_default()))
    }

    fn listcomp(&mut self) -> Parse<Id> {
        self.comprehension(Kind::LeftSquare, Kind::RightSquare, Shape::ListComp)
    }

    fn setcomp(&mut self) -> Parse<Id> {
        self.comprehension(Kind::LeftBrace, Kind::RightBrace, Shape::SetComp)
    }

    fn comprehension(&mut self, open: Kind, close: Kind, shape: Shape) -> Parse<Id> {
        let from = self.at;
        let found = self.option(|p| {
            p.need(open)?;
            p.named_expression()?;
            p.for_if_clauses()?;
            p.need(close)
        })?;
        if found.is_none() {
            self.mistake(Self::invalid_comprehension)?;
            return Err(Miss::No);
        }
        Ok(self.node(shape, from, Vec::new()))
    }

    pub(super) fn invalid_comprehension(&mut self) -> Parse<()> {
        let open = self.peek()?;
        if !matches!(open, Kind::LeftParen | Kind::LeftSquare | Kind::LeftBrace) {
            return Err(Miss::No);
        }
        self.at += 1;
        self.mistake(|p| {
            let starred = p.starred_expression()?;
            p.for_if_clauses()?;
            let message = "iterable unpacking cannot be used in comprehension";
            Err::<(), _>(p.raise_at(starred, message))
        })?;
        if open == Kind::LeftParen {
            return Err(Miss::No);
        }
        self.mistake(|p| {
            let first = p.star_named_expression()?;
            p.need(Kind::Comma)?;
            let rest = p.star_named_expressions()?;
            p.for_if_clauses()?;
            let last = rest.last().copied().unwrap_or(first);
            Err::<(), _>(p.raise_between(first, last, BRACKETS_WANTED))
        })?;
        self.mistake(|p| {
            let first = p.star_named_expression()?;
            let comma = p.need(Kind::Comma)?;
            p.for_if_clauses()?;
            Err::<(), _>(p.raise(p.start_of(first), comma + 1, BRACKETS_WANTED))
        })
    }

    fn set(&mut self) -> Parse<Id> {
        let from = self.need(Kind::LeftBrace)?;
        self.star_named_expressions()?;
        self.need(Kind::RightBrace)?;
        Ok(self.node(Shape::Set, from, Vec::new()))
    }

    fn dict(&mut self) -> Parse<Id> {
        let from = self.at;
        let found = self.option(|p| {
            p.need(Kind::LeftBrace)?;
            p.option(|p| {
                p.gather(Self::pair)?;
                p.eat(Kind::Comma)
            })?;
            p.need(Kind::RightBrace)
        })?;
        if found.is_some() {
            return Ok(self.node(Shape::Dict, from, Vec::new()));
        }
        // CPython looks for these mistakes in both passes.
        self.ahead(|p| {
            p.need(Kind::LeftBrace)?;
            p.ahead(|p| {
                p.gather(Self::pair)?;
                p.need(Kind::Comma)?;
                p.invalid_pair()
            })?;
            p.ahead(Self::starred_value)?;
            p.missing_value()
        })?;
        Err(Miss::No)
    }

    fn pair(&mut self) -> Parse<()> {
        if self.eat(Kind::DoubleStar)? {
            self.bitwise_or()?;
            return Ok(());
        }
        self.expression()?;
        self.need(Kind::Colon)?;
        self.expression()?;
        Ok(())
    }

    fn invalid_pair(&mut self) -> Parse<()> {
        self.ahead(|p| {
            let key = p.expression()?;
            if p.peek()? == Kind::Colon {
                return Err(Miss::No);
            }
            let message = "':' expected after dictionary key";
            let mut report = p.report_over(p.start_of(key), p.end_of(key), message);
            // CPython points at the key's last character.
            report.column = report.end_column - 1;
            report.end_column = 0;
            Err::<(), _>(Miss::Raised(Box::new(report)))
        })?;
        self.ahead(Self::starred_value)?;
        self.missing_value()
    }

    fn starred_value(&mut self) -> Parse<()> {
        self.expression()?;
        self.need(Kind::Colon)?;
        let star = self.need(Kind::Star)?;
        self.bitwise_or()?;
        Err(self.raise_from(star, "cannot use a starred expression in a dictionary value"))
    }

    fn missing_value(&mut self) -> Parse<()> {
        self.expression()?;
        let colon = self.need(Kind::Colon)?;
        if !matches!(self.peek()?, Kind::RightBrace | Kind::Comma) {
            return Err(Miss::No);
        }
        let message = "expression expected after dictionary key and ':'";
        Err(self.raise(colon, colon + 1, message))
    }

    fn dictcomp(&mut self) -> Parse<Id> {
        let from = self.at;
        let found = self.option(|p| {
            p.need(Kind::LeftBrace)?;
            p.expression()?;
            p.need(Kind::Colon)?;
            p.expression()?;
            p.for_if_clauses()?;
            p.need(Kind::RightBrace)
        })?;
        if found.is_some() {
            return Ok(self.node(Shape::DictComp, from, Vec::new()));
        }
        self.mistake(|p| {
            p.need(Kind::LeftBrace)?;
            let stars = p.need(Kind::DoubleStar)?;
            p.bitwise_or()?;
            p.for_if_clauses()?;
            p.need(Kind::RightBrace)?;
            let message = "dict unpacking cannot be used in dict comprehension";
            Err::<(), _>(p.raise(stars, stars + 1, message))
        })?;
        Err(Miss::No)
    }
}
