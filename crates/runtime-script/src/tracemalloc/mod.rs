//! `_tracemalloc`: the heap's tracer as scripts see it, with the machine to say which calls are
//! active.
//!
//! ```text
//! heap: Trace { domain, size, traceback id } --\
//! machine: frame = (number of a source, line) ---> (domain, size, ((file, line), ...), total)
//! ```
//!
//! The classes of the module `tracemalloc` are written in the language itself, over these tuples.

mod glob;

use std::collections::HashMap;
use std::fmt;
use std::ptr::NonNull;

use runtime_core::{AllocError, Frame, Trace, TracebackId, TracebackSource};
use runtime_gc::Ref;
use runtime_types::args::{Args, NativeDef};

use runtime_types::string::{StrObject, text_of};
use runtime_types::{Cx, Look, Res, dict, list, module, sys};

use crate::code::borrow_all;
use crate::interp::Machine;
use crate::vm::stack;

/// The most frames that may be asked for.
const MAX_FRAMES: u16 = u16::MAX;

/// Bytes of the tracer without its tables.
const TRACER: usize = runtime_core::TRACER_SIZE;

const FUNCTIONS: &[NativeDef] = &[
    NativeDef::exactly("_get_object_traceback", 1, object_traceback),
    NativeDef::exactly("_get_traces", 0, traces),
    NativeDef::exactly("_matches", 2, matches),
    NativeDef::exactly("_source_line", 2, source_line),
    NativeDef::exactly("clear_traces", 0, |cx, _| {
        cx.heap().clear_traces();
        Ok(cx.none())
    }),
    NativeDef::exactly("get_traceback_limit", 0, |cx, _| {
        let limit = cx.heap().traceback_limit();
        cx.int(limit.into())
    }),
    NativeDef::exactly("get_traced_memory", 0, |cx, _| {
        let (now, peak) = cx.heap().traced_memory();
        cx.tuple([cx.int(now as i64)?, cx.int(peak as i64)?])
    }),
    NativeDef::exactly("get_tracemalloc_memory", 0, |cx, _| {
        // The tracer has a place in the heap itself, whether it traces or not.
        let bytes = cx.heap().tracing_memory() + TRACER;
        cx.int(bytes as i64)
    }),
    NativeDef::exactly("is_tracing", 0, |cx, _| Ok(cx.bool(cx.heap().is_tracing()))),
    NativeDef::exactly("reset_peak", 0, |cx, _| {
        cx.heap().reset_traced_peak();
        Ok(cx.none())
    }),
    NativeDef::between("start", 0, 1, start),
    NativeDef::exactly("stop", 0, |cx, _| {
        cx.heap().stop_tracing();
        Ok(cx.none())
    }),
];

/// Lists that CPython 3.13 has in its free list when a script has imported `tracemalloc`.
const KEPT_LISTS: usize = 10;

/// The module.
///
/// # Errors
/// `MemoryError`.
pub(crate) fn make_module(cx: &mut Cx<'_>) -> Res {
    // Where this module is imported as CPython does it, the lists that the code of `tracemalloc`
    // works with are kept for reuse by then; what is traced later does not see them.
    let lists: Res<Vec<Ref>> = (0..KEPT_LISTS).map(|_| runtime_types::list::empty(cx)).collect();
    drop(lists?);
    let dict = dict::new(cx)?;
    module::add_functions(cx, dict.borrow(), "_tracemalloc", FUNCTIONS)?;
    let (key, name) = (cx.name("__name__")?, cx.name("_tracemalloc")?);
    dict::set_name(cx, dict.borrow(), key.borrow(), name.clone())?;
    module::new(cx, name, dict)
}

impl TracebackSource for Machine {
    fn walk(&self, see: &mut dyn FnMut(Frame)) {
        let mut frame: *mut stack::Frame = self.frame.get();
        while !frame.is_null() {
            // SAFETY: the newest frame and its callers are live, and their code with them.
            unsafe {
                let code = (*frame).code.as_ref();
                let line = self.line_of(code, stack::Frame::index(frame) as usize);
                see(Frame { file: code.parts.source as usize, line });
                frame = (*frame).caller;
            }
        }
    }

    fn describe(&self, frame: Frame, out: &mut dyn fmt::Write) -> fmt::Result {
        let name = self.source_name(frame.file as u32);
        write!(out, "File \"{name}\", line {}", frame.line)
    }
}

/// `start(nframe=1)`
fn start(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let frames = match args.get(0) {
        None => 1,
        Some(frames) => sys::c_int(cx, frames)?,
    };
    let Some(frames) = u16::try_from(frames).ok().filter(|&frames| frames > 0) else {
        return Err(
            cx.value_error(format_args!("the number of frames must be in range [1; {MAX_FRAMES}]"))
        );
    };
    let machine: NonNull<dyn TracebackSource> = cx.world_ptr().cast::<Machine>();
    // SAFETY: a context of this floor is in a machine, which holds the heap and stays where it is;
    // the pointer is made from the whole allocation.
    unsafe { cx.heap().start_tracing(Some(machine), frames) };
    Ok(cx.none())
}

/// `_get_object_traceback(x)`: frames, or `None`.
fn object_traceback(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let op = list::this(cx, &args)?;
    // SAFETY: an object's block begins with what its type keeps in front of the header.
    let block = unsafe { op.as_obj().cast::<u8>().sub(op.ty().pre_header()) };
    match cx.heap().trace_of(block) {
        None => Ok(cx.none()),
        Some(trace) => {
            let (frames, _) = Unfolded::default().frames(cx, trace.traceback)?;
            Ok(frames)
        }
    }
}

/// `_get_traces()`: a list of `(domain, size, frames, total)`, itself not traced.
fn traces(cx: &mut Cx<'_>, _: Args<'_>) -> Res {
    cx.heap().aside_from_tracing(|| unfolded(cx))
}

fn unfolded(cx: &Cx<'_>) -> Res {
    let mut unfolded = Unfolded::default();
    let result = list::empty(cx)?;
    for trace in copied(cx)? {
        let (frames, total) = unfolded.frames(cx, trace.traceback)?;
        let size = cx.int(trace.size as i64)?;
        let row = [cx.int(trace.domain.into())?, size, frames, cx.int(total.into())?];
        list::append(cx, result.borrow(), cx.tuple(row)?)?;
    }
    Ok(result)
}

/// The traces of this moment, in memory of the host: making objects of them adds to the heap's.
fn copied(cx: &Cx<'_>) -> Res<Vec<Trace>> {
    let (mut count, mut traces) = (0, Vec::new());
    cx.heap().each_trace(|_| count += 1);
    if traces.try_reserve_exact(count).is_err() {
        let bytes = count.saturating_mul(size_of::<Trace>());
        return Err(cx.raise_no_memory(AllocError::System { bytes }));
    }
    cx.heap().each_trace(|trace| traces.push(trace));
    // The tracer's own order is that of a hash table, and addresses differ from run to run; traces that
    // are the same in all this are the same to scripts.
    traces.sort_unstable_by_key(|trace| (trace.traceback, trace.domain, trace.size));
    Ok(traces)
}

/// Tracebacks as tuples, one of each.
#[derive(Default)]
struct Unfolded {
    files: HashMap<usize, Ref>,
    known: HashMap<TracebackId, (Ref, u32)>,
}

impl Unfolded {
    /// The frames of a traceback as pairs of file and line, innermost first, and how many were
    /// active.
    fn frames(&mut self, cx: &Cx<'_>, id: TracebackId) -> Res<(Ref, u32)> {
        if let Some((frames, total)) = self.known.get(&id) {
            return Ok((frames.clone(), *total));
        }
        let copied = cx.heap().traceback(id, |total, frames| (total, frames.to_vec()));
        let (total, frames) = copied.unwrap_or_default();
        let mut pairs = Vec::with_capacity(frames.len().max(1));
        for frame in frames {
            let file = self.file(cx, frame.file)?;
            pairs.push(cx.tuple([file, cx.int(frame.line.into())?])?);
        }
        if pairs.is_empty() {
            // No script was running.
            pairs.push(cx.tuple([cx.str("<unknown>")?, cx.int(0)?])?);
        }
        let frames = cx.tuple_from(borrow_all(&pairs))?;
        let total = total.max(1);
        self.known.insert(id, (frames.clone(), total));
        Ok((frames, total))
    }

    fn file(&mut self, cx: &Cx<'_>, file: usize) -> Res {
        if let Some(name) = self.files.get(&file) {
            return Ok(name.clone());
        }
        let name = cx.str(&Machine::of(cx).source_name(file as u32))?;
        self.files.insert(file, name.clone());
        Ok(name)
    }
}

/// `_matches(name, pattern)`: whether a file's name is of a shell's pattern.
fn matches(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (name, pattern) = list::two(cx, &args)?;
    for op in [name, pattern] {
        if !op.is_a::<StrObject>() {
            let kind = op.ty().name();
            return Err(cx.type_error(format_args!(
                "expected str, bytes or os.PathLike object, not {kind}"
            )));
        }
    }
    let chars = |text: runtime_types::string::Text<'_>| text.chars().collect::<Vec<u32>>();
    let (name, pattern) = (chars(text_of(cx, name)?), chars(text_of(cx, pattern)?));
    Ok(cx.bool(glob::matches(&name, &pattern)))
}

/// `_source_line(name, line)`: the line, or nothing when the file is not one that was compiled.
fn source_line(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (name, line) = list::two(cx, &args)?;
    if !name.is_a::<StrObject>() {
        return Ok(cx.empty_str());
    }
    let (name, line) = (text_of(cx, name)?.to_string(), sys::c_int(cx, line)?);
    match (Machine::of(cx).source_named(&name), u32::try_from(line)) {
        (Some(source), Ok(line)) => cx.str(source.line_text(line)),
        _ => Ok(cx.empty_str()),
    }
}
