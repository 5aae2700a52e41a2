//! What the collector sees of a dict, and how a dict dies.

use runtime_core::{Obj, type_of};
use runtime_gc::{Borrowed, Container, is_tracked};

use super::layout::{self, Kind};
use super::table::Table;
use super::{DictObject, is_exact};
use crate::ty::Type;
use crate::view::Look;
use crate::world::World;

/// Whether the collector has a reason to look at the object. CPython: `_PyObject_GC_MAY_BE_TRACKED`.
#[inline(always)]
pub(crate) fn may_be_tracked(world: &World, op: Borrowed<'_>) -> bool {
    // Built-in types are never part of a cycle that a collection could free.
    let is_builtin = || op.view::<Type>().is_some_and(|ty| !ty.is_class());
    // SAFETY: the object is alive.
    let is_clean = || crate::tuple::is_exact(world, op) && !unsafe { is_tracked(op.as_obj()) };
    op.ty().is_gc() && !is_clean() && !is_builtin()
}

// SAFETY: both see every value and every key, but that a table of `str` keys does not show its keys:
// they own nothing and the collector never sees one (CPython does not visit them either).
unsafe impl Container for DictObject {
    unsafe fn traverse(op: Obj, visit: &mut impl FnMut(Obj)) {
        // SAFETY: per contract the dict is live, and so is its table.
        let table = unsafe { Table::at(op.cast::<Self>().as_ref().keys.get()) };
        for at in 0..table.entries() {
            let Some((key, value)) = table.entry(at) else { continue };
            visit(value);
            if table.kind() == Kind::General {
                visit(key);
            }
        }
    }

    #[inline(always)]
    unsafe fn give_up_inert(op: Obj) -> Option<usize> {
        // SAFETY: per contract the dict is dead, and only this function touches its table.
        unsafe {
            let this = op.cast::<Self>().as_ref();
            let table = Table::at(this.keys.get());
            if table.is_empty_table() {
                return None;
            }
            let left = table.give_up_inert();
            if left.is_none() {
                this.keys.set(Table::empty().header());
                table.free(World::of(op));
            }
            left
        }
    }

    #[inline(always)]
    unsafe fn release_next(op: Obj, cursor: &mut usize) -> Option<Obj> {
        // SAFETY: per contract the dict is dead, and only this function touches its table.
        unsafe {
            let this = op.cast::<Self>().as_ref();
            let table = Table::at(this.keys.get());
            if let Some(next) = table.release_next(cursor) {
                return Some(next);
            }
            this.keys.set(Table::empty().header());
            if !table.is_empty_table() {
                table.free(World::of(op));
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
/// The dict is dead and owns nothing; its table is the shared one.
pub(super) unsafe fn free(op: Obj) {
    // SAFETY: per contract. Only exact dicts have a free list, and one size.
    unsafe {
        let ty = type_of(op).as_ref();
        ty.retire_first(op);
    }
}

/// `tp_clear`
///
/// # Safety
/// The dict is alive, and somebody holds it until this returns.
pub(crate) unsafe fn clear_object(op: Obj) {
    // SAFETY: per contract; the table is out of the dict before its references go.
    unsafe {
        let this = op.cast::<DictObject>().as_ref();
        this.swap_table(Table::empty(), 0).discard(World::of(op));
    }
}

/// Gives the kept key tables back to the heap, as a full collection does with all free lists.
pub fn clear_kept_tables(world: &World) {
    trim_kept_tables(world, 0);
}

/// Gives kept key tables back until no more than `most` are left.
pub(crate) fn trim_kept_tables(world: &World, most: usize) {
    while world.key_tables.len() > most
        && let Some(block) = world.key_tables.drain_one()
    {
        // SAFETY: the block is dead, and all on the list have this size.
        unsafe { world.heap().free(block.cast(), layout::kept_bytes()) };
    }
}

/// Whether nothing in a dict can be part of a cycle; a full collection untracks those that survive
/// it then. CPython: `_PyDict_MaybeUntrack`.
///
/// # Safety
/// `op` is a live dict.
pub(super) unsafe fn is_clean(op: Obj) -> bool {
    // SAFETY: per contract.
    unsafe {
        let world = World::of(op);
        if !is_exact(world, Borrowed::new(op)) {
            return false;
        }
        let table = Table::at(op.cast::<DictObject>().as_ref().keys.get());
        for at in 0..table.entries() {
            let Some((key, value)) = table.entry(at) else { continue };
            if may_be_tracked(world, Borrowed::new(key))
                || may_be_tracked(world, Borrowed::new(value))
            {
                return false;
            }
        }
        true
    }
}
