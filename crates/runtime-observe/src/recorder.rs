//! The recorder: an observer that writes every event down, and nothing else.
//!
//! ```text
//! | segment 1 MiB | segment 1 MiB | ... | segment being written |      at most Limits::bytes
//!   oldest: when there are too many, it is folded into the state from which a replay begins
//! ```
//!
//! It finds an object's block from its address alone, in a few instructions, and keeps no table of
//! objects. Only raw blocks, which have no place, are numbered in the order in which they are met.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::ptr::NonNull;

use runtime_core::{Domain, Event, Geometry, Heap, Layer, Obj, Observer, Step, TypeObject};

use crate::code::{BlockCode, Reader, Record, domain_code, kind};
use crate::pen::Pen;
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
    pen: Pen,
    /// Serials of types whose names are known, each in the slot of its remainder.
    known: [Cell<u32>; KNOWN],
    tape: RefCell<Tape>,
}

/// A power of two.
const KNOWN: usize = 32;

struct Tape {
    /// The segment that the pen writes to. As a vector it is empty; its memory is the pen's.
    current: Vec<u8>,
    recording: Recording,
    /// Numbers of raw blocks by address.
    raw: HashMap<usize, u32>,
    next_raw: u32,
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
            pen: Pen::new(config.geometry.arena_size()),
            known: [const { Cell::new(u32::MAX) }; KNOWN],
            tape: RefCell::new(Tape {
                current: Vec::new(),
                recording,
                raw: HashMap::new(),
                next_raw: 0,
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
        self.pen.events()
    }

    /// The block that an object lies in.
    pub fn block_of(&self, op: Obj) -> BlockCode {
        // SAFETY: callers have an object; its type is readable as long as its memory is its own.
        let ty = unsafe { runtime_core::type_of(op).as_ref() };
        let start = block_start(op, ty);
        self.pool_block(start).unwrap_or_else(|| self.find(start, Seen::Used).block)
    }

    /// The block of a pool whose bytes begin here, behind what the debug hooks put in front of them;
    /// `None` for a raw one.
    pub fn pool_block(&self, start: NonNull<u8>) -> Option<BlockCode> {
        // Blocks of pools are known by their first byte.
        let first = NonNull::new(start.as_ptr().wrapping_sub(self.debug_front))?;
        // SAFETY: the heap is alive while it tells of events.
        let spot = unsafe { self.heap.as_ref() }.spot(first)?;
        Some(BlockCode::in_arena(spot.arena, spot.granule, self.granule_bits))
    }

    /// What has been recorded until now.
    pub fn recording(&self) -> Recording {
        let tape = self.tape.borrow();
        let start = tape.current.as_ptr();
        // SAFETY: so many bytes of the segment were written, and nothing is written meanwhile.
        let written = unsafe { std::slice::from_raw_parts(start, self.pen.written_since(start)) };
        let mut recording = tape.recording.clone();
        recording.segments.push_back(written.to_vec());
        recording.events = self.pen.events();
        recording
    }

    /// The recording, for good.
    pub fn finish(self) -> Recording {
        let mut tape = self.tape.into_inner();
        tape.close(&self.pen);
        tape.recording.events = self.pen.events();
        tape.recording
    }
}

/// A block that was looked up.
#[derive(Clone, Copy)]
struct Found {
    block: BlockCode,
    /// Whether it is found by its address as long as the arena is there.
    in_arena: bool,
}

/// Where an object's block begins.
#[inline(always)]
fn block_start(object: Obj, ty: &TypeObject) -> NonNull<u8> {
    // SAFETY: what lies in front of an object belongs to its block.
    unsafe { object.cast::<u8>().sub(ty.pre_header()) }
}

/// Bytes that the debug hooks put in front of a block.
const DEBUG_FRONT: usize = 16;

/// Bits that number the granules of an arena.
pub(crate) fn granule_bits(geometry: Geometry) -> u32 {
    (geometry.arena_size() / 16).ilog2()
}

// Each way that is taken often ends with a call of another function or none, so that it has no
// registers to save.
impl Observer for Recorder {
    fn event(&self, event: &Event<'_>) {
        if !self.pen.has_room() {
            return self.event_behind(event);
        }
        match *event {
            Event::Retired { object, ty, size } => {
                self.sized_step(kind::RETIRED, object, ty, size);
            }
            Event::Line { at } => self.pen.line(at),
            _ => self.other(event),
        }
    }

    fn step(&self, step: Step, object: Obj, ty: &TypeObject) {
        let address = block_start(object, ty).addr().get();
        if self.pen.has_room() && self.pen.is_near(address) {
            self.pen.step(step as u8, address, ty.serial);
        } else {
            self.far_step(step, object, ty);
        }
    }

    fn born(&self, object: Obj, ty: &TypeObject, size: usize, _: Layer) {
        let address = block_start(object, ty).addr().get();
        if self.pen.has_room() && self.pen.is_near(address) && self.knows(ty) {
            self.pen.sized_step(kind::BORN, address, ty.serial, size);
        } else {
            self.far_born(object, ty, size);
        }
    }

    fn taken(&self, domain: Domain, block: NonNull<u8>, size: usize) {
        self.block(kind::TAKEN, Seen::Taken, domain, block, size);
    }

    fn given(&self, domain: Domain, block: NonNull<u8>, size: usize) {
        self.block(kind::GIVEN, Seen::Given, domain, block, size);
    }
}

impl Recorder {
    #[inline(always)]
    fn sized_step(&self, kind: u8, object: Obj, ty: &TypeObject, size: usize) {
        let address = block_start(object, ty).addr().get();
        if self.pen.is_near(address) {
            self.pen.sized_step(kind, address, ty.serial, size);
        } else {
            self.far_sized_step(kind, object, ty, size);
        }
    }

    #[inline(always)]
    fn block(&self, kind: u8, seen: Seen, domain: Domain, block: NonNull<u8>, size: usize) {
        let address = block.addr().get();
        if self.pen.has_room() && self.pen.is_near(address) {
            self.pen.taken_or_given(kind, domain_code(domain), address, size);
        } else {
            self.far_block(seen, domain, block, size);
        }
    }

    #[cold]
    #[inline(never)]
    fn event_behind(&self, event: &Event<'_>) {
        if self.make_room() {
            self.event(event);
        }
    }

    #[cold]
    #[inline(never)]
    fn far_born(&self, object: Obj, ty: &TypeObject, size: usize) {
        if !self.pen.has_room() && !self.make_room() {
            return;
        }
        if !self.knows(ty)
            && let Ok(mut tape) = self.tape.try_borrow_mut()
        {
            tape.know(ty);
            self.known_slot(ty).set(ty.serial);
        }
        self.sized_step(kind::BORN, object, ty, size);
    }

    #[cold]
    #[inline(never)]
    fn far_step(&self, step: Step, object: Obj, ty: &TypeObject) {
        if !self.pen.has_room() && !self.make_room() {
            return;
        }
        let start = block_start(object, ty);
        let found = self.find(start, Seen::Used);
        self.pen.record(Record::Object { step, block: found.block, ty: ty.serial });
        self.be_at(found, start);
    }

    #[cold]
    #[inline(never)]
    fn far_sized_step(&self, kind: u8, object: Obj, ty: &TypeObject, size: usize) {
        let start = block_start(object, ty);
        let found = self.find(start, Seen::Used);
        let (block, ty) = (found.block, ty.serial);
        self.pen.record(match kind {
            kind::BORN => Record::Born { block, ty, size },
            kind::RETIRED => Record::Retired { block, ty, size },
            _ => Record::Moved { block, ty, size },
        });
        self.be_at(found, start);
    }

    #[cold]
    #[inline(never)]
    fn far_block(&self, seen: Seen, domain: Domain, start: NonNull<u8>, size: usize) {
        if !self.pen.has_room() && !self.make_room() {
            return;
        }
        let found = self.find(start, seen);
        let block = found.block;
        self.pen.record(match seen {
            Seen::Given => Record::Given { domain, block, size },
            _ => Record::Taken { domain, block, size },
        });
        self.be_at(found, start);
    }

    /// Lets the blocks near this one be found by their addresses.
    fn be_at(&self, found: Found, start: NonNull<u8>) {
        if found.in_arena {
            self.pen.is_at(start.addr().get());
        }
    }

    /// Whether the type's name is known; `false` now and then for one that is.
    #[inline(always)]
    fn knows(&self, ty: &TypeObject) -> bool {
        self.known_slot(ty).get() == ty.serial
    }

    #[inline(always)]
    fn known_slot(&self, ty: &TypeObject) -> &Cell<u32> {
        // SAFETY: the remainder is below the number of slots.
        unsafe { self.known.get_unchecked(ty.serial as usize % KNOWN) }
    }

    /// Writes an event that is rare.
    #[cold]
    #[inline(never)]
    fn other(&self, event: &Event<'_>) {
        let record = match *event {
            Event::Step { step, object, ty } => return self.step(step, object, ty),
            Event::Born { object, ty, size, layer } => return self.born(object, ty, size, layer),
            Event::Taken { domain, block, size } => return self.taken(domain, block, size),
            Event::Given { domain, block, size } => return self.given(domain, block, size),
            Event::Moved { object, ty, size, .. } => {
                return self.sized_step(kind::MOVED, object, ty, size);
            }
            Event::Resized { domain, block, now, old, new } => {
                let was = self.find(block, Seen::Given);
                let now = if now == block && was.in_arena {
                    was.block
                } else {
                    self.find(now, Seen::Taken).block
                };
                Record::Resized { domain, block: was.block, now, old, new }
            }
            Event::PoolTaken { place, block_size } => {
                Record::PoolTaken { arena: place.arena, pool: place.pool.into(), block_size }
            }
            Event::PoolEmptied { place } => {
                Record::PoolEmptied { arena: place.arena, pool: place.pool.into() }
            }
            Event::ArenaMapped { arena } => {
                self.pen.forget_address();
                Record::ArenaMapped { arena }
            }
            Event::ArenaCached { arena } => {
                self.pen.forget_address();
                Record::ArenaCached { arena }
            }
            Event::ArenaReleased { arena } => {
                self.pen.forget_address();
                Record::ArenaReleased { arena }
            }
            Event::CollectionBegan { generation } => Record::CollectionBegan { generation },
            Event::Phase { phase, objects } => Record::Phase { phase, objects },
            Event::CollectionEnded { generation, collected } => {
                Record::CollectionEnded { generation, collected }
            }
            Event::OwnWork { begins } => Record::OwnWork { begins },
            Event::Fault { .. } => Record::Fault,
            Event::Stored { of, bytes } => Record::Stored { of, bytes },
            _ => return,
        };
        self.pen.record(record);
    }

    /// Makes room for one more event; `false` when the host has none.
    #[cold]
    #[inline(never)]
    fn make_room(&self) -> bool {
        // Nothing below causes an event, so the tape is never in use already.
        let Ok(mut tape) = self.tape.try_borrow_mut() else { return false };
        let mut fresh = Vec::new();
        if tape.recording.lost
            || fresh.try_reserve_exact(SEGMENT).is_err()
            || tape.recording.segments.try_reserve(1).is_err()
        {
            tape.recording.lost = true;
            return false;
        }
        tape.close(&self.pen);
        tape.current = fresh;
        // SAFETY: the vector has that much room, and stays as it is until it is closed.
        unsafe { self.pen.begin_segment(tape.current.as_mut_ptr(), SEGMENT) };
        while (tape.recording.segments.len() + 1) * SEGMENT > self.limits.bytes.max(2 * SEGMENT) {
            tape.fold_oldest();
        }
        true
    }

    /// Looks up the block that begins here, or behind what the debug hooks put in front of it.
    #[cold]
    #[inline(never)]
    fn find(&self, block: NonNull<u8>, seen: Seen) -> Found {
        // SAFETY: the heap is alive while it tells of events.
        let heap = unsafe { self.heap.as_ref() };
        if let Some(spot) = heap.spot(block) {
            let block = BlockCode::in_arena(spot.arena, spot.granule, self.granule_bits);
            return Found { block, in_arena: true };
        }
        let block = match self.tape.try_borrow_mut() {
            Ok(mut tape) => tape.raw_block(block.addr().get(), self.debug_front, seen),
            Err(_) => BlockCode::default(),
        };
        Found { block, in_arena: false }
    }
}

impl Tape {
    /// Puts the segment that the pen has written to behind the others.
    fn close(&mut self, pen: &Pen) {
        let mut full = std::mem::take(&mut self.current);
        let written = pen.written_since(full.as_ptr());
        if full.capacity() == 0 || written == 0 {
            return;
        }
        // SAFETY: the pen wrote so many bytes from the vector's beginning on, within its room.
        unsafe { full.set_len(written) };
        self.recording.segments.push_back(full);
    }

    fn fold_oldest(&mut self) {
        let Some(oldest) = self.recording.segments.pop_front() else { return };
        let Recording { base, types, .. } = &mut self.recording;
        let mut reader = Reader::new(&oldest);
        while let Some(record) = reader.next() {
            base.apply(record, types, false);
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

    #[cold]
    fn raw_block(&mut self, address: usize, front: usize, seen: Seen) -> BlockCode {
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
