//! The life of arenas: taken from the source, filled, emptied, cached, given back.
//!
//! ```text
//! source --> [checked] --> usable, full, usable ... --> empty --> cached --> source
//!                                                         \----------------->
//! ```
//!
//! The last usable arena is kept however empty, so that a program on the edge does not ask the
//! system for memory at every step. A cache of a few more is an option
//! ([`crate::HeapConfig::arena_cache`]); it is emptied before the memory limit refuses anything.

use std::ptr::{NonNull, null_mut};

use crate::accounting::Layer;
use crate::arena::{self, Arena};
use crate::error::AllocError;
use crate::events::Event;
use crate::heap::{Heap, add, sub};
use crate::poison;
use crate::pool;
use crate::raw_memory::SideUse;
use crate::size_class::SizeClass;
use crate::source::{Region, SourceFault};

/// Arenas from which on a heap is taken to be growing, so that the next one is asked for with all its
/// pages: at most an eighth of what is resident is then there in vain.
const PREPARE_FROM: usize = 8;

impl Heap {
    /// Puts a fresh pool at the front of the class's empty list.
    pub(crate) fn new_pool(&self, class: SizeClass) -> Result<(), AllocError> {
        let layer = if self.usable.is_empty() {
            self.new_arena()?;
            Layer::NewArena
        } else {
            Layer::NewPool
        };
        self.counters.layer.set(layer);
        // SAFETY: an arena is usable; the pool it gives is empty and in no list.
        unsafe {
            let pool = self.usable.take_pool();
            let memory = arena::memory_of(pool, self.geometry);
            pool::assign(pool, memory, self.geometry.pool_size(), class);
            (*pool).next = null_mut();
            (*pool).prev = pool;
            if let Some(front) = self.used.get(class.index()) {
                front.set(pool);
            }
            let block_size = class.block_size();
            self.emit(|| Event::PoolTaken { place: self.place_of_pool(pool), block_size });
        }
        Ok(())
    }

    fn new_arena(&self) -> Result<(), AllocError> {
        let zeroed = |bytes| self.side_alloc(SideUse::Arenas, bytes);
        if !self.usable.has_marks() {
            self.usable.lay(zeroed(self.usable.marks_bytes())?);
        }
        // SAFETY: the old table came from `side_alloc` with that size.
        let give = |old, bytes| unsafe { self.side_free(SideUse::Arenas, old, bytes) };
        let number = self.arenas.reserve(zeroed, give)?;
        let region = match self.take_cached() {
            Some(region) => region,
            None => self.take_region()?,
        };
        if let Err(error) = self.map.enter(region.base, zeroed) {
            self.give_region(region);
            return Err(error);
        }
        // SAFETY: the region is checked, and ours alone.
        unsafe {
            let arena = Arena::lay(region, self.geometry, number);
            self.arenas.set(number, arena.as_ptr());
            self.usable.add_new(arena);
        }
        let counters = &self.counters;
        let now = add(&counters.arenas, 1);
        counters.arenas_peak.set(counters.arenas_peak.get().max(now));
        self.emit(|| Event::ArenaMapped { arena: number });
        Ok(())
    }

    /// A region for an arena from the source, charged and checked.
    fn take_region(&self) -> Result<Region, AllocError> {
        let bytes = self.geometry.arena_and_table();
        self.charge(bytes)?;
        let Some(region) = self.source.take(bytes, self.geometry.arena_size()) else {
            self.uncharge(bytes);
            return Err(AllocError::System { bytes });
        };
        if let Err(fault) = self.check_region(region) {
            self.uncharge(bytes);
            // Memory that is in use already is not given back: it belongs to what is there.
            if !matches!(fault, SourceFault::Overlap { .. }) {
                // SAFETY: the source has just given it.
                unsafe { self.source.give(region) };
            }
            return Err(AllocError::Source(fault));
        }
        add(&self.counters.arenas_mapped, 1);
        if self.counters.arenas.get() >= PREPARE_FROM {
            self.source.prepare(region);
        }
        Ok(region)
    }

    /// Holds a source to its word.
    fn check_region(&self, region: Region) -> Result<(), SourceFault> {
        let size = self.geometry.arena_size();
        let asked = self.geometry.arena_and_table();
        let start = region.base.addr().get();
        if !start.is_multiple_of(size) {
            return Err(SourceFault::Misaligned { by: start % size });
        }
        if region.len < asked {
            return Err(SourceFault::Short { asked, given: region.len });
        }
        if !self.map.spans(region.base) {
            return Err(SourceFault::TooHigh);
        }
        // Arenas are aligned and of one size, so whatever overlaps has its base among three.
        for neighbour in [start, start + size, start.wrapping_sub(size)] {
            if let Some(arena) = self.arenas_at(neighbour) {
                return Err(SourceFault::Overlap { arena });
            }
        }
        Ok(())
    }

    /// The number of the arena, live or cached, whose base has this address.
    fn arenas_at(&self, base: usize) -> Option<u32> {
        let mut cached = NonNull::new(self.cached.get());
        while let Some(arena) = cached {
            // SAFETY: a cached arena's table is intact.
            let arena = unsafe { arena.as_ref() };
            if arena.base().addr().get() == base {
                return Some(arena.number);
            }
            cached = NonNull::new(arena.next);
        }
        let p = NonNull::new(std::ptr::without_provenance_mut(base))?;
        if !self.map.contains(p) {
            return None;
        }
        // SAFETY: the table lists live arenas.
        let mut live = self.arenas.iter().map(|arena| unsafe { arena.as_ref() });
        live.find(|arena| arena.base().addr().get() == base).map(|arena| arena.number)
    }

    /// Gives an arena without blocks in use back, or keeps it in the cache.
    ///
    /// # Safety
    /// The arena is alive, all its pools are free, and it is in no list.
    pub(crate) unsafe fn release(&self, arena: NonNull<Arena>) {
        // SAFETY: per contract.
        let (number, region) = unsafe { (arena.as_ref().number, arena.as_ref().region()) };
        self.map.leave(region.base);
        self.arenas.set(number, null_mut());
        sub(&self.counters.arenas, 1);
        if self.counters.arenas_cached.get() < self.config().arena_cache {
            // SAFETY: per contract; the table stays as it is while the arena is cached.
            unsafe { (*arena.as_ptr()).next = self.cached.replace(arena.as_ptr()) };
            add(&self.counters.arenas_cached, 1);
            self.emit(|| Event::ArenaCached { arena: number });
            return;
        }
        self.give_region(region);
        self.emit(|| Event::ArenaReleased { arena: number });
    }

    fn take_cached(&self) -> Option<Region> {
        let arena = NonNull::new(self.cached.get())?;
        // SAFETY: a cached arena's table is intact.
        let arena = unsafe { arena.as_ref() };
        self.cached.set(arena.next);
        self.counters.arenas_cached.set(self.counters.arenas_cached.get().saturating_sub(1));
        Some(arena.region())
    }

    /// Gives all cached arenas back to their source.
    pub fn drop_cached_arenas(&self) {
        while let Some(region) = self.take_cached() {
            self.give_region(region);
        }
    }

    fn give_region(&self, region: Region) {
        poison::unpoison(region.base.as_ptr(), region.len);
        // SAFETY: the source gave it, and the heap no longer knows it.
        unsafe { self.source.give(region) };
        self.uncharge(self.geometry.arena_and_table());
        add(&self.counters.arenas_released, 1);
    }

    /// Gives everything back: nobody may hold one of the heap's blocks any more.
    pub(crate) fn arenas_drop(&self) {
        self.drop_cached_arenas();
        for arena in self.arenas.iter() {
            // SAFETY: the table lists live arenas.
            let region = unsafe { arena.as_ref().region() };
            self.give_region(region);
        }
        // SAFETY: each table came from `side_alloc` with that size and is given back once.
        unsafe {
            self.map.take_apart(|piece, bytes| self.side_free(SideUse::Arenas, piece, bytes));
            if let Some((slots, bytes)) = self.arenas.take_apart() {
                self.side_free(SideUse::Arenas, slots, bytes);
            }
            if let Some(marks) = self.usable.take_marks() {
                self.side_free(SideUse::Arenas, marks, self.usable.marks_bytes());
            }
        }
    }
}
