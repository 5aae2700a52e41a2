# Section 17 of the memory document: memory for a reference does not own anything yet.
import sys


class Box:
    __slots__ = ["value"]


def owners(thing):
    return sys.getrefcount(thing) - 2


spam = ["spam"]
eggs = ["eggs"]
print("names alone:", owners(spam), owners(eggs))

# There is room for a value in the box, and nothing in it.
box = Box()
print("after the box was made:", owners(spam), hasattr(box, "value"))

# Assigning takes one reference; putting in something else gives that back.
box.value = spam
print("after it was filled:", owners(spam))
box.value = eggs
print("after it was filled again:", owners(spam), owners(eggs))

# When the box dies it lets go first; then its own memory goes.
del box
print("after the box is gone:", owners(spam), owners(eggs))
