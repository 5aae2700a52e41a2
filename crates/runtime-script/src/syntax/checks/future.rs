//! `from __future__ import ...`: only known features, and only at the beginning.

use ruff_python_ast::{self as ast, Stmt};
use ruff_text_size::{Ranged, TextSize};

use super::super::report::Report;
use super::super::source::Source;

const FEATURES: [&str; 10] = [
    "nested_scopes",
    "generators",
    "division",
    "absolute_import",
    "with_statement",
    "print_function",
    "unicode_literals",
    "barry_as_FLUFL",
    "generator_stop",
    "annotations",
];

/// Whether `stmt` imports from `__future__`.
pub(super) fn is_future(stmt: &Stmt) -> Option<&ast::StmtImportFrom> {
    let import = stmt.as_import_from_stmt()?;
    let named = import.module.as_deref() == Some("__future__");
    (named && import.level == 0).then_some(import)
}

/// The error among the imports at the beginning, and where those end.
pub(super) fn check(source: &Source, module: &ast::ModModule) -> (Option<Report>, TextSize) {
    let mut end = TextSize::new(0);
    for (index, stmt) in module.body.iter().enumerate() {
        let Some(import) = is_future(stmt) else {
            let docstring = matches!(stmt, Stmt::Expr(expr) if expr.value.is_string_literal_expr());
            if index == 0 && docstring {
                continue;
            }
            break;
        };
        end = stmt.end();
        for alias in &import.names {
            let name = alias.name.as_str();
            if FEATURES.contains(&name) {
                continue;
            }
            let (line, _) = source.line_col(stmt.start());
            let column = source.line_col(stmt.start()).1 + 1;
            let message = match name {
                "braces" => "not a chance".to_owned(),
                _ => format!("future feature {name} is not defined"),
            };
            return (Some(Report::at(line, column, message)), end);
        }
    }
    (None, end)
}
