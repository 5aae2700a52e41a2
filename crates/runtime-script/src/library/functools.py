"""Functions that take or give functions."""

from _functools import _lru_cache_wrapper, cmp_to_key, partial, reduce

__all__ = (
    "update_wrapper wraps WRAPPER_ASSIGNMENTS WRAPPER_UPDATES total_ordering cache cmp_to_key "
    "lru_cache reduce partial partialmethod singledispatch singledispatchmethod cached_property"
).split()

WRAPPER_UPDATES = ("__dict__",)
WRAPPER_ASSIGNMENTS = tuple([
    f"__{name}__" for name in ("module", "name", "qualname", "doc", "annotations", "type_params")
])

_missing = object()


def update_wrapper(wrapper, wrapped, assigned=WRAPPER_ASSIGNMENTS, updated=WRAPPER_UPDATES):
    """Makes a wrapper look like what it wraps."""
    for name in assigned:
        value = getattr(wrapped, name, _missing)
        if value is not _missing:
            setattr(wrapper, name, value)
    for name in updated:
        more = getattr(wrapped, name, {})
        getattr(wrapper, name).update(more)
    wrapper.__wrapped__ = wrapped
    return wrapper


def wraps(wrapped, assigned=WRAPPER_ASSIGNMENTS, updated=WRAPPER_UPDATES):
    """A decorator that makes a wrapper look like `wrapped`."""
    return partial(update_wrapper, wrapped=wrapped, assigned=assigned, updated=updated)


def _derive(root, decide):
    """An ordering method: `decide` makes the answer from that of the method `root`."""

    def method(self, other):
        answer = getattr(type(self), root)(self, other)
        if answer is NotImplemented:
            return answer
        return decide(answer, self, other)

    return method


def _otherwise(answer, self, other):
    return not answer


def _neither(answer, self, other):
    return not answer and self != other


def _or_equal(answer, self, other):
    return answer or self == other


def _and_unequal(answer, self, other):
    return answer and self != other


def _or_unequal(answer, self, other):
    return not answer or self == other


# For each method that a class may have: what the others make of its answer.
_ORDERINGS = {
    "__lt__": (("__gt__", _neither), ("__le__", _or_equal), ("__ge__", _otherwise)),
    "__le__": (("__ge__", _or_unequal), ("__lt__", _and_unequal), ("__gt__", _otherwise)),
    "__gt__": (("__lt__", _neither), ("__ge__", _or_equal), ("__le__", _otherwise)),
    "__ge__": (("__le__", _or_unequal), ("__gt__", _and_unequal), ("__lt__", _otherwise)),
}


def total_ordering(cls):
    """A class decorator that adds the ordering methods that are missing."""
    roots = {name for name in _ORDERINGS
             if getattr(cls, name, None) is not getattr(object, name, None)}
    if not roots:
        raise ValueError("must define at least one ordering operation: < > <= >=")
    root = max(roots)
    for name, decide in _ORDERINGS[root]:
        if name not in roots:
            method = _derive(root, decide)
            method.__name__ = name
            setattr(cls, name, method)
    return cls


_info_type = None


def _cache_info_type():
    global _info_type
    if _info_type is None:
        from collections import namedtuple

        _info_type = namedtuple("CacheInfo", ["hits", "misses", "maxsize", "currsize"],
                                module="functools")
    return _info_type


def _cached(function, maxsize, typed):
    wrapper = _lru_cache_wrapper(function, maxsize, typed, _cache_info_type())
    wrapper.cache_parameters = lambda: {"maxsize": maxsize, "typed": typed}
    return update_wrapper(wrapper, function)


def lru_cache(maxsize=128, typed=False):
    """A decorator that remembers the latest results of a function."""
    if callable(maxsize) and isinstance(typed, bool):
        # Used without arguments: this is the function.
        return _cached(maxsize, 128, typed)
    if maxsize is not None and not isinstance(maxsize, int):
        raise TypeError("Expected first argument to be an integer, a callable, or None")
    most = maxsize if maxsize is None else max(maxsize, 0)

    def decorating_function(user_function):
        return _cached(user_function, most, typed)

    return decorating_function


def cache(user_function, /):
    """A decorator that remembers all results of a function."""
    return lru_cache(maxsize=None)(user_function)


class cached_property:
    """A property whose value is kept in the instance's dict once it is known."""

    def __init__(self, func):
        self.func, self.attrname = func, None
        self.__doc__, self.__module__ = func.__doc__, func.__module__

    def __set_name__(self, owner, name):
        if self.attrname not in (None, name):
            raise TypeError(
                "Cannot assign the same cached_property to two different names "
                f"({self.attrname!r} and {name!r})."
            )
        self.attrname = name

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        name, kind = self.attrname, type(instance).__name__
        if name is None:
            raise TypeError(
                "Cannot use cached_property instance without calling __set_name__ on it.")
        known = getattr(instance, "__dict__", _missing)
        if known is _missing:
            raise TypeError(
                f"No '__dict__' attribute on {kind!r} instance to cache {name!r} property.")
        value = known.get(name, _missing)
        if value is not _missing:
            return value
        value = self.func(instance)
        try:
            known[name] = value
        except TypeError:
            raise TypeError(
                f"The '__dict__' attribute on {kind!r} instance "
                f"does not support item assignment for caching {name!r} property."
            ) from None
        return value


def _check_method(func):
    if not callable(func) and not hasattr(func, "__get__"):
        raise TypeError(f"{func!r} is not callable or a descriptor")


class partialmethod:
    """A method with some of its arguments."""

    def __init__(self, func, /, *args, **keywords):
        if isinstance(func, partialmethod):
            args = (*func.args, *args)
            keywords = func.keywords | keywords
            func = func.func
        _check_method(func)
        self.func, self.args, self.keywords = func, args, keywords

    def __repr__(self):
        kind = type(self)
        shown = [repr(value) for value in (self.func, *self.args)]
        shown += [f"{name}={value!r}" for name, value in self.keywords.items()]
        return f"{kind.__module__}.{kind.__qualname__}({', '.join(shown)})"

    def __get__(self, obj, cls=None):
        bind = getattr(self.func, "__get__", None)
        bound = self.func if bind is None else bind(obj, cls)
        if bound is self.func:
            return self._as_function().__get__(obj, cls)
        whole = partial(bound, *self.args, **self.keywords)
        owner = getattr(bound, "__self__", _missing)
        if owner is not _missing:
            whole.__self__ = owner
        return whole

    def _as_function(self):
        """A function that puts the arguments between the object and those of the call."""

        def _method(cls_or_self, /, *args, **keywords):
            given = self.keywords | keywords
            return self.func(cls_or_self, *self.args, *args, **given)

        _method.__partialmethod__ = self
        return _method


def _of_annotation(func):
    """The type that the first annotation of a function names."""
    annotations = getattr(func, "__annotations__", None)
    if not annotations:
        raise TypeError(
            f"Invalid first argument to `register()`: {func!r}. "
            f"Use either `@register(some_class)` or plain `@register` "
            f"on an annotated function."
        )
    argument = next(iter(annotations))
    kind = annotations[argument]
    if isinstance(kind, type):
        return kind
    raise TypeError(f"Invalid annotation for {argument!r}. {kind!r} is not a class.")


def _type_of_first(args, name):
    """The type that decides which implementation is called."""
    if args:
        return args[0].__class__
    raise TypeError(f"{name} requires at least 1 positional argument")


def singledispatch(func):
    """A function whose implementation depends on the type of its first argument."""
    registry = {object: func}
    name = getattr(func, "__name__", "singledispatch function")

    def dispatch(cls):
        """The implementation for a type."""
        for base in cls.__mro__:
            found = registry.get(base)
            if found is not None:
                return found
        return func

    def register(cls, func=None):
        """Adds an implementation for a type, named or taken from the annotations."""
        if not isinstance(cls, type):
            if func is not None:
                raise TypeError(
                    f"Invalid first argument to `register()`. "
                    f"{cls!r} is not a class or union type."
                )
            cls, func = _of_annotation(cls), cls
        elif func is None:
            return lambda later: register(cls, later)
        registry[cls] = func
        return func

    def wrapper(*args, **kw):
        return dispatch(_type_of_first(args, name))(*args, **kw)

    update_wrapper(wrapper, func)
    wrapper.registry, wrapper.dispatch, wrapper.register = registry, dispatch, register
    return wrapper


class singledispatchmethod:
    """A method whose implementation depends on the type of its first argument."""

    def __init__(self, func):
        _check_method(func)
        self.func = func
        self.dispatcher = singledispatch(func)

    def register(self, cls, method=None):
        """Adds an implementation for a type, named or taken from the annotations."""
        return self.dispatcher.register(cls, method)

    def __get__(self, obj, cls=None):
        name = getattr(self.func, "__name__", "singledispatchmethod method")

        def _method(*args, **kwargs):
            found = self.dispatcher.dispatch(_type_of_first(args, name))
            return found.__get__(obj, cls)(*args, **kwargs)

        update_wrapper(_method, self.func)
        _method.register = self.register
        return _method
