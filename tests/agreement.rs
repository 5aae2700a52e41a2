//! What CPython settles by the thousand: sizes by every construction path, what each operation on each
//! type answers to operands of each type, how each attribute of a built-in type is read and written,
//! memory for each object.
//!
//! `tests/agreement/` has the programs, and beside them what CPython 3.13 said; `regenerate.py` there
//! has it say so again. None of these tests needs CPython, but for the long run:
//!
//! ```console
//! $ STRATA_OPERATIONS=50 cargo test --release --test agreement -- --nocapture
//! ```
//!
//! makes fifty calls for each pair of an operation and a kind of operand, more than a million, and
//! holds every answer against a `python3.13`, where one is found.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

mod common;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{Ran, figure, root, stats_of, strata};

fn folder() -> PathBuf {
    root().join("tests/agreement")
}

fn expected(name: &str) -> String {
    std::fs::read_to_string(folder().join(name)).unwrap()
}

/// Runs one of the programs; it must end well, and with nothing on standard error.
fn run(words: &[&str], options: &[&str]) -> Ran {
    let ran: Ran =
        strata(&folder()).arg("run").args(options).arg("--").args(words).output().unwrap().into();
    assert_eq!(ran.code, Some(0), "{words:?}: {}", ran.err);
    ran
}

/// Lines by what stands in front of the colon or, for digests, of the first space.
fn by_name(text: &str, separator: char) -> BTreeMap<&str, &str> {
    text.lines().filter_map(|line| line.split_once(separator)).collect()
}

#[test]
fn sizes_are_those_of_cpython_by_every_way_to_make_an_object() {
    let (ran, said) = (run(&["sizes.py"], &[]), expected("sizes.txt"));
    let (ours, theirs) = (by_name(&ran.out, ':'), by_name(&said, ':'));
    assert!(theirs.len() > 180, "only {} ways", theirs.len());
    for (way, sizes) in &theirs {
        assert_eq!(ours.get(way), Some(sizes), "{way}");
    }
    assert_eq!(ours.len(), theirs.len());
}

#[test]
fn every_operation_answers_as_cpython_with_every_block_guarded() {
    let (ran, said) = (
        run(&["operations.py", "digest", "1", "3"], &["--debug-heap"]),
        expected("operations.txt"),
    );
    let (ours, theirs) = (by_name(&ran.out, ' '), by_name(&said, ' '));
    assert!(theirs.len() > 600, "only {} operations", theirs.len());
    let mut wrong = Vec::new();
    for (operation, digest) in &theirs {
        if ours.get(operation) != Some(digest) {
            wrong.push(*operation);
        }
    }
    assert!(
        wrong.is_empty(),
        "other answers to {wrong:?}; to see them, compare what `operations.py lines 1 3 OPERATION` \
         prints under Strata and under CPython 3.13 with PYTHONHASHSEED=0"
    );
    assert_eq!(ours.len(), theirs.len());
}

#[test]
fn every_attribute_of_a_built_in_type_is_kept_read_and_written_as_in_cpython() {
    let (ran, said) = (run(&["attributes.py", "digest"], &[]), expected("attributes.txt"));
    let (ours, theirs) = (by_name(&ran.out, ' '), by_name(&said, ' '));
    assert!(theirs.len() > 180, "only {} attributes", theirs.len());
    for (attribute, told) in &theirs {
        assert_eq!(
            ours.get(attribute),
            Some(told),
            "{attribute}; to see what differs, compare what `attributes.py lines {attribute}` prints \
             under Strata and under CPython 3.13 with PYTHONHASHSEED=0"
        );
    }
    assert_eq!(ours.len(), theirs.len());
}

/// The long run, when it is asked for.
#[test]
fn a_million_calls_do_nothing_but_answer() {
    let Ok(rounds) = std::env::var("STRATA_OPERATIONS") else { return };
    for seed in ["2", "3"] {
        let words = ["operations.py", "digest", seed, &rounds];
        let ran = run(&words, &["--debug-heap", "--max-memory=4G"]);
        println!("seed {seed}: {}", ran.out.lines().last().unwrap_or_default());
        let Some(python) = python() else {
            println!("not held against CPython: no python3.13 was found");
            continue;
        };
        let mut command = Command::new(python);
        command.args(["-W", "ignore"]).args(words).current_dir(folder());
        let said: Ran = command.env("PYTHONHASHSEED", "0").output().unwrap().into();
        let (ours, theirs) = (by_name(&ran.out, ' '), by_name(&said.out, ' '));
        let differ = |operation: &&&str| ours.get(**operation) != theirs.get(**operation);
        let wrong: Vec<_> = theirs.keys().filter(differ).collect();
        assert!(wrong.is_empty(), "seed {seed}: other answers to {wrong:?}");
    }
}

/// A CPython 3.13: on the path, or one of pyenv's.
fn python() -> Option<PathBuf> {
    let mut places: Vec<PathBuf> =
        std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).collect();
    if let Some(home) = std::env::var_os("HOME") {
        let versions = std::fs::read_dir(Path::new(&home).join(".pyenv/versions"));
        places.extend(versions.into_iter().flatten().flatten().map(|e| e.path().join("bin")));
    }
    let works = |file: &PathBuf| {
        let output = Command::new(file).args(["-c", "import sys; print(sys.version)"]).output();
        output.is_ok_and(|output| output.stdout.starts_with(b"3.13"))
    };
    places.into_iter().map(|place| place.join("python3.13")).find(works)
}

/// Objects of each kind: enough that the pages of the program and the half-filled pool do not show.
const COUNT: usize = 40_000;

/// Bytes of the heap, its tables and headers included, while `COUNT` objects are held.
fn held(kind: &str) -> usize {
    let ran = run(&["memory.py", kind, &COUNT.to_string()], &["--stats=json"]);
    let stats = stats_of(&ran);
    let of = |path: &str| usize::try_from(figure(&stats, path)).unwrap();
    let arenas = of("arenas.current") * of("heap.arena_size");
    arenas - of("bytes.unused_pools") - of("bytes.free_blocks")
        + of("bytes.large")
        + of("bytes.tables")
}

#[test]
fn no_object_takes_more_memory_than_cpython_s() {
    let nothing = held("nothing");
    let said = expected("memory.txt");
    let kinds = by_name(&said, ':');
    assert!(kinds.len() > 40, "only {} kinds", kinds.len());
    let mut above = Vec::new();
    println!("{:<32}{:>9}{:>9}", "bytes for each", "Strata", "CPython");
    for (kind, theirs) in kinds {
        let theirs: f64 = theirs.trim().parse().unwrap();
        let ours = held(kind).saturating_sub(nothing) as f64 / COUNT as f64;
        println!("{kind:<32}{ours:>9.1}{theirs:>9.1}");
        // CPython's figure is of whole pages of the process: a hundredth, and a byte, of what it says.
        if ours > theirs * 1.01 + 1.0 {
            above.push(format!("{kind}: {ours:.1} against {theirs:.1}"));
        }
    }
    assert!(above.is_empty(), "{above:#?}");
}
