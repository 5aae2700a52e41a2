//! The sort: its result against Rust's stable one, its comparisons against CPython's.

use super::super::timsort;
use super::*;

const EMPTY: u64 = 0xCBF2_9CE4_8422_2325;

fn mixed(hash: u64, value: usize) -> u64 {
    (hash ^ value as u64).wrapping_mul(0x100_0000_01B3)
}

/// The generator of `fixtures/make.py`.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = self.0.wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as i64
    }
}

fn data(kind: &str, n: usize) -> Vec<i64> {
    let (mut source, len) = (Numbers(n as u64 * 7 + 1), n as i64);
    match kind {
        "random" => (0..n).map(|_| source.next()).collect(),
        "few" => (0..n).map(|_| source.next() % 5).collect(),
        "up" => (0..len).collect(),
        "down" => (1..=len).rev().collect(),
        "saw" => (0..len).map(|i| i % 37).collect(),
        "blocks" => (0..len).map(|i| (i / 50) % 4 * 1000 + i).collect(),
        "down equal" => (0..len).map(|i| (len - i) / 3).collect(),
        "nearly" => {
            let mut values: Vec<_> = (0..len).collect();
            for _ in 0..n / 20 + 1 {
                let (i, j) = (source.next() % len, source.next() % len);
                values.swap(i as usize, j as usize);
            }
            values
        }
        other => panic!("{other}"),
    }
}

#[test]
fn the_same_items_are_compared_in_the_same_order_as_in_cpython() {
    for line in include_str!("../fixtures/sort_orders.txt").lines() {
        let fields: Vec<_> = line.split(',').collect();
        let [kind, n, reverse, rest @ ..] = fields.as_slice() else { panic!("{line}") };
        let expected: Vec<u64> = rest.iter().map(|field| field.parse().unwrap()).collect();
        let n = n.parse().unwrap();
        let mut items: Vec<_> = data(kind, n).into_iter().zip(0..n).collect();
        let mut temp = vec![(0, 0); timsort::scratch(n)];
        let (mut count, mut log) = (0, EMPTY);
        if *reverse == "1" {
            items.reverse();
        }
        timsort::sort(&mut items, &mut temp, |a, b| {
            count += 1;
            log = mixed(mixed(log, a.1), b.1);
            Ok::<_, ()>(a.0 < b.0)
        })
        .unwrap();
        if *reverse == "1" {
            items.reverse();
        }
        let order = items.iter().fold(EMPTY, |hash, item| mixed(hash, item.1));
        assert_eq!([count, log, order], expected.as_slice(), "{kind} {n} {reverse}");
    }
}

#[test]
fn it_agrees_with_a_stable_sort_on_random_data() {
    let mut source = Numbers(1);
    for _ in 0..2000 {
        let n = (source.next() % 700) as usize;
        let spread = source.next() % 1000 + 1;
        let mut items: Vec<_> = (0..n).map(|i| (source.next() % spread, i)).collect();
        let mut expected = items.clone();
        expected.sort_by_key(|item| item.0);
        let mut temp = vec![(0, 0); timsort::scratch(n)];
        timsort::sort(&mut items, &mut temp, |a, b| Ok::<_, ()>(a.0 < b.0)).unwrap();
        assert_eq!(items, expected);
    }
}

#[test]
fn a_comparison_that_contradicts_itself_or_fails_does_no_harm() {
    let mut source = Numbers(2);
    let mut failed = 0;
    for round in 0..2000 {
        let n = (source.next() % 700) as usize;
        let mut items: Vec<usize> = (0..n).collect();
        let mut temp = vec![0; timsort::scratch(n)];
        let mut left = source.next() % 10_000;
        let result = timsort::sort(&mut items, &mut temp, |_, _| {
            left -= 1;
            if round % 2 == 0 && left == 0 { Err(()) } else { Ok(source.next() % 2 == 0) }
        });
        failed += usize::from(result.is_err());
        items.sort_unstable();
        assert!(items.into_iter().eq(0..n), "every item once");
    }
    assert!(failed > 100, "only {failed} failed");
}

#[test]
fn lists_of_each_kind_of_key_are_sorted() {
    crate::testing::with_world(|cx| {
        let mut source = Numbers(3);
        for n in [0, 1, 2, 10, 64, 500] {
            let numbers: Vec<_> = (0..n).map(|_| source.next() % 100 - 50).collect();
            let mut expected = numbers.clone();
            expected.sort_unstable();
            for kind in 0..5 {
                for reverse in [false, true] {
                    let xs = empty(cx).unwrap();
                    for &number in &numbers {
                        let item = match kind {
                            0 => cx.int(number),
                            1 => cx.float(number as f64),
                            2 => cx.format(format_args!("{:04}", number + 50)),
                            3 => cx.int(number).and_then(|item| cx.tuple([item])),
                            _ if number % 2 == 0 => cx.int(number),
                            _ => cx.float(number as f64),
                        };
                        append(cx, xs.borrow(), item.unwrap()).unwrap();
                    }
                    sort(cx, xs.borrow(), None, reverse).unwrap();
                    let mut sorted: Vec<_> = (0..n as usize)
                        .map(|i| view(&xs).get(i).unwrap())
                        .map(|item| repr(cx, &item))
                        .map(|text| {
                            let text = text.trim_matches(['(', ')', ',', '\'']);
                            let number = text.parse::<f64>().unwrap() as i64;
                            if kind == 2 { number - 50 } else { number }
                        })
                        .collect();
                    if reverse {
                        sorted.reverse();
                    }
                    assert_eq!(sorted, expected, "kind {kind}, {n} items");
                }
            }
        }
    });
}

#[test]
fn keys_decide_and_equal_ones_keep_their_order() {
    crate::testing::with_world(|cx| {
        static LAST_DIGIT: crate::args::NativeDef =
            crate::args::NativeDef::exactly("last_digit", 1, |cx, args| {
                cx.int(crate::int::to_i64(args.get(0).unwrap()).unwrap() % 10)
            });
        let key = crate::native::function(cx, &LAST_DIGIT, None).unwrap();
        let xs = list(cx, 0);
        for i in [31, 12, 21, 2, 11, 22] {
            append(cx, xs.borrow(), cx.int(i).unwrap()).unwrap();
        }
        sort(cx, xs.borrow(), Some(key.borrow()), false).unwrap();
        assert_eq!(items(&xs), [31, 21, 11, 12, 2, 22]);
        sort(cx, xs.borrow(), Some(key.borrow()), true).unwrap();
        assert_eq!(items(&xs), [12, 2, 22, 31, 21, 11]);
        let one = cx.int(1).unwrap();
        let error = sort(cx, xs.borrow(), Some(one.borrow()), true).unwrap_err();
        assert_eq!(message(cx, error), "TypeError: 'int' object is not callable");
        assert_eq!(items(&xs), [12, 2, 22, 31, 21, 11], "as it was");
    });
}
