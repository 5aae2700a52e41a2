//! Deallocation: depth first, in CPython's order, on a bounded stack.
//!
//! A container that dies gives up its references one by one, and whatever dies by that is taken
//! apart before the next reference goes. Done by plain recursion, a chain of a million tuples would
//! need a million native frames. So recursion goes [`NESTED_MAX`] levels deep, and from there on a
//! loop goes down and up by itself:
//!
//! ```text
//! top --> dead child --> dead parent --> ... --> the object that began the loop
//!         cursor          cursor                 (links and cursors in the GC heads)
//! ```
//!
//! Both do the same things in the same order, so nothing that a program can see depends on where
//! the one hands over to the other. The loop needs no memory: a dead object's collector head, which
//! has no other use any more, holds the link to its parent and the cursor.
//!
//! Very deep down, an object that has given up its last reference is freed before the loop goes on, so
//! that a chain is walked once and not down and up again ([`EXACT_MAX`]).
//!
//! CPython instead puts deep objects aside and frees them later (the trashcan), out of order.

use std::ptr::{NonNull, null_mut};

use runtime_core::{Obj, Object, Step, TypeFlags, TypeObject, gc_head, type_of};

use crate::collector::{Collector, untrack, untrack_untold};
use crate::finalize::lives_on;
use crate::refs::decref;

/// Deallocations that may nest on the native stack before the loop takes over.
pub const NESTED_MAX: u32 = 24;

/// Levels below which the loop frees each object after its last child, as recursion does. Farther
/// down it does so before: nothing but the addresses of later objects can tell, and the memory of a
/// chain that does not fit the cache is touched once instead of twice.
const EXACT_MAX: u32 = 2000;

/// What [`Container::release_next`] may set its cursor to when it gives out the last reference.
pub const EXHAUSTED: usize = usize::MAX;

/// A collectable type, written once: which references its objects own, and in which order they go.
///
/// # Safety
/// `traverse` and `release_next` see exactly the same references, each as often as it is owned.
pub unsafe trait Container {
    /// Shows each reference that `op` owns, in CPython's order for the type.
    ///
    /// # Safety
    /// `op` is a live object of the type.
    unsafe fn traverse(op: Obj, visit: &mut impl FnMut(Obj));

    /// Gives up the references of a dead object, in the order of its death and up to the first that may
    /// take more along than what it points to ([`crate::decref_inert`]); the cursor to go on with from
    /// there, or `None` when nothing is left. No code runs in here, and nothing nests, so that most objects
    /// need no more than this.
    ///
    /// # Safety
    /// As [`Container::release_next`], which has not been called for `op`.
    #[inline(always)]
    unsafe fn give_up_inert(op: Obj) -> Option<usize> {
        let _ = op;
        Some(0)
    }

    /// Takes the next reference out of a dead object, in the order of its death. `cursor` is 0 at
    /// the first call and the function's own between calls; [`EXHAUSTED`] says that there will be no
    /// more, which the next call confirms. Memory that the object owns beside its block goes back
    /// before `None` is returned.
    ///
    /// # Safety
    /// `op` is a dead object of the type, and nobody else takes references out of it.
    unsafe fn release_next(op: Obj, cursor: &mut usize) -> Option<Obj>;

    /// Gives up all references from `cursor` on, as calling `release_next` until the end does.
    ///
    /// # Safety
    /// As [`Container::release_next`], and as [`decref`] for what comes out.
    #[inline(always)]
    unsafe fn release_rest(op: Obj, mut cursor: usize) {
        // SAFETY: per contract; each reference that comes out is given up once.
        unsafe {
            while let Some(child) = Self::release_next(op, &mut cursor) {
                decref(child);
            }
        }
    }

    /// Gives back the memory of a dead object that owns nothing any more.
    ///
    /// # Safety
    /// `release_next` has returned `None` for `op`.
    unsafe fn free(op: Obj);
}

/// `tp_dealloc` of a [`Container`].
///
/// # Safety
/// The last reference to `op`, an object of type `C` on a [`Collector`] floor, has just gone.
pub unsafe fn dealloc<C: Container>(op: Obj) {
    // SAFETY: per contract; nobody can reach `op` any more, and each reference taken out of it is
    // given up exactly once.
    unsafe {
        if type_of(op).as_ref().flags().has(TypeFlags::LAST_RITES.with(TypeFlags::HEAP)) {
            return dealloc_with_rites::<C>(op);
        }
        // Whoever watches has been told already, as of the death.
        untrack_untold(op);
        match C::give_up_inert(op) {
            None => C::free(op),
            Some(cursor) => dealloc_from::<C, false>(op, cursor),
        }
    }
}

/// The same for types that may have last rites, or a type object to let go of.
///
/// # Safety
/// As [`dealloc`].
#[inline(never)]
unsafe fn dealloc_with_rites<C: Container>(op: Obj) {
    // SAFETY: per contract.
    unsafe {
        if !lives_on(op) {
            untrack(op);
            dealloc_from::<C, true>(op, 0);
        }
    }
}

/// Goes on with a deallocation: what comes out of the object from `cursor` on may die by that.
///
/// # Safety
/// As [`dealloc`], which has come to this; without `HELD` the object does not hold its type.
#[inline(never)]
unsafe fn dealloc_from<C: Container, const HELD: bool>(op: Obj, cursor: usize) {
    // SAFETY: per contract.
    unsafe {
        let collector = Collector::of(op);
        let nesting = collector.nesting.get();
        if nesting >= NESTED_MAX {
            take_apart::<C>(op, cursor);
            return;
        }
        collector.nesting.set(nesting + 1);
        C::release_rest(op, cursor);
        collector.nesting.set(nesting);
        let ty = type_of(op);
        C::free(op);
        if HELD {
            drop_type(ty);
        }
    }
}

/// `tp_dealloc` of a type without a collector head: the last rites, and then `free`, which takes the
/// object apart and gives back its memory.
///
/// # Safety
/// The last reference to `op`, an object without a collector head on a [`Collector`] floor, has just
/// gone.
pub unsafe fn dealloc_plain(op: Obj, free: unsafe fn(Obj)) {
    // SAFETY: per contract.
    unsafe {
        if !lives_on(op) {
            free(op);
        }
    }
}

/// An object of a type that a program made holds its type; the last reference to go, since the
/// type says how the memory is freed. Such a type shows it in `traverse`, not in `release_next`.
///
/// # Safety
/// `ty` is the type of an object whose memory has just gone.
#[inline(always)]
unsafe fn drop_type(ty: NonNull<TypeObject>) {
    // SAFETY: per contract the type is held, if such types are.
    unsafe {
        if ty.as_ref().flags().has(TypeFlags::HEAP) {
            decref(ty.cast());
        }
    }
}

/// `tp_release` of a [`Container`].
///
/// # Safety
/// As [`Container::release_next`].
pub unsafe fn release<C: Container>(op: Obj, cursor: &mut usize) -> Option<Obj> {
    // SAFETY: per contract.
    unsafe { C::release_next(op, cursor) }
}

/// `tp_clear` of a [`Container`] with fixed fields: `release_next` empties one field at a time, and
/// an object with empty fields is whole. Others move their storage out first, and then empty that.
///
/// # Safety
/// `op` is alive and of such a type, and the caller holds it until this returns.
pub unsafe fn clear<C: Container>(op: Obj) {
    // SAFETY: per contract; each reference that comes out is given up once.
    unsafe {
        let mut cursor = 0;
        while let Some(child) = C::release_next(op, &mut cursor) {
            decref(child);
        }
    }
}

/// Takes apart `root` and all that dies with it, without recursion through containers.
///
/// Most chains are of one type, so what concerns the type of `root` is compiled in.
///
/// # Safety
/// `root` is dead, untracked, of a type whose container is `C`, and its last rites are over; what is
/// before `cursor` has come out of it.
#[inline(never)]
unsafe fn take_apart<C: Container>(root: Obj, cursor: usize) {
    // SAFETY: per contract for `root`; a child enters the loop only when its last reference went
    // and its type is a container, so its head is free for link and cursor. Objects of the type of
    // `root` have its container.
    unsafe {
        let own = type_of(root);
        suspend(root, null_mut(), cursor);
        let mut top = root;
        let mut depth = 0_u32;
        loop {
            let ty = type_of(top);
            let mut cursor = gc_head(top).as_ref().prev.get().addr();
            let child = if ty == own {
                dying_child(&mut cursor, |cursor| C::release_next(top, cursor))
            } else {
                let release = ty.as_ref().tp_release;
                dying_child(&mut cursor, |cursor| release.and_then(|release| release(top, cursor)))
            };
            if let Some(child) = child {
                untrack(child);
                let ends = cursor == EXHAUSTED && depth >= EXACT_MAX;
                let parent = if ends {
                    let parent = gc_head(top).as_ref().next.get();
                    // Nothing comes out any more; what the object owns beside its block goes back.
                    let release = ty.as_ref().tp_release;
                    let more = if ty == own {
                        C::release_next(top, &mut cursor)
                    } else {
                        release.and_then(|release| release(top, &mut cursor))
                    };
                    debug_assert!(more.is_none(), "an exhausted object has another reference");
                    free_suspended::<C>(top, own);
                    parent.cast()
                } else {
                    gc_head(top).as_ref().prev.set(std::ptr::without_provenance_mut(cursor));
                    depth += 1;
                    top.as_ptr()
                };
                suspend(child, parent, 0);
                top = child;
                continue;
            }
            let parent = gc_head(top).as_ref().next.get();
            free_suspended::<C>(top, own);
            let Some(parent) = NonNull::new(parent.cast::<Object>()) else { return };
            depth = depth.saturating_sub(1);
            top = parent;
        }
    }
}

/// Frees an object that the loop has taken apart.
///
/// # Safety
/// `op` is dead and owns nothing; its head holds link and cursor. Objects of type `own` have the
/// container `C`.
#[inline(always)]
unsafe fn free_suspended<C: Container>(op: Obj, own: NonNull<TypeObject>) {
    // SAFETY: per contract.
    unsafe {
        let head = gc_head(op).as_ref();
        head.next.set(null_mut());
        head.prev.set(null_mut());
        let ty = type_of(op);
        if ty == own {
            C::free(op);
        } else {
            (ty.as_ref().tp_free)(op);
        }
        drop_type(ty);
    }
}

/// Gives up references, as `release` hands them out, until one was the last of a container, which is
/// returned.
///
/// # Safety
/// `release` hands out each reference that is owned once.
#[inline(always)]
unsafe fn dying_child(
    cursor: &mut usize,
    release: impl Fn(&mut usize) -> Option<Obj>,
) -> Option<Obj> {
    // SAFETY: per contract.
    unsafe {
        while let Some(child) = release(cursor) {
            if child.as_ref().drop_reference() {
                let ty = type_of(child).as_ref();
                if ty.tp_release.is_none() {
                    ty.end(child);
                    continue;
                }
                ty.heap().emit_step(Step::Dying, child, ty);
                if !lives_on(child) {
                    return Some(child);
                }
            }
        }
        None
    }
}

/// Writes link and cursor of an object that is about to be taken apart by the loop.
///
/// # Safety
/// `op` is dead and untracked.
unsafe fn suspend(op: Obj, parent: *mut Object, cursor: usize) {
    // SAFETY: per contract the head has no other use any more.
    let head = unsafe { gc_head(op).as_ref() };
    head.next.set(parent.cast());
    head.prev.set(std::ptr::without_provenance_mut(cursor));
}
