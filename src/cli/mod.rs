//! The command line: its words, and what becomes of a panic.
//!
//! A subcommand is a file beside this one: its arguments as a struct, and a function `run` that
//! gives the [`Exit`]. Everything it says goes to standard error as `strata: ...`; standard output
//! belongs to the script.

mod check;
mod console;
mod diff;
mod exit;
mod explain;
mod heap;
mod lifetimes;
mod misuse;
mod number;
mod one;
mod options;
mod recorded;
mod repl;
mod run;
mod script;
mod size;
mod snapshot;
mod watch;

use std::io::{IsTerminal, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};

use clap::error::ErrorKind;
use clap::{Parser, Subcommand};

pub(crate) use exit::Exit;
use exit::refuse;

/// A miniature object runtime, modelled on CPython's memory system, with every layer in view.
#[derive(Parser)]
#[command(name = "strata", version, term_width = 80)]
#[command(after_help = "Without a command on a terminal: a session, as `strata repl`.")]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    Run(run::Args),
    Repl(repl::Args),
    Check(check::Args),
    Explain(explain::Args),
    Lifetimes(lifetimes::Args),
    Heap(heap::Args),
    Why(one::WhyArgs),
    Layout(one::LayoutArgs),
    Snapshot(snapshot::Args),
}

/// Does what the command line says.
pub(crate) fn main() -> Exit {
    let command = match words() {
        Ok(command) => command,
        Err(exit) => return exit,
    };
    guarded(|| match &command {
        Command::Run(args) => run::run(args),
        Command::Repl(args) => repl::run(args),
        Command::Check(args) => check::run(args),
        Command::Explain(args) => explain::run(args),
        Command::Lifetimes(args) => lifetimes::run(args),
        Command::Heap(args) => heap::run(args),
        Command::Why(args) => one::why(args),
        Command::Layout(args) => one::layout(args),
        Command::Snapshot(args) => snapshot::run(args),
    })
}

/// What the command line asks for. What is wrong with it, and help, has been said.
fn words() -> Result<Command, Exit> {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) if error.use_stderr() => {
            return Err(refuse(format_args!("{}", one_line(&error))));
        }
        Err(error) => {
            // Help and the version.
            let shown = recorded::written(error.print().and_then(|()| std::io::stdout().flush()));
            return Err(shown.err().unwrap_or(Exit::Success));
        }
    };
    match cli.command {
        Some(command) => Ok(command),
        None if std::io::stdin().is_terminal() => {
            let session = Cli::try_parse_from(["strata", "repl"]).ok().and_then(|cli| cli.command);
            session.ok_or(Exit::Internal)
        }
        None => Err(refuse(format_args!(
            "no command; `strata run FILE` runs a script, `strata --help` tells of all"
        ))),
    }
}

/// What is wrong with the command line, in one line: clap's own words without its layout.
fn one_line(error: &clap::Error) -> String {
    let text = error.to_string();
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        let usage = text.lines().find_map(|line| line.trim().strip_prefix("Usage: "));
        return format!("a command is missing: {}", usage.unwrap_or("strata --help tells of all"));
    }
    let mut line = String::new();
    for part in text.lines().map(str::trim) {
        if part.starts_with("Usage:") || part.starts_with("For more information") {
            break;
        }
        let part = part.trim_start_matches("error: ");
        let glue = match (line.is_empty(), part.is_empty()) {
            (_, true) => continue,
            (true, _) => "",
            (false, _) if line.ends_with(':') => " ",
            (false, _) => "; ",
        };
        line.push_str(glue);
        line.push_str(part);
    }
    line
}

/// The first panic's message and place.
static PANIC: Mutex<Option<String>> = Mutex::new(None);

/// Runs a subcommand; a panic in it is an internal error with what to report.
fn guarded(command: impl FnOnce() -> Exit) -> Exit {
    std::panic::set_hook(Box::new(|info| {
        let mut first = PANIC.lock().unwrap_or_else(PoisonError::into_inner);
        first.get_or_insert_with(|| info.to_string());
    }));
    let result = catch_unwind(AssertUnwindSafe(command));
    let Err(payload) = result else { return result.unwrap_or(Exit::Internal) };
    // What was thrown may panic when it is dropped.
    #[expect(clippy::mem_forget, reason = "the process is about to end")]
    std::mem::forget(payload);
    let first = PANIC.lock().unwrap_or_else(PoisonError::into_inner).take();
    exit::say(format_args!(
        "internal error: {}\n\
         This is a mistake in Strata {}, not in your script. Please report it with the script, the \
         command line and this message.",
        first.as_deref().unwrap_or("unknown"),
        env!("CARGO_PKG_VERSION"),
    ));
    Exit::Internal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_ends_with_70_and_says_what_to_report() {
        // In a process of its own, since it sets the process's panic hook.
        if std::env::var_os("STRATA_TEST_PANIC").is_some() {
            let exit = guarded(|| panic!("a broken invariant"));
            std::process::exit(exit.code().into());
        }
        let name = "cli::tests::a_panic_ends_with_70_and_says_what_to_report";
        let child = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", name, "--nocapture"])
            .env("STRATA_TEST_PANIC", "1")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&child.stderr);
        assert_eq!(child.status.code(), Some(70), "{said}");
        assert!(said.starts_with("strata: internal error: "), "{said}");
        for word in ["a broken invariant", "src/cli/mod.rs", "report it"] {
            assert!(said.contains(word), "{word} is missing: {said}");
        }
    }
}
