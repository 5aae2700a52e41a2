# Section 20 of the memory document: dicts, sets and bytearrays grow in steps too.
import sys


def steps(empty, add, many):
    """Sizes of a container as it grows, each with the length at which it is first seen."""
    thing = empty
    seen = []
    for i in range(many):
        add(thing, i)
        size = sys.getsizeof(thing)
        if not seen or seen[-1][1] != size:
            seen.append((len(thing), size))
    return seen


print("dict:", steps({}, lambda d, i: d.__setitem__(i, i), 200))
print("dict of texts:", steps({}, lambda d, i: d.__setitem__(str(i), i), 200))
print("set:", steps(set(), lambda s, i: s.add(i), 200))
print("bytearray:", [size for _, size in steps(bytearray(), lambda b, i: b.append(i), 60)])
