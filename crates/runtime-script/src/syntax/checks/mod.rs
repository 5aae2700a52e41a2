//! What CPython refuses in a text that its grammar accepts: scopes first, then the flow of control.
//!
//! The first error of the first pass that finds one is reported, as in CPython, where each of these
//! passes ends the compilation. CPython: `Python/future.c`, `Python/symtable.c`,
//! `Python/compile.c`. The walks recurse over a tree whose depth is bounded.

mod bindings;
mod flow;
mod future;
mod scopes;

use ruff_python_ast as ast;
use ruff_text_size::{Ranged, TextRange};

use super::report::Report;
use super::source::Source;

/// The first error that CPython's compiler proper finds in `module`.
pub(super) fn check(source: &Source, module: &ast::ModModule) -> Option<Report> {
    let (future_error, future_end) = future::check(source, module);
    future_error
        .or_else(|| scopes::check(source, module))
        .or_else(|| flow::check(source, module, future_end))
}

/// An error over `what`.
fn over(source: &Source, what: impl Ranged, message: impl Into<String>) -> Report {
    let range: TextRange = what.range();
    Report::over(source, range.start().to_u32(), range.end().to_u32(), message)
}
