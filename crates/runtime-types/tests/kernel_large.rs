//! Integers far beyond a library block: identities, limits found before the work, polls and stops.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

#[path = "kernel_support/mod.rs"]
mod support;

use std::cell::Cell;

use runtime_types::kernel::integer::{self, BLOCK, DIGIT_MASK, Int, IntError, IntRef};
use runtime_types::kernel::{Limits, Out, Stop, TextBuf, Work};
use support::unlimited;

/// A number of `len` digits; `kind` 0 is random, the others are runs where carries travel far.
fn number(len: usize, kind: u32, seed: u64) -> Int {
    let mut state = seed | 1;
    let mut digit = |at: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        match kind {
            0 => (state >> 20) as u32 & DIGIT_MASK,
            1 => DIGIT_MASK,
            _ => u32::from(at.is_multiple_of(997)),
        }
    };
    let mut digits: Vec<u32> = (0..len).map(&mut digit).collect();
    if let Some(top) = digits.last_mut() {
        *top |= 1;
    }
    IntRef::new(false, &digits).to_int().unwrap()
}

fn rest_of(number: IntRef<'_>, modulus: u64) -> u64 {
    let wide = number
        .digits()
        .iter()
        .rev()
        .fold(0_u128, |rest, &digit| ((rest << 30) | u128::from(digit)) % u128::from(modulus));
    wide as u64
}

const PRIMES: [u64; 3] = [(1 << 61) - 1, 1_000_000_007, 999_999_999_989];

#[test]
fn products_and_quotients_agree_modulo_primes() {
    let sizes = [30, 81, 700, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK + 7, 5 * BLOCK];
    for (seed, &m) in (7..).zip(&sizes) {
        for (kind, &n) in (0..).zip(&sizes) {
            let (a, b) = (number(m, kind % 3, seed), number(n, (kind + 1) % 3, seed + 99));
            let (a, b) = (a.as_ref(), b.as_ref());
            let product = unlimited(|work| integer::mul(a, b, work)).unwrap();
            for prime in PRIMES {
                let expected = u128::from(rest_of(a, prime)) * u128::from(rest_of(b, prime));
                let expected = (expected % u128::from(prime)) as u64;
                assert_eq!(rest_of(product.as_ref(), prime), expected, "{m} by {n} digits");
            }
            let one = Int::from_u64(1);
            let less =
                unlimited(|work| integer::sub(product.as_ref(), one.as_ref(), work)).unwrap();
            for dividend in [&product, &less, &number(m + n / 2, kind % 2, seed)] {
                let (quotient, rest) =
                    unlimited(|work| integer::divmod(dividend.as_ref(), b, work)).unwrap();
                assert!(integer::compare(rest.as_ref(), b).is_lt());
                let back = unlimited(|work| {
                    let whole = integer::mul(quotient.as_ref(), b, work)?;
                    integer::add(whole.as_ref(), rest.as_ref(), work)
                });
                assert_eq!(back.as_ref(), Ok(dividend), "{m} by {n} digits");
            }
        }
    }
}

#[test]
fn decimal_text_of_any_length_reads_back() {
    for len in [149, 150, 151, 300, 1000, BLOCK, 3 * BLOCK] {
        for kind in 0..3 {
            let value = number(len, kind, 5);
            let mut text = TextBuf::new();
            unlimited(|work| integer::write_decimal(value.as_ref(), 0, &mut text, work)).unwrap();
            let back = unlimited(|work| integer::parse(text.as_str().as_bytes(), 10, 0, work));
            assert_eq!(back, Ok(value), "{len} digits");
        }
    }
    // Runs of zeros inside keep their places.
    let zeros = format!("1{}7{}", "0".repeat(20_000), "0".repeat(13_500));
    let value = unlimited(|work| integer::parse(zeros.as_bytes(), 10, 0, work)).unwrap();
    let mut text = TextBuf::new();
    unlimited(|work| integer::write_decimal(value.as_ref(), 0, &mut text, work)).unwrap();
    assert_eq!(text.as_str(), zeros);
}

#[test]
fn the_digit_limit_is_that_of_cpython() {
    let write = |value: &Int, limit: usize| {
        let mut out = TextBuf::new();
        unlimited(|work| integer::write_decimal(value.as_ref(), limit, &mut out, work))
    };
    let parse = |count: usize, base: u32, limit: usize| {
        unlimited(|work| integer::parse("1".repeat(count).as_bytes(), base, limit, work)).map(drop)
    };
    let refused = |limit, found| Err(IntError::TooManyDigits { limit, found });
    assert_eq!(parse(4300, 10, 4300), Ok(()));
    assert_eq!(parse(4301, 10, 4300), refused(4300, Some(4301)));
    assert_eq!(parse(4301, 3, 4300), refused(4300, Some(4301)));
    assert_eq!(parse(5000, 16, 4300), Ok(()), "powers of two are linear and not limited");
    assert_eq!(parse(640, 10, 1), Ok(()));
    assert_eq!(parse(5000, 10, 0), Ok(()));
    let ten = Int::from_u64(10);
    let power = |n| unlimited(|work| integer::pow(ten.as_ref(), Int::from_u64(n).as_ref(), work));
    assert_eq!(write(&power(4299).unwrap(), 4300), Ok(()));
    assert_eq!(write(&power(4300).unwrap(), 4300), refused(4300, None));
    assert_eq!(write(&power(400_000).unwrap(), 4300), refused(4300, None));
    let error = IntError::TooManyDigits { limit: 4300, found: Some(5000) };
    assert_eq!(
        error.to_string(),
        "Exceeds the limit (4300 digits) for integer string conversion: value has 5000 digits; \
         use sys.set_int_max_str_digits() to increase the limit"
    );
}

#[test]
fn results_beyond_the_limit_are_refused_untried() {
    let mut poll = |_| panic!("nothing was to be done");
    let mut work = Work::new(Limits { max_bits: 1000 }, &mut poll);
    let (two, three) = (Int::from_u64(2), Int::from_u64(3));
    let (two, three) = (two.as_ref(), three.as_ref());
    let huge = IntRef::new(false, &[0, 0, 0, 1]);
    let too_large = |result: Result<Int, IntError>| match result {
        Err(IntError::TooLarge { bits }) => bits > 1000,
        _ => false,
    };
    assert!(too_large(integer::shl(three, huge, &mut work)));
    assert!(too_large(integer::pow(three, huge, &mut work)));
    assert!(too_large(integer::pow(two, Int::from_u64(1001).as_ref(), &mut work)));
    assert!(too_large(integer::pow(three, Int::from_u64(700).as_ref(), &mut work)));
    let wide = number(30, 0, 3);
    assert!(too_large(integer::mul(wide.as_ref(), wide.as_ref(), &mut work)));
    assert!(too_large(integer::parse("7".repeat(400).as_bytes(), 10, 0, &mut work)));
    assert!(too_large(integer::parse("7".repeat(400).as_bytes(), 8, 0, &mut work)));
    assert_eq!(
        integer::pow(two, Int::from_u64(999).as_ref(), &mut work).unwrap().digits().len(),
        34
    );
    assert_eq!(integer::shl(IntRef::ZERO, huge, &mut work), Ok(Int::zero()));
    assert_eq!(integer::round_tens(wide.as_ref(), huge, &mut work), Ok(Int::zero()));
    assert_eq!(integer::shr(wide.as_ref(), huge, &mut work), Ok(Int::zero()));
    assert_eq!(integer::pow(IntRef::ONE, huge, &mut work).as_ref(), Ok(&Int::from_u64(1)));
}

#[test]
fn long_work_is_counted_and_can_be_stopped_anywhere() {
    type Job = fn(&Int, &Int, &mut Work<'_>) -> Result<(), IntError>;
    let jobs: [(&str, Job); 7] = [
        ("mul", |a, b, work| integer::mul(a.as_ref(), b.as_ref(), work).map(drop)),
        ("divmod", |a, b, work| integer::divmod(a.as_ref(), b.as_ref(), work).map(drop)),
        ("isqrt", |a, _, work| integer::isqrt(a.as_ref(), work).map(drop)),
        ("gcd", |a, b, work| integer::gcd(a.as_ref(), b.as_ref(), work).map(drop)),
        ("pow", |_, b, work| integer::pow(b.as_ref(), Int::from_u64(5).as_ref(), work).map(drop)),
        ("pow_mod", |a, b, work| {
            integer::pow_mod(a.as_ref(), Int::from_u64(9).as_ref(), b.as_ref(), work).map(drop)
        }),
        ("decimal", |a, _, work| integer::write_decimal(a.as_ref(), 0, &mut TextBuf::new(), work)),
    ];
    let (a, b) = (number(3 * BLOCK, 0, 11), number(BLOCK + BLOCK / 2, 0, 12));
    for (name, job) in jobs {
        let polls = Cell::new(0_u32);
        let mut count = |steps: u64| {
            polls.set(polls.get() + 1);
            assert!(steps > 0 && steps < 1 << 18, "{name}: {steps} steps between polls");
            Ok(())
        };
        job(&a, &b, &mut Work::new(Limits::NONE, &mut count)).unwrap();
        assert!(polls.get() > 3, "{name}: {} polls", polls.get());
        for stop_at in [1, polls.get() / 2, polls.get()] {
            let seen = Cell::new(0);
            let mut stop = |_| {
                seen.set(seen.get() + 1);
                if seen.get() == stop_at { Err(Stop) } else { Ok(()) }
            };
            let result = job(&a, &b, &mut Work::new(Limits::NONE, &mut stop));
            assert_eq!(result, Err(IntError::Stopped(Stop)), "{name} at poll {stop_at}");
        }
    }
}

#[test]
fn absurd_widths_and_precisions_are_refused_and_not_tried() {
    use runtime_types::kernel::format_spec::{FormatError, Kind, Spec, write_float, write_int};

    /// A sink with room for a thousand characters.
    struct Narrow;
    impl Out for Narrow {
        fn push_str(&mut self, _: &str) -> Result<(), runtime_types::kernel::NoMemory> {
            panic!("it was tried")
        }
        fn reserve(&mut self, chars: usize) -> Result<(), runtime_types::kernel::NoMemory> {
            if chars > 1000 { Err(runtime_types::kernel::NoMemory) } else { Ok(()) }
        }
    }
    let spec = |text: &str, kind| Spec::parse(text.chars().map(u32::from), kind).unwrap();
    for text in
        ["9223372036854775807", "09223372036854775807,", "^+9223372036854775807", ".2147483647f"]
    {
        let result = write_float(&spec(text, Kind::Float), 1.5, &mut Narrow);
        assert_eq!(result, Err(FormatError::NoMemory), "{text}");
    }
    for text in ["9223372036854775807", "09223372036854775807_x", "=9223372036854775807c"] {
        let value = Int::from_u64(65);
        let result = unlimited(|work| {
            write_int(&spec(text, Kind::Int), value.as_ref(), 0, &mut Narrow, work)
        });
        assert_eq!(result, Err(FormatError::NoMemory), "{text}");
    }
}
