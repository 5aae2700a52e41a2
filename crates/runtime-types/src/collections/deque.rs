//! `deque`: items in a chain of blocks, open at both ends.
//!
//! ```text
//! deque --left--> [link | .. .. x0 x1 .. | link] <--> ... <--> [link | y0 y1 .. .. | link] <--right-- deque
//!                          ^ left_index                                  ^ right_index
//! ```
//!
//! A block has 64 places. Invariant: there are blocks unless the deque is being born or dead; the
//! items are those from `left_index` in the left block to `right_index` in the right one; when there
//! are none, both are one block and `left_index` is `right_index + 1`. `state` counts changes of the
//! chain, by which iterators see that what they point to has gone. CPython:
//! `Modules/_collectionsmodule.c`.

use std::cell::Cell;
use std::ptr::{NonNull, null_mut};

use runtime_core::{AllocError, Floor, Heap, Obj, TypeFlags, TypeSpec, VarObject, type_of};
use runtime_gc::{Container, EXHAUSTED, Ref, dealloc, release, traversal};

use crate::native::free_fixed;
use crate::view::{Layout, View};

/// Places of a block, and the one in the middle.
const PLACES: isize = 64;
const CENTER: isize = (PLACES - 1) / 2;
/// Blocks that a deque keeps for reuse.
const KEPT: usize = 16;

/// A block: links to its neighbours around its places.
#[repr(C)]
pub(super) struct Block {
    left: *mut Block,
    places: [Option<Obj>; PLACES as usize],
    right: *mut Block,
}

const _: () = assert!(size_of::<Block>() == 528);

/// A deque.
#[repr(C)]
pub(crate) struct DequeObject {
    var: VarObject,
    left: Cell<*mut Block>,
    right: Cell<*mut Block>,
    left_index: Cell<isize>,
    right_index: Cell<isize>,
    state: Cell<usize>,
    /// Most items that it holds; -1 without a limit.
    pub(super) max_len: Cell<isize>,
    kept_count: Cell<usize>,
    kept: [Cell<*mut Block>; KEPT],
    weak_refs: Cell<usize>,
}

const _: () = assert!(size_of::<DequeObject>() == 216);

// SAFETY: only `deque` and its subclasses carry the number; the fields are cells.
unsafe impl View for DequeObject {
    const LAYOUT: u16 = Layout::Deque as u16;
    const NAME: &'static str = "collections.deque";
}

pub(super) const SPEC: TypeSpec = TypeSpec {
    name: "collections.deque",
    basic_size: size_of::<DequeObject>(),
    flags: TypeFlags::GC.with(TypeFlags::BASE),
    layout: Layout::Deque as u16,
    floor: Floor::World,
    weak_list_offset: std::mem::offset_of!(DequeObject, weak_refs) as isize,
    tp_dealloc: dealloc::<DequeObject>,
    tp_free: free_fixed,
    tp_release: Some(release::<DequeObject>),
    tp_traverse: Some(traversal::<DequeObject>()),
    tp_clear: Some(clear_object),
    ..TypeSpec::LEAF
};

impl DequeObject {
    /// Number of items.
    pub(super) fn len(&self) -> usize {
        self.var.len()
    }

    /// Which changes of the chain there have been.
    pub(super) fn state(&self) -> usize {
        self.state.get()
    }

    fn set_len(&self, len: usize) {
        self.var.size.set(len as isize);
        self.state.set(self.state.get().wrapping_add(1));
    }

    /// Bytes as `sys.getsizeof` counts them, without the collector head.
    pub(super) fn size_of(&self, basic: usize) -> usize {
        let places = self.left_index.get().max(0) as usize + self.len();
        basic + places.div_ceil(PLACES as usize) * size_of::<Block>()
    }

    /// The first block of a new deque.
    ///
    /// # Errors
    /// [`AllocError`].
    pub(super) fn begin(&self, heap: &Heap) -> Result<(), AllocError> {
        let block = self.new_block(heap)?;
        self.left.set(block);
        self.right.set(block);
        self.center();
        Ok(())
    }

    fn center(&self) {
        self.left_index.set(CENTER + 1);
        self.right_index.set(CENTER);
    }

    /// Has an empty deque filled from one end of its block, which saves a block.
    pub(super) fn lean(&self, to_left: bool) {
        if self.len() == 0 {
            let left = if to_left { PLACES - 1 } else { 1 };
            self.left_index.set(left);
            self.right_index.set(left - 1);
        }
    }

    fn new_block(&self, heap: &Heap) -> Result<*mut Block, AllocError> {
        if let Some(count) = self.kept_count.get().checked_sub(1)
            && let Some(kept) = self.kept.get(count)
        {
            self.kept_count.set(count);
            return Ok(kept.replace(null_mut()));
        }
        let block = heap.alloc(size_of::<Block>())?.cast::<Block>().as_ptr();
        // SAFETY: the block is new; all zero is a block without items and links.
        unsafe { block.write_bytes(0, 1) };
        Ok(block)
    }

    /// # Safety
    /// The block is out of the chain and holds nothing.
    unsafe fn drop_block(&self, heap: &Heap, block: *mut Block) {
        let count = self.kept_count.get();
        if let Some(kept) = self.kept.get(count) {
            kept.set(block);
            self.kept_count.set(count + 1);
        } else if let Some(block) = NonNull::new(block) {
            // SAFETY: per contract.
            unsafe { heap.free(block.cast(), size_of::<Block>()) };
        }
    }

    /// Adds an item at the right end. On failure it is released.
    ///
    /// # Errors
    /// [`AllocError`]; the deque is unchanged.
    pub(super) fn push_right(&self, heap: &Heap, item: Ref) -> Result<(), AllocError> {
        let at = self.right_index.get() + 1;
        // SAFETY: the chain is whole; a new block is linked in before it is used.
        unsafe {
            let at = if at == PLACES {
                let block = self.new_block(heap)?;
                (*block).left = self.right.get();
                (*block).right = null_mut();
                (*self.right.get()).right = block;
                self.right.set(block);
                0
            } else {
                at
            };
            self.write(self.right.get(), at, Some(item.into_raw()));
            self.right_index.set(at);
        }
        self.set_len(self.len() + 1);
        Ok(())
    }

    /// Adds an item at the left end. On failure it is released.
    ///
    /// # Errors
    /// [`AllocError`]; the deque is unchanged.
    pub(super) fn push_left(&self, heap: &Heap, item: Ref) -> Result<(), AllocError> {
        let at = self.left_index.get() - 1;
        // SAFETY: as in `push_right`.
        unsafe {
            let at = if at < 0 {
                let block = self.new_block(heap)?;
                (*block).right = self.left.get();
                (*block).left = null_mut();
                (*self.left.get()).left = block;
                self.left.set(block);
                PLACES - 1
            } else {
                at
            };
            self.write(self.left.get(), at, Some(item.into_raw()));
            self.left_index.set(at);
        }
        self.set_len(self.len() + 1);
        Ok(())
    }

    /// # Safety
    /// `block` is one of the chain, and `at` one of its places.
    unsafe fn write(&self, block: *mut Block, at: isize, item: Option<Obj>) -> Option<Obj> {
        debug_assert!((0..PLACES).contains(&at));
        // SAFETY: per contract.
        unsafe { (&raw mut (*block).places).cast::<Option<Obj>>().offset(at).replace(item) }
    }

    /// Takes the item at the right end.
    pub(super) fn pop_right(&self, heap: &Heap) -> Option<Ref> {
        let len = self.len().checked_sub(1)?;
        let at = self.right_index.get();
        // SAFETY: the place holds the last item, whose reference goes to the caller; a block that
        // is empty now leaves the chain.
        unsafe {
            let block = self.right.get();
            let item = self.write(block, at, None).map(|op| Ref::steal(op));
            self.right_index.set(at - 1);
            self.set_len(len);
            if at == 0 {
                if len == 0 {
                    self.center();
                } else {
                    self.right.set((*block).left);
                    (*self.right.get()).right = null_mut();
                    self.right_index.set(PLACES - 1);
                    self.drop_block(heap, block);
                }
            }
            item
        }
    }

    /// Takes the item at the left end.
    pub(super) fn pop_left(&self, heap: &Heap) -> Option<Ref> {
        let len = self.len().checked_sub(1)?;
        let at = self.left_index.get();
        // SAFETY: as in `pop_right`.
        unsafe {
            let block = self.left.get();
            let item = self.write(block, at, None).map(|op| Ref::steal(op));
            self.left_index.set(at + 1);
            self.set_len(len);
            if at + 1 == PLACES {
                if len == 0 {
                    self.center();
                } else {
                    self.left.set((*block).right);
                    (*self.left.get()).left = null_mut();
                    self.left_index.set(0);
                    self.drop_block(heap, block);
                }
            }
            item
        }
    }

    /// The block and the place of an item. The walk begins at the nearer end.
    fn locate(&self, index: usize) -> Option<Position> {
        if index >= self.len() {
            return None;
        }
        let from_left = self.left_index.get() as usize + index;
        let (blocks, place) = (from_left / PLACES as usize, from_left % PLACES as usize);
        let all = (self.left_index.get() as usize + self.len() - 1) / PLACES as usize;
        // SAFETY: the chain has `all + 1` blocks.
        unsafe {
            let mut block = self.left.get();
            if blocks <= all / 2 {
                (0..blocks).for_each(|_| block = (*block).right);
            } else {
                block = self.right.get();
                (blocks..all).for_each(|_| block = (*block).left);
            }
            Some(Position { block, place: place as isize })
        }
    }

    /// A new reference to an item.
    pub(super) fn get(&self, index: usize) -> Option<Ref> {
        self.locate(index).and_then(|position| {
            // SAFETY: nothing has changed since it was located.
            unsafe { position.item() }
        })
    }

    /// Puts an item in the place of another, which is given back; `None` when there is none there.
    pub(super) fn replace(&self, index: usize, item: Ref) -> Option<Ref> {
        let Position { block, place } = self.locate(index)?;
        // SAFETY: located just now; the place owns what it holds and gives it away.
        unsafe { self.write(block, place, Some(item.into_raw())).map(|op| Ref::steal(op)) }
    }

    /// Turns the deque to the right, or to the left.
    ///
    /// # Errors
    /// [`AllocError`]: it is turned in part.
    pub(super) fn rotate(&self, heap: &Heap, by: isize) -> Result<(), AllocError> {
        let len = self.len() as isize;
        if len <= 1 {
            return Ok(());
        }
        let mut by = by % len;
        if by > len / 2 {
            by -= len;
        } else if by < -(len / 2) {
            by += len;
        }
        self.state.set(self.state.get().wrapping_add(1));
        for _ in 0..by.unsigned_abs() {
            let (from_right, item) = match by > 0 {
                true => (true, self.pop_right(heap)),
                false => (false, self.pop_left(heap)),
            };
            let Some(item) = item else { return Ok(()) };
            // Held here as well: a push that fails releases what it was given.
            let again = item.clone();
            let moved = match from_right {
                true => self.push_left(heap, item),
                false => self.push_right(heap, item),
            };
            if let Err(error) = moved {
                // It goes back to the end that it came from, where its place is still free.
                let _ = match from_right {
                    true => self.push_right(heap, again),
                    false => self.push_left(heap, again),
                };
                return Err(error);
            }
        }
        Ok(())
    }

    /// Turns the order round.
    pub(super) fn reverse(&self) {
        let (mut low, mut high) = (self.start(), self.end());
        for _ in 0..self.len() / 2 {
            // SAFETY: both are places of items, which lie apart, and stay owned by the deque.
            unsafe {
                let a = self.write(low.block, low.place, None);
                let b = self.write(high.block, high.place, a);
                self.write(low.block, low.place, b);
                low.forward();
                high.backward();
            }
        }
    }

    /// Where the first item is.
    pub(super) fn start(&self) -> Position {
        Position { block: self.left.get(), place: self.left_index.get() }
    }

    /// Where the last item is.
    pub(super) fn end(&self) -> Position {
        Position { block: self.right.get(), place: self.right_index.get() }
    }

    /// Lets all items go, the deque empty before the first of them does.
    pub(super) fn clear(&self, heap: &Heap) {
        let Some(last) = self.len().checked_sub(1) else { return };
        let Ok(block) = self.new_block(heap) else {
            // Without memory for another block they go one by one.
            while let Some(item) = self.pop_right(heap) {
                drop(item);
            }
            return;
        };
        let mut at = self.start();
        self.left.set(block);
        self.right.set(block);
        self.center();
        self.set_len(0);
        // SAFETY: the chain is ours alone now; each reference is given up once, and each block once
        // it has been left.
        unsafe {
            for i in 0..=last {
                let item = self.write(at.block, at.place, None).map(|op| Ref::steal(op));
                let block = at.block;
                at.forward();
                drop(item);
                if at.block != block || i == last {
                    (*block).left = null_mut();
                    (*block).right = null_mut();
                    self.drop_block(heap, block);
                }
            }
        }
    }

    /// Gives all blocks back.
    ///
    /// # Safety
    /// The deque is dead and has no items.
    unsafe fn free_blocks(&self, heap: &Heap) {
        self.right.set(null_mut());
        let own = NonNull::new(self.left.replace(null_mut()));
        let kept = self.kept.iter().filter_map(|kept| NonNull::new(kept.replace(null_mut())));
        for block in own.into_iter().chain(kept) {
            // SAFETY: per contract.
            unsafe { heap.free(block.cast(), size_of::<Block>()) };
        }
    }
}

/// A place in a chain: good until the deque's state changes.
#[derive(Clone, Copy)]
pub(super) struct Position {
    block: *mut Block,
    place: isize,
}

impl Position {
    /// From a block's address and a place.
    pub(super) fn new(block: *mut Block, place: isize) -> Self {
        Self { block, place }
    }

    /// The two parts.
    pub(super) fn parts(self) -> (*mut Block, isize) {
        (self.block, self.place)
    }

    /// A new reference to the item there.
    ///
    /// # Safety
    /// The deque has not changed since the position was made, and there is an item.
    pub(super) unsafe fn item(self) -> Option<Ref> {
        debug_assert!((0..PLACES).contains(&self.place));
        // SAFETY: per contract.
        unsafe {
            let places = (&raw const (*self.block).places).cast::<Option<Obj>>();
            places.offset(self.place).read().map(|op| Ref::new(op))
        }
    }

    /// On to the next place; stays in the last block at its end.
    ///
    /// # Safety
    /// As [`Position::item`].
    pub(super) unsafe fn forward(&mut self) {
        self.place += 1;
        if self.place == PLACES {
            // SAFETY: per contract the block is of the chain.
            let next = unsafe { (*self.block).right };
            if !next.is_null() {
                *self = Self { block: next, place: 0 };
            }
        }
    }

    /// Back to the place before.
    ///
    /// # Safety
    /// As [`Position::item`].
    pub(super) unsafe fn backward(&mut self) {
        self.place -= 1;
        if self.place < 0 {
            // SAFETY: per contract the block is of the chain.
            let next = unsafe { (*self.block).left };
            if !next.is_null() {
                *self = Self { block: next, place: PLACES - 1 };
            }
        }
    }
}

// SAFETY: both walk the items, first to last.
unsafe impl Container for DequeObject {
    unsafe fn traverse(op: Obj, visit: &mut impl FnMut(Obj)) {
        // SAFETY: per contract; the chain holds `len` items from its start on.
        unsafe {
            let this = op.cast::<Self>().as_ref();
            let mut at = this.start();
            for _ in 0..this.len() {
                let places = (&raw const (*at.block).places).cast::<Option<Obj>>();
                if let Some(item) = places.offset(at.place).read() {
                    visit(item);
                }
                at.forward();
            }
        }
    }

    unsafe fn release_next(op: Obj, cursor: &mut usize) -> Option<Obj> {
        // SAFETY: per contract; a type outlives its objects, and its heap the type.
        unsafe {
            let this = op.cast::<Self>().as_ref();
            let heap = type_of(op).as_ref().heap();
            if let Some(item) = this.pop_left(heap) {
                if this.len() == 0 {
                    *cursor = EXHAUSTED;
                }
                return Some(item.into_raw());
            }
            this.free_blocks(heap);
            None
        }
    }

    unsafe fn free(op: Obj) {
        // SAFETY: per contract.
        unsafe { free_fixed(op) }
    }
}

/// # Safety
/// `op` is a live deque.
unsafe fn clear_object(op: Obj) {
    // SAFETY: per contract.
    unsafe { op.cast::<DequeObject>().as_ref().clear(type_of(op).as_ref().heap()) }
}
