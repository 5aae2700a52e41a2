//! Who holds what, above the objects: frames, modules, the runtime's own tables.
//!
//! What objects hold among each other their types say themselves ([`runtime_types::parts`]); this is
//! the rest, and a walk over both.

use std::collections::HashSet;

use runtime_core::Obj;
use runtime_gc::{Borrowed, Roots};
use runtime_types::dict;
use runtime_types::parts::{Part, each_part};

use crate::interp::Interp;

/// Who holds a reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeldBy {
    /// Nobody that is an object: the words for it.
    Root(String),
    /// A part of this object.
    Object(Obj, Part),
}

impl Interp {
    /// Shows each reference that anybody is known to hold: the roots first, then every object that can
    /// be reached from them or that the collector tracks.
    ///
    /// Runs no program and takes no memory of the heap. Cost: one pass over all of it.
    pub fn each_reference(&self, show: &mut dyn FnMut(&HeldBy, Obj)) {
        let machine = self.machine();
        let main = machine.main.get();
        let mut seen: HashSet<Obj> = HashSet::new();
        let mut waiting: Vec<Obj> = Vec::new();
        machine.each_root(&mut |holder, op| {
            show(&HeldBy::Root(holder.to_string()), op);
            if seen.insert(op) {
                waiting.push(op);
            }
        });
        machine.world.gc.each_tracked(None, &mut |op| {
            if seen.insert(op) {
                waiting.push(op);
            }
        });
        while let Some(op) = waiting.pop() {
            // SAFETY: what is tracked, or held by what is, is alive; nothing dies meanwhile.
            unsafe {
                if Some(op) == main {
                    each_name(op, show);
                }
                each_part(op, &mut |part, child| {
                    if Some(op) != main {
                        show(&HeldBy::Object(op, part), child);
                    }
                    if seen.insert(child) {
                        waiting.push(child);
                    }
                });
            }
        }
    }
}

/// Shows what the names of the main module hold.
///
/// # Safety
/// `namespace` is a live dict.
unsafe fn each_name(namespace: Obj, show: &mut dyn FnMut(&HeldBy, Obj)) {
    // SAFETY: per contract.
    let namespace = unsafe { Borrowed::new(namespace) };
    let mut cursor = 0;
    while let Some((name, value)) = dict::entry(namespace, &mut cursor) {
        let text = runtime_types::string::text_in(name.borrow()).unwrap_or_default();
        show(&HeldBy::Root(format!("the name {text}")), value.as_obj());
    }
}
