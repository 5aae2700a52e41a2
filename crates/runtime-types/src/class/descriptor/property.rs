//! `property`: functions that are called when an attribute is read, set or deleted.

use std::cell::Cell;

use runtime_core::{Object, TypeFlags, TypeSpec};
use runtime_gc::{Borrowed, Ref, clear};

use crate::args::{Args, NativeDef, bind};
use crate::cx::{Cx, OrRaise, Res};
use crate::exception::Exc;
use crate::field::Field;
use crate::native::{container, fixed, member};
use crate::protocol;
use crate::string::text_of;
use crate::ty::{GetSetDef, Slots, Type, TypeDef};
use crate::view::{Layout, Look, View};

/// `property(get, set, delete, doc)`: 80 bytes with the collector head.
#[repr(C)]
pub(crate) struct PropertyObject {
    object: Object,
    get: Field,
    set: Field,
    delete: Field,
    doc: Field,
    name: Field,
    /// Whether the doc is that of the getter, so that another getter brings another.
    getter_doc: Cell<bool>,
}

const _: () = assert!(size_of::<PropertyObject>() == 64);

// SAFETY: only `property` and its subclasses carry the number; the fields are cells.
unsafe impl View for PropertyObject {
    const LAYOUT: u16 = Layout::Property as u16;
    const NAME: &'static str = "property";
}

container!(PropertyObject, |this| [this.get, this.set, this.delete, this.doc, this.name]);

pub(crate) const PROPERTY: TypeDef = TypeDef {
    spec: TypeSpec {
        flags: TypeFlags::GC.with(TypeFlags::BASE),
        tp_clear: Some(clear::<PropertyObject>),
        ..fixed::<PropertyObject>("property", Layout::Property)
    },
    slots: Slots {
        descr_get: Some(read),
        descr_set: Some(write),
        new: Some(new),
        init: Some(init),
        ..Slots::NONE
    },
    methods: &[
        NativeDef::exactly("getter", 1, |cx, args| copy(cx, args, 0)),
        NativeDef::exactly("setter", 1, |cx, args| copy(cx, args, 1)),
        NativeDef::exactly("deleter", 1, |cx, args| copy(cx, args, 2)),
        NativeDef::exactly("__set_name__", 2, |cx, args| {
            let this = args.get(0).unwrap_or_else(|| cx.world().none_borrowed());
            let this = this.expect::<PropertyObject>(cx)?;
            this.name.set(args.get(2).map(Borrowed::owned));
            Ok(cx.none())
        }),
    ],
    members: &[
        member!(PropertyObject, "fget", get),
        member!(PropertyObject, "fset", set),
        member!(PropertyObject, "fdel", delete),
        member!(mut PropertyObject, "__doc__", doc),
    ],
    getset: &[GetSetDef {
        name: "__name__",
        get: |cx, op| {
            let this = op.expect::<PropertyObject>(cx)?;
            match (this.name.get(), this.get.get()) {
                (Some(name), _) => Ok(name),
                (None, Some(get)) => protocol::nested(cx, "", |cx| {
                    protocol::get_attr_str(cx, get.borrow(), "__name__")
                }),
                (None, None) => {
                    let name = cx.name("__name__")?;
                    Err(crate::object::no_attribute(cx, op, name.borrow()))
                }
            }
        },
        set: Some(|cx, op, value| {
            op.expect::<PropertyObject>(cx)?.name.set(value.map(Borrowed::owned));
            Ok(())
        }),
    }],
    doc: "Property attribute.\n\n  fget\n    function to be used for getting an attribute value\n  \
          fset\n    function to be used for setting an attribute value\n  fdel\n    function to be \
          used for del'ing an attribute\n  doc\n    docstring\n\nTypical use is to define a managed \
          attribute x:\n\nclass C(object):\n    def getx(self): return self._x\n    def setx(self, \
          value): self._x = value\n    def delx(self): del self._x\n    x = property(getx, setx, \
          delx, \"I'm the 'x' property.\")\n\nDecorators make defining new properties or modifying \
          existing ones easy:\n\nclass C(object):\n    @property\n    def x(self):\n        \"I am \
          the 'x' property.\"\n        return self._x\n    @x.setter\n    def x(self, value):\n    \
          self._x = value\n    @x.deleter\n    def x(self):\n        del self._x",
    ..TypeDef::EMPTY
};

fn new(cx: &mut Cx<'_>, ty: &Type, _: Args<'_>) -> Res {
    // SAFETY: the type is alive; zero is an empty property.
    let op = unsafe { (ty.mem.tp_alloc)(ty.mem.as_ptr(), 0) }.or_raise(cx)?;
    // SAFETY: `tp_alloc` gave its one reference to us.
    let op = unsafe { Ref::steal(op) };
    crate::class::track_instance(&op);
    Ok(op)
}

fn init(cx: &mut Cx<'_>, op: Borrowed<'_>, args: Args<'_>) -> Res<()> {
    let this = op.expect::<PropertyObject>(cx)?;
    let [get, set, delete, doc] = bind(cx, "property", &args, ["fget", "fset", "fdel", "doc"], 0)?;
    let given = |value: Option<Borrowed<'_>>| {
        value.filter(|value| !cx.is_none(*value)).map(Borrowed::owned)
    };
    let (get, set, delete, doc) = (given(get), given(set), given(delete), given(doc));
    this.get.set(get.clone());
    this.set.set(set);
    this.delete.set(delete);
    this.name.set(None);
    this.getter_doc.set(false);
    this.doc.set(doc.clone());
    if doc.is_none()
        && let Some(get) = get
        && let Some(doc) = doc_of(cx, get.borrow())?
    {
        this.doc.set(Some(doc));
        this.getter_doc.set(true);
    }
    Ok(())
}

/// The `__doc__` of a getter, when it has one.
fn doc_of(cx: &mut Cx<'_>, get: Borrowed<'_>) -> Res<Option<Ref>> {
    match protocol::get_attr_str(cx, get, "__doc__") {
        Ok(doc) if cx.is_none(doc.borrow()) => Ok(None),
        Ok(doc) => Ok(Some(doc)),
        Err(raised) => {
            crate::iter::caught(cx, raised, &[crate::exception::Exc::AttributeError])?;
            Ok(None)
        }
    }
}

/// The same property with one function replaced: `x.getter(f)`, `x.setter(f)`, `x.deleter(f)`.
fn copy(cx: &mut Cx<'_>, args: Args<'_>, which: usize) -> Res {
    let (Some(op), Some(function)) = (args.get(0), args.get(1)) else {
        return Err(cx.type_error(format_args!("expected 1 argument, got 0")));
    };
    let this = op.expect::<PropertyObject>(cx)?;
    let mut parts = [this.get.get(), this.set.get(), this.delete.get(), this.doc.get()];
    if this.getter_doc.get()
        && which == 0
        && let Some(doc) = parts.get_mut(3)
    {
        *doc = None;
    }
    if let Some(part) = parts.get_mut(which)
        && !cx.is_none(function)
    {
        *part = Some(function.owned());
    }
    let name = this.name.get();
    let none = cx.none();
    let values = parts.each_ref().map(|part| part.as_ref().map_or(none.borrow(), Ref::borrow));
    let made = protocol::call(cx, Type::of(op).as_borrowed(), Args::positional(&values))?;
    if let Some(made) = made.borrow().view::<PropertyObject>() {
        made.name.set(name);
    }
    Ok(made)
}

/// The name of the getter, where it has one.
fn own_name(cx: &mut Cx<'_>, get: Borrowed<'_>) -> Res<Option<Ref>> {
    match protocol::get_attr_str(cx, get, "__name__") {
        Ok(name) => Ok(Some(name)),
        Err(raised) => crate::iter::caught(cx, raised, &[Exc::AttributeError]).map(|()| None),
    }
}

/// `property 'p' of 'A' object has no setter`
fn missing(cx: &mut Cx<'_>, op: Borrowed<'_>, of: Borrowed<'_>, what: &str) -> Res<()> {
    let this = op.expect::<PropertyObject>(cx)?;
    let name = match (this.name.get(), this.get.get()) {
        (None, Some(get)) => own_name(cx, get.borrow())?,
        (name, _) => name,
    };
    let ty = Type::of(of).name();
    let attr = name.clone().unwrap_or_else(|| cx.empty_str());
    Err(match name {
        Some(name) => {
            let shown = protocol::repr(cx, name.borrow())?;
            let shown = text_of(cx, shown.borrow())?;
            let message = format_args!("property {shown} of '{ty}' object has no {what}");
            crate::object::attribute_error(cx, of, attr.borrow(), message)
        }
        None => {
            let message = format_args!("property of '{ty}' object has no {what}");
            crate::object::attribute_error(cx, of, attr.borrow(), message)
        }
    })
}

fn read(cx: &mut Cx<'_>, op: Borrowed<'_>, of: Option<Borrowed<'_>>, _: &Type) -> Res {
    let Some(of) = of else { return Ok(op.owned()) };
    match op.expect::<PropertyObject>(cx)?.get.get() {
        Some(get) => protocol::call(cx, get.borrow(), Args::positional(&[of])),
        None => {
            missing(cx, op, of, "getter")?;
            Ok(cx.none())
        }
    }
}

fn write(
    cx: &mut Cx<'_>,
    op: Borrowed<'_>,
    of: Borrowed<'_>,
    value: Option<Borrowed<'_>>,
) -> Res<()> {
    let this = op.expect::<PropertyObject>(cx)?;
    match value {
        Some(value) => match this.set.get() {
            Some(set) => protocol::call(cx, set.borrow(), Args::positional(&[of, value]))?,
            None => return missing(cx, op, of, "setter"),
        },
        None => match this.delete.get() {
            Some(delete) => protocol::call(cx, delete.borrow(), Args::positional(&[of]))?,
            None => return missing(cx, op, of, "deleter"),
        },
    };
    Ok(())
}
