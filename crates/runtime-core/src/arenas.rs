//! The life of arenas: taken from the source two by two, filled, emptied, cached, given back.
//!
//! ```text
//! source --> span [checked] --> spare --> usable, full, usable ... --> empty --> cached
//!        <-- when both its        ^                                      |          |
//!            arenas are spare     +------ pages go back <----------------+----------+
//! ```
//!
//! The last usable arena is kept however empty, so that a program on the edge does not ask the
//! system for memory at every step. A cache of a few more is an option
//! ([`crate::HeapConfig::arena_cache`]); it is emptied before the memory limit refuses anything.
//!
//! The source is asked for two arenas at a time, so that a heap that grows can have huge pages: on
//! x86-64 a span is one. All else is done arena by arena. Of an arena that ends while the other half
//! of its span lives on, the pages go back and the addresses stay, spare.

use std::ptr::{NonNull, null_mut};

use crate::accounting::Layer;
use crate::arena::{self, Arena, State};
use crate::error::AllocError;
use crate::events::Event;
use crate::heap::{Heap, add, sub};
use crate::poison;
use crate::pool;
use crate::raw_memory::SideUse;
use crate::size_class::SizeClass;
use crate::source::{Region, SourceFault};

/// Arenas from which on a heap is taken to be growing, so that the next ones are asked for with all
/// their pages: less than a span of what is resident is then there in vain.
const PREPARE_FROM: usize = 2;

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
            for end in [&self.used, &self.used_last] {
                if let Some(end) = end.get(class.index()) {
                    end.set(pool);
                }
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
        let arena = match self.take_cached() {
            Some(arena) => arena,
            None => self.take_arena()?,
        };
        // SAFETY: the arena has just been taken out of its list; its head is intact.
        unsafe {
            if let Err(error) = self.map.enter(arena.as_ref().base(), zeroed) {
                self.give_arena(arena);
                return Err(error);
            }
            Arena::begin(arena, self.geometry, number);
            self.arenas.set(number, arena.as_ptr());
            self.usable.add_new(arena);
        }
        let counters = &self.counters;
        let now = add(&counters.arenas, 1);
        counters.arenas_peak.set(counters.arenas_peak.get().max(now));
        self.emit(|| Event::ArenaMapped { arena: number });
        Ok(())
    }

    /// An arena that is in no list, charged: a spare one, or half of a new span.
    fn take_arena(&self) -> Result<NonNull<Arena>, AllocError> {
        let bytes = self.geometry.arena_and_table();
        self.charge(bytes)?;
        let growing = self.counters.arenas.get() >= PREPARE_FROM;
        let arena = match self.take_spare() {
            Some(arena) => arena,
            None => match self.take_span(growing) {
                Ok(arena) => arena,
                Err(error) => {
                    self.uncharge(bytes);
                    return Err(error);
                }
            },
        };
        // SAFETY: the arena's head is intact, and nobody else looks at it.
        unsafe {
            if growing && !arena.as_ref().prepared {
                let len = self.geometry.arena_size();
                self.source.prepare(Region { base: arena.as_ref().base(), len }, false);
                (*arena.as_ptr()).prepared = true;
            }
        }
        add(&self.counters.arenas_mapped, 1);
        Ok(arena)
    }

    /// The lower arena of a span from the source, which is checked; the upper one is spare now.
    fn take_span(&self, growing: bool) -> Result<NonNull<Arena>, AllocError> {
        let bytes = self.geometry.span_and_table();
        let Some(region) = self.source.take(bytes, self.geometry.span_size()) else {
            return Err(AllocError::System { bytes });
        };
        if let Err(fault) = self.check_region(region) {
            // Memory that is in use already is not given back: it belongs to what is there.
            if !matches!(fault, SourceFault::Overlap { .. }) {
                // SAFETY: the source has just given it.
                unsafe { self.source.give(region) };
            }
            return Err(AllocError::Source(fault));
        }
        let huge = growing && self.huge_pages.are_wanted();
        if huge {
            let span = Region { base: region.base, len: self.geometry.span_size() };
            self.huge_pages.time(|| self.source.prepare(span, true));
        }
        // SAFETY: the region is checked, and ours alone.
        unsafe {
            let lower = Arena::lay_span(region, self.geometry);
            let upper = arena::twin(lower);
            for arena in [lower, upper] {
                (*arena.as_ptr()).prepared = huge;
            }
            self.put_spare(upper);
            Ok(lower)
        }
    }

    /// # Safety
    /// The arena is in no list, and its span is ours.
    unsafe fn put_spare(&self, arena: NonNull<Arena>) {
        let first = self.spare.replace(arena.as_ptr());
        // SAFETY: per contract; the list holds heads of spans that are ours.
        unsafe {
            (*arena.as_ptr()).state = State::Spare;
            (*arena.as_ptr()).prev = null_mut();
            (*arena.as_ptr()).next = first;
            if !first.is_null() {
                (*first).prev = arena.as_ptr();
            }
        }
    }

    /// Takes an arena out of the list of spare ones.
    ///
    /// # Safety
    /// It is in the list.
    unsafe fn remove_spare(&self, arena: NonNull<Arena>) {
        // SAFETY: per contract; its neighbours are in the list too.
        unsafe {
            let (prev, next) = ((*arena.as_ptr()).prev, (*arena.as_ptr()).next);
            if prev.is_null() {
                self.spare.set(next);
            } else {
                (*prev).next = next;
            }
            if !next.is_null() {
                (*next).prev = prev;
            }
        }
        if self.with_pages.get() == arena.as_ptr() {
            self.with_pages.set(null_mut());
        }
    }

    fn take_spare(&self) -> Option<NonNull<Arena>> {
        let arena = NonNull::new(self.spare.get())?;
        // SAFETY: it is the first of the list.
        unsafe { self.remove_spare(arena) };
        Some(arena)
    }

    /// The spare arenas: addresses that wait for the next arena to be needed.
    pub(crate) fn spares(&self) -> impl Iterator<Item = &Arena> {
        // SAFETY: the list holds heads of spans that are ours, and does not change meanwhile.
        let arena = |p: *mut Arena| unsafe { p.as_ref() };
        std::iter::successors(arena(self.spare.get()), move |spare| arena(spare.next))
    }

    /// Holds a source to its word.
    fn check_region(&self, region: Region) -> Result<(), SourceFault> {
        let size = self.geometry.span_size();
        let asked = self.geometry.span_and_table();
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
        // Spans are aligned and of one size, so whatever overlaps has its base among three.
        for neighbour in [start, start + size, start.wrapping_sub(size)] {
            if let Some(arena) = self.arenas_at(neighbour) {
                return Err(SourceFault::Overlap { arena });
            }
        }
        Ok(())
    }

    /// The number of an arena, live or cached, of the span whose base has this address. (There are no
    /// spare ones when a span is asked for.)
    fn arenas_at(&self, base: usize) -> Option<u32> {
        let size = self.geometry.span_size();
        let here = |arena: &Arena| arena.base().addr().get() & !(size - 1) == base;
        let mut cached = NonNull::new(self.cached.get());
        while let Some(arena) = cached {
            // SAFETY: a cached arena's table is intact.
            let arena = unsafe { arena.as_ref() };
            if here(arena) {
                return Some(arena.number);
            }
            cached = NonNull::new(arena.next);
        }
        let known = |address| {
            let p = NonNull::new(std::ptr::without_provenance_mut(address));
            p.is_some_and(|p| self.map.contains(p))
        };
        if !known(base) && !known(base.wrapping_add(self.geometry.arena_size())) {
            return None;
        }
        // SAFETY: the table lists live arenas.
        let mut live = self.arenas.iter().map(|arena| unsafe { arena.as_ref() });
        live.find(|arena| here(arena)).map(|arena| arena.number)
    }

    /// Gives an arena without blocks in use back, or keeps it in the cache.
    ///
    /// # Safety
    /// The arena is alive, all its pools are free, and it is in no list.
    pub(crate) unsafe fn release(&self, arena: NonNull<Arena>) {
        // SAFETY: per contract.
        let (number, base) = unsafe { (arena.as_ref().number, arena.as_ref().base()) };
        self.map.leave(base);
        self.arenas.set(number, null_mut());
        sub(&self.counters.arenas, 1);
        if self.counters.arenas_cached.get() < self.config().arena_cache {
            // SAFETY: per contract; the table stays as it is while the arena is cached.
            unsafe {
                (*arena.as_ptr()).state = State::Cached;
                (*arena.as_ptr()).next = self.cached.replace(arena.as_ptr());
            }
            add(&self.counters.arenas_cached, 1);
            self.emit(|| Event::ArenaCached { arena: number });
            return;
        }
        // SAFETY: nothing is in the arena, and it is in no list any more.
        unsafe { self.give_arena(arena) };
        self.emit(|| Event::ArenaReleased { arena: number });
    }

    fn take_cached(&self) -> Option<NonNull<Arena>> {
        let arena = NonNull::new(self.cached.get())?;
        // SAFETY: a cached arena's table is intact.
        self.cached.set(unsafe { (*arena.as_ptr()).next });
        self.counters.arenas_cached.set(self.counters.arenas_cached.get().saturating_sub(1));
        Some(arena)
    }

    /// Gives all cached arenas back to their source.
    pub fn drop_cached_arenas(&self) {
        while let Some(arena) = self.take_cached() {
            // SAFETY: nothing is in a cached arena, and it is in no list any more.
            unsafe { self.give_arena(arena) };
        }
    }

    /// Gives back an arena: its pages, and its whole span when the other half is spare.
    ///
    /// # Safety
    /// Nothing is in the arena, and it is in no list.
    unsafe fn give_arena(&self, arena: NonNull<Arena>) {
        self.uncharge(self.geometry.arena_and_table());
        add(&self.counters.arenas_released, 1);
        // SAFETY: per contract the span is ours; once it is given, nobody knows it.
        unsafe {
            let twin = arena::twin(arena);
            if (*twin.as_ptr()).state == State::Spare {
                self.remove_spare(twin);
                let region = arena::region_of(arena, self.geometry);
                poison::unpoison(region.base.as_ptr(), region.len);
                self.source.give(region);
                return;
            }
            self.put_spare(arena);
            // Its pages may be half of a huge one, which would have to be taken apart: they wait for the
            // other half, until another arena's pages wait.
            let ahead = (*arena.as_ptr()).prepared;
            let late = if ahead { self.with_pages.replace(arena.as_ptr()) } else { arena.as_ptr() };
            if let Some(late) = NonNull::new(late) {
                self.discard(late);
            }
        }
    }

    /// Gives the pages of a spare arena back.
    ///
    /// # Safety
    /// Its span is ours.
    unsafe fn discard(&self, arena: NonNull<Arena>) {
        // SAFETY: per contract; nothing is in a spare arena.
        unsafe {
            let len = self.geometry.arena_size();
            self.source.discard(Region { base: arena.as_ref().base(), len });
            (*arena.as_ptr()).prepared = false;
        }
    }

    /// Gives everything back: nobody may hold one of the heap's blocks any more.
    pub(crate) fn arenas_drop(&self) {
        self.drop_cached_arenas();
        for arena in self.arenas.iter() {
            // SAFETY: the table lists live arenas, each once; no block of theirs is used any more. A
            // span goes with the second of its arenas, and nothing reads their heads after that.
            unsafe { self.give_arena(arena) };
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
