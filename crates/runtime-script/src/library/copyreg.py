"""How objects are taken apart and made again: what `object.__reduce_ex__` and its like do."""

__all__ = ["__newobj__", "__newobj_ex__"]


def __newobj__(cls, *args):
    return cls.__new__(cls, *args)


def __newobj_ex__(cls, args, kwargs):
    return cls.__new__(cls, *args, **kwargs)


def _reconstructor(cls, base, state):
    if base is object:
        return object.__new__(cls)
    made = base.__new__(cls, state)
    if base.__init__ != object.__init__:
        base.__init__(made, state)
    return made


def _getstate(x):
    """Attributes of an object: its dict, and what lies in slots."""
    own = getattr(x, "__dict__", None) or None
    slots = {}
    for base in type(x).__mro__:
        names = base.__dict__.get("__slots__", ())
        if isinstance(names, str):
            names = (names,)
        for name in names:
            if name in ("__dict__", "__weakref__"):
                continue
            if name.startswith("__") and not name.endswith("__"):
                stripped = base.__name__.lstrip("_")
                if stripped:
                    name = f"_{stripped}{name}"
            try:
                slots[name] = getattr(x, name)
            except AttributeError:
                pass
    return (own, slots) if slots else own


class _Own:
    def method(self):
        pass


# Methods that know their object.
_BOUND = {type(_Own().method), type([].__len__)}

# Native types below classes whose objects can be made again from what Python code sees of them.
_OPEN = (object, int, float, str, bytes, bytearray, tuple, list, dict, set, frozenset)

# Functions that a name finds again.
_NAMED = {type(str.join), type(int.__add__)}


def _reduce_ex(x, protocol, native, parts):
    """`object.__reduce_ex__`: function, arguments, state, items, pairs."""
    cls = type(x)
    if cls.__reduce__ is not object.__reduce__:
        return x.__reduce__()
    return _reduced(x, protocol, native, parts)


def _reduced(x, protocol, native, parts):
    """The same for an object whose class has no `__reduce__`. `native` is the built-in type that its
    class is made on, and `parts` what that says itself."""
    if parts is not None:
        return parts
    cls = type(x)
    if isinstance(x, BaseException):
        state = x.__dict__
        return (cls, x.args, state) if state else (cls, x.args)
    if cls in _BOUND:
        return getattr, (x.__self__, x.__name__)
    if cls is memoryview:
        raise TypeError("cannot pickle memoryview objects")
    if cls is slice:
        return cls, (x.start, x.stop, x.step)
    if cls in _NAMED:
        return getattr, (x.__objclass__, x.__name__)
    if native not in _OPEN and native.__base__ not in _OPEN[6:]:
        name = cls.__name__
        if cls is native and cls.__module__ != "builtins":
            name = f"{cls.__module__}.{name}"
        raise TypeError(f"cannot pickle {name!r} object")
    if protocol < 2:
        return _old(x, cls)
    if hasattr(x, "__getnewargs_ex__"):
        args, keywords = x.__getnewargs_ex__()
        maker, args = ((__newobj_ex__, (cls, args, keywords)) if keywords
                       else (__newobj__, (cls, *args)))
    else:
        args = x.__getnewargs__() if hasattr(x, "__getnewargs__") else _native_args(x)
        maker, args = __newobj__, (cls, *args)
    state = x.__getstate__()
    if isinstance(x, (set, frozenset)):
        return cls, (list(x),), state
    if isinstance(x, bytearray):
        return (cls, (bytes(x),), state) if x else (cls, (), state)
    items = iter(x) if isinstance(x, list) else None
    pairs = iter(x.items()) if isinstance(x, dict) else None
    return maker, args, state, items, pairs


def _native_args(x):
    for kind in (int, float, str, bytes):
        if isinstance(x, kind):
            return (kind(x),)
    if isinstance(x, tuple):
        return (tuple(x[i] for i in range(len(x))),)
    return ()


def _old(x, cls):
    """The protocols before the second one."""
    for base in cls.__mro__:
        if base in (int, float, str, bytes, tuple, list, dict, set, frozenset):
            break
    else:
        base = object
    part = None if base is object else base(x)
    state = x.__getstate__()
    return (_reconstructor, (cls, base, part), state) if state else (_reconstructor, (cls, base, part))
