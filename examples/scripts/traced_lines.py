# Section 13 of the memory document: two snapshots, and what lies between them.
# Try: strata run examples/scripts/traced_lines.py
import tracemalloc


def load(count):
    return [bytes(1000) for _ in range(count)]


tracemalloc.start()
before = tracemalloc.take_snapshot()
kept = load(200)
load(200)
after = tracemalloc.take_snapshot()
for change in after.compare_to(before, "lineno")[:1]:
    line = change.traceback[0].lineno
    print("line", line, "holds", change.size_diff, "bytes more in", change.count_diff, "blocks")
current, peak = tracemalloc.get_traced_memory()
print("at most two loads at once:", peak > 400_000, "and one now:", current < 230_000)
tracemalloc.stop()
