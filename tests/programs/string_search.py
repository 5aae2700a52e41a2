"""Strings: Knuth-Morris-Pratt, Boyer-Moore-Horspool, Rabin-Karp, Z, palindromes, suffixes, soundex, ciphers."""


def prefixes(pattern):
    """For each prefix the length of its longest border."""
    border, k = [0] * len(pattern), 0
    for i in range(1, len(pattern)):
        while k and pattern[i] != pattern[k]:
            k = border[k - 1]
        k += pattern[i] == pattern[k]
        border[i] = k
    return border


def kmp(text, pattern):
    border, k = prefixes(pattern), 0
    for i, c in enumerate(text):
        while k and c != pattern[k]:
            k = border[k - 1]
        if c == pattern[k]:
            k += 1
        if k == len(pattern):
            yield i - k + 1
            k = border[k - 1]


def horspool(text, pattern):
    m = len(pattern)
    shift = {c: m - i - 1 for i, c in enumerate(pattern[:-1])}
    at = 0
    while at <= len(text) - m:
        if text[at:at + m] == pattern:
            yield at
        at += shift.get(text[at + m - 1], m)


def rabin_karp(text, pattern, base=257, modulus=1_000_003):
    m = len(pattern)
    if m > len(text):
        return
    top = pow(base, m - 1, modulus)
    wanted = have = 0
    for a, b in zip(pattern, text):
        wanted = (wanted * base + ord(a)) % modulus
        have = (have * base + ord(b)) % modulus
    for i in range(len(text) - m + 1):
        if have == wanted and text.startswith(pattern, i):
            yield i
        if i + m < len(text):
            have = ((have - ord(text[i]) * top) * base + ord(text[i + m])) % modulus


def z_function(s):
    z, left, right = [len(s)] + [0] * (len(s) - 1), 0, 0
    for i in range(1, len(s)):
        if i < right:
            z[i] = min(right - i, z[i - left])
        while i + z[i] < len(s) and s[z[i]] == s[i + z[i]]:
            z[i] += 1
        if i + z[i] > right:
            left, right = i, i + z[i]
    return z


def z_search(text, pattern):
    joined = pattern + "\0" + text
    return (i - len(pattern) - 1 for i, n in enumerate(z_function(joined)) if n >= len(pattern) and i > len(pattern))


def by_find(text, pattern):
    at = text.find(pattern)
    while at >= 0:
        yield at
        at = text.find(pattern, at + 1)


def longest_palindrome(s):
    spread = "|" + "|".join(s) + "|"
    reach, centre, right = [0] * len(spread), 0, 0
    for i in range(len(spread)):
        if i < right:
            reach[i] = min(right - i, reach[2 * centre - i])
        while (a := i - reach[i] - 1) >= 0 and (b := i + reach[i] + 1) < len(spread) and spread[a] == spread[b]:
            reach[i] += 1
        if i + reach[i] > right:
            centre, right = i, i + reach[i]
    best = max(range(len(spread)), key=lambda i: (reach[i], -i))
    return spread[best - reach[best]:best + reach[best] + 1].replace("|", "")


def suffix_array(s):
    order = sorted(range(len(s)), key=lambda i: s[i:])
    shared = [0] * len(s)
    for n, (i, j) in enumerate(zip(order, order[1:]), 1):
        while i + shared[n] < len(s) and j + shared[n] < len(s) and s[i + shared[n]] == s[j + shared[n]]:
            shared[n] += 1
    longest = max(range(len(s)), key=shared.__getitem__)
    return order, s[order[longest]:order[longest] + shared[longest]]


def soundex(name):
    codes = {c: str(n) for n, group in enumerate(("bfpv", "cgjkqsxz", "dt", "l", "mn", "r"), 1) for c in group}
    first, *rest = name.lower()
    out, last = first.upper(), codes.get(first)
    for c in rest:
        code = codes.get(c)
        if code and code != last:
            out += code
        if c not in "hw":
            last = code
    return f"{out:0<4.4}"


def caesar(text, by):
    lower, upper = "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    table = str.maketrans(lower + upper, lower[by:] + lower[:by] + upper[by:] + upper[:by])
    return text.translate(table)


def runs(text):
    """Run lengths, written and read again."""
    out, i = [], 0
    while i < len(text):
        j = i
        while j < len(text) and text[j] == text[i]:
            j += 1
        out.append((j - i, text[i]))
        i = j
    return out


SEARCHES = (kmp, horspool, rabin_karp, z_search, by_find)
for text, pattern in (("abracadabra abracadabra", "abra"), ("aaaaaa", "aa"), ("mississippi", "issi"), ("häßliche Füße", "ße"),
                      ("short", "longer than it"), ("日本日本語日本", "日本"), ("x" * 50 + "y", "xy")):
    found = [list(search(text, pattern)) for search in SEARCHES]
    assert all(places == found[0] for places in found), (text, pattern, found)
    print(f"{pattern!r:>17} in {text[:24]!r}: {found[0]}")
print(prefixes("abacabadabacaba"), z_function("aabxaabxcaabxaabxay"))
for word in ("forgeeksskeegfor", "abacdfgdcaba", "a", "cbbd", "Was it a car or a cat".lower().replace(" ", "")):
    print(longest_palindrome(word), end=" ")
order, repeated = suffix_array("bananas and bandanas")
print("", order[:8], repr(repeated), sep="\n")
print(*map(soundex, ["Robert", "Rupert", "Rubin", "Ashcraft", "Tymczak", "Pfister", "Honeyman", "Lee"]))
secret = caesar("Hello, World! xyz", 3)
print(secret, caesar(secret, -3 % 26), caesar("uryyb", 13))
packed = runs("WWWWBWWCCCA")
print(packed, "".join(f"{n}{c}" if n > 1 else c for n, c in packed), "".join(c * n for n, c in packed))
words = "the rain in spain stays mainly in the plain".split()
print(sorted(set(words), key=lambda w: (len(w), w)), max(words, key=words.count), {w: words.count(w) for w in dict.fromkeys(words) if words.count(w) > 1})
print(" ".join(w[::-1].capitalize() for w in words), "-".join(filter(str.isalpha, "a1b2c3")), "%s|%10.4s|%-6s|" % ("x", "abcdefgh", "ok"))
for groups in ({}, ):
    for w in ("listen", "silent", "enlist", "google", "elgoog"):
        groups.setdefault("".join(sorted(w)), []).append(w)
    print(groups)


comparisons: int = 0


def counted(text: str, pattern: str) -> tuple:
    """The plain search, with comparisons counted here and in all."""
    here = 0

    def same(a, b):
        global comparisons
        nonlocal here
        comparisons, here = comparisons + 1, here + 1
        return a == b

    places = [i for i in range(len(text) - len(pattern) + 1)
              if all(same(a, b) for a, b in zip(pattern, text[i:]))]
    return places, here, sorted(locals())


print(counted("aaaaab", "ab"), counted("abcabc", "c"), comparisons, counted.__annotations__, __annotations__)
print(ascii("ße→"), bin(10), oct(64), id("a") == id("a"))
try:
    b"caf\xe9".decode("utf-8")
except UnicodeDecodeError as error:
    print(error, error.start, error.object[error.start:])
