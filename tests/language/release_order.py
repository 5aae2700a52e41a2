# When and in which order objects go, for fifty shapes of code.
import weakref, gc
class D:
    def __init__(self, n): self.n = n
    def __del__(self): print("~" + self.n, end=" ")
    def __repr__(self): return f"D({self.n})"
    def __add__(self, o): return D(self.n + o.n)
    def __call__(self, *a, **k): return self
    def __enter__(self): return self
    def __exit__(self, *a): print("exit", self.n, end=" ")
    def __iter__(self): yield D(self.n + "1"); yield D(self.n + "2")
    def __getitem__(self, i): return D(f"{self.n}[{i}]")
    def __bool__(self): return True
    def m(self, x=None): return x
def case(f):
    print(f.__name__, ":", end=" "); r = f(); print("|", end=" "); del r; print()
def c1(): D("a") + D("b") + D("c")
def c2(): x = D("x"); x = D("y"); return 1
def c3(): return [D("1"), D("2"), D("3")]
def c4(): return (D("1"), [D("2"), D("3")])
def c5(): return {"k": D("v"), "j": D("w")}
def c6():
    for i in D("it"): print(i, end=" ")
    print("end", end=" ")
def c7():
    with D("cm") as x: print("body", end=" ")
    print("after", end=" ")
def c8(): a, b = D("p"), D("q"); a, b = b, a; del a; print("mid", end=" ")
def c9(): D("f")(D("arg"), k=D("kw"))
def c10(): return D("s").m(D("t"))
def c11(): x = [D("e") for _ in range(2)]; x.clear(); print("cleared", end=" ")
def c12(): x = D("g")[D("h").n]; print("got", end=" ")
def c13():
    try: raise ValueError(D("exc"))
    except ValueError as e: print("h", end=" ")
    print("after", end=" ")
def c14():
    def inner():
        l = D("loc")
        raise KeyError
    try: inner()
    except KeyError as e: print("caught", end=" "); k = e
    print("k", end=" "); del k; print("gone", end=" ")
def c15():
    g = (D(str(i)) for i in range(3)); next(g); print("n", end=" "); next(g); print("n", end=" ")
def c16():
    def gen():
        x = D("gx")
        try: yield 1
        finally: print("fin", end=" ")
    g = gen(); next(g); g = None; print("closed", end=" ")
def c17(): d = {1: D("old")}; d[1] = D("new"); print("set", end=" "); d.pop(1); print("popped", end=" ")
def c18(): l = [D("0"), D("1"), D("2"), D("3")]; del l[1:3]; print("del", end=" "); l[:] = []; print("emptied", end=" ")
def c19(): s = {D("s1")}; s.clear(); print("c", end=" ")
def c20(): return (lambda a=D("dflt"): a)
def c21(): x = D("cond") if D("test") else D("no"); print("t", end=" ")
def c22(): return D("or1") or D("or2")
def c23(): return D("and1") and D("and2")
def c24(): print(f"{D('fs')} {D('ft')!r:>8}", end=" ")
def c25(): a = b = D("chain"); del a; print("one", end=" "); del b; print("two", end=" ")
def c26(): l = [D("a"), D("b")]; l[0], l[1] = l[1], l[0]; del l[0]; print("x", end=" ")
def c27(): x, *y = [D("1"), D("2"), D("3")]; del y; print("y", end=" ")
def c28(): (lambda *a, **k: print(len(a), len(k), end=" "))(*[D("s1"), D("s2")], **{"k": D("s3")})
def c29():
    class C: attr = D("cls")
    print("class", end=" ")
    del C; gc.collect(); print("col", end=" ")
def c30(): o = D("o"); o.me = o; o.other = D("p"); del o; print("cyc", end=" "); gc.collect(); print("col", end=" ")
def c31(): m = D("bm").m; print("bound", end=" "); del m; print("x", end=" ")
def c32(): w = weakref.ref(D("w"), lambda r: print("cb", end=" ")); print(w(), end=" ")
def c33(): x = D("x"); w = weakref.ref(x, lambda r: print("cb1", end=" ")); v = weakref.ref(x, lambda r: print("cb2", end=" ")); del x; print("d", end=" ")
def c34(): return sorted([D("b"), D("a")], key=lambda d: d.n)
def c35(): return max(D("1"), D("2"), key=lambda d: d.n)
def c36(): it = iter([D("i1"), D("i2")]); next(it); print("n", end=" "); next(it); print("n2", end=" "); print(next(it, None), end=" ")
def c37(): return list(zip([D("z1"), D("z2")], [D("y1")]))
def c38():
    try:
        try: raise ValueError(D("v1"))
        finally: D("fin")
    except ValueError: pass
    print("e", end=" ")
def c39():
    x = D("outer")
    def f(): nonlocal x; x = D("inner"); print("in", end=" ")
    f(); print("out", end=" ")
def c40(): del [D("dl")][0]; print("z", end=" ")
def c41(): x = D("aug"); x += D("b"); print("aug", end=" ")
def c42(): D("cmp") == D("cmq"); D("i") is D("j"); D("x") in [D("l")]
def c43():
    while True:
        x = D("loop")
        break
    else: pass
    print("brk", end=" ")
def c44(): return [D(str(i)) for i in range(3)][1]
def c45(): return {i: D(str(i)) for i in range(2)}.get(1)
def c46(): x = D("g"); return lambda: x
def c47(): assert D("as"), D("msg"); print("ok", end=" ")
def c48():
    def f(a, b=D("db")): a = None; print("f", end=" ")
    f(D("fa")); print("r", end=" ")
def c49(): t = (D("t1"), D("t2")); a, b = t; del t; print("u", end=" ")
def c50():
    def f(*args, **kw): del args; print("a", end=" "); kw.clear(); print("k", end=" ")
    f(D("1"), D("2"), z=D("3"))
for f in [v for k, v in sorted(globals().items(), key=lambda kv: (len(kv[0]), kv[0])) if k[0] == "c" and k[1:].isdigit()]: case(f)
