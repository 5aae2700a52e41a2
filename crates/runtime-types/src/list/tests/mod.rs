//! What scripts cannot see of lists, and what they should not be able to do to them.

mod attacks;
mod capacities;
mod memory;
mod sorting;

use super::*;
use crate::cx::Cx;

pub(super) use crate::testing::{call, message, method};

/// `slice(start, stop, step)`, with `None` for what is not given.
pub(super) fn slice(cx: &Cx<'_>, start: Option<i64>, stop: Option<i64>, step: Option<i64>) -> Ref {
    let part = |part: Option<i64>| part.map_or_else(|| cx.none(), |part| cx.int(part).unwrap());
    crate::slice::new(cx, part(start), part(stop), part(step)).unwrap()
}

/// `range(n)`
pub(super) fn range(cx: &mut Cx<'_>, n: usize) -> Ref {
    let n = cx.int(n as i64).unwrap();
    call(cx, cx.types.range, &[&n]).unwrap()
}

/// `tuple(range(n))`
pub(super) fn tuple(cx: &mut Cx<'_>, n: usize) -> Ref {
    let range = range(cx, n);
    crate::protocol::to_tuple(cx, range.borrow()).unwrap()
}

/// `list(range(n))`, with room for exactly `n`.
pub(super) fn list(cx: &mut Cx<'_>, n: usize) -> Ref {
    let list = with_capacity(cx, n).unwrap();
    (0..n).for_each(|i| append(cx, list.borrow(), cx.int(i as i64).unwrap()).unwrap());
    list
}

/// The items of a list, which are ints.
pub(super) fn items(list: &Ref) -> Vec<i64> {
    let list = view(list);
    (0..list.len()).map(|i| crate::int::to_i64(list.get(i).unwrap().borrow()).unwrap()).collect()
}

pub(super) fn repr(cx: &mut Cx<'_>, op: &Ref) -> String {
    let text = crate::protocol::repr(cx, op.borrow()).unwrap();
    let text = crate::string::text_of(cx, text.borrow()).unwrap();
    text.chars().filter_map(char::from_u32).collect()
}

#[test]
fn the_word_of_a_list_is_a_reference() {
    assert_eq!(WORD, 8);
}

#[test]
fn slices_are_read_as_cpython_reads_them() {
    crate::testing::with_world(|cx| {
        let xs = list(cx, 10);
        for (start, stop, step, expected) in [
            (None, None, None, "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]"),
            (Some(-3), None, None, "[7, 8, 9]"),
            (Some(5), Some(2), None, "[]"),
            (Some(5), Some(2), Some(-1), "[5, 4, 3]"),
            (None, None, Some(-3), "[9, 6, 3, 0]"),
            (Some(-100), Some(100), Some(4), "[0, 4, 8]"),
            (Some(i64::MAX), Some(i64::MIN), Some(i64::MIN), "[9]"),
        ] {
            let key = slice(cx, start, stop, step);
            let part = crate::protocol::subscript(cx, xs.borrow(), key.borrow()).unwrap();
            assert_eq!(repr(cx, &part), expected, "{start:?}:{stop:?}:{step:?}");
        }
        let zero = slice(cx, None, None, Some(0));
        let error = crate::protocol::subscript(cx, xs.borrow(), zero.borrow()).err().unwrap();
        assert_eq!(message(cx, error), "ValueError: slice step cannot be zero");
    });
}

#[test]
fn slices_are_set_and_deleted_as_cpython_does() {
    crate::testing::with_world(|cx| {
        for (start, stop, step, n, expected) in [
            (Some(2), Some(4), None, Some(3), "[0, 1, 0, 1, 2, 4, 5]"),
            (Some(4), Some(2), None, Some(2), "[0, 1, 2, 3, 0, 1, 4, 5]"),
            (Some(1), Some(5), None, Some(0), "[0, 5]"),
            (None, None, None, Some(2), "[0, 1]"),
            (None, None, Some(2), Some(3), "[0, 1, 1, 3, 2, 5]"),
            (None, None, Some(-2), Some(3), "[0, 2, 2, 1, 4, 0]"),
            (None, None, Some(-1), Some(6), "[5, 4, 3, 2, 1, 0]"),
            (Some(1), Some(3), None, None, "[0, 3, 4, 5]"),
            (None, None, Some(2), None, "[1, 3, 5]"),
            (None, None, Some(-4), None, "[0, 2, 3, 4]"),
            (Some(4), None, Some(-2), None, "[1, 3, 5]"),
            (None, None, None, None, "[]"),
        ] {
            let xs = list(cx, 6);
            let key = slice(cx, start, stop, step);
            let values = n.map(|n| tuple(cx, n));
            let values = values.as_ref().map(Ref::borrow);
            crate::protocol::set_subscript(cx, xs.borrow(), key.borrow(), values).unwrap();
            assert_eq!(repr(cx, &xs), expected, "{start:?}:{stop:?}:{step:?} {n:?}");
        }
        let (xs, key, two) = (list(cx, 6), slice(cx, None, None, Some(2)), tuple(cx, 2));
        let values = Some(two.borrow());
        let error =
            crate::protocol::set_subscript(cx, xs.borrow(), key.borrow(), values).unwrap_err();
        let expected =
            "ValueError: attempt to assign sequence of size 2 to extended slice of size 3";
        assert_eq!(message(cx, error), expected);
    });
}

#[test]
fn a_list_in_itself_is_printed_once() {
    crate::testing::with_world(|cx| {
        let xs = list(cx, 2);
        append(cx, xs.borrow(), xs.clone()).unwrap();
        let pair = cx.tuple([xs.clone(), cx.int(1).unwrap()]).unwrap();
        append(cx, xs.borrow(), pair).unwrap();
        assert_eq!(repr(cx, &xs), "[0, 1, [...], ([...], 1)]");
        view(&xs).clear(cx.heap());
    });
}

#[test]
fn a_dead_list_is_the_next_list_but_not_that_of_a_call() {
    crate::testing::with_world(|cx| {
        let kept = empty(cx).unwrap();
        let address = kept.as_obj();
        drop(kept);
        let called = call(cx, cx.types.list, &[]).unwrap();
        assert_ne!(called.as_obj(), address, "a call of the type asks the heap");
        assert_eq!(empty(cx).unwrap().as_obj(), address, "a display takes the free list");
        let address = called.as_obj();
        drop(called);
        assert_eq!(empty(cx).unwrap().as_obj(), address, "and both give back to it");
        assert_eq!(crate::ty::Type::of(list(cx, 3).borrow()).mem.free_lists()[0].cap(), 80);
    });
}

#[test]
fn items_die_last_to_first_and_the_array_last() {
    crate::testing::with_world(|cx| {
        let xs = list(cx, 0);
        for i in 0..5 {
            append(cx, xs.borrow(), cx.float(f64::from(i)).unwrap()).unwrap();
        }
        let order: Vec<_> = (0..5).map(|i| view(&xs).get(i).unwrap().as_obj()).collect();
        drop(xs);
        // The free list of floats is last in, first out.
        let next: Vec<_> = (0..5).map(|_| cx.float(0.5).unwrap().into_raw()).collect();
        assert_eq!(next, order);
        // SAFETY: the references are ours.
        next.into_iter().for_each(|op| drop(unsafe { Ref::steal(op) }));
    });
}
