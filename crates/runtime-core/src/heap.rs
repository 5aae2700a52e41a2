//! The heap: one runtime's memory, and the fast path of every request and release.
//!
//! ```text
//! request ---- 1..512 bytes ---> used pool of the class -> new pool -> new arena -> arena source
//!         \--- 0 or > 512  ----> raw memory -> malloc
//! ```
//!
//! The fast paths ([`Heap::alloc`], [`Heap::free`]) handle a used pool and nothing else. Whatever
//! must look closer (watching, tracing, planned failures, debug hooks, another geometry, replaced
//! allocators, system-allocator mode) raises a flag in the one word `attention`, and the request
//! takes the slow path ([`crate::slow`]). CPython: `pymalloc_alloc`, `pymalloc_free` in
//! `Objects/obmalloc.c`.

use std::cell::Cell;
use std::fmt;
use std::hint::select_unpredictable;
use std::ptr::{NonNull, null_mut};
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;

use crate::accounting::Layer;
use crate::arena::{self, Arena};
use crate::arena_map::ArenaMap;
use crate::arena_table::ArenaTable;
use crate::config::{FullPools, HeapConfig, SmallAllocator};
use crate::debug::Debugger;
use crate::domain::Domain;
use crate::error::AllocError;
use crate::events::{Event, Observer, Step};
use crate::fault::Plan;
use crate::floor::Floor;
use crate::geometry::Geometry;
use crate::hooks::Hooks;
use crate::huge_pages::HugePages;
use crate::object::Obj;
use crate::poison;
use crate::pool::{self, FreeBlock, Pool, VIRGIN_FOLLOWS};
use crate::raw_kept::Kept;
use crate::raw_memory::SideUse;
use crate::size_class::{CLASSES, SizeClass};
use crate::source::{ArenaSource, Mmap};
use crate::trace::Tracer;
use crate::types::TypeObject;
use crate::usable::{Emptied, UsableArenas};

/// One runtime's memory: arenas, raw blocks, and the counters of both.
///
/// A heap has one fixed address for its whole life (types point to it) and belongs to one thread
/// at a time. Everything in it is a `Cell` or reached by raw pointer, because it is shared.
///
/// It begins on a cache line: of the places that an allocator might give it otherwise, some made births and
/// deaths a quarter slower (a tuple of two new ints: 16.1 ns instead of 12.8).
#[repr(C, align(64))]
pub struct Heap {
    /// For each class the list of its used pools; the front one serves the next request.
    pub(crate) used: [Cell<*mut Pool>; CLASSES],
    /// Not zero when the fast paths may not be taken.
    pub(crate) attention: Cell<u32>,
    /// Collectable objects allocated since the last young collection, less those freed.
    young: Cell<u32>,
    /// Above this many, a collection is asked for at the next safe point.
    young_threshold: Cell<u32>,
    /// Requests to whoever runs scripts, looked at on every safe point. Other threads may raise
    /// flags in it.
    pub safe_point: AtomicU32,

    /// The last pool of each list in `used` that has one.
    pub(crate) used_last: [Cell<*mut Pool>; CLASSES],

    pub(crate) geometry: Geometry,
    /// Largest request that pools serve: the geometry's, or 0 when the system serves all.
    pub(crate) small_max: usize,
    pub(crate) usable: UsableArenas,
    pub(crate) arenas: ArenaTable,
    pub(crate) map: ArenaMap,
    pub(crate) source: Box<dyn ArenaSource>,
    /// Empty arenas kept for later, linked by `next`.
    pub(crate) cached: Cell<*mut Arena>,
    /// Halves of spans that have no use, linked both ways.
    pub(crate) spare: Cell<*mut Arena>,
    /// The one of them that still has its pages, if any.
    pub(crate) with_pages: Cell<*mut Arena>,
    pub(crate) huge_pages: HugePages,
    pub(crate) kept: Kept,
    config: HeapConfig,
    floor: Floor,
    observer: Cell<Option<NonNull<dyn Observer>>>,
    pub(crate) types: Cell<*mut TypeObject>,
    pub(crate) type_serial: Cell<u32>,
    pub(crate) counters: Counters,
    pub(crate) hooks: Hooks,
    pub(crate) plan: Plan,
    pub(crate) tracer: Cell<Option<Tracer>>,
    pub(crate) debugger: Debugger,
    /// The block that is just being given back in a watched heap, until it has been told.
    pub(crate) giving: Cell<Option<(Domain, NonNull<u8>, usize)>>,
}

/// Running totals, changed on slow paths only.
#[derive(Default)]
pub(crate) struct Counters {
    /// The most bytes that may be taken.
    pub(crate) limit: Cell<usize>,
    /// Bytes taken from the system for arenas, their tables and raw blocks.
    pub(crate) taken: Cell<usize>,
    pub(crate) taken_peak: Cell<usize>,
    pub(crate) raw_blocks: Cell<usize>,
    pub(crate) raw_bytes: Cell<usize>,
    pub(crate) raw_bytes_peak: Cell<usize>,
    /// Those of the raw blocks that serve the mem and object domains.
    pub(crate) large_blocks: Cell<usize>,
    /// Bytes of the heap's own tables, by [`SideUse`].
    pub(crate) side: [Cell<usize>; SideUse::COUNT],
    /// Why a side table was last refused memory.
    pub(crate) side_refusal: Cell<Option<AllocError>>,
    /// Calls to `malloc` and the arena source.
    pub(crate) system_calls: Cell<u64>,
    /// Bytes ever asked of them.
    pub(crate) system_bytes: Cell<u64>,
    pub(crate) arenas: Cell<usize>,
    pub(crate) arenas_peak: Cell<usize>,
    pub(crate) arenas_mapped: Cell<usize>,
    pub(crate) arenas_released: Cell<usize>,
    pub(crate) arenas_cached: Cell<u32>,
    /// Bytes asked for by the blocks of pools in use; kept only while the heap looks closer.
    pub(crate) requested: Cell<usize>,
    /// Whether `requested` has been kept since the pools were last empty.
    pub(crate) requested_exact: Cell<bool>,
    pub(crate) layer: Cell<Layer>,
    /// Births by [`Layer`], while they are tallied.
    pub(crate) births: [Cell<u64>; Layer::ALL.len()],
}

/// Flags of `Heap::attention`: why the fast paths may not be taken.
pub(crate) mod flag {
    pub(crate) const WATCHED: u32 = 1;
    pub(crate) const SYSTEM: u32 = 2;
    pub(crate) const TRACED: u32 = 4;
    pub(crate) const PLANNED: u32 = 8;
    pub(crate) const DEBUG: u32 = 16;
    pub(crate) const GEOMETRY: u32 = 32;
    pub(crate) const HOOKED: u32 = 64;
    pub(crate) const POISON: u32 = 128;
    pub(crate) const COUNTED: u32 = 256;
    pub(crate) const TALLIED: u32 = 512;
    /// Births are to be told of.
    pub(crate) const NOTICED: u32 = WATCHED | TALLIED;
    /// Something stands between the request and the pools.
    pub(crate) const OVERSEEN: u32 = TRACED | PLANNED | DEBUG | HOOKED;
    /// Types' free lists must be asked on their slow path.
    pub(crate) const LISTS_HIDDEN: u32 = NOTICED | TRACED;
}

/// A flag of `Heap::safe_point`: more than the threshold of young objects exist.
pub const COLLECTION_DUE: u32 = 1;
/// A flag of `Heap::safe_point`: somebody at the keyboard wants the script interrupted.
pub const INTERRUPTED: u32 = 2;
/// A flag of `Heap::safe_point`: the script has had its time.
pub const TIME_UP: u32 = 4;
/// A flag of `Heap::safe_point`: steps are counted, at every safe point.
pub const COUNTED: u32 = 8;
/// A flag of `Heap::safe_point`: frames are counted, at every safe point.
pub const FRAMES: u32 = 32;
/// A flag of `Heap::safe_point`: a limit was reached, and no script code runs any more.
pub const STOPPED: u32 = 16;

pub(crate) fn add<T: Copy + std::ops::Add<Output = T>>(cell: &Cell<T>, n: T) -> T {
    let sum = cell.get() + n;
    cell.set(sum);
    sum
}

pub(crate) fn sub(cell: &Cell<usize>, n: usize) {
    debug_assert!(cell.get() >= n, "a counter of {} cannot fall by {n}", cell.get());
    cell.set(cell.get().wrapping_sub(n));
}

impl Heap {
    /// A heap that owns nothing yet. `floor` is the highest floor that will stand on it.
    ///
    /// It may be moved until the first request, type or hook, and not after.
    pub fn new(config: HeapConfig, floor: Floor) -> Self {
        Self::with_source(config, floor, Box::new(Mmap))
    }

    /// The same with arenas from `source`.
    pub fn with_source(config: HeapConfig, floor: Floor, source: Box<dyn ArenaSource>) -> Self {
        let geometry = config.geometry;
        let system = config.small == SmallAllocator::System;
        let raise = |on: bool, flag: u32| if on { flag } else { 0 };
        let attention = raise(system, flag::SYSTEM)
            | raise(geometry != Geometry::DEFAULT, flag::GEOMETRY)
            | raise(config.debug.is_some(), flag::DEBUG)
            | raise(config.allocators.iter().any(Option::is_some), flag::HOOKED)
            | raise(config.count_requests, flag::COUNTED)
            | raise(poison::on(), flag::POISON);
        let counters = Counters::default();
        counters.limit.set(config.limit.unwrap_or(usize::MAX));
        counters.requested_exact.set(attention != 0);
        Self {
            used: [const { Cell::new(null_mut()) }; CLASSES],
            attention: Cell::new(attention),
            young: Cell::new(0),
            young_threshold: Cell::new(2000),
            safe_point: AtomicU32::new(0),
            used_last: [const { Cell::new(null_mut()) }; CLASSES],
            geometry,
            small_max: if system { 0 } else { geometry.small_max() },
            usable: UsableArenas::new(geometry.pools_per_arena() as u32),
            arenas: ArenaTable::default(),
            map: ArenaMap::new(geometry.arena_bits()),
            source,
            cached: Cell::new(null_mut()),
            spare: Cell::new(null_mut()),
            with_pages: Cell::new(null_mut()),
            huge_pages: HugePages::default(),
            // Not where a sanitizer is to see where blocks end and when they die.
            kept: Kept::new(!system && !poison::on()),
            config,
            floor,
            observer: Cell::new(None),
            types: Cell::new(null_mut()),
            type_serial: Cell::new(0),
            counters,
            hooks: Hooks::new(config.allocators),
            plan: Plan::default(),
            tracer: Cell::new(None),
            debugger: Debugger::new(config.debug.unwrap_or_default()),
            giving: Cell::new(None),
        }
    }

    /// How the heap was built.
    pub fn config(&self) -> HeapConfig {
        self.config
    }

    /// The highest floor that stands on this heap.
    pub fn floor(&self) -> Floor {
        self.floor
    }

    /// Takes a block of at least `size` bytes from the mem domain, aligned to 16, uninitialised.
    ///
    /// Give it back with [`Heap::free`] and the same size. A request for nothing gives an address
    /// of its own. Cost: about a dozen instructions when a pool of the class has room.
    ///
    /// # Errors
    /// [`AllocError`] when the size is more than `isize::MAX`, or the system or the heap's limit
    /// refuses; nothing has changed then.
    #[inline(always)]
    #[track_caller]
    pub fn alloc(&self, size: usize) -> Result<NonNull<u8>, AllocError> {
        self.alloc_in(Domain::Mem, size)
    }

    /// The same from the object domain. Give it back with [`Heap::object_free`].
    ///
    /// # Errors
    /// As [`Heap::alloc`].
    #[inline(always)]
    #[track_caller]
    pub fn object_alloc(&self, size: usize) -> Result<NonNull<u8>, AllocError> {
        self.alloc_in(Domain::Object, size)
    }

    #[inline(always)]
    #[track_caller]
    pub(crate) fn alloc_in(&self, domain: Domain, size: usize) -> Result<NonNull<u8>, AllocError> {
        if let Some(class) = SizeClass::of(size)
            && self.attention.get() == 0
            && let Some(block) = self.pop(class)
        {
            return Ok(block);
        }
        self.alloc_slow(domain, size)
    }

    /// Takes the first free block of the class's front pool, when there is one.
    ///
    /// Whether the pool is full now, and so leaves its list, is as good as random where sizes are
    /// mixed: a branch would be mispredicted about every other time, so there is none.
    #[inline(always)]
    pub(crate) fn pop(&self, class: SizeClass) -> Option<NonNull<u8>> {
        // SAFETY: the index of a class is below CLASSES.
        let front = unsafe { self.used.get_unchecked(class.index()) };
        let pool = front.get();
        if pool.is_null() {
            return None;
        }
        // SAFETY: a pool in a used list is alive and has a block on its free chain, whose first
        // word is the link that `push` or `carve` wrote; nobody else is reading them.
        unsafe {
            let block = (*pool).free;
            poison::unpoison(block.cast(), size_of::<FreeBlock>());
            (*pool).count += 1;
            let next = (*block).next;
            (*pool).free = next;
            if next == VIRGIN_FOLLOWS {
                self.carve(pool);
            } else {
                front.set(select_unpredictable(next.is_null(), (*pool).next, pool));
            }
            Some(NonNull::new_unchecked(block).cast())
        }
    }

    /// Puts virgin blocks on the free chain that just ran out.
    ///
    /// # Safety
    /// `pool` is a used pool of this heap, its free chain is empty, and it has virgin blocks.
    #[inline(never)]
    unsafe fn carve(&self, pool: *mut Pool) {
        // SAFETY: per contract.
        unsafe {
            let memory = arena::memory_of(pool, self.geometry);
            pool::carve(pool, memory, self.geometry.pool_size());
        }
    }

    /// Gives back a block that [`Heap::alloc`] or [`Heap::realloc`] gave for `size` bytes.
    ///
    /// # Safety
    /// The block is one of this heap's mem domain, alive, and of that size; it is not used again.
    #[inline(always)]
    pub unsafe fn free(&self, block: NonNull<u8>, size: usize) {
        // SAFETY: per contract.
        unsafe { self.free_in(Domain::Mem, block, size) }
    }

    /// Gives back a block that [`Heap::object_alloc`] gave for `size` bytes.
    ///
    /// # Safety
    /// The block is one of this heap's object domain, alive, and of that size; it is not used
    /// again.
    #[inline(always)]
    pub unsafe fn object_free(&self, block: NonNull<u8>, size: usize) {
        // SAFETY: per contract.
        unsafe { self.free_in(Domain::Object, block, size) }
    }

    /// # Safety
    /// The block is alive, of this domain of this heap and of that size.
    #[inline(always)]
    pub(crate) unsafe fn free_in(&self, domain: Domain, block: NonNull<u8>, size: usize) {
        if SizeClass::of(size).is_some() && self.attention.get() == 0 {
            debug_assert!(
                self.owns(block),
                "{block:p} of {size} bytes is not a block of this heap"
            );
            // SAFETY: per contract the block lies in a live arena of this heap.
            unsafe { self.push(block, Geometry::DEFAULT) }
        } else {
            // SAFETY: per contract.
            unsafe { self.free_slow(domain, block, size) }
        }
    }

    /// Puts a block on its pool's free chain.
    ///
    /// # Safety
    /// `block` is in use and lies in an arena of this heap, which is of this geometry.
    #[inline(always)]
    pub(crate) unsafe fn push(&self, block: NonNull<u8>, geometry: Geometry) {
        // SAFETY: per contract.
        unsafe { self.push_into(geometry.pool_of(block), block) }
    }

    /// The same when its pool is at hand.
    ///
    /// # Safety
    /// `block` is in use and lies in `pool`, a live pool of this heap.
    #[inline(always)]
    pub(crate) unsafe fn push_into(&self, pool: *mut Pool, block: NonNull<u8>) {
        // SAFETY: per contract; the block's bytes are free to hold the link.
        unsafe {
            let block = block.cast::<FreeBlock>().as_ptr();
            let head = (*pool).free;
            (*block).next = head;
            (*pool).free = block;
            poison::poison(block.cast(), (*pool).block_size());
            (*pool).count -= 1;
            if head.is_null() {
                self.relink(pool);
            } else if (*pool).count == 0 {
                self.emptied(pool);
            }
        }
    }

    /// The list of used pools that `pool` belongs to: its first and its last.
    ///
    /// # Safety
    /// The pool serves a class.
    #[inline(always)]
    unsafe fn list_of(&self, pool: *mut Pool) -> (&Cell<*mut Pool>, &Cell<*mut Pool>) {
        // SAFETY: per contract; the index of a class is below CLASSES.
        unsafe {
            let class = usize::from((*pool).class);
            debug_assert!(class < CLASSES, "class {class}");
            (self.used.get_unchecked(class), self.used_last.get_unchecked(class))
        }
    }

    /// A pool that was full, and so in no list, has a free block now.
    ///
    /// # Safety
    /// It is a live pool of this heap.
    #[inline(never)]
    unsafe fn relink(&self, pool: *mut Pool) {
        // SAFETY: per contract; pools in used lists are alive.
        unsafe {
            let (front, last) = self.list_of(pool);
            let first = front.get();
            if first.is_null() {
                (*pool).next = null_mut();
                front.set(pool);
                last.set(pool);
            } else if self.config.full_pools == FullPools::First {
                (*pool).next = first;
                (*first).prev = pool;
                front.set(pool);
            } else {
                (*pool).next = null_mut();
                (*pool).prev = last.get();
                (*last.get()).next = pool;
                last.set(pool);
            }
        }
    }

    /// The last block of a pool came back.
    ///
    /// # Safety
    /// It is a live pool of this heap, in its used list.
    #[inline(never)]
    unsafe fn emptied(&self, pool: *mut Pool) {
        // SAFETY: as in `relink`; every pool but the first knows the one before it.
        unsafe {
            let (front, last) = self.list_of(pool);
            let next = (*pool).next;
            if front.get() == pool {
                front.set(next);
            } else {
                let prev = (*pool).prev;
                (*prev).next = next;
                if next.is_null() {
                    last.set(prev);
                } else {
                    (*next).prev = prev;
                }
            }
            if self.is_watched() {
                self.tell_giving();
                self.tell(&Event::PoolEmptied { place: self.place_of_pool(pool) });
            }
            let arena = arena::arena_of_pool(pool, self.geometry);
            if let Emptied::Release(arena) = self.usable.give_pool(arena, pool) {
                self.release(arena);
            }
        }
    }

    /// Raises flags of `safe_point`.
    #[inline]
    pub fn ask(&self, flags: u32) {
        // Mostly they are raised already, and looking is cheaper.
        if self.safe_point.load(Relaxed) & flags != flags {
            self.safe_point.fetch_or(flags, Relaxed);
        }
    }

    /// Lowers flags of `safe_point`.
    pub fn answer(&self, flags: u32) {
        self.safe_point.fetch_and(!flags, Relaxed);
    }

    /// Whether any of these flags of `safe_point` is raised.
    #[inline(always)]
    pub fn is_asked(&self, flags: u32) -> bool {
        self.safe_point.load(Relaxed) & flags != 0
    }

    /// Counts one collectable object more, and asks for a collection above the threshold.
    #[inline(always)]
    pub fn count_young(&self) {
        let young = self.young.get() + 1;
        self.young.set(young);
        if young > self.young_threshold.get() {
            self.ask(COLLECTION_DUE);
        }
    }

    /// Counts one collectable object less, not below zero.
    #[inline(always)]
    pub fn uncount_young(&self) {
        self.young.set(self.young.get().saturating_sub(1));
    }

    /// Collectable objects allocated since the last young collection, less those freed.
    pub fn young(&self) -> u32 {
        self.young.get()
    }

    /// Sets the count of young objects, as a collection does.
    pub fn set_young(&self, young: u32) {
        self.young.set(young);
    }

    /// From now on a collection is asked for above this many young objects; never at `u32::MAX`.
    pub fn set_young_threshold(&self, threshold: u32) {
        self.young_threshold.set(threshold);
    }

    /// The layer that served the last request; kept up only on the slow path.
    pub fn last_layer(&self) -> Layer {
        self.counters.layer.get()
    }

    /// Whether somebody is told of every event: an observer, or the tally of births. Nobody ever is in
    /// a build with `--cfg strata_unwatched`, which `scripts/off_cost.py` measures this beside.
    #[inline(always)]
    pub fn is_watched(&self) -> bool {
        !cfg!(strata_unwatched) && self.attention.get() & flag::NOTICED != 0
    }

    /// From now on births are counted by the layer that served them; see [`Heap::births`]. Every
    /// allocation takes the slow path, as in a watched heap.
    pub fn tally_births(&self) {
        self.attend(flag::TALLIED, true);
    }

    /// Births since [`Heap::tally_births`] by the layer that served them, in the order of
    /// [`Layer::ALL`]; `None` when they are not counted.
    pub fn births(&self) -> Option<[u64; Layer::ALL.len()]> {
        let tallied = self.attention.get() & flag::TALLIED != 0;
        tallied.then(|| self.counters.births.each_ref().map(Cell::get))
    }

    /// Counts a birth.
    pub(crate) fn tally(&self, layer: Layer) {
        if let Some(births) = self.counters.births.get(layer as usize) {
            add(births, 1);
        }
    }

    /// Whether types' free lists must be asked on their slow path.
    #[inline(always)]
    pub(crate) fn hides_lists(&self) -> bool {
        self.attention.get() & flag::LISTS_HIDDEN != 0
    }

    /// Raises or lowers a flag of the attention word, with what follows from it.
    pub(crate) fn attend(&self, flag: u32, on: bool) {
        let before = self.attention.get();
        let now = if on { before | flag } else { before & !flag };
        self.attention.set(now);
        if before == 0 && now != 0 {
            self.begin_counting_requests();
        } else if now == 0 {
            self.counters.requested_exact.set(false);
        }
        self.types().for_each(TypeObject::attend);
    }

    /// From now on every small request is added up; what is in use already counts as granted.
    pub(crate) fn begin_counting_requests(&self) {
        let (mut blocks, mut granted) = (0, 0);
        self.each_pool(|class, used, _| {
            blocks += used;
            granted += used * class.block_size();
        });
        self.counters.requested.set(granted);
        self.counters.requested_exact.set(blocks == 0);
    }

    /// Sets or removes the observer. From now on every allocation takes the slow path and is told.
    ///
    /// # Safety
    /// The observer outlives the heap or is removed before it dies, and it never allocates here.
    pub unsafe fn watch(&self, observer: Option<NonNull<dyn Observer>>) {
        self.observer.set(observer);
        self.attend(flag::WATCHED, observer.is_some());
    }

    /// Tells the observer, when there is one, of an event that is put together only then.
    #[inline]
    pub fn emit<'e>(&self, event: impl FnOnce() -> Event<'e>) {
        if self.is_watched() {
            self.tell(&event());
        }
    }

    /// Does something for the runtime itself, so that those who watch do not take what it makes for a
    /// program's doing.
    #[inline]
    pub fn own_work<T>(&self, work: impl FnOnce() -> T) -> T {
        self.emit(|| Event::OwnWork { begins: true });
        let done = work();
        self.emit(|| Event::OwnWork { begins: false });
        done
    }

    /// [`Heap::emit`] of an [`Event::Step`].
    #[inline]
    pub fn emit_step(&self, step: Step, object: Obj, ty: &TypeObject) {
        if self.is_watched() {
            self.tell_step(step, object, ty);
        }
    }

    /// The same for callers that know that the heap is watched.
    #[inline]
    pub fn tell_step(&self, step: Step, object: Obj, ty: &TypeObject) {
        if let Some(observer) = self.observer.get() {
            // SAFETY: `watch` promised that the observer is alive.
            unsafe { observer.as_ref() }.step(step, object, ty);
        }
    }

    /// Tells the observer, when there is one, of a block that was taken.
    #[inline]
    pub(crate) fn tell_taken(&self, domain: Domain, block: NonNull<u8>, size: usize) {
        if let Some(observer) = self.observer.get() {
            // SAFETY: `watch` promised that the observer is alive.
            unsafe { observer.as_ref() }.taken(domain, block, size);
        }
    }

    /// The same of a block that was given back.
    #[inline]
    pub(crate) fn tell_given(&self, domain: Domain, block: NonNull<u8>, size: usize) {
        if let Some(observer) = self.observer.get() {
            // SAFETY: `watch` promised that the observer is alive.
            unsafe { observer.as_ref() }.given(domain, block, size);
        }
    }

    /// The same of an object that was born.
    #[inline]
    pub(crate) fn tell_born(&self, object: Obj, ty: &TypeObject, size: usize, layer: Layer) {
        if let Some(observer) = self.observer.get() {
            // SAFETY: `watch` promised that the observer is alive.
            unsafe { observer.as_ref() }.born(object, ty, size, layer);
        }
    }

    #[cold]
    #[inline(never)]
    fn tell(&self, event: &Event<'_>) {
        if let Some(observer) = self.observer.get() {
            // SAFETY: `watch` promised that the observer is alive.
            unsafe { observer.as_ref() }.event(event);
        }
    }
}

impl fmt::Debug for Heap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Heap")
            .field("arenas", &self.counters.arenas.get())
            .field("raw_blocks", &self.counters.raw_blocks.get())
            .field("taken", &self.counters.taken.get())
            .finish_non_exhaustive()
    }
}

impl Drop for Heap {
    fn drop(&mut self) {
        self.attention.set(0);
        self.debugger_drop();
        self.tracer_drop();
        self.drop_kept();
        self.arenas_drop();
    }
}
