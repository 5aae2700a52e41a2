//! The corpus: every script under `tests/conformance/` does what CPython 3.13 does.
//!
//! How a run is compared is said in `tests/conformance/README.md`. Scripts that are known not to
//! pass yet are listed in `tests/conformance/pending.txt`, which only shrinks:
//!
//! ```text
//! cargo test --test conformance                              all, two at a time
//! CONFORMANCE_FILTER=gc/ cargo test --test conformance       those whose name holds "gc/"
//! UPDATE_PENDING=1 cargo test --test conformance             takes what passes off the list
//! ```
//!
//! Each script also passes with the debug hooks, with every block from the system's allocator, and
//! with collections at every turn, but for those that ask for what is another there: each mode has a
//! list of its own, `tests/conformance/except-MODE.txt`, with a reason for each name. The optimised
//! build runs the modes; `CONFORMANCE_MODES=1` has them run in a debug build.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Scripts that run at once.
const AT_ONCE: usize = 2;

/// A script needs half a second under CPython; this is for a slow machine and a debug build.
const TIME_LIMIT: Duration = Duration::from_secs(30);

#[test]
fn the_corpus_passes_but_for_the_pending_scripts() {
    let corpus = corpus();
    let filter = std::env::var("CONFORMANCE_FILTER").unwrap_or_default();
    let names: Vec<String> = names(&corpus).into_iter().filter(|n| n.contains(&filter)).collect();
    assert!(!names.is_empty(), "no script's name holds {filter:?}");
    let pending = Pending::read(&corpus);
    let failures = run_all(&corpus, &names);
    let failed: BTreeSet<&str> = failures.iter().map(|(name, _)| name.as_str()).collect();

    let mut report = String::new();
    for (name, why) in failures.iter().filter(|(name, _)| !pending.lists(name)) {
        let _ = writeln!(report, "\n--- {name} fails\n{why}");
    }
    let passed: BTreeSet<&str> =
        names.iter().map(String::as_str).filter(|name| !failed.contains(name)).collect();
    let now_pass: Vec<&str> = passed.iter().copied().filter(|name| pending.lists(name)).collect();
    if std::env::var_os("UPDATE_PENDING").is_some() {
        pending.write_without(&corpus, &passed);
    } else if !now_pass.is_empty() {
        let _ = writeln!(
            report,
            "\n--- pending scripts that pass: take them off the list (UPDATE_PENDING=1 does it)\n{}",
            now_pass.join("\n")
        );
    }
    for name in pending.names.iter().filter(|name| !corpus.join(format!("{name}.py")).exists()) {
        let _ = writeln!(report, "\n--- pending.txt lists {name}, which is not in the corpus");
    }
    println!("{} of {} scripts pass", passed.len(), names.len());
    assert!(report.is_empty(), "{report}");
}

#[test]
fn a_pending_script_says_why_when_asked() {
    // CONFORMANCE_WHY=name shows how one script fails, pending or not.
    let Ok(name) = std::env::var("CONFORMANCE_WHY") else { return };
    match check(&corpus(), &name) {
        Ok(()) => println!("{name} passes"),
        Err(why) => panic!("{name} fails\n{why}"),
    }
}

#[test]
fn reports_add_up_for_every_script_that_passes() {
    let corpus = corpus();
    let pending = Pending::read(&corpus);
    let mut names = names(&corpus);
    names.retain(|name| !pending.lists(name));
    let failures = each(&names, |name| {
        let (folder, file) = place(&corpus, name);
        let mut command = common::strata(&folder);
        command.args(["run", "--stats=json", &file]);
        let ran = run_to_end(&mut command)?;
        let expected = std::fs::read(corpus.join(format!("{name}.out"))).unwrap_or_default();
        same_text("standard output while watched", &expected, &ran.out)?;
        let Some(line) = ran.err.lines().last().filter(|line| line.starts_with("{\"schema\":"))
        else {
            // What is not run has nothing to report.
            let syntax_error = name.starts_with("errors/syntax_error_");
            return if syntax_error { Ok(()) } else { Err(format!("no report: {}", ran.err)) };
        };
        let stats = serde_json::from_str(line).map_err(|error| format!("{error}: {line}"))?;
        common::check_stats(&stats)
    });
    let report: String =
        failures.iter().map(|(name, why)| format!("\n--- {name}\n{why}\n")).collect();
    assert!(report.is_empty(), "{report}");
}

/// Modes in which the whole corpus runs again, with the options that set them.
const MODES: [(&str, &str); 3] = [
    ("debug-heap", "--debug-heap"),
    ("system-allocator", "--allocator=system"),
    ("stress", "--gc=stress"),
];

#[test]
fn the_corpus_passes_in_every_mode_but_for_what_the_mode_changes() {
    if cfg!(debug_assertions) && std::env::var_os("CONFORMANCE_MODES").is_none() {
        return;
    }
    let corpus = corpus();
    let filter = std::env::var("CONFORMANCE_FILTER").unwrap_or_default();
    let names: Vec<String> = names(&corpus).into_iter().filter(|n| n.contains(&filter)).collect();
    let mut report = String::new();
    for (mode, option) in MODES {
        let except = exceptions(&corpus, mode);
        let failures = each(&names, |name| check_with(&corpus, name, &[option]));
        for (name, why) in &failures {
            if !except.contains_key(name) {
                let _ = writeln!(report, "\n--- {name} fails with {option}\n{why}");
            }
        }
        for name in except.keys().filter(|name| name.contains(&filter)) {
            if !names.contains(name) {
                let _ = writeln!(report, "\n--- except-{mode}.txt lists {name}: no such script");
            } else if !failures.iter().any(|(failed, _)| failed == name)
                && !except.get(name).is_some_and(|why| why.starts_with(AT_TIMES))
            {
                let _ = writeln!(report, "\n--- {name} passes with {option}: take it off the list");
            }
        }
        println!("{} of {} pass with {option}", names.len() - failures.len(), names.len());
    }
    assert!(report.is_empty(), "{report}");
}

/// How the reason begins where it is not the script's doing whether it passes: malloc's addresses are
/// others from run to run.
const AT_TIMES: &str = "at times";

/// The scripts that cannot pass in a mode, each with the reason.
fn exceptions(corpus: &Path, mode: &str) -> BTreeMap<String, String> {
    let path = corpus.join(format!("except-{mode}.txt"));
    let text = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> =
        text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    assert!(lines.is_sorted(), "{} is not sorted", path.display());
    let split = |line: &&str| {
        let (name, reason) = line.split_once(": ").expect("a name, a colon, and a reason");
        (name.to_owned(), reason.to_owned())
    };
    lines.iter().map(split).collect()
}

fn corpus() -> PathBuf {
    common::root().join("tests/conformance")
}

/// All scripts as `area/name`, sorted.
fn names(corpus: &Path) -> Vec<String> {
    let entries = |folder: &Path| {
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>()
    };
    let mut names = Vec::new();
    for area in entries(corpus).iter().filter(|path| path.is_dir()) {
        for path in entries(area).iter().filter(|path| path.extension().is_some_and(|e| e == "py"))
        {
            let area = area.file_name().unwrap().to_string_lossy();
            names.push(format!("{area}/{}", path.file_stem().unwrap().to_string_lossy()));
        }
    }
    names.sort();
    names
}

fn place(corpus: &Path, name: &str) -> (PathBuf, String) {
    let (area, stem) = name.split_once('/').unwrap();
    (corpus.join(area), format!("{stem}.py"))
}

/// The scripts that do not pass yet.
struct Pending {
    text: String,
    names: BTreeSet<String>,
}

impl Pending {
    fn read(corpus: &Path) -> Self {
        let text = std::fs::read_to_string(corpus.join("pending.txt")).unwrap_or_default();
        let lines: Vec<&str> =
            text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
        assert!(lines.is_sorted(), "tests/conformance/pending.txt is not sorted");
        let names = lines.iter().map(|&line| line.to_owned()).collect();
        Self { text, names }
    }

    fn lists(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// Writes the list again, comments kept, without the scripts that passed.
    fn write_without(&self, corpus: &Path, passed: &BTreeSet<&str>) {
        let kept: String = self
            .text
            .lines()
            .filter(|line| !passed.contains(line))
            .map(|line| format!("{line}\n"))
            .collect();
        std::fs::write(corpus.join("pending.txt"), kept).unwrap();
    }
}

/// Runs and compares all of them; gives those that fail, by name, and how.
fn run_all(corpus: &Path, names: &[String]) -> Vec<(String, String)> {
    each(names, |name| check(corpus, name))
}

/// Does the same with each name, a few at a time.
fn each(
    names: &[String],
    check: impl Fn(&str) -> Result<(), String> + Sync,
) -> Vec<(String, String)> {
    let queue = Mutex::new(names.iter());
    let failures = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let Some(name) = queue.lock().unwrap().next() else { break };
                    if let Err(why) = check(name) {
                        failures.lock().unwrap().push((name.clone(), why));
                    }
                }
            });
        }
    });
    let mut failures = failures.into_inner().unwrap();
    failures.sort();
    failures
}

fn check(corpus: &Path, name: &str) -> Result<(), String> {
    check_with(corpus, name, &[])
}

/// Runs one script with these options, and compares.
fn check_with(corpus: &Path, name: &str, options: &[&str]) -> Result<(), String> {
    let (folder, file) = place(corpus, name);
    let stored = |end: &str| std::fs::read(corpus.join(format!("{name}.{end}"))).ok();
    let mut command = common::strata(&folder);
    command.arg("run").args(options).arg(&file);
    if let Ok(words) = std::env::var("CONFORMANCE_ARGS") {
        command.args(words.split_whitespace());
    }
    let ran = run_to_end(&mut command)?;
    let Some(code) = ran.status.code() else {
        return Err(format!("ended by a signal: {}\n{}", ran.status, ran.err));
    };
    let shown = normalise(&ran.err, &file);
    same_text("standard output", &stored("out").unwrap_or_default(), &ran.out)
        .map_err(|why| format!("{why}\nstandard error was:\n{shown}"))?;
    let expected = stored("code").map_or(0, |text| {
        String::from_utf8_lossy(&text).trim().parse().expect("a .code file holds a number")
    });
    if code != expected {
        return Err(format!("exit code {code}, not {expected}\nstandard error was:\n{shown}"));
    }
    let expected = stored("err").map(|text| String::from_utf8(text).unwrap());
    let script = std::fs::read_to_string(folder.join(&file)).unwrap();
    if script.lines().nth(1) == Some("# stderr: strict") {
        let expected = expected.unwrap_or_default();
        return same_text("standard error", expected.as_bytes(), shown.as_bytes());
    }
    match expected {
        None if shown.is_empty() => Ok(()),
        None => Err(format!("standard error should be empty:\n{shown}")),
        Some(expected) if expected.lines().last() == shown.lines().last() => Ok(()),
        Some(expected) => Err(format!(
            "the last line of standard error should be\n  {}\nstandard error was:\n{shown}",
            expected.lines().last().unwrap_or("")
        )),
    }
}

struct Ran {
    out: Vec<u8>,
    err: String,
    status: ExitStatus,
}

/// Runs a command, but not for ever.
fn run_to_end(command: &mut std::process::Command) -> Result<Ran, String> {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (mut out, mut err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    std::thread::scope(|scope| {
        let read_out = scope.spawn(move || {
            let mut bytes = Vec::new();
            out.read_to_end(&mut bytes).map(|_| bytes)
        });
        let read_err = scope.spawn(move || {
            let mut bytes = Vec::new();
            err.read_to_end(&mut bytes).map(|_| bytes)
        });
        let began = Instant::now();
        let mut pause = Duration::from_micros(500);
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break Ok(status);
            }
            if began.elapsed() > TIME_LIMIT {
                let _ = child.kill();
                let _ = child.wait();
                break Err(format!("still running after {} s", TIME_LIMIT.as_secs()));
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(20));
        };
        let out = read_out.join().unwrap().unwrap();
        let err = read_err.join().unwrap().unwrap();
        Ok(Ran { out, err: String::from_utf8_lossy(&err).into_owned(), status: status? })
    })
}

/// Takes folders in front of the script's name and addresses out of what was written.
fn normalise(text: &str, file: &str) -> String {
    let mut shown = String::new();
    for line in text.split_inclusive('\n') {
        match (line.find("File \""), line.find(&format!("/{file}\""))) {
            (Some(start), Some(end)) if start + 6 <= end => {
                shown.push_str(&line[..start + 6]);
                shown.push_str(&line[end + 1..]);
            }
            _ => shown.push_str(line),
        }
    }
    common::without_addresses(&shown)
}

/// Shows the first difference with the lines before it.
fn same_text(what: &str, expected: &[u8], found: &[u8]) -> Result<(), String> {
    if expected == found {
        return Ok(());
    }
    let (expected, found) = (String::from_utf8_lossy(expected), String::from_utf8_lossy(found));
    let (left, right): (Vec<&str>, Vec<&str>) =
        (expected.split('\n').collect(), found.split('\n').collect());
    let same = left.iter().zip(&right).take_while(|(left, right)| left == right).count();
    let mut report = format!("{what} differs at line {}\n", same + 1);
    for line in &left[same.saturating_sub(3)..same] {
        let _ = writeln!(report, "    {line}");
    }
    for (sign, lines) in [('-', &left), ('+', &right)] {
        for line in lines.iter().skip(same).take(3) {
            let _ = writeln!(report, "  {sign} {line}");
        }
    }
    Err(report + "  (- CPython, + Strata)")
}

#[test]
fn addresses_and_folders_are_taken_out() {
    let text = "  File \"/some/where/name.py\", line 1\n<f at 0x7f0012345678> 0x12 0xffffff";
    assert_eq!(normalise(text, "name.py"), "  File \"name.py\", line 1\n<f at 0xADDR> 0x12 0xADDR");
}

#[test]
fn the_first_difference_is_shown_with_what_came_before() {
    let why = same_text("standard output", b"a\nb\nc\n", b"a\nB\nc\n").unwrap_err();
    assert_eq!(
        why,
        "standard output differs at line 2\n    a\n  - b\n  - c\n  - \n  + B\n  + c\n  + \n  \
         (- CPython, + Strata)"
    );
}
