//! Corners of the language that once were not as in CPython 3.13, one script for each kind: output,
//! standard error to the last caret, and exit code.
//!
//! `tests/language/NAME.out` and `NAME.err` are what CPython printed, without folders and addresses; a
//! script that has no `.err` ends well.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed"
)]

mod common;

use std::fmt::Write as _;

use common::{root, strata};

#[test]
fn each_corner_is_as_in_cpython() {
    let folder = root().join("tests/language");
    let mut scripts: Vec<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".py"))
        .collect();
    scripts.sort();
    assert!(scripts.len() > 10, "the scripts are where they were");
    let mut report = String::new();
    for script in scripts {
        let stored = |end: &str| {
            let path = folder.join(script.replace(".py", end));
            std::fs::read_to_string(path).unwrap_or_default()
        };
        let ran = strata(&folder).args(["run", &script]).output().unwrap();
        let (out, err) =
            (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
        let (wanted, error) = (stored(".out"), stored(".err"));
        let code = i32::from(!error.is_empty());
        let err = plain(&err);
        if out != wanted || err != error || ran.status.code() != Some(code) {
            let line = out.lines().zip(wanted.lines()).find(|(found, wanted)| found != wanted);
            let _ = writeln!(report, "--- {script}, {:?}: {line:?}\n{err}", ran.status);
        }
    }
    assert!(report.is_empty(), "{report}");
}

/// Without folders in front of file names.
fn plain(text: &str) -> String {
    let mut shown = String::new();
    for line in text.split_inclusive('\n') {
        match (line.find("File \""), line.rfind('/')) {
            (Some(start), Some(end)) if line[end..].contains(".py\"") => {
                shown.push_str(&line[..start + 6]);
                shown.push_str(&line[end + 1..]);
            }
            _ => shown.push_str(line),
        }
    }
    shown
}
