//! Statements.

use ruff_python_ast::{self as ast, Expr, Stmt};

use super::unit::Value;
use super::{Compiled, Compiler};
use crate::insn::{Insn, Op};

/// The text of a body's docstring, when it has one.
pub(super) fn docstring(body: &[Stmt]) -> Option<&str> {
    match body.first()? {
        Stmt::Expr(statement) => match &*statement.value {
            Expr::StringLiteral(text) => Some(text.value.to_str()),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a statement annotates a variable of the module, at any depth.
pub(super) fn has_annotation(stmt: &Stmt) -> bool {
    let any = |body: &[Stmt]| body.iter().any(has_annotation);
    match stmt {
        Stmt::AnnAssign(_) => true,
        Stmt::If(stmt) => {
            any(&stmt.body) || stmt.elif_else_clauses.iter().any(|clause| any(&clause.body))
        }
        Stmt::For(stmt) => any(&stmt.body) || any(&stmt.orelse),
        Stmt::While(stmt) => any(&stmt.body) || any(&stmt.orelse),
        Stmt::Try(stmt) => {
            let handler = |handler: &ast::ExceptHandler| {
                let ast::ExceptHandler::ExceptHandler(clause) = handler;
                any(&clause.body)
            };
            any(&stmt.body)
                || any(&stmt.orelse)
                || any(&stmt.finalbody)
                || stmt.handlers.iter().any(handler)
        }
        Stmt::With(stmt) => any(&stmt.body),
        _ => false,
    }
}

impl<'a> Compiler<'a, '_, '_> {
    pub(super) fn body(&mut self, body: &'a [Stmt]) -> Compiled {
        for stmt in body {
            self.stmt(stmt)?;
            if self.unit.failed.is_some() {
                break;
            }
        }
        Ok(())
    }

    pub(super) fn return_none(&mut self) -> Compiled {
        let none = self.none_const()?;
        let operand = self.unit.operand(Value::Const(none));
        self.emit(Insn::new(Op::Return, operand.bits(), 0, 0));
        Ok(())
    }

    fn stmt(&mut self, stmt: &'a Stmt) -> Compiled {
        self.at(stmt);
        let mark = self.unit.top();
        match stmt {
            Stmt::Expr(stmt) => match self.expr(&stmt.value)? {
                Value::Temp(register) => self.emit(Insn::new(Op::Clear, register, 0, 0)),
                Value::Local(_) | Value::Const(_) => {}
            },
            Stmt::Assign(stmt) => self.assign(stmt)?,
            Stmt::AugAssign(stmt) => self.aug_assign(stmt)?,
            Stmt::AnnAssign(stmt) => self.ann_assign(stmt)?,
            Stmt::Delete(stmt) => {
                for target in &stmt.targets {
                    self.delete(target)?;
                }
            }
            Stmt::FunctionDef(def) => self.function_def(def)?,
            Stmt::ClassDef(def) => self.class_def(def)?,
            Stmt::Return(stmt) => self.return_stmt(stmt)?,
            Stmt::If(stmt) => self.if_stmt(stmt)?,
            Stmt::While(stmt) => self.while_stmt(stmt)?,
            Stmt::For(stmt) => self.for_stmt(stmt)?,
            Stmt::Break(_) => self.leave_loop(true)?,
            Stmt::Continue(_) => self.leave_loop(false)?,
            Stmt::Try(stmt) => self.try_stmt(stmt)?,
            Stmt::With(stmt) => self.with_stmt(stmt)?,
            Stmt::Raise(stmt) => self.raise(stmt)?,
            Stmt::Assert(stmt) => self.assert(stmt)?,
            Stmt::Import(stmt) => self.import(stmt)?,
            Stmt::ImportFrom(stmt) => self.import_from(stmt)?,
            // Declarations were the scopes' business; `pass` has no code; the rest was refused.
            _ => {}
        }
        self.unit.set_top(mark);
        Ok(())
    }

    fn if_stmt(&mut self, stmt: &'a ast::StmtIf) -> Compiled {
        let end = self.unit.label();
        let mut next = self.unit.label();
        self.jump_if(&stmt.test, false, next)?;
        self.branch(&stmt.body)?;
        for clause in &stmt.elif_else_clauses {
            self.unit.jump(Op::Jump, 0, end);
            self.unit.place(next);
            next = self.unit.label();
            if let Some(test) = &clause.test {
                self.at(clause);
                self.jump_if(test, false, next)?;
            }
            self.branch(&clause.body)?;
        }
        self.unit.place(next);
        self.unit.place(end);
        Ok(())
    }

    /// Statements that may not run.
    pub(super) fn branch(&mut self, body: &'a [Stmt]) -> Compiled {
        self.unit.push_layer();
        self.body(body)?;
        self.unit.pop_layer();
        Ok(())
    }

    fn raise(&mut self, stmt: &'a ast::StmtRaise) -> Compiled {
        let (mut n, mut operands) = (0, [0, 0]);
        for (part, operand) in [&stmt.exc, &stmt.cause].into_iter().zip(&mut operands) {
            if let Some(part) = part {
                let temp = self.expr_temp(part)?;
                *operand = crate::insn::Operand::temp(temp).bits();
                n += 1;
            }
        }
        self.at(stmt);
        let [exception, cause] = operands;
        self.emit(Insn::with(Op::Raise, n, exception, cause, 0));
        Ok(())
    }

    fn assert(&mut self, stmt: &'a ast::StmtAssert) -> Compiled {
        let end = self.unit.label();
        self.jump_if(&stmt.test, true, end)?;
        let (n, operand) = match &stmt.msg {
            None => (0, 0),
            Some(message) => {
                let value = self.expr(message)?;
                (1, self.unit.operand(value).bits())
            }
        };
        self.at(&*stmt.test);
        self.emit(Insn::with(Op::RaiseAssertion, n, operand, 0, 0));
        self.unit.place(end);
        Ok(())
    }

    fn import(&mut self, stmt: &'a ast::StmtImport) -> Compiled {
        for alias in &stmt.names {
            let temp = self.unit.temp();
            let index = u32::from(self.unit.name_index(&alias.name));
            self.emit(Insn::wide(Op::Import, temp, index));
            let name = match (&alias.asname, alias.name.split_once('.')) {
                (Some(name), _) => name.as_str(),
                (None, None) => alias.name.as_str(),
                (None, Some((package, _))) => {
                    // The name is that of the package, which is known now.
                    self.emit(Insn::new(Op::Clear, temp, 0, 0));
                    let index = u32::from(self.unit.name_index(package));
                    self.emit(Insn::wide(Op::Import, temp, index));
                    package
                }
            };
            self.store_name(name, Value::Temp(temp));
            self.unit.set_top(temp);
        }
        Ok(())
    }

    fn import_from(&mut self, stmt: &'a ast::StmtImportFrom) -> Compiled {
        let module = self.unit.temp();
        let dots = ".".repeat(stmt.level as usize);
        let name = dots + stmt.module.as_ref().map_or("", |name| name.as_str());
        let index = u32::from(self.unit.name_index(&name));
        self.emit(Insn::wide(Op::Import, module, index));
        for alias in &stmt.names {
            let temp = self.unit.temp();
            let index = self.unit.name_index(&alias.name);
            let from = crate::insn::Operand::local(module);
            self.emit(Insn::new(Op::ImportFrom, temp, from.bits(), index));
            let name = alias.asname.as_ref().unwrap_or(&alias.name);
            if name == "*" {
                // The names are stored by the instruction; what it gives is `None`.
                self.emit(Insn::new(Op::Clear, temp, 0, 0));
            } else {
                self.store_name(name, Value::Temp(temp));
            }
            self.unit.set_top(temp);
        }
        self.emit(Insn::new(Op::Clear, module, 0, 0));
        Ok(())
    }
}
