"""Features that a module may ask for by `from __future__ import`."""


class _Feature:
    """A feature: the release that first had it, the one that always has it, the compiler's flag."""

    def __init__(self, optionalRelease, mandatoryRelease, compiler_flag):
        self.optional = optionalRelease
        self.mandatory = mandatoryRelease
        self.compiler_flag = compiler_flag

    def getOptionalRelease(self):
        """The first release that had the feature, as `sys.version_info` has it."""
        return self.optional

    def getMandatoryRelease(self):
        """The first release that needs no asking, or None when that is not decided."""
        return self.mandatory

    def __repr__(self):
        return f"_Feature{(self.optional, self.mandatory, self.compiler_flag)!r}"


def _release(text):
    """A release such as `2.1b1` as a tuple."""
    if text is None:
        return None
    for letter, level in (("a", "alpha"), ("b", "beta"), ("f", "final")):
        if letter in text:
            numbers, serial = text.split(letter)
            major, minor = numbers.split(".")
            return int(major), int(minor), 0, level, int(serial)


# The order is that of `all_feature_names`.
_KNOWN = (
    ("nested_scopes", "2.1b1", "2.2a0", "NESTED", 1 << 4),
    ("generators", "2.2a1", "2.3f0", "GENERATOR_ALLOWED", 0),
    ("division", "2.2a2", "3.0a0", "FUTURE_DIVISION", 1 << 17),
    ("absolute_import", "2.5a1", "3.0a0", "FUTURE_ABSOLUTE_IMPORT", 1 << 18),
    ("with_statement", "2.5a1", "2.6a0", "FUTURE_WITH_STATEMENT", 1 << 19),
    ("print_function", "2.6a2", "3.0a0", "FUTURE_PRINT_FUNCTION", 1 << 20),
    ("unicode_literals", "2.6a2", "3.0a0", "FUTURE_UNICODE_LITERALS", 1 << 21),
    ("barry_as_FLUFL", "3.1a2", "4.0a0", "FUTURE_BARRY_AS_BDFL", 1 << 22),
    ("generator_stop", "3.5b1", "3.7a0", "FUTURE_GENERATOR_STOP", 1 << 23),
    ("annotations", "3.7b1", None, "FUTURE_ANNOTATIONS", 1 << 24),
)

all_feature_names = [name for name, *_ in _KNOWN]

__all__ = ["all_feature_names"] + all_feature_names

for _name, _first, _always, _flag, _bit in _KNOWN:
    globals()[_name] = _Feature(_release(_first), _release(_always), _bit)
    globals()["CO_" + _flag] = _bit
