//! Counting frames, while somebody watches: at safe points, so that calls cost nothing otherwise.

use runtime_core::{FRAMES, Obj};

use super::stack::Frame;
use crate::interp::Machine;

/// What the stack of frames was used for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FrameCounts {
    /// Frames that began.
    pub begun: u64,
    /// Of those, frames in memory that an earlier frame had used.
    pub reused: u64,
    /// Bytes of all of them.
    pub bytes: u64,
    /// The most frames at once.
    pub deepest: u32,
    /// The most bytes in use at once.
    pub peak_bytes: usize,
    /// The most bytes that the stack had, in chunks.
    pub held_bytes: usize,
}

impl Machine {
    /// Counts the newest frame, if it is just beginning.
    ///
    /// # Safety
    /// The newest frame is live.
    #[cold]
    pub(crate) unsafe fn count_frame(&self) {
        let frame = self.frame.get();
        if frame.is_null() || !self.world.heap().is_asked(FRAMES) {
            return;
        }
        // SAFETY: per contract.
        let (begins, bytes) = unsafe {
            let registers = usize::from((*frame).count) * size_of::<Option<Obj>>();
            let begins = Frame::index(frame) == 0 && !(*frame).generator;
            (begins, size_of::<Frame>() + registers)
        };
        if !begins {
            return;
        }
        let mut counts = self.frame_counts.get();
        let (used, held) = self.stack.extent();
        counts.begun += 1;
        counts.bytes += bytes as u64;
        if used <= counts.peak_bytes {
            counts.reused += 1;
        }
        counts.peak_bytes = counts.peak_bytes.max(used);
        counts.held_bytes = counts.held_bytes.max(held);
        counts.deepest = counts.deepest.max(self.depth.get());
        self.frame_counts.set(counts);
    }
}
