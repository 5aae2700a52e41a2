//! `str`: immutable text in the narrowest form that holds it (PEP 393).
//!
//! ```text
//! ASCII      header 16 | length 8 | hash 8 | state 8                              | n + 1 bytes
//! others     header 16 | length 8 | hash 8 | state 8 | UTF-8 length 8 | UTF-8 ptr 8 | (n + 1) units
//! ```
//!
//! A unit is 1 byte (Latin-1), 2 (UCS-2) or 4 (UCS-4); the one behind the last is zero.

mod build;
mod codec;
mod edit;
mod errors;
mod find;
mod format;
mod intern;
mod methods;
mod new;
mod operators;
mod percent;
mod search;
mod split;
mod text;
mod write;

#[cfg(test)]
mod tests;

use std::cell::Cell;
use std::ptr::NonNull;

use runtime_core::{AllocError, Floor, Obj, Object, SMALL_MAX, TypeFlags, TypeSpec};
use runtime_gc::{Borrowed, Ref};

use crate::cx::{Cx, OrRaise, Res};
use crate::ty::{Binary, Compare, Slots, Type, TypeDef};
use crate::view::{Layout, Look, View};
use crate::world::World;

pub use build::TextBuilder;
pub(crate) use codec::{decode, encode};
pub use edit::maketrans;
pub(crate) use errors::{no_memory, raise_format};
pub(crate) use intern::Interned;
pub use new::ascii;
pub(crate) use new::derived_size;
pub use operators::{concat, concat_in_place, repeat_text, slice, unchanged};
pub(crate) use percent::{raise_percent, whole};
pub use search::Searcher;
pub use split::join_items;
pub use text::{Chars, Text};
pub use write::StrWriter;

/// The header of every `str`, up to where ASCII text begins.
#[repr(C)]
pub struct StrObject {
    object: Object,
    len: Cell<usize>,
    /// -1 until computed.
    hash: Cell<i64>,
    state: Cell<State>,
}

/// The header of a `str` that is not ASCII.
#[repr(C)]
struct WideStrObject {
    head: StrObject,
    utf8_len: Cell<usize>,
    utf8: Cell<*mut u8>,
}

const _: () = assert!(size_of::<StrObject>() == 40);
const _: () = assert!(size_of::<WideStrObject>() == 56);

/// Form of a string and whether it is interned.
#[repr(C)]
#[derive(Clone, Copy)]
struct State {
    kind: Kind,
    interned: Interning,
    _pad: [u8; 6],
}

/// The form that a string is kept in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Kind {
    /// 7-bit characters, one byte each.
    Ascii,
    /// Up to U+00FF, one byte each.
    Latin1,
    /// Up to U+FFFF, two bytes each.
    Ucs2,
    /// Four bytes each.
    Ucs4,
}

impl Kind {
    /// The narrowest form that holds characters up to `max`.
    pub const fn holding(max: u32) -> Self {
        match max {
            0..=0x7f => Self::Ascii,
            0x80..=0xff => Self::Latin1,
            0x100..=0xffff => Self::Ucs2,
            _ => Self::Ucs4,
        }
    }

    /// Bytes of one character.
    pub const fn unit(self) -> usize {
        match self {
            Self::Ascii | Self::Latin1 => 1,
            Self::Ucs2 => 2,
            Self::Ucs4 => 4,
        }
    }

    /// Bytes in front of the text.
    pub(crate) const fn header(self) -> usize {
        match self {
            Self::Ascii => size_of::<StrObject>(),
            _ => size_of::<WideStrObject>(),
        }
    }

    /// Bytes of a whole string of `len` characters; `None` on overflow.
    pub(crate) const fn size(self, len: usize) -> Option<usize> {
        let Some(units) = len.checked_add(1) else { return None };
        let Some(bytes) = units.checked_mul(self.unit()) else { return None };
        self.header().checked_add(bytes)
    }
}

/// Whether a string is the one of its text, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Interning {
    /// Any string.
    Not,
    /// The one of its text while it lives.
    Mortal,
    /// The one of its text for ever.
    Immortal,
}

// SAFETY: only `str` and its subclasses carry the number; all fields that change are cells.
unsafe impl View for StrObject {
    const LAYOUT: u16 = Layout::Str as u16;
    const NAME: &'static str = "str";
}

/// `str`, the memory half and the slots of this file; methods are in `string::methods`.
pub(crate) const DEF: TypeDef = TypeDef {
    spec: TypeSpec {
        name: "str",
        basic_size: size_of::<StrObject>(),
        flags: TypeFlags::STR.with(TypeFlags::BASE).with(TypeFlags::INERT),
        layout: Layout::Str as u16,
        floor: Floor::World,
        tp_dealloc: dealloc,
        tp_free: free,
        ..TypeSpec::LEAF
    },
    slots: Slots {
        repr: Some(operators::repr),
        str: Some(operators::str),
        format: Some(operators::format),
        hash: Some(|cx, op| Ok(hash_of(cx, op.expect(cx)?))),
        compare: Some(compare),
        len: Some(|cx, op| Ok(op.expect::<StrObject>(cx)?.len())),
        bool: Some(|cx, op| Ok(!op.expect::<StrObject>(cx)?.is_empty())),
        concat: Some(operators::concat),
        repeat: Some(operators::repeat),
        iter: Some(crate::iter::over_str),
        contains: Some(operators::contains),
        subscript: Some(operators::subscript),
        new: Some(new::new),
        ..Slots::NONE
    }
    .with_binary([(Binary::Mod, percent::modulo)]),
    methods: methods::METHODS,
    class_methods: methods::CLASS,
    doc: "str(object='') -> str",
    ..TypeDef::EMPTY
};

impl StrObject {
    /// Length in characters.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.len.get()
    }

    /// Whether it is the empty string.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The form that it is kept in.
    #[inline(always)]
    pub fn kind(&self) -> Kind {
        self.state.get().kind
    }

    /// The hash, when it was asked for before; else -1. Keys of dicts and sets have theirs.
    #[inline(always)]
    pub(crate) fn known_hash(&self) -> i64 {
        self.hash.get()
    }

    /// Whether and how it is interned.
    pub fn interning(&self) -> Interning {
        self.state.get().interned
    }

    fn set_interning(&self, interned: Interning) {
        self.state.set(State { interned, ..self.state.get() });
    }

    /// The characters.
    #[inline]
    pub fn text(&self) -> Text<'_> {
        let len = self.len();
        let start = std::ptr::from_ref(self).cast::<u8>();
        // SAFETY: the string's block holds `len` units of its kind behind the header, written before
        // it was shown to anyone and never changed while it can be seen.
        unsafe {
            let data = start.add(self.kind().header());
            match self.kind() {
                Kind::Ascii => Text::Ascii(std::slice::from_raw_parts(data, len)),
                Kind::Latin1 => Text::Latin1(std::slice::from_raw_parts(data, len)),
                Kind::Ucs2 => Text::Ucs2(std::slice::from_raw_parts(data.cast(), len)),
                Kind::Ucs4 => Text::Ucs4(std::slice::from_raw_parts(data.cast(), len)),
            }
        }
    }

    /// Bytes of the object as `sys.getsizeof` counts them: the header, the text and its zero, and
    /// the UTF-8 form when it has been made. CPython: `unicode_sizeof`.
    pub fn size_of(&self) -> usize {
        let whole = self.kind().size(self.len()).unwrap_or(usize::MAX);
        whole
            + self.wide().map_or(0, |wide| match wide.utf8.get().is_null() {
                true => 0,
                false => wide.utf8_len.get() + 1,
            })
    }

    fn wide(&self) -> Option<&WideStrObject> {
        if self.kind() == Kind::Ascii {
            return None;
        }
        // SAFETY: a string that is not ASCII has the wide header.
        Some(unsafe { &*std::ptr::from_ref(self).cast() })
    }
}

/// A new string of `len` characters of this kind, whose text the caller writes at the address given.
///
/// # Errors
/// `AllocError` from the heap.
#[inline]
fn alloc(world: &World, kind: Kind, len: usize) -> Result<(Obj, NonNull<u8>), AllocError> {
    let size = kind.size(len).ok_or(AllocError::TooLarge)?;
    // SAFETY: the world's types are alive.
    let op = unsafe { world.types.str.as_ref() }.mem.alloc_sized::<false>(size)?;
    // SAFETY: the block has that size.
    Ok((op, unsafe { init(op, kind, len) }))
}

/// Writes all of a string but its text, and gives the address where that goes.
///
/// # Safety
/// `op` is a new object with the header of a `str` and the bytes of one of this kind and length.
#[inline(always)]
unsafe fn init(op: Obj, kind: Kind, len: usize) -> NonNull<u8> {
    // SAFETY: the block has `size` bytes: the header of the kind, then `len + 1` units.
    unsafe {
        let str = op.cast::<StrObject>().as_ptr();
        (*str).len = Cell::new(len);
        (*str).hash = Cell::new(-1);
        (*str).state = Cell::new(State { kind, interned: Interning::Not, _pad: [0; 6] });
        if kind != Kind::Ascii {
            let wide = op.cast::<WideStrObject>().as_ptr();
            (*wide).utf8_len = Cell::new(0);
            (*wide).utf8 = Cell::new(std::ptr::null_mut());
        }
        let text = op.cast::<u8>().add(kind.header());
        match kind.unit() {
            1 => text.add(len).write(0),
            2 => text.cast::<u16>().add(len).write(0),
            _ => text.cast::<u32>().add(len).write(0),
        }
        text
    }
}

/// Most characters of an ASCII string whose block is small.
pub(crate) const SMALL_ASCII: usize = SMALL_MAX - size_of::<StrObject>() - 1;

/// A new ASCII string of at most [`SMALL_ASCII`] characters, by the short way, where there is one; the
/// caller writes its text at the address given.
#[inline(always)]
fn alloc_short(world: &World, len: usize) -> Option<(Obj, NonNull<u8>)> {
    debug_assert!(len <= SMALL_ASCII);
    // SAFETY: the type is alive, its pointer made from its whole block; a str has no head. The block
    // has the size.
    unsafe {
        let size = size_of::<StrObject>() + len + 1;
        let op = world.heap().object_short::<false>(world.types.str.cast(), size)?;
        Some((op, init(op, Kind::Ascii, len)))
    }
}

/// # Safety
/// The last reference to the string has just gone.
unsafe fn dealloc(op: Obj) {
    // SAFETY: per contract. An ASCII string that is not interned is known nowhere; its block has the
    // size that its length says.
    unsafe {
        let str = op.cast::<StrObject>().as_ref();
        let state = str.state.get();
        if state.kind == Kind::Ascii
            && state.interned == Interning::Not
            && str.len() <= SMALL_ASCII
            && op.as_ref().ty().as_ref().free_small::<false>(op)
        {
            return;
        }
        dealloc_long(op);
    }
}

/// # Safety
/// As [`dealloc`].
#[inline(never)]
unsafe fn dealloc_long(op: Obj) {
    // SAFETY: per contract.
    unsafe {
        forget(op);
        (op.as_ref().ty().as_ref().tp_free)(op);
    }
}

/// What is known of a string elsewhere is forgotten: that it is interned, and its UTF-8.
///
/// # Safety
/// The last reference to the string has just gone.
pub(crate) unsafe fn forget(op: Obj) {
    // SAFETY: per contract the string is whole, and its world alive.
    unsafe {
        let str = op.cast::<StrObject>().as_ref();
        if str.interning() == Interning::Mortal {
            World::of(op).interned.forget(str);
        }
        if let Some(wide) = str.wide()
            && let Some(utf8) = NonNull::new(wide.utf8.get())
        {
            op.as_ref().ty().as_ref().heap().free(utf8, wide.utf8_len.get() + 1);
        }
    }
}

/// # Safety
/// The string is dead.
unsafe fn free(op: Obj) {
    // SAFETY: per contract; the size is the one that it was allocated with.
    unsafe {
        let str = op.cast::<StrObject>().as_ref();
        let size = str.kind().size(str.len()).unwrap_or_default();
        op.as_ref().ty().as_ref().free_object(op, size);
    }
}

/// A text of one ASCII character as the object that all share; a longer one as it is.
fn shared(cx: &Cx<'_>, text: Ref) -> Ref {
    match text.borrow().view::<StrObject>().map(StrObject::text) {
        Some(Text::Ascii([code])) => cx.latin1_char(*code),
        _ => text,
    }
}

/// The object as text.
///
/// # Errors
/// `TypeError` when it is no `str`.
pub fn text_of<'a>(cx: &Cx<'_>, op: Borrowed<'a>) -> Res<Text<'a>> {
    Ok(op.expect::<StrObject>(cx)?.text())
}

/// The text of a `str` as the host's own; `None` when it is no `str`.
pub fn text_in(op: Borrowed<'_>) -> Option<String> {
    op.view::<StrObject>().map(|text| text.text().to_string())
}

/// The hash of a string, computed once. CPython's SipHash-1-3 over its units.
pub fn hash_of(world: &World, str: &StrObject) -> i64 {
    let known = str.hash.get();
    if known != -1 {
        return known;
    }
    let hash = str.text().hash(&world.hash_secret);
    str.hash.set(hash);
    hash
}

/// Whether two strings have the same text.
pub fn equal(a: &StrObject, b: &StrObject) -> bool {
    std::ptr::eq(a, b) || (a.len() == b.len() && a.kind() == b.kind() && a.text() == b.text())
}

fn compare(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>, op: Compare) -> Res {
    let (Some(x), Some(y)) = (a.view::<StrObject>(), b.view::<StrObject>()) else {
        return Ok(cx.not_implemented());
    };
    let holds = match op {
        Compare::Eq => equal(x, y),
        Compare::Ne => !equal(x, y),
        _ => op.holds(x.text().cmp(&y.text())),
    };
    Ok(cx.bool(holds))
}

impl World {
    /// A string of this text; the empty and one-character Latin-1 ones are shared.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn str(&self, text: &str) -> Res {
        if text.is_ascii() {
            return self.str_from(Text::Ascii(text.as_bytes()));
        }
        let max = text.chars().map(u32::from).max().unwrap_or(0);
        let len = text.chars().count();
        self.str_from_chars(Kind::holding(max), len, text.chars().map(u32::from))
    }

    /// A string of the same text, in the narrowest form.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn str_from(&self, text: Text<'_>) -> Res {
        if let Text::Ascii([code]) = text {
            return Ok(self.latin1_char(*code));
        }
        self.str_with(Kind::holding(text.max_char()), text.len(), |writer| writer.push(text))
    }

    /// A string of its own, whatever its length.
    ///
    /// # Errors
    /// `MemoryError`.
    pub(crate) fn fresh_ascii(&self, text: &[u8]) -> Res {
        self.charge_bytes(text.len())?;
        let op = self.shared_str(text, Kind::Ascii).or_raise(self)?;
        // SAFETY: the string is new.
        Ok(unsafe { Ref::steal(op) })
    }

    /// A string of one character, which may be a surrogate.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn str_from_code(&self, code: u32) -> Res {
        match u8::try_from(code) {
            Ok(code) => Ok(self.latin1_char(code)),
            Err(_) => self.str_with(Kind::holding(code), 1, |writer| writer.fill(code, 1)),
        }
    }

    /// A string of `len` characters, none of which needs a wider form than `kind`, which must be the
    /// narrowest for them.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn str_from_chars(&self, kind: Kind, len: usize, chars: impl Iterator<Item = u32>) -> Res {
        let mut chars = chars;
        if len == 0 {
            return Ok(self.empty_str());
        }
        if len == 1 && kind <= Kind::Latin1 {
            let code = chars.next().unwrap_or(0);
            return Ok(self.latin1_char(code as u8));
        }
        self.charge_bytes(len)?;
        let (op, text) = alloc(self, kind, len).or_raise(self)?;
        // SAFETY: the text has room for `len` units of the kind, and `take` stops there.
        unsafe {
            match kind {
                Kind::Ascii | Kind::Latin1 => {
                    chars.take(len).enumerate().for_each(|(i, c)| text.add(i).write(c as u8));
                }
                Kind::Ucs2 => {
                    let text = text.cast::<u16>();
                    chars.take(len).enumerate().for_each(|(i, c)| text.add(i).write(c as u16));
                }
                Kind::Ucs4 => {
                    let text = text.cast::<u32>();
                    chars.take(len).enumerate().for_each(|(i, c)| text.add(i).write(c));
                }
            }
            Ok(Ref::steal(op))
        }
    }

    /// Makes a string of one-byte characters: a fresh object whatever its length, as the shared ones
    /// are at start-up.
    ///
    /// # Errors
    /// `AllocError` from the heap.
    pub(crate) fn shared_str(&self, bytes: &[u8], kind: Kind) -> Result<Obj, AllocError> {
        let (op, text) = alloc(self, kind, bytes.len())?;
        // SAFETY: one byte a character, and room for all of them.
        unsafe {
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), text.as_ptr(), bytes.len());
            if kind == Kind::Latin1 {
                self.cache_utf8(op.cast::<WideStrObject>().as_ref())?;
            }
        }
        Ok(op)
    }

    /// Gives a non-ASCII string its UTF-8 form, as the shared Latin-1 characters have it from the
    /// start.
    fn cache_utf8(&self, wide: &WideStrObject) -> Result<(), AllocError> {
        let len = wide.head.text().chars().map(utf8_len).sum::<usize>();
        let utf8 = self.heap().alloc(len + 1)?;
        let mut at = 0;
        for c in wide.head.text().chars().filter_map(char::from_u32) {
            let mut buffer = [0; 4];
            for byte in c.encode_utf8(&mut buffer).bytes() {
                // SAFETY: `len` is the sum of what is written.
                unsafe { utf8.add(at).write(byte) };
                at += 1;
            }
        }
        // SAFETY: the last of `len + 1` bytes.
        unsafe { utf8.add(at).write(0) };
        wide.utf8_len.set(len);
        wide.utf8.set(utf8.as_ptr());
        Ok(())
    }
}

const fn utf8_len(c: u32) -> usize {
    match c {
        0..=0x7f => 1,
        0x80..=0x7ff => 2,
        0x800..=0xffff => 3,
        _ => 4,
    }
}

/// Whether an object is exactly a `str`, not of a subclass.
#[inline(always)]
pub fn is_exact(cx: &World, op: Borrowed<'_>) -> bool {
    std::ptr::eq(Type::of(op), cx.types.str.as_ptr())
}
