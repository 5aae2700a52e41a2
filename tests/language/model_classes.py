"""Metaclasses, ORM-like descriptors, registries, abc."""
from abc import ABC, abstractmethod, ABCMeta
class Field:
    def __init__(self, kind, default=None, *, null=True): self.kind, self.default, self.null = kind, default, null
    def __set_name__(self, owner, name): self.name = name; self.slot = "_" + name
    def __get__(self, o, t=None): return self if o is None else getattr(o, self.slot, self.default)
    def __set__(self, o, v):
        if v is None and not self.null: raise ValueError(f"{self.name} may not be null")
        if v is not None and not isinstance(v, self.kind): raise TypeError(f"{type(o).__name__}.{self.name}: expected {self.kind.__name__}, got {type(v).__name__} {v!r}")
        setattr(o, self.slot, v)
    def __repr__(self): return f"Field({self.kind.__name__}, {self.default!r})"
class ModelMeta(type):
    models = {}
    @classmethod
    def __prepare__(mcs, name, bases, **kw): print("prepare", name, kw); return {"_marker": name}
    def __new__(mcs, name, bases, ns, table=None, **kw):
        cls = super().__new__(mcs, name, bases, dict(ns), **kw)
        fields = {}
        for b in reversed(cls.__mro__): fields.update({k: v for k, v in vars(b).items() if isinstance(v, Field)})
        cls._fields = fields; cls._table = table or name.lower() + "s"
        mcs.models[name] = cls
        return cls
    def __init__(cls, name, bases, ns, **kw): super().__init__(name, bases, ns)
    def __call__(cls, *a, **k):
        print("call", cls.__name__, a, k); return super().__call__(*a, **k)
    def __len__(cls): return len(cls._fields)
    def __iter__(cls): return iter(cls._fields)
    def __contains__(cls, n): return n in cls._fields
    def __getitem__(cls, n): return cls._fields[n]
    def __repr__(cls): return f"<model {cls.__name__}>"
    @property
    def table(cls): return cls._table
class Model(metaclass=ModelMeta):
    id = Field(int, 0)
    def __init__(self, **kw):
        for k, v in kw.items():
            if k not in type(self): raise AttributeError(f"unknown field {k!r}")
            setattr(self, k, v)
    def sql(self):
        return "INSERT INTO {} ({}) VALUES ({})".format(type(self).table, ", ".join(type(self)), ", ".join(repr(getattr(self, f)) for f in type(self)))
    def __eq__(self, o): return type(self) is type(o) and all(getattr(self, f) == getattr(o, f) for f in type(self))
class User(Model, table="people"):
    name = Field(str, "anon", null=False)
    age = Field(int)
class Admin(User):
    level = Field(int, 1)
u = User(id=1, name="bob"); a = Admin(name="root", age=99)
print(u.sql()); print(a.sql()); print(len(Admin), list(Admin), "age" in Admin, Admin["level"], Admin, ModelMeta.models)
for f in [lambda: User(nope=1), lambda: User(name=5), lambda: User(name=None), lambda: setattr(u, "age", "x"), lambda: User.table, lambda: u.table, lambda: User == User, lambda: u == User(id=1, name="bob"), lambda: hash(u), lambda: type(User), lambda: isinstance(User, ModelMeta), lambda: User.__class__.__name__, lambda: User._marker]:
    try: print(f())
    except Exception as e: print(type(e).__name__, e)
class Shape(ABC):
    @abstractmethod
    def area(self): ...
    @property
    @abstractmethod
    def name(self): ...
    @classmethod
    @abstractmethod
    def make(cls): ...
    def describe(self): return f"{self.name} {self.area():.2f}"
    @classmethod
    def __subclasshook__(cls, C): return True if cls is Shape and hasattr(C, "area_like") else NotImplemented
class Sq(Shape):
    def __init__(self, s): self.s = s
    def area(self): return self.s ** 2
    name = "sq"
    @classmethod
    def make(cls): return cls(2)
class Half(Shape):
    def area(self): return super().area()
class Duck: area_like = 1
@Shape.register
class Virtual: pass
for f in [lambda: Shape(), lambda: Half(), lambda: Sq.make().describe(), lambda: isinstance(Duck(), Shape), lambda: issubclass(Virtual, Shape), lambda: isinstance(5, Shape), lambda: sorted(Shape.__abstractmethods__), lambda: Half.__abstractmethods__ == {"name", "make"}, lambda: Sq.__mro__, lambda: type(Shape)]:
    try: print(f())
    except Exception as e: print(type(e).__name__, e)
class Both(type(Model), ABCMeta): pass
try:
    class X(Model, ABC): pass
except TypeError as e: print(e)
class Y(Model, ABC, metaclass=Both): pass
print(Y, type(Y).__name__)
class Sing(type):
    _i = {}
    def __call__(cls, *a):
        if cls not in cls._i: cls._i[cls] = super().__call__(*a)
        return cls._i[cls]
class Cfg(metaclass=Sing):
    def __init__(self, v=1): self.v = v
print(Cfg(5) is Cfg(9), Cfg().v)
class Plugin:
    reg = {}
    def __init_subclass__(cls, /, key=None, **k): super().__init_subclass__(**k); cls.reg[key or cls.__name__] = cls
class A(Plugin, key="a"): pass
class B(A): pass
print(sorted(Plugin.reg), Plugin.__subclasses__(), A.__subclasses__())
