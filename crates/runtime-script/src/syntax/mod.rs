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

mod diagnose;
mod fault;
mod features;
mod lexer;
mod literals;
pub mod refuse;
mod report;
mod source;
mod token;

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
    let scan = lexer::scan(source);
    if let Some(stop) = &scan.stop {
        let fallback = match stop {
            lexer::Stop::Raised(report) | lexer::Stop::Noted(report) => Some(report.clone()),
            lexer::Stop::Open => None,
        };
        if let Some(report) = diagnose::diagnose(source, &scan).or(fallback) {
            return Err(report.in_source(source));
        }
    }
    let options = ParseOptions::from(Mode::Module).with_target_version(ast::PythonVersion::PY313);
    let parsed = ruff_python_parser::parse_unchecked(source.text(), options);
    let first = parsed.errors().iter().map(|error| error.location.start());
    let newer = parsed.unsupported_syntax_errors().iter().map(|error| error.range.start());
    if let Some(at) = first.chain(newer).min() {
        let guess = || report::Report::over(source, at.to_u32(), at.to_u32(), "invalid syntax");
        let report = diagnose::diagnose(source, &scan).unwrap_or_else(guess);
        return Err(report.in_source(source));
    }
    let guess = || report::Report::at(1, 0, "invalid syntax").in_source(source);
    let module = parsed.try_into_module().ok_or_else(guess)?.into_syntax();
    match features::first_refusal(source, &module, features) {
        Some(refusal) => Err(Fault::Refused(refusal)),
        None => Ok(module),
    }
}
