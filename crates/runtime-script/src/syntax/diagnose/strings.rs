//! Strings and f-strings side by side, and what may go wrong inside a replacement field.

use super::super::literals::{Literal, text_problem};
use super::super::token::Kind;
use super::node::{Id, Shape};
use super::{Miss, Parse, Parser};

impl Parser<'_> {
    /// One string or more, which are one expression.
    pub(super) fn strings(&mut self) -> Parse<Id> {
        let from = self.at;
        let mut shape = Shape::Literal;
        let (mut bytes, mut text) = (false, false);
        loop {
            match self.peek()? {
                Kind::Text => {
                    let literal = Literal::new(self.token_text(self.at));
                    bytes |= literal.bytes;
                    text |= !literal.bytes;
                    if let Some(problem) = literal.problem() {
                        return Err(self.raise(self.at, self.at + 1, problem));
                    }
                    self.at += 1;
                }
                Kind::FStart => {
                    text = true;
                    shape = Shape::FString;
                    self.f_string()?;
                }
                _ => break,
            }
        }
        if bytes && text {
            return Err(self.raise_last("cannot mix bytes and nonbytes literals"));
        }
        Ok(self.node(shape, from, Vec::new()))
    }

    fn f_string(&mut self) -> Parse<()> {
        let start = self.need(Kind::FStart)?;
        let raw = self.token_text(start).contains(['r', 'R']);
        let mut problem = None;
        loop {
            match self.peek()? {
                Kind::FMiddle => {
                    if !raw {
                        let found = || text_problem(self.token_text(self.at));
                        problem = problem.or_else(found);
                    }
                    self.at += 1;
                }
                Kind::LeftBrace => self.field()?,
                _ => break,
            }
        }
        self.need(Kind::FEnd)?;
        match problem {
            Some(problem) => Err(self.raise_last(problem)),
            None => Ok(()),
        }
    }

    fn field(&mut self) -> Parse<()> {
        let found = self.option(|p| {
            p.need(Kind::LeftBrace)?;
            p.annotated_rhs()?;
            p.eat(Kind::Assign)?;
            p.option(Self::conversion)?;
            p.option(Self::format_spec)?;
            p.need(Kind::RightBrace)
        })?;
        if found.is_none() {
            self.mistake(Self::invalid_field)?;
            return Err(Miss::No);
        }
        Ok(())
    }

    /// What may stand right of `=`: values with stars, or a `yield`.
    pub(super) fn annotated_rhs(&mut self) -> Parse<Id> {
        match self.option(Self::yield_expression)? {
            Some(id) => Ok(id),
            None => self.star_expressions(),
        }
    }

    fn conversion(&mut self) -> Parse<()> {
        let sign = self.need(Kind::Exclamation)?;
        let name = self.need(Kind::Name)?;
        if self.token(sign).end != self.token(name).start {
            let message = "f-string: conversion type must come right after the exclamanation mark";
            return Err(self.raise(sign, name + 1, message));
        }
        let text = self.token_text(name);
        if !matches!(text, "s" | "r" | "a") {
            let message = format!(
                "f-string: invalid conversion character '{text}': expected 's', 'r', or 'a'"
            );
            return Err(self.raise(name, name + 1, message));
        }
        Ok(())
    }

    fn format_spec(&mut self) -> Parse<()> {
        self.need(Kind::Colon)?;
        self.format_parts()
    }

    fn format_parts(&mut self) -> Parse<()> {
        loop {
            match self.peek()? {
                Kind::FMiddle => self.at += 1,
                Kind::LeftBrace => {
                    if self.option(Self::field)?.is_none() {
                        return Ok(());
                    }
                }
                _ => return Ok(()),
            }
        }
    }

    fn invalid_field(&mut self) -> Parse<()> {
        self.need(Kind::LeftBrace)?;
        let next = self.peek()?;
        if matches!(next, Kind::Assign | Kind::Exclamation | Kind::Colon | Kind::RightBrace) {
            let shown = self.token_text(self.at);
            let message = format!("f-string: valid expression required before '{shown}'");
            return Err(self.raise(self.at, self.at + 1, message));
        }
        if self.option(Self::annotated_rhs)?.is_none() {
            return Err(self.raise_next("f-string: expecting a valid expression after '{'"));
        }
        let debug = self.peek()?;
        if !matches!(debug, Kind::Assign | Kind::Exclamation | Kind::Colon | Kind::RightBrace) {
            return Err(self.raise_next("f-string: expecting '=', or '!', or ':', or '}'"));
        }
        if self.eat(Kind::Assign)?
            && !matches!(self.peek()?, Kind::Exclamation | Kind::Colon | Kind::RightBrace)
        {
            return Err(self.raise_next("f-string: expecting '!', or ':', or '}'"));
        }
        let conversion = self.peek()? == Kind::Exclamation;
        self.mistake(|p| {
            p.need(Kind::Exclamation)?;
            let message = match p.peek()? {
                Kind::Colon | Kind::RightBrace => "f-string: missing conversion character",
                Kind::Name => return Err(Miss::No),
                _ => "f-string: invalid conversion character",
            };
            Err::<(), _>(p.raise_next(message))
        })?;
        self.option(|p| {
            p.need(Kind::Exclamation)?;
            p.need(Kind::Name)
        })?;
        if conversion && !matches!(self.peek()?, Kind::Colon | Kind::RightBrace) {
            return Err(self.raise_next("f-string: expecting ':' or '}'"));
        }
        if self.eat(Kind::Colon)? {
            self.format_parts()?;
            if self.peek()? != Kind::RightBrace {
                return Err(self.raise_next("f-string: expecting '}', or format specs"));
            }
        }
        if self.peek()? != Kind::RightBrace {
            return Err(self.raise_next("f-string: expecting '}'"));
        }
        Err(Miss::No)
    }
}
