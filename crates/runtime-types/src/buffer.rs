//! Buffers: the memory of one object, lent to whoever works on bytes.
//!
//! ```text
//! exporter (bytes, bytearray, memoryview, an embedder's type)
//!    ^ reference, one export counted by the exporter
//!    |
//! Buffer ---- Span: address, length, read-only or not, format of the items
//! ```
//!
//! A type lends its memory by filling [`Slots::buffer`](crate::ty::Slots::buffer). Between `acquire`
//! and `release` the memory stays where it is and as long as it is; what lies in it may change, so the
//! bytes of a [`Buffer`] are borrowed together with the world: not over a call that may run a
//! program's code. Neither function runs any.

use std::ptr::NonNull;

use runtime_gc::{Borrowed, Ref};

use crate::cx::{Cx, Raised, Res};
use crate::memoryview::MemoryViewObject;
use crate::ty::Type;
use crate::view::Look;
use crate::world::World;

/// How a type lends the memory of its objects.
#[derive(Clone, Copy)]
pub struct BufferSlot {
    /// Lends the memory: from now on it neither moves nor changes its length. Raises, and lends
    /// nothing, when that cannot be. Runs no code of the program.
    pub acquire: fn(&World, Borrowed<'_>) -> Res<Span>,
    /// Takes the memory back, once for each time it was lent. Runs no code of the program.
    pub release: fn(&World, Borrowed<'_>),
}

/// Memory that an object lends.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    /// Its first byte; anything when `len` is 0.
    pub start: NonNull<u8>,
    /// Number of bytes.
    pub len: usize,
    /// Whether it must not be written to.
    pub readonly: bool,
    /// What its items are.
    pub format: Format,
}

/// The kind of item that memory consists of: a letter of the `struct` module in native form, perhaps
/// with an `@` in front.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Format {
    code: u8,
    at: bool,
}

impl Format {
    /// Unsigned bytes, `'B'`: what every plain buffer is.
    pub const BYTES: Self = Self { code: b'B', at: false };

    /// Characters of 4 bytes, `'w'`: what an array of text lends. Views do not read such items.
    pub(crate) const CHARACTERS: Self = Self { code: b'w', at: false };

    /// Reads a format; `None` for all that are not one native letter.
    #[must_use]
    pub const fn parse(text: &[u8]) -> Option<Self> {
        let format = match text {
            [code] => Self { code: *code, at: false },
            [b'@', code] => Self { code: *code, at: true },
            _ => return None,
        };
        if format.size_or_zero() == 0 || format.code == b'w' { None } else { Some(format) }
    }

    /// The letter.
    #[must_use]
    pub const fn code(self) -> u8 {
        self.code
    }

    /// Bytes of an item.
    #[must_use]
    pub const fn item_size(self) -> usize {
        self.size_or_zero()
    }

    /// Whether an item is one byte that can be looked at as any other kind of byte.
    #[must_use]
    pub const fn is_byte(self) -> bool {
        matches!(self.code, b'B' | b'b' | b'c')
    }

    /// The text that `format` shows.
    #[must_use]
    pub const fn text(&self) -> FormatText {
        FormatText { text: [b'@', self.code], from: if self.at { 0 } else { 1 } }
    }

    const fn size_or_zero(self) -> usize {
        match self.code {
            b'c' | b'b' | b'B' | b'?' => 1,
            b'h' | b'H' | b'e' => 2,
            b'i' | b'I' | b'f' | b'w' => 4,
            b'l' | b'L' | b'q' | b'Q' | b'n' | b'N' | b'd' | b'P' => 8,
            _ => 0,
        }
    }
}

/// The text of a format: one or two characters.
#[derive(Debug, Clone, Copy)]
pub struct FormatText {
    text: [u8; 2],
    from: usize,
}

impl FormatText {
    /// As a string.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.text.get(self.from..).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or("B")
    }
}

/// Borrowed memory. Dropping it gives the memory back.
pub struct Buffer<'w> {
    world: &'w World,
    exporter: Ref,
    slot: BufferSlot,
    span: Span,
}

impl<'w> Buffer<'w> {
    /// Borrows the memory of an object whose bytes lie side by side.
    ///
    /// # Errors
    /// `TypeError` when the object lends none; the exporter's own.
    pub fn get(world: &'w World, op: Borrowed<'_>) -> Res<Self> {
        match Type::of(op).slots.buffer {
            Some(slot) => Self::borrow(world, op, slot),
            None => Err(not_bytes_like(world, op)),
        }
    }

    /// Borrows the memory of an object, also of a view that skips bytes; see [`Buffer::copy_to`].
    ///
    /// # Errors
    /// As [`Buffer::get`].
    pub fn get_any(world: &'w World, op: Borrowed<'_>) -> Res<Self> {
        if op.is_a::<MemoryViewObject>() {
            return Self::borrow(world, op, crate::memoryview::ANY_SHAPE);
        }
        Self::get(world, op)
    }

    fn borrow(world: &'w World, op: Borrowed<'_>, slot: BufferSlot) -> Res<Self> {
        let span = (slot.acquire)(world, op)?;
        Ok(Self { world, exporter: op.owned(), slot, span })
    }

    /// The object that lends the memory.
    pub fn exporter(&self) -> Borrowed<'_> {
        self.exporter.borrow()
    }

    /// Where the memory lies.
    pub const fn span(&self) -> Span {
        self.span
    }

    /// Number of bytes.
    pub const fn len(&self) -> usize {
        self.span.len
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.span.len == 0
    }

    /// The bytes as they are until a program's code may run. Only for buffers from [`Buffer::get`].
    pub fn bytes<'a>(&'a self, _: &'a World) -> &'a [u8] {
        // SAFETY: the exporter promised that so many bytes lie there until they are released; nobody
        // writes to them while the world is borrowed, since that takes an operation on it.
        unsafe { std::slice::from_raw_parts(self.span.start.as_ptr(), self.span.len) }
    }

    /// Copies the bytes, in the order of the items, into as many bytes.
    pub fn copy_to(&self, out: &mut [u8]) {
        if let Some(view) = self.exporter.borrow().view::<MemoryViewObject>() {
            view.gather(out);
            return;
        }
        for (to, from) in out.iter_mut().zip(self.bytes(self.world)) {
            *to = *from;
        }
    }
}

impl Drop for Buffer<'_> {
    fn drop(&mut self) {
        (self.slot.release)(self.world, self.exporter.borrow());
    }
}

/// Whether an object lends its memory.
#[inline]
pub fn is_bytes_like(op: Borrowed<'_>) -> bool {
    Type::of(op).slots.buffer.is_some()
}

/// The memory of an object that lends it; nothing, and no exception, when it does not.
pub(crate) fn lent<'w>(cx: &Cx<'w>, op: Borrowed<'_>) -> Option<Buffer<'w>> {
    match Buffer::get(cx.world(), op) {
        Ok(buffer) => Some(buffer),
        Err(raised) => {
            drop(cx.take_raised(raised));
            None
        }
    }
}

#[cold]
fn not_bytes_like(world: &World, op: Borrowed<'_>) -> Raised {
    let name = Type::of(op).name();
    world.type_error(format_args!("a bytes-like object is required, not '{name}'"))
}
