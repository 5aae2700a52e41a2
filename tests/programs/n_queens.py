"""N queens by backtracking, by permutations and by bit masks, with boards drawn."""


class Board:
    """Queens by row: columns[r] is the column of the queen in row r."""

    def __init__(self, size):
        self.size = size
        self.columns = []

    def safe(self, column):
        row = len(self.columns)
        for r, c in enumerate(self.columns):
            if c == column or abs(c - column) == row - r:
                return False
        return True

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        self.columns.clear()
        return False

    def push(self, column):
        if not self.safe(column):
            raise ValueError(f"queen at {len(self.columns)},{column} is attacked")
        self.columns.append(column)

    def pop(self):
        return self.columns.pop()

    def __str__(self):
        lines = []
        for column in self.columns:
            lines.append(" ".join("Q" if c == column else "." for c in range(self.size)))
        return "\n".join(lines)

    def __len__(self):
        return len(self.columns)


def solve(board):
    """Every solution, as a tuple of columns."""
    if len(board) == board.size:
        yield tuple(board.columns)
        return
    for column in range(board.size):
        try:
            board.push(column)
        except ValueError:
            continue
        yield from solve(board)
        board.pop()


def permutations(items):
    if not items:
        yield ()
    for i, item in enumerate(items):
        for rest in permutations(items[:i] + items[i + 1:]):
            yield (item, *rest)


def by_permutations(size):
    for p in permutations(list(range(size))):
        if len({p[i] + i for i in range(size)}) == size == len({p[i] - i for i in range(size)}):
            yield p


def by_masks(size):
    """Counts only; columns and diagonals are bits."""
    full = (1 << size) - 1

    def place(columns, left, right):
        if columns == full:
            return 1
        count, free = 0, full & ~(columns | left | right)
        while free:
            bit = free & -free
            free ^= bit
            count += place(columns | bit, (left | bit) << 1, (right | bit) >> 1)
        return count

    return place(0, 0, 0)


def symmetric(solution):
    n = len(solution)
    mirrored = tuple(n - 1 - c for c in solution)
    flipped = solution[::-1]
    turned = tuple(sorted(range(n), key=solution.__getitem__))
    return min(solution, mirrored, flipped, turned)


for size in range(1, 8):
    with Board(size) as board:
        found = list(solve(board))
    assert found == sorted(found), "rows are tried in order"
    distinct = {symmetric(s) for s in found}
    print(f"{size}: {len(found):>3} solutions, {len(distinct):>3} classes, masks {by_masks(size)}")
    if size <= 6:
        assert set(found) == set(by_permutations(size))

board = Board(6)
first, *others = solve(board)
for column in first:
    board.push(column)
print(board, f"and {len(others)} more", sep="\n")
try:
    board.push(0)
except ValueError as error:
    print("refused:", error)
print(by_masks(8), hex(by_masks(8)), format(by_masks(9), "b"))
