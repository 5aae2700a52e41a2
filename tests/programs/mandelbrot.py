"""The Mandelbrot set in characters and in bits, without complex numbers of the language's own."""

import sys


class Number:
    """A complex number: real and imaginary part."""

    __slots__ = ("re", "im")

    def __init__(self, re, im=0.0):
        self.re, self.im = float(re), float(im)

    def __add__(self, other):
        if isinstance(other, (int, float)):
            other = Number(other)
        elif not isinstance(other, Number):
            return NotImplemented
        return Number(self.re + other.re, self.im + other.im)

    __radd__ = __add__

    def __mul__(self, other):
        if isinstance(other, (int, float)):
            return Number(self.re * other, self.im * other)
        return Number(self.re * other.re - self.im * other.im, self.re * other.im + self.im * other.re)

    __rmul__ = __mul__

    def __abs__(self):
        return (self.re * self.re + self.im * self.im) ** 0.5

    def __eq__(self, other):
        return (self.re, self.im) == (other.re, other.im)

    def __hash__(self):
        return hash((self.re, self.im))

    def __repr__(self):
        return f"{self.re:g}{self.im:+g}i"


def steps(c, limit):
    """After how many steps the orbit of `c` leaves the circle; `limit` when it stays."""
    z = Number(0)
    for n in range(limit):
        if abs(z) > 2:
            return n
        z = z * z + c
    return limit


def fast(x, y, limit):
    zr = zi = n = 0
    while zr * zr + zi * zi <= 4 and n < limit:
        zr, zi, n = zr * zr - zi * zi + x, 2 * zr * zi + y, n + 1
    return n


class Picture:
    shades = " .:-=+*#%@"

    def __init__(self, width, height, limit=50):
        self.width, self.height, self.limit = width, height, limit

    def __iter__(self):
        for row in range(self.height):
            y = 1.2 - 2.4 * row / (self.height - 1)
            yield [fast(-2.1 + 2.9 * column / (self.width - 1), y, self.limit)
                   for column in range(self.width)]

    def shade(self, n):
        return self.shades[n * (len(self.shades) - 1) // self.limit] if n < self.limit else "@"

    def __str__(self):
        return "\n".join("".join(map(self.shade, row)) for row in self)

    def bits(self):
        """A bitmap as in a PBM file: eight points in a byte, rows padded."""
        data = bytearray(b"P4\n%d %d\n" % (self.width, self.height))
        for row in self:
            byte = 0
            for i, n in enumerate(row + [0] * (-self.width % 8)):
                byte = byte << 1 | (n == self.limit)
                if i % 8 == 7:
                    data.append(byte)
                    byte = 0
        return bytes(data)


def checksum(data):
    a, b = 1, 0
    for byte in data:
        a = (a + byte) % 65521
        b = (b + a) % 65521
    return b << 16 | a


picture = Picture(62, 22)
print(picture)
bitmap = picture.bits()
print(len(bitmap), bitmap[:12], f"{checksum(bitmap):08x}", bitmap.count(0), max(bitmap[11:]))
with memoryview(bitmap) as view:
    row = view[9 + 8 * 10:9 + 8 * 11]
    print(row.hex(" ", 2), row.nbytes, row.readonly)
counts = {}
for row in Picture(30, 15, limit=20):
    for n in row:
        counts[n] = counts.get(n, 0) + 1
print(dict(sorted(counts.items())), sum(counts.values()))
for c in (Number(0), Number(1), Number(-1), Number(0.3, 0.5), Number(-0.75, 0.1)):
    assert (n := steps(c, 40)) == fast(c.re, c.im, 40) or abs(n - fast(c.re, c.im, 40)) == 1
    print(c, n, abs(c * c), 2 * c + 1, {c: "key"}[Number(c.re, c.im)])
try:
    Number(1) + "i"
except TypeError as error:
    print(error)
try:
    Number(1).arg = 0
except AttributeError as error:
    print(error)
sys.stdout.write(f"{Picture(9, 3).shade(7)!r}\n")
