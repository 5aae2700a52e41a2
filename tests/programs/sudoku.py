"""Sudoku: candidates as sets, naked and hidden singles, search with undo, generators of units."""

from functools import reduce

ROWS, COLUMNS = "ABCDEFGHI", "123456789"
DIGITS = frozenset(COLUMNS)
CELLS = [r + c for r in ROWS for c in COLUMNS]


def cross(a, b):
    return {x + y for x in a for y in b}


UNITS = ([cross(r, COLUMNS) for r in ROWS] + [cross(ROWS, c) for c in COLUMNS]
         + [cross(ROWS[i:i + 3], COLUMNS[j:j + 3]) for i in (0, 3, 6) for j in (0, 3, 6)])
UNITS_OF = {cell: [u for u in UNITS if cell in u] for cell in CELLS}
PEERS = {cell: set().union(*UNITS_OF[cell]) - {cell} for cell in CELLS}


class Contradiction(Exception):
    """A cell without a candidate, or a digit without a place."""


class Grid:
    guesses = 0

    def __init__(self, text):
        given = [c for c in text if c in DIGITS or c in "0."]
        if len(given) != 81:
            raise ValueError(f"81 cells wanted, {len(given)} found")
        self.candidates = dict.fromkeys(CELLS, DIGITS)
        for cell, digit in zip(CELLS, given):
            if digit in DIGITS:
                self.assign(cell, digit)

    def copy(self):
        twin = object.__new__(type(self))
        twin.candidates = self.candidates.copy()
        return twin

    def assign(self, cell, digit):
        for other in self.candidates[cell] - {digit}:
            self.eliminate(cell, other)
        if digit not in self.candidates[cell]:
            raise Contradiction(f"{digit} does not go to {cell}")

    def eliminate(self, cell, digit):
        left = self.candidates[cell]
        if digit not in left:
            return
        left = self.candidates[cell] = left - {digit}
        if not left:
            raise Contradiction(f"nothing for {cell}")
        if len(left) == 1:
            (last,) = left
            for peer in sorted(PEERS[cell]):
                self.eliminate(peer, last)
        for unit in UNITS_OF[cell]:
            places = [c for c in unit if digit in self.candidates[c]]
            if not places:
                raise Contradiction(f"no place for {digit}")
            if len(places) == 1:
                self.assign(places[0], digit)

    @property
    def solved(self):
        return all(len(left) == 1 for left in self.candidates.values())

    def search(self):
        if self.solved:
            yield self
            return
        cell = min((c for c in CELLS if len(self.candidates[c]) > 1),
                   key=lambda c: (len(self.candidates[c]), c))
        for digit in sorted(self.candidates[cell]):
            Grid.guesses += 1
            attempt = self.copy()
            try:
                attempt.assign(cell, digit)
            except Contradiction:
                continue
            yield from attempt.search()

    def __str__(self):
        lines = []
        for i, r in enumerate(ROWS):
            if i in (3, 6):
                lines.append("------+-------+------")
            cells = ["".join(left) if len(left := self.candidates[r + c]) == 1 else "." for c in COLUMNS]
            lines.append(" | ".join(" ".join(cells[j:j + 3]) for j in (0, 3, 6)))
        return "\n".join(lines)


easy = """003020600 900305001 001806400 008102900 700000008
          006708200 002609500 800203009 005010300"""
hard = "4.....8.5.3..........7......2.....6.....8.4......1.......6.3.7.5..2.....1.4......"
print(sum(map(len, UNITS)), {len(p) for p in PEERS.values()}, sorted(PEERS["E5"])[:5])
grid = Grid(easy)
print(grid, grid.solved, sep="\n")
grid = Grid(hard)
print(reduce(lambda n, left: n + len(left), grid.candidates.values(), 0), "candidates at first")
solution = next(grid.search())
print(solution, f"{Grid.guesses > 0=}", sep="\n")
assert all({*map(solution.candidates.get, unit)} == {frozenset(d) for d in DIGITS} for unit in UNITS)
for bad in (hard[:-1], "55" + "." * 79, hard.replace("8", "4", 1)):
    try:
        Grid(bad)
    except (ValueError, Contradiction) as error:
        print(type(error).__name__, bool(str(error)), len(error.args))
two = Grid("".join(next(iter(left)) if cell not in ("A3", "A7") else "." for cell, left in Grid(easy).candidates.items()))
print(len(list(two.search())), two.solved, Grid.__doc__, Contradiction.__doc__)
