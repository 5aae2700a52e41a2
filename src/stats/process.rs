//! What the system says of this process, and which part of the books each resident page belongs to.
//!
//! ```text
//! RSS = arenas that are resident                    the heap knows its arenas
//!     + raw blocks and tables                       the heap counts them
//!     + the host's memory                           its allocator counts it
//!     + what malloc adds to those two               malloc's own books, less the two above
//!     - what of malloc's memory was never touched   the system's map of the process
//!     + stacks, program files                       the same map
//! ```
//!
//! Each line comes from whoever owns that memory, so the sum is a proof and not a definition: memory
//! that nobody has in his books makes it fall short.

use std::fs::File;
use std::io::{BufRead, BufReader};

use runtime_core::{Accounting, ArenaMemory, Heap, raw};
use serde::Serialize;

/// Memory of this process that is in RAM, in bytes.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Rss {
    /// Now.
    pub now: usize,
    /// The most so far.
    pub peak: usize,
}

/// What the resident memory is made of, in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Resident {
    /// Arenas with their tables, as far as they are in RAM.
    pub arenas: usize,
    /// The heap's raw blocks and its own tables outside the arenas.
    pub raw: usize,
    /// The host's own memory.
    pub host: usize,
    /// What `malloc` adds to `raw` and `host`: headers, rounding, and what it keeps for later.
    pub malloc: usize,
    /// Memory of `malloc` that nobody has touched yet, and that is therefore not in RAM.
    pub untouched: usize,
    /// The stacks of the threads, ended ones whose stack is kept included.
    pub stack: usize,
    /// The program and its libraries.
    pub program: usize,
    /// The sum, `untouched` taken off: what the books explain of [`Rss::now`].
    pub explained: usize,
}

/// Both, from the system's map of the process; `None` where there is no such map.
pub(super) fn resident(
    heap: &Heap,
    sum: &Accounting,
    host: usize,
) -> Option<(Rss, Option<Resident>)> {
    let peak = Peak::read()?;
    let mut map = Map::default();
    let smaps = File::open("/proc/self/smaps").ok();
    let read = smaps.and_then(|file| {
        BufReader::new(file).lines().try_for_each(|line| line.map(|line| map.line(&line))).ok()
    });
    let Some(()) = read else { return Some((Rss { now: peak.now, peak: peak.peak }, None)) };
    let now = map.rss();
    let rss = Rss { now, peak: peak.peak.max(now) };
    let explained = raw::held().map(|malloc| {
        let ArenaMemory { mapped, resident } = heap.arena_memory();
        let raw = sum.raw_bytes + sum.tables_apart + sum.tracing + sum.debug_records;
        let untouched = map.anonymous.absent().saturating_sub(mapped - resident);
        let (stack, program) = (map.stack.resident, map.program.resident);
        let malloc = malloc.saturating_sub(raw + host);
        let sum = resident + raw + host + malloc + stack + program;
        let explained = sum.saturating_sub(untouched);
        Resident { arenas: resident, raw, host, malloc, untouched, stack, program, explained }
    });
    Some((rss, explained))
}

/// `VmRSS` and `VmHWM` of `/proc/self/status`.
struct Peak {
    now: usize,
    peak: usize,
}

impl Peak {
    fn read() -> Option<Self> {
        Self::parse(&std::fs::read_to_string("/proc/self/status").ok()?)
    }

    fn parse(status: &str) -> Option<Self> {
        let bytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name))?;
            kib(line).map(|kib| kib * 1024)
        };
        Some(Self { now: bytes("VmRSS:")?, peak: bytes("VmHWM:")? })
    }
}

fn kib(text: &str) -> Option<usize> {
    text.trim().strip_suffix("kB")?.trim().parse().ok()
}

/// A sum over mappings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Pages {
    size: usize,
    resident: usize,
}

impl Pages {
    fn absent(self) -> usize {
        self.size.saturating_sub(self.resident)
    }
}

/// What a mapping is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Kind {
    /// The program, a library, or the zeroed variables behind one.
    #[default]
    Program,
    Stack,
    /// `malloc`'s and the arenas'.
    Anonymous,
    /// Addresses that are set aside and cannot be used; in front of each thread's stack stands one
    /// such page.
    Reserved,
}

/// The mappings of the process, added up by kind.
#[derive(Debug, Default)]
struct Map {
    program: Pages,
    stack: Pages,
    anonymous: Pages,
    /// The mapping whose lines are being read, and the address behind it.
    kind: Kind,
    end: usize,
}

impl Map {
    /// One line of `/proc/self/smaps`.
    fn line(&mut self, line: &str) {
        if let Some(Header { start, end, rights, name }) = Header::of(line) {
            let behind = if start == self.end { self.kind } else { Kind::Anonymous };
            self.kind = match name {
                "[stack]" => Kind::Stack,
                "" if rights.starts_with("---") => Kind::Reserved,
                // The zeroed variables of a program lie right behind what was mapped from its file.
                "" if behind == Kind::Program => Kind::Program,
                "" if behind == Kind::Reserved => Kind::Stack,
                "" | "[heap]" => Kind::Anonymous,
                _ => Kind::Program,
            };
            self.end = end;
            return;
        }
        let (size, rss) = (line.strip_prefix("Size:"), line.strip_prefix("Rss:"));
        let Some(bytes) = size.or(rss).and_then(kib).map(|kib| kib * 1024) else { return };
        let pages = match self.kind {
            Kind::Program => &mut self.program,
            Kind::Stack => &mut self.stack,
            Kind::Anonymous => &mut self.anonymous,
            Kind::Reserved => return,
        };
        let sum = if size.is_some() { &mut pages.size } else { &mut pages.resident };
        *sum += bytes;
    }

    fn rss(&self) -> usize {
        self.program.resident + self.stack.resident + self.anonymous.resident
    }
}

/// The line that begins a mapping.
struct Header<'l> {
    start: usize,
    end: usize,
    rights: &'l str,
    /// The file, a name in brackets, or nothing.
    name: &'l str,
}

impl<'l> Header<'l> {
    fn of(line: &'l str) -> Option<Self> {
        let (range, rest) = line.split_once(' ')?;
        let (start, end) = range.split_once('-')?;
        let address = |text| usize::from_str_radix(text, 16).ok();
        let mut words = rest.split_ascii_whitespace();
        let rights = words.next()?;
        // Offset, device and inode stand between.
        let name = words.nth(3).unwrap_or("");
        Some(Self { start: address(start)?, end: address(end)?, rights, name })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_lines_are_found_and_counted_in_bytes() {
        let status =
            "Name:\tstrata\nVmPeak:\t  9000 kB\nVmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\n";
        let peak = Peak::parse(status).unwrap();
        assert_eq!((peak.now, peak.peak), (1 << 20, 2 << 20));
    }

    #[test]
    fn a_status_without_them_says_nothing() {
        assert!(Peak::parse("Name:\tstrata\n").is_none());
    }

    #[test]
    fn mappings_are_added_up_by_what_they_are() {
        let smaps = "\
55d0a000-55d0c000 r-xp 00000000 fe:00 7  /usr/bin/strata
Size:                  8 kB
KernelPageSize:        4 kB
Rss:                   8 kB
55d0c000-55d0f000 rw-p 00000000 00:00 0
Size:                 12 kB
Rss:                   4 kB
55d20000-55d41000 rw-p 00000000 00:00 0  [heap]
Size:                132 kB
Rss:                 100 kB
7f000000-7f200000 rw-p 00000000 00:00 0
Size:               2048 kB
Rss:                1024 kB
7f200000-7f201000 ---p 00000000 00:00 0
Size:                  4 kB
Rss:                   0 kB
7f201000-80201000 rw-p 00000000 00:00 0
Size:              16384 kB
Rss:                   8 kB
7ffd0000-7ffd2000 rw-p 00000000 00:00 0  [stack]
Size:                132 kB
Rss:                  16 kB
";
        let mut map = Map::default();
        smaps.lines().for_each(|line| map.line(line));
        let pages =
            |size: usize, resident: usize| Pages { size: size << 10, resident: resident << 10 };
        assert_eq!((map.program, map.stack), (pages(20, 12), pages(16516, 24)));
        assert_eq!(map.anonymous, pages(2180, 1124));
        assert_eq!(map.rss(), 1160 << 10);
    }
}
