"""Digits without end: pi by a spigot and by arctangents, e, square roots, primes, bases, factors."""

from math import gcd, isqrt


def pi_spigot():
    """Digits of pi, one at a time (Gibbons)."""
    q, r, t, k, n, l = 1, 0, 1, 1, 3, 3
    while True:
        if 4 * q + r - t < n * t:
            yield n
            q, r, n = 10 * q, 10 * (r - n * t), 10 * (3 * q + r) // t - 10 * n
        else:
            q, r, t, k, n, l = (q * k, (2 * q + r) * l, t * l, k + 1,
                                (q * (7 * k + 2) + r * l) // (t * l), l + 2)


def arctan_inverse(x, unity):
    total = term = unity // x
    n, sign = 3, -1
    while term:
        term //= x * x
        total += sign * (term // n)
        n, sign = n + 2, -sign
    return total


def pi_machin(digits):
    unity = 10 ** (digits + 10)
    return (4 * (4 * arctan_inverse(5, unity) - arctan_inverse(239, unity))) // 10 ** 10


def e_digits(digits):
    unity = 10 ** (digits + 10)
    total = term = unity
    k = 1
    while term:
        term //= k
        total += term
        k += 1
    return total // 10 ** 10


def in_base(n, base):
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    if n < 0:
        return "-" + in_base(-n, base)
    text = ""
    while n or not text:
        n, digit = divmod(n, base)
        text = digits[digit] + text
    return text


def is_prime(n):
    """Miller and Rabin, with bases that are enough below 3.3e24."""
    if n < 2:
        return False
    for p in (small := (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41)):
        if n % p == 0:
            return n == p
    d, s = n - 1, 0
    while not d & 1:
        d, s = d >> 1, s + 1
    for a in small:
        x = pow(a, d, n)
        if x in (1, n - 1):
            continue
        for _ in range(s - 1):
            x = x * x % n
            if x == n - 1:
                break
        else:
            return False
    return True


def factors(n):
    """Prime factors by trial and by Pollard's rho, smallest first."""
    found = []

    def split(n):
        if n == 1:
            return
        if is_prime(n):
            found.append(n)
            return
        for p in (2, 3, 5, 7):
            if n % p == 0:
                found.append(p)
                return split(n // p)
        for c in range(1, 20):
            x = y = 2
            d = 1
            while d == 1:
                x = (x * x + c) % n
                y = (y * y + c) % n
                y = (y * y + c) % n
                d = gcd(abs(x - y), n)
            if d != n:
                split(d)
                split(n // d)
                return

    split(n)
    return sorted(found)


digits = pi_spigot()
first = "".join(str(next(digits)) for _ in range(60))
print(first[0] + "." + first[1:])
for n in (10, 59, 250):
    text = str(pi_machin(n))
    assert text.startswith(first[:n]) or text.startswith(first), n
    print(n, "...", text[-15:], sum(map(int, text)), len(text))
print(str(e_digits(50)), str(isqrt(2 * 10 ** 80)), f"{isqrt(5 * 10 ** 40):_}")
print([n for n in range(60) if is_prime(n)], is_prime(2 ** 61 - 1), is_prime(2 ** 67 - 1))
for n in (2 ** 32 - 1, 600851475143, 10 ** 12 + 39, 2 ** 59 - 1, 97 * 97 * 89):
    parts = factors(n)
    product = 1
    for p in parts:
        product *= p
    print(n, "=", " * ".join(map(str, parts)), product == n)
for base in (2, 3, 16, 36):
    text = in_base(-(7 ** 30), base)
    print(base, text, int(text, base) == -(7 ** 30))
huge = 3 ** 500
print(len(str(huge)), huge.bit_length(), huge % 10 ** 9, hex(huge)[:20], f"{huge:e}"[:12], huge >> 760, -huge // 2 ** 790)
print((huge ** 2 - 1) // (huge + 1) == huge - 1, huge & 0xFFFF, ~huge & 0xFFFF, huge.to_bytes(100, "big")[:6].hex())
print(float(huge), int(float(2 ** 70)) == 2 ** 70, hash(huge) == hash(huge % (2 ** 61 - 1)), divmod(-(10 ** 25), 7 ** 9))
for bad in (lambda: float(10 ** 400), lambda: 1 << -1, lambda: huge / 0, lambda: int("9" * 5000), lambda: pow(4, -1, 8), lambda: (-1).to_bytes(1, "big")):
    try:
        print(bad())
    except (ArithmeticError, ValueError) as error:
        print(type(error).__name__, error)
print(pow(3, -1, 7), pow(2, 1000, 10 ** 9 + 7), 7 ** 77 // 7 ** 76, (-7) // 2, -7 % 3, 5 .__rsub__(9), 10 ** 18 == 1e18)
