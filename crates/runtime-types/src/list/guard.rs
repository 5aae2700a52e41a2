//! Stand-in for the guard against containers that contain themselves, until that is shared.

use std::cell::RefCell;

use runtime_core::Obj;
use runtime_gc::Borrowed;

use crate::cx::{Cx, OrRaise, Res};

thread_local! {
    static ACTIVE: RefCell<Vec<Obj>> = const { RefCell::new(Vec::new()) };
}

/// While it lives, a `repr` of the object is under way.
pub(crate) struct Inside(Obj);

/// Enters the `repr` of an object; `None` when one of it is under way already.
pub(crate) fn enter(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<Option<Inside>> {
    ACTIVE.with_borrow_mut(|active| {
        if active.contains(&op.as_obj()) {
            return Ok(None);
        }
        let refused = |_| runtime_core::AllocError::System { bytes: size_of::<Obj>() };
        active.try_reserve(1).map_err(refused).or_raise(cx)?;
        active.push(op.as_obj());
        Ok(Some(Inside(op.as_obj())))
    })
}

impl Drop for Inside {
    fn drop(&mut self) {
        ACTIVE.with_borrow_mut(|active| {
            if let Some(at) = active.iter().rposition(|op| *op == self.0) {
                active.swap_remove(at);
            }
        });
    }
}
