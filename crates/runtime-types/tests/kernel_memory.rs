//! Fails every allocation of the kernel's own, one after the other: each time the answer is an error,
//! and nothing is lost. Blocks inside the big-integer library are the stated exception, and too small
//! here to be reached.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use runtime_types::kernel::format_spec::{self, Kind, Spec};
use runtime_types::kernel::integer::{self, Int, IntRef};
use runtime_types::kernel::{Limits, TextBuf, Work, float};

thread_local! {
    /// Allocations that still succeed; none when nothing is to fail.
    static LEFT: Cell<Option<usize>> = const { Cell::new(None) };
    static LIVE: Cell<isize> = const { Cell::new(0) };
}

struct Failing;

impl Failing {
    fn refuses(&self) -> bool {
        match LEFT.get() {
            Some(0) => true,
            Some(left) => {
                LEFT.set(Some(left - 1));
                false
            }
            None => false,
        }
    }
}

// SAFETY: every block comes from the system allocator and goes back to it with the same layout; a
// refusal is a null pointer, as the contract has it.
unsafe impl GlobalAlloc for Failing {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if self.refuses() {
            return std::ptr::null_mut();
        }
        LIVE.set(LIVE.get() + 1);
        // SAFETY: the caller's own promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        LIVE.set(LIVE.get() - 1);
        // SAFETY: the caller's own promise.
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if self.refuses() {
            return std::ptr::null_mut();
        }
        // SAFETY: the caller's own promise.
        unsafe { System.realloc(block, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Failing = Failing;

/// Runs `job` with 0, 1, 2 … allocations allowed until it succeeds; says how many it needed.
fn fail_each<E>(name: &str, job: impl Fn(&mut Work<'_>) -> Result<(), E>) -> usize {
    for allowed in 0..10_000 {
        let before = LIVE.get();
        LEFT.set(Some(allowed));
        let done = job(&mut Work::new(Limits::NONE, &mut |_| Ok(()))).is_ok();
        LEFT.set(None);
        assert_eq!(LIVE.get(), before, "{name} lost memory with {allowed} allocations");
        if done {
            return allowed;
        }
    }
    unreachable!("{name} never succeeds")
}

#[test]
fn every_allocation_may_fail() {
    let long: Vec<u32> = (1..60).map(|n| 0x2345_6789 ^ (n * 0x0101_0101 % (1 << 29))).collect();
    let (a, b) = (IntRef::new(false, &long), IntRef::new(true, long.get(..20).unwrap()));
    let text = "7_1".repeat(60);
    let width = |spec: &str, kind| Spec::parse(spec.chars().map(u32::from), kind).unwrap();
    let needed = [
        fail_each("add", |work| integer::add(a, b, work).map(drop)),
        fail_each("mul", |work| integer::mul(a, b, work).map(drop)),
        fail_each("divmod", |work| integer::divmod(a, b, work).map(drop)),
        fail_each("pow", |work| integer::pow(b, Int::from_u64(2).as_ref(), work).map(drop)),
        fail_each("pow_mod", |work| {
            integer::pow_mod(a, Int::from_u64(5).as_ref(), b, work).map(drop)
        }),
        fail_each("gcd", |work| integer::gcd(a, b, work).map(drop)),
        fail_each("xor", |work| integer::xor(a, b, work).map(drop)),
        fail_each("isqrt", |work| integer::isqrt(b.abs(), work).map(drop)),
        fail_each("true_div", |work| integer::true_div(b, b.abs(), work).map(drop)),
        fail_each("round", |work| {
            integer::round_tens(a, Int::from_u64(9).as_ref(), work).map(drop)
        }),
        fail_each("parse", |work| integer::parse(text.as_bytes(), 10, 0, work).map(drop)),
        fail_each("decimal", |work| integer::write_decimal(a, 0, &mut TextBuf::new(), work)),
        fail_each("bytes", |work| integer::from_bytes(text.as_bytes(), true, true, work).map(drop)),
        fail_each("format int", |work| {
            let spec = width("+#0300_x", Kind::Int);
            format_spec::write_int(&spec, a, 0, &mut TextBuf::new(), work)
        }),
        fail_each("format float", |_| {
            format_spec::write_float(
                &width(">900,.400f", Kind::Float),
                1e300 / 3.0,
                &mut TextBuf::new(),
            )
        }),
        fail_each("round float", |_| float::round_digits(1e300 / 3.0, -290).map(drop)),
        fail_each("parse float", |_| float::parse(text.as_bytes()).map(drop)),
        fail_each("ratio", |_| float::as_integer_ratio(1e-300).map(drop)),
    ];
    assert!(needed.iter().all(|&count| count > 0), "each of them needs memory: {needed:?}");
}
