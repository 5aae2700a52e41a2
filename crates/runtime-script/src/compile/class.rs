//! Class statements.
//!
//! The body is a function of one argument, the namespace, which it fills; it gives the cell of the
//! class for the methods that want it, or `None`. `BuildClass` calls it and makes the class.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::scope::{CLASS, Scope, key};
use super::unit::Value;
use super::{Compiled, Compiler};
use crate::code::Params;
use crate::insn::{Insn, Op, Operand};

impl<'a> Compiler<'a, '_, '_> {
    /// `class`, with its decorators; binds the name.
    pub(super) fn class_def(&mut self, def: &'a ast::StmtClassDef) -> Compiled {
        let mark = self.unit.top();
        let mut calls = Vec::new();
        for decorator in &def.decorator_list {
            let function = self.unit.temp();
            self.unit.temp();
            self.expr_into(&decorator.expression, function)?;
            calls.push((function, decorator.expression.range()));
        }
        let range = TextRange::new(def.range.start(), def.name.range().end());
        let whole = self.class_range(def);
        let made = self.unit.temp();
        self.at_range(whole);
        let scope = self.scopes.of_node(key(def));
        self.function(scope, &def.name, range, None, None, Some(made), |this| {
            this.class_body(def)
        })?;
        let name = self.unit.temp();
        let text = self.cx.name(&def.name)?;
        let text = Value::Const(self.const_id(text)?);
        let operand = self.unit.operand(text);
        self.emit(Insn::new(Op::Copy, name, operand.bits(), 0));
        let bases = self.unit.temp();
        let has_keywords = self.class_arguments(def, bases)?;
        self.at_range(whole);
        self.emit(Insn::with(Op::BuildClass, u8::from(has_keywords), made, made, 0));
        self.unit.set_top(made + 1);
        let mut value = made;
        for (function, range) in calls.into_iter().rev() {
            self.at_range(range);
            self.emit(Insn::new(Op::Call, function, function, 1));
            value = function;
        }
        self.at_range(range);
        self.store_name(&def.name, Value::Temp(value));
        self.unit.set_top(mark);
        Ok(())
    }

    /// The whole statement without its decorators.
    fn class_range(&self, def: &ast::StmtClassDef) -> TextRange {
        let before = def.range.start().to_usize()..def.name.range().start().to_usize();
        let keyword = self.source.text().get(before).and_then(|text| text.rfind("class"));
        let start = def.range.start() + TextSize::new(keyword.unwrap_or(0) as u32);
        TextRange::new(start, def.range.end())
    }

    /// The tuple of bases into register `bases`, the dict of keywords behind it; tells whether there
    /// are any.
    fn class_arguments(&mut self, def: &'a ast::StmtClassDef, bases: u16) -> Compiled<bool> {
        let Some(arguments) = &def.arguments else {
            self.emit(Insn::new(Op::BuildTuple, bases, bases, 0));
            return Ok(false);
        };
        if arguments.args.iter().any(Expr::is_starred_expr) {
            self.emit(Insn::new(Op::BuildList, bases, bases, 0));
            for item in &arguments.args {
                let (op, value) = match item {
                    Expr::Starred(starred) => (Op::ListExtend, self.expr(&starred.value)?),
                    _ => (Op::ListAppend, self.expr(item)?),
                };
                let operand = self.unit.operand(value);
                self.emit(Insn::new(op, bases, operand.bits(), 0));
                self.unit.set_top(bases + 1);
            }
            self.emit(Insn::new(Op::ListToTuple, bases, Operand::temp(bases).bits(), 0));
        } else {
            self.unit.set_top(bases);
            for item in &arguments.args {
                self.expr_temp(item)?;
            }
            self.unit.set_top(bases + 1);
            self.emit(Insn::new(Op::BuildTuple, bases, bases, arguments.args.len() as u16));
        }
        if arguments.keywords.is_empty() {
            return Ok(false);
        }
        let dict = self.unit.temp();
        self.emit(Insn::new(Op::BuildDict, dict, dict, 0));
        for keyword in &arguments.keywords {
            let value = self.expr(&keyword.value)?;
            let value = self.unit.operand(value);
            match &keyword.arg {
                Some(name) => {
                    let name = self.cx.name(name)?;
                    let name = Value::Const(self.const_id(name)?);
                    let name = self.unit.operand(name);
                    self.emit(Insn::new(Op::DictSet, dict, name.bits(), value.bits()));
                }
                None => self.emit(Insn::new(Op::DictUpdate, dict, value.bits(), 0)),
            }
            self.unit.set_top(dict + 1);
        }
        Ok(true)
    }

    /// Registers of a class body: the namespace, the cell of the class when a method wants it, the
    /// cells of the functions around.
    pub(super) fn begin_class(&mut self, scope: &Scope) -> Compiled {
        let namespace = self.unit.add_variable(".namespace");
        self.unit.set_bound(namespace);
        self.unit.params = Params { positional: 1, positional_only: 1, ..Params::default() };
        if scope.symbols.get(CLASS).is_some_and(|symbol| symbol.cell) {
            let cell = self.unit.add_variable(CLASS);
            self.emit(Insn::new(Op::MakeCell, cell, 0, 0));
        }
        for (name, symbol) in &scope.symbols {
            if symbol.free && name != CLASS {
                self.unit.add_variable(name);
                self.unit.free += 1;
            }
        }
        Ok(())
    }

    fn class_body(&mut self, def: &'a ast::StmtClassDef) -> Compiled {
        let name = self.unit.temp();
        let index = self.unit.global_index("__name__");
        self.emit(Insn::wide(Op::LoadNamed, name, index));
        self.store_named("__module__", Value::Temp(name));
        self.unit.set_top(name);
        let qualname = self.unit.qualname.clone();
        let qualname = Value::Const(self.str_const(&qualname)?);
        self.store_named("__qualname__", qualname);
        let line = i64::from(self.unit.first_line);
        let line = self.cx.int(line)?;
        let line = Value::Const(self.const_id(line)?);
        self.store_named("__firstlineno__", line);
        let docstring = super::stmt::docstring(&def.body);
        if let Some(text) = docstring {
            let text = Value::Const(self.str_const(text)?);
            self.store_named("__doc__", text);
        }
        if def.body.iter().any(super::stmt::has_annotation) {
            let dict = self.unit.temp();
            self.emit(Insn::new(Op::BuildDict, dict, dict, 0));
            self.store_named("__annotations__", Value::Temp(dict));
            self.unit.set_top(dict);
        }
        let rest = usize::from(docstring.is_some());
        self.body(def.body.get(rest..).unwrap_or_default())?;
        self.static_attributes(def)?;
        match self.unit.register_of(CLASS).filter(|_| self.has_class_cell()) {
            Some(cell) => {
                let cell = Operand::local(cell);
                self.emit(Insn::new(Op::Return, cell.bits(), 0, 0));
                Ok(())
            }
            None => self.return_none(),
        }
    }

    fn has_class_cell(&self) -> bool {
        let scope = self.scopes.get(self.unit.scope);
        scope.and_then(|scope| scope.symbols.get(CLASS)).is_some_and(|symbol| symbol.cell)
    }

    fn store_named(&mut self, name: &str, value: Value) {
        let operand = self.unit.operand(value);
        let index = self.unit.global_index(name);
        self.emit(Insn::wide(Op::StoreNamed, operand.bits(), index));
    }

    /// `__static_attributes__`: the attributes that methods assign to `self`.
    fn static_attributes(&mut self, def: &'a ast::StmtClassDef) -> Compiled {
        let mut found = SelfAttributes { names: Vec::new(), in_function: false };
        found.visit_body(&def.body);
        let mut names = Vec::with_capacity(found.names.len());
        for name in &found.names {
            let name = self.scopes.mangled(self.unit.scope, name);
            names.push(self.cx.name(&name)?);
        }
        let names = self.cx.tuple_from(crate::code::borrow_all(&names))?;
        let names = Value::Const(self.const_id(names)?);
        self.store_named("__static_attributes__", names);
        Ok(())
    }
}

/// Gathers `self.x = ...` in the functions of a class body.
struct SelfAttributes<'a> {
    names: Vec<&'a str>,
    in_function: bool,
}

impl<'a> Visitor<'a> for SelfAttributes<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            // Another class has attributes of its own.
            Stmt::ClassDef(_) => {}
            Stmt::FunctionDef(_) => {
                let outer = std::mem::replace(&mut self.in_function, true);
                visitor::walk_stmt(self, stmt);
                self.in_function = outer;
            }
            _ => visitor::walk_stmt(self, stmt),
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Attribute(attribute) = expr
            && self.in_function
            && attribute.ctx == ast::ExprContext::Store
            && let Expr::Name(name) = &*attribute.value
            && name.id == "self"
            && !self.names.contains(&attribute.attr.as_str())
        {
            self.names.push(&attribute.attr);
        }
        visitor::walk_expr(self, expr);
    }
}
