import io
import sys
from contextlib import (AbstractContextManager, ContextDecorator, ExitStack, closing, contextmanager,
                        nullcontext, redirect_stderr, redirect_stdout, suppress)

@contextmanager
def tag(name, *, end="/"):
    "A tag."
    print(f"<{name}>")
    try:
        yield name.upper()
    finally:
        print(f"<{end}{name}>")

with tag("p") as value:
    print(value)
with tag("a"), tag("b", end="!") as b:
    print("in", b)
try:
    with tag("x"):
        raise ValueError("inside")
except ValueError as error:
    print("caught", error, error.__context__)
print(tag.__name__, tag.__doc__, tag.__wrapped__.__name__, type(tag("q")).__name__)

@contextmanager
def swallow(*kinds):
    try:
        yield
    except kinds as error:
        print("swallowed", repr(error))

with swallow(KeyError):
    {}["k"]
with swallow(StopIteration):
    raise StopIteration("s")

@contextmanager
def translate():
    try:
        yield
    except KeyError as error:
        raise RuntimeError("translated") from error

try:
    with translate():
        raise KeyError("k")
except RuntimeError as error:
    print(error, repr(error.__cause__))

@contextmanager
def never():
    if False:
        yield

@contextmanager
def twice():
    yield 1
    yield 2

@contextmanager
def again():
    try:
        yield 1
    except ValueError:
        yield 2

for make in (never, twice, again):
    try:
        with make():
            if make is again:
                raise ValueError("v")
    except RuntimeError as error:
        print(make.__name__, error)

@tag("deco")
def decorated(x):
    "doc"
    print("body", x)
    return x * 2

print(decorated(3), decorated(4), decorated.__name__, decorated.__doc__)
once = tag("once")
with once:
    pass
try:
    with once:
        pass
except (AttributeError, RuntimeError) as error:
    print(type(error).__name__, error)

with suppress(ZeroDivisionError, KeyError):
    1 / 0
    print("not reached")
with suppress():
    pass
try:
    with suppress(KeyError):
        raise IndexError("other")
except IndexError as error:
    print("through", error)

class Thing:
    def close(self):
        print("closed")

with closing(Thing()) as thing:
    print(type(thing).__name__)
with nullcontext(5) as five, nullcontext() as nothing:
    print(five, nothing)

out = io.StringIO()
with redirect_stdout(out) as target:
    print("to the string")
    sys.stdout.write("written\n")
    print(target is out)
    with redirect_stdout(io.StringIO()):
        print("lost")
    print("back")
print(repr(out.getvalue()))
err = io.StringIO()
with redirect_stderr(err):
    print("error text", file=sys.stderr)
print(repr(err.getvalue()))

class Manager:
    def __init__(self, name, swallow=False):
        self.name, self.swallow = name, swallow
    def __enter__(self):
        print("enter", self.name)
        return self
    def __exit__(self, kind, value, tb):
        print("exit", self.name, kind and kind.__name__)
        return self.swallow

with ExitStack() as stack:
    a = stack.enter_context(Manager("a"))
    stack.callback(print, "callback", sep="-")
    stack.push(Manager("pushed"))
    stack.push(lambda *details: print("plain", details[0]))
    print("body", a.name)
try:
    with ExitStack() as stack:
        stack.enter_context(Manager("outer"))
        stack.enter_context(Manager("inner", swallow=True))
        raise ValueError("gone")
    print("after")
except ValueError:
    print("not here")

@contextmanager
def failing(text):
    try:
        yield
    finally:
        raise OSError(text)

try:
    with ExitStack() as stack:
        stack.enter_context(failing("one"))
        stack.enter_context(failing("two"))
        raise ValueError("start")
except OSError as error:
    while error is not None:
        print(type(error).__name__, error)
        error = error.__context__
with ExitStack() as stack:
    stack.callback(print, "moved")
    kept = stack.pop_all()
print("empty")
kept.close()
try:
    with ExitStack() as stack:
        stack.enter_context(5)
except TypeError as error:
    print(error)

class Deco(ContextDecorator):
    def __enter__(self):
        print("start")
        return self
    def __exit__(self, *exc):
        print("finish")
        return False

@Deco()
def work():
    print("working")

work()
print(isinstance(Manager("m"), AbstractContextManager), isinstance(5, AbstractContextManager))
try:
    AbstractContextManager()
except TypeError as error:
    print(error)

class Partial(AbstractContextManager):
    def __exit__(self, *exc):
        print("partial exit")

with Partial() as p:
    print(type(p).__name__)

def gen_error():
    with tag("g"):
        yield 1
        yield 2

for item in gen_error():
    print(item)
    break
print("done")
