//! All live arenas by number, so that a report can name them and teardown can find them.

use std::cell::Cell;
use std::ptr::{NonNull, null_mut};

use crate::arena::Arena;

/// The table: slot `n` is arena number `n`, or null. It doubles when it is full.
#[derive(Default)]
pub(crate) struct ArenaTable {
    slots: Cell<*mut *mut Arena>,
    len: Cell<usize>,
    /// No slot below this one is free.
    hint: Cell<usize>,
}

impl ArenaTable {
    /// Slots of a table that has none yet; CPython: `INITIAL_ARENA_OBJECTS`.
    const FIRST: usize = 16;

    /// The lowest number free, with room for it in the table.
    ///
    /// # Errors
    /// What `zeroed` gave for a larger table.
    pub(crate) fn reserve<E>(
        &self,
        zeroed: impl Fn(usize) -> Result<NonNull<u8>, E>,
        give: impl Fn(NonNull<u8>, usize),
    ) -> Result<u32, E> {
        let len = self.len.get();
        for number in self.hint.get()..len {
            // SAFETY: `number` is below the length.
            if unsafe { *self.slots.get().add(number) }.is_null() {
                self.hint.set(number);
                return Ok(number as u32);
            }
        }
        let wide = (len * 2).max(Self::FIRST);
        let slots = zeroed(wide * size_of::<*mut Arena>())?.cast::<*mut Arena>();
        if let Some(old) = NonNull::new(self.slots.replace(slots.as_ptr())) {
            // SAFETY: the new table is longer than the old one.
            unsafe { slots.copy_from_nonoverlapping(old, len) };
            give(old.cast(), len * size_of::<*mut Arena>());
        }
        self.len.set(wide);
        self.hint.set(len);
        Ok(len as u32)
    }

    /// Enters an arena under a number from [`ArenaTable::reserve`], or null to take it out.
    pub(crate) fn set(&self, number: u32, arena: *mut Arena) {
        let slot = number as usize;
        debug_assert!(slot < self.len.get(), "slot {slot} of {}", self.len.get());
        // SAFETY: numbers come from `reserve`, which made room, and the table never shrinks.
        unsafe { *self.slots.get().add(slot) = arena };
        if arena.is_null() {
            self.hint.set(self.hint.get().min(slot));
        }
    }

    /// Live arenas in the order of their numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = NonNull<Arena>> + '_ {
        // SAFETY: the indices are below the length; an entry is null or a live arena.
        (0..self.len.get())
            .filter_map(|number| NonNull::new(unsafe { *self.slots.get().add(number) }))
    }

    /// Takes the table's memory out, with its size; it is empty after that.
    pub(crate) fn take_apart(&self) -> Option<(NonNull<u8>, usize)> {
        let slots = NonNull::new(self.slots.replace(null_mut()))?;
        Some((slots.cast(), self.len.replace(0) * size_of::<*mut Arena>()))
    }
}
