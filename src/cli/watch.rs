//! The threads beside the script: one hears Ctrl-C, one has an eye on the clock.
//!
//! Both ring the runtime's bell, and the script's own thread does the rest at its next safe point.
//! What cannot be ended that way (one long release of memory, a write that nobody reads) is ended
//! here, a little later, by ending the process.

use std::process;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

use signal_hook::consts::SIGINT;
use signal_hook::iterator::Signals;
use strata::{Bell, Limit};

use super::console::Terminal;
use super::exit::{Exit, say};

/// Rings the bell for each Ctrl-C. One that comes while the last has not been heard ends the
/// process.
pub(crate) fn keyboard(bell: Bell, console: Terminal) {
    // Without the thread Ctrl-C ends the process, which is what it is for.
    let Ok(mut signals) = Signals::new([SIGINT]) else { return };
    let listen = move || {
        for _ in signals.forever() {
            if bell.interrupt() {
                console.flush_if_free();
                process::exit(Exit::Interrupted.code().into());
            }
        }
    };
    drop(std::thread::Builder::new().stack_size(STACK).spawn(listen));
}

/// Rings the bell when the time is up, and ends a process that does not end then, unless it `waits`: a
/// session at its prompt, as long as it likes, to end with the next statement; a recording for the
/// script to end, to show what was recorded.
pub(crate) fn clock(bell: Bell, console: Terminal, time: Duration, waits: bool) {
    let wait = move || {
        std::thread::sleep(time);
        bell.end_time();
        if waits {
            return;
        }
        std::thread::sleep(GRACE);
        console.flush_if_free();
        say_limit(Limit::Time, None, Some(time));
        process::exit(Exit::Limit.code().into());
    };
    drop(std::thread::Builder::new().stack_size(STACK).spawn(wait));
}

/// Stack of these threads.
const STACK: usize = 64 << 10;

/// How long a script may take to end after its time.
const GRACE: Duration = Duration::from_millis(400);

/// Says, once, which limit ended the script.
pub(crate) fn say_limit(limit: Limit, place: Option<&(String, u32)>, time: Option<Duration>) {
    static SAID: AtomicBool = AtomicBool::new(false);
    if SAID.swap(true, Ordering::Relaxed) {
        return;
    }
    say(format_args!("{}", limit_words(limit, place, time)));
}

/// Which limit ended the script, and where.
pub(crate) fn limit_words(
    limit: Limit,
    place: Option<&(String, u32)>,
    time: Option<Duration>,
) -> String {
    let place = place.map_or_else(String::new, |(file, line)| format!(" at {file}, line {line}"));
    match limit {
        Limit::Steps(steps) => {
            format!("the limit of {steps} steps was reached{place} (--max-steps)")
        }
        _ => {
            let seconds = time.map_or(0.0, |time| time.as_secs_f64());
            format!("the time limit of {seconds} s was reached{place} (--timeout)")
        }
    }
}

/// Rings a bell when a time is up, unless it is dropped before.
pub(crate) struct Alarm(Option<(Sender<()>, JoinHandle<()>)>);

impl Alarm {
    /// Without a thread to spare there is none: steps still end.
    pub(crate) fn set(bell: Bell, time: Duration) -> Self {
        let (stop, stopped) = mpsc::channel();
        let wait = move || {
            if stopped.recv_timeout(time) == Err(RecvTimeoutError::Timeout) {
                bell.end_time();
            }
        };
        let thread = std::thread::Builder::new().stack_size(STACK).spawn(wait);
        Self(thread.ok().map(|thread| (stop, thread)))
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.0.take() {
            drop(stop);
            let _ = thread.join();
        }
    }
}
