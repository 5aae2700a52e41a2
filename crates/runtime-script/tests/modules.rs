//! The modules of the second ring: scripts that do what CPython 3.13 does, and leave nothing behind.
//!
//! `modules/NAME.py` holds a script, `NAME.out` what CPython writes, both streams in one;
//! `modules/regenerate.py` makes it (but for `strata`, which is not CPython's: that is by hand).
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use common::run;

/// The first line in which two texts differ.
fn first_difference(got: &str, expected: &str) -> Option<String> {
    let (mut a, mut b) = (got.lines(), expected.lines());
    for line in 1.. {
        match (a.next(), b.next()) {
            (None, None) => break,
            (x, y) if x == y => {}
            (x, y) => {
                let shown = |line: Option<&str>| line.unwrap_or("(the end)").to_owned();
                return Some(format!("line {line}: {}\n  expected: {}", shown(x), shown(y)));
            }
        }
    }
    None
}

#[test]
fn scripts_write_what_cpython_writes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/modules");
    let mut scripts: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "py"))
        .filter(|path| path.file_name().is_some_and(|name| name != "regenerate.py"))
        .collect();
    scripts.sort();
    assert!(scripts.len() >= 30, "the scripts are in {}", folder.display());
    let mut failures = String::new();
    for script in scripts {
        let expected = fs::read_to_string(script.with_extension("out")).unwrap();
        let name = script.file_stem().unwrap().to_string_lossy();
        let got = run(&name, &fs::read(&script).unwrap());
        if let Some(difference) = first_difference(&got, &expected) {
            writeln!(failures, "{}: {difference}", script.display()).unwrap();
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
}
