//! References: whether what the objects refer to is there.
//!
//! ```text
//! record of a block --> object, if its type is one of the heap's --> tp_traverse --> each referent
//!                                                                        alive, and written?
//! ```

use std::collections::HashSet;
use std::ptr::NonNull;

use crate::domain::Domain;
use crate::heap::Heap;
use crate::object::{GcHead, Obj, Object};
use crate::types::TypeObject;

impl Heap {
    /// Follows each reference of each object under the debug hooks, and gives whether all of them
    /// lead to objects that are alive and written. What is not is reported. Without the hooks nothing
    /// is looked at.
    ///
    /// Cost: linear in objects and references; the list of what to visit is the host's memory.
    ///
    /// # Safety
    /// No object is being made or taken apart: the fields of those that are not retired are whole.
    pub unsafe fn check_references(&self) -> bool {
        let types: HashSet<NonNull<TypeObject>> = self.types().map(NonNull::from).collect();
        let mut retired = HashSet::new();
        for ty in self.types() {
            for list in ty.free_lists() {
                list.each(|op| {
                    retired.insert(op);
                });
            }
        }
        let mut objects = Vec::new();
        self.each_debug_block(|address, record| {
            if record.domain == Domain::Object
                && let Some(op) = object_at(address, record.size, &types)
                && !retired.contains(&op)
            {
                objects.push(op);
            }
        });
        let mut whole = true;
        for op in objects {
            // SAFETY: the object is alive and its type is one of the heap's; per contract its fields
            // are whole.
            unsafe {
                let traverse = op.as_ref().ty().as_ref().tp_traverse;
                if let Some(traverse) = traverse {
                    (traverse.visit)(op, &mut |referent| {
                        whole &= self.check_object(referent).is_ok()
                    });
                }
            }
        }
        whole
    }
}

/// The object in a block, when a type of these stands where its header would have one.
fn object_at(address: usize, size: usize, types: &HashSet<NonNull<TypeObject>>) -> Option<Obj> {
    [0, size_of::<GcHead>()].into_iter().find_map(|front| {
        if size < front + size_of::<Object>() {
            return None;
        }
        let op: Obj = NonNull::new(std::ptr::with_exposed_provenance_mut(address + front))?;
        // SAFETY: the block is alive and holds a header there, of which every byte was written when
        // the block was made.
        let [_, ty] = unsafe { op.cast::<[Option<NonNull<TypeObject>>; 2]>().read() };
        let ty = ty?;
        // SAFETY: a type of the heap's is alive.
        (types.contains(&ty) && unsafe { ty.as_ref() }.pre_header() == front).then_some(op)
    })
}
