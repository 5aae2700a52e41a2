//! The top floor: a whole runtime, and how a script is run in it.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::mem::ManuallyDrop;
use std::path::PathBuf;
use std::ptr::{NonNull, null_mut};

use runtime_core::{AllocError, COLLECTION_DUE, FRAMES, Floor, Heap, HeapConfig, Obj, StampError};
use runtime_gc::{Borrowed, Collector, Policy, Ref};
use runtime_types::kernel::hash::HashKey;
use runtime_types::ty::{Type, TypeDef};
use runtime_types::{Console, Cx, FreeListCaps, Layout, Limit, Raised, Res, World, dict};

use crate::bell::Bell;
use crate::code::{self, CodeObject};
use crate::compile::CompileError;
use crate::syntax::{self, Fault, Source};
use crate::vm::count::FrameCounts;
use crate::vm::stack::{Frame, Stack};
use crate::vm::{class, frame, function, generator, run};

/// Numbers of this floor's structs; see [`Layout`].
pub mod layout {
    use super::Layout;

    /// `code`
    pub const CODE: u16 = Layout::FIRST_ABOVE;
    /// `function`
    pub const FUNCTION: u16 = Layout::FIRST_ABOVE + 1;
    /// `frame`
    pub const FRAME: u16 = Layout::FIRST_ABOVE + 2;
    /// `generator`
    pub const GENERATOR: u16 = Layout::FIRST_ABOVE + 3;
}

/// How a runtime is built.
#[derive(Debug, Clone, Copy)]
pub struct Config {
    /// Its heap.
    pub heap: HeapConfig,
    /// Seed of the hashes of str and bytes; 0 gives the same hashes everywhere.
    pub hash_seed: u32,
    /// Frames that may nest before `RecursionError`.
    pub recursion_limit: u32,
    /// When collections happen by themselves.
    pub gc: Policy,
    /// Steps that scripts may do: about one for each turn of a loop, each call, and each item that
    /// native code handles.
    pub max_steps: Option<u64>,
    /// How many dead objects the types keep for reuse.
    pub free_lists: FreeListCaps,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            heap: HeapConfig::default(),
            hash_seed: 0,
            recursion_limit: 1000,
            gc: Policy::default(),
            max_steps: None,
            free_lists: FreeListCaps::default(),
        }
    }
}

/// How a script ended.
#[derive(Debug)]
pub enum Outcome {
    /// It ran to its end.
    Done,
    /// It asked to exit with this code; what it had to say is written.
    Exit(i32),
    /// It was not run: a syntax error or a refusal.
    Fault(Fault),
    /// A limit ended it, at this file and line when it was running; none of its code ran after that.
    Stopped {
        /// Which one.
        limit: Limit,
        /// File and line.
        place: Option<(String, u32)>,
    },
    /// An exception was not caught; its traceback is written. `interrupted` for `KeyboardInterrupt`.
    Raised {
        /// Whether it was `KeyboardInterrupt`.
        interrupted: bool,
    },
}

/// What was left when a runtime ended; all zero unless something leaked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Teardown {
    /// Blocks of pools still in use.
    pub leaked_blocks: usize,
    /// Raw blocks still in use.
    pub leaked_raw: usize,
    /// The limit that ended the script, now or before.
    pub stopped: Option<Limit>,
}

/// The types of this floor.
struct ScriptTypes {
    code: NonNull<Type>,
    function: NonNull<Type>,
    frame: NonNull<Type>,
    generator: NonNull<Type>,
    traceback: NonNull<Type>,
}

/// This floor's types, borrowed.
#[derive(Clone, Copy)]
pub struct ScriptTypesRef<'a> {
    /// `code`
    pub code: &'a Type,
    /// `function`
    pub function: &'a Type,
    /// `frame`
    pub frame: &'a Type,
    /// `generator`
    pub generator: &'a Type,
    /// `traceback`
    pub traceback: &'a Type,
}

impl ScriptTypesRef<'_> {
    /// `function`, to compare with.
    #[inline(always)]
    pub fn function_ptr(self) -> NonNull<Type> {
        NonNull::from(self.function)
    }

    /// `generator`, to compare with.
    #[inline(always)]
    pub fn generator_ptr(self) -> NonNull<Type> {
        NonNull::from(self.generator)
    }
}

/// The fourth floor of a runtime.
#[repr(C)]
pub struct Machine {
    /// The floor below.
    pub world: World,
    types: ScriptTypes,
    pub(crate) stack: Stack,
    /// The newest frame.
    pub(crate) frame: Cell<*mut Frame>,
    /// Number of frames.
    pub(crate) depth: Cell<u32>,
    /// The namespace of the built-in names, a dict, owned.
    pub(crate) builtins: Cell<Option<Obj>>,
    /// Modules by name, a dict, owned: `sys.modules`.
    pub(crate) modules: Cell<Option<Obj>>,
    /// The namespace of `__main__`, owned.
    pub(crate) main: Cell<Option<Obj>>,
    /// Constants that CPython's syntax tree of the main module holds while that runs.
    tree: RefCell<Vec<Ref>>,
    /// Whether the modules' names are being let go.
    ending: Cell<bool>,
    /// Every file that was compiled. Their addresses are fixed: code refers to them by number.
    #[expect(clippy::vec_box, reason = "code borrows sources while the list grows")]
    sources: RefCell<Vec<Box<Source>>>,
    argv: RefCell<Vec<String>>,
    /// Where `import` looks for files.
    pub(crate) folder: RefCell<Option<PathBuf>>,
    /// File and line at which a limit ended the script.
    stop_place: RefCell<Option<(String, u32)>>,
    /// What other threads ring.
    bell: Bell,
    pub(crate) frame_counts: Cell<FrameCounts>,
    /// File and line that whoever watches the heap was told last.
    pub(crate) told_line: Cell<Option<(u32, u32)>>,
    /// Whether the line is told while native code that it called runs.
    pub(crate) in_native: Cell<bool>,
    /// What the embedding program keeps beside the runtime.
    attached: Option<Box<dyn Any>>,
    /// The owner of this machine once more, for code that comes from an object.
    itself: ManuallyDrop<Interp>,
}

impl Machine {
    /// The machine that a context runs in.
    #[inline(always)]
    pub(crate) fn of<'a>(cx: &Cx<'a>) -> &'a Machine {
        // SAFETY: contexts of this floor are made by `Interp::cx`, whose world is the first field
        // of a machine; the pointer is made from the whole allocation, which outlives `'a`.
        unsafe { cx.world_ptr().cast::<Machine>().as_ref() }
    }

    /// This floor's types.
    #[inline(always)]
    pub(crate) fn types(&self) -> ScriptTypesRef<'_> {
        // SAFETY: types live as long as the machine.
        unsafe {
            ScriptTypesRef {
                code: self.types.code.as_ref(),
                function: self.types.function.as_ref(),
                frame: self.types.frame.as_ref(),
                generator: self.types.generator.as_ref(),
                traceback: self.types.traceback.as_ref(),
            }
        }
    }

    /// The namespace of the built-in names.
    #[inline(always)]
    pub(crate) fn builtins(&self) -> Borrowed<'_> {
        let none = self.types().code.as_obj();
        // SAFETY: the machine owns the dict from its start to its end.
        unsafe { Borrowed::new(self.builtins.get().unwrap_or(none)) }
    }

    /// The namespace of `__main__`, once a script runs.
    pub(crate) fn main_namespace(&self) -> Option<Obj> {
        self.main.get()
    }

    /// `sys.modules`
    pub(crate) fn modules(&self) -> Option<Ref> {
        // SAFETY: the cell owns it.
        self.modules.get().map(|op| unsafe { Ref::new(op) })
    }

    /// The namespace of `__main__`, when there is one.
    pub(crate) fn main(&self) -> Option<Ref> {
        // SAFETY: the cell owns it.
        self.main.get().map(|op| unsafe { Ref::new(op) })
    }

    /// Holds the constants of the main module's syntax tree; those before are let go.
    pub(crate) fn keep_tree(&self, constants: Vec<Ref>) {
        let before = self.tree.replace(constants);
        drop(before);
    }

    /// Shows what the main module's syntax tree holds.
    pub(crate) fn each_of_tree(&self, show: &mut dyn FnMut(Obj)) {
        if let Ok(held) = self.tree.try_borrow() {
            held.iter().for_each(|op| show(op.as_obj()));
        }
    }

    /// Whether the runtime ends, and modules with it.
    pub(crate) fn is_ending(&self) -> bool {
        self.ending.get()
    }

    /// Makes a namespace that of `__main__`; the one of the script before is let go.
    pub(crate) fn set_main(&self, globals: Ref) {
        let before = self.main.replace(Some(globals.into_raw()));
        // SAFETY: the cell owned it.
        drop(before.map(|before| unsafe { Ref::steal(before) }));
    }

    pub(crate) fn set_argv(&self, argv: &[String]) {
        *self.argv.borrow_mut() = argv.to_vec();
    }

    /// What the script was started with.
    pub(crate) fn argv(&self) -> Vec<String> {
        self.argv.borrow().clone()
    }

    /// Looks after what was asked for since the last safe point: a collection, an interrupt, the end.
    ///
    /// # Errors
    /// `KeyboardInterrupt`; and what cannot be caught when a limit is reached.
    #[cold]
    pub(crate) fn safe_point(&self, cx: &mut Cx<'_>) -> Res<()> {
        if cx.heap().is_asked(COLLECTION_DUE) {
            cx.gc.collect_due();
        }
        // SAFETY: a frame that passes a safe point is live.
        unsafe { self.count_frame() };
        cx.charge(1)
    }

    /// Keeps the place at which a limit ended the script: that of the first frame to hear of it.
    ///
    /// # Safety
    /// `frame` is live.
    pub(crate) unsafe fn note_stop(&self, frame: *mut Frame) {
        if self.stop_place.borrow().is_some() {
            return;
        }
        // SAFETY: per contract, and the frame keeps its code.
        let (code, index) = unsafe { ((*frame).code.as_ref(), Frame::index(frame) as usize) };
        let name = self.source(code).map_or("?", Source::name).to_owned();
        self.stop_place.replace(Some((name, self.line_of(code, index))));
    }

    /// The source of a code.
    pub(crate) fn source(&self, code: &CodeObject) -> Option<&Source> {
        let sources = self.sources.borrow();
        let source: *const Source = &**sources.get(code.parts.source as usize)?;
        // SAFETY: sources are boxed and live as long as the machine; the list only grows.
        Some(unsafe { &*source })
    }

    /// The line of an instruction.
    pub(crate) fn line_of(&self, code: &CodeObject, index: usize) -> u32 {
        let start = code.position(index).start();
        self.source(code).map_or(0, |source| source.line(start))
    }

    /// The name of a source.
    pub(crate) fn source_name(&self, index: u32) -> String {
        let sources = self.sources.borrow();
        sources.get(index as usize).map_or_else(String::new, |source| source.name().to_owned())
    }

    /// The source with this number.
    pub(crate) fn source_at(&self, index: u32) -> Option<&Source> {
        let sources = self.sources.borrow();
        let source: *const Source = &**sources.get(index as usize)?;
        // SAFETY: as in `source`.
        Some(unsafe { &*source })
    }

    /// The latest source of this name.
    pub(crate) fn source_named(&self, name: &str) -> Option<&Source> {
        let index = self.sources.borrow().iter().rposition(|source| source.name() == name)?;
        self.source_at(index as u32)
    }

    pub(crate) fn add_source(&self, source: Source) -> u32 {
        let mut sources = self.sources.borrow_mut();
        sources.push(Box::new(source));
        (sources.len() - 1) as u32
    }
}

/// A whole runtime, owned.
pub struct Interp {
    machine: NonNull<Machine>,
}

impl Interp {
    /// A runtime with its types, its built-in names and modules, ready to run a script.
    ///
    /// # Errors
    /// [`StampError`] when memory is refused.
    pub fn new(config: Config, console: Box<dyn Console>) -> Result<Self, StampError> {
        let heap = Heap::new(config.heap, Floor::Interp);
        let key = HashKey::from_seed(config.hash_seed);
        let world = World::new(Collector::new(heap), key, console);
        world.recursion_limit.set(config.recursion_limit);
        let nothing = NonNull::<Type>::dangling();
        let machine = Machine {
            world,
            types: ScriptTypes {
                code: nothing,
                function: nothing,
                frame: nothing,
                generator: nothing,
                traceback: nothing,
            },
            stack: Stack::new(),
            frame: Cell::new(null_mut()),
            depth: Cell::new(0),
            builtins: Cell::new(None),
            modules: Cell::new(None),
            main: Cell::new(None),
            ending: Cell::new(false),
            tree: RefCell::new(Vec::new()),
            sources: RefCell::default(),
            argv: RefCell::default(),
            folder: RefCell::default(),
            stop_place: RefCell::default(),
            bell: Bell::default(),
            frame_counts: Cell::default(),
            told_line: Cell::new(None),
            in_native: Cell::new(false),
            attached: None,
            itself: ManuallyDrop::new(Self { machine: nothing.cast() }),
        };
        let machine = NonNull::from(Box::leak(Box::new(machine)));
        let interp = Self { machine };
        // SAFETY: the machine has its final address; nobody else refers to it yet.
        unsafe {
            (*machine.as_ptr()).itself = ManuallyDrop::new(Self { machine });
            Collector::start(machine.cast());
            World::start(machine.cast())?;
            machine.as_ref().world.gc.set_policy(config.gc);
            machine.as_ref().bell.hang(&machine.as_ref().world.heap().safe_point);
            machine.as_ref().world.set_free_list_caps(&config.free_lists);
            machine.as_ref().world.zero_super.set(class::zero_super);
            machine.as_ref().world.module_name.set(class::module_name);
            machine.as_ref().world.standard_out.set(crate::import::standard_out);
            machine.as_ref().world.module_of.set(crate::import::import);
            machine.as_ref().world.frame_depth.set(|cx| Machine::of(cx).depth.get());
            machine.as_ref().world.unraisable.set(crate::uncaught::report_ignored);
            let stamp = |def: &TypeDef| World::stamp_type(machine.cast(), def);
            let types = ScriptTypes {
                code: stamp(&code::DEF)?,
                function: stamp(&function::DEF)?,
                frame: stamp(&frame::DEF)?,
                generator: stamp(&generator::DEF)?,
                traceback: stamp(&frame::TRACEBACK)?,
            };
            (*machine.as_ptr()).types = types;
        }
        if let Some(steps) = config.max_steps {
            interp.machine().world.limit_steps(steps);
        }
        interp.make_namespaces().map_err(|_| {
            let error = interp.machine().world.last_refusal.get();
            StampError::Alloc(error.unwrap_or(AllocError::System { bytes: 0 }))
        })?;
        Ok(interp)
    }

    /// The runtime that an object belongs to.
    ///
    /// # Safety
    /// `op` is an object of a runtime with this floor, which outlives `'a`.
    pub unsafe fn of<'a>(op: Obj) -> &'a Interp {
        // SAFETY: per contract the heap is the first field of a machine, and the pointer was made from
        // the whole allocation; the field was written before anybody had an object.
        unsafe { &(*World::ptr_of(op).cast::<Machine>().as_ptr()).itself }
    }

    /// Keeps something beside the runtime until it ends; for the floor above.
    pub fn attach(&mut self, what: Box<dyn Any>) {
        // SAFETY: the runtime is borrowed alone, so nobody looks at the field.
        unsafe { (*self.machine.as_ptr()).attached = Some(what) };
    }

    /// What [`Interp::attach`] was given.
    pub fn attached(&self) -> Option<&dyn Any> {
        self.machine().attached.as_deref()
    }

    fn make_namespaces(&self) -> Res<()> {
        let cx = &mut self.cx();
        let machine = Machine::of(cx);
        let builtins = dict::new(cx)?;
        runtime_types::builtins::install(cx, builtins.borrow())?;
        crate::modules::install_builtins(cx, builtins.borrow())?;
        machine.builtins.set(Some(builtins.into_raw()));
        let modules = dict::new(cx)?;
        machine.modules.set(Some(modules.into_raw()));
        Ok(())
    }

    pub(crate) fn machine(&self) -> &Machine {
        // SAFETY: the machine lives until this handle is dropped.
        unsafe { self.machine.as_ref() }
    }

    /// A context to run in, for the floor above, which has its own rules of who may run when.
    ///
    /// # Safety
    /// While it is used no view of an object that was taken from another context of the runtime is:
    /// code may run that changes the object. No reference made with it outlives the runtime.
    pub unsafe fn context(&self) -> Cx<'_> {
        self.cx()
    }

    /// A context to run in.
    pub(crate) fn cx(&self) -> Cx<'_> {
        // SAFETY: the machine was started and outlives the borrow of its handle; a runtime is not
        // `Sync`, so no other thread uses it meanwhile.
        unsafe { Cx::new(self.machine.cast()) }
    }

    /// How many dead objects the types keep for reuse.
    pub fn free_list_caps(&self) -> FreeListCaps {
        self.machine().world.free_list_caps()
    }

    /// The heap.
    pub fn heap(&self) -> &Heap {
        self.machine().world.heap()
    }

    /// Counts frames from now on, from zero, or no longer.
    pub fn count_frames(&self, on: bool) {
        if on {
            self.machine().frame_counts.set(FrameCounts::default());
            self.heap().ask(FRAMES);
        } else {
            self.heap().answer(FRAMES);
        }
    }

    /// What the stack of frames was used for while frames were counted.
    pub fn frame_counts(&self) -> FrameCounts {
        self.machine().frame_counts.get()
    }

    /// What another thread may ring to interrupt scripts, or to end them.
    pub fn bell(&self) -> Bell {
        self.machine().bell.clone()
    }

    /// The line of the innermost running frame, and whether it is in the main file.
    pub fn current_line_number(&self) -> Option<u32> {
        let machine = self.machine();
        let frame = machine.frame.get();
        if frame.is_null() {
            return None;
        }
        // SAFETY: the newest frame is live, and its code with it.
        unsafe {
            let index = Frame::index(frame) as usize;
            Some(machine.line_of((*frame).code.as_ref(), index))
        }
    }

    /// The number of the file of the innermost running frame, and the line in it.
    pub fn current_place(&self) -> Option<(u32, u32)> {
        let line = self.current_line_number()?;
        // SAFETY: there is a frame, the newest of which is live, and its code with it.
        let code = unsafe { (*self.machine().frame.get()).code.as_ref() };
        Some((code.parts.source, line))
    }

    /// The file with this number.
    pub fn file(&self, number: u32) -> Option<&Source> {
        self.machine().source_at(number)
    }

    /// File and line of the innermost running frame.
    pub fn current_line(&self) -> Option<(String, u32)> {
        let machine = self.machine();
        let line = self.current_line_number()?;
        // SAFETY: as above; there is a frame.
        let code = unsafe { (*machine.frame.get()).code.as_ref() };
        Some((machine.source(code)?.name().to_owned(), line))
    }

    /// Shows each file that was compiled, in the order of their numbers.
    pub fn each_source(&self, mut show: impl FnMut(&Source)) {
        for index in 0.. {
            let Some(source) = self.machine().source_at(index) else { return };
            show(source);
        }
    }

    /// Lets scripts import the files in a folder. A runtime that was not told of one reads no files.
    pub fn set_module_folder(&self, folder: PathBuf) {
        self.machine().folder.replace(Some(folder));
    }

    /// Parses, compiles and runs a script as `__main__`.
    ///
    /// An exception that nobody catches is written to the console as CPython writes it.
    pub fn run_main(&self, source: Source, argv: &[String]) -> Outcome {
        let machine = self.machine();
        machine.set_argv(argv);
        let tree = match syntax::parse_module(&source, crate::FEATURES) {
            Ok(tree) => tree,
            Err(fault) => return Outcome::Fault(fault),
        };
        let cx = &mut self.cx();
        if source.text().lines().any(|line| line.contains("import") && line.contains("strata")) {
            // The script may ask for all births (`strata.layers`): they are counted from here on.
            cx.heap().tally_births();
        }
        let index = machine.add_source(source);
        let outcome = self.run_tree(cx, &tree, index);
        drop(tree);
        let flushed = machine.world.console.flush();
        match outcome {
            Ok(()) => {
                let _ = flushed;
                Outcome::Done
            }
            Err(CompileError::Fault(fault)) => Outcome::Fault(fault),
            Err(CompileError::Raised(raised)) => self.end_of(cx, raised),
        }
    }

    /// How a script ended that raised something.
    pub(crate) fn end_of(&self, cx: &mut Cx<'_>, raised: Raised) -> Outcome {
        let exception = cx.take_raised(raised);
        match cx.stopped() {
            Some(limit) => {
                let place = self.machine().stop_place.borrow().clone();
                Outcome::Stopped { limit, place }
            }
            None => crate::uncaught::report(cx, exception),
        }
    }

    /// Parses, compiles and runs a module called `name`, which nobody but the caller holds: it is not
    /// in `sys.modules`.
    ///
    /// # Errors
    /// [`Fault`] when it was not run; what it raised, otherwise.
    ///
    /// # Safety
    /// As [`Interp::context`].
    pub unsafe fn run_module(&self, name: &str, source: Source) -> Result<Res, Fault> {
        let cx = &mut self.cx();
        crate::import::run_source(cx, name, source)
    }

    /// The namespace of the built-in names, a dict.
    ///
    /// # Safety
    /// The reference does not outlive the runtime.
    pub unsafe fn builtins(&self) -> Ref {
        self.machine().builtins().owned()
    }

    /// `sys.modules`, a dict.
    ///
    /// # Safety
    /// The reference does not outlive the runtime.
    pub unsafe fn modules(&self) -> Option<Ref> {
        self.machine().modules()
    }

    fn run_tree(
        &self,
        cx: &mut Cx<'_>,
        tree: &ruff_python_ast::ModModule,
        index: u32,
    ) -> Result<(), CompileError> {
        let machine = self.machine();
        let code = machine.compile_main(cx, index, tree)?;
        let mut run = || {
            let globals = crate::modules::main_namespace(cx, index)?;
            machine.set_main(globals.clone());
            run::run_module(cx, code.borrow(), globals.borrow())
        };
        let ran = run();
        machine.keep_tree(Vec::new());
        ran?;
        Ok(())
    }

    /// Releases the main module's names, then everything else; tells what is left.
    pub fn finish(self) -> Teardown {
        self.finish_and(|_| ())
    }

    /// The same, with a last look at the heap, in which nothing is alive any more that could be
    /// released.
    pub fn finish_and(self, last_look: impl FnOnce(&Heap)) -> Teardown {
        let teardown = self.tear_down();
        last_look(self.heap());
        // The handle's own drop only frees the allocation now.
        teardown
    }

    fn tear_down(&self) -> Teardown {
        let machine = self.machine();
        let cx = &mut self.cx();
        let collector = &machine.world.gc;
        runtime_types::weakref::run_at_exit(cx);
        // A program that counts collections sees this one, unless it wants none.
        if cx.is_stopped() {
            collector.collect_at_the_end();
        } else if collector.is_enabled() {
            collector.collect(runtime_gc::GENERATIONS - 1);
        }
        crate::import::restore_streams(cx);
        let modules = machine.modules();
        if let (Some(modules), Ok(main)) = (modules, cx.name("__main__"))
            && let Err(raised) = dict::remove(cx, modules.borrow(), main.borrow())
        {
            drop(cx.take_raised(raised));
        }
        machine.ending.set(true);
        // The script's names die by their counts when nothing holds the namespace in a cycle, and
        // with it as a whole when something does.
        // SAFETY: the cell owned it.
        drop(machine.main.take().map(|main| unsafe { Ref::steal(main) }));
        collector.collect_at_the_end();
        for cell in [&machine.modules, &machine.builtins] {
            if let Some(namespace) = cell.take() {
                // SAFETY: as above.
                let namespace = unsafe { Ref::steal(namespace) };
                if let Err(raised) = dict::clear(cx, namespace.borrow()) {
                    drop(cx.take_raised(raised));
                }
                drop(namespace);
                collector.collect_at_the_end();
            }
        }
        // SAFETY: nothing runs any more; no object is used after this.
        unsafe {
            machine.stack.clear(machine.world.heap());
            World::end(self.machine.cast());
        }
        let accounting = machine.world.heap().accounting();
        Teardown {
            leaked_blocks: accounting.blocks,
            leaked_raw: accounting.raw_blocks,
            stopped: machine.world.stopped(),
        }
    }
}

impl Drop for Interp {
    fn drop(&mut self) {
        let started = self.machine().modules.get().is_some();
        if started {
            self.tear_down();
        }
        self.machine().bell.take_down();
        // SAFETY: the machine was leaked from a box by `new`, and nobody refers to it any more.
        drop(unsafe { Box::from_raw(self.machine.as_ptr()) });
    }
}
