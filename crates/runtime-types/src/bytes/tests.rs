//! What scripts cannot see of `bytes`: sharing, layout, and memory that is refused.

use runtime_core::{FaultPlan, HeapConfig};

use super::*;
use crate::testing::{call, message, method, with_config, with_world};

#[test]
fn no_byte_and_single_bytes_exist_once() {
    with_world(|cx| {
        assert_eq!(cx.bytes(&[]).unwrap().as_obj(), cx.empty_bytes().as_obj());
        for byte in 0..=255_u8 {
            let one = cx.bytes(&[byte]).unwrap();
            assert_eq!(one.as_obj(), cx.one_byte(byte).as_obj());
            assert!(one.borrow().header().is_immortal());
            let same = cx.bytes_with(1, |out| out.fill(byte)).unwrap();
            assert_eq!(same.as_obj(), one.as_obj());
        }
        let two = cx.bytes(b"ab").unwrap();
        assert_ne!(two.as_obj(), cx.bytes(b"ab").unwrap().as_obj());
    });
}

#[test]
fn a_zero_stands_behind_the_bytes_and_the_size_counts_it() {
    with_world(|cx| {
        for len in [0, 1, 2, 15, 479, 480, 5000] {
            let made = cx.bytes_with(len, |out| out.fill(0xff)).unwrap();
            let this = made.borrow().view::<BytesObject>().unwrap();
            // SAFETY: the object has one byte more than its length says.
            assert_eq!(unsafe { this.start().add(len).read() }, 0);
            assert_eq!(crate::sys::getsizeof(cx, made.borrow()).unwrap(), 33 + len);
        }
    });
}

#[test]
fn hashes_are_those_of_cpython_with_seed_0() {
    with_world(|cx| {
        let hash = |bytes: &[u8]| {
            let made = cx.bytes(bytes).unwrap();
            let this = made.borrow().view::<BytesObject>().unwrap();
            (this.hash(cx), this.hash(cx))
        };
        assert_eq!(hash(b""), (0, 0));
        // The hash of a str of the same ASCII text.
        let str = cx.str("hello").unwrap();
        let of_str = crate::string::hash_of(cx, str.borrow().view().unwrap());
        assert_eq!(hash(b"hello"), (of_str, of_str));
    });
}

#[test]
fn every_slice_is_cut_as_a_sequence_is() {
    with_world(|cx| {
        let text = b"0123456789";
        let bytes = cx.bytes(text).unwrap();
        let bounds = [None, Some(-12), Some(-3), Some(0), Some(4), Some(10), Some(99)];
        for start in bounds {
            for stop in bounds {
                for step in [None, Some(1), Some(2), Some(-1), Some(-3)] {
                    let part = |part: Option<i64>| match part {
                        Some(part) => cx.int(part).unwrap(),
                        None => cx.none(),
                    };
                    let key = crate::slice::new(cx, part(start), part(stop), part(step)).unwrap();
                    let fit = crate::slice::unpack(cx, key.borrow()).unwrap().fit(text.len());
                    let expected: Vec<u8> = fit.positions().map(|at| text[at]).collect();
                    let made = crate::protocol::subscript(cx, bytes.borrow(), key.borrow());
                    let made = made.unwrap();
                    assert_eq!(made.borrow().view::<BytesObject>().unwrap().bytes(), expected);
                }
            }
        }
    });
}

#[test]
fn a_method_of_bytes_refuses_other_objects() {
    with_world(|cx| {
        // SAFETY: the types of the world are alive.
        let ty = unsafe { Ref::new(cx.types.bytes.cast()) };
        let upper = crate::protocol::get_attr_str(cx, ty.borrow(), "upper").unwrap();
        let str = cx.str("a").unwrap();
        let args = [str.borrow()];
        let raised =
            crate::protocol::call(cx, upper.borrow(), crate::args::Args::positional(&args));
        let raised = raised.err().unwrap();
        assert_eq!(
            message(cx, raised),
            "TypeError: descriptor 'upper' for 'bytes' objects doesn't apply to a 'str' object"
        );
    });
}

/// Runs `act` with each of its allocations failing in turn; it must give its result or
/// `MemoryError`, and lose nothing.
pub(crate) fn with_each_allocation_failing(act: impl Fn(&mut Cx<'_>) -> Res<()>) {
    for nth in 0..200 {
        let mut done = false;
        assert!(with_config(HeapConfig::default(), |cx| {
            cx.heap().plan_faults(Some(FaultPlan::nth(nth)));
            let result = act(cx);
            cx.heap().plan_faults(None);
            match result {
                Ok(()) => done = true,
                Err(raised) => assert!(message(cx, raised).starts_with("MemoryError")),
            }
        }));
        if done {
            return;
        }
    }
    panic!("the operation never succeeds");
}

#[test]
fn each_allocation_may_fail() {
    with_each_allocation_failing(|cx| {
        let bytes = cx.bytes(b"some bytes, and some more")?;
        let comma = cx.bytes(b", ")?;
        let parts = method(cx, &bytes, "split", &[&comma])?;
        let joined = method(cx, &comma, "join", &[&parts])?;
        let more = method(cx, &joined, "replace", &[&comma, &bytes])?;
        let list = crate::list::from_iterable(cx, more.borrow())?;
        let again = call(cx, cx.types.bytes, &[&list])?;
        crate::protocol::repr(cx, again.borrow())?;
        method(cx, &again, "hex", &[&cx.one_byte(b':')])?;
        method(cx, &again, "decode", &[])?;
        Ok(())
    });
}
