"""Defaults that a program gives a function later, more than it has parameters too."""


def tried(call):
    try:
        print(call())
    except TypeError as error:
        print(error)


def one(a):
    return a


def two(a, b):
    return a, b


for defaults in ((), (1,), (1, 2), (1, 2, 3), None):
    one.__defaults__ = two.__defaults__ = defaults
    print(defaults)
    tried(lambda: one())
    tried(lambda: one(5))
    tried(lambda: one(5, 6))
    tried(lambda: two())
    tried(lambda: two(5))
    tried(lambda: two(b=5))
    tried(lambda: two(5, 6, 7))


class Pressed(KeyboardInterrupt):
    """Ends a program as any other exception does."""


raise Pressed("key")
