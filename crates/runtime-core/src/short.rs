//! The short ways of birth and death: what is left of them when nobody looks and the caller knows the
//! type and how large its objects are.
//!
//! ```text
//! birth    a retired object -> a block of a used pool -> the long way (types.rs)
//! death    the free list    -> the block's pool       -> the long way
//! ```
//!
//! Each short way looks at the heap's attention word once; whatever stands between a request and the
//! pools is found on the long ways. Where the size is a constant its class is one too, and a block that
//! goes back needs none: its pool is found by its address.

use std::cell::Cell;
use std::ptr::{NonNull, null_mut};

use crate::error::AllocError;
use crate::geometry::Geometry;
use crate::heap::Heap;
use crate::object::{GcHead, Obj, Object};
use crate::pool::VIRGIN_FOLLOWS;
use crate::size_class::{SMALL_MAX, SizeClass};
use crate::types::TypeObject;

impl Heap {
    /// A new object of `size` bytes: a header with one reference and, when `GC`, an untracked
    /// collector head in front; the rest is uninitialised. `None` when somebody looks or no pool of the
    /// class is in use, and for sizes that pools do not serve; [`TypeObject::alloc_sized`] is for all.
    ///
    /// # Safety
    /// `ty` is a live type of this heap, as a pointer made from its whole block. In front of its
    /// objects is a collector head when `GC`, else nothing.
    #[inline(always)]
    pub unsafe fn object_short<const GC: bool>(
        &self,
        ty: NonNull<TypeObject>,
        size: usize,
    ) -> Option<Obj> {
        let pre = if GC { size_of::<GcHead>() } else { 0 };
        let class = SizeClass::of(size.wrapping_add(pre))?;
        if self.attention.get() != 0 {
            return None;
        }
        let block = self.pop_short(class)?;
        // SAFETY: the block holds the head and the header, and nobody else knows it.
        let op = unsafe {
            let op = block.add(pre).cast::<Object>();
            if GC {
                let (next, prev) = (Cell::new(null_mut()), Cell::new(null_mut()));
                block.cast::<GcHead>().write(GcHead { next, prev });
            }
            op.write(Object::new(ty));
            op
        };
        if GC {
            self.count_young();
        }
        Some(op)
    }

    /// As [`Heap::pop`], but that the block before virgin ones is left for that: carving them would be a
    /// call in the middle of the short way, for which every birth would save registers.
    #[inline(always)]
    fn pop_short(&self, class: SizeClass) -> Option<NonNull<u8>> {
        // SAFETY: the index of a class is below CLASSES.
        let front = unsafe { self.used.get_unchecked(class.index()) };
        let pool = front.get();
        if pool.is_null() {
            return None;
        }
        // SAFETY: as in `pop`; a heap that sanitizers watch does not come here.
        unsafe {
            let block = (*pool).free;
            let next = (*block).next;
            if next == VIRGIN_FOLLOWS {
                return None;
            }
            (*pool).count += 1;
            (*pool).free = next;
            // A branch, unlike there: most births follow a death of the kind, so it is foreseen, and the
            // next birth need not wait for the block's link to know its pool.
            if next.is_null() {
                front.set((*pool).next);
            }
            Some(NonNull::new_unchecked(block).cast())
        }
    }
}

impl TypeObject {
    /// The object that was retired last into the type's one free list, or else a new one of `size` bytes
    /// as by [`TypeObject::alloc_sized`].
    ///
    /// # Errors
    /// [`AllocError`] from the heap.
    ///
    /// # Safety
    /// The type has at most one free list, and `size` is that of its objects.
    #[inline(always)]
    #[track_caller]
    pub unsafe fn obtain<const GC: bool>(&self, size: usize) -> Result<Obj, AllocError> {
        // SAFETY: per contract.
        match unsafe { self.obtain_short::<GC>(size) } {
            Some(op) => Ok(op),
            None => self.obtain_long::<GC>(0, size),
        }
    }

    /// As [`TypeObject::obtain`], when nobody looks and there is one at hand; otherwise `None`, and
    /// [`TypeObject::obtain_long`] is to be asked. Who makes an object in two such branches need tell
    /// of it only in the second.
    ///
    /// # Safety
    /// As [`TypeObject::obtain`].
    #[inline(always)]
    pub unsafe fn obtain_short<const GC: bool>(&self, size: usize) -> Option<Obj> {
        debug_assert!(self.free_lists().len() <= 1);
        // SAFETY: per contract.
        unsafe { self.obtain_from::<GC>(self.own_list.take_again(), size) }
    }

    /// As [`TypeObject::obtain_short`], from free list `index` of several.
    ///
    /// # Safety
    /// There is such a list, and `size` is that of the objects in it.
    #[inline(always)]
    pub unsafe fn obtain_listed<const GC: bool>(&self, index: usize, size: usize) -> Option<Obj> {
        debug_assert!(index < self.free_lists().len());
        // SAFETY: per contract.
        unsafe { self.obtain_from::<GC>(self.free_lists.add(index).as_ref().take(), size) }
    }

    /// # Safety
    /// What was retired comes from a list of the type's, and `size` is that of the objects in it.
    #[inline(always)]
    unsafe fn obtain_from<const GC: bool>(&self, retired: Option<Obj>, size: usize) -> Option<Obj> {
        // SAFETY: per contract; a retired object's header is ours to write.
        unsafe {
            if let Some(op) = retired {
                op.as_ref().set_count(1);
                return Some(op);
            }
            self.heap().object_short::<GC>(self.as_ptr(), size)
        }
    }

    /// As [`TypeObject::obtain`], from free list `index`, the long way.
    ///
    /// # Errors
    /// As there.
    #[cold]
    #[inline(never)]
    #[track_caller]
    pub fn obtain_long<const GC: bool>(
        &self,
        index: usize,
        size: usize,
    ) -> Result<Obj, AllocError> {
        match self.reuse(index) {
            Some(op) => Ok(op),
            None => self.alloc_long::<GC>(size),
        }
    }

    /// Puts a dead object on the type's one free list, or gives its memory back when there is no room, as
    /// [`TypeObject::retire`] does.
    ///
    /// # Safety
    /// `op` is a dead object of exactly this type, which has no items and at most one free list.
    #[inline(always)]
    pub unsafe fn retire_first(&self, op: Obj) {
        debug_assert!(self.free_lists().len() <= 1);
        // SAFETY: per contract.
        unsafe {
            if !self.own_list.give(op) {
                self.retire_slow(op, 0);
            }
        }
    }

    /// Gives back the memory of a dead object to its pool, when nobody looks; `false` when somebody
    /// does, and nothing has happened then.
    ///
    /// # Safety
    /// `op` is a dead object of this type that is not used again when this is true. Its block, with
    /// what is in front of the header, has at most [`SMALL_MAX`] bytes; in front is a collector head
    /// when `GC`, else nothing.
    #[inline(always)]
    #[must_use = "an object that was not freed must be freed the long way"]
    pub unsafe fn free_small<const GC: bool>(&self, op: Obj) -> bool {
        debug_assert!(GC == self.is_gc() && self.basic_size + self.pre_header() <= SMALL_MAX);
        let heap = self.heap();
        if heap.attention.get() != 0 {
            return false;
        }
        if GC {
            heap.uncount_young();
        }
        let pre = if GC { size_of::<GcHead>() } else { 0 };
        // SAFETY: per contract the block begins at the head, if any, and lies in a pool of this heap,
        // whose geometry is the default one, since else it would look.
        unsafe {
            let block = op.cast::<u8>().sub(pre);
            debug_assert!(heap.owns(block), "{block:p} is not a block of this heap");
            heap.push(block, Geometry::DEFAULT);
        }
        true
    }
}
