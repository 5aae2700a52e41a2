import random

def attempt(f, *args, **kwargs):
    try:
        print(f(*args, **kwargs))
    except Exception as error:
        print(type(error).__name__, error)

# Equal seeds give equal numbers, whatever the seed is made of.
for seed in (0, 1, 42, -7, 2**32, 2**70 + 5, "text", "", "æøå", b"bytes", bytearray(b"x"), 1.5, -0.0, True):
    random.seed(seed)
    print(repr(seed), random.random(), random.getrandbits(7), random.getrandbits(64))
random.seed("v1", version=1)
print(random.random())
attempt(random.seed, [1])
attempt(random.seed, (1, 2))

random.seed(12345)
print([random.random() for _ in range(3)])
print([random.randrange(10) for _ in range(10)])
print([random.randrange(5, 50, 5) for _ in range(10)])
print([random.randrange(50, 5, -5) for _ in range(10)])
print([random.randint(-3, 3) for _ in range(10)])
print(random.randint(10**20, 10**21), random.randrange(2**100))
print(random.choice("abcdef"), random.choice([1, 2, 3]), random.choice(range(100)))
print(random.choices("abc", k=8), random.choices([1, 2], weights=[1, 9], k=8))
print(random.choices("xyz", cum_weights=[1, 3, 10], k=5))
deck = list(range(20))
random.shuffle(deck)
print(deck)
print(random.sample(range(1000), 5), random.sample("abcdefgh", 8), random.sample([1, 2], 0))
print(random.sample(["a", "b"], counts=[3, 2], k=4))
print(random.sample(range(10**6), 30))
print(random.uniform(1, 10), random.uniform(5, -5))
print(random.triangular(), random.triangular(0, 10, 2), random.triangular(3, 3))
print([random.gauss(0, 1) for _ in range(3)], random.gauss())
print(random.normalvariate(10, 2), random.normalvariate())
print(random.lognormvariate(0, 0.5), random.expovariate(2), random.expovariate())
print(random.vonmisesvariate(1, 2), random.vonmisesvariate(0, 0))
print(random.gammavariate(0.5, 1), random.gammavariate(1, 2), random.gammavariate(3, 2))
print(random.betavariate(1, 3), random.paretovariate(3), random.weibullvariate(1, 2))
print(random.binomialvariate(), random.binomialvariate(10, 0.3), random.binomialvariate(5, 0.9))
print(random.randbytes(8), random.randbytes(0))
print(random.getrandbits(0), random.getrandbits(1), random.getrandbits(33), random.getrandbits(100))

# States can be kept and gone back to.
state = random.getstate()
print(state[0], len(state[1]), state[2], type(state))
first = [random.random() for _ in range(5)] + [random.gauss(0, 1)]
random.setstate(state)
print(first == [random.random() for _ in range(5)] + [random.gauss(0, 1)])

# Errors.
attempt(random.randrange, 0)
attempt(random.randrange, 5, 5)
attempt(random.randrange, 5, 1, 2)
attempt(random.randrange, 1, 5, 0)
attempt(random.randrange, 10, step=2)
attempt(random.randrange, 1.5)
attempt(random.randint, 5, 1)
attempt(random.choice, [])
attempt(random.choices, [])
attempt(random.choices, "ab", [1], k=2)
attempt(random.choices, "ab", [0, 0])
attempt(random.choices, "ab", [1, 2], cum_weights=[1, 2])
attempt(random.choices, "ab", 3)
attempt(random.choices, "ab", [1, float("inf")])
attempt(random.sample, [1, 2], 3)
attempt(random.sample, {1, 2}, 1)
attempt(random.sample, {"a": 1}, 1)
attempt(random.sample, [1, 2], 1, counts=[1])
attempt(random.sample, [1, 2], 1, counts=[0, 0])
attempt(random.shuffle, (1, 2, 3))
attempt(random.getrandbits, -1)
attempt(random.getrandbits, 1.0)
attempt(random.gammavariate, -1, 1)
attempt(random.binomialvariate, -1)
attempt(random.binomialvariate, 1, 2)
attempt(random.setstate, (2,))
attempt(random.setstate, (9, (), None))
attempt(random.setstate, (3, (1, 2), None))

# Generators of one's own.
a, b = random.Random(7), random.Random(7)
print(a.random() == b.random(), a.randint(1, 6), b.randint(1, 6))
a.seed(7)
print(a.random(), isinstance(a, random.Random), type(a))

class Loaded(random.Random):
    def random(self):
        return 0.25

loaded = Loaded(1)
print(loaded.random(), loaded.randint(1, 8), loaded.choice("abcd"), loaded.uniform(0, 4))

class Counting(random.Random):
    def __init__(self, seed):
        super().__init__(seed)
        self.calls = 0
    def getrandbits(self, k):
        self.calls += 1
        return super().getrandbits(k)

counting = Counting(3)
print([counting.randrange(100) for _ in range(4)], counting.calls)
system = random.SystemRandom()
print(0 <= system.random() < 1, len(system.randbytes(5)), 0 <= system.randrange(5) < 5)
attempt(system.getstate)

# A million draws add up to the same.
random.seed(99)
print(sum(random.randrange(6) for _ in range(2000)), round(sum(random.random() for _ in range(2000)), 6))
