import typing
from typing import (AbstractSet, Annotated, Any, Callable, ClassVar, Dict, Final, FrozenSet, Generic, Iterable,
                    Iterator, List, Literal, Mapping, NamedTuple, NewType, NoReturn, Optional, Protocol, Sequence, Set,
                    Tuple, Type, TypedDict, TypeVar, Union, cast, final, get_args, get_origin, get_type_hints,
                    overload, runtime_checkable, Self, TYPE_CHECKING, Generator, Hashable, ParamSpec)

def attempt(f, *args, **kwargs):
    try:
        print(repr(f(*args, **kwargs)))
    except Exception as error:
        print(type(error).__name__, error)

class User:
    pass

T = TypeVar("T")
K = TypeVar("K", bound=int)
V = TypeVar("V", int, str)
P = ParamSpec("P")
for form in (List, List[int], Dict[str, int], Set[User], FrozenSet[int], Tuple[int, str], Tuple[int, ...], Tuple[()],
             Optional[int], Union[int, str], Union[int, str, None], Union[int], Optional["User"], Callable[[int, str], bool],
             Callable[..., int], Callable[[], None], Callable, Any, NoReturn, ClassVar[int], Final[str], Final, Literal[1, "a", None],
             Annotated[int, "meta", 3], Type[User], Iterable[int], Iterator[T], Sequence[List[int]], Mapping[str, Any],
             Generator[int, None, str], List[Dict[str, List[Optional[int]]]], T, K, V, List[T], Dict[K, V],
             AbstractSet[int], Self, Hashable, P, Callable[P, T], Union[List[int], Dict[str, int]],
             Literal[True], List["Forward"], Optional[Any], Union[int, "Later"]):
    print(form)
print(List[int] == List[int], List[int] == List[str], Union[int, str] == Union[str, int], Optional[int] == Union[int, None])
print(List[int].__origin__, List[int].__args__, Dict[str, T].__parameters__, Dict[str, T][int], Callable[[int], T][str])
print(get_origin(List[int]), get_args(Dict[str, int]), get_origin(Union[int, str]), get_args(Callable[[int], str]),
      get_origin(int), get_args(int), get_origin(list[int]), get_args(list[int]), get_args(Optional[int]), get_origin(Literal[1]))
print(isinstance([], List), isinstance({}, Dict), isinstance(5, Hashable), isinstance([1], Iterable), issubclass(list, Sequence))
attempt(isinstance, [], List[int])
attempt(lambda: List[int]())
attempt(lambda: List())
attempt(lambda: Dict[int])
attempt(lambda: List[int, str])
attempt(lambda: Optional[int, str])
attempt(lambda: Union[()])
attempt(lambda: Any())
attempt(isinstance, 5, Any)
attempt(lambda: Any[int])
attempt(lambda: Callable[int])
attempt(lambda: List[5])
attempt(lambda: ClassVar[ClassVar[int]])
attempt(TypeVar, "X", int)
attempt(TypeVar, "X", covariant=True, contravariant=True)
print(TypeVar("C", covariant=True), TypeVar("D", contravariant=True), K.__bound__, V.__constraints__, T.__name__)
print(int | List[str], List[str] | None, Optional[int] | str, T | int, "X" if TYPE_CHECKING else "run")

class Stack(Generic[T]):
    def __init__(self):
        self.items: List[T] = []
    def push(self, item: T) -> None:
        self.items.append(item)
    def pop(self) -> T:
        return self.items.pop()

s = Stack[int]()
s.push(5)
print(s.pop(), Stack[int], Stack[T], Stack.__parameters__, s.__orig_class__, Stack.__orig_bases__, Stack.__mro__)
attempt(lambda: Stack[int, str])
attempt(lambda: Stack[int][str])

class Pair(Generic[K, V]):
    pass
print(Pair[int, str], Pair.__parameters__)
attempt(lambda: Pair[int])

class IntStack(Stack[int]):
    pass
print(IntStack.__bases__, IntStack.__orig_bases__, IntStack.__parameters__)
attempt(lambda: IntStack[int])

class Both(List[T], Generic[T]):
    pass
print(Both.__mro__, Both[int], Both([1, 2]))

class Names(Dict[str, int]):
    pass
print(Names.__mro__, Names(a=1))
def plain():
    class P(Generic):
        pass
def not_variables():
    class P(Generic[int]):
        pass
attempt(plain)
attempt(not_variables)

class Speaker(Protocol):
    def speak(self) -> str: ...

@runtime_checkable
class Closer(Protocol):
    name: str
    def close(self): ...

class Dog:
    name = "rex"
    def speak(self):
        return "woof"
    def close(self):
        pass
class Explicit(Speaker):
    def speak(self):
        return "explicit"
print(isinstance(Dog(), Closer), isinstance(5, Closer), Explicit().speak())
attempt(isinstance, Explicit(), Speaker)
attempt(isinstance, Dog(), Speaker)
attempt(Speaker)
attempt(runtime_checkable, int)

class Movie(TypedDict, total=False):
    title: str
    year: int
m: Movie = {"title": "x", "year": 1}
print(Movie(title="t", year=3), type(Movie(title="a")), Movie.__annotations__, Movie.__total__, sorted(Movie.__optional_keys__), Movie.__name__)
class Sequel(Movie):
    number: int
print(sorted(Sequel.__required_keys__), sorted(Sequel.__optional_keys__))
Alt = TypedDict("Alt", {"a": int})
print(Alt.__annotations__, Alt(a=1))
UserId = NewType("UserId", int)
print(UserId(5), UserId, UserId.__supertype__, UserId.__name__)
print(cast(int, "x"), cast("anything", 5))

@overload
def f(x: int) -> int: ...
@overload
def f(x: str) -> str: ...
def f(x):
    return x * 2
print(f(2), f("a"))
@overload
def only(x): ...
attempt(only, 1)
@final
class Last:
    @final
    def m(self): pass
print(Last.__final__, Last.m.__final__)

def hinted(a: int, b: "List[User]" = None, *c: Optional[str], d: "int | None" = 1) -> "User":
    pass
print(get_type_hints(hinted))
class Annotated1:
    x: int
    y: "Dict[str, User]"
    z: Annotated[int, "m"]
class Annotated2(Annotated1):
    w: ClassVar[int] = 1
print(get_type_hints(Annotated2))
print(get_type_hints(Annotated1, include_extras=True)["z"])
attempt(typing.assert_never, 5)
attempt(lambda: typing.Missing)
attempt(lambda: type("Sub", (Union[int, str],), {}))
def subclass_union():
    class S(Union[int, str]):
        pass
attempt(subclass_union)
print(hash(List[int]) == hash(List[int]), {List[int]: 1}[List[int]])
def process(data: List[Tuple[str, int]], table: Optional[Dict[str, Any]] = None) -> Iterator[Union[int, float]]:
    yield from (n for _, n in data)
print(list(process([("a", 1)])), process.__annotations__)
