//! Foreign code that panics: the collection goes on, and the heap is whole afterwards.

use super::fixture::{Action, Entry, Fixture, Kind};
use super::{let_loop_go, members};
use crate::{Moment, Ref};

/// Whether books and heap are in order, and a later collection works as ever.
fn prove(world: &Fixture) {
    world.collector().census(None).unwrap();
    world.collector().heap.verify().unwrap();
    let_loop_go(world, Kind::Plain, Action::Nothing);
    assert_eq!(world.collector().collect(2), 1);
    world.take_log();
}

fn panics(world: &Fixture) -> usize {
    world.take_log().iter().filter(|entry| **entry == Entry::Panicked).count()
}

#[test]
fn a_finalizer_that_panics_at_a_death_by_count() {
    Fixture::run(|world| {
        let node = world.finalizing(Action::Panic);
        world.link(&node, 0, &world.finalizing(Action::Panic));
        drop(node);
        assert_eq!((panics(world), world.alive()), (2, 0));
        prove(world);
    });
}

#[test]
fn finalizers_that_panic_in_a_collection() {
    Fixture::run(|world| {
        for _ in 0..3 {
            let_loop_go(world, Kind::Finalizing, Action::Panic);
        }
        assert_eq!(world.collector().collect(2), 3);
        assert_eq!((panics(world), world.alive()), (3, 0));
        prove(world);
    });
}

#[test]
fn a_finalizer_that_brings_its_object_back_and_panics() {
    Fixture::run(|world| {
        for by_count in [true, false] {
            let id = world.nodes.borrow().len() as u32;
            let action = world.call(move |world| {
                let back = world.find(id).unwrap();
                world.roots.borrow_mut().push(back);
                super::fixture::fail();
            });
            let node = world.finalizing(action);
            if !by_count {
                world.link(&node, 0, &node);
            }
            drop(node);
            world.collector().collect(2);
            assert_eq!((panics(world), world.roots.borrow().len()), (1, 1));
            let node = world.roots.borrow_mut().pop().unwrap();
            world.set_slot(node.as_obj(), 0, None);
            drop(node);
            assert_eq!(world.alive(), 0);
            prove(world);
        }
    });
}

#[test]
fn weak_callbacks_that_panic() {
    Fixture::run(|world| {
        for collected in [false, true] {
            let node = world.node();
            if collected {
                world.link(&node, 0, &node);
            }
            let weak: Vec<Ref> = (0..3).map(|_| world.weak(&node, Some(Action::Panic))).collect();
            drop(node);
            world.collector().collect(2);
            assert_eq!(panics(world), 3);
            drop(weak);
            assert_eq!(world.alive(), 0);
            prove(world);
        }
    });
}

#[test]
fn collection_callbacks_that_panic() {
    Fixture::run(|world| {
        for at in [Moment::Start, Moment::Stop] {
            world.on_collection(move |_, info| {
                if info.moment == at {
                    super::fixture::fail();
                }
            });
            let_loop_go(world, Kind::Plain, Action::Nothing);
            assert_eq!(world.collector().collect(2), 1);
            assert_eq!((panics(world), world.alive()), (1, 0));
            prove(world);
        }
    });
}

#[test]
fn a_tp_clear_that_panics_before_its_work() {
    Fixture::run(|world| {
        let id = let_loop_go(world, Kind::FailsToClear, Action::Nothing);
        let_loop_go(world, Kind::Plain, Action::Nothing);
        assert_eq!(world.collector().collect(0), 2);
        assert_eq!((panics(world), members(world, 1)), (1, vec![id]));
        let node = world.find(id).unwrap();
        world.set_slot(node.as_obj(), 0, None);
        drop(node);
        prove(world);
    });
}

#[test]
fn a_tp_clear_that_panics_after_its_work() {
    Fixture::run(|world| {
        let_loop_go(world, Kind::FailsAfterClear, Action::Nothing);
        assert_eq!(world.collector().collect(2), 1);
        assert_eq!((panics(world), world.alive()), (1, 0));
        prove(world);
    });
}

#[test]
fn a_panic_deep_in_a_chain_of_deaths() {
    Fixture::run(|world| {
        let mut head = world.finalizing(Action::Panic);
        for depth in 0..200 {
            let action = if depth % 7 == 0 { Action::Panic } else { Action::Nothing };
            let next = world.finalizing(action);
            world.link(&next, 0, &head);
            head = next;
        }
        drop(head);
        assert_eq!((panics(world), world.alive()), (30, 0));
        assert_eq!(world.collector().nesting.get(), 0);
        prove(world);
    });
}
