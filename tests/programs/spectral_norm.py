"""The spectral norm of an infinite matrix's corner, with lazily computed vectors."""

from math import fsum, isclose, sqrt


def entry(i, j):
    return 1.0 / ((i + j) * (i + j + 1) // 2 + i + 1)


class Operator:
    """A matrix given by a function of two indices."""

    def __init__(self, entry, size):
        self.entry, self.size = entry, size

    def __call__(self, vector):
        entry = self.entry
        return [sum(entry(i, j) * v for j, v in enumerate(vector)) for i in range(self.size)]

    @property
    def transposed(self):
        entry = self.entry
        return type(self)(lambda i, j: entry(j, i), self.size)

    def __mul__(self, other):
        return Composed(self, other)


class Composed:
    def __init__(self, *parts):
        self.parts = parts

    def __call__(self, vector):
        for part in reversed(self.parts):
            vector = part(vector)
        return vector

    def __mul__(self, other):
        return Composed(*self.parts, other)


def dot(u, v):
    return sum(a * b for a, b in zip(u, v, strict=True))


def norm(operator, size, rounds=10):
    u = [1.0] * size
    squared = operator.transposed * operator
    for _ in range(rounds):
        v = squared(u)
        u = squared(v)
    return sqrt(dot(u, v) / dot(v, v))


def power_iteration(operator, size):
    """Yields better and better guesses; `send` asks for another start."""
    vector = [1.0] + [0.0] * (size - 1)
    while True:
        image = operator(vector)
        length = sqrt(dot(image, image))
        vector = [x / length for x in image]
        fresh = yield length
        if fresh is not None:
            if len(fresh) != size:
                raise ValueError(f"{len(fresh)} numbers for {size}")
            vector = list(map(float, fresh))


class Converged(Exception):
    def __init__(self, value, steps):
        super().__init__(value, steps)
        self.value, self.steps = value, steps


def settle(values, tolerance=1e-9, limit=200):
    last = None
    for steps, value in enumerate(values, 1):
        if last is not None and isclose(value, last, rel_tol=tolerance):
            raise Converged(value, steps)
        if steps == limit:
            break
        last = value
    return last


for size in (1, 2, 5, 10, 20, 30):
    print(f"{size:3d} {norm(Operator(entry, size), size):.9f}")
size = 12
operator = Operator(entry, size)
squared = operator.transposed * operator
guesses = power_iteration(squared, size)
try:
    settle(guesses)
except Converged as done:
    print(f"{sqrt(done.value):.9f} after {done.steps} steps, args {len(done.args)}")
    assert isclose(sqrt(done.value), norm(operator, size), rel_tol=1e-6)
guesses.send([1] * size)
print(f"{sqrt(next(guesses)):.6f}")
try:
    guesses.send([1, 2])
except ValueError as error:
    print(error)
print(list(guesses))
try:
    dot([1.0], [1.0, 2.0])
except ValueError as error:
    print(error)
columns = [Operator(entry, 4)([float(i == j) for i in range(4)]) for j in range(4)]
for row in zip(*columns):
    print(*(f"{x:8.5f}" for x in row))
print(f"{fsum(entry(i, i) for i in range(100)):.12f}", entry(0, 0), entry(1, 0) == 1 / 3)
