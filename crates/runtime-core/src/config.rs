//! How a heap is built.

use crate::debug::DebugHooks;
use crate::geometry::Geometry;
use crate::hooks::DomainAllocator;

/// Who serves small requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SmallAllocator {
    /// Pools and arenas, as CPython's pymalloc.
    #[default]
    Pools,
    /// The system's `malloc` for every request, so that sanitizers and valgrind see each block.
    System,
}

/// Where a pool goes that was full and got its first free block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FullPools {
    /// To the front of its class's list, as in CPython: the next request gets the block just freed.
    #[default]
    First,
    /// To the end: faster where frees are scattered, since a front pool with a single free block is
    /// full again after one request; scripts can see the difference through `id()`.
    Last,
}

/// How a heap is built. Write `HeapConfig { field, ..HeapConfig::default() }`.
#[derive(Debug, Clone, Copy, Default)]
pub struct HeapConfig {
    /// Who serves small requests.
    pub small: SmallAllocator,
    /// Most bytes that may be taken from the system for arenas, raw blocks and the heap's own
    /// tables; `None` for no limit.
    pub limit: Option<usize>,
    /// Sizes of pools and arenas, and what is small.
    pub geometry: Geometry,
    /// Where a pool goes that was full.
    pub full_pools: FullPools,
    /// How many empty arenas may be kept for later instead of being given back.
    pub arena_cache: u32,
    /// The debug hooks, when wanted. They change the layout of blocks, so they are on or off for a
    /// heap's whole life.
    pub debug: Option<DebugHooks>,
    /// What replaces the allocator of each domain, in the order of [`crate::Domain::ALL`]. A
    /// replaced allocator's memory is neither counted nor limited by the heap.
    pub allocators: [Option<DomainAllocator>; 3],
    /// Keep the sum of the bytes that blocks in pools were asked for, which costs the fast path;
    /// a watched heap does so anyway.
    pub count_requests: bool,
}
