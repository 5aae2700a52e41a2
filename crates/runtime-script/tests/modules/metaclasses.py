class Meta(type):
    def __new__(mcls, name, bases, namespace, **kwargs):
        print("new", name, [b.__name__ for b in bases], sorted(k for k in namespace if not k.startswith("__")), kwargs)
        return super().__new__(mcls, name, bases, namespace)
    def __init__(cls, name, bases, namespace, **kwargs):
        print("init", name, kwargs)
        super().__init__(name, bases, namespace)
    def __call__(cls, *args, **kwargs):
        print("call", cls.__name__, args, kwargs)
        return super().__call__(*args, **kwargs)
    @classmethod
    def __prepare__(mcls, name, bases, **kwargs):
        print("prepare", mcls.__name__, name, kwargs)
        return {}
    def method(cls):
        return "from the metaclass of " + cls.__name__
    @property
    def prop(cls):
        return cls.__name__.lower()
    def __repr__(cls):
        return f"<<{cls.__name__}>>"
    def __len__(cls):
        return 42
    def __iter__(cls):
        return iter("xyz")
    def __getitem__(cls, key):
        return (cls.__name__, key)
    def __contains__(cls, item):
        return item == "in"
    def __getattr__(cls, name):
        if name.startswith("auto_"):
            return name
        raise AttributeError(name)
    def __add__(cls, other):
        return "added"
    def __eq__(cls, other):
        return cls is other
    def __hash__(cls):
        return 7

class A(metaclass=Meta, flag=1):
    x = 1
    def __init__(self, v):
        self.v = v

class B(A):
    y = 2

print(type(A), type(B), A, [B], A.method(), B.prop, len(A), list(B), A["k"], "in" in A, 3 in A)
print(A.auto_thing, A + 1, hash(A), A == A, A == B)
a = A(5)
print(type(a), a.v, isinstance(a, A), isinstance(A, Meta), issubclass(Meta, type))
for bad in (lambda: A.missing, lambda: a.method, lambda: a.prop):
    try:
        bad()
    except AttributeError as error:
        print(error)
C = Meta("C", (A,), {"z": 3})
print(C, C.z, C.__mro__)
print(type("D", (B,), {}))

class Singleton(type):
    _instances = {}
    def __call__(cls, *args, **kwargs):
        if cls not in cls._instances:
            cls._instances[cls] = super().__call__(*args, **kwargs)
        return cls._instances[cls]

class Config(metaclass=Singleton):
    def __init__(self):
        print("made once")
        self.values = {}

print(Config() is Config())

class Registry(type):
    plugins = {}
    def __init__(cls, name, bases, namespace):
        super().__init__(name, bases, namespace)
        if bases:
            Registry.plugins[name.lower()] = cls

class Plugin(metaclass=Registry):
    def run(self):
        return type(self).__name__

class Alpha(Plugin):
    pass
class Beta(Plugin):
    def run(self):
        return super().run() + "!"
print(sorted(Registry.plugins), Registry.plugins["beta"]().run(), Registry.plugins["alpha"]().run())

class Ordered(type):
    @classmethod
    def __prepare__(mcls, name, bases):
        class Recorder(dict):
            def __setitem__(self, key, value):
                if not key.startswith("__"):
                    self.setdefault("order", []).append(key)
                super().__setitem__(key, value)
            def __missing__(self, key):
                if key.startswith("magic"):
                    return key.upper()
                raise KeyError(key)
        return Recorder()
    def __new__(mcls, name, bases, ns):
        return super().__new__(mcls, name, bases, dict(ns))

class Fields(metaclass=Ordered):
    b = 1
    a = 2
    c = magic_word
    del a
    def m(self): pass

print(Fields.order, Fields.c, hasattr(Fields, "a"))
try:
    class Bad(metaclass=Ordered):
        x = unknown_name
except NameError as error:
    print(error)

class Checked(type):
    def __instancecheck__(cls, instance):
        return hasattr(instance, "quack")
    def __subclasscheck__(cls, sub):
        return "quack" in sub.__dict__

class Duck(metaclass=Checked):
    pass
class Robot:
    quack = True
print(isinstance(Robot(), Duck), isinstance(5, Duck), issubclass(Robot, Duck), issubclass(int, Duck))
print(isinstance(Duck(), Duck), isinstance(5, (str, Duck)))

def factory(name, bases, ns):
    print("factory", name, bases)
    return ns["x"]

class NotAClass(metaclass=factory):
    x = 99
print(NotAClass)

class M1(type): pass
class M2(type): pass
class X(metaclass=M1): pass
class Y(metaclass=M2): pass
try:
    class Z(X, Y): pass
except TypeError as error:
    print(error)
class M3(M1, M2): pass
class Z(X, Y, metaclass=M3): pass
print(type(Z))
try:
    class Slotted(type):
        __slots__ = ("a",)
except TypeError as error:
    print(error)
class WithAttr(type):
    level = 5
class U(metaclass=WithAttr):
    pass
print(U.level, hasattr(U(), "level"))
U.level = 6
print(U.level, WithAttr.level, "level" in U.__dict__)
class Frozen(type):
    def __setattr__(cls, name, value):
        raise AttributeError(f"{cls.__name__} is frozen")
class F(metaclass=Frozen):
    k = 1
try:
    F.k = 2
except AttributeError as error:
    print(error, F.k)
print(Meta.__mro__, type(Meta), Meta.__call__ is not type.__call__)
import gc, weakref
class Temp(metaclass=Singleton):
    pass
ref = weakref.ref(Temp)
del Temp
gc.collect()
print(ref())
def local():
    class LocalMeta(type):
        def __del__(cls):
            print("class gone")
    class Local(metaclass=LocalMeta):
        pass
    return weakref.ref(Local), weakref.ref(LocalMeta)
refs = local()
gc.collect()
print([r() for r in refs])
class Sup(type):
    def greet(cls):
        return "hello from " + cls.__name__
class Sub2(Sup):
    def greet(cls):
        return super().greet() + "!"
class Greeter(metaclass=Sub2):
    @classmethod
    def both(cls):
        return cls.greet()
print(Greeter.greet(), Greeter.both())
class Entry:
    def __mro_entries__(self, bases):
        return (dict,)
class FromEntry(Entry()):
    pass
print(FromEntry.__bases__, type(FromEntry.__orig_bases__[0]).__name__)
