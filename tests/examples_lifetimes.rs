//! The lifetimes of every example script, held against `tests/snapshots/lifetimes`. `RUNS=10` runs each
//! ten times. What has changed on purpose is accepted with `strata snapshot accept`, as the failure says.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod common;

use std::path::Path;

use common::{Ran, strata};

const FOLDERS: [&str; 3] =
    ["examples/scripts", "examples/scripts/document", "examples/scripts/patterns"];

fn snapshots(folder: &str) -> String {
    let below = folder.trim_start_matches("examples/scripts").trim_start_matches('/');
    Path::new("tests/snapshots/lifetimes").join(below).to_string_lossy().into_owned()
}

fn hold(folder: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let runs = std::env::var("RUNS").ok().and_then(|runs| runs.parse().ok()).unwrap_or(1);
    let kept = snapshots(folder);
    for _ in 0..runs {
        let words = ["snapshot", "test", folder, "--snapshots", &kept];
        let ran: Ran = strata(root).args(words).output().unwrap().into();
        assert_eq!(
            ran.code,
            Some(0),
            "when this is meant: strata snapshot accept {folder} --snapshots {kept}\n{}{}",
            ran.out,
            ran.err
        );
    }
}

#[test]
fn every_example_has_the_lifetimes_that_it_had() {
    hold(FOLDERS[0]);
}

#[test]
fn so_has_every_script_of_the_document_and_of_its_patterns() {
    hold(FOLDERS[1]);
    hold(FOLDERS[2]);
}

#[test]
fn every_folder_of_scripts_is_held_and_no_snapshot_is_of_none() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let names = |folder: &Path, end: &str| -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|found| found == end))
            .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    };
    for folder in FOLDERS {
        let kept = root.join(snapshots(folder));
        assert_eq!(names(&root.join(folder), "py"), names(&kept, "snap"), "{folder}");
    }
    let folders = std::fs::read_dir(root.join(FOLDERS[0])).unwrap();
    let folders = folders.filter(|entry| entry.as_ref().unwrap().path().is_dir()).count();
    assert_eq!(folders, FOLDERS.len() - 1, "a folder of scripts is not among these");
}
