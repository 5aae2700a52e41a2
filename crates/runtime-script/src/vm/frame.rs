//! Frames and tracebacks as objects.
//!
//! A running frame is no object; one is made when a traceback or a program asks for it. When the
//! frame ends, the object takes its variables over, so that they live as long as it does.

use std::cell::Cell;
use std::ptr::null_mut;

use runtime_core::{Floor, Obj, Object, TypeFlags, TypeSpec, VarObject};
use runtime_gc::{Borrowed, Container, Ref, dealloc, decref, release, track, traversal};
use runtime_types::exception::ExceptionObject;
use runtime_types::field::Field;
use runtime_types::ty::{GetSetDef, Slots, TypeDef};
use runtime_types::{Cx, Layout, Look, OrRaise, Res, View, dict};

use super::stack::Frame;
use crate::code::CodeObject;
use crate::interp::{Machine, layout};

/// A frame as an object; the variables it took over follow.
#[repr(C)]
pub(crate) struct FrameObject {
    var: VarObject,
    code: Field,
    globals: Field,
    /// The running frame; null when it has ended.
    live: Cell<*mut Frame>,
    /// Number of the instruction that it was at last.
    index: Cell<u32>,
    variables: [Field; 0],
}

/// One entry of a traceback.
#[repr(C)]
pub(crate) struct TracebackObject {
    object: Object,
    /// The entry of the frame that this one called.
    pub next: Field,
    /// The frame.
    pub frame: Field,
    /// Number of the instruction.
    pub index: Cell<u32>,
    line: Cell<u32>,
}

const _: () = assert!(size_of::<TracebackObject>() == 40);

// SAFETY: only `frame` carries the number; what changes is in cells.
unsafe impl View for FrameObject {
    const LAYOUT: u16 = layout::FRAME;
    const NAME: &'static str = "frame";
}

// SAFETY: only `traceback` carries the number; what changes is in cells.
unsafe impl View for TracebackObject {
    const LAYOUT: u16 = Layout::Traceback as u16;
    const NAME: &'static str = "traceback";
}

impl FrameObject {
    fn fields(&self) -> impl Iterator<Item = &Field> {
        // SAFETY: `size` fields follow the struct, all set when the object was made.
        let variables = unsafe {
            std::slice::from_raw_parts((&raw const self.variables).cast(), self.var.len())
        };
        [&self.code, &self.globals].into_iter().chain(variables)
    }

    fn variables(&self) -> impl Iterator<Item = &Field> {
        self.fields().skip(2)
    }

    /// The code that it runs.
    pub(crate) fn code(&self) -> Option<Ref> {
        self.code.get()
    }
}

// SAFETY: both walk `fields`.
unsafe impl Container for FrameObject {
    unsafe fn traverse(op: Obj, visit: &mut impl FnMut(Obj)) {
        // SAFETY: per contract.
        let this = unsafe { op.cast::<Self>().as_ref() };
        this.fields().filter_map(Field::peek).for_each(visit);
    }

    unsafe fn release_next(op: Obj, cursor: &mut usize) -> Option<Obj> {
        // SAFETY: per contract. The variables go first, code and globals last.
        let this = unsafe { op.cast::<Self>().as_ref() };
        for field in this.variables().chain(this.fields().take(2)).skip(*cursor) {
            *cursor += 1;
            if let Some(value) = field.take() {
                return Some(value.into_raw());
            }
        }
        None
    }

    unsafe fn free(op: Obj) {
        // SAFETY: per contract.
        unsafe { runtime_core::generic_free(op) }
    }
}

// SAFETY: both walk the same fields.
unsafe impl Container for TracebackObject {
    unsafe fn traverse(op: Obj, visit: &mut impl FnMut(Obj)) {
        // SAFETY: per contract.
        let this = unsafe { op.cast::<Self>().as_ref() };
        [&this.next, &this.frame].into_iter().filter_map(Field::peek).for_each(visit);
    }

    unsafe fn release_next(op: Obj, cursor: &mut usize) -> Option<Obj> {
        // SAFETY: per contract.
        let this = unsafe { op.cast::<Self>().as_ref() };
        for field in [&this.next, &this.frame].into_iter().skip(*cursor) {
            *cursor += 1;
            if let Some(value) = field.take() {
                return Some(value.into_raw());
            }
        }
        None
    }

    unsafe fn free(op: Obj) {
        // SAFETY: per contract.
        unsafe { runtime_core::generic_free(op) }
    }
}

/// The type `frame`.
pub(crate) const DEF: TypeDef = TypeDef {
    spec: TypeSpec {
        name: "frame",
        basic_size: size_of::<FrameObject>(),
        item_size: size_of::<Field>(),
        flags: TypeFlags::GC,
        layout: layout::FRAME,
        floor: Floor::Interp,
        tp_dealloc: dealloc::<FrameObject>,
        tp_release: Some(release::<FrameObject>),
        tp_traverse: Some(traversal::<FrameObject>()),
        tp_clear: Some(runtime_gc::clear::<FrameObject>),
        ..TypeSpec::LEAF
    },
    slots: Slots::NONE,
    getset: &[
        GetSetDef {
            name: "f_code",
            get: |cx, op| Ok(op.expect::<FrameObject>(cx)?.code().unwrap_or_else(|| cx.none())),
            set: None,
        },
        GetSetDef {
            name: "f_globals",
            get: |cx, op| {
                let globals = op.expect::<FrameObject>(cx)?.globals.get();
                Ok(globals.unwrap_or_else(|| cx.none()))
            },
            set: None,
        },
        GetSetDef {
            name: "f_lineno",
            get: |cx, op| {
                let this = op.expect::<FrameObject>(cx)?;
                let live = this.live.get();
                let index = if live.is_null() {
                    this.index.get()
                } else {
                    // SAFETY: a live frame clears this pointer before it ends.
                    unsafe { Frame::index(live) }
                };
                let line = line_of(cx, this, index);
                cx.int(i64::from(line))
            },
            set: None,
        },
        GetSetDef { name: "f_locals", get: locals_of_object, set: None },
    ],
    ..TypeDef::EMPTY
};

/// The type `traceback`.
pub(crate) const TRACEBACK: TypeDef = TypeDef {
    spec: TypeSpec {
        name: "traceback",
        basic_size: size_of::<TracebackObject>(),
        flags: TypeFlags::GC,
        layout: Layout::Traceback as u16,
        floor: Floor::Interp,
        tp_dealloc: dealloc::<TracebackObject>,
        tp_release: Some(release::<TracebackObject>),
        tp_traverse: Some(traversal::<TracebackObject>()),
        tp_clear: Some(runtime_gc::clear::<TracebackObject>),
        ..TypeSpec::LEAF
    },
    slots: Slots::NONE,
    members: &[GetSetDef {
        name: "tb_frame",
        get: |cx, op| {
            let frame = op.expect::<TracebackObject>(cx)?.frame.get();
            Ok(frame.unwrap_or_else(|| cx.none()))
        },
        set: None,
    }],
    getset: &[
        GetSetDef {
            name: "tb_next",
            get: |cx, op| {
                let next = op.expect::<TracebackObject>(cx)?.next.get();
                Ok(next.unwrap_or_else(|| cx.none()))
            },
            set: None,
        },
        GetSetDef {
            name: "tb_lineno",
            get: |cx, op| {
                let this = op.expect::<TracebackObject>(cx)?;
                let Some(frame) = this.frame.get() else { return Ok(cx.none()) };
                let line = line_of(cx, frame.borrow().expect(cx)?, this.index.get());
                cx.int(i64::from(line))
            },
            set: None,
        },
    ],
    ..TypeDef::EMPTY
};

fn line_of(cx: &Cx<'_>, frame: &FrameObject, index: u32) -> u32 {
    let Some(code) = frame.code() else { return 0 };
    code.borrow()
        .view::<CodeObject>()
        .map_or(0, |code| Machine::of(cx).line_of(code, index as usize))
}

/// The object of a running frame, made now if need be.
///
/// # Errors
/// `MemoryError`.
///
/// # Safety
/// `frame` is a live frame of this machine.
pub(crate) unsafe fn object_of(cx: &Cx<'_>, frame: *mut Frame) -> Res {
    // SAFETY: per contract; code and globals are alive as long as the frame.
    unsafe {
        if let Some(object) = (*frame).object {
            return Ok(Ref::new(object));
        }
        let machine = Machine::of(cx);
        let parts = &(*frame).code.as_ref().parts;
        let count = usize::from(parts.locals + parts.free);
        let size = size_of::<FrameObject>() + count * size_of::<Field>();
        let op = machine.types().frame.mem.alloc_sized::<true>(size).or_raise(cx)?;
        op.cast::<VarObject>().as_ref().size.set(count as isize);
        let p = op.cast::<FrameObject>().as_ptr();
        (&raw mut (*p).code).write(Field::new(Some(Ref::new((*frame).code.cast()))));
        (&raw mut (*p).globals).write(Field::new(Some(Ref::new((*frame).globals))));
        (&raw mut (*p).live).write(Cell::new(frame));
        (&raw mut (*p).index).write(Cell::new(0));
        let variables = (&raw mut (*p).variables).cast::<Field>();
        for i in 0..count {
            variables.add(i).write(Field::default());
        }
        track(op);
        (*frame).object = Some(op);
        Ok(Ref::new(op))
    }
}

/// A frame ends: its object, if somebody else holds it, takes the variables over; what is left in the
/// registers is released, first to last, and the function with it.
///
/// # Safety
/// `frame` is a live frame that nobody runs any more; its registers are empty afterwards.
#[inline(always)]
pub(crate) unsafe fn clear(frame: *mut Frame) {
    // SAFETY: per contract; each register that is not null owns a reference.
    unsafe {
        if let Some(object) = (*frame).object {
            hand_over(frame, object);
        }
        let registers = Frame::registers(frame);
        for i in 0..usize::from((*frame).count) {
            if let Some(value) = registers.add(i).replace(None) {
                decref(value);
            }
        }
        if let Some(function) = (*frame).function.take() {
            decref(function);
        }
    }
}

/// The object of a frame that ends takes its variables over, if somebody else holds it.
///
/// # Safety
/// `frame` is a live frame that nobody runs any more, and `object` its object.
#[cold]
#[inline(never)]
pub(crate) unsafe fn hand_over(frame: *mut Frame, object: Obj) {
    // SAFETY: per contract of `clear`; the object has a field for each variable.
    unsafe {
        let this = object.cast::<FrameObject>().as_ref();
        this.live.set(null_mut());
        this.index.set(Frame::index(frame));
        if object.as_ref().count() > 1 {
            let registers = Frame::registers(frame);
            for (i, field) in this.variables().enumerate() {
                field.set(registers.add(i).replace(None).map(|value| Ref::steal(value)));
            }
        }
        (*frame).object = None;
        decref(object);
    }
}

/// Adds an entry for `frame` to the traceback of an exception.
///
/// # Errors
/// `MemoryError`.
///
/// # Safety
/// `frame` is a live frame of this machine.
pub(crate) unsafe fn add_traceback(
    cx: &Cx<'_>,
    exception: Borrowed<'_>,
    frame: *mut Frame,
) -> Res<()> {
    // SAFETY: per contract.
    unsafe {
        let object = object_of(cx, frame)?;
        let Some(exception) = exception.view::<ExceptionObject>() else { return Ok(()) };
        let ty = &Machine::of(cx).types().traceback.mem;
        let op = ty.alloc_sized::<true>(size_of::<TracebackObject>()).or_raise(cx)?;
        let p = op.cast::<TracebackObject>().as_ptr();
        (&raw mut (*p).next).write(Field::new(exception.traceback.get()));
        (&raw mut (*p).frame).write(Field::new(Some(object)));
        (&raw mut (*p).index).write(Cell::new(Frame::index(frame)));
        (&raw mut (*p).line).write(Cell::new(0));
        track(op);
        exception.traceback.set(Some(Ref::steal(op)));
        Ok(())
    }
}

/// The variables of a frame as a new dict: a snapshot.
///
/// # Errors
/// `MemoryError`.
///
/// # Safety
/// `frame` is a live frame of this machine.
pub(crate) unsafe fn locals(cx: &mut Cx<'_>, frame: *mut Frame) -> Res {
    // SAFETY: per contract; the code is alive as long as the frame.
    unsafe {
        let code = (*frame).code.as_ref();
        if code.parts.is_module {
            return Ok(Ref::new((*frame).globals));
        }
        let registers = Frame::registers(frame);
        if code.parts.is_class
            && let Some(namespace) = *registers
        {
            return Ok(Ref::new(namespace));
        }
        let values = (0..code.parts.variables.len())
            .map(|i| (*registers.add(i)).map(|value| Ref::new(value)));
        snapshot(cx, code, values)
    }
}

fn locals_of_object(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let this = op.expect::<FrameObject>(cx)?;
    let live = this.live.get();
    if !live.is_null() {
        // SAFETY: a live frame clears this pointer before it ends.
        return unsafe { locals(cx, live) };
    }
    let Some(code) = this.code() else { return dict::new(cx) };
    let code: &CodeObject = code.borrow().expect(cx)?;
    if code.parts.is_module {
        return Ok(this.globals.get().unwrap_or_else(|| cx.none()));
    }
    snapshot(cx, code, this.variables().map(Field::get))
}

fn snapshot(cx: &mut Cx<'_>, code: &CodeObject, values: impl Iterator<Item = Option<Ref>>) -> Res {
    let names = dict::new(cx)?;
    for (register, value) in values.enumerate() {
        let (Some(name), Some(value)) = (code.variable(register), value) else { continue };
        let value = match value.borrow().view::<runtime_types::cell::CellObject>() {
            Some(cell) => cell.value.get(),
            None => Some(value),
        };
        if let Some(value) = value {
            dict::set(cx, names.borrow(), name, value.borrow())?;
        }
    }
    Ok(names)
}
