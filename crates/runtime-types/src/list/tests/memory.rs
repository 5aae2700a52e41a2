//! Refused memory: every operation fails with `MemoryError` and has changed nothing.

use runtime_core::HeapConfig;

use super::*;
use crate::protocol;
use crate::ty::Binary;

/// 3 MiB: room for one large list beside the world, but not for two.
fn config() -> HeapConfig {
    HeapConfig { limit: Some(3 << 20), ..HeapConfig::default() }
}

const LARGE: usize = 240_000;

type Operation = fn(&mut Cx<'_>, &Ref) -> Res;

const OPERATIONS: &[(&str, Operation)] = &[
    ("xs.append(x)", |cx, xs| append(cx, xs.borrow(), cx.none()).map(|()| cx.none())),
    ("xs.insert(5, x)", |cx, xs| insert(cx, xs.borrow(), 5, cx.none()).map(|()| cx.none())),
    ("xs.extend(xs)", |cx, xs| extend(cx, xs.borrow(), xs.borrow()).map(|()| cx.none())),
    ("xs.extend((1, 2))", |cx, xs| {
        let two = tuple(cx, 2);
        extend(cx, xs.borrow(), two.borrow()).map(|()| cx.none())
    }),
    ("xs.extend(range(9))", |cx, xs| {
        let nine = range(cx, 9);
        extend(cx, xs.borrow(), nine.borrow()).map(|()| cx.none())
    }),
    ("xs + xs", |cx, xs| protocol::binary(cx, Binary::Add, xs.borrow(), xs.borrow())),
    ("xs * 2", |cx, xs| {
        let two = cx.int(2)?;
        protocol::binary(cx, Binary::Mul, xs.borrow(), two.borrow())
    }),
    ("xs *= 2", |cx, xs| {
        let two = cx.int(2)?;
        protocol::in_place(cx, Binary::Mul, xs.borrow(), two.borrow())
    }),
    ("xs * 2**62", |cx, xs| {
        let huge = cx.int(1 << 62)?;
        protocol::binary(cx, Binary::Mul, xs.borrow(), huge.borrow())
    }),
    ("xs[:]", |cx, xs| {
        let all = slice(cx, None, None, None);
        protocol::subscript(cx, xs.borrow(), all.borrow())
    }),
    ("xs[::2]", |cx, xs| {
        let all = slice(cx, None, None, Some(1));
        protocol::subscript(cx, xs.borrow(), all.borrow())
    }),
    ("xs[0:0] = xs", |cx, xs| {
        let none = slice(cx, Some(0), Some(0), None);
        protocol::set_subscript(cx, xs.borrow(), none.borrow(), Some(xs.borrow()))
            .map(|()| cx.none())
    }),
    ("xs[::-1] = xs", |cx, xs| {
        let all = slice(cx, None, None, Some(-1));
        protocol::set_subscript(cx, xs.borrow(), all.borrow(), Some(xs.borrow()))
            .map(|()| cx.none())
    }),
    ("del xs[1:]", |cx, xs| {
        let rest = slice(cx, Some(1), None, None);
        protocol::set_subscript(cx, xs.borrow(), rest.borrow(), None).map(|()| cx.none())
    }),
    ("xs.sort()", |cx, xs| sort(cx, xs.borrow(), None, false).map(|()| cx.none())),
    ("xs.sort(key=float)", |cx, xs| {
        // SAFETY: a type of the world is alive.
        let key = unsafe { Ref::new(cx.types.float.cast()) };
        sort(cx, xs.borrow(), Some(key.borrow()), false).map(|()| cx.none())
    }),
    ("list(xs)", |cx, xs| call(cx, cx.types.list, &[xs])),
    ("tuple(xs)", |cx, xs| call(cx, cx.types.tuple, &[xs])),
];

#[test]
fn an_operation_without_memory_changes_nothing() {
    for &(name, operation) in OPERATIONS {
        let started = crate::testing::with_config(config(), |cx| {
            let xs = list(cx, 0);
            let this = view(&xs);
            this.set_capacity(cx.heap(), LARGE).unwrap();
            for i in (0..LARGE).rev() {
                append(cx, xs.borrow(), cx.int((i % 250) as i64).unwrap()).unwrap();
            }
            let before = (items(&xs), this.capacity(), this.items.get());
            let error = operation(cx, &xs).err().expect(name);
            assert_eq!(message(cx, error), "MemoryError", "{name}");
            let after = (items(&xs), this.capacity(), this.items.get());
            assert!(before == after, "{name}");
        });
        assert!(started);
    }
}

#[test]
fn a_steal_without_memory_steals_nothing() {
    let started = crate::testing::with_config(config(), |cx| {
        let mut items = vec![Some(cx.none().into_raw()); 2 * LARGE];
        let start = NonNull::new(items.as_mut_ptr()).unwrap();
        // SAFETY: the words are owned references.
        let error = unsafe { steal(cx, start, items.len()) }.err().unwrap();
        assert_eq!(message(cx, error), "MemoryError");
        assert!(items.iter().all(Option::is_some));
    });
    assert!(started);
}

#[test]
fn lists_work_on_after_a_thousand_refusals() {
    let started = crate::testing::with_config(config(), |cx| {
        let xs = list(cx, 3);
        let huge = cx.int(1 << 40).unwrap();
        for _ in 0..1000 {
            let error =
                protocol::in_place(cx, Binary::Mul, xs.borrow(), huge.borrow()).err().unwrap();
            assert_eq!(message(cx, error), "MemoryError");
        }
        append(cx, xs.borrow(), huge).unwrap();
        assert_eq!(items(&xs), [0, 1, 2, 1 << 40]);
    });
    assert!(started);
}
