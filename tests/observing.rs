//! The commands that look at lifetimes, as people use them.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod common;

use std::io::Read;
use std::process::{Command, Stdio};

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
        "       alive      list#1               held by tuple#1[0], tuple#1[1]",
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
fn a_script_that_a_limit_ends_is_logged_up_to_there() {
    let endless = "a = [1.5]\nwhile True:\n    b = (a, a)\n";
    let growing = "a = [1.5]\nb = []\nwhile True:\n    b.append((a, a))\n";
    for (script, limit, said) in [
        (endless, ["--max-steps", "2000"], "the limit of 2000 steps was reached at "),
        (endless, ["--timeout", "0.2"], "the time limit of 0.2 s was reached at "),
        (growing, ["--max-memory", "16M"], "the memory limit of 16777216 bytes was reached"),
    ] {
        let folder = folder(script);
        let ran = run(&folder, &["lifetimes", "t.py", limit[0], limit[1]]);
        assert_eq!(ran.code, Some(3), "{ran:?}");
        assert!(ran.err.contains(said), "{}", ran.err);
        for row in ["   1 | a = [1.5]", "       born       tuple#1 ", "still alive after the last"]
        {
            assert!(ran.out.contains(row), "{row:?} is missing:\n{}", ran.out);
        }
    }
}

#[test]
fn a_script_that_is_interrupted_is_logged_up_to_there() {
    let folder = folder("a = [1.5]\nprint('ready', flush=True)\nwhile True:\n    b = (a, a)\n");
    let mut child = strata(folder.path())
        .args(["lifetimes", "t.py"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut err = child.stderr.take().unwrap();
    let mut ready = [0; 6];
    err.read_exact(&mut ready).unwrap();
    assert_eq!(&ready, b"ready\n", "what the script writes goes to standard error at once");
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    let ran: Ran = child.wait_with_output().unwrap().into();
    let mut said = String::new();
    err.read_to_string(&mut said).unwrap();
    assert_eq!(ran.code, Some(130), "{ran:?}");
    assert!(said.contains("KeyboardInterrupt"), "{said}");
    assert!(ran.out.contains("       born       list#1 "), "{}", ran.out);
    assert!(ran.out.contains("held by the name a, tuple#"), "{}", ran.out);
}

#[test]
fn a_reader_that_has_seen_enough_ends_a_log_of_all() {
    let folder = folder("for i in range(20_000):\n    x = (i, i)\n");
    let mut child = strata(folder.path())
        .args(["lifetimes", "--all", "t.py"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut start = [0; 100];
    child.stdout.take().unwrap().read_exact(&mut start).unwrap();
    let ran: Ran = child.wait_with_output().unwrap().into();
    assert_eq!((ran.code, ran.err.as_str()), (Some(120), ""));
}

#[test]
fn no_address_is_shown() {
    let folder = folder(
        "class A:\n    pass\na = A()\nd = {id(a): [1.5], repr(a): [2.5], hex(id(a)): [3.5]}\n\
         n = str(id(a))\nd[n] = [n, repr(a), hex(id(a))]\n",
    );
    for words in [
        &["lifetimes", "t.py"][..],
        &["heap", "t.py"],
        &["why", "t.py", "--line", "6", "--name", "n"],
        &["layout", "t.py", "--line", "6", "--name", "n"],
    ] {
        let first = run(&folder, words);
        assert_eq!(first.code, Some(0), "{first:?}");
        // Addresses differ from run to run.
        for _ in 0..3 {
            assert_eq!(run(&folder, words).out, first.out, "{words:?}");
        }
    }
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
        (&["snapshot", "test", "nowhere"], "strata: nowhere: no such folder\n"),
        (&["snapshot"], "strata: a command is missing: strata snapshot <COMMAND>\n"),
        (&["lifetimes", "t.py", "--line", "70"], "strata: --line 70: t.py has lines 1 to 6\n"),
        (
            &["lifetimes", "t.py", "--type", "tupel"],
            "strata: --type tupel: the script made no object of a type of this name\n",
        ),
        (
            &["heap", "t.py", "--at-line", "70"],
            "strata: --at-line 70: t.py never came to this line\n",
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

#[test]
fn the_autopsy_of_a_million_names_the_survivors_and_what_their_deaths_would_give_back() {
    let folder =
        folder("crowd = [x + 1 for x in [0.5] * 1_000_000]\nkept = crowd[::1000]\ndel crowd\n");
    let ran = run(&folder, &["heap", "t.py"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let arenas: Vec<&str> = ran
        .out
        .split("why arenas stay")
        .nth(1)
        .unwrap()
        .split("\n  a")
        .skip(2)
        .filter(|arena| arena.contains("float#"))
        .collect();
    assert!(arenas.len() >= 28, "{}", ran.out);
    for arena in arenas {
        assert!(arena.contains(" = 1.5, born on line 1, held by list#4["), "{arena}");
        // All that lies there are survivors, some by name and the rest by number.
        let number = |text: &str| -> usize { text.trim().parse().unwrap() };
        let head: Vec<&str> = arena.lines().next().unwrap().split([':', ';', ',']).collect();
        let [_, blocks, .., retired] = head[..] else { panic!("{arena}") };
        let blocks = number(blocks.trim_end_matches(" blocks"));
        let retired = number(retired.trim_end_matches(" retired"));
        let named = arena.lines().filter(|line| line.contains("float#")).count();
        let more = arena.lines().find_map(|line| line.trim().strip_prefix("... and "));
        let more = more.map_or(0, |more| number(more.trim_end_matches(" more")));
        assert_eq!(named + more + retired, blocks, "{arena}");
        assert!(arena.contains("if these died, 1 MiB would go back to the system"), "{arena}");
    }
}

#[test]
fn when_the_survivors_of_one_arena_die_exactly_that_arena_goes_back() {
    let folder = folder(
        "import strata\n\
         crowd = [x + 1 for x in [0.5] * 1_000_000]\n\
         kept = crowd[::1000]\n\
         del crowd\n\
         def arena(x):\n    return int(strata.block_of(x)['place'].split('/')[0][1:])\n\
         homes = [arena(x) for x in kept]\n\
         one = sorted(set(homes))[3]\n\
         before = strata.heap()\n\
         kept = [x for x, home in zip(kept, homes) if home != one]\n\
         after = strata.heap()\n\
         print(before['arenas'] - after['arenas'],\n      after['arenas_released'] - before['arenas_released'])\n\
         print(one in [arena(x) for x in kept], len(kept) < 1000 < len(kept) + 40)\n",
    );
    let ran = run(&folder, &["run", "t.py"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), "1 1\nFalse True\n"), "{}", ran.err);
}

const HELD: &str = "\
import sys
class Node:
    def __init__(self, next):
        self.next = next
x = ['a', 1.5]
pairs = [(x, x)]
def f(arg):
    kept = lambda: arg
    print(sys.getrefcount(arg))
    return kept
table = {'k': x, 7: Node(x)}
f(x)
del table
print(sys.getrefcount(x))
";

#[test]
fn why_names_the_holder_of_each_unit_and_the_way_that_keeps_the_object() {
    let folder = folder(HELD);
    let inside = run(&folder, &["why", "t.py", "--line", "9", "--name", "arg"]);
    // What the script itself was told at these lines.
    assert_eq!((inside.code, inside.err.as_str()), (Some(0), "7\n4\n"));
    let (head, rest) = inside.out.split_once('\n').unwrap();
    assert!(head.starts_with("arg on line 9 of t.py, in f: list#1, 2 items, at a0/p"), "{head}");
    assert!(head.ends_with(", born on line 5"), "{head}");
    assert_eq!(
        rest,
        "
count 6; sys.getrefcount(arg) says 7, since the call holds it, too

  cell#1                value
  variable of __main__  x
  dict#3                ['k']
  tuple#3               [0]
  tuple#3               [1]
  Node#1                .next

kept alive by the variable arg of f -> value
"
    );
    let outside = run(&folder, &["why", "t.py", "--line", "14", "--name", "x"]);
    assert!(outside.out.contains("\ncount 3; sys.getrefcount(x) says 4,"), "{}", outside.out);
    assert!(outside.out.ends_with("\nkept alive by the name x\n"), "{}", outside.out);
    let made = run(&folder, &["why", "t.py", "--line", "4", "--name", "self"]);
    assert!(made.out.contains("\n  native code that called __init__\n"), "{}", made.out);
    let none = run(&folder, &["why", "t.py", "--line", "4", "--name", "None"]);
    assert!(none.out.contains("immortal"), "{}", none.out);
}

#[test]
fn a_layout_shows_fields_slack_and_neighbours() {
    let folder = folder(HELD);
    let ran = run(&folder, &["layout", "t.py", "--line", "14", "--name", "x"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let rows = "
offset  bytes  field
   -16      8  collector: next
    -8      8  collector: previous, flags
     0      8  reference count            3
     8      8  type                       list
    16      8  length                     2
    24      8  items
    32      8  room
    40      8  slack: its block has 64 bytes

beside it an array of 16 bytes, in a block of 16

neighbours in the pool
";
    assert!(ran.out.contains(rows), "{}", ran.out);
    let around = ran.out.split(rows).nth(1).unwrap();
    assert_eq!(around.lines().filter(|row| row.ends_with("  list#1")).count(), 1, "{around}");
    assert_eq!(around.lines().count(), 3, "{around}");
}

#[test]
fn a_line_or_a_name_that_is_not_there_is_refused() {
    let folder = folder(HELD);
    for (words, said) in [
        (["--line", "70", "--name", "x"], "strata: --line 70: t.py never came to this line\n"),
        (
            ["--line", "14", "--name", "table"],
            "strata: --name table: no such name is bound when line 14 of t.py is about to run\n",
        ),
    ] {
        for command in ["why", "layout"] {
            let ran = run(&folder, &[&[command, "t.py"], &words[..]].concat());
            assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{ran:?}");
            assert!(ran.err.ends_with(said), "{}", ran.err);
        }
    }
}

#[test]
fn every_row_fits_in_80_columns() {
    let long =
        "a_name_that_goes_on_and_on_for_more_than_the_columns_of_a_terminal_of_eighty_columns";
    let class = "AClassWhoseNameIsLongerThanAnybodyWouldWriteItInAProgramOfTheirOwnToBeSure";
    let folder = folder(&format!(
        "import collections\nclass {class}:\n    pass\n{long} = [{class}() for i in range(3)]\n\
         日本語日本語日本語日本語日本語 = ['日本語' * 20, {long}]\n\
         d = {{'k' * 200: {long}, ({long}[0],): [1.5], {long}[1]: 2}}\n\
         x = [[{long}] * 20, '日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語']\n\
         for i in range(30):\n    x = [x]\nz = x\n"
    ));
    for words in [
        &["lifetimes", "t.py"][..],
        &["lifetimes", "t.py", "--all"],
        &["heap", "t.py"],
        &["why", "t.py", "--line", "10", "--name", long],
        &["layout", "t.py", "--line", "10", "--name", long],
        &["why", "t.py", "--line", "10", "--name", class],
    ] {
        let ran = run(&folder, words);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        let wide = |line: &&str| strata::observe::columns_of(line) > 80;
        assert_eq!(ran.out.lines().find(wide), None, "{words:?}");
    }
}

#[test]
fn a_holder_of_very_many_references_takes_a_few_rows() {
    let folder = folder("x = [1.5]\ny = [x] * 100_000\nz = [y]\n");
    let ran = run(&folder, &["why", "t.py", "--line", "3", "--name", "x"]);
    assert!(ran.out.contains("\ncount 100001; sys.getrefcount(x) says 100002,"), "{}", ran.out);
    assert!(
        ran.out.contains("[7]\n  list#3                ... and 99992 times more\n"),
        "{}",
        ran.out
    );
    assert!(ran.out.lines().count() < 20, "{}", ran.out);
}

#[test]
fn the_debug_hooks_hide_no_holder() {
    let folder = folder("x = [[1.5]]\nd = {1: x}\n");
    let plain = run(&folder, &["lifetimes", "t.py"]);
    let hooked = run(&folder, &["lifetimes", "t.py", "--debug-heap"]);
    let held = |ran: &Ran| -> Vec<String> {
        ran.out.lines().filter(|row| row.contains(" alive ")).map(str::to_owned).collect()
    };
    assert!(held(&plain).len() >= 3, "{}", plain.out);
    assert_eq!(held(&plain), held(&hooked));
}

#[test]
fn an_autopsy_names_objects_first_and_whose_arrays_lie_there() {
    let folder = folder("x = [[i] for i in range(20)]\nd = {1: x}\n");
    let ran = run(&folder, &["heap", "t.py"]);
    let why = ran.out.split("why arenas stay").nth(1).unwrap();
    assert!(why.contains("list#"), "{why}");
    assert!(!why.contains("array\n"), "{why}");
    let folder = self::folder("x = [None]\n");
    let ran = run(&folder, &["heap", "t.py"]);
    assert!(ran.out.contains("array, held by list#1\n"), "{}", ran.out);
}

#[test]
fn a_limit_that_a_last_finalizer_exceeds_is_said() {
    let folder = folder(
        "class A:\n    def __del__(self):\n        while True:\n            pass\na = A()\n",
    );
    let ran = run(&folder, &["lifetimes", "t.py", "--max-steps", "5000"]);
    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert_eq!(ran.err, "strata: the limit of 5000 steps was reached (--max-steps)\n");
    assert!(ran.out.contains("A#1"), "{}", ran.out);
}

#[test]
fn nothing_on_a_line_is_said_too() {
    let folder = folder("x = [1]\npass\n");
    let ran = run(&folder, &["lifetimes", "t.py", "--line", "2"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), "no object was born on line 2\n"));
    let ran = run(&folder, &["lifetimes", "t.py", "--line", "2", "--type", "list"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
    assert_eq!(
        ran.err,
        "strata: --type list --line 2: no object of a type of this name was born there\n"
    );
}

#[test]
fn a_snapshot_of_a_script_that_never_ends_ends() {
    let folder = Folder::new();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("a.py", "while True:\n    x = [1]\n");
    write("b.py", "x = [1]\n");
    write("c.py", "def f(:\n");
    let accept = &["snapshot", "accept", ".", "--max-steps", "5000"];
    let ran = run(&folder, accept);
    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert_eq!(ran.out, "0 the same, 0 changed, 1 accepted, 2 not run\n");
    assert!(
        ran.err.contains("strata: the limit of 5000 steps was reached at ./a.py, line "),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("c.py\", line 1"), "{}", ran.err);
    assert!(!folder.path().join("snapshots/a.snap").exists());
    // The others are held all the same.
    let ran = run(&folder, &["snapshot", "test", ".", "--max-steps", "5000"]);
    assert_eq!(
        (ran.code, ran.out.as_str()),
        (Some(3), "1 the same, 0 changed, 0 accepted, 2 not run\n")
    );
    write("a.py", "import time\ntime.sleep(1000)\n");
    let ran = run(&folder, &["snapshot", "test", ".", "--timeout", "0.2"]);
    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert!(
        ran.err.contains(
            "strata: the time limit of 0.2 s was reached at ./a.py, line 2 (--timeout)\n"
        ),
        "{}",
        ran.err
    );
    // Without an option there is a limit, too.
    let help = run(&folder, &["snapshot", "test", "--help"]).out;
    assert!(help.contains("--timeout <SECONDS>") && help.contains("[default: 60]"), "{help}");
}

#[test]
fn what_cannot_be_written_is_said_once_and_ends_with_120() {
    let folder = folder("x = [1]\ny = x\n");
    let full = || std::fs::File::options().write(true).open("/dev/full").unwrap();
    for words in [
        &["lifetimes", "t.py"][..],
        &["heap", "t.py"],
        &["why", "t.py", "--line", "2", "--name", "x"],
        &["layout", "t.py", "--line", "2", "--name", "x"],
        &["snapshot", "test", "."],
        &["explain"],
        &["--help"],
        &["--version"],
    ] {
        let ran: Ran = strata(folder.path()).args(words).stdout(full()).output().unwrap().into();
        assert_eq!(ran.code, Some(120), "{words:?}: {ran:?}");
        assert!(
            ran.err.starts_with("strata: cannot write standard output: "),
            "{words:?}: {ran:?}"
        );
        assert_eq!(ran.err.lines().count(), 1, "{words:?}: {ran:?}");
    }
    let stats = |to: &str| run(&folder, &["run", "t.py", "--stats-to", to]);
    let ran = stats("/dev/full");
    assert_eq!(ran.code, Some(120));
    assert!(ran.err.starts_with("strata: cannot write the report to /dev/full: "), "{}", ran.err);
    let ran = stats("nowhere/report");
    assert_eq!(ran.code, Some(2));
    assert_eq!(ran.err, "strata: --stats-to nowhere/report: there is no such folder\n");
}
