"""Keywords of native functions: the one that was meant, and how many there may be, by position or not."""

import sys
from bisect import bisect, insort_left
from itertools import accumulate, compress, zip_longest
from math import isclose, prod


def tried(call):
    try:
        print(call())
    except TypeError as error:
        print(error)


tried(lambda: "a b".split(maxsplt=1))
tried(lambda: "a b".split(colour=1))
tried(lambda: "a".encode(encodin="a"))
tried(lambda: b"a".decode(error="strict"))
tried(lambda: int("5", bas=3))
tried(lambda: sorted([1], revers=True))
tried(lambda: [].sort(1))
tried(lambda: [].sort(1, 2, key=3, reverse=4))
tried(lambda: [].sort(kye=len))
tried(lambda: print(1, ed=3))
tried(lambda: print(1, sep="", end="", file=None, flush=False, colour=1))
tried(lambda: max(1, 2, kee=len))
tried(lambda: min(1, 2, key=None, default=1, foo=1))
tried(lambda: sum([], strat=1))
tried(lambda: list(zip([], stric=True)))
tried(lambda: enumerate([], strat=1))
tried(lambda: ImportError("a", nam="x"))
tried(lambda: ImportError("a", name="x", path="y", foo=1, bar=2))
tried(lambda: AttributeError("a", objekt=1))
tried(lambda: NameError("a", names=1))
tried(lambda: "a".replace("a", "b", cont=1))
tried(lambda: int.from_bytes(b"a", "little", False))
tried(lambda: (5).to_bytes(1, "big", True))
tried(lambda: isclose(1, 2, 3))
tried(lambda: isclose(1, 2, rel_to=3))
tried(lambda: prod([], 1))
tried(lambda: prod(start=1))
tried(lambda: prod())
tried(lambda: prod([2, 3], start=4))
tried(lambda: prod([2, 3], begin=4))
tried(lambda: bisect([1], 1, 0, 1, None))
tried(lambda: insort_left([1], 1, 0, 1, None, hi=1))
tried(lambda: bisect([1], a=2))
tried(lambda: bisect([1], 2, a=2))
tried(lambda: compress([1], data=[1]))
tried(lambda: accumulate([], None, 3))
tried(lambda: accumulate([], initia=3))
tried(lambda: "x" * 3 + "y".expandtabs(tabsiz=3))
tried(lambda: "y".expandtabs(**{"t" * 500: 3}) if False else "")

# What once was a statement.
tried(lambda: print >> sys.stderr)
tried(lambda: print >> 5)
tried(lambda: len >> 5)
tried(lambda: print << 5)

tried(lambda: [].__setitem__())
tried(lambda: {}.__setitem__(1))
tried(lambda: (1).__add__())
tried(lambda: (2).__pow__())
tried(lambda: type(...)(1))
tried(lambda: type(None)(1))


class Derived(dict):
    pass


print(Derived().items.__qualname__, Derived.fromkeys.__qualname__, [].append.__qualname__)


def function():
    pass


function.colour = "red"
print("colour" in dir(function), "__name__" in dir(function))
