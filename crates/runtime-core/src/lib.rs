//! The bottom of Strata: memory, and what every object begins with.
//!
//! ```text
//! types      TypeObject: sizes, slots, free lists        types, free_list
//! objects    headers, counts, the collector's head       object
//! ------------------------------------------------------------------------
//! heap       requests of 1..512 bytes to pools,          heap, size_class
//!            the rest to raw memory
//! pools      16 KiB of equal blocks                      pool
//! arenas     1 MiB of pools, fullest first               arena, arena_map
//! system     mmap, malloc                                system
//! ```
//!
//! Everything a runtime owns hangs off one [`Heap`], and everything finds its heap through the type
//! of an object, which it must read anyway. There is no global and no thread-local state. Every
//! request can fail, as a value ([`AllocError`]).

mod accounting;
mod allocator_api;
mod arena;
mod arena_map;
mod arena_table;
mod arenas;
mod asan;
mod block;
mod c_door;
mod config;
mod debug;
mod domain;
mod error;
mod events;
mod fault;
mod floor;
mod free_list;
mod geometry;
mod heap;
mod heap_vec;
mod hooks;
mod object;
mod place;
mod pool;
mod raw_memory;
mod realloc;
mod size_class;
mod slow;
mod source;
mod stats_text;
mod system;
mod tables;
mod trace;
mod types;
mod usable;
mod verify;

#[cfg(test)]
mod tests;

pub use accounting::{Accounting, ArenaUse, ClassUse, Layer};
pub use allocator_api::HeapAllocator;
pub use arena::{ARENA_SIZE, POOLS_PER_ARENA};
pub use block::{Block, Family, Mem, ObjectMemory, Raw, RawBlock};
pub use config::{FullPools, HeapConfig, SmallAllocator};
pub use debug::{BlockRecord, CLEAN, DEAD, DebugHooks, FORBIDDEN, HeapFault, Misuse, OnFault};
pub use domain::{Domain, REQUEST_MAX, array_bytes, raw};
pub use error::AllocError;
pub use events::{Event, Observer};
pub use fault::{FaultCount, FaultPlan};
pub use floor::Floor;
pub use free_list::FreeList;
pub use geometry::{Geometry, GeometryError};
pub use heap::{COLLECTION_DUE, Heap};
pub use heap_vec::HeapVec;
pub use hooks::{AllocatorHook, BlocksAlive, DomainAllocator};
pub use object::{GcHead, IMMORTAL, Obj, Object, VarObject, gc_head, of_gc_head, type_of};
pub use place::Place;
pub use pool::{POOL_HEADER, POOL_SIZE, blocks_per_pool};
pub use size_class::{ALIGNMENT, CLASSES, SMALL_MAX, SizeClass};
pub use slow::Request;
pub use source::{ArenaSource, Counting, FixedBuffer, Mmap, Region, SourceFault};
pub use trace::{Frame, HEAP_TRACES, Trace, TracebackId, TracebackSource};
pub use types::{
    AllocFn, ObjFn, ReleaseFn, StampError, TraverseFn, TypeFlags, TypeObject, TypeSpec,
    generic_alloc, generic_free,
};
