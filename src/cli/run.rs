//! `strata run FILE`: runs a script, and says what that cost when asked.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};
use strata::stats::{Style, Watch};
use strata::{Console, Outcome};

use super::console::Terminal;
use super::exit::{Exit, fault_exit, refuse, say};
use super::options::{Options, Purpose};
use super::script::Script;
use super::{misuse, watch};

/// Run a Python script
#[derive(ClapArgs)]
pub(crate) struct Args {
    /// The script; `-` for standard input
    #[arg(required_unless_present = "code")]
    file: Option<PathBuf>,

    /// Run this text instead; what follows it is for the script
    #[arg(short = 'c', value_name = "CODE", allow_hyphen_values = true)]
    code: Option<String>,

    /// Words for the script, which finds them in sys.argv; put `--` before words that begin with a
    /// dash
    #[arg(allow_negative_numbers = true)]
    args: Vec<String>,

    /// When the script's last line has run, report what its objects cost, on standard error
    #[arg(
        long,
        value_name = "FORMAT",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "table"
    )]
    stats: Option<Format>,

    /// Write the report to this file instead
    #[arg(long, value_name = "PATH")]
    stats_to: Option<PathBuf>,

    #[command(flatten)]
    options: Options,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Tables for people
    Table,
    /// One line of JSON
    Json,
}

/// Runs the script.
pub(crate) fn run(args: &Args) -> Exit {
    if let Some(exit) = args.refused_report() {
        return exit;
    }
    let Script { name, source, folder } = match args.script() {
        Ok(script) => script,
        Err(exit) => return exit,
    };
    let console = match Terminal::new() {
        Ok(console) => console,
        Err(error) => return refuse(format_args!("cannot open standard output: {error}")),
    };
    let purpose = if args.format().is_some() { Purpose::Report } else { Purpose::Script };
    let interp = match args.options.start(&console, purpose) {
        Ok(interp) => interp,
        Err(exit) => return exit,
    };
    if let Some(folder) = folder {
        interp.set_module_folder(folder);
    }
    let words = args.words(&name);
    let mut unwritten = false;
    let outcome = match args.format() {
        None => interp.run_main(source, &words),
        Some(format) => {
            let text = source.text().to_owned();
            let watch = Watch::begin(&interp);
            let outcome = interp.run_main(source, &words);
            let stats = watch.stats((&name, &text), crate::HOST.memory());
            drop(watch);
            // The script's output comes before the report on it.
            let _ = console.flush();
            if !matches!(outcome, Outcome::Fault(_)) {
                unwritten = args.report(format, &stats).is_err();
            }
            outcome
        }
    };
    let exit = args.options.exit_of(&outcome, &console);
    let damaged = misuse::found(interp.heap());
    // What the globals' finalizers print is the last of the script's output.
    let mut late = false;
    let end = interp.finish_and(|heap| late = misuse::found(heap));
    let _ = console.flush();
    if damaged || late {
        return Exit::Internal;
    }
    match end.stopped {
        Some(limit) => {
            watch::say_limit(limit, None, args.options.timeout);
            Exit::Limit
        }
        None if unwritten && exit.code() == 0 => Exit::Output,
        None => exit,
    }
}

pub(crate) fn exit_of(outcome: &Outcome) -> Exit {
    match outcome {
        Outcome::Done => Exit::Success,
        Outcome::Exit(code) => Exit::Script(*code),
        Outcome::Raised { interrupted: true } => Exit::Interrupted,
        Outcome::Raised { interrupted: false } => Exit::Failed,
        Outcome::Stopped { .. } => Exit::Limit,
        Outcome::Fault(fault) => fault_exit(fault),
    }
}

impl Args {
    /// Reads what is to be run.
    fn script(&self) -> Result<Script, Exit> {
        match (&self.code, &self.file) {
            (Some(text), _) => Script::of_text(text),
            (None, Some(file)) => Script::read(file),
            (None, None) => Err(refuse(format_args!("name a script, or give one with -c"))),
        }
    }

    /// `sys.argv`
    fn words(&self, name: &str) -> Vec<String> {
        let mut words = vec![name.to_owned()];
        if let (Some(_), Some(first)) = (&self.code, &self.file) {
            // Behind `-c` there is no file, so the first word is one of the script's.
            words.push(first.to_string_lossy().into_owned());
        }
        words.extend(self.args.iter().cloned());
        words
    }

    /// The report that was asked for: naming a file for it asks for the table.
    fn format(&self) -> Option<Format> {
        self.stats.or(self.stats_to.is_some().then_some(Format::Table))
    }

    /// Refuses a report's path that no file can have, before the script runs.
    fn refused_report(&self) -> Option<Exit> {
        let path = self.stats_to.as_ref()?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let why = if path.is_dir() {
            "is a directory; name a file in it"
        } else if folder.is_some_and(|folder| !folder.is_dir()) {
            "there is no such folder"
        } else {
            return None;
        };
        Some(refuse(format_args!("--stats-to {}: {why}", path.display())))
    }

    /// Writes the report, and says so if it cannot.
    fn report(&self, format: Format, stats: &strata::stats::Stats) -> io::Result<()> {
        let colour = self.stats_to.is_none()
            && io::stderr().is_terminal()
            && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        let style = if colour { Style::Colour } else { Style::Plain };
        let text = match format {
            Format::Table => stats.to_table(style),
            Format::Json => stats.to_json() + "\n",
        };
        let Some(path) = &self.stats_to else {
            return io::stderr().write_all(text.as_bytes());
        };
        std::fs::write(path, text).inspect_err(|error| {
            say(format_args!("cannot write the report to {}: {error}", path.display()));
            // Half a report is none; what is no file, such as a device, stays.
            if path.is_file() {
                let _ = std::fs::remove_file(path);
            }
        })
    }
}
