//! The text of CPython's `sys._debugmallocstats()`, from our figures.
//!
//! Two rows differ in meaning: our map of arenas has two levels where CPython's has three, so its
//! middle row is always 0.

use std::fmt;

use crate::accounting::Accounting;
use crate::heap::Heap;
use crate::pool::POOL_HEADER;
use crate::size_class::SizeClass;

/// Rows of the third block: CPython's name, ours, bytes of each.
const FREE_LISTS: [(&str, &str, usize); 4] = [
    ("PyDictObject", "dict", 48),
    ("PyDictKeysObject", "dict_keys", 32),
    ("PyFloatObject", "float", 24),
    ("PyListObject", "list", 40),
];

impl Heap {
    /// Writes what `sys._debugmallocstats()` prints.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_malloc_stats(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        if self.small_max > 0 {
            let a = self.accounting();
            self.write_classes(&a, out)?;
            self.write_arenas(&a, out)?;
            self.write_map(out)?;
        }
        self.write_free_lists(out)
    }

    fn write_classes(&self, a: &Accounting, out: &mut dyn fmt::Write) -> fmt::Result {
        let (max, classes) = (self.geometry.small_max(), self.geometry.small_max() / 16);
        writeln!(out, "Small block threshold = {max}, in {classes} size classes.\n")?;
        writeln!(out, "class   size   num pools   blocks in use  avail blocks")?;
        writeln!(out, "-----   ----   ---------   -------------  ------------")?;
        for (class, used) in SizeClass::all().zip(&a.classes).filter(|(_, used)| used.pools > 0) {
            let (index, size) = (class.index(), class.block_size());
            let (pools, blocks, free) = (used.pools, used.blocks, used.free_blocks);
            writeln!(out, "{index:5} {size:6} {pools:11} {blocks:15} {free:13}")?;
        }
        writeln!(out)
    }

    fn write_arenas(&self, a: &Accounting, out: &mut dyn fmt::Write) -> fmt::Result {
        let arena = self.geometry.arena_size();
        let pool = self.geometry.pool_size();
        let granted: usize = SizeClass::all()
            .zip(&a.classes)
            .map(|(class, used)| used.blocks * class.block_size())
            .sum();
        row(out, "# arenas allocated total", a.arenas_mapped)?;
        row(out, "# arenas reclaimed", a.arenas_released)?;
        row(out, "# arenas highwater mark", a.arenas_peak)?;
        row(out, "# arenas allocated current", a.arenas)?;
        let bytes = a.arenas * arena;
        row(out, format_args!("{} arenas * {arena} bytes/arena", a.arenas), bytes)?;
        writeln!(out)?;
        row(out, "# bytes in allocated blocks", granted)?;
        row(out, "# bytes in available blocks", a.free_blocks)?;
        let unused = a.unused_pools / pool;
        row(out, format_args!("{unused} unused pools * {pool} bytes"), a.unused_pools)?;
        row(out, "# bytes lost to pool headers", a.pools * POOL_HEADER)?;
        row(out, "# bytes lost to quantization", a.pool_tails)?;
        row(out, "# bytes lost to arena alignment", a.alignment)?;
        let total = granted + a.free_blocks + a.unused_pools + a.pool_headers + a.pool_tails;
        row(out, "Total", total + a.alignment)?;
        writeln!(out)
    }

    fn write_map(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        let (leaves, leaf) = self.map.leaves();
        let root = self.map.root_bytes();
        writeln!(out, "arena map counts")?;
        row(out, "# arena map mid nodes", 0)?;
        row(out, "# arena map bot nodes", leaves)?;
        writeln!(out)?;
        row(out, "# bytes lost to arena map root", root)?;
        row(out, "# bytes lost to arena map mid", 0)?;
        row(out, "# bytes lost to arena map bot", leaves * leaf)?;
        row(out, "Total", root + leaves * leaf)?;
        writeln!(out)
    }

    fn write_free_lists(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        let held = |name: &str, index: usize| {
            let mut types = self.types().filter(|ty| ty.name() == name);
            types.find_map(|ty| ty.free_list(index)).map_or(0, |list| list.len())
        };
        for (theirs, ours, size) in FREE_LISTS {
            list_row(out, held(ours, 0), format_args!("{theirs}s"), size)?;
        }
        for k in 1..=20 {
            let name = format_args!("{k}-sized PyTupleObjects");
            list_row(out, held("tuple", k - 1), name, 24 + 8 * k)?;
        }
        Ok(())
    }
}

/// A label padded to 35 columns, `=`, and a number with commas in 21.
fn row(out: &mut dyn fmt::Write, label: impl fmt::Display, n: usize) -> fmt::Result {
    let label = Text::new(label);
    writeln!(out, "{:<35}={:>21}", label.text(), Commas::of(n).text())
}

/// `N free X * S bytes each`, right-aligned in 48 columns, ` =`, and the product.
fn list_row(
    out: &mut dyn fmt::Write,
    n: usize,
    name: impl fmt::Display,
    size: usize,
) -> fmt::Result {
    let label = Text::new(format_args!("{n} free {name} * {size} bytes each"));
    writeln!(out, "{:>48} ={:>21}", label.text(), Commas::of(n * size).text())
}

/// A short text without a heap, so that it can be padded.
struct Text {
    bytes: [u8; 96],
    len: usize,
}

type Commas = Text;

impl Text {
    fn new(text: impl fmt::Display) -> Self {
        let mut short = Self { bytes: [0; 96], len: 0 };
        // What does not fit is cut off.
        let _ = fmt::Write::write_fmt(&mut short, format_args!("{text}"));
        short
    }

    /// A number with a comma before each three digits.
    fn of(n: usize) -> Self {
        let digits = Self::new(n);
        let mut grouped = Self { bytes: [0; 96], len: 0 };
        for (at, digit) in digits.text().chars().enumerate() {
            if at > 0 && (digits.len - at).is_multiple_of(3) {
                let _ = fmt::Write::write_char(&mut grouped, ',');
            }
            let _ = fmt::Write::write_char(&mut grouped, digit);
        }
        grouped
    }

    fn text(&self) -> &str {
        self.bytes.get(..self.len).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or("")
    }
}

impl fmt::Write for Text {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.len + text.len();
        let place = self.bytes.get_mut(self.len..end).ok_or(fmt::Error)?;
        place.copy_from_slice(text.as_bytes());
        self.len = end;
        Ok(())
    }
}
