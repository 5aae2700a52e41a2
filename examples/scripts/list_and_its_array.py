# Section 2 of the memory document: a list is an object, and the array of its items is not. The two
# come from different families of functions, as they live and die apart.
import sys

for n in (0, 1, 10, 1000):
    xs = [None] * n
    size = sys.getsizeof(xs)
    print(n, "items:", size, "bytes, of which", size - sys.getsizeof([]), "are the array")

# The object stays where it is; the array may be replaced at any time.
xs = []
place = id(xs)
for i in range(1000):
    xs.append(i)
print("after 1000 appends it is where it was:", id(xs) == place)
