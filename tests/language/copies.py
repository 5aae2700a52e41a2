"""Copies of what is not a plain container: native objects, and iterators that have begun."""

import copy
import functools
import itertools
import operator
import weakref
from collections import OrderedDict, defaultdict, deque


class Pair(deque):
    pass


class Groups(defaultdict):
    pass


class Buffer(bytearray):
    pass


class Node:
    def __init__(self, *values):
        self.values = values


node = Node(1)
pair = Pair([1, [2]], 5)
pair.note = [3]
for thing in [
    deque([1, [2]], 3), deque([[1]]), pair,
    defaultdict(list, {1: [2]}), defaultdict(None, a=1), Groups(list, a=[1]), OrderedDict(a=[1]),
    functools.partial(int, "5", base=6), functools.partial(print, [1]),
    operator.itemgetter(1), operator.itemgetter(1, 2), operator.attrgetter("a.b", "c"),
    operator.methodcaller("f", [1]), operator.methodcaller("f", [1], b=2),
    Buffer(b"ab"), Buffer(), weakref.ref(node), str.join, int.__add__,
]:
    for function in copy.copy, copy.deepcopy:
        made = function(thing)
        shown = repr(made).split(" at 0x")[0]
        print(function.__name__, type(made).__name__, made is thing, made == thing, shown)

twin = copy.deepcopy(pair)
print(twin.note, twin.note is pair.note, twin[1] is pair[1], twin.maxlen)
by_length = functools.partial(sorted, key=len)
by_length.note = "kept"
print(copy.copy(by_length)(["bb", "a"]), copy.copy(by_length).note)
print(operator.methodcaller("split", sep=",").__reduce__()[1])


def begun(iterator, count=1):
    for _ in range(count):
        next(iterator)
    return iterator


def words():
    return {"one": 1, "two": 2, "three": 3}


for iterator in [
    iter([1, 2, 3]), iter((1, 2, 3)), iter("abc"), iter("ä€c"), iter(b"abc"), iter(bytearray(b"abc")),
    iter(range(3)), iter(range(10, 0, -4)), iter({1, 2, 3}), iter(words()), iter(words().values()),
    iter(words().items()), reversed(words()), reversed([1, 2, 3]), reversed((1, 2, 3)),
    enumerate("abc", 5), zip([1, 2], [3, 4]), map(str, [1, 2, 3]), filter(None, [1, 2, 3]),
    itertools.chain([1], [2, 3]), itertools.chain.from_iterable([[1], [2]]),
    itertools.accumulate([1, 2, 3]), itertools.takewhile(bool, [1, 1, 0]),
    itertools.dropwhile(bool, [1, 0, 1, 2]), itertools.filterfalse(bool, [0, 0]),
    itertools.starmap(pow, [(1, 2), (2, 3)]), itertools.compress("ab", [1, 1]), itertools.repeat(7, 3),
]:
    begun(iterator)
    made = copy.copy(iterator)
    print(type(iterator).__name__, list(made), list(iterator))
for iterator in itertools.count(5), itertools.count(1.5, 0.5), iter(lambda: 1, 2), itertools.repeat(1):
    begun(iterator)
    made = copy.copy(iterator)
    print(type(iterator).__name__, next(made), next(iterator))

rows = [[1], [2], [3]]
made = copy.deepcopy(begun(iter(rows)))
print(next(made) is rows[1], list(made))
done = iter([1])
list(done)
print(list(copy.copy(done)), done.__reduce__()[1])
iterator = iter([1, 2, 3])
for place in 2, -5, 99:
    iterator.__setstate__(place)
    print(place, iterator.__length_hint__())
strict = copy.copy(zip([1], [2, 3], strict=True))
try:
    list(strict)
except ValueError as error:
    print(error)
for thing in (
    (x for x in []), {}.keys(), memoryview(b""), itertools.pairwise([]), Node.__dict__,
    itertools.batched([], 2), int.real, functools.cmp_to_key(len),
):
    try:
        print(copy.copy(thing))
    except TypeError as error:
        print(error)
print(type(operator.index(True)))

holder = weakref.WeakValueDictionary(a=node)
print(holder == {"a": node}, holder == copy.copy(holder), holder != {}, holder == 5)
print(weakref.WeakKeyDictionary({node: 1}) == {node: 1})
for wrong in lambda: hash(holder), lambda: weakref.ref(node) < 1:
    try:
        wrong()
    except TypeError as error:
        print(error)
