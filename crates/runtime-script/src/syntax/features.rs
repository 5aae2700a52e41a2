//! Which constructs the compiler supports, and the walk that refuses the others.
//!
//! The walk goes over a tree that has passed every check of CPython's, so that a real syntax
//! error wins over a refusal. It reports the first refused construct in the text.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, Expr, Operator, Stmt};
use ruff_text_size::{Ranged, TextSize};

use super::refuse::{self, Refusal, RefusalKind};
use super::source::Source;

macro_rules! features {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// Constructs that the compiler supports; what is off is refused before anything runs.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[allow(clippy::struct_excessive_bools)]
        pub struct Features {
            $($(#[$doc])* pub $name: bool,)*
        }

        impl Features {
            /// Everything on: only what is always refused is refused.
            pub const ALL: Self = Self { $($name: true,)* };
            /// Everything off.
            pub const NONE: Self = Self { $($name: false,)* };
        }
    };
}

features! {
    /// `class` statements.
    classes,
    /// `yield` and `yield from`.
    generators,
    /// Generator expressions.
    genexps,
    /// `with`.
    with_statement,
    /// Imports of anything but `sys`.
    imports,
    /// `@decorator`.
    decorators,
    /// `*args`, `**kwargs` and keyword-only parameters; `*` and `**` arguments.
    star_args,
    /// `lambda`.
    lambdas,
    /// List, set and dict comprehensions.
    comprehensions,
    /// `try` and `raise`.
    exceptions,
    /// f-strings.
    f_strings,
    /// Starred assignment targets; `*` and `**` in displays.
    unpacking,
    /// `:=`.
    named_expressions,
    /// Annotations of variables, parameters and results.
    annotations,
    /// `global` and `nonlocal`.
    scope_statements,
    /// Bytes literals.
    bytes,
    /// `x[a:b:c]`.
    slices,
    /// `{a, b}`.
    sets,
    /// `assert`.
    asserts,
    /// `del`.
    deletes,
    /// `def` inside a function.
    nested_functions,
}

impl Default for Features {
    fn default() -> Self {
        Self::ALL
    }
}

/// The first construct in `module` that is always refused or that `features` leaves out.
pub(super) fn first_refusal(
    source: &Source,
    module: &ast::ModModule,
    features: Features,
) -> Option<Refusal> {
    let mut walk = Walk { source, features, first: None, functions: 0 };
    walk.visit_body(&module.body);
    let (at, kind) = walk.first?;
    let (line, column) = source.line_col(at);
    Some(Refusal::new(kind, source.name(), line, column + 1))
}

struct Walk<'a> {
    source: &'a Source,
    features: Features,
    first: Option<(TextSize, &'static RefusalKind)>,
    /// How many function bodies enclose this point.
    functions: u32,
}

impl Walk<'_> {
    fn refuse(&mut self, at: TextSize, kind: &'static RefusalKind) {
        if self.first.is_none_or(|(first, _)| at < first) {
            self.first = Some((at, kind));
        }
    }

    fn need(&mut self, feature: bool, at: impl Ranged, kind: &'static RefusalKind) {
        if !feature {
            self.refuse(at.start(), kind);
        }
    }

    /// Looks for `\N` in the raw text of a string literal that knows escapes.
    fn escapes(&mut self, literal: impl Ranged) {
        let range = literal.range();
        let Some(text) = self.source.text().get(range.start().to_usize()..range.end().to_usize())
        else {
            return;
        };
        let mut escaped = false;
        for (at, byte) in (0u32..).zip(text.bytes()) {
            if escaped && byte == b'N' {
                return self.refuse(range.start() + TextSize::new(at - 1), &refuse::NAMED_ESCAPE);
            }
            escaped = !escaped && byte == b'\\';
        }
    }

    fn import(&mut self, module: &str, at: impl Ranged) {
        self.need(self.features.imports || module == "sys", at, &refuse::IMPORTS);
    }

    fn stmt(&mut self, stmt: &Stmt) {
        let on = self.features;
        match stmt {
            Stmt::FunctionDef(def) => {
                if def.is_async {
                    self.refuse(stmt.start(), &refuse::ASYNC_DEF);
                }
                let nested = self.functions > 0;
                self.need(on.nested_functions || !nested, stmt, &refuse::NESTED_FUNCTIONS);
                if let Some(params) = &def.type_params {
                    self.refuse(params.start(), &refuse::TYPE_PARAMS);
                }
                if let Some(returns) = &def.returns {
                    self.need(on.annotations, &**returns, &refuse::ANNOTATIONS);
                }
            }
            Stmt::ClassDef(class) => {
                self.need(on.classes, stmt, &refuse::CLASSES);
                if let Some(params) = &class.type_params {
                    self.refuse(params.start(), &refuse::TYPE_PARAMS);
                }
            }
            Stmt::Delete(_) => self.need(on.deletes, stmt, &refuse::DELETES),
            Stmt::TypeAlias(_) => self.refuse(stmt.start(), &refuse::TYPE_ALIAS),
            Stmt::Match(_) => self.refuse(stmt.start(), &refuse::MATCH),
            Stmt::AugAssign(assign) if assign.op == Operator::MatMult => {
                self.refuse(stmt.start(), &refuse::MATMUL);
            }
            Stmt::AnnAssign(assign) => {
                self.need(on.annotations, &*assign.annotation, &refuse::ANNOTATIONS);
            }
            Stmt::For(stmt) if stmt.is_async => self.refuse(stmt.start(), &refuse::ASYNC_FOR),
            Stmt::With(with) => {
                if with.is_async {
                    self.refuse(with.start(), &refuse::ASYNC_WITH);
                }
                self.need(on.with_statement, with, &refuse::WITH);
            }
            Stmt::Raise(_) => self.need(on.exceptions, stmt, &refuse::EXCEPTIONS),
            Stmt::Try(attempt) => {
                if attempt.is_star {
                    let at = attempt.handlers.first().map_or(attempt.start(), Ranged::start);
                    self.refuse(at, &refuse::EXCEPT_STAR);
                }
                self.need(on.exceptions, stmt, &refuse::EXCEPTIONS);
            }
            Stmt::Assert(_) => self.need(on.asserts, stmt, &refuse::ASSERTS),
            Stmt::Import(import) => {
                for alias in &import.names {
                    self.import(&alias.name, stmt);
                }
            }
            Stmt::ImportFrom(import) => {
                let module = import.module.as_deref().unwrap_or("");
                self.import(if import.level == 0 { module } else { "" }, stmt);
            }
            Stmt::Global(_) | Stmt::Nonlocal(_) => {
                self.need(on.scope_statements, stmt, &refuse::SCOPE_STATEMENTS);
            }
            _ => {}
        }
    }

    fn expr(&mut self, expr: &Expr) {
        let on = self.features;
        match expr {
            Expr::Named(_) => self.need(on.named_expressions, expr, &refuse::NAMED_EXPRESSIONS),
            Expr::BinOp(operation) if operation.op == Operator::MatMult => {
                self.refuse(operation.right.start(), &refuse::MATMUL);
            }
            Expr::Lambda(_) => self.need(on.lambdas, expr, &refuse::LAMBDAS),
            Expr::Dict(dict) if dict.items.iter().any(|item| item.key.is_none()) => {
                self.need(on.unpacking, expr, &refuse::UNPACKING);
            }
            Expr::Set(_) => self.need(on.sets, expr, &refuse::SETS),
            Expr::ListComp(_) | Expr::SetComp(_) | Expr::DictComp(_) => {
                self.need(on.comprehensions, expr, &refuse::COMPREHENSIONS);
            }
            Expr::Generator(_) => self.need(on.genexps, expr, &refuse::GENEXPS),
            Expr::Await(_) => self.refuse(expr.start(), &refuse::AWAIT),
            Expr::Yield(_) | Expr::YieldFrom(_) => {
                self.need(on.generators, expr, &refuse::GENERATORS);
            }
            Expr::FString(_) => self.need(on.f_strings, expr, &refuse::F_STRINGS),
            Expr::TString(_) => self.refuse(expr.start(), &refuse::T_STRING),
            Expr::BytesLiteral(_) => self.need(on.bytes, expr, &refuse::BYTES),
            Expr::NumberLiteral(number) => {
                if matches!(number.value, ast::Number::Complex { .. }) {
                    self.refuse(expr.start(), &refuse::COMPLEX);
                }
            }
            Expr::Starred(_) => self.need(on.unpacking, expr, &refuse::UNPACKING),
            Expr::Slice(_) => self.need(on.slices, expr, &refuse::SLICES),
            _ => {}
        }
    }
}

impl<'a> Visitor<'a> for Walk<'_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        self.stmt(stmt);
        let inside = u32::from(matches!(stmt, Stmt::FunctionDef(_)));
        self.functions += inside;
        visitor::walk_stmt(self, stmt);
        self.functions -= inside;
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        self.expr(expr);
        visitor::walk_expr(self, expr);
    }

    fn visit_decorator(&mut self, decorator: &'a ast::Decorator) {
        self.need(self.features.decorators, decorator, &refuse::DECORATORS);
        visitor::walk_decorator(self, decorator);
    }

    fn visit_comprehension(&mut self, clause: &'a ast::Comprehension) {
        if clause.is_async {
            self.refuse(clause.start(), &refuse::ASYNC_FOR);
        }
        visitor::walk_comprehension(self, clause);
    }

    fn visit_arguments(&mut self, arguments: &'a ast::Arguments) {
        let on = self.features;
        for argument in &arguments.args {
            if let Expr::Starred(starred) = argument {
                self.need(on.star_args, starred, &refuse::STAR_ARGS);
                // Not `visit_expr`: a starred argument is not an unpacking display.
                self.visit_expr(&starred.value);
            } else {
                self.visit_expr(argument);
            }
        }
        for keyword in &arguments.keywords {
            self.need(on.star_args || keyword.arg.is_some(), keyword, &refuse::STAR_ARGS);
            self.visit_keyword(keyword);
        }
    }

    fn visit_parameters(&mut self, parameters: &'a ast::Parameters) {
        let on = self.features;
        let starred = [&parameters.vararg, &parameters.kwarg];
        let starred = starred.into_iter().filter_map(|found| found.as_deref().map(Ranged::start));
        let keyword_only = parameters.kwonlyargs.first().map(Ranged::start);
        if let Some(at) = starred.chain(keyword_only).min()
            && !on.star_args
        {
            self.refuse(at, &refuse::STAR_ARGS);
        }
        visitor::walk_parameters(self, parameters);
    }

    fn visit_parameter(&mut self, parameter: &'a ast::Parameter) {
        if parameter.annotation.is_some() {
            self.need(self.features.annotations, parameter, &refuse::ANNOTATIONS);
        }
        visitor::walk_parameter(self, parameter);
    }

    fn visit_string_literal(&mut self, literal: &'a ast::StringLiteral) {
        if !literal.flags.prefix().is_raw() {
            self.escapes(literal);
        }
    }

    fn visit_f_string(&mut self, f_string: &'a ast::FString) {
        if !f_string.flags.prefix().is_raw() {
            let literals = f_string.elements.literals();
            for literal in literals {
                self.escapes(literal);
            }
        }
        visitor::walk_f_string(self, f_string);
    }
}
