//! The table of a set: searching, inserting, growing.
//!
//! A search looks at a run of ten slots, then jumps. A comparison may run a program's code; before it
//! the member is owned, and after it the search looks whether the set has the same table with the same
//! member in the same slot. If so it goes on, else it begins again.

use std::ptr::NonNull;

use runtime_core::{AllocError, Obj};
use runtime_gc::{Borrowed, Ref, decref, incref};

use super::{INLINE, SetObject};
use crate::cx::{Cx, Res};
use crate::dict::plainly_equal;
use crate::kernel::growth;
use crate::world::World;

/// One slot.
#[repr(C)]
#[derive(Clone, Copy)]
pub(super) struct Entry {
    /// The member, owned by the set.
    pub(super) key: Option<Obj>,
    /// Its hash; without a member 0 for a slot never used, -1 for a dummy.
    pub(super) hash: i64,
}

const _: () = assert!(size_of::<Entry>() == 16);

impl Entry {
    pub(super) const UNUSED: Self = Self { key: None, hash: 0 };
    const DUMMY: Self = Self { key: None, hash: -1 };

    fn is_unused(self) -> bool {
        self.key.is_none() && self.hash == 0
    }

    fn is_dummy(self) -> bool {
        self.key.is_none() && self.hash != 0
    }
}

/// Slots behind the first of a run.
const RUN: usize = 9;

/// The slots that a hash leads to, in their order.
struct Probe {
    mask: usize,
    perturb: u64,
    base: usize,
    slot: usize,
    end: usize,
}

impl Probe {
    #[inline(always)]
    fn new(mask: usize, hash: i64) -> Self {
        let base = hash as usize & mask;
        Self { mask, perturb: hash as u64, base, slot: base, end: Self::end(base, mask) }
    }

    #[inline(always)]
    const fn end(base: usize, mask: usize) -> usize {
        if base + RUN <= mask { base + RUN } else { base }
    }

    #[inline(always)]
    fn step(&mut self) {
        if self.slot < self.end {
            self.slot += 1;
            return;
        }
        self.perturb >>= 5;
        let next = self.base.wrapping_mul(5).wrapping_add(1).wrapping_add(self.perturb as usize);
        self.base = next & self.mask;
        self.slot = self.base;
        self.end = Self::end(self.base, self.mask);
    }
}

/// Where a key is, or may go.
pub(super) enum Place {
    /// An equal member is there already.
    Taken,
    /// This slot is for it.
    Free(usize),
}

/// A table taken out of its set: a copy of the inline slots, or a block.
pub(super) enum Detached {
    Inline([Entry; INLINE]),
    Block { table: NonNull<Entry>, slots: usize },
}

impl Detached {
    fn entry(&self, at: usize) -> Option<Entry> {
        match self {
            Self::Inline(entries) => entries.get(at).copied(),
            // SAFETY: the slot is inside the block, which is alive until it is freed.
            Self::Block { table, slots } if at < *slots => Some(unsafe { table.add(at).read() }),
            Self::Block { .. } => None,
        }
    }

    fn entries(&self) -> impl Iterator<Item = Entry> {
        (0..).map_while(|at| self.entry(at))
    }

    /// Gives the block back.
    ///
    /// # Safety
    /// Nobody uses the table any more, and its references have gone elsewhere.
    pub(super) unsafe fn free(&self, world: &World) {
        if let Self::Block { table, slots } = *self {
            // SAFETY: per contract; the block was asked for with this size.
            unsafe { world.heap().free(table.cast(), slots * size_of::<Entry>()) };
        }
    }

    /// Gives up all references, in the order of the table, then the block.
    ///
    /// # Safety
    /// As [`Detached::free`], but that the references are still the table's; no view into any
    /// object is held.
    pub(super) unsafe fn discard(&self, world: &World) {
        for entry in self.entries() {
            if let Some(key) = entry.key {
                // SAFETY: per contract.
                unsafe { decref(key) };
            }
        }
        // SAFETY: per contract.
        unsafe { self.free(world) };
    }
}

impl SetObject {
    #[inline(always)]
    fn inline_table(&self) -> NonNull<Entry> {
        // The address comes from the cell in the object, which may be written through it.
        NonNull::from(&self.inline).cast()
    }

    /// Whether the slots are those inside the object.
    #[inline(always)]
    pub(super) fn is_inline(&self) -> bool {
        self.table.get() == self.inline_table()
    }

    #[inline(always)]
    pub(super) fn table_bytes(&self) -> usize {
        (self.mask.get() + 1) * size_of::<Entry>()
    }

    /// What slot `at` holds; `at` is at most the mask.
    #[inline(always)]
    pub(super) fn entry(&self, at: usize) -> Entry {
        debug_assert!(at <= self.mask.get());
        // SAFETY: the table has `mask + 1` slots, and the one asked for is masked by the callers.
        unsafe { self.table.get().add(at).read() }
    }

    #[inline(always)]
    fn set_entry(&self, at: usize, entry: Entry) {
        debug_assert!(at <= self.mask.get());
        // SAFETY: as in `entry`.
        unsafe { self.table.get().add(at).write(entry) };
    }

    /// Puts a new member into a slot that was never used, unless the set must grow then; tells whether
    /// it did.
    #[inline(always)]
    pub(super) fn put_quick(&self, at: usize, key: Borrowed<'_>, hash: i64) -> bool {
        let fill = self.fill.get() + 1;
        if growth::set_must_grow(fill, self.mask.get()) {
            return false;
        }
        self.set_entry(at, Entry { key: Some(key.owned().into_raw()), hash });
        self.fill.set(fill);
        self.used.set(self.used.get() + 1);
        true
    }

    /// Puts a new member into a free slot, and makes room for the next ones. When there is no memory
    /// for that the member is not put in.
    #[inline(always)]
    pub(super) fn put(
        &self,
        world: &World,
        at: usize,
        key: Ref,
        hash: i64,
    ) -> Result<(), AllocError> {
        debug_assert!(self.entry(at).key.is_none());
        let fill = self.fill.get() + usize::from(self.entry(at).is_unused());
        if fill != self.fill.get() && growth::set_must_grow(fill, self.mask.get()) {
            return self.put_and_grow(world, at, key, hash);
        }
        self.set_entry(at, Entry { key: Some(key.into_raw()), hash });
        self.fill.set(fill);
        self.used.set(self.used.get() + 1);
        Ok(())
    }

    #[inline(never)]
    fn put_and_grow(
        &self,
        world: &World,
        at: usize,
        key: Ref,
        hash: i64,
    ) -> Result<(), AllocError> {
        let (table, slots) = self.new_table(world, grown_slots(self.used.get() + 1)?)?;
        self.set_entry(at, Entry { key: Some(key.into_raw()), hash });
        self.fill.set(self.fill.get() + 1);
        self.used.set(self.used.get() + 1);
        self.move_to(world, table, slots);
        Ok(())
    }

    /// Takes the member out of a slot; the reference is the caller's, to be released last.
    pub(super) fn take(&self, at: usize) -> Option<Ref> {
        let key = self.entry(at).key?;
        self.set_entry(at, Entry::DUMMY);
        self.used.set(self.used.get().saturating_sub(1));
        // SAFETY: the set owned the member and gives it away.
        Some(unsafe { Ref::steal(key) })
    }

    /// Slots for a table of this size, all unused; `None` for the ones inside the object.
    fn new_table(
        &self,
        world: &World,
        slots: usize,
    ) -> Result<(Option<NonNull<Entry>>, usize), AllocError> {
        if slots <= INLINE {
            return Ok((None, INLINE));
        }
        let bytes = slots.checked_mul(size_of::<Entry>()).ok_or(AllocError::TooLarge)?;
        let table = world.heap().alloc(bytes)?.cast::<Entry>();
        // SAFETY: the block holds that many entries; all zero is an unused one.
        unsafe { table.write_bytes(0, slots) };
        Ok((Some(table), slots))
    }

    /// Moves the members to another table, in the order of the old one, without the dummies.
    fn move_to(&self, world: &World, table: Option<NonNull<Entry>>, slots: usize) {
        if table.is_none() && self.is_inline() && self.fill.get() == self.used.get() {
            return;
        }
        let used = self.used.get();
        let old = self.detach();
        if let Some(table) = table {
            self.table.set(table);
            self.mask.set(slots - 1);
        }
        for entry in old.entries() {
            if let Some(key) = entry.key {
                self.insert_clean(key, entry.hash);
            }
        }
        self.fill.set(used);
        self.used.set(used);
        // SAFETY: the members have moved.
        unsafe { old.free(world) };
    }

    /// Puts a member that is known to be absent into a table without dummies. Counts nothing.
    fn insert_clean(&self, key: Obj, hash: i64) {
        let mut probe = Probe::new(self.mask.get(), hash);
        while self.entry(probe.slot).key.is_some() {
            probe.step();
        }
        self.set_entry(probe.slot, Entry { key: Some(key), hash });
    }

    /// Makes the set empty and gives its table as it was.
    pub(super) fn detach(&self) -> Detached {
        let old = if self.is_inline() {
            Detached::Inline(self.inline.get())
        } else {
            Detached::Block { table: self.table.get(), slots: self.mask.get() + 1 }
        };
        self.inline.set([Entry::UNUSED; INLINE]);
        self.table.set(self.inline_table());
        self.mask.set(INLINE - 1);
        self.fill.set(0);
        self.used.set(0);
        old
    }

    /// Rebuilds the table with more slots than `least`, and without dummies.
    pub(super) fn resize(&self, world: &World, slots: usize) -> Result<(), AllocError> {
        let (table, slots) = self.new_table(world, slots)?;
        self.move_to(world, table, slots);
        Ok(())
    }

    /// Gets rid of dummies when there are many. CPython: the end of
    /// `set_difference_update_internal`.
    pub(super) fn purge(&self, world: &World) -> Result<(), AllocError> {
        if self.fill.get() - self.used.get() <= self.mask.get() / 4 {
            return Ok(());
        }
        self.resize(world, grown_slots(self.used.get())?)
    }

    /// Makes room for `count` more members at once.
    pub(super) fn reserve(&self, world: &World, count: usize) -> Result<(), AllocError> {
        let fill = self.fill.get().checked_add(count).ok_or(AllocError::TooLarge)?;
        if !growth::set_must_grow(fill, self.mask.get()) {
            return Ok(());
        }
        let slots = growth::set_merged_slots(self.used.get(), count);
        self.resize(world, slots.ok_or(AllocError::TooLarge)?)
    }

    /// Copies the members of another set into this one, which has room and was never filled.
    pub(super) fn copy_from(&self, other: &SetObject) {
        let same = self.mask.get() == other.mask.get() && other.fill.get() == other.used.get();
        for at in 0..=other.mask.get() {
            let entry = other.entry(at);
            let Some(key) = entry.key else { continue };
            // SAFETY: the other set keeps it alive.
            unsafe { incref(key) };
            if same {
                self.set_entry(at, entry);
            } else {
                self.insert_clean(key, entry.hash);
            }
        }
        self.fill.set(other.used.get());
        self.used.set(other.used.get());
    }

    /// Whether no slot was filled since the table was made.
    pub(super) fn is_fresh(&self) -> bool {
        self.fill.get() == 0
    }

    /// Takes some member out, the next one behind where the last was found.
    pub(super) fn pop(&self) -> Option<Ref> {
        if self.is_empty() {
            return None;
        }
        let mask = self.mask.get();
        let mut at = self.finger.get() & mask;
        while self.entry(at).key.is_none() {
            at = (at + 1) & mask;
        }
        self.finger.set(at + 1);
        self.take(at)
    }

    /// Exchanges the members of two sets.
    pub(super) fn swap(&self, other: &SetObject) {
        let (mine, mask) = (self.is_inline(), self.mask.get());
        let (theirs, table) = (other.is_inline(), self.table.get());
        self.table.set(if theirs { self.inline_table() } else { other.table.get() });
        other.table.set(if mine { other.inline_table() } else { table });
        self.inline.swap(&other.inline);
        self.mask.set(other.mask.replace(mask));
        self.fill.swap(&other.fill);
        self.used.swap(&other.used);
        self.hash.set(-1);
        other.hash.set(-1);
    }

    /// Checks the invariants: the counts are right and each member is on the way of its hash.
    #[cfg(test)]
    pub(super) fn verify(&self) -> Result<(), &'static str> {
        let entries = || (0..=self.mask.get()).map(|at| (at, self.entry(at)));
        let members = entries().filter(|(_, entry)| entry.key.is_some()).count();
        let dummies = entries().filter(|(_, entry)| entry.is_dummy()).count();
        if members != self.used.get() || members + dummies != self.fill.get() {
            return Err("the counts are not those of the table");
        }
        if self.fill.get() * 5 >= self.mask.get() * 3 {
            return Err("too many slots are filled");
        }
        for (at, entry) in entries().filter(|(_, entry)| entry.key.is_some()) {
            let mut probe = Probe::new(self.mask.get(), entry.hash);
            while probe.slot != at {
                if self.entry(probe.slot).is_unused() {
                    return Err("a member is not on the way of its hash");
                }
                probe.step();
            }
        }
        Ok(())
    }
}

fn grown_slots(used: usize) -> Result<usize, AllocError> {
    growth::set_grown_slots(used).ok_or(AllocError::TooLarge)
}

/// What a walk along the slots of a hash came to.
enum Stop {
    Found(usize),
    /// Not there; an insertion takes this slot.
    Absent(usize),
    /// The member in this slot has the same hash, and only it can tell.
    Ask(usize, Ref),
}

/// Goes on until the key is found, is not there, or somebody has to be asked. `dummy` is the last
/// dummy on the way.
#[inline(always)]
fn walk(
    world: &World,
    this: &SetObject,
    key: Borrowed<'_>,
    hash: i64,
    probe: &mut Probe,
    dummy: &mut Option<usize>,
) -> Stop {
    loop {
        let entry = this.entry(probe.slot);
        match entry.key {
            None if entry.hash == 0 => return Stop::Absent(dummy.unwrap_or(probe.slot)),
            None => *dummy = Some(probe.slot),
            Some(member) if entry.hash == hash => {
                // SAFETY: the set keeps its members alive, and nothing runs here.
                let member = unsafe { Borrowed::new(member) };
                match plainly_equal(world, member, key) {
                    Some(true) => return Stop::Found(probe.slot),
                    Some(false) => {}
                    None => return Stop::Ask(probe.slot, member.owned()),
                }
            }
            Some(_) => {}
        }
        probe.step();
    }
}

/// Walks to the end, asking members on the way.
#[inline(always)]
fn search(cx: &mut Cx<'_>, this: &SetObject, key: Borrowed<'_>, hash: i64) -> Res<Stop> {
    let mut probe = Probe::new(this.mask.get(), hash);
    let mut dummy = None;
    loop {
        let (at, member) = match walk(cx, this, key, hash, &mut probe, &mut dummy) {
            Stop::Ask(at, member) => (at, member),
            end => return Ok(end),
        };
        let before = (this.table.get(), this.mask.get());
        let equal = crate::protocol::equal(cx, member.borrow(), key);
        let asked = member.as_obj();
        drop(member);
        let equal = equal?;
        let same = before == (this.table.get(), this.mask.get());
        if !same || this.entry(at).key != Some(asked) {
            (probe, dummy) = (Probe::new(this.mask.get(), hash), None);
        } else if equal {
            return Ok(Stop::Found(at));
        } else {
            // A slot that was a dummy before the comparison may have been taken since.
            dummy = dummy.filter(|&at| this.entry(at).is_dummy());
            probe.step();
        }
    }
}

/// The slot of a key, as the table is when this returns.
///
/// # Errors
/// Those of comparing.
pub(super) fn find(
    cx: &mut Cx<'_>,
    this: &SetObject,
    key: Borrowed<'_>,
    hash: i64,
) -> Res<Option<usize>> {
    match search(cx, this, key, hash)? {
        Stop::Found(at) => Ok(Some(at)),
        _ => Ok(None),
    }
}

/// What a quick look for a key says.
pub(super) enum Quick {
    /// It is there.
    Taken,
    /// It is not there, and this slot, never used before, is for it.
    Free(usize),
    /// Only a closer look can tell.
    Unsure,
}

/// As [`find_place`], but that nothing is compared and nothing is known of dummies: mostly a key is
/// found by its address, or no other has its hash. Calls nothing.
#[inline(always)]
pub(super) fn find_place_quick(this: &SetObject, key: Borrowed<'_>, hash: i64) -> Quick {
    let mut probe = Probe::new(this.mask.get(), hash);
    loop {
        let entry = this.entry(probe.slot);
        match entry.key {
            None if entry.hash == 0 => return Quick::Free(probe.slot),
            Some(_) if entry.hash != hash => probe.step(),
            Some(member) if member == key.as_obj() => return Quick::Taken,
            _ => return Quick::Unsure,
        }
    }
}

/// The slot for a new key, as the table is when this returns.
///
/// # Errors
/// Those of comparing.
pub(super) fn find_place(
    cx: &mut Cx<'_>,
    this: &SetObject,
    key: Borrowed<'_>,
    hash: i64,
) -> Res<Place> {
    match search(cx, this, key, hash)? {
        Stop::Absent(at) => Ok(Place::Free(at)),
        _ => Ok(Place::Taken),
    }
}
