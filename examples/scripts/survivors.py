# Section 6 of the memory document: an arena goes back when nothing in it is alive.
# Try: strata run examples/scripts/survivors.py 1000 --stats
import sys

each = int(sys.argv[1]) if len(sys.argv) > 1 else 0
crowd = [x + 1 for x in [0.5] * 300_000]
survivors = crowd[::each] if each else []
del crowd
print("of 300000 floats", len(survivors), "are alive")
