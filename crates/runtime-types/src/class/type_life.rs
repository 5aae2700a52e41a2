//! Class objects: what they hold, who is derived from them, and how they die.
//!
//! Built-in types live as long as their world and hold nothing that counts. A class is an object like
//! any other: its objects, the classes derived from it and its method resolution order hold it, and
//! since the last of these is its own, only a collection ends it.

use std::ptr::{NonNull, null_mut};

use runtime_core::{Obj, Traversal, TypeFlags, TypeObject, type_of};
use runtime_gc::{Borrowed, Container, Ref, dealloc, decref, release, traversal};

use super::SlotsBlock;
use crate::cx::{Cx, Res};
use crate::tuple::TupleObject;
use crate::ty::Type;
use crate::view::Look;
use crate::world::World;

/// What the collector sees of types.
struct TypeContainer;

/// # Safety
/// `op` is a type, alive or not freed yet.
unsafe fn view<'a>(op: Obj) -> &'a Type {
    // SAFETY: per contract; type objects are whole `Type`s.
    unsafe { &*op.cast::<Type>().as_ptr() }
}

impl Type {
    /// The references that a class owns, beside its base.
    fn owned(&self) -> [Option<Obj>; 5] {
        let class = &self.class;
        [
            self.dict.get(),
            self.mro.get(),
            class.bases.peek(),
            class.name.peek(),
            class.qualname.peek(),
        ]
    }
}

// SAFETY: both see dict, mro, bases, names and base.
unsafe impl Container for TypeContainer {
    unsafe fn traverse(op: Obj, visit: &mut impl FnMut(Obj)) {
        // SAFETY: per contract.
        let ty = unsafe { view(op) };
        ty.owned().into_iter().flatten().for_each(&mut *visit);
        if ty.is_class()
            && let Some(base) = ty.base.get()
        {
            visit(base.cast());
        }
        // SAFETY: the type of a live type is alive.
        let (meta, of) = unsafe { (type_of(op), type_of(op).as_ref()) };
        // A metaclass is held by its classes; `type` itself by nobody.
        if of.flags().has(TypeFlags::HEAP) {
            visit(meta.cast());
        }
    }

    unsafe fn release_next(op: Obj, cursor: &mut usize) -> Option<Obj> {
        // SAFETY: per contract.
        let ty = unsafe { view(op) };
        let class = &ty.class;
        loop {
            *cursor += 1;
            let found = match *cursor {
                1 => ty.dict.take(),
                2 => ty.mro.take(),
                3 => class.bases.take().map(Ref::into_raw),
                4 => class.name.take().map(Ref::into_raw),
                5 => class.qualname.take().map(Ref::into_raw),
                6 if ty.is_class() => {
                    unlink_subclass(ty);
                    ty.base.take().map(NonNull::cast)
                }
                6 => None,
                _ => return None,
            };
            if found.is_some() {
                return found;
            }
        }
    }

    unsafe fn free(op: Obj) {
        // SAFETY: per contract.
        unsafe { free_class(op) }
    }
}

pub(crate) const fn type_traversal() -> &'static Traversal {
    traversal::<TypeContainer>()
}

/// `tp_dealloc` of `type`.
///
/// # Safety
/// The last reference to `op`, a class, has just gone.
pub(crate) unsafe fn dealloc_type(op: Obj) {
    // SAFETY: per contract.
    unsafe { dealloc::<TypeContainer>(op) }
}

/// `tp_release` of `type`.
///
/// # Safety
/// As [`Container::release_next`].
pub(crate) unsafe fn type_release(op: Obj, cursor: &mut usize) -> Option<Obj> {
    // SAFETY: per contract.
    unsafe { release::<TypeContainer>(op, cursor) }
}

/// `tp_clear` of `type`: the namespace and the method resolution order, which close the cycles. The
/// base stays, so attributes are still found along the chain.
///
/// # Safety
/// `op` is a live type that the caller holds.
pub(crate) unsafe fn type_clear(op: Obj) {
    // SAFETY: per contract; what the type owned is given up once.
    unsafe {
        let ty = view(op);
        if !ty.is_class() {
            return;
        }
        ty.changed();
        if let Some(dict) = ty.dict.get() {
            let dict = Ref::new(dict);
            let cx = &mut Cx::new(World::ptr_of(op));
            if let Err(raised) = crate::dict::clear(cx, dict.borrow()) {
                drop(cx.take_raised(raised));
            }
        }
        if let Some(mro) = ty.mro.take() {
            decref(mro);
        }
    }
}

/// # Safety
/// `op` is a dead class that owns nothing.
unsafe fn free_class(op: Obj) {
    // SAFETY: per contract: no object of the class is alive, and nothing is derived from it.
    unsafe {
        let world = World::of(op);
        drop_class_parts(world, view(op));
        TypeObject::unstamp(op.cast());
        let meta = type_of(op).as_ref();
        meta.free_object(op, size_of::<Type>());
    }
}

/// Gives back what a type keeps in raw memory.
///
/// # Safety
/// Nobody uses the type any more.
pub(crate) unsafe fn drop_class_parts(world: &World, ty: &Type) {
    let heap = world.heap();
    // SAFETY: per contract; each part came from raw memory with the size that is noted.
    unsafe {
        super::values::free_keys(world, ty);
        let class = &ty.class;
        let (members, count) = class.members.replace((null_mut(), 0));
        if let Some(members) = NonNull::new(members).filter(|_| count > 0) {
            heap.raw_free(members.cast(), count * size_of::<super::Member>());
        }
        let (text, len) = class.text.replace((null_mut(), 0));
        if let Some(text) = NonNull::new(text) {
            heap.raw_free(text, len.max(1));
        }
        let mut block = class.old_slots.replace(null_mut());
        while let Some(this) = NonNull::new(block) {
            block = this.as_ref().before;
            heap.raw_free(this.cast(), size_of::<SlotsBlock>());
        }
    }
}

/// Enters a new type among those derived from its base.
pub(crate) fn link_subclass(ty: &Type, base: &Type) {
    let next = base.class.first_subclass.replace(ty.as_ptr().as_ptr());
    ty.class.next_sibling.set(next);
    ty.class.previous_sibling.set(null_mut());
    // SAFETY: types in the list are alive: a class leaves it before it dies.
    if let Some(next) = unsafe { next.as_ref() } {
        next.class.previous_sibling.set(ty.as_ptr().as_ptr());
    }
}

/// Takes a dying class out of the list of its base.
pub(crate) fn unlink_subclass(ty: &Type) {
    let Some(base) = ty.base() else { return };
    let next = ty.class.next_sibling.replace(null_mut());
    let previous = ty.class.previous_sibling.replace(null_mut());
    // SAFETY: as in `link_subclass`.
    let (before, after) = unsafe { (previous.as_ref(), next.as_ref()) };
    match before {
        Some(before) => before.class.next_sibling.set(next),
        None if base.class.first_subclass.get() == ty.as_ptr().as_ptr() => {
            base.class.first_subclass.set(next);
        }
        // It was in no list.
        None => return,
    }
    if let Some(after) = after {
        after.class.previous_sibling.set(previous);
    }
}

/// Shows the types whose `__base__` is this one, newest first.
pub(crate) fn subclasses(ty: &Type, show: &mut dyn FnMut(&Type)) {
    let mut at = ty.class.first_subclass.get();
    // SAFETY: as in `link_subclass`.
    while let Some(this) = unsafe { at.as_ref() } {
        at = this.class.next_sibling.get();
        show(this);
    }
}

impl Type {
    /// A number that changes when an attribute of the type or of one of its bases may have changed,
    /// for caches; 0 when the numbers are used up.
    #[inline]
    pub fn version(&self) -> u32 {
        match self.class.version.get() {
            0 => self.new_version(),
            known => known,
        }
    }

    #[cold]
    fn new_version(&self) -> u32 {
        // SAFETY: the type is alive, and so is its world.
        let world = unsafe { World::of(self.as_obj()) };
        let version = world.next_type_version.get();
        let Some(next) = version.checked_add(1) else { return 0 };
        world.next_type_version.set(next);
        // Bases need numbers too, so that a change of one reaches this type.
        if let Some(mro) = self.mro() {
            for base in mro.items().iter().skip(1) {
                // SAFETY: the items of an mro are types.
                let base = unsafe { view(base.as_obj()) };
                if base.class.version.get() == 0 && base.new_version() == 0 {
                    return 0;
                }
            }
        } else if let Some(base) = self.base()
            && base.class.version.get() == 0
            && base.new_version() == 0
        {
            return 0;
        }
        self.class.version.set(version);
        version
    }

    /// Takes the type's number away, and those of all derived from it: an attribute changed.
    pub(crate) fn changed(&self) {
        if self.class.version.replace(0) == 0 {
            return;
        }
        self.each_derived(&mut |ty| ty.changed());
    }

    /// Shows the types that have this one in their bases.
    pub(crate) fn each_derived(&self, show: &mut dyn FnMut(&Type)) {
        subclasses(self, show);
        if !self.class.has_side_classes.get() {
            return;
        }
        // A second base does not have the class in its list: all classes are asked.
        // SAFETY: the type is alive, and so is its world.
        let world = unsafe { World::of(self.as_obj()) };
        for mem in world.heap().types() {
            let ty = Type::of_mem(mem);
            if ty.is_class()
                && !std::ptr::eq(ty, self)
                && ty.base.get() != Some(self.as_ptr())
                && ty.bases_contain(self)
            {
                show(ty);
            }
        }
    }

    fn bases_contain(&self, base: &Type) -> bool {
        let bases = self.class.bases.peek();
        // SAFETY: the class owns its tuple of bases.
        let bases = bases.map(|bases| unsafe { Borrowed::new(bases) });
        let bases = bases.and_then(|bases| bases.view::<TupleObject>());
        bases.is_some_and(|bases| bases.items().iter().any(|item| item.is(base.as_borrowed())))
    }
}

/// The types derived from a type, as a list, oldest first (`T.__subclasses__()`).
///
/// # Errors
/// `MemoryError`.
pub(crate) fn subclass_list(cx: &mut Cx<'_>, ty: &Type) -> Res {
    let list = crate::list::empty(cx)?;
    let mut result = Ok(());
    ty.each_derived(&mut |derived| {
        if result.is_ok() {
            result = crate::list::append(cx, list.borrow(), derived.as_borrowed().owned());
        }
    });
    result?;
    crate::list::reverse(cx, list.borrow())?;
    Ok(list)
}
