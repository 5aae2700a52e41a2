//! What a key table looks like in memory; see [`super::table`].

use runtime_gc::Borrowed;

use crate::kernel::growth;
use crate::world::World;

/// What a table's entries look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Kind {
    /// Any keys: 24 bytes with the hash.
    General = 0,
    /// Only keys that are exactly `str`: 16 bytes.
    Str = 1,
}

impl Kind {
    /// Bytes of an entry; its last two words are key and value.
    pub(super) const fn entry_bytes(self) -> usize {
        match self {
            Self::General => 24,
            Self::Str => 16,
        }
    }

    /// The kind of table that a key can enter.
    pub(super) fn for_key(world: &World, key: Borrowed<'_>) -> Self {
        if crate::string::is_exact(world, key) { Self::Str } else { Self::General }
    }
}

/// The header of a key table, field by field CPython's.
#[repr(C)]
pub(super) struct Header {
    /// CPython shares tables between instances; ours have one owner, and this stays 1.
    pub(super) count: usize,
    pub(super) log2_slots: u8,
    pub(super) log2_index_bytes: u8,
    pub(super) kind: Kind,
    pub(super) _reserved: u8,
    /// 0 until somebody asks; see [`super::names`].
    pub(super) version: u32,
    /// Entries that may still be added.
    pub(super) usable: usize,
    /// Entries in use, deleted ones included.
    pub(super) entries: usize,
}

pub(super) const HEADER: usize = size_of::<Header>();
const _: () = assert!(HEADER == 32);

#[repr(C)]
pub(super) struct EmptyTable {
    header: Header,
    index: [i8; 8],
}

/// The table of dicts that were never filled. It has no room, so it is never written.
pub(super) static EMPTY_TABLE: EmptyTable = EmptyTable {
    header: Header {
        count: 1,
        log2_slots: 0,
        log2_index_bytes: 3,
        kind: Kind::Str,
        _reserved: 0,
        version: super::names::EMPTY_VERSION,
        usable: 0,
        entries: 0,
    },
    index: [-1; 8],
};

/// Tables with this many slots (8) and only `str` keys are kept for reuse.
pub(super) const KEPT_LOG2: u32 = growth::DICT_LOG2_LEAST;

/// Entries of such a table.
pub(super) const KEPT_USABLE: usize = growth::dict_usable(KEPT_LOG2);

/// Bytes of such a table.
pub(super) fn kept_bytes() -> usize {
    let index = growth::dict_index_bytes(KEPT_LOG2).unwrap_or_default();
    HEADER + index + growth::dict_usable(KEPT_LOG2) * Kind::Str.entry_bytes()
}
