"""Planets by simplectic steps: energy, angular momentum, a text orbit."""

import math
import sys

YEAR = 365.24
SUN = 4 * math.pi ** 2


class Vector(tuple):
    """Three coordinates with arithmetic."""

    def __new__(cls, x=0.0, y=0.0, z=0.0):
        return super().__new__(cls, (x, y, z))

    def __add__(self, other):
        return Vector(*(a + b for a, b in zip(self, other)))

    def __sub__(self, other):
        return Vector(*(a - b for a, b in zip(self, other)))

    def __mul__(self, factor):
        return Vector(*(a * factor for a in self))

    __rmul__ = __mul__

    def __truediv__(self, divisor):
        return self * (1 / divisor)

    def __abs__(self):
        return math.sqrt(self.dot(self))

    def __bool__(self):
        return any(self)

    def dot(self, other):
        return sum(a * b for a, b in zip(self, other))

    def cross(self, other):
        (a, b, c), (x, y, z) = self, other
        return Vector(b * z - c * y, c * x - a * z, a * y - b * x)

    def __format__(self, spec):
        return "(" + ", ".join(format(a, spec or ".3f") for a in self) + ")"


class Body:
    __slots__ = ("name", "place", "speed", "mass", "__weakref__")

    def __init__(self, name, place, speed, mass):
        self.name = name
        self.place = Vector(*place)
        self.speed = Vector(*speed) * YEAR
        self.mass = mass * SUN

    @property
    def momentum(self):
        return self.speed * self.mass

    def kinetic(self):
        return 0.5 * self.mass * self.speed.dot(self.speed)


def bodies():
    yield Body("sun", (0, 0, 0), (0, 0, 0), 1)
    yield Body("jupiter", (4.84143144246472090, -1.16032004402742839, -0.103622044471123109),
               (1.66007664274403694e-03, 7.69901118419740425e-03, -6.90460016972063023e-05),
               9.54791938424326609e-04)
    yield Body("saturn", (8.34336671824457987, 4.12479856412430479, -0.403523417114321381),
               (-2.76742510726411960e-03, 4.99852801234917238e-03, 2.30417297573763929e-05),
               2.85885980666130812e-04)
    yield Body("uranus", (12.8943695621391310, -15.1111514016986312, -0.223307578892655734),
               (2.96460137564761618e-03, 2.37847173959480950e-03, -2.96589568540237556e-05),
               4.36624404335156298e-05)
    yield Body("neptune", (15.3796971148509165, -25.9193146099879641, 0.179258772950371181),
               (2.68067772490389322e-03, 1.62824170038242295e-03, -9.51592254519715870e-05),
               5.15138902046611451e-05)


class System:
    def __init__(self, members):
        self.members = list(members)
        self.pairs = [(a, b) for i, a in enumerate(self.members) for b in self.members[i + 1:]]
        self.time = 0.0
        drift = sum((b.momentum for b in self.members), Vector())
        self.members[0].speed = drift / -SUN

    def advance(self, step, count=1):
        for _ in range(count):
            for a, b in self.pairs:
                gap = a.place - b.place
                pull = gap * (step / abs(gap) ** 3)
                a.speed -= pull * b.mass
                b.speed += pull * a.mass
            for body in self.members:
                body.place += body.speed * step
            self.time += step

    @property
    def energy(self):
        potential = sum(a.mass * b.mass / abs(a.place - b.place) for a, b in self.pairs)
        return sum(body.kinetic() for body in self.members) - potential

    def angular(self):
        return sum((b.place.cross(b.momentum) for b in self.members), Vector())


system = System(bodies())
print(f"{system.energy:.9f}", f"{system.angular():.6f}")
start = system.energy
track = []
for century in range(10):
    system.advance(0.01, 40)
    track.append(system.members[1].place)
    print(f"{system.time:5.2f} {system.energy:.9f} {system.energy / start - 1:+.1e} {track[-1]}"[:78])
print(all(abs(system.angular()[i] - 0) < 100 for i in range(3)), f"{abs(system.angular()):.7f}")
rows = [[" "] * 23 for _ in range(12)]
for i, (x, y, _) in enumerate(track):
    rows[int(y + 6) % 12][int(x * 2 + 11) % 23] = str(i)
print("\n".join("".join(row).rstrip() for row in rows), file=sys.stdout)
print(Vector(1, 2, 3) + (1, 1, 1), 2 * Vector(1.5), bool(Vector()), f"{Vector(1):+.1e}", -1 * Vector(1) == (-1, -0.0, -0.0))
