//! Programs of the kind that people write to learn and to measure: each does what CPython 3.13 does.
//!
//! `tests/programs/NAME.out` is what CPython printed, `NAME.err` its last line of standard error, for
//! those that end by an exception. `python3.13 tests/programs/matrix_of_headings.py` shows which part
//! of the language each of them uses.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use std::fmt::Write as _;
use std::path::PathBuf;

use common::{root, strata};

/// The set; it does not shrink.
const NAMES: [&str; 30] = [
    "avl_tree",
    "bank",
    "big_numbers",
    "byte_protocol",
    "delta_blue",
    "descriptors",
    "dijkstra",
    "evaluator",
    "event_queue",
    "fannkuch",
    "fractions_class",
    "game_of_life",
    "gc_cycles",
    "huffman",
    "knapsack",
    "lru_cache",
    "mandelbrot",
    "matrix",
    "n_body",
    "n_queens",
    "resources",
    "ring_buffer",
    "spectral_norm",
    "string_search",
    "sudoku",
    "task_scheduler",
    "text_report",
    "trie",
    "union_find",
    "weak_cache",
];

/// Programs that wait for a module of the standard library, sorted, one a line.
fn waiting() -> Vec<String> {
    let text = std::fs::read_to_string(folder().join("waiting.txt")).unwrap();
    text.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
}

fn folder() -> PathBuf {
    root().join("tests/programs")
}

#[test]
fn each_program_does_what_cpython_does() {
    let waiting = waiting();
    let mut report = String::new();
    for name in NAMES {
        let stored = |end: &str| std::fs::read_to_string(folder().join(format!("{name}.{end}")));
        let ran = strata(&folder()).args(["run", &format!("{name}.py")]).output().unwrap();
        let out = String::from_utf8_lossy(&ran.stdout).into_owned();
        let err = String::from_utf8_lossy(&ran.stderr).into_owned();
        let (expected, last) = (stored("out").unwrap(), stored("err").unwrap_or_default());
        let code = i32::from(!last.is_empty());
        let same = out == expected
            && ran.status.code() == Some(code)
            && err.lines().last().unwrap_or("") == last.trim_end();
        if waiting.iter().any(|waiting| waiting == name) {
            if same {
                println!("{name} passes: take it off tests/programs/waiting.txt");
            } else if !err.contains("ModuleNotFoundError") {
                let _ = writeln!(report, "--- {name} waits for no module\n{err}");
            }
        } else if !same {
            let line = out.lines().zip(expected.lines()).find(|(found, wanted)| found != wanted);
            let _ = writeln!(report, "--- {name}, {:?}: {line:?}\n{err}", ran.status);
        }
    }
    assert!(report.is_empty(), "{report}");
}

#[test]
fn the_set_is_whole_and_each_program_is_long_enough() {
    for name in NAMES {
        let text = std::fs::read_to_string(folder().join(format!("{name}.py"))).unwrap();
        let lines = text.lines().filter(|line| !line.trim().is_empty()).count();
        assert!(lines >= 80, "{name} has {lines} lines");
    }
    assert!(waiting().is_sorted() && waiting().iter().all(|name| NAMES.contains(&name.as_str())));
}
