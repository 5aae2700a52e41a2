//! The scopes of a module, and names that are bound where they may not be.
//!
//! CPython: `Python/symtable.c`. The order of visits is CPython's, because the first error wins.

use std::collections::HashSet;

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, Expr, ExprContext, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::super::report::Report;
use super::super::source::Source;
use super::bindings::{Scope, ScopeKind, Uses};

/// The first error of the scopes of `module`.
pub(super) fn check(source: &Source, module: &ast::ModModule) -> Option<Report> {
    let mut walk =
        Walk { source, scopes: vec![Scope::new(ScopeKind::Module)], open: vec![0], error: None };
    walk.visit_body(&module.body);
    walk.error.take().or_else(|| walk.unbound_nonlocal(0, &mut HashSet::new()))
}

struct Walk<'a> {
    source: &'a Source,
    scopes: Vec<Scope<'a>>,
    /// Indices of the scopes that enclose the current place, the module first.
    open: Vec<usize>,
    error: Option<Report>,
}

impl<'a> Walk<'a> {
    fn fail(&mut self, what: impl Ranged, message: impl Into<String>) {
        if self.error.is_none() {
            self.error = Some(super::over(self.source, what, message));
        }
    }

    fn scope(&mut self) -> Option<&mut Scope<'a>> {
        let top = *self.open.last()?;
        self.scopes.get_mut(top)
    }

    fn kind(&mut self) -> ScopeKind {
        self.scope().map_or(ScopeKind::Module, |scope| scope.kind)
    }

    fn within(&mut self, kind: ScopeKind, body: impl FnOnce(&mut Self)) {
        let index = self.scopes.len();
        let mut scope = Scope::new(kind);
        // A lambda or comprehension inside an iterable is still inside it.
        scope.in_iterable = self.scope().map_or(0, |outer| outer.in_iterable);
        self.scopes.push(scope);
        if let Some(parent) = self.scope() {
            parent.children.push(index);
        }
        self.open.push(index);
        body(self);
        self.open.pop();
    }

    fn bind(&mut self, name: &'a str, uses: Uses, at: TextRange) {
        let Some(scope) = self.scope() else { return };
        let known = scope.uses(name);
        if uses.any(Uses::PARAMETER) && known.any(Uses::PARAMETER) {
            let message = format!("duplicate argument '{name}' in function definition");
            return self.fail(at, message);
        }
        let target = scope.in_target;
        if target && known.any(Uses::GLOBAL.and(Uses::NONLOCAL)) {
            let message = format!(
                "comprehension inner loop cannot rebind assignment expression target '{name}'"
            );
            return self.fail(at, message);
        }
        let uses = if target && uses.any(Uses::LOCAL) { uses.and(Uses::ITERATION) } else { uses };
        scope.add(name, uses);
    }

    fn local(&mut self, name: &'a ast::Identifier) {
        self.bind(name.as_str(), Uses::LOCAL, name.range());
    }

    fn imported(&mut self, name: &'a ast::Identifier) {
        self.bind(name.as_str(), Uses::IMPORTED, name.range());
    }

    fn function(&mut self, def: &'a ast::StmtFunctionDef) {
        self.local(&def.name);
        self.defaults(&def.parameters);
        for decorator in &def.decorator_list {
            self.visit_decorator(decorator);
        }
        for parameter in &def.parameters {
            if let Some(annotation) = parameter.annotation() {
                self.visit_annotation(annotation);
            }
        }
        if let Some(returns) = &def.returns {
            self.visit_annotation(returns);
        }
        self.within(ScopeKind::Function, |walk| {
            walk.parameters(&def.parameters);
            walk.visit_body(&def.body);
        });
    }

    fn defaults(&mut self, parameters: &'a ast::Parameters) {
        for parameter in parameters.iter_non_variadic_params() {
            if let Some(default) = &parameter.default {
                self.visit_expr(default);
            }
        }
    }

    fn parameters(&mut self, parameters: &'a ast::Parameters) {
        let named = parameters.iter_non_variadic_params().map(|found| &found.parameter);
        let starred = [&parameters.vararg, &parameters.kwarg];
        let starred = starred.into_iter().filter_map(|found| found.as_deref());
        for parameter in named.chain(starred) {
            let uses = Uses::PARAMETER.and(Uses::LOCAL);
            // Without the stars.
            let at = TextRange::new(parameter.name.start(), parameter.end());
            self.bind(parameter.name.as_str(), uses, at);
        }
    }

    fn class(&mut self, class: &'a ast::StmtClassDef) {
        self.local(&class.name);
        for decorator in &class.decorator_list {
            self.visit_decorator(decorator);
        }
        if let Some(arguments) = &class.arguments {
            self.visit_arguments(arguments);
        }
        self.within(ScopeKind::Class, |walk| walk.visit_body(&class.body));
    }

    /// `global` or `nonlocal`.
    fn directive(&mut self, names: &'a [ast::Identifier], uses: Uses, at: TextRange) {
        let word = if uses == Uses::GLOBAL { "global" } else { "nonlocal" };
        if uses == Uses::NONLOCAL && self.kind() == ScopeKind::Module {
            return self.fail(at, "nonlocal declaration not allowed at module level");
        }
        for identifier in names {
            let name = identifier.as_str();
            let Some(scope) = self.scope() else { return };
            let known = scope.uses(name);
            let problem = if known.any(Uses::PARAMETER) {
                format!("name '{name}' is parameter and {word}")
            } else if known.any(Uses::USED) {
                format!("name '{name}' is used prior to {word} declaration")
            } else if known.any(Uses::ANNOTATED) {
                format!("annotated name '{name}' can't be {word}")
            } else if known.any(Uses::LOCAL) {
                format!("name '{name}' is assigned to before {word} declaration")
            } else {
                scope.add(name, uses);
                scope.directives.push((name, at));
                continue;
            };
            return self.fail(at, problem);
        }
    }

    fn annotated(&mut self, assign: &'a ast::StmtAnnAssign) {
        let Expr::Name(name) = &*assign.target else {
            self.visit_expr(&assign.target);
            return self.annotation_and_value(assign);
        };
        let module = self.kind() == ScopeKind::Module;
        let id = name.id.as_str();
        let known = self.scope().map_or(Uses::default(), |scope| scope.uses(id));
        if assign.simple && !module && known.any(Uses::GLOBAL.and(Uses::NONLOCAL)) {
            let word = if known.any(Uses::GLOBAL) { "global" } else { "nonlocal" };
            return self.fail(assign, format!("annotated name '{id}' can't be {word}"));
        }
        if assign.simple {
            self.bind(id, Uses::ANNOTATED.and(Uses::LOCAL), name.range());
        } else if assign.value.is_some() {
            self.bind(id, Uses::LOCAL, name.range());
        }
        self.annotation_and_value(assign);
    }

    fn annotation_and_value(&mut self, assign: &'a ast::StmtAnnAssign) {
        self.visit_annotation(&assign.annotation);
        if let Some(value) = &assign.value {
            self.visit_expr(value);
        }
    }

    fn import_from(&mut self, import: &'a ast::StmtImportFrom) {
        for alias in &import.names {
            if alias.name.as_str() != "*" {
                self.imported(alias.asname.as_ref().unwrap_or(&alias.name));
            } else if self.kind() != ScopeKind::Module {
                self.fail(alias, "import * only allowed at module level");
            }
        }
    }

    fn import(&mut self, import: &'a ast::StmtImport) {
        for alias in &import.names {
            match &alias.asname {
                Some(name) => self.imported(name),
                None => {
                    let dotted = alias.name.as_str();
                    let first = dotted.split('.').next().unwrap_or(dotted);
                    self.bind(first, Uses::IMPORTED, alias.range());
                }
            }
        }
    }

    fn comprehension(
        &mut self,
        words: &'static str,
        generators: &'a [ast::Comprehension],
        parts: [Option<&'a Expr>; 2],
    ) {
        let Some((first, rest)) = generators.split_first() else { return };
        self.iterable(&first.iter);
        self.within(ScopeKind::Comprehension(words), |walk| {
            walk.target(&first.target);
            for test in &first.ifs {
                walk.visit_expr(test);
            }
            for generator in rest {
                walk.target(&generator.target);
                walk.iterable(&generator.iter);
                for test in &generator.ifs {
                    walk.visit_expr(test);
                }
            }
            for part in parts.into_iter().flatten() {
                walk.visit_expr(part);
            }
        });
    }

    fn iterable(&mut self, iterable: &'a Expr) {
        let change = |walk: &mut Self, by: i32| {
            if let Some(scope) = walk.scope() {
                scope.in_iterable = scope.in_iterable.saturating_add_signed(by);
            }
        };
        change(self, 1);
        self.visit_expr(iterable);
        change(self, -1);
    }

    fn target(&mut self, target: &'a Expr) {
        let set = |walk: &mut Self, on: bool| {
            if let Some(scope) = walk.scope() {
                scope.in_target = on;
            }
        };
        set(self, true);
        self.visit_expr(target);
        set(self, false);
    }

    fn named(&mut self, named: &'a ast::ExprNamed) {
        if self.scope().is_some_and(|scope| scope.in_iterable > 0) {
            let message =
                "assignment expression cannot be used in a comprehension iterable expression";
            return self.fail(named, message);
        }
        if matches!(self.kind(), ScopeKind::Comprehension(_))
            && let Expr::Name(target) = &*named.target
        {
            self.named_in_comprehension(target);
        }
        self.visit_expr(&named.value);
        self.visit_expr(&named.target);
    }

    /// A target inside a comprehension belongs to the scope around it.
    fn named_in_comprehension(&mut self, target: &'a ast::ExprName) {
        let name = target.id.as_str();
        for index in self.open.clone().into_iter().rev() {
            let Some(scope) = self.scopes.get_mut(index) else { return };
            let outer = match scope.kind {
                ScopeKind::Comprehension(_) => {
                    if !scope.uses(name).any(Uses::ITERATION) {
                        continue;
                    }
                    let message = format!(
                        "assignment expression cannot rebind comprehension iteration variable \
                         '{name}'"
                    );
                    return self.fail(target, message);
                }
                ScopeKind::Class => {
                    let message = "assignment expression within a comprehension cannot be used \
                                   in a class body";
                    return self.fail(target, message);
                }
                ScopeKind::Function => {
                    let global = scope.uses(name).any(Uses::GLOBAL);
                    scope.add(name, Uses::LOCAL);
                    if global { Uses::GLOBAL } else { Uses::NONLOCAL }
                }
                ScopeKind::Module => {
                    scope.add(name, Uses::GLOBAL);
                    Uses::GLOBAL
                }
            };
            if let Some(inner) = self.scope() {
                inner.add(name, outer);
                inner.directives.push((name, target.range()));
            }
            return;
        }
    }

    fn yielded(&mut self, expr: &Expr) {
        if let ScopeKind::Comprehension(words) = self.kind() {
            self.fail(expr, format!("'yield' inside {words}"));
        }
    }

    /// The first `nonlocal` in scope `index` or inside it that names nothing; `bound` holds what
    /// the functions around it bind, and is left as it was.
    fn unbound_nonlocal(&self, index: usize, bound: &mut HashSet<&'a str>) -> Option<Report> {
        let scope = self.scopes.get(index)?;
        let (mut hidden, mut added) = (Vec::new(), Vec::new());
        for (name, uses) in scope.names() {
            if uses.any(Uses::GLOBAL) {
                if uses.any(Uses::NONLOCAL) {
                    let at = scope.directive(name)?;
                    let message = format!("name '{name}' is nonlocal and global");
                    return Some(super::over(self.source, at, message));
                }
                if bound.remove(name) {
                    hidden.push(name);
                }
            } else if uses.any(Uses::NONLOCAL) {
                if !bound.contains(name) {
                    let at = scope.directive(name)?;
                    let message = format!("no binding for nonlocal '{name}' found");
                    return Some(super::over(self.source, at, message));
                }
            } else if uses.any(Uses::LOCAL.and(Uses::IMPORTED)) {
                added.push(name);
            }
        }
        match scope.kind {
            ScopeKind::Module => added.clear(),
            ScopeKind::Class => added = vec!["__class__"],
            ScopeKind::Function | ScopeKind::Comprehension(_) => {}
        }
        added.retain(|name| bound.insert(name));
        let mut children = scope.children.iter();
        let found = children.find_map(|child| self.unbound_nonlocal(*child, bound));
        for name in added {
            bound.remove(name);
        }
        bound.extend(hidden);
        found
    }
}

impl<'a> Visitor<'a> for Walk<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if self.error.is_some() {
            return;
        }
        match stmt {
            Stmt::FunctionDef(def) => self.function(def),
            Stmt::ClassDef(class) => self.class(class),
            Stmt::Global(global) => self.directive(&global.names, Uses::GLOBAL, stmt.range()),
            Stmt::Nonlocal(nonlocal) => {
                self.directive(&nonlocal.names, Uses::NONLOCAL, stmt.range());
            }
            Stmt::AnnAssign(assign) => self.annotated(assign),
            Stmt::Import(import) => self.import(import),
            Stmt::ImportFrom(import) => self.import_from(import),
            Stmt::Assign(assign) => {
                for target in &assign.targets {
                    self.visit_expr(target);
                }
                self.visit_expr(&assign.value);
            }
            Stmt::AugAssign(assign) => {
                self.visit_expr(&assign.target);
                self.visit_expr(&assign.value);
            }
            Stmt::For(each) => {
                self.visit_expr(&each.target);
                self.visit_expr(&each.iter);
                self.visit_body(&each.body);
                self.visit_body(&each.orelse);
            }
            Stmt::Try(attempt) => {
                self.visit_body(&attempt.body);
                self.visit_body(&attempt.orelse);
                for handler in &attempt.handlers {
                    self.visit_except_handler(handler);
                }
                self.visit_body(&attempt.finalbody);
            }
            _ => visitor::walk_stmt(self, stmt),
        }
    }

    fn visit_except_handler(&mut self, handler: &'a ast::ExceptHandler) {
        let ast::ExceptHandler::ExceptHandler(handler) = handler;
        if let Some(kind) = &handler.type_ {
            self.visit_expr(kind);
        }
        if let Some(name) = &handler.name {
            self.local(name);
        }
        self.visit_body(&handler.body);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if self.error.is_some() {
            return;
        }
        match expr {
            Expr::Name(name) => {
                let uses = if name.ctx == ExprContext::Load { Uses::USED } else { Uses::LOCAL };
                self.bind(name.id.as_str(), uses, name.range());
            }
            Expr::Named(named) => self.named(named),
            Expr::Lambda(lambda) => {
                if let Some(parameters) = &lambda.parameters {
                    self.defaults(parameters);
                }
                self.within(ScopeKind::Function, |walk| {
                    if let Some(parameters) = &lambda.parameters {
                        walk.parameters(parameters);
                    }
                    walk.visit_expr(&lambda.body);
                });
            }
            Expr::ListComp(comp) => {
                self.comprehension("list comprehension", &comp.generators, [Some(&comp.elt), None]);
            }
            Expr::SetComp(comp) => {
                self.comprehension("set comprehension", &comp.generators, [Some(&comp.elt), None]);
            }
            Expr::DictComp(comp) => {
                let parts = [Some(&*comp.value), comp.key.as_deref()];
                self.comprehension("dict comprehension", &comp.generators, parts);
            }
            Expr::Generator(comp) => {
                let words = "generator expression";
                self.comprehension(words, &comp.generators, [Some(&comp.elt), None]);
            }
            Expr::Yield(_) | Expr::YieldFrom(_) => {
                visitor::walk_expr(self, expr);
                self.yielded(expr);
            }
            _ => visitor::walk_expr(self, expr),
        }
    }
}
