//! The operators of `str`: `+`, `*`, `in`, `[]`, `repr`, `format`; and `+=` in place.

use std::ptr::NonNull;

use runtime_core::{AllocError, Event, Obj, type_of};
use runtime_gc::{Borrowed, Ref};

use super::{
    Interning, Kind, SMALL_ASCII, Searcher, State, StrObject, Text, TextBuilder, alloc_short,
    is_exact, no_memory,
};
use crate::cx::{Cx, OrRaise, Res};
use crate::exception::Exc;
use crate::kernel::format_spec::{Kind as Formatted, Spec};
use crate::kernel::repr as kernel_repr;
use crate::ty::Type;
use crate::view::{Layout, Look};
use crate::world::World;

/// The string itself, or an exact one of the same text.
///
/// # Errors
/// `MemoryError`; `TypeError` when it is no string.
#[inline]
pub fn unchanged(cx: &Cx<'_>, op: Borrowed<'_>) -> Res {
    if is_exact(cx, op) { Ok(op.owned()) } else { cx.str_from(super::text_of(cx, op)?) }
}

pub(super) fn str(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    unchanged(cx, op)
}

pub(super) fn repr(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let text = super::text_of(cx, op)?;
    if let Some(ascii) = text.as_ascii()
        && !ascii.iter().any(|c| matches!(c, 0..=0x1f | 0x7f | b'\'' | b'\\'))
        && let Some(len) = ascii.len().checked_add(2)
    {
        return cx.str_with(Kind::Ascii, len, |writer| {
            writer.fill(u32::from(b'\''), 1);
            writer.push(text);
            writer.fill(u32::from(b'\''), 1);
        });
    }
    let mut out = TextBuilder::new(cx);
    if kernel_repr::write_str(text.chars(), &mut out).is_err() {
        return Err(no_memory(cx));
    }
    out.finish()
}

/// `format(x, spec)`
pub(super) fn format(cx: &mut Cx<'_>, op: Borrowed<'_>, spec: Borrowed<'_>) -> Res {
    let spec_text = super::text_of(cx, spec)?;
    if spec_text.is_empty() {
        return crate::protocol::str(cx, op);
    }
    let text = super::text_of(cx, op)?;
    let refuse = |error| super::raise_format(cx, error, spec_text, Type::of(op).name());
    let spec = Spec::parse(spec_text.chars(), Formatted::Str).map_err(refuse)?;
    let layout = spec.text_layout(text.len()).map_err(refuse)?;
    if layout.left == 0 && layout.right == 0 && layout.shown == text.len() {
        // Even where it is of a class: CPython gives what it was given.
        return Ok(if text.is_empty() { cx.empty_str() } else { op.owned() });
    }
    padded(cx, text.slice(0, layout.shown), layout.left, layout.right, spec.fill)
}

/// Text with fill characters on both sides.
pub(super) fn padded(cx: &World, text: Text<'_>, left: usize, right: usize, fill: u32) -> Res {
    let Some(len) = left.checked_add(right).and_then(|fills| fills.checked_add(text.len())) else {
        return Err(cx.raise_no_memory(AllocError::TooLarge));
    };
    let filled = if left == 0 && right == 0 { 0 } else { fill };
    cx.str_with(Kind::holding(text.max_char() | filled), len, |writer| {
        writer.fill(fill, left);
        writer.push(text);
        writer.fill(fill, right);
    })
}

/// `a + b`; the other operand itself when one is empty.
///
/// # Errors
/// `TypeError` when one is no string, `OverflowError`, `MemoryError`.
pub fn concat(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>) -> Res {
    if let (Some(left), Some(right)) = (a.view::<StrObject>(), b.view::<StrObject>())
        && let (Text::Ascii(left), Text::Ascii(right)) = (left.text(), right.text())
        && (1..=SMALL_ASCII).contains(&left.len())
        && (1..=SMALL_ASCII - left.len()).contains(&right.len())
        && let Some((op, text)) = alloc_short(cx, left.len() + right.len())
    {
        // SAFETY: the new text has room for both, and its one reference is ours.
        unsafe {
            copy_text(left, text);
            copy_text(right, text.add(left.len()));
            return Ok(Ref::steal(op));
        }
    }
    concat_long(cx, a, b)
}

/// Copies text of at least one byte. Most texts are short, and copied sooner than a function for any
/// length is called.
///
/// # Safety
/// There is room for the text at `to`, and it is not there.
#[inline(always)]
unsafe fn copy_text(from: &[u8], to: NonNull<u8>) {
    let (len, from, to) = (from.len(), from.as_ptr(), to.as_ptr());
    /// The first and the last `T` of the text, which overlap or touch.
    #[inline(always)]
    unsafe fn ends<T>(from: *const u8, to: *mut u8, len: usize) {
        let last = len - size_of::<T>();
        // SAFETY: per contract of `copy_text` for a text of one to two `T`.
        unsafe {
            let (head, tail) = (from.cast::<T>(), from.add(last).cast::<T>());
            let (head, tail) = (head.read_unaligned(), tail.read_unaligned());
            to.cast::<T>().write_unaligned(head);
            to.add(last).cast::<T>().write_unaligned(tail);
        }
    }
    // SAFETY: per contract; each arm copies all bytes and no others.
    unsafe {
        match len {
            17..=32 => ends::<u128>(from, to, len),
            8..=16 => ends::<u64>(from, to, len),
            4..=7 => ends::<u32>(from, to, len),
            2..=3 => ends::<u16>(from, to, len),
            1 => to.write(from.read()),
            _ => std::ptr::copy_nonoverlapping(from, to, len),
        }
    }
}

#[inline(never)]
fn concat_long(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>) -> Res {
    let left = a.expect::<StrObject>(cx)?;
    let Some(right) = b.view::<StrObject>() else {
        let name = Type::of(b).name();
        return Err(cx.type_error(format_args!("can only concatenate str (not \"{name}\") to str")));
    };
    if left.is_empty() {
        return unchanged(cx, b);
    }
    if right.is_empty() {
        return unchanged(cx, a);
    }
    let len = joined_len(cx, left, right)?;
    cx.str_with(left.kind().max(right.kind()), len, |writer| {
        writer.push(left.text());
        writer.push(right.text());
    })
}

fn joined_len(cx: &World, left: &StrObject, right: &StrObject) -> Res<usize> {
    let len = left.len().checked_add(right.len()).filter(|&len| isize::try_from(len).is_ok());
    len.ok_or_else(|| cx.raise(Exc::OverflowError, format_args!("strings are too large to concat")))
}

/// `s += t` for an owned `s`: its block grows when nobody else can see it. CPython:
/// `PyUnicode_Append`.
///
/// Fails as `s + t` does; `left` is released then.
///
/// # Errors
/// `TypeError`, `OverflowError`, `MemoryError`.
pub fn concat_in_place(cx: &mut Cx<'_>, left: Ref, right: Borrowed<'_>) -> Res {
    if let (Some(grown), Some(more)) =
        (left.borrow().view::<StrObject>(), right.view::<StrObject>())
        && can_grow(cx, left.borrow(), grown, more)
    {
        let len = joined_len(cx, grown, more)?;
        // SAFETY: `can_grow` saw to it that ours is the only reference.
        return unsafe { grow(cx, left, right, len) };
    }
    concat(cx, left.borrow(), right)
}

/// Whether a string may be changed: an exact, unshared one that no table knows by its hash, with
/// room for the characters of the other in its form.
fn can_grow(cx: &World, op: Borrowed<'_>, left: &StrObject, right: &StrObject) -> bool {
    op.header().count() == 1
        && is_exact(cx, op)
        && left.hash.get() == -1
        && left.interning() == Interning::Not
        && !left.is_empty()
        && !right.is_empty()
        && right.kind() <= left.kind()
}

/// # Safety
/// `left` is an exact `str` with one reference and room in its form for the text of `right`, which is
/// another string; `len` is the sum of their lengths.
unsafe fn grow(cx: &World, left: Ref, right: Borrowed<'_>, len: usize) -> Res {
    let Some(this) = left.borrow().view::<StrObject>() else { return Ok(left) };
    let (kind, old_len) = (this.kind(), this.len());
    let (Some(old), Some(new)) = (kind.size(old_len), kind.size(len)) else {
        return Err(cx.raise_no_memory(AllocError::TooLarge));
    };
    if let Some(wide) = this.wide() {
        wide.forget_utf8(cx);
    }
    // SAFETY: per contract the block is of this heap, of `old` bytes, and nobody else looks at it; a
    // str has no collector head. On failure the old block is as it was.
    let block = unsafe { cx.heap().object_realloc(left.as_obj().cast(), old, new) }.or_raise(cx)?;
    // The one reference moved with the block.
    let from = left.into_raw();
    // SAFETY: the block begins with the string's header and has room for `len` characters and a zero;
    // `right` is another object, since two references to `left` would have been counted.
    unsafe {
        let str = block.cast::<StrObject>().as_ref();
        str.len.set(len);
        str.state.set(State { kind, interned: Interning::Not, _pad: [0; 6] });
        let end = block.add(kind.header()).add(old_len * kind.unit());
        let mut writer = super::StrWriter::at(kind, end, len - old_len);
        if let Some(right) = right.view::<StrObject>() {
            writer.push(right.text());
        }
        block.add(kind.header()).add(len * kind.unit()).write_bytes(0, kind.unit());
        let object: Obj = block.cast();
        let ty = type_of(object);
        cx.heap().emit(|| Event::Moved { from, object, ty: ty.as_ref(), size: new });
        Ok(Ref::steal(block.cast()))
    }
}

/// `s * n`; the string itself once.
pub(super) fn repeat(cx: &mut Cx<'_>, op: Borrowed<'_>, count: Borrowed<'_>) -> Res {
    let count = crate::protocol::to_index(cx, count, Exc::OverflowError)?;
    let this = op.expect::<StrObject>(cx)?;
    if count == 1 || (count > 0 && this.is_empty()) {
        return unchanged(cx, op);
    }
    repeat_text(cx, this.text(), usize::try_from(count).unwrap_or(0))
}

/// A text many times over.
///
/// # Errors
/// `OverflowError`, `MemoryError`.
pub fn repeat_text(cx: &World, text: Text<'_>, count: usize) -> Res {
    let len = text.len().checked_mul(count).filter(|&len| isize::try_from(len).is_ok());
    let Some(len) = len else {
        let text = format_args!("repeated string is too long");
        return Err(cx.raise(Exc::OverflowError, text));
    };
    cx.str_with(Kind::holding(text.max_char()), len, |writer| {
        if let (1, Some(code)) = (text.len(), text.get(0)) {
            writer.fill(code, count);
            return;
        }
        writer.push(text);
        writer.repeat_last(text.len());
    })
}

/// `t in s`
pub(super) fn contains(cx: &mut Cx<'_>, op: Borrowed<'_>, item: Borrowed<'_>) -> Res<bool> {
    let hay = super::text_of(cx, op)?;
    let Some(needle) = item.view::<StrObject>() else {
        let name = Type::of(item).name();
        return Err(cx.type_error(format_args!(
            "'in <string>' requires string as left operand, not {name}"
        )));
    };
    Ok(Searcher::new(needle.text()).find(hay, 0).is_some())
}

/// `s[k]`
pub(super) fn subscript(cx: &mut Cx<'_>, op: Borrowed<'_>, key: Borrowed<'_>) -> Res {
    let this = op.expect::<StrObject>(cx)?;
    if key.ty().layout == Layout::Slice as u16 {
        let (start, _, step, count) = crate::slice::bounds(cx, key, this.len())?;
        if count == this.len() && step == 1 {
            return unchanged(cx, op);
        }
        return slice(cx, this.text(), start, step, count);
    }
    if Type::of(key).slots.index.is_none() {
        let name = Type::of(key).name();
        return Err(cx.type_error(format_args!("string indices must be integers, not '{name}'")));
    }
    let index = crate::protocol::to_index(cx, key, Exc::IndexError)?;
    let from_end = if index < 0 { this.len() } else { 0 };
    let code = this.text().get(from_end.wrapping_add_signed(index));
    match code.filter(|_| index >= 0 || index.unsigned_abs() <= this.len()) {
        Some(code) => cx.str_from_code(code),
        None => Err(cx.raise(Exc::IndexError, format_args!("string index out of range"))),
    }
}

/// The `count` characters at `start`, `start + step`, ..., which are all within the text.
///
/// # Errors
/// `MemoryError`.
pub fn slice(cx: &World, text: Text<'_>, start: isize, step: isize, count: usize) -> Res {
    let start = start.max(0) as usize;
    if step == 1 {
        return cx.str_from(text.slice(start, start.saturating_add(count)));
    }
    let at = |i: usize| start.wrapping_add_signed((i as isize).wrapping_mul(step));
    let codes = || (0..count).map(|i| text.get(at(i)).unwrap_or(0));
    let kind = match text {
        Text::Ascii(_) => Kind::Ascii,
        _ => Kind::holding(codes().fold(0, |all, code| all | code)),
    };
    cx.str_from_chars(kind, count, codes())
}

impl super::WideStrObject {
    /// Drops the UTF-8 form, which a change of the text makes wrong.
    fn forget_utf8(&self, cx: &World) {
        if let Some(utf8) = NonNull::new(self.utf8.replace(std::ptr::null_mut())) {
            // SAFETY: the string owned the block, of that length and a zero.
            unsafe { cx.heap().free(utf8, self.utf8_len.get() + 1) };
            self.utf8_len.set(0);
        }
    }
}
