# Section 25 of the memory document: a thousand references to "abc", and what is counted where.
# Try: strata run examples/scripts/accounting.py --stats
import sys

xs = ["abc" for _ in range(1000)]
print("the list and its array:", sys.getsizeof(xs))
print("its items, each by itself:", sum([sys.getsizeof(x) for x in xs]))
print("its items, each once:", sum([sys.getsizeof(x) for x in set(xs)]))
ys = [str(i) for i in range(1000)]
print("a thousand texts, each once:", sum([sys.getsizeof(y) for y in set(ys)]))
