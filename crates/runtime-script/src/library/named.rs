//! What `namedtuple` needs of the machine: a function from text, and who asked for it.

use runtime_types::args::{Args, NativeDef};
use runtime_types::string::text_of;
use runtime_types::{Cx, Res, dict, list};

use crate::import;
use crate::interp::Machine;
use crate::vm::run;

/// Functions that join the native part of `collections`.
pub(crate) const FUNCTIONS: &[NativeDef] = &[
    NativeDef::exactly("_define", 2, define),
    NativeDef::exactly("_module_of_caller", 0, module_of_caller),
];

/// `_define(text, namespace)`: the value of an expression, with these globals.
fn define(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    /// The name that the value has in the namespace for a moment.
    const NAME: &str = "_made";
    let (text, namespace) = list::two(cx, &args)?;
    let text = format!("{NAME} = {}\n", text_of(cx, text)?);
    let code = import::compiled(cx, "<string>", text.into_bytes())?;
    run::run_module(cx, code.borrow(), namespace)?;
    let name = cx.name(NAME)?;
    let made = dict::remove(cx, namespace, name.borrow())?;
    Ok(made.unwrap_or_else(|| cx.none()))
}

/// `_module_of_caller()`: the `__name__` of the module that called the function which asks; `None`
/// when native code did.
fn module_of_caller(cx: &mut Cx<'_>, _: Args<'_>) -> Res {
    let frame = Machine::of(cx).frame.get();
    let none = cx.none();
    if frame.is_null() {
        return Ok(none);
    }
    // SAFETY: the newest frame is live, and so is the one that called it; each keeps its globals.
    let globals = unsafe {
        let caller = (*frame).caller;
        if caller.is_null() {
            return Ok(none);
        }
        runtime_gc::Ref::new((*caller).globals)
    };
    let name = cx.name("__name__")?;
    Ok(dict::get(cx, globals.borrow(), name.borrow())?.unwrap_or(none))
}
