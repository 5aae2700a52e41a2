"""A program that disables the collector has no collection before the names of its module die."""

import gc


class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name)


gc.collect()
first = Noisy("named")
ring = Noisy("in a cycle")
ring.itself = ring
del ring
gc.callbacks.append(lambda phase, info: print(phase))
gc.disable()
print("end")
