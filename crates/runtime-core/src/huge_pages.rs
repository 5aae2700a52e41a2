//! Whether a growing heap asks for huge pages: as long as they save time on the whole.
//!
//! Two megabytes that a kernel has at hand as one page come in a fraction of the time that 512 page
//! faults take, and go in one step. When it must first make room for one, or when a virtual machine
//! has no memory behind it yet, they take several times as long as the faults would; but memory that
//! has once been made ready is quick for whoever comes next. So the heap looks at the clock: half of
//! what quick pages saved may be spent on slow ones. When it is spent, a slow page makes the heap do
//! without for a while, twice as long each time.

use std::cell::Cell;
use std::time::{Duration, Instant};

/// What the page faults of a span of 2 MiB take (measured: 0.9 ms, against 0.2 ms as one page that is
/// at hand, and 3.7 to 5.5 ms as one that is not).
const FAULTS: Duration = Duration::from_micros(900);

/// What a span may take before its page is taken for slow.
const SLOW: Duration = Duration::from_micros(1500);

/// The most that may be spent: what a program loses when its luck turns.
const MOST_SAVED: Duration = Duration::from_millis(20);

/// Spans that are taken without after the first slow one that nothing pays for, and at most.
const FIRST_PAUSE: u32 = 4;
const LONGEST_PAUSE: u32 = 256;

/// The memory of how quickly huge pages came.
#[derive(Debug)]
pub(crate) struct HugePages {
    /// Half of the time that quick pages saved, less what slow ones cost.
    saved: Cell<Duration>,
    /// Spans still to be taken without.
    rest: Cell<u32>,
    /// How many it will be after the next slow page.
    pause: Cell<u32>,
}

impl Default for HugePages {
    fn default() -> Self {
        Self { saved: Cell::new(Duration::ZERO), rest: Cell::new(0), pause: Cell::new(FIRST_PAUSE) }
    }
}

impl HugePages {
    /// Whether the next span is to have one; to be asked once for each.
    pub(crate) fn are_wanted(&self) -> bool {
        let rest = self.rest.get();
        self.rest.set(rest.saturating_sub(1));
        rest == 0
    }

    /// Times `ask`, which has the system put a huge page somewhere.
    pub(crate) fn time(&self, ask: impl FnOnce()) {
        let began = Instant::now();
        ask();
        self.took(began.elapsed());
    }

    fn took(&self, time: Duration) {
        if time <= SLOW {
            let saved = self.saved.get() + FAULTS.saturating_sub(time) / 2;
            self.saved.set(saved.min(MOST_SAVED));
        } else if let Some(left) = (self.saved.get() + FAULTS).checked_sub(time) {
            self.saved.set(left);
        } else {
            let pause = self.pause.get();
            self.rest.set(pause);
            self.pause.set((2 * pause).min(LONGEST_PAUSE));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Spans taken without before the next huge page is asked for.
    fn spans_without(pages: &HugePages) -> u32 {
        (0..).find(|_| pages.are_wanted()).unwrap()
    }

    #[test]
    fn quick_pages_are_wanted_again_and_slow_ones_ever_later() {
        let pages = HugePages::default();
        for _ in 0..3 {
            assert!(pages.are_wanted());
            pages.took(Duration::from_micros(900));
        }
        for pause in [4, 8, 16, 32, 64, 128, 256, 256] {
            pages.took(Duration::from_millis(4));
            assert_eq!(spans_without(&pages), pause);
        }
    }

    #[test]
    fn what_quick_pages_saved_pays_for_slow_ones_but_never_more_than_a_little() {
        let pages = HugePages::default();
        // Each saves 0.7 ms; a slow one costs 3.1 ms.
        for _ in 0..20 {
            pages.took(Duration::from_micros(200));
        }
        for pause in [0, 0, 4, 8] {
            pages.took(Duration::from_millis(4));
            assert_eq!(spans_without(&pages), pause);
        }
        for _ in 0..10_000 {
            pages.took(Duration::from_micros(200));
        }
        pages.took(MOST_SAVED + FAULTS);
        assert!(pages.are_wanted());
        pages.took(2 * SLOW);
        assert_eq!(spans_without(&pages), 16);
    }
}
