//! `set` and `frozenset`: members in a table that is probed in runs.
//!
//! ```text
//! GC head 16 | header 16 | fill | used | mask | table | hash | finger | 8 entries of 16 | weak refs
//!                                        8       |                       ^
//!                                                +-----------------------+   up to 8 slots
//!                                                +--> a block in the Mem domain   beyond
//! ```
//!
//! An entry is a member with its hash; without a member, hash 0 means never used and -1 a dummy: a
//! member was here. `fill` counts members and dummies, `used` members. Invariant: fewer than three
//! fifths of the slots are filled after each insertion, so that every search ends.
//!
//! Members are hashed and compared by a program's code, which may change this very set: see
//! [`table`]. What a change takes out is released last.

mod methods;
mod ops;
mod table;

use std::cell::Cell;
use std::ptr::NonNull;

use runtime_core::{AllocError, Floor, Obj, Object, TypeFlags, TypeSpec};
use runtime_gc::{Borrowed, Container, Ref, dealloc, decref, release, track, traversal};

use crate::cx::{Cx, OrRaise, Res};
use crate::dict::hash_key;
use crate::field::Field;
use crate::native::{container, fixed};
use crate::ty::{Slots, Type, TypeDef};
use crate::view::{Layout, Look, View};
use crate::world::World;

use table::Entry;

/// Slots inside the object.
const INLINE: usize = 8;

/// A set or a frozenset.
#[repr(C)]
pub struct SetObject {
    object: Object,
    fill: Cell<usize>,
    used: Cell<usize>,
    mask: Cell<usize>,
    table: Cell<NonNull<Entry>>,
    /// The hash of a frozenset once it was asked for, else -1.
    hash: Cell<i64>,
    /// Where `pop` looks next.
    finger: Cell<usize>,
    inline: Cell<[Entry; INLINE]>,
    weak_refs: Cell<usize>,
}

const _: () = assert!(size_of::<SetObject>() == 200);

// SAFETY: only `set`, `frozenset` and their subclasses carry the number; all fields are cells.
unsafe impl View for SetObject {
    const LAYOUT: u16 = Layout::Set as u16;
    const NAME: &'static str = "set";
}

const fn spec(name: &'static str) -> TypeSpec {
    TypeSpec {
        name,
        basic_size: size_of::<SetObject>(),
        flags: TypeFlags::SET.with(TypeFlags::GC).with(TypeFlags::BASE),
        layout: Layout::Set as u16,
        floor: Floor::World,
        weak_list_offset: std::mem::offset_of!(SetObject, weak_refs) as isize,
        tp_dealloc: dealloc::<SetObject>,
        tp_free: crate::native::free_fixed,
        tp_release: Some(release::<SetObject>),
        tp_traverse: Some(traversal::<SetObject>()),
        tp_clear: Some(clear_object),
        ..TypeSpec::LEAF
    }
}

pub(crate) const DEF: TypeDef = TypeDef {
    spec: spec("set"),
    slots: methods::SET_SLOTS,
    methods: methods::SET,
    class_methods: &[crate::alias::CLASS_GETITEM],
    doc: "set() -> new empty set object",
    ..TypeDef::EMPTY
};

pub(crate) const FROZEN: TypeDef = TypeDef {
    spec: spec("frozenset"),
    slots: methods::FROZEN_SLOTS,
    methods: methods::FROZEN,
    class_methods: &[crate::alias::CLASS_GETITEM],
    doc: "frozenset() -> empty frozenset object",
    ..TypeDef::EMPTY
};

impl SetObject {
    /// Number of members.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.used.get()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes of the object and its table as `sys.getsizeof` counts them, without the collector head.
    pub fn size_of(&self) -> usize {
        let table = if self.is_inline() { 0 } else { self.table_bytes() };
        self.as_borrowed().ty().basic_size + table
    }

    /// The block of the table and its bytes, when it is not in the object itself.
    pub(crate) fn array(&self) -> Option<(NonNull<u8>, usize)> {
        (!self.is_inline()).then(|| (self.table.get().cast(), self.table_bytes()))
    }

    #[inline(always)]
    fn as_borrowed(&self) -> Borrowed<'_> {
        // SAFETY: `self` is a live object.
        unsafe { Borrowed::new(NonNull::from(self).cast()) }
    }

    /// The member at or after slot `*cursor`, with its hash; the cursor moves past it.
    #[inline]
    pub(crate) fn next_member(&self, cursor: &mut usize) -> Option<(Ref, i64)> {
        while *cursor <= self.mask.get() {
            let entry = self.entry(*cursor);
            *cursor += 1;
            if let Some(key) = entry.key {
                // SAFETY: the set keeps its members alive at this moment.
                return Some((unsafe { Ref::new(key) }, entry.hash));
            }
        }
        None
    }

    /// Adds a member whose hash is known; the set has not changed when this fails.
    #[inline]
    fn add_hashed(&self, cx: &mut Cx<'_>, key: Borrowed<'_>, hash: i64) -> Res<()> {
        match table::find_place_quick(self, key, hash) {
            table::Quick::Taken => Ok(()),
            table::Quick::Free(at) if self.put_quick(at, key, hash) => Ok(()),
            _ => self.add_long(cx, key, hash),
        }
    }

    #[inline(never)]
    fn add_long(&self, cx: &mut Cx<'_>, key: Borrowed<'_>, hash: i64) -> Res<()> {
        // Owned before it is compared, which may release whoever else has it.
        let key = key.owned();
        let table::Place::Free(at) = table::find_place(cx, self, key.borrow(), hash)? else {
            return Ok(());
        };
        self.put(cx, at, key, hash).or_raise(cx)
    }

    /// Takes a member out; tells whether it was there.
    fn discard_hashed(&self, cx: &mut Cx<'_>, key: Borrowed<'_>, hash: i64) -> Res<bool> {
        let Some(at) = table::find(cx, self, key, hash)? else { return Ok(false) };
        drop(self.take(at));
        Ok(true)
    }

    /// Whether a member equal to the key is there.
    fn contains_hashed(&self, cx: &mut Cx<'_>, key: Borrowed<'_>, hash: i64) -> Res<bool> {
        Ok(table::find(cx, self, key, hash)?.is_some())
    }

    /// Takes all members out.
    fn clear(&self, world: &World) {
        let old = self.detach();
        // SAFETY: the table is out of the set; its references and block are released once.
        unsafe { old.discard(world) };
    }
}

// SAFETY: both walk the table in its order.
unsafe impl Container for SetObject {
    unsafe fn traverse(op: Obj, visit: &mut impl FnMut(Obj)) {
        // SAFETY: per contract.
        let this = unsafe { op.cast::<Self>().as_ref() };
        for at in 0..=this.mask.get() {
            if let Some(key) = this.entry(at).key {
                visit(key);
            }
        }
    }

    #[inline(always)]
    unsafe fn release_rest(op: Obj, cursor: usize) {
        // SAFETY: per contract the set is dead, and only this function touches its table, each member
        // of which is given up once.
        unsafe {
            let this = op.cast::<Self>().as_ref();
            let mut entry = this.table.get().add(cursor);
            let end = this.table.get().add(this.mask.get() + 1);
            while entry < end {
                if let Some(key) = entry.as_ref().key {
                    decref(key);
                }
                entry = entry.add(1);
            }
            if !this.is_inline() {
                World::of(op).heap().free(this.table.get().cast(), this.table_bytes());
            }
        }
    }

    unsafe fn release_next(op: Obj, cursor: &mut usize) -> Option<Obj> {
        // SAFETY: per contract the set is dead, and only this function touches its table.
        unsafe {
            let this = op.cast::<Self>().as_ref();
            while *cursor <= this.mask.get() {
                let at = *cursor;
                *cursor += 1;
                if let Some(key) = this.take(at) {
                    return Some(key.into_raw());
                }
            }
            let old = this.detach();
            old.free(World::of(op));
            None
        }
    }

    unsafe fn free(op: Obj) {
        // SAFETY: per contract.
        unsafe { crate::native::free_fixed(op) }
    }
}

/// `tp_clear`
///
/// # Safety
/// The set is alive, and somebody holds it until this returns.
unsafe fn clear_object(op: Obj) {
    // SAFETY: per contract.
    unsafe { op.cast::<SetObject>().as_ref().clear(World::of(op)) }
}

/// A new empty set or frozenset of this type. It is whole, and tracked from the start.
fn make(world: &World, ty: &Type) -> Result<Ref, AllocError> {
    // SAFETY: the type is alive and one of sets; all fields are zero, which is right for most.
    unsafe {
        let op = (ty.mem.tp_alloc)(ty.mem.as_ptr(), 0)?;
        let p = op.cast::<SetObject>().as_ptr();
        (&raw mut (*p).mask).write(Cell::new(INLINE - 1));
        let inline = NonNull::new_unchecked((&raw mut (*p).inline).cast());
        (&raw mut (*p).table).write(Cell::new(inline));
        (&raw mut (*p).hash).write(Cell::new(-1));
        debug_assert!(std::ptr::eq(world, World::of(op)));
        track(op);
        Ok(Ref::steal(op))
    }
}

/// `set()`
///
/// # Errors
/// `MemoryError`.
pub fn new(world: &World) -> Res {
    make(world, world.ty(world.types.set)).or_raise(world)
}

/// A new set of this type with the members of an iterable. CPython: `make_new_set`.
fn make_from(cx: &mut Cx<'_>, ty: &Type, items: Option<Borrowed<'_>>) -> Res {
    let set = make(cx, ty).or_raise(cx)?;
    if let Some(items) = items {
        update(cx, set.borrow(), items)?;
    }
    Ok(set)
}

/// `s.add(x)`
///
/// # Errors
/// Those of hashing and comparing, and `MemoryError`; the set has not changed then.
pub fn add(cx: &mut Cx<'_>, set: Borrowed<'_>, item: Borrowed<'_>) -> Res<()> {
    let hash = hash_key(cx, item)?;
    set.expect::<SetObject>(cx)?.add_hashed(cx, item, hash)
}

/// `s.update(xs)`
///
/// # Errors
/// Those of iterating, hashing and comparing, and `MemoryError`; what was added before stays.
pub fn update(cx: &mut Cx<'_>, set: Borrowed<'_>, items: Borrowed<'_>) -> Res<()> {
    ops::update(cx, set.expect(cx)?, items)
}

/// `s & xs`
///
/// # Errors
/// As [`update`].
pub(crate) fn intersection(cx: &mut Cx<'_>, set: Borrowed<'_>, items: Borrowed<'_>) -> Res {
    ops::intersection(cx, set.expect(cx)?, items)
}

/// Whether an object is exactly a `set` or a `frozenset`, not of a subclass.
pub fn is_exact(world: &World, op: Borrowed<'_>) -> bool {
    let ty = Type::of(op);
    std::ptr::eq(ty, world.types.set.as_ptr()) || std::ptr::eq(ty, world.types.frozenset.as_ptr())
}

/// `frozenset(xs)`
///
/// # Errors
/// As [`update`].
pub fn frozen_from(cx: &mut Cx<'_>, items: Borrowed<'_>) -> Res {
    let ty = cx.world().types.frozenset;
    if std::ptr::eq(Type::of(items), ty.as_ptr()) {
        return Ok(items.owned());
    }
    make_from(cx, cx.world().ty(ty), Some(items))
}

/// `x in s`. A set that is asked for is looked for as a frozenset.
///
/// # Errors
/// Those of hashing and comparing.
pub fn contains(cx: &mut Cx<'_>, set: Borrowed<'_>, item: Borrowed<'_>) -> Res<bool> {
    with_hashable(cx, item, |cx, item| {
        let hash = hash_key(cx, item)?;
        set.expect::<SetObject>(cx)?.contains_hashed(cx, item, hash)
    })
}

/// Does something with a key, or, when it is a set and so has no hash, with a frozenset of its
/// members.
fn with_hashable<T>(
    cx: &mut Cx<'_>,
    item: Borrowed<'_>,
    f: impl Fn(&mut Cx<'_>, Borrowed<'_>) -> Res<T>,
) -> Res<T> {
    let raised = match f(cx, item) {
        Err(raised) if item.is_a::<SetObject>() => raised,
        done => return done,
    };
    let set = cx.world().ty(cx.types.set);
    if !Type::of(item).is_subtype(set) {
        return Err(raised);
    }
    let exception = cx.take_raised(raised);
    let kind = cx.exc_type(crate::exception::Exc::TypeError);
    if !Type::of(exception.borrow()).is_subtype(kind) {
        return Err(cx.restore_raised(exception));
    }
    drop(exception);
    let frozen = make_from(cx, cx.world().ty(cx.types.frozenset), Some(item))?;
    f(cx, frozen.borrow())
}

/// Walks over a set; raises when the set changed size. 64 bytes with the collector head.
#[repr(C)]
pub struct SetIterObject {
    object: Object,
    set: Field,
    /// Members of the set when it began; an impossible number once it changed.
    used: Cell<usize>,
    next: Cell<usize>,
    left: Cell<usize>,
}

const _: () = assert!(size_of::<SetIterObject>() == 48);

// SAFETY: only `set_iterator` carries the number; all fields are cells.
unsafe impl View for SetIterObject {
    const LAYOUT: u16 = Layout::SetIter as u16;
    const NAME: &'static str = "set_iterator";
}

container!(SetIterObject, |this| [this.set]);

pub(crate) const ITER: TypeDef = TypeDef {
    spec: fixed::<SetIterObject>("set_iterator", Layout::SetIter),
    slots: Slots { iter: Some(|_, op| Ok(op.owned())), next: Some(next), ..Slots::NONE },
    methods: methods::ITER,
    ..TypeDef::EMPTY
};

/// `iter(s)`
///
/// # Errors
/// `MemoryError`.
pub(crate) fn iter(cx: &mut Cx<'_>, set: Borrowed<'_>) -> Res {
    let used = set.expect::<SetObject>(cx)?.len();
    let ty = cx.ty(cx.types.set_iter);
    let op = ty.mem.alloc_sized::<true>(size_of::<SetIterObject>()).or_raise(cx)?;
    // SAFETY: the block holds the iterator whose header is written; its fields are now.
    unsafe {
        let p = op.cast::<SetIterObject>().as_ptr();
        (&raw mut (*p).set).write(Field::new(Some(set.owned())));
        (&raw mut (*p).used).write(Cell::new(used));
        (&raw mut (*p).next).write(Cell::new(0));
        (&raw mut (*p).left).write(Cell::new(used));
        track(op);
        Ok(Ref::steal(op))
    }
}

fn next(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Option<Ref>> {
    let this = op.expect::<SetIterObject>(cx)?;
    let Some(set) = this.set.get() else { return Ok(None) };
    let members = set.borrow().expect::<SetObject>(cx)?;
    if this.used.get() != members.len() {
        this.used.set(usize::MAX);
        return Err(cx.raise(
            crate::exception::Exc::RuntimeError,
            format_args!("Set changed size during iteration"),
        ));
    }
    let mut cursor = this.next.get();
    let member = members.next_member(&mut cursor);
    this.next.set(cursor);
    match member {
        Some((key, _)) => {
            this.left.set(this.left.get().saturating_sub(1));
            Ok(Some(key))
        }
        None => {
            this.set.set(None);
            Ok(None)
        }
    }
}

impl SetIterObject {
    /// The list of what is left, which the iterator does not give by that.
    ///
    /// # Errors
    /// `MemoryError`; `RuntimeError` when the set changed size.
    pub(crate) fn rest(&self, cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
        let (set, used) = (self.set.get(), self.used.get());
        let (next, left) = (self.next.get(), self.left.get());
        let rest = crate::list::from_iterable(cx, op);
        self.set.set(set);
        self.used.set(used);
        self.next.set(next);
        self.left.set(left);
        rest
    }

    /// How many members are left; 0 once the set has changed size.
    pub fn length_hint(&self) -> usize {
        let Some(set) = self.set.get() else { return 0 };
        let same = set.borrow().view::<SetObject>().is_some_and(|set| set.len() == self.used.get());
        if same { self.left.get() } else { 0 }
    }
}

#[cfg(test)]
mod tests;
