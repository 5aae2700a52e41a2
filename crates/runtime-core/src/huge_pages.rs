//! Whether a growing heap asks for huge pages: as long as they come quickly.
//!
//! Two megabytes that a kernel has at hand as one page come in a fraction of the time that 512 page
//! faults take. When it must first make room for one, or when a virtual machine has no memory behind
//! it yet, they take several times as long as the faults would. So the heap looks at the clock, and
//! after a slow page it does without for a while, twice as long each time.

use std::cell::Cell;
use std::time::{Duration, Instant};

/// What a span of 2 MiB may take before its pages are taken for slow: about what as many page faults
/// take (measured: 0.2 ms as one page, 0.9 ms by faults, 3.7 ms when the page is not at hand).
const SLOW: Duration = Duration::from_micros(1500);

/// Spans that are taken without after the first slow one, and at most.
const FIRST_PAUSE: u32 = 4;
const LONGEST_PAUSE: u32 = 256;

/// The memory of how quickly huge pages came.
#[derive(Debug)]
pub(crate) struct HugePages {
    /// Spans still to be taken without.
    rest: Cell<u32>,
    /// How many it will be after the next slow page.
    pause: Cell<u32>,
}

impl Default for HugePages {
    fn default() -> Self {
        Self { rest: Cell::new(0), pause: Cell::new(FIRST_PAUSE) }
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
        if time > SLOW {
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
            pages.took(Duration::from_micros(200));
        }
        for pause in [4, 8, 16, 32, 64, 128, 256, 256] {
            pages.took(Duration::from_millis(4));
            assert_eq!(spans_without(&pages), pause);
        }
    }
}
