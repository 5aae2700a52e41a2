//! `with`: an exit method for every way out.
//!
//! ```text
//! exit, object   held while the body runs; the handler of the body begins above them
//! what enter gave, or the exception and what was handled before
//! ```
//!
//! Falling out, `return`, `break` and `continue` call it with three `None`; an exception with its
//! parts, and then its answer tells whether the exception ends here.

use ruff_python_ast as ast;
use ruff_text_size::Ranged;

use super::unit::{Block, Value};
use super::{Compiled, Compiler};
use crate::insn::{Insn, Op, Operand};

/// Arguments of an exit method.
const EXIT_ARGUMENTS: u16 = 3;

impl<'a> Compiler<'a, '_, '_> {
    pub(super) fn with_stmt(&mut self, stmt: &'a ast::StmtWith) -> Compiled {
        self.with_items(&stmt.items, stmt)
    }

    /// Several items are as many statements inside each other.
    fn with_items(&mut self, items: &'a [ast::WithItem], stmt: &'a ast::StmtWith) -> Compiled {
        let Some((item, rest)) = items.split_first() else { return self.body(&stmt.body) };
        let range = item.context_expr.range();
        let exit = self.unit.top();
        self.enter(item, exit)?;

        let (caught, end) = (self.unit.label(), self.unit.label());
        let depth = exit + 2;
        let region = self.unit.region(caught, depth);
        self.unit.blocks.push(Block::With { region, exit, range });
        self.unit.push_layer();
        match &item.optional_vars {
            Some(target) => self.store_target(target, Value::Temp(depth))?,
            None => self.emit(Insn::new(Op::Clear, depth, 0, 0)),
        }
        self.unit.set_top(depth);
        self.with_items(rest, stmt)?;
        self.unit.pop_layer();
        self.unit.pop_block();
        self.at_range(range);
        self.exit_plain(exit);
        self.unit.jump(Op::Jump, 0, end);

        self.unit.place(caught);
        self.exit_raised(exit)?;
        self.unit.place(end);
        self.unit.set_top(exit);
        Ok(())
    }

    /// Finds the two methods and calls the one for entering; what it gives comes behind the other.
    fn enter(&mut self, item: &'a ast::WithItem, exit: u16) -> Compiled {
        let manager = self.expr(&item.context_expr)?;
        self.at(&item.context_expr);
        let manager = match manager {
            // The methods are put where it is.
            Value::Temp(register) => {
                let above = self.unit.top().max(exit + 4);
                self.unit.set_top(above);
                let moved = self.unit.temp();
                let operand = Operand::temp(register);
                self.emit(Insn::new(Op::Copy, moved, operand.bits(), 0));
                Value::Temp(moved)
            }
            other => other,
        };
        let operand = self.unit.operand(manager);
        self.unit.set_top(exit);
        for _ in 0..4 {
            self.unit.temp();
        }
        self.emit(Insn::new(Op::LoadContext, exit, operand.bits(), 0));
        self.emit(Insn::new(Op::Call, exit + 2, exit + 2, 0));
        self.unit.set_top(exit + 3);
        Ok(())
    }

    /// Calls the exit method, which is gone after that, without an exception.
    pub(super) fn exit_plain(&mut self, exit: u16) {
        let call = self.exit_call();
        self.emit(Insn::new(Op::ExitPlain, call, exit, 0));
        self.emit(Insn::new(Op::Call, call, call, EXIT_ARGUMENTS));
        self.emit(Insn::new(Op::Clear, call, 0, 0));
        self.unit.set_top(call);
    }

    /// Registers for a call of an exit method.
    fn exit_call(&mut self) -> u16 {
        let call = self.unit.top();
        for _ in 0..2 + EXIT_ARGUMENTS {
            self.unit.temp();
        }
        call
    }

    /// The handler of the body: asks the exit method whether the exception goes on.
    fn exit_raised(&mut self, exit: u16) -> Compiled {
        let (exception, saved) = self.begin_handler(exit + 2);
        let (failed, suppressed) = (self.unit.label(), self.unit.label());
        let region = self.unit.region(failed, self.unit.top());
        self.unit.blocks.push(Block::Handler { region, exception: None, saved, name: None });
        let call = self.exit_call();
        let operand = Operand::local(exception);
        self.emit(Insn::new(Op::ExitRaised, call, exit, operand.bits()));
        self.emit(Insn::new(Op::Call, call, call, EXIT_ARGUMENTS));
        self.unit.jump(Op::JumpIfTrue, Operand::temp(call).bits(), suppressed);
        self.unit.set_top(call);
        self.unit.pop_block();
        self.emit(Insn::new(Op::PopHandled, saved, 0, 0));
        self.emit(Insn::new(Op::Reraise, exception, 0, 0));
        self.end_failed(failed, saved, None)?;
        self.unit.place(suppressed);
        self.emit(Insn::new(Op::PopHandled, saved, 0, 0));
        for register in [exception, exit, exit + 1] {
            self.emit(Insn::new(Op::Clear, register, 0, 0));
        }
        Ok(())
    }
}
