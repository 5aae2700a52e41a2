//! When views are equal, and how they hash.

use runtime_core::HeapVec;
use runtime_gc::Borrowed;

use super::MemoryViewObject;
use super::area::Area;
use super::item::Value;
use crate::buffer::{is_bytes_like, lent};
use crate::cx::{Cx, OrRaise, Res};
use crate::kernel::hash::hash_bytes;
use crate::ty::Compare;
use crate::view::Look;

/// `m == x`: the same items in the same shape; a released view is equal to itself alone.
pub(super) fn compare(cx: &mut Cx<'_>, a: Borrowed<'_>, b: Borrowed<'_>, op: Compare) -> Res {
    let Some(view) = a.view::<MemoryViewObject>() else { return Ok(cx.not_implemented()) };
    let equal = match op {
        Compare::Eq | Compare::Ne => equal(cx, view, a, b)?,
        _ => None,
    };
    Ok(match equal {
        Some(equal) => cx.bool(equal == (op == Compare::Eq)),
        None => cx.not_implemented(),
    })
}

fn equal(
    cx: &Cx<'_>,
    view: &MemoryViewObject,
    a: Borrowed<'_>,
    b: Borrowed<'_>,
) -> Res<Option<bool>> {
    if view.is_released() {
        return Ok(Some(a.is(b)));
    }
    if let Some(other) = b.view::<MemoryViewObject>() {
        if other.is_released() {
            return Ok(Some(a.is(b)));
        }
        return same_items(cx, &view.area(), &other.area()).map(Some);
    }
    if !is_bytes_like(b) {
        return Ok(None);
    }
    let Some(buffer) = lent(cx, b) else { return Ok(None) };
    let span = buffer.span();
    let item = span.format.item_size();
    let other = Area {
        start: span.start.as_ptr(),
        len: span.len,
        format: span.format,
        readonly: span.readonly,
        shape: &[span.len.checked_div(item).unwrap_or(0) as isize],
        strides: &[item as isize],
    };
    same_items(cx, &view.area(), &other).map(Some)
}

/// Whether two windows on lent memory show equal items in the same shape.
fn same_items(cx: &Cx<'_>, a: &Area<'_>, b: &Area<'_>) -> Res<bool> {
    if !a.same_shape(b) {
        return Ok(false);
    }
    let code = a.format.code();
    let by_memory = code == b.format.code() && !matches!(code, b'e' | b'f' | b'd' | b'?');
    if by_memory && a.is_contiguous() && b.is_contiguous() {
        if a.len == 0 {
            return Ok(true);
        }
        // SAFETY: both windows are open, of `len` bytes each, and nobody writes meanwhile.
        return Ok(unsafe {
            std::slice::from_raw_parts(a.start, a.len) == std::slice::from_raw_parts(b.start, b.len)
        });
    }
    if let ([count], [left], [right]) = (a.shape, a.strides, b.strides) {
        return Ok((0..*count).all(|at| {
            let x = a.start.wrapping_offset(at.wrapping_mul(*left));
            let y = b.start.wrapping_offset(at.wrapping_mul(*right));
            // SAFETY: both are addresses of items in open windows.
            unsafe { Value::read(x, a.format).equals(Value::read(y, b.format)) }
        }));
    }
    // The items of one, in order, beside those of the other.
    // SAFETY: scratch of this call, during which the heap lives.
    let mut left: HeapVec<*mut u8> = unsafe { HeapVec::new(cx.heap_ptr()) };
    let mut failed = Ok(());
    a.each(|item| {
        if failed.is_ok() {
            failed = left.push(item);
        }
    });
    failed.or_raise(cx)?;
    let (mut at, mut same) = (left.iter(), true);
    b.each(|y| {
        if let Some(x) = at.next().filter(|_| same) {
            // SAFETY: as above.
            same = unsafe { Value::read(*x, a.format).equals(Value::read(y, b.format)) };
        }
    });
    Ok(same)
}

/// The hash of the bytes, for views of memory that does not change.
pub(super) fn hash(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<i64> {
    let this = op.expect::<MemoryViewObject>(cx)?;
    let known = this.hash.get();
    if known != -1 {
        return Ok(known);
    }
    this.check(cx)?;
    let area = this.area();
    if !area.readonly {
        return Err(cx.value_error(format_args!("cannot hash writable memoryview object")));
    }
    if !area.format.is_byte() {
        return Err(cx.value_error(format_args!(
            "memoryview: hashing is restricted to formats 'B', 'b' or 'c'"
        )));
    }
    // The exporter must be hashable: memory that it may change does not hash.
    if let Some(exporter) = this.exporter() {
        crate::protocol::hash(cx, exporter.borrow())?;
    }
    this.check(cx)?;
    let hash = if area.is_contiguous() && area.len > 0 {
        // SAFETY: the window is open, and nobody writes meanwhile.
        let bytes = unsafe { std::slice::from_raw_parts(area.start, area.len) };
        hash_bytes(cx.hash_secret, bytes)
    } else {
        let mut bytes = cx.byte_buffer();
        bytes.reserve(area.len).or_raise(cx)?;
        (0..area.len).try_for_each(|_| bytes.push(0)).or_raise(cx)?;
        area.gather(&mut bytes);
        hash_bytes(cx.hash_secret, &bytes)
    };
    this.hash.set(hash);
    Ok(hash)
}
