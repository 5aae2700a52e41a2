//! `strata lifetimes FILE`: the log of its objects, from their births to their deaths.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use strata::observe::{Limits, LogOptions};

use super::exit::{Exit, refuse};
use super::recorded;

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
}

/// Runs the script and prints the log.
pub(crate) fn run(args: &Args) -> Exit {
    let ran = match recorded::run(&args.file, &args.args, Limits::default()) {
        Ok(ran) => ran,
        Err(exit) => return exit,
    };
    let lines = std::fs::read_to_string(&args.file).map_or(0, |text| text.lines().count());
    if let Some(line) = args.line
        && (line == 0 || line as usize > lines)
    {
        let name = args.file.to_string_lossy();
        return refuse(format_args!("--line {line}: {name} has lines 1 to {lines}"));
    }
    let options = if args.all { LogOptions::all() } else { LogOptions::default() };
    let options = LogOptions { ty: args.ty.clone(), line: args.line, layers: true, ..options };
    let log = ran.session.finish_with_log(&options);
    if let Some(ty) = &args.ty
        && log.is_empty
    {
        return refuse(format_args!(
            "--type {ty}: the script made no object of a type of this name"
        ));
    }
    match recorded::show(&log.to_string()) {
        Ok(()) => ran.exit,
        Err(exit) => exit,
    }
}
