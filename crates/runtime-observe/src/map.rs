//! The heap map: arenas, pools and blocks as a terminal can show them, and why an arena stays.
//!
//! ```text
//! arena a0   1 MiB, 41 of 64 pools in use
//!   #########5####7###...  one letter a pool, 0 to 9 tenths full, # full
//!
//!     pool      blocks   #######++++++r.......  a letter for one block or a few
//! ```

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

use crate::code::BlockCode;
use crate::log::{Alive, Log};
use crate::names::Series;
use crate::state::{Block, BlockUse, HeapState, ObjectState, PoolState};
use crate::text::{columns_of, grouped, shortened};

/// How a map is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MapStyle {
    /// With the colours of a terminal.
    pub colour: bool,
}

/// Columns that a row of blocks may take.
const COLUMNS: usize = 48;
/// Objects that an autopsy names before it only counts.
const NAMED: usize = 8;
/// Blocks in use by scripts above which an arena is not said to be pinned but to be used.
const PINS_MAX: usize = 256;

/// What a block, or a few side by side, hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Content {
    /// Nothing.
    Free,
    /// A dead object on a free list.
    Retired,
    /// Something of the runtime's own: from its start, or made while compiling.
    Runtime,
    /// An array of an object.
    Array,
    /// An object that a line of the script asked for.
    Object,
}

impl Content {
    /// All, the least first.
    pub const ALL: [Self; 5] =
        [Self::Free, Self::Retired, Self::Runtime, Self::Array, Self::Object];

    /// The letter in the map.
    pub const fn letter(self) -> char {
        match self {
            Self::Free => '.',
            Self::Retired => 'r',
            Self::Runtime => ':',
            Self::Array => '+',
            Self::Object => '#',
        }
    }

    /// The words of the legend.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Retired => "retired",
            Self::Runtime => "the runtime's own",
            Self::Array => "array",
            Self::Object => "object of the script",
        }
    }

    const fn colour(self) -> &'static str {
        match self {
            Self::Free => "\x1b[2m",
            Self::Retired => "\x1b[33m",
            Self::Runtime => "\x1b[34m",
            Self::Array => "\x1b[36m",
            Self::Object => "\x1b[32m",
        }
    }
}

/// One object that keeps an arena from being given back.
#[derive(Debug, Clone)]
pub struct Pin {
    /// Its name; `array` for a block that is no object.
    pub name: String,
    /// Its block.
    pub block: BlockCode,
    /// Its place.
    pub place: String,
    /// File and line of its birth.
    pub born: Option<(u32, u32)>,
    /// Who holds it; nothing for an array of which that is not known.
    pub held: String,
}

/// Why an arena is not given back.
#[derive(Debug, Clone, Default)]
pub struct Autopsy {
    /// Number of the arena.
    pub arena: u32,
    /// Blocks in use, retired ones included.
    pub blocks: usize,
    /// Bytes of those.
    pub bytes: usize,
    /// Of the blocks, those that hold something of the runtime's own, which stays to its end.
    pub runtime: usize,
    /// Of the blocks, those of retired objects, which a full collection gives back.
    pub retired: usize,
    /// The script's objects and arrays, the first few.
    pub pins: Vec<Pin>,
    /// How many there are in all.
    pub pinned_by: usize,
}

impl HeapState {
    /// What a block holds.
    pub fn content(&self, block: &Block) -> Content {
        match (block.used, self.object(block)) {
            (BlockUse::Free, _) => Content::Free,
            (BlockUse::Retired, _) => Content::Retired,
            (BlockUse::Used, Some(object)) if object.name.series == Series::Asked => {
                Content::Object
            }
            // A block taken while a line ran; what was there before has no domain.
            (BlockUse::Used, None) if block.domain.is_some() => Content::Array,
            (BlockUse::Used, _) => Content::Runtime,
        }
    }

    /// Why each arena stays, by number.
    pub fn autopsies(&self, holders: &HashMap<BlockCode, Vec<Alive>>) -> Vec<Autopsy> {
        let mut all = Vec::new();
        for (arena, pools) in self.arenas() {
            let mut autopsy = Autopsy { arena, ..Autopsy::default() };
            let mut arrays = Vec::new();
            for (index, pool) in pools.iter().enumerate() {
                autopsy.blocks += pool.used();
                autopsy.bytes += pool.used() * pool.block_size;
                for (number, block) in pool.blocks.iter().enumerate() {
                    match self.content(block) {
                        Content::Free => {}
                        Content::Retired => autopsy.retired += 1,
                        Content::Runtime => autopsy.runtime += 1,
                        what @ (Content::Array | Content::Object) => {
                            autopsy.pinned_by += 1;
                            let object = what == Content::Object;
                            let few = if object { &mut autopsy.pins } else { &mut arrays };
                            if few.len() < NAMED {
                                let code = self.code_of(arena, index, number, pool.block_size);
                                few.push(self.pin(code, self.object(block), holders));
                            }
                        }
                    }
                }
            }
            // An array goes with its object, so objects say more.
            arrays.truncate(NAMED - autopsy.pins.len());
            autopsy.pins.append(&mut arrays);
            all.push(autopsy);
        }
        all
    }

    fn pin(
        &self,
        block: BlockCode,
        object: Option<&ObjectState>,
        holders: &HashMap<BlockCode, Vec<Alive>>,
    ) -> Pin {
        let holders = holders.get(&block).map_or(&[][..], Vec::as_slice);
        Pin {
            name: object.map_or_else(|| "array".to_owned(), |object| object.name.to_string()),
            block,
            place: crate::names::place_text(self, block),
            born: object.and_then(|object| object.born),
            held: if object.is_some() || !holders.is_empty() {
                Log::held_by(self, holders)
            } else {
                String::new()
            },
        }
    }

    /// The map in words and letters. `value` writes the value of an object, where it is known.
    pub fn map(
        &self,
        style: MapStyle,
        holders: &HashMap<BlockCode, Vec<Alive>>,
        value: &dyn Fn(BlockCode) -> Option<String>,
    ) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail, here and below.
        for (number, pools) in self.arenas() {
            self.arena_rows(&mut text, style, number, pools);
        }
        self.legend(&mut text, style);
        self.stacks(&mut text);
        self.autopsy_rows(&mut text, holders, value);
        text
    }

    fn arena_rows(&self, text: &mut String, style: MapStyle, number: u32, pools: &[PoolState]) {
        let in_all = self.geometry().pools_per_arena();
        let used = pools.iter().filter(|pool| pool.used() > 0).count();
        let _ = writeln!(
            text,
            "arena a{number}: {}, {used} of {in_all} pools in use",
            size_words(self.geometry().arena_size())
        );
        let fill: String = (0..in_all)
            .map(|index| match pools.get(index) {
                Some(pool) if pool.used() == pool.blocks.len() && pool.used() > 0 => '#',
                Some(pool) if pool.used() > 0 => {
                    let tenth = pool.used() * 10 / pool.blocks.len().max(1);
                    char::from_digit(tenth as u32, 10).unwrap_or('9')
                }
                Some(_) => '-',
                None => '.',
            })
            .collect();
        for row in fill.as_bytes().chunks(64) {
            let _ = writeln!(text, "  {}", String::from_utf8_lossy(row));
        }
        text.push('\n');
        // Pools of one class that are full of the same are one row.
        let mut rows: Vec<(usize, usize, String)> = Vec::new();
        for (index, pool) in pools.iter().enumerate().filter(|(_, pool)| pool.used() > 0) {
            let strip = self.strip(pool, style);
            let row = format!(
                "{:>3} B  {:>4}/{:<4}  {strip}",
                pool.block_size,
                pool.used(),
                pool.blocks.len()
            );
            match rows.last_mut() {
                Some((_, last, same)) if *same == row && *last + 1 == index => *last = index,
                _ => rows.push((index, index, row)),
            }
        }
        for (first, last, row) in rows {
            let name = if first == last { format!("p{first}") } else { format!("p{first}-{last}") };
            let _ = writeln!(text, "  {name:<7} {row}");
        }
        text.push('\n');
    }

    fn strip(&self, pool: &PoolState, style: MapStyle) -> String {
        let each = pool.blocks.len().div_ceil(COLUMNS).max(1);
        let mut strip = String::new();
        let mut now = None;
        for few in pool.blocks.chunks(each) {
            let most = few.iter().map(|block| self.content(block)).max().unwrap_or(Content::Free);
            if style.colour && now != Some(most) {
                strip.push_str("\x1b[0m");
                strip.push_str(most.colour());
            }
            now = Some(most);
            strip.push(most.letter());
        }
        if style.colour {
            strip.push_str("\x1b[0m");
        }
        strip
    }

    fn legend(&self, text: &mut String, style: MapStyle) {
        let mut words: Vec<String> = Vec::new();
        for content in Content::ALL.iter().rev() {
            let letter = content.letter();
            let letter = if style.colour {
                format!("{}{letter}\x1b[0m", content.colour())
            } else {
                letter.to_string()
            };
            words.push(format!("{letter} {}", content.words()));
        }
        let _ = writeln!(text, "{}", words.join("   "));
        let _ = writeln!(
            text,
            "a letter for several blocks shows the one of them that comes first here"
        );
        let _ = writeln!(text, "arenas: # full pool, 0-9 tenths full, - emptied, . never used\n");
    }

    fn stacks(&self, text: &mut String) {
        let mut rows: BTreeMap<String, (usize, String)> = BTreeMap::new();
        for (object, blocks) in self.free_lists() {
            let top: Vec<String> = blocks
                .iter()
                .rev()
                .take(3)
                .map(|&block| crate::names::place_text(self, block))
                .collect();
            let more = if blocks.len() > 3 { ", ..." } else { "" };
            let name = format!("{} of {} B", object.name.ty, object.size);
            rows.insert(name, (blocks.len(), format!("{}{more}", top.join(", "))));
        }
        if rows.is_empty() {
            return;
        }
        let _ = writeln!(text, "free lists, the next to be reused first");
        for (name, (held, top)) in rows {
            let _ = writeln!(text, "  {name:<24} {:>6}  {top}", grouped(held as u64));
        }
        text.push('\n');
    }

    fn autopsy_rows(
        &self,
        text: &mut String,
        holders: &HashMap<BlockCode, Vec<Alive>>,
        value: &dyn Fn(BlockCode) -> Option<String>,
    ) {
        let _ = writeln!(text, "why arenas stay");
        for autopsy in self.autopsies(holders) {
            let Autopsy { arena, blocks, bytes, runtime, retired, pinned_by, .. } = autopsy;
            if blocks == 0 {
                let _ = writeln!(text, "  a{arena}: empty, kept for what comes next");
                continue;
            }
            let noun = if blocks == 1 { "block" } else { "blocks" };
            let _ = writeln!(
                text,
                "  a{arena}: {} {noun}, {} B; {} the runtime's own, {} retired",
                grouped(blocks as u64),
                grouped(bytes as u64),
                grouped(runtime as u64),
                grouped(retired as u64),
            );
            if pinned_by > PINS_MAX {
                let _ =
                    writeln!(text, "      in use by {} of the script's", grouped(pinned_by as u64));
                continue;
            }
            for pin in &autopsy.pins {
                let born =
                    pin.born.map_or_else(String::new, |(_, line)| format!(", born on line {line}"));
                let shown =
                    value(pin.block).map_or_else(String::new, |value| format!(" = {value}"));
                let start = format!("      {:<12} {}{shown}{born}", pin.place, pin.name);
                if pin.held.is_empty() {
                    let _ = writeln!(text, "{}", shortened(&start, 80));
                } else if columns_of(&start) + columns_of(&pin.held) + 2 <= 80 {
                    let _ = writeln!(text, "{start}, {}", pin.held);
                } else {
                    let _ = writeln!(text, "{}", shortened(&start, 80));
                    let held = format!("      {:<12}   {}", "", pin.held);
                    let _ = writeln!(text, "{}", shortened(&held, 80));
                }
            }
            let more = pinned_by.saturating_sub(autopsy.pins.len());
            if more > 0 {
                let _ = writeln!(text, "      ... and {} more", grouped(more as u64));
            }
            if pinned_by > 0 && runtime == 0 {
                let arena = size_words(self.geometry().arena_size());
                let _ = writeln!(text, "      if these died, {arena} would go back to the system");
            }
        }
    }
}

/// A size in words.
fn size_words(bytes: usize) -> String {
    if bytes.is_multiple_of(1 << 20) {
        format!("{} MiB", bytes >> 20)
    } else {
        format!("{} KiB", bytes >> 10)
    }
}
