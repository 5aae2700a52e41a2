//! The module `array`: numbers of one kind side by side, in a block that grows ahead of its use and
//! may be lent.
//!
//! ```text
//! GC head 16 | header 16 | length 8 | items 8 | allocated 8 | kind 8 | weak list 8 | exports 8
//!                                       |
//!                                       v
//!                          item 0 | item 1 | ... | room            1 to 8 bytes each, Mem domain
//! ```
//!
//! Invariant: the block has room for `allocated` items, and there is none exactly when that is 0. While
//! `exports` is not 0 neither block nor length change. Turning an object into an item may run its
//! code: it is done before the array is looked at. CPython: `Modules/arraymodule.c`.

mod item;
mod methods;
mod new;
mod slices;

use std::cell::Cell;
use std::ptr::{NonNull, null_mut};

use runtime_core::{AllocError, Floor, Heap, Obj, TypeFlags, TypeSpec, VarObject, type_of};
use runtime_gc::{Borrowed, Container, Ref, dealloc, release, traversal};

use crate::buffer::{BufferSlot, Span};
use crate::cx::{Cx, OrRaise, Res};
use crate::exception::Exc;
use crate::field::Field;
use crate::iter::itself;
use crate::late::{Late, add_types, finish_module};
use crate::native::{fixed, free_fixed, object};
use crate::ty::{Slots, TypeDef};
use crate::view::{Layout, Look, View};
use crate::world::World;

use item::Kind;

/// An array.
#[repr(C)]
pub(crate) struct ArrayObject {
    var: VarObject,
    items: Cell<*mut u8>,
    allocated: Cell<usize>,
    /// The letter of its kind, in the low byte.
    kind: Cell<usize>,
    weak_refs: Cell<usize>,
    exports: Cell<usize>,
}

const _: () = assert!(size_of::<ArrayObject>() == 64);

// SAFETY: only `array` and its subclasses carry the number; all fields are cells.
unsafe impl View for ArrayObject {
    const LAYOUT: u16 = Layout::Array as u16;
    const NAME: &'static str = "array.array";
}

object! {
    /// An iterator over an array.
    ArrayIterObject as ArrayIter, "array.arrayiterator", 40 {
        array: Field,
        index: Cell<usize>,
        _reserved: Cell<usize>,
    } owns [array]
}

pub(crate) const ARRAY: TypeDef = TypeDef {
    spec: TypeSpec {
        name: "array.array",
        basic_size: size_of::<ArrayObject>(),
        flags: TypeFlags::GC.with(TypeFlags::BASE),
        layout: Layout::Array as u16,
        floor: Floor::World,
        weak_list_offset: std::mem::offset_of!(ArrayObject, weak_refs) as isize,
        tp_dealloc: dealloc::<ArrayObject>,
        tp_free: free_fixed,
        tp_release: Some(release::<ArrayObject>),
        tp_traverse: Some(traversal::<ArrayObject>()),
        ..TypeSpec::LEAF
    },
    slots: Slots {
        repr: Some(methods::repr),
        compare: Some(methods::compare),
        iter: Some(iterator),
        len: Some(|cx, op| Ok(op.expect::<ArrayObject>(cx)?.len())),
        bool: Some(|cx, op| Ok(op.expect::<ArrayObject>(cx)?.len() != 0)),
        contains: Some(methods::contains),
        subscript: Some(slices::subscript),
        set_subscript: Some(slices::set_subscript),
        concat: Some(methods::concat),
        repeat: Some(methods::repeat),
        concat_in_place: Some(methods::concat_in_place),
        repeat_in_place: Some(methods::repeat_in_place),
        buffer: Some(BUFFER),
        new: Some(new::new),
        ..Slots::NONE
    },
    methods: methods::METHODS,
    getset: methods::ATTRIBUTES,
    doc: "array(typecode [, initializer]) -> array",
    module: "array",
    ..TypeDef::EMPTY
};

pub(crate) const ARRAY_ITER: TypeDef = TypeDef {
    spec: fixed::<ArrayIterObject>("array.arrayiterator", Layout::ArrayIter),
    slots: Slots { iter: Some(itself), next: Some(next), ..Slots::NONE },
    module: "array",
    ..TypeDef::EMPTY
};

/// The module.
///
/// # Errors
/// `MemoryError`.
pub fn make_module(cx: &mut Cx<'_>) -> Res {
    let dict = crate::dict::new(cx)?;
    add_types(cx, dict.borrow(), &[Late::Array])?;
    let values = [
        ("ArrayType", Late::Array.ty(cx)?.as_borrowed().owned()),
        ("typecodes", cx.str(item::CODES)?),
    ];
    for (name, value) in values {
        let name = cx.name(name)?;
        crate::dict::set_name(cx, dict.borrow(), name.borrow(), value)?;
    }
    finish_module(cx, "array", dict)
}

const BUFFER: BufferSlot = BufferSlot {
    acquire: |world, op| match op.view::<ArrayObject>() {
        Some(this) => {
            this.exports.set(this.exports.get().wrapping_add(1));
            Ok(Span {
                start: NonNull::new(this.items.get()).unwrap_or(NonNull::dangling()),
                len: this.len() * this.kind().size(),
                readonly: false,
                format: this.kind().format(),
            })
        }
        None => Err(world.type_error(format_args!("descriptor requires an 'array' object"))),
    },
    release: |_, op| {
        if let Some(this) = op.view::<ArrayObject>() {
            debug_assert!(this.exports.get() > 0, "released more often than acquired");
            this.exports.set(this.exports.get().saturating_sub(1));
        }
    },
};

impl ArrayObject {
    fn len(&self) -> usize {
        self.var.len()
    }

    fn kind(&self) -> Kind {
        Kind::of(self.kind.get() as u8)
    }

    /// The bytes of all items, until anything is done with the array.
    fn bytes<'a>(&'a self, _: &'a World) -> &'a [u8] {
        match NonNull::new(self.items.get()) {
            // SAFETY: so many bytes of the block are in use; nobody writes to them while the world is
            // borrowed, since that takes an operation on it.
            Some(items) => unsafe {
                std::slice::from_raw_parts(items.as_ptr(), self.len() * self.kind().size())
            },
            None => &[],
        }
    }

    /// The bytes for a change that runs nobody's code.
    fn change(&self, change: impl FnOnce(&mut [u8])) {
        if let Some(items) = NonNull::new(self.items.get()) {
            let len = self.len() * self.kind().size();
            // SAFETY: so many bytes are in use, and `change`, which is given nothing else, is the
            // only one that sees them until it is done.
            change(unsafe { std::slice::from_raw_parts_mut(items.as_ptr(), len) });
        }
    }

    /// Overwrites bytes from an item on, as far as they are the array's. `bytes` are not its own.
    fn write(&self, at: usize, bytes: &[u8]) {
        let at = at * self.kind().size();
        self.change(|own| {
            if let Some(own) = own.get_mut(at..) {
                own.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
            }
        });
    }

    /// Puts an item in its place, if that is there.
    fn put(&self, at: usize, item: item::Bytes) {
        if at < self.len() {
            self.write(at, item.get(..self.kind().size()).unwrap_or_default());
        }
    }

    /// An item as an object.
    fn get(&self, cx: &Cx<'_>, at: usize) -> Res<Option<Ref>> {
        let kind = self.kind();
        let from = at.checked_mul(kind.size());
        let bytes = from.and_then(|from| self.bytes(cx).get(from..from + kind.size()));
        bytes.map(|bytes| kind.object(cx, bytes)).transpose()
    }

    /// Whether the length may change.
    fn check_resizable(&self, world: &World) -> Res<()> {
        if self.exports.get() > 0 {
            return Err(world.raise(
                Exc::BufferError,
                format_args!("cannot resize an array that is exporting buffers"),
            ));
        }
        Ok(())
    }

    /// Makes the array `new` items long; items that it has more are not written. CPython:
    /// `array_resize`.
    ///
    /// # Errors
    /// `BufferError` while it is lent, `MemoryError`; the array is unchanged then.
    fn resize(&self, world: &World, new: usize) -> Res<()> {
        let len = self.len();
        if new != len {
            self.check_resizable(world)?;
        }
        let (have, size) = (self.allocated.get(), self.kind().size());
        if have >= new && len < new.saturating_add(16) && have > 0 {
            self.var.size.set(new as isize);
            return Ok(());
        }
        let room = match new {
            0 => Some(0),
            _ => {
                (new >> 4).checked_add(if len < 8 { 3 } else { 7 }).and_then(|n| n.checked_add(new))
            }
        };
        let room = room.ok_or(AllocError::TooLarge).or_raise(world)?;
        self.set_room(world.heap(), room, size).or_raise(world)?;
        self.var.size.set(new as isize);
        Ok(())
    }

    /// Gives the block room for so many items of so many bytes.
    fn set_room(&self, heap: &Heap, room: usize, size: usize) -> Result<(), AllocError> {
        let bytes = room.checked_mul(size).ok_or(AllocError::TooLarge)?;
        let have = self.allocated.get() * size;
        // SAFETY: the block, if there is one, has `have` bytes, and is not used again once it moved;
        // new bytes are written at once, so that no item shows what lay there before.
        let items = unsafe {
            match NonNull::new(self.items.get()) {
                Some(block) if bytes == 0 => {
                    heap.free(block, have);
                    null_mut()
                }
                Some(block) => heap.realloc(block, have, bytes)?.as_ptr(),
                None if bytes == 0 => null_mut(),
                None => heap.alloc(bytes)?.as_ptr(),
            }
        };
        if bytes > have {
            // SAFETY: the block has `bytes` bytes.
            unsafe { items.add(have).write_bytes(0, bytes - have) };
        }
        self.items.set(items);
        self.allocated.set(room);
        Ok(())
    }

    /// Puts the bytes of whole items in the place of the items `start..end`. `new` is not the
    /// array's own.
    fn splice(&self, world: &World, start: usize, end: usize, new: &[u8]) -> Res<()> {
        let (len, size) = (self.len(), self.kind().size());
        debug_assert!(start <= end && end <= len);
        let added = new.len() / size;
        let total = len - (end - start) + added;
        if total > len {
            self.resize(world, total)?;
        } else if total < len {
            self.check_resizable(world)?;
        }
        self.change(|bytes| {
            // As many items as before lie here, or already as many as after.
            let (from, to, tail) = (end * size, (start + added) * size, (len - end) * size);
            if from != to && from.max(to) + tail <= bytes.len() {
                bytes.copy_within(from..from + tail, to);
            }
        });
        if total < len {
            self.resize(world, total)?;
        }
        self.write(start, new);
        Ok(())
    }
}

// SAFETY: an array owns no references.
unsafe impl Container for ArrayObject {
    unsafe fn traverse(_: Obj, _: &mut impl FnMut(Obj)) {}

    unsafe fn release_next(op: Obj, _: &mut usize) -> Option<Obj> {
        // SAFETY: per contract; whoever the bytes are lent to holds a reference, so nobody looks at
        // them; the block is of the heap, with that size.
        unsafe {
            let this = op.cast::<Self>().as_ref();
            if let Some(block) = NonNull::new(this.items.replace(null_mut())) {
                let bytes = this.allocated.replace(0) * this.kind().size();
                type_of(op).as_ref().heap().free(block, bytes);
            }
        }
        None
    }

    unsafe fn free(op: Obj) {
        // SAFETY: per contract.
        unsafe { free_fixed(op) }
    }
}

/// An array of this kind and length, all items zero.
fn make(cx: &Cx<'_>, kind: Kind, len: usize) -> Res {
    let made = crate::class::new_object(cx, Late::Array.ty(cx)?)?;
    fit(cx, made.borrow(), kind, len)?;
    Ok(made)
}

/// Makes a new array one of this kind and length.
fn fit(cx: &Cx<'_>, op: Borrowed<'_>, kind: Kind, len: usize) -> Res<()> {
    let this = op.expect::<ArrayObject>(cx)?;
    this.kind.set(usize::from(kind.code()));
    this.set_room(cx.heap(), len, kind.size()).or_raise(cx)?;
    this.var.size.set(len as isize);
    Ok(())
}

fn iterator(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let made = crate::class::new_object(cx, Late::ArrayIter.ty(cx)?)?;
    made.borrow().expect::<ArrayIterObject>(cx)?.array.set(Some(op.owned()));
    Ok(made)
}

fn next(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Option<Ref>> {
    let this = op.expect::<ArrayIterObject>(cx)?;
    let Some(array) = this.array.get() else { return Ok(None) };
    let item = array.borrow().expect::<ArrayObject>(cx)?.get(cx, this.index.get())?;
    match item {
        Some(_) => this.index.set(this.index.get() + 1),
        None => this.array.set(None),
    }
    Ok(item)
}
