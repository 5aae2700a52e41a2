# Types in annotations: generic aliases and unions of built-in types.
def attempt(f, *args):
    try:
        print(repr(f(*args)))
    except Exception as error:
        print(type(error).__name__, error)

class User:
    pass

for alias in (list[int], dict[str, list[int]], tuple[int, ...], tuple[()], set[User], frozenset[str],
              type[User], list["User"], dict[str, None], enumerate[int], list[list[int] | None]):
    print(alias, alias.__origin__, alias.__args__)
print(list[int] == list[int], list[int] == list[str], list[int] == list, hash(list[int]) == hash(list[int]))
print(list[int]([1, 2]), dict[str, int](a=1), list[int].append, list[int].__name__)
print(type(list[int]), list[int].__parameters__)

class Stack(list[int]):
    pass
print(Stack.__bases__, Stack.__orig_bases__, Stack([1]), Stack[str])
attempt(isinstance, [], list[int])
attempt(issubclass, list, list[int])
attempt(lambda: int[str])
attempt(lambda: list[int][str])
attempt(lambda: User[int])
attempt(lambda: str[int])

for union in (int | None, int | str, int | str | None, None | int, list[int] | dict, User | int, int | int,
              (int | str) | (str | float), bool | int):
    print(union, type(union).__name__)
print(isinstance(5, int | str), isinstance("s", int | None), isinstance(None, int | None), issubclass(bool, int | str))
print(int | str == str | int, (int | str).__args__, hash(int | str) == hash(str | int))
attempt(lambda: int | 5)
attempt(lambda: None | None)
attempt(lambda: 5 | int)
attempt(isinstance, 5, list[int] | str)

def f(a: int | None, *args: str, k: list[int] = [], **kw: "later") -> tuple[int, str]:
    x: undefined_in_function = 1
    return x

print(f.__annotations__, f(1))
count: int = 0
name: str | None
print(__annotations__)
class C:
    a: int
    b: list[str] = []
    c: "C" = None
print(C.__annotations__)

class Box:
    def __class_getitem__(cls, item):
        return f"{cls.__name__}[{item!r}]"
print(Box[int], Box[1, 2])
