# Section 20 of the memory document: length and capacity.
import sys

EMPTY = sys.getsizeof([])


def capacity(xs):
    return (sys.getsizeof(xs) - EMPTY) // 8


# The rule: an eighth more than needed, and a little, in multiples of four.
def grown(needed):
    return (needed + (needed >> 3) + 6) & ~3


xs = []
steps = []
as_ruled = True
moved = 0
for i in range(100_000):
    before = capacity(xs)
    xs.append(i)
    after = capacity(xs)
    if after != before:
        steps.append(after)
        as_ruled = as_ruled and after == grown(len(xs))
        moved += i
print("capacities:", str(steps[:16])[1:-1] + ", ...", steps[-1])
print("all by the rule:", as_ruled)
print("100000 appends,", len(steps), "times a new array;", moved // 100_000, "items moved for each")

# How a list was made decides how much it has to spare.
a, b, c = range(3)
ways = {
    "[a, b, c]": [a, b, c],
    "[None] * 3": [None] * 3,
    "[a] + [b, c]": [a] + [b, c],
    "[1, 2, 3]": [1, 2, 3],
    "list((a, b, c))": list((a, b, c)),
    "[x for x in ...]": [x for x in (a, b, c)],
    "list(iter(...))": list(x for x in (a, b, c)),
}
for way in ways:
    print(way, capacity(ways[way]))
