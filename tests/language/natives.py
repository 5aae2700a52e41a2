# Native functions and methods as objects, and what classes have in their dict.
import math
import sys


class C:
    """Its text."""

    def m(self):
        "Another."


print(len.__self__, len.__module__, len.__qualname__, len.__name__, math.sqrt.__self__ is math, math.sqrt.__module__)
print(str.upper.__qualname__, str.upper.__objclass__, [].append.__qualname__, [].append.__self__, dict.fromkeys.__qualname__)
print(C.m.__doc__, C().m.__doc__, C().__doc__, type(C()).__doc__, C.__dict__["__doc__"])
print(list(vars(type("D", (), {"x": 1}))))
print(type("E", (), {"__module__": "m"}).__dict__["__doc__"], str(vars(type("F", (), {})))[:15], repr(vars(C))[:13])
print((lambda a: (lambda: a))(1).__code__.co_freevars, C.m.__code__.co_freevars)
sys.stdout = sys.__stdout__
print(sys.stderr is sys.__stderr__, sys.stdin is sys.__stdin__)
print(repr("\ud800"), len("a\udfffb"), "\ud83d" + "\ude00" == "\U0001f600", "\\ud800", r"\ud800", f"{'x'}\udc80{1}" == "x\udc801")
print({"\udc00": 1}, "\ufffd\ud800" == "\ufffd" + "\ud800", ascii("\U0000d801"))
try:
    "\ud800".encode()
except UnicodeEncodeError as error:
    print(error)
