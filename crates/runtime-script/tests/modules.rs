//! The modules of the second ring: scripts that do what CPython 3.13 does, and leave nothing behind.
//!
//! `modules/NAME.py` holds a script, `NAME.out` what CPython writes, both streams in one;
//! `modules/regenerate.py` makes it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::cell::RefCell;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::rc::Rc;

use runtime_script::syntax::Source;
use runtime_script::{Config, Interp, Outcome};
use runtime_types::Console;

/// Both streams on one tape.
#[derive(Clone, Default)]
struct Tape(Rc<RefCell<Vec<u8>>>);

impl Console for Tape {
    fn out(&self, bytes: &[u8]) -> std::io::Result<()> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(())
    }

    fn err(&self, bytes: &[u8]) -> std::io::Result<()> {
        self.out(bytes)
    }

    fn flush(&self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Runs a script; gives what it wrote, and what its runtime left behind if anything.
fn run(script: Vec<u8>) -> String {
    let tape = Tape::default();
    let source = Source::new("case.py", script).unwrap();
    let interp = Interp::new(Config::default(), Box::new(tape.clone())).unwrap();
    let outcome = interp.run_main(source, &[]);
    let left = interp.finish();
    let mut text = String::from_utf8_lossy(&tape.0.borrow()).into_owned();
    if let Outcome::Fault(fault) = outcome {
        writeln!(text, "not run: {fault:?}").unwrap();
    }
    if left.leaked_blocks + left.leaked_raw != 0 {
        writeln!(text, "left: {} blocks, {} raw", left.leaked_blocks, left.leaked_raw).unwrap();
    }
    without_addresses(&text)
}

fn without_addresses(text: &str) -> String {
    let mut pieces = text.split("0x");
    let mut clean = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let digits = piece.bytes().take_while(u8::is_ascii_hexdigit).count();
        let (address, rest) = piece.split_at(digits);
        clean.push_str("0x");
        clean.push_str(if digits < 6 { address } else { "ADDR" });
        clean.push_str(rest);
    }
    clean
}

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
    assert!(scripts.len() >= 10, "the scripts are in {}", folder.display());
    let mut failures = String::new();
    for script in scripts {
        let expected = fs::read_to_string(script.with_extension("out")).unwrap();
        let got = run(fs::read(&script).unwrap());
        if let Some(difference) = first_difference(&got, &expected) {
            writeln!(failures, "{}: {difference}", script.display()).unwrap();
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
}
