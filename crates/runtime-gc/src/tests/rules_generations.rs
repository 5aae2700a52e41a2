//! Generations: what is counted, when a collection is due, which, and what moves where.

use std::cell::RefCell;
use std::rc::Rc;

use runtime_core::COLLECTION_DUE;

use super::fixture::{Action, Entry, Fixture, Kind};
use super::{let_loop_go, members, number};
use crate::{Collector, GenerationStats, Moment, Policy, Ref, THRESHOLDS, is_tracked};

fn is_due(collector: &Collector) -> bool {
    collector.heap.is_asked(COLLECTION_DUE)
}

fn nodes(world: &Fixture, count: usize) -> Vec<Ref> {
    (0..count).map(|_| world.node()).collect()
}

fn collections(world: &Fixture) -> [usize; 3] {
    world.collector().stats().map(|row| row.collections)
}

#[test]
fn the_thresholds_are_2000_10_10_and_collection_is_enabled_at_the_start() {
    Fixture::run(|world| {
        assert_eq!(world.collector().thresholds(), [2000, 10, 10]);
        assert_eq!(THRESHOLDS, [2000, 10, 10]);
        assert!(world.collector().is_enabled());
        assert_eq!(world.collector().policy(), Policy::Generational);
    });
}

#[test]
fn count0_rises_with_each_birth_and_falls_with_each_death() {
    Fixture::run(|world| {
        let held = nodes(world, 3);
        assert_eq!(world.collector().counts(), [3, 0, 0]);
        drop(held);
        assert_eq!(world.collector().counts(), [0, 0, 0]);
    });
}

#[test]
fn count0_does_not_fall_below_zero() {
    Fixture::run(|world| {
        let held = nodes(world, 3);
        world.collector().collect(0);
        assert_eq!(world.collector().counts()[0], 0);
        drop(held);
        assert_eq!(world.collector().counts()[0], 0);
        let _one = world.node();
        assert_eq!(world.collector().counts()[0], 1);
    });
}

#[test]
fn free_lists_neither_raise_nor_lower_count0() {
    Fixture::run(|world| {
        let kept = world.make(Kind::Kept, Action::Nothing);
        assert_eq!(world.collector().counts()[0], 1);
        drop(kept);
        assert_eq!(world.collector().counts()[0], 1, "put back");
        let _again = world.make(Kind::Kept, Action::Nothing);
        assert_eq!(world.collector().counts()[0], 1, "taken again");
    });
}

#[test]
fn a_collection_zeroes_its_counts_and_raises_the_next() {
    Fixture::run(|world| {
        let collector = world.collector();
        let _held = nodes(world, 5);
        for (generation, counts) in
            [(0, [0, 1, 0]), (0, [0, 2, 0]), (1, [0, 0, 1]), (0, [0, 1, 1]), (1, [0, 0, 2])]
        {
            collector.collect(generation);
            assert_eq!(collector.counts(), counts);
        }
        collector.collect(0);
        collector.collect(2);
        assert_eq!(collector.counts(), [0, 0, 0]);
    });
}

#[test]
fn a_collection_is_asked_for_above_the_threshold_not_at_it() {
    Fixture::run(|world| {
        let _held = nodes(world, 2000);
        assert!(!is_due(world.collector()));
        let _one = world.node();
        assert!(is_due(world.collector()));
        world.collector().collect_due();
        assert!(!is_due(world.collector()));
        assert_eq!(collections(world), [1, 0, 0]);
    });
}

#[test]
fn a_generation_is_due_above_its_threshold_not_at_it() {
    Fixture::run(|world| {
        let collector = world.collector();
        collector.set_thresholds([3, 1, 10]);
        let _held = nodes(world, 3);
        collector.collect_due();
        assert_eq!(collections(world), [0, 0, 0], "3 is not above 3");
        let _one = world.node();
        collector.collect_due();
        assert_eq!(collections(world), [1, 0, 0]);
        let _held = nodes(world, 4);
        collector.collect_due();
        assert_eq!(collections(world), [2, 0, 0], "1 is not above 1");
        let _held = nodes(world, 4);
        collector.collect_due();
        assert_eq!(collections(world), [2, 1, 0]);
    });
}

#[test]
fn a_first_threshold_of_zero_stops_collections_and_counting_goes_on() {
    Fixture::run(|world| {
        world.collector().set_thresholds([0, 10, 10]);
        let _held = nodes(world, 5000);
        assert!(!is_due(world.collector()));
        assert_eq!(world.collector().counts()[0], 5000);
        world.collector().set_thresholds([2000, 10, 10]);
        let _one = world.node();
        assert!(is_due(world.collector()), "the next birth asks");
    });
}

#[test]
fn when_collection_is_disabled_none_comes_by_itself_and_counting_goes_on() {
    Fixture::run(|world| {
        let collector = world.collector();
        collector.set_enabled(false);
        assert!(!collector.is_enabled());
        let _held = nodes(world, 5000);
        assert!(!is_due(collector));
        assert_eq!(collector.collect_due(), 0);
        assert_eq!((collector.counts()[0], collections(world)), (5000, [0, 0, 0]));
        let_loop_go(world, Kind::Plain, Action::Nothing);
        assert_eq!(collector.collect(2), 1, "asked for, it runs");
        collector.set_enabled(true);
        let _held = nodes(world, 2001);
        assert!(is_due(collector));
    });
}

#[test]
fn a_collection_never_runs_inside_an_allocation() {
    Fixture::run(|world| {
        for _ in 0..5000 {
            let_loop_go(world, Kind::Plain, Action::Nothing);
        }
        assert_eq!((world.alive(), collections(world)), (5000, [0, 0, 0]));
        assert!(is_due(world.collector()));
        assert_eq!(world.collector().collect_due(), 5000);
    });
}

#[test]
fn no_collection_is_asked_for_while_one_runs() {
    Fixture::run(|world| {
        let collector = world.collector();
        collector.set_thresholds([10, 10, 10]);
        world.on_collection(|world, _| {
            world.roots.borrow_mut().extend((0..50).map(|_| world.node()));
            assert!(!is_due(world.collector()));
            assert_eq!(world.collector().collect_due(), 0);
        });
        collector.collect(0);
        assert_eq!(collections(world), [1, 0, 0]);
        assert!(!is_due(collector));
        let _one = world.node();
        assert!(is_due(collector), "the next birth asks");
    });
}

#[test]
fn the_young_are_collected_every_2001_births_and_the_middle_generation_every_twelfth_time() {
    Fixture::run(|world| {
        let mut held = Vec::new();
        let mut told = Vec::new();
        for birth in 1..=14 * 2001 {
            held.push(world.node());
            if is_due(world.collector()) {
                let before = collections(world);
                world.collector().collect_due();
                let after = collections(world);
                let which = (0..3).find(|&i| after[i] > before[i]).unwrap();
                told.push((birth, which));
            }
        }
        let expected: Vec<_> = (1..=14).map(|n| (n * 2001, usize::from(n == 12))).collect();
        assert_eq!(told, expected);
    });
}

#[test]
fn the_oldest_generation_above_its_threshold_is_collected() {
    Fixture::run(|world| {
        let collector = world.collector();
        collector.set_thresholds([0, 0, 0]);
        let _held = nodes(world, 4);
        collector.collect(1);
        collector.collect(0);
        let _more = nodes(world, 4);
        assert_eq!(collector.counts(), [4, 1, 1]);
        collector.collect_due();
        assert_eq!(collections(world), [1, 1, 1], "all three were above");
        collector.collect(0);
        assert_eq!(collector.counts(), [0, 1, 0]);
        collector.collect_due();
        assert_eq!(collections(world), [2, 2, 1], "the two younger ones were");
    });
}

/// Whether a full collection comes by itself when `pending` objects came to the old generation since
/// `settled` survived a full one.
fn full_comes(settled: usize, pending: usize) -> bool {
    let mut came = false;
    Fixture::run(|world| {
        let collector = world.collector();
        let _settled = nodes(world, settled);
        collector.collect(2);
        let _pending = nodes(world, pending);
        collector.collect(1);
        collector.set_thresholds([1000, 1000, 0]);
        assert_eq!(collector.counts(), [0, 0, 1]);
        collector.collect_due();
        came = collections(world)[2] == 2;
    });
    came
}

#[test]
fn a_full_collection_waits_until_a_quarter_of_the_old_is_new() {
    for (settled, pending, comes) in [
        (8, 1, false),
        (8, 2, true),
        (7, 0, false),
        (7, 1, true),
        (3, 0, true),
        (0, 0, true),
        (400, 99, false),
        (400, 100, true),
        (403, 100, true),
    ] {
        assert_eq!(full_comes(settled, pending), comes, "{pending} new to {settled}");
    }
}

#[test]
fn a_generation_that_waits_leaves_the_turn_to_a_younger_one() {
    Fixture::run(|world| {
        let collector = world.collector();
        let _settled = nodes(world, 100);
        collector.collect(2);
        collector.collect(1);
        collector.set_thresholds([5, 1000, 0]);
        let _held = nodes(world, 6);
        collector.collect_due();
        assert_eq!(collections(world), [1, 1, 1]);
    });
}

#[test]
fn full_collections_of_a_growing_heap_come_as_rarely_as_in_cpython() {
    // CPython 3.13.0 with 5000 settled lists and thresholds (100, 2, 2): the same distances.
    Fixture::run(|world| {
        let collector = world.collector();
        let mut held = nodes(world, 5000);
        collector.collect(2);
        collector.set_thresholds([100, 2, 2]);
        let mut told = Vec::new();
        for birth in 1..20_000 {
            held.push(world.node());
            if is_due(collector) {
                let before = collections(world)[2];
                collector.collect_due();
                if collections(world)[2] > before {
                    told.push(birth);
                }
            }
        }
        assert_eq!(told, [1717, 3838, 6363, 9696, 13837, 18786]);
    });
}

#[test]
fn survivors_of_the_middle_generation_are_pending_until_a_full_collection_settles_them() {
    Fixture::run(|world| {
        let collector = world.collector();
        let long_lived = || (collector.long_lived.get(), collector.long_lived_pending.get());
        let _held = nodes(world, 5);
        let _clean = world.make(Kind::Untracking, Action::Nothing);
        let _dict = world.make(Kind::FullUntracking, Action::Nothing);
        collector.collect(0);
        assert_eq!(long_lived(), (0, 0));
        collector.collect(1);
        assert_eq!(long_lived(), (0, 6), "what was untracked is not there");
        let _more = nodes(world, 2);
        collector.collect(1);
        assert_eq!(long_lived(), (0, 8));
        let _young = nodes(world, 1);
        collector.collect(2);
        assert_eq!(long_lived(), (8, 0), "nor what a full collection untracks");
    });
}

#[test]
fn in_a_merged_ring_the_old_come_first_then_the_youngest_then_the_middle() {
    Fixture::run(|world| {
        let collector = world.collector();
        let make = || {
            let node = world.finalizing(Action::Nothing);
            world.link(&node, 0, &node);
            node
        };
        let old = make();
        collector.collect(1);
        let middle = make();
        collector.collect(0);
        let young = make();
        let numbers = [&old, &young, &middle].map(number);
        drop((old, middle, young));
        assert_eq!(collector.collect(2), 3);
        assert_eq!(&world.take_log()[..3], numbers.map(Entry::Finalized));
    });
}

#[test]
fn in_a_merged_ring_of_two_the_older_come_first() {
    Fixture::run(|world| {
        let middle = world.node();
        world.collector().collect(0);
        let young = world.node();
        world.collector().collect(1);
        assert_eq!(members(world, 2), [number(&middle), number(&young)]);
    });
}

#[test]
fn survivors_move_to_the_end_of_the_next_generation() {
    Fixture::run(|world| {
        let collector = world.collector();
        let held = nodes(world, 2);
        let generations = || [0, 1, 2].map(|generation| members(world, generation));
        assert_eq!(generations(), [vec![0, 1], vec![], vec![]]);
        collector.collect(0);
        assert_eq!(generations(), [vec![], vec![0, 1], vec![]]);
        let _more = nodes(world, 2);
        collector.collect(0);
        assert_eq!(generations(), [vec![], vec![0, 1, 2, 3], vec![]]);
        collector.collect(1);
        assert_eq!(generations(), [vec![], vec![], vec![0, 1, 2, 3]]);
        collector.collect(2);
        assert_eq!(generations(), [vec![], vec![], vec![0, 1, 2, 3]]);
        drop(held);
    });
}

#[test]
fn older_generations_than_the_collected_one_are_left_alone() {
    Fixture::run(|world| {
        let collector = world.collector();
        let node = world.node();
        world.link(&node, 0, &node);
        collector.collect(1);
        drop(node);
        assert_eq!((collector.collect(0), collector.collect(1)), (0, 0));
        assert_eq!(collector.collect(2), 1);
    });
}

#[test]
fn whoever_asked_is_told_of_the_start_and_the_end() {
    Fixture::run(|world| {
        let told = Rc::new(RefCell::new(Vec::new()));
        let log = told.clone();
        world.on_collection(move |world, info| {
            let [_, middle, old] = world.collector().counts();
            let row = (info.moment, info.generation, info.collected, info.uncollectable);
            log.borrow_mut().push((row, middle, old));
        });
        for generation in 0..3 {
            let_loop_go(world, Kind::Plain, Action::Nothing);
            world.collector().collect(generation);
        }
        assert_eq!(
            told.take(),
            [
                ((Moment::Start, 0, 0, 0), 0, 0),
                ((Moment::Stop, 0, 1, 0), 1, 0),
                ((Moment::Start, 1, 0, 0), 1, 0),
                ((Moment::Stop, 1, 1, 0), 0, 1),
                ((Moment::Start, 2, 0, 0), 0, 1),
                ((Moment::Stop, 2, 1, 0), 0, 0),
            ]
        );
    });
}

#[test]
fn what_is_born_in_the_start_callback_is_collected_with_the_others() {
    Fixture::run(|world| {
        world.on_collection(|world, info| {
            if info.moment == Moment::Start {
                let_loop_go(world, Kind::Plain, Action::Nothing);
            }
        });
        assert_eq!(world.collector().collect(0), 1);
        assert_eq!(world.collector().counts()[0], 0, "counts start again after the callback");
    });
}

#[test]
fn a_collection_asked_for_in_a_callback_gives_0() {
    Fixture::run(|world| {
        world.on_collection(|world, _| {
            let_loop_go(world, Kind::Plain, Action::Nothing);
            assert_eq!(world.collector().collect(2), 0);
        });
        assert_eq!(world.collector().collect(2), 1);
        assert_eq!(collections(world), [0, 0, 1]);
    });
}

#[test]
fn at_the_end_of_a_runtime_nobody_is_told() {
    Fixture::run(|world| {
        world.on_collection(|_, _| panic!("somebody was told"));
        let_loop_go(world, Kind::Plain, Action::Nothing);
        assert_eq!(world.collector().collect_at_the_end(), 1);
    });
}

#[test]
fn statistics_add_up_by_generation() {
    Fixture::run(|world| {
        for (generation, dead) in [(0, 2), (1, 1), (0, 3), (2, 4)] {
            for _ in 0..dead {
                let_loop_go(world, Kind::Plain, Action::Nothing);
            }
            assert_eq!(world.collector().collect(generation), dead);
        }
        let row =
            |collections, collected| GenerationStats { collections, collected, uncollectable: 0 };
        assert_eq!(world.collector().stats(), [row(2, 5), row(1, 1), row(1, 4)]);
    });
}

#[test]
fn freezing_takes_all_generations_out_of_reach_and_zeroes_the_counts() {
    Fixture::run(|world| {
        let collector = world.collector();
        let old = world.node();
        collector.collect(1);
        let middle = world.node();
        collector.collect(0);
        let_loop_go(world, Kind::Finalizing, Action::Nothing);
        assert_eq!(collector.counts(), [1, 1, 1]);
        collector.freeze();
        assert_eq!((collector.counts(), collector.frozen()), ([0, 0, 0], 3));
        assert_eq!([0, 1, 2].map(|generation| collector.tracked(generation)), [0, 0, 0]);
        assert_eq!((collector.collect(2), world.alive()), (0, 3), "frozen garbage stays");
        drop((old, middle));
        assert_eq!(collector.frozen(), 1, "counts free what is frozen");
    });
}

#[test]
fn what_is_unfrozen_is_old() {
    Fixture::run(|world| {
        let collector = world.collector();
        let _frozen = nodes(world, 2);
        collector.freeze();
        let _old = nodes(world, 1);
        collector.collect(1);
        collector.unfreeze();
        assert_eq!(members(world, 2), [2, 0, 1]);
        assert_eq!((collector.frozen(), collector.counts()), (0, [0, 0, 1]));
    });
}

#[test]
fn objects_are_listed_by_generation_the_young_first() {
    Fixture::run(|world| {
        let collector = world.collector();
        let old = world.node();
        collector.collect(1);
        let middle = world.node();
        collector.collect(0);
        let young = [world.node(), world.node()];
        let frozen = |world: &Fixture| {
            let mut all = Vec::new();
            world.collector().each_tracked(None, &mut |op| all.push(op));
            all
        };
        let expected = [&young[0], &young[1], &middle, &old].map(Ref::as_obj);
        assert_eq!(frozen(world), expected);
        assert_eq!(members(world, 1), [number(&middle)]);
        collector.freeze();
        assert_eq!(frozen(world), []);
    });
}

#[test]
fn referrers_are_found_in_all_generations_once_each_but_not_among_the_frozen() {
    Fixture::run(|world| {
        let collector = world.collector();
        let target = world.node();
        let refer = |slots: usize| {
            let node = world.node();
            (0..slots).for_each(|slot| world.link(&node, slot, &target));
            node
        };
        let frozen = refer(1);
        collector.freeze();
        let old = refer(3);
        collector.collect(1);
        let middle = refer(1);
        collector.collect(0);
        let young = refer(2);
        let _other = world.node();
        let mut found = Vec::new();
        collector.each_referrer(&[target.as_obj()], &mut |op| found.push(op));
        assert_eq!(found, [&young, &middle, &old].map(Ref::as_obj));
        drop(frozen);
    });
}

#[test]
fn referents_come_in_the_order_of_the_traversal() {
    Fixture::run(|world| {
        let (node, a, b) = (world.node(), world.node(), world.node());
        world.link(&node, 0, &a);
        world.link(&node, 1, &b);
        world.link(&node, 2, &a);
        let mut found = Vec::new();
        // SAFETY: the node is alive, and nothing dies.
        unsafe { crate::each_referent(node.as_obj(), &mut |op| found.push(op)) };
        assert_eq!(found, [a.as_obj(), b.as_obj(), a.as_obj()]);
    });
}

#[test]
fn with_the_policy_off_nothing_is_collected_by_itself() {
    Fixture::run(|world| {
        world.collector().set_policy(Policy::Off);
        for _ in 0..3000 {
            let_loop_go(world, Kind::Plain, Action::Nothing);
        }
        assert!(!is_due(world.collector()));
        assert_eq!((world.collector().collect_due(), world.collector().collect(2)), (0, 3000));
    });
}

#[test]
fn under_stress_each_safe_point_collects_everything() {
    Fixture::run(|world| {
        let collector = world.collector();
        collector.set_policy(Policy::Stress);
        for round in 1..=3 {
            let_loop_go(world, Kind::Plain, Action::Nothing);
            assert!(is_due(collector));
            assert_eq!(collector.collect_due(), 1);
            assert_eq!(collections(world), [0, 0, round]);
        }
        collector.set_enabled(false);
        assert_eq!(collector.collect_due(), 0);
        assert!(!is_due(collector));
    });
}

#[test]
fn an_object_is_tracked_until_it_begins_to_die() {
    Fixture::run(|world| {
        let node = world.finalizing(Action::Resurrect);
        // SAFETY: the node is alive.
        let tracked = |op: &Ref| unsafe { is_tracked(op.as_obj()) };
        assert!(tracked(&node));
        drop(node);
        let roots = world.roots.take();
        assert!(tracked(&roots[0]), "it came back");
    });
}
