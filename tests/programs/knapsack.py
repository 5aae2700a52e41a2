"""Dynamic programming: knapsacks, coins, longest sequences, edit scripts, matrix chains, memoised and tabulated."""

from functools import cache, lru_cache
from itertools import accumulate, combinations
from bisect import bisect_left


ITEMS = {"map": (9, 150), "compass": (13, 35), "water": (153, 200), "sandwich": (50, 160), "glucose": (15, 60),
         "tin": (68, 45), "banana": (27, 60), "apple": (39, 40), "cheese": (23, 30), "beer": (52, 10),
         "suntan cream": (11, 70), "camera": (32, 30), "t-shirt": (24, 15), "trousers": (48, 10), "umbrella": (73, 40)}


def knapsack(items, capacity):
    """Best value and what to take, by a table of rows."""
    rows = [[0] * (capacity + 1)]
    for weight, value in items.values():
        before = rows[-1]
        rows.append([max(best, before[c - weight] + value) if weight <= c else best
                     for c, best in enumerate(before)])
    taken, left = [], capacity
    for i, (name, (weight, _)) in reversed(list(enumerate(items.items()))):
        if rows[i + 1][left] != rows[i][left]:
            taken.append(name)
            left -= weight
    return rows[-1][capacity], taken[::-1]


def knapsack_brute(items, capacity):
    best = (0, ())
    for k in range(len(items) + 1):
        for names in combinations(items, k):
            weight, value = map(sum, zip(*(items[n] for n in names))) if names else (0, 0)
            if weight <= capacity:
                best = max(best, (value, names))
    return best


def coins(amount, kinds):
    """Fewest coins and how many ways there are."""
    fewest, ways = [0] + [None] * amount, [1] + [0] * amount
    for kind in kinds:
        for total in range(kind, amount + 1):
            ways[total] += ways[total - kind]
            if (rest := fewest[total - kind]) is not None and (fewest[total] is None or rest + 1 < fewest[total]):
                fewest[total] = rest + 1
    return fewest[amount], ways[amount]


def longest_increasing(numbers):
    tails, places, before = [], [], [None] * len(numbers)
    for i, n in enumerate(numbers):
        at = bisect_left(tails, n)
        tails[at:at + 1] = [n]
        places[at:at + 1] = [i]
        before[i] = places[at - 1] if at else None
    i, out = places[-1] if places else None, []
    while i is not None:
        out.append(numbers[i])
        i = before[i]
    return out[::-1]


def common(a, b):
    """A longest common subsequence, by recursion that remembers."""
    @cache
    def best(i, j):
        if i == len(a) or j == len(b):
            return ""
        if a[i] == b[j]:
            return a[i] + best(i + 1, j + 1)
        return max(best(i + 1, j), best(i, j + 1), key=len)

    result = best(0, 0)
    return result, best.cache_info().misses


def script(a, b):
    """Edits that make `b` of `a`: keep, drop, add, change."""
    table = [list(range(len(b) + 1))]
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            row.append(min(table[-1][j] + 1, row[-1] + 1, table[-1][j - 1] + (x != y)))
        table.append(row)
    i, j, steps = len(a), len(b), []
    while i or j:
        here = table[i][j]
        if i and j and here == table[i - 1][j - 1] + (a[i - 1] != b[j - 1]):
            steps.append("=" + a[i - 1] if a[i - 1] == b[j - 1] else f"{a[i - 1]}>{b[j - 1]}")
            i, j = i - 1, j - 1
        elif i and here == table[i - 1][j] + 1:
            steps.append("-" + a[i - 1])
            i -= 1
        else:
            steps.append("+" + b[j - 1])
            j -= 1
    return table[-1][-1], " ".join(reversed(steps))


def chain(sizes):
    """Cheapest order to multiply matrices of these sizes."""
    @lru_cache(maxsize=None)
    def best(i, j):
        if i == j:
            return 0, f"M{i}"
        return min((best(i, k)[0] + best(k + 1, j)[0] + sizes[i] * sizes[k + 1] * sizes[j + 1],
                    f"({best(i, k)[1]}{best(k + 1, j)[1]})") for k in range(i, j))

    return best(0, len(sizes) - 2)


def partitions(n, most=None):
    if n == 0:
        yield ()
    for part in range(min(n, most or n), 0, -1):
        for rest in partitions(n - part, part):
            yield (part, *rest)


value, names = knapsack(ITEMS, 400)
print(value, sum(ITEMS[n][0] for n in names), *names, sep=", ")
few = dict(list(ITEMS.items())[:9])
for capacity in (0, 30, 80, 150):
    best, names = knapsack(few, capacity)
    assert best == knapsack_brute(few, capacity)[0]
    print(f"{capacity:>4} {best:>4} {names}")
for amount, kinds in ((63, (1, 5, 10, 21, 25)), (100, (1, 2, 5, 10, 20, 50)), (7, (2, 4))):
    print(amount, kinds, *coins(amount, kinds))
for numbers in ([0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15], [3, 2, 1], [], [1, 1, 2]):
    print(longest_increasing(numbers))
print(common("thisisatest", "testing123testing"), common("nematode knowledge", "empty bottle"))
for a, b in (("kitten", "sitting"), ("saturday", "sunday"), ("", "abc")):
    print(a, b, *script(a, b))
print(chain((40, 20, 30, 10, 30)), chain((5, 10, 3, 12, 5, 50, 6)))
print([len(list(partitions(n))) for n in range(12)], list(partitions(5)), list(accumulate([1, 2, 3, 4], max)))
