//! Calls, functions and comprehensions.

use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::Ranged;

use super::scope::{Kind, key, parameter_names};
use super::unit::{Place, Value};
use super::{Compiled, Compiler};
use crate::code::Params;
use crate::insn::{Insn, Op, Operand, parts};

/// Most arguments that are computed before they are put together; more go through a list.
const ARGUMENTS_MAX: usize = 255;

impl<'a> Compiler<'a, '_, '_> {
    pub(super) fn call(&mut self, call: &'a ast::ExprCall, dest: Option<u16>) -> Compiled<Value> {
        let mark = self.unit.top();
        let arguments = &call.arguments;
        let spread = arguments.args.iter().any(Expr::is_starred_expr)
            || arguments.keywords.iter().any(|keyword| keyword.arg.is_none())
            || arguments.args.len() + arguments.keywords.len() > ARGUMENTS_MAX;
        let (function, object) = (self.unit.temp(), self.unit.temp());
        match &*call.func {
            Expr::Attribute(attribute) if !spread => {
                let value = self.expr(&attribute.value)?;
                self.at_attribute(attribute.range(), attribute);
                let operand = self.unit.operand(value);
                let name = self.attribute(&attribute.attr);
                self.unit.set_top(object + 1);
                self.emit(Insn::new(Op::LoadMethod, function, operand.bits(), name));
            }
            other => self.expr_into(other, function)?,
        }
        if spread {
            self.spread_arguments(arguments, function)?;
            self.at(call);
            let to = self.call_result(mark, dest);
            let n = u8::from(!arguments.keywords.is_empty());
            self.emit(Insn::with(Op::CallSpread, n, to, function, 0));
            return Ok(Value::Temp(to));
        }
        self.temps(&arguments.args)?;
        let mut names = Vec::new();
        for keyword in &arguments.keywords {
            self.expr_temp(&keyword.value)?;
            if let Some(name) = &keyword.arg {
                names.push(self.cx.name(name)?);
            }
        }
        let count = (arguments.args.len() + arguments.keywords.len()) as u16;
        match &*call.func {
            Expr::Attribute(attribute) => self.at_attribute(call.range(), attribute),
            _ => self.at(call),
        }
        if names.is_empty() {
            let to = self.call_result(mark, dest);
            self.emit(Insn::new(Op::Call, to, function, count));
            return Ok(Value::Temp(to));
        }
        let tuple = self.cx.tuple_from(crate::code::borrow_all(&names))?;
        let id = self.const_id(tuple)?;
        let index = self.unit.const_index(id) as u32;
        let to = self.call_result(mark, dest);
        self.emit(Insn::new(Op::CallNames, to, function, count));
        self.emit(Insn::wide(Op::Data, 0, index));
        Ok(Value::Temp(to))
    }

    fn call_result(&mut self, mark: u16, dest: Option<u16>) -> u16 {
        self.unit.set_top(mark);
        dest.unwrap_or_else(|| self.unit.temp())
    }

    /// Computes a tuple of the positional arguments and a dict of the others into the two registers
    /// behind function and object.
    fn spread_arguments(&mut self, arguments: &'a ast::Arguments, function: u16) -> Compiled {
        let tuple = self.unit.temp();
        match &*arguments.args {
            [Expr::Starred(only)] => {
                // The object itself, made a tuple by the call; so that an error names the call.
                self.expr_into(&only.value, tuple)?;
            }
            items => {
                let list = self.unit.temp();
                self.emit(Insn::new(Op::BuildList, list, list, 0));
                for item in items {
                    let (op, value) = match item {
                        Expr::Starred(starred) => (Op::ListExtend, self.expr(&starred.value)?),
                        _ => (Op::ListAppend, self.expr(item)?),
                    };
                    let operand = self.unit.operand(value);
                    self.emit(Insn::with(op, 1, list, operand.bits(), function));
                    self.unit.set_top(list + 1);
                }
                self.emit(Insn::new(Op::ListToTuple, tuple, Operand::temp(list).bits(), 0));
                self.unit.set_top(tuple + 1);
            }
        }
        if arguments.keywords.is_empty() {
            return Ok(());
        }
        let dict = self.unit.temp();
        self.emit(Insn::new(Op::BuildDict, dict, dict, 0));
        for keyword in &arguments.keywords {
            match &keyword.arg {
                Some(name) => {
                    let value = self.expr(&keyword.value)?;
                    let name = self.cx.name(name)?;
                    let id = self.const_id(name)?;
                    let pair = self.unit.temp();
                    self.emit(Insn::new(Op::BuildDict, pair, pair, 0));
                    let (key, value) =
                        (self.unit.operand(Value::Const(id)), self.unit.operand(value));
                    self.emit(Insn::new(Op::DictSet, pair, key.bits(), value.bits()));
                    self.emit(Insn::new(Op::DictMerge, dict, Operand::temp(pair).bits(), function));
                }
                None => {
                    let value = self.expr(&keyword.value)?;
                    let operand = self.unit.operand(value);
                    self.emit(Insn::new(Op::DictMerge, dict, operand.bits(), function));
                }
            }
            self.unit.set_top(dict + 1);
        }
        Ok(())
    }

    pub(super) fn lambda(
        &mut self,
        lambda: &'a ast::ExprLambda,
        dest: Option<u16>,
    ) -> Compiled<Value> {
        let scope = self.scopes.of_node(key(lambda));
        self.function(
            scope,
            "<lambda>",
            lambda.range(),
            lambda.parameters.as_deref(),
            None,
            dest,
            |this| {
                let value = this.expr(&lambda.body)?;
                this.at(&*lambda.body);
                let operand = this.unit.operand(value);
                this.emit(Insn::new(Op::Return, operand.bits(), 0, 0));
                Ok(())
            },
        )
    }

    /// `def`, with its decorators; binds the name.
    pub(super) fn function_def(&mut self, def: &'a ast::StmtFunctionDef) -> Compiled {
        let mark = self.unit.top();
        let mut calls = Vec::new();
        for decorator in &def.decorator_list {
            let function = self.unit.temp();
            self.unit.temp();
            self.expr_into(&decorator.expression, function)?;
            calls.push((function, decorator.expression.range()));
        }
        let scope = self.scopes.of_node(key(def));
        let returns = def.returns.as_deref();
        let range = ruff_text_size::TextRange::new(def.range.start(), def.name.range().end());
        let made = self.unit.temp();
        self.at_range(range);
        self.function(
            scope,
            &def.name,
            range,
            Some(&def.parameters),
            returns,
            Some(made),
            |this| {
                let body = match super::stmt::docstring(&def.body) {
                    Some(text) => {
                        // CPython keeps it as the first constant of the code.
                        let id = this.str_const(text)?;
                        this.unit.const_index(id);
                        this.unit.has_docstring = true;
                        def.body.get(1..).unwrap_or_default()
                    }
                    None => &def.body,
                };
                this.body(body)?;
                this.return_none()
            },
        )?;
        let mut value = made;
        for (function, range) in calls.into_iter().rev() {
            self.at_range(range);
            // The function that was made lies right behind the decorator and its empty object.
            debug_assert_eq!(value, function + 2);
            self.emit(Insn::new(Op::Call, function, function, 1));
            value = function;
        }
        self.at_range(range);
        self.store_name(&def.name, Value::Temp(value));
        self.unit.set_top(mark);
        Ok(())
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of a function")]
    pub(super) fn function(
        &mut self,
        scope: usize,
        name: &str,
        range: ruff_text_size::TextRange,
        parameters: Option<&'a ast::Parameters>,
        returns: Option<&'a Expr>,
        dest: Option<u16>,
        body: impl FnOnce(&mut Self) -> Compiled,
    ) -> Compiled<Value> {
        let mark = self.unit.top();
        let mut n = 0;
        if let Some(parameters) = parameters {
            n |= self.defaults(parameters)?;
            n |= self.annotations(parameters, returns)?;
        }
        let (code, free) = self.function_unit(scope, name, range, |this| {
            this.begin_function(scope, parameters)?;
            body(this)
        })?;
        if !free.is_empty() {
            let first = self.unit.top();
            for name in &free {
                let temp = self.unit.temp();
                if let Some(register) = self.cell_register(name) {
                    let cell = Operand::local(register);
                    self.emit(Insn::new(Op::Copy, temp, cell.bits(), 0));
                }
            }
            let count = free.len() as u16;
            self.unit.set_top(first + 1);
            self.emit(Insn::new(Op::BuildTuple, first, first, count));
            n |= parts::CLOSURE;
        }
        let index = self.unit.const_index(code);
        self.unit.set_top(mark);
        let to = dest.unwrap_or_else(|| self.unit.temp());
        let index = u16::try_from(index).unwrap_or_else(|_| {
            self.unit.failed = Some(super::unit::TooLarge::Constants);
            0
        });
        self.emit(Insn::with(Op::MakeFunction, n, to, index, mark));
        Ok(Value::Temp(to))
    }

    /// Computes the defaults into temporaries: a tuple, a dict.
    fn defaults(&mut self, parameters: &'a ast::Parameters) -> Compiled<u8> {
        let mut n = 0;
        let positional = parameters.posonlyargs.iter().chain(&parameters.args);
        let defaults: Vec<&Expr> =
            positional.filter_map(|parameter| parameter.default.as_deref()).collect();
        if !defaults.is_empty() {
            let first = self.unit.top();
            for default in &defaults {
                self.expr_temp(default)?;
            }
            self.unit.set_top(first + 1);
            self.emit(Insn::new(Op::BuildTuple, first, first, defaults.len() as u16));
            n |= parts::DEFAULTS;
        }
        if parameters.kwonlyargs.iter().any(|parameter| parameter.default.is_some()) {
            let dict = self.unit.temp();
            self.emit(Insn::new(Op::BuildDict, dict, dict, 0));
            for parameter in &parameters.kwonlyargs {
                if let Some(default) = &parameter.default {
                    let name = parameter.parameter.name.as_str();
                    let name = self.scopes.mangled(self.unit.scope, name).into_owned();
                    self.dict_entry(dict, &name, default)?;
                }
            }
            n |= parts::KW_DEFAULTS;
        }
        Ok(n)
    }

    fn annotations(
        &mut self,
        parameters: &'a ast::Parameters,
        returns: Option<&'a Expr>,
    ) -> Compiled<u8> {
        let annotated: Vec<(&str, &Expr)> = parameters
            .iter()
            .filter_map(|parameter| Some((parameter.name().as_str(), parameter.annotation()?)))
            .chain(returns.map(|returns| ("return", returns)))
            .collect();
        if annotated.is_empty() {
            return Ok(0);
        }
        let dict = self.unit.temp();
        self.emit(Insn::new(Op::BuildDict, dict, dict, 0));
        for (name, annotation) in annotated {
            let value = self.annotation(annotation)?;
            self.dict_value(dict, name, value)?;
        }
        Ok(parts::ANNOTATIONS)
    }

    fn dict_entry(&mut self, dict: u16, name: &str, value: &'a Expr) -> Compiled {
        let value = self.expr(value)?;
        self.dict_value(dict, name, value)
    }

    fn dict_value(&mut self, dict: u16, name: &str, value: Value) -> Compiled {
        let name = self.cx.name(name)?;
        let id = self.const_id(name)?;
        let (key, value) = (self.unit.operand(Value::Const(id)), self.unit.operand(value));
        self.emit(Insn::new(Op::DictSet, dict, key.bits(), value.bits()));
        self.unit.set_top(dict + 1);
        Ok(())
    }

    /// The register of a cell that a function inside shares.
    fn cell_register(&self, name: &str) -> Option<u16> {
        if self.unit.kind == Kind::Class {
            // A class has registers for cells only; its names are elsewhere.
            for (_, names) in self.unit.comprehensions.iter().rev() {
                if let Some((_, Place::Cell(register))) = names.iter().rev().find(|n| n.0 == name) {
                    return Some(*register);
                }
            }
            return self.unit.register_of(name);
        }
        match self.place_of(name) {
            Place::Cell(register) => Some(register),
            _ => None,
        }
    }

    /// Gives parameters, local and free variables their registers.
    fn begin_function(
        &mut self,
        scope: usize,
        parameters: Option<&'a ast::Parameters>,
    ) -> Compiled {
        if let Some(parameters) = parameters {
            for name in parameter_names(parameters) {
                let name = self.scopes.mangled(scope, name);
                let register = self.unit.add_variable(&name);
                self.unit.set_bound(register);
            }
            let positional_only = parameters.posonlyargs.len();
            self.unit.params = Params {
                positional: (positional_only + parameters.args.len()) as u16,
                positional_only: positional_only as u16,
                keyword_only: parameters.kwonlyargs.len() as u16,
                var_args: parameters.vararg.is_some(),
                var_keywords: parameters.kwarg.is_some(),
            };
        }
        let Some(scope) = self.scopes.get(scope) else { return Ok(()) };
        if scope.kind == Kind::Class {
            return self.begin_class(scope);
        }
        if scope.kind == Kind::Generator {
            self.begin_generator_expression();
        }
        let own = scope.symbols.iter().filter(|(_, symbol)| !symbol.global);
        for (name, _) in own.clone().filter(|(_, symbol)| symbol.bound && !symbol.free) {
            if self.unit.register_of(name).is_none() {
                self.unit.add_variable(name);
            }
        }
        for (name, _) in own.clone().filter(|(_, symbol)| symbol.free && !symbol.cell) {
            self.unit.add_variable(name);
            self.unit.free += 1;
        }
        for (name, symbol) in own {
            let Some(register) = self.unit.register_of(name) else { continue };
            if symbol.cell {
                self.emit(Insn::new(Op::MakeCell, register, 0, 0));
            }
            if symbol.unbound {
                self.unit.set_unbindable(register);
            }
        }
        if scope.yields {
            self.begin_generator();
        }
        Ok(())
    }

    /// `[f(x) for x in xs if p(x)]`: code of the function around, with registers of its own for the
    /// variables.
    pub(super) fn comprehension(&mut self, expr: &'a Expr, dest: Option<u16>) -> Compiled<Value> {
        let (scope, clauses, build): (_, &'a [ast::Comprehension], _) = match expr {
            Expr::ListComp(c) => (key(c), &c.generators, Op::BuildList),
            Expr::SetComp(c) => (key(c), &c.generators, Op::BuildSet),
            Expr::DictComp(c) => (key(c), &c.generators, Op::BuildDict),
            _ => return self.expr(expr),
        };
        let Some(first) = clauses.first() else { return self.expr(expr) };
        let range = self.unit.range;
        let mark = self.unit.top();
        let result = self.unit.temp();
        // The first iterable belongs to the scope around.
        let iter = self.unit.temp();
        let iterable = self.expr(&first.iter)?;
        self.at(&first.iter);
        let operand = self.unit.operand(iterable);
        self.unit.set_top(iter + 1);
        self.emit(Insn::new(Op::GetIter, iter, operand.bits(), 0));
        self.at_range(range);

        let scope = self.scopes.of_node(scope);
        let variables = self.comprehension_variables(scope);
        let registers: Vec<u16> = variables
            .iter()
            .filter_map(|(_, place)| match *place {
                Place::Local(register) | Place::Cell(register) => Some(register),
                Place::Global | Place::Named => None,
            })
            .collect();
        self.unit.comprehensions.push((scope, variables));
        self.unit.push_layer();
        self.emit(Insn::new(build, result, result, 0));
        self.clause(clauses, 0, iter, &mut |this| this.element(expr, result))?;
        self.unit.pop_layer();
        self.unit.comprehensions.pop();
        self.at_range(range);
        for register in registers {
            self.emit(Insn::new(Op::Clear, register, 0, 0));
            self.unit.forget(register);
        }
        if dest.is_some() {
            let value = Operand::temp(result);
            let to = self.call_result(mark, dest);
            self.emit(Insn::new(Op::Copy, to, value.bits(), 0));
            return Ok(Value::Temp(to));
        }
        self.unit.set_top(result + 1);
        Ok(Value::Temp(result))
    }

    /// Registers for the variables of a comprehension, above what is in use.
    fn comprehension_variables(&mut self, scope: usize) -> Vec<(String, Place)> {
        let Some(scope) = self.scopes.get(scope) else { return Vec::new() };
        debug_assert_eq!(scope.kind, Kind::Comprehension);
        let mut variables = Vec::new();
        for (name, symbol) in scope.symbols.iter().filter(|(_, symbol)| symbol.bound) {
            let register = self.unit.temp();
            if symbol.cell {
                self.emit(Insn::new(Op::MakeCell, register, 0, 0));
                variables.push((name.clone(), Place::Cell(register)));
            } else {
                variables.push((name.clone(), Place::Local(register)));
            }
        }
        variables
    }

    /// One `for` of a comprehension, its `if`s, and what is inside it.
    pub(super) fn clause(
        &mut self,
        clauses: &'a [ast::Comprehension],
        index: usize,
        iter: u16,
        element: &mut dyn FnMut(&mut Self) -> Compiled,
    ) -> Compiled {
        let Some(clause) = clauses.get(index) else { return Ok(()) };
        let (next, again, done) = (self.unit.label(), self.unit.label(), self.unit.label());
        self.unit.place(next);
        self.at(&clause.iter);
        self.for_iter(iter, &clause.target, done)?;
        for test in &clause.ifs {
            // What is left out is a turn of the loop too.
            self.jump_if(test, false, again)?;
        }
        match clauses.get(index + 1) {
            Some(inner) => {
                let mark = self.unit.top();
                let iter = self.unit.temp();
                let iterable = self.expr(&inner.iter)?;
                self.at(&inner.iter);
                let operand = self.unit.operand(iterable);
                self.unit.set_top(iter + 1);
                self.emit(Insn::new(Op::GetIter, iter, operand.bits(), 0));
                self.unit.push_layer();
                self.clause(clauses, index + 1, iter, element)?;
                self.unit.pop_layer();
                self.unit.set_top(mark);
            }
            None => element(self)?,
        }
        self.unit.place(again);
        self.unit.jump(Op::Loop, 0, next);
        self.unit.place(done);
        Ok(())
    }

    fn element(&mut self, expr: &'a Expr, result: u16) -> Compiled {
        let mark = self.unit.top();
        match expr {
            Expr::ListComp(ast::ExprListComp { elt, .. })
            | Expr::SetComp(ast::ExprSetComp { elt, .. }) => {
                let value = self.expr(elt)?;
                self.at(&**elt);
                let operand = self.unit.operand(value);
                let op = if expr.is_list_comp_expr() { Op::ListAppend } else { Op::SetAdd };
                self.emit(Insn::new(op, result, operand.bits(), 0));
            }
            Expr::DictComp(ast::ExprDictComp { key: Some(key), value, .. }) => {
                let name = self.expr(key)?;
                let name = self.hold(name, &[value]);
                let item = self.expr(value)?;
                self.at(&**key);
                let (name, item) = (self.unit.operand(name), self.unit.operand(item));
                self.emit(Insn::new(Op::DictSet, result, name.bits(), item.bits()));
            }
            _ => {}
        }
        self.unit.set_top(mark);
        Ok(())
    }
}
