//! A dict's order as its owner changes it: the first and the last entry, and moving one to an end.
//! What `OrderedDict` and the cache of `lru_cache` stand on.
//!
//! Taking entries from the front leaves empty places there; a [`Front`] remembers how far, so that
//! the next one is found without walking over them again.

use std::cell::Cell;

use runtime_core::AllocError;
use runtime_gc::Ref;

use super::table::Table;
use super::{DictObject, search};
use crate::cx::{Cx, Res};
use crate::world::World;

/// How many places at the front of a table are known to be empty. All zero knows nothing.
#[derive(Default)]
pub(crate) struct Front {
    table: Cell<usize>,
    empty: Cell<usize>,
}

impl DictObject {
    /// Where the first entry is.
    pub(crate) fn first(&self, front: &Front) -> Option<usize> {
        if self.is_empty() {
            return None;
        }
        let table = self.table(self.world());
        let here = table.header().addr().get();
        let known = if front.table.get() == here { front.empty.get() } else { 0 };
        let live = |at: &usize| table.entry(*at).is_some();
        let first = (known..table.entries())
            .find(live)
            // Somebody has filled places behind our back.
            .or_else(|| (0..table.entries()).find(live))?;
        front.table.set(here);
        front.empty.set(first);
        Some(first)
    }

    /// Where the last entry is.
    pub(crate) fn last(&self) -> Option<usize> {
        let table = self.table(self.world());
        (0..table.entries()).rev().find(|at| table.entry(*at).is_some())
    }

    /// The entry after this place, or before it.
    pub(crate) fn neighbour(&self, at: usize, backwards: bool) -> Option<usize> {
        let table = self.table(self.world());
        let live = |at: &usize| table.entry(*at).is_some();
        match backwards {
            true => (0..at.min(table.entries())).rev().find(live),
            false => (at + 1..table.entries()).find(live),
        }
    }

    /// Where a key is.
    ///
    /// # Errors
    /// Those of comparing.
    pub(crate) fn place_of(
        &self,
        cx: &mut Cx<'_>,
        key: runtime_gc::Borrowed<'_>,
        hash: i64,
    ) -> Res<Option<usize>> {
        search::find(cx, self, key, hash)
    }

    /// The entry at a place.
    pub(crate) fn entry_here(&self, at: usize) -> Option<(Ref, Ref)> {
        self.entry_at(at)
    }

    /// Takes the entry at a place out.
    pub(crate) fn take_here(&self, world: &World, at: usize) -> Option<(Ref, Ref)> {
        self.take_at(world, at)
    }

    /// Slots of its table; 0 for one that was never filled.
    pub(crate) fn slots(&self) -> usize {
        let table = self.table(self.world());
        if table.is_empty_table() { 0 } else { table.mask() + 1 }
    }

    /// Moves an entry behind all others. Nobody's code runs.
    ///
    /// # Errors
    /// [`AllocError`]; nothing has changed then.
    pub(crate) fn move_last(&self, world: &World, at: usize) -> Result<(), AllocError> {
        let Some((key, _)) = self.table(world).entry(at) else { return Ok(()) };
        let before = self.table(world).header();
        self.make_room(world, self.table(world).kind())?;
        let table = self.table(world);
        let at = if table.header() == before {
            Some(at)
        } else {
            (0..table.entries()).find(|at| table.entry(*at).is_some_and(|(k, _)| k == key))
        };
        let Some(at) = at else { return Ok(()) };
        let hash = table.hash(at, key);
        if let Some((key, value)) = table.take(at) {
            // SAFETY: there is room for one more, in a table that held the key before.
            unsafe { table.push(key, hash, value) };
        }
        Ok(())
    }

    /// Moves an entry before all others, which takes a new table. Nobody's code runs.
    ///
    /// # Errors
    /// [`AllocError`]; nothing has changed then.
    pub(crate) fn move_first(&self, world: &World, at: usize) -> Result<(), AllocError> {
        let old = self.table(world);
        let Some((key, _)) = old.entry(at) else { return Ok(()) };
        let hash = old.hash(at, key);
        let new: Table<'_> = Table::alloc(world, old.log2_slots(), old.kind())?;
        // SAFETY: the new table is as large as the old one and empty; the references go along, each
        // once, and the old block is ours to free.
        unsafe {
            if let Some((key, value)) = old.take(at) {
                new.push(key, hash, value);
            }
            old.move_to(new);
            self.keys.set(new.header());
            old.free(world);
        }
        Ok(())
    }

    /// Adds an entry under a key that is not in the dict. Nobody's code runs.
    ///
    /// # Errors
    /// [`AllocError`].
    pub(crate) fn insert_last(
        &self,
        world: &World,
        key: Ref,
        hash: i64,
        value: Ref,
    ) -> Result<(), AllocError> {
        self.insert_new(world, key, hash, value)
    }
}
