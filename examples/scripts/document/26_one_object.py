# Section 26 of the memory document: the size of one object.
import sys

xs = [1, 2, 3]
print(sys.getsizeof(xs))
