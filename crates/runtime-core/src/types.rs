//! Type objects, the memory half: how objects of a type are laid out, allocated and freed.
//!
//! A type is constant data, a [`TypeSpec`]; each runtime stamps its own [`TypeObject`] from it, which
//! knows the runtime's heap and carries the type's free lists. What objects of the type *do* is the
//! behaviour half, which `runtime-types` puts behind this one by prefix; nothing here knows of it.
//!
//! Allocation is not initialisation: [`TypeObject::alloc`] gives a block with a header, one
//! reference and fields of zero, not tracked by any collector. Whoever asked fills it.

use std::cell::Cell;
use std::ptr::{NonNull, null_mut};

use crate::accounting::Layer;
use crate::error::AllocError;
use crate::events::{Event, Step};
use crate::floor::Floor;
use crate::free_list::FreeList;
use crate::heap::Heap;
use crate::object::{GcHead, Obj, Object, VarObject, gc_head};
use crate::size_class::SizeClass;

/// `tp_alloc`: a new object with room for `n` items.
pub type AllocFn = unsafe fn(NonNull<TypeObject>, usize) -> Result<Obj, AllocError>;
/// `tp_free`, `tp_dealloc`: give back an object's memory; take apart an object that died.
pub type ObjFn = unsafe fn(Obj);
/// Shows each reference that an object owns.
pub type TraverseFn = unsafe fn(Obj, &mut dyn FnMut(Obj));
/// The same for one pass of a collector, which alone knows what the context is.
pub type PassFn = unsafe fn(Obj, NonNull<()>);
/// Takes the next reference out of a dead object, in the order of its death; `cursor` starts at 0
/// and is the function's own. `None` when nothing is left.
pub type ReleaseFn = unsafe fn(Obj, cursor: &mut usize) -> Option<Obj>;

/// `tp_traverse`: one traversal, compiled once for each use, so that a collector's inner loops make
/// one indirect call for each object and none for its references.
#[derive(Debug, Clone, Copy)]
pub struct Traversal {
    /// For any visitor.
    pub visit: TraverseFn,
    /// Trial deletion: takes the references out of the copied counts of what they point to.
    pub subtract: PassFn,
    /// What a reachable object refers to is reachable.
    pub reach: PassFn,
}

/// Tells that nothing in an object can be part of a cycle.
pub type UntrackFn = unsafe fn(Obj) -> bool;

/// When surviving objects of a type may leave the collector's sight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Untrack {
    /// After each collection that they survive.
    Always,
    /// After a full collection.
    Full,
}

/// What a type is, as a fact about objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TypeFlags(u32);

impl TypeFlags {
    /// None of the flags.
    pub const NONE: Self = Self(0);
    /// Objects carry a collector head and may be part of a cycle.
    pub const GC: Self = Self(1 << 0);
    /// The type may be subclassed.
    pub const BASE: Self = Self(1 << 1);
    /// The type was made by a program.
    pub const HEAP: Self = Self(1 << 2);
    /// Two words more lie in front of the collector head: the weak-reference list and the instance
    /// dict.
    pub const MANAGED: Self = Self(1 << 4);
    /// The instance dict is the one in front of the head.
    pub const MANAGED_DICT: Self = Self(1 << 5);
    /// Instance attributes lie in the object itself, as long as no dict was asked for.
    pub const INLINE_VALUES: Self = Self(1 << 6);
    /// Objects of the type are called with an instance in front when they are found on its type.
    pub const METHOD: Self = Self(1 << 7);
    /// Something may have to be done before a dead object is taken apart: a finalizer, or weak
    /// references to clear. Set by [`TypeObject::stamp`].
    pub const LAST_RITES: Self = Self(1 << 3);
    /// `int` or a subclass; likewise the others.
    pub const INT: Self = Self(1 << 8);
    /// `str` or a subclass.
    pub const STR: Self = Self(1 << 9);
    /// `tuple` or a subclass.
    pub const TUPLE: Self = Self(1 << 10);
    /// `list` or a subclass.
    pub const LIST: Self = Self(1 << 11);
    /// `dict` or a subclass.
    pub const DICT: Self = Self(1 << 12);
    /// `BaseException` or a subclass.
    pub const EXCEPTION: Self = Self(1 << 13);
    /// `type` or a subclass.
    pub const TYPE: Self = Self(1 << 14);
    /// `float` or a subclass.
    pub const FLOAT: Self = Self(1 << 15);
    /// `bytes` or a subclass.
    pub const BYTES: Self = Self(1 << 16);
    /// `set`, `frozenset` or a subclass.
    pub const SET: Self = Self(1 << 17);
    /// A weak reference: one type of the collector's floor, or a subclass.
    pub const WEAK_REF: Self = Self(1 << 18);
    /// Weak references to an object that dies are cleared before its finalizer runs, not after.
    pub const WEAK_FIRST: Self = Self(1 << 19);
    /// Weak references to an object that dies are cleared by its native struct, after the fields of
    /// its class have gone.
    pub const WEAK_LATE: Self = Self(1 << 20);
    /// What its free list holds is for when there is no memory: no collection empties it.
    pub const RESERVE: Self = Self(1 << 21);
    /// The death of an object takes nothing along but its own memory, and runs nobody's code.
    pub const INERT: Self = Self(1 << 31);
    /// The flags that a subclass inherits.
    pub const INHERITED: Self = Self(0x7fff_ff00 | 1);

    /// Both sets of flags.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The flags that both have.
    #[must_use]
    pub const fn only(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether any of `other`'s flags is set.
    #[inline(always)]
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// A type as constant data, from which each runtime stamps its own copy.
#[derive(Clone, Copy)]
pub struct TypeSpec {
    /// The name that scripts see.
    pub name: &'static str,
    /// Bytes of an object without items, header included, collector head not.
    pub basic_size: usize,
    /// Bytes of one item; 0 for objects of fixed size.
    pub item_size: usize,
    /// Facts about its objects.
    pub flags: TypeFlags,
    /// Which struct its objects are, as numbered by the floor that defines them; 0 for none of
    /// those. Subclasses keep it.
    pub layout: u16,
    /// The lowest floor on which its functions can work.
    pub floor: Floor,
    /// Caps of its free lists, one list each; see [`TypeObject::free_list`].
    pub free_lists: &'static [u32],
    /// Offset of the weak-reference list from the header; 0 for none, negative when it lies in front.
    pub weak_list_offset: isize,
    /// Offset of the instance dict in an object; 0 for none.
    pub dict_offset: usize,
    /// Gives a new object.
    pub tp_alloc: AllocFn,
    /// Gives back a dead object's memory.
    pub tp_free: ObjFn,
    /// Takes apart an object whose last reference went.
    pub tp_dealloc: ObjFn,
    /// Shows the references that an object owns.
    pub tp_traverse: Option<&'static Traversal>,
    /// When, and whether, a surviving object may leave the collector's sight: the function tells
    /// that nothing in the object can be part of a cycle.
    pub tp_untrack: Option<(Untrack, UntrackFn)>,
    /// Drops the references that may close a cycle.
    pub tp_clear: Option<ObjFn>,
    /// Runs once before an object is taken apart.
    pub tp_finalize: Option<ObjFn>,
    /// Takes the references out of a dead object, one by one.
    pub tp_release: Option<ReleaseFn>,
}

impl TypeSpec {
    /// A type of fixed size without references, free lists or cycles; the base for `..` updates.
    ///
    /// Its dealloc only frees.
    pub const LEAF: Self = Self {
        name: "",
        basic_size: size_of::<Object>(),
        item_size: 0,
        flags: TypeFlags::NONE,
        layout: 0,
        floor: Floor::Heap,
        free_lists: &[],
        weak_list_offset: 0,
        dict_offset: 0,
        tp_alloc: generic_alloc,
        tp_free: generic_free,
        tp_dealloc: generic_free,
        tp_traverse: None,
        tp_untrack: None,
        tp_clear: None,
        tp_finalize: None,
        tp_release: None,
    };
}

/// Why a type could not be stamped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum StampError {
    /// The type's functions need a floor that does not stand on this heap.
    Floor {
        /// The floor that the type needs.
        needs: Floor,
        /// The highest floor of the heap.
        has: Floor,
    },
    /// No memory for the type object.
    Alloc(AllocError),
}

impl std::fmt::Display for StampError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Floor { needs, has } => {
                write!(f, "the type needs the {needs:?} floor, but this runtime ends at {has:?}")
            }
            Self::Alloc(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for StampError {}

impl From<AllocError> for StampError {
    fn from(error: AllocError) -> Self {
        Self::Alloc(error)
    }
}

/// The memory half of a type, one for each runtime.
#[repr(C)]
pub struct TypeObject {
    /// Types are objects too; the length is not used. Not for everybody: whoever has a borrowed type
    /// may not change its count.
    pub(crate) head: VarObject,
    /// The type itself, as a pointer made from its whole block: objects get this one, since the
    /// behaviour half lies behind the memory half.
    me: NonNull<TypeObject>,
    heap: NonNull<Heap>,
    name: Cell<NonNull<str>>,
    /// Bytes of an object without items; see [`TypeSpec::basic_size`].
    pub basic_size: usize,
    /// Bytes of one item.
    pub item_size: usize,
    flags: Cell<TypeFlags>,
    pre_header: u16,
    /// See [`TypeSpec::layout`].
    pub layout: u16,
    /// Offset of the weak-reference list from the header, or 0.
    pub weak_list_offset: isize,
    /// Offset of the instance dict, or 0.
    pub dict_offset: usize,
    /// See [`AllocFn`].
    pub tp_alloc: AllocFn,
    /// See [`TypeSpec::tp_free`].
    pub tp_free: ObjFn,
    /// See [`TypeSpec::tp_dealloc`].
    pub tp_dealloc: ObjFn,
    /// `tp_dealloc`, or in a watched heap what tells of the death before.
    at_death: Cell<ObjFn>,
    /// See [`ReleaseFn`].
    pub tp_release: Option<ReleaseFn>,
    /// See [`Traversal`].
    pub tp_traverse: Option<&'static Traversal>,
    /// See [`TypeSpec::tp_untrack`].
    pub tp_untrack: Option<(Untrack, UntrackFn)>,
    /// See [`TypeSpec::tp_clear`].
    pub tp_clear: Option<ObjFn>,
    tp_finalize: Cell<Option<ObjFn>>,
    /// The free list of types with one; what dies finds it in one step from its header, which the next
    /// birth waits for. Types without have one that gives and takes nothing.
    pub(crate) own_list: FreeList,
    /// All of them: that one, or an array of several.
    pub(crate) free_lists: NonNull<FreeList>,
    free_list_count: usize,
    /// Number of the type in the order of stamping, for tables beside the types.
    pub serial: u32,
    /// The types stamped before and after this one, in the heap's registry.
    next: Cell<*mut TypeObject>,
    previous: Cell<*mut TypeObject>,
}

impl TypeObject {
    /// The memory half of a type of `spec`, with its free lists, entered in the heap's registry.
    ///
    /// `place` is where the type will live, made from its whole block; `meta` the type of the type (itself, while the first
    /// types are made).
    ///
    /// # Errors
    /// [`StampError`] when the heap's top floor is too low or memory is short; nothing is entered.
    ///
    /// # Safety
    /// `heap` has its final address, and its pointer is made from the whole runtime's allocation;
    /// `place` is writable memory for a `TypeObject` that lives until [`TypeObject::unstamp`].
    pub unsafe fn stamp(
        place: NonNull<TypeObject>,
        spec: &TypeSpec,
        heap: NonNull<Heap>,
        meta: NonNull<TypeObject>,
    ) -> Result<(), StampError> {
        // SAFETY: per contract the heap is alive.
        let h = unsafe { heap.as_ref() };
        if spec.floor > h.floor() {
            return Err(StampError::Floor { needs: spec.floor, has: h.floor() });
        }
        let count = spec.free_lists.len();
        let own_list = FreeList::new(if let [cap] = spec.free_lists { *cap } else { 0 });
        let lists = if count > 1 {
            let lists = h.raw_alloc(count * size_of::<FreeList>())?.cast::<FreeList>();
            for (i, &cap) in spec.free_lists.iter().enumerate() {
                // SAFETY: `i` is below the count that was allocated.
                unsafe { lists.add(i).write(FreeList::new(cap)) };
            }
            lists
        } else {
            // SAFETY: per contract there is room for a type, whose field this is.
            unsafe { NonNull::new_unchecked(&raw mut (*place.as_ptr()).own_list) }
        };
        let serial = h.type_serial.get();
        h.type_serial.set(serial + 1);
        let has_rites = spec.tp_finalize.is_some()
            || spec.weak_list_offset != 0
            || spec.flags.has(TypeFlags::WEAK_REF);
        let rites = if has_rites { TypeFlags::LAST_RITES } else { TypeFlags::NONE };
        let ty = TypeObject {
            head: VarObject::new(meta, 0),
            me: place,
            heap,
            name: Cell::new(NonNull::from(spec.name)),
            basic_size: spec.basic_size,
            item_size: spec.item_size,
            flags: Cell::new(spec.flags.with(rites)),
            pre_header: pre_header(spec.flags),
            layout: spec.layout,
            weak_list_offset: spec.weak_list_offset,
            dict_offset: spec.dict_offset,
            tp_alloc: spec.tp_alloc,
            tp_free: spec.tp_free,
            tp_dealloc: spec.tp_dealloc,
            at_death: Cell::new(spec.tp_dealloc),
            tp_release: spec.tp_release,
            tp_traverse: spec.tp_traverse,
            tp_untrack: spec.tp_untrack,
            tp_clear: spec.tp_clear,
            tp_finalize: Cell::new(spec.tp_finalize),
            own_list,
            free_lists: lists,
            free_list_count: count,
            serial,
            next: Cell::new(h.types.get()),
            previous: Cell::new(null_mut()),
        };
        // SAFETY: per contract; entries of the registry are alive.
        unsafe {
            place.write(ty);
            // The type's own list is where it stays only now.
            place.as_ref().attend();
            if let Some(next) = h.types.get().as_ref() {
                next.previous.set(place.as_ptr());
            }
        }
        h.types.set(place.as_ptr());
        Ok(())
    }

    /// Empties and frees the type's free lists and takes it out of the heap's registry; the memory
    /// of the type itself is the caller's.
    ///
    /// # Safety
    /// No object of the type is alive, and the type is not used again.
    pub unsafe fn unstamp(this: NonNull<TypeObject>) {
        // SAFETY: per contract the type is alive until now.
        let ty = unsafe { this.as_ref() };
        ty.clear_free_lists();
        let heap = ty.heap();
        if ty.free_list_count > 1 {
            // SAFETY: the lists were allocated with this size and are not used again.
            unsafe {
                heap.raw_free(ty.free_lists.cast(), ty.free_list_count * size_of::<FreeList>());
            }
        }
        let (next, previous) = (ty.next.get(), ty.previous.get());
        // SAFETY: entries of the registry are alive.
        let (after, before) = unsafe { (next.as_ref(), previous.as_ref()) };
        match before {
            Some(before) => before.next.set(next),
            None => heap.types.set(next),
        }
        if let Some(after) = after {
            after.previous.set(previous);
        }
    }

    /// Sets the type up for a heap that is watched, or no longer: so the fast paths need not ask.
    pub(crate) fn attend(&self) {
        let heap = self.heap();
        self.free_lists().iter().for_each(|list| list.set_watched(heap.hides_lists()));
        self.at_death.set(if heap.is_watched() { dealloc_watched } else { self.tp_dealloc });
    }

    /// Takes apart an object of the type whose last reference has just gone.
    ///
    /// # Safety
    /// As [`TypeSpec::tp_dealloc`], which it calls.
    #[inline(always)]
    pub unsafe fn end(&self, op: Obj) {
        // SAFETY: per contract.
        unsafe { (self.at_death.get())(op) }
    }

    /// The name that scripts see.
    pub fn name(&self) -> &str {
        // SAFETY: the name is 'static, or lives as long as the type (`set_name`).
        unsafe { self.name.get().as_ref() }
    }

    /// Gives the type another name.
    ///
    /// # Safety
    /// `name` lives as long as the type keeps it.
    pub unsafe fn set_name(&self, name: NonNull<str>) {
        self.name.set(name);
    }

    /// The type as a pointer made from its whole block.
    #[inline(always)]
    pub fn as_ptr(&self) -> NonNull<Self> {
        self.me
    }

    /// The heap of the runtime that stamped the type.
    #[inline(always)]
    pub fn heap(&self) -> &Heap {
        // SAFETY: a runtime's types die before its heap.
        unsafe { self.heap.as_ref() }
    }

    /// The same as a pointer that may be cast up to the floors above.
    #[inline(always)]
    pub fn heap_ptr(&self) -> NonNull<Heap> {
        self.heap
    }

    /// Facts about its objects.
    #[inline(always)]
    pub fn flags(&self) -> TypeFlags {
        self.flags.get()
    }

    /// What runs once before an object is taken apart; see [`TypeSpec::tp_finalize`].
    #[inline(always)]
    pub fn finalizer(&self) -> Option<ObjFn> {
        self.tp_finalize.get()
    }

    /// Gives the type a finalizer, or takes it away: a program may do so while objects are alive.
    ///
    /// # Safety
    /// The finalizer is one for objects of the type.
    pub unsafe fn set_finalizer(&self, finalizer: Option<ObjFn>) {
        self.tp_finalize.set(finalizer);
        if finalizer.is_some() {
            self.flags.set(self.flags.get().with(TypeFlags::LAST_RITES));
        }
    }

    /// Whether objects carry a collector head.
    #[inline(always)]
    pub fn is_gc(&self) -> bool {
        self.flags.get().has(TypeFlags::GC)
    }

    /// Bytes in front of the header: 0, or 16 for collectable objects.
    #[inline(always)]
    pub fn pre_header(&self) -> usize {
        usize::from(self.pre_header)
    }

    /// Bytes of an object with `n` items, from its header on; `None` on overflow.
    #[inline]
    pub fn object_size(&self, n: usize) -> Option<usize> {
        n.checked_mul(self.item_size)?.checked_add(self.basic_size)
    }

    /// Its free lists.
    pub fn free_lists(&self) -> &[FreeList] {
        // SAFETY: `stamp` allocated that many, and they live as long as the type.
        unsafe { std::slice::from_raw_parts(self.free_lists.as_ptr(), self.free_list_count) }
    }

    /// The free list with this index, when the type has it.
    #[inline(always)]
    pub fn free_list(&self, index: usize) -> Option<&FreeList> {
        if index < self.free_list_count {
            // SAFETY: the index is in bounds of the lists that `stamp` allocated.
            Some(unsafe { self.free_lists.add(index).as_ref() })
        } else {
            None
        }
    }

    /// Gives the memory of all retired objects back to the heap, as a full collection does.
    pub fn clear_free_lists(&self) {
        self.trim_free_lists(0);
    }

    /// Changes how many objects each of its free lists may hold; what is beyond that goes back to the
    /// heap.
    pub fn set_free_list_cap(&self, cap: u32) {
        self.trim_free_lists(cap as usize);
        for list in self.free_lists() {
            list.set_cap(cap);
        }
    }

    fn trim_free_lists(&self, most: usize) {
        for (index, list) in self.free_lists().iter().enumerate() {
            while list.len() > most
                && let Some(op) = list.drain_one()
            {
                self.heap().emit_step(Step::Dropped, op, self);
                // SAFETY: a retired object is dead, and its block has the size of its list.
                unsafe { self.give_block(op, self.retired_size(index)) };
                if self.is_gc() {
                    self.heap().uncount_young();
                }
            }
        }
    }

    /// Bytes, from the header on, of the objects on the free list with this index: list `i` of a
    /// type with items holds those of `i + 1` items.
    pub fn retired_size(&self, index: usize) -> usize {
        if self.item_size == 0 {
            self.basic_size
        } else {
            self.basic_size + (index + 1) * self.item_size
        }
    }

    /// A block for an object of `size` bytes with a header, one reference and, when collectable, an
    /// untracked collector head. The rest is uninitialised.
    ///
    /// # Errors
    /// [`AllocError`] from the heap.
    #[inline(always)]
    #[track_caller]
    pub fn alloc_uninit(&self, size: usize) -> Result<Obj, AllocError> {
        let pre = self.pre_header();
        let whole = size.checked_add(pre).ok_or(AllocError::TooLarge)?;
        let block = self.heap().object_alloc(whole)?;
        // SAFETY: the block holds the head and the header, and nobody else knows it.
        let op = unsafe { self.write_headers(block) };
        if pre != 0 {
            self.heap().count_young();
        }
        if self.heap().is_watched() {
            let layer = self.heap().last_layer();
            self.emit_born(op, whole, layer);
        }
        Ok(op)
    }

    /// The same when `size` is known to be collectable or not, so that nothing is asked at run time.
    ///
    /// # Errors
    /// [`AllocError`] from the heap.
    #[inline(always)]
    #[track_caller]
    pub fn alloc_sized<const GC: bool>(&self, size: usize) -> Result<Obj, AllocError> {
        debug_assert_eq!(GC, self.is_gc());
        // SAFETY: the type is alive and of this heap; `GC` says what is in front of its objects.
        match unsafe { self.heap().object_short::<GC>(self.me, size) } {
            Some(op) => Ok(op),
            None => self.alloc_long::<GC>(size),
        }
    }

    /// The long way of [`TypeObject::alloc_sized`].
    #[cold]
    #[inline(never)]
    #[track_caller]
    pub(crate) fn alloc_long<const GC: bool>(&self, size: usize) -> Result<Obj, AllocError> {
        self.alloc_uninit(size)
    }

    /// Takes a retired object from free list `index`; its first word and type are set. While the
    /// heap is watched this is where the hidden list is found.
    #[inline(always)]
    pub fn reuse(&self, index: usize) -> Option<Obj> {
        let list = self.free_list(index)?;
        if let Some(op) = list.take() {
            // SAFETY: a retired object's header is ours to write; its type word is intact.
            unsafe { op.as_ref() }.set_count(1);
            return Some(op);
        }
        if self.heap().hides_lists() { self.reuse_hidden(index) } else { None }
    }

    #[cold]
    #[inline(never)]
    fn reuse_hidden(&self, index: usize) -> Option<Obj> {
        let op = self.free_list(index)?.take_watched()?;
        // SAFETY: as in `reuse`.
        unsafe { op.as_ref() }.set_count(1);
        // SAFETY: a collectable object's block begins at its collector head.
        self.heap().retrace(unsafe { op.cast::<u8>().sub(self.pre_header()) });
        self.emit_born(op, self.retired_size(index) + self.pre_header(), Layer::FreeList);
        Some(op)
    }

    /// Says that a new object's fields are whole, for those who watch; tracking it says so too.
    #[inline(always)]
    pub fn filled(&self, object: Obj) {
        if self.heap().is_watched() {
            self.emit_filled(object);
        }
    }

    #[cold]
    #[inline(never)]
    fn emit_filled(&self, object: Obj) {
        self.heap().tell_step(Step::Filled, object, self);
    }

    #[cold]
    #[inline(never)]
    fn emit_born(&self, object: Obj, size: usize, layer: Layer) {
        self.heap().tally(layer);
        self.heap().tell_born(object, self, size, layer);
    }

    /// Puts a dead object on free list `index`, or gives its memory back when there is no room.
    ///
    /// # Safety
    /// `op` is a dead object of exactly this type whose block has [`TypeObject::retired_size`] bytes.
    #[inline(always)]
    pub unsafe fn retire(&self, op: Obj, index: usize) {
        // SAFETY: per contract.
        unsafe {
            if let Some(list) = self.free_list(index)
                && list.give(op)
            {
                return;
            }
            self.retire_slow(op, index);
        }
    }

    #[inline(never)]
    pub(crate) unsafe fn retire_slow(&self, op: Obj, index: usize) {
        // SAFETY: per contract of `retire`.
        unsafe {
            if self.heap().hides_lists()
                && let Some(list) = self.free_list(index)
                && list.give_watched(op)
            {
                let size = self.retired_size(index) + self.pre_header();
                self.heap().emit(|| Event::Retired { object: op, ty: self, size });
                return;
            }
            self.own_list.forget();
            self.free_object(op, self.retired_size(index));
        }
    }

    /// Gives back the memory of a dead object of `size` bytes, counted from its header.
    ///
    /// # Safety
    /// `op` is a dead object of this type, its block has that size, and it is not used again.
    #[inline(always)]
    pub unsafe fn free_object(&self, op: Obj, size: usize) {
        let heap = self.heap();
        if heap.is_watched() {
            self.emit_freed(op);
        }
        if self.is_gc() {
            heap.uncount_young();
        }
        // SAFETY: per contract.
        unsafe { self.give_block(op, size) }
    }

    /// The same for an object that is known to have no collector head, so that nothing is asked.
    ///
    /// # Safety
    /// As [`TypeObject::free_object`]; the type is not collectable.
    #[inline(always)]
    pub unsafe fn free_plain(&self, op: Obj, size: usize) {
        debug_assert!(!self.is_gc());
        // SAFETY: per contract the block begins at the header.
        unsafe {
            if SizeClass::of(size).is_none() || !self.free_small::<false>(op) {
                self.free_long(op, size);
            }
        }
    }

    /// [`TypeObject::free_object`], not compiled into its caller.
    ///
    /// # Safety
    /// As there.
    #[cold]
    #[inline(never)]
    unsafe fn free_long(&self, op: Obj, size: usize) {
        // SAFETY: per contract.
        unsafe { self.free_object(op, size) }
    }

    #[cold]
    #[inline(never)]
    fn emit_freed(&self, object: Obj) {
        self.heap().tell_step(Step::Freed, object, self);
    }

    #[inline(always)]
    unsafe fn give_block(&self, op: Obj, size: usize) {
        let pre = self.pre_header();
        // SAFETY: per contract of the callers; the block begins at the collector head, if any.
        unsafe { self.heap().object_free(op.cast::<u8>().sub(pre), size + pre) }
    }

    /// Writes collector head and header into a fresh block and gives the object.
    ///
    /// # Safety
    /// `block` is writable for head and header.
    #[inline(always)]
    unsafe fn write_headers(&self, block: NonNull<u8>) -> Obj {
        // SAFETY: per contract.
        unsafe {
            let pre = self.pre_header();
            let op = block.add(pre).cast::<Object>();
            // Head and managed words are empty when they are zero: none, two or four.
            if pre != 0 {
                let words = block.cast::<[usize; 2]>();
                words.write([0; 2]);
                if pre != size_of::<GcHead>() {
                    words.add(1).write([0; 2]);
                }
            }
            op.write(Object::new(self.me));
            op
        }
    }
}

/// Bytes in front of the header of objects with these flags.
fn pre_header(flags: TypeFlags) -> u16 {
    let head = size_of::<GcHead>() as u16;
    match (flags.has(TypeFlags::GC), flags.has(TypeFlags::MANAGED)) {
        (false, _) => 0,
        (true, false) => head,
        (true, true) => head + 2 * size_of::<usize>() as u16,
    }
}

impl Heap {
    /// The types stamped on this heap, newest first.
    pub fn types(&self) -> impl Iterator<Item = &TypeObject> {
        // SAFETY: entries of the registry are alive: `unstamp` takes them out.
        let mut next = unsafe { self.types.get().as_ref() };
        std::iter::from_fn(move || {
            let ty = next?;
            // SAFETY: as above.
            next = unsafe { ty.next.get().as_ref() };
            Some(ty)
        })
    }
}

/// The usual `tp_alloc`: a block from the heap, fields zero, the length set for types with items.
///
/// # Errors
/// [`AllocError`] from the heap.
///
/// # Safety
/// `ty` is a live type.
pub unsafe fn generic_alloc(ty: NonNull<TypeObject>, n: usize) -> Result<Obj, AllocError> {
    // SAFETY: per contract.
    let ty = unsafe { ty.as_ref() };
    let size = ty.object_size(n).ok_or(AllocError::TooLarge)?;
    let op = ty.alloc_uninit(size)?;
    // SAFETY: the object has `size` bytes from its header on, and a type with items has a length.
    unsafe {
        let fields = size - size_of::<Object>();
        op.cast::<u8>().add(size_of::<Object>()).write_bytes(0, fields);
        if ty.item_size != 0 {
            op.cast::<VarObject>().as_ref().size.set(n as isize);
        }
    }
    Ok(op)
}

/// `tp_dealloc` in a watched heap: tells that the last reference went, and goes on.
///
/// # Safety
/// As [`TypeSpec::tp_dealloc`].
unsafe fn dealloc_watched(op: Obj) {
    // SAFETY: per contract the header is intact.
    unsafe {
        let ty = op.as_ref().ty();
        let ty = ty.as_ref();
        ty.heap().tell_step(Step::Dying, op, ty);
        // Types without last rites begin by taking the object out of the collector's sight, and do not
        // ask whether somebody is to be told: it is told here.
        let asks = TypeFlags::LAST_RITES.with(TypeFlags::HEAP);
        if ty.is_gc() && !ty.flags().has(asks) && !gc_head(op).as_ref().next.get().is_null() {
            ty.heap().tell_step(Step::Untracked, op, ty);
        }
        (ty.tp_dealloc)(op);
    }
}

/// The usual `tp_free`: back to the heap.
///
/// # Safety
/// `op` is dead, and its length, if it has one, is still the one it was allocated with.
pub unsafe fn generic_free(op: Obj) {
    // SAFETY: per contract header and length are intact.
    unsafe {
        let ty = op.as_ref().ty();
        let ty = ty.as_ref();
        let n = if ty.item_size == 0 { 0 } else { op.cast::<VarObject>().as_ref().len() };
        // It was allocated with this size, so it cannot overflow.
        let size = ty.basic_size.wrapping_add(ty.item_size.wrapping_mul(n));
        ty.free_object(op, size);
    }
}
