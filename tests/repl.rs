//! `strata repl` in a pipe: what goes to standard output and what to standard error, as
//! `python3.13 -i -q` has it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use std::io::Write;
use std::process::Stdio;

use common::{Folder, Ran, strata};

/// A session with this input.
fn session(input: &str, words: &[&str]) -> Ran {
    let folder = Folder::new();
    std::fs::write(folder.path().join("helper.py"), "answer = 42\n").unwrap();
    let mut child = strata(folder.path())
        .arg("repl")
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut to = child.stdin.take().unwrap();
    to.write_all(input.as_bytes()).unwrap();
    drop(to);
    child.wait_with_output().unwrap().into()
}

/// Output, standard error and code of a session.
#[track_caller]
fn assert_session(input: &str, out: &str, err: &str, code: i32) {
    let ran = session(input, &[]);
    assert_eq!((ran.out.as_str(), ran.err.as_str(), ran.code), (out, err, Some(code)));
}

#[test]
fn values_are_shown_and_kept_as_underscore() {
    assert_session(
        "1 + 1\n_ * 21\nNone\n_\n'text'\nx = 5\n_\nx; x + 1\n'doc'\n__doc__\n",
        "2\n42\n42\n'text'\n'text'\n5\n6\n'doc'\n",
        &format!("{}\n", ">>> ".repeat(11)),
        0,
    );
}

#[test]
fn compound_statements_end_at_an_empty_line_and_show_the_values_in_them() {
    assert_session(
        "for i in range(3):\n    i\n\ndef f():\n    'not shown'\n    return 3\n\nf()\n",
        "0\n1\n2\n3\n",
        ">>> ... ... >>> ... ... ... >>> >>> \n",
        0,
    );
}

#[test]
fn what_is_raised_is_shown_with_its_line_and_the_session_goes_on() {
    assert_session(
        "def f(x):\n    return 1 / x\n\nf(0)\nx = )\nundefined\nasync def f(): pass\n\n'on'\n",
        "'on'\n",
        ">>> ... ... >>> Traceback (most recent call last):
  File \"<stdin>\", line 1, in <module>
    f(0)
    ~^^^
  File \"<stdin>\", line 2, in f
    return 1 / x
           ~~^~~
ZeroDivisionError: division by zero
>>>   File \"<stdin>\", line 1
    x = )
        ^
SyntaxError: unmatched ')'
>>> Traceback (most recent call last):
  File \"<stdin>\", line 1, in <module>
    undefined
NameError: name 'undefined' is not defined
>>> <stdin>, line 1, column 1: async functions are not supported; write a plain function or a \
generator [S002]
>>> >>> >>> \n",
        0,
    );
}

#[test]
fn a_line_behind_a_block_is_wrong_and_only_that_is_thrown_away() {
    assert_session(
        "if 1:\n  print(3)\nx = 5\n'on'\n",
        "'on'\n",
        ">>> ... ...   File \"<stdin>\", line 3
    x = 5
    ^
SyntaxError: invalid syntax
>>> >>> \n",
        0,
    );
}

#[test]
fn exit_and_quit_leave_with_their_code_and_the_end_of_input_with_0() {
    for (input, code) in [
        ("exit()\n", 0),
        ("quit(3)\n", 3),
        ("raise SystemExit(4)\n", 4),
        ("", 0),
        ("if 1:\n  2\n", 0),
    ] {
        assert_eq!(session(input, &[]).code, Some(code), "{input}");
    }
    let ran = session("exit\nquit\nimport sys\nsys.argv\n__name__\n", &[]);
    let said = "Use exit() or Ctrl-D (i.e. EOF) to exit\nUse quit() or Ctrl-D (i.e. EOF) to exit\n";
    assert_eq!(ran.out, format!("{said}['']\n'__main__'\n"));
}

#[test]
fn input_reads_the_next_line_and_modules_lie_in_the_present_folder() {
    let ran = session("x = input()\nthe next line\nx\nimport helper\nhelper.answer\n", &[]);
    assert_eq!((ran.out.as_str(), ran.code), ("'the next line'\n42\n", Some(0)), "{ran:?}");
}

#[test]
fn limits_end_a_session() {
    let ran = session("1\nwhile True: pass\n\n2\n", &["--max-steps=1000"]);
    assert_eq!((ran.out.as_str(), ran.code), ("1\n", Some(3)));
    assert!(ran.err.ends_with(
        "strata: the limit of 1000 steps was reached at <stdin>, line 1 (--max-steps)\n"
    ));
}

#[test]
fn the_end_of_the_time_ends_a_session_that_waits() {
    let folder = Folder::new();
    let mut child = strata(folder.path())
        .args(["repl", "--timeout=0.1"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let held = child.stdin.take();
    let ran: Ran = child.wait_with_output().unwrap().into();
    drop(held);
    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert!(ran.err.contains("the time limit of 0.1 s was reached"), "{ran:?}");
}

#[test]
fn objects_of_a_session_are_finalised_at_its_end() {
    let class = "class C:\n    def __del__(self): print('gone')\n\n";
    assert_eq!(session(&format!("{class}c = C()\n'end'\n"), &[]).out, "'end'\ngone\n");
}
