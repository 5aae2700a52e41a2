//! `bytearray`: bytes in a block of their own, which grows ahead of its use and may be lent.
//!
//! ```text
//! header 16 | length 8 | allocated 8 | block 8 | start 8 | exports 8          56 bytes
//!                                        |         |
//!                                        v         v
//!                                        given up  | n bytes | 0 | room       Mem domain
//! ```
//!
//! Bytes deleted at the front are given up by moving the start. Invariant: there is no block exactly
//! when `allocated` is 0; else the bytes and the zero behind them lie within it. While `exports` is
//! not 0 neither block nor length change: somebody looks at the bytes, see [`crate::buffer`].
//!
//! Nothing here keeps a slice over a call that may run a program's code. CPython:
//! `Objects/bytearrayobject.c`.

mod methods;
mod new;
mod slices;
#[cfg(test)]
mod tests;

use std::cell::Cell;
use std::ptr::{NonNull, null_mut};

use runtime_core::{AllocError, Floor, Heap, Obj, TypeFlags, TypeSpec, VarObject, type_of};
use runtime_gc::{Borrowed, Ref};

use crate::buffer::{BufferSlot, Format, Span, is_bytes_like};
use crate::bytes::{Flavor, in_bytes, joined, repr_of};
use crate::cx::{Cx, OrRaise, Res};
use crate::exception::Exc;
use crate::kernel::growth::{ByteArrayFit, bytearray_fit};
use crate::ty::{Binary, Compare, Slots, Type, TypeDef};
use crate::view::{Layout, Look, View};
use crate::world::World;

/// A bytearray.
#[repr(C)]
pub struct ByteArrayObject {
    var: VarObject,
    allocated: Cell<usize>,
    block: Cell<*mut u8>,
    start: Cell<*mut u8>,
    exports: Cell<usize>,
}

const _: () = assert!(size_of::<ByteArrayObject>() == 56);

// SAFETY: only `bytearray` and its subclasses carry the number; all fields are cells.
unsafe impl View for ByteArrayObject {
    const LAYOUT: u16 = Layout::ByteArray as u16;
    const NAME: &'static str = "bytearray";
}

pub(crate) const DEF: TypeDef = TypeDef {
    spec: TypeSpec {
        name: "bytearray",
        basic_size: size_of::<ByteArrayObject>(),
        flags: TypeFlags::BASE,
        layout: Layout::ByteArray as u16,
        floor: Floor::World,
        tp_dealloc: dealloc,
        ..TypeSpec::LEAF
    },
    slots: Slots {
        repr: Some(repr),
        str: Some(repr),
        compare: Some(compare),
        len: Some(|cx, op| Ok(op.expect::<ByteArrayObject>(cx)?.len())),
        bool: Some(|cx, op| Ok(!op.expect::<ByteArrayObject>(cx)?.is_empty())),
        concat: Some(concat),
        repeat: Some(repeat),
        concat_in_place: Some(concat_in_place),
        repeat_in_place: Some(repeat_in_place),
        iter: Some(crate::iter::over_bytearray),
        contains: Some(in_bytes),
        subscript: Some(slices::subscript),
        set_subscript: Some(slices::set_subscript),
        new: Some(new::new),
        init: Some(new::init),
        buffer: Some(BUFFER),
        ..Slots::NONE
    }
    .with_binary([(Binary::Mod, |cx, a, b| {
        crate::bytes::modulo(cx, crate::bytes::Flavor::Array, a, b)
    })]),
    methods: methods::METHODS,
    class_methods: crate::bytes::methods::CLASS,
    doc: "bytearray(iterable_of_ints) -> bytearray\n\
          bytearray(string, encoding[, errors]) -> bytearray\n\
          bytearray(bytes_or_buffer) -> mutable copy of bytes_or_buffer\n\
          bytearray(int) -> bytes array of size given by the parameter initialized with null bytes\n\
          bytearray() -> empty bytes array\n\n\
          Construct a mutable bytearray object from:\n  \
          - an iterable yielding integers in range(256)\n  \
          - a text string encoded using the specified encoding\n  \
          - a bytes or a buffer object\n  - any object implementing the buffer API.\n  - an integer",
    ..TypeDef::EMPTY
};

const BUFFER: BufferSlot = BufferSlot {
    acquire: |world, op| match op.view::<ByteArrayObject>() {
        Some(this) => {
            this.exports.set(this.exports.get().wrapping_add(1));
            Ok(Span {
                start: NonNull::new(this.start.get()).unwrap_or(NonNull::dangling()),
                len: this.len(),
                readonly: false,
                format: Format::BYTES,
            })
        }
        None => Err(world.type_error(format_args!("descriptor requires a 'bytearray' object"))),
    },
    release: |_, op| {
        if let Some(this) = op.view::<ByteArrayObject>() {
            debug_assert!(this.exports.get() > 0, "released more often than acquired");
            this.exports.set(this.exports.get().saturating_sub(1));
        }
    },
};

impl ByteArrayObject {
    /// Number of bytes.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.var.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes of the block: those in use, the zero behind them, the room, and what was given up.
    pub fn allocated(&self) -> usize {
        self.allocated.get()
    }

    /// The block and its bytes, once there is one.
    pub(crate) fn array(&self) -> Option<(NonNull<u8>, usize)> {
        Some((NonNull::new(self.block.get())?, self.allocated()))
    }

    /// How often the bytes are lent right now.
    pub fn exports(&self) -> usize {
        self.exports.get()
    }

    /// The bytes as they are until a program's code may run.
    pub fn bytes<'a>(&'a self, _: &'a World) -> &'a [u8] {
        match NonNull::new(self.start.get()) {
            // SAFETY: so many bytes of the block are in use; nobody writes to them while the world is
            // borrowed, since that takes an operation on it.
            Some(start) => unsafe { std::slice::from_raw_parts(start.as_ptr(), self.len()) },
            None => &[],
        }
    }

    /// One byte.
    fn get(&self, at: usize) -> Option<u8> {
        if at >= self.len() {
            return None;
        }
        // SAFETY: the position is below the length.
        Some(unsafe { self.start.get().add(at).read() })
    }

    /// Overwrites bytes from `at` on, as far as they are the array's.
    ///
    /// `bytes` are not the array's own: every caller has them from a block of its own, or from an
    /// object that it has just made.
    fn write(&self, at: usize, bytes: &[u8]) {
        let count = bytes.len().min(self.len().saturating_sub(at));
        if count > 0 {
            // SAFETY: the bytes lie within the block, and the others elsewhere.
            unsafe {
                let to = self.start.get().add(at);
                std::ptr::copy_nonoverlapping(bytes.as_ptr(), to, count);
            }
        }
    }

    /// Moves `count` bytes within the array; both runs lie within its bytes.
    fn shift(&self, from: usize, to: usize, count: usize) {
        debug_assert!(from.max(to) + count <= self.len());
        if count > 0 {
            // SAFETY: per contract both runs lie within the block.
            unsafe {
                let start = self.start.get();
                std::ptr::copy(start.add(from), start.add(to), count);
            }
        }
    }

    /// The bytes for change, for a change that runs nobody's code.
    fn change(&self, change: impl FnOnce(&mut [u8])) {
        if let Some(start) = NonNull::new(self.start.get()) {
            // SAFETY: so many bytes are in use, and `change`, which is given nothing else, is the only
            // one that sees them until it is done.
            change(unsafe { std::slice::from_raw_parts_mut(start.as_ptr(), self.len()) });
        }
    }

    /// Whether the length may change.
    ///
    /// # Errors
    /// `BufferError` while the bytes are lent.
    fn check_resizable(&self, world: &World) -> Res<()> {
        if self.exports.get() > 0 {
            return Err(world.raise(
                Exc::BufferError,
                format_args!("Existing exports of data: object cannot be re-sized"),
            ));
        }
        Ok(())
    }

    /// Makes the array `new` bytes long; the bytes that it has more are zero.
    ///
    /// # Errors
    /// `BufferError` while the bytes are lent, unless the length stays; `MemoryError`. The array is
    /// unchanged then.
    fn resize(&self, world: &World, new: usize) -> Res<()> {
        if new == self.len() {
            return Ok(());
        }
        self.check_resizable(world)?;
        let len = self.len();
        self.fit(world.heap(), new).or_raise(world)?;
        if new > len {
            // SAFETY: the block has room for `new` bytes.
            unsafe { self.start.get().add(len).write_bytes(0, new - len) };
        }
        Ok(())
    }

    /// Fits the block to `new` bytes; those that it has more are not written. A smaller block that is
    /// refused is done without. CPython: `PyByteArray_Resize`.
    fn fit(&self, heap: &Heap, new: usize) -> Result<(), AllocError> {
        let offset = self.start.get().addr() - self.block.get().addr();
        let fit = bytearray_fit(self.allocated(), offset, new).ok_or(AllocError::TooLarge)?;
        let moved = match fit {
            ByteArrayFit::Keep => Ok(()),
            ByteArrayFit::Exactly(allocated) => self.reallocate(heap, offset, allocated, new),
        };
        match moved {
            Err(error) if new > self.len() => return Err(error),
            _ => {}
        }
        self.var.size.set(new as isize);
        // SAFETY: there is a block with room for `new` bytes and a zero.
        unsafe { self.start.get().add(new).write(0) };
        Ok(())
    }

    /// Moves the bytes, as many as are in use before and after, to a block of this size.
    fn reallocate(
        &self,
        heap: &Heap,
        offset: usize,
        allocated: usize,
        new: usize,
    ) -> Result<(), AllocError> {
        let have = self.allocated();
        // SAFETY: the block, if there is one, is of the heap and has `have` bytes; the bytes in use
        // fit the new one, and the old one is not used once they are there.
        let block = unsafe {
            match NonNull::new(self.block.get()) {
                Some(block) if offset == 0 => heap.realloc(block, have, allocated)?,
                old => {
                    let made = heap.alloc(allocated)?;
                    if let Some(old) = old {
                        let kept = self.len().min(new);
                        std::ptr::copy_nonoverlapping(self.start.get(), made.as_ptr(), kept);
                        heap.free(old, have);
                    }
                    made
                }
            }
        };
        self.block.set(block.as_ptr());
        self.start.set(block.as_ptr());
        self.allocated.set(allocated);
        Ok(())
    }

    /// Puts `new` in the place of the bytes `start..end`. `new` is not the array's own.
    ///
    /// # Errors
    /// `BufferError` when the length would change while the bytes are lent; `MemoryError`. The array
    /// is unchanged then. CPython: `bytearray_setslice_linear`.
    fn splice(&self, world: &World, start: usize, end: usize, new: &[u8]) -> Res<()> {
        let (len, gone) = (self.len(), end - start);
        debug_assert!(end <= len);
        let Some(total) = (len - gone).checked_add(new.len()) else {
            return Err(world.raise_no_memory(AllocError::TooLarge));
        };
        if total < len {
            self.check_resizable(world)?;
            if start == 0 {
                // SAFETY: fewer bytes than are in use are given up at the front.
                self.start.set(unsafe { self.start.get().add(len - total) });
                self.var.size.set(total as isize);
            } else {
                self.shift(end, start + new.len(), len - end);
            }
            self.fit(world.heap(), total).or_raise(world)?;
        } else if total > len {
            self.resize(world, total)?;
            self.shift(end, start + new.len(), len - end);
        }
        self.write(start, new);
        Ok(())
    }
}

/// # Safety
/// The last reference to the array has just gone.
unsafe fn dealloc(op: Obj) {
    // SAFETY: per contract; whoever the bytes are lent to holds a reference, so nobody looks at them.
    unsafe {
        free_block(op);
        (type_of(op).as_ref().tp_free)(op);
    }
}

/// Gives the block of a dead array back, before the object itself goes.
///
/// # Safety
/// `op` is a dead bytearray, of a subclass perhaps, that is not used but to be freed.
pub(crate) unsafe fn free_block(op: Obj) {
    // SAFETY: per contract; the block is of the heap, with that size.
    unsafe {
        let this = op.cast::<ByteArrayObject>().as_ref();
        if let Some(block) = NonNull::new(this.block.replace(null_mut())) {
            type_of(op).as_ref().heap().free(block, this.allocated());
        }
    }
}

/// An array of `len` bytes that are not written yet, with room for exactly them.
fn alloc(world: &World, len: usize) -> Result<Ref, AllocError> {
    let ty = world.ty(world.types.bytearray);
    let (block, allocated) = match len {
        0 => (null_mut(), 0),
        _ => {
            let allocated = len.checked_add(1).ok_or(AllocError::TooLarge)?;
            (world.heap().alloc(allocated)?.as_ptr(), allocated)
        }
    };
    let op = match ty.mem.alloc_sized::<false>(size_of::<ByteArrayObject>()) {
        Ok(op) => op,
        Err(error) => {
            if let Some(block) = NonNull::new(block) {
                // SAFETY: the block is ours, of that size.
                unsafe { world.heap().free(block, allocated) };
            }
            return Err(error);
        }
    };
    // SAFETY: the object's fields are written before anybody sees it; the block has a place for the
    // zero; the one reference is ours.
    unsafe {
        let p = op.cast::<ByteArrayObject>().as_ptr();
        (&raw mut (*p).var.size).write(Cell::new(len as isize));
        (&raw mut (*p).allocated).write(Cell::new(allocated));
        (&raw mut (*p).block).write(Cell::new(block));
        (&raw mut (*p).start).write(Cell::new(block));
        (&raw mut (*p).exports).write(Cell::new(0));
        if len > 0 {
            block.add(len).write(0);
        }
        Ok(Ref::steal(op))
    }
}

/// A bytearray of these bytes.
///
/// # Errors
/// `MemoryError`.
pub fn from_bytes(world: &World, bytes: &[u8]) -> Res {
    let made = alloc(world, bytes.len()).or_raise(world)?;
    if let Some(this) = made.borrow().view::<ByteArrayObject>() {
        this.write(0, bytes);
    }
    Ok(made)
}

/// A bytearray of this length that `fill` writes, over zeros.
///
/// # Errors
/// `MemoryError`.
pub(crate) fn with(world: &World, len: usize, fill: impl FnOnce(&mut [u8])) -> Res {
    let made = alloc(world, len).or_raise(world)?;
    match made.borrow().view::<ByteArrayObject>() {
        Some(this) if len > 0 => {
            // SAFETY: the block has `len` bytes, initialised here before they are lent as a slice.
            unsafe { this.start.get().write_bytes(0, len) };
            this.change(fill);
        }
        _ => fill(&mut []),
    }
    Ok(made)
}

fn repr(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let this = op.expect::<ByteArrayObject>(cx)?;
    repr_of(cx, this.bytes(cx), Some(Type::of(op).name()))
}

/// Compares with anything that lends its bytes.
fn compare(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>, op: Compare) -> Res {
    if !is_bytes_like(a) || !is_bytes_like(b) {
        return Ok(cx.not_implemented());
    }
    let (Some(x), Some(y)) = (crate::buffer::lent(cx, a), crate::buffer::lent(cx, b)) else {
        return Ok(cx.not_implemented());
    };
    let (x, y) = (x.bytes(cx), y.bytes(cx));
    Ok(cx.bool(match op {
        Compare::Eq => x == y,
        Compare::Ne => x != y,
        _ => op.holds(x.cmp(y)),
    }))
}

/// `a + b`
fn concat(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>) -> Res {
    let right = crate::bytes::operand(cx, a, b)?;
    let left = a.expect::<ByteArrayObject>(cx)?.bytes(cx);
    joined(cx, Flavor::Array, left, right.bytes(cx))
}

/// `a += b`
fn concat_in_place(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>) -> Res {
    let this = a.expect::<ByteArrayObject>(cx)?;
    // Also for `a += a`, which is refused since the bytes are lent: to itself.
    let right = crate::bytes::operand(cx, a, b)?;
    let len = this.len();
    this.splice(cx, len, len, right.bytes(cx))?;
    Ok(a.owned())
}

/// `a * n`
fn repeat(cx: &mut Cx<'_>, op: Borrowed<'_>, count: Borrowed<'_>) -> Res {
    let count = crate::protocol::to_index(cx, count, Exc::OverflowError)?.max(0) as usize;
    let bytes = op.expect::<ByteArrayObject>(cx)?.bytes(cx);
    let Some(len) = bytes.len().checked_mul(count) else {
        return Err(cx.raise_no_memory(AllocError::TooLarge));
    };
    with(cx, len, |out| crate::bytes::fill_with(out, bytes))
}

/// `a *= n`
fn repeat_in_place(cx: &mut Cx<'_>, op: Borrowed<'_>, count: Borrowed<'_>) -> Res {
    let count = crate::protocol::to_index(cx, count, Exc::OverflowError)?.max(0) as usize;
    let this = op.expect::<ByteArrayObject>(cx)?;
    let len = this.len();
    let Some(total) = len.checked_mul(count) else {
        return Err(cx.raise_no_memory(AllocError::TooLarge));
    };
    if count != 1 {
        this.resize(cx, total)?;
        this.change(|bytes| crate::bytes::double_up(bytes, len));
    }
    Ok(op.owned())
}
