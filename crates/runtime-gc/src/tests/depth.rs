//! Deep structures: freed on a small stack, whatever holds what.

use super::fixture::{Action, Entry, Fixture, Kind};
use crate::Ref;

/// The least stack that a thread of an embedder may have.
const STACK: usize = 512 << 10;

/// Runs a test on a small stack.
fn on_a_small_stack(test: impl FnOnce(&Fixture) + Send) {
    std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().stack_size(STACK);
        builder.spawn_scoped(scope, || Fixture::run(test)).unwrap().join().unwrap();
    });
}

/// `STRATA_DEPTH` divides the depths, for tools under which all is slow.
fn depth(full: usize) -> usize {
    let divisor = std::env::var("STRATA_DEPTH").ok().and_then(|n| n.parse().ok()).unwrap_or(1);
    full / divisor
}

/// A chain of nodes that nobody lists, the last made first; gives its first and its last.
fn chain(world: &Fixture, kind: Kind, length: usize) -> (Ref, Ref) {
    let last = world.unknown(kind);
    let mut head = last.clone();
    for _ in 1..length {
        let next = world.unknown(kind);
        world.set_slot(next.as_obj(), 0, Some(head));
        head = next;
    }
    (head, last)
}

#[test]
fn ten_million_nested_nodes_die_by_their_counts_on_a_small_stack() {
    on_a_small_stack(|world| {
        world.quiet.set(true);
        world.collector().set_enabled(false);
        let (head, last) = chain(world, Kind::Plain, depth(10_000_000));
        drop(last);
        drop(head);
        assert_eq!(world.collector().tracked(0), 0);
    });
}

#[test]
fn a_ring_of_a_million_nodes_is_collected_on_a_small_stack() {
    on_a_small_stack(|world| {
        world.quiet.set(true);
        let length = depth(1_000_000);
        for kind in [Kind::Plain, Kind::Finalizing, Kind::Kept] {
            let (head, last) = chain(world, kind, length);
            world.link(&last, 0, &head);
            drop((head, last));
            assert_eq!(world.collector().collect(2), length);
        }
    });
}

#[test]
fn a_chain_with_finalizers_dies_on_a_small_stack() {
    on_a_small_stack(|world| {
        world.quiet.set(true);
        let (head, last) = chain(world, Kind::Finalizing, depth(1_000_000));
        drop(last);
        drop(head);
        assert_eq!(world.collector().tracked(0), 0);
    });
}

/// Numbers of the objects that were finalized, in order.
fn finalized(world: &Fixture) -> Vec<u32> {
    let of = |entry| if let Entry::Finalized(id) = entry { Some(id) } else { None };
    world.take_log().into_iter().filter_map(of).collect()
}

#[test]
fn finalizers_that_each_let_go_of_the_next_object_run_in_order_on_a_small_stack() {
    on_a_small_stack(|world| {
        let length = depth(1_000_000) as u32;
        for collected in [false, true] {
            let first = world.nodes.borrow().len() as u32;
            let mut head: Option<Ref> = None;
            for id in first..first + length {
                // Each empties its own slot, which holds the next.
                let node = world.finalizing(Action::DropEdge(id, 0));
                world.set_slot(node.as_obj(), 0, head);
                head = Some(node);
            }
            if collected {
                let root = world.node();
                world.link(&root, 0, &root);
                world.set_slot(root.as_obj(), 1, head);
            } else {
                drop(head);
            }
            world.collector().collect(2);
            let order = finalized(world);
            if collected {
                // In the order of the ring, the first of which is the innermost.
                assert_eq!(order[0], first);
                assert_eq!(order.len(), length as usize);
            } else {
                assert_eq!(order, (first..first + length).rev().collect::<Vec<_>>());
            }
            assert_eq!(world.alive(), 0);
            assert_eq!((world.collector().rites.get(), world.collector().nesting.get()), (0, 0));
        }
    });
}

#[test]
fn callbacks_that_each_let_go_of_the_next_object_run_in_order_on_a_small_stack() {
    on_a_small_stack(|world| {
        let length = depth(300_000);
        let holder = world.node();
        // Object i is held by slot 0 of box i, which the callback for object i + 1 empties.
        let mut weak = Vec::new();
        let mut boxes = Vec::new();
        for i in 0..length {
            let (object, boxed) = (world.node(), world.node());
            world.link(&boxed, 0, &object);
            let action = match boxes.last() {
                Some(before) => Action::DropEdge(super::number(before), 0),
                None => Action::DropEdge(super::number(&holder), 0),
            };
            weak.push(world.weak(&object, Some(action)));
            boxes.push(boxed);
            assert_eq!(boxes.len(), i + 1);
        }
        world.set_slot(boxes[length - 1].as_obj(), 0, None);
        let log = world.take_log();
        let called = log.iter().filter(|entry| matches!(entry, Entry::CalledBack(_))).count();
        assert_eq!(called, length);
        assert_eq!(world.collector().rites.get(), 0);
    });
}

#[test]
fn finalizers_and_containers_in_turn_die_on_a_small_stack() {
    on_a_small_stack(|world| {
        // Every hundredth lets go of the rest while it is finalized, the others by dying.
        let mut head: Option<Ref> = None;
        let length = depth(300_000) as u32;
        for id in 0..length {
            let node = match id % 100 {
                0 => world.finalizing(Action::DropEdge(id, 0)),
                50 => world.finalizing(Action::Nothing),
                _ => world.node(),
            };
            world.set_slot(node.as_obj(), 0, head);
            head = Some(node);
        }
        drop(head);
        let expected: Vec<u32> = (0..length).rev().filter(|id| id % 50 == 0).collect();
        assert_eq!(finalized(world), expected);
        assert_eq!(world.alive(), 0);
    });
}

#[test]
fn those_that_are_too_deep_wait_and_are_finalized_in_the_order_of_their_deaths() {
    on_a_small_stack(|world| {
        // Each finalizer lets go of a leaf, then of the next of a long chain.
        let length = depth(20_000) as u32;
        let mut head: Option<Ref> = None;
        for id in (0..2 * length).step_by(2) {
            let action = world.call(move |world| {
                let node = world.find(id).unwrap();
                world.set_slot(node.as_obj(), 1, None);
                world.set_slot(node.as_obj(), 0, None);
            });
            let node = world.finalizing(action);
            world.set_slot(node.as_obj(), 0, head);
            world.set_slot(node.as_obj(), 1, Some(world.finalizing(Action::Nothing)));
            head = Some(node);
        }
        drop(head);
        let down = (0..2 * length).step_by(2).rev();
        let expected: Vec<u32> = down.flat_map(|id| [id, id + 1]).collect();
        assert!(finalized(world) == expected);
        assert_eq!(world.alive(), 0);
    });
}
