"""What an `AttributeError` from a program's own code is told: the name and the object that were asked for."""


class Guarded:
    limit = 3

    def __getattr__(self, name):
        raise AttributeError(f"nothing is called {name}")

    @property
    def broken(self):
        raise AttributeError("inside")


class Careful:
    def __getattribute__(self, name):
        if name == "own":
            raise AttributeError("mine", name="other", obj=5)
        raise AttributeError(name.upper())


for thing, name in (Guarded(), "size"), (Guarded(), "broken"), (Careful(), "x"), (Careful(), "own"):
    try:
        getattr(thing, name)
    except AttributeError as error:
        print(error, error.name, error.obj is thing)


class Meta(type):
    def __getattr__(cls, name):
        raise AttributeError(f"{cls.__name__} has no {name}")


class Plain(metaclass=Meta):
    pass


try:
    Plain.missing
except AttributeError as error:
    print(error, error.name, error.obj)
try:
    del Plain.__name__
except TypeError as error:
    print(error)
Guarded().limt
