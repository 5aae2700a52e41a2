//! Usable arenas: those with a free pool, fullest first.
//!
//! ```text
//! first --> [1 free] <-> [1 free] <-> [5 free] <-> [64 free]
//!                         ^            ^            ^
//! last_with:              1            5            64
//! ```
//!
//! The fullest arena is filled first, so that nearly empty ones drain and can be given back. For
//! each number of free pools the last arena that has it is marked, so that an arena whose pool
//! became empty finds its new place at once. CPython: `usable_arenas`, `nfp2lasta`.

use std::cell::Cell;
use std::ptr::{NonNull, null_mut};

use crate::arena::{Arena, carve_pool};
use crate::pool::Pool;

/// The list and its marks.
pub(crate) struct UsableArenas {
    first: Cell<*mut Arena>,
    /// One mark for each number of free pools, 0 included; null until [`UsableArenas::lay`].
    marks: Cell<*mut Cell<*mut Arena>>,
    /// Pools in an arena.
    pools: u32,
}

/// What the caller is to do with an arena after one of its pools became empty.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Emptied {
    Kept,
    /// All its pools are free, it is out of the list, and another usable arena remains.
    Release(NonNull<Arena>),
}

impl UsableArenas {
    pub(crate) const fn new(pools: u32) -> Self {
        Self { first: Cell::new(null_mut()), marks: Cell::new(null_mut()), pools }
    }

    /// Bytes of the marks.
    pub(crate) const fn marks_bytes(&self) -> usize {
        (self.pools as usize + 1) * size_of::<*mut Arena>()
    }

    pub(crate) fn has_marks(&self) -> bool {
        !self.marks.get().is_null()
    }

    /// Hands over zeroed memory for the marks.
    pub(crate) fn lay(&self, marks: NonNull<u8>) {
        self.marks.set(marks.as_ptr().cast());
    }

    /// Takes the marks' memory out for good; no arena is entered after this.
    pub(crate) fn take_marks(&self) -> Option<NonNull<u8>> {
        self.first.set(null_mut());
        NonNull::new(self.marks.replace(null_mut()).cast())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.first.get().is_null()
    }

    fn last(&self, free_pools: u32) -> &Cell<*mut Arena> {
        debug_assert!(free_pools <= self.pools, "{free_pools} free pools of {}", self.pools);
        // SAFETY: arenas are entered only after `lay`, and an arena never has more free pools than
        // pools, for each of which there is a mark.
        unsafe { &*self.marks.get().add(free_pools as usize) }
    }

    /// Adds a new arena, all of whose pools are free.
    ///
    /// # Safety
    /// The list is empty; `arena` is alive and stays so while it is in the list.
    pub(crate) unsafe fn add_new(&self, arena: NonNull<Arena>) {
        debug_assert!(self.is_empty());
        let arena = arena.as_ptr();
        self.first.set(arena);
        // SAFETY: per contract.
        self.last(unsafe { (*arena).free_pools }).set(arena);
    }

    /// Takes a pool from the fullest usable arena: the one emptied last, else one never used.
    ///
    /// # Safety
    /// The list is not empty; its arenas are alive and not borrowed.
    pub(crate) unsafe fn take_pool(&self) -> *mut Pool {
        let arena = self.first.get();
        // SAFETY: an arena in the list is alive and has a free pool: an emptied one or, the counts
        // say, one not carved yet, whose index is then below 64.
        unsafe {
            let before = (*arena).free_pools;
            let pool = if (*arena).empty.is_null() {
                carve_pool(arena)
            } else {
                let pool = (*arena).empty;
                (*arena).empty = (*pool).next;
                pool
            };
            // It stays the fullest, so only the marks of the two counts change.
            if self.last(before).get() == arena {
                self.last(before).set(null_mut());
            }
            (*arena).free_pools = before - 1;
            if before == 1 {
                self.unlink(arena);
            } else {
                let mark = self.last(before - 1);
                if mark.get().is_null() {
                    mark.set(arena);
                }
            }
            pool
        }
    }

    /// Takes back a pool whose last block was freed, and puts its arena where it now belongs.
    ///
    /// # Safety
    /// `pool` is an empty pool of `arena` in no list; all arenas concerned are alive and not
    /// borrowed.
    pub(crate) unsafe fn give_pool(&self, arena: *mut Arena, pool: *mut Pool) -> Emptied {
        // SAFETY: per contract; the pointers followed are arenas of the list.
        unsafe {
            (*pool).next = (*arena).empty;
            (*arena).empty = pool;
            let before = (*arena).free_pools;
            (*arena).free_pools = before + 1;

            if before == 0 {
                // It was in no list. One free pool is the least there is: the head is its place.
                (*arena).prev = null_mut();
                (*arena).next = self.first.get();
                if !(*arena).next.is_null() {
                    (*(*arena).next).prev = arena;
                }
                self.first.set(arena);
                let mark = self.last(1);
                if mark.get().is_null() {
                    mark.set(arena);
                }
                return Emptied::Kept;
            }

            let last = self.last(before).get();
            if last == arena {
                let prev = (*arena).prev;
                let still = !prev.is_null() && (*prev).free_pools == before;
                self.last(before).set(if still { prev } else { null_mut() });
            }
            if before + 1 == self.pools && !(*arena).next.is_null() {
                self.unlink(arena);
                return Emptied::Release(NonNull::new_unchecked(arena));
            }
            let mark = self.last(before + 1);
            if mark.get().is_null() {
                mark.set(arena);
            }
            if last != arena {
                self.unlink(arena);
                (*arena).prev = last;
                (*arena).next = (*last).next;
                if !(*arena).next.is_null() {
                    (*(*arena).next).prev = arena;
                }
                (*last).next = arena;
            }
            Emptied::Kept
        }
    }

    unsafe fn unlink(&self, arena: *mut Arena) {
        // SAFETY: callers pass an arena of the list; its neighbours are in the list too.
        unsafe {
            let (prev, next) = ((*arena).prev, (*arena).next);
            if prev.is_null() {
                self.first.set(next);
            } else {
                (*prev).next = next;
            }
            if !next.is_null() {
                (*next).prev = prev;
            }
            (*arena).prev = null_mut();
            (*arena).next = null_mut();
        }
    }

    /// Checks order and marks; for tests and [`crate::Heap::verify`].
    pub(crate) fn verify(&self) -> Result<(), &'static str> {
        let mut arena = self.first.get();
        let mut least = 1;
        while !arena.is_null() {
            // SAFETY: arenas of the list are alive.
            let (free, next) = unsafe { ((*arena).free_pools, (*arena).next) };
            if free < least {
                return Err("usable arenas are not in ascending order of free pools");
            }
            // SAFETY: as above.
            let last_of_run = next.is_null() || unsafe { (*next).free_pools } != free;
            if last_of_run != (self.last(free).get() == arena) {
                return Err("the mark of the last arena with a number of free pools is wrong");
            }
            least = free;
            arena = next;
        }
        Ok(())
    }
}
