//! The parameters of functions and lambdas, which differ in their ends and their annotations.

use super::super::token::Kind;
use super::node::{Id, Shape};
use super::{Miss, Parse, Parser, Rule};

/// Whose parameters they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    Function,
    Lambda,
}

impl Of {
    /// The token that ends them.
    const fn end(self) -> Kind {
        match self {
            Self::Function => Kind::RightParen,
            Self::Lambda => Kind::Colon,
        }
    }
}

impl Parser<'_> {
    /// `lambda a, b: c`.
    pub(super) fn lambda(&mut self) -> Parse<Id> {
        self.memo(Rule::Lambda, |p| {
            let from = p.need(Kind::Lambda)?;
            p.option(Self::lambda_parameters)?;
            p.need(Kind::Colon)?;
            p.expression()?;
            Ok(p.node(Shape::Lambda, from, Vec::new()))
        })
    }

    pub(super) fn parameters(&mut self) -> Parse<()> {
        self.parameters_of(Of::Function)
    }

    pub(super) fn lambda_parameters(&mut self) -> Parse<()> {
        self.parameters_of(Of::Lambda)
    }

    fn parameters_of(&mut self, of: Of) -> Parse<()> {
        self.mistake(|p| p.invalid_parameters(of))?;
        let from = self.at;
        // Positional-only ones need a slash behind them, without defaults first.
        self.positional_parameters(of)?;
        self.option(|p| p.stars(of))?;
        if self.at == from { Err(Miss::No) } else { Ok(()) }
    }

    /// Parameters before any star, with a slash among them perhaps.
    fn positional_parameters(&mut self, of: Of) -> Parse<()> {
        let mut defaults = false;
        let mut slash = false;
        loop {
            let next = self.option(|p| {
                if p.at_slash(slash)? {
                    return Ok(true);
                }
                let plain = p.option(|p| p.plain_parameter(of))?;
                match plain {
                    Some(()) if !defaults => Ok(false),
                    _ => {
                        if plain.is_some() {
                            return Err(Miss::No);
                        }
                        p.default_parameter(of)?;
                        defaults = true;
                        Ok(false)
                    }
                }
            })?;
            match next {
                Some(is_slash) => slash |= is_slash,
                None => return Ok(()),
            }
        }
    }

    /// A slash behind at least one parameter.
    fn at_slash(&mut self, seen: bool) -> Parse<bool> {
        if self.peek()? != Kind::Slash {
            return Ok(false);
        }
        let first =
            matches!(self.token(self.at.saturating_sub(1)).kind, Kind::LeftParen | Kind::Lambda);
        if seen || first {
            return Err(Miss::No);
        }
        self.at += 1;
        if !self.eat(Kind::Comma)? && !self.at_end()? {
            return Err(Miss::No);
        }
        Ok(true)
    }

    fn at_end(&mut self) -> Parse<bool> {
        Ok(matches!(self.peek()?, Kind::RightParen | Kind::Colon))
    }

    /// `a,` or `a` before the end.
    fn plain_parameter(&mut self, of: Of) -> Parse<()> {
        self.parameter(of)?;
        self.parameter_ends(of)
    }

    fn parameter_ends(&mut self, of: Of) -> Parse<()> {
        if self.eat(Kind::Comma)? || self.peek()? == of.end() { Ok(()) } else { Err(Miss::No) }
    }

    fn parameter(&mut self, of: Of) -> Parse<()> {
        self.need(Kind::Name)?;
        if of == Of::Function {
            self.option(|p| {
                p.need(Kind::Colon)?;
                p.expression()
            })?;
        }
        Ok(())
    }

    /// `a=b,`.
    fn default_parameter(&mut self, of: Of) -> Parse<()> {
        self.parameter(of)?;
        self.default_value()?;
        self.parameter_ends(of)
    }

    fn default_value(&mut self) -> Parse<()> {
        let found = self.option(|p| {
            p.need(Kind::Assign)?;
            p.expression()
        })?;
        if found.is_some() {
            return Ok(());
        }
        self.mistake(|p| {
            let sign = p.need(Kind::Assign)?;
            if !matches!(p.peek()?, Kind::RightParen | Kind::Comma) {
                return Err(Miss::No);
            }
            Err::<(), _>(p.raise(sign, sign + 1, "expected default value expression"))
        })?;
        Err(Miss::No)
    }

    /// A parameter with or without a default.
    fn any_parameter(&mut self, of: Of) -> Parse<()> {
        self.parameter(of)?;
        self.option(|p| p.default_value())?;
        self.parameter_ends(of)
    }

    /// Everything from the first star on.
    fn stars(&mut self, of: Of) -> Parse<()> {
        self.mistake(|p| p.invalid_star(of))?;
        let starred = self.option(|p| {
            p.need(Kind::Star)?;
            if p.eat(Kind::Comma)? {
                p.any_parameter(of)?;
            } else {
                p.star_parameter(of)?;
            }
            while p.option(|p| p.any_parameter(of))?.is_some() {}
            p.option(|p| p.keywords_parameter(of))?;
            Ok(())
        })?;
        match starred {
            Some(()) => Ok(()),
            None => self.keywords_parameter(of),
        }
    }

    /// The name behind a star; its annotation may have a star of its own.
    fn star_parameter(&mut self, of: Of) -> Parse<()> {
        self.need(Kind::Name)?;
        if of == Of::Function && self.eat(Kind::Colon)? {
            self.eat(Kind::Star)?;
            self.expression()?;
        }
        self.parameter_ends(of)
    }

    fn keywords_parameter(&mut self, of: Of) -> Parse<()> {
        self.mistake(|p| {
            p.need(Kind::DoubleStar)?;
            p.parameter(of)?;
            let from = p.at;
            if p.eat(Kind::Assign)? {
                let message = "var-keyword argument cannot have default value";
                return Err(p.raise(from, from + 1, message));
            }
            p.need(Kind::Comma)?;
            let from = p.at;
            let message = "arguments cannot follow var-keyword argument";
            if matches!(p.peek()?, Kind::Star | Kind::DoubleStar | Kind::Slash) {
                return Err(p.raise(from, from + 1, message));
            }
            p.parameter(of)?;
            Err::<(), _>(p.raise(from, p.at, message))
        })?;
        self.need(Kind::DoubleStar)?;
        self.plain_parameter(of)
    }

    fn invalid_star(&mut self, of: Of) -> Parse<()> {
        let star = self.need(Kind::Star)?;
        self.mistake(|p| {
            let bare = p.peek()? == of.end()
                || p.eat(Kind::Comma)? && (p.peek()? == of.end() || p.peek()? == Kind::DoubleStar);
            if !bare {
                return Err(Miss::No);
            }
            let message = "named arguments must follow bare *";
            Err::<(), _>(match of {
                Of::Function => p.raise(star, star + 1, message),
                Of::Lambda => p.raise_last(message),
            })
        })?;
        self.mistake(|p| {
            p.parameter(of)?;
            let sign = p.need(Kind::Assign)?;
            let message = "var-positional argument cannot have default value";
            Err::<(), _>(p.raise(sign, sign + 1, message))
        })?;
        self.mistake(|p| {
            if !p.eat(Kind::Comma)? {
                p.plain_parameter(of)?;
            }
            while p.option(|p| p.any_parameter(of))?.is_some() {}
            let second = p.need(Kind::Star)?;
            if !p.eat(Kind::Comma)? {
                p.plain_parameter(of)?;
            }
            let message = "* argument may appear only once";
            Err::<(), _>(p.raise(second, second + 1, message))
        })
    }

    fn invalid_parameters(&mut self, of: Of) -> Parse<()> {
        self.mistake(|p| {
            let slash = p.need(Kind::Slash)?;
            p.need(Kind::Comma)?;
            let message = "at least one argument must precede /";
            Err::<(), _>(p.raise(slash, slash + 1, message))
        })?;
        self.mistake(|p| {
            p.some_before_slash(of)?;
            while p.option(|p| p.any_parameter(of))?.is_some() {}
            let slash = p.need(Kind::Slash)?;
            Err::<(), _>(p.raise(slash, slash + 1, "/ may appear only once"))
        })?;
        self.mistake(|p| {
            p.option(|p| {
                while p.option(|p| p.plain_parameter(of))?.is_some() {}
                p.slash(of)
            })?;
            while p.option(|p| p.plain_parameter(of))?.is_some() {}
            p.default_parameter(of)?;
            while p.option(|p| p.default_parameter(of))?.is_some() {}
            if p.option(|p| p.slash(of))?.is_some() {
                while p.option(|p| p.default_parameter(of))?.is_some() {}
            }
            let from = p.at;
            p.parameter(of)?;
            let to = p.at;
            p.parameter_ends(of)?;
            let message = "parameter without a default follows parameter with a default";
            Err::<(), _>(p.raise(from, to, message))
        })?;
        self.mistake(|p| {
            while p.option(|p| p.plain_parameter(of))?.is_some() {}
            let open = p.need(Kind::LeftParen)?;
            if of == Of::Lambda {
                p.gather(|p| p.need(Kind::Name))?;
            } else {
                p.plain_parameter(of)?;
                while p.option(|p| p.plain_parameter(of))?.is_some() {}
            }
            p.eat(Kind::Comma)?;
            let close = p.need(Kind::RightParen)?;
            let whose = if of == Of::Lambda { "Lambda expression" } else { "Function" };
            let message = format!("{whose} parameters cannot be parenthesized");
            Err::<(), _>(p.raise(open, close + 1, message))
        })?;
        self.mistake(|p| {
            p.option(|p| p.some_before_slash(of))?;
            while p.option(|p| p.any_parameter(of))?.is_some() {}
            p.need(Kind::Star)?;
            if !p.eat(Kind::Comma)? {
                p.plain_parameter(of)?;
            }
            while p.option(|p| p.any_parameter(of))?.is_some() {}
            let slash = p.need(Kind::Slash)?;
            Err::<(), _>(p.raise(slash, slash + 1, "/ must be ahead of *"))
        })?;
        self.mistake(|p| {
            p.any_parameter(of)?;
            while p.option(|p| p.any_parameter(of))?.is_some() {}
            p.need(Kind::Slash)?;
            let star = p.need(Kind::Star)?;
            Err::<(), _>(p.raise(star, star + 1, "expected comma between / and *"))
        })
    }

    fn slash(&mut self, of: Of) -> Parse<()> {
        self.need(Kind::Slash)?;
        self.parameter_ends(of)
    }

    /// At least one parameter, and a slash.
    fn some_before_slash(&mut self, of: Of) -> Parse<()> {
        self.any_parameter(of)?;
        while self.option(|p| p.any_parameter(of))?.is_some() {}
        self.slash(of)
    }
}
