//! Debug hooks: blocks with guards around them, fills that show, and a record of each.
//!
//! ```text
//! base                 user pointer                                       CPython's layout, and a
//! |                    |                                                  serial number behind it
//! +--------+--+--------+------------------------+--------+--------+
//! | size   |id| 7 x FD | data: CD when fresh,   | 8 x FD | serial |
//! | 8, BE  |  |        | DD when freed          |        | 8, BE  |
//! +--------+--+--------+------------------------+--------+--------+
//! ```
//!
//! Beside the blocks the hooks keep a table with a record of each, so that a damaged block is
//! described by what was true and a wild pointer is never followed. A freed block stays a while in
//! a quarantine, filled with DD: a write to it shows when it leaves, or when
//! [`Heap::verify`](crate::Heap::verify) looks, and a second free of it is known for what it is.
//!
//! Six misuses are found:
//!
//! | misuse | found when |
//! |---|---|
//! | underrun, overrun | the block is freed, resized or verified |
//! | use after free | the runtime reads the block ([`check_read`]), or an object refers to it ([`check_references`]); a write: it leaves quarantine, or verify |
//! | double free | freed again while in quarantine; later it is *not a block* |
//! | wrong family | freed or resized in another domain |
//! | uninitialised | the runtime reads it ([`check_read`], [`check_object`]), or an object refers to it; objects also by verify |
//!
//! Builds with assertions also stop where a count or a type is used that is nothing but a fill: every
//! count up or down, every traversal and every access to a field reads one of the two first.
//!
//! Reads by code that is not the runtime's are shown by valgrind, when no debug hooks write their
//! fills first: in system-allocator mode, where each block is one of `malloc`, and with the feature
//! `valgrind` also in pools, by client requests (`tests/valgrind.rs` shows the six misuses there).
//!
//! [`check_read`]: crate::Heap::check_read
//! [`check_object`]: crate::Heap::check_object
//! [`check_references`]: crate::Heap::check_references

mod blocks;
mod references;
mod report;

use std::cell::Cell;

use crate::domain::Domain;
use crate::events::Event;
use crate::heap::Heap;
use crate::tables::AddressMap;
use crate::trace::TracebackId;

pub use blocks::OVERHEAD;

/// Fill of the guards.
pub const FORBIDDEN: u8 = 0xFD;
/// Fill of fresh memory.
pub const CLEAN: u8 = 0xCD;
/// Fill of freed memory.
pub const DEAD: u8 = 0xDD;

/// What the hooks do, for as long as the heap lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DebugHooks {
    /// Freed blocks that are kept in quarantine, at most.
    pub quarantine_blocks: usize,
    /// Bytes of them, at most.
    pub quarantine_bytes: usize,
    /// What happens when a misuse is found.
    pub on_fault: OnFault,
}

impl Default for DebugHooks {
    fn default() -> Self {
        Self { quarantine_blocks: 1024, quarantine_bytes: 1 << 20, on_fault: OnFault::Keep }
    }
}

/// What happens when a misuse is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnFault {
    /// It is kept for [`Heap::take_fault`](crate::Heap::take_fault) and told to the observer; the
    /// program goes on, and no memory is given to anyone twice.
    #[default]
    Keep,
    /// The report goes to standard error and the process is aborted, as CPython's.
    Abort,
}

/// A misuse of memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Misuse {
    /// Bytes in front of the block were overwritten.
    Underrun {
        /// How far in front.
        before: usize,
        /// What stands there.
        found: u8,
    },
    /// Bytes behind the block were overwritten, or read.
    Overrun {
        /// How far behind its last byte, from 0.
        past: usize,
        /// What stands there.
        found: u8,
    },
    /// A freed block was written to, or read.
    UseAfterFree {
        /// Offset in the block.
        offset: usize,
        /// What stands there.
        found: u8,
    },
    /// A freed block was freed again.
    DoubleFree,
    /// A block was freed or resized in a domain that is not its own.
    WrongDomain {
        /// The domain it was given to.
        given: Domain,
    },
    /// Memory was read that nothing had been written to.
    Uninitialised {
        /// Offset in the block.
        offset: usize,
    },
    /// A block was given back with a size that is not its own.
    WrongSize {
        /// The size given.
        given: usize,
    },
    /// What was given back is not a block of this heap, or was freed long ago.
    NotABlock,
}

/// A misuse, and of which block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeapFault {
    /// What was done.
    pub misuse: Misuse,
    /// Address of the block, as its user knows it.
    pub address: usize,
    /// The block, when it is known.
    pub block: Option<BlockRecord>,
}

/// What the hooks know of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlockRecord {
    /// Bytes asked for.
    pub size: usize,
    /// Its domain.
    pub domain: Domain,
    /// How many blocks were asked for before it, and one.
    pub serial: u64,
    /// Where it was asked for, when traced.
    pub allocated: Option<TracebackId>,
    /// Whether it was freed.
    pub freed: bool,
    /// Where it was freed, when traced.
    pub freed_at: Option<TracebackId>,
}

struct Record {
    block: BlockRecord,
    /// The block freed next, while in quarantine.
    next: usize,
}

/// All that the hooks keep.
pub(crate) struct Debugger {
    config: DebugHooks,
    serial: Cell<u64>,
    records: Cell<Option<AddressMap<usize, Record>>>,
    /// The quarantine: addresses of the blocks freed first and last, 0 for none.
    oldest: Cell<usize>,
    newest: Cell<usize>,
    held_blocks: Cell<usize>,
    held_bytes: Cell<usize>,
    faults: [Cell<Option<HeapFault>>; KEPT_FAULTS],
    fault_count: Cell<u64>,
}

/// Faults that are kept until somebody takes them; more are counted only.
const KEPT_FAULTS: usize = 16;

impl Debugger {
    pub(crate) fn new(config: DebugHooks) -> Self {
        Self {
            config,
            serial: Cell::new(0),
            records: Cell::new(None),
            oldest: Cell::new(0),
            newest: Cell::new(0),
            held_blocks: Cell::new(0),
            held_bytes: Cell::new(0),
            faults: [const { Cell::new(None) }; KEPT_FAULTS],
            fault_count: Cell::new(0),
        }
    }
}

impl Heap {
    /// Notes a misuse, or stops the process over it, as configured.
    pub(crate) fn report(&self, fault: HeapFault) {
        let debugger = &self.debugger;
        debugger.fault_count.set(debugger.fault_count.get() + 1);
        self.emit(|| Event::Fault { fault: &fault });
        if debugger.config.on_fault == OnFault::Abort {
            self.stop_over(&fault);
        }
        if let Some(place) = debugger.faults.iter().find(|place| place.get().is_none()) {
            place.set(Some(fault));
        }
    }

    /// Takes the oldest misuse that was found and not taken yet.
    pub fn take_fault(&self) -> Option<HeapFault> {
        let faults = &self.debugger.faults;
        let oldest = faults.first()?.take();
        for (place, next) in faults.iter().zip(faults.iter().skip(1)) {
            place.set(next.take());
        }
        oldest
    }

    /// Misuses found so far.
    pub fn fault_total(&self) -> u64 {
        self.debugger.fault_count.get()
    }
}
