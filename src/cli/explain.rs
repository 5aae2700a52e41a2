//! `strata explain`: what a code in a message means, and what to write instead.

use clap::Args as ClapArgs;
use strata::{Console, Explanation, REFUSALS};

use super::console::Terminal;
use super::exit::{Exit, refuse};

/// Say what a code such as S001 means, and what to write instead
#[derive(ClapArgs)]
pub(crate) struct Args {
    /// The code, as it stands at the end of a message; without one all are listed
    code: Option<String>,
}

/// Columns of a page.
const WIDTH: usize = 80;

/// Explains.
pub(crate) fn run(args: &Args) -> Exit {
    let text = match &args.code {
        None => list(),
        Some(code) => {
            match Explanation::of(code.trim_matches(['[', ']']).to_uppercase().as_str()) {
                Some(found) => page(&found),
                None => {
                    return refuse(format_args!(
                        "no code is {code}; `strata explain` lists them all"
                    ));
                }
            }
        }
    };
    let console = match Terminal::new() {
        Ok(console) => console,
        Err(error) => return refuse(format_args!("cannot open standard output: {error}")),
    };
    // What cannot be written ends the process there.
    let _ = console.out(text.as_bytes());
    let _ = console.flush();
    Exit::Success
}

/// Every code with its construct.
fn list() -> String {
    let mut text = String::from(
        "What Strata refuses before it runs a line. `strata explain CODE` tells more.\n",
    );
    for (heading, range) in [
        ("Not in the language", "S000".."S100"),
        ("Left out by programs that embed a part of the language", "S100".."S900"),
        ("Beyond a limit", "S900".."S999"),
    ] {
        text.push_str(&format!("\n{heading}\n"));
        for kind in REFUSALS.iter().filter(|kind| range.contains(&kind.code)) {
            text.push_str(&format!("  {}  {}\n", kind.code, kind.construct));
        }
    }
    text
}

fn page(found: &Explanation) -> String {
    let mut text = format!("{}: {}\n\n", found.kind.code, found.kind.construct);
    text.push_str(&wrapped(found.why));
    text.push_str("\nRefused:\n\n");
    text.push_str(&indented(found.example));
    text.push_str(&format!("\nInstead, {}:\n\n", found.kind.instead));
    text.push_str(&indented(found.better));
    text
}

fn indented(code: &str) -> String {
    code.lines().map(|line| format!("    {line}").trim_end().to_owned() + "\n").collect()
}

fn wrapped(prose: &str) -> String {
    let mut text = String::new();
    let mut column = 0;
    for word in prose.split_whitespace() {
        let width = word.chars().count();
        if column > 0 && column + 1 + width > WIDTH {
            text.push('\n');
            column = 0;
        } else if column > 0 {
            text.push(' ');
            column += 1;
        }
        text.push_str(word);
        column += width;
    }
    text + "\n"
}
