//! Who holds what: the references that stand in no object, and every one that leads to an object.

use std::collections::HashSet;
use std::fmt::Write as _;

use runtime_core::{Obj, type_of};
use runtime_gc::{Borrowed, Holder, Roots};
use runtime_types::anatomy::{Link, each_link};
use runtime_types::args::Args;
use runtime_types::int::IntObject;
use runtime_types::module::ModuleObject;
use runtime_types::string::{StrObject, text_of};
use runtime_types::{Cx, Look, Res, dict, list};

use super::{Plain, no_memory};
use crate::code::CodeObject;
use crate::interp::Machine;
use crate::vm::generator;
use crate::vm::stack::Frame;

impl Roots for Machine {
    fn each_root(&self, show: &mut dyn FnMut(Holder<'_>, Obj)) {
        self.each_frame_reference(&mut |frame, op| show(frame.holder(), op));
        self.each_own_reference(&mut |part, op| show(Holder::Runtime(part), op));
    }
}

/// What a reference of a frame is.
pub(super) struct FrameReference<'a> {
    /// The name of the function.
    function: &'a str,
    /// The variable; none for a temporary.
    variable: Option<&'a str>,
    /// Whether the frame is the newest.
    newest: bool,
    /// A part of the frame that is no register.
    part: Option<&'a str>,
}

impl FrameReference<'_> {
    fn holder(&self) -> Holder<'_> {
        match (self.part, self.variable) {
            (Some(part), _) => Holder::Runtime(part),
            (None, Some(name)) => Holder::Name(name),
            (None, None) => Holder::Temporary,
        }
    }
}

impl Machine {
    /// Shows the references of the frames that run.
    pub(super) fn each_frame_reference(&self, show: &mut dyn FnMut(&FrameReference<'_>, Obj)) {
        let newest: *mut Frame = self.frame.get();
        let mut frame = newest;
        while !frame.is_null() {
            // SAFETY: the newest frame and its callers are live, their codes with them; nothing runs
            // while they are looked at.
            unsafe {
                let code = (*frame).code.as_ref();
                let function = shown(code.parts.name.borrow());
                let mut tell = |variable: Option<&str>, part: Option<&str>, op: Obj| {
                    let newest = frame == newest;
                    show(&FrameReference { function: &function, variable, newest, part }, op);
                };
                let registers = Frame::registers(frame);
                for index in 0..usize::from((*frame).count) {
                    let Some(op) = *registers.add(index) else { continue };
                    let name = code.variable(index).map(shown);
                    tell(name.as_deref(), None, op);
                }
                let parts = [("running function", (*frame).function), ("frame", (*frame).object)];
                for (part, op) in parts {
                    if let Some(op) = op {
                        tell(None, Some(part), op);
                    }
                }
                if (*frame).generator {
                    tell(None, Some("running generator"), generator::owner(frame));
                }
                frame = (*frame).caller;
            }
        }
    }

    /// Shows the references that the machine and the world hold themselves.
    fn each_own_reference(&self, show: &mut dyn FnMut(&str, Obj)) {
        let own = [
            ("built-in names", Some(self.builtins().as_obj())),
            ("sys.modules", self.modules().map(|modules| modules.as_obj())),
            ("namespace of __main__", self.main_namespace()),
        ];
        for (part, op) in own {
            if let Some(op) = op {
                show(part, op);
            }
        }
        self.each_of_tree(&mut |op| show("syntax tree of __main__", op));
        self.world.each_held(show);
    }
}

fn shown(name: Borrowed<'_>) -> String {
    name.view::<StrObject>().map_or_else(String::new, |name| name.text().to_string())
}

/// Shows the references of a code, which the collector does not see.
fn each_of_code(code: &CodeObject, show: &mut dyn FnMut(&str, Obj)) {
    let parts = &code.parts;
    show("name", parts.name.as_obj());
    show("qualified name", parts.qualname.as_obj());
    let lists = [
        ("constant", &parts.consts),
        ("name it uses", &parts.names),
        ("name of a variable", &parts.variables),
    ];
    for (what, list) in lists {
        list.iter().for_each(|op| show(what, op.as_obj()));
    }
    parts.globals.iter().for_each(|global| show("global name", global.name.as_obj()));
}

/// All objects that can be reached, each shown once: what is tracked, the types, what the roots hold,
/// and whatever hangs on those.
pub(super) struct Reached {
    seen: HashSet<Obj>,
    left: Vec<Obj>,
    refused: bool,
}

impl Reached {
    pub(super) fn new() -> Self {
        Self { seen: HashSet::new(), left: Vec::new(), refused: false }
    }

    /// Notes an object that is to be looked at, unless it was noted before.
    pub(super) fn note(&mut self, op: Obj) {
        if self.refused || self.seen.contains(&op) {
            return;
        }
        if self.seen.try_reserve(1).is_err() || self.left.try_reserve(1).is_err() {
            self.refused = true;
            return;
        }
        self.seen.insert(op);
        self.left.push(op);
    }

    pub(super) fn next(&mut self) -> Option<Obj> {
        self.left.pop()
    }

    /// # Errors
    /// `MemoryError` when the walk could not be finished.
    pub(super) fn end(&self, cx: &Cx<'_>) -> Res<()> {
        if self.refused { Err(no_memory(cx, self.seen.len() * size_of::<Obj>())) } else { Ok(()) }
    }
}

/// Shows the references of an object, those of code included, each in words.
pub(super) fn each_reference(op: Borrowed<'_>, show: &mut dyn FnMut(&Link<'_>, &str, Obj)) {
    match op.view::<CodeObject>() {
        Some(code) => each_of_code(code, &mut |what, child| show(&Link::Field, what, child)),
        None => each_link(op, &mut |link, child| show(&link, "", child)),
    }
}

/// One unit of a count.
struct Unit {
    kind: &'static str,
    holder: String,
    place: Option<String>,
}

impl Unit {
    fn plain(self) -> Plain {
        Plain::Tuple(vec![self.kind.into(), self.holder.into(), self.place.into()])
    }
}

/// `refs(x)`: every unit of the object's count, as `(kind, holder, place)`.
pub(super) fn refs(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let op = list::this(cx, &args)?;
    let target = op.as_obj();
    if op.header().is_immortal() {
        return Plain::Tuple(vec![Plain::Tuple(vec!["immortal".into(), Plain::None, Plain::None])])
            .make(cx);
    }
    let count = op.header().count() as usize;
    let machine = Machine::of(cx);
    let spaces = namespaces(cx)?;
    let mut units: Vec<Unit> = Vec::new();
    let mut argument = false;
    machine.each_frame_reference(&mut |at, child| {
        if child == target {
            units.push(frame_unit(at, &mut argument));
        }
    });
    machine.each_own_reference(&mut |part, child| {
        if child == target {
            units.push(Unit { kind: "runtime", holder: part.to_owned(), place: None });
        }
    });
    let mut reached = Reached::new();
    cx.gc.each_tracked(None, &mut |op| reached.note(op));
    cx.heap().types().for_each(|ty| reached.note(ty.as_ptr().cast()));
    machine.each_frame_reference(&mut |_, op| reached.note(op));
    machine.each_own_reference(&mut |_, op| reached.note(op));
    while let Some(holder) = reached.next() {
        // SAFETY: whatever is reached is alive, and nothing dies during the walk.
        let from = unsafe { Borrowed::new(holder) };
        each_reference(from, &mut |link, what, child| {
            if child == target {
                let name = spaces.iter().find(|(space, _)| *space == holder);
                units.push(object_unit(from, link, what, name.map(|(_, name)| name.as_str())));
            }
            if child != target || holder != target {
                reached.note(child);
            }
        });
    }
    reached.end(cx)?;
    units.sort_by(|a, b| {
        (rank(a.kind), &a.holder, &a.place).cmp(&(rank(b.kind), &b.holder, &b.place))
    });
    for _ in units.len()..count {
        units.push(Unit { kind: "unknown", holder: String::new(), place: None });
    }
    Plain::Tuple(units.into_iter().map(Unit::plain).collect()).make(cx)
}

fn rank(kind: &str) -> usize {
    let kinds = ["variable", "argument", "temporary", "object", "runtime", "unknown"];
    kinds.iter().position(|known| *known == kind).unwrap_or(kinds.len())
}

fn frame_unit(at: &FrameReference<'_>, argument: &mut bool) -> Unit {
    let holder = at.function.to_owned();
    match (at.part, at.variable) {
        (Some(part), _) => Unit { kind: "runtime", holder: part.to_owned(), place: Some(holder) },
        (None, Some(name)) => Unit { kind: "variable", holder, place: Some(name.to_owned()) },
        (None, None) if at.newest && !*argument => {
            *argument = true;
            Unit { kind: "argument", holder: "strata.refs".to_owned(), place: Some("x".to_owned()) }
        }
        (None, None) => Unit { kind: "temporary", holder, place: None },
    }
}

fn object_unit(from: Borrowed<'_>, link: &Link<'_>, what: &str, space: Option<&str>) -> Unit {
    let type_name = from.ty().name();
    if let (Some(space), Link::Value(key)) = (space, link) {
        let place = Some(shown(*key));
        return Unit { kind: "variable", holder: space.to_owned(), place };
    }
    let mut place = String::new();
    let written = match link {
        Link::Item(index) => write!(place, "[{index}]"),
        Link::Key(key) => write!(place, "key {}", key_text(*key)),
        Link::Value(key) => write!(place, "[{}]", key_text(*key)),
        Link::Member => write!(place, "member"),
        Link::Attribute(name) => write!(place, ".{name}"),
        Link::Type => write!(place, "its type"),
        Link::Cell => write!(place, "value"),
        _ => write!(place, "{what}"),
    };
    let place = (written.is_ok() && !place.is_empty()).then_some(place);
    Unit { kind: "object", holder: type_name.to_owned(), place }
}

/// A key in words: as it is written, for strs and ints.
fn key_text(key: Borrowed<'_>) -> String {
    if let Some(str) = key.view::<StrObject>() {
        return format!("'{}'", str.text());
    }
    match key.view::<IntObject>().and_then(IntObject::to_i64) {
        Some(value) => value.to_string(),
        None => format!("a {}", key.ty().name()),
    }
}

/// The namespaces of modules, with the modules' names.
pub(super) fn namespaces(cx: &mut Cx<'_>) -> Res<Vec<(Obj, String)>> {
    let machine = Machine::of(cx);
    let mut found = Vec::new();
    if let Some(main) = machine.main_namespace() {
        found.push((main, "__main__".to_owned()));
    }
    let builtins = machine.builtins().as_obj();
    found.push((builtins, "builtins".to_owned()));
    if let Some(modules) = machine.modules() {
        let mut cursor = 0;
        while let Some((name, module)) = dict::entry(modules.borrow(), &mut cursor) {
            let space =
                module.borrow().view::<ModuleObject>().and_then(|module| module.dict.peek());
            if let Some(space) = space.filter(|space| found.iter().all(|(known, _)| known != space))
                && name.borrow().is_a::<StrObject>()
            {
                found.push((space, text_of(cx, name.borrow())?.to_string()));
            }
        }
    }
    Ok(found)
}

/// Whether an object is one of those that programs are made of, not one of their data.
pub(super) fn is_program(machine: &Machine, op: Borrowed<'_>) -> bool {
    let types = machine.types();
    // SAFETY: the object is alive.
    let ty = unsafe { type_of(op.as_obj()) };
    let script = [types.function, types.code, types.frame];
    op.is_a::<runtime_types::ty::Type>()
        || op.is_a::<ModuleObject>()
        || op.is_a::<runtime_types::native::NativeObject>()
        || script.iter().any(|known| std::ptr::eq(known.mem.as_ptr().as_ptr(), ty.as_ptr()))
}
