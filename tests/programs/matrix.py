"""Matrices as classes: operators, slices as blocks, powers, determinants, printing."""


class Matrix:
    def __init__(self, rows):
        self.rows = [list(row) for row in rows]
        widths = {len(row) for row in self.rows}
        if len(widths) > 1:
            raise ValueError(f"rows of different lengths: {sorted(widths)}")
        self.shape = (len(self.rows), widths.pop() if widths else 0)

    @classmethod
    def identity(cls, n):
        return cls([[int(i == j) for j in range(n)] for i in range(n)])

    @classmethod
    def from_function(cls, n, m, function):
        return cls([[function(i, j) for j in range(m)] for i in range(n)])

    def __getitem__(self, key):
        if isinstance(key, tuple):
            i, j = key
            if isinstance(i, slice) or isinstance(j, slice):
                rows = self.rows[i] if isinstance(i, slice) else [self.rows[i]]
                return Matrix([row[j] if isinstance(j, slice) else [row[j]] for row in rows])
            return self.rows[i][j]
        return self.rows[key]

    def __setitem__(self, key, value):
        i, j = key
        self.rows[i][j] = value

    def __eq__(self, other):
        return self.rows == other.rows if isinstance(other, Matrix) else NotImplemented

    __hash__ = None

    def _zip(self, other, operate):
        if not isinstance(other, Matrix):
            return NotImplemented
        if self.shape != other.shape:
            raise ValueError(f"shapes {self.shape} and {other.shape} do not fit")
        return Matrix([[operate(a, b) for a, b in zip(x, y)]
                       for x, y in zip(self.rows, other.rows)])

    def __add__(self, other):
        return self._zip(other, lambda a, b: a + b)

    def __sub__(self, other):
        return self._zip(other, lambda a, b: a - b)

    def __neg__(self):
        return self * -1

    def __mul__(self, other):
        if isinstance(other, (int, float)):
            return Matrix([[a * other for a in row] for row in self.rows])
        if not isinstance(other, Matrix):
            return NotImplemented
        if self.shape[1] != other.shape[0]:
            raise ValueError(f"shapes {self.shape} and {other.shape} do not fit")
        columns = list(zip(*other.rows))
        return Matrix([[sum(a * b for a, b in zip(row, column)) for column in columns]
                       for row in self.rows])

    __rmul__ = __mul__

    def __imul__(self, scalar):
        for row in self.rows:
            row[:] = [a * scalar for a in row]
        return self

    def __pow__(self, n):
        result, base = Matrix.identity(self.shape[0]), self
        while n:
            if n & 1:
                result = result * base
            base, n = base * base, n >> 1
        return result

    def transposed(self):
        return Matrix(zip(*self.rows))

    def minor(self, i, j):
        return Matrix([row[:j] + row[j + 1:] for k, row in enumerate(self.rows) if k != i])

    def determinant(self):
        n, m = self.shape
        if n != m:
            raise ValueError("not square")
        if n == 1:
            return self[0, 0]
        return sum((-1) ** j * self[0, j] * self.minor(0, j).determinant() for j in range(n))

    def __str__(self):
        cells = [[f"{a:.2f}" if isinstance(a, float) else str(a) for a in row] for row in self.rows]
        width = max((len(cell) for row in cells for cell in row), default=0)
        return "\n".join("[" + " ".join(cell.rjust(width) for cell in row) + "]" for row in cells)

    def __repr__(self):
        return f"Matrix({self.rows!r})"

    def __len__(self):
        return self.shape[0]


a = Matrix([[1, 2], [3, 4]])
b = Matrix.from_function(2, 2, lambda i, j: i * 10 + j)
print(a + b, a - b, a * b, 2 * a, a * 0.5, -a, sep="\n\n")
print(a == Matrix([[1, 2], [3, 4]]), a != b, a == 3, a ** 10, (a ** 5).determinant())
fibonacci = Matrix([[1, 1], [1, 0]])
print((fibonacci ** 90)[0, 1], repr(fibonacci ** 3), a.transposed())
big = Matrix.from_function(5, 5, lambda i, j: (i * 7 + j * 3) % 11 - 5)
print(big, big.determinant(), big[1:3, 2:], big[:, 0], big[4, 4], big[2], sep="\n")
big *= 2
big[0, 0] = 100
print(big[0, :], big.determinant(), len(big))
for wrong in (lambda: a + Matrix([[1]]), lambda: a * Matrix([[1]]), lambda: a + 1, lambda: Matrix([[1], [2, 3]]),
              lambda: hash(a), lambda: a[5, 5], lambda: Matrix([[1, 2]]).determinant(), lambda: "x" * a):
    try:
        print(wrong())
    except (ValueError, TypeError, IndexError) as error:
        print(type(error).__name__, error)
print(sum([a, b], Matrix([[0, 0], [0, 0]])), Matrix([]), Matrix([]).shape)
