//! `strata lifetimes FILE`: the log of its objects, from their births to their deaths.

use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::PathBuf;

use clap::Args as ClapArgs;
use strata::observe::{Log, LogOptions};

use super::exit::{Exit, refuse};
use super::options::Options;
use super::{misuse, recorded, watch};

/// Run a Python script and log its objects: born, reused, retired, finalised, died
#[derive(ClapArgs)]
pub(crate) struct Args {
    /// The script; what it writes goes to standard error
    file: PathBuf,

    /// Words for the script, which finds them in sys.argv
    #[arg(allow_negative_numbers = true)]
    args: Vec<String>,

    /// Objects of this type only
    #[arg(long = "type", value_name = "T")]
    ty: Option<String>,

    /// Objects born on this line of the script only
    #[arg(long, value_name = "N")]
    line: Option<u32>,

    /// Every step, place and repetition, and the runtime's own objects
    #[arg(long)]
    all: bool,

    #[command(flatten)]
    options: Options,
}

/// Runs the script and prints the log.
pub(crate) fn run(args: &Args) -> Exit {
    if let Some(exit) = args.refused_line() {
        return exit;
    }
    let ran = match recorded::run(&args.file, &args.args, &args.options) {
        Ok(ran) => ran,
        Err(exit) => return exit,
    };
    let options = if args.all { LogOptions::all() } else { LogOptions::default() };
    let options = LogOptions { ty: args.ty.clone(), line: args.line, layers: true, ..options };
    // A log of all may be longer than memory would hold, so it is written as it comes about.
    let mut out = io::stdout().lock();
    let mut result = Ok(());
    let holders = ran.session.holders();
    let mut damaged = false;
    let ended = ran.session.finish_and(|heap| damaged = misuse::found(heap));
    let exit = match ended.teardown.stopped {
        _ if damaged => Exit::Internal,
        // In a finalizer, after the last line.
        Some(limit) if ran.exit != Exit::Internal => {
            watch::say_limit(limit, None, args.options.timeout);
            Exit::Limit
        }
        _ => ran.exit,
    };
    let write = &mut |piece: &str| {
        result = out.write_all(piece.as_bytes());
        if result.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    };
    let log = Log::written(&ended.recording, ended.script_end, &holders, &options, write);
    if log.is_empty {
        match (&args.ty, args.line) {
            (Some(ty), None) => {
                return refuse(format_args!(
                    "--type {ty}: the script made no object of a type of this name"
                ));
            }
            (Some(ty), Some(line)) => {
                return refuse(format_args!(
                    "--type {ty} --line {line}: no object of a type of this name was born there"
                ));
            }
            (None, Some(line)) => {
                result = result.and_then(|()| writeln!(out, "no object was born on line {line}"));
            }
            (None, None) => {}
        }
    }
    let result = result.and_then(|()| out.write_all(log.to_string().as_bytes()));
    match recorded::written(result.and_then(|()| out.flush())) {
        Ok(()) => exit,
        Err(exit) => exit,
    }
}

impl Args {
    /// Refuses a line that the script does not have.
    fn refused_line(&self) -> Option<Exit> {
        let line = self.line?;
        // What is wrong with the file is said when it is run.
        let text = std::fs::read(&self.file).ok()?;
        let lines = String::from_utf8_lossy(&text).lines().count();
        let name = self.file.to_string_lossy();
        if (1..=lines).contains(&(line as usize)) {
            return None;
        }
        Some(match lines {
            0 => refuse(format_args!("--line {line}: {name} is empty")),
            1 => refuse(format_args!("--line {line}: {name} has one line")),
            _ => refuse(format_args!("--line {line}: {name} has lines 1 to {lines}")),
        })
    }
}
