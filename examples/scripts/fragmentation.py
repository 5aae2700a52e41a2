# Section 12 of the memory document: how much comes back depends on who is left, and where.
# Try: strata run examples/scripts/fragmentation.py spread --stats
import sys

POOL = 16384

many, size = (1000, 40_000) if "large" in sys.argv else (100_000, 100)
items = []
for i in range(many):
    items.append(bytearray(size))

kept = []
if "spread" in sys.argv:
    kept = items[:: many // 100]
if "together" in sys.argv:
    home = id(items[many // 2]) // POOL
    kept = [item for item in items if id(item) // POOL == home][:100]
del items

print(len(kept), "of", many, "are kept")
if kept and size == 100:
    print("they lie in pools:", len({id(item) // POOL for item in kept}))

if "refill" in sys.argv:
    again = [bytearray(size) for i in range(many - len(kept))]
    print(len(again), "more")
