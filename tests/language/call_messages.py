# What is called is named in full where its arguments are wrong, and a class whose slot is empty.
def say(f):
    try: print(repr(f()))
    except Exception as e: print(type(e).__name__, e)
class A:
    def __init__(self, **k): pass
    def m(self, **k): pass
    @staticmethod
    def s(**k): pass
    @classmethod
    def c(cls, **k): pass
    def __call__(self, **k): pass
    class In:
        def __init__(self, **k): pass
    def __str__(self): return "STR"
def loc():
    def inner(**k): pass
    class L:
        __slots__ = ("a",)
        def __init__(self, **k): pass
    return inner, L
inner, L = loc()
for f in (dict, print, A, A().m, A.s, A.c, A(), A.In, inner, L, len, sorted, max, int, str, Exception, "".format, {}.update, lambda **k: 1, type, abs):
    say(lambda: f(a=1, **{"a": 2})); say(lambda: f(**{"a": 1}, **{"a": 2})); say(lambda: f(**5)); say(lambda: f(*5));
class S:
    __slots__ = ("a", "b")
class T(S): __slots__ = ("c",)
for o in (S(), T(), L(), A.In()):
    say(lambda: o.a); say(lambda: o.c); say(lambda: delattr(o, "a")); say(lambda: setattr(o, "z", 1)); say(lambda: S.a.__get__(o)); say(lambda: o.zz)
