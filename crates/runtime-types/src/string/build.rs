//! Building a string piece by piece.

use std::fmt;

use runtime_core::{AllocError, HeapVec};
use runtime_gc::Ref;

use super::{Kind, StrObject, Text, is_exact};
use crate::cx::{OrRaise, Res};
use crate::kernel::{NoMemory, Out};
use crate::ty::Type;
use crate::view::Look;
use crate::world::World;

/// Collects characters in memory of the heap and makes one `str` of them.
///
/// Characters are kept in the narrowest form so far; a wider one converts what is there. It is a
/// [`fmt::Write`], so `write!` goes straight into it; when memory is short it remembers why, and
/// [`TextBuilder::finish`] raises `MemoryError`.
pub struct TextBuilder<'w> {
    world: &'w World,
    units: Units,
    max: u32,
    failed: Option<AllocError>,
}

enum Units {
    Narrow(HeapVec<u8>),
    Ucs2(HeapVec<u16>),
    Ucs4(HeapVec<u32>),
}

impl<'w> TextBuilder<'w> {
    /// An empty text; takes no memory yet.
    pub fn new(world: &'w World) -> Self {
        // SAFETY: the builder lives no longer than the borrow of the world that owns the heap.
        let units = Units::Narrow(unsafe { HeapVec::new(world.heap_ptr()) });
        Self { world, units, max: 0, failed: None }
    }

    /// Number of characters so far.
    pub fn len(&self) -> usize {
        match &self.units {
            Units::Narrow(units) => units.len(),
            Units::Ucs2(units) => units.len(),
            Units::Ucs4(units) => units.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds one character.
    ///
    /// # Errors
    /// `AllocError`; the text is unchanged then.
    pub fn push(&mut self, c: u32) -> Result<(), AllocError> {
        self.widen(c)?;
        match &mut self.units {
            Units::Narrow(units) => units.push(c as u8)?,
            Units::Ucs2(units) => units.push(c as u16)?,
            Units::Ucs4(units) => units.push(c)?,
        }
        self.max = self.max.max(c);
        Ok(())
    }

    /// Adds text.
    ///
    /// # Errors
    /// `AllocError`; part of the text may have been added.
    pub fn push_text(&mut self, text: Text<'_>) -> Result<(), AllocError> {
        let max = text.max_char();
        self.widen(max)?;
        self.max = self.max.max(max);
        match (&mut self.units, text) {
            (Units::Narrow(units), Text::Ascii(more) | Text::Latin1(more)) => {
                units.extend_from_slice(more)
            }
            (Units::Ucs2(units), Text::Ucs2(more)) => units.extend_from_slice(more),
            (Units::Ucs4(units), Text::Ucs4(more)) => units.extend_from_slice(more),
            (Units::Narrow(units), more) => more.chars().try_for_each(|c| units.push(c as u8)),
            (Units::Ucs2(units), more) => more.chars().try_for_each(|c| units.push(c as u16)),
            (Units::Ucs4(units), more) => more.chars().try_for_each(|c| units.push(c)),
        }
    }

    /// Adds one character many times.
    ///
    /// # Errors
    /// `AllocError`; the text is unchanged then.
    pub fn push_fill(&mut self, c: u32, count: usize) -> Result<(), AllocError> {
        if count == 0 {
            return Ok(());
        }
        self.widen(c)?;
        self.reserve(count)?;
        (0..count).try_for_each(|_| self.push(c))
    }

    /// Makes room for so many more characters, as far as they need no wider form.
    ///
    /// # Errors
    /// `AllocError`; the text is unchanged then.
    pub fn reserve(&mut self, count: usize) -> Result<(), AllocError> {
        match &mut self.units {
            Units::Narrow(units) => units.reserve(count),
            Units::Ucs2(units) => units.reserve(count),
            Units::Ucs4(units) => units.reserve(count),
        }
    }

    /// Makes the units wide enough for `c`.
    fn widen(&mut self, c: u32) -> Result<(), AllocError> {
        let heap = self.world.heap_ptr();
        let wide = match (&self.units, Kind::holding(c)) {
            (Units::Narrow(units), Kind::Ucs2) => {
                // SAFETY: as in `new`.
                let mut wide = unsafe { HeapVec::new(heap) };
                wide.reserve(units.len())?;
                units.iter().try_for_each(|&c| wide.push(u16::from(c)))?;
                Units::Ucs2(wide)
            }
            (Units::Narrow(units), Kind::Ucs4) => {
                // SAFETY: as in `new`.
                let mut wide = unsafe { HeapVec::new(heap) };
                wide.reserve(units.len())?;
                units.iter().try_for_each(|&c| wide.push(u32::from(c)))?;
                Units::Ucs4(wide)
            }
            (Units::Ucs2(units), Kind::Ucs4) => {
                // SAFETY: as in `new`.
                let mut wide = unsafe { HeapVec::new(heap) };
                wide.reserve(units.len())?;
                units.iter().try_for_each(|&c| wide.push(u32::from(c)))?;
                Units::Ucs4(wide)
            }
            _ => return Ok(()),
        };
        self.units = wide;
        Ok(())
    }

    /// The text so far.
    pub fn text(&self) -> Text<'_> {
        match &self.units {
            Units::Narrow(units) if self.max < 0x80 => Text::Ascii(units),
            Units::Narrow(units) => Text::Latin1(units),
            Units::Ucs2(units) => Text::Ucs2(units),
            Units::Ucs4(units) => Text::Ucs4(units),
        }
    }

    /// The string.
    ///
    /// # Errors
    /// `MemoryError`, now or at any step before.
    pub fn finish(self) -> Res {
        if let Some(error) = self.failed {
            return Err(self.world.raise_no_memory(error));
        }
        let text = self.text();
        self.world.str_with(Kind::holding(self.max), text.len(), |writer| writer.push(text))
    }

    fn note(&mut self, result: Result<(), AllocError>) -> Result<(), AllocError> {
        if let Err(error) = result {
            self.failed = Some(error);
        }
        result
    }
}

impl fmt::Write for TextBuilder<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let result = if text.is_ascii() {
            self.push_text(Text::Ascii(text.as_bytes()))
        } else {
            text.chars().try_for_each(|c| self.push(u32::from(c)))
        };
        self.note(result).map_err(|_| fmt::Error)
    }
}

impl Out for TextBuilder<'_> {
    fn push_str(&mut self, text: &str) -> Result<(), NoMemory> {
        fmt::Write::write_str(self, text).map_err(|_| NoMemory)
    }

    fn push_char(&mut self, c: char) -> Result<(), NoMemory> {
        let result = self.push(u32::from(c));
        self.note(result).map_err(|_| NoMemory)
    }

    fn push_code(&mut self, code: u32) -> Result<(), NoMemory> {
        let result = self.push(code);
        self.note(result).map_err(|_| NoMemory)
    }

    fn push_fill(&mut self, c: char, count: usize) -> Result<(), NoMemory> {
        self.push_fill_code(u32::from(c), count)
    }

    fn push_fill_code(&mut self, code: u32, count: usize) -> Result<(), NoMemory> {
        let result = Self::push_fill(self, code, count);
        self.note(result).map_err(|_| NoMemory)
    }

    fn reserve(&mut self, chars: usize) -> Result<(), NoMemory> {
        let result = Self::reserve(self, chars);
        self.note(result).map_err(|_| NoMemory)
    }
}

impl World {
    /// A string put together by `write!`.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn format(&self, arguments: fmt::Arguments<'_>) -> Res {
        let mut text = TextBuilder::new(self);
        // A failure is remembered by the builder.
        let _ = fmt::Write::write_fmt(&mut text, arguments);
        text.finish()
    }

    /// A growable byte buffer in the heap, for scratch.
    pub fn byte_buffer(&self) -> HeapVec<u8> {
        // SAFETY: scratch does not outlive the world's call that makes it.
        unsafe { HeapVec::new(self.heap_ptr()) }
    }

    /// A string from UTF-8 bytes; what is no UTF-8 becomes U+FFFD.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn str_lossy(&self, bytes: &[u8]) -> Res {
        let mut text = TextBuilder::new(self);
        for chunk in bytes.utf8_chunks() {
            let _ = fmt::Write::write_str(&mut text, chunk.valid());
            if !chunk.invalid().is_empty() {
                text.push(0xfffd).or_raise(self)?;
            }
        }
        text.finish()
    }
}

/// A text put together of objects. When one string is all there is, the text is that very string.
pub(super) struct Assembly<'w> {
    only: Option<Ref>,
    text: TextBuilder<'w>,
}

impl<'w> Assembly<'w> {
    /// Nothing yet.
    pub(super) fn new(world: &'w World) -> Self {
        Self { only: None, text: TextBuilder::new(world) }
    }

    /// Adds a string.
    ///
    /// # Errors
    /// `MemoryError`; `TypeError` when it is none.
    pub(super) fn push(&mut self, str: Ref) -> Res<()> {
        let world = self.text.world;
        let text = str.borrow().view::<StrObject>().map(StrObject::text);
        let Some(text) = text else {
            let name = Type::of(str.borrow()).name();
            return Err(world.type_error(format_args!("__format__ must return a str, not {name}")));
        };
        if text.is_empty() {
            return Ok(());
        }
        if self.only.is_none() && self.text.is_empty() && is_exact(world, str.borrow()) {
            self.only = Some(str);
            return Ok(());
        }
        self.push_text(text)
    }

    /// Adds the last string, which may be all there is even where it is of a class.
    ///
    /// # Errors
    /// As [`push`](Self::push).
    pub(super) fn push_last(&mut self, str: Ref) -> Res<()> {
        let first = self.only.is_none() && self.text.is_empty();
        if first && str.borrow().view::<StrObject>().is_some_and(|str| !str.text().is_empty()) {
            self.only = Some(str);
            return Ok(());
        }
        self.push(str)
    }

    /// Adds text.
    ///
    /// # Errors
    /// `MemoryError`.
    pub(super) fn push_text(&mut self, text: Text<'_>) -> Res<()> {
        if text.is_empty() {
            return Ok(());
        }
        let world = self.text.world;
        self.builder()?.push_text(text).or_raise(world)
    }

    /// Where more text goes.
    ///
    /// # Errors
    /// `MemoryError`.
    pub(super) fn builder(&mut self) -> Res<&mut TextBuilder<'w>> {
        if let Some(only) = self.only.take()
            && let Some(first) = only.borrow().view::<StrObject>()
        {
            self.text.push_text(first.text()).or_raise(self.text.world)?;
        }
        Ok(&mut self.text)
    }

    /// The string.
    ///
    /// # Errors
    /// `MemoryError`.
    pub(super) fn finish(self) -> Res {
        match self.only {
            Some(only) => Ok(only),
            None => self.text.finish(),
        }
    }
}
