"""Names for annotations. Nothing is checked; what is written can be read again."""

import sys
import _collections_abc as _abc
from abc import ABCMeta, abstractmethod

__all__ = (
    "Annotated Any Callable ClassVar Concatenate Final ForwardRef Generic Literal Optional "
    "ParamSpec Protocol Tuple Type TypeVar TypeVarTuple Union AbstractSet ByteString Container "
    "ContextManager Hashable ItemsView Iterable Iterator KeysView Mapping MappingView "
    "MutableMapping MutableSequence MutableSet Sequence Sized ValuesView Awaitable AsyncIterator "
    "AsyncIterable Coroutine Collection AsyncGenerator Reversible SupportsAbs SupportsBytes "
    "SupportsComplex SupportsFloat SupportsIndex SupportsInt SupportsRound ChainMap Counter Deque "
    "Dict DefaultDict List OrderedDict Set FrozenSet NamedTuple TypedDict Generator BinaryIO IO "
    "TextIO AnyStr assert_never assert_type cast clear_overloads final get_args get_origin "
    "get_type_hints is_typeddict LiteralString Never NewType no_type_check NoReturn NotRequired "
    "overload override ParamSpecArgs ParamSpecKwargs Required reveal_type runtime_checkable Self "
    "Text TYPE_CHECKING TypeAlias TypeGuard TypeIs Unpack"
).split()

TYPE_CHECKING = False
Text = str
GenericAlias = type(list[int])
UnionType = type(int | str)
NoneType = type(None)


def _type_repr(obj):
    """An argument as it is written."""
    if isinstance(obj, tuple):
        return "[" + ", ".join([_type_repr(t) for t in obj]) + "]"
    if isinstance(obj, type) and not isinstance(obj, GenericAlias):
        if obj.__module__ == "builtins":
            return obj.__qualname__
        return f"{obj.__module__}.{obj.__qualname__}"
    if obj is ...:
        return "..."
    if type(obj).__name__ == "function":
        return obj.__name__
    return repr(obj)


class ForwardRef:
    """A type that is named by text."""

    __slots__ = ("__forward_arg__", "__forward_is_argument__", "__forward_module__")

    def __init__(self, arg, is_argument=True, module=None, *, is_class=False):
        if not isinstance(arg, str):
            raise TypeError(f"Forward reference must be a string -- got {arg!r}")
        self.__forward_arg__ = arg
        self.__forward_is_argument__ = is_argument
        self.__forward_module__ = module

    def __eq__(self, other):
        return self._told_by() == other._told_by() if type(other) is type(self) else NotImplemented

    def __hash__(self):
        return hash(self._told_by())

    def _told_by(self):
        return self.__forward_arg__, self.__forward_module__

    def __or__(self, other):
        return Union[self, other]

    def __ror__(self, other):
        return Union[other, self]

    def __repr__(self):
        name, module = self._told_by()
        where = "" if module is None else f", module={module!r}"
        return f"ForwardRef({name!r}{where})"


def _type_check(arg, message, module=None):
    """A type as an argument: None is its type, text a reference."""
    if arg is None:
        return NoneType
    if isinstance(arg, str):
        return ForwardRef(arg, module=module)
    if arg in (Generic, Protocol):
        raise TypeError(f"Plain {arg} is not valid as type argument")
    if isinstance(arg, _SpecialForm) and arg._name in ("ClassVar", "Final"):
        raise TypeError(f"{arg} is not valid as type argument")
    if type(arg) is tuple:
        raise TypeError(f"{message} Got {arg!r:.100}.")
    return arg


def _is_parameter(arg):
    return isinstance(arg, (TypeVar, ParamSpec, TypeVarTuple))


def _parameters_of(args):
    """The type variables among these arguments, each once."""
    found = []
    for arg in args:
        if _is_parameter(arg):
            if arg not in found:
                found.append(arg)
        elif isinstance(arg, (tuple, list)):
            for inner in _parameters_of(arg):
                if inner not in found:
                    found.append(inner)
        elif not isinstance(arg, type):
            for inner in getattr(arg, "__parameters__", ()):
                if inner not in found:
                    found.append(inner)
    return tuple(found)


def _substituted(arg, values):
    if _is_parameter(arg):
        return values.get(arg, arg)
    if isinstance(arg, (tuple, list)):
        return type(arg)([_substituted(inner, values) for inner in arg])
    inner = () if isinstance(arg, type) else getattr(arg, "__parameters__", ())
    if inner:
        return arg[tuple([values.get(p, p) for p in inner])]
    return arg


def _miscounted(generic, given, wanted):
    few, least = ("many", "") if given > wanted else ("few", "at least ")
    return TypeError(
        f"Too {few} arguments for {generic}; actual {given}, expected {least}{wanted}"
    )


class _Base:
    """What can stand in `X | Y`."""

    __slots__ = ()

    def __or__(self, right):
        return Union[self, right]

    def __ror__(self, left):
        return Union[left, self]

    def __call__(self, *args, **kwds):
        raise TypeError(f"Cannot instantiate {self!r}")

    def __mro_entries__(self, bases):
        raise TypeError(f"Cannot subclass {self!r}")

    def __subclasscheck__(self, cls):
        raise _unusable(self, "issubclass")

    def __instancecheck__(self, obj):
        raise _unusable(self, "isinstance")


def _unusable(form, function):
    return TypeError(f"{form} cannot be used with {function}()")


class _SpecialForm(_Base):
    __slots__ = ("_name", "__doc__", "_getitem")

    def __init__(self, getitem):
        self._name, self.__doc__ = getitem.__name__, getitem.__doc__
        self._getitem = getitem

    def __getitem__(self, parameters):
        return self._getitem(self, parameters)

    def __repr__(self):
        return f"typing.{self._name}"

    def __eq__(self, other):
        return other is self

    def __hash__(self):
        return hash(f"typing.{self._name}")

    def __getattr__(self, item):
        if item not in ("__qualname__", "__name__"):
            raise AttributeError(item)
        return self._name


def _plain_form(self, parameters):
    raise TypeError(f"{self} is not subscriptable")


def _named_form(name, doc):
    form = _SpecialForm(_plain_form)
    form._name = name
    form.__doc__ = doc
    return form


class _AnyMeta(type):
    def __repr__(self):
        return "typing.Any" if self is Any else type.__repr__(self)

    def __instancecheck__(self, obj):
        if self is not Any:
            return type.__instancecheck__(self, obj)
        raise _unusable("typing.Any", "isinstance")


class Any(metaclass=_AnyMeta):
    """Whatever it is."""

    def __new__(cls, *args, **kwargs):
        if cls is not Any:
            return super().__new__(cls)
        raise TypeError("Any cannot be instantiated")


NoReturn = _named_form("NoReturn", "It does not return.")
Never = _named_form("Never", "No value at all.")
Self = _named_form("Self", "The class itself.")
LiteralString = _named_form("LiteralString", "A text that is written in the program.")
TypeAlias = _named_form("TypeAlias", "The name is another name of a type.")


@_SpecialForm
def ClassVar(self, parameters):
    """An attribute of the class."""
    item = _type_check(parameters, f"{self} accepts only single type.")
    return _GenericAlias(self, (item,))


@_SpecialForm
def Final(self, parameters):
    """A name that is not bound again."""
    item = _type_check(parameters, f"{self} accepts only single type.")
    return _GenericAlias(self, (item,))


@_SpecialForm
def Union(self, parameters):
    """One of these types."""
    given = parameters if isinstance(parameters, tuple) else (parameters,)
    if not given:
        raise TypeError("Cannot take a Union of no types.")
    found = []
    for one in given:
        one = _type_check(one, "Union[arg, ...]: each arg must be a type.")
        # A union in a union adds its own types.
        nested = isinstance(one, (_UnionGenericAlias, UnionType))
        for part in one.__args__ if nested else (one,):
            if part not in found:
                found.append(part)
    first, *others = found
    if not others:
        return first
    name = "Optional" if NoneType in found and len(others) == 1 else None
    return _UnionGenericAlias(self, tuple(found), name)


@_SpecialForm
def Optional(self, parameters):
    """The type or None."""
    arg = _type_check(parameters, f"{self} requires a single type.")
    return Union[arg, NoneType]


@_SpecialForm
def Literal(self, parameters):
    """One of these values."""
    if not isinstance(parameters, tuple):
        parameters = (parameters,)
    found = []
    seen = []
    for parameter in parameters:
        parts = parameter.__args__ if isinstance(parameter, _LiteralGenericAlias) else (parameter,)
        for part in parts:
            key = (type(part), part)
            if key not in seen:
                seen.append(key)
                found.append(part)
    return _LiteralGenericAlias(self, tuple(found))


@_SpecialForm
def Concatenate(self, parameters):
    """Parameters in front of those of a function."""
    if not isinstance(parameters, tuple):
        parameters = (parameters,)
    return _GenericAlias(self, parameters)


@_SpecialForm
def TypeGuard(self, parameters):
    """A function that says whether its argument is of a type."""
    return _GenericAlias(self, (_type_check(parameters, f"{self} accepts only single type."),))


@_SpecialForm
def TypeIs(self, parameters):
    """A function that says whether its argument is of a type."""
    return _GenericAlias(self, (_type_check(parameters, f"{self} accepts only single type."),))


@_SpecialForm
def Required(self, parameters):
    """A key that must be there."""
    return _GenericAlias(self, (_type_check(parameters, f"{self} accepts only single type."),))


@_SpecialForm
def NotRequired(self, parameters):
    """A key that may be missing."""
    return _GenericAlias(self, (_type_check(parameters, f"{self} accepts only single type."),))


@_SpecialForm
def Unpack(self, parameters):
    """The items of a tuple, one by one."""
    return _GenericAlias(self, (_type_check(parameters, f"{self} accepts only single type."),))


@_SpecialForm
def Annotated(self, parameters):
    """A type with something that is said of it."""
    if not isinstance(parameters, tuple) or len(parameters) < 2:
        raise TypeError(
            "Annotated[...] should be used with at least two arguments (a type and an annotation)."
        )
    origin = _type_check(parameters[0], "Annotated[t, ...]: t must be a type.")
    metadata = tuple(parameters[1:])
    if isinstance(origin, _AnnotatedAlias):
        metadata = origin.__metadata__ + metadata
        origin = origin.__origin__
    return _AnnotatedAlias(origin, metadata)


class _GenericAlias(_Base):
    """`X[int]`, for whatever X."""

    def __init__(self, origin, args, name=None, inst=True):
        if not isinstance(args, tuple):
            args = (args,)
        self.__origin__ = origin
        self.__args__ = args
        self.__parameters__ = _parameters_of(args)
        self._name = name
        self._inst = inst

    def __eq__(self, other):
        if not isinstance(other, _GenericAlias):
            return NotImplemented
        return self.__origin__ == other.__origin__ and self.__args__ == other.__args__

    def __hash__(self):
        return hash((self.__origin__, self.__args__))

    def __getitem__(self, args):
        if self.__origin__ in (Generic, Protocol):
            raise TypeError(f"Cannot subscript already-subscripted {self}")
        if not self.__parameters__:
            raise TypeError(f"{self} is not a generic class")
        if not isinstance(args, tuple):
            args = (args,)
        args = tuple([_type_check(arg, "Parameters to generic types must be types.") for arg in args])
        wanted = self.__parameters__
        if len(args) != len(wanted):
            raise _miscounted(self, len(args), len(wanted))
        values = dict(zip(wanted, args))
        return self._copy_with(tuple([_substituted(arg, values) for arg in self.__args__]))

    def _copy_with(self, args):
        return type(self)(self.__origin__, args, self._name, self._inst)

    def _origin_text(self):
        if self._name:
            return "typing." + self._name
        return _type_repr(self.__origin__)

    def __repr__(self):
        args = ", ".join([_type_repr(arg) for arg in self.__args__]) or "()"
        return f"{self._origin_text()}[{args}]"

    def __call__(self, *args, **kwargs):
        if not self._inst:
            raise _not_instantiated(self)
        if isinstance(self.__origin__, _SpecialForm):
            raise TypeError(f"Cannot instantiate {self!r}")
        result = self.__origin__(*args, **kwargs)
        try:
            result.__orig_class__ = self
        except Exception:
            pass
        return result

    def __mro_entries__(self, bases):
        if isinstance(self.__origin__, _SpecialForm):
            raise TypeError(f"Cannot subclass {self!r}")
        if self._name:
            found = []
            if self.__origin__ not in bases:
                found.append(self.__origin__)
            after = bases[bases.index(self) + 1 :]
            for base in after:
                if isinstance(base, _GenericAlias) or (
                    isinstance(base, type) and issubclass(base, Generic)
                ):
                    break
            else:
                found.append(Generic)
            return tuple(found)
        if self.__origin__ is Generic:
            if Protocol in bases:
                return ()
            after = bases[bases.index(self) + 1 :]
            for base in after:
                if isinstance(base, _GenericAlias) and base is not self:
                    return ()
        return (self.__origin__,)

    def __getattr__(self, attr):
        if "__origin__" in self.__dict__ and not (attr.startswith("__") and attr.endswith("__")):
            return getattr(self.__origin__, attr)
        if attr in ("__name__", "__qualname__"):
            return self._name or self.__origin__.__name__
        if attr == "__module__":
            return "typing"
        raise AttributeError(attr)

    def __instancecheck__(self, obj):
        return self.__subclasscheck__(type(obj))

    def __subclasscheck__(self, cls):
        raise TypeError("Subscripted generics cannot be used with class and instance checks")


def _not_instantiated(alias):
    instead = alias.__origin__.__name__
    return TypeError(f"Type {alias._name} cannot be instantiated; use {instead}() instead")


class _UnionGenericAlias(_GenericAlias):
    def __eq__(self, other):
        if not isinstance(other, (_UnionGenericAlias, UnionType)):
            return NotImplemented
        try:
            return set(self.__args__) == set(other.__args__)
        except TypeError:
            return all([arg in other.__args__ for arg in self.__args__])

    def __hash__(self):
        return hash(frozenset(self.__args__))

    def _copy_with(self, args):
        return Union[args]

    def __repr__(self):
        args = self.__args__
        if len(args) == 2 and NoneType in args:
            present = args[1] if args[0] is NoneType else args[0]
            return f"typing.Optional[{_type_repr(present)}]"
        return f"typing.Union[{', '.join([_type_repr(arg) for arg in args])}]"

    def __subclasscheck__(self, cls):
        return any(issubclass(cls, one) for one in self.__args__)

    def __instancecheck__(self, obj):
        return any(isinstance(obj, one) for one in self.__args__)


class _LiteralGenericAlias(_GenericAlias):
    def __eq__(self, other):
        if not isinstance(other, _LiteralGenericAlias):
            return NotImplemented
        mine = [(type(arg), arg) for arg in self.__args__]
        theirs = [(type(arg), arg) for arg in other.__args__]
        return len(mine) == len(theirs) and all([key in theirs for key in mine])

    def __hash__(self):
        return hash(frozenset([(type(arg), arg) for arg in self.__args__]))

    def __repr__(self):
        return f"typing.Literal[{', '.join([repr(arg) for arg in self.__args__])}]"


class _AnnotatedAlias(_GenericAlias):
    def __init__(self, origin, metadata):
        super().__init__(origin, (origin,))
        self.__metadata__ = metadata

    def _copy_with(self, args):
        return _AnnotatedAlias(args[0], self.__metadata__)

    def __repr__(self):
        said = ", ".join([repr(a) for a in self.__metadata__])
        return f"typing.Annotated[{_type_repr(self.__origin__)}, {said}]"

    def __eq__(self, other):
        if not isinstance(other, _AnnotatedAlias):
            return NotImplemented
        return self.__origin__ == other.__origin__ and self.__metadata__ == other.__metadata__

    def __hash__(self):
        return hash((self.__origin__, self.__metadata__))


class _CallableGenericAlias(_GenericAlias):
    def __repr__(self):
        *args, result = self.__args__
        if len(args) == 1 and (args[0] is ... or isinstance(args[0], ParamSpec)):
            return f"typing.Callable[{_type_repr(args[0])}, {_type_repr(result)}]"
        shown = ", ".join([_type_repr(arg) for arg in args])
        return f"typing.Callable[[{shown}], {_type_repr(result)}]"


class _SpecialGenericAlias(_Base):
    """`List`, `Dict`, ...: another name of a class, which takes so many arguments."""

    def __init__(self, origin, count, name=None, inst=True):
        self.__origin__ = origin
        self._nparams = count
        self._name = name or origin.__name__
        self._inst = inst
        module = origin.__module__
        self.__doc__ = f"A generic version of {module}.{origin.__qualname__}."

    def __repr__(self):
        return "typing." + self._name

    def __getitem__(self, params):
        if not isinstance(params, tuple):
            params = (params,)
        message = "Parameters to generic types must be types."
        params = tuple([_type_check(p, message) for p in params])
        wanted = self._nparams
        if len(params) != wanted:
            if self._name in ("Generator", "AsyncGenerator") and len(params) < wanted:
                params += (NoneType,) * (wanted - len(params))
            elif self._name == "ContextManager" and len(params) == 1:
                params += (Optional[bool],)
            else:
                few = "many" if len(params) > wanted else "few"
                raise TypeError(
                    f"Too {few} arguments for {self}; actual {len(params)}, expected {wanted}"
                )
        return _GenericAlias(self.__origin__, params, self._name, self._inst)

    def __call__(self, *args, **kwargs):
        if not self._inst:
            raise _not_instantiated(self)
        return self.__origin__(*args, **kwargs)

    def __mro_entries__(self, bases):
        found = []
        if self.__origin__ not in bases:
            found.append(self.__origin__)
        found.append(Generic)
        return tuple(found)

    def __getattr__(self, attr):
        if attr in ("__name__", "__qualname__"):
            return self._name
        if attr == "__module__":
            return "typing"
        if "__origin__" in self.__dict__ and not (attr.startswith("__") and attr.endswith("__")):
            return getattr(self.__origin__, attr)
        raise AttributeError(attr)

    def __instancecheck__(self, obj):
        return isinstance(obj, self.__origin__)

    def __subclasscheck__(self, cls):
        return issubclass(cls, self.__origin__)


class _CallableType(_SpecialGenericAlias):
    def __getitem__(self, params):
        if not isinstance(params, tuple) or len(params) != 2:
            raise TypeError("Callable must be used as Callable[[arg, ...], result].")
        args, result = params
        message = "Callable[args, result]: result must be a type."
        result = _type_check(result, message)
        if isinstance(args, (list, tuple)):
            message = "Callable[[arg, ...], result]: each arg must be a type."
            args = tuple([_type_check(arg, message) for arg in args])
        else:
            args = (args,)
        return _CallableGenericAlias(self.__origin__, args + (result,), "Callable", True)


class _TupleType(_SpecialGenericAlias):
    def __getitem__(self, params):
        if not isinstance(params, tuple):
            params = (params,)
        message = "Tuple[t0, t1, ...]: each t must be a type."
        params = tuple([p if p is ... else _type_check(p, message) for p in params])
        return _GenericAlias(tuple, params, "Tuple", False)


class TypeVar(_Base):
    """A type that is not known yet."""

    def __init__(
        self,
        name,
        *constraints,
        bound=None,
        covariant=False,
        contravariant=False,
        infer_variance=False,
    ):
        if covariant and contravariant:
            raise ValueError("Bivariant types are not supported.")
        if len(constraints) == 1:
            raise TypeError("A single constraint is not allowed")
        if constraints and bound is not None:
            raise TypeError("Constraints cannot be combined with bound=...")
        self.__name__ = name
        self.__constraints__ = tuple(
            [_type_check(t, "TypeVar(name, constraint, ...): constraints must be types.")
             for t in constraints]
        )
        self.__bound__ = None if bound is None else _type_check(bound, "Bound must be a type.")
        self.__covariant__ = covariant
        self.__contravariant__ = contravariant
        self.__infer_variance__ = infer_variance

    def __typing_subst__(self, arg):
        return _type_check(arg, "Parameters to generic types must be types.")

    def __repr__(self):
        if self.__infer_variance__:
            return self.__name__
        sign = "+" if self.__covariant__ else "-" if self.__contravariant__ else "~"
        return sign + self.__name__

    def __hash__(self):
        return object.__hash__(self)

    def __mro_entries__(self, bases):
        raise TypeError("Cannot subclass an instance of TypeVar")

    def __call__(self, *args, **kwds):
        raise TypeError("'TypeVar' object is not callable")


class ParamSpecArgs:
    def __init__(self, origin):
        self.__origin__ = origin

    def __repr__(self):
        return f"{self.__origin__.__name__}.args"


class ParamSpecKwargs:
    def __init__(self, origin):
        self.__origin__ = origin

    def __repr__(self):
        return f"{self.__origin__.__name__}.kwargs"


class ParamSpec(_Base):
    """The parameters of a function that are not known yet."""

    def __init__(self, name, *, bound=None, covariant=False, contravariant=False):
        self.__name__ = name
        self.__bound__ = bound

    @property
    def args(self):
        return ParamSpecArgs(self)

    @property
    def kwargs(self):
        return ParamSpecKwargs(self)

    def __typing_subst__(self, arg):
        return arg

    def __repr__(self):
        return "~" + self.__name__


class TypeVarTuple(_Base):
    """Any number of types that are not known yet."""

    def __init__(self, name):
        self.__name__ = name

    def __typing_subst__(self, arg):
        return arg

    def __iter__(self):
        yield Unpack[self]

    def __repr__(self):
        return self.__name__


class Generic:
    """A class with type variables."""

    __slots__ = ()
    _is_protocol = False

    def __class_getitem__(cls, params):
        if not isinstance(params, tuple):
            params = (params,)
        if cls in (Generic, Protocol):
            if not params:
                raise TypeError(f"Parameter list to {cls.__qualname__}[...] cannot be empty")
            for param in params:
                if not _is_parameter(param) and not isinstance(param, _GenericAlias):
                    raise TypeError(
                        f"Parameters to {cls.__name__}[...] must all be type variables "
                        f"or parameter specification variables."
                    )
            for i, param in enumerate(params):
                if param in params[:i]:
                    raise TypeError(f"Parameters to {cls.__name__}[...] must all be unique")
            return _GenericAlias(cls, params)
        message = "Parameters to generic types must be types."
        params = tuple([_type_check(p, message) for p in params])
        wanted = cls.__parameters__
        if not wanted:
            raise TypeError(f"{cls} is not a generic class")
        loose = any([isinstance(p, (ParamSpec, TypeVarTuple)) for p in wanted])
        if len(params) != len(wanted) and not loose:
            raise _miscounted(cls, len(params), len(wanted))
        return _GenericAlias(cls, params)

    def __init_subclass__(cls, *args, **kwargs):
        super().__init_subclass__(*args, **kwargs)
        bases = cls.__dict__.get("__orig_bases__")
        if bases is not None:
            error = Generic in bases
        else:
            error = Generic in cls.__bases__ and cls.__name__ != "Protocol"
        if error:
            raise TypeError("Cannot inherit from plain Generic")
        params = ()
        if bases is not None:
            params = _parameters_of(bases)
            for base in bases:
                if isinstance(base, _GenericAlias) and base.__origin__ in (Generic, Protocol):
                    missing = [p for p in params if p not in base.__parameters__]
                    if missing and base.__origin__ is Generic:
                        names = ", ".join([str(p) for p in missing])
                        given = ", ".join([str(p) for p in base.__parameters__])
                        raise TypeError(
                            f"Some type variables ({names}) are not listed in Generic[{given}]"
                        )
                    params = base.__parameters__
        cls.__parameters__ = params


class _ProtocolMeta(ABCMeta):
    def __instancecheck__(cls, instance):
        if cls is Protocol or not getattr(cls, "_is_protocol", False):
            return super().__instancecheck__(instance)
        if not getattr(cls, "_is_runtime_protocol", False):
            raise TypeError(
                "Instance and class checks can only be used with @runtime_checkable protocols"
            )
        if cls in type(instance).__mro__:
            return True
        for name in _protocol_members(cls):
            try:
                value = getattr(instance, name)
            except AttributeError:
                return False
            if value is None and callable(getattr(cls, name, None)):
                return False
        return True

    def __subclasscheck__(cls, other):
        if cls is Protocol or not getattr(cls, "_is_protocol", False):
            return super().__subclasscheck__(other)
        if not isinstance(other, type):
            raise TypeError("issubclass() arg 1 must be a class")
        if cls in other.__mro__:
            return True
        if not getattr(cls, "_is_runtime_protocol", False):
            raise TypeError(
                "Instance and class checks can only be used with @runtime_checkable protocols"
            )
        names = _protocol_members(cls)
        plain = [name for name in names if not callable(getattr(cls, name, None))]
        if plain:
            raise TypeError(
                "Protocols with non-method members don't support issubclass(). "
                f"Non-method members: {', '.join([repr(name) for name in sorted(plain)])}."
            )
        for name in names:
            for base in other.__mro__:
                if name in base.__dict__:
                    if base.__dict__[name] is None:
                        return False
                    break
            else:
                return False
        return True


_NOT_MEMBERS = frozenset(
    (
        "__abstractmethods__ __annotations__ __dict__ __doc__ __init__ __module__ __new__ "
        "__slots__ __subclasshook__ __weakref__ __class_getitem__ __match_args__ "
        "__static_attributes__ __firstlineno__ __orig_bases__ __parameters__ __qualname__ "
        "__init_subclass__ _is_protocol _is_runtime_protocol _abc_impl "
        "__protocol_attrs__ __hash__"
    ).split()
)


def _protocol_members(cls):
    names = set()
    for base in cls.__mro__[:-1]:
        if base.__name__ in ("Protocol", "Generic"):
            continue
        for name in list(base.__dict__) + list(base.__dict__.get("__annotations__", {})):
            if name not in _NOT_MEMBERS:
                names.add(name)
    return names


def _no_init(self, *args, **kwargs):
    cls = type(self)
    if cls._is_protocol:
        raise TypeError("Protocols cannot be instantiated")


class Protocol(Generic, metaclass=_ProtocolMeta):
    """A class that says which members others must have."""

    __slots__ = ()
    _is_protocol = True
    _is_runtime_protocol = False

    def __init_subclass__(cls, *args, **kwargs):
        super().__init_subclass__(*args, **kwargs)
        if "_is_protocol" not in cls.__dict__:
            cls._is_protocol = any([b is Protocol for b in cls.__bases__])
        if cls._is_protocol and "__init__" not in cls.__dict__:
            cls.__init__ = _no_init
        elif not cls._is_protocol and cls.__init__ is _no_init:
            for base in cls.__mro__:
                init = base.__dict__.get("__init__", _no_init)
                if init is not _no_init:
                    cls.__init__ = init
                    break


def runtime_checkable(cls):
    """Lets a protocol be asked for by `isinstance`."""
    if not (isinstance(cls, type) and getattr(cls, "_is_protocol", False)):
        raise TypeError(
            f"@runtime_checkable can be only applied to protocol classes, got {cls!r}"
        )
    cls._is_runtime_protocol = True
    return cls


T = TypeVar("T")
KT = TypeVar("KT")
VT = TypeVar("VT")
T_co = TypeVar("T_co", covariant=True)
AnyStr = TypeVar("AnyStr", bytes, str)

List = _SpecialGenericAlias(list, 1, "List", False)
Dict = _SpecialGenericAlias(dict, 2, "Dict", False)
Set = _SpecialGenericAlias(set, 1, "Set", False)
FrozenSet = _SpecialGenericAlias(frozenset, 1, "FrozenSet", False)
Type = _SpecialGenericAlias(type, 1, "Type", False)
Tuple = _TupleType(tuple, -1, "Tuple", False)
Callable = _CallableType(_abc.Callable, 2, "Callable")
Hashable = _SpecialGenericAlias(_abc.Hashable, 0)
Sized = _SpecialGenericAlias(_abc.Sized, 0)
Awaitable = _SpecialGenericAlias(_abc.Awaitable, 1)
Coroutine = _SpecialGenericAlias(_abc.Coroutine, 3)
AsyncIterable = _SpecialGenericAlias(_abc.AsyncIterable, 1)
AsyncIterator = _SpecialGenericAlias(_abc.AsyncIterator, 1)
AsyncGenerator = _SpecialGenericAlias(_abc.AsyncGenerator, 2)
Iterable = _SpecialGenericAlias(_abc.Iterable, 1)
Iterator = _SpecialGenericAlias(_abc.Iterator, 1)
Generator = _SpecialGenericAlias(_abc.Generator, 3)
Reversible = _SpecialGenericAlias(_abc.Reversible, 1)
Container = _SpecialGenericAlias(_abc.Container, 1)
Collection = _SpecialGenericAlias(_abc.Collection, 1)
AbstractSet = _SpecialGenericAlias(_abc.Set, 1, "AbstractSet")
MutableSet = _SpecialGenericAlias(_abc.MutableSet, 1)
Mapping = _SpecialGenericAlias(_abc.Mapping, 2)
MutableMapping = _SpecialGenericAlias(_abc.MutableMapping, 2)
Sequence = _SpecialGenericAlias(_abc.Sequence, 1)
MutableSequence = _SpecialGenericAlias(_abc.MutableSequence, 1)
ByteString = _SpecialGenericAlias(_abc.ByteString, 0)
MappingView = _SpecialGenericAlias(_abc.MappingView, 1)
KeysView = _SpecialGenericAlias(_abc.KeysView, 1)
ItemsView = _SpecialGenericAlias(_abc.ItemsView, 2)
ValuesView = _SpecialGenericAlias(_abc.ValuesView, 1)

# Made when they are asked for: their modules need not be loaded.
_LATE = {
    "Deque": ("collections", "deque", 1),
    "DefaultDict": ("collections", "defaultdict", 2),
    "OrderedDict": ("collections", "OrderedDict", 2),
    "Counter": ("collections", "Counter", 1),
    "ChainMap": ("collections", "ChainMap", 2),
    "ContextManager": ("contextlib", "AbstractContextManager", 2),
}


def __getattr__(name):
    if name in _LATE:
        module, origin, count = _LATE[name]
        if module == "collections":
            import collections as found
        else:
            import contextlib as found
        alias = _SpecialGenericAlias(getattr(found, origin), count, name)
        globals()[name] = alias
        return alias
    raise AttributeError(f"module 'typing' has no attribute {name!r}")


@runtime_checkable
class SupportsInt(Protocol):
    __slots__ = ()

    @abstractmethod
    def __int__(self):
        pass


@runtime_checkable
class SupportsFloat(Protocol):
    __slots__ = ()

    @abstractmethod
    def __float__(self):
        pass


@runtime_checkable
class SupportsComplex(Protocol):
    __slots__ = ()

    @abstractmethod
    def __complex__(self):
        pass


@runtime_checkable
class SupportsBytes(Protocol):
    __slots__ = ()

    @abstractmethod
    def __bytes__(self):
        pass


@runtime_checkable
class SupportsIndex(Protocol):
    __slots__ = ()

    @abstractmethod
    def __index__(self):
        pass


@runtime_checkable
class SupportsAbs(Protocol[T_co]):
    __slots__ = ()

    @abstractmethod
    def __abs__(self):
        pass


@runtime_checkable
class SupportsRound(Protocol[T_co]):
    __slots__ = ()

    @abstractmethod
    def __round__(self, ndigits=0):
        pass


class IO(Generic[AnyStr]):
    """Any stream."""

    __slots__ = ()


class BinaryIO(IO[bytes]):
    __slots__ = ()


class TextIO(IO[str]):
    __slots__ = ()


def cast(typ, val):
    """The value as it is."""
    return val


def assert_type(val, typ, /):
    return val


def assert_never(arg, /):
    shown = repr(arg)
    shown = shown if len(shown) <= 100 else shown[:100] + "..."
    raise AssertionError(f"Expected code to be unreachable, but got: {shown}")


def reveal_type(obj, /):
    print(f"Runtime type is {type(obj).__name__!r}", file=sys.stderr)
    return obj


def final(f):
    try:
        f.__final__ = True
    except (AttributeError, TypeError):
        pass
    return f


def override(method, /):
    try:
        method.__override__ = True
    except (AttributeError, TypeError):
        pass
    return method


def no_type_check(arg):
    try:
        arg.__no_type_check__ = True
    except TypeError:
        pass
    return arg


def _overload_dummy(*args, **kwds):
    raise NotImplementedError(
        "You should not call an overloaded function. A series of @overload-decorated functions "
        "outside a stub module should always be followed by an implementation that is not "
        "@overload-ed."
    )


_overloads = {}


def overload(func):
    """One of several ways to call a function; the last definition is the function."""
    key = (getattr(func, "__module__", None), getattr(func, "__qualname__", None))
    _overloads.setdefault(key, []).append(func)
    return _overload_dummy


def get_overloads(func):
    key = (getattr(func, "__module__", None), getattr(func, "__qualname__", None))
    return list(_overloads.get(key, []))


def clear_overloads():
    _overloads.clear()


def get_origin(tp):
    """What stands in front of the brackets."""
    if isinstance(tp, _AnnotatedAlias):
        return Annotated
    if isinstance(tp, (_GenericAlias, _SpecialGenericAlias, GenericAlias)):
        return tp.__origin__
    if tp is Generic:
        return Generic
    if isinstance(tp, UnionType):
        return UnionType
    return None


def get_args(tp):
    """What stands in the brackets."""
    if isinstance(tp, _AnnotatedAlias):
        return (tp.__origin__,) + tp.__metadata__
    if isinstance(tp, _CallableGenericAlias):
        *args, result = tp.__args__
        if len(args) == 1 and (args[0] is ... or isinstance(args[0], ParamSpec)):
            return (args[0], result)
        return (list(args), result)
    if isinstance(tp, (_GenericAlias, GenericAlias, UnionType)):
        return tp.__args__
    return ()


def _evaluated(hint, globals, extras):
    if hint is None:
        return NoneType
    if isinstance(hint, ForwardRef):
        hint = hint.__forward_arg__
    if isinstance(hint, str):
        from _codegen import function

        hint = function(f"def annotation():\n return ({hint})", globals)()
        return _evaluated(hint, globals, extras)
    if isinstance(hint, _AnnotatedAlias):
        if not extras:
            return _evaluated(hint.__origin__, globals, extras)
        return hint
    if isinstance(hint, (_GenericAlias, GenericAlias)) and not isinstance(
        hint, _LiteralGenericAlias
    ):
        args = tuple([_evaluated(arg, globals, extras) if arg is not ... else arg
                      for arg in hint.__args__])
        if args == hint.__args__:
            return hint
        if isinstance(hint, _GenericAlias):
            return hint._copy_with(args)
        return GenericAlias(hint.__origin__, args)
    return hint


def get_type_hints(obj, globalns=None, localns=None, include_extras=False):
    """The annotations of a function, a class or a module; text is read."""
    if isinstance(obj, type):
        hints = {}
        for base in reversed(obj.__mro__):
            module = sys.modules.get(base.__module__)
            space = globalns
            if space is None:
                space = module.__dict__ if module is not None else {}
            if localns is not None or obj is base:
                space = {**space, **(localns or vars(base))}
            for name, value in base.__dict__.get("__annotations__", {}).items():
                hints[name] = _evaluated(value, space, include_extras)
        return hints
    hints = getattr(obj, "__annotations__", None)
    if hints is None:
        raise TypeError(f"{obj!r} is not a module, class, method, or function.")
    space = globalns
    if space is None:
        while hasattr(obj, "__wrapped__"):
            obj = obj.__wrapped__
        space = getattr(obj, "__globals__", None)
        if space is None:
            space = getattr(obj, "__dict__", {})
    if localns is not None:
        space = {**space, **localns}
    return {name: _evaluated(value, space, include_extras) for name, value in hints.items()}


class NewType(_Base):
    """Another name of a type, which gives what it is given."""

    def __init__(self, name, tp):
        self.__qualname__, self.__name__ = name, name.split(".")[-1]
        self.__supertype__, self.__module__ = tp, "__main__"

    def __mro_entries__(self, bases):
        name = self.__name__
        raise TypeError(
            f"Cannot subclass an instance of NewType. Perhaps you were looking for: "
            f"`{name} = NewType({name!r}, {name})`"
        )

    def __call__(self, x):
        return x

    def __repr__(self):
        return f"{self.__module__}.{self.__qualname__}"


# Names in the body of a named tuple that mean nothing, and those that are the tuple's own.
_SPECIAL_FIELDS = frozenset("__module__ __name__ __annotations__".split())
_PROHIBITED = frozenset((
    "__init__ __new__ __slots__ __getnewargs__ "
    "_asdict _field_defaults _field_types _fields _make _replace _source"
).split())


def _make_namedtuple(name, types, module, defaults=()):
    from collections import namedtuple

    fields = [n for n, _ in types]
    types = {n: _type_check(t, f"field {n} annotation must be a type") for n, t in types}
    made = namedtuple(name, fields, defaults=defaults, module=module)
    made.__annotations__ = made.__new__.__annotations__ = types
    return made


class NamedTupleMeta(type):
    def __new__(cls, typename, bases, ns):
        for base in bases:
            if base is not _NamedTuple and base is not Generic:
                raise TypeError("can only inherit from a NamedTuple type and Generic")
        bases = tuple([tuple if base is _NamedTuple else base for base in bases])
        types = ns.get("__annotations__", {})
        defaults = []
        for name in types:
            if name in ns:
                defaults.append(name)
            elif defaults:
                plural = "s" if len(defaults) > 1 else ""
                raise TypeError(
                    f"Non-default namedtuple field {name} cannot follow default field{plural} "
                    f"{', '.join(defaults)}"
                )
        made = _make_namedtuple(
            typename,
            types.items(),
            ns.get("__module__", "__main__"),
            [ns[name] for name in defaults],
        )
        for key, value in ns.items():
            if key in _PROHIBITED:
                raise AttributeError("Cannot overwrite NamedTuple attribute " + key)
            if key not in _SPECIAL_FIELDS and key not in made._fields and key != "__classcell__":
                setattr(made, key, value)
                hook = getattr(type(value), "__set_name__", None)
                if hook is not None:
                    hook(value, made, key)
        cell = ns.get("__classcell__")
        if cell is not None:
            cell.cell_contents = made
        return made


_NamedTuple = NamedTupleMeta.__base__.__new__(NamedTupleMeta, "NamedTuple", (), {})


class _NamedTupleFunction:
    """`NamedTuple`: a base of classes, and a function that makes one."""

    __name__ = __qualname__ = "NamedTuple"
    __module__ = "typing"

    def __call__(self, typename, fields=(), /, **kwargs):
        if kwargs:
            fields = kwargs.items()
        return _make_namedtuple(typename, fields, "__main__")

    def __mro_entries__(self, bases):
        return (_NamedTuple,)

    def __repr__(self):
        return "<function NamedTuple>"


NamedTuple = _NamedTupleFunction()


class _TypedDictMeta(type):
    def __new__(cls, name, bases, ns, total=True):
        for base in bases:
            if type(base) is not _TypedDictMeta and base is not Generic:
                raise TypeError("cannot inherit from both a TypedDict type and a non-TypedDict base class")
        made = type.__new__(cls, name, (dict,), ns)
        annotations = {}
        required, optional = set(), set()
        for base in bases:
            annotations.update(base.__dict__.get("__annotations__", {}))
            required |= base.__dict__.get("__required_keys__", set())
            optional |= base.__dict__.get("__optional_keys__", set())
        message = "TypedDict('Name', {f0: t0, f1: t1, ...}); each t must be a type"
        for key, kind in ns.get("__annotations__", {}).items():
            kind = _type_check(kind, message, made.__module__)
            origin = get_origin(kind)
            annotations[key] = kind
            if origin is Required or (total and origin is not NotRequired):
                required.add(key)
                optional.discard(key)
            else:
                optional.add(key)
                required.discard(key)
        made.__annotations__ = annotations
        made.__required_keys__ = frozenset(required)
        made.__optional_keys__ = frozenset(optional)
        made.__total__ = total
        return made

    def __call__(cls, *args, **kwargs):
        return dict(*args, **kwargs)

    def __instancecheck__(cls, other):
        raise TypeError("TypedDict does not support instance and class checks")

    def __subclasscheck__(cls, other):
        raise TypeError("TypedDict does not support instance and class checks")


_TypedDict = type.__new__(_TypedDictMeta, "TypedDict", (), {})


class _TypedDictFunction:
    """`TypedDict`: a base of classes, and a function that makes one."""

    __name__ = __qualname__ = "TypedDict"
    __module__ = "typing"

    def __call__(self, typename, fields=(), /, *, total=True):
        ns = {"__annotations__": dict(fields), "__module__": "__main__"}
        return _TypedDictMeta(typename, (_TypedDict,), ns, total=total)

    def __mro_entries__(self, bases):
        return (_TypedDict,)

    def __repr__(self):
        return "<function TypedDict>"


TypedDict = _TypedDictFunction()


def is_typeddict(tp):
    """Whether it is a class of dicts with named keys."""
    return isinstance(tp, _TypedDictMeta)
