//! The books: what a heap holds when the recording begins, and the sums over it at any event.

use runtime_core::{CLASSES, ClassUse, DEBUG_OVERHEAD, Heap, POOL_HEADER, SizeClass};

use super::{Block, BlockUse, HeapState, PoolState};
use crate::code::BlockCode;
use crate::names::Series;
use crate::totals::Totals;

impl HeapState {
    /// Takes down what a heap holds.
    pub(crate) fn survey(&mut self, heap: &Heap, types: &[Option<Box<str>>]) {
        let mut scratch = Vec::new();
        heap.each_arena(|arena| _ = self.arena_mut(arena.number));
        heap.each_pool_map(&mut scratch, |map| {
            let mut pool = PoolState { block_size: map.block_size, ..PoolState::default() };
            for &used in map.in_use {
                pool.used += usize::from(used);
                let used = if used { BlockUse::Used } else { BlockUse::Free };
                let asked = if used == BlockUse::Used { map.block_size } else { 0 };
                pool.blocks.push(Block { used, asked, ..Block::default() });
            }
            let Some(pools) = self.arena_mut(map.place.arena) else { return };
            let index = usize::from(map.place.pool);
            if pools.len() <= index {
                pools.resize(index + 1, PoolState::default());
            }
            if let Some(slot) = pools.get_mut(index) {
                *slot = pool;
            }
        });
        let sum = heap.accounting();
        self.raw_blocks = sum.raw_blocks;
        self.raw_bytes = sum.raw_bytes;
        self.large_blocks = sum.large_blocks;
        self.requested = heap.requested();
        self.exact = sum.exact;
        let hooks = if heap.config().debug.is_some() { DEBUG_OVERHEAD } else { 0 };
        self.hooks = hooks;
        let mut retired = Vec::new();
        heap.each_retired(|ty, index, op| {
            let whole = ty.retired_size(index) + ty.pre_header();
            // SAFETY: a retired object's block begins in front of its header.
            let start = unsafe { op.cast::<u8>().sub(ty.pre_header()) };
            retired.push((ty.serial, whole, heap.spot(start)));
        });
        // The one that was retired last comes first.
        for (ty, size, spot) in retired.into_iter().rev() {
            let Some(spot) = spot else { continue };
            let block = BlockCode::in_arena(spot.arena, spot.granule, self.bits);
            self.enter(block, ty, size, Series::StartUp, types);
            if let Some(block) = self.block_mut(block) {
                block.used = BlockUse::Retired;
                block.asked = size + hooks;
            }
            let normal = self.normal(block);
            self.free_lists.entry((ty, size)).or_default().push(normal);
        }
    }

    /// The sums over the heap, to hold against [`Heap::accounting`].
    pub fn totals(&self) -> Totals {
        let mut classes = [ClassUse::default(); CLASSES];
        let (mut pools, mut granted, mut free_blocks, mut pool_tails) = (0, 0, 0, 0);
        let (mut blocks, mut retired, mut retired_asked, mut free_lists) = (0, 0, 0, 0);
        for pool in self.arenas().flat_map(|(_, pools)| pools).filter(|pool| pool.used > 0) {
            let free = pool.blocks.len() - pool.used;
            pools += 1;
            blocks += pool.used;
            granted += pool.used * pool.block_size;
            free_blocks += free * pool.block_size;
            let Some(class) = SizeClass::of(pool.block_size) else { continue };
            let room = pool.blocks.len() * pool.block_size;
            pool_tails += self.geometry.pool_size() - POOL_HEADER - room;
            if let Some(sum) = classes.get_mut(class.index()) {
                sum.pools += 1;
                sum.blocks += pool.used;
                sum.free_blocks += free;
            }
            for block in pool.blocks.iter().filter(|block| block.used == BlockUse::Retired) {
                retired += 1;
                retired_asked += block.asked;
                free_lists += pool.block_size;
            }
        }
        let large_retired = self.raw.values().filter(|block| block.used == BlockUse::Retired);
        let objects = retired + large_retired.count();
        let granted = granted - free_lists;
        let alive = if self.exact { self.requested.saturating_sub(retired_asked) } else { granted };
        Totals {
            classes,
            arenas: self.arenas().count(),
            pools,
            unused_pools: self.arenas().count() * self.geometry.arena_size()
                - pools * self.geometry.pool_size(),
            blocks: blocks - retired,
            alive,
            rounding: granted.saturating_sub(alive),
            free_lists,
            retired: objects,
            free_blocks,
            pool_headers: pools * POOL_HEADER,
            pool_tails,
            raw_blocks: self.raw_blocks,
            raw_bytes: self.raw_bytes,
            large_blocks: self.large_blocks,
        }
    }
}
