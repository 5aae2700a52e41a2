"""What classes derived from built-in types are called with: keywords that `__new__` or `__init__` of
the base does not know are refused only where nobody else could want them."""


def tried(make):
    try:
        print(make())
    except TypeError as error:
        print(type(error).__name__, error)


def with_init(base):
    class Filled(base):
        def __init__(self, value, unit=None):
            if base in (list, set, bytearray, dict):
                super().__init__(value)
            self.unit = unit

    return Filled


def with_new(base):
    class Made(base):
        def __new__(cls, value, unit=None):
            made = super().__new__(cls, value)
            made.unit = unit
            return made

    return Made


def plain(base):
    class Plain(base):
        pass

    return Plain


VALUES = {
    int: 3, float: 2.5, str: "abc", tuple: (1, 2), list: [1, 2], set: [1], frozenset: [1],
    bytearray: b"ab", dict: {1: 2}, ValueError: "wrong",
}
for base, value in VALUES.items():
    for make in (with_init, with_new, plain):
        derived = make(base)
        print(base.__name__, make.__name__, end=": ")
        tried(lambda: (list(derived(value)) if base in (set, frozenset) else derived(value)))
        tried(lambda: getattr(derived(value, unit="cm"), "unit", None))
        tried(lambda: getattr(derived(value, "mm"), "unit", None))
        if base is not ValueError:
            tried(lambda: derived(value, 1, 2, 3))
