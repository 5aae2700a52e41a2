//! The commands that look at lifetimes, as people use them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod common;

use common::{Folder, Ran, strata};

const SCRIPT: &str = "import sys\nx = [1.5]\ny = (x, x)\ndel x\nprint('hello')\nsys.exit(5)\n";

fn run(folder: &Folder, words: &[&str]) -> Ran {
    strata(folder.path()).args(words).output().unwrap().into()
}

fn folder(script: &str) -> Folder {
    let folder = Folder::new();
    std::fs::write(folder.path().join("t.py"), script).unwrap();
    folder
}

#[test]
fn a_log_goes_to_standard_output_and_the_script_keeps_its_exit_code() {
    let folder = folder(SCRIPT);
    let ran = run(&folder, &["lifetimes", "t.py"]);
    assert_eq!(ran.code, Some(5), "{ran:?}");
    assert_eq!(ran.err, "hello\n");
    for row in [
        "   2 | x = [1.5]",
        "       born       list#1                     56 B  pool in use",
        "       alive      list#1               held by tuple#1[1], tuple#1[0]",
        "       alive      tuple#1              held by the name y",
        "when the runtime ends",
        "       retired    list#1                           last reference",
    ] {
        assert!(ran.out.contains(row), "{row:?} is missing:\n{}", ran.out);
    }
    assert!(ran.out.lines().all(|line| line.chars().count() <= 80), "{}", ran.out);
}

#[test]
fn a_script_that_fails_is_logged_up_to_there() {
    let folder = folder("x = [1]\nx[7]\ny = [2]\n");
    let ran = run(&folder, &["lifetimes", "t.py", "--type", "list"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("IndexError: list index out of range"), "{}", ran.err);
    assert!(ran.out.contains("list#1") && !ran.out.contains("list#2"), "{}", ran.out);
}

#[test]
fn logs_and_maps_are_the_same_on_every_run() {
    let folder = folder(
        "class A:\n    pass\na = [A() for i in range(50)]\nb = {str(i): i * 1000 for i in range(40)}\n\
         del a[::2]\nfor i in range(9):\n    x = (i, i + 300)\n",
    );
    for words in
        [&["lifetimes", "t.py", "--all"][..], &["heap", "t.py"], &["heap", "t.py", "--json"]]
    {
        let first = run(&folder, words);
        assert_eq!(first.code, Some(0), "{first:?}");
        for _ in 0..3 {
            assert_eq!(run(&folder, words).out, first.out, "{words:?}");
        }
        assert!(!first.out.contains("0x"), "no address is shown");
    }
}

#[test]
fn what_is_not_there_is_refused_in_one_line_and_nothing_is_written() {
    let folder = folder(SCRIPT);
    for (words, said) in [
        (&["lifetimes", "u.py"][..], "strata: u.py: no such file\n"),
        (&["lifetimes", "t.py", "--line", "70"], "strata: --line 70: t.py has lines 1 to 6\n"),
        (
            &["lifetimes", "t.py", "--type", "tupel"],
            "strata: --type tupel: the script made no object of a type of this name\n",
        ),
        (
            &["heap", "t.py", "--at-line", "70"],
            "strata: --at-line 70: t.py never came to this line\n",
        ),
        (
            &["snapshot", "test", "nowhere"],
            "strata: nowhere: No such file or directory (os error 2)\n",
        ),
    ] {
        let ran = run(&folder, words);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{words:?}: {ran:?}");
        assert!(ran.err.ends_with(said), "{words:?}: {}", ran.err);
    }
}

#[test]
fn a_map_shows_what_keeps_each_arena() {
    let folder =
        folder("crowd = [x + 1 for x in [0.5] * 100_000]\nsurvivors = crowd[::20000]\ndel crowd\n");
    let ran = run(&folder, &["heap", "t.py"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    for name in ["float#20001", "float#40001", "float#60001", "float#80001"] {
        let row = ran.out.lines().find(|line| line.contains(name));
        let row = row.unwrap_or_else(|| panic!("{name} is not named:\n{}", ran.out));
        assert!(row.contains(" = 1.5, born on line 1, held by list#"), "{row}");
    }
    assert!(ran.out.contains("if these died, 1 MiB would go back to the system"), "{}", ran.out);
    assert!(ran.out.lines().all(|line| line.chars().count() <= 80), "{}", ran.out);
}

#[test]
fn a_changed_lifetime_is_caught_shown_and_accepted() {
    let folder = folder("x = [1]\ndel x\n");
    let test = &["snapshot", "test", "."];
    let first = run(&folder, test);
    assert_eq!(first.code, Some(1));
    assert!(first.out.contains("no snapshot yet"), "{}", first.out);
    assert!(folder.path().join("snapshots/t.snap.new").is_file());
    let accepted = run(&folder, &["snapshot", "accept", "."]);
    assert_eq!(
        (accepted.code, accepted.out.as_str()),
        (Some(0), "0 the same, 0 changed, 1 accepted\n")
    );
    assert!(!folder.path().join("snapshots/t.snap.new").exists());
    assert_eq!(run(&folder, test).code, Some(0));

    std::fs::write(folder.path().join("t.py"), "x = [1]\ny = x\ndel x\n").unwrap();
    let changed = run(&folder, test);
    assert_eq!(changed.code, Some(1));
    for row in [
        "-        retired    list#1",
        "+        alive      list#1               held by the name y",
    ] {
        assert!(changed.out.contains(row), "{row:?} is missing:\n{}", changed.out);
    }
    assert_eq!(run(&folder, &["snapshot", "accept", "."]).code, Some(0));
    let kept = std::fs::read_to_string(folder.path().join("snapshots/t.snap")).unwrap();
    assert!(kept.starts_with("---\nsource: t.py\n---\n"), "{kept}");
    assert_eq!(run(&folder, test).out, "1 the same, 0 changed, 0 accepted\n");
}
