//! The stream's bytes: how an event is read; [`crate::pen`] writes it.
//!
//! ```text
//! event = head | operands          head: bits 0-4 kind, bit 5 "the same block", bits 6-7 extra
//! operands are varints (LEB128); blocks are differences to the block before, zigzag
//! ```
//!
//! Events come in bursts about one object, so most are one or two bytes. A segment of the stream
//! begins with a fresh context, so that it can be read without those before it.

use runtime_core::{Domain, Phase, Step, Storage};

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

impl Record {
    /// The block that the event is about.
    pub(crate) fn block(&self) -> Option<BlockCode> {
        match *self {
            Self::Taken { block, .. }
            | Self::Given { block, .. }
            | Self::Resized { block, .. }
            | Self::Born { block, .. }
            | Self::Retired { block, .. }
            | Self::Moved { block, .. }
            | Self::Object { block, .. } => Some(block),
            _ => None,
        }
    }
}

/// Kinds that are no step; a step is its own kind.
pub(crate) mod kind {
    pub(crate) const LINE: u8 = 0;
    pub(crate) const TAKEN: u8 = 1;
    pub(crate) const GIVEN: u8 = 2;
    pub(crate) const RESIZED: u8 = 3;
    pub(crate) const BORN: u8 = 4;
    pub(crate) const RETIRED: u8 = 9;
    pub(crate) const POOL_TAKEN: u8 = 18;
    pub(crate) const POOL_EMPTIED: u8 = 19;
    pub(crate) const ARENA_MAPPED: u8 = 20;
    pub(crate) const ARENA_CACHED: u8 = 21;
    pub(crate) const ARENA_RELEASED: u8 = 22;
    pub(crate) const COLLECTION_BEGAN: u8 = 23;
    pub(crate) const PHASE: u8 = 24;
    pub(crate) const COLLECTION_ENDED: u8 = 25;
    pub(crate) const OWN_WORK: u8 = 26;
    pub(crate) const FAULT: u8 = 27;
    pub(crate) const STORED: u8 = 28;
    pub(crate) const MOVED: u8 = 29;
}

/// The step of this kind.
const fn step_of(kind: u8) -> Option<Step> {
    Some(match kind {
        5 => Step::Filled,
        6 => Step::Tracked,
        7 => Step::Untracked,
        8 => Step::Dying,
        10 => Step::Freed,
        11 => Step::Dropped,
        12 => Step::Finalising,
        13 => Step::Finalised,
        14 => Step::Unreachable,
        15 => Step::WeakCleared,
        16 => Step::CallingBack,
        17 => Step::CalledBack,
        _ => return None,
    })
}

pub(crate) const SAME_BLOCK: u8 = 1 << 5;
pub(crate) const EXTRA: u32 = 6;
/// Extra bit of an object's event: its type is that of the object's event before.
pub(crate) const SAME_TYPE: u8 = 1;
/// Extra bit of a birth and a retirement: its size is that of the one before.
pub(crate) const SAME_SIZE: u8 = 2;

/// Most bytes of one event.
pub(crate) const EVENT_MAX: usize = 64;

/// What the next event is read relative to.
#[derive(Debug, Clone, Copy, Default)]
struct Context {
    block: u64,
    ty: u32,
    /// Of the object born or retired last.
    size: usize,
    source: u32,
    line: u32,
}

pub(crate) const fn zigzag(n: i64) -> u64 {
    (n << 1 ^ n >> 63) as u64
}

const fn unzigzag(n: u64) -> i64 {
    (n >> 1) as i64 ^ -((n & 1) as i64)
}

pub(crate) const fn domain_code(domain: Domain) -> u8 {
    match domain {
        Domain::Raw => 0,
        Domain::Mem => 1,
        Domain::Object => 2,
    }
}

const STORAGES: [Storage; 3] = [Storage::List, Storage::Dict, Storage::Buffer];

pub(crate) fn storage_code(of: Storage) -> u8 {
    // A storage that this version does not know is written as one that no reader knows.
    STORAGES.iter().position(|known| *known == of).map_or(3, |at| at as u8)
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
                let step = step_of(step)?;
                Record::Object { step, block: self.block(head)?, ty: self.ty(extra)? }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pen::Pen;

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
        records.extend(Step::ALL.map(|step| Record::Object { step, block, ty: 12 }));
        let (mut bytes, pen) = (vec![0; 4096], Pen::new(1 << 20));
        // SAFETY: nobody else uses the bytes before the pen is gone.
        unsafe { pen.begin_segment(bytes.as_mut_ptr(), bytes.len()) };
        records.iter().for_each(|record| pen.record(*record));
        bytes.truncate(pen.written_since(bytes.as_ptr()));
        let burst = bytes.len();
        let mut reader = Reader::new(&bytes);
        for (index, record) in records.iter().enumerate() {
            assert_eq!(reader.next(), Some(*record), "event {index}");
        }
        assert_eq!(reader.next(), None);
        let without_steps = records.len() - Step::ALL.len();
        assert!(burst < 16 * without_steps + Step::ALL.len() + 8, "{burst} bytes");
    }

    #[test]
    fn bytes_that_are_no_stream_end_it() {
        for bytes in [&[31_u8][..], &[kind::TAKEN], &[kind::PHASE, 9, 0], &[4, 0xff, 0xff]] {
            assert_eq!(Reader::new(bytes).next(), None, "{bytes:?}");
        }
    }
}
