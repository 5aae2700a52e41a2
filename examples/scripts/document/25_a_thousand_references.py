# Section 25 of the memory document: a thousand references, and one text.
xs = ["abc" for _ in range(1000)]
print(len(xs), len({id(x) for x in xs}))
