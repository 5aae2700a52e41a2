//! Running a script with everything recorded: what the commands that look at lifetimes share.
//!
//! Standard output belongs to what the command shows; what the script writes there goes to standard
//! error, so that a log can be sent elsewhere and nothing is lost.

use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use strata::observe::Limits;
use strata::{Answer, Config, Console, NoAnswer, Outcome, Question, Quiet, Session, Source};

use super::console::Terminal;
use super::exit::{Exit, refuse, say};
use super::misuse;
use super::options::Options;
use super::run::exit_of;
use super::script::Script;
use super::watch::{self, Alarm};

/// A script that has run, its runtime still alive.
pub(super) struct Recorded {
    pub(super) session: Session,
    /// What the script's end means for the command's.
    pub(super) exit: Exit,
    /// Ends finalizers that come after the last line.
    pub(super) _alarm: Option<Alarm>,
}

/// Runs a script from its first line to its last, recorded. What ends it early (an exception, a limit,
/// Ctrl-C) ends the recording there, and is no error.
///
/// # Errors
/// The exit of the command, when the script cannot be run; why has been said.
pub(super) fn run(file: &Path, args: &[String], options: &Options) -> Result<Recorded, Exit> {
    run_by(Script::read(file)?, args, options, Session::run)
}

/// The same without words for the script, whose output is of no interest, and as it would run in any
/// other folder. A script that a limit ends has not been run.
///
/// # Errors
/// As [`run`].
pub(super) fn run_quietly(
    file: &Path,
    max_steps: Option<u64>,
    time: Duration,
) -> Result<Recorded, Exit> {
    let script = Script::read_placeless(file)?;
    let config = Config { max_steps, ..Config::default() };
    let mut session = Session::new(config, Box::new(Quiet), Limits::default())
        .map_err(|error| refuse(format_args!("no memory to start: {error}")))?;
    let alarm = Alarm::set(session.interp().bell(), time);
    let outcome = run_in(&mut session, script, &[], Session::run);
    if let Outcome::Stopped { limit, place } = &outcome {
        let place = place.as_ref().map(|(_, line)| (file.display().to_string(), *line));
        say(format_args!("{}", watch::limit_words(*limit, place.as_ref(), Some(time))));
        return Err(Exit::Limit);
    }
    ended(session, &outcome, exit_of(&outcome), Some(alarm))
}

/// The same as [`run`], looking at one object on the way.
///
/// # Errors
/// As [`run`].
pub(super) fn run_asking(
    file: &Path,
    args: &[String],
    options: &Options,
    question: Question,
) -> Result<(Recorded, Result<Box<Answer>, NoAnswer>), Exit> {
    let mut answer = Err(NoAnswer::NoLine);
    let ran = run_by(Script::read(file)?, args, options, |session, source, words| {
        let (outcome, found) = session.run_asking(source, words, question);
        answer = found;
        outcome
    })?;
    Ok((ran, answer))
}

fn run_by(
    script: Script,
    args: &[String],
    options: &Options,
    run: impl FnOnce(&mut Session, Source, &[String]) -> Outcome,
) -> Result<Recorded, Exit> {
    let console = Terminal::aside()
        .map_err(|error| refuse(format_args!("cannot open standard error: {error}")))?;
    let mut session = options.start_recorded(&console)?;
    let outcome = run_in(&mut session, script, args, run);
    let _ = console.flush();
    let mut exit = options.exit_of(&outcome, &console);
    if misuse::found(session.heap()) {
        exit = Exit::Internal;
    }
    ended(session, &outcome, exit, None)
}

fn run_in(
    session: &mut Session,
    script: Script,
    args: &[String],
    run: impl FnOnce(&mut Session, Source, &[String]) -> Outcome,
) -> Outcome {
    let Script { name, source, folder } = script;
    if let Some(folder) = folder {
        session.interp().set_module_folder(folder);
    }
    let words: Vec<String> = std::iter::once(name).chain(args.iter().cloned()).collect();
    run(session, source, &words)
}

fn ended(
    session: Session,
    outcome: &Outcome,
    exit: Exit,
    alarm: Option<Alarm>,
) -> Result<Recorded, Exit> {
    match outcome {
        Outcome::Fault(_) => Err(exit),
        _ => Ok(Recorded { session, exit, _alarm: alarm }),
    }
}

/// Writes what a command has to show to standard output.
pub(super) fn show(text: &str) -> Result<(), Exit> {
    let mut out = io::stdout().lock();
    written(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}

/// What it means for the command that standard output was written, or was not. A reader that has gone
/// away has seen enough, and nothing is said.
pub(super) fn written(result: io::Result<()>) -> Result<(), Exit> {
    result.map_err(|error| {
        if error.kind() != io::ErrorKind::BrokenPipe {
            say(format_args!("cannot write standard output: {error}"));
        }
        Exit::Output
    })
}
