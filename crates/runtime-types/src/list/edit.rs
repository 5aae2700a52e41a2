//! Putting single items into a list and taking them out.

use runtime_core::AllocError;
use runtime_gc::{Borrowed, Ref};

use super::ListObject;
use crate::cx::{Cx, OrRaise, Res};
use crate::view::Look;
use crate::world::World;

/// `xs.insert(i, x)`: in front of the item at `index`, at an end when there is none.
///
/// # Errors
/// `MemoryError`: the list is unchanged then.
pub fn insert(cx: &Cx<'_>, list: Borrowed<'_>, index: isize, item: Ref) -> Res<()> {
    let this = list.expect::<ListObject>(cx)?;
    let len = this.len() as isize;
    let index = if index < 0 { (index + len).max(0) } else { index.min(len) };
    insert_at(cx, this, index as usize, item).or_raise(cx)
}

fn insert_at(world: &World, this: &ListObject, index: usize, item: Ref) -> Result<(), AllocError> {
    let len = this.len();
    debug_assert!(index <= len);
    this.resize(world.heap(), len + 1)?;
    // SAFETY: the array has room for one item more; the items from `index` on move up by one, and
    // the word that they leave takes the new one.
    unsafe {
        let at = this.items.get().add(index);
        std::ptr::copy(at, at.add(1), len - index);
        at.write(item.into_raw());
    }
    this.var.size.set(len as isize + 1);
    Ok(())
}

/// Takes the item at `index` out, which must be one of the list's.
pub(super) fn take(world: &World, this: &ListObject, index: usize) -> Option<Ref> {
    let len = this.len();
    if index >= len {
        return None;
    }
    // SAFETY: the index is below the length; the items behind it move down by one.
    let item = unsafe {
        let at = this.items.get().add(index);
        let item = Ref::steal(at.read());
        std::ptr::copy(at.add(1), at, len - index - 1);
        item
    };
    this.var.size.set(len as isize - 1);
    this.shrink(world.heap());
    Some(item)
}

/// `xs.reverse()`
///
/// # Errors
/// `TypeError` when it is no list.
pub fn reverse(cx: &Cx<'_>, list: Borrowed<'_>) -> Res<()> {
    let this = list.expect::<ListObject>(cx)?;
    if this.len() > 1 {
        // SAFETY: the words below the length are initialised, and nothing else runs meanwhile.
        unsafe { std::slice::from_raw_parts_mut(this.items.get(), this.len()) }.reverse();
    }
    Ok(())
}

/// Takes the last item off: `xs.pop()`.
///
/// # Errors
/// `IndexError` for an empty list, `TypeError` for what is none.
pub fn pop_last(cx: &Cx<'_>, list: Borrowed<'_>) -> Res {
    let list: &ListObject = list.expect(cx)?;
    match list.len().checked_sub(1).and_then(|last| take(cx, list, last)) {
        Some(item) => Ok(item),
        None => Err(super::slices::pop_error(cx, true)),
    }
}
