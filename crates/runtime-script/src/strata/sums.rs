//! What an object costs: with all it leads to, and layer by layer.

use std::collections::HashMap;

use runtime_core::Obj;
use runtime_gc::Borrowed;
use runtime_types::anatomy::anatomy;
use runtime_types::args::Args;
use runtime_types::{Cx, Res, list, sys};

use super::holders::is_program;
use super::{Plain, no_memory};
use crate::interp::Machine;
use crate::references::{NoMemory, Reached, each_of};

/// Bytes of one object as `sys.getsizeof` counts them, whatever its `__sizeof__` says.
fn size_of(op: Borrowed<'_>) -> usize {
    sys::own_size(op).saturating_add(op.ty().pre_header())
}

/// What can be reached from an object, itself included: how many objects, and their bytes.
fn reachable(cx: &mut Cx<'_>, op: Borrowed<'_>) -> Res<(usize, usize)> {
    let machine = Machine::of(cx);
    let spaces = machine.namespaces();
    let mut reached = Reached::default();
    reached.note(op.as_obj());
    let (mut objects, mut bytes) = (0, 0_usize);
    while let Some(at) = reached.next() {
        objects += 1;
        // SAFETY: whatever is reached is alive, and nothing dies during the walk.
        bytes = bytes.saturating_add(size_of(unsafe { Borrowed::new(at) }));
        each_of(at, &spaces, &mut |_, child| {
            // SAFETY: as above.
            let followed = unsafe { Borrowed::new(child) };
            if !spaces.contains_key(&child) && !is_program(machine, followed) {
                reached.note(child);
            }
        });
    }
    reached.end().map_err(|NoMemory(bytes)| no_memory(cx, bytes))?;
    Ok((objects, bytes))
}

/// `deep_size(x)`: bytes of the object and of all that it leads to, each object once.
pub(super) fn deep_size(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let op = list::this(cx, &args)?;
    let (_, bytes) = reachable(cx, op)?;
    Plain::Int(bytes).make(cx)
}

/// `account(x)`: the memory behind one object, layer by layer.
pub(super) fn account(cx: &mut Cx<'_>, args: Args<'_>) -> Res {
    let op = list::this(cx, &args)?;
    let (objects, bytes) = reachable(cx, op)?;
    let (mut references, mut targets) = (0, Vec::<Obj>::new());
    each_of(op.as_obj(), &HashMap::new(), &mut |_, child| {
        references += 1;
        targets.push(child);
    });
    targets.sort_unstable();
    targets.dedup();
    let parts = anatomy(op);
    let array = parts.array.map_or(0, |(_, bytes)| bytes);
    let grants = [Some(parts.block()), (array > 0).then_some(array)];
    let (mut padding, mut pool, mut arena) = (0, 0, 0);
    for size in grants.into_iter().flatten() {
        let grant = cx.heap().grant(size);
        padding += grant.bytes.saturating_sub(size);
        pool += grant.pool_share;
        arena += grant.arena_share;
    }
    let lists = op.ty().free_lists().iter().enumerate();
    let kept: usize = lists
        .map(|(index, list)| {
            let bytes = op.ty().retired_size(index) + op.ty().pre_header();
            list.len() * cx.heap().grant(bytes).bytes
        })
        .sum();
    let header = parts.head + parts.header;
    Plain::dict([
        ("header", header.into()),
        ("payload", parts.payload.into()),
        ("arrays", array.into()),
        ("padding", padding.into()),
        ("pool_overhead", pool.into()),
        ("arena_overhead", arena.into()),
        ("total", (header + parts.payload + array + padding + pool + arena).into()),
        ("references", references.into()),
        ("referents", targets.len().into()),
        ("reached_objects", objects.saturating_sub(1).into()),
        ("reached_bytes", bytes.saturating_sub(size_of(op)).into()),
        ("retention", kept.into()),
    ])
    .make(cx)
}
