# Built-in names that come late, and what built-in names say of themselves.
import collections
import copy
import math
import sys


def say(function, *args):
    try:
        print(repr(function(*args)))
    except BaseException as error:
        print(type(error).__name__, error, error.args)


print(exit, quit)
say(exit, 3)
say(quit)
for kind in (FileNotFoundError, PermissionError, ConnectionError, BrokenPipeError, TimeoutError,
             FutureWarning, InterruptedError, PythonFinalizationError):
    print(kind, kind.__mro__[1:-2], sys.getsizeof(kind()), repr(kind("a", "b")))
for args in ((), ("a",), (2, "gone"), (2, "gone", "f"), (17, "there", "f", None, "g"), (13, None),
             (99, "odd"), (None, "a", "b"), (2, "a", None), (1, 2, 3, 4, 5, 6), ("2", "a")):
    error = OSError(*args)
    print(repr(error), "|", error, "|", error.errno, error.strerror, error.filename, error.filename2)
try:
    raise ConnectionResetError(104, "reset")
except ConnectionError as error:
    print(type(error).__name__, error)
say(lambda: nothing)
print(len.__text_signature__, str.split.__text_signature__, print.__text_signature__)


class Plain:
    pass


print(dir(object()))
print([name for name in dir(Plain()) if name not in dir(object())])
print(sys.__class__, math.__class__.__name__)
text = collections.UserString("Hello")
print(text, repr(text), text + "x", "a" + text, text * 2, text[1:3], type(text.upper()), text == "Hello",
      hash(text) == hash("Hello"), text.split("l"), text.center(11, "*"), "ell" in text, len(text),
      text.replace("l", "L"), text > "A", text.isalpha(), collections.UserString("%s-") % 5)
thing = Plain()
thing.x = [1]
method = copy.copy(thing.__init__)
print(method.__self__ is thing, method.__name__)
print(thing.__getstate__(), object().__getstate__(), thing.__reduce_ex__(2)[1:], [1].__reduce_ex__(4)[2])
for odd in ((i for i in ()), memoryview(b"x"), sys, {}.keys()):
    say(copy.copy, odd)
