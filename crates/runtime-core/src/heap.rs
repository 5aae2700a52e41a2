//! The heap: one runtime's memory, and the path of every request and release.
//!
//! ```text
//! request ---- 1..512 bytes ---> used pool of the class -> new pool -> new arena -> mmap
//!         \--- 0 or > 512  ----> raw memory -> malloc
//! ```
//!
//! The fast paths ([`Heap::alloc`], [`Heap::free`]) handle a used pool and nothing else. Whatever
//! must look closer (watching, system-allocator mode) raises the one flag `attention`, and the
//! request takes the slow path. CPython: `pymalloc_alloc`, `pymalloc_free` in `Objects/obmalloc.c`.

use std::cell::Cell;
use std::ptr::{NonNull, null_mut};

use crate::accounting::Layer;
use crate::arena::{self, ARENA_SIZE, ARENA_TABLE, Arena, Emptied, UsableArenas};
use crate::arena_map::ArenaMap;
use crate::error::AllocError;
use crate::events::{Event, Observer};
use crate::floor::Floor;
use crate::pool::{self, FreeBlock, POOL_SIZE, Pool};
use crate::size_class::{CLASSES, SizeClass};
use crate::system;
use crate::types::TypeObject;

/// Who serves small requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SmallAllocator {
    /// Pools and arenas, as CPython's pymalloc.
    #[default]
    Pools,
    /// The system's `malloc` for every request, so that sanitizers and valgrind see each block.
    System,
}

/// How a heap is built.
#[derive(Debug, Clone, Copy, Default)]
pub struct HeapConfig {
    /// Who serves small requests.
    pub small: SmallAllocator,
    /// Most bytes that may be taken from the system for arenas and raw blocks; `None` for no limit.
    pub limit: Option<usize>,
}

/// One runtime's memory: arenas, raw blocks, and the counters of both.
///
/// A heap has one fixed address for its whole life (types point to it) and belongs to one thread
/// at a time. Everything in it is a `Cell` or reached by raw pointer, because it is shared.
#[repr(C)]
pub struct Heap {
    /// For each class the list of its used pools; the front one serves the next request.
    used: [Cell<*mut Pool>; CLASSES],
    /// Not zero when the fast paths may not be taken.
    attention: Cell<u32>,
    /// Collectable objects allocated since the last young collection, less those freed.
    young: Cell<u32>,
    /// Above this many, a collection is asked for at the next safe point.
    young_threshold: Cell<u32>,
    /// Requests to whoever runs scripts, looked at on every safe point.
    pub safe_point: Cell<u32>,

    pub(crate) usable: UsableArenas,
    pub(crate) arenas: ArenaTable,
    map: ArenaMap,
    config: HeapConfig,
    floor: Floor,
    observer: Cell<Option<NonNull<dyn Observer>>>,
    pub(crate) types: Cell<*mut TypeObject>,
    pub(crate) type_serial: Cell<u32>,
    pub(crate) counters: Counters,
}

/// Running totals, changed on slow paths only.
#[derive(Default)]
pub(crate) struct Counters {
    /// Bytes taken from the system for arenas, their tables and raw blocks.
    pub(crate) taken: Cell<usize>,
    pub(crate) taken_peak: Cell<usize>,
    pub(crate) raw_blocks: Cell<usize>,
    pub(crate) raw_bytes: Cell<usize>,
    pub(crate) raw_bytes_peak: Cell<usize>,
    /// Calls to `malloc` and `mmap`.
    pub(crate) system_calls: Cell<u64>,
    /// Bytes ever asked of them.
    pub(crate) system_bytes: Cell<u64>,
    pub(crate) arenas: Cell<usize>,
    pub(crate) arenas_peak: Cell<usize>,
    pub(crate) arenas_mapped: Cell<usize>,
    pub(crate) arenas_released: Cell<usize>,
    /// Bytes asked for by the small blocks in use; kept only while the heap is watched from birth.
    pub(crate) requested: Cell<usize>,
    pub(crate) layer: Cell<Layer>,
}

/// A flag of `Heap::attention`.
const WATCHED: u32 = 1;
const SYSTEM: u32 = 2;

/// A flag of `Heap::safe_point`: more than the threshold of young objects exist.
pub const COLLECTION_DUE: u32 = 1;

fn add<T: Copy + std::ops::Add<Output = T>>(cell: &Cell<T>, n: T) -> T {
    let sum = cell.get() + n;
    cell.set(sum);
    sum
}

fn sub(cell: &Cell<usize>, n: usize) {
    debug_assert!(cell.get() >= n, "a counter of {} cannot fall by {n}", cell.get());
    cell.set(cell.get().wrapping_sub(n));
}

impl Heap {
    /// A heap that owns nothing yet. `floor` is the highest floor that will stand on it.
    ///
    /// It may be moved until the first type or arena is made, and not after.
    pub fn new(config: HeapConfig, floor: Floor) -> Self {
        let attention = match config.small {
            SmallAllocator::Pools => 0,
            SmallAllocator::System => SYSTEM,
        };
        Self {
            used: [const { Cell::new(null_mut()) }; CLASSES],
            attention: Cell::new(attention),
            young: Cell::new(0),
            young_threshold: Cell::new(2000),
            safe_point: Cell::new(0),
            usable: UsableArenas::new(),
            arenas: ArenaTable::default(),
            map: ArenaMap::new(),
            config,
            floor,
            observer: Cell::new(None),
            types: Cell::new(null_mut()),
            type_serial: Cell::new(0),
            counters: Counters::default(),
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

    /// Takes a block of at least `size` bytes, aligned to 16, uninitialised.
    ///
    /// Give it back with [`Heap::free`] and the same size. A request for nothing gives an address
    /// of its own. Cost: about a dozen instructions when a pool of the class has room.
    ///
    /// # Errors
    /// [`AllocError`] when the size is more than `isize::MAX`, or the system or the heap's limit
    /// refuses; nothing has changed then.
    #[inline(always)]
    pub fn alloc(&self, size: usize) -> Result<NonNull<u8>, AllocError> {
        if let Some(class) = SizeClass::of(size)
            && self.attention.get() == 0
            && let Some(block) = self.pop(class)
        {
            return Ok(block);
        }
        self.alloc_slow(size)
    }

    /// Takes the first free block of the class's front pool, when there is one.
    #[inline(always)]
    fn pop(&self, class: SizeClass) -> Option<NonNull<u8>> {
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
            (*pool).count += 1;
            let next = (*block).next;
            (*pool).free = next;
            if next.is_null() {
                self.refill(pool, front);
            }
            Some(NonNull::new_unchecked(block).cast())
        }
    }

    /// Puts a virgin block on the free chain that just ran out, or takes the full pool out of its
    /// list.
    ///
    /// # Safety
    /// `pool` is at the front of `front`, and its free chain is empty.
    #[inline(never)]
    unsafe fn refill(&self, pool: *mut Pool, front: &Cell<*mut Pool>) {
        // SAFETY: per contract; neighbours in the list are alive.
        unsafe {
            if pool::carve(pool, arena::memory_of(pool)) {
                return;
            }
            let next = (*pool).next;
            front.set(next);
            if !next.is_null() {
                (*next).prev = null_mut();
            }
        }
    }

    #[cold]
    #[inline(never)]
    fn alloc_slow(&self, size: usize) -> Result<NonNull<u8>, AllocError> {
        match SizeClass::of(size) {
            Some(class) if self.config.small == SmallAllocator::Pools => {
                self.counters.layer.set(Layer::Pool);
                if let Some(block) = self.pop(class) {
                    add(&self.counters.requested, size);
                    return Ok(block);
                }
                self.new_pool(class)?;
                // The new pool is at the front and has a block.
                let block = self.pop(class).ok_or(AllocError::System { bytes: size })?;
                add(&self.counters.requested, size);
                Ok(block)
            }
            _ => {
                self.counters.layer.set(Layer::Large);
                self.raw_alloc(size)
            }
        }
    }

    /// Puts a fresh pool at the front of the class's empty list.
    fn new_pool(&self, class: SizeClass) -> Result<(), AllocError> {
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
            pool::assign(pool, arena::memory_of(pool), class);
            (*pool).next = null_mut();
            (*pool).prev = null_mut();
            if let Some(front) = self.used.get(class.index()) {
                front.set(pool);
            }
        }
        Ok(())
    }

    fn new_arena(&self) -> Result<(), AllocError> {
        let bytes = ARENA_SIZE + ARENA_TABLE;
        self.charge(bytes)?;
        let refused = || {
            self.uncharge(bytes);
            AllocError::System { bytes }
        };
        let number = self.arenas.reserve().ok_or_else(refused)?;
        let arena = Arena::map(number).ok_or_else(refused)?;
        // SAFETY: the arena is new and ours alone; when the map has no room it goes back at once.
        unsafe {
            if !self.map.enter(arena.as_ref().base()) {
                Arena::unmap(arena);
                return Err(refused());
            }
            self.arenas.set(number, arena.as_ptr());
            self.usable.add_new(arena);
        }
        let counters = &self.counters;
        let now = add(&counters.arenas, 1);
        counters.arenas_peak.set(counters.arenas_peak.get().max(now));
        add(&counters.arenas_mapped, 1);
        self.emit(|| Event::ArenaMapped { arena: number });
        Ok(())
    }

    /// Gives back a block that [`Heap::alloc`] or [`Heap::realloc`] gave for `size` bytes.
    ///
    /// # Safety
    /// The block is one of this heap's, alive, and of that size; it is not used again.
    #[inline(always)]
    pub unsafe fn free(&self, block: NonNull<u8>, size: usize) {
        if SizeClass::of(size).is_some() && self.attention.get() == 0 {
            // SAFETY: per contract the block lies in a live arena of this heap.
            unsafe { self.push(block) }
        } else {
            // SAFETY: per contract.
            unsafe { self.free_slow(block, size) }
        }
    }

    /// Puts a block on its pool's free chain.
    ///
    /// # Safety
    /// `block` is in use and lies in an arena of this heap.
    #[inline(always)]
    unsafe fn push(&self, block: NonNull<u8>) {
        // SAFETY: per contract the pool header is that of a live pool, and the block's bytes are
        // free to hold the link.
        unsafe {
            let pool = arena::pool_of(block);
            let block = block.cast::<FreeBlock>().as_ptr();
            let head = (*pool).free;
            (*block).next = head;
            (*pool).free = block;
            (*pool).count -= 1;
            if head.is_null() || (*pool).count == 0 {
                self.pool_changed(pool, head.is_null());
            }
        }
    }

    /// A pool stopped being full, or became empty.
    ///
    /// # Safety
    /// `pool` is a live pool of this heap; `was_full` says that it is in no list.
    #[inline(never)]
    unsafe fn pool_changed(&self, pool: *mut Pool, was_full: bool) {
        // SAFETY: per contract; pools in used lists are alive.
        unsafe {
            let Some(front) = self.used.get(usize::from((*pool).class)) else { return };
            if was_full {
                // To the front, as CPython does, so that the next request gets the block just freed.
                let next = front.get();
                (*pool).next = next;
                (*pool).prev = null_mut();
                if !next.is_null() {
                    (*next).prev = pool;
                }
                front.set(pool);
                return;
            }
            let (prev, next) = ((*pool).prev, (*pool).next);
            if prev.is_null() {
                front.set(next);
            } else {
                (*prev).next = next;
            }
            if !next.is_null() {
                (*next).prev = prev;
            }
            if let Emptied::Release(arena) = self.usable.give_pool(pool) {
                self.release(arena);
            }
        }
    }

    /// Gives an arena without blocks in use back to the system.
    ///
    /// # Safety
    /// The arena is alive, all its pools are free, and it is in no list.
    unsafe fn release(&self, arena: NonNull<Arena>) {
        // SAFETY: per contract.
        let (number, base) = unsafe { (arena.as_ref().number(), arena.as_ref().base()) };
        self.map.leave(base);
        self.arenas.set(number, null_mut());
        // SAFETY: per contract, and the heap no longer knows it.
        unsafe { Arena::unmap(arena) };
        self.uncharge(ARENA_SIZE + ARENA_TABLE);
        sub(&self.counters.arenas, 1);
        add(&self.counters.arenas_released, 1);
        self.emit(|| Event::ArenaReleased { arena: number });
    }

    #[cold]
    #[inline(never)]
    unsafe fn free_slow(&self, block: NonNull<u8>, size: usize) {
        if SizeClass::of(size).is_some() && self.config.small == SmallAllocator::Pools {
            sub(&self.counters.requested, size);
            // SAFETY: per contract of `free`.
            unsafe { self.push(block) }
        } else {
            // SAFETY: per contract of `free`; this is how such a size was allocated.
            unsafe { self.raw_free(block, size) }
        }
    }

    /// Changes the size of a block, moving it when it does not fit or would be wastefully large.
    ///
    /// A small block stays when the new size fits it and fills more than three quarters of it, as
    /// in CPython. Contents are kept up to the smaller size.
    ///
    /// # Errors
    /// [`AllocError`] as for [`Heap::alloc`]; the old block is untouched and still owned.
    ///
    /// # Safety
    /// The block is one of this heap's, alive, and of `old` bytes; on success it is used only
    /// through the address returned, with size `new`.
    pub unsafe fn realloc(
        &self,
        block: NonNull<u8>,
        old: usize,
        new: usize,
    ) -> Result<NonNull<u8>, AllocError> {
        let in_pool = SizeClass::of(old).is_some() && self.config.small == SmallAllocator::Pools;
        if !in_pool && (SizeClass::of(new).is_none() || self.config.small != SmallAllocator::Pools)
        {
            // SAFETY: per contract; neither end is in a pool.
            return unsafe { self.raw_realloc(block, old, new) };
        }
        if in_pool {
            // SAFETY: per contract the block lies in a live arena.
            let class = unsafe { (*arena::pool_of(block)).class };
            let have = (usize::from(class) + 1) * crate::size_class::ALIGNMENT;
            if new != 0 && new <= have && 4 * new > 3 * have {
                if self.attention.get() != 0 {
                    sub(&self.counters.requested, old);
                    add(&self.counters.requested, new);
                }
                return Ok(block);
            }
        }
        let fresh = self.alloc(new)?;
        // SAFETY: both blocks hold at least the smaller size, and a new block overlaps no live one.
        unsafe {
            std::ptr::copy_nonoverlapping(block.as_ptr(), fresh.as_ptr(), old.min(new));
            self.free(block, old);
        }
        Ok(fresh)
    }

    /// Takes `size` bytes of raw memory, whatever the size.
    ///
    /// # Errors
    /// As [`Heap::alloc`].
    pub fn raw_alloc(&self, size: usize) -> Result<NonNull<u8>, AllocError> {
        self.raw_take(size, || system::malloc(size))
    }

    /// Takes `size` bytes of raw memory, all zero.
    ///
    /// # Errors
    /// As [`Heap::alloc`].
    pub fn raw_alloc_zeroed(&self, size: usize) -> Result<NonNull<u8>, AllocError> {
        self.raw_take(size, || system::calloc(size))
    }

    fn raw_take(
        &self,
        size: usize,
        take: impl FnOnce() -> Option<NonNull<u8>>,
    ) -> Result<NonNull<u8>, AllocError> {
        self.charge(size)?;
        let Some(block) = take() else {
            self.uncharge(size);
            return Err(AllocError::System { bytes: size });
        };
        add(&self.counters.raw_blocks, 1);
        self.raw_grew(size);
        Ok(block)
    }

    fn raw_grew(&self, bytes: usize) {
        let now = add(&self.counters.raw_bytes, bytes);
        self.counters.raw_bytes_peak.set(self.counters.raw_bytes_peak.get().max(now));
    }

    /// Gives back raw memory.
    ///
    /// # Safety
    /// The block came from a `raw_` function of this heap with that size, and is not used again.
    pub unsafe fn raw_free(&self, block: NonNull<u8>, size: usize) {
        // SAFETY: per contract.
        unsafe { system::free(block) };
        sub(&self.counters.raw_blocks, 1);
        sub(&self.counters.raw_bytes, size);
        self.uncharge(size);
    }

    /// Changes the size of a raw block.
    ///
    /// # Errors
    /// As [`Heap::alloc`]; the old block is untouched and still owned.
    ///
    /// # Safety
    /// As [`Heap::raw_free`] for the old block on success.
    pub unsafe fn raw_realloc(
        &self,
        block: NonNull<u8>,
        old: usize,
        new: usize,
    ) -> Result<NonNull<u8>, AllocError> {
        if new > isize::MAX as usize {
            return Err(AllocError::TooLarge);
        }
        let grown = new.saturating_sub(old);
        self.charge(grown)?;
        // SAFETY: per contract.
        let Some(moved) = (unsafe { system::realloc(block, new) }) else {
            self.uncharge(grown);
            return Err(AllocError::System { bytes: new });
        };
        self.uncharge(old.saturating_sub(new));
        sub(&self.counters.raw_bytes, old);
        self.raw_grew(new);
        Ok(moved)
    }

    /// Counts `bytes` that are about to be taken from the system, if the limit allows.
    ///
    /// # Errors
    /// [`AllocError::TooLarge`] or [`AllocError::Limit`].
    fn charge(&self, bytes: usize) -> Result<(), AllocError> {
        if bytes > isize::MAX as usize {
            return Err(AllocError::TooLarge);
        }
        let taken = self.counters.taken.get();
        if let Some(limit) = self.config.limit
            && taken.saturating_add(bytes) > limit
        {
            return Err(AllocError::Limit { bytes, limit, taken });
        }
        let now = add(&self.counters.taken, bytes);
        self.counters.taken_peak.set(self.counters.taken_peak.get().max(now));
        if bytes > 0 {
            add(&self.counters.system_calls, 1);
            add(&self.counters.system_bytes, bytes as u64);
        }
        Ok(())
    }

    fn uncharge(&self, bytes: usize) {
        sub(&self.counters.taken, bytes);
    }

    /// Whether `p` points into one of this heap's arenas. Constant time; touches no memory at `p`.
    pub fn owns(&self, p: NonNull<u8>) -> bool {
        self.map.contains(p)
    }

    /// Bytes that the map of arenas takes, for the accounting.
    pub(crate) fn map_bytes(&self) -> usize {
        self.map.bytes()
    }

    /// The layer that served the last request; kept up only while the heap is watched.
    pub fn last_layer(&self) -> Layer {
        self.counters.layer.get()
    }

    /// Counts one collectable object more, and asks for a collection above the threshold.
    #[inline(always)]
    pub fn count_young(&self) {
        let young = self.young.get() + 1;
        self.young.set(young);
        if young > self.young_threshold.get() {
            self.safe_point.set(self.safe_point.get() | COLLECTION_DUE);
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

    /// Whether an observer is told of every event.
    #[inline(always)]
    pub fn is_watched(&self) -> bool {
        self.attention.get() & WATCHED != 0
    }

    /// Sets or removes the observer. From now on every allocation takes the slow path and is told.
    ///
    /// # Safety
    /// The observer outlives the heap or is removed before it dies, and it never allocates here.
    pub unsafe fn watch(&self, observer: Option<NonNull<dyn Observer>>) {
        self.observer.set(observer);
        let flags = self.attention.get() & !WATCHED;
        self.attention.set(if observer.is_some() { flags | WATCHED } else { flags });
        for ty in self.types() {
            for list in ty.free_lists() {
                list.set_watched(observer.is_some());
            }
        }
    }

    /// Tells the observer, when there is one, of an event that is put together only then.
    #[inline]
    pub fn emit<'e>(&self, event: impl FnOnce() -> Event<'e>) {
        if let Some(observer) = self.observer.get() {
            // SAFETY: `watch` promised that the observer is alive.
            unsafe { observer.as_ref() }.event(&event());
        }
    }
}

impl Drop for Heap {
    fn drop(&mut self) {
        for arena in self.arenas.iter() {
            // SAFETY: a heap that ends gives its arenas back whatever is in them; nobody may hold
            // one of its blocks any more.
            unsafe { Arena::unmap(arena) };
        }
    }
}

/// All live arenas by number, so that a report can name them and teardown can find them.
#[derive(Default)]
pub(crate) struct ArenaTable {
    slots: Cell<*mut *mut Arena>,
    len: Cell<usize>,
}

impl ArenaTable {
    /// The lowest number free, with room for it in the table.
    fn reserve(&self) -> Option<u32> {
        let len = self.len.get();
        for number in 0..len {
            // SAFETY: `number` is below the length.
            if unsafe { *self.slots.get().add(number) }.is_null() {
                return u32::try_from(number).ok();
            }
        }
        let wide = (len * 2).max(16);
        let bytes = wide.checked_mul(size_of::<*mut Arena>())?;
        let slots = match NonNull::new(self.slots.get()) {
            None => system::malloc(bytes),
            // SAFETY: the table came from here, and is replaced at once.
            Some(old) => unsafe { system::realloc(old.cast(), bytes) },
        }?
        .cast::<*mut Arena>();
        for number in len..wide {
            // SAFETY: the table has `wide` slots now.
            unsafe { slots.add(number).write(null_mut()) };
        }
        self.slots.set(slots.as_ptr());
        self.len.set(wide);
        u32::try_from(len).ok()
    }

    fn set(&self, number: u32, arena: *mut Arena) {
        debug_assert!((number as usize) < self.len.get());
        // SAFETY: numbers come from `reserve`, which made room, and the table never shrinks.
        unsafe { *self.slots.get().add(number as usize) = arena };
    }

    /// Live arenas in the order of their numbers.
    pub(crate) fn iter(&self) -> impl Iterator<Item = NonNull<Arena>> + '_ {
        // SAFETY: the indices are below the length; an entry is null or a live arena.
        (0..self.len.get())
            .filter_map(|number| NonNull::new(unsafe { *self.slots.get().add(number) }))
    }
}

impl Drop for ArenaTable {
    fn drop(&mut self) {
        if let Some(slots) = NonNull::new(self.slots.get()) {
            // SAFETY: the table came from `system::malloc` and is freed once, here.
            unsafe { system::free(slots.cast()) };
        }
    }
}

/// Where a block lies: `a0/p3/b17`. The same on every run, unlike its address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Number of the arena.
    pub arena: u32,
    /// Index of the pool in its arena.
    pub pool: u16,
    /// Index of the block in its pool.
    pub block: u16,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a{}/p{}/b{}", self.arena, self.pool, self.block)
    }
}

impl Heap {
    /// The place of a block in a pool, or `None` when `p` is not in one of this heap's pools.
    pub fn place(&self, p: NonNull<u8>) -> Option<Place> {
        if !self.owns(p) {
            return None;
        }
        // SAFETY: `owns` says that `p` lies in a live arena.
        let (arena, pool) = unsafe { (&*arena::arena_of(p), &*arena::pool_of(p)) };
        let class = SizeClass::from_index(usize::from(pool.class))?;
        let offset = (p.addr().get() % POOL_SIZE).checked_sub(pool::POOL_HEADER)?;
        let block = u16::try_from(offset / class.block_size()).ok()?;
        Some(Place { arena: arena.number(), pool: pool.index, block })
    }

    /// Calls `see` with each used or full pool: its class index, blocks in use, blocks free.
    pub(crate) fn each_pool(&self, mut see: impl FnMut(SizeClass, usize, usize)) {
        for arena in self.arenas.iter() {
            // SAFETY: the table lists live arenas, and nothing changes them during the walk.
            let arena = unsafe { arena.as_ref() };
            for pool in arena.pools.iter().take(arena.carved()).filter(|pool| pool.count > 0) {
                if let Some(class) = SizeClass::from_index(usize::from(pool.class)) {
                    let count = usize::from(pool.count);
                    see(class, count, pool::blocks_per_pool(class) - count);
                }
            }
        }
    }

    /// Re-proves the heap's invariants: lists, chains and counts.
    ///
    /// # Errors
    /// The first invariant found broken, in words.
    pub fn verify(&self) -> Result<(), &'static str> {
        self.usable.verify()?;
        for arena in self.arenas.iter() {
            // SAFETY: as above.
            let arena = unsafe { arena.as_ref() };
            let carved = arena.pools.iter().take(arena.carved());
            let used = carved.clone().filter(|pool| pool.count > 0).count();
            if used + arena.free_pools() as usize != arena::POOLS_PER_ARENA {
                return Err("used and free pools do not make an arena");
            }
            for pool in carved {
                self.verify_pool(pool)?;
            }
        }
        for (index, front) in self.used.iter().enumerate() {
            let mut pool = front.get();
            while !pool.is_null() {
                // SAFETY: pools in used lists are alive.
                let (class, free, next) = unsafe { ((*pool).class, (*pool).free, (*pool).next) };
                if usize::from(class) != index || free.is_null() {
                    return Err("a used list holds a pool of another class, or a full one");
                }
                pool = next;
            }
        }
        Ok(())
    }

    fn verify_pool(&self, pool: &Pool) -> Result<(), &'static str> {
        let Some(class) = SizeClass::from_index(usize::from(pool.class)) else {
            return if pool.count == 0 { Ok(()) } else { Err("a pool without a class has blocks") };
        };
        let virgin = (POOL_SIZE - usize::from(pool.virgin)) / class.block_size();
        let room = pool::blocks_per_pool(class);
        let mut chain = 0;
        let mut block = pool.free;
        while let Some(free) = NonNull::new(block) {
            chain += 1;
            if chain > room {
                return Err("a free chain runs in a circle");
            }
            // SAFETY: a block on the chain lies in its live pool and holds the link.
            block = unsafe { (*free.as_ptr()).next };
        }
        if usize::from(pool.count) + chain + virgin == room {
            Ok(())
        } else {
            Err("blocks out, free chain and virgin blocks do not make a pool")
        }
    }
}
