# Section 27 of the memory document, large dicts: an index of everything by its number.
# Try: strata run examples/scripts/patterns/large_dicts.py --stats
index = {}
for number in range(50_000):
    index[number] = number % 7
print(len(index), "entries;", sum(index.values()), "in all")
