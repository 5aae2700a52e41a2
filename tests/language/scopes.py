# Scopes, closures, class bodies, names and unpacking.
x = "global"
def show(*a): print(*a)
def f1():
    x = "f1"
    class A:
        y = x
        x = "A"
        z = x
        def m(self): return x
        l = lambda self: x
        g = [x for _ in range(1)]
        h = [x for x in [x]]
    return A
a = f1(); show(a.y, a.x, a.z, a().m(), a().l(), a.g, a.h)
def f2():
    global gg
    gg = 1
    def inner():
        global gg
        gg += 1
        return gg
    return inner()
show(f2(), gg)
def f3():
    fs = []
    for i in range(3): fs.append(lambda: i)
    gs = [lambda i=i: i for i in range(3)]
    hs = [lambda: j for j in range(3)]
    return [f() for f in fs], [g() for g in gs], [h() for h in hs]
show(f3())
def f4():
    n = 0
    def inc():
        nonlocal n; n += 1; return n
    def get(): return n
    return inc, get
i, g = f4(); i(); i(); show(g(), i.__closure__[0].cell_contents, i.__code__.co_freevars if hasattr(i.__code__, "co_freevars") else "", i.__code__.co_varnames)
def f5(a, b=[], *c, d, e=1, **f):
    "doc"
    z = 1
    b.append(a); return locals()
show(sorted(f5(1, d=2).items()), f5.__defaults__, f5.__kwdefaults__, f5.__code__.co_varnames, f5.__code__.co_argcount, f5.__code__.co_kwonlyargcount, f5.__doc__, f5.__name__, f5.__module__)
f5(2, d=3); show(f5.__defaults__)
try: f6 = lambda: undefined_thing; f6()
except NameError as e: show(e, e.name)
def f7():
    try: show(y7)
    except UnboundLocalError as e: show(e, e.name)
    y7 = 1
f7()
def f8():
    if (n := 10) > 5: show("walrus", n)
    l = [y := 1, y ** 2, (z := y + 5)]
    show(l, y, z, [last := q for q in range(4)], last)
    while (n := n - 3) > 0: show(n, end_ := n * 2)
f8()
show([[(r, c) for c in range(2)] for r in range(2)], {k: v for k, v in zip("ab", range(2))}, {c for c in "aab"} == {"a", "b"}, [a for a in range(10) if a % 2 if a % 3], [(a, b) for a in range(3) for b in range(a)])
class Meta:
    class Inner:
        class Deep: pass
    def f(self):
        class Local: 
            def g(self): pass
        return Local
show(Meta.Inner.Deep.__qualname__, Meta().f().__qualname__, Meta().f().g.__qualname__, (lambda: 0).__qualname__, f3.__qualname__)
class Mangle:
    __priv = 1
    def __init__(self): self.__x = 2
    def get(self): return self.__x + self.__priv
    def __meth(self): return "m"
    def call(self): return self.__meth()
    __slots_like__ = 3
m = Mangle(); show(m.get(), m.__dict__, m.call(), sorted(k for k in vars(Mangle) if "Mangle" in k))
try: m.__x
except AttributeError as e: show(e)
for n in range(2):
    def loopf(): return n
show(loopf(), n)
def f9():
    for i in []: pass
    try: return i
    except UnboundLocalError as e: return str(e)
show(f9())
def f10(a, /, b, *, c): return a, b, c
show(f10(1, 2, c=3), f10(1, b=2, c=3))
for bad in [lambda: f10(a=1, b=2, c=3), lambda: f10(1, 2, 3), lambda: f10(1), lambda: f10(1, 2, c=3, d=4), lambda: f10(1, b=2, **{"b": 3, "c": 1}), lambda: f10(*[1, 2, 3, 4])]:
    try: bad()
    except TypeError as e: show(e)
def deco(n):
    def w(f):
        def inner(*a): return (n, f(*a))
        return inner
    return w
@deco(1)
@deco(2)
def f11(x): return x
show(f11(5))
class CallableClass:
    def __init__(self, f): self.f = f
    def __call__(self, *a): return self.f(*a) * 2
    def __get__(self, o, t): return self if o is None else lambda *a: self(o, *a)
class Host:
    @CallableClass
    def meth(self, v): return v + 1
show(Host().meth(4))
try:
    def f12(): yield from (yield)
    z = f12(); next(z); show(z.send([1, 2]), next(z)); next(z)
except StopIteration as e: show("stop", e.value)
x, (y, *z), w = 1, (2, 3, 4), 5; show(x, y, z, w)
a = b = c = []; a.append(1); show(b, a is c)
i = 0; l = [0, 0, 0]; i, l[i] = 1, 9; show(i, l)
d = {}; d["a"], d["b"] = 1, 2; show(d)
show(1 < 2 < 3, 1 < 3 > 2, 1 == 1.0 != 2, not 1 == 2, 1 in [1] == True, (1 in [1]) == True)
show(0 or "x", "" and 1, None or 0 or [], 1 and 2 and 3, not not 5)
show(*range(3), *"ab", sep="-"); show({**{"a": 1}, "b": 2, **{"a": 3}}, [*range(2), *[5]], (*"xy",), {*[1, 1]})
v: int = 5; w: "str"; print(__annotations__)
def ann(a: int, *b: str, c: float = 1.0, **d: list) -> dict: q: int = 3; return q
print(ann.__annotations__)
del x
try: x
except NameError as e: print(e)
if True: pass
else: nothing
for k in range(3):
    if k == 1: continue
    if k == 2: break
else: print("no else")
for k in []: pass
else: print("else ran", k)
while k > 5: pass
else: print("while else")
