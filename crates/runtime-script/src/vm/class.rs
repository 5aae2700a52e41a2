//! Class statements and `super()` at run time.

use runtime_core::Obj;
use runtime_gc::{Borrowed, Ref};
use runtime_types::args::Args;
use runtime_types::cell::CellObject;
use runtime_types::class::new_super;
use runtime_types::exception::Exc;
use runtime_types::string::text_of;
use runtime_types::tuple::TupleObject;
use runtime_types::ty::Type;
use runtime_types::{Cx, Look, Res, dict, protocol, type_type};

use super::stack::Frame;
use crate::interp::Machine;

/// Runs a class body and makes the class.
pub(crate) fn build(
    cx: &mut Cx<'_>,
    body: Borrowed<'_>,
    name: Borrowed<'_>,
    bases: Borrowed<'_>,
    keywords: Option<Borrowed<'_>>,
) -> Res {
    if let Some(keywords) = keywords {
        check_metaclass(cx, keywords)?;
    }
    let namespace = dict::new(cx)?;
    let cell = protocol::call(cx, body, Args::positional(&[namespace.borrow()]))?;
    let (mut values, mut names) = (Vec::new(), Vec::new());
    if let Some(keywords) = keywords {
        let mut cursor = 0;
        while let Some((key, value)) = dict::entry(keywords, &mut cursor) {
            names.push(key);
            values.push(value);
        }
    }
    let values = crate::code::borrow_all(&values);
    let args = Args::with_names(values, crate::code::borrow_all(&names));
    let class = type_type::make_class(cx, name, bases, namespace.borrow(), args)?;
    if let Some(cell) = cell.borrow().view::<CellObject>() {
        cell.value.set(Some(class.clone()));
    }
    Ok(class)
}

/// The `__name__` of the module whose code is running.
pub(crate) fn module_name(cx: &mut Cx<'_>) -> Option<Ref> {
    let frame = Machine::of(cx).frame.get();
    if frame.is_null() {
        return None;
    }
    // SAFETY: the newest frame is live and keeps its globals.
    let globals = unsafe { Ref::new((*frame).globals) };
    let name = cx.name("__name__").ok()?;
    dict::get_name(cx, globals.borrow(), name.borrow())
}

/// Takes `metaclass=type` out of the keywords; there are no other metaclasses.
fn check_metaclass(cx: &mut Cx<'_>, keywords: Borrowed<'_>) -> Res<()> {
    let name = cx.name("metaclass")?;
    let Some(meta) = dict::remove(cx, keywords, name.borrow())? else { return Ok(()) };
    let type_ = cx.ty(cx.types.type_);
    if meta.borrow().view::<Type>().is_some_and(|meta| std::ptr::eq(meta, type_)) {
        return Ok(());
    }
    let shown = protocol::repr(cx, meta.borrow())?;
    let shown = text_of(cx, shown.borrow())?;
    Err(cx.type_error(format_args!("metaclasses other than type are not supported: {shown}")))
}

/// `super()`: the class from the cell, the object from the first parameter of the running function.
pub(crate) fn zero_super(cx: &mut Cx<'_>) -> Res {
    let machine = Machine::of(cx);
    let frame = machine.frame.get();
    let error =
        |cx: &Cx<'_>, why: &str| cx.raise(Exc::RuntimeError, format_args!("super(): {why}"));
    if frame.is_null() {
        return Err(error(cx, "no current frame"));
    }
    // SAFETY: the newest frame is live, and its code and registers with it; what is in them is held
    // here before anything else runs.
    let (class, this) = unsafe {
        let code = (*frame).code.as_ref();
        let registers = Frame::registers(frame);
        let parts = &code.parts;
        if parts.params.positional == 0 && !parts.params.var_args || parts.is_class {
            return Err(error(cx, "no arguments"));
        }
        let first =
            if parts.params.positional == 0 { usize::from(parts.params.keyword_only) } else { 0 };
        let this = held(*registers.add(first), parts.params.positional == 0);
        let Some(this) = this else { return Err(error(cx, "arg[0] deleted")) };
        let locals = usize::from(parts.locals);
        let cell = (locals..locals + usize::from(parts.free)).find(|&register| {
            let name = code.variable(register);
            name.and_then(|name| text_of(cx, name).ok())
                .is_some_and(|name| name.eq_str("__class__"))
        });
        let Some(cell) = cell.and_then(|register| *registers.add(register)) else {
            return Err(error(cx, "__class__ cell not found"));
        };
        (Ref::new(cell), this)
    };
    let class = class.borrow().view::<CellObject>().and_then(|cell| cell.value.get());
    match class {
        Some(class) => new_super(cx, class.borrow(), this.borrow()),
        None => Err(error(cx, "empty __class__ cell")),
    }
}

/// What a parameter's register holds: a value, or a cell with one; `*args` holds it first.
///
/// # Safety
/// The register's object is alive.
unsafe fn held(register: Option<Obj>, in_tuple: bool) -> Option<Ref> {
    // SAFETY: per contract.
    let value = register.map(|op| unsafe { Ref::new(op) })?;
    let value = match value.borrow().view::<CellObject>() {
        Some(cell) => cell.value.get()?,
        None => value,
    };
    if !in_tuple {
        return Some(value);
    }
    value.borrow().view::<TupleObject>().and_then(|args| args.items().first().map(|op| op.owned()))
}
