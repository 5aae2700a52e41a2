//! What stands behind each refusal: why, an example, and the example written otherwise.
//!
//! The tests hold each to its claim: the example is refused with the code, what is shown instead is
//! not.

use super::refuse::{REFUSALS, RefusalKind};

/// One kind of refusal, explained.
#[derive(Debug, Clone, Copy)]
pub struct Explanation {
    /// The kind.
    pub kind: &'static RefusalKind,
    /// Why it is refused, in a sentence or two.
    pub why: &'static str,
    /// A script that is refused.
    pub example: &'static str,
    /// The same done otherwise.
    pub better: &'static str,
}

impl Explanation {
    /// The explanation of a code such as `S001`.
    pub fn of(code: &str) -> Option<Self> {
        let kind = REFUSALS.iter().find(|kind| kind.code == code)?;
        let (_, why, example, better) = TEXTS.iter().find(|(known, ..)| *known == code)?;
        Some(Self { kind, why, example, better })
    }
}

/// Why constructs are refused that a program may leave out.
const PART: &str = "Strata runs this. A program that embeds it may let its scripts use a part of the \
language only, and this construct is outside the part that was chosen.";

/// Why parts of `async` programs are refused.
const ASYNC: &str = "Coroutines belong to a loop of events, and the runtime has none: each script \
runs from its first line to its last.";

/// Code, why, example, better.
const TEXTS: &[(&str, &str, &str, &str)] = &[
    (
        "S001",
        "Patterns are not part of the language that Strata runs. An unknown case would have to run \
         code of the classes it names, in an order that programs rarely mean to rely on.",
        "match command:\n    case 'go': move()\n    case _: wait()",
        "if command == 'go':\n    move()\nelse:\n    wait()",
    ),
    ("S002", ASYNC, "async def f():\n    return 1", "def f():\n    return 1"),
    (
        "S003",
        ASYNC,
        "def upper(lines):\n    return (line.upper() async for line in lines)",
        "def upper(lines):\n    return (line.upper() for line in lines)",
    ),
    (
        "S004",
        ASYNC,
        "async def f(lock):\n    async with lock:\n        work()",
        "def f(lock):\n    with lock:\n        work()",
    ),
    ("S005", ASYNC, "async def f():\n    return await g()", "def f():\n    return g()"),
    (
        "S006",
        "Groups of exceptions come from tasks that run side by side, and there are none here.",
        "try:\n    work()\nexcept* ValueError:\n    pass",
        "try:\n    work()\nexcept ValueError:\n    pass",
    ),
    (
        "S007",
        "The statement makes an object that only type checkers use; annotations are evaluated and \
         kept, but nobody checks them.",
        "type Pair = tuple[int, int]",
        "Pair = tuple",
    ),
    (
        "S008",
        "Parameters of types are for type checkers; annotations are evaluated and kept, but nobody \
         checks them.",
        "def first[T](items: list[T]) -> T:\n    return items[0]",
        "def first(items):\n    return items[0]",
    ),
    (
        "S009",
        "No built-in type has a matrix product, so the operator would only ever raise TypeError for \
         objects that are not of a script's own classes.",
        "c = a @ b",
        "c = a.times(b)",
    ),
    (
        "S010",
        "There is no type complex: a number is a bool, an int or a float.",
        "z = 1 + 2j\nw = z * z",
        "re, im = 1.0, 2.0\nre, im = re * re - im * im, 2 * re * im",
    ),
    (
        "S011",
        "The names of characters are a table of a megabyte, which the runtime leaves out.",
        r"arrow = '\N{RIGHTWARDS ARROW}'",
        r"arrow = '\u2192'",
    ),
    (
        "S012",
        "Template strings are of Python 3.14; the language here is that of 3.13, for which they are \
         a syntax error.",
        "page = t'{name}'",
        "page = f'{name}'",
    ),
    (
        "S013",
        "Sources are read as UTF-8 only.",
        "# -*- coding: latin-1 -*-\nprint('hello')",
        "# -*- coding: utf-8 -*-\nprint('hello')",
    ),
    ("S101", PART, "class Point:\n    x = 0", "point = {'x': 0}"),
    (
        "S102",
        PART,
        "def squares(n):\n    for i in range(n):\n        yield i * i",
        "def squares(n):\n    found = []\n    for i in range(n):\n        found.append(i * i)\n    \
         return found",
    ),
    (
        "S103",
        PART,
        "total = sum(i * i for i in range(9))",
        "total = sum([i * i for i in range(9)])",
    ),
    (
        "S104",
        PART,
        "with lock:\n    work()",
        "lock.acquire()\ntry:\n    work()\nfinally:\n    lock.release()",
    ),
    ("S105", PART, "import math\nprint(math.pi)", "pi = 3.141592653589793\nprint(pi)"),
    ("S106", PART, "@twice\ndef f(): pass", "def f(): pass\nf = twice(f)"),
    ("S107", PART, "def f(*words): pass", "def f(words): pass"),
    ("S108", PART, "double = lambda x: 2 * x", "def double(x):\n    return 2 * x"),
    (
        "S109",
        PART,
        "squares = [i * i for i in range(9)]",
        "squares = []\nfor i in range(9):\n    squares.append(i * i)",
    ),
    (
        "S110",
        PART,
        "try:\n    x = items[0]\nexcept IndexError:\n    x = None",
        "if items:\n    x = items[0]\nelse:\n    x = None",
    ),
    ("S111", PART, "text = f'{x} of {y}'", "text = '{} of {}'.format(x, y)"),
    ("S112", PART, "first, *rest = items", "first, rest = items[0], items[1:]"),
    ("S113", PART, "if (n := len(items)) > 9: print(n)", "n = len(items)\nif n > 9: print(n)"),
    ("S114", PART, "count: int = 0", "count = 0"),
    (
        "S115",
        PART,
        "count = 0\ndef add():\n    global count\n    count = count + 1",
        "count = 0\ndef add(count):\n    return count + 1\ncount = add(count)",
    ),
    ("S116", PART, "data = b'abc'", "data = 'abc'"),
    ("S117", PART, "head = items[:3]", "head = []\nfor i in range(3):\n    head.append(items[i])"),
    ("S118", PART, "seen = {1, 2}", "seen = {1: None, 2: None}"),
    (
        "S119",
        PART,
        "assert x > 0, 'too small'",
        "if not x > 0:\n    raise AssertionError('too small')",
    ),
    ("S120", PART, "del x", "x = None"),
    (
        "S121",
        PART,
        "def outer():\n    def inner(): pass\n    inner()",
        "def inner(): pass\ndef outer():\n    inner()",
    ),
    (
        "S901",
        "Places in a source are 32 bits wide.",
        "x = '...'  # and so on, for more than 4 GiB",
        "import first_part, second_part",
    ),
    (
        "S902",
        "Whatever walks over the program, the parser first, goes as deep as it is nested. The bound \
         keeps that within the stack: brackets, operators without a parenthesis between them, chains \
         of calls and attributes all count.",
        "x = not not not not not not y  # and so on, some hundred times",
        "x = bool(y)",
    ),
    (
        "S903",
        "The parser runs on a stack of its own, of 16 MiB, and the system gave none.",
        "x = 1  # any script, when there is no memory for the parser's stack",
        "x = 1  # with a larger limit, such as: strata run --max-memory 64M",
    ),
    (
        "S904",
        "The text passed every check for CPython's grammar, and the parser still cannot read it. \
         Either side may be wrong: please report the script.",
        "x = 1  # whatever the message points to",
        "x = 1  # the same, in other words",
    ),
    (
        "S920",
        "Instructions name variables and intermediate values by numbers of 14 bits.",
        "def f():\n    v0 = v1 = v2 = 0  # and so on, to v16999",
        "def f():\n    v = [0] * 17000",
    ),
    (
        "S921",
        "Instructions name attributes by numbers of 16 bits.",
        "x.a0; x.a1; x.a2  # and so on, to x.a69999",
        "for i in range(70000):\n    getattr(x, 'a' + str(i))",
    ),
    (
        "S922",
        "Jumps are 32 bits wide, and some bits of that are taken.",
        "x = 1  # and so on, for a billion lines of one function",
        "def part():\n    x = 1",
    ),
];
