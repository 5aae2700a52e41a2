//! Simple statements, and the sequences that files and blocks are made of.

use super::super::token::Kind;
use super::node::{Id, Target};
use super::{Miss, Parse, Parser};

const NAMES_WANTED: &str = "Expected one or more names after 'import'";

impl Parser<'_> {
    /// The whole text.
    pub(super) fn file(&mut self) -> Parse<()> {
        loop {
            self.forget();
            self.blocks.clear();
            if self.option(Self::statement)?.is_none() {
                break;
            }
        }
        self.need(Kind::End)?;
        Ok(())
    }

    /// The statements of a block.
    pub(super) fn statements(&mut self) -> Parse<()> {
        self.statement()?;
        while self.option(Self::statement)?.is_some() {}
        Ok(())
    }

    fn statement(&mut self) -> Parse<()> {
        match self.option(Self::compound_statement)? {
            Some(()) => Ok(()),
            None => self.simple_statements(),
        }
    }

    /// Simple statements on one line.
    pub(super) fn simple_statements(&mut self) -> Parse<()> {
        // What a whole statement was made of is never looked at again.
        self.forget();
        self.simple_statement()?;
        while self
            .option(|p| {
                p.need(Kind::Semicolon)?;
                p.simple_statement()
            })?
            .is_some()
        {}
        self.eat(Kind::Semicolon)?;
        self.need(Kind::Newline)?;
        Ok(())
    }

    fn simple_statement(&mut self) -> Parse<()> {
        if self.option(Self::assignment)?.is_some() {
            return Ok(());
        }
        if self.option(Self::star_expressions)?.is_some() {
            return Ok(());
        }
        match self.peek()? {
            Kind::Name => self.type_alias(),
            Kind::Return => {
                self.at += 1;
                self.option(Self::star_expressions)?;
                Ok(())
            }
            Kind::Import => self.import(),
            Kind::From => self.import_from(),
            Kind::Raise => self.raise_statement(),
            Kind::Pass | Kind::Break | Kind::Continue => {
                self.at += 1;
                Ok(())
            }
            Kind::Del => self.delete(),
            Kind::Yield => self.yield_expression().map(|_| ()),
            Kind::Assert => self.assert(),
            Kind::Global | Kind::Nonlocal => {
                self.at += 1;
                self.gather(|p| p.need(Kind::Name))
            }
            _ => Err(Miss::No),
        }
    }

    fn assignment(&mut self) -> Parse<()> {
        let annotated = self.option(|p| {
            let target = p.option(|p| {
                p.need(Kind::Name)?;
                p.need(Kind::Colon)
            })?;
            if target.is_none() {
                p.annotation_target()?;
                p.need(Kind::Colon)?;
            }
            p.expression()?;
            p.option(|p| {
                p.need(Kind::Assign)?;
                p.annotated_rhs()
            })?;
            Ok(())
        })?;
        if annotated.is_some() {
            return Ok(());
        }
        let chained = self.option(|p| {
            p.assigned_targets(true)?;
            p.annotated_rhs()?;
            if p.peek()? == Kind::Assign { Err(Miss::No) } else { Ok(()) }
        })?;
        if chained.is_some() {
            return Ok(());
        }
        let augmented = self.option(|p| {
            p.single_target()?;
            p.need(Kind::Augmented)
        })?;
        if augmented.is_some() {
            // Past the operator there is no way back.
            self.annotated_rhs()?;
            return Ok(());
        }
        self.mistake(Self::invalid_annotation)?;
        self.mistake(Self::invalid_assignment)?;
        self.mistake(Self::invalid_augmented)?;
        Err(Miss::No)
    }

    /// `a = b =`, with at least one target where `some` is set.
    fn assigned_targets(&mut self, some: bool) -> Parse<()> {
        let mut found = false;
        while self
            .option(|p| {
                p.star_targets()?;
                p.need(Kind::Assign)
            })?
            .is_some()
        {
            found = true;
        }
        if found || !some { Ok(()) } else { Err(Miss::No) }
    }

    fn annotation_target(&mut self) -> Parse<()> {
        let in_brackets = self.option(|p| {
            p.need(Kind::LeftParen)?;
            p.single_target()?;
            p.need(Kind::RightParen)
        })?;
        if in_brackets.is_none() {
            self.place()?;
        }
        Ok(())
    }

    fn invalid_annotation(&mut self) -> Parse<()> {
        self.mistake(|p| {
            let target = p.bracketed_target()?;
            p.need(Kind::Colon)?;
            p.expression()?;
            let words = p.nodes.shape(target).words();
            let message = format!("only single target (not {words}) can be annotated");
            Err::<(), _>(p.raise_at(target, message))
        })?;
        self.mistake(|p| {
            let first = p.star_named_expression()?;
            p.need(Kind::Comma)?;
            while p.option(Self::star_named_expressions)?.is_some() {}
            p.need(Kind::Colon)?;
            p.expression()?;
            let message = "only single target (not tuple) can be annotated";
            Err::<(), _>(p.raise_at(first, message))
        })?;
        self.mistake(|p| {
            let target = p.expression()?;
            p.need(Kind::Colon)?;
            p.expression()?;
            Err::<(), _>(p.raise_at(target, "illegal target for annotation"))
        })
    }

    /// A list or a tuple, in any number of brackets.
    fn bracketed_target(&mut self) -> Parse<Id> {
        if let Some(list) = self.option(Self::list)? {
            return Ok(list);
        }
        if let Some(tuple) = self.option(Self::tuple)? {
            return Ok(tuple);
        }
        self.need(Kind::LeftParen)?;
        let inner = self.bracketed_target()?;
        self.need(Kind::RightParen)?;
        Ok(inner)
    }

    fn invalid_assignment(&mut self) -> Parse<()> {
        self.mistake(|p| {
            p.assigned_targets(false)?;
            let target = p.star_expressions()?;
            p.need(Kind::Assign)?;
            p.check_target(target, Target::Assign)
        })?;
        self.mistake(|p| {
            p.assigned_targets(false)?;
            let target = p.yield_expression()?;
            p.need(Kind::Assign)?;
            let message = "assignment to yield expression not possible";
            Err::<(), _>(p.raise_at(target, message))
        })
    }

    fn invalid_augmented(&mut self) -> Parse<()> {
        let target = self.star_expressions()?;
        self.need(Kind::Augmented)?;
        self.annotated_rhs()?;
        let words = self.nodes.shape(target).words();
        let message = format!("'{words}' is an illegal expression for augmented assignment");
        Err(self.raise_at(target, message))
    }

    fn type_alias(&mut self) -> Parse<()> {
        if !self.is_word("type")? {
            return Err(Miss::No);
        }
        self.at += 1;
        self.need(Kind::Name)?;
        self.option(Self::type_parameters)?;
        self.need(Kind::Assign)?;
        self.expression()?;
        Ok(())
    }

    fn raise_statement(&mut self) -> Parse<()> {
        self.need(Kind::Raise)?;
        if self.option(Self::expression)?.is_some() {
            self.option(|p| {
                p.need(Kind::From)?;
                p.expression()
            })?;
        }
        Ok(())
    }

    fn delete(&mut self) -> Parse<()> {
        let found = self.option(|p| {
            p.need(Kind::Del)?;
            p.del_targets()?;
            match p.peek()? {
                Kind::Semicolon | Kind::Newline => Ok(()),
                _ => Err(Miss::No),
            }
        })?;
        if found.is_some() {
            return Ok(());
        }
        self.mistake(|p| {
            p.need(Kind::Del)?;
            let targets = p.star_expressions()?;
            p.check_target(targets, Target::Delete)
        })?;
        Err(Miss::No)
    }

    fn assert(&mut self) -> Parse<()> {
        self.need(Kind::Assert)?;
        self.expression()?;
        self.option(|p| {
            p.need(Kind::Comma)?;
            p.expression()
        })?;
        Ok(())
    }

    fn import(&mut self) -> Parse<()> {
        self.mistake(|p| {
            let from = p.need(Kind::Import)?;
            p.gather(Self::dotted_name)?;
            p.need(Kind::From)?;
            p.dotted_name()?;
            let message = "Did you mean to use 'from ... import ...' instead?";
            Err::<(), _>(p.raise_from(from, message))
        })?;
        self.mistake(|p| {
            p.need(Kind::Import)?;
            let newline = p.need(Kind::Newline)?;
            Err::<(), _>(p.raise(newline, newline + 1, NAMES_WANTED))
        })?;
        self.need(Kind::Import)?;
        self.gather(|p| {
            p.dotted_name()?;
            p.option(Self::import_alias)
        })
    }

    fn import_alias(&mut self) -> Parse<()> {
        self.need(Kind::As)?;
        self.need(Kind::Name)?;
        Ok(())
    }

    pub(super) fn dotted_name(&mut self) -> Parse<()> {
        self.need(Kind::Name)?;
        while self
            .option(|p| {
                p.need(Kind::Dot)?;
                p.need(Kind::Name)
            })?
            .is_some()
        {}
        Ok(())
    }

    fn import_from(&mut self) -> Parse<()> {
        self.need(Kind::From)?;
        let mut dots = false;
        while matches!(self.peek()?, Kind::Dot | Kind::Ellipsis) {
            self.at += 1;
            dots = true;
        }
        if self.option(Self::dotted_name)?.is_none() && !dots {
            return Err(Miss::No);
        }
        self.need(Kind::Import)?;
        let named = self.option(|p| {
            if p.eat(Kind::LeftParen)? {
                p.import_names()?;
                p.eat(Kind::Comma)?;
                p.need(Kind::RightParen)?;
                return Ok(());
            }
            p.import_names()?;
            if p.peek()? == Kind::Comma { Err(Miss::No) } else { Ok(()) }
        })?;
        if named.is_some() || self.eat(Kind::Star)? {
            return Ok(());
        }
        self.mistake(|p| {
            p.import_names()?;
            p.need(Kind::Comma)?;
            p.need(Kind::Newline)?;
            let message = "trailing comma not allowed without surrounding parentheses";
            Err::<(), _>(p.raise_last(message))
        })?;
        self.mistake(|p| {
            let newline = p.need(Kind::Newline)?;
            Err::<(), _>(p.raise(newline, newline + 1, NAMES_WANTED))
        })?;
        Err(Miss::No)
    }

    fn import_names(&mut self) -> Parse<()> {
        self.gather(|p| {
            p.need(Kind::Name)?;
            p.option(Self::import_alias)
        })
    }
}
