//! How many dead objects each type keeps for the next birth: caps as settings.
//!
//! CPython fixes them when it is built (`Include/internal/pycore_freelist_state.h`); here a runtime is
//! given them before it starts, so that "what if tuples were not kept?" is one number. Only the
//! types below have free lists. Types derived from them have none.

use std::fmt;
use std::str::FromStr;

use crate::exception::Exc;
use crate::world::World;

/// What is kept for reuse: the objects of a type, or the key tables of dicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FreeListKind {
    /// `dict`, without its table.
    Dict,
    /// Key tables of dicts: those of eight slots whose keys are all text.
    DictKeys,
    /// `float`
    Float,
    /// `list`, without its items' array.
    List,
    /// `MemoryError`: those made at the start, so that raising one needs no memory.
    MemoryError,
    /// `slice`
    Slice,
    /// `tuple`: for each length from 1 to 20 that many.
    Tuple,
}

impl FreeListKind {
    /// All of them, by name.
    pub const ALL: [Self; 7] = [
        Self::Dict,
        Self::DictKeys,
        Self::Float,
        Self::List,
        Self::MemoryError,
        Self::Slice,
        Self::Tuple,
    ];

    /// The type's name; that of key tables is `dictkeys`, as CPython calls them.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dict => "dict",
            Self::DictKeys => "dictkeys",
            Self::Float => "float",
            Self::List => "list",
            Self::MemoryError => "MemoryError",
            Self::Slice => "slice",
            Self::Tuple => "tuple",
        }
    }
}

impl fmt::Display for FreeListKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that is not of a type with free lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoFreeList;

impl fmt::Display for NoFreeList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no type with free lists; those are ")?;
        for (index, kind) in FreeListKind::ALL.into_iter().enumerate() {
            f.write_str(match index {
                0 => "",
                _ if index + 1 == FreeListKind::ALL.len() => " and ",
                _ => ", ",
            })?;
            f.write_str(kind.name())?;
        }
        Ok(())
    }
}

impl std::error::Error for NoFreeList {}

impl FromStr for FreeListKind {
    type Err = NoFreeList;

    fn from_str(name: &str) -> Result<Self, NoFreeList> {
        Self::ALL.into_iter().find(|kind| kind.name() == name).ok_or(NoFreeList)
    }
}

/// The most that each list holds; 0 turns it off. The default is that of CPython 3.13.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FreeListCaps {
    caps: [u32; FreeListKind::ALL.len()],
}

impl FreeListCaps {
    /// The cap of one kind; for tuples, of each length.
    #[expect(clippy::indexing_slicing, reason = "the array has a place for each kind")]
    pub const fn get(&self, kind: FreeListKind) -> u32 {
        self.caps[kind as usize]
    }

    /// The same caps but for one kind.
    #[expect(clippy::indexing_slicing, reason = "the array has a place for each kind")]
    #[must_use]
    pub const fn with(mut self, kind: FreeListKind, cap: u32) -> Self {
        self.caps[kind as usize] = cap;
        self
    }
}

impl Default for FreeListCaps {
    fn default() -> Self {
        Self { caps: [0; FreeListKind::ALL.len()] }
            .with(FreeListKind::Dict, crate::dict::KEPT_DICTS)
            .with(FreeListKind::DictKeys, crate::dict::KEPT_TABLES)
            .with(FreeListKind::Float, crate::float::KEPT)
            .with(FreeListKind::List, crate::list::KEPT)
            .with(FreeListKind::MemoryError, crate::exception::MEMORY_ERRORS)
            .with(FreeListKind::Slice, crate::slice::KEPT)
            .with(FreeListKind::Tuple, crate::tuple::KEPT_EACH)
    }
}

impl World {
    /// Changes what the types' lists may hold. What they hold beyond that goes back to the heap.
    pub fn set_free_list_caps(&self, caps: &FreeListCaps) {
        for kind in FreeListKind::ALL {
            let cap = caps.get(kind);
            let ty = match kind {
                FreeListKind::Dict => self.ty(self.types.dict),
                FreeListKind::Float => self.ty(self.types.float),
                FreeListKind::List => self.ty(self.types.list),
                FreeListKind::Slice => self.ty(self.types.slice),
                FreeListKind::Tuple => self.ty(self.types.tuple),
                FreeListKind::MemoryError => self.exc_type(Exc::MemoryError),
                FreeListKind::DictKeys => {
                    crate::dict::trim_kept_tables(self, cap as usize);
                    self.key_tables.set_cap(cap);
                    continue;
                }
            };
            ty.mem.set_free_list_cap(cap);
        }
    }

    /// What the types' lists may hold.
    pub fn free_list_caps(&self) -> FreeListCaps {
        let first = |ty: &crate::ty::Type| ty.mem.free_list(0).map_or(0, |list| list.cap());
        FreeListKind::ALL.into_iter().fold(FreeListCaps::default(), |caps, kind| {
            let cap = match kind {
                FreeListKind::Dict => first(self.ty(self.types.dict)),
                FreeListKind::Float => first(self.ty(self.types.float)),
                FreeListKind::List => first(self.ty(self.types.list)),
                FreeListKind::Slice => first(self.ty(self.types.slice)),
                FreeListKind::Tuple => first(self.ty(self.types.tuple)),
                FreeListKind::MemoryError => first(self.exc_type(Exc::MemoryError)),
                FreeListKind::DictKeys => self.key_tables.cap(),
            };
            caps.with(kind, u32::try_from(cap).unwrap_or(u32::MAX))
        })
    }
}
