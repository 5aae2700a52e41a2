"""Containers beyond the built-in ones."""

__all__ = ("ChainMap Counter OrderedDict UserDict UserList UserString defaultdict deque "
           "namedtuple").split()

import sys as _sys
import _collections_abc

from _collections import (
    OrderedDict,
    _count_elements,
    _define,
    _module_of_caller,
    _tuplegetter,
    defaultdict,
    deque,
)
from itertools import chain as _chain
from itertools import repeat as _repeat

__path__ = []
abc = _collections_abc
_sys.modules["collections.abc"] = _collections_abc
_collections_abc.MutableSequence.register(deque)

_KEYWORDS = frozenset((
    "False None True and as assert async await break class continue def del elif else except "
    "finally for from global if import in is lambda nonlocal not or pass raise return try while "
    "with yield").split())


def _usable(name):
    return name.isidentifier() and name not in _KEYWORDS


def _checked_names(typename, field_names, rename):
    """The names of a named tuple's fields, each one that can be used."""
    names = field_names.replace(",", " ").split() if isinstance(field_names, str) else field_names
    names = [str(name) for name in names]
    if rename:
        given, names, places = names, [], {}
        for place, name in enumerate(given):
            new = places.setdefault(name, place) == place
            keep = new and _usable(name) and not name.startswith("_")
            names.append(name if keep else f"_{place}")
    for name in (typename, *names):
        if not _usable(name):
            wrong = (f"cannot be a keyword: {name!r}" if name in _KEYWORDS
                     else f"must be valid identifiers: {name!r}")
            raise ValueError(f"Type names and field names {wrong}")
    places = {}
    for place, name in enumerate(names):
        if name.startswith("_") and not rename:
            raise ValueError(f"Field names cannot start with an underscore: {name!r}")
        if places.setdefault(name, place) != place:
            raise ValueError(f"Encountered duplicate field name: {name!r}")
    return tuple([_sys.intern(name) for name in names])


def namedtuple(typename, field_names, *, rename=False, defaults=None, module=None):
    """A class of tuples whose items have names."""
    typename = _sys.intern(str(typename))
    names = _checked_names(typename, field_names, rename)
    count = len(names)
    field_defaults = {}
    if defaults is not None:
        defaults = tuple(defaults)
        if len(defaults) > count:
            raise TypeError("Got more default values than field names")
        field_defaults = dict(zip(names[count - len(defaults):], defaults))
    arguments = ", ".join(names)
    shown = "(" + ", ".join(f"{name}=%r" for name in names) + ")"
    make_tuple = tuple.__new__

    __new__ = _define(
        f"lambda _cls, {arguments}: _tuple_new(_cls, ({arguments}{',' if count == 1 else ''}))",
        {"_tuple_new": make_tuple, "__builtins__": {}, "__name__": f"namedtuple_{typename}"},
    )
    __new__.__name__ = "__new__"
    __new__.__doc__ = f"A new {typename}({arguments})."
    if defaults is not None:
        __new__.__defaults__ = defaults

    @classmethod
    def _make(cls, iterable):
        made = make_tuple(cls, iterable)
        if len(made) != count:
            raise TypeError(f"Expected {count} arguments, got {len(made)}")
        return made

    _make.__func__.__doc__ = f"A {typename} of the items of an iterable."

    def _replace(self, /, **kwds):
        made = self._make([kwds.pop(name, item) for name, item in zip(names, self)])
        if kwds:
            raise TypeError(f"Got unexpected field names: {list(kwds)!r}")
        return made

    _replace.__doc__ = f"A {typename} with other values in some fields."

    def __repr__(self):
        "The fields with their names."
        return type(self).__name__ + shown % tuple(self)

    def _asdict(self):
        "The fields as a dict."
        return dict(zip(self._fields, self))

    def __getnewargs__(self):
        "What copies are made of."
        return tuple(self)

    own = (__new__, _replace, __repr__, _asdict, __getnewargs__)
    for method in own + (_make.__func__,):
        method.__qualname__ = f"{typename}.{method.__name__}"

    namespace = {method.__name__: method for method in own}
    namespace |= {
        "__doc__": f"{typename}({arguments})",
        "__slots__": (),
        "__match_args__": names,
        "__replace__": _replace,
        "_field_defaults": field_defaults,
        "_fields": names,
        "_make": _make,
    }
    for place, name in enumerate(names):
        about = _sys.intern(f"Alias for field number {place}")
        namespace[name] = _tuplegetter(place, about)
    made = type(typename, (tuple,), namespace)
    home = _module_of_caller() if module is None else module
    if home is not None:
        made.__module__ = home
    return made


def _is_mapping(op):
    return isinstance(op, _collections_abc.Mapping)


def _positive(pairs):
    """A Counter of the counts that are more than 0."""
    result = Counter()
    for element, count in pairs:
        if count > 0:
            result[element] = count
    return result


def _combined(combine):
    """An operation that makes one Counter of two, count by count."""

    def method(self, other):
        if isinstance(other, Counter):
            both = dict.fromkeys(_chain(self, other))
            return _positive((key, combine(self[key], other[key])) for key in both)
        return NotImplemented

    return method


def _compared(holds, strict=False):
    """A comparison of two Counters, count by count; a strict one wants a difference too."""

    def method(self, other):
        if isinstance(other, Counter):
            everywhere = all(holds(self[key], other[key]) for key in _chain(self, other))
            return everywhere and self != other if strict else everywhere
        return NotImplemented

    return method


def _second(pair):
    return pair[1]


class Counter(dict):
    """A dict that counts: what is not there counts 0."""

    def __init__(self, iterable=None, /, **kwds):
        super().__init__()
        self.update(iterable, **kwds)

    def __missing__(self, key):
        return 0

    def __delitem__(self, element):
        if element in self:
            super().__delitem__(element)

    def __repr__(self):
        shown = ""
        if self:
            try:
                shown = repr(dict(self.most_common()))
            except TypeError:
                # Counts that cannot be compared stay in their order.
                shown = repr(dict(self))
        return f"{type(self).__name__}({shown})"

    def __reduce__(self):
        return type(self), (dict(self),)

    def copy(self):
        """A Counter of the same counts."""
        return type(self)(self)

    @classmethod
    def fromkeys(cls, iterable, v=None):
        raise NotImplementedError(
            "Counter.fromkeys() is undefined.  Use Counter(iterable) instead.")

    def elements(self):
        """An iterator over the elements, each as often as it counts."""
        return _chain.from_iterable(_repeat(element, count) for element, count in self.items())

    def most_common(self, n=None):
        """The elements and their counts, the most common first."""
        if n is not None:
            import heapq

            return heapq.nlargest(n, self.items(), key=_second)
        return sorted(self.items(), key=_second, reverse=True)

    def total(self):
        """The sum of the counts."""
        return sum(self.values())

    def update(self, iterable=None, /, **kwds):
        """Adds counts, or counts elements."""
        if _is_mapping(iterable):
            if self:
                for element, more in iterable.items():
                    self[element] = more + self.get(element, 0)
            else:
                super().update(iterable)
        elif iterable is not None:
            _count_elements(self, iterable)
        if kwds:
            self.update(kwds)

    def subtract(self, iterable=None, /, **kwds):
        """Like update(), but takes counts away."""
        if _is_mapping(iterable):
            less = iterable.items()
        else:
            less = ((element, 1) for element in (() if iterable is None else iterable))
        for element, count in less:
            self[element] = self.get(element, 0) - count
        if kwds:
            self.subtract(kwds)

    __eq__ = _compared(lambda one, other: one == other)
    __le__ = _compared(lambda one, other: one <= other)
    __ge__ = _compared(lambda one, other: one >= other)
    __lt__ = _compared(lambda one, other: one <= other, strict=True)
    __gt__ = _compared(lambda one, other: one >= other, strict=True)

    def __ne__(self, other):
        return not self == other if isinstance(other, Counter) else NotImplemented

    __add__ = _combined(lambda one, other: one + other)
    __sub__ = _combined(lambda one, other: one - other)
    __or__ = _combined(lambda one, other: other if one < other else one)
    __and__ = _combined(lambda one, other: one if one < other else other)

    def __pos__(self):
        return _positive(self.items())

    def __neg__(self):
        return _positive((element, 0 - count) for element, count in self.items())

    def __iadd__(self, other):
        for element, more in other.items():
            self[element] += more
        return self._without_rest()

    def __isub__(self, other):
        for element, less in other.items():
            self[element] -= less
        return self._without_rest()

    def __ior__(self, other):
        for element, there in other.items():
            if self[element] < there:
                self[element] = there
        return self._without_rest()

    def __iand__(self, other):
        for element, here in self.items():
            there = other[element]
            if there < here:
                self[element] = there
        return self._without_rest()

    def _without_rest(self):
        """Takes out what does not count more than 0."""
        for element, count in list(self.items()):
            if not count > 0:
                del self[element]
        return self


class ChainMap(_collections_abc.MutableMapping):
    """Several mappings as one: reads from the first that has the key, writes to the first."""

    def __init__(self, *maps):
        self.maps = list(maps or ({},))

    @classmethod
    def fromkeys(cls, iterable, value=None, /):
        """A chain of one dict with these keys."""
        return cls(dict.fromkeys(iterable, value))

    @property
    def parents(self):
        """A chain of all mappings but the first."""
        return type(self)(*self.maps[1:])

    def new_child(self, m=None, **kwargs):
        """A chain with one more mapping in front."""
        if m is None:
            return type(self)(kwargs, *self.maps)
        if kwargs:
            m.update(kwargs)
        return type(self)(m, *self.maps)

    def copy(self):
        """A chain whose first mapping is a copy, and whose others are the same."""
        first, *others = self.maps
        return type(self)(first.copy(), *others)

    __copy__ = copy

    def __repr__(self):
        return f"{type(self).__name__}({', '.join([repr(one) for one in self.maps])})"

    def __bool__(self):
        return any(self.maps)

    def __len__(self):
        return len({key for mapping in self.maps for key in mapping})

    def __iter__(self):
        # The last mapping's keys come first; a key keeps the place where it was met.
        return iter({key: None for mapping in self.maps[::-1] for key in mapping})

    def __contains__(self, key):
        return any(key in mapping for mapping in self.maps)

    def __missing__(self, key):
        raise KeyError(key)

    def __getitem__(self, key):
        for mapping in self.maps:
            try:
                return mapping[key]
            except KeyError:
                continue
        return self.__missing__(key)

    def get(self, key, default=None):
        """The value of a key, or else the default."""
        return self[key] if key in self else default

    def __setitem__(self, key, value):
        self.maps[0][key] = value

    def __delitem__(self, key):
        try:
            del self.maps[0][key]
        except KeyError:
            raise _not_in_first(key)

    def pop(self, key, *args):
        """Takes a key out of the first mapping and gives its value."""
        try:
            return self.maps[0].pop(key, *args)
        except KeyError:
            raise _not_in_first(key)

    def popitem(self):
        """Takes some key out of the first mapping and gives it with its value."""
        try:
            return self.maps[0].popitem()
        except KeyError:
            raise KeyError("No keys found in the first mapping.")

    def clear(self):
        """Takes all keys out of the first mapping."""
        self.maps[0].clear()

    def __or__(self, other):
        if not _is_mapping(other):
            return NotImplemented
        made = self.copy()
        made.maps[0].update(other)
        return made

    def __ror__(self, other):
        if not _is_mapping(other):
            return NotImplemented
        flat = dict(other)
        for mapping in self.maps[::-1]:
            flat.update(mapping)
        return type(self)(flat)

    def __ior__(self, other):
        self.maps[0].update(other)
        return self


def _not_in_first(key):
    return KeyError(f"Key not found in the first mapping: {key!r}")


def _plain(other, kind):
    """The data of the other operand, when it is one of ours."""
    return other.data if isinstance(other, kind) else other


class UserDict(_collections_abc.MutableMapping):
    """A mapping that keeps its items in a dict, `data`: something to derive from."""

    def __init__(self, dict=None, /, **kwargs):
        self.data = {}
        for given in (dict, kwargs or None):
            if given is not None:
                self.update(given)

    @classmethod
    def fromkeys(cls, iterable, value=None):
        """A mapping of these keys, all with one value."""
        made = cls()
        for key in iterable:
            made[key] = value
        return made

    def copy(self):
        """A mapping of the same items; in a derived class, with the same attributes too."""
        cls = type(self)
        if cls is UserDict:
            return UserDict(self.data.copy())
        made = cls.__new__(cls)
        made.__dict__.update(self.__dict__, data={})
        made.update(self)
        return made

    def __repr__(self):
        return repr(self.data)

    def __len__(self):
        return len(self.data)

    def __iter__(self):
        return iter(self.data)

    def __contains__(self, key):
        return key in self.data

    def __getitem__(self, key):
        if key in self.data:
            return self.data[key]
        missing = getattr(type(self), "__missing__", None)
        if missing is None:
            raise KeyError(key)
        return missing(self, key)

    def get(self, key, default=None):
        """The value of a key, or else the default."""
        return self[key] if key in self else default

    def __setitem__(self, key, item):
        self.data[key] = item

    def __delitem__(self, key):
        del self.data[key]

    def __or__(self, other):
        right = _plain(other, UserDict)
        return type(self)(self.data | right) if isinstance(right, dict) else NotImplemented

    def __ror__(self, other):
        left = _plain(other, UserDict)
        return type(self)(left | self.data) if isinstance(left, dict) else NotImplemented

    def __ior__(self, other):
        self.data |= _plain(other, UserDict)
        return self


class UserList(_collections_abc.MutableSequence):
    """A sequence that keeps its items in a list, `data`: something to derive from."""

    def __init__(self, initlist=None):
        self.data = [] if initlist is None else list(_plain(initlist, UserList))

    def copy(self):
        """A sequence of the same items."""
        return type(self)(self)

    def __repr__(self):
        return repr(self.data)

    def __len__(self):
        return len(self.data)

    def __contains__(self, item):
        return item in self.data

    def __getitem__(self, i):
        found = self.data[i]
        return type(self)(found) if isinstance(i, slice) else found

    def __setitem__(self, i, item):
        self.data[i] = item

    def __delitem__(self, i):
        del self.data[i]

    def __eq__(self, other):
        return self.data == _plain(other, UserList)

    def __lt__(self, other):
        return self.data < _plain(other, UserList)

    def __gt__(self, other):
        return self.data > _plain(other, UserList)

    def __le__(self, other):
        return self.data <= _plain(other, UserList)

    def __ge__(self, other):
        return self.data >= _plain(other, UserList)

    def __add__(self, other):
        return type(self)([*self.data, *_plain(other, UserList)])

    def __radd__(self, other):
        return type(self)([*_plain(other, UserList), *self.data])

    def __mul__(self, n):
        return type(self)(self.data * n)

    __rmul__ = __mul__

    def __iadd__(self, other):
        self.data += _plain(other, UserList)
        return self

    def __imul__(self, n):
        self.data *= n
        return self

    def index(self, item, *args):
        """The number of the first item that equals this one."""
        return self.data.index(item, *args)

    def count(self, item):
        """How many items equal this one."""
        return self.data.count(item)

    def append(self, item):
        """Puts an item at the end."""
        self.data.append(item)

    def extend(self, other):
        """Puts items at the end."""
        self.data.extend(_plain(other, UserList))

    def insert(self, i, item):
        """Puts an item before the one of this number."""
        self.data.insert(i, item)

    def remove(self, item):
        """Takes out the first item that equals this one."""
        self.data.remove(item)

    def pop(self, i=-1):
        """Takes out the item of this number and gives it."""
        return self.data.pop(i)

    def clear(self):
        """Takes all items out."""
        self.data.clear()

    def reverse(self):
        """Turns the order of the items round."""
        self.data.reverse()

    def sort(self, /, *args, **kwds):
        """Sorts the items, as `list.sort` does."""
        self.data.sort(*args, **kwds)


def _plain_text(x):
    """The text of a `UserString`; anything else as it is."""
    return x.data if isinstance(x, UserString) else x


class UserString(_collections_abc.Sequence):
    """A text that keeps its characters in a str, `data`: something to derive from."""

    def __init__(self, seq):
        self.data = seq if isinstance(seq, str) else str(_plain_text(seq))

    def __str__(self):
        return str(self.data)

    def __repr__(self):
        return repr(self.data)

    def __int__(self):
        return int(self.data)

    def __float__(self):
        return float(self.data)

    def __hash__(self):
        return hash(self.data)

    def __getnewargs__(self):
        return (self.data[:],)

    def __eq__(self, string):
        return self.data == _plain_text(string)

    def __lt__(self, string):
        return self.data < _plain_text(string)

    def __le__(self, string):
        return self.data <= _plain_text(string)

    def __gt__(self, string):
        return self.data > _plain_text(string)

    def __ge__(self, string):
        return self.data >= _plain_text(string)

    def __contains__(self, char):
        return _plain_text(char) in self.data

    def __len__(self):
        return len(self.data)

    def __getitem__(self, index):
        return type(self)(self.data[index])

    def __add__(self, other):
        other = _plain_text(other)
        return type(self)(self.data + (other if isinstance(other, str) else str(other)))

    def __radd__(self, other):
        return type(self)((other if isinstance(other, str) else str(other)) + self.data)

    def __mul__(self, n):
        return type(self)(self.data * n)

    __rmul__ = __mul__

    def __mod__(self, args):
        return type(self)(self.data % args)

    def __rmod__(self, template):
        return type(self)(str(template) % self)

    def encode(self, encoding="utf-8", errors="strict"):
        """The bytes of the text in an encoding."""
        encoding = "utf-8" if encoding is None else encoding
        return self.data.encode(encoding, "strict" if errors is None else errors)

    def removeprefix(self, prefix, /):
        """The text without a beginning."""
        return type(self)(self.data.removeprefix(_plain_text(prefix)))

    def removesuffix(self, suffix, /):
        """The text without an end."""
        return type(self)(self.data.removesuffix(_plain_text(suffix)))

    def replace(self, old, new, maxsplit=-1):
        """The text with one part in place of another."""
        return type(self)(self.data.replace(_plain_text(old), _plain_text(new), maxsplit))

    def count(self, sub, start=0, end=_sys.maxsize):
        """How often a part is there."""
        return self.data.count(_plain_text(sub), start, end)

    def find(self, sub, start=0, end=_sys.maxsize):
        """Where a part is first, or -1."""
        return self.data.find(_plain_text(sub), start, end)

    def rfind(self, sub, start=0, end=_sys.maxsize):
        """Where a part is last, or -1."""
        return self.data.rfind(_plain_text(sub), start, end)

    def index(self, sub, start=0, end=_sys.maxsize):
        """Where a part is first."""
        return self.data.index(sub, start, end)

    def rindex(self, sub, start=0, end=_sys.maxsize):
        """Where a part is last."""
        return self.data.rindex(sub, start, end)

    def format(self, /, *args, **kwds):
        """The text with fields filled in."""
        return self.data.format(*args, **kwds)

    def format_map(self, mapping):
        """The text with fields filled in from a mapping."""
        return self.data.format_map(mapping)

    def endswith(self, suffix, start=0, end=_sys.maxsize):
        """Whether it ends so."""
        return self.data.endswith(suffix, start, end)

    def startswith(self, prefix, start=0, end=_sys.maxsize):
        """Whether it begins so."""
        return self.data.startswith(prefix, start, end)

    def join(self, seq):
        """The texts with this one in between."""
        return self.data.join(seq)

    def split(self, sep=None, maxsplit=-1):
        """The parts between separators."""
        return self.data.split(sep, maxsplit)

    def rsplit(self, sep=None, maxsplit=-1):
        """The same, from the end."""
        return self.data.rsplit(sep, maxsplit)

    def splitlines(self, keepends=False):
        """The lines."""
        return self.data.splitlines(keepends)

    def partition(self, sep):
        """What is before a separator, the separator, and the rest."""
        return self.data.partition(sep)

    def rpartition(self, sep):
        """The same for the last separator."""
        return self.data.rpartition(sep)

    maketrans = str.maketrans


def _same_kind(name):
    """A method of `str` whose text is of the object's own class."""
    method = getattr(str, name)

    def made(self, *args):
        return type(self)(method(self.data, *args))

    made.__name__ = name
    made.__qualname__ = f"UserString.{name}"
    made.__doc__ = method.__doc__
    return made


def _of_text(name):
    """A method of `str` that says something about the text."""
    method = getattr(str, name)

    def told(self):
        return method(self.data)

    told.__name__ = name
    told.__qualname__ = f"UserString.{name}"
    told.__doc__ = method.__doc__
    return told


for _name in ("capitalize casefold center expandtabs ljust lower lstrip rjust rstrip strip swapcase "
              "title translate upper zfill").split():
    setattr(UserString, _name, _same_kind(_name))
for _name in ("isalpha isalnum isascii isdecimal isdigit isidentifier islower isnumeric isprintable "
              "isspace istitle isupper").split():
    setattr(UserString, _name, _of_text(_name))
del _name, _same_kind, _of_text
