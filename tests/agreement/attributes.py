"""Every attribute of every built-in type that a descriptor reads: its kind, and how it is read, written and deleted.

    attributes.py lines [WORD]   what came of each
    attributes.py digest [WORD]  one line for each: its descriptor, and a digest of what came of it

Each `getset_descriptor` and `member_descriptor` is asked on an object of its type and on one of another,
writes a value of each of several types, and deletes; each time on an object of its own. Run by two
interpreters with PYTHONHASHSEED=0, the output is the same.
"""

import _weakref
import array
import collections
import functools
import sys


def function(a, b=1, *, c=2):
    return a


def generator():
    yield 1


def fails():
    try:
        function()
    except TypeError as e:
        return e


class Other:
    pass


class Plain:
    __slots__ = "slot", "__dict__", "__weakref__"

    def method(self):
        pass


class Derived(Plain):
    pass


# Each makes an object of one type. Where one is shared by all, it cannot be written to.
SAMPLES = [
    lambda: 5,
    lambda: 1.5,
    lambda: range(1, 9, 2),
    lambda: slice(1, 9, 2),
    lambda: memoryview(b"abc"),
    lambda: {1: 2}.keys(),
    lambda: {1: 2}.values(),
    lambda: {1: 2}.items(),
    lambda: property(function),
    lambda: staticmethod(lambda: None),
    lambda: classmethod(lambda cls: None),
    lambda: super(Derived, Derived()),
    lambda: Plain(),
    lambda: type("Made", (Plain,), {"a": 1}),
    lambda: sys,
    lambda: [].append,
    lambda: list.append,
    lambda: dict.__dict__["fromkeys"],
    lambda: list.__len__,
    lambda: [].__len__,
    lambda: type(function).__dict__["__code__"],
    lambda: Plain.slot,
    lambda: lambda a, b=1: None,
    lambda: Plain().method,
    lambda: function.__code__,
    generator,
    lambda: fails().__traceback__,
    lambda: fails().__traceback__.tb_frame,
    lambda: (lambda x: lambda: x)(1).__closure__[0],
    lambda: array.array("i", [1, 2]),
    lambda: collections.deque([1], 2),
    lambda: collections.defaultdict(list),
    lambda: collections.OrderedDict(a=1),
    lambda: collections.namedtuple("Pair", "a b").a,
    lambda: functools.partial(function, 1, b=2),
    lambda: functools.lru_cache(lambda: None),
    lambda: functools.cmp_to_key(lambda a, b: 0)(1),
    lambda: _weakref.ref(Plain),
    lambda: sys.version_info,
    lambda: BaseException("a"),
    lambda: StopIteration("a"),
    lambda: SystemExit("a"),
    lambda: AttributeError("a", name="b", obj=1),
    lambda: NameError("a", name="b"),
    lambda: ImportError("a", name="b", path="c", name_from="d"),
    lambda: OSError(2, "none", "file", None, "other"),
    lambda: SyntaxError("what", ("file", 1, 2, "text", 3, 4)),
    lambda: UnicodeEncodeError("utf-8", "abc", 1, 2, "why"),
    lambda: UnicodeDecodeError("utf-8", b"abc", 1, 2, "why"),
]

VALUES = [None, 0, 1, -1, 1 << 40, 1 << 70, True, False, 1.5, "", "s", "long", b"b", (), (1,), [], {}, int, ValueError("v"), function]

# What only CPython has: for its debuggers, for its own code, or for what is refused here. `staticmethod` and
# `classmethod` have the attributes of what they wrap in a dict of their own there, and show them here.
NOT_HERE = """
    property.__isabstractmethod__ staticmethod.__isabstractmethod__ classmethod.__isabstractmethod__
    staticmethod.__dict__ classmethod.__dict__ staticmethod.__name__ classmethod.__name__ staticmethod.__qualname__
    classmethod.__qualname__ staticmethod.__doc__ classmethod.__doc__
    type.__abstractmethods__ type.__text_signature__ type.__type_params__ function.__type_params__
    module.__annotations__ KeyWrapper.__text_signature__ partial.__vectorcalloffset__ OSError.characters_written
    code.co_code code._co_code_adaptive code.co_consts code.co_names code.co_cellvars code.co_flags code.co_stacksize
    code.co_linetable code.co_lnotab code.co_exceptiontable traceback.tb_lasti
    frame.f_back frame.f_builtins frame.f_locals frame.f_lasti frame.f_trace frame.f_trace_lines frame.f_trace_opcodes
""".split()

# What debuggers write to.
ONLY_READ = "frame.f_lineno traceback.tb_next".split()


def shown(value):
    return str(value) if value in (None, True, False) and type(value) is not int else type(value).__name__


def outcome(call):
    try:
        return call()
    except BaseException as e:
        return f"{type(e).__name__}: {e}"


def read(descriptor, op, ty):
    return shown(descriptor.__get__(op, ty))


def write(descriptor, op, value):
    descriptor.__set__(op, value)
    return "then " + outcome(lambda: read(descriptor, op, None))


def delete(descriptor, op):
    descriptor.__delete__(op)
    then = outcome(lambda: read(descriptor, op, None))
    return f"then {then}, and again " + outcome(lambda: str(descriptor.__delete__(op)))


def error(call):
    """What the `AttributeError` says beside its message."""
    try:
        call()
    except AttributeError as e:
        return f"{e.name} {type(e.obj).__name__}"
    except BaseException:
        pass
    return ""


def answers(descriptor, name, make, written):
    yield "of another", outcome(lambda: read(descriptor, Other(), Other))
    yield "read", outcome(lambda: "" if name == "__doc__" else read(descriptor, make(), None))
    if not written:
        return
    found = {}
    for value in VALUES:
        found.setdefault(outcome(lambda: write(descriptor, make(), value)), []).append(shown(value))
    for answer, values in found.items():
        yield "written " + " ".join(values), answer
    yield "deleted", outcome(lambda: delete(descriptor, make()))
    yield "error", error(lambda: descriptor.__set__(make(), Other))


def descriptors():
    seen = []
    for make in SAMPLES:
        for ty in type(make()).__mro__:
            if ty in seen:
                continue
            seen.append(ty)
            for name, descriptor in sorted(vars(ty).items()):
                what = ty.__name__ + "." + name
                kind = type(descriptor).__name__
                if kind in ("getset_descriptor", "member_descriptor") and what not in NOT_HERE:
                    named = descriptor.__name__ == name and descriptor.__objclass__ is ty
                    head = f"{kind} {descriptor!r} {descriptor.__qualname__} {named}"
                    yield what, head, answers(descriptor, name, make, what not in ONLY_READ)


def main(mode, word=""):
    modulus = (1 << 61) - 1
    for what, head, all in descriptors():
        if word not in what:
            continue
        digest = 0
        for call, answer in all:
            if mode == "lines":
                print(f"{what} {call}: {answer}")
            digest = (digest * 1000003 + hash(call + answer)) % modulus
        print(what, head, "" if mode == "lines" else f"{digest:016x}")


main(*sys.argv[1:])
