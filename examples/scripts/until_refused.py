# Section 18 of the memory document: memory that ends, little by little.
# Try: strata run --max-memory 8M examples/scripts/until_refused.py
# Without a limit (and so under CPython) all rows are made.
def grow(rows):
    try:
        for i in range(100_000):
            rows.append([i, i * i])
    except MemoryError:
        rows.pop()  # what comes next needs memory too
        return False
    return True


rows = []
all_made = grow(rows)
made = len(rows)
last = rows[-1]
del rows
print("all rows were made" if all_made else "refused, and caught")
print("the last row is whole:", last == [made - 1, (made - 1) ** 2])
