//! A recording can be played back: at any event the rebuilt heap has the sums that the real heap's
//! own books had then.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::Path;
use std::ptr::NonNull;

use strata::observe::{Limits, Recording, Totals};
use strata::{
    Config, DebugHooks, Event, Heap, HeapConfig, Observer, Policy, Quiet, Session, Source,
};

/// Asks the heap's books at some events, and hands each on to the recorder.
struct Auditor {
    recorder: NonNull<dyn Observer>,
    heap: NonNull<Heap>,
    seen: RefCell<(u64, Vec<(u64, Totals)>)>,
    every: u64,
    at: BTreeSet<u64>,
}

impl Observer for Auditor {
    fn event(&self, event: &Event<'_>) {
        // SAFETY: heap and recorder live as long as the session of the test.
        let (heap, recorder) = unsafe { (self.heap.as_ref(), self.recorder.as_ref()) };
        recorder.event(event);
        let mut seen = self.seen.borrow_mut();
        seen.0 += 1;
        let number = seen.0;
        if number.is_multiple_of(self.every) || self.at.contains(&number) {
            seen.1.push((number, Totals::from(&heap.accounting())));
        }
    }
}

/// A small generator of numbers, so that the events are not the same in each script.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *state >> 33
}

/// Runs a script, asking the books at many events; gives the recording and what the books said.
fn audited(name: &str, heap: HeapConfig, gc: Policy) -> (Recording, Vec<(u64, Totals)>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    let source = Source::new(name, std::fs::read(&path).unwrap()).unwrap();
    let config = Config { heap, gc, ..Config::default() };
    let mut session = Session::new(config, Box::new(Quiet), Limits::default()).unwrap();
    let mut state =
        name.bytes().fold(7_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    // Early events are more interesting than later ones.
    let at = (0..200).map(|i| next(&mut state) % (100 << (i % 10))).collect();
    let auditor = Auditor {
        recorder: session.observer(),
        heap: NonNull::from(session.heap()),
        seen: RefCell::default(),
        every: 20_011,
        at,
    };
    let auditor: Box<dyn Observer> = Box::new(auditor);
    let auditor = NonNull::from(Box::leak(auditor));
    // SAFETY: the auditor is never freed.
    unsafe { session.heap().watch(Some(auditor)) };
    // Scripts that take a number of turns are asked for a few thousand.
    session.run(source, &[name.to_owned(), "3000".to_owned()]);
    let ended = session.finish();
    // SAFETY: the auditor is an `Auditor`, which nobody else uses any more.
    let auditor = unsafe { auditor.cast::<Auditor>().as_ref() };
    (ended.recording, auditor.seen.take().1)
}

fn check(name: &str, heap: HeapConfig, gc: Policy) -> usize {
    let (recording, audits) = audited(name, heap, gc);
    assert!(recording.bytes() as u64 <= 16 * recording.events(), "16 bytes an event at most");
    let mut replay = recording.replay();
    for (events, totals) in &audits {
        assert_eq!(replay.run_to(*events).totals(), *totals, "{name}, after event {events}");
    }
    audits.len()
}

const SCRIPTS: [&str; 10] = [
    "examples/scripts/tuple_loop.py",
    "examples/scripts/survivors.py",
    "examples/scripts/list_append_loop.py",
    "examples/scripts/count_words.py",
    "examples/scripts/holes.py",
    "examples/scripts/large_tuple.py",
    "tests/conformance/gc/finalizers_in_cycles.py",
    "tests/conformance/lifetimes/del_order_in_containers.py",
    "tests/conformance/gc/partial_resurrection.py",
    "examples/scripts/lists_of_lists.py",
];

#[test]
fn a_rebuilt_heap_has_the_sums_that_the_books_had() {
    let mut audits = 0;
    for name in SCRIPTS {
        audits += check(name, HeapConfig::default(), Policy::default());
    }
    assert!(audits >= 1000, "only {audits} events were looked at");
}

#[test]
fn so_it_has_with_debug_hooks_exact_counts_and_collections_all_the_time() {
    let count_requests = HeapConfig { count_requests: true, ..HeapConfig::default() };
    let debug = HeapConfig { debug: Some(DebugHooks::default()), ..HeapConfig::default() };
    for heap in [count_requests, debug] {
        check(SCRIPTS[7], heap, Policy::Stress);
        check(SCRIPTS[3], heap, Policy::default());
    }
}
