//! Every code point's facts against digests that `tools/make_unicode_tables.py` took from CPython.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what a helper cannot do fails its test"
)]

use runtime_types::kernel::unicode::{self, CaseMap};

const DIGESTS: &str = include_str!("kernel_data/unicode_digests.txt");

#[test]
fn every_code_point_is_what_cpython_says() {
    let tests: [fn(u32) -> bool; 13] = [
        unicode::is_alpha,
        unicode::is_decimal,
        unicode::is_digit,
        unicode::is_numeric,
        unicode::is_space,
        unicode::is_printable,
        unicode::is_upper,
        unicode::is_lower,
        unicode::is_title,
        unicode::is_xid_start,
        unicode::is_xid_continue,
        unicode::is_cased,
        unicode::is_case_ignorable,
    ];
    let maps = [CaseMap::Upper, CaseMap::Lower, CaseMap::Title, CaseMap::Fold];
    for (plane, line) in (0_u32..17).zip(DIGESTS.lines()) {
        let mut state = 0xcbf2_9ce4_8422_2325_u64;
        let mut word = |word: u64| state = (state ^ word).wrapping_mul(0x100_0000_01b3);
        for code in plane << 16..(plane + 1) << 16 {
            let flags = tests.iter().enumerate().map(|(bit, test)| u64::from(test(code)) << bit);
            word(flags.sum());
            word(unicode::digit_value(code).map_or(255, u64::from));
            for map in maps {
                word(map.map(code).len() as u64);
                map.map(code).for_each(|code| word(code.into()));
            }
        }
        assert_eq!(format!("{plane} {state:016x}"), line);
    }
    assert_eq!(DIGESTS.lines().count(), 17);
}

#[test]
fn beyond_unicode_there_is_nothing() {
    for code in [0x11_0000, u32::MAX] {
        assert!(!unicode::is_printable(code) && !unicode::is_alpha(code));
        assert_eq!(unicode::decimal_value(code), None);
        assert_eq!(CaseMap::Upper.map(code).collect::<Vec<_>>(), [code]);
    }
}
