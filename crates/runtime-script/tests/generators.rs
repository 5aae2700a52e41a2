//! Generators and `with`: scripts that do what CPython 3.13 does, and what no script can see.
//!
//! `generators/cases.txt` holds the scripts, `expected.txt` what CPython writes, both streams in one;
//! `regenerate.py` makes it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::cell::RefCell;
use std::rc::Rc;

use runtime_script::syntax::Source;
use runtime_script::{Config, Interp, Outcome};
use runtime_types::Console;

/// Both streams on one tape.
#[derive(Clone, Default)]
struct Tape(Rc<RefCell<Vec<u8>>>);

impl Tape {
    fn text(&self) -> String {
        String::from_utf8(self.0.borrow().clone()).unwrap()
    }
}

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
fn run(name: &str, script: &str) -> String {
    let tape = Tape::default();
    let source = Source::new("case.py", script.as_bytes().to_vec()).unwrap();
    let interp = Interp::new(Config::default(), Box::new(tape.clone())).unwrap();
    let outcome = interp.run_main(source, &[]);
    assert!(!matches!(outcome, Outcome::Fault(_)), "{name}: {outcome:?}");
    let left = interp.finish();
    assert_eq!(left.leaked_blocks + left.leaked_raw, 0, "{name} leaves blocks");
    without_addresses(&tape.text())
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

/// The parts of a file by their headings.
fn parts(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split("#--- ").filter_map(|part| part.split_once('\n'))
}

#[test]
fn scripts_write_what_cpython_writes() {
    let cases = include_str!("generators/cases.txt");
    let expected = include_str!("generators/expected.txt");
    let mut count = 0;
    for ((name, script), (same, expected)) in parts(cases).zip(parts(expected)) {
        assert_eq!(name, same, "run regenerate.py");
        assert_eq!(run(name, script), expected, "{name}");
        count += 1;
    }
    assert_eq!(count, parts(cases).count());
}

/// Runs a script on a stack of 512 KiB.
fn run_on_a_small_stack(name: &'static str, script: &'static str) -> String {
    let run = move || run(name, script);
    std::thread::Builder::new().stack_size(512 << 10).spawn(run).unwrap().join().unwrap()
}

#[test]
fn long_chains_of_generators_are_freed_on_a_small_stack() {
    let script = "
def waiting(inner):
    yield 1
    yield inner
def guarded(inner):
    try:
        yield 1
    finally:
        inner = None
for function in (waiting, guarded):
    chain = None
    for i in range(300000):
        chain = function(chain)
        next(chain)
    chain = None
    print(function.__name__)
chain = ()
for i in range(300000):
    chain = (x for x in chain)
chain = None
print('never started')
";
    assert_eq!(run_on_a_small_stack("chains", script), "waiting\nguarded\nnever started\n");
}

#[test]
fn delegation_is_as_deep_as_frames_may_nest() {
    let script = "
import sys
def first():
    try:
        yield 1
    except KeyError:
        yield 2
def outer(inner):
    yield from inner
sys.setrecursionlimit(50000)
chain = first()
for i in range(20000):
    chain = outer(chain)
print(next(chain), list(chain))
chain = first()
for i in range(5000):
    chain = outer(chain)
print(next(chain), chain.throw(KeyError('k')), list(chain))
sys.setrecursionlimit(1000)
chain = first()
for i in range(2000):
    chain = outer(chain)
try:
    next(chain)
except RecursionError as error:
    print(error)
print(next(chain, 'over'))
";
    let expected = "1 []\n1 2 []\nmaximum recursion depth exceeded\nover\n";
    assert_eq!(run_on_a_small_stack("delegation", script), expected);
}

#[test]
fn a_generator_says_the_size_of_its_block() {
    let script = "
import sys
def none():
    yield
def three(a, b, c):
    yield
small, large = sys.getsizeof(none()), sys.getsizeof(three(1, 2, 3))
print(large - small)
";
    assert_eq!(run("sizes", script), "24\n");
}
