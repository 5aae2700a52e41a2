//! Which line runs, told to whoever watches the heap.
//!
//! A line begins when the next instruction lies on another line or in another frame. Looking costs a
//! few instructions each time, so only the loop that runs while the heap is watched does it.

use std::ptr::null_mut;

use runtime_core::Event;

use super::stack::Frame;
use crate::interp::Machine;

/// The line that the loop was on when it looked last.
pub(super) struct Line {
    frame: *mut Frame,
    /// Where it begins and ends, in bytes of its file.
    start: u32,
    end: u32,
}

impl Line {
    pub(super) const fn new() -> Self {
        Self { frame: null_mut(), start: 0, end: 0 }
    }

    /// Looks where `frame` is, and tells when that is another line.
    ///
    /// # Safety
    /// `frame` is the newest frame of the machine, and its `pc` is an instruction of its code.
    #[inline(always)]
    pub(super) unsafe fn look(&mut self, machine: &Machine, frame: *mut Frame) {
        // SAFETY: per contract.
        let range = unsafe {
            let index = Frame::index(frame) as usize;
            (*frame).code.as_ref().position(index)
        };
        let at = range.start().to_u32();
        let same = frame == self.frame && self.start <= at && at < self.end;
        // What the compiler added of its own has no place.
        if same || range.is_empty() {
            return;
        }
        // SAFETY: per contract.
        unsafe { self.change(machine, frame) };
    }

    #[cold]
    #[inline(never)]
    unsafe fn change(&mut self, machine: &Machine, frame: *mut Frame) {
        // SAFETY: per contract of `look`.
        let Some(number) = (unsafe { tell(machine, frame) }) else { return };
        // SAFETY: as above.
        let code = unsafe { (*frame).code.as_ref() };
        let Some(source) = machine.source(code) else { return };
        self.frame = frame;
        self.start = source.line_start(number).to_u32();
        self.end = source.line_start(number + 1).to_u32().max(self.start + 1);
    }
}

/// Tells which line `frame` is on, unless that was told last; null when no program runs. Gives the
/// line.
///
/// # Safety
/// `frame` is null or the newest frame of the machine.
pub(super) unsafe fn tell(machine: &Machine, frame: *mut Frame) -> Option<u32> {
    // SAFETY: per contract.
    let at = unsafe {
        frame.as_ref().map(|running| {
            let code = running.code.as_ref();
            (code.parts.source, machine.line_of(code, Frame::index(frame) as usize))
        })
    };
    if machine.told_line.replace(at) != at {
        machine.world.heap().emit(|| Event::Line { at });
    }
    at.map(|(_, line)| line)
}
