//! The stream's bytes: how an event is written and read.
//!
//! ```text
//! event = head | operands          head: bits 0-4 kind, bit 5 "the same block", bits 6-7 extra
//! operands are varints (LEB128); blocks are differences to the block before, zigzag
//! ```
//!
//! Events come in bursts about one object, so most are one or two bytes. A segment of the stream
//! begins with a fresh [`Context`], so that it can be read without those before it.

use runtime_core::{Domain, Phase, Storage};

/// A block as the stream names it: a place in an arena, or the number of a raw block.
///
/// `arena << bits | granule`, times two, for a block in an arena, where `bits` is enough for the
/// granules (16 bytes) of an arena; the raw block's number, times two, plus one, for the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct BlockCode(pub u64);

impl BlockCode {
    pub(crate) const fn in_arena(arena: u32, granule: u32, bits: u32) -> Self {
        Self(((arena as u64) << bits | granule as u64) << 1)
    }

    pub(crate) const fn raw(number: u32) -> Self {
        Self((number as u64) << 1 | 1)
    }

    /// The number of a raw block; `None` when it lies in an arena.
    pub const fn raw_number(self) -> Option<u32> {
        if self.0 & 1 == 1 { Some((self.0 >> 1) as u32) } else { None }
    }

    /// Arena and granule of a block in an arena.
    pub(crate) const fn arena_granule(self, bits: u32) -> (u32, u32) {
        let at = self.0 >> 1;
        ((at >> bits) as u32, (at & ((1 << bits) - 1)) as u32)
    }
}

/// One event as it stands in the stream: the types of objects by serial, blocks by code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of `runtime_core::Event`")]
pub enum Record {
    Line { at: Option<(u32, u32)> },
    Taken { domain: Domain, block: BlockCode, size: usize },
    Given { domain: Domain, block: BlockCode, size: usize },
    Resized { domain: Domain, block: BlockCode, now: BlockCode, old: usize, new: usize },
    Born { block: BlockCode, ty: u32, size: usize },
    Retired { block: BlockCode, ty: u32, size: usize },
    Moved { block: BlockCode, ty: u32, size: usize },
    Object { step: Step, block: BlockCode, ty: u32 },
    PoolTaken { arena: u32, pool: u32, block_size: usize },
    PoolEmptied { arena: u32, pool: u32 },
    ArenaMapped { arena: u32 },
    ArenaCached { arena: u32 },
    ArenaReleased { arena: u32 },
    CollectionBegan { generation: u8 },
    Phase { phase: Phase, objects: usize },
    CollectionEnded { generation: u8, collected: usize },
    OwnWork { begins: bool },
    Fault,
    Stored { of: Storage, bytes: usize },
}

/// A step in the life of an object.
#[expect(missing_docs, reason = "the steps are those of `runtime_core::Event`")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Step {
    Filled = 5,
    Tracked,
    Untracked,
    Dying,
    Freed = 10,
    Dropped,
    Finalising,
    Finalised,
    Unreachable,
    WeakCleared,
    CallingBack,
    CalledBack,
}

const STEPS: [Step; 12] = [
    Step::Filled,
    Step::Tracked,
    Step::Untracked,
    Step::Dying,
    Step::Freed,
    Step::Dropped,
    Step::Finalising,
    Step::Finalised,
    Step::Unreachable,
    Step::WeakCleared,
    Step::CallingBack,
    Step::CalledBack,
];

/// Kinds that are no step.
mod kind {
    pub(super) const LINE: u8 = 0;
    pub(super) const TAKEN: u8 = 1;
    pub(super) const GIVEN: u8 = 2;
    pub(super) const RESIZED: u8 = 3;
    pub(super) const BORN: u8 = 4;
    pub(super) const RETIRED: u8 = 9;
    pub(super) const POOL_TAKEN: u8 = 18;
    pub(super) const POOL_EMPTIED: u8 = 19;
    pub(super) const ARENA_MAPPED: u8 = 20;
    pub(super) const ARENA_CACHED: u8 = 21;
    pub(super) const ARENA_RELEASED: u8 = 22;
    pub(super) const COLLECTION_BEGAN: u8 = 23;
    pub(super) const PHASE: u8 = 24;
    pub(super) const COLLECTION_ENDED: u8 = 25;
    pub(super) const OWN_WORK: u8 = 26;
    pub(super) const FAULT: u8 = 27;
    pub(super) const STORED: u8 = 28;
    pub(super) const MOVED: u8 = 29;
}

const SAME_BLOCK: u8 = 1 << 5;
const EXTRA: u32 = 6;
/// Extra bit of an object's event: its type is that of the object's event before.
const SAME_TYPE: u8 = 1;
/// Extra bit of a birth and a retirement: its size is that of the one before.
const SAME_SIZE: u8 = 2;

/// Most bytes of one event.
pub(crate) const EVENT_MAX: usize = 64;

/// What the next event is written or read relative to.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Context {
    block: u64,
    ty: u32,
    /// Of the object born or retired last.
    size: usize,
    source: u32,
    line: u32,
}

const fn zigzag(n: i64) -> u64 {
    (n << 1 ^ n >> 63) as u64
}

const fn unzigzag(n: u64) -> i64 {
    (n >> 1) as i64 ^ -((n & 1) as i64)
}

const fn domain_code(domain: Domain) -> u8 {
    match domain {
        Domain::Raw => 0,
        Domain::Mem => 1,
        Domain::Object => 2,
    }
}

const STORAGES: [Storage; 3] = [Storage::List, Storage::Dict, Storage::Buffer];

fn storage_code(of: Storage) -> u8 {
    // A storage that this version does not know is written as one that no reader knows.
    STORAGES.iter().position(|known| *known == of).map_or(3, |at| at as u8)
}

/// Where bytes go: at most [`EVENT_MAX`] for an event.
pub(crate) struct Writer<'a> {
    bytes: &'a mut [u8; EVENT_MAX],
    len: usize,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(bytes: &'a mut [u8; EVENT_MAX]) -> Self {
        Self { bytes, len: 0 }
    }

    pub(crate) fn written(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }

    #[inline(always)]
    fn byte(&mut self, byte: u8) {
        if let Some(slot) = self.bytes.get_mut(self.len) {
            *slot = byte;
            self.len += 1;
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

    /// Head and block of an event about a block.
    #[inline(always)]
    fn head(&mut self, cx: &mut Context, kind: u8, extra: u8, block: BlockCode) {
        if block.0 == cx.block {
            self.byte(kind | SAME_BLOCK | extra << EXTRA);
        } else {
            self.byte(kind | extra << EXTRA);
            self.number(zigzag(block.0.wrapping_sub(cx.block) as i64));
            cx.block = block.0;
        }
    }

    #[inline(always)]
    pub(crate) fn step(&mut self, cx: &mut Context, step: Step, block: BlockCode, ty: u32) {
        let same = ty == cx.ty;
        self.head(cx, step as u8, if same { SAME_TYPE } else { 0 }, block);
        if !same {
            self.number(ty.into());
            cx.ty = ty;
        }
    }

    pub(crate) fn record(&mut self, cx: &mut Context, record: Record) {
        match record {
            Record::Line { at: None } => {
                self.byte(kind::LINE | 2 << EXTRA);
                (cx.source, cx.line) = (0, 0);
            }
            Record::Line { at: Some((source, line)) } => {
                let other = source != cx.source;
                self.byte(kind::LINE | u8::from(other) << EXTRA);
                if other {
                    self.number(source.into());
                }
                self.number(zigzag(i64::from(line) - i64::from(cx.line)));
                (cx.source, cx.line) = (source, line);
            }
            Record::Taken { domain, block, size } => {
                self.head(cx, kind::TAKEN, domain_code(domain), block);
                self.number(size as u64);
            }
            Record::Given { domain, block, size } => {
                self.head(cx, kind::GIVEN, domain_code(domain), block);
                self.number(size as u64);
            }
            Record::Resized { domain, block, now, old, new } => {
                self.head(cx, kind::RESIZED, domain_code(domain), block);
                self.number(zigzag(now.0.wrapping_sub(cx.block) as i64));
                cx.block = now.0;
                self.number(old as u64);
                self.number(new as u64);
            }
            Record::Born { block, ty, size }
            | Record::Retired { block, ty, size }
            | Record::Moved { block, ty, size } => {
                let kind = match record {
                    Record::Born { .. } => kind::BORN,
                    Record::Retired { .. } => kind::RETIRED,
                    _ => kind::MOVED,
                };
                let (same_type, same_size) = (ty == cx.ty, size == cx.size);
                let extra =
                    if same_type { SAME_TYPE } else { 0 } | if same_size { SAME_SIZE } else { 0 };
                self.head(cx, kind, extra, block);
                if !same_type {
                    self.number(ty.into());
                    cx.ty = ty;
                }
                if !same_size {
                    self.number(size as u64);
                    cx.size = size;
                }
            }
            Record::Object { step, block, ty } => self.step(cx, step, block, ty),
            Record::PoolTaken { arena, pool, block_size } => {
                self.byte(kind::POOL_TAKEN);
                self.number(arena.into());
                self.number(pool.into());
                self.number(block_size as u64);
            }
            Record::PoolEmptied { arena, pool } => {
                self.byte(kind::POOL_EMPTIED);
                self.number(arena.into());
                self.number(pool.into());
            }
            Record::ArenaMapped { arena } => self.numbered(kind::ARENA_MAPPED, arena),
            Record::ArenaCached { arena } => self.numbered(kind::ARENA_CACHED, arena),
            Record::ArenaReleased { arena } => self.numbered(kind::ARENA_RELEASED, arena),
            Record::CollectionBegan { generation } => {
                self.byte(kind::COLLECTION_BEGAN | generation << EXTRA);
            }
            Record::Phase { phase, objects } => {
                self.numbered(kind::PHASE, phase as u32);
                self.number(objects as u64);
            }
            Record::CollectionEnded { generation, collected } => {
                self.byte(kind::COLLECTION_ENDED | generation << EXTRA);
                self.number(collected as u64);
            }
            Record::OwnWork { begins } => self.byte(kind::OWN_WORK | u8::from(begins) << EXTRA),
            Record::Fault => self.byte(kind::FAULT),
            Record::Stored { of, bytes } => {
                self.byte(kind::STORED | storage_code(of) << EXTRA);
                self.number(bytes as u64);
            }
        }
    }

    fn numbered(&mut self, kind: u8, number: u32) {
        self.byte(kind);
        self.number(number.into());
    }
}

/// Reads events from the bytes of a segment.
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    cx: Context,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, cx: Context::default() }
    }

    fn byte(&mut self) -> Option<u8> {
        let (&first, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(first)
    }

    fn number(&mut self) -> Option<u64> {
        let mut n = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            n |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(n);
            }
        }
        None
    }

    fn small(&mut self) -> Option<u32> {
        u32::try_from(self.number()?).ok()
    }

    fn size(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok()
    }

    fn block(&mut self, head: u8) -> Option<BlockCode> {
        if head & SAME_BLOCK == 0 {
            let by = unzigzag(self.number()?);
            self.cx.block = self.cx.block.wrapping_add(by as u64);
        }
        Some(BlockCode(self.cx.block))
    }

    fn ty(&mut self, extra: u8) -> Option<u32> {
        if extra & SAME_TYPE == 0 {
            self.cx.ty = self.small()?;
        }
        Some(self.cx.ty)
    }

    /// The next event; `None` at the end, and where the bytes are no stream.
    pub(crate) fn next(&mut self) -> Option<Record> {
        let head = self.byte()?;
        let (what, extra) = (head & 31, head >> EXTRA);
        let domain = match extra {
            0 => Domain::Raw,
            1 => Domain::Mem,
            _ => Domain::Object,
        };
        Some(match what {
            kind::LINE => {
                if extra == 2 {
                    (self.cx.source, self.cx.line) = (0, 0);
                    return Some(Record::Line { at: None });
                }
                if extra == 1 {
                    self.cx.source = self.small()?;
                }
                let by = unzigzag(self.number()?);
                self.cx.line = u32::try_from(i64::from(self.cx.line) + by).ok()?;
                Record::Line { at: Some((self.cx.source, self.cx.line)) }
            }
            kind::TAKEN => {
                let block = self.block(head)?;
                Record::Taken { domain, block, size: self.size()? }
            }
            kind::GIVEN => Record::Given { domain, block: self.block(head)?, size: self.size()? },
            kind::RESIZED => {
                let block = self.block(head)?;
                let now = self.block(0)?;
                Record::Resized { domain, block, now, old: self.size()?, new: self.size()? }
            }
            kind::BORN | kind::RETIRED | kind::MOVED => {
                let block = self.block(head)?;
                let ty = self.ty(extra)?;
                if extra & SAME_SIZE == 0 {
                    self.cx.size = self.size()?;
                }
                let size = self.cx.size;
                match what {
                    kind::BORN => Record::Born { block, ty, size },
                    kind::RETIRED => Record::Retired { block, ty, size },
                    _ => Record::Moved { block, ty, size },
                }
            }
            kind::POOL_TAKEN => Record::PoolTaken {
                arena: self.small()?,
                pool: self.small()?,
                block_size: self.size()?,
            },
            kind::POOL_EMPTIED => Record::PoolEmptied { arena: self.small()?, pool: self.small()? },
            kind::ARENA_MAPPED => Record::ArenaMapped { arena: self.small()? },
            kind::ARENA_CACHED => Record::ArenaCached { arena: self.small()? },
            kind::ARENA_RELEASED => Record::ArenaReleased { arena: self.small()? },
            kind::COLLECTION_BEGAN => Record::CollectionBegan { generation: extra },
            kind::PHASE => {
                let phase = *Phase::ALL.get(self.size()?)?;
                Record::Phase { phase, objects: self.size()? }
            }
            kind::COLLECTION_ENDED => {
                Record::CollectionEnded { generation: extra, collected: self.size()? }
            }
            kind::OWN_WORK => Record::OwnWork { begins: extra == 1 },
            kind::FAULT => Record::Fault,
            kind::STORED => {
                let of = *STORAGES.get(usize::from(extra))?;
                Record::Stored { of, bytes: self.size()? }
            }
            step => {
                let step = STEPS.into_iter().find(|known| *known as u8 == step)?;
                Record::Object { step, block: self.block(head)?, ty: self.ty(extra)? }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_a_burst_about_one_object_takes_a_byte_an_event() {
        let block = BlockCode::in_arena(2, 700, 16);
        let mut records = vec![
            Record::OwnWork { begins: true },
            Record::Line { at: Some((1, 200)) },
            Record::Line { at: Some((1, 3)) },
            Record::PoolTaken { arena: 3, pool: 63, block_size: 512 },
            Record::Taken { domain: Domain::Object, block, size: 56 },
            Record::Born { block, ty: 12, size: 56 },
            Record::Taken { domain: Domain::Raw, block: BlockCode::raw(7), size: 1 << 40 },
            Record::Resized {
                domain: Domain::Mem,
                block: BlockCode::raw(7),
                now: block,
                old: 4096,
                new: 8192,
            },
            Record::Phase { phase: Phase::Resurrected, objects: 1_000_000 },
            Record::CollectionBegan { generation: 2 },
            Record::CollectionEnded { generation: 2, collected: 9 },
            Record::Line { at: None },
            Record::Given { domain: Domain::Object, block, size: 56 },
            Record::ArenaCached { arena: 9 },
            Record::Retired { block, ty: 12, size: 72 },
            Record::Moved { block, ty: 12, size: 99 },
            Record::Fault,
            Record::Stored { of: Storage::Buffer, bytes: 1 << 20 },
        ];
        records.extend(STEPS.map(|step| Record::Object { step, block, ty: 12 }));
        let (mut bytes, mut cx) = (Vec::new(), Context::default());
        for &record in &records {
            let mut room = [0; EVENT_MAX];
            let mut writer = Writer::new(&mut room);
            writer.record(&mut cx, record);
            bytes.extend_from_slice(writer.written());
        }
        let burst = bytes.len();
        let mut reader = Reader::new(&bytes);
        for (index, record) in records.iter().enumerate() {
            assert_eq!(reader.next(), Some(*record), "event {index}");
        }
        assert_eq!(reader.next(), None);
        let without_steps = records.len() - STEPS.len();
        assert!(burst < 16 * without_steps + STEPS.len() + 8, "{burst} bytes");
    }

    #[test]
    fn bytes_that_are_no_stream_end_it() {
        for bytes in [&[31_u8][..], &[kind::TAKEN], &[kind::PHASE, 9, 0], &[4, 0xff, 0xff]] {
            assert_eq!(Reader::new(bytes).next(), None, "{bytes:?}");
        }
    }
}
