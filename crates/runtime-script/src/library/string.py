"""Names for groups of characters, and templates."""

ascii_lowercase = "abcdefghijklmnopqrstuvwxyz"
ascii_uppercase = ascii_lowercase.upper()
ascii_letters = ascii_lowercase + ascii_uppercase
octdigits = "01234567"
digits = octdigits + "89"
hexdigits = digits + "abcdefABCDEF"
whitespace = " \t\n\r\v\f"
punctuation = "".join(
    [chr(code) for code in range(ord("!"), 127) if not chr(code).isalnum()]
)
printable = digits + ascii_letters + punctuation + whitespace

__all__ = (
    "ascii_letters ascii_lowercase ascii_uppercase capwords digits hexdigits octdigits printable "
    "punctuation whitespace Formatter Template"
).split()


def capwords(s, sep=None):
    """Capitalizes each word."""
    return (sep or " ").join([word.capitalize() for word in s.split(sep)])


_FIRST = frozenset(ascii_letters + "_")
_REST = frozenset(ascii_letters + digits + "_")


def _identifier(text, at):
    """Where the identifier at `at` ends; `at` itself when there is none."""
    if at >= len(text) or text[at] not in _FIRST:
        return at
    while at < len(text) and text[at] in _REST:
        at += 1
    return at


class Template:
    """Text with `$name` and `${name}` to be filled in."""

    delimiter = "$"

    def __init__(self, template):
        self.template = template

    def _parts(self):
        """Pairs of kind and text: text, escaped, named, braced (with its place), invalid."""
        text, sign = self.template, self.delimiter
        done = 0
        while True:
            at = text.find(sign, done)
            if at < 0:
                yield "text", text[done:], done
                return
            yield "text", text[done:at], done
            after = at + len(sign)
            end = _identifier(text, after)
            if text.startswith(sign, after):
                done = after + len(sign)
                yield "escaped", text[at:done], at
            elif end > after:
                done = end
                yield "named", text[after:end], at
            elif text.startswith("{", after):
                end = _identifier(text, after + 1)
                if end > after + 1 and text.startswith("}", end):
                    done = end + 1
                    yield "named", text[after + 1 : end], at
                else:
                    done = after
                    yield "invalid", text[at:after], at
            else:
                done = after
                yield "invalid", text[at:after], at

    def _source(self, name, at):
        text = self.template
        return text[at : text.index(name, at) + len(name) + (text[at + len(self.delimiter)] == "{")]

    def _invalid(self, at):
        *before, line = self.template[:at].splitlines(keepends=True)
        raise ValueError(
            f"Invalid placeholder in string: line {len(before) + 1}, col {len(line)}"
        )

    def substitute(self, mapping=None, /, **kws):
        """The text with all names filled in."""
        mapping = _both(mapping, kws)
        out = []
        for kind, text, at in self._parts():
            if kind == "named":
                text = str(mapping[text])
            elif kind == "escaped":
                text = self.delimiter
            elif kind == "invalid":
                self._invalid(at + len(self.delimiter))
            out.append(text)
        return "".join(out)

    def safe_substitute(self, mapping=None, /, **kws):
        """The text with those names filled in that are known."""
        mapping = _both(mapping, kws)
        out = []
        for kind, text, at in self._parts():
            if kind == "named":
                try:
                    text = str(mapping[text])
                except KeyError:
                    text = self._source(text, at)
            elif kind == "escaped":
                text = self.delimiter
            out.append(text)
        return "".join(out)

    def is_valid(self):
        """Whether all placeholders can be filled in."""
        return not any([kind == "invalid" for kind, _, _ in self._parts()])

    def get_identifiers(self):
        """The names, in their order, each once."""
        names = []
        for kind, text, _ in self._parts():
            if kind == "named" and text not in names:
                names.append(text)
        return names


class _Chain:
    def __init__(self, first, second):
        self._maps = (first, second)

    def __getitem__(self, name):
        for known in self._maps:
            if name in known:
                return known[name]
        raise KeyError(name)


def _both(mapping, kws):
    if mapping is None:
        return kws
    if kws:
        return _Chain(kws, mapping)
    return mapping


class Formatter:
    """`str.format`, with steps that can be replaced."""

    def format(self, format_string, /, *args, **kwargs):
        """As `str.format` with these arguments."""
        return self.vformat(format_string, args, kwargs)

    def vformat(self, format_string, args, kwargs):
        """As `format`, the arguments as a sequence and a mapping."""
        used = set()
        text = self._vformat(format_string, args, kwargs, used, 2, 0)[0]
        self.check_unused_args(used, args, kwargs)
        return text

    def _vformat(self, format_string, args, kwargs, used_args, depth, auto):
        if depth < 0:
            raise ValueError("Max string recursion exceeded")
        result = []
        for literal, name, spec, conversion in self.parse(format_string):
            if literal:
                result.append(literal)
            if name is None:
                continue
            if name == "":
                if auto is False:
                    raise ValueError(
                        "cannot switch from manual field specification to automatic field numbering"
                    )
                name = str(auto)
                auto += 1
            elif name.isdigit():
                if auto:
                    raise ValueError(
                        "cannot switch from manual field specification to automatic field numbering"
                    )
                auto = False
            obj, key = self.get_field(name, args, kwargs)
            used_args.add(key)
            obj = self.convert_field(obj, conversion)
            spec, auto = self._vformat(spec, args, kwargs, used_args, depth - 1, auto)
            result.append(self.format_field(obj, spec))
        return "".join(result), auto

    def convert_field(self, value, conversion):
        """What `!s`, `!r` and `!a` make of a value."""
        if conversion is None:
            return value
        convert = {"s": str, "r": repr, "a": ascii}.get(conversion)
        if convert is None:
            raise ValueError(f"Unknown conversion specifier {conversion}")
        return convert(value)

    def format_field(self, value, format_spec):
        """A value as text."""
        return format(value, format_spec)

    def get_value(self, key, args, kwargs):
        """The argument of a number or a name."""
        return (args if isinstance(key, int) else kwargs)[key]

    def check_unused_args(self, used_args, args, kwargs):
        """May refuse arguments that were not asked for."""

    def parse(self, format_string):
        """Pieces: text, name, spec and conversion of a field."""
        text, at, literal = format_string, 0, ""
        while at < len(text):
            char = text[at]
            if char in "{}" and text[at + 1 : at + 2] == char:
                yield literal + char, None, None, None
                literal = ""
                at += 2
            elif char == "}":
                raise ValueError("Single '}' encountered in format string")
            elif char != "{":
                literal += char
                at += 1
            else:
                if at + 1 == len(text):
                    raise ValueError("Single '{' encountered in format string")
                end, depth = at + 1, 1
                while depth and end < len(text):
                    depth += (text[end] == "{") - (text[end] == "}")
                    end += 1
                if depth:
                    raise ValueError("expected '}' before end of string")
                field = text[at + 1 : end - 1]
                name, colon, spec = field.partition(":")
                name, bang, conversion = name.partition("!")
                yield literal, name, spec, conversion if bang else None
                literal = ""
                at = end
        if literal:
            yield literal, None, None, None

    def get_field(self, field_name, args, kwargs):
        """The object that a name stands for, and the first part of the name."""
        end = 0
        while end < len(field_name) and field_name[end] not in ".[":
            end += 1
        first, rest = field_name[:end], field_name[end:]
        if first.isdigit():
            first = int(first)
        obj = self.get_value(first, args, kwargs)
        while rest:
            if rest[0] == ".":
                end = 1
                while end < len(rest) and rest[end] not in ".[":
                    end += 1
                obj = getattr(obj, rest[1:end])
            else:
                end = rest.find("]")
                if end < 0:
                    raise ValueError("Missing ']' in format string")
                key = rest[1:end]
                obj = obj[int(key) if key.isdigit() else key]
                end += 1
            rest = rest[end:]
        return obj, first
