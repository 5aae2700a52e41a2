import copy

class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y
    def __repr__(self):
        return f"Point({self.x}, {self.y})"

a = [1, [2, 3], {"k": [4]}, (5, [6])]
b, c = copy.copy(a), copy.deepcopy(a)
print(b == a, b is a, b[1] is a[1], c == a, c[1] is a[1], c[2]["k"] is a[2]["k"], c[3] is a[3])
for value in (1, 1.5, "s", b"b", None, True, (1, 2), frozenset([1]), range(3), int, len, print, ..., NotImplemented):
    print(type(value).__name__, copy.copy(value) is value, copy.deepcopy(value) is value)
t = (1, (2, 3))
print(copy.deepcopy(t) is t, copy.deepcopy((1, [2])) == (1, [2]))
for value in ({1, 2}, bytearray(b"ab"), {"a": [1]}, [1]):
    print(copy.copy(value) == value, copy.copy(value) is value, copy.deepcopy(value) == value)

p = Point(1, [2])
q, r = copy.copy(p), copy.deepcopy(p)
print(q, r, q.y is p.y, r.y is p.y, type(r))

# Cycles stay cycles.
loop = [1]
loop.append(loop)
twin = copy.deepcopy(loop)
print(twin[1] is twin, twin is loop)
node = Point(None, None)
node.x = node
node.y = {"self": node}
other = copy.deepcopy(node)
print(other.x is other, other.y["self"] is other, other is node)
shared = [1]
pair = copy.deepcopy([shared, shared])
print(pair[0] is pair[1], pair[0] is shared)
tup = ([],)
tup[0].append(tup)
new = copy.deepcopy(tup)
print(new[0][0] is new, new is tup)

class Own:
    def __init__(self, n):
        self.n = n
    def __copy__(self):
        print("copying")
        return Own(self.n + 1)
    def __deepcopy__(self, memo):
        print("deep copying", type(memo).__name__)
        return Own(self.n + 100)

print(copy.copy(Own(1)).n, copy.deepcopy(Own(1)).n, copy.deepcopy([Own(2)])[0].n)

class Slots:
    __slots__ = ("a", "b")
    def __init__(self):
        self.a = [1]

s = Slots()
s2, s3 = copy.copy(s), copy.deepcopy(s)
print(s2.a is s.a, s3.a is s.a, s3.a, hasattr(s3, "b"))

class Base:
    __slots__ = ("base", "__dict__")

class Mixed(Base):
    pass

m = Mixed()
m.base, m.other = 1, [2]
m2 = copy.deepcopy(m)
print(m2.base, m2.other, m2.other is m.other)

class MyList(list):
    pass

ml = MyList([1, [2]])
ml.note = "n"
ml2, ml3 = copy.copy(ml), copy.deepcopy(ml)
print(type(ml2).__name__, ml2, ml2.note, ml2[1] is ml[1], ml3, ml3[1] is ml[1], ml3.note)

class MyDict(dict):
    pass

md = MyDict(a=[1])
md.tag = 5
print(type(copy.copy(md)).__name__, copy.copy(md), copy.deepcopy(md).tag, copy.deepcopy(md)["a"] is md["a"])

class MyInt(int):
    pass
class MyStr(str):
    pass
class MyTuple(tuple):
    pass
class MySet(set):
    pass
for value in (MyInt(5), MyStr("x"), MyTuple((1, [2])), MySet([1, 2])):
    one, two = copy.copy(value), copy.deepcopy(value)
    print(type(one).__name__, one == value, type(two).__name__, two == value)

class State:
    def __init__(self):
        self.kept, self.dropped = 1, 2
    def __getstate__(self):
        return {"kept": self.kept}
    def __setstate__(self, state):
        print("state", state)
        self.__dict__.update(state)

st = copy.copy(State())
print(st.kept, hasattr(st, "dropped"))

class Reduced:
    def __init__(self, n):
        self.n = n
    def __reduce__(self):
        return Reduced, (self.n * 2,)

print(copy.copy(Reduced(4)).n, copy.deepcopy(Reduced(5)).n)
e = copy.copy(ValueError("a", 1))
print(type(e).__name__, e.args)

class Failing:
    def __deepcopy__(self, memo):
        raise RuntimeError("no copies")

try:
    copy.deepcopy([Failing()])
except RuntimeError as error:
    print(error)
print(copy.Error, issubclass(copy.Error, Exception), copy.error is copy.Error)
try:
    copy.replace(5, x=1)
except TypeError as error:
    print(error)

def f():
    pass

print(copy.copy(f) is f, copy.deepcopy(f) is f, copy.deepcopy(Point) is Point)
bound = p.__repr__
print(copy.deepcopy(bound)(), copy.deepcopy(bound).__self__ is p)
memo = {}
x = [1]
y = copy.deepcopy(x, memo)
print(memo[id(x)] is y)
grid = [[0] * 3 for _ in range(2)]
deep = copy.deepcopy(grid)
deep[0][0] = 9
print(grid, deep)
