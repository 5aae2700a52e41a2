//! Generators and `with`: scripts that do what CPython 3.13 does, and what no script can see.
//!
//! `generators/cases.txt` holds the scripts, `expected.txt` what CPython writes, both streams in one;
//! `regenerate.py` makes it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

/// Runs a case; each is the file `case.py`.
fn run(script: &str) -> String {
    common::run("case", script.as_bytes())
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
        assert_eq!(run(script), expected, "{name}");
        count += 1;
    }
    assert_eq!(count, parts(cases).count());
}

/// Runs a script on a stack of 512 KiB.
fn run_on_a_small_stack(script: &'static str) -> String {
    let run = move || run(script);
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
    assert_eq!(run_on_a_small_stack(script), "waiting\nguarded\nnever started\n");
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
    assert_eq!(run_on_a_small_stack(script), expected);
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
    assert_eq!(run(script), "24\n");
}
