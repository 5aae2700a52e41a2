# Section 13 of the memory document: how much is traced now, and was at most.
import tracemalloc

tracemalloc.start()
data = [str(i) for i in range(100_000)]
current, peak = tracemalloc.get_traced_memory()
print(current, peak)
tracemalloc.stop()
