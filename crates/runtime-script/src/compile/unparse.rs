//! Annotations as text, for modules that ask for it (`from __future__ import annotations`).
//!
//! What annotations are made of is written as CPython's `ast.unparse` writes it; anything else stays
//! as it stands in the source.

use ruff_python_ast::{self as ast, Expr, Operator, Stmt};
use ruff_text_size::Ranged;

use crate::syntax::Source;

/// Whether a module asks for annotations as text.
pub(super) fn is_asked_for(tree: &ast::ModModule) -> bool {
    tree.body.iter().filter_map(Stmt::as_import_from_stmt).any(|import| {
        import.level == 0
            && import.module.as_deref() == Some("__future__")
            && import.names.iter().any(|alias| alias.name.as_str() == "annotations")
    })
}

/// An annotation as text.
pub(super) fn annotation(source: &Source, expr: &Expr) -> String {
    written(expr).unwrap_or_else(|| {
        let range = expr.range();
        let (start, end) = (range.start().to_usize(), range.end().to_usize());
        source.text().get(start..end).unwrap_or_default().to_owned()
    })
}

/// The text of an expression of the usual kinds.
fn written(expr: &Expr) -> Option<String> {
    Some(match expr {
        Expr::Name(name) => name.id.to_string(),
        Expr::Attribute(at) => format!("{}.{}", written(&at.value)?, at.attr),
        Expr::NoneLiteral(_) => "None".to_owned(),
        Expr::EllipsisLiteral(_) => "...".to_owned(),
        Expr::BooleanLiteral(literal) => if literal.value { "True" } else { "False" }.to_owned(),
        Expr::NumberLiteral(literal) => match &literal.value {
            ast::Number::Int(int) => int.to_string(),
            _ => return None,
        },
        Expr::StringLiteral(literal) => {
            let text = literal.value.to_str();
            let plain = |c: char| c.is_ascii_graphic() && !matches!(c, '\'' | '\\') || c == ' ';
            if !text.chars().all(plain) {
                return None;
            }
            format!("'{text}'")
        }
        Expr::List(list) => format!("[{}]", items(&list.elts)?),
        Expr::Tuple(tuple) => match tuple.elts.as_slice() {
            [only] => format!("({},)", written(only)?),
            many => format!("({})", items(many)?),
        },
        Expr::Subscript(subscript) => {
            let slice = match &*subscript.slice {
                Expr::Tuple(tuple) if tuple.elts.len() > 1 => items(&tuple.elts)?,
                slice => written(slice)?,
            };
            format!("{}[{slice}]", written(&subscript.value)?)
        }
        Expr::BinOp(operation) if operation.op == Operator::BitOr => {
            let left = written(&operation.left)?;
            let right = match &*operation.right {
                Expr::BinOp(_) => format!("({})", written(&operation.right)?),
                right => written(right)?,
            };
            format!("{left} | {right}")
        }
        _ => return None,
    })
}

fn items(items: &[Expr]) -> Option<String> {
    let items: Option<Vec<String>> = items.iter().map(written).collect();
    Some(items?.join(", "))
}
