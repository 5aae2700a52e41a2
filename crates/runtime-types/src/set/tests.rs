use std::cell::Cell;
use std::rc::Rc;

use runtime_core::{HeapConfig, SmallAllocator};

use super::*;
use crate::testing::{Tricksters, with_config, with_hook, with_world};
use crate::ty::{Binary, Compare};

fn view(set: &Ref) -> &SetObject {
    set.borrow().view().unwrap()
}

fn verify(set: &Ref) {
    view(set).verify().unwrap();
}

/// A member as the traces write it.
fn key(cx: &Cx<'_>, text: &str) -> Ref {
    match text.strip_prefix('\'') {
        Some(text) => cx.str(text).unwrap(),
        None => cx.int(text.parse().unwrap()).unwrap(),
    }
}

fn show(cx: &Cx<'_>, key: Borrowed<'_>) -> String {
    match crate::int::to_i64(key) {
        Some(int) => int.to_string(),
        None => format!("'{}", crate::string::text_of(cx, key).unwrap()),
    }
}

fn order(cx: &Cx<'_>, set: &Ref) -> String {
    let mut cursor = 0;
    let members = std::iter::from_fn(|| view(set).next_member(&mut cursor));
    members.map(|(key, _)| show(cx, key.borrow())).collect::<Vec<_>>().join(",")
}

fn run(cx: &mut Cx<'_>, k: i64, n: i64) -> Ref {
    let set = new(cx).unwrap();
    for i in k..k + n {
        let item = cx.int(i).unwrap();
        add(cx, set.borrow(), item.borrow()).unwrap();
    }
    set
}

#[test]
fn random_operations_give_the_sizes_and_the_order_of_cpython() {
    let traces = include_str!("../../tests/container_data/set_traces.txt");
    for (number, trace) in traces.lines().enumerate() {
        with_world(|cx| {
            let mut set = new(cx).unwrap();
            for (at, step) in trace.split(' ').enumerate() {
                let (step, outcome) = step.split_once('=').unwrap();
                let (op, rest) = step.split_at(1);
                let (k, n) = match rest.split_once(',') {
                    Some((k, n)) => (k.parse().unwrap(), n.parse().unwrap()),
                    None => (0, 0),
                };
                let mut note = String::new();
                let operator = match op {
                    "r" => Some(Binary::Or),
                    "n" => Some(Binary::And),
                    "m" => Some(Binary::Sub),
                    "e" => Some(Binary::Xor),
                    _ => None,
                };
                match op {
                    "a" => add(cx, set.borrow(), key(cx, rest).borrow()).unwrap(),
                    "d" => {
                        let key = key(cx, rest);
                        let hash = hash_key(cx, key.borrow()).unwrap();
                        assert!(view(&set).discard_hashed(cx, key.borrow(), hash).unwrap());
                    }
                    "p" => note = format!(":{}", show(cx, view(&set).pop().unwrap().borrow())),
                    "c" => view(&set).clear(cx),
                    "y" => set = ops::copy(cx, view(&set)).unwrap(),
                    "u" => (k..k + n).for_each(|i| {
                        add(cx, set.borrow(), cx.int(i).unwrap().borrow()).unwrap();
                    }),
                    "U" => {
                        let other = run(cx, k, n);
                        update(cx, set.borrow(), other.borrow()).unwrap();
                    }
                    "k" => {
                        let dict = crate::dict::new(cx).unwrap();
                        for i in k..k + n {
                            let (key, none) = (cx.int(i).unwrap(), cx.none());
                            crate::dict::set(cx, dict.borrow(), key.borrow(), none.borrow())
                                .unwrap();
                        }
                        update(cx, set.borrow(), dict.borrow()).unwrap();
                    }
                    "o" => note = format!(":{}", order(cx, &set)),
                    _ => {
                        let other = run(cx, k, n);
                        let op = operator.unwrap();
                        set =
                            crate::protocol::binary(cx, op, set.borrow(), other.borrow()).unwrap();
                    }
                }
                verify(&set);
                let seen = format!("{}{note}", view(&set).size_of() + 16);
                assert_eq!(seen, outcome, "trace {number}, step {at}: {step}");
            }
        });
    }
}

#[test]
fn a_set_prints_its_members_and_a_frozenset_has_their_hash() {
    with_world(|cx| {
        let empty = new(cx).unwrap();
        let set = run(cx, 1, 2);
        let frozen = frozen_from(cx, set.borrow()).unwrap();
        for (of, text) in [(&empty, "set()"), (&frozen, "frozenset(")] {
            // Ints may not print themselves yet; the frame is what counts.
            let repr = crate::protocol::repr(cx, of.borrow()).unwrap();
            let repr = crate::string::text_of(cx, repr.borrow()).unwrap().to_string();
            assert!(repr.starts_with(text), "{repr}");
        }
        assert!(crate::protocol::hash(cx, set.borrow()).is_err());
        // hash(frozenset({1, 2})) in CPython.
        assert_eq!(crate::protocol::hash(cx, frozen.borrow()).unwrap(), -1_826_646_154_956_904_602);
        assert!(crate::protocol::holds(cx, set.borrow(), frozen.borrow(), Compare::Eq).unwrap());
        let nested = new(cx).unwrap();
        add(cx, nested.borrow(), frozen.borrow()).unwrap();
        assert!(contains(cx, nested.borrow(), set.borrow()).unwrap(), "asked for as a frozenset");
        drop(cx.raised.take().map(|op| {
            // SAFETY: the cell owned the exception that the failed hash left.
            unsafe { Ref::steal(op) }
        }));
    });
}

#[test]
fn an_iterator_notices_that_the_set_changed_size() {
    with_world(|cx| {
        let set = run(cx, 0, 3);
        let iterator = iter(cx, set.borrow()).unwrap();
        assert!(next(cx, iterator.borrow()).unwrap().is_some());
        add(cx, set.borrow(), cx.int(77).unwrap().borrow()).unwrap();
        assert!(next(cx, iterator.borrow()).is_err());
        assert!(view(&set).discard_hashed(cx, cx.int(77).unwrap().borrow(), 77).unwrap());
        assert!(next(cx, iterator.borrow()).is_err(), "once changed, always changed");
    });
}

const MISCHIEF: [fn(&mut Cx<'_>, &Ref, Tricksters); 5] = [
    |cx, set, _| view(set).clear(cx),
    |cx, set, _| (0..40).for_each(|i| add(cx, set.borrow(), cx.int(i).unwrap().borrow()).unwrap()),
    |_, set, _| while view(set).pop().is_some() {},
    |cx, set, keys| {
        view(set).clear(cx);
        (0..3).for_each(|tag| add(cx, set.borrow(), keys.make(tag + 50, 7).borrow()).unwrap());
    },
    |_, set, _| drop(view(set).pop()),
];

type Operation = fn(&mut Cx<'_>, &Ref, &Ref, Borrowed<'_>);

const OPERATIONS: [Operation; 9] = [
    |cx, set, _, key| drop(add(cx, set.borrow(), key)),
    |cx, set, _, key| drop(contains(cx, set.borrow(), key)),
    |cx, set, _, key| drop(view(set).discard_hashed(cx, key, 7)),
    |cx, set, other, _| drop(update(cx, set.borrow(), other.borrow())),
    |cx, set, other, _| drop(update(cx, other.borrow(), set.borrow())),
    |cx, set, other, _| {
        for op in [Binary::And, Binary::Or, Binary::Sub, Binary::Xor] {
            drop(crate::protocol::binary(cx, op, set.borrow(), other.borrow()));
        }
    },
    |cx, set, other, _| {
        for op in [Binary::And, Binary::Sub, Binary::Xor, Binary::Or] {
            drop(crate::protocol::in_place(cx, op, set.borrow(), other.borrow()));
        }
    },
    |cx, set, other, _| {
        for op in Compare::ALL {
            drop(crate::protocol::compare(cx, set.borrow(), other.borrow(), op));
        }
    },
    |cx, set, other, _| {
        drop(ops::is_disjoint(cx, view(set), other.borrow()));
        drop(ops::symmetric_difference_update(cx, view(set), other.borrow()));
    },
];

#[test]
fn members_that_change_the_set_while_they_are_compared_do_no_harm() {
    for operation in OPERATIONS {
        for mischief in MISCHIEF {
            for (fuse, filled) in [(1, 3), (2, 4), (3, 4), (5, 12), (9, 12), (4, 30)] {
                with_world(|cx| {
                    let keys = Tricksters::new(cx);
                    let (set, other) = (new(cx).unwrap(), new(cx).unwrap());
                    for tag in 0..filled {
                        for (of, tag) in [(&set, tag), (&other, tag + 2)] {
                            add(cx, of.borrow(), keys.make(tag, 7).borrow()).unwrap();
                        }
                    }
                    let asked = keys.make(filled - 1, 7);
                    let (left, victim) = (Rc::new(Cell::new(fuse)), set.clone());
                    let hook = move |cx: &mut Cx<'_>| {
                        left.set(left.get() - 1);
                        if left.get() == 0 {
                            mischief(cx, &victim, keys);
                        }
                    };
                    with_hook(hook, || operation(cx, &set, &other, asked.borrow()));
                    verify(&set);
                    verify(&other);
                });
            }
        }
    }
}

#[test]
fn a_refused_request_for_memory_changes_nothing() {
    let scenario = |cx: &mut Cx<'_>| {
        let (Ok(set), Ok(other)) = (new(cx), new(cx)) else { return };
        for i in 0..100 {
            let Ok(item) = cx.int(i * 100) else { continue };
            for of in [&set, &other] {
                let before = view(of).len();
                if add(cx, of.borrow(), item.borrow()).is_err() {
                    assert_eq!(view(of).len(), before);
                }
                verify(of);
            }
        }
        let len = view(&set).len();
        for op in [Binary::And, Binary::Or, Binary::Sub, Binary::Xor] {
            if let Ok(result) = crate::protocol::binary(cx, op, set.borrow(), other.borrow()) {
                verify(&result);
            }
        }
        assert_eq!(view(&set).len(), len);
        drop(crate::protocol::in_place(cx, Binary::Sub, set.borrow(), other.borrow()));
        drop(update(cx, set.borrow(), other.borrow()));
        drop(frozen_from(cx, set.borrow()));
        drop(crate::protocol::repr(cx, set.borrow()));
        verify(&set);
        verify(&other);
    };
    let system = HeapConfig { small: SmallAllocator::System, ..HeapConfig::default() };
    let (mut base, mut top) = (0, 0);
    with_config(system, |cx| {
        base = cx.heap().accounting().raw_bytes;
        scenario(cx);
        top = cx.heap().accounting().raw_bytes_peak;
    });
    let mut started = 0;
    for limit in (base..top).step_by(96) {
        started += usize::from(with_config(HeapConfig { limit: Some(limit), ..system }, scenario));
    }
    assert!(started > 100, "{started} of {base}..{top}");
}
