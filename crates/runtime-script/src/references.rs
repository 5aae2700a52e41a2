//! Who holds what: the references that stand in no object, and every one that leads to an object.
//!
//! ```text
//! frames, the runtime's own tables ---> objects ---> what those hold ---> ...
//!          (roots, first)                    in the order in which they are met
//! tracked by the collector, but reached from none of these ---> what those hold ---> ...
//! ```
//!
//! Nothing here runs a program or takes memory of the heap. Everybody who explains why an object lives
//! asks here: the module `strata`, the lifetimes log, `strata why`.

use std::collections::{HashMap, HashSet, VecDeque};

use runtime_core::Obj;
use runtime_gc::{Borrowed, Holder, Roots};
use runtime_observe::{Alive, Recorder};
use runtime_types::anatomy::{Link, each_link, key_text};
use runtime_types::module::ModuleObject;
use runtime_types::string::StrObject;
use runtime_types::ty::Type;
use runtime_types::{Look, dict};

use crate::code::CodeObject;
use crate::interp::{Interp, Machine};
use crate::vm::generator;
use crate::vm::stack::Frame;

/// Who holds a reference.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum HeldBy<'a> {
    /// A variable of a function that runs.
    Variable {
        /// The function.
        function: &'a str,
        /// The variable.
        name: &'a str,
    },
    /// A global name.
    Global {
        /// The module.
        module: &'a str,
        /// The name.
        name: Borrowed<'a>,
        /// The module's namespace, the dict that holds it.
        namespace: Obj,
    },
    /// An expression that a function is in the middle of.
    Temporary {
        /// The function.
        function: &'a str,
        /// Whether no other was called since.
        newest: bool,
    },
    /// A part of the runtime.
    Runtime {
        /// Which.
        part: &'a str,
        /// The function that it has to do with.
        function: Option<&'a str>,
    },
    /// An object.
    Object {
        /// Which.
        holder: Obj,
        /// What the reference is there.
        link: Link<'a>,
        /// The same in words, where there are any.
        what: &'a str,
    },
}

impl HeldBy<'_> {
    /// `variable`, `temporary`, `object` or `runtime`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Variable { .. } | Self::Global { .. } => "variable",
            Self::Temporary { .. } => "temporary",
            Self::Runtime { .. } => "runtime",
            Self::Object { .. } => "object",
        }
    }

    /// The function, the module, the type of the object, or the part of the runtime.
    pub fn holder(&self) -> String {
        match *self {
            Self::Variable { function, .. } | Self::Temporary { function, .. } => function.into(),
            Self::Global { module, .. } => module.into(),
            Self::Runtime { part, .. } => part.into(),
            // SAFETY: who holds something is alive.
            Self::Object { holder, .. } => unsafe { Borrowed::new(holder) }.ty().name().into(),
        }
    }

    /// Where in the holder.
    pub fn place(&self) -> Option<String> {
        Some(match *self {
            Self::Variable { name, .. } => name.into(),
            Self::Global { name, .. } => shown(name),
            Self::Temporary { .. } => return None,
            Self::Runtime { function, .. } => function?.into(),
            Self::Object { link, what, .. } => match link {
                Link::Key(key) => format!("key {}", key_text(key)),
                Link::Member => "member".into(),
                Link::Type => "its type".into(),
                Link::Cell => "value".into(),
                Link::Field if what.is_empty() => return None,
                Link::Field => what.into(),
                link => link.to_string(),
            },
        })
    }

    /// The holder as those who tell of lifetimes name it.
    pub fn alive(&self, recorder: &Recorder) -> Alive {
        match (self.root(), *self) {
            (Some(words), _) => Alive::Root(words),
            (None, Self::Object { holder, link, .. }) => {
                Alive::Object(recorder.block_of(holder), link.to_string())
            }
            (None, _) => Alive::Root(self.holder()),
        }
    }

    /// The words for a holder that is no object, and for a global name.
    pub fn root(&self) -> Option<String> {
        Some(match *self {
            Self::Variable { name, .. } => Holder::Name(name).to_string(),
            Self::Global { module: "__main__", name, .. } => format!("the name {}", shown(name)),
            Self::Global { module, name, .. } => format!("the name {} of {module}", shown(name)),
            Self::Temporary { .. } => Holder::Temporary.to_string(),
            Self::Runtime { part, .. } => Holder::Runtime(part).to_string(),
            Self::Object { .. } => return None,
        })
    }
}

/// No memory of the host for so many bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NoMemory(pub(crate) usize);

impl Roots for Machine {
    fn each_root(&self, show: &mut dyn FnMut(Holder<'_>, Obj)) {
        self.each_held_apart(&mut |by, op| {
            show(
                match *by {
                    HeldBy::Variable { name, .. } => Holder::Name(name),
                    HeldBy::Runtime { part, .. } => Holder::Runtime(part),
                    _ => Holder::Temporary,
                },
                op,
            );
        });
        self.each_of_tree(&mut |op| show(Holder::Runtime(TREE), op));
    }
}

/// What holds the constants of the main module while that runs.
const TREE: &str = "syntax tree of __main__";

impl Machine {
    /// Shows the references that stand in no object: those of the frames that run, the newest first,
    /// then the runtime's own.
    pub(crate) fn each_held_apart(&self, show: &mut dyn FnMut(&HeldBy<'_>, Obj)) {
        self.each_of_frames(show);
        let own = [
            ("built-in names", Some(self.builtins().as_obj())),
            ("sys.modules", self.modules().map(|modules| modules.as_obj())),
            ("namespace of __main__", self.main_namespace()),
        ];
        for (part, op) in own {
            if let Some(op) = op {
                show(&HeldBy::Runtime { part, function: None }, op);
            }
        }
        self.world.each_held(&mut |part, op| show(&HeldBy::Runtime { part, function: None }, op));
    }

    fn each_of_frames(&self, show: &mut dyn FnMut(&HeldBy<'_>, Obj)) {
        let newest: *mut Frame = self.frame.get();
        let mut frame = newest;
        while !frame.is_null() {
            // SAFETY: the newest frame and its callers are live, their codes with them; nothing runs
            // while they are looked at.
            unsafe {
                let code = (*frame).code.as_ref();
                let function = &*shown(code.parts.name.borrow());
                let owner = (*frame).generator.then(|| generator::owner(frame));
                if let Some(owner) = owner {
                    show(
                        &HeldBy::Runtime { part: "running generator", function: Some(function) },
                        owner,
                    );
                    if !generator::is_running(owner) {
                        // It shows what is in its frame itself.
                        frame = (*frame).caller;
                        continue;
                    }
                }
                let registers = Frame::registers(frame);
                for index in 0..usize::from((*frame).count) {
                    let Some(op) = *registers.add(index) else { continue };
                    let newest = frame == newest;
                    match code.variable(index).map(shown) {
                        Some(name) => show(&HeldBy::Variable { function, name: &name }, op),
                        None => show(&HeldBy::Temporary { function, newest }, op),
                    }
                }
                let parts = [("running function", (*frame).function), ("frame", (*frame).object)];
                for (part, op) in parts {
                    if let Some(op) = op {
                        show(&HeldBy::Runtime { part, function: Some(function) }, op);
                    }
                }
                if (*frame).caller.is_null() && code.parts.is_module {
                    // Whoever runs the script holds both for as long; for functions the function does.
                    for op in [(*frame).code.cast(), (*frame).globals] {
                        show(&HeldBy::Runtime { part: "running script", function: None }, op);
                    }
                }
                frame = (*frame).caller;
            }
        }
    }

    /// Shows the code and the namespace of each frame that runs, which somebody keeps alive for it.
    fn each_in_use(&self, show: &mut dyn FnMut(Obj)) {
        let mut frame: *mut Frame = self.frame.get();
        while !frame.is_null() {
            // SAFETY: as in `each_of_frames`.
            unsafe {
                show((*frame).code.cast());
                show((*frame).globals);
                frame = (*frame).caller;
            }
        }
    }

    /// Native code that runs in the middle of the script, in words: what it holds nobody knows. `None`
    /// when there is none.
    pub(crate) fn native_code(&self) -> Option<String> {
        let mut frame: *mut Frame = self.frame.get();
        // SAFETY: as in `each_of_frames`.
        unsafe {
            let name = |frame: *mut Frame| shown((*frame).code.as_ref().parts.name.borrow());
            if self.in_native.get() && !frame.is_null() {
                return Some(format!("native code that {} called", name(frame)));
            }
            while !frame.is_null() {
                // The script's own frame is called by nobody who holds anything.
                let is_script = (*frame).caller.is_null() && (*frame).code.as_ref().parts.is_module;
                if (*frame).entry && !is_script {
                    return Some(format!("native code that called {}", name(frame)));
                }
                frame = (*frame).caller;
            }
        }
        None
    }

    /// The namespaces of modules, with the modules' names.
    pub(crate) fn namespaces(&self) -> HashMap<Obj, String> {
        let mut found = HashMap::new();
        if let Some(modules) = self.modules() {
            let mut cursor = 0;
            while let Some((name, module)) = dict::entry(modules.borrow(), &mut cursor) {
                let module = module.borrow();
                let space = module.view::<ModuleObject>().and_then(|module| module.dict.peek());
                if let Some(space) = space
                    && name.borrow().is_a::<StrObject>()
                {
                    found.entry(space).or_insert_with(|| shown(name.borrow()));
                }
            }
        }
        found.insert(self.builtins().as_obj(), "builtins".to_owned());
        if let Some(main) = self.main_namespace() {
            found.insert(main, "__main__".to_owned());
        }
        found
    }

    /// Shows every reference that anybody is known to hold: those that stand in no object, and those of
    /// every object that they lead to or that the collector tracks.
    ///
    /// Cost: one pass over all of it, and the host's memory for a table of the objects.
    ///
    /// # Errors
    /// [`NoMemory`] when the host has none for that; not all has been shown then.
    pub(crate) fn each_reference(
        &self,
        show: &mut dyn FnMut(&HeldBy<'_>, Obj),
    ) -> Result<(), NoMemory> {
        let spaces = self.namespaces();
        let mut reached = self.reach_from_roots(&spaces, None, show)?;
        self.world.gc.each_tracked(None, &mut |op| reached.note(op));
        reached.follow(&spaces, show)
    }

    /// The same of what the roots lead to only, nearest first. Of the references to `argument`, one
    /// that the newest frame holds for a call is left out.
    fn reach_from_roots(
        &self,
        spaces: &HashMap<Obj, String>,
        mut argument: Option<Obj>,
        show: &mut dyn FnMut(&HeldBy<'_>, Obj),
    ) -> Result<Reached, NoMemory> {
        let mut reached = Reached::default();
        self.each_held_apart(&mut |by, op| {
            if argument == Some(op) && matches!(by, HeldBy::Temporary { newest: true, .. }) {
                argument = None;
                return;
            }
            show(by, op);
            reached.note(op);
        });
        self.each_in_use(&mut |op| reached.note(op));
        // Built-in types are there without being held.
        self.world.heap().types().for_each(|ty| reached.note(ty.as_ptr().cast()));
        reached.follow(spaces, show)?;
        // Last: whoever has a name for a constant is to be named first.
        self.each_of_tree(&mut |op| {
            show(&HeldBy::Runtime { part: TREE, function: None }, op);
            reached.note(op);
        });
        reached.follow(spaces, show)?;
        Ok(reached)
    }

    /// The shortest way from a name or a root to an object, in words; `None` when there is none, so that
    /// only a cycle, or native code, keeps it. `is_argument` when it is the argument of the call that
    /// asks, which does not count.
    ///
    /// # Errors
    /// As [`Machine::each_reference`].
    pub(crate) fn path_to(
        &self,
        target: Obj,
        is_argument: bool,
    ) -> Result<Option<Vec<String>>, NoMemory> {
        let spaces = self.namespaces();
        let mut before: HashMap<Obj, Option<Obj>> = HashMap::new();
        let mut refused = false;
        let argument = is_argument.then_some(target);
        self.reach_from_roots(&spaces, argument, &mut |by, op| {
            if before.try_reserve(1).is_err() {
                refused = true;
                return;
            }
            before.entry(op).or_insert(match *by {
                HeldBy::Object { holder, .. } => Some(holder),
                HeldBy::Global { namespace, .. } => Some(namespace),
                _ => None,
            });
        })?;
        if refused {
            return Err(NoMemory(before.len() * size_of::<(Obj, Option<Obj>)>()));
        }
        if !before.contains_key(&target) {
            return Ok(None);
        }
        let mut way = vec![target];
        let mut at = target;
        while let Some(Some(holder)) = before.get(&at) {
            way.push(*holder);
            at = *holder;
        }
        way.reverse();
        Ok(Some(self.in_words(&way, &spaces)))
    }

    /// Each step of a way from a root to an object.
    fn in_words(&self, way: &[Obj], spaces: &HashMap<Obj, String>) -> Vec<String> {
        let mut words: Vec<String> = Vec::new();
        let Some(&first) = way.first() else { return words };
        self.each_held_apart(&mut |by, op| {
            if op == first && words.is_empty() {
                words.extend(by.root().map(|root| match *by {
                    HeldBy::Variable { function, .. } => format!("{root} of {function}"),
                    _ => root,
                }));
            }
        });
        if words.is_empty() {
            // SAFETY: it has just been reached.
            let ty = unsafe { Borrowed::new(first) };
            words.push(format!("the type {}", ty.view::<Type>().map_or("?", Type::name)));
        }
        for pair in way.windows(2) {
            let &[holder, held] = pair else { continue };
            let mut found = None;
            each_of(holder, spaces, &mut |by, child| {
                if child == held && found.is_none() {
                    found = Some(match by.root() {
                        // What leads to the module does not matter.
                        Some(name) => (true, name),
                        None => (false, by.place().unwrap_or_else(|| "a field".to_owned())),
                    });
                }
            });
            let Some((fresh, step)) = found else { continue };
            if fresh {
                words.clear();
            }
            words.push(step);
        }
        words
    }
}

/// Shows the references of an object, those of code included.
pub(crate) fn each_of(
    holder: Obj,
    spaces: &HashMap<Obj, String>,
    show: &mut dyn FnMut(&HeldBy<'_>, Obj),
) {
    // SAFETY: whatever is reached is alive, and nothing dies during the walk.
    let from = unsafe { Borrowed::new(holder) };
    if let Some(code) = from.view::<CodeObject>() {
        each_of_code(code, &mut |what, child| {
            show(&HeldBy::Object { holder, link: Link::Field, what }, child);
        });
        return;
    }
    let space = spaces.get(&holder);
    each_link(from, &mut |link, child| match (space, link) {
        (Some(module), Link::Value(name)) => {
            show(&HeldBy::Global { module, name, namespace: holder }, child);
        }
        _ => show(&HeldBy::Object { holder, link, what: "" }, child),
    });
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

fn shown(name: Borrowed<'_>) -> String {
    name.view::<StrObject>().map_or_else(String::new, |name| name.text().to_string())
}

/// Objects that a walk has met, each once, the first one first.
#[derive(Default)]
pub(crate) struct Reached {
    seen: HashSet<Obj>,
    left: VecDeque<Obj>,
    refused: bool,
}

impl Reached {
    /// Notes an object that is to be looked at, unless it was noted before.
    pub(crate) fn note(&mut self, op: Obj) {
        if self.refused || self.seen.contains(&op) {
            return;
        }
        if self.seen.try_reserve(1).is_err() || self.left.try_reserve(1).is_err() {
            self.refused = true;
            return;
        }
        self.seen.insert(op);
        self.left.push_back(op);
    }

    pub(crate) fn next(&mut self) -> Option<Obj> {
        self.left.pop_front()
    }

    /// # Errors
    /// [`NoMemory`] when the walk could not be finished.
    pub(crate) fn end(&self) -> Result<(), NoMemory> {
        if self.refused { Err(NoMemory(self.seen.len() * size_of::<Obj>())) } else { Ok(()) }
    }

    /// Shows what the noted objects hold, and follows it.
    fn follow(
        &mut self,
        spaces: &HashMap<Obj, String>,
        show: &mut dyn FnMut(&HeldBy<'_>, Obj),
    ) -> Result<(), NoMemory> {
        while let Some(holder) = self.next() {
            each_of(holder, spaces, &mut |by, child| {
                show(by, child);
                self.note(child);
            });
        }
        self.end()
    }
}

impl Interp {
    /// Shows each reference that anybody is known to hold: the roots first, then every object that can
    /// be reached from them or that the collector tracks.
    ///
    /// Runs no program and takes no memory of the heap. Cost: one pass over all of it. When the host
    /// has no memory for that, not all is shown.
    pub fn each_reference(&self, show: &mut dyn FnMut(&HeldBy<'_>, Obj)) {
        let _ = self.machine().each_reference(show);
    }

    /// Native code that runs in the middle of the script, in words; `None` when there is none, so that
    /// every unit of every count has a holder that is known.
    pub fn native_code(&self) -> Option<String> {
        self.machine().native_code()
    }

    /// Shows each name that is bound where the code that runs can see it, with its object.
    pub fn each_name(&self, show: &mut dyn FnMut(&str, Obj)) {
        self.machine().each_name(&mut |name, value| {
            if let Some(op) = value {
                show(name, op);
            }
        });
    }
}
