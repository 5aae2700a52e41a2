#!/usr/bin/env python3.13
"""Writes fixtures for the kernel's tests, one case a line: operation, arguments, result.

    python3.13 make_fixtures.py > fixtures.txt                  the checked-in file
    python3.13 make_fixtures.py SEED COUNT [OP...] > FILE       random runs, for KERNEL_FIXTURES=FILE

Fields are separated by tabs. Integers are hexadecimal, floats the 16 hexadecimal digits of their bits,
text is itself but for `\\` and what is no visible ASCII, written `\\{hex}`. `!` before a result is an
exception's message; division by zero, whose text the caller knows, is `!zero`.
"""

import math
import os
import random
import struct
import subprocess
import sys

if os.environ.get("PYTHONHASHSEED") != "0":
    os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, "PYTHONHASHSEED": "0"})
sys.set_int_max_str_digits(0)
R = random.Random(int(sys.argv[1]) if len(sys.argv) > 1 else 2024)
COUNT = int(sys.argv[2]) if len(sys.argv) > 2 else 60
ONLY = set(sys.argv[3:])


def text(value):
    return "".join(c if "!" <= c <= "~" and c != "\\" else "\\{%x}" % ord(c) for c in value)


def field(value):
    if value is True or value is False:
        return "yes" if value else "no"
    if isinstance(value, int):
        return "%x" % value
    if isinstance(value, float):
        if math.isnan(value):
            return "nan"
        return struct.pack(">d", value).hex()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, tuple):
        return ",".join(map(field, value))
    return text(value)


def case(op, function, *arguments):
    if ONLY and op not in ONLY:
        return
    try:
        result = field(function(*arguments))
    except ZeroDivisionError as error:
        result = "!" + text(str(error)) if "negative power" in str(error) else "!zero"
    except (ValueError, OverflowError, TypeError) as error:
        result = "!" + text(str(error))
    print(op, *map(field, arguments), result, sep="\t")


# Arguments


def digits_int(bits):
    """Runs of ones and zeros in 30-bit digits, where carries and borrows live."""
    value = 0
    for _ in range(bits // 30 + 1):
        value = value << 30 | R.choice([0, 1, (1 << 30) - 1, (1 << 30) - 2, 1 << 29, R.getrandbits(30)])
    return value


def an_int(most=400):
    bits = R.choice([0, 3, 8, 29, 30, 31, 59, 60, 61, 63, 64, 65, 89, 90, 91, 120, R.randrange(most)])
    value = R.choice([
        lambda: R.getrandbits(bits),
        lambda: (1 << bits) + R.choice([-1, 0, 1]),
        lambda: digits_int(bits),
        lambda: R.randrange(-5, 300),
    ])()
    return R.choice([value, -value])


def long_int():
    return R.choice([an_int(400), an_int(4000), an_int(12000)])


def a_float():
    return R.choice([
        lambda: struct.unpack(">d", R.randbytes(8))[0],
        lambda: R.uniform(-1000, 1000),
        lambda: round(R.uniform(-100, 100), R.randrange(5)),
        lambda: float(R.randrange(-(10**6), 10**6)) / R.choice([1, 2, 4, 8, 10, 16, 100]),
        lambda: float(R.randrange(-20, 20)) * 10.0 ** R.randrange(-30, 30),
        lambda: math.ldexp(R.choice([1, -1, 3, 5]), R.randrange(-1074, 1020)),
        lambda: R.choice([0.0, -0.0, math.inf, -math.inf, math.nan, 5e-324, 1.7976931348623157e308,
                          2.2250738585072014e-308, 2.225073858507201e-308, 0.1, 0.5, 1.5, 2.5, 1e16,
                          1e15, 9999999999999998.0, 1e-4, 1e-5, 123456789012345680.0, 1e22, 1e23]),
    ])()


def numeral(radix):
    alphabet = "0123456789abcdefghijklmnopqrstuvwxyz"[:radix]
    length = R.choice([1, 2, 5, 17, 18, 30, 100, 700 if len(sys.argv) > 1 else 40])
    body = "".join(R.choice(alphabet) for _ in range(R.randrange(length) + 1))
    return body.upper() if R.random() < 0.3 else body


def damaged(value, alphabet):
    value = list(value)
    for _ in range(R.choice([0, 0, 1, 1, 2])):
        at = R.randrange(len(value) + 1)
        if R.random() < 0.7:
            value.insert(at, R.choice(alphabet))
        elif value and at < len(value):
            del value[at]
    return "".join(value)


def literal():
    base = R.choice([0, 10, 2, 8, 16, 36, 3, R.randrange(2, 37)])
    prefix = R.choice(["", "", "0x", "0X", "0o", "0b", "0"])
    radix = {"0x": 16, "0X": 16, "0o": 8, "0b": 2}.get(prefix, base or 10)
    spelled = R.choice(["", " ", "\t\n"]) + R.choice(["", "-", "+"]) + prefix + numeral(radix)
    return damaged(spelled + R.choice(["", " ", "\r\v\f"]), "_ -+xz09\u0663\u2003\x1c\xa0\0é"), base


def float_literal():
    spelled = R.choice([
        lambda: repr(a_float()),
        lambda: "%s%s.%se%d" % (R.choice(["", "-", "+"]), numeral(10), numeral(10), R.randrange(-350, 350)),
        lambda: numeral(10) + "e" + str(R.randrange(-400, 400)),
        lambda: "%.*e" % (R.choice([17, 20, 40, 767]), abs(a_float())),
        lambda: R.choice(["inf", "-Infinity", "+nAn", "infinit", ".", "1.", ".5", "e5", "", "1e", "0x1p3"]),
    ])()
    return R.choice(["", " ", "\n"]) + damaged(spelled, "__ .e-+n0\u0661\u3000")


def hex_literal():
    spelled = R.choice([
        lambda: a_float().hex(),
        lambda: "%s%s.%sp%d" % (R.choice(["", "0x", "-0X"]), numeral(16)[:20], numeral(16), R.randrange(-1200, 1100)),
        lambda: "0x%s%s" % (numeral(16), R.choice(["", ".", "p0", "p-5", "P+99999999"])),
    ])()
    return damaged(spelled, "0.pxg -") if R.random() < 0.3 else spelled


LETTERS = ("aB'\"\\\t\n\r\x00\x1f\x7f\x80\xa0\xadéßŉǅΣσς\u0345\u0301\u02b0İıﬁᾳ\u200b\u2028\ud800\udfff中٣½²"
           "\U0001d7ce\U0001f600\U000e0001\U0010ffff\u0378 .-_1:")


def words():
    return "".join(R.choice(LETTERS) for _ in range(R.randrange(12)))


def spec(codes):
    width = R.choice(["", "", str(R.randrange(40))])
    parts = [
        R.choice(["", "", R.choice("x0 é*=<\ud800") + R.choice("<>=^"), R.choice("<>=^")]),
        R.choice(["", "", "+", "-", " "]), R.choice(["", "", "", "z"]), R.choice(["", "", "#"]),
        R.choice(["", "", "0"]), width, R.choice(["", "", "", ",", "_", ",", "_", ",_"]),
        R.choice(["", "", ".%d" % R.randrange(30), ".%d" % R.choice([0, 1, 2, 350, 1100])]), R.choice(codes),
    ]
    joined = "".join(parts)
    return damaged(joined, "<,_.z#0d5\u0665é") if R.random() < 0.1 else joined


def percent(codes):
    flags = "".join(R.choice("#0- +") for _ in range(R.randrange(4)))
    width, precision = R.choice(["", str(R.randrange(30))]), R.choice(["", ".", ".%d" % R.randrange(25)])
    return "%" + flags + width + precision + R.choice(["", "", "h", "l", "L"]) + R.choice(codes)


# Operations


def sign(a, b):
    return (a > b) - (a < b)


def to_bytes(value, length, order, signed):
    return value.to_bytes(length, order, signed=signed)


def integers():
    a, b, c = R.choice([long_int, an_int])(), R.choice([long_int, an_int])(), an_int()
    near = a * b + R.choice([-1, 0, 1, c])
    case("add", int.__add__, a, b)
    case("sub", int.__sub__, a, b)
    case("mul", int.__mul__, a, b)
    case("mul", int.__mul__, a, a)
    for x, y in [(a, b), (a, c), (near, a), (near, c)]:
        case("divmod", divmod, x, y)
        case("truediv", lambda x, y: x / y, x, y)
    case("and", int.__and__, a, b)
    case("or", int.__or__, a, b)
    case("xor", int.__xor__, a, b)
    case("cmp", sign, a, R.choice([a, -a, a + 1, b]))
    case("gcd", math.gcd, a * c, R.choice([b * c, b]))
    case("pow", pow, an_int(100), R.choice([0, 1, 2, 3, 5, 17, R.randrange(60)]))
    case("powmod", pow, a, R.choice([b, an_int(100), 3, -1]), R.choice([a + 2, c, b]))
    case("shl", lambda a, n: a << n, a, R.choice([0, 1, 30, 60, R.randrange(200), -1]))
    case("shr", lambda a, n: a >> n, a, R.choice([0, 1, 30, 60, R.randrange(200), 10**20, -1]))
    case("invert", lambda a: ~a, a)
    case("bits", lambda a: (a.bit_length(), a.bit_count()), a)
    case("isqrt", math.isqrt, R.choice([a, a * a, a * a - 1]))
    case("inthash", hash, R.choice([a, c, (2**61 - 1) * c, (2**61 - 1) * c - 1]))
    case("tofloat", float, R.choice([a, c, (1 << R.randrange(1030)) + c, (2**53 + R.choice([0, 1, 2, 3])) << R.randrange(975)]))
    f = a_float()
    case("fromfloat", int, f)
    case("cmpfloat", lambda a, f: "none" if f != f else str(sign(a, f)),
         R.choice([c, a, int(f) + R.choice([-1, 0, 1]) if math.isfinite(f) else c]), f)
    case("round", round, a, -R.choice([0, 1, 2, 5, 20, 100, 3000]))
    case("round", round, (R.randrange(-1000, 1000) * 10 + 5) * 10 ** R.randrange(5), -R.randrange(7))
    case("str", str, R.choice([a, c, 10**R.randrange(60) + R.choice([-1, 0])]))
    case("hex", lambda a: ("%x" % abs(a), "%o" % abs(a), "{:b}".format(abs(a))), R.choice([a, c]))
    spelled, base = literal()
    case("int", lambda s, b: int(s, b), spelled, base)
    length, order, signed = R.randrange(40), R.choice(["little", "big"]), R.random() < 0.5
    case("tobytes", to_bytes, R.choice([c, (1 << 8 * length) - 1, -1 << max(0, 8 * length - 1)]), length, order, signed)
    case("frombytes", lambda b, o, s: int.from_bytes(b, o, signed=s), R.choice([R.randbytes(length), b"\xff" * length, b"\x80" + bytes(length)]), order, signed)


def power(x, y):
    if x < 0 and math.isfinite(x) and math.isfinite(y) and y != math.floor(y):
        return "complex"
    result = x ** y
    return "complex" if isinstance(result, complex) else result


def floats():
    x, y = a_float(), a_float()
    case("repr", repr, x)
    spelled = float_literal()
    case("float", float, spelled)
    case("fdivmod", divmod, x, R.choice([y, x, x / 3 if x else y]))
    case("fpow", power, x, R.choice([y, 2.0, -1.0, 0.5, 3.0, 1e10, -3.0]))
    case("fround", round, R.choice([x, R.randrange(10**6) / 1000, R.randrange(1000) + 0.5]), R.choice([0, 1, 2, 3, -1, -2, R.randrange(-330, 330)]))
    case("fround0", lambda x: float(round(x)), R.choice([x, R.randrange(-50, 50) + 0.5]))
    case("fhash", lambda x: "none" if x != x else hash(x), x)
    case("ratio", float.as_integer_ratio, x)
    case("fhex", float.hex, x)
    case("fromhex", float.fromhex, hex_literal())


def formats():
    case("fmti", lambda s, v: format(v, s), spec(["", "d", "b", "o", "x", "X", "n", "c", "e", "f", "g", "%", "s", "é", "\x01"]), R.choice([an_int(200), R.randrange(300)]))
    case("fmtf", lambda s, v: format(v, s), spec(["", "e", "E", "f", "F", "g", "G", "n", "%", "d"]), a_float())
    case("fmts", lambda s, v: format(v, s), spec(["", "s", "s", "d"]), words())
    case("pcti", lambda s, v: s % v, percent("diuoxXc"), R.choice([an_int(150), R.randrange(-3, 300)]))
    case("pctf", lambda s, v: s % v, percent("eEfFgG"), a_float())
    case("pcts", lambda s, v: s % v, percent("s"), words())


MALFORMED = ["%5%|", "%-5%|", "%*%|", "%q", "abc%q", "%é", "%\u1234", "%\ud800", "%99999999999999999999d",
             "%.99999999999999999999d", "%.2147483648d", "%.2147483647d", "%.2147483645x", "%hd|%ld|%Ld", "%hhd",
             "%", "%5", "%-", "%.", "%*", "%(", "%(a", "%l", "a%%b%%%d|%%", "% %", "%.-3d", "%*d|", "%.*d|", "%-*d|",
             "%d %d", "", "%*.*d", "%c", "%%%"]


def texts():
    s = words()
    case("strrepr", repr, s)
    case("ascii", ascii, s)
    case("bytesrepr", repr, R.choice([R.randbytes(R.randrange(10)), bytes(R.choice(b"'\"a\\\n\t\r\x00\x7f\xff") for _ in range(5))]))
    for op in ["upper", "lower", "title", "capitalize", "swapcase", "casefold"]:
        case(op, getattr(str, op), s)
    for op in ["isupper", "islower", "istitle", "isidentifier"]:
        case(op, getattr(str, op), R.choice([s, s[:2], "Ab Cd" + s[:1], "x1" + s[:1]]))
    case("istitle", str.istitle, s.title())


def hashes():
    data = R.randbytes(R.randrange(40))
    case("hashbytes", hash, data)
    case("hashtuple", hash, tuple(an_int(70) for _ in range(R.randrange(6))))
    case("hashset", lambda t: hash(frozenset(t)), tuple({an_int(70) for _ in range(R.randrange(12))}))


def main():
    for _ in range(COUNT):
        integers()
        floats()
        floats()
        formats()
        formats()
        formats()
        texts()
        hashes()
    for form in MALFORMED:
        case("pctone", lambda s: s % (7,), form)
    for seed in [1, 42, 4294967295] if not ONLY else []:
        code = "print(*[hash(b'spam' * n) for n in range(5)])"
        run = subprocess.run([sys.executable, "-c", code], env={"PYTHONHASHSEED": str(seed)}, capture_output=True, text=True, check=True)
        print("hashseed", "%x" % seed, run.stdout.strip().replace(" ", ","), sep="\t")


main()
