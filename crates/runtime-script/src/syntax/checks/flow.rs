//! Statements and expressions where they may not stand: `break` outside a loop and the like.
//!
//! CPython: `Python/compile.c`, which finds these while it makes code.

use std::collections::HashMap;

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, Expr, ExprContext, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::super::report::Report;
use super::super::source::Source;
use super::future;

/// Statements with a clean-up that may be open at once in one function.
/// Source: CPython's `CO_MAXBLOCKS`.
const MAX_BLOCKS: usize = 21;

/// The first misplaced statement or expression of `module`; imports from `__future__` may stand
/// before `future_end`.
pub(super) fn check(
    source: &Source,
    module: &ast::ModModule,
    future_end: TextSize,
) -> Option<Report> {
    let unit = Unit { kind: UnitKind::Module, blocks: Vec::new(), yields: false };
    let mut walk = Walk { source, future_end, unit, error: None };
    walk.visit_body(&module.body);
    walk.error
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum UnitKind {
    Module,
    Class,
    Function,
    AsyncFunction,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Block {
    Loop,
    CleanUp,
}

/// What code is made for as one piece.
struct Unit {
    kind: UnitKind,
    blocks: Vec<Block>,
    /// Whether a `yield` stands in it.
    yields: bool,
}

struct Walk<'a> {
    source: &'a Source,
    future_end: TextSize,
    unit: Unit,
    error: Option<Report>,
}

impl<'a> Walk<'a> {
    fn fail(&mut self, what: impl Ranged, message: impl Into<String>) {
        if self.error.is_none() {
            self.error = Some(super::over(self.source, what, message));
        }
    }

    fn unit(&mut self, kind: UnitKind, yields: bool, body: impl FnOnce(&mut Self)) {
        let inner = Unit { kind, blocks: Vec::new(), yields };
        let outer = std::mem::replace(&mut self.unit, inner);
        body(self);
        self.unit = outer;
    }

    fn block(&mut self, block: Block, owner: impl Ranged, body: impl FnOnce(&mut Self)) {
        if self.unit.blocks.len() >= MAX_BLOCKS {
            return self.fail(owner, "too many statically nested blocks");
        }
        self.unit.blocks.push(block);
        body(self);
        self.unit.blocks.pop();
    }

    fn in_function(&self) -> bool {
        matches!(self.unit.kind, UnitKind::Function | UnitKind::AsyncFunction)
    }

    fn need_async(&mut self, is_async: bool, what: impl Ranged, words: &str) {
        if is_async && self.unit.kind != UnitKind::AsyncFunction {
            self.fail(what, format!("'{words}' outside async function"));
        }
    }

    fn function(&mut self, def: &'a ast::StmtFunctionDef) {
        for decorator in &def.decorator_list {
            self.visit_decorator(decorator);
        }
        self.visit_parameters(&def.parameters);
        if let Some(returns) = &def.returns {
            self.visit_annotation(returns);
        }
        self.name(&def.name, "assign to");
        let kind = if def.is_async { UnitKind::AsyncFunction } else { UnitKind::Function };
        let yields = def.is_async && has_yield(&def.body);
        self.unit(kind, yields, |walk| walk.visit_body(&def.body));
    }

    fn name(&mut self, name: &ast::Identifier, verb: &str) {
        if name.as_str() == "__debug__" {
            self.fail(name, format!("cannot {verb} __debug__"));
        }
    }

    fn keywords(&mut self, keywords: &[ast::Keyword]) {
        let mut firsts = HashMap::new();
        let mut twin: Option<(usize, &ast::Keyword)> = None;
        for (index, keyword) in keywords.iter().enumerate() {
            let Some(name) = keyword.arg.as_deref() else { continue };
            if name == "__debug__" {
                return self.fail(keyword, "cannot assign to __debug__");
            }
            // CPython compares each with those behind it, and blames the one behind.
            let first = *firsts.entry(name).or_insert(index);
            if first < index && twin.is_none_or(|(known, _)| first < known) {
                twin = Some((first, keyword));
            }
        }
        if let Some((_, keyword)) = twin {
            let name = keyword.arg.as_deref().unwrap_or("");
            self.fail(keyword, format!("keyword argument repeated: {name}"));
        }
    }

    fn attempt(&mut self, attempt: &'a ast::StmtTry) {
        let protected = |walk: &mut Self| {
            if attempt.handlers.is_empty() {
                return walk.visit_body(&attempt.body);
            }
            walk.block(Block::CleanUp, attempt, |walk| walk.visit_body(&attempt.body));
            walk.visit_body(&attempt.orelse);
            walk.block(Block::CleanUp, attempt, |walk| walk.handlers(&attempt.handlers));
        };
        if attempt.finalbody.is_empty() {
            return protected(self);
        }
        self.block(Block::CleanUp, attempt, protected);
        self.block(Block::CleanUp, attempt, |walk| walk.visit_body(&attempt.finalbody));
    }

    fn handlers(&mut self, handlers: &'a [ast::ExceptHandler]) {
        for (index, handler) in handlers.iter().enumerate() {
            let ast::ExceptHandler::ExceptHandler(handler) = handler;
            match &handler.type_ {
                None if index + 1 < handlers.len() => {
                    return self.fail(handler, "default 'except:' must be last");
                }
                None => {}
                Some(kind) => self.visit_expr(kind),
            }
            if let Some(name) = &handler.name {
                self.name(name, "assign to");
            }
            self.block(Block::CleanUp, handler, |walk| walk.visit_body(&handler.body));
        }
    }

    fn with(&mut self, with: &'a ast::StmtWith, items: &'a [ast::WithItem]) {
        let Some((first, rest)) = items.split_first() else {
            return self.visit_body(&with.body);
        };
        self.visit_expr(&first.context_expr);
        self.block(Block::CleanUp, with, |walk| {
            if let Some(target) = &first.optional_vars {
                walk.visit_expr(target);
            }
            walk.with(with, rest);
        });
    }

    /// Items of a display or of an assignment target.
    fn items(&mut self, items: &'a [Expr], context: ExprContext, whole: &Expr) {
        if context == ExprContext::Store {
            let stars = items.iter().filter(|item| item.is_starred_expr()).count();
            if stars > 1 {
                return self.fail(whole, "multiple starred expressions in assignment");
            }
            let before = items.iter().take_while(|item| !item.is_starred_expr()).count();
            if stars == 1 && before >= 256 {
                return self.fail(whole, "too many expressions in star-unpacking assignment");
            }
        }
        for item in items {
            match item {
                Expr::Starred(starred) => self.visit_expr(&starred.value),
                _ => self.visit_expr(item),
            }
        }
    }

    fn comprehension(&mut self, whole: &Expr, generators: &[ast::Comprehension]) {
        let is_async = generators.iter().any(|generator| generator.is_async);
        if is_async && self.unit.kind != UnitKind::AsyncFunction && !whole.is_generator_expr() {
            let message = "asynchronous comprehension outside of an asynchronous function";
            self.fail(whole, message);
        }
    }

    fn leaves_loop(&mut self, stmt: &Stmt, message: &str) {
        if !self.unit.blocks.contains(&Block::Loop) {
            self.fail(stmt, message);
        }
    }

    fn returns(&mut self, stmt: &ast::StmtReturn) {
        if !self.in_function() {
            self.fail(stmt, "'return' outside function");
        } else if self.unit.yields && stmt.value.is_some() {
            self.fail(stmt, "'return' with value in async generator");
        }
    }

    fn imports(&mut self, stmt: &Stmt, aliases: &[ast::Alias]) {
        for alias in aliases {
            let bound = alias.asname.as_ref().unwrap_or(&alias.name);
            if bound.as_str() == "__debug__" {
                self.fail(stmt, "cannot assign to __debug__");
            }
        }
    }
}

impl<'a> Visitor<'a> for Walk<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if self.error.is_some() {
            return;
        }
        match stmt {
            Stmt::FunctionDef(def) => self.function(def),
            Stmt::ClassDef(class) => {
                for decorator in &class.decorator_list {
                    self.visit_decorator(decorator);
                }
                self.name(&class.name, "assign to");
                self.unit(UnitKind::Class, false, |walk| walk.visit_body(&class.body));
                if let Some(arguments) = &class.arguments {
                    self.visit_arguments(arguments);
                }
            }
            Stmt::Return(returns) => {
                self.returns(returns);
                visitor::walk_stmt(self, stmt);
            }
            Stmt::Assign(assign) => {
                self.visit_expr(&assign.value);
                for target in &assign.targets {
                    self.visit_expr(target);
                }
            }
            Stmt::AnnAssign(assign) => {
                let debug = |name: &ast::ExprName| name.id.as_str() == "__debug__";
                if assign.target.as_name_expr().is_some_and(debug) {
                    self.fail(stmt, "cannot assign to __debug__");
                }
                visitor::walk_stmt(self, stmt);
            }
            Stmt::For(each) => {
                self.need_async(each.is_async, each, "async for");
                self.visit_expr(&each.iter);
                self.block(Block::Loop, each, |walk| {
                    walk.visit_expr(&each.target);
                    walk.visit_body(&each.body);
                });
                self.visit_body(&each.orelse);
            }
            Stmt::While(repeat) => {
                self.block(Block::Loop, repeat, |walk| {
                    walk.visit_expr(&repeat.test);
                    walk.visit_body(&repeat.body);
                });
                self.visit_body(&repeat.orelse);
            }
            Stmt::With(with) => {
                self.need_async(with.is_async, with, "async with");
                self.with(with, &with.items);
            }
            Stmt::Try(attempt) => self.attempt(attempt),
            Stmt::Break(_) => self.leaves_loop(stmt, "'break' outside loop"),
            Stmt::Continue(_) => self.leaves_loop(stmt, "'continue' not properly in loop"),
            Stmt::Import(import) => self.imports(stmt, &import.names),
            Stmt::ImportFrom(import) => {
                if future::is_future(stmt).is_some() && stmt.start() >= self.future_end {
                    let message = "from __future__ imports must occur at the beginning of the file";
                    self.fail(stmt, message);
                }
                self.imports(stmt, &import.names);
            }
            _ => visitor::walk_stmt(self, stmt),
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if self.error.is_some() {
            return;
        }
        match expr {
            Expr::Name(name) if name.id.as_str() == "__debug__" => match name.ctx {
                ExprContext::Store => self.fail(expr, "cannot assign to __debug__"),
                ExprContext::Del => self.fail(expr, "cannot delete __debug__"),
                _ => {}
            },
            Expr::Attribute(attribute) => {
                self.visit_expr(&attribute.value);
                if attribute.attr.as_str() == "__debug__" && attribute.ctx != ExprContext::Load {
                    let del = attribute.ctx == ExprContext::Del;
                    let verb = if del { "delete" } else { "assign to" };
                    self.fail(expr, format!("cannot {verb} __debug__"));
                }
            }
            Expr::Lambda(lambda) => {
                if let Some(parameters) = &lambda.parameters {
                    self.visit_parameters(parameters);
                }
                self.unit(UnitKind::Function, false, |walk| walk.visit_expr(&lambda.body));
            }
            Expr::Tuple(tuple) => self.items(&tuple.elts, tuple.ctx, expr),
            Expr::List(list) => self.items(&list.elts, list.ctx, expr),
            Expr::Set(set) => self.items(&set.elts, ExprContext::Load, expr),
            Expr::Starred(starred) => {
                let message = if starred.ctx == ExprContext::Store {
                    "starred assignment target must be in a list or tuple"
                } else {
                    "can't use starred expression here"
                };
                self.fail(expr, message);
            }
            Expr::Yield(_) | Expr::YieldFrom(_) => {
                let word = if expr.is_yield_expr() { "yield" } else { "yield from" };
                if !self.in_function() {
                    self.fail(expr, format!("'{word}' outside function"));
                } else if expr.is_yield_from_expr() && self.unit.kind == UnitKind::AsyncFunction {
                    self.fail(expr, "'yield from' inside async function");
                }
                visitor::walk_expr(self, expr);
            }
            Expr::Await(_) => {
                if !self.in_function() {
                    self.fail(expr, "'await' outside function");
                }
                self.need_async(true, expr, "await");
                visitor::walk_expr(self, expr);
            }
            Expr::Generator(comp) if self.in_function() => {
                // An `await` inside makes it an asynchronous generator, in any function.
                if let Some(first) = comp.generators.first() {
                    self.visit_expr(&first.iter);
                }
                let kind = UnitKind::AsyncFunction;
                self.unit(kind, false, |walk| visitor::walk_expr(walk, expr));
            }
            Expr::ListComp(comp) => {
                self.comprehension(expr, &comp.generators);
                visitor::walk_expr(self, expr);
            }
            Expr::SetComp(comp) => {
                self.comprehension(expr, &comp.generators);
                visitor::walk_expr(self, expr);
            }
            Expr::DictComp(comp) => {
                self.comprehension(expr, &comp.generators);
                visitor::walk_expr(self, expr);
            }
            _ => visitor::walk_expr(self, expr),
        }
    }

    fn visit_arguments(&mut self, arguments: &'a ast::Arguments) {
        self.keywords(&arguments.keywords);
        for argument in &arguments.args {
            match argument {
                Expr::Starred(starred) => self.visit_expr(&starred.value),
                _ => self.visit_expr(argument),
            }
        }
        for keyword in &arguments.keywords {
            self.visit_keyword(keyword);
        }
    }

    fn visit_parameter(&mut self, parameter: &'a ast::Parameter) {
        if parameter.name.as_str() == "__debug__" {
            let at = TextRange::new(parameter.name.start(), parameter.end());
            self.fail(at, "cannot assign to __debug__");
        }
        // `*args: *Ts` is the one annotation that may have a star.
        match parameter.annotation.as_deref() {
            Some(Expr::Starred(starred)) => self.visit_expr(&starred.value),
            _ => visitor::walk_parameter(self, parameter),
        }
    }
}

/// Whether a `yield` stands in `body` itself, not in a function or class inside it.
fn has_yield(body: &[Stmt]) -> bool {
    struct Search(bool);
    impl<'a> Visitor<'a> for Search {
        fn visit_stmt(&mut self, stmt: &'a Stmt) {
            if !self.0 && !matches!(stmt, Stmt::FunctionDef(_) | Stmt::ClassDef(_)) {
                visitor::walk_stmt(self, stmt);
            }
        }

        fn visit_expr(&mut self, expr: &'a Expr) {
            self.0 |= expr.is_yield_expr();
            if !self.0 && !expr.is_lambda_expr() {
                visitor::walk_expr(self, expr);
            }
        }
    }
    let mut search = Search(false);
    search.visit_body(body);
    search.0
}
