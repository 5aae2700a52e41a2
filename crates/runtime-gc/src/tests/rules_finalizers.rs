//! Finalizers: when they run, what they find, how often, and what becomes of what they bring back.

use std::cell::Cell;
use std::rc::Rc;

use super::fixture::{Action, Entry, Fixture, Kind};
use super::{let_loop_go, members, number};
use crate::{Ref, is_finalized};

fn finalized(op: &Ref) -> bool {
    // SAFETY: the caller holds it.
    unsafe { is_finalized(op.as_obj()) }
}

/// Makes the nodes a ring.
fn close(world: &Fixture, nodes: &[Ref]) {
    for (at, node) in nodes.iter().enumerate() {
        world.link(node, 0, &nodes[(at + 1) % nodes.len()]);
    }
}

/// Notes whether a finalizer finds its object marked as finalized.
fn note_mark(world: &Fixture, id: u32) -> (Action, Rc<Cell<Option<bool>>>) {
    let noted = Rc::new(Cell::new(None));
    let note = noted.clone();
    let action = world.call(move |world| note.set(world.find(id).map(|op| finalized(&op))));
    (action, noted)
}

#[test]
fn finalizers_of_garbage_run_once_each_in_the_order_of_the_ring_before_anything_is_cleared() {
    Fixture::run(|world| {
        let nodes: Vec<Ref> = (0..3).map(|_| world.finalizing(Action::Nothing)).collect();
        close(world, &nodes);
        drop(nodes);
        assert_eq!(world.collector().collect(2), 3);
        assert_eq!(world.take_log()[..3], [0, 1, 2].map(Entry::Finalized));
    });
}

#[test]
fn in_a_collection_the_object_is_marked_before_its_finalizer_runs() {
    Fixture::run(|world| {
        let (action, noted) = note_mark(world, 0);
        let_loop_go(world, Kind::Finalizing, action);
        world.collector().collect(2);
        assert_eq!(noted.get(), Some(true));
    });
}

#[test]
fn by_count_the_object_is_marked_after_its_finalizer_ran() {
    Fixture::run(|world| {
        let (action, noted) = note_mark(world, 0);
        let node = world.finalizing(action);
        assert!(!finalized(&node));
        drop(node);
        assert_eq!(noted.get(), Some(false));
        let node = world.finalizing(Action::Resurrect);
        drop(node);
        assert!(finalized(&world.roots.borrow()[0]));
    });
}

#[test]
fn what_was_finalized_by_its_count_is_never_finalized_again() {
    Fixture::run(|world| {
        drop(world.finalizing(Action::Resurrect));
        assert_eq!(world.take_log(), [Entry::Finalized(0)]);
        let node = world.roots.borrow_mut().pop().unwrap();
        drop(node);
        assert_eq!(world.take_log(), [Entry::Freed(0)]);
        drop(world.finalizing(Action::Resurrect));
        let node = world.roots.borrow_mut().pop().unwrap();
        world.link(&node, 0, &node);
        drop(node);
        world.take_log();
        assert_eq!(world.collector().collect(2), 1);
        assert_eq!(world.take_log(), [Entry::Freed(1)]);
    });
}

#[test]
fn what_was_finalized_by_a_collection_is_never_finalized_again() {
    Fixture::run(|world| {
        for by_count in [true, false] {
            let id = let_loop_go(world, Kind::Finalizing, Action::Resurrect);
            assert_eq!(world.collector().collect(2), 0);
            assert_eq!(world.take_log(), [Entry::Finalized(id)]);
            let node = world.roots.borrow_mut().pop().unwrap();
            if by_count {
                world.set_slot(node.as_obj(), 0, None);
            }
            drop(node);
            world.collector().collect(2);
            assert_eq!(world.take_log(), [Entry::Freed(id)]);
        }
    });
}

#[test]
fn what_a_finalizer_brings_back_lives_with_all_it_reaches_and_the_rest_dies() {
    Fixture::run(|world| {
        // 0 -> 1 -> 0, and 2 -> 0, 2 -> 2: when 0 comes back, 1 does, and 2 dies.
        let (a, b, c) = (world.finalizing(Action::Resurrect), world.node(), world.node());
        world.link(&a, 0, &b);
        world.link(&b, 0, &a);
        world.link(&c, 0, &a);
        world.link(&c, 1, &c);
        drop((a, b, c));
        assert_eq!(world.collector().collect(2), 1, "what came back is not counted");
        assert_eq!(world.take_log(), [Entry::Finalized(0), Entry::Freed(2)]);
        assert_eq!(world.alive(), 2);
    });
}

#[test]
fn what_a_finalizer_brings_back_in_a_collection_moves_to_the_next_generation() {
    Fixture::run(|world| {
        let id = let_loop_go(world, Kind::Finalizing, Action::Resurrect);
        let survivor = world.node();
        world.collector().collect(0);
        assert_eq!(members(world, 1), [number(&survivor), id], "behind the survivors");
    });
}

#[test]
fn what_comes_back_from_a_death_by_count_is_the_newest_of_the_young() {
    Fixture::run(|world| {
        let node = world.finalizing(Action::Resurrect);
        world.collector().collect(1);
        let other = world.node();
        drop(node);
        assert_eq!(members(world, 0), [number(&other), 0]);
        assert_eq!(members(world, 2), []);
    });
}

#[test]
fn what_dies_while_finalizers_run_is_not_counted() {
    Fixture::run(|world| {
        let node = world.finalizing(Action::DropEdge(0, 0));
        world.link(&node, 0, &node);
        drop(node);
        assert_eq!(world.collector().collect(2), 0);
        assert_eq!(world.take_log(), [Entry::Finalized(0), Entry::Freed(0)]);
    });
}

#[test]
fn what_is_born_while_finalizers_run_is_young_and_no_part_of_the_collection() {
    Fixture::run(|world| {
        let action = world.call(|world| {
            let_loop_go(world, Kind::Plain, Action::Nothing);
        });
        let_loop_go(world, Kind::Finalizing, action);
        assert_eq!(world.collector().collect(2), 1);
        assert_eq!(members(world, 0), [1]);
        assert_eq!(world.collector().counts()[0], 0, "one was born and one died");
    });
}

#[test]
fn a_collection_inside_a_finalizer_gives_0() {
    Fixture::run(|world| {
        let_loop_go(world, Kind::Finalizing, Action::Collect(2));
        let_loop_go(world, Kind::Plain, Action::Nothing);
        assert_eq!(world.collector().collect(2), 2);
        assert_eq!(world.take_log()[..2], [Entry::Finalized(0), Entry::Collected(0)]);
    });
}

#[test]
fn a_finalizer_that_runs_by_count_may_collect() {
    Fixture::run(|world| {
        let_loop_go(world, Kind::Plain, Action::Nothing);
        drop(world.finalizing(Action::Collect(2)));
        assert_eq!(
            world.take_log(),
            [Entry::Finalized(1), Entry::Freed(0), Entry::Collected(1), Entry::Freed(1)]
        );
    });
}

#[test]
fn an_edge_that_a_finalizer_adds_from_outside_brings_back_what_it_leads_to() {
    Fixture::run(|world| {
        let root = world.node();
        let (a, b) = (world.finalizing(Action::AddEdge(0, 0, 2)), world.node());
        close(world, &[a.clone(), b.clone()]);
        drop((a, b));
        assert_eq!(world.collector().collect(2), 0);
        assert_eq!(world.alive(), 3);
        drop(root);
    });
}

#[test]
fn siblings_are_whole_and_held_while_a_finalizer_runs() {
    Fixture::run(|world| {
        let parent = world.node();
        let action = world.call(|world| {
            // One reference of the dying parent, one of `find`.
            let sibling = world.find(2).unwrap();
            assert_eq!(sibling.borrow().header().count(), 2);
            world.log(Entry::Upgraded(true));
        });
        world.link(&parent, 0, &world.finalizing(action));
        world.link(&parent, 1, &world.finalizing(Action::Nothing));
        drop(parent);
        assert_eq!(
            world.take_log(),
            [
                Entry::Finalized(1),
                Entry::Upgraded(true),
                Entry::Freed(1),
                Entry::Finalized(2),
                Entry::Freed(2),
                Entry::Freed(0),
            ]
        );
    });
}

#[test]
fn along_a_chain_finalizers_run_from_the_outside_to_the_inside() {
    Fixture::run(|world| {
        let mut head = world.finalizing(Action::Nothing);
        for _ in 1..1000 {
            let next = world.finalizing(Action::Nothing);
            world.link(&next, 0, &head);
            head = next;
        }
        drop(head);
        let log = world.take_log();
        let ran: Vec<_> =
            log.iter().filter(|e| matches!(e, Entry::Finalized(_))).copied().collect();
        assert_eq!(ran, (0..1000).rev().map(Entry::Finalized).collect::<Vec<_>>());
        let freed: Vec<_> = log.iter().filter(|e| matches!(e, Entry::Freed(_))).copied().collect();
        assert_eq!(
            freed,
            (0..1000).map(Entry::Freed).collect::<Vec<_>>(),
            "memory goes inside out"
        );
    });
}
