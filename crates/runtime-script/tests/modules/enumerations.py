from enum import (CONFORM, EJECT, KEEP, STRICT, Enum, EnumType, Flag, IntEnum, IntFlag, StrEnum, auto, member,
                  nonmember, unique, verify, CONTINUOUS, UNIQUE, property as enum_property)

def attempt(f, *args, **kwargs):
    try:
        print(repr(f(*args, **kwargs)))
    except Exception as error:
        print(type(error).__name__, error)

class Color(Enum):
    "Colors."
    RED = 1
    GREEN = 2
    CRIMSON = 1
    BLUE = 3

    def describe(self):
        return f"{self.name} is {self.value}"

    @classmethod
    def favourite(cls):
        return cls.BLUE

    @property
    def pretty(self):
        return self.name.title()

print(Color, type(Color), Color.RED, repr(Color.RED), Color.RED.name, Color.RED.value, type(Color.RED))
print(Color(2), Color["BLUE"], Color.CRIMSON, Color.CRIMSON is Color.RED, Color(1) is Color.RED)
print(list(Color), len(Color), [c.name for c in reversed(Color)], list(Color.__members__))
print(Color.RED in Color, 1 in Color, 99 in Color, "RED" in Color, Color.RED == 1, Color.RED == Color.RED)
print(Color.GREEN.describe(), Color.favourite(), Color.BLUE.pretty, Color.__doc__)
print(f"{Color.RED} {Color.RED!r:>20} {Color.RED:>12}|", "%s" % Color.RED, str(Color.RED))
print({Color.RED: "r", Color.BLUE: "b"}[Color.CRIMSON], hash(Color.RED) == hash("RED"))
print(isinstance(Color.RED, Color), Color.RED.__class__, bool(Color.RED), bool(Color))
attempt(Color, 99)
attempt(Color, "RED")
attempt(lambda: Color["NOPE"])
attempt(lambda: Color.NOPE)
attempt(setattr, Color, "RED", 5)
attempt(delattr, Color, "RED")
attempt(setattr, Color.RED, "value", 5)
attempt(setattr, Color.RED, "name", 5)
attempt(lambda: Color.RED < Color.BLUE)
attempt(lambda: Color.RED + 1)
attempt(lambda: Color())
Color.extra = 5
print(Color.extra, Color.RED.extra)
Color.RED.note = "n"
print(Color.RED.note, Color.RED.GREEN)

def extend():
    class More(Color):
        PINK = 4
def duplicate():
    class Twice(Enum):
        A = 1
        A = 2
def reserved():
    class Res(Enum):
        _bad_ = 1
def mro_name():
    class M(Enum):
        mro = 1
def not_last():
    class N(Enum, int):
        A = 1
for case in (extend, duplicate, reserved, mro_name, not_last):
    attempt(case)

class Auto(Enum):
    A = auto()
    B = auto()
    C = 10
    D = auto()
print(list(Auto))

class Named(Enum):
    def _generate_next_value_(name, start, count, last_values):
        return f"{name.lower()}-{count}"
    X = auto()
    Y = auto()
print(list(Named))

class Number(IntEnum):
    ONE = 1
    TWO = 2
    THREE = 3
print(Number.ONE, repr(Number.TWO), Number.ONE + Number.TWO, Number.ONE < 2, Number.TWO == 2, f"{Number.TWO:03d}")
print(sorted([Number.THREE, Number.ONE]), max(Number), int(Number.THREE), [10, 20, 30][Number.ONE], Number(3), sum(Number))
print(isinstance(Number.ONE, int), "%d %s" % (Number.ONE, Number.ONE), Number.ONE.bit_length(), Number.ONE.real)

class Level(StrEnum):
    LOW = auto()
    HIGH = "High!"
print(Level.LOW, repr(Level.HIGH), Level.LOW == "low", Level.HIGH.upper(), f"{Level.LOW:>6}", "-".join(Level))

class Planet(Enum):
    EARTH = (5.976e24, 6.37814e6)
    MARS = (6.421e23, 3.3972e6)
    def __init__(self, mass, radius):
        self.mass = mass
        self.radius = radius
    @property
    def surface_gravity(self):
        return round(6.67300E-11 * self.mass / (self.radius * self.radius), 3)
print(Planet.EARTH, repr(Planet.MARS), Planet.EARTH.surface_gravity, Planet((6.421e23, 3.3972e6)).name)

class Coded(Enum):
    def __new__(cls, value, code):
        obj = object.__new__(cls)
        obj._value_ = value
        obj.code = code
        return obj
    A = (1, "a")
    B = (2, "b")
print(Coded(1), Coded.B.code, Coded["A"].value)

class Missing(Enum):
    A = 1
    B = 2
    @classmethod
    def _missing_(cls, value):
        if isinstance(value, str):
            return cls.__members__.get(value.upper())
        return None
print(Missing("a"), Missing(2))
attempt(Missing, "zz")
attempt(Missing, 5)

class Wrong(Enum):
    A = 1
    @classmethod
    def _missing_(cls, value):
        return 5
attempt(Wrong, 3)

@unique
class Unique(Enum):
    A = 1
    B = 2
def not_unique():
    @unique
    class U(Enum):
        A = 1
        B = 1
        C = 2
        D = 2
attempt(not_unique)
def gaps():
    @verify(CONTINUOUS)
    class G(IntEnum):
        A = 1
        B = 4
attempt(gaps)

class Parts(Enum):
    A = 1
    helper = nonmember(5)
    @member
    def action():
        return "acted"
    def method(self):
        return "method"
    @staticmethod
    def static():
        return "static"
    class Inner:
        pass
print(list(Parts), Parts.helper, Parts.action.value(), Parts.A.method(), Parts.static(), Parts.Inner.__name__)

class Mutable(Enum):
    A = [1]
    B = [2]
    C = [1]
print(list(Mutable), Mutable([2]), Mutable.C is Mutable.A, [1] in Mutable)

Animal = Enum("Animal", "ANT BEE CAT")
print(list(Animal), Animal(2), Enum("E", {"a": 1, "b": 2})("%s" and 2), list(Enum("T", [("x", 7), ("y", 8)])))
print(list(IntEnum("Bits", "A B", start=10)), Enum("One", ["only"]).only)
attempt(Enum, "Empty")

class Perm(Flag):
    R = 4
    W = 2
    X = 1
    ALL = 7
rw = Perm.R | Perm.W
print(rw, repr(rw), rw.value, rw.name, Perm.R in rw, Perm.X in rw, list(rw), len(rw), bool(rw & Perm.X))
print(repr(Perm(0)), str(Perm(0)), repr(~Perm.R), repr(rw ^ Perm.W), Perm.ALL, list(Perm), Perm(7) is Perm.ALL, Perm(3))
print(list(Perm.__members__), Perm["R"], type(Perm), Perm, ~Perm(0), Perm.R & Perm.W)
attempt(Perm, 8)
attempt(Perm, "x")
attempt(lambda: Perm.R | 1)
attempt(lambda: 1 in Perm.R)

class AutoFlag(Flag):
    A = auto()
    B = auto()
    C = auto()
    AB = A | B
print(list(AutoFlag), AutoFlag.AB, repr(AutoFlag.A | AutoFlag.C), AutoFlag.AB.value, [f.name for f in AutoFlag.AB])

class Mode(IntFlag):
    READ = 1
    WRITE = 2
print(Mode.READ | Mode.WRITE, repr(Mode.READ | Mode.WRITE), Mode(8), repr(Mode(9)), Mode.READ | 4, repr(Mode.READ | 4),
      Mode.READ + 1, ~Mode.READ, Mode(3) == 3, 3 & Mode.WRITE)

class Conform(Flag, boundary=CONFORM):
    A = 1
    B = 2
class Eject(IntFlag, boundary=EJECT):
    A = 1
    B = 2
class Keep(Flag, boundary=KEEP):
    A = 1
print(repr(Conform(7)), repr(Eject(5)), type(Eject(5)), repr(Keep(5)))

class Meta(Enum):
    @enum_property
    def shout(self):
        return self.name + "!"
    A = 1
print(Meta.A.shout, EnumType, Enum.__class__ is EnumType, sorted(dir(Color))[-6:])

class Ops(Enum):
    ADD = "+"
    SUB = "-"
    def __call__(self, a, b):
        return a + b if self is Ops.ADD else a - b
    def __str__(self):
        return self.value
print(Ops.ADD(1, 2), Ops("-")(5, 3), f"{Ops.ADD}", repr(Ops.SUB))
import copy
print(copy.deepcopy(Color.RED) is Color.RED, copy.copy(Color.BLUE) is Color.BLUE, copy.deepcopy([Color.RED])[0] is Color.RED)
class Compared(Enum):
    LOW = 1
    HIGH = 2
    def __lt__(self, other):
        if self.__class__ is other.__class__:
            return self.value < other.value
        return NotImplemented
print(Compared.LOW < Compared.HIGH, sorted([Compared.HIGH, Compared.LOW]), max(Compared.LOW, Compared.HIGH))
class Typed(float, Enum):
    HALF = 0.5
print(Typed.HALF, repr(Typed.HALF), Typed.HALF * 2, f"{Typed.HALF}")
class Ignored(Enum):
    _ignore_ = ["temp"]
    temp = 5
    A = 1
print(list(Ignored), hasattr(Ignored, "temp"))
def broken_init():
    class Broken(Enum):
        A = 1
        def __init__(self, value):
            raise ValueError("no member")
try:
    broken_init()
except ValueError as error:
    print(error, getattr(error, "__notes__", None), repr(error.__context__))
