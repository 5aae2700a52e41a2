#!/usr/bin/env python3.13
"""Writes fixtures for the tests of int, float and str: what CPython 3.13 answers.

    python3.13 make_scalar_fixtures.py > ../tests/scalar_data/fixtures.txt     the checked-in file
    python3.13 make_scalar_fixtures.py SEED COUNT > FILE       random runs, for SCALAR_FIXTURES=FILE

A case is a line of tab-separated fields: what is done, the operands as literals, and the repr of the
outcome, or `!` and the exception. `.name` is a method of the first operand; `name=` before an operand
makes it a keyword argument. Literals are written by `repr`, in ASCII.
"""

import operator
import os
import random
import sys
import warnings

if os.environ.get("PYTHONHASHSEED") != "0":
    os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, "PYTHONHASHSEED": "0"})
warnings.simplefilter("ignore")
R = random.Random(int(sys.argv[1]) if len(sys.argv) > 1 else 2024)
COUNT = int(sys.argv[2]) if len(sys.argv) > 2 else 12
seen = set()


def case(op, *operands, **keywords):
    fields = [op, *map(ascii, operands), *(f"{k}={ascii(v)}" for k, v in keywords.items())]
    line = "\t".join(fields)
    if line in seen:
        return
    if op == "*" and any(isinstance(x, (str, tuple)) for x in operands):
        if any(isinstance(x, int) and 1000 < x < 2**61 for x in operands):
            return  # would take gigabytes
    seen.add(line)
    function = OPS[op] if op in OPS else operator.methodcaller(op[1:], *operands[1:], **keywords)
    try:
        result = function(operands[0]) if op not in OPS else function(*operands, **keywords)
        if isinstance(result, complex):
            return
        result = ascii(result)
        if len(result) + len(line) > 400 and len(line) < 4000:
            return
    except Exception as error:
        if "complex" in str(error):
            return
        result = f"!{type(error).__name__}: {error}"
        result = ascii(result)[1:-1].replace("\\'", "'") if not result.isascii() else result
        if "\n" in result or "\t" in result:
            return
    print(line, result, sep="\t")


BINARY = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
    "//": operator.floordiv, "%": operator.mod, "**": operator.pow, "<<": operator.lshift,
    ">>": operator.rshift, "&": operator.and_, "|": operator.or_, "^": operator.xor,
    "divmod": divmod,
}
COMPARE = {
    "<": operator.lt, "<=": operator.le, "==": operator.eq, "!=": operator.ne,
    ">": operator.gt, ">=": operator.ge,
}
UNARY = {
    "neg": operator.neg, "pos": operator.pos, "~": operator.invert, "abs": abs, "hash": hash,
    "repr": repr, "str": str, "bool": bool, "index": operator.index, "ascii": ascii,
}
OPS = BINARY | COMPARE | UNARY | {
    "int": int, "float": float, "str": str, "bool": bool, "pow": pow, "format": format,
    "[]": operator.getitem, "in": lambda item, container: item in container, "len": len,
    "slice": lambda s, a, b, c: s[a:b:c],
}


def integer(bits=None):
    bits = R.choice([1, 4, 8, 29, 30, 31, 32, 33, 59, 60, 61, 62, 63, 64, 65, 90, 150, 400]) if bits is None else bits
    value = R.choice([R.getrandbits(bits), (1 << bits) + R.randint(-2, 2)])
    return -value if R.random() < 0.4 else value


def real():
    return R.choice([
        0.0, -0.0, 1.0, -1.0, 0.5, 1.5, 2.5, -2.5, 1e308, -1e308, 5e-324, 1e22, 1e16, 123456789.125,
        float("inf"), float("-inf"), float("nan"), R.uniform(-10, 10), R.uniform(-1e20, 1e20),
        R.gauss(0, 1) * 10.0 ** R.randint(-300, 300), float(R.randint(-1000, 1000)),
        float(integer(62)), 2.0**53, 2.0**63, -(2.0**63),
    ])


ALPHABETS = [
    "ab", "abc \t\n", "aB9_ .,", "a\xe9\xdf\xb5 ", "a\u03a3\u03c3\u0130\u01c5\u0661\u2003", "\U0001f600a\u20ac\ud800",
    "{}[]!:.0a", "%ds()*.10",
]


def text(longest=12):
    alphabet = R.choice(ALPHABETS)
    return "".join(R.choice(alphabet) for _ in range(R.randint(0, longest)))


def scalar():
    return R.choice([integer, integer, real, text, lambda: R.choice([True, False, None])])()


def number():
    return R.choice([integer, integer, integer, real, real, lambda: R.choice([True, False])])()


def small():
    return R.choice([R.randint(-3, 8), R.randint(-40, 200), True, 2**63, -(2**70)])



def spec(codes):
    def maybe(options, chance=0.4):
        return R.choice(options) if R.random() < chance else ""

    align = maybe("<>^=", 0.3)
    fill = maybe(["*", "x", "0", "\u20ac", "{"], 0.5) if align else ""
    return (
        fill + align + maybe("+- ", 0.25) + maybe("z", 0.05) + maybe("#", 0.15) + maybe("0", 0.2)
        + maybe(["1", "5", "12", "30"]) + maybe(",_", 0.2) + maybe([".0", ".1", ".3", ".10", "."], 0.3)
        + maybe(codes, 0.7)
    )


def percent():
    flags = "".join(R.choice("-+ #0") for _ in range(R.choice([0, 0, 1, 2])))
    width = R.choice(["", "", "5", "12", "*"])
    precision = R.choice(["", "", ".0", ".3", ".*", "."])
    key = R.choice(["", "", "", "(a)", "(b)"])
    return f"{text(3)}%{key}{flags}{width}{precision}{R.choice('ddiuxXosrcaeEfFgGq%')}{text(3)}"


# Fixed cases: every message, and the corners.

for a in [0, 1, -1, 2, 5, -7, 256, 257, 2**30, -(2**30), 2**60, 2**63, -(2**63), 2**64, 10**30, True, False]:
    for op in UNARY:
        case(op, a)
    for b in [0, 1, -1, 3, -3, 2**30, 2**63, -(2**63), 2**64, True, 0.0, 2.5, "a", None, (1,)]:
        for op in [*BINARY, *COMPARE]:
            if op == "<<" and isinstance(b, int) and b > 10**6:
                continue
            if op == "**" and (isinstance(b, int) and abs(b) > 100 or isinstance(a, int) and abs(a) > 2**70):
                continue
            if op == "*" and isinstance(b, (str, tuple)) and isinstance(a, int) and abs(a) > 300:
                continue
            case(op, a, b)
    for name in ["bit_length", "bit_count", "conjugate", "as_integer_ratio", "is_integer", "__round__",
                 "__trunc__", "__floor__", "__ceil__"]:
        case("." + name, a)
    for places in [None, 0, 1, -1, -2, -18, -19, -20, -40, 10**30, 1.5, "a"]:
        case(".__round__", a, places)
for a in [0.0, -0.0, 1.5, -2.5, 3.5, 1e16, 1e300, 5e-324, float("inf"), float("-inf"), float("nan")]:
    for op in [*UNARY, "int", "float"]:
        if not (op == "hash" and a != a):
            case(op, a)
    for b in [0, 1, -3, 2**60, 10**400, -(10**400), 0.0, -0.0, 0.5, float("inf"), float("nan"), "a", True]:
        for op in [*BINARY, *COMPARE]:
            if op == "**" and isinstance(b, int) and abs(b) > 2**70:
                continue
            case(op, a, b)
            if isinstance(b, int) and not (op == "**" and abs(b) > 2**70):
                case(op, b, a)
    for name in ["is_integer", "as_integer_ratio", "hex", "conjugate", "__round__", "__trunc__", "__floor__", "__ceil__"]:
        case("." + name, a)
    for places in [None, 0, 1, -1, 20, 400, -400, 10**30, -(10**30), 1.5, "a"]:
        case(".__round__", a, places)
for a, b in [(1, 10**6), (0, 10**30), (1, 10**20), (1, 10**30), (-1, 10**6), (2**40, -1)]:
    if b < 10**7 or a == 0:
        case("<<", a, b)
    case(">>", a, b)
case("<<", 1, 10**18)
case("<<", 1, 10**19)
case("<<", 1, 30 * 2**61)
case("<<", -1, 30 * 2**61 - 1)
case("**", 10, 5000)
case("**", 2, -3)
case("**", 0, -3)
case("**", 10**400, -1)
case("/", 10**400, 3)
case("/", 10**400, 10**399)
case("/", 1, 10**400)
for arguments in [(2, 3, 5), (2, -1, 7), (2, -1, 4), (2, 3, 0), (2, 3, -5), (-2, 3, 5), (7, 0, 1), (2, 3, 1),
                  (2, 10**30, 10**20), (2.0, 1, 3), (2, 1.0, 3), (2, "a", 3), (2, 3, None), (2, 3, "a"), (True, True, True)]:
    case("pow", *arguments)

for value in ["", " ", "0", "12", " 12 ", "-12", "+5", "- 5", "1_000", "1__0", "_1", "1_", "0x1f", "0b11", "0o17", "0X1F",
              "12x", "0x", "00", "01", "\u0661\u0662", "\xe9", "\u2003 7\u2003", "1e5", "9" * 4300, "9" * 4301, "'", "x" * 300,
              "inf", "-inf", "nan", "-nan", "Infinity", "1.5", ".5", "5.", ".", "1e400", "1e-400", "1_0.2_5", "1_.5", "1e", "\u0663.5",
              "1\x000", "\ud800", "a\tb"]:
    case("int", value)
    case("float", value)
    case("bool", value)
    for base in [0, 2, 8, 10, 16, 36]:
        case("int", value, base)
for arguments in [(), (None,), ((),), ("1", 1), ("1", 37), ("1", -1), ("1", 10**30), ("1", "a"), (1.5, 10), ("1", 10, 10),
                  (float("nan"),), (float("inf"),), (1e30,), (-1.99,), (True,), (1, 2, 3)]:
    case("int", *arguments)
    case("float", *arguments)
    case("bool", *arguments)
case("int", "11", base=2)
case("int", base=2)
case("int", x=2)
case("float", x=2)
case("bool", x=2)
for arguments in [(), (1,), (None,), ("a",), (1.5,), (True,), ("a", "utf-8"), (1, "utf-8"), (1, 2, 3, 4)]:
    case("str", *arguments)
case("str", object=5)
case("str", foo=5)

for value in ["", "'", '"', "'\"", "\\", "\t\n\r\x00\x7f", "\xa0\xad\xe9", "\u200b\u20ac\u0378", "\U0001f600\U000e0001", "\ud800x"]:
    for op in ["repr", "ascii", "str", "hash", "bool", "len"]:
        case(op, value)
for s in ["", "a", "abc", "\xe9\xe8", "\u20acb", "\U0001f600ab"]:
    for n in [0, 1, -1, 2, 3, -3, 5, 2**62, 2**63, -(2**63), 2**70, 1.0, "a", None, True]:
        case("*", s, n)
        case("*", n, s)
        case("[]", s, n)
    for other in ["", "a", "\xe9", "\u20ac", 1, None]:
        case("+", s, other)
        case("in", other, s)
        for op in COMPARE:
            case(op, s, other)

METHODS = {
    "count": 1, "find": 1, "rfind": 1, "index": 1, "rindex": 1, "startswith": 1, "endswith": 1,
    "strip": 0, "lstrip": 0, "rstrip": 0, "partition": 1, "rpartition": 1, "removeprefix": 1, "removesuffix": 1,
}
PLAIN = [
    "capitalize", "casefold", "isalnum", "isalpha", "isascii", "isdecimal", "isdigit", "isidentifier", "islower",
    "isnumeric", "isprintable", "isspace", "istitle", "isupper", "lower", "lstrip", "rstrip", "split", "rsplit",
    "splitlines", "strip", "swapcase", "title", "upper", "expandtabs",
]
for name in PLAIN:
    case("." + name, "aB c", 1, 2, 3)
    for s in ["", "a", "A", "aB cD", "\xdf\xe9", "\u0130\u03a3A\u03a3", "\u01c5", "\u0661\xb2\xbd", " \u2003\x1c", "a\r\nb\x0bc\x85d\u2028", "a\tb"]:
        case("." + name, s)
for name in METHODS:
    for arguments in [(), (1,), (None,), ("",), ("a",), ("b", 1), ("b", -1), ("b", None, 2), ("", 3), ("", 4), ("b", "x"), ("b", 1.5),
                      ("b", 2**70), ("b", -(2**70), 2**70), ("a", 1, 2, 3), (("a", "b"),), (("x", 1),), ((),), ("abc",), ("abcd",)]:
        case("." + name, "abc", *arguments)
for arguments in [(), ("a",), ("a", "b"), ("a", "b", 1), ("a", "b", "c"), ("a", 1), (1, "a"), ("", "-"), ("", "-", 2), ("", ""),
                  ("a", ""), ("a", "\u20ac"), ("a", "b", 0), ("a", "b", -5), ("a", "b", 1, 2), ("a", "b", None), ("a", "b", 2**70)]:
    case(".replace", "aXaYa", *arguments)
    case(".replace", "a\u20aca", *arguments)
case(".replace", "aaa", "a", "b", count=2)
case(".replace", "\u20aca", "\u20ac", "")
case(".replace", "\u20ac\xe9a", "\u20ac", "x")
for name in ["center", "ljust", "rjust", "zfill"]:
    for arguments in [(), (0,), (3,), (6,), (7,), (-5,), (7, "*"), (7, "\u20ac"), (7, "ab"), (7, ""), (7, 1), ("a",), (2**62,), (2**63,), (7, "a", 1)]:
        case("." + name, "abc", *arguments)
        case("." + name, "-bcd", *arguments)
for name in ["split", "rsplit"]:
    for arguments in [(" ",), (None,), ("",), (1,), ("b",), (None, 1), (" ", 1), (" ", 0), (None, 0), ("b", -1), ("b", 2**70), ("b", "x"), ("b", 1, 2)]:
        case("." + name, " a b  bc ", *arguments)
    case("." + name, "a b c", maxsplit=1)
    case("." + name, "a b c", sep="b", maxsplit=1)
    case("." + name, "a b c", sep="b", x=1)
case(".splitlines", "a\nb", True)
case(".splitlines", "a\n\r\nb\r", keepends=True)
for arguments in [(0,), (1,), (4,), (-1,), ("a",), (2**31,), (2**40,)]:
    case(".expandtabs", "a\tbc\t\nd\t", *arguments)
case(".expandtabs", "a\tb", tabsize=3)
for arguments in [(["a", "b"],), (("a",),), ([],), ("abc",), ({"x": 1},), ([1],), (["a", None],), (1,), (), (["\u20ac", "a"],)]:
    case(".join", "-", *arguments)
    case(".join", "\xe9", *arguments)
for table in [{97: "x", 98: None}, {97: 0x20AC}, {97: -1}, {97: 0x110000}, {97: 1.5}, {}, {97: "long"}, 1, ["x"] * 98]:
    case(".translate", "abc", table)

for template, arguments in [
    ("{}", ()), ("{a}", ()), ("{", ()), ("}", ()), ("{0}{}", (1, 2)), ("{}{0}", (1, 2)), ("{!}", (1,)), ("{!x}", (1,)), ("{:d}", ("a",)),
    ("{0[}", ([1],)), ("{0.}", (1,)), ("{0[]}", ([1],)), ("{0[0]a}", ([1],)), ("{:{:{}}}", (1, 2, 3)), ("{!r:}}", (1,)), ("{{}}", ()),
    ("a{{b}}c{}", (1,)), ("{:{}}", (1, 5)), ("{:{}.{}}", (1.23456, 8, 3)), ("{0.real}", (5,)), ("{0[1]}", ([1, 2],)), ("{0[a]}", ({"a": 7},)),
    ("{[a]}", ([1],)), ("{[-1]}", ([1],)), ("{[99999999999999999999]}", ([1],)), ("{99999999999999999999}", (1,)), ("{!r}", ("a",)),
    ("{!s}", ("a",)), ("{!a}", ("\xe9",)), ("{!r:>5}", ("a",)), ("{!r", (1,)), ("{!", (1,)), ("{!rx}", (1,)), ("{:", (1,)), ("{a{b}", (1,)),
    ("{0.foo}", (1,)), ("{:>{}}", ("a", 4)), ("\u20ac{}\u20ac", ("a",)), ("{0[0][1]}", ([[1, 2]],)), ("{}{}", (1,)), ("{!\ud800}", (1,)), ("{ 0}", (1,)),
    ("{0 }", (1,)), ("{:q}", (1,)), ("{::}", (1,)), ("{:{{}}}", (1,)), ("{[0].real}", ([5],)), ("{0[x]}", ("abc",)), ("{\u0661}", (1, 2)),
]:
    case(".format", template, *arguments)
case(".format", "{a} {b!r:>5}", a=1, b="x")
case(".format", "{a} {}", 5, a=1)
case(".format", "{c}", a=1)
case(".format", "{:{w}}", "x", w=4)
case(".format_map", "{a}{b}", {"a": 1, "b": "x"})
case(".format_map", "{a}", {})
case(".format_map", "{}", {"a": 1})
case(".format_map", "a", 1)
case(".format_map", "{a}", 1)

for fmt, values in [
    ("%d", "a"), ("%x", 1.5), ("%c", "ab"), ("%c", 1.5), ("%c", 97), ("%c", 0x110000), ("%c", -1), ("%c", 10**30), ("%5c", "\u20ac"), ("%-5c|", "a"),
    ("%*d", (1.5, 2)), ("%*d", (5, 2)), ("%-*d|", (5, 2)), ("%*d|", (-5, 2)), ("%.*f", (2, 1.239)), ("%.*f", (-2, 1.239)), ("%.*d", ("a", 1)),
    ("%(a)s", 1), ("%(a)s", {"b": 1}), ("%(a)s", {"a": 1}), ("%(a)s %(b)d", {"a": 1, "b": 2}), ("%s", {"a": 1}), ("%s %s", 1), ("%s", (1, 2)),
    ("%s", ()), ("a", 1), ("a", ()), ("a", {}), ("a", [1]), ("%q", 1), ("%", 1), ("%(a", {}), ("%%", ()), ("%%", 1), ("100%% %d", 5), ("%s", "abc"),
    ("%.2s", "abc"), ("%5.2s|", "abc"), ("%-5s|", "abc"), ("%r", "a'b"), ("%a", "\xe9"), ("%s", None), ("%s", ([1, "a"],)), ("%d", 1.9), ("%d", True),
    ("%d", 10**30), ("%x", -255), ("%#x", 255), ("%#o", 8), ("%+d", 5), ("% d", 5), ("%05d", -5), ("%.5d", -5), ("%e", 12345.678), ("%g", 1e-5),
    ("%f", "a"), ("%f", None), ("%f", 10**400), ("%.99999999999d", 1), ("%99999999999999999999d", 1), ("%1000000000000000000d", 1), ("%*d", (2**70, 1)),
    ("%.*d", (2**40, 1)), ("%u", 5), ("%i", -5), ("%ld", 5), ("\u20ac%s", "a"), ("%s\u20ac", "\U0001f600"), ("%s%s", ("a",)), ("%d", float("nan")), ("%d", float("inf")),
    ("%(a)(b)s", {"a": 1}), ("%((a))s", {"(a)": 3}), ("%()s", {"": 4}), ("%(a)*d", {"a": 1}), ("%X", 48879), ("%s", "a\ud800"),
]:
    case("%", fmt, values)

for value, form in [
    (5, "q"), (5, ".3d"), ("a", "d"), (1.5, "d"), (5, ",x"), (10**400, "f"), (5, "c"), (-1, "c"), (10**30, "c"), (5, "\u20ac>10"), (True, "d"), (True, ""),
    (True, "5"), (1.5, "n"), (1234567, ",_"), (5, ">99999999999999999999"), (5, "1000000000000000000"), ("a", "1000000000000000000"), ("a", "=5"), ("a", "+5"), ("a", " 5"),
    ("a", "#5"), ("a", "05"), ("a", ".0"), ("a", "\u20ac^5"), ("a", "s5"), ("\u20acb", ".1"), (1.5, ".99999999999f"), (None, ""), (None, "5"), (5, 5), ("a", None),
]:
    if isinstance(form, str):
        case("format", value, form)

for _ in range(COUNT * 25):
    op = R.choice(list(BINARY))
    a, b = number(), number()
    if op == "**":
        a, b = R.choice([(integer(16), R.randint(-5, 40)), (real(), real()), (real(), R.randint(-5, 5)), (R.randint(-5, 5), real())])
    if op in ("<<", ">>"):
        b = R.choice([R.randint(-2, 200), integer(8)])
    case(op, a, b)
    case(R.choice(list(COMPARE)), number(), number())
for _ in range(COUNT * 10):
    case(R.choice(["neg", "pos", "~", "abs", "repr", "str", "bool", "index", "int", "float"]), number())
    value = number()
    if value == value:
        case("hash", value)
    case("pow", integer(), abs(integer()), integer())
    case(".__round__", number(), R.randint(-25, 25))
    case(R.choice([*BINARY, *COMPARE]), R.choice([real(), text(), None]), scalar())
    case("hash", text())
for _ in range(COUNT * 15):
    case("format", integer(), spec("bcdeEfFgGnoxXs%q"))
    case("format", real(), spec("eEfFgGn%dq"))
    case("format", text(), spec("sd"))
    case("%", percent(), R.choice([scalar(), (scalar(),), (R.randint(-9, 9), scalar()), {"a": scalar()}, (5, 3, scalar())]))
for _ in range(COUNT * 15):
    s = text(20)
    case("." + R.choice(PLAIN), s)
    name = R.choice(list(METHODS))
    part = s[R.randint(0, 5):][: R.randint(0, 4)] if R.random() < 0.6 else text(2)
    if METHODS[name] and "partition" not in name and "remove" not in name:
        case("." + name, s, part, *[small() for _ in range(R.choice([0, 0, 1, 2]))])
    else:
        case("." + name, s, part)
    case(".replace", s, part, text(3), *([R.randint(-1, 4)] if R.random() < 0.4 else []))
    case("." + R.choice(["split", "rsplit"]), s, R.choice([None, part]), R.randint(-1, 4))
    case("." + R.choice(["center", "ljust", "rjust"]), s, R.randint(0, 30), R.choice("*\u20ac"))
    case(".zfill", s, R.randint(0, 30))
    case("slice", s, R.choice([None, small()]), R.choice([None, small()]), R.choice([None, None, 1, -1, 2, -3, 0, small()]))
    case("[]", s, small())
    case("in", part, s)
    case("+", s, text())
    case("*", s, R.randint(-1, 9))
    case(".join", text(3), [text(4) for _ in range(R.randint(0, 4))])
    case(".format", text(10), scalar(), scalar())
    case(".expandtabs", s, R.randint(-1, 9))
    for op in COMPARE:
        case(op, s, text())
for _ in range(COUNT * 3):
    s = text(60)
    part = s[R.randint(0, 30):][: R.randint(2, 8)]
    for name in ["count", "find", "rfind"]:
        case("." + name, s, part)
    case(".replace", s, part, text(3))
