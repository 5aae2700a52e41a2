//! Loops, `try`, and leaving them.
//!
//! A `finally` is compiled once for each way out: falling through, an exception, and every `return`,
//! `break` and `continue` that leaves it, as CPython does. While such a copy is made, the blocks that
//! are being left are off the stack, so that the copy is not protected by what it leaves.

use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_text_size::Ranged;

use super::unit::{Block, Label, Place, Value};
use super::{Compiled, Compiler};
use crate::insn::{Insn, Op, Operand};

impl<'a> Compiler<'a, '_, '_> {
    pub(super) fn while_stmt(&mut self, stmt: &'a ast::StmtWhile) -> Compiled {
        let (next, otherwise, done) = (self.unit.label(), self.unit.label(), self.unit.label());
        self.unit.place(next);
        self.jump_if(&stmt.test, false, otherwise)?;
        self.unit.blocks.push(Block::Loop { iter: None, next, done });
        self.branch(&stmt.body)?;
        self.unit.jump(Op::Loop, 0, next);
        self.unit.pop_block();
        self.unit.place(otherwise);
        self.branch(&stmt.orelse)?;
        self.unit.place(done);
        Ok(())
    }

    pub(super) fn for_stmt(&mut self, stmt: &'a ast::StmtFor) -> Compiled {
        let iter = self.unit.temp();
        let iterable = self.expr(&stmt.iter)?;
        self.at(&*stmt.iter);
        let operand = self.unit.operand(iterable);
        self.unit.set_top(iter + 1);
        self.emit(Insn::new(Op::GetIter, iter, operand.bits(), 0));

        let (next, otherwise, done) = (self.unit.label(), self.unit.label(), self.unit.label());
        self.unit.place(next);
        self.unit.push_layer();
        self.for_iter(iter, &stmt.target, otherwise)?;
        self.unit.blocks.push(Block::Loop { iter: Some(iter), next, done });
        self.body(&stmt.body)?;
        self.at(&*stmt.iter);
        self.unit.jump(Op::Loop, 0, next);
        self.unit.pop_block();
        self.unit.pop_layer();
        self.unit.place(otherwise);
        self.branch(&stmt.orelse)?;
        self.unit.place(done);
        Ok(())
    }

    /// Takes the next item into the target, or jumps to `done` with the iterator gone.
    pub(super) fn for_iter(&mut self, iter: u16, target: &'a Expr, done: Label) -> Compiled {
        let local = self.plain_local(target);
        let to = local.unwrap_or_else(|| self.unit.temp());
        self.emit(Insn::new(Op::ForIter, to, iter, 0));
        self.unit.jump(Op::Data, 0, done);
        match local {
            Some(register) => self.unit.set_bound(register),
            None => {
                self.store_target(target, Value::Temp(to))?;
                self.unit.set_top(to);
            }
        }
        Ok(())
    }

    pub(super) fn return_stmt(&mut self, stmt: &'a ast::StmtReturn) -> Compiled {
        let value = match &stmt.value {
            Some(value) => self.expr(value)?,
            None => Value::Const(self.none_const()?),
        };
        self.at(stmt);
        // What is left on the way may bind the variable anew.
        let value = match value {
            Value::Local(register) if !self.unit.blocks.is_empty() => {
                let temp = self.unit.temp();
                let operand = Operand::local(register);
                self.emit(Insn::new(Op::Copy, temp, operand.bits(), 0));
                Value::Temp(temp)
            }
            value => value,
        };
        let held = match value {
            Value::Temp(register) => Some(register),
            _ => None,
        };
        self.leave(|_| false, true, held)?;
        self.at(stmt);
        let operand = self.unit.operand(value);
        self.emit(Insn::new(Op::Return, operand.bits(), 0, 0));
        Ok(())
    }

    pub(super) fn leave_loop(&mut self, by_break: bool) -> Compiled {
        let range = self.unit.range;
        let target = self.unit.blocks.iter().rev().find_map(|block| match *block {
            Block::Loop { iter, next, done } => Some((iter, next, done)),
            _ => None,
        });
        let Some((iter, next, done)) = target else { return Ok(()) };
        self.leave(|block| matches!(block, Block::Loop { .. }), false, None)?;
        self.at_range(range);
        if by_break {
            if let Some(iter) = iter {
                self.emit(Insn::new(Op::Clear, iter, 0, 0));
            }
            self.unit.jump(Op::Jump, 0, done);
        } else {
            self.unit.jump(Op::Loop, 0, next);
        }
        Ok(())
    }

    /// Makes the code that leaves the blocks inside the first that `stop` names; with `clear`, loops
    /// on the way lose their iterators. What is in the register `held` is given up when a `finally` on
    /// the way goes somewhere else.
    fn leave(
        &mut self,
        stop: impl Fn(&Block<'_>) -> bool,
        clear: bool,
        held: Option<u16>,
    ) -> Compiled {
        let mut left = Vec::new();
        while let Some(block) = self.unit.blocks.last()
            && !stop(block)
        {
            let Some(block) = self.unit.pop_block() else { break };
            match &block {
                Block::Loop { iter, .. } => {
                    if clear && let Some(iter) = iter {
                        self.emit(Insn::new(Op::Clear, *iter, 0, 0));
                    }
                }
                Block::Try(_) => {}
                Block::Held(register) => self.emit(Insn::new(Op::Clear, *register, 0, 0)),
                Block::Finally(_, body) => {
                    let body: &'a [Stmt] = body;
                    if let Some(register) = held {
                        self.unit.blocks.push(Block::Held(register));
                        self.branch(body)?;
                        self.unit.pop_block();
                    } else {
                        self.branch(body)?;
                    }
                }
                Block::Handler { exception, saved, name, .. } => {
                    let (saved, name) = (*saved, *name);
                    if let Some(exception) = exception {
                        self.emit(Insn::new(Op::Clear, *exception, 0, 0));
                    }
                    self.emit(Insn::new(Op::PopHandled, saved, 0, 0));
                    self.unbind(name)?;
                }
                Block::With { exit, range, .. } => {
                    let (exit, range) = (*exit, *range);
                    self.at_range(range);
                    self.exit_plain(exit);
                }
            }
            left.push(block);
        }
        for block in left.into_iter().rev() {
            self.unit.push_again(block);
        }
        Ok(())
    }

    /// Unbinds the name of a handler's exception, which may be unbound already.
    fn unbind(&mut self, name: Option<&str>) -> Compiled {
        let Some(name) = name else { return Ok(()) };
        match self.place_of(name) {
            Place::Local(register) => self.emit(Insn::new(Op::Clear, register, 0, 0)),
            Place::Cell(register) => {
                let none = Value::Const(self.none_const()?);
                let operand = self.unit.operand(none);
                self.emit(Insn::new(Op::StoreCell, register, operand.bits(), 0));
                self.emit(Insn::new(Op::DeleteCell, register, 0, 0));
            }
            place @ (Place::Global | Place::Named) => {
                let none = Value::Const(self.none_const()?);
                self.store_name(name, none);
                let name = self.scopes.mangled(self.unit.scope, name);
                let index = self.unit.global_index(&name);
                let op = if place == Place::Named { Op::DeleteNamed } else { Op::DeleteGlobal };
                self.emit(Insn::wide(op, 0, index));
            }
        }
        Ok(())
    }

    pub(super) fn try_stmt(&mut self, stmt: &'a ast::StmtTry) -> Compiled {
        if stmt.finalbody.is_empty() {
            return self.try_except(stmt);
        }
        let caught = self.unit.label();
        let depth = self.unit.top();
        let region = self.unit.region(caught, depth);
        self.unit.blocks.push(Block::Finally(region, &stmt.finalbody));
        if stmt.handlers.is_empty() {
            self.branch(&stmt.body)?;
        } else {
            self.try_except(stmt)?;
        }
        self.unit.pop_block();
        let end = self.unit.label();
        self.branch(&stmt.finalbody)?;
        self.unit.jump(Op::Jump, 0, end);

        self.unit.place(caught);
        let (exception, saved) = self.begin_handler(depth);
        let failed = self.unit.label();
        let region = self.unit.region(failed, self.unit.top());
        self.unit.blocks.push(Block::Handler {
            region,
            exception: Some(exception),
            saved,
            name: None,
        });
        self.branch(&stmt.finalbody)?;
        self.unit.pop_block();
        self.emit(Insn::new(Op::PopHandled, saved, 0, 0));
        self.emit(Insn::new(Op::Reraise, exception, 0, 0));
        self.end_failed(failed, saved, None)?;
        self.unit.set_top(depth);
        self.unit.place(end);
        Ok(())
    }

    /// Takes the registers that a handler needs: the exception, which the machine puts into the
    /// first, and what was handled before.
    pub(super) fn begin_handler(&mut self, depth: u16) -> (u16, u16) {
        self.unit.set_top(depth);
        let (exception, saved) = (self.unit.temp(), self.unit.temp());
        self.emit(Insn::new(Op::PushHandled, saved, exception, 0));
        (exception, saved)
    }

    /// Where an exception inside a handler goes: the handler is left, and it is raised on.
    pub(super) fn end_failed(&mut self, failed: Label, saved: u16, name: Option<&str>) -> Compiled {
        self.unit.place(failed);
        let inner = self.unit.temp();
        self.emit(Insn::new(Op::PopHandled, saved, 0, 0));
        self.unbind(name)?;
        self.emit(Insn::new(Op::Reraise, inner, 0, 0));
        self.unit.set_top(inner);
        Ok(())
    }

    fn try_except(&mut self, stmt: &'a ast::StmtTry) -> Compiled {
        let (caught, end) = (self.unit.label(), self.unit.label());
        let depth = self.unit.top();
        let region = self.unit.region(caught, depth);
        self.unit.blocks.push(Block::Try(region));
        self.branch(&stmt.body)?;
        self.unit.pop_block();
        self.branch(&stmt.orelse)?;
        self.unit.jump(Op::Jump, 0, end);

        self.unit.place(caught);
        let (exception, saved) = self.begin_handler(depth);
        let unmatched = self.unit.label();
        let matching = self.unit.region(unmatched, self.unit.top());
        self.unit.blocks.push(Block::Handler {
            region: matching,
            exception: Some(exception),
            saved,
            name: None,
        });
        for handler in &stmt.handlers {
            let ast::ExceptHandler::ExceptHandler(clause) = handler;
            self.handler(clause, exception, saved, end)?;
        }
        self.unit.pop_block();
        self.emit(Insn::new(Op::PopHandled, saved, 0, 0));
        self.emit(Insn::new(Op::Reraise, exception, 0, 0));
        self.end_failed(unmatched, saved, None)?;
        self.unit.set_top(depth);
        self.unit.place(end);
        Ok(())
    }

    /// One `except` clause.
    fn handler(
        &mut self,
        clause: &'a ast::ExceptHandlerExceptHandler,
        exception: u16,
        saved: u16,
        end: Label,
    ) -> Compiled {
        let mark = self.unit.top();
        let next = self.unit.label();
        if let Some(ty) = &clause.type_ {
            self.at(&**ty);
            let ty = self.expr(ty)?;
            let operand = self.unit.operand(ty);
            self.unit.set_top(mark);
            self.at(clause);
            self.emit(Insn::new(Op::MatchException, exception, operand.bits(), 0));
            self.unit.jump(Op::Data, 0, next);
        }
        // From here on the exception belongs to its name, or to nobody but the list of handled ones.
        let name = clause.name.as_ref().map(|name| name.as_str());
        self.unit.push_layer();
        match name {
            Some(name) => self.store_name(name, Value::Temp(exception)),
            None => self.emit(Insn::new(Op::Clear, exception, 0, 0)),
        }
        // The clause has a range of its own, which also unbinds the name.
        let outer = self.unit.pop_block();
        let failed = self.unit.label();
        let region = self.unit.region(failed, self.unit.top());
        self.unit.blocks.push(Block::Handler { region, exception: None, saved, name });
        self.body(&clause.body)?;
        self.unit.pop_block();
        self.unit.pop_layer();
        let last = clause.body.last().map_or(clause.range(), Ranged::range);
        self.at_range(last);
        self.emit(Insn::new(Op::PopHandled, saved, 0, 0));
        self.unbind(name)?;
        self.unit.jump(Op::Jump, 0, end);
        self.end_failed(failed, saved, name)?;
        self.unit.place(next);
        if let Some(outer) = outer {
            self.unit.push_again(outer);
        }
        Ok(())
    }
}
