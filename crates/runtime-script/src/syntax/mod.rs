//! From the bytes of a script to a checked tree.
//!
//! ```text
//! bytes -> Source -> token scan -> parser -> tree -> CPython's checks -> refusals
//!          UTF-8     nesting,      ruff      ast     scopes, flow,       features
//!                    token errors                    literals
//! ```
//!
//! Everything that recurses runs behind the token scan, which bounds nesting of every kind, and on
//! a thread of its own whose stack is large enough for that bound. CPython: `Parser/`,
//! `Python/symtable.c`.

mod fault;
mod features;
pub mod refuse;
mod source;

use ruff_python_ast as ast;
use ruff_python_parser::{Mode, ParseOptions};

pub use fault::{Fault, SyntaxFault, SyntaxKind};
pub use features::Features;
pub use refuse::{REFUSALS, Refusal, RefusalKind};
pub use source::Source;

/// Stack of the thread that parses; only the part in use takes memory.
const STACK_BYTES: usize = 32 << 20;

/// Parses `source` and checks it as far as CPython does before running a line.
///
/// - Shape: a tree whose depth is bounded, so that it may be walked and dropped recursively.
/// - Errors: the syntax error that CPython 3.13 reports; else the first construct that is outside
///   the subset, or a limit.
pub fn parse_module(source: &Source, features: Features) -> Result<ast::ModModule, Fault> {
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES);
    std::thread::scope(|scope| {
        let no_stack = || Fault::Refused(Refusal::new(&refuse::NO_STACK, source.name(), 1, 1));
        let parse = thread.spawn_scoped(scope, || parse_here(source, features));
        parse.map_err(|_| no_stack())?.join().unwrap_or_else(|_| Err(no_stack()))
    })
}

/// Upper bound of the bytes that [`parse_module`] takes at its peak for `source`.
pub fn parse_cost(source: &Source) -> usize {
    source.text().len().saturating_mul(64).saturating_add(1 << 20)
}

fn parse_here(source: &Source, features: Features) -> Result<ast::ModModule, Fault> {
    let options = ParseOptions::from(Mode::Module).with_target_version(ast::PythonVersion::PY313);
    let parsed = ruff_python_parser::parse_unchecked(source.text(), options);
    let parsed = parsed.try_into_module().ok_or_else(|| invalid_syntax(source, 0u32.into()))?;
    if let Some(error) = parsed.errors().first() {
        return Err(invalid_syntax(source, error.location.start()));
    }
    if let Some(error) = parsed.unsupported_syntax_errors().first() {
        return Err(invalid_syntax(source, error.range.start()));
    }
    let module = parsed.into_syntax();
    match features::first_refusal(source, &module, features) {
        Some(refusal) => Err(Fault::Refused(refusal)),
        None => Ok(module),
    }
}

fn invalid_syntax(source: &Source, at: ruff_text_size::TextSize) -> Fault {
    let (line, column) = source.line_col(at);
    Fault::Syntax(SyntaxFault {
        kind: SyntaxKind::SyntaxError,
        message: "invalid syntax".to_owned(),
        file: source.name().to_owned(),
        line,
        column: column + 1,
        end_line: line,
        end_column: column + 2,
        text: Some(source.line_text(line).to_owned()),
    })
}
