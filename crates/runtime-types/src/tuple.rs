//! `tuple`: a fixed number of references, inline.
//!
//! ```text
//! GC head 16 | header 16 | length 8 | item 0 | item 1 | ...
//! ```
//!
//! Tuples of 1 to 20 items have a free list for each length (list `i` holds those of `i + 1`), 2000
//! each; the empty tuple exists once.

use std::cell::Cell;
use std::ptr::NonNull;

use runtime_core::{AllocError, Floor, Obj, TypeFlags, TypeSpec, Untrack, VarObject, type_of};
use runtime_gc::{
    Borrowed, Container, EXHAUSTED, Ref, dealloc, decref, decref_inert, release, track,
    track_unwatched, traversal, untrack,
};

use crate::cx::{Cx, OrRaise, Res};
use crate::ty::{Slots, Type, TypeDef};
use crate::view::{Layout, Look, View};
use crate::world::World;

/// The header of a tuple; its items follow.
#[repr(C)]
pub struct TupleObject {
    var: VarObject,
    items: [Cell<Option<Obj>>; 0],
}

const _: () = assert!(size_of::<TupleObject>() == 24);

/// Longest tuple with a free list, and the most that each list keeps (CPython 3.13).
const FREE_LENGTHS: usize = 20;
pub(crate) const KEPT_EACH: u32 = 2000;

// SAFETY: only `tuple` and its subclasses carry the number; items are cells.
unsafe impl View for TupleObject {
    const LAYOUT: u16 = Layout::Tuple as u16;
    const NAME: &'static str = "tuple";
}

pub(crate) const DEF: TypeDef = TypeDef {
    spec: TypeSpec {
        name: "tuple",
        basic_size: size_of::<TupleObject>(),
        item_size: size_of::<Obj>(),
        flags: TypeFlags::TUPLE.with(TypeFlags::GC).with(TypeFlags::BASE),
        layout: Layout::Tuple as u16,
        floor: Floor::World,
        free_lists: &[KEPT_EACH; FREE_LENGTHS],
        tp_dealloc: dealloc::<TupleObject>,
        tp_free: free,
        tp_release: Some(release::<TupleObject>),
        tp_traverse: Some(traversal::<TupleObject>()),
        tp_untrack: Some((Untrack::Always, is_clean)),
        ..TypeSpec::LEAF
    },
    slots: Slots {
        len: Some(|cx, op| Ok(op.expect::<TupleObject>(cx)?.len())),
        bool: Some(|cx, op| Ok(!op.expect::<TupleObject>(cx)?.is_empty())),
        ..crate::tuple_slots::SLOTS
    },
    methods: crate::tuple_slots::METHODS,
    class_methods: &[crate::alias::CLASS_GETITEM],
    doc: "Built-in immutable sequence.\n\nIf no argument is given, the constructor returns an empty \
          tuple.\nIf iterable is specified the tuple is initialized from iterable's items.\n\nIf the \
          argument is a tuple, the return value is the same object.",
    ..TypeDef::EMPTY
};

impl TupleObject {
    /// Number of items.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.var.len()
    }

    /// Whether it is `()`.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The items. A tuple that scripts can see has all of them, and never changes.
    #[inline(always)]
    pub fn items(&self) -> &[Borrowed<'_>] {
        // SAFETY: `len` words follow the header, each an owned reference: `Cell<Option<Obj>>` that
        // is not null has the form of a `Borrowed`, and lives as long as the tuple.
        unsafe {
            let items = (&raw const self.items).cast();
            std::slice::from_raw_parts(items, self.len())
        }
    }

    /// Address of the item cells, for the code that fills or empties a tuple.
    #[inline(always)]
    unsafe fn cells(op: Obj) -> NonNull<Cell<Option<Obj>>> {
        // SAFETY: per contract of the callers `op` is a tuple; its items follow the header.
        unsafe { op.cast::<u8>().add(size_of::<TupleObject>()).cast() }
    }
}

// SAFETY: both walk the items, last to first.
unsafe impl Container for TupleObject {
    #[inline(always)]
    unsafe fn traverse(op: Obj, visit: &mut impl FnMut(Obj)) {
        // SAFETY: per contract; `i` is below the length. A tuple that is being filled has nulls.
        unsafe {
            let items = Self::cells(op);
            for i in (0..op.cast::<Self>().as_ref().len()).rev() {
                if let Some(item) = items.add(i).as_ref().get() {
                    visit(item);
                }
            }
        }
    }

    #[inline(always)]
    unsafe fn give_up_inert(op: Obj) -> Option<usize> {
        // SAFETY: per contract; `left` is below the length, and each reference is given up once.
        unsafe {
            let items = Self::cells(op);
            let mut left = op.cast::<Self>().as_ref().len();
            while left > 0 {
                if let Some(item) = items.add(left - 1).as_ref().get()
                    && !decref_inert(item)
                {
                    return Some(op.cast::<Self>().as_ref().len() - left);
                }
                left -= 1;
            }
            None
        }
    }

    #[inline(always)]
    unsafe fn release_next(op: Obj, cursor: &mut usize) -> Option<Obj> {
        // SAFETY: per contract; the cursor counts the items that are gone, from the end.
        unsafe {
            let items = Self::cells(op);
            let len = op.cast::<Self>().as_ref().len();
            while *cursor < len {
                *cursor += 1;
                if let Some(item) = items.add(len - *cursor).as_ref().get() {
                    if *cursor == len {
                        *cursor = EXHAUSTED;
                    }
                    return Some(item);
                }
            }
            None
        }
    }

    #[inline(always)]
    unsafe fn release_rest(op: Obj, cursor: usize) {
        // SAFETY: per contract; `left` is below the length, and each reference is given up once.
        unsafe {
            let items = Self::cells(op);
            let mut left = op.cast::<Self>().as_ref().len().saturating_sub(cursor);
            while left > 0 {
                left -= 1;
                if let Some(item) = items.add(left).as_ref().get() {
                    decref(item);
                }
            }
        }
    }

    #[inline(always)]
    unsafe fn free(op: Obj) {
        // SAFETY: per contract.
        unsafe { free(op) }
    }
}

/// Whether nothing in a tuple can be part of a cycle, so that the collector need not see it. Not for
/// subclasses, which have more to them. CPython: `_PyTuple_MaybeUntrack`.
///
/// # Safety
/// `op` is a live tuple.
unsafe fn is_clean(op: Obj) -> bool {
    // SAFETY: per contract.
    unsafe {
        let world = World::of(op);
        let tuple = op.cast::<TupleObject>().as_ref();
        let cells = std::slice::from_raw_parts(TupleObject::cells(op).as_ptr(), tuple.len());
        let is_clean = |item: Obj| !crate::dict::may_be_tracked(world, Borrowed::new(item));
        is_exact(world, Borrowed::new(op)) && cells.iter().all(|c| c.get().is_some_and(is_clean))
    }
}

/// # Safety
/// The tuple is dead and owns nothing; its length is intact.
#[inline(always)]
unsafe fn free(op: Obj) {
    // SAFETY: per contract. Exact tuples of 1 to 20 items fit the list of their length and have small
    // blocks without more than a head in front; a subclass has no free lists.
    unsafe {
        let len = op.cast::<TupleObject>().as_ref().len();
        let ty = type_of(op);
        let ty = ty.as_ref();
        if let Some(list) = ty.free_list(len.wrapping_sub(1))
            && (list.give(op) || ty.free_small::<true>(op))
        {
            return;
        }
        free_long(op, len);
    }
}

/// The long way of [`free`].
///
/// # Safety
/// As there.
#[inline(never)]
unsafe fn free_long(op: Obj, len: usize) {
    // SAFETY: per contract; the tuple was allocated with this size, so it cannot overflow.
    unsafe {
        let ty = type_of(op);
        let ty = ty.as_ref();
        if ty.free_list(len.wrapping_sub(1)).is_some() {
            ty.retire(op, len - 1);
        } else {
            ty.free_object(op, ty.basic_size + len * size_of::<Obj>());
        }
    }
}

/// A tuple with room for `len` items, all null, not tracked.
#[inline(always)]
fn alloc(world: &World, len: usize) -> Result<Obj, AllocError> {
    // SAFETY: the world's types are alive.
    let ty = unsafe { world.types.tuple.as_ref() };
    if let Some(op) = ty.mem.reuse(len.wrapping_sub(1)) {
        return Ok(op);
    }
    let bytes = len
        .checked_mul(size_of::<Obj>())
        .and_then(|items| items.checked_add(size_of::<TupleObject>()))
        .ok_or(AllocError::TooLarge)?;
    let op = ty.mem.alloc_sized::<true>(bytes)?;
    // SAFETY: the header of a tuple has a length behind it.
    unsafe { op.cast::<VarObject>().as_ref() }.size.set(len as isize);
    Ok(op)
}

/// As [`alloc`], when nobody looks and there is one at hand.
#[inline(always)]
fn alloc_short(world: &World, len: usize) -> Option<Obj> {
    if len == 0 || len > FREE_LENGTHS {
        return None;
    }
    let size = size_of::<TupleObject>() + len * size_of::<Obj>();
    // SAFETY: the world's types are alive; list `i` holds tuples of `i + 1` items. The header of a tuple
    // has a length behind it.
    unsafe {
        let op = world.types.tuple.as_ref().mem.obtain_listed::<true>(len - 1, size)?;
        op.cast::<VarObject>().as_ref().size.set(len as isize);
        Some(op)
    }
}

/// Gives a new tuple its items.
///
/// # Safety
/// It has room for just as many.
#[inline(always)]
unsafe fn fill<const N: usize>(op: Obj, items: [Ref; N]) {
    // SAFETY: per contract.
    unsafe {
        let cells = TupleObject::cells(op);
        for (i, item) in items.into_iter().enumerate() {
            cells.add(i).write(Cell::new(Some(item.into_raw())));
        }
    }
}

/// The empty tuple, once, at start-up.
pub(crate) fn shared_empty(world: &World) -> Result<Obj, AllocError> {
    alloc(world, 0)
}

impl World {
    /// A tuple that owns these references.
    ///
    /// # Errors
    /// `MemoryError`; the references are released.
    #[inline(always)]
    pub fn tuple<const N: usize>(&self, items: [Ref; N]) -> Res {
        if N == 0 {
            return Ok(self.empty_tuple());
        }
        let Some(op) = alloc_short(self, N) else { return self.tuple_long(items) };
        // SAFETY: the tuple has room for N items, and is tracked once it is whole.
        unsafe {
            fill(op, items);
            track_unwatched(&self.gc, op);
            Ok(Ref::steal(op))
        }
    }

    #[cold]
    #[inline(never)]
    fn tuple_long<const N: usize>(&self, items: [Ref; N]) -> Res {
        let op = alloc(self, N).or_raise(self)?;
        // SAFETY: as in `tuple`.
        unsafe {
            fill(op, items);
            track(op);
            Ok(Ref::steal(op))
        }
    }

    /// A tuple of new references to these objects.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn tuple_from(&self, items: &[Borrowed<'_>]) -> Res {
        if items.is_empty() {
            return Ok(self.empty_tuple());
        }
        let op = alloc(self, items.len()).or_raise(self)?;
        // SAFETY: as in `tuple`.
        unsafe {
            let cells = TupleObject::cells(op);
            for (i, item) in items.iter().enumerate() {
                cells.add(i).write(Cell::new(Some(item.owned().into_raw())));
            }
            track(op);
            Ok(Ref::steal(op))
        }
    }

    /// A tuple that takes over the references in `items`, which are null afterwards.
    ///
    /// # Errors
    /// `MemoryError`; then `items` is unchanged.
    ///
    /// # Safety
    /// Each of the `len` words at `items` is an owned reference; `len` is not 0.
    #[inline(always)]
    pub unsafe fn tuple_steal(&self, items: NonNull<Option<Obj>>, len: usize) -> Res {
        let take = |op| {
            // SAFETY: per contract, and as in `tuple`.
            unsafe {
                let cells = TupleObject::cells(op);
                for i in 0..len {
                    cells.add(i).write(Cell::new(items.add(i).replace(None)));
                }
            }
        };
        // SAFETY: the tuple is whole when it is tracked.
        unsafe {
            let op = match alloc_short(self, len) {
                Some(op) => {
                    take(op);
                    track_unwatched(&self.gc, op);
                    op
                }
                None => {
                    let op = alloc(self, len).or_raise(self)?;
                    take(op);
                    track(op);
                    op
                }
            };
            Ok(Ref::steal(op))
        }
    }
}

/// The items of a tuple.
///
/// # Errors
/// `TypeError` when it is none.
pub fn items_of<'a>(cx: &Cx<'_>, op: Borrowed<'a>) -> Res<&'a [Borrowed<'a>]> {
    Ok(op.expect::<TupleObject>(cx)?.items())
}

/// Whether an object is exactly a `tuple`, not of a subclass.
#[inline(always)]
pub fn is_exact(world: &World, op: Borrowed<'_>) -> bool {
    std::ptr::eq(Type::of(op), world.types.tuple.as_ptr())
}

/// Takes a tuple out of the collector's sight, for holders that keep it to themselves.
///
/// # Safety
/// `op` is a live tuple.
pub unsafe fn hide(op: Obj) {
    // SAFETY: per contract a tuple is collectable.
    unsafe { untrack(op) }
}

/// A tuple that is being filled, from the first item on, out of everybody's sight until it is whole.
pub(crate) struct Filler {
    tuple: Ref,
    filled: usize,
}

impl Filler {
    /// A tuple with room for `len` items.
    ///
    /// # Errors
    /// `MemoryError`.
    pub(crate) fn new(world: &World, len: usize) -> Res<Self> {
        if len == 0 {
            return Ok(Self { tuple: world.empty_tuple(), filled: 0 });
        }
        let op = alloc(world, len).or_raise(world)?;
        // SAFETY: the tuple has room for `len` items; not tracked, and its one reference is ours.
        unsafe {
            let cells = TupleObject::cells(op);
            (0..len).for_each(|i| cells.add(i).write(Cell::new(None)));
            Ok(Self { tuple: Ref::steal(op), filled: 0 })
        }
    }

    /// Puts the next item in; one too many is released.
    #[inline]
    pub(crate) fn push(&mut self, item: Ref) {
        if self.filled < self.tuple.borrow().view::<TupleObject>().map_or(0, TupleObject::len) {
            // SAFETY: the index is below the length, and the cell is empty.
            unsafe {
                let cell = TupleObject::cells(self.tuple.as_obj()).add(self.filled);
                cell.as_ref().set(Some(item.into_raw()));
            }
            self.filled += 1;
        }
    }

    /// The tuple, with `None` where no item was put in.
    pub(crate) fn finish(mut self) -> Ref {
        let len = self.tuple.borrow().view::<TupleObject>().map_or(0, TupleObject::len);
        while self.filled < len {
            // SAFETY: the tuple is alive, and with it its world.
            self.push(unsafe { World::of(self.tuple.as_obj()) }.none());
        }
        watch(&self.tuple);
        self.tuple
    }
}

/// Lets the collector see a tuple, when it does not yet; `()` it never sees.
pub(crate) fn watch(tuple: &Ref) {
    let op = tuple.as_obj();
    // SAFETY: the tuple is alive and whole.
    unsafe {
        if !op.as_ref().is_immortal() && !runtime_gc::is_tracked(op) {
            track(op);
        }
    }
}

/// Puts `item` in the place of an item of a tuple that its maker is about to use again, and gives
/// the old one back.
pub(crate) fn replace(tuple: &Ref, index: usize, item: Ref) -> Option<Ref> {
    if index >= tuple.borrow().view::<TupleObject>().map_or(0, TupleObject::len) {
        return None;
    }
    // SAFETY: the index is below the length; the cell owns what it holds and gives it away.
    unsafe {
        let cell = TupleObject::cells(tuple.as_obj()).add(index);
        cell.as_ref().replace(Some(item.into_raw())).map(|op| Ref::steal(op))
    }
}
