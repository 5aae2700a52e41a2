//! The renderer against what CPython 3.13 prints, byte for byte.
//!
//! `report/make_fixtures.py` writes the cases: programs, the facts of their failures and the
//! standard error. Here the facts go through the renderer. Source: CPython 3.13.0 `traceback`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what a helper cannot do fails its test"
)]

use std::fmt::Write;

use ruff_text_size::{TextRange, TextSize};
use runtime_script::report::{
    FrameLine, Link, Message, Shown, SyntaxSpot, chain_of, hint, render, render_ignored,
    stdlib_module, suggest,
};
use runtime_script::syntax::Source;

/// One program: its text, its events in order, and what CPython printed.
#[derive(Default)]
struct Case {
    name: String,
    source: Vec<String>,
    events: Vec<Event>,
    stderr: String,
}

/// An exception that was printed: uncaught, or ignored in `what`.
#[derive(Default)]
struct Event {
    ignored: Option<String>,
    chain: Vec<Exc>,
}

/// The facts of one exception, as the fixture's lines have them.
#[derive(Default)]
struct Exc {
    link: String,
    type_name: String,
    message: Option<String>,
    suggestion: Option<String>,
    notes: Vec<String>,
    frames: Vec<Vec<Option<String>>>,
    spot: Option<Vec<Option<String>>>,
}

fn unescape(text: &str) -> String {
    let mut parts = text.split("\\u{");
    let mut plain = parts.next().unwrap_or("").to_owned();
    for part in parts {
        let (code, rest) = part.split_once('}').unwrap();
        plain.push(char::from_u32(u32::from_str_radix(code, 16).unwrap()).unwrap());
        plain.push_str(rest);
    }
    plain
}

fn cases(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for line in text.split_terminator('\n') {
        let (key, rest) = line.split_once('\t').unwrap_or((line, ""));
        let value = unescape(rest);
        let values = || -> Vec<Option<String>> {
            rest.split('\t').map(|value| (value != "-").then(|| unescape(value))).collect()
        };
        if key == "case" {
            cases.push(Case { name: value, ..Case::default() });
            continue;
        }
        let case = cases.last_mut().unwrap();
        match key {
            "source" => case.source.push(value),
            "stderr" => writeln!(case.stderr, "{value}").unwrap(),
            "event" => {
                let ignored = rest.strip_prefix("ignored\t").map(unescape);
                case.events.push(Event { ignored, chain: Vec::new() });
            }
            "exc" => {
                let (link, type_name) = rest.split_once('\t').unwrap();
                let (link, type_name) = (link.to_owned(), unescape(type_name));
                let exc = Exc { link, type_name, ..Exc::default() };
                case.events.last_mut().unwrap().chain.push(exc);
            }
            _ => {
                let exc = case.events.last_mut().unwrap().chain.last_mut().unwrap();
                match key {
                    "message" => exc.message = Some(value),
                    "failed" => exc.message = None,
                    "suggestion" => exc.suggestion = Some(value),
                    "note" => exc.notes.push(value),
                    "frame" => exc.frames.push(values()),
                    "again" => {
                        let last = exc.frames.last().unwrap().clone();
                        exc.frames.extend(std::iter::repeat_n(last, value.parse().unwrap()));
                    }
                    "spot" => exc.spot = Some(values()),
                    other => panic!("no such key: {other}"),
                }
            }
        }
    }
    cases
}

fn shown<'a>(exc: &'a Exc, source: &'a Source) -> Shown<'a> {
    let frame = |values: &'a Vec<Option<String>>| {
        let text = |at: usize| values[at].as_deref();
        let number = |at: usize| text(at).map(|text| text.parse::<u32>().unwrap());
        let offset = |line: Option<u32>, column: Option<u32>| {
            Some(source.line_start(line?) + TextSize::new(column?))
        };
        let file = text(0).unwrap();
        let line = number(2).unwrap();
        let source = (file == source.name()).then_some(source);
        let start = offset(Some(line), number(4));
        let range = start.zip(offset(number(3), number(5)));
        let range =
            range.map(|(start, end)| TextRange::new(start, end)).filter(|_| source.is_some());
        FrameLine { file, function: text(1).unwrap(), source, range, line }
    };
    Shown {
        type_name: &exc.type_name,
        message: match exc.message.as_deref() {
            None => Message::Failed,
            Some("") => Message::None,
            Some(text) => Message::Text(text.to_owned()),
        },
        notes: exc.notes.clone(),
        frames: exc.frames.iter().map(frame).collect(),
        link: if exc.link == "cause" { Link::Cause } else { Link::Context },
        suggestion: exc.suggestion.clone(),
        syntax: exc.spot.as_ref().map(|values| {
            let text = |at: usize| values[at].as_deref();
            let number = |at: usize| text(at).map(|text| text.parse().unwrap());
            SyntaxSpot {
                message: text(0),
                file: text(1),
                line: number(2),
                offset: number(3),
                end_line: number(4),
                end_offset: number(5),
                text: text(6),
            }
        }),
    }
}

/// What the renderer makes of `case`'s facts.
fn rendered(case: &Case) -> String {
    let source = Source::new(case.name.clone(), case.source.join("\n").into_bytes()).unwrap();
    let mut out = String::new();
    for event in &case.events {
        let chain: Vec<Shown<'_>> = event.chain.iter().map(|exc| shown(exc, &source)).collect();
        match &event.ignored {
            Some(what) => render_ignored(&mut out, what, &chain[0]).unwrap(),
            None => render(&mut out, &chain).unwrap(),
        }
    }
    out
}

/// Renders every case of `text`; tells all that differ.
fn check(text: &str, at_least: usize) {
    let cases = cases(text);
    assert!(cases.len() >= at_least, "only {} cases", cases.len());
    let mut wrong = String::new();
    for case in &cases {
        let ours = rendered(case);
        if ours != case.stderr {
            let name = &case.name;
            write!(wrong, "== {name}\n-- CPython\n{}-- ours\n{ours}", case.stderr).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn programs_that_fail_print_what_cpython_prints() {
    check(include_str!("report/fixtures.txt"), 150);
}

#[test]
fn the_corpus_of_errors_prints_what_it_expects() {
    let text = include_str!("report/corpus.txt");
    check(text, 25);
    let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/conformance/errors");
    for case in cases(text) {
        let expected = std::path::Path::new(corpus).join(&case.name).with_extension("err");
        let expected = std::fs::read_to_string(expected).unwrap();
        assert_eq!(case.stderr, expected, "{} is not the corpus's", case.name);
    }
}

#[test]
fn suggestions_are_cpythons() {
    let mut seen = 0;
    for line in include_str!("report/suggestions.txt").lines() {
        let mut words = line.split('\t');
        let (wrong, found) = (words.next().unwrap(), words.next().unwrap());
        let found = (found != "-").then_some(found);
        assert_eq!(suggest(wrong, words), found, "{line}");
        seen += 1;
    }
    assert!(seen >= 300, "only {seen}");
}

/// A frame of `source`'s line `line` that failed in `at`.
fn frame<'a>(source: &'a Source, line: u32, at: std::ops::Range<u32>) -> FrameLine<'a> {
    let start = source.line_start(line);
    let range = TextRange::new(start + TextSize::new(at.start), start + TextSize::new(at.end));
    FrameLine { file: source.name(), function: "f", source: Some(source), range: Some(range), line }
}

fn raised<'a>(type_name: &'a str, frames: Vec<FrameLine<'a>>) -> Shown<'a> {
    let (message, link) = (Message::None, Link::Context);
    Shown { type_name, message, notes: vec![], frames, link, suggestion: None, syntax: None }
}

#[test]
fn a_chain_of_twenty_thousand_is_shown_in_linear_time() {
    let source = Source::new("deep.py", b"x = [1 / 0, f(\n    1)]\n".to_vec()).unwrap();
    let one = || raised("E", vec![frame(&source, 1, 5..10), frame(&source, 1, 12..21)]);
    let chain: Vec<Shown<'_>> = (0..20_000).map(|_| one()).collect();
    let mut out = String::new();
    let began = std::time::Instant::now();
    render(&mut out, &chain).unwrap();
    assert!(began.elapsed().as_secs() < 5, "{:?}", began.elapsed());
    assert_eq!(out.matches("During handling of the above").count(), 19_999);
    assert_eq!(out.matches("     ~~^~~\n").count(), 20_000);
}

#[test]
fn a_chain_that_comes_back_to_itself_is_walked_once() {
    let next = |at: u32| Some((at + 1) % 20_000);
    let chain = chain_of(7, |_| None, next);
    assert_eq!(chain.len(), 20_000);
    assert_eq!(chain.last(), Some(&(7, Link::Context)));
    assert_eq!(chain_of(1, |at| (at < 3).then_some(at + 1), Some).len(), 3);
    let seen_cause = chain_of(1, |_| Some(1), |at| (at == 1).then_some(2));
    assert_eq!(seen_cause, [(2, Link::Context), (1, Link::Context)]);
}

#[test]
fn an_ignored_exception_shows_its_thousand_innermost_frames() {
    let text = "a\nb\n".repeat(600);
    let source = Source::new("deep.py", text.into_bytes()).unwrap();
    let frames = (1..=1200).map(|line| frame(&source, line, 0..1)).collect();
    let mut out = String::new();
    render_ignored(&mut out, "<function f>", &raised("KeyError", frames)).unwrap();
    let begin = "Exception ignored in: <function f>\nTraceback (most recent call last):\n  \
                 File \"deep.py\", line 201, in f\n    a\n";
    assert!(out.starts_with(begin), "{out}");
    assert!(out.ends_with("line 1200, in f\n    b\nKeyError: \n"), "{out}");
}

#[test]
fn text_of_any_depth_or_size_is_shown_without_running_out_of_stack() {
    let nested =
        |open: &str, close: &str, times| format!("{}1{}", open.repeat(times), close.repeat(times));
    let mut texts = vec!["x".repeat(3 << 20) + "(1)", "(".repeat(60_000), "f(".repeat(30_000)];
    for times in [20, 120, 10_000, 60_000, 400_000] {
        let unit = |unit: &str| times / unit.len();
        texts.push(nested("-", "", times));
        texts.push(nested("(", ")", times / 2));
        for open in ["not ", "lambda: ", "1+", "1**", "1 if 1 else ", "await ", "x := ", "{1: "] {
            texts.push(nested(open, "", unit(open)));
        }
        texts.push(nested("[", "]", times / 2));
        texts.push(nested("f(", ")", times / 3));
        texts.push(nested("f\"{", "}\"", times / 5));
        for after in [".a", "()", "[0]", "+1", " or 1 and 2", " < 1", " is not f(", ", 1", " if "] {
            texts.push(nested("", after, unit(after)));
        }
    }
    for text in texts {
        let line = format!("value = {text}\n");
        let end = u32::try_from(line.len()).unwrap() - 1;
        let source = Source::new("deep.py", line.into_bytes()).unwrap();
        let mut out = String::new();
        for start in [8, 9, 0] {
            let shown = raised("E", vec![frame(&source, 1, start..end)]);
            std::thread::scope(|scope| {
                let small = std::thread::Builder::new().stack_size(1 << 20);
                let render = || render(&mut out, &[shown]);
                small.spawn_scoped(scope, render).unwrap().join().unwrap().unwrap();
            });
        }
        assert!(out.lines().all(|line| !line.is_empty()));
    }
}

#[test]
fn positions_that_do_not_fit_the_text_are_shown_somehow() {
    let text = "é = (1 +\n  日本 \t\n\n\t\x0c x)\r\n \r1";
    let source = Source::new("odd.py", text.as_bytes().to_vec()).unwrap();
    let length = u32::try_from(text.len()).unwrap();
    for line in 0..9 {
        for start in 0..=length {
            for end in start..=length + 3 {
                let range = TextRange::new(TextSize::new(start), TextSize::new(end));
                let shown = raised(
                    "E",
                    vec![FrameLine { range: Some(range), ..frame(&source, line, 0..0) }],
                );
                let mut out = String::new();
                render(&mut out, std::slice::from_ref(&shown)).unwrap();
                assert!(out.ends_with("\nE\n"), "{out}");
                render_ignored(&mut out, "<x>", &shown).unwrap();
            }
        }
    }
}

#[test]
fn hints_name_what_was_meant_and_what_to_import() {
    assert_eq!(hint(None, None), None);
    assert_eq!(hint(Some("abs"), None).as_deref(), Some(". Did you mean: 'abs'?"));
    assert_eq!(hint(None, Some("abc")).as_deref(), Some(". Did you forget to import 'abc'?"));
    let both = hint(Some("abs"), Some("abc"));
    let shown = ". Did you mean: 'abs'? Or did you forget to import 'abc'?";
    assert_eq!(both.as_deref(), Some(shown));
    assert!(stdlib_module("math") && stdlib_module("_abc") && stdlib_module("zoneinfo"));
    assert!(!stdlib_module("") && !stdlib_module("mat") && !stdlib_module("math abc"));
}

#[test]
fn too_many_candidates_are_not_looked_at() {
    let names: Vec<String> = (0..749).map(|n| format!("name{n}")).collect();
    let names = || names.iter().map(String::as_str);
    assert_eq!(suggest("name7x", names()), Some("name7"));
    assert_eq!(suggest("name7x", names().chain(["name8x"])), None);
}
