# Section 1 of the memory document: a loop that makes a tuple on every turn.
# Try: strata run examples/scripts/tuple_loop.py --stats
import sys

turns = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
for i in range(turns):
    x = (i, i + 1)
print("the last tuple is", x)
