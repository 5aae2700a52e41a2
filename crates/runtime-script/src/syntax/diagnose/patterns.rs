//! `match` statements: read as far as needed to find errors around them and in their headers.

use super::super::token::Kind;
use super::{Miss, Parse, Parser};

impl Parser<'_> {
    pub(super) fn match_statement(&mut self) -> Parse<()> {
        let keyword = self.need(Kind::Name)?;
        self.star_named_expressions()?;
        self.need_colon()?;
        self.need_block(keyword, "'match' statement")?;
        self.need(Kind::Colon)?;
        self.need(Kind::Newline)?;
        self.need(Kind::Indent)?;
        self.case()?;
        while self.option(Self::case)?.is_some() {}
        self.need(Kind::Dedent)?;
        Ok(())
    }

    fn case(&mut self) -> Parse<()> {
        if !self.is_word("case")? {
            return Err(Miss::No);
        }
        let keyword = self.at;
        self.at += 1;
        self.patterns()?;
        self.option(|p| {
            p.need(Kind::If)?;
            p.named_expression()
        })?;
        self.need_colon()?;
        self.need_block(keyword, "'case' statement")?;
        self.need(Kind::Colon)?;
        self.block()
    }

    fn patterns(&mut self) -> Parse<()> {
        self.gather(Self::starred_pattern)?;
        self.eat(Kind::Comma)?;
        Ok(())
    }

    fn starred_pattern(&mut self) -> Parse<()> {
        if self.eat(Kind::Star)? {
            self.need(Kind::Name)?;
            return Ok(());
        }
        self.pattern()
    }

    fn pattern(&mut self) -> Parse<()> {
        self.closed_pattern()?;
        while self.eat(Kind::Bar)? {
            self.closed_pattern()?;
        }
        self.option(|p| {
            p.need(Kind::As)?;
            p.need(Kind::Name)
        })?;
        Ok(())
    }

    fn closed_pattern(&mut self) -> Parse<()> {
        match self.peek()? {
            Kind::Minus | Kind::Number => self.number_pattern(),
            Kind::Text | Kind::FStart => self.strings().map(|_| ()),
            Kind::None | Kind::True | Kind::False => {
                self.at += 1;
                Ok(())
            }
            Kind::Name => self.named_pattern(),
            Kind::LeftParen => self.sequence_pattern(Kind::RightParen),
            Kind::LeftSquare => self.sequence_pattern(Kind::RightSquare),
            Kind::LeftBrace => self.mapping_pattern(),
            _ => Err(Miss::No),
        }
    }

    fn number_pattern(&mut self) -> Parse<()> {
        self.eat(Kind::Minus)?;
        self.need(Kind::Number)?;
        self.option(|p| {
            if !p.eat(Kind::Plus)? {
                p.need(Kind::Minus)?;
            }
            p.need(Kind::Number)
        })?;
        Ok(())
    }

    fn named_pattern(&mut self) -> Parse<()> {
        self.dotted_name()?;
        self.option(|p| {
            p.need(Kind::LeftParen)?;
            p.option(|p| {
                p.gather(|p| {
                    p.option(|p| {
                        p.need(Kind::Name)?;
                        p.need(Kind::Assign)
                    })?;
                    p.pattern()
                })?;
                p.eat(Kind::Comma)
            })?;
            p.need(Kind::RightParen)
        })?;
        Ok(())
    }

    fn sequence_pattern(&mut self, close: Kind) -> Parse<()> {
        self.at += 1;
        self.option(Self::patterns)?;
        self.need(close)?;
        Ok(())
    }

    fn mapping_pattern(&mut self) -> Parse<()> {
        self.need(Kind::LeftBrace)?;
        self.option(|p| {
            p.gather(|p| {
                if p.eat(Kind::DoubleStar)? {
                    p.need(Kind::Name)?;
                    return Ok(());
                }
                p.closed_pattern()?;
                p.need(Kind::Colon)?;
                p.pattern()
            })?;
            p.eat(Kind::Comma)
        })?;
        self.need(Kind::RightBrace)?;
        Ok(())
    }
}
