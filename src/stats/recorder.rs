//! Counts births and deaths while a script runs: by type, by layer, by line.
//!
//! Objects made before watching began are told apart by their address ([`Live`]): their deaths
//! are counted for themselves, so `born - died = alive` holds for what the script did.

use std::cell::RefCell;
use std::ptr::NonNull;

use indexmap::IndexMap;
use runtime_core::{Event, Heap, Layer, Obj, Observer, Step, Storage, TypeObject};
use runtime_types::Layout;

use super::live::Live;
use super::patterns::{BirthKind, Patterns, Requests};
use super::{
    FrameStats, HeapStats, HostMemory, LineStats, ObjectStats, Served, StartupStats, Stats,
    TypeStats,
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
        let recorder = Recorder {
            interp: NonNull::from(interp),
            counts: RefCell::default(),
            small_max: interp.heap().config().geometry.small_max(),
        };
        let recorder = NonNull::from(Box::leak(Box::new(recorder)));
        interp.count_frames(true);
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
        let frames = self.interp.frame_counts();
        let mut patterns = counts.patterns;
        patterns.frames = Requests { count: frames.begun, bytes: frames.bytes };
        types.sort_by(|a, x, b, y| y.born.cmp(&x.born).then_with(|| a.cmp(b)));
        let mut stats = Stats {
            schema: Stats::SCHEMA,
            script: name.to_owned(),
            heap: HeapStats::of(&self.heap().config(), &self.interp.free_list_caps()),
            types,
            dominant: patterns.dominant(),
            patterns,
            frames: FrameStats {
                begun: frames.begun,
                reused: frames.reused,
                deepest: frames.deepest,
                peak_bytes: frames.peak_bytes,
                held_bytes: frames.held_bytes,
            },
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
            lines: counts.top_lines(self.interp, name, text),
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
        self.interp.count_frames(false);
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
    /// The largest request that pools serve.
    small_max: usize,
}

/// What a type is to the patterns, by its layout, which the types of a script inherit.
fn kind_of(ty: &TypeObject) -> BirthKind {
    const EXCEPTION: u16 = Layout::Exception as u16;
    match ty.layout {
        EXCEPTION => BirthKind::Exception,
        _ => match ty.name() {
            "tuple" => BirthKind::Tuple,
            "bytes" => BirthKind::Bytes,
            "str" => BirthKind::Text,
            "traceback" | "frame" => BirthKind::Exception,
            _ => BirthKind::Other,
        },
    }
}

#[derive(Default)]
struct Counts {
    /// By the serial number of the type.
    types: Vec<TypeCount>,
    /// By line, for each file by its number.
    lines: Vec<Vec<Served>>,
    outside_lines: u64,
    live: Live,
    patterns: Patterns,
    alive: u64,
    peak: u64,
    startup_died: u64,
    missed_deaths: u64,
}

#[derive(Default, Clone)]
struct TypeCount {
    name: String,
    kind: BirthKind,
    served: Served,
    died: u64,
    alive: u64,
}

impl Observer for Recorder {
    fn event(&self, event: &Event<'_>) {
        // Nothing below can cause an event, so the counts are never in use already.
        let Ok(mut counts) = self.counts.try_borrow_mut() else { return };
        match *event {
            Event::Born { object, ty, size, layer } => {
                // SAFETY: see the field.
                let place = unsafe { self.interp.as_ref() }.current_place();
                let kind = counts.born(object, ty, layer, place);
                counts.patterns.born(kind, layer, size);
            }
            Event::Stored { of: Storage::List, bytes } => counts.patterns.growing_lists.add(bytes),
            Event::Stored { of: Storage::Dict, bytes } => counts.patterns.large_dicts.add(bytes),
            Event::Stored { of: Storage::Buffer, bytes } if bytes > self.small_max => {
                counts.patterns.large_bytes.add(bytes);
            }
            Event::Retired { object, ty, .. } | Event::Step { step: Step::Freed, object, ty } => {
                counts.died(object, ty);
            }
            Event::Moved { from, object, .. } => counts.moved(from, object),
            _ => {}
        }
    }
}

impl Counts {
    fn born(
        &mut self,
        object: Obj,
        ty: &TypeObject,
        layer: Layer,
        place: Option<(u32, u32)>,
    ) -> BirthKind {
        if self.live.insert(object.addr().get()) {
            self.alive += 1;
            self.peak = self.peak.max(self.alive);
        } else {
            self.missed_deaths += 1;
        }
        let count = self.of_type(ty);
        count.served.add(layer, 1);
        count.alive += 1;
        let kind = count.kind;
        match place {
            None => self.outside_lines += 1,
            Some((file, line)) => {
                if let Some(served) =
                    grown(&mut self.lines, file).and_then(|lines| grown(lines, line))
                {
                    served.add(layer, 1);
                }
            }
        }
        kind
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

    fn moved(&mut self, from: Obj, to: Obj) {
        if self.live.remove(from.addr().get()) && !self.live.insert(to.addr().get()) {
            self.missed_deaths += 1;
        }
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
            count.kind = kind_of(ty);
        }
        count
    }

    /// The lines with the most births, from whichever file. `name` and `text` are the script's.
    fn top_lines(&self, interp: &Interp, name: &str, text: &str) -> Vec<LineStats> {
        let mut top: Vec<(u32, u32, &Served)> = Vec::new();
        for (file, lines) in (0..).zip(&self.lines) {
            let born = (0..).zip(lines).filter(|(_, served)| served.sum() > 0);
            top.extend(born.map(|(line, served)| (file, line, served)));
        }
        // By births, then by line: the sort keeps the order of equals.
        top.sort_by_key(|(_, _, served)| std::cmp::Reverse(served.sum()));
        let row = |&(file, line, served): &(u32, u32, &Served)| {
            let source = interp.file(file);
            // The script goes by the name that it was given.
            let other = source.filter(|source| source.text() != text);
            LineStats {
                file: other.map_or(name, |source| source.name()).to_owned(),
                line,
                births: served.sum(),
                served: *served,
                text: source.map_or("", |source| source.line_text(line)).trim().to_owned(),
                is_script: other.is_none(),
            }
        };
        top.iter().take(Stats::TOP_LINES).map(row).collect()
    }
}

/// The element with this number of a list that is made long enough.
fn grown<T: Default + Clone>(list: &mut Vec<T>, index: u32) -> Option<&mut T> {
    let index = index as usize;
    if list.len() <= index {
        list.resize(index + 1, T::default());
    }
    list.get_mut(index)
}
