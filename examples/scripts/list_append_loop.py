# Section 20 of the memory document: a list grows in steps larger than one.
import sys

xs = []
sizes = []
for i in range(100):
    xs.append(i)
    size = sys.getsizeof(xs)
    if not sizes or sizes[-1] != size:
        sizes.append(size)
print("100 appends,", len(sizes), "sizes:", sizes)
