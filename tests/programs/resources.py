"""Context managers and exceptions: stacks of resources, retries, translation, chains, exit status."""

import sys


class Resource:
    """Opens, may fail to open, may fail to close, may swallow."""

    opened = []

    def __init__(self, name, *, fails="", swallows=()):
        self.name, self.fails, self.swallows = name, fails, swallows

    def __enter__(self):
        if self.fails == "open":
            raise OSError(f"cannot open {self.name}")
        self.opened.append(self.name)
        return self

    def __exit__(self, kind, error, trace):
        self.opened.remove(self.name)
        print(f"  close {self.name}" + (f" because of {kind.__name__}: {error}" if kind else ""))
        if self.fails == "close":
            raise RuntimeError(f"cannot close {self.name}")
        return kind is not None and issubclass(kind, tuple(self.swallows))


class Stack:
    """Any number of context managers and callbacks, closed from the last."""

    def __init__(self):
        self.exits = []

    def enter(self, manager):
        value = type(manager).__enter__(manager)
        self.exits.append(lambda *facts: type(manager).__exit__(manager, *facts))
        return value

    def callback(self, function, *args, **kwargs):
        self.exits.append(lambda *facts: function(*args, **kwargs) and False)

    def __enter__(self):
        return self

    def __exit__(self, *facts):
        pending, swallowed = facts[1], False
        while self.exits:
            leave = self.exits.pop()
            try:
                if leave(*(facts if pending else (None, None, None))):
                    pending, swallowed, facts = None, True, (None, None, None)
            except Exception as error:
                if error.__context__ is None and pending is not None:
                    error.__context__ = pending
                pending, facts = error, (type(error), error, error.__traceback__)
        if pending is not None and pending is not (facts[1] if not swallowed else None):
            raise pending
        if pending is not None and facts[1] is pending and swallowed:
            raise pending
        return swallowed and pending is None


class Retry(Exception):
    pass


def retrying(times, *kinds):
    def decorate(function):
        def wrapper(*args):
            errors = []
            for attempt in range(1, times + 1):
                try:
                    return function(*args, attempt)
                except kinds as error:
                    errors.append(error)
                    error.add_note(f"attempt {attempt}")
                else:
                    raise AssertionError("unreachable")
                finally:
                    print(f"  attempt {attempt} of {times}")
            raise Retry(f"{function.__name__} failed {times} times") from errors[-1]
        return wrapper
    return decorate


@retrying(3, ValueError, LookupError)
def flaky(limit, attempt):
    if attempt < limit:
        raise (ValueError, KeyError)[attempt % 2](f"not yet {attempt}")
    return f"done at {attempt}"


class translate:
    """Turns exceptions of some kinds into another; a class used like a function."""

    def __init__(self, to, *kinds):
        self.to, self.kinds = to, kinds

    def __enter__(self):
        return None

    def __exit__(self, kind, error, trace):
        if kind and issubclass(kind, self.kinds):
            raise self.to(str(error)) from error


def chain_of(error):
    while error is not None:
        link = "cause" if error.__cause__ else "context" if error.__context__ else ""
        yield f"{type(error).__name__}({error})" + (f" <-{link}-" if link else "")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def attempt(title, body):
    print(title)
    try:
        result = body()
    except Exception as error:
        print("  raised", *chain_of(error), getattr(error, "__notes__", ""))
    else:
        print("  gave", result)
    finally:
        print("  left open:", Resource.opened)


def two():
    with Resource("a") as a, Resource("b", swallows=[KeyError]) as b:
        raise KeyError(a.name + b.name)


def broken_close():
    with Resource("c", fails="close"):
        raise ValueError("body")


def broken_open():
    with (Resource("d"), Resource("e", fails="open")):
        return "never"


def returns():
    for name in "fgh":
        with Resource(name):
            if name == "f":
                continue
            return name


def stacked():
    with Stack() as stack:
        names = [stack.enter(Resource(n)).name for n in "xyz"]
        stack.callback(print, "  callback", sep="", end="!\n")
        return names


def stacked_failure():
    with Stack() as stack:
        stack.enter(Resource("outer", swallows=[RuntimeError]))
        stack.enter(Resource("inner", fails="close"))
        raise ValueError("inside")


def translated():
    with translate(LookupError, ValueError, TypeError):
        int("twelve")


def overridden():
    try:
        raise ValueError("lost")
    finally:
        return "finally wins"


def suppressed():
    try:
        {}["key"]
    except KeyError as error:
        raise ValueError("plain") from None


for name, body in list(globals().items()):
    if callable(body) and getattr(body, "__code__", None) and body.__code__.co_argcount == 0 and name not in ("flaky",):
        attempt(name, body)
attempt("flaky 2", lambda: flaky(2))
attempt("flaky 9", lambda: flaky(9))
attempt("no manager", lambda: Stack().enter(3))
try:
    sys.exit("status")
except SystemExit as stop:
    print(repr(stop.code), sys.exc_info()[0] is SystemExit)
print(sys.exc_info(), flaky.__name__)
with translate(SystemExit, ZeroDivisionError):
    with Resource("last"):
        1 / 0
