"""Private names of parameters that are given by keyword, and names of a class body that stand both in
its namespace and in a function around it."""

import gc


class Private:
    def by_name(self, *, __size=42, **__rest):
        return __size, __rest

    def both(self, __a, __b=1, /, __c=2, *, __d=3):
        return __a, __b, __c, __d

    def inner(self):
        def given(*, __x="x"):
            return __x

        try:
            given(__x="y")
        except TypeError as error:
            print(error)
        return given(), given(_Private__x="y"), given.__kwdefaults__


print(Private().by_name(), Private().by_name(_Private__size=1), Private().by_name(__size=1))
print(Private().both(0), Private().both(0, _Private__c=5, _Private__d=6), Private().inner())
print(Private.by_name.__kwdefaults__)


def around(x, y):
    class Body:
        before = x
        locals()["x"] = "namespace"
        after = x
        in_list = [x for _ in range(1)]
        other = y
        del locals()["x"]
        again = x

        def method(self):
            return x

    return Body.before, Body.after, Body.in_list, Body.other, Body.again, Body().method()


print(around("argument", "y"))


def unbound():
    class Body:
        try:
            print(late)
        except NameError as error:
            print(type(error).__name__, error)

    late = 1
    return Body


unbound()


def late_import():
    import math
    global math
    return math.pi


print(late_import() == math.pi)

# A built-in type is no reason to track what holds it.
held = (1, int)
gc.collect()
print(gc.is_tracked(held), gc.is_tracked({1: int}), gc.is_tracked({1: Private}), gc.is_tracked([int]))


class Stand:
    """Stands for another object, as far as attributes go."""

    def __init__(self, other):
        object.__setattr__(self, "other", other)

    def __getattribute__(self, name):
        return getattr(object.__getattribute__(self, "other"), name)


class Below:
    def named(self):
        return "below"


class Above(Below):
    def named(self):
        return super().named() + ", above"


class Rude:
    @property
    def __class__(self):
        raise LookupError("no class")


print(Above.named(Stand(Above())))
for this in (Stand(Below()), 5, Rude()):
    try:
        print(Above.named(this))
    except (TypeError, LookupError) as error:
        print(type(error).__name__, error)
