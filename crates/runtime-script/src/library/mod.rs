//! Modules that are written in the language itself and come with the runtime.

use runtime_gc::{Borrowed, Ref};
use runtime_types::{Cx, Exc, Res, dict, module};

use crate::compile::{self, CompileError};
use crate::interp::Machine;
use crate::syntax::{self, Source};
use crate::vm::run;

/// Names and sources of the modules.
const MODULES: &[(&str, &str)] = &[("weakref", include_str!("weakref.py"))];

/// The source of a module, when it comes with the runtime.
pub(crate) fn source_of(name: &str) -> Option<&'static str> {
    MODULES.iter().find(|(known, _)| *known == name).map(|(_, source)| *source)
}

/// Runs a module's source in a namespace of its own; the module is known before its first line runs.
///
/// # Errors
/// Those of the source; `ImportError` should the runtime not take its own module.
pub(crate) fn load(cx: &mut Cx<'_>, name: Borrowed<'_>, source: &'static str) -> Res {
    let machine = Machine::of(cx);
    let text = runtime_types::string::text_of(cx, name)?.to_string();
    let file = format!("<{text}>");
    let broken = |cx: &Cx<'_>, why: &str| {
        cx.raise(Exc::ImportError, format_args!("the module {text} cannot be loaded: {why}"))
    };
    let Ok(source) = Source::new(&file, source.as_bytes().to_vec()) else {
        return Err(broken(cx, "its source is no text"));
    };
    let tree = match syntax::parse_module(&source, crate::FEATURES) {
        Ok(tree) => tree,
        Err(fault) => return Err(broken(cx, &fault.to_string())),
    };
    let index = machine.add_source(source);
    let code = match machine.compile(cx, index, &tree) {
        Ok(code) => code,
        Err(CompileError::Raised(raised)) => return Err(raised),
        Err(CompileError::Fault(fault)) => return Err(broken(cx, &fault.to_string())),
    };
    drop(tree);
    let globals = namespace(cx, name, &file)?;
    let made = module::new(cx, name.owned(), globals.clone())?;
    if let Some(modules) = machine.modules() {
        dict::set(cx, modules.borrow(), name, made.borrow())?;
    }
    match run::run_module(cx, code.borrow(), globals.borrow()) {
        Ok(_) => Ok(made),
        Err(raised) => {
            let exception = cx.take_raised(raised);
            if let Some(modules) = machine.modules() {
                drop(dict::remove(cx, modules.borrow(), name)?);
            }
            Err(cx.restore_raised(exception))
        }
    }
}

fn namespace(cx: &mut Cx<'_>, name: Borrowed<'_>, file: &str) -> Res<Ref> {
    let machine = Machine::of(cx);
    let globals = dict::new(cx)?;
    let file = cx.str(file)?;
    let none = cx.none();
    for (key, value) in
        [("__name__", name), ("__doc__", none.borrow()), ("__file__", file.borrow())]
    {
        let key = cx.name(key)?;
        dict::set(cx, globals.borrow(), key.borrow(), value)?;
    }
    let builtins = cx.name("__builtins__")?;
    dict::set(cx, globals.borrow(), builtins.borrow(), machine.builtins())?;
    Ok(globals)
}

impl Machine {
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
        compile::module(cx, self.types().code, source, index, tree)
    }
}
