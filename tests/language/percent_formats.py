# The % operator: every conversion with every kind of value.
import sys
fmts = ["%d", "%i", "%u", "%5d", "%-5d|", "%05d", "%+d", "% d", "%x", "%X", "%#x", "%o", "%#o", "%e", "%E", "%f", "%F", "%g", "%G", "%.3f", "%8.2f", "%-8.2f|", "%08.2f", "%+.1e", "%#.0f", "%c", "%s", "%r", "%a", "%5s", "%-5s|", "%.2s", "%%", "%5%", "%ld", "%hd", "%.5d", "%#.8x", "%-+6d|", "%+ d", "%.0f", "%.10g", "%#g", "%b", "%y", "%", "%(a)s", "%*d", "%.*f", "%5c|"]
vals = [0, 1, -1, 255, 65, 10**25, 1.5, -0.0, float("nan"), float("inf"), "abc", "a", None, [1], b"x", True, "é"]
for f in fmts:
    for v in vals:
        try:
            print(repr(f), repr(v), repr(f % v))
        except Exception as e:
            print(repr(f), repr(v), type(e).__name__, e)
for f, a in [("%s %s", (1, 2)), ("%s", (1, 2)), ("%s %s", (1,)), ("%s", ((1, 2),)), ("%(a)s %(b)d", {"a": 1, "b": 2}), ("%(a)s", {"b": 2}), ("%(a)s", 5), ("%(a", {"a": 1}), ("%*d", (5, 3)), ("%-*d|", (5, 3)), ("%.*f", (2, 3.14159)), ("%*d", ("x", 3)), ("%s", {}), ("x", 5), ("x", {}), ("x", ()), ("x", []), ("%%", ()), ("%%", 5), ("%c", 1114112), ("%c", -1), ("%c", "ab"), ("%d", "5"), ("%d", 3.99), ("%x", 3.5), ("%d", float("inf")), ("%s%", 5), ("%(x)5.2f|%(y)-6s|", {"x": 3.14159, "y": "k"}), ("%(x)*d", {"x": 3}), ("%s", "a"), ("%.3s|", "abcdef"), ("%10.3s|", "abcdef"), ("%r", "it's"), ("%a", "日本")]:
    try:
        print(repr(f), repr(f % a))
    except Exception as e:
        print(repr(f), type(e).__name__, e)
for f, a in [(b"%d", 5), (b"%s", b"x"), (b"%s", "x"), (b"%b", b"x"), (b"%a", "é"), (b"%r", "é"), (b"%c", 65), (b"%c", b"A"), (b"%c", 256), (b"%x", 255), (b"%5.1f", 2.25), (b"%(a)s", {b"a": b"z"}), (b"%s", 5), (b"%i %i", (1, 2)), (b"%", 1), (b"%s %s", (b"a",))]:
    for conv in (bytes, bytearray):
        try:
            print(repr(f), repr(conv(f) % a))
        except Exception as e:
            print(repr(f), type(e).__name__, e)
class A:
    def __str__(self): return "str-A"
    def __repr__(self): return "repr-A"
    def __format__(self, spec): return f"fmt-A<{spec}>"
    def __index__(self): return 7
    def __float__(self): return 2.5
    def __int__(self): return 9
a = A()
print("%s %r %a" % (a, a, a), f"{a} {a!r} {a!s} {a:zz} {a!r:>10}", "{:q}".format(a))
for f in ["%d", "%x", "%f", "%c", "%i"]:
    try:
        print(f % a)
    except Exception as e:
        print(type(e).__name__, e)
x = 10; w = 8; name = "bob"
print(f"{x:{w}}|{x:<{w}}|{x:{'>'}{w}}|{name!r:^{w+4}}|{x=}|{x = }|{x=:>5}|{name=!s}|{name = !r:>9}|{x+1=}|{ x }|{{}}|{x!r}")
print(f"{'a' if x else 'b'} {[i for i in range(3)]} {(lambda q: q*2)(4)} {dict(a=1)['a']} {x:,} {x:08.3f}")
print(f'{"nested " + f"{x}"}', f"{'\n'}", f"{x:\n>5}", f"{x!s:{'*'}^{w}}", f"{3.14159:.{2}f}", f"{x}" "tail" f"{w}", rf"\n{x}\d", fr"\{x}")
print(f"""multi
{x
 + 1}
line""")
