"""Every operation on objects that nest in each other, deep: an answer or an exception, never the end of the stack.

    operations.py DEPTH [KIND]  nothing is printed but how many calls there were; with a KIND, each of its calls
"""

import collections
import copy
import functools
import itertools
import operator
import sys

DEPTH = int(sys.argv[1])
ONLY = sys.argv[2:3]


class C:
    def m(self):
        pass


class Holder:
    def __init__(self, x):
        self.x = x


Method = type(C().m)
Proxy = type(C.__dict__)
Pair = collections.namedtuple("Pair", "a b")


def generator(x):
    yield from x


def closure(x):
    return lambda: x


def caused(x, name):
    e = ValueError(1)
    setattr(e, name, x if isinstance(x, BaseException) else None)
    return e


WRAPS = {
    "tuple": (int, lambda x: (x,)),
    "list": (int, lambda x: [x]),
    "dict": (int, lambda x: {1: x}),
    "key": (int, lambda x: {Method(abs, x): 1}),
    "set": (int, lambda x: {Method(abs, x)}),
    "frozenset": (int, lambda x: frozenset([x])),
    "pair": (int, lambda x: Pair(x, 1)),
    "method function": (lambda: abs, lambda x: Method(x, 1)),
    "method self": (int, lambda x: Method(abs, x)),
    "slice": (int, lambda x: slice(x)),
    "slice step": (int, lambda x: slice(1, 2, x)),
    "alias": (lambda: int, lambda x: list[x]),
    "union": (lambda: int, lambda x: list[x] | None),
    "staticmethod": (lambda: abs, staticmethod),
    "classmethod": (lambda: abs, classmethod),
    "property": (lambda: abs, property),
    "property doc": (lambda: abs, lambda x: property(None, None, None, x)),
    "partial": (lambda: abs, functools.partial),
    "partial argument": (int, lambda x: functools.partial(abs, x)),
    "partial keyword": (int, lambda x: functools.partial(print, sep=x)),
    "mappingproxy": (dict, Proxy),
    "map": (lambda: iter([1]), lambda x: map(abs, x)),
    "map function": (lambda: abs, lambda x: map(x, [1])),
    "filter": (lambda: iter([1]), lambda x: filter(None, x)),
    "zip": (lambda: iter([1]), lambda x: zip(x)),
    "enumerate": (lambda: iter([1]), enumerate),
    "reversed": (lambda: [1], lambda x: reversed([x])),
    "list iterator": (int, lambda x: iter([x])),
    "calls": (int, lambda x: iter(Method(abs, x), 1)),
    "chain": (lambda: iter([1]), itertools.chain),
    "chain from": (lambda: iter([1]), lambda x: itertools.chain.from_iterable([x])),
    "islice": (lambda: iter([1]), lambda x: itertools.islice(x, 5)),
    "cycle": (lambda: iter([1]), itertools.cycle),
    "accumulate": (lambda: iter([1]), itertools.accumulate),
    "takewhile": (lambda: iter([1]), lambda x: itertools.takewhile(abs, x)),
    "dropwhile": (lambda: iter([1]), lambda x: itertools.dropwhile(abs, x)),
    "compress": (lambda: iter([1]), lambda x: itertools.compress(x, x)),
    "starmap": (lambda: iter([(1,)]), lambda x: itertools.starmap(lambda y: (y,), x)),
    "pairwise": (lambda: iter([1]), itertools.pairwise),
    "batched": (lambda: iter([1]), lambda x: itertools.batched(x, 1)),
    "groupby": (lambda: iter([1]), itertools.groupby),
    "tee": (lambda: iter([1]), lambda x: itertools.tee(x, 1)[0]),
    "zip_longest": (lambda: iter([1]), itertools.zip_longest),
    "product": (int, lambda x: itertools.product([x])),
    "repeat": (int, itertools.repeat),
    "generator": (lambda: iter([1]), generator),
    "closure": (lambda: abs, closure),
    "bound append": (int, lambda x: [x].append),
    "bound slot": (int, lambda x: (x,).__len__),
    "bound next": (lambda: iter([1]), lambda x: iter(map(abs, x).__next__, None)),
    "keys": (int, lambda x: {1: x}.keys()),
    "values": (int, lambda x: {1: x}.values()),
    "items": (int, lambda x: {1: x}.items()),
    "deque": (int, lambda x: collections.deque([x])),
    "defaultdict": (int, lambda x: collections.defaultdict(Method(abs, x))),
    "ordered": (int, lambda x: collections.OrderedDict(a=x)),
    "cmp_to_key": (int, lambda x: functools.cmp_to_key(lambda a, b: 0)(x)),
    "cmp_to_key function": (lambda: abs, functools.cmp_to_key),
    "lru_cache": (lambda: abs, functools.lru_cache),
    "exception": (int, ValueError),
    "cause": (int, lambda x: caused(x, "__cause__")),
    "context": (int, lambda x: caused(x, "__context__")),
    "attribute error": (int, lambda x: AttributeError("a", obj=x)),
    "holder": (int, Holder),
    "super": (int, lambda x: super(Holder, Holder(x))),
    "itemgetter": (lambda: abs, lambda x: operator.itemgetter(x)),
}


def attempt(call):
    try:
        call()
        return "done"
    except BaseException as e:
        return type(e).__name__


def put(x):
    x[0] = 1


def remove(x):
    del x[0]


def assign(x):
    x.some = 1


def unpack(x):
    a, *b = x


def raises(x):
    raise x


def catches(x):
    try:
        raise ValueError
    except x:
        pass


def within(x):
    with x:
        pass


def template(x):
    return "{0} {0.a} {0[a]}".format(x)


OPERATIONS = {
    "repr": repr, "str": str, "format": format, "ascii": ascii, "hash": hash, "bool": bool, "len": len, "iter": iter,
    "next": next, "list": list, "tuple": tuple, "set": set, "dict": dict, "frozenset": frozenset, "sorted": sorted,
    "sum": sum, "max": max, "any": any, "call": lambda x: x(), "call 1": lambda x: x(1), "call key": lambda x: x(a=1),
    "attribute": lambda x: x.some, "name": lambda x: x.__name__, "qualname": lambda x: x.__qualname__,
    "doc": lambda x: x.__doc__, "module": lambda x: x.__module__, "wrapped": lambda x: x.__wrapped__,
    "dir": dir, "vars": vars, "callable": callable, "int": int, "float": float, "index": lambda x: [1][x],
    "bytes": bytes, "abs": abs, "negative": lambda x: -x, "add": lambda x: x + x, "add 1": lambda x: 1 + x,
    "multiply": lambda x: x * 2, "or": lambda x: x | x, "or 1": lambda x: {} | x, "percent": lambda x: "%s %d" % (x, x),
    "percent x": lambda x: "%r" % x, "item": lambda x: x[0], "put": put, "remove": remove, "assign": assign,
    "slice": lambda x: [1, 2][x], "in": lambda x: 5 in x, "in list": lambda x: x in [5], "reversed": reversed,
    "unpack": unpack, "star": lambda x: max(*x), "double star": lambda x: dict(**x), "isinstance": lambda x: isinstance(1, x),
    "issubclass": lambda x: issubclass(int, x), "class": lambda x: x.__class__, "raise": raises, "except": catches,
    "with": within, "f-string": lambda x: f"{x} {x!r:>3}", "template": template, "round": round, "divmod": lambda x: divmod(x, 1),
    "get": lambda x: x.__get__(1, int), "set": lambda x: x.__set__(1, 2), "delete": lambda x: x.__delete__(1),
    "descriptor": lambda x: type("D", (), {"a": x})().a, "descriptor class": lambda x: type("D", (), {"a": x}).a,
    "method": lambda x: type("D", (), {"__call__": x})()(), "special": lambda x: len(type("D", (), {"__len__": x})()),
    "type": type, "size": sys.getsizeof, "length hint": operator.length_hint, "copy": copy.copy,
    "super": lambda x: super(int, x), "property": lambda x: property(x).fget, "getter": lambda x: x.fget,
    "map": lambda x: list(map(x, [1])), "filter": lambda x: list(filter(x, [1])), "sort key": lambda x: sorted([1, 2], key=x),
    "dict key": lambda x: {x: 1}, "union": lambda x: int | x, "alias": lambda x: list[x], "class of": lambda x: type("T", (x,), {}),
    "get key": lambda x: x.get(1), "keys": lambda x: x.keys(), "items": lambda x: x.items(), "copy method": lambda x: x.copy(),
    "mapping": lambda x: x.mapping, "func": lambda x: x.__func__.__func__.some, "self": lambda x: x.__self__,
    "origin": lambda x: x.__origin__, "parameters": lambda x: x.__parameters__, "substitute": lambda x: x[int],
    "abstract": lambda x: x.__isabstractmethod__, "setter": lambda x: x.setter(abs), "indices": lambda x: x.indices(5),
    "reduce": lambda x: functools.reduce(x, [1, 2]), "partial": lambda x: functools.partial(x)(), "wraps": lambda x: functools.wraps(x)(abs),
}
BINARY = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, "+": operator.add, "|": operator.or_,
    "in": lambda x, y: x in [y], "same key": lambda x, y: {x: 1, y: 2}, "-": operator.sub, "&": operator.and_,
}


# What these give has no end.
ENDLESS = ("cycle", "repeat", "calls")
USES_UP = ("list", "tuple", "set", "dict", "sum", "max", "any", "sorted", "frozenset", "unpack", "star", "in", "double star", "percent", "bytes")


def nest(kind):
    first, wrap = WRAPS[kind]
    x = first()
    for _ in range(DEPTH):
        x = wrap(x)
    return x


def main():
    calls = 0
    for kind in ONLY or WRAPS:
        iterates = hasattr(WRAPS[kind][0](), "__next__")
        x, y = nest(kind), nest(kind)
        for name, call in OPERATIONS.items():
            if kind in ENDLESS and name in USES_UP:
                continue
            answer = attempt(lambda: call(x))
            calls += 1
            if ONLY:
                print(name, answer)
            if iterates:
                x = nest(kind)
        for name, call in BINARY.items():
            answer = attempt(lambda: call(x, y))
            calls += 1
            if ONLY:
                print(name, answer)
    print("calls", calls)


main()
