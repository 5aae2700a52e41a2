"""Pancakes: flips of permutations, counted three ways, and prefix reversal sorting."""

import time


def fannkuch(n):
    """Greatest number of flips and the checksum, with permutations in place."""
    first = list(range(n))
    count = [0] * n
    flips_max = checksum = turn = 0
    r = n
    while True:
        while r != 1:
            count[r - 1] = r
            r -= 1
        if first[0]:
            row, flips = first[:], 0
            while (top := row[0]):
                row[:top + 1] = row[top::-1]
                flips += 1
            flips_max = max(flips_max, flips)
            checksum += -flips if turn & 1 else flips
        while True:
            if r == n:
                return flips_max, checksum
            first.insert(r, first.pop(0))
            count[r] -= 1
            if count[r] > 0:
                break
            r += 1
        turn += 1


def rotations(row):
    """Permutations in the same order, by rotation of ever longer prefixes."""
    def turn(k):
        if k == 1:
            yield tuple(row)
            return
        for _ in range(k):
            yield from turn(k - 1)
            row[:k] = row[1:k] + row[:1]

    yield from turn(len(row))


def flips_of(stack):
    stack, flips = list(stack), 0
    while stack[0]:
        stack[:stack[0] + 1] = reversed(stack[:stack[0] + 1])
        flips += 1
    return flips


class Pancakes:
    """A stack that knows only one move."""

    def __init__(self, sizes):
        self.sizes = bytearray(sizes)
        self.moves = []

    def flip(self, k):
        if not 0 < k <= len(self.sizes):
            raise IndexError(f"cannot flip {k} of {len(self.sizes)}")
        self.sizes[:k] = self.sizes[k - 1::-1] if k > 1 else self.sizes[:1]
        self.moves.append(k)

    def sort(self):
        for end in range(len(self.sizes), 1, -1):
            at = self.sizes.index(max(self.sizes[:end]), 0, end)
            if at == end - 1:
                continue
            if at:
                self.flip(at + 1)
            self.flip(end)
        return self

    @property
    def sorted(self):
        return all(a <= b for a, b in zip(self.sizes, self.sizes[1:]))


began = time.perf_counter()
for n in range(3, 8):
    most, checksum = fannkuch(n)
    table = {}
    for index, row in enumerate(rotations(list(range(n)))):
        flips = flips_of(row)
        table.setdefault(flips, []).append((index, row))
        checksum -= -flips if index & 1 else flips
    worst = table[max(table)]
    counts = " ".join(f"{k}:{len(v)}" for k, v in sorted(table.items())[:5])
    print(f"n={n} most={most} same={max(table) == most} rest={checksum} worst={len(worst)} [{counts} ...]")
    print("  ", *("".join(map(str, row)) for _, row in worst[:4]))
for text in ("hello pancakes", "zyx", "a", "sorted already? no"):
    stack = Pancakes(text.encode()).sort()
    print(repr(stack.sizes.decode()), len(stack.moves), stack.moves[:8], stack.sorted)
try:
    Pancakes(b"abc").flip(4)
except IndexError as error:
    print(error)
try:
    Pancakes([1, 2, 300])
except ValueError as error:
    print(error)
print(time.perf_counter() >= began, next(rotations([1, 2, 3])), [*rotations([0, 1])])
total = 0
for row in rotations(list("abcd")):
    word = "".join(row)
    if word[0] in "ab" and word != "abcd" and not word.endswith("d"):
        total += 1
        if total == 3:
            break
else:
    print("never")
print(total, word)
assert fannkuch(6) == (10, 49), fannkuch(6)
