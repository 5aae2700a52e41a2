//! Assignment targets, augmented assignment and `del`.

use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::Ranged;

use super::unit::{Place, Value};
use super::{Compiled, Compiler};
use crate::compile::expr::{binary_op, binds};
use crate::insn::{Insn, Op, Operand};

impl<'a> Compiler<'a, '_, '_> {
    /// `a = b = value`
    pub(super) fn assign(&mut self, assign: &'a ast::StmtAssign) -> Compiled {
        let mark = self.unit.top();
        if let [target] = &*assign.targets {
            if let Some(register) = self.plain_local(target) {
                self.expr_into(&assign.value, register)?;
                self.unit.set_bound(register);
                self.unit.set_top(mark);
                return Ok(());
            }
            if let (Expr::Tuple(targets), Expr::Tuple(values)) = (target, &*assign.value)
                && matches!(values.elts.len(), 2 | 3)
                && targets.elts.len() == values.elts.len()
                && !targets.elts.iter().chain(&values.elts).any(Expr::is_starred_expr)
            {
                // No tuple is made, as in CPython: all values first, then all names.
                let first = self.unit.top();
                self.temps(&values.elts)?;
                for (index, target) in targets.elts.iter().enumerate() {
                    self.store_target(target, Value::Temp(first + index as u16))?;
                }
                self.unit.set_top(mark);
                return Ok(());
            }
        }
        let value = self.expr(&assign.value)?;
        let Some((last, first)) = assign.targets.split_last() else { return Ok(()) };
        for target in first {
            let shared = match value {
                Value::Temp(register) => Value::Local(register),
                other => other,
            };
            self.store_target(target, shared)?;
        }
        self.store_target(last, value)?;
        self.unit.set_top(mark);
        Ok(())
    }

    /// The register of a target that is a local variable and nothing else.
    pub(super) fn plain_local(&self, target: &Expr) -> Option<u16> {
        let Expr::Name(name) = target else { return None };
        match self.place_of(&name.id) {
            Place::Local(register) => Some(register),
            _ => None,
        }
    }

    pub(super) fn store_global(&mut self, name: &str, value: Value) {
        let operand = self.unit.operand(value);
        let index = self.unit.global_index(name);
        self.emit(Insn::wide(Op::StoreGlobal, operand.bits(), index));
    }

    /// Binds a name.
    pub(super) fn store_name(&mut self, name: &str, value: Value) {
        match self.place_of(name) {
            Place::Local(register) => {
                let operand = self.unit.operand(value);
                self.emit(Insn::new(Op::Copy, register, operand.bits(), 0));
                self.unit.set_bound(register);
            }
            Place::Cell(register) => {
                let operand = self.unit.operand(value);
                self.emit(Insn::new(Op::StoreCell, register, operand.bits(), 0));
            }
            Place::Global => {
                let name = self.scopes.mangled(self.unit.scope, name);
                self.store_global(&name, value);
            }
            Place::Named => {
                let name = self.scopes.mangled(self.unit.scope, name);
                let operand = self.unit.operand(value);
                let index = self.unit.global_index(&name);
                self.emit(Insn::wide(Op::StoreNamed, operand.bits(), index));
            }
        }
    }

    /// Stores a value in a target of any shape. A temporary is used up.
    pub(super) fn store_target(&mut self, target: &'a Expr, value: Value) -> Compiled {
        let outer = self.unit.range;
        self.at(target);
        let mark = self.unit.top();
        match target {
            Expr::Name(name) => self.store_name(&name.id, value),
            Expr::Attribute(attribute) => {
                let object = self.expr(&attribute.value)?;
                self.at_attribute(target.range(), attribute);
                let (object, value) = (self.unit.operand(object), self.unit.operand(value));
                let name = self.attribute(&attribute.attr);
                self.emit(Insn::new(Op::SetAttr, object.bits(), value.bits(), name));
            }
            Expr::Subscript(subscript) => {
                let object = self.expr(&subscript.value)?;
                let object = self.hold(object, &[&subscript.slice]);
                let key = self.expr(&subscript.slice)?;
                self.at(target);
                let object = self.unit.operand(object);
                let (key, value) = (self.unit.operand(key), self.unit.operand(value));
                self.emit(Insn::new(Op::SetSubscript, object.bits(), key.bits(), value.bits()));
            }
            Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. }) => {
                self.unpack(elts, value)?;
            }
            Expr::Starred(starred) => self.store_target(&starred.value, value)?,
            _ => {}
        }
        self.unit.set_top(mark);
        self.at_range(outer);
        Ok(())
    }

    fn unpack(&mut self, targets: &'a [Expr], value: Value) -> Compiled {
        let operand = self.unit.operand(value);
        let first = self.unit.top();
        for _ in targets {
            self.unit.temp();
        }
        match targets.iter().position(Expr::is_starred_expr) {
            None => {
                let count = targets.len() as u16;
                self.emit(Insn::new(Op::Unpack, first, operand.bits(), count));
            }
            Some(rest) => {
                let after = (targets.len() - rest - 1) as u16;
                let Ok(before) = u8::try_from(rest) else {
                    self.unit.failed = Some(super::unit::TooLarge::Registers);
                    return Ok(());
                };
                self.emit(Insn::with(Op::UnpackRest, before, first, operand.bits(), after));
            }
        }
        for (index, target) in targets.iter().enumerate() {
            self.store_target(target, Value::Temp(first + index as u16))?;
        }
        Ok(())
    }

    /// `target op= value`
    pub(super) fn aug_assign(&mut self, assign: &'a ast::StmtAugAssign) -> Compiled {
        let Some(op) = binary_op(assign.op) else { return Ok(()) };
        let mark = self.unit.top();
        let n = op as u8;
        match &*assign.target {
            Expr::Name(name) => {
                let outer = self.unit.range;
                self.at(&*assign.target);
                let left = self.load_name(&name.id, None);
                self.at_range(outer);
                // The value may bind the variable anew: what it was before is what counts.
                let left = match left {
                    Value::Local(_) if binds(&assign.value) => {
                        let temp = self.unit.temp();
                        self.give(left, Some(temp))
                    }
                    left => left,
                };
                let right = self.expr(&assign.value)?;
                self.at(assign);
                let (left, right) = (self.unit.operand(left), self.unit.operand(right));
                let to = match self.place_of(&name.id) {
                    Place::Local(register) => register,
                    _ => {
                        self.unit.set_top(mark);
                        self.unit.temp()
                    }
                };
                self.emit(Insn::with(Op::InPlace, n, to, left.bits(), right.bits()));
                match self.place_of(&name.id) {
                    Place::Local(register) => self.unit.set_bound(register),
                    _ => self.store_name(&name.id, Value::Temp(to)),
                }
            }
            Expr::Attribute(attribute) => {
                let object = self.expr_temp(&attribute.value)?;
                let name = self.attribute(&attribute.attr);
                let left = self.unit.temp();
                self.at_attribute(assign.target.range(), attribute);
                let borrowed = Operand::local(object);
                self.emit(Insn::new(Op::GetAttr, left, borrowed.bits(), name));
                let right = self.expr(&assign.value)?;
                self.at(assign);
                let right = self.unit.operand(right);
                self.emit(Insn::with(
                    Op::InPlace,
                    n,
                    left,
                    Operand::temp(left).bits(),
                    right.bits(),
                ));
                self.at_attribute(assign.target.range(), attribute);
                let (object, left) = (Operand::temp(object), Operand::temp(left));
                self.emit(Insn::new(Op::SetAttr, object.bits(), left.bits(), name));
            }
            Expr::Subscript(subscript) => {
                let object = self.expr_temp(&subscript.value)?;
                let key = self.expr_temp(&subscript.slice)?;
                let left = self.unit.temp();
                self.at(&*assign.target);
                self.emit(Insn::new(
                    Op::Subscript,
                    left,
                    Operand::local(object).bits(),
                    Operand::local(key).bits(),
                ));
                let right = self.expr(&assign.value)?;
                self.at(assign);
                let right = self.unit.operand(right);
                self.emit(Insn::with(
                    Op::InPlace,
                    n,
                    left,
                    Operand::temp(left).bits(),
                    right.bits(),
                ));
                self.at(&*assign.target);
                self.emit(Insn::new(
                    Op::SetSubscript,
                    Operand::temp(object).bits(),
                    Operand::temp(key).bits(),
                    Operand::temp(left).bits(),
                ));
            }
            _ => {}
        }
        self.unit.set_top(mark);
        Ok(())
    }

    /// `target: annotation = value`
    pub(super) fn ann_assign(&mut self, assign: &'a ast::StmtAnnAssign) -> Compiled {
        let mark = self.unit.top();
        if let Some(value) = &assign.value {
            let value = self.expr(value)?;
            self.store_target(&assign.target, value)?;
            self.unit.set_top(mark);
        }
        let in_class = self.unit.kind == super::scope::Kind::Class;
        if self.unit.kind != super::scope::Kind::Module && !in_class {
            return Ok(());
        }
        let annotation = self.annotation(&assign.annotation)?;
        if let (true, Expr::Name(name)) = (assign.simple, &*assign.target) {
            let dict = self.unit.temp();
            let index = self.unit.global_index("__annotations__");
            let load = if in_class { Op::LoadNamed } else { Op::LoadGlobal };
            self.emit(Insn::wide(load, dict, index));
            let name = self.scopes.mangled(self.unit.scope, &name.id);
            let key = self.cx.name(&name)?;
            let key = Value::Const(self.const_id(key)?);
            let (key, value) = (self.unit.operand(key), self.unit.operand(annotation));
            self.emit(Insn::new(
                Op::SetSubscript,
                Operand::temp(dict).bits(),
                key.bits(),
                value.bits(),
            ));
        } else if let Value::Temp(temp) = annotation {
            self.emit(Insn::new(Op::Clear, temp, 0, 0));
        }
        self.unit.set_top(mark);
        Ok(())
    }

    /// `del target`
    pub(super) fn delete(&mut self, target: &'a Expr) -> Compiled {
        let outer = self.unit.range;
        self.at(target);
        let mark = self.unit.top();
        match target {
            Expr::Name(name) => match self.place_of(&name.id) {
                Place::Local(register) => {
                    self.emit(Insn::new(Op::DeleteLocal, register, 0, 0));
                    self.unit.forget(register);
                }
                Place::Cell(register) => self.emit(Insn::new(Op::DeleteCell, register, 0, 0)),
                Place::Global => {
                    let name = self.scopes.mangled(self.unit.scope, &name.id);
                    let index = self.unit.global_index(&name);
                    self.emit(Insn::wide(Op::DeleteGlobal, 0, index));
                }
                Place::Named => {
                    let name = self.scopes.mangled(self.unit.scope, &name.id);
                    let index = self.unit.global_index(&name);
                    self.emit(Insn::wide(Op::DeleteNamed, 0, index));
                }
            },
            Expr::Attribute(attribute) => {
                let object = self.expr(&attribute.value)?;
                self.at_attribute(target.range(), attribute);
                let operand = self.unit.operand(object);
                let name = self.attribute(&attribute.attr);
                self.emit(Insn::new(Op::DelAttr, operand.bits(), 0, name));
            }
            Expr::Subscript(subscript) => {
                let object = self.expr(&subscript.value)?;
                let object = self.hold(object, &[&subscript.slice]);
                let key = self.expr(&subscript.slice)?;
                self.at(target);
                let (object, key) = (self.unit.operand(object), self.unit.operand(key));
                self.emit(Insn::new(Op::DelSubscript, object.bits(), key.bits(), 0));
            }
            Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. }) => {
                for target in elts {
                    self.delete(target)?;
                }
            }
            _ => {}
        }
        self.unit.set_top(mark);
        self.at_range(outer);
        Ok(())
    }
}
