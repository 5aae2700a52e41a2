# Section 26 of the memory document: a list's size is its own, not that of what it holds.
import sys

xs = [[1], [2], [3]]
print("the list:", sys.getsizeof(xs))
print("its items:", [sys.getsizeof(item) for item in xs])
rows = [[row * column for column in range(100)] for row in range(1000)]
print(len(rows), "rows, the last one ends with", rows[-1][-1])
