//! How many bytes an object occupies: `sys.getsizeof`.

use runtime_gc::Borrowed;

use crate::args::Args;
use crate::bytearray::ByteArrayObject;
use crate::cx::{Cx, Res};
use crate::dict::DictObject;
use crate::int::IntObject;
use crate::iter::special;
use crate::list::ListObject;
use crate::set::SetObject;
use crate::string::StrObject;
use crate::tuple::TupleObject;
use crate::ty::Type;
use crate::view::{Look, View};

/// Bytes of an object as `sys.getsizeof` counts them: what its `__sizeof__` says, and the
/// collector's head in front of it.
///
/// # Errors
/// `TypeError` or `ValueError` when a `__sizeof__` gives no int, or a negative one.
pub fn getsizeof(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<usize> {
    let size = size_of(cx, op)?;
    if op.view::<Type>().is_some_and(|ty| !ty.is_class()) {
        // No collector sees the built-in types of CPython.
        return Ok(size);
    }
    Ok(size.saturating_add(op.ty().pre_header()))
}

/// Bytes of an object without the collector's head, tables and arrays that it alone owns included.
///
/// # Errors
/// As [`getsizeof`].
pub fn size_of(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<usize> {
    let name = cx.name("__sizeof__")?;
    if let Some(method) = special(cx, op, name.borrow())? {
        let size = crate::protocol::call(cx, method.borrow(), Args::NONE)?;
        if !size.borrow().is_a::<IntObject>() {
            return Err(cx.type_error(format_args!("an integer is required")));
        }
        let kind = crate::Exc::OverflowError;
        return match usize::try_from(crate::protocol::to_index(cx, size.borrow(), kind)?) {
            Ok(size) => Ok(size),
            Err(_) => Err(cx.value_error(format_args!("__sizeof__() should return >= 0"))),
        };
    }
    Ok(own_size(op))
}

/// What a built-in type says of its objects; a subclass adds what it has more in each.
pub fn own_size(op: Borrowed<'_>) -> usize {
    let ty = op.ty();
    /// The size that the object's type reckons, with a larger fixed part for subclasses.
    fn with_fixed<T: View>(basic: usize, size: usize) -> usize {
        size.saturating_add(basic.saturating_sub(std::mem::size_of::<T>()))
    }
    if let Some(int) = op.view::<IntObject>() {
        return ty.basic_size + 4 * int.len().max(1);
    }
    if let Some(tuple) = op.view::<TupleObject>() {
        return ty.basic_size + 8 * tuple.len();
    }
    if let Some(str) = op.view::<StrObject>() {
        let is_class = Type::of(op).is_class();
        return if is_class { crate::class::counted_bytes(op) } else { str.size_of() };
    }
    if let Some(list) = op.view::<ListObject>() {
        return with_fixed::<ListObject>(ty.basic_size, list.size_of());
    }
    if let Some(dict) = op.view::<DictObject>() {
        return dict.size_of();
    }
    if let Some(set) = op.view::<SetObject>() {
        return set.size_of();
    }
    if let Some(array) = op.view::<ByteArrayObject>() {
        return ty.basic_size.saturating_add(array.allocated());
    }
    if op.is_a::<Type>() || ty.item_size == 0 {
        return ty.basic_size;
    }
    // SAFETY: a type with items has a length behind the header.
    let len = unsafe { op.as_obj().cast::<runtime_core::VarObject>().as_ref() }.size.get();
    ty.object_size(len.unsigned_abs()).unwrap_or(usize::MAX)
}
