//! `dict`: keys and values in the order of insertion.
//!
//! ```text
//! GC head 16 | header 16 | used 8 | version word 8 | keys 8 | values 8        48 and the head
//!                                                    |
//!                                                    v
//!                                                  key table (dict::table)
//! ```
//!
//! A dict that was never filled, or was cleared, points to one table that all of them share. Dicts
//! start out of the collector's sight and come into it with the first key or value that may be part
//! of a cycle.
//!
//! Hashing and comparing keys may run a program's code, which may change this very dict. So after
//! every comparison the search looks whether its entry is still there ([`search`]), and whatever a
//! change takes out of the dict is released last.

mod iter;
mod layout;
mod life;
mod merge;
mod methods;
mod names;
mod order;
mod search;
mod table;
mod views;

use std::cell::Cell;
use std::ptr::NonNull;

use runtime_core::{AllocError, Floor, Obj, Object, TypeFlags, TypeSpec, Untrack};
use runtime_gc::{Borrowed, Ref, dealloc, is_tracked, release, track, traversal};

use crate::cx::{Cx, OrRaise, Raised, Res};
use crate::exception::Exc;
use crate::kernel::growth;
use crate::string::StrObject;
use crate::ty::{Type, TypeDef};
use crate::view::{Layout, Look, View};
use crate::world::World;

pub use iter::DictIterObject;
pub(crate) use iter::{
    ITEM_ITER, KEY_ITER, REVERSE_ITEM_ITER, REVERSE_KEY_ITER, REVERSE_VALUE_ITER, VALUE_ITER,
};
use layout::{Header, Kind};
pub use life::clear_kept_tables;
pub(crate) use life::clear_object;
pub(crate) use life::may_be_tracked;
pub(crate) use life::trim_kept_tables;
use life::{free, is_clean};
pub use merge::{Twice, clear, copy, from_items, from_keys, merge, update, walks_plainly};
pub use methods::{contains, pop, pop_item, set_default};
pub(crate) use names::FIRST_VERSION;
pub use names::{NO_VERSION, find_place, get_name, replace_at, set_name, value_at, version};
pub(crate) use order::Front;
pub(crate) use search::{hash_key, plainly_equal};
use table::{Place, Quick, Table};
pub use views::DictViewObject;
pub(crate) use views::{ITEMS_VIEW, KEYS_VIEW, VALUES_VIEW};

/// A dict.
#[repr(C)]
pub struct DictObject {
    object: Object,
    used: Cell<usize>,
    /// CPython's `ma_version_tag`, which nothing reads any more.
    version: Cell<u64>,
    keys: Cell<NonNull<Header>>,
    /// In the place of CPython's `ma_values`. The dict of an instance shares its table with others of
    /// the class there, and counts less: this is how many values such a table is for, 0 for all other
    /// dicts. Here tables are not shared.
    values: Cell<usize>,
}

const _: () = assert!(size_of::<DictObject>() == 48);

/// Dicts kept for reuse, and 8-slot tables of `str` keys.
pub(crate) const KEPT_DICTS: u32 = 80;
pub(crate) const KEPT_TABLES: u32 = 80;

// SAFETY: only `dict` and its subclasses carry the number; all fields are cells.
unsafe impl View for DictObject {
    const LAYOUT: u16 = Layout::Dict as u16;
    const NAME: &'static str = "dict";
}

pub(crate) const DEF: TypeDef = TypeDef {
    spec: TypeSpec {
        name: "dict",
        basic_size: size_of::<DictObject>(),
        flags: TypeFlags::DICT.with(TypeFlags::GC).with(TypeFlags::BASE),
        layout: Layout::Dict as u16,
        floor: Floor::World,
        free_lists: &[KEPT_DICTS],
        tp_dealloc: dealloc::<DictObject>,
        tp_free: free,
        tp_release: Some(release::<DictObject>),
        tp_traverse: Some(traversal::<DictObject>()),
        tp_untrack: Some((Untrack::Full, is_clean)),
        tp_clear: Some(clear_object),
        ..TypeSpec::LEAF
    },
    slots: methods::SLOTS,
    methods: methods::METHODS,
    class_methods: methods::CLASS_METHODS,
    doc: "dict() -> new empty dictionary",
    ..TypeDef::EMPTY
};

/// Says of an instance's dict for how many values its class's names are: what it counts as.
pub(crate) fn set_shared(dict: Borrowed<'_>, values: usize) {
    if let Some(this) = dict.view::<DictObject>() {
        this.values.set(values);
    }
}

impl DictObject {
    /// Number of items.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.used.get()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes of the object and its table as `sys.getsizeof` counts them, without the collector head:
    /// 48 for a dict that was never filled.
    pub fn size_of(&self) -> usize {
        let table = self.table(self.world());
        let shared = self.values.get();
        let block = if shared != 0 && self.len() <= shared && table.kind() == Kind::Str {
            shared * size_of::<Obj>()
        } else if table.is_empty_table() {
            0
        } else {
            table.bytes()
        };
        self.as_borrowed().ty().basic_size + block
    }

    /// The block of the table and its bytes, once there is one.
    pub(crate) fn array(&self) -> Option<(NonNull<u8>, usize)> {
        let table = self.table(self.world());
        (!table.is_empty_table()).then(|| (table.header().cast(), table.bytes()))
    }

    /// The dict's table as it is now.
    #[inline(always)]
    fn table<'a>(&self, _: &'a World) -> Table<'a> {
        // SAFETY: a dict's table is live; see `Table` for how long it may be looked at.
        unsafe { Table::at(self.keys.get()) }
    }

    /// The world that the dict belongs to.
    #[inline(always)]
    fn world(&self) -> &World {
        // SAFETY: `self` is a live object of a type of this floor.
        unsafe { World::of(NonNull::from(self).cast()) }
    }

    #[inline(always)]
    fn as_borrowed(&self) -> Borrowed<'_> {
        // SAFETY: `self` is a live object.
        unsafe { Borrowed::new(NonNull::from(self).cast()) }
    }

    /// Gives the dict another table and gives back the one before, whose references and block are
    /// the caller's to release.
    #[inline(always)]
    fn swap_table<'a>(&self, table: Table<'_>, used: usize) -> Table<'a> {
        self.used.set(used);
        // SAFETY: the one before was the dict's, so it is live until the caller releases it.
        unsafe { Table::at(self.keys.replace(table.header())) }
    }

    /// Moves the entries to a new table of this size. A table that holds others than `str` keys
    /// stays general. Nothing changes on failure.
    fn resize(&self, world: &World, log2_slots: u32, kind: Kind) -> Result<(), AllocError> {
        let old = self.table(world);
        let kind = if old.kind() == Kind::General { Kind::General } else { kind };
        let new = Table::alloc(world, log2_slots, kind)?;
        debug_assert!(new.usable() >= self.len());
        // SAFETY: the new table is empty and large enough; the old one's references go along, and
        // it is not the shared one, so its block is ours to free.
        unsafe {
            old.move_to(new);
            self.keys.set(new.header());
            if !old.is_empty_table() {
                old.free(world);
            }
        }
        Ok(())
    }

    /// The table with room for one more entry under a key of this kind. Nobody's code runs.
    fn make_room(&self, world: &World, kind: Kind) -> Result<(), AllocError> {
        let table = self.table(world);
        if table.is_empty_table() {
            return self.resize(world, growth::DICT_LOG2_LEAST, kind);
        }
        let general = table.kind() == Kind::Str && kind == Kind::General;
        if !general && table.usable() > 0 {
            return Ok(());
        }
        if general && table.entries() == 0 {
            // Made for so many entries before their keys were known.
            return self.resize(world, table.log2_slots(), kind);
        }
        let least = growth::dict_growth(self.len()).ok_or(AllocError::TooLarge)?;
        self.resize(
            world,
            growth::dict_log2_slots(least),
            if general { kind } else { table.kind() },
        )
    }

    /// Brings the dict into the collector's sight if the object may be part of a cycle.
    #[inline(always)]
    fn track_for(&self, world: &World, key: Borrowed<'_>, value: Borrowed<'_>) {
        if may_be_tracked(world, key) || may_be_tracked(world, value) {
            self.make_tracked();
        }
    }

    #[inline(never)]
    fn make_tracked(&self) {
        if !self.is_tracked() {
            // SAFETY: a live dict is whole, and is not tracked yet.
            unsafe { track(self.as_borrowed().as_obj()) };
        }
    }

    fn is_tracked(&self) -> bool {
        // SAFETY: the dict is alive.
        unsafe { is_tracked(self.as_borrowed().as_obj()) }
    }

    /// Adds an entry under a key that is not in the dict.
    ///
    /// # Errors
    /// [`AllocError`]; nothing has changed then, but that the table may have become general.
    fn insert_new(&self, world: &World, key: Ref, hash: i64, value: Ref) -> Result<(), AllocError> {
        self.make_room(world, Kind::for_key(world, key.borrow()))?;
        self.track_for(world, key.borrow(), value.borrow());
        // SAFETY: there is room now, in a table of a kind that the key suits.
        unsafe { self.table(world).push(key.into_raw(), hash, value.into_raw()) };
        self.used.set(self.used.get() + 1);
        Ok(())
    }

    /// Replaces the value of an entry and gives the old one back, to be released last.
    ///
    /// # Safety
    /// Entry `at` of the table is in use and not deleted.
    #[inline(always)]
    unsafe fn replace_at(&self, world: &World, at: usize, value: Ref) -> Option<Ref> {
        if may_be_tracked(world, value.borrow()) {
            self.make_tracked();
        }
        // SAFETY: per contract; the table owned the old value and gives it away.
        unsafe {
            let old = self.table(world).replace_value(at, value.into_raw());
            old.map(|old| Ref::steal(old))
        }
    }

    /// Deletes an entry and gives key and value back, to be released last.
    fn take_at(&self, world: &World, at: usize) -> Option<(Ref, Ref)> {
        let (key, value) = self.table(world).take(at)?;
        self.used.set(self.used.get().saturating_sub(1));
        // SAFETY: the table owned both and gives them away.
        Some(unsafe { (Ref::steal(key), Ref::steal(value)) })
    }

    /// New references to the entry at this place, when there is one.
    fn entry_at(&self, at: usize) -> Option<(Ref, Ref)> {
        let (key, value) = self.table(self.world()).entry(at)?;
        // SAFETY: the table keeps both alive at this moment.
        Some(unsafe { (Ref::new(key), Ref::new(value)) })
    }

    /// The entry at or after `*cursor`, which moves past it.
    #[inline]
    fn next_entry(&self, cursor: &mut usize) -> Option<(Ref, Ref)> {
        let table = self.table(self.world());
        while *cursor < table.entries() {
            let at = *cursor;
            *cursor += 1;
            if let Some((key, value)) = table.entry(at) {
                // SAFETY: the table keeps both alive at this moment.
                return Some(unsafe { (Ref::new(key), Ref::new(value)) });
            }
        }
        None
    }
}

/// A dict that owns this table; from the free list when there is one.
fn with_table(world: &World, table: Table<'_>, used: usize) -> Result<Ref, AllocError> {
    let ty = world.ty(world.types.dict);
    // SAFETY: every type has a first list, and that of dicts holds dicts.
    let op = match unsafe { ty.mem.obtain::<true>(size_of::<DictObject>()) } {
        Ok(op) => op,
        Err(error) => {
            // SAFETY: nobody else knows the table.
            unsafe { table.discard(world) };
            return Err(error);
        }
    };
    // SAFETY: the block holds a dict whose header is written; its fields are now. The one reference
    // is ours.
    unsafe {
        fill(op, table, used);
        ty.mem.filled(op);
        Ok(Ref::steal(op))
    }
}

/// Writes the fields of a fresh dict.
///
/// # Safety
/// `op` is a new object with a dict's fields, and the table becomes the dict's.
unsafe fn fill(op: Obj, table: Table<'_>, used: usize) {
    // SAFETY: per contract.
    unsafe {
        let p = op.cast::<DictObject>().as_ptr();
        (&raw mut (*p).used).write(Cell::new(used));
        (&raw mut (*p).version).write(Cell::new(0));
        (&raw mut (*p).keys).write(Cell::new(table.header()));
        (&raw mut (*p).values).write(Cell::new(0));
    }
}

/// `{}` from the free list when there is one; takes no key table yet.
///
/// # Errors
/// `MemoryError`.
#[inline]
pub fn new(world: &World) -> Res {
    with_table(world, Table::empty(), 0).or_raise(world)
}

/// An empty dict with room for `count` entries under `str` keys: what a display and the keywords of
/// a call are put into. Up to five entries it takes no table yet.
///
/// # Errors
/// `MemoryError`.
pub fn with_room(world: &World, count: usize) -> Res {
    presized(world, count, Kind::Str).or_raise(world)
}

/// The same for keys of any kind.
///
/// # Errors
/// `MemoryError`.
pub fn with_room_for_any(world: &World, count: usize) -> Res {
    presized(world, count, Kind::General).or_raise(world)
}

fn presized(world: &World, count: usize, kind: Kind) -> Result<Ref, AllocError> {
    /// No table is made larger than this beforehand.
    const LOG2_MOST: u32 = 17;
    if count <= growth::dict_usable(growth::DICT_LOG2_LEAST) {
        return with_table(world, Table::empty(), 0);
    }
    let log2 = growth::dict_log2_presized(count).map_or(LOG2_MOST, |log2| log2.min(LOG2_MOST));
    with_table(world, Table::alloc(world, log2, kind)?, 0)
}

/// `d.get(k)`; `None` when the key is not there.
///
/// # Errors
/// Those of hashing and comparing.
#[inline]
pub fn get(cx: &mut Cx<'_>, dict: Borrowed<'_>, key: Borrowed<'_>) -> Res<Option<Ref>> {
    let hash = search::hash_key(cx, key)?;
    get_hashed(cx, dict, key, hash)
}

/// The same with the key's hash known.
pub(crate) fn get_hashed(
    cx: &mut Cx<'_>,
    dict: Borrowed<'_>,
    key: Borrowed<'_>,
    hash: i64,
) -> Res<Option<Ref>> {
    let this = dict.expect::<DictObject>(cx)?;
    let found = search::find(cx, this, key, hash)?;
    let entry = found.and_then(|at| this.table(cx).entry(at));
    // SAFETY: the dict owns the value at this moment.
    Ok(entry.map(|(_, value)| unsafe { Ref::new(value) }))
}

/// `d[k] = v`
///
/// # Errors
/// Those of hashing and comparing, and `MemoryError`; the dict has not changed then.
#[inline]
pub fn set(cx: &mut Cx<'_>, dict: Borrowed<'_>, key: Borrowed<'_>, value: Borrowed<'_>) -> Res<()> {
    let hash = search::hash_key(cx, key)?;
    let old = insert(cx, dict.expect(cx)?, key.owned(), hash, value.owned())?;
    drop(old);
    Ok(())
}

/// `d[k] = v` with the key's hash known.
pub(crate) fn set_hashed(
    cx: &mut Cx<'_>,
    dict: Borrowed<'_>,
    key: Borrowed<'_>,
    hash: i64,
    value: Borrowed<'_>,
) -> Res<()> {
    drop(insert(cx, dict.expect(cx)?, key.owned(), hash, value.owned())?);
    Ok(())
}

/// `d[k] = v` with the hash known; gives back the value that was there, to be released last.
fn insert(cx: &mut Cx<'_>, this: &DictObject, key: Ref, hash: i64, value: Ref) -> Res<Option<Ref>> {
    let table = this.table(cx);
    // What nobody needs to be told of: names, and values that are no part of a cycle.
    if table.kind() == Kind::Str
        && crate::string::is_exact(cx, key.borrow())
        && !value.borrow().ty().is_gc()
    {
        // SAFETY: the key is a str, and alive.
        match table.place_quick(unsafe { key.as_obj().cast::<StrObject>().as_ref() }, hash) {
            Quick::Free(slot) if table.usable() > 0 => {
                // SAFETY: there is room in the table, which has not changed.
                unsafe { table.push_str(slot, key.into_raw(), value.into_raw()) };
                this.used.set(this.used.get() + 1);
                return Ok(None);
            }
            Quick::At(at) => {
                // The table holds it too, so that this is never the last reference.
                let shared = key.into_raw();
                // SAFETY: the entry was found just now; the reference was ours.
                return unsafe {
                    let _ = shared.as_ref().drop_shared();
                    Ok(table.replace_value(at, value.into_raw()).map(|old| Ref::steal(old)))
                };
            }
            _ => {}
        }
    }
    insert_long(cx, this, key, hash, value)
}

#[inline(never)]
fn insert_long(
    cx: &mut Cx<'_>,
    this: &DictObject,
    key: Ref,
    hash: i64,
    value: Ref,
) -> Res<Option<Ref>> {
    let table = this.table(cx);
    if table.kind() != Kind::Str || !crate::string::is_exact(cx, key.borrow()) {
        return insert_any(cx, this, key, hash, value);
    }
    // SAFETY: the key is a str, and alive.
    let str = unsafe { key.as_obj().cast::<StrObject>().as_ref() };
    match table.place_str(str, hash) {
        // SAFETY: the entry was found just now. The key is released by the return, when the dict
        // is whole.
        Place::At(at) => return Ok(unsafe { this.replace_at(cx, at, value) }),
        Place::Free(slot) if table.usable() > 0 => {
            if may_be_tracked(cx, value.borrow()) {
                this.make_tracked();
            }
            // SAFETY: there is room in the table, which has not changed.
            unsafe { table.push_str(slot, key.into_raw(), value.into_raw()) };
            this.used.set(this.used.get() + 1);
        }
        Place::Free(_) => this.insert_new(cx, key, hash, value).or_raise(cx)?,
    }
    Ok(None)
}

/// The same for any key.
#[inline(never)]
fn insert_any(
    cx: &mut Cx<'_>,
    this: &DictObject,
    key: Ref,
    hash: i64,
    value: Ref,
) -> Res<Option<Ref>> {
    make_general_for(cx, this, key.borrow()).or_raise(cx)?;
    match search::find(cx, this, key.borrow(), hash)? {
        None => {
            this.insert_new(cx, key, hash, value).or_raise(cx)?;
            Ok(None)
        }
        // SAFETY: as in `insert`.
        Some(at) => Ok(unsafe { this.replace_at(cx, at, value) }),
    }
}

/// Makes a table of `str` keys general before a key that is none is looked for to be inserted, as
/// CPython does: the resize counts even if the key is found.
#[inline(always)]
fn make_general_for(world: &World, this: &DictObject, key: Borrowed<'_>) -> Result<(), AllocError> {
    let table = this.table(world);
    if table.kind() == Kind::General || table.is_empty_table() {
        return Ok(());
    }
    match Kind::for_key(world, key) {
        Kind::Str => Ok(()),
        Kind::General => this.make_room(world, Kind::General),
    }
}

/// Takes a key out and gives its value.
///
/// # Errors
/// Those of hashing and comparing.
pub fn remove(cx: &mut Cx<'_>, dict: Borrowed<'_>, key: Borrowed<'_>) -> Res<Option<Ref>> {
    let hash = search::hash_key(cx, key)?;
    let this = dict.expect::<DictObject>(cx)?;
    let found = search::find(cx, this, key, hash)?;
    let taken = found.and_then(|at| this.take_at(cx, at));
    // The key is released here, with the dict whole.
    Ok(taken.map(|(_, value)| value))
}

/// Number of items.
#[inline]
pub fn len(dict: Borrowed<'_>) -> usize {
    dict.view::<DictObject>().map_or(0, DictObject::len)
}

/// The entry at or after `*cursor` (advanced past it): for walking a dict that may change meanwhile.
#[inline]
pub fn entry(dict: Borrowed<'_>, cursor: &mut usize) -> Option<(Ref, Ref)> {
    dict.view::<DictObject>()?.next_entry(cursor)
}

/// The key at or after `*cursor` (advanced past it), with its hash.
pub(crate) fn key_and_hash(dict: Borrowed<'_>, cursor: &mut usize) -> Option<(Ref, i64)> {
    let this = dict.view::<DictObject>()?;
    let (key, _) = this.next_entry(cursor)?;
    let hash = this.table(this.world()).hash(cursor.saturating_sub(1), key.as_obj());
    Some((key, hash))
}

/// Whether an object is exactly a `dict`, not of a subclass.
#[inline(always)]
pub fn is_exact(world: &World, op: Borrowed<'_>) -> bool {
    std::ptr::eq(Type::of(op), world.types.dict.as_ptr())
}

/// `KeyError` with the key itself as its argument.
#[cold]
pub fn key_error(world: &World, key: Borrowed<'_>) -> Raised {
    let made = world
        .tuple([key.owned()])
        .and_then(|args| world.exception(world.exc_type(Exc::KeyError), args));
    match made {
        Ok(exception) => world.set_raised(exception),
        Err(raised) => raised,
    }
}

#[cfg(test)]
mod tests;
