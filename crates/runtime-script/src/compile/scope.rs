//! Which variable a name means: local, shared with an inner function, of an outer one, or global.
//!
//! One walk over the tree, in the order in which code is made, notes for each scope the names that it
//! binds and uses. Then each name that a scope uses but does not bind is looked for outwards; where it
//! is found beyond a function's border, both ends and what lies between learn that it is shared.
//! CPython: `Python/symtable.c`. Comprehensions are scopes whose code lies in the function around.

use std::borrow::Cow;
use std::collections::HashMap;

use indexmap::IndexMap;
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, Expr, ExprContext, Stmt};

/// Kind of scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Module,
    Function,
    /// A class body: its names are in a dict, and not seen by the functions inside.
    Class,
    /// A comprehension: its variables are its own, its code is the enclosing function's.
    Comprehension,
    /// A generator expression: a function, but for `:=`, which binds around it.
    Generator,
}

/// What a scope knows of one name.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Symbol {
    /// Bound here: assigned, a parameter, imported, ...
    pub(crate) bound: bool,
    /// `global` here.
    pub(crate) global: bool,
    /// `nonlocal` here.
    pub(crate) nonlocal: bool,
    /// Bound here and used by a function inside: its register holds a cell.
    pub(crate) cell: bool,
    /// Of an enclosing function: its register holds that one's cell.
    pub(crate) free: bool,
    /// Some `del` or handler may unbind it.
    pub(crate) unbound: bool,
}

/// One scope.
#[derive(Debug)]
pub(crate) struct Scope {
    pub(crate) kind: Kind,
    /// Whether there is a `yield` in it, so that it is a generator's.
    pub(crate) yields: bool,
    parent: Option<usize>,
    /// The class whose private names (`__x`) are meant here.
    private: Option<String>,
    /// Names in the order in which code meets them first.
    pub(crate) symbols: IndexMap<String, Symbol>,
}

/// All scopes of a module; the first is the module's own.
#[derive(Debug)]
pub(crate) struct Scopes {
    scopes: Vec<Scope>,
    /// Scope of a `def`, lambda or comprehension, by the address of its node.
    by_node: HashMap<usize, usize>,
}

/// The name of the class itself in the functions inside it.
pub(crate) const CLASS: &str = "__class__";

/// A private name of a class: `__x` in `C` is `_C__x`. CPython: `_Py_Mangle`.
pub(crate) fn mangled<'n>(class: &str, name: &'n str) -> Cow<'n, str> {
    let class = class.trim_start_matches('_');
    if !name.starts_with("__") || name.ends_with("__") || name.contains('.') || class.is_empty() {
        return Cow::Borrowed(name);
    }
    Cow::Owned(format!("_{class}{name}"))
}

/// The key of a node in [`Scopes::by_node`]. The tree does not move while it is compiled.
pub(crate) fn key<T>(node: &T) -> usize {
    std::ptr::from_ref(node).addr()
}

impl Scopes {
    /// Finds the scopes of a module and what their names mean.
    pub(crate) fn of(module: &ast::ModModule) -> Self {
        let root = Scope {
            kind: Kind::Module,
            yields: false,
            parent: None,
            private: None,
            symbols: IndexMap::new(),
        };
        let scopes = Self { scopes: vec![root], by_node: HashMap::new() };
        let as_text = super::unparse::is_asked_for(module);
        let mut walk = Walk { scopes, at: 0, as_text };
        walk.visit_body(&module.body);
        walk.scopes.resolve();
        walk.scopes
    }

    /// The scope with this number.
    pub(crate) fn get(&self, index: usize) -> Option<&Scope> {
        self.scopes.get(index)
    }

    /// A name as it is known: a private one has the class's name in front.
    pub(crate) fn mangled<'n>(&self, scope: usize, name: &'n str) -> Cow<'n, str> {
        match self.scopes.get(scope).and_then(|scope| scope.private.as_deref()) {
            Some(class) => mangled(class, name),
            None => Cow::Borrowed(name),
        }
    }

    /// The scope of a node.
    pub(crate) fn of_node(&self, key: usize) -> usize {
        self.by_node.get(&key).copied().unwrap_or(0)
    }

    /// Looks every name that is used but not bound for outwards.
    fn resolve(&mut self) {
        for index in 0..self.scopes.len() {
            let Some(scope) = self.scopes.get(index) else { continue };
            let names: Vec<String> = scope
                .symbols
                .iter()
                .filter(|(_, symbol)| !symbol.global && (!symbol.bound || symbol.nonlocal))
                .map(|(name, _)| name.clone())
                .collect();
            for name in names {
                self.resolve_name(index, &name);
            }
        }
    }

    fn resolve_name(&mut self, from: usize, name: &str) {
        // First outwards to where it is bound, then the same way marking.
        let mut at = from;
        let mut crossed = false;
        let owner = loop {
            let Some(scope) = self.scopes.get(at) else { return };
            crossed |= scope.kind != Kind::Comprehension;
            let Some(parent) = scope.parent else { return };
            at = parent;
            let Some(scope) = self.scopes.get(at) else { return };
            if scope.kind == Kind::Module {
                return;
            }
            if scope.kind == Kind::Class {
                // Only the class itself is known to the functions inside.
                if name == CLASS {
                    break at;
                }
                continue;
            }
            match scope.symbols.get(name) {
                Some(symbol) if symbol.global => return,
                Some(symbol) if symbol.bound && !symbol.nonlocal => break at,
                _ => {}
            }
        };
        if !crossed {
            return;
        }
        if let Some(symbol) = self.symbol(owner, name) {
            symbol.cell = true;
        }
        let mut at = from;
        while at != owner {
            let Some(scope) = self.scopes.get(at) else { return };
            let (kind, parent) = (scope.kind, scope.parent);
            if kind != Kind::Comprehension
                && let Some(symbol) = self.symbol(at, name)
            {
                symbol.free = true;
            }
            let Some(parent) = parent else { return };
            at = parent;
        }
    }

    fn symbol(&mut self, scope: usize, name: &str) -> Option<&mut Symbol> {
        let name = self.mangled(scope, name).into_owned();
        let scope = self.scopes.get_mut(scope)?;
        Some(scope.symbols.entry(name).or_default())
    }
}

struct Walk {
    scopes: Scopes,
    at: usize,
    /// Whether annotations are kept as text, so that nothing in them is looked up.
    as_text: bool,
}

impl Walk {
    fn note(&mut self, name: &str) -> Option<&mut Symbol> {
        self.scopes.symbol(self.at, name)
    }

    fn bind(&mut self, name: &str) {
        if let Some(symbol) = self.note(name) {
            symbol.bound = true;
        }
    }

    /// `:=` binds in the function around comprehensions and generator expressions.
    fn bind_named(&mut self, name: &str) {
        let home = self.at;
        while let Some(scope) = self.scopes.get(self.at)
            && matches!(scope.kind, Kind::Comprehension | Kind::Generator)
            && let Some(parent) = scope.parent
        {
            self.note(name);
            self.at = parent;
        }
        self.bind(name);
        self.at = home;
    }

    fn inside(&mut self, kind: Kind, key: usize, body: impl FnOnce(&mut Self)) {
        let home = self.at;
        let index = self.scopes.scopes.len();
        let private = self.scopes.get(home).and_then(|scope| scope.private.clone());
        let yields = kind == Kind::Generator;
        let scope = Scope { kind, yields, parent: Some(home), private, symbols: IndexMap::new() };
        self.scopes.scopes.push(scope);
        self.scopes.by_node.insert(key, index);
        self.at = index;
        body(self);
        self.at = home;
    }

    fn class_def(&mut self, def: &ast::StmtClassDef) {
        for decorator in &def.decorator_list {
            self.visit_expr(&decorator.expression);
        }
        if let Some(arguments) = &def.arguments {
            for base in &arguments.args {
                self.visit_expr(base);
            }
            for keyword in &arguments.keywords {
                self.visit_expr(&keyword.value);
            }
        }
        self.inside(Kind::Class, key(def), |walk| {
            if let Some(scope) = walk.scopes.scopes.get_mut(walk.at) {
                scope.private = Some(def.name.to_string());
            }
            walk.visit_body(&def.body);
        });
        self.bind(&def.name);
    }

    fn defaults(&mut self, parameters: &ast::Parameters) {
        for parameter in parameters.iter_non_variadic_params() {
            if let Some(default) = &parameter.default {
                self.visit_expr(default);
            }
        }
    }

    fn annotations(&mut self, parameters: &ast::Parameters) {
        if self.as_text {
            return;
        }
        for parameter in parameters.iter() {
            if let Some(annotation) = parameter.annotation() {
                self.visit_expr(annotation);
            }
        }
    }

    /// Binds parameters in the order of their registers: positional, keyword-only, `*`, `**`.
    fn parameters(&mut self, parameters: &ast::Parameters) {
        for name in parameter_names(parameters) {
            self.bind(name);
        }
    }

    fn comprehension(
        &mut self,
        kind: Kind,
        key: usize,
        clauses: &[ast::Comprehension],
        parts: &[&Expr],
    ) {
        let Some(first) = clauses.first() else { return };
        self.visit_expr(&first.iter);
        self.inside(kind, key, |walk| walk.clauses(clauses, parts));
    }

    fn clauses(&mut self, clauses: &[ast::Comprehension], parts: &[&Expr]) {
        for (index, clause) in clauses.iter().enumerate() {
            if index > 0 {
                self.visit_expr(&clause.iter);
            }
            self.visit_expr(&clause.target);
            for test in &clause.ifs {
                self.visit_expr(test);
            }
        }
        for part in parts {
            self.visit_expr(part);
        }
    }
}

/// Names of a function's parameters in the order of their registers.
pub(crate) fn parameter_names(parameters: &ast::Parameters) -> impl Iterator<Item = &str> {
    let plain = parameters.posonlyargs.iter().chain(&parameters.args);
    let named = plain.chain(&parameters.kwonlyargs).map(|p| p.parameter.name.as_str());
    let rest = [&parameters.vararg, &parameters.kwarg].into_iter().flatten();
    named.chain(rest.map(|p| p.name.as_str()))
}

impl<'a> Visitor<'a> for Walk {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(def) => {
                for decorator in &def.decorator_list {
                    self.visit_expr(&decorator.expression);
                }
                self.defaults(&def.parameters);
                self.annotations(&def.parameters);
                if let Some(returns) = def.returns.as_ref().filter(|_| !self.as_text) {
                    self.visit_expr(returns);
                }
                self.inside(Kind::Function, key(def), |walk| {
                    walk.parameters(&def.parameters);
                    for name in super::order::bound_names(&def.body) {
                        walk.note(name);
                    }
                    walk.visit_body(&def.body);
                });
                self.bind(&def.name);
            }
            Stmt::ClassDef(def) => self.class_def(def),
            Stmt::Assign(assign) => {
                self.visit_expr(&assign.value);
                for target in &assign.targets {
                    self.visit_expr(target);
                }
            }
            Stmt::AugAssign(assign) => {
                self.visit_expr(&assign.target);
                self.visit_expr(&assign.value);
            }
            Stmt::AnnAssign(assign) => {
                if let Some(value) = &assign.value {
                    self.visit_expr(value);
                }
                self.visit_expr(&assign.target);
                // Annotations of a function's variables are never run.
                let kind = self.scopes.get(self.at).map(|scope| scope.kind);
                if !self.as_text && matches!(kind, Some(Kind::Module | Kind::Class)) {
                    self.visit_expr(&assign.annotation);
                }
            }
            Stmt::For(stmt) => {
                self.visit_expr(&stmt.iter);
                self.visit_expr(&stmt.target);
                self.visit_body(&stmt.body);
                self.visit_body(&stmt.orelse);
            }
            Stmt::Import(import) => {
                for alias in &import.names {
                    let name = match &alias.asname {
                        Some(name) => name.as_str(),
                        None => alias.name.split('.').next().unwrap_or(&alias.name),
                    };
                    self.bind(name);
                }
            }
            Stmt::ImportFrom(import) => {
                for alias in &import.names {
                    self.bind(alias.asname.as_ref().unwrap_or(&alias.name));
                }
            }
            Stmt::Global(stmt) => {
                for name in &stmt.names {
                    if let Some(symbol) = self.note(name) {
                        symbol.global = true;
                    }
                }
            }
            Stmt::Nonlocal(stmt) => {
                for name in &stmt.names {
                    if let Some(symbol) = self.note(name) {
                        symbol.nonlocal = true;
                    }
                }
            }
            _ => visitor::walk_stmt(self, stmt),
        }
    }

    fn visit_except_handler(&mut self, handler: &'a ast::ExceptHandler) {
        let ast::ExceptHandler::ExceptHandler(clause) = handler;
        if let Some(ty) = &clause.type_ {
            self.visit_expr(ty);
        }
        if let Some(name) = &clause.name {
            self.bind(name);
            if let Some(symbol) = self.note(name) {
                symbol.unbound = true;
            }
        }
        self.visit_body(&clause.body);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Name(name) => match name.ctx {
                ExprContext::Load => {
                    self.note(&name.id);
                    if name.id == "super" {
                        // It is called without arguments, most of the time.
                        self.note(CLASS);
                    }
                }
                context => {
                    self.bind(&name.id);
                    if let (ExprContext::Del, Some(symbol)) = (context, self.note(&name.id)) {
                        symbol.unbound = true;
                    }
                }
            },
            Expr::Named(named) => {
                self.visit_expr(&named.value);
                if let Expr::Name(name) = &*named.target {
                    self.bind_named(&name.id);
                }
            }
            Expr::Lambda(lambda) => {
                if let Some(parameters) = &lambda.parameters {
                    self.defaults(parameters);
                }
                self.inside(Kind::Function, key(lambda), |walk| {
                    if let Some(parameters) = &lambda.parameters {
                        walk.parameters(parameters);
                    }
                    walk.visit_expr(&lambda.body);
                });
            }
            Expr::ListComp(c) => {
                self.comprehension(Kind::Comprehension, key(c), &c.generators, &[&c.elt]);
            }
            Expr::SetComp(c) => {
                self.comprehension(Kind::Comprehension, key(c), &c.generators, &[&c.elt]);
            }
            Expr::Generator(c) => {
                self.comprehension(Kind::Generator, key(c), &c.generators, &[&c.elt]);
            }
            Expr::Yield(_) | Expr::YieldFrom(_) => {
                if let Some(scope) = self.scopes.scopes.get_mut(self.at) {
                    scope.yields = true;
                }
                visitor::walk_expr(self, expr);
            }
            Expr::DictComp(c) => {
                let mut parts: Vec<&Expr> = Vec::new();
                parts.extend(c.key.as_deref());
                parts.push(&c.value);
                self.comprehension(Kind::Comprehension, key(c), &c.generators, &parts);
            }
            Expr::If(choice) => {
                self.visit_expr(&choice.test);
                self.visit_expr(&choice.body);
                self.visit_expr(&choice.orelse);
            }
            _ => visitor::walk_expr(self, expr),
        }
    }
}
