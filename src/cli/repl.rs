//! `strata repl`: a session, on a terminal or in a pipe.
//!
//! As CPython 3.13's basic one (`python3.13 -i -q`): on a terminal lines are edited, with history and
//! completion; elsewhere they are read as they come, and the prompts go to standard error, so that
//! standard output holds what the session printed and nothing else.

mod editor;

use std::io::IsTerminal;

use clap::Args as ClapArgs;
use strata::{Console, Interp, Outcome, Reply};

use super::console::Terminal;
use super::exit::{Exit, refuse};
use super::options::{Options, Purpose};
use super::run::exit_of;
use super::{misuse, script, watch};
use editor::Editor;

/// Type statements and see what they do
#[derive(ClapArgs)]
pub(crate) struct Args {
    #[command(flatten)]
    options: Options,
}

/// A line of input, or why there is none.
enum Line {
    Text(String),
    /// Ctrl-C: what was typed is thrown away.
    Cancelled,
    End,
}

/// Runs a session.
pub(crate) fn run(args: &Args) -> Exit {
    let console = match Terminal::new() {
        Ok(console) => console,
        Err(error) => return refuse(format_args!("cannot open standard output: {error}")),
    };
    let interp = match args.options.start(&console, Purpose::Session) {
        Ok(interp) => interp,
        Err(exit) => return exit,
    };
    if let Some(folder) = script::here() {
        interp.set_module_folder(folder);
    }
    let outcome = match interp.begin_session(&[String::new()]) {
        Err(outcome) => outcome,
        Ok(()) if std::io::stdin().is_terminal() => match Editor::new(&interp) {
            Ok(mut editor) => {
                let _ = console.err(WELCOME.as_bytes());
                converse(&interp, &console, |prompt| editor.line(prompt))
            }
            // A terminal that cannot be asked for single keys can still be read by line.
            Err(_) => converse(&interp, &console, |prompt| piped(&console, prompt)),
        },
        Ok(()) => converse(&interp, &console, |prompt| piped(&console, prompt)),
    };
    let exit = match outcome {
        Outcome::Stopped { limit, place } => {
            watch::say_limit(limit, place.as_ref(), args.options.timeout);
            Exit::Limit
        }
        Outcome::Exit(code) => Exit::Script(code),
        Outcome::Done => Exit::Success,
        other => exit_of(&other),
    };
    let damaged = misuse::found(interp.heap());
    let mut late = false;
    interp.finish_and(|heap| late = misuse::found(heap));
    let _ = console.flush();
    if damaged || late { Exit::Internal } else { exit }
}

const WELCOME: &str = concat!(
    "Strata ",
    env!("CARGO_PKG_VERSION"),
    ", the language of Python 3.13. Leave with exit() or Ctrl-D.\n"
);

/// Reads, runs and shows, until the input or the session ends.
fn converse(interp: &Interp, console: &Terminal, mut line: impl FnMut(&str) -> Line) -> Outcome {
    let mut text = String::new();
    loop {
        let prompt = if text.is_empty() { ">>> " } else { "... " };
        let last = match line(prompt) {
            Line::Text(more) => {
                text.push_str(&more);
                false
            }
            Line::Cancelled => {
                let _ = console.err(b"\nKeyboardInterrupt\n");
                text.clear();
                continue;
            }
            Line::End => {
                let _ = console.err(b"\n");
                if text.is_empty() {
                    return Outcome::Done;
                }
                true
            }
        };
        match interp.feed(&text, last) {
            Reply::More => continue,
            Reply::Done(outcome @ (Outcome::Exit(_) | Outcome::Stopped { .. })) => return outcome,
            // What was raised has been shown.
            Reply::Done(_) => text.clear(),
        }
        if last {
            return Outcome::Done;
        }
    }
}

/// A line from a pipe or a file.
fn piped(console: &Terminal, prompt: &str) -> Line {
    let _ = console.err(prompt.as_bytes());
    let mut bytes = Vec::new();
    match console.read(usize::MAX, Some(b'\n'), &mut bytes) {
        Ok(()) if bytes.is_empty() => Line::End,
        Ok(()) => {
            if !bytes.ends_with(b"\n") {
                bytes.push(b'\n');
            }
            Line::Text(String::from_utf8_lossy(&bytes).into_owned())
        }
        // The bell rang while nothing ran.
        Err(_) => interrupted(console),
    }
}

/// The bell rang while nothing ran: Ctrl-C throws away what was typed, and the end of the time ends
/// the next statement, which this is.
fn interrupted(console: &Terminal) -> Line {
    if console.take_interrupt() { Line::Cancelled } else { Line::Text("None\n".to_owned()) }
}
