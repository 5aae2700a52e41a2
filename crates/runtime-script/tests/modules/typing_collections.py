from typing import Counter, DefaultDict, Deque, List, NamedTuple, OrderedDict, get_type_hints

def attempt(f, *args, **kwargs):
    try:
        print(repr(f(*args, **kwargs)))
    except Exception as error:
        print(type(error).__name__, error)

print(Deque[int], DefaultDict[str, int], OrderedDict[str, int], Counter[str], Deque, DefaultDict[str, List[int]])
class Employee(NamedTuple):
    "An employee."
    name: str
    id: int = 3
    def greet(self):
        return "hi " + self.name
e = Employee("Guido")
print(e, e.id, e.greet(), e._fields, Employee.__annotations__, Employee._field_defaults, e == ("Guido", 3), e._replace(id=5), e._asdict())
name, number = e
print(name, number, Employee.__doc__, isinstance(e, tuple), Employee.__mro__)
attempt(Employee)
Old = NamedTuple("Old", [("x", int), ("y", int)])
print(Old(1, 2), Old.__annotations__)
def bad_default():
    class B(NamedTuple):
        a: int = 1
        b: int
attempt(bad_default)


import collections.abc
from collections.abc import Mapping
print(Mapping is collections.abc.Mapping, collections.abc.__name__)
