# Section 26 of the memory document: the size of a structure with all that it holds.
import sys


def parts(x):
    """What `x` holds: items, keys and values, attributes."""
    if isinstance(x, dict):
        yield from x.keys()
        yield from x.values()
    elif isinstance(x, (list, tuple, set, frozenset)):
        yield from x
    for kind in type(x).__mro__:
        names = kind.__dict__.get("__slots__", ())
        for name in (names,) if isinstance(names, str) else names:
            if name not in ("__dict__", "__weakref__") and hasattr(x, name):
                yield getattr(x, name)
    if hasattr(x, "__dict__"):
        yield x.__dict__


def deep_size(*roots):
    """Bytes of `roots` and of all that can be reached from them, each object counted once."""
    seen = {}
    waiting = list(roots)
    total = 0
    while waiting:
        x = waiting.pop()
        if id(x) not in seen:
            seen[id(x)] = x  # kept, so that its id is not given to another object
            total += sys.getsizeof(x)
            waiting.extend(parts(x))
    return total


def careless(x):
    """The same as most people write it first."""
    total = sys.getsizeof(x)
    if isinstance(x, list):
        for item in x:
            total += careless(item)
    return total


def row(i):
    return [i * 1000 + column for column in range(1, 101)]


apart = [row(i) for i in range(1, 101)]
shared = [row(1)] * 100
print("100 rows:", sys.getsizeof(apart), careless(apart), deep_size(apart))
print("one row, 100 times:", sys.getsizeof(shared), careless(shared), deep_size(shared))

knot = [1.5]
knot.append(knot)
print("a list that is in itself:", deep_size(knot))

nest = ()
for level in range(50_000):
    nest = (nest,)
print("50000 tuples in each other:", deep_size(nest))


class Point:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        self.y = y


print("a point of two floats:", deep_size(Point(0.5, 1.5)))
common = [0.0] * 1000
a = [common, "a"]
b = [common, "b"]
print("two that share:", deep_size(a), deep_size(b), "together:", deep_size(a, b))
