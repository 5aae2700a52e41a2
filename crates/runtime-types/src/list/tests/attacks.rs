//! Items and arguments whose own code changes the list that is being worked on.

use std::cell::RefCell;

use runtime_core::Object;

use super::*;
use crate::args::Args;
use crate::cx::Raised;
use crate::native::{container, fixed};
use crate::protocol;
use crate::ty::{Binary, Compare, Slots, Type, TypeDef};

/// An object that runs `act` whenever it is compared, printed, indexed with, or released.
#[repr(C)]
struct Attacker {
    object: Object,
}

const ATTACKER: u16 = Layout::FIRST_ABOVE + 77;

// SAFETY: only the type below carries the number.
unsafe impl View for Attacker {
    const LAYOUT: u16 = ATTACKER;
    const NAME: &'static str = "attacker";
}

container!(Attacker, |this| []);

type Act = Box<dyn FnMut(&mut Cx<'_>)>;

thread_local! {
    static ACT: RefCell<Option<Act>> = const { RefCell::new(None) };
}

fn act(cx: &mut Cx<'_>) {
    let act = ACT.take();
    if let Some(mut act) = act {
        act(cx);
        ACT.with_borrow_mut(|place| {
            if place.is_none() {
                *place = Some(act);
            }
        });
    }
}

/// # Safety
/// The last reference to the attacker has just gone.
unsafe fn dealloc_attacker(op: Obj) {
    // SAFETY: per contract; the world is alive, and its pointer is the heap's.
    unsafe {
        let world = type_of(op).as_ref().heap_ptr().cast();
        runtime_gc::untrack(op);
        act(&mut Cx::new(world));
        crate::native::free_fixed(op);
    }
}

const DEF: TypeDef = TypeDef {
    spec: {
        let mut spec = fixed::<Attacker>("attacker", Layout::Object);
        spec.layout = ATTACKER;
        spec.tp_dealloc = dealloc_attacker;
        spec
    },
    slots: Slots {
        compare: Some(|cx, _, _, op| {
            act(cx);
            Ok(cx.bool(op != Compare::Eq))
        }),
        hash: Some(|cx, _| {
            act(cx);
            Ok(1)
        }),
        repr: Some(|cx, _| {
            act(cx);
            cx.str("attacker")
        }),
        index: Some(|cx, _| {
            act(cx);
            cx.int(1)
        }),
        ..Slots::NONE
    },
    ..TypeDef::EMPTY
};

fn attacker_type(cx: &Cx<'_>) -> NonNull<Type> {
    // SAFETY: the world was started, and its pointer is the context's.
    unsafe { World::stamp_type(cx.world_ptr(), &DEF) }.unwrap()
}

fn attacker(ty: NonNull<Type>) -> Ref {
    // SAFETY: the type is alive; an attacker has no fields.
    unsafe {
        let op = ty.as_ref().mem.alloc_uninit(mem::size_of::<Attacker>()).unwrap();
        track(op);
        Ref::steal(op)
    }
}

/// `repr` as a function.
fn shown(cx: &Cx<'_>) -> Ref {
    static SHOWN: crate::args::NativeDef =
        crate::args::NativeDef::exactly("repr", 1, |cx, args| {
            protocol::repr(cx, args.get(0).unwrap())
        });
    crate::native::function(cx, &SHOWN, None).unwrap()
}

/// What an attacker does to the list: changes of every kind.
type Change = fn(&mut Cx<'_>, &Ref) -> Result<(), Raised>;

const CHANGES: &[(&str, Change)] = &[
    ("clear", |cx, xs| {
        view(xs).clear(cx.heap());
        Ok(())
    }),
    ("grow", |cx, xs| (0..50).try_for_each(|_| append(cx, xs.borrow(), cx.none()))),
    ("shrink", |cx, xs| {
        let half = slice(cx, Some(1), None, None);
        protocol::set_subscript(cx, xs.borrow(), half.borrow(), None)
    }),
    ("pop", |cx, xs| method(cx, xs, "pop", &[]).map(drop)),
    ("insert", |cx, xs| insert(cx, xs.borrow(), 0, cx.none())),
    ("replace", |cx, xs| {
        let (all, new) = (slice(cx, None, None, None), tuple(cx, 3));
        protocol::set_subscript(cx, xs.borrow(), all.borrow(), Some(new.borrow()))
    }),
    ("sort", |cx, xs| {
        let key = shown(cx);
        sort(cx, xs.borrow(), Some(key.borrow()), false)
    }),
    ("reverse", |cx, xs| reverse(cx, xs.borrow())),
    ("double", |cx, xs| extend(cx, xs.borrow(), xs.borrow())),
];

type Operation = fn(&mut Cx<'_>, &Ref, &Ref) -> Result<(), Raised>;

/// Operations on a list of attackers, with an attacker as argument.
const OPERATIONS: &[(&str, Operation)] = &[
    ("in", |cx, xs, x| protocol::contains(cx, xs.borrow(), x.borrow()).map(drop)),
    ("index", |cx, xs, x| method(cx, xs, "index", &[x]).map(drop)),
    ("index from", |cx, xs, x| method(cx, xs, "index", &[&cx.none(), x, x]).map(drop)),
    ("count", |cx, xs, x| method(cx, xs, "count", &[x]).map(drop)),
    ("remove", |cx, xs, x| method(cx, xs, "remove", &[x]).map(drop)),
    ("pop", |cx, xs, x| method(cx, xs, "pop", &[x]).map(drop)),
    ("insert", |cx, xs, x| method(cx, xs, "insert", &[x, &cx.none()]).map(drop)),
    ("repr", |cx, xs, _| protocol::repr(cx, xs.borrow()).map(drop)),
    ("sort", |cx, xs, _| sort(cx, xs.borrow(), None, false)),
    ("sort down", |cx, xs, _| sort(cx, xs.borrow(), None, true)),
    ("sort by str", |cx, xs, _| {
        let key = shown(cx);
        sort(cx, xs.borrow(), Some(key.borrow()), false)
    }),
    ("get", |cx, xs, x| protocol::subscript(cx, xs.borrow(), x.borrow()).map(drop)),
    ("set", |cx, xs, x| {
        protocol::set_subscript(cx, xs.borrow(), x.borrow(), Some(cx.none().borrow()))
    }),
    ("del", |cx, xs, x| protocol::set_subscript(cx, xs.borrow(), x.borrow(), None)),
    ("get slice", |cx, xs, x| {
        let key = crate::slice::new(cx, x.clone(), cx.none(), x.clone())?;
        protocol::subscript(cx, xs.borrow(), key.borrow()).map(drop)
    }),
    ("set slice", |cx, xs, x| {
        let (key, new) = (crate::slice::new(cx, x.clone(), cx.none(), cx.none())?, tuple(cx, 9));
        protocol::set_subscript(cx, xs.borrow(), key.borrow(), Some(new.borrow()))
    }),
    ("set slice to itself", |cx, xs, x| {
        let key = crate::slice::new(cx, x.clone(), cx.none(), cx.none())?;
        protocol::set_subscript(cx, xs.borrow(), key.borrow(), Some(xs.borrow()))
    }),
    ("set slice to a map", |cx, xs, x| {
        // `map(str, xs)`: each item that the map makes changes the list.
        let key = crate::slice::new(cx, cx.none(), x.clone(), cx.none())?;
        let str = shown(cx);
        let map = call(cx, cx.types.map, &[&str, xs])?;
        protocol::set_subscript(cx, xs.borrow(), key.borrow(), Some(map.borrow()))
    }),
    ("set steps", |cx, xs, x| {
        let (key, new) = (crate::slice::new(cx, x.clone(), cx.none(), cx.int(2)?)?, tuple(cx, 2));
        protocol::set_subscript(cx, xs.borrow(), key.borrow(), Some(new.borrow()))
    }),
    ("del slice", |cx, xs, x| {
        let key = crate::slice::new(cx, x.clone(), cx.none(), cx.none())?;
        protocol::set_subscript(cx, xs.borrow(), key.borrow(), None)
    }),
    ("del steps", |cx, xs, x| {
        let key = crate::slice::new(cx, x.clone(), cx.none(), cx.int(2)?)?;
        protocol::set_subscript(cx, xs.borrow(), key.borrow(), None)
    }),
    ("repeat", |cx, xs, x| protocol::binary(cx, Binary::Mul, xs.borrow(), x.borrow()).map(drop)),
    ("repeat in place", |cx, xs, x| {
        protocol::in_place(cx, Binary::Mul, xs.borrow(), x.borrow()).map(drop)
    }),
    ("compare with itself", |cx, xs, _| {
        protocol::compare(cx, xs.borrow(), xs.borrow(), Compare::Lt).map(drop)
    }),
    ("compare with a copy", |cx, xs, x| {
        let other = method(cx, xs, "copy", &[])?;
        view(&other).replace(0, x.clone()).ok();
        for op in Compare::ALL {
            protocol::compare(cx, xs.borrow(), other.borrow(), op)?;
        }
        Ok(())
    }),
    ("iterate", |cx, xs, _| {
        let str = shown(cx);
        for source in [xs.clone(), crate::iter::reversed(cx, xs.borrow())?] {
            let map = call(cx, cx.types.map, &[&str, &source])?;
            for _ in 0..100 {
                if protocol::next(cx, map.borrow())?.is_none() {
                    break;
                }
            }
        }
        Ok(())
    }),
    ("extend by a map of itself", |cx, xs, _| {
        let str = shown(cx);
        // A list that grows by its own iterator never ends; a slice of it does.
        let copy = method(cx, xs, "copy", &[])?;
        let map = call(cx, cx.types.map, &[&str, &copy])?;
        extend(cx, xs.borrow(), map.borrow())
    }),
    ("clear", |cx, xs, _| method(cx, xs, "clear", &[]).map(drop)),
    ("init", |cx, xs, _| {
        let items = tuple(cx, 3);
        let args = [items.borrow()];
        super::super::build::init(cx, xs.borrow(), Args::positional(&args))
    }),
];

#[test]
fn no_operation_looks_at_an_array_that_an_item_took_away() {
    for &(change_name, change) in CHANGES {
        for &(name, operation) in OPERATIONS {
            for skip in 0_i32..4 {
                crate::testing::with_world(|cx| {
                    let ty = attacker_type(cx);
                    let xs = empty(cx).unwrap();
                    for _ in 0..6 {
                        append(cx, xs.borrow(), attacker(ty)).unwrap();
                    }
                    let argument = attacker(ty);
                    let (victim, mut left) = (xs.clone(), skip);
                    ACT.set(Some(Box::new(move |cx| {
                        // Three times, then it rests: doubling for ever is no attack but a loop.
                        left -= 1;
                        if (-3..0).contains(&left)
                            && let Err(raised) = change(cx, &victim)
                        {
                            drop(cx.take_raised(raised));
                        }
                    })));
                    if let Err(raised) = operation(cx, &xs, &argument) {
                        let text = message(cx, raised);
                        assert!(
                            ["IndexError", "ValueError", "RecursionError"]
                                .iter()
                                .any(|kind| text.starts_with(kind)),
                            "{name} under {change_name}: {text}"
                        );
                    }
                    ACT.set(None);
                    let this = view(&xs);
                    assert!(this.len() <= this.capacity(), "{name} under {change_name}");
                    assert_eq!(this.items.get().is_null(), this.capacity() == 0);
                    for i in 0..this.len() {
                        assert!(this.get(i).unwrap().borrow().header().count() > 0);
                    }
                });
            }
        }
    }
}

#[test]
fn a_sort_whose_list_is_changed_says_so_and_keeps_its_items() {
    crate::testing::with_world(|cx| {
        let ty = attacker_type(cx);
        let xs = empty(cx).unwrap();
        for _ in 0..5 {
            append(cx, xs.borrow(), attacker(ty)).unwrap();
        }
        let victim = xs.clone();
        ACT.set(Some(Box::new(move |cx| {
            assert!(view(&victim).is_empty(), "the items are out of the list");
            append(cx, victim.borrow(), cx.none()).unwrap();
            view(&victim).clear(cx.heap());
        })));
        let error = sort(cx, xs.borrow(), None, false).unwrap_err();
        ACT.set(None);
        assert_eq!(message(cx, error), "ValueError: list modified during sort");
        assert_eq!(view(&xs).len(), 5);
        assert!((0..5).all(|i| view(&xs).get(i).unwrap().borrow().is_a::<Attacker>()));
    });
}

#[test]
fn an_item_that_dies_finds_the_list_without_it() {
    crate::testing::with_world(|cx| {
        let ty = attacker_type(cx);
        let xs = list(cx, 3);
        append(cx, xs.borrow(), attacker(ty)).unwrap();
        let victim = xs.clone();
        ACT.set(Some(Box::new(move |cx| {
            assert_eq!(repr(cx, &victim), "[0, 1, 2, None]");
        })));
        let last = cx.int(3).unwrap();
        let none = cx.none();
        protocol::set_subscript(cx, xs.borrow(), last.borrow(), Some(none.borrow())).unwrap();
        ACT.set(None);
    });
}
