"""`sys.getsizeof` of every type at hundreds of sizes and by every way to make it.

Each line names the way and gives the first size and by how much each of the next is larger. CPython 3.13 wrote
`sizes.txt`; see `regenerate.py`.
"""

import sys

N = 400
sizes = sys.getsizeof


def line(name, values):
    """Prints the first size, then by how much the next differ."""
    runs = []
    last = None
    for value in values:
        step = value if last is None else value - last
        last = value
        if len(runs) > 1 and runs[-1][0] == step:
            runs[-1][1] += 1
        else:
            runs.append([step, 1])
    print(name + ":", " ".join(f"{step:+}*{count}" if count > 1 else f"{step:+}" for step, count in runs))


def nothing(x):
    return None


def grown(make, grow, count=N):
    x = make()
    yield sizes(x)
    for i in range(count):
        y = grow(x, i)
        if y is not None:
            x = y
        yield sizes(x)


def each(make, counts=range(N)):
    return (sizes(make(n)) for n in counts)


class Hinted:
    """An iterable of n items that says it has `hint`."""
    def __init__(self, n, hint):
        self.n = n
        self.hint = hint
    def __iter__(self):
        return HintedIterator(self.n, self.hint)


class HintedIterator:
    def __init__(self, n, hint):
        self.left = n
        self.hint = hint
    def __iter__(self):
        return self
    def __length_hint__(self):
        return self.hint
    def __next__(self):
        if self.left == 0:
            raise StopIteration
        self.left -= 1
        return self.left


def generated(n):
    for i in range(n):
        yield i


def splat(*args):
    return args


def add(x, item):
    x += [item]
    return x


def words(n):
    return [f"k{i}" for i in range(n)]


def grow_by(n):
    x = bytearray(b"ab")
    x.extend(i % 250 for i in range(n))
    return x


def in_place(x, y):
    x += y
    return x


def cut(x, i):
    if i % 2:
        del x[:1]
    else:
        del x[-1:]


def put(x, i):
    x[i // 2:i // 2] = b"abc"


def cleared(x):
    x.clear()
    return x


def in_place_times(x, n):
    x *= n
    return x


def put_list(x, i):
    x[i // 2:i // 2] = [1, 2]


def sort_grown(n):
    x = []
    for i in range(n):
        x.append(-i)
    x.sort()
    return x


def rest(n):
    first, *others = range(n + 1)
    return others


def mixed(n):
    x = {k: 1 for k in words(n)}
    x[n] = 1
    return x


def shrunk(n):
    x = dict.fromkeys(range(n))
    for i in range(n * 2 // 3):
        del x[i]
    return x


def refilled(n):
    x = shrunk(n)
    for i in range(n // 2):
        x[-i] = i
    return x


def updated(x, y):
    x.update(y)
    return x


def united(x, y):
    x |= y
    return x


def keywords(**names):
    return names


def removed(n):
    x = set(range(n))
    for i in range(n // 2):
        x.remove(i)
    return x


def readded(n):
    x = removed(n)
    for i in range(n):
        x.add(-i)
    return x


print("sizes", N)

# int, float, and what has one size.
line("int 2**n", each(lambda n: 1 << n))
line("int -2**n", each(lambda n: -(1 << n)))
line("int 2**n - 1", each(lambda n: (1 << n) - 1))
line("int product", each(lambda n: (1 << n) * (1 << n)))
line("int quotient", each(lambda n: (1 << 400) // (1 << n)))
line("int remainder", each(lambda n: ((1 << 500) + 7) % (1 << n)))
line("int shifted", each(lambda n: (1 << 400) >> n))
line("int and", each(lambda n: ((1 << 400) - 1) & ((1 << n) - 1)))
line("int xor", each(lambda n: ((1 << 400) - 1) ^ ((1 << n) - 1)))
line("int difference", each(lambda n: ((1 << 400) + (1 << n)) - (1 << 400)))
line("int from text", each(lambda n: int("9" * (n + 1))))
line("int from bytes", each(lambda n: int.from_bytes(b"\xff" * n, "little")))
line("int from float", each(lambda n: int(2.0 ** n)))
line("int negated", each(lambda n: -((1 << n) - 1)))
line("int inverted", each(lambda n: ~((1 << n) - 1)))
line("int pow", each(lambda n: 3 ** n))
line("int pow mod", each(lambda n: pow(3, n, 1 << n)))
line("bool, None and others", map(sizes, [True, False, None, ..., NotImplemented, 1.5, 0.0, range(3), range(1 << 70), slice(1, 2, 3), object()]))

# str.
for label, char in [("ascii", "a"), ("latin-1", "\xe9"), ("two bytes", "\u20ac"), ("four bytes", "\U0001f600")]:
    line("str " + label + " repeated", each(lambda n: char * n))
    line("str " + label + " joined", each(lambda n: "".join([char] * n)))
    line("str " + label + " sliced", each(lambda n: (char * N)[:n]))
    line("str " + label + " concatenated", grown(lambda: "", lambda x, i: x + char))
    line("str " + label + " decoded", each(lambda n: (char * n).encode("utf-8").decode("utf-8")))
    line("str " + label + " formatted", each(lambda n: f"{char * n}"))
    line("str " + label + " with one wide", each(lambda n: char * n + "\u20ac"))
    # One character may be the shared object or one of its own: two and more tell sizes alone.
    line("str " + label + " replaced", each(lambda n: ("x" * n).replace("x", char), range(2, N)))
    line("str " + label + " padded", each(lambda n: "x".ljust(n, char)))
    line("str " + label + " upper", each(lambda n: (char * n).upper(), range(2, N)))
    line("str narrowed from " + label, each(lambda n: (char + "a" * n)[1:]))

# bytes and bytearray.
line("bytes zeros", each(bytes))
line("bytes repeated", each(lambda n: b"x" * n))
line("bytes joined", each(lambda n: b"".join([b"x"] * n)))
line("bytes from list", each(lambda n: bytes([1] * n)))
line("bytes from generator", each(lambda n: bytes(generated(min(n, 255)))))
line("bytes sliced", each(lambda n: bytes(N)[:n]))
line("bytes encoded", each(lambda n: ("x" * n).encode()))
line("bytes from bytearray", each(lambda n: bytes(bytearray(n))))
line("bytearray zeros", each(bytearray))
line("bytearray append", grown(bytearray, lambda x, i: x.append(1)))
line("bytearray insert", grown(bytearray, lambda x, i: x.insert(0, 1)))
line("bytearray extend", grown(bytearray, lambda x, i: x.extend(b"abc")))
line("bytearray extend by list", grown(bytearray, lambda x, i: x.extend([1, 2])))
line("bytearray extend by generator", each(lambda n: grow_by(n)))
line("bytearray extend by hinted", each(lambda n: bytearray(Hinted(min(n, 255), n // 2))))
line("bytearray +=", grown(bytearray, lambda x, i: in_place(x, b"xy")))
line("bytearray + bytes", each(lambda n: bytearray(n) + bytes(n)))
line("bytearray repeated", each(lambda n: bytearray(b"ab") * n))
line("bytearray sliced", each(lambda n: bytearray(N)[:n]))
line("bytearray pop", grown(lambda: bytearray(N), lambda x, i: nothing(x.pop())))
line("bytearray cut", grown(lambda: bytearray(N + 10), lambda x, i: cut(x, i)))
line("bytearray slice assigned", grown(bytearray, lambda x, i: put(x, i)))
line("bytearray from generator", each(lambda n: bytearray(generated(min(n, 255)))))
line("bytearray from list", each(lambda n: bytearray([1] * n)))
line("bytearray copy", each(lambda n: bytearray(n).copy()))
line("bytearray replaced", each(lambda n: bytearray(b"x" * n).replace(b"x", b"yz")))
line("bytearray joined", each(lambda n: bytearray(b",").join([b"x"] * n)))
line("bytearray cleared", each(lambda n: cleared(bytearray(n))))

# tuple.
line("tuple from list", each(lambda n: tuple([None] * n)))
line("tuple from generator", each(lambda n: tuple(generated(n))))
line("tuple from range", each(lambda n: tuple(range(n))))
line("tuple from hinted", each(lambda n: tuple(Hinted(n, n // 3))))
line("tuple repeated", each(lambda n: (1,) * n))
line("tuple concatenated", grown(tuple, lambda x, i: x + (i,)))
line("tuple sliced", each(lambda n: tuple(range(N))[:n]))
line("tuple of arguments", each(lambda n: splat(*range(n))))
line("tuple unpacked", each(lambda n: (*range(n),)))

# list.
line("list append", grown(list, lambda x, i: x.append(i)))
line("list insert", grown(list, lambda x, i: x.insert(0, i)))
line("list extend by one", grown(list, lambda x, i: x.extend([i])))
line("list extend by three", grown(list, lambda x, i: x.extend((1, 2, 3))))
line("list extend by generator", grown(list, lambda x, i: x.extend(generated(3))))
line("list extend by hinted", grown(list, lambda x, i: x.extend(Hinted(5, 2))))
line("list extend by itself", grown(lambda: [1], lambda x, i: x.extend(x), 9))
line("list +=", grown(list, lambda x, i: in_place(x, [i, i])))
line("list +", grown(list, lambda x, i: x + [i]))
line("list *=", each(lambda n: in_place_times([1, 2], n)))
line("list repeated", each(lambda n: [1, 2] * n))
line("list from list", each(lambda n: list([0] * n)))
line("list from tuple", each(lambda n: list((0,) * n)))
line("list from range", each(lambda n: list(range(n))))
line("list from generator", each(lambda n: list(generated(n))))
line("list from set", each(lambda n: list(set(range(n)))))
line("list from dict", each(lambda n: list(dict.fromkeys(range(n)))))
line("list from map", each(lambda n: list(map(str, range(n)))))
line("list from str", each(lambda n: list("x" * n)))
line("list from hinted too low", each(lambda n: list(Hinted(n, n // 2))))
line("list from hinted too high", each(lambda n: list(Hinted(n, n * 2))))
line("list comprehension", each(lambda n: [i for i in range(n)]))
line("list display unpacked", each(lambda n: [*range(n)]))
line("list displays", map(sizes, [[], [1], [1, 2], [1, 2, 3], [1, 2, 3, 4], [1, 2, 3, 4, 5], [*[], 1], [1, *[2, 3]]]))
line("list sliced", each(lambda n: list(range(N))[:n]))
line("list copy", each(lambda n: list(range(n)).copy()))
line("list sorted", each(lambda n: sorted(range(n, 0, -1))))
line("list pop", grown(lambda: list(range(N)), lambda x, i: nothing(x.pop())))
line("list pop first", grown(lambda: list(range(N)), lambda x, i: nothing(x.pop(0))))
line("list del", grown(lambda: list(range(N + 10)), lambda x, i: cut(x, i)))
line("list slice assigned", grown(list, lambda x, i: put_list(x, i)))
line("list sort after append", each(lambda n: sort_grown(n)))
line("list from split", each(lambda n: ("a " * n).split()))
line("list from split at", each(lambda n: ("a," * n).split(",")))
line("list from splitlines", each(lambda n: ("a\n" * n).splitlines()))
line("list from bytes split", each(lambda n: (b"a " * n).split()))
line("list unpacked rest", each(lambda n: rest(n)))
line("list cleared", each(lambda n: cleared([0] * n)))
line("list keys", each(lambda n: list({i: i for i in range(n)}.keys())))
line("list items", each(lambda n: list({i: i for i in range(n)}.items())))

# dict.
line("dict of ints", grown(dict, lambda x, i: x.__setitem__(i, i)))
line("dict of strs", grown(dict, lambda x, i: x.__setitem__(f"k{i}", i)))
line("dict strs, then an int", each(lambda n: mixed(n)))
line("dict setdefault", grown(dict, lambda x, i: nothing(x.setdefault(i))))
line("dict comprehension", each(lambda n: {i: i for i in range(n)}))
line("dict fromkeys range", each(lambda n: dict.fromkeys(range(n))))
line("dict fromkeys list", each(lambda n: dict.fromkeys(words(n))))
line("dict fromkeys set", each(lambda n: dict.fromkeys(set(range(n)))))
line("dict fromkeys dict", each(lambda n: dict.fromkeys({i: 1 for i in range(n)})))
line("dict from pairs", each(lambda n: dict([(i, i) for i in range(n)])))
line("dict from zip", each(lambda n: dict(zip(words(n), range(n)))))
line("dict from dict", each(lambda n: dict({i: i for i in range(n)})))
line("dict copy", each(lambda n: {i: i for i in range(n)}.copy()))
line("dict copy of strs", each(lambda n: dict.fromkeys(words(n)).copy()))
line("dict copy after deletes", each(lambda n: shrunk(n).copy()))
line("dict after deletes", each(shrunk))
line("dict after deletes and inserts", each(lambda n: refilled(n)))
line("dict update by dict", grown(dict, lambda x, i: x.update({i * 3: 1, i * 3 + 1: 1, i * 3 + 2: 2})))
line("dict update by pairs", grown(dict, lambda x, i: x.update([(i, 1), (f"s{i}", 1)])))
line("dict update into empty", each(lambda n: updated({}, dict.fromkeys(words(n)))))
line("dict update of one", each(lambda n: updated({"x": 1}, dict.fromkeys(words(n)))))
line("dict |", each(lambda n: {1: 1} | dict.fromkeys(range(n))))
line("dict |=", each(lambda n: united({1: 1}, dict.fromkeys(range(n)))))
line("dict of keywords", each(lambda n: dict(**dict.fromkeys(words(n)))))
line("dict of keyword arguments", each(lambda n: keywords(**dict.fromkeys(words(n)))))
line("dict display unpacked", each(lambda n: {**dict.fromkeys(words(n)), "z": 1}))
line("dict displays", map(sizes, [{}, {1: 1}, {"a": 1}, {"a": 1, "b": 2}, {"a": 1, 2: 2}, {1: 1, 2: 2, 3: 3, 4: 4, 5: 5}, {1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 6}]))
line("dict pop", grown(lambda: dict.fromkeys(range(N)), lambda x, i: nothing(x.pop(i))))
line("dict popitem", grown(lambda: dict.fromkeys(range(N)), lambda x, i: nothing(x.popitem())))
line("dict cleared", each(lambda n: cleared(dict.fromkeys(range(n)))))
line("dict views", map(sizes, [{}.keys(), {}.values(), {1: 1}.items()]))

# set and frozenset.
line("set add", grown(set, lambda x, i: x.add(i)))
line("set add strs", grown(set, lambda x, i: x.add(f"k{i}")))
line("set from range", each(lambda n: set(range(n))))
line("set from list", each(lambda n: set(words(n))))
line("set from set", each(lambda n: set(set(range(n)))))
line("set from dict", each(lambda n: set(dict.fromkeys(range(n)))))
line("set comprehension", each(lambda n: {i for i in range(n)}))
line("set display unpacked", each(lambda n: {*range(n)}))
line("set displays", map(sizes, [{1}, {1, 2}, {1, 2, 3}, {1, 2, 3, 4}, {1, 2, 3, 4, 5}]))
line("set copy", each(lambda n: set(range(n)).copy()))
line("set copy after removals", each(lambda n: removed(n).copy()))
line("set after removals", each(removed))
line("set after removals and additions", each(lambda n: readded(n)))
line("set union", each(lambda n: set(range(n)) | set(range(n // 2, n * 2))))
line("set intersection", each(lambda n: set(range(n)) & set(range(n // 2, n * 2))))
line("set difference", each(lambda n: set(range(n)) - set(range(n // 2))))
line("set symmetric difference", each(lambda n: set(range(n)) ^ set(range(n // 2, n * 2))))
line("set update by set", grown(set, lambda x, i: x.update({i * 3, i * 3 + 1, i * 3 + 2})))
line("set update by list", grown(set, lambda x, i: x.update([i * 2, i * 2 + 1])))
line("set |=", each(lambda n: united({-1}, set(range(n)))))
line("set pop", grown(lambda: set(range(N)), lambda x, i: nothing(x.pop())))
line("set cleared", each(lambda n: cleared(set(range(n)))))
line("frozenset from range", each(lambda n: frozenset(range(n))))
line("frozenset from set", each(lambda n: frozenset(set(range(n)))))
line("frozenset union", each(lambda n: frozenset(range(n)) | set(range(n // 2, n * 2))))
line("frozenset intersection", each(lambda n: frozenset(range(n)) & set(range(n // 2, n * 2))))


# Objects of classes.
class Empty:
    pass


class Slots0:
    __slots__ = ()


class Slots3:
    __slots__ = ("a", "b", "c")


class SlotsDict:
    __slots__ = ("a", "__dict__")


class SlotsWeak:
    __slots__ = ("a", "__weakref__")


class SubInt(int):
    pass


class SubStr(str):
    pass


class SubTuple(tuple):
    pass


class SubTupleSlots(tuple):
    __slots__ = ()


class SubList(list):
    pass


class SubDict(dict):
    pass


class SubSet(set):
    pass


class SubFloat(float):
    pass


class SubBytearray(bytearray):
    pass


line("instances", map(sizes, [Empty(), Slots0(), Slots3(), SlotsDict(), SlotsWeak()]))
line("int of a class", each(lambda n: SubInt(1 << n)))
line("str of a class", each(lambda n: SubStr("x" * n)))
line("wide str of a class", each(lambda n: SubStr("\u20ac" * n)))
line("tuple of a class", each(lambda n: SubTuple(range(n))))
line("tuple of a class with slots", each(lambda n: SubTupleSlots(range(n))))
line("list of a class", each(lambda n: SubList(range(n))))
line("list of a class, appended", grown(SubList, lambda x, i: x.append(i)))
line("dict of a class", each(lambda n: SubDict.fromkeys(range(n))))
line("set of a class", each(lambda n: SubSet(range(n))))
line("bytearray of a class", each(lambda n: SubBytearray(n)))
line("float of a class", map(sizes, [SubFloat(1.5)]))
