"""Copies of objects, shallow and deep."""

from _weakref import ref as _ref

__all__ = ["Error", "copy", "deepcopy", "replace"]


class Error(Exception):
    pass


error = Error


def _function():
    pass


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
    property,
    type(len),
    type(_function),
    type(_function.__code__),
    _ref,
}


class _Own:
    def method(self):
        pass


_METHOD = type(_Own().method)


def copy(x):
    """A shallow copy."""
    cls = type(x)
    if cls in _ATOMIC or cls in (tuple, frozenset, slice) or issubclass(cls, type):
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
    if memo is None:
        memo = {}
    known = memo.get(id(x), _nil)
    if known is not _nil:
        return known
    made = _deep(x, cls, memo)
    if made is not x:
        memo[id(x)] = made
        _keep_alive(x, memo)
    return made


def _deep(x, cls, memo):
    """A deep copy of what has not been copied yet."""
    known = _DEEP.get(cls)
    if known is not None:
        return known(x, memo)
    if issubclass(cls, type):
        return x
    own = getattr(x, "__deepcopy__", None)
    if own is not None:
        return own(memo)
    reduced = _reduce(x, cls)
    return x if isinstance(reduced, str) else _reconstruct(x, memo, *reduced)


def _deepcopy_list(x, memo):
    made = memo[id(x)] = []
    for item in x:
        made.append(deepcopy(item, memo))
    return made


def _deepcopy_tuple(x, memo):
    items = [deepcopy(item, memo) for item in x]
    # A tuple that holds itself was copied meanwhile.
    if id(x) in memo:
        return memo[id(x)]
    same = all([new is old for new, old in zip(items, x)])
    return x if same else tuple(items)


def _deepcopy_dict(x, memo):
    made = memo[id(x)] = {}
    for key, value in x.items():
        made[deepcopy(key, memo)] = deepcopy(value, memo)
    return made


def _deepcopy_set(x, memo):
    return type(x)([deepcopy(item, memo) for item in x])


def _deepcopy_bytearray(x, memo):
    return bytearray(x)


def _deepcopy_method(x, memo):
    return type(x)(x.__func__, deepcopy(x.__self__, memo))


_DEEP = {
    list: _deepcopy_list,
    tuple: _deepcopy_tuple,
    dict: _deepcopy_dict,
    set: _deepcopy_set,
    frozenset: _deepcopy_set,
    bytearray: _deepcopy_bytearray,
    _METHOD: _deepcopy_method,
}


def _keep_alive(x, memo):
    """Keeps what was copied alive for as long as its address stands for it."""
    memo.setdefault(id(memo), []).append(x)


def _reduce(x, cls):
    """How the object can be made again: function, arguments, state, items."""
    if issubclass(cls, type):
        return x.__name__
    return cls.__reduce_ex__(x, 4)


def _reconstruct(x, memo, func, args, state=None, items=None, pairs=None):
    def made_of(part):
        return part if memo is None else deepcopy(part, memo)

    made = func(*[made_of(arg) for arg in args])
    if memo is not None:
        memo[id(x)] = made
    if state is not None:
        _set_state(made, made_of(state))
    for item in () if items is None else items:
        made.append(made_of(item))
    for key, value in () if pairs is None else pairs:
        key = made_of(key)
        made[key] = made_of(value)
    return made


def _set_state(made, state):
    """Gives a copy the attributes of the original."""
    take = getattr(made, "__setstate__", None)
    if take is not None:
        take(state)
        return
    in_slots = {}
    if isinstance(state, tuple) and len(state) == 2:
        state, in_slots = state
    if state is not None:
        made.__dict__.update(state)
    for name, value in (in_slots or {}).items():
        setattr(made, name, value)


def replace(obj, /, **changes):
    """A copy with some fields changed, of objects that know how."""
    kind = obj.__class__
    change = getattr(kind, "__replace__", None)
    if change is not None:
        return change(obj, **changes)
    raise TypeError(f"replace() does not support {kind.__name__} objects")
