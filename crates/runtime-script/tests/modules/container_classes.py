import collections.abc
from collections.abc import (Callable, Collection, Container, Generator, Hashable, Iterable, Iterator, Mapping,
                             MutableMapping, MutableSequence, MutableSet, Reversible, Sequence, Set, Sized)

def gen():
    yield 1

values = {"list": [], "tuple": (), "dict": {}, "set": set(), "frozenset": frozenset(), "str": "", "int": 5,
          "range": range(3), "gen": gen(), "iter": iter([]), "keys": {}.keys(), "items": {}.items(), "values": {}.values(),
          "func": gen, "bytes": b"", "bytearray": bytearray(), "map": map(len, []), "zip": zip(), "enumerate": enumerate([]),
          "reversed": reversed([]), "memoryview": memoryview(b""), "type": int, "none": None}
for cls in (Hashable, Iterable, Iterator, Reversible, Sized, Container, Collection, Callable, Generator, Sequence,
            MutableSequence, Set, MutableSet, Mapping, MutableMapping, collections.abc.KeysView, collections.abc.ValuesView):
    print(cls.__name__, [name for name, value in values.items() if isinstance(value, cls)])
print(Iterable, repr(Sequence), Iterable[int], Mapping[str, int], Iterable.__module__)

class Squares(Sequence):
    def __init__(self, n):
        self.n = n
    def __len__(self):
        return self.n
    def __getitem__(self, i):
        if isinstance(i, slice):
            return [self[j] for j in range(*i.indices(self.n))]
        if not 0 <= i < self.n:
            raise IndexError(i)
        return i * i

s = Squares(5)
print(list(s), 9 in s, s.index(4), s.count(16), list(reversed(s)), s[1:3], isinstance(s, Iterable))
try:
    s.index(99)
except ValueError as error:
    print("ValueError", error)

class Lower(MutableMapping):
    def __init__(self, *args, **kwargs):
        self.data = {}
        self.update(*args, **kwargs)
    def __getitem__(self, key):
        return self.data[key.lower()]
    def __setitem__(self, key, value):
        self.data[key.lower()] = value
    def __delitem__(self, key):
        del self.data[key.lower()]
    def __iter__(self):
        return iter(self.data)
    def __len__(self):
        return len(self.data)

d = Lower({"A": 1}, B=2)
print(dict(d), d["a"], "B" in d, d.get("zz", 5), d.pop("A"), d.setdefault("C", 3), list(d.items()), d == {"b": 2, "c": 3})
print(d.keys(), list(d.values()), d.popitem(), len(d))
d.update([("x", 1)], y=2)
print(list(d), d.keys() & {"x", "q"}, d.items() | {("n", 0)} >= {("x", 1)})
d.clear()
print(len(d))
try:
    d.pop("nope")
except KeyError as error:
    print("KeyError", error)

class Bag(MutableSet):
    def __init__(self, items=()):
        self.items = list(dict.fromkeys(items))
    def __contains__(self, x):
        return x in self.items
    def __iter__(self):
        return iter(self.items)
    def __len__(self):
        return len(self.items)
    def add(self, x):
        if x not in self.items:
            self.items.append(x)
    def discard(self, x):
        if x in self.items:
            self.items.remove(x)

a, b = Bag("abc"), Bag("bcd")
print(sorted(a & b), sorted(a | b), sorted(a - b), sorted(a ^ b), a <= b, Bag("b") < a, a == Bag("cba"), a.isdisjoint("xyz"))
a |= {"z"}
a.remove("a")
print(sorted(a), a.pop() in "bcz", len(a))

class Stack(MutableSequence):
    def __init__(self):
        self.inner = []
    def __len__(self):
        return len(self.inner)
    def __getitem__(self, i):
        return self.inner[i]
    def __setitem__(self, i, v):
        self.inner[i] = v
    def __delitem__(self, i):
        del self.inner[i]
    def insert(self, i, v):
        self.inner.insert(i, v)

st = Stack()
st.append(1)
st.extend([2, 3])
st += [4]
st.reverse()
print(list(st), st.pop(), st.pop(0), list(st))
st.remove(3)
print(list(st))

class Broken(Sequence):
    def __len__(self):
        return 0
try:
    Broken()
except TypeError as error:
    print(error)

class It(Iterator):
    def __init__(self):
        self.n = 0
    def __next__(self):
        self.n += 1
        if self.n > 3:
            raise StopIteration
        return self.n
print(list(It()), isinstance(It(), Iterable))

class NoIter:
    __iter__ = None
print(isinstance(NoIter(), Iterable), issubclass(dict, Mapping), issubclass(list, (str, MutableSequence)))
