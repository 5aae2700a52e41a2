//! The end of an exception that nobody caught: `SystemExit` gives its code, all others are shown.

use runtime_core::Obj;
use runtime_gc::{Borrowed, Ref};
use runtime_types::exception::{Exc, ExceptionObject};
use runtime_types::list::ListObject;
use runtime_types::string::{StrObject, text_of};
use runtime_types::tuple::TupleObject;
use runtime_types::ty::Type;
use runtime_types::{Cx, Look, dict, int, protocol};

use crate::code::CodeObject;
use crate::interp::{Machine, Outcome};
use crate::report::{self, FrameLine, Message, Shown};
use crate::syntax::Origin;
use crate::vm::frame::{self, FrameObject, TracebackObject};

/// Shows an uncaught exception and says how the script ended.
pub(crate) fn report(cx: &mut Cx<'_>, exception: Ref) -> Outcome {
    let exit = cx.exc_type(Exc::SystemExit);
    if Type::of(exception.borrow()).is_subtype(exit) {
        return Outcome::Exit(exit_code(cx, exception.borrow()));
    }
    let interrupt = cx.exc_type(Exc::KeyboardInterrupt);
    // An exception derived of it is one like any other.
    let interrupted = std::ptr::eq(Type::of(exception.borrow()), interrupt);
    let text = traceback_text(cx, exception.borrow());
    let _ = cx.console.flush();
    let _ = cx.console.err(text.as_bytes());
    Outcome::Raised { interrupted }
}

/// Writes an exception that could not be raised: `Exception ignored in: ...` and its traceback.
pub(crate) fn report_ignored(cx: &mut Cx<'_>, source: Borrowed<'_>, exception: Ref) {
    if cx.is_stopped() {
        return;
    }
    let what = match protocol::repr(cx, source) {
        Ok(what) => text_of(cx, what.borrow()).map(|text| text.to_string()).ok(),
        Err(raised) => {
            drop(cx.take_raised(raised));
            None
        }
    };
    let what = what.unwrap_or_else(|| "<object repr() failed>".to_owned());
    place_here(cx, exception.borrow());
    let facts = facts_of(cx, exception.borrow());
    let machine = Machine::of(cx);
    let shown = Shown {
        type_name: &facts.type_name,
        message: facts.message.clone(),
        notes: Vec::new(),
        frames: facts
            .frames
            .iter()
            .filter_map(|place| frame_line(machine, place))
            // Once the modules go, CPython can read no file any more.
            .map(|frame| FrameLine {
                source: frame.source.filter(|_| !machine.is_ending()),
                ..frame
            })
            .collect(),
        link: report::Link::Context,
        suggestion: None,
        syntax: facts.place.as_ref().map(SyntaxPlace::spot),
    };
    let mut text = String::new();
    // A `String` takes whatever is written.
    let _ = report::render_ignored(&mut text, &what, &shown);
    let _ = cx.console.flush();
    let _ = cx.console.err(text.as_bytes());
}

/// An exception that no frame has seen is shown where the program is.
fn place_here(cx: &Cx<'_>, exception: Borrowed<'_>) {
    let frame = Machine::of(cx).frame.get();
    let seen = exception.view::<ExceptionObject>().is_none_or(|view| !view.traceback.is_empty());
    if seen || frame.is_null() {
        return;
    }
    // SAFETY: the newest frame is live.
    if let Err(raised) = unsafe { frame::add_traceback(cx, exception, frame) } {
        drop(cx.take_raised(raised));
    }
}

/// The code of `SystemExit`: its number, 0 for `None`, else 1 with the object written to stderr.
fn exit_code(cx: &mut Cx<'_>, exception: Borrowed<'_>) -> i32 {
    let code = exception
        .view::<ExceptionObject>()
        .and_then(|exception| exception.extra().first()?.get())
        .unwrap_or_else(|| cx.none());
    let _ = cx.console.flush();
    if cx.is_none(code.borrow()) {
        return 0;
    }
    if code.borrow().is_a::<int::IntObject>() {
        // The system keeps the low eight bits; what fits no number is -1.
        return int::to_i64(code.borrow()).map_or(255, |code| (code & 0xff) as i32);
    }
    let text = match protocol::str(cx, code.borrow()) {
        Ok(text) => text_of(cx, text.borrow()).map(|text| text.to_string()).ok(),
        Err(raised) => {
            drop(cx.take_raised(raised));
            None
        }
    };
    if let Some(text) = text {
        let _ = cx.console.err(format!("{text}\n").as_bytes());
    }
    1
}

/// What an exception of a chain is shown with, owned.
struct Facts {
    type_name: String,
    message: Message,
    notes: Vec<String>,
    frames: Vec<Place>,
    suggestion: Option<String>,
    place: Option<SyntaxPlace>,
}

/// What a `SyntaxError` says of its place.
struct SyntaxPlace {
    message: Option<String>,
    file: Option<String>,
    text: Option<String>,
    /// `lineno`, `offset`, `end_lineno`, `end_offset`
    numbers: [Option<i64>; 4],
}

impl SyntaxPlace {
    fn of(cx: &mut Cx<'_>, exception: Borrowed<'_>) -> Option<Self> {
        if !Type::of(exception).is_subtype(cx.exc_type(Exc::SyntaxError)) {
            return None;
        }
        let fields = exception.view::<ExceptionObject>()?.extra();
        let field = |index: usize| fields.get(index).and_then(|field| field.get());
        let string = |index: usize| {
            let value = field(index)?;
            Some(value.borrow().view::<StrObject>()?.text().to_string())
        };
        let number = |index: usize| int::to_i64(field(index)?.borrow());
        let (file, source) = (string(1), string(4));
        let numbers = [number(2), number(3), number(5), number(6)];
        let message = field(0).filter(|message| !cx.is_none(message.borrow()));
        let message = message.and_then(|message| text(cx, message.borrow()));
        Some(Self { message, file, text: source, numbers })
    }

    fn spot(&self) -> report::SyntaxSpot<'_> {
        let [line, offset, end_line, end_offset] = self.numbers;
        report::SyntaxSpot {
            message: self.message.as_deref(),
            file: self.file.as_deref(),
            line,
            offset,
            end_line,
            end_offset,
            text: self.text.as_deref(),
        }
    }
}

struct Place {
    code: Ref,
    index: usize,
    function: String,
}

/// The text of an uncaught exception and the chain behind it, as CPython writes it.
pub(crate) fn traceback_text(cx: &mut Cx<'_>, exception: Borrowed<'_>) -> String {
    let chain = report::chain_of(exception.as_obj(), cause_of, context_of);
    // Showing one may run code that lets go of another: all are held meanwhile.
    let chain: Vec<(Ref, report::Link)> = chain
        .into_iter()
        // SAFETY: each is held by the one after it, and the last by the caller.
        .map(|(op, link)| (unsafe { Ref::new(op) }, link))
        .collect();
    let facts: Vec<Facts> =
        chain.iter().map(|(exception, _)| facts_of(cx, exception.borrow())).collect();
    let machine = Machine::of(cx);
    let shown: Vec<Shown<'_>> = facts
        .iter()
        .zip(&chain)
        .map(|(facts, (_, link))| Shown {
            type_name: &facts.type_name,
            message: facts.message.clone(),
            notes: facts.notes.clone(),
            frames: facts.frames.iter().filter_map(|place| frame_line(machine, place)).collect(),
            link: *link,
            suggestion: facts.suggestion.clone(),
            syntax: facts.place.as_ref().map(SyntaxPlace::spot),
        })
        .collect();
    let mut text = String::new();
    // A `String` takes whatever is written.
    let _ = report::render(&mut text, &shown);
    text
}

fn frame_line<'a>(machine: &'a Machine, place: &'a Place) -> Option<FrameLine<'a>> {
    let code: &CodeObject = place.code.borrow().view()?;
    let source = machine.source(code);
    let range = code.position(place.index);
    Some(FrameLine {
        file: source.map_or("?", |source| source.name()),
        function: &place.function,
        source: source.filter(|source| source.origin() != Origin::Stream),
        range: Some(range).filter(|range| !range.is_empty()),
        line: machine.line_of(code, place.index),
    })
}

fn cause_of(op: Obj) -> Option<Obj> {
    view(op)?.cause.peek()
}

fn context_of(op: Obj) -> Option<Obj> {
    let exception = view(op)?;
    if exception.suppress_context.get() { None } else { exception.context.peek() }
}

fn view<'a>(op: Obj) -> Option<&'a ExceptionObject> {
    // SAFETY: exceptions of a chain are held by those that name them while the chain is walked.
    unsafe { Borrowed::new(op) }.view()
}

fn facts_of(cx: &mut Cx<'_>, exception: Borrowed<'_>) -> Facts {
    let ty = Type::of(exception);
    let type_name = match runtime_types::type_type::full_name(cx, ty) {
        Ok(name) => {
            let name = text_of(cx, name.borrow()).map(|text| text.to_string());
            let name = name.unwrap_or_else(|_| ty.name().to_owned());
            name.strip_prefix("__main__.").map(str::to_owned).unwrap_or(name)
        }
        Err(raised) => {
            drop(cx.take_raised(raised));
            ty.name().to_owned()
        }
    };
    Facts {
        type_name,
        message: message_of(cx, exception),
        notes: notes_of(cx, exception),
        frames: frames_of(exception),
        suggestion: suggestion_for(cx, exception),
        place: SyntaxPlace::of(cx, exception),
    }
}

fn message_of(cx: &mut Cx<'_>, exception: Borrowed<'_>) -> Message {
    match text(cx, exception) {
        Some(text) if text.is_empty() => Message::None,
        Some(text) => Message::Text(text),
        None => Message::Failed,
    }
}

/// `str(x)`, or nothing when that raises.
fn text(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Option<String> {
    match protocol::str(cx, op) {
        Ok(text) => text.borrow().view::<StrObject>().map(|text| text.text().to_string()),
        Err(raised) => {
            drop(cx.take_raised(raised));
            None
        }
    }
}

fn notes_of(cx: &mut Cx<'_>, exception: Borrowed<'_>) -> Vec<String> {
    let Some(dict) = exception.view::<ExceptionObject>().and_then(|e| e.dict.get()) else {
        return Vec::new();
    };
    let notes = match cx.name("__notes__") {
        Ok(name) => dict::get_name(cx, dict.borrow(), name.borrow()),
        Err(raised) => {
            drop(cx.take_raised(raised));
            None
        }
    };
    let Some(notes) = notes else { return Vec::new() };
    if !notes.borrow().is_a::<ListObject>() && !notes.borrow().is_a::<TupleObject>() {
        // What is no sequence of notes is shown as it is.
        return match protocol::repr(cx, notes.borrow()) {
            Ok(_) if cx.is_none(notes.borrow()) => Vec::new(),
            Ok(shown) => text(cx, shown.borrow()).into_iter().collect(),
            Err(raised) => {
                drop(cx.take_raised(raised));
                vec!["<__notes__ repr() failed>".to_owned()]
            }
        };
    }
    let items = match protocol::to_tuple(cx, notes.borrow()) {
        Ok(items) => items,
        Err(raised) => {
            drop(cx.take_raised(raised));
            return Vec::new();
        }
    };
    match runtime_types::tuple::items_of(cx, items.borrow()) {
        Ok(items) => items.iter().filter_map(|note| text(cx, *note)).collect(),
        Err(raised) => {
            drop(cx.take_raised(raised));
            Vec::new()
        }
    }
}

/// The entries of a traceback, outermost first.
fn frames_of(exception: Borrowed<'_>) -> Vec<Place> {
    let mut places = Vec::new();
    let mut entry = exception.view::<ExceptionObject>().and_then(|e| e.traceback.get());
    while let Some(this) = entry {
        let Some(traceback) = this.borrow().view::<TracebackObject>() else { break };
        let code = traceback
            .frame
            .get()
            .and_then(|frame| frame.borrow().view::<FrameObject>().and_then(FrameObject::code));
        if let Some(code) = code {
            let function = code
                .borrow()
                .view::<CodeObject>()
                .and_then(|code| {
                    Some(code.parts.name.borrow().view::<StrObject>()?.text().to_string())
                })
                .unwrap_or_default();
            places.push(Place { code, index: traceback.index.get() as usize, function });
        }
        entry = traceback.next.get();
    }
    places
}

/// `. Did you mean: '...'?` for names and attributes that are near one that exists.
fn suggestion_for(cx: &mut Cx<'_>, exception: Borrowed<'_>) -> Option<String> {
    let view = exception.view::<ExceptionObject>()?;
    let is = |kind: Exc| Type::of(exception).is_subtype(cx.exc_type(kind));
    if is(Exc::UnboundLocalError) {
        return None;
    }
    if is(Exc::NameError) {
        let wrong = view.extra().first()?.get()?;
        let wrong = wrong.borrow().view::<StrObject>()?.text().to_string();
        let module = report::stdlib_module(&wrong).then_some(wrong.as_str());
        if is_attribute_of_self(cx, view, &wrong) {
            return report::hint(Some(&format!("self.{wrong}")), module);
        }
        let names = visible_names(cx, view);
        let meant = report::suggest(&wrong, names.iter().map(String::as_str));
        return report::hint(meant, module);
    }
    if is(Exc::AttributeError) {
        let [object, wrong, ..] = view.extra() else { return None };
        let (object, wrong) = (object.get()?, wrong.get()?);
        let wrong = wrong.borrow().view::<StrObject>()?.text().to_string();
        let names = runtime_types::builtins::attribute_names(cx, object.borrow());
        let names = names.iter().map(String::as_str);
        let own = self_of(cx, view).is_some_and(|this| this.borrow().is(object.borrow()));
        let hidden = own || wrong.starts_with('_');
        let meant = report::suggest(&wrong, names.filter(|n| hidden || !n.starts_with('_')));
        return report::hint(meant, None);
    }
    if is(Exc::ImportError) {
        let [_, module, _, wrong] = view.extra() else { return None };
        let (module, wrong) = (module.get()?, wrong.get()?);
        let wrong = wrong.borrow().view::<StrObject>()?.text().to_string();
        let module = match crate::import::import(cx, module.borrow()) {
            Ok(module) => module,
            Err(raised) => {
                drop(cx.take_raised(raised));
                return None;
            }
        };
        let names = runtime_types::builtins::attribute_names(cx, module.borrow());
        let names = names.iter().map(String::as_str);
        let hidden = wrong.starts_with('_');
        let meant = report::suggest(&wrong, names.filter(|n| hidden || !n.starts_with('_')));
        return report::hint(meant, None);
    }
    None
}

/// What the name `self` stands for in the frame that an exception was raised in.
fn self_of(cx: &mut Cx<'_>, exception: &ExceptionObject) -> Option<Ref> {
    let frame = innermost_frame(exception)?;
    match protocol::get_attr_str(cx, frame.borrow(), "f_locals") {
        Ok(locals) => {
            let name = cx.name("self").ok()?;
            dict::get_name(cx, locals.borrow(), name.borrow())
        }
        Err(raised) => {
            drop(cx.take_raised(raised));
            None
        }
    }
}

/// Whether the object of the method that looked for a name has it as an attribute.
fn is_attribute_of_self(cx: &mut Cx<'_>, exception: &ExceptionObject, wrong: &str) -> bool {
    let Some(this) = self_of(cx, exception) else { return false };
    match protocol::get_attr_str(cx, this.borrow(), wrong) {
        Ok(_) => true,
        Err(raised) => {
            drop(cx.take_raised(raised));
            false
        }
    }
}

/// The frame that an exception was raised in.
fn innermost_frame(exception: &ExceptionObject) -> Option<Ref> {
    let mut entry = exception.traceback.get();
    let mut innermost = None;
    while let Some(this) = entry {
        let Some(traceback) = this.borrow().view::<TracebackObject>() else { break };
        innermost = traceback.frame.get();
        entry = traceback.next.get();
    }
    innermost
}

/// Locals, globals and built-in names at the place where an exception was raised.
fn visible_names(cx: &mut Cx<'_>, exception: &ExceptionObject) -> Vec<String> {
    let mut names = Vec::new();
    let Some(frame) = innermost_frame(exception) else { return names };
    for attribute in ["f_locals", "f_globals"] {
        match protocol::get_attr_str(cx, frame.borrow(), attribute) {
            Ok(namespace) => add_keys(namespace.borrow(), &mut names),
            Err(raised) => drop(cx.take_raised(raised)),
        }
    }
    add_keys(Machine::of(cx).builtins(), &mut names);
    names.extend(crate::late_builtins::names().map(str::to_owned));
    names
}

pub(crate) fn add_keys(namespace: Borrowed<'_>, names: &mut Vec<String>) {
    let mut cursor = 0;
    while let Some((key, _)) = dict::entry(namespace, &mut cursor) {
        if let Some(key) = key.borrow().view::<StrObject>() {
            names.push(key.text().to_string());
        }
    }
}
