# Section 4 of the memory document: tp_alloc, tp_dealloc and tp_free, seen through id().
import sys


def make_tuple():
    return tuple([1, 2])


def make_float():
    return float("1.5")


def takes_the_place(make):
    """Whether an object made right after another has died takes its place."""
    first = make()
    place = id(first)
    del first
    second = make()
    return id(second) == place


# tp_free of these types keeps the memory on the type's own free list.
print("tuple:", takes_the_place(make_tuple))
print("float:", takes_the_place(make_float))

# Taking a list apart (tp_dealloc) lets go of its items, then gives back the array that held them,
# then the list itself (tp_free). An item with another reference lives on.
inner = [1.5]
outer = [inner]
print("references to inner:", sys.getrefcount(inner) - 1)
del outer
print("after outer is gone:", sys.getrefcount(inner) - 1, inner)

# A tuple lets go of its items from the last to the first. So the first one's memory is on top of the
# free list of floats, and the next float gets it.
items = tuple([float("1.5"), float("2.5")])
first = id(items[0])
del items
third = float("3.5")
print("the next float takes the place of the first item:", id(third) == first)
