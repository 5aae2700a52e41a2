//! What a user sees of the syntax layer: CPython's errors, refusals, and that nothing crashes it.
//!
//! `syntax/errors.cases` holds scripts that CPython 3.13 refuses, `syntax/errors.expected` what it
//! prints; `syntax/regenerate.py` makes the second from the first.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what a helper cannot do fails its test")]

use std::fs;
use std::path::{Path, PathBuf};

use ruff_python_ast::ModModule;
use ruff_python_ast::visitor::{self, Visitor};
use runtime_script::syntax::{
    Fault, Features, REFUSALS, Source, SyntaxKind, parse_cost, parse_module,
};

fn check(name: &str, bytes: impl Into<Vec<u8>>, features: Features) -> Result<ModModule, Fault> {
    Source::new(name, bytes.into()).and_then(|source| parse_module(&source, features))
}

fn parse(text: impl Into<Vec<u8>>) -> Result<ModModule, Fault> {
    check("case.py", text, Features::ALL)
}

/// What would be printed for `text`; nothing if it is accepted.
fn complaint(text: impl Into<Vec<u8>>) -> String {
    parse(text).map_or_else(|fault| fault.to_string(), |_| String::new())
}

fn code(result: Result<ModModule, Fault>) -> &'static str {
    match result {
        Ok(_) => "accepted",
        Err(Fault::Syntax(_)) => "syntax error",
        Err(Fault::Refused(refusal)) => refusal.code,
    }
}

/// Runs `story` on a thread with the stack of a small main thread.
fn on_small_stack<T: Send>(story: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(512 << 10);
        thread.spawn_scoped(scope, story).unwrap().join().unwrap()
    })
}

fn blocks(text: &str) -> Vec<(String, bool, String)> {
    let mut found: Vec<(String, bool, String)> = Vec::new();
    for line in text.split_inclusive('\n') {
        if let Some(head) = line.strip_prefix("=== ") {
            let head = head.trim_end();
            let name = head.trim_end_matches(" (escaped)");
            found.push((name.to_owned(), name != head, String::new()));
        } else if let Some((_, _, body)) = found.last_mut() {
            body.push_str(line);
        }
    }
    found
}

fn unescape(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text.trim_end_matches('\n').chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            bytes.push(u8::try_from(c).unwrap());
            continue;
        }
        match rest.next().unwrap() {
            'n' => bytes.push(b'\n'),
            'r' => bytes.push(b'\r'),
            't' => bytes.push(b'\t'),
            '\\' => bytes.push(b'\\'),
            'x' => {
                let hex: String = rest.by_ref().take(2).collect();
                bytes.push(u8::from_str_radix(&hex, 16).unwrap());
            }
            other => panic!("unknown escape {other}"),
        }
    }
    bytes
}

#[test]
fn errors_read_as_in_cpython() {
    let cases = blocks(include_str!("syntax/errors.cases"));
    let expected = blocks(include_str!("syntax/errors.expected"));
    assert_eq!(cases.len(), expected.len(), "run syntax/regenerate.py");
    let mut wrong = Vec::new();
    for ((name, escaped, body), (_, _, wanted)) in cases.iter().zip(&expected) {
        let bytes = if *escaped { unescape(body) } else { body.clone().into_bytes() };
        let got = complaint(bytes);
        if got != *wanted {
            wrong.push(format!("=== {name}\n{body}--- CPython\n{wanted}--- here\n{got}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} differ\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

fn corpus() -> Vec<PathBuf> {
    fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                collect(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "py") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/conformance"), &mut found);
    found.sort();
    assert!(found.len() > 300, "the corpus is where it was");
    found
}

#[test]
fn the_corpus_is_accepted_or_refused_as_it_expects() {
    for path in corpus() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let result = check(&name, fs::read(&path).unwrap(), Features::ALL);
        let expected = fs::read_to_string(path.with_extension("err")).unwrap_or_default();
        if name.starts_with("syntax_error_") {
            assert_eq!(result.unwrap_err().to_string(), expected, "{name}");
        } else if name != "generate.py" {
            assert!(result.is_ok(), "{name}: {}", result.unwrap_err());
        }
    }
}

#[test]
fn a_hundred_thousand_of_any_token_are_refused_on_a_small_stack() {
    let tokens = [
        "(",
        "[",
        "{",
        ")",
        "not ",
        "-",
        "~",
        "await ",
        "lambda:",
        "lambda x:",
        "f(",
        "a[",
        "f'{",
        "f\"{",
        "a**",
        "a if b else ",
        "x for ",
        "[x for x in ",
        "(yield ",
        "{1:",
        "(a,",
        "f(a=",
        "f(*",
        "print ",
        "a b ",
        "try:",
        "@",
        "0x",
        "*",
        "a:=",
        ".",
        "a.",
        "a->",
        "$",
    ];
    for token in tokens {
        let refused = on_small_stack(|| parse(token.repeat(100_000)).is_err());
        assert!(refused, "{token:?} repeated");
    }
    let blocks = ["if a:\n", "def f():\n", "class A:\n", "try:\n", "with a:\n", "for a in b:\n"];
    for block in blocks {
        let indented = (0..2_000).map(|depth| " ".repeat(depth) + block).collect::<String>();
        let shown = on_small_stack(|| complaint(indented));
        assert!(shown.contains("IndentationError: too many levels of indentation"), "{shown}");
    }
}

#[test]
fn a_hundred_thousand_links_of_any_chain_do_not_overflow_a_small_stack() {
    let chains = [
        ("a", "+a"),
        ("a", ".b"),
        ("f", "()"),
        ("a", "[0]"),
        ("a", "<b"),
        ("a", " and b"),
        ("a", " if b else c"),
        ("a", "**b"),
        ("'a'", " 'b'"),
        ("a", ", b"),
        ("a", "=b"),
        ("if a: b\n", "elif a: b\n"),
        ("x", ";x"),
        ("[a", " for a in b"),
        ("'a'", "%b"),
        ("f'{a}'", "f'{b}'"),
        ("", "@a\n"),
        ("a", " not in b"),
        ("lambda a", ", b"),
    ];
    for (first, link) in chains {
        let text = first.to_owned() + &link.repeat(100_000);
        on_small_stack(|| drop(parse(text)));
    }
}

/// Goes through a whole tree as a compiler does.
struct Walk(usize);

impl<'a> Visitor<'a> for Walk {
    fn visit_expr(&mut self, expr: &'a ruff_python_ast::Expr) {
        self.0 += 1;
        visitor::walk_expr(self, expr);
    }
}

#[test]
fn the_deepest_accepted_trees_are_walked_and_dropped_on_a_small_stack() {
    let nests: [(&str, &str, &str); 12] = [
        ("-", "a", ""),
        ("not ", "a", ""),
        ("[", "", "]"),
        ("(a, ", "", ")"),
        ("f(", "", ")"),
        ("lambda: ", "a", ""),
        ("a + ", "a", ""),
        ("a ** ", "a", ""),
        ("a if b else ", "a", ""),
        ("{1: ", "a", "}"),
        ("[a for a in ", "a", "]"),
        ("a[", "a", "].b"),
    ];
    for (open, middle, close) in nests {
        let text = |depth: usize| open.repeat(depth) + middle + &close.repeat(depth);
        let deepest = (1..500).rev().find(|depth| parse(text(*depth)).is_ok()).unwrap();
        assert!(deepest >= 60, "{open} nests only {deepest} deep");
        let seen = on_small_stack(|| {
            let tree = parse(text(deepest)).unwrap();
            let mut walk = Walk(0);
            walk.visit_body(&tree.body);
            walk.0
        });
        assert!(seen >= deepest, "{open}");
    }
    let chain = "a".to_owned() + &".b".repeat(380);
    assert!(on_small_stack(|| parse(chain).is_ok()));
}

#[test]
fn a_long_flat_list_is_not_taken_for_a_deep_one() {
    for item in ["lambda a, b=1: a", "not a", "-a", "a.b.c(d)[e]", "a + b * c ** -d", "f'{a}'"] {
        let many = vec![item; 2_000];
        assert_eq!(complaint(format!("x = [{}]\n", many.join(", "))), "", "{item}");
        assert_eq!(complaint(many.join(" and ").replace("lambda a, b=1: a", "b")), "", "{item}");
    }
    let tests = "if a: b\n".to_owned() + &"elif a.b(c): d\n".repeat(3_000);
    assert_eq!(complaint(tests), "");
}

/// A small generator of pseudorandom numbers (xorshift), so that failures can be repeated.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % sides as u64).unwrap()
    }
}

#[test]
fn token_soup_never_panics() {
    let words = "( ) [ ] { } , : ; . ... -> = == := += + - * ** / // % @ & | ^ ~ << < <> ! $ \\ \
        not and or in is if elif else for while def class return yield from lambda try except \
        finally with as import global nonlocal del pass break continue raise assert await async \
        None True print match case type _ x yy 1 0x1 1.5 1j 'a' b'b' f' f'{ } {{ \"\"\" ' \\N{DOT} \
        \\x4 \u{e9} \u{201c} \u{a0} \t # \n \n\u{20} \n\u{20}\u{20} \n\t \r\n";
    let words: Vec<&str> = words.split(' ').chain([" ", "\n", "\n    "]).collect();
    let mut dice = Dice(0x5EED);
    for _ in 0..6_000 {
        let length = 1 + dice.roll(40);
        let text: String = (0..length)
            .map(|_| {
                let gap = if dice.roll(3) == 0 { "" } else { " " };
                words[dice.roll(words.len())].to_owned() + gap
            })
            .collect();
        let _ = complaint(text);
    }
}

#[test]
fn bytes_at_random_never_panic() {
    let mut dice = Dice(77);
    for _ in 0..2_000 {
        let length = dice.roll(60);
        let bytes: Vec<u8> = (0..length).map(|_| u8::try_from(dice.roll(256)).unwrap()).collect();
        let _ = complaint(bytes);
    }
}

#[test]
fn truncated_and_altered_scripts_never_panic() {
    let mut dice = Dice(4242);
    for path in corpus() {
        let bytes = fs::read(&path).unwrap();
        for _ in 0..4 {
            let at = dice.roll(bytes.len());
            let _ = complaint(&bytes[..at]);
            let mut altered = bytes.clone();
            altered.swap(at, dice.roll(bytes.len()));
            altered.remove(dice.roll(bytes.len()));
            let _ = complaint(altered);
        }
    }
}

#[test]
fn what_is_never_supported_is_refused_with_its_code() {
    let refused = [
        ("match x:\n  case 1: pass\n", "S001"),
        ("async def f(): pass\n", "S002"),
        ("def f(x):\n  return (a async for a in x)\n", "S003"),
        ("try: pass\nexcept* E: pass\n", "S006"),
        ("type A = int\n", "S007"),
        ("def f[T](): pass\n", "S008"),
        ("class A[T]: pass\n", "S008"),
        ("a @ b\n", "S009"),
        ("a @= b\n", "S009"),
        ("1j\n", "S010"),
        ("'\\N{DIGIT ONE}'\n", "S011"),
        ("f'{a} \\N{DIGIT ONE}'\n", "S011"),
        ("# coding: latin-1\n", "S013"),
    ];
    for (text, wanted) in refused {
        assert_eq!(code(parse(text)), wanted, "{text}");
        assert!(REFUSALS.iter().any(|kind| kind.code == wanted));
    }
    for text in ["r'\\N{DIGIT ONE}'\n", "b'\\N{DIGIT ONE}'\n", "'\\\\N{DIGIT ONE}'\n", "t = 1\n"] {
        assert_eq!(code(parse(text)), "accepted", "{text}");
    }
    assert_eq!(code(parse("t'x'\n")), "syntax error", "3.13 knows no t-strings");
}

#[test]
fn what_is_switched_off_is_refused_where_it_stands() {
    let refused = [
        ("x = 1\nclass A: pass\n", "S101", 2, 1),
        ("def f():\n    yield 1\n", "S102", 2, 5),
        ("f(x for x in y)\n", "S103", 1, 3),
        ("with a: pass\n", "S104", 1, 1),
        ("import sys\nimport math\n", "S105", 2, 1),
        ("from . import sys\n", "S105", 1, 1),
        ("@a\ndef f(): pass\n", "S106", 1, 1),
        ("f(1, *a)\n", "S107", 1, 6),
        ("f(**a)\n", "S107", 1, 3),
        ("def f(a, *, b): pass\n", "S107", 1, 13),
        ("x = lambda: 1\n", "S108", 1, 5),
        ("x = [a for a in b]\n", "S109", 1, 5),
        ("try: pass\nfinally: pass\n", "S110", 1, 1),
        ("raise x\n", "S110", 1, 1),
        ("x = f'{a}'\n", "S111", 1, 5),
        ("a, *b = c\n", "S112", 1, 4),
        ("x = {**a}\n", "S112", 1, 5),
        ("(x := 1)\n", "S113", 1, 2),
        ("x: int = 1\n", "S114", 1, 4),
        ("def f():\n  global x\n", "S115", 2, 3),
        ("b'x'\n", "S116", 1, 1),
        ("x[1:]\n", "S117", 1, 3),
        ("{1}\n", "S118", 1, 1),
        ("assert x\n", "S119", 1, 1),
        ("del x\n", "S120", 1, 1),
        ("def f():\n  def g(): pass\n", "S121", 2, 3),
    ];
    for (text, wanted, line, column) in refused {
        let Err(Fault::Refused(refusal)) = check("x.py", text, Features::NONE) else {
            panic!("{text} is accepted")
        };
        assert_eq!((refusal.code, refusal.line, refusal.column), (wanted, line, column), "{text}");
        assert_eq!(code(parse(text)), "accepted", "{text}");
    }
    for text in ["import sys\n", "from sys import argv\n", "def f(a, b=1): return a + b\n"] {
        assert_eq!(code(check("x.py", text, Features::NONE)), "accepted", "{text}");
    }
}

#[test]
fn a_syntax_error_wins_over_a_refusal() {
    for text in ["class A: pass\nx = = 1\n", "match x:\n  case 1: pass\nbreak\n", "1j\n'\n"] {
        assert_eq!(code(check("x.py", text, Features::NONE)), "syntax error", "{text}");
    }
}

#[test]
fn columns_count_characters_and_lines_end_as_in_python() {
    let text = "\u{feff}\u{e9} = 1\r\nb = '\u{1F600}' + c\rd\n";
    let source = Source::new("x.py", text.as_bytes().to_vec()).unwrap();
    assert_eq!(source.line_count(), 4);
    assert_eq!(source.line_text(1), "\u{e9} = 1");
    assert_eq!(source.line_text(2), "b = '\u{1F600}' + c");
    assert_eq!(source.line_text(3), "d");
    assert_eq!(source.line_text(9), "");
    let at = u32::try_from(source.text().find('c').unwrap()).unwrap();
    assert_eq!(source.line_col(at.into()), (2, 10));
    assert_eq!(source.line_col(source.line_start(3)), (3, 0));
}

#[test]
fn a_fault_has_the_attributes_of_the_exception() {
    let Err(Fault::Syntax(fault)) = parse("x = 1\nif x:\ny\n") else { panic!("accepted") };
    assert_eq!(fault.kind, SyntaxKind::IndentationError);
    assert_eq!(fault.message, "expected an indented block after 'if' statement on line 2");
    assert_eq!((fault.line, fault.column, fault.end_line, fault.end_column), (3, 1, 3, 2));
    assert_eq!(fault.text.as_deref(), Some("y"));
}

#[test]
fn the_cost_grows_with_the_text_and_not_faster() {
    let cost = |text: &str| parse_cost(&Source::new("x.py", text.into()).unwrap());
    let (empty, once, twice) = (cost(""), cost(&"a+b\n".repeat(1000)), cost(&"a+b\n".repeat(2000)));
    assert!(empty < once && once < twice);
    assert_eq!(twice - once, once - empty);
}
