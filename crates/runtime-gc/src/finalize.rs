//! The last rites: what happens between an object's last reference and its taking apart.
//!
//! ```text
//! count 0 --> finalizer (once; the object counts as alive) --> weak references cleared, called back
//!                 |                                                          |
//!                 +--> somebody holds it again: it lives on                  +--> taken apart
//! ```
//!
//! A collection runs the same finalizers, but before any object is taken apart, and clears weak
//! references first; see [`crate::garbage`].

use std::panic::{AssertUnwindSafe, catch_unwind};

use runtime_core::{Obj, Step, TypeFlags, TypeObject, type_of};

use crate::collector::{Collector, track, untrack};
use crate::head::Head;
use crate::weak;

/// Runs something that may be foreign code, and survives its panic. The payload is forgotten, since
/// dropping it may panic again.
pub(crate) fn survive(collector: &Collector, whose: &str, run: impl FnOnce()) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(run)) {
        #[expect(clippy::mem_forget, reason = "dropping a panic's payload may panic")]
        std::mem::forget(payload);
        collector.above().panicked(whose);
    }
}

/// Whether an object has a finalizer that has not run yet.
///
/// # Safety
/// `op` is alive, and of this type.
#[inline(always)]
pub(crate) unsafe fn awaits_finalizer(op: Obj, ty: &TypeObject) -> bool {
    // SAFETY: per contract; only collectable objects remember that theirs has run.
    ty.finalizer().is_some() && unsafe { !ty.is_gc() || !Head::of(op).is_finalized() }
}

/// Runs an object's finalizer.
///
/// # Safety
/// `op` is alive, and held by the caller.
pub(crate) unsafe fn finalize(op: Obj) {
    // SAFETY: per contract; a type outlives its objects.
    unsafe {
        let ty = type_of(op);
        let Some(finalizer) = ty.as_ref().finalizer() else { return };
        let collector = Collector::of(op);
        collector.heap.emit_step(Step::Finalising, op, ty.as_ref());
        survive(collector, ty.as_ref().name(), || finalizer(op));
        collector.heap.emit_step(Step::Finalised, op, ty.as_ref());
    }
}

/// Runs the last rites of an object whose last reference has gone, and tells whether it is not to be
/// taken apart: it lives on, or waits for its turn.
///
/// # Safety
/// `op` is dead, tracked or not, and nothing of it has been taken apart.
#[inline(always)]
pub(crate) unsafe fn lives_on(op: Obj) -> bool {
    // SAFETY: per contract. Most objects of the types that may have rites have none.
    unsafe {
        let ty = type_of(op).as_ref();
        ty.flags().has(TypeFlags::LAST_RITES)
            && (ty.finalizer().is_some()
                || ty.flags().has(TypeFlags::WEAK_REF)
                || weak::has_any(op))
            && last_rites(op)
    }
}

/// Bounds the native stack: a finalizer that lets go of the next object with a finalizer, and so on,
/// nests as deep as the chain is long. What is too deep waits in a line, and the outermost rites
/// take it up.
#[inline(never)]
unsafe fn last_rites(op: Obj) -> bool {
    // SAFETY: per contract of `lives_on`. An object in the line is dead, untracked and whole, so its
    // head is free for the link and its `tp_dealloc` may be called again.
    unsafe {
        let collector = Collector::of(op);
        let depth = collector.rites.get();
        if type_of(op).as_ref().is_gc() && depth > 0 && !collector.above().may_nest(depth) {
            untrack(op);
            let head = Head::of(op);
            head.wait_before(collector.line.replace(Some(head)));
            return true;
        }
        collector.rites.set(depth + 1);
        let lives = rites_of(op);
        collector.rites.set(depth);
        if depth == 0 && !collector.serving_line.replace(true) {
            serve_line(collector);
            collector.serving_line.set(false);
        }
        lives
    }
}

/// Takes up those that wait, until nobody does. Those that they let wait come before those that
/// were there already, so that the order is that of nested deaths. All of them find this one at work
/// and leave the line to it: nested loops would be as deep as the line is long.
unsafe fn serve_line(collector: &Collector) {
    let mut first = None::<Head>;
    loop {
        while let Some(newest) = collector.line.get() {
            collector.line.set(newest.leave_line());
            newest.wait_before(first);
            first = Some(newest);
        }
        let Some(head) = first else { return };
        first = head.leave_line();
        let op = head.object();
        // SAFETY: whoever waits is dead and whole, and its last rites are still to be held.
        unsafe { (type_of(op).as_ref().tp_dealloc)(op) };
    }
}

unsafe fn rites_of(op: Obj) -> bool {
    // SAFETY: per contract of `lives_on`.
    unsafe {
        let ty = type_of(op).as_ref();
        let flags = ty.flags();
        if flags.has(TypeFlags::WEAK_FIRST) {
            untrack(op);
            weak::clear_and_call_back(op);
        }
        let finalizes = ty.finalizer().is_some();
        if awaits_finalizer(op, ty) && is_saved_by_finalizer(op) {
            return true;
        }
        if ty.is_gc() {
            untrack(op);
        }
        if flags.has(TypeFlags::WEAK_REF) {
            // From here on nobody may come to a dead weak reference through its object.
            weak::detach(op.cast());
        }
        if ty.weak_list_offset != 0 {
            if !flags.has(TypeFlags::WEAK_FIRST.with(TypeFlags::WEAK_LATE)) {
                weak::clear_and_call_back(op);
            }
            if finalizes {
                weak::clear_silently(op);
            }
        }
        if ty.is_gc() {
            Head::of(op).reset();
        }
        false
    }
}

/// Runs the finalizer of a dead object as if it were alive; tells whether somebody holds it now.
unsafe fn is_saved_by_finalizer(op: Obj) -> bool {
    // SAFETY: per contract of `lives_on`. While the finalizer runs one reference is the caller's, so
    // the object cannot die a second time.
    unsafe {
        op.as_ref().set_count(1);
        let is_gc = type_of(op).as_ref().is_gc();
        if is_gc {
            // As its newest: should a collection be under way, the object is not part of it any more.
            untrack(op);
            track(op);
        }
        finalize(op);
        if is_gc {
            Head::of(op).set_finalized();
        }
        !op.as_ref().drop_reference()
    }
}
