"""Copies of objects, shallow and deep."""

__all__ = ["Error", "copy", "deepcopy", "replace"]


class Error(Exception):
    pass


error = Error


def _function():
    pass


def _generator():
    yield


# These are their own copies.
_ATOMIC = {
    type(None),
    type(...),
    type(NotImplemented),
    int,
    float,
    bool,
    str,
    bytes,
    range,
    type,
    slice,
    property,
    type(len),
    type(_function),
    type(_function.__code__),
}


def copy(x):
    """A shallow copy."""
    cls = type(x)
    if cls in _ATOMIC or cls is tuple or cls is frozenset or issubclass(cls, type):
        return x
    if cls in _BY_METHOD:
        return x.copy()
    if cls is bytearray:
        return bytearray(x)
    copier = getattr(cls, "__copy__", None)
    if copier is not None:
        return copier(x)
    reduced = _reduce(x, cls)
    if isinstance(reduced, str):
        return x
    return _reconstruct(x, None, *reduced)


_BY_METHOD = {list, dict, set}


def deepcopy(x, memo=None, _nil=[]):
    """A copy of the object and of all that it is made of."""
    cls = type(x)
    if cls in _ATOMIC:
        return x
    d = id(x)
    if memo is None:
        memo = {}
    else:
        y = memo.get(d, _nil)
        if y is not _nil:
            return y
    copier = _DEEP.get(cls)
    if copier is not None:
        y = copier(x, memo)
    elif issubclass(cls, type):
        y = x
    else:
        copier = getattr(x, "__deepcopy__", None)
        if copier is not None:
            y = copier(memo)
        else:
            reduced = _reduce(x, cls)
            if isinstance(reduced, str):
                y = x
            else:
                y = _reconstruct(x, memo, *reduced)
    if y is not x:
        memo[d] = y
        _keep_alive(x, memo)
    return y


def _deepcopy_list(x, memo):
    y = []
    memo[id(x)] = y
    append = y.append
    for a in x:
        append(deepcopy(a, memo))
    return y


def _deepcopy_tuple(x, memo):
    y = [deepcopy(a, memo) for a in x]
    # A tuple that holds itself was copied meanwhile.
    try:
        return memo[id(x)]
    except KeyError:
        pass
    for k, j in zip(x, y):
        if k is not j:
            return tuple(y)
    return x


def _deepcopy_dict(x, memo):
    y = {}
    memo[id(x)] = y
    for key, value in x.items():
        y[deepcopy(key, memo)] = deepcopy(value, memo)
    return y


def _deepcopy_set(x, memo):
    return type(x)([deepcopy(a, memo) for a in x])


def _deepcopy_bytearray(x, memo):
    return bytearray(x)


def _deepcopy_method(x, memo):
    return type(x)(x.__func__, deepcopy(x.__self__, memo))


class _Own:
    def method(self):
        pass


_DEEP = {
    list: _deepcopy_list,
    tuple: _deepcopy_tuple,
    dict: _deepcopy_dict,
    set: _deepcopy_set,
    frozenset: _deepcopy_set,
    bytearray: _deepcopy_bytearray,
    type(_Own().method): _deepcopy_method,
}


def _keep_alive(x, memo):
    """Keeps what was copied alive for as long as its address stands for it."""
    try:
        memo[id(memo)].append(x)
    except KeyError:
        memo[id(memo)] = [x]


# Types of the runtime whose objects cannot be taken apart.
_OPAQUE = {
    type(_generator()),
    type(iter([])),
    type(iter(())),
    type({}.keys()),
    type({}.values()),
    type({}.items()),
    type(__builtins__),
    memoryview,
}


def _reduce(x, cls):
    """How the object can be made again: function, arguments, state, items."""
    reductor = getattr(x, "__reduce_ex__", None)
    if reductor is not None:
        return reductor(4)
    reductor = getattr(x, "__reduce__", None)
    if reductor is not None:
        return reductor()
    if cls in _OPAQUE:
        raise TypeError(f"cannot pickle '{cls.__name__}' object")
    args = getattr(x, "__getnewargs_ex__", None)
    keywords = {}
    if args is not None:
        args, keywords = args()
    else:
        args = getattr(x, "__getnewargs__", None)
        if args is not None:
            args = args()
        else:
            args = _native_args(x, cls)
    state = getattr(x, "__getstate__", None)
    state = state() if state is not None else _state(x, cls)
    items = iter(x) if isinstance(x, list) else None
    pairs = iter(x.items()) if isinstance(x, dict) else None
    if isinstance(x, (set, frozenset)):
        args = (list(x),)
    if isinstance(x, BaseException):
        return cls, x.args, state

    def make(*args):
        return cls.__new__(cls, *args, **keywords)

    if isinstance(x, set):

        def make(*args):
            made = cls.__new__(cls)
            set.update(made, *args)
            return made

    return make, args, state, items, pairs


def _native_args(x, cls):
    for kind in (int, float, str, bytes, tuple, frozenset):
        if isinstance(x, kind):
            return (kind(x) if kind is not tuple else tuple(x[i] for i in range(len(x))),)
    return ()


def _state(x, cls):
    """Attributes of an object: its dict, and what lies in slots."""
    own = getattr(x, "__dict__", None)
    slots = {}
    for base in cls.__mro__:
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
    if slots:
        return own or None, slots
    return own or None


def _reconstruct(x, memo, func, args, state=None, items=None, pairs=None):
    deep = memo is not None
    if deep and args:
        args = [deepcopy(arg, memo) for arg in args]
    y = func(*args)
    if deep:
        memo[id(x)] = y
    if state is not None:
        if deep:
            state = deepcopy(state, memo)
        if hasattr(y, "__setstate__"):
            y.__setstate__(state)
        else:
            slots = None
            if isinstance(state, tuple) and len(state) == 2:
                state, slots = state
            if state is not None:
                y.__dict__.update(state)
            if slots is not None:
                for key, value in slots.items():
                    setattr(y, key, value)
    if items is not None:
        for item in items:
            y.append(deepcopy(item, memo) if deep else item)
    if pairs is not None:
        for key, value in pairs:
            if deep:
                key = deepcopy(key, memo)
                value = deepcopy(value, memo)
            y[key] = value
    return y


def replace(obj, /, **changes):
    """A copy with some fields changed, of objects that know how."""
    cls = obj.__class__
    func = getattr(cls, "__replace__", None)
    if func is None:
        raise TypeError(f"replace() does not support {cls.__name__} objects")
    return func(obj, **changes)
