//! `function`: code with its defaults, its closure and the namespace it was made in.

use std::cell::Cell;

use runtime_core::{Floor, Object, TypeFlags, TypeSpec};
use runtime_gc::{Borrowed, Container, Ref, clear, dealloc, release, track, traversal};
use runtime_types::args::{Args, NativeDef};
use runtime_types::dict::DictObject;
use runtime_types::exception::Exc;
use runtime_types::field::Field;
use runtime_types::string::StrObject;
use runtime_types::tuple::TupleObject;
use runtime_types::ty::{GetSetDef, Slots, Type, TypeDef};
use runtime_types::{Cx, Look, OrRaise, Res, View, dict, native};

use crate::code::CodeObject;
use crate::interp::{Machine, layout};

/// A function.
#[repr(C)]
pub(crate) struct FunctionObject {
    object: Object,
    /// Its code.
    pub code: Field,
    /// The namespace of its module, a dict.
    pub globals: Field,
    /// Its name.
    pub name: Field,
    /// Its name with those of the scopes around it.
    pub qualname: Field,
    /// A tuple of defaults of positional parameters.
    pub defaults: Field,
    /// A dict of defaults of keyword-only parameters.
    pub kw_defaults: Field,
    /// A tuple of cells.
    pub closure: Field,
    annotations: Field,
    doc: Field,
    dict: Field,
    pub(crate) module: Field,
    weak_refs: Cell<usize>,
}

// SAFETY: only `function` carries the number; all fields are cells.
unsafe impl View for FunctionObject {
    const LAYOUT: u16 = layout::FUNCTION;
    const NAME: &'static str = "function";
}

impl FunctionObject {
    fn fields(&self) -> [&Field; 11] {
        [
            &self.code,
            &self.globals,
            &self.module,
            &self.defaults,
            &self.kw_defaults,
            &self.doc,
            &self.name,
            &self.dict,
            &self.closure,
            &self.annotations,
            &self.qualname,
        ]
    }
}

// SAFETY: both walk `fields`.
unsafe impl Container for FunctionObject {
    unsafe fn traverse(op: runtime_core::Obj, visit: &mut impl FnMut(runtime_core::Obj)) {
        // SAFETY: per contract.
        let this = unsafe { op.cast::<Self>().as_ref() };
        this.fields().into_iter().filter_map(Field::peek).for_each(visit);
    }

    unsafe fn release_next(op: runtime_core::Obj, cursor: &mut usize) -> Option<runtime_core::Obj> {
        // SAFETY: per contract.
        let this = unsafe { op.cast::<Self>().as_ref() };
        for field in this.fields().into_iter().skip(*cursor) {
            *cursor += 1;
            if let Some(value) = field.take() {
                return Some(value.into_raw());
            }
        }
        None
    }

    unsafe fn free(op: runtime_core::Obj) {
        // SAFETY: per contract.
        unsafe { free(op) }
    }
}

/// # Safety
/// The function is dead and owns nothing.
unsafe fn free(op: runtime_core::Obj) {
    // SAFETY: per contract.
    unsafe { runtime_core::type_of(op).as_ref().free_object(op, size_of::<FunctionObject>()) }
}

/// What a function says that it occupies: CPython's figure, as programs that add sizes up expect it.
const REPORTED_SIZE: i64 = 144;

/// The type `function`.
pub(crate) const DEF: TypeDef = TypeDef {
    spec: TypeSpec {
        name: "function",
        basic_size: size_of::<FunctionObject>(),
        flags: TypeFlags::GC.with(TypeFlags::METHOD),
        layout: layout::FUNCTION,
        weak_list_offset: std::mem::offset_of!(FunctionObject, weak_refs) as isize,
        floor: Floor::Interp,
        tp_dealloc: dealloc::<FunctionObject>,
        tp_free: free,
        tp_release: Some(release::<FunctionObject>),
        tp_traverse: Some(traversal::<FunctionObject>()),
        tp_clear: Some(clear::<FunctionObject>),
        ..TypeSpec::LEAF
    },
    slots: Slots {
        repr: Some(repr),
        call: Some(call),
        descr_get: Some(bind_method),
        set_attr: Some(set_attr),
        get_attr: Some(get_attr),
        ..Slots::NONE
    },
    methods: &[NativeDef::exactly("__sizeof__", 0, |cx, _| cx.int(REPORTED_SIZE))],
    members: &[
        GetSetDef::read_only("__builtins__", |cx, _| Ok(Machine::of(cx).builtins().owned())),
        GetSetDef { name: "__closure__", get: |cx, op| field(cx, op, |f| &f.closure), set: None },
        GetSetDef {
            name: "__doc__",
            get: |cx, op| field(cx, op, |f| &f.doc),
            set: Some(|cx, op, value| set_field(cx, op, value, |f| &f.doc)),
        },
        GetSetDef { name: "__globals__", get: |cx, op| field(cx, op, |f| &f.globals), set: None },
        GetSetDef {
            name: "__module__",
            get: |cx, op| field(cx, op, |f| &f.module),
            set: Some(|cx, op, value| set_field(cx, op, value, |f| &f.module)),
        },
    ],
    getset: &[
        GetSetDef {
            name: "__name__",
            get: |cx, op| field(cx, op, |f| &f.name),
            set: Some(|cx, op, value| {
                let value = text_for(cx, value, "__name__")?;
                set_field(cx, op, Some(value), |f| &f.name)
            }),
        },
        GetSetDef {
            name: "__qualname__",
            get: |cx, op| field(cx, op, |f| &f.qualname),
            set: Some(|cx, op, value| {
                let value = text_for(cx, value, "__qualname__")?;
                set_field(cx, op, Some(value), |f| &f.qualname)
            }),
        },
        GetSetDef {
            name: "__defaults__",
            get: |cx, op| field(cx, op, |f| &f.defaults),
            set: Some(|cx, op, value| {
                if value.is_some_and(|value| !cx.is_none(value) && !value.is_a::<TupleObject>()) {
                    return Err(
                        cx.type_error(format_args!("__defaults__ must be set to a tuple object"))
                    );
                }
                set_field(cx, op, value, |f| &f.defaults)
            }),
        },
        GetSetDef {
            name: "__kwdefaults__",
            get: |cx, op| field(cx, op, |f| &f.kw_defaults),
            set: Some(|cx, op, value| {
                if value.is_some_and(|value| !cx.is_none(value) && !value.is_a::<DictObject>()) {
                    return Err(
                        cx.type_error(format_args!("__kwdefaults__ must be set to a dict object"))
                    );
                }
                set_field(cx, op, value, |f| &f.kw_defaults)
            }),
        },
        GetSetDef::writable(
            "__code__",
            |cx, op| field(cx, op, |f| &f.code),
            // Calls that go on run the code that the function has.
            |cx, _, value| match value.filter(|value| value.is_a::<CodeObject>()) {
                Some(_) => Err(cx.raise(
                    Exc::AttributeError,
                    format_args!("attribute '__code__' of 'function' objects is not writable"),
                )),
                None => Err(cx.type_error(format_args!("__code__ must be set to a code object"))),
            },
        ),
        GetSetDef {
            name: "__annotations__",
            get: |cx, op| made_dict(cx, op, |f| &f.annotations),
            set: Some(|cx, op, value| {
                if value.is_some_and(|value| !cx.is_none(value) && !value.is_a::<DictObject>()) {
                    return Err(
                        cx.type_error(format_args!("__annotations__ must be set to a dict object"))
                    );
                }
                set_field(cx, op, value, |f| &f.annotations)
            }),
        },
        GetSetDef {
            name: "__dict__",
            get: |cx, op| made_dict(cx, op, |f| &f.dict),
            set: Some(|cx, op, value| match value {
                None => Err(cx.type_error(format_args!("cannot delete __dict__"))),
                Some(value) if value.is_a::<DictObject>() => {
                    set_field(cx, op, Some(value), |f| &f.dict)
                }
                Some(other) => {
                    let ty = Type::of(other).name();
                    Err(cx.type_error(format_args!(
                        "__dict__ must be set to a dictionary, not a '{ty}'"
                    )))
                }
            }),
        },
    ],
    ..TypeDef::EMPTY
};

fn field(cx: &Cx<'_>, op: Borrowed<'_>, of: impl Fn(&FunctionObject) -> &Field) -> Res {
    Ok(of(op.expect::<FunctionObject>(cx)?).get().unwrap_or_else(|| cx.none()))
}

fn made_dict(cx: &Cx<'_>, op: Borrowed<'_>, of: impl Fn(&FunctionObject) -> &Field) -> Res {
    let field = of(op.expect::<FunctionObject>(cx)?);
    if let Some(dict) = field.get() {
        return Ok(dict);
    }
    let dict = dict::new(cx)?;
    field.set(Some(dict.clone()));
    Ok(dict)
}

fn set_field(
    cx: &Cx<'_>,
    op: Borrowed<'_>,
    value: Option<Borrowed<'_>>,
    of: impl Fn(&FunctionObject) -> &Field,
) -> Res<()> {
    let value = value.filter(|value| !cx.is_none(*value)).map(Borrowed::owned);
    of(op.expect::<FunctionObject>(cx)?).set(value);
    Ok(())
}

/// The string that a function's name is set to.
fn text_for<'a>(cx: &Cx<'_>, value: Option<Borrowed<'a>>, name: &str) -> Res<Borrowed<'a>> {
    match value {
        Some(value) if value.is_a::<StrObject>() => Ok(value),
        _ => Err(cx.type_error(format_args!("{name} must be set to a string object"))),
    }
}

/// What a function is made of.
pub(crate) struct Parts {
    pub(crate) code: Ref,
    pub(crate) globals: Ref,
    pub(crate) module: Option<Ref>,
    pub(crate) defaults: Option<Ref>,
    pub(crate) kw_defaults: Option<Ref>,
    pub(crate) annotations: Option<Ref>,
    pub(crate) closure: Option<Ref>,
}

/// A function of these parts.
///
/// # Errors
/// `MemoryError`.
pub(crate) fn new(cx: &Cx<'_>, parts: Parts) -> Res {
    let machine = Machine::of(cx);
    let (name, qualname, doc) = match parts.code.borrow().view::<CodeObject>() {
        Some(code) => {
            (Some(code.parts.name.clone()), Some(code.parts.qualname.clone()), code.docstring())
        }
        None => (None, None, None),
    };
    let size = size_of::<FunctionObject>();
    let op = machine.types().function.mem.alloc_sized::<true>(size).or_raise(cx)?;
    // SAFETY: the block holds a `FunctionObject` whose header is written; the rest is now.
    unsafe {
        let p = op.cast::<FunctionObject>().as_ptr();
        (&raw mut (*p).code).write(Field::new(Some(parts.code)));
        (&raw mut (*p).globals).write(Field::new(Some(parts.globals)));
        (&raw mut (*p).name).write(Field::new(name));
        (&raw mut (*p).qualname).write(Field::new(qualname));
        (&raw mut (*p).defaults).write(Field::new(parts.defaults));
        (&raw mut (*p).kw_defaults).write(Field::new(parts.kw_defaults));
        (&raw mut (*p).closure).write(Field::new(parts.closure));
        (&raw mut (*p).annotations).write(Field::new(parts.annotations));
        (&raw mut (*p).doc).write(Field::new(doc));
        (&raw mut (*p).dict).write(Field::new(None));
        (&raw mut (*p).module).write(Field::new(parts.module));
        (&raw mut (*p).weak_refs).write(Cell::new(0));
        track(op);
        Ok(Ref::steal(op))
    }
}

fn repr(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let name = field(cx, op, |f| &f.qualname)?;
    let text = runtime_types::string::text_of(cx, name.borrow())?;
    cx.format(format_args!("<function {text} at {:#x}>", op.as_obj().addr()))
}

/// Calls a function from native code.
fn call(cx: &mut Cx<'_>, op: Borrowed<'_>, args: Args<'_>) -> Res {
    super::run::call_function(cx, op, args)
}

fn bind_method(cx: &mut Cx<'_>, op: Borrowed<'_>, to: Option<Borrowed<'_>>, _: &Type) -> Res {
    match to {
        None => Ok(op.owned()),
        Some(to) => native::method(cx, op.owned(), to.owned()),
    }
}

fn get_attr(cx: &mut Cx<'_>, op: Borrowed<'_>, name: Borrowed<'_>) -> Res {
    if let Some(dict) = op.expect::<FunctionObject>(cx)?.dict.get()
        && let Some(value) = dict::get(cx, dict.borrow(), name)?
    {
        return Ok(value);
    }
    native::generic_get_attr(cx, op, name)
}

fn set_attr(
    cx: &mut Cx<'_>,
    op: Borrowed<'_>,
    name: Borrowed<'_>,
    value: Option<Borrowed<'_>>,
) -> Res<()> {
    if runtime_types::type_type::lookup(cx, Type::of(op), name)?.is_some() {
        return native::generic_set_attr(cx, op, name, value);
    }
    let dict = made_dict(cx, op, |f| &f.dict)?;
    match value {
        Some(value) => dict::set(cx, dict.borrow(), name, value),
        None => match dict::remove(cx, dict.borrow(), name)? {
            Some(_) => Ok(()),
            None => native::generic_set_attr(cx, op, name, None),
        },
    }
}
