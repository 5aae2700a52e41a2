# What is refused, in CPython's words: corners that were once others.
def say(function, *args):
    try:
        print(repr(function(*args)))
    except Exception as error:
        print(type(error).__name__, error)


def delete(op, key):
    del op[key]


def assign(op, key, value):
    op[key] = value


def repeat(a, b):
    a *= b
    return a


class Plain:
    pass


for op in ("str", (1,), {1}, b"b", 5, None, Plain, Plain(), len, range(3), {}.keys()):
    for key in (0, "k", slice(1), None):
        say(delete, op, key)
for key in (slice(0, 1), slice(None, None, 2), slice(None, None, 1)):
    say(assign, [1, 2], key, 3)
for a, b in (([1], [2]), ([1], "x"), ({}, [1]), ({1}, "x"), (range(2), (1,)), ("x", 1.5), (3, {})):
    say(repeat, a, b)
say(type, None, (), {})
say(type, "N", None, {})
say(type, "N", (), None)
say(type, "N", (1,), {})
say(format, 1, None)
say(lambda: setattr(say, "__defaults__", [1]))
say(lambda: setattr(say, "__kwdefaults__", [1]))
say(lambda: setattr(say, "__name__", 1))
say(lambda: setattr(say, "__qualname__", None))
say(lambda: {**5})
say(lambda: {**[1]})
