"""Random numbers: CPython's generator and distributions, so that equal seeds give equal numbers."""

import math as _math

import _random

NV_MAGICCONST = 4 * _math.exp(-0.5) / _math.sqrt(2.0)
SG_MAGICCONST = 1.0 + _math.log(4.5)
LOG4 = _math.log(4.0)
TWOPI = _math.tau
BPF = 53
RECIP_BPF = 2**-BPF

_UNSAID = 1


def _index(value):
    """The value as an int, by `__index__`."""
    if type(value) is int:
        return value
    try:
        index = type(value).__index__
    except AttributeError:
        raise TypeError(
            f"'{type(value).__name__}' object cannot be interpreted as an integer"
        ) from None
    return index(value)


def _accumulate(values):
    total = None
    for value in values:
        total = value if total is None else total + value
        yield total


def _bisect(values, x, low=0, high=None):
    if high is None:
        high = len(values)
    while low < high:
        middle = (low + high) // 2
        if x < values[middle]:
            high = middle
        else:
            low = middle + 1
    return low


def _is_sequence(value):
    if isinstance(value, (list, tuple, str, range, bytes, bytearray, memoryview)):
        return True
    kind = type(value)
    if isinstance(value, (dict, set, frozenset)) or not hasattr(kind, "__getitem__"):
        return False
    return hasattr(kind, "__len__") and not hasattr(kind, "keys")


def _seed_of_text(text):
    """The seed that a text stood for in the first version."""
    seed = ord(text[0]) << 7 if text else 0
    for letter in text:
        seed = (seed * 1000003 ^ ord(letter)) & (1 << 64) - 1
    return seed ^ len(text)


class Random(_random.Random):
    """A generator with a state of its own; `random`, `seed`, `getstate` and `setstate` may be replaced."""

    VERSION = 3

    def __init__(self, x=None):
        self.seed(x)
        self.gauss_next = None

    def seed(self, a=None, version=2):
        """Sets the state by a number, a text or bytes, or by chance."""
        if version == 1 and isinstance(a, (str, bytes)):
            a = _seed_of_text(a if isinstance(a, str) else a.decode("latin-1"))
        elif version == 2 and isinstance(a, (str, bytes, bytearray)):
            data = a.encode() if isinstance(a, str) else bytes(a)
            a = int.from_bytes(data + _random.sha512(data))
        elif a is not None and not isinstance(a, (int, float, str, bytes, bytearray)):
            raise TypeError(
                "The only supported seed types are:\n"
                "None, int, float, str, bytes, and bytearray."
            )
        super().seed(a)
        self.gauss_next = None

    def getstate(self):
        """The state, for `setstate`."""
        return self.VERSION, super().getstate(), self.gauss_next

    def setstate(self, state):
        """Goes back to a state."""
        if state[0] not in (2, self.VERSION):
            raise ValueError(
                f"state with version {state[0]} passed to "
                f"Random.setstate() of version {self.VERSION}"
            )
        version, words, self.gauss_next = state
        if version == 2:
            words = tuple([word % (1 << 32) for word in words])
        super().setstate(words)

    def __reduce__(self):
        return type(self), (), self.getstate()

    def __getstate__(self):
        return self.getstate()

    def __setstate__(self, state):
        self.setstate(state)

    def __init_subclass__(cls, /, **kwargs):
        """Draws by what the class is nearest to having: bits, or only floats."""
        ways = {
            "getrandbits": "_randbelow_with_getrandbits",
            "random": "_randbelow_without_getrandbits",
        }
        for owner in cls.__mro__:
            if "_randbelow" in owner.__dict__:
                return
            for name, way in ways.items():
                if name in owner.__dict__:
                    cls._randbelow = getattr(cls, way)
                    return

    def _randbelow_with_getrandbits(self, n):
        """An int below n: of as many bits, drawn till it is small enough."""
        width = n.bit_length()
        while True:
            drawn = self.getrandbits(width)
            if drawn < n:
                return drawn

    def _randbelow_without_getrandbits(self, n, maxsize=1 << BPF):
        """An int below n, of floats; those that would favour the low ones are drawn again."""
        if n >= maxsize:
            return _math.floor(n * self.random())
        bound = (maxsize - maxsize % n) / maxsize
        while True:
            drawn = self.random()
            if drawn < bound:
                return _math.floor(drawn * maxsize) % n

    _randbelow = _randbelow_with_getrandbits

    def randbytes(self, n):
        """So many bytes."""
        return self.getrandbits(8 * n).to_bytes(n, "little")

    def randrange(self, start, stop=None, step=_UNSAID):
        """An item of `range(start, stop, step)`."""
        first = _index(start)
        if stop is None:
            if step is not _UNSAID:
                raise TypeError("Missing a non-None stop argument")
            if first <= 0:
                raise ValueError("empty range for randrange()")
            return self._randbelow(first)
        distance = _index(stop) - first
        stride = _index(step)
        if stride == 0:
            raise ValueError("zero step for randrange()")
        count = -(-distance // stride)
        if count > 0:
            return first + stride * self._randbelow(count)
        shown = f"{start}, {stop}" if stride == 1 else f"{start}, {stop}, {step}"
        raise ValueError(f"empty range in randrange({shown})")

    def randint(self, a, b):
        """An int from a to b, both included."""
        return self.randrange(a, b + 1)

    def choice(self, seq):
        """An item of a sequence."""
        count = len(seq)
        if count == 0:
            raise IndexError("Cannot choose from an empty sequence")
        return seq[self._randbelow(count)]

    def shuffle(self, x):
        """Shuffles a list in place."""
        for last in range(len(x) - 1, 0, -1):
            other = self._randbelow(last + 1)
            x[last], x[other] = x[other], x[last]

    def sample(self, population, k, *, counts=None):
        """k different items of a sequence, in random order."""
        if not _is_sequence(population):
            raise TypeError(
                "Population must be a sequence.  For dicts or sets, use sorted(d)."
            )
        if counts is not None:
            return self._sample_repeated(population, k, list(_accumulate(counts)))
        size = len(population)
        if not 0 <= k <= size:
            raise ValueError("Sample larger than population or is negative")
        # A copy of the population, or a set of the places taken: whichever is smaller.
        set_cost = 21 if k <= 5 else 21 + 4 ** _math.ceil(_math.log(k * 3, 4))
        draw = self._sample_pool if size <= set_cost else self._sample_places
        return draw(population, k)

    def _sample_repeated(self, population, k, ends):
        """A sample of items that are there several times; `ends` are the sums of the counts."""
        if len(ends) != len(population):
            raise ValueError("The number of counts does not match the population")
        total = ends.pop()
        if not isinstance(total, int):
            raise TypeError("Counts must be integers")
        if total <= 0:
            raise ValueError("Total of counts must be greater than zero")
        places = self.sample(range(total), k=k)
        return [population[_bisect(ends, place)] for place in places]

    def _sample_pool(self, population, k):
        """A sample taken out of a copy, whose gaps the last items fill."""
        rest = list(population)
        taken = [None] * k
        for turn in range(k):
            place = self._randbelow(len(rest))
            taken[turn] = rest[place]
            rest[place] = rest[-1]
            rest.pop()
        return taken

    def _sample_places(self, population, k):
        """A sample by places, those that are taken drawn again."""
        used = set()
        taken = [None] * k
        for turn in range(k):
            place = self._randbelow(len(population))
            while place in used:
                place = self._randbelow(len(population))
            used.add(place)
            taken[turn] = population[place]
        return taken

    def choices(self, population, weights=None, *, cum_weights=None, k=1):
        """k items, each drawn from all, as likely as its weight says."""
        size = len(population)
        if cum_weights is not None:
            if weights is not None:
                raise TypeError("Cannot specify both weights and cumulative weights")
        elif weights is None:
            span = float(size)
            return [population[_math.floor(self.random() * span)] for _ in _times(k)]
        else:
            try:
                cum_weights = list(_accumulate(weights))
            except TypeError:
                if isinstance(weights, int):
                    raise TypeError(
                        f"The number of choices must be a keyword argument: k={weights!r}"
                    ) from None
                raise
        if len(cum_weights) != size:
            raise ValueError("The number of weights does not match the population")
        whole = cum_weights[-1] + 0.0
        if whole <= 0.0:
            raise ValueError("Total of weights must be greater than zero")
        if not _math.isfinite(whole):
            raise ValueError("Total of weights must be finite")
        return [
            population[_bisect(cum_weights, self.random() * whole, 0, size - 1)]
            for _ in _times(k)
        ]

    def uniform(self, a, b):
        """A float between a and b."""
        return a + (b - a) * self.random()

    def triangular(self, low=0.0, high=1.0, mode=None):
        """Between low and high, most often near mode."""
        drawn = self.random()
        peak = 0.5
        if mode is not None:
            try:
                peak = (mode - low) / (high - low)
            except ZeroDivisionError:
                return low
        if drawn <= peak:
            return low + (high - low) * _math.sqrt(drawn * peak)
        return high + (low - high) * _math.sqrt((1.0 - drawn) * (1.0 - peak))

    def normalvariate(self, mu=0.0, sigma=1.0):
        """Normal distribution: its mean and its standard deviation."""
        while True:
            across = self.random()
            below = 1.0 - self.random()
            deviation = NV_MAGICCONST * (across - 0.5) / below
            if deviation * deviation / 4.0 <= -_math.log(below):
                return mu + deviation * sigma

    def gauss(self, mu=0.0, sigma=1.0):
        """Normal distribution, two numbers at a time."""
        deviation, self.gauss_next = self.gauss_next, None
        if deviation is None:
            angle = self.random() * TWOPI
            radius = _math.sqrt(-2.0 * _math.log(1.0 - self.random()))
            deviation = _math.cos(angle) * radius
            self.gauss_next = _math.sin(angle) * radius
        return mu + deviation * sigma

    def lognormvariate(self, mu, sigma):
        """Its logarithm is normally distributed."""
        return _math.exp(self.normalvariate(mu, sigma))

    def expovariate(self, lambd=1.0):
        """Exponential distribution; lambd is one over the mean."""
        return self._waiting() / lambd

    def _waiting(self):
        """Exponential distribution of mean 1."""
        return -_math.log(1.0 - self.random())

    def vonmisesvariate(self, mu, kappa):
        """Angles around mu."""
        if kappa <= 1e-6:
            return TWOPI * self.random()
        half = 0.5 / kappa
        reach = half + _math.sqrt(1.0 + half * half)
        accepted = False
        while not accepted:
            side = _math.cos(_math.pi * self.random())
            ratio = side / (reach + side)
            drawn = self.random()
            accepted = drawn < 1.0 - ratio * ratio or drawn <= (1.0 - ratio) * _math.exp(ratio)
        shrunk = 1.0 / reach
        turn = _math.acos((shrunk + side) / (1.0 + shrunk * side))
        return (mu + turn if self.random() > 0.5 else mu - turn) % TWOPI

    def gammavariate(self, alpha, beta):
        """Gamma distribution."""
        if alpha <= 0.0 or beta <= 0.0:
            raise ValueError("gammavariate: alpha and beta must be > 0.0")
        if alpha == 1.0:
            return self._waiting() * beta
        return (self._gamma_hill(alpha) if alpha > 1.0 else self._gamma_slope(alpha)) * beta

    def _gamma_hill(self, alpha):
        """Gamma distribution of an alpha above 1: the method of Cheng."""
        spread = _math.sqrt(2.0 * alpha - 1.0)
        while True:
            first = self.random()
            if first <= 1e-7 or first >= 0.9999999:
                continue
            second = 1.0 - self.random()
            odds = _math.log(first / (1.0 - first)) / spread
            value = alpha * _math.exp(odds)
            area = first * first * second
            room = alpha - LOG4 + (alpha + spread) * odds - value
            if room + SG_MAGICCONST - 4.5 * area >= 0.0 or room >= _math.log(area):
                return value

    def _gamma_slope(self, alpha):
        """Gamma distribution of an alpha below 1: the method of Ahrens and Dieter."""
        top = (_math.e + alpha) / _math.e
        while True:
            share = top * self.random()
            if share <= 1.0:
                value = share ** (1.0 / alpha)
                accept_below = _math.exp(-value)
            else:
                value = -_math.log((top - share) / alpha)
                accept_below = value ** (alpha - 1.0)
            if self.random() <= accept_below:
                return value

    def betavariate(self, alpha, beta):
        """Beta distribution."""
        part = self.gammavariate(alpha, 1.0)
        return part / (part + self.gammavariate(beta, 1.0)) if part else 0.0

    def paretovariate(self, alpha):
        """Pareto distribution."""
        return (1.0 - self.random()) ** (-1.0 / alpha)

    def weibullvariate(self, alpha, beta):
        """Weibull distribution."""
        return alpha * self._waiting() ** (1.0 / beta)

    def binomialvariate(self, n=1, p=0.5):
        """How many of n trials succeed, each with probability p."""
        if n < 0:
            raise ValueError("n must be non-negative")
        if p == 0.0:
            return 0
        if p == 1.0:
            return n
        if p <= 0.0 or p >= 1.0:
            raise ValueError("p must be in the range 0.0 <= p <= 1.0")
        if n == 1:
            return _index(self.random() < p)
        if p > 0.5:
            return n - self.binomialvariate(n, 1.0 - p)
        if n * p < 10.0:
            return self._binomial_by_gaps(n, p)
        return self._binomial_by_rejection(n, p)

    def _binomial_by_gaps(self, n, p):
        """Counts successes, the number of trials from one to the next drawn at once."""
        successes = trials = 0
        per_trial = _math.log2(1.0 - p)
        while per_trial:
            trials += _math.floor(_math.log2(self.random()) / per_trial) + 1
            if trials > n:
                break
            successes += 1
        return successes

    def _binomial_by_rejection(self, n, p):
        """The method of Hörmann, called BTRS: a transformed hat with a squeeze."""
        deviation = _math.sqrt(n * p * (1.0 - p))
        wide = 1.15 + 2.53 * deviation
        steep = -0.0873 + 0.0248 * wide + 0.01 * p
        centre = n * p + 0.5
        sure = 0.92 - 4.2 / wide
        while True:
            across = self.random() - 0.5
            margin = 0.5 - abs(across)
            k = _math.floor((2.0 * steep / margin + wide) * across + centre)
            if not 0 <= k <= n:
                continue
            height = self.random()
            if height <= sure and margin >= 0.07:
                return k
            mode = _math.floor((n + 1) * p)
            peak = _math.lgamma(mode + 1) + _math.lgamma(n - mode + 1)
            height *= (2.83 + 5.1 / wide) * deviation / (steep / (margin * margin) + wide)
            here = peak - _math.lgamma(k + 1) - _math.lgamma(n - k + 1)
            if _math.log(height) <= here + (k - mode) * _math.log(p / (1.0 - p)):
                return k


def _times(k):
    """Walks k steps; k as `itertools.repeat` takes it."""
    return range(_index(k))


class SystemRandom(Random):
    """Numbers that cannot be repeated."""

    def random(self):
        return (int.from_bytes(_random.entropy(7)) >> 3) * RECIP_BPF

    def getrandbits(self, k):
        if k < 0:
            raise ValueError("number of bits must be non-negative")
        whole_bytes = -(-k // 8)
        return int.from_bytes(_random.entropy(whole_bytes)) >> whole_bytes * 8 - k

    def randbytes(self, n):
        return _random.entropy(n)

    def seed(self, *args, **kwds):
        """Does nothing: there is no state."""

    def getstate(self, *args, **kwds):
        raise NotImplementedError("System entropy source does not have state.")

    setstate = getstate


_inst = Random()
_FUNCTIONS = (
    "betavariate binomialvariate choice choices expovariate gammavariate gauss getrandbits "
    "getstate lognormvariate normalvariate paretovariate randbytes randint random randrange "
    "sample seed setstate shuffle triangular uniform vonmisesvariate weibullvariate"
).split()
globals().update((name, getattr(_inst, name)) for name in _FUNCTIONS)

__all__ = ["Random", "SystemRandom"] + _FUNCTIONS
