//! Weak references as scripts see them: `weakref.ref`, proxies, and the functions about both.
//!
//! The objects, their lists and the order of callbacks are the collector's ([`runtime_gc::weak`]);
//! here they get their behaviour. The dictionaries and sets of the module `weakref` are written in
//! the language itself.

mod proxy;

use runtime_core::{Floor, TypeSpec};
use runtime_gc::weak::{self, WEAK_REF, WeakKind, WeakObject, is_weakly_referencable};
use runtime_gc::{Borrowed, Ref};

use crate::args::{Args, NativeDef};
use crate::cx::{Cx, OrRaise, Res};
use crate::list::{self, this};
use crate::protocol;
use crate::string::{StrObject, text_of};
use crate::ty::{Compare, GetSetDef, Slots, Type, TypeDef};
use crate::view::{Layout, Look, View};

pub(crate) use proxy::{CALLABLE_PROXY, PROXY};

// SAFETY: only weak references, their subclasses and proxies carry the number; what changes is in
// cells.
unsafe impl View for WeakObject {
    const LAYOUT: u16 = Layout::WeakRef as u16;
    const NAME: &'static str = "weakref.ReferenceType";
}

pub(crate) const REF: TypeDef = TypeDef {
    spec: TypeSpec {
        name: "weakref.ReferenceType",
        layout: Layout::WeakRef as u16,
        floor: Floor::World,
        ..WEAK_REF
    },
    slots: Slots {
        repr: Some(repr),
        hash: Some(hash),
        compare: Some(compare),
        call: Some(call),
        new: Some(new),
        init: Some(init),
        ..Slots::NONE
    },
    members: &[GetSetDef {
        name: "__callback__",
        get: |cx, op| {
            let callback = op.expect::<WeakObject>(cx)?.callback();
            Ok(callback.unwrap_or_else(|| cx.none()))
        },
        set: None,
    }],
    module: "weakref",
    ..TypeDef::EMPTY
};

const FUNCTIONS: &[NativeDef] = &[
    NativeDef::exactly("getweakrefcount", 1, |cx, args| {
        let op = this(cx, &args)?;
        let (mut count, mut plain) = (0, false);
        // SAFETY: the argument is alive, and so are the weak references in its list.
        unsafe {
            weak::each(op.as_obj(), &mut |one| {
                count += 1;
                let one = Borrowed::new(one);
                let known = one.view::<WeakObject>();
                plain |= one.ty_ptr() == cx.types.weak_ref.cast()
                    && known.is_some_and(|known| known.callback().is_none());
            });
        }
        // The bases of a class know it by a weak reference, which is the one that others get too.
        if !plain && op.view::<Type>().is_some_and(Type::is_class) {
            count += 1;
        }
        cx.int(count)
    }),
    NativeDef::exactly("getweakrefs", 1, |cx, args| {
        let op = this(cx, &args)?;
        let mut found: smallvec::SmallVec<[Ref; 8]> = smallvec::SmallVec::new();
        // SAFETY: the argument is alive, and so are the weak references in its list.
        unsafe { weak::each(op.as_obj(), &mut |one| found.push(Ref::new(one))) };
        let result = list::empty(cx)?;
        for one in found {
            list::append(cx, result.borrow(), one)?;
        }
        Ok(result)
    }),
    NativeDef::exactly("at_exit", 1, |cx, args| {
        let function = this(cx, &args)?;
        let functions = match cx.at_exit.get() {
            Some(functions) => functions,
            None => {
                let made = list::empty(cx)?;
                cx.at_exit.set(Some(made.clone()));
                made
            }
        };
        list::append(cx, functions.borrow(), function.owned())?;
        Ok(cx.none())
    }),
    NativeDef::between("proxy", 1, 2, |cx, args| {
        let op = this(cx, &args)?;
        let types = &cx.world().types;
        let callable = Type::of(op).slots.call.is_some();
        let ty = cx.world().ty(if callable { types.callable_proxy } else { types.proxy });
        make(cx, ty, op, args.get(1), WeakKind::SharedProxy)
    }),
];

/// The native part of the module `weakref`.
///
/// # Errors
/// `MemoryError`.
pub fn make_module(cx: &mut Cx<'_>) -> Res {
    let dict = crate::dict::new(cx)?;
    crate::module::add_functions(cx, dict.borrow(), "_weakref", FUNCTIONS)?;
    let types = &cx.world().types;
    let module = cx.name("_weakref")?;
    let of = |ty| cx.world().ty(ty).as_borrowed().owned();
    for (name, value) in [
        ("ref", of(types.weak_ref)),
        ("ReferenceType", of(types.weak_ref)),
        ("ProxyType", of(types.proxy)),
        ("CallableProxyType", of(types.callable_proxy)),
        ("__name__", module.clone()),
    ] {
        let name = cx.name(name)?;
        crate::dict::set_name(cx, dict.borrow(), name.borrow(), value)?;
    }
    crate::module::new(cx, module, dict)
}

/// Calls the functions that are to be called when the runtime ends, newest first.
pub fn run_at_exit(cx: &mut Cx<'_>) {
    while let Some(functions) = cx.at_exit.take() {
        while functions.borrow().view::<list::ListObject>().is_some_and(|list| !list.is_empty()) {
            let Ok(function) = list::pop_last(cx, functions.borrow()) else { return };
            if let Err(raised) = protocol::call(cx, function.borrow(), Args::NONE) {
                let exception = cx.take_raised(raised);
                cx.report_unraisable(function.borrow(), exception);
            }
        }
    }
}

/// A weak reference of this type, or the one that is shared.
fn make(
    cx: &mut Cx<'_>,
    ty: &Type,
    referent: Borrowed<'_>,
    callback: Option<Borrowed<'_>>,
    shared: WeakKind,
) -> Res {
    if !is_weakly_referencable(referent.ty()) {
        let name = Type::of(referent).name();
        return Err(cx.type_error(format_args!("cannot create weak reference to '{name}' object")));
    }
    let callback = callback.filter(|callback| !cx.is_none(*callback)).map(Borrowed::owned);
    let kind = if callback.is_none() && !ty.is_class() { shared } else { WeakKind::Own };
    // SAFETY: the referent is alive and has room for weak references; the type's objects begin with
    // a weak reference; a shared one is made only when there is none, and has no callback.
    unsafe {
        if kind == shared
            && let Some(known) = weak::shared(referent.as_obj(), kind)
        {
            return Ok(known);
        }
        weak::new(&ty.mem, referent.as_obj(), callback, kind).or_raise(cx)
    }
}

/// `ref(x[, callback])`
fn new(cx: &mut Cx<'_>, ty: &Type, args: Args<'_>) -> Res {
    let plain = std::ptr::eq(ty, cx.types.weak_ref.as_ptr());
    if plain && !args.names().is_empty() {
        return Err(cx.type_error(format_args!("ref() takes no keyword arguments")));
    }
    match args.positionals() {
        [] => Err(cx.type_error(format_args!("__new__ expected at least 1 argument, got 0"))),
        [op] => make(cx, ty, *op, None, WeakKind::SharedRef),
        [op, callback, ..] if args.len() == 2 || !plain => {
            make(cx, ty, *op, Some(*callback), WeakKind::SharedRef)
        }
        more => Err(
            cx.type_error(format_args!("__new__ expected at most 2 arguments, got {}", more.len()))
        ),
    }
}

fn init(cx: &mut Cx<'_>, _: Borrowed<'_>, args: Args<'_>) -> Res<()> {
    match args.len() {
        1 | 2 => Ok(()),
        0 => Err(cx.type_error(format_args!("__init__ expected at least 1 argument, got 0"))),
        n => Err(cx.type_error(format_args!("__init__ expected at most 2 arguments, got {n}"))),
    }
}

/// `r()`: the object, or `None`.
fn call(cx: &mut Cx<'_>, op: Borrowed<'_>, args: Args<'_>) -> Res {
    if !args.is_empty() {
        let n = args.values().len();
        let ty = Type::of(op);
        let name = if ty.is_class() { ty.name() } else { "weakref" };
        return Err(cx.type_error(format_args!("{name} expected 0 arguments, got {n}")));
    }
    let referent = op.expect::<WeakObject>(cx)?.upgrade();
    Ok(referent.unwrap_or_else(|| cx.none()))
}

/// The hash of the object, remembered for when it is gone.
fn hash(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<i64> {
    let this = op.expect::<WeakObject>(cx)?;
    let known = this.hash.get();
    if known != -1 {
        return Ok(known);
    }
    let Some(referent) = this.upgrade() else {
        return Err(cx.type_error(format_args!("weak object has gone away")));
    };
    let hash = protocol::hash(cx, referent.borrow())?;
    this.hash.set(hash);
    Ok(hash)
}

/// Alive ones are equal when their objects are, dead ones when they are one.
fn compare(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>, op: Compare) -> Res {
    let is_ref = |op: Borrowed<'_>| Type::of(op).is_subtype(cx.ty(cx.types.weak_ref));
    if !matches!(op, Compare::Eq | Compare::Ne) || !is_ref(a) || !is_ref(b) {
        return Ok(cx.not_implemented());
    }
    let (left, right) =
        (a.expect::<WeakObject>(cx)?.upgrade(), b.expect::<WeakObject>(cx)?.upgrade());
    match (left, right) {
        (Some(left), Some(right)) => protocol::compare(cx, left.borrow(), right.borrow(), op),
        _ => Ok(cx.bool(a.is(b) == (op == Compare::Eq))),
    }
}

fn repr(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res {
    let at = op.as_obj().addr();
    let Some(referent) = op.expect::<WeakObject>(cx)?.upgrade() else {
        return cx.format(format_args!("<weakref at {at:#x}; dead>"));
    };
    let (ty, to) = (Type::of(referent.borrow()).name(), referent.as_obj().addr());
    let name = match protocol::get_attr_str(cx, referent.borrow(), "__name__") {
        Ok(name) => Some(name).filter(|name| name.borrow().is_a::<StrObject>()),
        Err(raised) => {
            crate::iter::caught(cx, raised, &[crate::Exc::AttributeError])?;
            None
        }
    };
    match name {
        None => cx.format(format_args!("<weakref at {at:#x}; to '{ty}' at {to:#x}>")),
        Some(name) => {
            let name = text_of(cx, name.borrow())?;
            cx.format(format_args!("<weakref at {at:#x}; to '{ty}' at {to:#x} ({name})>"))
        }
    }
}
