//! What `import` finds, in this order: modules that are loaded, native ones, a file beside the
//! script, and those that come with the runtime written in the language.
//!
//! ```text
//! import helper --> sys.modules --> native --> <folder>/helper.py --> library
//!                                                      \----------------/
//!                          parse, compile, enter in sys.modules, run; out again when that fails
//! ```

use std::path::PathBuf;

use runtime_gc::{Borrowed, Ref};
use runtime_types::args::Args;
use runtime_types::exception::{Exc, ExceptionObject};
use runtime_types::module::ModuleObject;
use runtime_types::string::{StrObject, text_of};
use runtime_types::{
    Cx, Look, Raised, Res, array, bisect, collections, dict, functools, gc, heapq, itertools, list,
    math, module, operator, protocol, random, sys, time, tuple, weakref,
};

use crate::compile::{self, CompileError};
use crate::interp::Machine;
use crate::syntax::{self, Fault, Source, SyntaxFault};
use crate::vm::run;
use crate::{codegen, library, strata, tracemalloc};

/// `import name`
pub(crate) fn import(cx: &mut Cx<'_>, name: Borrowed<'_>) -> Res {
    let machine = Machine::of(cx);
    if let Some(modules) = machine.modules()
        && let Some(known) = dict::get(cx, modules.borrow(), name)?
    {
        if !cx.is_none(known.borrow()) {
            return Ok(known);
        }
        let text = text_of(cx, name)?;
        let halted = format!("import of {text} halted; None in sys.modules");
        return Err(not_found(cx, name, &halted));
    }
    let text = text_of(cx, name)?.to_string();
    if text.starts_with('.') {
        return Err(cx.raise(
            Exc::ImportError,
            format_args!("attempted relative import with no known parent package"),
        ));
    }
    if let Some((package, _)) = text.split_once('.') {
        let head = cx.name(package)?;
        let head = import(cx, head.borrow())?;
        // Loading a package may have made its modules known.
        if let Some(modules) = machine.modules()
            && let Some(known) = dict::get(cx, modules.borrow(), name)?
        {
            return Ok(known);
        }
        if attribute_there(cx, head.borrow(), "__path__")? {
            return Err(not_found(cx, name, &format!("No module named '{text}'")));
        }
        let why = format!("No module named '{text}'; '{package}' is not a package");
        return Err(not_found(cx, name, &why));
    }
    // What a module of the runtime is made of is no program's doing either.
    let heap = machine.world.heap();
    if let Some(module) = heap.own_work(|| native(cx, &text))? {
        if let Some(modules) = machine.modules() {
            dict::set(cx, modules.borrow(), name, module.borrow())?;
        }
        return Ok(module);
    }
    if let Some(path) = machine.file_of_module(&text) {
        let bytes = std::fs::read(&path)
            .map_err(|error| cx.raise(Exc::OSError, format_args!("{}: {error}", path.display())))?;
        return load(cx, name, &path.to_string_lossy(), bytes);
    }
    match library::source_of(&text) {
        Some(source) => {
            let bytes = source.as_bytes().to_vec();
            heap.own_work(|| load(cx, name, &format!("<{text}>"), bytes))
        }
        None => Err(not_found(cx, name, &format!("No module named '{text}'"))),
    }
}

/// A module that is not written in the language.
fn native(cx: &mut Cx<'_>, name: &str) -> Res<Option<Ref>> {
    let made = match name {
        "_collections" => collections::make_module(cx, library::named::FUNCTIONS)?,
        "_functools" => functools::make_module(cx)?,
        "_heapq" => heapq::make_module(cx)?,
        "_codegen" => codegen::make_module(cx)?,
        "_random" => random::make_module(cx)?,
        "_tracemalloc" => tracemalloc::make_module(cx)?,
        "_weakref" => weakref::make_module(cx)?,
        "array" => array::make_module(cx)?,
        "bisect" => bisect::make_module(cx)?,
        "builtins" => {
            let name = cx.name(name)?;
            module::new(cx, name, Machine::of(cx).builtins().owned())?
        }
        "gc" => gc::make_module(cx)?,
        "itertools" => itertools::make_module(cx)?,
        "math" => math::make_module(cx)?,
        "operator" => operator::make_module(cx)?,
        "strata" => strata::make_module(cx)?,
        "sys" => make_sys(cx)?,
        "time" => time::make_module(cx)?,
        _ => return Ok(None),
    };
    Ok(Some(made))
}

fn make_sys(cx: &mut Cx<'_>) -> Res {
    let machine = Machine::of(cx);
    let sys = sys::make_module(cx, &machine.argv())?;
    if let Some(modules) = machine.modules() {
        let name = cx.name("modules")?;
        protocol::set_attr(cx, sys.borrow(), name.borrow(), Some(modules.borrow()))?;
    }
    Ok(sys)
}

/// `sys.stdout`, once `sys` has been imported.
///
/// # Errors
/// `RuntimeError` when a program has deleted it.
pub(crate) fn standard_out(cx: &mut Cx<'_>) -> Res<Option<Ref>> {
    let Some(modules) = Machine::of(cx).modules() else { return Ok(None) };
    let name = cx.name("sys")?;
    let Some(sys) = dict::get_name(cx, modules.borrow(), name.borrow()) else { return Ok(None) };
    let Some(sys) = sys.borrow().view::<ModuleObject>().and_then(|sys| sys.dict.get()) else {
        return Ok(None);
    };
    let name = cx.name("stdout")?;
    match dict::get_name(cx, sys.borrow(), name.borrow()) {
        Some(stream) => Ok(Some(stream)),
        None => Err(cx.raise(Exc::RuntimeError, format_args!("lost sys.stdout"))),
    }
}

/// Gives `sys` its own streams back, for those who print while the runtime ends.
pub(crate) fn restore_streams(cx: &mut Cx<'_>) {
    let restore = |cx: &mut Cx<'_>, name: &str, own: &str| -> Res<()> {
        let Some(modules) = Machine::of(cx).modules() else { return Ok(()) };
        let (sys, name, own) = (cx.name("sys")?, cx.name(name)?, cx.name(own)?);
        let Some(sys) = dict::get_name(cx, modules.borrow(), sys.borrow()) else { return Ok(()) };
        let Some(sys) = sys.borrow().view::<ModuleObject>().and_then(|sys| sys.dict.get()) else {
            return Ok(());
        };
        let Some(own) = dict::get_name(cx, sys.borrow(), own.borrow()) else { return Ok(()) };
        dict::set(cx, sys.borrow(), name.borrow(), own.borrow())
    };
    for (name, own) in [("stdin", "__stdin__"), ("stdout", "__stdout__"), ("stderr", "__stderr__")]
    {
        if let Err(raised) = restore(cx, name, own) {
            drop(cx.take_raised(raised));
        }
    }
}

/// Runs a module's source in a namespace of its own; the module is known before its first line runs.
fn load(cx: &mut Cx<'_>, name: Borrowed<'_>, file: &str, bytes: Vec<u8>) -> Res {
    let machine = Machine::of(cx);
    let code = compiled(cx, file, bytes)?;
    let globals = crate::modules::namespace(cx, name, file)?;
    let made = module::new(cx, name.owned(), globals.clone())?;
    let Some(modules) = machine.modules() else { return Ok(made) };
    dict::set(cx, modules.borrow(), name, made.borrow())?;
    set_initializing(made.borrow(), true);
    let ran = run::run_module(cx, code.borrow(), globals.borrow());
    set_initializing(made.borrow(), false);
    match ran {
        // A module may have put something else in its place.
        Ok(_) => Ok(dict::get(cx, modules.borrow(), name)?.unwrap_or(made)),
        Err(raised) => {
            let exception = cx.take_raised(raised);
            drop(dict::remove(cx, modules.borrow(), name)?);
            Err(cx.restore_raised(exception))
        }
    }
}

/// Runs a module that is in no list.
///
/// # Errors
/// [`Fault`] when it is not run; what it raises, otherwise.
pub(crate) fn run_source(cx: &mut Cx<'_>, name: &str, source: Source) -> Result<Res, Fault> {
    let tree = syntax::parse_module(&source, crate::FEATURES)?;
    let file = source.name().to_owned();
    let index = Machine::of(cx).add_source(source);
    let code = match Machine::of(cx).compile(cx, index, &tree) {
        Ok(code) => code,
        Err(CompileError::Raised(raised)) => return Ok(Err(raised)),
        Err(CompileError::Fault(fault)) => return Err(fault),
    };
    drop(tree);
    let mut run = || {
        let name = cx.name(name)?;
        let globals = crate::modules::namespace(cx, name.borrow(), &file)?;
        let made = module::new(cx, name, globals.clone())?;
        run::run_module(cx, code.borrow(), globals.borrow())?;
        Ok(made)
    };
    Ok(run())
}

fn set_initializing(module: Borrowed<'_>, value: bool) {
    if let Some(module) = module.view::<ModuleObject>() {
        module.initializing.set(value);
    }
}

/// The code of a module's source.
pub(crate) fn compiled(cx: &mut Cx<'_>, file: &str, bytes: Vec<u8>) -> Res {
    let source = Source::new(file, bytes).map_err(|fault| raise_fault(cx, fault))?;
    compiled_source(cx, source)
}

/// The code of a module.
///
/// # Errors
/// `SyntaxError` and its kind, `ImportError` for what is refused; `MemoryError`.
pub(crate) fn compiled_source(cx: &mut Cx<'_>, source: Source) -> Res {
    let machine = Machine::of(cx);
    let tree = match syntax::parse_module(&source, crate::FEATURES) {
        Ok(tree) => tree,
        Err(fault) => return Err(raise_fault(cx, fault)),
    };
    let index = machine.add_source(source);
    machine.compile(cx, index, &tree).map_err(|error| match error {
        CompileError::Raised(raised) => raised,
        CompileError::Fault(fault) => raise_fault(cx, fault),
    })
}

/// What is wrong with a module's source, as an exception: the script that imports it runs already.
fn raise_fault(cx: &mut Cx<'_>, fault: Fault) -> Raised {
    match fault {
        Fault::Syntax(fault) => match syntax_error(cx, &fault) {
            Ok(exception) => cx.set_raised(exception),
            Err(raised) => raised,
        },
        Fault::Refused(refusal) => cx.raise(Exc::ImportError, format_args!("{refusal}")),
    }
}

/// `SyntaxError(message, (file, line, column, text, end line, end column))`
fn syntax_error(cx: &mut Cx<'_>, fault: &SyntaxFault) -> Res {
    let text = match &fault.text {
        Some(text) => cx.str(text)?,
        None => cx.none(),
    };
    let number = |value: u32| cx.int(i64::from(value));
    let place = [
        cx.str(&fault.file)?,
        number(fault.line)?,
        number(fault.column)?,
        text,
        number(fault.end_line)?,
        number(fault.end_column)?,
    ];
    let args = cx.tuple([cx.str(&fault.message)?, cx.tuple(place)?])?;
    let kind = Exc::ALL.iter().copied().find(|kind| kind.name() == fault.kind.name());
    let ty = cx.exc_type(kind.unwrap_or(Exc::SyntaxError)).as_borrowed().owned();
    let args = tuple::items_of(cx, args.borrow())?;
    protocol::call(cx, ty.borrow(), Args::positional(args))
}

/// `ModuleNotFoundError` with this message, which knows the module's name.
fn not_found(cx: &mut Cx<'_>, name: Borrowed<'_>, why: &str) -> Raised {
    import_error(cx, Exc::ModuleNotFoundError, why, name, None)
}

fn import_error(
    cx: &mut Cx<'_>,
    kind: Exc,
    why: &str,
    name: Borrowed<'_>,
    path: Option<Ref>,
) -> Raised {
    let made = cx.exception_from_text(kind, format_args!("{why}"));
    let (exception, text) = match (made, cx.str(why)) {
        (Ok(exception), Ok(text)) => (exception, text),
        (Err(raised), _) | (_, Err(raised)) => return raised,
    };
    if let Some(view) = exception.borrow().view::<ExceptionObject>()
        && let [message, of, from, ..] = view.extra()
    {
        message.set(Some(text));
        of.set(Some(name.owned()));
        from.set(path);
    }
    cx.set_raised(exception)
}

/// `from module import name`; for `*`, all its public names, into the namespace that runs.
pub(crate) fn import_from(cx: &mut Cx<'_>, from: Borrowed<'_>, name: Borrowed<'_>) -> Res {
    if text_of(cx, name)?.eq_str("*") {
        return import_all(cx, from);
    }
    let raised = match protocol::get_attr(cx, from, name) {
        Ok(value) => return Ok(value),
        Err(raised) => raised,
    };
    let exception = cx.take_raised(raised);
    if !runtime_types::ty::Type::of(exception.borrow()).is_subtype(cx.exc_type(Exc::AttributeError))
    {
        return Err(cx.restore_raised(exception));
    }
    drop(exception);
    let module = attribute(cx, from, "__name__")?;
    let file = attribute(cx, from, "__file__")?;
    let shown = match &module {
        Some(module) => text_of(cx, module.borrow())?.to_string(),
        None => "<unknown module name>".to_owned(),
    };
    let path = match &file {
        Some(file) => text_of(cx, file.borrow())?.to_string(),
        None => "unknown location".to_owned(),
    };
    let is_initializing =
        from.view::<ModuleObject>().is_some_and(|module| module.initializing.get());
    let (partly, hint) = match is_initializing {
        true => ("partially initialized module ", " (most likely due to a circular import)"),
        false => ("", ""),
    };
    let wanted = name;
    let name = text_of(cx, name)?;
    let why = format!("cannot import name '{name}' from {partly}'{shown}'{hint} ({path})");
    let module = module.unwrap_or_else(|| cx.none());
    let raised = import_error(cx, Exc::ImportError, &why, module.borrow(), file);
    let exception = cx.take_raised(raised);
    if let Some(view) = exception.borrow().view::<ExceptionObject>()
        && let [_, _, _, name_from] = view.extra()
    {
        name_from.set(Some(wanted.owned()));
    }
    Err(cx.restore_raised(exception))
}

/// Whether an object has an attribute.
fn attribute_there(cx: &mut Cx<'_>, op: Borrowed<'_>, name: &str) -> Res<bool> {
    match protocol::get_attr_str(cx, op, name) {
        Ok(_) => Ok(true),
        Err(raised) => {
            runtime_types::iter::caught(cx, raised, &[Exc::AttributeError])?;
            Ok(false)
        }
    }
}

/// An attribute, when it is there and a str.
fn attribute(cx: &mut Cx<'_>, op: Borrowed<'_>, name: &str) -> Res<Option<Ref>> {
    match protocol::get_attr_str(cx, op, name) {
        Ok(value) => Ok(Some(value).filter(|value| value.borrow().is_a::<StrObject>())),
        Err(raised) => {
            drop(cx.take_raised(raised));
            Ok(None)
        }
    }
}

/// `from module import *`: the names in `__all__`, or those that do not begin with an underscore.
fn import_all(cx: &mut Cx<'_>, from: Borrowed<'_>) -> Res {
    let frame = Machine::of(cx).frame.get();
    if frame.is_null() {
        return Ok(cx.none());
    }
    // SAFETY: the newest frame is live and keeps its globals.
    let globals = unsafe { Ref::new((*frame).globals) };
    let dict = protocol::get_attr_str(cx, from, "__dict__")?;
    let all = cx.name("__all__")?;
    let (names, listed) = match dict::get(cx, dict.borrow(), all.borrow())? {
        Some(all) => (list::from_iterable(cx, all.borrow())?, true),
        None => (list::from_iterable(cx, dict.borrow())?, false),
    };
    let iterator = protocol::iter(cx, names.borrow())?;
    while let Some(name) = protocol::next(cx, iterator.borrow())? {
        let is_public = !name.borrow().is_a::<StrObject>()
            || text_of(cx, name.borrow())?.get(0) != Some(u32::from(b'_'));
        if listed || is_public {
            let value = protocol::get_attr(cx, from, name.borrow())?;
            dict::set(cx, globals.borrow(), name.borrow(), value.borrow())?;
        }
    }
    Ok(cx.none())
}

impl Machine {
    /// The file beside the script that a module of this name is in.
    fn file_of_module(&self, name: &str) -> Option<PathBuf> {
        let folder = self.folder.borrow();
        let path = folder.as_ref()?.join(format!("{name}.py"));
        path.is_file().then_some(path)
    }

    /// Compiles a module whose source has this number.
    pub(crate) fn compile(
        &self,
        cx: &mut Cx<'_>,
        index: u32,
        tree: &ruff_python_ast::ModModule,
    ) -> Result<Ref, CompileError> {
        let Some(source) = self.source_at(index) else {
            return Err(cx.raise(Exc::SystemError, format_args!("a source is lost")).into());
        };
        // What a compiler makes is no program's doing.
        let heap = self.world.heap();
        heap.own_work(|| compile::module(cx, self.types().code, source, index, tree))
    }

    /// The same for a statement of a session, which shows the values of its expressions.
    pub(crate) fn compile_chunk(
        &self,
        cx: &mut Cx<'_>,
        index: u32,
        tree: &ruff_python_ast::ModModule,
    ) -> Result<Ref, CompileError> {
        let Some(source) = self.source_at(index) else {
            return Err(cx.raise(Exc::SystemError, format_args!("a source is lost")).into());
        };
        compile::interactive(cx, self.types().code, source, index, tree)
    }
}
