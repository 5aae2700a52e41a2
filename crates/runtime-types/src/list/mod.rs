//! `list`: references in an array of their own, which grows ahead of its use.
//!
//! ```text
//! GC head 16 | header 16 | length 8 | items 8 | allocated 8          40 bytes and the head
//!                                       |
//!                                       v
//!                          item 0 | item 1 | ... | room              8 bytes each, Mem domain
//! ```
//!
//! Invariant: the first `length` words of the array are owned references, `length <= allocated`, and
//! there is no array exactly when `allocated` is 0. While a list is sorted it has no items, and
//! `allocated` is -1: whoever changes the list meanwhile gives it an array of its own, which tells.
//!
//! Nothing here keeps an address inside the array over a call that may run a program's code, and
//! what a list gives up is released when the list is whole again. CPython: `Objects/listobject.c`.

mod build;
mod edit;
mod methods;
mod operators;
mod slices;
mod sort;
#[cfg(test)]
mod tests;
mod timsort;

use std::cell::Cell;
use std::mem;
use std::ptr::{NonNull, null_mut};

use runtime_core::{
    AllocError, Event, Floor, Heap, Obj, Storage, TypeFlags, TypeSpec, VarObject, type_of,
};
use runtime_gc::{Borrowed, Container, EXHAUSTED, Ref, dealloc, release, track, traversal};

use crate::cx::{OrRaise, Res};
use crate::kernel::growth;
use crate::ty::{Slots, TypeDef};
use crate::view::{Layout, Look, View};
use crate::world::World;

pub use build::{extend, from_iterable, from_tuple, steal, to_tuple};
pub use edit::{insert, pop_last, reverse};
pub(crate) use methods::{position, search_bounds, sort_by};
pub use methods::{this, two};
pub(crate) use operators::push_repr;
pub use sort::sort;

/// A list.
#[repr(C)]
pub struct ListObject {
    var: VarObject,
    items: Cell<*mut Obj>,
    allocated: Cell<isize>,
}

const _: () = assert!(mem::size_of::<ListObject>() == 40);

/// Bytes of an item in the array.
const WORD: usize = mem::size_of::<Obj>();

/// Lists that are kept for reuse (CPython 3.13).
pub(crate) const KEPT: u32 = 80;

/// `allocated` of a list that is being sorted.
const DETACHED: isize = -1;

// SAFETY: only `list` and its subclasses carry the number; all fields are cells.
unsafe impl View for ListObject {
    const LAYOUT: u16 = Layout::List as u16;
    const NAME: &'static str = "list";
}

pub(crate) const DEF: TypeDef = TypeDef {
    spec: TypeSpec {
        name: "list",
        basic_size: mem::size_of::<ListObject>(),
        flags: TypeFlags::LIST.with(TypeFlags::GC).with(TypeFlags::BASE),
        layout: Layout::List as u16,
        floor: Floor::World,
        free_lists: &[KEPT],
        tp_dealloc: dealloc::<ListObject>,
        tp_free: free,
        tp_release: Some(release::<ListObject>),
        tp_traverse: Some(traversal::<ListObject>()),
        tp_clear: Some(clear_object),
        ..TypeSpec::LEAF
    },
    slots: Slots {
        repr: Some(operators::repr),
        compare: Some(operators::compare),
        iter: Some(crate::iter::over_list),
        len: Some(|cx, op| Ok(op.expect::<ListObject>(cx)?.len())),
        bool: Some(|cx, op| Ok(!op.expect::<ListObject>(cx)?.is_empty())),
        concat: Some(operators::concat),
        repeat: Some(operators::repeat),
        concat_in_place: Some(operators::concat_in_place),
        repeat_in_place: Some(operators::repeat_in_place),
        contains: Some(operators::contains),
        subscript: Some(slices::subscript),
        set_subscript: Some(slices::set_subscript),
        new: Some(build::new),
        init: Some(build::init),
        ..Slots::NONE
    },
    methods: methods::METHODS,
    class_methods: &[crate::alias::CLASS_GETITEM],
    doc: "Built-in mutable sequence.\n\nIf no argument is given, the constructor creates a new empty \
          list.\nThe argument must be an iterable if specified.",
    ..TypeDef::EMPTY
};

impl ListObject {
    /// Number of items.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.var.len()
    }

    /// Whether it is `[]`.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Items that the array has room for.
    #[inline(always)]
    pub fn capacity(&self) -> usize {
        self.allocated.get().max(0) as usize
    }

    /// Bytes as `sys.getsizeof` counts them, without the collector head.
    pub fn size_of(&self) -> usize {
        mem::size_of::<Self>() + self.capacity() * WORD
    }

    /// The array of items and its bytes, once there is one.
    pub(crate) fn array(&self) -> Option<(NonNull<u8>, usize)> {
        Some((NonNull::new(self.items.get())?.cast(), self.capacity() * WORD))
    }

    /// A new reference to the item at `index`.
    #[inline(always)]
    pub fn get(&self, index: usize) -> Option<Ref> {
        if index >= self.len() {
            return None;
        }
        // SAFETY: the index is below the length, so the word is an owned reference to a live object.
        Some(unsafe { Ref::new(self.items.get().add(index).read()) })
    }

    /// Adds one item at the end. On failure the item is released and the list unchanged.
    ///
    /// # Errors
    /// `AllocError` from the heap.
    #[inline(always)]
    pub fn push(&self, heap: &Heap, item: Ref) -> Result<(), AllocError> {
        let len = self.len();
        if len as isize >= self.allocated.get() {
            self.resize(heap, len.wrapping_add(1))?;
        }
        self.push_within(item);
        Ok(())
    }

    /// Adds one item for which there is room.
    #[inline(always)]
    fn push_within(&self, item: Ref) {
        let len = self.len();
        debug_assert!((len as isize) < self.allocated.get());
        // SAFETY: every caller made room for one more item than there are.
        unsafe { self.items.get().add(len).write(item.into_raw()) };
        self.var.size.set(len as isize + 1);
    }

    /// Puts `item` in the place of the item at `index`, which is given back; gives `item` itself
    /// back when there is none.
    #[inline(always)]
    pub fn replace(&self, index: usize, item: Ref) -> Result<Ref, Ref> {
        if index >= self.len() {
            return Err(item);
        }
        // SAFETY: as in `get`; the word's reference goes to the caller, the caller's into the word.
        unsafe {
            let at = self.items.get().add(index);
            Ok(Ref::steal(at.replace(item.into_raw())))
        }
    }

    /// Fits the array to `new` items: to more than there are before they are put in, to fewer after
    /// they are taken out. CPython: `list_resize`.
    #[inline(never)]
    fn resize(&self, heap: &Heap, new: usize) -> Result<(), AllocError> {
        let capacity = growth::list_capacity(self.capacity(), self.len(), new);
        self.set_capacity(heap, capacity.ok_or(AllocError::TooLarge)?)
    }

    /// Fits the array to the items after some were taken out. When a smaller array is refused, the
    /// list keeps the larger one.
    fn shrink(&self, heap: &Heap) {
        let _ = self.resize(heap, self.len());
    }

    /// Gives the array room for exactly `capacity` items.
    fn set_capacity(&self, heap: &Heap, capacity: usize) -> Result<(), AllocError> {
        debug_assert!(capacity >= self.len());
        let bytes = capacity.checked_mul(WORD).ok_or(AllocError::TooLarge)?;
        let have = self.capacity();
        if capacity == have {
            return Ok(());
        }
        // SAFETY: the array, if there is one, has `have` items and is not used again once it moved.
        let items = unsafe {
            match NonNull::new(self.items.get()) {
                Some(array) if capacity == 0 => {
                    heap.free(array.cast(), have * WORD);
                    null_mut()
                }
                Some(array) => heap.realloc(array.cast(), have * WORD, bytes)?.as_ptr().cast(),
                None => heap.alloc(bytes)?.as_ptr().cast(),
            }
        };
        self.items.set(items);
        self.allocated.set(capacity as isize);
        if capacity > have {
            heap.emit(|| Event::Stored { of: Storage::List, bytes });
        }
        Ok(())
    }

    /// Takes the array out of the list, which is empty then, and marked with `allocated`.
    fn detach<'h>(&self, heap: &'h Heap, allocated: isize) -> Array<'h> {
        debug_assert!(allocated <= 0);
        Array {
            heap,
            capacity: self.allocated.replace(allocated).max(0) as usize,
            len: self.var.size.replace(0) as usize,
            items: self.items.replace(null_mut()),
        }
    }

    /// Puts a detached array back in the place of what the list has now, which is given.
    fn attach<'h>(&self, array: Array<'h>) -> Array<'h> {
        let now = self.detach(array.heap, 0);
        let array = mem::ManuallyDrop::new(array);
        self.items.set(array.items);
        self.allocated.set(array.capacity as isize);
        self.var.size.set(array.len as isize);
        now
    }

    /// Takes all items out and gives the array back, then releases the items, last to first.
    pub fn clear(&self, heap: &Heap) {
        if !self.items.get().is_null() {
            drop(self.detach(heap, 0));
        }
    }
}

/// The array of a list, out of anybody's sight. Dropping it releases the items, last to first.
struct Array<'h> {
    heap: &'h Heap,
    items: *mut Obj,
    len: usize,
    capacity: usize,
}

impl Drop for Array<'_> {
    fn drop(&mut self) {
        while let Some(len) = self.len.checked_sub(1) {
            self.len = len;
            // SAFETY: the array owned its items up to the old length.
            drop(unsafe { Ref::steal(self.items.add(len).read()) });
        }
        if let Some(items) = NonNull::new(self.items) {
            // SAFETY: the array came from this heap with this size.
            unsafe { self.heap.free(items.cast(), self.capacity * WORD) };
        }
    }
}

// SAFETY: both walk the items, last to first.
unsafe impl Container for ListObject {
    #[inline(always)]
    unsafe fn traverse(op: Obj, visit: &mut impl FnMut(Obj)) {
        // SAFETY: per contract; the words below the length are owned references.
        unsafe {
            let this = op.cast::<Self>().as_ref();
            for i in (0..this.len()).rev() {
                visit(this.items.get().add(i).read());
            }
        }
    }

    #[inline(always)]
    unsafe fn release_next(op: Obj, cursor: &mut usize) -> Option<Obj> {
        // SAFETY: per contract; the length counts the items that are left.
        unsafe {
            let this = op.cast::<Self>().as_ref();
            if let Some(len) = this.len().checked_sub(1) {
                this.var.size.set(len as isize);
                if len == 0 {
                    *cursor = EXHAUSTED;
                }
                return Some(this.items.get().add(len).read());
            }
            if let Some(items) = NonNull::new(this.items.replace(null_mut())) {
                let bytes = this.capacity() * WORD;
                type_of(op).as_ref().heap().free(items.cast(), bytes);
                this.allocated.set(0);
            }
            None
        }
    }

    #[inline(always)]
    unsafe fn free(op: Obj) {
        // SAFETY: per contract.
        unsafe { free(op) }
    }
}

/// # Safety
/// The list is dead and owns nothing.
#[inline(always)]
unsafe fn free(op: Obj) {
    // SAFETY: per contract; a subclass has no free list, and its basic size is that of its block.
    unsafe { type_of(op).as_ref().retire_first(op) }
}

/// # Safety
/// `op` is a live list.
unsafe fn clear_object(op: Obj) {
    // SAFETY: per contract; a type outlives its objects, and a heap its types.
    unsafe { op.cast::<ListObject>().as_ref().clear(type_of(op).as_ref().heap()) }
}

/// An empty list without an array, tracked: from the free list when that has one.
#[inline(always)]
fn alloc(world: &World) -> Result<Ref, AllocError> {
    let ty = world.ty(world.types.list);
    // SAFETY: every type has a first list, and that of lists holds lists.
    let op = unsafe { ty.mem.obtain::<true>(mem::size_of::<ListObject>()) }?;
    // SAFETY: the block is a list's; its fields are set before anybody sees it.
    unsafe {
        let p = op.cast::<ListObject>().as_ptr();
        (&raw mut (*p).var.size).write(Cell::new(0));
        (&raw mut (*p).items).write(Cell::new(null_mut()));
        (&raw mut (*p).allocated).write(Cell::new(0));
        track(op);
        Ok(Ref::steal(op))
    }
}

/// The list behind a reference to one, which the caller has just made.
#[inline(always)]
fn view(list: &Ref) -> &ListObject {
    // SAFETY: every caller holds a list; its fields are cells.
    unsafe { list.as_obj().cast::<ListObject>().as_ref() }
}

/// `[]`
///
/// # Errors
/// `MemoryError`.
#[inline]
pub fn empty(world: &World) -> Res {
    alloc(world).or_raise(world)
}

/// `[]` with room for exactly `capacity` items.
///
/// # Errors
/// `MemoryError`.
pub fn with_capacity(world: &World, capacity: usize) -> Res {
    let list = alloc(world).or_raise(world)?;
    view(&list).set_capacity(world.heap(), capacity).or_raise(world)?;
    Ok(list)
}

/// `xs.append(x)`
///
/// # Errors
/// `MemoryError`: the list is unchanged then. `TypeError` when it is no list.
#[inline(always)]
pub fn append(world: &World, list: Borrowed<'_>, item: Ref) -> Res<()> {
    world.charge(1)?;
    match list.view::<ListObject>() {
        Some(list) => list.push(world.heap(), item).or_raise(world),
        None => Err(world.type_error(format_args!("append to an object that is no list"))),
    }
}

/// Bytes of a list as `sys.getsizeof` counts them, without the collector head.
pub fn size_of(list: Borrowed<'_>) -> usize {
    list.view::<ListObject>().map_or(0, ListObject::size_of)
}

/// Whether an object is exactly a `list`, not of a subclass.
#[inline(always)]
pub fn is_exact(world: &World, op: Borrowed<'_>) -> bool {
    op.ty_ptr() == world.types.list.cast()
}
