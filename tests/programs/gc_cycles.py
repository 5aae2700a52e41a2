"""Cycles and the collector: what counts free, what needs a collection, resurrection, generations."""

import gc
import sys


class Noisy:
    log = []

    def __init__(self, name, **links):
        self.name = name
        self.__dict__.update(links)

    def __del__(self):
        Noisy.log.append(self.name)

    def __repr__(self):
        return f"<{self.name}>"


def died():
    names, Noisy.log[:] = list(Noisy.log), []
    return names


class Phoenix(Noisy):
    ashes = []

    def __del__(self):
        super().__del__()
        Phoenix.ashes.append(self)


class DoublyLinked:
    class Node:
        def __init__(self, value):
            self.value, self.next, self.previous = value, None, None

    def __init__(self, values=()):
        self.head = self.tail = None
        for value in values:
            self.append(value)

    def append(self, value):
        node = self.Node(value)
        if self.tail is None:
            self.head = self.tail = node
        else:
            self.tail.next, node.previous = node, self.tail
            self.tail = node

    def __iter__(self):
        node = self.head
        while node:
            yield node.value
            node = node.next

    def __reversed__(self):
        node = self.tail
        while node:
            yield node.value
            node = node.previous


gc.collect()
gc.disable()
a = Noisy("alone")
b = [a, a]
print(sys.getrefcount(a) - 1, gc.is_tracked(b), gc.is_tracked(7), gc.is_tracked((1, "x")))
del a
print(died())
del b
print(died())

chain = None
for i in range(4):
    chain = Noisy(f"link{i}", next=chain)
del chain
print(died(), "outer first")

ring = [Noisy(f"ring{i}") for i in range(3)]
for left, right in zip(ring, ring[1:] + ring[:1]):
    left.next = right
del ring, left, right
print(died(), gc.collect() > 0, sorted(died()))

me = Noisy("self")
me.me = me
outside = Noisy("outside", inside=me)
del me
gc.collect()
print(died(), outside.inside.me.me.name)
del outside
print(died())
gc.collect()
print(died())

bird = Phoenix("bird")
bird.self = bird
del bird
print(gc.collect(), died(), Phoenix.ashes, gc.is_finalized(Phoenix.ashes[0]))
Phoenix.ashes.clear()
print(gc.collect() > 0, died(), "a finalizer runs once")

words = DoublyLinked("to be or not".split())
print(list(words), list(reversed(words)))
before = len(gc.get_objects())
del words
print(before > 0, gc.collect() >= 4)

phases = []


def watch(phase, info):
    phases.append((phase, info["generation"], info["uncollectable"]))


gc.callbacks.append(watch)
gc.collect(0)
gc.collect()
gc.callbacks.remove(watch)
print(phases)
gc.set_threshold(50, 5, 5)
gc.enable()
runs = gc.get_stats()[0]["collections"]
for i in range(300):
    pair = [i]
    pair.append(pair)
print(gc.get_stats()[0]["collections"] > runs, gc.get_threshold(), gc.isenabled())
gc.set_threshold(2000, 10, 10)

holder = {"key": (target := ["target"])}
print([type(r).__name__ for r in gc.get_referrers(target) if r is holder], gc.get_referents(holder))
gc.set_debug(gc.DEBUG_SAVEALL)
kept = Noisy("kept")
kept.kept = kept
del kept
gc.collect()
gc.set_debug(0)
print([x for x in gc.garbage if isinstance(x, Noisy)], len(gc.garbage) >= 2)
gc.garbage.clear()


def leaks():
    """A traceback holds a frame, the frame its locals, and one of those the exception."""
    local = Noisy("local")
    try:
        raise ValueError(local.name)
    except ValueError as error:
        keep = error
    return keep.args


print(leaks(), died(), gc.collect() > 0, died())
gc.freeze()
print(gc.get_freeze_count() > 0)
gc.unfreeze()
print(gc.get_freeze_count(), gc.get_debug())
at_exit = Noisy("never printed")
