//! The collector's 16 bytes in front of an object, and rings of them.
//!
//! ```text
//!          outside a collection                 found unreachable by one
//! next     next head, or null: untracked        the same; bit 0: in the scan that is going on
//! prev     previous head                        the same
//!          bit 0: finalized                     bit 0: finalized, bit 1: collecting
//! ```
//!
//! The bits are CPython's (`Include/internal/pycore_gc.h`). The counts that a collection reckons with are
//! not here but in the header ([`crate::trial`]), so that a ring keeps its links both ways.

use std::ptr::{NonNull, null_mut, without_provenance_mut};

use runtime_core::{GcHead, Obj, gc_head, of_gc_head};

use crate::trial::Trial;

/// `prev`: the finalizer has run.
const FINALIZED: usize = 1;
/// `prev`: a collection has found the object unreachable, and is not done with it.
const COLLECTING: usize = 2;
const FLAGS: usize = FINALIZED | COLLECTING;
/// `next`: the scan that is going on has moved the object to the unreachable ones.
const UNREACHABLE: usize = 1;

const _: () = assert!(align_of::<GcHead>() > FLAGS, "the low bits of an address carry flags");

/// The head of an object, or the two ends of a ring.
///
/// Whoever makes one knows that the head is alive for as long as the value is used; that is what
/// makes its methods safe to call.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
pub(crate) struct Head(NonNull<GcHead>);

impl Head {
    /// # Safety
    /// `head` is alive for as long as the value is used.
    #[inline(always)]
    pub(crate) const unsafe fn new(head: NonNull<GcHead>) -> Self {
        Self(head)
    }

    /// # Safety
    /// `op` is collectable, and alive for as long as the value is used.
    #[inline(always)]
    pub(crate) unsafe fn of(op: Obj) -> Self {
        // SAFETY: per contract.
        Self(unsafe { gc_head(op) })
    }

    /// The object behind the head; not for the ends of a ring.
    #[inline(always)]
    pub(crate) fn object(self) -> Obj {
        // SAFETY: heads that are not ends stand in front of an object.
        unsafe { of_gc_head(self.0) }
    }

    #[inline(always)]
    fn cells<'a>(self) -> &'a GcHead {
        // SAFETY: the head is alive, per `new`; its fields are cells.
        unsafe { self.0.as_ref() }
    }

    #[inline(always)]
    pub(crate) fn is_tracked(self) -> bool {
        !self.cells().next.get().is_null()
    }

    /// The next head of the ring.
    #[inline(always)]
    pub(crate) fn next(self) -> Self {
        let next = self.cells().next.get().map_addr(|a| a & !UNREACHABLE);
        debug_assert!(!next.is_null(), "an untracked object is in no ring");
        // SAFETY: the head is in a ring, so its link is not null and leads to a live head.
        Self(unsafe { NonNull::new_unchecked(next) })
    }

    /// The next head of a ring in which nothing is marked unreachable.
    #[inline(always)]
    pub(crate) fn next_plain(self) -> Self {
        let next = self.cells().next.get();
        debug_assert!(!next.is_null() && next.addr() & UNREACHABLE == 0, "a plain link");
        // SAFETY: as in `next`.
        Self(unsafe { NonNull::new_unchecked(next) })
    }

    /// The head before.
    #[inline(always)]
    fn prev(self) -> Self {
        let prev = self.cells().prev.get().map_addr(|a| a & !FLAGS);
        // SAFETY: as in `next`.
        Self(unsafe { NonNull::new_unchecked(prev) })
    }

    /// The last member of the ring whose ends these are: ends have no flags.
    #[inline(always)]
    fn last(self) -> Self {
        let prev = self.cells().prev.get();
        debug_assert!(!prev.is_null() && prev.addr() & FLAGS == 0, "ends have no flags");
        // SAFETY: as in `next`.
        Self(unsafe { NonNull::new_unchecked(prev) })
    }

    #[inline(always)]
    fn set_next(self, next: Self) {
        self.cells().next.set(next.0.as_ptr());
    }

    /// Sets the link back and leaves the flags.
    #[inline(always)]
    fn set_prev(self, prev: Self) {
        let flags = self.cells().prev.get().addr() & FLAGS;
        self.cells().prev.set(prev.flagged(flags));
    }

    /// The link to this head with flags in it. Added, not masked in: that is one instruction.
    #[inline(always)]
    fn flagged(self, flags: usize) -> *mut GcHead {
        self.0.as_ptr().wrapping_byte_add(flags)
    }

    /// Closes an empty ring over this pair of ends.
    pub(crate) fn make_ring(self) {
        self.cells().next.set(self.0.as_ptr());
        self.cells().prev.set(self.0.as_ptr());
    }

    /// Whether nothing is between the ends.
    #[inline(always)]
    pub(crate) fn is_empty(self) -> bool {
        self.next() == self
    }

    /// Puts an untracked object at the end of the ring whose ends these are.
    #[inline(always)]
    pub(crate) fn append(self, head: Self) {
        let last = self.last();
        head.set_prev(last);
        head.set_next(self);
        last.set_next(head);
        // The ends of a ring have no flags.
        self.cells().prev.set(head.0.as_ptr());
    }

    /// The same for an object without flags, whose finalizer has not run and never will.
    #[inline(always)]
    pub(crate) fn append_plain(self, head: Self) {
        debug_assert!(head.cells().prev.get().addr() & FLAGS == 0, "it has no flags");
        let last = self.last();
        head.cells().prev.set(last.0.as_ptr());
        head.set_next(self);
        last.set_next(head);
        self.cells().prev.set(head.0.as_ptr());
    }

    /// Takes the object out of its ring. That its finalizer has run is remembered; that it was being
    /// collected is not, since it may enter another ring.
    #[inline(always)]
    pub(crate) fn unlink(self) {
        // No program runs while a scan marks links.
        let (prev, next) = (self.prev(), self.next_plain());
        prev.set_next(next);
        next.set_prev(prev);
        self.cells().next.set(null_mut());
        let flags = self.cells().prev.get().addr() & FINALIZED;
        self.cells().prev.set(without_provenance_mut(flags));
    }

    /// Forgets all about an untracked object, whose memory may soon be another's.
    pub(crate) fn reset(self) {
        self.cells().next.set(null_mut());
        self.cells().prev.set(null_mut());
    }

    /// Links of objects that wait in a line, using `next` alone.
    pub(crate) fn wait_before(self, next: Option<Self>) {
        self.cells().next.set(next.map_or(null_mut(), |head| head.0.as_ptr()));
    }

    /// The object that waits behind this one; this one leaves the line.
    pub(crate) fn leave_line(self) -> Option<Self> {
        NonNull::new(self.cells().next.replace(null_mut())).map(Self)
    }

    /// Takes the object out of its ring and puts it at the end of another.
    #[inline(always)]
    pub(crate) fn move_to(self, ring: Self) {
        let (prev, next) = (self.prev(), self.next());
        prev.set_next(next);
        next.set_prev(prev);
        ring.append(self);
    }

    /// Puts all of this ring at the end of another.
    pub(crate) fn merge_into(self, ring: Self) {
        if !self.is_empty() {
            let (first, last) = (self.next(), self.last());
            let end = ring.last();
            end.set_next(first);
            first.set_prev(end);
            last.set_next(ring);
            ring.cells().prev.set(last.0.as_ptr());
            self.make_ring();
        }
    }

    /// The members of the ring between these ends, none of which may leave it meanwhile.
    pub(crate) fn members(self) -> impl Iterator<Item = Self> {
        let mut at = self.next();
        std::iter::from_fn(move || {
            let member = at;
            at = member.next();
            (member != self).then_some(member)
        })
    }

    /// Whether `next` and `prev` of each member agree and no flag of a collection is left.
    pub(crate) fn is_sound(self) -> bool {
        let mut before = self;
        let mut at = self;
        loop {
            let next = at.cells().next.get();
            if next.is_null() || next.addr() & UNREACHABLE != 0 {
                return false;
            }
            at = at.next();
            if at.cells().prev.get().addr() & COLLECTING != 0 || at.prev() != before {
                return false;
            }
            if at == self {
                return true;
            }
            // SAFETY: members of a ring are alive.
            if unsafe { at.object().as_ref() }.trial() != 0 {
                return false;
            }
            before = at;
        }
    }

    #[inline(always)]
    pub(crate) fn is_finalized(self) -> bool {
        self.cells().prev.get().addr() & FINALIZED != 0
    }

    pub(crate) fn set_finalized(self) {
        let prev = &self.cells().prev;
        prev.set(prev.get().map_addr(|a| a | FINALIZED));
    }

    #[inline(always)]
    pub(crate) fn is_collecting(self) -> bool {
        self.cells().prev.get().addr() & COLLECTING != 0
    }

    pub(crate) fn clear_collecting(self) {
        let prev = &self.cells().prev;
        prev.set(prev.get().map_addr(|a| a & !COLLECTING));
    }

    /// Moves an object without references from outside to the end of the unreachable ones.
    #[inline(always)]
    pub(crate) fn move_to_unreachable(self, unreachable: Self) {
        let (prev, next) = (self.prev(), self.next_plain());
        prev.set_next(next);
        next.set_prev(prev);
        let flags = self.cells().prev.get().addr() & FINALIZED | COLLECTING;
        let last = unreachable.last();
        last.cells().next.set(self.flagged(UNREACHABLE));
        self.cells().prev.set(last.flagged(flags));
        self.cells().next.set(unreachable.flagged(UNREACHABLE));
        unreachable.cells().prev.set(self.0.as_ptr());
    }

    /// Something reachable refers to this object: when it was thought unreachable, it moves to the end
    /// of the ring that is being scanned.
    #[inline(always)]
    pub(crate) fn move_back(self, scanned: Self) {
        let next = self.cells().next.get();
        if next.addr() & UNREACHABLE != 0 {
            let (prev, after) = (self.prev(), self.next());
            prev.cells().next.set(next);
            after.set_prev(prev);
            self.clear_collecting();
            scanned.append(self);
        }
    }

    /// Makes the links of an object whole that a scan has left unreachable, and ends its trial.
    #[inline(always)]
    pub(crate) fn end_scan(self) {
        self.clear_unreachable();
        // SAFETY: members of a ring are alive.
        Trial::of(unsafe { self.object().as_ref() }).end();
    }

    /// Clears *unreachable* on the link of a member, or of the ring's ends.
    #[inline(always)]
    pub(crate) fn clear_unreachable(self) {
        let next = &self.cells().next;
        next.set(next.get().map_addr(|a| a & !UNREACHABLE));
    }
}
