//! The book's promises: what a chapter shows is what the scripts do.
//!
//! ````text
//! ```output run=tuple_loop.py 1000        the words after `strata run`, in examples/scripts/
//! the last tuple is (999, 1000)           all of its standard output
//! ```
//! ```figures run=tuple_loop.py 1000       the figures of --stats=json
//! types.tuple.born >= 1000                each line: a path, a comparison, a number or a path
//! ```
//! ````
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed, and says where in the book"
)]

mod common;

use std::path::Path;

use common::{check_stats, figure, root, run, stats_of};

/// Chapters that must be there, each with a script's output and a question with its answer.
const CHAPTERS: [&str; 4] = ["01-", "03-", "04-", "29-"];

#[test]
fn every_chapter_shows_a_script_and_answers_a_question() {
    for prefix in CHAPTERS {
        let (path, text) =
            chapters().into_iter().find(|(path, _)| path.starts_with(prefix)).unwrap();
        assert!(text.contains("```output run="), "{path} shows no script");
        let (_, answer) =
            text.split_once("## A question").unwrap_or_else(|| panic!("{path} asks nothing"));
        assert!(answer.contains("run="), "{path}: the answer is not checked");
    }
}

#[test]
fn the_summary_lists_every_page() {
    let summary = std::fs::read_to_string(root().join("docs/src/SUMMARY.md")).unwrap();
    for (path, _) in chapters() {
        assert!(path == "SUMMARY.md" || summary.contains(&format!("({path})")), "{path}");
    }
}

#[test]
fn what_the_book_shows_is_what_the_scripts_do() {
    let mut checked = 0;
    for (path, text) in chapters() {
        for block in blocks(&text) {
            let at = format!("docs/src/{path}, line {}", block.line);
            match block.kind {
                "output" => check_output(&at, &block),
                "figures" => check_figures(&at, &block),
                kind => panic!("{at}: no check for {kind}"),
            }
            checked += 1;
        }
    }
    assert!(checked >= 2 * CHAPTERS.len(), "only {checked} blocks were found");
}

fn check_output(at: &str, block: &Block<'_>) {
    let ran = run(&[&["run"][..], &block.words].concat());
    assert_eq!(ran.out, block.body, "{at}: {}", ran.err);
}

fn check_figures(at: &str, block: &Block<'_>) {
    let ran = run(&[&["run", "--stats=json"][..], &block.words].concat());
    let stats = stats_of(&ran);
    check_stats(&stats).unwrap_or_else(|why| panic!("{at}: {why}"));
    let value = |word: &str| {
        let digits = word.replace('_', "");
        digits.parse().unwrap_or_else(|_| figure(&stats, word))
    };
    for line in block.body.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [left, sign, right] = words[..] else { panic!("{at}: {line}") };
        let (left, right) = (value(left), value(right));
        let holds = match sign {
            "=" => left == right,
            ">=" => left >= right,
            "<=" => left <= right,
            _ => panic!("{at}: no comparison {sign}"),
        };
        assert!(holds, "{at}: {line}, but {left} and {right}");
    }
}

/// The book's pages by name, with their text.
fn chapters() -> Vec<(String, String)> {
    let mut pages = Vec::new();
    for entry in std::fs::read_dir(root().join("docs/src")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension() == Some(Path::new("md").as_os_str()) {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            pages.push((name, std::fs::read_to_string(&path).unwrap()));
        }
    }
    pages.sort();
    pages
}

struct Block<'a> {
    line: usize,
    kind: &'a str,
    words: Vec<&'a str>,
    body: String,
}

/// The fenced blocks of a page that name a run.
fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut lines = text.lines().zip(1..);
    while let Some((line, number)) = lines.next() {
        let Some((kind, words)) =
            line.strip_prefix("```").and_then(|info| info.split_once(" run="))
        else {
            continue;
        };
        let body = lines.by_ref().map(|(line, _)| line).take_while(|line| !line.starts_with("```"));
        let body = body.map(|line| format!("{line}\n")).collect();
        blocks.push(Block { line: number, kind, words: words.split_whitespace().collect(), body });
    }
    blocks
}
