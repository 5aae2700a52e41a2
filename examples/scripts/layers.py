# Section 29 of the memory document: each layer answers a different question.
import gc
import sys

# Reference counts decide when an object dies.
a = [1, 2]
before = sys.getrefcount(a)
b = a
print("one more name, one more reference:", sys.getrefcount(a) - before)
del b
print("and one less:", sys.getrefcount(a) - before)

# The cycle collector finds what counts cannot: this list is held by itself alone.
gc.collect()
knot = []
knot.append(knot)
del knot
print("lists that only the collector could find:", gc.collect())

# Free lists give a dead tuple's memory to the next tuple of its length.
t = (before, a)
place = id(t)
del t
t = (a, before)
print("the next pair took the last one's place:", id(t) == place)

# Blocks of one size lie side by side in a pool. A pair takes 56 bytes, 16 of them the collector's
# in front of it, and so a block of 64.
held = [(i, i) for i in range(3000)]
near = 0
for i in range(2999):
    if abs(id(held[i + 1]) - id(held[i])) == 64:
        near += 1
print("pairs next to each other:", near > 2500)

# Requests over 512 bytes go past the pools.
big = (0,) * 1000
print("a tuple of 1000:", sys.getsizeof(big), "bytes")
