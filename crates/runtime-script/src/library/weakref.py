"""Weak references: ways to an object that do not keep it alive."""

from _weakref import (
    CallableProxyType,
    ProxyType,
    ReferenceType,
    at_exit,
    getweakrefcount,
    getweakrefs,
    proxy,
    ref,
)

ProxyTypes = (ProxyType, CallableProxyType)


class WeakMethod(ref):
    """A weak reference to a bound method: dead when its object or its function is."""

    __slots__ = ("_function", "_kind", "_alive", "__weakref__")

    def __new__(cls, method, callback=None):
        kind = type(method)
        if not (hasattr(method, "__self__") and hasattr(method, "__func__")):
            raise TypeError(f"argument should be a bound method, not {kind}")

        def died(_):
            made = itself()
            if made is None or not made._alive:
                return
            made._alive = False
            if callback is not None:
                callback(made)

        made = ref.__new__(cls, method.__self__, died)
        itself = ref(made)
        made._alive, made._kind = True, kind
        made._function = ref(method.__func__, died)
        return made

    def __call__(self):
        target = ref.__call__(self)
        function = self._function()
        if target is None or function is None:
            return None
        return self._kind(function, target)

    def __eq__(self, other):
        if not isinstance(other, WeakMethod):
            return NotImplemented
        if not self._alive or not other._alive:
            return self is other
        return ref.__eq__(self, other) and self._function == other._function

    def __ne__(self, other):
        if not isinstance(other, WeakMethod):
            return NotImplemented
        return not self == other

    __hash__ = ref.__hash__


class KeyedRef(ref):
    """A weak reference that knows the key of its entry."""

    __slots__ = ("key",)

    def __new__(cls, target, callback, key):
        self = ref.__new__(cls, target, callback)
        self.key = key
        return self

    def __init__(self, target, callback, key):
        pass


class _Living:
    """Walks weak references and gives what `pick` makes of those that are alive."""

    def __init__(self, references, pick):
        self._references = iter(references)
        self._pick = pick

    def __iter__(self):
        return self

    def __next__(self):
        for reference in self._references:
            target = reference()
            if target is not None:
                return self._pick(reference, target)
        raise StopIteration


class _Items:
    """Walks a dictionary with weak keys."""

    def __init__(self, items, pick):
        self._items = iter(items)
        self._pick = pick

    def __iter__(self):
        return self

    def __next__(self):
        for reference, value in self._items:
            target = reference()
            if target is not None:
                return self._pick(target, value)
        raise StopIteration


class WeakValueDictionary:
    """A dictionary whose entries go when their values do."""

    def __init__(self, other=(), /, **keywords):
        own = ref(self)

        def remove(reference):
            self = own()
            if self is not None and self.data.get(reference.key) is reference:
                del self.data[reference.key]

        self._remove = remove
        self.data = {}
        self.update(other, **keywords)

    def __getitem__(self, key):
        value = self.data[key]()
        if value is None:
            raise KeyError(key)
        return value

    def __setitem__(self, key, value):
        self.data[key] = KeyedRef(value, self._remove, key)

    def __delitem__(self, key):
        del self.data[key]

    def __len__(self):
        return len(self.data)

    def __eq__(self, other):
        if isinstance(other, (dict, WeakValueDictionary, WeakKeyDictionary)):
            return dict(self.items()) == dict(other.items())
        return NotImplemented

    def __contains__(self, key):
        reference = self.data.get(key)
        return reference is not None and reference() is not None

    def __iter__(self):
        return self.keys()

    def __repr__(self):
        return f"<{type(self).__name__} at {id(self):#x}>"

    def keys(self):
        return _Living(list(self.data.values()), lambda reference, _: reference.key)

    def values(self):
        return _Living(list(self.data.values()), lambda _, value: value)

    def items(self):
        return _Living(list(self.data.values()), lambda reference, value: (reference.key, value))

    def itervaluerefs(self):
        return iter(list(self.data.values()))

    def valuerefs(self):
        return list(self.data.values())

    def get(self, key, default=None):
        reference = self.data.get(key)
        value = None if reference is None else reference()
        return default if value is None else value

    def setdefault(self, key, default=None):
        value = self.get(key)
        if value is None:
            self[key] = default
            return default
        return value

    def pop(self, key, *default):
        reference = self.data.pop(key, None)
        value = None if reference is None else reference()
        if value is not None:
            return value
        if default:
            return default[0]
        raise KeyError(key)

    def popitem(self):
        while True:
            key, reference = self.data.popitem()
            value = reference()
            if value is not None:
                return key, value

    def clear(self):
        self.data.clear()

    def copy(self):
        other = WeakValueDictionary()
        for key, value in self.items():
            other[key] = value
        return other

    __copy__ = copy

    def update(self, other=(), /, **keywords):
        if hasattr(other, "items"):
            other = other.items()
        elif hasattr(other, "keys"):
            other = [(key, other[key]) for key in other.keys()]
        for key, value in other:
            self[key] = value
        for key, value in keywords.items():
            self[key] = value

    def __or__(self, other):
        if not isinstance(other, (dict, WeakValueDictionary, WeakKeyDictionary)):
            return NotImplemented
        result = self.copy()
        result.update(other)
        return result

    def __ror__(self, other):
        if not isinstance(other, (dict, WeakValueDictionary, WeakKeyDictionary)):
            return NotImplemented
        result = type(self)()
        result.update(other)
        result.update(self)
        return result

    def __ior__(self, other):
        self.update(other)
        return self


class WeakKeyDictionary:
    """A dictionary whose entries go when their keys do."""

    def __init__(self, other=None):
        own = ref(self)

        def remove(reference):
            self = own()
            if self is not None:
                self.data.pop(reference, None)

        self._remove = remove
        self.data = {}
        if other is not None:
            self.update(other)

    def __getitem__(self, key):
        return self.data[ref(key)]

    def __setitem__(self, key, value):
        self.data[ref(key, self._remove)] = value

    def __delitem__(self, key):
        del self.data[ref(key)]

    def __len__(self):
        return len(self.data)

    def __eq__(self, other):
        if isinstance(other, (dict, WeakValueDictionary, WeakKeyDictionary)):
            return dict(self.items()) == dict(other.items())
        return NotImplemented

    def __contains__(self, key):
        try:
            reference = ref(key)
        except TypeError:
            return False
        return reference in self.data

    def __iter__(self):
        return self.keys()

    def __repr__(self):
        return f"<{type(self).__name__} at {id(self):#x}>"

    def keys(self):
        return _Items(list(self.data.items()), lambda key, _: key)

    def values(self):
        return _Items(list(self.data.items()), lambda _, value: value)

    def items(self):
        return _Items(list(self.data.items()), lambda key, value: (key, value))

    def keyrefs(self):
        return list(self.data)

    def get(self, key, default=None):
        return self.data.get(ref(key), default)

    def setdefault(self, key, default=None):
        return self.data.setdefault(ref(key, self._remove), default)

    def pop(self, key, *default):
        return self.data.pop(ref(key), *default)

    def popitem(self):
        while True:
            reference, value = self.data.popitem()
            key = reference()
            if key is not None:
                return key, value

    def clear(self):
        self.data.clear()

    def copy(self):
        other = WeakKeyDictionary()
        for key, value in self.items():
            other[key] = value
        return other

    __copy__ = copy

    def update(self, other=None, /, **keywords):
        if other is not None:
            pairs = other.items() if hasattr(other, "items") else dict(other).items()
            for key, value in pairs:
                self[key] = value
        for key, value in keywords.items():
            self[key] = value

    def __or__(self, other):
        if not isinstance(other, (dict, WeakValueDictionary, WeakKeyDictionary)):
            return NotImplemented
        result = self.copy()
        result.update(other)
        return result

    def __ror__(self, other):
        if not isinstance(other, (dict, WeakValueDictionary, WeakKeyDictionary)):
            return NotImplemented
        result = type(self)()
        result.update(other)
        result.update(self)
        return result

    def __ior__(self, other):
        self.update(other)
        return self


class WeakSet:
    """A set whose members go when nobody else holds them."""

    def __init__(self, items=None):
        own = ref(self)

        def remove(reference):
            self = own()
            if self is not None:
                self.data.discard(reference)

        self._remove = remove
        self.data = set()
        if items is not None:
            self.update(items)

    def __iter__(self):
        return _Living(list(self.data), lambda _, item: item)

    def __len__(self):
        return len(self.data)

    def __contains__(self, item):
        try:
            reference = ref(item)
        except TypeError:
            return False
        return reference in self.data

    def __repr__(self):
        return repr(self.data)

    def add(self, item):
        self.data.add(ref(item, self._remove))

    def discard(self, item):
        self.data.discard(ref(item))

    def remove(self, item):
        self.data.remove(ref(item))

    def pop(self):
        while True:
            try:
                item = self.data.pop()()
            except KeyError:
                raise KeyError("pop from empty WeakSet") from None
            if item is not None:
                return item

    def clear(self):
        self.data.clear()

    def copy(self):
        return type(self)(self)

    def update(self, items):
        for item in items:
            self.add(item)

    def union(self, other):
        result = self.copy()
        result.update(other)
        return result

    __or__ = union

    def __ior__(self, other):
        self.update(other)
        return self

    def intersection(self, other):
        return type(self)([item for item in other if item in self])

    __and__ = intersection

    def intersection_update(self, other):
        self.__iand__(other)

    def __iand__(self, other):
        self.data.intersection_update([ref(item) for item in other])
        return self

    def difference(self, other):
        result = self.copy()
        result.difference_update(other)
        return result

    __sub__ = difference

    def difference_update(self, other):
        self.__isub__(other)

    def __isub__(self, other):
        if self is other:
            self.data.clear()
        else:
            self.data.difference_update([ref(item) for item in other])
        return self

    def symmetric_difference(self, other):
        result = self.copy()
        result.symmetric_difference_update(other)
        return result

    __xor__ = symmetric_difference

    def symmetric_difference_update(self, other):
        self.__ixor__(other)

    def __ixor__(self, other):
        if self is other:
            self.data.clear()
        else:
            others = [ref(item, self._remove) for item in other]
            self.data.symmetric_difference_update(others)
        return self

    def issubset(self, other):
        others = list(other)
        return all([item in others for item in self])

    __le__ = issubset

    def __lt__(self, other):
        return len(self) < len(other) and self.issubset(other)

    def issuperset(self, other):
        return all([item in self for item in other])

    __ge__ = issuperset

    def __gt__(self, other):
        return len(self) > len(other) and self.issuperset(other)

    def __eq__(self, other):
        if not isinstance(other, type(self)):
            return NotImplemented
        return self.data == set([ref(item) for item in other])

    def isdisjoint(self, other):
        return not any([item in self for item in other])


class finalize:
    """Calls a function once, when an object dies or the program ends."""

    __slots__ = ()
    _registry = {}
    _count = [0]
    _at_exit = [False]
    _over = [False]

    class _Info:
        __slots__ = ("reference", "function", "args", "keywords", "atexit", "index")

    def __init__(self, obj, func, /, *args, **keywords):
        if not finalize._at_exit[0]:
            finalize._at_exit[0] = True
            at_exit(finalize._exit)
        info = finalize._Info()
        info.reference = ref(obj, self)
        info.function = func
        info.args = args
        info.keywords = keywords or None
        info.atexit = True
        info.index = finalize._count[0]
        finalize._count[0] += 1
        finalize._registry[self] = info

    def __call__(self, _=None):
        info = finalize._registry.pop(self, None)
        if info is not None and not finalize._over[0]:
            return info.function(*info.args, **(info.keywords or {}))
        return None

    def detach(self):
        info = finalize._registry.get(self)
        target = None if info is None else info.reference()
        if target is not None and finalize._registry.pop(self, None) is not None:
            return target, info.function, info.args, info.keywords or {}
        return None

    def peek(self):
        info = finalize._registry.get(self)
        target = None if info is None else info.reference()
        if target is None:
            return None
        return target, info.function, info.args, info.keywords or {}

    @property
    def alive(self):
        return self in finalize._registry

    @property
    def atexit(self):
        info = finalize._registry.get(self)
        return info is not None and info.atexit

    @atexit.setter
    def atexit(self, value):
        info = finalize._registry.get(self)
        if info is not None:
            info.atexit = bool(value)

    def __repr__(self):
        info = finalize._registry.get(self)
        target = None if info is None else info.reference()
        if target is None:
            return f"<finalize object at {id(self):#x}; dead>"
        return f"<finalize object at {id(self):#x}; for {type(target).__name__!r} at {id(target):#x}>"

    @staticmethod
    def _exit():
        """Runs what is pending, newest first; what is registered meanwhile runs too."""
        while True:
            pending = [
                (info.index, this) for this, info in finalize._registry.items() if info.atexit
            ]
            if not pending:
                finalize._over[0] = True
                break
            this = max(pending, key=lambda pair: pair[0])[1]
            pending = None
            try:
                this()
            except Exception:
                finalize._report(this)

    @staticmethod
    def _report(this):
        import sys

        sys.stderr.write(f"Exception ignored in: {this!r}\n")
