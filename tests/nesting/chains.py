"""Chains of what programs make, each held by the next alone, and let go of.

    chains.py INSTANCES DEPTH PAIRS

INSTANCES objects of a class in each other; DEPTH of each other kind, of all kinds side by side and, if
PAIRS is not 0, of each two kinds in turn.
"""

import functools
import sys


class Plain:
    def __init__(self, x):
        self.x = x

    def method(self):
        pass


class Slots:
    __slots__ = ("x",)

    def __init__(self, x):
        self.x = x


class Mourned(Plain):
    ended = 0

    def __del__(self):
        Mourned.ended += 1


class Error(Exception):
    pass


def with_dict(x):
    made = Plain(x)
    made.__dict__
    return made


def generator(x):
    def run():
        yield x

    made = run()
    next(made)
    return made


def waiting(x):
    def run():
        inner = x
        yield 1
        print(inner)

    made = run()
    next(made)
    return made


def closure(x):
    return lambda: x


def default(x):
    def function(a=x):
        pass

    return function


def method(x):
    return Plain(x).method


def error(x):
    return Error(x)


def caused(x):
    made = Error()
    if isinstance(x, Error):
        made.__cause__ = x
    else:
        made.args = (x,)
    return made


def raised(x):
    try:
        raise Error(x)
    except Error as e:
        return e


KINDS = [Plain, Slots, Mourned, with_dict, generator, waiting, closure, default, method, error, caused, raised, functools.partial(functools.partial, print), lambda x: [x], lambda x: {1: x}]


def chain(kinds, depth):
    x = None
    for i in range(depth):
        x = kinds[i % len(kinds)](x)
    return x


def side_by_side(count):
    """The kinds, in an order in which each has each other right behind it or before it."""
    order = []
    for i in range(count):
        order.append(i)
        for j in range(i + 1, count):
            order += [i, j]
    return order


def main(instances, depth, pairs):
    for kind in Plain, Slots:
        chain([kind], instances)
        print(instances, kind.__name__)
    for kind in KINDS:
        chain([kind], depth)
    print(depth, "of", len(KINDS), "kinds")
    order = [KINDS[i] for i in side_by_side(len(KINDS))]
    chain(order, depth)
    chain(order[::-1], depth)
    print(depth, "of all")
    if pairs:
        for i, kind in enumerate(KINDS):
            for other in KINDS[i:]:
                chain([kind, other], depth)
        print(depth, "of each two")
    print(Mourned.ended > 0)


main(*map(int, sys.argv[1:]))
