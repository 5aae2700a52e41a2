# Section 9 of the memory document: what a free list holds when the objects are gone.
# Try: strata run examples/scripts/dead_pairs.py collect --stats
import gc
import sys

pairs = [(x, x) for x in [None] * 5000]
del pairs
if "collect" in sys.argv:
    gc.collect()
print("5000 pairs have lived and died")
