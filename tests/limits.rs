//! Limits on steps and time, and Ctrl-C: what ends a script, how soon, and that nothing of it runs
//! after that.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use common::{Folder, Ran, strata};

/// Code 3 and one line on standard error with these words.
fn assert_stopped(ran: &Ran, words: &[&str], script: &str) {
    assert_eq!(ran.code, Some(3), "{script}\n{ran:?}");
    assert_eq!(ran.err.lines().count(), 1, "{script}\n{ran:?}");
    for word in words {
        assert!(ran.err.contains(word), "{word:?} is missing\n{script}\n{ran:?}");
    }
}

/// Each would go on for ever, and catches all that can be caught.
const CLINGING: &[&str] = &[
    "while True:\n    try:\n        while True: pass\n    except BaseException: print('caught')\n",
    "try:\n    while True: pass\nfinally:\n    print('finally')\n",
    "try:\n    while True: pass\nexcept:\n    print('bare')\nprint('after')\n",
    "class C:
    def __enter__(self): pass
    def __exit__(self, *exc):
        print('exit')
        return True
with C():
    while True: pass
print('after')
",
    "class C:
    def __del__(self):
        print('del')
        while True: pass
c = C()
def f():
    d = C()
    while True: pass
f()
",
    "class C:
    def __del__(self):
        while True: pass
c = C()
del c
print('after')
",
    "def g():
    try:
        yield 1
    finally:
        print('generator')
x = g()
next(x)
while True: pass
",
    "import weakref
class C: pass
c = C()
r = weakref.ref(c, lambda r: print('callback'))
weakref.finalize(c, print, 'finalize')
while True: pass
",
    "class C:
    def __eq__(self, other):
        while True: pass
    __hash__ = None
[C()].count(C())
print('after')
",
    "class C:
    def __getattr__(self, name):
        while True: pass
print(hasattr(C(), 'x'), 'after')
",
    "def f():
    try: f()
    except RecursionError: pass
    f()
while True:
    try: f()
    except BaseException: print('caught')
",
    "import gc
gc.callbacks.append(lambda *a: print('gc'))
gc.disable()
x = [0 for y in iter(int, 1) if y]
",
];

#[test]
fn nothing_of_a_script_runs_after_its_last_step() {
    let folder = Folder::new();
    for script in CLINGING {
        let ran = folder.run(script, &["--max-steps=20000"]);
        assert_stopped(&ran, &["limit", "20000 steps", "t.py, line ", "--max-steps"], script);
        let out = ran.out.replace("del\n", "");
        assert!(out.is_empty(), "{script}\n{ran:?}");
    }
}

#[test]
fn nothing_of_a_script_runs_after_its_time() {
    let folder = Folder::new();
    for script in CLINGING {
        let began = Instant::now();
        let ran = folder.run(script, &["--timeout=0.1"]);
        assert!(began.elapsed() < Duration::from_secs(2), "{script}: {:?}", began.elapsed());
        assert_stopped(&ran, &["limit", "time", "0.1 s", "--timeout"], script);
        let out = ran.out.replace("del\n", "");
        assert!(out.is_empty(), "{script}\n{ran:?}");
    }
}

#[test]
fn the_same_steps_are_counted_each_time_and_more_of_them_change_nothing() {
    let folder = Folder::new();
    let script = "n = 0\nwhile n < 500:\n    n += 1\nprint(sum(range(100)), n)\n";
    let least = (1..2000)
        .step_by(100)
        .find(|steps| folder.run(script, &[&format!("--max-steps={steps}")]).code == Some(0));
    let least = least.unwrap();
    assert!((501..=801).contains(&least), "500 turns, 100 items: {least}");
    let ran = folder.run(script, &["--max-steps=1_000_000"]);
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (Some(0), "4950 500\n", ""));
}

/// One native call each that would take hours.
const NATIVE: &[&str] = &[
    "sum(range(10**15))",
    "max(range(10**15))",
    "-1 in iter(range(10**15))",
    "any(map(bool, iter(int, 1)))",
    "next(filter(None, iter(int, 1)))",
    "list(filter(None, iter(int, 1)))",
    "set(iter(int, 1))",
    "dict(iter(lambda: (0, 0), 1))",
    "''.join(filter(None, iter(str, 1)))",
    "range(10**15).count('a')",
    "x = 'a,' * 10**7\nwhile True: x.split(','); x.replace(',', ';'); x.upper()",
    "x = [1.5] * 10**7\nwhile True: x + x; x[::2]; x * 2; tuple(x) * 2; x.count(2)",
    "3 ** 10**9",
    "import math; math.factorial(10**8)",
    "import math; math.prod(range(1, 10**9))",
    "import time; time.sleep(10**6)",
    "x = []\nfor i in range(200): x = [x, x]\ny = []\nfor i in range(200): y = [y, y]\nx == y",
    "x = ()\nfor i in range(200): x = (x, x)\nhash(x)",
    "x = ()\nfor i in range(200): x = (x, x)\nisinstance(1, x)",
    "x = [i * 7919 % 1000003 for i in range(30000)]\nwhile True: sorted(x, key=str)",
];

#[test]
fn native_loops_mind_the_clock() {
    let folder = Folder::new();
    for script in NATIVE {
        let began = Instant::now();
        let ran = folder.run(script, &["--timeout=0.1", "--max-memory=1G"]);
        assert_stopped(&ran, &["the time limit of 0.1 s was reached at", "t.py, line "], script);
        assert!(began.elapsed() < Duration::from_secs(2), "{script}: {:?}", began.elapsed());
    }
}

#[test]
fn native_loops_count_their_steps() {
    let folder = Folder::new();
    for script in NATIVE.iter().filter(|script| !script.contains("sleep")) {
        let ran = folder.run(script, &["--max-steps=100000", "--max-memory=1G"]);
        assert_stopped(&ran, &["the limit of 100000 steps was reached at"], script);
    }
}

#[test]
fn a_script_that_waits_for_input_minds_the_clock() {
    let folder = Folder::new();
    std::fs::write(folder.path().join("t.py"), "input()\n").unwrap();
    let mut child = strata(folder.path())
        .args(["run", "t.py", "--timeout=0.1"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let held = child.stdin.take();
    let ran: Ran = child.wait_with_output().unwrap().into();
    drop(held);
    assert_stopped(&ran, &["the time limit of 0.1 s was reached at", "line 1"], "input()");
}

#[test]
fn finalizers_at_the_end_mind_the_limits_too() {
    let script =
        "class C:\n    def __del__(self):\n        while True: pass\nc = C()\nprint('ran')\n";
    for limit in ["--max-steps=1000", "--timeout=0.2"] {
        let ran = Folder::new().run(script, &[limit]);
        assert_stopped(&ran, &["limit", limit.split('=').next().unwrap()], script);
        assert_eq!(ran.out, "ran\n");
    }
}

/// A script that has said `ready`.
fn ready(folder: &Folder, script: &str) -> (Child, BufReader<std::process::ChildStdout>) {
    std::fs::write(folder.path().join("t.py"), script).unwrap();
    let mut child = strata(folder.path())
        .args(["run", "t.py"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    wait_for(&mut out, "ready");
    (child, out)
}

fn wait_for(out: &mut impl BufRead, word: &str) {
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    assert_eq!(line.trim(), word);
}

fn press_ctrl_c(child: &Child) {
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
}

/// How a script that was interrupted ended, and how long that took.
fn end(mut child: Child, mut out: impl Read) -> (Ran, Duration) {
    let began = Instant::now();
    let mut text = String::new();
    out.read_to_string(&mut text).unwrap();
    let held = child.stdin.take();
    let mut ran: Ran = child.wait_with_output().unwrap().into();
    drop(held);
    ran.out = text;
    (ran, began.elapsed())
}

#[test]
fn ctrl_c_ends_a_script_with_its_traceback_and_130() {
    let ready_then = |rest: &str| format!("print('ready', flush=True)\n{rest}\n");
    for rest in [
        "while True: pass",
        "sum(range(10**15))",
        "3 ** 10**9",
        "import time; time.sleep(1000)",
        "input()",
        "[x for x in iter(int, 1) if x]",
    ] {
        let folder = Folder::new();
        let (child, out) = ready(&folder, &ready_then(rest));
        std::thread::sleep(Duration::from_millis(30));
        press_ctrl_c(&child);
        let (ran, took) = end(child, out);
        assert_eq!(ran.code, Some(130), "{rest}: {ran:?}");
        assert!(ran.err.starts_with("Traceback (most recent call last):\n"), "{rest}: {ran:?}");
        assert!(ran.err.contains("t.py\", line 2, in <module>"), "{rest}: {ran:?}");
        assert!(ran.err.ends_with("KeyboardInterrupt\n"), "{rest}: {ran:?}");
        // Far more than the 50 ms that it takes: the machine may be busy.
        assert!(took < Duration::from_secs(2), "{rest}: {took:?}");
    }
}

#[test]
fn ctrl_c_can_be_caught_each_time() {
    let folder = Folder::new();
    let script = "
import time
print('ready', flush=True)
for i in range(3):
    try:
        print('waiting', flush=True)
        time.sleep(1000)
    except KeyboardInterrupt:
        print('caught', flush=True)
print('done', flush=True)
";
    let (child, mut out) = ready(&folder, script);
    for _ in 0..3 {
        wait_for(&mut out, "waiting");
        press_ctrl_c(&child);
        wait_for(&mut out, "caught");
    }
    let (ran, _) = end(child, out);
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (Some(0), "done\n", ""));
}
