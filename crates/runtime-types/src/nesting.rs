//! Every container inside every other, deep, and let go of on a small stack: tests.
//!
//! ```text
//! outermost          a chain of 300,000; each arrow is a reference, and every kind holds
//!  v                  every kind somewhere in it
//! map -> list -> weak reference -> property -> ... -> None
//! ```
//!
//! With `STRATA_NESTING=long` each pair of kinds has a chain of its own, and each kind one of ten
//! million: minutes, and some GB.

use runtime_gc::Ref;

use crate::cx::Cx;
use crate::exception::Exc;
use crate::lifetimes::{dict_of, iter, list_of, make, method, on_a_small_stack, set_of, slice_of};
use crate::{cell, class, iter as iterators, module, native, protocol};

/// What some kinds need.
struct Kit {
    /// A class without slots, one with the slot `a`.
    classes: [Ref; 2],
    /// What weak references look at.
    target: Ref,
}

impl Kit {
    fn new(cx: &mut Cx<'_>) -> Self {
        let slots = cx.str("a").unwrap();
        let none = cx.none();
        let classes = [("__doc__", none), ("__slots__", slots)].map(|(key, value)| {
            let (name, bases) = (cx.str("C").unwrap(), cx.empty_tuple());
            let key = cx.name(key).unwrap();
            let namespace = dict_of(cx, [(key, value)]);
            make(cx, cx.types.type_, [&name, &bases, &namespace])
        });
        Self { classes, target: set_of(cx, []) }
    }
}

/// Puts an object into a new container of one kind.
type Wrap = fn(&mut Cx<'_>, &Kit, Ref) -> Ref;

/// Each kind of object that can hold any other.
const KINDS: [(&str, Wrap); 37] = [
    ("tuple", |cx, _, op| cx.tuple([op]).unwrap()),
    ("tuple of 25", |cx, _, op| {
        let list = list_of(cx, [op]);
        let rest = list_of(cx, [0; 24].map(|_| cx.none()));
        let all = protocol::binary(cx, crate::ty::Binary::Add, list.borrow(), rest.borrow());
        protocol::to_tuple(cx, all.unwrap().borrow()).unwrap()
    }),
    ("list", |cx, _, op| list_of(cx, [op])),
    ("dict value", |cx, _, op| dict_of(cx, [(cx.none(), op)])),
    ("dict value by name", |cx, _, op| {
        let key = cx.name("key").unwrap();
        dict_of(cx, [(key, op)])
    }),
    ("dict key", |cx, _, op| {
        let key = hashed(cx, &op);
        dict_of(cx, [(key, cx.none())])
    }),
    ("set", |cx, _, op| {
        let member = hashed(cx, &op);
        set_of(cx, [member])
    }),
    ("frozenset", |cx, _, op| {
        let member = hashed(cx, &op);
        let tuple = cx.tuple([member]).unwrap();
        make(cx, cx.types.frozenset, [&tuple])
    }),
    ("dict keys", |cx, _, op| of_dict(cx, op, "keys")),
    ("dict values", |cx, _, op| of_dict(cx, op, "values")),
    ("dict items", |cx, _, op| of_dict(cx, op, "items")),
    ("dict iterator", |cx, _, op| {
        let dict = dict_of(cx, [(cx.none(), op)]);
        iter(cx, &dict)
    }),
    ("set iterator", |cx, _, op| {
        let member = hashed(cx, &op);
        let set = set_of(cx, [member]);
        iter(cx, &set)
    }),
    ("list iterator", |cx, _, op| {
        let list = list_of(cx, [op]);
        iter(cx, &list)
    }),
    ("tuple iterator", |cx, _, op| {
        let tuple = cx.tuple([op]).unwrap();
        iter(cx, &tuple)
    }),
    ("list backwards", |cx, _, op| {
        let list = list_of(cx, [op]);
        method(cx, &list, "__reversed__")
    }),
    ("calls until", |cx, _, op| iterators::over_calls(cx, cx.none(), op).unwrap()),
    ("enumerate", |cx, _, op| of_iterable(cx, op, cx.types.enumerate)),
    ("reversed", |cx, _, op| {
        let tuple = cx.tuple([op]).unwrap();
        make(cx, cx.types.reversed, [&tuple])
    }),
    ("zip", |cx, _, op| of_iterable(cx, op, cx.types.zip)),
    ("map", |cx, _, op| {
        let items = cx.empty_tuple();
        make(cx, cx.types.map, [&op, &items])
    }),
    ("filter", |cx, _, op| {
        let items = cx.empty_tuple();
        make(cx, cx.types.filter, [&op, &items])
    }),
    ("cell", |cx, _, op| cell::new(cx, Some(op)).unwrap()),
    ("slice start", |cx, _, op| slice_of(cx, [Some(op), None, None])),
    ("slice step", |cx, _, op| slice_of(cx, [None, None, Some(op)])),
    ("bound method", |cx, _, op| native::method(cx, cx.none(), op).unwrap()),
    ("method of a slot", |cx, _, op| {
        let tuple = cx.tuple([op]).unwrap();
        protocol::get_attr_str(cx, tuple.borrow(), "__len__").unwrap()
    }),
    ("built-in method", |cx, _, op| {
        let list = list_of(cx, [op]);
        protocol::get_attr_str(cx, list.borrow(), "append").unwrap()
    }),
    ("property", |cx, _, op| make(cx, cx.types.property, [&op])),
    ("staticmethod", |cx, _, op| make(cx, cx.types.staticmethod, [&op])),
    ("classmethod", |cx, _, op| make(cx, cx.types.classmethod, [&op])),
    ("super", |cx, _, op| {
        let object = cx.world().ty(cx.types.object).as_borrowed();
        class::new_super(cx, object, op.borrow()).unwrap()
    }),
    ("mappingproxy", |cx, _, op| {
        let dict = dict_of(cx, [(cx.none(), op)]);
        class::new_proxy(cx, dict).unwrap()
    }),
    ("exception", |cx, _, op| {
        let args = cx.tuple([op]).unwrap();
        cx.exception(cx.exc_type(Exc::ValueError), args).unwrap()
    }),
    ("module", |cx, _, op| {
        let (name, key) = (cx.name("m").unwrap(), cx.name("key").unwrap());
        let dict = dict_of(cx, [(key, op)]);
        module::new(cx, name, dict).unwrap()
    }),
    ("weak reference", |cx, kit, op| make(cx, cx.types.weak_ref, [&kit.target, &op])),
    ("instance", |cx, kit, op| instance(cx, &kit.classes[0], op)),
];

/// Something that is hashed by its address and holds `op`.
fn hashed(cx: &mut Cx<'_>, op: &Ref) -> Ref {
    make(cx, cx.types.property, [op])
}

fn of_dict(cx: &mut Cx<'_>, op: Ref, view: &str) -> Ref {
    let dict = dict_of(cx, [(cx.none(), op)]);
    method(cx, &dict, view)
}

fn of_iterable(cx: &mut Cx<'_>, op: Ref, ty: std::ptr::NonNull<crate::ty::Type>) -> Ref {
    let list = list_of(cx, [op]);
    make(cx, ty, [&list])
}

fn instance(cx: &mut Cx<'_>, class: &Ref, op: Ref) -> Ref {
    let made = protocol::call(cx, class.borrow(), crate::args::Args::NONE).unwrap();
    let name = cx.name("a").unwrap();
    protocol::set_attr(cx, made.borrow(), name.borrow(), Some(op.borrow())).unwrap();
    made
}

const DEEP: usize = 300_000;

/// A chain of these kinds in turn.
fn nest(cx: &mut Cx<'_>, kit: &Kit, depth: usize, wraps: &[Wrap]) -> Ref {
    let mut op = cx.none();
    for wrap in wraps.iter().cycle().take(depth) {
        op = wrap(cx, kit, op);
    }
    op
}

/// The kinds, by number, in an order in which, going round, each has each other once right behind it
/// or before it.
fn each_beside_each() -> Vec<usize> {
    let count = KINDS.len();
    let pairs = |from| (from + 1..count).flat_map(move |to| [from, to]);
    (0..count).flat_map(|from| std::iter::once(from).chain(pairs(from))).collect()
}

fn is_long() -> bool {
    std::env::var("STRATA_NESTING").is_ok_and(|mode| mode == "long")
}

#[test]
fn the_order_has_every_kind_next_to_every_other() {
    let order = each_beside_each();
    let mut seen = std::collections::HashSet::new();
    for (at, kind) in order.iter().enumerate() {
        let next = order[(at + 1) % order.len()];
        seen.extend([(*kind, next), (next, *kind)]);
    }
    assert_eq!(seen.len(), KINDS.len() * KINDS.len(), "of {} kinds", KINDS.len());
}

/// Runs a test on a small stack; the classes that it made go with the last collection.
fn with_kit(test: impl FnOnce(&mut Cx<'_>, &Kit) + Send) {
    on_a_small_stack(|cx| {
        let kit = Kit::new(cx);
        test(cx, &kit);
        drop(kit);
        cx.gc.collect(2);
    });
}

#[test]
fn each_kind_in_each_is_let_go_of_on_a_small_stack() {
    with_kit(|cx, kit| {
        let mut order: Vec<Wrap> = each_beside_each().iter().map(|kind| KINDS[*kind].1).collect();
        drop(nest(cx, kit, DEEP, &order));
        // And each the other way round.
        order.reverse();
        drop(nest(cx, kit, DEEP, &order));
    });
}

#[test]
fn each_kind_in_itself_is_let_go_of_on_a_small_stack() {
    with_kit(|cx, kit| {
        for (_, wrap) in KINDS {
            drop(nest(cx, kit, DEEP, &[wrap]));
        }
        // Slots take a descriptor each, and so a class of their own.
        let mut op = cx.none();
        for _ in 0..DEEP {
            op = instance(cx, &kit.classes[1], op);
        }
        drop(op);
    });
}

#[test]
fn a_chain_of_causes_is_let_go_of_on_a_small_stack() {
    on_a_small_stack(|cx| {
        for name in ["__cause__", "__context__"] {
            let name = cx.name(name).unwrap();
            let mut op = cx.none();
            for _ in 0..DEEP {
                let args = cx.empty_tuple();
                let next = cx.exception(cx.exc_type(Exc::KeyError), args).unwrap();
                protocol::set_attr(cx, next.borrow(), name.borrow(), Some(op.borrow())).unwrap();
                op = next;
            }
            drop(op);
        }
    });
}

#[test]
fn each_pair_and_ten_million_of_each_when_asked_for() {
    if !is_long() {
        return;
    }
    with_kit(|cx, kit| {
        for (at, (outer, first)) in KINDS.into_iter().enumerate() {
            for (_, second) in &KINDS[at..] {
                drop(nest(cx, kit, DEEP, &[first, *second]));
            }
            println!("{outer}: in every other {DEEP} deep");
            drop(nest(cx, kit, 10_000_000, &[first]));
            println!("{outer}: ten million");
        }
    });
}
