//! Running a script with everything recorded: what the commands that look at lifetimes share.
//!
//! Standard output belongs to what the command shows; what the script writes there goes to standard
//! error, so that a log can be sent elsewhere and nothing is lost.

use std::io::{self, Write};
use std::path::Path;

use strata::observe::Limits;
use strata::{Answer, Config, Console, NoAnswer, Outcome, Question, Session, Source};

use super::exit::{Exit, refuse};
use super::run::exit_of;
use super::script::Script;

/// Writes nothing.
struct Nowhere;

impl Console for Nowhere {
    fn out(&self, _: &[u8]) -> io::Result<()> {
        Ok(())
    }

    fn err(&self, _: &[u8]) -> io::Result<()> {
        Ok(())
    }

    fn flush(&self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes all that the script writes to standard error.
struct Aside;

impl Console for Aside {
    fn out(&self, bytes: &[u8]) -> io::Result<()> {
        io::stderr().write_all(bytes)
    }

    fn err(&self, bytes: &[u8]) -> io::Result<()> {
        io::stderr().write_all(bytes)
    }

    fn flush(&self) -> io::Result<()> {
        Ok(())
    }
}

/// A script that has run, its runtime still alive.
pub(super) struct Recorded {
    pub(super) session: Session,
    /// What the script's end means for the command's.
    pub(super) exit: Exit,
}

/// Runs a script from its first line to its last, recorded.
///
/// # Errors
/// The exit of the command, when the script cannot be run; why has been said.
pub(super) fn run(file: &Path, args: &[String], limits: Limits) -> Result<Recorded, Exit> {
    run_with(file, args, limits, Box::new(Aside))
}

/// The same without words for the script, whose output is of no interest, and as it would run in any
/// other folder.
///
/// # Errors
/// As [`run`].
pub(super) fn run_quietly(file: &Path) -> Result<Recorded, Exit> {
    let script = Script::read_placeless(file)?;
    run_by(script, &[], Limits::default(), Box::new(Nowhere), Session::run)
}

/// The same, looking at one object on the way.
///
/// # Errors
/// As [`run`].
pub(super) fn run_asking(
    file: &Path,
    args: &[String],
    question: Question,
) -> Result<(Recorded, Result<Box<Answer>, NoAnswer>), Exit> {
    let mut answer = Err(NoAnswer::NoLine);
    let ran = run_by(
        Script::read(file)?,
        args,
        Limits::default(),
        Box::new(Aside),
        |session, source, words| {
            let (outcome, found) = session.run_asking(source, words, question);
            answer = found;
            outcome
        },
    )?;
    Ok((ran, answer))
}

fn run_with(
    file: &Path,
    args: &[String],
    limits: Limits,
    console: Box<dyn Console>,
) -> Result<Recorded, Exit> {
    run_by(Script::read(file)?, args, limits, console, Session::run)
}

fn run_by(
    script: Script,
    args: &[String],
    limits: Limits,
    console: Box<dyn Console>,
    run: impl FnOnce(&mut Session, Source, &[String]) -> Outcome,
) -> Result<Recorded, Exit> {
    let Script { name, source, folder } = script;
    let mut session = Session::new(Config::default(), console, limits)
        .map_err(|error| refuse(format_args!("no memory to start: {error}")))?;
    if let Some(folder) = folder {
        session.interp().set_module_folder(folder);
    }
    let words: Vec<String> = std::iter::once(name).chain(args.iter().cloned()).collect();
    let outcome = run(&mut session, source, &words);
    let exit = exit_of(&outcome);
    if matches!(outcome, Outcome::Fault(_)) { Err(exit) } else { Ok(Recorded { session, exit }) }
}

/// Writes what a command has to show to standard output.
pub(super) fn show(text: &str) -> Result<(), Exit> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Err(Exit::Output),
        Err(error) => {
            super::exit::say(format_args!("cannot write standard output: {error}"));
            Err(Exit::Output)
        }
    }
}
