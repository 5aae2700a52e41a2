//! `mappingproxy`: a class's namespace, to be looked at.

use runtime_core::{Object, TypeSpec};
use runtime_gc::{Borrowed, Ref, clear, track};

use crate::args::{Args, NativeDef};
use crate::cx::{Cx, OrRaise, Res};
use crate::field::Field;
use crate::native::{container, fixed};
use crate::protocol;
use crate::string::text_of;
use crate::ty::{Slots, Type, TypeDef};
use crate::view::{Layout, Look, View};

/// A view of a mapping: 40 bytes with the collector head.
#[repr(C)]
pub(crate) struct ProxyObject {
    object: Object,
    mapping: Field,
}

const _: () = assert!(size_of::<ProxyObject>() == 24);

// SAFETY: only `mappingproxy` carries the number; the field is a cell.
unsafe impl View for ProxyObject {
    const LAYOUT: u16 = Layout::Proxy as u16;
    const NAME: &'static str = "mappingproxy";
}

container!(ProxyObject, |this| [this.mapping]);

macro_rules! pass_on {
    ($name:literal) => {
        NativeDef::any($name, |cx, args| {
            let Some(op) = args.get(0) else {
                return Err(cx.type_error(format_args!("unbound method needs an argument")));
            };
            pass_on(cx, op, |cx, mapping| {
                let method = protocol::get_attr_str(cx, mapping, $name)?;
                protocol::call(cx, method.borrow(), args.rest())
            })
        })
    };
}

pub(crate) const MAPPING_PROXY: TypeDef = TypeDef {
    spec: TypeSpec {
        tp_clear: Some(clear::<ProxyObject>),
        ..fixed::<ProxyObject>("mappingproxy", Layout::Proxy)
    },
    slots: Slots {
        repr: Some(repr),
        str: Some(|cx, op| pass_on(cx, op, protocol::str)),
        iter: Some(|cx, op| pass_on(cx, op, protocol::iter)),
        len: Some(|cx, op| pass_on(cx, op, protocol::len)),
        contains: Some(|cx, op, key| {
            pass_on(cx, op, |cx, mapping| protocol::contains(cx, mapping, key))
        }),
        subscript: Some(|cx, op, key| {
            pass_on(cx, op, |cx, mapping| protocol::subscript(cx, mapping, key))
        }),
        compare: Some(|cx, a, b, op| {
            let mapping = mapping_of(cx, a)?;
            let other = match b.view::<ProxyObject>() {
                Some(_) => mapping_of(cx, b)?,
                None => b.owned(),
            };
            protocol::compare(cx, mapping.borrow(), other.borrow(), op)
        }),
        new: Some(new),
        ..Slots::NONE
    },
    methods: &[
        pass_on!("get"),
        pass_on!("keys"),
        pass_on!("values"),
        pass_on!("items"),
        pass_on!("copy"),
    ],
    ..TypeDef::EMPTY
};

/// Asks the mapping, which may be such a view itself, and so on.
fn pass_on<T>(
    cx: &mut Cx<'_>,
    op: Borrowed<'_>,
    ask: impl FnOnce(&mut Cx<'_>, Borrowed<'_>) -> Res<T>,
) -> Res<T> {
    let mapping = mapping_of(cx, op)?;
    protocol::nested(cx, "", |cx| ask(cx, mapping.borrow()))
}

fn mapping_of(cx: &Cx<'_>, op: Borrowed<'_>) -> Res {
    let mapping = op.expect::<ProxyObject>(cx)?.mapping.get();
    Ok(mapping.unwrap_or_else(|| cx.none()))
}

/// A view of `mapping`.
///
/// # Errors
/// `MemoryError`.
pub(crate) fn new_proxy(cx: &Cx<'_>, mapping: Ref) -> Res {
    let ty = cx.ty(cx.types.mapping_proxy);
    let op = ty.mem.alloc_sized::<true>(size_of::<ProxyObject>()).or_raise(cx)?;
    // SAFETY: the block holds the object whose header is written; the field is now.
    unsafe {
        (&raw mut (*op.cast::<ProxyObject>().as_ptr()).mapping).write(Field::new(Some(mapping)));
        track(op);
        Ok(Ref::steal(op))
    }
}

fn new(cx: &mut Cx<'_>, _: &Type, args: Args<'_>) -> Res {
    let [mapping] = args.positionals() else {
        return Err(cx.type_error(format_args!(
            "mappingproxy() missing required argument 'mapping' (pos 1)"
        )));
    };
    if Type::of(*mapping).slots.subscript.is_none() || mapping.is_a::<crate::list::ListObject>() {
        let name = Type::of(*mapping).name();
        return Err(
            cx.type_error(format_args!("mappingproxy() argument must be a mapping, not {name}"))
        );
    }
    new_proxy(cx, mapping.owned())
}

fn repr(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let mapping = mapping_of(cx, op)?;
    let shown = protocol::repr(cx, mapping.borrow())?;
    cx.format(format_args!("mappingproxy({})", text_of(cx, shown.borrow())?))
}
