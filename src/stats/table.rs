//! The figures for people: at most 80 columns, in words that need no manual.

use std::fmt::{self, Write};

use runtime_core::Layer;

use super::{Served, Stats};

/// Columns of the report.
const WIDTH: usize = 80;

/// Types and free lists that are shown one by one; the others are added up.
const ROWS: usize = 12;

/// How the report may look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Style {
    /// Text only.
    #[default]
    Plain,
    /// Headings stand out, for terminals.
    Colour,
}

impl Stats {
    /// The figures as tables.
    pub fn to_table(&self, style: Style) -> String {
        let mut page = Page { text: String::new(), style, label: LABEL };
        // Writing to a string cannot fail.
        let _ = self.write_table(&mut page);
        page.text
    }

    fn write_table(&self, page: &mut Page) -> fmt::Result {
        page.title(&format!("Memory report for {}", self.script))?;
        self.write_types(page)?;
        self.write_layers(page)?;
        self.write_lines(page)?;
        self.write_patterns(page)?;
        self.write_frames(page)?;
        self.write_held(page)?;
        self.write_resident(page)?;
        self.write_bytes(page)?;
        self.write_free_lists(page)?;
        Ok(())
    }

    fn write_types(&self, page: &mut Page) -> fmt::Result {
        page.heading("Objects by type", LABEL, &["born", "died", "alive"], "served mostly by")?;
        for (name, ty) in self.types.iter().take(ROWS) {
            let counts = [ty.born, ty.died, ty.alive];
            page.row(name, &counts, &mostly(&ty.served))?;
        }
        let rest = self.types.values().skip(ROWS);
        let others = rest.len();
        if others > 0 {
            let mut sum = [0; 3];
            let mut served = Served::default();
            for ty in rest {
                let [born, died, alive] = &mut sum;
                *born += ty.born;
                *died += ty.died;
                *alive += ty.alive;
                served.add_all(&ty.served);
            }
            page.row(&format!("{others} more types"), &sum, &mostly(&served))?;
        }
        let all = &self.objects;
        page.row("all", &[all.born, all.died, all.alive], &mostly(&all.served))?;
        page.note(&format!(
            "Since the script began ({} blocks in use before); at most {} alive at once.",
            number(self.startup.blocks as u64),
            number(all.peak)
        ))
    }

    fn write_layers(&self, page: &mut Page) -> fmt::Result {
        page.heading("Births by layer", LABEL, &["births", "share"], "")?;
        let all = self.objects.served.sum();
        for (layer, births) in self.objects.served.each() {
            let cells = [number(births), share(births, all)];
            page.cells(layer.words(), &cells, &self.meaning(layer))?;
        }
        Ok(())
    }

    fn write_lines(&self, page: &mut Page) -> fmt::Result {
        if self.lines.is_empty() {
            return Ok(());
        }
        page.heading("Births by line", WIDE_LABEL, &["births"], "served mostly by")?;
        for line in &self.lines {
            let file = match line.is_script {
                true => String::new(),
                false => format!("{}: ", line.file.rsplit('/').next().unwrap_or(&line.file)),
            };
            let label = format!("{:>4}  {file}{}", line.line, line.text);
            page.row(&label, &[line.births], &mostly(&line.served))?;
        }
        Ok(())
    }

    fn write_patterns(&self, page: &mut Page) -> fmt::Result {
        page.heading("Patterns", LABEL, &["requests", "bytes", "share"], "of bytes asked for")?;
        let other = ("other", self.patterns.other);
        let rows = || self.patterns.each().into_iter().chain([other]);
        let all = rows().map(|(_, requests)| requests.bytes).sum();
        for (name, requests) in rows() {
            let cells =
                [number(requests.count), number(requests.bytes), share(requests.bytes, all)];
            page.cells(&name.replace('_', " "), &cells, pattern(name))?;
        }
        match self.dominant {
            Some(name) => page.note(&format!("Dominant pattern: {}.", name.replace('_', " "))),
            None => page.note("No pattern dominates."),
        }
    }

    fn write_frames(&self, page: &mut Page) -> fmt::Result {
        let frames = &self.frames;
        page.heading("Frames", LABEL, &["begun", "reused", "at once"], "most of the stack")?;
        let cells = [number(frames.begun), number(frames.reused), number(frames.deepest.into())];
        let high = format!("{} of {}", size(frames.peak_bytes), size(frames.held_bytes));
        page.cells("all", &cells, &high)
    }

    fn write_held(&self, page: &mut Page) -> fmt::Result {
        page.heading("Memory held", LABEL, &["now", "peak"], "")?;
        let arenas = &self.arenas;
        let each = whole(self.heap.arena_size);
        let given = format!("of {each}, {} given back", number(arenas.released as u64));
        page.row("arenas", &[arenas.current as u64, arenas.peak as u64], &given)?;
        let dash = || "-".to_owned();
        let each = format!("of {}, in use", whole(self.heap.pool_size));
        page.cells("pools", &[number(self.pools.current as u64), dash()], &each)?;
        page.cells("blocks", &[number(self.blocks.current as u64), dash()], "in use in pools")?;
        let host = [size(self.bytes.host), size(self.bytes.host_peak)];
        page.cells("host", &host, "parser, compiler, this report")?;
        if let Some(rss) = self.rss {
            let cells = [size(rss.now), size(rss.peak)];
            page.cells("process (RSS)", &cells, "all of it that is in RAM")?;
        }
        let system = &self.system;
        page.note(&format!(
            "The heap asked the system for memory {} times, {} in all.",
            number(system.calls),
            size(usize::try_from(system.bytes).unwrap_or(usize::MAX))
        ))
    }

    fn write_bytes(&self, page: &mut Page) -> fmt::Result {
        let bytes = &self.bytes;
        page.heading("Bytes in the arenas", LABEL, &["bytes"], "what they are for")?;
        for (name, count) in bytes.in_arenas() {
            if name == "alignment" && count == 0 {
                continue;
            }
            page.row(&name.replace('_', " "), &[count as u64], reason(name))?;
        }
        let (arenas, each) = (self.arenas.current, self.heap.arena_size);
        let product = format!("= {} x {}", number(arenas as u64), whole(each));
        page.row("arenas", &[(arenas * each) as u64], &product)?;
        let large = format!("raw blocks, over {} bytes mostly", self.heap.small_threshold);
        page.row("outside: large", &[bytes.large as u64], &large)?;
        page.row("outside: tables", &[bytes.tables as u64], "what finds and describes arenas")
    }

    fn meaning(&self, layer: Layer) -> String {
        let heap = &self.heap;
        match layer {
            Layer::FreeList => "a dead object was reused".to_owned(),
            Layer::Pool => "a block of a pool at hand".to_owned(),
            Layer::NewPool => format!("{} of an arena put to use", whole(heap.pool_size)),
            Layer::NewArena => format!("{} taken from the system", whole(heap.arena_size)),
            Layer::Large if heap.allocator == "system" => "from the system's malloc".to_owned(),
            Layer::Large => format!("over {} bytes: from the system", heap.small_threshold),
        }
    }

    fn write_resident(&self, page: &mut Page) -> fmt::Result {
        let (Some(rss), Some(resident)) = (self.rss, self.resident) else { return Ok(()) };
        page.heading("Memory in RAM", LABEL, &["now"], "what it is")?;
        for (name, bytes, what) in [
            ("arenas", resident.arenas, "arenas and their tables, as far as touched"),
            ("raw", resident.raw, "raw blocks and the heap's other tables"),
            ("host", resident.host, "parser, compiler, this report"),
            ("malloc", resident.malloc, "headers of those two, and what it keeps"),
            ("stack", resident.stack, "the native stack"),
            ("program", resident.program, "Strata itself and the system's libraries"),
        ] {
            page.cells(name, &[size(bytes)], what)?;
        }
        let untouched = format!("- {}", size(resident.untouched));
        page.cells("untouched", &[untouched], "of raw, host and malloc: not in RAM yet")?;
        let tenths = resident.explained as u128 * 1000 / rss.now.max(1) as u128;
        let share = format!("{}.{} % of the process (RSS)", tenths / 10, tenths % 10);
        page.cells("explained", &[size(resident.explained)], &share)
    }

    fn write_free_lists(&self, page: &mut Page) -> fmt::Result {
        if self.free_lists.is_empty() {
            return Ok(());
        }
        page.heading("Free lists", LABEL, &["held", "at most"], "bytes of what they hold")?;
        for list in self.free_lists.iter().take(ROWS) {
            let label = match list.items {
                None => list.ty.clone(),
                Some(items) => format!("{} of {items}", list.ty),
            };
            let counts = [list.held as u64, list.cap as u64];
            page.row(&label, &counts, &number(list.bytes as u64))?;
        }
        let rest = self.free_lists.get(ROWS..).unwrap_or(&[]);
        if rest.is_empty() {
            return Ok(());
        }
        let sum = |of: fn(&super::FreeListStats) -> usize| rest.iter().map(of).sum::<usize>();
        let label = format!("{} more lists", rest.len());
        let counts = [sum(|list| list.held) as u64, sum(|list| list.cap) as u64];
        page.row(&label, &counts, &number(sum(|list| list.bytes) as u64))
    }
}

fn pattern(name: &str) -> &'static str {
    match name {
        "small_tuples" => "free lists and pools",
        "large_bytes" => "past the pools",
        "growing_lists" => "arrays of items",
        "large_dicts" => "tables of keys",
        "frames" => "the stack of frames",
        "exceptions" => "with tracebacks",
        "strings" => "texts",
        _ => "all other births",
    }
}

fn reason(bytes: &str) -> &'static str {
    match bytes {
        "alive" => "what the blocks in use were asked for",
        "rounding" => "added to fill blocks and pools",
        "free_lists" => "dead objects kept for the next birth",
        "free_blocks" => "room in pools that are in use",
        "pool_headers" => "48 in front of each pool's blocks",
        "unused_pools" => "room for any size, not yet used",
        "alignment" => "cut off to align arenas",
        _ => "",
    }
}

/// The layer that served most, and its share.
fn mostly(served: &Served) -> String {
    let (layer, births) = served.most();
    match births {
        0 => String::new(),
        _ => format!("{}, {}", layer.words(), share(births, served.sum())),
    }
}

/// A share in per cent: `100.0 %` only for all of it.
fn share(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "-".to_owned();
    }
    // Tenths of a per cent, rounded down so that nothing looks complete that is not.
    let tenths = u128::from(part) * 1000 / u128::from(whole);
    format!("{}.{} %", tenths / 10, tenths % 10)
}

/// `1234567` as `1,234,567`.
fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Bytes as KiB or MiB, one decimal, rounded down.
fn size(bytes: usize) -> String {
    let (unit, name) = if bytes < 1 << 20 { (1 << 10, "KiB") } else { (1 << 20, "MiB") };
    let tenths = bytes as u128 * 10 / unit;
    format!("{}.{} {name}", number((tenths / 10) as u64), tenths % 10)
}

/// A power of two as bytes, KiB or MiB.
fn whole(bytes: usize) -> String {
    match bytes {
        0x10_0000.. => format!("{} MiB", bytes >> 20),
        0x400.. => format!("{} KiB", bytes >> 10),
        _ => format!("{bytes} bytes"),
    }
}

/// Columns of a number, of the label before it, and of a label that is a line of source text.
const NUMBER: usize = 10;
const LABEL: usize = 24;
const WIDE_LABEL: usize = 46;

struct Page {
    text: String,
    style: Style,
    /// Columns of the labels in the present table.
    label: usize,
}

impl Page {
    fn title(&mut self, text: &str) -> fmt::Result {
        self.loud(&clip(text, WIDTH))?;
        writeln!(self.text)
    }

    /// Begins a table: its name, and what its columns are.
    fn heading(&mut self, name: &str, label: usize, columns: &[&str], last: &str) -> fmt::Result {
        self.label = label;
        writeln!(self.text)?;
        self.loud(name)?;
        let mut line = " ".repeat(label.saturating_sub(name.chars().count()));
        for column in columns {
            write!(line, " {column:>NUMBER$}")?;
        }
        writeln!(self.text, "{}", format!("{line}  {last}").trim_end())
    }

    fn row(&mut self, label: &str, counts: &[u64], last: &str) -> fmt::Result {
        let cells: Vec<String> = counts.iter().map(|&count| number(count)).collect();
        self.cells(label, &cells, last)
    }

    fn cells(&mut self, label: &str, cells: &[String], last: &str) -> fmt::Result {
        let width = self.label - 2;
        let mut line = format!("  {:<width$}", clip(label, width));
        for cell in cells {
            write!(line, " {cell:>NUMBER$}")?;
        }
        write!(line, "  {last}")?;
        writeln!(self.text, "{}", clip(line.trim_end(), WIDTH))
    }

    fn note(&mut self, text: &str) -> fmt::Result {
        // Half a sentence says nothing: a long one goes on in the next row.
        let parts: Vec<&str> = match text.chars().count() <= WIDTH - 2 {
            true => vec![text],
            false => text.split_inclusive("; ").map(str::trim_end).collect(),
        };
        for part in parts {
            writeln!(self.text, "  {}", clip(part, WIDTH - 2))?;
        }
        Ok(())
    }

    fn loud(&mut self, text: &str) -> fmt::Result {
        match self.style {
            Style::Plain => write!(self.text, "{text}"),
            Style::Colour => write!(self.text, "\x1b[1m{text}\x1b[0m"),
        }
    }
}

/// At most `width` characters of a text, without control characters.
fn clip(text: &str, width: usize) -> String {
    let clean = |c: char| if c.is_control() { ' ' } else { c };
    if text.chars().count() <= width {
        return text.chars().map(clean).collect();
    }
    let mut clipped: String = text.chars().take(width.saturating_sub(2)).map(clean).collect();
    clipped.push_str("..");
    clipped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        for (value, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn nearly_all_is_not_all() {
        assert_eq!(share(999_999, 1_000_000), "99.9 %");
        assert_eq!(share(1_000_000, 1_000_000), "100.0 %");
        assert_eq!(share(0, 0), "-");
    }

    #[test]
    fn sizes_have_one_decimal_and_a_unit() {
        assert_eq!(size(0), "0.0 KiB");
        assert_eq!(size(1536), "1.5 KiB");
        assert_eq!(size(5 << 20), "5.0 MiB");
    }

    #[test]
    fn a_long_line_ends_in_two_dots() {
        assert_eq!(clip("abcdef", 6), "abcdef");
        assert_eq!(clip("abcdefg", 6), "abcd..");
        assert_eq!(clip("a\tb", 6), "a b");
    }
}
