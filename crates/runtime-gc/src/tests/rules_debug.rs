//! What is told while collecting, to the letter.

use super::fixture::{Action, Entry, Fixture, Kind};
use super::let_loop_go;
use crate::DebugFlags;

/// A collection's lines under these flags; its time is cut from the last line, and addresses stay.
fn lines(world: &Fixture, flags: i32, generation: usize) -> Vec<String> {
    world.collector().set_debug_flags(DebugFlags(flags));
    world.collector().collect(generation);
    world.collector().set_debug_flags(DebugFlags::default());
    let mut lines = world.lines.take();
    for line in &mut lines {
        if let Some(at) = line.find("uncollectable, ") {
            let (head, time) = line.split_at(at + "uncollectable, ".len());
            let seconds = time.strip_suffix("s elapsed").expect("the line ends with the time");
            assert_eq!(seconds.split_once('.').map(|(_, digits)| digits.len()), Some(4));
            assert!(seconds.parse::<f64>().is_ok());
            *line = format!("{head}TIME");
        }
    }
    lines
}

#[test]
fn the_flags_have_cpythons_numbers() {
    let flags = [
        DebugFlags::STATS,
        DebugFlags::COLLECTABLE,
        DebugFlags::UNCOLLECTABLE,
        DebugFlags::SAVE_ALL,
        DebugFlags::LEAK,
    ];
    assert_eq!(flags, [1, 2, 4, 32, 38]);
}

#[test]
fn statistics_are_printed_as_cpython_prints_them() {
    Fixture::run(|world| {
        let collector = world.collector();
        let _frozen = world.node();
        collector.freeze();
        let _old = [world.node(), world.node(), world.node()];
        collector.collect(1);
        let _middle = [world.node(), world.node()];
        collector.collect(0);
        let_loop_go(world, Kind::Plain, Action::Nothing);
        assert_eq!(
            lines(world, DebugFlags::STATS, 2),
            [
                "gc: collecting generation 2...",
                "gc: objects in each generation: 1 2 3",
                "gc: objects in permanent generation: 1",
                "gc: done, 1 unreachable, 0 uncollectable, TIME",
            ]
        );
    });
}

#[test]
fn objects_found_dead_are_printed_with_type_and_address() {
    Fixture::run(|world| {
        let node = world.finalizing(Action::Nothing);
        let at = node.as_obj().addr().get();
        world.link(&node, 0, &node);
        drop(node);
        let other = world.find(let_loop_go(world, Kind::Plain, Action::Nothing)).unwrap();
        let second = other.as_obj().addr().get();
        drop(other);
        assert_eq!(
            lines(world, DebugFlags::COLLECTABLE, 0),
            [
                format!("gc: collectable <finalizing 0x{at:x}>"),
                format!("gc: collectable <node 0x{second:x}>"),
            ]
        );
    });
}

#[test]
fn objects_are_printed_before_their_callbacks_and_finalizers_run() {
    Fixture::run(|world| {
        let action = world.call(|world| assert_eq!(world.lines.borrow().len(), 1));
        let node = world.finalizing(action);
        world.link(&node, 0, &node);
        let _weak = world.weak(&node, Some(action));
        drop(node);
        lines(world, DebugFlags::COLLECTABLE, 2);
        let log = world.take_log();
        assert!(log.contains(&Entry::Finalized(0)) && log.contains(&Entry::CalledBack(1)));
        assert!(!log.contains(&Entry::Panicked));
    });
}

#[test]
fn what_comes_back_was_printed_all_the_same() {
    Fixture::run(|world| {
        let_loop_go(world, Kind::Finalizing, Action::Resurrect);
        let lines = lines(world, DebugFlags::COLLECTABLE | DebugFlags::STATS, 0);
        assert!(lines[3].starts_with("gc: collectable <finalizing 0x"));
        assert_eq!(lines[4], "gc: done, 0 unreachable, 0 uncollectable, TIME");
    });
}

#[test]
fn leak_hunting_saves_and_prints_each_object() {
    Fixture::run(|world| {
        let_loop_go(world, Kind::Plain, Action::Nothing);
        let lines = lines(world, DebugFlags::LEAK, 2);
        assert!(lines[0].starts_with("gc: collectable <node 0x") && lines.len() == 1);
        assert_eq!(world.saved.borrow().len(), 1);
    });
}

#[test]
fn without_flags_nothing_is_printed() {
    Fixture::run(|world| {
        let_loop_go(world, Kind::Plain, Action::Nothing);
        assert!(lines(world, 0, 2).is_empty());
    });
}
