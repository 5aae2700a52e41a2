//! What other threads may do to a running script: interrupt it, or end it.

use std::fmt;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use runtime_core::{INTERRUPTED, TIME_UP};

/// Rung from any thread; heard by the runtime at its next safe point, in its own thread. Clones are
/// the same bell. One whose runtime has ended is not heard.
#[derive(Clone, Default)]
pub struct Bell(Arc<Mutex<Option<Flags>>>);

/// The flag word of a runtime that has not ended.
struct Flags(NonNull<AtomicU32>);

// SAFETY: the word is atomic, and it lives until `take_down`, which waits for whoever is using it.
unsafe impl Send for Flags {}

impl Bell {
    /// Interrupts what runs: `KeyboardInterrupt` is raised there. Gives whether the runtime had
    /// not yet heard of the last one.
    pub fn interrupt(&self) -> bool {
        self.ring(INTERRUPTED) & INTERRUPTED != 0
    }

    /// Says that the time is up: the script ends, whatever it catches.
    pub fn end_time(&self) {
        self.ring(TIME_UP);
    }

    /// Whether somebody rang and has not been heard yet: whoever waits for something outside gives
    /// up, and what was rung for happens.
    pub fn is_ringing(&self) -> bool {
        self.ring(0) & (INTERRUPTED | TIME_UP) != 0
    }

    /// Answers an interrupt in the runtime's place; gives whether there was one.
    pub fn take_interrupt(&self) -> bool {
        match &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(Flags(word)) => {
                // SAFETY: as in `ring`.
                let before = unsafe { word.as_ref() }.fetch_and(!INTERRUPTED, Ordering::Relaxed);
                before & INTERRUPTED != 0
            }
            None => false,
        }
    }

    /// Raises flags; gives those that were up.
    fn ring(&self, flags: u32) -> u32 {
        match &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            // SAFETY: the word is alive while it is here, and the lock is held.
            Some(Flags(word)) => unsafe { word.as_ref() }.fetch_or(flags, Ordering::Relaxed),
            None => 0,
        }
    }

    /// Connects the bell to a flag word.
    ///
    /// # Safety
    /// The word stays where it is, and alive, until [`Bell::take_down`].
    pub(crate) unsafe fn hang(&self, word: &AtomicU32) {
        let flags = Some(Flags(NonNull::from(word)));
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = flags;
    }

    /// Takes the word away from whoever still holds the bell.
    pub(crate) fn take_down(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl fmt::Debug for Bell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bell").field("is_ringing", &self.is_ringing()).finish()
    }
}
