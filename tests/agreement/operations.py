"""Every public operation of every built-in type, with operands of every type.

    operations.py lines SEED ROUNDS [WORD]   each call with what came of it
    operations.py digest SEED ROUNDS [WORD]  one line for each operation: calls and a digest of those lines

For each operation (whose name contains WORD) and each kind of operand of `values.py`, ROUNDS calls are
made with an operand of that kind in one of the operation's places and others at random in the rest.
Run by two interpreters with the same words (and PYTHONHASHSEED=0), the output is the same. The module
`values` must lie beside the script.
"""

import math
import sys

from values import LABELS, below, cut, error, make, masked, pick, seed, show
from values import Bytearray, Dict, Float, Int, List, Mapping, Plain, Set, Str, Tuple, function, Index, Ops, Raiser, Wrong

SIZED = (int, bool, float, str, bytes, tuple, list, dict, set, frozenset, range, slice, bytearray)
SIZED_LABELS = ["int", "long", "float", "str", "bytes", "bytearray", "tuple", "list", "dict", "set", "frozenset", "range", "slice"]
WORD = ["str", "str", "bytes"]
NUMBER = ["int", "int", "long", "float", "bool"]
ITER = ["list", "tuple", "str", "iterator", "dict", "set", "range"]
ANY = LABELS


def both(*lists):
    return [x for items in lists for x in items]


# The methods of each type: the receiver's kind, what its arguments mostly are, and for each method the
# least and the most arguments and the names that it takes.
METHODS = [
    (int, "int long bool", NUMBER, """
     bit_length/0 bit_count/0 conjugate/0 is_integer/0 as_integer_ratio/0 to_bytes/0-2/length,byteorder,signed
     __abs__/0 __neg__/0 __pos__/0 __invert__/0 __bool__/0 __int__/0 __index__/0 __float__/0 __trunc__/0 __floor__/0
     __ceil__/0 __hash__/0 __repr__/0 __str__/0 __add__/1 __radd__/1 __sub__/1 __rsub__/1 __mul__/1
     __rmul__/1 __truediv__/1 __rtruediv__/1 __floordiv__/1 __rfloordiv__/1 __mod__/1 __rmod__/1 __divmod__/1
     __rdivmod__/1 __lshift__/1 __rlshift__/1 __rshift__/1 __rrshift__/1 __and__/1 __rand__/1 __or__/1 __ror__/1
     __xor__/1 __rxor__/1 __eq__/1 __ne__/1 __lt__/1 __le__/1 __gt__/1 __ge__/1 __format__/1 __round__/0-1"""),
    (float, "float", NUMBER, """
     is_integer/0 as_integer_ratio/0 hex/0 conjugate/0 __abs__/0 __neg__/0 __pos__/0 __bool__/0 __int__/0 __float__/0
     __trunc__/0 __floor__/0 __ceil__/0 __hash__/0 __repr__/0 __str__/0 __add__/1 __radd__/1 __sub__/1
     __rsub__/1 __mul__/1 __rmul__/1 __truediv__/1 __rtruediv__/1 __floordiv__/1 __rfloordiv__/1 __mod__/1 __rmod__/1
     __divmod__/1 __rdivmod__/1 __eq__/1 __ne__/1 __lt__/1 __le__/1 __gt__/1 __ge__/1 __format__/1 __round__/0-1"""),
    (str, "str", both(WORD, WORD, ["int"]), """
     capitalize/0 casefold/0 center/1-2 count/1-3 encode/0-2/encoding,errors endswith/1-3 expandtabs/0-1/tabsize
     find/1-3 format/0-3/a format_map/1 index/1-3 isalnum/0 isalpha/0 isascii/0 isdecimal/0 isdigit/0 isidentifier/0
     islower/0 isnumeric/0 isprintable/0 isspace/0 istitle/0 isupper/0 join/1 ljust/1-2 lower/0 lstrip/0-1 maketrans/0-2
     partition/1 removeprefix/1 removesuffix/1 replace/2-3/count rfind/1-3 rindex/1-3 rjust/1-2 rpartition/1
     rsplit/0-2/sep,maxsplit rstrip/0-1 split/0-2/sep,maxsplit splitlines/0-1/keepends startswith/1-3 strip/0-1
     swapcase/0 title/0 translate/1 upper/0 zfill/1 __add__/1 __contains__/1 __eq__/1 __ne__/1 __lt__/1 __le__/1
     __gt__/1 __ge__/1 __format__/1 __getitem__/1 __hash__/0 __iter__/0 __len__/0 __mod__/1 __rmod__/1 __mul__/1
     __rmul__/1 __repr__/0 __str__/0"""),
    (bytes, "bytes", both(["bytes", "bytes", "bytearray", "memoryview", "int"]), """
     capitalize/0 center/1-2 count/1-3 decode/0-2/encoding,errors endswith/1-3 expandtabs/0-1/tabsize find/1-3
     hex/0-2/sep,bytes_per_sep index/1-3 isalnum/0 isalpha/0 isascii/0 isdigit/0 islower/0 isspace/0 istitle/0
     isupper/0 join/1 ljust/1-2 lower/0 lstrip/0-1 partition/1 removeprefix/1 removesuffix/1 replace/2-3 rfind/1-3
     rindex/1-3 rjust/1-2 rpartition/1 rsplit/0-2/sep,maxsplit rstrip/0-1 split/0-2/sep,maxsplit
     splitlines/0-1/keepends startswith/1-3 strip/0-1 swapcase/0 title/0 translate/1-2/delete upper/0 zfill/1
     __add__/1 __contains__/1 __eq__/1 __ne__/1 __lt__/1 __le__/1 __gt__/1 __ge__/1 __getitem__/1 __hash__/0
     __iter__/0 __len__/0 __mod__/1 __rmod__/1 __mul__/1 __rmul__/1 __repr__/0 __str__/0 __bytes__/0"""),
    (bytearray, "bytearray", both(["bytes", "bytes", "bytearray", "memoryview", "int", "int", "list"]), """
     append/1 capitalize/0 center/1-2 clear/0 copy/0 count/1-3 decode/0-2/encoding,errors endswith/1-3
     expandtabs/0-1/tabsize extend/1 find/1-3 hex/0-2/sep,bytes_per_sep index/1-3 insert/2 isalnum/0 isalpha/0
     isascii/0 isdigit/0 islower/0 isspace/0 istitle/0 isupper/0 join/1 ljust/1-2 lower/0 lstrip/0-1 partition/1
     pop/0-1 remove/1 removeprefix/1 removesuffix/1 replace/2-3 reverse/0 rfind/1-3 rindex/1-3 rjust/1-2 rpartition/1
     rsplit/0-2/sep,maxsplit rstrip/0-1 split/0-2/sep,maxsplit splitlines/0-1/keepends startswith/1-3 strip/0-1
     swapcase/0 title/0 translate/1-2/delete upper/0 zfill/1 __add__/1 __iadd__/1 __contains__/1 __eq__/1 __ne__/1
     __lt__/1 __le__/1 __gt__/1 __ge__/1 __getitem__/1 __setitem__/2 __delitem__/1 __hash__/0 __iter__/0 __len__/0
     __mod__/1 __rmod__/1 __mul__/1 __rmul__/1 __imul__/1 __repr__/0 __str__/0 __alloc__/0"""),
    (memoryview, "memoryview", ["int", "slice", "bytes", "bytearray", "memoryview", "str", "tuple"], """
     cast/1-2/format,shape hex/0-2/sep,bytes_per_sep release/0 tobytes/0-1/order tolist/0 toreadonly/0 __enter__/0
     __exit__/0-3 __eq__/1 __ne__/1 __lt__/1 __getitem__/1 __setitem__/2 __delitem__/1 __hash__/0 __iter__/0
     __len__/0"""),
    (tuple, "tuple", ["int", "tuple", "slice", "list", "str"], """
     count/1 index/1-3 __add__/1 __mul__/1 __rmul__/1 __contains__/1 __eq__/1 __ne__/1 __lt__/1 __le__/1 __gt__/1
     __ge__/1 __getitem__/1 __hash__/0 __iter__/0 __len__/0 __repr__/0 __str__/0"""),
    (list, "list", ["int", "list", "slice", "tuple", "str", "iterator", "range"], """
     append/1 clear/0 copy/0 count/1 extend/1 index/1-3 insert/2 pop/0-1 remove/1 reverse/0 sort/0/key,reverse
     __add__/1 __iadd__/1 __mul__/1 __rmul__/1 __imul__/1 __contains__/1 __eq__/1 __ne__/1 __lt__/1 __le__/1 __gt__/1
     __ge__/1 __getitem__/1 __setitem__/2 __delitem__/1 __hash__/0 __iter__/0 __reversed__/0 __len__/0 __repr__/0
    """),
    (dict, "dict", ["int", "str", "dict", "list", "dict_items", "adapter", "special"], """
     clear/0 copy/0 fromkeys/0-1 get/1-2 items/0 keys/0 pop/1-2 popitem/0 setdefault/1-2 update/0-1/a,b values/0
     __or__/1 __ror__/1 __ior__/1 __contains__/1 __eq__/1 __ne__/1 __lt__/1 __getitem__/1 __setitem__/2 __delitem__/1
     __hash__/0 __iter__/0 __reversed__/0 __len__/0 __repr__/0"""),
    ("dict_keys", "dict_keys", ["set", "frozenset", "dict_keys", "dict_items", "list", "str", "int"], """
     isdisjoint/1 __and__/1 __rand__/1 __or__/1 __ror__/1 __sub__/1 __rsub__/1 __xor__/1 __rxor__/1 __contains__/1
     __eq__/1 __ne__/1 __lt__/1 __le__/1 __gt__/1 __ge__/1 __iter__/0 __reversed__/0 __len__/0 __repr__/0 __hash__/0"""),
    ("dict_items", "dict_items", ["set", "frozenset", "dict_keys", "dict_items", "list", "tuple"], """
     isdisjoint/1 __and__/1 __rand__/1 __or__/1 __ror__/1 __sub__/1 __rsub__/1 __xor__/1 __rxor__/1 __contains__/1
     __eq__/1 __ne__/1 __lt__/1 __le__/1 __gt__/1 __ge__/1 __iter__/0 __reversed__/0 __len__/0 __repr__/0 __hash__/0"""),
    ("dict_values", "dict_values", ["dict_values", "int"], """
     __eq__/1 __ne__/1 __iter__/0 __reversed__/0 __len__/0 __repr__/0"""),
    (set, "set", ["set", "frozenset", "int", "list", "str", "dict_keys", "iterator"], """
     add/1 clear/0 copy/0 difference/0-2 difference_update/0-2 discard/1 intersection/0-2 intersection_update/0-2
     isdisjoint/1 issubset/1 issuperset/1 pop/0 remove/1 symmetric_difference/1 symmetric_difference_update/1
     union/0-2 update/0-2 __and__/1 __rand__/1 __iand__/1 __or__/1 __ror__/1 __ior__/1 __sub__/1 __rsub__/1 __isub__/1
     __xor__/1 __rxor__/1 __ixor__/1 __contains__/1 __eq__/1 __ne__/1 __lt__/1 __le__/1 __gt__/1 __ge__/1 __hash__/0
     __iter__/0 __len__/0 __repr__/0"""),
    (frozenset, "frozenset", ["set", "frozenset", "int", "list", "str", "dict_keys", "iterator"], """
     copy/0 difference/0-2 intersection/0-2 isdisjoint/1 issubset/1 issuperset/1 symmetric_difference/1 union/0-2
     __and__/1 __rand__/1 __or__/1 __ror__/1 __sub__/1 __rsub__/1 __xor__/1 __rxor__/1 __contains__/1 __eq__/1 __ne__/1
     __lt__/1 __le__/1 __gt__/1 __ge__/1 __hash__/0 __iter__/0 __len__/0 __repr__/0"""),
    (range, "range", ["int", "range", "slice", "float"], """
     count/1 index/1 __contains__/1 __eq__/1 __ne__/1 __lt__/1 __getitem__/1 __hash__/0 __iter__/0 __reversed__/0
     __len__/0 __repr__/0 __bool__/0"""),
    (slice, "slice", ["int", "slice", "special"], """
     indices/1 __eq__/1 __ne__/1 __lt__/1 __le__/1 __gt__/1 __ge__/1 __hash__/0 __repr__/0"""),
    (object, "object", ["object", "str", "int"], """
     __eq__/1 __ne__/1 __lt__/1 __str__/0 __repr__/0 __format__/1 __getattribute__/1 __setattr__/2 __delattr__/1"""),
    (type, "type", ["str", "type", "tuple", "dict"], "mro/0 __repr__/0"),
    (BaseException, "exception", ["str", "tuple"], """
     with_traceback/1 add_note/1 __repr__/0 __str__/0"""),
    (property, "property", ["function", "object"], "getter/1 setter/1 deleter/1 __get__/1-2 __set__/2 __delete__/1"),
]

CLASS_METHODS = [
    ("int.from_bytes", int.from_bytes, 1, 2, ["bytes", "list", "str"], "byteorder,signed"),
    ("float.fromhex", float.fromhex, 1, 1, ["str"], ""),
    ("bytes.fromhex", bytes.fromhex, 1, 1, ["str"], ""),
    ("bytearray.fromhex", bytearray.fromhex, 1, 1, ["str"], ""),
    ("dict.fromkeys", dict.fromkeys, 1, 2, ITER, ""),
    ("str.maketrans", str.maketrans, 1, 3, ["str", "dict"], ""),
    ("bytes.maketrans", bytes.maketrans, 2, 2, ["bytes"], ""),
]

BUILTINS = [
    ("abs", abs, 1, 1, NUMBER, ""), ("all", all, 1, 1, ITER, ""), ("any", any, 1, 1, ITER, ""),
    ("ascii", ascii, 1, 1, ANY, ""), ("bin", bin, 1, 1, NUMBER, ""), ("bool", bool, 0, 1, ANY, ""),
    ("bytearray", bytearray, 0, 3, ["int", "str", "list", "bytes"], "source,encoding,errors"),
    ("bytes", bytes, 0, 3, ["int", "str", "list", "bytes"], "source,encoding,errors"),
    ("callable", callable, 1, 1, ANY, ""), ("chr", chr, 1, 1, ["int"], ""),
    ("delattr", delattr, 2, 2, ["object", "str"], ""), ("dict", dict, 0, 1, ["list", "dict", "adapter"], "a,b"),
    ("divmod", divmod, 2, 2, NUMBER, ""), ("enumerate", enumerate, 1, 2, both(ITER, ["int"]), "iterable,start"),
    ("filter", filter, 2, 2, both(["function", "None"], ITER), ""), ("float", float, 0, 1, both(NUMBER, ["str"]), ""),
    ("format", format, 1, 2, both(NUMBER, ["str"]), ""), ("getsizeof", lambda x: sys.getsizeof(x) if type(x) in SIZED else "own", 1, 1, list(SIZED_LABELS), ""),
    ("frozenset", frozenset, 0, 1, ITER, ""),
    ("getattr", getattr, 2, 3, ["object", "str"], ""), ("hasattr", hasattr, 2, 2, ["object", "str"], ""),
    ("hash", lambda x: hash(x) if type(x) in HASHED else "id", 1, 1, ["int", "float", "str", "bytes", "tuple", "long", "range", "slice", "frozenset"], ""),
    ("hex", hex, 1, 1, NUMBER, ""), ("int", int, 0, 2, both(NUMBER, ["str", "bytes"]), "base"),
    ("isinstance", isinstance, 2, 2, ["type", "tuple"], ""), ("issubclass", issubclass, 2, 2, ["type", "tuple"], ""),
    ("iter", iter, 1, 2, both(ITER, ["function"]), ""), ("len", len, 1, 1, ANY, ""), ("list", list, 0, 1, ITER, ""),
    ("map", map, 1, 3, both(["function"], ITER), ""), ("max", max, 1, 3, both(ITER, NUMBER), "key,default"),
    ("memoryview", memoryview, 1, 1, ["bytes", "bytearray", "memoryview"], ""),
    ("min", min, 1, 3, both(ITER, NUMBER), "key,default"), ("next", next, 1, 2, ["iterator", "adapter"], ""),
    ("object", object, 0, 1, ANY, ""), ("oct", oct, 1, 1, NUMBER, ""), ("ord", ord, 1, 1, ["str", "bytes"], ""),
    ("pow2", lambda x, y: "large" if large_power(x, y) else pow(x, y), 2, 2, NUMBER, ""), ("pow3", lambda x, y, z: "large" if z is None and large_power(x, y) else pow(x, y, z), 3, 3, ["int", "long", "int"], ""),
    ("property", property, 0, 4, ["function"], "fget,doc"), ("range", range, 1, 3, ["int", "long", "special"], ""),
    ("repr", repr, 1, 1, ANY, ""), ("reversed", reversed, 1, 1, ITER, ""),
    ("round", lambda *a: "slow" if len(a) > 1 and type(a[1]) is int and abs(a[1]) > 2000 else round(*a), 1, 2, NUMBER, ""),
    ("set", set, 0, 1, ITER, ""), ("setattr", setattr, 3, 3, ["object", "str"], ""), ("slice", slice, 1, 3, ["int", "None"], ""),
    ("sorted", sorted, 1, 1, ITER, "key,reverse"), ("staticmethod", staticmethod, 1, 1, ["function"], ""),
    ("classmethod", classmethod, 1, 1, ["function"], ""), ("str", str, 0, 3, both(ANY, ["bytes", "str", "bytes"]), "object,encoding,errors"),
    ("sum", sum, 1, 2, both(ITER, ["int"]), "start"), ("super", super, 1, 2, ["type", "object"], ""),
    ("tuple", tuple, 0, 1, ITER, ""), ("type", type, 1, 1, ANY, ""), ("zip", zip, 0, 3, ITER, "strict"),
    ("ValueError", ValueError, 0, 3, ANY, "a"), ("KeyError", KeyError, 0, 2, ANY, ""), ("StopIteration", StopIteration, 0, 2, ANY, ""),
    ("SystemExit", SystemExit, 0, 2, ANY, ""), ("UnicodeDecodeError", UnicodeDecodeError, 0, 5, ["str", "bytes", "int", "int", "str"], ""),
    ("AttributeError", AttributeError, 0, 2, ANY, "name,obj"), ("NameError", NameError, 0, 2, ANY, "name"), ("ImportError", ImportError, 0, 2, ANY, "name,path,other"),
]

HASHED = (type(None), bool, int, str, bytes, tuple, list, dict, set, frozenset, range, slice, bytearray, memoryview, Raiser, Wrong, Ops)


def large_power(x, y):
    """Whether a power would be slow to make: exponents are large, or results."""
    if hasattr(x, "__index__") and hasattr(y, "__index__"):
        return type(y) is type(x) is int and abs(y) > 300 or not (type(y) is type(x) is int)
    # A complex number comes of what is negative and what is no whole number.
    return isinstance(y, float) and isinstance(x, (int, float)) and x < 0


def large_shift(x, y):
    return isinstance(y, int) and 10000 < y < 1 << 60


def slow_multiple(x, y):
    return False


def put(x, i, v):
    x[i] = v
    return x


def delete(x, i):
    del x[i]
    return x


def in_place(x, y, op):
    if op == "+": x += y
    elif op == "-": x -= y
    elif op == "*": x *= y
    elif op == "/": x /= y
    elif op == "//": x //= y
    elif op == "%": x %= y
    elif op == "<<": x <<= y
    elif op == ">>": x >>= y
    elif op == "&": x &= y
    elif op == "|": x |= y
    else: x ^= y
    return x


def unpack(x):
    first, *rest = x
    return first, rest


def unpack2(x):
    a, b = x
    return a, b


SPEC_FILL = ["", "", "", "*", "é", "0"]
def some_spec():
    align = pick(["", "", "<", ">", "^", "="])
    spec = (pick(SPEC_FILL) if align else "") + align + pick(["", "", "+", "-", " "]) + pick(["", "", "z", "#"]) + pick(["", "", "#", "0"])
    spec += pick(["", "", "1", "5", "12", "30"]) + pick(["", "", "", ",", "_"]) + pick(["", "", ".0", ".1", ".3", ".10", ".", ".25"])
    return spec + pick(["", "", "s", "d", "b", "o", "x", "X", "c", "n", "e", "E", "f", "F", "g", "G", "%", "r", "q"])


def some_percent():
    text = pick(["", "a", "é"]) + "%" + pick(["", "", "", "(a)"]) + pick(["", "", "-", "+", " ", "#", "0", "-0", "+#"]) + pick(["", "", "1", "6", "20", "*"])
    return text + pick(["", "", ".0", ".3", ".12", ".*"]) + pick(["", "", "", "l"]) + pick("sradiouxXeEfFgGcb%y") + pick(["", "", "!", "%s", "%d", "%%"])


def some_template():
    field = pick(["", "0", "1", "a", "0.real", "0[0]", "a[k]", "0[", "0.", "0!", "5", "-1", "0[a]", "0]", " 0"])
    tail = pick(["", "", "!r", "!s", "!a", "!x", "!", "!rr"]) + pick(["", "", ":", ":" + some_spec(), ":{0}", ":{1}", ":{", ":{}"])
    return pick(["", "x", "{{", "}}", "}", "{"]) + "{" + field + tail + pick(["}", "}", "}", "}", "", "}}", "}{}"])


def formatted(x):
    spec = some_spec()
    return spec, format(x, spec)


def percent(x, y):
    text = some_percent()
    how = below(4)
    args = x if how == 0 else (x,) if how == 1 else (x, y) if how == 2 else {"a": x}
    return text, attempt(lambda: text % args)


def percent_bytes(x, y):
    text = some_percent().replace("é", "e").encode("ascii")
    how = below(4)
    args = x if how == 0 else (x,) if how == 1 else (x, y) if how == 2 else {b"a": x}
    return text, attempt(lambda: (text if how else bytearray(text)) % args)


def template(x, y):
    text = some_template()
    return text, attempt(lambda: text.format(x, y, a=x))


def grown_while_read(x):
    got = []
    for item in x:
        got.append(item)
        if len(got) < 5:
            if isinstance(x, dict):
                x[len(got) + 1000] = 1
            elif isinstance(x, set):
                x.add(len(got) + 1000)
            else:
                x.append(len(got))
    return got


def shrunk_while_read(x):
    got = []
    for item in x:
        got.append(item)
        if isinstance(x, dict):
            x.popitem()
        else:
            x.pop()
    return got


def attempt(call):
    try:
        return call()
    except Exception as e:
        return error(e)


def formats(x):
    return attempt(lambda: formatted(x))


ATTRIBUTES = ["real", "imag", "numerator", "denominator", "start", "stop", "step", "nbytes", "itemsize", "format", "shape", "strides", "ndim", "obj", "readonly", "contiguous", "c_contiguous", "f_contiguous", "suboffsets", "args", "__cause__", "__context__", "__suppress_context__", "__traceback__", "__notes__", "value", "code", "fget", "__func__", "__self__", "__name__", "__qualname__", "__module__", "__base__", "__bases__", "__mro__", "mapping", "__dict__", "__objclass__", "__thisclass__", "__wrapped__", "errno", "strerror", "filename"]


def read(x):
    name = pick(ATTRIBUTES)
    return name, attempt(lambda: mapped(getattr(x, name)))


def mapped(value):
    # The dict of a type is as long as what it has of CPython's internals.
    return "a namespace" if type(value).__name__ in ("mappingproxy", "dict") else value


def write(x, y):
    name = pick(ATTRIBUTES)
    return name, attempt(lambda: setattr(x, name, y))


def remove(x):
    name = pick(ATTRIBUTES)
    return name, attempt(lambda: delattr(x, name))


SYNTAX = [
    ("x + y", lambda x, y: x + y, 2, both(ANY, NUMBER)), ("x - y", lambda x, y: x - y, 2, both(NUMBER, ["set", "frozenset", "dict_keys", "dict_items"])),
    ("x * y", lambda x, y: x * y, 2, both(ANY, NUMBER, NUMBER)), ("x / y", lambda x, y: x / y, 2, NUMBER),
    ("x // y", lambda x, y: x // y, 2, NUMBER), ("x % y", lambda x, y: x % y, 2, both(NUMBER, WORD, ["tuple"])),
    ("x ** y", lambda x, y: "large" if large_power(x, y) else x ** y, 2, NUMBER),
    ("x << y", lambda x, y: "large" if large_shift(x, y) else x << y, 2, NUMBER), ("x >> y", lambda x, y: x >> y, 2, NUMBER),
    ("x & y", lambda x, y: x & y, 2, both(NUMBER, ["set", "frozenset", "dict_keys"])), ("x | y", lambda x, y: x | y, 2, both(NUMBER, ["set", "frozenset", "dict", "dict_keys"])),
    ("x ^ y", lambda x, y: x ^ y, 2, both(NUMBER, ["set", "frozenset", "dict_keys"])), ("x @ 2", lambda x: getattr(x, "__matmul__"), 1, ANY),
    ("x == y", lambda x, y: x == y, 2, ANY), ("x != y", lambda x, y: x != y, 2, ANY), ("x < y", lambda x, y: x < y, 2, both(ANY, NUMBER)),
    ("x <= y", lambda x, y: x <= y, 2, ANY), ("x > y", lambda x, y: x > y, 2, ANY), ("x >= y", lambda x, y: x >= y, 2, ANY),
    ("same kind <", None, 2, None), ("same kind ==", None, 2, None), ("same kind +", None, 2, None), ("same kind |", None, 2, None),
    ("x in y", lambda x, y: x in y, 2, both(ITER, ["int", "str"])), ("x not in y", lambda x, y: x not in y, 2, both(ITER, ["int", "str"])),
    ("not x", lambda x: not x, 1, ANY), ("-x", lambda x: -x, 1, NUMBER), ("+x", lambda x: +x, 1, NUMBER), ("~x", lambda x: ~x, 1, NUMBER),
    ("x[i]", lambda x, i: x[i], 2, both(ITER, ["int", "int", "slice", "slice", "bytes", "bytearray", "memoryview"])),
    ("x[i] = v", put, 3, ["list", "dict", "bytearray", "memoryview", "int", "int", "slice", "list", "bytes"]),
    ("del x[i]", delete, 2, ["list", "dict", "bytearray", "int", "slice"]),
    ("x[a:b]", lambda x, a, b: x[a:b], 3, both(ITER, ["int", "int", "None"])), ("x[::a]", lambda x, a: x[::a], 2, both(ITER, ["int", "int", "bytes", "bytearray"])),
    ("for a in x", lambda x: [a for a, n in zip(x, range(9))], 1, both(ITER, ["adapter"])), ("{*x}", lambda x: {*x}, 1, ITER), ("[*x]", lambda x: [*x], 1, ITER),
    ("{**x}", lambda x: {**x}, 1, ["dict", "special", "subclass"]), ("f(*x)", lambda x: function(*x), 1, ITER), ("f(**x)", lambda x: function(**x), 1, ["dict", "special"]),
    ("a, *b = x", unpack, 1, ITER), ("a, b = x", unpack2, 1, ITER), ("f'{x!r:>5}'", lambda x: f"{x!s:>5}{x!a}", 1, ANY), ("f'{x:y}'", lambda x, y: f"{x:{y}}", 2, NUMBER),
    ("x()", lambda x: x(), 1, ["function", "type"]), ("x(y)", lambda x, y: x(y), 2, ["function", "type", "type", "type"]),
    ("format(x, spec)", formats, 1, NUMBER), ("format(str, spec)", formats, 1, ["str"]), ("percent", percent, 2, both(NUMBER, WORD, ANY)),
    ("percent bytes", percent_bytes, 2, both(NUMBER, WORD, ANY)), ("template", template, 2, ANY), ("x.name", read, 1, ANY), ("x.name = y", write, 2, ANY), ("del x.name", remove, 1, ANY),
    ("raise x", lambda x: raised(x), 1, ["exception", "type"]), ("raise x from y", lambda x, y: raised_from(x, y), 2, ["exception", "type"]),
    ("except x", lambda x: caught(x), 1, ["type", "tuple"]), ("with x", lambda x: within(x), 1, ["memoryview"]),
    ("hint", lambda x: x.__length_hint__(), 1, ["iterator", "adapter"]), ("hint after next", lambda x: (next(x), x.__length_hint__()), 1, ["iterator", "adapter"]),
    ("next until the end", lambda x: (list(x), next(x, "end"), next(x)), 1, ["iterator", "adapter"]), ("iter twice", lambda x: (iter(x) is x, list(iter(x))), 1, ITER),
    ("x[a:b:c] = v", lambda x, a, b, c, v: put(x, slice(a, b, c), v), 5, ["list", "bytearray", "int", "int", "None", "bytes", "list"]),
    ("del x[a:b:c]", lambda x, a, b, c: delete(x, slice(a, b, c)), 4, ["list", "bytearray", "int", "int", "None"]),
    ("grown while read", grown_while_read, 1, ["list", "dict", "set", "bytearray"]), ("shrunk while read", shrunk_while_read, 1, ["list", "dict", "set", "bytearray"]),
    ("sort by", lambda x, y: sorted(x, key=lambda a: (type(a).__name__, a)), 2, ITER), ("zip of map", lambda x, y: list(zip(map(repr, x), y)), 2, ITER),
    ("bound", lambda x: (x.__eq__.__self__ is x, x.__eq__.__name__), 1, ANY),
    ("class T(x)", lambda x: type("T", (x,), {}), 1, ["type"]), ("type(x, y, z)", lambda x, y, z: type(x, y, z), 3, ["str", "tuple", "dict"]),
]


def raised(x):
    try:
        raise x
    except BaseException as e:
        return type(e), e.args


def raised_from(x, y):
    try:
        raise x from y
    except BaseException as e:
        return type(e), e.args, e.__cause__


def caught(x):
    try:
        raise ValueError("v")
    except x:
        return "caught"


def within(x):
    with x as y:
        return x is y


for sign in ["+", "-", "*", "/", "//", "%", "<<", ">>", "&", "|", "^"]:
    def call(x, y, sign=sign):
        if sign == "<<" and large_shift(x, y):
            return "large"
        return in_place(x, y, sign)
    SYNTAX.append(("x " + sign + "= y", call, 2, both(ANY, NUMBER, ["list", "set", "dict"])))

MATH = """sqrt/1 isqrt/1 hypot/0-3 dist/2 floor/1 ceil/1 trunc/1 fabs/1 copysign/2 fmod/2 modf/1 frexp/1 ldexp/2 fsum/1 prod/1 gcd/0-3
 lcm/0-3 degrees/1 radians/1 isnan/1 isinf/1 isfinite/1 isclose/2/rel_tol,abs_tol log/1-2 log2/1 log10/1 log1p/1 exp/1 pow/2 sin/1 cos/1 tan/1 asin/1
 acos/1 atan/1 atan2/2"""


def entries(text):
    """`name/least-most/names` of each word."""
    for word in text.split():
        name, arity, *names = word.split("/")
        least, _, most = arity.partition("-")
        yield name, int(least), int(most or least), names[0].split(",") if names else []


def operations():
    """Name, function, least and most operands, kinds that its operands mostly have, names; for methods the
    receiver's kinds."""
    all = []
    for ty, labels, hints, text in METHODS:
        kinds = labels.split()
        if type(ty) is str:
            ty = type(make(ty))
        for name, least, most, names in entries(text):
            full = ty.__name__ + "." + name
            all.append((full, getattr(ty, name, None), least + 1, most + 1, hints, names, kinds))
    for name, call, least, most, hints, names in CLASS_METHODS + BUILTINS:
        all.append((name, call, least, most, hints, names.split(",") if names else [], None))
    for name, call, count, hints in SYNTAX:
        all.append((name, call, count, count, hints, [], None))
    for name, least, most, names in entries(MATH):
        all.append(("math." + name, getattr(math, name, None), least, most, both(NUMBER, NUMBER, ["list", "tuple"]), names, None))
    return all


def same_kind(name, label):
    x, y = make(label), make(label)
    sign = name[-2:].strip()
    if sign == "<":
        return [x, y], lambda: x < y
    if sign == "==":
        return [x, y], lambda: (x == y, y == x, x == x)
    if sign == "+":
        return [x, y], lambda: x + y
    return [x, y], lambda: x | y


NAMING = ("getattr", "setattr", "hasattr", "delattr", "object.__getattribute__", "object.__setattr__", "object.__delattr__", "float.fromhex", "str.encode", "bytes.decode", "bytearray.decode", "bytes", "bytearray", "str")
# What these make of types themselves (aliases, unions) is not compared.
OF_TYPES = ("same kind |", "x | y", "x |= y", "x[i]", "x[a:b]", "x[::a]", "template", "str.translate", "str.format_map", "str.format")
# What CPython lets a program write on these is not what Strata does.
UNLIKE = (type(len), type(function), type(str.upper), staticmethod, classmethod)
CLASSES = (Index, Raiser, Wrong, Ops, Plain, Mapping, Int, Float, Str, Tuple, List, Dict, Set, Bytearray)
CHANGED = (list, dict, set, bytearray)


def too_slow(name, args):
    """Calls that would be served, but slowly: sizes between the small and the impossible."""
    if name in ("int.__round__", "float.__round__"):
        return len(args) > 1 and isinstance(args[1], int) and abs(args[1]) > 2000
    if name in ("int.__lshift__", "int.__rlshift__"):
        return isinstance(args[0], int) and isinstance(args[1], int) and max(args[0], args[1]) > 10000
    return False


def not_shown(name, args):
    """Calls whose outcome CPython's own build decides: hashes by address, cached forms of a text."""
    if name in ("getsizeof", "float.__hash__", "tuple.__hash__"):
        return any(type(x) is str and not x.isascii() or x != x for x in args if type(x) in (str, float))
    if name in NAMING and any(isinstance(x, str) and chr(0xd800) in x for x in args):
        return True
    if name in OF_TYPES:
        return any(isinstance(x, type) for x in args)
    if name == "pow3":
        return isinstance(args[0], Ops)
    if name == "class T(x)":
        return args[0] is type
    if name in ("x.name = y", "del x.name", "setattr", "delattr", "object.__setattr__", "object.__delattr__", "x.name"):
        return type(args[0]) in UNLIKE or not all(x.isprintable() for x in args if type(x) is str)
    if name == "str":
        return any(isinstance(x, CLASSES) for x in args[1:]) or None in args[1:]
    return False


def one_call(operation, label, round):
    """Makes one call; what was called and what came of it, as a line."""
    name, call, least, most, hints, names, receivers = operation
    if name.startswith("same kind"):
        args, call = same_kind(name, label)
        before = [show_operand(x) for x in args]
        given, kept = [], {}
    else:
        count = least + below(most - least + 1)
        if count == 0:
            count = most and 1
        args = [make(pick(hints) if below(4) else pick(LABELS)) for i in range(count)]
        if receivers:
            args[0] = make(pick(receivers))
            place = 0 if count == 1 or round % 8 == 0 else 1 + below(count - 1)
        else:
            place = below(count) if count else 0
        kept = {}
        if names and below(3) == 0:
            key = pick(names)
            kept[key] = make(label) if below(2) else make(pick(hints))
        if count:
            args[place] = make(label)
        before = [show_operand(x) for x in args]
        before += [key + "=" + show_operand(kept[key]) for key in kept]
        given = args
    head = name + "(" + ", ".join(before) + ")"
    if too_slow(name, args) or not_shown(name, args + list(kept.values())):
        return head + " skipped"
    try:
        result = call(*given, **kept)
        if result is NotImplemented:
            text = "NotImplemented"
        else:
            text = show(result)
    except Exception as e:
        text = error(e)
    after = [show(x) for x in args if type(x) in CHANGED]
    if after:
        return head + " -> " + text + " | " + "; ".join(after)
    return head + " -> " + text


def show_operand(x):
    """An operand: iterators without using them up."""
    if hasattr(type(x), "__next__"):
        return type(x).__name__
    return show(x)


def main():
    mode, number, rounds, *words = sys.argv[1:]
    number = int(number)
    rounds = int(rounds)
    pairs = 0
    calls = 0
    modulus = (1 << 61) - 1
    for index, operation in enumerate(operations()):
        name = operation[0]
        if words and words[0] not in name:
            continue
        if operation[1] is None and not name.startswith("same kind"):
            print(name, "is missing")
            continue
        seed(number * 1000003 + index * 7919)
        digest = 0
        count = 0
        for label in LABELS:
            for round in range(rounds):
                line = one_call(operation, label, round)
                count += 1
                if mode == "lines":
                    sys.stdout.write(ascii(line)[1:-1] + "\n")
                else:
                    digest = (digest * 1000003 + hash(line)) % modulus
            pairs += 1
        calls += count
        if mode != "lines":
            print(name.replace(" ", "_"), count, f"{digest:016x}")
    print("calls", calls, "pairs", pairs, "rounds", rounds)


main()
