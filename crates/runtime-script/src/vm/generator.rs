//! Generators: frames that rest between their steps.
//!
//! ```text
//! GeneratorObject:  | header, length | weak list | name | ... | Frame | registers ... |
//! ```
//!
//! A generator's frame lies in the object itself and looks like one on the stack, so the loop runs it
//! like any other: a step links it to whoever asked, and a `yield` takes it out again. The loop does
//! so without recursion for `for` and `yield from`; native code comes through [`resume`].
//!
//! While it rests, `pc` is at the instruction that handed out the last item, whose fields say where
//! what is sent in goes, and where the caller's handled exception lay: the exception that the
//! generator itself is handling rests with it, and each caller's is put in its place at each step.
//! While it runs, the frame owns a reference to the generator, and the collector is shown nothing of
//! the frame.

use std::cell::{Cell, UnsafeCell};
use std::mem::offset_of;
use std::ptr::{NonNull, null_mut};

use runtime_core::{Floor, Obj, TypeFlags, TypeSpec, VarObject};
use runtime_gc::{Borrowed, Container, Ref, dealloc, decref, incref, release, track, traversal};
use runtime_types::above::aside;
use runtime_types::args::{Args, NativeDef};
use runtime_types::exception::{Exc, ExceptionObject};
use runtime_types::field::Field;
use runtime_types::string::{StrObject, text_of};
use runtime_types::tuple::TupleObject;
use runtime_types::ty::{GetSetDef, Slots, Type, TypeDef};
use runtime_types::{Cx, Look, OrRaise, Raised, Res, View, World, iter, protocol};

use super::frame::{self, TracebackObject};
use super::function::FunctionObject;
use super::run::run;
use super::stack::Frame;
use super::unwind::unwind;
use crate::insn::{Insn, Op};
use crate::interp::{Machine, layout};

/// A generator; its registers follow.
#[repr(C)]
pub(crate) struct GeneratorObject {
    var: VarObject,
    weak_refs: Cell<usize>,
    name: Field,
    qualname: Field,
    /// The exception that it was handling when it handed out its last item.
    handled: Field,
    state: Cell<State>,
    /// Owns code and globals, beyond what a frame on the stack owns.
    frame: UnsafeCell<Frame>,
}

/// How far a generator has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Created,
    Suspended,
    Running,
    Finished,
}

// The machine reads registers behind the frame, wherever that lies.
const _: () = assert!(
    offset_of!(GeneratorObject, frame) + size_of::<Frame>() == size_of::<GeneratorObject>()
);

// SAFETY: only `generator` carries the number; what changes is in cells, and the frame is reached
// through raw pointers only.
unsafe impl View for GeneratorObject {
    const LAYOUT: u16 = layout::GENERATOR;
    const NAME: &'static str = "generator";
}

/// The frame of a generator.
///
/// # Safety
/// `op` is a generator, made from its whole block.
#[inline(always)]
unsafe fn frame_of(op: Obj) -> *mut Frame {
    // SAFETY: per contract.
    unsafe { UnsafeCell::raw_get(&raw const (*op.cast::<GeneratorObject>().as_ptr()).frame) }
}

/// Whether a generator's frame is one of those that run.
///
/// # Safety
/// It is a live generator.
pub(crate) unsafe fn is_running(op: Obj) -> bool {
    // SAFETY: per contract.
    unsafe { op.cast::<GeneratorObject>().as_ref() }.state.get() == State::Running
}

/// The generator that a frame lies in.
///
/// # Safety
/// The frame is one of [`frame_of`].
#[inline(always)]
pub(crate) unsafe fn owner(frame: *mut Frame) -> Obj {
    // SAFETY: per contract the pointer was made from the whole block.
    unsafe { NonNull::new_unchecked(frame.byte_sub(offset_of!(GeneratorObject, frame)).cast()) }
}

// SAFETY: both see the registers, what the frame owns, and the fields; `release_next` lets the
// frame's object, which traversal shows, go with the variables that it takes over.
unsafe impl Container for GeneratorObject {
    unsafe fn traverse(op: Obj, visit: &mut impl FnMut(Obj)) {
        // SAFETY: per contract; whoever runs a generator holds it, so what is in its frame cannot be
        // garbage, and need not be shown while instructions move it about.
        unsafe {
            let this = op.cast::<Self>().as_ref();
            let frame = frame_of(op);
            if this.state.get() != State::Running {
                let registers = Frame::registers(frame);
                for i in 0..usize::from((*frame).count) {
                    if let Some(value) = *registers.add(i) {
                        visit(value);
                    }
                }
                [(*frame).function, (*frame).object].into_iter().flatten().for_each(&mut *visit);
            }
            visit((*frame).code.cast());
            visit((*frame).globals);
            let fields = [&this.handled, &this.name, &this.qualname];
            fields.into_iter().filter_map(Field::peek).for_each(visit);
        }
    }

    unsafe fn release_next(op: Obj, cursor: &mut usize) -> Option<Obj> {
        // SAFETY: per contract; each part is taken out once, as the cursor tells.
        unsafe {
            let this = op.cast::<Self>().as_ref();
            let frame = frame_of(op);
            if *cursor == 0 {
                *cursor = 1;
                this.state.set(State::Finished);
                if let Some(object) = (*frame).object {
                    frame::hand_over(frame, object);
                }
            }
            let count = usize::from((*frame).count);
            let registers = Frame::registers(frame);
            loop {
                let at = *cursor - 1;
                *cursor += 1;
                let taken = match at.checked_sub(count) {
                    None => (*registers.add(at)).take(),
                    Some(0) => (*frame).function.take(),
                    Some(1) => this.handled.take().map(Ref::into_raw),
                    Some(2) => Some((*frame).code.cast()),
                    Some(3) => Some((*frame).globals),
                    Some(4) => this.name.take().map(Ref::into_raw),
                    Some(5) => this.qualname.take().map(Ref::into_raw),
                    Some(_) => return None,
                };
                if taken.is_some() {
                    return taken;
                }
            }
        }
    }

    unsafe fn free(op: Obj) {
        // SAFETY: per contract.
        unsafe { runtime_core::generic_free(op) }
    }
}

/// The type `generator`.
pub(crate) const DEF: TypeDef = TypeDef {
    spec: TypeSpec {
        name: "generator",
        basic_size: size_of::<GeneratorObject>(),
        item_size: size_of::<Option<Obj>>(),
        flags: TypeFlags::GC.with(TypeFlags::WEAK_FIRST),
        layout: layout::GENERATOR,
        floor: Floor::Interp,
        weak_list_offset: offset_of!(GeneratorObject, weak_refs) as isize,
        tp_dealloc: dealloc::<GeneratorObject>,
        tp_release: Some(release::<GeneratorObject>),
        tp_traverse: Some(traversal::<GeneratorObject>()),
        tp_clear: Some(clear),
        tp_finalize: Some(finalize),
        ..TypeSpec::LEAF
    },
    slots: Slots {
        repr: Some(repr),
        iter: Some(|_, op| Ok(op.owned())),
        next: Some(next),
        ..Slots::NONE
    },
    methods: &[
        NativeDef::exactly("send", 1, send),
        NativeDef::between("throw", 1, 3, throw_method),
        NativeDef::exactly("close", 0, close_method),
    ],
    getset: &[
        GetSetDef {
            name: "__name__",
            get: |cx, op| field(cx, op, |this| &this.name),
            set: Some(|cx, op, value| set_text(cx, op, value, "__name__", |this| &this.name)),
        },
        GetSetDef {
            name: "__qualname__",
            get: |cx, op| field(cx, op, |this| &this.qualname),
            set: Some(|cx, op, value| {
                set_text(cx, op, value, "__qualname__", |this| &this.qualname)
            }),
        },
        GetSetDef { name: "gi_frame", get: frame_object, set: None },
        GetSetDef {
            name: "gi_running",
            get: |cx, op| Ok(cx.bool(state(cx, op)? == State::Running)),
            set: None,
        },
        GetSetDef {
            name: "gi_suspended",
            get: |cx, op| Ok(cx.bool(state(cx, op)? == State::Suspended)),
            set: None,
        },
        GetSetDef {
            name: "gi_code",
            get: |cx, op| {
                op.expect::<GeneratorObject>(cx)?;
                // SAFETY: it is a generator, which owns its code.
                Ok(unsafe { Ref::new((*frame_of(op.as_obj())).code.cast()) })
            },
            set: None,
        },
        GetSetDef {
            name: "gi_yieldfrom",
            get: |cx, op| {
                op.expect::<GeneratorObject>(cx)?;
                Ok(delegate(op).unwrap_or_else(|| cx.none()))
            },
            set: None,
        },
    ],
    ..TypeDef::EMPTY
};

/// A generator that takes over the registers of a new frame of a generator function.
///
/// # Errors
/// `MemoryError`; the frame is as it was.
///
/// # Safety
/// `from` is the newest frame of this machine, of a function, at its `MakeGenerator`.
pub(crate) unsafe fn new(cx: &Cx<'_>, from: *mut Frame) -> Res {
    // SAFETY: per contract; the block has room for object and registers, and all is written before
    // it is tracked.
    unsafe {
        let count = usize::from((*from).count);
        let size = size_of::<GeneratorObject>() + count * size_of::<Option<Obj>>();
        let ty = &Machine::of(cx).types().generator.mem;
        let op = ty.alloc_sized::<true>(size).or_raise(cx)?;
        op.cast::<VarObject>().as_ref().size.set(count as isize);
        let function = (*from).function.take();
        let (name, qualname) = match function {
            Some(function) => {
                let function = function.cast::<FunctionObject>().as_ref();
                (function.name.get(), function.qualname.get())
            }
            None => (None, None),
        };
        let p = op.cast::<GeneratorObject>().as_ptr();
        (&raw mut (*p).weak_refs).write(Cell::new(0));
        (&raw mut (*p).name).write(Field::new(name));
        (&raw mut (*p).qualname).write(Field::new(qualname));
        (&raw mut (*p).handled).write(Field::empty());
        (&raw mut (*p).state).write(Cell::new(State::Created));
        let (code, globals) = ((*from).code, (*from).globals);
        incref(code.cast());
        incref(globals);
        let frame = frame_of(op);
        frame.write(Frame {
            caller: null_mut(),
            code,
            function,
            globals,
            pc: (*from).pc,
            object: None,
            count: (*from).count,
            dest: 0,
            entry: false,
            generator: true,
        });
        let (old, registers) = (Frame::registers(from), Frame::registers(frame));
        for i in 0..count {
            registers.add(i).write((*old.add(i)).take());
        }
        track(op);
        Ok(Ref::steal(op))
    }
}

/// Makes a generator's frame the newest, ready to go on with `value`, or at the instruction where it
/// rests when there is none. Gives `None` when the generator has ended.
///
/// # Errors
/// `ValueError` when it is running, `TypeError` when it cannot be sent anything yet,
/// `RecursionError`; the generator is as it was.
///
/// # Safety
/// `op` is a generator. The caller runs the frame, which holds the generator until it is left.
pub(crate) unsafe fn enter(
    cx: &Cx<'_>,
    op: Borrowed<'_>,
    value: Option<Ref>,
) -> Res<Option<*mut Frame>> {
    // SAFETY: per contract; what is sent in goes to the register that the instruction names.
    unsafe {
        let this = op.as_obj().cast::<GeneratorObject>().as_ref();
        let state = this.state.get();
        match state {
            State::Finished => return Ok(None),
            State::Running => {
                return Err(cx.value_error(format_args!("generator already executing")));
            }
            State::Created | State::Suspended => {}
        }
        if state == State::Created && value.as_ref().is_some_and(|v| !cx.is_none(v.borrow())) {
            return Err(cx.type_error(format_args!(
                "can't send non-None value to a just-started generator"
            )));
        }
        let machine = Machine::of(cx);
        let depth = machine.depth.get();
        if depth >= cx.recursion_limit.get() {
            let message = format_args!("maximum recursion depth exceeded");
            return Err(cx.raise(Exc::RecursionError, message));
        }
        incref(op.as_obj());
        this.state.set(State::Running);
        let frame = frame_of(op.as_obj());
        (*frame).caller = machine.frame.replace(frame);
        (*frame).entry = false;
        machine.depth.set(depth + 1);
        let insn = *(*frame).pc;
        if state == State::Suspended && insn.c != 0 {
            let before = cx.swap_handled(this.handled.take());
            let slot = Frame::registers(frame).add(usize::from(insn.c) - 1);
            *slot = before.map(Ref::into_raw);
        }
        if let Some(value) = value {
            receive(frame, insn, value);
        }
        Ok(Some(frame))
    }
}

/// Puts what is sent in where it belongs.
///
/// # Safety
/// `frame` is the newest frame, of a generator that rested at `insn`.
#[inline(always)]
unsafe fn receive(frame: *mut Frame, insn: Insn, value: Ref) {
    // SAFETY: per contract; a `Delegate` is run again, the others are done.
    unsafe {
        if insn.op != Op::Delegate {
            (*frame).pc = (*frame).pc.add(1);
        }
        if insn.op != Op::MakeGenerator {
            let slot = Frame::registers(frame).add(usize::from(insn.a));
            if let Some(old) = slot.replace(Some(value.into_raw())) {
                decref(old);
            }
        }
    }
}

/// Lets a generator rest at the instruction it is at; gives the reference that its frame held.
///
/// # Safety
/// `frame` is the newest frame, of a generator, at a `Yield` or `Delegate`.
pub(crate) unsafe fn suspend(cx: &Cx<'_>, frame: *mut Frame) -> Ref {
    // SAFETY: per contract.
    unsafe {
        let op = owner(frame);
        let this = op.cast::<GeneratorObject>().as_ref();
        let insn = *(*frame).pc;
        if insn.c != 0 {
            let slot = Frame::registers(frame).add(usize::from(insn.c) - 1);
            let before = slot.replace(None).map(|before| Ref::steal(before));
            this.handled.set(cx.swap_handled(before));
        }
        this.state.set(State::Suspended);
        unlink(cx, frame);
        Ref::steal(op)
    }
}

/// # Safety
/// `frame` is the newest frame, of a generator.
unsafe fn unlink(cx: &Cx<'_>, frame: *mut Frame) {
    let machine = Machine::of(cx);
    // SAFETY: per contract.
    unsafe { machine.frame.set((*frame).caller) };
    machine.depth.set(machine.depth.get() - 1);
}

/// Ends a generator: releases what its frame holds and takes it off.
///
/// # Safety
/// `frame` is the newest frame, of a generator.
pub(crate) unsafe fn finish(cx: &Cx<'_>, frame: *mut Frame) {
    // SAFETY: per contract; the reference that the frame held goes last.
    unsafe {
        let op = owner(frame);
        empty(cx, op);
        unlink(cx, frame);
        decref(op);
    }
}

/// Releases what a generator's frame holds, but for the code, which can still be asked for. It has
/// ended by then, so that nobody can run it.
///
/// # Safety
/// `op` is a generator that somebody holds.
unsafe fn empty(world: &World, op: Obj) {
    // SAFETY: per contract; `None` is immortal, so that it is owned without being counted.
    unsafe {
        let this = op.cast::<GeneratorObject>().as_ref();
        let frame = frame_of(op);
        this.state.set(State::Finished);
        frame::clear(frame);
        this.handled.set(None);
        let globals = std::mem::replace(&mut (*frame).globals, world.none_obj());
        decref(globals);
    }
}

/// # Safety
/// `op` is a generator that the caller holds.
unsafe fn clear(op: Obj) {
    // SAFETY: per contract.
    unsafe {
        let this = op.cast::<GeneratorObject>().as_ref();
        if this.state.get() != State::Running {
            empty(World::of(op), op);
        }
    }
}

/// An exception as it leaves a generator: a `StopIteration` would be taken for the end.
pub(crate) fn without_stop(cx: &Cx<'_>, exception: Ref) -> Ref {
    if !Type::of(exception.borrow()).is_subtype(cx.exc_type(Exc::StopIteration)) {
        return exception;
    }
    let message = format_args!("generator raised StopIteration");
    let error = match cx.exception_from_text(Exc::RuntimeError, message) {
        Ok(error) => error,
        Err(raised) => return cx.take_raised(raised),
    };
    if let Some(view) = error.borrow().view::<ExceptionObject>() {
        view.context.set(Some(exception.clone()));
        view.cause.set(Some(exception));
        view.suppress_context.set(true);
    }
    error
}

/// What a step of a generator came to.
enum Step {
    Yielded(Ref),
    Returned(Ref),
    /// It had ended before.
    Over,
}

/// What a generator is given when native code lets it go on.
enum Given {
    Value(Ref),
    /// An exception, raised where it rests.
    Raise(Ref),
    /// The outcome of the iterator that it delegates to, whose end came about otherwise.
    Outcome(Ref),
}

/// Runs a generator up to its next item or its end.
fn resume(cx: &mut Cx<'_>, op: Borrowed<'_>, given: Given) -> Res<Step> {
    protocol::nested(cx, "", |cx| {
        let (value, other) = match given {
            Given::Value(value) => (Some(value), None),
            other => (None, Some(other)),
        };
        // SAFETY: callers give generators, which they hold; the frame is new to the machine and
        // marked as entered from here.
        unsafe {
            let Some(frame) = enter(cx, op, value)? else {
                return match other {
                    Some(Given::Raise(exception)) => Err(cx.restore_raised(exception)),
                    _ => Ok(Step::Over),
                };
            };
            (*frame).entry = true;
            let value = match other {
                Some(Given::Raise(exception)) => {
                    // Its context is what the generator is handling, not what the caller is.
                    let raised = if (*(*frame).pc).c != 0 {
                        cx.set_raised(exception)
                    } else {
                        cx.restore_raised(exception)
                    };
                    let frame = unwind(cx, frame, raised, false)?;
                    run(cx, frame)?
                }
                Some(Given::Outcome(value)) => {
                    let insn = *(*frame).pc;
                    let registers = Frame::registers(frame);
                    (*frame).pc = (*frame).pc.add(1);
                    *registers.add(usize::from(insn.a)) = Some(value.into_raw());
                    if let Some(ended) = (*registers.add(usize::from(insn.b))).take() {
                        decref(ended);
                    }
                    run(cx, frame)?
                }
                _ => run(cx, frame)?,
            };
            let state = op.as_obj().cast::<GeneratorObject>().as_ref().state.get();
            Ok(match state {
                State::Finished => Step::Returned(value),
                _ => Step::Yielded(value),
            })
        }
    })
}

/// The item of a step; its end as `StopIteration`.
fn item(cx: &Cx<'_>, step: Step) -> Res {
    match step {
        Step::Yielded(value) => Ok(value),
        Step::Returned(value) if !cx.is_none(value.borrow()) => Err(cx.raise_stop(Some(value))),
        Step::Returned(_) | Step::Over => Err(cx.raise_stop(None)),
    }
}

fn next(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Option<Ref>> {
    let none = cx.none();
    match resume(cx, op, Given::Value(none))? {
        Step::Yielded(value) => Ok(Some(value)),
        Step::Returned(value) => {
            if !cx.is_none(value.borrow()) {
                cx.set_end_value(Some(value));
            }
            Ok(None)
        }
        Step::Over => Ok(None),
    }
}

/// The generator that a method was called on.
fn this<'a>(cx: &Cx<'_>, args: Args<'a>) -> Res<Borrowed<'a>> {
    let Some(op) = args.get(0) else {
        return Err(cx.type_error(format_args!("unbound method of generator needs an argument")));
    };
    op.expect::<GeneratorObject>(cx)?;
    Ok(op)
}

fn send(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let op = this(cx, args)?;
    let value = args.get(1).map_or_else(|| cx.none(), Borrowed::owned);
    let step = resume(cx, op, Given::Value(value))?;
    item(cx, step)
}

/// The iterator that a resting generator delegates to.
fn delegate(op: Borrowed<'_>) -> Option<Ref> {
    let this = op.view::<GeneratorObject>()?;
    if this.state.get() != State::Suspended {
        return None;
    }
    // SAFETY: a resting generator's `pc` is at an instruction of its code, and the register of a
    // `Delegate` is full until the iterator has ended.
    unsafe {
        let frame = frame_of(op.as_obj());
        let insn = *(*frame).pc;
        if insn.op != Op::Delegate {
            return None;
        }
        (*Frame::registers(frame).add(usize::from(insn.b))).map(|op| Ref::new(op))
    }
}

/// Whether a resting generator lies in a `try` or a `with`, or delegates: closing it may run code.
fn is_guarded(op: Borrowed<'_>) -> bool {
    // SAFETY: callers give generators; the code lives as long as the frame.
    unsafe {
        let frame = frame_of(op.as_obj());
        (*(*frame).pc).op == Op::Delegate
            || (*frame).code.as_ref().handler(Frame::index(frame)).is_some()
    }
}

/// Does something with the iterator that a generator delegates to, while it counts as running.
fn while_running<T>(
    cx: &mut Cx<'_>,
    op: Borrowed<'_>,
    run: impl FnOnce(&mut Cx<'_>) -> Res<T>,
) -> Res<T> {
    let Some(this) = op.view::<GeneratorObject>() else { return run(cx) };
    this.state.set(State::Running);
    let result = protocol::nested(cx, "", run);
    this.state.set(State::Suspended);
    result
}

fn is_generator(cx: &Cx<'_>, op: Borrowed<'_>) -> bool {
    std::ptr::eq(Type::of(op), Machine::of(cx).types().generator)
}

fn close_method(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let op = this(cx, args)?;
    close(cx, op)
}

/// `close()`: raises `GeneratorExit` where the generator rests, unless nobody there could see it.
fn close(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let this = op.expect::<GeneratorObject>(cx)?;
    match this.state.get() {
        State::Created => {
            // Its arguments stay until it dies, as in CPython.
            this.state.set(State::Finished);
            return Ok(cx.none());
        }
        State::Finished => return Ok(cx.none()),
        State::Running => {
            return Err(cx.value_error(format_args!("generator already executing")));
        }
        State::Suspended => {}
    }
    let failed = match delegate(op) {
        Some(inner) => {
            let closed = while_running(cx, op, |cx| close_inner(cx, inner.borrow()));
            closed.err().map(|raised| cx.take_raised(raised))
        }
        None => None,
    };
    if !is_guarded(op) {
        // SAFETY: it rests, and is held.
        unsafe { empty(cx.world(), op.as_obj()) };
        return Ok(cx.none());
    }
    let exception = match failed {
        Some(exception) => exception,
        None => {
            let raised = cx.raise_bare(Exc::GeneratorExit);
            cx.take_raised(raised)
        }
    };
    match resume(cx, op, Given::Raise(exception)) {
        Ok(Step::Yielded(_)) => {
            Err(cx.raise(Exc::RuntimeError, format_args!("generator ignored GeneratorExit")))
        }
        Ok(Step::Returned(value)) => Ok(value),
        Ok(Step::Over) => Ok(cx.none()),
        Err(raised) => {
            let exception = cx.take_raised(raised);
            if Type::of(exception.borrow()).is_subtype(cx.exc_type(Exc::GeneratorExit)) {
                return Ok(cx.none());
            }
            Err(cx.restore_raised(exception))
        }
    }
}

/// Closes the iterator that a generator delegates to, if it can be closed.
fn close_inner(cx: &mut Cx<'_>, inner: Borrowed<'_>) -> Res<()> {
    if is_generator(cx, inner) {
        close(cx, inner)?;
        return Ok(());
    }
    if let Some(method) = attribute(cx, inner, "close")? {
        protocol::call(cx, method.borrow(), Args::NONE)?;
    }
    Ok(())
}

/// An attribute that need not be there.
fn attribute(cx: &mut Cx<'_>, op: Borrowed<'_>, name: &str) -> Res<Option<Ref>> {
    match protocol::get_attr_str(cx, op, name) {
        Ok(value) => Ok(Some(value)),
        Err(raised) => {
            let exception = cx.take_raised(raised);
            if Type::of(exception.borrow()).is_subtype(cx.exc_type(Exc::AttributeError)) {
                return Ok(None);
            }
            Err(cx.restore_raised(exception))
        }
    }
}

fn throw_method(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let op = this(cx, args)?;
    let step = throw(cx, op, args.rest())?;
    item(cx, step)
}

/// `throw(...)`: to the iterator that the generator delegates to, else where it rests.
fn throw(cx: &mut Cx<'_>, op: Borrowed<'_>, args: Args<'_>) -> Res<Step> {
    let Some(inner) = delegate(op) else {
        let exception = thrown(cx, args)?;
        return resume(cx, op, Given::Raise(exception));
    };
    let inner = inner.borrow();
    if is_exit(cx, args) {
        if let Err(raised) = while_running(cx, op, |cx| close_inner(cx, inner)) {
            let exception = cx.take_raised(raised);
            return resume(cx, op, Given::Raise(exception));
        }
        let exception = thrown(cx, args)?;
        return resume(cx, op, Given::Raise(exception));
    }
    let step = if is_generator(cx, inner) {
        while_running(cx, op, |cx| throw(cx, inner, args))
    } else {
        let method = while_running(cx, op, |cx| attribute(cx, inner, "throw"))?;
        let Some(method) = method else {
            let exception = thrown(cx, args)?;
            return resume(cx, op, Given::Raise(exception));
        };
        while_running(cx, op, |cx| protocol::call(cx, method.borrow(), args)).map(Step::Yielded)
    };
    let raised = match step {
        Ok(Step::Yielded(value)) => return Ok(Step::Yielded(value)),
        Ok(Step::Returned(value)) => return resume(cx, op, Given::Outcome(value)),
        Ok(Step::Over) => return resume_with_none(cx, op),
        Err(raised) => raised,
    };
    match iter::stopped(cx, raised) {
        Ok(Some(value)) => resume(cx, op, Given::Outcome(value)),
        Ok(None) => resume_with_none(cx, op),
        Err(raised) => {
            let exception = cx.take_raised(raised);
            resume(cx, op, Given::Raise(exception))
        }
    }
}

fn resume_with_none(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Step> {
    let none = cx.none();
    resume(cx, op, Given::Outcome(none))
}

/// Whether the arguments of `throw` name `GeneratorExit`.
fn is_exit(cx: &Cx<'_>, args: Args<'_>) -> bool {
    let exit = cx.exc_type(Exc::GeneratorExit);
    let Some(op) = args.get(0) else { return false };
    match op.view::<Type>() {
        Some(class) => class.is_subtype(exit),
        None => Type::of(op).is_subtype(exit),
    }
}

/// The exception that the arguments of `throw` name.
fn thrown(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let given = |i: usize, cx: &Cx<'_>| args.get(i).filter(|op| !cx.is_none(*op));
    let traceback = given(2, cx);
    if traceback.is_some_and(|op| !op.is_a::<TracebackObject>()) {
        let message = format_args!("throw() third argument must be a traceback object");
        return Err(cx.type_error(message));
    }
    let value = given(1, cx);
    let Some(op) = args.get(0) else { return Ok(cx.none()) };
    let exception = match op.view::<Type>() {
        Some(class) if class.is_subtype(cx.exc_type(Exc::BaseException)) => match value {
            Some(value) if Type::of(value).is_subtype(class) => value.owned(),
            Some(value) => match value.view::<TupleObject>() {
                Some(tuple) => {
                    let held = value.owned();
                    let made = protocol::call(cx, op, Args::positional(tuple.items()));
                    drop(held);
                    made?
                }
                None => protocol::call(cx, op, Args::positional(&[value]))?,
            },
            None => protocol::call(cx, op, Args::NONE)?,
        },
        _ if !op.is_a::<ExceptionObject>() => return Err(not_an_exception(cx, op)),
        _ if value.is_some() => {
            let message = format_args!("instance exception may not have a separate value");
            return Err(cx.type_error(message));
        }
        _ => op.owned(),
    };
    let Some(view) = exception.borrow().view::<ExceptionObject>() else {
        return Err(not_an_exception(cx, exception.borrow()));
    };
    if let Some(traceback) = traceback {
        view.traceback.set(Some(traceback.owned()));
    }
    Ok(exception)
}

fn not_an_exception(cx: &Cx<'_>, op: Borrowed<'_>) -> Raised {
    let name = Type::of(op).name();
    cx.type_error(format_args!(
        "exceptions must be classes or instances deriving from BaseException, not {name}"
    ))
}

/// A generator that dies while it rests is closed, if that can be noticed; else its variables only
/// die with it.
///
/// # Safety
/// `op` is alive and held by the caller.
unsafe fn finalize(op: Obj) {
    // SAFETY: per contract; the object's world is alive.
    unsafe {
        let this = Borrowed::new(op);
        if op.cast::<GeneratorObject>().as_ref().state.get() != State::Suspended
            || !is_guarded(this)
        {
            return;
        }
        aside(World::ptr_of(op), |cx| {
            if let Err(raised) = close(cx, this) {
                let exception = cx.take_raised(raised);
                cx.report_unraisable(this, exception);
            }
        });
    }
}

fn repr(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let name = field(cx, op, |this| &this.qualname)?;
    let text = text_of(cx, name.borrow())?;
    cx.format(format_args!("<generator object {text} at {:#x}>", op.as_obj().addr()))
}

fn field(cx: &Cx<'_>, op: Borrowed<'_>, of: impl Fn(&GeneratorObject) -> &Field) -> Res {
    Ok(of(op.expect::<GeneratorObject>(cx)?).get().unwrap_or_else(|| cx.none()))
}

fn set_text(
    cx: &Cx<'_>,
    op: Borrowed<'_>,
    value: Option<Borrowed<'_>>,
    name: &str,
    of: impl Fn(&GeneratorObject) -> &Field,
) -> Res<()> {
    match value.filter(|value| value.is_a::<StrObject>()) {
        Some(value) => {
            of(op.expect::<GeneratorObject>(cx)?).set(Some(value.owned()));
            Ok(())
        }
        None => Err(cx.type_error(format_args!("{name} must be set to a string object"))),
    }
}

fn state(cx: &Cx<'_>, op: Borrowed<'_>) -> Res<State> {
    Ok(op.expect::<GeneratorObject>(cx)?.state.get())
}

/// `gi_frame`: its frame as an object, until it has ended.
fn frame_object(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    if state(cx, op)? == State::Finished {
        return Ok(cx.none());
    }
    // SAFETY: the frame is alive as long as the generator has not ended.
    unsafe { frame::object_of(cx, frame_of(op.as_obj())) }
}
