"""Bytes of memory for each of many objects, by the kinds named here.

    memory.py KIND COUNT     makes COUNT objects of that kind and holds them

Under CPython it prints how many KiB the process has held at most. Under Strata the report says what
the heap holds. The list that holds the objects counts in both, with eight bytes for each.
"""

import sys


class Empty:
    pass


class One:
    def __init__(self):
        self.a = None


class Slots:
    __slots__ = ("a", "b", "c")


def function():
    pass


def generator():
    yield


KINDS = {
    "nothing": lambda i: None,
    "int": lambda i: i + 1000,
    "int of 40 bits": lambda i: i + (1 << 40),
    "int of 300 bits": lambda i: i + (1 << 300),
    "float": lambda i: i + 0.5,
    "str of 10": lambda i: "x" * 9 + chr(97 + i % 26),
    "str of 10 two-byte characters": lambda i: "\u20ac" * 9 + chr(97 + i % 26),
    "str of 600": lambda i: "x" * 599 + chr(97 + i % 26),
    "bytes of 10": lambda i: bytes(10),
    "bytearray of 0": lambda i: bytearray(),
    "bytearray of 10": lambda i: bytearray(10),
    "bytearray of 2000": lambda i: bytearray(2000),
    "memoryview": lambda i: memoryview(b"abc"),
    "tuple of 1": lambda i: (i % 100,),
    "tuple of 3": lambda i: (i % 100, None, None),
    "tuple of 30": lambda i: (i % 100,) * 30,
    "list of 0": lambda i: [],
    "list of 3": lambda i: [None, None, None],
    "list of 30": lambda i: [None] * 30,
    "dict of 0": lambda i: {},
    "dict of 1": lambda i: {"a": None},
    "dict of 5 ints": lambda i: {1: 1, 2: 2, 3: 3, 4: 4, 5: 5},
    "dict of 6": lambda i: {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "f": 6},
    "dict of 30": lambda i: dict.fromkeys(range(30)),
    "set of 0": lambda i: set(),
    "set of 3": lambda i: {1, 2, 3},
    "set of 30": lambda i: set(range(30)),
    "frozenset of 3": lambda i: frozenset((1, 2, 3)),
    "range": lambda i: range(1, i % 100),
    "slice": lambda i: slice(1, 2, 3),
    "object": lambda i: object(),
    "list iterator": lambda i: iter(KEPT),
    "enumerate": lambda i: enumerate(KEPT),
    "zip": lambda i: zip(KEPT),
    "map": lambda i: map(str, KEPT),
    "filter": lambda i: filter(None, KEPT),
    "reversed": lambda i: reversed(KEPT),
    "dict keys": lambda i: KEPT_DICT.keys(),
    "property": lambda i: property(function),
    "staticmethod": lambda i: staticmethod(function),
    "bound method": lambda i: Empty.__init__.__get__(KEPT_OBJECT),
    "method of a list": lambda i: KEPT.append,
    "exception": lambda i: ValueError(),
    "instance without attributes": lambda i: Slots0(),
    "instance of three slots": lambda i: Slots(),
    "instance of one attribute": lambda i: One(),
}


class Slots0:
    __slots__ = ()


KEPT = [1]
KEPT_DICT = {1: 1}
KEPT_OBJECT = Empty()
COUNT = 200_000


def hold(kind, count):
    make = KINDS[kind]
    held = [None] * count
    for i in range(count):
        held[i] = make(i)
    return held


def measure(kind, run):
    """KiB at most of a run that holds them, less those of one that holds none, as bytes each."""
    def least(name):
        return min(int(run("memory.py", name, str(COUNT))) for i in range(3))
    return (least(kind) - least("nothing")) * 1024 / COUNT


if __name__ == "__main__" and len(sys.argv) == 3:
    held = hold(sys.argv[1], int(sys.argv[2]))
    if "Strata" not in sys.version:
        with open("/proc/self/status") as status:
            print(next(line.split()[1] for line in status if line.startswith("VmHWM")))
