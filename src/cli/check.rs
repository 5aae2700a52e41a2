//! `strata check FILE... --against python3.13`: the same scripts by both, and the first difference.
//!
//! ```text
//! script --> markers (probes put in) --> child (python)  \
//!                                    \-> child (strata)   }--> compare --> one line, or two
//! ```
//!
//! Compared are standard output, the exit code, the last line of the traceback, and what the marked
//! lines ask for; `docs/src/check.md` describes the marks.

mod child;
mod compare;
mod markers;

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args as ClapArgs;
use strata::Console;

use super::console::Terminal;
use super::exit::{Exit, refuse};
use super::number;
use child::{Python, Run};
use markers::Marked;

/// Run scripts by a Python too, and show the first difference
#[derive(ClapArgs)]
pub(crate) struct Args {
    /// Scripts, or folders whose scripts are meant, those inside them too
    #[arg(required = true)]
    files: Vec<PathBuf>,

    /// The Python: a name, or a path
    #[arg(long, value_name = "PYTHON", default_value = "python3.13")]
    against: PathBuf,

    /// End a run after so many seconds, and call that a difference
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = number::seconds)]
    timeout: Duration,

    /// Name the scripts that agree too
    #[arg(long, short)]
    verbose: bool,
}

/// Checks.
pub(crate) fn run(args: &Args) -> Exit {
    let scripts = match find(&args.files) {
        Ok(scripts) => scripts,
        Err(exit) => return exit,
    };
    let console = match Terminal::new() {
        Ok(console) => console,
        Err(error) => return refuse(format_args!("cannot open standard output: {error}")),
    };
    let python = match Python::find(&args.against) {
        Ok(python) => python,
        Err(why) => return refuse(format_args!("{}: {why}", args.against.display())),
    };
    let strata = match std::env::current_exe() {
        Ok(path) => path,
        Err(error) => return refuse(format_args!("cannot find this program again: {error}")),
    };
    let tell = |line: &str| {
        // What cannot be written ends the process there.
        let _ = console.out(line.as_bytes());
        let _ = console.flush();
    };
    let mut differ = 0;
    for path in &scripts {
        match check(path, &python, &strata, args.timeout) {
            Ok(None) if args.verbose => tell(&format!("{}: same\n", path.display())),
            Ok(None) => {}
            Ok(Some(difference)) => {
                differ += 1;
                tell(&format!("{}: {difference}\n", path.display()));
            }
            Err(why) => return refuse(format_args!("{}: {why}", path.display())),
        }
    }
    let (count, agree) = (scripts.len(), scripts.len() - differ);
    let noun = if count == 1 { "script" } else { "scripts" };
    tell(&format!("{count} {noun} against {}: {agree} agree, {differ} differ\n", python.version));
    if differ == 0 { Exit::Success } else { Exit::Failed }
}

/// The first difference between two runs of a script.
fn check(
    path: &Path,
    python: &Python,
    strata: &Path,
    time: Duration,
) -> Result<Option<String>, String> {
    let text = std::fs::read(path).map_err(|error| format!("cannot be read: {error}"))?;
    // A script that is not UTF-8 has no marks; both say what they say of it.
    let marked = match std::str::from_utf8(&text) {
        Ok(text) => Marked::of(text)?,
        Err(_) => None,
    };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let run = Run {
        folder: folder.unwrap_or(Path::new(".")),
        file: Path::new(path.file_name().unwrap_or(path.as_os_str())),
        text: marked.as_ref().map(|marked| marked.text.as_str()),
        time,
    };
    let (by_python, by_strata) = std::thread::scope(|scope| {
        let other = scope.spawn(|| run.by(python.command()));
        let own = run.by(child::strata(strata));
        (other.join().unwrap_or_else(|_| Err("the other run is lost".to_owned())), own)
    });
    let (by_python, by_strata) = (by_python?, by_strata?);
    Ok(compare::first_difference(&by_python, &by_strata))
}

/// The scripts among files and folders, each folder's in the order of their names.
fn find(files: &[PathBuf]) -> Result<Vec<PathBuf>, Exit> {
    let mut scripts = Vec::new();
    for path in files {
        let cannot = |error: &std::io::Error| {
            let why = match error.kind() {
                std::io::ErrorKind::NotFound => "no such file".to_owned(),
                _ => format!("cannot be read: {error}"),
            };
            refuse(format_args!("{}: {why}", path.display()))
        };
        let facts = std::fs::metadata(path).map_err(|error| cannot(&error))?;
        if !facts.is_dir() {
            scripts.push(path.clone());
            continue;
        }
        let before = scripts.len();
        collect(path, &mut scripts).map_err(|error| cannot(&error))?;
        if scripts.len() == before {
            return Err(refuse(format_args!(
                "{}: no scripts (*.py) in this folder",
                path.display()
            )));
        }
    }
    Ok(scripts)
}

fn collect(folder: &Path, scripts: &mut Vec<PathBuf>) -> std::io::Result<()> {
    let mut inside: Vec<PathBuf> = std::fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<std::io::Result<_>>()?;
    inside.sort();
    for path in inside {
        if path.is_dir() {
            // A link to a folder may lead round in a circle.
            if !path.is_symlink() {
                collect(&path, scripts)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "py") {
            scripts.push(path);
        }
    }
    Ok(())
}
