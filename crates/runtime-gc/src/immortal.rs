//! The registry of immortals: objects that no count can free, and that live as long as the runtime.
//!
//! Their count reads 4294967295 and never moves, so nothing but this list knows them when the runtime
//! ends. It lies in raw memory, is charged like any block, and is freed last.

use std::cell::Cell;
use std::ptr::NonNull;

use runtime_core::{AllocError, IMMORTAL, Obj, type_of};

use crate::collector::{Collector, untrack};
use crate::refs::decref;

/// A growable list of objects in raw memory.
pub(crate) struct Immortals {
    list: Cell<NonNull<Obj>>,
    len: Cell<usize>,
    room: Cell<usize>,
}

impl Default for Immortals {
    fn default() -> Self {
        Self { list: Cell::new(NonNull::dangling()), len: Cell::new(0), room: Cell::new(0) }
    }
}

const WORD: usize = size_of::<Obj>();
const FIRST_ROOM: usize = 512;

impl Collector {
    /// Makes an object immortal. The reference that the caller holds is given up for good.
    ///
    /// # Errors
    /// [`AllocError`] when there is no room in the registry; the object is as it was.
    ///
    /// # Safety
    /// `op` is an object of this runtime, alive and not immortal yet, and the caller owns a
    /// reference to it.
    pub unsafe fn immortalise(&self, op: Obj) -> Result<(), AllocError> {
        let registry = &self.immortals;
        let len = registry.len.get();
        if len == registry.room.get() {
            self.grow_registry(len)?;
        }
        // SAFETY: there is room for one more; `op` is alive, per contract.
        unsafe {
            registry.list.get().add(len).write(op);
            op.as_ref().set_count(IMMORTAL);
        }
        registry.len.set(len + 1);
        Ok(())
    }

    fn grow_registry(&self, len: usize) -> Result<(), AllocError> {
        let registry = &self.immortals;
        let room = len.saturating_mul(2).max(FIRST_ROOM);
        let bytes = room.checked_mul(WORD).ok_or(AllocError::TooLarge)?;
        let wide = self.heap.raw_alloc(bytes)?.cast::<Obj>();
        // SAFETY: the new list is longer and apart; the old one came from raw memory with its size.
        unsafe {
            wide.copy_from_nonoverlapping(registry.list.get(), len);
            self.free_registry();
        }
        registry.list.set(wide);
        registry.room.set(room);
        Ok(())
    }

    /// # Safety
    /// The list is not used again.
    unsafe fn free_registry(&self) {
        let room = self.immortals.room.replace(0);
        if room > 0 {
            // SAFETY: the list came from raw memory with this size.
            unsafe { self.heap.raw_free(self.immortals.list.get().cast(), room * WORD) };
        }
    }

    /// The immortal objects, oldest first.
    pub fn immortals(&self) -> &[Obj] {
        // SAFETY: so many are written. The list moves only when it grows, which no reader does.
        unsafe {
            std::slice::from_raw_parts(self.immortals.list.get().as_ptr(), self.immortals.len.get())
        }
    }

    /// Ends the life of all immortals, when nothing else is alive: first they give up what they hold,
    /// which may be each other or mortal objects that only they kept; then each is given to `free`.
    ///
    /// # Safety
    /// No object of the runtime is used again, and `free` gives back one object's memory.
    pub unsafe fn end_immortals(&self, free: unsafe fn(Obj)) {
        let (list, len) = (self.immortals.list.get(), self.immortals.len.replace(0));
        // SAFETY: per contract; the objects in the list are alive until the second loop.
        unsafe {
            for i in 0..len {
                let op = list.add(i).read();
                if let Some(release) = type_of(op).as_ref().tp_release {
                    untrack(op);
                    let mut cursor = 0;
                    while let Some(child) = release(op, &mut cursor) {
                        decref(child);
                    }
                }
            }
            for i in (0..len).rev() {
                free(list.add(i).read());
            }
            self.free_registry();
        }
    }
}
