//! The loop: one instruction after the other.
//!
//! Calls of scripts' functions do not recurse: they push a frame and go on. `pc` is written to the
//! frame before each instruction, so that whoever looks (a traceback, an observer) finds the place.

use std::ptr::NonNull;

use runtime_core::{FRAMES, Obj, STOPPED, TypeObject};
use runtime_gc::{Borrowed, Ref, decref};
use runtime_types::args::Args;
use runtime_types::cell::CellObject;
use runtime_types::exception::Exc;
use runtime_types::float::FloatObject;
use runtime_types::int::IntObject;
use runtime_types::protocol::Step;
use runtime_types::range::RangeIterObject;
use runtime_types::ty::{Binary, Type};
use runtime_types::{Cx, Look, OrRaise, Res, dict, list, protocol, set, slice};

use super::class;
use super::function::{self, FunctionObject};
use super::stack::Frame;
use super::unwind::{leave, unwind};
use super::{bind, context, generator, lines, ops};
use crate::code::CodeObject;
use crate::insn::{Insn, Op, Operand, parts};
use crate::interp::Machine;

/// Runs a module's code in a namespace.
///
/// # Errors
/// Whatever the code raises.
pub(crate) fn run_module(cx: &mut Cx<'_>, code: Borrowed<'_>, globals: Borrowed<'_>) -> Res {
    let view: &CodeObject = code.expect(cx)?;
    // SAFETY: the caller holds code and globals for the whole run.
    unsafe {
        let frame = push(cx, NonNull::from(view), globals.as_obj())?;
        (*frame).entry = true;
        run(cx, frame)
    }
}

/// Calls a function from native code.
///
/// # Errors
/// `TypeError` when the arguments do not fit; whatever the function raises.
pub(crate) fn call_function(cx: &mut Cx<'_>, op: Borrowed<'_>, args: Args<'_>) -> Res {
    // SAFETY: the frame is new; it owns the function, which keeps code and globals.
    unsafe {
        let frame = enter(cx, op.owned(), |cx, function, code, registers| {
            bind::bind(cx, function, code, registers, args)
        })?;
        (*frame).entry = true;
        run(cx, frame)
    }
}

/// A new frame, one level deeper.
///
/// # Safety
/// Code and globals outlive the frame.
#[inline(always)]
unsafe fn push(cx: &Cx<'_>, code: NonNull<CodeObject>, globals: Obj) -> Res<*mut Frame> {
    let machine = Machine::of(cx);
    let depth = machine.depth.get();
    if depth >= cx.recursion_limit.get() {
        return Err(cx.raise(Exc::RecursionError, format_args!("maximum recursion depth exceeded")));
    }
    // SAFETY: per contract.
    let frame = unsafe {
        machine.stack.push(machine.world.heap(), code, globals, machine.frame.get()).or_raise(cx)?
    };
    machine.frame.set(frame);
    machine.depth.set(depth + 1);
    Ok(frame)
}

/// A new frame for a function, with its arguments and its closure in place.
///
/// # Safety
/// `function` is a function; `fill` puts references into the registers of parameters only.
#[inline(always)]
unsafe fn enter(
    cx: &mut Cx<'_>,
    function: Ref,
    fill: impl FnOnce(&mut Cx<'_>, &FunctionObject, &CodeObject, *mut Option<Obj>) -> Res<()>,
) -> Res<*mut Frame> {
    // SAFETY: the frame owns the function, which keeps code, globals and closure while it runs: the
    // fields of a function that is running may be set by scripts, so they are owned here too where
    // they can be (code cannot be set).
    unsafe {
        let view = function.as_obj().cast::<FunctionObject>().as_ref();
        let (Some(code), Some(globals)) = (view.code.peek(), view.globals.peek()) else {
            return Err(cx.raise(Exc::SystemError, format_args!("function without code")));
        };
        let frame = push(cx, code.cast(), globals)?;
        (*frame).function = Some(function.into_raw());
        let registers = Frame::registers(frame);
        let code = code.cast::<CodeObject>().as_ref();
        if let Err(raised) = fill(cx, view, code, registers) {
            let exception = cx.take_raised(raised);
            leave(cx, frame);
            return Err(cx.restore_raised(exception));
        }
        if code.parts.free > 0
            && let Some(closure) = view.closure.get()
            && let Some(cells) = closure.borrow().view::<runtime_types::tuple::TupleObject>()
        {
            bind::copy_arguments(cells.items(), registers.add(usize::from(code.parts.locals)));
        }
        Ok(frame)
    }
}

/// Whether an object's type is exactly this one.
#[inline(always)]
fn is_exactly(op: Borrowed<'_>, ty: NonNull<Type>) -> bool {
    op.ty_ptr() == ty.cast::<TypeObject>()
}

/// `a + b`, `a - b`, `a * b` for two exact ints of one digit or two exact floats.
#[inline(always)]
fn arithmetic(cx: &Cx<'_>, op: Binary, a: Borrowed<'_>, b: Borrowed<'_>) -> Option<Res> {
    if is_exactly(a, cx.types.int) && is_exactly(b, cx.types.int) {
        // SAFETY: exact ints are `IntObject`s.
        let (x, y) = unsafe {
            (
                a.as_obj().cast::<IntObject>().as_ref().compact()?,
                b.as_obj().cast::<IntObject>().as_ref().compact()?,
            )
        };
        // One digit has 30 bits, so no result leaves 64.
        return Some(cx.int(match op {
            Binary::Add => x + y,
            Binary::Sub => x - y,
            _ => x * y,
        }));
    }
    if is_exactly(a, cx.types.float) && is_exactly(b, cx.types.float) {
        // SAFETY: exact floats are `FloatObject`s.
        let (x, y) = unsafe {
            (
                a.as_obj().cast::<FloatObject>().as_ref().value(),
                b.as_obj().cast::<FloatObject>().as_ref().value(),
            )
        };
        return Some(cx.float(match op {
            Binary::Add => x + y,
            Binary::Sub => x - y,
            _ => x * y,
        }));
    }
    None
}

/// Runs from `frame` until the frame that native code entered with returns or raises.
///
/// # Safety
/// `frame` is the newest frame of this machine, its `entry` is set, its parameters are in place. The
/// code was made by the compiler: operands name registers and constants that exist, a local that an
/// instruction reads is bound, a temporary that it reads is full.
pub(crate) unsafe fn run(cx: &mut Cx<'_>, frame: *mut Frame) -> Res {
    // SAFETY: per contract.
    unsafe {
        if !cx.heap().is_watched() {
            return run_as::<false>(cx, frame);
        }
        let result = run_as::<true>(cx, frame);
        // Whatever native code does next is the doing of the line that called it.
        let machine = Machine::of(cx);
        machine.in_native.set(true);
        lines::tell(machine, machine.frame.get());
        machine.in_native.set(false);
        result
    }
}

/// [`run`], compiled twice, so that a runtime that nobody watches does not ask at each instruction
/// whether a line begins.
///
/// # Safety
/// As [`run`].
#[expect(clippy::too_many_lines, reason = "one arm for each instruction")]
unsafe fn run_as<const WATCHED: bool>(cx: &mut Cx<'_>, frame: *mut Frame) -> Res {
    let mut frame = frame;
    let mut line = lines::Line::new();
    let mut pc: *const Insn;
    let mut registers: *mut Option<Obj>;
    let mut consts: *const Obj;
    let mut code: NonNull<CodeObject>;

    /// Makes the loop work on `frame`, from its `pc` on.
    macro_rules! load {
        () => {
            code = (*frame).code;
            pc = (*frame).pc;
            registers = Frame::registers(frame);
            consts = code.as_ref().parts.consts.as_ptr().cast();
        };
    }
    /// Goes to the handler of an exception, in this frame or further out.
    macro_rules! fail {
        ($raised:expr, $again:expr) => {{
            frame = unwind(cx, frame, $raised, $again)?;
            load!();
            continue;
        }};
    }
    /// The object of an operand, borrowed: alive until the operand is done with.
    macro_rules! get {
        ($bits:expr) => {{
            let operand = Operand::from_bits($bits);
            if operand.is_const() {
                Borrowed::new(*consts.add(usize::from(operand.const_index())))
            } else {
                // The compiler checks variables that may be unbound by an instruction of its own;
                // one more look keeps its mistakes from being ours, and an append that ran out
                // of memory may have unbound the variable it was for.
                match *registers.add(usize::from(operand.register())) {
                    Some(value) => Borrowed::new(value),
                    None => fail!(ops::unbound(cx, code.as_ref(), operand.register()), false),
                }
            }
        }};
    }
    /// Uses an operand up, if it is a temporary.
    macro_rules! done {
        ($bits:expr) => {{
            let operand = Operand::from_bits($bits);
            if operand.is_temp() {
                let slot = registers.add(usize::from(operand.register()));
                decref(slot.replace(None).unwrap_unchecked());
            }
        }};
    }
    /// The object of an operand, owned: moved out of a temporary.
    macro_rules! take {
        ($bits:expr) => {{
            let operand = Operand::from_bits($bits);
            if operand.is_temp() {
                let slot = registers.add(usize::from(operand.register()));
                Ref::steal(slot.replace(None).unwrap_unchecked())
            } else {
                get!($bits).owned()
            }
        }};
    }
    /// Stores a reference in a register; what was there is released after that.
    macro_rules! put {
        ($register:expr, $value:expr) => {{
            let value: Ref = $value;
            let slot = registers.add(usize::from($register));
            if let Some(old) = slot.replace(Some(value.into_raw())) {
                decref(old);
            }
        }};
    }
    macro_rules! check {
        ($result:expr) => {
            match $result {
                Ok(value) => value,
                Err(raised) => fail!(raised, false),
            }
        };
    }
    /// A safe point: what was asked for meanwhile is looked after.
    macro_rules! poll {
        () => {
            if cx.heap().is_asked(u32::MAX) {
                check!(Machine::of(cx).safe_point(cx));
            }
        };
    }
    /// Ends a frame of the stack and gives its result to whoever called it.
    macro_rules! give_back {
        ($value:expr) => {{
            let value: Ref = $value;
            let (caller, dest, entry) = ((*frame).caller, (*frame).dest, (*frame).entry);
            leave(cx, frame);
            if entry {
                return Ok(value);
            }
            frame = caller;
            load!();
            pc = pc.add(if (*pc).op == Op::CallNames { 2 } else { 1 });
            put!(dest, value);
        }};
    }
    /// Lets a generator rest and gives its item to whoever asked for it: a `for`, or native code.
    /// Generators that delegate to it hand the item on.
    macro_rules! hand_out {
        ($value:expr) => {{
            let value: Ref = $value;
            loop {
                let (caller, entry) = ((*frame).caller, (*frame).entry);
                let rests = generator::suspend(cx, frame);
                frame = caller;
                drop(rests);
                if entry {
                    return Ok(value);
                }
                if (*(*frame).pc).op != Op::Delegate {
                    break;
                }
            }
            load!();
            let dest = (*pc).a;
            pc = pc.add(2);
            put!(dest, value);
        }};
    }
    macro_rules! jump {
        ($target:expr) => {
            pc = code.as_ref().parts.insns.as_ptr().add($target as usize)
        };
    }

    // SAFETY: per contract; see the macros. `frame` is live until `leave` or `unwind` takes it off.
    unsafe {
        load!();
        if cx.heap().is_asked(STOPPED | FRAMES) {
            Machine::of(cx).count_frame();
        }
        if cx.is_stopped() {
            // No frame has a handler any more, so this goes back to native code.
            let raised = cx.raise_stopped();
            frame = unwind(cx, frame, raised, true)?;
            load!();
        }
        loop {
            (*frame).pc = pc;
            if WATCHED {
                line.look(Machine::of(cx), frame, pc);
            }
            let insn = *pc;
            pc = pc.add(1);
            match insn.op {
                Op::Copy => put!(insn.a, take!(insn.b)),
                Op::Clear => {
                    if let Some(old) = registers.add(usize::from(insn.a)).replace(None) {
                        decref(old);
                    }
                }
                Op::DeleteLocal => match registers.add(usize::from(insn.a)).replace(None) {
                    Some(old) => decref(old),
                    None => fail!(ops::unbound(cx, code.as_ref(), insn.a), false),
                },
                Op::Check => {
                    if (*registers.add(usize::from(insn.a))).is_none() {
                        fail!(ops::unbound(cx, code.as_ref(), insn.a), false);
                    }
                }
                Op::LoadConst => {
                    let value = Borrowed::new(*consts.add(insn.wide_value() as usize));
                    put!(insn.a, value.owned());
                }
                Op::LoadGlobal => {
                    let globals = Borrowed::new((*frame).globals);
                    let index = insn.wide_value() as usize;
                    let name = &*code.as_ref().parts.globals.as_ptr().add(index);
                    put!(insn.a, check!(ops::load_global(cx, globals, name)));
                }
                Op::StoreGlobal => {
                    let globals = Borrowed::new((*frame).globals);
                    let index = insn.wide_value() as usize;
                    let name = &*code.as_ref().parts.globals.as_ptr().add(index);
                    let value = take!(insn.a);
                    check!(ops::store_global(cx, globals, name, value));
                }
                Op::DeleteGlobal => {
                    let globals = Borrowed::new((*frame).globals);
                    let index = insn.wide_value() as usize;
                    let name = (*code.as_ref().parts.globals.as_ptr().add(index)).name.clone();
                    if check!(dict::remove(cx, globals, name.borrow())).is_none() {
                        let raised = ops::name_error(cx, Exc::NameError, name.borrow(), "");
                        fail!(raised, false);
                    }
                }
                Op::LoadNamed => {
                    let namespace = Borrowed::new((*registers).unwrap_unchecked());
                    let globals = Borrowed::new((*frame).globals);
                    let index = insn.wide_value() as usize;
                    let name = &*code.as_ref().parts.globals.as_ptr().add(index);
                    let own = check!(class::load_name(cx, namespace, name.name.borrow()));
                    let value = match own {
                        Some(value) => value,
                        None => check!(ops::load_global(cx, globals, name)),
                    };
                    put!(insn.a, value);
                }
                Op::StoreNamed => {
                    let namespace = Borrowed::new((*registers).unwrap_unchecked());
                    let index = insn.wide_value() as usize;
                    let name = (*code.as_ref().parts.globals.as_ptr().add(index)).name.clone();
                    let value = take!(insn.a);
                    check!(class::store_name(cx, namespace, name.borrow(), Some(value.borrow())));
                }
                Op::DeleteNamed => {
                    let namespace = Borrowed::new((*registers).unwrap_unchecked());
                    let index = insn.wide_value() as usize;
                    let name = (*code.as_ref().parts.globals.as_ptr().add(index)).name.clone();
                    if !check!(class::store_name(cx, namespace, name.borrow(), None)) {
                        let raised = ops::name_error(cx, Exc::NameError, name.borrow(), "");
                        fail!(raised, false);
                    }
                }
                Op::BuildClass => {
                    let base = registers.add(usize::from(insn.b));
                    let count = 3 + usize::from(insn.n);
                    let parts: &[Borrowed<'_>] = std::slice::from_raw_parts(base.cast(), count);
                    let result = match parts {
                        [body, name, bases, rest @ ..] => {
                            class::build(cx, *body, *name, *bases, rest.first().copied())
                        }
                        _ => Err(cx.raise(Exc::SystemError, format_args!("class without parts"))),
                    };
                    for i in (0..count).rev() {
                        if let Some(part) = (*base.add(i)).take() {
                            decref(part);
                        }
                    }
                    put!(insn.a, check!(result));
                }
                Op::MakeCell => {
                    let slot = registers.add(usize::from(insn.a));
                    let value = slot.replace(None).map(|value| Ref::steal(value));
                    put!(insn.a, check!(runtime_types::cell::new(cx, value)));
                }
                Op::LoadCell => {
                    match get!(insn.b).view::<CellObject>().and_then(|cell| cell.value.get()) {
                        Some(value) => put!(insn.a, value),
                        None => fail!(ops::unbound(cx, code.as_ref(), insn.b), false),
                    }
                }
                Op::StoreCell => {
                    let value = take!(insn.b);
                    let cell = get!(insn.a).owned();
                    if let Some(cell) = cell.borrow().view::<CellObject>() {
                        cell.value.set(Some(value));
                    }
                }
                Op::DeleteCell => {
                    let cell = get!(insn.a).owned();
                    let old = cell.borrow().view::<CellObject>().and_then(|cell| cell.value.take());
                    if old.is_none() {
                        fail!(ops::unbound(cx, code.as_ref(), insn.a), false);
                    }
                }
                Op::Add | Op::Sub | Op::Mul => {
                    let op = match insn.op {
                        Op::Add => Binary::Add,
                        Op::Sub => Binary::Sub,
                        _ => Binary::Mul,
                    };
                    let (a, b) = (get!(insn.b), get!(insn.c));
                    let result = match arithmetic(cx, op, a, b) {
                        Some(result) => result,
                        None => protocol::binary(cx, op, a, b),
                    };
                    let value = check!(result);
                    done!(insn.b);
                    done!(insn.c);
                    put!(insn.a, value);
                }
                Op::Binary => {
                    let (a, b) = (get!(insn.b), get!(insn.c));
                    let value = check!(protocol::binary(cx, ops::operator(insn.n), a, b));
                    done!(insn.b);
                    done!(insn.c);
                    put!(insn.a, value);
                }
                Op::InPlace => {
                    let op = ops::operator(insn.n);
                    let (a, b) = (get!(insn.b), get!(insn.c));
                    let quick = match op {
                        Binary::Add | Binary::Sub | Binary::Mul => arithmetic(cx, op, a, b),
                        _ => None,
                    };
                    if let Some(result) = quick {
                        let value = check!(result);
                        done!(insn.b);
                        done!(insn.c);
                        put!(insn.a, value);
                    } else if op == Binary::Add
                        && is_exactly(a, cx.types.str)
                        && is_exactly(b, cx.types.str)
                    {
                        // The left string goes out of its register, so that a string nobody else
                        // holds can grow where it is.
                        let slot =
                            registers.add(usize::from(Operand::from_bits(insn.b).register()));
                        let left = match Operand::from_bits(insn.b).is_const() {
                            true => a.owned(),
                            false => match slot.replace(None) {
                                Some(left) => Ref::steal(left),
                                None => a.owned(),
                            },
                        };
                        let value = check!(runtime_types::string::concat_in_place(cx, left, b));
                        done!(insn.c);
                        put!(insn.a, value);
                    } else {
                        let value = check!(protocol::in_place(cx, op, a, b));
                        done!(insn.b);
                        done!(insn.c);
                        put!(insn.a, value);
                    }
                }
                Op::Unary => {
                    let op = match insn.n {
                        0 => protocol::Unary::Neg,
                        1 => protocol::Unary::Pos,
                        _ => protocol::Unary::Invert,
                    };
                    let value = check!(protocol::unary(cx, op, get!(insn.b)));
                    done!(insn.b);
                    put!(insn.a, value);
                }
                Op::Not => {
                    let truth = check!(protocol::truth(cx, get!(insn.b)));
                    done!(insn.b);
                    put!(insn.a, cx.bool(!truth));
                }
                Op::Compare => {
                    let (a, b) = (get!(insn.b), get!(insn.c));
                    let value = check!(ops::compare_object(cx, insn.n, a, b));
                    done!(insn.b);
                    done!(insn.c);
                    put!(insn.a, value);
                }
                Op::CompareJump => {
                    let (a, b) = (get!(insn.a), get!(insn.b));
                    let holds = check!(ops::compare(cx, insn.n, a, b));
                    done!(insn.a);
                    done!(insn.b);
                    if holds == (insn.c != 0) {
                        jump!((*pc).wide_value());
                    } else {
                        pc = pc.add(1);
                    }
                }
                Op::Jump => jump!(insn.wide_value()),
                Op::Loop => {
                    jump!(insn.wide_value());
                    poll!();
                }
                Op::JumpIfTrue | Op::JumpIfFalse => {
                    let truth = check!(protocol::truth(cx, get!(insn.a)));
                    done!(insn.a);
                    if truth == (insn.op == Op::JumpIfTrue) {
                        jump!(insn.wide_value());
                    }
                }
                Op::KeepIfTrue | Op::KeepIfFalse => {
                    let truth = check!(protocol::truth(cx, get!(insn.a)));
                    if truth == (insn.op == Op::KeepIfTrue) {
                        jump!(insn.wide_value());
                    }
                }
                Op::BuildTuple => {
                    let value = if insn.c == 0 {
                        cx.empty_tuple()
                    } else {
                        let items = NonNull::new_unchecked(registers.add(usize::from(insn.b)));
                        check!(cx.tuple_steal(items, usize::from(insn.c)))
                    };
                    put!(insn.a, value);
                }
                Op::Tuple1 => {
                    let item = take!(insn.b);
                    put!(insn.a, check!(cx.tuple([item])));
                }
                Op::Tuple2 => {
                    let items = [take!(insn.b), take!(insn.c)];
                    put!(insn.a, check!(cx.tuple(items)));
                }
                Op::BuildList => {
                    let items = NonNull::new_unchecked(registers.add(usize::from(insn.b)));
                    let value = check!(list::steal(cx, items, usize::from(insn.c)));
                    put!(insn.a, value);
                }
                Op::BuildSet => {
                    let items = registers.add(usize::from(insn.b));
                    put!(insn.a, check!(build_set(cx, items, usize::from(insn.c))));
                }
                Op::BuildDict => {
                    let items = registers.add(usize::from(insn.b));
                    put!(insn.a, check!(build_dict(cx, items, usize::from(insn.c))));
                }
                Op::BuildSlice => {
                    let start = take!(Operand::temp(insn.b).bits());
                    let stop = take!(Operand::temp(insn.b + 1).bits());
                    let step = take!(Operand::temp(insn.b + 2).bits());
                    put!(insn.a, check!(slice::new(cx, start, stop, step)));
                }
                Op::BuildString => {
                    let pieces = registers.add(usize::from(insn.b)).cast();
                    let pieces = std::slice::from_raw_parts(pieces, usize::from(insn.c));
                    let value = check!(ops::join(cx, pieces));
                    for i in 0..insn.c {
                        done!(Operand::temp(insn.b + i).bits());
                    }
                    put!(insn.a, value);
                }
                Op::ListAppend => {
                    let item = take!(insn.b);
                    check!(list::append(cx, get!(insn.a), item));
                }
                Op::ListExtend => {
                    let function = if insn.n == 0 { None } else { Some(get!(insn.c)) };
                    check!(ops::extend(cx, get!(insn.a), get!(insn.b), function));
                    done!(insn.b);
                }
                Op::SetAdd => {
                    check!(set::add(cx, get!(insn.a), get!(insn.b)));
                    done!(insn.b);
                }
                Op::SetUpdate => {
                    check!(set::update(cx, get!(insn.a), get!(insn.b)));
                    done!(insn.b);
                }
                Op::DictSet => {
                    check!(dict::set(cx, get!(insn.a), get!(insn.b), get!(insn.c)));
                    done!(insn.b);
                    done!(insn.c);
                }
                Op::DictUpdate => {
                    check!(ops::update(cx, get!(insn.a), get!(insn.b)));
                    done!(insn.b);
                }
                Op::DictMerge => {
                    check!(ops::merge(cx, get!(insn.a), get!(insn.b), get!(insn.c)));
                    done!(insn.b);
                }
                Op::ListToTuple => {
                    let value = check!(list::to_tuple(cx, get!(insn.b)));
                    done!(insn.b);
                    put!(insn.a, value);
                }
                Op::GetIter => {
                    let value = check!(protocol::iter(cx, get!(insn.b)));
                    done!(insn.b);
                    put!(insn.a, value);
                }
                Op::ForIter => {
                    let slot = registers.add(usize::from(insn.b));
                    let iter = Borrowed::new((*slot).unwrap_unchecked());
                    let generators = Machine::of(cx).types().generator_ptr();
                    let item = if is_exactly(iter, cx.types.range_iter) {
                        let range = iter.as_obj().cast::<RangeIterObject>().as_ref();
                        match range.next_i64() {
                            Some(value) => Some(check!(cx.int(value))),
                            None => None,
                        }
                    } else if is_exactly(iter, generators) {
                        let value = cx.none();
                        match check!(generator::enter(cx, iter, Some(value))) {
                            Some(inner) => {
                                frame = inner;
                                load!();
                                poll!();
                                continue;
                            }
                            None => None,
                        }
                    } else {
                        check!(protocol::next(cx, iter))
                    };
                    match item {
                        Some(item) => {
                            pc = pc.add(1);
                            put!(insn.a, item);
                        }
                        None => {
                            jump!((*pc).wide_value());
                            if let Some(iter) = slot.replace(None) {
                                decref(iter);
                            }
                        }
                    }
                }
                Op::Unpack => {
                    let to = registers.add(usize::from(insn.a));
                    // The items may overwrite the register of the value.
                    let value = take!(insn.b);
                    check!(ops::unpack(cx, value.borrow(), to, usize::from(insn.c)));
                }
                Op::UnpackRest => {
                    let to = registers.add(usize::from(insn.a));
                    let value = take!(insn.b);
                    let (before, after) = (usize::from(insn.n), usize::from(insn.c));
                    check!(ops::unpack_rest(cx, value.borrow(), to, before, after));
                }
                Op::GetAttr => {
                    let name = name(code, insn.c);
                    let value = check!(protocol::get_attr(cx, get!(insn.b), name));
                    done!(insn.b);
                    put!(insn.a, value);
                }
                Op::SetAttr => {
                    let name = name(code, insn.c);
                    let value = get!(insn.b);
                    check!(protocol::set_attr(cx, get!(insn.a), name, Some(value)));
                    done!(insn.b);
                    done!(insn.a);
                }
                Op::DelAttr => {
                    let name = name(code, insn.c);
                    check!(protocol::set_attr(cx, get!(insn.a), name, None));
                    done!(insn.a);
                }
                Op::LoadMethod => {
                    let name = name(code, insn.c);
                    let (method, object) = check!(ops::load_method(cx, get!(insn.b), name));
                    done!(insn.b);
                    put!(insn.a, method);
                    if let Some(object) = object {
                        put!(insn.a + 1, object);
                    }
                }
                Op::Subscript => {
                    let (a, b) = (get!(insn.b), get!(insn.c));
                    let value = check!(protocol::subscript(cx, a, b));
                    done!(insn.b);
                    done!(insn.c);
                    put!(insn.a, value);
                }
                Op::SetSubscript => {
                    let (a, b, c) = (get!(insn.a), get!(insn.b), get!(insn.c));
                    check!(protocol::set_subscript(cx, a, b, Some(c)));
                    done!(insn.c);
                    done!(insn.a);
                    done!(insn.b);
                }
                Op::DelSubscript => {
                    let (a, b) = (get!(insn.a), get!(insn.b));
                    check!(protocol::set_subscript(cx, a, b, None));
                    done!(insn.a);
                    done!(insn.b);
                }
                Op::Call | Op::CallNames => {
                    let base = registers.add(usize::from(insn.b));
                    let callee = Borrowed::new((*base).unwrap_unchecked());
                    let bound = (*base.add(1)).is_some();
                    let skip = 2 - usize::from(bound);
                    let count = usize::from(insn.c) + usize::from(bound);
                    let values = base.add(skip);
                    if is_exactly(callee, Machine::of(cx).types().function_ptr()) {
                        let names = names_of(code, pc, insn.op);
                        let function = Ref::steal((*base).replace_none());
                        let entered = enter(cx, function, |cx, function, code, to| {
                            let params = code.parts.params;
                            if names.is_empty()
                                && params.is_simple()
                                && usize::from(params.positional) == count
                            {
                                bind::move_arguments(values, to, count);
                                return Ok(());
                            }
                            let args = std::slice::from_raw_parts(values.cast(), count);
                            let args = Args::with_names(args, names);
                            bind::bind(cx, function, code, to, args)
                        });
                        if let Ok(callee) = entered {
                            (*callee).dest = insn.a;
                        }
                        release(values, count, entered.is_ok());
                        frame = check!(entered);
                        load!();
                        poll!();
                        continue;
                    }
                    let names = names_of(code, pc, insn.op);
                    let args = std::slice::from_raw_parts(values.cast(), count);
                    let result = ops::call(cx, callee, args, names, bound);
                    release(values, count, result.is_ok());
                    decref((*base).replace_none());
                    let value = check!(result);
                    if insn.op == Op::CallNames {
                        pc = pc.add(1);
                    }
                    put!(insn.a, value);
                    poll!();
                }
                Op::CallSpread => {
                    let base = registers.add(usize::from(insn.b));
                    let keywords = insn.n != 0;
                    let callee = Borrowed::new((*base).unwrap_unchecked());
                    if is_exactly(callee, Machine::of(cx).types().function_ptr()) {
                        let entered = spread(cx, base, keywords, |cx, callee, args| {
                            enter(cx, callee.owned(), |cx, function, code, to| {
                                bind::bind(cx, function, code, to, args)
                            })
                        });
                        release_spread(base, keywords);
                        let callee = check!(entered);
                        (*callee).dest = insn.a;
                        frame = callee;
                        load!();
                        poll!();
                        continue;
                    }
                    let result = spread(cx, base, keywords, |cx, callee, args| {
                        ops::call(cx, callee, args.values(), args.names(), false)
                    });
                    release_spread(base, keywords);
                    put!(insn.a, check!(result));
                    poll!();
                }
                Op::MakeFunction => {
                    let value = check!(make_function(cx, frame, insn, registers, consts));
                    put!(insn.a, value);
                }
                Op::Return => {
                    let value = take!(insn.a);
                    if (*frame).generator {
                        let (caller, entry) = ((*frame).caller, (*frame).entry);
                        generator::finish(cx, frame);
                        if entry {
                            return Ok(value);
                        }
                        frame = caller;
                        load!();
                        let asked = *pc;
                        pc = pc.add(1);
                        if asked.op == Op::ForIter {
                            jump!((*pc).wide_value());
                            drop(value);
                        } else {
                            put!(asked.a, value);
                        }
                        if let Some(ended) = registers.add(usize::from(asked.b)).replace(None) {
                            decref(ended);
                        }
                    } else {
                        give_back!(value);
                    }
                }
                Op::MakeGenerator => give_back!(check!(generator::new(cx, frame))),
                Op::Yield => hand_out!(take!(insn.b)),
                Op::Delegate => {
                    let value = Ref::steal((*registers.add(usize::from(insn.a))).replace_none());
                    let slot = registers.add(usize::from(insn.b));
                    let iter = Borrowed::new((*slot).unwrap_unchecked());
                    let outcome = if is_exactly(iter, Machine::of(cx).types().generator_ptr()) {
                        match check!(generator::enter(cx, iter, Some(value))) {
                            Some(inner) => {
                                frame = inner;
                                load!();
                                poll!();
                                continue;
                            }
                            None => None,
                        }
                    } else {
                        match check!(ops::send(cx, iter, value)) {
                            Step::Item(item) => {
                                hand_out!(item);
                                continue;
                            }
                            Step::End(value) => value,
                        }
                    };
                    put!(insn.a, outcome.unwrap_or_else(|| cx.none()));
                    if let Some(ended) = slot.replace(None) {
                        decref(ended);
                    }
                }
                Op::LoadContext => {
                    let methods = check!(context::methods(cx, get!(insn.b)));
                    context::put_methods(methods, registers.add(usize::from(insn.a)));
                    done!(insn.b);
                }
                Op::ExitPlain => {
                    let to = registers.add(usize::from(insn.a));
                    for i in 0..2 {
                        *to.add(i) = (*registers.add(usize::from(insn.b) + i)).take();
                    }
                    for i in 2..5 {
                        *to.add(i) = Some(cx.none_obj());
                    }
                }
                Op::ExitRaised => {
                    let exit = registers.add(usize::from(insn.b));
                    let exception = get!(insn.c);
                    let to = registers.add(usize::from(insn.a));
                    context::put_exit_call(cx, exit, exception, to);
                }
                Op::Raise => {
                    let exception = if insn.n > 0 { Some(take!(insn.a)) } else { None };
                    let cause = if insn.n > 1 { Some(take!(insn.b)) } else { None };
                    let again = insn.n == 0 && cx.handled().is_some();
                    let raised = ops::raise(
                        cx,
                        exception.as_ref().map(Ref::borrow),
                        cause.as_ref().map(Ref::borrow),
                    );
                    drop((exception, cause));
                    fail!(raised, again);
                }
                Op::Reraise => {
                    let slot = registers.add(usize::from(insn.a));
                    let raised = match slot.replace(None) {
                        Some(exception) => cx.restore_raised(Ref::steal(exception)),
                        None => cx.raise(Exc::SystemError, format_args!("nothing to re-raise")),
                    };
                    fail!(raised, true);
                }
                Op::PushHandled => {
                    let exception = get!(insn.b).owned();
                    let before = cx.swap_handled(Some(exception));
                    *registers.add(usize::from(insn.a)) = before.map(Ref::into_raw);
                }
                Op::PopHandled => {
                    let before = registers.add(usize::from(insn.a)).replace(None);
                    drop(cx.swap_handled(before.map(|before| Ref::steal(before))));
                }
                Op::MatchException => {
                    let exception =
                        Borrowed::new((*registers.add(usize::from(insn.a))).unwrap_unchecked());
                    let matches = check!(ops::matches(cx, exception, get!(insn.b)));
                    done!(insn.b);
                    if matches {
                        pc = pc.add(1);
                    } else {
                        jump!((*pc).wide_value());
                    }
                }
                Op::RaiseAssertion => {
                    let args = if insn.n == 0 {
                        cx.empty_tuple()
                    } else {
                        let message = take!(insn.a);
                        check!(cx.tuple([message]))
                    };
                    let ty = cx.exc_type(Exc::AssertionError);
                    let exception = check!(cx.exception(ty, args));
                    fail!(cx.set_raised(exception), false);
                }
                Op::Format => {
                    let value = check!(ops::format(cx, get!(insn.b), get!(insn.c), insn.n));
                    done!(insn.b);
                    done!(insn.c);
                    put!(insn.a, value);
                }
                Op::Import => {
                    let name = name(code, insn.wide_value() as u16);
                    let module = check!(crate::import::import(cx, name));
                    put!(insn.a, module);
                }
                Op::ImportFrom => {
                    let name = name(code, insn.c);
                    let value = check!(crate::import::import_from(cx, get!(insn.b), name));
                    put!(insn.a, value);
                }
                Op::Display => {
                    check!(crate::session::display(cx, get!(insn.b)));
                    done!(insn.b);
                    poll!();
                }
                Op::Data => {}
            }
        }
    }
}

/// Registers as slots that are emptied by reading.
trait Slot {
    /// Takes what is in a slot that is known to be full.
    unsafe fn replace_none(&mut self) -> Obj;
}

impl Slot for Option<Obj> {
    #[inline(always)]
    unsafe fn replace_none(&mut self) -> Obj {
        // SAFETY: per contract of the callers the slot is full.
        unsafe { self.take().unwrap_unchecked() }
    }
}

/// The name with this number.
#[inline(always)]
unsafe fn name<'a>(code: NonNull<CodeObject>, index: u16) -> Borrowed<'a> {
    // SAFETY: the compiler made the number; the code keeps its names while it runs.
    unsafe { Borrowed::new((*code.as_ref().parts.names.as_ptr().add(usize::from(index))).as_obj()) }
}

/// The names of a call's keyword arguments.
#[inline(always)]
unsafe fn names_of<'a>(code: NonNull<CodeObject>, pc: *const Insn, op: Op) -> &'a [Borrowed<'a>] {
    if op == Op::Call {
        return &[];
    }
    // SAFETY: the word behind `CallNames` is the number of a tuple constant, which the code keeps.
    unsafe {
        let index = (*pc).wide_value() as usize;
        let names = (*code.as_ref().parts.consts.as_ptr().add(index)).as_obj();
        let names = Borrowed::<'a>::new(names).view::<runtime_types::tuple::TupleObject>();
        names.map_or(&[], |names| names.items())
    }
}

/// Releases the arguments of a call that are still there: first to last after a call, last to first
/// after one that did not come about.
#[inline(always)]
unsafe fn release(values: *mut Option<Obj>, count: usize, forward: bool) {
    for i in 0..count {
        let i = if forward { i } else { count - 1 - i };
        // SAFETY: the callers pass the registers of the arguments.
        if let Some(value) = unsafe { values.add(i).replace(None) } {
            // SAFETY: the register owned it.
            unsafe { decref(value) };
        }
    }
}

/// A set of `count` objects in registers, which are empty afterwards.
unsafe fn build_set(cx: &mut Cx<'_>, items: *mut Option<Obj>, count: usize) -> Res {
    let value = set::new(cx)?;
    for i in 0..count {
        // SAFETY: the compiler filled the registers.
        let item = unsafe { Ref::steal((*items.add(i)).replace_none()) };
        set::add(cx, value.borrow(), item.borrow())?;
    }
    Ok(value)
}

/// A dict of `count` pairs in registers, which are empty afterwards.
unsafe fn build_dict(cx: &mut Cx<'_>, items: *mut Option<Obj>, count: usize) -> Res {
    let value = dict::with_room(cx, count)?;
    for i in 0..count {
        // SAFETY: the compiler filled the registers.
        let (key, item) = unsafe {
            (
                Ref::steal((*items.add(2 * i)).replace_none()),
                Ref::steal((*items.add(2 * i + 1)).replace_none()),
            )
        };
        dict::set(cx, value.borrow(), key.borrow(), item.borrow())?;
    }
    Ok(value)
}

/// `f(*args, **kwargs)`: the registers hold the function, nothing, the positional arguments and, with
/// `keywords`, a dict that nobody else holds.
unsafe fn spread<T>(
    cx: &mut Cx<'_>,
    base: *mut Option<Obj>,
    keywords: bool,
    call: impl FnOnce(&mut Cx<'_>, Borrowed<'_>, Args<'_>) -> Res<T>,
) -> Res<T> {
    // SAFETY: the compiler filled the registers.
    let (callee, positional) = unsafe {
        (
            Borrowed::new((*base).unwrap_unchecked()),
            Borrowed::new((*base.add(2)).unwrap_unchecked()),
        )
    };
    let positional = ops::spread_tuple(cx, callee, positional)?;
    let items = runtime_types::tuple::items_of(cx, positional.borrow())?;
    if !keywords {
        return call(cx, callee, Args::positional(items));
    }
    // SAFETY: as above; the scratch does not outlive this call.
    let (dict, mut values, mut names) = unsafe {
        (
            Borrowed::new((*base.add(3)).unwrap_unchecked()),
            runtime_core::HeapVec::new(cx.heap_ptr()),
            runtime_core::HeapVec::new(cx.heap_ptr()),
        )
    };
    values.extend_from_slice(items).or_raise(cx)?;
    let mut cursor = 0;
    while let Some((key, value)) = dict::entry(dict, &mut cursor) {
        // SAFETY: the dict holds both, and nobody else holds the dict, until the call is over.
        unsafe {
            names.push(Borrowed::new(key.as_obj())).or_raise(cx)?;
            values.push(Borrowed::new(value.as_obj())).or_raise(cx)?;
        }
    }
    call(cx, callee, Args::with_names(&values, &names))
}

/// Empties the registers of a spread call.
unsafe fn release_spread(base: *mut Option<Obj>, keywords: bool) {
    for i in if keywords { &[2, 3, 0][..] } else { &[2, 0] } {
        // SAFETY: the compiler filled these registers.
        if let Some(value) = unsafe { base.add(*i).replace(None) } {
            // SAFETY: the register owned it.
            unsafe { decref(value) };
        }
    }
}

/// Makes a function of a code constant and the parts in temporaries.
unsafe fn make_function(
    cx: &Cx<'_>,
    frame: *mut Frame,
    insn: Insn,
    registers: *mut Option<Obj>,
    consts: *const Obj,
) -> Res {
    let mut next = usize::from(insn.c);
    let mut part = |flag: u8| {
        if insn.n & flag == 0 {
            return None;
        }
        // SAFETY: the compiler put a part into each temporary that `n` tells of.
        let value = unsafe { registers.add(next).replace(None) };
        next += 1;
        // SAFETY: the register owned it.
        value.map(|value| unsafe { Ref::steal(value) })
    };
    let defaults = part(parts::DEFAULTS);
    let kw_defaults = part(parts::KW_DEFAULTS);
    let annotations = part(parts::ANNOTATIONS);
    let closure = part(parts::CLOSURE);
    // SAFETY: the constant is a code; globals live as long as the frame.
    let (code, globals) =
        unsafe { (Ref::new(*consts.add(usize::from(insn.b))), Ref::new((*frame).globals)) };
    let name = cx.name("__name__")?;
    let module = dict::get_name(cx, globals.borrow(), name.borrow());
    let parts =
        function::Parts { code, globals, module, defaults, kw_defaults, annotations, closure };
    function::new(cx, parts)
}
