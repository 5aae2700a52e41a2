# Objects that no count can free: what their counts say, and what a million references to them cost.
import sys

FOREVER = 4294967295


def is_immortal(x):
    return sys.getrefcount(x) == FOREVER


print("None, True, ...:", is_immortal(None), is_immortal(True), is_immortal(...))
print("-5, 256:", is_immortal(-5), is_immortal(256))
print("-6, 257:", is_immortal(-6), is_immortal(257))
print("'', 'a', ():", is_immortal(""), is_immortal("a"), is_immortal(()))
print("(1,), [], 1.5:", is_immortal((1,)), is_immortal([]), is_immortal(1.5))

before = sys.getrefcount(None)
many = [None, True, 7, "", ()] * 200_000
print("a million references later:", sys.getrefcount(None) == before)
del many
print("and after they have gone:", sys.getrefcount(None) == before)
