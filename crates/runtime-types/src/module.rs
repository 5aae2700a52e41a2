//! `module`: a namespace with a name.

use std::cell::Cell;

use runtime_core::{Object, TypeSpec};
use runtime_gc::{Borrowed, Ref, clear, track};

use crate::args::NativeDef;
use crate::cx::{Cx, OrRaise, Res};
use crate::field::Field;
use crate::native::{container, fixed, member};
use crate::ty::{Slots, Type, TypeDef};
use crate::view::{Layout, Look, View};
use crate::world::World;

/// A module: 72 bytes with the collector head.
#[repr(C)]
pub struct ModuleObject {
    object: Object,
    /// Its namespace, a dict.
    pub dict: Field,
    /// Its name, a str.
    pub name: Field,
    weak_refs: Cell<usize>,
    /// Whether its code is running for the first time.
    pub initializing: Cell<bool>,
    _reserved: Cell<usize>,
}

const _: () = assert!(size_of::<ModuleObject>() == 56);

// SAFETY: only `module` carries the number; the fields are cells.
unsafe impl View for ModuleObject {
    const LAYOUT: u16 = Layout::Module as u16;
    const NAME: &'static str = "module";
}

container!(ModuleObject, |this| [this.dict, this.name]);

pub(crate) const DEF: TypeDef = TypeDef {
    spec: TypeSpec {
        tp_clear: Some(clear::<ModuleObject>),
        weak_list_offset: std::mem::offset_of!(ModuleObject, weak_refs) as isize,
        ..fixed::<ModuleObject>("module", Layout::Module)
    },
    slots: Slots {
        repr: Some(repr),
        get_attr: Some(get_attr),
        set_attr: Some(set_attr),
        ..Slots::NONE
    },
    members: &[member!(ModuleObject, "__dict__", dict)],
    ..TypeDef::EMPTY
};

/// A module with this namespace.
///
/// # Errors
/// `MemoryError`.
pub fn new(world: &World, name: Ref, dict: Ref) -> Res {
    let ty = world.ty(world.types.module);
    let op = ty.mem.alloc_sized::<true>(size_of::<ModuleObject>()).or_raise(world)?;
    // SAFETY: the block holds a `ModuleObject` whose header is written; the rest is now.
    unsafe {
        let p = op.cast::<ModuleObject>().as_ptr();
        (&raw mut (*p).dict).write(Field::new(Some(dict)));
        (&raw mut (*p).name).write(Field::new(Some(name)));
        (&raw mut (*p).weak_refs).write(Cell::new(0));
        (&raw mut (*p).initializing).write(Cell::new(false));
        (&raw mut (*p)._reserved).write(Cell::new(0));
        track(op);
        Ok(Ref::steal(op))
    }
}

/// Puts native functions into a module's namespace.
///
/// # Errors
/// `MemoryError`.
pub fn add_functions(
    world: &World,
    dict: Borrowed<'_>,
    module: &str,
    defs: &'static [NativeDef],
) -> Res<()> {
    let module = world.name(module)?;
    for def in defs {
        let name = world.name(def.name)?;
        let function = crate::native::function(world, def, Some(module.clone()))?;
        crate::dict::set_name(world, dict, name.borrow(), function)?;
    }
    Ok(())
}

fn repr(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let name = op.expect::<ModuleObject>(cx)?.name.get().unwrap_or_else(|| cx.empty_str());
    let key = cx.name("__file__")?;
    let dict = op.expect::<ModuleObject>(cx)?.dict.get().unwrap_or_else(|| cx.none());
    let file = crate::dict::get(cx, dict.borrow(), key.borrow())?;
    let text = crate::string::text_of(cx, name.borrow())?;
    match file {
        Some(file) => {
            let file = crate::protocol::repr(cx, file.borrow())?;
            let file = crate::string::text_of(cx, file.borrow())?;
            cx.format(format_args!("<module '{text}' from {file}>"))
        }
        None => cx.format(format_args!("<module '{text}' (built-in)>")),
    }
}

fn get_attr(cx: &mut Cx<'_>, op: Borrowed<'_>, name: Borrowed<'_>) -> Res {
    let this = op.expect::<ModuleObject>(cx)?;
    let dict = this.dict.get().unwrap_or_else(|| cx.none());
    if let Some(value) = crate::dict::get(cx, dict.borrow(), name)? {
        return Ok(value);
    }
    let text = crate::string::text_of(cx, name)?;
    if text.eq_str("__dict__") {
        return Ok(dict);
    }
    let module = this.name.get().unwrap_or_else(|| cx.empty_str());
    let module = crate::string::text_of(cx, module.borrow())?;
    if text.eq_str("__doc__") {
        return crate::documentation::of_module(cx, &module.to_string());
    }
    if crate::type_type::lookup(cx, Type::of(op), name)?.is_some() {
        return crate::object::get_attr(cx, op, name);
    }
    let hook = cx.name("__getattr__")?;
    if let Some(hook) = crate::dict::get(cx, dict.borrow(), hook.borrow())? {
        return crate::protocol::call(cx, hook.borrow(), crate::args::Args::positional(&[name]));
    }
    if op.expect::<ModuleObject>(cx)?.initializing.get() {
        return Err(not_yet(cx, op, name, dict.borrow()));
    }
    Err(crate::object::attribute_error(
        cx,
        op,
        name,
        format_args!("module '{module}' has no attribute '{text}'"),
    ))
}

/// The error for a name of a module that is still being run: two modules may be waiting for each
/// other, or it is not the module that was meant.
fn not_yet(
    cx: &mut Cx<'_>,
    op: Borrowed<'_>,
    name: Borrowed<'_>,
    dict: Borrowed<'_>,
) -> crate::cx::Raised {
    let described = (|| {
        let key = cx.name("__file__")?;
        let file = crate::dict::get(cx, dict, key.borrow())?.unwrap_or_else(|| cx.none());
        let file = crate::protocol::repr(cx, file.borrow())?;
        let module = op.expect::<ModuleObject>(cx)?.name.get().unwrap_or_else(|| cx.empty_str());
        Ok((module, file))
    })();
    let (module, file) = match described {
        Ok(described) => described,
        Err(raised) => return raised,
    };
    let shown = |op: Borrowed<'_>| crate::string::text_of(cx, op).map(|text| text.to_string());
    match (shown(module.borrow()), shown(file.borrow()), shown(name)) {
        (Ok(module), Ok(file), Ok(text)) => crate::object::attribute_error(
            cx,
            op,
            name,
            format_args!(
                "module '{module}' has no attribute '{text}' (consider renaming {file} if it has \
                 the same name as a third-party module you intended to import)"
            ),
        ),
        (Err(raised), ..) | (_, Err(raised), _) | (.., Err(raised)) => raised,
    }
}

fn set_attr(
    cx: &mut Cx<'_>,
    op: Borrowed<'_>,
    name: Borrowed<'_>,
    value: Option<Borrowed<'_>>,
) -> Res<()> {
    let dict = op.expect::<ModuleObject>(cx)?.dict.get().unwrap_or_else(|| cx.none());
    match value {
        Some(value) => crate::dict::set(cx, dict.borrow(), name, value),
        None => match crate::dict::remove(cx, dict.borrow(), name)? {
            Some(_) => Ok(()),
            None => Err(crate::object::no_attribute(cx, op, name)),
        },
    }
}
