"""Abstract base classes."""


def abstractmethod(funcobj):
    """Marks a method that derived classes must define."""
    funcobj.__isabstractmethod__ = True
    return funcobj


class abstractclassmethod(classmethod):
    __isabstractmethod__ = True

    def __init__(self, callable):
        callable.__isabstractmethod__ = True
        super().__init__(callable)


class abstractstaticmethod(staticmethod):
    __isabstractmethod__ = True

    def __init__(self, callable):
        callable.__isabstractmethod__ = True
        super().__init__(callable)


class abstractproperty(property):
    __isabstractmethod__ = True


_MARKED = (abstractclassmethod, abstractstaticmethod, abstractproperty)


class _Data:
    """What is known of an abstract base class: those registered with it."""

    __slots__ = ("registry",)

    def __init__(self):
        self.registry = []


def _is_abstract(value):
    """Whether a definition is marked, or made of one that is."""
    if isinstance(value, _MARKED):
        return True
    if isinstance(value, property):
        return _is_abstract(value.fget) or _is_abstract(value.fset) or _is_abstract(value.fdel)
    if isinstance(value, (classmethod, staticmethod)):
        return _is_abstract(value.__func__)
    return bool(getattr(value, "__isabstractmethod__", False))


def _abstract_names(cls):
    names = {name for name, value in cls.__dict__.items() if _is_abstract(value)}
    for base in cls.__bases__:
        for name in getattr(base, "__abstractmethods__", ()):
            for owner in cls.__mro__:
                if name in owner.__dict__:
                    if _is_abstract(owner.__dict__[name]):
                        names.add(name)
                    break
    return frozenset(names)


class ABCMeta(type):
    """The metaclass of abstract base classes."""

    def __new__(mcls, name, bases, namespace, /, **kwargs):
        cls = super().__new__(mcls, name, bases, namespace, **kwargs)
        cls.__abstractmethods__ = _abstract_names(cls)
        cls._abc_impl = _Data()
        return cls

    def register(cls, subclass):
        """Makes a class a virtual subclass."""
        if not isinstance(subclass, type):
            raise TypeError("Can only register classes")
        if issubclass(subclass, cls):
            return subclass
        if issubclass(cls, subclass):
            raise RuntimeError("Refusing to create an inheritance cycle")
        cls._abc_impl.registry.append(subclass)
        return subclass

    def __instancecheck__(cls, instance):
        subclass = instance.__class__
        if issubclass(subclass, cls):
            return True
        kind = type(instance)
        return kind is not subclass and issubclass(kind, cls)

    def __subclasscheck__(cls, subclass):
        if not isinstance(subclass, type):
            raise TypeError("issubclass() arg 1 must be a class")
        said = cls.__subclasshook__(subclass)
        if said is not NotImplemented:
            return said
        if cls in subclass.__mro__:
            return True
        for known in cls._abc_impl.registry:
            if issubclass(subclass, known):
                return True
        for known in cls.__subclasses__():
            if issubclass(subclass, known):
                return True
        return False


def update_abstractmethods(cls):
    """Looks again at what is abstract, when methods were added to a class."""
    if not hasattr(cls, "__abstractmethods__"):
        return cls
    cls.__abstractmethods__ = _abstract_names(cls)
    return cls


def get_cache_token():
    return 0


class ABC(metaclass=ABCMeta):
    __slots__ = ()
