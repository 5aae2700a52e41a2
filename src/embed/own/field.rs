//! What a payload may hold of the runtime: references and memory.
//!
//! Both are filled with their object in hand, and refuse to be filled where they do not lie in it; see
//! [`runtime_types::own`] for why that makes them safe.

use std::fmt;

use runtime_core::Heap;
use runtime_types::own::{self, MemBlock, ResizeError, Trace, lies_in};
use runtime_types::{Exc, OrRaise};

use super::{Own, OwnType};
use crate::embed::error::Error;
use crate::embed::handle::Ref;

/// A field that owns a reference to an object, or holds nothing. One word.
///
/// What it holds may be gone at any time when other code runs: a collection that finds the object in
/// a dead cycle empties its slots before it dies. So it is asked each time.
#[derive(Default)]
#[repr(transparent)]
pub struct Slot(own::Slot);

impl Slot {
    /// A new handle to what it holds.
    ///
    /// # Errors
    /// [`Error::NotInside`] when the slot is not one of `this`.
    pub fn get<'rt, T: OwnType>(&self, this: &Own<'rt, T>) -> Result<Option<Ref<'rt>>, Error> {
        self.check(this)?;
        // SAFETY: the slot lies in an object of the handle's runtime, and so does what it holds.
        Ok(unsafe { self.0.share().map(|held| Ref::adopt(held)) })
    }

    /// Owns another object from now on; the one before is let go when that is done.
    ///
    /// # Errors
    /// [`Error::Foreign`] for an object of another runtime, [`Error::NotInside`].
    pub fn set<'rt, T: OwnType>(
        &self,
        this: &Own<'rt, T>,
        value: impl Into<Ref<'rt>>,
    ) -> Result<(), Error> {
        let value = value.into();
        self.check(this)?;
        value.of(this.runtime())?;
        // SAFETY: the slot lies in the payload, whose traversal shows it; the value is of the same
        // runtime.
        drop(unsafe { self.0.replace(Some(value.into_counted())) });
        Ok(())
    }

    /// Gives away what it holds.
    ///
    /// # Errors
    /// [`Error::NotInside`]
    pub fn take<'rt, T: OwnType>(&self, this: &Own<'rt, T>) -> Result<Option<Ref<'rt>>, Error> {
        self.check(this)?;
        // SAFETY: as in `get`.
        Ok(unsafe { self.0.replace(None).map(|held| Ref::adopt(held)) })
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn check<T: OwnType>(&self, this: &Own<'_, T>) -> Result<(), Error> {
        if lies_in(self, &**this) { Ok(()) } else { Err(Error::NotInside) }
    }
}

impl fmt::Debug for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_empty() { "Slot(empty)" } else { "Slot(filled)" })
    }
}

// SAFETY: it is the slot of the floor below and nothing else.
unsafe impl Trace for Slot {
    const SLOTS: usize = 1;

    #[inline(always)]
    fn each_slot(&self, show: &mut impl FnMut(&own::Slot)) {
        show(&self.0);
    }

    #[inline(always)]
    fn slot(&self, index: usize) -> Option<&own::Slot> {
        self.0.slot(index)
    }

    #[inline(always)]
    fn give_back(&self, _: &Heap) {}
}

/// A field that owns bytes in the mem domain: they come and go by `PyMem_Malloc` and `PyMem_Free`, so
/// to speak, while the object itself does by `tp_alloc` and `tp_free`.
///
/// With `#[buffer]` on the field `memoryview` looks at them, and they keep their length meanwhile.
/// Bytes are copied in and out: a script may write to them at any time.
#[derive(Default)]
#[repr(transparent)]
pub struct Buffer(MemBlock);

impl Buffer {
    /// Number of bytes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How often they are lent right now.
    pub fn exports(&self) -> usize {
        self.0.exports()
    }

    /// The byte at `at`.
    pub fn get(&self, at: usize) -> Option<u8> {
        self.0.get(at)
    }

    /// Copies bytes from `at` on into `out`; gives how many there were.
    pub fn read_at(&self, at: usize, out: &mut [u8]) -> usize {
        self.0.read_at(at, out)
    }

    /// Copies bytes over those from `at` on, as far as they reach; gives how many that were.
    pub fn write_at(&self, at: usize, bytes: &[u8]) -> usize {
        self.0.write_at(at, bytes)
    }

    /// A copy of the bytes, in the host's memory.
    pub fn to_vec(&self) -> Vec<u8> {
        self.0.to_vec()
    }

    /// Makes it `len` bytes long; the bytes that it has more are zero. On failure it is as it was.
    ///
    /// # Errors
    /// `BufferError` while somebody looks at the bytes, `MemoryError`, [`Error::NotInside`].
    #[track_caller]
    pub fn resize<T: OwnType>(&self, this: &Own<'_, T>, len: usize) -> Result<(), Error> {
        if !lies_in(self, &**this) {
            return Err(Error::NotInside);
        }
        let rt = this.runtime();
        // SAFETY: it lies in the payload, which gives it back when the object dies.
        match unsafe { self.0.resize(rt.heap(), len) } {
            Ok(()) => Ok(()),
            Err(ResizeError::Alloc(error)) => rt.lift(Err(error).or_raise(&rt.cx())),
            Err(ResizeError::Lent) => {
                let message = "Existing exports of data: object cannot be re-sized";
                Err(Error::new(Exc::BufferError, message))
            }
        }
    }
}

impl fmt::Debug for Buffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Buffer")
            .field("len", &self.len())
            .field("exports", &self.exports())
            .finish()
    }
}

// SAFETY: it is the block of the floor below and nothing else.
unsafe impl Trace for Buffer {
    const SLOTS: usize = 0;
    const LENDS: bool = true;

    #[inline(always)]
    fn each_slot(&self, _: &mut impl FnMut(&own::Slot)) {}

    #[inline(always)]
    fn slot(&self, _: usize) -> Option<&own::Slot> {
        None
    }

    #[inline(always)]
    fn give_back(&self, heap: &Heap) {
        Trace::give_back(&self.0, heap);
    }

    #[inline(always)]
    fn buffer(&self) -> Option<&MemBlock> {
        Some(&self.0)
    }
}
