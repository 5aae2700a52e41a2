"""Classes that are made of fields: methods written from annotations."""

import sys

from _codegen import function as _function

__all__ = (
    "dataclass field Field FrozenInstanceError InitVar KW_ONLY MISSING fields asdict astuple "
    "make_dataclass replace is_dataclass"
).split()

_FIELDS = "__dataclass_fields__"
_PARAMS = "__dataclass_params__"


class FrozenInstanceError(AttributeError):
    """A field of a frozen instance was to be changed."""


class _Mark:
    """An object that stands for something, and shows as a text."""

    def __init__(self, shown):
        self.shown = shown

    def __repr__(self):
        return self.shown


_FIELD = _Mark("_FIELD")
_FIELD_CLASSVAR = _Mark("_FIELD_CLASSVAR")
_FIELD_INITVAR = _Mark("_FIELD_INITVAR")
_HAS_DEFAULT_FACTORY = _Mark("<factory>")


class _MISSING_TYPE:
    """What is not given."""


class _KW_ONLY_TYPE:
    """As an annotation: fields after it are named in calls."""


MISSING, KW_ONLY = _MISSING_TYPE(), _KW_ONLY_TYPE()


def _function_for_types():
    pass


_proxy = type(type.__dict__)
_member = type(_Mark.__dict__["__dict__"])


class _Slotted:
    __slots__ = ("a",)


_slot = type(_Slotted.__dict__["a"])

# Values of these types are their own copies.
_ATOMIC_TYPES = frozenset(
    {
        type(None),
        bool,
        int,
        float,
        str,
        bytes,
        type(...),
        type(NotImplemented),
        type(len),
        type(_function_for_types),
        type,
        range,
        property,
    }
)


def _recursive_repr(function):
    """Has a method write `...` for an object that it is writing already."""
    writing = []

    def wrapper(self):
        if id(self) in writing:
            return "..."
        writing.append(id(self))
        try:
            return function(self)
        finally:
            writing.remove(id(self))

    for name in ("__module__", "__name__", "__qualname__", "__doc__"):
        setattr(wrapper, name, getattr(function, name))
    wrapper.__wrapped__ = function
    return wrapper


class InitVar:
    """As an annotation: what is given to `__init__` and `__post_init__`, and not kept."""

    __slots__ = ("type",)

    def __init__(self, type):
        self.type = type

    def __class_getitem__(cls, type):
        return cls(type)

    def __repr__(self):
        named = self.type.__name__ if isinstance(self.type, type) else repr(self.type)
        return f"dataclasses.InitVar[{named}]"


def _shown(values, names):
    return ",".join([f"{name}={getattr(values, name)!r}" for name in names])


_EMPTY = _proxy({})


class Field:
    """What is known of a field."""

    __slots__ = tuple(
        "name type default default_factory repr hash init compare metadata kw_only _field_type"
        .split()
    )

    def __init__(self, default, default_factory, init, repr, hash, compare, metadata, kw_only):
        self.name = self.type = self._field_type = None
        self.default, self.default_factory = default, default_factory
        self.init, self.kw_only = init, kw_only
        self.repr, self.hash, self.compare = repr, hash, compare
        self.metadata = _EMPTY if metadata is None else _proxy(metadata)

    @_recursive_repr
    def __repr__(self):
        known = "name type default default_factory init repr hash compare metadata kw_only"
        return f"Field({_shown(self, known.split())},_field_type={self._field_type})"

    def __set_name__(self, owner, name):
        hook = getattr(type(self.default), "__set_name__", None)
        if hook:
            hook(self.default, owner, name)


# The choices that `dataclass` takes.
_CHOICES = (
    "init repr eq order unsafe_hash frozen match_args kw_only slots weakref_slot".split()
)


class _DataclassParams:
    """The choices that were made for a class."""

    __slots__ = tuple(_CHOICES)

    def __init__(self, choices):
        for name in _CHOICES:
            setattr(self, name, choices[name])

    def __repr__(self):
        return f"_DataclassParams({_shown(self, _CHOICES)})"


def field(
    *,
    default=MISSING,
    default_factory=MISSING,
    init=True,
    repr=True,
    hash=None,
    compare=True,
    metadata=None,
    kw_only=MISSING,
):
    """What a field is to be, beside its annotation."""
    if default is not MISSING and default_factory is not MISSING:
        raise ValueError("cannot specify both default and default_factory")
    return Field(default, default_factory, init, repr, hash, compare, metadata, kw_only)


class _Builder:
    """Methods as text, compiled together when all are known."""

    def __init__(self, globals):
        self.names = []
        self.text = []
        self.globals = globals
        self.locals = {}
        self.complaints = {}
        self.forced = set()

    def add(self, name, args, body, locals=None, returns=MISSING, complain=False, force=False,
            decorator=None):
        if locals is not None:
            self.locals.update(locals)
        if complain:
            self.complaints[name] = complain
        if force:
            self.forced.add(name)
        self.names.append(name)
        arrow = ""
        if returns is not MISSING:
            self.locals[f"__dataclass_{name}_return_type__"] = returns
            arrow = f"->__dataclass_{name}_return_type__"
        above = f" {decorator}\n" if decorator else ""
        lines = "\n".join(body)
        self.text.append(f"{above} def {name}({','.join(args)}){arrow}:\n{lines}")

    def finish(self, cls):
        names = "".join([f"{name}," for name in self.names])
        parts = "\n".join(self.text)
        text = f"def __create_fn__({','.join(self.locals)}):\n{parts}\n return ({names})"
        functions = _function(text, self.globals)(**self.locals)
        for name, function in zip(self.names, functions):
            function.__qualname__ = f"{cls.__qualname__}.{function.__name__}"
            if name in self.forced:
                setattr(cls, name, function)
            elif _set_new(cls, name, function) and name in self.complaints:
                more = self.complaints[name]
                message = f"Cannot overwrite attribute {function.__name__} in class {cls.__name__}"
                raise TypeError(message if more is True else f"{message} {more}")


def _tuple_text(owner, fields):
    return "(" + "".join([f"{owner}.{f.name}," for f in fields]) + ")"


def _field_line(f, frozen, locals, this, slots):
    name = f"__dataclass_dflt_{f.name}__"
    if f.default_factory is not MISSING:
        locals[name] = f.default_factory
        value = f"{name}()"
        if f.init:
            value += f" if {f.name} is __dataclass_HAS_DEFAULT_FACTORY__ else {f.name}"
    elif f.init:
        if f.default is not MISSING:
            locals[name] = f.default
        value = f.name
    elif slots and f.default is not MISSING:
        locals[name] = f.default
        value = name
    else:
        return None
    if f._field_type is _FIELD_INITVAR:
        return None
    if frozen:
        return f"  __dataclass_builtins_object__.__setattr__({this},{f.name!r},{value})"
    return f"  {this}.{f.name}={value}"


def _parameter(f):
    default = ""
    if f.default is not MISSING:
        default = f"=__dataclass_dflt_{f.name}__"
    elif f.default_factory is not MISSING:
        default = "=__dataclass_HAS_DEFAULT_FACTORY__"
    return f"{f.name}:__dataclass_type_{f.name}__{default}"


def _add_init(fields, plain, kw_only, frozen, has_post_init, this, builder, slots):
    seen = None
    for f in plain:
        if not (f.default is MISSING and f.default_factory is MISSING):
            seen = f
        elif seen:
            raise TypeError(
                f"non-default argument {f.name!r} follows default argument {seen.name!r}"
            )
    locals = {f"__dataclass_type_{f.name}__": f.type for f in fields}
    locals["__dataclass_HAS_DEFAULT_FACTORY__"] = _HAS_DEFAULT_FACTORY
    locals["__dataclass_builtins_object__"] = object
    body = [_field_line(f, frozen, locals, this, slots) for f in fields]
    body = [line for line in body if line]
    if has_post_init:
        args = ",".join([f.name for f in fields if f._field_type is _FIELD_INITVAR])
        body.append(f"  {this}.__post_init__({args})")
    args = [this] + [_parameter(f) for f in plain]
    if kw_only:
        args += ["*"] + [_parameter(f) for f in kw_only]
    builder.add("__init__", args, body or ["  pass"], locals=locals, returns=None)


def _add_frozen(cls, fields, builder):
    locals = {"cls": cls, "FrozenInstanceError": FrozenInstanceError}
    condition = "type(self) is cls"
    if fields:
        names = ", ".join([repr(f.name) for f in fields])
        condition += " or name in {" + names + "}"
    for method, args, verb in (
        ("__setattr__", ("name", "value"), "assign to"),
        ("__delattr__", ("name",), "delete"),
    ):
        builder.add(
            method,
            ("self",) + args,
            (
                f"  if {condition}:",
                f'   raise FrozenInstanceError(f"cannot {verb} field {{name!r}}")',
                f"  super(cls, self).{method}({', '.join(args)})",
            ),
            locals=locals,
            complain=True,
        )


def _is_classvar(annotation, typing):
    wanted = typing.ClassVar
    if isinstance(annotation, typing._GenericAlias):
        annotation = annotation.__origin__
    return annotation is wanted


def _is_initvar(annotation, _):
    return annotation is InitVar or isinstance(annotation, InitVar)


def _is_kw_only(annotation, _):
    return annotation is KW_ONLY


def _word(text):
    """The identifier at the front of a text, and what follows."""
    text = text.lstrip()
    end = 0
    while end < len(text) and (text[end].isalnum() or text[end] == "_"):
        end += 1
    return text[:end], text[end:].lstrip()


def _names(annotation, cls, module, kind, is_kind):
    """Whether an annotation that is text names `kind` of `module`."""
    first, rest = _word(annotation)
    if not first:
        return False
    own = sys.modules.get(cls.__module__)
    own = own.__dict__ if own else {}
    if rest.startswith("."):
        second, _ = _word(rest[1:])
        if second and own.get(first) is module:
            return is_kind(module.__dict__.get(second), module)
    return is_kind(own.get(first), module)


def _get_field(cls, name, annotation, kw_only):
    default = getattr(cls, name, MISSING)
    if isinstance(default, Field):
        f = default
    else:
        if isinstance(default, _slot):
            default = MISSING
        f = field(default=default)
    f.name = name
    f.type = annotation
    f._field_type = _FIELD
    is_text = isinstance(annotation, str)
    typing = sys.modules.get("typing")
    if typing and (
        _is_classvar(annotation, typing)
        or (is_text and _names(annotation, cls, typing, typing.ClassVar, _is_classvar))
    ):
        f._field_type = _FIELD_CLASSVAR
    this = sys.modules[__name__]
    if f._field_type is _FIELD and (
        _is_initvar(annotation, this)
        or (is_text and _names(annotation, cls, this, InitVar, _is_initvar))
    ):
        f._field_type = _FIELD_INITVAR
    if f._field_type is not _FIELD and f.default_factory is not MISSING:
        raise TypeError(f"field {f.name} cannot have a default factory")
    if f._field_type is not _FIELD_CLASSVAR:
        if f.kw_only is MISSING:
            f.kw_only = kw_only
    elif f.kw_only is not MISSING:
        raise TypeError(f"field {f.name} is a ClassVar but specifies kw_only")
    if f._field_type is _FIELD and f.default.__class__.__hash__ is None:
        raise ValueError(
            f"mutable default {type(f.default)} for field {f.name} is not allowed: "
            "use default_factory"
        )
    return f


def _set_new(cls, name, value):
    if name in cls.__dict__:
        return True
    setattr(cls, name, value)
    return False


def _set_hash(cls, fields, builder, choices, explicit):
    if choices["unsafe_hash"]:
        if explicit:
            raise TypeError(f"Cannot overwrite attribute __hash__ in class {cls.__name__}")
    elif not choices["eq"] or explicit:
        return
    elif not choices["frozen"]:
        cls.__hash__ = None
        return
    hashed = [f for f in fields if (f.compare if f.hash is None else f.hash)]
    body = [f"  return hash({_tuple_text('self', hashed)})"]
    builder.add("__hash__", ("self",), body, force=True)
    cls.__hash__ = None


def _annotation_text(annotation):
    if getattr(annotation, "__module__", None) == "typing":
        return repr(annotation).replace("typing.", "")
    if isinstance(annotation, type) and type(annotation) is not _alias:
        if annotation.__module__ == "builtins":
            return annotation.__qualname__
        return f"{annotation.__module__}.{annotation.__qualname__}"
    return repr(annotation)


_alias = type(list[int])


def _signature(plain, kw_only):
    words = []
    for f in plain + kw_only:
        word = f"{f.name}: {_annotation_text(f.type)}"
        if f.default is not MISSING:
            word += f" = {f.default!r}"
        elif f.default_factory is not MISSING:
            word += " = <factory>"
        words.append(word)
    if kw_only:
        words.insert(len(plain), "*")
    return f"({', '.join(words)})"


def _own_fields(cls, kw_only):
    """The fields that the annotations of the class itself make."""
    annotations = cls.__dict__.get("__annotations__", {})
    this = sys.modules[__name__]
    own, parted = [], False
    for name, annotation in annotations.items():
        parts = _is_kw_only(annotation, this)
        if not parts and isinstance(annotation, str):
            parts = _names(annotation, cls, this, KW_ONLY, _is_kw_only)
        if not parts:
            own.append(_get_field(cls, name, annotation, kw_only or parted))
        elif parted:
            raise TypeError(f"{name!r} is KW_ONLY, but KW_ONLY has already been specified")
        else:
            parted = True
    for f in own:
        # In place of the field, the class has the default.
        if isinstance(getattr(cls, f.name, None), Field):
            if f.default is not MISSING:
                setattr(cls, f.name, f.default)
            else:
                delattr(cls, f.name)
    stray = [name for name, value in cls.__dict__.items()
             if isinstance(value, Field) and name not in annotations]
    if stray:
        raise TypeError(f"{stray[0]!r} is a field but has no type annotation")
    return own


def _process_class(cls, choices):
    """Adds to a class what was chosen."""
    module = sys.modules.get(cls.__module__)
    globals = {} if module is None else module.__dict__
    frozen, slots = choices["frozen"], choices["slots"]
    setattr(cls, _PARAMS, _DataclassParams(choices))
    bases = [base for base in reversed(cls.__mro__[1:]) if hasattr(base, _FIELDS)]
    found = {}
    for base in bases:
        found |= getattr(base, _FIELDS)
    for f in _own_fields(cls, choices["kw_only"]):
        found[f.name] = f
    for base in bases:
        base_frozen = getattr(base, _PARAMS).frozen
        if base_frozen and not frozen:
            raise TypeError("cannot inherit non-frozen dataclass from a frozen one")
        if frozen and not base_frozen:
            raise TypeError("cannot inherit frozen dataclass from a non-frozen one")
    setattr(cls, _FIELDS, found)
    class_hash = cls.__dict__.get("__hash__", MISSING)
    explicit = not (class_hash is MISSING or (class_hash is None and "__eq__" in cls.__dict__))
    if choices["order"] and not choices["eq"]:
        raise ValueError("eq must be true if order is true")
    in_init = [f for f in found.values() if f._field_type is not _FIELD_CLASSVAR]
    plain = tuple([f for f in in_init if f.init and not f.kw_only])
    named = tuple([f for f in in_init if f.init and f.kw_only])
    builder = _Builder(globals)
    if choices["init"]:
        name = "__dataclass_self__" if "self" in found else "self"
        has_post_init = hasattr(cls, "__post_init__")
        _add_init(in_init, plain, named, frozen, has_post_init, name, builder, slots)
    _set_new(cls, "__replace__", _replace)
    real = [f for f in found.values() if f._field_type is _FIELD]
    if choices["repr"]:
        shown = ", ".join([f"{f.name}={{self.{f.name}!r}}" for f in real if f.repr])
        builder.add(
            "__repr__",
            ("self",),
            ['  return f"{self.__class__.__qualname__}(' + shown + ')"'],
            locals={"__dataclasses_recursive_repr": _recursive_repr},
            decorator="@__dataclasses_recursive_repr",
        )
    compared = [f for f in real if f.compare]
    if choices["eq"]:
        terms = [f"self.{f.name}==other.{f.name}" for f in compared]
        builder.add(
            "__eq__",
            ("self", "other"),
            [
                "  if self is other:",
                "   return True",
                "  if other.__class__ is self.__class__:",
                f"   return {' and '.join(terms) or 'True'}",
                "  return NotImplemented",
            ],
        )
    if choices["order"]:
        left, right = _tuple_text("self", compared), _tuple_text("other", compared)
        for name, sign in (("__lt__", "<"), ("__le__", "<="), ("__gt__", ">"), ("__ge__", ">=")):
            builder.add(
                name,
                ("self", "other"),
                [
                    "  if other.__class__ is self.__class__:",
                    f"   return {left}{sign}{right}",
                    "  return NotImplemented",
                ],
                complain="Consider using functools.total_ordering",
            )
    if frozen:
        _add_frozen(cls, real, builder)
    _set_hash(cls, real, builder, choices, explicit)
    builder.finish(cls)
    if not getattr(cls, "__doc__"):
        cls.__doc__ = cls.__name__ + _signature(plain, named)
    if choices["match_args"]:
        _set_new(cls, "__match_args__", tuple([f.name for f in plain]))
    if slots:
        cls = _add_slots(cls, frozen, choices["weakref_slot"])
    elif choices["weakref_slot"]:
        raise TypeError("weakref_slot is True but slots is False")
    if "abc" in sys.modules:
        sys.modules["abc"].update_abstractmethods(cls)
    return cls


def _getstate(self):
    return [getattr(self, one.name) for one in fields(self)]


def _setstate(self, state):
    # Round about the method of a frozen class.
    for one, value in zip(fields(self), state):
        object.__setattr__(self, one.name, value)


def _slots_of(cls):
    """The names that have their places in instances of the class."""
    slots = cls.__dict__.get("__slots__", ("__weakref__", "__dict__"))
    if hasattr(slots, "__next__"):
        raise TypeError(f"Slots of '{cls.__name__}' cannot be determined")
    return (slots,) if isinstance(slots, str) else slots


def _add_slots(cls, frozen, weakref_slot):
    """The class made again, with slots for its fields."""
    if "__slots__" in cls.__dict__:
        raise TypeError(f"{cls.__name__} already specifies __slots__")
    names = [one.name for one in fields(cls)]
    wanted = names + ["__weakref__"] if weakref_slot else names
    inherited = {name for base in cls.__mro__[1:-1] for name in _slots_of(base)}
    left_out = {*names, "__dict__", "__weakref__"}
    body = {name: value for name, value in cls.__dict__.items() if name not in left_out}
    body["__slots__"] = tuple([name for name in wanted if name not in inherited])
    made = type(cls)(cls.__name__, cls.__bases__, body)
    made.__qualname__ = cls.__qualname__
    for name, method in (("__getstate__", _getstate), ("__setstate__", _setstate)):
        if frozen and name not in body:
            setattr(made, name, method)
    return made


def dataclass(
    cls=None,
    /,
    *,
    init=True,
    repr=True,
    eq=True,
    order=False,
    unsafe_hash=False,
    frozen=False,
    match_args=True,
    kw_only=False,
    slots=False,
    weakref_slot=False,
):
    """Adds methods to a class by what its annotations say."""

    choices = {
        "init": init, "repr": repr, "eq": eq, "order": order, "unsafe_hash": unsafe_hash,
        "frozen": frozen, "match_args": match_args, "kw_only": kw_only, "slots": slots,
        "weakref_slot": weakref_slot,
    }
    if cls is not None:
        return _process_class(cls, choices)
    return lambda later: _process_class(later, choices)


def fields(class_or_instance):
    """The fields of a dataclass, or of an instance of one."""
    found = getattr(class_or_instance, _FIELDS, None)
    if found is None:
        raise TypeError("must be called with a dataclass type or instance")
    return tuple([f for f in found.values() if f._field_type is _FIELD])


def _is_dataclass_instance(obj):
    return hasattr(type(obj), _FIELDS)


def is_dataclass(obj):
    """Whether it is a dataclass or an instance of one."""
    return hasattr(obj if isinstance(obj, type) else type(obj), _FIELDS)


def _rebuilt(obj, convert):
    """A container of the same kind with its items converted; other objects are copied."""
    kind = type(obj)
    if isinstance(obj, tuple) and hasattr(obj, "_fields"):
        return kind(*[convert(v) for v in obj])
    if isinstance(obj, (list, tuple)):
        return kind([convert(v) for v in obj])
    if isinstance(obj, dict):
        pairs = [(convert(k), convert(v)) for k, v in obj.items()]
        if hasattr(kind, "default_factory"):
            result = kind(obj.default_factory)
            for k, v in pairs:
                result[k] = v
            return result
        return kind(pairs)
    import copy

    return copy.deepcopy(obj)


def _check_instance(obj, wanted_by):
    if not _is_dataclass_instance(obj):
        raise TypeError(f"{wanted_by}() should be called on dataclass instances")


def asdict(obj, *, dict_factory=dict):
    """The fields of an instance as a dict, those of the instances in it too."""
    _check_instance(obj, "asdict")

    def as_dict(one, convert):
        return dict_factory([(f.name, convert(getattr(one, f.name))) for f in fields(one)])

    return _converted(obj, as_dict)


def astuple(obj, *, tuple_factory=tuple):
    """The fields of an instance as a tuple, those of the instances in it too."""
    _check_instance(obj, "astuple")

    def as_tuple(one, convert):
        return tuple_factory([convert(getattr(one, f.name)) for f in fields(one)])

    return _converted(obj, as_tuple)


def _converted(obj, take_apart):
    """The object with every instance of a dataclass in it taken apart."""

    def convert(value):
        if type(value) in _ATOMIC_TYPES:
            return value
        if _is_dataclass_instance(value):
            return take_apart(value, convert)
        return _rebuilt(value, convert)

    return convert(obj)


_KEYWORDS = frozenset(
    "False None True and as assert async await break class continue def del elif else except "
    "finally for from global if import in is lambda nonlocal not or pass raise return try while "
    "with yield".split()
)


def make_dataclass(
    cls_name,
    fields,
    *,
    bases=(),
    namespace=None,
    init=True,
    repr=True,
    eq=True,
    order=False,
    unsafe_hash=False,
    frozen=False,
    match_args=True,
    kw_only=False,
    slots=False,
    weakref_slot=False,
    module=None,
):
    """A dataclass of these fields: names, or tuples of name, type and field."""
    space = dict(namespace or {})
    annotations = {}
    for item in fields:
        if not isinstance(item, str) and len(item) not in (2, 3):
            raise TypeError(f"Invalid field: {item!r}")
        name, *more = (item,) if isinstance(item, str) else item
        if not isinstance(name, str) or not name.isidentifier():
            raise TypeError(f"Field names must be valid identifiers: {name!r}")
        if name in _KEYWORDS:
            raise TypeError(f"Field names must not be keywords: {name!r}")
        if name in annotations:
            raise TypeError(f"Field name duplicated: {name!r}")
        annotations[name] = more[0] if more else "typing.Any"
        if len(more) == 2:
            space[name] = more[1]
    space["__annotations__"] = annotations
    space["__module__"] = module or "__main__"
    return dataclass(
        type(cls_name, bases, space), init=init, repr=repr, eq=eq, order=order,
        unsafe_hash=unsafe_hash, frozen=frozen, match_args=match_args, kw_only=kw_only,
        slots=slots, weakref_slot=weakref_slot,
    )


def replace(obj, /, **changes):
    """A new instance with some fields changed."""
    _check_instance(obj, "replace")
    return _replace(obj, **changes)


def _replace(self, /, **changes):
    values = dict(changes)
    for name, f in getattr(self, _FIELDS).items():
        kind = f._field_type
        if kind is _FIELD_CLASSVAR:
            continue
        if name in changes:
            if not f.init:
                raise TypeError(
                    f"field {name} is declared with init=False, it cannot be specified with "
                    "replace()"
                )
        elif f.init:
            if kind is _FIELD_INITVAR and f.default is MISSING:
                raise TypeError(f"InitVar {name!r} must be specified with replace()")
            values[name] = getattr(self, name)
    return type(self)(**values)
