"""The collection at the end is one that a program sees: its callbacks are called, and what it frees dies
before the names of the module."""

import gc


class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name)


def told(phase, info):
    print(phase, sorted(info.items()))


gc.collect()
first = Noisy("named")
ring = Noisy("in a cycle")
ring.itself = ring
del ring
gc.callbacks.append(told)
print("end")
