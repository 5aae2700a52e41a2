from dataclasses import (KW_ONLY, MISSING, Field, FrozenInstanceError, InitVar, asdict, astuple, dataclass, field,
                         fields, is_dataclass, make_dataclass, replace)
from typing import ClassVar

def attempt(f, *args, **kwargs):
    try:
        print(repr(f(*args, **kwargs)))
    except Exception as error:
        print(type(error).__name__, error)

@dataclass
class Point:
    x: int
    y: int = 0

p = Point(1, 2)
print(p, Point(3), p == Point(1, 2), p == Point(2, 1), p != Point(1, 2), p == (1, 2))
print(Point.__doc__, Point.__match_args__, Point.__eq__.__qualname__, Point.__init__.__annotations__)
attempt(Point)
attempt(Point, 1, 2, 3)
attempt(Point, 1, z=3)
attempt(Point, 1, x=3)
attempt(hash, p)
attempt(lambda: p < p)
p.x = 10
print(p, p.__dict__)

@dataclass(order=True)
class Version:
    major: int
    minor: int = 0
    label: str = field(default="", compare=False)

print(sorted([Version(2, 1), Version(1, 9, "b"), Version(1, 9, "a")]))
print(Version(1) < Version(2), Version(1) >= Version(1, 0, "x"), Version(1) == Version(1, 0, "z"))
attempt(lambda: Version(1) < (1, 0, ""))
attempt(lambda: Version(1) < Version("a"))

@dataclass(frozen=True)
class Frozen:
    a: int
    b: list = field(default_factory=list)

f = Frozen(1)
print(f, hash(Frozen(1, ())) == hash(Frozen(1, ())))
attempt(setattr, f, "a", 2)
attempt(setattr, f, "new", 2)
attempt(delattr, f, "a")
attempt(hash, f)
print(replace(f, a=5), issubclass(FrozenInstanceError, AttributeError))
attempt(replace, f, c=1)
attempt(replace, 5, c=1)

@dataclass
class Inventory:
    name: str
    price: float = 0.0
    tags: list = field(default_factory=list, repr=False)
    total: float = field(init=False)
    count: int = field(default=1, kw_only=True)
    scale: InitVar[int] = 2
    shared: ClassVar[int] = 7
    plain = 5

    def __post_init__(self, scale):
        self.total = self.price * self.count * scale

i = Inventory("nut", 1.5, count=4, scale=10)
print(i, i.total, i.tags, Inventory.shared, Inventory("x").scale)
print([f.name for f in fields(i)], [f.name for f in fields(Inventory)])
attempt(Inventory, "a", 1, [], 2, 3)
attempt(replace, i, total=1)
print(replace(i, name="bolt", scale=1))

@dataclass
class Mixed:
    a: int
    _: KW_ONLY
    b: int = 1
    c: str

print(Mixed(1, c="c"), Mixed.__doc__)
attempt(Mixed, 1, 2)
attempt(Mixed, 1)

@dataclass
class Base:
    x: int
    y: int = 5

@dataclass
class Derived(Base):
    z: int = 6
    x: int = 1

print(Derived(), Derived(7, 8, 9), [f.name for f in fields(Derived)])
print(Derived(1) == Base(1), is_dataclass(Derived), is_dataclass(Derived()), is_dataclass(int), is_dataclass(5))

@dataclass(slots=True)
class Slotted:
    a: int
    b: int = 2

s = Slotted(1)
print(s, Slotted.__slots__, hasattr(s, "__dict__"))
attempt(setattr, s, "c", 1)

@dataclass(frozen=True, slots=True)
class FrozenSlots:
    a: int

attempt(setattr, FrozenSlots(1), "a", 2)
print(FrozenSlots(3), hash(FrozenSlots(3)) == hash((3,)))

@dataclass(eq=False)
class Identity:
    a: int

print(Identity(1) == Identity(1), hash(Identity(1)) is not None)

@dataclass(unsafe_hash=True)
class Hashed:
    a: int
    b: int = field(hash=False, default=0)

print(hash(Hashed(1, 2)) == hash(Hashed(1, 3)), hash(Hashed(1)) == hash((1,)))

@dataclass(repr=False)
class NoRepr:
    a: int

print("NoRepr object" in repr(NoRepr(1)))

@dataclass
class OwnMethods:
    a: int
    def __repr__(self):
        return "own"
    def __eq__(self, other):
        return True

print(OwnMethods(1), OwnMethods(1) == 5)

@dataclass(init=False)
class NoInit:
    a: int = 3
    def __init__(self, *args):
        self.b = args

print(NoInit(1, 2), NoInit(1).b)

@dataclass
class Tree:
    value: int
    left: "Tree | None" = None
    right: "Tree | None" = None

t = Tree(1, Tree(2), Tree(3, Tree(4)))
print(t)
print(asdict(t))
print(astuple(t))

@dataclass
class Holder:
    points: list
    by_name: dict
    pair: tuple

h = Holder([Point(1, 2)], {"p": Point(3, 4)}, (Point(5, 6), {7}))
d = asdict(h)
print(d, d["pair"][1] is h.pair[1])
print(astuple(h), asdict(h, dict_factory=lambda pairs: sorted(pairs)))
attempt(asdict, 5)
attempt(asdict, Point)
attempt(astuple, [1])
attempt(fields, 5)
loop = Holder([], {}, ())
loop.points.append(loop)
print(loop)

# What makes no dataclass.
def bad(body):
    try:
        body()
    except Exception as error:
        print(type(error).__name__, error)

def mutable():
    @dataclass
    class C:
        x: list = []
def mutable_dict():
    @dataclass
    class C:
        x: dict = {}
def order():
    @dataclass
    class C:
        x: int = 1
        y: int
def no_annotation():
    @dataclass
    class C:
        x = field()
def both():
    field(default=1, default_factory=list)
def order_without_eq():
    @dataclass(eq=False, order=True)
    class C:
        x: int
def thaw():
    @dataclass
    class C(Frozen):
        c: int = 1
def freeze():
    @dataclass(frozen=True)
    class C(Point):
        c: int = 1
def overwrite():
    @dataclass(order=True)
    class C:
        x: int
        def __lt__(self, other):
            return True
def frozen_setattr():
    @dataclass(frozen=True)
    class C:
        x: int
        def __setattr__(self, name, value):
            pass
def slots_twice():
    @dataclass(slots=True)
    class C:
        __slots__ = ("x",)
        x: int
def unsafe_hash():
    @dataclass(unsafe_hash=True)
    class C:
        x: int
        def __hash__(self):
            return 1
def weakref_alone():
    @dataclass(weakref_slot=True)
    class C:
        x: int
def kw_only_twice():
    @dataclass
    class C:
        _: KW_ONLY
        __: KW_ONLY
def wrong_option():
    @dataclass(unknown=True)
    class C:
        x: int
for case in (mutable, mutable_dict, order, no_annotation, both, order_without_eq, thaw, freeze, overwrite,
             frozen_setattr, slots_twice, unsafe_hash, weakref_alone, kw_only_twice, wrong_option):
    print(case.__name__, end=": ")
    bad(case)

Made = make_dataclass("Made", ["a", ("b", int), ("c", str, field(default="c"))], namespace={"hi": lambda self: self.a})
print(Made(1, 2), Made(1, 2).hi(), Made.__name__)
attempt(make_dataclass, "M", ["a", "a"])
attempt(make_dataclass, "M", ["1a"])
attempt(make_dataclass, "M", ["for"])
fs = fields(Point)
print(fs[0].name, fs[0].type, fs[0].default is MISSING, fs[1].default, isinstance(fs[0], Field))
print(fs[1])
print(field(metadata={"unit": "m"}, default=1).metadata["unit"])
print(Point.__dataclass_params__)
print(Point.__dataclass_fields__["x"].kw_only)

@dataclass
class WithProperty:
    _v: int = 1
    @property
    def v(self):
        return self._v * 2

print(WithProperty(4).v, WithProperty())

@dataclass
class Self:
    self: int
    cls: int = 2

print(Self(1), Self(self=5))

@dataclass
class Callbacks:
    f: object = len
    g: object = None

print(Callbacks().f("abc"), Callbacks(g=print).g)

class Descr:
    def __set_name__(self, owner, name):
        self.name = name
    def __get__(self, obj, owner=None):
        return 42 if obj is None else obj.__dict__.get(self.name)
    def __set__(self, obj, value):
        obj.__dict__[self.name] = value * 10

@dataclass
class Described:
    d: int = Descr()

print(Described(), Described(3))
