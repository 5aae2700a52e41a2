"""Context managers: made of generators, and some that are often wanted."""

import sys
from abc import ABC, _defines, abstractmethod

__all__ = [
    "contextmanager",
    "closing",
    "nullcontext",
    "AbstractContextManager",
    "ContextDecorator",
    "ExitStack",
    "redirect_stdout",
    "redirect_stderr",
    "suppress",
]

_NOTHING = object()


def _wraps(wrapped, wrapper):
    for name in ("__module__", "__name__", "__qualname__", "__doc__"):
        try:
            setattr(wrapper, name, getattr(wrapped, name))
        except AttributeError:
            pass
    wrapper.__dict__.update(getattr(wrapped, "__dict__", {}))
    wrapper.__wrapped__ = wrapped
    return wrapper


class AbstractContextManager(ABC):
    """A class with `__enter__` and `__exit__`."""

    __slots__ = ()

    def __enter__(self):
        return self

    @abstractmethod
    def __exit__(self, exc_type, exc_value, traceback):
        """Leaves the block; a true answer stops the exception."""

    @classmethod
    def __subclasshook__(cls, kind):
        if cls is not AbstractContextManager:
            return NotImplemented
        return _defines(kind, ("__enter__", "__exit__"))


class ContextDecorator(object):
    """A context manager that can stand as a decorator."""

    def _recreate_cm(self):
        return self

    def __call__(self, func):
        def inner(*args, **kwds):
            with self._recreate_cm():
                return func(*args, **kwds)

        return _wraps(func, inner)


class _GeneratorContextManager(ContextDecorator, AbstractContextManager):
    """What a function under `contextmanager` gives."""

    def __init__(self, func, args, kwds):
        self.func, self.args, self.kwds = func, args, kwds
        self.gen = func(*args, **kwds)
        about = getattr(func, "__doc__", None)
        self.__doc__ = type(self).__doc__ if about is None else about

    def _recreate_cm(self):
        return type(self)(self.func, self.args, self.kwds)

    def __enter__(self):
        # What the generator was made of may be let go while the block runs.
        del self.args, self.kwds, self.func
        try:
            return next(self.gen)
        except StopIteration:
            raise RuntimeError("generator didn't yield") from None

    def __exit__(self, typ, value, traceback):
        if typ is None:
            if next(self.gen, _NOTHING) is not _NOTHING:
                self._refuse("generator didn't stop")
            return False
        thrown = typ() if value is None else value
        try:
            self.gen.throw(thrown)
        except BaseException as raised:
            if raised is thrown or _stands_for(raised, thrown):
                thrown.__traceback__ = traceback
                return False
            if isinstance(raised, StopIteration):
                return True
            raise
        self._refuse("generator didn't stop after throw()")

    def _refuse(self, complaint):
        """Closes a generator that has yielded again."""
        try:
            raise RuntimeError(complaint)
        finally:
            self.gen.close()


def _stands_for(raised, thrown):
    """Whether this is what a generator makes of a StopIteration that it let through."""
    return (
        isinstance(thrown, StopIteration)
        and isinstance(raised, RuntimeError)
        and raised.__cause__ is thrown
    )


def contextmanager(func):
    """Makes a function that gives a context manager of a generator function."""

    def helper(*args, **kwds):
        return _GeneratorContextManager(func, args, kwds)

    return _wraps(func, helper)


class closing(AbstractContextManager):
    """Closes something at the end of the block."""

    def __init__(self, thing):
        self.thing = thing

    def __enter__(self):
        return self.thing

    def __exit__(self, *exc_info):
        self.thing.close()


class _Redirection(AbstractContextManager):
    """Puts something else in the place of an attribute of `sys`, whose name is `_stream`."""

    def __init__(self, new_target):
        self._there = new_target
        self._before = []

    def __enter__(self):
        self._before.append(getattr(sys, self._stream))
        setattr(sys, self._stream, self._there)
        return self._there

    def __exit__(self, *exc_info):
        setattr(sys, self._stream, self._before.pop())


class redirect_stdout(_Redirection):
    """Has `print` write somewhere else."""

    _stream = "stdout"


class redirect_stderr(_Redirection):
    """Has `sys.stderr` be something else."""

    _stream = "stderr"


class suppress(AbstractContextManager):
    """Lets some exceptions go no further."""

    def __init__(self, *exceptions):
        self._exceptions = exceptions

    def __enter__(self):
        pass

    def __exit__(self, exctype, excinst, exctb):
        if exctype is not None:
            return issubclass(exctype, self._exceptions)


class ExitStack(AbstractContextManager):
    """A stack of what is to be done at the end of the block."""

    def __init__(self):
        self._last_things = []

    def push(self, exit):
        """Has `__exit__` of an object, or a function like it, called at the end."""
        leave = getattr(type(exit), "__exit__", None)
        if leave is None:
            self._last_things.append(exit)
        else:
            self._leave_later(exit, leave)
        return exit

    def callback(self, callback, /, *args, **kwds):
        """Has a function called at the end."""

        def call(exc_type, exc, tb):
            callback(*args, **kwds)

        call.__wrapped__ = callback
        self._last_things.append(call)
        return callback

    def enter_context(self, cm):
        """Enters a context manager, which is left at the end."""
        kind = type(cm)
        enter, leave = getattr(kind, "__enter__", None), getattr(kind, "__exit__", None)
        if enter is None or leave is None:
            raise TypeError(
                f"'{kind.__module__}.{kind.__qualname__}' object does "
                f"not support the context manager protocol"
            )
        entered = enter(cm)
        self._leave_later(cm, leave)
        return entered

    def _leave_later(self, cm, leave):
        # Bound by hand: attributes of the object itself are passed over.
        self._last_things.append(type(self.close)(leave, cm))

    def pop_all(self):
        """Moves what is to be done to a new stack."""
        moved = type(self)()
        moved._last_things, self._last_things = self._last_things, []
        return moved

    def close(self):
        """Does now what was to be done at the end."""
        self.__exit__(None, None, None)

    def __enter__(self):
        return self

    def __exit__(self, exc_type, exc, tb):
        outside = sys.exc_info()[1]
        current, stopped, raised_here = exc, False, False
        while self._last_things:
            leave = self._last_things.pop()
            try:
                if current is None:
                    done = leave(None, None, None)
                else:
                    done = leave(type(current), current, current.__traceback__)
                if done:
                    current, stopped, raised_here = None, True, False
            except BaseException as raised:
                _follow(raised, current, outside)
                current, raised_here = raised, True
        if not raised_here:
            return exc is not None and stopped
        context = current.__context__
        try:
            raise current
        except BaseException:
            # Being raised in this frame is no part of the exception's history.
            current.__context__ = context
            raise


def _follow(raised, earlier, outside):
    """Has an exception's chain go on with `earlier` where it would go on with `outside`."""
    context = raised.__context__
    while context is not None and context is not earlier:
        if context is outside:
            raised.__context__ = earlier
            return
        raised, context = context, context.__context__


class nullcontext(AbstractContextManager):
    """A context manager that does nothing."""

    def __init__(self, enter_result=None):
        self.enter_result = enter_result

    def __enter__(self):
        return self.enter_result

    def __exit__(self, *excinfo):
        pass
