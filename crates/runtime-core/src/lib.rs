//! The bottom of Strata: memory, and what every object begins with. Of use alone to anyone who wants
//! a pymalloc-style heap in Rust.
//!
//! ```text
//! types      TypeObject: sizes, slots, free lists        types, free_list
//! objects    headers, counts, the collector's head       object
//! ------------------------------------------------------------------------
//! doors      typed blocks; C's functions; collections    block, c_door, allocator_api, heap_vec
//! heap       the fast path, and the slow one behind it   heap, slow, realloc, size_class
//! stations   what may stand on the slow path             fault, trace, hooks, debug
//! pools      16 KiB of equal blocks                      pool
//! arenas     1 MiB of pools, fullest first               arena, usable, arenas, arena_map
//! system     mmap, malloc                                source, system, raw_memory, raw_kept
//! ------------------------------------------------------------------------
//! knowing    every byte explained, every invariant       accounting, stats_text, place, verify
//! watching   what each layer did, as it happens          events
//! ```
//!
//! Everything a runtime owns hangs off one [`Heap`], and everything finds its heap through the type
//! of an object, which it must read anyway. There is no global and no thread-local state. Every
//! request can fail, as a value ([`AllocError`]).
//!
//! # A tour: one request, from the call to the page and back
//!
//! ```
//! use runtime_core::{Floor, Heap, HeapConfig};
//! # fn main() -> Result<(), runtime_core::AllocError> {
//! let heap = Heap::new(HeapConfig::default(), Floor::Heap);
//! let block = heap.alloc(40)?;
//! assert_eq!(heap.place(block).map(|place| place.to_string()).as_deref(), Some("a0/p0/b0"));
//! // SAFETY: the block came from this heap, for 40 bytes, and is not used again.
//! unsafe { heap.free(block, 40) };
//! # Ok(())
//! # }
//! ```
//!
//! **1. The request becomes a class.** 40 bytes are served by blocks of 48: size class 2
//! ([`SizeClass`]). Nothing, or more than 512 bytes, goes to raw memory at once. One word of the
//! heap, `attention`, is looked at; it is zero, so the fast path may be taken.
//!
//! ```text
//!       40 --> (40 - 1) / 16 = 2 --> used[2] --> the front pool of the class
//! ```
//!
//! **2. The class has no pool yet**, so the slow path asks for one. Pools come from the fullest
//! arena that has one to give (the usable list); there is none, so one is made of addresses from
//! the [`ArenaSource`], which gives a span: two arenas of 1 MiB at a multiple of 2 MiB, with two pages
//! behind them for the table of both. The other one waits, spare, without pages.
//!
//! ```text
//!    0x7f..200000                 0x7f..300000                 0x7f..400000
//!    | pool 0 | ...     | pool 63 | pool 0 | ...     | pool 63 | table: 128 pool headers |
//! ```
//!
//! What the arena takes is charged to the memory limit here, and nowhere else; it is entered in the
//! map that says which addresses are ours, and gets the lowest free number for reports.
//!
//! **3. The pool is carved lazily.** Pool 0 is put to use for class 2. Its header says where the
//! virgin part begins; the first block is at offset 48, where CPython's is.
//!
//! ```text
//!    0        48       96      144                                          16384
//!    | (48)   | block0 | block1 | ... 1 KiB on the chain | virgin: not touched yet        |
//!               ^ free chain
//! ```
//!
//! **4. The block is popped**: the chain's head goes out, the link in its first word becomes the new
//! head, the pool counts one more. From the second request on this is all that happens, a dozen
//! instructions. When the chain ends, the next 1 KiB of virgin blocks is put on it; when there are
//! none, the pool is full and leaves its list.
//!
//! **5. The block comes back.** Its address, masked, gives the span's table and in it the pool's
//! header: no look-up, no search.
//!
//! ```text
//!    0x7f..200030  & !(2 MiB - 1), + 2 MiB --> table     (address >> 14) & 127 --> header 0
//! ```
//!
//! It is pushed on the chain, so that the next request of the class gets just this block. A pool that
//! was full goes back to the front of its list (or the end, [`FullPools`]); one that has no block
//! out any more goes to its arena, free for any class.
//!
//! **6. And to the page.** An arena all of whose pools are free gives its pages back, and the
//! source gets the whole span when both arenas are free; unless it is the last usable one or the
//! cache ([`HeapConfig::arena_cache`]) has room. One block is enough to pin a whole arena:
//! [`Heap::each_arena`] shows which and how many.
//!
//! A heap of more than eight arenas is growing: it asks for the pages of a span ahead, as one huge
//! page as long as such pages come quickly.
//!
//! # Standing in the way
//!
//! Whatever wants to see requests raises a flag in `attention`. The fast path pays for all of them
//! with one compare and one branch, and a flagged request passes the stations of the slow path:
//!
//! ```text
//! request --> planned failure --> tracing --> wrappers --> debug hooks --> pools, raw memory
//!             FaultPlan           Trace       AllocatorHook   DebugHooks
//! ```
//!
//! Other geometries ([`Geometry`]), system-allocator mode and the tools that are told which bytes are
//! whose ([`poison`]) raise a flag too, so the fast path can be made of constants.
//!
//! # How it is tested
//!
//! | what | where |
//! |---|---|
//! | a million requests against a plain model, some of them refused, `verify` each thousand | `tests::model` |
//! | every entry point refused, and nothing changed by it | `tests::faults` |
//! | each misuse, small and large, in each domain, at once and late, called by its name | `tests::misuse` |
//! | pools, arenas and `realloc` as CPython's | `tests::arenas`, `tests::domains` |
//! | no indirect call in the fast paths, and so many instructions a pair | `tests/machine_code.rs` |
//! | memory of arenas that are given back leaves the process | `tests/resident.rs` |
//! | foreign reads, as valgrind reports them | `tests/valgrind.rs` |
//! | all under the address sanitizer | `scripts/sanitize.sh` |
//! | which functions with `unsafe` the tests run | `scripts/unsafe_coverage.py` |
//! | times beside other allocators' | `benches/allocator` |

mod accounting;
mod allocator_api;
mod arena;
mod arena_map;
mod arena_table;
mod arenas;
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
mod huge_pages;
mod object;
mod place;
mod poison;
mod pool;
mod raw_kept;
mod raw_memory;
mod realloc;
mod short;
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

pub use accounting::{Accounting, ArenaMemory, ArenaUse, ClassUse, Grant, Layer};
pub use allocator_api::HeapAllocator;
pub use arena::{ARENA_SIZE, POOLS_PER_ARENA};
pub use block::{Block, Family, Mem, ObjectMemory, Raw, RawBlock};
pub use config::{FullPools, HeapConfig, SmallAllocator};
pub use debug::{
    BlockRecord, CLEAN, DEAD, DebugHooks, FORBIDDEN, HeapFault, Misuse, OVERHEAD as DEBUG_OVERHEAD,
    OnFault,
};
pub use domain::{Domain, REQUEST_MAX, array_bytes, raw};
pub use error::AllocError;
pub use events::{Event, Observer, Phase, Step, Storage};
pub use fault::{FaultCount, FaultPlan};
pub use floor::Floor;
pub use free_list::FreeList;
pub use geometry::{Geometry, GeometryError};
pub use heap::{COLLECTION_DUE, COUNTED, FRAMES, Heap, INTERRUPTED, STOPPED, TIME_UP};
pub use heap_vec::HeapVec;
pub use hooks::{AllocatorHook, BlocksAlive, DomainAllocator};
pub use object::{GcHead, IMMORTAL, Obj, Object, VarObject, gc_head, of_gc_head, type_of};
pub use place::{BlockSpot, Place, PoolMap};
pub use pool::{POOL_HEADER, POOL_SIZE, blocks_per_pool};
pub use size_class::{ALIGNMENT, CLASSES, SMALL_MAX, SizeClass};
pub use slow::Request;
pub use source::{ArenaSource, Counting, FixedBuffer, Mmap, Region, SourceFault};
pub use trace::{Frame, HEAP_TRACES, TRACER_SIZE, Trace, TracebackId, TracebackSource};
pub use types::{
    AllocFn, ObjFn, PassFn, ReleaseFn, StampError, Traversal, TraverseFn, TypeFlags, TypeObject,
    TypeSpec, Untrack, UntrackFn, generic_alloc, generic_free,
};
