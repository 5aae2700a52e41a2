//! A collection's steps where no program's code runs: the order of rings, untracking, clearing.

use super::fixture::{Action, Entry, Fixture, KEPT, Kind};
use super::{let_loop_go, members, number};
use crate::{Collector, DebugFlags, Ref, is_finalized, is_tracked};

fn tracked(op: &Ref) -> bool {
    // SAFETY: the caller holds it.
    unsafe { is_tracked(op.as_obj()) }
}

#[test]
fn what_was_looked_at_before_what_reaches_it_goes_to_the_end() {
    Fixture::run(|world| {
        let inner = world.node();
        let _other = world.node();
        let outer = world.node();
        world.link(&outer, 0, &inner);
        drop(inner);
        world.collector().collect(0);
        assert_eq!(members(world, 1), [1, 2, 0]);
    });
}

#[test]
fn what_is_reached_again_goes_to_the_end_in_the_order_of_the_traversal() {
    Fixture::run(|world| {
        let items = [world.node(), world.node(), world.node()];
        let root = world.node();
        for (slot, item) in [(0, 1), (1, 0), (2, 2)] {
            world.link(&root, slot, &items[item]);
        }
        drop(items);
        world.collector().collect(0);
        assert_eq!(members(world, 1), [3, 1, 0, 2]);
    });
}

#[test]
fn what_is_reached_in_time_keeps_its_place() {
    Fixture::run(|world| {
        let (root, next, last) = (world.node(), world.node(), world.node());
        world.link(&root, 0, &last);
        world.link(&last, 0, &next);
        drop((next, last));
        world.collector().collect(0);
        assert_eq!(members(world, 1), [0, 2, 1]);
    });
}

#[test]
fn immortal_objects_leave_the_collectors_sight_at_a_collection() {
    Fixture::run(|world| {
        let collector = world.collector();
        let (immortal, held, mortal) = (world.node(), world.node(), world.node());
        world.link(&immortal, 0, &held);
        world.link(&held, 0, &mortal);
        drop((held, mortal));
        let op = immortal.into_raw();
        // SAFETY: the object is alive and its one reference is given up.
        unsafe { collector.immortalise(op).unwrap() };
        assert_eq!(members(world, 0), [0, 1, 2]);
        assert_eq!(collector.collect(2), 0, "what an immortal holds is held from outside");
        assert_eq!(members(world, 2), [1, 2]);
        // SAFETY: nobody uses the immortal any more.
        unsafe {
            assert!(op.as_ref().is_immortal());
            collector.end_immortals(|op| (runtime_core::type_of(op).as_ref().tp_free)(op));
        }
        assert_eq!(world.take_log(), [2, 1, 0].map(Entry::Freed));
    });
}

#[test]
fn each_collection_untracks_survivors_whose_items_are_untracked() {
    Fixture::run(|world| {
        let make = || world.make(Kind::Untracking, Action::Nothing);
        let (empty, plain) = (make(), make());
        world.link(&plain, 0, &world.node());
        assert!(tracked(&empty), "tracked from its birth on");
        world.collector().collect(0);
        assert!(!tracked(&empty));
        assert!(tracked(&plain));
    });
}

#[test]
fn untracking_goes_one_level_up_where_the_inner_comes_later() {
    Fixture::run(|world| {
        let make = || world.make(Kind::Untracking, Action::Nothing);
        let (outer, inner, after) = (make(), make(), make());
        world.link(&outer, 0, &inner);
        world.link(&after, 0, &inner);
        world.collector().collect(0);
        assert_eq!([&outer, &inner, &after].map(tracked), [true, false, false]);
        world.collector().collect(0);
        assert!(tracked(&outer), "it is older now");
        world.collector().collect(1);
        assert!(!tracked(&outer));
    });
}

#[test]
fn only_a_full_collection_untracks_what_is_for_full_ones() {
    Fixture::run(|world| {
        let dict = world.make(Kind::FullUntracking, Action::Nothing);
        world.collector().collect(0);
        world.collector().collect(1);
        assert!(tracked(&dict));
        world.collector().collect(2);
        assert!(!tracked(&dict));
    });
}

#[test]
fn a_full_collection_untracks_for_all_before_for_full_ones() {
    Fixture::run(|world| {
        let dict = world.make(Kind::FullUntracking, Action::Nothing);
        let tuple = world.make(Kind::Untracking, Action::Nothing);
        world.link(&tuple, 0, &dict);
        world.collector().collect(2);
        assert_eq!([&dict, &tuple].map(tracked), [false, true]);
        world.collector().collect(2);
        assert!(!tracked(&tuple));
    });
}

#[test]
fn garbage_is_not_untracked() {
    Fixture::run(|world| {
        let dead = world.make(Kind::Untracking, Action::Nothing);
        world.link(&dead, 0, &dead);
        drop(dead);
        assert_eq!(world.collector().collect(2), 1);
        assert_eq!(world.take_log(), [Entry::Freed(0)]);
    });
}

#[test]
fn garbage_is_cleared_in_the_order_of_its_ring() {
    Fixture::run(|world| {
        for _ in 0..4 {
            let_loop_go(world, Kind::Plain, Action::Nothing);
        }
        world.collector().collect(2);
        assert_eq!(world.take_log(), [0, 1, 2, 3].map(Entry::Freed));
    });
}

#[test]
fn the_first_of_a_cycle_is_cleared_and_the_rest_dies_by_it() {
    Fixture::run(|world| {
        let (a, b, c) = (world.node(), world.node(), world.node());
        world.link(&a, 0, &b);
        world.link(&b, 0, &c);
        world.link(&c, 0, &a);
        drop((a, b, c));
        assert_eq!(world.collector().collect(2), 3);
        assert_eq!(world.take_log(), [2, 1, 0].map(Entry::Freed));
    });
}

#[test]
fn what_cannot_be_cleared_is_kept_until_the_others_are() {
    Fixture::run(|world| {
        // Like a tuple in a list: only the second can break the cycle.
        let (tuple, list) = (world.make(Kind::FailsToClear, Action::Nothing), world.node());
        world.link(&tuple, 0, &list);
        world.link(&list, 0, &tuple);
        drop((tuple, list));
        assert_eq!(world.collector().collect(0), 2);
        assert_eq!(world.take_log(), [Entry::Panicked, Entry::Freed(0), Entry::Freed(1)]);
    });
}

#[test]
fn what_is_cleared_and_still_alive_moves_to_the_next_generation() {
    Fixture::run(|world| {
        let stuck = let_loop_go(world, Kind::FailsToClear, Action::Nothing);
        assert_eq!(world.collector().collect(0), 1);
        assert_eq!(members(world, 1), [stuck]);
        let node = world.find(stuck).unwrap();
        world.set_slot(node.as_obj(), 0, None);
    });
}

#[test]
fn the_dead_are_counted_with_all_they_held() {
    Fixture::run(|world| {
        let (a, b, tail) = (world.node(), world.node(), world.node());
        world.link(&a, 0, &b);
        world.link(&b, 0, &a);
        world.link(&b, 1, &tail);
        drop((a, b, tail));
        assert_eq!(world.collector().collect(2), 3);
    });
}

#[test]
fn an_object_that_holds_itself_counts_as_one() {
    Fixture::run(|world| {
        let_loop_go(world, Kind::Plain, Action::Nothing);
        assert_eq!((world.collector().collect(2), world.collector().collect(2)), (1, 0));
    });
}

#[test]
fn a_full_collection_empties_the_free_lists_and_no_other_does() {
    Fixture::run(|world| {
        let kept = |world: &Fixture| world.type_of(Kind::Kept).free_lists()[0].len();
        let some: Vec<Ref> =
            (0..KEPT + 2).map(|_| world.make(Kind::Kept, Action::Nothing)).collect();
        drop(some);
        assert_eq!(kept(world), KEPT as usize);
        world.collector().collect(0);
        world.collector().collect(1);
        assert_eq!((kept(world), world.caches_dropped.get()), (KEPT as usize, 0));
        world.collector().collect(2);
        assert_eq!((kept(world), world.caches_dropped.get()), (0, 1));
    });
}

#[test]
fn what_a_full_collection_frees_does_not_stay_in_the_free_lists() {
    Fixture::run(|world| {
        let_loop_go(world, Kind::Kept, Action::Nothing);
        assert_eq!(world.collector().collect(2), 1);
        assert_eq!(world.type_of(Kind::Kept).free_lists()[0].len(), 0);
    });
}

#[test]
fn garbage_that_is_to_be_saved_is_kept_whole_after_its_finalizers() {
    Fixture::run(|world| {
        let collector = world.collector();
        collector.set_debug_flags(DebugFlags(DebugFlags::SAVE_ALL));
        let (a, b) = (world.finalizing(Action::Nothing), world.node());
        world.link(&a, 0, &b);
        world.link(&b, 0, &a);
        drop((a, b));
        assert_eq!(collector.collect(0), 2);
        assert_eq!(world.take_log(), [Entry::Finalized(0)]);
        let saved = world.saved.take();
        assert_eq!(saved.iter().map(number).collect::<Vec<_>>(), [0, 1]);
        assert_eq!(members(world, 1), [0, 1]);
        let row = collector.stats()[0];
        assert_eq!((row.collected, row.uncollectable), (2, 0));
        // SAFETY: the node is held.
        assert!(unsafe { is_finalized(saved[0].as_obj()) });
        collector.set_debug_flags(DebugFlags::default());
        drop(saved);
        assert_eq!(world.alive(), 2, "they hold each other");
        assert_eq!(collector.collect(2), 2);
        assert_eq!(world.take_log(), [1, 0].map(Entry::Freed), "no finalizer runs twice");
    });
}

#[test]
fn a_collection_asks_the_heap_for_nothing() {
    use runtime_core::FaultPlan;
    Fixture::run(|world| {
        let heap = &world.collector().heap;
        for (generation, side) in [(0, false), (1, false), (2, false), (2, true)] {
            let target = world.finalizing(Action::Nothing);
            let weak = world.weak(&target, Some(Action::Nothing));
            world.link(&target, 0, &target);
            drop(target);
            for kind in [Kind::Plain, Kind::Finalizing, Kind::Untracking, Kind::Kept] {
                let_loop_go(world, kind, Action::Resurrect);
            }
            let plan = FaultPlan::from(0);
            heap.plan_faults(Some(if side { plan.in_side_tables() } else { plan }));
            assert!(world.collector().collect(generation) > 0);
            assert_eq!(heap.plan_faults(None).seen, 0);
            assert!(world.take_log().contains(&Entry::Upgraded(false)), "a callback ran");
            drop(weak);
            drop(world.roots.take());
        }
    });
}

#[test]
fn a_collector_has_three_generations_and_the_frozen() {
    Fixture::run(|world| {
        let collector: &Collector = world.collector();
        assert_eq!(crate::GENERATIONS, 3);
        assert_eq!(collector.collect(7), 0, "beyond the last is the last");
        assert_eq!(collector.stats()[2].collections, 1);
    });
}
