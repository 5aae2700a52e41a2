# Section 26 of the memory document: what sys.getsizeof says of one object, and how it comes about.
import sys


class Plain:
    def __init__(self):
        self.x = 0.5


class Slotted:
    __slots__ = ("x",)


size = sys.getsizeof
HEADER, HEAD, WORD = 16, 16, 8  # count and type; the collector's links; an address or a length

rules = [
    ("float", size(0.5), HEADER + 8),
    ("int of 3 digits", size(2**60), HEADER + WORD + 3 * 4),
    ("bytes of 10", size(b"ten bytes!"), HEADER + WORD + 8 + 10 + 1),
    ("ASCII text of 10", size("ten signs!"), HEADER + WORD + 8 + 8 + 10 + 1),
    ("tuple of 3", size((1, 2, 3)), HEAD + HEADER + WORD + 3 * WORD),
    ("list of 3", size([None] * 3), HEAD + HEADER + WORD + 2 * WORD + 3 * WORD),
    ("empty dict", size({}), HEAD + HEADER + 4 * WORD),
    ("set", size({1}), HEAD + HEADER + 7 * WORD + 8 * 2 * WORD),
    ("slotted object", size(Slotted()), HEAD + HEADER + WORD),
    ("plain object", size(Plain()), HEAD + 2 * WORD + HEADER),
]
for name, says, is_made_of in rules:
    print(name, says, is_made_of)


# What an object says itself is its `__sizeof__`. The collector's head is added to that.
class Boaster:
    __slots__ = ()

    def __sizeof__(self):
        return 1_000_000


print("boaster:", size(Boaster()), "list:", [].__sizeof__(), size([]))
