//! The script's standard input, standard output and standard error.
//!
//! Standard output is gathered and written in large pieces, line by line on a terminal; standard
//! error is written at once, after what standard output still holds, so that the two keep their
//! order. A reader that has gone away ends the process quietly.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufRead, ErrorKind, IsTerminal, Read, Write};
use std::os::fd::AsFd;
use std::rc::Rc;

use strata::Console;

use super::exit::{self, Exit};

/// Bytes gathered before they are written.
const ROOM: usize = 8192;

/// The process's own standard output and standard error; clones are the same console.
#[derive(Clone)]
pub(crate) struct Terminal(Rc<Stream>);

struct Stream {
    out: File,
    by_line: bool,
    /// Taken out while in use, so that nothing can find it borrowed.
    held: Cell<Vec<u8>>,
    /// The last line written to standard error, as far as its first bytes tell.
    last_error: Cell<[u8; 16]>,
}

impl Terminal {
    /// A console on the process's standard output.
    ///
    /// # Errors
    /// When the process has no descriptor left.
    pub(crate) fn new() -> io::Result<Self> {
        let stdout = io::stdout();
        let by_line = stdout.is_terminal();
        let out = File::from(stdout.as_fd().try_clone_to_owned()?);
        Ok(Self(Rc::new(Stream {
            out,
            by_line,
            held: Cell::new(Vec::with_capacity(ROOM)),
            last_error: Cell::default(),
        })))
    }

    /// Whether the last line written to standard error begins with this exception's name.
    pub(crate) fn last_error_is(&self, exception: &str) -> bool {
        let line = self.0.last_error.get();
        line.strip_prefix(exception.as_bytes())
            .is_some_and(|rest| matches!(rest.first(), None | Some(0 | b':')))
    }
}

impl Stream {
    fn write(&self, bytes: &[u8]) {
        if let Err(error) = (&self.out).write_all(bytes) {
            give_up(&error);
        }
    }
}

/// Ends the process: nothing a script does can be seen any more.
///
/// A closed pipe (`| head`) is how readers say "enough", so it is no noise; anything else, such as a
/// full disk, is said.
fn give_up(error: &io::Error) -> ! {
    if error.kind() != ErrorKind::BrokenPipe {
        exit::say(format_args!("cannot write standard output: {error}"));
    }
    std::process::exit(Exit::Output.code().into())
}

impl Console for Terminal {
    fn out(&self, bytes: &[u8]) -> io::Result<()> {
        let mut held = self.0.held.take();
        if held.len() + bytes.len() > ROOM {
            self.0.write(&held);
            held.clear();
        }
        if bytes.len() > ROOM {
            self.0.write(bytes);
        } else {
            held.extend_from_slice(bytes);
        }
        if self.0.by_line && bytes.contains(&b'\n') {
            self.0.write(&held);
            held.clear();
        }
        self.0.held.set(held);
        Ok(())
    }

    fn err(&self, bytes: &[u8]) -> io::Result<()> {
        self.flush()?;
        let line = bytes.trim_ascii_end().rsplit(|&byte| byte == b'\n').next().unwrap_or(bytes);
        let mut start = [0; 16];
        for (to, from) in start.iter_mut().zip(line) {
            *to = *from;
        }
        self.0.last_error.set(start);
        io::stderr().write_all(bytes)
    }

    fn read(&self, max: usize, stop: Option<u8>, into: &mut Vec<u8>) -> io::Result<()> {
        let mut input = io::stdin().lock().take(max as u64);
        match stop {
            Some(stop) => input.read_until(stop, into).map(drop),
            None => input.read_to_end(into).map(drop),
        }
    }

    fn flush(&self) -> io::Result<()> {
        let mut held = self.0.held.take();
        if !held.is_empty() {
            self.0.write(&held);
            held.clear();
        }
        self.0.held.set(held);
        Ok(())
    }
}
