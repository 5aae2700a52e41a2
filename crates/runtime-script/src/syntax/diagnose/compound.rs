//! Compound statements and their blocks.

use super::super::token::Kind;
use super::node::Target;
use super::{Miss, Parse, Parser};

impl Parser<'_> {
    pub(super) fn compound_statement(&mut self) -> Parse<()> {
        match self.peek()? {
            Kind::Def => self.function(),
            Kind::At => self.decorated(),
            Kind::Class => self.class(),
            Kind::If => self.conditional(Kind::If, "if"),
            Kind::While => self.while_loop(),
            Kind::For => self.for_loop(),
            Kind::With => self.with(),
            Kind::Try => self.attempt(),
            Kind::Async => self.asynchronous(),
            Kind::Name if self.is_word("match")? => self.match_statement(),
            _ => Err(Miss::No),
        }
    }

    fn asynchronous(&mut self) -> Parse<()> {
        self.need(Kind::Async)?;
        match self.peek()? {
            Kind::Def => self.function(),
            Kind::With => self.with(),
            Kind::For => self.for_loop(),
            _ => Err(Miss::No),
        }
    }

    /// Statements on the same line, or indented below.
    pub(super) fn block(&mut self) -> Parse<()> {
        // A block may be tried by several alternatives, and so may those around it.
        let from = self.at;
        if let Some(known) = self.blocks.get(&from) {
            self.at = known.ok_or(Miss::No)?;
            return Ok(());
        }
        let found = self.option(Self::new_block)?;
        self.blocks.insert(from, found.map(|()| self.at));
        found.ok_or(Miss::No)
    }

    fn new_block(&mut self) -> Parse<()> {
        let indented = self.option(|p| {
            p.need(Kind::Newline)?;
            p.need(Kind::Indent)?;
            p.statements()?;
            p.need(Kind::Dedent)
        })?;
        if indented.is_some() {
            return Ok(());
        }
        if self.option(Self::simple_statements)?.is_some() {
            return Ok(());
        }
        self.mistake(|p| {
            p.need(Kind::Newline)?;
            if p.peek()? == Kind::Indent {
                return Err(Miss::No);
            }
            Err::<(), _>(p.raise_indentation("expected an indented block"))
        })?;
        Err(Miss::No)
    }

    /// In the second pass, a colon that no block follows; `after` names the statement begun by
    /// token `keyword`.
    pub(super) fn need_block(&mut self, keyword: usize, after: &str) -> Parse<()> {
        let line = self.token(keyword).line;
        self.mistake(|p| {
            p.need(Kind::Colon)?;
            p.need(Kind::Newline)?;
            if p.peek()? == Kind::Indent {
                return Err(Miss::No);
            }
            let message = format!("expected an indented block after {after} on line {line}");
            Err::<(), _>(p.raise_indentation(message))
        })
    }

    /// In the second pass, a header that ends without its colon.
    pub(super) fn need_colon(&mut self) -> Parse<()> {
        self.mistake(|p| {
            p.need(Kind::Newline)?;
            Err::<(), _>(p.raise_last("expected ':'"))
        })
    }

    fn decorated(&mut self) -> Parse<()> {
        while self.eat(Kind::At)? {
            self.named_expression()?;
            self.need(Kind::Newline)?;
        }
        match self.peek()? {
            Kind::Def => self.function(),
            Kind::Class => self.class(),
            Kind::Async => {
                self.at += 1;
                self.function()
            }
            _ => Err(Miss::No),
        }
    }

    fn function(&mut self) -> Parse<()> {
        let keyword = self.need(Kind::Def)?;
        // Before anything else, the second pass looks whether only the block is missing.
        self.mistake(|p| {
            p.need(Kind::Name)?;
            p.option(Self::type_parameters)?;
            p.need(Kind::LeftParen)?;
            p.option(Self::parameters)?;
            p.need(Kind::RightParen)?;
            p.option(Self::result_annotation)?;
            p.need_block(keyword, "function definition")
        })?;
        self.need(Kind::Name)?;
        self.option(Self::type_parameters)?;
        self.force(Kind::LeftParen, "(")?;
        self.option(Self::parameters)?;
        self.need(Kind::RightParen)?;
        self.option(Self::result_annotation)?;
        self.force(Kind::Colon, ":")?;
        self.block()
    }

    fn result_annotation(&mut self) -> Parse<()> {
        self.need(Kind::Arrow)?;
        self.expression()?;
        Ok(())
    }

    /// `[T, *Ts, **P]`.
    pub(super) fn type_parameters(&mut self) -> Parse<()> {
        self.need(Kind::LeftSquare)?;
        let close = self.at;
        if self.eat(Kind::RightSquare)? {
            return Err(self.raise_from(close, "Type parameter list cannot be empty"));
        }
        self.gather(|p| {
            if matches!(p.peek()?, Kind::Star | Kind::DoubleStar) {
                p.at += 1;
            }
            p.need(Kind::Name)?;
            if p.eat(Kind::Colon)? {
                p.expression()?;
            }
            if p.eat(Kind::Assign)? {
                p.star_expression_or_plain()?;
            }
            Ok(())
        })?;
        self.eat(Kind::Comma)?;
        self.need(Kind::RightSquare)?;
        Ok(())
    }

    fn star_expression_or_plain(&mut self) -> Parse<()> {
        self.eat(Kind::Star)?;
        self.expression()?;
        Ok(())
    }

    fn class(&mut self) -> Parse<()> {
        let keyword = self.need(Kind::Class)?;
        self.need(Kind::Name)?;
        self.option(Self::type_parameters)?;
        self.option(|p| {
            p.need(Kind::LeftParen)?;
            p.option(Self::arguments)?;
            p.need(Kind::RightParen)
        })?;
        self.need_colon()?;
        self.need_block(keyword, "class definition")?;
        self.need(Kind::Colon)?;
        self.block()
    }

    /// `if` or `elif`, with everything that follows.
    fn conditional(&mut self, kind: Kind, word: &str) -> Parse<()> {
        let (mut kind, mut word) = (kind, word);
        loop {
            let keyword = self.need(kind)?;
            self.named_expression()?;
            self.need_colon()?;
            self.need_block(keyword, &format!("'{word}' statement"))?;
            self.need(Kind::Colon)?;
            self.block()?;
            if self.peek()? != Kind::Elif {
                break;
            }
            (kind, word) = (Kind::Elif, "elif");
        }
        self.option(Self::otherwise)?;
        Ok(())
    }

    fn otherwise(&mut self) -> Parse<()> {
        let keyword = self.need(Kind::Else)?;
        self.need_block(keyword, "'else' statement")?;
        self.force(Kind::Colon, ":")?;
        self.block()
    }

    fn while_loop(&mut self) -> Parse<()> {
        let keyword = self.need(Kind::While)?;
        self.named_expression()?;
        self.need_colon()?;
        self.need_block(keyword, "'while' statement")?;
        self.need(Kind::Colon)?;
        self.block()?;
        self.option(Self::otherwise)?;
        Ok(())
    }

    fn for_loop(&mut self) -> Parse<()> {
        let keyword = self.need(Kind::For)?;
        let targets = self.option(|p| {
            p.star_targets()?;
            p.need(Kind::In)
        })?;
        if targets.is_none() {
            self.at = keyword;
            self.mistake(Self::invalid_for_target)?;
            return Err(Miss::No);
        }
        self.star_expressions()?;
        self.need_colon()?;
        self.need_block(keyword, "'for' statement")?;
        self.need(Kind::Colon)?;
        self.block()?;
        self.option(Self::otherwise)?;
        Ok(())
    }

    fn with(&mut self) -> Parse<()> {
        let keyword = self.need(Kind::With)?;
        // In the second pass the block is looked for before anything else.
        self.mistake(|p| {
            p.plain_items()?;
            p.need_block(keyword, "'with' statement")
        })?;
        self.mistake(|p| {
            p.bracketed_plain_items()?;
            p.need_block(keyword, "'with' statement")
        })?;
        let bracketed = self.option(|p| {
            p.need(Kind::LeftParen)?;
            p.gather(Self::with_item)?;
            p.eat(Kind::Comma)?;
            p.need(Kind::RightParen)?;
            p.need(Kind::Colon)?;
            p.block()
        })?;
        if bracketed.is_some() {
            return Ok(());
        }
        let plain = self.option(|p| {
            p.gather(Self::with_item)?;
            p.need(Kind::Colon)?;
            p.block()
        })?;
        if plain.is_some() {
            return Ok(());
        }
        self.mistake(|p| {
            p.plain_items()?;
            p.need_colon()
        })?;
        self.mistake(|p| {
            p.bracketed_plain_items()?;
            p.need_colon()
        })?;
        Err(Miss::No)
    }

    fn with_item(&mut self) -> Parse<()> {
        let named = self.option(|p| {
            p.expression()?;
            p.need(Kind::As)?;
            p.star_target()?;
            p.item_ends()
        })?;
        if named.is_some() {
            return Ok(());
        }
        self.mistake(|p| {
            p.expression()?;
            p.need(Kind::As)?;
            let target = p.expression()?;
            p.item_ends()?;
            p.check_target(target, Target::Assign)
        })?;
        self.expression()?;
        Ok(())
    }

    fn item_ends(&mut self) -> Parse<()> {
        match self.peek()? {
            Kind::Comma | Kind::RightParen | Kind::Colon => Ok(()),
            _ => Err(Miss::No),
        }
    }

    fn plain_items(&mut self) -> Parse<()> {
        self.gather(|p| {
            p.expression()?;
            p.option(|p| {
                p.need(Kind::As)?;
                p.star_target()
            })
        })
    }

    fn bracketed_plain_items(&mut self) -> Parse<()> {
        self.need(Kind::LeftParen)?;
        self.gather(|p| {
            p.expression()?;
            p.option(|p| {
                p.need(Kind::As)?;
                p.star_target()
            })
        })?;
        self.eat(Kind::Comma)?;
        self.need(Kind::RightParen)?;
        Ok(())
    }

    fn attempt(&mut self) -> Parse<()> {
        let keyword = self.need(Kind::Try)?;
        self.need_block(keyword, "'try' statement")?;
        self.force(Kind::Colon, ":")?;
        self.block()?;
        self.mistake(|p| match p.peek()? {
            Kind::Except | Kind::Finally => Err(Miss::No),
            _ => Err::<(), _>(p.raise_last("expected 'except' or 'finally' block")),
        })?;
        let mut plain = false;
        let mut starred = false;
        let mut handlers = 0;
        loop {
            let handler = self.at;
            if self.option(Self::handler)?.is_none() {
                break;
            }
            handlers += 1;
            let is_starred = self.token(handler + 1).kind == Kind::Star;
            plain |= !is_starred;
            starred |= is_starred;
            if plain && starred {
                self.at = handler;
                self.mistake(|p| {
                    let message = "cannot have both 'except' and 'except*' on the same 'try'";
                    Err::<(), _>(p.raise(handler, handler + 1 + usize::from(is_starred), message))
                })?;
                return Err(Miss::No);
            }
        }
        if handlers > 0 {
            self.option(Self::otherwise)?;
            self.option(Self::finally)?;
            return Ok(());
        }
        self.finally()
    }

    fn finally(&mut self) -> Parse<()> {
        let keyword = self.need(Kind::Finally)?;
        self.need_block(keyword, "'finally' statement")?;
        self.force(Kind::Colon, ":")?;
        self.block()
    }

    fn handler(&mut self) -> Parse<()> {
        let keyword = self.need(Kind::Except)?;
        let found = self.option(|p| {
            let word = if p.eat(Kind::Star)? {
                p.expression()?;
                "'except*' statement"
            } else {
                if p.option(Self::expression)?.is_none() {
                    p.need_block(keyword, "'except' statement")?;
                    p.need(Kind::Colon)?;
                    return p.block();
                }
                "'except' statement"
            };
            p.option(Self::handler_name)?;
            p.need_block(keyword, word)?;
            p.need(Kind::Colon)?;
            p.block()
        })?;
        if found.is_some() {
            return Ok(());
        }
        self.mistake(|p| p.invalid_handler())?;
        Err(Miss::No)
    }

    fn handler_name(&mut self) -> Parse<()> {
        self.need(Kind::As)?;
        self.need(Kind::Name)?;
        Ok(())
    }

    fn invalid_handler(&mut self) -> Parse<()> {
        let starred = self.eat(Kind::Star)?;
        self.mistake(|p| {
            let first = p.expression()?;
            p.need(Kind::Comma)?;
            p.gather(Self::expression)?;
            p.eat(Kind::Comma)?;
            p.option(Self::handler_name)?;
            p.need(Kind::Colon)?;
            let from = p.start_of(first);
            Err::<(), _>(p.raise_from(from, "multiple exception types must be parenthesized"))
        })?;
        self.mistake(|p| {
            p.expression()?;
            p.option(Self::handler_name)?;
            p.need_colon()
        })?;
        if !starred {
            return self.need_colon();
        }
        self.mistake(|p| match p.peek()? {
            Kind::Newline | Kind::Colon => {
                Err::<(), _>(p.raise_last("expected one or more exception types"))
            }
            _ => Err(Miss::No),
        })
    }
}
