//! Modules of the second ring: scripts that write what CPython 3.13 writes.
//!
//! `modules2/NAME.py` is run and must write `NAME.out`, both streams in one; `regenerate.py` makes
//! those from CPython (but that of `strata`, which is not CPython's, is written by hand).
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::cell::RefCell;
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

/// Runs a script; gives what it wrote. Its runtime must leave nothing behind.
fn run(name: &str, script: Vec<u8>) -> String {
    let tape = Tape::default();
    let source = Source::new(format!("{name}.py"), script).unwrap();
    let interp = Interp::new(Config::default(), Box::new(tape.clone())).unwrap();
    let outcome = interp.run_main(source, &[]);
    assert!(!matches!(outcome, Outcome::Fault(_)), "{name}: {outcome:?}");
    let left = interp.finish();
    assert_eq!(left.leaked_blocks + left.leaked_raw, 0, "{name} leaves blocks");
    let text = String::from_utf8(tape.0.take()).unwrap();
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

/// Runs the script of this name beside its expected output.
fn check(name: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/modules2");
    let script = std::fs::read(folder.join(format!("{name}.py"))).unwrap();
    let expected = std::fs::read_to_string(folder.join(format!("{name}.out"))).unwrap();
    let written = run(name, script);
    let differs = written.lines().zip(expected.lines()).position(|(a, b)| a != b);
    if let Some(at) = differs {
        let line = |text: &str| text.lines().nth(at).unwrap_or_default().to_owned();
        panic!("{name}.out, line {}: {}\nwritten: {}", at + 1, line(&expected), line(&written));
    }
    assert_eq!(written, expected, "{name}");
}

macro_rules! scripts {
    ($($name:ident)*) => {
        $(#[test]
        fn $name() {
            check(stringify!($name));
        })*

        #[test]
        fn every_script_is_run() {
            let named = [$(stringify!($name)),*];
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/modules2");
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.extension().is_some_and(|end| end == "out") {
                    let name = path.file_stem().unwrap().to_string_lossy().into_owned();
                    assert!(named.contains(&name.as_str()), "{name} is not run");
                }
            }
        }
    };
}

scripts! {
    abstract_classes
    annotations
    contexts
    container_classes
    copies
    data_classes
    enumerations
    future_annotations
    memory_streams
    metaclasses
    random_numbers
    strata_module
    string_names
    typing_collections
    typing_names
}
