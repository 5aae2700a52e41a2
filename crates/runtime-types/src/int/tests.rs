//! What the fixtures cannot see: identity, limits, polls, sizes.

use runtime_core::HeapConfig;

use super::{IntObject, add_fast, floordiv_fast, is_exact, modulo_fast, mul_fast, rshift_fast};
use crate::cx::{Cx, Res};
use crate::exception::Exc;
use crate::protocol;
use crate::string::text_of;
use crate::testing::{with_config, with_world};
use crate::ty::{Binary, Type};
use crate::view::Look;

fn raised<T>(cx: &mut Cx<'_>, result: Res<T>) -> String {
    let exception = cx.take_raised(result.err().unwrap());
    let message = protocol::str(cx, exception.borrow()).unwrap();
    let name = Type::of(exception.borrow()).name();
    format!("{name}: {}", text_of(cx, message.borrow()).unwrap())
}

#[test]
fn small_results_are_the_shared_ints_and_others_are_new() {
    with_world(|cx| {
        let n = cx.int(1257).unwrap();
        let zero = cx.int(0).unwrap();
        let sum = protocol::binary(cx, Binary::Add, n.borrow(), zero.borrow()).unwrap();
        assert!(!sum.borrow().is(n.borrow()), "n + 0 is another object");
        let gone = protocol::binary(cx, Binary::Sub, n.borrow(), n.borrow()).unwrap();
        assert!(gone.borrow().is(zero.borrow()));
        for slot in [Type::of(n.borrow()).slots.int, Type::of(n.borrow()).slots.pos] {
            let same = slot.unwrap()(cx, n.borrow()).unwrap();
            assert!(same.borrow().is(n.borrow()));
        }
        let truth = cx.bool(true);
        let one = super::from_object(cx, truth.borrow()).unwrap();
        assert!(is_exact(cx, one.borrow()));
    });
}

#[test]
fn fast_paths_decline_what_they_cannot_do() {
    with_world(|cx| {
        let [zero, small, wide] = [0, -7, 1 << 40].map(|value| cx.int(value).unwrap());
        let [zero, small, wide]: [&IntObject; 3] =
            [&zero, &small, &wide].map(|op| op.borrow().view().unwrap());
        assert!(add_fast(cx, small, wide).is_none());
        assert!(mul_fast(cx, wide, zero).is_none());
        assert!(floordiv_fast(cx, small, zero).is_none());
        assert!(modulo_fast(cx, small, zero).is_none());
        assert!(rshift_fast(cx, small, small).is_none());
        let product = mul_fast(cx, small, small).unwrap().unwrap();
        assert_eq!(super::to_i64(product.borrow()), Some(49));
    });
}

#[test]
fn a_result_beyond_the_memory_limit_is_refused_before_it_is_tried() {
    let config = HeapConfig { limit: Some(16 << 20), ..HeapConfig::default() };
    assert!(with_config(config, |cx| {
        let [one, ten] = [1, 10].map(|value| cx.int(value).unwrap());
        let bits = cx.int(10_000_000_000).unwrap();
        for (op, left) in [(Binary::Lshift, &one), (Binary::Pow, &ten)] {
            let result = protocol::binary(cx, op, left.borrow(), bits.borrow());
            assert_eq!(raised(cx, result), "MemoryError: ");
        }
        let bits = cx.int(1_000_000).unwrap();
        let made = protocol::binary(cx, Binary::Lshift, one.borrow(), bits.borrow()).unwrap();
        let digits = made.borrow().view::<IntObject>().unwrap().len();
        assert_eq!(digits, 33_334);
    }));
}

#[test]
fn a_long_computation_can_be_stopped() {
    with_world(|cx| {
        let [three, count] = [3, 3_000_000].map(|value| cx.int(value).unwrap());
        cx.work_poll.set(|world, steps| {
            assert!(steps > 0);
            Err(world.raise(Exc::KeyboardInterrupt, format_args!("enough")))
        });
        let result = protocol::binary(cx, Binary::Pow, three.borrow(), count.borrow());
        assert_eq!(raised(cx, result), "KeyboardInterrupt: enough");
    });
}

#[test]
fn the_limit_on_decimal_digits_can_be_moved() {
    with_world(|cx| {
        let (ten, count) = (cx.int(10).unwrap(), cx.int(5000).unwrap());
        let big = protocol::binary(cx, Binary::Pow, ten.borrow(), count.borrow()).unwrap();
        let result = protocol::repr(cx, big.borrow());
        assert_eq!(
            raised(cx, result),
            "ValueError: Exceeds the limit (4300 digits) for integer string conversion; use \
             sys.set_int_max_str_digits() to increase the limit"
        );
        cx.int_max_str_digits.set(0);
        let text = protocol::repr(cx, big.borrow()).unwrap();
        assert_eq!(text_of(cx, text.borrow()).unwrap().len(), 5001);
        let back = super::from_text(cx, text_of(cx, text.borrow()).unwrap(), 10).unwrap();
        assert!(protocol::equal(cx, big.borrow(), back.borrow()).unwrap());
    });
}
