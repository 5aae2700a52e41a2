//! The script's standard input, standard output and standard error.
//!
//! Standard output is gathered and written in large pieces, line by line on a terminal; standard
//! error is written at once, after what standard output still holds, so that the two keep their
//! order. A reader that has gone away ends the process quietly. A read waits in short naps, and gives
//! up when somebody rings the runtime's bell.

use std::fs::File;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::os::fd::AsFd;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use strata::{Bell, Console};

use super::exit::{self, Exit};

/// Bytes gathered before they are written, and read at once.
const ROOM: usize = 8192;

/// How long a read waits between two looks at the bell.
const NAP: Timespec = Timespec { tv_sec: 0, tv_nsec: 10_000_000 };

/// The process's own streams; clones are the same console.
#[derive(Clone)]
pub(crate) struct Terminal(Arc<Stream>);

struct Stream {
    out: File,
    by_line: bool,
    held: Mutex<Vec<u8>>,
    /// Bytes that were read and not yet asked for.
    input: Mutex<Input>,
    /// The last line written to standard error, as far as its first bytes tell.
    last_error: Mutex<[u8; 16]>,
    bell: OnceLock<Bell>,
}

#[derive(Default)]
struct Input {
    bytes: Vec<u8>,
    /// How many of them were given out.
    given: usize,
}

/// The value behind a lock. Nothing panics while it is held, and if it did, the value is whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Terminal {
    /// A console on the process's standard streams.
    ///
    /// # Errors
    /// When the process has no descriptor left.
    pub(crate) fn new() -> io::Result<Self> {
        Self::writing_to(&io::stdout())
    }

    /// The same for commands whose standard output is their own: what the script writes goes to
    /// standard error.
    ///
    /// # Errors
    /// As [`Terminal::new`].
    pub(crate) fn aside() -> io::Result<Self> {
        Self::writing_to(&io::stderr())
    }

    fn writing_to(stream: &(impl AsFd + IsTerminal)) -> io::Result<Self> {
        let by_line = stream.is_terminal();
        let out = File::from(stream.as_fd().try_clone_to_owned()?);
        Ok(Self(Arc::new(Stream {
            out,
            by_line,
            held: Mutex::new(Vec::with_capacity(ROOM)),
            input: Mutex::default(),
            last_error: Mutex::default(),
            bell: OnceLock::new(),
        })))
    }

    /// From now on a read that waits gives up when this bell rings.
    pub(crate) fn listen(&self, bell: Bell) {
        // There is one runtime for one console.
        let _ = self.0.bell.set(bell);
    }

    /// Whether a read was given up because of Ctrl-C, of which the runtime will not hear now.
    pub(crate) fn take_interrupt(&self) -> bool {
        self.0.bell.get().is_some_and(Bell::take_interrupt)
    }

    /// Whether the last line written to standard error begins with this exception's name.
    pub(crate) fn last_error_is(&self, exception: &str) -> bool {
        let line = *lock(&self.0.last_error);
        line.strip_prefix(exception.as_bytes())
            .is_some_and(|rest| matches!(rest.first(), None | Some(0 | b':')))
    }

    /// Writes what is held back, from a thread beside the script, unless the script is just writing.
    pub(crate) fn flush_if_free(&self) {
        if let Ok(mut held) = self.0.held.try_lock() {
            let _ = (&self.0.out).write_all(&held);
            held.clear();
        }
    }
}

impl Stream {
    fn write(&self, bytes: &[u8]) {
        if let Err(error) = (&self.out).write_all(bytes) {
            give_up(&error);
        }
    }

    /// Waits until something can be read, then reads some; nothing at the end.
    fn read_some(&self, into: &mut Vec<u8>) -> io::Result<()> {
        let stdin = rustix::stdio::stdin();
        loop {
            if self.bell.get().is_some_and(Bell::is_ringing) {
                return Err(ErrorKind::Interrupted.into());
            }
            let mut wanted = [PollFd::new(&stdin, PollFlags::IN)];
            match poll(&mut wanted, Some(&NAP)) {
                Ok(0) | Err(Errno::INTR) => {}
                // What cannot be waited for can be read, or the read says what is wrong.
                Ok(_) | Err(_) => break,
            }
        }
        into.resize(ROOM, 0);
        let count = loop {
            match rustix::io::read(stdin, &mut *into) {
                Err(Errno::INTR) => {}
                // As Rust's own standard input: one that is closed is empty.
                Err(Errno::BADF) => break Ok(0),
                other => break other,
            }
        };
        into.truncate(*count.as_ref().unwrap_or(&0));
        Ok(count.map(drop)?)
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
        let mut held = lock(&self.0.held);
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
        Ok(())
    }

    fn err(&self, bytes: &[u8]) -> io::Result<()> {
        self.flush()?;
        let line = bytes.trim_ascii_end().rsplit(|&byte| byte == b'\n').next().unwrap_or(bytes);
        let mut start = [0; 16];
        for (to, from) in start.iter_mut().zip(line) {
            *to = *from;
        }
        *lock(&self.0.last_error) = start;
        io::stderr().write_all(bytes)
    }

    fn read(&self, max: usize, stop: Option<u8>, into: &mut Vec<u8>) -> io::Result<()> {
        let mut input = lock(&self.0.input);
        let mut wanted = max;
        while wanted > 0 {
            if input.given == input.bytes.len() {
                input.given = 0;
                self.0.read_some(&mut input.bytes)?;
                if input.bytes.is_empty() {
                    break;
                }
            }
            let fresh = input.bytes.get(input.given..).unwrap_or_default();
            let fresh = fresh.get(..wanted).unwrap_or(fresh);
            let end = stop.and_then(|stop| fresh.iter().position(|&byte| byte == stop));
            let take = fresh.get(..end.map_or(fresh.len(), |end| end + 1)).unwrap_or(fresh);
            into.extend_from_slice(take);
            let count = take.len();
            input.given += count;
            wanted -= count;
            if end.is_some() {
                break;
            }
        }
        Ok(())
    }

    fn flush(&self) -> io::Result<()> {
        let mut held = lock(&self.0.held);
        if !held.is_empty() {
            self.0.write(&held);
            held.clear();
        }
        Ok(())
    }
}
