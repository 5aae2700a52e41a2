//! The `strata` command.
//!
//! ```text
//! main -> cli (what was asked) -> cli/run.rs, ... (one file a subcommand) -> exit status
//! ```

mod cli;
mod host;

use std::process::ExitCode;

/// Counts the host's memory, for reports; objects live elsewhere.
#[global_allocator]
static HOST: host::Counting = host::Counting::new();

fn main() -> ExitCode {
    cli::main().into()
}
