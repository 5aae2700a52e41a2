# Section 1 of the memory document, as it stands there: many tuples, one after the other.
for i in range(1_000_000):
    x = (i, i + 1)
