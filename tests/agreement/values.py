"""Operands for `operations.py`: values of every built-in type, made anew for each call.

`LABELS` names the kinds of operand; `make(label)` gives one of that kind, chosen by the generator of
pseudo-random numbers that `seed` sets. Numbers are small, or so large that no container of that size
can exist: what lies between would be served, slowly.
"""

state = 1


def seed(n):
    global state
    state = n & 0x7fffffff
    below(2)
    below(2)


def below(n):
    global state
    state = (state * 1103515245 + 12345) & 0x7fffffff
    return (state >> 8) % n


def pick(items):
    return items[below(len(items))]


class Index:
    def __init__(self, value):
        self.value = value
    def __index__(self):
        return self.value
    def __repr__(self):
        return f"Index({self.value!r})"


class Plain:
    def __repr__(self):
        return "Plain()"


class Raiser:
    """Every question is answered by an exception."""
    def fail(self, *args):
        raise LookupError("asked")
    __index__ = __int__ = __float__ = __len__ = __bool__ = __iter__ = __hash__ = fail
    __eq__ = __lt__ = __add__ = __radd__ = __mul__ = __getitem__ = __contains__ = __format__ = fail
    def __repr__(self):
        return "Raiser()"


class Wrong:
    """Every question is answered by something of the wrong type."""
    def wrong(self, *args):
        return "wrong"
    __index__ = __int__ = __float__ = __len__ = __bool__ = __iter__ = __hash__ = wrong
    __str__ = __reversed__ = __length_hint__ = wrong
    def __format__(self, spec):
        return 5
    def __repr__(self):
        return "Wrong()"


class Ops:
    """Answers every operator by what it was asked."""
    def __add__(self, other): return "add"
    def __radd__(self, other): return "radd"
    def __iadd__(self, other): return "iadd"
    def __mul__(self, other): return "mul"
    def __rmul__(self, other): return "rmul"
    def __mod__(self, other): return "mod"
    def __rmod__(self, other): return "rmod"
    def __and__(self, other): return "and"
    def __ror__(self, other): return "ror"
    def __rpow__(self, other): return "rpow"
    def __rdivmod__(self, other): return "rdivmod"
    def __lt__(self, other): return "lt"
    def __eq__(self, other): return True
    def __hash__(self): return 7
    def __contains__(self, item): return "yes"
    def __getitem__(self, item):
        if item == 3:
            raise IndexError
        return item
    def __len__(self): return 3
    def __float__(self): return 2.5
    def __int__(self): return 9
    def __round__(self, *args): return "rounded"
    def __format__(self, spec): return "<" + spec + ">"
    def __bytes__(self): return b"bytes"
    def __str__(self): return "Ops"
    def __repr__(self): return "Ops()"


class Mapping:
    """What `dict` and `**` take for a mapping."""
    def keys(self): return ["k", "v"]
    def __getitem__(self, key):
        if key == 4:
            raise IndexError("end")
        return key * 2
    def __repr__(self): return "Mapping()"


class Int(int):
    pass


class Float(float):
    pass


class Str(str):
    pass


class Tuple(tuple):
    pass


class List(list):
    pass


class Dict(dict):
    def __missing__(self, key):
        return "missing"


class Set(set):
    pass


class Bytearray(bytearray):
    pass


def function(*args, **names):
    return len(args)


def fresh():
    """A function that is nobody else's: its attributes may be changed."""
    def function(*args, **names):
        return len(args)
    return function


def generator(n):
    for i in range(n):
        yield i


INTS = [0, 1, -1, 2, 3, -3, 5, 7, 10, 16, 36, -8, 65, 97, 127, 128, 255, 256, 300, -256, 1000, 0x20ac, 0x1f600, 0xd800]
BIG = [1 << 62, -(1 << 62), (1 << 63) - 1, 1 << 63, -(1 << 63), -(1 << 63) - 1, 1 << 64, (1 << 64) - 1, 10 ** 30, -(10 ** 30) - 1, (1 << 200) + 12345]
FLOATS = [0.0, -0.0, 1.0, -1.0, 0.5, 1.5, 2.5, -2.5, 3.25, 1e16, 1e22, 1e-5, 1.7976931348623157e308, 5e-324, 123456.789, -0.1, 1e100, 2.0 ** 62, float("inf"), float("-inf"), float("nan")]
WORDS = ["", "a", "b", "abc", "ABC", "aBc Def", "  x y  ", "a,b,,c", "12", "-7", " 42 ", "0x1f", "1_000", "3.5", "1e3", "nan", "abcabc", "tab\tx\ty", "l1\nl2\r\nl3\r", "\x00", "\x1c\x85", "ß", "é", "ÿ", "Straße", "İı", "ǅ", "٣٤", "½", "Ω€", "\u2028x", "日本", "😀", "a😀b", chr(0xd800), "identifier_1", "_", "{}", "{0}", "{!r:>5}", "{a}", "%s", "%d", "%%", "little", "big", "utf-8", "ascii", "latin-1", "utf-16", "strict", "ignore", "replace", "B", "b", "i", "c", "__class__", "start", "real", "C", "x" * 40, "ab" * 30]
BYTES = [b"", b"a", b"abc", b"ABC", b"  x ", b"a,b,,c", b"12", b"-7", b"\x00", b"\xff\xfe", b"a\nb\r\nc", b"abcabc", b"\t\x0b", b"caf\xc3\xa9", b"\x80", b"%d", b"%s %b", b"0a ff", b"\x01\x02\x03\x04\x05\x06\x07\x08", b"x" * 40]


def some_int(): return pick(INTS)
def some_big(): return pick(BIG)
def some_float(): return pick(FLOATS)
def some_str(): return pick(WORDS)
def some_bytes(): return pick(BYTES)


def some_item():
    n = below(12)
    if n < 4:
        return pick(INTS)
    if n < 7:
        return pick(WORDS)
    if n == 7:
        # Not a number that is hashed by its address.
        return pick(FLOATS[:-1])
    if n == 8:
        return pick(BYTES)
    if n == 9:
        return None
    if n == 10:
        return pick([True, False])
    return (pick(INTS), pick(WORDS))


def some_items():
    kind = below(6)
    n = pick([0, 1, 2, 2, 3, 3, 5, 9])
    if kind == 0:
        return [below(20) for i in range(n)]
    if kind == 1:
        return [pick(WORDS) for i in range(n)]
    if kind == 2:
        return [(some_item(), some_item()) for i in range(n)]
    if kind == 3:
        return [below(300) - 20 for i in range(n)]
    return [some_item() for i in range(n)]


def some_dict():
    return {some_item(): some_item() for i in range(pick([0, 1, 2, 3, 6]))}


def some_view():
    kind = below(8)
    if kind == 0:
        return memoryview(bytearray(some_bytes()))
    if kind == 1:
        return memoryview(some_bytes())[::2]
    if kind == 2:
        return memoryview(bytearray(b"abcdefgh"))[::-1]
    if kind == 3:
        return memoryview(b"\x01\x02\x03\x04\x05\x06\x07\x08").cast(pick(["i", "h", "d", "f", "q", "Q", "?", "c", "b", "H"]))
    if kind == 4:
        return memoryview(bytes(range(6))).cast("B", [2, 3])
    if kind == 5:
        return memoryview(bytearray(8)).cast(pick("bBhHiIlLqQnNfd?"))
    return memoryview(some_bytes())


def some_range():
    return range(below(30) - 15, below(30) - 15, pick([1, 1, 2, -1, -3, 7]))


def some_bound():
    return pick([None, None, 0, 1, -1, 2, -2, 5, 100, -100, 1 << 70, True, "a", 1.5])


def some_slice():
    return slice(some_bound(), some_bound(), pick([None, None, 1, -1, 2, -2, 0, 5, -(1 << 70), "a"]))


def some_iterator():
    n = below(12)
    if n == 0:
        return iter(some_items())
    if n == 1:
        return iter(tuple(some_items()))
    if n == 2:
        return iter(some_str())
    if n == 3:
        return iter(some_bytes())
    if n == 4:
        return iter(some_range())
    if n == 5:
        return iter(some_dict())
    if n == 6:
        return iter(set(some_items()))
    if n == 7:
        return reversed(some_items())
    if n == 8:
        return iter(bytearray(some_bytes()))
    if n == 9:
        return iter(some_dict().items())
    if n == 10:
        return iter(Ops())
    return generator(below(4))


def some_adapter():
    n = below(5)
    if n == 0:
        return enumerate(some_items(), pick(INTS))
    if n == 1:
        return zip(some_items(), some_str())
    if n == 2:
        return map(str, some_items())
    if n == 3:
        return filter(None, some_items())
    return reversed(tuple(some_items()))


def some_error():
    return pick([ValueError, KeyError, StopIteration, RuntimeError, Exception, SystemExit])(*some_items()[:2])


def some_sub():
    n = below(9)
    if n == 0:
        return Int(pick(INTS))
    if n == 1:
        return Float(pick(FLOATS))
    if n == 2:
        return Str(pick(WORDS))
    if n == 3:
        return Tuple(some_items())
    if n == 4:
        return List(some_items())
    if n == 5:
        return Dict(some_dict())
    if n == 6:
        return Set(some_items())
    if n == 7:
        return Bytearray(some_bytes())
    return Int(1 << 70)


def some_special():
    n = below(8)
    if n < 2:
        return Ops()
    if n == 2:
        return Raiser()
    if n == 3:
        return Wrong()
    if n == 4:
        return Mapping()
    return Index(pick([0, 1, 2, -1, 3, 5, 1 << 70, "text"]))


MAKERS = {
    "None": lambda: None,
    "bool": lambda: below(2) == 1,
    "int": some_int,
    "long": some_big,
    "float": some_float,
    "str": some_str,
    "bytes": some_bytes,
    "bytearray": lambda: bytearray(some_bytes()),
    "memoryview": some_view,
    "tuple": lambda: tuple(some_items()),
    "list": some_items,
    "dict": some_dict,
    "dict_keys": lambda: some_dict().keys(),
    "dict_values": lambda: some_dict().values(),
    "dict_items": lambda: some_dict().items(),
    "set": lambda: set(some_items()),
    "frozenset": lambda: frozenset(some_items()),
    "range": some_range,
    "slice": some_slice,
    "iterator": some_iterator,
    "adapter": some_adapter,
    "ellipsis": lambda: ...,
    "NotImplemented": lambda: NotImplemented,
    "object": lambda: Plain(),
    "special": some_special,
    "subclass": some_sub,
    "type": lambda: pick([int, str, list, dict, tuple, float, bytes, ValueError, Plain, Int, object, type, bool, set]),
    "function": lambda: pick([len, str.upper, "a".join, fresh(), [].append, ord, lambda x: x, repr]),
    "exception": some_error,
    "property": lambda: pick([property(fresh()), staticmethod(fresh()), classmethod(fresh())]),
}
LABELS = list(MAKERS)


def make(label):
    return MAKERS[label]()


def masked(text):
    """The text without addresses."""
    if " at 0x" not in text:
        return text
    first, *pieces = text.split(" at 0x")
    for piece in pieces:
        first += " at 0x" + piece.lstrip("0123456789abcdef")
    return first


def by_address(value):
    """Whether a value is hashed by its address, and so has a place in a set that only chance decides."""
    if type(value) in (tuple, frozenset):
        return any(by_address(x) for x in value)
    return not isinstance(value, HASHED) or value != value


HASHED = (bool, int, float, str, bytes, range, slice, type(None), memoryview, Ops)


def cut(text):
    return text if len(text) <= 300 else text[:280] + "... " + str(len(text))


def show(value):
    """What a value is, to be compared: iterators by what they give, views by what they show."""
    kind = type(value).__name__
    if value is None or kind in ("bool", "int", "float", "str", "bytes"):
        if kind == "str":
            value = masked(value)
        if kind in ("str", "bytes") and len(value) > 1000:
            return f"{value[:40]!r} and so on: {len(value)}, {hash(value)}"
        return cut(masked(repr(value)))
    if kind in ("tuple", "list"):
        inner = ", ".join([show(x) for x in value[:20]])
        return cut(kind + "(" + inner + ")") if len(value) <= 20 else cut(kind + "(" + inner + ", ...) of " + str(len(value)))
    if kind == "memoryview":
        try:
            return cut(f"memoryview({value.format} {value.shape} {value.strides} {value.readonly} {value.tolist()})")
        except Exception as e:
            return f"memoryview({type(e).__name__}: {e})"
    if hasattr(type(value), "__next__"):
        got = []
        try:
            for x in value:
                got.append(x)
                if len(got) == 8:
                    break
        except Exception as e:
            got.append(error(e))
        return cut(kind + " of " + show(got))
    try:
        text = repr(value)
    except Exception as e:
        text = kind + " whose repr raises " + error(e)
    if kind in ("set", "frozenset", "Set") and any(by_address(x) for x in value):
        # Their order is that of addresses.
        return cut(kind + " of " + ", ".join(sorted(show(x) for x in value)))
    if kind in ("set", "frozenset", "dict", "Dict", "List", "Tuple", "Set", "slice", "dict_keys", "dict_items", "dict_values"):
        return cut(masked(text))
    return cut(kind + " " + masked(text))


def error(e):
    try:
        text = str(e)
    except Exception as other:
        text = "str raises " + type(other).__name__
    return type(e).__name__ + ": " + cut(masked(text))
