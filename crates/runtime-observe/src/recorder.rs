//! The recorder: an observer that writes every event down, and nothing else.
//!
//! ```text
//! | segment 1 MiB | segment 1 MiB | ... | segment being written |      at most Limits::bytes
//!   oldest: when there are too many, it is folded into the state from which a replay begins
//! ```
//!
//! It finds an object's block from its address alone, in a few instructions, and keeps no table of
//! objects. Only raw blocks, which have no place, are numbered in the order in which they are met.

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::ptr::NonNull;

use runtime_core::{Event, Geometry, Heap, Obj, Observer, TypeObject};

use crate::code::{BlockCode, Context, EVENT_MAX, Reader, Record, Step, Writer};
use crate::replay::Replay;
use crate::state::HeapState;

/// What a recording may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of events that are kept. When there are more, the oldest are folded into the state that
    /// they lead to: replays begin there, and what is told of later events stays exact.
    pub bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 256 << 20 }
    }
}

const SEGMENT: usize = 1 << 20;

/// A file of a program, for those who show lines.
#[derive(Debug, Clone, Default)]
pub struct SourceText {
    /// Its name.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// A finished recording, or a copy of one under way.
#[derive(Debug, Clone)]
pub struct Recording {
    pub(crate) base: HeapState,
    pub(crate) segments: VecDeque<Vec<u8>>,
    pub(crate) types: Vec<Option<Box<str>>>,
    /// Files by number, as lines name them.
    pub sources: Vec<SourceText>,
    events: u64,
    lost: bool,
}

impl Recording {
    /// Number of the first event that is kept; those before it are known by what they led to.
    pub fn first_event(&self) -> u64 {
        self.base.events()
    }

    /// Events in all, those that are not kept included.
    pub fn events(&self) -> u64 {
        self.events
    }

    /// Bytes of the events that are kept.
    pub fn bytes(&self) -> usize {
        self.segments.iter().map(Vec::len).sum()
    }

    /// Whether the host had no memory for an event, after which nothing was recorded.
    pub fn is_cut_short(&self) -> bool {
        self.lost
    }

    /// A replay from the first event that is kept.
    pub fn replay(&self) -> Replay<'_> {
        Replay::new(self)
    }
}

/// Records what happens in a heap.
pub struct Recorder {
    heap: NonNull<Heap>,
    granule_bits: u32,
    debug_front: usize,
    limits: Limits,
    tape: RefCell<Tape>,
}

struct Tape {
    cx: Context,
    /// The segment being written, as long as it may become; events are written right into it.
    current: Vec<u8>,
    /// Bytes of it that hold events.
    used: usize,
    recording: Recording,
    /// Numbers of raw blocks by address.
    raw: HashMap<usize, u32>,
    next_raw: u32,
    /// The object asked for last, and its block.
    last: (usize, BlockCode),
}

impl Recorder {
    /// Begins to record: the recorder becomes the heap's observer.
    ///
    /// # Safety
    /// The heap does not move; before the recorder is dropped, [`Recorder::end`] is called or the heap
    /// is dropped.
    pub unsafe fn begin(heap: &Heap, limits: Limits) -> Box<Self> {
        let config = heap.config();
        let recording = Recording {
            base: HeapState::empty(config.geometry),
            segments: VecDeque::new(),
            types: Vec::new(),
            sources: Vec::new(),
            events: 0,
            lost: false,
        };
        let recorder = Box::new(Self {
            heap: NonNull::from(heap),
            granule_bits: granule_bits(config.geometry),
            debug_front: if config.debug.is_some() { DEBUG_FRONT } else { 0 },
            limits,
            tape: RefCell::new(Tape {
                cx: Context::default(),
                current: Vec::new(),
                used: 0,
                recording,
                raw: HashMap::new(),
                next_raw: 0,
                last: (0, BlockCode::default()),
            }),
        });
        // SAFETY: per contract.
        unsafe { heap.watch(Some(NonNull::from(&*recorder))) };
        {
            // Only now, since being watched changes how a heap adds up what is asked of it.
            let mut tape = recorder.tape.borrow_mut();
            heap.types().for_each(|ty| tape.know(ty));
            let Recording { base, types, .. } = &mut tape.recording;
            base.survey(heap, types);
        }
        recorder
    }

    /// Stops observing the heap.
    pub fn end(&self, heap: &Heap) {
        // SAFETY: taking an observer out needs nothing.
        unsafe { heap.watch(None) };
    }

    /// Events so far: the number of the next one.
    pub fn events(&self) -> u64 {
        self.tape.borrow().recording.events
    }

    /// The block that an object lies in.
    pub fn block_of(&self, op: Obj) -> BlockCode {
        // SAFETY: callers have an object; its type is readable as long as its memory is its own.
        let pre = unsafe { runtime_core::type_of(op).as_ref() }.pre_header();
        self.tape.borrow_mut().block_of(self, op, pre)
    }

    /// What has been recorded until now.
    pub fn recording(&self) -> Recording {
        let tape = self.tape.borrow();
        let mut recording = tape.recording.clone();
        recording.segments.push_back(tape.written().to_vec());
        recording
    }

    /// The recording, for good.
    pub fn finish(self) -> Recording {
        let mut tape = self.tape.into_inner();
        tape.current.truncate(tape.used);
        tape.recording.segments.push_back(tape.current);
        tape.recording
    }
}

/// Bytes that the debug hooks put in front of a block.
const DEBUG_FRONT: usize = 16;

/// Bits that number the granules of an arena.
pub(crate) fn granule_bits(geometry: Geometry) -> u32 {
    (geometry.arena_size() / 16).ilog2()
}

impl Observer for Recorder {
    fn event(&self, event: &Event<'_>) {
        // Nothing below causes an event, so the tape is never in use already.
        if let Ok(mut tape) = self.tape.try_borrow_mut() {
            tape.event(self, event);
        }
    }
}

impl Tape {
    fn event(&mut self, recorder: &Recorder, event: &Event<'_>) {
        let step = |step, object, ty| Some((step, object, ty));
        let of_object = match *event {
            Event::Filled { object, ty } => step(Step::Filled, object, ty),
            Event::Tracked { object, ty } => step(Step::Tracked, object, ty),
            Event::Untracked { object, ty } => step(Step::Untracked, object, ty),
            Event::Dying { object, ty } => step(Step::Dying, object, ty),
            Event::Freed { object, ty, .. } => step(Step::Freed, object, ty),
            Event::Dropped { object, ty } => step(Step::Dropped, object, ty),
            Event::Finalising { object, ty } => step(Step::Finalising, object, ty),
            Event::Finalised { object, ty } => step(Step::Finalised, object, ty),
            Event::Unreachable { object, ty } => step(Step::Unreachable, object, ty),
            Event::WeakCleared { weak, ty } => step(Step::WeakCleared, weak, ty),
            Event::CallingBack { weak, ty } => step(Step::CallingBack, weak, ty),
            Event::CalledBack { weak, ty } => step(Step::CalledBack, weak, ty),
            _ => None,
        };
        if !self.has_room() && !self.make_room(recorder.limits) {
            return;
        }
        if let Some((step, object, ty)) = of_object {
            let block = self.block_of(recorder, object, ty.pre_header());
            self.write(|writer, cx| writer.step(cx, step, block, ty.serial));
        } else if let Some(record) = self.record_of(recorder, event) {
            self.write(|writer, cx| writer.record(cx, record));
        }
    }

    /// Writes one event behind the others.
    #[inline(always)]
    fn write(&mut self, event: impl FnOnce(&mut Writer<'_>, &mut Context)) {
        let rest = self.current.get_mut(self.used..).unwrap_or_default();
        let Some(room) = rest.first_chunk_mut() else { return };
        let mut writer = Writer::new(room);
        event(&mut writer, &mut self.cx);
        self.used += writer.written().len();
        self.recording.events += 1;
    }

    fn written(&self) -> &[u8] {
        self.current.get(..self.used).unwrap_or_default()
    }

    fn record_of(&mut self, recorder: &Recorder, event: &Event<'_>) -> Option<Record> {
        Some(match *event {
            Event::Line { at } => Record::Line { at },
            Event::Taken { domain, block, size } => {
                let block = self.block_at(recorder, block, Seen::Taken);
                Record::Taken { domain, block, size }
            }
            Event::Given { domain, block, size } => {
                let block = self.block_at(recorder, block, Seen::Given);
                Record::Given { domain, block, size }
            }
            Event::Resized { domain, block, now, old, new } => {
                let was = self.block_at(recorder, block, Seen::Given);
                let now = if now == block && was.raw_number().is_none() {
                    was
                } else {
                    self.block_at(recorder, now, Seen::Taken)
                };
                Record::Resized { domain, block: was, now, old, new }
            }
            Event::Born { object, ty, size, .. } => {
                self.know(ty);
                let block = self.block_of(recorder, object, ty.pre_header());
                Record::Born { block, ty: ty.serial, size }
            }
            Event::Retired { object, ty, size } => {
                let block = self.block_of(recorder, object, ty.pre_header());
                Record::Retired { block, ty: ty.serial, size }
            }
            Event::Moved { object, ty, size, .. } => {
                self.last = (0, BlockCode::default());
                let block = self.block_of(recorder, object, ty.pre_header());
                Record::Moved { block, ty: ty.serial, size }
            }
            Event::PoolTaken { place, block_size } => {
                Record::PoolTaken { arena: place.arena, pool: place.pool.into(), block_size }
            }
            Event::PoolEmptied { place } => {
                Record::PoolEmptied { arena: place.arena, pool: place.pool.into() }
            }
            Event::ArenaMapped { arena } => {
                // It may lie where another was.
                self.last = (0, BlockCode::default());
                Record::ArenaMapped { arena }
            }
            Event::ArenaCached { arena } => Record::ArenaCached { arena },
            Event::ArenaReleased { arena } => Record::ArenaReleased { arena },
            Event::CollectionBegan { generation } => Record::CollectionBegan { generation },
            Event::Phase { phase, objects } => Record::Phase { phase, objects },
            Event::CollectionEnded { generation, collected } => {
                Record::CollectionEnded { generation, collected }
            }
            Event::OwnWork { begins } => Record::OwnWork { begins },
            Event::Fault { .. } => Record::Fault,
            Event::Stored { of, bytes } => Record::Stored { of, bytes },
            _ => return None,
        })
    }

    /// Whether the segment can hold one more event.
    #[inline(always)]
    fn has_room(&self) -> bool {
        self.used + EVENT_MAX <= self.current.len()
    }

    /// Makes room for one more event; `false` when the host has none.
    #[cold]
    #[inline(never)]
    fn make_room(&mut self, limits: Limits) -> bool {
        let mut fresh = Vec::new();
        let segments = &mut self.recording.segments;
        if self.recording.lost
            || fresh.try_reserve_exact(SEGMENT).is_err()
            || segments.try_reserve(1).is_err()
        {
            self.recording.lost = true;
            return false;
        }
        fresh.resize(SEGMENT, 0);
        let mut full = std::mem::replace(&mut self.current, fresh);
        full.truncate(std::mem::take(&mut self.used));
        // A segment can be read without the ones before it.
        self.cx = Context::default();
        if !full.is_empty() {
            segments.push_back(full);
            while (self.recording.segments.len() + 1) * SEGMENT > limits.bytes.max(2 * SEGMENT) {
                self.fold_oldest();
            }
        }
        true
    }

    fn fold_oldest(&mut self) {
        let Some(oldest) = self.recording.segments.pop_front() else { return };
        let Recording { base, types, .. } = &mut self.recording;
        let mut reader = Reader::new(&oldest);
        while let Some(record) = reader.next() {
            base.apply(record, types);
        }
    }

    fn know(&mut self, ty: &TypeObject) {
        let types = &mut self.recording.types;
        let index = ty.serial as usize;
        if types.len() <= index {
            types.resize(index + 1, None);
        }
        if let Some(known @ None) = types.get_mut(index) {
            *known = Some(ty.name().into());
        }
    }

    /// The block that an object lies in.
    #[inline]
    fn block_of(&mut self, recorder: &Recorder, object: Obj, pre_header: usize) -> BlockCode {
        let address = object.addr().get() - pre_header;
        if self.last.0 == address {
            return self.last.1;
        }
        // SAFETY: what lies in front of an object belongs to its block.
        let start = unsafe { object.cast::<u8>().sub(pre_header) };
        let block = self.block_at(recorder, start, Seen::Used);
        self.last = (address, block);
        block
    }

    #[inline]
    fn block_at(&mut self, recorder: &Recorder, block: NonNull<u8>, seen: Seen) -> BlockCode {
        // SAFETY: the heap is alive while it tells of events.
        let heap = unsafe { recorder.heap.as_ref() };
        match heap.spot(block) {
            Some(spot) => BlockCode::in_arena(spot.arena, spot.granule, recorder.granule_bits),
            None => self.raw_block(block.addr().get(), recorder.debug_front, seen),
        }
    }

    #[cold]
    fn raw_block(&mut self, address: usize, front: usize, seen: Seen) -> BlockCode {
        // Its address may mean another block soon.
        self.last = (0, BlockCode::default());
        let known = match seen {
            Seen::Taken => None,
            Seen::Given => self.raw.remove(&address),
            Seen::Used => {
                let base = self.raw.get(&address).or_else(|| self.raw.get(&(address - front)));
                base.copied()
            }
        };
        let number = known.unwrap_or_else(|| {
            self.next_raw += 1;
            self.next_raw
        });
        if seen != Seen::Given {
            self.raw.entry(address).or_insert(number);
        }
        if seen == Seen::Taken {
            self.raw.insert(address, number);
        }
        BlockCode::raw(number)
    }
}

/// What an event says of a block's address.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Seen {
    Taken,
    Used,
    Given,
}
