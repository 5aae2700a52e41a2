import string
from string import Template, capwords

for name in ("ascii_letters", "ascii_lowercase", "ascii_uppercase", "digits", "hexdigits",
             "octdigits", "punctuation", "printable", "whitespace"):
    print(name, repr(getattr(string, name)))
print(capwords("hello  world foo"), "|", capwords("a-b-c", "-"), "|", capwords(" lead  trail "))

def attempt(f, *args, **kwargs):
    try:
        print(repr(f(*args, **kwargs)))
    except Exception as error:
        print(type(error).__name__, error)

t = Template("$who likes ${what}; costs $$5")
print(t.template)
attempt(t.substitute, who="tim", what="kung pao")
attempt(t.substitute, {"who": "a", "what": 3})
attempt(t.substitute, {"who": "a"}, what="kw")
attempt(t.substitute, who="x")
attempt(t.safe_substitute, who="x")
attempt(t.safe_substitute, {"what": 1})
attempt(Template("bad $ here").substitute)
attempt(Template("line\nbad ${x here").substitute, x=1)
attempt(Template("bad $ here ${ok}").safe_substitute, ok=1)
attempt(Template("$1").substitute)
print(Template("$a ${b} $a $$ $").is_valid(), Template("$a").is_valid())
print(Template("$a ${b} $a $$ $c").get_identifiers())

class Percent(Template):
    delimiter = "%"

attempt(Percent("%name is 100%% of $x").substitute, name="n")

f = string.Formatter()
print(f.format("{0} {name!r} {1:>5}|{x.real}", 1, 2, name="n", x=3))
print(f.format("{} {}", "a", "b"), f.format("{0[1]} {k[x]}", [1, 2], k={"x": 5}))
attempt(f.format, "{0} {}", 1, 2)
attempt(f.format, "{missing}")
print(f.vformat("{:{w}}|", ("ab",), {"w": 6}))

class Defaults(string.Formatter):
    def get_value(self, key, args, kwargs):
        if isinstance(key, str):
            return kwargs.get(key, "?")
        return super().get_value(key, args, kwargs)

print(Defaults().format("{a} {b}", a=1))
