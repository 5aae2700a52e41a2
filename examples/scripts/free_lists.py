# Section 9 of the memory document: free lists, seen from outside.
import gc
import sys


def order_of_reuse(make, many):
    """Makes `many` objects, drops them from first to last, makes as many: who sits where?"""
    gc.collect()  # a full collection empties every free list
    crowd = [make(i) for i in range(many)]
    place = {id(crowd[i]): i for i in range(many)}
    for i in range(many):
        crowd[i] = None
    return [place.get(id(x)) for x in [make(i) for i in range(many)]]


print("8 floats:", order_of_reuse(lambda i: i + 0.5, 8))
order = order_of_reuse(lambda i: i + 0.5, 103)
print("103 floats:", order[:3], "...", order[-5:])


def kept(make):
    """How many blocks stay in use when 3000 objects have lived and died."""
    crowd = [None] * 3000
    gc.collect()
    before = sys.getallocatedblocks()
    for i in range(3000):
        crowd[i] = make(i)
    for i in range(3000):
        crowd[i] = None
    return sys.getallocatedblocks() - before - 2  # two of them are `before` and `i`


def of_20(i):
    return (i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i)


def of_21(i):
    return (i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i)


print("float:", kept(lambda i: i + 0.5))
print("tuple of 1, of 20, of 21:", kept(lambda i: (i,)), kept(of_20), kept(of_21))
print("list:", kept(lambda i: [i]))
print("dict:", kept(lambda i: {i: i}))
print("dict with text keys:", kept(lambda i: {"i": i}))
print("slice:", kept(lambda i: slice(i)))
print("int, str, set:", kept(lambda i: i + 1000), kept(lambda i: "x" * 100), kept(lambda i: {i}))
