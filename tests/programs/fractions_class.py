"""Exact arithmetic: fractions with every operator, determinants by elimination, continued fractions."""

from math import gcd, lcm


class Fraction:
    __slots__ = ("top", "bottom")

    def __init__(self, top=0, bottom=1):
        if isinstance(top, str):
            head, slash, tail = top.partition("/")
            if slash:
                top, bottom = int(head), int(tail)
            else:
                whole, point, decimals = head.partition(".")
                top, bottom = int(whole + decimals), 10 ** len(decimals)
        elif isinstance(top, float):
            top, bottom = top.as_integer_ratio()
        if not bottom:
            raise ZeroDivisionError(f"Fraction({top}, 0)")
        sign = -1 if bottom < 0 else 1
        common = gcd(top, bottom) * sign
        self.top, self.bottom = top // common, bottom // common

    @staticmethod
    def _other(value):
        if isinstance(value, Fraction):
            return value
        if isinstance(value, int):
            return Fraction(value)
        return None

    def _with(operation):
        def forward(self, other):
            other = Fraction._other(other)
            return NotImplemented if other is None else operation(self, other)

        def backward(self, other):
            other = Fraction._other(other)
            return NotImplemented if other is None else operation(other, self)
        return forward, backward

    __add__, __radd__ = _with(lambda a, b: Fraction(a.top * b.bottom + b.top * a.bottom, a.bottom * b.bottom))
    __sub__, __rsub__ = _with(lambda a, b: Fraction(a.top * b.bottom - b.top * a.bottom, a.bottom * b.bottom))
    __mul__, __rmul__ = _with(lambda a, b: Fraction(a.top * b.top, a.bottom * b.bottom))
    __truediv__, __rtruediv__ = _with(lambda a, b: Fraction(a.top * b.bottom, a.bottom * b.top))
    __floordiv__, __rfloordiv__ = _with(lambda a, b: (a.top * b.bottom) // (a.bottom * b.top))
    __mod__, __rmod__ = _with(lambda a, b: a - b * (a // b))
    __divmod__, __rdivmod__ = _with(lambda a, b: (a // b, a % b))
    del _with

    def __pow__(self, n):
        if not isinstance(n, int):
            return NotImplemented
        return Fraction(self.top ** n, self.bottom ** n) if n >= 0 else Fraction(self.bottom ** -n, self.top ** -n)

    def __neg__(self):
        return Fraction(-self.top, self.bottom)

    def __pos__(self):
        return self

    def __abs__(self):
        return Fraction(abs(self.top), self.bottom)

    def __int__(self):
        return self.top // self.bottom if self.top >= 0 else -(-self.top // self.bottom)

    def __float__(self):
        return self.top / self.bottom

    def __round__(self, digits=0):
        scaled = self * 10 ** digits
        whole, rest = divmod(scaled, 1)
        up = rest > Fraction(1, 2) or rest == Fraction(1, 2) and whole % 2
        return (whole + 1 if up else whole) / 10 ** digits if digits else whole + bool(up)

    def __bool__(self):
        return self.top != 0

    def __eq__(self, other):
        other = Fraction._other(other)
        return NotImplemented if other is None else (self.top, self.bottom) == (other.top, other.bottom)

    def __lt__(self, other):
        other = Fraction._other(other)
        return NotImplemented if other is None else self.top * other.bottom < other.top * self.bottom

    def __le__(self, other):
        return self == other or self < other

    def __hash__(self):
        return hash(self.top) if self.bottom == 1 else hash((self.top, self.bottom))

    def __str__(self):
        return str(self.top) if self.bottom == 1 else f"{self.top}/{self.bottom}"

    def __repr__(self):
        return f"Fraction({self.top}, {self.bottom})"

    def __format__(self, spec):
        return format(float(self), spec) if spec and spec[-1] in "feg%" else format(str(self), spec)


def determinant(rows):
    rows = [[Fraction(x) if not isinstance(x, Fraction) else x for x in row] for row in rows]
    n, result = len(rows), Fraction(1)
    for i in range(n):
        pivot = next((r for r in range(i, n) if rows[r][i]), None)
        if pivot is None:
            return Fraction(0)
        if pivot != i:
            rows[i], rows[pivot], result = rows[pivot], rows[i], -result
        result *= rows[i][i]
        for r in range(i + 1, n):
            factor = rows[r][i] / rows[i][i]
            rows[r] = [a - factor * b for a, b in zip(rows[r], rows[i])]
    return result


def continued(x):
    while True:
        whole, rest = divmod(x, 1)
        yield whole
        if not rest:
            return
        x = 1 / rest


def collapse(terms):
    *front, value = map(Fraction, terms)
    for term in reversed(front):
        value = term + 1 / value
    return value


half, third = Fraction(1, 2), Fraction("1/3")
print(half + third, half - third, half * third, half / third, 1 - half, 2 / third, half ** 3, half ** -2, -half, 3 * half)
print(divmod(Fraction(7, 2), third), 7 // half, Fraction(-7, 2) % 2, abs(Fraction(3, -6)), +half, int(Fraction(-7, 2)))
print(half < third, half >= third, half == Fraction(2, 4), half != 0.5, {half: "h"}[Fraction("0.5")], hash(Fraction(4, 2)) == hash(2))
print(Fraction(0.75), Fraction("3.125"), f"{third:.4f}|{half:>6}|{Fraction(2, 3):.1%}|{third}", repr(third), float(third))
print([str(round(Fraction(n, 2))) for n in range(-3, 6)], round(Fraction(22, 7), 3), sum([half, third, Fraction(1, 6)]))
print(sorted(Fraction(a, b) for a in range(1, 4) for b in range(2, 5))[:4], max(half, third, Fraction(3, 5)))
for n in range(1, 7):
    hilbert = [[Fraction(1, i + j + 1) for j in range(n)] for i in range(n)]
    print(n, determinant(hilbert), f"{float(determinant(hilbert)):.3e}", lcm(*range(1, 2 * n)))
print(determinant([[0, 1, 2], [1, 0, 3], [4, -3, 8]]), determinant([[1, 2], [2, 4]]))
for x in (Fraction(415, 93), Fraction(649, 200), Fraction("3.14159")):
    terms = list(continued(x))
    print(x, terms, collapse(terms) == x, [str(collapse(terms[:k])) for k in range(1, len(terms))])
for bad in (lambda: Fraction(1, 0), lambda: half / 0, lambda: half + 0.5, lambda: "x" * half, lambda: half < "a",
            lambda: half ** half, lambda: Fraction("a/b"), lambda: setattr(half, "x", 1)):
    try:
        print(bad())
    except (ZeroDivisionError, TypeError, ValueError, AttributeError) as error:
        print(type(error).__name__, error)
