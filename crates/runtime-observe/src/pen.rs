//! The pen: writes events behind each other, in a few instructions each.
//!
//! ```text
//! | event | event | ...  | room for one more event at least | EVENT_MAX |
//! start                  next                               last        end of the segment
//! ```
//!
//! What is written is what [`crate::code::Reader`] reads. While `next` is not behind `last` a whole
//! event fits, so nothing is asked within one. Blocks are told apart by their addresses here: within
//! an arena the difference of two blocks is that of their addresses, so only a step into another arena
//! asks whose it is. No address gets into the stream.

use std::cell::Cell;
use std::ptr;

use crate::code::{
    BlockCode, EVENT_MAX, EXTRA, Record, SAME_BLOCK, SAME_SIZE, SAME_TYPE, domain_code, kind,
    storage_code, zigzag,
};

/// The address of a block that lies in no arena, and of one that is known by its code alone: no block
/// in an arena has it.
const NOWHERE: usize = 1;

/// Where the next event goes, and what it is written relative to.
pub(crate) struct Pen {
    next: Cell<*mut u8>,
    last: Cell<*mut u8>,
    /// Events written so far, in all segments.
    events: Cell<u64>,
    /// The block of the event before: where it is, and what its code is more than that in words.
    address: Cell<usize>,
    origin: Cell<u64>,
    /// Bits in which the addresses of two blocks of different arenas differ.
    outside: usize,
    ty: Cell<u32>,
    size: Cell<usize>,
    source: Cell<u32>,
    line: Cell<u32>,
}

/// The end of the event being written.
struct End(*mut u8);

impl End {
    #[inline(always)]
    fn byte(&mut self, byte: u8) {
        // SAFETY: an event begins where EVENT_MAX bytes can be written, and none has more: a head and
        // four numbers of at most ten bytes.
        unsafe {
            self.0.write(byte);
            self.0 = self.0.add(1);
        }
    }

    #[inline(always)]
    fn number(&mut self, mut n: u64) {
        while n >= 0x80 {
            self.byte(n as u8 | 0x80);
            n >>= 7;
        }
        self.byte(n as u8);
    }
}

const _: () = assert!(EVENT_MAX > 4 * 10, "a head and four numbers fit");

impl Pen {
    /// A pen without a segment, for arenas of `arena_size` bytes, a power of two.
    pub(crate) fn new(arena_size: usize) -> Self {
        Self {
            next: Cell::new(ptr::without_provenance_mut(1)),
            last: Cell::new(ptr::null_mut()),
            events: Cell::new(0),
            address: Cell::new(NOWHERE),
            origin: Cell::new(0),
            outside: !(arena_size - 1),
            ty: Cell::new(0),
            size: Cell::new(0),
            source: Cell::new(0),
            line: Cell::new(0),
        }
    }

    /// Goes on at the beginning of another segment, which can be read without those before it. Without
    /// `room` there is no segment.
    ///
    /// # Safety
    /// As many bytes as `room` can be written from `start` on, by nobody else, until the pen goes on
    /// elsewhere.
    pub(crate) unsafe fn begin_segment(&self, start: *mut u8, room: usize) {
        let fits = room >= EVENT_MAX;
        // SAFETY: per contract, the last place lies in the segment.
        self.last.set(if fits { unsafe { start.add(room - EVENT_MAX) } } else { ptr::null_mut() });
        self.next.set(if fits { start } else { ptr::without_provenance_mut(1) });
        self.address.set(NOWHERE);
        self.origin.set(0);
        self.ty.set(0);
        self.size.set(0);
        self.source.set(0);
        self.line.set(0);
    }

    /// Bytes written since `start`, the beginning of the segment.
    pub(crate) fn written_since(&self, start: *const u8) -> usize {
        self.next.get().addr().saturating_sub(start.addr())
    }

    /// Events written so far.
    pub(crate) fn events(&self) -> u64 {
        self.events.get()
    }

    /// Whether one more event fits.
    #[inline(always)]
    pub(crate) fn has_room(&self) -> bool {
        self.next.get() <= self.last.get()
    }

    /// The code of the block of the event before.
    fn block(&self) -> u64 {
        // Two for each granule of sixteen bytes.
        self.origin.get().wrapping_add(self.address.get() as u64 >> 3)
    }

    /// The block of the event before is found by its address no more: an arena came or went.
    pub(crate) fn forget_address(&self) {
        self.origin.set(self.block());
        self.address.set(NOWHERE);
    }

    /// Whether this is the address of a block in the same arena as the block of the event before.
    #[inline(always)]
    pub(crate) fn is_near(&self, address: usize) -> bool {
        (address ^ self.address.get()) & self.outside == 0
    }

    #[inline(always)]
    fn begin(&self) -> End {
        debug_assert!(self.has_room());
        self.events.set(self.events.get() + 1);
        End(self.next.get())
    }

    #[inline(always)]
    fn done(&self, end: End) {
        self.next.set(end.0);
    }

    /// Head and block of an event, of a block that is near.
    #[inline(always)]
    fn near(&self, end: &mut End, head: u8, address: usize) {
        debug_assert!(self.is_near(address));
        let was = self.address.get();
        if address == was {
            end.byte(head | SAME_BLOCK);
        } else {
            self.address.set(address);
            end.byte(head);
            end.number(zigzag(address.wrapping_sub(was) as isize as i64 >> 3));
        }
    }

    /// The same of any block.
    fn far(&self, end: &mut End, head: u8, block: BlockCode) {
        let by = block.0.wrapping_sub(self.block());
        self.origin.set(block.0);
        self.address.set(NOWHERE);
        if by == 0 {
            end.byte(head | SAME_BLOCK);
        } else {
            end.byte(head);
            end.number(zigzag(by as i64));
        }
    }

    /// The block of the event before lies in an arena, at this address.
    pub(crate) fn is_at(&self, address: usize) {
        self.origin.set(self.block().wrapping_sub(address as u64 >> 3));
        self.address.set(address);
    }

    #[inline(always)]
    fn types_head(&self, kind: u8, ty: u32) -> u8 {
        kind | if ty == self.ty.get() { SAME_TYPE << EXTRA } else { 0 }
    }

    #[inline(always)]
    fn ty(&self, end: &mut End, ty: u32) {
        if ty != self.ty.replace(ty) {
            end.number(ty.into());
        }
    }

    #[inline(always)]
    fn size(&self, end: &mut End, size: usize) {
        if size != self.size.replace(size) {
            end.number(size as u64);
        }
    }

    #[inline(always)]
    fn sized_head(&self, kind: u8, ty: u32, size: usize) -> u8 {
        let same_size = if size == self.size.get() { SAME_SIZE << EXTRA } else { 0 };
        self.types_head(kind, ty) | same_size
    }

    /// A step of an object in a block that is near.
    #[inline(always)]
    pub(crate) fn step(&self, kind: u8, address: usize, ty: u32) {
        let mut end = self.begin();
        self.near(&mut end, self.types_head(kind, ty), address);
        self.ty(&mut end, ty);
        self.done(end);
    }

    /// A birth, a retirement or a move, in a block that is near.
    #[inline(always)]
    pub(crate) fn sized_step(&self, kind: u8, address: usize, ty: u32, size: usize) {
        let mut end = self.begin();
        self.near(&mut end, self.sized_head(kind, ty, size), address);
        self.ty(&mut end, ty);
        self.size(&mut end, size);
        self.done(end);
    }

    /// A block that was taken or given back, and is near.
    #[inline(always)]
    pub(crate) fn taken_or_given(&self, kind: u8, domain: u8, address: usize, size: usize) {
        let mut end = self.begin();
        self.near(&mut end, kind | domain << EXTRA, address);
        end.number(size as u64);
        self.done(end);
    }

    /// Another line, or none.
    #[inline(always)]
    pub(crate) fn line(&self, at: Option<(u32, u32)>) {
        let mut end = self.begin();
        let (source, line) = at.unwrap_or_default();
        if at.is_none() {
            end.byte(kind::LINE | 2 << EXTRA);
        } else {
            let other = source != self.source.get();
            end.byte(kind::LINE | u8::from(other) << EXTRA);
            if other {
                end.number(source.into());
            }
            end.number(zigzag(i64::from(line) - i64::from(self.line.get())));
        }
        self.source.set(source);
        self.line.set(line);
        self.done(end);
    }

    /// Any event, of blocks by their codes.
    #[inline(never)]
    pub(crate) fn record(&self, record: Record) {
        if let Record::Line { at } = record {
            return self.line(at);
        }
        let mut end = self.begin();
        match record {
            Record::Born { block, ty, size }
            | Record::Retired { block, ty, size }
            | Record::Moved { block, ty, size } => {
                let kind = match record {
                    Record::Born { .. } => kind::BORN,
                    Record::Retired { .. } => kind::RETIRED,
                    _ => kind::MOVED,
                };
                self.far(&mut end, self.sized_head(kind, ty, size), block);
                self.ty(&mut end, ty);
                self.size(&mut end, size);
            }
            Record::Object { step, block, ty } => {
                self.far(&mut end, self.types_head(step as u8, ty), block);
                self.ty(&mut end, ty);
            }
            Record::Taken { domain, block, size } => {
                self.far(&mut end, kind::TAKEN | domain_code(domain) << EXTRA, block);
                end.number(size as u64);
            }
            Record::Given { domain, block, size } => {
                self.far(&mut end, kind::GIVEN | domain_code(domain) << EXTRA, block);
                end.number(size as u64);
            }
            Record::Resized { domain, block, now, old, new } => {
                self.far(&mut end, kind::RESIZED | domain_code(domain) << EXTRA, block);
                end.number(zigzag(now.0.wrapping_sub(block.0) as i64));
                self.origin.set(now.0);
                end.number(old as u64);
                end.number(new as u64);
            }
            Record::PoolTaken { arena, pool, block_size } => {
                end.byte(kind::POOL_TAKEN);
                end.number(arena.into());
                end.number(pool.into());
                end.number(block_size as u64);
            }
            Record::PoolEmptied { arena, pool } => {
                end.byte(kind::POOL_EMPTIED);
                end.number(arena.into());
                end.number(pool.into());
            }
            Record::ArenaMapped { arena } => numbered(&mut end, kind::ARENA_MAPPED, arena),
            Record::ArenaCached { arena } => numbered(&mut end, kind::ARENA_CACHED, arena),
            Record::ArenaReleased { arena } => numbered(&mut end, kind::ARENA_RELEASED, arena),
            Record::CollectionBegan { generation } => {
                end.byte(kind::COLLECTION_BEGAN | generation << EXTRA);
            }
            Record::Phase { phase, objects } => {
                numbered(&mut end, kind::PHASE, phase as u32);
                end.number(objects as u64);
            }
            Record::CollectionEnded { generation, collected } => {
                end.byte(kind::COLLECTION_ENDED | generation << EXTRA);
                end.number(collected as u64);
            }
            Record::OwnWork { begins } => end.byte(kind::OWN_WORK | u8::from(begins) << EXTRA),
            Record::Stored { of, bytes } => {
                end.byte(kind::STORED | storage_code(of) << EXTRA);
                end.number(bytes as u64);
            }
            Record::Fault | Record::Line { .. } => end.byte(kind::FAULT),
        }
        self.done(end);
    }
}

fn numbered(end: &mut End, kind: u8, number: u32) {
    end.byte(kind);
    end.number(number.into());
}
