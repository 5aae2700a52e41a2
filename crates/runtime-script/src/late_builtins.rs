//! Built-in names that a program has when it first uses one, so that all others do without.
//!
//! `exit` and `quit` are added to CPython's built-in names by a module too (`site`); the kinds of
//! `OSError` and of warnings that nothing here raises by itself are classes of `_oserrors`.

use runtime_gc::{Borrowed, Ref};
use runtime_types::args::Args;
use runtime_types::string::StrObject;
use runtime_types::{Cx, Look, Res, dict, protocol};

use crate::interp::Machine;

/// The built-in names that leave the program.
const EXITS: &[&str] = &["exit", "quit"];

/// Classes of the module `_oserrors`.
const KINDS: &[&str] = &[
    "BlockingIOError",
    "BrokenPipeError",
    "BytesWarning",
    "ChildProcessError",
    "ConnectionAbortedError",
    "ConnectionError",
    "ConnectionRefusedError",
    "ConnectionResetError",
    "EncodingWarning",
    "FileExistsError",
    "FileNotFoundError",
    "FutureWarning",
    "ImportWarning",
    "InterruptedError",
    "IsADirectoryError",
    "NotADirectoryError",
    "PendingDeprecationWarning",
    "PermissionError",
    "ProcessLookupError",
    "PythonFinalizationError",
    "TimeoutError",
    "UnicodeWarning",
];

/// Built-in names of CPython that are not here at all, but that somebody may have meant.
const OTHERS: &[&str] = &[
    "BaseExceptionGroup",
    "ExceptionGroup",
    "UnicodeTranslateError",
    "aiter",
    "anext",
    "breakpoint",
    "compile",
    "complex",
    "copyright",
    "credits",
    "eval",
    "exec",
    "help",
    "license",
    "open",
];

/// The names of CPython that may not be among the built-in ones yet.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    EXITS.iter().chain(KINDS).chain(OTHERS).copied()
}

/// The built-in name that was not found, when it is one that comes late; it is there from now on.
///
/// # Errors
/// `MemoryError`.
#[cold]
pub(crate) fn find(cx: &mut Cx<'_>, name: Borrowed<'_>) -> Res<Option<Ref>> {
    let Some(text) = name.view::<StrObject>().map(|name| name.text().to_string()) else {
        return Ok(None);
    };
    let text = text.as_str();
    if EXITS.contains(&text) {
        add_exits(cx)?;
    } else if KINDS.contains(&text) {
        let module = cx.name("_oserrors")?;
        let module = crate::import::import(cx, module.borrow())?;
        let class = protocol::get_attr(cx, module.borrow(), name)?;
        dict::set(cx, Machine::of(cx).builtins(), name, class.borrow())?;
    } else {
        return Ok(None);
    }
    Ok(dict::get_name(cx, Machine::of(cx).builtins(), name))
}

/// `exit` and `quit`, as CPython's `site` adds them.
///
/// # Errors
/// `MemoryError`.
pub(crate) fn add_exits(cx: &mut Cx<'_>) -> Res<()> {
    let name = cx.name("_sitebuiltins")?;
    let module = crate::import::import(cx, name.borrow())?;
    let quitter = protocol::get_attr_str(cx, module.borrow(), "Quitter")?;
    for name in EXITS {
        let name = cx.name(name)?;
        let end = cx.str("Ctrl-D (i.e. EOF)")?;
        let words = [name.borrow(), end.borrow()];
        let exit = protocol::call(cx, quitter.borrow(), Args::positional(&words))?;
        dict::set(cx, Machine::of(cx).builtins(), name.borrow(), exit.borrow())?;
    }
    Ok(())
}
