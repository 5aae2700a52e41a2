"""Tracebacks out of odd places; prints to stderr at the end."""
import sys
class Node:
    def __init__(self, v, l=None, r=None): self.v, self.l, self.r = v, l, r
    def __iter__(self):
        if self.l: yield from self.l
        yield self.v
        if self.r: yield from self.r
    def insert(self, v):
        side = "l" if v < self.v else "r"
        child = getattr(self, side)
        if child is None: setattr(self, side, Node(v))
        else: child.insert(v)
    def depth(self): return 1 + max(self.l.depth() if self.l else 0, self.r.depth() if self.r else 0)
root = Node(50)
for v in (25, 75, 10, 30, 60, 90, 5): root.insert(v)
print(list(root), root.depth())
def check(f):
    try: f()
    except Exception as e:
        tb = e.__traceback__; rows = []
        while tb: rows.append((tb.tb_frame.f_code.co_name, tb.tb_lineno)); tb = tb.tb_next
        print(type(e).__name__, e, rows, getattr(e, "__notes__", None))
def a():
    root.insert("x")
def b():
    def inner(n):
        if n: return inner(n - 1)
        e = KeyError("deep"); e.add_note("n1"); raise e
    inner(3)
def c(): return [1 / (x - 2) for x in range(5)]
def d(): return {k: v for k, v in [(1, 2), 3]}
def e(): return list(i.bit_length() for i in (1, 2, "3"))
def f():
    try: b()
    except KeyError as x: raise LookupError("again") from x
def g():
    with open_it() as z: z.boom
class open_it:
    def __enter__(self): return self
    def __exit__(self, t, v, tb): print("exit", t.__name__, v, tb.tb_lineno); return False
def h(): return sorted([3, "a"], key=lambda q: q + 1)
for fn in (a, b, c, d, e, f, g, h): check(fn)
def trace():
    try:
        f()
    except LookupError as err:
        err.add_note("while tracing")
        raise RuntimeError(
            "multi line",
            {"a": 1,
             "b": [1, 2]},
        ) from err
trace()
