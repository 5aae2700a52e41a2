"""Writes `texts.txt`: what CPython 3.13 says of the built-in names that are here.

    strata run regenerate.py | python3.13 regenerate.py - > texts.txt
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


COMMON = {}
if sys.argv[1:] == ["-"]:
    here = set(sys.stdin.read().split("\n"))
    found = {}
    for key, value in keys():
        doc = getattr(value, "__doc__", None)
        if key in here and isinstance(doc, str):
            found[key] = getattr(value, "__text_signature__", None), doc
    # What most types say of a special method is told once.
    for key, told in found.items():
        name = key.rpartition(".")[2]
        if name.startswith("__") and not key.startswith("operator."):
            COMMON.setdefault(name, []).append(told)
    COMMON = {name: max(told, key=told.count) for name, told in COMMON.items() if len(told) > 1}
    found = {key: told for key, told in found.items() if COMMON.get(key.rpartition(".")[2]) != told}
    found.update({f"*.{name}": told for name, told in COMMON.items()})
    print("What CPython 3.13 says of its built-in names, under the licence of the Python Software "
          "Foundation; written by regenerate.py.")
    for key in sorted(found):
        signature, doc = found[key]
        print(f"@ {key} {signature}" if signature else f"@ {key}")
        print(doc)
    print("@")
else:
    for key, _ in keys():
        print(key)
