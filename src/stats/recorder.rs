//! Counts births and deaths while a script runs: by type, by layer, by line.
//!
//! Objects made before watching began are told apart by their address ([`Live`]): their deaths
//! are counted for themselves, so `born - died = alive` holds for what the script did.

use std::cell::RefCell;
use std::ptr::NonNull;

use indexmap::IndexMap;
use runtime_core::{Event, Heap, Layer, Obj, Observer, TypeObject};

use super::live::Live;
use super::{
    HeapStats, HostMemory, LineStats, ObjectStats, Served, StartupStats, Stats, TypeStats,
};
use crate::Interp;

/// A runtime that is being watched, from [`Watch::begin`] until it is dropped.
pub struct Watch<'i> {
    interp: &'i Interp,
    // Behind a pointer because the heap holds one too; freed when the watch ends.
    recorder: NonNull<Recorder>,
    startup: StartupStats,
}

impl<'i> Watch<'i> {
    /// Begins to watch: every birth and death from now on is counted.
    pub fn begin(interp: &'i Interp) -> Self {
        let sum = interp.heap().accounting();
        let startup =
            StartupStats { blocks: sum.blocks + sum.raw_blocks, arenas: sum.arenas, died: 0 };
        let recorder = Recorder { interp: NonNull::from(interp), counts: RefCell::default() };
        let recorder = NonNull::from(Box::leak(Box::new(recorder)));
        // SAFETY: the recorder lives until the watch is dropped, which takes it out of the heap
        // first; it counts in the host's memory only.
        unsafe { interp.heap().watch(Some(recorder)) };
        Self { interp, recorder, startup }
    }

    /// What has been seen until now. `script` names the file and holds its text, `host` is the
    /// host's own memory.
    pub fn stats(&self, script: (&str, &str), host: HostMemory) -> Stats {
        let (name, text) = script;
        // SAFETY: the recorder lives as long as the watch.
        let counts = unsafe { self.recorder.as_ref() }.counts.borrow();
        let mut types: IndexMap<String, TypeStats> = IndexMap::new();
        let mut objects = ObjectStats {
            // Counted apart from the types, so that tests can hold one against the other.
            alive: counts.alive,
            peak: counts.peak,
            missed_deaths: counts.missed_deaths,
            ..ObjectStats::default()
        };
        for count in counts.types.iter().filter(|count| count.served.sum() > 0) {
            let born = count.served.sum();
            // Types of one name are added up.
            let entry = types.entry(count.name.clone()).or_default();
            entry.born += born;
            entry.died += count.died;
            entry.alive += count.alive;
            entry.served.add_all(&count.served);
            objects.born += born;
            objects.died += count.died;
            objects.served.add_all(&count.served);
        }
        types.sort_by(|a, x, b, y| y.born.cmp(&x.born).then_with(|| a.cmp(b)));
        let mut stats = Stats {
            schema: Stats::SCHEMA,
            script: name.to_owned(),
            heap: HeapStats::of(&self.heap().config(), &self.interp.free_list_caps()),
            types,
            objects,
            startup: StartupStats { died: counts.startup_died, ..self.startup.clone() },
            free_lists: Vec::new(),
            arenas: Default::default(),
            pools: Default::default(),
            blocks: Default::default(),
            classes: Vec::new(),
            bytes: Default::default(),
            system: Default::default(),
            rss: None,
            resident: None,
            lines: counts.top_lines(name, text),
            births_outside_lines: counts.outside_lines,
        };
        stats.set_memory(self.heap(), host);
        stats
    }

    fn heap(&self) -> &Heap {
        self.interp.heap()
    }
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        // SAFETY: taking the observer out needs nothing; then nobody else knows the recorder, which
        // came from a box.
        unsafe {
            self.heap().watch(None);
            drop(Box::from_raw(self.recorder.as_ptr()));
        }
    }
}

/// The observer: adds up, and nothing else.
struct Recorder {
    /// Alive as long as the watch that owns the recorder borrows it.
    interp: NonNull<Interp>,
    counts: RefCell<Counts>,
}

#[derive(Default)]
struct Counts {
    /// By the serial number of the type.
    types: Vec<TypeCount>,
    /// By line of the main file.
    lines: Vec<Served>,
    outside_lines: u64,
    live: Live,
    alive: u64,
    peak: u64,
    startup_died: u64,
    missed_deaths: u64,
}

#[derive(Default, Clone)]
struct TypeCount {
    name: String,
    served: Served,
    died: u64,
    alive: u64,
}

impl Observer for Recorder {
    fn event(&self, event: &Event<'_>) {
        // Nothing below can cause an event, so the counts are never in use already.
        let Ok(mut counts) = self.counts.try_borrow_mut() else { return };
        match *event {
            Event::Born { object, ty, layer, .. } => {
                // SAFETY: see the field.
                let line = unsafe { self.interp.as_ref() }.current_line_number();
                counts.born(object, ty, layer, line);
            }
            Event::Retired { object, ty, .. } | Event::Freed { object, ty, .. } => {
                counts.died(object, ty);
            }
            _ => {}
        }
    }
}

impl Counts {
    fn born(&mut self, object: Obj, ty: &TypeObject, layer: Layer, line: Option<u32>) {
        if self.live.insert(object.addr().get()) {
            self.alive += 1;
            self.peak = self.peak.max(self.alive);
        } else {
            self.missed_deaths += 1;
        }
        let count = self.of_type(ty);
        count.served.add(layer, 1);
        count.alive += 1;
        match line {
            None => self.outside_lines += 1,
            Some(line) => {
                let line = line as usize;
                if self.lines.len() <= line {
                    self.lines.resize(line + 1, Served::default());
                }
                if let Some(served) = self.lines.get_mut(line) {
                    served.add(layer, 1);
                }
            }
        }
    }

    fn died(&mut self, object: Obj, ty: &TypeObject) {
        if !self.live.remove(object.addr().get()) {
            self.startup_died += 1;
            return;
        }
        self.alive -= 1;
        let count = self.of_type(ty);
        count.died += 1;
        count.alive = count.alive.saturating_sub(1);
    }

    fn of_type(&mut self, ty: &TypeObject) -> &mut TypeCount {
        let serial = ty.serial as usize;
        if self.types.len() <= serial {
            self.types.resize(serial + 1, TypeCount::default());
        }
        // The index is within the length that was just made sure of.
        #[expect(clippy::indexing_slicing, reason = "resized above")]
        let count = &mut self.types[serial];
        if count.name.is_empty() {
            count.name.push_str(ty.name());
        }
        count
    }

    fn top_lines(&self, file: &str, text: &str) -> Vec<LineStats> {
        let mut top: Vec<(usize, &Served)> = self.lines.iter().enumerate().collect();
        top.retain(|(_, served)| served.sum() > 0);
        // By births, then by line: the sort keeps the order of equals.
        top.sort_by_key(|(_, served)| std::cmp::Reverse(served.sum()));
        top.iter()
            .take(Stats::TOP_LINES)
            .map(|&(line, served)| LineStats {
                file: file.to_owned(),
                line: u32::try_from(line).unwrap_or(u32::MAX),
                births: served.sum(),
                served: *served,
                text: text.lines().nth(line.saturating_sub(1)).unwrap_or("").trim().to_owned(),
            })
            .collect()
    }
}
