//! The order in which the code of a function first binds its variables.
//!
//! Variables are released in the order of their registers when a function returns, so the order shows
//! in `__del__`. CPython numbers a variable when code for it is first made, which is not always where
//! it first stands: a `finally` is compiled at each `return` that leaves it, and an `else` before the
//! handlers.

use indexmap::IndexSet;
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, Expr, ExprContext, Stmt};

/// The names that a function's body binds, in that order.
pub(super) fn bound_names(body: &[Stmt]) -> IndexSet<&str> {
    let mut order = Order { names: IndexSet::new(), blocks: Vec::new(), done: Vec::new() };
    order.visit_body(body);
    order.names
}

/// What `break`, `continue` and `return` leave.
#[derive(Clone, Copy)]
enum Left<'a> {
    Loop,
    Finally(&'a [Stmt]),
}

struct Order<'a> {
    names: IndexSet<&'a str>,
    blocks: Vec<Left<'a>>,
    /// Bodies of `finally` that were gone through: once is enough.
    done: Vec<&'a [Stmt]>,
}

impl<'a> Order<'a> {
    fn bind(&mut self, name: &'a str) {
        self.names.insert(name);
    }

    fn visit_loop(&mut self, body: &'a [Stmt], orelse: &'a [Stmt]) {
        self.blocks.push(Left::Loop);
        self.visit_body(body);
        self.blocks.pop();
        self.visit_body(orelse);
    }

    fn finally(&mut self, body: &'a [Stmt]) {
        if !self.done.iter().any(|done| std::ptr::eq(*done, body)) {
            self.done.push(body);
            self.visit_body(body);
        }
    }

    /// Goes through what stands in the way out of the innermost loop, or out of the function.
    fn leave(&mut self, stop_at_loop: bool) {
        for at in (0..self.blocks.len()).rev() {
            match self.blocks.get(at).copied() {
                Some(Left::Loop) if stop_at_loop => return,
                Some(Left::Finally(body)) => {
                    let inside = self.blocks.split_off(at);
                    self.finally(body);
                    self.blocks.extend(inside);
                }
                _ => {}
            }
        }
    }

    fn visit_try(&mut self, stmt: &'a ast::StmtTry) {
        if !stmt.finalbody.is_empty() {
            self.blocks.push(Left::Finally(&stmt.finalbody));
        }
        self.visit_body(&stmt.body);
        self.visit_body(&stmt.orelse);
        for ast::ExceptHandler::ExceptHandler(clause) in &stmt.handlers {
            if let Some(ty) = &clause.type_ {
                self.visit_expr(ty);
            }
            if let Some(name) = &clause.name {
                self.bind(name);
            }
            self.visit_body(&clause.body);
        }
        if !stmt.finalbody.is_empty() {
            self.blocks.pop();
            self.finally(&stmt.finalbody);
        }
    }
}

impl<'a> Visitor<'a> for Order<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(def) => self.bind(&def.name),
            Stmt::ClassDef(def) => self.bind(&def.name),
            Stmt::Return(_) => {
                visitor::walk_stmt(self, stmt);
                self.leave(false);
            }
            Stmt::Break(_) | Stmt::Continue(_) => self.leave(true),
            Stmt::Assign(assign) => {
                self.visit_expr(&assign.value);
                assign.targets.iter().for_each(|target| self.visit_expr(target));
            }
            Stmt::AnnAssign(assign) => {
                if let Some(value) = &assign.value {
                    self.visit_expr(value);
                }
                self.visit_expr(&assign.target);
            }
            Stmt::For(stmt) => {
                self.visit_expr(&stmt.iter);
                self.visit_expr(&stmt.target);
                self.visit_loop(&stmt.body, &stmt.orelse);
            }
            Stmt::While(stmt) => {
                self.visit_expr(&stmt.test);
                self.visit_loop(&stmt.body, &stmt.orelse);
            }
            Stmt::Try(stmt) => self.visit_try(stmt),
            Stmt::Import(import) => {
                for alias in &import.names {
                    let head = alias.name.split('.').next().unwrap_or(&alias.name);
                    self.bind(alias.asname.as_ref().map_or(head, |name| name.as_str()));
                }
            }
            Stmt::ImportFrom(import) => {
                for alias in &import.names {
                    self.bind(alias.asname.as_ref().unwrap_or(&alias.name));
                }
            }
            _ => visitor::walk_stmt(self, stmt),
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Name(name) if name.ctx != ExprContext::Load => self.bind(&name.id),
            Expr::Named(named) => {
                self.visit_expr(&named.value);
                self.visit_expr(&named.target);
            }
            // Their variables are their own, but for those of `:=`, which come late enough.
            Expr::Lambda(_)
            | Expr::Generator(_)
            | Expr::ListComp(_)
            | Expr::SetComp(_)
            | Expr::DictComp(_) => {}
            _ => visitor::walk_expr(self, expr),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::bound_names;

    fn order(source: &str) -> Vec<String> {
        let tree = ruff_python_parser::parse_module(source).unwrap().into_syntax();
        bound_names(&tree.body).into_iter().map(str::to_owned).collect()
    }

    #[test]
    fn a_finally_counts_where_a_return_leaves_it() {
        let source = "try:\n  a = 1\n  return\n  b = 2\nfinally:\n  c = 3\n";
        assert_eq!(order(source), ["a", "c", "b"]);
        let source = "for x in y:\n  try:\n    break\n  except E as e:\n    d = 1\n  else:\n    f = 1\n  finally:\n    g = 1\n";
        assert_eq!(order(source), ["x", "g", "f", "e", "d"]);
    }

    #[test]
    fn values_come_before_targets() {
        assert_eq!(order("a = (b := 1)\nwith c as d, e as f: pass\n"), ["b", "a", "d", "f"]);
        assert_eq!(
            order("x = [i for i in y]\ndef g(): z = 1\nimport p.q, r as s\n"),
            ["x", "g", "p", "s"]
        );
    }
}
