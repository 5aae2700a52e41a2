"""Life on a plane of sets, on a torus of bytes, and in one big integer."""


class Life:
    """Living cells as a set of places."""

    def __init__(self, cells=()):
        self.cells = frozenset(cells)

    @classmethod
    def parse(cls, text):
        rows = text.strip().splitlines()
        return cls((x, y) for y, row in enumerate(rows) for x, c in enumerate(row.strip()) if c == "#")

    def __iter__(self):
        """This generation and all after it."""
        while True:
            yield self
            self = self.next()

    @staticmethod
    def around(x, y):
        return ((x + i, y + j) for i in (-1, 0, 1) for j in (-1, 0, 1) if i or j)

    def next(self):
        counts = {}
        for cell in self.cells:
            for place in self.around(*cell):
                counts[place] = counts.get(place, 0) + 1
        return type(self)(p for p, n in counts.items() if n == 3 or n == 2 and p in self.cells)

    def __eq__(self, other):
        return isinstance(other, Life) and self.cells == other.cells

    def __hash__(self):
        return hash(self.cells)

    def __len__(self):
        return len(self.cells)

    def __add__(self, move):
        dx, dy = move
        return type(self)((x + dx, y + dy) for x, y in self.cells)

    def normal(self):
        if not self:
            return self
        xs, ys = zip(*self.cells)
        return self + (-min(xs), -min(ys))

    def __format__(self, spec):
        width, _, height = (spec or "8x6").partition("x")
        return "\n".join("".join(".#"[(x, y) in self.cells] for x in range(int(width)))
                         for y in range(int(height)))


def kind(life, limit=40):
    """'dead', 'still', 'period n' or 'ship n', by what comes back."""
    seen = {}
    for age, now in enumerate(life):
        if not now:
            return "dead"
        shape = now.normal()
        if shape in seen:
            born, place = seen[shape]
            moved = min(now.cells) != place
            return f"ship {age - born}" if moved else "still" if age - born == 1 else f"period {age - born}"
        seen[shape] = age, min(now.cells)
        if age == limit:
            return f"{len(now)} cells after {limit}"


def torus(rows, steps):
    """The same on bytes, edges joined."""
    height, width = len(rows), len(rows[0])
    now = bytearray(b"".join(rows).translate(bytes.maketrans(b".#", b"\0\1")))
    for _ in range(steps):
        new = bytearray(len(now))
        for i in range(len(now)):
            y, x = divmod(i, width)
            n = sum(now[(y + j) % height * width + (x + k) % width]
                    for j in (-1, 0, 1) for k in (-1, 0, 1)) - now[i]
            new[i] = n == 3 or (n == 2 and now[i])
        now[:] = new
    return [bytes(now[i:i + width]).translate(bytes.maketrans(b"\0\1", b".#")) for i in range(0, len(now), width)]


def in_integers(rows, width, steps):
    """Rows as integers: counts by adding bits in parallel."""
    for _ in range(steps):
        padded = [0, *rows, 0]
        new = []
        for above, row, below in zip(padded, padded[1:], padded[2:]):
            ones = twos = fours = 0
            for part in (above << 1, above, above >> 1, row << 1, row >> 1, below << 1, below, below >> 1):
                ones, carry = ones ^ part, ones & part
                twos, carry = twos ^ carry, twos & carry
                fours |= carry
            new.append((twos & ~fours & (ones | row)) & (1 << width) - 1)
        rows = new
    return rows


PATTERNS = {
    "block": "##\n##", "blinker": "###", "glider": ".#.\n..#\n###", "toad": ".###\n###.",
    "beacon": "##..\n##..\n..##\n..##", "lone": "#", "r pentomino": ".##\n##.\n.#.",
    "lightweight ship": ".#..#\n#....\n#...#\n####.",
}
for name, text in PATTERNS.items():
    print(f"{name:>17}: {kind(Life.parse(text))}")
glider = Life.parse(PATTERNS["glider"])
for age, now in zip(range(5), glider):
    print(f"{now:6x4}", age, sorted(now.cells)[0], sep="\n")
rows = [b".#......", b"..#.....", b"###.....", *[b"........"] * 4]
for row in torus(rows, 27):
    print(row.decode())
start = [0b0110000, 0b0000000, 0b0111000, 0b0010100, 0]
print([f"{row:07b}" for row in in_integers(start, 7, 3)])
same = Life((x, y) for y, row in enumerate(start) for x in range(7) if row >> x & 1)
print(len({glider, glider.next(), Life(glider.cells)}), glider != glider + (1, 0), bool(Life()), len(same))
