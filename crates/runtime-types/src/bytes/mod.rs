//! `bytes`: immutable bytes inside the object; and what `bytearray` has in common with it.
//!
//! ```text
//! header 16 | length 8 | hash 8 | n bytes | 0          33 + n, no collector head
//! ```
//!
//! No bytes at all, and each byte alone, exist once. The methods work on slices of bytes and give
//! their results in the type of the object that they were called on ([`Flavor`]):
//!
//! ```text
//! new        bytes(x), bytes of anything        operators   + * [] == in repr
//! find       find, count, startswith, ...       split       split, join, splitlines, partition
//! edit       strip, center, replace, upper ...  hex         hex, fromhex
//! percent    b'%d' % x                          methods     the table of all of them
//! ```
//!
//! The bytes of a `bytearray` may change or move whenever a program's code runs. So a method first
//! makes numbers and [buffers](crate::buffer) of its arguments, and looks at its own bytes after that.

mod edit;
mod find;
mod hex;
pub(crate) mod methods;
mod new;
mod operators;
mod percent;
mod split;
#[cfg(test)]
pub(crate) mod tests;

use std::cell::Cell;
use std::ptr::NonNull;

use runtime_core::{AllocError, Floor, HeapVec, Obj, TypeFlags, TypeSpec, VarObject};
use runtime_gc::{Borrowed, Ref};

use crate::buffer::{BufferSlot, Format, Span};
use crate::bytearray::ByteArrayObject;
use crate::cx::{Cx, OrRaise, Res};
use crate::exception::Exc;
use crate::kernel::hash::hash_bytes;
use crate::ty::{Binary, Slots, Type, TypeDef};
use crate::view::{Layout, Look, View};
use crate::world::World;

pub(crate) use hex::{Grouping, hex_text};
pub use new::to_bytes;
pub(crate) use new::{ByteRange, byte_arg, gather, given_texts};
pub(crate) use operators::{
    at, double_up, fill_with, in_bytes, joined, operand, part, position, repr_of,
};
pub(crate) use percent::modulo;

/// The header of every `bytes`; the bytes follow, and a zero.
#[repr(C)]
pub struct BytesObject {
    var: VarObject,
    /// -1 until computed.
    hash: Cell<i64>,
}

const _: () = assert!(size_of::<BytesObject>() == 32, "the bytes begin behind the hash");

/// Bytes of an object without any of its own: the header and the zero.
const EMPTY_SIZE: usize = size_of::<BytesObject>() + 1;

// SAFETY: only `bytes` and its subclasses carry the number; the hash is a cell, the bytes are written
// before the object is shown.
unsafe impl View for BytesObject {
    const LAYOUT: u16 = Layout::Bytes as u16;
    const NAME: &'static str = "bytes";
}

pub(crate) const DEF: TypeDef = TypeDef {
    spec: TypeSpec {
        name: "bytes",
        basic_size: EMPTY_SIZE,
        item_size: 1,
        flags: TypeFlags::BYTES.with(TypeFlags::BASE).with(TypeFlags::INERT),
        layout: Layout::Bytes as u16,
        floor: Floor::World,
        ..TypeSpec::LEAF
    },
    slots: Slots {
        repr: Some(operators::repr),
        str: Some(operators::repr),
        hash: Some(|cx, op| Ok(op.expect::<BytesObject>(cx)?.hash(cx))),
        compare: Some(operators::compare),
        len: Some(|cx, op| Ok(op.expect::<BytesObject>(cx)?.len())),
        bool: Some(|cx, op| Ok(!op.expect::<BytesObject>(cx)?.is_empty())),
        concat: Some(operators::concat),
        repeat: Some(operators::repeat),
        iter: Some(crate::iter::over_bytes),
        contains: Some(operators::contains),
        subscript: Some(operators::subscript),
        new: Some(new::new),
        buffer: Some(BUFFER),
        ..Slots::NONE
    }
    .with_binary([(Binary::Mod, |cx, a, b| percent::modulo(cx, Flavor::Bytes, a, b))]),
    methods: methods::BYTES,
    class_methods: methods::CLASS,
    doc: "bytes(iterable_of_ints) -> bytes\nbytes(string, encoding[, errors]) -> bytes\n\
          bytes(bytes_or_buffer) -> immutable copy of bytes_or_buffer\n\
          bytes(int) -> bytes object of size given by the parameter initialized with null bytes\n\
          bytes() -> empty bytes object\n\n\
          Construct an immutable array of bytes from:\n  \
          - an iterable yielding integers in range(256)\n  \
          - a text string encoded using the specified encoding\n  \
          - any object implementing the buffer API.\n  - an integer",
    ..TypeDef::EMPTY
};

/// Immutable memory needs no count of who looks at it.
const BUFFER: BufferSlot = BufferSlot {
    acquire: |world, op| match op.view::<BytesObject>() {
        Some(this) => {
            Ok(Span { start: this.start(), len: this.len(), readonly: true, format: Format::BYTES })
        }
        None => Err(world.type_error(format_args!("descriptor requires a 'bytes' object"))),
    },
    release: |_, _| {},
};

impl BytesObject {
    /// Number of bytes.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.var.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Address of the first byte.
    fn start(&self) -> NonNull<u8> {
        // SAFETY: the block goes on behind the header.
        unsafe { NonNull::from(self).cast::<u8>().add(size_of::<Self>()) }
    }

    /// The bytes.
    #[inline]
    pub fn bytes(&self) -> &[u8] {
        // SAFETY: so many bytes lie behind the header, written before the object was shown to anyone
        // and never changed.
        unsafe { std::slice::from_raw_parts(self.start().as_ptr(), self.len()) }
    }

    /// The hash, computed once: CPython's SipHash-1-3.
    pub fn hash(&self, world: &World) -> i64 {
        let known = self.hash.get();
        if known != -1 {
            return known;
        }
        let hash = hash_bytes(world.hash_secret, self.bytes());
        self.hash.set(hash);
        hash
    }
}

/// New bytes of this length and exact type, whose memory the caller writes at the address given.
fn alloc(world: &World, len: usize) -> Result<(Obj, NonNull<u8>), AllocError> {
    let size = EMPTY_SIZE.checked_add(len).ok_or(AllocError::TooLarge)?;
    let op = world.ty(world.types.bytes).mem.alloc_sized::<false>(size)?;
    // SAFETY: the block has the header, `len` bytes and the zero.
    Ok((op, unsafe { init(op, len) }))
}

/// Writes all of the object but its bytes, and gives the address where those go.
///
/// # Safety
/// `op` is a new object with a type and room for `len` bytes and a zero.
unsafe fn init(op: Obj, len: usize) -> NonNull<u8> {
    // SAFETY: per contract.
    unsafe {
        let this = op.cast::<BytesObject>().as_ptr();
        (&raw mut (*this).var.size).write(Cell::new(len as isize));
        (&raw mut (*this).hash).write(Cell::new(-1));
        let start = op.cast::<u8>().add(size_of::<BytesObject>());
        start.add(len).write(0);
        start
    }
}

impl World {
    /// `bytes` of these bytes; none at all and single ones are shared.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn bytes(&self, bytes: &[u8]) -> Res {
        match bytes {
            [] => return Ok(self.empty_bytes()),
            [byte] => return Ok(self.one_byte(*byte)),
            _ => {}
        }
        let (op, start) = alloc(self, bytes.len()).or_raise(self)?;
        // SAFETY: there is room for all of them, in a block that overlaps no other; the one reference
        // is ours.
        unsafe {
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), start.as_ptr(), bytes.len());
            Ok(Ref::steal(op))
        }
    }

    /// `bytes` of this length that `fill` writes, over zeros.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn bytes_with(&self, len: usize, fill: impl FnOnce(&mut [u8])) -> Res {
        if len == 0 {
            fill(&mut []);
            return Ok(self.empty_bytes());
        }
        self.charge_bytes(len)?;
        let (op, start) = alloc(self, len).or_raise(self)?;
        // SAFETY: the block has room for `len` bytes, which are ours alone until the object is given
        // away, and initialised before they are lent as a slice.
        let (made, bytes) = unsafe {
            start.write_bytes(0, len);
            (Ref::steal(op), std::slice::from_raw_parts_mut(start.as_ptr(), len))
        };
        fill(bytes);
        match bytes {
            [byte] => Ok(self.one_byte(*byte)),
            _ => Ok(made),
        }
    }

    /// Makes one of the shared objects at start-up: a fresh one whatever its length.
    ///
    /// # Errors
    /// `AllocError` from the heap.
    pub(crate) fn shared_bytes(&self, bytes: &[u8]) -> Result<Obj, AllocError> {
        let (op, start) = alloc(self, bytes.len())?;
        // SAFETY: as in `bytes`.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), start.as_ptr(), bytes.len()) };
        Ok(op)
    }
}

/// A `bytes` of a type derived from it.
fn of_type(world: &World, ty: &Type, bytes: &[u8]) -> Res {
    // SAFETY: the type is alive and derived from `bytes`, so `tp_alloc` gives room for the bytes and
    // a zero behind the header; the one reference is ours.
    unsafe {
        let op = (ty.mem.tp_alloc)(NonNull::from(&ty.mem), bytes.len()).or_raise(world)?;
        let start = init(op, bytes.len());
        std::ptr::copy_nonoverlapping(bytes.as_ptr(), start.as_ptr(), bytes.len());
        let made = Ref::steal(op);
        crate::class::track_instance(&made);
        Ok(made)
    }
}

/// Whether an object is exactly a `bytes`, not of a subclass.
#[inline(always)]
pub fn is_exact(world: &World, op: Borrowed<'_>) -> bool {
    op.ty_ptr() == world.types.bytes.cast()
}

/// The type of a method's result: that of the object, subclasses aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flavor {
    Bytes,
    Array,
}

impl Flavor {
    /// That of an object which is one of the two.
    pub(crate) fn of(op: Borrowed<'_>) -> Self {
        if op.is_a::<BytesObject>() { Self::Bytes } else { Self::Array }
    }

    /// An object with these bytes.
    ///
    /// # Errors
    /// `MemoryError`.
    pub(crate) fn make(self, world: &World, bytes: &[u8]) -> Res {
        match self {
            Self::Bytes => world.bytes(bytes),
            Self::Array => crate::bytearray::from_bytes(world, bytes),
        }
    }

    /// An object of this length that `fill` writes, over zeros.
    ///
    /// # Errors
    /// `MemoryError`.
    pub(crate) fn with(self, world: &World, len: usize, fill: impl FnOnce(&mut [u8])) -> Res {
        match self {
            Self::Bytes if len > isize::MAX as usize - EMPTY_SIZE => {
                Err(too_long(world, format_args!("byte string is too large")))
            }
            Self::Bytes => world.bytes_with(len, fill),
            Self::Array => crate::bytearray::with(world, len, fill),
        }
    }

    /// `bytes` that would be equal to the object are the object itself; a `bytearray` never is.
    ///
    /// # Errors
    /// `MemoryError`.
    pub(crate) fn unchanged(self, world: &World, op: Borrowed<'_>) -> Res {
        if is_exact(world, op) {
            return Ok(op.owned());
        }
        self.make(world, data(world, op)?)
    }
}

/// The bytes of a `bytes` or `bytearray`, as they are until a program's code may run.
///
/// # Errors
/// `TypeError` when the object is neither.
pub(crate) fn data<'a>(world: &'a World, op: Borrowed<'a>) -> Res<&'a [u8]> {
    if let Some(this) = op.view::<BytesObject>() {
        return Ok(this.bytes());
    }
    match op.view::<ByteArrayObject>() {
        Some(this) => Ok(this.bytes(world)),
        None => {
            let name = Type::of(op).name();
            Err(world.type_error(format_args!(
                "descriptor requires a 'bytes' object but received a '{name}'"
            )))
        }
    }
}

/// The object of a method.
fn this<'a>(cx: &Cx<'_>, args: &crate::args::Args<'a>) -> Res<Borrowed<'a>> {
    crate::list::this(cx, args)
}

/// Bytes put together piece by piece, in memory of the heap.
pub(crate) fn scratch(world: &World) -> HeapVec<u8> {
    world.byte_buffer()
}

/// `OverflowError` for a length that no object can have.
fn too_long(world: &World, what: std::fmt::Arguments<'_>) -> crate::cx::Raised {
    world.raise(Exc::OverflowError, what)
}
