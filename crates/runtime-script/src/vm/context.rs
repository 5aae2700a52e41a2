//! What `with` asks of an object: its methods for entering and leaving, found on its type.

use runtime_core::{Obj, TypeFlags};
use runtime_gc::{Borrowed, Ref};
use runtime_types::exception::ExceptionObject;
use runtime_types::ty::Type;
use runtime_types::{Cx, Look, Res, type_type};

/// A method and the object to call it with; none when it is bound.
type Method = (Ref, Option<Ref>);

/// The methods for leaving and for entering, in this order.
///
/// # Errors
/// `TypeError` when the object has not both.
pub(crate) fn methods(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<[Method; 2]> {
    let enter = method(cx, op, "__enter__")?;
    let ty = Type::of(op).name();
    let Some(enter) = enter else {
        return Err(cx.type_error(format_args!(
            "'{ty}' object does not support the context manager protocol"
        )));
    };
    match method(cx, op, "__exit__")? {
        Some(exit) => Ok([exit, enter]),
        None => Err(cx.type_error(format_args!(
            "'{ty}' object does not support the context manager protocol \
             (missed __exit__ method)"
        ))),
    }
}

fn method(cx: &mut Cx<'_>, op: Borrowed<'_>, name: &str) -> Res<Option<Method>> {
    let name = cx.name(name)?;
    let ty = Type::of(op);
    let Some(found) = type_type::lookup(cx, ty, name.borrow())? else { return Ok(None) };
    let found_ty = Type::of(found.borrow());
    if found_ty.mem.flags().has(TypeFlags::METHOD) {
        return Ok(Some((found, Some(op.owned()))));
    }
    match found_ty.slots.descr_get {
        Some(get) => Ok(Some((get(cx, found.borrow(), Some(op), ty)?, None))),
        None => Ok(Some((found, None))),
    }
}

/// Puts methods into registers, two for each.
///
/// # Safety
/// `to` are four registers.
pub(crate) unsafe fn put_methods(methods: [Method; 2], to: *mut Option<Obj>) {
    for (i, (method, object)) in methods.into_iter().enumerate() {
        // SAFETY: per contract; the compiler leaves the registers empty.
        unsafe {
            *to.add(2 * i) = Some(method.into_raw());
            *to.add(2 * i + 1) = object.map(Ref::into_raw);
        }
    }
}

/// The arguments of an exit method for an exception.
///
/// # Safety
/// `exit` are the two registers of the method, `to` five empty ones for the call.
pub(crate) unsafe fn put_exit_call(
    cx: &Cx<'_>,
    exit: *mut Option<Obj>,
    exception: Borrowed<'_>,
    to: *mut Option<Obj>,
) {
    let traceback = exception.view::<ExceptionObject>().and_then(|view| view.traceback.get());
    let traceback = traceback.unwrap_or_else(|| cx.none());
    // SAFETY: per contract; a type lives as long as its object.
    unsafe {
        let class = Ref::new(exception.ty_ptr().cast());
        for i in 0..2 {
            *to.add(i) = (*exit.add(i)).map(|op| Ref::new(op).into_raw());
        }
        for (i, argument) in [class, exception.owned(), traceback].into_iter().enumerate() {
            *to.add(2 + i) = Some(argument.into_raw());
        }
    }
}
