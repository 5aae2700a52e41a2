//! Arena sources: where arenas come from.
//!
//! ```text
//! heap --- take(len, align) ---> source      mmap, a fixed buffer, another source that counts
//!      <-- region ------------
//!      --- give(region) ------->
//! ```
//!
//! What a source gives is checked before it is used: aligned, long enough, and apart from every
//! arena that the heap has. A source that breaks its word is refused with
//! [`SourceFault`], and gets the region back. CPython: `PyObjectArenaAllocator`.

use std::cell::Cell;
use std::fmt;
use std::ptr::NonNull;

use crate::system;

/// Memory of an arena source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// First byte.
    pub base: NonNull<u8>,
    /// Bytes.
    pub len: usize,
}

/// Gives memory for arenas and takes it back.
///
/// # Safety
/// A region that is given is readable and writable for its whole length and nobody else's until it
/// is given back. (That it is aligned, long enough and new to the heap is checked.)
pub unsafe trait ArenaSource {
    /// At least `len` bytes at a multiple of `align`, or `None`.
    ///
    /// `len` is a multiple of the page size, `align` a power of two above it.
    fn take(&self, len: usize, align: usize) -> Option<Region>;

    /// Is told that all of a region, or of a part of one, will be used soon: the heap has many arenas,
    /// and fills another. A source may see to it that its pages are there; `huge` says whether pages
    /// larger than usual are welcome.
    fn prepare(&self, part: Region, huge: bool) {
        let _ = (part, huge);
    }

    /// Is told that what is in a part of a region is not needed any more, though it may be written
    /// to again later. A source may take the pages back until then.
    fn discard(&self, part: Region) {
        let _ = part;
    }

    /// Takes a region back.
    ///
    /// # Safety
    /// It came from this source's `take`, and nothing in it is used again.
    unsafe fn give(&self, region: Region);
}

/// How an arena source broke its word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SourceFault {
    /// The region does not begin at a multiple of the alignment.
    Misaligned {
        /// Bytes past the last multiple.
        by: usize,
    },
    /// The region is shorter than asked.
    Short {
        /// Bytes asked for.
        asked: usize,
        /// Bytes given.
        given: usize,
    },
    /// The region overlaps an arena that the heap has.
    Overlap {
        /// The arena's number.
        arena: u32,
    },
    /// The region lies above the addresses that programs can have.
    TooHigh,
}

impl fmt::Display for SourceFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Misaligned { by } => write!(f, "the arena source's region is misaligned by {by}"),
            Self::Short { asked, given } => {
                write!(f, "the arena source gave {given} bytes for {asked}")
            }
            Self::Overlap { arena } => {
                write!(f, "the arena source's region overlaps arena {arena}")
            }
            Self::TooHigh => f.write_str("the arena source's region lies above 48 bits"),
        }
    }
}

/// The default source: anonymous private memory from `mmap`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Mmap;

// SAFETY: `map_aligned` gives fresh private pages.
unsafe impl ArenaSource for Mmap {
    fn take(&self, len: usize, align: usize) -> Option<Region> {
        system::map_aligned(len, align)
    }

    fn prepare(&self, part: Region, huge: bool) {
        system::populate(part, huge);
    }

    fn discard(&self, part: Region) {
        // SAFETY: nothing in it is needed, the heap says; it came from `map_aligned`.
        unsafe { system::discard(part) };
    }

    unsafe fn give(&self, region: Region) {
        // SAFETY: per contract it is a whole region of `map_aligned`.
        unsafe { system::unmap(region) }
    }
}

/// Arenas out of one buffer of fixed length: for machines without an operating system to ask, and
/// for showing what happens when memory ends.
///
/// Every two arenas have their table behind them, so the next two begin an alignment further: a
/// buffer of `n` arenas' length gives about half of `n`.
#[derive(Debug)]
pub struct FixedBuffer {
    region: Region,
    /// First byte never given.
    next: Cell<usize>,
    /// Regions given and not taken back; at none the buffer starts over.
    out: Cell<usize>,
}

impl FixedBuffer {
    /// A source that gives pieces of `region`.
    ///
    /// # Safety
    /// The region is readable, writable, and nobody else's while the source or a heap on it lives.
    pub const unsafe fn new(region: Region) -> Self {
        Self { region, next: Cell::new(0), out: Cell::new(0) }
    }
}

// SAFETY: pieces do not overlap, since `next` only grows while any is out.
unsafe impl ArenaSource for FixedBuffer {
    fn take(&self, len: usize, align: usize) -> Option<Region> {
        let from = self.region.base.addr().get().checked_add(self.next.get())?;
        let start = from.checked_next_multiple_of(align)? - self.region.base.addr().get();
        let end = start.checked_add(len).filter(|&end| end <= self.region.len)?;
        self.next.set(end);
        self.out.set(self.out.get() + 1);
        // SAFETY: `start` lies within the region.
        Some(Region { base: unsafe { self.region.base.add(start) }, len })
    }

    unsafe fn give(&self, _: Region) {
        let out = self.out.get().saturating_sub(1);
        self.out.set(out);
        if out == 0 {
            self.next.set(0);
        }
    }
}

/// A source that counts what another one gives.
#[derive(Debug, Default)]
pub struct Counting<S> {
    inner: S,
    taken: Cell<usize>,
    given: Cell<usize>,
}

impl<S: ArenaSource> Counting<S> {
    /// Counts what `inner` gives.
    pub const fn new(inner: S) -> Self {
        Self { inner, taken: Cell::new(0), given: Cell::new(0) }
    }

    /// Regions taken from it so far.
    pub fn taken(&self) -> usize {
        self.taken.get()
    }

    /// Regions given back so far.
    pub fn given(&self) -> usize {
        self.given.get()
    }
}

// SAFETY: as the inner source.
unsafe impl<S: ArenaSource> ArenaSource for Counting<S> {
    fn take(&self, len: usize, align: usize) -> Option<Region> {
        let region = self.inner.take(len, align)?;
        self.taken.set(self.taken.get() + 1);
        Some(region)
    }

    fn prepare(&self, part: Region, huge: bool) {
        self.inner.prepare(part, huge);
    }

    fn discard(&self, part: Region) {
        self.inner.discard(part);
    }

    unsafe fn give(&self, region: Region) {
        self.given.set(self.given.get() + 1);
        // SAFETY: per contract.
        unsafe { self.inner.give(region) }
    }
}

// SAFETY: as the source behind the pointer.
unsafe impl<S: ArenaSource + ?Sized> ArenaSource for std::rc::Rc<S> {
    fn take(&self, len: usize, align: usize) -> Option<Region> {
        (**self).take(len, align)
    }

    fn prepare(&self, part: Region, huge: bool) {
        (**self).prepare(part, huge);
    }

    fn discard(&self, part: Region) {
        (**self).discard(part);
    }

    unsafe fn give(&self, region: Region) {
        // SAFETY: per contract.
        unsafe { (**self).give(region) }
    }
}
