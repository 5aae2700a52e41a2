"""Attributes under control: typed fields, lazy values, registries, hooks, a small record builder."""


class Field:
    """A checked attribute that knows its name."""

    kind = object

    def __init__(self, *, default=..., check=None):
        self.default, self.check = default, check

    def __set_name__(self, owner, name):
        self.name, self.slot = name, "_" + name
        owner.__dict__.get("fields", owner.fields).append(self)

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        try:
            return instance.__dict__[self.slot]
        except KeyError:
            if self.default is ...:
                raise AttributeError(f"{owner.__name__}.{self.name} was never set") from None
            return self.default

    def __set__(self, instance, value):
        if not isinstance(value, self.kind):
            raise TypeError(f"{self.name} must be {self.kind.__name__}, not {type(value).__name__}")
        if self.check and not self.check(value):
            raise ValueError(f"{value!r} is no {self.name}")
        instance.__dict__[self.slot] = value

    def __delete__(self, instance):
        del instance.__dict__[self.slot]

    def __repr__(self):
        return f"<{type(self).__name__} {self.name}>"


def field_of(kind):
    return type(f"{kind.__name__.title()}Field", (Field,), {"kind": kind, "__doc__": f"A {kind.__name__}."})


Int, Str = field_of(int), field_of(str)


class Record:
    fields = []
    registry = {}

    def __init_subclass__(cls, abstract=False, **kwargs):
        super().__init_subclass__(**kwargs)
        inherited = [f for base in reversed(cls.__mro__[1:]) for f in base.__dict__.get("own", ())]
        cls.own, Record.fields[:] = tuple(Record.fields), ()
        cls.all = tuple(inherited) + cls.own
        if not abstract:
            Record.registry[cls.__name__.lower()] = cls

    def __init__(self, *args, **kwargs):
        names = [f.name for f in self.all]
        if len(args) > len(names):
            raise TypeError(f"{type(self).__name__} takes {len(names)} values, {len(args)} were given")
        for name, value in [*zip(names, args), *kwargs.items()]:
            if name not in names:
                raise TypeError(f"{type(self).__name__} has no field {name!r}")
            setattr(self, name, value)

    def __iter__(self):
        return (getattr(self, f.name) for f in self.all)

    def __eq__(self, other):
        return tuple(self) == tuple(other) if type(self) is type(other) else NotImplemented

    def __repr__(self):
        return f"{type(self).__name__}({', '.join(f'{f.name}={getattr(self, f.name, None)!r}' for f in self.all)})"

    @classmethod
    def parse(cls, text):
        kind, _, rest = text.partition(":")
        target = cls.registry[kind]
        return target(*(f.kind(part) for f, part in zip(target.all, rest.split(","))))

    def __class_getitem__(cls, name):
        return next(f for f in cls.all if f.name == name)


class Named(Record, abstract=True):
    name = Str(check=str.isidentifier)


class Point(Named):
    x = Int(default=0)
    y = Int(default=0, check=lambda v: v >= 0)

    @property
    def length(self):
        return (self.x ** 2 + self.y ** 2) ** 0.5

    @length.setter
    def length(self, value):
        factor = value / self.length
        self.x, self.y = int(self.x * factor), int(self.y * factor)


class Pixel(Point):
    colour = Str(default="black")


class lazy:
    """Computed at first use; kept in the instance, which then hides this."""

    def __init__(self, function):
        self.function, self.__doc__ = function, function.__doc__

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, instance, owner):
        if instance is None:
            return self
        value = instance.__dict__[self.name] = self.function(instance)
        return value


class Proxy:
    """Stands for another object and notes what was asked."""

    def __init__(self, target):
        object.__setattr__(self, "_target", target)
        object.__setattr__(self, "_asked", [])

    def __getattr__(self, name):
        self._asked.append(name)
        return getattr(self._target, name)

    def __setattr__(self, name, value):
        self._asked.append(name + "=")
        setattr(self._target, name, value)

    def __delattr__(self, name):
        self._asked.append("del " + name)
        delattr(self._target, name)

    def __dir__(self):
        return [n for n in dir(self._target) if not n.startswith("_")]


class Circle:
    def __init__(self, r):
        self.r = r

    @lazy
    def area(self):
        """Of the disk."""
        print("  computing")
        return 3 * self.r ** 2

    @staticmethod
    def unit():
        return Circle(1)


p = Point("p", 3, 4)
print(p, p.length, list(p), Point["x"], Point.x, Point["y"].default, Int.__doc__, Int.__name__, Int.__mro__[1].__name__)
p.length = 10
del p.y
print(p, p == Point("p", x=6), p != Pixel("p", 6), Point.__hash__, vars(p))
print(Record.parse("pixel:dot,1,2,red"), Record.parse("point:q,5"), sorted(Record.registry), Pixel.all)
for bad in (lambda: Point("1x"), lambda: Point("a", "b"), lambda: Point("a", 1, -1), lambda: Point("a", 1, 2, 3), lambda: Point(z=1),
            lambda: Point().name, lambda: Record.parse("circle:1"), lambda: delattr(p, "y"), lambda: p.z, lambda: hash(p)):
    try:
        bad()
    except Exception as error:
        print(type(error).__name__, error)
c = Circle(2)
print(c.area, c.area, vars(c), Circle.area.__doc__, Circle.unit().r, type(Circle.area).__name__)
del c.area
c.r = 3
print(c.area)
proxy = Proxy(c)
proxy.r = 5
del proxy.area
print(proxy.r, proxy.area, proxy.unit().r, proxy._asked, dir(proxy), hasattr(proxy, "nothing"), getattr(proxy, "nothing", "default"))
print(isinstance(proxy, Circle), type(proxy).__name__, proxy.__class__.__name__, callable(proxy.unit))
