# Section 27 of the memory document, exceptions: an error path that is taken all the time.
# Try: strata run examples/scripts/patterns/exceptions.py --stats
def find(key):
    raise KeyError(key)


missed = 0
kept = []
for turn in range(5000):
    try:
        find("name")
    except KeyError as error:
        missed += 1
        if turn % 100 == 0:
            kept.append(error)
print(missed, "misses,", len(kept), "tracebacks kept")
