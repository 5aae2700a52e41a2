//! The book's promises: what a chapter shows is what the scripts do.
//!
//! The Rust in it is run by `cargo test --doc`, through `src/book.rs`; all else is checked here.
//!
//! ````text
//! ```output run=tuple_loop.py 1000        the words after `strata run`, in examples/scripts/
//! the last tuple is (999, 1000)           all of its standard output
//! ```
//! ```figures run=tuple_loop.py 1000       the figures of --stats=json
//! types.tuple.born >= 1000                each line: a path, a comparison, a number or a path
//! ```
//! ```report run=tuple_loop.py 1000        lines of --stats, in their order; others may stand between
//!   tuple   1,000   998   2  free list    each number within a tenth, or two, of the real one
//! ```
//! ```lifetimes run=in_short.py            lines of `strata lifetimes`, in their order; likewise `heap`
//!   10 | again = (n, n + 2)               and `why`
//! ```
//! ```python from=deep_size.py             a part of a script, as it stands there
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

use common::{check_stats, figure, root, run, scripts, stats_of};

/// Chapters that must be there, each with a script's output and a question with its answer.
const CHAPTERS: &[&str] = &[
    "01-", "02-", "03-", "04-", "05-", "06-", "07-", "08-", "09-", "10-", "11-", "12-", "13-",
    "14-", "15-", "16-", "17-", "18-", "19-", "20-", "21-", "22-", "23-", "24-", "25-", "26-",
    "27-", "28-", "29-", "30-",
];

/// What a block may be: shown output and figures are always of a run, and Rust is tested.
const KINDS: [&str; 10] = [
    "output",
    "figures",
    "report",
    "rust",
    "text",
    "python",
    "console",
    "lifetimes",
    "heap",
    "why",
];

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
fn the_summary_lists_the_chapters_in_order() {
    let summary = std::fs::read_to_string(root().join("docs/src/SUMMARY.md")).unwrap();
    let places: Vec<usize> =
        CHAPTERS.iter().map(|prefix| summary.find(&format!("({prefix}")).unwrap()).collect();
    assert!(places.is_sorted(), "{summary}");
}

#[test]
fn the_rust_of_every_page_is_tested() {
    let tested = std::fs::read_to_string(root().join("src/book.rs")).unwrap();
    for (path, _) in chapters() {
        assert!(path == "SUMMARY.md" || tested.contains(&format!("\"{path}\"")), "{path}");
    }
}

#[test]
fn every_block_is_of_a_kind_that_is_checked() {
    for (path, text) in chapters() {
        for (line, number) in text.lines().zip(1..).filter(|(line, _)| line.starts_with("```")) {
            let info = &line[3..];
            let kind = info.split([' ', ',']).next().unwrap();
            let known = info.is_empty() || KINDS.contains(&kind);
            let runs =
                matches!(kind, "output" | "figures" | "report" | "lifetimes" | "heap" | "why")
                    == info.contains(" run=");
            assert!(known && runs, "docs/src/{path}, line {number}: {line}");
        }
    }
}

#[test]
fn the_parts_of_scripts_that_are_shown_stand_in_them() {
    let mut shown = 0;
    for (path, text) in chapters() {
        for block in blocks(&text, " from=") {
            let script = scripts().join(block.words[0]);
            let whole = std::fs::read_to_string(&script).unwrap();
            assert!(whole.contains(&block.body), "docs/src/{path}, line {}", block.line);
            shown += 1;
        }
    }
    assert!(shown >= 1);
}

#[test]
fn what_the_book_points_to_is_there() {
    let mut pointed = 0;
    for (path, text) in chapters() {
        let prose = prose(&text);
        for link in prose.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = link.split('#').next().unwrap();
            let there = link.contains("://") || root().join("docs/src").join(file).is_file();
            assert!(there, "docs/src/{path} links to {link}");
            pointed += 1;
        }
        let quoted: Vec<&str> = prose.split('`').skip(1).step_by(2).collect();
        let files: Vec<&str> = quoted.iter().copied().filter(|word| is_path(word)).collect();
        for file in &files {
            assert!(root().join(file).exists(), "docs/src/{path} names {file}");
            pointed += 1;
        }
        for test in quoted.iter().filter(|word| is_test_name(word)) {
            let there = files.iter().any(|file| {
                let code = std::fs::read_to_string(root().join(file)).unwrap_or_default();
                code.contains(&format!("fn {test}("))
            });
            assert!(there, "docs/src/{path} names {test}, but no file with it");
            pointed += 1;
        }
    }
    assert!(pointed >= 2 * CHAPTERS.len(), "only {pointed} links and paths were found");
}

/// Whether a quoted word names a place in the repository.
fn is_path(word: &str) -> bool {
    let folders = ["crates/", "src/", "tests/", "examples/", "docs/"];
    word == "ARCHITECTURE.md" || folders.iter().any(|folder| word.starts_with(folder))
}

/// Whether a quoted word is a claim in four words or more, as tests are named.
fn is_test_name(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
        && word.split('_').filter(|part| !part.is_empty()).count() >= 4
}

/// A page without its blocks.
fn prose(text: &str) -> String {
    let mut in_block = false;
    let outside = text.lines().filter(|line| {
        let fence = line.starts_with("```");
        in_block ^= fence;
        !in_block && !fence
    });
    outside.map(|line| format!("{line}\n")).collect()
}

#[test]
fn what_the_book_shows_is_what_the_scripts_do() {
    let mut checked = 0;
    for (path, text) in chapters() {
        for block in blocks(&text, " run=") {
            let at = format!("docs/src/{path}, line {}", block.line);
            match block.kind {
                "output" => check_output(&at, &block),
                "figures" => check_figures(&at, &block),
                "report" => check_report(&at, &block),
                "lifetimes" | "heap" | "why" => check_lines(&at, &block),
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

fn check_lines(at: &str, block: &Block<'_>) {
    let ran = run(&[&[block.kind][..], &block.words].concat());
    let mut lines = ran.out.lines();
    for shown in block.body.lines() {
        assert!(lines.any(|line| line == shown), "{at}: {shown}\nin {}{}", ran.out, ran.err);
    }
}

fn check_report(at: &str, block: &Block<'_>) {
    let ran = run(&[&["run", "--stats"][..], &block.words].concat());
    let mut report = ran.err.lines();
    for shown in block.body.lines() {
        assert!(report.any(|line| says_the_same(shown, line)), "{at}: {shown}\nin {}", ran.err);
    }
}

/// Whether two lines have the same words, and numbers that are near each other.
fn says_the_same(shown: &str, real: &str) -> bool {
    let number = |word: &str| word.replace(',', "").parse::<f64>().ok();
    let same = |(shown, real): (&str, &str)| match (number(shown), number(real)) {
        (Some(shown), Some(real)) => (shown - real).abs() <= f64::max(2.0, real / 10.0),
        _ => shown == real,
    };
    let (shown, real) = (shown.split_whitespace(), real.split_whitespace());
    shown.clone().count() == real.clone().count() && shown.zip(real).all(same)
}

#[test]
fn numbers_of_a_report_may_differ_by_a_tenth_and_words_not_at_all() {
    let real = "  arenas            18         18  of 1 MiB, 0 given back";
    assert!(says_the_same("arenas 17 19 of 1 MiB, 0 given back", real));
    assert!(!says_the_same("arenas 15 18 of 1 MiB, 0 given back", real));
    assert!(!says_the_same("pools 18 18 of 1 MiB, 0 given back", real));
    assert!(!says_the_same("arenas 18 18 of 1 MiB", real));
    assert!(says_the_same("alive 4,700,000", "alive   4,733,508"));
    assert!(!says_the_same("alive 4,200,000", "alive   4,733,508"));
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

/// The fenced blocks of a page whose first line has this key, with the words behind it.
fn blocks<'a>(text: &'a str, key: &str) -> Vec<Block<'a>> {
    let mut blocks = Vec::new();
    let mut lines = text.lines().zip(1..);
    while let Some((line, number)) = lines.next() {
        let Some((kind, words)) = line.strip_prefix("```").and_then(|info| info.split_once(key))
        else {
            continue;
        };
        let body = lines.by_ref().map(|(line, _)| line).take_while(|line| !line.starts_with("```"));
        let body = body.map(|line| format!("{line}\n")).collect();
        blocks.push(Block { line: number, kind, words: words.split_whitespace().collect(), body });
    }
    blocks
}
