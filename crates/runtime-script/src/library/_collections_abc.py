"""Abstract base classes of containers: what `collections.abc` is."""

from abc import ABCMeta, _defines, abstractmethod, update_abstractmethods

__name__ = "collections.abc"

GenericAlias = type(list[int])

_ABSENT = object()


def _same(one, other):
    """Equality as containers have it: an object is equal to itself."""
    return one is other or one == other


def _known_by(names):
    """Has a class take for its own every class with these methods."""

    def decorate(abstract):
        def __subclasshook__(cls, kind):
            return _defines(kind, names.split()) if cls is abstract else NotImplemented

        __subclasshook__.__qualname__ = abstract.__name__ + ".__subclasshook__"
        abstract.__subclasshook__ = classmethod(__subclasshook__)
        return abstract

    return decorate


def _abstract(names):
    """Marks methods of a class as those that derived classes must define."""

    def decorate(kind):
        for name in names.split():
            abstractmethod(kind.__dict__[name])
        return update_abstractmethods(kind)

    return decorate


def _protocol(name, method, answer, bases=(), known_by=None, generic=False):
    """A class of one abstract method, which `answer` is where derived classes ask for it."""
    answer.__name__ = method
    answer.__qualname__ = f"{name}.{method}"
    body = {"__module__": __name__, "__slots__": (), method: abstractmethod(answer)}
    if generic:
        body["__class_getitem__"] = classmethod(GenericAlias)
    return _known_by(known_by or method)(ABCMeta(name, bases, body))


def _nothing(self):
    yield from ()


def _nothing_reversed(self):
    yield from ()


def _unawaited(self):
    yield


def _no_buffer(self, flags):
    raise NotImplementedError


Hashable = _protocol("Hashable", "__hash__", lambda self: 0)
Sized = _protocol("Sized", "__len__", lambda self: 0)
Container = _protocol("Container", "__contains__", lambda self, x: False, generic=True)
Iterable = _protocol("Iterable", "__iter__", _nothing, generic=True)
Reversible = _protocol(
    "Reversible", "__reversed__", _nothing_reversed, (Iterable,), "__reversed__ __iter__"
)
Awaitable = _protocol("Awaitable", "__await__", _unawaited, generic=True)
AsyncIterable = _protocol("AsyncIterable", "__aiter__", lambda self: self, generic=True)
Callable = _protocol("Callable", "__call__", lambda self, *args, **kwds: False)
Buffer = _protocol("Buffer", "__buffer__", _no_buffer)


def _callable_of(cls, args):
    """`Callable[[int], str]`."""
    if isinstance(args, tuple) and len(args) == 2:
        return GenericAlias(cls, args)
    raise TypeError("Callable must be used as Callable[[arg, ...], result].")


Callable.__class_getitem__ = classmethod(_callable_of)


@_known_by("__iter__ __next__")
@_abstract("__next__")
class Iterator(Iterable):
    """Gives item after item."""

    __slots__ = ()

    def __next__(self):
        """The item after those given so far; StopIteration if there is none."""
        raise StopIteration

    def __iter__(self):
        return self


@_known_by("__anext__ __aiter__")
@_abstract("__anext__")
class AsyncIterator(AsyncIterable):
    """Gives item after item, each to be awaited."""

    __slots__ = ()

    def __anext__(self):
        """Awaits the item after those given so far; StopAsyncIteration if there is none."""
        raise StopAsyncIteration

    def __aiter__(self):
        return self


def _raise_thrown(typ, val=None, tb=None):
    """Raises what the arguments of `throw` stand for."""
    if val is None and tb is not None:
        val = typ()
    thrown = typ if val is None else val
    raise thrown if tb is None else thrown.with_traceback(tb)


def _close(suspended, what):
    """Ends a generator or coroutine, which may not go on."""
    try:
        suspended.throw(GeneratorExit)
    except (StopIteration, GeneratorExit):
        return
    raise RuntimeError(f"{what} ignored GeneratorExit")


@_known_by("__iter__ __next__ send throw close")
@_abstract("send throw")
class Generator(Iterator):
    """An iterator that takes values and exceptions."""

    __slots__ = ()

    def send(self, value):
        """Goes on with a value; gives the next one."""
        raise StopIteration

    def throw(self, typ, val=None, tb=None):
        """Goes on with an exception; gives the next value."""
        _raise_thrown(typ, val, tb)

    def close(self):
        """Goes on with GeneratorExit, to the end."""
        _close(self, "generator")

    def __next__(self):
        return self.send(None)


@_known_by("__await__ send throw close")
@_abstract("send throw")
class Coroutine(Awaitable):
    """Can be awaited, and takes values and exceptions."""

    __slots__ = ()

    def send(self, value):
        """Goes on with a value; gives the next one."""
        raise StopIteration

    def throw(self, typ, val=None, tb=None):
        """Goes on with an exception; gives the next value."""
        _raise_thrown(typ, val, tb)

    def close(self):
        """Goes on with GeneratorExit, to the end."""
        _close(self, "coroutine")


@_known_by("__aiter__ __anext__ asend athrow aclose")
@_abstract("asend athrow")
class AsyncGenerator(AsyncIterator):
    """An asynchronous iterator that takes values and exceptions."""

    __slots__ = ()

    def asend(self, value):
        """Goes on with a value; the next one is to be awaited."""
        raise StopAsyncIteration

    def athrow(self, typ, val=None, tb=None):
        """Goes on with an exception; the next value is to be awaited."""
        _raise_thrown(typ, val, tb)

    def __anext__(self):
        return self.asend(None)


@_known_by("__len__ __iter__ __contains__")
class Collection(Sized, Iterable, Container):
    """Has a length, can be walked, and knows what is in it."""

    __slots__ = ()


def _operand(left, right):
    """The right side of a set operation as a set; None if it cannot be walked."""
    if isinstance(right, Set):
        return right
    return left._from_iterable(right) if isinstance(right, Iterable) else None


class Set(Collection):
    """A set that can be looked at."""

    __slots__ = ()

    @classmethod
    def _from_iterable(cls, it):
        """What the operations make their results with."""
        return cls(it)

    def __le__(self, other):
        if isinstance(other, Set):
            return len(self) <= len(other) and all(item in other for item in self)
        return NotImplemented

    def __ge__(self, other):
        if isinstance(other, Set):
            return len(self) >= len(other) and all(item in self for item in other)
        return NotImplemented

    def __lt__(self, other):
        if isinstance(other, Set):
            return len(self) < len(other) and self.__le__(other)
        return NotImplemented

    def __gt__(self, other):
        if isinstance(other, Set):
            return len(self) > len(other) and self.__ge__(other)
        return NotImplemented

    def __eq__(self, other):
        if isinstance(other, Set):
            return len(self) == len(other) and self.__le__(other)
        return NotImplemented

    def __and__(self, other):
        if isinstance(other, Iterable):
            return self._from_iterable(item for item in other if item in self)
        return NotImplemented

    def __or__(self, other):
        if isinstance(other, Iterable):
            return self._from_iterable(item for side in (self, other) for item in side)
        return NotImplemented

    def __sub__(self, other):
        taken = _operand(self, other)
        if taken is None:
            return NotImplemented
        return self._from_iterable(item for item in self if item not in taken)

    def __rsub__(self, other):
        whole = _operand(self, other)
        if whole is None:
            return NotImplemented
        return self._from_iterable(item for item in whole if item not in self)

    def __xor__(self, other):
        right = _operand(self, other)
        return NotImplemented if right is None else (self - right) | (right - self)

    __rand__, __ror__, __rxor__ = __and__, __or__, __xor__

    def isdisjoint(self, other):
        """Whether no item of the other is in this set."""
        return not any(item in self for item in other)

    def _hash(self):
        """The hash of a set by its members, whatever their order: that of `frozenset`."""
        word = (1 << 64) - 1
        mixed = (len(self) + 1) * 1927868237 & word
        for item in self:
            own = hash(item)
            mixed ^= (own ^ own << 16 ^ 89869747) * 3644798167 & word
        mixed ^= mixed >> 11 ^ mixed >> 25
        mixed = mixed * 69069 + 907133923 & word
        signed = mixed - (mixed >> 63 << 64)
        return 590923713 if signed == -1 else signed


@_abstract("add discard")
class MutableSet(Set):
    """A set that can be changed."""

    __slots__ = ()

    def add(self, value):
        """Puts an item in."""
        raise NotImplementedError

    def discard(self, value):
        """Takes an item out, if it is there."""
        raise NotImplementedError

    def remove(self, value):
        """Takes an item out, which must be there."""
        if value in self:
            self.discard(value)
        else:
            raise KeyError(value)

    def pop(self):
        """Takes out some item and gives it; KeyError if there is none."""
        for chosen in self:
            break
        else:
            raise KeyError
        self.discard(chosen)
        return chosen

    def clear(self):
        """Takes all items out."""
        while True:
            try:
                self.pop()
            except KeyError:
                return

    def __ior__(self, it):
        for item in it:
            self.add(item)
        return self

    def __iand__(self, it):
        for item in self - it:
            self.discard(item)
        return self

    def __isub__(self, it):
        if it is self:
            self.clear()
            return self
        for item in it:
            self.discard(item)
        return self

    def __ixor__(self, it):
        if it is self:
            self.clear()
            return self
        for item in it if isinstance(it, Set) else self._from_iterable(it):
            change = self.discard if item in self else self.add
            change(item)
        return self


@_abstract("__getitem__")
class Mapping(Collection):
    """Keys with values, to be looked up."""

    __slots__ = ()

    __reversed__ = None

    def __getitem__(self, key):
        raise KeyError

    def __contains__(self, key):
        try:
            self[key]
        except KeyError:
            return False
        return True

    def __eq__(self, other):
        if isinstance(other, Mapping):
            return dict(self.items()) == dict(other.items())
        return NotImplemented

    def get(self, key, default=None):
        """The value of a key, or else the default."""
        try:
            return self[key]
        except KeyError:
            return default

    def keys(self):
        """A view of the keys."""
        return KeysView(self)

    def values(self):
        """A view of the values."""
        return ValuesView(self)

    def items(self):
        """A view of the keys with their values."""
        return ItemsView(self)


class MappingView(Sized):
    """A mapping, seen from one side."""

    __slots__ = ("_mapping",)

    __class_getitem__ = classmethod(GenericAlias)

    def __init__(self, mapping):
        self._mapping = mapping

    def __len__(self):
        return len(self._mapping)

    def __repr__(self):
        return f"{type(self).__name__}({self._mapping!r})"


class KeysView(MappingView, Set):
    """The keys of a mapping."""

    __slots__ = ()

    @classmethod
    def _from_iterable(cls, it):
        return set(it)

    def __iter__(self):
        yield from self._mapping

    def __contains__(self, key):
        return key in self._mapping


class ItemsView(MappingView, Set):
    """The keys of a mapping with their values."""

    __slots__ = ()

    @classmethod
    def _from_iterable(cls, it):
        return set(it)

    def __iter__(self):
        whole = self._mapping
        for key in whole:
            yield key, whole[key]

    def __contains__(self, item):
        key, wanted = item
        try:
            found = self._mapping[key]
        except KeyError:
            return False
        return _same(found, wanted)


class ValuesView(MappingView, Collection):
    """The values of a mapping."""

    __slots__ = ()

    def __iter__(self):
        whole = self._mapping
        for key in whole:
            yield whole[key]

    def __contains__(self, value):
        whole = self._mapping
        return any(_same(whole[key], value) for key in whole)


@_abstract("__setitem__ __delitem__")
class MutableMapping(Mapping):
    """Keys with values, which can be changed."""

    __slots__ = ()

    def __setitem__(self, key, value):
        raise KeyError

    def __delitem__(self, key):
        raise KeyError

    def setdefault(self, key, default=None):
        """The value of a key, which is the default from now on if it had none."""
        try:
            return self[key]
        except KeyError:
            self[key] = default
        return default

    def pop(self, key, default=_ABSENT):
        """Takes a key out and gives its value; without the key, the default or KeyError."""
        try:
            taken = self[key]
        except KeyError:
            if default is not _ABSENT:
                return default
            raise
        del self[key]
        return taken

    def popitem(self):
        """Takes out some key with its value and gives both; KeyError if there is none."""
        for key in self:
            break
        else:
            raise KeyError
        taken = key, self[key]
        del self[key]
        return taken

    def clear(self):
        """Takes all keys out."""
        while True:
            try:
                self.popitem()
            except KeyError:
                return

    def update(self, other=(), /, **kwds):
        """Takes over the entries of a mapping or an iterable of pairs, and the keywords."""
        if isinstance(other, Mapping):
            keys = other
        elif hasattr(other, "keys"):
            keys = other.keys()
        else:
            keys = ()
            for key, value in other:
                self[key] = value
        for key in keys:
            self[key] = other[key]
        for key in kwds:
            self[key] = kwds[key]


@_abstract("__getitem__")
class Sequence(Reversible, Collection):
    """Items by number."""

    __slots__ = ()

    def __getitem__(self, index):
        raise IndexError

    def __iter__(self):
        at = 0
        while True:
            try:
                item = self[at]
            except IndexError:
                return
            yield item
            at += 1

    def __reversed__(self):
        at = len(self)
        while at > 0:
            at -= 1
            yield self[at]

    def __contains__(self, value):
        return any(_same(item, value) for item in self)

    def index(self, value, start=0, stop=None):
        """The number of the first item that equals the value; ValueError if there is none."""
        at = start if start is None or start >= 0 else max(0, start + len(self))
        end = stop if stop is None or stop >= 0 else stop + len(self)
        while end is None or at < end:
            try:
                found = _same(self[at], value)
            except IndexError:
                break
            if found:
                return at
            at += 1
        raise ValueError

    def count(self, value):
        """How many items equal the value."""
        return len([None for item in self if _same(item, value)])


@_abstract("__setitem__ __delitem__ insert")
class MutableSequence(Sequence):
    """Items by number, which can be changed."""

    __slots__ = ()

    def __setitem__(self, index, value):
        raise IndexError

    def __delitem__(self, index):
        raise IndexError

    def insert(self, index, value):
        """Puts an item before the one of this number."""
        raise IndexError

    def append(self, value):
        """Puts an item at the end."""
        self.insert(len(self), value)

    def extend(self, values):
        """Puts items at the end."""
        for item in list(values) if values is self else values:
            self.append(item)

    def __iadd__(self, values):
        self.extend(values)
        return self

    def pop(self, index=-1):
        """Takes out the item of this number and gives it."""
        taken = self[index]
        del self[index]
        return taken

    def remove(self, value):
        """Takes out the first item that equals the value; ValueError if there is none."""
        del self[self.index(value)]

    def clear(self):
        """Takes all items out."""
        while True:
            try:
                self.pop()
            except IndexError:
                return

    def reverse(self):
        """Turns the order of the items round."""
        low, high = 0, len(self) - 1
        while low < high:
            self[low], self[high] = self[high], self[low]
            low, high = low + 1, high - 1


class ByteString(Sequence):
    """Bytes by number."""

    __slots__ = ()


def _register():
    """Makes the built-in types members of the families they belong to."""

    def generator():
        yield

    walked = (b"", bytearray(), {}, {}.values(), {}.items(), [], (), "", set(), range(0))
    keys, items, values = type({}.keys()), type({}.items()), type({}.values())
    for family, kinds in {
        Iterator: [type(iter(empty)) for empty in walked] + [type(reversed([])), zip],
        Generator: [type(generator())],
        Buffer: [bytes, bytearray, memoryview],
        Set: [frozenset, keys, items],
        MutableSet: [set],
        Mapping: [type(type.__dict__)],
        KeysView: [keys],
        ItemsView: [items],
        ValuesView: [values],
        MutableMapping: [dict],
        Sequence: [tuple, str, range, memoryview, bytes],
        MutableSequence: [list, bytearray],
        ByteString: [bytes, bytearray],
    }.items():
        for kind in kinds:
            family.register(kind)


_register()

__all__ = [
    name
    for name, value in list(globals().items())
    if isinstance(value, ABCMeta) and not name.startswith("_")
]
