use std::cell::Cell;
use std::rc::Rc;

use runtime_core::{HeapConfig, SmallAllocator};

use super::names::EMPTY_VERSION;
use super::*;
use crate::testing::{Tricksters, with_config, with_hook, with_world};

fn view(dict: &Ref) -> &DictObject {
    dict.borrow().view().unwrap()
}

fn verify(cx: &Cx<'_>, dict: &Ref) {
    let this = view(dict);
    this.table(cx).verify(this.len()).unwrap();
}

/// A key as the traces write it.
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

fn keys(cx: &Cx<'_>, dict: &Ref) -> Vec<String> {
    let mut cursor = 0;
    std::iter::from_fn(|| entry(dict.borrow(), &mut cursor))
        .map(|(key, _)| show(cx, key.borrow()))
        .collect()
}

/// As `sys.getsizeof` counts.
fn sizeof(dict: &Ref) -> usize {
    view(dict).size_of() + 16
}

fn put(cx: &mut Cx<'_>, dict: &Ref, key: &Ref) {
    let none = cx.none();
    set(cx, dict.borrow(), key.borrow(), none.borrow()).unwrap();
}

/// `{key(k): None, ...}` for the `n` keys from `k` on.
fn run(cx: &mut Cx<'_>, strs: bool, k: i64, n: i64) -> Ref {
    let dict = new(cx).unwrap();
    for i in k..k + n {
        let name = if strs { format!("'k{i}") } else { i.to_string() };
        let key = key(cx, &name);
        put(cx, &dict, &key);
    }
    dict
}

#[test]
fn random_operations_give_the_sizes_and_the_order_of_cpython() {
    let traces = include_str!("../../tests/container_data/dict_traces.txt");
    for (number, trace) in traces.lines().enumerate() {
        with_world(|cx| {
            let mut dict = new(cx).unwrap();
            for (at, step) in trace.split(' ').enumerate() {
                let (step, outcome) = step.split_once('=').unwrap();
                let (op, rest) = step.split_at(1);
                let range =
                    rest.split_once(',').map(|(k, n)| (k.parse().unwrap(), n.parse().unwrap()));
                let mut note = String::new();
                match op {
                    "s" => {
                        let key = key(cx, rest);
                        put(cx, &dict, &key);
                    }
                    "f" => {
                        let key = key(cx, rest);
                        let none = cx.none();
                        drop(set_default(cx, dict.borrow(), key.borrow(), none).unwrap());
                    }
                    "d" => {
                        let key = key(cx, rest);
                        assert!(remove(cx, dict.borrow(), key.borrow()).unwrap().is_some());
                    }
                    "p" => {
                        let item = pop_item(cx, dict.borrow()).unwrap();
                        let items = crate::tuple::items_of(cx, item.borrow()).unwrap();
                        note = format!(":{}", show(cx, items[0]));
                    }
                    "c" => clear(cx, dict.borrow()).unwrap(),
                    "y" => dict = copy(cx, dict.borrow()).unwrap(),
                    "u" | "U" => {
                        let (k, n) = range.unwrap();
                        let other = run(cx, op == "U", k, n);
                        update(cx, dict.borrow(), other.borrow()).unwrap();
                    }
                    "w" | "x" => {
                        let class = cx.world().ty(cx.types.dict).as_borrowed();
                        let none = cx.none();
                        let source = if op == "w" {
                            let set = crate::set::new(cx).unwrap();
                            crate::set::update(cx, set.borrow(), dict.borrow()).unwrap();
                            set
                        } else {
                            dict.clone()
                        };
                        dict = from_keys(cx, class, source.borrow(), none.borrow()).unwrap();
                    }
                    "o" => {
                        assert_eq!(outcome, keys(cx, &dict).join(","), "trace {number}");
                        continue;
                    }
                    _ => panic!("{step}"),
                }
                verify(cx, &dict);
                let seen = format!("{}{note}", sizeof(&dict));
                assert_eq!(seen, outcome, "trace {number}, step {at}: {step}");
            }
        });
    }
}

#[test]
fn tables_grow_to_the_sizes_of_cpython() {
    with_world(|cx| {
        assert_eq!(sizeof(&new(cx).unwrap()), 64);
        let (mut strs, mut ints) = (Vec::new(), Vec::new());
        for (kind, seen) in [(true, &mut strs), (false, &mut ints)] {
            let dict = new(cx).unwrap();
            for i in 0..1000 {
                let name = if kind { format!("'k{i}") } else { i.to_string() };
                let key = key(cx, &name);
                put(cx, &dict, &key);
                if seen.last() != Some(&sizeof(&dict)) {
                    seen.push(sizeof(&dict));
                }
            }
        }
        assert_eq!(strs, [184, 272, 464, 832, 1584, 3328, 6576, 13056, 26032]);
        assert_eq!(ints, [224, 352, 632, 1168, 2264, 4688, 9304, 18512, 36952]);
        let updated = [(1, 5), (1, 10), (1, 20), (5, 5), (5, 6), (4, 6)].map(|(m, n)| {
            let (dict, other) = (run(cx, false, 0, m), run(cx, false, 1000, n));
            update(cx, dict.borrow(), other.borrow()).unwrap();
            sizeof(&dict)
        });
        assert_eq!(updated, [352, 632, 1168, 352, 632, 352]);
        let presized = [0, 5, 6, 10, 11, 15].map(|n| sizeof(&with_room(cx, n).unwrap()));
        assert_eq!(presized, [64, 64, 272, 272, 464, 464]);
    });
}

#[test]
fn every_size_asked_for_has_room() {
    for n in 0..200_000 {
        let presized = growth::dict_log2_presized(n).unwrap();
        assert!(growth::dict_usable(presized) >= n, "{n}");
        let grown = growth::dict_log2_slots(growth::dict_growth(n).unwrap());
        assert!(growth::dict_usable(grown) > n, "{n}");
    }
}

#[test]
fn names_have_places_until_the_keys_change() {
    with_world(|cx| {
        let dict = new(cx).unwrap();
        assert_eq!(version(dict.borrow()), EMPTY_VERSION);
        let (a, b) = (cx.name("a").unwrap(), cx.name("b").unwrap());
        set_name(cx, dict.borrow(), a.borrow(), cx.none()).unwrap();
        let (seen, place) = find_place(cx, dict.borrow(), a.borrow()).unwrap();
        // SAFETY: the version is the one of the place; likewise below.
        drop(unsafe { replace_at(dict.borrow(), place, cx.bool(true)) });
        assert_eq!(version(dict.borrow()), seen);
        // SAFETY: as above.
        assert!(unsafe { value_at(dict.borrow(), place) }.borrow().is(cx.bool(true).borrow()));
        set_name(cx, dict.borrow(), b.borrow(), cx.none()).unwrap();
        assert_ne!(version(dict.borrow()), seen);
        assert!(get_name(cx, dict.borrow(), b.borrow()).is_some());
        let copy = copy(cx, dict.borrow()).unwrap();
        assert_ne!(version(copy.borrow()), version(dict.borrow()));
        cx.next_version.set(NO_VERSION);
        set_name(cx, dict.borrow(), cx.str("c").unwrap().borrow(), cx.none()).unwrap();
        assert_eq!(find_place(cx, dict.borrow(), b.borrow()), None);
    });
}

#[test]
fn a_dict_is_tracked_from_the_first_item_that_may_be_in_a_cycle() {
    with_world(|cx| {
        let dict = new(cx).unwrap();
        let (key, inner) = (cx.str("key").unwrap(), new(cx).unwrap());
        put(cx, &dict, &key);
        assert!(!view(&dict).is_tracked());
        set(cx, dict.borrow(), key.borrow(), inner.borrow()).unwrap();
        assert!(view(&dict).is_tracked());
        assert!(view(&copy(cx, dict.borrow()).unwrap()).is_tracked());
        put(cx, &dict, &key);
        cx.gc.collect(1);
        assert!(view(&dict).is_tracked(), "only a full collection looks at dicts");
        cx.gc.collect(2);
        assert!(!view(&dict).is_tracked());
    });
}

#[test]
fn dicts_and_tables_are_reused_last_in_first_out() {
    with_world(|cx| {
        let dict = run(cx, true, 0, 5);
        let (object, table) = (dict.as_obj(), view(&dict).keys.get());
        drop(dict);
        let again = run(cx, true, 0, 1);
        assert_eq!((object, table), (again.as_obj(), view(&again).keys.get()));
        drop(again);
        let ints = run(cx, false, 0, 1);
        assert_eq!(object, ints.as_obj());
        assert_ne!(table, view(&ints).keys.get(), "general tables are not kept");
        let made = crate::protocol::call(
            cx,
            cx.world().ty(cx.types.dict).as_borrowed(),
            crate::args::Args::NONE,
        );
        drop(ints);
        let made_again = crate::protocol::call(
            cx,
            cx.world().ty(cx.types.dict).as_borrowed(),
            crate::args::Args::NONE,
        );
        assert_ne!(object, made_again.unwrap().as_obj(), "dict() does not take from the free list");
        drop(made);
    });
}

/// What a key does to a dict behind its back.
const MISCHIEF: [fn(&mut Cx<'_>, &Ref, Tricksters); 6] = [
    |cx, dict, _| clear(cx, dict.borrow()).unwrap(),
    |cx, dict, _| (0..40).for_each(|i| put(cx, dict, &cx.int(i).unwrap())),
    |cx, dict, _| while pop_item(cx, dict.borrow()).map(drop).is_ok() {},
    |cx, dict, keys| {
        clear(cx, dict.borrow()).unwrap();
        (0..3).for_each(|tag| put(cx, dict, &keys.make(tag + 50, 7)));
    },
    |cx, dict, _| {
        let key = entry(dict.borrow(), &mut 0);
        drop(key.map(|(key, _)| remove(cx, dict.borrow(), key.borrow()).unwrap()));
    },
    |cx, dict, _| {
        clear(cx, dict.borrow()).unwrap();
        (0..3).for_each(|i| put(cx, dict, &cx.str(&format!("name {i}")).unwrap()));
    },
];

type Operation = fn(&mut Cx<'_>, &Ref, &Ref, Borrowed<'_>);

/// What a program does with the dict (and with another one) meanwhile; outcomes do not matter.
const OPERATIONS: [Operation; 11] = [
    |cx, dict, _, key| drop(get(cx, dict.borrow(), key)),
    |cx, dict, _, key| drop(set(cx, dict.borrow(), key, key)),
    |cx, dict, _, key| drop(remove(cx, dict.borrow(), key)),
    |cx, dict, _, key| drop(set_default(cx, dict.borrow(), key, key.owned())),
    |cx, dict, _, key| drop(pop(cx, dict.borrow(), key, Some(key))),
    |cx, dict, _, _| drop(pop_item(cx, dict.borrow())),
    |cx, dict, other, _| drop(update(cx, dict.borrow(), other.borrow())),
    |cx, dict, other, _| drop(update(cx, other.borrow(), dict.borrow())),
    |cx, dict, other, _| {
        drop(crate::protocol::holds(cx, dict.borrow(), other.borrow(), crate::ty::Compare::Eq))
    },
    |cx, dict, other, _| {
        let items =
            |cx: &mut Cx<'_>, of: &Ref| views::view(cx, of.borrow(), views::What::Items).unwrap();
        let (left, right) = (items(cx, dict), items(cx, other));
        for op in [
            crate::ty::Binary::And,
            crate::ty::Binary::Xor,
            crate::ty::Binary::Sub,
            crate::ty::Binary::Or,
        ] {
            drop(crate::protocol::binary(cx, op, left.borrow(), right.borrow()));
        }
    },
    |cx, dict, _, _| clear(cx, dict.borrow()).unwrap(),
];

#[test]
fn keys_that_change_the_dict_while_they_are_compared_do_no_harm() {
    for operation in OPERATIONS {
        for mischief in MISCHIEF {
            for (fuse, filled) in [(1, 4), (2, 4), (3, 5), (5, 5), (1, 11), (4, 30)] {
                with_world(|cx| {
                    let keys = Tricksters::new(cx);
                    let (dict, other) = (new(cx).unwrap(), new(cx).unwrap());
                    for tag in 0..filled {
                        for (of, tag) in [(&dict, tag), (&other, tag + 2)] {
                            let (key, value) = (keys.make(tag, 7), keys.make(tag, 9));
                            set(cx, of.borrow(), key.borrow(), value.borrow()).unwrap();
                        }
                    }
                    let asked = keys.make(filled - 1, 7);
                    let (left, victim) = (Rc::new(Cell::new(fuse)), dict.clone());
                    let hook = move |cx: &mut Cx<'_>| {
                        left.set(left.get() - 1);
                        if left.get() == 0 {
                            mischief(cx, &victim, keys);
                        }
                    };
                    with_hook(hook, || operation(cx, &dict, &other, asked.borrow()));
                    verify(cx, &dict);
                    verify(cx, &other);
                });
            }
        }
    }
}

#[test]
fn a_refused_request_for_memory_changes_nothing() {
    let scenario = |cx: &mut Cx<'_>| {
        let strs = (0..40).map_while(|i| cx.str(&format!("key number {i}")).ok());
        let ints = (0..40).map_while(|i| cx.int(1000 + i).ok());
        let keys: Vec<Ref> = strs.chain(ints).collect();
        let (Ok(dict), Ok(other)) = (new(cx), new(cx)) else { return };
        for key in &keys {
            for of in [&dict, &other] {
                let before = (view(of).len(), sizeof(of));
                if set(cx, of.borrow(), key.borrow(), key.borrow()).is_err() {
                    assert_eq!(before.0, view(of).len());
                }
                verify(cx, of);
            }
        }
        let len = view(&dict).len();
        if let Ok(copy) = copy(cx, dict.borrow()) {
            assert_eq!(view(&copy).len(), len);
            verify(cx, &copy);
        }
        let Ok(grown) = new(cx) else { return };
        drop(set(cx, grown.borrow(), cx.none().borrow(), cx.none().borrow()));
        drop(update(cx, grown.borrow(), dict.borrow()));
        verify(cx, &grown);
        drop(pop_item(cx, grown.borrow()));
        drop(crate::protocol::binary(cx, crate::ty::Binary::Or, dict.borrow(), grown.borrow()));
        drop(crate::protocol::repr(cx, dict.borrow()));
        for what in [views::What::Keys, views::What::Items] {
            let Ok(iterator) = iter::make(cx, dict.borrow(), what, false) else { continue };
            while let Ok(Some(item)) = crate::protocol::next(cx, iterator.borrow()) {
                drop(item);
            }
        }
        assert_eq!(view(&dict).len(), len);
        verify(cx, &dict);
        drop(keys);
    };
    let system = HeapConfig { small: SmallAllocator::System, ..HeapConfig::default() };
    let (mut base, mut top) = (0, 0);
    with_config(system, |cx| {
        base = cx.heap().accounting().raw_bytes;
        scenario(cx);
        top = cx.heap().accounting().raw_bytes_peak;
    });
    let mut started = 0;
    for limit in (base..top).step_by(48) {
        started += usize::from(with_config(HeapConfig { limit: Some(limit), ..system }, scenario));
    }
    assert!(started > 100, "{started} of {base}..{top}");
}
