//! Who holds whom, what releasing does, attacks on open views, and an exporter that is none of ours.

use super::*;
use crate::bytearray::ByteArrayObject;
use crate::bytes::tests::with_each_allocation_failing;
use crate::testing::{Tricksters, message, method, with_hook, with_world};
use crate::ty::TypeDef;

fn array(cx: &Cx<'_>, bytes: &[u8]) -> Ref {
    crate::bytearray::from_bytes(cx, bytes).unwrap()
}

fn exports(op: &Ref) -> usize {
    op.borrow().view::<ByteArrayObject>().unwrap().exports()
}

#[test]
fn all_views_of_views_count_as_one_export_until_the_last_is_gone() {
    with_world(|cx| {
        let bytes = array(cx, b"abcdef");
        let first = of(cx, bytes.borrow()).unwrap();
        let second = of(cx, first.borrow()).unwrap();
        let third = method(cx, &second, "cast", &[&cx.str("b").unwrap()]).unwrap();
        assert_eq!(exports(&bytes), 1);
        assert_eq!(bytes.borrow().header().count(), 2, "the managed buffer holds the exporter");
        method(cx, &first, "release", &[]).unwrap();
        drop(second);
        assert_eq!(exports(&bytes), 1);
        drop(third);
        assert_eq!((exports(&bytes), bytes.borrow().header().count()), (0, 1));
        // Released views that are still held keep nothing.
        let raised = method(cx, &first, "tolist", &[]).err().unwrap();
        assert_eq!(
            message(cx, raised),
            "ValueError: operation forbidden on released memoryview object"
        );
    });
}

#[test]
fn a_view_whose_window_is_lent_on_cannot_be_released() {
    with_world(|cx| {
        let bytes = array(cx, b"abc");
        let view = of(cx, bytes.borrow()).unwrap();
        let lent = crate::buffer::Buffer::get(cx.world(), view.borrow()).unwrap();
        let raised = method(cx, &view, "release", &[]).err().unwrap();
        assert_eq!(message(cx, raised), "BufferError: memoryview has 1 exported buffer");
        drop(lent);
        method(cx, &view, "release", &[]).unwrap();
        assert_eq!(exports(&bytes), 0);
    });
}

/// Operations on a view of 16 bytes with an argument whose `__index__` attacks it.
type Operation = fn(&mut Cx<'_>, &Ref, &Ref) -> Res<()>;

const OPERATIONS: &[(&str, Operation)] = &[
    ("get", |cx, m, x| crate::protocol::subscript(cx, m.borrow(), x.borrow()).map(drop)),
    ("set", |cx, m, x| {
        crate::protocol::set_subscript(cx, m.borrow(), x.borrow(), Some(cx.int(1)?.borrow()))
    }),
    ("set to it", |cx, m, x| {
        crate::protocol::set_subscript(cx, m.borrow(), cx.int(3)?.borrow(), Some(x.borrow()))
    }),
    ("slice", |cx, m, x| {
        let key = crate::slice::new(cx, x.clone(), cx.none(), x.clone())?;
        crate::protocol::subscript(cx, m.borrow(), key.borrow()).map(drop)
    }),
    ("set slice", |cx, m, x| {
        let key = crate::slice::new(cx, x.clone(), cx.none(), cx.none())?;
        let value = cx.bytes(&[5; 13])?;
        crate::protocol::set_subscript(cx, m.borrow(), key.borrow(), Some(value.borrow()))
    }),
    ("get in two dimensions", |cx, m, x| {
        let shape = cx.tuple([cx.int(4)?, cx.int(4)?])?;
        let wide = method(cx, m, "cast", &[&cx.str("B")?, &shape])?;
        let key = cx.tuple([x.clone(), x.clone()])?;
        method(cx, m, "release", &[])?;
        crate::protocol::subscript(cx, wide.borrow(), key.borrow())?;
        crate::protocol::set_subscript(cx, wide.borrow(), key.borrow(), Some(x.borrow()))
    }),
    ("hex", |cx, m, x| method(cx, m, "hex", &[&cx.str(":")?, x]).map(drop)),
    ("count by in", |cx, m, x| crate::protocol::contains(cx, m.borrow(), x.borrow()).map(drop)),
];

#[test]
fn arguments_that_release_the_view_find_no_memory_behind_it() {
    for (name, operation) in OPERATIONS {
        with_world(|cx| {
            let tricksters = Tricksters::new(cx);
            let bytes = array(cx, &[1; 16]);
            let view = of(cx, bytes.borrow()).unwrap();
            let x = tricksters.make(3, 1);
            let (held, target) = (view.clone(), bytes.clone());
            with_hook(
                move |cx| {
                    for act in [
                        |cx: &mut Cx<'_>, m: &Ref, _: &Ref| method(cx, m, "release", &[]),
                        |cx: &mut Cx<'_>, _: &Ref, b: &Ref| method(cx, b, "clear", &[]),
                    ] {
                        if let Err(raised) = act(cx, &held, &target) {
                            drop(cx.take_raised(raised));
                        }
                    }
                },
                || {
                    if let Err(raised) = operation(cx, &view, &x) {
                        let text = message(cx, raised);
                        assert!(
                            text.starts_with("ValueError: operation forbidden"),
                            "{name}: {text}"
                        );
                    }
                },
            );
            drop(view);
            assert_eq!(exports(&bytes), 0, "{name}");
        });
    }
}

#[test]
fn each_allocation_may_fail_and_the_memory_goes_back() {
    with_each_allocation_failing(|cx| {
        let bytes = crate::bytearray::from_bytes(cx, &[1; 24])?;
        let result = (|| {
            let view = of(cx, bytes.borrow())?;
            let shape = cx.tuple([cx.int(2)?, cx.int(3)?])?;
            let wide = method(cx, &view, "cast", &[&cx.str("i")?, &shape])?;
            method(cx, &wide, "tolist", &[])?;
            method(cx, &wide, "tobytes", &[])?;
            let iterator = crate::protocol::iter(cx, view.borrow())?;
            crate::list::from_iterable(cx, iterator.borrow())?;
            crate::protocol::equal(cx, wide.borrow(), view.borrow())?;
            Ok(())
        })();
        assert_eq!(exports(&bytes), 0);
        result
    });
}

/// An embedder's type: four 16-bit numbers, and how often they are lent.
#[repr(C)]
struct Numbers {
    object: Object,
    lent: Cell<usize>,
    numbers: [Cell<u16>; 4],
}

// SAFETY: only the type below carries the number; the fields are cells.
unsafe impl View for Numbers {
    const LAYOUT: u16 = Layout::FIRST_ABOVE + 55;
    const NAME: &'static str = "numbers";
}

const NUMBERS: TypeDef = TypeDef {
    spec: TypeSpec {
        name: "numbers",
        basic_size: size_of::<Numbers>(),
        layout: Numbers::LAYOUT,
        floor: Floor::World,
        ..TypeSpec::LEAF
    },
    slots: Slots {
        buffer: Some(BufferSlot {
            acquire: |world, op| match op.view::<Numbers>() {
                Some(this) => {
                    this.lent.set(this.lent.get() + 1);
                    Ok(Span {
                        start: NonNull::from(&this.numbers).cast(),
                        len: 8,
                        readonly: false,
                        format: Format::parse(b"H").unwrap(),
                    })
                }
                None => Err(world.type_error(format_args!("no numbers"))),
            },
            release: |_, op| {
                if let Some(this) = op.view::<Numbers>() {
                    this.lent.set(this.lent.get() - 1);
                }
            },
        }),
        ..Slots::NONE
    },
    ..TypeDef::EMPTY
};

#[test]
fn a_foreign_type_lends_its_memory_through_the_slot() {
    with_world(|cx| {
        // SAFETY: the world was started, and its pointer is the context's; the object's fields are
        // written before it is shown.
        let numbers = unsafe {
            let ty = World::stamp_type(cx.world_ptr(), &NUMBERS).unwrap();
            let op = ty.as_ref().mem.alloc_uninit(size_of::<Numbers>()).unwrap();
            let p = op.cast::<Numbers>().as_ptr();
            (&raw mut (*p).lent).write(Cell::new(0));
            (&raw mut (*p).numbers).write([1, 2, 3, 0x0405].map(Cell::new));
            Ref::steal(op)
        };
        let lent = || numbers.borrow().view::<Numbers>().unwrap().lent.get();
        let view = of(cx, numbers.borrow()).unwrap();
        let list = method(cx, &view, "tolist", &[]).unwrap();
        let text = crate::protocol::repr(cx, list.borrow()).unwrap();
        assert!(crate::string::text_of(cx, text.borrow()).unwrap().eq_str("[1, 2, 3, 1029]"));
        crate::protocol::set_subscript(
            cx,
            view.borrow(),
            cx.int(1).unwrap().borrow(),
            Some(cx.int(700).unwrap().borrow()),
        )
        .unwrap();
        assert_eq!(numbers.borrow().view::<Numbers>().unwrap().numbers[1].get(), 700);
        assert_eq!(lent(), 1);
        drop(view);
        assert_eq!(lent(), 0);
        let bytes = crate::bytes::to_bytes(cx, numbers.borrow()).unwrap();
        let bytes = bytes.borrow().view::<crate::bytes::BytesObject>().unwrap();
        assert_eq!(bytes.bytes(), [1, 0, 0xbc, 2, 3, 0, 5, 4]);
        assert_eq!(lent(), 0);
    });
}

#[test]
fn half_floats_round_as_cpython_does() {
    let table = [
        (0.0, Some(0)),
        (-0.0, Some(0x8000)),
        (1.0, Some(0x3c00)),
        (0.1, Some(0x2e66)),
        (65504.0, Some(0x7bff)),
        (65519.9, Some(0x7bff)),
        (65520.0, None),
        (5.960_464_477_539_063e-8, Some(1)),
        (2.980_232_238_769_531_3e-8, Some(0)),
        (2.980_232_238_769_532e-8, Some(1)),
        (6.1e-5, Some(0x03ff)),
        (f64::INFINITY, Some(0x7c00)),
    ];
    for (value, half) in table {
        assert_eq!(item::to_half(value), half, "{value}");
    }
    for half in (0..0x7c00).chain(0x8000..0xfc00) {
        assert_eq!(item::to_half(item::from_half(half)), Some(half));
    }
}
