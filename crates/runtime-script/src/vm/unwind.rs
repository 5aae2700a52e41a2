//! From an exception to its handler: through the frames, emptying registers on the way.

use runtime_gc::{Ref, decref};
use runtime_types::{Cx, Raised};

use super::stack::Frame;
use super::{frame, generator};
use crate::insn::Op;
use crate::interp::Machine;

/// Finds the handler of the exception that is set, from `frame` outwards to the frame that native
/// code called. `again` says that it was raised before and this frame is in its traceback already.
///
/// When a limit has ended the script there are no handlers.
///
/// Gives the frame to go on with, its `pc` at the handler; `None` when native code gets the
/// exception, its frame gone.
///
/// # Safety
/// `frame` is the newest frame of this machine, and an exception is set.
#[cold]
#[inline(never)]
pub(crate) unsafe fn unwind(
    cx: &mut Cx<'_>,
    mut frame: *mut Frame,
    raised: Raised,
    again: bool,
) -> Result<*mut Frame, Raised> {
    let stopped = cx.is_stopped();
    if stopped {
        // SAFETY: per contract.
        unsafe { Machine::of(cx).note_stop(frame) };
    }
    let mut exception = cx.take_raised(raised);
    let mut again = again || stopped;
    // SAFETY: per contract; the frames on the way are live until `leave`.
    unsafe {
        loop {
            if !again && let Err(raised) = frame::add_traceback(cx, exception.borrow(), frame) {
                // No memory for the entry: the exception goes on without it.
                drop(cx.take_raised(raised));
            }
            again = stopped;
            let index = Frame::index(frame);
            if !stopped && let Some(handler) = (*frame).code.as_ref().handler(index) {
                let registers = Frame::registers(frame);
                for i in (handler.depth..(*frame).count).rev() {
                    if let Some(value) = registers.add(usize::from(i)).replace(None) {
                        decref(value);
                    }
                }
                *registers.add(usize::from(handler.exception)) = Some(exception.into_raw());
                let first = (*frame).code.as_ref().parts.insns.as_ptr();
                (*frame).pc = first.add(handler.target as usize);
                return Ok(frame);
            }
            let (caller, entry) = ((*frame).caller, (*frame).entry);
            exception = if (*frame).generator {
                // One that has not begun gives up what was thrown in as it is.
                let begun = (*(*frame).pc).op != Op::MakeGenerator;
                let exception =
                    if begun { generator::without_stop(cx, exception) } else { exception };
                keep_while(exception, || generator::finish(cx, frame))
            } else {
                keep_while(exception, || leave(cx, frame))
            };
            if entry {
                return Err(cx.restore_raised(exception));
            }
            frame = caller;
        }
    }
}

/// Runs something while an exception is in nobody's hands but ours.
fn keep_while(exception: Ref, f: impl FnOnce()) -> Ref {
    f();
    exception
}

/// Ends a frame: releases what it holds and takes it off the stack.
///
/// # Safety
/// `frame` is the newest frame of this machine, and no generator's.
#[inline(always)]
pub(crate) unsafe fn leave(cx: &Cx<'_>, frame: *mut Frame) {
    let machine = Machine::of(cx);
    // SAFETY: per contract.
    unsafe {
        let caller = (*frame).caller;
        frame::clear(frame);
        machine.stack.pop(machine.world.heap(), frame);
        machine.frame.set(caller);
        machine.depth.set(machine.depth.get() - 1);
    }
}
