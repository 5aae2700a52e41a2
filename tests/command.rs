//! The command line: what it accepts, what it says, how it ends.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

mod common;

use std::fmt::Write as _;
use std::io::Read;
use std::process::{Command, Stdio};

use common::{Folder, Ran, run, scripts, strata};

/// One line on standard error, nothing on standard output, exit code 2.
fn assert_refused(ran: &Ran, words: &[&str]) {
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{ran:?}");
    assert_eq!(ran.err.lines().count(), 1, "one message: {ran:?}");
    for word in words {
        assert!(ran.err.contains(word), "{word:?} is missing: {}", ran.err);
    }
}

#[test]
fn a_script_that_cannot_be_read_is_named_with_the_cause() {
    assert_refused(&run(&["run", "nowhere.py"]), &["nowhere.py", "no such file"]);
    assert_refused(&run(&["run", "."]), &[".: is a directory"]);
    assert_refused(&run(&["run", "tuple_loop.py/x.py"]), &["tuple_loop.py/x.py"]);
}

#[test]
fn bytes_that_are_not_utf8_are_refused_with_their_place() {
    let ran = Folder::new().run(b"x = 1\ny = '\xff'\n", &[]);
    assert_refused(&ran, &["t.py, line 2, column 6", "0xff", "UTF-8"]);
}

#[test]
fn a_construct_that_is_not_supported_is_refused_with_its_place_and_nothing_runs() {
    let ran = Folder::new().run("print('no')\nmatch 1:\n    case 1: pass\n", &[]);
    assert_refused(&ran, &["t.py, line 2, column 1", "match statements", "if/elif/else"]);
    let ran = Folder::new().run("print('no')\nasync def f(): pass\n", &[]);
    assert_refused(&ran, &["t.py, line 2", "async functions"]);
}

#[test]
fn wrong_words_on_the_command_line_end_with_2_and_run_nothing() {
    for (words, said) in [
        (&["run", "tuple_loop.py", "--stat"][..], "--stats"),
        (&["run", "tuple_loop.py", "--stats=xml"], "xml"),
        (&["run", "tuple_loop.py", "--max-memory=lots"], "64M"),
        (&["run", "tuple_loop.py", "--allocator=none"], "pymalloc"),
        (&["run"], "<FILE>"),
        (&["walk"], "walk"),
        (&[], "strata --help"),
    ] {
        let ran = run(words);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{words:?}: {ran:?}");
        assert!(ran.err.contains(said), "{words:?}: {ran:?}");
    }
}

#[test]
fn the_policy_says_when_cycles_are_collected() {
    let script = "\
import gc
alive = 0
class Pair:
    def __init__(self):
        global alive
        alive += 1
    def __del__(self):
        global alive
        alive -= 1
most = 0
for _ in range(5000):
    a, b = Pair(), Pair()
    a.other, b.other = b, a
    del a, b
    most = max(most, alive)
print(most, sum([row['collections'] for row in gc.get_stats()]))
";
    let figures = |policy: &str| {
        let ran = Folder::new().run(script, &[policy]);
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{policy}: {ran:?}");
        let numbers: Vec<u32> = ran.out.split_whitespace().map(|n| n.parse().unwrap()).collect();
        (numbers[0], numbers[1])
    };
    assert_eq!(figures("--gc=off"), (10_000, 0), "nothing is collected");
    let (most, collections) = figures("--gc=generational");
    assert!(most > 1000 && most < 3000, "above the threshold of 2000: {most}");
    assert!((4..=6).contains(&collections), "{collections}");
    let (most, collections) = figures("--gc=stress");
    assert!(most <= 4, "each pair is found at once: {most}");
    assert!(collections >= 5000, "{collections}");
}

#[test]
fn help_and_version_go_to_standard_output() {
    let pages = ["run", "repl", "check", "explain"].map(|command| [command, "--help"]);
    let pages = pages.iter().map(|words| &words[..]);
    for words in pages.chain([&["--help"][..], &["--version"]]) {
        let ran = run(words);
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{words:?}");
        assert!(ran.out.contains("strata"), "{words:?}: {}", ran.out);
        assert!(ran.out.lines().all(|line| line.chars().count() <= 80), "{}", ran.out);
    }
}

#[test]
fn words_after_the_script_are_the_scripts_and_dashes_come_after_two_dashes() {
    let folder = Folder::new();
    let script = "import sys\nprint(sys.argv)\n";
    for (words, argv) in [
        (&[][..], "['t.py']\n"),
        (&["a", "b c", "-5"], "['t.py', 'a', 'b c', '-5']\n"),
        (&["a", "--", "--stats", "-x"], "['t.py', 'a', '--stats', '-x']\n"),
    ] {
        let ran = folder.run(script, words);
        assert_eq!((ran.out.as_str(), ran.err.as_str(), ran.code), (argv, "", Some(0)));
    }
}

#[test]
fn stats_may_stand_before_or_after_the_script() {
    for words in [["run", "--stats", "lists_of_lists.py"], ["run", "lists_of_lists.py", "--stats"]]
    {
        let ran = run(&words);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        assert!(ran.err.contains("Births by layer"), "{ran:?}");
    }
}

#[test]
fn an_uncaught_exception_ends_with_1_and_its_traceback() {
    let ran = Folder::new().run("print('before')\nx = 1\nx / 0\n", &[]);
    assert_eq!((ran.out.as_str(), ran.code), ("before\n", Some(1)), "{ran:?}");
    assert!(ran.err.starts_with("Traceback (most recent call last):\n"), "{ran:?}");
    assert!(ran.err.ends_with("ZeroDivisionError: division by zero\n"), "{ran:?}");
}

#[test]
fn a_syntax_error_ends_with_1_and_nothing_runs() {
    let ran = Folder::new().run("print('no')\nx = = 5\n", &[]);
    assert_eq!((ran.out.as_str(), ran.code), ("", Some(1)), "{ran:?}");
    assert!(ran.err.contains("line 2"), "{ran:?}");
    assert!(ran.err.ends_with("SyntaxError: invalid syntax\n"), "{ran:?}");
}

#[test]
fn sys_exit_gives_its_code() {
    for (call, code) in [("sys.exit()", 0), ("sys.exit(7)", 7), ("sys.exit(257)", 1)] {
        let ran = Folder::new().run(format!("import sys\n{call}\n"), &[]);
        assert_eq!(ran.code, Some(code), "{call}: {ran:?}");
    }
}

#[test]
fn memory_that_cannot_be_had_is_a_memory_error() {
    let folder = Folder::new();
    let script = "try:\n    x = [0] * 10**12\nexcept MemoryError:\n    print('refused')\n";
    let ran = folder.run(script, &[]);
    assert_eq!((ran.out.as_str(), ran.code), ("refused\n", Some(0)), "{ran:?}");
    let script = "xs = []\nwhile True:\n    xs.append((1, len(xs)))\n";
    let ran = folder.run(script, &["--max-memory=16M"]);
    assert!(ran.err.contains("MemoryError"), "{ran:?}");
    assert_eq!(ran.code, Some(3), "{ran:?}");
    let last = ran.err.lines().last().unwrap();
    assert!(last.contains("limit") && last.contains("memory"), "{ran:?}");
}

#[test]
fn a_limit_that_does_not_hold_the_runtime_is_said() {
    let ran = Folder::new().run("print(1)\n", &["--max-memory=1K"]);
    assert_eq!((ran.out.as_str(), ran.code), ("", Some(3)), "{ran:?}");
    assert!(ran.err.contains("limit") && ran.err.contains("memory"), "{ran:?}");
}

#[test]
fn a_reader_that_has_gone_away_ends_the_script_quietly() {
    let folder = Folder::new();
    let script = "i = 0\nwhile True:\n    print('line', i)\n    i += 1\n";
    std::fs::write(folder.path().join("t.py"), script).unwrap();
    let mut child = strata(folder.path())
        .args(["run", "t.py"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut some = [0; 10];
    child.stdout.take().unwrap().read_exact(&mut some).unwrap();
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert_eq!((some.as_slice(), ran.err.as_str(), ran.code), (&b"line 0\nlin"[..], "", Some(120)));
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_said() {
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let output = strata(&scripts()).args(["run", "lists_of_lists.py"]).stdout(full).output();
    let ran = Ran::from(output.unwrap());
    assert_eq!(ran.code, Some(120), "{ran:?}");
    assert!(ran.err.contains("cannot write standard output"), "{ran:?}");
}

#[test]
fn standard_output_comes_before_what_is_written_to_standard_error_after_it() {
    let folder = Folder::new();
    let script = "import sys\nprint('one')\nprint('two', file=sys.stderr)\nprint('three')\n";
    std::fs::write(folder.path().join("t.py"), script).unwrap();
    let shell = format!("exec {} run t.py 2>&1", env!("CARGO_BIN_EXE_strata"));
    let both = Command::new("sh").args(["-c", &shell]).current_dir(folder.path()).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&both.stdout), "one\ntwo\nthree\n");
}

/// 100,000 of anything that nests, on a stack of 512 KiB.
#[test]
fn endless_nesting_is_a_refusal_on_a_small_stack() {
    const DEEP: usize = 100_000;
    let folder = Folder::new();
    let mut scripts = vec![
        format!("x = 1{}", " + 1".repeat(DEEP)),
        format!("x = {}1", "1 ** ".repeat(DEEP)),
        format!("x = {}1", "1 if 1 else ".repeat(DEEP)),
        format!("x = {}1", "lambda: ".repeat(DEEP)),
        format!("if 1: pass\n{}", "elif 1: pass\n".repeat(DEEP)),
        format!("x = y{}", ".a".repeat(DEEP)),
        format!("x = y{}", "()".repeat(DEEP)),
        format!("x = y{}", "[0]".repeat(DEEP)),
        format!("x = {}1", "a := ".repeat(DEEP)),
        format!("{}1", "x = ".repeat(DEEP)),
        format!("x = 1{}", " < 1".repeat(DEEP)),
        format!("x = 1{}", " and 1".repeat(DEEP)),
        format!("x = {}1{}", "f'{".repeat(DEEP), "}'".repeat(DEEP)),
    ];
    scripts.extend(
        ["(", "[", "{", "-", "~", "not ", "*", "**", "await ", "yield "]
            .map(|token| format!("x = {}", token.repeat(DEEP))),
    );
    let mut nested = String::new();
    for depth in 0..200 {
        let _ = writeln!(nested, "{}if 1:", " ".repeat(depth));
    }
    scripts.push(nested);
    for script in &scripts {
        std::fs::write(folder.path().join("t.py"), script).unwrap();
        let shell = format!("ulimit -s 512; exec {} run t.py", env!("CARGO_BIN_EXE_strata"));
        let output =
            Command::new("sh").args(["-c", &shell]).current_dir(folder.path()).output().unwrap();
        let ran = Ran::from(output);
        let head: String = script.chars().take(30).collect();
        let err: String = ran.err.chars().take(300).collect();
        // A refusal or CPython's syntax error; chains that are flat may simply run.
        let fine = matches!(ran.code, Some(0..=2));
        assert!(fine, "{head}...: {:?}: {err}", ran.code);
    }
}

#[test]
fn a_script_may_come_from_standard_input_or_the_command_line() {
    let folder = Folder::new();
    std::fs::write(folder.path().join("helper.py"), "x = 'helped'\n").unwrap();
    let script = "import sys, helper\nprint(sys.argv, helper.x, '__file__' in globals())\n1 / 0\n";
    let ran: Ran =
        strata(folder.path()).args(["run", "-c", script, "a", "b"]).output().unwrap().into();
    assert_eq!((ran.code, ran.out.as_str()), (Some(1), "['-c', 'a', 'b'] helped False\n"));
    let traceback = "Traceback (most recent call last):\n  File \"<string>\", line 3, in <module>\n    \
                     1 / 0\n    ~~^~~\nZeroDivisionError: division by zero\n";
    assert_eq!(ran.err, traceback);
    let mut child = strata(folder.path())
        .args(["run", "-", "a"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), script.as_bytes()).unwrap();
    let ran: Ran = child.wait_with_output().unwrap().into();
    assert_eq!((ran.code, ran.out.as_str()), (Some(1), "['-', 'a'] helped True\n"));
    let traceback = "Traceback (most recent call last):\n  File \"<stdin>\", line 3, in <module>\n\
                     ZeroDivisionError: division by zero\n";
    assert_eq!(ran.err, traceback);
    assert_refused(&run(&["run"]), &["<FILE>"]);
}

#[test]
fn hashes_are_those_of_cpython_with_the_same_seed() {
    let hash = |seed: &[&str]| {
        let ran = run(&[&["run", "-c", "print(hash('abc'))"][..], seed].concat());
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{ran:?}");
        ran.out.trim().parse::<i64>().unwrap()
    };
    assert_eq!(hash(&["--hash-seed=7"]), -7_459_679_063_432_183_616);
    assert_eq!(hash(&[]), hash(&["--hash-seed=0"]));
    let random = [0; 4].map(|_| hash(&["--hash-seed=random"]));
    assert!(random.iter().any(|&other| other != random[0]), "{random:?}");
    assert_refused(&run(&["run", "-c", "1", "--hash-seed=many"]), &["--hash-seed", "4294967295"]);
}

#[test]
fn refusals_are_explained() {
    let ran = run(&["explain", "S001"]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{ran:?}");
    for words in ["S001: match statements\n", "    match command:\n", "Instead, write the cases"] {
        assert!(ran.out.contains(words), "{words}: {}", ran.out);
    }
    assert_eq!(run(&["explain", "[s001]"]).out, ran.out, "as it stands in a message");
    let list = run(&["explain"]).out;
    for line in list.lines().filter(|line| line.starts_with("  S")) {
        let ran = run(&["explain", &line[2..6]]);
        assert_eq!(ran.code, Some(0), "{line}: {ran:?}");
        assert!(ran.out.lines().all(|line| line.chars().count() <= 80), "{}", ran.out);
    }
    assert!(list.contains("  S902  expressions nested this deeply\n"), "{list}");
    assert_refused(&run(&["explain", "S999"]), &["S999", "strata explain"]);
}

#[test]
fn a_parse_without_memory_for_its_stack_is_refused() {
    let folder = Folder::new();
    std::fs::write(folder.path().join("t.py"), "print(1)\n").unwrap();
    // How much the program takes before it parses depends on how it was built; the stack is 16 MiB.
    let refused = (1..100).map(|step| step * 8000).find(|limit| {
        let line = format!("ulimit -v {limit} && exec \"$STRATA\" run t.py");
        let mut shell = Command::new("sh");
        shell.args(["-c", &line]).env("STRATA", env!("CARGO_BIN_EXE_strata"));
        let ran = shell.current_dir(folder.path()).output().unwrap();
        let error = String::from_utf8_lossy(&ran.stderr).into_owned();
        error.contains("t.py, line 1, column 1: ") && error.contains("[S903]")
    });
    assert!(refused.is_some(), "no limit leaves the parser without a stack");
}
