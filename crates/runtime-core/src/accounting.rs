//! Accounting: where every byte of a heap is, as data.
//!
//! ```text
//! arenas x 1 MiB = alive + rounding + free lists + free blocks + pool headers + tails + unused pools
//! ```
//!
//! *Alive* is what the blocks in use were asked for, *rounding* what their size classes added.

use std::ptr::NonNull;

use crate::arena::{self, Arena};
use crate::domain::Domain;
use crate::heap::Heap;
use crate::pool::POOL_HEADER;
use crate::raw_memory::{SideUse, rounded};
use crate::size_class::{CLASSES, SizeClass};
use crate::system;

/// The layer that served a birth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Layer {
    /// A retired object of the same type.
    FreeList,
    /// A pool that was in use already.
    #[default]
    Pool,
    /// A pool that was put to use for it.
    NewPool,
    /// An arena that was mapped for it.
    NewArena,
    /// Raw memory.
    Large,
}

impl Layer {
    /// All layers, in the order in which they are asked.
    pub const ALL: [Self; 5] =
        [Self::FreeList, Self::Pool, Self::NewPool, Self::NewArena, Self::Large];

    /// The words for it in reports.
    pub const fn words(self) -> &'static str {
        match self {
            Self::FreeList => "free list",
            Self::Pool => "pool in use",
            Self::NewPool => "fresh pool",
            Self::NewArena => "fresh arena",
            Self::Large => "large",
        }
    }
}

/// Pools and blocks of one size class.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ClassUse {
    /// Pools that have at least one block in use.
    pub pools: usize,
    /// Blocks in use, those of retired objects included.
    pub blocks: usize,
    /// Blocks of those pools that are not in use.
    pub free_blocks: usize,
}

/// What a heap holds, at one moment. All sizes in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accounting {
    /// By size class, smallest first.
    pub classes: [ClassUse; CLASSES],
    /// Arenas held now, at most so far, mapped and given back in all.
    pub arenas: usize,
    /// Most arenas held at once.
    pub arenas_peak: usize,
    /// Arenas mapped so far.
    pub arenas_mapped: usize,
    /// Arenas given back so far.
    pub arenas_released: usize,
    /// Pools with a block in use.
    pub pools: usize,
    /// Pools of the arenas with no block in use, in bytes.
    pub unused_pools: usize,
    /// Blocks in use, without those of retired objects.
    pub blocks: usize,
    /// What those blocks were asked for; exact when the heap was watched from its birth, else what
    /// they hold.
    pub alive: usize,
    /// Added to it by size classes.
    pub rounding: usize,
    /// Blocks of retired objects.
    pub free_lists: usize,
    /// Objects in free lists.
    pub retired: usize,
    /// Blocks not in use, of pools that are.
    pub free_blocks: usize,
    /// The 48 bytes in front of each pool in use.
    pub pool_headers: usize,
    /// Bytes behind the last block of each pool in use.
    pub pool_tails: usize,
    /// Lost to the alignment of arenas: none, they are aligned.
    pub alignment: usize,
    /// Raw blocks in use, and their bytes.
    pub raw_blocks: usize,
    /// Bytes of raw blocks in use, as granted.
    pub raw_bytes: usize,
    /// Most bytes of raw blocks at once.
    pub raw_bytes_peak: usize,
    /// Bytes of raw blocks kept for the next request; not among `raw_bytes`.
    pub raw_kept: usize,
    /// Those of the raw blocks that serve the mem and object domains: 0 bytes, or too many for
    /// pools.
    pub large_blocks: usize,
    /// Empty arenas kept for later; not among `arenas`.
    pub arenas_cached: usize,
    /// Bytes of one arena, without its table.
    pub arena_size: usize,
    /// Whether `alive` and `rounding` are exact: what blocks were asked for has been added up since
    /// the pools were last empty.
    pub exact: bool,
    /// Tables behind the spans of two arenas, the map of arenas and their list.
    pub tables: usize,
    /// Those of the tables that are not behind arenas.
    pub tables_apart: usize,
    /// What tracing takes.
    pub tracing: usize,
    /// What the debug hooks' records take.
    pub debug_records: usize,
    /// All that is taken from the system now: arenas in use and cached, their tables, raw blocks,
    /// tracing, debug records.
    pub taken: usize,
    /// The most that was taken at once.
    pub taken_peak: usize,
    /// Requests made to the system for arenas and raw blocks, and their bytes.
    pub system_calls: u64,
    /// Bytes ever asked of the system.
    pub system_bytes: u64,
}

/// One arena that is not given back, and what keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArenaUse {
    /// Its number.
    pub number: u32,
    /// Pools with a block in use.
    pub used_pools: usize,
    /// Pools that could serve any class.
    pub free_pools: usize,
    /// Blocks in use: as many pin the arena.
    pub blocks: usize,
    /// Bytes of those blocks, as granted.
    pub bytes: usize,
    /// Bytes of the arena that are in memory now.
    pub resident: usize,
}

/// What a request of the mem or object domain gets, and what that costs beside its block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    /// The size class; `None` when raw memory serves it.
    pub class: Option<SizeClass>,
    /// Bytes of the block.
    pub bytes: usize,
    /// Blocks of a pool of the class; 0 for raw memory.
    pub blocks_per_pool: usize,
    /// The block's share of its pool's header and tail, rounded up.
    pub pool_share: usize,
    /// The block's share of its arena's table, rounded up.
    pub arena_share: usize,
}

/// The arenas as the operating system sees them, in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ArenaMemory {
    /// Addresses that the arena source gave: arenas in use and cached, the spare halves of their
    /// spans, and all their tables.
    pub mapped: usize,
    /// Those of them that are in memory now.
    pub resident: usize,
}

impl Heap {
    /// What a request of this size gets, the debug hooks' guards not counted.
    pub fn grant(&self, size: usize) -> Grant {
        match self.pool_class(Domain::Object, size) {
            Some(class) => {
                let blocks = self.geometry.blocks_per_pool(class).max(1);
                let table = self.geometry.table_bytes().div_ceil(self.geometry.pools_per_arena());
                Grant {
                    class: Some(class),
                    bytes: class.block_size(),
                    blocks_per_pool: blocks,
                    pool_share: (POOL_HEADER + self.geometry.pool_tail(class)).div_ceil(blocks),
                    arena_share: table.div_ceil(blocks),
                }
            }
            None => Grant {
                class: None,
                bytes: rounded(size.max(1)),
                blocks_per_pool: 0,
                pool_share: 0,
                arena_share: 0,
            },
        }
    }

    /// Walks arenas, pools and free lists and adds up where every byte is.
    ///
    /// Cost: linear in pools and retired objects' lists; allocates nothing.
    pub fn accounting(&self) -> Accounting {
        let mut classes = [ClassUse::default(); CLASSES];
        self.each_pool(|class, used, free| {
            if let Some(sum) = classes.get_mut(class.index()) {
                sum.pools += 1;
                sum.blocks += used;
                sum.free_blocks += free;
            }
        });
        let mut sum = Sums::default();
        for (class, used) in SizeClass::all().zip(&classes) {
            sum.pools += used.pools;
            sum.blocks += used.blocks;
            sum.granted += used.blocks * class.block_size();
            sum.free += used.free_blocks * class.block_size();
            sum.tails += used.pools * self.geometry.pool_tail(class);
        }
        let retired = self.retired();
        let granted = sum.granted.saturating_sub(retired.granted);
        let exact = self.requests_are_exact();
        let requested = self.counters.requested.get().saturating_sub(retired.asked);
        let alive = if exact { requested } else { granted };
        let counters = &self.counters;
        let arenas = counters.arenas.get();
        let cached = counters.arenas_cached.get() as usize;
        let tables =
            (arenas + cached) * (self.geometry.arena_and_table() - self.geometry.arena_size());
        Accounting {
            classes,
            arenas,
            arenas_peak: counters.arenas_peak.get(),
            arenas_mapped: counters.arenas_mapped.get(),
            arenas_released: counters.arenas_released.get(),
            arenas_cached: cached,
            arena_size: self.geometry.arena_size(),
            pools: sum.pools,
            unused_pools: arenas * self.geometry.arena_size()
                - sum.pools * self.geometry.pool_size(),
            blocks: sum.blocks.saturating_sub(retired.small),
            alive,
            exact,
            rounding: granted.saturating_sub(alive),
            free_lists: retired.granted,
            retired: retired.objects,
            free_blocks: sum.free,
            pool_headers: sum.pools * POOL_HEADER,
            pool_tails: sum.tails,
            alignment: 0,
            raw_blocks: counters.raw_blocks.get(),
            raw_bytes: counters.raw_bytes.get(),
            raw_bytes_peak: counters.raw_bytes_peak.get(),
            raw_kept: self.kept.bytes(),
            large_blocks: counters.large_blocks.get(),
            tables: tables + self.side_bytes(SideUse::Arenas),
            tables_apart: self.side_bytes(SideUse::Arenas),
            tracing: self.side_bytes(SideUse::Tracing),
            debug_records: self.side_bytes(SideUse::Debug),
            taken: counters.taken.get(),
            taken_peak: counters.taken_peak.get(),
            system_calls: counters.system_calls.get(),
            system_bytes: counters.system_bytes.get(),
        }
    }

    fn retired(&self) -> Retired {
        let mut sum = Retired::default();
        let hooks = if self.config().debug.is_some() { crate::debug::OVERHEAD } else { 0 };
        for ty in self.types() {
            for (index, list) in ty.free_lists().iter().enumerate() {
                let size = ty.retired_size(index) + ty.pre_header() + hooks;
                sum.objects += list.len();
                if let Some(class) = self.pool_class(Domain::Object, size) {
                    sum.small += list.len();
                    sum.asked += list.len() * size;
                    sum.granted += list.len() * class.block_size();
                }
            }
        }
        sum
    }

    /// Blocks in use: those of pools, and raw blocks of the mem and object domains. CPython:
    /// `sys.getallocatedblocks`.
    pub fn allocated_blocks(&self) -> usize {
        let mut blocks = self.counters.large_blocks.get();
        self.each_pool(|_, used, _| blocks += used);
        blocks
    }

    /// What the arenas' addresses, tables included, are to the operating system.
    ///
    /// Cost: a system call for each 256 pages.
    pub fn arena_memory(&self) -> ArenaMemory {
        let (size, table) = (self.geometry.arena_size(), self.geometry.table_bytes());
        let mut memory = ArenaMemory::default();
        let mut add = |arena: &Arena| {
            memory.mapped += size;
            memory.resident += system::resident(arena.base(), size);
            if arena.is_lower() {
                // SAFETY: the table of both stands behind the upper half; the span is mapped as a
                // whole.
                let behind = unsafe { arena.base().add(2 * size) };
                memory.mapped += table;
                memory.resident += system::resident(behind, table);
            }
        };
        // SAFETY: the table lists live arenas, the cache arenas whose tables are intact, and nothing
        // changes them during the walk. With the spare ones these are both halves of every span.
        self.arenas.iter().for_each(|arena| add(unsafe { arena.as_ref() }));
        let mut cached = NonNull::new(self.cached.get());
        while let Some(arena) = cached {
            // SAFETY: as above.
            let arena = unsafe { arena.as_ref() };
            add(arena);
            cached = NonNull::new(arena.next);
        }
        self.spares().for_each(add);
        memory
    }

    /// Shows each arena, by number, and what keeps it from being given back.
    ///
    /// Cost: linear in pools; one system call for each 256 pages asks what is resident.
    pub fn each_arena(&self, mut see: impl FnMut(ArenaUse)) {
        for arena in self.arenas.iter() {
            // SAFETY: the table lists live arenas, and nothing changes them during the walk.
            let (table, pools) = unsafe { (arena.as_ref(), arena::pools_of(arena)) };
            let blocks = |pool: &crate::pool::Pool| pool.count as usize;
            see(ArenaUse {
                number: table.number,
                used_pools: pools.iter().filter(|pool| pool.count > 0).count(),
                free_pools: table.free_pools as usize,
                blocks: pools.iter().map(blocks).sum(),
                bytes: pools
                    .iter()
                    .filter(|pool| pool.count > 0)
                    .map(|pool| blocks(pool) * pool.block_size())
                    .sum(),
                resident: system::resident(table.base(), self.geometry.arena_size()),
            });
        }
    }
}

#[derive(Default)]
struct Sums {
    pools: usize,
    blocks: usize,
    granted: usize,
    free: usize,
    tails: usize,
}

#[derive(Default)]
struct Retired {
    objects: usize,
    small: usize,
    asked: usize,
    granted: usize,
}
