//! Weak references: who shares, the order of callbacks, and what a callback finds.

use super::fixture::{Action, Entry, Fixture, Kind, view};
use super::let_loop_go;
use crate::weak::{self, WeakKind};
use crate::{Ref, is_finalized, is_tracked};

fn list_of(op: &Ref) -> Vec<runtime_core::Obj> {
    let mut list = Vec::new();
    // SAFETY: the object is held, and nothing changes.
    unsafe { weak::each(op.as_obj(), &mut |weak| list.push(weak)) };
    list
}

/// An action that logs whether the weak reference leads anywhere.
fn look(world: &Fixture, weak: &Ref) -> Action {
    let weak = weak.clone();
    world.call(move |world| world.log(Entry::Upgraded(view(&weak).upgrade().is_some())))
}

/// The callbacks that ran, by number, with all else left out.
fn callbacks(world: &Fixture) -> Vec<u32> {
    let of = |entry| if let Entry::CalledBack(id) = entry { Some(id) } else { None };
    world.take_log().into_iter().filter_map(of).collect()
}

#[test]
fn the_shared_reference_comes_first_then_the_shared_proxy_then_the_newest() {
    Fixture::run(|world| {
        let node = world.node();
        let one = world.weak(&node, Some(Action::Nothing));
        let proxy = world.weak_of(&node, WeakKind::SharedProxy, None).unwrap();
        let two = world.weak(&node, None);
        let shared = world.weak_of(&node, WeakKind::SharedRef, None).unwrap();
        let three = world.weak(&node, Some(Action::Nothing));
        assert_eq!(list_of(&node), [&shared, &proxy, &three, &two, &one].map(Ref::as_obj));
        drop((proxy, two));
        assert_eq!(list_of(&node), [&shared, &three, &one].map(Ref::as_obj));
        drop((shared, three, one));
        assert_eq!(list_of(&node), []);
    });
}

#[test]
fn an_object_has_one_shared_reference_and_one_shared_proxy() {
    Fixture::run(|world| {
        let node = world.node();
        // SAFETY: the node is held.
        let shared = |kind| unsafe { weak::shared(node.as_obj(), kind) }.map(|op| op.as_obj());
        let kinds = [WeakKind::SharedRef, WeakKind::SharedProxy];
        let _own = world.weak(&node, None);
        assert_eq!(kinds.map(shared), [None, None], "others are not shared");
        let proxy = world.weak_of(&node, WeakKind::SharedProxy, None).unwrap();
        assert_eq!(kinds.map(shared), [None, Some(proxy.as_obj())]);
        let plain = world.weak_of(&node, WeakKind::SharedRef, None).unwrap();
        assert_eq!(kinds.map(shared), [Some(plain.as_obj()), Some(proxy.as_obj())]);
        drop((plain, proxy));
        assert_eq!(kinds.map(shared), [None, None]);
    });
}

#[test]
fn callbacks_run_newest_first_when_the_object_dies_by_its_count() {
    Fixture::run(|world| {
        let node = world.node();
        let _weak: Vec<Ref> = (0..3).map(|_| world.weak(&node, Some(Action::Nothing))).collect();
        drop(node);
        assert_eq!(callbacks(world), [3, 2, 1]);
    });
}

#[test]
fn callbacks_run_newest_first_when_the_object_is_collected() {
    Fixture::run(|world| {
        let node = world.find(let_loop_go(world, Kind::Plain, Action::Nothing)).unwrap();
        let _weak: Vec<Ref> = (0..3).map(|_| world.weak(&node, Some(Action::Nothing))).collect();
        drop(node);
        world.collector().collect(2);
        assert_eq!(callbacks(world), [3, 2, 1]);
    });
}

#[test]
fn callbacks_of_a_collection_run_object_by_object() {
    Fixture::run(|world| {
        let (a, b) = (world.node(), world.node());
        world.link(&a, 0, &b);
        world.link(&b, 0, &a);
        let _weak = [&b, &a, &a, &b].map(|node| world.weak(node, Some(Action::Nothing)));
        drop((a, b));
        world.collector().collect(2);
        assert_eq!(callbacks(world), [4, 3, 5, 2]);
    });
}

#[test]
fn by_count_the_finalizer_runs_then_the_callbacks_then_the_fields_go() {
    Fixture::run(|world| {
        let (shared, own) = (WeakKind::SharedRef, Some(Action::Nothing));
        let node = world.finalizing(Action::Call(0));
        let weak = world.weak_of(&node, shared, None).unwrap();
        assert_eq!(look(world, &weak), Action::Call(0));
        let callback = world.weak(&node, own);
        world.link(&node, 0, &world.finalizing(Action::Nothing));
        drop(node);
        assert_eq!(
            world.take_log(),
            [
                Entry::Finalized(0),
                Entry::Upgraded(true),
                Entry::CalledBack(1),
                Entry::Upgraded(false),
                Entry::Freed(1),
                Entry::Finalized(2),
                Entry::Freed(2),
                Entry::Freed(0),
            ],
            "the finalizer finds its object through weak references, a callback finds none, and what \
             the object held is whole meanwhile"
        );
        drop((weak, callback));
    });
}

#[test]
fn by_count_all_weak_references_are_cleared_before_the_first_callback() {
    Fixture::run(|world| {
        let node = world.node();
        let oldest = world.weak(&node, Some(Action::Nothing));
        let action = look(world, &oldest);
        let _newest = world.weak(&node, Some(action));
        drop(node);
        assert_eq!(
            world.take_log()[..3],
            [Entry::CalledBack(2), Entry::Upgraded(false), Entry::Upgraded(false)]
        );
    });
}

#[test]
fn a_collection_clears_all_weak_references_to_the_garbage_before_the_first_callback() {
    Fixture::run(|world| {
        let (a, b) = (world.node(), world.node());
        world.link(&a, 0, &b);
        world.link(&b, 0, &a);
        let last = world.weak(&b, None);
        let action = look(world, &last);
        let _first = world.weak(&a, Some(action));
        drop((a, b));
        world.collector().collect(2);
        assert_eq!(
            world.take_log()[..3],
            [Entry::CalledBack(2), Entry::Upgraded(false), Entry::Upgraded(false)]
        );
    });
}

#[test]
fn a_collection_clears_weak_references_and_calls_back_before_any_finalizer() {
    Fixture::run(|world| {
        let node = world.finalizing(Action::Call(0));
        world.link(&node, 0, &node);
        let plain = world.weak_of(&node, WeakKind::SharedRef, None).unwrap();
        assert_eq!(look(world, &plain), Action::Call(0));
        let _called = world.weak(&node, Some(Action::Nothing));
        drop(node);
        world.collector().collect(2);
        assert_eq!(
            world.take_log(),
            [
                Entry::CalledBack(1),
                Entry::Upgraded(false),
                Entry::Finalized(0),
                Entry::Upgraded(false),
                Entry::Freed(0),
            ]
        );
    });
}

#[test]
fn a_weak_reference_that_is_garbage_too_is_not_called_back() {
    Fixture::run(|world| {
        let node = world.node();
        world.link(&node, 0, &node);
        world.link(&node, 1, &world.weak(&node, Some(Action::Nothing)));
        // Its object lives on, and must not be called back later either.
        let alive = world.node();
        world.link(&node, 2, &world.weak(&alive, Some(Action::Nothing)));
        drop(node);
        assert_eq!(world.collector().collect(2), 5, "two nodes with callbacks, and a node");
        assert_eq!(list_of(&alive), []);
        drop(alive);
        assert_eq!(callbacks(world), []);
    });
}

#[test]
fn a_weak_reference_that_is_garbage_is_not_called_back_when_a_finalizer_lets_its_object_die() {
    Fixture::run(|world| {
        let outside = world.node();
        let node = world.finalizing(Action::DropRoots);
        world.link(&node, 0, &node);
        world.link(&node, 1, &world.weak(&outside, Some(Action::Nothing)));
        world.roots.borrow_mut().push(outside);
        drop(node);
        assert_eq!(world.collector().collect(2), 3);
        assert_eq!(world.take_log()[..2], [Entry::Finalized(1), Entry::Freed(0)]);
    });
}

#[test]
fn a_weak_reference_outside_the_garbage_is_called_back_though_its_callback_leads_there() {
    Fixture::run(|world| {
        let (node, callback) = (world.node(), world.node());
        world.link(&node, 0, &node);
        world.link(&node, 1, &callback);
        let weak = world.weak_of(&node, WeakKind::Own, Some(callback)).unwrap();
        drop(node);
        assert_eq!(world.collector().collect(2), 1);
        assert_eq!(callbacks(world), [1]);
        drop(weak);
    });
}

#[test]
fn a_weak_reference_that_died_before_its_object_is_not_called_back() {
    Fixture::run(|world| {
        for collected in [false, true] {
            let node = world.node();
            if collected {
                world.link(&node, 0, &node);
            }
            let _left = world.weak(&node, Some(Action::Nothing));
            drop(world.weak(&node, Some(Action::Nothing)));
            drop(node);
            world.collector().collect(2);
            assert_eq!(callbacks(world).len(), 1);
        }
    });
}

#[test]
fn a_callback_that_lets_its_sibling_go_does_not_stop_the_siblings_callback() {
    Fixture::run(|world| {
        for collected in [false, true] {
            let node = world.node();
            if collected {
                world.link(&node, 0, &node);
            }
            world.roots.borrow_mut().push(world.weak(&node, Some(Action::Nothing)));
            world.roots.borrow_mut().push(world.weak(&node, Some(Action::DropRoots)));
            drop(node);
            world.collector().collect(2);
            assert_eq!(callbacks(world).len(), 2);
        }
    });
}

#[test]
fn a_weak_reference_that_dies_by_its_callback_in_a_collection_counts_as_collected() {
    Fixture::run(|world| {
        let node = world.node();
        world.link(&node, 0, &node);
        world.roots.borrow_mut().push(world.weak(&node, Some(Action::DropRoots)));
        drop(node);
        assert_eq!(world.collector().collect(2), 2);
    });
}

#[test]
fn by_count_a_callback_is_shown_to_nobody_from_the_death_on_and_by_collection_it_is() {
    Fixture::run(|world| {
        for collected in [false, true] {
            let node = world.node();
            if collected {
                world.link(&node, 0, &node);
            }
            let look = world.call(move |world| {
                let shown = view(&world.roots.borrow()[0]).callback().is_some();
                assert_eq!(shown, collected, "while it runs");
            });
            let weak = world.weak(&node, Some(look));
            world.roots.borrow_mut().push(weak.clone());
            assert!(view(&weak).callback().is_some());
            drop(node);
            world.collector().collect(2);
            assert_eq!(callbacks(world).len(), 1);
            assert_eq!(view(&weak).callback().is_some(), collected);
            world.roots.take();
        }
    });
}

#[test]
fn after_a_resurrection_by_collection_old_weak_references_are_dead() {
    Fixture::run(|world| {
        let node = world.finalizing(Action::Resurrect);
        world.link(&node, 0, &node);
        let weak = world.weak(&node, None);
        drop(node);
        assert_eq!(world.collector().collect(2), 0);
        assert_eq!(world.alive(), 1);
        assert!(view(&weak).is_dead());
        assert!(view(&weak).upgrade().is_none());
    });
}

#[test]
fn after_a_resurrection_by_count_old_weak_references_are_alive() {
    Fixture::run(|world| {
        let node = world.finalizing(Action::Resurrect);
        let weak = world.weak(&node, Some(Action::Nothing));
        drop(node);
        assert!(!view(&weak).is_dead());
        assert_eq!(callbacks(world), []);
        drop(world.roots.take());
        assert!(view(&weak).is_dead());
        assert_eq!(callbacks(world), [1]);
    });
}

#[test]
fn a_weak_reference_made_by_a_finalizer_in_a_collection_is_called_back_at_the_end() {
    Fixture::run(|world| {
        let node = world.finalizing(Action::MakeWeak(0));
        world.link(&node, 0, &node);
        drop(node);
        assert_eq!(world.collector().collect(2), 1);
        assert_eq!(
            world.take_log(),
            [
                Entry::Finalized(0),
                Entry::CalledBack(1),
                Entry::Upgraded(false),
                Entry::Freed(1),
                Entry::Freed(0),
            ]
        );
        assert!(view(&world.roots.borrow()[0]).is_dead());
    });
}

#[test]
fn a_weak_reference_made_by_a_finalizer_at_a_death_by_count_is_called_back() {
    Fixture::run(|world| {
        drop(world.finalizing(Action::MakeWeak(0)));
        // The finalizer holds its object for a moment.
        assert_eq!(callbacks(world), [1]);
    });
}

#[test]
fn where_weak_references_go_first_the_finalizer_finds_none() {
    Fixture::run(|world| {
        let node = world.make(Kind::WeakFirst, Action::Call(0));
        let weak = world.weak_of(&node, WeakKind::SharedRef, None).unwrap();
        assert_eq!(look(world, &weak), Action::Call(0));
        let _called = world.weak(&node, Some(Action::Nothing));
        drop(node);
        assert_eq!(
            world.take_log(),
            [
                Entry::CalledBack(1),
                Entry::Upgraded(false),
                Entry::Freed(1),
                Entry::Finalized(0),
                Entry::Upgraded(false),
                Entry::Freed(0),
            ]
        );
    });
}

#[test]
fn a_weak_reference_keeps_nothing_alive_but_its_callback() {
    Fixture::run(|world| {
        let node = world.node();
        let weak = world.weak(&node, Some(Action::Nothing));
        let mut shown = Vec::new();
        // SAFETY: the weak reference is alive, and nothing dies.
        unsafe {
            crate::each_referent(weak.as_obj(), &mut |op| shown.push(op));
            assert!(is_tracked(weak.as_obj()) && !is_finalized(weak.as_obj()));
        }
        assert_eq!(shown, [view(&weak).callback().unwrap().as_obj()]);
        assert_eq!(view(&weak).upgrade().unwrap().as_obj(), node.as_obj());
        drop(node);
        assert_eq!(world.alive(), 0, "the callback goes when it was called");
    });
}
