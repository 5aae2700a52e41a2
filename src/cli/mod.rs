//! The command line: its words, and what becomes of a panic.
//!
//! A subcommand is a file beside this one: its arguments as a struct, and a function `run` that
//! gives the [`Exit`]. Everything it says goes to standard error as `strata: ...`; standard output
//! belongs to the script.

mod console;
mod diff;
mod exit;
mod heap;
mod lifetimes;
mod misuse;
mod recorded;
mod run;
mod size;
mod snapshot;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};

use clap::{Parser, Subcommand};

pub(crate) use exit::Exit;

/// A miniature object runtime, modelled on CPython's memory system, with every layer in view.
#[derive(Parser)]
#[command(name = "strata", version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Run(run::Args),
    Lifetimes(lifetimes::Args),
    Heap(heap::Args),
    Snapshot(snapshot::Args),
}

/// Does what the command line says.
pub(crate) fn main() -> Exit {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // To standard output and 0 for help, else to standard error and 2. Nobody to tell when
            // that fails.
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage } else { Exit::Success };
        }
    };
    guarded(|| match cli.command {
        Command::Run(args) => run::run(&args),
        Command::Snapshot(args) => snapshot::run(&args),
        Command::Heap(args) => heap::run(&args),
        Command::Lifetimes(args) => lifetimes::run(&args),
    })
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
