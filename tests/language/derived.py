# Classes derived from int, str, list, dict and tuple that say otherwise, where the machine has short ways.
def say(function):
    try:
        print(repr(function()))
    except Exception as error:
        print(type(error).__name__, error)


class I(int):
    def __lt__(self, other):
        return "lt"

    def __eq__(self, other):
        return "eq"

    __hash__ = int.__hash__


class L(list):
    def __iter__(self):
        return iter("it")


class T(tuple):
    def __iter__(self):
        return iter("it")


class D(dict):
    def __getitem__(self, key):
        return "got " + key

    def __iter__(self):
        return iter("it")

    def keys(self):
        return ["k"]


class M(tuple):
    def __mul__(self, n):
        return NotImplemented


class W:
    def __delitem__(self, key):
        print("deleted", key)


class Z:
    def __get__(self, op, ty):
        return "z"

    def __delete__(self, op):
        pass


class U:
    z = Z()
    __slots__ = ()

    def __delattr__(self, name):
        super().__delattr__(name)


i, l, t, d = I(1), L([1, 2]), T((1, 2)), D(a=1)
for function in (
    lambda: i < 2, lambda: 2 > i, lambda: i == 5, lambda: 5 == i, lambda: 0 <= i < 5, lambda: i >= 0,
    lambda: tuple(l), lambda: tuple(t), lambda: (lambda *a: a)(*l), lambda: (lambda *a: a)(*t),
    lambda: ",".join(l), lambda: ",".join(t), lambda: [*l, *t], lambda: (lambda **k: k)(**d), lambda: "{k}".format(**d),
    lambda: dict(d), lambda: {**d}, lambda: l * "x", lambda: "x" * l, lambda: l * 1.5, lambda: M((1,)) * 2, lambda: 2 * M((1,)),
    lambda: W().__setitem__, lambda: l + 1, lambda: L([1]) * 2, lambda: 3 * t, lambda: l + [3], lambda: t + (3,),
):
    say(function)
w = W()
try:
    w[0] = 1
except AttributeError as error:
    print(error)
del w[1]
try:
    U().z = 1
except AttributeError as error:
    print(error)
try:
    U().y = 1
except AttributeError as error:
    print(error)
items = [0, 9]
items[0:1] = l
items += t
print(items)
error = Exception(1)
error.x = 2
print(vars(error), error.__dict__, vars(type("E", (Exception,), {"__slots__": ()})()))
try:
    type("S", (), {"__slots__": ("a", "__dict__", "__dict__"), "a": 1})
except TypeError as error:
    print(error)
