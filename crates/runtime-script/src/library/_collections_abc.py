"""What containers can do, as classes to ask `isinstance` about and to derive from.

`isinstance` and `issubclass` ask `__subclasshook__` of a class that has `_abc_impl`.
"""

__name__ = "collections.abc"

__all__ = ["Container", "Hashable", "Iterable", "Iterator", "Reversible", "Sized", "Callable",
           "Collection", "Generator", "Set", "MutableSet", "Mapping", "MutableMapping",
           "MappingView", "KeysView", "ItemsView", "ValuesView", "Sequence", "MutableSequence",
           "Buffer"]


def _has(cls, names):
    """Whether a class or one of its bases has all of these methods, none of them switched off."""
    for name in names:
        for base in cls.__mro__:
            if name in base.__dict__:
                if base.__dict__[name] is None:
                    return False
                break
        else:
            return False
    return True


class _Abstract:
    """A class whose subclasses are those that have its methods, or are registered."""

    __slots__ = ()
    _abc_impl = True
    _abc_methods = ()
    _abc_registered = ()

    @classmethod
    def __subclasshook__(cls, other):
        names = cls.__dict__.get("_abc_methods", ())
        if names and _has(other, names):
            return True
        pending = [cls]
        while pending:
            one = pending.pop()
            for known in one.__dict__.get("_abc_registered", ()):
                if known in other.__mro__:
                    return True
            pending.extend(one.__subclasses__())
        return NotImplemented

    @classmethod
    def register(cls, subclass):
        cls._abc_registered = (*cls.__dict__.get("_abc_registered", ()), subclass)
        return subclass

    @classmethod
    def __class_getitem__(cls, item):
        return cls


def _abstract(cls, *names):
    """Refuses to make an object of a class that lacks methods."""
    missing = [name for name in names if not _has(cls, (name,))]
    if missing:
        plural = "s" if len(missing) > 1 else ""
        shown = ", ".join(f"'{name}'" for name in missing)
        raise TypeError(
            f"Can't instantiate abstract class {cls.__name__} "
            f"without an implementation for abstract method{plural} {shown}"
        )


class Hashable(_Abstract):
    __slots__ = ()
    _abc_methods = ("__hash__",)


class Iterable(_Abstract):
    __slots__ = ()
    _abc_methods = ("__iter__",)


class Iterator(Iterable):
    __slots__ = ()
    _abc_methods = ("__iter__", "__next__")

    def __iter__(self):
        return self


class Reversible(Iterable):
    __slots__ = ()
    _abc_methods = ("__reversed__", "__iter__")


class Generator(Iterator):
    __slots__ = ()
    _abc_methods = ("__iter__", "__next__", "send", "throw", "close")


class Sized(_Abstract):
    __slots__ = ()
    _abc_methods = ("__len__",)


class Container(_Abstract):
    __slots__ = ()
    _abc_methods = ("__contains__",)


class Collection(Sized, Iterable, Container):
    __slots__ = ()
    _abc_methods = ("__len__", "__iter__", "__contains__")


class Callable(_Abstract):
    __slots__ = ()
    _abc_methods = ("__call__",)


class Buffer(_Abstract):
    __slots__ = ()
    _abc_registered = (bytes, bytearray, memoryview)


class Set(Collection):
    """A finite, iterable container: `__contains__`, `__iter__` and `__len__` are wanted."""

    __slots__ = ()
    _abc_methods = ()

    def __new__(cls, *args, **kwargs):
        _abstract(cls, "__contains__", "__iter__", "__len__")
        return super().__new__(cls)

    @classmethod
    def _from_iterable(cls, it):
        return cls(it)

    def __le__(self, other):
        if not isinstance(other, Set):
            return NotImplemented
        return len(self) <= len(other) and all(elem in other for elem in self)

    def __lt__(self, other):
        if not isinstance(other, Set):
            return NotImplemented
        return len(self) < len(other) and self.__le__(other)

    def __gt__(self, other):
        if not isinstance(other, Set):
            return NotImplemented
        return len(self) > len(other) and self.__ge__(other)

    def __ge__(self, other):
        if not isinstance(other, Set):
            return NotImplemented
        return len(self) >= len(other) and all(elem in self for elem in other)

    def __eq__(self, other):
        if not isinstance(other, Set):
            return NotImplemented
        return len(self) == len(other) and self.__le__(other)

    def __and__(self, other):
        if not isinstance(other, Iterable):
            return NotImplemented
        return self._from_iterable(value for value in other if value in self)

    __rand__ = __and__

    def isdisjoint(self, other):
        return not any(value in self for value in other)

    def __or__(self, other):
        if not isinstance(other, Iterable):
            return NotImplemented
        return self._from_iterable(e for s in (self, other) for e in s)

    __ror__ = __or__

    def __sub__(self, other):
        if not isinstance(other, Set):
            if not isinstance(other, Iterable):
                return NotImplemented
            other = self._from_iterable(other)
        return self._from_iterable(value for value in self if value not in other)

    def __rsub__(self, other):
        if not isinstance(other, Set):
            if not isinstance(other, Iterable):
                return NotImplemented
            other = self._from_iterable(other)
        return self._from_iterable(value for value in other if value not in self)

    def __xor__(self, other):
        if not isinstance(other, Set):
            if not isinstance(other, Iterable):
                return NotImplemented
            other = self._from_iterable(other)
        return (self - other) | (other - self)

    __rxor__ = __xor__


class MutableSet(Set):
    """A Set that changes: `add` and `discard` are wanted as well."""

    __slots__ = ()

    def __new__(cls, *args, **kwargs):
        _abstract(cls, "__contains__", "__iter__", "__len__", "add", "discard")
        return super().__new__(cls)

    def remove(self, value):
        if value not in self:
            raise KeyError(value)
        self.discard(value)

    def pop(self):
        it = iter(self)
        try:
            value = next(it)
        except StopIteration:
            raise KeyError from None
        self.discard(value)
        return value

    def clear(self):
        try:
            while True:
                self.pop()
        except KeyError:
            pass

    def __ior__(self, it):
        for value in it:
            self.add(value)
        return self

    def __iand__(self, it):
        for value in self - it:
            self.discard(value)
        return self

    def __ixor__(self, it):
        if it is self:
            self.clear()
        else:
            if not isinstance(it, Set):
                it = self._from_iterable(it)
            for value in it:
                if value in self:
                    self.discard(value)
                else:
                    self.add(value)
        return self

    def __isub__(self, it):
        if it is self:
            self.clear()
        else:
            for value in it:
                self.discard(value)
        return self


class Mapping(Collection):
    """Keys with values: `__getitem__`, `__iter__` and `__len__` are wanted."""

    __slots__ = ()
    _abc_methods = ()
    __reversed__ = None

    def __new__(cls, *args, **kwargs):
        _abstract(cls, "__getitem__", "__iter__", "__len__")
        return super().__new__(cls)

    def get(self, key, default=None):
        try:
            return self[key]
        except KeyError:
            return default

    def __contains__(self, key):
        try:
            self[key]
        except KeyError:
            return False
        else:
            return True

    def keys(self):
        return KeysView(self)

    def items(self):
        return ItemsView(self)

    def values(self):
        return ValuesView(self)

    def __eq__(self, other):
        if not isinstance(other, Mapping):
            return NotImplemented
        return dict(self.items()) == dict(other.items())


class MappingView(Sized):
    __slots__ = ("_mapping",)
    _abc_methods = ()

    def __init__(self, mapping):
        self._mapping = mapping

    def __len__(self):
        return len(self._mapping)

    def __repr__(self):
        return f"{self.__class__.__name__}({self._mapping!r})"


class KeysView(MappingView, Set):
    __slots__ = ()

    @classmethod
    def _from_iterable(cls, it):
        return set(it)

    def __contains__(self, key):
        return key in self._mapping

    def __iter__(self):
        yield from self._mapping


class ItemsView(MappingView, Set):
    __slots__ = ()

    @classmethod
    def _from_iterable(cls, it):
        return set(it)

    def __contains__(self, item):
        key, value = item
        try:
            v = self._mapping[key]
        except KeyError:
            return False
        else:
            return v is value or v == value

    def __iter__(self):
        for key in self._mapping:
            yield (key, self._mapping[key])


class ValuesView(MappingView, Collection):
    __slots__ = ()

    def __contains__(self, value):
        for key in self._mapping:
            v = self._mapping[key]
            if v is value or v == value:
                return True
        return False

    def __iter__(self):
        for key in self._mapping:
            yield self._mapping[key]


_missing = object()


class MutableMapping(Mapping):
    """A Mapping that changes: `__setitem__` and `__delitem__` are wanted as well."""

    __slots__ = ()

    def __new__(cls, *args, **kwargs):
        _abstract(cls, "__delitem__", "__getitem__", "__iter__", "__len__", "__setitem__")
        return super().__new__(cls)

    def pop(self, key, default=_missing):
        try:
            value = self[key]
        except KeyError:
            if default is _missing:
                raise
            return default
        else:
            del self[key]
            return value

    def popitem(self):
        try:
            key = next(iter(self))
        except StopIteration:
            raise KeyError from None
        value = self[key]
        del self[key]
        return key, value

    def clear(self):
        try:
            while True:
                self.popitem()
        except KeyError:
            pass

    def update(self, other=(), /, **kwds):
        if isinstance(other, Mapping):
            for key in other:
                self[key] = other[key]
        elif hasattr(other, "keys"):
            for key in other.keys():
                self[key] = other[key]
        else:
            for key, value in other:
                self[key] = value
        for key, value in kwds.items():
            self[key] = value

    def setdefault(self, key, default=None):
        try:
            return self[key]
        except KeyError:
            self[key] = default
        return default


class Sequence(Reversible, Collection):
    """Items by position: `__getitem__` and `__len__` are wanted."""

    __slots__ = ()
    _abc_methods = ()

    def __new__(cls, *args, **kwargs):
        _abstract(cls, "__getitem__", "__len__")
        return super().__new__(cls)

    def __iter__(self):
        i = 0
        try:
            while True:
                v = self[i]
                yield v
                i += 1
        except IndexError:
            return

    def __contains__(self, value):
        for v in self:
            if v is value or v == value:
                return True
        return False

    def __reversed__(self):
        for i in reversed(range(len(self))):
            yield self[i]

    def index(self, value, start=0, stop=None):
        if start is not None and start < 0:
            start = max(len(self) + start, 0)
        if stop is not None and stop < 0:
            stop += len(self)
        i = start
        while stop is None or i < stop:
            try:
                v = self[i]
            except IndexError:
                break
            if v is value or v == value:
                return i
            i += 1
        raise ValueError

    def count(self, value):
        return sum(1 for v in self if v is value or v == value)


class MutableSequence(Sequence):
    """A Sequence that changes: `__setitem__`, `__delitem__` and `insert` are wanted as well."""

    __slots__ = ()

    def __new__(cls, *args, **kwargs):
        _abstract(cls, "__delitem__", "__getitem__", "__len__", "__setitem__", "insert")
        return super().__new__(cls)

    def append(self, value):
        self.insert(len(self), value)

    def clear(self):
        try:
            while True:
                self.pop()
        except IndexError:
            pass

    def reverse(self):
        n = len(self)
        for i in range(n // 2):
            self[i], self[n - i - 1] = self[n - i - 1], self[i]

    def extend(self, values):
        if values is self:
            values = list(values)
        for v in values:
            self.append(v)

    def pop(self, index=-1):
        v = self[index]
        del self[index]
        return v

    def remove(self, value):
        del self[self.index(value)]

    def __iadd__(self, values):
        self.extend(values)
        return self


Set.register(frozenset)
MutableSet.register(set)
Mapping.register(type(type.__dict__))
MutableMapping.register(dict)
KeysView.register(type({}.keys()))
ItemsView.register(type({}.items()))
ValuesView.register(type({}.values()))
for _kind in (tuple, str, range, memoryview, bytes):
    Sequence.register(_kind)
for _kind in (list, bytearray):
    MutableSequence.register(_kind)
del _kind


def _register_deque():
    from _collections import deque

    MutableSequence.register(deque)


_register_deque()
