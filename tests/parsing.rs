//! Time to read a script: in proportion to its length, whatever it consists of.
//!
//! Measured is the time that the processor spent on the command, which a busy machine does not change
//! much; so there is one test only, which starts one process at a time.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

mod common;

use std::time::Duration;

use common::{Folder, Ran};

/// Every kind of token, and short pieces that repeat what is costly.
const TOKENS: &str = "( ) [ ] { } , : ; . ... -> = := ! + - * ** / // % @ << >> & | ^ ~ < > <= >= == != \
    += a 1 1.5 0x1f 1j 'a' \"b\" b'a' f'{a}' f'{' \"\"\" ''' f\"\"\" # $ ? \\ False None True and as \
    assert async await break class continue def del elif else except finally for from global if \
    import in is lambda nonlocal not or pass raise return try while with yield match case type _ \
    \u{e9} a. a; a, a=b= a<b f( f(a) a[0] [[a]] {**a, *a, @a lambda: -> a:= 1, (1) -1 (a:=1) f'{a!r:{b}}' \
    f'{{' '\\x41' {1:2}, [], (),";

/// The same with what a blank ends.
const WORDS: [&str; 33] = [
    "\n",
    " ",
    "\t",
    "\x0c",
    "\\\n",
    "\r",
    "\r\n",
    "a ",
    "a\n",
    "1 ",
    "'a' ",
    "not ",
    "lambda x: ",
    "x if y else ",
    "[x for x in ",
    "if a:\n ",
    "if 1:\n",
    "elif a:\n",
    "else:\n",
    "def f():",
    "x:int=1\n",
    "try:\n",
    "with a:",
    "while 1:",
    "for a in b:",
    "yield from ",
    "await ",
    "global a\n",
    "import a\n",
    "from a import b\n",
    "raise\n",
    "del a\n",
    "assert a\n",
];

/// Those that took the longest.
const COSTLY: [&str; 6] = ["a=b=", "a,", "f(a)\n", "x:int=1\n", "(1)", "a\n"];

/// How much slower the compiler's debug builds may be.
const SLOWER: u32 = if cfg!(debug_assertions) { 3 } else { 1 };

const MEGABYTE: usize = 1_000_000;

/// Processor time of the processes that have ended.
fn spent() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    // Behind the name in parentheses; times are in hundredths of a second.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    let ticks = |index: usize| fields[index].parse::<u64>().unwrap();
    Duration::from_millis(10 * (ticks(13) + ticks(14)))
}

/// How a run of this text went, and the time that it took.
fn timed(folder: &Folder, text: &str) -> (Ran, Duration) {
    let before = spent();
    let ran = folder.run(text, &["--timeout=60"]);
    (ran, spent() - before)
}

#[test]
fn reading_takes_time_in_proportion_to_the_text() {
    let folder = Folder::new();
    let tokens = TOKENS.split_whitespace().chain(WORDS);
    let sizes = tokens.map(|token| (token, MEGABYTE / 4));
    for (token, size) in sizes.chain(COSTLY.map(|token| (token, MEGABYTE))) {
        let (ran, time) = timed(&folder, &token.repeat(size / token.len()));
        let code = ran.code.unwrap_or(-1);
        assert!((0..=2).contains(&code), "{token:?} * {size} bytes: {code}, {:.200}", ran.err);
        let most = Duration::from_secs(1).mul_f64(size as f64 / MEGABYTE as f64) * SLOWER;
        assert!(time <= most, "{token:?} * {size} bytes took {time:?}, more than {most:?}");
    }
    let line = |i: usize| match i % 4 {
        0 => format!("x{} = {i}\n", i % 1000),
        1 => format!("if x{} >= 0:\n", (i - 1) % 1000),
        2 => "    y = 1 + 2  # a note\n".to_owned(),
        _ => "z = [y, 'text']\n".to_owned(),
    };
    let lines = |count: usize| -> String { (0..count).map(line).collect() };
    let (ran, quarter) = timed(&folder, &lines(250_000));
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let (ran, whole) = timed(&folder, &lines(1_000_000));
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(whole < quarter * 6, "a million lines took {whole:?}, a quarter of them {quarter:?}");
}
