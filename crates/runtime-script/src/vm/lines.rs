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
    /// Lines found before, each where the place at which it was begun says: a loop comes back to its
    /// lines at the same places.
    found: [Found; FOUND],
}

/// A power of two.
const FOUND: usize = 8;

/// The line of a place in a file.
#[derive(Clone, Copy)]
struct Found {
    source: u32,
    at: u32,
    number: u32,
    start: u32,
    end: u32,
}

impl Line {
    pub(super) const fn new() -> Self {
        let none = Found { source: u32::MAX, at: 0, number: 0, start: 0, end: 0 };
        Self { frame: null_mut(), start: 0, end: 0, found: [none; FOUND] }
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
        unsafe { self.change(machine, frame, at) };
    }

    #[cold]
    #[inline(never)]
    unsafe fn change(&mut self, machine: &Machine, frame: *mut Frame, at: u32) {
        // SAFETY: per contract of `look`.
        let code = unsafe { (*frame).code.as_ref() };
        let source = code.parts.source;
        let slot = self.found.get_mut(at as usize & (FOUND - 1));
        let Some(found) = slot else { return };
        if found.at != at || found.source != source {
            let Some(text) = machine.source(code) else { return };
            let number = text.line(at.into());
            let start = text.line_start(number).to_u32();
            let end = text.line_start(number + 1).to_u32().max(start + 1);
            *found = Found { source, at, number, start, end };
        }
        (self.frame, self.start, self.end) = (frame, found.start, found.end);
        tell_line(machine, Some((source, found.number)));
    }
}

/// Tells which line `frame` is on, unless that was told last; null when no program runs.
///
/// # Safety
/// `frame` is null or the newest frame of the machine.
pub(super) unsafe fn tell(machine: &Machine, frame: *mut Frame) {
    // SAFETY: per contract.
    let at = unsafe {
        frame.as_ref().map(|running| {
            let code = running.code.as_ref();
            (code.parts.source, machine.line_of(code, Frame::index(frame) as usize))
        })
    };
    tell_line(machine, at);
}

fn tell_line(machine: &Machine, at: Option<(u32, u32)>) {
    if machine.told_line.replace(at) != at {
        machine.world.heap().emit(|| Event::Line { at });
    }
}
