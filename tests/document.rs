//! Every snippet of the memory document as a script, and one script for each row of its section 27:
//! what they print and what `--stats` says of it, in snapshots.
//!
//! `INSTA_UPDATE=always cargo test --test document` accepts what has changed; look at the difference.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

mod common;

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use common::{Ran, check_stats, scripts, stats_of, strata};

/// The scripts in a folder, in the order of their names.
fn scripts_in(folder: &str) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(scripts().join(folder))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".py"))
        .collect();
    names.sort();
    names
}

/// Runs a copy of a script whose path has always the same length: a script's `__file__` is a string,
/// and takes memory by its length.
fn run_in(folder: &str, name: &str, format: &str) -> Ran {
    /// Characters of the path; temporary folders are far shorter.
    const LENGTH: usize = 160;
    static RUNS: AtomicU32 = AtomicU32::new(0);
    let run = RUNS.fetch_add(1, Ordering::Relaxed);
    let start = std::env::temp_dir().join(format!("strata-{}-{run}-", std::process::id()));
    let start = start.to_str().unwrap();
    let copy = PathBuf::from(format!("{start:_<width$}", width = LENGTH - name.len()));
    std::fs::create_dir_all(&copy).unwrap();
    std::fs::copy(scripts().join(folder).join(name), copy.join(name)).unwrap();
    let ran = strata(&copy).args(["run", name, format]).output();
    std::fs::remove_dir_all(&copy).unwrap();
    ran.unwrap().into()
}

/// The report as far as it is about the script. What the process has in RAM differs from run to run
/// and is left out; the heap as a whole holds what the runtime made for itself at its start, which
/// changes with the runtime, so those tables are kept without their numbers.
fn steady(report: &str) -> String {
    let mut text = String::new();
    let sections = report.split("\n\n").filter(|section| !section.starts_with("Memory in RAM"));
    for section in sections {
        let whole = ["Memory held", "Bytes in the arenas", "Free lists"];
        let of_the_heap = whole.iter().any(|heading| section.starts_with(heading));
        for line in section.lines() {
            match line.split_once(" (").filter(|(head, _)| head.contains("Since the script began"))
            {
                Some((head, rest)) => {
                    text.push_str(&format!("{head} ({} {}", "#", rest.split_once(' ').unwrap().1));
                }
                None if of_the_heap => text.push_str(&without_numbers(line)),
                None => text.push_str(line),
            }
            text.push('\n');
        }
        text.push('\n');
    }
    text
}

/// A line with `#` for each number, its columns closed up, since they depend on the numbers.
fn without_numbers(line: &str) -> String {
    let words = line.split_whitespace().map(|word| {
        let is_number = word.starts_with(|c: char| c.is_ascii_digit());
        if is_number { "#" } else { word }
    });
    words.collect::<Vec<_>>().join(" ")
}

fn assert_snapshots(folder: &str) {
    let names = scripts_in(folder);
    assert!(names.len() >= 7, "{names:?}");
    let settings = {
        let mut settings = insta::Settings::clone_current();
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.set_snapshot_path(format!("snapshots/{folder}"));
        settings
    };
    settings.bind(|| {
        for name in &names {
            let ran = run_in(folder, name, "--stats");
            assert_eq!(ran.code, Some(0), "{name}: {ran:?}");
            assert!(ran.err.lines().all(|line| line.chars().count() <= 80), "{name}: {ran:?}");
            let text = format!("{}\n{}", ran.out, steady(&ran.err));
            insta::assert_snapshot!(name.trim_end_matches(".py"), text);
        }
    });
}

#[test]
fn every_snippet_of_the_document_does_what_its_snapshot_shows() {
    assert_snapshots("document");
}

#[test]
fn every_common_pattern_does_what_its_snapshot_shows() {
    assert_snapshots("patterns");
}

#[test]
fn each_pattern_is_named_by_the_report() {
    let names = scripts_in("patterns");
    assert_eq!(names.len(), 7, "one for each row of section 27: {names:?}");
    for name in names {
        let ran = run_in("patterns", &name, "--stats=json");
        let stats = stats_of(&ran);
        check_stats(&stats).unwrap();
        let pattern = name.trim_end_matches(".py");
        assert_eq!(stats["dominant"], pattern, "{name}: {}", stats["patterns"]);
        let table = run_in("patterns", &name, "--stats").err;
        let line = format!("Dominant pattern: {}.", pattern.replace('_', " "));
        assert!(table.contains(&line), "{name}: {table}");
    }
}

#[test]
fn frames_are_counted_and_their_memory_is_used_again() {
    let stats = stats_of(&run_in("patterns", "frames.py", "--stats=json"));
    let frame = |field: &str| stats["frames"][field].as_u64().unwrap();
    // fibonacci(20) makes 21891 calls, 20 deep; the module's own frame is one more.
    assert_eq!((frame("begun"), frame("deepest")), (21_892, 21));
    assert_eq!(frame("begun") - frame("reused"), 21, "each depth is new once");
    assert!(frame("peak_bytes") <= frame("held_bytes"), "{stats}");
    assert_eq!(stats["patterns"]["frames"]["count"], stats["frames"]["begun"]);
}
