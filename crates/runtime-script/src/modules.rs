//! Namespaces: the main module's, what `import` finds, and the built-in functions that need frames.

use runtime_gc::{Borrowed, Ref};
use runtime_types::args::{Args, NativeDef};
use runtime_types::exception::{Exc, ExceptionObject};
use runtime_types::string::text_of;
use runtime_types::{Cx, Look, Res, dict, gc, module, protocol, sys, weakref};

use crate::interp::Machine;
use crate::vm::frame;

/// Built-in functions that look at frames.
const FUNCTIONS: &[NativeDef] =
    &[NativeDef::exactly("globals", 0, globals), NativeDef::exactly("locals", 0, locals)];

/// Adds the built-in functions of this floor to the built-in names.
pub(crate) fn install_builtins(cx: &mut Cx<'_>, builtins: Borrowed<'_>) -> Res<()> {
    module::add_functions(cx, builtins, "builtins", FUNCTIONS)?;
    let name = cx.name("__name__")?;
    let value = cx.name("builtins")?;
    dict::set(cx, builtins, name.borrow(), value.borrow())
}

/// The namespace of `__main__`, also in `sys.modules`.
pub(crate) fn main_namespace(cx: &mut Cx<'_>, source: u32) -> Res {
    let machine = Machine::of(cx);
    let globals = dict::new(cx)?;
    let file = machine.source_name(source);
    let main = cx.name("__main__")?;
    let none = cx.none();
    let file = cx.str(&file)?;
    for (name, value) in [("__name__", &main), ("__doc__", &none), ("__file__", &file)] {
        let name = cx.name(name)?;
        dict::set(cx, globals.borrow(), name.borrow(), value.borrow())?;
    }
    let builtins = cx.name("__builtins__")?;
    dict::set(cx, globals.borrow(), builtins.borrow(), machine.builtins())?;
    Ok(globals)
}

/// `import name`
pub(crate) fn import(cx: &mut Cx<'_>, name: Borrowed<'_>) -> Res {
    let machine = Machine::of(cx);
    if let Some(modules) = machine.modules()
        && let Some(known) = dict::get(cx, modules.borrow(), name)?
    {
        return Ok(known);
    }
    let text = text_of(cx, name)?;
    let made = if text.eq_str("sys") {
        let argv = machine.argv();
        Some(sys::make_module(cx, &argv)?)
    } else if text.eq_str("gc") {
        Some(gc::make_module(cx)?)
    } else if text.eq_str("_weakref") {
        Some(weakref::make_module(cx)?)
    } else if let Some(source) = crate::library::source_of(&text.to_string()) {
        return crate::library::load(cx, name, source);
    } else {
        None
    };
    if let Some(module) = made {
        if let Some(modules) = machine.modules() {
            dict::set(cx, modules.borrow(), name, module.borrow())?;
        }
        return Ok(module);
    }
    let exception =
        cx.exception_from_text(Exc::ModuleNotFoundError, format_args!("No module named '{text}'"))?;
    if let Some(view) = exception.borrow().view::<ExceptionObject>()
        && let [message, field, ..] = view.extra()
    {
        message.set(Some(cx.format(format_args!("No module named '{text}'"))?));
        field.set(Some(name.owned()));
    }
    Err(cx.set_raised(exception))
}

/// `from module import name`
pub(crate) fn import_from(cx: &mut Cx<'_>, from: Borrowed<'_>, name: Borrowed<'_>) -> Res {
    match protocol::get_attr(cx, from, name) {
        Ok(value) => Ok(value),
        Err(raised) => {
            drop(cx.take_raised(raised));
            let module = protocol::get_attr_str(cx, from, "__name__")?;
            let (module, name) = (text_of(cx, module.borrow())?, text_of(cx, name)?);
            Err(cx.raise(
                Exc::ImportError,
                format_args!("cannot import name '{name}' from '{module}' (unknown location)"),
            ))
        }
    }
}

fn globals(cx: &mut Cx<'_>, _: Args<'_>) -> Res {
    let frame = Machine::of(cx).frame.get();
    if frame.is_null() {
        return Err(cx.raise(Exc::SystemError, format_args!("no frame is running")));
    }
    // SAFETY: the newest frame is live and keeps its globals.
    Ok(unsafe { Ref::new((*frame).globals) })
}

fn locals(cx: &mut Cx<'_>, _: Args<'_>) -> Res {
    let frame = Machine::of(cx).frame.get();
    if frame.is_null() {
        return Err(cx.raise(Exc::SystemError, format_args!("no frame is running")));
    }
    // SAFETY: the newest frame is live.
    unsafe { frame::locals(cx, frame) }
}
