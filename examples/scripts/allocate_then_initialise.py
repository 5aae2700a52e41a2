# Section 3 of the memory document: memory first, then a valid object.
import sys

# Each display allocates room for exactly its items, then fills them in order.
items = ()
for n in range(5):
    print(n, "items:", sys.getsizeof(items), "bytes,", items)
    items = items + (n,)


def boom():
    raise ValueError("no value for the third item")


# An initialisation that fails leaves nothing behind: no tuple is seen half-filled.
try:
    x = (1, 2, boom())
except ValueError as error:
    print("failed:", error)
    x = None
print("x is", x)
