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
mod arena;
mod arena_map;
mod error;
mod events;
mod floor;
mod free_list;
mod heap;
mod heap_vec;
mod object;
mod pool;
mod size_class;
mod system;
mod types;

#[cfg(test)]
mod tests;

pub use accounting::{Accounting, ClassUse, Layer};
pub use arena::{ARENA_SIZE, POOLS_PER_ARENA};
pub use error::AllocError;
pub use events::{Event, Observer};
pub use floor::Floor;
pub use free_list::FreeList;
pub use heap::{COLLECTION_DUE, Heap, HeapConfig, Place, SmallAllocator};
pub use heap_vec::HeapVec;
pub use object::{GcHead, IMMORTAL, Obj, Object, VarObject, gc_head, of_gc_head, type_of};
pub use pool::{POOL_HEADER, POOL_SIZE, blocks_per_pool};
pub use size_class::{ALIGNMENT, CLASSES, SMALL_MAX, SizeClass};
pub use types::{
    AllocFn, ObjFn, ReleaseFn, StampError, TraverseFn, TypeFlags, TypeObject, TypeSpec,
    generic_alloc, generic_free,
};
