//! Whether lines that were typed make a whole statement, as CPython's interactive grammar has it.
//!
//! ```text
//! x = 1              simple statements: whole at the end of their line
//! f(1,               a bracket, a triple-quoted text, a line continued by a backslash: more
//! if x:              a compound statement: whole at an empty line
//!     y
//! z                  ... or wrong, at a line that belongs to none of its clauses
//! ```

use ruff_python_ast as ast;

use super::lexer::{self, Scan, Stop};
use super::token::Kind;
use super::{Fault, Features, Source, SyntaxFault, SyntaxKind, parse_module};

/// What lines make.
#[derive(Debug)]
pub enum Chunk {
    /// The beginning of a statement.
    Open,
    /// One line of simple statements, one compound statement, or nothing.
    Whole(ast::ModModule),
}

/// Texts up to this size are looked through after each line, larger ones when they may be whole: so
/// that a long statement does not take time by the square of its length.
const LOOKED_THROUGH: usize = 64 << 10;

/// Parses the lines of `source`, the last of which is ended; `last` if no more will come.
///
/// # Errors
/// As [`parse_module`]; `invalid syntax` for a line behind a compound statement that is not empty.
pub fn parse_chunk(source: &Source, features: Features, last: bool) -> Result<Chunk, Fault> {
    let text = source.text();
    let ends = last || text.ends_with("\n\n") || text == "\n";
    if text.len() > LOOKED_THROUGH && !ends {
        return Ok(Chunk::Open);
    }
    let scan = lexer::scan(source);
    let first = scan.tokens.iter().find(|token| token.kind != Kind::Newline);
    let compound = first.is_some_and(|first| is_compound(first.kind));
    if compound && let Some(at) = stray_line(&scan) {
        return Err(stray(source, &scan, at));
    }
    if !last && (is_open(text, &scan) || (compound && awaits_definition(&scan))) {
        return Ok(Chunk::Open);
    }
    if !compound {
        return parse_module(source, features).map(Chunk::Whole);
    }
    match parse_module(source, features) {
        Ok(tree) if ends => Ok(Chunk::Whole(tree)),
        Ok(_) => Ok(Chunk::Open),
        Err(fault) if ends => Err(fault),
        // What is only missing may come with the next line.
        Err(Fault::Syntax(fault)) if is_unfinished(&fault, source) => Ok(Chunk::Open),
        Err(fault) => Err(fault),
    }
}

/// Whether the text ends inside something that goes over lines.
fn is_open(text: &str, scan: &Scan) -> bool {
    let continued = text.strip_suffix('\n').is_some_and(|text| text.ends_with('\\'));
    continued
        || match &scan.stop {
            Some(Stop::Open) => true,
            Some(Stop::Raised(report) | Stop::Noted(report)) => {
                report.message.starts_with("unterminated triple-quoted")
            }
            None => false,
        }
}

/// Whether there are only decorators yet.
fn awaits_definition(scan: &Scan) -> bool {
    let mut begins = true;
    scan.tokens.iter().all(|token| {
        let first = std::mem::replace(&mut begins, token.kind == Kind::Newline);
        !first || matches!(token.kind, Kind::At | Kind::Newline | Kind::End)
    })
}

/// Statements that end at an empty line.
fn is_compound(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::If
            | Kind::While
            | Kind::For
            | Kind::Try
            | Kind::With
            | Kind::Def
            | Kind::Class
            | Kind::Async
            | Kind::At
    )
}

/// The first token of a line that stands behind a compound statement: not indented, no clause of it,
/// and not what a decorator is for.
fn stray_line(scan: &Scan) -> Option<usize> {
    let mut depth = 0_u32;
    let mut begins = true;
    // Decorators come one a line until what they are for.
    let mut open = true;
    for (index, token) in scan.tokens.iter().enumerate() {
        match token.kind {
            Kind::Indent => depth += 1,
            Kind::Dedent => depth = depth.saturating_sub(1),
            Kind::Newline => begins = true,
            Kind::End => return None,
            kind if begins => {
                begins = false;
                if depth > 0 {
                    continue;
                }
                let clause = matches!(kind, Kind::Elif | Kind::Else | Kind::Except | Kind::Finally);
                if !open && !clause {
                    // Where the block itself is missing, that is what is wrong.
                    let mut before = scan.tokens.get(..index)?.iter().rev().map(|token| token.kind);
                    let is_bodiless =
                        before.find(|&kind| kind != Kind::Newline) == Some(Kind::Colon);
                    return (!is_bodiless).then_some(index);
                }
                open = open && kind == Kind::At;
            }
            _ => {}
        }
    }
    None
}

fn stray(source: &Source, scan: &Scan, token: usize) -> Fault {
    let (start, end) = scan.tokens.get(token).map_or((0, 0), |token| (token.start, token.end));
    let (line, column) = source.line_col(start.into());
    let (end_line, end_column) = source.line_col(end.into());
    Fault::Syntax(SyntaxFault {
        kind: SyntaxKind::SyntaxError,
        message: "invalid syntax".to_owned(),
        file: source.name().to_owned(),
        line,
        column: column + 1,
        end_line,
        end_column: end_column + 1,
        text: Some(source.line_text(line).to_owned()),
    })
}

/// Whether an error says no more than that the text is at its end.
fn is_unfinished(fault: &SyntaxFault, source: &Source) -> bool {
    // A block that is missing at the end is reported where its statement stands.
    let here = format!("on line {}", fault.line);
    fault.message.starts_with("expected an indented block") && fault.message.ends_with(&here)
        || fault.message.starts_with("expected 'except' or 'finally' block")
        || fault.line >= source.line_count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(text: &str) -> String {
        let source = Source::new("<stdin>", text.as_bytes().to_vec()).unwrap();
        match parse_chunk(&source, Features::ALL, false) {
            Ok(Chunk::Open) => "more".to_owned(),
            Ok(Chunk::Whole(tree)) => format!("{} whole", tree.body.len()),
            Err(Fault::Syntax(fault)) => format!("line {}: {}", fault.line, fault.message),
            Err(fault) => fault.to_string(),
        }
    }

    #[test]
    fn lines_are_whole_where_cpython_finds_them_whole() {
        for (text, expected) in [
            ("\n", "0 whole"),
            ("# note\n", "0 whole"),
            ("x = 1\n", "1 whole"),
            ("x = 1; y = 2\n", "2 whole"),
            ("f(1,\n", "more"),
            ("f(1,\n\n2)\n", "1 whole"),
            ("x = '''a\n", "more"),
            ("x = '''a\n\nb'''\n", "1 whole"),
            ("x = 1 + \\\n", "more"),
            ("x = 1 + \\\n2\n", "1 whole"),
            ("if x:\n", "more"),
            ("if x: y\n", "more"),
            ("if x: y\n\n", "1 whole"),
            ("if x:\n  y\n", "more"),
            ("if x:\n  y\n  # note\n", "more"),
            ("if x:\n  y\n    \n", "more"),
            ("if x:\n  y\nelse:\n", "more"),
            ("if x:\n  y\nelse:\n  z\n\n", "1 whole"),
            ("try:\n  x\n", "more"),
            ("try:\n  x\nfinally:\n  y\n\n", "1 whole"),
            ("@f\n", "more"),
            ("@f\n@g\ndef h():\n", "more"),
            ("@f\ndef h():\n  pass\n\n", "1 whole"),
            ("if x:\n  y\nz = '''a\n", "line 3: invalid syntax"),
            ("if x:\n  y\nz\n", "line 3: invalid syntax"),
            ("if x:\n\n", "line 2: expected an indented block after 'if' statement on line 1"),
            ("if x:\ny\n", "line 2: expected an indented block after 'if' statement on line 1"),
            ("if x y\n", "line 1: invalid syntax"),
            ("x = )\n", "line 1: unmatched ')'"),
            ("x = 'a\n", "line 1: unterminated string literal (detected at line 1)"),
        ] {
            assert_eq!(outcome(text), expected, "{text:?}");
        }
    }
}
