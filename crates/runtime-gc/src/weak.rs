//! Weak references: a way to an object that does not keep it alive.
//!
//! ```text
//! object: weak list --> shared ref <-> shared proxy <-> newest with a callback <-> ... <-> oldest
//! ```
//!
//! Weak references without a callback are shared: an object has at most one plain reference and
//! one plain proxy, and they come first. So callbacks run newest first.
//!
//! Invariant: a weak reference that has a referent is in that object's list and in no other; one that
//! has none is in no list. An object's list is emptied before the object is taken apart, so a
//! referent is always whole. CPython: `Objects/weakrefobject.c`.

use std::cell::Cell;
use std::ptr::{NonNull, null_mut};

use runtime_core::{Floor, Obj, Object, Step, TypeFlags, TypeObject, TypeSpec, type_of};

use crate::collector::{Collector, track};
use crate::dealloc::{Container, dealloc, release};
use crate::passes::traversal;
use crate::refs::{Ref, decref, incref};

/// Which place a weak reference takes in its object's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum WeakKind {
    /// The object's one plain reference.
    SharedRef = 0,
    /// The object's one plain proxy.
    SharedProxy = 1,
    /// One with a callback, or of a subclass.
    Own = 2,
}

/// A weak reference: 80 bytes with the collector head.
#[repr(C)]
pub struct WeakObject {
    object: Object,
    referent: Cell<Option<Obj>>,
    /// Owned.
    callback: Cell<Option<Obj>>,
    /// The referent's hash, once somebody asked for it; -1 before.
    pub hash: Cell<i64>,
    prev: Cell<*mut WeakObject>,
    next: Cell<*mut WeakObject>,
    kind: Cell<WeakKind>,
    /// Its object has died by its count: the callback is called, or about to be, and shown to
    /// nobody.
    spent: Cell<bool>,
}

const _: () = assert!(size_of::<WeakObject>() == 64);

/// What panicked, when a callback did.
pub(crate) const CALLBACK: &str = "weak reference callback";

/// A weak reference, for a floor above to give its behaviour.
pub const WEAK_REF: TypeSpec = TypeSpec {
    name: "weakref.ReferenceType",
    basic_size: size_of::<WeakObject>(),
    flags: TypeFlags::GC.with(TypeFlags::BASE).with(TypeFlags::WEAK_REF),
    floor: Floor::Collector,
    tp_dealloc: dealloc::<WeakObject>,
    tp_free: free,
    tp_release: Some(release::<WeakObject>),
    tp_traverse: Some(traversal::<WeakObject>()),
    tp_clear: Some(clear_object),
    ..TypeSpec::LEAF
};

// SAFETY: the callback is the only reference that is owned.
unsafe impl Container for WeakObject {
    unsafe fn traverse(op: Obj, visit: &mut impl FnMut(Obj)) {
        // SAFETY: per contract.
        if let Some(callback) = unsafe { op.cast::<Self>().as_ref() }.callback.get() {
            visit(callback);
        }
    }

    unsafe fn release_next(op: Obj, _: &mut usize) -> Option<Obj> {
        // SAFETY: per contract.
        unsafe {
            let this = op.cast::<Self>();
            detach(this);
            this.as_ref().callback.take()
        }
    }

    unsafe fn free(op: Obj) {
        // SAFETY: per contract.
        unsafe { free(op) }
    }
}

/// # Safety
/// `op` is a dead weak reference that owns nothing.
unsafe fn free(op: Obj) {
    // SAFETY: per contract; a subclass has its own basic size.
    unsafe {
        let ty = type_of(op).as_ref();
        ty.free_object(op, ty.basic_size);
    }
}

/// # Safety
/// `op` is a live weak reference that somebody holds until this returns.
unsafe fn clear_object(op: Obj) {
    // SAFETY: per contract.
    unsafe {
        let this = op.cast::<WeakObject>();
        detach(this);
        if let Some(callback) = this.as_ref().callback.take() {
            decref(callback);
        }
    }
}

/// The list of weak references to an object, when its type has room for one.
///
/// # Safety
/// `op` is alive, or dead and not taken apart yet.
#[inline]
unsafe fn list_of<'a>(op: Obj) -> Option<&'a Cell<*mut WeakObject>> {
    // SAFETY: per contract; the type says where in or before its objects the list lies, and a list
    // of zero bytes is an empty one.
    unsafe {
        match type_of(op).as_ref().weak_list_offset {
            0 => None,
            offset => Some(op.byte_offset(offset).cast::<Cell<*mut WeakObject>>().as_ref()),
        }
    }
}

/// Whether weak references to objects of the type are possible.
pub fn is_weakly_referencable(ty: &TypeObject) -> bool {
    ty.weak_list_offset != 0
}

/// Makes the weak reference `ty` of `kind` to `referent`, without looking for one to share.
///
/// # Errors
/// [`runtime_core::AllocError`] from the heap.
///
/// # Safety
/// `ty` is a live type whose objects begin with a [`WeakObject`], stamped on the runtime of
/// `referent`; `referent` is alive and weakly referencable. If `kind` is a shared one, there is
/// none yet, and no callback.
pub unsafe fn new(
    ty: &TypeObject,
    referent: Obj,
    callback: Option<Ref>,
    kind: WeakKind,
) -> Result<Ref, runtime_core::AllocError> {
    // SAFETY: per contract.
    unsafe {
        let op = (ty.tp_alloc)(NonNull::from(ty), 0)?;
        let this = op.cast::<WeakObject>();
        this.as_ref().hash.set(-1);
        this.as_ref().kind.set(kind);
        this.as_ref().callback.set(callback.map(Ref::into_raw));
        attach(this, referent);
        track(op);
        Ok(Ref::steal(op))
    }
}

/// Enters a new weak reference in the list of its object.
unsafe fn attach(this: NonNull<WeakObject>, referent: Obj) {
    // SAFETY: per contract of `new`; members of a list are alive.
    unsafe {
        let Some(list) = list_of(referent) else { return };
        let weak = this.as_ref();
        weak.referent.set(Some(referent));
        let mut before = null_mut::<WeakObject>();
        let mut after = list.get();
        while let Some(member) = NonNull::new(after) {
            if member.as_ref().kind.get() as u8 >= weak.kind.get() as u8 {
                break;
            }
            before = after;
            after = member.as_ref().next.get();
        }
        weak.prev.set(before);
        weak.next.set(after);
        if let Some(after) = NonNull::new(after) {
            after.as_ref().prev.set(this.as_ptr());
        }
        match NonNull::new(before) {
            Some(before) => before.as_ref().next.set(this.as_ptr()),
            None => list.set(this.as_ptr()),
        }
    }
}

/// Takes a weak reference out of its object's list, if it is in one; it has no referent then. Its
/// callback stays.
///
/// # Safety
/// `this` is alive, or dead and not yet freed.
pub(crate) unsafe fn detach(this: NonNull<WeakObject>) {
    // SAFETY: per contract; a weak reference with a referent is in that object's list, whose
    // members are alive.
    unsafe {
        let weak = this.as_ref();
        let Some(referent) = weak.referent.take() else { return };
        tell(this, Step::WeakCleared);
        let (before, after) = (weak.prev.replace(null_mut()), weak.next.replace(null_mut()));
        if let Some(after) = NonNull::new(after) {
            after.as_ref().prev.set(before);
        }
        match NonNull::new(before) {
            Some(before) => before.as_ref().next.set(after),
            None => {
                if let Some(list) = list_of(referent) {
                    list.set(after);
                }
            }
        }
    }
}

impl WeakObject {
    /// A new reference to the object, unless it is gone or dying.
    pub fn upgrade(&self) -> Option<Ref> {
        let referent = self.referent.get()?;
        // SAFETY: a referent is whole; one without references is about to be taken apart.
        unsafe { (referent.as_ref().count() > 0).then(|| Ref::new(referent)) }
    }

    /// Whether the object is gone or dying.
    pub fn is_dead(&self) -> bool {
        // SAFETY: as in `upgrade`.
        self.referent.get().is_none_or(|op| unsafe { op.as_ref() }.count() == 0)
    }

    /// A new reference to the callback, while it is still to be called or the object was collected.
    pub fn callback(&self) -> Option<Ref> {
        if self.spent.get() {
            return None;
        }
        // SAFETY: the weak reference owns its callback.
        self.callback.get().map(|op| unsafe { Ref::new(op) })
    }

    /// Which place it takes in its object's list.
    pub fn kind(&self) -> WeakKind {
        self.kind.get()
    }
}

/// The shared weak reference or proxy of an object, when there is one.
///
/// # Safety
/// `op` is alive.
pub unsafe fn shared(op: Obj, kind: WeakKind) -> Option<Ref> {
    // SAFETY: per contract; members of the list are alive.
    unsafe {
        let mut at = list_of(op)?.get();
        while let Some(weak) = NonNull::new(at) {
            let this = weak.as_ref();
            if this.kind.get() == kind {
                return Some(Ref::new(weak.cast()));
            }
            if this.kind.get() == WeakKind::Own {
                return None;
            }
            at = this.next.get();
        }
        None
    }
}

/// Shows the weak references to an object, in the order of its list.
///
/// # Safety
/// `op` is alive, and `visit` changes no list.
pub unsafe fn each(op: Obj, visit: &mut dyn FnMut(Obj)) {
    // SAFETY: per contract.
    unsafe {
        let mut at = list_of(op).map_or(null_mut(), Cell::get);
        while let Some(weak) = NonNull::new(at) {
            at = weak.as_ref().next.get();
            visit(weak.cast());
        }
    }
}

/// Whether anybody refers weakly to the object.
///
/// # Safety
/// `op` is alive, or dead and not taken apart yet.
#[inline]
pub(crate) unsafe fn has_any(op: Obj) -> bool {
    // SAFETY: per contract.
    unsafe { list_of(op) }.is_some_and(|list| !list.get().is_null())
}

/// The first weak reference in an object's list.
///
/// # Safety
/// `op` is alive.
pub(crate) unsafe fn first(op: Obj) -> Option<NonNull<WeakObject>> {
    // SAFETY: per contract.
    unsafe { list_of(op) }.and_then(|list| NonNull::new(list.get()))
}

/// Whether a weak reference is alive and has a callback.
///
/// # Safety
/// `weak` is alive, or dead and not yet freed.
pub(crate) unsafe fn is_to_be_called(weak: NonNull<WeakObject>) -> bool {
    // SAFETY: per contract.
    let this = unsafe { weak.as_ref() };
    this.object.count() > 0 && this.callback.get().is_some()
}

/// Clears all weak references to an object that dies, then calls their callbacks, newest first.
/// No callback finds the object, or a weak reference that still leads to it. When all have been
/// called they are let go, oldest first.
///
/// # Safety
/// `op` is dead or dying, and not taken apart yet.
pub unsafe fn clear_and_call_back(op: Obj) {
    // SAFETY: per contract. A weak reference in the chain is held by it, and without a referent
    // nobody else uses its links.
    unsafe {
        let (mut newest, mut oldest) = (None::<NonNull<WeakObject>>, None::<NonNull<WeakObject>>);
        while let Some(weak) = first(op) {
            detach(weak);
            let this = weak.as_ref();
            if this.kind.get() != WeakKind::Own {
                continue;
            }
            incref(weak.cast());
            this.spent.set(true);
            this.prev.set(oldest.map_or(null_mut(), NonNull::as_ptr));
            match oldest {
                Some(before) => before.as_ref().next.set(weak.as_ptr()),
                None => newest = Some(weak),
            }
            oldest = Some(weak);
        }
        let collector = Collector::of(op);
        let mut at = newest;
        while let Some(weak) = at {
            at = NonNull::new(weak.as_ref().next.get());
            if let Some(callback) = weak.as_ref().callback.get() {
                call_back(collector, weak, callback);
            }
        }
        while let Some(weak) = oldest {
            oldest = NonNull::new(weak.as_ref().prev.replace(null_mut()));
            weak.as_ref().next.set(null_mut());
            if let Some(callback) = weak.as_ref().callback.take() {
                decref(callback);
            }
            decref(weak.cast());
        }
    }
}

/// Calls a weak reference's callback.
///
/// # Safety
/// Both are alive and held by the caller.
pub(crate) unsafe fn call_back(collector: &Collector, weak: NonNull<WeakObject>, callback: Obj) {
    // SAFETY: per contract.
    unsafe {
        tell(weak, Step::CallingBack);
        collector.ask(CALLBACK, |above| above.call_back(weak.cast(), callback));
        tell(weak, Step::CalledBack);
    }
}

/// Tells of something that happened to a weak reference.
///
/// # Safety
/// It is alive.
unsafe fn tell(weak: NonNull<WeakObject>, step: Step) {
    let op: Obj = weak.cast();
    // SAFETY: per contract.
    let ty = unsafe { type_of(op).as_ref() };
    ty.heap().emit_step(step, op, ty);
}

/// Clears all weak references to an object and forgets their callbacks' turn: for those made while
/// its finalizer ran.
///
/// # Safety
/// As [`clear_and_call_back`].
pub(crate) unsafe fn clear_silently(op: Obj) {
    // SAFETY: per contract.
    unsafe {
        while let Some(weak) = first(op) {
            detach(weak);
        }
    }
}
