"""Disjoint sets: Kruskal's tree, components of a picture, percolation, equivalences of names."""

import random
from itertools import product


class DisjointSets:
    """Union by size, paths halved; members are found by hash."""

    def __init__(self, members=()):
        self._parent, self._size = {}, {}
        for member in members:
            self.add(member)

    def add(self, member):
        if member not in self._parent:
            self._parent[member], self._size[member] = member, 1

    def find(self, member):
        parent = self._parent
        try:
            while parent[member] != member:
                parent[member] = member = parent[parent[member]]
        except KeyError:
            raise LookupError(f"{member!r} is in no set") from None
        return member

    def join(self, a, b):
        """Whether they were apart."""
        a, b = self.find(a), self.find(b)
        if a == b:
            return False
        if self._size[a] < self._size[b]:
            a, b = b, a
        self._parent[b] = a
        self._size[a] += self._size.pop(b)
        return True

    __call__ = find

    def same(self, *members):
        return len({self.find(m) for m in members}) <= 1

    def __len__(self):
        return len(self._size)

    def __contains__(self, member):
        return member in self._parent

    def __iter__(self):
        groups = {}
        for member in self._parent:
            groups.setdefault(self.find(member), set()).add(member)
        yield from groups.values()

    def __ior__(self, pair):
        for member in pair:
            self.add(member)
        self.join(*pair)
        return self

    def __repr__(self):
        return "{" + " | ".join(sorted(",".join(sorted(map(str, g))) for g in self)) + "}"


def kruskal(edges):
    sets, tree = DisjointSets(), []
    for weight, a, b in sorted((w, *sorted(pair)) for pair, w in edges.items()):
        sets.add(a)
        sets.add(b)
        if sets.join(a, b):
            tree.append((a, b, weight))
    return tree, sum(weight for *_, weight in tree)


def regions(picture):
    """Connected areas of equal letters, by size."""
    rows = picture.split()
    cells = {(x, y): c for y, row in enumerate(rows) for x, c in enumerate(row)}
    sets = DisjointSets(cells)
    for (x, y), c in cells.items():
        for other in ((x + 1, y), (x, y + 1)):
            if cells.get(other) == c:
                sets.join((x, y), other)
    return sorted(((len(group), cells[min(group)], min(group)) for group in sets), key=lambda r: (-r[0], r[1:]))


class Percolation:
    TOP, BOTTOM = "top", "bottom"

    def __init__(self, n):
        self.n, self.open = n, set()
        self.sets = DisjointSets([self.TOP, self.BOTTOM, *product(range(n), repeat=2)])

    def unblock(self, row, column):
        self.open.add((row, column))
        if row == 0:
            self.sets.join(self.TOP, (row, column))
        if row == self.n - 1:
            self.sets.join(self.BOTTOM, (row, column))
        for other in ((row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)):
            if other in self.open:
                self.sets.join((row, column), other)

    @property
    def percolates(self):
        return self.sets.same(self.TOP, self.BOTTOM)

    def __str__(self):
        def letter(cell):
            return "#" if cell not in self.open else "~" if self.sets.same(cell, self.TOP) else "."
        return "\n".join("".join(letter((r, c)) for c in range(self.n)) for r in range(self.n))


sets = DisjointSets("abcdefgh")
for pair in ("ab", "cd", "ef", "bd", "gh", "fh"):
    print(pair, sets.join(*pair), len(sets), sets)
print(sets.join("a", "c"), sets.same("a", "d"), sets.same("a", "e"), sets("b") == sets("c"), "z" in sets)
sets |= ("z", "a")
print(sets, len(sets), sorted(map(len, sets)))
for bad in (lambda: sets.find("nobody"), lambda: sets.add([]), lambda: sets.join("a")):
    try:
        bad()
    except (LookupError, TypeError) as error:
        print(type(error).__name__, error, error.__cause__, error.__suppress_context__)
edges = {("A", "B"): 7, ("A", "D"): 5, ("B", "C"): 8, ("B", "D"): 9, ("B", "E"): 7, ("C", "E"): 5,
         ("D", "E"): 15, ("D", "F"): 6, ("E", "F"): 8, ("E", "G"): 9, ("F", "G"): 11}
tree, total = kruskal(edges)
print(*(f"{a}{b}:{w}" for a, b, w in tree), "=", total)
for size, letter, place in regions("aabbb aacbb ccccb dddcb dcccc")[:6]:
    print(f"{letter} x{size:<2} at {place}")
random.seed(7)
for n in (6, 10):
    field = Percolation(n)
    cells = list(product(range(n), repeat=2))
    random.shuffle(cells)
    while not field.percolates:
        field.unblock(*cells.pop())
    print(f"{n}x{n} percolates with {len(field.open)} of {n * n} open, {len(field.open) / n ** 2:.2f}")
    print(field)
aliases = DisjointSets()
for line in "bob=robert; rob=robert; liz=beth; bess=beth; elizabeth=liz; ann=anna".split("; "):
    aliases |= line.split("=")
print(aliases, aliases.same("bob", "rob"), aliases.same("bob", "liz"), [len(g) for g in sorted(aliases, key=lambda g: (-len(g), min(g)))])
