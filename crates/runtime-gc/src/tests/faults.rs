//! Memory refused at every request in turn, while much is collected.

use runtime_core::FaultPlan;

use super::fixture::{Action, Fixture, Kind, id_of};
use crate::Ref;
use crate::weak::WeakKind;

/// Builds rings, chains and weak references with every kind of finalizer and callback, lets them go
/// and collects; goes on as well as it can where memory is refused.
fn story(world: &Fixture) {
    let mut held: Vec<Ref> = Vec::new();
    let first = world.nodes.borrow().len() as u32;
    let actions = [
        Action::Nothing,
        Action::Resurrect,
        Action::Create(1),
        Action::MakeWeak(first),
        Action::AddEdge(first, 2, first + 1),
        Action::Collect(2),
        Action::DropRoots,
        Action::Panic,
    ];
    for (at, action) in actions.into_iter().enumerate() {
        for kind in [Kind::Finalizing, Kind::Kept, Kind::Untracking] {
            let Ok(node) = world.try_make(kind, action) else { continue };
            if let Some(before) = held.last() {
                world.link(&node, 0, before);
                world.link(before, 1, &node);
            }
            let weak = if at % 2 == 0 {
                world.try_weak(&node, Some(action))
            } else {
                world.weak_of(&node, WeakKind::Own, None)
            };
            world.roots.borrow_mut().extend(weak);
            held.push(node);
        }
        if at % 3 == 2 {
            let half = held.len() / 2;
            held.truncate(half);
            world.collector().collect(at % 2);
        }
    }
    for node in held.drain(..) {
        // Each may be the first of a ring that now only holds itself.
        let id = id_of(&node);
        drop(node);
        if id.is_multiple_of(5) {
            world.collector().collect(2);
        }
    }
    world.collector().collect(2);
}

#[test]
fn a_refused_request_leaves_nothing_behind() {
    Fixture::run(|world| {
        let heap = &world.collector().heap;
        let mut requests = 1;
        let mut refused = 0;
        let mut at = 0;
        while at < requests {
            for plan in [FaultPlan::nth(at), FaultPlan::from(at)] {
                heap.plan_faults(Some(plan));
                story(world);
                let count = heap.plan_faults(None);
                requests = requests.max(count.seen);
                refused += count.refused;
                world.collector().census(None).unwrap();
                heap.verify().unwrap();
                // Asserts that all of it can be let go.
                world.clean_up();
                assert_eq!(heap.accounting().blocks, 0, "left after a refusal at {at}");
            }
            at += 1;
        }
        assert!(requests > 40 && refused > requests, "{refused} of {requests}");
    });
}

#[test]
fn memory_refused_inside_a_collection_is_refused_to_the_finalizer_alone() {
    Fixture::run(|world| {
        let heap = &world.collector().heap;
        for action in [Action::Create(1), Action::MakeWeak(0)] {
            super::let_loop_go(world, Kind::Finalizing, action);
            heap.plan_faults(Some(FaultPlan::from(0)));
            assert_eq!(world.collector().collect(2), 1);
            let count = heap.plan_faults(None);
            assert_eq!((count.seen, count.refused), (1, 1), "the finalizer's own request");
            world.clean_up();
        }
    });
}

#[test]
fn an_immortal_for_whom_there_is_no_room_stays_mortal() {
    Fixture::run(|world| {
        let node = world.node();
        let heap = &world.collector().heap;
        heap.plan_faults(Some(FaultPlan::from(0)));
        // SAFETY: the node is alive; one more reference is given up where that succeeds.
        let done = unsafe { world.collector().immortalise(node.as_obj()) };
        assert_eq!(heap.plan_faults(None).refused, 1);
        assert!(done.is_err() && !node.borrow().header().is_immortal());
        assert!(world.collector().immortals().is_empty());
    });
}
