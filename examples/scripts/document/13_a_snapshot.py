# Section 13 of the memory document: where memory was asked for.
import tracemalloc

tracemalloc.start()
data = [bytes(1024) for _ in range(1000)]
snapshot = tracemalloc.take_snapshot()
stats = snapshot.statistics("lineno")
for stat in stats[:10]:
    # The file alone: the whole path differs from one machine to the next.
    frame = stat.traceback[0]
    print(frame.filename.split("/")[-1], frame.lineno, stat.count, stat.size)
