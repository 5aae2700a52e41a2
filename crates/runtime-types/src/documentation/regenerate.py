"""Writes `signatures.txt`: the parameters of the built-in functions that are here, as CPython 3.13 has them.

    strata run regenerate.py | python3.13 regenerate.py - > signatures.txt
"""
import array, bisect, collections, functools, gc, itertools, math, operator, sys, time, weakref
import builtins


def a_function():
    yield


class AClass:
    def method(self):
        pass


MODULES = [builtins, array, bisect, functools, gc, itertools, math, operator, sys, time, weakref]
TYPES = [t for t in vars(builtins).values() if isinstance(t, type)] + [
    type(None), type(...), type(NotImplemented), type(a_function), type(len), type(AClass().method),
    type(a_function()), type({}.keys()), type({}.values()), type({}.items()), type(iter([])),
    type(iter(())), type(iter({})), type(iter("")), type(iter(range(1))), type(sys),
    type(int.__add__), type((1).__add__), type(str.join), type(int.__dict__["from_bytes"]),
    type(type.__dict__["__mro__"]), type(a_function.__code__), weakref.ref, collections.deque,
    collections.defaultdict, collections.OrderedDict, array.array, functools.partial,
] + [t for t in vars(itertools).values() if isinstance(t, type)]


def name_of(t):
    module = t.__module__
    return t.__name__ if module == "builtins" else f"{module}.{t.__name__}"


def keys():
    for module in MODULES:
        yield f"module.{module.__name__}", module
        for name, value in vars(module).items():
            if type(value) is type(len):
                yield f"{module.__name__}.{name}", value
    for t in TYPES:
        yield name_of(t), t
        for name, value in t.__dict__.items():
            if type(value) is not str and value is not None:
                yield f"{name_of(t)}.{name}", value


if sys.argv[1:] == ["-"]:
    here = set(sys.stdin.read().split("\n"))
    found = {}
    for key, value in keys():
        signature = getattr(value, "__text_signature__", None)
        if key in here and isinstance(signature, str):
            found[key] = signature
    # What most types have for a special method is told once.
    common = {}
    for key, signature in found.items():
        name = key.rpartition(".")[2]
        if name.startswith("__") and not key.startswith("operator."):
            common.setdefault(name, []).append(signature)
    common = {name: max(all_, key=all_.count) for name, all_ in common.items() if len(all_) > 1}
    found = {key: one for key, one in found.items() if common.get(key.rpartition(".")[2]) != one}
    found.update({f"*.{name}": one for name, one in common.items()})
    for key in sorted(found):
        print(key, found[key])
else:
    for key, _ in keys():
        print(key)
