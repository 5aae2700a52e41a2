//! Free lists: a type's dead objects, kept for the next birth of the same kind.
//!
//! ```text
//! last      head
//! [x]       [x] -> [x] -> [x]        last in, first out
//! ```
//!
//! The object that was retired last has a place of its own: what dies and is born again in turn goes in
//! and out there, with nothing to link or to count, which a processor would have to wait for. The others
//! are linked through their first word, so a list needs no memory of its own and a reused object still
//! has its type (and, for tuples, its length).
//!
//! A watched heap's lists look empty and full at once: nothing to take, no room to give. So both
//! fast paths fall to the slow path by themselves, where the real head and room are found, and an
//! unwatched heap pays nothing for the possibility.

use std::cell::Cell;
use std::ptr::{NonNull, null_mut};

use crate::object::Obj;

#[repr(C)]
struct Node {
    next: *mut Node,
}

/// One list of retired objects, at most `cap` of them.
///
/// Invariant while it is not watched: `room` is what the linked ones lack to `cap - 1`; without a cap
/// there is nothing in it.
#[derive(Debug)]
pub struct FreeList {
    last: Cell<*mut Node>,
    /// What [`FreeList::take_again`] took last, unless its memory went back to the heap.
    again: Cell<*mut Node>,
    head: Cell<*mut Node>,
    room: Cell<u32>,
    /// The cap, or 0 while the heap is watched.
    open: Cell<u32>,
    cap: Cell<u32>,
    /// All of it, and the room for more, while the heap is watched.
    hidden_room: Cell<u32>,
    hidden_head: Cell<*mut Node>,
    watched: Cell<bool>,
}

impl FreeList {
    /// An empty list for at most `cap` objects.
    pub const fn new(cap: u32) -> Self {
        Self {
            last: Cell::new(null_mut()),
            again: Cell::new(null_mut()),
            head: Cell::new(null_mut()),
            room: Cell::new(cap.saturating_sub(1)),
            open: Cell::new(cap),
            cap: Cell::new(cap),
            hidden_room: Cell::new(0),
            hidden_head: Cell::new(null_mut()),
            watched: Cell::new(false),
        }
    }

    /// Takes the object that was retired last. `None` also when the heap is watched.
    ///
    /// The object's first word holds no count until the caller writes one.
    #[inline(always)]
    pub fn take(&self) -> Option<Obj> {
        if let Some(last) = NonNull::new(self.last.get()) {
            self.last.set(null_mut());
            return Some(last.cast());
        }
        self.take_linked()
    }

    /// As [`FreeList::take`], and quicker when it is the same object time and again: its address is
    /// known from the last time, so that a processor that runs ahead need not wait until it knows where
    /// the death before has put it. (A float born and dead in turn: 2.4 ns instead of 4.) Not for objects
    /// that are linked up with others at birth, which know by then what they wait for.
    #[inline(always)]
    pub fn take_again(&self) -> Option<Obj> {
        if let Some(last) = NonNull::new(self.last.get()) {
            self.last.set(null_mut());
            let again = self.again.get();
            if again == last.as_ptr() {
                return NonNull::new(again.cast());
            }
            self.again.set(last.as_ptr());
            return Some(last.cast());
        }
        self.take_linked()
    }

    #[inline(always)]
    fn take_linked(&self) -> Option<Obj> {
        let node = NonNull::new(self.head.get())?;
        // SAFETY: a node on the list is a retired object, whose first word is the link.
        self.head.set(unsafe { (*node.as_ptr()).next });
        self.room.set(self.room.get().wrapping_add(1));
        Some(node.cast())
    }

    /// Keeps a dead object, if there is room. `false` also when the heap is watched.
    ///
    /// # Safety
    /// `op` is dead, its fields are released, and its block has the size that takers expect.
    #[inline(always)]
    #[must_use = "an object that was not kept must be freed"]
    pub unsafe fn give(&self, op: Obj) -> bool {
        let Some(last) = NonNull::new(self.last.get()) else {
            if self.open.get() == 0 {
                return false;
            }
            self.last.set(op.cast().as_ptr());
            return true;
        };
        let room = self.room.get();
        if room == 0 {
            return false;
        }
        self.room.set(room.wrapping_sub(1));
        // SAFETY: the first word of a retired object is free to hold the link.
        unsafe { Self::link(&self.head, last.cast()) };
        self.last.set(op.cast().as_ptr());
        true
    }

    #[inline(always)]
    unsafe fn link(head: &Cell<*mut Node>, op: Obj) {
        let node = op.cast::<Node>().as_ptr();
        // SAFETY: as in `give`.
        unsafe { (*node).next = head.get() };
        head.set(node);
    }

    /// As [`FreeList::take`] while the heap is watched.
    pub(crate) fn take_watched(&self) -> Option<Obj> {
        let node = NonNull::new(self.hidden_head.get())?;
        // SAFETY: as in `take`.
        self.hidden_head.set(unsafe { (*node.as_ptr()).next });
        self.hidden_room.set(self.hidden_room.get().wrapping_add(1));
        Some(node.cast())
    }

    /// As [`FreeList::give`] while the heap is watched.
    ///
    /// # Safety
    /// As [`FreeList::give`].
    pub(crate) unsafe fn give_watched(&self, op: Obj) -> bool {
        let room = self.hidden_room.get();
        if room == 0 {
            return false;
        }
        self.hidden_room.set(room.wrapping_sub(1));
        // SAFETY: per contract.
        unsafe { Self::link(&self.hidden_head, op) };
        true
    }

    /// Hides or shows the list, as the heap begins or ends being watched.
    pub(crate) fn set_watched(&self, watched: bool) {
        if self.watched.get() == watched {
            return;
        }
        if watched {
            let room = self.cap.get().saturating_sub(self.count());
            if let Some(last) = NonNull::new(self.last.replace(null_mut())) {
                // SAFETY: the first word of a retired object is free to hold the link.
                unsafe { Self::link(&self.head, last.cast()) };
            }
            self.open.set(0);
            self.room.set(0);
            self.hidden_head.set(self.head.replace(null_mut()));
            self.hidden_room.set(room);
            self.watched.set(true);
        } else {
            let last = self.take_watched();
            self.last.set(last.map_or(null_mut(), |last| last.cast().as_ptr()));
            self.open.set(self.cap.get());
            self.head.set(self.hidden_head.replace(null_mut()));
            self.watched.set(false);
            self.room.set(self.hidden_room.replace(0).saturating_sub(1));
        }
    }

    /// Shows each object on the list, the one retired last first.
    pub(crate) fn each(&self, mut see: impl FnMut(Obj)) {
        if let Some(last) = NonNull::new(self.last.get()) {
            see(last.cast());
        }
        let head = if self.watched.get() { self.hidden_head.get() } else { self.head.get() };
        let mut next = NonNull::new(head);
        while let Some(node) = next {
            see(node.cast());
            // SAFETY: as in `take`.
            next = NonNull::new(unsafe { (*node.as_ptr()).next });
        }
    }

    /// Objects that a list holds which is not watched.
    fn count(&self) -> u32 {
        let linked = self.cap.get().saturating_sub(1).saturating_sub(self.room.get());
        linked + u32::from(!self.last.get().is_null())
    }

    /// Objects that the list holds now.
    pub fn len(&self) -> usize {
        let watched = || self.cap.get().saturating_sub(self.hidden_room.get());
        (if self.watched.get() { watched() } else { self.count() }) as usize
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The most objects that it may hold.
    pub fn cap(&self) -> usize {
        self.cap.get() as usize
    }

    /// Changes how many objects it may hold.
    ///
    /// It holds no more than that: more is for the caller to drain before.
    pub fn set_cap(&self, cap: u32) {
        let watched = self.watched.get();
        self.set_watched(false);
        let held = self.count();
        debug_assert!(held <= cap, "a list of {held} objects with a cap of {cap}");
        // The linked ones alone may be as many as the new cap.
        if self.last.get().is_null()
            && let Some(node) = self.take()
        {
            self.last.set(node.cast().as_ptr());
        }
        let linked = held - u32::from(!self.last.get().is_null());
        self.room.set(cap.saturating_sub(1).saturating_sub(linked));
        self.open.set(cap);
        self.cap.set(cap);
        self.set_watched(watched);
    }

    /// Takes an object whether the heap is watched or not; for emptying the list.
    pub fn drain_one(&self) -> Option<Obj> {
        self.forget();
        self.take().or_else(|| self.take_watched())
    }

    /// Memory of an object of the list goes back to the heap, where another may get its address.
    pub(crate) fn forget(&self) {
        self.again.set(null_mut());
    }
}
