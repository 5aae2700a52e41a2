//! Containers that contain themselves: which objects are being printed right now.
//!
//! ```text
//! World::printing --> innermost --> ... --> outermost       16-byte nodes in the Mem domain
//! ```
//!
//! `repr` of a container enters it here first, and writes `[...]` or `{...}` when it is in already.
//! CPython: `Py_ReprEnter`, `Py_ReprLeave`.

use std::ptr::NonNull;

use runtime_core::Obj;
use runtime_gc::Borrowed;

use crate::cx::{Cx, OrRaise, Res};
use crate::string::TextBuilder;
use crate::world::World;

/// One object that is being printed; it owns no reference, since the printer has one.
pub(crate) struct Node {
    op: Obj,
    outer: Option<NonNull<Node>>,
}

/// While it lives, its object counts as being printed.
pub(crate) struct Guard<'w> {
    world: &'w World,
    node: NonNull<Node>,
}

/// Notes that `op` is being printed. `None` when it is already.
///
/// # Errors
/// `MemoryError`.
pub(crate) fn enter<'w>(cx: &mut Cx<'w>, op: Borrowed<'_>) -> Res<Option<Guard<'w>>> {
    let world = cx.world();
    let mut at = world.printing.get();
    while let Some(node) = at {
        // SAFETY: nodes in the chain are alive: a guard takes its own out before freeing it.
        let node = unsafe { node.as_ref() };
        if node.op == op.as_obj() {
            return Ok(None);
        }
        at = node.outer;
    }
    let node = world.heap().alloc(size_of::<Node>()).or_raise(world)?.cast::<Node>();
    // SAFETY: the block is ours and large enough.
    unsafe { node.write(Node { op: op.as_obj(), outer: world.printing.get() }) };
    world.printing.set(Some(node));
    Ok(Some(Guard { world, node }))
}

/// Adds the `repr` of an object to a text.
///
/// # Errors
/// Those of the object's own code, and `MemoryError`.
pub(crate) fn push_repr(cx: &mut Cx<'_>, text: &mut TextBuilder<'_>, op: Borrowed<'_>) -> Res<()> {
    let repr = crate::protocol::repr(cx, op)?;
    text.push_text(crate::string::text_of(cx, repr.borrow())?).or_raise(cx)
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        // Guards live on the native stack, so the innermost one goes first.
        debug_assert_eq!(self.world.printing.get(), Some(self.node), "guards nest");
        // SAFETY: the node is alive and leaves the chain before its block goes back.
        unsafe {
            self.world.printing.set(self.node.as_ref().outer);
            self.world.heap().free(self.node.cast(), size_of::<Node>());
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::with_world;

    #[test]
    fn an_object_is_entered_once_at_a_time() {
        with_world(|cx| {
            let (a, b) = (cx.str("a list").unwrap(), cx.str("another").unwrap());
            let outer = super::enter(cx, a.borrow()).unwrap();
            assert!(outer.is_some());
            {
                let inner = super::enter(cx, b.borrow()).unwrap();
                assert!(inner.is_some());
                assert!(super::enter(cx, a.borrow()).unwrap().is_none());
                assert!(super::enter(cx, b.borrow()).unwrap().is_none());
            }
            assert!(super::enter(cx, b.borrow()).unwrap().is_some());
            drop(outer);
            assert!(super::enter(cx, a.borrow()).unwrap().is_some());
        });
    }
}
