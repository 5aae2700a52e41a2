//! Which line runs, told to whoever watches the heap.
//!
//! A line begins when the next instruction lies on another line or in another frame. Looking costs a
//! few instructions each time, so only the loop that runs while the heap is watched does it.

use std::ptr::null_mut;

use runtime_core::Event;

use super::stack::Frame;
use crate::code::CodeObject;
use crate::insn::Insn;
use crate::interp::Machine;
use crate::syntax::Source;

/// The line that the loop was on when it looked last.
pub(super) struct Line {
    frame: *mut Frame,
    /// The instructions around that are of the line too: address of the first, and their bytes.
    first: usize,
    bytes: usize,
    /// Where the line begins and ends, in bytes of its file.
    start: u32,
    end: u32,
    /// Lines found before, each at the instruction with which it was begun: a loop comes back to its
    /// lines at the same instructions.
    found: [Place; FOUND],
}

/// A power of two.
const FOUND: usize = 16;

/// A line, found at an instruction.
#[derive(Clone, Copy)]
struct Place {
    /// The instruction's address, and where in which file it comes from.
    pc: usize,
    source: u32,
    at: u32,
    /// The line, and the same of it as in [`Line`].
    number: u32,
    start: u32,
    end: u32,
    first: usize,
    bytes: usize,
}

const NOWHERE: Place =
    Place { pc: 0, source: u32::MAX, at: 0, number: 0, start: 0, end: 0, first: 0, bytes: 0 };

impl Line {
    pub(super) const fn new() -> Self {
        Self { frame: null_mut(), first: 0, bytes: 0, start: 0, end: 0, found: [NOWHERE; FOUND] }
    }

    /// Looks where `frame` is, and tells when that is another line.
    ///
    /// # Safety
    /// `frame` is the newest frame of the machine, and `pc`, which is its own, an instruction of its code.
    #[inline(always)]
    pub(super) unsafe fn look(&mut self, machine: &Machine, frame: *mut Frame, pc: *const Insn) {
        // SAFETY: per contract.
        unsafe {
            let into = pc.addr().wrapping_sub(self.first);
            if frame != self.frame || into >= self.bytes {
                self.arrive(machine, frame);
            }
        }
    }

    /// The instruction is not one of those around the last.
    ///
    /// # Safety
    /// As [`Line::look`].
    #[cold]
    #[inline(never)]
    unsafe fn arrive(&mut self, machine: &Machine, frame: *mut Frame) {
        // SAFETY: per contract.
        let (code, pc, index) =
            unsafe { ((*frame).code.as_ref(), (*frame).pc.addr(), Frame::index(frame) as usize) };
        let range = code.position(index);
        // What the compiler added of its own has no place.
        if range.is_empty() {
            return;
        }
        let (source, at) = (code.parts.source, range.start().to_u32());
        let Some(found) = self.found.get(index & (FOUND - 1)) else { return };
        // Another code object may have come to the same address, but not of the same place.
        if (found.pc != pc || found.at != at || found.source != source)
            && !self.find(machine, code, pc, index)
        {
            return;
        }
        let Some(found) = self.found.get(index & (FOUND - 1)) else { return };
        let same = frame == self.frame && self.start <= at && at < self.end;
        self.frame = frame;
        (self.first, self.bytes) = (found.first, found.bytes);
        (self.start, self.end) = (found.start, found.end);
        if !same {
            tell_line(machine, Some((source, found.number)));
        }
    }

    /// Finds the line of instruction `index`, whose address is `pc`; `false` without a source.
    #[cold]
    #[inline(never)]
    fn find(&mut self, machine: &Machine, code: &CodeObject, pc: usize, index: usize) -> bool {
        let Some(text) = machine.source(code) else { return false };
        let Some(found) = self.found.get_mut(index & (FOUND - 1)) else { return false };
        *found = Place::of(text, code, pc, index);
        true
    }
}

impl Place {
    /// The line of instruction `index`, whose address is `pc`, in the text that it comes from.
    fn of(text: &Source, code: &CodeObject, pc: usize, index: usize) -> Self {
        let at = code.position(index).start();
        let number = text.line(at);
        let start = text.line_start(number).to_u32();
        let end = text.line_start(number + 1).to_u32().max(start + 1);
        let here = |index: &usize| {
            let range = code.position(*index);
            range.is_empty() || (start..end).contains(&range.start().to_u32())
        };
        let before = (0..index).rev().take_while(here).count();
        let behind = (index + 1..code.parts.insns.len()).take_while(here).count();
        Self {
            pc,
            source: code.parts.source,
            at: at.to_u32(),
            number,
            start,
            end,
            first: pc - before * size_of::<Insn>(),
            bytes: (before + 1 + behind) * size_of::<Insn>(),
        }
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
