//! The key table of a dict: a block in the Mem domain.
//!
//! ```text
//! +-----------+--------------------------+------------------------------------------+
//! | header 32 | index: a number for each | entries, in the order of insertion:      |
//! |           | slot, 1 to 8 bytes wide  | (key, value) or (hash, key, value)       |
//! +-----------+--------------------------+------------------------------------------+
//! ```
//!
//! While every key is exactly a `str` the hashes are in the keys, and an entry has 16 bytes; else 24.
//! A slot holds the place of an entry, or says that it is empty or that its entry was deleted. A
//! deleted entry has neither key nor value. Invariant: an entry has both or none; the entries that
//! have them are `used` in the dict's header; each of them is in exactly one slot.
//!
//! CPython: `PyDictKeysObject`.

use std::marker::PhantomData;
use std::ptr::NonNull;

use runtime_core::{AllocError, Event, Obj, Storage};
use runtime_gc::{decref, decref_inert, incref};

use super::layout::{EMPTY_TABLE, HEADER, Header, KEPT_LOG2, KEPT_USABLE, Kind};
use crate::kernel::growth;
use crate::string::StrObject;
use crate::world::World;

/// What the slot of a table says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    /// No entry was ever here.
    Empty,
    /// The entry was deleted.
    Dummy,
    /// The place of an entry.
    Entry(usize),
}

const EMPTY: i64 = -1;
const DUMMY: i64 = -2;

/// A number of an index: as wide as the number of slots asks.
trait Number: Copy {
    fn wide(self) -> i64;
}

macro_rules! numbers {
    ($($ty:ty)*) => {$(
        impl Number for $ty {
            #[inline(always)]
            fn wide(self) -> i64 {
                i64::from(self)
            }
        }
    )*};
}
numbers! { i8 i16 i32 i64 }

/// What a quick look for a `str` key says.
pub(super) enum Quick {
    /// It is this entry's.
    At(usize),
    /// It is not there, and this slot is for it.
    Free(usize),
    /// Only a closer look can tell.
    Unsure,
}

/// Where a `str` key is in a table, or would go.
pub(super) enum Place {
    /// It is this entry's.
    At(usize),
    /// It is not there, and this slot is the first on its way that is free.
    Free(usize),
}

/// The steps of a search: CPython's probing, which visits every slot.
pub(super) struct Probe {
    mask: usize,
    perturb: u64,
    pub(super) slot: usize,
}

impl Probe {
    #[inline(always)]
    pub(super) fn new(table: Table<'_>, hash: i64) -> Self {
        let mask = table.mask();
        Self { mask, perturb: hash as u64, slot: hash as usize & mask }
    }

    #[inline(always)]
    pub(super) fn step(&mut self) {
        self.perturb >>= 5;
        let next = self.slot.wrapping_mul(5).wrapping_add(self.perturb as usize).wrapping_add(1);
        self.slot = next & self.mask;
    }
}

/// A look at a live table. It must not be held while anything may run that could change the dict:
/// a call, a comparison, the release of a reference. The lifetime is that of a borrow of the world,
/// which keeps it from living across whatever takes `&mut Cx`.
#[derive(Clone, Copy)]
pub(super) struct Table<'a>(NonNull<Header>, PhantomData<&'a World>);

impl<'a> Table<'a> {
    /// The table of never-filled dicts.
    #[inline(always)]
    pub(super) fn empty() -> Self {
        // The pointer covers the index too, and nobody writes through it.
        Self(NonNull::from(&EMPTY_TABLE).cast(), PhantomData)
    }

    /// # Safety
    /// `header` heads a live table, made by [`Table::alloc`] or the empty one.
    #[inline(always)]
    pub(super) unsafe fn at(header: NonNull<Header>) -> Self {
        Self(header, PhantomData)
    }

    #[inline(always)]
    pub(super) fn header(self) -> NonNull<Header> {
        self.0
    }

    /// A table of `1 << log2_slots` slots, all empty.
    pub(super) fn alloc(world: &'a World, log2_slots: u32, kind: Kind) -> Result<Self, AllocError> {
        if log2_slots == KEPT_LOG2
            && kind == Kind::Str
            && let Some(block) = world.key_tables.take()
        {
            const INDEX: usize = 1 << KEPT_LOG2;
            // SAFETY: what is kept are dead tables of this size.
            return Ok(unsafe { Self::make(block.cast(), log2_slots, INDEX, KEPT_USABLE, kind) });
        }
        let usable = growth::dict_usable(log2_slots);
        let index = growth::dict_index_bytes(log2_slots).ok_or(AllocError::TooLarge)?;
        let bytes = usable
            .checked_mul(kind.entry_bytes())
            .and_then(|entries| entries.checked_add(index)?.checked_add(HEADER))
            .ok_or(AllocError::TooLarge)?;
        let block = world.heap().alloc(bytes)?;
        world.heap().emit(|| Event::Stored { of: Storage::Dict, bytes });
        // SAFETY: the block has room for all of the table.
        Ok(unsafe { Self::make(block, log2_slots, index, usable, kind) })
    }

    /// Writes an empty table.
    ///
    /// # Safety
    /// The block holds the header, an index of that many bytes and room for `usable` entries, and
    /// nobody else knows it.
    #[inline(always)]
    unsafe fn make(
        block: NonNull<u8>,
        log2_slots: u32,
        index: usize,
        usable: usize,
        kind: Kind,
    ) -> Self {
        let header = block.cast::<Header>();
        // SAFETY: per contract.
        unsafe {
            header.write(Header {
                count: 1,
                log2_slots: log2_slots as u8,
                log2_index_bytes: index.trailing_zeros() as u8,
                kind,
                _reserved: 0,
                version: 0,
                usable,
                entries: 0,
            });
            block.add(HEADER).write_bytes(EMPTY as u8, index);
        }
        Self(header, PhantomData)
    }

    /// Gives back the block.
    ///
    /// # Safety
    /// The table is not the empty one, owns no references any more, and is not used again.
    pub(super) unsafe fn free(self, world: &World) {
        if self.log2_slots() == KEPT_LOG2 && self.kind() == Kind::Str {
            // SAFETY: the block is dead, and all on the list have this size.
            if unsafe { world.key_tables.give(self.0.cast()) } {
                return;
            }
        }
        // SAFETY: per contract; `alloc` asked for that many bytes.
        unsafe { world.heap().free(self.0.cast(), self.bytes()) };
    }

    #[inline(always)]
    pub(super) fn is_empty_table(self) -> bool {
        std::ptr::eq(self.0.as_ptr().cast_const().cast(), &raw const EMPTY_TABLE)
    }

    #[inline(always)]
    fn get(self) -> &'a Header {
        // SAFETY: a `Table` looks at a live table; see there.
        unsafe { &*self.0.as_ptr() }
    }

    #[inline(always)]
    pub(super) fn kind(self) -> Kind {
        self.get().kind
    }

    #[inline(always)]
    pub(super) fn log2_slots(self) -> u32 {
        u32::from(self.get().log2_slots)
    }

    #[inline(always)]
    pub(super) fn mask(self) -> usize {
        (1 << self.log2_slots()) - 1
    }

    /// Entries in use, deleted ones included.
    #[inline(always)]
    pub(super) fn entries(self) -> usize {
        self.get().entries
    }

    /// Entries that may still be added.
    #[inline(always)]
    pub(super) fn usable(self) -> usize {
        self.get().usable
    }

    #[inline(always)]
    pub(super) fn version(self) -> u32 {
        self.get().version
    }

    /// Writes a field of the header.
    ///
    /// The empty table is in read-only memory; no caller has a reason to change it.
    #[inline(always)]
    fn update(self, f: impl FnOnce(&mut Header)) {
        debug_assert!(!self.is_empty_table());
        // SAFETY: the table is live, not the shared one, and nobody else looks at its header during
        // `f`, which is one of the short closures below.
        f(unsafe { &mut *self.0.as_ptr() });
    }

    pub(super) fn set_version(self, version: u32) {
        self.update(|h| h.version = version);
    }

    pub(super) fn set_entries(self, entries: usize) {
        self.update(|h| h.entries = entries);
    }

    /// Bytes of the block.
    pub(super) fn bytes(self) -> usize {
        let usable = growth::dict_usable(self.log2_slots());
        HEADER + self.index_bytes() + usable * self.kind().entry_bytes()
    }

    #[inline(always)]
    fn index_bytes(self) -> usize {
        1 << self.get().log2_index_bytes
    }

    #[inline(always)]
    fn index(self) -> NonNull<u8> {
        // SAFETY: the index follows the header in the same block.
        unsafe { self.0.cast::<u8>().add(HEADER) }
    }

    /// What slot `slot` says; `slot` is at most the mask.
    #[inline(always)]
    pub(super) fn slot(self, slot: usize) -> Slot {
        debug_assert!(slot <= self.mask());
        let index = self.index();
        // SAFETY: the index has a number for each slot, as wide as the number of slots asks.
        let number = unsafe {
            match self.log2_slots() {
                0..8 => i64::from(index.cast::<i8>().add(slot).read()),
                8..16 => i64::from(index.cast::<i16>().add(slot).read()),
                16..32 => i64::from(index.cast::<i32>().add(slot).read()),
                _ => index.cast::<i64>().add(slot).read(),
            }
        };
        match number {
            EMPTY => Slot::Empty,
            DUMMY => Slot::Dummy,
            at => Slot::Entry(at as usize),
        }
    }

    #[inline(always)]
    fn set_slot(self, slot: usize, number: i64) {
        debug_assert!(slot <= self.mask() && !self.is_empty_table());
        let index = self.index();
        // SAFETY: as in `slot`; the number fits, since entries are fewer than slots.
        unsafe {
            match self.log2_slots() {
                0..8 => index.cast::<i8>().add(slot).write(number as i8),
                8..16 => index.cast::<i16>().add(slot).write(number as i16),
                16..32 => index.cast::<i32>().add(slot).write(number as i32),
                _ => index.cast::<i64>().add(slot).write(number),
            }
        }
    }

    /// Address of the two last words of entry `at`: key and value.
    ///
    /// # Safety
    /// `at` is below the number of entries that the table has room for.
    #[inline(always)]
    unsafe fn pair(self, at: usize) -> NonNull<Option<Obj>> {
        let stride = self.kind().entry_bytes();
        let end = self.index_bytes() + (at + 1) * stride;
        // SAFETY: per contract the entry is inside the block.
        unsafe { self.index().add(end - 16).cast() }
    }

    /// Key and value of entry `at`, when there is one that was not deleted.
    #[inline(always)]
    pub(super) fn entry(self, at: usize) -> Option<(Obj, Obj)> {
        if at >= self.entries() {
            return None;
        }
        // SAFETY: entries in use are inside the block, and their words are written.
        unsafe {
            let pair = self.pair(at);
            Some((pair.read()?, pair.add(1).read()?))
        }
    }

    /// The hash of the key of entry `at`.
    #[inline(always)]
    pub(super) fn hash(self, at: usize, key: Obj) -> i64 {
        match self.kind() {
            // SAFETY: an entry in use with a key has its hash in front of it.
            Kind::General => unsafe { self.pair(at).cast::<i64>().sub(1).read() },
            // SAFETY: the key is a live `str`, whose hash is known since it entered a table.
            Kind::Str => unsafe { key.cast::<StrObject>().as_ref() }.known_hash(),
        }
    }

    /// Whether entry `at` is still the one with this key.
    pub(super) fn holds(self, at: usize, key: Obj) -> bool {
        self.entry(at).is_some_and(|(here, _)| here == key)
    }

    /// What tells two tables at the same address apart.
    pub(super) fn shape(self) -> (u32, Kind) {
        (self.log2_slots(), self.kind())
    }

    /// The value of an entry.
    ///
    /// # Safety
    /// Entry `at` is in use and not deleted.
    #[inline(always)]
    pub(super) unsafe fn value_at(self, at: usize) -> Obj {
        debug_assert!(self.entry(at).is_some());
        // SAFETY: per contract.
        unsafe { self.pair(at).add(1).read().unwrap_unchecked() }
    }

    /// Replaces the value of an entry and gives the old one, whose reference is the caller's now.
    ///
    /// # Safety
    /// Entry `at` is in use and not deleted; `value` is an owned reference.
    #[inline(always)]
    pub(super) unsafe fn replace_value(self, at: usize, value: Obj) -> Option<Obj> {
        debug_assert!(self.entry(at).is_some());
        // SAFETY: per contract.
        unsafe { self.pair(at).add(1).replace(Some(value)) }
    }

    /// Searches a table of `str` keys: by address, else by hash and text. Runs nobody's code.
    #[inline(always)]
    pub(super) fn find_str(self, str: &StrObject, hash: i64) -> Option<usize> {
        match self.place_str(str, hash) {
            Place::At(at) => Some(at),
            Place::Free(_) => None,
        }
    }

    /// The same, with the place for a key that is not there.
    #[inline(always)]
    pub(super) fn place_str(self, str: &StrObject, hash: i64) -> Place {
        match self.log2_slots() {
            0..8 => self.place_by::<i8>(str, hash),
            _ => self.place_in_large(str, hash),
        }
    }

    #[inline(never)]
    fn place_in_large(self, str: &StrObject, hash: i64) -> Place {
        match self.log2_slots() {
            0..16 => self.place_by::<i16>(str, hash),
            16..32 => self.place_by::<i32>(str, hash),
            _ => self.place_by::<i64>(str, hash),
        }
    }

    #[inline(always)]
    fn place_by<N: Number>(self, str: &StrObject, hash: i64) -> Place {
        debug_assert!(self.kind() == Kind::Str);
        let index = self.index().cast::<N>();
        let mut probe = Probe::new(self, hash);
        let mut free = None;
        loop {
            // SAFETY: the index has a number for each slot, of this width.
            let number = unsafe { index.add(probe.slot).read() }.wide();
            if number >= 0 {
                // SAFETY: slots name entries in use, with a key; in this kind of table a live str.
                let key = unsafe { self.str_pair(number as usize).read() };
                if let Some(key) = key {
                    // SAFETY: as above.
                    let other = unsafe { key.cast::<StrObject>().as_ref() };
                    if std::ptr::eq(other, str)
                        || (other.known_hash() == hash && crate::string::equal(other, str))
                    {
                        return Place::At(number as usize);
                    }
                }
            } else {
                let free = *free.get_or_insert(probe.slot);
                if number == EMPTY {
                    return Place::Free(free);
                }
            }
            probe.step();
        }
    }

    /// As [`Table::place_str`], but that no texts are compared and nothing is known of deleted entries:
    /// mostly a key is found by its address, or no other has its hash. Calls nothing.
    #[inline(always)]
    pub(super) fn place_quick(self, str: &StrObject, hash: i64) -> Quick {
        match self.log2_slots() {
            growth::DICT_LOG2_LEAST..8 => self.place_quick_by::<i8>(str, hash),
            8..16 => self.place_quick_by::<i16>(str, hash),
            _ => Quick::Unsure,
        }
    }

    #[inline(always)]
    fn place_quick_by<N: Number>(self, str: &StrObject, hash: i64) -> Quick {
        debug_assert!(self.kind() == Kind::Str);
        let mut probe = Probe::new(self, hash);
        debug_assert!(self.index_bytes() == (probe.mask + 1) * size_of::<N>());
        // SAFETY: the entries stand behind an index of as many numbers as there are slots.
        let entries =
            unsafe { self.index().cast::<N>().add(probe.mask + 1).cast::<[Option<Obj>; 2]>() };
        loop {
            // SAFETY: the index has a number for each slot, of this width. Slots name entries in use,
            // with a key; in this kind of table a live str.
            unsafe {
                let number = self.index().cast::<N>().add(probe.slot).read().wide();
                if number < 0 {
                    return if number == EMPTY { Quick::Free(probe.slot) } else { Quick::Unsure };
                }
                let Some(key) = entries.add(number as usize).cast::<Option<Obj>>().read() else {
                    return Quick::Unsure;
                };
                let other = key.cast::<StrObject>().as_ref();
                if std::ptr::eq(other, str) {
                    return Quick::At(number as usize);
                }
                if other.known_hash() == hash {
                    return Quick::Unsure;
                }
            }
            probe.step();
        }
    }

    /// Key and value of an entry in a table of `str` keys, whose size is known.
    ///
    /// # Safety
    /// The table is of that kind and has room for an entry `at`.
    #[inline(always)]
    unsafe fn str_pair(self, at: usize) -> NonNull<Option<Obj>> {
        debug_assert!(self.kind() == Kind::Str);
        // SAFETY: per contract.
        unsafe { self.index().add(self.index_bytes() + at * Kind::Str.entry_bytes()).cast() }
    }

    /// Adds an entry under a `str` key, in the slot that [`Table::place_str`] gave.
    ///
    /// # Safety
    /// As [`Table::push`]; the table is of `str` keys and has not changed since.
    #[inline(always)]
    pub(super) unsafe fn push_str(self, slot: usize, key: Obj, value: Obj) {
        debug_assert!(self.usable() > 0);
        let at = self.entries();
        self.set_slot(slot, at as i64);
        // SAFETY: a usable entry is inside the block, behind those in use.
        unsafe {
            let pair = self.str_pair(at);
            pair.write(Some(key));
            pair.add(1).write(Some(value));
        }
        self.update(|h| {
            h.version = 0;
            h.usable -= 1;
            h.entries += 1;
        });
    }

    /// The first slot on the way of `hash` that a new entry may take.
    #[inline(always)]
    fn free_slot(self, hash: i64) -> usize {
        let mut probe = Probe::new(self, hash);
        while let Slot::Entry(_) = self.slot(probe.slot) {
            probe.step();
        }
        probe.slot
    }

    /// Adds an entry at the end.
    ///
    /// # Safety
    /// The table is not the empty one and has a usable entry; no entry has an equal key; key and
    /// value are owned references, which the table takes over; the key suits the kind.
    #[inline(always)]
    pub(super) unsafe fn push(self, key: Obj, hash: i64, value: Obj) {
        debug_assert!(self.usable() > 0);
        let at = self.entries();
        let slot = self.free_slot(hash);
        self.set_slot(slot, at as i64);
        // SAFETY: a usable entry is inside the block, behind those in use.
        unsafe { self.write_entry(at, key, hash, value) };
        self.update(|h| {
            h.version = 0;
            h.usable -= 1;
            h.entries += 1;
        });
    }

    /// # Safety
    /// The table has room for an entry `at`.
    #[inline(always)]
    unsafe fn write_entry(self, at: usize, key: Obj, hash: i64, value: Obj) {
        // SAFETY: per contract; a general entry has a word more in front.
        unsafe {
            let pair = self.pair(at);
            if self.kind() == Kind::General {
                pair.cast::<i64>().sub(1).write(hash);
            }
            pair.write(Some(key));
            pair.add(1).write(Some(value));
        }
    }

    /// Deletes an entry and gives key and value, whose references are the caller's now.
    pub(super) fn take(self, at: usize) -> Option<(Obj, Obj)> {
        let (key, value) = self.entry(at)?;
        let hash = self.hash(at, key);
        let mut probe = Probe::new(self, hash);
        while self.slot(probe.slot) != Slot::Entry(at) {
            probe.step();
        }
        self.set_slot(probe.slot, DUMMY);
        // SAFETY: the entry is in use.
        unsafe {
            let pair = self.pair(at);
            pair.write(None);
            pair.add(1).write(None);
        }
        self.update(|h| h.version = 0);
        Some((key, value))
    }

    /// Moves all entries to an empty table with room for them, leaving out the deleted ones. The
    /// references go along, so the old table only has to be freed.
    ///
    /// # Safety
    /// `to` was just made, has room for the entries, and its kind suits the keys.
    pub(super) unsafe fn move_to(self, to: Table<'_>) {
        if self.kind() == to.kind() && to.entries() == 0 {
            // SAFETY: per contract.
            return unsafe { self.move_alike(to) };
        }
        for at in 0..self.entries() {
            if let Some((key, value)) = self.entry(at) {
                // SAFETY: per contract.
                unsafe { to.push(key, self.hash(at, key), value) };
            }
        }
    }

    /// The same for an empty table of the same kind: entries go as they are, then find their slots.
    ///
    /// # Safety
    /// As [`Table::move_to`].
    unsafe fn move_alike(self, to: Table<'_>) {
        let stride = self.kind().entry_bytes();
        let mut moved = 0;
        // SAFETY: per contract there is room for the entries that are not deleted; both tables have
        // entries of the same form, and are different blocks.
        unsafe {
            let from = self.index().add(self.index_bytes());
            let start = to.index().add(to.index_bytes());
            for at in 0..self.entries() {
                let entry = from.add(at * stride);
                let Some(key) = self.pair(at).read() else { continue };
                start.add(moved * stride).copy_from_nonoverlapping(entry, stride);
                to.set_slot(to.free_slot(self.hash(at, key)), moved as i64);
                moved += 1;
            }
        }
        to.update(|h| {
            h.usable -= moved;
            h.entries = moved;
        });
    }

    /// A copy with the same slots and entries, deleted ones included, and references of its own.
    pub(super) fn duplicate(self, world: &'a World) -> Result<Self, AllocError> {
        let copy = Self::alloc(world, self.log2_slots(), self.kind())?;
        let used = self.index_bytes() + self.entries() * self.kind().entry_bytes();
        // SAFETY: both blocks have the same layout and size.
        unsafe {
            std::ptr::copy_nonoverlapping(self.index().as_ptr(), copy.index().as_ptr(), used);
        }
        copy.update(|h| (h.usable, h.entries) = (self.usable(), self.entries()));
        for at in 0..copy.entries() {
            if let Some((key, value)) = copy.entry(at) {
                // SAFETY: the original keeps them alive.
                unsafe {
                    incref(key);
                    incref(value);
                }
            }
        }
        Ok(copy)
    }

    /// Takes the next reference out of a table that nobody can reach any more, key before value,
    /// entries in their order. `cursor` starts at 0.
    ///
    /// # Safety
    /// Nothing but this function touches the entries until the table is freed.
    #[inline(always)]
    pub(super) unsafe fn release_next(self, cursor: &mut usize) -> Option<Obj> {
        while *cursor < self.entries() * 2 {
            // SAFETY: the cursor counts the words of entries in use.
            let word = unsafe { self.pair(*cursor / 2).add(*cursor % 2) };
            *cursor += 1;
            // SAFETY: as above; nobody reads the word again.
            if let Some(op) = unsafe { word.replace(None) } {
                return Some(op);
            }
        }
        None
    }

    /// Gives up the references of such a table up to the first that may take more along than an inert
    /// object; the cursor to go on with, or `None` at the end.
    ///
    /// # Safety
    /// As [`Table::release_next`].
    #[inline(always)]
    pub(super) unsafe fn give_up_inert(self) -> Option<usize> {
        let entries = self.entries();
        let stride = self.kind().entry_bytes();
        // SAFETY: the last two words of each entry in use are its key and its value.
        unsafe {
            let mut pair = self.pair(0);
            for at in 0..entries {
                for word in 0..2 {
                    if let Some(op) = pair.add(word).read()
                        && !decref_inert(op)
                    {
                        return Some(at * 2 + word);
                    }
                }
                pair = pair.byte_add(stride);
            }
        }
        None
    }

    /// Gives up all references of a table that was taken out of its dict, then its block.
    ///
    /// # Safety
    /// Nobody can reach the table any more, and no view into any object is held.
    pub(super) unsafe fn discard(self, world: &World) {
        if self.is_empty_table() {
            return;
        }
        let mut cursor = 0;
        // SAFETY: per contract; each reference is given up once.
        unsafe {
            while let Some(op) = self.release_next(&mut cursor) {
                decref(op);
            }
            self.free(world);
        }
    }

    /// Checks the invariants: every entry in exactly one slot, on the way of its hash; `used` of them.
    #[cfg(test)]
    pub(super) fn verify(self, used: usize) -> Result<(), &'static str> {
        let mut live = 0;
        for at in 0..self.entries() {
            let Some((key, _)) = self.entry(at) else { continue };
            live += 1;
            let mut probe = Probe::new(self, self.hash(at, key));
            let mut steps = 0;
            while self.slot(probe.slot) != Slot::Entry(at) {
                if self.slot(probe.slot) == Slot::Empty || steps > 64 * (self.mask() + 1) {
                    return Err("an entry is not on the way of its hash");
                }
                probe.step();
                steps += 1;
            }
        }
        let slots = (0..=self.mask()).filter(|&i| matches!(self.slot(i), Slot::Entry(_))).count();
        match () {
            () if live != used => Err("the number of entries is not the dict's"),
            () if slots != used => Err("slots name entries that are not there"),
            () if self.entries() + self.usable() > growth::dict_usable(self.log2_slots()) => {
                Err("more entries than there is room for")
            }
            () => Ok(()),
        }
    }
}
