//! `strata check`: what it compares, what it says, how it ends. The Python is a stand-in that says
//! what the test wants; one test asks the real one, where there is one.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use common::{Folder, Ran, root, run, strata};

/// A folder with a script and a Python that runs `body` (of a shell) for it.
fn folder(script: &str, body: &str) -> Folder {
    let folder = Folder::new();
    std::fs::write(folder.path().join("t.py"), script).unwrap();
    let python = folder.path().join("python");
    let body = format!(
        "#!/bin/sh\nif [ \"$1\" = --version ]; then echo Python 3.13.9; exit; fi\n{body}\n"
    );
    std::fs::write(&python, body).unwrap();
    std::fs::set_permissions(&python, std::fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

fn check(folder: &Folder, words: &[&str]) -> Ran {
    let command = ["check", "--against", "./python"];
    strata(folder.path()).args(command).args(words).output().unwrap().into()
}

#[test]
fn scripts_that_agree_are_only_counted() {
    let folder = folder("print('same')\n", "echo same");
    let ran = check(&folder, &["t.py"]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{ran:?}");
    assert_eq!(ran.out, "1 script against Python 3.13.9: 1 agree, 0 differ\n");
    let ran = check(&folder, &["t.py", ".", "--verbose"]);
    assert_eq!(ran.out.lines().count(), 3, "{ran:?}");
    assert!(ran.out.starts_with("t.py: same\n./t.py: same\n2 scripts against"), "{ran:?}");
}

#[test]
fn the_first_difference_is_shown_and_the_code_is_1() {
    for (script, body, said) in [
        (
            "print('a')\nprint('b')\n",
            "echo a; echo c",
            "t.py: line 2 of the output differs\n  Python  c\n  Strata  b\n",
        ),
        (
            "print('a')\n",
            "echo a; exit 3",
            "t.py: the exit code differs\n  Python  3\n  Strata  0\n",
        ),
        (
            "1 / 0\n",
            "echo 'ZeroDivisionError: other' >&2; exit 1",
            "t.py: the last line of the traceback differs\n  Python  ZeroDivisionError: other\n  \
             Strata  ZeroDivisionError: division by zero\n",
        ),
        ("match 1:\n    case 1: pass\n", "", "t.py: refused: "),
        (
            "x = (1, 2)  # compare: size x\n",
            "printf '\\036compare 1\\tsize x\\t48\\n' >&2",
            "t.py: line 1, size x differs\n  Python  48\n  Strata  56\n",
        ),
        (
            "x = 1  # compare: order\n",
            "",
            "t.py: the order of the marked lines differs\n  Python  (nothing)\n  Strata  line 1, order\n",
        ),
    ] {
        let ran = check(&folder(script, body), &["t.py"]);
        assert_eq!((ran.code, ran.err.as_str()), (Some(1), ""), "{ran:?}");
        assert!(ran.out.starts_with(said), "{said}\n{ran:?}");
        assert!(
            ran.out.ends_with("1 script against Python 3.13.9: 0 agree, 1 differ\n"),
            "{ran:?}"
        );
    }
}

#[test]
fn marked_lines_are_compared_by_what_they_ask_for() {
    let script = "\
class C:
    def __init__(self, name): self.name = name
    def __del__(self):
        pass  # compare: order self.name
a, b = C('a'), C('b')
x = [1, 2, 3]  # compare: size x, refs x, id x
del a, b
x = None  # compare: id x
x = 7  # compare: id None
";
    let record = |text: &str| format!("printf '\\036compare {text}\\n' >&2\n");
    let size = std::mem::size_of::<usize>() * 11;
    let body: String = [
        format!("6\\tsize x\\t{size}"),
        "6\\trefs x\\t2".to_owned(),
        "6\\tid x\\t1000".to_owned(),
        "4\\torder self.name\\ta".to_owned(),
        "4\\torder self.name\\tb".to_owned(),
        "8\\tid x\\t2000".to_owned(),
        "9\\tid None\\t2000".to_owned(),
    ]
    .iter()
    .map(|text| record(text))
    .collect();
    let ran = check(&folder(script, &body), &["t.py"]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{ran:?}");
}

#[test]
fn a_run_that_does_not_end_is_ended() {
    let folder = folder("while True: pass\n", "exit 0");
    let ran = check(&folder, &["t.py", "--timeout=0.2"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.out.starts_with("t.py: Strata did not end in time\n"), "{ran:?}");
}

#[test]
fn wrong_words_are_one_line_and_2() {
    let folder = folder("x = 1  # compare: weight x\n", "exit 0");
    std::fs::create_dir(folder.path().join("empty")).unwrap();
    for (words, said) in [
        (&["t.py", "--against", "no-such-python"][..], "no-such-python: not found"),
        (&["nowhere.py"], "nowhere.py: no such file"),
        (&["empty"], "empty: no scripts"),
        (&["t.py"], "t.py: line 1: `weight x` is no probe"),
        (&[], "<FILES>"),
        (&["t.py", "--timeout=0"], "--timeout"),
    ] {
        let ran: Ran = match words.contains(&"--against") {
            true => strata(folder.path()).arg("check").args(words).output().unwrap().into(),
            false => check(&folder, words),
        };
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{words:?}: {ran:?}");
        assert!(ran.err.contains(said), "{words:?}: {ran:?}");
        assert_eq!(ran.err.lines().count(), 1, "{words:?}: {ran:?}");
    }
}

#[test]
fn another_version_is_no_python_to_compare_with() {
    let folder = Folder::new();
    std::fs::write(folder.path().join("t.py"), "").unwrap();
    let python = folder.path().join("python");
    std::fs::write(&python, "#!/bin/sh\necho Python 3.8.1\n").unwrap();
    std::fs::set_permissions(&python, std::fs::Permissions::from_mode(0o755)).unwrap();
    let ran = check(&folder, &["t.py"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.err.contains("is Python 3.8.1; Strata follows 3.13"), "{ran:?}");
}

/// Where CPython 3.13 is at hand, the scripts that the book shows agree with it, marks included.
#[test]
fn the_real_python_agrees_where_there_is_one() {
    let asked = Command::new("python3.13").arg("--version").output();
    if !asked.is_ok_and(|answer| answer.status.success()) {
        return;
    }
    let script = root().join("examples/scripts/compared.py");
    let ran = run(&["check", script.to_str().unwrap()]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
}
