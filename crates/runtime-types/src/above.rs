//! What the collector asks of this floor: calls, lines of text, caches; and where exceptions go that
//! nobody can catch.

use std::fmt;
use std::ptr::NonNull;

use runtime_core::{Obj, type_of};
use runtime_gc::{Above, Borrowed, CollectionInfo, Collector, Ref};

use crate::args::Args;
use crate::cx::Cx;
use crate::protocol;
use crate::world::World;

/// Reports an exception that cannot be raised: it came from a callback or a finalizer (the object
/// given), and whatever was running goes on.
pub type Unraisable = fn(&mut Cx<'_>, Borrowed<'_>, Ref);

/// This floor, as the collector knows it.
pub(crate) struct Floor;

impl Above for Floor {
    unsafe fn call_back(&self, weak: Obj, callback: Obj) {
        // SAFETY: both are alive until this returns, so their world is.
        unsafe {
            let world = type_of(weak).as_ref().heap_ptr().cast::<World>();
            aside(world, |cx| {
                let callback = Borrowed::new(callback);
                let args = [Borrowed::new(weak)];
                if let Err(raised) = protocol::call(cx, callback, Args::positional(&args)) {
                    let exception = cx.take_raised(raised);
                    cx.report_unraisable(callback, exception);
                }
            });
        }
    }

    unsafe fn drop_caches(&self, collector: NonNull<Collector>) {
        // SAFETY: the collector of this floor is the first field of a world, and the pointer is made
        // from the whole allocation.
        crate::dict::clear_kept_tables(unsafe { collector.cast::<World>().as_ref() });
    }

    unsafe fn collection(&self, collector: NonNull<Collector>, info: CollectionInfo) {
        // SAFETY: as in `drop_caches`.
        unsafe { aside(collector.cast(), |cx| crate::gc::call_back(cx, info)) };
    }

    unsafe fn debug(&self, collector: NonNull<Collector>, line: fmt::Arguments<'_>) {
        // SAFETY: as in `drop_caches`.
        let world = unsafe { collector.cast::<World>().as_ref() };
        let _ = world.console.err(format!("{line}\n").as_bytes());
    }

    unsafe fn save(&self, op: Obj) {
        // SAFETY: the object is alive, so its world is.
        crate::gc::save(unsafe { World::of(op) }, op);
    }

    fn may_nest(&self, depth: u32) -> bool {
        /// Bytes of stack that one more finalizer may take.
        const ENOUGH: usize = 512 * 1024;
        // Programs' finalizers are bounded by the recursion limit as well, so that the order is
        // CPython's as long as there is room.
        depth < 64 || stacker::remaining_stack().is_some_and(|left| left > ENOUGH)
    }

    fn panicked(&self, whose: &str) {
        // There is no world in hand, and no program to tell.
        let _ = whose;
    }
}

/// Runs what may run a program in the middle of something else: the exception that is being raised
/// is put aside and back.
///
/// # Safety
/// `world` was started and is made from the whole runtime's allocation.
pub unsafe fn aside<R>(world: NonNull<World>, run: impl FnOnce(&mut Cx<'_>) -> R) -> R {
    // SAFETY: per contract.
    let cx = &mut unsafe { Cx::new(world) };
    let pending = cx.raised.take();
    let result = run(cx);
    if let Some(left) = cx.raised.replace(pending) {
        // SAFETY: the cell owned it.
        drop(unsafe { Ref::steal(left) });
    }
    result
}

impl World {
    /// Reports an exception that cannot be raised; `source` is where it came from.
    pub fn report_unraisable(&self, source: Borrowed<'_>, exception: Ref) {
        // SAFETY: this world was started; its pointer is made from the whole allocation.
        let cx = &mut unsafe { Cx::new(self.heap_ptr().cast()) };
        (self.unraisable.get())(cx, source, exception);
    }
}

/// The report of a world without a machine above it: one line.
pub(crate) fn one_line(cx: &mut Cx<'_>, source: Borrowed<'_>, exception: Ref) {
    let source = source.ty().name();
    let name = exception.borrow().ty().name();
    let _ = cx.console.err(format!("Exception ignored in: {source}: {name}\n").as_bytes());
}
