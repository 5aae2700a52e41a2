//! Running a script in a process of its own, by a Python or by this program.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A Python of the version that Strata follows.
pub(super) struct Python {
    path: PathBuf,
    /// As it calls itself: `Python 3.13.0`.
    pub(super) version: String,
}

/// The version that Strata follows.
const WANTED: &str = "Python 3.13.";

impl Python {
    /// Asks a program whether it is one.
    ///
    /// # Errors
    /// Why it is not.
    pub(super) fn find(path: &Path) -> Result<Self, String> {
        // A path leads on from here, not from where the scripts lie.
        let path = match path.components().count() {
            0 | 1 => path.to_owned(),
            _ => std::path::absolute(path).unwrap_or_else(|_| path.to_owned()),
        };
        let asked = Command::new(&path).arg("--version").stdin(Stdio::null()).output();
        let answer = asked.map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => "not found; name another Python with --against".to_owned(),
            _ => format!("cannot be run: {error}"),
        })?;
        let version = String::from_utf8_lossy(&answer.stdout).trim().to_owned();
        if !answer.status.success() {
            let said = String::from_utf8_lossy(&answer.stderr);
            let said = said.lines().next().unwrap_or("it says nothing").to_owned();
            return Err(format!("does not work ({said}); name another Python with --against"));
        }
        if !version.starts_with(WANTED) {
            let what = version.lines().next().unwrap_or("something unknown");
            return Err(format!("is {what}; Strata follows 3.13, name one with --against"));
        }
        Ok(Self { path, version })
    }

    /// As the command line of Python has it: without the site's own settings, its hashes those of
    /// Strata.
    pub(super) fn command(&self) -> Command {
        let mut command = Command::new(&self.path);
        command.args(["-s", "-B", "-X", "utf8"]);
        command.env("PYTHONHASHSEED", "0").env("PYTHON_COLORS", "0").env("NO_COLOR", "1");
        command
    }
}

/// This program, running a script.
pub(super) fn strata(path: &Path) -> Command {
    let mut command = Command::new(path);
    command.arg("run");
    command
}

/// What is run.
pub(super) struct Run<'a> {
    pub(super) folder: &'a Path,
    pub(super) file: &'a Path,
    /// The script with its probes, when it has any; it is read from standard input then.
    pub(super) text: Option<&'a str>,
    pub(super) time: Duration,
}

/// How a run went.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Ran {
    pub(super) out: Vec<u8>,
    pub(super) err: String,
    /// None when a signal ended it.
    pub(super) code: Option<i32>,
    /// Whether it was ended because its time was up.
    pub(super) late: bool,
}

impl Run<'_> {
    /// Runs it.
    ///
    /// # Errors
    /// Why there is no process.
    pub(super) fn by(&self, mut command: Command) -> Result<Ran, String> {
        match self.text {
            None => command.arg(self.file).stdin(Stdio::null()),
            Some(_) => command.arg("-").stdin(Stdio::piped()),
        };
        command.current_dir(self.folder).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| format!("cannot run it: {error}"))?;
        let (input, out, err) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        std::thread::scope(|scope| {
            let out = scope.spawn(|| all_of(out));
            let err = scope.spawn(|| all_of(err));
            if let (Some(mut input), Some(text)) = (input, self.text) {
                // One that ends before it has read everything has said why.
                let _ = input.write_all(text.as_bytes());
            }
            let (code, late) = wait(&mut child, self.time);
            Ok(Ran {
                out: out.join().unwrap_or_default(),
                err: String::from_utf8_lossy(&err.join().unwrap_or_default()).into_owned(),
                code,
                late,
            })
        })
    }
}

fn all_of(from: Option<impl Read>) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(mut from) = from {
        // What came before an error is all there is.
        let _ = from.read_to_end(&mut bytes);
    }
    bytes
}

/// The code that a process ended with, and whether it had to be ended.
fn wait(child: &mut Child, time: Duration) -> (Option<i32>, bool) {
    let began = Instant::now();
    let mut nap = Duration::from_micros(500);
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return (status.code(), false),
            Ok(None) if began.elapsed() < time => std::thread::sleep(nap),
            _ => {
                let _ = child.kill();
                let _ = child.wait();
                return (None, true);
            }
        }
        nap = (nap * 2).min(Duration::from_millis(10));
    }
}
