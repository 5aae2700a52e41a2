//! A look at one object in the middle of a script: who holds it, how it is laid out.
//!
//! The look is taken when a line is about to run for the first time, from within the event that says
//! so: the heap is whole then, nothing else runs, and looking changes nothing of it. What is found is
//! plain data, with blocks in the place of objects; the recording up to that event gives them names.

use std::cell::RefCell;
use std::ptr::NonNull;

use runtime_core::{Event, Obj, Observer};
use runtime_gc::Borrowed;
use runtime_observe::{BlockCode, Recorder};
use runtime_types::anatomy::{FieldPlace, anatomy, fields, length_of, value_of};
use runtime_types::cell::CellObject;
use runtime_types::string::text_in;
use runtime_types::{Look, dict};

use crate::interp::Machine;
use crate::references::HeldBy;
use crate::vm::stack::Frame;

/// The object that a name means when a line is about to run for the first time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The line of the script.
    pub line: u32,
    /// The name.
    pub name: String,
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoAnswer {
    /// The script never came to the line.
    NoLine,
    /// The name was bound to nothing then.
    NoName,
    /// The host had no memory for the walk.
    NoMemory,
}

/// One unit of a count.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unit {
    /// `variable`, `temporary`, `object`, `runtime`, or `unknown`: native code that runs, or a handle.
    pub kind: &'static str,
    /// The function, the module, the type, or the part of the runtime.
    pub holder: String,
    /// Where in it.
    pub place: Option<String>,
    /// The holder's block, when it is an object.
    pub object: Option<BlockCode>,
}

/// What was found.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Number of the first event after the look.
    pub event: u64,
    /// The function that was running; `None` at the level of the module.
    pub function: Option<String>,
    /// The object's type.
    pub type_name: String,
    /// Its value, when that is short and no program has to run for it.
    pub value: Option<String>,
    /// Its block.
    pub block: BlockCode,
    /// Bytes that were asked for that block.
    pub asked: usize,
    /// Bytes that the block has.
    pub granted: usize,
    /// An array that it owns beside its block: bytes, and those of its block.
    pub array: Option<(usize, usize)>,
    /// Its fields.
    pub fields: Vec<FieldPlace>,
    /// Its count; `None` for an immortal object.
    pub count: Option<u32>,
    /// Its length, when it has one behind its header.
    pub length: Option<usize>,
    /// Who holds it, one for each unit of the count.
    pub units: Vec<Unit>,
    /// The way that keeps it alive.
    pub path: Option<Vec<String>>,
}

/// Waits for a line, handing on what is told to a recorder.
pub(crate) struct Onlooker {
    recorder: NonNull<Recorder>,
    machine: NonNull<Machine>,
    question: Question,
    answer: RefCell<Result<Box<Answer>, NoAnswer>>,
}

impl Onlooker {
    /// # Safety
    /// Recorder and machine outlive the onlooker's time as the observer of the machine's heap.
    pub(crate) unsafe fn new(
        recorder: NonNull<Recorder>,
        machine: NonNull<Machine>,
        question: Question,
    ) -> Self {
        Self { recorder, machine, question, answer: RefCell::new(Err(NoAnswer::NoLine)) }
    }

    pub(crate) fn into_answer(self) -> Result<Box<Answer>, NoAnswer> {
        self.answer.into_inner()
    }
}

impl Observer for Onlooker {
    fn event(&self, event: &Event<'_>) {
        // SAFETY: both are alive; see `new`.
        let (recorder, machine) = unsafe { (self.recorder.as_ref(), self.machine.as_ref()) };
        recorder.event(event);
        if let Event::Line { at: Some((0, line)) } = *event
            && line == self.question.line
            && let Ok(mut answer) = self.answer.try_borrow_mut()
            && matches!(*answer, Err(NoAnswer::NoLine))
        {
            *answer = match machine.meaning_of(&self.question.name) {
                Some(op) => look(machine, recorder, op),
                None => Err(NoAnswer::NoName),
            };
        }
    }
}

fn look(machine: &Machine, recorder: &Recorder, op: Obj) -> Result<Box<Answer>, NoAnswer> {
    // SAFETY: whoever holds it does not let go of it meanwhile.
    let view = unsafe { Borrowed::new(op) };
    let heap = machine.world.heap();
    let count = (!view.header().is_immortal()).then(|| view.header().count());
    let mut units: Vec<Unit> = Vec::new();
    let show = &mut |by: &HeldBy<'_>, child: Obj| {
        if child == op {
            let object = match *by {
                HeldBy::Object { holder, .. } => Some(recorder.block_of(holder)),
                _ => None,
            };
            let (holder, place) = (by.holder(), by.place());
            units.push(Unit { kind: by.kind(), holder, place, object });
        }
    };
    machine.each_reference(show).map_err(|_| NoAnswer::NoMemory)?;
    let path = machine.path_to(op, false).map_err(|_| NoAnswer::NoMemory)?;
    if let Some(count) = count {
        let known = units.len();
        let native = machine.native_code().unwrap_or_else(|| "a handle of the host".to_owned());
        units.extend((known..count as usize).map(|_| Unit {
            kind: "unknown",
            holder: native.clone(),
            place: None,
            object: None,
        }));
    }
    let parts = anatomy(view);
    let asked = parts.block();
    Ok(Box::new(Answer {
        event: recorder.events(),
        function: machine.running_function(),
        type_name: view.ty().name().to_owned(),
        value: value_of(view),
        block: recorder.block_of(op),
        asked,
        granted: heap.grant(asked).bytes,
        array: parts.array.map(|(_, bytes)| (bytes, heap.grant(bytes).bytes)),
        fields: fields(view),
        count,
        length: length_of(view),
        units,
        path,
    }))
}

impl Machine {
    /// Shows each name that means something to the code that runs, in the order in which they hide each
    /// other: variables of the newest frame (nothing for one that is not bound), globals, built-in
    /// names.
    pub(crate) fn each_name(&self, show: &mut dyn FnMut(&str, Option<Obj>)) {
        let frame = self.frame.get();
        let mut spaces: Vec<Obj> = Vec::new();
        // SAFETY: the newest frame is live and its code with it; so are those that hold what is shown.
        unsafe {
            let Some(running) = frame.as_ref() else { return };
            let code = running.code.as_ref();
            let registers = Frame::registers(frame);
            for index in 0..usize::from(running.count) {
                let Some(name) = code.variable(index).and_then(text_in) else { continue };
                let value = *registers.add(index);
                match value.map(|op| Borrowed::new(op)).and_then(|op| op.view::<CellObject>()) {
                    Some(cell) => show(&name, cell.value.peek()),
                    None => show(&name, value),
                }
            }
            if code.parts.is_class {
                spaces.extend(*registers);
            }
            spaces.extend([running.globals, self.builtins().as_obj()]);
            for space in spaces {
                let mut cursor = 0;
                while let Some((key, value)) = dict::entry(Borrowed::new(space), &mut cursor) {
                    if let Some(name) = text_in(key.borrow()) {
                        show(&name, Some(value.as_obj()));
                    }
                }
            }
        }
    }

    /// What a name means to the code that runs.
    pub(crate) fn meaning_of(&self, name: &str) -> Option<Obj> {
        let mut found = None;
        self.each_name(&mut |known, value| {
            if known == name && found.is_none() {
                found = Some(value);
            }
        });
        found?
    }

    /// The name of the function that runs; `None` for a module's own code.
    pub(crate) fn running_function(&self) -> Option<String> {
        // SAFETY: the newest frame is live and its code with it.
        let code = unsafe { &self.frame.get().as_ref()?.code.as_ref().parts };
        if code.is_module {
            return None;
        }
        text_in(code.qualname.borrow())
    }
}
