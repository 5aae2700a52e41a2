//! Writing a string of known length and form straight into its block.

use std::ptr::NonNull;

use runtime_gc::Ref;

use super::{Kind, StrObject, Text, alloc};
use crate::cx::{OrRaise, Res};
use crate::view::Look;
use crate::world::World;

/// Writes the characters of a new string, front to back. What would not fit is dropped.
pub struct StrWriter<'s> {
    kind: Kind,
    next: NonNull<u8>,
    left: usize,
    _block: std::marker::PhantomData<&'s mut [u8]>,
}

impl StrWriter<'_> {
    /// A writer of `left` characters at `next`.
    ///
    /// # Safety
    /// There is room for that many units of the kind, aligned, which nobody else looks at while the
    /// writer is used.
    pub(super) const unsafe fn at(kind: Kind, next: NonNull<u8>, left: usize) -> Self {
        Self { kind, next, left, _block: std::marker::PhantomData }
    }

    /// Characters that there is still room for.
    pub const fn left(&self) -> usize {
        self.left
    }

    /// Appends text, whose form is not wider than the string's.
    #[inline]
    pub fn push(&mut self, text: Text<'_>) {
        let text = if text.len() > self.left { text.slice(0, self.left) } else { text };
        debug_assert!(
            matches!(text, Text::Ascii(_)) || Kind::holding(text.max_char()) <= self.kind,
            "the caller computed the widest form"
        );
        // SAFETY: there is room for the text's characters, and a new string overlaps no other.
        unsafe {
            match (self.kind.unit(), text) {
                (1, Text::Ascii(units) | Text::Latin1(units)) => copy(units, self.next),
                (2, Text::Ucs2(units)) => copy(units, self.next),
                (4, Text::Ucs4(units)) => copy(units, self.next),
                (2, Text::Ascii(units) | Text::Latin1(units)) => {
                    let to = self.next.cast::<u16>();
                    units.iter().enumerate().for_each(|(i, &c)| to.add(i).write(u16::from(c)));
                }
                (4, Text::Ascii(units) | Text::Latin1(units)) => {
                    let to = self.next.cast::<u32>();
                    units.iter().enumerate().for_each(|(i, &c)| to.add(i).write(u32::from(c)));
                }
                (4, Text::Ucs2(units)) => {
                    let to = self.next.cast::<u32>();
                    units.iter().enumerate().for_each(|(i, &c)| to.add(i).write(u32::from(c)));
                }
                (_, text) => {
                    // Wide text whose characters are all narrow.
                    let mut to = self.next;
                    for c in text.chars() {
                        if self.kind.unit() == 1 {
                            to.write(c as u8);
                        } else {
                            to.cast::<u16>().write(c as u16);
                        }
                        to = to.add(self.kind.unit());
                    }
                }
            }
        }
        self.advance(text.len());
    }

    /// Appends one character `count` times; its form is not wider than the string's.
    pub fn fill(&mut self, code: u32, count: usize) {
        let count = count.min(self.left);
        debug_assert!(Kind::holding(code) <= self.kind, "the caller computed the widest form");
        // SAFETY: there is room for `count` units.
        unsafe {
            match self.kind.unit() {
                1 => self.next.write_bytes(code as u8, count),
                2 => (0..count).for_each(|i| self.next.cast::<u16>().add(i).write(code as u16)),
                _ => (0..count).for_each(|i| self.next.cast::<u32>().add(i).write(code)),
            }
        }
        self.advance(count);
    }

    /// Appends copies of what stands in the last `len` characters until the string is full.
    pub(super) fn repeat_last(&mut self, len: usize) {
        let mut have = len;
        while self.left > 0 && have > 0 {
            let now = have.min(self.left);
            // SAFETY: the last `have` characters are written, and `now` more fit behind them.
            unsafe {
                let unit = self.kind.unit();
                let from = self.next.sub(have * unit);
                std::ptr::copy_nonoverlapping(from.as_ptr(), self.next.as_ptr(), now * unit);
            }
            self.advance(now);
            // A whole number of copies stands before the end, so twice as much can be copied next.
            have += now;
        }
    }

    fn advance(&mut self, count: usize) {
        // SAFETY: `count` characters are within the room that was left.
        self.next = unsafe { self.next.add(count * self.kind.unit()) };
        self.left -= count;
    }
}

/// # Safety
/// There is room for the units at `to`, which they do not overlap.
#[inline(always)]
unsafe fn copy<T: Copy>(units: &[T], to: NonNull<u8>) {
    // SAFETY: per contract.
    unsafe { std::ptr::copy_nonoverlapping(units.as_ptr(), to.cast().as_ptr(), units.len()) }
}

impl World {
    /// A string of `len` characters that `write` writes. `kind` is the narrowest form for them.
    ///
    /// # Errors
    /// `MemoryError`.
    #[inline]
    pub fn str_with(&self, kind: Kind, len: usize, write: impl FnOnce(&mut StrWriter<'_>)) -> Res {
        if len == 0 {
            return Ok(self.empty_str());
        }
        self.charge_bytes(len)?;
        let (op, next) = alloc(self, kind, len).or_raise(self)?;
        // SAFETY: the allocation's one reference is ours.
        let str = unsafe { Ref::steal(op) };
        // SAFETY: the block has room for `len` units behind its header, and is ours alone.
        let mut writer = unsafe { StrWriter::at(kind, next, len) };
        write(&mut writer);
        debug_assert_eq!(writer.left, 0, "the caller computed the length");
        if writer.left > 0 {
            writer.fill(0, writer.left);
        }
        if len == 1
            && kind <= Kind::Latin1
            && let Some(code) = str.borrow().view::<StrObject>().and_then(|str| str.text().get(0))
        {
            return Ok(self.latin1_char(code as u8));
        }
        Ok(str)
    }
}
