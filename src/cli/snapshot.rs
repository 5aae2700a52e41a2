//! `strata snapshot test|review|accept DIR`: the lifetimes of a folder's scripts, held against files.
//!
//! ```text
//! DIR/tuples.py --> log --same as?--> DIR/snapshots/tuples.snap
//!                        \--no------> DIR/snapshots/tuples.snap.new, and a diff
//! ```
//!
//! The files are those of insta, so that Rust tests can hold the same ones.

use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args as ClapArgs, Subcommand};
use strata::observe::{Log, LogOptions};

use super::diff::diff;
use super::exit::{Exit, refuse, say};
use super::recorded::{self, Recorded};
use super::{number, watch};

/// Hold the lifetimes of a folder's scripts against snapshots
#[derive(ClapArgs)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Run each script of the folder; say what has changed, and end with code 1 when anything has
    Test(Folder),
    /// Show what has changed and ask, one by one, whether to accept it
    Review(Folder),
    /// Run each script and take its lifetimes for right from now on
    Accept(Folder),
}

#[derive(ClapArgs)]
struct Folder {
    /// A folder with scripts
    folder: PathBuf,

    /// Where the snapshots are, if not in its folder `snapshots`
    #[arg(long, value_name = "DIR")]
    snapshots: Option<PathBuf>,

    /// End a script after so many steps; it then counts as not run
    #[arg(long, value_name = "N", value_parser = number::steps)]
    max_steps: Option<u64>,

    /// End a script after so many seconds; it then counts as not run
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = number::seconds)]
    timeout: Duration,
}

/// Does what was asked with each script.
pub(crate) fn run(args: &Args) -> Exit {
    let (What::Test(folder) | What::Review(folder) | What::Accept(folder)) = &args.what;
    let scripts = match scripts_in(&folder.folder) {
        Ok(scripts) => scripts,
        Err(exit) => return exit,
    };
    let place = folder.snapshots.clone().unwrap_or_else(|| folder.folder.join("snapshots"));
    let (mut same, mut changed, mut accepted) = (0_usize, 0_usize, 0_usize);
    let mut not_run = Vec::new();
    for script in scripts {
        let case = match Case::run(&script, &place, folder) {
            Ok(case) => case,
            // What is wrong with it has been said; the others have nothing to do with it.
            Err(exit) => {
                not_run.push(exit);
                continue;
            }
        };
        if case.is_same() {
            let _ = fs::remove_file(&case.pending);
            same += 1;
            continue;
        }
        let done = match &args.what {
            What::Accept(_) => case.accept().map(|()| true),
            What::Test(_) => case.put_aside().and_then(|()| case.show()).map(|()| false),
            What::Review(_) => case.show().and_then(|()| case.ask()),
        };
        match done {
            Ok(true) => accepted += 1,
            Ok(false) => changed += 1,
            Err(exit) => return exit,
        }
    }
    let mut summary = format!("{same} the same, {changed} changed, {accepted} accepted");
    if !not_run.is_empty() {
        summary.push_str(&format!(", {} not run", not_run.len()));
    }
    if let Err(exit) = recorded::show(&(summary + "\n")) {
        return exit;
    }
    match not_run.first() {
        Some(exit) => *exit,
        None if changed > 0 => Exit::Failed,
        None => Exit::Success,
    }
}

fn scripts_in(folder: &Path) -> Result<Vec<PathBuf>, Exit> {
    let name = folder.display();
    let entries = fs::read_dir(folder).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => refuse(format_args!("{name}: no such folder")),
        io::ErrorKind::NotADirectory => refuse(format_args!("{name}: is no folder of scripts")),
        _ => refuse(format_args!("{name}: cannot be read: {error}")),
    })?;
    let mut scripts: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|end| end == "py"))
        .collect();
    scripts.sort();
    if scripts.is_empty() {
        return Err(refuse(format_args!("{name}: there is no script (*.py) in it")));
    }
    Ok(scripts)
}

/// One script, its lifetimes now and as they were kept.
struct Case {
    name: String,
    kept: PathBuf,
    pending: PathBuf,
    before: Option<String>,
    now: String,
}

impl Case {
    fn run(script: &Path, place: &Path, folder: &Folder) -> Result<Self, Exit> {
        let name = script.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let Recorded { session, _alarm, .. } =
            recorded::run_quietly(script, folder.max_steps, folder.timeout)?;
        let holders = session.holders();
        let ended = session.finish();
        if let Some(limit) = ended.teardown.stopped {
            let words = watch::limit_words(limit, None, Some(folder.timeout));
            say(format_args!("{}, as it ended: {words}", script.display()));
            return Err(Exit::Limit);
        }
        let (all, end) = (&ended.recording, ended.script_end);
        let now = Log::new(all, end, &holders, &LogOptions::default()).to_string();
        let kept = place.join(format!("{name}.snap"));
        let before = match fs::read_to_string(&kept) {
            Ok(text) => Some(contents(&text).to_owned()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => {
                return Err(refuse(format_args!("{}: cannot be read: {error}", kept.display())));
            }
        };
        let pending = place.join(format!("{name}.snap.new"));
        Ok(Self { name, kept, pending, before, now })
    }

    fn is_same(&self) -> bool {
        // Insta trims both ends.
        self.before.as_deref().is_some_and(|before| before.trim() == self.now.trim())
    }

    fn text(&self) -> String {
        format!("---\nsource: {}.py\n---\n{}\n", self.name, self.now.trim())
    }

    fn accept(&self) -> Result<(), Exit> {
        self.write(&self.kept)?;
        let _ = fs::remove_file(&self.pending);
        Ok(())
    }

    fn put_aside(&self) -> Result<(), Exit> {
        self.write(&self.pending)
    }

    /// Writes the snapshot whole or not at all.
    fn write(&self, path: &Path) -> Result<(), Exit> {
        let beside = path.with_extension("writing");
        let folder = path.parent().map_or(Ok(()), fs::create_dir_all);
        let done = folder
            .and_then(|()| fs::write(&beside, self.text()))
            .and_then(|()| fs::rename(&beside, path));
        done.map_err(|error| {
            let _ = fs::remove_file(&beside);
            say(format_args!("{}: cannot be written: {error}", path.display()));
            Exit::Output
        })
    }

    fn show(&self) -> Result<(), Exit> {
        recorded::written(self.show_to_reader())
    }

    fn show_to_reader(&self) -> io::Result<()> {
        let mut out = io::stdout().lock();
        match &self.before {
            None => {
                writeln!(out, "{}.py: no snapshot yet; its lifetimes are\n", self.name)?;
                writeln!(out, "{}\n", self.now.trim())?;
            }
            Some(before) => {
                writeln!(out, "{}.py: - as it was, + as it is\n", self.name)?;
                let colour = out.is_terminal();
                writeln!(out, "{}", diff(before.trim(), self.now.trim(), colour))?;
            }
        }
        Ok(())
    }

    fn ask(&self) -> Result<bool, Exit> {
        let mut out = io::stdout().lock();
        let asked = write!(out, "accept {}? [y/N] ", self.name).and_then(|()| out.flush());
        recorded::written(asked)?;
        let mut answer = String::new();
        if let Err(error) = io::stdin().read_line(&mut answer) {
            return Err(refuse(format_args!("cannot read the answer: {error}")));
        }
        recorded::written(writeln!(out))?;
        if answer.trim().eq_ignore_ascii_case("y") {
            self.accept()?;
            return Ok(true);
        }
        Ok(false)
    }
}

/// A snapshot without the header that says where it is from.
fn contents(text: &str) -> &str {
    text.strip_prefix("---\n")
        .and_then(|rest| rest.split_once("\n---\n"))
        .map_or(text, |(_, rest)| rest)
}
