//! Types that an embedding program adds: a Rust value behind an object header.
//!
//! ```text
//! | GC head 16 |  header 16  payload T  | weak list 8 |
//!  if T has slots                         if asked for
//! ```
//!
//! The payload is reached by shared reference alone, from the moment it is whole to the moment the
//! object dies. What in it belongs to the runtime lies in [`Slot`]s and [`MemBlock`]s, which are
//! *filled in place*: only when they are seen to lie inside a live object (whoever fills one is told
//! which). So one that lies elsewhere is empty, and none can be carried out of its object while
//! full: nobody is given a `&mut T`, and no cell whose contents can be swapped holds one ([`Leaf`]).
//! That is why neither needs to know, when it is dropped, whether its runtime is still there.
//!
//! An object dies in this order: finalizer, weak references, slots one by one, memory blocks, the
//! Rust value's own `Drop`, the block.

mod block;
mod slot;
mod trace;

use std::any::TypeId;
use std::marker::PhantomData;
use std::mem::{ManuallyDrop, offset_of};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::NonNull;

use runtime_core::{AllocError, Floor, Obj, Object, StampError, TypeFlags, TypeSpec, type_of};
use runtime_gc::{
    Borrowed, Container, Ref, dealloc, dealloc_plain, decref, release, track, traversal,
};

pub use block::MemBlock;
pub use block::ResizeError;
pub use slot::{Slot, lies_in};
pub use trace::{Leaf, Plain, Trace};

use crate::above::aside;
use crate::ty::{Type, TypeDef};
use crate::view::Layout;
use crate::world::World;

/// An object with a payload. Nobody makes one but [`birth`].
#[repr(C)]
pub struct OwnObject<T> {
    object: Object,
    value: T,
}

/// Where the list of weak references lies in objects that have one.
const fn weak_offset<T>() -> usize {
    size_of::<OwnObject<T>>()
}

/// The memory half of the type of `T`'s objects; `weak` for room for weak references.
pub const fn spec<T: Trace>(name: &'static str, weak: bool) -> TypeSpec {
    const {
        assert!(align_of::<T>() <= 16, "a block is aligned to 16 bytes");
        assert!(size_of::<OwnObject<T>>().is_multiple_of(8), "the weak list is a word");
    };
    let end = weak_offset::<T>();
    let plain = TypeSpec {
        name,
        basic_size: if weak { end + size_of::<usize>() } else { end },
        weak_list_offset: if weak { end as isize } else { 0 },
        layout: Layout::Own as u16,
        floor: Floor::World,
        tp_dealloc: die::<T>,
        ..TypeSpec::LEAF
    };
    if T::SLOTS == 0 {
        return plain;
    }
    TypeSpec {
        flags: TypeFlags::GC,
        tp_dealloc: dealloc::<Payload<T>>,
        tp_release: Some(release::<Payload<T>>),
        tp_traverse: Some(traversal::<Payload<T>>()),
        tp_clear: Some(clear::<T>),
        ..plain
    }
}

impl World {
    /// Stamps the type of `T`'s objects. Its `spec` is from [`spec`] for the same `T`.
    ///
    /// # Errors
    /// [`StampError`] when memory is short. The type may be there all the same, without its names;
    /// then it is completed by [`World::complete_own`].
    ///
    /// # Safety
    /// As [`World::stamp_type`]; and what allocates in `def` gives a block of the spec's size, fields
    /// zero, which nobody sees but [`birth`].
    pub unsafe fn stamp_own<T: Trace>(
        this: NonNull<World>,
        def: &TypeDef,
    ) -> Result<NonNull<Type>, StampError> {
        // SAFETY: per contract.
        unsafe {
            let ty = World::stamp_bare(this, def)?;
            ty.as_ref().own.set(Some(TypeId::of::<T>()));
            Ok(ty)
        }
    }

    /// Gives a stamped type its names, when it has none yet.
    ///
    /// # Errors
    /// [`StampError`] when memory is short; to be tried again.
    ///
    /// # Safety
    /// `ty` was stamped with this definition.
    pub unsafe fn complete_own(&self, ty: NonNull<Type>, def: &TypeDef) -> Result<(), StampError> {
        // SAFETY: per contract.
        match unsafe { ty.as_ref() }.dict.get() {
            Some(_) => Ok(()),
            None => crate::type_type::fill_dict(self, ty, def),
        }
    }
}

impl Type {
    /// Whether the payload of the type's objects is a `T`.
    #[inline(always)]
    pub fn is_own<T: 'static>(&self) -> bool {
        self.own.get() == Some(TypeId::of::<T>())
    }
}

/// The payload of an object, when it is a `T`.
#[inline(always)]
pub fn payload<'a, T: Trace>(op: Borrowed<'a>) -> Option<&'a T> {
    if Type::of(op).is_own::<T>() {
        // SAFETY: objects of the type are born with a `T`, which lives as long as they do; it is
        // shared, and the object is alive for `'a`.
        Some(unsafe { &(*op.as_obj().cast::<OwnObject<T>>().as_ptr()).value })
    } else {
        None
    }
}

/// A new object with this payload, by its type's `tp_alloc`; not tracked yet, see [`show`].
///
/// # Errors
/// [`AllocError`]; the payload is dropped then.
///
/// # Safety
/// The type was stamped by [`World::stamp_own`] for `T`.
pub unsafe fn birth<T: Trace>(ty: &Type, value: T) -> Result<Ref, AllocError> {
    // SAFETY: per contract the block is one of the spec's size, with a header; nobody else sees it,
    // and from here on it is whole.
    unsafe {
        let op = (ty.mem.tp_alloc)(ty.mem.as_ptr(), 0)?;
        (&raw mut (*op.cast::<OwnObject<T>>().as_ptr()).value).write(value);
        Ok(Ref::steal(op))
    }
}

/// Shows a finished object to the collector, if its type is one for it and nobody did.
pub fn show(op: &Ref) {
    // SAFETY: the object is alive and whole.
    unsafe {
        if type_of(op.as_obj()).as_ref().is_gc() && !runtime_gc::is_tracked(op.as_obj()) {
            track(op.as_obj());
        }
    }
}

/// The objects of `T`'s type, to the collector.
struct Payload<T>(PhantomData<T>);

/// # Safety
/// `op` is an object of `T`'s type whose payload is there.
unsafe fn value_of<'a, T>(op: Obj) -> &'a T {
    // SAFETY: per contract.
    unsafe { &(*op.cast::<OwnObject<T>>().as_ptr()).value }
}

// SAFETY: both see the slots of the payload, each once and in the order of the fields; which they are
// does not change.
unsafe impl<T: Trace> Container for Payload<T> {
    #[inline(always)]
    unsafe fn traverse(op: Obj, visit: &mut impl FnMut(Obj)) {
        // SAFETY: per contract.
        unsafe { value_of::<T>(op) }.each_slot(&mut |slot| {
            if let Some(held) = slot.peek() {
                visit(held);
            }
        });
    }

    unsafe fn release_next(op: Obj, cursor: &mut usize) -> Option<Obj> {
        // SAFETY: per contract; the cursor is the number of the next slot.
        let value = unsafe { value_of::<T>(op) };
        while *cursor < T::SLOTS {
            let slot = value.slot(*cursor);
            *cursor += 1;
            if let Some(held) = slot.and_then(Slot::take) {
                return Some(held.into_raw());
            }
        }
        // SAFETY: `None` is given once, so this runs once; nobody reaches the object any more.
        unsafe { drop_value::<T>(op) };
        None
    }

    unsafe fn free(op: Obj) {
        // SAFETY: per contract.
        unsafe { (type_of(op).as_ref().tp_free)(op) }
    }
}

/// `tp_clear`: empties the slots. Whoever looks at the payload meanwhile sees them empty.
///
/// # Safety
/// `op` is alive, of `T`'s type, and held by the caller.
unsafe fn clear<T: Trace>(op: Obj) {
    for index in 0..T::SLOTS {
        // SAFETY: per contract; no reference to the payload is held while something dies.
        let held = unsafe { value_of::<T>(op) }.slot(index).and_then(Slot::take);
        if let Some(held) = held {
            // SAFETY: the slot owned it.
            unsafe { decref(held.into_raw()) };
        }
    }
}

/// `tp_dealloc` of payloads without slots.
///
/// # Safety
/// The last reference to `op`, of `T`'s type, has just gone.
unsafe fn die<T: Trace>(op: Obj) {
    unsafe fn take_apart<T: Trace>(op: Obj) {
        // SAFETY: per contract of `die`.
        unsafe {
            drop_value::<T>(op);
            (type_of(op).as_ref().tp_free)(op);
        }
    }
    // SAFETY: per contract.
    unsafe { dealloc_plain(op, take_apart::<T>) }
}

/// Gives back the payload's memory blocks and drops it. A `Drop` of the program's own may do anything
/// but panic into the runtime.
///
/// # Safety
/// `op` is dead, of `T`'s type, with empty slots; its payload is not used again.
unsafe fn drop_value<T: Trace>(op: Obj) {
    // SAFETY: per contract.
    unsafe {
        value_of::<T>(op).give_back(type_of(op).as_ref().heap());
        if std::mem::needs_drop::<T>() {
            let value = op.cast::<u8>().add(offset_of!(OwnObject<T>, value)).cast::<T>();
            aside(World::ptr_of(op), |_| survive(|| value.drop_in_place()));
        }
    }
}

/// Runs code of the embedding program; `None` when it panicked. The payload of a panic is forgotten,
/// since dropping it may panic again.
pub fn survive<R>(run: impl FnOnce() -> R) -> Option<R> {
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(result) => Some(result),
        Err(payload) => {
            let _ = ManuallyDrop::new(payload);
            None
        }
    }
}
