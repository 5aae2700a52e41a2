//! The built-in names: functions that need no frames, types, exceptions, constants.

mod attributes;
mod numbers;
mod print;
mod sequences;
#[cfg(test)]
mod tests;

use runtime_gc::{Borrowed, Ref};

use crate::args::{Args, NativeDef};
use crate::cx::{Cx, OrRaise, Res};
use crate::exception::Exc;
use crate::kernel::{NoMemory, Out};
use crate::list::{this, two};
use crate::string::{StrObject, TextBuilder};
use crate::ty::Type;
use crate::view::Look;

pub(crate) use attributes::names_of;
pub use attributes::{attribute_names, dir};
pub use print::write_line;
pub(crate) use print::{io_error, write_text};

/// The functions, as they are entered under their names.
pub const FUNCTIONS: &[NativeDef] = &[
    NativeDef::exactly("abs", 1, numbers::abs),
    NativeDef::exactly("all", 1, |cx, args| sequences::every(cx, args, false)),
    NativeDef::exactly("any", 1, |cx, args| sequences::every(cx, args, true)),
    NativeDef::exactly("ascii", 1, |cx, args| {
        let op = this(cx, &args)?;
        ascii(cx, op)
    }),
    NativeDef::exactly("bin", 1, |cx, args| numbers::in_base(cx, args, "#b")),
    NativeDef::exactly("callable", 1, |cx, args| {
        let op = this(cx, &args)?;
        Ok(cx.bool(Type::of(op).slots.call.is_some()))
    }),
    NativeDef::exactly("chr", 1, numbers::chr),
    NativeDef::exactly("delattr", 2, attributes::delete),
    NativeDef::between("dir", 0, 1, attributes::dir),
    NativeDef::exactly("divmod", 2, numbers::divmod),
    NativeDef::between("format", 1, 2, format),
    NativeDef::between("getattr", 2, 3, attributes::get),
    NativeDef::exactly("hasattr", 2, attributes::has),
    NativeDef::exactly("hash", 1, |cx, args| {
        let op = this(cx, &args)?;
        let hash = crate::protocol::hash(cx, op)?;
        cx.int_of_size(hash)
    }),
    NativeDef::exactly("hex", 1, |cx, args| numbers::in_base(cx, args, "#x")),
    NativeDef::exactly("id", 1, |cx, args| {
        let op = this(cx, &args)?;
        cx.int(op.as_obj().addr().get() as i64)
    }),
    NativeDef::between("input", 0, 1, crate::sys::input),
    NativeDef::exactly("isinstance", 2, |cx, args| {
        let (op, class) = two(cx, &args)?;
        let is = crate::protocol::is_instance(cx, op, class)?;
        Ok(cx.bool(is))
    }),
    NativeDef::exactly("issubclass", 2, is_subclass),
    NativeDef::between("iter", 1, 2, sequences::iter),
    NativeDef::exactly("len", 1, |cx, args| {
        let op = this(cx, &args)?;
        let len = crate::protocol::len(cx, op)?;
        cx.int_of_size(len as i64)
    }),
    NativeDef::any("max", |cx, args| sequences::extreme(cx, args, true)),
    NativeDef::any("min", |cx, args| sequences::extreme(cx, args, false)),
    NativeDef::between("next", 1, 2, sequences::next),
    NativeDef::exactly("oct", 1, |cx, args| numbers::in_base(cx, args, "#o")),
    NativeDef::exactly("ord", 1, numbers::ord),
    NativeDef::any("pow", numbers::pow),
    NativeDef::any("print", print::print),
    NativeDef::exactly("repr", 1, |cx, args| {
        let op = this(cx, &args)?;
        crate::protocol::repr(cx, op)
    }),
    NativeDef::any("round", numbers::round),
    NativeDef::exactly("setattr", 3, attributes::set),
    NativeDef::any("sorted", sequences::sorted),
    NativeDef::any("sum", numbers::sum),
];

/// Enters the built-in names in a dict: functions, types, exceptions, constants.
///
/// # Errors
/// `MemoryError`.
pub fn install(cx: &mut Cx<'_>, dict: Borrowed<'_>) -> Res<()> {
    crate::module::add_functions(cx, dict, "builtins", FUNCTIONS)?;
    let enter = |name: &str, value: Ref| -> Res<()> {
        let name = cx.name(name)?;
        crate::dict::set_name(cx, dict, name.borrow(), value)
    };
    let types = &cx.types;
    for ty in [
        types.bool,
        types.bytearray,
        types.bytes,
        types.classmethod,
        types.dict,
        types.enumerate,
        types.filter,
        types.float,
        types.frozenset,
        types.int,
        types.list,
        types.map,
        types.memoryview,
        types.object,
        types.property,
        types.range,
        types.reversed,
        types.set,
        types.slice,
        types.staticmethod,
        types.str,
        types.super_,
        types.tuple,
        types.type_,
        types.zip,
    ] {
        let ty = cx.ty(ty);
        enter(ty.name(), ty.as_borrowed().owned())?;
    }
    for &kind in Exc::ALL {
        enter(kind.name(), cx.exc_type(kind).as_borrowed().owned())?;
    }
    for alias in ["EnvironmentError", "IOError"] {
        enter(alias, cx.exc_type(Exc::OSError).as_borrowed().owned())?;
    }
    enter("None", cx.none())?;
    enter("True", cx.bool(true))?;
    enter("False", cx.bool(false))?;
    enter("NotImplemented", cx.not_implemented())?;
    enter("Ellipsis", cx.ellipsis())?;
    enter("__debug__", cx.bool(true))
}

/// `ascii(x)`: its `repr` with everything beyond ASCII escaped.
///
/// # Errors
/// As `repr`.
pub fn ascii(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let repr = crate::protocol::repr(cx, op)?;
    let text = crate::string::text_of(cx, repr.borrow())?;
    if text.as_ascii().is_some() {
        return Ok(repr);
    }
    let mut out = TextBuilder::new(cx);
    for code in text.chars() {
        let written = match char::from_u32(code) {
            Some(c) if c.is_ascii() => out.push_char(c),
            // No quote needs escaping a second time.
            _ => crate::kernel::repr::write_escaped(code, '\0', |_| false, &mut out),
        };
        if let Err(NoMemory) = written {
            break;
        }
    }
    out.finish()
}

/// `format(x, spec)`
fn format(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let op = this(cx, &args)?;
    let empty = cx.empty_str();
    let spec = args.get(1).unwrap_or(empty.borrow());
    if !spec.is_a::<StrObject>() {
        let name = if cx.is_none(spec) { "None" } else { Type::of(spec).name() };
        return Err(cx.type_error(format_args!("format() argument 2 must be str, not {name}")));
    }
    crate::protocol::format(cx, op, spec)
}

fn is_subclass(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let (class, of) = two(cx, &args)?;
    let is = crate::protocol::is_subclass(cx, class, of)?;
    Ok(cx.bool(is))
}

/// `f(x)`
fn call_one(cx: &mut Cx<'_>, function: Borrowed<'_>, arg: Borrowed<'_>) -> Res {
    crate::protocol::call(cx, function, Args::positional(&[arg]))
}

/// A list of what was gathered, in order: `sorted`.
fn sorted_list(cx: &mut Cx<'_>, items: Borrowed<'_>) -> Res {
    let list = crate::list::from_iterable(cx, items)?;
    crate::list::sort(cx, list.borrow(), None, false)?;
    Ok(list)
}

/// Adds an item to a list.
fn add(cx: &Cx<'_>, list: &Ref, item: Ref) -> Res<()> {
    let Some(list) = list.borrow().view::<crate::list::ListObject>() else { return Ok(()) };
    list.push(cx.heap(), item).or_raise(cx)
}
