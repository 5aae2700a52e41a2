//! Namespaces: what a module begins with, and the built-in functions that need frames.

use runtime_gc::{Borrowed, Ref};
use runtime_types::args::{Args, NativeDef};
use runtime_types::{Cx, Exc, Res, builtins, dict, iter, list, module, protocol};

use crate::interp::Machine;
use crate::syntax::Origin;
use crate::vm::frame;

/// Built-in functions that look at frames.
const FUNCTIONS: &[NativeDef] = &[
    NativeDef::between("dir", 0, 1, dir),
    NativeDef::exactly("globals", 0, globals),
    NativeDef::exactly("locals", 0, locals),
    NativeDef::between("vars", 0, 1, vars),
];

/// Adds the built-in functions of this floor to the built-in names.
pub(crate) fn install_builtins(cx: &mut Cx<'_>, builtins: Borrowed<'_>) -> Res<()> {
    module::add_functions(cx, builtins, "builtins", FUNCTIONS)?;
    let name = cx.name("__name__")?;
    let value = cx.name("builtins")?;
    dict::set(cx, builtins, name.borrow(), value.borrow())
}

/// The namespace of `__main__`; the module is in `sys.modules`.
pub(crate) fn main_namespace(cx: &mut Cx<'_>, source: u32) -> Res {
    let machine = Machine::of(cx);
    let name = cx.name("__main__")?;
    let (none, annotations) = (cx.none(), dict::new(cx)?);
    let file = cx.str(&machine.source_name(source))?;
    let none = none.borrow();
    // Those that CPython has, in its order, so that the dict grows where CPython's does.
    let names = [
        ("__name__", name.borrow()),
        ("__doc__", none),
        ("__package__", none),
        ("__loader__", none),
        ("__spec__", none),
        ("__annotations__", annotations.borrow()),
        ("__builtins__", machine.builtins()),
        ("__file__", file.borrow()),
        ("__cached__", none),
    ];
    let has_file = machine.source_at(source).is_none_or(|s| s.origin() != Origin::Text);
    let shown = if has_file { names.len() } else { names.len() - 2 };
    let globals = filled(cx, names.get(..shown).unwrap_or(&names))?;
    if let Some(modules) = machine.modules() {
        let main = module::new(cx, name.clone(), globals.clone())?;
        dict::set(cx, modules.borrow(), name.borrow(), main.borrow())?;
    }
    Ok(globals)
}

/// The namespace that a module begins with.
pub(crate) fn namespace(cx: &mut Cx<'_>, name: Borrowed<'_>, file: &str) -> Res {
    let (none, file, no_package) = (cx.none(), cx.str(file)?, cx.empty_str());
    let none = none.borrow();
    filled(
        cx,
        &[
            ("__name__", name),
            ("__doc__", none),
            ("__package__", no_package.borrow()),
            ("__loader__", none),
            ("__spec__", none),
            ("__file__", file.borrow()),
            ("__cached__", none),
            ("__builtins__", Machine::of(cx).builtins()),
        ],
    )
}

fn filled(cx: &mut Cx<'_>, names: &[(&str, Borrowed<'_>)]) -> Res {
    let globals = dict::new(cx)?;
    for &(key, value) in names {
        let key = cx.name(key)?;
        dict::set(cx, globals.borrow(), key.borrow(), value)?;
    }
    Ok(globals)
}

/// `dir()`: the names in sight, sorted; `dir(x)`.
fn dir(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    if !args.is_empty() {
        return builtins::dir(cx, args);
    }
    let names = locals(cx, args)?;
    let names = list::from_iterable(cx, names.borrow())?;
    list::sort(cx, names.borrow(), None, false)?;
    Ok(names)
}

/// `vars()`: as `locals()`; `vars(x)`: its `__dict__`.
fn vars(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let Some(op) = args.get(0) else { return locals(cx, args) };
    match protocol::get_attr_str(cx, op, "__dict__") {
        Ok(dict) => Ok(dict),
        Err(raised) => {
            iter::caught(cx, raised, &[Exc::AttributeError])?;
            Err(cx.type_error(format_args!("vars() argument must have __dict__ attribute")))
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
