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

mod checks;
mod depth;
mod diagnose;
mod explain;
mod fault;
mod features;
mod interactive;
mod lexer;
mod literals;
pub mod refuse;
mod report;
mod source;
mod token;

use ruff_python_ast as ast;
use ruff_python_parser::{Mode, ParseOptions};
use ruff_text_size::TextSize;
use token::{Kind, Token};

pub use explain::Explanation;
pub use fault::{Fault, SyntaxFault, SyntaxKind};
pub use features::Features;
pub use interactive::{Chunk, parse_chunk};
pub use refuse::{REFUSALS, Refusal, RefusalKind};
pub use source::{Origin, Source};

/// Stack of the thread that parses; only the part in use takes memory.
const STACK_BYTES: usize = 16 << 20;

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

/// Upper bound of the bytes that [`parse_module`] asks of the allocator at its peak.
///
/// - Shape: [`TOKEN_COST`] for each token there may be, text included that turns out to be inside
///   strings, the text itself twice, and [`BASE_COST`]; the parser's own stack is not counted.
/// - Unit: bytes; reckoned without allocating, in one pass over the text.
/// - Source: measured; held to it by `tests/syntax_cost.rs`.
pub fn parse_cost(source: &Source) -> usize {
    let mut tokens = 0usize;
    let mut in_word = false;
    for byte in source.text().bytes() {
        let word = byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii();
        // A line end may bring a change of indentation with it.
        tokens += match byte {
            b'\n' | b'\r' => 2,
            b' ' | b'\t' | b'\x0c' => 0,
            _ => usize::from(!(word && in_word)),
        };
        in_word = word;
    }
    let text = source.text().len().saturating_mul(2);
    tokens.saturating_mul(TOKEN_COST).saturating_add(text).saturating_add(BASE_COST)
}

/// Bytes for one token: in the scan, in the tree or in the diagnosis, whichever takes more.
const TOKEN_COST: usize = 700;
/// Bytes for an empty text: tables that begin with room in them, and the thread.
const BASE_COST: usize = 64 << 10;

fn parse_here(source: &Source, features: Features) -> Result<ast::ModModule, Fault> {
    let refuse = |kind: &RefusalKind, at: TextSize| {
        let (line, column) = source.line_col(at);
        Fault::Refused(Refusal::new(kind, source.name(), line, column + 1))
    };
    let scan = lexer::scan(source);
    if let Some(at) = depth::too_deep(&scan.tokens) {
        // CPython prefers the tokenizer's errors to all others, so no parse is needed for them.
        return Err(match scan.stop {
            Some(lexer::Stop::Raised(report)) => report.in_source(source),
            _ => refuse(&refuse::TOO_DEEP, at),
        });
    }
    if scan.stop.is_some()
        && let Some(report) = diagnose::diagnose(source, &scan)
    {
        return Err(report.in_source(source));
    }
    let digits = |token: &Token| {
        let text = source.text().get(token.start as usize..token.end as usize);
        token.kind == Kind::Number && text.is_some_and(|t| literals::too_many_digits(t).is_some())
    };
    if scan.tokens.iter().any(digits)
        && let Some(report) = diagnose::diagnose(source, &scan)
    {
        return Err(report.in_source(source));
    }
    let options = ParseOptions::from(Mode::Module).with_target_version(ast::PythonVersion::PY313);
    let parsed = ruff_python_parser::parse_unchecked(source.text(), options);
    let first = parsed.errors().iter().map(|error| error.location.start());
    let newer = parsed.unsupported_syntax_errors().iter().map(|error| error.range.start());
    let refused_at = first.chain(newer).min();
    if refused_at.is_some()
        && let Some(report) = diagnose::diagnose(source, &scan)
    {
        return Err(report.in_source(source));
    }
    let module = parsed.try_into_module();
    let module = module.ok_or_else(|| refuse(&refuse::UNKNOWN, TextSize::new(0)))?.into_syntax();
    if let Some(report) = checks::check(source, &module) {
        return Err(report.in_source(source));
    }
    if let Some(at) = refused_at {
        return Err(refuse(&refuse::UNKNOWN, at));
    }
    match features::first_refusal(source, &module, features) {
        Some(refusal) => Err(Fault::Refused(refusal)),
        None => Ok(module),
    }
}
