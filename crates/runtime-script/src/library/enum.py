"""Enumerations: classes whose attributes are their only instances."""

import builtins as _builtins
import sys

__all__ = (
    "EnumType EnumMeta EnumDict Enum IntEnum StrEnum Flag IntFlag ReprEnum "
    "auto unique property verify member nonmember "
    "FlagBoundary STRICT CONFORM EJECT KEEP "
    "global_flag_repr global_enum_repr global_str global_enum "
    "EnumCheck CONTINUOUS NAMED_FLAGS UNIQUE"
).split()

# The first classes are made before these names mean anything.
Enum = Flag = ReprEnum = EJECT = None


class _Wrapped:
    """A value of a class body that is marked."""

    def __init__(self, value):
        self.value = value


class member(_Wrapped):
    """What is wrapped in it becomes a member."""


class nonmember(_Wrapped):
    """What is wrapped in it does not become a member."""


class _Mark:
    """An object that stands for something, and shows as a text."""

    def __init__(self, shown):
        self._shown = shown

    def __repr__(self):
        return self._shown


_not_given = _Mark("<not given>")
_auto_null = _Mark("_auto_null")


class auto(_Wrapped):
    """Replaced by the next value."""

    def __init__(self, value=_auto_null):
        super().__init__(value)

    def __repr__(self):
        return f"auto({self.value!r})"


def _framed(name, frame):
    """Whether a name stands between `frame` twice, and between no more underscores than that."""
    inner = name[len(frame):-len(frame)]
    if not inner or inner[0] == "_" or inner[-1] == "_":
        return False
    return name.startswith(frame) and name.endswith(frame)


def _mangled(cls_name, name):
    """Whether it is a name such as `__private` in the body of the class."""
    start = f"_{cls_name}__"
    return name != start and name.startswith(start) and not name.endswith("__")


def _is_descriptor(obj):
    return any([hasattr(obj, name) for name in ("__get__", "__set__", "__delete__")])


def _defined_in(cls_name, obj):
    """Whether it is a class that was defined in the body of the class of this name."""
    if not isinstance(obj, type):
        return False
    path = getattr(obj, "__qualname__", "").split(".")
    return path[-2:] == [cls_name, getattr(obj, "__name__", "")]


def _words(names):
    """Names that are given as one text, or one by one."""
    return names.replace(",", " ").split() if isinstance(names, str) else list(names)


def _is_flag(cls):
    return Flag is not None and issubclass(cls, Flag)


def _is_single_bit(num):
    return num.bit_count() == 1 and num > 0


def _bits(num):
    """The powers of two that a number is the sum of, the lowest first."""
    rest = num.value if isinstance(num, Enum) else num
    if rest < 0:
        raise ValueError(f"{num!r} is not a positive integer")
    while rest:
        lowest = rest & -rest
        yield lowest
        rest -= lowest


def show_flag_values(value):
    """The powers of two that make up a flag."""
    return list(_bits(value))


def bin(num, max_bits=None):
    """As the built-in, in two's complement, the sign in front."""
    width = num.bit_length()
    sign = "1" if num < 0 else "0"
    digits = format(num & (1 << width) - 1, f"0{width}b") if width else ""
    return f"0b{sign} {digits.rjust(max_bits or 0, sign)}"


class property:
    """A property of members; read from the class, it is the member of that name."""

    member = None
    _kind = None
    _owner = None

    def __init__(self, fget=None, fset=None, fdel=None, doc=None):
        self.fget, self.fset, self.fdel = fget, fset, fdel
        self.__doc__ = doc or getattr(fget, "__doc__", None)

    def __set_name__(self, ownerclass, name):
        self.name = name
        self.clsname = ownerclass.__name__

    def getter(self, fget):
        return type(self)(fget, self.fset, self.fdel)

    def setter(self, fset):
        return type(self)(self.fget, fset, self.fdel)

    def deleter(self, fdel):
        return type(self)(self.fget, self.fset, fdel)

    def __get__(self, instance, ownerclass=None):
        if instance is None:
            found = self.member
        elif self.fget is not None:
            return self.fget(instance)
        elif self._kind == "attr":
            return getattr(self._owner, self.name)
        elif self._kind == "desc":
            return getattr(instance._value_, self.name)
        else:
            found = ownerclass._member_map_.get(self.name)
        if found is None:
            raise AttributeError(f"{ownerclass!r} has no attribute {self.name!r}")
        return found

    def __set__(self, instance, value):
        if self.fset is None:
            raise AttributeError(f"<enum {self.clsname!r}> cannot set attribute {self.name!r}")
        return self.fset(instance, value)

    def __delete__(self, instance):
        if self.fdel is None:
            raise AttributeError(f"<enum {self.clsname!r}> cannot delete attribute {self.name!r}")
        return self.fdel(instance)


class _Candidate:
    """A value of a class body: becomes a member when the class learns its name."""

    def __init__(self, value):
        self.value = value

    def __set_name__(self, cls, name):
        delattr(cls, name)
        made = self._make(cls, name)
        value = made._value_
        counts = True
        if _is_flag(cls):
            counts = isinstance(value, int) and _is_single_bit(value)
            if isinstance(value, int):
                cls._flag_mask_ |= value
                cls._singles_mask_ |= value if counts else 0
            cls._all_bits_ = (1 << cls._flag_mask_.bit_length()) - 1
        first = _first_of_value(cls, value)
        if first is not None:
            made = first
        elif counts:
            cls._member_names_.append(name)
        cls._add_member_(name, made)
        _note_value(cls, name, value, made)

    def _make(self, cls, name):
        """The object, by what the class says of making one."""
        value = self.value
        args = value if isinstance(value, tuple) and cls._member_type_ is not tuple else (value,)
        made = cls._new_member_(cls, *args) if cls._use_args_ else cls._new_member_(cls)
        if not hasattr(made, "_value_"):
            if cls._member_type_ is not object:
                try:
                    value = cls._member_type_(*args)
                except Exception as reason:
                    raise TypeError(
                        "_value_ not set in __new__, unable to create it"
                    ) from reason
            made._value_ = value
        made._name_ = name
        made.__objclass__ = cls
        made.__init__(*args)
        made._sort_order_ = len(cls._member_names_)
        return made


def _first_of_value(cls, value):
    """The member that has the value, if there is one."""
    try:
        return cls._value2member_map_.get(value)
    except TypeError:
        for known in cls._member_map_.values():
            if known._value_ == value:
                return known
    return None


def _note_value(cls, name, value, made):
    """Has a member found by its value, which may be one without a hash."""
    try:
        cls._value2member_map_.setdefault(value, made)
    except TypeError:
        cls._unhashable_values_.append(value)
        cls._unhashable_values_map_.setdefault(name, []).append(value)


# What a class body may say of the enumeration, besides names that begin with `_repr_`.
_SETTINGS = frozenset((
    "_order_ _ignore_ _missing_ _generate_next_value_ _numeric_repr_ _iter_member_ "
    "_iter_member_by_value_ _iter_member_by_def_ _add_alias_ _add_value_alias_"
).split())


class EnumDict(dict):
    """The namespace of a class body, which notes what becomes a member."""

    def __init__(self):
        super().__init__()
        self._member_names = {}
        self._last_values = []
        self._ignore = []
        self._auto_called = False

    @_builtins.property
    def member_names(self):
        return list(self._member_names)

    def __setitem__(self, key, value):
        if _mangled(self._cls_name, key):
            kept = value
        elif _framed(key, "_"):
            kept = self._setting(key, value)
        elif _framed(key, "__"):
            kept = value
            if key == "__order__":
                key = "_order_"
        elif key in self._member_names:
            raise self._twice(key)
        elif key in self._ignore:
            kept = value
        elif isinstance(value, nonmember):
            kept = value.value
        elif _is_descriptor(value) or _defined_in(self._cls_name, value):
            kept = value
        elif key in self:
            raise self._twice(key)
        else:
            kept = self._with_autos(key, value.value if isinstance(value, member) else value)
            self._member_names[key] = None
        super().__setitem__(key, kept)

    def _twice(self, key):
        return TypeError(f"{key!r} already defined as {self[key]!r}")

    def _setting(self, key, value):
        """Takes note of what the body says of the enumeration."""
        if key not in _SETTINGS and not key.startswith("_repr_"):
            raise ValueError(
                f"_sunder_ names, such as {key!r}, are reserved for future Enum use"
            )
        if key == "_ignore_":
            self._ignore = value = _words(value)
            taken = self._member_names.keys() & set(value)
            if taken:
                raise ValueError(f"_ignore_ cannot specify already set names: {taken!r}")
        elif key == "_generate_next_value_":
            if self._auto_called:
                raise TypeError("_generate_next_value_ must be defined before members")
            self._next_value = value.__func__ if isinstance(value, staticmethod) else value
        return value

    def _with_autos(self, key, value):
        """The value with each `auto` replaced; notes it among the values so far."""
        if isinstance(value, auto):
            return self._resolved(key, value)
        if not isinstance(value, tuple) or not any([isinstance(part, auto) for part in value]):
            self._last_values.append(value)
            return value
        parts = [self._resolved(key, p) if isinstance(p, auto) else p for p in value]
        try:
            return type(value)(parts)
        except TypeError:
            return type(value)(*parts)

    def _resolved(self, key, asked):
        """The value that an `auto` stands for."""
        if asked.value is _auto_null:
            before = list(self._last_values)
            asked.value = self._next_value(key, 1, len(self._member_names), before)
            self._auto_called = True
        self._last_values.append(asked.value)
        return asked.value

    def update(self, members, **more_members):
        """Sets names one by one, as the body of a class does."""
        if hasattr(members, "keys"):
            members = [(name, members[name]) for name in members.keys()]
        for name, value in [*members, *more_members.items()]:
            self[name] = value


_EnumDict = EnumDict


def _without_note(raised):
    """An error as it was before the class said in a note which method it came from."""
    plain = type(raised)(str(raised))
    plain.__cause__, plain.__context__ = raised.__cause__, raised.__context__
    return plain.with_traceback(raised.__traceback__)


class EnumType(type):
    """The metaclass of enumerations."""

    @classmethod
    def __prepare__(metacls, cls, bases, **kwds):
        metacls._check_for_existing_members_(cls, bases)
        namespace = EnumDict()
        namespace._cls_name = cls
        parent = metacls._get_mixins_(cls, bases)[1]
        if parent is not None:
            namespace["_generate_next_value_"] = getattr(parent, "_generate_next_value_", None)
        return namespace

    def __new__(metacls, cls, bases, classdict, *, boundary=None, **kwds):
        names = classdict._member_names
        body = dict(classdict.items())
        for ignored in body.pop("_ignore_", ()):
            body.pop(ignored, None)
        refused = [name for name in ("mro", "") if name in names]
        if refused:
            raise ValueError(f"invalid enum member name(s) {','.join(map(repr, refused))}")
        order = body.pop("_order_", None)
        follow = body.get("_generate_next_value_")
        if follow is not None and type(follow) is not staticmethod:
            body["_generate_next_value_"] = staticmethod(follow)
        data_type, parent = metacls._get_mixins_(cls, bases)
        maker, keep_maker, with_args = metacls._find_new_(body, data_type, parent)
        for name in names:
            if name in body:
                body[name] = _Candidate(body[name])
        body |= {
            "_member_type_": data_type,
            "_member_names_": [],
            "_member_map_": {},
            "_value2member_map_": {},
            "_unhashable_values_": [],
            "_unhashable_values_map_": {},
            "_new_member_": maker,
            "_use_args_": with_args,
            "_value_repr_": metacls._find_data_repr_(cls, bases),
        }
        if cls == "Flag" if Flag is None else any(map(_is_flag, bases)):
            body |= dict.fromkeys(("_flag_mask_", "_singles_mask_", "_all_bits_"), 0)
            body["_boundary_"] = boundary or getattr(parent, "_boundary_", None)
            body["_inverted_"] = None
        in_progress = f"_{cls}__in_progress"
        body[in_progress] = True
        failed = None
        try:
            made = super().__new__(metacls, cls, bases, body, **kwds)
            delattr(made, in_progress)
        except Exception as raised:
            failed = _without_note(raised)
        if failed is not None:
            raise failed
        made._borrow(bases, parent)
        if Enum is not None:
            if keep_maker:
                made.__new_member__ = maker
            made.__new__ = Enum.__new__
        if _is_flag(made):
            values = [one._value_ for one in made]
            if sorted(values) != values:
                made._iter_member_ = made._iter_member_by_def_
        if order:
            made._check_order(_words(order))
        return made

    def _borrow(cls, bases, parent):
        """Takes methods over from the data type, the enumeration derived from, and `Flag`."""
        data_type = cls._member_type_
        if ReprEnum is not None and ReprEnum in bases:
            if data_type is object:
                raise TypeError(
                    "ReprEnum subclasses must be mixed with a data type (i.e."
                    " int, str, float, etc.)"
                )
            shown = data_type.__str__
            if shown is object.__str__:
                shown = data_type.__repr__
            for name, method in (("__format__", data_type.__format__), ("__str__", shown)):
                if name not in cls.__dict__:
                    setattr(cls, name, method)
        if parent is not None:
            for name in ("__repr__", "__str__", "__format__"):
                usual = (getattr(data_type, name), getattr(object, name))
                if name not in cls.__dict__ and getattr(cls, name) in usual:
                    setattr(cls, name, getattr(parent, name))
        if _is_flag(cls):
            for name in _FLAG_METHODS:
                if name not in cls.__dict__:
                    setattr(cls, name, getattr(Flag, name))

    def _check_order(cls, order):
        """Refuses an `_order_` that is not the one in which the members stand."""
        aliases = cls._member_map_.keys() - set(cls._member_names_)
        order = [name for name in order if name not in aliases]
        if order != cls._member_names_:
            raise TypeError(
                f"member order does not match _order_:\n  {cls._member_names_!r}\n  {order!r}"
            )

    def __call__(
        cls,
        value,
        names=_not_given,
        *values,
        module=None,
        qualname=None,
        type=None,
        start=1,
        boundary=None,
    ):
        """The member of a value; or, called on an enumeration without members, a new one."""
        if cls._member_map_:
            return cls.__new__(cls, value if names is _not_given else (value, names, *values))
        if names is _not_given:
            if type is None:
                raise TypeError(
                    f"{cls} has no members; "
                    "specify `names=()` if you meant to create a new, empty, enum"
                )
            names = None
        return cls._create_(
            value,
            names,
            module=module,
            qualname=qualname,
            type=type,
            start=start,
            boundary=boundary,
        )

    def _create_(
        cls, class_name, names, *, module=None, qualname=None, type=None, start=1, boundary=None
    ):
        """A new enumeration that is derived from this one."""
        metacls = cls.__class__
        bases = (cls,) if type is None else (type, cls)
        parent = cls._get_mixins_(class_name, bases)[1]
        body = metacls.__prepare__(class_name, bases)
        names = _words(names) if isinstance(names, str) else names or ()
        if isinstance(names, (tuple, list)) and names and isinstance(names[0], str):
            values = []
            for name in names:
                values.append(
                    parent._generate_next_value_(name, start, len(values), list(values))
                )
            names = zip(names, values)
        for entry in names:
            name, value = (entry, names[entry]) if isinstance(entry, str) else entry
            body[name] = value
        body["__module__"] = module or "__main__"
        if qualname is not None:
            body["__qualname__"] = qualname
        return metacls.__new__(metacls, class_name, bases, body, boundary=boundary)

    def __bool__(cls):
        return True

    def __len__(cls):
        return len(cls._member_names_)

    def __iter__(cls):
        return map(cls._member_map_.__getitem__, list(cls._member_names_))

    def __reversed__(cls):
        return map(cls._member_map_.__getitem__, cls._member_names_[::-1])

    def __getitem__(cls, name):
        return cls._member_map_[name]

    def __contains__(cls, value):
        if isinstance(value, cls):
            return True
        try:
            return value in cls._value2member_map_
        except TypeError:
            return value in cls._unhashable_values_

    @_builtins.property
    def __members__(cls):
        return type(type.__dict__)(cls._member_map_)

    def __setattr__(cls, name, value):
        if name in cls.__dict__.get("_member_map_", ()):
            raise AttributeError(f"cannot reassign member {name!r}")
        super().__setattr__(name, value)

    def __delattr__(cls, attr):
        if attr in cls._member_map_:
            raise AttributeError(f"{cls.__name__!r} cannot delete member {attr!r}.")
        super().__delattr__(attr)

    def __repr__(cls):
        return f"<{'flag' if _is_flag(cls) else 'enum'} {cls.__name__!r}>"

    def __dir__(cls):
        own = "class contains doc getitem init_subclass iter len members module name qualname"
        names = {f"__{name}__" for name in own.split()}
        names.update(cls._member_names_)
        if cls._new_member_ is not object.__new__:
            names.add("__new__")
        if cls._member_type_ is not object:
            names.update(dir(cls._member_type_))
        return sorted(names)

    @classmethod
    def _check_for_existing_members_(mcls, class_name, bases):
        for base in _ancestors(bases):
            if isinstance(base, EnumType) and base._member_names_:
                raise TypeError(f"<enum {class_name!r}> cannot extend {base!r}")

    @classmethod
    def _get_mixins_(mcls, class_name, bases):
        """The type of the members' data, and the enumeration that is derived from."""
        if not bases:
            return object, Enum
        *_, parent = bases
        if not isinstance(parent, EnumType):
            raise TypeError(
                "new enumerations should be created as "
                "`EnumName([mixin_type, ...] [data_type,] enum_type)`"
            )
        return mcls._find_data_type_(class_name, bases) or object, parent

    @classmethod
    def _find_data_type_(mcls, class_name, bases):
        found = set(map(_data_type_of, bases)) - {None}
        if len(found) > 1:
            raise TypeError(f"too many data types for {class_name!r}: {found!r}")
        return found.pop() if found else None

    @classmethod
    def _find_data_repr_(mcls, class_name, bases):
        """What shows the values of members."""
        for base in _ancestors(bases):
            if isinstance(base, EnumType):
                return base._value_repr_
            if "__repr__" in base.__dict__:
                params = base.__dict__.get("__dataclass_params__")
                generated = params is not None and params.repr
                return _dataclass_repr if generated else base.__dict__["__repr__"]
        return None

    @classmethod
    def _find_new_(mcls, classdict, member_type, first_enum):
        """What makes members, whether the class is to keep it, and whether it takes values."""
        usual = [None, object.__new__] + ([] if Enum is None else [Enum.__new__])
        own = classdict.get("__new__")
        maker = own.__func__ if isinstance(own, staticmethod) else own
        if maker is None:
            candidates = [
                getattr(source, name, None)
                for name in ("__new_member__", "__new__")
                for source in (member_type, first_enum)
            ]
            special = [found for found in candidates if found not in usual]
            maker = special[0] if special else object.__new__
        derived = first_enum is not None
        return maker, derived and own is not None, derived and maker not in usual

    def _add_member_(cls, name, member):
        """Has a member found by a name."""
        bound = cls._member_map_.get(name)
        if bound is not None:
            if bound is not member:
                raise NameError(f"{name!r} is already bound: {bound!r}")
            return
        setattr(cls, name, _redirected(cls, name, member))
        cls._member_map_[name] = member


def _ancestors(bases):
    """The bases and what they are derived from, but `object`."""
    return [kind for base in bases for kind in base.__mro__ if kind is not object]


def _data_type_of(base):
    """The type of data that a base brings along."""
    lowest = None
    for kind in _ancestors([base]):
        if isinstance(kind, EnumType):
            if kind._member_type_ is not object:
                return kind._member_type_
        else:
            lowest = lowest or kind
            if "__new__" in kind.__dict__ or "__dataclass_fields__" in kind.__dict__:
                return lowest
    return None


def _redirected(cls, name, member):
    """The member, or what gives it on the class where members inherit a property of its name."""
    kind = owner = descriptor = None
    for base in cls.__mro__[1:]:
        found = base.__dict__.get(name)
        if isinstance(found, property):
            kind, owner, descriptor = "enum", base, found
            break
        if found is None:
            continue
        if _is_descriptor(found):
            kind, owner, descriptor = kind or "desc", owner or base, found
        else:
            kind, owner = "attr", base
    if descriptor is None:
        return member
    redirect = property()
    redirect.member, redirect._kind, redirect._owner = member, kind, owner
    if kind != "attr":
        for part in ("fget", "fset", "fdel"):
            setattr(redirect, part, getattr(descriptor, part, None))
    redirect.__set_name__(cls, name)
    return redirect


EnumMeta = EnumType


def _not_valid(cls, value):
    return ValueError(f"{value!r} is not a valid {cls.__qualname__}")


class Enum(metaclass=EnumType):
    """A set of names with values; its members are compared by identity."""

    def __new__(cls, value):
        if type(value) is cls:
            return value
        try:
            return cls._value2member_map_[value]
        except KeyError:
            pass
        except TypeError:
            for name, values in cls._unhashable_values_map_.items():
                if value in values:
                    return cls[name]
        if not cls._member_map_:
            if getattr(cls, f"_{cls.__name__}__in_progress", False):
                raise TypeError(
                    "do not use `super().__new__; call the appropriate __new__ directly"
                )
            raise TypeError(f"{cls!r} has no members defined")
        try:
            found = cls._missing_(value)
        except Exception as raised:
            if not isinstance(raised, ValueError):
                raised.__context__ = _not_valid(cls, value)
            raise
        if found is None:
            raise _not_valid(cls, value)
        ejected = _is_flag(cls) and cls._boundary_ is EJECT and isinstance(found, int)
        if ejected or isinstance(found, cls):
            return found
        wrong = TypeError(
            f"error in {cls.__name__}._missing_: "
            f"returned {found!r} instead of None or a valid member"
        )
        wrong.__context__ = _not_valid(cls, value)
        raise wrong

    def __init__(self, *args, **kwds):
        pass

    @staticmethod
    def _generate_next_value_(name, start, count, last_values):
        """The value of an `auto`: one more than the highest so far."""
        if not last_values:
            return start
        try:
            highest = sorted(last_values)[-1]
        except TypeError:
            raise TypeError("unable to sort non-numeric values") from None
        try:
            return highest + 1
        except TypeError:
            raise TypeError(f"unable to increment {highest!r}") from None

    @classmethod
    def _missing_(cls, value):
        """The member of a value that none has; nothing, unless a class says otherwise."""
        return None

    def _add_alias_(self, name):
        """Has the member found by one more name."""
        self.__class__._add_member_(name, self)

    def _add_value_alias_(self, value):
        """Has the member found by one more value."""
        cls = type(self)
        known = _first_of_value(cls, value)
        if known is None:
            _note_value(cls, self.name, value, self)
        elif known is not self:
            raise ValueError(f"{value!r} is already bound: {known!r}")

    def _shown_value(self):
        return (type(self)._value_repr_ or repr)(self._value_)

    def __repr__(self):
        return f"<{type(self).__name__}.{self._name_}: {self._shown_value()}>"

    def __str__(self):
        return f"{type(self).__name__}.{self._name_}"

    def __format__(self, format_spec):
        return str.__format__(str(self), format_spec)

    def __dir__(self):
        cls = type(self)
        names = set() if cls._member_type_ is object else set(object.__dir__(self))
        names |= {name for name in getattr(self, "__dict__", ()) if name not in self._member_map_
                  and not name.startswith("_")}
        for base in cls.mro():
            for name, found in base.__dict__.items():
                if name.startswith("_"):
                    continue
                if name not in self._member_map_:
                    names.add(name)
                elif isinstance(found, property):
                    change = names.discard if found.fget is None else names.add
                    change(name)
        return sorted(names | {"__class__", "__doc__", "__eq__", "__hash__", "__module__"})

    def __hash__(self):
        return hash(self._name_)

    def __reduce_ex__(self, proto):
        return type(self), (self._value_,)

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self

    @property
    def name(self):
        """What the member is called."""
        return self._name_

    @property
    def value(self):
        """What the member stands for."""
        return self._value_


class ReprEnum(Enum):
    """Only `repr` is the enumeration's; `str` and `format` are those of the data type."""


class IntEnum(int, ReprEnum):
    """Members are ints too."""


class StrEnum(str, ReprEnum):
    """Members are strs too."""

    def __new__(cls, *values):
        if len(values) > 3:
            raise TypeError(f"too many arguments for str(): {values!r}")
        complaints = (
            "%r is not a string",
            "encoding must be a string, not %r",
            "errors must be a string, not %r",
        )
        for place, said in enumerate(values):
            # Before an encoding stands what is to be decoded, which may be of any type.
            if (place > 0 or len(values) == 1) and not isinstance(said, str):
                raise TypeError(complaints[place] % (said,))
        text = str(*values)
        made = str.__new__(cls, text)
        made._value_ = text
        return made

    @staticmethod
    def _generate_next_value_(name, start, count, last_values):
        """The value of an `auto`: the name in small letters."""
        return name.lower()


class FlagBoundary(StrEnum):
    """What happens to bits that no flag has."""

    STRICT = auto()
    CONFORM = auto()
    EJECT = auto()
    KEEP = auto()


STRICT, CONFORM, EJECT, KEEP = FlagBoundary


def _flag_operator(sign, operate):
    """A method of flags that combines the bits of two."""

    def method(self, other):
        bits = self._get_value(other)
        if bits is NotImplemented:
            return bits
        for flag, value in ((self, self._value_), (other, bits)):
            if value is None:
                raise TypeError(f"'{flag}' cannot be combined with other flags with {sign}")
        return type(self)(operate(self._value_, bits))

    return method


class Flag(Enum, boundary=STRICT):
    """Members that can be combined by `|`."""

    _numeric_repr_ = repr

    @staticmethod
    def _generate_next_value_(name, start, count, last_values):
        """The value of an `auto`: the bit above the highest so far."""
        if count == 0:
            return 1 if start is None else start
        highest = max(last_values)
        try:
            return 1 << highest.bit_length()
        except Exception:
            raise TypeError(f"invalid flag value {highest!r}") from None

    @classmethod
    def _iter_member_by_value_(cls, value):
        """The members of one bit that are in a value, the lowest first."""
        return map(cls._value2member_map_.get, _bits(value & cls._flag_mask_))

    _iter_member_ = _iter_member_by_value_

    @classmethod
    def _iter_member_by_def_(cls, value):
        """The members of one bit that are in a value, the first defined first."""
        found = list(cls._iter_member_by_value_(value))
        found.sort(key=lambda one: one._sort_order_)
        return iter(found)

    @classmethod
    def _missing_(cls, value):
        """The combination of a value, which is made where the boundary lets it be."""
        if not isinstance(value, int):
            raise _not_valid(cls, value)
        boundary, mask, all_bits = cls._boundary_, cls._flag_mask_, cls._all_bits_
        if value < ~all_bits or value > all_bits or value & all_bits & ~mask:
            if boundary is EJECT:
                return value
            if boundary is STRICT:
                width = max(value.bit_length(), mask.bit_length())
                raise ValueError(
                    f"{cls!r} invalid value {value!r}\n"
                    f"    given {bin(value, width)}\n"
                    f"  allowed {bin(mask, width)}"
                )
            if boundary is CONFORM:
                value &= mask
            elif boundary is not KEEP:
                raise ValueError(f"{cls!r} unknown flag boundary {boundary!r}")
            elif value < 0:
                value += max(all_bits + 1, 1 << value.bit_length())
        bits = value + all_bits + 1 if value < 0 else value
        unknown = bits & ~mask
        if unknown and boundary is not KEEP:
            raise ValueError(
                f"{cls.__name__}({bits!r}) -->  unknown values {unknown!r} [{bin(unknown)}]"
            )
        made = cls._value2member_map_.setdefault(bits, cls._combination(bits))
        if value < 0:
            cls._value2member_map_[value] = made
        return made

    @classmethod
    def _combination(cls, bits):
        """A flag of several, which has the names of all."""
        data_type = cls._member_type_
        made = object.__new__(cls) if data_type is object else data_type.__new__(cls, bits)
        if not hasattr(made, "_value_"):
            made._value_ = bits
        made._name_ = None
        parts = list(cls._iter_member_(bits & cls._singles_mask_))
        if bits & ~cls._singles_mask_:
            for wide in cls._member_map_.values():
                if wide._value_ and not wide._value_ & ~bits and wide not in parts:
                    parts.append(wide)
        rest = bits
        for part in parts:
            rest &= ~part._value_
        if rest != bits:
            names = [part._name_ for part in parts]
            if rest:
                if cls._boundary_ is STRICT:
                    raise ValueError(f"{cls!r}: no members with value {rest!r}")
                names.append(cls._numeric_repr_(rest))
            made._name_ = "|".join(names)
        return made

    def _get_value(self, flag):
        """The bits of the other side of an operation."""
        if isinstance(flag, type(self)):
            return flag._value_
        plain = self._member_type_
        return flag if plain is not object and isinstance(flag, plain) else NotImplemented

    __or__ = __ror__ = _flag_operator("|", lambda one, other: one | other)
    __and__ = __rand__ = _flag_operator("&", lambda one, other: one & other)
    __xor__ = __rxor__ = _flag_operator("^", lambda one, other: one ^ other)

    def __invert__(self):
        if self._value_ is None:
            raise TypeError(f"'{self}' cannot be inverted")
        if self._inverted_ is None:
            bits = ~self._value_
            if self._boundary_ not in (EJECT, KEEP):
                bits &= self._singles_mask_
            self._inverted_ = type(self)(bits)
        return self._inverted_

    def __contains__(self, other):
        cls = type(self)
        if isinstance(other, cls):
            return not other._value_ & ~self._value_
        raise TypeError(
            "unsupported operand type(s) for 'in': "
            f"{type(other).__qualname__!r} and {cls.__qualname__!r}"
        )

    def __iter__(self):
        yield from self._iter_member_(self._value_)

    def __len__(self):
        return self._value_.bit_count()

    def __bool__(self):
        return self._value_ != 0

    def __repr__(self):
        name = "" if self._name_ is None else f".{self._name_}"
        return f"<{type(self).__name__}{name}: {self._shown_value()}>"

    def __str__(self):
        named = f"({self._value_!r})" if self._name_ is None else f".{self._name_}"
        return type(self).__name__ + named


_FLAG_METHODS = "__or__ __and__ __xor__ __ror__ __rand__ __rxor__ __invert__".split()


class IntFlag(int, ReprEnum, Flag, boundary=KEEP):
    """Flags that are ints too."""


def _aliases(enumeration):
    """The names that are not the first of their value, each with the one that is."""
    return ", ".join([
        f"{name} -> {one.name}" for name, one in enumeration.__members__.items()
        if one.name != name
    ])


def unique(enumeration):
    """Refuses an enumeration in which two names have one value."""
    found = _aliases(enumeration)
    if found:
        raise ValueError(f"duplicate values found in {enumeration!r}: {found}")
    return enumeration


def _dataclass_repr(self):
    """What shows a value that is a data class: its fields."""
    shown = [name for name, field in self.__dataclass_fields__.items() if field.repr]
    return ", ".join([f"{name}={getattr(self, name)!r}" for name in shown])


def _module_of(member):
    return type(member).__module__.rpartition(".")[2]


def global_enum_repr(self):
    """A member as the name of a module."""
    return f"{_module_of(self)}.{self._name_}"


def global_flag_repr(self):
    """A flag as names of a module, joined by `|`."""
    module = _module_of(self)
    if self._name_ is None:
        return f"{module}.{type(self).__name__}({self._value_!r})"
    names = [self._name_] if _is_single_bit(self._value_) else self._name_.split("|")
    return "|".join([name if name[0].isdigit() else f"{module}.{name}" for name in names])


def global_str(self):
    """A member as its name alone."""
    unnamed = self._name_ is None
    return f"{type(self).__name__}({self._value_!r})" if unnamed else self._name_


def global_enum(cls, update_str=False):
    """Makes the members names of the module."""
    cls.__repr__ = global_flag_repr if _is_flag(cls) else global_enum_repr
    if update_str or not issubclass(cls, ReprEnum):
        cls.__str__ = global_str
    vars(sys.modules[cls.__module__]).update(cls.__members__)
    return cls


class EnumCheck(StrEnum):
    """What `verify` can check."""

    CONTINUOUS = "no skipped integer values"
    NAMED_FLAGS = "multi-flag aliases may not contain unnamed flags"
    UNIQUE = "one name per value"


CONTINUOUS, NAMED_FLAGS, UNIQUE = EnumCheck


def _check_unique(enumeration):
    found = _aliases(enumeration)
    if found:
        raise ValueError(f"aliases found in {enumeration!r}: {found}")


def _check_continuous(enumeration):
    values = {one.value for one in enumeration}
    if len(values) < 2:
        return
    low, high = min(values), max(values)
    kind, between = "enum", range(low + 1, high)
    if _is_flag(enumeration):
        between = [1 << place for place in range(low.bit_length(), high.bit_length() - 1)]
        kind = "flag"
    gaps = ", ".join([str(value) for value in between if value not in values])
    if gaps:
        raise ValueError(f"invalid {kind} {enumeration.__name__!r}: missing values {gaps}"[:256])


def _check_named(enumeration):
    named = {one.value for one in enumeration}
    wrong, lacking = [], 0
    for name, alias in enumeration._member_map_.items():
        if name in enumeration._member_names_ or alias.value < 0:
            continue
        unnamed = sum([bit for bit in _bits(alias.value) if bit not in named])
        if unnamed:
            wrong.append(name)
            lacking |= unnamed
    if not wrong:
        return
    *others, last = wrong
    who = f"aliases {', '.join(others)} and {last} are" if others else f"alias {last} is"
    what = "value" if _is_single_bit(lacking) else "combined values of"
    raise ValueError(
        f"invalid Flag {enumeration.__name__!r}: {who} missing {what} {lacking:#x} "
        "[use enum.show_flag_values(value) for details]"
    )


class verify:
    """Checks an enumeration for what it is asked to."""

    def __init__(self, *checks):
        self.checks = checks

    def __call__(self, enumeration):
        if not issubclass(enumeration, Enum):
            raise TypeError("the 'verify' decorator only works with Enum and Flag")
        for check in self.checks:
            if check is UNIQUE:
                _check_unique(enumeration)
            elif check is CONTINUOUS:
                _check_continuous(enumeration)
            elif check is NAMED_FLAGS:
                _check_named(enumeration)
        return enumeration
