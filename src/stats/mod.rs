//! `--stats`: what a script's objects cost, layer by layer.
//!
//! ```text
//! heap --events--> Recorder (births, deaths, lines)  \
//! heap.accounting() (where every byte is)             }--> Stats --> table (people)
//! process (pages in RAM), host allocator             /         \--> JSON  (programs)
//! ```
//!
//! [`Watch`] installs a recorder in a runtime before its script runs and takes a [`Stats`] when the
//! script's last line has run. A `Stats` is plain data; its JSON form is documented, field by field,
//! in `docs/src/stats.md`, and [`Stats::SCHEMA`] counts its versions.
//!
//! Everything here lives in the host's memory: watching never allocates in the heap it watches.

mod live;
mod process;
mod recorder;
mod table;

use indexmap::IndexMap;
use runtime_core::{Accounting, FullPools, Heap, HeapConfig, Layer, SizeClass, SmallAllocator};
use runtime_types::{FreeListCaps, FreeListKind};
use serde::Serialize;

pub use process::{Resident, Rss};
pub use recorder::Watch;
pub use table::Style;

/// What a script's objects cost, at the moment when its last line had run.
#[derive(Debug, Clone, Serialize)]
pub struct Stats {
    /// Version of this shape; see [`Stats::SCHEMA`].
    pub schema: u32,
    /// The script's file, as it was named.
    pub script: String,
    /// How the heap was built.
    pub heap: HeapStats,
    /// Objects by type, most births first.
    pub types: IndexMap<String, TypeStats>,
    /// The sums over all types.
    pub objects: ObjectStats,
    /// What existed before the script began, and is in none of the figures above.
    pub startup: StartupStats,
    /// Free lists that hold something.
    pub free_lists: Vec<FreeListStats>,
    /// Arenas.
    pub arenas: ArenaStats,
    /// Pools with a block in use.
    pub pools: PoolStats,
    /// Blocks in use, those of retired objects left out.
    pub blocks: BlockStats,
    /// Pools and blocks by size class, where there are any.
    pub classes: Vec<ClassStats>,
    /// Where every byte is.
    pub bytes: ByteStats,
    /// What was asked of the system for arenas and raw blocks, ever.
    pub system: SystemStats,
    /// The process's memory, as the system sees it; absent where the system does not say.
    pub rss: Option<Rss>,
    /// What that memory is made of; absent where the system does not say.
    pub resident: Option<Resident>,
    /// The lines with the most births.
    pub lines: Vec<LineStats>,
    /// Births that no line of the script asked for: while it was compiled.
    pub births_outside_lines: u64,
}

/// How the heap was built.
#[derive(Debug, Clone, Default, Serialize)]
pub struct HeapStats {
    /// Who serves small requests: `pymalloc` or `system`.
    pub allocator: &'static str,
    /// Bytes of an arena.
    pub arena_size: usize,
    /// Bytes of a pool.
    pub pool_size: usize,
    /// The largest request that pools serve.
    pub small_threshold: usize,
    /// Where a pool goes that was full and got a free block: `first` or `last` in its list.
    pub full_pools: &'static str,
    /// Whether every block is guarded by the debug hooks.
    pub debug: bool,
    /// How many dead objects each type may keep, tuples for each length.
    pub free_lists: IndexMap<&'static str, u32>,
}

impl HeapStats {
    pub(crate) fn of(config: &HeapConfig, caps: &FreeListCaps) -> Self {
        Self {
            allocator: match config.small {
                SmallAllocator::Pools => "pymalloc",
                SmallAllocator::System => "system",
            },
            arena_size: config.geometry.arena_size(),
            pool_size: config.geometry.pool_size(),
            small_threshold: config.geometry.small_max(),
            full_pools: match config.full_pools {
                FullPools::First => "first",
                FullPools::Last => "last",
            },
            debug: config.debug.is_some(),
            free_lists: FreeListKind::ALL.map(|kind| (kind.name(), caps.get(kind))).into(),
        }
    }
}

/// Objects of one type.
#[derive(Debug, Clone, Default, Serialize)]
pub struct TypeStats {
    /// Born since the script began.
    pub born: u64,
    /// Of those, died.
    pub died: u64,
    /// Of those, alive now.
    pub alive: u64,
    /// The births by the layer that served them.
    pub served: Served,
}

/// Births by the layer that served them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Served {
    /// A dead object of the same type was at hand.
    pub free_list: u64,
    /// A block of a pool in use.
    pub pool: u64,
    /// A pool was put to use.
    pub new_pool: u64,
    /// An arena was taken from the system.
    pub new_arena: u64,
    /// Raw memory: larger than any block of a pool.
    pub large: u64,
}

impl Served {
    /// All births.
    pub fn sum(&self) -> u64 {
        self.each().map(|(_, births)| births).sum()
    }

    /// Births by layer, in the order in which the layers are asked.
    pub fn each(&self) -> impl Iterator<Item = (Layer, u64)> {
        let Self { free_list, pool, new_pool, new_arena, large } = *self;
        Layer::ALL.into_iter().zip([free_list, pool, new_pool, new_arena, large])
    }

    /// The layer that served most of them.
    pub fn most(&self) -> (Layer, u64) {
        let first = (Layer::FreeList, self.free_list);
        self.each().fold(first, |best, next| if next.1 > best.1 { next } else { best })
    }

    fn add(&mut self, layer: Layer, births: u64) {
        let count = match layer {
            Layer::FreeList => &mut self.free_list,
            Layer::Pool => &mut self.pool,
            Layer::NewPool => &mut self.new_pool,
            Layer::NewArena => &mut self.new_arena,
            Layer::Large => &mut self.large,
        };
        *count += births;
    }

    fn add_all(&mut self, other: &Self) {
        for (layer, births) in other.each() {
            self.add(layer, births);
        }
    }
}

/// Objects of all types.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ObjectStats {
    /// Born since the script began.
    pub born: u64,
    /// Of those, died.
    pub died: u64,
    /// Of those, alive now.
    pub alive: u64,
    /// The most that were alive at once.
    pub peak: u64,
    /// The births by layer.
    pub served: Served,
    /// Births where an object was thought alive: deaths that nobody reported. Always 0, or Strata is
    /// at fault.
    pub missed_deaths: u64,
}

/// What existed before the script began.
#[derive(Debug, Clone, Default, Serialize)]
pub struct StartupStats {
    /// Blocks in use.
    pub blocks: usize,
    /// Arenas.
    pub arenas: usize,
    /// Objects made before the script began that died while it ran.
    pub died: u64,
}

/// A free list that holds something.
#[derive(Debug, Clone, Serialize)]
pub struct FreeListStats {
    /// The type.
    #[serde(rename = "type")]
    pub ty: String,
    /// Items of each object on it, for types that have one list for each length.
    pub items: Option<usize>,
    /// Retired objects on it.
    pub held: usize,
    /// The most it may hold.
    pub cap: usize,
    /// Bytes of those objects, as asked for.
    pub bytes: usize,
}

/// Arenas, of [`HeapStats::arena_size`] each.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ArenaStats {
    /// Held now.
    pub current: usize,
    /// The most held at once.
    pub peak: usize,
    /// Taken from the system, ever.
    pub mapped: usize,
    /// Given back to the system, ever.
    pub released: usize,
}

/// Pools, of [`HeapStats::pool_size`] each, with a block in use.
#[derive(Debug, Clone, Default, Serialize)]
pub struct PoolStats {
    /// Now.
    pub current: usize,
}

/// Blocks in use.
#[derive(Debug, Clone, Default, Serialize)]
pub struct BlockStats {
    /// In pools, those of retired objects left out.
    pub current: usize,
    /// Raw blocks: larger than pools serve, and what the runtime keeps for itself.
    pub raw: usize,
}

/// One size class.
#[derive(Debug, Clone, Serialize)]
pub struct ClassStats {
    /// Bytes of each block.
    pub block_size: usize,
    /// Pools with a block in use.
    pub pools: usize,
    /// Blocks in use, those of retired objects included.
    pub blocks: usize,
    /// Blocks of those pools that are not in use.
    pub free_blocks: usize,
}

/// Where every byte is.
///
/// `alive + rounding + free_lists + free_blocks + pool_headers + unused_pools + alignment` is
/// exactly `arenas.current` times [`HeapStats::arena_size`].
#[derive(Debug, Clone, Default, Serialize)]
pub struct ByteStats {
    /// What the blocks in use were asked for.
    pub alive: usize,
    /// Added to that by size classes and by the rest behind the last block of each pool.
    pub rounding: usize,
    /// Blocks of retired objects.
    pub free_lists: usize,
    /// Blocks not in use, of pools that are.
    pub free_blocks: usize,
    /// In front of the blocks of each pool.
    pub pool_headers: usize,
    /// Pools without a block in use.
    pub unused_pools: usize,
    /// Lost to the alignment of arenas.
    pub alignment: usize,
    /// Raw blocks, outside the arenas.
    pub large: usize,
    /// Tables behind the arenas and the map that finds them, outside the arenas.
    pub tables: usize,
    /// The host's own memory (parser, compiler, these figures), outside the heap.
    pub host: usize,
    /// The most of it at once.
    pub host_peak: usize,
}

impl ByteStats {
    /// The lines that make up the arenas, with their names in the JSON.
    pub fn in_arenas(&self) -> [(&'static str, usize); 7] {
        [
            ("alive", self.alive),
            ("rounding", self.rounding),
            ("free_lists", self.free_lists),
            ("free_blocks", self.free_blocks),
            ("pool_headers", self.pool_headers),
            ("unused_pools", self.unused_pools),
            ("alignment", self.alignment),
        ]
    }
}

/// What was asked of the system, ever.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SystemStats {
    /// Requests for arenas and raw blocks.
    pub calls: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// Births on one line.
#[derive(Debug, Clone, Serialize)]
pub struct LineStats {
    /// The file.
    pub file: String,
    /// Its line, 1-based.
    pub line: u32,
    /// Births while it ran.
    pub births: u64,
    /// By the layer that served them.
    pub served: Served,
    /// The line's text, for the table.
    #[serde(skip)]
    pub text: String,
}

/// The host's own memory, as whoever counts it says.
#[derive(Debug, Clone, Copy, Default)]
pub struct HostMemory {
    /// Bytes in use.
    pub now: usize,
    /// The most at once.
    pub peak: usize,
}

impl Stats {
    /// Version of the shape: raised when a field changes its meaning or goes, not when one is added.
    pub const SCHEMA: u32 = 1;

    /// Lines that [`Stats::lines`] holds at most.
    pub const TOP_LINES: usize = 10;

    /// The figures as one line of JSON.
    pub fn to_json(&self) -> String {
        // Only maps with keys that are not strings can fail, and there are none.
        serde_json::to_string(self).unwrap_or_default()
    }

    fn set_memory(&mut self, heap: &Heap, host: HostMemory) {
        let sum = heap.accounting();
        self.free_lists = free_lists(heap);
        self.arenas = ArenaStats {
            current: sum.arenas,
            peak: sum.arenas_peak,
            mapped: sum.arenas_mapped,
            released: sum.arenas_released,
        };
        self.pools = PoolStats { current: sum.pools };
        self.blocks = BlockStats { current: sum.blocks, raw: sum.raw_blocks };
        self.classes = classes(&sum);
        self.bytes = ByteStats {
            alive: sum.alive,
            rounding: sum.rounding + sum.pool_tails,
            free_lists: sum.free_lists,
            free_blocks: sum.free_blocks,
            pool_headers: sum.pool_headers,
            unused_pools: sum.unused_pools,
            alignment: sum.alignment,
            large: sum.raw_bytes,
            tables: sum.tables,
            host: host.now,
            host_peak: host.peak,
        };
        self.system = SystemStats { calls: sum.system_calls, bytes: sum.system_bytes };
        if let Some((rss, resident)) = process::resident(heap, &sum, host.now) {
            self.rss = Some(rss);
            self.resident = resident;
        }
        debug_assert_eq!(
            self.bytes.in_arenas().iter().map(|line| line.1).sum::<usize>(),
            sum.arenas * sum.arena_size,
            "every byte of the arenas is in one line"
        );
    }
}

fn free_lists(heap: &Heap) -> Vec<FreeListStats> {
    let mut lists = Vec::new();
    for ty in heap.types() {
        for (index, list) in ty.free_lists().iter().enumerate().filter(|(_, list)| !list.is_empty())
        {
            lists.push(FreeListStats {
                ty: ty.name().to_owned(),
                items: (ty.item_size != 0).then_some(index + 1),
                held: list.len(),
                cap: list.cap(),
                bytes: list.len() * (ty.retired_size(index) + ty.pre_header()),
            });
        }
    }
    lists.sort_by(|a, b| (&a.ty, a.items).cmp(&(&b.ty, b.items)));
    lists
}

fn classes(sum: &Accounting) -> Vec<ClassStats> {
    SizeClass::all()
        .zip(&sum.classes)
        .filter(|(_, used)| used.pools > 0)
        .map(|(class, used)| ClassStats {
            block_size: class.block_size(),
            pools: used.pools,
            blocks: used.blocks,
            free_blocks: used.free_blocks,
        })
        .collect()
}
