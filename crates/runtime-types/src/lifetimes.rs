//! What the collector sees of the built-in types, and in which order they let go: tests.

use std::cell::RefCell;
use std::ptr::NonNull;

use runtime_core::{Floor, Obj, Object, TypeFlags, TypeSpec};
use runtime_gc::{Borrowed, Collector, Ref, clear, each_referent, is_tracked, track};

use crate::args::Args;
use crate::cx::Cx;
use crate::exception::Exc;
use crate::field::Field;
use crate::native::{container, fixed};
use crate::testing::with_world;
use crate::ty::{Slots, Type, TypeDef};
use crate::view::{Layout, Look, View};
use crate::world::World;
use crate::{cell, dict, list, protocol, set, slice};

thread_local! {
    /// Numbers of the witnesses that died, in order.
    static DEAD: RefCell<Vec<i64>> = const { RefCell::new(Vec::new()) };
}

/// The witnesses that died since it was asked last.
fn dead() -> Vec<i64> {
    DEAD.take()
}

/// An object that tells of its death: no container, hashed by its number and equal to itself alone.
#[repr(C)]
struct Witness {
    object: Object,
    number: i64,
}

// SAFETY: only the test's type carries the number; nothing in it changes.
unsafe impl View for Witness {
    const LAYOUT: u16 = Layout::FIRST_ABOVE + 901;
    const NAME: &'static str = "witness";
}

const WITNESS: TypeDef = TypeDef {
    spec: TypeSpec {
        name: "witness",
        basic_size: size_of::<Witness>(),
        layout: Witness::LAYOUT,
        floor: Floor::World,
        tp_dealloc: |op| {
            // SAFETY: the object is dead; its number is still there.
            unsafe {
                DEAD.with_borrow_mut(|dead| dead.push(op.cast::<Witness>().as_ref().number));
                runtime_core::generic_free(op);
            }
        },
        ..TypeSpec::LEAF
    },
    slots: Slots { hash: Some(|cx, op| Ok(op.expect::<Witness>(cx)?.number)), ..Slots::NONE },
    ..TypeDef::EMPTY
};

/// A container with one field, a foreign one: it finalizes itself by emptying the field.
#[repr(C)]
struct Link {
    object: Object,
    next: Field,
}

// SAFETY: only the test's type carries the number; the field is a cell.
unsafe impl View for Link {
    const LAYOUT: u16 = Layout::FIRST_ABOVE + 902;
    const NAME: &'static str = "link";
}

container!(Link, |this| [this.next]);

const LINK: TypeDef = TypeDef {
    spec: TypeSpec {
        tp_clear: Some(clear::<Link>),
        tp_finalize: Some(|op| {
            // SAFETY: the object is alive while it is finalized.
            unsafe { op.cast::<Link>().as_ref() }.next.set(None);
        }),
        layout: Link::LAYOUT,
        flags: TypeFlags::GC,
        ..fixed::<Link>("link", Layout::Cell)
    },
    ..TypeDef::EMPTY
};

/// Makes witnesses and links in one world.
#[derive(Clone, Copy)]
struct Foreign {
    witness: NonNull<Type>,
    link: NonNull<Type>,
}

impl Foreign {
    fn new(cx: &mut Cx<'_>) -> Self {
        dead();
        // SAFETY: the context's world was started and is made from the whole allocation.
        let stamp = |def| unsafe { World::stamp_type(cx.world_ptr(), def) }.unwrap();
        Self { witness: stamp(&WITNESS), link: stamp(&LINK) }
    }

    fn witness(self, number: i64) -> Ref {
        // SAFETY: the type is alive, and the number is written before the object is shown.
        unsafe {
            let op = self.witness.as_ref().mem.alloc_uninit(size_of::<Witness>()).unwrap();
            (&raw mut (*op.cast::<Witness>().as_ptr()).number).write(number);
            Ref::steal(op)
        }
    }

    fn link(self, next: Ref) -> Ref {
        // SAFETY: the type is alive, and the field is written before the object is tracked.
        unsafe {
            let op = self.link.as_ref().mem.alloc_uninit(size_of::<Link>()).unwrap();
            (&raw mut (*op.cast::<Link>().as_ptr()).next).write(Field::new(Some(next)));
            track(op);
            Ref::steal(op)
        }
    }

    fn witnesses<const N: usize>(self, numbers: [i64; N]) -> [Ref; N] {
        numbers.map(|number| self.witness(number))
    }
}

fn tracked(op: &Ref) -> bool {
    // SAFETY: the caller holds it.
    unsafe { is_tracked(op.as_obj()) }
}

fn referents(op: &Ref) -> Vec<Obj> {
    let mut all = Vec::new();
    // SAFETY: the object is alive, and nothing dies.
    unsafe { each_referent(op.as_obj(), &mut |child| all.push(child)) };
    all
}

/// What a generation holds of these objects, in its order, as positions in `of`.
fn order(cx: &Cx<'_>, generation: usize, of: &[Obj]) -> Vec<usize> {
    let mut found = Vec::new();
    let gc: &Collector = &cx.gc;
    gc.each_tracked(Some(generation), &mut |op| {
        found.extend(of.iter().position(|&one| one == op));
    });
    found
}

pub(crate) fn list_of<const N: usize>(cx: &Cx<'_>, items: [Ref; N]) -> Ref {
    let list = list::empty(cx).unwrap();
    for item in items {
        list::append(cx, list.borrow(), item).unwrap();
    }
    list
}

pub(crate) fn set_of<const N: usize>(cx: &mut Cx<'_>, items: [Ref; N]) -> Ref {
    let set = set::new(cx).unwrap();
    for item in items {
        set::add(cx, set.borrow(), item.borrow()).unwrap();
    }
    set
}

pub(crate) fn dict_of<const N: usize>(cx: &mut Cx<'_>, pairs: [(Ref, Ref); N]) -> Ref {
    let dict = dict::new(cx).unwrap();
    for (key, value) in pairs {
        put(cx, &dict, &key, &value);
    }
    dict
}

fn put(cx: &mut Cx<'_>, dict: &Ref, key: &Ref, value: &Ref) {
    dict::set(cx, dict.borrow(), key.borrow(), value.borrow()).unwrap();
}

pub(crate) fn slice_of(cx: &Cx<'_>, [start, stop, step]: [Option<Ref>; 3]) -> Ref {
    let or_none = |part: Option<Ref>| part.unwrap_or_else(|| cx.none());
    slice::new(cx, or_none(start), or_none(stop), or_none(step)).unwrap()
}

/// `op.name()`
pub(crate) fn method(cx: &mut Cx<'_>, op: &Ref, name: &str) -> Ref {
    let method = protocol::get_attr_str(cx, op.borrow(), name).unwrap();
    protocol::call(cx, method.borrow(), Args::NONE).unwrap()
}

/// `ty(*args)`
pub(crate) fn make<const N: usize>(cx: &mut Cx<'_>, ty: NonNull<Type>, args: [&Ref; N]) -> Ref {
    let args = args.map(Ref::borrow);
    let ty = cx.world().ty(ty).as_borrowed();
    protocol::call(cx, ty, Args::positional(&args)).unwrap()
}

pub(crate) fn iter(cx: &mut Cx<'_>, op: &Ref) -> Ref {
    protocol::iter(cx, op.borrow()).unwrap()
}

#[test]
fn containers_and_iterators_are_tracked_from_their_birth() {
    with_world(|cx| {
        let types = [cx.types.enumerate, cx.types.reversed, cx.types.zip];
        let (list, set) = (list_of(cx, []), set_of(cx, []));
        let dict = dict::new(cx).unwrap();
        let text = cx.str("text").unwrap();
        let one = cx.tuple([cx.none()]).unwrap();
        let frozen = set::frozen_from(cx, one.borrow()).unwrap();
        let message = cx.exception(cx.exc_type(Exc::ValueError), cx.empty_tuple()).unwrap();
        let mut all = vec![
            slice_of(cx, [None, None, None]),
            cell::new(cx, None).unwrap(),
            iter(cx, &list),
            iter(cx, &set),
            iter(cx, &dict),
            iter(cx, &text),
            iter(cx, &one),
            protocol::get_attr_str(cx, list.borrow(), "append").unwrap(),
            message,
            list,
            set,
            frozen,
            one.clone(),
        ];
        for name in ["keys", "values", "items"] {
            let view = method(cx, &dict, name);
            all.push(iter(cx, &view));
            all.push(view);
        }
        all.extend(types.map(|ty| make(cx, ty, [&one])));
        for op in all {
            assert!(tracked(&op), "{}", op.borrow().ty().name());
        }
    });
}

#[test]
fn what_holds_nothing_and_empty_tuples_and_dicts_are_not_tracked() {
    with_world(|cx| {
        let count = cx.int(3).unwrap();
        let range = make(cx, cx.types.range, [&count]);
        let all = [
            cx.int(1 << 40).unwrap(),
            cx.float(1.5).unwrap(),
            cx.str("text").unwrap(),
            cx.none(),
            cx.bool(true),
            cx.empty_tuple(),
            dict::new(cx).unwrap(),
            iter(cx, &range),
            range,
            make(cx, cx.types.object, []),
            cx.world().ty(cx.types.list).as_borrowed().owned(),
        ];
        for op in all {
            assert!(!tracked(&op), "{}", op.borrow().ty().name());
        }
    });
}

#[test]
fn a_collection_untracks_tuples_of_untracked_items() {
    with_world(|cx| {
        let clean = cx.tuple([cx.int(1000).unwrap(), cx.str("text").unwrap(), cx.none()]).unwrap();
        let with_list = cx.tuple([list_of(cx, [])]).unwrap();
        let with_dict = cx.tuple([dict::new(cx).unwrap()]).unwrap();
        assert!(tracked(&clean));
        cx.gc.collect(0);
        assert_eq!([&clean, &with_list, &with_dict].map(tracked), [false, true, true]);
        cx.gc.collect(2);
        assert!(tracked(&with_dict), "a dict may become part of a cycle, though it is not tracked");
    });
}

#[test]
fn an_inner_tuple_is_untracked_first_and_the_outer_with_it_or_one_collection_later() {
    with_world(|cx| {
        let inner = cx.tuple([cx.int(1000).unwrap()]).unwrap();
        let outer = cx.tuple([inner.clone()]).unwrap();
        cx.gc.collect(0);
        assert_eq!([&inner, &outer].map(tracked), [false, false], "the inner came first");
        // Held by the outer one alone it is found behind it.
        let inner = cx.tuple([cx.int(2000).unwrap()]).unwrap();
        let at = inner.as_obj();
        let outer = cx.tuple([inner]).unwrap();
        cx.gc.collect(0);
        // SAFETY: the outer tuple holds it.
        assert!(!unsafe { is_tracked(at) });
        assert!(tracked(&outer));
        cx.gc.collect(1);
        assert!(!tracked(&outer));
    });
}

#[test]
fn a_dict_is_tracked_from_the_first_key_or_value_that_may_be_tracked() {
    with_world(|cx| {
        let (one, two) = (cx.int(1).unwrap(), cx.int(2).unwrap());
        let dict = dict_of(cx, [(one.clone(), two.clone())]);
        assert!(!tracked(&dict));
        let list = list_of(cx, []);
        put(cx, &dict, &two, &list);
        assert!(tracked(&dict));
        dict::remove(cx, dict.borrow(), two.borrow()).unwrap();
        assert!(tracked(&dict), "and stays so");

        let key = cx.tuple([one.clone()]).unwrap();
        assert!(tracked(&dict_of(cx, [(key, one.clone())])), "a key counts as a value does");
        let frozen = set::frozen_from(cx, cx.empty_tuple().borrow()).unwrap();
        assert!(tracked(&dict_of(cx, [(frozen, one.clone())])));
        let inner = dict::new(cx).unwrap();
        assert!(tracked(&dict_of(cx, [(one.clone(), inner)])), "a dict may always be tracked");
    });
}

#[test]
fn a_tuple_tracks_a_dict_only_while_it_is_tracked_itself() {
    with_world(|cx| {
        let one = cx.int(1).unwrap();
        let tuple = cx.tuple([one.clone()]).unwrap();
        assert!(tracked(&dict_of(cx, [(one.clone(), tuple.clone())])));
        cx.gc.collect(0);
        let dict = dict_of(cx, [(one.clone(), one.clone())]);
        put(cx, &dict, &one, &tuple);
        assert!(!tracked(&dict));
    });
}

#[test]
fn only_a_full_collection_untracks_dicts() {
    with_world(|cx| {
        let one = cx.int(1).unwrap();
        let list = list_of(cx, []);
        let dict = dict_of(cx, [(one.clone(), list.clone())]);
        let kept = dict_of(cx, [(one.clone(), list)]);
        put(cx, &dict, &one, &one);
        cx.gc.collect(0);
        cx.gc.collect(1);
        assert!(tracked(&dict));
        cx.gc.collect(2);
        assert_eq!([&dict, &kept].map(tracked), [false, true]);
        let list = list_of(cx, []);
        put(cx, &dict, &one, &list);
        assert!(tracked(&dict), "and the next item tracks it again");
    });
}

#[test]
fn a_full_collection_untracks_a_tuple_and_then_the_dict_that_holds_it() {
    with_world(|cx| {
        let one = cx.int(1).unwrap();
        let tuple = cx.tuple([one.clone()]).unwrap();
        let dict = dict_of(cx, [(one, tuple.clone())]);
        cx.gc.collect(2);
        assert_eq!([&tuple, &dict].map(tracked), [false, false]);
    });
}

#[test]
fn from_keys_with_a_mutable_value_is_tracked() {
    with_world(|cx| {
        let keys = cx.tuple([cx.int(1).unwrap(), cx.int(2).unwrap()]).unwrap();
        let class = cx.world().ty(cx.types.dict).as_borrowed();
        let value = list_of(cx, []);
        let plain = dict::from_keys(cx, class, keys.borrow(), cx.none().borrow()).unwrap();
        let mutable = dict::from_keys(cx, class, keys.borrow(), value.borrow()).unwrap();
        assert_eq!([&plain, &mutable].map(tracked), [false, true]);
    });
}

#[test]
fn referents_of_lists_and_tuples_come_last_to_first() {
    with_world(|cx| {
        let items = [1, 2, 3].map(|i| cx.int(i).unwrap());
        let expected: Vec<Obj> = items.iter().rev().map(Ref::as_obj).collect();
        assert_eq!(referents(&list_of(cx, items.clone())), expected);
        assert_eq!(referents(&cx.tuple(items).unwrap()), expected);
    });
}

#[test]
fn referents_of_a_set_come_in_the_order_of_its_table() {
    with_world(|cx| {
        let items = [30, 10, 20].map(|i| cx.int(i).unwrap());
        let [thirty, ten, twenty] = &items;
        let expected = [ten, twenty, thirty].map(Ref::as_obj);
        assert_eq!(referents(&set_of(cx, items.clone())), expected);
    });
}

#[test]
fn referents_of_a_dict_are_values_and_unless_all_are_text_keys_behind_them() {
    with_world(|cx| {
        let [a, b] = ["a key", "another"].map(|text| cx.str(text).unwrap());
        let [one, two, three] = [1, 2, 3].map(|i| cx.int(i).unwrap());
        let dict = dict_of(cx, [(a.clone(), one.clone()), (b.clone(), two.clone())]);
        assert_eq!(referents(&dict), [&one, &two].map(Ref::as_obj));
        put(cx, &dict, &two, &three);
        let expected = [&one, &a, &two, &b, &three, &two];
        assert_eq!(referents(&dict), expected.map(Ref::as_obj));
    });
}

#[test]
fn referents_of_slices_bound_methods_and_zips_come_in_the_order_of_their_fields() {
    with_world(|cx| {
        let parts = [1, 2, 3].map(|i| cx.int(i).unwrap());
        let slice = slice_of(cx, parts.clone().map(Some));
        assert_eq!(referents(&slice), parts.each_ref().map(Ref::as_obj));
        assert_eq!(referents(&parts[0]), []);
        let function = list_of(cx, []);
        let this = list_of(cx, []);
        let bound = crate::native::method(cx, function.clone(), this.clone()).unwrap();
        assert_eq!(referents(&bound), [&function, &this].map(Ref::as_obj));
        let zip = make(cx, cx.types.zip, [&this]);
        let found = referents(&zip);
        let names = found.iter().map(|&op| {
            // SAFETY: the zip holds it.
            unsafe { Borrowed::new(op) }.ty().name()
        });
        assert_eq!(names.collect::<Vec<_>>(), ["tuple", "tuple"], "iterators, then the result");
    });
}

#[test]
fn the_referent_of_an_exception_is_its_arguments() {
    with_world(|cx| {
        let args = cx.tuple([cx.int(1000).unwrap()]).unwrap();
        let exception = cx.exception(cx.exc_type(Exc::ValueError), args.clone()).unwrap();
        assert_eq!(referents(&exception), [args.as_obj()]);
    });
}

#[test]
fn what_a_list_or_tuple_reaches_again_goes_to_the_end_last_item_first() {
    with_world(|cx| {
        for tuple in [false, true] {
            let items = [list_of(cx, []), list_of(cx, []), list_of(cx, [])];
            let of = items.each_ref().map(Ref::as_obj);
            let held = if tuple { cx.tuple(items).unwrap() } else { list_of(cx, items) };
            cx.gc.collect(0);
            assert_eq!(order(cx, 1, &of), [2, 1, 0]);
            drop(held);
        }
    });
}

#[test]
fn lists_and_tuples_let_go_of_the_last_item_first() {
    with_world(|cx| {
        let foreign = Foreign::new(cx);
        drop(list_of(cx, foreign.witnesses([1, 2, 3])));
        assert_eq!(dead(), [3, 2, 1]);
        drop(cx.tuple(foreign.witnesses([1, 2, 3])).unwrap());
        assert_eq!(dead(), [3, 2, 1]);
        let list = list_of(cx, foreign.witnesses([1, 2, 3]));
        method(cx, &list, "clear");
        assert_eq!(dead(), [3, 2, 1]);
    });
}

#[test]
fn a_slice_of_a_list_that_is_deleted_or_replaced_goes_last_item_first() {
    with_world(|cx| {
        let foreign = Foreign::new(cx);
        let ints = [1, 3, 2].map(|i| cx.int(i).unwrap());
        let [one, three, two] = &ints;
        let middle = slice_of(cx, [Some(one.clone()), Some(three.clone()), None]);
        let list = list_of(cx, foreign.witnesses([0, 1, 2, 3]));
        protocol::set_subscript(cx, list.borrow(), middle.borrow(), None).unwrap();
        assert_eq!(dead(), [2, 1]);
        drop(list);
        dead();
        let list = list_of(cx, foreign.witnesses([0, 1, 2, 3]));
        let items = list_of(cx, foreign.witnesses([11, 12]));
        protocol::set_subscript(cx, list.borrow(), middle.borrow(), Some(items.borrow())).unwrap();
        assert_eq!(dead(), [2, 1]);
        drop((list, items));
        assert_eq!(dead(), [3, 0, 12, 11]);
        // With a step, CPython releases the first item first.
        let list = list_of(cx, foreign.witnesses([0, 1, 2, 3]));
        let even = slice_of(cx, [None, None, Some(two.clone())]);
        protocol::set_subscript(cx, list.borrow(), even.borrow(), None).unwrap();
        assert_eq!(dead(), [0, 2]);
        drop(list);
        dead();
    });
}

#[test]
fn a_dict_lets_go_of_key_and_value_in_the_order_of_insertion() {
    with_world(|cx| {
        let foreign = Foreign::new(cx);
        let make = |cx: &mut Cx<'_>| {
            let [a, b, c, d] = foreign.witnesses([4, 1, 3, 2]);
            dict_of(cx, [(a, b), (c, d)])
        };
        drop(make(cx));
        assert_eq!(dead(), [4, 1, 3, 2]);
        let dict = make(cx);
        method(cx, &dict, "clear");
        assert_eq!(dead(), [4, 1, 3, 2]);
        let [a, b] = foreign.witnesses([1, 2]);
        drop(dict_of(cx, [(cx.str("b").unwrap(), b), (cx.str("a").unwrap(), a)]));
        assert_eq!(dead(), [2, 1]);
    });
}

#[test]
fn sets_let_go_of_their_members_in_the_order_of_their_table() {
    with_world(|cx| {
        let foreign = Foreign::new(cx);
        drop(set_of(cx, foreign.witnesses([3, 1, 2])));
        assert_eq!(dead(), [1, 2, 3]);
        let set = set_of(cx, foreign.witnesses([3, 1, 2]));
        let frozen = set::frozen_from(cx, set.borrow()).unwrap();
        method(cx, &set, "clear");
        assert_eq!(dead(), []);
        drop(frozen);
        assert_eq!(dead(), [1, 2, 3]);
        let set = set_of(cx, foreign.witnesses([3, 1, 2]));
        method(cx, &set, "clear");
        assert_eq!(dead(), [1, 2, 3]);
    });
}

#[test]
fn a_slice_lets_go_of_step_then_start_then_stop() {
    with_world(|cx| {
        let foreign = Foreign::new(cx);
        drop(slice_of(cx, foreign.witnesses([1, 2, 3]).map(Some)));
        assert_eq!(dead(), [3, 1, 2]);
    });
}

#[test]
fn a_list_in_itself_is_collected_as_one_object() {
    with_world(|cx| {
        let foreign = Foreign::new(cx);
        let list = list_of(cx, foreign.witnesses([1, 2]));
        list::append(cx, list.borrow(), list.clone()).unwrap();
        drop(list);
        assert_eq!(dead(), []);
        assert_eq!(cx.gc.collect(2), 1);
        assert_eq!(dead(), [2, 1]);
        assert_eq!(cx.gc.collect(2), 0);
    });
}

#[test]
fn a_dict_in_itself_is_collected_as_one_object() {
    with_world(|cx| {
        let foreign = Foreign::new(cx);
        let [a, b, c] = foreign.witnesses([1, 2, 3]);
        let dict = dict_of(cx, [(a, b), (cx.int(7).unwrap(), c)]);
        let key = cx.str("itself").unwrap();
        put(cx, &dict, &key, &dict);
        drop(dict);
        assert_eq!(cx.gc.collect(0), 1);
        assert_eq!(dead(), [1, 2, 3]);
    });
}

#[test]
fn a_tuple_in_a_list_in_the_tuple_is_collected_as_two() {
    with_world(|cx| {
        let foreign = Foreign::new(cx);
        for tuple_first in [true, false] {
            let list = list_of(cx, foreign.witnesses([1, 2]));
            let [third] = foreign.witnesses([3]);
            let tuple = cx.tuple([third, list.clone()]).unwrap();
            list::append(cx, list.borrow(), tuple.clone()).unwrap();
            if tuple_first {
                // What is reached by something alive moves behind it.
                let holder = list_of(cx, [tuple.clone()]);
                drop((list, tuple));
                cx.gc.collect(0);
                drop(holder);
            } else {
                drop((list, tuple));
            }
            assert_eq!(cx.gc.collect(1), 2);
            // A tuple cannot be cleared: the list is, and lets the tuple go, its last item.
            assert_eq!(dead(), [3, 2, 1]);
        }
    });
}

#[test]
fn cells_sets_and_iterators_in_cycles_are_collected() {
    with_world(|cx| {
        let foreign = Foreign::new(cx);
        let held = cell::new(cx, None).unwrap();
        let list = list_of(cx, [held.clone(), foreign.witness(1)]);
        held.borrow().expect::<cell::CellObject>(cx).unwrap().value.set(Some(list));
        drop(held);
        assert_eq!((cx.gc.collect(0), dead()), (2, vec![1]));
        let list = list_of(cx, [foreign.witness(1)]);
        let walk = iter(cx, &list);
        list::append(cx, list.borrow(), walk).unwrap();
        drop(list);
        assert_eq!((cx.gc.collect(0), dead()), (2, vec![1]));
        let link = foreign.link(cx.none());
        let set = set_of(cx, [link.clone(), foreign.witness(1)]);
        link.borrow().expect::<Link>(cx).unwrap().next.set(Some(set));
        drop(link);
        assert_eq!((cx.gc.collect(0), dead()), (0, vec![1]), "its finalizer breaks the cycle");
    });
}

#[test]
fn which_builtin_types_have_room_for_weak_references() {
    with_world(|cx| {
        let types = &cx.types;
        let weak =
            |ty: NonNull<Type>| runtime_gc::weak::is_weakly_referencable(&cx.world().ty(ty).mem);
        for ty in [types.set, types.frozenset] {
            assert!(weak(ty));
        }
        let none = [
            types.int,
            types.float,
            types.str,
            types.tuple,
            types.list,
            types.dict,
            types.slice,
            types.range,
            types.object,
            types.list_iter,
            types.zip,
            types.enumerate,
            types.cell,
        ];
        for ty in none {
            assert!(!weak(ty), "{}", cx.world().ty(ty).name());
        }
    });
}

#[test]
fn taking_from_a_free_list_and_putting_back_leaves_count0_alone() {
    with_world(|cx| {
        let foreign = Foreign::new(cx);
        let make = |cx: &mut Cx<'_>| {
            let key = cx.str("key").unwrap();
            let value = list_of(cx, [cx.none()]);
            let tuple = cx.tuple([cx.none(), cx.none()]).unwrap();
            (dict_of(cx, [(key, value)]), tuple)
        };
        drop(make(cx));
        let count = cx.gc.counts()[0];
        let held = make(cx);
        assert_eq!(cx.gc.counts()[0], count);
        drop(held);
        assert_eq!(cx.gc.counts()[0], count);
        let held = foreign.link(cx.none());
        assert_eq!(cx.gc.counts()[0], count + 1);
        drop(held);
        assert_eq!(cx.gc.counts()[0], count);
    });
}

#[test]
fn a_full_collection_empties_the_free_lists_of_all_types() {
    with_world(|cx| {
        drop((list_of(cx, []), cx.tuple([cx.none()]).unwrap(), cx.float(1.5).unwrap()));
        drop(dict_of(cx, [(cx.str("key").unwrap(), cx.none())]));
        let reserve = memory_errors(cx);
        let kept = |cx: &Cx<'_>| cx.heap().accounting().retired - reserve;
        assert!(kept(cx) >= 4);
        cx.gc.collect(1);
        assert!(kept(cx) >= 4);
        cx.gc.collect(2);
        assert_eq!(kept(cx), 0);
    });
}

/// Memory errors that wait to be raised.
fn memory_errors(cx: &Cx<'_>) -> usize {
    cx.exc_type(Exc::MemoryError).mem.free_lists()[0].len()
}

#[test]
fn a_full_collection_leaves_the_memory_errors_for_when_there_is_no_memory() {
    with_world(|cx| {
        assert_eq!(memory_errors(cx), 16);
        cx.gc.collect(2);
        assert_eq!(memory_errors(cx), 16);
        let raised = cx.raise_no_memory(runtime_core::AllocError::TooLarge);
        assert_eq!(memory_errors(cx), 15);
        drop(cx.take_raised(raised));
        assert_eq!(memory_errors(cx), 16);
    });
}

/// Puts an object into a new container of one kind.
type Wrap = fn(&mut Cx<'_>, Foreign, Ref) -> Ref;

/// Each container that can hold any object.
const WRAPS: [(&str, Wrap); 9] = [
    ("tuple", |cx, _, op| cx.tuple([op]).unwrap()),
    ("list", |cx, _, op| list_of(cx, [op])),
    ("dict", |cx, _, op| dict_of(cx, [(cx.none(), op)])),
    ("cell", |cx, _, op| cell::new(cx, Some(op)).unwrap()),
    ("slice", |cx, _, op| slice_of(cx, [None, Some(op), None])),
    ("bound method", |cx, _, op| crate::native::method(cx, cx.none(), op).unwrap()),
    ("exception", |cx, _, op| {
        let args = cx.tuple([op]).unwrap();
        cx.exception(cx.exc_type(Exc::ValueError), args).unwrap()
    }),
    ("list iterator", |cx, _, op| {
        let list = list_of(cx, [op]);
        iter(cx, &list)
    }),
    ("link", |_, foreign, op| foreign.link(op)),
];

/// Runs a test on the least stack that a thread of an embedder may have.
pub(crate) fn on_a_small_stack(test: impl FnOnce(&mut Cx<'_>) + Send) {
    std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().stack_size(512 << 10);
        builder.spawn_scoped(scope, || with_world(test)).unwrap().join().unwrap();
    });
}

fn nest(cx: &mut Cx<'_>, foreign: Foreign, depth: usize, wraps: &[Wrap]) -> Ref {
    let mut op = cx.none();
    for wrap in wraps.iter().cycle().take(depth) {
        op = wrap(cx, foreign, op);
    }
    op
}

#[test]
fn ten_million_nested_tuples_die_on_a_small_stack() {
    on_a_small_stack(|cx| {
        let foreign = Foreign::new(cx);
        drop(nest(cx, foreign, 10_000_000, &[WRAPS[0].1]));
    });
}

#[test]
fn ten_million_nested_lists_die_on_a_small_stack() {
    on_a_small_stack(|cx| {
        let foreign = Foreign::new(cx);
        drop(nest(cx, foreign, 10_000_000, &[WRAPS[1].1]));
    });
}

#[test]
fn each_container_in_each_dies_on_a_small_stack() {
    on_a_small_stack(|cx| {
        let foreign = Foreign::new(cx);
        for (at, (_, outer)) in WRAPS.into_iter().enumerate() {
            for (_, inner) in &WRAPS[at..] {
                drop(nest(cx, foreign, 300_000, &[outer, *inner]));
            }
        }
        let all = WRAPS.map(|(_, wrap)| wrap);
        drop(nest(cx, foreign, 300_000, &all));
    });
}

#[test]
fn frozen_sets_in_frozen_sets_die_on_a_small_stack() {
    on_a_small_stack(|cx| {
        // Hashing one looks at its members' hashes, which they keep.
        let mut op = cx.none();
        for _ in 0..300_000 {
            let tuple = cx.tuple([op]).unwrap();
            op = set::frozen_from(cx, tuple.borrow()).unwrap();
        }
        drop(op);
    });
}

#[test]
fn each_container_in_each_is_collected_on_a_small_stack() {
    on_a_small_stack(|cx| {
        let foreign = Foreign::new(cx);
        for (at, (_, outer)) in WRAPS.into_iter().enumerate() {
            for (_, inner) in &WRAPS[at..] {
                let root = list_of(cx, []);
                let mut op = root.clone();
                for wrap in [outer, *inner].iter().cycle().take(300_000) {
                    op = wrap(cx, foreign, op);
                }
                list::append(cx, root.borrow(), op).unwrap();
                drop(root);
                cx.gc.collect(2);
                assert_eq!(cx.gc.collect(2), 0);
            }
        }
        assert_eq!(cx.gc.census(None).map(|census| census.held_from_outside > 0), Ok(true));
    });
}
