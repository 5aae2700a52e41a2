# Containers that change while they are asked, and answers that are none.
import heapq
import sys
from collections import deque


def say(function, *args):
    try:
        print(repr(function(*args)))
    except BaseException as error:
        print(type(error).__name__, error)


class Growing:
    def __init__(self, into):
        self.into, self.count = into, 0

    def __iter__(self):
        return self

    def __next__(self):
        self.into.append(7)
        self.count += 1
        if self.count > 2:
            raise StopIteration
        return self.count


for at in (slice(None), slice(-2, None), slice(0, 1), slice(1, 100), slice(None, None, 2)):
    items = [10, 20, 30]
    say(items.__setitem__, at, Growing(items))
    print(items)
items = [1]
say(items.extend, Growing(items))
print(items)


def one():
    yield 1


for thrown in (StopIteration, StopIteration(5), ValueError("v"), GeneratorExit):
    say(one().throw, thrown)
    begun = one()
    next(begun)
    say(begun.throw, thrown)


class Hint:
    def __init__(self, hint):
        self.hint = hint

    def __length_hint__(self):
        return self.hint

    def __iter__(self):
        return iter([1])


for hint in (10**18, 2**70, -1, "a", NotImplemented):
    say(list, Hint(hint))


class Five(Exception):
    def __new__(cls, *args):
        return 5


class Local:
    class Five(Exception):
        def __new__(cls):
            return "x"


def throw(kind):
    raise kind


say(throw, Five)
say(throw, Local.Five)


class Clearing:
    def __eq__(self, other):
        target.clear()
        return False

    def __lt__(self, other):
        target.clear()
        return True

    def __repr__(self):
        return "clearing"


for ask in (lambda t: t.index(Clearing()), lambda t: Clearing() in t, lambda t: t.count(Clearing()),
            lambda t: t.remove(Clearing())):
    for kind in (list, deque):
        target = kind([1, 2, 3])
        say(ask, target)
for ask in (heapq.heapify, heapq.heappop, lambda t: heapq.heappush(t, Clearing()),
            lambda t: heapq.heapreplace(t, Clearing()), list.sort):
    target = [Clearing() for _ in range(8)]
    say(ask, target)
say(sys.setrecursionlimit, 1)
say(print, "\ud800")
say(lambda: {}[Clearing()])
