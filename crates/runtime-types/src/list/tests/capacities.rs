//! Every way to make or change a list leaves the capacity that CPython 3.13 was measured to leave.

use super::*;
use crate::protocol;
use crate::ty::Binary;

type Way = fn(&mut Cx<'_>, usize) -> Ref;

/// An iterator of `0..n` that does not tell how many it has: `iter(f, n)`.
fn calls(cx: &mut Cx<'_>, n: usize) -> Ref {
    let numbers = range(cx, n + 1);
    let numbers = protocol::iter(cx, numbers.borrow()).unwrap();
    static NEXT: crate::args::NativeDef = crate::args::NativeDef::any("next", |cx, args| {
        Ok(protocol::next(cx, args.get(0).unwrap())?.unwrap())
    });
    let next = crate::native::function(cx, &NEXT, None).unwrap();
    let bound = crate::native::method(cx, next, numbers).unwrap();
    let end = cx.int(n as i64).unwrap();
    crate::iter::over_calls(cx, bound, end).unwrap()
}

fn set(cx: &mut Cx<'_>, n: usize) -> Ref {
    let set = crate::set::new(cx).unwrap();
    (0..n).for_each(|i| {
        let i = cx.int(i as i64).unwrap();
        crate::set::add(cx, set.borrow(), i.borrow()).unwrap();
    });
    set
}

fn dict(cx: &mut Cx<'_>, n: usize) -> Ref {
    let dict = crate::dict::new(cx).unwrap();
    (0..n).for_each(|i| {
        let i = cx.int(i as i64).unwrap();
        crate::dict::set(cx, dict.borrow(), i.borrow(), i.borrow()).unwrap();
    });
    dict
}

fn extended(cx: &mut Cx<'_>, m: usize, items: Ref) -> Ref {
    let numbers = range(cx, m);
    let xs = call(cx, cx.types.list, &[&numbers]).unwrap();
    extend(cx, xs.borrow(), items.borrow()).unwrap();
    xs
}

fn assigned(cx: &mut Cx<'_>, n: usize, start: i64, stop: i64, count: usize) -> Ref {
    let (xs, key) = (list(cx, n), slice(cx, Some(start), Some(stop), None));
    let values = list(cx, count);
    protocol::set_subscript(cx, xs.borrow(), key.borrow(), Some(values.borrow())).unwrap();
    xs
}

fn deleted(cx: &mut Cx<'_>, n: usize, key: Ref) -> Ref {
    let xs = list(cx, n);
    protocol::set_subscript(cx, xs.borrow(), key.borrow(), None).unwrap();
    xs
}

const WAYS: &[(&str, Way)] = &[
    ("display", |cx, n| {
        let mut items: Vec<_> =
            (0..n).map(|i| Some(cx.int(i as i64).unwrap().into_raw())).collect();
        let start = NonNull::new(items.as_mut_ptr()).unwrap();
        // SAFETY: the words are owned references.
        unsafe { steal(cx, start, n) }.unwrap()
    }),
    ("constants", |cx, n| {
        let items = tuple(cx, n);
        from_tuple(cx, items.borrow()).unwrap()
    }),
    ("list of tuple", |cx, n| {
        let items = tuple(cx, n);
        call(cx, cx.types.list, &[&items]).unwrap()
    }),
    ("list of list", |cx, n| {
        let items = list(cx, n);
        call(cx, cx.types.list, &[&items]).unwrap()
    }),
    ("list of range", |cx, n| {
        let items = range(cx, n);
        call(cx, cx.types.list, &[&items]).unwrap()
    }),
    ("list of reversed", |cx, n| {
        let items = range(cx, n);
        let items = crate::iter::reversed(cx, items.borrow()).unwrap();
        call(cx, cx.types.list, &[&items]).unwrap()
    }),
    ("list of set", |cx, n| {
        let items = set(cx, n);
        call(cx, cx.types.list, &[&items]).unwrap()
    }),
    ("list of dict", |cx, n| {
        let items = dict(cx, n);
        call(cx, cx.types.list, &[&items]).unwrap()
    }),
    ("list of values", |cx, n| {
        let items = dict(cx, n);
        let items = method(cx, &items, "values", &[]).unwrap();
        call(cx, cx.types.list, &[&items]).unwrap()
    }),
    ("list of items", |cx, n| {
        let items = dict(cx, n);
        let items = method(cx, &items, "items", &[]).unwrap();
        call(cx, cx.types.list, &[&items]).unwrap()
    }),
    ("list of map", |cx, n| {
        let items = range(cx, n);
        // SAFETY: a type of the world is alive.
        let int = unsafe { Ref::new(cx.types.int.cast()) };
        let items = call(cx, cx.types.map, &[&int, &items]).unwrap();
        call(cx, cx.types.list, &[&items]).unwrap()
    }),
    ("list of calls", |cx, n| {
        let items = calls(cx, n);
        call(cx, cx.types.list, &[&items]).unwrap()
    }),
    ("sorted tuple", |cx, n| {
        let items = tuple(cx, n);
        let xs = from_iterable(cx, items.borrow()).unwrap();
        sort(cx, xs.borrow(), None, false).unwrap();
        xs
    }),
    ("sorted calls", |cx, n| {
        let items = calls(cx, n);
        let xs = from_iterable(cx, items.borrow()).unwrap();
        sort(cx, xs.borrow(), None, true).unwrap();
        xs
    }),
    ("appends", |cx, n| {
        let xs = empty(cx).unwrap();
        (0..n).for_each(|_| append(cx, xs.borrow(), cx.none()).unwrap());
        xs
    }),
    ("copy", |cx, n| {
        let xs = list(cx, n);
        method(cx, &xs, "copy", &[]).unwrap()
    }),
    ("slice", |cx, n| {
        let (xs, key) = (list(cx, 2 * n), slice(cx, None, None, Some(2)));
        protocol::subscript(cx, xs.borrow(), key.borrow()).unwrap()
    }),
    ("concat", |cx, n| {
        let (a, b) = (list(cx, n / 2), list(cx, n - n / 2));
        protocol::binary(cx, Binary::Add, a.borrow(), b.borrow()).unwrap()
    }),
    ("repeat", |cx, n| {
        let (a, n) = (list(cx, 1), cx.int(n as i64).unwrap());
        protocol::binary(cx, Binary::Mul, a.borrow(), n.borrow()).unwrap()
    }),
    ("repeat in place", |cx, n| {
        // `list(range(n))`, so with an even capacity.
        let numbers = range(cx, n);
        let (a, n) = (call(cx, cx.types.list, &[&numbers]).unwrap(), cx.int(3).unwrap());
        protocol::in_place(cx, Binary::Mul, a.borrow(), n.borrow()).unwrap()
    }),
    ("extend 1 by tuple", |cx, n| {
        let items = tuple(cx, n);
        extended(cx, 1, items)
    }),
    ("extend 10 by tuple", |cx, n| {
        let items = tuple(cx, n);
        extended(cx, 10, items)
    }),
    ("extend 10 by range", |cx, n| {
        let items = range(cx, n);
        extended(cx, 10, items)
    }),
    ("extend 10 by set", |cx, n| {
        let items = set(cx, n);
        extended(cx, 10, items)
    }),
    ("extend 10 by calls", |cx, n| {
        let items = calls(cx, n);
        extended(cx, 10, items)
    }),
    ("extend itself", |cx, n| {
        let xs = list(cx, n);
        extend(cx, xs.borrow(), xs.borrow()).unwrap();
        xs
    }),
    ("insert", |cx, n| {
        let xs = list(cx, n);
        insert(cx, xs.borrow(), 0, cx.none()).unwrap();
        xs
    }),
    ("pop from 200", |cx, n| {
        let xs = list(cx, 200);
        (n..200).for_each(|_| drop(method(cx, &xs, "pop", &[]).unwrap()));
        xs
    }),
    ("assign 7 to [1:3]", |cx, n| assigned(cx, n, 1, 3, 7)),
    ("assign 2 to [1:40]", |cx, n| assigned(cx, n, 1, 40, 2)),
    ("del [5:90]", |cx, n| {
        let key = slice(cx, Some(5), Some(90), None);
        deleted(cx, n, key)
    }),
    ("del [::2]", |cx, n| {
        let key = slice(cx, None, None, Some(2));
        deleted(cx, n, key)
    }),
    ("del [:]", |cx, n| {
        let key = slice(cx, None, None, None);
        deleted(cx, n, key)
    }),
];

#[test]
fn every_way_to_make_a_list_leaves_the_measured_capacity() {
    crate::testing::with_world(|cx| {
        let mut seen = 0;
        for line in include_str!("../fixtures/capacities.txt").lines() {
            let mut fields = line.split(',');
            let name = fields.next().unwrap();
            let Some((_, way)) = WAYS.iter().find(|(known, _)| *known == name) else {
                assert_eq!(name, "list of str", "strs are iterated over in another test");
                continue;
            };
            seen += 1;
            for (n, expected) in fields.enumerate() {
                // A display of more than 30 items is compiled to appends.
                if name == "display" && n > 30 {
                    break;
                }
                let xs = way(cx, n);
                assert_eq!(view(&xs).capacity().to_string(), expected, "{name}, {n} items");
                assert_eq!(view(&xs).size_of(), 40 + 8 * view(&xs).capacity());
            }
        }
        assert_eq!(seen, WAYS.len());
    });
}
