# Section 26 of the memory document: the outer list, and not the inner ones.
import sys

xs = [[1], [2], [3]]
print(sys.getsizeof(xs))
