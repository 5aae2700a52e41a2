//! Verify: walking everything and proving every invariant again.

use std::ptr::{NonNull, null_mut};

use crate::arena::{self, Arena};
use crate::heap::{Heap, flag};
use crate::poison;
use crate::pool::{FreeBlock, POOL_HEADER, Pool, VIRGIN_FOLLOWS};
use crate::raw_memory::SideUse;
use crate::size_class::{ALIGNMENT, SizeClass};

impl Heap {
    /// Re-proves the heap's invariants: lists, chains, counts and the map of arenas; under the
    /// debug hooks the guards of every block alive and the fill of every one in quarantine; the
    /// sums of tracing.
    ///
    /// # Errors
    /// The first invariant found broken, in words; misuses that the debug hooks find are also
    /// reported one by one ([`Heap::take_fault`]).
    pub fn verify(&self) -> Result<(), &'static str> {
        self.usable.verify()?;
        let (mut used, mut with_room, mut arenas) = (0, 0, 0);
        for arena in self.arenas.iter() {
            arenas += 1;
            self.verify_arena(arena)?;
            // SAFETY: the table lists live arenas, and nothing changes them during the walk.
            for (index, pool) in unsafe { arena::pools_of(arena) }.iter().enumerate() {
                used += usize::from(pool.count > 0);
                with_room += usize::from(pool.count > 0 && !pool.free.is_null());
                self.verify_pool(pool, index, arena)?;
            }
        }
        if arenas != self.counters.arenas.get() {
            return Err("the table of arenas does not hold as many as are counted");
        }
        if self.verify_used_lists()? != with_room {
            return Err("a pool with a free block is in no used list");
        }
        if self.counters.taken.get() != self.sum_of_taken() {
            return Err("arenas, raw blocks and tables do not make what was taken");
        }
        if used == 0 && self.counters.requested.get() != 0 && self.requests_are_exact() {
            return Err("bytes are asked for, but no block is in use");
        }
        if self.config().debug.is_some() && !self.verify_debug_blocks() {
            return Err("a debug block is damaged");
        }
        if !self.verify_traces() {
            return Err("the traced bytes are not those of the traces");
        }
        Ok(())
    }

    /// Whether the sum of requested bytes has been kept without a gap.
    pub(crate) fn requests_are_exact(&self) -> bool {
        self.attention.get() & !flag::SYSTEM != 0 && self.counters.requested_exact.get()
    }

    fn sum_of_taken(&self) -> usize {
        let arenas = self.counters.arenas.get() + self.counters.arenas_cached.get() as usize;
        let side: usize = [SideUse::Arenas, SideUse::Tracing, SideUse::Debug]
            .iter()
            .map(|&use_| self.side_bytes(use_))
            .sum();
        arenas * self.geometry.arena_and_table()
            + self.counters.raw_bytes.get()
            + self.kept.bytes()
            + side
    }

    fn verify_arena(&self, arena: NonNull<Arena>) -> Result<(), &'static str> {
        // SAFETY: as in `verify`.
        let (table, pools) = unsafe { (arena.as_ref(), arena::pools_of(arena)) };
        let used = pools.iter().filter(|pool| pool.count > 0).count();
        if used + table.free_pools as usize != self.geometry.pools_per_arena() {
            return Err("used and free pools do not make an arena");
        }
        if !self.map.contains(table.base()) {
            return Err("an arena is not in the map");
        }
        let mut empty = table.empty;
        let mut count = 0;
        while let Some(pool) = NonNull::new(empty) {
            count += 1;
            // SAFETY: the list of empty pools links headers of this arena.
            let pool = unsafe { pool.as_ref() };
            if pool.count != 0 || count > pools.len() {
                return Err("an arena's list of empty pools holds one that is not, or a circle");
            }
            empty = pool.next;
        }
        if used + count != pools.len() {
            return Err("a pool is neither in use nor in its arena's list of empty ones");
        }
        Ok(())
    }

    fn verify_pool(
        &self,
        pool: &Pool,
        index: usize,
        arena: NonNull<Arena>,
    ) -> Result<(), &'static str> {
        let Some(class) = pool.size_class() else {
            return if pool.count == 0 { Ok(()) } else { Err("a pool without a class has blocks") };
        };
        let size = class.block_size();
        // SAFETY: as in `verify`.
        let base = unsafe { arena.as_ref().base().addr().get() };
        let base = base + (index << self.geometry.pool_shift());
        let virgin = (self.geometry.pool_size() - pool.virgin_offset()) / size;
        let room = self.geometry.blocks_per_pool(class);
        let mut chain = 0;
        let mut block = pool.free;
        while let Some(free) = NonNull::new(block) {
            if block == VIRGIN_FOLLOWS {
                break;
            }
            chain += 1;
            let offset = free.addr().get().wrapping_sub(base);
            let first = offset.wrapping_sub(POOL_HEADER);
            if chain > room || offset >= pool.virgin_offset() || !first.is_multiple_of(size) {
                return Err("a free chain leaves its pool, misses a block, or runs in a circle");
            }
            poison::unpoison(free.as_ptr().cast(), size_of::<FreeBlock>());
            // SAFETY: a block on the chain lies in its live pool and holds the link.
            block = unsafe { (*free.as_ptr()).next };
            poison::poison(free.as_ptr().cast(), size_of::<FreeBlock>());
        }
        if (virgin > 0) == block.is_null() {
            return Err("the end of a free chain does not tell whether virgin blocks follow");
        }
        if pool.count as usize + chain + virgin != room {
            return Err("blocks out, free chain and virgin blocks do not make a pool");
        }
        Ok(())
    }

    /// Walks the used lists; gives how many pools are in them.
    fn verify_used_lists(&self) -> Result<usize, &'static str> {
        let mut pools = 0;
        for (index, (front, last)) in self.used.iter().zip(&self.used_last).enumerate() {
            let (mut before, mut pool): (*mut Pool, _) = (null_mut(), front.get());
            while let Some(p) = NonNull::new(pool) {
                pools += 1;
                // SAFETY: pools in used lists are alive.
                let p = unsafe { p.as_ref() };
                if usize::from(p.class) != index || p.free.is_null() || p.count == 0 {
                    return Err("a used list holds a pool of another class, a full or empty one");
                }
                if !before.is_null() && p.prev != before {
                    return Err("a used list's links do not lead back");
                }
                (before, pool) = (pool, p.next);
            }
            if !before.is_null() && last.get() != before {
                return Err("the last pool of a used list is not the one marked");
            }
        }
        Ok(pools)
    }

    /// Calls `see` with each used or full pool: its class, blocks in use, blocks free.
    pub(crate) fn each_pool(&self, mut see: impl FnMut(SizeClass, usize, usize)) {
        for arena in self.arenas.iter() {
            // SAFETY: as in `verify`.
            for pool in unsafe { arena::pools_of(arena) }.iter().filter(|pool| pool.count > 0) {
                if let Some(class) = pool.size_class() {
                    let count = pool.count as usize;
                    see(class, count, self.geometry.blocks_per_pool(class) - count);
                }
            }
        }
    }
}

const _: () = assert!(POOL_HEADER.is_multiple_of(ALIGNMENT), "virgin offsets count granules");
