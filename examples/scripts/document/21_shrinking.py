# Section 21 of the memory document: a list that shrinks, and a compact copy of it.
xs = list(range(1_000_000))
del xs[:900_000]
print(len(xs), xs.__sizeof__())
xs = xs[:]
print(len(xs), xs.__sizeof__())
xs = list(xs)
print(len(xs), xs.__sizeof__())
