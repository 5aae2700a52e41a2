//! Accounting: where every byte of a heap is, as data.
//!
//! ```text
//! arenas x 1 MiB = alive + rounding + free lists + free blocks + pool headers + tails + unused pools
//! ```
//!
//! *Alive* is what the blocks in use were asked for, *rounding* what their size classes added.

use crate::arena::{ARENA_SIZE, ARENA_TABLE};
use crate::heap::Heap;
use crate::pool::{POOL_HEADER, POOL_SIZE, blocks_per_pool};
use crate::size_class::{CLASSES, SizeClass};

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
    /// Bytes of raw blocks in use.
    pub raw_bytes: usize,
    /// Most bytes of raw blocks at once.
    pub raw_bytes_peak: usize,
    /// Tables behind the arenas and the map of arenas.
    pub tables: usize,
    /// Requests made to the system for arenas and raw blocks, and their bytes.
    pub system_calls: u64,
    /// Bytes ever asked of the system.
    pub system_bytes: u64,
}

impl Heap {
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
            let tail = POOL_SIZE - POOL_HEADER - blocks_per_pool(class) * class.block_size();
            sum.tails += used.pools * tail;
        }
        let retired = self.retired();
        let granted = sum.granted.saturating_sub(retired.granted);
        let requested = self.counters.requested.get();
        // Without an observer nobody adds up what blocks were asked for.
        let alive =
            if self.is_watched() { requested.saturating_sub(retired.asked) } else { granted };
        let counters = &self.counters;
        let arenas = counters.arenas.get();
        Accounting {
            classes,
            arenas,
            arenas_peak: counters.arenas_peak.get(),
            arenas_mapped: counters.arenas_mapped.get(),
            arenas_released: counters.arenas_released.get(),
            pools: sum.pools,
            unused_pools: arenas * ARENA_SIZE - sum.pools * POOL_SIZE,
            blocks: sum.blocks - retired.small,
            alive,
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
            tables: arenas * ARENA_TABLE + self.map_bytes(),
            system_calls: counters.system_calls.get(),
            system_bytes: counters.system_bytes.get(),
        }
    }

    fn retired(&self) -> Retired {
        let mut sum = Retired::default();
        let pools = self.config().small == crate::heap::SmallAllocator::Pools;
        for ty in self.types() {
            for (index, list) in ty.free_lists().iter().enumerate() {
                let size = ty.retired_size(index) + ty.pre_header();
                sum.objects += list.len();
                if pools && let Some(class) = SizeClass::of(size) {
                    sum.small += list.len();
                    sum.asked += list.len() * size;
                    sum.granted += list.len() * class.block_size();
                }
            }
        }
        sum
    }

    /// Blocks in use: those of pools, and raw blocks that took the place of one. CPython:
    /// `sys.getallocatedblocks`.
    pub fn allocated_blocks(&self) -> usize {
        let mut blocks = self.counters.raw_blocks.get();
        self.each_pool(|_, used, _| blocks += used);
        blocks
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
