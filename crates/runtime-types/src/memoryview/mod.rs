//! `memoryview`: a window on the memory that another object lends.
//!
//! ```text
//! memoryview   header 24 | managed 8 | hash 8 | flags 8 | exports 8 | window 80 | weak refs 8
//!                  |       | shape, strides, suboffsets: 3 words for each dimension
//!                  v
//! managed buffer   header 16 | flags 8 | views 8 | exporter 8 | ...      one for all views of views
//!                                                       |
//!                                                       v
//!                                            bytes, bytearray, ...  (see crate::buffer)
//! ```
//!
//! The memory is lent until the last view that looks at it through one managed buffer is released or
//! dies; then the exporter gets it back and is let go. A window never changes, but a view may be
//! released by any code of the program, so whatever runs some looks again before it touches the
//! memory ([`MemoryViewObject::check`]). CPython: `Objects/memoryobject.c`.

mod area;
mod cast;
mod compare;
mod index;
mod item;
mod iter;
mod methods;
#[cfg(test)]
mod tests;

use std::cell::Cell;
use std::ptr::NonNull;

use runtime_core::{AllocError, Floor, Obj, Object, TypeFlags, TypeSpec, VarObject, type_of};
use runtime_gc::{
    Borrowed, Container, Ref, clear, dealloc, is_tracked, release, track, traversal, untrack,
};

use crate::args::{Args, bind};
use crate::buffer::{BufferSlot, Format, Span};
use crate::cx::{Cx, OrRaise, Res};
use crate::exception::Exc;
use crate::field::Field;
use crate::ty::{Slots, Type, TypeDef};
use crate::view::{Layout, Look, View};
use crate::world::World;

use area::Area;
pub(crate) use item::Value;
pub(crate) use iter::ITER;

/// A view.
#[repr(C)]
pub struct MemoryViewObject {
    /// The length counts the words behind the object: three for each dimension.
    var: VarObject,
    managed: Field,
    /// -1 until computed.
    hash: Cell<i64>,
    released: Cell<bool>,
    /// How often this view has lent its window on.
    exports: Cell<usize>,
    start: Cell<*mut u8>,
    len: Cell<usize>,
    format: Cell<Format>,
    readonly: Cell<bool>,
    dimensions: Cell<usize>,
    _reserved: [Cell<usize>; 6],
    weak_refs: Cell<usize>,
}

/// What the views of one exporter share.
#[repr(C)]
pub struct ManagedBufferObject {
    object: Object,
    released: Cell<bool>,
    /// Views that look through it.
    views: Cell<usize>,
    exporter: Field,
    slot: Cell<BufferSlot>,
    _reserved: [Cell<usize>; 7],
}

const _: () = assert!(size_of::<MemoryViewObject>() == 144);
const _: () = assert!(size_of::<ManagedBufferObject>() == 112);

/// Most dimensions that a view has.
const DIMENSIONS_MAX: usize = 64;

/// Bytes of a word behind the object.
const WORD: usize = size_of::<isize>();

// SAFETY: only `memoryview` carries the number; all fields are cells.
unsafe impl View for MemoryViewObject {
    const LAYOUT: u16 = Layout::MemoryView as u16;
    const NAME: &'static str = "memoryview";
}

// SAFETY: only the type of managed buffers carries the number; all fields are cells.
unsafe impl View for ManagedBufferObject {
    const LAYOUT: u16 = Layout::ManagedBuffer as u16;
    const NAME: &'static str = "managedbuffer";
}

pub(crate) const DEF: TypeDef = TypeDef {
    spec: TypeSpec {
        name: "memoryview",
        basic_size: size_of::<MemoryViewObject>(),
        item_size: WORD,
        flags: TypeFlags::GC,
        layout: Layout::MemoryView as u16,
        floor: Floor::World,
        weak_list_offset: std::mem::offset_of!(MemoryViewObject, weak_refs) as isize,
        tp_dealloc: dealloc::<MemoryViewObject>,
        tp_free: free,
        tp_release: Some(release::<MemoryViewObject>),
        tp_traverse: Some(traversal::<MemoryViewObject>()),
        tp_clear: Some(clear_view),
        ..TypeSpec::LEAF
    },
    slots: Slots {
        repr: Some(repr),
        hash: Some(compare::hash),
        compare: Some(compare::compare),
        len: Some(methods::len),
        iter: Some(iter::over),
        subscript: Some(index::subscript),
        set_subscript: Some(index::set_subscript),
        new: Some(new),
        buffer: Some(BUFFER),
        ..Slots::NONE
    },
    methods: methods::METHODS,
    getset: methods::GETSET,
    doc: "Create a new memoryview object which references the given object.",
    ..TypeDef::EMPTY
};

pub(crate) const MANAGED: TypeDef = TypeDef {
    spec: TypeSpec {
        tp_clear: Some(clear_managed),
        ..crate::native::fixed::<ManagedBufferObject>("managedbuffer", Layout::ManagedBuffer)
    },
    ..TypeDef::EMPTY
};

/// A view lends its window on, to those who want bytes side by side.
const BUFFER: BufferSlot = BufferSlot {
    acquire: |world, op| {
        let this = op_view(world, op)?;
        this.check(world)?;
        if !this.area().is_contiguous() {
            return Err(world.raise(
                Exc::BufferError,
                format_args!("memoryview: underlying buffer is not C-contiguous"),
            ));
        }
        Ok(this.lend())
    },
    release: take_back,
};

/// The same to those who follow the strides.
pub(crate) const ANY_SHAPE: BufferSlot = BufferSlot {
    acquire: |world, op| {
        let this = op_view(world, op)?;
        this.check(world)?;
        Ok(this.lend())
    },
    release: take_back,
};

fn op_view<'a>(world: &World, op: Borrowed<'a>) -> Res<&'a MemoryViewObject> {
    op.view()
        .ok_or_else(|| world.type_error(format_args!("descriptor requires a 'memoryview' object")))
}

fn take_back(_: &World, op: Borrowed<'_>) {
    if let Some(this) = op.view::<MemoryViewObject>() {
        debug_assert!(this.exports.get() > 0, "released more often than acquired");
        this.exports.set(this.exports.get().saturating_sub(1));
    }
}

impl MemoryViewObject {
    /// Whether it has been released.
    pub fn is_released(&self) -> bool {
        self.released.get()
    }

    /// # Errors
    /// `ValueError` when the view has been released.
    fn check(&self, world: &World) -> Res<()> {
        if self.released.get() {
            return Err(world
                .value_error(format_args!("operation forbidden on released memoryview object")));
        }
        Ok(())
    }

    /// The window. Looking through it is only allowed while the view is not released.
    fn area(&self) -> Area<'_> {
        let dimensions = self.dimensions.get();
        // SAFETY: the words behind the object hold shape, strides and suboffsets, written before it
        // was shown and never changed.
        let words = unsafe {
            let words = NonNull::from(self).add(1).cast::<isize>();
            std::slice::from_raw_parts(words.as_ptr(), self.var.len())
        };
        Area {
            start: self.start.get(),
            len: self.len.get(),
            format: self.format.get(),
            readonly: self.readonly.get(),
            shape: words.get(..dimensions).unwrap_or_default(),
            strides: words.get(dimensions..2 * dimensions).unwrap_or_default(),
        }
    }

    /// The window as one more export.
    fn lend(&self) -> Span {
        self.exports.set(self.exports.get().wrapping_add(1));
        Span {
            start: NonNull::new(self.start.get()).unwrap_or(NonNull::dangling()),
            len: self.len.get(),
            readonly: self.readonly.get(),
            format: self.format.get(),
        }
    }

    /// Copies the items in their order into as many bytes. The view must not be released.
    pub(crate) fn gather(&self, out: &mut [u8]) {
        debug_assert!(!self.is_released());
        self.area().gather(out);
    }

    /// The managed buffer.
    fn managed(&self) -> Option<Ref> {
        self.managed.get()
    }

    /// The object whose memory it is.
    fn exporter(&self) -> Option<Ref> {
        let managed = self.managed()?;
        managed.borrow().view::<ManagedBufferObject>()?.exporter.get()
    }

    /// Stops looking through the managed buffer. The last view to do so gives the exporter.
    fn let_go(&self, world: &World) -> Option<Ref> {
        if self.released.replace(true) {
            return None;
        }
        let managed = self.managed()?;
        let managed = managed.borrow();
        let shared = managed.view::<ManagedBufferObject>()?;
        let left = shared.views.get().saturating_sub(1);
        shared.views.set(left);
        if left > 0 { None } else { give_back(world, managed) }
    }
}

/// Gives the memory behind a managed buffer back, and the exporter, once.
fn give_back(world: &World, managed: Borrowed<'_>) -> Option<Ref> {
    let this = managed.view::<ManagedBufferObject>()?;
    if this.released.replace(true) {
        return None;
    }
    let op = managed.as_obj();
    // SAFETY: the managed buffer is alive, and collectable.
    unsafe {
        if is_tracked(op) {
            untrack(op);
        }
    }
    let exporter = this.exporter.take()?;
    (this.slot.get().release)(world, exporter.borrow());
    Some(exporter)
}

// SAFETY: both show the managed buffer; the exporter that `release_next` may give first is the
// managed buffer's, which shows it.
unsafe impl Container for MemoryViewObject {
    unsafe fn traverse(op: Obj, visit: &mut impl FnMut(Obj)) {
        // SAFETY: per contract.
        let this = unsafe { op.cast::<Self>().as_ref() };
        if let Some(managed) = this.managed.peek() {
            visit(managed);
        }
    }

    unsafe fn release_next(op: Obj, cursor: &mut usize) -> Option<Obj> {
        // SAFETY: per contract.
        let (this, world) = unsafe { (op.cast::<Self>().as_ref(), World::of(op)) };
        if *cursor == 0 {
            *cursor = 1;
            if let Some(exporter) = this.let_go(world) {
                return Some(exporter.into_raw());
            }
        }
        this.managed.take().map(Ref::into_raw)
    }

    unsafe fn free(op: Obj) {
        // SAFETY: per contract.
        unsafe { free(op) }
    }
}

// SAFETY: both show the exporter, which is there until the memory has been given back.
unsafe impl Container for ManagedBufferObject {
    unsafe fn traverse(op: Obj, visit: &mut impl FnMut(Obj)) {
        // SAFETY: per contract.
        let this = unsafe { op.cast::<Self>().as_ref() };
        if let Some(exporter) = this.exporter.peek() {
            visit(exporter);
        }
    }

    unsafe fn release_next(op: Obj, _: &mut usize) -> Option<Obj> {
        // SAFETY: per contract; the object is dead or about to be, and its fields are whole.
        unsafe { give_back(World::of(op), Borrowed::new(op)).map(Ref::into_raw) }
    }

    unsafe fn free(op: Obj) {
        // SAFETY: per contract.
        unsafe { crate::native::free_fixed(op) }
    }
}

/// # Safety
/// The view is dead and owns nothing; its length is intact.
unsafe fn free(op: Obj) {
    // SAFETY: per contract.
    unsafe {
        let words = op.cast::<VarObject>().as_ref().len();
        type_of(op).as_ref().free_object(op, size_of::<MemoryViewObject>() + words * WORD);
    }
}

/// A view that has lent its window on keeps it: the one who looks through it holds the view.
///
/// # Safety
/// `op` is a live view.
unsafe fn clear_view(op: Obj) {
    // SAFETY: per contract.
    unsafe {
        if op.cast::<MemoryViewObject>().as_ref().exports.get() == 0 {
            clear::<MemoryViewObject>(op);
        }
    }
}

/// # Safety
/// `op` is a live managed buffer.
unsafe fn clear_managed(op: Obj) {
    // SAFETY: per contract. Views that still look through it would find the memory gone.
    unsafe {
        if op.cast::<ManagedBufferObject>().as_ref().views.get() == 0 {
            clear::<ManagedBufferObject>(op);
        }
    }
}

/// A managed buffer without anything behind it, not tracked.
fn empty_managed(world: &World) -> Result<Ref, AllocError> {
    let ty = world.ty(world.types.managed_buffer);
    let op = ty.mem.alloc_sized::<true>(size_of::<ManagedBufferObject>())?;
    // SAFETY: the block is a managed buffer's; all its fields are written before anybody sees it.
    unsafe {
        let p = op.cast::<ManagedBufferObject>().as_ptr();
        (&raw mut (*p).released).write(Cell::new(true));
        (&raw mut (*p).views).write(Cell::new(0));
        (&raw mut (*p).exporter).write(Field::new(None));
        (&raw mut (*p).slot).write(Cell::new(BUFFER));
        (&raw mut (*p)._reserved).write([const { Cell::new(0) }; 7]);
        Ok(Ref::steal(op))
    }
}

/// A view through a managed buffer.
///
/// # Errors
/// `MemoryError`.
fn view_through(world: &World, managed: &Ref, area: Area<'_>) -> Res {
    let dimensions = area.shape.len();
    // A view without dimensions has the room of one with one, as CPython's.
    let words = 3 * dimensions.max(1);
    let ty = world.ty(world.types.memoryview);
    let size = size_of::<MemoryViewObject>() + words * WORD;
    let op = ty.mem.alloc_sized::<true>(size).or_raise(world)?;
    // SAFETY: the block has the object and its words, all written here before anybody sees it.
    unsafe {
        let p = op.cast::<MemoryViewObject>().as_ptr();
        (&raw mut (*p).var.size).write(Cell::new(words as isize));
        (&raw mut (*p).managed).write(Field::new(Some(managed.clone())));
        (&raw mut (*p).hash).write(Cell::new(-1));
        (&raw mut (*p).released).write(Cell::new(false));
        (&raw mut (*p).exports).write(Cell::new(0));
        (&raw mut (*p).start).write(Cell::new(area.start));
        (&raw mut (*p).len).write(Cell::new(area.len));
        (&raw mut (*p).format).write(Cell::new(area.format));
        (&raw mut (*p).readonly).write(Cell::new(area.readonly));
        (&raw mut (*p).dimensions).write(Cell::new(dimensions));
        (&raw mut (*p)._reserved).write([const { Cell::new(0) }; 6]);
        (&raw mut (*p).weak_refs).write(Cell::new(0));
        let tail = op.cast::<MemoryViewObject>().add(1).cast::<isize>();
        (0..words).for_each(|at| tail.add(at).write(0));
        for (at, word) in area.shape.iter().chain(area.strides).enumerate() {
            tail.add(at).write(*word);
        }
        if let Some(shared) = managed.borrow().view::<ManagedBufferObject>() {
            shared.views.set(shared.views.get().wrapping_add(1));
        }
        track(op);
        Ok(Ref::steal(op))
    }
}

/// `memoryview(object)`
fn new(cx: &mut Cx<'_>, _: &Type, args: Args<'_>) -> Res {
    let [object] = bind(cx, "memoryview", &args, ["object"], 1)?;
    match object {
        Some(object) => of(cx, object),
        None => Err(cx.type_error(format_args!("memoryview needs an object"))),
    }
}

/// A view of the memory of an object; a view of a view looks through the same managed buffer.
///
/// # Errors
/// `TypeError` when the object lends none, `ValueError` for a released view; `MemoryError`.
pub fn of(world: &World, object: Borrowed<'_>) -> Res {
    if let Some(view) = object.view::<MemoryViewObject>() {
        view.check(world)?;
        return again(world, view, view.area());
    }
    let Some(slot) = Type::of(object).slots.buffer else {
        let name = Type::of(object).name();
        return Err(world.type_error(format_args!(
            "memoryview: a bytes-like object is required, not '{name}'"
        )));
    };
    let managed = empty_managed(world).or_raise(world)?;
    let span = (slot.acquire)(world, object)?;
    if let Some(shared) = managed.borrow().view::<ManagedBufferObject>() {
        shared.slot.set(slot);
        shared.exporter.set(Some(object.owned()));
        shared.released.set(false);
    }
    // SAFETY: the managed buffer is whole and nobody tracks it yet. If no view can be made, it gives
    // the memory back as it dies.
    unsafe { track(managed.as_obj()) };
    let item = span.format.item_size() as isize;
    let area = Area {
        start: span.start.as_ptr(),
        len: span.len,
        format: span.format,
        readonly: span.readonly,
        shape: &[(span.len as isize).checked_div(item).unwrap_or(0)],
        strides: &[item],
    };
    view_through(world, &managed, area)
}

/// One more look through a managed buffer, for as long as a part of a view is being worked out.
struct Open<'w> {
    world: &'w World,
    managed: Ref,
}

impl<'w> Open<'w> {
    /// Through that of a view, which must not be released.
    fn of(cx: &Cx<'w>, view: &MemoryViewObject) -> Res<Self> {
        view.check(cx)?;
        let Some(managed) = view.managed() else {
            return Err(cx.value_error(format_args!("memoryview without a buffer")));
        };
        if let Some(shared) = managed.borrow().view::<ManagedBufferObject>() {
            shared.views.set(shared.views.get().wrapping_add(1));
        }
        Ok(Self { world: cx.world(), managed })
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        if let Some(shared) = self.managed.borrow().view::<ManagedBufferObject>() {
            let left = shared.views.get().saturating_sub(1);
            shared.views.set(left);
            if left == 0 {
                drop(give_back(self.world, self.managed.borrow()));
            }
        }
    }
}

/// Another view through the managed buffer of a view that is not released.
fn again(world: &World, view: &MemoryViewObject, area: Area<'_>) -> Res {
    match view.managed() {
        Some(managed) => view_through(world, &managed, area),
        None => {
            Err(world
                .value_error(format_args!("operation forbidden on released memoryview object")))
        }
    }
}

fn repr(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let released = op.expect::<MemoryViewObject>(cx)?.is_released();
    let what = if released { "released memory" } else { "memory" };
    cx.format(format_args!("<{what} at {:#x}>", op.as_obj().addr()))
}
