//! Sums over a heap that can be had both from its own books and from a replay, to hold one against
//! the other.

use runtime_core::{Accounting, CLASSES, ClassUse};

/// Where the bytes of a heap are, as far as events tell. The fields are those of [`Accounting`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is documented at `Accounting`")]
pub struct Totals {
    pub classes: [ClassUse; CLASSES],
    pub arenas: usize,
    pub pools: usize,
    pub unused_pools: usize,
    pub blocks: usize,
    pub alive: usize,
    pub rounding: usize,
    pub free_lists: usize,
    pub retired: usize,
    pub free_blocks: usize,
    pub pool_headers: usize,
    pub pool_tails: usize,
    pub raw_blocks: usize,
    pub raw_bytes: usize,
    pub large_blocks: usize,
}

impl From<&Accounting> for Totals {
    fn from(sum: &Accounting) -> Self {
        Self {
            classes: sum.classes,
            arenas: sum.arenas,
            pools: sum.pools,
            unused_pools: sum.unused_pools,
            blocks: sum.blocks,
            alive: sum.alive,
            rounding: sum.rounding,
            free_lists: sum.free_lists,
            retired: sum.retired,
            free_blocks: sum.free_blocks,
            pool_headers: sum.pool_headers,
            pool_tails: sum.pool_tails,
            raw_blocks: sum.raw_blocks,
            raw_bytes: sum.raw_bytes,
            large_blocks: sum.large_blocks,
        }
    }
}
