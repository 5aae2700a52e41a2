//! `yield`, `yield from` and generator expressions.

use ruff_python_ast as ast;
use ruff_text_size::{Ranged, TextRange};

use super::scope::key;
use super::unit::Value;
use super::{Compiled, Compiler};
use crate::code::Params;
use crate::insn::{Insn, Op, Operand};

/// Name of a generator expression's parameter: the iterator over its first iterable.
pub(super) const FIRST: &str = ".0";

impl<'a> Compiler<'a, '_, '_> {
    /// The result is what is sent in, in a register of its own: a variable keeps its value meanwhile.
    pub(super) fn yield_expr(
        &mut self,
        expr: &'a ast::ExprYield,
        dest: Option<u16>,
    ) -> Compiled<Value> {
        let mark = self.unit.top();
        let value = match &expr.value {
            Some(value) => self.expr(value)?,
            None => Value::Const(self.none_const()?),
        };
        self.at(expr);
        let operand = self.unit.operand(value);
        self.unit.set_top(mark);
        let to = dest.unwrap_or_else(|| self.unit.temp());
        let saved = self.unit.outermost_saved();
        self.emit(Insn::new(Op::Yield, to, operand.bits(), saved));
        Ok(Value::Temp(to))
    }

    pub(super) fn yield_from(
        &mut self,
        expr: &'a ast::ExprYieldFrom,
        dest: Option<u16>,
    ) -> Compiled<Value> {
        let mark = self.unit.top();
        // What is sent in on the way would be seen in a variable.
        let (to, iter) = (self.unit.temp(), self.unit.temp());
        let iterable = self.expr(&expr.value)?;
        self.at(expr);
        let operand = self.unit.operand(iterable);
        self.emit(Insn::new(Op::GetIter, iter, operand.bits(), 0));
        let none = Value::Const(self.none_const()?);
        let operand = self.unit.operand(none);
        self.emit(Insn::new(Op::Copy, to, operand.bits(), 0));
        let saved = self.unit.outermost_saved();
        self.emit(Insn::new(Op::Delegate, to, iter, saved));
        self.unit.set_top(to + 1);
        let Some(register) = dest else { return Ok(Value::Temp(to)) };
        self.emit(Insn::new(Op::Copy, register, Operand::temp(to).bits(), 0));
        self.unit.set_top(mark);
        Ok(Value::Temp(register))
    }

    /// `(f(x) for x in xs if p(x))`: a generator function of one parameter, called at once with the
    /// iterator over the first iterable, which belongs to the scope around.
    pub(super) fn generator(
        &mut self,
        expr: &'a ast::ExprGenerator,
        dest: Option<u16>,
    ) -> Compiled<Value> {
        let Some(first) = expr.generators.first() else { return self.expr(&expr.elt) };
        let mark = self.unit.top();
        let (function, object, iter) = (self.unit.temp(), self.unit.temp(), self.unit.temp());
        debug_assert_eq!(object, function + 1);
        let scope = self.scopes.of_node(key(expr));
        self.function(scope, "<genexpr>", expr.range(), None, None, Some(function), |this| {
            this.generator_body(expr)
        })?;
        let iterable = self.expr(&first.iter)?;
        self.at(&first.iter);
        let operand = self.unit.operand(iterable);
        self.emit(Insn::new(Op::GetIter, iter, operand.bits(), 0));
        self.at(expr);
        self.unit.set_top(mark);
        let to = dest.unwrap_or_else(|| self.unit.temp());
        self.emit(Insn::new(Op::Call, to, function, 1));
        Ok(Value::Temp(to))
    }

    /// The register of the iterator is that of the parameter.
    pub(super) fn begin_generator_expression(&mut self) {
        let register = self.unit.add_variable(FIRST);
        self.unit.set_bound(register);
        self.unit.params = Params { positional: 1, positional_only: 1, ..Params::default() };
    }

    fn generator_body(&mut self, expr: &'a ast::ExprGenerator) -> Compiled {
        let iter = self.unit.register_of(FIRST).unwrap_or(0);
        self.unit.push_layer();
        self.clause(&expr.generators, 0, iter, &mut |this| {
            let mark = this.unit.top();
            let value = this.expr(&expr.elt)?;
            this.at(&*expr.elt);
            let operand = this.unit.operand(value);
            this.unit.set_top(mark);
            let sent = this.unit.temp();
            this.emit(Insn::new(Op::Yield, sent, operand.bits(), 0));
            this.emit(Insn::new(Op::Clear, sent, 0, 0));
            this.unit.set_top(mark);
            Ok(())
        })?;
        self.unit.pop_layer();
        self.at(expr);
        self.return_none()
    }

    /// Ends the call of a generator function: what follows is run step by step.
    pub(super) fn begin_generator(&mut self) {
        // An exception that is thrown in before the first step has a line, but no place in it.
        let range = self.unit.range;
        self.at_range(TextRange::empty(range.start()));
        self.emit(Insn::new(Op::MakeGenerator, 0, 0, 0));
        self.at_range(range);
    }
}
