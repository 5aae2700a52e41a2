//! Expressions.

use ruff_python_ast::str_prefix::FStringPrefix;
use ruff_python_ast::{self as ast, Expr, Number};
use ruff_text_size::Ranged;
use runtime_gc::Ref;
use runtime_types::args::Args;
use runtime_types::bytes::BytesObject;
use runtime_types::int::IntObject;
use runtime_types::string::StrObject;
use runtime_types::tuple::TupleObject;
use runtime_types::ty::{Binary, Compare};
use runtime_types::{Look, protocol};

use super::constants::ConstId;
use super::text::Characters;
use super::unit::{Label, Place, Value};
use super::{Compiled, Compiler};
use crate::insn::{Insn, Op, Operand, conversion, test};

/// Longest display whose items are all computed before the container is made (CPython's
/// `STACK_USE_GUIDELINE`); a longer one grows item by item.
const DISPLAY_MAX: usize = 30;

impl<'a> Compiler<'a, '_, '_> {
    /// Compiles an expression to a value, wherever that is cheapest.
    pub(super) fn expr(&mut self, expr: &'a Expr) -> Compiled<Value> {
        self.expr_to(expr, None)
    }

    /// Compiles an expression into a register: a variable or a temporary that the caller took.
    pub(super) fn expr_into(&mut self, expr: &'a Expr, register: u16) -> Compiled {
        let value = self.expr_to(expr, Some(register))?;
        debug_assert_eq!(value, Value::Temp(register));
        Ok(())
    }

    /// Compiles an expression into the next temporary.
    pub(super) fn expr_temp(&mut self, expr: &'a Expr) -> Compiled<u16> {
        let temp = self.unit.temp();
        self.expr_into(expr, temp)?;
        Ok(temp)
    }

    /// The value as `dest` wants it: as it is, or copied into a register.
    pub(super) fn give(&mut self, value: Value, dest: Option<u16>) -> Value {
        let Some(register) = dest else { return value };
        if value != Value::Temp(register) {
            let operand = self.unit.operand(value);
            self.emit(Insn::new(Op::Copy, register, operand.bits(), 0));
        }
        Value::Temp(register)
    }

    /// The register for a result, once the temporaries above `mark` have been used up.
    fn result(&mut self, mark: u16, dest: Option<u16>) -> u16 {
        self.unit.set_top(mark);
        dest.unwrap_or_else(|| self.unit.temp())
    }

    /// A local variable that is read later than what follows it in the source is evaluated must be
    /// held meanwhile, if that may bind it anew or look at its count.
    pub(super) fn hold(&mut self, value: Value, later: &[&Expr]) -> Value {
        match value {
            Value::Local(_) if later.iter().any(|expr| may_call(expr)) => {
                let temp = self.unit.temp();
                self.give(value, Some(temp))
            }
            _ => value,
        }
    }

    fn expr_to(&mut self, expr: &'a Expr, dest: Option<u16>) -> Compiled<Value> {
        let outer = self.unit.range;
        self.at(expr);
        let value = self.expr_here(expr, dest)?;
        self.at_range(outer);
        Ok(value)
    }

    fn expr_here(&mut self, expr: &'a Expr, dest: Option<u16>) -> Compiled<Value> {
        if let Some(id) = self.literal(expr)? {
            return Ok(self.give(Value::Const(id), dest));
        }
        match expr {
            Expr::Name(name) => Ok(self.load_name(&name.id, dest)),
            Expr::BinOp(op) => self.binary(op, dest),
            Expr::UnaryOp(op) => self.unary(op, dest),
            Expr::BoolOp(op) => self.bool_op(op, dest),
            Expr::Compare(compare) => self.compare(compare, dest),
            Expr::If(choice) => self.choice(choice, dest),
            Expr::Named(named) => {
                let mark = self.unit.top();
                let value = self.expr(&named.value)?;
                let held = match value {
                    Value::Temp(register) => {
                        // The name gets a reference of its own, the expression keeps this one.
                        self.store_target(&named.target, Value::Local(register))?;
                        value
                    }
                    other => {
                        self.store_target(&named.target, other)?;
                        other
                    }
                };
                if dest.is_some() && matches!(held, Value::Temp(_)) {
                    let value = self.give(held, dest);
                    self.unit.set_top(mark);
                    return Ok(value);
                }
                Ok(self.give(held, dest))
            }
            Expr::Tuple(tuple) => self.tuple(&tuple.elts, dest),
            Expr::List(list) => self.list(&list.elts, dest),
            Expr::Set(set) => self.set(&set.elts, dest),
            Expr::Dict(dict) => self.dict(dict, dest),
            Expr::ListComp(_) | Expr::SetComp(_) | Expr::DictComp(_) => {
                self.comprehension(expr, dest)
            }
            Expr::Attribute(attribute) => {
                let mark = self.unit.top();
                let value = self.expr(&attribute.value)?;
                self.at_attribute(expr.range(), attribute);
                let operand = self.unit.operand(value);
                let name = self.attribute(&attribute.attr);
                let to = self.result(mark, dest);
                self.emit(Insn::new(Op::GetAttr, to, operand.bits(), name));
                Ok(Value::Temp(to))
            }
            Expr::Subscript(subscript) => {
                let mark = self.unit.top();
                let value = self.expr(&subscript.value)?;
                let value = self.hold(value, &[&subscript.slice]);
                let key = self.expr(&subscript.slice)?;
                self.at(expr);
                if let (Value::Const(value), Value::Const(key)) = (value, key)
                    && let Some(item) = self.fold_subscript(value, key)?
                {
                    self.unit.set_top(mark);
                    return Ok(self.give(Value::Const(item), dest));
                }
                let (value, key) = (self.unit.operand(value), self.unit.operand(key));
                let to = self.result(mark, dest);
                self.emit(Insn::new(Op::Subscript, to, value.bits(), key.bits()));
                Ok(Value::Temp(to))
            }
            Expr::Slice(slice) => {
                let mark = self.unit.top();
                for part in [&slice.lower, &slice.upper, &slice.step] {
                    match part {
                        Some(part) => self.expr_temp(part)?,
                        None => {
                            let none = self.none_const()?;
                            let temp = self.unit.temp();
                            self.give(Value::Const(none), Some(temp));
                            temp
                        }
                    };
                }
                self.at(expr);
                let to = self.result(mark, dest);
                self.emit(Insn::new(Op::BuildSlice, to, mark, 0));
                Ok(Value::Temp(to))
            }
            Expr::Generator(generator) => self.generator(generator, dest),
            Expr::Yield(expr) => self.yield_expr(expr, dest),
            Expr::YieldFrom(expr) => self.yield_from(expr, dest),
            Expr::Call(call) => self.call(call, dest),
            Expr::Lambda(lambda) => self.lambda(lambda, dest),
            Expr::FString(string) => self.f_string(string, dest),
            // What is left was refused, or is no expression by itself.
            _ => {
                let none = self.none_const()?;
                Ok(self.give(Value::Const(none), dest))
            }
        }
    }

    /// The constant that an expression is, without any code.
    fn literal(&mut self, expr: &Expr) -> Compiled<Option<ConstId>> {
        let object = match expr {
            Expr::NoneLiteral(_) => self.cx.none(),
            Expr::BooleanLiteral(literal) => self.cx.bool(literal.value),
            Expr::EllipsisLiteral(_) => self.cx.ellipsis(),
            Expr::NumberLiteral(literal) => match &literal.value {
                Number::Int(int) => match int.as_i64() {
                    Some(value) => self.cx.int(value)?,
                    None => self.big_int(&int.to_string())?,
                },
                Number::Float(value) => self.cx.float(*value)?,
                Number::Complex { .. } => return Ok(None),
            },
            Expr::StringLiteral(literal) => return self.string_literal(literal).map(Some),
            Expr::BytesLiteral(literal) => {
                let bytes: Vec<u8> = literal.value.bytes().collect();
                self.cx.bytes(&bytes)?
            }
            Expr::Tuple(tuple) if tuple.elts.iter().all(may_be_constant) => {
                return self.constant_tuple(&tuple.elts);
            }
            _ => return Ok(None),
        };
        self.const_id(object).map(Some)
    }

    fn big_int(&mut self, digits: &str) -> Compiled<Ref> {
        let text = self.cx.str(digits)?;
        let base = self.cx.int(0)?;
        // SAFETY: the type lives as long as the world.
        let int = unsafe { runtime_gc::Borrowed::new(self.cx.types.int.cast()) };
        let args = [text.borrow(), base.borrow()];
        Ok(protocol::call(self.cx, int, Args::positional(&args))?)
    }

    fn constant_tuple(&mut self, items: &[Expr]) -> Compiled<Option<ConstId>> {
        let mut ids = Vec::with_capacity(items.len());
        for item in items {
            match self.constant_value(item)? {
                Some(id) => ids.push(id),
                None => return Ok(None),
            }
        }
        let items: Vec<Ref> =
            ids.iter().filter_map(|id| self.constants.get(*id).cloned()).collect();
        let tuple = self.cx.tuple_from(crate::code::borrow_all(&items))?;
        self.const_id(tuple).map(Some)
    }

    /// The same as a frozenset, which serves no other display.
    fn constant_set(&mut self, items: &[Expr]) -> Compiled<Option<ConstId>> {
        let Some(tuple) = self.constant_tuple(items)? else { return Ok(None) };
        let Some(tuple) = self.constants.get(tuple).cloned() else { return Ok(None) };
        let frozen = runtime_types::set::frozen_from(self.cx, tuple.borrow());
        self.folded(frozen)
    }

    /// The constant that an expression of literals and operators comes to.
    fn constant_value(&mut self, expr: &Expr) -> Compiled<Option<ConstId>> {
        match expr {
            Expr::UnaryOp(op) => match self.constant_value(&op.operand)? {
                Some(id) => self.fold_unary(op.op, id),
                None => Ok(None),
            },
            Expr::BinOp(op) => {
                let left = self.constant_value(&op.left)?;
                let right = self.constant_value(&op.right)?;
                match (left, right, binary_op(op.op)) {
                    (Some(left), Some(right), Some(op)) => self.fold_binary(op, left, right),
                    _ => Ok(None),
                }
            }
            _ => self.literal(expr),
        }
    }

    pub(super) fn load_name(&mut self, name: &str, dest: Option<u16>) -> Value {
        match self.place_of(name) {
            Place::Local(register) => {
                if !self.unit.is_bound(register) {
                    self.emit(Insn::new(Op::Check, register, 0, 0));
                    self.unit.set_bound(register);
                }
                self.give(Value::Local(register), dest)
            }
            Place::Cell(register) => {
                let to = dest.unwrap_or_else(|| self.unit.temp());
                // A class body may have the name in its namespace, by way of `locals()` alone.
                let in_body = self.unit.kind == super::scope::Kind::Class
                    && self.unit.comprehensions.is_empty();
                let op = if in_body { Op::LoadNamedCell } else { Op::LoadCell };
                self.emit(Insn::new(op, to, register, 0));
                Value::Temp(to)
            }
            place @ (Place::Global | Place::Named) => {
                let to = dest.unwrap_or_else(|| self.unit.temp());
                let name = self.scopes.mangled(self.unit.scope, name);
                let index = self.unit.global_index(&name);
                let op = if place == Place::Named { Op::LoadNamed } else { Op::LoadGlobal };
                self.emit(Insn::wide(op, to, index));
                Value::Temp(to)
            }
        }
    }

    fn binary(&mut self, op: &'a ast::ExprBinOp, dest: Option<u16>) -> Compiled<Value> {
        let Some(operator) = binary_op(op.op) else {
            let none = self.none_const()?;
            return Ok(self.give(Value::Const(none), dest));
        };
        let mark = self.unit.top();
        let left = self.expr(&op.left)?;
        let left = self.hold(left, &[&op.right]);
        let right = self.expr(&op.right)?;
        self.at(op);
        if let (Value::Const(left), Value::Const(right)) = (left, right)
            && let Some(id) = self.fold_binary(operator, left, right)?
        {
            self.unit.set_top(mark);
            return Ok(self.give(Value::Const(id), dest));
        }
        let (left, right) = (self.unit.operand(left), self.unit.operand(right));
        let to = self.result(mark, dest);
        let code = match operator {
            Binary::Add => Op::Add,
            Binary::Sub => Op::Sub,
            Binary::Mul => Op::Mul,
            _ => Op::Binary,
        };
        self.emit(Insn::with(code, operator as u8, to, left.bits(), right.bits()));
        Ok(Value::Temp(to))
    }

    fn unary(&mut self, op: &'a ast::ExprUnaryOp, dest: Option<u16>) -> Compiled<Value> {
        let mark = self.unit.top();
        let value = self.expr(&op.operand)?;
        self.at(op);
        if let Value::Const(id) = value
            && let Some(id) = self.fold_unary(op.op, id)?
        {
            return Ok(self.give(Value::Const(id), dest));
        }
        let operand = self.unit.operand(value);
        let to = self.result(mark, dest);
        let (code, n) = match op.op {
            ast::UnaryOp::Not => (Op::Not, 0),
            ast::UnaryOp::USub => (Op::Unary, protocol::Unary::Neg as u8),
            ast::UnaryOp::UAdd => (Op::Unary, protocol::Unary::Pos as u8),
            ast::UnaryOp::Invert => (Op::Unary, protocol::Unary::Invert as u8),
        };
        self.emit(Insn::with(code, n, to, operand.bits(), 0));
        Ok(Value::Temp(to))
    }

    /// `a and b`: never computed in a variable, which the rest of the expression may still read.
    fn bool_op(&mut self, op: &'a ast::ExprBoolOp, dest: Option<u16>) -> Compiled<Value> {
        let mark = self.unit.top();
        let to = self.unit.temp();
        let end = self.unit.label();
        let keep = match op.op {
            ast::BoolOp::And => Op::KeepIfFalse,
            ast::BoolOp::Or => Op::KeepIfTrue,
        };
        let last = op.values.len().saturating_sub(1);
        for (index, value) in op.values.iter().enumerate() {
            self.unit.push_layer();
            self.expr_into(value, to)?;
            self.unit.pop_layer();
            if index < last {
                self.at(op);
                self.unit.jump(keep, Operand::local(to).bits(), end);
                self.emit(Insn::new(Op::Clear, to, 0, 0));
            }
        }
        self.unit.place(end);
        if dest.is_some() {
            let value = self.give(Value::Temp(to), dest);
            self.unit.set_top(mark);
            return Ok(value);
        }
        Ok(Value::Temp(to))
    }

    fn choice(&mut self, choice: &'a ast::ExprIf, dest: Option<u16>) -> Compiled<Value> {
        let (otherwise, end) = (self.unit.label(), self.unit.label());
        self.jump_if(&choice.test, false, otherwise)?;
        let to = dest.unwrap_or_else(|| self.unit.temp());
        self.unit.push_layer();
        self.expr_into(&choice.body, to)?;
        self.unit.pop_layer();
        self.unit.jump(Op::Jump, 0, end);
        self.unit.place(otherwise);
        self.unit.push_layer();
        self.expr_into(&choice.orelse, to)?;
        self.unit.pop_layer();
        self.unit.place(end);
        Ok(Value::Temp(to))
    }

    /// `a < b`, and chains of it, each operand computed once.
    fn compare(&mut self, compare: &'a ast::ExprCompare, dest: Option<u16>) -> Compiled<Value> {
        let mark = self.unit.top();
        if let ([op], [right]) = (&*compare.ops, &*compare.comparators) {
            let left = self.expr(&compare.left)?;
            let left = self.hold(left, &[right]);
            let right = self.comparand(*op, right)?;
            self.at(compare);
            let (left, right) = (self.unit.operand(left), self.unit.operand(right));
            let to = self.result(mark, dest);
            self.emit(Insn::with(Op::Compare, test_of(*op), to, left.bits(), right.bits()));
            return Ok(Value::Temp(to));
        }
        // The outcome so far and the operand between two comparisons have registers of their own.
        let (to, mut left, next) = (self.unit.temp(), self.unit.temp(), self.unit.temp());
        let end = self.unit.label();
        self.expr_into(&compare.left, left)?;
        let mut next = next;
        let last = compare.ops.len().saturating_sub(1);
        for (index, (op, right)) in compare.ops.iter().zip(&compare.comparators).enumerate() {
            // What is compared further must be the object that was written.
            let value = match index == last {
                true => self.comparand(*op, right)?,
                false => self.expr(right)?,
            };
            self.give(value, Some(next));
            self.unit.set_top(next.max(left) + 1);
            self.at(compare);
            let right = if index < last { Operand::local(next) } else { Operand::temp(next) };
            let n = test_of(*op);
            self.emit(Insn::with(Op::Compare, n, to, Operand::temp(left).bits(), right.bits()));
            if index < last {
                self.unit.jump(Op::KeepIfFalse, Operand::local(to).bits(), end);
                self.emit(Insn::new(Op::Clear, to, 0, 0));
            }
            std::mem::swap(&mut left, &mut next);
        }
        let done = self.unit.label();
        self.unit.jump(Op::Jump, 0, done);
        self.unit.place(end);
        // Left early: the operand between is still held, in one of the two registers.
        self.emit(Insn::new(Op::Clear, left, 0, 0));
        self.emit(Insn::new(Op::Clear, next, 0, 0));
        self.unit.place(done);
        self.unit.set_top(to + 1);
        if dest.is_some() {
            let value = self.give(Value::Temp(to), dest);
            self.unit.set_top(mark);
            return Ok(value);
        }
        Ok(Value::Temp(to))
    }

    /// The right side of a comparison: a display of constants behind `in` is a constant tuple.
    fn comparand(&mut self, op: ast::CmpOp, right: &'a Expr) -> Compiled<Value> {
        if matches!(op, ast::CmpOp::In | ast::CmpOp::NotIn)
            && let Expr::List(list) = right
            && list.elts.iter().all(may_be_constant)
            && let Some(id) = self.constant_tuple(&list.elts)?
        {
            return Ok(Value::Const(id));
        }
        if matches!(op, ast::CmpOp::In | ast::CmpOp::NotIn)
            && let Expr::Set(set) = right
            && set.elts.iter().all(may_be_constant)
            && let Some(id) = self.constant_set(&set.elts)?
        {
            return Ok(Value::Const(id));
        }
        self.expr(right)
    }

    /// Jumps to `label` when the truth of an expression is `sense`, else goes on.
    pub(super) fn jump_if(&mut self, test: &'a Expr, sense: bool, label: Label) -> Compiled {
        let outer = self.unit.range;
        self.at(test);
        match test {
            Expr::UnaryOp(op) if op.op == ast::UnaryOp::Not => {
                self.jump_if(&op.operand, !sense, label)?;
            }
            Expr::BoolOp(op) => {
                let all = op.op == ast::BoolOp::And;
                let Some((last, first)) = op.values.split_last() else { return Ok(()) };
                let skip = self.unit.label();
                self.unit.push_layer();
                for value in first {
                    // `and` is settled by a false one, `or` by a true one.
                    let settled = !all;
                    let target = if settled == sense { label } else { skip };
                    self.jump_if(value, settled, target)?;
                }
                self.jump_if(last, sense, label)?;
                self.unit.pop_layer();
                self.unit.place(skip);
            }
            Expr::Compare(compare) if compare.ops.len() == 1 => {
                let ([op], [right]) = (&*compare.ops, &*compare.comparators) else {
                    return Ok(());
                };
                let mark = self.unit.top();
                let left = self.expr(&compare.left)?;
                let left = self.hold(left, &[right]);
                let right = self.comparand(*op, right)?;
                self.at(compare);
                let (left, right) = (self.unit.operand(left), self.unit.operand(right));
                self.unit.set_top(mark);
                let n = test_of(*op);
                let c = u16::from(sense);
                self.emit(Insn::with(Op::CompareJump, n, left.bits(), right.bits(), c));
                self.unit.jump(Op::Data, 0, label);
            }
            _ => {
                let mark = self.unit.top();
                let value = self.expr(test)?;
                self.at(test);
                let operand = self.unit.operand(value);
                self.unit.set_top(mark);
                let op = if sense { Op::JumpIfTrue } else { Op::JumpIfFalse };
                self.unit.jump(op, operand.bits(), label);
            }
        }
        self.at_range(outer);
        Ok(())
    }

    fn tuple(&mut self, items: &'a [Expr], dest: Option<u16>) -> Compiled<Value> {
        let mark = self.unit.top();
        if items.iter().any(Expr::is_starred_expr) || items.len() > DISPLAY_MAX {
            let Value::Temp(list) = self.list_by_items(items, None)? else {
                return self.tuple(&[], dest);
            };
            let to = self.result(mark, dest);
            self.emit(Insn::new(Op::ListToTuple, to, Operand::temp(list).bits(), 0));
            return Ok(Value::Temp(to));
        }
        let range = self.unit.range;
        let insn = match items {
            [only] => {
                let only = self.expr(only)?;
                Insn::new(Op::Tuple1, 0, self.unit.operand(only).bits(), 0)
            }
            [first, second] => {
                let left = self.expr(first)?;
                let left = self.hold(left, &[second]);
                let right = self.expr(second)?;
                let left = self.unit.operand(left);
                Insn::new(Op::Tuple2, 0, left.bits(), self.unit.operand(right).bits())
            }
            _ => {
                self.temps(items)?;
                Insn::new(Op::BuildTuple, 0, mark, items.len() as u16)
            }
        };
        self.at_range(range);
        let to = self.result(mark, dest);
        self.emit(Insn { a: to, ..insn });
        Ok(Value::Temp(to))
    }

    /// Computes expressions into consecutive temporaries.
    pub(super) fn temps(&mut self, items: &'a [Expr]) -> Compiled {
        for item in items {
            self.expr_temp(item)?;
        }
        Ok(())
    }

    fn list(&mut self, items: &'a [Expr], dest: Option<u16>) -> Compiled<Value> {
        let mark = self.unit.top();
        if items.len() >= 3
            && items.iter().all(may_be_constant)
            && let Some(id) = self.constant_tuple(items)?
        {
            let to = self.unit.temp();
            self.emit(Insn::new(Op::BuildList, to, to, 0));
            let operand = self.unit.operand(Value::Const(id));
            self.emit(Insn::new(Op::ListExtend, to, operand.bits(), 0));
            return Ok(self.moved(to, mark, dest));
        }
        if items.iter().any(Expr::is_starred_expr) || items.len() > DISPLAY_MAX {
            return self.list_by_items(items, dest);
        }
        let range = self.unit.range;
        self.temps(items)?;
        self.at_range(range);
        let to = self.result(mark, dest);
        self.emit(Insn::new(Op::BuildList, to, mark, items.len() as u16));
        Ok(Value::Temp(to))
    }

    /// A temporary's value where `dest` wants it; the temporaries above `mark` are given back.
    fn moved(&mut self, temp: u16, mark: u16, dest: Option<u16>) -> Value {
        match dest {
            None => {
                self.unit.set_top(temp + 1);
                Value::Temp(temp)
            }
            Some(_) => {
                let value = self.give(Value::Temp(temp), dest);
                self.unit.set_top(mark);
                value
            }
        }
    }

    fn list_by_items(&mut self, items: &'a [Expr], dest: Option<u16>) -> Compiled<Value> {
        let mark = self.unit.top();
        // What stands before the first `*` makes the list, and so its first capacity.
        let before = match items.iter().position(Expr::is_starred_expr) {
            Some(before) if items.len() <= DISPLAY_MAX => before,
            _ => 0,
        };
        let (first, rest) = items.split_at_checked(before).unwrap_or((&[], items));
        self.temps(first)?;
        let list = self.result(mark, None);
        self.emit(Insn::new(Op::BuildList, list, mark, first.len() as u16));
        for item in rest {
            let (op, value) = match item {
                Expr::Starred(starred) => (Op::ListExtend, self.expr(&starred.value)?),
                _ => (Op::ListAppend, self.expr(item)?),
            };
            let operand = self.unit.operand(value);
            self.emit(Insn::new(op, list, operand.bits(), 0));
            self.unit.set_top(list + 1);
        }
        Ok(self.moved(list, mark, dest))
    }

    fn set(&mut self, items: &'a [Expr], dest: Option<u16>) -> Compiled<Value> {
        let mark = self.unit.top();
        let constant = items.len() >= 3 && items.iter().all(may_be_constant);
        if constant && let Some(id) = self.constant_set(items)? {
            let to = self.unit.temp();
            self.emit(Insn::new(Op::BuildSet, to, to, 0));
            let operand = self.unit.operand(Value::Const(id));
            self.emit(Insn::new(Op::SetUpdate, to, operand.bits(), 0));
            return Ok(self.moved(to, mark, dest));
        }
        if items.iter().any(Expr::is_starred_expr) || items.len() > DISPLAY_MAX {
            let set = self.unit.temp();
            self.emit(Insn::new(Op::BuildSet, set, set, 0));
            for item in items {
                let (op, value) = match item {
                    Expr::Starred(starred) => (Op::SetUpdate, self.expr(&starred.value)?),
                    _ => (Op::SetAdd, self.expr(item)?),
                };
                let operand = self.unit.operand(value);
                self.emit(Insn::new(op, set, operand.bits(), 0));
                self.unit.set_top(set + 1);
            }
            return Ok(self.moved(set, mark, dest));
        }
        let range = self.unit.range;
        self.temps(items)?;
        self.at_range(range);
        let to = self.result(mark, dest);
        self.emit(Insn::new(Op::BuildSet, to, mark, items.len() as u16));
        Ok(Value::Temp(to))
    }

    fn dict(&mut self, dict: &'a ast::ExprDict, dest: Option<u16>) -> Compiled<Value> {
        let mark = self.unit.top();
        let small = dict.items.len() * 2 <= DISPLAY_MAX;
        if small && dict.items.iter().all(|item| item.key.is_some()) {
            for item in &dict.items {
                if let Some(key) = &item.key {
                    self.expr_temp(key)?;
                }
                self.expr_temp(&item.value)?;
            }
            let to = self.result(mark, dest);
            self.emit(Insn::new(Op::BuildDict, to, mark, dict.items.len() as u16));
            return Ok(Value::Temp(to));
        }
        let to = self.unit.temp();
        self.emit(Insn::new(Op::BuildDict, to, to, 0));
        for item in &dict.items {
            match &item.key {
                Some(key) => {
                    let key_value = self.expr(key)?;
                    let key_value = self.hold(key_value, &[&item.value]);
                    let value = self.expr(&item.value)?;
                    let (key, value) = (self.unit.operand(key_value), self.unit.operand(value));
                    self.emit(Insn::new(Op::DictSet, to, key.bits(), value.bits()));
                }
                None => {
                    let value = self.expr(&item.value)?;
                    let operand = self.unit.operand(value);
                    self.emit(Insn::new(Op::DictUpdate, to, operand.bits(), 0));
                }
            }
            self.unit.set_top(to + 1);
        }
        Ok(self.moved(to, mark, dest))
    }

    fn f_string(&mut self, string: &'a ast::ExprFString, dest: Option<u16>) -> Compiled<Value> {
        let mark = self.unit.top();
        let mut pieces: u16 = 0;
        let mut text = Characters::default();
        for part in &string.value {
            match part {
                ast::FStringPart::Literal(literal) => {
                    text.push_literal(self.source, literal.range(), &literal.value);
                }
                ast::FStringPart::FString(inner) => {
                    let raw = matches!(inner.flags.prefix(), FStringPrefix::Raw { .. });
                    self.f_string_elements(&inner.elements, raw, &mut text, &mut pieces)?;
                }
            }
        }
        self.f_string_text(&mut text, &mut pieces)?;
        self.f_string_end(mark, pieces, dest)
    }

    /// Joins the pieces in the temporaries from `mark` on.
    fn f_string_end(&mut self, mark: u16, pieces: u16, dest: Option<u16>) -> Compiled<Value> {
        match pieces {
            0 => {
                let empty = self.str_const("")?;
                Ok(self.give(Value::Const(empty), dest))
            }
            1 => Ok(self.moved(mark, mark, dest)),
            _ => {
                let to = self.result(mark, dest);
                self.emit(Insn::new(Op::BuildString, to, mark, pieces));
                Ok(Value::Temp(to))
            }
        }
    }

    fn f_string_text(&mut self, text: &mut Characters, pieces: &mut u16) -> Compiled {
        if !text.is_empty() {
            let id = self.characters_const(text)?;
            let temp = self.unit.temp();
            self.give(Value::Const(id), Some(temp));
            *pieces += 1;
            text.clear();
        }
        Ok(())
    }

    fn f_string_elements(
        &mut self,
        elements: &'a ast::InterpolatedStringElements,
        raw: bool,
        text: &mut Characters,
        pieces: &mut u16,
    ) -> Compiled {
        for element in elements {
            match element {
                ast::InterpolatedStringElement::Literal(literal) => {
                    let body = self.source.text().get(literal.range().to_std_range());
                    text.push_body(body.unwrap_or(""), raw, &literal.value);
                }
                ast::InterpolatedStringElement::Interpolation(field) => {
                    if let Some(debug) = &field.debug_text {
                        text.push_str(debug.leading());
                        text.push_str(debug.expression());
                        text.push_str(debug.trailing());
                    }
                    self.f_string_text(text, pieces)?;
                    self.interpolation(field, raw)?;
                    *pieces += 1;
                }
            }
        }
        Ok(())
    }

    /// `{x!r:spec}` into the next temporary.
    fn interpolation(&mut self, field: &'a ast::InterpolatedElement, raw: bool) -> Compiled {
        let to = self.unit.temp();
        let value = self.expr(&field.expression)?;
        let n = match (field.conversion, &field.debug_text, &field.format_spec) {
            (ast::ConversionFlag::Str, ..) => conversion::STR,
            (ast::ConversionFlag::Repr, ..) => conversion::REPR,
            (ast::ConversionFlag::Ascii, ..) => conversion::ASCII,
            (ast::ConversionFlag::None, Some(_), None) => conversion::REPR,
            (ast::ConversionFlag::None, ..) => conversion::NONE,
        };
        let spec = match &field.format_spec {
            None => Value::Const(self.str_const("")?),
            Some(spec) => {
                let mark = self.unit.top();
                let (mut text, mut pieces) = (Characters::default(), 0);
                self.f_string_elements(&spec.elements, raw, &mut text, &mut pieces)?;
                self.f_string_text(&mut text, &mut pieces)?;
                self.f_string_end(mark, pieces, None)?
            }
        };
        let (value, spec) = (self.unit.operand(value), self.unit.operand(spec));
        self.unit.set_top(to + 1);
        let outer = self.unit.range;
        self.at(field);
        self.emit(Insn::with(Op::Format, n, to, value.bits(), spec.bits()));
        self.at_range(outer);
        Ok(())
    }

    fn fold_unary(&mut self, op: ast::UnaryOp, id: ConstId) -> Compiled<Option<ConstId>> {
        let Some(value) = self.constants.get(id).cloned() else { return Ok(None) };
        let number = value.borrow().is_a::<IntObject>()
            || value.borrow().is_a::<runtime_types::float::FloatObject>();
        let result = match op {
            ast::UnaryOp::Not => {
                protocol::truth(self.cx, value.borrow()).map(|truth| self.cx.bool(!truth))
            }
            _ if !number => return Ok(None),
            ast::UnaryOp::USub => protocol::unary(self.cx, protocol::Unary::Neg, value.borrow()),
            ast::UnaryOp::UAdd => protocol::unary(self.cx, protocol::Unary::Pos, value.borrow()),
            ast::UnaryOp::Invert => {
                protocol::unary(self.cx, protocol::Unary::Invert, value.borrow())
            }
        };
        self.folded(result)
    }

    /// Folds an operator on constants when the result is surely small; what raises is left to run.
    /// CPython 3.13: the limits of `fold_binop` in `Python/ast_opt.c`.
    fn fold_binary(
        &mut self,
        op: Binary,
        left: ConstId,
        right: ConstId,
    ) -> Compiled<Option<ConstId>> {
        let (Some(a), Some(b)) =
            (self.constants.get(left).cloned(), self.constants.get(right).cloned())
        else {
            return Ok(None);
        };
        if !foldable(op, &a, &b) {
            return Ok(None);
        }
        let result = protocol::binary(self.cx, op, a.borrow(), b.borrow());
        self.folded(result)
    }

    fn fold_subscript(&mut self, value: ConstId, key: ConstId) -> Compiled<Option<ConstId>> {
        let (Some(a), Some(b)) =
            (self.constants.get(value).cloned(), self.constants.get(key).cloned())
        else {
            return Ok(None);
        };
        let sequence = a.borrow().is_a::<TupleObject>()
            || a.borrow().is_a::<StrObject>()
            || a.borrow().is_a::<BytesObject>();
        if !sequence || !b.borrow().is_a::<IntObject>() {
            return Ok(None);
        }
        let result = protocol::subscript(self.cx, a.borrow(), b.borrow());
        self.folded(result)
    }

    fn folded(&mut self, result: runtime_types::Res) -> Compiled<Option<ConstId>> {
        match result {
            Ok(object) => self.const_id(object).map(Some),
            Err(raised) => {
                drop(self.cx.take_raised(raised));
                Ok(None)
            }
        }
    }
}

/// Whether folding cannot take long or make something large.
fn foldable(op: Binary, a: &Ref, b: &Ref) -> bool {
    let (left, right) = (a.borrow(), b.borrow());
    let bits = |int: &IntObject| int.digits().len() as u64 * 30;
    match (left.view::<IntObject>(), right.view::<IntObject>()) {
        (Some(x), Some(y)) => match op {
            Binary::Mul => exact_bits(x) + exact_bits(y) <= 128,
            Binary::Pow => y
                .to_i64()
                .and_then(|power| u64::try_from(power).ok())
                .and_then(|power| power.checked_mul(exact_bits(x)))
                .is_some_and(|bits| bits <= 128),
            Binary::Lshift => y
                .to_i64()
                .and_then(|shift| u64::try_from(shift).ok())
                .and_then(|shift| shift.checked_add(exact_bits(x)))
                .is_some_and(|bits| bits <= 128),
            _ => bits(x) + bits(y) < 1 << 20,
        },
        (None, Some(count)) if op == Binary::Mul => repeatable(left, count),
        (Some(count), None) if op == Binary::Mul => repeatable(right, count),
        _ => op != Binary::Mod || !(left.is_a::<StrObject>() || left.is_a::<BytesObject>()),
    }
}

fn repeatable(sequence: runtime_gc::Borrowed<'_>, count: &IntObject) -> bool {
    let Some(count) = count.to_i64().and_then(|count| u64::try_from(count).ok()) else {
        return false;
    };
    let (len, most) = if let Some(str) = sequence.view::<StrObject>() {
        (str.len() as u64, 4096)
    } else if let Some(bytes) = sequence.view::<BytesObject>() {
        (bytes.len() as u64, 4096)
    } else if let Some(tuple) = sequence.view::<TupleObject>() {
        (tuple.len() as u64, 256)
    } else {
        return true;
    };
    len.checked_mul(count).is_some_and(|total| total <= most)
}

fn exact_bits(int: &IntObject) -> u64 {
    match int.digits().split_last() {
        Some((top, rest)) => rest.len() as u64 * 30 + u64::from(32 - top.leading_zeros()),
        None => 0,
    }
}

/// The operator, unless it is one that is refused.
pub(super) fn binary_op(op: ast::Operator) -> Option<Binary> {
    Some(match op {
        ast::Operator::Add => Binary::Add,
        ast::Operator::Sub => Binary::Sub,
        ast::Operator::Mult => Binary::Mul,
        ast::Operator::Div => Binary::TrueDiv,
        ast::Operator::FloorDiv => Binary::FloorDiv,
        ast::Operator::Mod => Binary::Mod,
        ast::Operator::Pow => Binary::Pow,
        ast::Operator::LShift => Binary::Lshift,
        ast::Operator::RShift => Binary::Rshift,
        ast::Operator::BitAnd => Binary::And,
        ast::Operator::BitOr => Binary::Or,
        ast::Operator::BitXor => Binary::Xor,
        ast::Operator::MatMult => return None,
    })
}

fn test_of(op: ast::CmpOp) -> u8 {
    match op {
        ast::CmpOp::Lt => Compare::Lt as u8,
        ast::CmpOp::LtE => Compare::Le as u8,
        ast::CmpOp::Eq => Compare::Eq as u8,
        ast::CmpOp::NotEq => Compare::Ne as u8,
        ast::CmpOp::Gt => Compare::Gt as u8,
        ast::CmpOp::GtE => Compare::Ge as u8,
        ast::CmpOp::Is => test::IS,
        ast::CmpOp::IsNot => test::IS_NOT,
        ast::CmpOp::In => test::IN,
        ast::CmpOp::NotIn => test::NOT_IN,
    }
}

/// Whether an expression is made of literals only, as far as a look tells.
fn may_be_constant(expr: &Expr) -> bool {
    match expr {
        Expr::UnaryOp(op) => may_be_constant(&op.operand),
        Expr::BinOp(op) => may_be_constant(&op.left) && may_be_constant(&op.right),
        Expr::Tuple(tuple) => tuple.elts.iter().all(may_be_constant),
        _ => expr.is_literal_expr(),
    }
}

/// Whether an expression binds a name.
pub(super) fn binds(expr: &Expr) -> bool {
    ast::helpers::any_over_expr(expr, |inner| matches!(inner, Expr::Named(_)))
}

/// Whether an expression may run other code or bind a name, so that a variable read before it must be
/// held.
fn may_call(expr: &Expr) -> bool {
    ast::helpers::any_over_expr(expr, |inner| {
        matches!(
            inner,
            Expr::Call(_) | Expr::Named(_) | Expr::Await(_) | Expr::Yield(_) | Expr::YieldFrom(_)
        )
    })
}
