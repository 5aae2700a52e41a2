# Section 21 of the memory document: a list that keeps a tenth of its items, and copies of it.
# Try: strata run examples/scripts/compact.py copy --stats
import sys

xs = list(range(1_000_000))
if "keep" in sys.argv:
    del xs[:400_000]
else:
    del xs[:900_000]
if "copy" in sys.argv:
    xs = xs[:]
print(len(xs), "items,", sys.getsizeof(xs), "bytes")
