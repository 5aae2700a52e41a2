//! Sizes by every way of growing, exports that block resizing, and arguments that attack.

use super::*;
use crate::buffer::Buffer;
use crate::bytes::tests::with_each_allocation_failing;
use crate::testing::{Tricksters, call, message, method, with_hook, with_world};

fn array(cx: &Cx<'_>, bytes: &[u8]) -> Ref {
    from_bytes(cx, bytes).unwrap()
}

fn view(op: &Ref) -> &ByteArrayObject {
    op.borrow().view().unwrap()
}

fn slice(cx: &Cx<'_>, start: Option<i64>, stop: Option<i64>, step: Option<i64>) -> Ref {
    let part = |part: Option<i64>| part.map_or_else(|| cx.none(), |part| cx.int(part).unwrap());
    crate::slice::new(cx, part(start), part(stop), part(step)).unwrap()
}

#[test]
fn growth_is_the_measured_one() {
    with_world(|cx| {
        let bytes = array(cx, b"");
        let one = cx.int(1).unwrap();
        let mut seen = vec![0];
        for _ in 0..216 {
            method(cx, &bytes, "append", &[&one]).unwrap();
            if seen.last() != Some(&view(&bytes).allocated()) {
                seen.push(view(&bytes).allocated());
            }
        }
        let expected =
            [0, 2, 5, 8, 12, 19, 27, 36, 46, 57, 70, 84, 100, 118, 138, 161, 187, 216, 249];
        assert_eq!(seen, expected);
    });
}

#[test]
fn bytes_deleted_at_the_front_are_given_up_by_moving_the_start() {
    with_world(|cx| {
        let bytes = array(cx, &[7; 100]);
        let (front, block) = (slice(cx, None, Some(10), None), view(&bytes).block.get());
        crate::protocol::set_subscript(cx, bytes.borrow(), front.borrow(), None).unwrap();
        let this = view(&bytes);
        assert_eq!((this.len(), this.allocated(), this.block.get()), (90, 101, block));
        assert_eq!(this.start.get().addr() - block.addr(), 10);
        // A move leaves what was given up behind.
        let most = slice(cx, None, Some(60), None);
        crate::protocol::set_subscript(cx, bytes.borrow(), most.borrow(), None).unwrap();
        let this = view(&bytes);
        assert_eq!((this.len(), this.allocated()), (30, 31));
        assert_eq!(this.start.get(), this.block.get());
        assert_eq!(this.bytes(cx), [7; 30]);
    });
}

#[test]
fn lent_bytes_neither_move_nor_change_their_number() {
    with_world(|cx| {
        let bytes = array(cx, b"abc");
        let byte = cx.int(65).unwrap();
        let lent = Buffer::get(cx.world(), bytes.borrow()).unwrap();
        assert_eq!(view(&bytes).exports(), 1);
        for (name, args) in [("append", &[&byte][..]), ("pop", &[]), ("clear", &[])] {
            let raised = method(cx, &bytes, name, args).err().unwrap();
            assert_eq!(
                message(cx, raised),
                "BufferError: Existing exports of data: object cannot be re-sized"
            );
        }
        method(cx, &bytes, "reverse", &[]).unwrap();
        assert_eq!(lent.bytes(cx), b"cba");
        drop(lent);
        method(cx, &bytes, "append", &[&byte]).unwrap();
        assert_eq!(view(&bytes).bytes(cx), b"cbaA");
    });
}

type Operation = fn(&mut Cx<'_>, &Ref, &Ref) -> Res<()>;

/// Operations on an array with an argument whose `__index__` attacks it.
const OPERATIONS: &[(&str, Operation)] = &[
    ("find", |cx, b, x| method(cx, b, "find", &[x]).map(drop)),
    ("find from", |cx, b, x| method(cx, b, "find", &[&cx.one_byte(0), x, x]).map(drop)),
    ("rindex", |cx, b, x| method(cx, b, "rindex", &[x, x, x]).map(drop)),
    ("count", |cx, b, x| method(cx, b, "count", &[x, x]).map(drop)),
    ("in", |cx, b, x| crate::protocol::contains(cx, b.borrow(), x.borrow()).map(drop)),
    ("startswith", |cx, b, x| method(cx, b, "startswith", &[&cx.one_byte(1), x]).map(drop)),
    ("append", |cx, b, x| method(cx, b, "append", &[x]).map(drop)),
    ("insert", |cx, b, x| method(cx, b, "insert", &[x, x]).map(drop)),
    ("pop", |cx, b, x| method(cx, b, "pop", &[x]).map(drop)),
    ("remove", |cx, b, x| method(cx, b, "remove", &[x]).map(drop)),
    ("replace", |cx, b, x| {
        method(cx, b, "replace", &[&cx.one_byte(1), &cx.empty_bytes(), x]).map(drop)
    }),
    ("split", |cx, b, x| method(cx, b, "split", &[&cx.one_byte(1), x]).map(drop)),
    ("rsplit", |cx, b, x| method(cx, b, "rsplit", &[&cx.none(), x]).map(drop)),
    ("center", |cx, b, x| method(cx, b, "center", &[x]).map(drop)),
    ("zfill", |cx, b, x| method(cx, b, "zfill", &[x]).map(drop)),
    ("expandtabs", |cx, b, x| method(cx, b, "expandtabs", &[x]).map(drop)),
    ("hex", |cx, b, x| method(cx, b, "hex", &[&cx.one_byte(b':'), x]).map(drop)),
    ("extend", |cx, b, x| {
        let items = cx.tuple([x.clone(), x.clone()])?;
        method(cx, b, "extend", &[&items]).map(drop)
    }),
    ("extend by a map of itself", |cx, b, x| {
        static ADD: crate::args::NativeDef = crate::args::NativeDef::any("add", |cx, args| {
            crate::protocol::index(cx, args.get(1).unwrap())
        });
        let add = crate::native::function(cx, &ADD, None)?;
        let times = cx.tuple([x.clone(), x.clone(), x.clone()])?;
        let map = call(cx, cx.types.map, &[&add, b, &times])?;
        method(cx, b, "extend", &[&map]).map(drop)
    }),
    ("join", |cx, b, x| {
        let items = cx.tuple([b.clone(), x.clone()])?;
        method(cx, b, "join", &[&items]).map(drop)
    }),
    ("get", |cx, b, x| crate::protocol::subscript(cx, b.borrow(), x.borrow()).map(drop)),
    ("set", |cx, b, x| {
        crate::protocol::set_subscript(cx, b.borrow(), x.borrow(), Some(x.borrow()))
    }),
    ("del", |cx, b, x| crate::protocol::set_subscript(cx, b.borrow(), x.borrow(), None)),
    ("get slice", |cx, b, x| {
        let key = crate::slice::new(cx, x.clone(), cx.none(), x.clone())?;
        crate::protocol::subscript(cx, b.borrow(), key.borrow()).map(drop)
    }),
    ("set slice", |cx, b, x| {
        let key = crate::slice::new(cx, x.clone(), x.clone(), cx.none())?;
        let value = cx.bytes(b"value")?;
        crate::protocol::set_subscript(cx, b.borrow(), key.borrow(), Some(value.borrow()))
    }),
    ("set slice to itself", |cx, b, x| {
        let key = crate::slice::new(cx, x.clone(), cx.none(), cx.none())?;
        crate::protocol::set_subscript(cx, b.borrow(), key.borrow(), Some(b.borrow()))
    }),
    ("set steps", |cx, b, x| {
        let key = crate::slice::new(cx, cx.none(), x.clone(), cx.int(2)?)?;
        let value = cx.tuple([x.clone(), x.clone()])?;
        crate::protocol::set_subscript(cx, b.borrow(), key.borrow(), Some(value.borrow()))
    }),
    ("del steps", |cx, b, x| {
        let key = crate::slice::new(cx, x.clone(), cx.none(), cx.int(-2)?)?;
        crate::protocol::set_subscript(cx, b.borrow(), key.borrow(), None)
    }),
    ("*", |cx, b, x| crate::protocol::binary(cx, Binary::Mul, b.borrow(), x.borrow()).map(drop)),
    ("*=", |cx, b, x| crate::protocol::in_place(cx, Binary::Mul, b.borrow(), x.borrow()).map(drop)),
    ("%", |cx, b, x| {
        let format = call(cx, cx.types.bytearray, &[&cx.bytes(b"%d%c%x")?])?;
        let values = cx.tuple([x.clone(), x.clone(), b.clone()])?;
        crate::protocol::binary(cx, Binary::Mod, format.borrow(), values.borrow()).map(drop)
    }),
    ("init", |cx, b, x| {
        let items = crate::list::from_iterable(cx, cx.tuple([x.clone(), x.clone()])?.borrow())?;
        new::init(cx, b.borrow(), crate::args::Args::positional(&[items.borrow()]))
    }),
];

/// What the argument does to the array meanwhile.
const CHANGES: &[(&str, Operation)] = &[
    ("clear", |cx, b, _| method(cx, b, "clear", &[]).map(drop)),
    ("grow", |cx, b, _| method(cx, b, "extend", &[&cx.bytes(&[9; 300])?]).map(drop)),
    ("shrink", |cx, b, _| {
        let key = slice(cx, None, Some(12), None);
        crate::protocol::set_subscript(cx, b.borrow(), key.borrow(), None)
    }),
    ("pop", |cx, b, _| method(cx, b, "pop", &[]).map(drop)),
    ("again", |cx, b, _| new::init(cx, b.borrow(), crate::args::Args::NONE)),
    ("lend and resize", |cx, b, _| {
        let lent = Buffer::get(cx.world(), b.borrow())?;
        let result = method(cx, b, "append", &[&cx.int(1)?]);
        drop(lent);
        result.map(drop)
    }),
];

#[test]
fn arguments_that_change_the_array_meanwhile_find_it_whole() {
    for (name, operation) in OPERATIONS {
        for (how, change) in CHANGES {
            for tag in [0, 3, 15, -1] {
                with_world(|cx| {
                    let tricksters = Tricksters::new(cx);
                    let bytes = array(cx, &(0..16).collect::<Vec<u8>>());
                    let x = tricksters.make(tag, 1);
                    let target = bytes.clone();
                    with_hook(
                        move |cx| {
                            if let Err(raised) = change(cx, &target, &target) {
                                drop(cx.take_raised(raised));
                            }
                        },
                        || {
                            if let Err(raised) = operation(cx, &bytes, &x) {
                                let text = message(cx, raised);
                                assert!(!text.starts_with("SystemError"), "{name} {how}: {text}");
                            }
                        },
                    );
                    let this = view(&bytes);
                    assert_eq!(this.exports(), 0, "{name} {how}");
                    assert!(this.len() < this.allocated() || this.is_empty(), "{name} {how}");
                    if this.allocated() > 0 {
                        // SAFETY: the invariant says that a zero stands behind the bytes.
                        let end = unsafe { this.start.get().add(this.len()).read() };
                        assert_eq!(end, 0, "{name} {how}");
                    }
                });
            }
        }
    }
}

#[test]
fn each_allocation_may_fail_and_leaves_the_array_as_it_was() {
    with_each_allocation_failing(|cx| {
        let bytes = from_bytes(cx, b"0123456789")?;
        let more = cx.bytes(&[1; 100])?;
        let before = view(&bytes).len();
        let grown = method(cx, &bytes, "extend", &[&more]);
        assert!(grown.is_ok() || view(&bytes).len() == before);
        grown?;
        let key = crate::slice::new(cx, cx.int(2)?, cx.int(4)?, cx.none())?;
        crate::protocol::set_subscript(cx, bytes.borrow(), key.borrow(), Some(more.borrow()))?;
        crate::protocol::in_place(cx, Binary::Mul, bytes.borrow(), cx.int(3)?.borrow())?;
        let copy = method(cx, &bytes, "copy", &[])?;
        let both = crate::protocol::binary(cx, Binary::Add, copy.borrow(), more.borrow())?;
        call(cx, cx.types.bytearray, &[&both])?;
        Ok(())
    });
}

#[test]
fn slices_of_every_kind_agree_with_a_plain_vector() {
    with_world(|cx| {
        let bounds = [None, Some(-11), Some(-2), Some(0), Some(3), Some(9), Some(40)];
        for start in bounds {
            for stop in bounds {
                for (step, new) in
                    [(None, 0), (None, 4), (Some(1), 20), (Some(2), 0), (Some(-3), 0)]
                {
                    let mut model: Vec<u8> = (0..10).collect();
                    let bytes = array(cx, &model);
                    let key = slice(cx, start, stop, step);
                    let fit = crate::slice::unpack(cx, key.borrow()).unwrap().fit(10);
                    let value = array(cx, &vec![0xee; new]);
                    if fit.step == 1 {
                        let from = fit.low();
                        model.splice(from..from + fit.count, vec![0xee; new]);
                    } else {
                        let gone: Vec<usize> = fit.positions().collect();
                        let mut at = 0;
                        model.retain(|_| {
                            at += 1;
                            !gone.contains(&(at - 1))
                        });
                    }
                    let set = crate::protocol::set_subscript;
                    set(cx, bytes.borrow(), key.borrow(), Some(value.borrow())).unwrap();
                    assert_eq!(view(&bytes).bytes(cx), model, "{start:?} {stop:?} {step:?}");
                }
            }
        }
    });
}
