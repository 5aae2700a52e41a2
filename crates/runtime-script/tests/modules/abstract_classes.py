from abc import ABC, ABCMeta, abstractmethod, abstractproperty, get_cache_token

def attempt(f, *args):
    try:
        print(f(*args))
    except TypeError as error:
        print("TypeError:", error)

class Shape(ABC):
    @abstractmethod
    def area(self):
        "The area."

    @property
    @abstractmethod
    def name(self):
        pass

    @classmethod
    @abstractmethod
    def make(cls):
        pass

    @staticmethod
    @abstractmethod
    def helper():
        pass

    def describe(self):
        return f"{self.name}: {self.area()}"

class Square(Shape):
    def __init__(self, side):
        self.side = side
    def area(self):
        return self.side ** 2
    name = "square"
    @classmethod
    def make(cls):
        return cls(2)
    @staticmethod
    def helper():
        return "help"

class Half(Shape):
    def area(self):
        return super().area()

class One(Shape):
    name = make = helper = None

attempt(Shape)
attempt(Half)
attempt(One)
attempt(lambda: Square(3).describe())
attempt(lambda: Square.make().describe())
print(sorted(Shape.__abstractmethods__), sorted(Half.__abstractmethods__), Square.__abstractmethods__)
print(Shape.area.__isabstractmethod__, isinstance(Square(1), Shape), issubclass(Square, Shape))
print(type(Shape), type(Square).__name__, Shape.__mro__, repr(ABC), repr(ABCMeta))
print(Half.area is Shape.area, Half.__bases__)

class Plain(metaclass=ABCMeta):
    @abstractmethod
    def f(self): ...

attempt(Plain)

class Fixed(Plain):
    pass

attempt(Fixed)
Fixed.f = lambda self: "later"
attempt(Fixed)

class Concrete(Plain):
    def f(self):
        return "f"

print(Concrete().f())

# Virtual subclasses.
class Drawable(ABC):
    @classmethod
    def __subclasshook__(cls, other):
        if cls is Drawable:
            return any("draw" in base.__dict__ for base in other.__mro__)
        return NotImplemented

class Pen:
    def draw(self):
        pass

print(issubclass(Pen, Drawable), isinstance(Pen(), Drawable), issubclass(int, Drawable))

class Number(ABC):
    pass

@Number.register
class Mine:
    pass

Number.register(int)
print(isinstance(5, Number), isinstance(True, Number), issubclass(Mine, Number), isinstance("s", Number))
print(Number.register(float), isinstance(1.5, Number), isinstance(1.5, (str, Number)))
attempt(Number.register, 5)
attempt(issubclass, 5, Number)

class Sub(Number):
    pass

Sub.register(str)
print(isinstance("s", Number), isinstance("s", Sub), isinstance(5, Sub))
try:
    Sub.register(Number)
except RuntimeError as error:
    print(error)

class WithInit(ABC):
    registry = []
    def __init_subclass__(cls, /, tag=None, **kwargs):
        super().__init_subclass__(**kwargs)
        cls.registry.append((cls.__name__, tag))

class A(WithInit, tag="a"):
    pass
class B(WithInit):
    pass
print(WithInit.registry)

class Mixed(Square, Number):
    pass
print(Mixed(2).area(), isinstance(Mixed(1), Number))

class Old(ABC):
    @abstractproperty
    def value(self):
        return 1

attempt(Old)

class Generic(ABC):
    @abstractmethod
    def run(self):
        return "base"

class Child(Generic):
    def run(self):
        return "child+" + super().run()

print(Child().run())
print(isinstance(get_cache_token(), int))
try:
    class Broken(Square, metaclass=type):
        pass
    print("made", type(Broken))
except TypeError as error:
    print(error)

class OtherMeta(type):
    pass

try:
    class Conflict(Square, metaclass=OtherMeta):
        pass
except TypeError as error:
    print(error)
